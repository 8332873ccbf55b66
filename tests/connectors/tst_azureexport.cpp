#include <QtTest/QtTest>

#include "providers/azure/exportmanifest.h"
#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::json;
using altimeter::testing::LoopbackServer;
using altimeter::testing::testFrom;

namespace {

using Answer = LoopbackServer::Answer;
using Request = LoopbackServer::Request;

const std::string kHeader = "BilledCost,EffectiveCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,"
                            "ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,BillingAccountId\n";

std::string line(const std::string& cost, const std::string& month)
{
    return cost + ',' + cost + ",EUR," + month + "-01T00:00:00Z,2026-12-01T00:00:00Z," + month + "-02T00:00:00Z," +
           month + "-03T00:00:00Z,Microsoft,Storage,a1\n";
}

/// Blobs of a container; the server lists them two at a time.
struct Container {
    std::map<std::string, std::string> blobs; ///< content by name
    std::map<std::string, std::string> etags; ///< others have "e"

    std::string xmlOf(const std::string& name) const
    {
        const auto etag = etags.find(name);
        return "<Blob><Name>" + name + "</Name><Properties><Content-Length>" + std::to_string(blobs.at(name).size()) +
               "</Content-Length><Etag>" + (etag == etags.end() ? "e" : etag->second) +
               "</Etag><Content-Type>text/csv</Content-Type></Properties></Blob>";
    }

    Answer operator()(const Request& request) const
    {
        if (request.path == "/tenant-1/oauth2/v2.0/token")
            return json(R"({"token_type":"Bearer","expires_in":3599,"access_token":"tok-storage"})");
        if (request.path == "/costs") {
            std::string page;
            int listed = 0;
            auto at = blobs.lower_bound(request.parameter("marker"));
            for (; at != blobs.end() && listed < 2; ++at) {
                if (!at->first.starts_with(request.parameter("prefix")))
                    continue;
                page += xmlOf(at->first);
                ++listed;
            }
            return ConnectorSuite::answer(200,
                                          "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults "
                                          "ContainerName=\"c\"><Blobs>" +
                                              page + "</Blobs><NextMarker>" + (at == blobs.end() ? "" : at->first) +
                                              "</NextMarker></EnumerationResults>",
                                          "application/xml");
        }
        const auto found = blobs.find(LoopbackServer::decoded(request.path).substr(7)); // behind "/costs/"
        if (request.path.starts_with("/costs/") && found != blobs.end())
            return ConnectorSuite::answer(200, found->second, "application/octet-stream");
        return ConnectorSuite::answer(404, "<Error><Code>BlobNotFound</Code></Error>", "application/xml");
    }
};

std::string manifest(const std::string& month, const std::string& submitted, const std::string& parts,
                     const std::string& name = "focus-daily", const std::string& scope = "/subscriptions/sub-1",
                     const std::string& type = "FocusCost")
{
    return R"({"manifestVersion":"2024-04-01","blobCount":)" +
           std::to_string(std::count(parts.begin(), parts.end(), '{')) + R"(,"exportConfig":{"exportName":")" + name +
           R"(","resourceId":")" + scope + R"(","dataVersion":"1.0","type":")" + type +
           R"("},"deliveryConfig":{"fileFormat":"Csv"},"runInfo":{"executionType":"Scheduled","submittedTime":")" +
           submitted + R"(","runId":"r","startDate":")" + month + R"(-01T00:00:00","endDate":")" + month +
           R"(-28T00:00:00"},"blobs":[)" + parts + "]}";
}

std::string part(const std::string& name, const std::string& content)
{
    return R"({"blobName":")" + name + R"(","byteCount":)" + std::to_string(content.size()) + '}';
}

/// October in one file; November twice, the newer run in two files.
Container container()
{
    Container one;
    const std::string october = kHeader + line("1.5", "2026-10");
    const std::string old = kHeader + line("900", "2026-11");
    const std::string first = kHeader + line("12345678901.123456789", "2026-11");
    const std::string second = kHeader + line("-0.000000001", "2026-11");
    const std::string root = "exports/focus-daily/";
    one.blobs = {
        {root + "20261001-20261031/g1/manifest.json",
         manifest("2026-10", "2026-11-05T01:00:00.123Z", part(root + "20261001-20261031/g1/part_0.csv", october))},
        {root + "20261001-20261031/g1/part_0.csv", october},
        {root + "20261101-20261130/g2/manifest.json",
         manifest("2026-11", "2026-11-19T01:00:00Z", part(root + "20261101-20261130/g2/part_0.csv", old))},
        {root + "20261101-20261130/g2/part_0.csv", old},
        {root + "20261101-20261130/g1/manifest.json", // named relative to itself
         manifest("2026-11", "2026-11-20T01:00:00Z", part("part_0.csv", first) + ',' + part("part_1.csv", second))},
        {root + "20261101-20261130/g1/part_0.csv", first},
        {root + "20261101-20261130/g1/part_1.csv", second},
        {"elsewhere/manifest.json", "not read"},
    };
    return one;
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "azure-export";
    one.values = {{"tenant_id", "tenant-1"}, {"client_id", "app-1"},       {"storage_url", "{url}"},
                  {"container", "costs"},    {"root_folder", "/exports/"}, {"export_name", "focus-daily"},
                  {"login_url", "{url}"}};
    one.secrets = {{"client_secret", "planted~client~secret"}};
    one.window = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 12, 1)};
    one.happy = container();
    one.empty = Container();
    one.repeating = [](const Request& request) {
        Answer answer = container()(request);
        if (request.path == "/costs")
            answer.body = "<EnumerationResults><Blobs/><NextMarker>again</NextMarker></EnumerationResults>";
        return answer;
    };
    one.totals = {{"EUR", "12345678902.623456788"}};
    one.rows = 3;
    one.answersJson = false;
    return one;
}

} // namespace

class TestAzureExport : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areExact()
    {
        const LoopbackServer server(container());
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto requests = server.requests();
        QVERIFY(requests[0].body.ends_with("scope=https%3A%2F%2Fstorage.azure.com%2F.default"));
        QCOMPARE(requests[1].method, std::string("GET"));
        QCOMPARE(requests[1].path, std::string("/costs"));
        QCOMPARE(requests[1].query, std::string("restype=container&comp=list&prefix=exports%2F"));
        QCOMPARE(requests[1].headers.at("authorization"), std::string("Bearer tok-storage"));
        QCOMPARE(requests[1].headers.at("x-ms-version"), std::string("2021-08-06"));
        QVERIFY(requests[2].query.find("&marker=exports%2Ffocus-daily%2F") != std::string::npos);
        QVERIFY(requests[5].path.find("manifest.json") != std::string::npos);
    }

    void newestRunOfEachMonth_isTaken()
    {
        const LoopbackServer server(container());
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(fetched.files.size(), std::size_t{3});
        QCOMPARE(fetched.files[0].name, std::string("exports/focus-daily/20261001-20261031/g1/part_0.csv"));
        QCOMPARE(fetched.files[1].name, std::string("exports/focus-daily/20261101-20261130/g1/part_0.csv"));
        QCOMPARE(fetched.covered.size(), std::size_t{1});
        QCOMPARE(toString(fetched.covered[0].from), std::string("2026-10-01"));
        QCOMPARE(toString(fetched.covered[0].to), std::string("2026-12-01"));
    }

    void unchangedMonths_areLeftAlone()
    {
        const LoopbackServer server(container());
        ConnectorSample again = sample();
        again.state = fetchFrom(server, sample()).state;
        const LoopbackServer second(container());
        const Fetched fetched = fetchFrom(second, again);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.files.empty());
        QVERIFY(fetched.covered.empty());
        QCOMPARE(second.count(), std::size_t{5}); // token and four pages of the listing, no manifest
        QCOMPARE(fetched.state, again.state);

        Container changed = container(); // written over
        const std::string path = "exports/focus-daily/20261001-20261031/g1/";
        const std::string october = kHeader + line("2.75", "2026-10");
        changed.blobs[path + "part_0.csv"] = october;
        changed.blobs[path + "manifest.json"] =
            manifest("2026-10", "2026-11-06T01:00:00Z", part(path + "part_0.csv", october));
        changed.etags[path + "manifest.json"] = "f";
        const LoopbackServer third(changed);
        const Fetched restated = fetchFrom(third, again);
        QCOMPARE(restated.covered.size(), std::size_t{1});
        QCOMPARE(restated.total(CostLens::Billed, "EUR"), std::string("2.75"));
    }

    void fileNamedTwice_countsOnce()
    {
        Container one = container();
        const std::string root = "exports/focus-daily/20261001-20261031/g1/";
        const std::string& october = one.blobs.at(root + "part_0.csv");
        one.blobs[root + "manifest.json"] =
            manifest("2026-10", "2026-11-05T01:00:00Z",
                     part(root + "part_0.csv", october) + ',' + part("part_0.csv", october)); // in both ways
        const LoopbackServer server(one);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("12345678902.623456788"));
        QCOMPARE(fetched.sink.rowsWith("file-named-twice", "2026-10"), std::uint64_t{1});
    }

    void runWithoutFiles_leavesItsMonthAsItWas()
    {
        Container one = container();
        one.blobs["exports/focus-daily/20261101-20261130/g3/manifest.json"] =
            manifest("2026-11", "2026-11-21T01:00:00Z", {});
        const LoopbackServer server(one);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.find("month-not-ready", "2026-11"));
        QCOMPARE(fetched.covered.size(), std::size_t{1});
        QVERIFY(fetched.covered.front().from == Day::fromYmd(2026, 10, 1));
        QVERIFY(!fetched.state.contains("loaded:2026-11"));
    }

    void monthsOutsideOfTheWindow_areNotLoaded()
    {
        const LoopbackServer server(container());
        ConnectorSample october = sample();
        october.window.to = Day::fromYmd(2026, 11, 1);
        const Fetched fetched = fetchFrom(server, october);
        QCOMPARE(fetched.files.size(), std::size_t{1});
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("1.5"));
    }

    void otherExports_areNamedAndLeftAlone()
    {
        Container mixed = container();
        mixed.blobs["exports/actual/g/manifest.json"] =
            manifest("2026-11", "2026-11-20T02:00:00Z", part("part_0.parquet", "xx"), "actual-daily",
                     "/subscriptions/sub-2", "ActualCost");
        const LoopbackServer server(mixed);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.find("other-exports", "actual-daily"));
        QCOMPARE(fetched.sink.rows.size(), std::size_t{3});
    }

    void severalNames_areOneExport()
    {
        Container two = container();
        const std::string closed = kHeader + line("4.5", "2026-10");
        two.blobs["exports/m/part_0.csv"] = closed;
        two.blobs["exports/m/manifest.json"] =
            manifest("2026-10", "2026-11-06T02:00:00Z", part("part_0.csv", closed), "Focus-Monthly");
        const LoopbackServer server(two);
        ConnectorSample both = sample();
        both.values["export_name"] = "focus-daily, focus-monthly";
        both.window.to = Day::fromYmd(2026, 11, 1);
        const Fetched fetched = fetchFrom(server, both);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("4.5")); // the newer run of October
        QVERIFY(!fetched.sink.find("other-exports"));
    }

    void twoScopesOfOneName_mustBeChosenFrom()
    {
        Container mixed = container();
        const std::string other = kHeader + line("7", "2026-11");
        mixed.blobs["exports/b/part_0.csv"] = other;
        mixed.blobs["exports/b/manifest.json"] = manifest("2026-11", "2026-11-20T05:00:00Z", part("part_0.csv", other),
                                                          "focus-daily", "/subscriptions/SUB-2");
        const LoopbackServer server(mixed);
        const Fetched refused = fetchFrom(server, sample());
        QVERIFY(QString::fromStdString(refused.error()).contains("/subscriptions/sub-2"));
        ConnectorSample chosen = sample();
        chosen.values["export_scope"] = "/subscriptions/sub-2";
        const Fetched fetched = fetchFrom(server, chosen);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("7"));
    }

    void missingExport_isAFinding()
    {
        const LoopbackServer server(container());
        ConnectorSample none = sample();
        none.values["export_name"] = "misspelt";
        const Fetched fetched = fetchFrom(server, none);
        QVERIFY(fetched.status.ok());
        QVERIFY(fetched.sink.find("no-export-run", "misspelt"));
        QVERIFY(fetched.covered.empty());
    }

    void unusableExports_areRefused_data()
    {
        QTest::addColumn<QString>("parts");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("todo");
        QTest::newRow("parquet") << R"({"blobName":"p.snappy.parquet","byteCount":2})"
                                 << "FocusCost"
                                 << "Parquet"
                                 << "CSV";
        QTest::newRow("no FOCUS") << R"({"blobName":"p.csv","byteCount":2})"
                                  << "AmortizedCost"
                                  << "AmortizedCost"
                                  << "FOCUS";
        QTest::newRow("file is gone") << R"({"blobName":"gone.csv","byteCount":2})"
                                      << "FocusCost"
                                      << "gone.csv"
                                      << "Run the export again";
        QTest::newRow("too short") << R"({"blobName":"p.csv","byteCount":3})"
                                   << "FocusCost"
                                   << "2 bytes, but 3"
                                   << "later";
    }
    void unusableExports_areRefused()
    {
        QFETCH(QString, parts);
        QFETCH(QString, type);
        QFETCH(QString, said);
        QFETCH(QString, todo);
        Container bad;
        bad.blobs = {{"exports/g/p.csv", "xx"},
                     {"exports/g/manifest.json", manifest("2026-11", "2026-11-20T01:00:00Z", parts.toStdString(),
                                                          "focus-daily", "/s", type.toStdString())}};
        const LoopbackServer server(bad);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(said), fetched.error().c_str());
        QVERIFY2(QString::fromStdString(fetched.status.error().todo).contains(todo),
                 fetched.status.error().todo.c_str());
        QVERIFY(fetched.files.empty());
    }

    void missingRole_isNamed()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == "/costs"
                       ? ConnectorSuite::answer(403, "<Error><Code>AuthorizationPermissionMismatch</Code></Error>",
                                                "application/xml")
                       : container()(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(static_cast<int>(fetched.status.error().code), static_cast<int>(ErrorCode::Denied));
        QVERIFY(QString::fromStdString(fetched.status.error().todo).contains("Storage Blob Data Reader"));
    }

    void listing_ofAnotherShape_isRefused()
    {
        QVERIFY(!providers::blobPageOf("<Other/>", "t").ok());
        QVERIFY(!providers::blobPageOf("<EnumerationResults/>", "t").ok());
        QVERIFY(!providers::blobPageOf("<EnumerationResults><Blobs><Blob><Name>a</Name></Blob></Blobs>"
                                       "</EnumerationResults>",
                                       "t")
                     .ok());
    }

    void manifest_mustTellMonthExportAndFiles()
    {
        for (const char* missing : {"\"exportName\":\"focus-daily\",", "\"startDate\":\"2026-11-01T00:00:00\",",
                                    ",\"blobs\":[{\"blobName\":\"p.csv\",\"byteCount\":2}]"}) {
            std::string text = manifest("2026-11", "2026-11-20T01:00:00Z", R"({"blobName":"p.csv","byteCount":2})");
            QVERIFY(providers::exportManifestOf(text, {"m", "e", 1}).ok());
            text.replace(text.find(missing), std::string_view(missing).size(), "");
            QVERIFY2(!providers::exportManifestOf(text, {"m", "e", 1}).ok(), missing);
        }
        const auto counted = manifest("2026-11", "x", "");
        QVERIFY(!providers::exportManifestOf(counted, {"m", "e", 1}).ok()); // "x" is no time
    }
};

QTEST_APPLESS_MAIN(TestAzureExport)
#include "tst_azureexport.moc"
