#include "app/gui/pictures.h"

#include "ui/backend/backend.h"
#include "ui/format/format.h"
#include "ui/shell/mainwindow.h"

#include <QDir>
#include <QPixmap>
#include <QTimer>

#include <cstdio>

namespace altimeter::gui {

namespace {

constexpr int kTurnMs = 40;
constexpr int kQuietTurns = 5;   ///< settled this long: the answers and their layout are on the screen
constexpr int kMostTurns = 3000; ///< two minutes per picture

} // namespace

QString whyNoPictures(ui::Backend& backend, const QString& wanted)
{
    if (!backend.workspaces().info().path.empty())
        return {};
    const std::string unsettled = backend.workspaces().unsettled();
    if (!unsettled.empty())
        return QStringLiteral(
                   "no pictures, as nothing was opened: the program stopped while it was opening %1 the last "
                   "time; open that one in a window first")
            .arg(ui::format::shown(unsettled));
    return wanted.isEmpty() ? QStringLiteral("no pictures: no workspace is open")
                            : QStringLiteral("no pictures: %1 could not be opened").arg(ui::format::shown(wanted));
}

Pictures::Pictures(ui::MainWindow& window, const QString& folder, std::function<void(int)> done)
    : QObject(&window), m_window(window), m_folder(folder), m_done(std::move(done))
{
    for (const char* theme : {"light", "dark"}) {
        for (const ui::Picture& picture : ui::picturesOf(window.registry()))
            m_jobs << Job{theme, picture.place, picture.file};
    }
    window.resize(1280, 800);
    next();
}

void Pictures::next()
{
    if (m_jobs.isEmpty()) {
        m_done(0);
        return;
    }
    m_window.setThemeName(m_jobs.first().theme);
    m_window.showPage(m_jobs.first().place);
    m_quietTurns = 0;
    m_turns = 0;
    wait();
}

void Pictures::wait()
{
    QTimer::singleShot(kTurnMs, this, [this] {
        m_quietTurns = m_window.isSettled() ? m_quietTurns + 1 : 0;
        if (++m_turns > kMostTurns) {
            std::fprintf(stderr, "altimeter: the page %s did not become ready\n", qPrintable(m_jobs.first().place));
            m_done(1);
        } else if (m_quietTurns < kQuietTurns) {
            wait();
        } else if (!save()) {
            m_done(1);
        } else {
            m_jobs.removeFirst();
            next();
        }
    });
}

bool Pictures::save()
{
    const QString path = QDir(m_folder).filePath(m_jobs.first().file + "-" + m_jobs.first().theme + ".png");
    if (QDir().mkpath(m_folder) && m_window.grab().save(path))
        return true;
    std::fprintf(stderr, "altimeter: could not write %s\n", qPrintable(path));
    return false;
}

} // namespace altimeter::gui
