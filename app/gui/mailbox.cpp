#include "app/gui/mailbox.h"

#include <QSocketNotifier>

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace altimeter::gui {

Mailbox::Mailbox(QObject* parent) : QObject(parent), m_fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    m_notifier = new QSocketNotifier(m_fd, QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] { deliver(); });
}

Mailbox::~Mailbox()
{
    delete m_notifier;
    ::close(m_fd);
}

void Mailbox::post(std::function<void()> closure)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(closure));
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written =
        ::write(m_fd, &one, sizeof one); // fails only when a wake-up is pending already
}

void Mailbox::deliver()
{
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(m_fd, &count, sizeof count);
    std::deque<std::function<void()>> waiting;
    {
        const std::lock_guard lock(m_mutex);
        waiting.swap(m_waiting);
    }
    for (const auto& closure : waiting)
        closure();
}

} // namespace altimeter::gui
