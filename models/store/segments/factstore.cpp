#include "models/store/segments/factstore.h"

#include "models/facts/dimindex.h"
#include "models/facts/forkjoin.h"
#include "models/store/file/workspace.h"
#include "models/store/segments/dictionaryloading.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/ranges.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace altimeter::store {

namespace {

/// A partition and what only the store needs to know of it.
struct StoredPartition {
    FactPartition facts;
    Day slice; ///< the one day it holds; none: the whole month
    Instant importedAt;
};

std::string nameOf(const FactPartition& partition)
{
    return "source " + partition.source + ", " + partition.provider + ' ' + partition.billingAccount + ", " +
           toString(partition.billingPeriod).substr(0, 7);
}

/// Of two partitions of one key only the later one is taken: their charges are the same ones. Answers the others' ids.
std::set<std::int64_t> dropDoubles(std::vector<StoredPartition>& partitions, std::vector<std::string>& damage)
{
    std::set<std::int64_t> dropped;
    using Key = std::tuple<std::string, std::string, std::string, Day, Currency, Day>;
    std::map<Key, std::int64_t> latest;
    const auto keyOf = [](const StoredPartition& partition) {
        const FactPartition& facts = partition.facts;
        return Key{facts.source,        facts.provider, facts.billingAccount,
                   facts.billingPeriod, facts.currency, partition.slice};
    };
    for (const StoredPartition& partition : partitions) {
        std::int64_t& id = latest[keyOf(partition)];
        id = std::max(id, partition.facts.id);
    }
    std::erase_if(partitions, [&](const StoredPartition& partition) {
        if (latest[keyOf(partition)] == partition.facts.id)
            return false;
        dropped.insert(partition.facts.id);
        damage.push_back("The charges of " + nameOf(partition.facts) +
                         ", are stored twice; only the later ones are counted. Import the files again into a new "
                         "workspace.");
        return true;
    });
    return dropped;
}

Result<std::vector<StoredPartition>> loadPartitions(const sql::Connection& connection)
{
    auto rows = connection.prepare(
        "SELECT p.id, s.name, p.provider, p.billing_account, p.billing_period, p.currency, p.rows, p.data_from, "
        "p.data_through, p.slice, i.imported_at, p.import_id FROM partition p NOT INDEXED LEFT JOIN source s ON "
        "s.id=p.source_id "
        "LEFT JOIN import i ON i.id=p.import_id ORDER BY p.id");
    if (!rows)
        return rows.error();
    std::vector<StoredPartition> partitions;
    const Status read = rows->each([&]() -> Status {
        StoredPartition stored;
        FactPartition& partition = stored.facts;
        partition.id = rows->integer(0);
        partition.source = rows->text(1);
        partition.provider = rows->text(2);
        partition.billingAccount = rows->text(3);
        const auto period = parseDay(rows->text(4));
        if (!period)
            return Error{ErrorCode::Corrupt, "a partition has no readable billing period", {}};
        partition.billingPeriod = *period;
        partition.currency = Currency(rows->text(5));
        const auto count = storedCount(rows->integer(6));
        const auto from = storedDay(rows->integer(7));
        const auto through = storedDay(rows->integer(8));
        const auto slice = storedDay(rows->integer(9));
        const auto importedAt = storedInstant(rows->integer(10));
        if (!count || !from || !through || !slice || !importedAt || partition.source.empty())
            return Error{ErrorCode::Corrupt, "a partition's numbers cannot be read", partition.source};
        partition.rows = *count;
        partition.dataFrom = *from;
        partition.dataThrough = *through;
        partition.delivery = rows->integer(11);
        stored.importedAt = *importedAt;
        if (importedAt->seconds > 0) // none where nobody knows which import it was
            partition.importedAt = *importedAt;
        if (slice->number != 0)
            stored.slice = *slice;
        partitions.push_back(std::move(stored));
        return {};
    });
    if (!read)
        return read.error();
    return partitions;
}

/// The days the sources were asked for.
Status loadAsked(const sql::Connection& connection, FactSet& facts)
{
    auto rows = connection.prepare("SELECT s.name, c.day, c.is_final, c.asked_at FROM coverage c "
                                   "JOIN source s ON s.id=c.source_id ORDER BY c.source_id, c.day");
    if (!rows)
        return rows.error();
    return rows->each([&]() -> Status {
        const auto day = storedDay(rows->integer(1));
        const auto askedAt = storedInstant(rows->integer(3));
        if (!day || !askedAt)
            return Error{ErrorCode::Corrupt, "a day the source was asked for cannot be read", rows->text(0)};
        facts.asked[rows->text(0)].push_back({*day, rows->integer(2) != 0, *askedAt});
        return {};
    });
}

/// True when every id of the chunk exists in the dictionaries; later code indexes without looking.
bool idsExist(const FactChunk& chunk, const Dictionaries& dictionaries)
{
    const auto combos = static_cast<std::int64_t>(dictionaries.combos.size());
    const auto bills = static_cast<std::int64_t>(dictionaries.groups[static_cast<std::size_t>(Group::Bill)].size());
    for (std::size_t run = 0; run < chunk.runs(); ++run) {
        const std::int64_t combo = chunk.runCombo.at(run);
        const std::int64_t bill = chunk.runBill.at(run);
        if (combo < 0 || combo >= combos || bill < 0 || bill >= bills)
            return false;
    }
    return true;
}

Result<FactChunk> openFacts(std::vector<std::uint8_t> bytes, std::int64_t checksum)
{
    if (checksumOf(bytes) != checksum)
        return Error{ErrorCode::Corrupt, "its checksum does not hold", {}};
    auto chunk = FactChunk::open(std::move(bytes));
    if (chunk)
        chunk->checksum = checksum;
    return chunk;
}

/// A segment as the list of segments tells it, and what came of reading it.
struct SegmentToLoad {
    std::int64_t id = 0;
    std::int64_t checksum = 0;
    std::int64_t rows = 0;
    std::uint32_t partition = 0;             ///< index into FactSet::partitions
    std::shared_ptr<const FactChunk> shared; ///< it was read before and is not read again
    Result<FactChunk> chunk = Error{ErrorCode::Cancelled, "cancelled", {}};
};

/// Reads every `step`-th segment from `first` on.
void loadSegments(const sql::Connection& connection, const Dictionaries& dictionaries,
                  std::vector<SegmentToLoad>& segments, std::size_t first, std::size_t step,
                  const std::stop_token& stop)
{
    sql::BlobColumn facts(connection, "segment", "facts");
    for (std::size_t at = first; at < segments.size() && !stop.stop_requested(); at += step) {
        SegmentToLoad& segment = segments[at];
        if (segment.shared)
            continue;
        auto bytes = facts.read(segment.id);
        segment.chunk = bytes ? openFacts(bytes.take(), segment.checksum) : Result<FactChunk>(bytes.error());
        if (segment.chunk && !idsExist(*segment.chunk, dictionaries))
            segment.chunk = Error{ErrorCode::Corrupt, "it names unknown attributes", {}};
        if (segment.chunk)
            segment.chunk->segment = segment.id;
    }
}

/// Reads with several connections at once. Each has a view of its own of the file: one that sees another revision is
/// not used.
void loadTogether(const sql::Connection& connection, std::uint64_t revision, const Dictionaries& dictionaries,
                  std::vector<SegmentToLoad>& segments, std::uint64_t rows, const std::stop_token& stop)
{
    std::vector<sql::Connection> others;
    while (others.size() + 1 < threadsFor(rows)) {
        auto reader = connection.reader();
        if (!reader || !reader->execute("BEGIN"))
            break;
        const auto seen = revisionOf(*reader);
        if (!seen || *seen != revision)
            break;
        others.push_back(reader.take());
    }
    forkJoin(others.size() + 1, [&](std::size_t thread) {
        loadSegments(thread == 0 ? connection : others[thread - 1], dictionaries, segments, thread, others.size() + 1,
                     stop);
    });
}

/// Names what does not match its checksum.
Status checkSeals(const sql::Connection& connection, std::uint64_t dictionary, std::vector<std::string>& damage)
{
    auto books = damageOf(connection);
    if (!books)
        return books.error();
    const auto holds = dictionaryHolds(connection, DictionarySum::ofValue(dictionary));
    if (!holds)
        return holds.error();
    if (!*holds)
        damage.emplace_back("Stored names and tags were altered by damage to the file: totals by team, service or tag "
                            "may be wrong. Import the files again into a new workspace.");
    damage.insert(damage.end(), books->begin(), books->end());
    return {};
}

/// All segments by partition and number, read without an index, but those of `dropped` partitions; those `previous`
/// holds are shared.
Result<std::vector<SegmentToLoad>> listSegments(const sql::Connection& connection, const FactSet& facts,
                                                const std::set<std::int64_t>& dropped, const FactSet* previous,
                                                std::vector<std::string>& damage)
{
    std::unordered_map<std::int64_t, const FactSet::Part*> known;
    if (previous) {
        for (const FactSet::Part& part : previous->chunks)
            known[part.chunk->segment] = &part;
    }
    std::unordered_map<std::int64_t, std::uint32_t> places;
    for (std::uint32_t at = 0; at < facts.partitions.size(); ++at)
        places[facts.partitions[at].id] = at;
    auto list =
        connection.prepare("SELECT id, partition_id, rows, facts_checksum FROM segment NOT INDEXED ORDER BY id");
    if (!list)
        return list.error();
    std::vector<SegmentToLoad> segments;
    bool isAstray = false;
    const Status listed = list->each([&]() -> Status {
        const std::int64_t partition = list->integer(1);
        const auto place = places.find(partition);
        if (place == places.end()) {
            isAstray = isAstray || !dropped.contains(partition);
            return {};
        }
        SegmentToLoad& segment = segments.emplace_back();
        segment.id = list->integer(0);
        segment.rows = list->integer(2);
        segment.checksum = list->integer(3);
        segment.partition = place->second;
        const auto before = known.find(segment.id);
        if (before != known.end() && before->second->chunk->checksum == segment.checksum &&
            previous->partitions[before->second->partition].id == partition)
            segment.shared = before->second->chunk;
        return {};
    });
    if (!listed)
        return listed.error();
    if (isAstray)
        damage.emplace_back("There are stored charge lines that belong to no month: they are not counted. Import the "
                            "files again into a new workspace.");
    std::stable_sort(segments.begin(), segments.end(),
                     [](const SegmentToLoad& a, const SegmentToLoad& b) { return a.partition < b.partition; });
    return segments;
}

/// True when the lines are as many, and of such days, as the list of segments and the partition tell.
bool isOf(const FactChunk& chunk, const SegmentToLoad& segment, const StoredPartition& partition)
{
    const bool isInside =
        chunk.size() > 0 && chunk.firstDay >= partition.facts.dataFrom && chunk.lastDay <= partition.facts.dataThrough;
    const bool isOfSlice = !partition.slice.isValid() ||
                           (chunk.size() > 0 && chunk.firstDay == partition.slice && chunk.lastDay == partition.slice);
    return isInside && isOfSlice && static_cast<std::int64_t>(chunk.size()) == segment.rows;
}

} // namespace

Result<LoadedFacts> loadFacts(sql::Connection& connection, const FactSet* previous, std::stop_token stop)
{
    const OneRevision whole(connection);
    LoadedFacts loaded;
    auto facts = std::make_shared<FactSet>();
    const auto revision = revisionOf(connection);
    if (!revision)
        return revision.error();
    facts->revision = *revision;
    auto dictionaries =
        previous ? std::make_shared<Dictionaries>(*previous->dictionaries) : std::make_shared<Dictionaries>();
    if (auto done = loadDictionaries(connection, *dictionaries, stop); !done)
        return done.error();
    if (auto done = checkSeals(connection, dictionaries->checksum, loaded.damage); !done)
        return done.error();
    facts->dictionaries = dictionaries;
    facts->indexes = std::make_shared<DimIndexes>();
    auto partitions = loadPartitions(connection);
    if (!partitions)
        return partitions.error();
    const auto dropped = dropDoubles(*partitions, loaded.damage);
    for (const StoredPartition& partition : *partitions) {
        facts->partitions.push_back(partition.facts);
        facts->importedAt = std::max(facts->importedAt, partition.importedAt);
    }
    if (auto done = loadAsked(connection, *facts); !done)
        return done.error();
    auto segments = listSegments(connection, *facts, dropped, previous, loaded.damage);
    if (!segments)
        return segments.error();
    std::uint64_t rows = 0;
    for (const SegmentToLoad& segment : *segments)
        rows += segment.shared ? 0 : static_cast<std::uint64_t>(std::clamp<std::int64_t>(segment.rows, 0, 65536));
    loadTogether(connection, facts->revision, *dictionaries, *segments, rows, stop);
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    std::vector<std::uint64_t> found(partitions->size());
    std::vector<std::string> unread(partitions->size()); ///< why lines of a partition are left out
    for (SegmentToLoad& segment : *segments) {
        if (!segment.shared && segment.chunk)
            segment.shared = std::make_shared<const FactChunk>(segment.chunk.take());
        else if (!segment.shared && segment.chunk.error().code != ErrorCode::Corrupt)
            return segment.chunk.error();
        std::string& why = unread[segment.partition];
        if (!segment.shared) {
            why = segment.chunk.error().what;
        } else if (!isOf(*segment.shared, segment, (*partitions)[segment.partition])) {
            why = "they are not those that were listed";
        } else {
            found[segment.partition] += segment.shared->size();
            facts->chunks.push_back({segment.partition, segment.shared});
        }
    }
    for (std::size_t at = 0; at < partitions->size(); ++at) {
        if (unread[at].empty() && found[at] != facts->partitions[at].rows)
            unread[at] = "there are not as many as were imported";
        if (!unread[at].empty())
            loaded.damage.push_back("Stored lines of " + nameOf(facts->partitions[at]) + ", cannot be read (" +
                                    unread[at] + "): import the files of that month again.");
    }
    loaded.facts = std::move(facts);
    return loaded;
}

} // namespace altimeter::store
