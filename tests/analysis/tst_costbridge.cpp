#include <QtTest/QtTest>

#include "models/analysis/series/costbridge.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace altimeter;
using analysis::bridgeOf;

namespace {

const Currency kUsd("USD"), kEur("EUR");

Amount amount(const std::string& text)
{
    return *Amount::parse(text);
}

CostRow row(const std::string& key, const std::string& cost, Currency currency = kUsd, std::uint64_t lines = 1)
{
    return {KeyTuple{key}, Day::none(), currency, amount(cost), lines, 0, 0, false};
}

CostTable table(std::vector<CostRow> rows)
{
    CostTable made;
    std::map<Currency, CurrencyTotal> totals;
    for (const CostRow& each : rows) {
        CurrencyTotal& total = totals[each.currency];
        total.currency = each.currency;
        total.cost = *checkedAdd(total.cost, each.cost);
        total.rows += each.rows;
    }
    made.rows = std::move(rows);
    for (const auto& [currency, total] : totals)
        made.totals.push_back(total);
    return made;
}

/// "riser Search +5" and so on, one after the other.
std::string said(const Bridge& bridge)
{
    static const std::map<Bridge::Kind, std::string> names{{Bridge::Kind::Riser, "riser"},
                                                           {Bridge::Kind::New, "new"},
                                                           {Bridge::Kind::Faller, "faller"},
                                                           {Bridge::Kind::Gone, "gone"},
                                                           {Bridge::Kind::Others, "others"}};
    std::string text;
    for (const Bridge::Part& part : bridge.parts) {
        text += text.empty() ? "" : "; ";
        text += names.at(part.kind) + " " +
                (part.isFolded       ? "(" + std::to_string(part.count) + ")"
                 : part.keys.empty() ? "?"
                                     : part.keys.front()) +
                " " + part.change().toString(0);
    }
    return text;
}

/// What every bridge must hold: exact sums, each key once, no change beyond those that are shown.
void checkLaw(const Bridge& bridge, const CostTable& now, const CostTable& before, std::size_t most)
{
    Amount at = bridge.base, base, current;
    std::set<KeyTuple> own;
    std::uint64_t keys = 0;
    for (const Bridge::Part& part : bridge.parts) {
        at = *checkedAdd(at, part.change());
        base = *checkedAdd(base, part.before);
        current = *checkedAdd(current, part.now);
        keys += part.count;
        if (!part.isFolded)
            QVERIFY(own.insert(part.keys).second);
    }
    QVERIFY(at == bridge.current);
    QVERIFY(base == bridge.base);
    QVERIFY(current == bridge.current);
    QVERIFY(own.size() <= most + 3);
    std::set<KeyTuple> all;
    Amount slowNow, slowBefore;
    for (const CostRow& each : now.rows) {
        if (each.currency == bridge.currency) {
            all.insert(each.keys);
            slowNow = *checkedAdd(slowNow, each.cost);
        }
    }
    for (const CostRow& each : before.rows) {
        if (each.currency == bridge.currency) {
            all.insert(each.keys);
            slowBefore = *checkedAdd(slowBefore, each.cost);
        }
    }
    QCOMPARE(keys, static_cast<std::uint64_t>(all.size()));
    QVERIFY(slowNow == bridge.current);
    QVERIFY(slowBefore == bridge.base);
}

} // namespace

class TestCostBridge : public QObject {
    Q_OBJECT
private slots:
    void parts_areNamedByWhatTheyDid()
    {
        const CostTable before =
            table({row("Search", "10"), row("Checkout", "20"), row("Old", "3.5"), row("Same", "7")});
        const CostTable now = table({row("Search", "15"), row("Checkout", "12"), row("Fresh", "2"), row("Same", "7")});
        const auto bridge = bridgeOf(now, before, kUsd, 10);
        QVERIFY(bridge.ok());
        QCOMPARE(said(*bridge),
                 std::string("riser Search 5; new Fresh 2; faller Checkout -8; gone Old -3.5; others Same 0"));
        QVERIFY(bridge->base == amount("40.5"));
        QVERIFY(bridge->current == amount("36"));
    }

    void beyondTheLargest_othersAreOne()
    {
        std::vector<CostRow> was, is;
        for (int i = 0; i < 9; ++i) {
            was.push_back(row("k" + std::to_string(i), "10"));
            is.push_back(row("k" + std::to_string(i), std::to_string(10 + i)));
        }
        is.push_back(row("new1", "0.5"));
        is.push_back(row("new2", "0.25"));
        was.push_back(row("gone1", "0.125"));
        const CostTable before = table(was), now = table(is);
        const auto bridge = bridgeOf(now, before, kUsd, 2);
        QVERIFY(bridge.ok());
        QCOMPARE(said(*bridge), std::string("riser k8 8; riser k7 7; new (2) 0.75; gone gone1 -0.125; others (7) 21"));
        checkLaw(*bridge, now, before, 2);
    }

    void credits_turnTheirSign()
    {
        const CostTable before = table({row("Refunds", "-5"), row("Compute", "5")});
        const CostTable now = table({row("Refunds", "-9"), row("Compute", "5"), row("Rebate", "-1")});
        const auto bridge = bridgeOf(now, before, kUsd, 10);
        QCOMPARE(said(*bridge), std::string("new Rebate -1; faller Refunds -4; others Compute 0"));
        QVERIFY(bridge->base == Amount());
    }

    void currencies_areNeverAdded()
    {
        const CostTable before = table({row("Search", "10"), row("Search", "100", kEur)});
        const CostTable now = table({row("Search", "11"), row("Search", "90", kEur)});
        QCOMPARE(said(*bridgeOf(now, before, kUsd, 5)), std::string("riser Search 1"));
        QCOMPARE(said(*bridgeOf(now, before, kEur, 5)), std::string("faller Search -10"));
    }

    void nothing_isABridgeOfNoParts()
    {
        const auto bridge = bridgeOf(table({}), table({}), kUsd, 5);
        QVERIFY(bridge.ok());
        QVERIFY(bridge->parts.empty());
        const auto first = bridgeOf(table({row("Search", "1")}), table({}), kUsd, 5);
        QCOMPARE(said(*first), std::string("new Search 1"));
        const auto none = bridgeOf(table({row("Search", "1")}), table({}), kUsd, 0);
        QCOMPARE(said(*none), std::string("new Search 1"));
    }

    void overflow_isAnError()
    {
        const std::string huge = "170000000000000000000";
        QVERIFY(!bridgeOf(table({row("a", huge)}), table({row("a", "-" + huge)}), kUsd, 5).ok());
        CostTable two;
        two.rows = {row("a", huge), row("b", huge)};
        QVERIFY(!bridgeOf(two, table({}), kUsd, 5).ok());
    }

    void randomTables_addUpExactly()
    {
        std::mt19937 chance(7); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
        const auto below = [&chance](unsigned bound) { return static_cast<unsigned>(chance() % bound); };
        for (int round = 0; round < 200; ++round) {
            CostTable tables[2];
            for (CostTable& each : tables) {
                std::vector<CostRow> rows;
                for (unsigned key = 0; key < 30; ++key) {
                    for (const Currency currency : {kUsd, kEur}) {
                        if (below(3) == 0)
                            continue;
                        const std::string cost = (below(4) == 0 ? "-" : "") + std::to_string(below(1000)) + "." +
                                                 std::to_string(100000000 + below(900000000)) + "000000001";
                        rows.push_back(row("k" + std::to_string(key), below(9) == 0 ? "5" : cost, currency));
                    }
                }
                each = table(std::move(rows));
            }
            const std::size_t most = below(35);
            for (const Currency currency : {kUsd, kEur}) {
                const auto bridge = bridgeOf(tables[0], tables[1], currency, most);
                QVERIFY(bridge.ok());
                checkLaw(*bridge, tables[0], tables[1], most);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestCostBridge)
#include "tst_costbridge.moc"
