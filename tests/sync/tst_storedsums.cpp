#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connections.h"
#include "app/session/sync/spool.h"
#include "app/session/sync/syncplan.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ledger/ledger.h"
#include "models/store/segments/recounting.h"
#include "models/store/settings/connections.h"
#include "models/store/sql/seal.h"
#include "providers/core/chargestate.h"
#include "providers/core/connector.h"
#include "providers/focus/focusfile.h"
#include "tests/providers/collectingsink.h"
#include "tests/testkit/loopbackserver.h"
#include "tests/testkit/ownconfig.h"

#include <atomic>
#include <fstream>
#include <regex>
#include <sstream>

using namespace altimeter;
using altimeter::session::Engine;
using altimeter::testing::CollectingSink;
using altimeter::testing::LoopbackServer;

namespace {

constexpr const char* kCorpus = ALTIMETER_SOURCE_DIR "/tests/fuzz/corpus/";
constexpr const char* kNowhere = "http://127.0.0.1:1"; ///< what the recorded settings name as the provider's address
constexpr std::string_view kZipped = "\x1f\x8b";
bool everyLine(const CostLine&)
{
    return true;
}

/// One recorded answer.
struct Page {
    int status = 200;
    std::string type = "application/json";
    std::string body;
};

/// What a connector's test recorded for the fuzzer: the pages of a whole fetch and the settings to ask with.
struct Recording {
    const providers::ConnectorKind* kind = nullptr;
    ConnectionSettings settings;
    std::map<std::string, std::string> secrets;
    DateRange window;
    Instant now;
    std::vector<Page> pages;

    const ConnectorInfo& info() const { return kind->info; }
};

std::string textOf(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// As fuzz_connectors.cpp reads a body.
Page pageOf(std::string body)
{
    Page page;
    if (body.size() >= 2 && body[0] == '\x1d') {
        constexpr std::array<int, 8> kStatus{200, 204, 400, 403, 429, 500, 301, 202};
        const auto choice = static_cast<unsigned char>(body[1]);
        page.status = kStatus[choice & 7U];
        page.type = (choice & 8U) != 0 ? "text/html" : page.type;
        body.erase(0, 2);
    }
    page.body = std::move(body);
    return page;
}

/// `text` with the address of every local server, whatever its port, replaced.
std::string movedTo(const std::string& address, const std::string& text)
{
    static const std::regex local("http://127\\.0\\.0\\.1:[0-9]+");
    return std::regex_replace(text, local, address);
}

std::vector<std::string> partsOf(const std::string& text, char mark)
{
    std::vector<std::string> parts;
    std::istringstream rest(text);
    for (std::string part; std::getline(rest, part, mark);)
        parts.push_back(part);
    return parts;
}

/// None where nothing was recorded.
std::optional<Recording> recordingOf(const providers::ConnectorKind& kind)
{
    const std::string name = kind.info.kind;
    const std::string settings = textOf(kCorpus + name + ".settings");
    const std::string pages = textOf(kCorpus + name + "/happy");
    if (settings.empty() || pages.empty())
        return std::nullopt;
    Recording recording;
    recording.kind = &kind;
    recording.settings.name = "recorded";
    recording.settings.kind = name;
    for (const std::string& entry : partsOf(settings, '\x1e')) {
        const auto mark = entry.find('\x1f');
        const std::string key = entry.substr(0, mark);
        const std::string value = entry.substr(mark + 1);
        if (key == "from")
            recording.window.from = *parseDay(value);
        else if (key == "to")
            recording.window.to = *parseDay(value);
        else if (key == "now")
            recording.now.seconds = std::stoll(value);
        else if (key.starts_with("value "))
            recording.settings.values[key.substr(6)] = value;
        else if (key.starts_with("secret "))
            recording.secrets[key.substr(7)] = value;
    }
    for (const std::string& body : partsOf(pages, '\x1e')) {
        const bool isRest = !recording.pages.empty() && recording.pages.back().body.starts_with(kZipped) &&
                            !body.starts_with(kZipped) && body.find_first_of("{[<\x1d") != 0;
        if (isRest) // the mark between bodies may stand in a packed one
            recording.pages.back().body += '\x1e' + body;
        else
            recording.pages.push_back(pageOf(body.starts_with(kZipped) ? body : movedTo(kNowhere, body)));
    }
    return recording;
}

/// Answers each request with the next page.
class Replay final : public providers::Transport {
public:
    explicit Replay(const Recording& recording) : m_pages(recording.pages) {}

    Result<providers::HttpResponse> exchange(const providers::HttpRequest& request, std::stop_token) override
    {
        providers::HttpResponse answer;
        answer.status = 404;
        if (m_next == m_pages.size())
            return answer;
        const Page& page = m_pages[m_next++];
        answer.status = page.status;
        answer.headers.emplace_back("content-type", page.type);
        answer.bytes = page.body.size();
        if (!request.saveTo.empty() && answer.isOk())
            std::ofstream(request.saveTo, std::ios::binary) << page.body;
        else
            answer.body = page.body;
        return answer;
    }
    std::size_t left() const { return m_pages.size() - m_next; }

private:
    const std::vector<Page>& m_pages;
    std::size_t m_next = 0;
};

/// One fetch of the recorded pages into `sink`. The delivery lives as long as this.
class Fetched {
public:
    Fetched(const Recording& recording, CostLineSink& sink)
        : m_recording(recording), m_replay(recording),
          m_http(m_replay, [](std::chrono::milliseconds, const std::stop_token&) { return true; }),
          delivery({recording.info(), recording.window, recording.now, recording.kind->extraColumns,
                    m_folder.path().toStdString()},
                   sink)
    {
        providers::Secrets secrets;
        for (const auto& [field, value] : recording.secrets)
            secrets[field] = providers::Secret(value);
        const auto connector = recording.kind->make({recording.settings, secrets, m_http, recording.now});
        status = connector->fetch({recording.window, recording.now, {}}, delivery, {});
        if (status.ok())
            status = delivery.flush();
    }
    /// Reads the cost files of the delivery as a sync does.
    Status readFiles(CostLineSink& sink) const
    {
        const ConnectorInfo& info = m_recording.info();
        for (const auto& file : delivery.files()) {
            providers::ChargeStateSink marked(sink, [&](const CostLine& line) {
                return session::isFinalByAge(
                    info, info.slice == ConnectorInfo::Slice::Month ? line.billingPeriod : line.chargeStart.day(),
                    m_recording.now);
            });
            if (const auto read = providers::readFocusFile(file.path, file.name, marked, {}, {}); !read)
                return read.error();
        }
        return {};
    }
    std::size_t pagesLeft() const { return m_replay.left(); }

private:
    const Recording& m_recording;
    QTemporaryDir m_folder;
    Replay m_replay;
    providers::HttpClient m_http;

public:
    providers::Delivery delivery;
    Status status;
};

/// Exact sums of one currency, by CostLens.
struct Sums {
    std::array<DecimalSum, kLensCount> cost;
    std::array<std::uint64_t, kLensCount> unknown{};
    std::uint64_t rows = 0;
};
using ByCurrency = std::map<std::string, Sums>;

QString shown(const ByCurrency& sums)
{
    std::string text;
    for (const auto& [currency, sum] : sums) {
        text += currency + ", rows " + std::to_string(sum.rows);
        for (std::size_t lens = 0; lens < kLensCount; ++lens)
            text += "; " + std::string(lensName(static_cast<CostLens>(lens))) + ' ' + sum.cost[lens].toString(0) +
                    " unknown " + std::to_string(sum.unknown[lens]);
        text += '\n';
    }
    return QString::fromStdString(text);
}

/// Of the digits as they were handed over.
ByCurrency delivered(const CollectingSink& sink)
{
    ByCurrency sums;
    for (const CollectingSink::Row& row : sink.rows) {
        Sums& sum = sums[row.currency];
        ++sum.rows;
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            const auto text = row.text.find(std::string(columnName(costColumnOf(static_cast<CostLens>(lens)))));
            if (text == row.text.end())
                ++sum.unknown[lens];
            else
                sum.cost[lens].add(parseDecimal(text->second)->value);
        }
    }
    return sums;
}

ByCurrency ledger(const std::vector<PartitionInfo>& partitions)
{
    ByCurrency sums;
    for (const PartitionInfo& partition : partitions) {
        Sums& sum = sums[std::string(partition.currency.code())];
        sum.rows += partition.rows;
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            sum.cost[lens].add(partition.fileTotal[lens]);
            sum.unknown[lens] += partition.unknownRows[lens];
        }
    }
    return sums;
}

/// Of the charge lines as a table of them shows each cost.
ByCurrency listed(const Engine& engine)
{
    const auto page = answer(*engine.snapshot(), ChargesQuestion{{}, 0, 1'000'000, false}, {});
    if (!page)
        qFatal("the charges cannot be listed: %s", page.error().text().c_str());
    ByCurrency sums;
    for (const ChargeRow& row : page->rows) {
        Sums& sum = sums[std::string(row.currency.code())];
        ++sum.rows;
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            const std::string& text = row.text[static_cast<std::size_t>(costColumnOf(static_cast<CostLens>(lens)))];
            if (text.empty())
                ++sum.unknown[lens];
            else
                sum.cost[lens].add(parseDecimal(text)->value);
        }
    }
    return sums;
}

/// The numbers that are no charges, as the last one of each name, labels and start says them.
std::map<std::string, std::string> measuresOf(const std::vector<Measure>& measures)
{
    std::map<std::string, std::string> values;
    for (const Measure& measure : measures) {
        std::string key = measure.name + '|' + toString(measure.start);
        for (const auto& [name, value] : measure.labels)
            key += '|' + name + '=' + value;
        values[key] = measure.value + ' ' + measure.unit + ' ' + toString(measure.end);
    }
    return values;
}

} // namespace

/// What a provider's recorded answer says, to the digit, is what is stored, counted again, shown and exported.
class TestStoredSums : public QObject {
    Q_OBJECT

    const testing::OwnConfig m_config;
    QTemporaryDir m_dir;
    int m_count = 0;

    std::string newPath() { return (m_dir.path() + QString("/%1.altimeter").arg(++m_count)).toStdString(); }
    static Recording recording()
    {
        const std::string name = QTest::currentDataTag();
        return *recordingOf(*providers::connectorKind(name));
    }
    template <typename Wanted> static void addKinds(Wanted isWanted)
    {
        QTest::addColumn<int>("unused");
        for (const auto& kind : providers::connectorKinds()) {
            if (const auto recorded = recordingOf(kind); recorded && isWanted(*recorded))
                QTest::newRow(kind.info.kind.c_str()) << 0;
        }
    }
    static void addKinds()
    {
        addKinds([](const Recording&) { return true; });
    }

    /// Fetches through a spool and takes it in as a sync does.
    static void takeIn(const Recording& recording, store::sql::Connection& db, ImportReport& report)
    {
        auto spool = session::Spool::open();
        QVERIFY(spool);
        const Fetched fetched(recording, **spool);
        QVERIFY2(fetched.status.ok(), fetched.status.ok() ? "" : fetched.status.error().text().c_str());
        const providers::Delivery& delivery = fetched.delivery;
        QCOMPARE((*spool)->lines(), delivery.charges());
        store::Ingest::Options options;
        options.source = recording.settings.name;
        options.kind = recording.info().kind;
        options.at = recording.now;
        options.byDay = recording.info().slice == ConnectorInfo::Slice::Day;
        options.covered = delivery.covered();
        options.alongside = [&](store::sql::Connection& one, const ImportReport&) -> Status {
            return store::writeMeasures(one, recording.settings.name, recording.window, delivery.measures());
        };
        auto ingest = store::Ingest::begin(db, std::move(options), {});
        QVERIFY2(ingest, ingest ? "" : ingest.error().text().c_str());
        const Status replayed = (*spool)->replay(**ingest, everyLine, {});
        QVERIFY2(replayed.ok(), replayed.ok() ? "" : replayed.error().text().c_str());
        const Status read = fetched.readFiles(**ingest);
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
        auto finished = (*ingest)->finish();
        QVERIFY2(finished, finished ? "" : finished.error().text().c_str());
        report = finished.take();
    }

    /// The answers of an engine, which count in 10^-18: what lies below must be named by the proof.
    static void compareAnswers(const Engine& engine, const ByCurrency& expected, std::size_t parts)
    {
        const auto proof = answer(*engine.snapshot(), ProofQuestion{}, {});
        QVERIFY(proof);
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            CostQuery query;
            query.lens = static_cast<CostLens>(lens);
            const auto table = answer(*engine.snapshot(), TableQuestion{query}, {});
            QVERIFY(table);
            QCOMPARE(table->totals.size(), expected.size());
            for (const CurrencyTotal& total : table->totals) {
                const Sums& sum = expected.at(std::string(total.currency.code()));
                QCOMPARE(total.rows, sum.rows);
                QCOMPARE(total.unknownRows, sum.unknown[lens]);
                DecimalSum rest = sum.cost[lens];
                DecimalSum shownCost;
                shownCost.add(Decimal{total.cost.attos(), 18});
                rest.subtract(shownCost);
                DecimalSum named;
                for (const ProofLine& line : *proof) {
                    QVERIFY(line.reconciled());
                    if (line.currency != total.currency || line.lens != query.lens)
                        continue;
                    for (const ProofLine::Part& part : line.parts) {
                        QCOMPARE(part.name, std::string("digits below 10^-18"));
                        named.add(part.amount);
                    }
                }
                QCOMPARE(rest.toString(0), named.toString(0));
                const auto attos = rest.attosFloor();
                QVERIFY(attos);
                QVERIFY2(*attos < static_cast<Int128>(parts) && *attos >= -static_cast<Int128>(parts),
                         rest.toString(0).c_str());
            }
        }
    }

private slots:
    void everyKind_hasARecording()
    {
        int recorded = 0;
        for (const auto& kind : providers::connectorKinds()) {
            const bool isThere = recordingOf(kind).has_value();
            recorded += isThere ? 1 : 0;
            QVERIFY2(isThere || !kind.info.bringsCosts,
                     ("no recorded pages of " + kind.info.kind + " below tests/fuzz/corpus").c_str());
        }
        QVERIFY(recorded > 0);
        for (const QString& name : QDir(kCorpus).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QVERIFY2(providers::connectorKind(name.toStdString()), qPrintable(name + " is no kind any more"));
    }

    void recordedPages_storedToTheDigit_data() { addKinds(); }
    void recordedPages_storedToTheDigit()
    {
        const Recording recorded = recording();
        CollectingSink said;
        const Fetched fetched(recorded, said);
        QVERIFY2(fetched.status.ok(), fetched.status.ok() ? "" : fetched.status.error().text().c_str());
        QCOMPARE(fetched.pagesLeft(), std::size_t{0});
        const Status read = fetched.readFiles(said);
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().text().c_str());
        if (recorded.info().bringsCosts)
            QVERIFY(!said.rows.empty());
        const ByCurrency expected = delivered(said);
        for (const CollectingSink::Row& row : said.rows) { // the parsed amounts are those of the text
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                const auto text = row.text.find(std::string(columnName(costColumnOf(static_cast<CostLens>(lens)))));
                QCOMPARE(row.cost[lens].has_value(), text != row.text.end());
            }
        }
        for (const auto& [currency, totals] : said.totals) {
            for (std::size_t lens = 0; lens < kLensCount; ++lens)
                QCOMPARE(totals[lens].toString(0), expected.at(currency).cost[lens].toString(0));
        }

        const std::string path = newPath();
        QVERIFY(Engine::create(path));
        auto db = store::openWorkspace(path);
        QVERIFY(db);
        ImportReport report;
        takeIn(recorded, *db, report);
        if (QTest::currentTestFailed())
            return;
        QCOMPARE(report.rowsStored, static_cast<std::uint64_t>(said.rows.size()));
        QCOMPARE(report.rowsRejected, static_cast<std::uint64_t>(said.rejected.size()));

        const auto partitions = store::readPartitions(*db);
        QVERIFY(partitions);
        QCOMPARE(shown(ledger(*partitions)), shown(expected));
        ByCurrency recounted = ledger(*partitions);
        ByCurrency exported = recounted;
        std::size_t parts = 0;
        for (auto& [currency, sum] : recounted)
            sum.cost = exported[currency].cost = {};
        for (const PartitionInfo& partition : *partitions) {
            for (const std::int64_t id : partition.ids) {
                ++parts;
                const auto counted = store::recountPartition(*db, id);
                QVERIFY(counted);
                for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                    recounted[std::string(partition.currency.code())].cost[lens].add(counted->stored[lens]);
                    exported[std::string(partition.currency.code())].cost[lens].add(counted->exported[lens]);
                }
            }
        }
        QCOMPARE(shown(recounted), shown(expected));
        QCOMPARE(shown(exported), shown(expected));
        const auto rejected = store::readRejected(*db, {});
        QVERIFY(rejected);
        QCOMPARE(rejected->size(), said.rejected.size());
        const auto measures = store::readMeasures(*db, {});
        QVERIFY(measures);
        QCOMPARE(measuresOf(*measures), measuresOf(fetched.delivery.measures()));
        QCOMPARE(measures->size(), measuresOf(fetched.delivery.measures()).size());

        {
            const auto engine = Engine::open(path);
            QVERIFY(engine);
            QCOMPARE((*engine)->info().rows, static_cast<std::uint64_t>(said.rows.size()));
            QVERIFY((*engine)->info().damage.empty());
            compareAnswers(**engine, expected, parts);
            if (QTest::currentTestFailed())
                return;
            QCOMPARE(shown(listed(**engine)), shown(expected));
        }

        // the same answer once more changes nothing
        ImportReport again;
        takeIn(recorded, *db, again);
        if (QTest::currentTestFailed())
            return;
        for (const PartitionReport& partition : again.partitions)
            QCOMPARE(actionName(partition.action), actionName(PartitionReport::Action::Unchanged));
        const auto after = store::readPartitions(*db);
        QVERIFY(after);
        QCOMPARE(shown(ledger(*after)), shown(expected));
        const auto holds = store::ledgerHolds(*db);
        QVERIFY(holds && *holds);
    }

    void spool_saysTheSameAsTheProvider_data() { addKinds(); }
    void spool_saysTheSameAsTheProvider()
    {
        const Recording recorded = recording();
        CollectingSink direct;
        const Fetched fetched(recorded, direct);
        auto spool = session::Spool::open();
        QVERIFY(spool);
        const Fetched held(recorded, **spool);
        QVERIFY(fetched.status.ok() && held.status.ok());
        for (int round = 0; round < 2; ++round) { // it may be told twice
            CollectingSink replayed;
            QVERIFY((*spool)->replay(replayed, everyLine, {}).ok());
            QCOMPARE(QString::fromStdString(everything(replayed)), QString::fromStdString(everything(direct)));
        }
        CollectingSink ignored;
        std::stop_source stop;
        stop.request_stop();
        const Status stopped = (*spool)->replay(ignored, everyLine, stop.get_token());
        QVERIFY(!stopped.ok() || direct.rows.empty());
    }

    void sync_storesWhatTheServerSaid_data()
    {
        addKinds([](const Recording& recorded) { // a sync asks for the others in several pieces
            return session::dueChunks(recorded.info(), recorded.settings, {}, recorded.window, recorded.now.day()) ==
                   std::vector<DateRange>{recorded.window};
        });
    }
    void sync_storesWhatTheServerSaid()
    {
        Recording recorded = recording();
        CollectingSink said;
        const Fetched fetched(recorded, said);
        QVERIFY(fetched.status.ok());
        QVERIFY(fetched.readFiles(said).ok());
        const ByCurrency expected = delivered(said);

        std::atomic<std::size_t> next = 0;
        const LoopbackServer server([&](const LoopbackServer::Request&) {
            LoopbackServer::Answer answer;
            const std::size_t at = next++;
            if (at >= recorded.pages.size()) {
                answer.status = 404;
                return answer;
            }
            const Page& page = recorded.pages[at];
            answer.status = page.status;
            answer.type = page.type;
            answer.body = page.body;
            return answer;
        });
        for (auto& [key, value] : recorded.settings.values)
            value = movedTo(server.url(), value);
        for (auto& [key, value] : recorded.secrets)
            value = movedTo(server.url(), value);
        for (Page& page : recorded.pages)
            page.body = page.body.starts_with(kZipped) ? page.body : movedTo(server.url(), page.body);

        auto engine = Engine::create(newPath());
        QVERIFY(engine);
        (*engine)->connections().setSecretStore(session::memorySecretStore("a test"));
        const Status saved = (*engine)->connections().save(recorded.settings, recorded.secrets);
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().text().c_str());
        session::SyncOptions options;
        options.at = recorded.now;
        options.wanted = recorded.window;
        const SyncResult result = (*engine)->connections().syncOne(recorded.settings.name, options, {}, {});
        QVERIFY2(result.ok, result.problem.c_str());
        QCOMPARE(next.load(), recorded.pages.size());
        QCOMPARE(result.rows, static_cast<std::uint64_t>(said.rows.size()));
        const auto partitions = answer(*(*engine)->snapshot(), PartitionsQuestion{}, {});
        QVERIFY(partitions);
        QCOMPARE(shown(ledger(*partitions)), shown(expected));
        std::size_t parts = 0;
        for (const PartitionInfo& partition : *partitions)
            parts += partition.ids.size();
        compareAnswers(**engine, expected, parts);
    }
};

QTEST_GUILESS_MAIN(TestStoredSums)
#include "tst_storedsums.moc"
