#pragma once

#include "models/domain/costline.h"
#include "models/domain/query.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace altimeter {

/// What tells one finding from all others, also after it was found again.
struct FindingKey {
    std::string source, check, file;
    std::string subject;    ///< what it says, but for what changes from day to day
    bool isDerived = false; ///< found in all charges together, each time they are asked; else kept since a delivery
    friend auto operator<=>(const FindingKey&, const FindingKey&) = default;
    friend bool operator==(const FindingKey&, const FindingKey&) = default;
};

/// Of one that is kept since a delivery: its whole message is its subject.
FindingKey keyOfKept(const Finding& finding);

/// A short name for it, the same as long as the key is: 16 hexadecimal digits.
std::string idOf(const FindingKey& key);

/// A finding as somebody saw it.
struct SeenFinding {
    FindingKey key;
    std::uint64_t rows = 0; ///< lines it spoke of
};

/// Somebody has looked at a finding and knows about it. Counts for as long as the finding is there and speaks of no
/// more lines than then: one that grows, or goes and comes again, is open again.
struct Acknowledgement {
    FindingKey key;
    std::uint64_t rows = 0; ///< lines it spoke of
    Instant at;
    std::string by;   ///< the user of the computer; empty: not known
    std::string note; ///< may be empty
    bool covers(const FindingKey& other, std::uint64_t otherRows) const { return key == other && otherRows <= rows; }
};

/// Null: it is open.
const Acknowledgement* acknowledgementOf(const std::vector<Acknowledgement>& all, const FindingKey& key,
                                         std::uint64_t rows);

/// An exact amount of one currency that a finding touches.
struct TouchedMoney {
    Currency currency;
    DecimalSum amount;
    friend bool operator==(const TouchedMoney&, const TouchedMoney&) = default;
};

/// The amounts a finding speaks of, by currency; none where they are known to be none.
struct Touched {
    std::vector<TouchedMoney> money; ///< of the lines whose amount is known
    bool isWhole = false;            ///< false: there is more, or all of it, that nobody can know
};

/// Where the lines of a finding are looked at.
struct FindingLines {
    enum class Where : std::uint8_t {
        None,     ///< it speaks of no line, or of such as were never delivered
        Rejected, ///< among those that could not be stored
        Charges,  ///< among the charges that `filters` and `range` select
    } where = Where::None;
    std::vector<Filter> filters;
    DateRange range;      ///< a bound that is not valid is open
    bool isExact = false; ///< these lines and no others; else they are among these
};

/// One finding with what is known about it.
struct FindingCase {
    Finding finding;
    FindingKey key;
    std::optional<Acknowledgement> acknowledged; ///< none: open
    std::optional<Touched> touched;              ///< none: known of its kind together alone, or of nothing
    FindingLines lines;
};

/// All findings of one kind.
struct FindingGroup {
    std::string check;
    Severity severity = Severity::Note; ///< the worst of its cases
    std::uint64_t rows = 0;             ///< lines of all cases
    std::vector<FindingCase> cases;     ///< open ones first, then the worst and those of most lines
    Touched touched;
    std::uint64_t open() const;
};

} // namespace altimeter
