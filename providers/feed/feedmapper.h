#pragma once

#include "models/domain/feedmapping.h"
#include "providers/core/delivery.h"
#include "providers/feed/feedrecord.h"
#include "providers/focus/dates.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// The exact product; Error Overflow where it needs more than 38 digits or 36 decimals.
Result<Decimal> product(Decimal a, Decimal b);

/// Reads a date of a feed: all that parseInstant() reads, and seconds, milliseconds or microseconds since 1970.
std::optional<Instant> feedInstant(std::string_view text, DateOrder order);
/// Whether a cell that should hold an amount says in a word that there is none: "Included", "n/a", "-".
bool isNoAmount(std::string_view text);
/// Reads a number of a feed: with a currency sign or code, blanks or apostrophes between groups, point or comma.
Result<Decimal> feedNumber(std::string_view text, bool decimalComma, std::string* currencyCode = nullptr);
/// "USD" of "usd", "US$", "€" …; empty where it is no currency.
std::string currencyOf(std::string_view text);

/// Makes charges of a feed's records as a FeedMapping says. Pure; constant after construction.
///
/// A charge without an end covers the day of its date, or a month from it. An end written without a time of day that
/// equals the start, or is the last day of a month that the start begins, is meant as inside. "column:Tags" may name a
/// JSON object, whose members all become tags.
class FeedMapper {
public:
    /// `source` stands for provider and account where neither is mapped. Error Invalid names the key of the mapping
    /// that makes no sense.
    static Result<FeedMapper> of(const FeedMapping& mapping, const std::string& source);

    /// What the mapping lacks before anything can be read, in plain words; empty: it is complete.
    std::vector<std::string> missing() const;
    /// Fields without which no charge can be made.
    std::vector<std::string> neededFields() const;
    /// True where the feed says no cost and each is worked out as quantity × unit price.
    bool worksOutCost() const { return m_worksOutCost; }
    /// What the record says in place of an amount ("Included"); empty where it does not.
    std::string wordForAmount(const FeedRecord& record) const;
    /// Provider columns the charges may carry, beside kCostBasis.
    std::vector<std::string> extraColumns() const;
    /// A charge, or why the record cannot be one, naming the field.
    Result<Charge> charge(const FeedRecord& record) const;

    /// Of a record that cannot be a charge: the day it would be of; none where that cannot be read.
    Day dayOf(const FeedRecord& record) const;

    /// What a preview shows of the charges: names, and the cells of one charge.
    std::vector<std::string> shownColumns() const;
    std::vector<std::string> shownCells(const Charge& charge) const;

private:
    struct Text {
        std::string field;    ///< empty: none
        std::string constant; ///< where the field is not given or empty
    };

    Status put(const std::string& target, const std::string& value, bool isConstant);
    Status setHabits(const FeedMapping& mapping);
    bool has(Column column) const { return m_columns.contains(column); }
    std::string_view read(const FeedRecord& record, const Text& text) const;
    std::string_view read(const FeedRecord& record, Column column) const;
    std::string fieldName(Column column) const;
    Error unreadable(Column column, std::string_view text, const std::string& what) const;
    Status readPeriod(const FeedRecord& record, Charge& charge) const;
    Status readCosts(const FeedRecord& record, Charge& charge, std::string& code) const;
    Status workOutCost(const FeedRecord& record, Charge& charge, std::string& code) const;
    Result<std::string> amount(Column column, std::string_view text, bool isSigned, std::string& code) const;
    Status readCurrency(const FeedRecord& record, const std::string& code, Charge& charge) const;
    Status readTexts(const FeedRecord& record, Charge& charge) const;
    void readTags(const FeedRecord& record, Charge& charge) const;

    std::map<Column, Text> m_columns;
    std::map<std::string, Text> m_tags, m_extra;
    std::string m_source;
    std::string m_currency;
    int m_places = 0;
    bool m_isInverted = false;
    bool m_decimalComma = false;
    bool m_isMonthly = false;
    bool m_worksOutCost = false;
    DateOrder m_order = DateOrder::MonthFirst;
};

/// x_CostBasis of a charge whose cost was worked out.
inline constexpr std::string_view kCostBasis = "x_CostBasis";
inline constexpr std::string_view kQuantityTimesPrice = "quantity × unit price";

} // namespace altimeter::providers
