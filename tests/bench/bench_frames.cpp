/// Measures, in a real window over a real workspace, the frames while a person scrolls, drags the window larger and
/// smaller, and asks for another grouping. Prints JSON, asserts nothing.
#include <QApplication>
#include <QScrollBar>
#include <QTemporaryDir>

#include "app/gui/sessionbackend.h"
#include "tests/bench/frames.h"
#include "tests/bench/windowwaiter.h"
#include "ui/items/gridview.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/shell/mainwindow.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

using namespace altimeter;
using bench::figures;
using bench::millisecondsSince;
using bench::Waiter;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kFrames = 300;
constexpr int kRegroupings = 16;
constexpr QSize kSize(1280, 800);

/// A view that is measured, and its other groupings by number.
struct View {
    const char* name;
    ui::ExploreState state;
    std::function<void(ui::ExploreState&, int)> regroup;
};

/// How long each took by the clock, and of a processor.
struct Frames {
    std::vector<double> wall, processor;

    Json said() const
    {
        Json said = figures(wall);
        const Json alone = figures(processor);
        said["share by processor time"] = alone["share within a 60th of a second"];
        said["median processor ms"] = alone["median ms"];
        said["longest processor ms"] = alone["longest ms"];
        return said;
    }
};

class Bench {
public:
    Bench(ui::MainWindow& window, ui::ExplorePage& page) : m_window(window), m_page(page), m_waiter(window) {}

    void open(const QString& workspace)
    {
        m_window.resize(kSize);
        m_window.show();
        m_window.openWorkspace(workspace, false);
        m_waiter.untilPage(QStringLiteral("overview"));
        m_waiter.untilSettled();
        m_window.showPage(QStringLiteral("explore"));
        m_waiter.untilSettled();
    }

    Json measure(const View& view)
    {
        show(view.state);
        Json result{{"rows", m_page.visibleGrid()->gridModel()->rowCount()},
                    {"columns", m_page.visibleGrid()->gridModel()->columnCount()}};
        result["scrolled by wheel"] = scrolled(90);
        result["scrolled by page"] = scrolled(m_page.visibleGrid()->viewport()->height());
        result["scrolled anywhere"] = scrolled(m_page.visibleGrid()->verticalScrollBar()->maximum() / 17 + 1);
        result["window resized"] = resized();
        std::vector<double> answered;
        result["regrouping"] = regrouped(view, answered);
        result["regrouped and painted"] = figures(std::move(answered));
        return result;
    }
    /// Frames in which there was nothing to paint, which are no frames.
    int unpainted() const { return m_unpainted; }

private:
    /// Where the view is shown already nothing is asked, and nothing to wait for.
    void show(const ui::ExploreState& state)
    {
        if (m_page.state() == state)
            return;
        m_page.setState(state);
        m_waiter.untilSettled();
    }

    /// Each frame is one turn of the bar with all that follows from it, to the end of the painting.
    Json scrolled(int step)
    {
        QScrollBar* bar = m_page.visibleGrid()->verticalScrollBar();
        if (bar->maximum() <= 0)
            return nullptr;
        Frames frames;
        for (int frame = 0; frame < kFrames; ++frame) {
            const int next = bar->value() + step;
            painted(frames, [&] { bar->setValue(next > bar->maximum() ? 0 : next); });
        }
        bar->setValue(0);
        settle();
        return frames.said();
    }

    /// The corner of the window is dragged out to Full HD and in again, seven pixels a frame.
    Json resized()
    {
        Frames frames;
        for (int frame = 0; frame < kFrames; ++frame) {
            const int way = (frame * 7) % 1280, out = way < 640 ? way : 1280 - way;
            painted(frames, [&] { m_window.resize(kSize + QSize(out, out * 280 / 640)); });
        }
        m_window.resize(kSize);
        settle();
        return frames.said();
    }

    /// Sixty times a second while the answer is on its way, the grid is painted and what arrived is dealt with. A frame
    /// that lasts longer counts once.
    Json regrouped(const View& view, std::vector<double>& answered)
    {
        Frames frames;
        ui::ExploreState state = view.state;
        const auto paintGrid = [this] { m_page.visibleGrid()->viewport()->update(); };
        for (int round = 0; round < kRegroupings; ++round) {
            view.regroup(state, round);
            const auto asked = Clock::now();
            auto due = asked;
            painted(frames, [&] {
                m_page.setState(state);
                paintGrid();
            });
            while (!m_window.isSettled()) {
                while (due <= Clock::now())
                    due += std::chrono::microseconds(16'667);
                std::this_thread::sleep_until(due);
                painted(frames, paintGrid);
            }
            answered.push_back(millisecondsSince(asked));
        }
        return frames.said();
    }

    void painted(Frames& frames, const std::function<void()>& change)
    {
        (void)m_waiter.hasPainted();
        const auto begin = Clock::now();
        const double processor = bench::processorMilliseconds();
        change();
        QCoreApplication::processEvents();
        frames.processor.push_back(bench::processorMilliseconds() - processor);
        frames.wall.push_back(millisecondsSince(begin));
        m_unpainted += m_waiter.hasPainted() ? 0 : 1;
    }

    /// What the last frame asked for (pages of lines) is no part of the next measurement.
    void settle()
    {
        while (!m_window.isSettled())
            QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    }

    ui::MainWindow& m_window;
    ui::ExplorePage& m_page;
    Waiter m_waiter;
    int m_unpainted = 0;
};

ui::ExploreState stateBy(Dim::Kind kind)
{
    ui::ExploreState state;
    state.by = {Dim{kind, {}}};
    state.rangeText = "all";
    state.granularity = Granularity::Month;
    return state;
}

void otherRows(ui::ExploreState& state, int round)
{
    constexpr Dim::Kind kKinds[] = {Dim::Kind::Team, Dim::Kind::SubAccount, Dim::Kind::Region,   Dim::Kind::UseCase,
                                    Dim::Kind::Sku,  Dim::Kind::Provider,   Dim::Kind::Resource, Dim::Kind::Service};
    state.by = {Dim{kKinds[static_cast<std::size_t>(round) % std::size(kKinds)], {}}};
}

void otherLines(ui::ExploreState& state, int round)
{
    constexpr const char* kColumns[] = {"service", "day", "cost", "resource"};
    state.lineSorts = {
        {QString::fromLatin1(kColumns[static_cast<std::size_t>(round) % std::size(kColumns)]), round % 8 >= 4}};
}

std::vector<View> views()
{
    ui::ExploreState grid = stateBy(Dim::Kind::Resource);
    grid.compare = true;
    grid.rangeText = "2026";
    ui::ExploreState pivot = stateBy(Dim::Kind::Resource);
    pivot.pivot = ui::ExploreState::Pivot{};
    ui::ExploreState lines = stateBy(Dim::Kind::Service);
    lines.mode = ui::ExploreState::Mode::Charges;
    return {{"explore", grid, otherRows}, {"pivot", pivot, otherRows}, {"charge lines", lines, otherLines}};
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() != 2) {
        std::fputs("usage: bench_frames WORKSPACE\n", stderr);
        return 2;
    }
    QTemporaryDir settings;
    gui::SessionBackend backend(settings.filePath(QStringLiteral("settings.ini")));
    ui::MainWindow window(backend);
    Bench bench(window, *window.findChild<ui::ExplorePage*>());
    bench.open(words.at(1));
    Json result = Json::object();
    for (const View& view : views())
        result[view.name] = bench.measure(view);
    result["frames without anything to paint"] = bench.unpainted();
    std::puts(result.dump(2).c_str());
    return 0;
}
