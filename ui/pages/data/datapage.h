#pragma once

#include <QSet>

#include "ui/pages/common/page.h"

#include <functional>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QTabWidget;

namespace altimeter::ui {

class GridView;
class RecordModel;

/// Where the figures come from: sources, stored partitions, departures from the standard, lines that could not be
/// stored, and the proof that nothing was lost between the files and what is shown.
class DataPage : public Page {
    Q_OBJECT
public:
    explicit DataPage(Backend& backend, QWidget* parent = nullptr);
    void workspaceChanged(const WorkspaceInfo& info) override;
    void setOpening(bool opening) override;
    void setReading() override;
    bool copySelection(bool withHeaders) override;
    bool exportTable() override;
    void takeFocus() override;
    /// "sources", "partitions", "findings", "rejected" or "proof".
    void showTab(const QString& name) override;
    QString currentTabName() const override;
    static QStringList tabNames();
    std::string savedState() const override;
    void restoreState(const std::string& json) override;
    bool isSettled() const override { return m_waiting.isEmpty(); }

private:
    struct Tab {
        QString name;
        QString title;
        RecordModel* model = nullptr;
        GridView* grid = nullptr;
        QLabel* summary = nullptr;
        QLabel* kept = nullptr; ///< "12 of 78" while a filter is at work
    };
    Tab& addTab(const QString& name, const QString& title, const QString& emptyHint, QWidget* detail);
    Tab& tab(const QString& name);
    Tab& currentTab();
    void buildSources();
    void buildPartitions();
    void buildFindings();
    void buildRejected();
    void buildProof();
    void ask();
    template <typename T>
    void take(const QString& name, std::vector<T>& store, Result<std::vector<T>> answer,
              const std::function<void()>& show);
    void say(const QString& name, const char* role, const QString& text);
    void showSources();
    void showPartitions();
    void showFindings();
    void showRejected();
    void showProof();
    void showRejectedDetail();
    void showProofDetail();
    void filterProof();
    void tellSelection(const GridView* grid);
    void chooseExport(Tab& tab);

    Backend& m_backend;
    QTabWidget* m_tabs = nullptr;
    std::vector<Tab> m_all;
    QPlainTextEdit* m_rejectedText = nullptr;
    QPlainTextEdit* m_proofText = nullptr;
    QComboBox* m_proofLens = nullptr;
    std::vector<SourceInfo> m_sources;
    std::vector<PartitionInfo> m_partitions;
    std::vector<Finding> m_findings;
    std::vector<RejectedLine> m_rejected;
    std::vector<ProofLine> m_proof;
    QSet<QString> m_waiting; ///< tables that are asked for; a newer question drops the answer to an older one
};

} // namespace altimeter::ui
