#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "models/facts/dimindex.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ingest/tupleids.h"
#include "models/store/segments/factstore.h"

#include <map>

using namespace altimeter;
using namespace altimeter::store;

namespace {

/// A charge whose attributes repeat or not.
struct Charge {
    std::string service, tags, resource, note, account, invoice;
    std::int64_t cents = 0;
};

std::vector<Charge> randomCharges(QRandomGenerator& random, int count)
{
    std::vector<Charge> charges;
    for (int i = 0; i < count; ++i) {
        Charge charge;
        charge.service = "service " + std::to_string(random.bounded(300));
        charge.tags = "{\"team\":\"t" + std::to_string(random.bounded(200)) + "\"}";
        charge.resource = random.bounded(4) == 0 ? "" : "r" + std::to_string(random.bounded(2000));
        charge.note = random.bounded(3) == 0 ? "" : "note " + std::to_string(random.bounded(400));
        charge.account = "account " + std::to_string(random.bounded(3));
        charge.invoice = "invoice " + std::to_string(random.bounded(150));
        charge.cents = static_cast<std::int64_t>(random.bounded(100'000)) - 20'000;
        charges.push_back(charge);
    }
    return charges;
}

/// Delivers the charges in batches of a hundred, all of them made before the first is taken in, as readers do.
Result<ImportReport> deliver(sql::Connection& connection, const std::vector<Charge>& charges, std::size_t remembered,
                             bool withFingerprints)
{
    Ingest::Options options;
    options.source = "test";
    options.kind = "focus-csv";
    options.at = {1000};
    options.remembered = remembered;
    auto ingest = Ingest::begin(connection, options, {});
    if (!ingest)
        return ingest.error();
    const std::vector<std::string> header{"BilledCost", "x_Note"};
    const std::vector<std::string> extra{"x_Note"};
    if (auto done = (*ingest)->begin("file.csv", header, extra); !done)
        return done.error();
    std::vector<std::unique_ptr<CostBatch>> batches;
    std::uint64_t number = 1;
    for (const Charge& charge : charges) {
        if (batches.empty() || (number - 1) % 100 == 0)
            batches.push_back((*ingest)->newBatch());
        CostLine line;
        line.lineNumber = ++number;
        const auto set = [&line](Column column, const std::string& text) {
            line.text[static_cast<std::size_t>(column)] = text;
        };
        set(Column::ServiceName, charge.service);
        set(Column::Tags, charge.tags);
        set(Column::ResourceId, charge.resource);
        set(Column::BillingAccountId, charge.account);
        set(Column::InvoiceId, charge.invoice);
        const std::array<std::string_view, 1> cells{charge.note};
        line.extra = cells;
        line.cost.fill(Decimal{charge.cents, 2});
        line.chargeStart = {1'760'000'000};
        line.billingPeriod = Day::fromYmd(2025, 10, 1);
        line.currency = Currency("USD");
        line.provider = "AWS";
        if (withFingerprints) {
            const auto key = Fingerprint::of(charge.service + charge.tags + charge.resource + charge.account);
            line.attributes = {key.low, key.high};
        }
        if (auto done = batches.back()->add(line); !done)
            return done.error();
        if (batches.size() == 4 && (number - 1) % 100 == 0) {
            for (auto& batch : batches) {
                if (auto done = (*ingest)->take(std::move(batch)); !done)
                    return done.error();
            }
            batches.clear();
        }
    }
    for (auto& batch : batches) {
        if (auto done = (*ingest)->take(std::move(batch)); !done)
            return done.error();
    }
    return (*ingest)->finish();
}

using Sums = std::map<std::vector<std::string>, DecimalSum>;

Sums sumsOf(const std::vector<Charge>& charges)
{
    Sums sums;
    for (const Charge& charge : charges) {
        const std::string team = charge.tags.substr(9, charge.tags.size() - 11);
        sums[{charge.service, team, charge.resource, charge.note, charge.account, charge.invoice}].add(
            Decimal{charge.cents, 2});
    }
    return sums;
}

/// The stored lines by all their attributes, as questions see them.
Sums storedSums(const FactSet& facts)
{
    const std::vector<Dim> dims{{Dim::Kind::Service, {}},
                                {Dim::Kind::Tag, "team"},
                                {Dim::Kind::Resource, {}},
                                {Dim::Kind::Column, "x_Note"},
                                {Dim::Kind::BillingAccount, {}}};
    Sums sums;
    for (const FactSet::Part& part : facts.chunks) {
        const FactChunk& chunk = *part.chunk;
        for (std::size_t run = 0; run < chunk.runs(); ++run) {
            const auto combo = static_cast<std::uint32_t>(chunk.runCombo.at(run));
            std::vector<std::string> key;
            for (const Dim& dim : dims) {
                const auto index = dimIndexOf(facts, dim);
                key.push_back(index->value(index->valueId(*facts.dictionaries, combo)));
            }
            const auto bill = static_cast<std::uint32_t>(chunk.runBill.at(run));
            key.emplace_back(facts.dictionaries->groups[static_cast<std::size_t>(Group::Bill)].field(bill, 0));
            for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row)
                sums[key].add(Decimal{chunk.cost[0].at(row).attos(), 18});
        }
    }
    return sums;
}

} // namespace

/// More distinct attributes than are remembered: stored more than once, and every answer stays right.
class TestManyTuples : public QObject {
    Q_OBJECT

private slots:
    void beyondTheLimit_everyLineKeepsItsAttributes_data()
    {
        QTest::addColumn<int>("remembered");
        QTest::addColumn<bool>("withFingerprints");
        for (const int remembered : {0, 16, 160, 1600, 1'000'000}) {
            QTest::addRow("%d", remembered) << remembered << false;
            QTest::addRow("%d, told apart by the source", remembered) << remembered << true;
        }
    }
    void beyondTheLimit_everyLineKeepsItsAttributes()
    {
        QFETCH(int, remembered);
        QFETCH(bool, withFingerprints);
        const auto limit = static_cast<std::size_t>(remembered);
        QTemporaryDir dir;
        auto connection = createWorkspace((dir.path() + "/w.altimeter").toStdString());
        QVERIFY(connection);
        QRandomGenerator random(5);
        auto charges = randomCharges(random, 3000);
        const auto report = deliver(*connection, charges, limit, withFingerprints);
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->rowsStored, std::uint64_t{3000});
        const auto first = loadFacts(*connection, nullptr, {});
        QVERIFY2(first, first ? "" : first.error().text().c_str());
        QVERIFY(first->damage.empty());
        QVERIFY(storedSums(*first->facts) == sumsOf(charges));

        const auto again = deliver(*connection, charges, limit, !withFingerprints);
        QVERIFY(again);
        for (const PartitionReport& partition : again->partitions)
            QCOMPARE(partition.action, PartitionReport::Action::Unchanged);

        const std::string account = charges[1234].account;
        charges[1234].note = "a new note";
        const auto changed = deliver(*connection, charges, limit, withFingerprints);
        QVERIFY(changed);
        for (const PartitionReport& partition : changed->partitions)
            QCOMPARE(partition.action == PartitionReport::Action::Replaced,
                     partition.partition.billingAccount == account);
        const auto second = loadFacts(*connection, first->facts.get(), {});
        QVERIFY(second && second->damage.empty());
        QVERIFY(storedSums(*second->facts) == sumsOf(charges));
        const auto whole = loadFacts(*connection, nullptr, {});
        QVERIFY(whole && whole->damage.empty());
        QVERIFY(storedSums(*whole->facts) == sumsOf(charges));
    }
};

QTEST_GUILESS_MAIN(TestManyTuples)
#include "tst_manytuples.moc"
