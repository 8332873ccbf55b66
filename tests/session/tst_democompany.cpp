#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/democompany.h"
#include "models/domain/focus.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

using namespace altimeter;
using namespace altimeter::session;

namespace {

using Row = std::map<std::string, std::string>;

std::string readFile(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Fields of one line; the demo's fields never hold a line break.
std::vector<std::string> splitLine(std::string_view line)
{
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
            fields.back() += line[++i];
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == ',' && !quoted)
            fields.emplace_back();
        else
            fields.back() += line[i];
    }
    return fields;
}

std::vector<Row> readRows(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::string line;
    std::getline(in, line);
    const auto header = splitLine(line);
    std::vector<Row> rows;
    while (std::getline(in, line)) {
        const auto fields = splitLine(line);
        Row row;
        for (std::size_t i = 0; i < header.size() && i < fields.size(); ++i)
            row[header[i]] = fields[i];
        row["#fields"] = fields.size() == header.size() ? "" : "wrong";
        rows.push_back(std::move(row));
    }
    return rows;
}

Decimal number(const std::string& text)
{
    const auto parsed = parseDecimal(text);
    return parsed ? parsed->value : Decimal{-999999999, 0};
}

DecimalSum sumOf(const Decimal& value)
{
    DecimalSum sum;
    sum.add(value);
    return sum;
}

/// Nearest double, for comparing sizes only.
double rough(const Decimal& value)
{
    return QString::fromStdString(toString(value)).toDouble();
}

bool isProduct(const std::string& price, const std::string& quantity, const std::string& cost)
{
    const auto a = number(price);
    const auto b = number(quantity);
    const Decimal product{a.mantissa * b.mantissa, static_cast<std::uint8_t>(a.scale + b.scale)};
    return sumOf(product) == sumOf(number(cost));
}

/// Which charges show an incident.
struct Trace {
    std::string id, column, value, subAccount;
};
const std::vector<Trace>& traces()
{
    static const std::vector<Trace> kTraces{{"nat-egress-spike", "ResourceName", "catalog-nat", "100000000103"},
                                            {"checkout-outage", "ResourceName",
                                             "carts|payment-hooks|order-events|checkout-logs|checkout-cdn",
                                             "100000000102"},
                                            {"snapshot-leak", "ResourceName", "backup-snapshots", "sub-us-data"},
                                            {"forgotten-gpu", "ResourceName", "reco-exp-0417", "100000000104"},
                                            {"debug-logging", "ResourceName", "app-api-logs", "qm-mobile"},
                                            {"model-tier", "x_Workflow", "query-rewriter", "proj_search"},
                                            {"agent-loop", "x_Workflow", "refund-resolver", "wrkspc_support"},
                                            {"cache-broken", "x_Workflow", "copy-writer", "wrkspc_reco"},
                                            {"double-reindex", "x_Workflow", "product-embeddings", "proj_catalog"}};
    return kTraces;
}

} // namespace

class TestDemoCompany : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void files_writtenTwice_haveTheSameBytes();
    void files_areOnePerProviderAndMonth();
    void files_inAFolderThatCannotBeMade_areAnError();
    void totals_equalTheIndependentRecount();
    void rows_followFocus();
    void commitments_overTheirDays_addUp();
    void amounts_reachTwelveDecimals();
    void tags_carryRealisticDirt();
    void incidents_areInTheData_data();
    void incidents_areInTheData();
    void lateCorrection_liesInALaterBillingPeriod();
    void page_tellsEveryIncidentAndTotal();

private:
    QTemporaryDir m_folder;
    std::vector<std::filesystem::path> m_files;
    std::vector<Row> m_rows;
    std::map<std::string, DemoIncident> m_incidents;
};

void TestDemoCompany::initTestCase()
{
    QVERIFY(m_folder.isValid());
    const auto files = writeDemoCompany(m_folder.path().toStdString() + "/a");
    QVERIFY(files.ok());
    m_files = *files;
    for (const auto& file : m_files)
        for (auto& row : readRows(file))
            m_rows.push_back(std::move(row));
    for (auto& incident : demoIncidents())
        m_incidents.emplace(incident.id, incident);
}

void TestDemoCompany::files_writtenTwice_haveTheSameBytes()
{
    std::vector<std::filesystem::path> again = m_files;
    if (testkit::sanitizerShare() == 1) { // there the hash alone says it
        const auto written = writeDemoCompany(m_folder.path().toStdString() + "/b");
        QVERIFY(written.ok());
        again = *written;
    }
    QCOMPARE(again.size(), m_files.size());
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        const auto text = readFile(m_files[i]);
        QVERIFY(text == readFile(again[i]));
        hash.addData(m_files[i].filename().string().c_str());
        hash.addData(QByteArray::fromStdString(text));
    }
    // The same on every machine. Whoever changes the company on purpose runs tests/data/recount.py again as well.
    QCOMPARE(hash.result().toHex(), QByteArray("3c41f0d50bb0d623566d67fb5b17325ce0502008313ce52bdecec3a4170ef3e3"));
}

void TestDemoCompany::files_areOnePerProviderAndMonth()
{
    QCOMPARE(m_files.size(), std::size_t(65));
    QVERIFY(std::is_sorted(m_files.begin(), m_files.end()));
    QCOMPARE(m_files.front().filename().string(), std::string("anthropic-2025-11.csv"));
    QVERIFY(m_rows.size() > 60'000 && m_rows.size() < 90'000);
    std::string first = "9999", last;
    for (const auto& row : m_rows) {
        first = std::min(first, row.at("ChargePeriodStart"));
        last = std::max(last, row.at("ChargePeriodStart"));
        QCOMPARE(row.at("#fields"), std::string());
    }
    QCOMPARE(first, std::string("2025-11-01T00:00:00Z"));
    QCOMPARE(last, std::string("2026-11-19T00:00:00Z"));
}

void TestDemoCompany::files_inAFolderThatCannotBeMade_areAnError()
{
    const auto blocked = m_folder.path().toStdString() + "/file";
    std::ofstream(blocked) << "not a folder";
    const auto files = writeDemoCompany(blocked + "/inside");
    QVERIFY(!files.ok());
    QVERIFY(files.error().code == ErrorCode::Io);
}

void TestDemoCompany::totals_equalTheIndependentRecount()
{
    using Key = std::vector<std::string>;
    const std::map<std::string, std::string> lenses{{"billed", "BilledCost"},
                                                    {"effective", "EffectiveCost"},
                                                    {"list", "ListCost"},
                                                    {"contracted", "ContractedCost"}};
    std::map<Key, std::pair<std::uint64_t, DecimalSum>> counted;
    for (const auto& row : m_rows)
        for (const auto& [lens, column] : lenses) {
            auto& entry = counted[{row.at("ProviderName"), row.at("BillingAccountId"),
                                   row.at("BillingPeriodStart").substr(0, 10), row.at("BillingCurrency"), lens}];
            ++entry.first;
            entry.second.add(number(row.at(column)));
        }
    const auto known = readRows(std::string(ALTIMETER_SOURCE_DIR) + "/tests/data/demo-totals.csv");
    QCOMPARE(known.size(), counted.size());
    for (const auto& row : known) {
        const auto found = counted.find({row.at("provider"), row.at("billing_account"), row.at("billing_period"),
                                         row.at("currency"), row.at("lens")});
        QVERIFY(found != counted.end());
        QCOMPARE(std::to_string(found->second.first), row.at("rows"));
        QCOMPARE(found->second.second.toString(0), row.at("amount"));
    }
}

void TestDemoCompany::rows_followFocus()
{
    const std::set<std::string> categories{"Usage", "Purchase", "Tax", "Credit"};
    std::map<std::string, std::string> categoryOfService;
    const auto at = [](const Row& row, const char* key) {
        const auto it = row.find(key);
        return it == row.end() ? std::string() : it->second;
    };
    for (const auto& row : m_rows) {
        const auto category = at(row, "ChargeCategory");
        QVERIFY(categories.contains(category));
        for (const char* key :
             {"BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "BillingAccountId", "ServiceName",
              "ServiceCategory", "ProviderName", "PublisherName", "InvoiceIssuerName", "ChargePeriodEnd"})
            QVERIFY2(!at(row, key).empty(), key);
        QVERIFY(at(row, "ChargePeriodStart") < at(row, "ChargePeriodEnd"));
        QVERIFY(at(row, "BillingPeriodStart") < at(row, "BillingPeriodEnd"));
        QCOMPARE(at(row, "InvoiceId").empty(), at(row, "BillingPeriodStart") == "2026-11-01T00:00:00Z");
        const bool isCorrection = at(row, "ChargeClass") == "Correction";
        QCOMPARE(at(row, "ChargePeriodStart") < at(row, "BillingPeriodStart"), isCorrection);
        QCOMPARE(at(row, "SubAccountId").empty(), at(row, "SubAccountType").empty());
        QCOMPARE(at(row, "SubAccountId").empty(), at(row, "SubAccountName").empty());
        QCOMPARE(at(row, "PricingQuantity").empty(), at(row, "PricingUnit").empty());
        QCOMPARE(at(row, "ConsumedQuantity").empty(), at(row, "ConsumedUnit").empty());
        const auto known = categoryOfService.emplace(at(row, "ServiceName"), at(row, "ServiceCategory"));
        QCOMPARE(known.first->second, at(row, "ServiceCategory"));
        if (category == "Purchase")
            QVERIFY(at(row, "ChargeFrequency") != "Usage-Based");
        if (category == "Tax" || category == "Credit" || isCorrection) {
            QVERIFY(at(row, "ListUnitPrice").empty() && at(row, "PricingCategory").empty());
        } else {
            QVERIFY(isProduct(at(row, "ListUnitPrice"), at(row, "PricingQuantity"), at(row, "ListCost")));
            QVERIFY(isProduct(at(row, "ContractedUnitPrice"), at(row, "PricingQuantity"), at(row, "ContractedCost")));
            QVERIFY(!at(row, "SkuId").empty());
        }
        if (const auto status = at(row, "CommitmentDiscountStatus"); !status.empty()) {
            QCOMPARE(at(row, "BilledCost"), std::string("0"));
            QCOMPARE(at(row, "PricingCategory"), std::string("Committed"));
            QVERIFY(!number(at(row, "EffectiveCost")).isZero());
            QCOMPARE(at(row, "ConsumedQuantity").empty(), status == "Unused");
        } else if (!at(row, "CommitmentDiscountId").empty()) {
            QCOMPARE(category, std::string("Purchase"));
            QCOMPARE(at(row, "EffectiveCost"), std::string("0"));
        }
        if (const auto tags = at(row, "Tags"); !tags.empty())
            QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(tags)).isObject());
    }
}

void TestDemoCompany::commitments_overTheirDays_addUp()
{
    std::map<std::string, DecimalSum> open;
    std::map<std::string, std::set<std::string>> kinds;
    for (const auto& row : m_rows) {
        const auto id = row.find("CommitmentDiscountId");
        if (id == row.end() || id->second.empty())
            continue;
        open[id->second].add(number(row.at("BilledCost")));
        open[id->second].subtract(sumOf(number(row.at("EffectiveCost"))));
        kinds[id->second].insert(row.at("CommitmentDiscountStatus"));
    }
    // Whole terms, and the fee that is charged day by day, leave nothing.
    QVERIFY(open.at("sp-quillmere-2025").isZero());
    QVERIFY(open.at("ri-databases-2025").isZero());
    QVERIFY(open.at("cud-n2-2025").isZero());
    // Begun in November 2026: 346 of 365 days and 11 of 30 days are still to come.
    QCOMPARE(open.at("sp-quillmere-2026").toString(2), std::string("363300.00"));
    QCOMPARE(open.at("ri-databases-2026").toString(2), std::string("2471.04"));
    for (const char* id : {"sp-quillmere-2025", "ri-databases-2025", "cud-n2-2025"})
        QCOMPARE(kinds.at(id), (std::set<std::string>{"", "Used", "Unused"}));
}

void TestDemoCompany::amounts_reachTwelveDecimals()
{
    std::size_t deepest = 0;
    bool isBatchSeen = false, isEuroSeen = false;
    std::set<std::string> tokenClasses;
    for (const auto& row : m_rows) {
        isEuroSeen |= row.at("BillingCurrency") == "EUR";
        const auto model = row.find("x_Model");
        if (model == row.end() || model->second.empty())
            continue;
        deepest = std::max(deepest, row.at("EffectiveCost").size() - 1 - row.at("EffectiveCost").find('.'));
        isBatchSeen |= row.at("x_ServiceTier") == "batch";
        tokenClasses.insert(row.at("x_TokenClass"));
        QCOMPARE(row.at("ConsumedUnit"), std::string("Tokens"));
    }
    QVERIFY(deepest >= 12);
    QVERIFY(isBatchSeen && isEuroSeen);
    QCOMPARE(tokenClasses, (std::set<std::string>{"input", "cached", "cache write", "output"}));
}

void TestDemoCompany::tags_carryRealisticDirt()
{
    std::set<std::string> keys;
    std::size_t withoutTags = 0;
    for (const auto& row : m_rows) {
        const auto tags = QJsonDocument::fromJson(QByteArray::fromStdString(row.at("Tags"))).object();
        withoutTags += tags.isEmpty();
        for (const auto& key : tags.keys())
            keys.insert(key.toStdString());
    }
    for (const char* key : {"team", "Team", "TEAM", " team", "env", "Env", "environment", "use_case", "UseCase"})
        QVERIFY2(keys.contains(key), key);
    QVERIFY(withoutTags > 0);
}

void TestDemoCompany::incidents_areInTheData_data()
{
    QTest::addColumn<int>("trace");
    for (std::size_t i = 0; i < traces().size(); ++i)
        QTest::newRow(traces()[i].id.c_str()) << int(i);
}

/// What the days cost beyond the four weeks before must be what the generator says the incident cost.
void TestDemoCompany::incidents_areInTheData()
{
    QFETCH(int, trace);
    const auto& [id, column, value, subAccount] = traces()[static_cast<std::size_t>(trace)];
    const auto& incident = m_incidents.at(id);
    const auto names = QString::fromStdString(value).split('|');
    DecimalSum during, before;
    for (const auto& row : m_rows) {
        const auto cell = row.find(column);
        if (cell == row.end() || row.at("SubAccountId") != subAccount ||
            !names.contains(QString::fromStdString(cell->second)))
            continue;
        QCOMPARE(row.at("ProviderName"), incident.provider);
        const auto day = parseDay(row.at("ChargePeriodStart").substr(0, 10));
        QVERIFY(day.ok());
        if (incident.days.contains(*day))
            during.add(number(row.at("EffectiveCost")));
        else if (DateRange{incident.days.from - 28, incident.days.from}.contains(*day))
            before.add(number(row.at("EffectiveCost")));
    }
    const double expected = rough(incident.effect);
    const double seen = QString::fromStdString(during.toString()).toDouble() -
                        QString::fromStdString(before.toString()).toDouble() * incident.days.days() / 28;
    QVERIFY(std::abs(expected) > 100);
    QVERIFY2(std::abs(seen - expected) < 0.2 * std::abs(expected),
             qPrintable(QString("seen %1, expected %2").arg(seen).arg(expected)));
    QCOMPARE(expected < 0, incident.kind == "drop");
}

void TestDemoCompany::lateCorrection_liesInALaterBillingPeriod()
{
    const auto& incident = m_incidents.at("late-correction");
    int found = 0;
    for (const auto& row : m_rows) {
        if (row.at("ChargeClass") != "Correction" || row.at("ProviderName") != "AWS")
            continue;
        ++found;
        QCOMPARE(row.at("BillingPeriodStart"), std::string("2026-10-01T00:00:00Z"));
        QCOMPARE(row.at("ChargePeriodStart").substr(0, 10), toString(incident.days.from));
        QVERIFY(sumOf(number(row.at("BilledCost"))) == sumOf(incident.effect));
    }
    QCOMPARE(found, 1);
}

void TestDemoCompany::page_tellsEveryIncidentAndTotal()
{
    const auto page = readFile(std::string(ALTIMETER_SOURCE_DIR) + "/resources/docs/demo-company.md");
    for (const auto& [id, incident] : m_incidents) {
        QVERIFY2(page.find('`' + id + '`') != std::string::npos, id.c_str());
        QVERIFY2(page.find(toString(incident.effect)) != std::string::npos, id.c_str());
        QVERIFY2(page.find(toString(incident.days.from)) != std::string::npos, id.c_str());
    }
    std::map<std::string, DecimalSum> totals;
    for (const auto& row : m_rows)
        for (const char* column : {"BilledCost", "EffectiveCost", "ListCost", "ContractedCost"})
            totals[row.at("BillingCurrency") + column].add(number(row.at(column)));
    for (const auto& [name, total] : totals)
        QVERIFY2(page.find(total.toString(0)) != std::string::npos, (name + ' ' + total.toString(0)).c_str());
}

QTEST_APPLESS_MAIN(TestDemoCompany)
#include "tst_democompany.moc"
