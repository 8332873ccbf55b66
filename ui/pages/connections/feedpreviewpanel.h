#pragma once

#include <QWidget>

#include "models/domain/feedmapping.h"
#include "models/domain/result.h"

class QLabel;
class QListWidget;
class QTabWidget;

namespace altimeter::ui {

class RecordModel;

/// What a feed holds beside what a mapping makes of it: charges, records as they are, totals, and what is wrong.
class FeedPreviewPanel : public QWidget {
    Q_OBJECT
public:
    explicit FeedPreviewPanel(QWidget* parent = nullptr);
    void setFile(const QString& shown);
    /// `mapping` names the fields that are used.
    void showPreview(const FeedPreview& preview, const FeedMapping& mapping);
    void showFailure(const Error& error);
    /// Nothing to show, and why.
    void showHint(const QString& text);

signals:
    void sampleRequested();

private:
    QWidget* buildHead();
    void clear();
    void say(const char* role, const QString& text);
    void showTotals();
    void showCharges();
    void showSample(const FeedMapping& mapping);
    void showProblems();
    void addProblem(const QString& text, bool isNote);

    FeedPreview m_preview;
    QLabel *m_file, *m_summary, *m_state;
    QWidget* m_totals;
    QLabel *m_noCharges, *m_noSample; ///< what stands in the place of an empty table
    QTabWidget* m_tabs;
    RecordModel *m_charges, *m_sample;
    QListWidget* m_problems;
};

/// "Billed cost" of "BilledCost", "Tag team" of "tag:team"; x_ columns as they are.
QString feedColumnTitle(const QString& target);

} // namespace altimeter::ui
