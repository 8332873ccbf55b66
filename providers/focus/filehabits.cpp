#include "providers/focus/filehabits.h"

#include "models/text/words.h"
#include "providers/focus/columns.h"
#include "providers/focus/csvreader.h"
#include "providers/focus/rowtext.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::uint64_t kStudiedRecords = 2000;
constexpr std::size_t kStudiedBytes = std::size_t{2} << 20;

constexpr std::array kDateColumns{Column::ChargePeriodStart, Column::ChargePeriodEnd, Column::BillingPeriodStart,
                                  Column::BillingPeriodEnd};
constexpr std::array kAmountColumns{Column::BilledCost,     Column::EffectiveCost,      Column::ListCost,
                                    Column::ContractedCost, Column::PricingQuantity,    Column::ConsumedQuantity,
                                    Column::ListUnitPrice,  Column::ContractedUnitPrice};

/// Whether exactly three digits, no more, follow the separator at `place`.
bool groupsThree(std::string_view number, std::size_t place)
{
    std::size_t digits = 0;
    while (place + 1 + digits < number.size() && number[place + 1 + digits] >= '0' && number[place + 1 + digits] <= '9')
        ++digits;
    return digits == 3;
}

class Study {
public:
    explicit Study(ByteSource& source) : m_csv(source) {}

    Result<FileHabits> run()
    {
        std::size_t bytes = 0;
        for (std::uint64_t records = 0; records <= kStudiedRecords && bytes < kStudiedBytes; ++records) {
            const auto step = m_csv.next();
            if (!step)
                return step.error();
            if (*step == CsvReader::Step::End || (records == 0 && *step == CsvReader::Step::Malformed))
                break;
            bytes += m_csv.raw().size();
            if (*step == CsvReader::Step::Malformed)
                continue;
            if (records == 0)
                m_mapping = mapHeader(m_csv.fields());
            else
                lookAtRow();
        }
        decideOrder();
        decideComma();
        return std::move(m_habits);
    }

private:
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
            if (const auto date = slashDate(cell(column)))
                lookAtDate(*date, column == Column::BillingPeriodStart);
        }
        for (const Column column : kAmountColumns)
            lookAtAmount(cell(column));
    }
    void lookAtDate(SlashDate date, bool startsBilling)
    {
        m_slashDates = true;
        m_dayFirst += date.first > 12;
        m_monthFirst += date.second > 12;
        m_monthFirstHint += startsBilling && date.second == 1 && date.first != 1;
        m_dayFirstHint += startsBilling && date.first == 1 && date.second != 1;
    }
    void lookAtAmount(std::string_view number)
    {
        const std::size_t comma = number.rfind(',');
        const std::size_t point = number.rfind('.');
        const bool hasComma = comma != std::string_view::npos;
        const bool hasPoint = point != std::string_view::npos;
        if (hasPoint && (!hasComma || comma < point) && !(hasPoint && !hasComma && groupsThree(number, point)))
            m_points = true;
        if (hasComma && (!hasPoint || point < comma)) {
            m_commas = true;
            m_decimalCommas = m_decimalCommas || hasPoint || !groupsThree(number, comma);
        }
    }
    void decideOrder()
    {
        if (!m_slashDates)
            return;
        const bool hinted = m_dayFirst == 0 && m_monthFirst == 0;
        const std::size_t day = hinted ? m_dayFirstHint : m_dayFirst;
        const std::size_t month = hinted ? m_monthFirstHint : m_monthFirst;
        m_habits.dateOrder = day > month ? DateOrder::DayFirst : DateOrder::MonthFirst;
        const std::string said = m_habits.dateOrder == DateOrder::DayFirst ? "day/month/year" : "month/day/year";
        if (m_dayFirst > 0 && m_monthFirst > 0)
            note("date-order-mixed", "the file writes both day/month/year and month/day/year; " + said +
                                         " is used, rows that do not fit are rejected");
        else if (hinted && day != month)
            note("date-order-ambiguous", "no date shows whether day or month comes first; " + said +
                                             " is assumed because billing periods then start on the first of a month");
        else if (hinted)
            note("date-order-ambiguous", "no date shows whether day or month comes first; " + said + " is assumed");
    }
    void decideComma()
    {
        const bool semicolons = m_csv.delimiter() == ';';
        m_habits.decimalComma = !m_points && (m_decimalCommas || (semicolons && m_commas));
        if (m_habits.decimalComma)
            note("decimal-comma", "amounts are written with a decimal comma and read that way");
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
    HeaderMapping m_mapping;
    FileHabits m_habits;
    bool m_slashDates = false;
    std::size_t m_dayFirst = 0, m_monthFirst = 0;         ///< dates that allow only this order
    std::size_t m_dayFirstHint = 0, m_monthFirstHint = 0; ///< billing starts that suggest it
    bool m_points = false;                                ///< an amount has a decimal point
    bool m_commas = false, m_decimalCommas = false;       ///< a comma; one that cannot be grouping
};

} // namespace

Result<FileHabits> studyFile(ByteSource& source)
{
    return Study(source).run();
}

} // namespace altimeter::providers
