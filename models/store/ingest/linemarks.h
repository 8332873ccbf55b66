#pragma once

#include "models/domain/costline.h"
#include "models/domain/decimal.h"
#include "models/store/ingest/tupleids.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// By what a charge is known again, whoever delivers it and in whatever spelling: 32-bit hashes, as they are compared
/// by the thousand and never one by one.
struct LineIdentity {
    std::uint32_t charge = 0; ///< sub account, resource, region, service, SKU, category, tags and description
    std::uint32_t place = 0;  ///< sub account, resource, region, service and category alone
    friend bool operator==(const LineIdentity&, const LineIdentity&) = default;
};

/// Cells that belong to a LineIdentity, in the order of kIdentityColumns.
inline constexpr std::array kIdentityColumns{Column::SubAccountId, Column::ResourceId,       Column::RegionId,
                                             Column::ServiceName,  Column::ChargeCategory,   Column::SkuId,
                                             Column::Tags,         Column::ChargeDescription};
inline constexpr std::size_t kPlaceColumns = 5; ///< the first of them say the place
/// Of each cell its hash: the cells of a line lie in several tuples.
using IdentityCells = std::array<std::uint64_t, kIdentityColumns.size()>;
inline std::uint64_t identityCell(std::string_view cell)
{
    return XXH3_64bits(cell.data(), cell.size());
}
LineIdentity identityOf(const IdentityCells& cells);

/// One charge line as it is compared with others.
struct LineMark {
    std::uint32_t charge = 0; ///< its identity and the moment it begins
    std::uint32_t place = 0;  ///< its place and day
    std::uint32_t full = 0;   ///< all attributes but provider columns, and the moment
    std::uint32_t amount = 0; ///< billed and effective cost by value; 0: no money
    /// All that it says, to the last cell and as it is spelled; 0 for stored lines, which are not told apart so far.
    std::uint32_t content = 0;
};
/// `core`: of all attributes but bill and provider columns.
LineMark markOf(const LineIdentity& identity, const Fingerprint& core, std::int64_t start,
                const std::optional<Decimal>& billed, const std::optional<Decimal>& effective);

/// The marks of some lines, as a multiset. Beyond a limit only those of some places are kept, of the same places in
/// every set, so that memory is bounded and two sets stay comparable.
class LineMarks {
public:
    static constexpr std::size_t kMost = 1'000'000;

    void add(const LineMark& mark)
    {
        if ((mark.place & m_mask) == 0)
            m_marks.push_back(mark);
    }
    void add(const LineMarks& others);
    /// Keeps the places alone whose number ends in `bits` zeros.
    void thinTo(unsigned bits);
    unsigned bits() const { return m_bits; }
    std::size_t size() const { return m_marks.size(); }
    const std::vector<LineMark>& marks() const { return m_marks; }

private:
    std::vector<LineMark> m_marks;
    std::uint32_t m_mask = 0;
    unsigned m_bits = 0;
};

/// How much two sets of lines have in common, by counts of lines; of a sample where one of them is thinned.
struct Overlap {
    std::uint64_t a = 0, b = 0;
    std::uint64_t lines = 0;   ///< in both with the same money
    std::uint64_t charges = 0; ///< in both with or without money, to the amount
    std::uint64_t full = 0;    ///< in both by all attributes, whatever the amount
    std::uint64_t places = 0;  ///< in both by place and day
    bool isUniqueInA = false;  ///< no two lines of `a` agree in all attributes
    bool hasMoney = false;     ///< `a` has a line with money

    std::uint64_t least() const { return a < b ? a : b; }
    /// Every line of `a` stands in `b`.
    bool isInside() const { return a > 0 && charges == a; }
    /// `b` speaks of every charge of `a`, of some with other amounts: a later state of it.
    bool isSuperseded() const { return a > 0 && full == a && (isUniqueInA || 2 * charges >= a); }
    /// One of them is the other at another time.
    bool isSameDelivery() const { return least() > 0 && (2 * full >= least() || 2 * charges >= least()); }
    /// Nothing says that a charge would count twice.
    bool isApart() const { return lines == 0 && 10 * places < least(); }
};
Overlap overlapOf(const LineMarks& a, const LineMarks& b);

} // namespace altimeter::store
