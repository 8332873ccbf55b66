#include <QtTest/QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "app/cli/arguments.h"
#include "app/cli/invoicefile.h"
#include "app/cli/progressbar.h"
#include "app/cli/seriestable.h"
#include "app/cli/tablewriter.h"
#include "app/cli/text.h"
#include "models/text/utf8.h"

#include <cstdio>
#include <limits>
#include <memory>

using namespace altimeter;
using namespace altimeter::cli;

namespace {

/// What a writer writes in `format`.
template <typename Use> QByteArray written(OutputFormat format, Use use)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), &std::fclose);
    TableWriter writer(format, file.get());
    use(writer);
    if (!writer.finish().ok())
        return "failed";
    std::rewind(file.get());
    QByteArray text(1 << 16, '\0');
    text.resize(static_cast<int>(std::fread(text.data(), 1, static_cast<std::size_t>(text.size()), file.get())));
    return text;
}

void writeSample(TableWriter& writer)
{
    writer.begin("sample", {{"name"}, {"cost"}, {"rows"}, {"detail", true}});
    writer.add({Cell::ofText("a,b \"c\""), Cell::ofAmount(*Amount::parse("12.00000015")), Cell::ofCount(3),
                Cell::ofJson("[1]")});
    writer.add({Cell::ofText(""), Cell::null(), Cell::ofCount(10), Cell::null()});
    writer.end();
}

ProofLine billedLine(const char* account, const char* stored)
{
    ProofLine line;
    line.billingAccount = account;
    line.billingPeriod = Day::fromYmd(2026, 10, 1);
    line.currency = Currency("USD");
    line.storedTotal = *DecimalSum::parse(stored);
    return line;
}

InvoiceLine invoiceLine(const char* account, const char* total)
{
    return parseInvoices(std::string("billing_account,billing_period,currency,total\n") + account + ",2026-10,usd," +
                         total + "\n")
        ->front();
}

} // namespace

class TestCliText : public QObject {
    Q_OBJECT

private slots:
    void csv_sample_isQuotedAfterRfc4180()
    {
        QCOMPARE(written(OutputFormat::Csv, writeSample),
                 QByteArray("name,cost,rows\n\"a,b \"\"c\"\"\",12.000000150,3\n,,10\n"));
    }

    void json_sample_keepsAmountsAsText()
    {
        const QByteArray text = written(OutputFormat::Json, writeSample);
        const QJsonArray rows = QJsonDocument::fromJson(text).array();
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[0][QStringLiteral("cost")], QJsonValue(QStringLiteral("12.000000150")));
        QCOMPARE(rows[0][QStringLiteral("rows")], QJsonValue(3));
        QCOMPARE(rows[0][QStringLiteral("detail")].toArray().size(), 1);
        QCOMPARE(rows[1][QStringLiteral("cost")], QJsonValue(QJsonValue::Null));
        QCOMPARE(rows[1][QStringLiteral("name")], QJsonValue(QString()));
    }

    void json_noRows_isAnEmptyList()
    {
        const auto none = [](TableWriter& writer) {
            writer.begin("none", {{"name"}});
            writer.end();
        };
        QCOMPARE(written(OutputFormat::Json, none), QByteArray("[]\n"));
        QCOMPARE(written(OutputFormat::Csv, none), QByteArray("name\n"));
    }

    void blocks_two_areOneDocument()
    {
        const auto both = [](TableWriter& writer) {
            writer.beginDocument();
            for (const char* name : {"first", "second"}) {
                writer.begin(name, {{"n"}});
                writer.add({Cell::ofCount(1)});
                writer.end();
            }
            writer.endDocument();
        };
        QCOMPARE(written(OutputFormat::Csv, both), QByteArray("n\n1\n\nn\n1\n"));
        const QJsonObject document = QJsonDocument::fromJson(written(OutputFormat::Json, both)).object();
        QCOMPARE(document.keys(), (QStringList{QStringLiteral("first"), QStringLiteral("second")}));
    }

    void table_sample_alignsPoints()
    {
        const auto amounts = [](TableWriter& writer) {
            writer.begin("sample", {{"name"}, {"cost"}, {"rows"}});
            writer.add({Cell::ofText("caf\xC3\xA9"), Cell::ofAmount(*Amount::parse("-12.00000015")), Cell::ofCount(3)});
            writer.add({Cell::ofText("b"), Cell::ofAmount(*Amount::parse("1000.5")), Cell::ofCount(10)});
            writer.end();
        };
        QCOMPARE(written(OutputFormat::Table, amounts), QByteArray("name           cost  rows\n"
                                                                   "----  -------------  ----\n"
                                                                   "caf\xC3\xA9   -12.00000015     3\n"
                                                                   "b     1000.50          10\n"));
    }

    void terminalText_hostileBytes_areHarmless()
    {
        QCOMPARE(terminalText("a\x1b[31mb\nc\x07\x7f"), std::string("a‹U+001B›[31mb c‹U+0007›‹U+007F›"));
        QCOMPARE(terminalText("\xC2\x9B"
                              "1m"),
                 std::string("‹U+009B›1m"));
        QCOMPARE(terminalText("\xFF\xC3\xA9"), std::string("\xEF\xBF\xBD\xC3\xA9"));
        QCOMPARE(terminalName("a\nb\u202Ec"), std::string("a‹U+000A›b‹U+202E›c"));
    }

    void table_hostileNames_areNamedAndCsvAndJsonKeepThem()
    {
        const auto print = [](OutputFormat format) {
            return written(format, [](TableWriter& out) {
                out.begin("t", {{"service"}, {"tag:\u2066"}});
                out.add({Cell::ofText("a\u202Eb"), Cell::ofText("x")});
                out.end();
            });
        };
        QCOMPARE(print(OutputFormat::Table),
                 QByteArray("service     tag:‹U+2066›\n----------  ------------\na‹U+202E›b  x\n"));
        QCOMPARE(print(OutputFormat::Csv), QByteArray("service,tag:\u2066\na\u202Eb,x\n"));
        QCOMPARE(print(OutputFormat::Json), QByteArray("[\n  {\"service\": \"a\u202Eb\", \"tag:\u2066\": \"x\"}\n]\n"));
    }

    void estimates_numbers_areFixedText()
    {
        QCOMPARE(Cell::ofEstimate(-0.0000000001).text, std::string("0.000000000"));
        QCOMPARE(Cell::ofEstimate(1e15).text, std::string("1000000000000000.000000000"));
        QVERIFY(Cell::ofEstimate(std::numeric_limits<double>::quiet_NaN()).kind == Cell::Kind::Null);
        QVERIFY(Cell::ofNumber(std::numeric_limits<double>::infinity(), 2).kind == Cell::Kind::Null);
    }

    void arguments_words_areRead()
    {
        const std::vector<OptionSpec> known{{"--by", true, true}, {"--top"}, {"--demo", false}};
        const auto parse = [&known](const std::vector<std::string>& words) { return Arguments::parse(words, known); };
        const auto arguments = parse({"x", "--by", "a", "--by=b", "--demo", "--", "--top"});
        QVERIFY(arguments.ok());
        QVERIFY((arguments->values("--by") == std::vector<std::string>{"a", "b"}));
        QVERIFY((arguments->positional() == std::vector<std::string>{"x", "--top"}));
        QVERIFY(arguments->has("--demo") && !arguments->has("--top"));
        QVERIFY(!parse({"--bye"}).ok());
        QVERIFY(!parse({"--top"}).ok());
        QVERIFY(!parse({"--top", "1", "--top", "2"}).ok());
        QVERIFY(!parse({"--demo=1"}).ok());
        QVERIFY(*parse({"--top=7"})->number("--top", 1, 9).value() == 7);
        QVERIFY(!parse({"--top=7x"})->number("--top", 1, 9).ok());
        QVERIFY(!parse({"--top=10"})->number("--top", 1, 9).ok());
    }

    void writeCsvText_asJson_typesNumbers()
    {
        const auto text = written(OutputFormat::Json, [](TableWriter& writer) {
            QVERIFY(writeCsvText(writer, "s", "series,value,mixed\n7,1.50,a\n8,,2\n").ok());
        });
        const QJsonArray rows = QJsonDocument::fromJson(text).array();
        QCOMPARE(rows[0][QStringLiteral("series")], QJsonValue(QStringLiteral("7")));
        QCOMPARE(rows[0][QStringLiteral("value")], QJsonValue(1.5));
        QCOMPARE(rows[1][QStringLiteral("value")], QJsonValue(QJsonValue::Null));
        QCOMPARE(rows[1][QStringLiteral("mixed")], QJsonValue(QStringLiteral("2")));
    }

    void invoices_csvAndJson_sayTheSame()
    {
        const auto csv = parseInvoices("currency,total,billing_period,billing_account\n"
                                       "USD,\"1,200.50\",2026-10,\"a,1\"\nUSD,0.25,2026-10-01,\"a,1\"\n");
        const auto json = parseInvoices(R"([{"billing_account": "a,1", "billing_period": "2026-10", "currency": "usd",
                                            "total": 1200.75}])");
        QVERIFY(csv.ok());
        QVERIFY(json.ok());
        QCOMPARE(csv->size(), std::size_t{1});
        QVERIFY(csv->front().total == json->front().total);
        QCOMPARE(csv->front().billingAccount, json->front().billingAccount);
        QVERIFY(csv->front().billingPeriod == json->front().billingPeriod);
        QVERIFY(csv->front().currency == json->front().currency);
    }

    void invoices_jsonDigits_areExact()
    {
        const auto json = parseInvoices(
            R"([{"billing_account":"1","billing_period":"2026-10","currency":"IDR","total":12345678901234567890.123456789}])");
        QCOMPARE(json->front().total.toString(), std::string("12345678901234567890.123456789"));
    }

    void invoices_wrong_nameRecordAndField()
    {
        const auto bad = parseInvoices("billing_account,billing_period,currency,total\n1,2026-10,USD,1\n1,x,USD,1\n");
        QCOMPARE(bad.error().where, std::string("record 2, billing_period"));
        QVERIFY(parseInvoices("billing_account,currency,total\n1,USD,1\n").error().what.find("billing_period") !=
                std::string::npos);
        for (const char* text : {"[", "[{]", "[{\"a\": [1]}]", "[{\"a\": 1},]", "[{\"a\" 1}]", "[{\"a\": \"x]"})
            QVERIFY2(!parseInvoices(text).ok(), text);
        QVERIFY(parseInvoices("[]")->empty());
    }

    void compare_invoice_findsWhatIsUnexplained()
    {
        std::vector<ProofLine> lines{billedLine("1", "10.004"), billedLine("1", "10"), billedLine("2", "5"),
                                     billedLine("3", "1")};
        compareInvoices(lines, {invoiceLine("1", "20.00"), invoiceLine("2", "5.01"), invoiceLine("4", "7")});
        QCOMPARE(lines.size(), std::size_t{5});
        QVERIFY(lines[0].reconciled());
        QCOMPARE(lines[0].parts.size(), std::size_t{1});
        QCOMPARE(lines[0].parts[0].amount.toString(), std::string("-0.004000000"));
        QVERIFY(!lines[1].invoiceTotal.has_value());
        QCOMPARE(lines[2].remainder.toString(), std::string("0.010000000"));
        QVERIFY(!lines[3].invoiceTotal.has_value() && lines[3].reconciled());
        QCOMPARE(lines[4].remainder.toString(), std::string("7.000000000"));
    }

    void progress_line_fitsATerminal()
    {
        const altimeter::Progress progress{"reading a file with a very very long name.csv", 123'456'789, 50, 100, 1234};
        const std::string line = progressLine(progress);
        QVERIFY(line.size() < 79);
        QVERIFY(line.find("50 %") != std::string::npos);
    }

    void progress_line_isCutByCharacters()
    {
        Progress progress;
        progress.phase = "reading \u00fcber\u00fcberm\u00e4\u00dfige.csv"; // 25 characters, more bytes
        QCOMPARE(progressLine(progress), std::string("reading \u00fcber\u00fcberm\u00e4\u00dfi"));
        for (int i = 0; i < 40; ++i) {
            progress.phase = std::string(static_cast<std::size_t>(i), 'a') + "\U0001F600\u20ac\u00e9";
            QVERIFY(words::isUtf8(progressLine(progress)));
        }
    }
};

QTEST_APPLESS_MAIN(TestCliText)
#include "tst_clitext.moc"
