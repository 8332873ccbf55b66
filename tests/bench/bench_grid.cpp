/// Measures, on grids of 50,000 rows, how long each frame of a scroll takes to paint. Prints JSON, asserts nothing.
#include <QApplication>
#include <QScrollBar>

#include "tests/bench/frames.h"
#include "ui/format/windowlocale.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridview.h"
#include "ui/items/pivotmodel.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <vector>

using namespace altimeter;
using bench::figures;
using bench::millisecondsSince;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kFrames = 300;

/// `teams` teams in two currencies, each with a charge in each of `months` months.
CostTable table(int teams, int months)
{
    CostTable made;
    made.query.by = {Dim{Dim::Kind::Team, {}}};
    made.query.granularity = months > 1 ? Granularity::Month : Granularity::None;
    const Currency usd("USD"), eur("EUR");
    made.totals = {{usd, {}, 1, 0, 0}, {eur, {}, 1, 0, 0}};
    std::uint64_t mixed = 88172645463325252U;
    for (int team = 0; team < teams; ++team) {
        const KeyTuple keys{{"team " + std::to_string(team * 7919 % teams)}};
        for (int month = 0; month < months; ++month) {
            mixed ^= mixed << 13U;
            mixed ^= mixed >> 7U;
            mixed ^= mixed << 17U;
            CostRow row;
            row.keys = keys;
            row.period = months > 1 ? Day::fromYmd(2025 + month / 12, 1 + month % 12, 1) : Day::none();
            row.currency = team % 9 == 0 ? eur : usd;
            row.cost = Amount::fromAttos(static_cast<Int128>(mixed % 1'000'000'000'000ULL) * 1'000'000'000'000LL);
            row.rows = 1 + mixed % 50;
            made.rows.push_back(std::move(row));
        }
    }
    return made;
}

/// Each frame is one turn of a bar, with all that follows from it, and the painting of the whole grid.
Json scrolled(ui::GridView& view, QScrollBar* bar, int step)
{
    std::vector<double> times;
    for (int frame = 0; frame < kFrames; ++frame) {
        const auto begin = Clock::now();
        const int next = bar->value() + step;
        bar->setValue(next > bar->maximum() ? 0 : next);
        QCoreApplication::processEvents();
        view.viewport()->repaint();
        times.push_back(millisecondsSince(begin));
    }
    return figures(std::move(times));
}

Json measure(ui::GridModel& model)
{
    ui::GridView view(QStringLiteral("Grid"));
    const auto shown = Clock::now();
    view.setGridModel(&model);
    view.resize(1280, 700);
    view.show();
    QCoreApplication::processEvents();
    Json result{{"rows", model.rowCount()}, {"columns", model.columnCount()}, {"shown ms", millisecondsSince(shown)}};
    result["by wheel"] = scrolled(view, view.verticalScrollBar(), 90);
    result["by page"] = scrolled(view, view.verticalScrollBar(), 640);
    result["anywhere"] = scrolled(view, view.verticalScrollBar(), view.verticalScrollBar()->maximum() / 17 + 1);
    if (view.horizontalScrollBar()->maximum() > 0) {
        result["sideways, names stay"] = scrolled(view, view.horizontalScrollBar(), 37);
        view.columns().setFrozen(0);
        result["sideways, all scroll"] = scrolled(view, view.horizontalScrollBar(), 37);
    }
    return result;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    constexpr int kRows = 50'000, kMonths = 24;
    Json result;
    ui::PivotModel pivot(ui::format::neutralLocale());
    CostTable answer = table(kRows, kMonths);
    const ui::PivotShape shape{{{ui::PivotField::Kind::Key, 0}}, {ui::PivotField::Kind::Period, 0}};
    auto begin = Clock::now();
    pivot.setTable(std::move(answer), shape);
    const double made = millisecondsSince(begin);
    result["pivot"] = measure(pivot);
    result["pivot"]["made ms"] = made;
    begin = Clock::now();
    pivot.sort(3, Qt::AscendingOrder);
    result["pivot"]["sorted ms"] = millisecondsSince(begin);
    begin = Clock::now();
    pivot.setFilterText(3, QStringLiteral(">500000"));
    result["pivot"]["filtered ms"] = millisecondsSince(begin);
    ui::CostTableModel costs(ui::format::neutralLocale());
    costs.setTable(table(kRows, 1), table(kRows, 1));
    result["costs"] = measure(costs);
    std::puts(result.dump(2).c_str());
    return 0;
}
