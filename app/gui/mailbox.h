#pragma once

#include <QObject>

#include <deque>
#include <functional>
#include <mutex>

class QSocketNotifier;

namespace altimeter::gui {

/// Carries closures from any thread to the thread it was made on. Closures that are still waiting when it dies are
/// dropped.
class Mailbox : public QObject {
public:
    explicit Mailbox(QObject* parent = nullptr);
    ~Mailbox() override;
    void post(std::function<void()> closure); ///< any thread

private:
    void deliver();
    std::mutex m_mutex;
    std::deque<std::function<void()>> m_waiting; ///< guarded by m_mutex
    int m_fd = -1;
    QSocketNotifier* m_notifier = nullptr;
};

} // namespace altimeter::gui
