#include "models/store/segments/dictionaryloading.h"

#include "models/facts/forkjoin.h"
#include "models/store/segments/tagtext.h"
#include "models/store/sql/seal.h"

#include <cstring>

namespace altimeter::store {

namespace {

/// Decodes the JSON field of the tuples that `decoded` does not have yet.
void decodeNew(const TextGroup& tuples, std::size_t field, std::vector<std::vector<TagPair>>& decoded,
               const std::stop_token& stop)
{
    const std::size_t first = decoded.size();
    decoded.resize(tuples.size());
    constexpr std::size_t kLinesWorthOne = 100; // decoding costs as much as looking at this many lines
    const std::size_t threads = threadsFor((tuples.size() - first) * kLinesWorthOne);
    forkJoin(threads, [&](std::size_t thread) {
        for (std::size_t id = first + thread; id < tuples.size() && !stop.stop_requested(); id += threads)
            decoded[id] = decodeTags(TextGroup::unescape(tuples.field(static_cast<std::uint32_t>(id), field)));
    });
}

/// Decodes the AllocatedTags of new tuples; few have any.
void decodeAllocated(const TextGroup& tuples, MemberTags& tags)
{
    constexpr std::size_t kField =
        static_cast<std::size_t>(Column::AllocatedTags) - static_cast<std::size_t>(Column::AllocatedMethodDetails);
    for (; tags.known < tuples.size(); ++tags.known) {
        const auto id = static_cast<std::uint32_t>(tags.known);
        auto pairs = decodeTags(TextGroup::unescape(tuples.field(id, kField)));
        if (!pairs.empty())
            tags.of.emplace(id, std::move(pairs));
    }
}

/// Decodes the labels of new tuples, where the text shows that there are some.
void decodeLabels(const TextGroup& tuples, MemberTags& tags)
{
    for (; tags.known < tuples.size(); ++tags.known) {
        const auto id = static_cast<std::uint32_t>(tags.known);
        const std::string_view tuple = tuples.text(id);
        if (tuple.find("abels") == std::string_view::npos && tuple.find("ABELS") == std::string_view::npos)
            continue;
        auto pairs = decodeTags(extraCell(tuple, kLabelsColumn));
        if (!pairs.empty())
            tags.of.emplace(id, std::move(pairs));
    }
}

} // namespace

Status loadDictionaries(sql::Connection& connection, Dictionaries& dictionaries, const std::stop_token& stop)
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
    decodeNew(dictionaries.groups[static_cast<std::size_t>(Group::Tags)], 0, dictionaries.tags, stop);
    decodeAllocated(dictionaries.groups[static_cast<std::size_t>(Group::Split)], dictionaries.allocatedTags);
    decodeLabels(dictionaries.groups[static_cast<std::size_t>(Group::Extra)], dictionaries.labels);
    decodeNew(dictionaries.groups[static_cast<std::size_t>(Group::Sku)],
              static_cast<std::size_t>(Column::SkuPriceDetails) - columnsOf(Group::Sku).first, dictionaries.skuDetails,
              stop);
    return stop.stop_requested() ? Status(Error{ErrorCode::Cancelled, "cancelled", {}}) : Status();
}

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

} // namespace altimeter::store
