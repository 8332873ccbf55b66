#include "app/session/events/aiproviders.h"
#include "app/session/events/eventimport.h"
#include "app/session/events/rollups.h"
#include "app/session/events/runs.h"
#include "models/store/events/eventaccounts.h"
#include "models/store/events/eventdays.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/sql/seal.h"
#include "tests/testkit/rounds.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <map>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace altimeter;
using testkit::rounds;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// "2026-11-30T23:59:59Z" as nanoseconds.
std::int64_t at(const char* text)
{
    const auto time = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODate);
    return time.toSecsSinceEpoch() * kSecond;
}

Instant instantOf(const char* day)
{
    return {at((std::string(day) + "T00:00:00Z").c_str()) / kSecond};
}

PriceRow price(const char* provider, const char* model, const char* item, const char* perMillion,
               const char* from = nullptr, const char* to = nullptr)
{
    PriceRow row;
    row.provider = provider;
    row.model = model;
    row.item = item;
    row.unit = "token";
    row.per = 1'000'000;
    row.price = parseDecimal(perMillion)->value;
    row.currency = Currency("USD");
    if (from)
        row.validFrom = instantOf(from);
    if (to)
        row.validTo = instantOf(to);
    row.source = "test";
    return row;
}

session::RollupTerms termsOf(std::vector<PriceRow> rows, const char* mark = "1")
{
    PriceList list;
    list.rows = std::move(rows);
    auto book = PriceBook::make(std::move(list));
    if (!book)
        qFatal("%s", book.error().text().c_str());
    return {book.take(), mark};
}

session::RollupTerms plainTerms(const char* mark = "1", const char* input = "3")
{
    return termsOf({price("openai", "gpt-x", "input", input), price("openai", "gpt-x", "output", "15"),
                    price("openai", "gpt-x", "cache_read", "0.3"), price("anthropic", "claude-x", "input", "5"),
                    price("anthropic", "claude-x", "output", "25")},
                   mark);
}

CostEvent call(const char* when, const char* id, std::uint64_t input, std::uint64_t output = 0)
{
    CostEvent e;
    e.startNanos = at(when);
    e.durationNanos = 1'500'000'000;
    e.id = id;
    e.run = "run-1";
    e.provider = "openai";
    e.modelAnswered = "gpt-x";
    e.operation = EventOperation::Chat;
    e.status = EventStatus::Ok;
    e.usage[UsageClass::Input] = input;
    e.usage[UsageClass::Output] = output;
    return e;
}

/// A workspace that takes events and bills.
class EventWorld {
public:
    EventWorld() { m_db = store::createWorkspace((m_folder.path() + "/w.altimeter").toStdString()).take(); }
    session::RollupTerms terms = plainTerms();

    Result<session::EventImportReport> tryImport(const std::vector<std::vector<CostEvent>>& files,
                                                 const std::string& source = "agents", bool dryRun = false)
    {
        std::vector<session::EventFile> all;
        for (std::size_t i = 0; i < files.size(); ++i)
            all.push_back({"f" + std::to_string(i), [&files, i](session::EventFeed& feed) -> Result<std::string> {
                               for (const CostEvent& event : files[i]) {
                                   if (auto done = feed.event(event); !done)
                                       return done.error();
                               }
                               return std::string("jsonl");
                           }});
        auto report = session::importEvents(m_db, all, {source, dryRun, {1'800'000'000}}, terms, {});
        if (report && !dryRun)
            renew();
        return report;
    }
    session::EventImportReport import(const std::vector<std::vector<CostEvent>>& files,
                                      const std::string& source = "agents")
    {
        auto report = tryImport(files, source);
        if (!report)
            qFatal("%s", report.error().text().c_str());
        return report.take();
    }
    void renew()
    {
        const auto done = session::renewEventCharges(m_db, {1'800'000'000}, terms, {});
        if (!done)
            qFatal("%s", done.error().text().c_str());
    }
    /// A bill of one charge, or of none: it goes.
    void bill(const char* provider, const char* day, const char* amount)
    {
        store::Ingest::Options options;
        options.source = "bill";
        options.kind = "focus-csv";
        options.at = {1'800'000'000};
        options.replace = true;
        const Day on = parseDay(day).take();
        options.byDay = true;
        options.covered = options.proven = {{on, on + 1}};
        auto ingest = store::Ingest::begin(m_db, options, {});
        (void)(*ingest)->begin("bill.csv", std::vector<std::string>{"BilledCost"}, {});
        if (amount) {
            CostLine line;
            line.lineNumber = 2;
            line.provider = provider;
            line.text[static_cast<std::size_t>(Column::ProviderName)] = provider;
            line.cost[static_cast<std::size_t>(CostLens::Billed)] = parseDecimal(amount)->value;
            line.cost[static_cast<std::size_t>(CostLens::Effective)] = parseDecimal(amount)->value;
            line.chargeStart = {std::int64_t{on.number} * 86'400};
            line.chargeEnd = {std::int64_t{on.number + 1} * 86'400};
            line.billingPeriod = on.firstOfMonth();
            line.currency = Currency("USD");
            auto batch = (*ingest)->newBatch();
            (void)batch->add(line);
            (void)(*ingest)->take(std::move(batch));
        }
        if (const auto done = (*ingest)->finish(); !done)
            qFatal("%s", done.error().text().c_str());
        ingest->reset();
        renew();
    }
    struct BillLine {
        const char *start, *end; ///< days; the end is outside
        const char* amount;
        const char* service = "";
        const char* category = "Usage";
        const char* list = nullptr; ///< listed and contracted; none: not stated
    };
    /// A file of a month's charges.
    void billOf(const char* provider, const std::vector<BillLine>& lines, const char* source = "bill")
    {
        store::Ingest::Options options;
        options.source = source;
        options.kind = "focus-csv";
        options.at = {1'800'000'000};
        options.replace = true;
        auto ingest = store::Ingest::begin(m_db, options, {});
        (void)(*ingest)->begin("bill.csv", std::vector<std::string>{"BilledCost"}, {});
        auto batch = (*ingest)->newBatch();
        std::uint64_t number = 1;
        for (const BillLine& one : lines) {
            CostLine line;
            line.lineNumber = ++number;
            line.provider = provider;
            const auto put = [&line](Column column, const char* text) {
                line.text[static_cast<std::size_t>(column)] = text;
            };
            put(Column::ProviderName, provider);
            put(Column::ServiceCategory, one.service);
            put(Column::ChargeCategory, one.category);
            for (const CostLens lens : {CostLens::Billed, CostLens::Effective})
                line.cost[static_cast<std::size_t>(lens)] = parseDecimal(one.amount)->value;
            for (const CostLens lens : {CostLens::List, CostLens::Contracted}) {
                if (one.list)
                    line.cost[static_cast<std::size_t>(lens)] = parseDecimal(one.list)->value;
            }
            line.chargeStart = instantOf(one.start);
            line.chargeEnd = instantOf(one.end);
            line.billingPeriod = parseDay(one.start)->firstOfMonth();
            line.currency = Currency("USD");
            (void)batch->add(line);
        }
        (void)(*ingest)->take(std::move(batch));
        if (const auto done = (*ingest)->finish(); !done)
            qFatal("%s", done.error().text().c_str());
        ingest->reset();
        renew();
    }
    QStringList rows(const char* query)
    {
        auto statement = m_db.prepare(query);
        if (!statement)
            qFatal("%s", statement.error().text().c_str());
        QStringList all;
        (void)statement->each([&]() -> Status {
            all << QString::fromStdString(statement->text(0));
            return {};
        });
        return all;
    }
    /// The charges of events by what they say: content, sums and days of each partition.
    QStringList charges()
    {
        return rows(
            "SELECT s.name || ' ' || p.provider || ' ' || p.currency || ' ' || p.slice || ' ' || p.rows || ' ' || "
            "p.fingerprint || ' ' || p.billed_cost || ' ' || p.effective_cost || ' ' || p.list_cost || ' ' || "
            "p.contracted_cost || ' ' || p.list_unknown FROM partition p JOIN source s ON s.id=p.source_id WHERE "
            "s.kind='ai-events' ORDER BY 1");
    }
    /// "2026-11-30 list/billed" of each day with charges of events.
    QStringList days()
    {
        QStringList all =
            rows("SELECT slice || ' ' || list_cost || '/' || billed_cost FROM partition p JOIN source s ON "
                 "s.id=p.source_id WHERE s.kind='ai-events' ORDER BY s.name, slice, provider, currency");
        for (QString& one : all) {
            const auto parts = one.split(' ');
            QStringList amounts;
            for (const QString& amount : parts[1].split('/'))
                amounts << shortened(amount);
            one = QString::fromStdString(toString(Day{parts[0].toInt()})) + ' ' + amounts.join('/');
        }
        return all;
    }
    static QString shortened(QString amount)
    {
        while (amount.contains('.') && (amount.endsWith('0') || amount.endsWith('.')))
            amount.chop(1);
        return amount;
    }
    QList<RunRow> runs(const CostQuery& query = {})
    {
        const auto found = session::runsOf(m_db, terms, {query, 0}, {});
        if (!found)
            qFatal("%s", found.error().text().c_str());
        return {found->rows.begin(), found->rows.end()};
    }
    store::sql::Connection& db() { return m_db; }

private:
    QTemporaryDir m_folder;
    store::sql::Connection m_db;
};

QString text(const DecimalSum& sum)
{
    return QString::fromStdString(sum.toString(0));
}

} // namespace

/// Charges that follow from AI events.
class TestEventCharges : public QObject {
    Q_OBJECT

private slots:
    void call_isChargedByClass_atThePriceValidThen()
    {
        EventWorld world;
        const auto report = world.import({{call("2026-11-19T10:00:00Z", "a", 1'000'000, 100'000)}});
        QCOMPARE(report.files.front().stored, std::uint64_t(1));
        QCOMPARE(text(report.files.front().metered.at(Currency("USD"))), QString("4.5"));
        QCOMPARE(world.days(), QStringList{"2026-11-19 4.5/4.5"});
        QCOMPARE(world.rows("SELECT rows FROM partition"), QStringList{"2"});
    }

    void price_thatChangesWithinTheDay_makesTwoLines()
    {
        EventWorld world;
        PriceRow before = price("openai", "gpt-x", "input", "3"), after = price("openai", "gpt-x", "input", "1");
        before.validTo = after.validFrom = {at("2026-11-19T12:00:00Z") / kSecond};
        world.terms = termsOf({before, after});
        world.import({{call("2026-11-19T11:59:59Z", "a", 1'000'000), call("2026-11-19T12:00:00Z", "b", 1'000'000)}});
        QCOMPARE(world.days(), QStringList{"2026-11-19 4/4"});
        QCOMPARE(world.rows("SELECT rows FROM partition"), QStringList{"2"});
    }

    void unpriced_isUnknownAndNotZero()
    {
        EventWorld world;
        CostEvent unknown = call("2026-11-19T10:00:00Z", "a", 500);
        unknown.modelAnswered = "nobody-knows";
        const auto report = world.import({{unknown, call("2026-11-19T11:00:00Z", "b", 1'000'000)}});
        QCOMPARE(report.files.front().unpriced, std::uint64_t(1));
        QCOMPARE(world.rows("SELECT list_unknown || ' ' || billed_unknown || ' ' || rows FROM partition"),
                 QStringList{"1 1 2"});
        const auto runs = world.runs();
        QCOMPARE(runs.size(), 1);
        QCOMPARE(runs.front().unpriced, std::uint64_t(1));
        QCOMPARE(text(runs.front().cost), QString("3"));
        // a price comes: history prices itself
        world.terms =
            termsOf({price("openai", "gpt-x", "input", "3"), price("openai", "nobody-knows", "input", "10")}, "2");
        world.renew();
        QCOMPARE(world.days(), QStringList{"2026-11-19 3.005/3.005"});
        QCOMPARE(world.rows("SELECT sum(list_unknown) FROM partition"), QStringList{"0"});
    }

    void bill_thatComes_countsAlone_andGoes()
    {
        EventWorld world;
        world.import({{call("2026-11-18T10:00:00Z", "a", 1'000'000), call("2026-11-19T10:00:00Z", "b", 2'000'000)}});
        QCOMPARE(world.days(), (QStringList{"2026-11-18 3/3", "2026-11-19 6/6"}));
        world.bill("OpenAI", "2026-11-19", "5.50");
        QCOMPARE(world.days(), (QStringList{"2026-11-18 3/3", "2026-11-19 6/0"}));
        world.bill("AWS", "2026-11-18", "70");
        QCOMPARE(world.days(), (QStringList{"2026-11-18 3/3", "2026-11-19 6/0"}));
        world.bill("OpenAI", "2026-11-19", nullptr);
        QCOMPARE(world.days(), (QStringList{"2026-11-18 3/3", "2026-11-19 6/6"}));
        // nothing was told to be final
        QCOMPARE(world.rows("SELECT count(*) FROM restatement WHERE was_final<>0 AND source_id=(SELECT id FROM source "
                            "WHERE kind='ai-events')"),
                 QStringList{"0"});
    }

    void bill_beforeTheEvents_countsAloneToo()
    {
        EventWorld world;
        world.bill("openai", "2026-11-19", "5.50"); // however it is spelled
        world.import({{call("2026-11-19T10:00:00Z", "b", 2'000'000)}});
        QCOMPARE(world.days(), QStringList{"2026-11-19 6/0"});
    }

    void bill_ofManyDays_countsOnEachOfThem()
    {
        EventWorld world;
        world.import({{call("2026-09-30T23:00:00Z", "a", 1'000'000), call("2026-10-01T10:00:00Z", "b", 1'000'000),
                       call("2026-10-17T10:00:00Z", "c", 2'000'000), call("2026-10-31T23:59:59Z", "d", 1'000'000),
                       call("2026-11-01T00:00:00Z", "e", 1'000'000)}});
        world.billOf("OpenAI", {{"2026-10-01", "2026-11-01", "11"}});
        QCOMPARE(world.days(), (QStringList{"2026-09-30 3/3", "2026-10-01 3/0", "2026-10-17 6/0", "2026-10-31 3/0",
                                            "2026-11-01 3/3"}));
        // a bill that has a hole leaves its days to the estimate
        world.billOf("OpenAI", {{"2026-10-01", "2026-10-02", "3"}, {"2026-10-30", "2026-11-01", "3"}});
        QCOMPARE(world.days(), (QStringList{"2026-09-30 3/3", "2026-10-01 3/0", "2026-10-17 6/6", "2026-10-31 3/0",
                                            "2026-11-01 3/3"}));
    }

    void bill_thatIsOfSomethingElse_leavesTheEstimate_data()
    {
        QTest::addColumn<QString>("biller");
        QTest::addColumn<QString>("service");
        QTest::addColumn<QString>("category");
        QTest::addColumn<bool>("counts");
        QTest::newRow("a virtual machine") << "AWS"
                                           << "Compute"
                                           << "Usage" << false;
        QTest::newRow("no category of a large seller") << "AWS"
                                                       << ""
                                                       << "Usage" << false;
        QTest::newRow("models") << "AWS"
                                << "AI and Machine Learning"
                                << "Usage" << true;
        QTest::newRow("models, no kind of charge") << "Amazon Web Services, Inc."
                                                   << "AI and Machine Learning"
                                                   << "" << true;
        QTest::newRow("tax on models") << "AWS"
                                       << "AI and Machine Learning"
                                       << "Tax" << false;
        QTest::newRow("tax") << "OpenAI"
                             << ""
                             << "Tax" << false;
        QTest::newRow("credit") << "OpenAI"
                                << "AI and Machine Learning"
                                << "Credit" << false;
        QTest::newRow("paid before") << "OpenAI"
                                     << "AI and Machine Learning"
                                     << "Purchase" << false;
        QTest::newRow("who sells nothing else") << "OpenAI"
                                                << ""
                                                << "Usage" << true;
        QTest::newRow("spelled as a company") << "OpenAI, LLC"
                                              << ""
                                              << "Usage" << true;
        QTest::newRow("spelled as another one") << "OPENAI OPCO, L.L.C."
                                                << ""
                                                << "Usage" << true;
        QTest::newRow("another seller") << "Anthropic"
                                        << "AI and Machine Learning"
                                        << "Usage" << false;
    }
    void bill_thatIsOfSomethingElse_leavesTheEstimate()
    {
        QFETCH(QString, biller);
        QFETCH(QString, service);
        QFETCH(QString, category);
        QFETCH(bool, counts);
        EventWorld world;
        CostEvent e = call("2026-11-19T10:00:00Z", "a", 2'000'000);
        if (biller.startsWith('A') && biller != "Anthropic") {
            e.provider = "aws-bedrock";
            world.terms = termsOf({price("aws-bedrock", "gpt-x", "input", "3")});
        }
        world.import({{e}});
        const std::string name = biller.toStdString(), of = service.toStdString(), kind = category.toStdString();
        world.billOf(name.c_str(), {{"2026-11-19", "2026-11-20", "5.50", of.c_str(), kind.c_str()}});
        QCOMPARE(world.days(), QStringList{counts ? "2026-11-19 6/0" : "2026-11-19 6/6"});
    }

    void bill_ofTheDaysAround_leavesTheDayBetween()
    {
        EventWorld world;
        world.import({{call("2026-11-19T10:00:00Z", "a", 2'000'000)}});
        world.billOf("OpenAI", {{"2026-11-18", "2026-11-19", "5"}, {"2026-11-20", "2026-11-21", "5"}});
        QCOMPARE(world.days(), QStringList{"2026-11-19 6/6"});
        // other charges of the very day do not make it a bill of models
        world.billOf("OpenAI", {{"2026-11-18", "2026-11-19", "5"}, {"2026-11-19", "2026-11-20", "-5", "", "Credit"}});
        QCOMPARE(world.days(), QStringList{"2026-11-19 6/6"});
    }

    void bill_thatStatesWhatIsListed_countsAloneThereToo()
    {
        EventWorld world;
        world.import({{call("2026-11-18T10:00:00Z", "a", 1'000'000), call("2026-11-19T10:00:00Z", "b", 2'000'000)}});
        world.billOf("OpenAI", {{"2026-11-18", "2026-11-19", "2.50"}, {"2026-11-19", "2026-11-20", "5", "", "", "7"}});
        QCOMPARE(world.days(), (QStringList{"2026-11-18 3/0", "2026-11-19 0/0"}));
        QCOMPARE(text(world.runs().front().cost), QString("9")); // what was metered is still known
        world.billOf("OpenAI", {{"2026-11-18", "2026-11-19", "2.50"}});
        QCOMPARE(world.days(), (QStringList{"2026-11-18 3/0", "2026-11-19 6/6"}));
    }

    void sourcesOfEvents_standTogether()
    {
        EventWorld world;
        const CostEvent seen = call("2026-11-19T10:00:00Z", "a", 1'000'000);
        world.import({{seen, call("2026-11-19T12:00:00Z", "b", 1'000'000)}}, "agents");
        world.import({{call("2026-11-19T11:00:00Z", "c", 2'000'000)}}, "gateway");
        CostEvent later = call("2026-11-20T11:00:00Z", "d", 2'000'000);
        world.import({{later}}, "gateway");
        QCOMPARE(world.days(), (QStringList{"2026-11-19 6/6", "2026-11-19 6/6", "2026-11-20 6/6"}));
        QCOMPARE(world.rows("SELECT check_id || ' ' || message FROM finding"), QStringList{});
        // a bill beside them is no second account either, whoever comes last
        world.bill("OpenAI", "2026-11-19", "5.50");
        QCOMPARE(world.rows("SELECT message FROM finding WHERE check_id='account-in-two-sources'"), QStringList{});
        world.import({{call("2026-11-19T13:00:00Z", "e", 1'000'000)}}, "agents");
        QCOMPARE(world.rows("SELECT message FROM finding WHERE check_id='account-in-two-sources'"), QStringList{});
    }

    void charges_thatAreMadeAnew_areToldWhereTheirMoneyIsAnother()
    {
        EventWorld world;
        world.import({{call("2026-11-19T10:00:00Z", "a", 1'000'000)}});
        const char* const replaced = "SELECT message FROM finding WHERE check_id='partition-replaced'";
        world.terms.mark = "2"; // another book with the same prices
        world.renew();
        QCOMPARE(world.rows(replaced), QStringList{});
        CostEvent cached = call("2026-11-19T11:00:00Z", "b", 0);
        cached.isFree = true;
        world.import({{cached}});
        QCOMPARE(world.rows(replaced), QStringList{});
        CostEvent error = call("2026-11-19T10:30:00Z", "c", 0); // without money
        error.usage[UsageClass::ImageOutput] = 5;
        world.import({{error}});
        QCOMPARE(world.rows(replaced), QStringList{});
    }

    void billers_areComparedWithoutTheirLegalForm()
    {
        const auto key = [](const char* name) { return QString::fromStdString(session::billerKey(name)); };
        for (const char* name :
             {"OpenAI", "openai", "OpenAI, LLC", "OpenAI, L.L.C.", "OpenAI OpCo, LLC", "OpenAI Inc."})
            QCOMPARE(key(name), QString("openai"));
        for (const char* name :
             {"Anthropic", "Anthropic, PBC", "Anthropic PBC", "ANTHROPIC IRELAND, LIMITED", "Claude"})
            QCOMPARE(key(name), QString("anthropic"));
        for (const char* name : {"Google", "Google LLC", "Google Cloud", "Google Cloud EMEA Limited", "GCP"})
            QCOMPARE(key(name), QString("google cloud"));
        for (const char* name :
             {"AWS", "Amazon Web Services, Inc.", "Amazon Web Services EMEA SARL", "Amazon.com, Inc."})
            QCOMPARE(key(name), QString("aws"));
        for (const char* name : {"Microsoft", "Microsoft Corporation", "Azure", "Microsoft Azure"})
            QCOMPARE(key(name), QString("microsoft"));
        QCOMPARE(key("X.AI Corp."), QString("xai"));
        QCOMPARE(key("Inc"), QString("inc")); // nothing else is left
        QCOMPARE(key("Aleph Alpha GmbH"), QString("aleph alpha"));
        QCOMPARE(key(" "), QString());
    }

    void sameEvents_inAnyOrderAndSplit_giveTheSameCharges()
    {
        QRandomGenerator random(11);
        for (int round = 0; round < rounds(2, 40); ++round) {
            std::vector<CostEvent> events;
            for (int i = 0; i < 150; ++i) {
                const std::string id = "op" + std::to_string(i);
                CostEvent e = call("2026-11-29T22:00:00Z", id.c_str(), random.bounded(5000U), random.bounded(900U));
                e.startNanos += static_cast<std::int64_t>(random.bounded(100'000)) * kSecond;
                e.run = "run-" + std::to_string(random.bounded(20));
                e.parent = random.bounded(3) == 0 ? "op" + std::to_string(random.bounded(150)) : "";
                e.workflow = random.bounded(2) == 0 ? "triage" : "";
                e.request = "req_" + std::to_string(random.bounded(120)); // some are one call
                if (random.bounded(4) == 0) {
                    e.provider = "anthropic";
                    e.modelAnswered = random.bounded(2) == 0 ? "claude-x" : "unknown";
                }
                e.witness = static_cast<EventWitness>(random.bounded(4));
                if (random.bounded(10) == 0) {
                    e.witness = EventWitness::Coarse;
                    e.run.clear();
                    e.calls = 3;
                }
                events.push_back(e);
            }
            QStringList first;
            QString firstRuns;
            for (int order = 0; order < 4; ++order) {
                std::shuffle(events.begin(), events.end(), random);
                EventWorld world;
                std::size_t from = 0;
                while (from < events.size()) {
                    const std::size_t to =
                        order == 0 ? events.size() : std::min(events.size(), from + 1 + random.bounded(70U));
                    const std::vector<CostEvent> part(events.begin() + static_cast<std::ptrdiff_t>(from),
                                                      events.begin() + static_cast<std::ptrdiff_t>(to));
                    world.import({part, part}); // a file and its copy
                    from = to;
                }
                const QStringList charges = world.charges();
                QString runs;
                DecimalSum ofRuns;
                for (const RunRow& run : world.runs()) {
                    runs += QString::fromStdString(run.run) + ' ' + text(run.cost) + ' ' + QString::number(run.events) +
                            ' ' + QString::fromStdString(run.workflow) + ' ' + QString::fromStdString(run.status) +
                            '\n';
                    ofRuns.add(run.cost);
                }
                if (order == 0) {
                    first = charges;
                    firstRuns = runs;
                    QVERIFY(charges.size() > 1);
                }
                QCOMPARE(charges, first);
                QCOMPARE(runs, firstRuns);
                QVERIFY(*store::recordsHold(world.db(), store::Records::Events));
                QVERIFY(*store::ledgerHolds(world.db()));
                const auto imports = world.rows("SELECT count(*) FROM import");
                world.import({events});
                QCOMPARE(world.rows("SELECT count(*) FROM import"), imports); // no trace
                QCOMPARE(world.charges(), first);
            }
        }
    }

    void oneCall_ofTwoSources_countsWhereItsBestWitnessIs()
    {
        CostEvent span = call("2026-11-19T10:00:00Z", "span", 1'000'000), gateway = span;
        span.request = gateway.request = "req_0123456789abcdefghij";
        gateway.id = "row";
        gateway.run.clear();
        gateway.witness = EventWitness::Gateway;
        span.workflow = "triage";
        for (const bool spanFirst : {true, false}) {
            EventWorld world;
            world.import({{spanFirst ? span : gateway}}, spanFirst ? "traces" : "gateway");
            world.import({{spanFirst ? gateway : span}}, spanFirst ? "gateway" : "traces");
            QCOMPARE(world.days(), QStringList{"2026-11-19 3/3"});
            QCOMPARE(world.rows("SELECT s.name FROM partition p JOIN source s ON s.id=p.source_id"),
                     QStringList{"gateway"});
            QCOMPARE(world.runs().size(), 1); // the run it belongs to is known of the other
            QCOMPARE(world.rows("SELECT reason || ' ' || events FROM event_drop"), QStringList{"other-witness 1"});
        }
    }

    void countsOfAStretch_standBackBehindCalls_ofAnySource()
    {
        CostEvent bucket = call("2026-11-19T00:00:00Z", "", 9'000'000);
        bucket.witness = EventWitness::Coarse;
        bucket.untilNanos = at("2026-11-20T00:00:00Z");
        bucket.calls = 100;
        bucket.run.clear();
        CostEvent other = bucket;
        other.startNanos = at("2026-11-20T00:00:00Z");
        EventWorld world;
        world.import({{bucket, other}}, "usage");
        QCOMPARE(world.days(), (QStringList{"2026-11-19 27/27", "2026-11-20 27/27"}));
        world.import({{call("2026-11-19T10:00:00Z", "a", 1'000'000)}}, "agents");
        QCOMPARE(world.days(), (QStringList{"2026-11-19 3/3", "2026-11-20 27/27"}));
        QCOMPARE(world.rows("SELECT reason || ' ' || events FROM event_suppressed"), QStringList{"coarser-count 1"});
    }

    void countsOfAStretch_areInTheBandOfTheirMeanCall()
    {
        PriceRow beyond = price("openai", "gpt-x", "input", "6");
        beyond.contextAbove = 272'000;
        EventWorld world;
        world.terms = termsOf({price("openai", "gpt-x", "input", "3"), beyond});
        CostEvent bucket = call("2026-11-19T00:00:00Z", "", 9'000'000);
        bucket.witness = EventWitness::Coarse;
        bucket.untilNanos = at("2026-11-20T00:00:00Z");
        bucket.run.clear();
        CostEvent longer = bucket;
        bucket.calls = 100; // 90,000 tokens each
        longer.startNanos = at("2026-11-20T00:00:00Z");
        longer.calls = 30; // 300,000
        world.import({{bucket, longer}}, "usage");
        QCOMPARE(world.days(), (QStringList{"2026-11-19 27/27", "2026-11-20 54/54"}));
    }

    void operation_thatRepeatsWhatItHolds_doesNotCount_alsoWhenThatComesLater()
    {
        CostEvent agent = call("2026-11-19T23:59:00Z", "agent", 1'000'000);
        agent.operation = EventOperation::Agent;
        CostEvent child = call("2026-11-20T00:01:00Z", "child", 1'000'000);
        child.parent = "agent";
        EventWorld world;
        world.import({{agent}});
        QCOMPARE(world.days(), QStringList{"2026-11-19 3/3"});
        world.import({{child}});
        QCOMPARE(world.days(), QStringList{"2026-11-20 3/3"});
        const auto runs = world.runs();
        QCOMPARE(text(runs.front().cost), QString("3"));
        QCOMPARE(runs.front().events, std::uint64_t(2));
    }

    void run_overMidnightAndMonthEnd_isOneRun()
    {
        EventWorld world;
        world.import({{call("2026-11-30T23:59:59Z", "a", 1'000'000)}});
        world.import({{call("2026-12-01T00:00:01Z", "b", 2'000'000)}});
        QCOMPARE(world.days(), (QStringList{"2026-11-30 3/3", "2026-12-01 6/6"}));
        QCOMPARE(world.rows("SELECT billing_period FROM partition ORDER BY slice"),
                 (QStringList{"2026-11-01", "2026-12-01"}));
        auto runs = world.runs();
        QCOMPARE(runs.size(), 1);
        QCOMPARE(text(runs.front().cost), QString("9"));
        QCOMPARE(runs.front().startNanos, at("2026-11-30T23:59:59Z"));
        QCOMPARE(runs.front().endNanos, at("2026-12-01T00:00:02Z") + 500'000'000);
        CostQuery december;
        december.range = {parseDay("2026-12-01").take(), parseDay("2027-01-01").take()};
        QCOMPARE(text(world.runs(december).front().cost), QString("6")); // as its totals say
        const auto steps = session::stepsOf(world.db(), world.terms, {"run-1"}, {});
        QVERIFY(steps);
        QCOMPARE(steps->size(), std::size_t(2));
        QCOMPARE(steps->back().offsetNanos, 2 * kSecond);
        QCOMPARE(text(*steps->back().cost), QString("6"));
    }

    void oddWorlds_data()
    {
        QTest::addColumn<QList<int>>("kinds");
        QTest::addColumn<QStringList>("days");
        QTest::addColumn<int>("runs");
        // kinds of events, see oddWorlds()
        QTest::newRow("nothing") << QList<int>{} << QStringList{} << 0;
        QTest::newRow("one") << QList<int>{0} << QStringList{"2026-11-19 3/3"} << 1;
        QTest::newRow("twice the same") << QList<int>{0, 0} << QStringList{"2026-11-19 3/3"} << 1;
        QTest::newRow("a tool alone: nothing is charged") << QList<int>{1} << QStringList{} << 1;
        QTest::newRow("a call and a tool") << QList<int>{0, 1} << QStringList{"2026-11-19 3/3"} << 1;
        QTest::newRow("without a run") << QList<int>{2} << QStringList{"2026-11-19 3/3"} << 0;
        QTest::newRow("answered by the gateway: free") << QList<int>{3} << QStringList{} << 1;
        QTest::newRow("free beside one that is not") << QList<int>{0, 3} << QStringList{"2026-11-19 3/3"} << 1;
        QTest::newRow("an error that was charged") << QList<int>{4} << QStringList{"2026-11-19 3/3"} << 1;
        QTest::newRow("leap day") << QList<int>{5} << QStringList{"2028-02-29 3/3"} << 1;
        QTest::newRow("the last nanosecond of a year") << QList<int>{6} << QStringList{"2026-12-31 3/3"} << 1;
        QTest::newRow("before 1970") << QList<int>{7} << QStringList{"1969-12-31 3/3"} << 1;
        QTest::newRow("no provider, no model") << QList<int>{8} << QStringList{"2026-11-19 0/0"} << 1;
        QTest::newRow("priced in euro") << QList<int>{9} << QStringList{"2026-11-19 2/2"} << 1;
        QTest::newRow("dollar and euro") << QList<int>{0, 9} << QStringList{"2026-11-19 2/2", "2026-11-19 3/3"} << 2;
        QTest::newRow("partly priced") << QList<int>{10} << QStringList{"2026-11-19 3/3"} << 1;
        QTest::newRow("a parent that is not there") << QList<int>{11} << QStringList{"2026-11-19 3/3"} << 1;
        QTest::newRow("its own parent") << QList<int>{12} << QStringList{"2026-11-19 3/3"} << 1;
        QTest::newRow("one token") << QList<int>{13} << QStringList{"2026-11-19 0.000003/0.000003"} << 1;
        QTest::newRow("months apart") << QList<int>{0, 5} << QStringList{"2026-11-19 3/3", "2028-02-29 3/3"} << 1;
        QTest::newRow("a quadrillion") << QList<int>{14} << QStringList{"2026-11-19 3000000000/3000000000"} << 1;
    }
    void oddWorlds()
    {
        QFETCH(QList<int>, kinds);
        QFETCH(QStringList, days);
        QFETCH(int, runs);
        EventWorld world;
        PriceRow euro = price("mistral", "m", "input", "2");
        euro.currency = Currency("EUR");
        world.terms = termsOf({price("openai", "gpt-x", "input", "3"), euro});
        std::vector<CostEvent> events;
        for (const int kind : kinds) {
            CostEvent e = call("2026-11-19T10:00:00Z", ("k" + std::to_string(kind)).c_str(), 1'000'000);
            if (kind == 1) {
                e.operation = EventOperation::Tool;
                e.usage = {};
            } else if (kind == 2) {
                e.run.clear();
            } else if (kind == 3) {
                e.isFree = true;
            } else if (kind == 4) {
                e.status = EventStatus::Error;
            } else if (kind == 5) {
                e.startNanos = at("2028-02-29T12:00:00Z");
            } else if (kind == 6) {
                e.startNanos = at("2027-01-01T00:00:00Z") - 1;
            } else if (kind == 7) {
                e.startNanos = -1;
            } else if (kind == 8) {
                e.provider.clear();
                e.modelAnswered.clear();
            } else if (kind == 9) {
                e.provider = "mistral";
                e.modelAnswered = "m";
            } else if (kind == 10) {
                e.usage[UsageClass::ImageOutput] = 7;
            } else if (kind == 11) {
                e.parent = "gone";
            } else if (kind == 12) {
                e.parent = e.id;
            } else if (kind == 13) {
                e.usage[UsageClass::Input] = 1;
            } else if (kind == 14) {
                e.usage[UsageClass::Input] = 1'000'000'000'000'000;
            }
            events.push_back(e);
        }
        world.import({events});
        QCOMPARE(world.days(), days);
        QCOMPARE(world.runs().size(), runs);
        QVERIFY(*store::recordsHold(world.db(), store::Records::Events));
    }

    void dryRun_tellsTheSame_andStoresNothing()
    {
        EventWorld world;
        const std::vector<std::vector<CostEvent>> files{{call("2026-11-19T10:00:00Z", "a", 1'000'000)}};
        const auto dry = world.tryImport(files, "agents", true);
        QVERIFY(dry);
        QCOMPARE(text(dry->files.front().metered.at(Currency("USD"))), QString("3"));
        QCOMPARE(world.rows("SELECT count(*) FROM source"), QStringList{"0"});
        QCOMPARE(world.rows("SELECT count(*) FROM event_block"), QStringList{"0"});
        QCOMPARE(world.import(files).files.front().stored, std::uint64_t(1));
    }

    void lifetimeNobodyTold_countsAsTheShortest_andTheFindingTellsTheRest()
    {
        EventWorld world;
        world.terms = termsOf(
            {price("openai", "gpt-x", "cache_write_30m", "3.75"), price("openai", "gpt-x", "cache_write_12h", "6")});
        CostEvent e = call("2026-11-10T10:00:00Z", "a", 0);
        e.usage[UsageClass::CacheWriteUnknown] = 2285;
        const auto report = world.import({{e}});
        QCOMPARE(report.files.front().unpriced, std::uint64_t{0});
        QCOMPARE(report.files.front().metered.begin()->second.toString(0), std::string("0.00856875"));
        QCOMPARE(report.findings.size(), std::size_t{1});
        QCOMPARE(report.findings.front().check, std::string("cache-lifetime-assumed"));
        QVERIFY(report.findings.front().message.find("2285 tokens") == 0);
        QVERIFY(report.findings.front().message.find("0.00514125 USD more") != std::string::npos);
    }

    void file_thatFails_leavesNothing()
    {
        EventWorld world;
        const std::vector<session::EventFile> files{{"f", [](session::EventFeed& feed) -> Result<std::string> {
                                                         (void)feed.event(call("2026-11-19T10:00:00Z", "a", 1));
                                                         return Error{ErrorCode::Io, "the disk fails", {}};
                                                     }}};
        QVERIFY(!session::importEvents(world.db(), files, {"agents", false, {1'800'000'000}}, world.terms, {}));
        QCOMPARE(world.rows("SELECT count(*) FROM source"), QStringList{"0"});
        QCOMPARE(world.rows("SELECT count(*) FROM event_block"), QStringList{"0"});
        QCOMPARE(world.import({{call("2026-11-19T10:00:00Z", "a", 1)}}).files.front().stored, std::uint64_t(1));
    }

    void findings_areToldAlsoWhereNothingIsNew()
    {
        EventWorld world;
        const std::vector<session::EventFile> files{
            {"f", [](session::EventFeed& feed) -> Result<std::string> {
                 (void)feed.finding({Severity::Note, "odd", 1, 2, "odd", {}, {}});
                 (void)feed.event(call("2026-11-19T10:00:00Z", "a", 1));
                 return std::string("jsonl");
             }}};
        for (const std::uint64_t stored : {1U, 0U}) {
            const auto report =
                session::importEvents(world.db(), files, {"agents", false, {1'800'000'000}}, world.terms, {});
            QVERIFY(report);
            QCOMPARE(report->files.front().stored, stored);
            QCOMPARE(report->findings.size(), std::size_t(1));
            QCOMPARE(report->findings.front().file + ' ' + report->findings.front().source, std::string("f agents"));
        }
    }

    void kill_duringImport_leavesTheOldOrTheNew()
    {
        QTemporaryDir folder;
        const std::string pristine = (folder.path() + "/pristine.altimeter").toStdString();
        const auto terms = plainTerms();
        const auto files = [](std::uint64_t events) {
            return std::vector<session::EventFile>{
                {"f", [events](session::EventFeed& feed) -> Result<std::string> {
                     for (std::uint64_t i = 0; i < events; ++i) {
                         CostEvent e = call("2026-11-19T10:00:00Z", ("op" + std::to_string(i)).c_str(), 1000);
                         e.startNanos += static_cast<std::int64_t>(i) * kSecond;
                         if (auto done = feed.event(std::move(e)); !done)
                             return done.error();
                     }
                     return std::string("jsonl");
                 }}};
        };
        constexpr std::uint64_t kOld = 1'000, kNew = 66'000; // two blocks
        {
            auto db = store::createWorkspace(pristine);
            QVERIFY(db);
            QVERIFY(session::importEvents(*db, files(kOld), {"agents", false, {1'800'000'000}}, terms, {}));
            store::settle(*db);
        }
        const auto importInto = [&](const std::string& file) {
            auto db = store::openWorkspace(file);
            return db && session::importEvents(*db, files(kNew), {"agents", false, {1'800'000'001}}, terms, {});
        };
        QElapsedTimer timer;
        timer.start();
        std::filesystem::copy_file(pristine, pristine + ".timed");
        QVERIFY(importInto(pristine + ".timed"));
        const auto whole = static_cast<quint32>(timer.elapsed());
        QRandomGenerator random(13);
        int fresh = 0, old = 0;
        for (int round = 0; round < rounds(2, 200); ++round) {
            const std::string file = pristine + '.' + std::to_string(round);
            std::filesystem::copy_file(pristine, file);
            const pid_t child = ::fork();
            if (child == 0)
                ::_exit(importInto(file) ? 0 : 1);
            QVERIFY(child > 0);
            QTest::qSleep(static_cast<int>(random.bounded(whole + whole / 5)));
            ::kill(child, SIGKILL);
            int status = 0;
            QCOMPARE(::waitpid(child, &status, 0), child);
            auto db = store::openWorkspace(file);
            QVERIFY(db);
            const auto stored = db->number("SELECT sum(stored) FROM event_file");
            QVERIFY(stored && (*stored == std::int64_t(kOld) || *stored == std::int64_t(kNew)));
            ++(*stored == std::int64_t(kNew) ? fresh : old);
            QVERIFY(*store::recordsHold(*db, store::Records::Events) && *store::ledgerHolds(*db));
            const auto sources = store::eventSources(*db, {});
            QVERIFY(sources && sources->front().isAccountedFor());
            // the charges are those of the events, and the next import completes it
            QCOMPARE(*db->number("SELECT count(*) FROM event_day WHERE basis=''"), std::int64_t(0));
            QVERIFY(session::importEvents(*db, files(kNew), {"agents", false, {1'800'000'002}}, terms, {}));
            QCOMPARE(*db->number("SELECT sum(stored) FROM event_file"), std::int64_t(kNew));
            std::filesystem::remove(file);
        }
        qInfo("%d old, %d new, 0 torn", old, fresh);
    }

    void rejectedRecord_isKeptAndCounted_beyondLaterDeliveries()
    {
        EventWorld world;
        CostEvent bad = call("2026-11-19T10:00:00Z", "bad", 1);
        bad.calls = 0;
        const auto report = world.import({{bad, call("2026-11-19T10:00:00Z", "a", 1'000'000)}});
        QCOMPARE(report.files.front().rejected, std::uint64_t(1));
        QCOMPARE(world.days(), QStringList{"2026-11-19 3/3"});
        QCOMPARE(world.rows("SELECT count(*) FROM rejected_line"), QStringList{"1"});
        const auto imports = world.rows("SELECT count(*) FROM import");
        world.import({{bad, call("2026-11-19T10:00:00Z", "a", 1'000'000)}});
        QCOMPARE(world.rows("SELECT count(*) FROM import"), imports); // the same again leaves no trace
        CostEvent late = call("2026-11-19T12:00:00Z", "b", 1'000'000);
        world.import({{late}});
        QCOMPARE(world.days(), QStringList{"2026-11-19 6/6"});
    }

    void runs_areSelectedByWhatTheirEventsSay()
    {
        EventWorld world;
        CostEvent one = call("2026-11-19T10:00:00Z", "a", 1'000'000),
                  two = call("2026-11-19T11:00:00Z", "b", 2'000'000);
        one.workflow = "triage";
        two.run = "run-2";
        two.workflow = "draft";
        two.provider = "anthropic";
        two.modelAnswered = "claude-x";
        world.import({{one, two}});
        const auto ids = [&world](Dim::Kind kind, const char* value, bool exclude = false) {
            CostQuery query;
            query.filters.push_back({Dim{kind, {}}, {value}, exclude});
            QStringList all;
            for (const RunRow& run : world.runs(query))
                all << QString::fromStdString(run.run);
            return all;
        };
        QCOMPARE(world.runs().front().run, std::string("run-2")); // the larger one first
        QCOMPARE(ids(Dim::Kind::Workflow, "triage"), QStringList{"run-1"});
        QCOMPARE(ids(Dim::Kind::Workflow, "triage", true), QStringList{"run-2"});
        QCOMPARE(ids(Dim::Kind::Provider, "Anthropic"), QStringList{"run-2"});
        QCOMPARE(ids(Dim::Kind::Model, "gpt-x"), QStringList{"run-1"});
        QCOMPARE(ids(Dim::Kind::Source, "agents").size(), 2);
        QCOMPARE(ids(Dim::Kind::Layer, "tools"), QStringList{});
        CostQuery wrong;
        wrong.filters.push_back({Dim{Dim::Kind::Commitment, {}}, {"x"}, false});
        QCOMPARE(session::runsOf(world.db(), world.terms, {wrong, 0}, {}).error().code, ErrorCode::Invalid);
    }
};

QTEST_APPLESS_MAIN(TestEventCharges)
#include "tst_eventcharges.moc"
