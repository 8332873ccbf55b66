#include <QtTest/QtTest>

#include "tests/testkit/connectorsuite.h"

#include <random>

using namespace altimeter;
using altimeter::testing::CollectingSink;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::json;
using altimeter::testing::LoopbackServer;
using altimeter::testing::testFrom;

namespace {

using Request = LoopbackServer::Request;
using Row = CollectingSink::Row;

std::string replaced(std::string text, const std::string& word, const std::string& value)
{
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size()))
        text.replace(at, word.size(), value);
    return text;
}

/// A member of a set: one allocation under its name.
std::string allocation(const std::string& day, const std::string& name, const std::string& properties,
                       const std::string& numbers)
{
    std::string text = R"({"name":"@name","properties":{@properties},"window":{"start":"@dayT00:00:00Z",)"
                       R"("end":"@nextT00:00:00Z"},"start":"@dayT00:00:00Z","end":"@dayT23:55:00Z","minutes":1435,)";
    text = replaced(replaced(text, "@name", name), "@properties", properties);
    text = replaced(replaced(text, "@day", day), "@next", toString(parseDay(day).value() + 1));
    return '"' + name + "\":" + text + numbers + '}';
}

/// The envelope around one set. The blank keeps the set from being taken for a record.
LoopbackServer::Answer answered(const std::string& allocations)
{
    return json(R"({"code":200,"status":"success","data":[ { )" + allocations + R"( }],"message":"","warning":""})");
}

std::string dayOf(const Request& request)
{
    return request.parameter("window").substr(0, 10);
}

constexpr const char* kApi =
    R"("cluster":"c1","namespace":"shop","controller":"api","controllerKind":"deployment","pod":"api-1",)"
    R"("labels":{"team":"a","app_kubernetes_io_name":"api"},"namespaceLabels":{"team":"ns","env":"prod"})";

/// A workload, what stays idle, an unmounted volume, pods without a controller; many digits and exponents.
LoopbackServer::Answer allocations(const Request& request)
{
    if (request.path != "/allocation")
        return ConnectorSuite::answer(404, "{}");
    if (request.parameter("aggregate") == "cluster")
        return answered(R"("c1":{"properties":{"cluster":"c1"}},"c2":{"properties":{"cluster":"c2"}},)"
                        R"("c1/__idle__":{"properties":{"cluster":"c1"}})");
    const std::string day = dayOf(request);
    if (day == "2026-11-18")
        return answered(
            allocation(
                day, "c1/shop/deployment/deployment:api", kApi,
                R"("cpuCores":2,"cpuCoreRequestAverage":2,"cpuCoreUsageAverage":0.6,"cpuCoreHours":48,)"
                R"("cpuCost":1.5,"cpuCostAdjustment":-0.1,"cpuCostIdle":0.5,"cpuEfficiency":0.3,"gpuHours":0,)"
                R"("gpuCost":0,"gpuEfficiency":0,"gpuAllocation":null,"ramByteRequestAverage":4e9,)"
                R"("ramByteUsageAverage":1.6e9,"ramByteHours":9.6e+10,"ramCost":0.7,"ramEfficiency":0.4,)"
                R"("networkTransferBytes":1e8,"networkReceiveBytes":2e8,"networkCost":0.02,)"
                R"("networkInternetCost":0.02,"loadBalancerCost":0,"pvByteHours":2.4e11,"pvCost":0.1,"pvs":null,)"
                R"("externalCost":0,"sharedCost":0,"totalCost":2.22,"totalEfficiency":0.33)") +
            ',' +
            allocation(day, "c1/__idle__", R"("cluster":"c1")",
                       R"("cpuCoreHours":96,"cpuCost":3.00001,"ramCost":1e-05,"totalCost":3.00003,"cpuEfficiency":0)"));
    return answered(allocation(day, "c1/shop/deployment/deployment:api", kApi,
                               R"("cpuCost":12345678901.123456789,"totalCost":12345678901.123456789)") +
                    ',' +
                    allocation(day, "c1/__unmounted__/__unallocated__/__unallocated__",
                               R"("cluster":"c1","namespace":"__unmounted__")", R"("pvCost":0.5,"totalCost":0.5)") +
                    ',' +
                    allocation(day, "c2/batch/__unallocated__/__unallocated__", R"("cluster":"c2","namespace":"batch")",
                               R"("cpuCost":0.25,"gpuCost":2,"gpuHours":1.5,"totalCost":2.25)"));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "kubernetes";
    one.values = {{"base_url", "{url}"}};
    one.secrets = {{"token", "planted-ingress-token"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = allocations;
    one.empty = [](const Request&) { return json(R"({"code":200,"status":"success","data":[{}]})"); };
    one.lens = CostLens::List;
    one.totals = {{"USD", "12345678909.093486789"}};
    one.rows = 11;
    return one;
}

ConnectorSample oneDay()
{
    ConnectorSample one = sample();
    one.window.to = one.window.from + 1;
    return one;
}

/// One day with these allocations only.
Fetched fetchDay(const std::string& allocations, ConnectorSample how = oneDay())
{
    const LoopbackServer server([&](const Request&) { return answered(allocations); });
    return fetchFrom(server, how);
}

std::string measure(const Fetched& fetched, const std::string& name)
{
    for (const Measure& one : fetched.measures) {
        if (one.name == name)
            return one.value + ' ' + one.unit;
    }
    return "none";
}

} // namespace

class TestKubernetes : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void request_asksDayByDay()
    {
        const LoopbackServer server(allocations);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{2});
        QCOMPARE(requests[0].method, std::string("GET"));
        QCOMPARE(requests[0].path, std::string("/allocation"));
        QCOMPARE(requests[0].query,
                 std::string("window=2026-11-18T00%3A00%3A00Z%2C2026-11-19T00%3A00%3A00Z&aggregate=cluster%2Cnamespace"
                             "%2CcontrollerKind%2Ccontroller&step=1d&accumulate=false&includeIdle=true&shareIdle="
                             "false"));
        QCOMPARE(requests[1].parameter("window"), std::string("2026-11-19T00:00:00Z,2026-11-20T00:00:00Z"));
        QCOMPARE(requests[0].headers.at("authorization"), std::string("Bearer planted-ingress-token"));
        QCOMPARE(requests[0].body, std::string());
    }

    void idleWithoutAWindow_isOfTheDayThatWasAsked()
    {
        const LoopbackServer server([](const Request& request) {
            return answered(allocation(dayOf(request), "c1/shop/deployment/deployment:api", kApi,
                                       R"("cpuCost":1.25,"totalCost":1.25)") +
                            R"(,"c1/__idle__":{"name":"c1/__idle__","properties":{"cluster":"c1"},"cpuCost":3.5,)"
                            R"("ramCost":0.67,"totalCost":4.17})");
        });
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::List), std::string("5.42"));
    }

    void request_ofKubecost_hasItsOwnPathAndNames()
    {
        for (const char* base : {"{url}", "{url}/", "{url}/model"}) {
            const LoopbackServer server([](const Request& request) {
                return request.path == "/model/allocation" ? answered("") : ConnectorSuite::answer(404, "{}");
            });
            ConnectorSample kubecost = oneDay();
            kubecost.values = {{"base_url", base},
                               {"flavour", "kubecost"},
                               {"user", "finops"},
                               {"aggregate", "cluster, label:app.kubernetes.io/name"}};
            kubecost.secrets = {{"password", "pw"}};
            QVERIFY(fetchFrom(server, kubecost).status.ok());
            const Request request = server.requests().front();
            QCOMPARE(request.parameter("idle"), std::string("true"));
            QCOMPARE(request.parameter("includeIdle"), std::string());
            QCOMPARE(request.parameter("aggregate"), std::string("cluster,label:app.kubernetes.io/name"));
            QCOMPARE(request.headers.at("authorization"), std::string("Basic Zmlub3BzOnB3"));
        }
    }

    void request_withoutLogin_hasNone()
    {
        const LoopbackServer server(allocations);
        ConnectorSample open = sample();
        open.secrets.clear();
        QVERIFY(fetchFrom(server, open).status.ok());
        QVERIFY(!server.requests().front().headers.contains("authorization"));
    }

    void test_namesClusters()
    {
        const LoopbackServer server(allocations);
        QCOMPARE(testFrom(server, sample()).value(), std::string("2 clusters: c1, c2."));
        QCOMPARE(server.requests().front().parameter("window"),
                 std::string("2026-11-21T07:00:00Z,2026-11-21T08:00:00Z"));
        const LoopbackServer bare([](const Request&) { return answered(""); });
        QVERIFY(testFrom(bare, sample()).value().find("no allocations") != std::string::npos);
    }

    void workload_isMappedPartByPart()
    {
        const LoopbackServer server(allocations);
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const Row& cpu = fetched.sink.rows[0];
        QCOMPARE(cell(cpu, "ListCost"), std::string("1.4")); // with its adjustment
        QVERIFY(!cpu.text.contains("BilledCost") && !cpu.text.contains("EffectiveCost"));
        QCOMPARE(cell(cpu, "ProviderName"), std::string("Kubernetes"));
        QCOMPARE(cell(cpu, "BillingAccountId"), std::string("c1"));
        QCOMPARE(cell(cpu, "SubAccountId"), std::string("shop"));
        QCOMPARE(cell(cpu, "ServiceName"), std::string("Kubernetes"));
        QCOMPARE(cell(cpu, "ServiceCategory"), std::string("Compute"));
        QCOMPARE(cell(cpu, "ResourceId"), std::string("c1/shop/deployment/deployment:api"));
        QCOMPARE(cell(cpu, "ResourceName"), std::string("api"));
        QCOMPARE(cell(cpu, "ResourceType"), std::string("deployment"));
        QCOMPARE(cell(cpu, "RegionId"), std::string());
        QCOMPARE(cell(cpu, "ConsumedQuantity"), std::string("48"));
        QCOMPARE(cell(cpu, "ConsumedUnit"), std::string("Core-Hours"));
        QCOMPARE(cell(cpu, "ChargePeriodStart"), std::string("2026-11-18T00:00:00Z"));
        QCOMPARE(cell(cpu, "ChargePeriodEnd"), std::string("2026-11-19T00:00:00Z"));
        QCOMPARE(cell(cpu, "Tags"), std::string(R"({"app_kubernetes_io_name":"api","env":"prod","team":"a"})"));
        QCOMPARE(extra(fetched, cpu, "x_ControllerKind"), std::string("deployment"));
        QCOMPARE(extra(fetched, cpu, "x_ResourcePart"), std::string("cpu"));
        QCOMPARE(extra(fetched, cpu, "x_Pod"), std::string()); // not asked for: it only happens to be the only one
        const Row& memory = fetched.sink.rows[1];
        QCOMPARE(cell(memory, "ConsumedQuantity"), std::string("96000000000"));
        QCOMPARE(cell(memory, "ConsumedUnit"), std::string("Byte-Hours"));
        const Row& network = fetched.sink.rows[2];
        QCOMPARE(cell(network, "ServiceCategory"), std::string("Networking"));
        QCOMPARE(cell(network, "ConsumedQuantity"), std::string("300000000")); // sent and received
        QCOMPARE(cell(fetched.sink.rows[3], "SkuId"), std::string("storage"));
        for (const Row& row : fetched.sink.rows)
            QVERIFY(extra(fetched, row, "x_ResourcePart") != "gpu"); // nothing used, nothing paid
    }

    void idle_isALineOfItsOwn_andRoundingIsNamed()
    {
        const LoopbackServer server(allocations);
        const Fetched fetched = fetchFrom(server, oneDay());
        const Row& idle = fetched.sink.rows[4];
        QCOMPARE(cell(idle, "ServiceName"), std::string("Idle"));
        QCOMPARE(cell(idle, "ResourceName"), std::string("Idle of c1"));
        QCOMPARE(cell(idle, "ChargeDescription"), std::string("CPU, Idle of c1"));
        QCOMPARE(cell(idle, "BillingAccountId"), std::string("c1"));
        QCOMPARE(cell(idle, "SubAccountId"), std::string());
        QCOMPARE(cell(fetched.sink.rows[5], "ListCost"), std::string("0.00001"));
        const Row& rounding = fetched.sink.rows[6];
        QCOMPARE(cell(rounding, "ListCost"), std::string("0.00001"));
        QCOMPARE(extra(fetched, rounding, "x_Residual"), std::string("difference between the parts and the total"));
        QCOMPARE(fetched.sink.rows.size(), std::size_t{7});
    }

    void specialNames_arePlain_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("properties");
        QTest::addColumn<QString>("service");
        QTest::addColumn<QString>("cluster");
        const QString none;
        QTest::newRow("idle") << "__idle__" << none << "Idle"
                              << "kubernetes";
        QTest::newRow("idle with a prefix") << "c9/__idle__" << none << "Idle"
                                            << "c9";
        QTest::newRow("idle of all parts") << "c9/__idle__/__idle__/__idle__" << none << "Idle"
                                           << "c9";
        QTest::newRow("shared") << "c9/__shared__"
                                << R"("cluster":"c8")"
                                << "Shared"
                                << "c8";
        QTest::newRow("external") << "__external__" << none << "External"
                                  << "kubernetes";
        QTest::newRow("unmounted") << "c9/__unmounted__/__unallocated__/__unallocated__" << none << "Unmounted"
                                   << "c9";
        QTest::newRow("unmounted by property") << "c9/x/__unallocated__/__unallocated__"
                                               << R"("namespace":"__unmounted__")"
                                               << "Unmounted"
                                               << "c9";
        QTest::newRow("unallocated") << "__unallocated__" << none << "Unallocated"
                                     << "kubernetes";
        QTest::newRow("unallocated with a prefix") << "c9/__unallocated__" << none << "Unallocated"
                                                   << "c9";
        QTest::newRow("only without a controller") << "c9/batch/__unallocated__/__unallocated__" << none << "Kubernetes"
                                                   << "c9";
    }
    void specialNames_arePlain()
    {
        QFETCH(QString, name);
        QFETCH(QString, properties);
        QFETCH(QString, service);
        QFETCH(QString, cluster);
        const Fetched fetched = fetchDay(
            allocation("2026-11-18", name.toStdString(), properties.toStdString(), R"("cpuCost":1,"totalCost":1)"));
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(cell(fetched.sink.rows[0], "ServiceName")), service);
        QCOMPARE(QString::fromStdString(cell(fetched.sink.rows[0], "BillingAccountId")), cluster);
    }

    void null_isUnknown_notZero()
    {
        const std::string name = "c1/shop/deployment/deployment:api";
        const Fetched whole = fetchDay(allocation("2026-11-18", name, kApi,
                                                  R"("cpuCost":null,"cpuCoreHours":null,"ramCost":0.5,)"
                                                  R"("gpuCost":1,"gpuCostAdjustment":null,"cpuEfficiency":null,)"
                                                  R"("totalCost":null)"));
        QVERIFY2(whole.status.ok(), whole.error().c_str());
        QCOMPARE(whole.sink.rows.size(), std::size_t{3});
        QVERIFY(!whole.sink.rows[0].text.contains("ListCost") && !whole.sink.rows[2].text.contains("ListCost"));
        QVERIFY(!whole.sink.rows[0].text.contains("ConsumedQuantity"));
        QCOMPARE(whole.total(CostLens::List), std::string("0.5"));
        QCOMPARE(whole.sink.rowsWith("cost-unknown"), std::uint64_t{2});
        QCOMPARE(measure(whole, "cpu_efficiency"), std::string("none"));

        const Fetched known =
            fetchDay(allocation("2026-11-18", name, kApi, R"("cpuCost":null,"ramCost":0.5,"totalCost":0.75)"));
        QCOMPARE(known.total(CostLens::List), std::string("0.75"));
        QVERIFY(!known.sink.rows[0].text.contains("ListCost"));
        QCOMPARE(cell(known.sink.rows[2], "ListCost"), std::string("0.25"));
        QCOMPARE(extra(known, known.sink.rows[2], "x_Residual"),
                 std::string("difference between the parts and the total"));
        QCOMPARE(cell(known.sink.rows[2], "ResourceId"), name); // more than rounding: it stays with its allocation
    }

    void chargesOfADay_addUpToTheTotals()
    {
        std::mt19937_64 random(7);
        std::uniform_real_distribution<double> size(-30, 6);
        const auto text = [](double value) {
            char digits[40];
            std::snprintf(digits, sizeof digits, "%.17g", value);
            return std::string(digits);
        };
        DecimalSum expected;
        std::string all;
        for (int i = 0; i < 500; ++i) {
            double sum = 0;
            std::string numbers;
            for (const char* part :
                 {"cpuCost", "cpuCostAdjustment", "ramCost", "networkCost", "pvCost", "sharedCost"}) {
                const double cost = (random() % 5 == 0 ? -1 : 1) * std::pow(10.0, size(random));
                sum += cost;
                numbers.append("\"").append(part).append("\":").append(text(cost)).append(",");
            }
            if (i % 3 == 0)
                sum = std::round(sum * 100000) / 100000;
            expected.add(decimalOfDouble(text(sum)).value());
            all +=
                (all.empty() ? "" : ",") +
                allocation("2026-11-18", "c" + std::to_string(i % 4) + "/ns/deployment/deployment:" + std::to_string(i),
                           "", numbers + "\"totalCost\":" + text(sum));
        }
        const Fetched fetched = fetchDay(all);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::List), expected.toString(0));
    }

    void countAsEffective_leavesTheListEmpty()
    {
        ConnectorSample effective = sample();
        effective.values["count_as"] = "effective";
        effective.values["currency"] = "EUR";
        const LoopbackServer server(allocations);
        const Fetched fetched = fetchFrom(server, effective);
        QCOMPARE(fetched.total(CostLens::Effective, "EUR"), std::string("12345678909.093486789"));
        QCOMPARE(fetched.total(CostLens::List, "EUR"), std::string("0"));
        QCOMPARE(fetched.sink.unknown[static_cast<std::size_t>(CostLens::Billed)], std::uint64_t{11});
    }

    void currency_thatIsNone_isRefused()
    {
        ConnectorSample wrong = sample();
        wrong.values["currency"] = "dollars";
        const LoopbackServer server(allocations);
        QVERIFY(fetchFrom(server, wrong).error().find("no currency") != std::string::npos);
    }

    void labels_areKeptByName()
    {
        ConnectorSample some = oneDay();
        some.values["labels"] = "app.kubernetes.io/name, nothing";
        const LoopbackServer server(allocations);
        QCOMPARE(cell(fetchFrom(server, some).sink.rows[0], "Tags"),
                 std::string(R"({"app_kubernetes_io_name":"api"})"));
    }

    void labelInTheAggregate_isATag()
    {
        ConnectorSample byTeam = oneDay();
        byTeam.values["aggregate"] = "namespace,label:cost/team,department";
        byTeam.values["labels"] = "other";
        const Fetched fetched = fetchDay(
            allocation("2026-11-18", "shop/blue/it", R"("labels":{"cost_team":"blue"})",
                       R"("cpuCost":1,"totalCost":1)") +
                ',' +
                allocation("2026-11-18", "shop/__unallocated__/__unallocated__", "", R"("cpuCost":2,"totalCost":2)"),
            byTeam);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(cell(fetched.sink.rows[0], "Tags"), std::string(R"({"cost/team":"blue","department":"it"})"));
        QCOMPARE(cell(fetched.sink.rows[0], "SubAccountId"), std::string("shop"));
        QCOMPARE(cell(fetched.sink.rows[0], "BillingAccountId"), std::string("kubernetes"));
        QCOMPARE(cell(fetched.sink.rows[1], "Tags"), std::string());
        QCOMPARE(cell(fetched.sink.rows[1], "ServiceName"), std::string("Kubernetes"));
    }

    void efficiency_isAMeasure()
    {
        const LoopbackServer server(allocations);
        const Fetched fetched = fetchFrom(server, oneDay());
        QCOMPARE(measure(fetched, "cpu_efficiency"), std::string("0.3 ratio"));
        QCOMPARE(measure(fetched, "memory_efficiency"), std::string("0.4 ratio"));
        QCOMPARE(measure(fetched, "total_efficiency"), std::string("0.33 ratio"));
        QCOMPARE(measure(fetched, "gpu_efficiency"), std::string("none")); // neither asked for nor used
        QCOMPARE(measure(fetched, "cpu_requested"), std::string("2 cores"));
        QCOMPARE(measure(fetched, "cpu_used"), std::string("0.6 cores"));
        QCOMPARE(measure(fetched, "memory_requested"), std::string("4000000000 bytes"));
        QCOMPARE(fetched.measures.size(), std::size_t{7}); // none of what is idle
        const Measure& first = fetched.measures.front();
        QCOMPARE(toString(first.start), std::string("2026-11-18T00:00:00Z"));
        QCOMPARE(first.labels.at("cluster"), std::string("c1"));
        QCOMPARE(first.labels.at("controller"), std::string("api"));
        QCOMPARE(first.labels.at("allocation"), std::string("c1/shop/deployment/deployment:api"));
    }

    void gpuAverages_mayStandApart()
    {
        const Fetched fetched = fetchDay(allocation("2026-11-18", "c1/ml/job/job:train", "",
                                                    R"("totalCost":0,"gpuEfficiency":0.5,)"
                                                    R"("gpuAllocation":{"gpuRequestAverage":2,"gpuUsageAverage":1})"));
        QCOMPARE(measure(fetched, "gpu_efficiency"), std::string("0.5 ratio"));
        QCOMPARE(measure(fetched, "gpu_requested"), std::string("2 GPUs"));
        QCOMPARE(fetched.sink.rows.size(), std::size_t{0});
    }

    void daysWithoutAllocations_areNotCovered()
    {
        ConnectorSample long5 = sample();
        long5.window.to = long5.window.from + 5;
        const LoopbackServer server([](const Request& request) {
            const std::string day = dayOf(request);
            if (day == "2026-11-18" || day == "2026-11-21")
                return json(R"({"code":200,"data":[null]})");
            return answered(allocation(day, "c1/__idle__", "", R"("cpuCost":1,"totalCost":1)"));
        });
        const Fetched fetched = fetchFrom(server, long5);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const std::vector<DateRange> expected{{Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 21)},
                                              {Day::fromYmd(2026, 11, 22), Day::fromYmd(2026, 11, 23)}};
        QVERIFY(fetched.covered == expected);
        QCOMPARE(fetched.sink.rowsWith("no-allocations"), std::uint64_t{2});
    }

    void anotherFetch_bringsTheNewAmounts()
    {
        std::string cost = "1";
        const LoopbackServer server([&cost](const Request&) {
            return answered(
                allocation("2026-11-18", "c1/__idle__", "", "\"cpuCost\":" + cost + ",\"totalCost\":" + cost));
        });
        QCOMPARE(fetchFrom(server, oneDay()).total(CostLens::List), std::string("1"));
        cost = "-0.5"; // more was used than there was: idle is negative
        QCOMPARE(fetchFrom(server, oneDay()).total(CostLens::List), std::string("-0.5"));
    }

    void nonsense_isRefused_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("word");
        const auto data = [](const std::string& set) {
            return QString::fromStdString(R"({"code":200,"data":[)" + set + "]}");
        };
        const std::string name = "c1/a/b/c";
        const auto one = [&](const std::string& day, const std::string& numbers) {
            return allocation(day, name, "", numbers);
        };
        QTest::newRow("no total") << data('{' + one("2026-11-18", R"("cpuCost":1)") + '}') << "totalCost";
        QTest::newRow("no amount") << data('{' + one("2026-11-18", R"("cpuCost":"much","totalCost":1)") + '}')
                                   << "cpuCost";
        QTest::newRow("another day") << data('{' + one("2026-11-17", R"("totalCost":1)") + '}') << "another window";
        QTest::newRow("twice") << data('{' + one("2026-11-18", R"("totalCost":1)") + "},{" +
                                       one("2026-11-18", R"("totalCost":1)") + '}')
                               << "twice";
        QTest::newRow("half a window") << data(R"({"a":{"start":"2026-11-18T00:00:00Z","totalCost":1}})") << "no date";
        QTest::newRow("no object") << data(R"({"a":5})") << "no object";
        QTest::newRow("set is text") << data(R"("a")") << "no object";
        QTest::newRow("data is an object") << R"({"code":200,"data":{}})"
                                           << "no list";
        QTest::newRow("data is null") << R"({"code":200,"data":null})"
                                      << "no list";
        QTest::newRow("code 500") << R"({"code":500,"status":"error","data":null,"message":"prometheus is down"})"
                                  << "prometheus is down";
        QTest::newRow("code 400") << R"({"code":400,"data":[{}],"message":"bad aggregate"})"
                                  << "bad aggregate";
    }
    void nonsense_isRefused()
    {
        QFETCH(QString, body);
        QFETCH(QString, word);
        const LoopbackServer server([&](const Request&) { return json(body.toStdString()); });
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(word), fetched.error().c_str());
    }

    void windowWithAnOffset_isTheSameWindow()
    {
        const std::string shifted = R"("a":{"window":{"start":"2026-11-17T19:00:00-05:00",)"
                                    R"("end":"2026-11-18T19:00:00-05:00"},"cpuCost":1,"totalCost":1})";
        QVERIFY(fetchDay(shifted).status.ok());
        const std::string local = R"("a":{"window":{"start":"2026-11-18T00:00:00-05:00",)"
                                  R"("end":"2026-11-19T00:00:00-05:00"},"cpuCost":1,"totalCost":1})";
        const Fetched refused = fetchDay(local);
        QVERIFY(!refused.status.ok());
        QVERIFY(refused.status.error().todo.find("UTC offset") != std::string::npos);
    }

    void plainText400_isTold()
    {
        const LoopbackServer server([](const Request&) {
            return ConnectorSuite::answer(400, "Invalid 'window' parameter: window is odd\nmore", "text/plain");
        });
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY2(fetched.error().find("window is odd)") != std::string::npos, fetched.error().c_str());
        QCOMPARE(static_cast<int>(fetched.status.error().code), static_cast<int>(ErrorCode::Invalid));
        QCOMPARE(server.count(), std::size_t{1});
    }

    void warning_isAFinding()
    {
        const LoopbackServer server([](const Request& request) {
            return json(R"({"code":200,"warning":"a scrape is missing","data":[ { )" +
                        allocation(dayOf(request), "c1/__idle__", "", R"("cpuCost":1,"totalCost":1)") + "}]}");
        });
        QVERIFY(fetchFrom(server, oneDay()).sink.find("server-warning", "a scrape is missing") != nullptr);
    }
};

QTEST_APPLESS_MAIN(TestKubernetes)
#include "tst_kubernetes.moc"
