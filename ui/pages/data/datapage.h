#pragma once

#include <QSet>

#include "ui/pages/common/page.h"

#include <functional>
#include <utility>
#include <vector>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTabWidget;

namespace altimeter::ui {

class FindingDetail;
class FindingsModel;
class GridModel;
class GridView;
class RecordModel;
class StateMessage;

/// Where the figures come from: sources, stored partitions, departures from the standard, lines that could not be
/// stored, and the proof that nothing was lost between the files and what is shown.
class DataPage : public Page {
    Q_OBJECT
public:
    explicit DataPage(Backend& backend, QWidget* parent = nullptr);
    void workspaceChanged(const WorkspaceInfo& info) override;
    void setOpening(bool opening) override;
    void setReading() override;
    void setImporting(bool importing) override;
    void setLens(CostLens lens) override;
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
        RecordModel* model = nullptr; ///< what is exported
        GridView* grid = nullptr;     ///< shows it, or the findings by kind
        QStackedWidget* stack = nullptr;
        StateMessage* message = nullptr; ///< in the place of the grid where it has nothing to show
        QLabel* summary = nullptr;
        QLabel* kept = nullptr; ///< "12 of 78" while a filter is at work
    };
    Tab& addTab(const QString& name, const QString& title, QWidget* detail, GridModel* shown = nullptr);
    void connectTab(Tab& tab, QWidget* copy, QWidget* write);
    Tab& tab(const QString& name);
    Tab& currentTab();
    void buildSources();
    void buildPartitions();
    void buildFindings();
    void buildRejected();
    void buildProof();
    void ask();
    void askFindings();
    /// The grid; where it has no row, why not.
    void showRows(const QString& name, const QString& emptyTitle, const QString& emptyText, bool offersImport = false);
    template <typename T>
    void take(const QString& name, std::vector<T>& store, Result<std::vector<T>> answer,
              const std::function<void()>& show);
    void say(const QString& name, const char* role, const QString& text);
    void showSources();
    void showPartitions();
    void showFindings();
    void showFinding();
    int rowAfter(const std::string& check) const;
    void showFindingLines();
    void showRejectedOf(const FindingGroup& group, const FindingCase* one);
    void findingMenu(const QPoint& at);
    void acknowledge();
    void reopen();
    void judged(const Result<bool>& answer, const QString& done);
    /// The current kind and its case; null: none is current.
    std::pair<const FindingGroup*, const FindingCase*> currentFinding() const;
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
    std::vector<FindingGroup> m_groups;
    std::vector<const FindingCase*> m_cases; ///< of m_groups, one after another
    FindingsModel* m_findings = nullptr;
    FindingDetail* m_findingDetail = nullptr;
    QString m_readOnly; ///< why nothing can be written; empty: it can be
    CostLens m_lens = CostLens::Effective;
    bool m_isOpen = false;
    bool m_importing = false;
    bool m_hasJudged = false; ///< findings were acknowledged or opened again, and are read anew
    std::vector<RejectedLine> m_rejected;
    std::vector<ProofLine> m_proof;
    QSet<QString> m_waiting; ///< tables that are asked for; a newer question drops the answer to an older one
};

} // namespace altimeter::ui
