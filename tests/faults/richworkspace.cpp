#include "tests/faults/richworkspace.h"
#include "app/session/events/eventimport.h"
#include "app/session/events/runs.h"
#include "app/session/prices/pricing.h"
#include "app/session/questions/answers.h"
#include "app/session/rules/publishing.h"
#include "app/session/sync/connections.h"
#include "app/session/workspace/views.h"

#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/settings/connections.h"
#include "tests/testkit/focuscsv.h"

namespace testkit {

using namespace altimeter;
using session::Engine;

namespace {

constexpr int kAccounts = 12;

/// Stops a test that cannot be made ready.
template <typename T> T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().text().c_str());
    return result.take();
}

void must(const Status& status)
{
    if (!status)
        qFatal("%s", status.error().text().c_str());
}

/// Sixty calls of six runs, of which the second file tells of some better and of some once more.
void importEvents(Engine& engine)
{
    const auto file = [](int number) {
        return session::EventFile{"events-" + std::to_string(number), [number](session::EventFeed& feed) {
                                      for (int i = number * 20; i < 60; ++i) {
                                          CostEvent e;
                                          e.startNanos = 1'783'000'000'000'000'000 + i * 7'200'000'000'000LL;
                                          e.run = "run-" + std::to_string(i % 6);
                                          e.id = "op-" + std::to_string(i);
                                          e.parent = i < 6 ? std::string() : "op-" + std::to_string(i % 6);
                                          e.workflow = i % 2 == 0 ? "triage" : "draft";
                                          e.provider = "acme";
                                          e.modelAnswered = i % 9 == 0 ? "nobody's" : "ultra";
                                          e.operation = EventOperation::Chat;
                                          e.usage[UsageClass::Input] = 1000 + static_cast<std::uint64_t>(i * i);
                                          e.usage[UsageClass::Output] = static_cast<std::uint64_t>(number * (i % 3));
                                          if (auto done = feed.event(std::move(e)); !done)
                                              return Result<std::string>(done.error());
                                      }
                                      return Result<std::string>(std::string("jsonl"));
                                  }};
    };
    (void)must(session::importEvents(engine.file(), {file(0)}, {"agents", false, {1'790'000'000}}, {}));
    (void)must(session::importEvents(engine.file(), {file(1)}, {"agents", false, {1'790'000'001}}, {}));
}

QList<Charge> month(const QString& first, int accounts, int seed)
{
    QList<Charge> charges;
    for (int i = 0; i < accounts * 40; ++i) {
        Charge charge;
        charge.billed = QString::number((i + seed) * 7919 % 100'000) + ".12345678";
        charge.effective = QString::number((i + seed) * 104'729 % 90'000) + ".5";
        if (i % 11 == 0)
            charge.billed = "12345678901234567.123456789012345678901"; // beyond 64 bits
        if (i % 13 == 0)
            charge.effective.clear();
        charge.month = first;
        charge.day = QDate::fromString(first, Qt::ISODate).addDays(i * 7 % 28).toString(Qt::ISODate);
        charge.account = "acc-" + QString::number(i % accounts);
        charge.currency = i % accounts == 0 ? "EUR" : "USD";
        charge.service = QString("Service %1").arg(i % 9);
        charge.tags = QString(R"({"team":"team %1","job":"%2"})").arg(i % 5).arg(i % 60);
        charge.extra = i % 3 == 0 ? QString("note %1").arg(i % 4) : QString();
        charges.append(charge);
    }
    return charges;
}

/// One provider column of thousands of different texts: those are kept line by line.
QList<Charge> diverse()
{
    QList<Charge> charges;
    for (int i = 0; i < 2600; ++i) {
        Charge charge;
        charge.billed = charge.effective = QString::number(i % 700) + ".25";
        charge.account = "diverse";
        charge.service = QString("Service %1").arg(i % 3);
        charge.extra = QString("request %1").arg(i * 7919);
        charges.append(charge);
    }
    return charges;
}

constexpr std::string_view kRules = R"({"rules":[
    {"name":"shared","when":[{"column":"ServiceName","equals":"service 3"}],"split":{"method":"proportional"}},
    {"name":"fixed","when":[{"column":"ServiceName","equals":"Service 5"}],
     "split":{"method":"fixed","weights":{"T1":1,"T2":2}}},
    {"name":"tag","when":[],"set":{"team":{"from":["tag:team"]}}}]})";

void deliverDays(store::sql::Connection& db, Day first, int days, std::int64_t at, std::int64_t amount)
{
    store::Ingest::Options options{"api", "test", {at}};
    options.byDay = true;
    options.covered = {{first, first + days}};
    options.alongside = [&](store::sql::Connection& one, const ImportReport&) -> Status {
        std::vector<store::CoveredDay> covered;
        std::vector<Measure> measures;
        for (Day day = first; day < first + days; day = day + 1) {
            const std::int64_t start = std::int64_t{day.number} * 86400;
            covered.push_back({day, {at}, 0, true});
            for (const char* model : {"gpt", "claude", "llama"})
                measures.push_back({"tokens",
                                    "tokens",
                                    {start},
                                    {start + 86400},
                                    {{"model", model}, {"project", "p1"}},
                                    std::to_string(amount * 1000 + day.number)});
        }
        if (auto done = store::writeCoverage(one, "api", covered); !done)
            return done;
        if (auto done = store::writeMeasures(one, "api", {first, first + days}, measures); !done)
            return done;
        return store::writeMemory(one, "api", {{"cursor", std::to_string(at)}});
    };
    auto ingest = must(store::Ingest::begin(db, options, {}));
    must(ingest->begin("api", std::vector<std::string>{"BilledCost"}, {}));
    auto batch = ingest->newBatch();
    for (int i = 0; i < days; ++i) {
        CostLine line;
        line.lineNumber = static_cast<std::uint64_t>(i) + 2;
        line.text[static_cast<std::size_t>(Column::BillingAccountId)] = "api account";
        line.text[static_cast<std::size_t>(Column::ServiceName)] = "Models";
        line.text[static_cast<std::size_t>(Column::ProviderName)] = "API";
        line.cost[static_cast<std::size_t>(CostLens::Billed)] = Decimal{amount + i, 3};
        line.cost[static_cast<std::size_t>(CostLens::Effective)] = Decimal{amount + i, 3};
        line.chargeStart = {std::int64_t{(first + i).number} * 86400};
        line.chargeEnd = {line.chargeStart.seconds + 86400};
        line.billingPeriod = (first + i).firstOfMonth();
        line.currency = Currency("USD");
        line.provider = "API";
        must(batch->add(line));
    }
    must(ingest->take(std::move(batch)));
    (void)must(ingest->finish());
}

std::string textOf(const CostTable& table)
{
    std::string text;
    for (const CostRow& row : table.rows) {
        text += toString(row.period) + '|' + std::string(row.currency.code()) + '|';
        for (const std::string& key : row.keys)
            text += key + '|';
        text += row.cost.toString(0) + '|' + std::to_string(row.rows) + '|' + std::to_string(row.unknownRows) + '\n';
    }
    return text;
}

std::string textOf(const std::vector<CurrencyTotal>& totals)
{
    std::string text;
    for (const CurrencyTotal& total : totals)
        text +=
            std::string(total.currency.code()) + ' ' + total.cost.toString(0) + ' ' + std::to_string(total.rows) + '\n';
    return text;
}

std::string textOf(const std::array<std::optional<DecimalSum>, kLensCount>& sums)
{
    std::string text;
    for (const auto& sum : sums)
        text += ' ' + (sum ? sum->toString(0) : "unknown");
    return text;
}

std::string textOf(const CompletenessCalendar& calendar)
{
    std::string text;
    for (const auto& row : calendar.rows) {
        text += row.source;
        for (const CalendarDay& day : row.days)
            text += ' ' + std::to_string(static_cast<int>(day.state)) + '/' + std::to_string(day.rows) + '/' +
                    std::to_string(day.duplicates) + '/' + (day.isRestated ? "r" : "-") + '/' +
                    std::to_string(day.askedAt.isValid() ? day.askedAt.seconds : 0);
        text += '\n';
    }
    for (const Restatement& one : calendar.restatements)
        text += one.source + one.billingAccount + toString(one.from) + toString(one.to) + textOf(one.before) +
                textOf(one.after) + '\n';
    return text;
}

/// Asks one question after the other and notes what was said.
class Asking {
public:
    explicit Asking(Answers& answers) : m_answers(answers) {}
    template <typename T, typename Text> void ask(const std::string& question, const Result<T>& answer, Text text)
    {
        if (answer)
            m_answers.said[question] = text(*answer);
        else
            tell(question, answer.error().text());
    }
    void tell(const std::string& question, const std::string& what)
    {
        m_answers.isTold = true;
        m_answers.told += question + ": " + what + '\n';
    }

private:
    Answers& m_answers;
};

} // namespace

void makeRichWorkspace(const QString& folder, const QString& name)
{
    const std::string path = (folder + '/' + name).toStdString();
    {
        auto engine = must(Engine::create(path));
        for (const QString first : {"2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01"}) {
            QByteArray csv = focusCsv(month(first, kAccounts, first.mid(5, 2).toInt()));
            const QByteArray of = first.left(8).toUtf8(); // in each month a line that cannot be stored
            csv += "1,1,1,1,USD,acc-1," + of + "01T00:00:00Z," +
                   QDate::fromString(first, Qt::ISODate).addMonths(1).toString(Qt::ISODate).toUtf8() +
                   "T00:00:00Z,no day," + of + "04T00:00:00Z,Usage,S,Compute,AWS,{},\n";
            (void)must(session::importPaths(engine->file(), {writeFile(folder, first + ".csv", csv)},
                                            {"focus", false, {1'790'000'000}}, {}, {}));
        }
        (void)must(session::importPaths(engine->file(), {writeFile(folder, "diverse.csv", focusCsv(diverse()))},
                                        {"other", false, {1'790'000'000}}, {}, {}));
        (void)must(session::publishRules(*engine, std::string(kRules)));
        for (int i = 0; i < 6; ++i)
            must(session::saveView(engine->file(),
                                   {"view " + std::to_string(i), "explore", "by=service&n=" + std::to_string(i)}));
        PriceLine price;
        price.provider = "acme";
        price.model = "ultra";
        price.tokenClass = "input";
        price.unit = "token";
        price.per = "1000000";
        price.currency = "USD";
        for (const char* amount : {"3", "4.50"}) {
            price.price = amount;
            (void)must(session::setPrice(engine->file(), price, false, true, {1'790'000'000}));
        }
        importEvents(*engine);
    }
    auto db = must(store::openWorkspace(path));
    must(store::writeConnection(db, {"api", "test", {{"base_url", "https://localhost"}}, 24}, {1'790'000'000}));
    const Day first = Day::fromYmd(2026, 9, 1);
    deliverDays(db, first, 50, 1'796'000'000, 1005);
    deliverDays(db, first + 3, 5, 1'796'100'000, 2005); // days that were final change
}

QString nextDelivery(const QString& folder)
{
    QList<Charge> charges = month("2026-10-01", 2, 31);
    charges += month("2026-11-01", 2, 5);
    writeFile(folder, "next.csv", focusCsv(charges));
    return folder + "/next.csv";
}

std::string Answers::difference(const Answers& other) const
{
    for (const auto& [question, answer] : said) {
        const auto found = other.said.find(question);
        if (found == other.said.end())
            return question + " has no answer";
        if (found->second != answer) {
            std::size_t at = 0;
            while (at < std::min(answer.size(), found->second.size()) && answer[at] == found->second[at])
                ++at;
            const std::size_t from = at - std::min<std::size_t>(at, 60);
            return question + ": ..." + answer.substr(from, 120) + "... became ..." + found->second.substr(from, 120);
        }
    }
    return {};
}

Answers askAll(Engine& engine, bool whole, std::stop_token stop)
{
    Answers answers;
    Asking asking(answers);
    for (const std::string& sentence : engine.snapshot()->damage)
        asking.tell("damage", sentence);
    const auto dim = [](Dim::Kind kind) { return Dim{kind, {}}; };
    for (const CostLens lens : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted}) {
        const std::string name(lensName(lens));
        CostQuery query;
        query.lens = lens;
        asking.ask(name, answer(*engine.snapshot(), TableQuestion{query}, stop), [&](const CostTable& table) {
            DecimalSum all;
            for (const CostRow& row : table.rows)
                all.add(Decimal{row.cost.attos(), 18});
            answers.sums[name] = all.toString(0);
            return textOf(table);
        });
        query.by = {dim(Dim::Kind::Source), dim(Dim::Kind::BillingAccount), dim(Dim::Kind::BillingPeriod)};
        asking.ask(name + " by account", answer(*engine.snapshot(), TableQuestion{query}, stop),
                   [](const CostTable& table) { return textOf(table); });
        query.by = {dim(Dim::Kind::Team), dim(Dim::Kind::Service)};
        query.granularity = Granularity::Month;
        asking.ask(name + " by team", answer(*engine.snapshot(), TableQuestion{query}, stop),
                   [](const CostTable& table) { return textOf(table); });
        query.by = {Dim{Dim::Kind::Tag, "job"}};
        query.granularity = Granularity::Day;
        query.range = {Day::fromYmd(2026, 8, 3), Day::fromYmd(2026, 9, 20)};
        asking.ask(name + " by day", answer(*engine.snapshot(), TableQuestion{query}, stop),
                   [](const CostTable& table) { return textOf(table); });
    }
    for (const bool largest : {true, false})
        asking.ask(largest ? "largest charges" : "charges",
                   answer(*engine.snapshot(), ChargesQuestion{{}, 0, 200, largest}, stop), [](const ChargePage& page) {
                       std::string text = std::to_string(page.total) + '\n' + textOf(page.totals);
                       for (const ChargeRow& row : page.rows)
                           text += row.file + ':' + std::to_string(row.line) + ' ' + toString(row.chargeStart) + ' ' +
                                   row.cost[1].value_or(Amount()).toString(0) + '\n';
                       return text;
                   });
    asking.ask("sources", answer(*engine.snapshot(), SourcesQuestion{}, {}),
               [](const std::vector<SourceInfo>& sources) {
                   std::string text;
                   for (const SourceInfo& source : sources)
                       text += source.name + ' ' + source.kind + ' ' + std::to_string(source.partitions) + ' ' +
                               std::to_string(source.rows) + ' ' + toString(source.dataFrom) + ' ' +
                               toString(source.dataThrough) + ' ' + toString(source.lastImport) + ' ' + source.state +
                               ' ' + std::to_string(source.rejected) + ' ' + std::to_string(source.findings) + '\n';
                   return text;
               });
    asking.ask("partitions", answer(*engine.snapshot(), PartitionsQuestion{}, {}),
               [](const std::vector<PartitionInfo>& partitions) {
                   std::string text;
                   for (const PartitionInfo& one : partitions) {
                       text += one.source + ' ' + one.billingAccount + ' ' + toString(one.billingPeriod) + ' ' +
                               std::to_string(one.rows) + ' ' + one.fileTotal[1].toString(0);
                       for (const std::string& file : one.files)
                           text += ' ' + file;
                       text += '\n';
                   }
                   return text;
               });
    asking.ask("findings", answer(*engine.snapshot(), FindingsQuestion{}, {}),
               [](const std::vector<Finding>& findings) {
                   std::string text;
                   for (const Finding& one : findings)
                       text += one.source + one.file + one.check + std::to_string(one.rows) + one.message + '\n';
                   return text;
               });
    asking.ask("rejected", answer(*engine.snapshot(), RejectedQuestion{}, {}),
               [](const std::vector<RejectedLine>& lines) {
                   std::string text;
                   for (const RejectedLine& line : lines)
                       text += line.source + line.file + std::to_string(line.line) + line.message + line.text + '\n';
                   return text;
               });
    asking.ask(
        "measures", answer(*engine.snapshot(), MeasuresQuestion{}, {}), [](const std::vector<Measure>& measures) {
            std::string text;
            for (const Measure& one : measures)
                text += one.name + ' ' + toString(one.start) + ' ' + one.value + one.labels.begin()->second + '\n';
            return text;
        });
    asking.ask("connections", engine.connections().list(), [](const std::vector<ConnectionInfo>& connections) {
        std::string text;
        for (const ConnectionInfo& one : connections)
            text += one.settings.name + ' ' + std::to_string(one.rows) + ' ' + std::to_string(one.measures) + ' ' +
                    toString(one.finalThrough) + ' ' + std::to_string(one.settings.everyHours) + ' ' +
                    (one.settings.values.empty() ? std::string() : one.settings.values.begin()->second) + '\n';
        return text;
    });
    asking.ask(
        "completeness",
        answer(*engine.snapshot(),
               CalendarQuestion{{Day::fromYmd(2026, 7, 1), Day::fromYmd(2026, 12, 1)}, Day::fromYmd(2026, 12, 2)},
               stop),
        [](const CompletenessCalendar& calendar) { return textOf(calendar); });
    asking.ask("runs", session::answer(*engine.snapshot(), RunsQuestion{}, stop), [](const RunList& runs) {
        std::string text;
        for (const RunRow& run : runs.rows)
            text += run.run + ' ' + run.workflow + ' ' + std::to_string(run.events) + ' ' + run.cost.toString(0) + ' ' +
                    std::to_string(run.unpriced) + '\n';
        return text;
    });
    asking.ask("event sources", session::answer(*engine.snapshot(), EventSourcesQuestion{}, stop),
               [](const std::vector<EventSourceInfo>& sources) {
                   std::string text;
                   for (const EventSourceInfo& one : sources)
                       text += one.source + ' ' + std::to_string(one.read) + ' ' + std::to_string(one.stored) + ' ' +
                               std::to_string(one.kept) + ' ' + std::to_string(one.dropped.size()) + '\n';
                   return text;
               });
    asking.ask("prices", session::priceLines(engine.file(), {"acme", {}, {}}), [](const session::PriceLines& book) {
        std::string text;
        for (const PriceLine& line : book.lines)
            text += line.model + ' ' + line.price + ' ' + line.currency + ' ' + line.layer + '\n';
        return text;
    });
    asking.ask("price versions", session::priceVersions(engine.file()), [](const std::vector<PriceVersion>& versions) {
        std::string text;
        for (const PriceVersion& one : versions)
            text += std::to_string(one.version) + ' ' + one.list + ' ' + one.layer + ' ' + one.action + ' ' +
                    toString(one.publishedAt) + ' ' + std::to_string(one.entries) + '\n';
        return text;
    });
    std::string views;
    for (const SavedView& view : session::savedViews(engine.file()))
        views += view.name + view.page + view.state + '\n';
    answers.said["views"] = views;
    answers.said["rules"] = engine.snapshot()->rulesDocument.json;
    const auto proof = answer(*engine.snapshot(), ProofQuestion{}, stop);
    asking.ask("proof", proof, [&](const std::vector<ProofLine>& lines) {
        std::string text;
        for (const ProofLine& line : lines) {
            text += line.source + ' ' + line.billingAccount + ' ' + toString(line.billingPeriod) + ' ' +
                    line.fileTotal.toString(0) + ' ' + line.missing().toString(0) + ' ' +
                    std::to_string(line.unreadable()) + '\n';
            if (!line.remainder.isZero()) // what is named as not stored was so from the beginning
                asking.tell("proof", "a remainder of " + line.remainder.toString(0) + ", " + line.source + ' ' +
                                         line.billingAccount + ' ' + toString(line.billingPeriod));
        }
        return text;
    });
    if (whole) {
        SeriesQuestion request;
        request.query.by = {dim(Dim::Kind::Service)};
        request.query.granularity = Granularity::Day;
        request.forecastSteps = 30;
        asking.ask("forecast", answer(*engine.snapshot(), request, stop),
                   [](const SeriesSet&) { return std::string(); });
        asking.ask("overview", answer(*engine.snapshot(), OverviewQuestion{CostLens::Billed}, stop),
                   [](const Overview&) { return std::string(); });
        asking.ask("dims", answer(*engine.snapshot(), DynamicDimsQuestion{}, {}),
                   [](const std::vector<Dim>&) { return std::string(); });
    }
    return answers;
}

} // namespace testkit
