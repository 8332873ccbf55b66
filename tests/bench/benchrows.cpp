#include "tests/bench/benchrows.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

namespace altimeter::bench {

namespace {

constexpr std::int64_t kUsualDays = 730;
constexpr std::size_t kHours = 24;
constexpr std::int64_t kUnit = 1'000'000; ///< quantities and prices are counted in millionths
constexpr std::size_t kBlock = std::size_t{4} << 20U;
constexpr std::size_t kNumberBytes = 48;

struct Date {
    int year = 0, month = 0, day = 0;
};

/// Days since 1970-01-01, by the proleptic Gregorian calendar.
constexpr std::int64_t dayNumber(Date date)
{
    const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    const std::int64_t era = year / 400;
    const std::int64_t ofEra = year - era * 400;
    const std::int64_t ofYear = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
}

constexpr Date dateOf(std::int64_t number)
{
    number += 719468;
    const std::int64_t era = number / 146097;
    const std::int64_t ofEra = number - era * 146097;
    const std::int64_t year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
    const std::int64_t ofYear = ofEra - (365 * year + year / 4 - year / 100);
    const std::int64_t shifted = (5 * ofYear + 2) / 153;
    const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    return {static_cast<int>(year + era * 400 + (month <= 2 ? 1 : 0)), month,
            static_cast<int>(ofYear - (153 * shifted + 2) / 5 + 1)};
}
constexpr std::int64_t kLastDay = dayNumber({2026, 11, 30});
static_assert(dateOf(kLastDay).day == 30 && dateOf(kLastDay - 29).day == 1 && dateOf(0).year == 1970);
static_assert(dateOf(kLastDay - kUsualDays + 1).month == 12 && dateOf(kLastDay - kUsualDays + 1).day == 1);

std::string digits(int number, std::size_t count)
{
    std::string text = std::to_string(number);
    return std::string(count > text.size() ? count - text.size() : 0, '0') + text;
}

std::string isoDay(std::int64_t number)
{
    const Date date = dateOf(number);
    return digits(date.year, 4) + '-' + digits(date.month, 2) + '-' + digits(date.day, 2);
}

std::string isoHour(std::int64_t day, std::size_t hour)
{
    return isoDay(day + static_cast<std::int64_t>(hour / kHours)) + 'T' + digits(static_cast<int>(hour % kHours), 2) +
           ":00:00Z";
}

/// Writes `value` / 10^`scale` without trailing zeros and answers the end.
char* putDecimal(char* out, std::int64_t value, int scale)
{
    if (value < 0)
        *out++ = '-';
    auto rest = static_cast<std::uint64_t>(value < 0 ? -value : value);
    char buffer[kNumberBytes];
    char* const end = buffer + sizeof buffer;
    char* at = end;
    char* last = end;
    for (int i = 0; i < scale; ++i, rest /= 10) {
        *--at = static_cast<char>('0' + rest % 10);
        if (last == at + 1 && *at == '0')
            last = at;
    }
    if (last != at)
        *--at = '.';
    do
        *--at = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    std::memcpy(out, at, static_cast<std::size_t>(last - at));
    return out + (last - at);
}

/// The cells that all rows of a day share.
struct DayTexts {
    std::string billingPeriod;                  ///< "end,start"
    std::array<std::string, kHours + 1> charge; ///< "end,start" of each hour, the whole day last
    std::vector<std::string> invoices;          ///< by billing account
};

class Writer {
public:
    Writer(const Spec& spec, FileSink& sink, Written& written)
        : m_spec(spec), m_sink(sink), m_written(written), m_catalogue(makeCatalogue(spec)),
          m_days(spec.shape == Shape::FewResources
                     ? std::max<std::int64_t>(
                           30, static_cast<std::int64_t>((spec.rows + m_catalogue.usage.size() * kHours - 1) /
                                                         (m_catalogue.usage.size() * kHours)))
                     : kUsualDays),
          m_firstDay(kLastDay - m_days + 1),
          m_buffers(spec.shape == Shape::ManyFiles ? m_catalogue.billings.size() : 1),
          m_totals(m_catalogue.billings.size())
    {
        for (auto& buffer : m_buffers)
            buffer.reserve(kBlock + (std::size_t{1} << 16U));
    }

    bool run();

private:
    bool isPicked(std::int64_t day) const;
    void startDay(std::int64_t index);
    bool writeDay(std::int64_t index);
    bool writeUsage(std::int64_t index, std::uint64_t count);
    bool writeRow(const Charge& charge, std::uint64_t key, std::size_t hour);
    bool endDay(std::int64_t day);
    bool flush(std::string& buffer);
    std::uint64_t rowsBefore(std::int64_t index) const
    {
        return m_spec.rows * static_cast<std::uint64_t>(index) / static_cast<std::uint64_t>(m_days);
    }
    const Charge& usageAt(std::int64_t index, std::uint64_t place, std::uint64_t count) const;
    std::uint64_t quantityOf(const Charge& charge, std::uint64_t key) const;

    const Spec& m_spec;
    FileSink& m_sink;
    Written& m_written;
    const Catalogue m_catalogue;
    const std::int64_t m_days;
    const std::int64_t m_firstDay;
    std::vector<std::string> m_buffers; ///< one per open file
    std::vector<Totals> m_totals;       ///< by billing account
    DayTexts m_texts;
    std::uint64_t m_usual = 1000; ///< the day's level in thousandths: weekday and trend
    std::uint64_t m_row = 0;      ///< number of the row in the whole history
    std::int64_t m_day = 0;
};

bool Writer::isPicked(std::int64_t day) const
{
    const Date date = dateOf(day);
    return m_spec.pickYear == 0 || (date.year == m_spec.pickYear && date.month == m_spec.pickMonth);
}

void Writer::startDay(std::int64_t index)
{
    m_day = m_firstDay + index;
    const Date date = dateOf(m_day);
    const Date next = date.month == 12 ? Date{date.year + 1, 1, 1} : Date{date.year, date.month + 1, 1};
    m_texts.billingPeriod = isoHour(dayNumber(next), 0) + ',' + isoHour(dayNumber({date.year, date.month, 1}), 0);
    for (std::size_t hour = 0; hour < kHours; ++hour)
        m_texts.charge[hour] = isoHour(m_day, hour + 1) + ',' + isoHour(m_day, hour);
    m_texts.charge[kHours] = isoHour(m_day + 1, 0) + ',' + isoHour(m_day, 0);
    m_texts.invoices.clear();
    for (const BillingAccount& billing : m_catalogue.billings)
        m_texts.invoices.push_back("INV-" + digits(date.year, 4) + digits(date.month, 2) + '-' +
                                   billing.id.substr(billing.id.size() - 4));
    const bool isWeekend = (m_day + 4) % 7 == 0 || (m_day + 4) % 7 == 6; // day 0 was a Thursday
    m_usual = (isWeekend ? 780 : 1000) *
              (1000 + 400 * static_cast<std::uint64_t>(index) / static_cast<std::uint64_t>(m_days)) / 1000;
    m_row = rowsBefore(index);
}

std::uint64_t Writer::quantityOf(const Charge& charge, std::uint64_t key) const
{
    const std::uint64_t noise = Dice::mixed(key);
    std::uint64_t quantity = charge.baseQuantity / 1000 * m_usual / 1000 * (850 + noise % 301) + (noise >> 32U) % 9973;
    if (m_spec.restate)
        quantity = quantity / 1000 * (900 + (noise >> 16U) % 181) + (noise >> 40U) % 991;
    return quantity;
}

/// Copies fragments and numbers without asking for room cell by cell.
bool Writer::writeRow(const Charge& charge, std::uint64_t key, std::size_t hour)
{
    using Kind = Charge::Kind;
    const bool byHour = hour < kHours;
    auto quantity = static_cast<std::int64_t>(quantityOf(charge, key) / (byHour ? kHours : 1));
    if (charge.isCounted)
        quantity = std::max<std::int64_t>(quantity / kUnit * kUnit, kUnit);
    if (charge.kind == Kind::Credit || charge.kind == Kind::Correction)
        quantity = -quantity;
    const std::int64_t list = charge.listPrice * quantity;
    const std::int64_t contracted = charge.contractedPrice * quantity;
    const std::int64_t effective = charge.kind == Kind::Purchase ? 0 : charge.effectivePrice * quantity;
    const bool isCovered = charge.kind == Kind::Committed || charge.kind == Kind::UnusedCommitment;
    const std::int64_t billed = isCovered ? 0 : contracted;
    const bool isPriced = charge.kind != Kind::Tax && charge.kind != Kind::Credit;
    const bool isUsage = isPriced && charge.kind != Kind::Purchase && charge.kind != Kind::UnusedCommitment;

    std::string& buffer = m_buffers[m_buffers.size() == 1 ? 0 : charge.billing];
    const std::size_t before = buffer.size();
    buffer.resize(before + charge.text.size() + 600);
    char* out = buffer.data() + before;
    const auto put = [&out](std::string_view text) {
        std::memcpy(out, text.data(), text.size());
        out += text.size();
    };
    const std::string& invoice = m_texts.invoices[charge.billing];
    char suffix[kNumberBytes];
    std::size_t suffixSize = 0;
    if (m_spec.shape == Shape::ManyResources && isUsage && key % 32 != 0) {
        suffix[0] = '-';
        suffixSize = static_cast<std::size_t>(putDecimal(suffix + 1, static_cast<std::int64_t>(m_row), 0) - suffix);
    }
    put(charge.fragment(0));
    out = putDecimal(out, billed, 12);
    put(charge.fragment(1));
    put(m_texts.billingPeriod);
    put(charge.fragment(2));
    put(m_texts.charge[hour]);
    put(charge.fragment(3));
    if (isUsage)
        out = putDecimal(out, quantity, 6);
    put(charge.fragment(4));
    out = putDecimal(out, contracted, 12);
    put(charge.fragment(5));
    out = putDecimal(out, effective, 12);
    *out++ = ',';
    put(invoice);
    put(charge.fragment(6));
    out = putDecimal(out, list, 12);
    put(charge.fragment(7));
    if (isPriced)
        out = putDecimal(out, quantity, 6);
    put(charge.fragment(8));
    put({suffix, suffixSize});
    put(charge.fragment(9));
    put({suffix, suffixSize});
    put(charge.fragment(10));
    buffer.resize(static_cast<std::size_t>(out - buffer.data()));

    Totals& totals = m_totals[charge.billing];
    ++totals.rows;
    totals.billed += billed;
    totals.effective += effective;
    totals.list += list;
    totals.contracted += contracted;
    ++m_row;
    return m_buffers.size() > 1 || buffer.size() < kBlock || flush(buffer);
}

/// Two fifths of the places belong to charges that go on for the whole history; through the others the remaining
/// charges pass one after the other, each for a while.
const Charge& Writer::usageAt(std::int64_t index, std::uint64_t place, std::uint64_t count) const
{
    const auto& usage = m_catalogue.usage;
    if (count >= usage.size())
        return usage[place % usage.size()];
    const std::uint64_t lasting = m_spec.rows / static_cast<std::uint64_t>(m_days) * 2 / 5;
    if (place < lasting)
        return usage[place];
    const std::uint64_t passing = usage.size() - lasting;
    const std::uint64_t window = count - lasting;
    const std::uint64_t offset = (passing - std::min(window, passing)) * static_cast<std::uint64_t>(index) /
                                 static_cast<std::uint64_t>(m_days - 1);
    return usage[lasting + (offset + place - lasting) % passing];
}

bool Writer::writeUsage(std::int64_t index, std::uint64_t count)
{
    if (count == 0)
        return true;
    const std::uint64_t charges = m_catalogue.usage.size();
    std::uint64_t stride = 1 + Dice::mixed(static_cast<std::uint64_t>(index) + m_spec.seed) % count;
    while (std::gcd(stride, count) != 1)
        ++stride;
    for (std::uint64_t i = 0, place = stride % count; i < count; ++i, place = (place + stride) % count) {
        const Charge& charge = usageAt(index, place, count);
        const std::uint64_t round = place / charges; // several charges a day: hour by hour
        const std::size_t hour = count > charges ? round % kHours : kHours;
        const std::uint64_t key = (static_cast<std::uint64_t>(index) << 34U) ^ (place << 2U) ^ m_spec.seed;
        if (!writeRow(charge, key * 0x9E3779B97F4A7C15ULL, hour))
            return false;
    }
    return true;
}

bool Writer::writeDay(std::int64_t index)
{
    std::uint64_t left = rowsBefore(index + 1) - rowsBefore(index);
    const std::uint64_t all = left;
    std::uint64_t salt = Dice::mixed(static_cast<std::uint64_t>(index) * 7 + m_spec.seed);
    const auto some = [&](const std::vector<Charge>& charges, std::uint64_t count) {
        count = std::min<std::uint64_t>({count, charges.size(), left});
        for (std::uint64_t i = 0; i < count; ++i) {
            if (!writeRow(charges[(salt % charges.size() + i) % charges.size()], salt + i, kHours))
                return false;
        }
        left -= count;
        return true;
    };
    if (dateOf(m_day).day == 1 &&
        !(some(m_catalogue.bought, all / 4) && some(m_catalogue.taxes, all / 8) && some(m_catalogue.credits, all / 40)))
        return false;
    if (!some(m_catalogue.unused, all / 100) || !some(m_catalogue.fixes, all / 400))
        return false;
    return writeUsage(index, left);
}

bool Writer::flush(std::string& buffer)
{
    m_written.bytes += buffer.size();
    const bool done = m_sink.write(buffer);
    buffer.clear();
    return done;
}

/// Of several files, each day has its own.
bool Writer::endDay(std::int64_t day)
{
    if (m_buffers.size() == 1)
        return true;
    for (std::size_t i = 0; i < m_buffers.size(); ++i) {
        if (m_buffers[i].empty())
            continue;
        m_buffers[i].insert(0, headerLine());
        ++m_written.files;
        if (!m_sink.beginFile(isoDay(day) + '-' + m_catalogue.billings[i].id + ".csv") || !flush(m_buffers[i]))
            return false;
    }
    return true;
}

bool Writer::run()
{
    if (m_buffers.size() == 1) {
        m_written.files = 1;
        m_buffers[0] = headerLine();
        if (!m_sink.beginFile("focus.csv"))
            return false;
    }
    for (std::int64_t index = 0; index < m_days; ++index) {
        if (!isPicked(m_firstDay + index))
            continue;
        startDay(index);
        if (m_written.firstDay.empty())
            m_written.firstDay = isoDay(m_day);
        m_written.lastDay = isoDay(m_day);
        if (!writeDay(index) || !endDay(m_day))
            return false;
    }
    for (std::size_t i = 0; i < m_totals.size(); ++i) {
        Totals& sum = m_written.totals[m_catalogue.billings[i].currency];
        sum.rows += m_totals[i].rows;
        sum.billed += m_totals[i].billed;
        sum.effective += m_totals[i].effective;
        sum.list += m_totals[i].list;
        sum.contracted += m_totals[i].contracted;
        m_written.rows += m_totals[i].rows;
    }
    return (m_buffers.size() > 1 || flush(m_buffers[0])) && m_sink.finish();
}

} // namespace

bool writeCostFiles(const Spec& spec, FileSink& sink, Written& written)
{
    return Writer(spec, sink, written).run();
}

std::string decimalText(Totals::Int128 value)
{
    constexpr std::int64_t kMajor = kUnit * kUnit;
    const bool isNegative = value < 0;
    const Totals::Int128 size = isNegative ? -value : value;
    char fraction[kNumberBytes];
    const char* const end = putDecimal(fraction, static_cast<std::int64_t>(size % kMajor), 12); // "0.25" or "0"
    std::string whole = std::to_string(static_cast<std::uint64_t>(size / kMajor));
    return (isNegative ? "-" : "") + whole.append(fraction + 1, static_cast<std::size_t>(end - fraction - 1));
}

} // namespace altimeter::bench
