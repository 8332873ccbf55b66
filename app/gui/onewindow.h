#pragma once

#include <QHash>
#include <QObject>
#include <QStringList>

#include <chrono>

class QSocketNotifier;

namespace altimeter::gui {

/// One window for one workspace: a second start finds the window that shows it, hands over what it was asked to do, and
/// ends.
///
/// In the runtime folder of the user (0700) each workspace that is shown has a lock, held as long as its program lives,
/// and a socket beside it. A lock without a holder was left by a program that is gone, however it went; what lies
/// beside it means nothing. A window that does not answer in good time (it hangs, or belongs to another version) keeps
/// nobody waiting: the second start then opens a window of its own, which harms nothing, because whatever writes takes
/// turns in the file itself.
class OneWindow : public QObject {
    Q_OBJECT
public:
    /// What a start of the program was asked.
    struct Errand {
        QString workspace;            ///< the file
        QStringList imports, offered; ///< files and folders to read into it, and to ask about
        QString activation;           ///< the desktop's token that allows to come to the front; may be empty
        QString link{};               ///< a view link to open; empty: none
        friend bool operator==(const Errand&, const Errand&) = default;
    };

    /// `folder`: where locks and sockets lie; empty: every start has a window of its own. `patience`: how long another
    /// window may take to answer.
    explicit OneWindow(const QString& folder = runtimeFolder(),
                       std::chrono::milliseconds patience = std::chrono::milliseconds(1500), QObject* parent = nullptr);
    /// Gives up what was claimed.
    ~OneWindow() override;

    /// A folder for this program in XDG_RUNTIME_DIR; empty where the desktop has none that is the user's alone.
    static QString runtimeFolder();

    /// True: another window shows `errand.workspace` and took the errand. From any thread.
    bool handOver(const Errand& errand) const;
    /// From now on this program shows `workspace` and is told by asked(); what it showed before is given up. False
    /// where another one shows it too, and for an empty name: then it is told of none.
    bool claim(const QString& workspace);

signals:
    /// Another start of the program handed this over.
    void asked(const altimeter::gui::OneWindow::Errand& errand);

private:
    QString pathFor(const QString& workspace, const char* ending) const;
    void giveUp();
    bool listenAt(const QString& path);
    void acceptNext();
    void readFrom(int fd);
    void close(int fd);

    QString m_folder;
    std::chrono::milliseconds m_patience;
    QString m_claimed, m_socketPath; ///< empty: nothing
    int m_lock = -1, m_socket = -1;
    QSocketNotifier* m_notifier = nullptr;
    struct Caller {
        QSocketNotifier* notifier = nullptr;
        QByteArray text;
    };
    QHash<int, Caller> m_callers; ///< by descriptor: who is still speaking
};

} // namespace altimeter::gui
