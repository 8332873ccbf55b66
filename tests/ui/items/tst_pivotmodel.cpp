#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include "models/domain/decimal.h"
#include "tests/ui/fakebackend.h"
#include "ui/format/format.h"
#include "ui/format/windowlocale.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridheader.h"
#include "ui/items/gridview.h"
#include "ui/items/pivotmodel.h"

#include <QApplication>
#include <QClipboard>

#include <random>
#include <set>

using namespace altimeter;
using namespace altimeter::ui;

namespace {

using Kind = PivotField::Kind;
using State = PivotRows::State;

const QLocale kNeutral = ui::format::neutralLocale();
const Currency kUsd("USD"), kEur("EUR"), kJpy("JPY");
const Dim kTeam{Dim::Kind::Team, {}}, kService{Dim::Kind::Service, {}}, kRegion{Dim::Kind::Region, {}};

Amount amount(const char* text)
{
    return Amount::parse(text).take();
}

Day month(int year, int number)
{
    return Day::fromYmd(year, number, 1);
}

CostRow row(std::vector<std::string> keys, Day period, const char* cost, const Currency& currency = kUsd,
            std::uint64_t rows = 1, std::uint64_t unknown = 0)
{
    return {std::move(keys), period, currency, amount(cost), rows, unknown, 0, false};
}

CostTable tableOf(std::vector<Dim> by, Granularity step, std::vector<CostRow> rows)
{
    CostTable table;
    table.query.by = std::move(by);
    table.query.granularity = step;
    table.query.range = {Day::fromYmd(2026, 8, 15), Day::fromYmd(2026, 11, 20)};
    for (const CostRow& r : rows) {
        auto total = std::find_if(table.totals.begin(), table.totals.end(),
                                  [&](const CurrencyTotal& t) { return t.currency == r.currency; });
        if (total == table.totals.end())
            total = table.totals.insert(table.totals.end(), {r.currency, {}, 0, 0});
        const auto sum = checkedAdd(total->cost, r.cost);
        total->cost = sum ? *sum : Amount();
        total->rows += r.rows;
        total->unknownRows += r.unknownRows;
    }
    table.rows = std::move(rows);
    return table;
}

const PivotShape kTeamsByMonth{{{Kind::Key, 0}}, {Kind::Period, 0}};
const PivotShape kTwoLevels{{{Kind::Key, 0}, {Kind::Key, 1}}, {Kind::Period, 0}};

/// Three months with a hole, a negative, an owner without a name and two currencies.
CostTable company()
{
    return tableOf({kTeam, kService}, Granularity::Month,
                   {row({"Search", "EC2"}, month(2026, 9), "10.10"), row({"Search", "EC2"}, month(2026, 11), "5"),
                    row({"Search", "S3"}, month(2026, 9), "-3.000000000000000001"),
                    row({"", "Tax"}, month(2026, 11), "1"), row({"Ads", "S3"}, month(2026, 9), "100"),
                    row({"Ads", "S3"}, month(2026, 9), "7", kEur)});
}

QString shown(const PivotModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

QStringList names(const PivotModel& model)
{
    QStringList found;
    for (int r = 0; r < model.rowCount(); ++r) {
        QStringList parts;
        for (int column = 0; model.levelOf(column) > 0; ++column)
            parts << model.rawText(r, column);
        found << parts.join(u'/');
    }
    return found;
}

/// What a node stands for: its currency and the values on each level.
using Place = std::vector<std::string>;

std::string fieldText(const CostRow& row, const PivotField& field)
{
    return field.kind == Kind::Period ? toString(row.period) : row.keys[field.key];
}

/// Every figure of the pivot, added up one by one with nothing clever.
struct SlowPivot {
    std::map<std::pair<Place, std::string>, DecimalSum> cells;
    std::map<Place, DecimalSum> totals;

    SlowPivot(const CostTable& table, const PivotShape& shape)
    {
        for (const CostRow& row : table.rows) {
            Place place{std::string(row.currency.code())};
            const std::string column = shape.across.kind == Kind::Nothing ? "" : fieldText(row, shape.across);
            for (std::size_t level = 0;; ++level) {
                cells[{place, column}].add(DecimalSum::parse(toString(row.cost)).take());
                totals[place].add(DecimalSum::parse(toString(row.cost)).take());
                if (level == shape.rows.size())
                    break;
                place.push_back(fieldText(row, shape.rows[level]));
            }
        }
    }
    static std::string toString(const Amount& cost) { return ui::format::exact(cost).toStdString(); }
    static std::string toString(Day day) { return altimeter::toString(day); }
};

/// Which nodes some filters keep, judged one by one on what a row shows: one stays in sight when it passes, or one
/// below it does. A filter on a name says nothing of the rows above that name.
struct SlowFilter {
    std::map<std::size_t, std::string> names; ///< what a level's name has to be, without case
    std::optional<Amount> above;              ///< what the total has to be above of

    bool passes(const PivotRows& rows, std::uint32_t node) const
    {
        for (const auto& [level, name] : names) {
            if (rows.nodes()[node].level < level)
                return false;
            const Dim& dim = rows.query().by[rows.shape().rows[level - 1].key];
            if (!ui::format::dimValue(dim, rows.valueAt(node, level).key)
                     .contains(QString::fromStdString(name), Qt::CaseInsensitive))
                return false;
        }
        return !above || *above < rows.nodes()[node].total.cost;
    }
    bool keeps(const PivotRows& rows, std::uint32_t node) const
    {
        for (std::uint32_t below = node; below < rows.nodes()[node].end; ++below)
            if (passes(rows, below))
                return true;
        return false;
    }
};

CostTable randomTable(std::mt19937& random, const PivotShape& shape, std::size_t dims, bool periods)
{
    const auto upTo = [&random](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
    const std::vector<std::string> words{"", "a", "B", "b", "Zürich", "10", "9", "x/y"};
    const std::vector<Currency> currencies{kUsd, kEur, kJpy};
    (void)shape;
    std::map<std::tuple<std::string, std::vector<std::string>, std::int32_t>, CostRow> rows;
    const int count = upTo(120), currencyCount = upTo(2);
    for (int i = 0; i < count; ++i) {
        std::vector<std::string> keys;
        for (std::size_t d = 0; d < dims; ++d)
            keys.push_back(words[static_cast<std::size_t>(upTo(static_cast<int>(words.size()) - 1))]);
        const Day day = periods ? month(2025 + upTo(1), 1 + upTo(11)) : Day::none();
        const Currency& currency = currencies[static_cast<std::size_t>(upTo(currencyCount))];
        const std::string cost = (upTo(3) == 0 ? "-" : "") + std::to_string(upTo(999'999)) + "." +
                                 std::to_string(upTo(999)) + "000000000000007";
        rows[{std::string(currency.code()), keys, day.number}] = row(keys, day, cost.c_str(), currency);
    }
    std::vector<CostRow> list;
    for (auto& [key, one] : rows)
        list.push_back(one);
    std::shuffle(list.begin(), list.end(), random);
    return tableOf(std::vector<Dim>{kTeam, kService, kRegion}, periods ? Granularity::Month : Granularity::None,
                   std::move(list));
}

} // namespace

class TstPivotModel : public QObject {
    Q_OBJECT
private slots:
    void rows_ofRandomAnswers_equalTheSlowOnes()
    {
        std::mt19937 random(20'261'130);
        const std::vector<PivotShape> shapes{
            {{{Kind::Key, 0}}, {Kind::Period, 0}},
            {{{Kind::Key, 0}, {Kind::Key, 1}}, {Kind::Period, 0}},
            {{{Kind::Key, 0}, {Kind::Key, 1}, {Kind::Key, 2}}, {Kind::Period, 0}},
            {{{Kind::Period, 0}, {Kind::Key, 1}}, {Kind::Key, 0}},
            {{{Kind::Key, 2}, {Kind::Key, 0}}, {Kind::Key, 1}},
            {{{Kind::Key, 1}}, {Kind::Nothing, 0}},
            {{}, {Kind::Period, 0}},
        };
        for (int world = 0; world < 70; ++world) {
            const PivotShape& shape = shapes[static_cast<std::size_t>(world) % shapes.size()];
            const CostTable table = randomTable(random, shape, 3, true);
            const SlowPivot slow(table, shape);
            const PivotRows rows(table, shape);
            std::size_t cells = 0;
            std::set<Place> seen;
            for (std::uint32_t node = 0; node < rows.nodes().size(); ++node) {
                Place place{std::string(rows.currency(node).code())};
                for (std::size_t level = 1; level <= rows.nodes()[node].level; ++level) {
                    const PivotRows::Value& value = rows.valueAt(node, level);
                    place.push_back(value.period.isValid() ? toString(value.period) : value.key);
                }
                QVERIFY(seen.insert(place).second);
                QCOMPARE(SlowPivot::toString(rows.nodes()[node].total.cost), slow.totals.at(place).toString(2));
                for (std::uint32_t column = 0; column < rows.columns().size(); ++column) {
                    const PivotRows::Value& value = rows.columns()[column];
                    const std::string across = value.period.isValid() ? toString(value.period) : value.key;
                    const auto expected = slow.cells.find({place, across});
                    const PivotRows::Cell* cell = rows.cell(node, column);
                    QCOMPARE(cell != nullptr, expected != slow.cells.end());
                    if (!cell)
                        continue;
                    ++cells;
                    QCOMPARE(SlowPivot::toString(cell->cost), expected->second.toString(2));
                }
            }
            QCOMPARE(seen.size(), slow.totals.size());
            QCOMPARE(cells, shape.across.kind == Kind::Nothing ? 0 : slow.cells.size());
            for (std::uint32_t root = 0; root < rows.nodes().size(); root = rows.nodes()[root].end)
                for (const CurrencyTotal& total : table.totals)
                    if (total.currency == rows.currency(root))
                        QCOMPARE(rows.nodes()[root].total.cost, total.cost);
        }
    }

    void filters_onRandomAnswers_keepWhatTheSlowOnesDo()
    {
        std::mt19937 random(20'261'131);
        const std::vector<PivotShape> shapes{
            {{{Kind::Key, 0}, {Kind::Key, 1}}, {Kind::Period, 0}},
            {{{Kind::Key, 0}, {Kind::Key, 1}, {Kind::Key, 2}}, {Kind::Period, 0}},
            {{{Kind::Key, 2}, {Kind::Key, 0}}, {Kind::Key, 1}},
            {{{Kind::Key, 1}}, {Kind::Nothing, 0}},
        };
        for (int world = 0; world < 60; ++world) {
            const PivotShape& shape = shapes[static_cast<std::size_t>(world) % shapes.size()];
            PivotModel model(kNeutral);
            QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
            model.setTable(randomTable(random, shape, 3, true), shape);
            model.setAllFolded(random() % 2 == 0);
            const int all = model.rowCount();
            SlowFilter slow;
            for (std::size_t level = 1; level <= shape.rows.size(); ++level)
                if (random() % 3 == 0)
                    slow.names[level] = std::vector<std::string>{"a", "b", "9", "x"}[random() % 4];
            if (random() % 2 == 0)
                slow.above = amount(random() % 2 == 0 ? "400000" : "-5");
            for (const auto& [level, name] : slow.names)
                model.setFilterText(static_cast<int>(level) - 1, QString::fromStdString(name));
            if (slow.above)
                model.setFilterText(model.totalColumn(), u'>' + ui::format::exact(*slow.above));
            model.setAllFolded(false);
            std::set<std::uint32_t> expected, got;
            for (std::uint32_t node = 0; node < model.rows().nodes().size(); ++node)
                if (model.rows().nodes()[node].level > 0 && slow.keeps(model.rows(), node))
                    expected.insert(node);
            for (int row = 0; row < model.rowCount(); ++row)
                got.insert(model.nodeAt(row));
            QCOMPARE(got, expected);
            // Folded rows stay folded, subtotals what they were, and nothing stays behind.
            model.setAllFolded(true);
            for (int row = 0; row < model.rowCount(); ++row)
                QCOMPARE(model.amountAt(row, model.totalColumn()),
                         std::optional(model.rows().nodes()[model.nodeAt(row)].total.cost));
            for (int row = model.rowCount(); row-- > 0;)
                model.setFolded(row, false);
            model.clearFilters();
            QVERIFY(!model.isFiltered());
            model.setAllFolded(false);
            QCOMPARE(model.unfilteredRows(), qint64(model.rowCount()));
            QVERIFY(model.rowCount() >= all);
        }
    }

    void filter_onOneColumnAcross_isOfThatOneAlone()
    {
        PivotModel model(kNeutral);
        model.setTable(company(), kTwoLevels);
        model.setFilterText(5, QStringLiteral(">=1")); // November
        QCOMPARE(names(model), (QStringList{"Search/Total", "/Total"}));
        QCOMPARE(model.unfilteredRows(), qint64(4));
        QCOMPARE(model.filterText(5), QStringLiteral(">=1"));
        QCOMPARE(model.filterText(3), QString());
        model.setFilterText(5, QStringLiteral("=null"));
        QCOMPARE(names(model), (QStringList{"Ads/Total", "Search/Total", "Ads/Total"})); // Search for its S3
        model.setFilterText(5, QStringLiteral("/(/"));
        QVERIFY(!model.filterError(5).isEmpty());
        QCOMPARE(model.rowCount(), 4);
        model.setTable(company(), kTwoLevels);
        QCOMPARE(model.filterText(5), QStringLiteral("/(/"));
        model.setFilterText(5, {});
        model.setFilterText(0, QStringLiteral("=null"));
        QCOMPARE(names(model), QStringList{"/Total"});
        model.setFolded(0, false);
        QCOMPARE(names(model), (QStringList{"/Total", "/Tax"}));
    }

    void comparison_ofRandomAnswers_equalsTheSlowOne()
    {
        std::mt19937 random(20'261'132);
        const std::vector<PivotShape> shapes{{{{Kind::Key, 0}, {Kind::Key, 1}}, {Kind::Nothing, 0}},
                                             {{{Kind::Key, 2}, {Kind::Key, 0}}, {Kind::Key, 1}},
                                             {{{Kind::Key, 1}}, {Kind::Nothing, 0}}};
        for (int world = 0; world < 40; ++world) {
            const PivotShape& shape = shapes[static_cast<std::size_t>(world) % shapes.size()];
            const CostTable now = randomTable(random, shape, 3, false), before = randomTable(random, shape, 3, false);
            const SlowPivot slowNow(now, shape), slowBefore(before, shape);
            const PivotRows rows(now, shape, {}, before);
            QVERIFY(rows.isComparing());
            std::set<Place> seen;
            for (std::uint32_t node = 0; node < rows.nodes().size(); ++node) {
                Place place{std::string(rows.currency(node).code())};
                for (std::size_t level = 1; level <= rows.nodes()[node].level; ++level)
                    place.push_back(rows.valueAt(node, level).key);
                seen.insert(place);
                const auto sumOf = [&place](const SlowPivot& slow) {
                    const auto found = slow.totals.find(place);
                    return found == slow.totals.end() ? DecimalSum() : found->second;
                };
                DecimalSum change = sumOf(slowNow);
                change.subtract(sumOf(slowBefore));
                QCOMPARE(SlowPivot::toString(*rows.amount(node, PivotRows::kTotal)), sumOf(slowNow).toString(2));
                QCOMPARE(SlowPivot::toString(*rows.amount(node, PivotRows::kPrevious)), sumOf(slowBefore).toString(2));
                QCOMPARE(SlowPivot::toString(*rows.amount(node, PivotRows::kChange)), change.toString(2));
            }
            std::set<Place> expected; // what is there now, and what is gone
            for (const SlowPivot* slow : {&slowNow, &slowBefore})
                for (const auto& [place, sum] : slow->totals)
                    expected.insert(place);
            QCOMPARE(seen, expected);
            QCOMPARE(rows.columns().size(), PivotRows(now, shape).columns().size());
        }
    }

    void comparison_showsWhatIsNewAndGone_andHandsOutTotals()
    {
        PivotModel model(kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const PivotShape shape{{{Kind::Key, 0}}, {Kind::Nothing, 0}};
        model.setTable(
            tableOf({kTeam}, Granularity::None, {row({"A"}, Day::none(), "5"), row({"New"}, Day::none(), "1")}), shape,
            tableOf({kTeam}, Granularity::None,
                    {row({"A"}, Day::none(), "8"), row({"Gone"}, Day::none(), "2"),
                     row({"Gone"}, Day::none(), "4", kEur)}));
        // Team, Currency, cost, Previous, Change, Change %; the largest movement first
        QCOMPARE(model.columnCount(), 6);
        QCOMPARE(names(model), (QStringList{"A", "Gone", "New", "Gone"}));
        QCOMPARE(model.rawText(0, 4), QStringLiteral("-3.00"));
        QCOMPARE(shown(model, 1, 5), QStringLiteral("gone"));
        QCOMPARE(shown(model, 2, 5), QStringLiteral("new"));
        QCOMPARE(model.rawText(0, 5), QStringLiteral("-0.375"));
        QVERIFY(model.sumKind(0, 3) != model.sumKind(0, 4));
        QVERIFY(!model.canSortColumn(5));
        QCOMPARE(model.footer().size(), std::size_t(2)); // a currency that is gone has its total all the same
        QCOMPARE(model.footer()[0].cells.at(4), ui::format::moneyChange(amount("-4"), kUsd, kNeutral));
        model.sort(3, Qt::DescendingOrder);
        QCOMPARE(names(model), (QStringList{"A", "Gone", "New", "Gone"}));
        QCOMPARE(model.sortColumn(), 3);
        const QString csv = QString::fromStdString(model.csvWriter(CsvGuard::Spreadsheet)({}));
        QCOMPARE(
            csv.split(QStringLiteral("\r\n")),
            (QStringList{"Team,Currency,Effective cost,Previous,Change,Change ratio", "A,USD,5.00,8.00,-3.00,-0.375",
                         "Gone,USD,0.00,2.00,-2.00,-1", "New,USD,1.00,0.00,1.00,", "Gone,EUR,0.00,4.00,-4.00,-1",
                         "Total,USD,6.00,10.00,-4.00,", "Total,EUR,0.00,4.00,-4.00,", ""}));
    }

    void copyOfAllWithHeaders_endsWithTheTotals()
    {
        PivotModel model(kNeutral);
        GridView view(QStringLiteral("Pivot"));
        view.setGridModel(&model);
        model.setTable(company(), kTwoLevels);
        view.selectAll();
        QVERIFY(view.copySelection(true));
        QStringList lines = QApplication::clipboard()->text().trimmed().split(u'\n');
        QCOMPARE(lines.size(), 1 + model.rowCount() + 2);
        QCOMPARE(lines.at(lines.size() - 2), QStringLiteral("Total\t\tUSD\t107.099999999999999999\t\t6.00\t"
                                                            "113.099999999999999999"));
        view.copySelection(false);
        QCOMPARE(QApplication::clipboard()->text().trimmed().split(u'\n').size(), model.rowCount());
    }

    void order_putsEveryNodeOnceAndSiblingsBySize()
    {
        std::mt19937 random(7);
        for (int world = 0; world < 20; ++world) {
            const PivotRows rows(randomTable(random, kTwoLevels, 3, true), kTwoLevels);
            for (const bool descending : {true, false}) {
                PivotSort sort;
                sort.descending = descending;
                sort.isChosen = true;
                const auto order = pivotOrder(rows, sort);
                QCOMPARE(order.size(), rows.nodes().size());
                QCOMPARE(std::set<std::uint32_t>(order.begin(), order.end()).size(), order.size());
                std::map<std::uint32_t, Amount> last; // by parent
                for (const std::uint32_t node : order) {
                    const auto& at = rows.nodes()[node];
                    if (at.level == 0)
                        continue;
                    const auto before = last.find(at.parent);
                    if (before != last.end())
                        QVERIFY(descending ? at.total.cost <= before->second : before->second <= at.total.cost);
                    last[at.parent] = at.total.cost;
                }
            }
        }
    }

    void company_monthsAcross_hasSubtotalsAndBothTotals()
    {
        PivotModel model(kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(company(), kTwoLevels);
        // Team, Service, Currency, September, October (no charge), November as far as the range goes, Total
        QCOMPARE(model.columnCount(), 7);
        QCOMPARE(model.headerData(3, Qt::Horizontal).toString(), QStringLiteral("Sep 2026"));
        QCOMPARE(model.headerData(4, Qt::Horizontal).toString(), QStringLiteral("Oct 2026"));
        QVERIFY(model.headerData(5, Qt::Horizontal).toString().startsWith(QStringLiteral("1")));
        QCOMPARE(names(model), (QStringList{"Ads/Total", "Search/Total", "/Total", "Ads/Total"}));
        QCOMPARE(shown(model, 1, 0), QStringLiteral("Search"));
        QCOMPARE(shown(model, 1, 1), QStringLiteral("Total"));
        QCOMPARE(model.rawText(1, 3), QStringLiteral("7.099999999999999999"));
        QCOMPARE(shown(model, 1, 4), QString());
        QVERIFY(model.isEmptyCell(1, 4));
        QCOMPARE(model.rawText(1, 6), QStringLiteral("12.099999999999999999"));
        QCOMPARE(model.rawText(3, 6), QStringLiteral("7.00"));
        QCOMPARE(model.currencyAt(3), kEur);
        model.setFolded(1, false);
        QCOMPARE(names(model),
                 (QStringList{"Ads/Total", "Search/Total", "Search/EC2", "Search/S3", "/Total", "Ads/Total"}));
        QCOMPARE(model.index(2, 0).data(GridModel::FoldRole).toInt(), int(GridModel::Beside));
        QCOMPARE(model.index(1, 0).data(GridModel::FoldRole).toInt(), int(GridModel::Open));
        const auto footer = model.footer();
        QCOMPARE(footer.size(), std::size_t(2));
        QCOMPARE(footer[0].cells.size(), 7);
        QCOMPARE(footer[0].cells.at(3), QStringLiteral("$107.10"));
        QCOMPARE(footer[0].cells.at(6), QStringLiteral("$113.10"));
        QCOMPARE(footer[1].cells.at(6), QStringLiteral("€7.00"));
        QCOMPARE(model.rawHeader(3), QStringLiteral("2026-09"));
    }

    void folding_keepsSelectionAndStaysOverNewAnswers()
    {
        PivotModel model(kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(company(), kTwoLevels);
        const QPersistentModelIndex last = model.index(3, 3);
        model.setFolded(1, false);
        QCOMPARE(last.row(), 5);
        model.sort(6, Qt::AscendingOrder);
        QCOMPARE(last.row(), 5); // the only one of its currency
        QCOMPARE(names(model),
                 (QStringList{"/Total", "Search/Total", "Search/S3", "Search/EC2", "Ads/Total", "Ads/Total"}));
        model.setTable(company(), kTwoLevels);
        QCOMPARE(model.rowCount(), 6);
        QCOMPARE(model.sortOrder(), Qt::AscendingOrder);
        model.setAllFolded(false);
        QCOMPARE(model.rowCount(), 9);
        model.setFolded(0, true);
        QCOMPARE(model.rowCount(), 8);
        model.setAllFolded(true);
        QCOMPARE(model.rowCount(), 4);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void sort_byNameOnOneLevel_leavesTheOthersBySize()
    {
        PivotModel model(kNeutral);
        model.setTable(company(), kTwoLevels);
        model.setAllFolded(false);
        model.sort(0, Qt::AscendingOrder);
        QCOMPARE(names(model).mid(0, 7),
                 (QStringList{"Ads/Total", "Ads/S3", "Search/Total", "Search/EC2", "Search/S3", "/Total", "/Tax"}));
        model.sort(0, Qt::DescendingOrder);
        QCOMPARE(names(model).at(0), QStringLiteral("/Total"));
        QCOMPARE(model.headerData(6, Qt::Horizontal, Qt::InitialSortOrderRole).toInt(), int(Qt::DescendingOrder));
        QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::InitialSortOrderRole).toInt(), int(Qt::AscendingOrder));
    }

    void steps_asRows_keepTheOrderOfTime()
    {
        PivotModel model(kNeutral);
        model.setTable(company(), {{{Kind::Period, 0}}, {Kind::Key, 0}});
        QCOMPARE(names(model), (QStringList{"2026-09-01", "2026-11-01", "2026-09-01"}));
        QCOMPARE(model.headerData(2, Qt::Horizontal).toString(), QStringLiteral("Ads")); // the largest column first
        model.sort(model.columnCount() - 1, Qt::AscendingOrder);
        QCOMPARE(names(model).at(0), QStringLiteral("2026-11-01"));
    }

    void unknownCosts_areNotZero()
    {
        PivotModel model(kNeutral);
        model.setTable(
            tableOf({kTeam}, Granularity::Month,
                    {row({"A"}, month(2026, 9), "0", kUsd, 2, 2), row({"A"}, month(2026, 10), "3", kUsd, 2, 1),
                     row({"B"}, month(2026, 10), "0", kUsd, 1, 0)}),
            kTeamsByMonth);
        QCOMPARE(shown(model, 0, 1), ui::format::unknown());
        QVERIFY(!model.amountAt(0, 1));
        QCOMPARE(model.rawText(0, 1), QString());
        QCOMPARE(model.rawText(0, 2), QStringLiteral("3.00"));
        QVERIFY(model.index(0, 2).data(Qt::ToolTipRole).toString().contains(QStringLiteral("unknown, not zero")));
        QCOMPARE(shown(model, 1, 1), QString());
        QCOMPARE(shown(model, 1, 2), QStringLiteral("$0.00"));
    }

    void hugeAmounts_thatLeaveTheRange_areSaid()
    {
        PivotModel model(kNeutral);
        const char* const most = "160000000000000000000";
        model.setTable(
            tableOf({kTeam}, Granularity::Month, {row({"A"}, month(2026, 9), most), row({"A"}, month(2026, 10), most)}),
            kTeamsByMonth);
        QVERIFY(model.amountAt(0, 1).has_value());
        QVERIFY(!model.amountAt(0, 3));
        QCOMPARE(shown(model, 0, 3), QStringLiteral("out of range"));
    }

    void manyColumns_areFoldedAndStillAddUp()
    {
        std::vector<CostRow> rows;
        for (int i = 0; i < 260; ++i)
            rows.push_back(row({"A", "service " + std::to_string(i)}, Day::none(), std::to_string(i + 1).c_str()));
        const PivotRows pivot(tableOf({kTeam, kService}, Granularity::None, rows), {{{Kind::Key, 0}}, {Kind::Key, 1}});
        QCOMPARE(pivot.columns().size(), PivotRows::kMostColumns + 1);
        QVERIFY(pivot.columns().back().isOther);
        QCOMPARE(pivot.columns().front().key, std::string("service 259"));
        AmountSum sum;
        for (std::uint32_t column = 0; column < pivot.columns().size(); ++column)
            sum.add(pivot.cell(1, column)->cost);
        QCOMPARE(sum.amount(), pivot.nodes()[1].total.cost);
        QCOMPARE(sum.amount(), amount("33930"));
    }

    void nothingToShow_isAnEmptyGrid()
    {
        PivotModel model(kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        model.setTable(tableOf({kTeam}, Granularity::Month, {}), kTeamsByMonth);
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(model.footer().empty());
        model.setTable(tableOf({}, Granularity::Month, {row({}, month(2026, 9), "4")}), {{}, {Kind::Period, 0}});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rawText(0, 0), QStringLiteral("4.00"));
    }

    void view_keysAndMark_openAndFold()
    {
        PivotModel model(kNeutral);
        model.setTable(company(), kTwoLevels);
        GridView view(QStringLiteral("Pivot"));
        view.setGridModel(&model);
        view.resize(900, 400);
        view.show();
        view.setFocus();
        view.setCurrentIndex(model.index(1, 3));
        QTest::keyClick(&view, Qt::Key_Plus);
        QCOMPARE(model.rowCount(), 6);
        QTest::keyClick(&view, Qt::Key_Minus);
        QCOMPARE(model.rowCount(), 4);
        const QRect cell = view.visualRect(model.index(1, 0));
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, cell.topLeft() + QPoint(GridHeader::kInset + 4, 12));
        QCOMPARE(model.rowCount(), 6);
        QSignalSpy all(&view, &GridView::foldAllRequested);
        QTest::keyClick(&view, Qt::Key_Asterisk);
        QCOMPARE(all.size(), 1);
    }

    void selection_ofTotalAndParts_hasNoSum()
    {
        PivotModel model(kNeutral);
        model.setTable(company(), kTwoLevels);
        GridView view(QStringLiteral("Pivot"));
        view.setGridModel(&model);
        view.selectionModel()->select(QItemSelection(model.index(0, 3), model.index(1, 5)),
                                      QItemSelectionModel::Select);
        QVERIFY(!view.summary().isMixed);
        QCOMPARE(view.summary().sums.at(kUsd).sum.amount(), amount("112.099999999999999999"));
        view.selectionModel()->select(QItemSelection(model.index(0, 3), model.index(1, 6)),
                                      QItemSelectionModel::ClearAndSelect);
        QVERIFY(view.summary().isMixed);
        QVERIFY(view.summary().sums.empty());
    }

    void copyWithHeaders_saysNamesOnEveryRow()
    {
        PivotModel model(kNeutral);
        model.setTable(company(), kTwoLevels);
        model.setFolded(1, false);
        GridView view(QStringLiteral("Pivot"));
        view.setGridModel(&model);
        view.selectionModel()->select(QItemSelection(model.index(1, 0), model.index(3, 6)),
                                      QItemSelectionModel::Select);
        QVERIFY(view.copySelection(true));
        QCOMPARE(QApplication::clipboard()->text(),
                 QStringLiteral("Team\tService\tCurrency\t2026-09\t2026-10\t2026-11\tTotal\n"
                                "Search\tTotal\tUSD\t7.099999999999999999\t\t5.00\t12.099999999999999999\n"
                                "Search\tEC2\tUSD\t10.10\t\t5.00\t15.10\n"
                                "Search\tS3\tUSD\t-3.000000000000000001\t\t\t-3.000000000000000001\n"));
        const std::string csv = model.csvWriter(CsvGuard::Spreadsheet)({});
        QVERIFY(csv.find("Search,EC2,USD,10.10,,5.00,15.10\r\n") != std::string::npos);
    }

    void hugeAmounts_widenTheirColumn_andNeverElide()
    {
        PivotModel model(kNeutral);
        model.setTable(
            tableOf({kTeam}, Granularity::Month,
                    {row({"A"}, month(2026, 9), "4297000000000000.01"), row({"B"}, month(2026, 9), "-54000000000000"),
                     row({"A"}, month(2026, 10), "1000000000000000", kJpy)}),
            kTeamsByMonth);
        GridView view(QStringLiteral("Pivot"));
        view.setGridModel(&model);
        view.resize(500, 300);
        view.layOutColumns();
        for (int row = 0; row < model.rowCount(); ++row)
            for (int column = model.firstAmount(); column < model.columnCount(); ++column) {
                const QFontMetrics metrics(qvariant_cast<QFont>(model.index(row, column).data(Qt::FontRole)));
                QVERIFY(metrics.horizontalAdvance(shown(model, row, column)) <=
                        view.columnWidth(column) - 2 * GridHeader::kInset);
            }
        QVERIFY(model.index(0, model.columnCount() - 1).data(GridModel::ShortRole).toString().contains(u'T'));
    }
};

QTEST_MAIN(TstPivotModel)
#include "tst_pivotmodel.moc"
