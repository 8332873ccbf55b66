#include "models/store/ingest/ingest.h"

#include "models/store/file/workspace.h"
#include "models/store/ingest/linebatch.h"
#include "models/store/segments/factstore.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/hexhash.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"

#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <unordered_set>

namespace altimeter::store {

namespace {

/// Lines held in memory over all partitions before the largest buffer is written out.
constexpr std::size_t kBufferedLines = 750'000;
/// A provider column stays in the dictionary until it has shown this many cells with more than half of them distinct.
constexpr std::uint64_t kDiversityProbe = 2'000;

using CoreMembers = std::array<std::uint32_t, kCoreGroupCount>;

/// Numbers the tuples of one group and writes new ones at once.
struct TupleIds {
    FingerprintMap<std::uint32_t> known;
    std::uint32_t next = 0;
};

struct PartitionKey {
    std::string provider;
    std::string billingAccount;
    Day billingPeriod;
    Currency currency;
    Day slice; ///< none: the whole month
    friend auto operator<=>(const PartitionKey&, const PartitionKey&) = default;
};

struct XxhDeleter {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

struct Partition {
    PartitionKey key;
    std::int64_t id = 0;
    std::int64_t oldId = 0;
    Segment buffer;
    std::int64_t bufferFile = 0;
    std::size_t inlineBytes = 0;            ///< in the buffer's inline columns
    std::array<Int128, kLensCount> carry{}; ///< digits below an atto on their way to the next segment
    std::unique_ptr<XXH3_state_t, XxhDeleter> content{XXH3_createState()};
    std::array<DecimalSum, kLensCount> fileTotal;
    std::array<DecimalSum, kLensCount> storedTotal;
    std::array<std::uint64_t, kLensCount> unknownRows{};
    std::uint64_t rows = 0;
    std::uint64_t rejected = 0;
    Day dataFrom, dataThrough;
    std::vector<std::string> files;

    Partition() { XXH3_128bits_reset(content.get()); }
};

/// How one provider column of the current file is kept.
struct ExtraColumn {
    std::string name;
    bool isInline = false;
    std::uint64_t seen = 0;
    std::unordered_set<std::uint64_t> distinct;
};

std::int64_t sliceNumber(Day slice)
{
    return slice.isValid() ? slice.number : 0;
}

Fingerprint comboKey(std::uint32_t core, std::uint32_t extra)
{
    const std::array<std::uint32_t, 2> ids{core, extra};
    return Fingerprint::of(ids.data(), sizeof ids);
}

/// Adds up the costs of an encoded segment: recounted from what is written, not from what was read.
Status addStored(const EncodedSegment& encoded, std::array<DecimalSum, kLensCount>& totals)
{
    const auto chunk = FactChunk::open(encoded.facts);
    if (!chunk)
        return chunk.error();
    const auto lines = SegmentLines::open(*chunk, encoded.lines);
    if (!lines)
        return lines.error();
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const AmountColumn& cost = chunk->cost[lens];
        Int128 sum = 0;
        for (std::size_t row = 0; row < chunk->size(); ++row) {
            if (!cost.wide)
                sum += cost.narrow.at(row);
            else if (const auto value = lines->cost(lens, row))
                totals[lens].add(*value);
        }
        totals[lens].add(Decimal{sum, cost.scale});
    }
    return {};
}

} // namespace

struct Ingest::Impl {
    sql::Connection* db = nullptr;
    std::unique_ptr<sql::Transaction> transaction;
    Options options;
    std::stop_token stop;
    std::int64_t sourceId = 0;
    std::int64_t importId = 0;
    std::int64_t nextPartitionId = 0;
    std::map<PartitionKey, std::unique_ptr<Partition>> partitions;
    Partition* current = nullptr;
    std::size_t buffered = 0;
    sql::Statement insertSegment, insertRejected, insertMember, insertCombo;

    std::array<TupleIds, kGroupCount> tuples;
    KnownCores cores;                      ///< shared with the batches
    std::vector<CoreMembers> coreMembers;  ///< by id of a remembered core
    FingerprintMap<std::uint32_t> combos;  ///< by core and extra member
    std::vector<std::uint32_t> plainCombo; ///< by core: its combination without provider columns, or kNone
    std::uint32_t nextCombo = 0;
    DictionarySum added;

    std::shared_ptr<const FileColumns> columns; ///< of the current file
    std::int64_t fileId = 0;
    std::vector<ExtraColumn> extras;
    std::size_t inlineColumns = 0; ///< of them
    std::vector<std::string> filesOfDelivery;
    std::uint64_t pendingRejects = 0;
    bool deliveriesHold = false; ///< findings, rejected lines and files are what was sealed: they may be sealed again

    ImportReport report;

    static constexpr std::uint32_t kNone = 0xffffffffU;

    /// What the texts of a batch are in the workspace.
    struct Resolved {
        struct Core {
            std::uint32_t id = kNone; ///< kNone: not remembered, see members
            CoreMembers members{};
        };
        struct Place {
            Partition* partition = nullptr;
            std::uint32_t bill = 0;
        };
        std::vector<Core> cores;
        std::vector<std::uint32_t> extras;
        std::vector<Place> places;
    };

    Status prepare();
    Status findSource();
    Status learn();
    Status learnCombos(const std::array<std::vector<Fingerprint>, kGroupCount>& hashes);
    Result<std::uint32_t> memberOf(Group group, const Fingerprint& hash, std::string_view tuple);
    Result<Resolved::Core> coreOf(const LineBatch::NewCore& core);
    Result<std::uint32_t> extraOf(const std::vector<std::string>& cells);
    Result<std::uint32_t> comboOf(const Resolved::Core& core, std::uint32_t extra);
    Result<std::uint32_t> addCombo(const CoreMembers& core, std::uint32_t extra);
    Result<Partition*> partitionOf(const LineBatch::Place& place);
    Status probeExtras(const LineBatch& batch);
    Result<Resolved> resolve(const LineBatch& batch);
    Status takeLines(const LineBatch& batch, const Resolved& resolved);
    void store(Partition& partition, const LineBatch& batch, std::size_t at, std::uint32_t combo, std::uint32_t bill,
               std::size_t& wide);
    void storeInline(Partition& partition, const std::vector<std::string>& cells);
    Status storeReject(const RejectedLine& line);
    Status flush(Partition& partition);
    Status flushLargest();
    void finishStatements();
    Result<PartitionReport> publish(Partition& partition);
    bool isCovered(const LineBatch::Place& place) const;
    Status removePartition(std::int64_t id);
    Status removeUndelivered(bool& changed);
    Status writeAlongside();
    Status noteRestatement(const PartitionKey& key, Instant importedAt, const DecimalSum& before,
                           const DecimalSum& after);
    Result<bool> rejectsChanged();
    Status writeFindings();
};

Ingest::Ingest() : m_impl(std::make_unique<Impl>()) {}

Ingest::~Ingest()
{
    if (m_impl->db) {
        m_impl->finishStatements();
        m_impl->transaction.reset();
        m_impl->db->stopWith({});
    }
}

void Ingest::Impl::finishStatements()
{
    for (sql::Statement* statement : {&insertSegment, &insertRejected, &insertMember, &insertCombo})
        *statement = {};
}

Result<std::unique_ptr<Ingest>> Ingest::begin(sql::Connection& connection, Options options, std::stop_token stop)
{
    std::unique_ptr<Ingest> ingest(new Ingest);
    Impl& impl = *ingest->m_impl;
    auto transaction = sql::Transaction::begin(connection);
    if (!transaction)
        return transaction.error();
    impl.db = &connection;
    impl.transaction = std::make_unique<sql::Transaction>(transaction.take());
    impl.options = std::move(options);
    impl.stop = std::move(stop);
    impl.cores.limitTo(impl.options.remembered);
    impl.combos.limitTo(impl.options.remembered);
    for (TupleIds& ids : impl.tuples)
        ids.known.limitTo(impl.options.remembered);
    if (auto prepared = impl.prepare(); !prepared)
        return prepared.error();
    return ingest;
}

Status Ingest::Impl::prepare()
{
    // A partition's segments are written before the partition itself replaces the old one.
    if (auto done = db->execute("PRAGMA defer_foreign_keys=ON"); !done)
        return done;
    if (auto done = requireSound(*db); !done) // before anything is looked up that the delivery may replace
        return done;
    const auto told = recordsHold(*db, Records::Deliveries);
    if (!told)
        return told.error();
    deliveriesHold = *told;
    if (auto done = findSource(); !done)
        return done;
    auto import = db->prepare("INSERT INTO import(source_id, imported_at) VALUES(?1, ?2)");
    if (!import)
        return import.error();
    if (auto done = import->bind(1, sourceId).bind(2, options.at.seconds).run(); !done)
        return done;
    importId = db->lastInsertId();
    auto highest = db->prepare("SELECT coalesce(max(id), 0) FROM partition");
    if (!highest)
        return highest.error();
    if (auto row = highest->step(); !row)
        return row.error();
    nextPartitionId = highest->integer(0) + 1;
    const std::array<std::pair<sql::Statement*, const char*>, 4> statements{
        {{&insertSegment, "INSERT INTO segment(partition_id, file_id, rows, facts_checksum, lines_checksum, facts, "
                          "lines) VALUES(?1,?2,?3,?4,?5,?6,?7)"},
         {&insertRejected, "INSERT INTO rejected_line(source_id, import_id, file, line, check_id, message, text) "
                           "VALUES(?1,?2,?3,?4,?5,?6,?7)"},
         {&insertMember, "INSERT INTO member(group_id, id, fields) VALUES(?1, ?2, ?3)"},
         {&insertCombo, "INSERT INTO combo(id, members) VALUES(?1, ?2)"}}};
    for (const auto& [statement, text] : statements) {
        auto prepared = db->prepare(text);
        if (!prepared)
            return prepared.error();
        *statement = prepared.take();
    }
    report.dryRun = options.dryRun;
    return learn();
}

Status Ingest::Impl::findSource()
{
    auto insert = db->prepare("INSERT INTO source(name, kind) VALUES(?1, ?2) ON CONFLICT(name) DO NOTHING");
    if (!insert)
        return insert.error();
    if (auto done = insert->bind(1, std::string_view(options.source)).bind(2, std::string_view(options.kind)).run();
        !done)
        return done;
    auto find = db->prepare("SELECT id, kind FROM source WHERE name=?1");
    if (!find)
        return find.error();
    if (auto row = find->bind(1, std::string_view(options.source)).step(); !row)
        return row.error();
    sourceId = find->integer(0);
    if (find->textView(1) != options.kind)
        return Error{ErrorCode::Invalid,
                     "the source \"" + options.source + "\" holds charges of another kind (" + find->text(1) +
                         "); choose another name",
                     {}};
    return {};
}

/// Takes in the dictionaries as they are: their hashes only, the texts stay where they lie.
Status Ingest::Impl::learn()
{
    std::array<std::vector<Fingerprint>, kGroupCount> hashes;
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        hashes[g].push_back(Fingerprint::of(std::string_view())); // member 0 is the tuple of nulls and not stored
        tuples[g].known.insert(hashes[g].front(), 0);
    }
    auto members = db->prepare("SELECT group_id, id, fields FROM member ORDER BY group_id, id");
    if (!members)
        return members.error();
    const Status read = members->each([&]() -> Status {
        const auto g = static_cast<std::size_t>(members->integer(0));
        if (g >= kGroupCount || members->integer(1) != static_cast<std::int64_t>(hashes[g].size()))
            return Error{ErrorCode::Corrupt, "the attribute dictionary has a gap", {}};
        const auto id = static_cast<std::uint32_t>(hashes[g].size());
        hashes[g].push_back(Fingerprint::of(members->textView(2)));
        if (!tuples[g].known.find(hashes[g].back()))
            tuples[g].known.insert(hashes[g].back(), id);
        return {};
    });
    if (!read)
        return read;
    for (std::size_t g = 0; g < kGroupCount; ++g)
        tuples[g].next = static_cast<std::uint32_t>(hashes[g].size());
    return learnCombos(hashes);
}

/// `hashes` are those of the tuples, by group and id.
Status Ingest::Impl::learnCombos(const std::array<std::vector<Fingerprint>, kGroupCount>& hashes)
{
    std::array<std::size_t, kGroupCount> sizes{};
    for (std::size_t g = 0; g < kGroupCount; ++g)
        sizes[g] = hashes[g].size();
    auto stored = db->prepare("SELECT id, members FROM combo ORDER BY id");
    if (!stored)
        return stored.error();
    return stored->each([&]() -> Status {
        const auto combo = comboAt(*stored, nextCombo, sizes);
        if (!combo)
            return combo.error();
        std::array<Fingerprint, kCoreGroupCount> content;
        CoreMembers core{};
        for (std::size_t g = 0; g < kCoreGroupCount; ++g) {
            content[g] = hashes[g][(*combo)[g]];
            core[g] = (*combo)[g];
        }
        const Fingerprint key = Fingerprint::of(content.data(), sizeof content);
        const auto known = cores.find(key);
        const std::uint32_t id = known ? known->id : static_cast<std::uint32_t>(coreMembers.size());
        if (!known) {
            cores.insert(key, {id, key});
            coreMembers.push_back(core);
            plainCombo.push_back(kNone);
        }
        const std::uint32_t extra = (*combo)[static_cast<std::size_t>(Group::Extra)];
        if (extra == 0)
            plainCombo[id] = nextCombo;
        else
            combos.insert(comboKey(id, extra), nextCombo);
        ++nextCombo;
        return {};
    });
}

Status Ingest::begin(const std::string& file, std::span<const std::string> header,
                     std::span<const std::string> extraColumns)
{
    Impl& impl = *m_impl;
    auto columns = std::make_shared<FileColumns>();
    columns->file = file;
    columns->source = impl.options.source;
    columns->byDay = impl.options.byDay;
    columns->extraNames.assign(extraColumns.begin(), extraColumns.end());
    impl.pendingRejects = 0;
    impl.current = nullptr;
    impl.filesOfDelivery.push_back(file);
    ++impl.report.filesRead;
    impl.extras.clear();
    impl.inlineColumns = 0;
    for (const std::string& name : extraColumns) {
        ExtraColumn column;
        column.name = name;
        impl.extras.push_back(std::move(column));
    }
    const nlohmann::json names(std::vector<std::string>(header.begin(), header.end()));
    auto insert =
        impl.db->prepare("INSERT INTO import_file(import_id, name, bytes, header, version) VALUES(?1,?2,0,?3,'')");
    if (!insert)
        return insert.error();
    const std::string text = names.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    columns->salt = Fingerprint::of(text).low;
    impl.columns = std::move(columns);
    if (auto done =
            insert->bind(1, impl.importId).bind(2, std::string_view(file)).bind(3, std::string_view(text)).run();
        !done)
        return done;
    impl.fileId = impl.db->lastInsertId();
    return {};
}

std::unique_ptr<CostBatch> Ingest::newBatch()
{
    return std::make_unique<LineBatch>(m_impl->cores, m_impl->columns);
}

void Ingest::setFileVersion(std::string version)
{
    auto update = m_impl->db->prepare("UPDATE import_file SET version=?1 WHERE id=?2");
    if (update)
        (void)update->bind(1, std::string_view(version)).bind(2, m_impl->fileId).run();
}

Result<std::uint32_t> Ingest::Impl::memberOf(Group group, const Fingerprint& hash, std::string_view tuple)
{
    TupleIds& ids = tuples[static_cast<std::size_t>(group)];
    if (const std::uint32_t* known = ids.known.find(hash))
        return *known;
    const std::uint32_t id = ids.next++;
    ids.known.insert(hash, id);
    added.addTuple(static_cast<std::size_t>(group), id, tuple);
    if (auto done =
            insertMember.bind(1, static_cast<std::int64_t>(group)).bind(2, std::int64_t{id}).bind(3, tuple).run();
        !done)
        return done.error();
    return id;
}

Result<Ingest::Impl::Resolved::Core> Ingest::Impl::coreOf(const LineBatch::NewCore& core)
{
    Resolved::Core found;
    if (const auto known = cores.find(core.content)) {
        found.id = known->id;
    } else {
        std::size_t begin = 0;
        for (std::size_t g = 0; g < kCoreGroupCount; ++g) {
            const auto tuple = std::string_view(core.texts).substr(begin, core.end[g] - begin);
            const auto member = memberOf(static_cast<Group>(g), core.tupleHash[g], tuple);
            if (!member)
                return member.error();
            found.members[g] = *member;
            begin = core.end[g];
        }
        const auto id = static_cast<std::uint32_t>(coreMembers.size());
        cores.insert(core.content, {id, core.content});
        if (!cores.find(core.content))
            return found; // there is no room to remember more
        found.id = id;
        coreMembers.push_back(found.members);
        plainCombo.push_back(kNone);
    }
    if (!(core.fingerprint == Fingerprint()) && !cores.find(core.fingerprint))
        cores.insert(core.fingerprint, {found.id, core.content});
    return found;
}

Result<std::uint32_t> Ingest::Impl::addCombo(const CoreMembers& core, std::uint32_t extra)
{
    ComboMembers members{};
    std::copy(core.begin(), core.end(), members.begin());
    members[static_cast<std::size_t>(Group::Extra)] = extra;
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(members.data()), sizeof members);
    const std::uint32_t id = nextCombo++;
    added.addCombo(id, bytes);
    if (auto done = insertCombo.bind(1, std::int64_t{id}).bindBlob(2, bytes).run(); !done)
        return done.error();
    return id;
}

Result<std::uint32_t> Ingest::Impl::comboOf(const Resolved::Core& core, std::uint32_t extra)
{
    if (core.id == kNone)
        return addCombo(core.members, extra);
    if (extra == 0 && plainCombo[core.id] != kNone)
        return plainCombo[core.id];
    const Fingerprint key = comboKey(core.id, extra);
    if (extra != 0) {
        if (const std::uint32_t* known = combos.find(key))
            return *known;
    }
    const auto id = addCombo(coreMembers[core.id], extra);
    if (!id)
        return id;
    if (extra == 0)
        plainCombo[core.id] = *id;
    else
        combos.insert(key, *id);
    return id;
}

/// Decides which provider columns are too diverse for the dictionary, by the first cells the file shows. Their names
/// stay in the dictionary, which tells an export of all columns that hold a value.
Status Ingest::Impl::probeExtras(const LineBatch& batch)
{
    for (std::size_t i = 0; i < extras.size(); ++i) {
        ExtraColumn& column = extras[i];
        for (std::size_t at = 0; at < batch.lines.size() && column.seen < kDiversityProbe; ++at) {
            const auto& cells = batch.extras[batch.lines[at].extra];
            if (i >= cells.size() || cells[i].empty())
                continue;
            ++column.seen;
            column.distinct.insert(XXH3_64bits(cells[i].data(), cells[i].size()));
            if (column.seen == kDiversityProbe) {
                column.isInline =
                    column.distinct.size() > kDiversityProbe / 2 && inlineColumns < Segment::kMaxInlineColumns;
                inlineColumns += column.isInline ? 1U : 0U;
                column.distinct = {};
            }
            if (column.seen == kDiversityProbe && column.isInline) {
                std::string tuple;
                TextGroup::appendEscaped(tuple, column.name);
                tuple.push_back(TextGroup::kSeparator);
                if (const auto member = memberOf(Group::Extra, Fingerprint::of(tuple), tuple); !member)
                    return member.error();
            }
        }
    }
    return {};
}

Result<std::uint32_t> Ingest::Impl::extraOf(const std::vector<std::string>& cells)
{
    std::string tuple;
    for (std::size_t i = 0; i < cells.size() && i < extras.size(); ++i) {
        if (extras[i].isInline || cells[i].empty())
            continue;
        if (!tuple.empty())
            tuple.push_back(TextGroup::kSeparator);
        TextGroup::appendEscaped(tuple, extras[i].name);
        tuple.push_back(TextGroup::kSeparator);
        TextGroup::appendEscaped(tuple, cells[i]);
    }
    return memberOf(Group::Extra, Fingerprint::of(tuple), tuple);
}

bool Ingest::Impl::isCovered(const LineBatch::Place& place) const
{
    const Day from = place.slice.isValid() ? place.slice : place.billingPeriod;
    const Day to = place.slice.isValid() ? place.slice + 1 : place.billingPeriod.addMonths(1);
    return options.covered.empty() ||
           std::any_of(options.covered.begin(), options.covered.end(),
                       [&](const DateRange& range) { return range.from <= from && to <= range.to; });
}

Result<Partition*> Ingest::Impl::partitionOf(const LineBatch::Place& place)
{
    PartitionKey key{place.provider, place.billingAccount, place.billingPeriod, place.currency, place.slice};
    auto& slot = partitions[key];
    if (!slot) {
        slot = std::make_unique<Partition>();
        slot->key = std::move(key);
        slot->id = nextPartitionId++;
    }
    if (slot->files.empty() || slot->files.back() != columns->file) {
        if (auto done = flush(*slot); !done) // a segment's lines come from one file
            return done.error();
        slot->files.push_back(columns->file);
    }
    return slot.get();
}

Result<Ingest::Impl::Resolved> Ingest::Impl::resolve(const LineBatch& batch)
{
    Resolved resolved;
    for (const LineBatch::NewCore& core : batch.newCores) {
        auto found = coreOf(core);
        if (!found)
            return found.error();
        resolved.cores.push_back(*found);
    }
    if (auto done = probeExtras(batch); !done)
        return done.error();
    for (const auto& cells : batch.extras) {
        const auto member = extraOf(cells);
        if (!member)
            return member.error();
        resolved.extras.push_back(*member);
    }
    for (const LineBatch::Place& place : batch.places) {
        if (!isCovered(place))
            return Error{ErrorCode::Invalid,
                         "the delivery holds charges outside of the days it speaks for (" +
                             toString(place.slice.isValid() ? place.slice : place.billingPeriod) + ')',
                         columns->file};
        const auto partition = partitionOf(place);
        if (!partition)
            return partition.error();
        const auto bill = memberOf(Group::Bill, place.billHash, place.bill);
        if (!bill)
            return bill.error();
        resolved.places.push_back({*partition, *bill});
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            for (std::size_t scale = 0; scale < place.sum[lens].size(); ++scale) {
                if (place.sum[lens][scale] != 0)
                    (*partition)
                        ->fileTotal[lens]
                        .add(Decimal{place.sum[lens][scale], static_cast<std::uint8_t>(scale)});
            }
            (*partition)->fileTotal[lens].add(place.wideSum[lens]);
            (*partition)->unknownRows[lens] += place.unknown[lens];
        }
    }
    return resolved;
}

Status Ingest::take(std::unique_ptr<CostBatch> batch)
{
    const auto& lines = dynamic_cast<const LineBatch&>(*batch);
    if (m_impl->stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    const auto resolved = m_impl->resolve(lines);
    if (!resolved)
        return resolved.error();
    return m_impl->takeLines(lines, *resolved);
}

Status Ingest::Impl::takeLines(const LineBatch& batch, const Resolved& resolved)
{
    std::size_t wide = 0;
    auto reject = batch.rejects.begin();
    for (std::size_t at = 0; at <= batch.lines.size(); ++at) {
        for (; reject != batch.rejects.end() && reject->before == at; ++reject) {
            if (auto done = storeReject(reject->line); !done)
                return done;
        }
        if (at == batch.lines.size())
            break;
        const LineBatch::Line& line = batch.lines[at];
        const auto combo = (line.core & LineBatch::kNewCore) != 0
                               ? comboOf(resolved.cores[line.core & ~LineBatch::kNewCore], resolved.extras[line.extra])
                               : comboOf({line.core, {}}, resolved.extras[line.extra]);
        if (!combo)
            return combo.error();
        const Resolved::Place& place = resolved.places[line.place];
        current = place.partition;
        current->rejected += pendingRejects;
        pendingRejects = 0;
        store(*current, batch, at, *combo, place.bill, wide);
        ++report.rowsRead;
        if (current->buffer.size() == Segment::kMaxRows || current->inlineBytes >= Segment::kMaxInlineBytes) {
            if (auto done = flush(*current); !done)
                return done;
        } else if (buffered >= kBufferedLines) {
            if (auto done = flushLargest(); !done)
                return done;
        }
    }
    return {};
}

void Ingest::Impl::store(Partition& partition, const LineBatch& batch, std::size_t at, std::uint32_t combo,
                         std::uint32_t bill, std::size_t& wide)
{
    const LineBatch::Line& line = batch.lines[at];
    Segment& rows = partition.buffer;
    partition.bufferFile = fileId;
    rows.combo.push_back(combo);
    rows.bill.push_back(bill);
    rows.line.push_back(line.number);
    rows.chargeStart.push_back(line.chargeStart);
    rows.chargeEnd.push_back(line.chargeEnd);
    rows.hasEnd.push_back(line.hasEnd);
    for (std::size_t i = 0; i < LineBatch::kNumbers; ++i) {
        DecimalColumn& column = i < kLensCount ? rows.cost[i] : rows.quantity[i - kLensCount];
        const bool isWide = line.scale[i] == LineBatch::kWide;
        if (isWide)
            column.wide.emplace_back(static_cast<std::uint32_t>(column.size()), batch.wide[wide++].value);
        column.scale.push_back(line.scale[i]);
        column.mantissa.push_back(isWide ? 0 : line.mantissa[i]);
    }
    if (line.extra != 0)
        storeInline(partition, batch.extras[line.extra]);
    XXH3_128bits_update(partition.content.get(), &line.content, sizeof line.content);

    const Day day = Instant{line.chargeStart}.day();
    if (partition.rows == 0 || day < partition.dataFrom)
        partition.dataFrom = day;
    if (partition.rows == 0 || day > partition.dataThrough)
        partition.dataThrough = day;
    ++partition.rows;
    ++buffered;
}

void Ingest::Impl::storeInline(Partition& partition, const std::vector<std::string>& cells)
{
    Segment& rows = partition.buffer;
    for (std::size_t i = 0; i < extras.size() && i < cells.size(); ++i) {
        if (!extras[i].isInline || cells[i].empty())
            continue;
        auto column = std::find_if(rows.inlineColumns.begin(), rows.inlineColumns.end(),
                                   [&](const InlineColumn& known) { return known.name == extras[i].name; });
        if (column == rows.inlineColumns.end())
            column = rows.inlineColumns.insert(rows.inlineColumns.end(), InlineColumn{extras[i].name, {}});
        column->texts.resize(rows.size() - 1);
        column->texts.push_back(cells[i]);
        partition.inlineBytes += cells[i].size();
    }
}

Status Ingest::Impl::flush(Partition& partition)
{
    Segment& rows = partition.buffer;
    if (rows.size() == 0)
        return {};
    for (InlineColumn& column : rows.inlineColumns)
        column.texts.resize(rows.size());
    const auto encoded = encode(rows, partition.carry);
    if (!encoded)
        return encoded.error();
    if (auto done = addStored(*encoded, partition.storedTotal); !done)
        return done;
    if (auto done = insertSegment.bind(1, partition.id)
                        .bind(2, partition.bufferFile)
                        .bind(3, static_cast<std::int64_t>(rows.size()))
                        .bind(4, checksumOf(encoded->facts))
                        .bind(5, checksumOf(encoded->lines))
                        .bindBlob(6, encoded->facts)
                        .bindBlob(7, encoded->lines)
                        .run();
        !done)
        return done;
    buffered -= rows.size();
    rows = Segment();
    partition.inlineBytes = 0;
    return {};
}

Status Ingest::Impl::flushLargest()
{
    Partition* largest = nullptr;
    for (auto& [key, partition] : partitions) {
        if (!largest || partition->buffer.size() > largest->buffer.size())
            largest = partition.get();
    }
    return largest ? flush(*largest) : Status();
}

Status Ingest::Impl::storeReject(const RejectedLine& line)
{
    ++report.rowsRead;
    ++report.rowsRejected;
    if (current)
        ++current->rejected;
    else
        ++pendingRejects;
    return insertRejected.bind(1, sourceId)
        .bind(2, importId)
        .bind(3, std::string_view(columns->file))
        .bind(4, static_cast<std::int64_t>(line.line))
        .bind(5, std::string_view(line.check))
        .bind(6, std::string_view(line.message))
        .bind(7, std::string_view(line.text))
        .run();
}

Status Ingest::finding(const Finding& finding)
{
    Finding kept = finding;
    if (kept.file.empty())
        kept.file = m_impl->columns ? m_impl->columns->file : std::string();
    kept.source = m_impl->options.source;
    m_impl->report.findings.push_back(std::move(kept));
    return {};
}

/// Segments first: foreign keys are deferred while a delivery is taken in.
Status Ingest::Impl::removePartition(std::int64_t id)
{
    for (const char* text : {"DELETE FROM segment WHERE partition_id=?1", "DELETE FROM partition WHERE id=?1"}) {
        auto remove = db->prepare(text);
        if (!remove)
            return remove.error();
        if (auto done = remove->bind(1, id).run(); !done)
            return done;
    }
    return {};
}

Result<PartitionReport> Ingest::Impl::publish(Partition& partition)
{
    if (auto done = flush(partition); !done)
        return done.error();
    PartitionReport result;
    PartitionInfo& info = result.partition;
    info.ids = {partition.id};
    info.source = options.source;
    info.provider = partition.key.provider;
    info.billingAccount = partition.key.billingAccount;
    info.billingPeriod = partition.key.billingPeriod;
    info.currency = partition.key.currency;
    info.rows = partition.rows;
    info.rejected = partition.rejected;
    info.fileTotal = partition.fileTotal;
    info.unknownRows = partition.unknownRows;
    info.importedAt = options.at;
    info.files = partition.files;
    result.rowsRead = partition.rows + partition.rejected;
    result.rowsStored = partition.rows;
    result.rowsRejected = partition.rejected;
    result.storedTotal = partition.storedTotal;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (partition.fileTotal[lens].overflowed())
            return Error{ErrorCode::Overflow, "the sum of the amounts leaves the representable range", info.provider};
        if (!(partition.storedTotal[lens] == partition.fileTotal[lens]))
            return Error{ErrorCode::Corrupt, "what was written does not add up to what was read", info.provider};
    }

    const std::string fingerprint = hex(XXH3_128bits_digest(partition.content.get()));
    const std::string period = toString(partition.key.billingPeriod);
    auto old = db->prepare("SELECT p.id, p.fingerprint, p.effective_cost, p.billed_cost, p.list_cost, "
                           "p.contracted_cost, i.imported_at FROM partition p JOIN import i ON i.id=p.import_id "
                           "WHERE p.source_id=?1 AND p.provider=?2 AND p.billing_account=?3 AND p.billing_period=?4 "
                           "AND p.currency=?5 AND p.slice=?6");
    if (!old)
        return old.error();
    old->bind(1, sourceId)
        .bind(2, std::string_view(partition.key.provider))
        .bind(3, std::string_view(partition.key.billingAccount))
        .bind(4, std::string_view(period))
        .bind(5, partition.key.currency.code())
        .bind(6, sliceNumber(partition.key.slice));
    const auto exists = old->step();
    if (!exists)
        return exists.error();
    Instant importedAt;
    if (*exists) {
        partition.oldId = old->integer(0);
        importedAt = {old->integer(6)};
        for (int lens = 0; lens < static_cast<int>(kLensCount); ++lens) {
            const auto total = DecimalSum::parse(old->text(2 + lens));
            if (!total)
                return total.error();
            result.oldTotal[static_cast<std::size_t>(lens)] = *total;
        }
        result.action =
            old->text(1) == fingerprint ? PartitionReport::Action::Unchanged : PartitionReport::Action::Replaced;
    }
    old = sql::Statement();

    const bool unchanged = result.action == PartitionReport::Action::Unchanged;
    if (auto done = noteRestatement(partition.key, importedAt, result.oldTotal[1], partition.fileTotal[1]); !done)
        return done.error();
    const std::int64_t goes = unchanged ? partition.id : partition.oldId;
    if (auto done = removePartition(goes); !done)
        return done.error();
    if (unchanged) {
        info.ids = {partition.oldId};
        auto update = db->prepare("UPDATE partition SET rows_rejected=?2 WHERE id=?1");
        if (!update)
            return update.error();
        if (auto done = update->bind(1, partition.oldId).bind(2, static_cast<std::int64_t>(partition.rejected)).run();
            !done)
            return done.error();
        return result;
    }
    auto insert = db->prepare(
        "INSERT INTO partition(id, source_id, provider, billing_account, billing_period, currency, import_id, rows, "
        "rows_rejected, data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost, "
        "effective_unknown, billed_unknown, list_unknown, contracted_unknown, slice) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)");
    if (!insert)
        return insert.error();
    insert->bind(1, partition.id)
        .bind(2, sourceId)
        .bind(3, std::string_view(partition.key.provider))
        .bind(4, std::string_view(partition.key.billingAccount))
        .bind(5, std::string_view(period))
        .bind(6, partition.key.currency.code())
        .bind(7, importId)
        .bind(8, static_cast<std::int64_t>(partition.rows))
        .bind(9, static_cast<std::int64_t>(partition.rejected))
        .bind(10, std::int64_t{partition.dataFrom.number})
        .bind(11, std::int64_t{partition.dataThrough.number})
        .bind(12, std::string_view(fingerprint))
        .bind(21, sliceNumber(partition.key.slice));
    for (int lens = 0; lens < static_cast<int>(kLensCount); ++lens) {
        const auto at = static_cast<std::size_t>(lens);
        insert->bind(13 + lens, std::string_view(partition.fileTotal[at].toString(0)))
            .bind(17 + lens, static_cast<std::int64_t>(partition.unknownRows[at]));
    }
    if (auto done = insert->run(); !done)
        return done.error();
    nlohmann::ordered_json detail{{"source", options.source},
                                  {"provider", info.provider},
                                  {"billing_account", info.billingAccount},
                                  {"billing_period", period},
                                  {"currency", std::string(info.currency.code())},
                                  {"rows", partition.rows},
                                  {"billed_cost", partition.fileTotal[1].toString()},
                                  {"effective_cost", partition.fileTotal[0].toString()},
                                  {"fingerprint", fingerprint}};
    if (partition.key.slice.isValid())
        detail["day"] = toString(partition.key.slice);
    if (partition.oldId != 0) {
        detail["old_billed_cost"] = result.oldTotal[1].toString();
        detail["old_effective_cost"] = result.oldTotal[0].toString();
    }
    const std::string text = detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (auto done = appendAudit(*db, options.at.seconds,
                                std::string("partition ") + std::string(actionName(result.action)), text);
        !done)
        return done.error();
    return result;
}

/// Writes down that days the source had told whole have changed. `importedAt` is that of the stored charges; not valid
/// where there are none. Later answers with the same charges leave it as it is, but not the time of the last ask.
Status Ingest::Impl::noteRestatement(const PartitionKey& key, Instant importedAt, const DecimalSum& before,
                                     const DecimalSum& after)
{
    if (before == after)
        return {};
    const Day from = key.slice.isValid() ? key.slice : key.billingPeriod;
    const Day to = key.slice.isValid() ? key.slice + 1 : key.billingPeriod.addMonths(1);
    auto covered = db->prepare("SELECT count(*), coalesce(min(is_final), 0), coalesce(min(asked_at), 0) FROM coverage "
                               "WHERE source_id=?1 AND day>=?2 AND day<?3");
    if (!covered)
        return covered.error();
    covered->bind(1, sourceId).bind(2, std::int64_t{from.number}).bind(3, std::int64_t{to.number});
    if (auto row = covered->step(); !row)
        return row.error();
    Instant toldAt = importedAt;
    if (covered->integer(0) == to - from)
        toldAt = std::max(toldAt, Instant{covered->integer(2)});
    if (!toldAt.isValid() || toldAt.day() < to)
        return {}; // the days were not over yet: more of them is no correction
    const bool wasFinal = covered->integer(0) == 0 || covered->integer(1) != 0;
    auto insert =
        db->prepare("INSERT INTO restatement(source_id, provider, billing_account, currency, day_from, day_to, "
                    "at, was_final, billed_before, billed_after) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
    if (!insert)
        return insert.error();
    return insert->bind(1, sourceId)
        .bind(2, std::string_view(key.provider))
        .bind(3, std::string_view(key.billingAccount))
        .bind(4, key.currency.code())
        .bind(5, std::int64_t{from.number})
        .bind(6, std::int64_t{to.number})
        .bind(7, options.at.seconds)
        .bind(8, std::int64_t{wasFinal})
        .bind(9, std::string_view(before.toString(0)))
        .bind(10, std::string_view(after.toString(0)))
        .run();
}

/// What the delivery is the whole truth for and does not hold is no more.
Status Ingest::Impl::removeUndelivered(bool& changed)
{
    if (options.covered.empty())
        return {};
    struct Gone {
        PartitionReport report;
        PartitionKey key;
        Instant importedAt;
    };
    std::vector<Gone> gone;
    auto stored = db->prepare("SELECT p.id, p.provider, p.billing_account, p.billing_period, p.currency, p.slice, "
                              "p.rows, p.billed_cost, i.imported_at FROM partition p JOIN import i ON i.id=p.import_id "
                              "WHERE p.source_id=?1 AND p.import_id<>?2");
    if (!stored)
        return stored.error();
    const Status read = stored->bind(1, sourceId).bind(2, importId).each([&]() -> Status {
        const auto month = parseDay(stored->text(3));
        const auto billed = DecimalSum::parse(stored->text(7));
        if (!month || !billed)
            return Error{ErrorCode::Corrupt, "a partition cannot be read", options.source};
        const Day slice{static_cast<std::int32_t>(stored->integer(5))};
        const Day from = slice.number == 0 ? *month : slice;
        const Day to = slice.number == 0 ? month->addMonths(1) : slice + 1;
        const bool isCovered = std::any_of(options.covered.begin(), options.covered.end(), [&](const DateRange& range) {
            return range.from <= from && to <= range.to;
        });
        const PartitionKey key{stored->text(1), stored->text(2), *month, Currency(stored->text(4)),
                               slice.number == 0 ? Day::none() : slice};
        if (!isCovered || partitions.contains(key))
            return {};
        PartitionReport removed;
        removed.partition.ids = {stored->integer(0)};
        removed.partition.source = options.source;
        removed.partition.provider = key.provider;
        removed.partition.billingAccount = key.billingAccount;
        removed.partition.billingPeriod = key.billingPeriod;
        removed.partition.currency = key.currency;
        removed.partition.rows = static_cast<std::uint64_t>(stored->integer(6));
        removed.oldTotal[static_cast<std::size_t>(CostLens::Billed)] = *billed;
        removed.action = PartitionReport::Action::Removed;
        gone.push_back({std::move(removed), key, {stored->integer(8)}});
        return {};
    });
    if (!read)
        return read;
    for (auto& [removed, key, importedAt] : gone) {
        const DecimalSum& before = removed.oldTotal[static_cast<std::size_t>(CostLens::Billed)];
        if (auto done = noteRestatement(key, importedAt, before, {}); !done)
            return done;
        if (auto done = removePartition(removed.partition.ids.front()); !done)
            return done;
        const nlohmann::ordered_json detail = {{"source", options.source},
                                               {"provider", removed.partition.provider},
                                               {"billing_account", removed.partition.billingAccount},
                                               {"billing_period", toString(removed.partition.billingPeriod)},
                                               {"currency", std::string(removed.partition.currency.code())},
                                               {"rows", removed.partition.rows},
                                               {"old_billed_cost", before.toString()}};
        if (auto done = appendAudit(*db, options.at.seconds, "partition removed",
                                    detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
            !done)
            return done;
        changed = true;
        report.partitions.push_back(std::move(removed));
    }
    return {};
}

/// Whether the records that could not be stored are others than those kept of the same files.
Result<bool> Ingest::Impl::rejectsChanged()
{
    auto differ = db->prepare(
        "WITH now AS (SELECT file, line, check_id, message, text FROM rejected_line WHERE source_id=?1 AND "
        "import_id=?2), before AS (SELECT file, line, check_id, message, text FROM rejected_line WHERE source_id=?1 "
        "AND import_id<>?2 AND file IN (SELECT name FROM import_file WHERE import_id=?2)) "
        "SELECT EXISTS(SELECT * FROM now EXCEPT SELECT * FROM before) OR "
        "EXISTS(SELECT * FROM before EXCEPT SELECT * FROM now)");
    if (!differ)
        return differ.error();
    if (auto row = differ->bind(1, sourceId).bind(2, importId).step(); !row)
        return row.error();
    return differ->integer(0) != 0;
}

Status Ingest::Impl::writeFindings()
{
    for (const std::string& name : filesOfDelivery) {
        for (const char* text : {"DELETE FROM finding WHERE source_id=?1 AND file=?2 AND import_id<>?3",
                                 "DELETE FROM rejected_line WHERE source_id=?1 AND file=?2 AND import_id<>?3"}) {
            auto remove = db->prepare(text);
            if (!remove)
                return remove.error();
            if (auto done = remove->bind(1, sourceId).bind(2, std::string_view(name)).bind(3, importId).run(); !done)
                return done;
        }
    }
    auto insert =
        db->prepare("INSERT INTO finding(source_id, import_id, file, severity, check_id, rows, first_line, message) "
                    "VALUES(?1,?2,?3,?4,?5,?6,?7,?8)");
    if (!insert)
        return insert.error();
    for (const Finding& finding : report.findings) {
        if (auto done = insert->bind(1, sourceId)
                            .bind(2, importId)
                            .bind(3, std::string_view(finding.file))
                            .bind(4, static_cast<std::int64_t>(finding.severity))
                            .bind(5, std::string_view(finding.check))
                            .bind(6, static_cast<std::int64_t>(finding.rows))
                            .bind(7, static_cast<std::int64_t>(finding.firstLine))
                            .bind(8, std::string_view(finding.message))
                            .run();
            !done)
            return done;
    }
    return {};
}

/// The delivery itself changed nothing and left no trace; what goes with it is written all the same.
Status Ingest::Impl::writeAlongside()
{
    if (!options.alongside || options.dryRun)
        return {};
    auto later = sql::Transaction::begin(*db);
    if (!later)
        return later.error();
    if (auto done = findSource(); !done)
        return done;
    if (auto done = options.alongside(*db); !done)
        return done;
    if (auto done = bumpRevision(*db); !done)
        return done;
    return later->commit();
}

Result<ImportReport> Ingest::finish()
{
    Impl& impl = *m_impl;
    impl.db->stopWith(impl.stop);
    bool changed = impl.partitions.empty() && impl.report.rowsRejected > 0;
    for (auto& [key, partition] : impl.partitions) {
        if (impl.stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        auto report = impl.publish(*partition);
        if (!report)
            return report.error();
        impl.report.rowsStored += report->rowsStored;
        changed |= report->action != PartitionReport::Action::Unchanged;
        if (report->action == PartitionReport::Action::Replaced) {
            const PartitionInfo& info = report->partition;
            const bool moved = !(report->oldTotal == info.fileTotal);
            impl.report.findings.push_back(
                {moved ? Severity::Warning : Severity::Note, "partition-replaced", report->rowsStored, 0,
                 "the stored charges of " + info.provider + ' ' + info.billingAccount + ", " +
                     toString(info.billingPeriod).substr(0, 7) + ", were replaced: BilledCost " +
                     report->oldTotal[1].toString(2) + " before, " + info.fileTotal[1].toString(2) + " now (" +
                     std::string(info.currency.code()) + ')',
                 info.files.empty() ? std::string() : info.files.front(), impl.options.source});
        }
        impl.report.partitions.push_back(report.take());
    }
    if (auto done = impl.removeUndelivered(changed); !done)
        return done.error();
    if (!changed) { // a record that can no longer be read must be told, though no charge moved
        const auto rejects = impl.rejectsChanged();
        if (!rejects)
            return rejects.error();
        changed = *rejects;
    }
    if (!changed || impl.options.dryRun) {
        impl.finishStatements();
        impl.transaction.reset();
        if (auto done = impl.writeAlongside(); !done)
            return done.error();
        return std::move(impl.report);
    }
    if (auto done = sealDictionary(*impl.db, impl.added); !done)
        return done.error();
    if (auto done = impl.writeFindings(); !done)
        return done.error();
    auto counts = impl.db->prepare("UPDATE import SET rows_read=?1, rows_stored=?2, rows_rejected=?3 WHERE id=?4");
    if (!counts)
        return counts.error();
    if (auto done = counts->bind(1, static_cast<std::int64_t>(impl.report.rowsRead))
                        .bind(2, static_cast<std::int64_t>(impl.report.rowsStored))
                        .bind(3, static_cast<std::int64_t>(impl.report.rowsRejected))
                        .bind(4, impl.importId)
                        .run();
        !done)
        return done.error();
    if (impl.deliveriesHold) {
        if (auto done = sealRecords(*impl.db, Records::Deliveries); !done)
            return done.error();
    }
    if (impl.options.alongside) {
        if (auto done = impl.options.alongside(*impl.db); !done)
            return done.error();
    }
    if (auto done = bumpRevision(*impl.db); !done)
        return done.error();
    impl.finishStatements();
    if (auto done = impl.transaction->commit(); !done)
        return done.error();
    settle(*impl.db);
    return std::move(impl.report);
}

} // namespace altimeter::store
