#pragma once

#include "models/domain/costline.h"
#include "providers/focus/columns.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace altimeter::providers {

/// What a file can be found to do against the standard, row by row.
enum class Check : std::uint8_t {
    NumberFormat,
    NumberInvalid,
    NumberOverflow,
    PriceInvalid,
    CostNull,
    DateFormat,
    DateInvalid,
    DateMissing,
    PeriodOrder,
    BillingPeriodBounds,
    LastSecondEnd,
    OutsideBillingPeriod,
    ChargePeriodFar,
    CurrencyMissing,
    CurrencyCode,
    MixedCurrencies,
    ValueNotListed,
    ValueCase,
    ValueMissing,
    PurchaseUsageBased,
    PricedTax,
    PricingCategoryMissing,
    CommitmentIncomplete,
    CommitmentWithoutId,
    CommitmentStatusMissing,
    CommitmentUnitChanges,
    CommitmentPricing,
    UsedCost,
    UnusedRow,
    CommitmentPurchaseEffective,
    ConsumedOnNonUsage,
    QuantityUnitPair,
    NegativePrice,
    PriceTimesQuantity,
    PriceUnknown,
    ServiceTwoCategories,
    ServiceCategory,
    ServiceSubcategory,
    SkuPriceTwoSkus,
    SkuMissing,
    JsonNotObject,
    JsonNested,
    JsonRepeatedKey,
    JsonPaddedKey,
    JsonKeyCase,
    TagsTooLong,
    PartnerMissing,
    PartnerWithoutId,
    DamagedId,
    IssuerDiffers,
    ContractShape,
    TextEncoding,
    BackslashQuotes,
    BareQuotes,
    BlankRow,
    Count,
};

/// The stable kebab-case id of a check, for example "number-format".
std::string_view checkId(Check check);

/// The two ends of the billing period of a row, either of which may be invalid.
struct BillingPeriodBounds {
    Instant start, end;
};

/// Values of a file of which the first one is the measure of all others.
enum class Pairing : std::uint8_t { CurrencyOfFile, CategoryOfService, SkuOfPrice, UnitOfCommitment, Count };
inline constexpr std::size_t kPairingCount = static_cast<std::size_t>(Pairing::Count);

/// What was counted over a stretch of a file.
struct ConformanceTally {
    struct Entry {
        Check check = Check::Count;
        Column column = Column::Count; ///< Column::Count: no single column
        std::uint64_t rows = 0;
        std::uint64_t firstLine = 0;
        std::string sample; ///< the cell in the first line
    };
    /// Rows that show one key with one value, in the order of their first lines.
    struct Pair {
        Pairing pairing = Pairing::Count;
        std::size_t key = 0, value = 0; ///< hashes
        std::uint64_t rows = 0;
        std::uint64_t firstLine = 0;
        std::string sample;
    };
    /// Rows whose charge begins in one calendar year.
    struct Year {
        int year = 0;
        std::uint64_t rows = 0;
        std::uint64_t firstLine = 0;
        std::string sample;
    };
    std::vector<Entry> entries;
    std::vector<Pair> pairs;
    std::vector<Year> years; ///< in no order, each once
};

/// Judges rows of one stretch of a file after another, in bounded memory. It never refuses. What the attribute cells of
/// a line decide alone is judged once per CostLine::attributes. One thread at a time.
class Conformance {
public:
    /// `decimalComma`: the columns whose numbers are written with one.
    explicit Conformance(const HeaderMapping& mapping, ColumnSet decimalComma = {});

    /// A row with these attributes will be looked at soon: saves the wait for the memory.
    void expect(const std::array<std::uint64_t, 2>& attributes)
    {
        __builtin_prefetch(&m_judged[attributes[0] & (m_judged.size() - 1)]);
    }
    /// Looks at one row that was read.
    void check(const CostLine& line, const BillingPeriodBounds& billing);
    /// Counts what the reader itself met. Column::Count stands for "no single column".
    void count(Check check, Column column, std::uint64_t line, std::string_view sample = {})
    {
        if (m_tallies[static_cast<std::size_t>(check)][at(column)]++ == 0)
            start(check, column, line, sample);
    }
    /// What was counted since the last call.
    ConformanceTally take();

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    using PerColumn = std::array<std::uint64_t, kColumnCount + 1>;
    using PairKey = std::tuple<Pairing, std::size_t, std::size_t>;

    struct Fault {
        Check check;
        Column column;
    };
    /// What the attribute cells alone decide.
    struct alignas(64) Judged {
        std::array<std::uint64_t, 2> attributes{};
        std::array<double, 2> price{};                                              ///< list, contracted
        std::array<std::uint32_t, kPairingCount> pairs{kNone, kNone, kNone, kNone}; ///< in m_pairs
        std::uint32_t faults = 0;                                                   ///< in m_faults
        std::uint8_t faultCount = 0;
        bool isFilled : 1 = false;
        bool isPurchase : 1 = false, isTax : 1 = false, isCorrection : 1 = false, isNoUsage : 1 = false;
        bool hasListPrice : 1 = false, hasContractedPrice : 1 = false;
        bool issuerDiffers : 1 = false;
        bool lacksCommitment : 1 = false, buysCommitment : 1 = false, isUsed : 1 = false, isUnused : 1 = false;
    };
    struct SeenJson {
        std::size_t hash = 0;
        unsigned faults = 0;
    };
    struct SeenPeriod {
        BillingPeriodBounds bounds;
        bool hasOddStart = false, isEmpty = false, namesLastSecond = false;
    };
    struct HashOfPair {
        std::size_t operator()(const PairKey& key) const
        {
            return std::get<1>(key) ^ (std::get<2>(key) * 31 + static_cast<std::size_t>(std::get<0>(key)));
        }
    };

    void start(Check check, Column column, std::uint64_t line, std::string_view sample);
    std::string_view text(Column column) const { return m_line->text[at(column)]; }
    bool has(Column column) const { return m_present[at(column)]; }
    bool isNull(Column column) const { return text(column).empty(); }
    bool isMissing(Column column) const { return has(column) && isNull(column); }
    void note(Check check, Column column) { count(check, column, m_line->lineNumber, text(column)); }
    void noteFault(Check check, Column column) { m_faults.push_back({check, column}); }
    const std::optional<Decimal>& cost(CostLens lens) const { return m_line->cost[static_cast<std::size_t>(lens)]; }

    const Judged& judged();
    Judged& placeOf(const std::array<std::uint64_t, 2>& attributes);
    void growJudged();
    void forgetJudged();
    void judge(Judged& judged);
    void judgeListedValues(const Judged& judged);
    void judgeListed(Column column);
    void judgeFilled(Judged& judged);
    void judgePrices(Judged& judged);
    std::optional<double> judgePrice(Column price);
    void judgeCommitment(Judged& judged);
    void judgeService(Judged& judged);
    void judgeSku(Judged& judged);
    void judgePartners();
    void judgeIds();
    void judgeJson();
    unsigned jsonFaults(std::string_view json);
    std::uint32_t pairOf(Pairing pairing, std::string_view key, std::string_view value, std::string_view sample);

    void countPairs(const Judged& judged);
    void startYear(Instant start);
    void checkPeriods(const BillingPeriodBounds& billing);
    static SeenPeriod seenPeriod(const BillingPeriodBounds& billing);
    void checkFilled();
    void checkCosts(const Judged& judged);
    void checkQuantities(const Judged& judged);
    void checkPair(Column quantity, Column unit);
    void checkProduct(Column price, double unitPrice, CostLens lens);
    void checkCommitment(const Judged& judged);

    const ColumnSet m_present;                   // constant after construction
    const ColumnSet m_decimalComma;              // constant after construction
    const CostLine* m_line = nullptr;            ///< the row at hand
    std::vector<PerColumn> m_tallies;            ///< by Check; rows since the last take()
    ConformanceTally m_taken;                    ///< what take() will answer, without rows and pairs
    std::vector<Judged> m_judged;                ///< by attributes: a hash table with open addressing
    std::size_t m_judgedCount = 0;               ///< filled places of m_judged
    std::vector<Fault> m_faults;                 ///< of those in m_judged, then of m_lineJudged
    std::size_t m_keptFaults = 0;                ///< of those in m_judged
    Judged m_lineJudged;                         ///< of a line whose attributes are not known
    bool m_isUsage = false;                      ///< the line that is being judged
    std::vector<ConformanceTally::Pair> m_pairs; ///< all that were seen; rows since the last take()
    std::unordered_map<PairKey, std::uint32_t, HashOfPair> m_pairOf; ///< index in m_pairs
    std::vector<std::uint32_t> m_countedPairs;                       ///< indexes in m_pairs since the last take()
    std::vector<SeenJson> m_seenJson;
    Instant m_yearFrom{0}, m_yearTo{0}; ///< of the year m_taken.years[m_yearAt], which neighbours share
    std::size_t m_yearAt = 0;
    SeenPeriod m_lastPeriod; ///< neighbours in a file share it
};

/// Adds up what was counted over the stretches of one file. Stretches are added in file order. One thread at a time.
class ConformanceTotal {
public:
    void add(const ConformanceTally& tally);
    /// All findings about rows, errors first; `file` is left empty.
    std::vector<Finding> findings() const;

private:
    using Key = std::pair<Check, Column>;

    void add(ConformanceTally::Entry entry);
    void addFarYears(std::map<Key, ConformanceTally::Entry>& entries) const;

    std::map<Key, ConformanceTally::Entry> m_entries;
    std::map<int, ConformanceTally::Year> m_years;
    std::array<std::unordered_map<std::size_t, std::size_t>, kPairingCount> m_firstValue; ///< by key; hashes only
};

} // namespace altimeter::providers
