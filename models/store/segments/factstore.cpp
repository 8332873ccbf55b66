#include "models/store/segments/factstore.h"

#include "models/facts/dimindex.h"
#include "models/facts/forkjoin.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/jsondepth.h"
#include "models/store/sql/ranges.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"
#include "models/text/words.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace altimeter::store {

namespace {

std::string plainText(const nlohmann::json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_null())
        return {};
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void addPair(std::vector<TagPair>& pairs, std::string_view key, std::string value)
{
    std::string folded = words::foldTagKey(key);
    if (folded.empty())
        return;
    const auto same = std::find_if(pairs.begin(), pairs.end(), [&](const TagPair& pair) { return pair.key == folded; });
    if (same == pairs.end())
        pairs.push_back({std::move(folded), std::string(key), std::move(value)});
    else if (same->value.empty()) // the same key in several spellings: the first one with a value counts
        same->value = std::move(value);
}

/// Takes the pairs of an object of plain values as they are read; stops at anything nested.
class FlatObject final : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit FlatObject(std::vector<TagPair>& pairs) : m_pairs(pairs) {}
    bool key(string_t& text) override
    {
        m_key.swap(text);
        return true;
    }
    bool string(string_t& text) override { return take(std::move(text)); }
    bool null() override { return take({}); }
    bool boolean(bool value) override { return take(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return take(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return take(std::to_string(value)); }
    bool number_float(number_float_t, const string_t&) override { return false; }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return ++m_depth == 1; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return false; }
    bool end_array() override { return false; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    bool take(std::string value)
    {
        addPair(m_pairs, m_key, std::move(value));
        return true;
    }

    std::vector<TagPair>& m_pairs;
    std::string m_key;
    int m_depth = 0;
};

/// Decodes the JSON field of the tuples that `decoded` does not have yet.
void decodeNew(const TextGroup& tuples, std::size_t field, std::vector<std::vector<TagPair>>& decoded)
{
    const std::size_t first = decoded.size();
    decoded.resize(tuples.size());
    constexpr std::size_t kLinesWorthOne = 100; // decoding costs as much as looking at this many lines
    const std::size_t threads = threadsFor((tuples.size() - first) * kLinesWorthOne);
    forkJoin(threads, [&](std::size_t thread) {
        for (std::size_t id = first + thread; id < tuples.size(); id += threads)
            decoded[id] = decodeTags(TextGroup::unescape(tuples.field(static_cast<std::uint32_t>(id), field)));
    });
}

Status loadDictionaries(sql::Connection& connection, Dictionaries& dictionaries)
{
    DictionarySum sum = DictionarySum::ofValue(dictionaries.checksum);
    auto members =
        connection.prepare("SELECT group_id, id, fields FROM member WHERE group_id=?1 AND id>=?2 ORDER BY id");
    if (!members)
        return members.error();
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        TextGroup& group = dictionaries.groups[g];
        members->bind(1, static_cast<std::int64_t>(g)).bind(2, static_cast<std::int64_t>(group.size()));
        const Status read = members->each([&]() -> Status {
            if (members->integer(1) != static_cast<std::int64_t>(group.size()))
                return Error{ErrorCode::Corrupt, "the attribute dictionary has a gap", {}};
            const std::string_view fields = members->textView(2);
            sum.addTuple(g, members->integer(1), fields);
            group.add(fields);
            return {};
        });
        if (!read)
            return read;
        members->reset();
    }
    std::array<std::size_t, kGroupCount> sizes{};
    for (std::size_t g = 0; g < kGroupCount; ++g)
        sizes[g] = dictionaries.groups[g].size();
    auto combos = connection.prepare("SELECT id, members FROM combo WHERE id>=?1 ORDER BY id");
    if (!combos)
        return combos.error();
    combos->bind(1, static_cast<std::int64_t>(dictionaries.combos.size()));
    const Status read = combos->each([&]() -> Status {
        const auto combo = comboAt(*combos, dictionaries.combos.size(), sizes);
        if (!combo)
            return combo.error();
        sum.addCombo(combos->integer(0), combos->blob(1));
        dictionaries.combos.push_back(*combo);
        return {};
    });
    if (!read)
        return read;
    dictionaries.checksum = sum.value();
    decodeNew(dictionaries.groups[static_cast<std::size_t>(Group::Tags)], 0, dictionaries.tags);
    decodeNew(dictionaries.groups[static_cast<std::size_t>(Group::Sku)],
              static_cast<std::size_t>(Column::SkuPriceDetails) - columnsOf(Group::Sku).first, dictionaries.skuDetails);
    return {};
}

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
        "p.data_through, p.slice, i.imported_at FROM partition p NOT INDEXED LEFT JOIN source s ON s.id=p.source_id "
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
        stored.importedAt = *importedAt;
        if (slice->number != 0)
            stored.slice = *slice;
        partitions.push_back(std::move(stored));
        return {};
    });
    if (!read)
        return read.error();
    return partitions;
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

Result<ComboMembers> comboAt(const sql::Statement& row, std::size_t id,
                             const std::array<std::size_t, kGroupCount>& sizes)
{
    ComboMembers combo{};
    const auto bytes = row.blob(1);
    if (bytes.size() != sizeof combo || row.integer(0) != static_cast<std::int64_t>(id))
        return Error{ErrorCode::Corrupt, "the attribute combinations are damaged", {}};
    std::memcpy(combo.data(), bytes.data(), sizeof combo);
    for (std::size_t g = 0; g < kComboGroupCount; ++g) {
        if (combo[g] >= sizes[g])
            return Error{ErrorCode::Corrupt, "an attribute combination names an unknown tuple", {}};
    }
    return combo;
}

std::vector<TagPair> decodeTags(std::string_view text)
{
    constexpr std::size_t kDeepestTags = 65; // what nests deeper the import calls no object (providers/focus/jsonshape)
    std::vector<TagPair> pairs;
    const std::string_view trimmed = words::trimmed(text);
    if (trimmed.empty() || trimmed.size() > 1'000'000)
        return pairs;
    const std::string object =
        trimmed.front() == '{' ? std::string(trimmed) : '{' + std::string(trimmed) + '}'; // Azure leaves the braces out
    if (tooDeepAt(object, kDeepestTags) != std::string_view::npos)
        return pairs; // the import has told of it: such a text counts as no tag set
    if (FlatObject flat(pairs); nlohmann::json::sax_parse(object, &flat))
        return pairs;
    pairs.clear();
    const auto json = nlohmann::ordered_json::parse(object, nullptr, false);
    if (json.is_object()) {
        for (const auto& [key, value] : json.items())
            addPair(pairs, key, plainText(value));
        return pairs;
    }
    // key=value or key:value pairs separated by commas or semicolons, as map text from columnar files
    std::string_view rest = trimmed;
    if (rest.front() == '{' || rest.front() == '[')
        rest = rest.substr(1, rest.size() > 1 ? rest.size() - 2 : 0);
    while (!rest.empty()) {
        const std::size_t end = rest.find_first_of(",;");
        const std::string_view part = words::trimmed(rest.substr(0, end));
        const std::size_t split = part.find_first_of("=:");
        if (!part.empty() && split == std::string_view::npos)
            addPair(pairs, part, "true"); // a key without a value carries true
        else if (!part.empty())
            addPair(pairs, part.substr(0, split), std::string(words::trimmed(part.substr(split + 1))));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return pairs;
}

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
    if (auto done = loadDictionaries(connection, *dictionaries); !done)
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

namespace {

/// The lines of one segment with what they share.
struct StoredSegment {
    std::vector<std::uint8_t> bytes;
    SegmentLines lines;
    std::string source;
    std::string file;
    Day billingPeriod;
    Currency currency;
};

Result<StoredSegment> readSegment(sql::Statement& statement, const FactChunk& chunk)
{
    statement.reset();
    const auto row = statement.bind(1, chunk.segment).step();
    if (!row)
        return row.error();
    if (!*row)
        return Error{ErrorCode::NotFound, "the charge lines were replaced by a newer import; ask again", {}};
    const auto bytes = statement.blob(1);
    if (checksumOf(bytes) != statement.integer(0))
        return Error{ErrorCode::Corrupt, "stored charge lines are damaged; import their files again",
                     statement.text(3)};
    StoredSegment stored;
    stored.bytes.assign(bytes.begin(), bytes.end());
    auto lines = SegmentLines::open(chunk, stored.bytes);
    if (!lines)
        return lines.error();
    stored.lines = lines.take();
    stored.source = statement.text(2);
    stored.file = statement.text(3);
    stored.billingPeriod = parseDay(statement.text(4)).ok() ? *parseDay(statement.text(4)) : Day::none();
    stored.currency = Currency(statement.text(5));
    return stored;
}

void setText(ChargeRow& row, Column column, std::string text)
{
    row.text[static_cast<std::size_t>(column)] = std::move(text);
}

void fillTexts(ChargeRow& row, const Dictionaries& dictionaries, std::span<const std::uint32_t> members)
{
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        const GroupColumns columns = columnsOf(static_cast<Group>(g));
        for (std::size_t i = 0; i < columns.count; ++i)
            row.text[columns.first + i] = TextGroup::unescape(dictionaries.groups[g].field(members[g], i));
    }
    std::string_view rest = dictionaries.groups[static_cast<std::size_t>(Group::Extra)].text(
        members[static_cast<std::size_t>(Group::Extra)]);
    while (!rest.empty()) {
        const std::size_t nameEnd = rest.find(TextGroup::kSeparator);
        const std::size_t valueEnd = nameEnd == std::string_view::npos
                                         ? rest.size()
                                         : std::min(rest.size(), rest.find(TextGroup::kSeparator, nameEnd + 1));
        if (nameEnd == std::string_view::npos)
            break;
        row.extra.emplace_back(TextGroup::unescape(rest.substr(0, nameEnd)),
                               TextGroup::unescape(rest.substr(nameEnd + 1, valueEnd - nameEnd - 1)));
        rest = valueEnd < rest.size() ? rest.substr(valueEnd + 1) : std::string_view();
    }
}

Result<ChargeRow> chargeOf(const StoredSegment& stored, std::size_t at, const Dictionaries& dictionaries)
{
    const SegmentLines& lines = stored.lines;
    if (at >= lines.size())
        return Error{ErrorCode::Corrupt, "a stored charge line is missing", stored.file};
    ChargeRow row;
    row.source = stored.source;
    row.file = stored.file;
    row.line = lines.line(at);
    row.chargeStart = lines.chargeStart(at);
    row.chargeEnd = lines.chargeEnd(at);
    row.billingPeriod = stored.billingPeriod;
    row.currency = stored.currency;
    std::array<std::uint32_t, kGroupCount> members{};
    const auto& combo = dictionaries.combos[lines.combo(at)];
    std::copy(combo.begin(), combo.end(), members.begin());
    members[static_cast<std::size_t>(Group::Bill)] = lines.bill(at);
    fillTexts(row, dictionaries, members);
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const auto value = lines.cost(lens, at);
        if (!value)
            continue;
        const auto amount = Amount::fromDecimal(*value);
        if (!amount)
            return amount.error();
        row.cost[lens] = *amount;
        setText(row, costColumnOf(static_cast<CostLens>(lens)), toString(*value));
    }
    constexpr std::array quantityColumns{Column::PricingQuantity, Column::ConsumedQuantity,
                                         Column::CommitmentDiscountQuantity, Column::PricingCurrencyEffectiveCost};
    for (std::size_t i = 0; i < quantityColumns.size(); ++i) {
        if (const auto value = lines.quantity(i, at))
            setText(row, quantityColumns[i], toString(*value));
    }
    setText(row, Column::ChargePeriodStart, toString(row.chargeStart));
    setText(row, Column::ChargePeriodEnd, toString(row.chargeEnd));
    for (const SegmentLines::InlineTexts& column : lines.inlineColumns()) {
        if (!column.text(at).empty())
            row.extra.emplace_back(column.name, column.text(at));
    }
    return row;
}

} // namespace

Result<std::vector<ChargeRow>> readCharges(sql::Connection& connection, const Dictionaries& dictionaries,
                                           std::span<const RowAddress> rows, std::stop_token stop)
{
    auto statement = connection.prepare("SELECT g.lines_checksum, g.lines, s.name, f.name, p.billing_period, "
                                        "p.currency FROM segment g JOIN partition p ON p.id=g.partition_id "
                                        "JOIN source s ON s.id=p.source_id JOIN import_file f ON f.id=g.file_id "
                                        "WHERE g.id=?1");
    if (!statement)
        return statement.error();
    std::vector<std::uint32_t> order(rows.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&rows](std::uint32_t a, std::uint32_t b) {
        return rows[a].chunk->segment < rows[b].chunk->segment;
    });
    std::vector<ChargeRow> charges(rows.size());
    StoredSegment stored;
    const FactChunk* open = nullptr;
    for (const std::uint32_t at : order) {
        if (rows[at].chunk != open) {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            auto read = readSegment(*statement, *rows[at].chunk);
            if (!read)
                return read.error();
            stored = read.take();
            open = rows[at].chunk;
        }
        auto charge = chargeOf(stored, rows[at].row, dictionaries);
        if (!charge)
            return charge.error();
        charges[at] = charge.take();
    }
    return charges;
}

} // namespace altimeter::store
