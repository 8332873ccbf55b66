#include <QtTest/QtTest>

#include "providers/feed/feedfile.h"
#include "providers/feed/feedmapper.h"
#include "tests/testkit/connectorsuite.h"

#include <zlib.h>

#include <fstream>

#include <sys/stat.h>

using namespace altimeter;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::json;
using altimeter::testing::LoopbackServer;
using altimeter::testing::testFrom;

namespace {

using Request = LoopbackServer::Request;
using Values = std::map<std::string, std::string>;

/// Two pages of a vector database's usage; the second follows the cursor of the first.
LoopbackServer::Answer usage(const Request& request)
{
    if (request.path != "/v1/usage")
        return ConnectorSuite::answer(404, "{}");
    if (request.parameter("cursor") == "n/2 x")
        return json(R"({"currency":"USD","meta":{"next_cursor":null},"data":{"items":[
 {"day":"2026-11-19","index":"docs","usage":{"cost":"0.000000000000000001","read_units":3},"tags":{"team":"search"}},
 {"day":"2026-11-19","index":"docs","usage":{"cost":-1.5,"read_units":0},"tags":{}}]}})");
    return json(R"({"currency":"USD","meta":{"next_cursor":"n/2 x"},"data":{"items":[
 {"day":"2026-11-18","index":"docs","usage":{"cost":12345678901.123456789,"read_units":120},"tags":{"team":"search"}},
 {"day":"2026-11-18","index":"chat","usage":{"cost":1e-3,"read_units":7},"tags":{"team":"support"}}]}})");
}

Values usageMapping()
{
    return {{"rows", "data.items"},
            {"column:ChargePeriodStart", "day"},
            {"column:BilledCost", "usage.cost"},
            {"column:BillingCurrency", "/currency"},
            {"column:ResourceId", "index"},
            {"column:ConsumedQuantity", "usage.read_units"},
            {"constant:ConsumedUnit", "Read units"},
            {"constant:ServiceName", "Vector database"},
            {"column:tag:team", "tags.team"},
            {"column:x_Index", "index"}};
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "feed";
    one.values = usageMapping();
    one.values["location"] = "{url}/v1/usage?from={from}&to={to}";
    one.values["auth_header"] = "x-api-key";
    one.values["cursor_member"] = "meta.next_cursor";
    one.secrets = {{"auth_value", "planted-feed-secret"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = usage;
    one.empty = [](const Request&) { return json(R"({"currency":"USD","meta":{},"data":{"items":[]}})"); };
    one.repeating = [](const Request&) {
        return json(R"({"currency":"USD","meta":{"next_cursor":"again"},"data":{"items":[]}})");
    };
    one.totals = {{"USD", "12345678899.624456789000000001"}};
    one.rows = 4;
    return one;
}

/// A folder with one file in it.
class FeedFile {
public:
    FeedFile(const std::string& name, const std::string& text) : m_path(m_folder.path().toStdString() + '/' + name)
    {
        if (name.ends_with(".gz")) {
            gzFile file = gzopen(m_path.c_str(), "wb");
            gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
            gzclose(file);
        } else {
            std::ofstream(m_path, std::ios::binary) << text;
        }
    }
    const std::string& path() const { return m_path; }
    Result<FeedPreview> preview(const FeedMapping& mapping = {}) const
    {
        return providers::previewFeed(m_path, mapping, {});
    }
    /// What the proposal alone makes of the file.
    FeedPreview proposed() const
    {
        const auto first = preview();
        return first ? preview(first->proposal).value() : FeedPreview{};
    }
    Fetched fetch(Values mapping, DateRange window = {Day::fromYmd(2026, 1, 1), Day::fromYmd(2027, 1, 1)}) const
    {
        const LoopbackServer nobody([](const Request&) { return ConnectorSuite::answer(500, ""); });
        ConnectorSample one;
        one.kind = "feed";
        one.values = std::move(mapping);
        one.values["location"] = m_path;
        one.window = window;
        auto fetched = fetchFrom(nobody, one);
        if (nobody.count() != 0)
            fetched.status = Error{ErrorCode::Network, "a server was asked for a file", {}};
        return fetched;
    }

private:
    QTemporaryDir m_folder;
    std::string m_path;
};

Values simple(Values more = {})
{
    more.insert({{"column:ChargePeriodStart", "date"}, {"column:BilledCost", "amount"}, {"currency", "USD"}});
    return more;
}

std::string totalOf(const FeedPreview& preview, std::size_t place = 0)
{
    return place < preview.totals.size()
               ? preview.totals[place].second.toString(0) + ' ' + std::string(preview.totals[place].first.code())
               : std::string("none");
}

bool says(const FeedPreview& preview, const char* words)
{
    return std::any_of(preview.problems.begin(), preview.problems.end(),
                       [words](const auto& problem) { return problem.find(words) != std::string::npos; });
}

std::string cell(const FeedPreview& preview, std::size_t row, const std::string& column)
{
    const auto found = std::find(preview.mappedColumns.begin(), preview.mappedColumns.end(), column);
    return found == preview.mappedColumns.end() || row >= preview.mapped.size()
               ? "none"
               : preview.mapped[row][static_cast<std::size_t>(found - preview.mappedColumns.begin())];
}

} // namespace

class TestFeed : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void request_carriesHeaderWindowAndCursor()
    {
        const LoopbackServer server(usage);
        auto one = sample();
        one.values["headers"] = "x-client: acme\nAccept-Language:en";
        QVERIFY(fetchFrom(server, one).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{2});
        QCOMPARE(requests[0].method, std::string("GET"));
        QCOMPARE(requests[0].query, std::string("from=2026-11-18&to=2026-11-20"));
        QCOMPARE(requests[1].query, std::string("from=2026-11-18&to=2026-11-20&cursor=n%2F2%20x"));
        for (const auto& request : requests) {
            QCOMPARE(request.headers.at("x-api-key"), std::string("planted-feed-secret"));
            QCOMPARE(request.headers.at("x-client"), std::string("acme"));
            QVERIFY(!request.headers.contains("authorization"));
        }
    }

    void charge_carriesTheMappedColumns()
    {
        const LoopbackServer server(usage);
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(fetched.error(), std::string());
        const auto& row = fetched.sink.rows[0];
        QCOMPARE(row.text.at("ChargePeriodStart"), std::string("2026-11-18T00:00:00Z"));
        QCOMPARE(row.text.at("ChargePeriodEnd"), std::string("2026-11-19T00:00:00Z"));
        QCOMPARE(row.text.at("BilledCost"), std::string("12345678901.123456789"));
        QCOMPARE(row.text.at("EffectiveCost"), std::string("12345678901.123456789"));
        QCOMPARE(row.text.at("ResourceId"), std::string("docs"));
        QCOMPARE(row.text.at("ConsumedQuantity"), std::string("120"));
        QCOMPARE(row.text.at("ConsumedUnit"), std::string("Read units"));
        QCOMPARE(row.text.at("ServiceName"), std::string("Vector database"));
        QCOMPARE(row.text.at("ProviderName"), std::string("test feed"));
        QCOMPARE(row.text.at("BillingAccountId"), std::string("test feed"));
        QCOMPARE(row.text.at("Tags"), std::string(R"({"team":"search"})"));
        const auto index = std::find(fetched.sink.extraColumns.begin(), fetched.sink.extraColumns.end(), "x_Index");
        QVERIFY(index != fetched.sink.extraColumns.end());
        QCOMPARE(row.extra[static_cast<std::size_t>(index - fetched.sink.extraColumns.begin())], std::string("docs"));
        QCOMPARE(fetched.sink.rows[3].line, std::uint64_t{4}); // records are counted over the pages
        QCOMPARE(fetched.covered, std::vector<DateRange>{sample().window});
    }

    void months_areAskedOneByOne()
    {
        const LoopbackServer server([](const Request& request) {
            return ConnectorSuite::answer(200, "date,amount\n" + request.parameter("m") + "-15,1.10\n2026-09-30,9\n",
                                          "text/csv");
        });
        auto one = sample();
        one.values = simple({{"location", "{url}/bill?m={month}"}});
        one.window = {Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 11, 21)};
        const Fetched fetched = fetchFrom(server, one);
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(server.count(), std::size_t{3});
        QCOMPARE(server.requests()[2].query, std::string("m=2026-11"));
        QCOMPARE(fetched.total(), std::string("12.3")); // the stray September day counts once, not three times
        QCOMPARE(fetched.sink.rowsWith("feed-outside-window"), std::uint64_t{1});
        // a first sync does not ask for ten years
        server.requests();
        one.window = {Day::fromYmd(2016, 11, 21), Day::fromYmd(2026, 11, 22)};
        LoopbackServer again([](const Request&) { return ConnectorSuite::answer(200, "date,amount\n", "text/csv"); });
        QVERIFY(fetchFrom(again, one).status.ok());
        QCOMPARE(again.count(), std::size_t{14});
        QCOMPARE(again.requests()[0].query, std::string("m=2025-10"));
    }

    void post_carriesTheFilledBody()
    {
        const LoopbackServer server([](const Request&) {
            return json(R"({"data":[{"date":1795046400,"netAmortizedCost":"2.50","serviceName":"Compute"}]})");
        });
        auto one = sample();
        one.values = {{"location", "{url}/v1/cost/query-by-view"},
                      {"body", R"({"viewId":"v","date":{"start":{from_ms},"end":{to_ms}}})"},
                      {"rows", "data"},
                      {"column:ChargePeriodStart", "date"},
                      {"column:BilledCost", "netAmortizedCost"},
                      {"column:ServiceName", "serviceName"},
                      {"currency", "USD"}};
        one.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)};
        const Fetched fetched = fetchFrom(server, one);
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(server.requests()[0].method, std::string("POST"));
        QCOMPARE(server.requests()[0].body,
                 std::string(R"({"viewId":"v","date":{"start":1795046400000,"end":1795132800000}})"));
        QCOMPARE(fetched.total(), std::string("2.5"));
    }

    void nextLink_staysOnItsServer()
    {
        auto one = sample();
        one.values.erase("cursor_member");
        one.values["location"] = "{url}/v1/usage";
        one.values["next_link_member"] = "links.next";
        const LoopbackServer server([](const Request& request) {
            const bool isSecond = request.parameter("page") == "2";
            return isSecond ? json(R"({"currency":"EUR","links":{"next":null},
 "data":{"items":[{"day":"2026-11-18","usage":{"cost":2}}]}})")
                            : json(R"({"currency":"EUR","links":{"next":"?page=2"},
 "data":{"items":[{"day":"2026-11-18","usage":{"cost":2}}]}})");
        });
        const Fetched fetched = fetchFrom(server, one);
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("4"));
        const LoopbackServer thief([](const Request&) {
            return json(
                "{\"currency\":\"EUR\",\"links\":{\"next\":\"http://127.0.0.1:1/steal\"},\"data\":{\"items\":[]}}");
        });
        const Fetched stolen = fetchFrom(thief, one);
        QVERIFY(!stolen.status.ok());
        QVERIFY(QString::fromStdString(stolen.error()).contains("another server"));
    }

    void moreWithoutCursor_isAnError()
    {
        const LoopbackServer server(
            [](const Request&) { return json(R"({"has_more":true,"meta":{},"data":{"items":[]}})"); });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.error()).contains("there is more"));
    }

    void renamedField_failsTheWholeFetch()
    {
        const LoopbackServer server([](const Request&) {
            return json(R"({"currency":"USD","data":{"items":[{"day":"2026-11-18","usage":{"price":1}}]}})");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.error()).contains("no field \"usage.cost\""));
        QVERIFY(!fetched.status.error().todo.empty());
    }

    void unassignedColumns_areSaidInPlainWords()
    {
        const FeedFile file("a.csv", "date,amount\n2026-11-18,1\n");
        const Fetched fetched = file.fetch({{"column:ChargePeriodStart", "date"}, {"currency", "USD"}});
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.status.error().todo).contains("holds the amount"));
        const Fetched wrong = file.fetch(simple({{"column:Betrag", "amount"}}));
        QVERIFY(QString::fromStdString(wrong.error()).contains("\"Betrag\" is no FOCUS column"));
    }

    void credentialInAddress_isRefused()
    {
        const LoopbackServer server(usage);
        auto one = sample();
        one.values["location"] = "http://me:secret@127.0.0.1:" + std::to_string(server.port()) + "/v1/usage";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY(!fetched.status.ok());
        QCOMPARE(server.count(), std::size_t{0});
        QVERIFY(!QString::fromStdString(fetched.error()).contains("secret@"));
    }

    void test_saysWhatIsThere()
    {
        const LoopbackServer server(usage);
        const auto said = testFrom(server, sample());
        QVERIFY2(said.ok(), said.ok() ? "" : said.error().text().c_str());
        QCOMPARE(*said, std::string("The feed answers json with 2 records on its first page; "
                                    "12345678901.124456789 USD."));
    }

    void file_coversTheDaysItHolds()
    {
        const FeedFile file("bill.csv", "date,amount\n2025-12-31,5\n2026-03-02,1\n2026-03-09,2\n");
        const Fetched fetched = file.fetch(simple());
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(), std::string("3"));
        QCOMPARE(fetched.sink.rowsWith("feed-outside-window"), std::uint64_t{1});
        QCOMPARE(fetched.covered, (std::vector<DateRange>{{Day::fromYmd(2026, 3, 2), Day::fromYmd(2026, 3, 10)}}));
        const Fetched later = file.fetch(simple({{"first_day", "2026-03-05"}}));
        QCOMPARE(later.total(), std::string("2"));
    }

    void restatedFile_bringsTheNewAmounts()
    {
        const FeedFile before("bill.csv", "date,amount\n2026-03-02,1.10\n");
        const FeedFile after("bill.csv", "date,amount\n2026-03-02,1.25\n");
        QCOMPARE(before.fetch(simple()).total(), std::string("1.1"));
        QCOMPARE(after.fetch(simple()).total(), std::string("1.25"));
    }

    void badRecords_areKeptWithTheirLine()
    {
        const FeedFile file("bill.csv",
                            "date,amount\n2026-03-02,1.10\n2026-03-03,abc\n\n,2\n2026-03-04,1,2\n"
                            "2026-13-04,1\n2026-03-05,\n2026-03-06,99999999999999999999999999999999999999999\n"
                            "2026-03-07,-0.10\n");
        const Fetched fetched = file.fetch(simple());
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(), std::string("1"));
        QCOMPARE(fetched.sink.unknown[static_cast<std::size_t>(CostLens::Billed)], std::uint64_t{1});
        QCOMPARE(fetched.sink.rows.size(), std::size_t{3});
        QCOMPARE(fetched.sink.rows[2].line, std::uint64_t{10});
        std::vector<std::uint64_t> lines;
        for (const auto& line : fetched.sink.rejected)
            lines.push_back(line.line);
        QCOMPARE(lines, (std::vector<std::uint64_t>{3, 5, 6, 7, 9}));
        QCOMPARE(fetched.sink.rejected[0].text, std::string("2026-03-03,abc"));
        QCOMPARE(fetched.sink.rejected[0].message, std::string("\"amount\": \"abc\" is not a number"));
        QCOMPARE(fetched.sink.rowsWith("feed-unreadable"), std::uint64_t{5});
        QCOMPARE(fetched.sink.rowsWith("feed-no-amount"), std::uint64_t{1});
        const auto preview = file.preview(simple());
        QCOMPARE(preview->records, std::uint64_t{8});
        QCOMPARE(preview->unreadable, std::uint64_t{5});
        QVERIFY(says(*preview, "Line 3, \"amount\": \"abc\" is not a number."));
        QVERIFY(says(*preview, "Note: 1 record has no amount"));
    }

    void wordsInPlaceOfAnAmount_areUnknownAndNamed()
    {
        const FeedFile file("usage.csv",
                            "date,amount\n2026-03-02,Included\n2026-03-02,$0.12\n2026-03-03,-\n"
                            "2026-03-03,\xE2\x80\x94\n2026-03-03, N/A \n2026-03-04,-1.5\n2026-03-04,later\n"
                            "2026-03-04,\n");
        const Fetched fetched = file.fetch(simple());
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(), std::string("-1.38"));
        QCOMPARE(fetched.sink.rows.size(), std::size_t{7});
        QCOMPARE(fetched.sink.unknown[static_cast<std::size_t>(CostLens::Billed)], std::uint64_t{5});
        QCOMPARE(fetched.sink.rowsWith("feed-word-for-amount"), std::uint64_t{4});
        QCOMPARE(fetched.sink.rowsWith("feed-no-amount"), std::uint64_t{1});
        QCOMPARE(fetched.sink.rowsWith("feed-unreadable"), std::uint64_t{1});
        const Finding* told = fetched.sink.find("feed-word-for-amount");
        QVERIFY(told);
        QCOMPARE(told->message, std::string("4 of 8 records say a word in place of an amount (\"-\", \"Included\", "
                                            "\"N/A\", \"\xE2\x80\x94\"): their cost is unknown, not zero"));
    }

    void cursorUsage_namesWhatIsNoAmount()
    {
        const QString shared = QStringLiteral(ALTIMETER_SOURCE_DIR "/../shared/data/faults/32-feed-cursor-usage.csv");
        QFile sample(shared);
        if (!sample.open(QIODevice::ReadOnly))
            QSKIP("the shared data folder is not here");
        const FeedFile file("32-feed-cursor-usage.csv", sample.readAll().toStdString());
        const Fetched fetched = file.fetch({{"column:BilledCost", "Cost"},
                                            {"column:ChargePeriodStart", "Date"},
                                            {"constant:BillingCurrency", "USD"},
                                            {"first_day", "2025-01-01"}},
                                           {Day::fromYmd(2025, 1, 1), Day::fromYmd(2026, 1, 1)});
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(), std::string("1.99"));
        const Finding* told = fetched.sink.find("feed-word-for-amount");
        QVERIFY(told &&
                told->message.starts_with("2 of 4 records say a word in place of an amount (\"-\", \"Included\")"));
    }

    void documentAroundItsRecords_isReadInPieces()
    {
        // what counts for all stands behind the list, and in each of its parts
        const FeedFile file("u.json",
                            R"({"parts":[{"day":"2026-03-02","items":[{"cost":1.5},{"cost":"2"}]},)"
                            R"({"items":[{"cost":4,"note":"cut \ud83d"}],"day":"2026-03-03"},)"
                            R"({"items":[],"day":"2026-03-04"}],"currency":"EUR","more":[[1],{"items":[9]}]})");
        const Fetched fetched = file.fetch({{"rows", "parts.items"},
                                            {"column:BilledCost", "cost"},
                                            {"column:ChargePeriodStart", "/parts.day"},
                                            {"column:BillingCurrency", "/currency"},
                                            {"column:ChargeDescription", "note"}});
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("7.5"));
        QCOMPARE(fetched.sink.rows.size(), std::size_t{3});
        QCOMPARE(cell(fetched.sink.rows[2], "ChargeDescription"), std::string("cut \uFFFD"));
        QVERIFY(cell(fetched.sink.rows[2], "ChargePeriodStart").starts_with("2026-03-03"));
    }

    void documentThatBreaksBehindItsRecords_handsOnNone_data()
    {
        QTest::addColumn<QByteArray>("behind");
        QTest::addColumn<QByteArray>("word");
        QTest::newRow("cut") << QByteArray("") << QByteArray("is no JSON");
        QTest::newRow("the list twice") << QByteArray(R"(,"items":[]})") << QByteArray("twice");
        QTest::newRow("a record without end")
            << QByteArray(R"(,"items2":[],"x":)") + QByteArray(200, '[') << QByteArray("levels deep");
        QTest::newRow("junk") << QByteArray("} x") << QByteArray("is no JSON");
    }
    void documentThatBreaksBehindItsRecords_handsOnNone()
    {
        QFETCH(QByteArray, behind);
        QFETCH(QByteArray, word);
        const FeedFile file("u.json", R"({"items":[{"date":"2026-03-02","amount":1}])" + behind.toStdString());
        auto mapping = simple();
        mapping["rows"] = "items";
        const Fetched fetched = file.fetch(mapping);
        QVERIFY2(fetched.error().find(word.toStdString()) != std::string::npos, fetched.error().c_str());
        QVERIFY(fetched.sink.rows.empty());
    }

    void recordOfEndlessValues_isRefused()
    {
        std::string zeros = R"([{"date":"2026-03-02","amount":1,"x":[0)";
        for (int i = 0; i < 100'000; ++i)
            zeros += ",0";
        const FeedFile file("u.json", zeros + "]}]");
        const Fetched fetched = file.fetch(simple());
        QVERIFY2(fetched.error().find("100000 values") != std::string::npos, fetched.error().c_str());
        QVERIFY(fetched.sink.rows.empty());
    }

    void badJsonLines_areKeptWithTheirLine()
    {
        const FeedFile file("u.jsonl", "{\"date\":\"2026-03-02\",\"amount\":\"1.1\"}\n{\"date\":\n[1]\n\n"
                                       "{\"date\":\"2026-03-03\",\"amount\":2}");
        const Fetched fetched = file.fetch(simple());
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(), std::string("3.1"));
        QCOMPARE(fetched.sink.rejected.size(), std::size_t{2});
        QCOMPARE(fetched.sink.rejected[0].line, std::uint64_t{2});
        QCOMPARE(fetched.sink.rejected[1].message, std::string("the line is no JSON object"));
        QCOMPARE(fetched.sink.rows[1].line, std::uint64_t{5});
    }

    void amounts_areReadAsTheyAreWritten_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<Values>("mapping");
        QTest::addColumn<std::string>("total");
        const auto row = [](const char* name, const char* text, Values mapping, const char* total) {
            QTest::newRow(name) << std::string(text) << mapping << std::string(total);
        };
        row("plain", "0.000000150", {}, "0.00000015");
        row("sign of a currency", "$1,234.50", {}, "1234.5");
        row("code before", "USD 12.50", {}, "12.5");
        row("code behind", "12.50 USD", {}, "12.5");
        row("brackets", "(4.20)", {}, "-4.2");
        row("cents", "1234567", {{"amount_unit", "cents"}}, "12345.67");
        row("fraction of a cent", "0.5", {{"amount_unit", "cents"}}, "0.005");
        row("thousandths", "1", {{"amount_unit", "thousandths"}}, "0.001");
        row("millionths", "1", {{"amount_unit", "millionths"}}, "0.000001");
        row("nano", "12345678901234567891", {{"amount_unit", "nano"}}, "12345678901.234567891");
        row("inverted", "-3.25", {{"sign", "inverted"}}, "3.25");
        row("inverted credit", "3.25", {{"sign", "inverted"}}, "-3.25");
        row("negative stays", "-3.25", {}, "-3.25");
        row("decimal comma", "\"1.234.567,89\"", {{"decimal", "comma"}}, "1234567.89");
        row("blank groups", "\"1 234 567,89 €\"", {{"decimal", "comma"}}, "1234567.89");
        row("apostrophes", "1'234.50", {}, "1234.5");
        row("exponent", "1.5e-7", {}, "0.00000015");
        row("most digits", "12345678901234567890123456789012345678", {}, "12345678901234567890123456789012345678");
    }
    void amounts_areReadAsTheyAreWritten()
    {
        QFETCH(std::string, text);
        QFETCH(Values, mapping);
        QFETCH(std::string, total);
        if (text.find(',') != std::string::npos && text.front() != '"')
            text = '"' + text + '"';
        const FeedFile file("bill.csv", "date,amount\n2026-03-02," + text + "\n");
        const Fetched fetched = file.fetch(simple(mapping));
        QCOMPARE(fetched.error(), std::string());
        QVERIFY2(fetched.sink.rejected.empty(),
                 fetched.sink.rejected.empty() ? "" : fetched.sink.rejected[0].message.c_str());
        QCOMPARE(fetched.total(), total);
    }

    void amounts_inTheOtherDecimalSign_areRefused()
    {
        const FeedFile file("bill.csv", "date;amount\n2026-03-02;4.7\n2026-03-02;4,7\n");
        const Fetched fetched = file.fetch(simple({{"decimal", "comma"}}));
        QCOMPARE(fetched.total(), std::string("4.7"));
        QCOMPARE(fetched.sink.rejected.size(), std::size_t{1});
    }

    void periods_areAsLongAsTheyAre_data()
    {
        QTest::addColumn<std::string>("start");
        QTest::addColumn<std::string>("end");
        QTest::addColumn<Values>("mapping");
        QTest::addColumn<std::string>("from");
        QTest::addColumn<std::string>("to");
        const auto row = [](const char* name, std::string start, std::string end, Values mapping, std::string from,
                            std::string to) { QTest::newRow(name) << start << end << mapping << from << to; };
        const Values month{{"period", "month"}}, dayFirst{{"dates", "day-first"}};
        row("day", "2026-03-02", "", {}, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
        row("time of day", "2026-03-02T13:45:00Z", "", {}, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
        row("month", "2026-02", "", month, "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
        row("month from the 31st", "2026-01-31", "", month, "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z");
        row("month first", "03/04/2026", "", {}, "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z");
        row("day first", "03/04/2026", "", dayFirst, "2026-04-03T00:00:00Z", "2026-04-04T00:00:00Z");
        row("dots", "03.04.2026", "", dayFirst, "2026-04-03T00:00:00Z", "2026-04-04T00:00:00Z");
        row("seconds", "1772409600", "", {}, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
        row("milliseconds", "1772409600123", "", {}, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
        row("end outside", "2026-03-02", "2026-03-05", {}, "2026-03-02T00:00:00Z", "2026-03-05T00:00:00Z");
        row("end inside", "2026-03-02", "2026-03-02", {}, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
        row("end of month inside", "2026-03-01", "2026-03-31", {}, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
        row("last second", "2026-03-02", "2026-03-02T23:59:59Z", {}, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
        row("hour", "2026-03-02T13:00:00Z", "2026-03-02T14:00:00Z", {}, "2026-03-02T13:00:00Z", "2026-03-02T14:00:00Z");
    }
    void periods_areAsLongAsTheyAre()
    {
        QFETCH(std::string, start);
        QFETCH(std::string, end);
        QFETCH(Values, mapping);
        QFETCH(std::string, from);
        QFETCH(std::string, to);
        mapping["column:ChargePeriodEnd"] = "end";
        const FeedFile file("bill.csv", "date,end,amount\n" + start + ',' + end + ",1\n");
        const Fetched fetched = file.fetch(simple(mapping));
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{1});
        QCOMPARE(fetched.sink.rows[0].text.at("ChargePeriodStart"), from);
        QCOMPARE(fetched.sink.rows[0].text.at("ChargePeriodEnd"), to);
    }

    void currency_comesFromFieldConstantOrAmount()
    {
        const FeedFile file("bill.csv", "date,amount,cur\n2026-03-02,1,usd\n2026-03-02,2,€\n2026-03-02,4,\n"
                                        "2026-03-02,8,dollars\n2026-03-02,EUR 16,USD\n2026-03-02,GBP 32,\n");
        const Fetched fetched = file.fetch(
            {{"column:ChargePeriodStart", "date"}, {"column:BilledCost", "amount"}, {"column:BillingCurrency", "cur"}});
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(), std::string("1"));
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("2"));
        QCOMPARE(fetched.total(CostLens::Billed, "GBP"), std::string("32"));
        QCOMPARE(fetched.sink.rejected.size(), std::size_t{3});
        QVERIFY(QString::fromStdString(fetched.sink.rejected[0].message).contains("names no currency"));
        QVERIFY(QString::fromStdString(fetched.sink.rejected[2].message).contains("written in EUR"));
        const auto preview = file.preview({{"column:ChargePeriodStart", "date"}, {"column:BilledCost", "amount"}});
        QVERIFY(says(*preview, "Say the currency"));
        QVERIFY(preview->mapped.empty());
    }

    void priceList_costIsQuantityTimesPrice()
    {
        const FeedFile file("prices.csv", "date,model,tokens,price_per_1m_tokens_usd\n2026-03-02,luna,1500000,0.150\n"
                                          "2026-03-02,luna,1,0.075\n2026-03-03,sol,,0.075\n");
        const auto preview = file.proposed();
        QCOMPARE(preview.problems.size(), std::size_t{2});
        QVERIFY(says(preview, "quantity × unit price"));
        QVERIFY(says(preview, "1 record has no amount"));
        const auto proposal = file.preview()->proposal;
        QCOMPARE(proposal.at("column:ListUnitPrice"), std::string("price_per_1m_tokens_usd"));
        QCOMPARE(proposal.at("amount_unit"), std::string("millionths"));
        QCOMPARE(proposal.at("currency"), std::string("USD"));
        QCOMPARE(totalOf(preview), std::string("0.225000075 USD"));
        const Fetched fetched = file.fetch(proposal);
        QCOMPARE(fetched.total(), std::string("0.225000075"));
        QCOMPARE(fetched.total(CostLens::Effective), std::string("0.225000075"));
        QCOMPARE(fetched.sink.rowsWith("feed-worked-out"), std::uint64_t{2});
        QCOMPARE(fetched.sink.rows[0].extra[0], std::string("quantity × unit price"));
        QCOMPARE(fetched.sink.rows[0].text.at("ListUnitPrice"), std::string("0.000000150"));
    }

    void product_isExactOrRefused()
    {
        const auto of = [](const char* a, const char* b) {
            const auto result = providers::product(parseDecimal(a)->value, parseDecimal(b)->value);
            return result ? toString(*result) : std::string("refused");
        };
        QCOMPARE(of("3", "0.1"), std::string("0.3"));
        QCOMPARE(of("-2.50", "4"), std::string("-10"));
        QCOMPARE(of("0", "123.456"), std::string("0"));
        QCOMPARE(of("1234567890123456789", "1234567890123456789"),
                 std::string("1524157875323883675019051998750190521"));
        QCOMPARE(of("12345678901234567890", "12345678901234567890"), std::string("refused"));
        QCOMPARE(of("0.000000000000000000001", "0.0000000000000001"), std::string("refused"));
        QCOMPARE(of("0.0000000000000000000020", "0.00000000000050"),
                 std::string("0.000000000000000000000000000000001"));
    }

    void proposal_readsCommonFeedsAlone_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("total");
        QTest::addColumn<QString>("day");
        QTest::addColumn<QString>("service");
        QTest::newRow("saas csv") << "saas.csv"
                                  << QByteArray("Date,Description,Product,Amount (USD)\n2026-03-02,Seats,Docs,120.00\n"
                                                "2026-03-14,Credit,Docs,-20.00\n")
                                  << "100 USD"
                                  << "2026-03-02"
                                  << "Docs";
        QTest::newRow("compressed") << "saas.csv.gz"
                                    << QByteArray("date,product,cost,currency\n2026-03-02,Docs,1.25,EUR\n"
                                                  "2026-03-14,Docs,2,EUR\n")
                                    << "3.25 EUR"
                                    << "2026-03-02"
                                    << "Docs";
        QTest::newRow("semicolons, decimal comma")
            << "rechnung.csv"
            << QByteArray("sep=;\nDatum;Beschreibung;Betrag;Waehrung\n05.03.2026;Server;1.234,50;EUR\n"
                          "31.03.2026;Server;0,005;EUR\n")
            << "1234.505 EUR"
            << "2026-03-05"
            << "rechnung";
        QTest::newRow("tabs") << "a.tsv" << QByteArray("day\tservice\tcost_cents\n2026-03-02\tMail\t1999\n") << "none"
                              << "none"
                              << "none"; // no currency anywhere: it is asked for
        QTest::newRow("revenium") << "revenium.json"
                                  << QByteArray(R"({"page":{"number":0},"currency":"USD","_embedded":{"transactions":[
 {"transactionId":"t1","requestTime":"2026-03-02T10:00:00Z","provider":"OpenAI","model":"luna","agent":"triage",
  "organizationName":"Acme","productName":"Helpdesk","taskType":"classify","inputTokenCount":100,"outputTokenCount":20,
  "totalTokenCount":120,"totalCost":0.00001234567891},
 {"transactionId":"t2","requestTime":"2026-03-03T10:00:00Z","provider":"Anthropic","model":"ode","agent":"triage",
  "organizationName":"Acme","productName":"Helpdesk","taskType":"answer","inputTokenCount":1,"outputTokenCount":2,
  "totalTokenCount":3,"totalCost":1e-8}]}})")
                                  << "0.00001235567891 USD"
                                  << "2026-03-02"
                                  << "Helpdesk";
        QTest::newRow("finout") << "finout.json"
                                << QByteArray(R"([{"name":"eks-prod","serviceName":"AmazonEC2","date":1772409600000,
 "netAmortizedCost":12.5,"labels":{"team":"platform","env":"prod"},"currency":"USD"},
 {"name":"eks-dev","serviceName":"AmazonEC2","date":1772496000000,"netAmortizedCost":0.25,
 "labels":{"team":"search","env":"dev"},"currency":"USD"}])")
                                << "12.75 USD"
                                << "2026-03-02"
                                << "AmazonEC2";
        QTest::newRow("vector database")
            << "vectors.jsonl"
            << QByteArray(
                   R"({"usage_date":"2026-03-02","organization":"acme","index_name":"docs","service":"Serverless","quantity":12000,"unit":"RU","cost_usd":"0.192"}
{"usage_date":"2026-03-03","organization":"acme","index_name":"docs","service":"Serverless","quantity":1,"unit":"RU","cost_usd":"0.000016"})")
            << "0.192016 USD"
            << "2026-03-02"
            << "Serverless";
    }
    void proposal_readsCommonFeedsAlone()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        QFETCH(QString, total);
        QFETCH(QString, day);
        QFETCH(QString, service);
        const FeedFile file(name.toStdString(), text.toStdString());
        const auto preview = file.proposed();
        const std::string problems = preview.problems.empty() ? "" : preview.problems.front();
        QVERIFY2(QString::fromStdString(totalOf(preview)) == total, (totalOf(preview) + ' ' + problems).c_str());
        QCOMPARE(QString::fromStdString(cell(preview, 0, "ChargePeriodStart")), day);
        QCOMPARE(QString::fromStdString(cell(preview, 0, "ServiceName")), service);
        QCOMPARE(preview.unreadable, std::uint64_t{0});
    }

    void proposal_findsTagsModelsAndUnits()
    {
        const FeedFile file("u.json", R"({"result":{"rows":[{"date":"2026-03-02","cost_cents":150,"model":"luna",
 "labels":{"team":"search","tier":"gold"},"project_name":"P"}]},"currency_code":"EUR"})");
        const auto preview = file.preview();
        QVERIFY2(preview.ok(), preview.ok() ? "" : preview.error().text().c_str());
        QCOMPARE(preview->format, std::string("json"));
        const auto& proposal = preview->proposal;
        QCOMPARE(proposal.at("rows"), std::string("result.rows"));
        QCOMPARE(proposal.at("amount_unit"), std::string("cents"));
        QCOMPARE(proposal.at("column:x_Model"), std::string("model"));
        QCOMPARE(proposal.at("column:tag:team"), std::string("labels.team"));
        QCOMPARE(proposal.at("column:tag:tier"), std::string("labels.tier"));
        QCOMPARE(proposal.at("column:SubAccountName"), std::string("project_name"));
        QCOMPARE(proposal.at("column:BillingCurrency"), std::string("/currency_code"));
        QCOMPARE(totalOf(file.proposed()), std::string("1.5 EUR"));
        QCOMPARE(cell(file.proposed(), 0, "Tags"), std::string("team=search, tier=gold"));
    }

    void proposal_ofMonthlyAndInvertedFeeds()
    {
        const FeedFile file("m.csv", "month,service,amount,currency\n2026-01,A,-10,USD\n2026-02,A,-12,USD\n");
        const auto proposal = file.preview()->proposal;
        QCOMPARE(proposal.at("period"), std::string("month"));
        QCOMPARE(proposal.at("sign"), std::string("inverted"));
        QCOMPARE(totalOf(file.proposed()), std::string("22 USD"));
        QCOMPARE(cell(file.proposed(), 0, "ChargePeriodEnd"), std::string("2026-02-01"));
    }

    void tagsObject_becomesAllItsTags()
    {
        const FeedFile file("u.json", R"([{"date":"2026-03-02","amount":1,"labels":{"team":"a","env":"b"}},
 {"date":"2026-03-02","amount":1,"labels":{}}])");
        const Fetched fetched = file.fetch(simple({{"column:Tags", "labels"}, {"constant:tag:origin", "feed"}}));
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.sink.rows[0].text.at("Tags"), std::string(R"({"env":"b","origin":"feed","team":"a"})"));
        QCOMPARE(fetched.sink.rows[1].text.at("Tags"), std::string(R"({"origin":"feed"})"));
        QVERIFY(file.preview(simple({{"column:Tags", "labels"}}))->problems.empty());
    }

    void oddFiles_areSaidInPlainWords_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("workbook") << QByteArray("PK\x03\x04zip") << "workbook";
        QTest::newRow("utf-16") << QByteArray("\xFF\xFE"
                                              "d\0a\0",
                                              6)
                                << "UTF-16";
        QTest::newRow("binary") << QByteArray("a\0b", 3) << "binary";
        QTest::newRow("web page") << QByteArray("\n<html>") << "web page";
        QTest::newRow("torn json") << QByteArray("[{\"a\":1},{\"b\"") << "no JSON";
        QTest::newRow("no list") << QByteArray("{\"a\":1}") << "no list of records";
    }
    void oddFiles_areSaidInPlainWords()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const FeedFile file("odd", text.toStdString());
        const auto preview = file.preview();
        QVERIFY(!preview.ok());
        QVERIFY2(QString::fromStdString(preview.error().text()).contains(says), preview.error().text().c_str());
        QVERIFY(!file.fetch(simple()).status.ok());
    }

    void emptyFiles_areNoFeeds()
    {
        const FeedFile nothing("a.csv", "");
        QVERIFY(says(*nothing.preview(), "nothing in the file"));
        QVERIFY(!nothing.fetch(simple()).status.ok());
        const FeedFile header("a.csv", "date,amount\n");
        QVERIFY(says(*header.preview(simple()), "no records"));
        const Fetched none = header.fetch(simple());
        QCOMPARE(none.error(), std::string());
        QVERIFY(none.covered.empty()); // nothing is taken away
        const QTemporaryDir folder;
        const std::string pipe = folder.filePath("feed.csv").toStdString();
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        for (const std::string& file : {pipe, std::string("/dev/zero"), folder.path().toStdString()}) {
            const auto refused = providers::previewFeed(file, {}, {}); // and does not wait for a writer
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::Invalid);
        }
        const auto missing = providers::previewFeed("/nowhere/at/all.csv", {}, {});
        QVERIFY(!missing.ok());
    }

    void foreignEncoding_isReadAndTold()
    {
        const FeedFile file("a.csv", "date,amount,description\n2026-03-02,\"12,50 \x80\",Caf\xE9\n");
        const auto preview = file.preview(simple({{"decimal", "comma"}, {"column:ChargeDescription", "description"}}));
        QVERIFY(says(*preview, "Windows-1252"));
        QCOMPARE(totalOf(*preview), std::string("12.5 USD"));
        QCOMPARE(cell(*preview, 0, "ChargeDescription"), std::string("Café"));
        const FeedFile bytes("a.csv", "\xEF\xBB\xBF"
                                      "date,amount\n2026-03-02,1\n");
        QCOMPARE(totalOf(*bytes.preview(simple())), std::string("1 USD"));
    }

    void header_emptyAndRepeatedNames()
    {
        const FeedFile file("a.csv", "date,,amount,amount\n2026-03-02,x,1,2\n");
        const auto preview = file.preview(simple({{"column:EffectiveCost", "amount (2)"}}));
        QCOMPARE(preview->columns, (std::vector<std::string>{"date", "Column 2", "amount", "amount (2)"}));
        QCOMPARE(cell(*preview, 0, "BilledCost"), std::string("1"));
        QCOMPARE(cell(*preview, 0, "EffectiveCost"), std::string("2"));
    }

    void nestedLists_carryTheirBucketsFields()
    {
        const FeedFile file("u.json", R"({"data":[{"start":"2026-03-02","results":[{"amount":1},{"amount":2}]},
 {"start":"2026-03-03","results":[{"amount":4}]}]})");
        const Fetched fetched = file.fetch({{"rows", "data.results"},
                                            {"column:ChargePeriodStart", "/data.start"},
                                            {"column:BilledCost", "amount"},
                                            {"currency", "USD"}});
        QCOMPARE(fetched.error(), std::string());
        QCOMPARE(fetched.total(), std::string("7"));
        QCOMPARE(fetched.sink.rows[2].text.at("ChargePeriodStart"), std::string("2026-03-03T00:00:00Z"));
    }

    void duplicates_areKeptAndCounted()
    {
        const FeedFile file("a.csv", "date,amount\n2026-03-02,1\n2026-03-02,1\n");
        const Fetched fetched = file.fetch(simple());
        QCOMPARE(fetched.total(), std::string("2"));
        QCOMPARE(fetched.duplicates.size(), std::size_t{1});
    }

    void preview_ofManyRecords_countsAllAndStops()
    {
        std::string text = "date,amount\n";
        for (int i = 0; i < 20000; ++i)
            text += "2026-03-02,0.01\n";
        const FeedFile file("a.csv", text);
        const auto preview = file.preview(simple());
        QCOMPARE(preview->records, std::uint64_t{20000});
        QCOMPARE(preview->sample.size(), providers::kFeedSample);
        QCOMPARE(totalOf(*preview), std::string("200 USD"));
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = providers::previewFeed(file.path(), simple(), stop.get_token());
        QVERIFY(!stopped.ok());
        QCOMPARE(static_cast<int>(stopped.error().code), static_cast<int>(ErrorCode::Cancelled));
    }

    void proposal_isUndecidedWithoutEvidence()
    {
        const FeedFile file("a.csv", "alpha,beta\nx,y\n");
        const auto preview = file.proposed();
        QVERIFY(preview.mapped.empty());
        const auto proposal = file.preview()->proposal;
        QVERIFY(!proposal.contains("column:BilledCost"));
        QVERIFY(!proposal.contains("currency"));
    }
};

QTEST_APPLESS_MAIN(TestFeed)
#include "tst_feed.moc"
