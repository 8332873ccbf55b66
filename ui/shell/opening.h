#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include "ui/backend/backend.h"

#include <functional>

class QTimer;
class QWidget;

namespace altimeter::ui {

class PageHost;
class StartPage;

/// What a program is asked as it starts.
struct StartRequest {
    QString workspace; ///< empty: none was named
    bool demo = false;
    bool resumes = false;          ///< without a workspace, the one of the last time
    QStringList imports;           ///< files and folders to read into the workspace
    QStringList offered;           ///< files and folders to ask about
    QStringList furtherWorkspaces; ///< named too
    QString link;                  ///< a view link to open in the workspace
};

/// Opens workspaces: the one that was named, the demonstration, the one of the last time. Keeps the files that were
/// named with a workspace until it is open, and watches whether the window survives what it shows.
class Opening : public QObject {
    Q_OBJECT
public:
    /// `window` is the parent of what is asked.
    Opening(Backend& backend, PageHost& pages, StartPage& start, QWidget* window);

    bool isOpening() const { return m_opening; }
    /// Opening, with its pages shown already.
    bool isResuming() const { return m_resuming; }
    /// Files that were named at the start are about to be imported or offered.
    bool isErrandDue() const { return m_errandDue; }
    /// The backend announces what its answer said a moment ago.
    bool hasJustOpened() const { return m_justOpened; }
    /// Whether the window shows all its figures; asked while an opening has to be survived.
    std::function<bool()> isWindowSettled;

    void begin(const StartRequest& start);
    /// The same program was started once more, for the workspace this window shows or is about to show: its files are
    /// taken as if they had been named at the start. Where the workspace could not be opened, it is tried again.
    void beginAgain(const StartRequest& start);
    void open(const QString& path, bool create);
    void openDemo();
    /// Opens or makes the user's own workspace for something else than looking at it, then runs `then`.
    void openOwn(std::function<void()> then);
    /// Asks for a file and opens it.
    void choose(bool create);
    void resume();
    bool startSafely(const QString& wanted = {});

signals:
    /// What may be done changed: an opening began or ended.
    void changed();
    void began(const QString& name);
    void opened(const altimeter::WorkspaceInfo& info);
    /// What is damaged, mended and noteworthy about the workspace just opened.
    void told(const altimeter::WorkspaceInfo& info);
    void failed();
    void titled(const QString& name);
    void pageWanted(const QString& place);
    void importWanted(const QStringList& paths);
    void offerWanted(const QStringList& paths);
    void linkWanted(const QString& link);
    void notice(const QString& text);
    void problem(const QString& what, const QString& todo);
    /// The workspace file `path` is damaged.
    void damaged(const QString& path, const QString& what, const QString& todo);

private:
    struct Errand {
        QString workspace; ///< the one it is meant for; empty: whichever opens
        QStringList imports, offered;
        QString link;
        bool isEmpty() const { return imports.isEmpty() && offered.isEmpty() && link.isEmpty(); }
    };
    void answered(Result<WorkspaceInfo> opened, const QString& path);
    void answeredError(const Error& error, const QString& path, bool resumed);
    void tellFurther(const QStringList& workspaces);
    void doErrand(const QString& opened);
    bool isOfLastTime(const QString& path) const;
    void openAsItWas(const QString& path);
    void leaveErrand(const QString& form, const QString& about = {});
    void setPagesOpening(bool opening);
    void beginSettling();

    Backend& m_backend;
    PageHost& m_pages;
    StartPage& m_start;
    QWidget* m_window;
    QTimer* m_settling; ///< runs from the opening until the window has lived with it for a while
    int m_calmTicks = 0;
    Errand m_errand;          ///< of begin(), until the workspace is open
    bool m_errandDue = false; ///< its workspace is open, the import begins in a moment
    bool m_opening = false;
    bool m_resuming = false;
    bool m_justOpened = false;
};

} // namespace altimeter::ui
