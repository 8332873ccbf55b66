/// Measures, on a real window over a real workspace, how long a person waits for a painted frame. Prints JSON.
#include <QApplication>
#include <QTemporaryDir>

#include "app/gui/sessionbackend.h"
#include "tests/bench/frames.h"
#include "tests/bench/windowwaiter.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/shell/mainwindow.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <functional>

using namespace altimeter;
using bench::millisecondsSince;
using bench::Waiter;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kTeams[] = {"search", "checkout", "catalog", "data", "mobile", "payments", "media", "growth"};
constexpr Dim::Kind kGroupings[] = {Dim::Kind::Team, Dim::Kind::SubAccount, Dim::Kind::Region,   Dim::Kind::UseCase,
                                    Dim::Kind::Sku,  Dim::Kind::Provider,   Dim::Kind::Resource, Dim::Kind::Service};
constexpr const char* kRanges[] = {"30d", "13m", "90d", "2026", "ly", "mtd", "2026-06", "all"};

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
