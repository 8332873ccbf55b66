#include <QRandomGenerator>
#include <QTest>

#include "models/analysis/query/chargeselection.h"
#include "models/analysis/query/costquery.h"
#include "models/analysis/query/factanswers.h"
#include "models/analysis/query/linekeys.h"
#include "models/analysis/query/queryplan.h"
#include "models/analysis/query/rulediff.h"
#include "models/analysis/series/knownseries.h"
#include "models/facts/dimindex.h"
#include "models/facts/forkjoin.h"
#include "models/facts/knowndays.h"
#include "tests/testkit/costoracle.h"
#include "tests/testkit/rounds.h"

using namespace altimeter;
using namespace altimeter::analysis;
using testkit::BookLines;
using testkit::CostOracle;
using testkit::FactBook;
using testkit::FactLine;
using testkit::rounds;
using testkit::Shape;
using testkit::SlowBooks;
using testkit::World;

namespace {

constexpr std::uint64_t kAll = 1'000'000;

std::shared_ptr<const CostSource> sourceOf(const World& world)
{
    auto attribution = attribute(world.facts, world.rules);
    if (!attribution)
        qFatal("the rules cannot be evaluated: %s", attribution.error().text().c_str());
    return std::make_shared<const FactAnswers>(std::make_shared<const FactSet>(world.facts),
                                               std::make_shared<const Attribution>(attribution.take()),
                                               std::make_shared<const BookLines>(world));
}

std::string judge(const World& world, const CostQuery& query)
{
    return CostOracle(world, *sourceOf(world)).table(query);
}

std::map<Currency, Amount> costs(const std::vector<CurrencyTotal>& totals)
{
    std::map<Currency, Amount> result;
    for (const CurrencyTotal& total : totals)
        result[total.currency] = total.cost;
    return result;
}

bool same(const std::vector<ChargeMatch>& a, const std::vector<ChargeMatch>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ChargeMatch& x, const ChargeMatch& y) {
        return std::tie(x.part, x.row, x.owner, x.cost, x.isShare, x.isUnknown) ==
               std::tie(y.part, y.row, y.owner, y.cost, y.isShare, y.isUnknown);
    });
}

/// So many lines of one unit each on some days.
FactSet factsOn(const std::vector<std::pair<Day, int>>& days)
{
    FactBook book;
    book.dictionaries->combos.emplace_back();
    book.partitions.emplace_back();
    for (const auto& [day, count] : days) {
        FactLine line;
        line.day = day;
        line.cost.fill(Amount::fromUnits(1));
        book.lines.insert(book.lines.end(), static_cast<std::size_t>(count), line);
    }
    return book.facts(FactChunk::kMaxRows);
}

} // namespace

class TestCostQuery : public QObject {
    Q_OBJECT

private slots:
    void owners_ofEveryLine_areThoseOfTheFirstMatchingRules()
    {
        QRandomGenerator random(1);
        for (int round = 0; round < rounds(60); ++round) {
            const World world = testkit::randomWorld(random);
            const Attribution attribution = *attribute(world.facts, world.rules);
            for (std::size_t at = 0; at < world.book.lines.size(); ++at) {
                const FactLine& line = world.book.lines[at];
                const std::uint32_t assigned =
                    attribution.assignmentOf(line.partition, line.bill, line.day, line.combo);
                const bool isShared = (assigned & Attribution::kShared) != 0;
                QCOMPARE(isShared, world.slow->isShared(at));
                const std::uint32_t owner =
                    isShared ? attribution.shared()[assigned & ~Attribution::kShared].base : assigned;
                QVERIFY(attribution.owners()[owner] == world.slow->owner(at));
                const std::size_t variant = attribution.variantOf(line.partition, line.bill, line.day);
                QVERIFY(attribution.ruleLists()[attribution.ruleListOf(variant, line.combo)] == world.slow->used(at));
            }
        }
    }

    void randomQueries_equalTheSlowCount()
    {
        QRandomGenerator random(2);
        std::size_t cells = 0;
        for (int round = 0; round < rounds(80); ++round) {
            const World world = testkit::randomWorld(random);
            const auto source = sourceOf(world);
            for (int i = 0; i < 12; ++i) {
                CostQuery query = testkit::randomQuery(random, world.book, world.days);
                if (testkit::oneIn(random, 3))
                    query.top = random.bounded(1U, 5U);
                if (testkit::oneIn(random, 3))
                    query.countDistinct = testkit::pick(random, testkit::allDims());
                const std::string why = CostOracle(world, *source).table(query);
                QVERIFY2(why.empty(), ("round " + std::to_string(round) + ", " + why).c_str());
                cells += source->table(query, {})->rows.size();
            }
        }
        QVERIFY2(cells > static_cast<std::size_t>(rounds(5'000)),
                 std::to_string(cells).c_str()); // the questions are not all empty
    }

    void manyLines_onSeveralThreads_equalTheSlowCount()
    {
        QRandomGenerator random(3);
        Shape shape;
        shape.partitions = 6;
        shape.combos = 250;
        shape.lines = 90'000;
        shape.days = 100;
        const World world(random, shape, 9'000);
        QVERIFY(world.facts.rows() > 200'000);
        if (std::thread::hardware_concurrency() > 1)
            QVERIFY(threadsFor(world.facts.rows()) > 1);
        CostQuery query;
        query.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}};
        query.granularity = Granularity::Week;
        query.range = {testkit::kFirstDay + 3, testkit::kFirstDay + 77};
        query.countDistinct = Dim{Dim::Kind::Column, "InvoiceId"};
        // The slow count of each takes a sanitizer half a minute, and it is the threads that it has to watch.
        const auto judged = [&world, &query] {
            if (testkit::sanitizerShare() == 1)
                return judge(world, query);
            return sourceOf(world)->table(query, {}) ? std::string() : std::string("no answer");
        };
        QCOMPARE(judged(), std::string());
        query.by = {Dim{Dim::Kind::Tag, "team"}, Dim{Dim::Kind::Currency, {}}};
        query.granularity = Granularity::Day;
        query.top = 3;
        query.range = {};
        query.countDistinct.reset();
        QCOMPARE(judged(), std::string());

        query.filters = {{Dim{Dim::Kind::Team, {}}, {""}, true}};
        const Attribution attribution = *attribute(world.facts, world.rules);
        for (const bool largestFirst : {true, false}) {
            const auto all = selectCharges(world.facts, attribution, query, {0, kAll, largestFirst});
            const auto window = selectCharges(world.facts, attribution, query, {12'345, 50, largestFirst});
            QVERIFY(all && window);
            QCOMPARE(all->matches.size(), static_cast<std::size_t>(all->total));
            QVERIFY(same({all->matches.begin() + 12'345, all->matches.begin() + 12'395}, window->matches));
        }
    }

    void proportionalSplit_whileRulesChangeWithinTheMonth_followsTheDays()
    {
        QRandomGenerator random(11);
        Shape shape;
        shape.combos = 6;
        shape.days = 15;
        for (int round = 0; round < rounds(30); ++round) {
            World world(random, shape, FactChunk::kMaxRows);
            RuleSet rules;
            rules.rules.resize(3);
            rules.rules[0].split = SharedSplit{SharedSplit::Method::Proportional, {}};
            rules.rules[0].when = {
                {{Dim{Dim::Kind::Service, {}}},
                 RuleCondition::Test::Equals,
                 {testkit::valueOf(world.book, testkit::pick(random, world.book.lines), Dim{Dim::Kind::Service, {}})},
                 false}};
            rules.rules[1].set[0] = RuleValue{{}, {Dim{Dim::Kind::Tag, "team"}}, {}};
            rules.rules[1].effective.from = testkit::kFirstDay + 7;
            rules.rules[2].set[0] = RuleValue{"T0", {}, {}};
            rules.rules[2].effective.to = testkit::kFirstDay + static_cast<int>(random.bounded(15)) + 1;
            world.setRules(rules);
            CostQuery query;
            query.by = {Dim{Dim::Kind::Team, {}}};
            query.granularity = Granularity::Week;
            QCOMPARE(judge(world, query), std::string());
        }
    }

    void keptKeys_foldAllOthers()
    {
        QRandomGenerator random(4);
        for (int round = 0; round < rounds(60); ++round) {
            const World world = testkit::randomWorld(random);
            CostQuery query = testkit::randomQuery(random, world.book, world.days);
            query.countDistinct = testkit::pick(random, testkit::allDims());
            QCOMPARE(CostOracle(world, *sourceOf(world)).tableOf(random, query), std::string());
        }
    }

    void laws_partsAddUpToTheWhole()
    {
        QRandomGenerator random(5);
        for (int round = 0; round < rounds(60); ++round) {
            const World world = testkit::randomWorld(random);
            const auto source = sourceOf(world);
            CostQuery query = testkit::randomQuery(random, world.book, world.days);
            CostQuery plainQuery = query;
            plainQuery.by.clear();
            plainQuery.granularity = Granularity::None;
            const auto expected = costs(source->table(plainQuery, {})->totals);
            for (int i = 0; i < 8; ++i) {
                query.by = testkit::randomQuery(random, world.book, world.days).by;
                query.granularity = static_cast<Granularity>(random.bounded(4));
                query.top = random.bounded(3U);
                const auto table = source->table(query, {});
                QVERIFY(table);
                QVERIFY(costs(table->totals) == expected);
                std::map<Currency, AmountSum> sums;
                for (const CostRow& row : table->rows)
                    sums[row.currency].add(row.cost);
                for (const auto& [currency, sum] : sums)
                    QVERIFY(sum.amount() == expected.at(currency));
                CostQuery whole = query;
                whole.granularity = Granularity::None;
                whole.top = query.top = 0;
                std::map<std::pair<Currency, std::vector<std::string>>, AmountSum> steps;
                const auto stepped = source->table(query, {});
                for (const CostRow& row : stepped->rows)
                    steps[{row.currency, row.keys}].add(row.cost);
                const auto once = source->table(whole, {});
                QCOMPARE(once->rows.size(), steps.size());
                for (const CostRow& row : once->rows)
                    QVERIFY((steps.at({row.currency, row.keys}).amount() == row.cost));
            }
        }
    }

    void charges_areTheLinesBehindTheFigure_inBothOrders()
    {
        QRandomGenerator random(6);
        for (int round = 0; round < rounds(80); ++round) {
            const World world = testkit::randomWorld(random);
            const auto source = sourceOf(world);
            const CostQuery query = testkit::randomQuery(random, world.book, world.days);
            QCOMPARE(CostOracle(world, *source).charges(random, query), std::string());
            QCOMPARE(CostOracle(world, *source).ordered(random, query), std::string());
            QCOMPARE(CostOracle(world, *source).eachCharge(query), std::string());
        }
    }

    void orderedWindow_ofLittleMemory_isWhereItWouldBe()
    {
        QRandomGenerator random(61);
        for (int round = 0; round < rounds(20); ++round) {
            const World world = testkit::randomWorld(random);
            const auto attribution = attribute(world.facts, world.rules);
            QVERIFY(attribution);
            const CostQuery query = testkit::randomQuery(random, world.book, world.days);
            const LineOrder order{{LineKey::By::Day, {}, Column::Count, testkit::oneIn(random, 2)},
                                  {LineKey::By::Cost, {}, Column::Count, true}};
            const auto keys = LineKeys::make(world.facts, *attribution, order, query.lens, nullptr, {});
            QVERIFY(keys);
            for (const LineKeys* by : {static_cast<const LineKeys*>(nullptr), &*keys}) {
                const auto all = selectCharges(world.facts, *attribution, query, {0, kAll}, {}, by);
                QVERIFY(all);
                for (const std::size_t sampled : {std::size_t{0}, std::size_t{3}, std::size_t{40}}) {
                    const std::uint64_t offset = random.bounded(static_cast<quint32>(all->total) + 3);
                    const auto some =
                        selectCharges(world.facts, *attribution, query, {offset, 17}, {}, by, {4, sampled});
                    QVERIFY(some);
                    QCOMPARE(some->total, all->total);
                    const std::size_t from = std::min<std::size_t>(offset, all->matches.size());
                    QCOMPARE(some->matches.size(), std::min<std::size_t>(17, all->matches.size() - from));
                    for (std::size_t i = 0; i < some->matches.size(); ++i) {
                        const ChargeMatch &one = some->matches[i], &two = all->matches[from + i];
                        QVERIFY(one.part == two.part && one.row == two.row && one.owner == two.owner);
                    }
                }
            }
        }
    }

    void lineOrder_thatCannotBe_isRefused()
    {
        QRandomGenerator random(62);
        const World world = testkit::randomWorld(random);
        const auto attribution = attribute(world.facts, world.rules);
        const auto make = [&](const LineOrder& order) {
            return LineKeys::make(world.facts, *attribution, order, CostLens::Billed, nullptr, {});
        };
        LineKey text{LineKey::By::Text, {{Dim::Kind::Column, "x_Note"}}};
        QVERIFY(make({text}));
        LineKey none{LineKey::By::Text, {{Dim::Kind::Column, "BilledCost"}}};
        QCOMPARE(make({none}).error().code, ErrorCode::Invalid);
        QCOMPARE(make({text, text, text, text}).error().code, ErrorCode::Invalid);
        QCOMPARE(make({{LineKey::By::Cell, {}, Column::ServiceName}}).error().code, ErrorCode::Invalid);
        QCOMPARE(make({{LineKey::By::Line}}).error().code, ErrorCode::Unsupported);
        QCOMPARE(make({{LineKey::By::File}}).error().code, ErrorCode::Unsupported);
    }

    void charges_dividedAmongVeryMany_areAllListed()
    {
        FactBook book;
        book.dictionaries->combos.emplace_back();
        book.partitions.emplace_back();
        FactLine line;
        line.day = testkit::kFirstDay;
        line.cost.fill(Amount::fromUnits(1000));
        book.lines.push_back(line);
        const FactSet facts = book.facts(10);
        AllocationRule rule;
        rule.split = SharedSplit();
        for (int team = 0; team < 150; ++team)
            rule.split->targets.emplace_back("team " + std::to_string(team), 1 + team);
        const auto attribution = attribute(facts, {{rule}, 0});
        QVERIFY(attribution);
        CostQuery query;
        query.filters = {{Dim{Dim::Kind::Team, {}}, {""}, true}};
        for (const bool largestFirst : {false, true}) {
            const auto all = selectCharges(facts, *attribution, query, {0, 1000, largestFirst});
            QVERIFY(all);
            QCOMPARE(all->total, std::uint64_t{150});
            QCOMPARE(all->matches.size(), std::size_t{150});
            const auto rest = selectCharges(facts, *attribution, query,
                                            {149, std::numeric_limits<std::uint64_t>::max(), largestFirst});
            QCOMPARE(rest->matches.size(), std::size_t{1});
        }
    }

    void sharedLine_isOneLine()
    {
        FactBook book;
        book.dictionaries->combos.emplace_back();
        book.partitions.emplace_back();
        FactLine line;
        line.day = testkit::kFirstDay;
        line.cost.fill(Amount::fromUnits(90));
        book.lines.push_back(line);
        line.cost.fill(std::nullopt);
        book.lines.push_back(line);
        const FactSet facts = book.facts(10);
        AllocationRule rule;
        rule.split = SharedSplit();
        rule.split->targets = {{"A", 4}, {"B", 3}, {"C", 2}};
        AllocationRule center; // whose three teams are of one cost center
        center.set[static_cast<std::size_t>(OwnerField::CostCenter)] = RuleValue{"one", {}, {}};
        const auto attribution = attribute(facts, {{rule, center}, 0});
        QVERIFY(attribution);
        const auto counted = [&](std::vector<Dim> by, std::size_t top) {
            CostQuery query;
            query.by = std::move(by);
            query.top = top;
            const auto table = runQuery(facts, *attribution, query);
            std::vector<std::uint64_t> counts;
            for (const CostRow& row : table->rows)
                counts.insert(counts.end(), {row.rows, row.unknownRows});
            counts.insert(counts.end(), {table->totals.front().rows, table->totals.front().unknownRows});
            return counts;
        };
        using Counts = std::vector<std::uint64_t>;
        const Dim team{Dim::Kind::Team, {}};
        QCOMPARE(counted({}, 0), (Counts{2, 1, 2, 1}));
        QCOMPARE(counted({team}, 0), (Counts{2, 1, 2, 1, 2, 1, 2, 1}));
        QCOMPARE(counted({team}, 1), (Counts{2, 1, 2, 1, 2, 1})); // A, the others, and the total
        QCOMPARE(counted({Dim{Dim::Kind::CostCenter, {}}}, 0), (Counts{2, 1, 2, 1}));
        CostQuery query;
        query.filters = {{team, {"A", "C"}, false}};
        const auto charges = selectCharges(facts, *attribution, query, {0, 10, true});
        QCOMPARE(charges->total, std::uint64_t{4}); // what is listed: a share each
        QCOMPARE(charges->totals.front().rows, std::uint64_t{2});
        QCOMPARE(charges->totals.front().unknownRows, std::uint64_t{1});
    }

    void drafts_areTheSameLinesUnderOtherRules()
    {
        QRandomGenerator random(7);
        std::size_t moves = 0;
        for (int round = 0; round < rounds(80); ++round) {
            const World world = testkit::randomWorld(random);
            const auto source = sourceOf(world);
            const RuleSet draft = testkit::randomRules(random, world.book, world.days);
            QCOMPARE(CostOracle(world, *source).ruleUse(), std::string());
            QCOMPARE(CostOracle(world, *source).draft(random, draft, &moves), std::string());
        }
        QVERIFY(moves > static_cast<std::size_t>(rounds(1000)));
    }

    void series_stepsWithoutDelivery_areUnknown()
    {
        QRandomGenerator random(8);
        for (int round = 0; round < rounds(80); ++round) {
            const World world = testkit::randomWorld(random);
            CostQuery query = testkit::randomQuery(random, world.book, world.days);
            query.granularity = static_cast<Granularity>(1 + random.bounded(3));
            query.top = random.bounded(4U);
            std::map<Currency, std::set<Day>> delivered;
            for (const FactLine& line : world.book.lines)
                delivered[world.book.partitions[line.partition].currency].insert(line.day);
            const auto source = sourceOf(world);
            const auto days = source->days({});
            QVERIFY(days);
            QCOMPARE(days->delivered.size(), delivered.size());
            for (const auto& [currency, found] : days->delivered)
                QVERIFY(std::equal(found.begin(), found.end(), delivered[currency].begin(), delivered[currency].end()));

            const auto table = source->table(query, {});
            QVERIFY(table);
            const auto series = partedSeries(*table, *days, query.by.size(), false);
            std::map<std::tuple<Currency, bool, std::vector<std::string>>, std::map<Day, Amount>> expected;
            for (const CostRow& row : table->rows)
                expected[{row.currency, row.isOther, row.keys}][row.period] = row.cost;
            QCOMPARE(series.size(), expected.size());
            for (const PartedSeries& one : series) {
                auto& values = expected.at({one.currency, one.isOther, one.keys});
                const auto points = pointsOf(one, *days, query.range, query.granularity);
                std::set<Day> steps;
                for (const Day day : delivered[one.currency]) {
                    if (query.range.contains(day))
                        steps.insert(stepStart(day, query.granularity));
                }
                QVERIFY(points.front().period == *steps.begin());
                Day end = *steps.rbegin(); // or later, where it is known that nothing came any more
                for (const KnownAccount& account : days->accounts) {
                    Day through = std::min(account.through, days->last);
                    if (query.range.to.isValid())
                        through = std::min(through, query.range.to - 1);
                    if (account.currency == one.currency)
                        end = std::max(end, stepStart(through, query.granularity));
                }
                QVERIFY(points.back().period == end);
                for (std::size_t i = 0; i < points.size(); ++i) {
                    const SeriesPoint& point = points[i];
                    QVERIFY(i == 0 || point.period == nextStep(points[i - 1].period, query.granularity));
                    QVERIFY(point.known || !point.isWhole);
                    QVERIFY(point.cost == (values.contains(point.period) ? values[point.period] : Amount()));
                }
            }
        }
    }

    void farDays_equalTheSlowCount()
    {
        QRandomGenerator random(12);
        const std::vector<Day> far{Day::fromYmd(1900, 1, 1), Day::fromYmd(1970, 1, 1), Day::fromYmd(2206, 5, 31),
                                   Day::fromYmd(9999, 12, 30), Day::fromYmd(9999, 12, 31)};
        for (int round = 0; round < rounds(60); ++round) {
            World world = testkit::randomWorld(random);
            for (FactLine& line : world.book.lines) {
                if (testkit::oneIn(random, 40))
                    line.day = testkit::pick(random, far);
            }
            world.pack(random, testkit::randomChunkRows(random));
            world.setRules(world.rules);
            const auto source = sourceOf(world);
            for (int i = 0; i < 8; ++i) {
                CostQuery query = testkit::randomQuery(random, world.book, world.days);
                if (testkit::oneIn(random, 2))
                    query.range.to = Day::none();
                if (testkit::oneIn(random, 4))
                    query.range.from = testkit::pick(random, far);
                const std::string why = CostOracle(world, *source).table(query);
                QVERIFY2(why.empty(), ("round " + std::to_string(round) + ", " + why).c_str());
            }
        }
    }

    void farDays_haveStepsOnlyWhereLinesAre()
    {
        const FactSet facts = factsOn({{Day::fromYmd(1900, 1, 1), 1},
                                       {Day::fromYmd(2026, 9, 1), 300},
                                       {Day::fromYmd(2026, 9, 3), 300},
                                       {Day::fromYmd(9999, 12, 30), 1}});
        const auto attribution = attribute(facts, {});
        CostQuery query;
        for (const auto& [granularity, steps] : {std::pair{Granularity::None, 1U}, std::pair{Granularity::Month, 3U}}) {
            query.granularity = granularity;
            QueryPlan plan(facts, *attribution, query, true);
            QVERIFY(plan.prepare({}));
            QCOMPARE(plan.stepCount(), steps);
        }
        query.granularity = Granularity::Day;
        query.range = {Day::fromYmd(1900, 1, 1), Day::fromYmd(9999, 12, 31)};
        QueryPlan plan(facts, *attribution, query, true);
        QVERIFY(plan.prepare({}));
        QCOMPARE(plan.stepCount(), 4U);
        QVERIFY(plan.stepStartOf(plan.stepOf(Day::fromYmd(9999, 12, 30).number)) == Day::fromYmd(9999, 12, 30));
        QVERIFY(plan.stepStartOf(plan.stepOf(Day::fromYmd(2026, 9, 3).number)) == Day::fromYmd(2026, 9, 3));
        QCOMPARE(plan.stepOf(Day::fromYmd(9999, 12, 31).number), QueryPlan::kDropped);
        QCOMPARE(plan.stepOf(Day::fromYmd(1899, 12, 31).number), QueryPlan::kDropped);
        const auto table = runQuery(facts, *attribution, query);
        QCOMPARE(table->rows.size(), std::size_t{4});
        QVERIFY(table->totals.front().cost == Amount::fromUnits(602));
    }

    void daysOfTheData_data()
    {
        QTest::addColumn<QStringList>("lines"); // day, then how many
        QTest::addColumn<QString>("importedOn");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("last");
        const auto row = [](const char* name, const QStringList& lines, const char* importedOn, const char* first,
                            const char* last) {
            QTest::newRow(name) << lines << QString(importedOn) << QString(first) << QString(last);
        };
        row("none", {}, "2026-11-20", "", "");
        row("one line, far: it is the data", {"9999-12-30", "1"}, "2026-11-20", "9999-12-30", "9999-12-30");
        row("far future", {"2026-10-01", "300", "2026-11-19", "300", "9999-12-30", "1"}, "2026-11-20", "2026-10-01",
            "2026-11-19");
        row("nearer future", {"2026-10-01", "300", "2026-11-19", "300", "2206-01-01", "1"}, "2026-11-20", "2026-10-01",
            "2026-11-19");
        row("far past", {"1900-01-01", "1", "2026-11-19", "600"}, "2026-11-20", "2026-11-19", "2026-11-19");
        row("the epoch", {"1970-01-01", "20", "2026-11-19", "600"}, "2026-11-20", "2026-11-19", "2026-11-19");
        row("far on both sides", {"1900-01-01", "1", "2026-11-19", "9", "9999-12-30", "1"}, "2026-11-20", "2026-11-19",
            "2026-11-19");
        row("more far lines than others", {"2026-11-19", "9", "9999-12-30", "600"}, "2026-11-20", "2026-11-19",
            "2026-11-19");
        row("prepaid year", {"2026-11-19", "600", "2027-11-01", "1"}, "2026-11-20", "2026-11-19", "2026-11-19");
        row("three years paid ahead", {"2026-01-01", "300", "2026-11-19", "300", "2029-12-31", "1"}, "2026-11-20",
            "2026-01-01", "2026-11-19");
        row("paid ahead, no import time", {"2026-11-19", "600", "2027-11-01", "1"}, "", "2026-11-19", "2027-11-01");
        row("commitment dated at its purchase", {"2022-12-01", "1", "2026-11-19", "600"}, "2026-11-20", "2022-12-01",
            "2026-11-19");
        row("archive and first days of a new source", {"2017-03-01", "50000", "2026-11-19", "20"}, "2026-11-20",
            "2017-03-01", "2026-11-19");
        row("two bodies, no import time", {"2001-03-01", "50", "2026-11-19", "600"}, "", "2026-11-19", "2026-11-19");
        row("two equal bodies, no import time", {"2001-03-01", "60", "2026-11-19", "60"}, "", "2001-03-01",
            "2001-03-01");
        row("clock was wrong", {"2026-11-19", "600", "9999-12-30", "1"}, "2099-01-01", "2026-11-19", "2026-11-19");
        row("old data alone", {"1999-03-01", "5", "2001-03-01", "5"}, "2026-11-20", "1999-03-01", "2001-03-01");
    }

    void daysOfTheData()
    {
        QFETCH(QStringList, lines);
        QFETCH(QString, importedOn);
        QFETCH(QString, first);
        QFETCH(QString, last);
        std::vector<std::pair<Day, int>> wanted;
        for (qsizetype i = 0; i < lines.size(); i += 2)
            wanted.emplace_back(*parseDay(lines[i].toStdString()), lines[i + 1].toInt());
        FactSet facts = factsOn(wanted);
        if (!importedOn.isEmpty())
            facts.importedAt = {std::int64_t{parseDay(importedOn.toStdString())->number} * 86400};
        const auto shared = std::make_shared<const FactSet>(facts);
        const FactAnswers answers(shared, std::make_shared<const Attribution>(*attribute(facts, {})));
        const auto days = answers.days({});
        QVERIFY(days);
        QCOMPARE(QString::fromStdString(toString(days->first)), first);
        QCOMPARE(QString::fromStdString(toString(days->last)), last);
        if (!last.isEmpty())
            QVERIFY(days->accounts.size() == 1 && days->accounts.front().knows(days->last));
    }

    void chargesOutsideTheData_areCountedExactly_andNamedByTheirYears()
    {
        const auto sentence = [](const FactSet& facts) {
            const auto sentences = farSentences(farChargesOf(facts, knownDaysOf(facts).data), CostLens::Billed);
            return sentences.empty() ? std::string() : sentences.front();
        };
        QCOMPARE(sentence(factsOn({})), std::string());
        QCOMPARE(sentence(factsOn({{Day::fromYmd(9999, 1, 1), 5}})), std::string());
        QCOMPARE(sentence(factsOn({{Day::fromYmd(2026, 9, 1), 9}, {Day::fromYmd(2029, 9, 1), 1}})), std::string());
        std::vector<std::pair<Day, int>> lines{{Day::fromYmd(1900, 1, 1), 2},
                                               {Day::fromYmd(1900, 12, 31), 1},
                                               {Day::fromYmd(2026, 9, 1), 300},
                                               {Day::fromYmd(2026, 9, 3), 300}};
        QVERIFY2(sentence(factsOn(lines)).starts_with("3 charges (3 ") &&
                     sentence(factsOn(lines))
                         .ends_with(" dated 1900 are not part of this: the data runs from "
                                    "2026-09-01 to 2026-09-03."),
                 sentence(factsOn(lines)).c_str());
        lines.emplace_back(Day::fromYmd(2206, 5, 5), 1);
        lines.emplace_back(Day::fromYmd(9999, 12, 30), 1);
        QVERIFY(sentence(factsOn(lines)).find("dated 1900, 2206 and 9999 are") != std::string::npos);
        lines.emplace_back(Day::fromYmd(3000, 1, 1), 1);
        lines.emplace_back(Day::fromYmd(4000, 1, 1), 1);
        QVERIFY(sentence(factsOn(lines)).find("dated 1900 to 9999 (5 years) are") != std::string::npos);

        const FactSet facts = factsOn(lines);
        const DataDays days = knownDaysOf(facts).data;
        const auto rows = [&](const DateRange& range) {
            const auto far = farChargesOf(facts, days, range);
            return far.empty() ? std::uint64_t{0} : far.front().rows;
        };
        QCOMPARE(rows({}), std::uint64_t{7});
        QCOMPARE(rows({Day::fromYmd(1900, 12, 31), Day::none()}), std::uint64_t{6});
        QCOMPARE(rows({Day::none(), Day::fromYmd(9999, 12, 30)}), std::uint64_t{4});
        QCOMPARE(rows({Day::fromYmd(1900, 1, 1), Day::fromYmd(9999, 12, 31)}), std::uint64_t{0});
    }

    void daysOfTheData_neverSpanMoreThanCanBeLookedAt()
    {
        std::vector<std::pair<Day, int>> chain;
        for (int year = 1900; year <= 9999; year += 4)
            chain.emplace_back(Day::fromYmd(year, 1, 1), 1);
        const DataDays days = knownDaysOf(factsOn(chain)).data;
        QVERIFY(days.last == chain.back().first);
        QVERIFY(days.last - days.first < DataDays::kMostDays && days.last - days.first > DataDays::kMostDays - 4 * 366);
    }

    void largeSplits_equalTheSlowCount_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("equal weights") << 0;
        QTest::newRow("few different weights") << 1;
        QTest::newRow("all different") << 2;
        QTest::newRow("largest allowed") << 3;
        QTest::newRow("proportional") << 4;
    }

    void largeSplits_equalTheSlowCount()
    {
        QFETCH(int, kind);
        QRandomGenerator random(13 + static_cast<quint32>(kind));
        Shape shape;
        shape.lines = 60;
        for (int round = 0; round < rounds(2); ++round) {
            World world(random, shape, testkit::randomChunkRows(random));
            AllocationRule rule;
            rule.split = SharedSplit();
            for (int team = 0; team < 1001; ++team) {
                const std::int64_t weight = kind == 0   ? 1
                                            : kind == 1 ? 1 + random.bounded(7)
                                            : kind == 2 ? 1 + random.bounded(1'000'000)
                                                        : 1'000'000'000 - random.bounded(3);
                rule.split->targets.emplace_back("team " + std::to_string(team), weight);
            }
            if (kind == 4) {
                rule.split = SharedSplit{SharedSplit::Method::Proportional, {}};
                rule.when = {{{Dim{Dim::Kind::Tag, "team"}}, RuleCondition::Test::Missing, {}, false}};
            }
            rule.effective.from = testkit::kFirstDay + 5;
            AllocationRule byTag;
            byTag.set[0] = RuleValue{{}, {Dim{Dim::Kind::Tag, "app"}, Dim{Dim::Kind::Tag, "team"}}, {}};
            RuleSet rules = world.rules;
            rules.rules.insert(rules.rules.begin(), {rule, byTag});
            world.setRules(rules);
            for (int i = 0; i < rounds(3); ++i) {
                CostQuery query = testkit::randomQuery(random, world.book, world.days);
                query.by.push_back(Dim{Dim::Kind::Team, {}});
                const std::string why = judge(world, query);
                QVERIFY2(why.empty(), ("round " + std::to_string(round) + ", " + why).c_str());
            }
        }
    }

    void ownersBeyondTheLimit_areRefusedWithTheNumber()
    {
        FactBook book;
        book.partitions.emplace_back();
        AllocationRule split;
        split.split = SharedSplit();
        for (int team = 0; team < 10'000; ++team)
            split.split->targets.emplace_back("team " + std::to_string(team), 1);
        AllocationRule environment;
        environment.set[2] = RuleValue{{}, {Dim{Dim::Kind::Tag, "env"}}, {}};
        for (std::uint32_t i = 0; i < 60; ++i) {
            std::array<std::uint32_t, kComboGroupCount> combo{};
            combo[static_cast<std::size_t>(Group::Tags)] = book.addTags({{"env", "env", "e" + std::to_string(i)}});
            book.dictionaries->combos.push_back(combo);
            FactLine line;
            line.combo = i;
            line.day = testkit::kFirstDay;
            line.cost.fill(Amount::fromUnits(1));
            book.lines.push_back(line);
        }
        const auto refused = attribute(book.facts(100), {{split, environment}, 0});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Invalid);
        QVERIFY2(refused.error().what.find("600000") != std::string::npos, refused.error().what.c_str());
        QVERIFY(attribute(book.facts(100), {{split}, 0}));
    }

    void totalsBeyondTheRange_areAnError()
    {
        FactBook book;
        book.dictionaries->combos.emplace_back();
        book.partitions.emplace_back();
        const Amount huge = Amount::fromAttos(Int128{1'000'000'000'000'000'000} * 100'000'000'000 * 1'000'000'000);
        for (int i = 0; i < 2; ++i) {
            FactLine line;
            line.day = testkit::kFirstDay + i;
            line.cost.fill(huge);
            book.lines.push_back(line);
        }
        for (const std::size_t chunkRows : {std::size_t{1}, std::size_t{10}}) {
            const FactSet facts = book.facts(chunkRows);
            const auto attribution = attribute(facts, {});
            QVERIFY(attribution);
            CostQuery query;
            QVERIFY(!runQuery(facts, *attribution, query));
            QCOMPARE(runQuery(facts, *attribution, query).error().code, ErrorCode::Overflow);
            QVERIFY(!selectCharges(facts, *attribution, query, {0, 10, true}));
            query.granularity = Granularity::Day;
            QCOMPARE(runQuery(facts, *attribution, query).error().code, ErrorCode::Overflow); // the total leaves it
            query.range = {testkit::kFirstDay, testkit::kFirstDay + 1};
            QVERIFY(runQuery(facts, *attribution, query));
        }
    }

    void moreImaginableCellsThan64Bits_areCountedOrRefused()
    {
        FactBook book;
        book.dictionaries->combos.clear();
        constexpr std::uint32_t kMany = 1U << 17U;
        constexpr std::uint32_t kSome = 1U << 12U;
        for (std::uint32_t i = 0; i < kSome; ++i) {
            book.addTags({{"team", "team", "t" + std::to_string(i)}});
            FactPartition partition;
            partition.source = "s" + std::to_string(i);
            book.partitions.push_back(partition);
        }
        for (std::uint32_t i = 0; i < kMany; ++i) {
            book.addMember(Group::Bill, {"", "detail " + std::to_string(i)});
            std::array<std::uint32_t, kComboGroupCount> combo{};
            combo[static_cast<std::size_t>(Group::Resource)] =
                book.addMember(Group::Resource, {"resource " + std::to_string(i)});
            combo[static_cast<std::size_t>(Group::Tags)] = 1 + i % kSome;
            book.dictionaries->combos.push_back(combo);
        }
        QRandomGenerator random(9);
        for (std::uint32_t i = 0; i < 300; ++i) {
            FactLine line;
            line.partition = i * (kSome / 300);
            line.combo = random.bounded(kMany);
            line.bill = random.bounded(kMany);
            line.day = testkit::kFirstDay + static_cast<int>(random.bounded(400));
            line.cost.fill(testkit::randomAmount(random, 2, false));
            book.lines.push_back(line);
        }
        const FactSet facts = book.facts(10);
        RuleSet rules;
        rules.rules.resize(1);
        rules.rules[0].set[0] = RuleValue{{}, {Dim{Dim::Kind::Tag, "team"}}, {}};
        const SlowBooks slow(book, rules);
        const auto attribution = attribute(facts, rules);
        QVERIFY(attribution);
        CostQuery query;
        query.by = {Dim{Dim::Kind::Resource, {}}, Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Source, {}},
                    Dim{Dim::Kind::Column, "InvoiceDetailId"}};
        for (const Granularity granularity : {Granularity::None, Granularity::Day}) {
            query.granularity = granularity;
            SlowBooks::Totals totals;
            const auto cells = slow.cells(query, nullptr, totals);
            if (const auto table = runQuery(facts, *attribution, query))
                QCOMPARE(testkit::difference(*table, cells, totals), std::string());
        }
    }

    void partitionWithWrongDays_doesNoHarm()
    {
        QRandomGenerator random(10);
        Shape shape;
        shape.days = 30;
        World world(random, shape, 50);
        for (FactPartition& partition : world.facts.partitions) { // as a damaged list of partitions could say
            partition.dataFrom = testkit::kFirstDay + 10;
            partition.dataThrough = testkit::kFirstDay + 12;
        }
        CostQuery query;
        query.by = {Dim{Dim::Kind::Service, {}}};
        query.granularity = Granularity::Day;
        QVERIFY(sourceOf(world)->table(query, {}));
        QVERIFY(sourceOf(world)->charges(query, {0, 10, true}, {}));
    }

    void emptyChunk_isNoLines()
    {
        FactSet facts;
        facts.dictionaries = std::make_shared<Dictionaries>();
        facts.partitions.emplace_back();
        auto chunk = FactChunk::open(packFacts({}));
        QVERIFY(chunk);
        facts.chunks.push_back({0, std::make_shared<const FactChunk>(chunk.take())});
        RuleSet rules;
        rules.rules.resize(1);
        rules.rules[0].split = SharedSplit{SharedSplit::Method::Proportional, {}};
        const auto attribution = attribute(facts, rules);
        QVERIFY(attribution);
        CostQuery query;
        query.by = {Dim{Dim::Kind::Team, {}}};
        QVERIFY(runQuery(facts, *attribution, query)->rows.empty());
        const FactAnswers answers(std::make_shared<const FactSet>(facts),
                                  std::make_shared<const Attribution>(*attribution));
        QVERIFY(diffRules(answers, answers)->moves.empty());
    }
};

QTEST_APPLESS_MAIN(TestCostQuery)
#include "tst_costquery.moc"
