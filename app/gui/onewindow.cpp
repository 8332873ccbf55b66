#include "app/gui/onewindow.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSocketNotifier>
#include <QTimer>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace altimeter::gui {

namespace {

using Clock = std::chrono::steady_clock;

constexpr qsizetype kLongestErrand = 4 << 20; ///< bytes; the names of some ten thousand files
constexpr char kTaken = 'k';                  ///< what a window answers that took an errand

QByteArray textOf(const OneWindow::Errand& errand)
{
    return QJsonDocument(QJsonObject{{"workspace", errand.workspace},
                                     {"imports", QJsonArray::fromStringList(errand.imports)},
                                     {"offered", QJsonArray::fromStringList(errand.offered)},
                                     {"activation", errand.activation},
                                     {"link", errand.link}})
        .toJson(QJsonDocument::Compact);
}

QStringList textsOf(const QJsonValue& array)
{
    QStringList texts;
    for (const auto& each : array.toArray())
        texts << each.toString();
    return texts;
}

std::optional<OneWindow::Errand> errandOf(const QByteArray& text)
{
    const QJsonObject read = QJsonDocument::fromJson(text).object();
    if (!read.value("workspace").isString())
        return std::nullopt;
    return OneWindow::Errand{read.value("workspace").toString(), textsOf(read.value("imports")),
                             textsOf(read.value("offered")), read.value("activation").toString(),
                             read.value("link").toString()};
}

std::optional<sockaddr_un> addressOf(const QString& path)
{
    const QByteArray name = QFile::encodeName(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.isEmpty() || static_cast<std::size_t>(name.size()) >= sizeof(address.sun_path))
        return std::nullopt;
    std::memcpy(address.sun_path, name.constData(), static_cast<std::size_t>(name.size()));
    return address;
}

int newSocket()
{
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

bool isOfThisUser(int fd)
{
    ucred peer{};
    socklen_t size = sizeof(peer);
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

/// Waits until `fd` is ready for `events`; false when the time is over before.
bool waitFor(int fd, short events, Clock::time_point end)
{
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        if (left <= 0)
            return false;
        pollfd one{fd, events, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

bool sendAll(int fd, const QByteArray& text, Clock::time_point end)
{
    qsizetype sent = 0;
    while (sent < text.size()) {
        const auto some =
            ::send(fd, text.constData() + sent, static_cast<std::size_t>(text.size() - sent), MSG_NOSIGNAL);
        if (some > 0)
            sent += some;
        else if ((errno != EAGAIN && errno != EINTR) || !waitFor(fd, POLLOUT, end))
            return false;
    }
    return ::shutdown(fd, SHUT_WR) == 0;
}

/// Says `text` to the window that listens at `address`; true when it answered that it took it. A window that has just
/// claimed the workspace may not listen yet, and one with many callers takes them one by one: both are tried again.
bool say(const sockaddr_un& address, const QByteArray& text, Clock::time_point end)
{
    while (true) {
        const int fd = newSocket();
        if (fd < 0)
            return false;
        bool isTaken = false;
        const bool isConnected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
        if (isConnected && isOfThisUser(fd) && sendAll(fd, text, end) && waitFor(fd, POLLIN, end)) {
            char answer = 0;
            isTaken = ::recv(fd, &answer, 1, 0) == 1 && answer == kTaken;
        }
        ::close(fd);
        if (isConnected || Clock::now() >= end)
            return isTaken;
        ::poll(nullptr, 0, 20); // milliseconds
    }
}

int openLock(const QString& path, int how)
{
    return ::open(QFile::encodeName(path).constData(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | how, 0600);
}

/// Of the open file and not of the process, so that whoever only asks (F_OFD_GETLK) keeps nobody from taking it.
struct flock wholeFile()
{
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

bool takeLock(int fd)
{
    struct flock lock = wholeFile();
    return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

bool isLocked(int fd)
{
    struct flock lock = wholeFile();
    return ::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/// A folder of this user that nobody else can enter.
bool isPrivate(const QString& folder)
{
    struct stat found {};
    return ::lstat(QFile::encodeName(folder).constData(), &found) == 0 && S_ISDIR(found.st_mode) &&
           found.st_uid == ::geteuid() && (found.st_mode & 077) == 0;
}

} // namespace

OneWindow::OneWindow(const QString& folder, std::chrono::milliseconds patience, QObject* parent)
    : QObject(parent), m_patience(patience)
{
    if (folder.isEmpty())
        return;
    if (::mkdir(QFile::encodeName(folder).constData(), 0700) == 0 || isPrivate(folder))
        m_folder = folder;
}

OneWindow::~OneWindow()
{
    giveUp();
}

QString OneWindow::runtimeFolder()
{
    const QString folder = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return QDir::isAbsolutePath(folder) && isPrivate(folder) ? folder + "/altimeter" : QString();
}

/// By the file itself, whichever way leads to it.
QString OneWindow::pathFor(const QString& workspace, const char* ending) const
{
    const QFileInfo file(workspace);
    QString path = file.canonicalFilePath();
    if (path.isEmpty()) { // it is not there yet
        const QString folder = QFileInfo(file.absolutePath()).canonicalFilePath();
        path = (folder.isEmpty() ? file.absolutePath() : folder) + u'/' + file.fileName();
    }
    const QByteArray hash = QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    return m_folder + "/window-" + QString::fromLatin1(hash) + QLatin1String(ending);
}

bool OneWindow::handOver(const Errand& errand) const
{
    if (m_folder.isEmpty() || errand.workspace.isEmpty())
        return false;
    const int lock = openLock(pathFor(errand.workspace, ".lock"), 0);
    if (lock < 0)
        return false; // nobody ever showed it
    const bool isHeld = isLocked(lock);
    ::close(lock);
    const auto address = addressOf(pathFor(errand.workspace, ".socket"));
    const QByteArray text = textOf(errand);
    return isHeld && address && text.size() <= kLongestErrand && say(*address, text, Clock::now() + m_patience);
}

bool OneWindow::claim(const QString& workspace)
{
    const QString path = m_folder.isEmpty() || workspace.isEmpty() ? QString() : pathFor(workspace, ".lock");
    if (!path.isEmpty() && m_claimed == path)
        return true;
    giveUp();
    if (path.isEmpty())
        return false;
    m_lock = openLock(path, O_CREAT);
    if (m_lock < 0 || !takeLock(m_lock) || !listenAt(pathFor(workspace, ".socket"))) {
        giveUp();
        return false;
    }
    m_claimed = path;
    return true;
}

void OneWindow::giveUp()
{
    for (const int fd : m_callers.keys())
        close(fd);
    delete m_notifier;
    m_notifier = nullptr;
    if (m_socket >= 0) {
        ::unlink(QFile::encodeName(m_socketPath).constData());
        ::close(m_socket);
    }
    if (m_lock >= 0)
        ::close(m_lock); // the file stays: another program may hold it open already
    m_socket = m_lock = -1;
    m_claimed.clear();
    m_socketPath.clear();
}

/// Called with the lock in hand: a socket that lies there belongs to nobody.
bool OneWindow::listenAt(const QString& path)
{
    const auto address = addressOf(path);
    const int fd = address ? newSocket() : -1;
    if (fd < 0)
        return false;
    ::unlink(QFile::encodeName(path).constData());
    constexpr int kWaiting = 16;
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) != 0 ||
        ::listen(fd, kWaiting) != 0) {
        ::close(fd);
        return false;
    }
    m_socket = fd;
    m_socketPath = path;
    m_notifier = new QSocketNotifier(fd, QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, &OneWindow::acceptNext);
    return true;
}

void OneWindow::acceptNext()
{
    const int fd = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    if (!isOfThisUser(fd)) {
        ::close(fd);
        return;
    }
    auto* notifier = new QSocketNotifier(fd, QSocketNotifier::Read, this);
    m_callers.insert(fd, {notifier, {}});
    connect(notifier, &QSocketNotifier::activated, this, [this, fd] { readFrom(fd); });
    QTimer::singleShot(m_patience, notifier, [this, fd] { close(fd); }); // who says nothing is not waited for
}

void OneWindow::readFrom(int fd)
{
    std::array<char, 65536> some{};
    const auto length = ::recv(fd, some.data(), some.size(), 0);
    QByteArray& text = m_callers[fd].text;
    if (length > 0) {
        text.append(some.data(), static_cast<qsizetype>(length));
        if (text.size() > kLongestErrand)
            close(fd);
        return;
    }
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    const auto errand = length == 0 ? errandOf(text) : std::nullopt;
    if (errand)
        (void)::send(fd, &kTaken, 1, MSG_NOSIGNAL);
    close(fd);
    if (errand)
        emit asked(*errand);
}

void OneWindow::close(int fd)
{
    const Caller caller = m_callers.take(fd);
    if (!caller.notifier)
        return;
    caller.notifier->setEnabled(false);
    caller.notifier->deleteLater(); // it may be the one that is being told
    ::close(fd);
}

} // namespace altimeter::gui
