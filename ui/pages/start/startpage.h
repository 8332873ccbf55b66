#pragma once

#include <QFrame>

#include "ui/pages/common/page.h"

class QLabel;
class QVBoxLayout;

namespace altimeter::ui {

/// Where Altimeter begins: drop exports, open a workspace, or look around in the demonstration company.
class StartPage : public Page {
    Q_OBJECT
public:
    explicit StartPage(Backend& backend, QWidget* parent = nullptr);
    void workspaceChanged(const WorkspaceInfo& info) override;
    void takeFocus() override;
    /// A window died while it opened this workspace: says so on top, and offers to open it all the same.
    void showUnsettled(const QString& path);
    /// How many files were named with that workspace and are not imported yet.
    void setWaitingFiles(qsizetype count);
    /// True from showUnsettled() until a workspace is open.
    bool showsUnsettled() const;
    /// The demonstration is being made: the button waits.
    void setBusy(bool busy);

signals:
    void importFilesRequested();
    void importFolderRequested();
    void demoRequested();
    void newRequested();
    void openRequested();
    void recentRequested(const QString& path);

private:
    QFrame* makeUnsettled();
    QFrame* makeDropTarget();
    QWidget* makeSteps();
    QFrame* makeRecent();
    void fillRecent();

    Backend& m_backend;
    QWidget* m_first = nullptr;
    QWidget* m_demo = nullptr;
    QVBoxLayout* m_recent = nullptr;
    QFrame* m_unsettled = nullptr; ///< hidden, unless a window died
    QLabel* m_unsettledFile = nullptr;
    QLabel* m_waiting = nullptr;
    QWidget* m_openAnyway = nullptr;
    QString m_unsettledPath;
};

} // namespace altimeter::ui
