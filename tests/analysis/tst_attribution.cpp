#include <QRandomGenerator>
#include <QTest>

#include "models/analysis/attribution/attribution.h"
#include "models/analysis/query/chargeselection.h"
#include "models/analysis/query/costquery.h"
#include "models/analysis/query/factanswers.h"
#include "models/analysis/query/rulediff.h"
#include "models/analysis/series/costseries.h"

#include <map>

using namespace altimeter;
using namespace altimeter::analysis;

namespace {

/// Facts built line by line, one chunk per partition, with a slow second record of what was put in.
class FactBuilder {
public:
    struct Line {
        std::string service, team, currency;
        Day day;
        Amount cost;
    };

    FactBuilder() : m_dictionaries(std::make_shared<Dictionaries>())
    {
        m_dictionaries->tags.emplace_back();
        m_dictionaries->skuDetails.emplace_back();
    }

    void add(const Line& line)
    {
        lines.push_back(line);
        FactRows& rows = m_rows[line.currency];
        std::array<std::uint32_t, kComboGroupCount> members{};
        members[static_cast<std::size_t>(Group::Sku)] = sku(line.service);
        members[static_cast<std::size_t>(Group::Tags)] = tags(line.team);
        rows.combo.push_back(combo(members));
        rows.bill.push_back(0);
        rows.day.push_back(line.day.number);
        for (FactRows::Cost& cost : rows.cost) {
            cost.scale = 18;
            cost.wide.push_back(line.cost.attos());
        }
    }

    FactSet facts() const
    {
        FactSet facts;
        facts.dictionaries = m_dictionaries;
        for (const auto& [currency, rows] : m_rows) {
            FactPartition partition;
            partition.currency = Currency(currency);
            partition.rows = rows.combo.size();
            partition.source = "test";
            partition.billingPeriod = Day::fromYmd(2026, 9, 1);
            partition.dataFrom.number = *std::min_element(rows.day.begin(), rows.day.end());
            partition.dataThrough.number = *std::max_element(rows.day.begin(), rows.day.end());
            facts.chunks.push_back({static_cast<std::uint32_t>(facts.partitions.size()), chunkOf(rows)});
            facts.partitions.push_back(partition);
        }
        return facts;
    }

    static std::shared_ptr<const FactChunk> chunkOf(const FactRows& rows)
    {
        FactRows sorted;
        for (const std::uint32_t row : factOrder(rows.combo, rows.bill, rows.day)) {
            sorted.order.push_back(row);
            sorted.combo.push_back(rows.combo[row]);
            sorted.bill.push_back(rows.bill[row]);
            sorted.day.push_back(rows.day[row]);
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                sorted.cost[lens].scale = rows.cost[lens].scale;
                sorted.cost[lens].wide.push_back(rows.cost[lens].wide[row]);
            }
        }
        auto chunk = FactChunk::open(packFacts(sorted));
        return chunk ? std::make_shared<const FactChunk>(chunk.take()) : nullptr;
    }

    std::vector<Line> lines;

private:
    std::uint32_t sku(const std::string& service)
    {
        const auto [found, isNew] = m_skus.try_emplace(service, 0);
        if (isNew) {
            // SkuId, SkuPriceId, SkuMeter, SkuPriceDetails, ServiceCategory, ServiceSubcategory, ServiceName
            std::string tuple(6, TextGroup::kSeparator);
            tuple += service;
            found->second = m_dictionaries->groups[static_cast<std::size_t>(Group::Sku)].add(tuple);
            m_dictionaries->skuDetails.emplace_back();
        }
        return found->second;
    }
    std::uint32_t tags(const std::string& team)
    {
        if (team.empty())
            return 0;
        const auto [found, isNew] = m_tags.try_emplace(team, 0);
        if (isNew) {
            found->second = m_dictionaries->groups[static_cast<std::size_t>(Group::Tags)].add("team=" + team);
            m_dictionaries->tags.push_back({{"team", "Team", team}});
        }
        return found->second;
    }
    std::uint32_t combo(const std::array<std::uint32_t, kComboGroupCount>& members)
    {
        const auto [found, isNew] = m_combos.try_emplace(members, static_cast<std::uint32_t>(m_combos.size()));
        if (isNew)
            m_dictionaries->combos.push_back(members);
        return found->second;
    }

    std::shared_ptr<Dictionaries> m_dictionaries;
    std::map<std::string, FactRows> m_rows;
    std::map<std::string, std::uint32_t> m_skus, m_tags;
    std::map<std::array<std::uint32_t, kComboGroupCount>, std::uint32_t> m_combos;
};

AllocationRule rule(std::string name, std::vector<RuleCondition> when)
{
    AllocationRule result;
    result.name = std::move(name);
    result.when = std::move(when);
    return result;
}

RuleCondition serviceIs(std::string service)
{
    return {{Dim{Dim::Kind::Service, {}}}, RuleCondition::Test::Equals, {std::move(service)}, false};
}

AllocationRule teamFromTag()
{
    AllocationRule result = rule("tag", {});
    result.set[0] = RuleValue{{}, {Dim{Dim::Kind::Tag, "TEAM "}}, {}};
    return result;
}

std::map<std::string, Amount> byTeam(const FactSet& facts, const Attribution& attribution)
{
    CostQuery query;
    query.by = {Dim{Dim::Kind::Team, {}}};
    const auto table = runQuery(facts, attribution, query);
    std::map<std::string, Amount> result;
    if (table) {
        for (const CostRow& row : table->rows)
            result[row.keys[0]] = row.cost;
    }
    return result;
}

Amount units(std::int64_t value)
{
    return Amount::fromUnits(value);
}

const Day kDay = Day::fromYmd(2026, 9, 10);

} // namespace

class TestAttribution : public QObject {
    Q_OBJECT

private slots:
    void firstMatch_winsPerField()
    {
        FactBuilder builder;
        builder.add({"Compute", "web", "USD", kDay, units(5)});
        AllocationRule a = rule("a", {serviceIs("compute")});
        a.set[0] = RuleValue{"First", {}, {}};
        AllocationRule b = rule("b", {});
        b.set[0] = RuleValue{"Second", {}, {}};
        b.set[1] = RuleValue{"CC-2", {}, {}};
        const FactSet facts = builder.facts();
        const auto attribution = attribute(facts, {{a, b}, 0});
        QVERIFY(attribution);
        const Owner& owner = attribution->owners()[attribution->assignmentOf(0, 0, kDay, 0)];
        QCOMPARE(owner.of(OwnerField::Team), std::string("First"));
        QCOMPARE(owner.of(OwnerField::CostCenter), std::string("CC-2"));
        QCOMPARE(attribution->ruleLists()[attribution->ruleListOf(0, 0)], (std::vector<std::uint16_t>{0, 1}));
    }

    void effectiveDates_startInside_endOutside()
    {
        FactBuilder builder;
        for (int day = 1; day <= 4; ++day)
            builder.add({"Compute", "", "USD", Day::fromYmd(2026, 9, day), units(1)});
        AllocationRule a = rule("a", {});
        a.set[0] = RuleValue{"A", {}, {}};
        a.effective = {Day::fromYmd(2026, 9, 2), Day::fromYmd(2026, 9, 4)};
        const FactSet facts = builder.facts();
        const auto teams = byTeam(facts, *attribute(facts, {{a}, 0}));
        QVERIFY(teams.at("A") == units(2));
        QVERIFY(teams.at("") == units(2));
    }

    void fixedSplit_partsAddUpToTheLastAtto()
    {
        FactBuilder builder;
        builder.add({"Shared", "", "USD", kDay, units(100)});
        builder.add({"Shared", "", "USD", kDay, Amount::fromAttos(1)});
        builder.add({"Shared", "", "USD", kDay, -Amount::fromAttos(100)});
        AllocationRule a = rule("a", {serviceIs("Shared")});
        a.split = SharedSplit{SharedSplit::Method::Fixed, {{"X", 1}, {"Y", 1}, {"Z", 1}}};
        const FactSet facts = builder.facts();
        const auto teams = byTeam(facts, *attribute(facts, {{a}, 0}));
        QCOMPARE(teams.size(), std::size_t{3});
        AmountSum sum;
        for (const auto& [team, amount] : teams)
            sum.add(amount);
        QVERIFY(sum.amount().attos() == units(100).attos() - 99);
    }

    void proportionalSplit_followsDirectSpend_creditsTakeNoShare()
    {
        FactBuilder builder;
        builder.add({"Compute", "a", "USD", kDay, units(30)});
        builder.add({"Compute", "b", "USD", kDay, units(10)});
        builder.add({"Compute", "c", "USD", kDay, units(-5)});
        builder.add({"Shared", "", "USD", kDay, units(80)});
        builder.add({"Shared", "", "EUR", kDay, units(7)}); // nobody spends EUR: it stays unallocated
        AllocationRule a = rule("pool", {serviceIs("Shared")});
        a.split = SharedSplit{SharedSplit::Method::Proportional, {}};
        const FactSet facts = builder.facts();
        const auto attribution = attribute(facts, {{a, teamFromTag()}, 0});
        QVERIFY(attribution);
        CostQuery query;
        query.by = {Dim{Dim::Kind::Team, {}}};
        const auto table = runQuery(facts, *attribution, query);
        QVERIFY(table);
        std::map<std::string, std::string> cells;
        for (const CostRow& row : table->rows)
            cells[row.keys[0] + '/' + std::string(row.currency.code())] = row.cost.toString(0);
        const std::map<std::string, std::string> expected{
            {"a/USD", "90"}, {"b/USD", "30"}, {"c/USD", "-5"}, {"/EUR", "7"}};
        QCOMPARE(cells, expected);
    }

    void conditions_ofEveryKind_data()
    {
        QTest::addColumn<int>("test");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("caseSensitive");
        QTest::addColumn<bool>("holds");
        using Test = RuleCondition::Test;
        QTest::newRow("equals, other case") << int(Test::Equals) << "amazon ec2" << false << true;
        QTest::newRow("equals, case matters") << int(Test::Equals) << "amazon ec2" << true << false;
        QTest::newRow("prefix") << int(Test::Prefix) << "amazon" << false << true;
        QTest::newRow("suffix") << int(Test::Suffix) << "EC2" << false << true;
        QTest::newRow("contains") << int(Test::Contains) << "on e" << false << true;
        QTest::newRow("matches whole text") << int(Test::Matches) << "amazon .c2" << false << true;
        QTest::newRow("matches part only") << int(Test::Matches) << "amazon" << false << false;
        QTest::newRow("matches, case matters") << int(Test::Matches) << "amazon .c2" << true << false;
        QTest::newRow("exists") << int(Test::Exists) << "" << false << true;
        QTest::newRow("missing") << int(Test::Missing) << "" << false << false;
    }
    void conditions_ofEveryKind()
    {
        QFETCH(int, test);
        QFETCH(QString, value);
        QFETCH(bool, caseSensitive);
        QFETCH(bool, holds);
        FactBuilder builder;
        builder.add({"Amazon EC2", "", "USD", kDay, units(1)});
        AllocationRule a = rule("a", {{{Dim{Dim::Kind::Column, "ServiceName"}},
                                       static_cast<RuleCondition::Test>(test),
                                       {value.toStdString()},
                                       caseSensitive}});
        a.set[0] = RuleValue{"A", {}, {}};
        const FactSet facts = builder.facts();
        QCOMPARE(byTeam(facts, *attribute(facts, {{a}, 0})).contains("A"), holds);
    }

    void expressionThatCouldBacktrackForEver_isAnsweredOrCancelled()
    {
        const std::string evil(100'000, 'a');
        FactBuilder builder;
        builder.add({evil, "", "USD", kDay, units(1)});
        builder.add({evil + '!', "", "USD", kDay, units(2)});
        const FactSet facts = builder.facts();
        AllocationRule a =
            rule("evil", {{{Dim{Dim::Kind::Column, "ServiceName"}}, RuleCondition::Test::Matches, {"(a+)+$"}, false}});
        a.set[0] = RuleValue{"A", {}, {}};
        const auto attribution = attribute(facts, {{a}, 0});
        QVERIFY(attribution);
        const auto teams = byTeam(facts, *attribution);
        QVERIFY(teams.at("A") == units(1));
        std::stop_source stop;
        stop.request_stop();
        const auto cancelled = attribute(facts, {{a}, 0}, stop.get_token());
        QVERIFY(!cancelled);
        QVERIFY(cancelled.error().code == ErrorCode::Cancelled);
    }

    void expressionThatIsNone_isRefusedByRuleAndField()
    {
        FactBuilder builder;
        builder.add({"Compute", "", "USD", kDay, units(1)});
        AllocationRule a =
            rule("ahead", {{{Dim{Dim::Kind::Service, {}}}, RuleCondition::Test::Exists, {}, false},
                           {{Dim{Dim::Kind::Service, {}}}, RuleCondition::Test::Matches, {"x", "(?=x)x"}, false}});
        a.set[0] = RuleValue{"A", {}, {}};
        const auto answer = attribute(builder.facts(), {{a}, 0});
        QVERIFY(!answer);
        QVERIFY(answer.error().code == ErrorCode::Invalid);
        QCOMPARE(answer.error().text(),
                 std::string("rule ahead, condition 2, matches: '(?=x)x' is no regular expression "
                             "that rules can use: '(?=' looks ahead, which is not supported"));
    }

    void conditionOnBillAndAttribute_isRefusedByName()
    {
        FactBuilder builder;
        builder.add({"Compute", "", "USD", kDay, units(1)});
        const FactSet facts = builder.facts();
        AllocationRule a =
            rule("mixed",
                 {{{Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::Service, {}}}, RuleCondition::Test::Exists, {}, false}});
        a.set[0] = RuleValue{"A", {}, {}};
        const auto answer = attribute(facts, {{a}, 0});
        QVERIFY(!answer);
        QCOMPARE(answer.error().where, std::string("rule mixed"));
    }

    void conditionOnCurrencyOrSource_looksAtThePartition()
    {
        FactBuilder builder;
        builder.add({"Compute", "", "USD", kDay, units(1)});
        builder.add({"Compute", "", "EUR", kDay, units(2)});
        AllocationRule a =
            rule("euro", {{{Dim{Dim::Kind::Currency, {}}}, RuleCondition::Test::Equals, {"EUR"}, false}});
        a.set[0] = RuleValue{"Europe", {}, {}};
        const FactSet facts = builder.facts();
        const auto teams = byTeam(facts, *attribute(facts, {{a}, 0}));
        QVERIFY(teams.at("Europe") == units(2));
    }

    void randomLinesAndRules_everyGrouping_equalsTheSlowCount()
    {
        QRandomGenerator random(21);
        for (int round = 0; round < 15; ++round) {
            FactBuilder builder;
            for (int i = 0; i < 600; ++i) {
                const Amount cost = Amount::fromAttos((static_cast<Int128>(random.generate64()) * 1'000'003) *
                                                      (random.bounded(3) == 0 ? -1 : 1));
                builder.add({"s" + std::to_string(random.bounded(6)),
                             random.bounded(4) == 0 ? "" : "t" + std::to_string(random.bounded(5)),
                             random.bounded(2) == 0 ? "USD" : "EUR",
                             Day::fromYmd(2026, 9, 1) + static_cast<int>(random.bounded(60)), cost});
            }
            AllocationRule pool = rule("pool", {serviceIs("s1")});
            pool.split = SharedSplit{SharedSplit::Method::Proportional, {}};
            AllocationRule fixed = rule("fixed", {serviceIs("s2")});
            fixed.split = SharedSplit{SharedSplit::Method::Fixed, {{"t0", 3}, {"t1", 4}, {"new", 5}}};
            fixed.effective.from = Day::fromYmd(2026, 9, 20);
            const FactSet facts = builder.facts();
            const auto attribution = attribute(facts, {{pool, fixed, teamFromTag()}, 0});
            QVERIFY(attribution);

            std::map<std::string, AmountSum> total;
            std::map<std::string, AmountSum> byServiceWeek;
            for (const FactBuilder::Line& line : builder.lines) {
                total[line.currency].add(line.cost);
                byServiceWeek[line.currency + line.service + toString(stepStart(line.day, Granularity::Week))].add(
                    line.cost);
            }
            CostQuery query;
            query.by = {Dim{Dim::Kind::Service, {}}};
            query.granularity = Granularity::Week;
            const auto weekly = runQuery(facts, *attribution, query);
            QVERIFY(weekly);
            QCOMPARE(weekly->rows.size(), byServiceWeek.size());
            for (const CostRow& row : weekly->rows) {
                const std::string key = std::string(row.currency.code()) + row.keys[0] + toString(row.period);
                QVERIFY(byServiceWeek.at(key).amount() == row.cost);
            }
            for (const auto& dims : {std::vector<Dim>{Dim{Dim::Kind::Team, {}}},
                                     {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}},
                                     {Dim{Dim::Kind::Tag, "team"}}}) {
                CostQuery grouped;
                grouped.by = dims;
                grouped.granularity = static_cast<Granularity>(random.bounded(4));
                const auto table = runQuery(facts, *attribution, grouped);
                QVERIFY(table);
                std::map<std::string, AmountSum> sums;
                for (const CostRow& row : table->rows) {
                    sums[std::string(row.currency.code())].add(row.cost);
                    CostQuery drill = grouped;
                    for (std::size_t i = 0; i < dims.size(); ++i)
                        drill.filters.push_back({dims[i], {row.keys[i]}, false});
                    drill.filters.push_back({Dim{Dim::Kind::Currency, {}}, {std::string(row.currency.code())}, false});
                    if (row.period.isValid())
                        drill.range = {row.period, nextStep(row.period, grouped.granularity)};
                    const auto lines = selectCharges(facts, *attribution, drill, {0, 10'000, true});
                    QVERIFY(lines);
                    AmountSum drilled;
                    for (const ChargeMatch& match : lines->matches)
                        drilled.add(match.cost);
                    QVERIFY(drilled.amount() == row.cost);
                    QCOMPARE(lines->total, row.rows);
                }
                for (const auto& [currency, sum] : total)
                    QVERIFY(sums[currency].amount() == sum.amount());
            }
        }
    }

    void top_foldsTheRestIntoOther_andKeepsTheSum()
    {
        FactBuilder builder;
        for (int i = 0; i < 20; ++i)
            builder.add({"s" + std::to_string(i), "", "USD", kDay, units(i - 5)});
        const FactSet facts = builder.facts();
        const auto attribution = attribute(facts, {});
        CostQuery query;
        query.by = {Dim{Dim::Kind::Service, {}}};
        query.top = 3;
        const auto table = runQuery(facts, *attribution, query);
        QVERIFY(table);
        QCOMPARE(table->rows.size(), std::size_t{4});
        QCOMPARE(table->rows.front().keys[0], std::string("s19"));
        QVERIFY(table->rows.back().isOther);
        QVERIFY(table->totals.front().cost == units(90));
    }

    void emptyWorkspace_answersEmpty()
    {
        FactSet facts;
        facts.dictionaries = std::make_shared<Dictionaries>();
        const auto attribution = attribute(facts, {{teamFromTag()}, 0});
        QVERIFY(attribution);
        CostQuery query;
        query.by = {Dim{Dim::Kind::Team, {}}};
        query.granularity = Granularity::Day;
        const auto table = runQuery(facts, *attribution, query);
        QVERIFY(table && table->rows.empty() && table->totals.empty());
    }

    void cancel_isAnError()
    {
        FactBuilder builder;
        builder.add({"a", "", "USD", kDay, units(1)});
        const FactSet facts = builder.facts();
        std::stop_source stop;
        stop.request_stop();
        const auto table = runQuery(facts, *attribute(facts, {}), {}, stop.get_token());
        QVERIFY(!table && table.error().code == ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestAttribution)
#include "tst_attribution.moc"
