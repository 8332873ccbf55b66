#pragma once

#include "models/facts/factchunk.h"
#include "models/facts/factset.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

namespace altimeter::store {

/// The attribute tuples and combinations that a salvage takes over. They are named by their number, so a lost one
/// leaves an empty one in its place.
class SalvagedNames {
public:
    /// `to` must outlive it.
    explicit SalvagedNames(sql::Connection& to) : m_to(to) {}

    /// False when what could be read is not what `checksum` was made of ("": there was none).
    Result<bool> copy(const sql::Connection& from, std::string_view checksum);

    /// False where lines name what was never stored.
    bool idsExist(const FactChunk& chunk) const;
    /// Without its bills no line says which bill and month it belongs to.
    bool billsAreLost(const FactChunk& chunk) const;
    std::set<std::int64_t> lostCombosOf(const FactChunk& chunk) const;
    /// Gives a lost combination what the list of months knows about its lines.
    Status giveAccount(std::int64_t combo, const std::string& provider, const std::string& account,
                       const std::string& currency);

private:
    static constexpr std::int64_t kMostLost = 50'000'000; ///< more gaps than that are a damaged number
    bool tuplesInRange(std::span<const std::uint8_t> members) const;
    bool tuplesExist(std::span<const std::uint8_t> members) const;

    sql::Connection& m_to;
    std::array<std::int64_t, kGroupCount> m_tuples{}; ///< the next number of each group
    std::array<std::set<std::int64_t>, kGroupCount> m_lostTuples;
    std::int64_t m_combos = 0;
    std::set<std::int64_t> m_lostCombos;
    std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> m_standIns; ///< tuples of giveAccount()
};

} // namespace altimeter::store
