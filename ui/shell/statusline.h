#pragma once

#include <QStatusBar>
#include <QString>

#include "ui/backend/backend.h"
#include "ui/format/sourcehealth.h"

#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;
class QTimer;

namespace altimeter::ui {

/// The line at the bottom: how fresh the data is, the state of the sources, the selection's sum, lens, currency and
/// time zone, and the progress of an import with Cancel.
class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent = nullptr);
    void setWorkspace(const WorkspaceInfo& info);
    /// Until the next setWorkspace().
    void setOpening(const QString& name);
    void setSources(const std::vector<SourceHealth>& sources);
    /// Nothing is known of them.
    void setSourcesUnknown();
    void setLens(CostLens lens);
    void setSelection(const QString& text);
    void setNotice(const QString& text);
    /// `cancel`: what the button says; empty: "Cancel import".
    void showProgress(const Progress& progress, const QString& cancel = {});
    void hideProgress();

signals:
    void cancelRequested();

private:
    void showPlace();

    QLabel *m_data, *m_sources, *m_notice, *m_selection, *m_place, *m_progressText;
    QProgressBar* m_bar;
    QPushButton* m_cancel;
    QTimer* m_noticeTimer;
    CostLens m_lens = CostLens::Effective;
    QString m_currencies;
    QString m_allCurrencies; ///< where not all of them have room; else empty
    QString m_readOnly;      ///< why the workspace can only be looked at
};

/// "12.4 MB".
QString bytesText(std::uint64_t bytes);
/// "Reading · 1,204,000 lines · 120 of 300 MB · about 40 s left".
QString progressText(const Progress& progress);

} // namespace altimeter::ui
