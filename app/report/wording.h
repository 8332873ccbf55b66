#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"
#include "models/domain/series.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::report {

/// Digits after the point that a currency's notes and coins have: 2 for most, 0 for the yen, 3 for the dinar.
int minorDigits(Currency currency);

/// `amount` / 10^`scaleDigits`, rounded once half to even to `decimals`, with grouping commas and U+2212 for minus.
std::string amountText(Amount amount, int decimals, int scaleDigits = 0);
/// The amount in the currency's own minor unit: "31,842.17".
std::string moneyText(Amount amount, Currency currency);
/// The same with a sign in any case: "+2,103.44", "−310.00", "0.00".
std::string changeText(Amount change, Currency currency);
/// A statistic: whole units from a thousand on, else the currency's minor unit. "–" where it is not finite.
std::string estimateText(double value, Currency currency);
std::string estimateChangeText(double value, Currency currency);
/// For chart axes: "2.5k", "1.2M"; no currency.
std::string axisText(double value);
/// "+7.1 %" with a thin space; "new" where `before` is zero and `now` is not; "–" where a percentage says nothing.
std::string changePercentText(Amount now, Amount before);
/// Part of the whole in percent: "3.9 %"; "–" where the whole is zero.
std::string shareText(Amount part, Amount whole);
/// "a − b" in the exact sense; saturates never, answers nullopt outside the range.
std::optional<Amount> difference(Amount a, Amount b);

std::string dateText(Day day);      ///< "19 Nov 2026"
std::string shortDateText(Day day); ///< "19 Nov"
std::string monthText(Day day);     ///< "November"
std::string monthYearText(Day day); ///< "November 2026"
/// "Week 47 of 2026 (ISO), 16 Nov to 19 Nov 2026": the calendar week of the last day with data, as far as it is known.
std::string weekText(Day asOf);

std::string lensText(CostLens lens);                                 ///< "Effective cost"
std::string kindText(const AnomalyMark& mark);                       ///< "Spike, high"
inline constexpr std::string_view kOthers = "All others";            ///< the rest that is folded together
inline constexpr std::string_view kNotListed = "Not listed by team"; ///< what the named teams leave of a total
/// A name as it is shown, in quotes where it is a word of the report itself: no name can forge a line, turn the writing
/// or steer a terminal (words::shown).
std::string nameText(const std::string& key, std::string_view ifEmpty = "Unallocated");
std::string joinedKeys(const std::vector<std::string>& keys);
std::string countText(std::uint64_t count, std::string_view one, std::string_view many);
/// First letter upper case (ASCII), dashes to blanks: "level-shift" gives "Level shift".
std::string sentenceCase(std::string text);

} // namespace altimeter::report
