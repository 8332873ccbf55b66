#include "app/gui/areas/usersettings.h"
#include "app/gui/onewindow.h"
#include "app/gui/pictures.h"
#include "app/gui/sessionbackend.h"
#include "app/gui/startoptions.h"
#include "ui/format/daterange.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/settingsdialog.h"

#include <QApplication>
#include <QDateTime>
#include <QDir>
#include <QScreen>
#include <QTimer>

#include <csignal>
#include <cstdio>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace {

/// Cost data is private: files are the user's alone, a crash leaves no memory image, a closed pipe is no reason to die.
void guardProcess()
{
    umask(077);
    const rlimit noCore{0, 0};
    setrlimit(RLIMIT_CORE, &noCore);
    prctl(PR_SET_DUMPABLE, 0); // and no other program of the same user reads the keys in it
    std::signal(SIGPIPE, SIG_IGN);
}

QStringList absolute(const QStringList& paths)
{
    QStringList result;
    for (const QString& path : paths)
        result << QDir::current().absoluteFilePath(path);
    return result;
}

QStringList argumentsOf(int argc, char** argv)
{
    QStringList words;
    for (int i = 1; i < argc; ++i)
        words << QString::fromLocal8Bit(argv[i]);
    return words;
}

/// How large the user wants everything; an environment that says so itself goes before.
void applyZoom()
{
    if (qEnvironmentVariableIsSet("QT_SCALE_FACTOR"))
        return;
    const int percent = altimeter::ui::SettingsDialog::zoomOf(altimeter::gui::UserSettings({}).value("zoom"));
    if (percent != 100)
        qputenv("QT_SCALE_FACTOR", QByteArray::number(percent / 100.0));
}

/// The file that the window is about to show; empty: none is known.
QString workspaceOf(const altimeter::gui::StartOptions& options, altimeter::gui::SessionBackend& backend)
{
    if (!options.workspace.isEmpty())
        return QDir::current().absoluteFilePath(options.workspace);
    if (options.demo)
        return QString::fromStdString(altimeter::gui::demoFile().string());
    return QString::fromStdString(options.imports.isEmpty() ? backend.settings().value("open")
                                                            : backend.workspaces().own());
}

/// True: another window shows the workspace and took what this start was asked.
bool isTakenBy(const altimeter::gui::OneWindow& others, const altimeter::gui::StartOptions& options,
               const QString& workspace)
{
    const auto token = [] {
        const QString wayland = qEnvironmentVariable("XDG_ACTIVATION_TOKEN");
        return wayland.isEmpty() ? qEnvironmentVariable("DESKTOP_STARTUP_ID") : wayland;
    };
    if (options.newWindow ||
        !others.handOver({workspace, absolute(options.imports), absolute(options.offered), token(), options.link}))
        return false;
    std::fprintf(stderr, "altimeter: the window that shows %s was brought to the front\n", qPrintable(workspace));
    return true;
}

/// What later starts ask of this window.
void beOneWindow(altimeter::gui::OneWindow& one, altimeter::ui::MainWindow& window)
{
    QObject::connect(&window, &altimeter::ui::MainWindow::workspaceShown, &one, &altimeter::gui::OneWindow::claim);
    QObject::connect(&one, &altimeter::gui::OneWindow::asked, &window,
                     [&window](const altimeter::gui::OneWindow::Errand& errand) {
                         if (!errand.activation.isEmpty())
                             qputenv("XDG_ACTIVATION_TOKEN", errand.activation.toUtf8()); // Qt takes it from there
                         altimeter::ui::MainWindow::Start start;
                         start.workspace = errand.workspace;
                         start.imports = errand.imports;
                         start.offered = errand.offered;
                         start.link = errand.link;
                         window.beginAgain(start);
                     });
}

void begin(altimeter::ui::MainWindow& window, const altimeter::gui::StartOptions& options)
{
    altimeter::ui::MainWindow::Start start;
    if (!options.workspace.isEmpty())
        start.workspace = QDir::current().absoluteFilePath(options.workspace);
    start.demo = options.demo;
    start.resumes = options.imports.isEmpty() && options.screenshots.isEmpty();
    start.imports = absolute(options.imports);
    start.offered = absolute(options.offered);
    start.link = options.link;
    start.furtherWorkspaces = absolute(options.furtherWorkspaces);
    window.begin(start);
}

/// Runs `then` once the workspace asked for is open (or could not be opened).
void whenSettled(altimeter::ui::MainWindow& window, std::function<void()> then)
{
    QTimer::singleShot(50, &window, [&window, then = std::move(then)]() mutable {
        window.isSettled() ? then() : whenSettled(window, std::move(then));
    });
}

} // namespace

int main(int argc, char** argv)
{
    guardProcess();
    const auto options = altimeter::gui::parseStartOptions(argumentsOf(argc, argv));
    if (!options) {
        std::fprintf(stderr, "altimeter: %s\n%s", options.error().text().c_str(),
                     qPrintable(altimeter::gui::startOptionsHelp()));
        return 2;
    }
    if (options->help || options->version) {
        std::printf("%s", options->help ? qPrintable(altimeter::gui::startOptionsHelp())
                                        : "altimeter " ALTIMETER_VERSION "\n");
        return 0;
    }
    if (options->screenshots.isEmpty())
        applyZoom();
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName("altimeter");
    altimeter::ui::format::setPresentDay([] { return altimeter::Instant{QDateTime::currentSecsSinceEpoch()}.day(); });
    QCoreApplication::setApplicationVersion(ALTIMETER_VERSION);
    QGuiApplication::setApplicationDisplayName("Altimeter");
    QGuiApplication::setDesktopFileName("io.github.altimeter.Altimeter");

    altimeter::gui::SessionBackend backend;
    const bool isForPictures = !options->screenshots.isEmpty();
    altimeter::gui::OneWindow one(isForPictures ? QString() : altimeter::gui::OneWindow::runtimeFolder());
    const QString workspace = workspaceOf(*options, backend);
    // Of two that start at the same moment one claims it, and the other hands over after all.
    if (isTakenBy(one, *options, workspace) || (!one.claim(workspace) && isTakenBy(one, *options, workspace)))
        return 0;
    altimeter::ui::MainWindow window(backend);
    beOneWindow(one, window);
    const QSize frame(0, 40); // a title bar is not the window's
    window.fitInto(window.screen()->availableSize() - frame);
    window.show();
    begin(window, *options);
    if (isForPictures)
        whenSettled(window, [&] {
            whenSettled(window, [&] {
                if (const QString why = altimeter::gui::whyNoPictures(backend, options->workspace); !why.isEmpty()) {
                    std::fprintf(stderr, "altimeter: %s\n", qPrintable(why));
                    QCoreApplication::exit(1);
                    return;
                }
                new altimeter::gui::Pictures(window, options->screenshots,
                                             [](int status) { QCoreApplication::exit(status); });
            });
        });
    return QApplication::exec();
}
