#include "models/store/ingest.h"

#include "models/store/hexhash.h"
#include "models/store/seal.h"
#include "models/store/segment.h"
#include "models/store/workspace.h"

#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace altimeter::store {

namespace {

/// Lines held in memory over all partitions before the largest buffer is written out.
constexpr std::size_t kBufferedLines = 1'000'000;
/// A provider column stays in the dictionary until it has shown this many lines with more than half of them distinct.
constexpr std::uint64_t kDiversityProbe = 2'000;

struct Hash {
    XXH128_hash_t value{};
    friend bool operator==(const Hash& a, const Hash& b) { return XXH128_isEqual(a.value, b.value) != 0; }
};

struct HashOfHash {
    std::size_t operator()(const Hash& hash) const { return hash.value.low64; }
};

Hash hashOf(std::string_view bytes)
{
    return {XXH3_128bits(bytes.data(), bytes.size())};
}

/// Ids of the tuples of one group, known ones first.
class TupleIds {
public:
    void learn(const TextGroup& known)
    {
        m_ids.reserve(known.size() * 2);
        for (std::uint32_t id = 0; id < known.size(); ++id)
            m_ids.emplace(hashOf(known.text(id)), id);
        m_next = static_cast<std::uint32_t>(known.size());
    }
    std::uint32_t idOf(const Hash& hash, std::string_view tuple)
    {
        const auto [found, isNew] = m_ids.try_emplace(hash, m_next);
        if (isNew) {
            m_added.emplace_back(tuple);
            ++m_next;
        }
        return found->second;
    }
    std::uint32_t firstAdded() const { return m_next - static_cast<std::uint32_t>(m_added.size()); }
    const std::vector<std::string>& added() const { return m_added; }

private:
    std::unordered_map<Hash, std::uint32_t, HashOfHash> m_ids;
    std::vector<std::string> m_added;
    std::uint32_t m_next = 0;
};

using ComboMembers = std::array<std::uint32_t, kComboGroupCount>;

struct PartitionKey {
    std::string provider;
    std::string billingAccount;
    Day billingPeriod;
    Currency currency;
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

void appendNumber(std::string& bytes, const std::optional<Decimal>& value)
{
    if (!value) {
        bytes.push_back('\xff');
        return;
    }
    bytes.push_back(static_cast<char>(value->scale));
    bytes.append(reinterpret_cast<const char*>(&value->mantissa), sizeof value->mantissa);
}

/// True when the amount fits ±1.7e20 units, the range every later sum is checked against.
bool fits(const Decimal& value)
{
    Int128 limit = 170'000'000'000'000'000;
    limit *= 1000;
    for (int i = 0; i < value.scale; ++i) {
        if (__builtin_mul_overflow(limit, Int128{10}, &limit))
            return true;
    }
    return value.mantissa <= limit && value.mantissa >= -limit;
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
    std::array<TupleIds, kGroupCount> tuples;
    std::unordered_map<Hash, std::uint32_t, HashOfHash> combos;
    std::vector<ComboMembers> addedCombos;
    std::uint32_t nextCombo = 0;
    std::map<PartitionKey, std::unique_ptr<Partition>> partitions;
    Partition* current = nullptr;
    std::size_t buffered = 0;
    sql::Statement insertSegment;
    sql::Statement insertRejected;

    std::string file;
    std::int64_t fileId = 0;
    std::vector<ExtraColumn> extras;
    std::vector<std::string> filesOfDelivery;
    std::uint64_t pendingRejects = 0;
    std::array<std::string, kGroupCount> lastTuple;
    std::array<Hash, kGroupCount> lastHash;
    std::array<std::uint32_t, kGroupCount> lastId{};
    std::string scratch;
    std::string lineBytes;

    ImportReport report;

    Status prepare(const Dictionaries& known);
    Status findSource();
    void learn(const Dictionaries& known);
    std::uint32_t memberOf(Group group);
    void fillTuple(Group group, const CostLine& line);
    void fillExtra(const CostLine& line);
    std::uint32_t comboOf(const ComboMembers& members);
    Result<Partition*> partitionOf(const CostLine& line);
    Status store(Partition& partition, const CostLine& line, std::uint32_t combo, std::uint32_t bill);
    Status flush(Partition& partition);
    Status flushLargest();
    Result<PartitionReport> publish(Partition& partition);
    Status writeDictionaries();
    Status writeFindings();
};

Ingest::Ingest() : m_impl(std::make_unique<Impl>()) {}

Ingest::~Ingest()
{
    if (m_impl->db) {
        m_impl->insertSegment = {};
        m_impl->insertRejected = {};
        m_impl->transaction.reset();
        m_impl->db->stopWith({});
    }
}

Result<std::unique_ptr<Ingest>> Ingest::begin(sql::Connection& connection, const Dictionaries& known, Options options,
                                              std::stop_token stop)
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
    if (auto prepared = impl.prepare(known); !prepared)
        return prepared.error();
    return ingest;
}

Status Ingest::Impl::prepare(const Dictionaries& known)
{
    // A partition's segments are written before the partition itself replaces the old one.
    if (auto done = db->execute("PRAGMA defer_foreign_keys=ON"); !done)
        return done;
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
    auto segment =
        db->prepare("INSERT INTO segment(partition_id, file_id, rows, checksum, data) VALUES(?1,?2,?3,?4,?5)");
    if (!segment)
        return segment.error();
    insertSegment = segment.take();
    auto rejected = db->prepare("INSERT INTO rejected_line(source_id, import_id, file, line, check_id, message, text) "
                                "VALUES(?1,?2,?3,?4,?5,?6,?7)");
    if (!rejected)
        return rejected.error();
    insertRejected = rejected.take();
    learn(known);
    report.dryRun = options.dryRun;
    return {};
}

Status Ingest::Impl::findSource()
{
    auto insert = db->prepare("INSERT INTO source(name, kind) VALUES(?1, ?2) ON CONFLICT(name) DO NOTHING");
    if (!insert)
        return insert.error();
    if (auto done = insert->bind(1, std::string_view(options.source)).bind(2, std::string_view(options.kind)).run();
        !done)
        return done;
    auto find = db->prepare("SELECT id FROM source WHERE name=?1");
    if (!find)
        return find.error();
    if (auto row = find->bind(1, std::string_view(options.source)).step(); !row)
        return row.error();
    sourceId = find->integer(0);
    return {};
}

void Ingest::Impl::learn(const Dictionaries& known)
{
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        tuples[g].learn(known.groups[g]);
        lastHash[g] = hashOf({});
    }
    combos.reserve(known.combos.size() * 2);
    for (const ComboMembers& members : known.combos) {
        const std::string_view bytes(reinterpret_cast<const char*>(members.data()), sizeof members);
        combos.emplace(hashOf(bytes), nextCombo++);
    }
}

Status Ingest::begin(const std::string& file, std::span<const std::string> header,
                     std::span<const std::string> extraColumns)
{
    Impl& impl = *m_impl;
    impl.file = file;
    impl.pendingRejects = 0;
    impl.current = nullptr;
    impl.filesOfDelivery.push_back(file);
    ++impl.report.filesRead;
    impl.extras.clear();
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
    if (auto done =
            insert->bind(1, impl.importId).bind(2, std::string_view(file)).bind(3, std::string_view(text)).run();
        !done)
        return done;
    impl.fileId = impl.db->lastInsertId();
    return {};
}

void Ingest::setFileVersion(std::string version)
{
    auto update = m_impl->db->prepare("UPDATE import_file SET version=?1 WHERE id=?2");
    if (update)
        (void)update->bind(1, std::string_view(version)).bind(2, m_impl->fileId).run();
}

void Ingest::Impl::fillTuple(Group group, const CostLine& line)
{
    const GroupColumns columns = columnsOf(group);
    std::size_t end = 0;
    for (std::size_t i = 0; i < columns.count; ++i) {
        if (i > 0)
            scratch.push_back(TextGroup::kSeparator);
        const std::string_view cell = line.text[columns.first + i];
        TextGroup::appendEscaped(scratch, cell);
        if (!cell.empty())
            end = scratch.size();
    }
    scratch.resize(end); // trailing nulls need no separators, so all-null is the empty tuple
}

void Ingest::Impl::fillExtra(const CostLine& line)
{
    for (std::size_t i = 0; i < extras.size() && i < line.extra.size(); ++i) {
        ExtraColumn& column = extras[i];
        const std::string_view cell = line.extra[i];
        if (column.isInline || cell.empty())
            continue;
        if (column.seen < kDiversityProbe) {
            ++column.seen;
            column.distinct.insert(XXH3_64bits(cell.data(), cell.size()));
            if (column.seen == kDiversityProbe) {
                column.isInline = column.distinct.size() > kDiversityProbe / 2;
                column.distinct = {};
                if (column.isInline)
                    continue;
            }
        }
        if (!scratch.empty())
            scratch.push_back(TextGroup::kSeparator);
        TextGroup::appendEscaped(scratch, column.name);
        scratch.push_back(TextGroup::kSeparator);
        TextGroup::appendEscaped(scratch, cell);
    }
}

std::uint32_t Ingest::Impl::memberOf(Group group)
{
    const auto g = static_cast<std::size_t>(group);
    if (scratch != lastTuple[g]) {
        lastTuple[g] = scratch;
        lastHash[g] = hashOf(scratch);
        lastId[g] = tuples[g].idOf(lastHash[g], scratch);
    }
    return lastId[g];
}

std::uint32_t Ingest::Impl::comboOf(const ComboMembers& members)
{
    const std::string_view bytes(reinterpret_cast<const char*>(members.data()), sizeof members);
    const auto [found, isNew] = combos.try_emplace(hashOf(bytes), nextCombo);
    if (isNew) {
        addedCombos.push_back(members);
        ++nextCombo;
    }
    return found->second;
}

Result<Partition*> Ingest::Impl::partitionOf(const CostLine& line)
{
    const std::string_view accountId = line.text[static_cast<std::size_t>(Column::BillingAccountId)];
    const std::string_view account =
        accountId.empty() ? line.text[static_cast<std::size_t>(Column::BillingAccountName)] : accountId;
    if (current && current->key.billingPeriod == line.billingPeriod && current->key.currency == line.currency &&
        current->key.billingAccount == account && current->key.provider == line.provider)
        return current;
    PartitionKey key{std::string(line.provider), std::string(account), line.billingPeriod, line.currency};
    auto& slot = partitions[key];
    if (!slot) {
        slot = std::make_unique<Partition>();
        slot->key = std::move(key);
        slot->id = nextPartitionId++;
    }
    if (slot->files.empty() || slot->files.back() != file) {
        if (auto done = flush(*slot); !done) // a segment's lines come from one file
            return done.error();
        slot->files.push_back(file);
    }
    return slot.get();
}

Status Ingest::add(const CostLine& line)
{
    Impl& impl = *m_impl;
    if ((impl.report.rowsRead & 0x3ffU) == 0 && impl.stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (line.cost[lens] && !fits(*line.cost[lens])) {
            return reject({impl.file, line.lineNumber, "amount-range",
                           "the " + std::string(lensName(static_cast<CostLens>(lens))) +
                               " cost is beyond 1.7e20 units of its currency",
                           toString(*line.cost[lens]), impl.options.source});
        }
    }
    ++impl.report.rowsRead;
    ComboMembers members{};
    impl.lineBytes.clear();
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        impl.scratch.clear();
        const auto group = static_cast<Group>(g);
        if (group == Group::Extra)
            impl.fillExtra(line);
        else
            impl.fillTuple(group, line);
        const std::uint32_t member = impl.memberOf(group);
        if (g < kComboGroupCount)
            members[g] = member;
        impl.lineBytes.append(reinterpret_cast<const char*>(&impl.lastHash[g].value), sizeof(XXH128_hash_t));
    }
    const std::uint32_t bill = impl.lastId[static_cast<std::size_t>(Group::Bill)];
    auto partition = impl.partitionOf(line);
    if (!partition)
        return partition.error();
    impl.current = *partition;
    impl.current->rejected += impl.pendingRejects;
    impl.pendingRejects = 0;
    return impl.store(*impl.current, line, impl.comboOf(members), bill);
}

Status Ingest::Impl::store(Partition& partition, const CostLine& line, std::uint32_t combo, std::uint32_t bill)
{
    Segment& rows = partition.buffer;
    partition.bufferFile = fileId;
    rows.combo.push_back(combo);
    rows.bill.push_back(bill);
    rows.line.push_back(line.lineNumber);
    rows.chargeStart.push_back(line.chargeStart.seconds);
    rows.chargeEnd.push_back(line.chargeEnd.isValid() ? line.chargeEnd.seconds : line.chargeStart.seconds);
    rows.hasEnd.push_back(line.chargeEnd.isValid() ? 1 : 0);
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        rows.cost[lens].add(line.cost[lens]);
        appendNumber(lineBytes, line.cost[lens]);
        if (line.cost[lens])
            partition.fileTotal[lens].add(*line.cost[lens]);
        else
            ++partition.unknownRows[lens];
    }
    for (std::size_t i = 0; i < rows.quantity.size(); ++i) {
        rows.quantity[i].add(line.quantity[i]);
        appendNumber(lineBytes, line.quantity[i]);
    }
    for (std::size_t i = 0; i < extras.size() && i < line.extra.size(); ++i) {
        if (!extras[i].isInline || line.extra[i].empty())
            continue;
        auto column = std::find_if(rows.inlineColumns.begin(), rows.inlineColumns.end(),
                                   [&](const InlineColumn& known) { return known.name == extras[i].name; });
        if (column == rows.inlineColumns.end())
            column = rows.inlineColumns.insert(rows.inlineColumns.end(), InlineColumn{extras[i].name, {}});
        column->texts.resize(rows.size() - 1);
        column->texts.emplace_back(line.extra[i]);
        lineBytes.append(extras[i].name).append(line.extra[i]).push_back(TextGroup::kSeparator);
    }
    lineBytes.append(reinterpret_cast<const char*>(&line.chargeStart.seconds), sizeof line.chargeStart.seconds);
    lineBytes.append(reinterpret_cast<const char*>(&line.chargeEnd.seconds), sizeof line.chargeEnd.seconds);
    XXH3_128bits_update(partition.content.get(), lineBytes.data(), lineBytes.size());

    const Day day = line.chargeStart.day();
    if (partition.rows == 0 || day < partition.dataFrom)
        partition.dataFrom = day;
    if (partition.rows == 0 || day > partition.dataThrough)
        partition.dataThrough = day;
    ++partition.rows;
    ++buffered;
    if (rows.size() == Segment::kMaxRows)
        return flush(partition);
    return buffered >= kBufferedLines ? flushLargest() : Status();
}

Status Ingest::Impl::flush(Partition& partition)
{
    Segment& rows = partition.buffer;
    if (rows.size() == 0)
        return {};
    for (InlineColumn& column : rows.inlineColumns)
        column.texts.resize(rows.size());
    const std::vector<std::uint8_t> bytes = encode(rows);
    const auto stored = decode(bytes); // recounted from what is written, not from what was read
    if (!stored)
        return stored.error();
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        for (std::size_t row = 0; row < stored->size(); ++row) {
            if (const auto value = stored->cost[lens].at(row))
                partition.storedTotal[lens].add(*value);
        }
    }
    if (auto done = insertSegment.bind(1, partition.id)
                        .bind(2, partition.bufferFile)
                        .bind(3, static_cast<std::int64_t>(rows.size()))
                        .bind(4, checksumOf(bytes))
                        .bindBlob(5, bytes)
                        .run();
        !done)
        return done;
    buffered -= rows.size();
    rows = Segment();
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

Status Ingest::reject(const RejectedLine& line)
{
    Impl& impl = *m_impl;
    ++impl.report.rowsRead;
    ++impl.report.rowsRejected;
    if (impl.current)
        ++impl.current->rejected;
    else
        ++impl.pendingRejects;
    return impl.insertRejected.bind(1, impl.sourceId)
        .bind(2, impl.importId)
        .bind(3, std::string_view(impl.file))
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
        kept.file = m_impl->file;
    kept.source = m_impl->options.source;
    m_impl->report.findings.push_back(std::move(kept));
    return {};
}

Result<PartitionReport> Ingest::Impl::publish(Partition& partition)
{
    if (auto done = flush(partition); !done)
        return done.error();
    PartitionReport result;
    PartitionInfo& info = result.partition;
    info.id = partition.id;
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
    }

    const std::string fingerprint = hex(XXH3_128bits_digest(partition.content.get()));
    const std::string period = toString(partition.key.billingPeriod);
    auto old = db->prepare("SELECT id, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost "
                           "FROM partition WHERE source_id=?1 AND provider=?2 AND billing_account=?3 AND "
                           "billing_period=?4 AND currency=?5");
    if (!old)
        return old.error();
    old->bind(1, sourceId)
        .bind(2, std::string_view(partition.key.provider))
        .bind(3, std::string_view(partition.key.billingAccount))
        .bind(4, std::string_view(period))
        .bind(5, partition.key.currency.code());
    const auto exists = old->step();
    if (!exists)
        return exists.error();
    if (*exists) {
        partition.oldId = old->integer(0);
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
    const std::int64_t goes = unchanged ? partition.id : partition.oldId;
    for (const char* text : {"DELETE FROM segment WHERE partition_id=?1", "DELETE FROM partition WHERE id=?1"}) {
        auto remove = db->prepare(text);
        if (!remove)
            return remove.error();
        if (auto done = remove->bind(1, goes).run(); !done)
            return done.error();
    }
    if (unchanged) {
        info.id = partition.oldId;
        return result;
    }
    auto insert = db->prepare(
        "INSERT INTO partition(id, source_id, provider, billing_account, billing_period, currency, import_id, rows, "
        "rows_rejected, data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost, "
        "effective_unknown, billed_unknown, list_unknown, contracted_unknown) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)");
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
        .bind(12, std::string_view(fingerprint));
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

Status Ingest::Impl::writeDictionaries()
{
    auto member = db->prepare("INSERT INTO member(group_id, id, fields) VALUES(?1, ?2, ?3)");
    if (!member)
        return member.error();
    DictionarySum sum;
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        auto id = static_cast<std::int64_t>(tuples[g].firstAdded());
        for (const std::string& fields : tuples[g].added()) {
            sum.addTuple(g, id, fields);
            if (auto done =
                    member->bind(1, static_cast<std::int64_t>(g)).bind(2, id++).bind(3, std::string_view(fields)).run();
                !done)
                return done;
        }
    }
    auto combo = db->prepare("INSERT INTO combo(id, members) VALUES(?1, ?2)");
    if (!combo)
        return combo.error();
    auto id = static_cast<std::int64_t>(nextCombo) - static_cast<std::int64_t>(addedCombos.size());
    for (const ComboMembers& members : addedCombos) {
        const std::span bytes(reinterpret_cast<const std::uint8_t*>(members.data()), sizeof members);
        sum.addCombo(id, bytes);
        if (auto done = combo->bind(1, id++).bindBlob(2, bytes).run(); !done)
            return done;
    }
    return sealDictionary(*db, sum);
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
    if (!changed || impl.options.dryRun) {
        impl.insertSegment = {};
        impl.insertRejected = {};
        impl.transaction.reset();
        return std::move(impl.report);
    }
    for (const auto& step : {&Impl::writeDictionaries, &Impl::writeFindings}) {
        if (auto done = (impl.*step)(); !done)
            return done.error();
    }
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
    if (auto done = bumpRevision(*impl.db); !done)
        return done.error();
    impl.insertSegment = {};
    impl.insertRejected = {};
    if (auto done = impl.transaction->commit(); !done)
        return done.error();
    return std::move(impl.report);
}

} // namespace altimeter::store
