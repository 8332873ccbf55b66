#include "models/store/file/salvagednames.h"

#include "models/store/file/readaround.h"
#include "models/store/segments/dictionaryloading.h"
#include "models/store/sql/seal.h"

#include <cstring>
#include <vector>

namespace altimeter::store {

Result<bool> SalvagedNames::copy(const sql::Connection& from, std::string_view checksum)
{
    DictionarySum sum;
    auto insert = m_to.prepare("INSERT INTO member(group_id, id, fields) VALUES(?1, ?2, ?3)");
    if (!insert)
        return insert.error();
    Status failed;
    const auto put = [&](std::size_t group, std::int64_t id, std::string_view fields) {
        auto done = insert->bind(1, static_cast<std::int64_t>(group)).bind(2, id).bind(3, fields).run();
        if (!done && failed)
            failed = done;
    };
    for (std::size_t group = 0; group < kGroupCount; ++group) {
        std::int64_t next = 1; // number 0 is the empty one and not stored
        eachReadable(from, {"member", "id", "fields", "group_id=" + std::to_string(group)},
                     [&](const sql::Statement& row) {
                         for (; next < row.integer(0) && next < kMostLost; ++next) {
                             m_lostTuples[group].insert(next);
                             put(group, next, {});
                         }
                         if (row.integer(0) != next)
                             return; // a number out of all order is damage itself
                         sum.addTuple(group, next, row.textView(1));
                         put(group, next++, row.textView(1));
                     });
        m_tuples[group] = next;
    }
    auto combo = m_to.prepare("INSERT INTO combo(id, members) VALUES(?1, ?2)");
    if (!combo)
        return combo.error();
    const std::vector<std::uint8_t> nothing(sizeof(ComboMembers));
    eachReadable(from, {"combo", "id", "members"}, [&](const sql::Statement& row) {
        const auto putCombo = [&](std::span<const std::uint8_t> members) {
            const bool holds = members.size() == nothing.size() && tuplesExist(members);
            if (!holds)
                m_lostCombos.insert(m_combos);
            auto done = combo->bind(1, m_combos)
                            .bindBlob(2, members.size() == nothing.size() && tuplesInRange(members)
                                             ? members
                                             : std::span<const std::uint8_t>(nothing))
                            .run();
            ++m_combos;
            if (!done && failed)
                failed = done;
        };
        while (m_combos < row.integer(0) && m_combos < kMostLost)
            putCombo({});
        if (row.integer(0) != m_combos)
            return;
        sum.addCombo(m_combos, row.blob(1));
        putCombo(row.blob(1));
    });
    if (!failed)
        return failed.error();
    return checksum.empty() || checksum == std::to_string(sum.value());
}

bool SalvagedNames::tuplesInRange(std::span<const std::uint8_t> members) const
{
    ComboMembers ids{};
    std::memcpy(ids.data(), members.data(), sizeof ids);
    for (std::size_t group = 0; group < kComboGroupCount; ++group) {
        if (std::int64_t{ids[group]} >= m_tuples[group])
            return false;
    }
    return true;
}

bool SalvagedNames::tuplesExist(std::span<const std::uint8_t> members) const
{
    if (!tuplesInRange(members))
        return false;
    ComboMembers ids{};
    std::memcpy(ids.data(), members.data(), sizeof ids);
    for (std::size_t group = 0; group < kComboGroupCount; ++group) {
        if (m_lostTuples[group].contains(ids[group]))
            return false;
    }
    return true;
}

bool SalvagedNames::idsExist(const FactChunk& chunk) const
{
    for (std::size_t run = 0; run < chunk.runs(); ++run) {
        const std::int64_t combo = chunk.runCombo.at(run);
        const std::int64_t bill = chunk.runBill.at(run);
        if (combo < 0 || combo >= m_combos || bill < 0 || bill >= m_tuples[static_cast<std::size_t>(Group::Bill)])
            return false;
    }
    return true;
}

std::set<std::int64_t> SalvagedNames::lostCombosOf(const FactChunk& chunk) const
{
    std::set<std::int64_t> lost;
    for (std::size_t run = 0; !m_lostCombos.empty() && run < chunk.runs(); ++run) {
        if (const std::int64_t combo = chunk.runCombo.at(run); m_lostCombos.contains(combo))
            lost.insert(combo);
    }
    return lost;
}

Status SalvagedNames::giveAccount(std::int64_t combo, const std::string& provider, const std::string& account,
                                  const std::string& currency)
{
    const auto group = static_cast<std::size_t>(Group::Account);
    const auto [known, isNew] = m_standIns.try_emplace({provider, account, currency}, m_tuples[group]);
    if (isNew) {
        const GroupColumns columns = columnsOf(Group::Account);
        std::string fields;
        for (std::size_t i = 0; i < columns.count; ++i) {
            const auto column = static_cast<Column>(columns.first + i);
            const bool isKnown = column == Column::ProviderName || column == Column::BillingAccountId ||
                                 column == Column::BillingCurrency;
            if (i > 0)
                fields.push_back(TextGroup::kSeparator);
            if (isKnown)
                TextGroup::appendEscaped(fields, column == Column::ProviderName       ? provider
                                                 : column == Column::BillingAccountId ? account
                                                                                      : currency);
        }
        if (auto done = Inserter(m_to, "member", "group_id, id, fields")
                            .add({std::to_string(group), std::to_string(m_tuples[group]++), fields});
            !done)
            return done;
    }
    auto read = m_to.prepare("SELECT members FROM combo WHERE id=?1");
    if (!read)
        return read.error();
    if (auto row = read->bind(1, combo).step(); !row)
        return row.error();
    const auto bytes = read->blob(0);
    ComboMembers members{};
    if (bytes.size() == sizeof members)
        std::memcpy(members.data(), bytes.data(), sizeof members);
    read->reset();
    members[group] = static_cast<std::uint32_t>(known->second);
    auto write = m_to.prepare("UPDATE combo SET members=?2 WHERE id=?1");
    if (!write)
        return write.error();
    const std::span<const std::uint8_t> all(reinterpret_cast<const std::uint8_t*>(members.data()), sizeof members);
    return write->bind(1, combo).bindBlob(2, all).run();
}

bool SalvagedNames::billsAreLost(const FactChunk& chunk) const
{
    const auto& lost = m_lostTuples[static_cast<std::size_t>(Group::Bill)];
    for (std::size_t run = 0; !lost.empty() && run < chunk.runs(); ++run) {
        if (lost.contains(chunk.runBill.at(run)))
            return true;
    }
    return false;
}

} // namespace altimeter::store
