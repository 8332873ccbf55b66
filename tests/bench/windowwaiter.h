#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

#include "ui/shell/mainwindow.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <utility>

namespace altimeter::bench {

/// Sees the window paint.
class Painting : public QObject {
public:
    explicit Painting(ui::MainWindow& window) : m_window(window) { qApp->installEventFilter(this); }
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() != QEvent::Paint || !watched->isWidgetType() ||
            static_cast<QWidget*>(watched)->window() != &m_window)
            return false;
        isBegun = true;
        isFinal |= m_window.isSettled();
        return false;
    }
    bool isBegun = false; ///< something was painted
    bool isFinal = false; ///< something was painted when all answers were there

private:
    ui::MainWindow& m_window;
};

/// Lets events happen until a frame is on the screen. A frame is painted in one go, so it is done when the event is.
class Waiter {
public:
    explicit Waiter(ui::MainWindow& window) : m_window(window), m_painting(window)
    {
        m_tick.start(1); // so that waiting for events ends
    }
    void untilFirstFrame()
    {
        wait([&] { return m_painting.isBegun; });
    }
    /// Until the visible page has its answers and has painted them. Call it right after the question.
    void untilSettled()
    {
        m_painting.isFinal = false;
        wait([&] { return m_painting.isFinal && m_window.isSettled(); });
    }
    void untilPage(const QString& name)
    {
        wait([&] { return m_window.currentPage() == name; });
    }

    /// Whether anything was painted since this was asked.
    bool hasPainted() { return std::exchange(m_painting.isBegun, false); }

private:
    static constexpr qint64 kPatienceMs = 60'000;

    void wait(const std::function<bool()>& done)
    {
        QElapsedTimer timer;
        timer.start();
        while (!done()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (timer.elapsed() > kPatienceMs) {
                std::fputs("bench: the window never came to rest\n", stderr);
                std::exit(1);
            }
        }
    }

    ui::MainWindow& m_window;
    Painting m_painting;
    QTimer m_tick;
};

} // namespace altimeter::bench
