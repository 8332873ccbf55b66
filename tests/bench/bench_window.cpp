/// Measures, on a real window over a real workspace, how long a person waits for a painted frame. Prints JSON.
#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>

#include "app/gui/sessionbackend.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/shell/mainwindow.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <functional>

using namespace altimeter;
using Json = nlohmann::ordered_json;

namespace {

constexpr qint64 kPatienceMs = 60'000;
constexpr const char* kTeams[] = {"search", "checkout", "catalog", "data", "mobile", "payments", "media", "growth"};
constexpr Dim::Kind kGroupings[] = {Dim::Kind::Team, Dim::Kind::SubAccount, Dim::Kind::Region,   Dim::Kind::UseCase,
                                    Dim::Kind::Sku,  Dim::Kind::Provider,   Dim::Kind::Resource, Dim::Kind::Service};
constexpr const char* kRanges[] = {"30d", "13m", "90d", "2026", "ly", "mtd", "2026-06", "all"};

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

private:
    void wait(const std::function<bool()>& done)
    {
        QElapsedTimer timer;
        timer.start();
        while (!done()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (timer.elapsed() > kPatienceMs) {
                std::fputs("bench_window: the window never came to rest\n", stderr);
                std::exit(1);
            }
        }
    }

    ui::MainWindow& m_window;
    Painting m_painting;
    QTimer m_tick;
};

double millisecondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// From `begin`, when the program was started, to the first frame and to the Overview with its figures.
Json measureStart(ui::MainWindow& window, Waiter& waiter, const QString& workspace,
                  std::chrono::steady_clock::time_point begin)
{
    window.resize(1280, 800);
    window.show();
    window.openWorkspace(workspace, false);
    waiter.untilFirstFrame();
    const double first = millisecondsSince(begin);
    waiter.untilPage("overview");
    waiter.untilSettled();
    return {{"start to the first frame", Json::array({first})},
            {"start to the Overview with figures", Json::array({millisecondsSince(begin)})}};
}

using Change = std::function<void(ui::ExploreState&, int)>;

Json measureChanges(ui::MainWindow& window, Waiter& waiter, int rounds, const Change& change)
{
    auto* page = window.findChild<ui::ExplorePage*>();
    ui::ExploreState state = page->state();
    state.by = {Dim{Dim::Kind::Service, {}}};
    state.rangeText = "all";
    state.granularity = Granularity::Month;
    state.filters.clear();
    page->setState(state);
    waiter.untilSettled();
    Json times = Json::array();
    for (int round = 0; round < rounds; ++round) {
        change(state, round);
        const auto begin = std::chrono::steady_clock::now();
        page->setState(state);
        waiter.untilSettled();
        times.push_back(millisecondsSince(begin));
    }
    return times;
}

void measureExplore(ui::MainWindow& window, Waiter& waiter, int repeat, Json& result)
{
    window.showPage("explore");
    waiter.untilSettled();
    const int rounds = std::max(repeat, static_cast<int>(std::size(kTeams)));
    const auto at = [](const auto& values, int round) {
        return values[static_cast<std::size_t>(round) % std::size(values)];
    };
    result["another grouping"] = measureChanges(window, waiter, rounds, [&](ui::ExploreState& state, int round) {
        state.by = {Dim{at(kGroupings, round), {}}};
    });
    result["another filter"] = measureChanges(window, waiter, rounds, [&](ui::ExploreState& state, int round) {
        state.filters = {{Dim{Dim::Kind::Team, {}}, {at(kTeams, round)}, false}};
    });
    result["another range"] = measureChanges(
        window, waiter, rounds, [&](ui::ExploreState& state, int round) { state.rangeText = at(kRanges, round); });
    result["the charge lines of a team"] =
        measureChanges(window, waiter, rounds, [&](ui::ExploreState& state, int round) {
            state.filters = {{Dim{Dim::Kind::Team, {}}, {at(kTeams, round)}, false}};
            state.mode = ui::ExploreState::Mode::Charges;
        });
}

} // namespace

int main(int argc, char** argv)
{
    auto begin = std::chrono::steady_clock::now();
    QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() < 2) {
        std::fputs("usage: bench_window WORKSPACE [--repeat N | --started NANOSECONDS]\n"
                   "--started: measure the start only, from this reading of the monotonic clock on\n",
                   stderr);
        return 2;
    }
    const bool startOnly = words.value(2) == QLatin1String("--started");
    if (startOnly)
        begin = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(words.value(3).toLongLong()));
    QTemporaryDir settings;
    gui::SessionBackend backend(settings.filePath("settings.ini"));
    ui::MainWindow window(backend);
    Waiter waiter(window);
    Json result = measureStart(window, waiter, words.at(1), begin);
    if (!startOnly) {
        result = Json::object();
        measureExplore(window, waiter, words.value(3).toInt(), result);
    }
    std::puts(result.dump().c_str());
    return 0;
}
