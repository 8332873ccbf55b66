#include "models/analysis/query/chargeselection.h"
#include "models/analysis/query/costquery.h"
#include "models/analysis/query/factanswers.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ledger/ledger.h"
#include "models/store/prices/pricelists.h"
#include "models/store/segments/chargereading.h"
#include "models/store/segments/factstore.h"
#include "models/store/segments/recounting.h"
#include "models/store/segments/segment.h"
#include "models/store/segments/tagtext.h"
#include "models/store/settings/connections.h"
#include "models/store/settings/rulesfile.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"
#include "resources/schema.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace altimeter;
using namespace altimeter::store;

namespace {

/// What the fuzzer's bytes say, one thing after the other; zeros where there are no more.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : m_data(data), m_size(size) {}

    bool isOver() const { return m_at >= m_size; }
    template <typename T> T number()
    {
        T value{};
        const std::size_t size = std::min(sizeof value, m_size - m_at);
        std::memcpy(&value, m_data + m_at, size);
        m_at += size;
        return value;
    }
    std::string text(std::size_t size)
    {
        size = std::min(size, m_size - m_at);
        std::string text(reinterpret_cast<const char*>(m_data) + m_at, size);
        m_at += size;
        return text;
    }
    std::string rest() { return text(m_size - m_at); }

private:
    const std::uint8_t* m_data;
    std::size_t m_size;
    std::size_t m_at = 0;
};

std::size_t s_seen = 0; ///< keeps what was read from being left out by the compiler

void see(const std::string& text)
{
    s_seen += std::hash<std::string>{}(text);
}

void walk(const FactChunk& chunk)
{
    for (std::size_t run = 0; run < chunk.runs(); ++run) {
        s_seen += static_cast<std::size_t>(chunk.runCombo.at(run)) + static_cast<std::size_t>(chunk.runBill.at(run));
        if (chunk.runBegin(run) >= chunk.runEnd(run) || chunk.runEnd(run) > chunk.size())
            std::abort();
        for (const AmountColumn& cost : chunk.cost) {
            if (chunk.hasRunTotals)
                see(cost.runTotal(run).toString(0) + std::to_string(cost.runUnknown.at(run)));
        }
    }
    for (std::size_t row = 0; row < chunk.size(); ++row) {
        const std::int64_t day = chunk.day.at(row);
        if (day < chunk.firstDay.number || day > chunk.lastDay.number ||
            static_cast<std::uint64_t>(chunk.order.at(row)) >= chunk.size() || chunk.runOf(row) >= chunk.runs())
            std::abort();
        for (const AmountColumn& cost : chunk.cost)
            see(cost.at(row).toString(0) + (cost.isUnknown(row) ? "?" : ""));
    }
    for (const std::int32_t day : chunk.days)
        see(toString(Day{day}));
}

void walk(const SegmentLines& lines)
{
    for (std::size_t row = 0; row < lines.size(); ++row) {
        s_seen += lines.combo(row) + lines.bill(row) + lines.line(row);
        see(toString(lines.chargeStart(row)) + toString(lines.chargeEnd(row)));
        for (std::size_t i = 0; i < 4; ++i) {
            for (const auto& value : {lines.cost(i, row), lines.quantity(i, row)}) {
                if (!value)
                    continue;
                see(toString(*value));
                (void)Amount::fromDecimal(*value);
            }
        }
        for (const auto& column : lines.inlineColumns())
            see(column.name + std::string(column.text(row)));
    }
}

std::optional<Decimal> amountOf(unsigned kind, unsigned row)
{
    if (kind == 1 && row % 5 == 0)
        return std::nullopt;
    if (kind == 2 && row % 7 == 0)
        return Decimal{static_cast<Int128>(1'000'000'007) * 1'000'000'000'000'000 * (row + 1), 21};
    return Decimal{static_cast<Int128>(row) * 7919 - 500, static_cast<std::uint8_t>(row % 4)};
}

/// Some sound segments of different make.
const EncodedSegment& soundSegment(unsigned kind)
{
    static const std::array<EncodedSegment, 4> segments = [] {
        std::array<EncodedSegment, 4> made;
        for (unsigned make = 0; make < made.size(); ++make) {
            Segment segment;
            const unsigned rows = make == 3 ? 3 : 40;
            for (unsigned row = 0; row < rows; ++row) {
                segment.combo.push_back(row % 3);
                segment.bill.push_back(row % 2);
                segment.line.push_back(row + 2);
                segment.chargeStart.push_back(std::int64_t{20'600 + row % 9} * 86400 + 60);
                segment.chargeEnd.push_back(segment.chargeStart.back() + 3600);
                segment.hasEnd.push_back(row % 6 == 0 ? 0 : 1);
                for (unsigned i = 0; i < 4; ++i) {
                    segment.cost[i].add(amountOf(i < 2 ? make : 0, row));
                    segment.quantity[i].add(amountOf(i, row));
                }
            }
            if (make != 3) {
                InlineColumn column{"x_request", {}};
                for (unsigned row = 0; row < rows; ++row)
                    column.texts.push_back("request " + std::to_string(row * 31));
                segment.inlineColumns.push_back(std::move(column));
            }
            std::array<Int128, kLensCount> carry{};
            auto encoded = encode(segment, carry);
            if (!encoded)
                std::abort();
            made[make] = encoded.take();
        }
        return made;
    }();
    return segments[kind % segments.size()];
}

/// Writes numbers of the input over some of the bytes.
void patch(std::vector<std::uint8_t>& bytes, Input& in)
{
    const std::size_t at = in.number<std::uint16_t>() % bytes.size();
    const std::size_t size = std::min<std::size_t>(1 + in.number<std::uint8_t>() % 16, bytes.size() - at);
    const std::string with = in.text(size);
    std::memcpy(bytes.data() + at, with.data(), with.size());
}

void fuzzFacts(const std::uint8_t* data, std::size_t size)
{
    if (const auto chunk = FactChunk::open({data, data + size}))
        walk(*chunk);
}

void fuzzSegment(Input in)
{
    EncodedSegment segment = soundSegment(in.number<std::uint8_t>());
    while (!in.isOver())
        patch(in.number<std::uint8_t>() % 2 == 0 ? segment.facts : segment.lines, in);
    const auto chunk = FactChunk::open(segment.facts);
    if (!chunk)
        return;
    walk(*chunk);
    if (const auto lines = SegmentLines::open(*chunk, segment.lines))
        walk(*lines);
}

// ---- a whole workspace ---------------------------------------------------------------------------------------------

template <typename T> T must(Result<T> result)
{
    if (!result)
        std::abort();
    return result.take();
}

void must(const Status& status)
{
    if (!status)
        std::abort();
}

sql::Connection inMemory()
{
    return must(sql::Connection::open(":memory:", sql::Connection::Mode::Create));
}

void deliver(sql::Connection& db)
{
    Ingest::Options options{"s", "test", {1'790'000'000}};
    options.byDay = true;
    auto ingest = must(Ingest::begin(db, options, {}));
    must(ingest->begin("f", std::vector<std::string>{"BilledCost", "x_a"}, std::vector<std::string>{"x_a"}));
    auto batch = ingest->newBatch();
    for (int i = 0; i < 12; ++i) {
        CostLine line;
        line.lineNumber = static_cast<std::uint64_t>(i) + 2;
        const std::string service = "Service " + std::to_string(i % 3);
        const std::string tags = R"({"team":"t)" + std::to_string(i % 2) + "\"}";
        line.text[static_cast<std::size_t>(Column::ServiceName)] = service;
        line.text[static_cast<std::size_t>(Column::Tags)] = tags;
        const std::vector<std::string_view> extra{"x"};
        line.extra = extra;
        line.cost[1] = Decimal{100 + i, 2};
        line.cost[0] = Decimal{90 + i, 3};
        line.chargeStart = {std::int64_t{20'700 + i % 4} * 86400};
        line.chargeEnd = {line.chargeStart.seconds + 3600};
        line.billingPeriod = line.chargeStart.day().firstOfMonth();
        line.currency = Currency("USD");
        line.provider = "P";
        must(batch->add(line));
    }
    must(ingest->take(std::move(batch)));
    (void)must(ingest->finish());
}

const sql::Connection& soundWorkspace()
{
    static const sql::Connection whole = [] {
        sql::Connection db = inMemory();
        for (int version = 1; version <= schemaStepCount(); ++version)
            must(db.execute(std::string(schemaStep(version))));
        must(publishRules(db,
                          R"({"rules":[{"name":"fixed","when":[{"column":"ServiceName","equals":"Service 1"}],
            "split":{"method":"fixed","weights":{"T1":1,"T2":2}}},
            {"name":"tag","when":[],"set":{"team":{"from":["tag:team"]}}}]})",
                          0)
                     .ok()
                 ? Status()
                 : Status(Error{}));
        deliver(db);
        must(writeConnection(db, {"s", "test", {{"a", "b"}}, 24}, {1}));
        must(writeMemory(db, "s", {{"cursor", "1"}}));
        must(writeCoverage(db, "s", std::vector<CoveredDay>{{{20'700}, {1'790'000'000}, 0, true}}));
        must(writeView(db, {"v", "explore", "{}"}));
        PriceListVersion prices;
        prices.name = "own";
        prices.action = "set";
        (void)must(publishPriceList(db, prices, "provider,model\n"));
        auto transaction = must(sql::Transaction::begin(db));
        must(writeMeasures(
            db, "s", {{20'700}, {20'701}},
            std::vector<Measure>{{"m", "u", {20'700LL * 86400}, {20'701LL * 86400}, {{"l", "v"}}, "1.5"}}));
        must(db.execute(
            "INSERT INTO restatement(source_id, provider, billing_account, currency, day_from, day_to, at, "
            "was_final, billed_before, billed_after) VALUES(1,'P','','USD',20700,20701,1790000000,1,'1','2');"
            "INSERT INTO finding VALUES(1,1,'f',1,'check',3,2,'message');"
            "INSERT INTO rejected_line VALUES(1,1,'f',9,'check','message','text',1);"
            "INSERT INTO rejected_sum VALUES(1,1,1,'P','','2026-09-01','USD',0,'','','check',1,'1','1','0','0',1,1,0,0,"
            "0,0,0,0);"));
        must(transaction.commit());
        return db;
    }();
    return whole;
}

struct Cell {
    const char* table;
    const char* column;
    char kind; ///< integer, text or bytes
    const char* key;
};

constexpr std::array kCells{Cell{"member", "group_id", 'i', "(group_id,id)"},
                            Cell{"member", "id", 'i', "(group_id,id)"},
                            Cell{"member", "fields", 't', "(group_id,id)"},
                            Cell{"combo", "id", 'i', "id"},
                            Cell{"combo", "members", 'b', "id"},
                            Cell{"partition", "id", 'i', "id"},
                            Cell{"partition", "source_id", 'i', "id"},
                            Cell{"partition", "billing_period", 't', "id"},
                            Cell{"partition", "currency", 't', "id"},
                            Cell{"partition", "import_id", 'i', "id"},
                            Cell{"partition", "rows", 'i', "id"},
                            Cell{"partition", "rows_rejected", 'i', "id"},
                            Cell{"partition", "data_from", 'i', "id"},
                            Cell{"partition", "data_through", 'i', "id"},
                            Cell{"partition", "slice", 'i', "id"},
                            Cell{"partition", "billed_cost", 't', "id"},
                            Cell{"partition", "effective_unknown", 'i', "id"},
                            Cell{"segment", "id", 'i', "id"},
                            Cell{"segment", "partition_id", 'i', "id"},
                            Cell{"segment", "file_id", 'i', "id"},
                            Cell{"segment", "rows", 'i', "id"},
                            Cell{"source", "name", 't', "id"},
                            Cell{"import", "imported_at", 'i', "id"},
                            Cell{"import_file", "header", 't', "id"},
                            Cell{"rule_version", "version", 'i', "version"},
                            Cell{"rule_version", "json", 't', "version"},
                            Cell{"connection", "settings", 't', "name"},
                            Cell{"connection", "memory", 't', "name"},
                            Cell{"connection", "every_hours", 'i', "name"},
                            Cell{"connection", "last_sync", 'i', "name"},
                            Cell{"connection", "requests", 'i', "name"},
                            Cell{"connection", "spent", 't', "name"},
                            Cell{"coverage", "day", 'i', "(source_id,day)"},
                            Cell{"coverage", "asked_at", 'i', "(source_id,day)"},
                            Cell{"coverage", "duplicates", 'i', "(source_id,day)"},
                            Cell{"restatement", "day_from", 'i', "id"},
                            Cell{"restatement", "day_to", 'i', "id"},
                            Cell{"restatement", "billed_after", 't', "id"},
                            Cell{"measure", "labels", 't', "(source_id,name,labels,start)"},
                            Cell{"measure", "start", 'i', "(source_id,name,labels,start)"},
                            Cell{"measure", "until", 'i', "(source_id,name,labels,start)"},
                            Cell{"finding", "severity", 'i', "rowid"},
                            Cell{"finding", "rows", 'i', "rowid"},
                            Cell{"rejected_line", "line", 'i', "rowid"},
                            Cell{"saved_view", "state", 't', "name"},
                            Cell{"meta", "value", 't', "key"},
                            Cell{"price_list", "name", 't', "version"},
                            Cell{"price_list", "layer", 'i', "version"},
                            Cell{"price_list", "bytes", 'i', "version"},
                            Cell{"price_list", "checksum", 'i', "version"},
                            Cell{"price_list", "content", 'b', "version"}};

void alterCell(sql::Connection& db, Input& in)
{
    const Cell& cell = kCells[in.number<std::uint8_t>() % kCells.size()];
    const std::string table(cell.table);
    auto update = db.prepare(
        "UPDATE OR IGNORE " + table + " SET " + cell.column + "=?1 WHERE " + cell.key + "=(SELECT " +
        std::string(cell.key).substr(cell.key[0] == '(' ? 1 : 0, std::strlen(cell.key) - (cell.key[0] == '(' ? 2 : 0)) +
        " FROM " + table + " LIMIT 1 OFFSET ?2)");
    if (!update)
        std::abort();
    update->bind(2, std::int64_t{in.number<std::uint8_t>() % 13});
    if (cell.kind == 'i') {
        const std::size_t bytes = 1 + in.number<std::uint8_t>() % 8;
        std::int64_t value = 0;
        const std::string given = in.text(bytes);
        std::memcpy(&value, given.data(), given.size());
        if (bytes < 8 && in.number<std::uint8_t>() % 2 == 0)
            value = -value;
        update->bind(1, value);
    } else {
        const std::string value = in.text(in.number<std::uint16_t>() % 512);
        if (cell.kind == 't')
            update->bind(1, std::string_view(value));
        else
            update->bindBlob(1, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
    }
    (void)update->run();
}

void alterSegment(sql::Connection& db, Input& in)
{
    auto row = must(db.prepare("SELECT id, facts, lines FROM segment LIMIT 1 OFFSET ?1"));
    const auto found = row.bind(1, std::int64_t{in.number<std::uint8_t>() % 4}).step();
    if (!found || !*found)
        return;
    const std::int64_t id = row.integer(0);
    std::vector<std::uint8_t> facts(row.blob(1).begin(), row.blob(1).end());
    std::vector<std::uint8_t> lines(row.blob(2).begin(), row.blob(2).end());
    row.reset();
    patch(in.number<std::uint8_t>() % 2 == 0 ? facts : lines, in);
    auto update =
        must(db.prepare("UPDATE segment SET facts=?2, lines=?3, facts_checksum=?4, lines_checksum=?5 WHERE id=?1"));
    (void)update.bind(1, id)
        .bindBlob(2, facts)
        .bindBlob(3, lines)
        .bind(4, checksumOf(facts))
        .bind(5, checksumOf(lines))
        .run();
}

/// Every checksum as it must be for what is stored now.
void seal(sql::Connection& db)
{
    (void)db.execute("DELETE FROM meta WHERE key='dictionary_checksum'");
    (void)sealDictionary(db, {});
    (void)sealLedger(db);
    for (const Records records : kAllRecords)
        (void)sealRecords(db, records);
}

void ask(sql::Connection& db, const FactSet& facts)
{
    RuleSet rules;
    if (const auto published = readRules(db)) {
        if (auto parsed = parseRules(published->json))
            rules = parsed.take();
    }
    const auto attribution = analysis::attribute(facts, rules, {});
    if (!attribution)
        return;
    for (const Granularity granularity : {Granularity::None, Granularity::Day, Granularity::Month}) {
        CostQuery query;
        query.granularity = granularity;
        query.lens = CostLens::Billed;
        query.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}, Dim{Dim::Kind::Tag, "team"}};
        if (const auto table = analysis::runQuery(facts, *attribution, query, {})) {
            for (const CostRow& row : table->rows)
                see(row.cost.toString(0) + toString(row.period));
        }
    }
    for (const bool largest : {true, false}) {
        const auto chosen = analysis::selectCharges(facts, *attribution, {}, {0, 20, largest});
        if (!chosen)
            continue;
        std::vector<RowAddress> places;
        for (const auto& match : chosen->matches)
            places.push_back({facts.chunks[match.part].chunk.get(), match.row});
        if (const auto charges = readCharges(db, *facts.dictionaries, places, {})) {
            for (const ChargeRow& row : *charges)
                see(row.source + toString(row.chargeEnd));
        }
    }
}

void fuzzWorkspace(Input in)
{
    sql::Connection db = inMemory();
    sqlite3_backup* const copy = sqlite3_backup_init(db.handle(), "main", soundWorkspace().handle(), "main");
    if (!copy || sqlite3_backup_step(copy, -1) != SQLITE_DONE)
        std::abort();
    sqlite3_backup_finish(copy);
    must(db.execute("PRAGMA foreign_keys=OFF"));
    {
        auto transaction = must(sql::Transaction::begin(db));
        for (int changes = 0; changes < 8 && !in.isOver(); ++changes) {
            if (in.number<std::uint8_t>() % 3 == 0)
                alterSegment(db, in);
            else
                alterCell(db, in);
        }
        seal(db);
        (void)transaction.commit();
    }
    (void)mendIndexes(db);
    if (const auto loaded = loadFacts(db, nullptr, {})) {
        for (const auto& part : loaded->facts->chunks)
            walk(*part.chunk);
        ask(db, *loaded->facts);
        for (const FactPartition& partition : loaded->facts->partitions)
            (void)recountPartition(db, partition.id);
        const auto again = loadFacts(db, loaded->facts.get(), {});
        if (!again || again->damage != loaded->damage)
            std::abort();
    }
    (void)readSources(db);
    (void)readPartitions(db);
    (void)readFindings(db, "");
    (void)readRejected(db, "");
    (void)readViews(db);
    if (const auto lists = currentPriceLists(db)) {
        for (const PriceListVersion& list : *lists)
            (void)readPriceList(db, list.version);
    }
    (void)readHeaders(db);
    (void)readConnections(db);
    (void)readCoverage(db, "s");
    (void)readMeasures(db, "");
    (void)countMeasures(db);
    (void)verifyAudit(db);
    if (const auto restatements = readRestatements(db)) {
        for (const Restatement& one : *restatements) {
            if (one.to <= one.from)
                std::abort();
        }
    }
}

void fuzzRules(const std::string& text)
{
    const auto rules = parseRules(text);
    if (!rules)
        return;
    const auto again = parseRules(writeRules(*rules));
    if (!again || !(*again == *rules))
        std::abort();
}

/// Settings and memory of a connection, labels of a measure, the header of a file.
void fuzzSettings(const std::string& text)
{
    sql::Connection db = inMemory();
    must(db.execute("CREATE TABLE connection(name, kind, settings, every_hours, created_at, last_sync, last_success, "
                    "requests, spent, problem, todo, memory);"
                    "CREATE TABLE import_file(id INTEGER PRIMARY KEY, header);"
                    "CREATE TABLE meta(key, value); CREATE TABLE source(id, name); INSERT INTO source VALUES(1, 's');"
                    "CREATE TABLE measure(source_id, name, labels, start, until, unit, value);"));
    for (const char* insert :
         {"INSERT INTO connection VALUES('n','k',?1,1,1,1,1,1,'1','','',?1)",
          "INSERT INTO import_file(header) VALUES(?1)", "INSERT INTO measure VALUES(1,'m',?1,1,2,'u','1')"})
        must(must(db.prepare(insert)).bind(1, std::string_view(text)).run());
    if (const auto read = readConnections(db)) {
        for (const auto& [key, value] : read->front().settings.values)
            see(key + value);
    }
    (void)readHeaders(db);
    (void)readMeasures(db, "s");
}

void fuzzTags(const std::string& text)
{
    for (const TagPair& pair : decodeTags(text))
        see(pair.key + pair.originalKey + pair.value);
}

} // namespace

/// ALTIMETER_FUZZ_KIND names what is decoded: facts, segment, workspace, rules, settings or tags. Bytes of a sound
/// segment or workspace are altered by what the input says and every checksum is made to hold again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const std::string kind = [] {
        const char* const named = std::getenv("ALTIMETER_FUZZ_KIND");
        return std::string(named ? named : "workspace");
    }();
    if (kind == "facts")
        fuzzFacts(data, size);
    else if (kind == "segment")
        fuzzSegment({data, size});
    else if (kind == "workspace")
        fuzzWorkspace({data, size});
    else if (kind == "rules")
        fuzzRules(Input(data, size).rest());
    else if (kind == "settings")
        fuzzSettings(Input(data, size).rest());
    else if (kind == "tags")
        fuzzTags(Input(data, size).rest());
    else
        std::abort();
    return 0;
}
