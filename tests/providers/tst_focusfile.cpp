#include <QtTest>

#include "models/domain/caught.h"
#include "providers/focus/dates.h"
#include "providers/focus/focusfile.h"
#include "tests/providers/collectingsink.h"
#include "tests/testkit/rounds.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <initializer_list>
#include <new>
#include <random>
#include <thread>

#include <zlib.h>

using namespace altimeter;
using namespace altimeter::providers;
using altimeter::testing::CollectingSink;
using altimeter::testing::everything;
using altimeter::testing::readText;

namespace {

const std::string kHeader =
    "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,BillingPeriodStart,ProviderName";

std::filesystem::path focusFolder()
{
    const QByteArray shared = qgetenv("ALTIMETER_SHARED");
    return std::filesystem::path(shared.toStdString()) / "data" / "focus";
}

/// Reads "a,b,c" rows below the usual header.
CollectingSink readRows(const std::string& rows)
{
    CollectingSink sink;
    const auto info = readText(kHeader + "\n" + rows, sink);
    if (!info)
        qWarning("%s", info.error().text().c_str());
    return sink;
}

QByteArray packed(const QByteArray& plain)
{
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    QByteArray out(static_cast<int>(deflateBound(&stream, static_cast<uLong>(plain.size()))) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(static_cast<int>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

std::filesystem::path write(const QTemporaryDir& folder, const QString& name, const QByteArray& bytes)
{
    QDir(folder.path()).mkpath(QFileInfo(name).path());
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write the test file");
    return file.fileName().toStdString();
}

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

QByteArray sampleRows(int count)
{
    QByteArray csv = QByteArray::fromStdString(kHeader) + ",x_note\n";
    for (int i = 0; i < count; ++i)
        csv += QByteArray::number(i) + ".000000000001,0.5,USD,2024-09-0" + QByteArray::number(1 + i % 9) +
               "T00:00:00Z,2024-09-01T00:00:00Z,AWS,\"say \"\"" + QByteArray::number(i) + "\"\"\"\n";
    return csv;
}

/// Rows of all kinds, some of them malformed, unreadable or against the standard.
std::string nastyFile(unsigned seed, int rows)
{
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t below) { return random() % below; };
    const auto one = [&](std::initializer_list<const char*> words) {
        return std::string(*(words.begin() + static_cast<std::ptrdiff_t>(pick(words.size()))));
    };
    const std::size_t oddity = 5 + pick(300);
    std::string csv = kHeader + ",ServiceName,ServiceCategory,SkuPriceId,SkuId,CommitmentDiscountId,"
                                "CommitmentDiscountUnit,ChargeCategory,ListUnitPrice,PricingQuantity,Tags,x_note\n";
    for (int i = 0; i < rows; ++i) {
        std::string row = std::to_string(i) + (pick(oddity) == 0 ? "x," : ".5,");
        row += one({"0,", "1,", ",", "$2,", "NULL,"}) + one({"USD,", "USD,", "EUR,", "usd,", "TOK,", ","});
        row += one({"2024-09-01T00:00:00Z,", "2024-09-02,", "2024-09-03T00:00:00Z,"}) +
               one({"2024-09-01T00:00:00Z,", ","});
        row += one({"AWS,", "Azure,", ","}) + one({"EC2,", "S3,", "RDS,"}) + one({"Compute,", "Storage,", "Odd,", ","});
        row += one({"p1,", "p2,", ","}) + one({"s1,", "s2,"}) + one({"c1,", "c2,", ",", ","}) +
               one({"USD,", "Hours,", ","});
        row += one({"Usage,", "usage,", "Purchase,", "Tax,", ","}) + one({"0.5,", "-1,", "many,", ","}) +
               one({"1,", "2,", ","});
        row += one({"\"{\"\"a\"\": 1}\",", "{},", ",", "no,", "\"{\"\"a\"\": 1,\n\"\"a\"\": 2}\","});
        row += one({"", "caf\xC3\xA9", "\xFF", "\"line\nfeed\""});
        if (pick(oddity) == 0)
            row.insert(pick(row.size()), one({"\"", ",", "\n", "\"\"", "\r\n"}));
        if (pick(oddity) == 0)
            row = std::string(17 + pick(2) - 1, ',');
        csv += row + one({"\n", "\n", "\r\n"});
    }
    return csv;
}

} // namespace

class TestFocusFile : public QObject {
    Q_OBJECT

private slots:
    void sharedFile_totals_matchToTheLastDigit_data();
    void sharedFile_totals_matchToTheLastDigit();
    void sharedFile_anyBlockSize_sameRows();
    void officialSample_traits_areKept();
    void snakeCase_traits_areKept();
    void awsCur_columns_areMapped();
    void azureEa_columns_areMapped();
    void awsCur_commitments_giveEffectiveCost();
    void header_spellings_areMatched_data();
    void header_spellings_areMatched();
    void header_duplicates_firstWins();
    void header_unknownColumns_areKeptInOrder();
    void header_withoutCostOrDate_isAnError();
    void header_onlyOneCost_leavesTheOtherUnknown();
    void version_fromHeader_isDetected_data();
    void version_fromHeader_isDetected();
    void null_words_areUnknownAmounts();
    void number_spellings_areExact_data();
    void number_spellings_areExact();
    void number_unreadable_rejectsRow();
    void decimalComma_semicolonFile_isRead();
    void decimalComma_strayPoint_isRejected();
    void date_spellings_areRead_data();
    void date_spellings_areRead();
    void date_unreadable_isNothing_data();
    void date_unreadable_isNothing();
    void dateOrder_evidence_decidesPerFile_data();
    void dateOrder_evidence_decidesPerFile();
    void date_missing_fallsBackOrRejects();
    void billingPeriod_oddBounds_givesItsMonth_data();
    void billingPeriod_oddBounds_givesItsMonth();
    void currency_missingOrOdd_isReported();
    void provider_newNames_areUsed();
    void row_rejected_keepsRawText();
    void row_blank_isSkipped();
    void gzip_sameContent_sameRows();
    void gzip_severalMembers_readAsOne();
    void memoryThatEndsWhileSeveralThreadsRead_isAnError();
    void linesYearsAwayFromTheOthers_areAFinding_howeverTheFileIsCut();
    void gzip_cutOff_isAnErrorNamingTheFile();
    void gzip_damaged_isAnError();
    void stop_requested_isCancelled();
    void sink_failing_stopsReading();
    void progress_whileReading_reachesTotal();
    void emptyFile_isAnError();
    void headerOnly_isReported();
    void randomFiles_totals_matchIndependentSum();
    void nastyFiles_anyThreadsAndBlocks_sameOutcome();
    void gzipMembers_anyThreads_sameOutcome();
    void manyStrayQuotes_anyThreads_sameOutcome();
    void batches_slowSink_staysBounded();
    void stop_whileEverythingIsSlow_isCancelled_data();
    void stop_whileEverythingIsSlow_isCancelled();
    void source_failsInTheMiddle_isItsError();
    void attributes_equal_onlyForEqualCells();
};

void TestFocusFile::sharedFile_totals_matchToTheLastDigit_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("rows");
    QTest::addColumn<QString>("currency");
    QTest::addColumn<QString>("billed");
    QTest::addColumn<QString>("effective");
    QTest::addColumn<QString>("list");
    QTest::addColumn<QString>("contracted");
    const auto row = [](const char* file, int rows, const char* currency, const char* billed, const char* effective,
                        const char* list = "", const char* contracted = "") {
        QTest::newRow(file) << file << rows << currency << billed << effective << list << contracted;
    };
    row("focus-1.0-official-sample.csv", 1000, "USD", "20.52022672899", "14.97651418586", "20.39090575119",
        "14.97626039326");
    row("focus-1.2-snakecase-multicloud.csv", 2416, "USD", "2593.33473396", "2593.33473396", "3042.83339096",
        "2593.35534596");
    row("native/aws-cur-legacy.csv", 1281, "USD", "1.6823086974", "1.6823086974");
    row("native/azure-ea-usage.csv", 27, "CAD", "1.26136926505726", "1.26136926505726");
    row("spec-examples/commitment_discount_purchase_scenario_1.csv", 1, "XXX", "8760", "0");
    row("spec-examples/commitment_discount_purchase_scenario_2.csv", 3, "XXX", "3", "0");
    row("spec-examples/commitment_discount_purchase_scenario_3.csv", 4, "XXX", "4381.5", "0");
    row("spec-examples/commitment_discount_usage_scenario_1.csv", 1, "XXX", "0", "1");
    row("spec-examples/commitment_discount_usage_scenario_2.csv", 1, "XXX", "0", "1");
    row("spec-examples/commitment_discount_usage_scenario_3.csv", 2, "XXX", "0", "1");
    row("spec-examples/commitment_discount_usage_scenario_4.csv", 2, "XXX", "0.5", "1.5");
    row("spec-examples/saas_spend_agreements_a1.csv", 4, "USD", "1200", "1200");
    row("spec-examples/saas_spend_agreements_a2.csv", 13, "USD", "1200", "1200");
    row("spec-examples/simple_saas_agreements_a1.csv", 1, "USD", "10000", "10000");
    row("spec-examples/simple_saas_agreements_b.csv", 1, "USD", "50000", "50000");
    row("spec-examples/simple_saas_agreements_c.csv", 3, "USD", "35800", "35800");
    row("spec-examples/virtual_currency_pricing_model_a1.csv", 1, "USD", "200000", "0");
    row("spec-examples/virtual_currency_pricing_model_a2.csv", 3, "USD", "0", "1230");
}

void TestFocusFile::sharedFile_totals_matchToTheLastDigit()
{
    QFETCH(QString, file);
    QFETCH(int, rows);
    QFETCH(QString, currency);
    QFETCH(QString, billed);
    QFETCH(QString, effective);
    QFETCH(QString, list);
    QFETCH(QString, contracted);
    const auto path = focusFolder() / file.toStdString();
    if (!std::filesystem::exists(path))
        QSKIP("the shared test data is not here");
    CollectingSink sink;
    const auto info = readFocusFile(path, file.toStdString(), sink, {}, {});
    QVERIFY2(info.ok(), info ? "" : info.error().text().c_str());
    QCOMPARE(info->rows, static_cast<std::uint64_t>(rows));
    QCOMPARE(info->rejected, std::uint64_t{0});
    QCOMPARE(sink.rows.size(), static_cast<std::size_t>(rows));
    QCOMPARE(sink.totals.size(), std::size_t{1});
    const std::string code = currency.toStdString();
    QCOMPARE(text(sink.total(CostLens::Billed, code)), billed);
    QCOMPARE(text(sink.total(CostLens::Effective, code)), effective);
    if (!list.isEmpty())
        QCOMPARE(text(sink.total(CostLens::List, code)), list);
    if (!contracted.isEmpty())
        QCOMPARE(text(sink.total(CostLens::Contracted, code)), contracted);
    for (const Finding& finding : sink.findings)
        QCOMPARE(text(finding.file), file);
}

void TestFocusFile::sharedFile_anyBlockSize_sameRows()
{
    const auto path = focusFolder() / "focus-1.0-official-sample.csv";
    if (!std::filesystem::exists(path))
        QSKIP("the shared test data is not here");
    CollectingSink whole;
    QVERIFY(readFocusFile(path, "a", whole, {}, {}));
    for (const std::size_t block : {std::size_t{7}, std::size_t{4096}, std::size_t{65537}}) {
        CollectingSink cut;
        QVERIFY(readFocusFile(path, "a", cut, {}, {}, 1, block));
        QCOMPARE(cut.rows.size(), whole.rows.size());
        for (std::size_t i = 0; i < whole.rows.size(); ++i) {
            QVERIFY(cut.rows[i].text == whole.rows[i].text);
            QVERIFY(cut.rows[i].line == whole.rows[i].line);
        }
        QCOMPARE(cut.findings.size(), whole.findings.size());
    }
}

void TestFocusFile::officialSample_traits_areKept()
{
    const auto path = focusFolder() / "focus-1.0-official-sample.csv";
    if (!std::filesystem::exists(path))
        QSKIP("the shared test data is not here");
    CollectingSink sink;
    const auto info = readFocusFile(path, "sample.csv", sink, {}, {});
    QVERIFY(info);
    QCOMPARE(text(info->version), QString("1.0"));
    QCOMPARE(text(info->profile), QString("focus"));
    QCOMPARE(info->header.size(), std::size_t{44});
    QCOMPARE(sink.extraColumns, std::vector<std::string>{"Id"});
    QCOMPARE(text(sink.rows[0].extra[0]), QString("11472"));
    QCOMPARE(text(sink.rows[0].text.at("BilledCost")), QString("0.00000080000"));
    QVERIFY(!sink.rows[0].text.contains("AvailabilityZone"));
    QCOMPARE(text(sink.rows[1].text.at("Tags")),
             QString(R"({"application": "BrightLensMatrix", "environment": "dev", "business_unit": "ViennaAI"})"));
    QCOMPARE(text(toString(sink.rows[0].start)), QString("2024-09-18T22:00:00Z"));
    QCOMPARE(text(sink.rows[0].provider), QString("AWS"));
    QCOMPARE(sink.unknown[static_cast<std::size_t>(CostLens::Contracted)], std::uint64_t{7});
    const auto october = std::count_if(sink.rows.begin(), sink.rows.end(),
                                       [](const auto& row) { return row.period == Day::fromYmd(2024, 10, 1); });
    QCOMPARE(october, std::ptrdiff_t{1});
}

void TestFocusFile::snakeCase_traits_areKept()
{
    const auto path = focusFolder() / "focus-1.2-snakecase-multicloud.csv";
    if (!std::filesystem::exists(path))
        QSKIP("the shared test data is not here");
    CollectingSink sink;
    const auto info = readFocusFile(path, "snake.csv", sink, {}, {});
    QVERIFY(info);
    QCOMPARE(text(info->version), QString("1.2"));
    QCOMPARE(sink.extraColumns,
             (std::vector<std::string>{"id", "invoice_issuer", "x_provider_data", "x_raw_billing_data_id",
                                       "x_provider_id", "x_created_at", "x_updated_at", "_dlt_load_id", "_dlt_id"}));
    for (const auto& row : sink.rows)
        QVERIFY(row.period == Day::fromYmd(2025, 7, 1));
}

void TestFocusFile::awsCur_columns_areMapped()
{
    const auto path = focusFolder() / "native" / "aws-cur-legacy.csv";
    if (!std::filesystem::exists(path))
        QSKIP("the shared test data is not here");
    CollectingSink sink;
    const auto info = readFocusFile(path, "cur.csv", sink, {}, {});
    QVERIFY(info);
    QCOMPARE(text(info->profile), QString("aws-cur-legacy"));
    const auto taxes = std::count_if(sink.rows.begin(), sink.rows.end(),
                                     [](const auto& row) { return row.text.at("ChargeCategory") == "Tax"; });
    QCOMPARE(taxes, std::ptrdiff_t{12});
    QCOMPARE(text(sink.total(CostLens::List)), QString("3.3561726949"));
    for (const auto& row : sink.rows) {
        QVERIFY(row.provider == "AWS");
        QVERIFY(row.text.at("BillingAccountId") == "123412340534");
        QVERIFY(row.text.contains("ServiceName"));
        QVERIFY(row.period == Day::fromYmd(2023, 11, 1));
    }
    QVERIFY(std::find(sink.extraColumns.begin(), sink.extraColumns.end(), "lineItem/LineItemType") !=
            sink.extraColumns.end());
}

void TestFocusFile::azureEa_columns_areMapped()
{
    const auto path = focusFolder() / "native" / "azure-ea-usage.csv";
    if (!std::filesystem::exists(path))
        QSKIP("the shared test data is not here");
    CollectingSink sink;
    const auto info = readFocusFile(path, "ea.csv", sink, {}, {});
    QVERIFY(info);
    QCOMPARE(text(info->profile), QString("azure-ea"));
    QVERIFY(sink.find("date-order-ambiguous") == nullptr);
    const auto& row = sink.rows.front();
    QCOMPARE(text(toString(row.start)), QString("2023-09-02T00:00:00Z"));
    QCOMPARE(text(toString(row.end)), QString("2023-09-03T00:00:00Z"));
    QVERIFY(row.period == Day::fromYmd(2023, 9, 1));
    QCOMPARE(text(row.currency), QString("CAD"));
    QCOMPARE(text(row.text.at("ServiceName")), QString("Virtual Network"));
    QCOMPARE(text(row.text.at("ChargeFrequency")), QString("Usage-Based"));
    QCOMPARE(text(row.text.at("Tags")), QString(R"("tagA": "valueA","tagB": "valueB","tagC": "valueC")"));
    QCOMPARE(sink.rowsWith("json-not-object", "Tags"), std::uint64_t{27});
}

void TestFocusFile::awsCur_commitments_giveEffectiveCost()
{
    const std::string csv =
        "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost,lineItem/CurrencyCode,"
        "savingsPlan/SavingsPlanARN,savingsPlan/SavingsPlanEffectiveCost,savingsPlan/TotalCommitmentToDate,"
        "savingsPlan/UsedCommitment,reservation/EffectiveCost,reservation/UnusedAmortizedUpfrontFeeForBillingPeriod,"
        "reservation/UnusedRecurringFee,reservation/ReservationARN,resourceTags/user:Team,resourceTags/aws:createdBy\n"
        "SavingsPlanCoveredUsage,2024-09-01T00:00:00Z,10,USD,arn:sp,7.25,,,,,,,web,\n"
        "SavingsPlanNegation,2024-09-01T00:00:00Z,-10,USD,arn:sp,,,,,,,,,\n"
        "SavingsPlanRecurringFee,2024-09-01T00:00:00Z,8,USD,arn:sp,,8.00,7.25,,,,,,\n"
        "DiscountedUsage,2024-09-01T00:00:00Z,0,USD,,,,,0.031,,,arn:ri,,\n"
        "RIFee,2024-09-01T00:00:00Z,1.5,USD,,,,,,0.10,0.025,arn:ri,,\n"
        "Usage,2024-09-01T00:00:00Z,0.40,USD,,,,,,,,,\"a \"\"b\"\"\",root\n"
        "SavingsPlanCoveredUsage,2024-09-01T00:00:00Z,3,USD,arn:sp,,,,,,,,,\n";
    CollectingSink sink;
    QVERIFY(readText(csv, sink));
    QCOMPARE(sink.rows.size(), std::size_t{7});
    const auto effective = [&](std::size_t row) {
        return sink.rows[row].cost[0] ? text(toString(*sink.rows[row].cost[0])) : QString("unknown");
    };
    QCOMPARE(effective(0), QString("7.25"));
    QCOMPARE(effective(1), QString("0"));
    QCOMPARE(effective(2), QString("0.75"));
    QCOMPARE(effective(3), QString("0.031"));
    QCOMPARE(effective(4), QString("0.125"));
    QCOMPARE(effective(5), QString("0.40"));
    QCOMPARE(effective(6), QString("unknown"));
    QCOMPARE(text(sink.total(CostLens::Billed)), QString("12.9"));
    QCOMPARE(text(sink.rows[0].text.at("CommitmentDiscountStatus")), QString("Used"));
    QCOMPARE(text(sink.rows[0].text.at("Tags")), QString(R"({"Team": "web"})"));
    QCOMPARE(text(sink.rows[5].text.at("Tags")), QString(R"({"Team": "a \"b\"", "aws:createdBy": "root"})"));
    QVERIFY(!sink.rows[1].text.contains("Tags"));
}

void TestFocusFile::header_spellings_areMatched_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("FOCUS") << QByteArray("BilledCost,BillingCurrency,ChargePeriodStart");
    QTest::newRow("snake case") << QByteArray("billed_cost,billing_currency,charge_period_start");
    QTest::newRow("upper case") << QByteArray("BILLEDCOST,BILLINGCURRENCY,CHARGEPERIODSTART");
    QTest::newRow("blanks") << QByteArray(" Billed Cost ,Billing Currency,Charge Period Start");
    QTest::newRow("byte-order mark and quotes")
        << QByteArray("\xEF\xBB\xBF\"BilledCost\",\"BillingCurrency\",\"ChargePeriodStart\"");
    QTest::newRow("older names") << QByteArray("BilledCost,BilledCurrency,ChargePeriodStart");
}

void TestFocusFile::header_spellings_areMatched()
{
    QFETCH(QByteArray, header);
    CollectingSink sink;
    QVERIFY(readText(header.toStdString() + "\n1.5,usd,2024-09-01T00:00:00Z\n", sink));
    QCOMPARE(text(sink.total(CostLens::Billed)), QString("1.5"));
    QVERIFY(sink.extraColumns.empty());
}

void TestFocusFile::header_duplicates_firstWins()
{
    CollectingSink sink;
    QVERIFY(readText("BilledCost,BillingCurrency,ChargePeriodStart,BilledCost,billedcost,\n"
                     "1,USD,2024-09-01,2,3,4\n",
                     sink));
    QCOMPARE(text(sink.total(CostLens::Billed)), QString("1"));
    QCOMPARE(sink.extraColumns, (std::vector<std::string>{"BilledCost", "billedcost", "x_column_6"}));
    QCOMPARE(sink.rows[0].extra, (std::vector<std::string>{"2", "3", "4"}));
    QVERIFY(sink.find("duplicate-column", "stands twice") != nullptr);
    QVERIFY(sink.find("duplicate-column", "stands twice")->severity == Severity::Error);
    QVERIFY(sink.find("duplicate-column", "only in spelling")->severity == Severity::Warning);
}

void TestFocusFile::header_unknownColumns_areKeptInOrder()
{
    CollectingSink sink;
    QVERIFY(readText("x_b,BilledCost,Zed,BillingCurrency,ChargePeriodStart,x_a\nNULL,1,z,USD,2024-09-01,\"q\"\"q\"\n",
                     sink));
    QCOMPARE(sink.extraColumns, (std::vector<std::string>{"x_b", "Zed", "x_a"}));
    QCOMPARE(sink.rows[0].extra, (std::vector<std::string>{"", "z", "q\"q"}));
    QVERIFY(sink.find("unknown-column", "Zed") != nullptr);
    QVERIFY(sink.find("unknown-column", "x_a") == nullptr);
}

void TestFocusFile::header_withoutCostOrDate_isAnError()
{
    CollectingSink sink;
    const auto noCost = readText("ListCost,BillingCurrency,ChargePeriodStart\n1,USD,2024-09-01\n", sink);
    QVERIFY(!noCost);
    QVERIFY(
        text(noCost.error().text())
            .startsWith("test.csv: is no cost file: it lacks a cost column (BilledCost or EffectiveCost). Its first "
                        "line holds \"ListCost,BillingCurrency,ChargePeriodStart\""));
    const auto nothing = readText("a,b\n1,2\n", sink);
    QVERIFY(!nothing);
    QVERIFY(nothing.error().code == ErrorCode::Invalid);
    QVERIFY(text(nothing.error().text()).contains("ChargePeriodStart or BillingPeriodStart"));
    QVERIFY(sink.header.empty());
}

void TestFocusFile::header_onlyOneCost_leavesTheOtherUnknown()
{
    CollectingSink sink;
    QVERIFY(readText("BilledCost,BillingCurrency,ChargePeriodStart\n1,USD,2024-09-01\n", sink));
    QVERIFY(!sink.rows[0].cost[static_cast<std::size_t>(CostLens::Effective)]);
    QCOMPARE(text(sink.total(CostLens::Billed)), QString("1"));
    QVERIFY(sink.find("missing-cost-column", "EffectiveCost") != nullptr);
}

void TestFocusFile::version_fromHeader_isDetected_data()
{
    QTest::addColumn<QByteArray>("columns");
    QTest::addColumn<QByteArray>("version");
    QTest::newRow("0.5") << QByteArray("AmortizedCost,ChargeType") << QByteArray("0.5");
    QTest::newRow("1.0-preview") << QByteArray("ListCost,ChargeType,UsageQuantity") << QByteArray("1.0-preview");
    QTest::newRow("1.0") << QByteArray("ChargeClass") << QByteArray("1.0");
    QTest::newRow("1.0 with a later column") << QByteArray("ChargeClass,BillingAccountType") << QByteArray("1.0");
    QTest::newRow("1.1") << QByteArray("ChargeClass,SkuMeter") << QByteArray("1.1");
    QTest::newRow("1.2 by currency") << QByteArray("SkuMeter,PricingCurrency") << QByteArray("1.2");
    QTest::newRow("1.2 by invoice") << QByteArray("SkuMeter,InvoiceId") << QByteArray("1.2");
    QTest::newRow("1.3 by method") << QByteArray("InvoiceId,AllocatedMethodId") << QByteArray("1.3");
    QTest::newRow("1.3 by provider") << QByteArray("InvoiceId,ServiceProviderName") << QByteArray("1.3");
    QTest::newRow("1.4") << QByteArray("ServiceProviderName,InvoiceDetailId") << QByteArray("1.4");
}

void TestFocusFile::version_fromHeader_isDetected()
{
    QFETCH(QByteArray, columns);
    QFETCH(QByteArray, version);
    CollectingSink sink;
    const auto info = readText("BilledCost,BillingCurrency,ChargePeriodStart," + columns.toStdString() + "\n", sink);
    QVERIFY(info);
    QCOMPARE(QByteArray::fromStdString(info->version), version);
}

void TestFocusFile::null_words_areUnknownAmounts()
{
    const CollectingSink sink = readRows("NULL,null,USD,2024-09-01,NULL,Null\n"
                                         "\"\",  ,USD,2024-09-01,\"NULL\",\" null \"\n"
                                         "0,0.00,USD,2024-09-01,,N/A\n");
    QCOMPARE(sink.rows.size(), std::size_t{3});
    QCOMPARE(sink.unknown[static_cast<std::size_t>(CostLens::Billed)], std::uint64_t{2});
    QCOMPARE(sink.unknown[static_cast<std::size_t>(CostLens::Effective)], std::uint64_t{2});
    QCOMPARE(text(toString(sink.rows[2].cost[static_cast<std::size_t>(CostLens::Billed)].value())), QString("0"));
    QVERIFY(sink.rows[0].provider.empty());
    QVERIFY(sink.rows[1].provider.empty());
    QCOMPARE(text(sink.rows[2].provider), QString("N/A"));
    QCOMPARE(sink.rowsWith("cost-null", "BilledCost"), std::uint64_t{2});
}

void TestFocusFile::number_spellings_areExact_data()
{
    QTest::addColumn<QByteArray>("cell");
    QTest::addColumn<QString>("total");
    QTest::addColumn<bool>("decorated");
    QTest::newRow("plain") << QByteArray("12.50") << "12.5" << false;
    QTest::newRow("negative") << QByteArray("-3") << "-3" << false;
    QTest::newRow("24 decimals") << QByteArray("0.123456789012345678901234") << "0.123456789012345678901234" << false;
    QTest::newRow("exponent") << QByteArray("1.66667e-05") << "0.0000166667" << false;
    QTest::newRow("capital exponent") << QByteArray("4.7E-09") << "0.0000000047" << false;
    QTest::newRow("quoted") << QByteArray("\"0.0000004\"") << "0.0000004" << false;
    QTest::newRow("currency sign and grouping") << QByteArray("\"$10,100.00 \"") << "10100" << true;
    QTest::newRow("brackets") << QByteArray("(4.20)") << "-4.2" << true;
    QTest::newRow("plus sign") << QByteArray("+1") << "1" << true;
    QTest::newRow("38 digits") << QByteArray("12345678901234567890123456789012345678")
                               << "12345678901234567890123456789012345678" << false;
}

void TestFocusFile::number_spellings_areExact()
{
    QFETCH(QByteArray, cell);
    QFETCH(QString, total);
    QFETCH(bool, decorated);
    const CollectingSink sink = readRows(cell.toStdString() + ",0,USD,2024-09-01,,AWS\n");
    QCOMPARE(text(sink.total(CostLens::Billed)), total);
    QCOMPARE(sink.rowsWith("number-format", "BilledCost"), std::uint64_t(decorated ? 1 : 0));
}

void TestFocusFile::number_unreadable_rejectsRow()
{
    const CollectingSink sink = readRows("abc,0,USD,2024-09-01,,AWS\n"
                                         "1,123456789012345678901234567890123456789,USD,2024-09-01,,AWS\n"
                                         "1,2,USD,2024-09-01,,AWS\n");
    QCOMPARE(sink.rows.size(), std::size_t{1});
    QCOMPARE(sink.rejected.size(), std::size_t{2});
    QCOMPARE(text(sink.rejected[0].check), QString("number-invalid"));
    QVERIFY(text(sink.rejected[0].message).startsWith("BilledCost: "));
    QCOMPARE(text(sink.rejected[0].text), QString("abc,0,USD,2024-09-01,,AWS"));
    QCOMPARE(sink.rejected[0].line, std::uint64_t{2});
    QCOMPARE(text(sink.rejected[1].check), QString("number-overflow"));
    QCOMPARE(sink.rowsWith("number-invalid", "BilledCost"), std::uint64_t{1});
    QCOMPARE(sink.rowsWith("number-overflow", "EffectiveCost"), std::uint64_t{1});
}

void TestFocusFile::decimalComma_semicolonFile_isRead()
{
    CollectingSink sink;
    QVERIFY(readText("BilledCost;BillingCurrency;ChargePeriodStart\n1,234;EUR;2024-09-01\n1.000,5;EUR;2024-09-01\n"
                     "-2,0E-3;EUR;2024-09-01\n",
                     sink));
    QCOMPARE(text(sink.total(CostLens::Billed, "EUR")), QString("1001.732"));
    QVERIFY(sink.find("decimal-comma") != nullptr);
}

void TestFocusFile::decimalComma_strayPoint_isRejected()
{
    std::string csv = "BilledCost;BillingCurrency;ChargePeriodStart\n";
    for (int i = 0; i < 2100; ++i)
        csv += "1,5;EUR;2024-09-01\n";
    CollectingSink sink;
    QVERIFY(readText(csv + "4.7;EUR;2024-09-01\n", sink));
    QCOMPARE(text(sink.total(CostLens::Billed, "EUR")), QString("3150"));
    QCOMPARE(sink.rejected.size(), std::size_t{1});
    QCOMPARE(text(sink.rejected[0].check), QString("number-invalid"));
}

void TestFocusFile::date_spellings_areRead_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<QString>("instant");
    QTest::addColumn<bool>("exact");
    const auto row = [](const char* written, const char* instant, bool exact = false) {
        QTest::newRow(written) << QByteArray(written) << instant << exact;
    };
    row("2024-09-18T22:00:00Z", "2024-09-18T22:00:00Z", true);
    row("2024-09-18T22:00:00", "2024-09-18T22:00:00Z");
    row("2024-09-18 22:00:00", "2024-09-18T22:00:00Z");
    row("2024-09-18 22:00:00Z", "2024-09-18T22:00:00Z");
    row("2024-09-18 22:00:00 UTC", "2024-09-18T22:00:00Z");
    row("2024-09-18t22:00:00z", "2024-09-18T22:00:00Z");
    row("2024-09-18 22:00", "2024-09-18T22:00:00Z");
    row("2025-07-31 23:59:59.000000", "2025-07-31T23:59:59Z");
    row("2023-11-01T00:00:00.000Z", "2023-11-01T00:00:00Z");
    row("2024-09-01T00:00:00+02:00", "2024-08-31T22:00:00Z");
    row("2024-09-01T00:00:00-0730", "2024-09-01T07:30:00Z");
    row("2024-09-01T00:00:00+05", "2024-08-31T19:00:00Z");
    row("2024-02-29", "2024-02-29T00:00:00Z");
    row("2024-9-1", "2024-09-01T00:00:00Z");
    row("2024/09/01", "2024-09-01T00:00:00Z");
    row("2024-09", "2024-09-01T00:00:00Z");
    row("20240901", "2024-09-01T00:00:00Z");
    row("20240901T123000Z", "2024-09-01T12:30:00Z");
    row("9/18/2024", "2024-09-18T00:00:00Z");
    row("9/8/24", "2024-09-08T00:00:00Z");
    row("9/18/2024 5:00", "2024-09-18T05:00:00Z");
    row("9/18/2024 5:00:30 PM", "2024-09-18T17:00:30Z");
    row("9/18/2024 12:00 AM", "2024-09-18T00:00:00Z");
    row(" 2024-09-18 ", "2024-09-18T00:00:00Z");
    row("2024-09-30T24:00:00Z", "2024-10-01T00:00:00Z");
    row("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
}

void TestFocusFile::date_spellings_areRead()
{
    QFETCH(QByteArray, written);
    QFETCH(QString, instant);
    QFETCH(bool, exact);
    const auto parsed = parseInstant(written.toStdString(), DateOrder::MonthFirst);
    QVERIFY(parsed.has_value());
    QCOMPARE(text(toString(parsed->instant)), instant);
    QCOMPARE(parsed->exact, exact);
}

void TestFocusFile::date_unreadable_isNothing_data()
{
    QTest::addColumn<QByteArray>("written");
    for (const char* written : {"",
                                "yesterday",
                                "2024-02-30",
                                "2023-02-29",
                                "2024-13-01",
                                "2024-00-10",
                                "13/18/2024",
                                "2024-09-18T25:00:00Z",
                                "2023-02-01T30:00:00Z",
                                "2024-09-18T22:61:00Z",
                                "2024-09-18T22:00:00X",
                                "2024-09-18T22:00:00+99:00",
                                "9/18",
                                "9/18/024",
                                "2024-09-18T",
                                "0000-01-01",
                                "9/18/2024 13:00 PM",
                                "2024-09-18T22:00:00Zjunk",
                                "-5",
                                "202409"})
        QTest::newRow(written) << QByteArray(written);
}

void TestFocusFile::date_unreadable_isNothing()
{
    QFETCH(QByteArray, written);
    QVERIFY(!parseInstant(written.toStdString(), DateOrder::MonthFirst));
}

void TestFocusFile::dateOrder_evidence_decidesPerFile_data()
{
    QTest::addColumn<QByteArray>("dates"); // charge start and billing start per row
    QTest::addColumn<QString>("firstStart");
    QTest::addColumn<QString>("finding");
    QTest::newRow("a day above 12, month first") << QByteArray("4/2/2025,4/1/2025;4/13/2025,4/1/2025") << "2025-04-02"
                                                 << "";
    QTest::newRow("a day above 12, day first") << QByteArray("2/4/2025,1/4/2025;13/4/2025,1/4/2025") << "2025-04-02"
                                               << "";
    QTest::newRow("billing starts hint month first") << QByteArray("4/2/2025,4/1/2025") << "2025-04-02"
                                                     << "date-order-ambiguous";
    QTest::newRow("billing starts hint day first") << QByteArray("2/4/2025,1/4/2025") << "2025-04-02"
                                                   << "date-order-ambiguous";
    QTest::newRow("dots") << QByteArray("13.4.2025,1.4.2025") << "2025-04-13"
                          << "";
}

void TestFocusFile::dateOrder_evidence_decidesPerFile()
{
    QFETCH(QByteArray, dates);
    QFETCH(QString, firstStart);
    QFETCH(QString, finding);
    std::string csv = "BilledCost,BillingCurrency,ChargePeriodStart,BillingPeriodStart\n";
    for (const QByteArray& row : dates.split(';'))
        csv += "1,USD," + row.toStdString() + "\n";
    CollectingSink sink;
    QVERIFY(readText(csv, sink));
    QCOMPARE(text(toString(sink.rows[0].start.day())), firstStart);
    QCOMPARE(sink.find("date-order-ambiguous") != nullptr, !finding.isEmpty());
    QCOMPARE(sink.rejected.size(), std::size_t{0});
}

void TestFocusFile::date_missing_fallsBackOrRejects()
{
    const CollectingSink sink = readRows("1,1,USD,,2024-09-01T00:00:00Z,AWS\n"
                                         "1,1,USD,NULL,NULL,AWS\n"
                                         "1,1,USD,soon,2024-09-01T00:00:00Z,AWS\n"
                                         "1,1,USD,2024-10-05T00:00:00Z,,AWS\n");
    QCOMPARE(sink.rows.size(), std::size_t{2});
    QCOMPARE(text(toString(sink.rows[0].start)), QString("2024-09-01T00:00:00Z"));
    QVERIFY(sink.rows[1].period == Day::fromYmd(2024, 10, 1));
    QCOMPARE(sink.rejected.size(), std::size_t{2});
    QCOMPARE(text(sink.rejected[0].check), QString("date-missing"));
    QCOMPARE(text(sink.rejected[1].check), QString("date-invalid"));
    QVERIFY(text(sink.rejected[1].message).contains("ChargePeriodStart: \"soon\""));
    CollectingSink billingOnly;
    QVERIFY(readText("BilledCost,BillingCurrency,BillingPeriodStart\n1,USD,2024-09-01\n", billingOnly));
    QCOMPARE(billingOnly.rows.size(), std::size_t{1});
    QVERIFY(billingOnly.find("missing-date-column") != nullptr);
}

void TestFocusFile::billingPeriod_oddBounds_givesItsMonth_data()
{
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<QString>("month");
    const auto row = [](const char* name, const char* start, const char* end, const char* month) {
        QTest::newRow(name) << QByteArray(start) << QByteArray(end) << month;
    };
    row("half-open", "2024-08-01T00:00:00Z", "2024-09-01T00:00:00Z", "2024-08-01");
    row("last second", "2025-07-01 00:00:00", "2025-07-31 23:59:59", "2025-07-01");
    row("Pacific time", "2025-07-01 07:00:00", "2025-07-31 07:00:00", "2025-07-01");
    row("east of Greenwich", "2024-08-31T22:00:00Z", "2024-09-30T22:00:00Z", "2024-09-01");
    row("start only, east of Greenwich", "2024-08-31T23:00:00Z", "", "2024-09-01");
    row("start only, last day", "2024-08-31", "", "2024-08-01");
    row("whole year", "2024-01-01", "2025-01-01", "2024-01-01");
    row("end before start", "2023-12-10T07:24:58", "2023-12-08T00:47:16", "2023-12-01");
    row("last day as end", "9/1/2023", "9/30/2023", "2023-09-01");
    row("February", "2024-02-01", "2024-03-01", "2024-02-01");
}

void TestFocusFile::billingPeriod_oddBounds_givesItsMonth()
{
    QFETCH(QByteArray, start);
    QFETCH(QByteArray, end);
    QFETCH(QString, month);
    const auto from = parseInstant(start.toStdString(), DateOrder::MonthFirst);
    const auto to = parseInstant(end.toStdString(), DateOrder::MonthFirst);
    QVERIFY(from.has_value());
    QCOMPARE(text(toString(billingMonth(from->instant, to ? to->instant : Instant{}))), month);
}

void TestFocusFile::currency_missingOrOdd_isReported()
{
    const CollectingSink sink = readRows("1,1,,2024-09-01,,AWS\n1,1,eur,2024-09-01,,AWS\n1,1,TOKEN,2024-09-01,,AWS\n"
                                         "1,1,USD,2024-09-01,,AWS\n1,1, usd ,2024-09-01,,AWS\n");
    QCOMPARE(text(sink.total(CostLens::Billed, "XXX")), QString("1"));
    QCOMPARE(text(sink.total(CostLens::Billed, "EUR")), QString("1"));
    QCOMPARE(text(sink.total(CostLens::Billed, "USD")), QString("2"));
    QCOMPARE(text(sink.total(CostLens::Billed, "TOKEN")), QString("1"));
    QVERIFY(sink.find("currency-missing")->severity == Severity::Error);
    QCOMPARE(sink.rowsWith("currency-missing"), std::uint64_t{1});
    QCOMPARE(sink.rowsWith("currency-code"), std::uint64_t{3});
    QCOMPARE(sink.rowsWith("mixed-currencies"), std::uint64_t{3});
    CollectingSink none;
    QVERIFY(readText("BilledCost,ChargePeriodStart\n1,2024-09-01\n", none));
    QCOMPARE(text(none.rows[0].currency), QString("XXX"));
    QVERIFY(none.find("currency-missing")->severity == Severity::Error);
}

void TestFocusFile::provider_newNames_areUsed()
{
    CollectingSink sink;
    QVERIFY(readText("BilledCost,BillingCurrency,ChargePeriodStart,ServiceProviderName,InvoiceIssuerName\n"
                     "1,USD,2024-09-01,Acme,Reseller\n1,USD,2024-09-01,,Reseller\n",
                     sink));
    QCOMPARE(text(sink.rows[0].provider), QString("Acme"));
    QCOMPARE(text(sink.rows[1].provider), QString("Reseller"));
}

void TestFocusFile::row_rejected_keepsRawText()
{
    const std::string longText(70'000, 'x');
    const CollectingSink sink = readRows("1,1,USD,2024-09-01\n"
                                         "1,1,\"USD,2024-09-01,,AWS\n"
                                         "1,1,USD,2024-09-01,,\"AWS\"\n"
                                         "no,1,USD,2024-09-01,," +
                                         longText + "\n");
    QCOMPARE(sink.rows.size(), std::size_t{1});
    QCOMPARE(sink.rejected.size(), std::size_t{3});
    QCOMPARE(text(sink.rejected[0].check), QString("field-count"));
    QCOMPARE(text(sink.rejected[0].text), QString("1,1,USD,2024-09-01"));
    QCOMPARE(text(sink.rejected[1].check), QString("stray-quote"));
    QCOMPARE(sink.rejected[1].line, std::uint64_t{3});
    QCOMPARE(sink.rejected[2].text.size(), std::size_t{65536});
    QVERIFY(sink.find("field-count")->severity == Severity::Error);
    QCOMPARE(sink.find("field-count")->firstLine, std::uint64_t{2});
}

void TestFocusFile::row_blank_isSkipped()
{
    const CollectingSink sink = readRows(",,,,,\n1,1,USD,2024-09-01,,AWS\n\n,,,,,\n");
    QCOMPARE(sink.rows.size(), std::size_t{1});
    QVERIFY(sink.rejected.empty());
    QCOMPARE(sink.rowsWith("blank-row"), std::uint64_t{2});
}

void TestFocusFile::gzip_sameContent_sameRows()
{
    QTemporaryDir folder;
    const QByteArray csv = sampleRows(20'000);
    CollectingSink plain;
    CollectingSink gz;
    QVERIFY(readFocusFile(write(folder, "a.csv", csv), "a", plain, {}, {}));
    // The name does not say so: the first bytes do.
    QVERIFY(readFocusFile(write(folder, "b.csv", packed(csv)), "b", gz, {}, {}));
    QCOMPARE(gz.rows.size(), plain.rows.size());
    QCOMPARE(gz.total(CostLens::Billed), plain.total(CostLens::Billed));
    for (std::size_t i = 0; i < plain.rows.size(); ++i)
        QVERIFY(gz.rows[i].text == plain.rows[i].text && gz.rows[i].extra == plain.rows[i].extra);
}

void TestFocusFile::memoryThatEndsWhileSeveralThreadsRead_isAnError()
{
    class Starving final : public CollectingSink {
    public:
        std::unique_ptr<CostBatch> newBatch() override
        {
            if (++m_made > 5)
                throw std::bad_alloc();
            return CollectingSink::newBatch();
        }

    private:
        std::atomic<int> m_made = 0;
    };
    std::string csv = kHeader + "\n";
    for (int i = 0; i < 2000; ++i)
        csv += "1,1,USD,2026-09-01T00:00:00Z,2026-09-01T00:00:00Z,AWS\n";
    for (const unsigned threads : {1U, 2U, 4U}) {
        Starving sink;
        const auto read = caught([&]() -> Result<std::uint64_t> {
            const auto info = readText(csv, sink, threads, 2'000);
            return info ? Result<std::uint64_t>(info->rows) : Result<std::uint64_t>(info.error());
        });
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::NoMemory);
    }
}

void TestFocusFile::linesYearsAwayFromTheOthers_areAFinding_howeverTheFileIsCut()
{
    std::string csv = kHeader + "\n";
    for (int i = 0; i < 300; ++i) {
        const std::string day = i == 40    ? "1900-01-01"
                                : i == 200 ? "9999-12-30"
                                : i == 201 ? "2206-05-05"
                                : i == 202 ? "2029-12-31" // three years paid ahead
                                : i == 203 ? "2023-01-01" // a commitment dated at its purchase
                                           : "2026-09-01";
        csv += "1,1,USD," + day + "T00:00:00Z,2026-09-01T00:00:00Z,AWS\n";
    }
    for (const unsigned threads : {1U, 3U}) {
        for (const std::size_t block : {std::size_t{500}, std::size_t{100'000}}) {
            CollectingSink sink;
            QVERIFY(readText(csv, sink, threads, block));
            const auto found = std::find_if(sink.findings.begin(), sink.findings.end(),
                                            [](const Finding& one) { return one.check == "charge-period-apart"; });
            QVERIFY(found != sink.findings.end());
            QCOMPARE(found->rows, std::uint64_t{3});
            QCOMPARE(found->firstLine, std::uint64_t{42});
            QVERIFY(found->message.find("1900-01-01") != std::string::npos);
        }
    }
}

void TestFocusFile::gzip_severalMembers_readAsOne()
{
    QTemporaryDir folder;
    const QByteArray csv = sampleRows(100);
    const QByteArray bytes = packed(csv.left(700)) + packed("") + packed(csv.mid(700)) + QByteArray(512, '\0');
    CollectingSink sink;
    QVERIFY(readFocusFile(write(folder, "a.csv.gz", bytes), "a", sink, {}, {}));
    QCOMPARE(sink.rows.size(), std::size_t{100});
}

void TestFocusFile::gzip_cutOff_isAnErrorNamingTheFile()
{
    QTemporaryDir folder;
    const QByteArray bytes = packed(sampleRows(5000));
    for (const qsizetype keep : {bytes.size() - 1, bytes.size() - 8, bytes.size() / 2, qsizetype{12}}) {
        CollectingSink sink;
        const auto info = readFocusFile(write(folder, "cut.csv.gz", bytes.left(keep)), "cut.csv.gz", sink, {}, {});
        QVERIFY(!info);
        QVERIFY(info.error().code == ErrorCode::Corrupt);
        QCOMPARE(text(info.error().text()), QString("cut.csv.gz: the compressed file is cut off before its end"));
    }
}

void TestFocusFile::gzip_damaged_isAnError()
{
    QTemporaryDir folder;
    QByteArray bytes = packed(sampleRows(5000));
    bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
    CollectingSink sink;
    const auto info = readFocusFile(write(folder, "bad.csv.gz", bytes), "bad.csv.gz", sink, {}, {});
    QVERIFY(!info);
    QVERIFY(info.error().code == ErrorCode::Corrupt);
    const auto trailing =
        readFocusFile(write(folder, "tail.csv.gz", packed(sampleRows(5)) + "tail"), "tail.csv.gz", sink, {}, {});
    QVERIFY(!trailing);
}

void TestFocusFile::stop_requested_isCancelled()
{
    QTemporaryDir folder;
    const auto file = write(folder, "a.csv", sampleRows(50'000));
    std::stop_source stop;
    CollectingSink sink;
    const auto progress = [&](const FileProgress& done) {
        if (done.rows > 5000)
            stop.request_stop();
    };
    const auto info = readFocusFile(file, "a.csv", sink, progress, stop.get_token());
    QVERIFY(!info);
    QVERIFY(info.error().code == ErrorCode::Cancelled);
    QVERIFY(sink.rows.size() > 5000 && sink.rows.size() < 10'000);
    QVERIFY(sink.findings.empty());
}

void TestFocusFile::sink_failing_stopsReading()
{
    CollectingSink sink;
    sink.failAtLine = 5;
    for (const unsigned threads : {1U, 3U}) {
        const auto info = readText(sampleRows(10).toStdString(), sink, threads, 64);
        QVERIFY(!info);
        QVERIFY(info.error().code == ErrorCode::Database);
        QVERIFY(sink.rows.size() <= 3 * threads);
        QVERIFY(sink.findings.empty());
    }
    CollectingSink full;
    full.failAtBatch = 2;
    const auto info = readText(sampleRows(10).toStdString(), full, 2, 64);
    QVERIFY(!info);
    QVERIFY(info.error().code == ErrorCode::Database);
    QCOMPARE(full.batches, std::size_t{2});
}

void TestFocusFile::progress_whileReading_reachesTotal()
{
    QTemporaryDir folder;
    const QByteArray csv = sampleRows(10'000);
    FileProgress last;
    int calls = 0;
    CollectingSink sink;
    const auto progress = [&](const FileProgress& done) {
        QVERIFY(done.rows >= last.rows && done.bytes >= last.bytes);
        last = done;
        ++calls;
    };
    QVERIFY(readFocusFile(write(folder, "a.csv", csv), "a.csv", sink, progress, {}));
    QCOMPARE(last.rows, std::uint64_t{10'000});
    QCOMPARE(last.bytes, static_cast<std::uint64_t>(csv.size()));
    QCOMPARE(last.totalBytes, static_cast<std::uint64_t>(csv.size()));
    QVERIFY(calls >= 10);
}

void TestFocusFile::emptyFile_isAnError()
{
    CollectingSink sink;
    for (const char* csv : {"", "\n\n", "\xEF\xBB\xBF"}) {
        const auto info = readText(csv, sink);
        QVERIFY(!info);
        QCOMPARE(text(info.error().text()), QString("test.csv: is empty: it has no header line"));
    }
    const auto missing = readFocusFile("/nonexistent/a.csv", "a.csv", sink, {}, {});
    QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
}

void TestFocusFile::headerOnly_isReported()
{
    CollectingSink sink;
    const auto info = readText(kHeader, sink);
    QVERIFY(info);
    QCOMPARE(info->rows, std::uint64_t{0});
    QVERIFY(sink.find("no-rows") != nullptr);
}

void TestFocusFile::randomFiles_totals_matchIndependentSum()
{
    // Amounts are drawn as whole counts of 10^-12 and written in many spellings; the sum is known without parsing.
    for (unsigned seed = 1; seed <= static_cast<unsigned>(testkit::rounds(200)); ++seed) {
        std::mt19937_64 random(seed);
        const auto pick = [&](std::uint64_t below) { return random() % below; };
        std::string csv = kHeader + ",x_text\n";
        Int128 expected = 0;
        const std::uint64_t rows = pick(60);
        for (std::uint64_t i = 0; i < rows; ++i) {
            const std::int64_t value = static_cast<std::int64_t>(pick(2'000'000'000'000'000)) - 1'000'000'000'000'000;
            expected += value;
            Decimal amount{value, 12};
            std::string cell = toString(amount);
            const auto style = pick(4);
            if (style == 1)
                cell = std::to_string(value) + "E-12";
            else if (style == 2)
                cell = "\" " + cell + " \"";
            else if (style == 3)
                cell = value < 0 ? "(" + cell.substr(1) + ")" : "$" + cell;
            csv += cell + (pick(2) != 0U ? ",1e2," : ",\"100\",") + (pick(2) != 0U ? "USD" : "usd") +
                   ",2024-09-01T00:00:00Z,NULL,AWS,\"line\nfeed, \"\"quoted\"\"\"" + (pick(2) != 0U ? "\r\n" : "\n");
        }
        CollectingSink sink;
        QVERIFY(readText(csv, sink, 1 + static_cast<unsigned>(pick(3)), 1 + pick(300)));
        QVERIFY(sink.rejected.empty());
        QCOMPARE(sink.rows.size(), static_cast<std::size_t>(rows));
        DecimalSum sum;
        sum.add(Decimal{expected, 12});
        if (rows > 0)
            QCOMPARE(text(sink.total(CostLens::Billed)), text(sum.toString(0)));
        if (rows > 0)
            QCOMPARE(text(sink.total(CostLens::Effective)), QString::number(rows * 100));
    }
}

void TestFocusFile::nastyFiles_anyThreadsAndBlocks_sameOutcome()
{
    for (unsigned seed = 1; seed <= static_cast<unsigned>(testkit::rounds(300)); ++seed) {
        const std::string csv = nastyFile(seed, 40);
        CollectingSink whole;
        QVERIFY(readText(csv, whole, 1, 1 << 20));
        const std::string expected = everything(whole);
        for (unsigned threads = 1; threads <= 4; ++threads) {
            CollectingSink cut;
            QVERIFY(readText(csv, cut, threads, 1 + (seed * 37 + threads) % 2000));
            QVERIFY2(everything(cut) == expected, qPrintable(QString("seed %1, %2 threads").arg(seed).arg(threads)));
        }
    }
}

void TestFocusFile::gzipMembers_anyThreads_sameOutcome()
{
    QTemporaryDir folder;
    const QByteArray csv = QByteArray::fromStdString(nastyFile(1, testkit::rounds(20'000)));
    QByteArray bytes;
    for (qsizetype at = 0; at < csv.size(); at += 100'000)
        bytes += packed(csv.mid(at, 100'000));
    const auto file = write(folder, "a.csv.gz", bytes);
    CollectingSink whole;
    QVERIFY(readText(csv.toStdString(), whole, 1, std::size_t{1} << 24));
    whole.file = "a";
    for (const unsigned threads : {1U, 2U, 4U}) {
        CollectingSink cut;
        QVERIFY(readFocusFile(file, "test.csv", cut, {}, {}, threads));
        cut.file = "a";
        QVERIFY(everything(cut) == everything(whole));
    }
}

void TestFocusFile::manyStrayQuotes_anyThreads_sameOutcome()
{
    std::string csv = kHeader + ",x_note\n";
    const int lines = testkit::rounds(30'000);
    for (int i = 0; i < lines; ++i)
        csv +=
            std::to_string(i) + ",1,USD,2024-09-01T00:00:00Z,,AWS," + (i % 500 == 7 ? "6\" disk" : "\"disk\"") + "\n";
    CollectingSink whole;
    QVERIFY(readText(csv, whole, 1, std::size_t{1} << 24));
    QCOMPARE(whole.rejected.size(), static_cast<std::size_t>(lines / 500));
    QCOMPARE(whole.rows.size(), static_cast<std::size_t>(lines - lines / 500));
    for (const unsigned threads : {1U, 2U, 3U}) {
        CollectingSink cut;
        QVERIFY(readText(csv, cut, threads, 10'000));
        QVERIFY(everything(cut) == everything(whole));
    }
}

void TestFocusFile::batches_slowSink_staysBounded()
{
    CollectingSink sink;
    sink.takeDelay = std::chrono::milliseconds(1);
    QVERIFY(readText(sampleRows(20'000).toStdString(), sink, 3, 16'384));
    QCOMPARE(sink.rows.size(), std::size_t{20'000});
    QVERIFY(sink.batches > 50);
    QVERIFY2(sink.mostLiveBatches() <= 2 * 3 + 2 + 1, qPrintable(QString::number(sink.mostLiveBatches())));
}

void TestFocusFile::stop_whileEverythingIsSlow_isCancelled_data()
{
    QTest::addColumn<int>("addDelay");
    QTest::addColumn<int>("takeDelay");
    QTest::addColumn<int>("readDelay");
    QTest::addColumn<unsigned>("threads");
    for (const unsigned threads : {1U, 2U, 4U}) {
        const QString suffix = QString(", %1 threads").arg(threads);
        QTest::newRow(qPrintable("slow batch" + suffix)) << 1 << 0 << 0 << threads;
        QTest::newRow(qPrintable("slow sink" + suffix)) << 0 << 20 << 0 << threads;
        QTest::newRow(qPrintable("slow source" + suffix)) << 0 << 0 << 20 << threads;
    }
}

void TestFocusFile::stop_whileEverythingIsSlow_isCancelled()
{
    QFETCH(int, addDelay);
    QFETCH(int, takeDelay);
    QFETCH(int, readDelay);
    QFETCH(unsigned, threads);
    const std::string csv = sampleRows(50'000).toStdString();
    class SlowSource : public MemorySource {
    public:
        SlowSource(const std::string& text, int delay) : MemorySource("slow.csv", text), m_delay(delay) {}
        Result<std::size_t> read(std::span<char> target) override
        {
            std::this_thread::sleep_for(std::chrono::milliseconds(m_delay));
            return MemorySource::read(target.first(std::min<std::size_t>(target.size(), m_delay > 0 ? 1000 : 1 << 20)));
        }

    private:
        const int m_delay;
    };
    int opened = 0;
    const auto open = [&]() -> Result<std::unique_ptr<ByteSource>> {
        return std::unique_ptr<ByteSource>(std::make_unique<SlowSource>(csv, ++opened == 2 ? readDelay : 0));
    };
    CollectingSink sink;
    sink.addDelay = std::chrono::milliseconds(addDelay);
    sink.takeDelay = std::chrono::milliseconds(takeDelay);
    std::stop_source stop;
    std::thread stopper([&stop] {
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        stop.request_stop();
    });
    const auto info = readFocusSource(open, sink, {}, stop.get_token(), threads, 65'536);
    stopper.join();
    QVERIFY(!info);
    QVERIFY2(info.error().code == ErrorCode::Cancelled, info.error().text().c_str());
    QVERIFY(sink.rows.size() < 50'000);
    QVERIFY(sink.findings.empty());
}

void TestFocusFile::source_failsInTheMiddle_isItsError()
{
    class FailingSource : public MemorySource {
    public:
        explicit FailingSource(const std::string& text) : MemorySource("broken.csv", text) {}
        Result<std::size_t> read(std::span<char> target) override
        {
            if (consumed() > 500'000)
                return Error{ErrorCode::Io, "the disk is gone", name()};
            return MemorySource::read(target.first(std::min<std::size_t>(target.size(), 10'000)));
        }
    };
    for (const bool stray : {false, true}) {
        std::string csv = sampleRows(20'000).toStdString();
        if (stray)
            csv[csv.find(",USD", 480'000) + 2] = '"';
        const auto open = [&csv]() -> Result<std::unique_ptr<ByteSource>> {
            return std::unique_ptr<ByteSource>(std::make_unique<FailingSource>(csv));
        };
        for (const unsigned threads : {1U, 2U, 4U}) {
            CollectingSink sink;
            const auto info = readFocusSource(open, sink, {}, {}, threads, 20'000);
            QVERIFY(!info);
            QCOMPARE(text(info.error().text()), QString("broken.csv: the disk is gone"));
            QVERIFY(sink.findings.empty());
        }
    }
}

void TestFocusFile::attributes_equal_onlyForEqualCells()
{
    CollectingSink sink;
    QVERIFY(readText(
        "ProviderName,BilledCost,SkuId,ServiceName,ChargePeriodStart,ResourceId,InvoiceId,BillingCurrency,x_a\n"
        "AWS,1,s,EC2,2024-09-01,r,i,USD,1\n" // 0
        "AWS,2,s,EC2,2024-09-02,r,j,USD,2\n" // as 0: only the rest differs
        "AWS,1,s,EC2,2024-09-01,rU,i,SD,1\n" // no other field may look like this one
        "AWS,1,sE,C2,2024-09-01,r,i,USD,1\n"
        "AWSs,1,,EC2,2024-09-01,r,i,USD,1\n"
        "AWS,1,s,EC2,2024-09-01,,i,USD,1\n"
        "\"AWS\",1,s,\"EC\"\"2\",2024-09-01,r,i,USD,1\r\n"
        "\"AWS\",5,s,\"EC\"\"2\",2024-09-01,r,k,USD,7\n", // as the one before
        sink));
    QCOMPARE(sink.rows.size(), std::size_t{8});
    for (std::size_t i = 0; i < 8; ++i) {
        QVERIFY(sink.rows[i].attributes[0] != 0);
        for (std::size_t j = 0; j < i; ++j)
            QCOMPARE(sink.rows[i].attributes == sink.rows[j].attributes, (i == 1 && j == 0) || (i == 7 && j == 6));
    }
}

QTEST_APPLESS_MAIN(TestFocusFile)
#include "tst_focusfile.moc"
