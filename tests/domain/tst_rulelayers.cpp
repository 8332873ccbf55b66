#include <QRandomGenerator>
#include <QTest>

#include "models/domain/rulelayers.h"

using namespace altimeter;

namespace {

AllocationRule rule(const std::string& name, const DateRange& effective = {})
{
    AllocationRule made;
    made.name = name;
    made.effective = effective;
    return made;
}

Day month(int number)
{
    return Day::fromYmd(2026, number, 1);
}

/// Names of the rules that count on a day, in order.
std::string rulesOn(const RuleSet& rules, Day day)
{
    std::string names;
    for (const AllocationRule& one : rules.rules) {
        if (one.enabled && one.effective.contains(day))
            names += one.name + ' ';
    }
    return names;
}

/// The same by looking for the version of the day.
std::string slowRulesOn(const std::vector<RuleLayer>& layers, Day day)
{
    for (const RuleLayer& layer : layers) {
        if (!layer.from.isValid() || day >= layer.from)
            return rulesOn(layer.rules, day);
    }
    return {};
}

} // namespace

class TestRuleLayers : public QObject {
    Q_OBJECT
private slots:
    void noLayer_isNoRule() { QVERIFY(layered({}).rules.empty()); }

    void oneLayer_forAllOfHistory_staysAsItIs()
    {
        const RuleSet rules{{rule("a"), rule("b", {month(2), {}})}, 7};
        QVERIFY(layered(std::vector<RuleLayer>{{rules, {}}}) == rules);
    }

    void olderVersion_keepsItsMonths_andTheNewestItsIndices()
    {
        const std::vector<RuleLayer> layers{{{{rule("new"), rule("ended", {{}, month(3)})}, 2}, month(11)},
                                            {{{rule("old"), rule("later", {month(12), {}})}, 1}, {}}};
        const RuleSet all = layered(layers);
        QCOMPARE(all.version, 2U);
        QCOMPARE(all.rules.size(), std::size_t{3}); // "later" has no day left
        QCOMPARE(all.rules[1].name, std::string("ended"));
        QVERIFY(!all.rules[1].enabled);
        QCOMPARE(rulesOn(all, month(11) - 1), std::string("old "));
        QCOMPARE(rulesOn(all, month(11)), std::string("new "));
        QCOMPARE(rulesOn(all, month(12)), std::string("new "));
    }

    void versionWithAnEarlierMonth_hidesAnOlderOneWithALaterMonth()
    {
        const std::vector<RuleLayer> layers{
            {{{rule("c")}, 3}, month(9)}, {{{rule("b")}, 2}, month(11)}, {{{rule("a")}, 1}, {}}};
        const RuleSet all = layered(layers);
        QCOMPARE(rulesOn(all, month(8)), std::string("a "));
        QCOMPARE(rulesOn(all, month(10)), std::string("c "));
        QCOMPARE(rulesOn(all, month(12)), std::string("c "));
        QCOMPARE(all.rules.size(), std::size_t{2});
    }

    void randomLayers_areTheVersionOfEachDay()
    {
        QRandomGenerator random(20261130);
        for (int round = 0; round < 200; ++round) {
            std::vector<RuleLayer> layers(1 + random.bounded(5U));
            for (std::size_t i = 0; i < layers.size(); ++i) {
                layers[i].from = random.bounded(4) == 0 ? Day() : month(1 + random.bounded(12));
                for (int at = random.bounded(4); at > 0; --at) {
                    DateRange effective;
                    if (random.bounded(2) == 0)
                        effective.from = month(1) + random.bounded(365);
                    if (random.bounded(3) == 0)
                        effective.to = (effective.from.isValid() ? effective.from : month(1)) + 1 + random.bounded(200);
                    layers[i].rules.rules.push_back(rule(std::to_string(i) + '/' + std::to_string(at), effective));
                    layers[i].rules.rules.back().enabled = random.bounded(5) > 0;
                }
            }
            const RuleSet all = layered(layers);
            for (std::size_t i = 0; i < layers.front().rules.rules.size(); ++i)
                QCOMPARE(all.rules[i].name, layers.front().rules.rules[i].name);
            for (Day day = month(1) - 40; day < month(12) + 60; day = day + 1)
                QCOMPARE(rulesOn(all, day), slowRulesOn(layers, day));
        }
    }
};

QTEST_APPLESS_MAIN(TestRuleLayers)
#include "tst_rulelayers.moc"
