#pragma once

#include "models/domain/decimal.h"
#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace altimeter {

/// One charge as a source said it, in FOCUS words. Views point into the source's buffer and live for one call only.
///
/// A null cell (empty, NULL, null, blank) is an empty view: FOCUS knows no empty text. The parsed members repeat what
/// the cells say, so that nobody parses twice; a null amount is nullopt, never zero.
struct CostLine {
    std::uint64_t lineNumber = 0;                      ///< first physical line of the record, the header is line 1
    std::array<std::string_view, kColumnCount> text{}; ///< raw cells by column; empty is null
    std::span<const std::string_view> extra; ///< cells of the unknown columns, as CostLineSink::begin names them
    std::array<std::optional<Decimal>, kLensCount> cost; ///< by CostLens
    std::array<std::optional<Decimal>, 4>
        quantity;        ///< Pricing-, Consumed-, CommitmentDiscountQuantity, PricingCurrencyEffectiveCost
    Instant chargeStart; ///< always valid
    Instant chargeEnd;   ///< may be invalid
    Day billingPeriod;   ///< first day of the billing month this line belongs to
    Currency currency;
    std::string_view provider; ///< ProviderName, else ServiceProviderName, else InvoiceIssuerName, else empty
    std::string_view raw;      ///< the record as it was, for a line that cannot be stored; empty where there is none
    /// Equal in two lines of one file only when all their attribute cells are equal: the columns of every Group but
    /// Bill and Extra. Saves the receiver from looking at each cell; all zero where the source does not know.
    std::array<std::uint64_t, 2> attributes{};
};

enum class Severity : std::uint8_t { Note, Warning, Error };
std::string_view severityName(Severity severity);

/// One kind of departure from the standard, counted over a file.
struct Finding {
    Severity severity = Severity::Note;
    std::string check;           ///< stable kebab-case id, for example "number-format"
    std::uint64_t rows = 0;      ///< how many lines show it; 0 for a finding about the header
    std::uint64_t firstLine = 0; ///< first line that shows it; 1 for the header
    std::string message;         ///< plain English, names the field
    std::string file;            ///< file name as given
    std::string source;
};

/// A record that could not be stored, kept as it was.
struct RejectedLine {
    std::string file;
    std::uint64_t line = 0;
    std::string check;
    std::string message;
    std::string text; ///< the raw record, cut at 64 KiB
    std::string source;
    /// What could be read of it all the same, so that its amount is missed and not forgotten.
    struct Readable {
        bool hasKey = false; ///< provider, account and currency are those of the record
        std::string provider, billingAccount;
        Day billingPeriod; ///< first day of the billing month; none where it cannot be read
        Day chargeDay;     ///< none where it cannot be read
        Currency currency;
        std::array<std::optional<Decimal>, kLensCount> cost;             ///< by CostLens; null where none is stated
        std::array<bool, kLensCount> unreadable{true, true, true, true}; ///< a cost may stand there, but which?
    } readable{};
};

/// Lines of one stretch of a file, in order. Filled by one thread while other threads fill other stretches.
class CostBatch {
public:
    virtual ~CostBatch() = default;
    virtual Status add(const CostLine& line) = 0;
    virtual void reject(RejectedLine line) = 0;
};

/// Receives the charges of a source. An Error stops the source and nothing is published. All calls but newBatch() come
/// from one thread.
class CostLineSink {
public:
    virtual ~CostLineSink() = default;
    /// A new file or page set begins; `extraColumns` names what CostLine::extra holds until the next call.
    virtual Status begin(const std::string& file, std::span<const std::string> header,
                         std::span<const std::string> extraColumns) = 0;
    /// An empty batch for the file that began last. May be called from any thread.
    virtual std::unique_ptr<CostBatch> newBatch() = 0;
    /// Takes in a filled batch. Batches are given back in file order, before the file ends.
    virtual Status take(std::unique_ptr<CostBatch> batch) = 0;
    virtual Status finding(const Finding& finding) = 0;
};

} // namespace altimeter
