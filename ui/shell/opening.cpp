#include "ui/shell/opening.h"

#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/start/startpage.h"
#include "ui/shell/filenames.h"
#include "ui/shell/pagehost.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QTimer>

#include <utility>

namespace altimeter::ui {

namespace {

constexpr int kCalmTick = 250; ///< milliseconds
constexpr int kCalmTicks = 12; ///< with all figures shown, until an opening counts as survived

} // namespace

Opening::Opening(Backend& backend, PageHost& pages, StartPage& start, QWidget* window)
    : QObject(window), m_backend(backend), m_pages(pages), m_start(start), m_window(window),
      m_settling(new QTimer(this))
{
    m_settling->setInterval(kCalmTick);
    connect(m_settling, &QTimer::timeout, this, [this] {
        m_calmTicks = isWindowSettled && isWindowSettled() ? m_calmTicks + 1 : 0;
        if (m_calmTicks < kCalmTicks)
            return;
        m_settling->stop();
        m_backend.workspaces().settled();
    });
}

/// A window that freezes or dies of what it shows does so within these moments: its timers do not come round.
void Opening::beginSettling()
{
    m_calmTicks = 0;
    m_settling->start();
}

// ---- the start of the program ----

void Opening::tellFurther(const QStringList& workspaces)
{
    if (workspaces.isEmpty())
        return;
    const QStringList names = fewNames(workspaces);
    emit problem(workspaces.size() == 1 ? tr("This workspace was not opened: %1").arg(names.first())
                                        : tr("These workspaces were not opened: %1").arg(names.join(", ")),
                 tr("One window shows one workspace. Open another one from the menu File, or in a window of its own."));
}

void Opening::begin(const StartRequest& start)
{
    tellFurther(start.furtherWorkspaces);
    m_errand = {start.workspace, start.imports, start.offered, start.link};
    if (start.demo) {
        openDemo();
        return;
    }
    if (!start.workspace.isEmpty()) {
        if (startSafely(start.workspace))
            return;
        if (start.resumes && isOfLastTime(start.workspace))
            openAsItWas(start.workspace);
        else
            open(start.workspace, false);
        return;
    }
    bool waits = false;
    if (start.resumes) {
        resume();
        waits = m_opening || m_start.showsUnsettled();
    } else if (const QString own = parts::text(m_backend.workspaces().own());
               !start.imports.isEmpty() && !own.isEmpty()) {
        waits = startSafely(own); // an import opens it
        if (waits)
            m_errand.workspace = own;
    }
    if (!waits)
        doErrand({});
}

void Opening::beginAgain(const StartRequest& start)
{
    m_errand.workspace = start.workspace;
    m_errand.imports << start.imports;
    m_errand.offered << start.offered;
    if (!start.link.isEmpty())
        m_errand.link = start.link;
    if (m_start.showsUnsettled())
        m_start.setWaitingFiles(m_errand.imports.size() + m_errand.offered.size());
    else if (m_backend.workspaces().info().path.empty() && !m_opening)
        open(start.workspace, false);
    else if (!m_opening)
        doErrand(parts::text(m_backend.workspaces().info().path));
}

bool Opening::isOfLastTime(const QString& path) const
{
    const QString last = parts::text(m_backend.settings().value("open"));
    return !last.isEmpty() && QFileInfo(last) == QFileInfo(path);
}

void Opening::resume()
{
    const QString path = parts::text(m_backend.settings().value("open"));
    if (m_resuming || !m_backend.workspaces().info().path.empty() || startSafely() || path.isEmpty())
        return;
    openAsItWas(path);
}

/// With the page and the view of the last time.
void Opening::openAsItWas(const QString& path)
{
    for (const PageEntry& entry : m_pages.registry())
        m_pages.page(entry.name)->restoreState(m_backend.settings().value(entry.name.toStdString()));
    m_resuming = true;
    setPagesOpening(true);
    emit titled(format::shown(QFileInfo(path).completeBaseName()));
    const QString page = parts::text(m_backend.settings().value("page"));
    emit pageWanted(page.isEmpty() ? QStringLiteral("overview") : page);
    open(path, false);
}

bool Opening::startSafely(const QString& wanted)
{
    const QString path = parts::text(m_backend.workspaces().unsettled());
    if (path.isEmpty() || (!wanted.isEmpty() && QFileInfo(wanted) != QFileInfo(path)))
        return false;
    m_start.showUnsettled(path);
    m_start.setWaitingFiles(m_errand.imports.size() + m_errand.offered.size());
    emit pageWanted("start");
    return true;
}

// ---- files named with a workspace ----

/// The workspace `opened` is there (empty: none, and none is expected): what was named with it is read and offered.
void Opening::doErrand(const QString& opened)
{
    if (m_errand.isEmpty())
        return;
    if (!m_errand.workspace.isEmpty() && QFileInfo(m_errand.workspace) != QFileInfo(opened)) {
        leaveErrand(tr("Another workspace than %1 was opened, so nothing was imported: %2"),
                    format::shown(m_errand.workspace));
        return;
    }
    m_errandDue = true;
    QTimer::singleShot(0, this, [this, errand = std::exchange(m_errand, {})] {
        m_errandDue = false;
        if (!errand.imports.isEmpty())
            emit importWanted(errand.imports);
        if (!errand.offered.isEmpty())
            emit offerWanted(errand.offered);
        if (!errand.link.isEmpty())
            emit linkWanted(errand.link);
    });
}

/// `form` says why, with places left for `about`, where it is given, and for the names of the files.
void Opening::leaveErrand(const QString& form, const QString& about)
{
    const Errand errand = std::exchange(m_errand, {});
    if (errand.isEmpty())
        return;
    m_start.setWaitingFiles(0);
    if (!errand.link.isEmpty())
        emit problem(tr("The view link was not opened, as its workspace is not open."),
                     tr("Open the workspace it was made in, then paste the link into Ctrl+K."));
    if (errand.imports.isEmpty() && errand.offered.isEmpty())
        return;
    const QString files = fewNames(errand.imports + errand.offered).join(QStringLiteral(", "));
    emit problem(about.isEmpty() ? form.arg(files) : form.arg(about, files),
                 tr("Open the workspace they belong to, then drop them on the window."));
}

// ---- opening ----

void Opening::setPagesOpening(bool opening)
{
    for (Page* page : m_pages.pages())
        page->setOpening(opening);
}

void Opening::choose(bool create)
{
    auto* dialog = new QFileDialog(m_window, create ? tr("New workspace") : tr("Open workspace"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Altimeter workspaces (*.altimeter)"), tr("All files (*)")});
    dialog->setDefaultSuffix("altimeter");
    dialog->setAcceptMode(create ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(create ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, create](const QString& path) { open(path, create); });
    dialog->open();
}

void Opening::open(const QString& path, bool create)
{
    m_opening = true;
    emit began(QFileInfo(path).completeBaseName());
    emit changed();
    m_backend.workspaces().open(path.toStdString(), create,
                                guarded<WorkspaceInfo>(this, [this, path](Result<WorkspaceInfo> opened) {
                                    answered(std::move(opened), path);
                                }));
}

void Opening::openDemo()
{
    m_opening = true;
    m_start.setBusy(true);
    emit notice(tr("Making the demonstration company…"));
    m_backend.workspaces().openDemo(guarded<WorkspaceInfo>(this, [this](Result<WorkspaceInfo> opened) {
        m_start.setBusy(false);
        emit notice({});
        answered(std::move(opened), tr("the demonstration company"));
    }));
}

void Opening::openOwn(std::function<void()> then)
{
    leaveErrand(tr("Other files were chosen, so nothing was imported: %1"));
    m_opening = true; // not a second time meanwhile
    emit changed();
    m_backend.workspaces().open(
        {}, true, guarded<WorkspaceInfo>(this, [this, then = std::move(then)](Result<WorkspaceInfo> made) {
            m_opening = false;
            if (!made) {
                emit changed();
                emit problem(tr("Could not make a workspace: %1").arg(parts::text(made.error().text())),
                             parts::advice(made.error().code));
                return;
            }
            beginSettling();
            emit opened(*made);
            then();
        }));
}

void Opening::answeredError(const Error& error, const QString& path, bool resumed)
{
    if (error.code == ErrorCode::NotFound)
        m_backend.settings().setValue("open", {}); // it will not be there the next time either
    emit failed();
    if (resumed) {
        setPagesOpening(false);
        emit pageWanted("start");
    }
    if (m_errand.workspace.isEmpty() || QFileInfo(m_errand.workspace) == QFileInfo(path))
        leaveErrand(tr("%1 is not open, so nothing was imported: %2"), format::shown(path));
    const QString what = tr("Could not open %1: %2").arg(path, parts::text(error.text()));
    const QString todo = error.todo.empty() ? parts::advice(error.code) : parts::text(error.todo);
    if (error.code == ErrorCode::Corrupt)
        emit damaged(path, what, todo);
    else
        emit problem(what, todo);
}

void Opening::answered(Result<WorkspaceInfo> answer, const QString& path)
{
    m_opening = false;
    const bool resumed = std::exchange(m_resuming, false);
    if (!answer) {
        answeredError(answer.error(), path, resumed);
        return;
    }
    beginSettling();
    m_justOpened = true;
    QTimer::singleShot(0, this, [this] { m_justOpened = false; });
    if (resumed)
        setPagesOpening(false);
    emit opened(*answer);
    emit told(*answer);
    if (!resumed || answer->rows == 0)
        emit pageWanted(answer->rows > 0 ? "overview" : "data");
    doErrand(path);
}

} // namespace altimeter::ui
