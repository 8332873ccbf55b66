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
    std::uint32_t loose = 0;  ///< resource, region, service, category and SKU
    bool hasResource = false; ///< a resource is named
    bool isCorrection = false;
    /// Short hashes of single cells, to tell where two lines contradict each other; 0: the cell says nothing.
    std::uint16_t sub = 0, resource = 0, region = 0, service = 0, tags = 0;
    friend bool operator==(const LineIdentity&, const LineIdentity&) = default;
};

/// Cells that belong to a LineIdentity, in the order of kIdentityColumns.
inline constexpr std::array kIdentityColumns{Column::SubAccountId, Column::ResourceId,        Column::RegionId,
                                             Column::ServiceName,  Column::ChargeCategory,    Column::SkuId,
                                             Column::Tags,         Column::ChargeDescription, Column::ChargeClass};
inline constexpr std::size_t kChargeColumns = 8; ///< without the class: a correction is of the charge it corrects
inline constexpr std::size_t kPlaceColumns = 5;  ///< the first of them say the place
inline constexpr std::size_t kLooseColumns = 5;  ///< those behind the sub account say what it is, whoever pays it
/// Of each cell its hash by identityCell(): the cells of a line lie in several tuples.
using IdentityCells = std::array<std::uint64_t, kIdentityColumns.size()>;
/// The same whatever the case of its letters, and of tags whatever their order; tags that hold none are an empty cell.
std::uint64_t identityCell(Column column, std::string_view cell);
LineIdentity identityOf(const IdentityCells& cells);

/// All that a line says, by value: "1.50" and "1.5" are one amount.
struct LineContent {
    static constexpr std::size_t kNumbers = kLensCount + 4;
    Fingerprint core;        ///< of all attributes but bill and provider columns
    std::uint64_t extra = 0; ///< sum of extraCell() over the provider cells that hold something
    std::uint64_t bill = 0;
    std::int64_t start = 0, end = 0;                      ///< seconds; `end` is the start where none was given
    std::array<std::optional<Decimal>, kNumbers> numbers; ///< the costs by CostLens, then the quantities
    std::uint16_t invoice = 0;                            ///< invoiceMark() of its InvoiceId
};
/// 0: none is named.
std::uint16_t invoiceMark(std::string_view invoice);
/// Provider cells count in any order.
std::uint64_t extraCell(std::string_view name, std::string_view cell);

/// One charge line as it is compared with others.
struct LineMark {
    std::uint32_t charge = 0;  ///< its identity and the moment it begins
    std::uint32_t series = 0;  ///< its place, whatever the day
    std::uint32_t amount = 0;  ///< billed and effective cost by value; 0: no money
    std::uint32_t content = 0; ///< all that it says
    std::uint32_t loose = 0;  ///< what was charged, when and how much, whatever the account, provider, currency or bill
    std::uint32_t usage = 0;  ///< the same with the quantities instead of the amount; 0: no quantity
    std::uint32_t text = 0;   ///< all that it says but its numbers and its bill
    std::uint16_t day = 0;    ///< of its beginning, modulo 65,536
    std::uint8_t telling = 0; ///< how little chance it is that another charge has its amount, too: see Resemblance
    std::uint8_t usageTelling = 0;
    std::uint32_t bare = 0; ///< when and how much alone, whatever was charged; 0: no money
    /// See LineIdentity and LineContent.
    std::uint16_t sub = 0, resource = 0, region = 0, service = 0, tags = 0, invoice = 0;
    bool isCorrection = false;
    bool isLong = false; ///< it is charged for more than a week: its days say nothing of when it was told

    std::uint64_t place() const { return std::uint64_t{series} << 16U | day; }
};
LineMark markOf(const LineIdentity& identity, const LineContent& content);

/// The marks of some lines, as a multiset. Beyond a limit a sample is kept, chosen by what lines say, so that the same
/// lines are kept in every set and no place is lost whole.
class LineMarks {
public:
    static constexpr std::size_t kMost = 1'000'000;
    static constexpr std::size_t kLeast = 10'000; ///< fewer say too little to be thinned

    void add(const LineMark& mark)
    {
        if ((mark.content & m_mask) == 0)
            m_marks.push_back(mark);
    }
    void add(const LineMarks& others);
    /// Keeps the lines alone whose content ends in `bits` zeros, unless too few would be left.
    void thinTo(unsigned bits);
    /// Thins what has become too much. Lines that all say the same cannot be thinned.
    void limit();
    unsigned bits() const { return m_bits; }
    std::size_t size() const { return m_marks.size(); }
    const std::vector<LineMark>& marks() const { return m_marks; }

private:
    void keep(unsigned bits);
    std::vector<LineMark> m_marks;
    std::uint32_t m_mask = 0;
    unsigned m_bits = 0;
    std::size_t m_limit = kMost;
};

/// How much two sets of lines have in common, by counts of lines; of a sample where one of them is thinned.
struct Overlap {
    std::uint64_t a = 0, b = 0;
    std::uint64_t shared = 0;  ///< in both, to the last cell
    std::uint64_t charges = 0; ///< in both by identity, moment and amount
    std::uint64_t same = 0;    ///< in both by identity and moment, whatever the amount
    std::uint64_t places = 0;  ///< in both by place and day
    /// Lines of the one and of the other within the days that both reach over.
    std::uint64_t aWithin = 0, bWithin = 0;
    bool isUnknown = false; ///< the sample holds nothing of one of them

    std::uint64_t least() const { return a < b ? a : b; }
    bool isHalf(std::uint64_t count) const { return least() > 0 && 2 * count >= least(); }
    /// Every line of `a` stands in `b`.
    bool isInside() const { return a > 0 && shared == a; }
    /// A few equal lines of two that otherwise charge other things, as two invoices with the same fee: neither do the
    /// others say the same charges with other amounts, nor is it the days at the edge of both that are the same.
    bool areSiblings() const;
};
Overlap overlapOf(const LineMarks& a, const LineMarks& b);

/// How much two sets of lines that nothing else ties together charge the same, and whether that can be chance: two
/// accounts pay the same round fees, but not the same odd amounts for the same things at the same time.
struct Resemblance {
    /// The digits behind the first one that distinct amounts (or quantities) have in common, and some for each resource
    /// that is named: from here on it is no chance.
    static constexpr std::uint64_t kNoChance = 6;
    std::uint64_t a = 0, b = 0; ///< lines with money (or a quantity)
    std::uint64_t shared = 0;
    std::uint64_t telling = 0;
    std::uint64_t amounts = 0; ///< distinct ones of those that are shared
    std::uint64_t days = 0;    ///< of those that are shared
    /// Shared lines of which the one names another sub account, resource, … than the other, and those of which it is
    /// the sub account or the invoice.
    std::uint64_t apart = 0, apartSub = 0;

    bool isHalf() const { return shared > 0 && 2 * shared >= (a < b ? a : b); }
    /// The same charges, as far as anybody can tell. What names another place throughout is the same only where many
    /// amounts that change from day to day agree: equal set-ups pay equal prices.
    bool isSame() const
    {
        const bool isMost = 5 * shared >= 4 * (a < b ? a : b);
        return telling >= kNoChance && (isMost || (isHalf() && telling >= 2 * kNoChance)) &&
               (2 * apart <= shared || isManifold());
    }

private:
    bool isManifold() const
    {
        const std::uint64_t fewest = 2 * apartSub > shared ? 10 : 3;
        return days > 1 && amounts >= fewest && 2 * amounts >= shared;
    }
};
/// By what lines are held against each other: what is charged and its amount, or its quantities, as those of two
/// currencies, or the moment and the amount alone, as within one account and month.
enum class Resembling : std::uint8_t { Amount, Usage, Bare };
Resemblance resemblanceOf(const LineMarks& a, const LineMarks& b, Resembling by);
/// Lines of the one that the other tells, by what is charged or by the amount alone. Requires that neither is a sample.
std::uint64_t linesTold(const LineMarks& of, const LineMarks& by);
/// The one names other invoices throughout, or corrects what the other charges: neither is a state of the other.
bool areOtherBills(const LineMarks& a, const LineMarks& b);
/// Nearly all lines of both are charged for weeks: deltas of a month look as states of it do.
bool areLong(const LineMarks& a, const LineMarks& b);
/// The digits of quantities alone by which both are the same; see Resemblance::telling.
std::uint64_t tellingQuantities(const LineMarks& a, const LineMarks& b);
/// Lines of the one that the other has, too, whatever their numbers. Requires that neither is a sample.
std::uint64_t sameTexts(const LineMarks& a, const LineMarks& b);
/// Some line of the one may charge what some line of the other does, on whatever day and in whatever grain: the same
/// service, and neither names another sub account, resource or region than the other where both name one.
bool mayChargeTheSame(const LineMarks& a, const LineMarks& b);
/// Places and days of `before` with money of which `now` says nothing.
std::uint64_t placesGone(const LineMarks& before, const LineMarks& now);

} // namespace altimeter::store
