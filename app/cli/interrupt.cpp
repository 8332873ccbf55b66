#include "app/cli/interrupt.h"

#include <pthread.h>
#include <unistd.h>

namespace altimeter::cli {

namespace {

constexpr int kWakeUp = SIGUSR1;

bool isIgnored(int signal)
{
    struct sigaction current = {};
    return sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

} // namespace

Interrupt::Interrupt()
{
    sigemptyset(&m_signals);
    sigaddset(&m_signals, kWakeUp);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        if (!isIgnored(signal))
            sigaddset(&m_signals, signal);
    }
    pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
    m_watcher = std::jthread([this] { watch(); });
}

Interrupt::~Interrupt()
{
    pthread_kill(m_watcher.native_handle(), kWakeUp);
}

void Interrupt::watch()
{
    int signal = 0;
    while (sigwait(&m_signals, &signal) == 0 && signal != kWakeUp) {
        if (m_stop.stop_requested())
            _exit(128 + signal);
        m_stop.request_stop();
    }
}

} // namespace altimeter::cli
