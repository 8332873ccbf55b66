#include <QtTest/QtTest>

#include "providers/aws/exportlayout.h"
#include "tests/providers/awscheck.h"
#include "tests/testkit/connectorsuite.h"

#include <zlib.h>

#include <set>

using namespace altimeter;
using altimeter::testing::CollectingSink;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::LoopbackServer;
using altimeter::testing::readText;
using altimeter::testing::signatureFault;
using altimeter::testing::testFrom;

namespace {

using Request = LoopbackServer::Request;

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

std::string gzip(const std::string& plain)
{
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, plain.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// A FOCUS file of one charge per amount, all on one day.
std::string focusFile(const std::string& date, const std::vector<std::string>& amounts)
{
    const std::string month = date.substr(0, 7) + "-01T00:00:00.000Z";
    std::string csv = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,"
                      "ProviderName,BillingAccountId,ServiceName\n";
    for (const std::string& amount : amounts)
        csv += amount + ',' + amount + ",USD," + date + "T00:00:00.000Z," + date + "T01:00:00.000Z," + month +
               ",AWS,123456789012,Amazon EC2\n";
    return gzip(csv);
}

/// As much of S3 as reading an export needs.
struct Bucket {
    struct Object {
        std::string body, etag, lastModified = "2026-11-20T06:00:00.000Z";
    };
    std::map<std::string, Object> objects;
    std::size_t pageSize = 2; ///< entries of a listing

    void put(const std::string& key, const std::string& body, const std::string& etag)
    {
        objects[key] = {body, etag,
                        key.find("Manifest") == std::string::npos ? "2026-11-20T06:00:00.000Z"
                                                                  : "2026-11-20T06:05:00.000Z"};
    }

    LoopbackServer::Answer list(const Request& request) const
    {
        const std::string prefix = request.parameter("prefix");
        std::vector<std::string> entries; // in the order of their keys
        std::set<std::string> folders;
        for (const auto& [key, object] : objects) {
            if (!key.starts_with(prefix))
                continue;
            if (const auto slash = key.find('/', prefix.size()); slash != std::string::npos) {
                if (folders.insert(key.substr(0, slash + 1)).second)
                    entries.push_back("<CommonPrefixes><Prefix>" + key.substr(0, slash + 1) +
                                      "</Prefix></CommonPrefixes>");
                continue;
            }
            entries.push_back("<Contents><Key>" + key + "</Key><LastModified>" + object.lastModified +
                              "</LastModified><ETag>&quot;" + object.etag + "&quot;</ETag><Size>" +
                              std::to_string(object.body.size()) + "</Size></Contents>");
        }
        const std::string token = request.parameter("continuation-token");
        const std::size_t from = token.empty() ? 0 : std::stoul(token.substr(2));
        const std::size_t to = std::min(from + pageSize, entries.size());
        std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bills</Name>";
        body += to < entries.size() ? "<IsTruncated>true</IsTruncated><NextContinuationToken>a/" + std::to_string(to) +
                                          "</NextContinuationToken>"
                                    : "<IsTruncated>false</IsTruncated>";
        for (std::size_t i = from; i < to; ++i)
            body += entries[i];
        return ConnectorSuite::answer(200, body + "</ListBucketResult>", "application/xml");
    }

    LoopbackServer::Answer operator()(const Request& request) const
    {
        const std::string path = LoopbackServer::decoded(request.path);
        if (!path.starts_with("/bills/"))
            return fault(404, "NoSuchBucket", "The specified bucket does not exist");
        if (path == "/bills/")
            return list(request);
        const auto found = objects.find(path.substr(7));
        if (found == objects.end())
            return fault(404, "NoSuchKey", "The specified key does not exist.");
        auto answer = ConnectorSuite::answer(200, found->second.body, "application/octet-stream");
        answer.headers.emplace_back("ETag", '"' + found->second.etag + '"');
        return answer;
    }

    static LoopbackServer::Answer fault(int status, const std::string& code, const std::string& message,
                                        const std::string& more = {})
    {
        return ConnectorSuite::answer(status,
                                      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code +
                                          "</Code><Message>" + message + "</Message>" + more + "</Error>",
                                      "application/xml");
    }
};

const std::string kMetadata = "cur/focus/metadata/";
const std::string kData = "cur/focus/data/";

std::string manifest(const std::string& file)
{
    return "{\"dataFiles\":[\"s3://bills/" + kData + file + "\"]}";
}

/// October with one file, November (in small letters) with two, named in both ways a manifest may.
Bucket exported()
{
    Bucket bucket;
    bucket.put(kMetadata + "BILLING_PERIOD=2026-10/focus-Manifest.json",
               R"({"dataFiles":["s3://bills/cur/focus/data/BILLING_PERIOD=2026-10/focus-00001.csv.gz"]})", "m10");
    bucket.put(kData + "BILLING_PERIOD=2026-10/focus-00001.csv.gz",
               focusFile("2026-10-31", {"12345678901.123456789012", "1.0E-7"}), "d10");
    bucket.put(kMetadata + "billing_period=2026-11/focus-Manifest.json",
               R"({"dataFiles":[{"s3Uri":"s3://bills/cur/focus/data/BILLING_PERIOD=2026-11/focus-00001.csv.gz"},)"
               R"({"s3Uri":"s3://bills/cur/focus/data/BILLING_PERIOD=2026-11/focus-00002.csv.gz"}],"columns":[]})",
               "m11");
    bucket.put(kData + "BILLING_PERIOD=2026-11/focus-00001.csv.gz", focusFile("2026-11-02", {"-2.5"}), "d11a");
    bucket.put(kData + "BILLING_PERIOD=2026-11/focus-00002.csv.gz", focusFile("2026-11-03", {"0.000000001"}), "d11b");
    bucket.put(kData + "BILLING_PERIOD=2026-11/left-over.csv.gz", "never read", "x");
    return bucket;
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "aws-data-export";
    one.values = {{"s3_url", "{url}"}, {"sts_url", "{url}/"},    {"access_key_id", "AKIAPLANTED"}, {"bucket", "bills"},
                  {"prefix", "/cur/"}, {"export_name", "focus"}, {"region", "eu-central-1"}};
    one.secrets = {{"secret_access_key", "planted/secret+key"}, {"session_token", "planted/session+token=="}};
    one.window = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 12, 1)};
    one.happy = exported();
    one.empty = Bucket();
    one.repeating = [](const Request&) {
        return ConnectorSuite::answer(200,
                                      "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same"
                                      "</NextContinuationToken></ListBucketResult>",
                                      "application/xml");
    };
    one.totals = {{"USD", "12345678898.623456890012"}};
    one.rows = 4;
    one.answersJson = false;
    return one;
}

providers::AwsCredentials credentials()
{
    return {"AKIAPLANTED", providers::Secret("planted/secret+key"), providers::Secret("planted/session+token==")};
}

Fetched fetchBucket(const Bucket& bucket, const ConnectorSample& one = sample())
{
    const LoopbackServer server(bucket);
    return fetchFrom(server, one);
}

} // namespace

class TestAwsDataExport : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areExactAndSigned()
    {
        const LoopbackServer server(exported());
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto requests = server.requests();
        for (const auto& request : requests) {
            QCOMPARE(text(request.method), QString("GET"));
            QCOMPARE(text(signatureFault(request, credentials(), "s3", "eu-central-1")), QString());
        }
        QCOMPARE(text(requests[0].path), QString("/bills/"));
        QCOMPARE(text(requests[0].query),
                 QString("delimiter=%2F&list-type=2&max-keys=1000&prefix=cur%2Ffocus%2Fmetadata%2F"));
        std::set<std::string> paths;
        for (const auto& request : requests)
            paths.insert(request.path + (request.query.find("continuation-token=a%2F2") == 0 ? "?page 2" : ""));
        QVERIFY(paths.contains("/bills/?page 2")); // of November's data
        QVERIFY(paths.contains("/bills/cur/focus/metadata/BILLING_PERIOD%3D2026-10/focus-Manifest.json"));
        QVERIFY(paths.contains("/bills/cur/focus/data/BILLING_PERIOD%3D2026-11/focus-00002.csv.gz"));
        QVERIFY(!paths.contains("/bills/cur/focus/data/BILLING_PERIOD%3D2026-11/left-over.csv.gz"));
        QCOMPARE(fetched.files.size(), std::size_t{3});
        QCOMPARE(text(fetched.files[0].name), QString("cur/focus/data/BILLING_PERIOD=2026-10/focus-00001.csv.gz"));
        QCOMPARE(text(fetched.state.at("manifest:2026-10")), QString("m10"));
        QCOMPARE(text(fetched.state.at("manifest:2026-11")), QString("m11"));
        QCOMPARE(countDays(fetched.covered), std::uint64_t{61}); // October and November
    }

    void unchangedMonth_isLeftAlone()
    {
        auto one = sample();
        one.state = {{"manifest:2026-10", "m10"}, {"manifest:2026-11", "older"}, {"manifest:2026-09", "m9"}};
        const LoopbackServer server(exported());
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{2});
        QCOMPARE(fetched.covered.size(), std::size_t{1});
        QVERIFY((fetched.covered[0] == DateRange{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 12, 1)}));
        QCOMPARE(text(fetched.state.at("manifest:2026-10")), QString("m10"));
        QCOMPARE(text(fetched.state.at("manifest:2026-11")), QString("m11"));
        QCOMPARE(text(fetched.state.at("manifest:2026-09")), QString("m9"));
        for (const auto& request : server.requests())
            QVERIFY(request.path.find("2026-10") == std::string::npos);
    }

    void restatedMonth_bringsTheNewAmounts()
    {
        Bucket bucket = exported();
        auto one = sample();
        one.state = fetchBucket(bucket).state;
        bucket.put(kData + "BILLING_PERIOD=2026-10/focus-00001.csv.gz", focusFile("2026-10-31", {"7"}), "d10new");
        bucket.put(kMetadata + "BILLING_PERIOD=2026-10/focus-Manifest.json",
                   bucket.objects[kMetadata + "BILLING_PERIOD=2026-10/focus-Manifest.json"].body, "m10new");
        const Fetched fetched = fetchBucket(bucket, one);
        QCOMPARE(text(fetched.total()), QString("7"));
        QCOMPARE(text(fetched.state.at("manifest:2026-10")), QString("m10new"));
        QCOMPARE(fetched.covered.size(), std::size_t{1});
    }

    void monthThatIsNotThere_isNotReplaced()
    {
        auto one = sample();
        one.window.from = Day::fromYmd(2026, 8, 1);
        const Fetched fetched = fetchBucket(exported(), one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rowsWith("months-not-exported", "2026-08, 2026-09"), std::uint64_t{2});
        QCOMPARE(countDays(fetched.covered), std::uint64_t{61}); // October and November
    }

    void newestRun_isRead()
    {
        Bucket bucket; // as "create new" writes it: a folder per run, and no manifest above them
        for (const std::string run : {"2026-11-19T06:00:00.000Z-a", "2026-11-20T06:00:00.000Z-b"}) {
            const std::string place = "BILLING_PERIOD=2026-11/" + run + '/';
            bucket.put(kMetadata + place + "focus-Manifest.json", manifest(place + "focus-00001.csv.gz"), "m" + run);
            bucket.put(kData + place + "focus-00001.csv.gz", focusFile("2026-11-02", {run.ends_with('b') ? "2" : "1"}),
                       "d" + run);
        }
        auto one = sample();
        one.window.from = Day::fromYmd(2026, 11, 1);
        const Fetched fetched = fetchBucket(bucket, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(text(fetched.total()), QString("2"));
        // a manifest above the runs comes first
        bucket.put(kMetadata + "BILLING_PERIOD=2026-11/focus-Manifest.json",
                   manifest("BILLING_PERIOD=2026-11/2026-11-19T06:00:00.000Z-a/focus-00001.csv.gz"), "top");
        QCOMPARE(text(fetchBucket(bucket, one).total()), QString("1"));
    }

    void manifestWithoutFiles_fallsBackToTheFolder()
    {
        Bucket bucket = exported();
        bucket.objects.erase(kData + "BILLING_PERIOD=2026-11/left-over.csv.gz");
        bucket.put(kMetadata + "billing_period=2026-11/focus-Manifest.json", R"({"columns":[]})", "m11");
        const Fetched fetched = fetchBucket(bucket);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(text(fetched.total()), text(sample().totals["USD"]));
        for (const std::string number : {"1", "2"})
            bucket.objects.erase(kData + "BILLING_PERIOD=2026-11/focus-0000" + number + ".csv.gz");
        const Fetched empty = fetchBucket(bucket);
        QVERIFY2(empty.status.ok(), empty.error().c_str());
        QCOMPARE(empty.covered.size(), std::size_t{1}); // November stays as it was
        QVERIFY(empty.sink.find("month-not-ready", "2026-11") != nullptr);
        QVERIFY(!empty.state.contains("manifest:2026-11"));
    }

    void fileNamedTwice_countsOnce()
    {
        const auto total = [](const std::string& files) {
            Bucket bucket;
            bucket.put(kMetadata + "BILLING_PERIOD=2026-10/focus-Manifest.json", "{\"dataFiles\":[" + files + "]}",
                       "m");
            bucket.put(kData + "BILLING_PERIOD=2026-10/a.csv.gz", focusFile("2026-10-05", {"15"}), "a");
            const LoopbackServer server(bucket);
            return fetchFrom(server, sample());
        };
        const std::string named = "\"s3://bills/" + kData + "BILLING_PERIOD=2026-10/a.csv.gz\"";
        const std::string object = "{\"s3Uri\":" + named + '}';
        QCOMPARE(text(total(named).total()), QString("15"));
        const Fetched twice = total(named + ',' + object + ',' + named);
        QVERIFY2(twice.status.ok(), twice.error().c_str());
        QCOMPARE(text(twice.total()), QString("15"));
        QCOMPARE(twice.sink.rowsWith("file-named-twice", "2026-10"), std::uint64_t{2});
    }

    void monthThatIsBeingWritten_waits()
    {
        Bucket bucket = exported();
        auto& file = bucket.objects[kData + "BILLING_PERIOD=2026-11/focus-00002.csv.gz"];
        file.lastModified = "2026-11-21T07:50:00.000Z"; // ten minutes ago
        const Fetched fetched = fetchBucket(bucket);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.find("month-not-ready", "being written") != nullptr);
        QCOMPARE(fetched.covered.size(), std::size_t{1});
        file.lastModified = "2026-11-21T05:00:00.000Z"; // a copied bucket: newer than the manifest, but old
        QCOMPARE(fetchBucket(bucket).sink.rows.size(), std::size_t{4});
    }

    void fileThatChangedMeanwhile_isRefused()
    {
        for (const bool isLength : {true, false}) {
            const Bucket bucket = exported();
            const LoopbackServer server([&](const Request& request) {
                auto answer = bucket(request);
                if (request.path.ends_with("focus-00002.csv.gz")) {
                    if (isLength)
                        answer.body += "more";
                    else
                        answer.headers = {{"ETag", "\"another\""}};
                }
                return answer;
            });
            const Fetched fetched = fetchFrom(server, sample());
            QVERIFY(!fetched.status.ok());
            QVERIFY2(fetched.status.error().code == ErrorCode::Busy, fetched.error().c_str());
        }
    }

    void manifests_thatMakeNoSense_areRefused_data()
    {
        QTest::addColumn<QString>("manifest");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("said");
        QTest::newRow("parquet") << R"({"dataFiles":["s3://bills/cur/focus/data/a.snappy.parquet"]})"
                                 << int(ErrorCode::Unsupported) << "gzip - text/csv";
        QTest::newRow("zip") << R"({"dataFiles":["s3://bills/cur/focus/data/a.zip"]})" << int(ErrorCode::Unsupported)
                             << "gzip - text/csv";
        QTest::newRow("another bucket") << R"({"dataFiles":["s3://other/cur/a.csv.gz"]})" << int(ErrorCode::Invalid)
                                        << "another bucket";
        QTest::newRow("a file that is gone")
            << R"({"dataFiles":["s3://bills/cur/focus/data/gone.csv.gz"]})" << int(ErrorCode::Busy) << "not there";
        QTest::newRow("no list") << R"({"dataFiles":"x.csv.gz"})" << int(ErrorCode::Invalid) << "no list";
        QTest::newRow("no name") << R"({"dataFiles":[{"uri":"x"}]})" << int(ErrorCode::Invalid) << "no name";
        QTest::newRow("no JSON") << "<html>" << int(ErrorCode::Invalid) << "JSON";
        QTest::newRow("no object") << "[]" << int(ErrorCode::Invalid) << "no JSON object";
    }
    void manifests_thatMakeNoSense_areRefused()
    {
        QFETCH(QString, manifest);
        QFETCH(int, kind);
        QFETCH(QString, said);
        Bucket bucket = exported();
        bucket.put(kMetadata + "BILLING_PERIOD=2026-10/focus-Manifest.json", manifest.toStdString(), "m");
        const Fetched fetched = fetchBucket(bucket);
        QVERIFY(!fetched.status.ok());
        QCOMPARE(int(fetched.status.error().code), kind);
        QVERIFY2(text(fetched.error() + fetched.status.error().todo).contains(said), fetched.error().c_str());
    }

    void wrongRegion_isFollowedOnce_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("byHeader");
        QTest::newRow("moved") << 301 << true;
        QTest::newRow("malformed") << 400 << false;
    }
    void wrongRegion_isFollowedOnce()
    {
        QFETCH(int, status);
        QFETCH(bool, byHeader);
        const Bucket bucket = exported();
        const LoopbackServer server([&](const Request& request) {
            if (request.headers.at("authorization").find("/eu-west-3/s3/") != std::string::npos)
                return bucket(request);
            auto answer = Bucket::fault(status, status == 301 ? "PermanentRedirect" : "AuthorizationHeaderMalformed",
                                        "wrong region", byHeader ? "" : "<Region>eu-west-3</Region>");
            if (byHeader)
                answer.headers.emplace_back("x-amz-bucket-region", "eu-west-3");
            return answer;
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{4});
        QCOMPARE(text(signatureFault(server.requests()[1], credentials(), "s3", "eu-west-3")), QString());
        // a server that sends it on and on
        std::atomic<int> asked = 0;
        const LoopbackServer restless([&asked](const Request&) {
            return Bucket::fault(400, "AuthorizationHeaderMalformed", "wrong region",
                                 "<Region>r-" + std::to_string(asked++) + "</Region>");
        });
        QVERIFY(!fetchFrom(restless, sample()).status.ok());
        QCOMPARE(restless.count(), std::size_t{2});
    }

    void refusals_areInPlainWords_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("onlyObjects");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("todo");
        QTest::newRow("list") << 403 << "AccessDenied"
                              << "" << int(ErrorCode::Denied) << "Allow s3:ListBucket on the bucket bills";
        QTest::newRow("read") << 403 << "AccessDenied"
                              << "yes" << int(ErrorCode::Denied) << "Allow s3:GetObject on the bucket bills";
        QTest::newRow("bucket") << 404 << "NoSuchBucket"
                                << "" << int(ErrorCode::NotFound) << "bucket's name";
        QTest::newRow("clock") << 403 << "RequestTimeTooSkewed"
                               << "" << int(ErrorCode::Denied) << "clock";
        QTest::newRow("key") << 403 << "InvalidAccessKeyId"
                             << "" << int(ErrorCode::Denied) << "access key ID";
        QTest::newRow("secret") << 403 << "SignatureDoesNotMatch"
                                << "" << int(ErrorCode::Denied) << "secret access key";
    }
    void refusals_areInPlainWords()
    {
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(QString, onlyObjects);
        QFETCH(int, kind);
        QFETCH(QString, todo);
        const Bucket bucket = exported();
        const LoopbackServer server([&](const Request& request) {
            if (!onlyObjects.isEmpty() && request.path == "/bills/")
                return bucket(request);
            return Bucket::fault(status, code.toStdString(), "said " + request.headers.at("x-amz-security-token"));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QCOMPARE(int(fetched.status.error().code), kind);
        QVERIFY2(text(fetched.status.error().todo).contains(todo), fetched.status.error().todo.c_str());
        QVERIFY(!text(fetched.error()).contains("session+token"));
    }

    void slowDown_isWaitedFor()
    {
        std::atomic<int> asked = 0;
        const Bucket bucket = exported();
        const LoopbackServer server([&](const Request& request) {
            return asked++ == 0 ? Bucket::fault(503, "SlowDown", "Please reduce your request rate.") : bucket(request);
        });
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const LoopbackServer never([](const Request&) { return Bucket::fault(503, "SlowDown", "slow"); });
        QVERIFY(fetchFrom(never, sample()).status.error().code == ErrorCode::Limited);
    }

    void settings_thatMakeNoSense_areNotSent_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::newRow("address") << "bucket"
                                 << "s3://bills/cur";
        QTest::newRow("other host") << "bucket"
                                    << "bills.example.com/x?";
        QTest::newRow("region") << "region"
                                << "eu-west-1.example.com/";
    }
    void settings_thatMakeNoSense_areNotSent()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        const LoopbackServer server(exported());
        auto one = sample();
        one.values[field.toStdString()] = value.toStdString();
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY(!fetched.status.ok());
        QVERIFY(!fetched.status.error().todo.empty());
        QCOMPARE(server.count(), std::size_t{0});
    }

    void partitionMonth_anyCase()
    {
        using providers::partitionMonth;
        QVERIFY(partitionMonth("a/data/BILLING_PERIOD=2026-11/") == Day::fromYmd(2026, 11, 1));
        QVERIFY(partitionMonth("billing_period=2026-01") == Day::fromYmd(2026, 1, 1));
        for (const char* other : {"", "/", "BILLING_PERIOD=2026-13/", "BILLING_PERIOD=2026-11-01/", "xBILLING=2026-11",
                                  "BILLING_PERIOD=2026-11/run/"})
            QVERIFY(!partitionMonth(other));
    }

    void test_saysWhatWasFound()
    {
        const LoopbackServer server(exported());
        const auto said = testFrom(server, sample());
        QVERIFY(said);
        QCOMPARE(text(*said), QString("The export focus holds 2 months, the last is 2026-11."));
        const LoopbackServer nothing{Bucket()};
        QVERIFY(text(*testFrom(nothing, sample())).contains("nothing"));
    }

    void cur2_isReadAsFocus()
    {
        const std::string csv =
            "bill_payer_account_id,bill_billing_period_start_date,bill_billing_period_end_date,"
            "line_item_usage_account_id,line_item_usage_account_name,line_item_line_item_type,"
            "line_item_usage_start_date,line_item_usage_end_date,line_item_product_code,line_item_usage_type,"
            "line_item_resource_id,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,"
            "line_item_line_item_description,product,product_sku,product_region_code,pricing_unit,"
            "savings_plan_savings_plan_a_r_n,savings_plan_savings_plan_effective_cost,resource_tags,"
            "line_item_iam_principal\n"
            "123456789012,2026-11-01T00:00:00.000Z,2026-12-01T00:00:00.000Z,111122223333,ml-prod,Usage,"
            "2026-11-02T03:00:00.000Z,2026-11-02T04:00:00.000Z,AmazonBedrock,USE1-Nova-input-tokens,,1.0E-7,USD,"
            "0.123456789012,tokens,\"{\"\"product_name\"\":\"\"Amazon Bedrock\"\",\"\"region\"\":\"\"us-east-1\"\"}\","
            "SKU1,,1K tokens,,,\"{\"\"user_team\"\":\"\"a \\\"\"b\\\"\"\"\",\"\"aws_created_by\"\":\"\"root\"\"}\","
            "arn:aws:iam::111122223333:role/x\n"
            "123456789012,2026-11-01T00:00:00.000Z,2026-12-01T00:00:00.000Z,111122223333,ml-prod,"
            "SavingsPlanCoveredUsage,2026-11-02T03:00:00.000Z,2026-11-02T04:00:00.000Z,AmazonEC2,BoxUsage,i-1,1,USD,"
            "10,box,{},SKU2,eu-west-1,Hrs,arn:sp,7.25,{},\n"
            "123456789012,2026-11-01T00:00:00.000Z,2026-12-01T00:00:00.000Z,111122223333,ml-prod,SppDiscount,"
            "2026-11-02T03:00:00.000Z,2026-11-02T04:00:00.000Z,AmazonEC2,BoxUsage,i-1,1,USD,-1,discount,not a map,"
            "SKU2,,,,,\"{\"\"user_a\"\":{\"\"deep\"\":1}}\",\n";
        CollectingSink sink;
        const auto info = readText(csv, sink);
        QVERIFY2(info, info ? "" : info.error().text().c_str());
        QCOMPARE(sink.rows.size(), std::size_t{3});
        const auto& bedrock = sink.rows[0].text;
        QCOMPARE(text(bedrock.at("ServiceName")), QString("Amazon Bedrock"));
        QCOMPARE(text(bedrock.at("RegionId")), QString("us-east-1"));
        QCOMPARE(text(bedrock.at("BillingAccountId")), QString("123456789012"));
        QCOMPARE(text(bedrock.at("SubAccountName")), QString("ml-prod"));
        QCOMPARE(text(bedrock.at("SkuMeter")), QString("USE1-Nova-input-tokens"));
        QCOMPARE(text(bedrock.at("ConsumedUnit")), QString("1K tokens"));
        QCOMPARE(text(bedrock.at("Tags")), QString("{\"team\": \"a \\\"b\\\"\", \"aws_created_by\": \"root\"}"));
        const auto& plan = sink.rows[1].text;
        QCOMPARE(text(plan.at("ServiceName")), QString("AmazonEC2"));
        QCOMPARE(text(plan.at("RegionId")), QString("eu-west-1"));
        QCOMPARE(text(plan.at("CommitmentDiscountId")), QString("arn:sp"));
        QVERIFY(!plan.contains("Tags"));
        QCOMPARE(text(sink.rows[2].text.at("ChargeCategory")), QString("Credit"));
        QCOMPARE(text(sink.rows[2].text.at("Tags")), QString(R"({"user_a":{"deep":1}})"));
        QCOMPARE(text(sink.total(CostLens::Billed)), QString("9.123456789012"));
        QCOMPARE(text(sink.total(CostLens::Effective)), QString("6.373456789012"));
        QVERIFY(std::find(sink.extraColumns.begin(), sink.extraColumns.end(), "line_item_iam_principal") !=
                sink.extraColumns.end());
    }

    void cur2_tagsOfOneMap_keepWhatTheyAreOf()
    {
        const auto tagsOf = [](const std::string& resourceTags, const std::string& tags) {
            const auto quoted = [](std::string cell) {
                for (auto at = cell.find('"'); at != std::string::npos; at = cell.find('"', at + 2))
                    cell.insert(at, 1, '"');
                return '"' + cell + '"';
            };
            CollectingSink sink;
            const auto info =
                readText("bill_payer_account_id,bill_billing_period_start_date,bill_billing_period_end_date,"
                         "line_item_usage_account_id,line_item_line_item_type,line_item_usage_start_date,"
                         "line_item_usage_end_date,line_item_product_code,line_item_currency_code,"
                         "line_item_unblended_cost,resource_tags,tags\n"
                         "1,2026-11-01T00:00:00.000Z,2026-12-01T00:00:00.000Z,2,Usage,2026-11-02T03:00:00.000Z,"
                         "2026-11-02T04:00:00.000Z,AmazonEC2,USD,1.5," +
                             quoted(resourceTags) + ',' + quoted(tags) + '\n',
                         sink);
            return info && sink.rows.size() == 1 ? text(sink.rows[0].text["Tags"]) : QString("unread");
        };
        QCOMPARE(tagsOf(R"({"user_team":"a"})", R"({"resourceTags/user_team":"a","iamPrincipal/team":"b"})"),
                 QString(R"({"team": "a", "iamPrincipal/team": "b"})"));
        QCOMPARE(tagsOf("{}", R"({"resourceTags/aws_createdBy":"r","accountTag/cost":"7"})"),
                 QString(R"({"aws_createdBy": "r", "accountTag/cost": "7"})"));
        QCOMPARE(tagsOf(R"({"user:team":"a"})", "{}"), QString(R"({"team": "a"})"));
    }
};

QTEST_APPLESS_MAIN(TestAwsDataExport)
#include "tst_aws_data_export.moc"
