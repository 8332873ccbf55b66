#include "models/store/events/keyruns.h"

#include "models/facts/packing.h"
#include "models/store/segments/segment.h"

#include <algorithm>
#include <bit>
#include <map>
#include <queue>

namespace altimeter::store {

namespace {

constexpr std::uint32_t kMagic = 0x314b5645; // "EVK1"
/// Runs of a size that are merged.
constexpr std::size_t kFanIn = 8;
/// One to four bytes for each key keep wrong guesses below one in forty; beyond this the filter guesses more often.
constexpr std::uint64_t kMostFilterBits = std::uint64_t{1} << 29U; // 64 MiB
constexpr std::uint64_t kFilterBitsPerKey = 16;
constexpr int kFilterProbes = 4;
/// Fewer look-ups than this do not pay for making a filter.
constexpr std::uint64_t kFilterFrom = 100'000;
constexpr std::int64_t kMostBlock = std::int64_t{1} << 40U;

const Error kDamaged{ErrorCode::Corrupt, "a stored block of event keys is damaged", {}};

/// The order of unsigned keys in a signed column.
std::int64_t signedOf(std::uint64_t key)
{
    return std::bit_cast<std::int64_t>(key ^ (std::uint64_t{1} << 63U));
}

std::uint64_t keyOf(std::int64_t stored)
{
    return std::bit_cast<std::uint64_t>(stored) ^ (std::uint64_t{1} << 63U);
}

std::vector<std::uint8_t> encode(std::span<const PlacedKey> keys)
{
    ByteWriter out;
    out.number(kMagic);
    out.number(static_cast<std::uint32_t>(keys.size()));
    out.number(keys.front().key);
    out.packed(keys.size(), [&](std::size_t at) {
        return std::bit_cast<std::int64_t>(at == 0 ? 0 : keys[at].key - keys[at - 1].key);
    });
    out.packed(keys.size(),
               [&](std::size_t at) { return keys[at].place.block * std::int64_t{65'536} + keys[at].place.row; });
    out.number(std::uint64_t{0});
    return out.take();
}

Result<std::vector<PlacedKey>> decode(std::span<const std::uint8_t> bytes, std::uint32_t expected)
{
    ByteReader in(bytes);
    if (in.number<std::uint32_t>() != kMagic)
        return kDamaged;
    const auto size = in.number<std::uint32_t>();
    auto key = in.number<std::uint64_t>();
    if (in.failed() || size != expected || size == 0 || size > KeyRuns::kBlockKeys)
        return kDamaged;
    const PackedColumn steps = in.packed(size);
    const PackedColumn places = in.packed(size);
    if (in.failed())
        return kDamaged;
    std::vector<PlacedKey> keys;
    keys.reserve(size);
    for (std::size_t at = 0; at < size; ++at) {
        const auto step = std::bit_cast<std::uint64_t>(steps.at(at));
        const std::int64_t place = places.at(at);
        if ((at > 0 && (step == 0 || key + step < key)) || place < 0 || place / 65'536 > kMostBlock)
            return kDamaged;
        key += at == 0 ? 0 : step;
        keys.push_back({key, {place / 65'536, static_cast<std::uint32_t>(place % 65'536)}});
    }
    return keys;
}

} // namespace

Result<KeyRuns> KeyRuns::open(sql::Connection& db)
{
    KeyRuns runs(db);
    auto rows = db.prepare("SELECT id, run, first_key, keys FROM event_keys");
    if (!rows)
        return rows.error();
    const Status read = rows->each([&]() -> Status {
        const std::int64_t keys = rows->integer(3);
        if (keys <= 0 || keys > static_cast<std::int64_t>(kBlockKeys))
            return kDamaged;
        runs.m_blocks.push_back(
            {rows->integer(0), rows->integer(1), keyOf(rows->integer(2)), static_cast<std::uint32_t>(keys)});
        runs.m_size += static_cast<std::uint64_t>(keys);
        runs.m_lastId = std::max(runs.m_lastId, rows->integer(0));
        runs.m_lastRun = std::max(runs.m_lastRun, rows->integer(1));
        return {};
    });
    if (!read)
        return read.error();
    std::sort(runs.m_blocks.begin(), runs.m_blocks.end(),
              [](const Block& a, const Block& b) { return std::pair(a.run, a.first) < std::pair(b.run, b.first); });
    return runs;
}

Result<std::vector<PlacedKey>> KeyRuns::read(const Block& block) const
{
    auto row = m_db->prepare("SELECT checksum, data FROM event_keys WHERE id=?1");
    if (!row)
        return row.error();
    row->bind(1, block.id);
    const auto found = row->step();
    if (!found)
        return found.error();
    if (!*found || checksumOf(row->blob(1)) != row->integer(0))
        return kDamaged;
    auto keys = decode(row->blob(1), block.keys);
    if (keys && keys->front().key != block.first)
        return kDamaged;
    return keys;
}

Result<std::vector<PlacedKey>> KeyRuns::find(std::span<const std::uint64_t> keys)
{
    std::vector<PlacedKey> found;
    m_asked += keys.size();
    if (m_filter.empty() && m_asked >= kFilterFrom && m_size >= kFilterFrom) {
        if (auto done = makeFilter(); !done)
            return done.error();
    }
    std::vector<std::uint64_t> wanted;
    for (const std::uint64_t key : keys) {
        if (mayHold(key))
            wanted.push_back(key);
    }
    for (std::size_t at = 0; at < m_blocks.size() && !wanted.empty(); ++at) {
        const Block& block = m_blocks[at];
        const bool isLast = at + 1 == m_blocks.size() || m_blocks[at + 1].run != block.run;
        const auto from = std::lower_bound(wanted.begin(), wanted.end(), block.first);
        const auto to = isLast ? wanted.end() : std::lower_bound(from, wanted.end(), m_blocks[at + 1].first);
        if (from == to)
            continue;
        const auto stored = read(block);
        if (!stored)
            return stored.error();
        auto one = stored->begin();
        for (auto key = from; key != to; ++key) {
            one = std::lower_bound(one, stored->end(), *key,
                                   [](const PlacedKey& placed, std::uint64_t other) { return placed.key < other; });
            if (one == stored->end())
                break;
            if (one->key == *key)
                found.push_back(*one);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

Status KeyRuns::write(std::span<const PlacedKey> keys, std::int64_t run, SealedChanges& changes)
{
    auto insert = m_db->prepare("INSERT INTO event_keys(id, run, first_key, keys, checksum, data) "
                                "VALUES(?1,?2,?3,?4,?5,?6) RETURNING " +
                                sealedColumns(Sealed::EventKeys));
    if (!insert)
        return insert.error();
    for (std::size_t from = 0; from < keys.size(); from += kBlockKeys) {
        const auto part = keys.subspan(from, std::min(kBlockKeys, keys.size() - from));
        const auto bytes = encode(part);
        const Block block{++m_lastId, run, part.front().key, static_cast<std::uint32_t>(part.size())};
        insert->bind(1, block.id).bind(2, run).bind(3, signedOf(block.first)).bind(4, std::int64_t{block.keys});
        insert->bind(5, checksumOf(bytes)).bindBlob(6, bytes);
        if (auto done = changes.come(*insert, Sealed::EventKeys); !done)
            return done.error();
        m_blocks.push_back(block); // runs are written with ascending numbers, so the order holds
    }
    return {};
}

Status KeyRuns::add(std::span<const PlacedKey> keys, SealedChanges& changes)
{
    if (keys.empty())
        return {};
    if (auto done = write(keys, ++m_lastRun, changes); !done)
        return done;
    m_size += keys.size();
    if (!m_filter.empty()) {
        const std::uint64_t bits = m_filter.size() * 64;
        if (m_size * kFilterBitsPerKey > 2 * bits && bits < kMostFilterBits)
            return makeFilter();
        for (const PlacedKey& one : keys)
            note(one.key);
    }
    return {};
}

Status KeyRuns::makeFilter()
{
    const std::uint64_t bits = std::min(kMostFilterBits, std::bit_ceil(m_size * kFilterBitsPerKey));
    m_filter.assign(bits / 64, 0);
    for (const Block& block : m_blocks) {
        const auto keys = read(block);
        if (!keys)
            return keys.error();
        for (const PlacedKey& one : *keys)
            note(one.key);
    }
    return {};
}

/// Keys are hashes: their own bits choose the places.
void KeyRuns::note(std::uint64_t key)
{
    const std::uint64_t mask = m_filter.size() * 64 - 1;
    for (int probe = 0; probe < kFilterProbes; ++probe) {
        const std::uint64_t at = std::rotl(key, probe * 16) & mask;
        m_filter[at / 64] |= std::uint64_t{1} << (at % 64);
    }
}

bool KeyRuns::mayHold(std::uint64_t key) const
{
    if (m_filter.empty())
        return true;
    const std::uint64_t mask = m_filter.size() * 64 - 1;
    for (int probe = 0; probe < kFilterProbes; ++probe) {
        const std::uint64_t at = std::rotl(key, probe * 16) & mask;
        if ((m_filter[at / 64] >> (at % 64) & 1U) == 0)
            return false;
    }
    return true;
}

Status KeyRuns::merge(SealedChanges& changes)
{
    while (true) {
        std::map<std::int64_t, std::uint64_t> sizes;
        for (const Block& block : m_blocks)
            sizes[block.run] += block.keys;
        std::map<int, std::vector<std::int64_t>> levels; // by the power of eight of their size
        for (const auto& [run, size] : sizes)
            levels[static_cast<int>(std::bit_width(size)) / 3].push_back(run);
        const auto full =
            std::find_if(levels.begin(), levels.end(), [](const auto& level) { return level.second.size() >= kFanIn; });
        if (full == levels.end())
            return {};
        if (auto done = mergeRuns(full->second, changes); !done)
            return done;
    }
}

/// Reads several runs as one, ascending.
class KeyRuns::Merge {
public:
    Merge(const KeyRuns& runs, std::span<const std::int64_t> which) : m_runs(runs)
    {
        for (const std::int64_t run : which) {
            Reader& reader = m_readers.emplace_back();
            for (const Block& block : runs.m_blocks) {
                if (block.run == run)
                    reader.blocks.push_back(block);
            }
        }
    }
    Status begin()
    {
        for (std::size_t at = 0; at < m_readers.size(); ++at) {
            if (auto done = next(at); !done)
                return done;
        }
        return {};
    }
    bool isAtEnd() const { return m_heads.empty(); }
    Result<PlacedKey> take()
    {
        const auto [key, at] = m_heads.top();
        m_heads.pop();
        if (auto done = next(at); !done)
            return done.error();
        return key;
    }

private:
    struct Reader {
        std::vector<Block> blocks;
        std::size_t block = 0, at = 0;
        std::vector<PlacedKey> keys;
    };
    Status next(std::size_t which)
    {
        Reader& reader = m_readers[which];
        if (reader.at == reader.keys.size()) {
            if (reader.block == reader.blocks.size())
                return {};
            auto keys = m_runs.read(reader.blocks[reader.block++]);
            if (!keys)
                return keys.error();
            reader.keys = keys.take();
            reader.at = 0;
        }
        m_heads.emplace(reader.keys[reader.at++], which);
        return {};
    }
    const KeyRuns& m_runs;
    std::vector<Reader> m_readers;
    std::priority_queue<std::pair<PlacedKey, std::size_t>, std::vector<std::pair<PlacedKey, std::size_t>>,
                        std::greater<>>
        m_heads;
};

Status KeyRuns::mergeRuns(std::span<const std::int64_t> runs, SealedChanges& changes)
{
    Merge merge(*this, runs);
    if (auto done = merge.begin(); !done)
        return done;
    std::vector<Block> gone;
    const auto isMerged = [&runs](const Block& block) {
        return std::find(runs.begin(), runs.end(), block.run) != runs.end();
    };
    std::copy_if(m_blocks.begin(), m_blocks.end(), std::back_inserter(gone), isMerged);
    const std::int64_t run = ++m_lastRun;
    std::vector<PlacedKey> part;
    while (!merge.isAtEnd()) {
        const auto key = merge.take();
        if (!key)
            return key.error();
        part.push_back(*key);
        if (part.size() == kBlockKeys || merge.isAtEnd()) {
            if (auto done = write(part, run, changes); !done)
                return done;
            part.clear();
        }
    }
    auto remove = m_db->prepare("DELETE FROM event_keys WHERE id=?1 RETURNING " + sealedColumns(Sealed::EventKeys));
    if (!remove)
        return remove.error();
    for (const Block& block : gone) {
        remove->bind(1, block.id);
        if (auto done = changes.go(*remove, Sealed::EventKeys); !done)
            return done.error();
    }
    std::erase_if(m_blocks, isMerged);
    return {};
}

} // namespace altimeter::store
