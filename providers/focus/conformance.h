#pragma once

#include "models/domain/costline.h"
#include "providers/focus/columns.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
    PartnerMissing,
    PartnerWithoutId,
    DamagedId,
    IssuerDiffers,
    ContractShape,
    TextEncoding,
    BlankRow,
    Count,
};

/// The stable kebab-case id of a check, for example "number-format".
std::string_view checkId(Check check);

/// The two ends of the billing period of a row, either of which may be invalid.
struct BillingPeriodBounds {
    Instant start, end;
};

/// Counts departures from FOCUS over the rows of one file, in bounded memory: per kind and column the number of rows,
/// the first line and the first offending value. It judges and never refuses. One thread at a time.
class Conformance {
public:
    /// `decimalComma` tells how unit prices are written.
    explicit Conformance(const HeaderMapping& mapping, bool decimalComma = false);

    /// Looks at one row that was read.
    void check(const CostLine& line, const BillingPeriodBounds& billing);
    /// Counts what the reader itself met. Column::Count stands for "no single column".
    void count(Check check, Column column, std::uint64_t line, std::string_view sample = {})
    {
        Tally& tally = m_tallies[static_cast<std::size_t>(check)][at(column)];
        if (tally.rows++ == 0)
            start(tally, line, sample);
    }
    /// All findings about rows, errors first; `file` is left empty.
    std::vector<Finding> findings() const;

private:
    struct Tally {
        std::uint64_t rows = 0;
        std::uint64_t firstLine = 0;
        std::string sample;
    };
    using PerColumn = std::array<Tally, kColumnCount + 1>;
    using Remembered = std::unordered_map<std::size_t, std::size_t>;
    struct SeenJson {
        std::size_t hash = 0;
        unsigned faults = 0;
    };
    struct SeenService {
        std::string name, category, subcategory;
        bool isListed = true, fits = true, isUnique = true;
    };

    static void start(Tally& tally, std::uint64_t line, std::string_view sample);
    std::string_view text(Column column) const { return m_line->text[at(column)]; }
    bool has(Column column) const { return m_present[at(column)]; }
    bool isNull(Column column) const { return text(column).empty(); }
    bool isMissing(Column column) const { return has(column) && isNull(column); }
    void note(Check check, Column column) { count(check, column, m_line->lineNumber, text(column)); }
    std::optional<Decimal> cost(CostLens lens) const { return m_line->cost[static_cast<std::size_t>(lens)]; }

    void checkPeriods(const BillingPeriodBounds& billing);
    void checkListedValues();
    void checkListed(Column column);
    void checkFilled();
    void checkCosts();
    void checkQuantities();
    void checkPair(Column quantity, Column unit);
    void checkPrices();
    void checkPrice(Column price, CostLens lens);
    void checkCommitment();
    void checkCommitmentUsage();
    void checkService();
    void checkSku();
    void checkPartners();
    void checkIds();
    void checkJson();
    unsigned jsonFaults(std::string_view json);
    static bool fitsEarlier(Remembered& known, std::string_view key, std::string_view value);

    const ColumnSet m_present;        // constant after construction
    const bool m_decimalComma;        // constant after construction
    std::vector<PerColumn> m_tallies; ///< by Check
    const CostLine* m_line = nullptr; ///< the row at hand
    bool m_isUsage = false, m_isPurchase = false, m_isTax = false, m_isCorrection = false;
    Remembered m_categoryOfService, m_skuOfPrice, m_unitOfCommitment; ///< hashes only
    std::vector<SeenJson> m_seenJson;
    SeenService m_lastService; ///< neighbours in a file often share the service
    Currency m_firstCurrency;
};

} // namespace altimeter::providers
