#include <QtTest>

#include "models/domain/tags.h"
#include "providers/focus/conformance.h"
#include "providers/focus/jsonshape.h"
#include "providers/focus/vocabulary.h"
#include "tests/providers/collectingsink.h"
#include "tests/testkit/rounds.h"

#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <random>
#include <set>

using namespace altimeter;
using namespace altimeter::providers;
using altimeter::testing::CollectingSink;
using altimeter::testing::readText;

namespace {

using Cells = std::map<std::string, std::string>;

/// A row without fault: usage on 1 September 2024.
Cells cleanUsage()
{
    return {{"BilledCost", "2"},
            {"EffectiveCost", "2"},
            {"ListCost", "2"},
            {"ContractedCost", "2"},
            {"BillingCurrency", "USD"},
            {"BillingAccountId", "b-1"},
            {"BillingAccountName", "Main"},
            {"BillingAccountType", "Account"},
            {"BillingPeriodStart", "2024-09-01T00:00:00Z"},
            {"BillingPeriodEnd", "2024-10-01T00:00:00Z"},
            {"ChargePeriodStart", "2024-09-01T00:00:00Z"},
            {"ChargePeriodEnd", "2024-09-02T00:00:00Z"},
            {"ChargeCategory", "Usage"},
            {"ChargeClass", ""},
            {"ChargeDescription", "hours"},
            {"ChargeFrequency", "Usage-Based"},
            {"CommitmentDiscountCategory", ""},
            {"CommitmentDiscountId", ""},
            {"CommitmentDiscountName", ""},
            {"CommitmentDiscountQuantity", ""},
            {"CommitmentDiscountStatus", ""},
            {"CommitmentDiscountType", ""},
            {"CommitmentDiscountUnit", ""},
            {"ConsumedQuantity", "4"},
            {"ConsumedUnit", "Hours"},
            {"ContractApplied", ""},
            {"ContractedUnitPrice", "0.5"},
            {"InvoiceIssuerName", "AWS"},
            {"ListUnitPrice", "0.5"},
            {"PricingCategory", "Standard"},
            {"PricingQuantity", "4"},
            {"PricingUnit", "Hours"},
            {"ProviderName", "AWS"},
            {"PublisherName", "AWS"},
            {"RegionId", "eu-west-1"},
            {"RegionName", "Ireland"},
            {"ResourceId", "r-1"},
            {"ResourceType", "VM"},
            {"ServiceCategory", "Compute"},
            {"ServiceName", "EC2"},
            {"ServiceSubcategory", "Virtual Machines"},
            {"SkuId", "sku"},
            {"SkuPriceId", "sku.1"},
            {"SubAccountId", "s-1"},
            {"SubAccountName", "Shop"},
            {"SubAccountType", "Account"},
            {"Tags", "{\"team\": \"web\"}"}};
}

Cells with(Cells row, const Cells& changes)
{
    for (const auto& [column, value] : changes)
        row[column] = value;
    return row;
}

Cells committed(const Cells& changes = {})
{
    return with(with(cleanUsage(), {{"CommitmentDiscountId", "c-1"},
                                    {"CommitmentDiscountCategory", "Spend"},
                                    {"CommitmentDiscountType", "Plan"},
                                    {"CommitmentDiscountStatus", "Used"},
                                    {"CommitmentDiscountQuantity", "2"},
                                    {"CommitmentDiscountUnit", "USD"},
                                    {"PricingCategory", "Committed"},
                                    {"BilledCost", "0"}}),
                changes);
}

std::string quoted(const std::string& cell)
{
    std::string out = "\"";
    for (const char c : cell)
        out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

CollectingSink judge(const std::vector<Cells>& rows)
{
    std::string csv;
    for (const auto& [column, value] : rows.front())
        csv += (csv.empty() ? "" : ",") + column;
    for (const Cells& row : rows) {
        std::string line;
        for (const auto& [column, value] : row)
            line += (line.empty() ? "" : ",") + quoted(value);
        csv += "\n" + line;
    }
    CollectingSink sink;
    const auto info = readText(csv, sink);
    if (!info)
        qWarning("%s", info.error().text().c_str());
    return sink;
}

QString ids(const CollectingSink& sink)
{
    std::set<std::string> all;
    for (const Finding& finding : sink.findings)
        all.insert(finding.check);
    QStringList list;
    for (const auto& id : all)
        list.append(QString::fromStdString(id));
    return list.join(' ');
}

} // namespace

Q_DECLARE_METATYPE(std::vector<Cells>)

class TestConformance : public QObject {
    Q_OBJECT

private slots:
    void cleanRows_everyKind_giveNoFinding();
    void row_withFault_isFoundAndNothingElse_data();
    void row_withFault_isFoundAndNothingElse();
    void rowOfCorrection_mayLackPrice_noFinding();
    void finding_countsRowsFirstLineAndSample();
    void findings_severity_errorsFirst();
    void stretches_anyCut_sameFindings();
    void checkIds_areUnique();
    void jsonShape_text_isJudged_data();
    void jsonShape_text_isJudged();
    void encoding_notUtf8_isCounted();
    void negativeFile_faults_areFound();
    void tagsTooLong_areToldWithFileAndLine();
    void officialSample_knownFaults_areCounted();
    void vocabulary_lists_areComplete();
};

void TestConformance::cleanRows_everyKind_giveNoFinding()
{
    const Cells tax = with(cleanUsage(), {{"ChargeCategory", "Tax"},
                                          {"ChargeFrequency", "Recurring"},
                                          {"PricingCategory", ""},
                                          {"PricingQuantity", ""},
                                          {"PricingUnit", ""},
                                          {"ListUnitPrice", ""},
                                          {"ContractedUnitPrice", ""},
                                          {"ConsumedQuantity", ""},
                                          {"ConsumedUnit", ""},
                                          {"SkuId", ""},
                                          {"SkuPriceId", ""}});
    const Cells unused = committed({{"CommitmentDiscountStatus", "Unused"},
                                    {"ConsumedQuantity", ""},
                                    {"ConsumedUnit", ""},
                                    {"ResourceId", "c-1"}});
    const Cells purchase = committed({{"ChargeCategory", "Purchase"},
                                      {"ChargeFrequency", "One-Time"},
                                      {"CommitmentDiscountStatus", ""},
                                      {"PricingCategory", "Standard"},
                                      {"BilledCost", "2"},
                                      {"EffectiveCost", "0"},
                                      {"ConsumedQuantity", ""},
                                      {"ConsumedUnit", ""}});
    const Cells credit = with(cleanUsage(), {{"ChargeCategory", "Credit"},
                                             {"ChargeFrequency", "One-Time"},
                                             {"BilledCost", "-2"},
                                             {"EffectiveCost", "-2"},
                                             {"ListCost", "-2"},
                                             {"ContractedCost", "-2"},
                                             {"PricingCategory", ""},
                                             {"PricingQuantity", ""},
                                             {"PricingUnit", ""},
                                             {"ListUnitPrice", ""},
                                             {"ContractedUnitPrice", ""},
                                             {"ConsumedQuantity", ""},
                                             {"ConsumedUnit", ""}});
    const CollectingSink sink = judge({cleanUsage(), committed(), unused, purchase, tax, credit});
    QCOMPARE(sink.rows.size(), std::size_t{6});
    QCOMPARE(ids(sink), QString());
}

void TestConformance::row_withFault_isFoundAndNothingElse_data()
{
    QTest::addColumn<std::vector<Cells>>("rows");
    QTest::addColumn<QString>("expected");
    const auto usage = [](const char* name, const Cells& changes, const char* expected) {
        QTest::newRow(name) << std::vector<Cells>{with(cleanUsage(), changes)} << QString(expected);
    };
    const auto commitment = [](const char* name, const Cells& changes, const char* expected) {
        QTest::newRow(name) << std::vector<Cells>{committed(changes)} << QString(expected);
    };
    usage("8 number format", {{"ListUnitPrice", "$0.50"}}, "number-format");
    usage("7 unreadable price", {{"ListUnitPrice", "call us"}}, "price-invalid");
    usage("9 null cost", {{"BilledCost", ""}}, "cost-null");
    usage("10 date format", {{"ChargePeriodEnd", "2024-09-02"}}, "date-format");
    usage("10 unreadable end", {{"ChargePeriodEnd", "2024-09-02T30:00:00Z"}}, "date-invalid");
    usage("11 end before start", {{"ChargePeriodEnd", "2024-08-31T00:00:00Z"}}, "period-order");
    usage("11 zero length", {{"ChargePeriodEnd", "2024-09-01T00:00:00Z"}}, "period-order");
    usage("12 odd billing start", {{"BillingPeriodStart", "2024-08-31T22:00:00Z"}}, "billing-period-bounds");
    usage("12 last second", {{"BillingPeriodEnd", "2024-09-30T23:59:59Z"}}, "last-second-end");
    usage("12 last day", {{"BillingPeriodEnd", "2024-09-30T00:00:00Z"}}, "last-second-end");
    usage("13 outside", {{"ChargePeriodStart", "2024-08-15T00:00:00Z"}}, "charge-outside-billing-period");
    usage("14 currency", {{"BillingCurrency", "TOK"}}, "currency-code");
    usage("14 no currency", {{"BillingCurrency", "NULL"}}, "currency-missing");
    QTest::newRow("14 mixed") << std::vector<Cells>{cleanUsage(), with(cleanUsage(), {{"BillingCurrency", "EUR"}})}
                              << "mixed-currencies";
    usage("15 category", {{"ChargeCategory", "Rent"}, {"ConsumedQuantity", ""}, {"ConsumedUnit", ""}},
          "value-not-listed");
    usage("15 no category", {{"ChargeCategory", ""}}, "value-missing");
    usage("16 class", {{"ChargeClass", "Fix"}}, "value-not-listed");
    usage("17 frequency case", {{"ChargeFrequency", "Usage-based"}}, "value-case");
    usage("18 purchase by use", {{"ChargeCategory", "Purchase"}, {"ConsumedQuantity", ""}, {"ConsumedUnit", ""}},
          "purchase-usage-based");
    usage("19 pricing category", {{"PricingCategory", "Cheap"}}, "value-not-listed");
    usage("19 no pricing category", {{"PricingCategory", ""}}, "pricing-category-missing");
    usage("19 priced tax", {{"ChargeCategory", "Tax"}, {"ConsumedQuantity", ""}, {"ConsumedUnit", ""}}, "priced-tax");
    commitment("20 status", {{"CommitmentDiscountStatus", "Half"}}, "value-not-listed");
    commitment("21 incomplete", {{"CommitmentDiscountType", ""}}, "commitment-incomplete");
    usage("21 without id", {{"CommitmentDiscountName", "plan"}}, "commitment-without-id");
    commitment("22 no status", {{"CommitmentDiscountStatus", ""}}, "commitment-status-missing");
    commitment("23 pair", {{"CommitmentDiscountUnit", ""}}, "quantity-unit-pair");
    QTest::newRow("23 unit changes") << std::vector<Cells>{committed(), committed({{"CommitmentDiscountUnit", "EUR"}})}
                                     << "commitment-unit-changes";
    commitment("24 pricing", {{"PricingCategory", "Standard"}}, "commitment-pricing");
    commitment("25 used billed", {{"BilledCost", "2"}}, "used-commitment-cost");
    commitment("25 used free", {{"EffectiveCost", "0"}}, "used-commitment-cost");
    commitment("26 unused consumes", {{"CommitmentDiscountStatus", "Unused"}}, "unused-commitment-row");
    commitment("27 purchase effective",
               {{"ChargeCategory", "Purchase"},
                {"ChargeFrequency", "Recurring"},
                {"CommitmentDiscountStatus", ""},
                {"ConsumedQuantity", ""},
                {"ConsumedUnit", ""}},
               "commitment-purchase-effective");
    usage("29 consumed", {{"ChargeCategory", "Adjustment"}}, "consumed-on-non-usage");
    usage("30 pair", {{"PricingUnit", ""}}, "quantity-unit-pair");
    usage("31 negative price", {{"ListUnitPrice", "-0.5"}, {"ListCost", "-2"}}, "negative-price");
    usage("32 product", {{"ListUnitPrice", "0.6"}}, "price-times-quantity");
    usage("33 unknown price", {{"ListCost", "0"}, {"ListUnitPrice", "0"}}, "price-unknown");
    usage("34 no service", {{"ServiceName", " "}}, "value-missing");
    QTest::newRow("34 two categories") << std::vector<Cells>{cleanUsage(),
                                                             with(cleanUsage(),
                                                                  {{"ServiceCategory", "Storage"},
                                                                   {"ServiceSubcategory", "Block Storage"}})}
                                       << "service-two-categories";
    usage("35 category", {{"ServiceCategory", "Database"}, {"ServiceSubcategory", ""}}, "service-category");
    usage("35 subcategory", {{"ServiceSubcategory", "Block Storage"}}, "service-subcategory");
    QTest::newRow("36 two skus") << std::vector<Cells>{cleanUsage(), with(cleanUsage(), {{"SkuId", "other"}})}
                                 << "sku-price-two-skus";
    usage("36 no sku", {{"SkuId", ""}}, "sku-missing");
    usage("37 no object", {{"Tags", "team=web"}}, "json-not-object");
    usage("37 nested", {{"Tags", "{\"a\": {\"b\": 1}}"}}, "json-nested");
    usage("37 repeated key", {{"Tags", "{\"a\": 1, \"a\": 2}"}}, "json-repeated-key");
    usage("37 padded key", {{"Tags", "{\" a\": 1}"}}, "json-padded-key");
    usage("37 longest tags and one more", {{"Tags", "{\"a\": \"" + std::string(999'992, 'x') + "\"}"}},
          "tags-too-long");
    usage("38 account type", {{"BillingAccountType", ""}}, "type-missing");
    usage("38 type without id", {{"SubAccountId", ""}, {"SubAccountName", ""}}, "name-without-id");
    usage("38 name without id", {{"SubAccountId", ""}, {"SubAccountType", ""}}, "name-without-id");
    usage("39 region", {{"RegionId", ""}}, "name-without-id");
    usage("40 blank", {{"BillingAccountId", ""}, {"BillingAccountType", ""}}, "value-missing");
    usage("40 damaged id", {{"SubAccountId", "1.23457E+12"}}, "damaged-id");
    usage("41 marketplace", {{"InvoiceIssuerName", "Reseller"}}, "issuer-differs");
    usage("43 contract", {{"ContractApplied", "{\"Items\": []}"}}, "contract-shape");
}

void TestConformance::row_withFault_isFoundAndNothingElse()
{
    QFETCH(std::vector<Cells>, rows);
    QFETCH(QString, expected);
    const CollectingSink sink = judge(rows);
    QCOMPARE(sink.rows.size(), rows.size());
    QCOMPARE(ids(sink), expected);
    for (const Finding& finding : sink.findings) {
        QCOMPARE(finding.rows, std::uint64_t{1});
        QCOMPARE(finding.firstLine, static_cast<std::uint64_t>(rows.size() + 1));
        QVERIFY(!finding.message.empty());
    }
}

void TestConformance::rowOfCorrection_mayLackPrice_noFinding()
{
    const Cells correction = with(cleanUsage(), {{"ChargeClass", "Correction"},
                                                 {"PricingCategory", ""},
                                                 {"ListUnitPrice", "9"},
                                                 {"ListCost", "0"},
                                                 {"SkuId", ""},
                                                 {"SkuPriceId", ""}});
    QCOMPARE(ids(judge({correction})), QString());
}

void TestConformance::finding_countsRowsFirstLineAndSample()
{
    const Cells odd = with(cleanUsage(), {{"ChargeFrequency", "Usage-based"}});
    const Cells otherOdd = with(cleanUsage(), {{"ChargeFrequency", "usage-based"}});
    const CollectingSink sink = judge({cleanUsage(), odd, cleanUsage(), otherOdd});
    const Finding* finding = sink.find("value-case");
    QVERIFY(finding != nullptr);
    QCOMPARE(finding->rows, std::uint64_t{2});
    QCOMPARE(finding->firstLine, std::uint64_t{3});
    QCOMPARE(QString::fromStdString(finding->message),
             QString("ChargeFrequency has a listed value in another spelling, first: \"Usage-based\""));
    QCOMPARE(QString::fromStdString(finding->file), QString("test.csv"));
}

void TestConformance::findings_severity_errorsFirst()
{
    HeaderMapping mapping;
    mapping.field.fill(HeaderMapping::kAbsent);
    Conformance conformance(mapping);
    conformance.count(Check::IssuerDiffers, Column::InvoiceIssuerName, 2);
    conformance.count(Check::CostNull, Column::BilledCost, 3);
    conformance.count(Check::CurrencyMissing, Column::BillingCurrency, 4);
    ConformanceTotal total;
    total.add(conformance.take());
    const auto findings = total.findings();
    QCOMPARE(findings.size(), std::size_t{3});
    QVERIFY(findings[0].severity == Severity::Error);
    QVERIFY(findings[1].severity == Severity::Warning);
    QVERIFY(findings[2].severity == Severity::Note);
}

void TestConformance::stretches_anyCut_sameFindings()
{
    // Rows with few different attributes: judged row by row in one stretch, and once per fingerprint in many.
    std::mt19937 random(1);
    const auto pick = [&](std::size_t below) { return random() % below; };
    const auto one = [&](std::initializer_list<const char*> words) {
        return *(words.begin() + static_cast<std::ptrdiff_t>(pick(words.size())));
    };
    HeaderMapping mapping;
    for (std::size_t i = 0; i < kColumnCount; ++i)
        mapping.field[i] = static_cast<std::int32_t>(i);
    for (int round = 0; round < testkit::rounds(50); ++round) {
        Conformance slow(mapping);
        std::array<std::unique_ptr<Conformance>, 2> fast{std::make_unique<Conformance>(mapping),
                                                         std::make_unique<Conformance>(mapping)};
        ConformanceTotal whole;
        ConformanceTotal parts;
        std::map<std::string, std::uint64_t> fingerprints;
        for (std::uint64_t number = 2; number < 400; ++number) {
            CostLine line;
            line.lineNumber = number;
            const auto set = [&](Column column, const char* cell) { line.text[at(column)] = cell; };
            set(Column::BillingCurrency, one({"USD", "EUR", ""}));
            set(Column::ServiceName, one({"EC2", "S3", ""}));
            set(Column::ServiceCategory, one({"Compute", "Storage", "Odd", ""}));
            set(Column::ServiceSubcategory, one({"Virtual Machines", ""}));
            set(Column::SkuPriceId, one({"p1", "p2", ""}));
            set(Column::SkuId, one({"s1", "s2", "1.23457E+12"}));
            set(Column::CommitmentDiscountId, one({"c1", ""}));
            set(Column::CommitmentDiscountUnit, one({"USD", "Hours", ""}));
            set(Column::CommitmentDiscountStatus, one({"Used", "Unused", ""}));
            set(Column::ChargeCategory, one({"Usage", "usage", "Tax", "Purchase"}));
            set(Column::ListUnitPrice, one({"0.5", "-1", "many", ""}));
            set(Column::Tags, one({"{}", "[]", "{\"a\": {}}", ""}));
            std::string key;
            for (const auto cell : line.text)
                key.append(cell).append(1, '|');
            set(Column::InvoiceId, one({"i", "1.23457E+12"}));
            set(Column::PricingQuantity, one({"2", ""}));
            set(Column::BilledCost, "1");
            line.currency = line.text[at(Column::BillingCurrency)].empty()
                                ? Currency()
                                : Currency(line.text[at(Column::BillingCurrency)]);
            line.provider = "AWS";
            line.cost = {Decimal{static_cast<Int128>(pick(2)), 0}, Decimal{1, 0}, Decimal{5, 1}, std::nullopt};
            line.quantity[0] = Decimal{1, 0};
            line.chargeStart = Instant{static_cast<std::int64_t>(pick(3)) * 86400};
            line.chargeEnd = Instant{86400};
            const BillingPeriodBounds billing{Instant{0}, Instant{static_cast<std::int64_t>(pick(32)) * 86400}};
            slow.check(line, billing);
            const std::uint64_t fingerprint = fingerprints.emplace(key, fingerprints.size() + 1).first->second;
            line.attributes = {fingerprint % 4, fingerprint}; // many share a place
            fast[number / 7 % 2]->check(line, billing);
            if (number % 7 == 6)
                parts.add(fast[number / 7 % 2]->take());
        }
        whole.add(slow.take());
        parts.add(fast[399 / 7 % 2]->take());
        const auto expected = whole.findings();
        const auto found = parts.findings();
        QVERIFY(expected.size() > 20);
        QCOMPARE(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            QCOMPARE(QString::fromStdString(found[i].message), QString::fromStdString(expected[i].message));
            QCOMPARE(found[i].rows, expected[i].rows);
            QCOMPARE(found[i].firstLine, expected[i].firstLine);
        }
    }
}

void TestConformance::checkIds_areUnique()
{
    std::set<std::string_view> seen;
    for (int i = 0; i < static_cast<int>(Check::Count); ++i) {
        const std::string_view id = checkId(static_cast<Check>(i));
        QVERIFY(!id.empty());
        QVERIFY2(seen.insert(id).second, std::string(id).c_str());
    }
}

void TestConformance::jsonShape_text_isJudged_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("isObject");
    const auto row = [](const char* json, bool isObject) { QTest::newRow(json) << QByteArray(json) << isObject; };
    row("{}", true);
    row(" { \"a\" : \"b\\\"c\" , \"n\": -1.5e-3, \"t\": true, \"u\": null } ", true);
    row("{\"a\": [1, {\"b\": []}]}", true);
    row("", false);
    row("[]", false);
    row("{\"a\": }", false);
    row("{\"a\": b}", false);
    row("{\"a\" \"b\"}", false);
    row("{\"a\": \"b\",}", false);
    row("{\"a\": \"b\"} x", false);
    row("{\"a\": \"b", false);
    row("\"a\": \"b\"", false);
    row("{a=b}", false);
}

void TestConformance::jsonShape_text_isJudged()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, isObject);
    QCOMPARE(jsonShape(json.toStdString()).isObject, isObject);
    const std::string deep = std::string(1000, '[') + std::string(1000, ']');
    QVERIFY(!jsonShape("{\"a\": " + deep + "}").isObject);
}

void TestConformance::encoding_notUtf8_isCounted()
{
    CollectingSink sink;
    QVERIFY(readText("BilledCost,BillingCurrency,ChargePeriodStart,x_a\n1,USD,2024-09-01,caf\xC3\xA9\n"
                     "1,USD,2024-09-01,caf\xE9\n",
                     sink));
    QCOMPARE(sink.rows.size(), std::size_t{2});
    QCOMPARE(sink.rowsWith("text-encoding"), std::uint64_t{1});
    QCOMPARE(sink.find("text-encoding")->firstLine, std::uint64_t{3});
}

void TestConformance::negativeFile_faults_areFound()
{
    const std::filesystem::path shared = qgetenv("ALTIMETER_SHARED").toStdString();
    const auto path = shared / "data/focus/negative/focus-0.5-wrong-names-crlf.csv";
    if (!std::filesystem::exists(path))
        QSKIP("the shared test data is not here");
    CollectingSink sink;
    const auto info = readFocusFile(path, "negative.csv", sink, {}, {});
    QVERIFY(info);
    QCOMPARE(QString::fromStdString(info->version), QString("0.5"));
    QCOMPARE(info->rows, std::uint64_t{1000});
    QCOMPARE(info->rejected, std::uint64_t{0});
    QVERIFY(sink.totals.size() > 100);
    QVERIFY(sink.find("old-version") != nullptr);
    for (const char* name : {"InvoiceIssuer", "ChargeType", "BilledCurrency", "AmortizedCost"})
        QVERIFY2(sink.find("renamed-column", std::string("\"") + name + "\"") != nullptr, name);
    QVERIFY(sink.find("missing-column", "ListCost") != nullptr);
    QCOMPARE(sink.rowsWith("value-not-listed", "ChargeCategory"), std::uint64_t{1000});
    QCOMPARE(sink.rowsWith("period-order", "ChargePeriodEnd"), std::uint64_t{471});
    QCOMPARE(sink.rowsWith("service-category"), std::uint64_t{743});
    QVERIFY(sink.rowsWith("mixed-currencies") > 900);
    DecimalSum billed;
    for (const auto& [currency, totals] : sink.totals)
        billed.add(totals[static_cast<std::size_t>(CostLens::Billed)]);
    QCOMPARE(QString::fromStdString(billed.toString(0)), QString("504704.24"));
}

void TestConformance::tagsTooLong_areToldWithFileAndLine()
{
    const auto tags = [](std::size_t bytes) {
        return Cells{{"Tags", "{\"a\":\"" + std::string(bytes - 8, 'x') + "\"}"}};
    };
    const CollectingSink sink =
        judge({cleanUsage(), with(cleanUsage(), tags(kLongestTags)), with(cleanUsage(), tags(kLongestTags + 1))});
    const Finding* finding = sink.find("tags-too-long", "Tags");
    QVERIFY(finding);
    QCOMPARE(finding->rows, std::uint64_t{1});
    QCOMPARE(finding->firstLine, std::uint64_t{4});
    QVERIFY(!finding->file.empty());
}

void TestConformance::officialSample_knownFaults_areCounted()
{
    const std::filesystem::path shared = qgetenv("ALTIMETER_SHARED").toStdString();
    const auto path = shared / "data/focus/focus-1.0-official-sample.csv";
    if (!std::filesystem::exists(path))
        QSKIP("the shared test data is not here");
    CollectingSink sink;
    QVERIFY(readFocusFile(path, "sample.csv", sink, {}, {}));
    QCOMPARE(sink.rowsWith("cost-null", "ContractedCost"), std::uint64_t{7});
    QCOMPARE(sink.rowsWith("value-case", "ChargeFrequency"), std::uint64_t{7});
    QCOMPARE(sink.rowsWith("issuer-differs"), std::uint64_t{615});
    QCOMPARE(sink.rowsWith("price-times-quantity", "ListUnitPrice"), std::uint64_t{31});
    QCOMPARE(sink.rowsWith("date-format", "ChargePeriodStart"), std::uint64_t{1000});
    QCOMPARE(sink.rowsWith("charge-outside-billing-period"), std::uint64_t{1});
    QVERIFY(sink.find("service-two-categories", "Amazon Elastic Compute Cloud") != nullptr);
    QVERIFY(sink.find("json-padded-key", "Tags") != nullptr);
    QVERIFY(sink.find("unknown-column", "Id") != nullptr);
}

void TestConformance::vocabulary_lists_areComplete()
{
    QVERIFY(isServiceCategory("AI and Machine Learning"));
    QVERIFY(!isServiceCategory("ai and machine learning"));
    QVERIFY(isServiceSubcategory("AI and Machine Learning", "Generative AI"));
    QVERIFY(isServiceSubcategory("Mobile", "Other (Mobile)"));
    QVERIFY(!isServiceSubcategory("Mobile", "Other (Web)"));
    QVERIFY(!isServiceSubcategory("Storage", "Generative AI"));
    QVERIFY(isIsoCurrency("EUR") && isIsoCurrency("AED") && isIsoCurrency("ZWL") && !isIsoCurrency("TOK"));
    QCOMPARE(allowedValues(Column::ChargeCategory).size(), std::size_t{5});
    QVERIFY(allowedValues(Column::ServiceName).empty());
}

QTEST_APPLESS_MAIN(TestConformance)
#include "tst_conformance.moc"
