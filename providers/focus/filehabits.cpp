#include "providers/focus/filehabits.h"

#include "models/domain/readingchoice.h"
#include "models/text/words.h"
#include "providers/focus/csvreader.h"
#include "providers/focus/numberevidence.h"
#include "providers/focus/rowtext.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::uint64_t kStudiedRecords = 2000;
constexpr std::size_t kStudiedBytes = std::size_t{2} << 20;
constexpr std::uint64_t kRecordsPerLook = 1024; ///< between two looks at the stop token

constexpr std::array kDateColumns{Column::ChargePeriodStart, Column::ChargePeriodEnd, Column::BillingPeriodStart,
                                  Column::BillingPeriodEnd};
constexpr std::array kNumberColumns{Column::BilledCost,
                                    Column::EffectiveCost,
                                    Column::ListCost,
                                    Column::ContractedCost,
                                    Column::PricingQuantity,
                                    Column::ConsumedQuantity,
                                    Column::CommitmentDiscountQuantity,
                                    Column::PricingCurrencyEffectiveCost,
                                    Column::ListUnitPrice,
                                    Column::ContractedUnitPrice,
                                    Column::PricingCurrencyListUnitPrice,
                                    Column::PricingCurrencyContractedUnitPrice};

/// Money says nothing of how the quantities beside it are written, which often come from elsewhere, and they nothing
/// of the money.
ColumnSet moneyColumns()
{
    ColumnSet columns;
    for (const Column column : {Column::BilledCost, Column::EffectiveCost, Column::ListCost, Column::ContractedCost,
                                Column::PricingCurrencyEffectiveCost})
        columns.set(at(column));
    return columns;
}

std::string inQuotes(std::string_view text)
{
    return "\"" + shownText(text) + "\"";
}

/// Dates whose first two numbers may be a day and a month in either order.
struct DateEvidence {
    struct Place {
        std::uint64_t line = 0; ///< 0: there is none
        Column column = Column::Count;
        std::string text;
    };
    bool any = false;
    Place dayFirst, monthFirst, eitherWay;                ///< the first that allows only this order, or both
    std::size_t dayFirstHint = 0, monthFirstHint = 0;     ///< billing starts that suggest it
    std::size_t dayFirstInside = 0, monthFirstInside = 0; ///< charges that lie in their billing period in it alone

    std::set<int> firsts, seconds; ///< of charges whose date may be read in both orders

    /// Read with the month first the charges would lie in several months, and there on the same few days: consecutive
    /// days, more likely.
    bool isScatteredByMonthFirst() const { return firsts.size() > 1 && firsts.size() >= seconds.size(); }
    bool isProven() const { return dayFirst.line != 0 || monthFirst.line != 0; }
};

class Study {
public:
    Study(RereadableSource& source, const HeaderPlace& place, const ReadingHints& hints, const std::stop_token& stop)
        : m_csv(source, kBlockBytes, {place.delimiter, 0}, place.line), m_hints(hints), m_stop(stop)
    {
    }

    Result<FileHabits> run()
    {
        if (const Status read = readRecords(); !read)
            return read.error();
        if (const Status decided = decideOrder(); !decided)
            return decided.error();
        if (const Status decided = decideNumbers(); !decided)
            return decided.error();
        return std::move(m_habits);
    }

private:
    Status readRecords()
    {
        std::size_t bytes = 0;
        for (std::uint64_t records = 0;; ++records) {
            const bool isEnough = records > kStudiedRecords || bytes >= kStudiedBytes;
            if (isEnough && !mustGoOn())
                return {};
            if (records % kRecordsPerLook == 0 && m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "reading was cancelled", m_csv.sourceName()};
            const auto step = m_csv.next();
            if (!step)
                return step.error();
            if (*step == CsvReader::Step::End || (records == 0 && *step == CsvReader::Step::Malformed))
                return {};
            bytes += m_csv.raw().size();
            if (*step == CsvReader::Step::Malformed)
                continue;
            if (records == 0)
                m_mapping = mapHeader(m_csv.fields());
            else
                lookAtRow();
        }
    }
    /// Whether later records may still change what is decided.
    bool mustGoOn() const
    {
        const bool numbers = !m_hints.decimalComma && (m_all.hasComma || m_money.points == 0);
        return numbers || (!m_hints.dateOrder && m_dates.any && !m_dates.isProven());
    }
    std::string_view cell(Column column) const
    {
        const std::int32_t field = m_mapping.field[at(column)];
        if (field == HeaderMapping::kAbsent)
            return {};
        const std::string_view text = m_csv.fields()[static_cast<std::size_t>(field)];
        return isNullCell(text) ? std::string_view{} : words::trimmed(text);
    }
    void lookAtRow()
    {
        for (const Column column : kDateColumns) {
            const std::string_view text = cell(column);
            const auto date = slashDate(text);
            if (!date)
                continue;
            m_hasDottedDates = m_hasDottedDates || text[std::min(text.find_first_of("./-"), text.size() - 1)] == '.';
            lookAtDate(*date, column, text);
        }
        for (std::size_t i = 0; i < kNumberColumns.size(); ++i) {
            const std::string_view number = cell(kNumberColumns[i]);
            m_numbers[i].add(number, m_csv.lineNumber());
            m_all.add(number, m_csv.lineNumber());
            if (m_moneyColumns.test(at(kNumberColumns[i])))
                m_money.add(number, m_csv.lineNumber());
        }
    }
    void lookAtDate(SlashDate date, Column column, std::string_view text)
    {
        const auto note = [&](DateEvidence::Place& place) {
            if (place.line == 0)
                place = {m_csv.lineNumber(), column, std::string(text)};
        };
        m_dates.any = true;
        if (date.first > 12)
            note(m_dates.dayFirst);
        if (date.second > 12)
            note(m_dates.monthFirst);
        if (!date.isEitherWay())
            return;
        note(m_dates.eitherWay);
        if (column == Column::BillingPeriodStart) {
            m_dates.monthFirstHint += date.second == 1 ? 1U : 0U;
            m_dates.dayFirstHint += date.first == 1 ? 1U : 0U;
        }
        if (column == Column::ChargePeriodStart) {
            m_dates.firsts.insert(date.first);
            m_dates.seconds.insert(date.second);
            lookIntoBillingPeriod(text);
        }
    }
    void lookIntoBillingPeriod(std::string_view text)
    {
        constexpr std::int64_t kLongestMonth = std::int64_t{31} * 86400;
        const std::string_view startText = cell(Column::BillingPeriodStart);
        const std::string_view endText = cell(Column::BillingPeriodEnd);
        const auto start = parseInstant(startText, DateOrder::DayFirst);
        const auto end = parseInstant(endText, DateOrder::DayFirst);
        if (!start || slashDate(startText) || slashDate(endText))
            return;
        const std::int64_t from = start->instant.seconds;
        const std::int64_t to = end ? end->instant.seconds : from + kLongestMonth;
        const auto isInside = [&](DateOrder order) {
            const auto charge = parseInstant(text, order);
            return charge && charge->instant.seconds >= from && charge->instant.seconds < to;
        };
        const bool asDayFirst = isInside(DateOrder::DayFirst);
        const bool asMonthFirst = isInside(DateOrder::MonthFirst);
        m_dates.dayFirstInside += asDayFirst && !asMonthFirst ? 1U : 0U;
        m_dates.monthFirstInside += asMonthFirst && !asDayFirst ? 1U : 0U;
    }

    Status decideOrder()
    {
        if (m_hints.dateOrder) {
            m_habits.dateOrder = *m_hints.dateOrder;
            return {};
        }
        if (m_dates.dayFirst.line != 0 && m_dates.monthFirst.line != 0)
            return refuse(choiceOf(m_dates.dayFirst), " and " + said(m_dates.monthFirst) +
                                                          " write day and month in different orders, so that some of "
                                                          "its lines are rejected either way");
        if (m_dates.isProven() || m_dates.eitherWay.line == 0) {
            m_habits.dateOrder = m_dates.dayFirst.line != 0 ? DateOrder::DayFirst : DateOrder::MonthFirst;
            return {};
        }
        return decideOrderByHints();
    }
    Status decideOrderByHints()
    {
        const auto decide = [this](std::size_t day, std::size_t month, const std::string& because) {
            if ((day > 0) == (month > 0))
                return false;
            m_habits.dateOrder = day > 0 ? DateOrder::DayFirst : DateOrder::MonthFirst;
            note("date-order-ambiguous", "no date has a number above 12 to show whether day or month comes first; " +
                                             std::string(day > 0 ? "day/month/year" : "month/day/year") +
                                             " is assumed because " + because);
            return true;
        };
        if (decide(m_dates.dayFirstHint, m_dates.monthFirstHint,
                   "billing periods then start on the first of a month") ||
            decide(m_dates.dayFirstInside, m_dates.monthFirstInside, "the charges then lie in their billing periods"))
            return {};
        if (m_mapping.profile == Profile::AzureEa && !m_dates.isScatteredByMonthFirst()) {
            m_habits.dateOrder = DateOrder::MonthFirst;
            note("date-order-ambiguous", "no date has a number above 12 to show whether day or month comes first; "
                                         "month/day/year is assumed because Azure writes its usage details so; if that "
                                         "is wrong, import it with --dates day-first");
            return {};
        }
        return refuse(choiceOf(m_dates.eitherWay),
                      " can be day/month/year or month/day/year, and no date of the file decides");
    }

    /// What a column or the whole file is: with a decimal comma, with a point, or nothing is known.
    static std::optional<bool> commaOf(const NumberEvidence& evidence)
    {
        return evidence.isSilent() || evidence.isContradictory() ? std::nullopt : std::optional(evidence.commas > 0);
    }
    Status decideNumbers()
    {
        if (m_hints.decimalComma) {
            if (*m_hints.decimalComma)
                m_habits.decimalComma.set();
            return {};
        }
        for (std::size_t i = 0; i < kNumberColumns.size(); ++i) {
            const NumberEvidence& column = m_numbers[i];
            const std::optional<bool> own = columnComma(kNumberColumns[i], column);
            if (!own && column.eitherWayLine != 0)
                return refuseNumber(kNumberColumns[i], column, column.eitherWay, column.eitherWayLine);
            if (!own && column.perhapsLine != 0 && mayGroupByPoint())
                return refuseNumber(kNumberColumns[i], column, column.perhaps, column.perhapsLine);
            // Of numbers that are clear one by one those in the minority do not fit, and their rows are rejected.
            m_habits.decimalComma.set(at(kNumberColumns[i]), own.value_or(column.commas > column.points));
        }
        if (m_habits.decimalComma.any())
            note("decimal-comma", "amounts are written with a decimal comma and read that way");
        return {};
    }
    /// A column of which nothing can be told by itself is written as others of its kind.
    std::optional<bool> columnComma(Column column, const NumberEvidence& evidence) const
    {
        if (!evidence.isSilent())
            return commaOf(evidence);
        const bool isMoney = m_moneyColumns.test(at(column));
        if (const auto others = commaOf(isMoney ? m_money : m_all))
            return others;
        // Spreadsheets separate fields by semicolons where commas are decimal.
        const bool speaksForComma = m_csv.delimiter() == ';' && m_all.points == 0 &&
                                    (m_all.commas > 0 || (evidence.hasComma && evidence.perhapsLine == 0));
        return speaksForComma ? std::optional(true) : std::nullopt;
    }
    /// Whether the file is of a kind in which "1.234" is more than a thousand as often as not.
    bool mayGroupByPoint() const { return m_csv.delimiter() == ';' || m_hasDottedDates || m_all.commas > 0; }
    Status refuseNumber(Column column, const NumberEvidence& evidence, const std::string& number, std::uint64_t line)
    {
        const bool isMoney = m_moneyColumns.test(at(column));
        const std::string why = evidence.isContradictory() ? "other numbers of the column are written both ways"
                                : (isMoney ? m_money : m_all).isContradictory()
                                    ? "the other columns of the file are written both ways"
                                : m_all.isSilent() ? "no number of the file decides"
                                                   : "no amount of the file decides";
        return refuse(
            {ReadingChoice::What::Decimal, std::string(columnName(column)), std::string(shownText(number)), line},
            " can have decimals or group thousands, and " + why);
    }

    static std::string said(const DateEvidence::Place& place)
    {
        return std::string(columnName(place.column)) + " " + inQuotes(place.text) + " (line " +
               std::to_string(place.line) + ")";
    }
    static ReadingChoice choiceOf(const DateEvidence::Place& place)
    {
        return {ReadingChoice::What::Dates, std::string(columnName(place.column)), std::string(shownText(place.text)),
                place.line};
    }
    Status refuse(const ReadingChoice& choice, const std::string& why) const
    {
        return Error{ErrorCode::Invalid, choiceSentence(choice, why), m_csv.sourceName()};
    }
    void note(std::string check, std::string message)
    {
        Finding finding;
        finding.severity = Severity::Warning;
        finding.check = std::move(check);
        finding.firstLine = 1;
        finding.message = std::move(message);
        m_habits.findings.push_back(std::move(finding));
    }

    CsvReader m_csv;
    const ReadingHints& m_hints;
    const std::stop_token& m_stop;
    HeaderMapping m_mapping;
    FileHabits m_habits;
    DateEvidence m_dates;
    std::array<NumberEvidence, kNumberColumns.size()> m_numbers;
    NumberEvidence m_all, m_money;
    const ColumnSet m_moneyColumns = moneyColumns();
    bool m_hasDottedDates = false; ///< such as 1.6.2025
};

} // namespace

Result<FileHabits> studyFile(ByteSource& source, const HeaderPlace& place, const ReadingHints& hints,
                             const std::stop_token& stop)
{
    RereadableSource text(source);
    if (const Status skipped = skipBytes(text, place.offset); !skipped)
        return skipped.error();
    return Study(text, place, hints, stop).run();
}

} // namespace altimeter::providers
