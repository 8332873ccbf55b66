#include <QApplication>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/gui/onewindow.h"
#include "app/gui/sessionbackend.h"
#include "tests/testkit/focuscsv.h"
#include "ui/shell/mainwindow.h"

#include <array>
#include <atomic>
#include <csignal>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace altimeter;
using gui::OneWindow;
using Errand = OneWindow::Errand;

Q_DECLARE_METATYPE(altimeter::gui::OneWindow::Errand)

namespace {

constexpr std::chrono::milliseconds kPatient{20'000}; ///< of those who will be answered, however busy the machine is
constexpr std::chrono::milliseconds kBrief{60};       ///< of those who will not

/// Hands over as another program would, while this thread's events go on.
bool handOver(const QString& folder, const Errand& errand)
{
    bool isTaken = false;
    std::atomic<bool> isDone = false;
    std::thread other([&] {
        isTaken = OneWindow(folder, kPatient).handOver(errand);
        isDone = true;
    });
    while (!isDone)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    other.join();
    return isTaken;
}

/// A program that shows `workspace` and never answers. Answers its process once it has claimed it.
pid_t hangingWindow(const QString& folder, const QString& workspace)
{
    std::array<int, 2> ready{};
    if (::pipe(ready.data()) != 0)
        return -1;
    const pid_t child = ::fork();
    if (child == 0) {
        OneWindow window(folder);
        const char claimed = window.claim(workspace) ? 'y' : 'n';
        (void)!::write(ready[1], &claimed, 1);
        while (true)
            ::pause();
    }
    char claimed = 'n';
    (void)!::read(ready[0], &claimed, 1);
    ::close(ready[0]);
    ::close(ready[1]);
    return claimed == 'y' ? child : -1;
}

} // namespace

/// A second start of the program for a workspace that is shown already.
class TestOneWindow : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { qRegisterMetaType<Errand>(); }
    void init()
    {
        m_dir.reset(new QTemporaryDir);
        m_folder = m_dir->path() + "/altimeter";
        m_file = m_dir->path() + "/w.altimeter";
        QVERIFY(QFile(m_file).open(QIODevice::WriteOnly));
    }

    void secondStart_isTakenByTheFirstWindow()
    {
        QVERIFY(!handOver(m_folder, {m_file, {}, {}, {}})); // nobody shows it
        OneWindow first(m_folder, kPatient);
        QVERIFY(first.claim(m_file));
        QVERIFY(first.claim(m_file));
        QSignalSpy asked(&first, &OneWindow::asked);
        const Errand errand{
            m_file, {"/a/ä b.csv", "/a/c"}, {"/d\n.csv"}, "token", "altimeter://view?page=explore&state=x"};
        QVERIFY(handOver(m_folder, errand));
        QCOMPARE(asked.size(), 1);
        QVERIFY(asked.at(0).at(0).value<Errand>() == errand);
        Errand many = errand;
        for (int i = 0; i < 10'000; ++i)
            many.offered << QStringLiteral("/some/folder/of/exports/costs-%1.csv").arg(i);
        QVERIFY(handOver(m_folder, many));
        QVERIFY(asked.at(1).at(0).value<Errand>() == many);
    }

    void workspace_isTheFileAndNotItsName()
    {
        const QString other = m_dir->path() + "/other.altimeter";
        const QString link = m_dir->path() + "/link.altimeter";
        const QString notYet = m_dir->path() + "/new.altimeter";
        QVERIFY(QFile::link(m_file, link));
        OneWindow first(m_folder, kPatient), second(m_folder, kPatient);
        QVERIFY(first.claim(link));
        QVERIFY(!second.claim(m_file)); // two windows on one file: the second is told of nothing
        QVERIFY(second.claim(other));   // each workspace has its own
        QSignalSpy asked(&first, &OneWindow::asked), askedOther(&second, &OneWindow::asked);
        QVERIFY(handOver(m_folder, {m_dir->path() + "/./w.altimeter", {}, {}, {}}));
        QVERIFY(handOver(m_folder, {other, {}, {}, {}}));
        QCOMPARE(asked.size(), 1);
        QCOMPARE(askedOther.size(), 1);
        QVERIFY(first.claim(notYet)); // and so gives up what it showed
        QVERIFY(handOver(m_folder, {notYet, {}, {}, {}}));
        QVERIFY(!handOver(m_folder, {m_file, {}, {}, {}}));
        QVERIFY(second.claim(m_file));
        QVERIFY(!second.claim({}));
        QVERIFY(!handOver(m_folder, {m_file, {}, {}, {}}));
        QVERIFY(!handOver(m_folder, {{}, {}, {}, {}}));
    }

    void programThatIsGone_leavesNothingInTheWay()
    {
        const pid_t child = hangingWindow(m_folder, m_file);
        QVERIFY(child > 0);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        QVERIFY(!QDir(m_folder).entryList({"*.socket"}, QDir::System).isEmpty()); // it lies there still
        QVERIFY(!handOver(m_folder, {m_file, {}, {}, {}}));
        OneWindow next(m_folder, kPatient);
        QVERIFY(next.claim(m_file));
        QVERIFY(handOver(m_folder, {m_file, {}, {}, {}}));
    }

    void windowThatHangs_keepsNobodyWaiting()
    {
        const pid_t child = hangingWindow(m_folder, m_file);
        QVERIFY(child > 0);
        for (int start = 0; start < 40; ++start) // more than may wait to be let in
            QVERIFY(!OneWindow(m_folder, start < 2 ? kBrief : std::chrono::milliseconds(1))
                         .handOver({m_file, QStringList(10'000, "/a/long/name.csv"), {}, {}}));
        OneWindow own(m_folder, kBrief);
        QVERIFY(!own.claim(m_file));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        QVERIFY(own.claim(m_file));
    }

    void folderOfOthers_isNotUsed()
    {
        QVERIFY(QDir().mkdir(m_folder));
        ::chmod(QFile::encodeName(m_folder).constData(), 0777);
        QVERIFY(!OneWindow(m_folder).claim(m_file));
        ::chmod(QFile::encodeName(m_folder).constData(), 0700);
        QVERIFY(OneWindow(m_folder).claim(m_file));
        QVERIFY(!OneWindow(QString()).claim(m_file));
        QVERIFY(!OneWindow(m_dir->path() + QString(200, 'x')).claim(m_file)); // no address holds such a name
        qputenv("XDG_RUNTIME_DIR", QFile::encodeName(m_dir->path()));
        QCOMPARE(OneWindow::runtimeFolder(), m_folder);
        ::chmod(QFile::encodeName(m_dir->path()).constData(), 0755);
        QCOMPARE(OneWindow::runtimeFolder(), QString());
        qputenv("XDG_RUNTIME_DIR", "relative");
        QCOMPARE(OneWindow::runtimeFolder(), QString());
    }

    void nonsense_isNotTaken()
    {
        OneWindow first(m_folder, kPatient);
        QVERIFY(first.claim(m_file));
        QSignalSpy asked(&first, &OneWindow::asked);
        const QString name = QDir(m_folder).entryList({"*.socket"}, QDir::System).value(0);
        for (const QByteArray& text : {QByteArray(), QByteArray("GET / HTTP/1.1\r\n\r\n"), QByteArray("{}"),
                                       QByteArray(R"({"workspace": 3})"), QByteArray(5 << 20, '[')}) {
            std::thread other([&] {
                const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
                sockaddr_un address{};
                address.sun_family = AF_UNIX;
                qstrncpy(address.sun_path, QFile::encodeName(m_folder + '/' + name).constData(),
                         sizeof(address.sun_path));
                if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
                    qsizetype sent = 0;
                    while (sent < text.size()) {
                        const auto some = ::send(fd, text.constData() + sent,
                                                 static_cast<std::size_t>(text.size() - sent), MSG_NOSIGNAL);
                        if (some <= 0)
                            break;
                        sent += some;
                    }
                    ::shutdown(fd, SHUT_WR);
                    char answer = 0;
                    (void)!::read(fd, &answer, 1);
                }
                ::close(fd);
                m_isDone = true;
            });
            m_isDone = false;
            while (!m_isDone)
                QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
            other.join();
        }
        QCOMPARE(asked.size(), 0);
        QVERIFY(handOver(m_folder, {m_file, {}, {}, {}})); // and it goes on
    }

    void window_takesTheFilesOfTheSecondStart()
    {
        const QString workspace = m_dir->path() + "/books.altimeter";
        const QString costs = m_dir->path() + "/costs.csv";
        QFile file(costs);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(testkit::focusCsv({testkit::Charge()}));
        file.close();
        QVERIFY(session::Engine::create(workspace.toStdString()));
        gui::SessionBackend backend(m_dir->path() + "/settings.ini");
        ui::MainWindow window(backend);
        OneWindow one(m_folder, kPatient);
        connect(&window, &ui::MainWindow::workspaceShown, &one, &OneWindow::claim);
        connect(&one, &OneWindow::asked, &window, [&window](const Errand& errand) {
            ui::MainWindow::Start start;
            start.workspace = errand.workspace;
            start.imports = errand.imports;
            window.beginAgain(start);
        });
        window.show();
        ui::MainWindow::Start start;
        start.workspace = workspace;
        window.begin(start);
        QVERIFY(one.claim(workspace)); // as it is about to be opened
        window.showMinimized();
        QVERIFY(handOver(m_folder, {workspace, {costs}, {}, {}}));
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{1}, 20'000);
        QVERIFY(!window.isMinimized());
        backend.workspaces().close();
        QTRY_VERIFY(!handOver(m_folder, {workspace, {}, {}, {}}));
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_folder, m_file;
    std::atomic<bool> m_isDone = false;
};

QTEST_MAIN(TestOneWindow)
#include "tst_onewindow.moc"
