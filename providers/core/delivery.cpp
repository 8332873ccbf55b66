#include "providers/core/delivery.h"

#include "models/domain/tags.h"
#include "models/json/json.h"
#include "models/text/jsontext.h"
#include "models/text/utf8.h"
#include "providers/core/connector.h"
#include "providers/focus/vocabulary.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::size_t kBatchLines = 4096;
constexpr std::array<Column, 3> kQuantities{Column::PricingQuantity, Column::ConsumedQuantity,
                                            Column::CommitmentDiscountQuantity};

bool isCurrency(std::string_view code)
{
    return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string tagsText(const std::map<std::string, std::string>& tags)
{
    std::string text;
    for (const auto& [key, value] : tags)
        text += (text.empty() ? "" : ",") + words::jsonQuoted(key) + ':' + words::jsonQuoted(value);
    return text.empty() ? text : '{' + text + '}';
}

bool isDay(Day day, const DateRange& range)
{
    return range.from.isValid() && range.to.isValid() && range.contains(day);
}

} // namespace

Result<std::string> shifted(const std::string& amount, int places)
{
    const auto number = decimalOfDouble(amount);
    if (!number)
        return number.error();
    Decimal value = *number;
    if (value.isZero())
        return std::string("0");
    const bool isOfDouble = amount.find_first_of("eE") != std::string::npos;
    while (value.scale + places > 36 && (value.mantissa % 10 == 0 || isOfDouble)) {
        value.mantissa /= 10;
        --value.scale;
    }
    if (value.scale + places > 36)
        return Error{ErrorCode::Overflow, "an amount has more than 36 decimals", words::excerpt(amount, 60)};
    value.scale = static_cast<std::uint8_t>(value.scale + places);
    return toString(value);
}

Result<std::string> fromCents(const std::string& amount)
{
    return shifted(amount, 2);
}

Delivery::Delivery(Options options, CostLineSink& sink)
    : m_options(std::move(options)), m_sink(sink), m_extraColumns(m_options.extraColumns), m_covered{m_options.window}
{
    m_extraColumns.emplace_back(kChargeState);
    m_extraColumns.emplace_back(kResidual);
}

void Delivery::addExtraColumns(const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        if (std::find(m_extraColumns.begin(), m_extraColumns.end(), name) == m_extraColumns.end())
            m_extraColumns.insert(m_extraColumns.end() - 2, name); // state and residual stay the last two
    }
}

Status Delivery::begin(const std::string& origin)
{
    if (auto done = handOn(); !done)
        return done;
    m_origin = origin;
    m_line = 0;
    std::vector<std::string> header;
    for (std::size_t i = 0; i < kColumnCount; ++i)
        header.emplace_back(columnName(static_cast<Column>(i)));
    header.insert(header.end(), m_extraColumns.begin(), m_extraColumns.end());
    if (auto done = m_sink.begin(origin, header, m_extraColumns); !done)
        return done;
    m_batch = m_sink.newBatch();
    return {};
}

Status Delivery::flush()
{
    if (auto done = handOn(); !done)
        return done;
    auto twice = m_seen.byDay();
    if (!twice)
        return twice.error();
    m_duplicates = twice.take();
    return tellUnanswered();
}

Status Delivery::handOn()
{
    if (!m_batch)
        return {};
    auto batch = std::move(m_batch);
    m_inBatch = 0;
    return m_sink.take(std::move(batch));
}

/// Nothing here can hold such a number, and without it the sum of its day would be wrong: the day stays as it was.
Status Delivery::leaveTooPrecise(Day day, const std::string& number)
{
    Unanswered& untold = leaveOut({day, day + 1}, "number-overflow",
                                  m_options.info.title + " sent numbers of more than 38 digits or 36 decimals");
    if (++untold.records == 1)
        untold.example = words::excerpt(number, 100);
    ++m_line;
    return {};
}

Status Delivery::add(const Charge& charge)
{
    const std::string where = m_origin + ", record " + std::to_string(m_line + 1);
    const auto refuse = [&where](const std::string& what) { return Error{ErrorCode::Invalid, what, where}; };
    if (!m_batch)
        return refuse("a charge came before its origin was named");
    if (!charge.start.isValid() || !charge.end.isValid() || charge.end <= charge.start)
        return refuse("a charge has no sensible period");
    if (!isDay(charge.start.day(), m_options.window))
        return notAskedFor(charge.start.day(), where);
    if (!isCurrency(charge.currency))
        return refuse('"' + words::excerpt(charge.currency, 20) + "\" is no currency");
    if (!isIsoCurrency(charge.currency))
        ++m_oddCurrencies[charge.currency];

    std::array<std::string, kColumnCount> owned;
    for (const auto& [column, text] : charge.text)
        owned[static_cast<std::size_t>(column)] = text;
    const auto put = [&owned](Column column, std::string text) {
        owned[static_cast<std::size_t>(column)] = std::move(text);
    };
    const auto at = [&owned](Column column) -> std::string& { return owned[static_cast<std::size_t>(column)]; };
    CostLine line;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (!charge.cost[lens])
            continue;
        const auto amount = decimalOfDouble(*charge.cost[lens]);
        if (!amount && amount.error().code == ErrorCode::Overflow)
            return leaveTooPrecise(charge.start.day(), *charge.cost[lens]);
        if (!amount)
            return refuse('"' + charge.cost[lens]->substr(0, 60) + "\" is no amount: " + amount.error().what);
        line.cost[lens] = *amount;
        put(costColumnOf(static_cast<CostLens>(lens)), toString(*amount));
    }
    for (std::size_t i = 0; i < kQuantities.size(); ++i) {
        std::string& text = at(kQuantities[i]);
        if (text.empty())
            continue;
        const auto quantity = decimalOfDouble(text);
        if (!quantity && quantity.error().code == ErrorCode::Overflow)
            return leaveTooPrecise(charge.start.day(), text);
        if (!quantity)
            return refuse('"' + words::excerpt(text, 60) + "\" is no quantity");
        line.quantity[i] = *quantity;
        text = toString(*quantity);
    }
    const Day month = charge.start.day().firstOfMonth();
    put(Column::ChargePeriodStart, toString(charge.start));
    put(Column::ChargePeriodEnd, toString(charge.end));
    put(Column::BillingCurrency, charge.currency);
    if (at(Column::BillingPeriodStart).empty()) {
        put(Column::BillingPeriodStart, toString(Instant{std::int64_t{month.number} * 86400}));
        put(Column::BillingPeriodEnd, toString(Instant{std::int64_t{month.addMonths(1).number} * 86400}));
    }
    if (at(Column::ChargeCategory).empty())
        put(Column::ChargeCategory, "Usage");
    if (at(Column::ProviderName).empty())
        put(Column::ProviderName, m_options.info.title);
    if (at(Column::Tags).empty())
        put(Column::Tags, tagsText(charge.tags));
    const auto period = parseDay(std::string_view(at(Column::BillingPeriodStart)).substr(0, 10));
    if (!period)
        return refuse("the billing period is no date");

    const Instant dayEnd{(std::int64_t{charge.start.day().number} + 1) * 86400};
    const bool isFinal =
        charge.state == Charge::State::Final ||
        (charge.state == Charge::State::Unsaid && m_options.info.finalAfterDays > 0 &&
         m_options.now.seconds >= dayEnd.seconds + std::int64_t{m_options.info.finalAfterDays} * 86400);
    std::vector<std::string> extra(m_extraColumns.size());
    for (const auto& [name, value] : charge.extra) {
        const auto found = std::find(m_extraColumns.begin(), m_extraColumns.end(), name);
        if (found == m_extraColumns.end())
            return refuse("the connector does not list its column " + name);
        extra[static_cast<std::size_t>(found - m_extraColumns.begin())] = value;
    }
    extra[extra.size() - 2] = isFinal ? kFinal : kEstimated;
    extra.back() = charge.residual;
    if (!isFinal)
        m_estimatedDays.insert(charge.start.day().number);

    line.lineNumber = ++m_line;
    if (at(Column::Tags).size() > kLongestTags) {
        if (auto done = m_sink.finding({Severity::Warning,
                                        "tags-too-long",
                                        1,
                                        m_line,
                                        "Tags is longer than 1,000,000 bytes and counts as no tags",
                                        m_origin,
                                        {}});
            !done)
            return done;
    }
    for (std::size_t i = 0; i < kColumnCount; ++i)
        line.text[i] = owned[i];
    const std::vector<std::string_view> extraViews(extra.begin(), extra.end());
    line.extra = extraViews;
    line.chargeStart = charge.start;
    line.chargeEnd = charge.end;
    line.billingPeriod = period->firstOfMonth();
    line.currency = Currency(charge.currency);
    line.provider = at(Column::ProviderName);

    std::string content;
    for (const std::string_view cell : line.text)
        content.append(cell).append(1, '\x1f');
    for (const std::string_view cell : line.extra)
        content.append(cell).append(1, '\x1f');
    if (m_charges == kMostCharges)
        return refuse("the delivery holds more than " + std::to_string(kMostCharges) + " charges");
    if (auto done = m_seen.add(XXH3_64bits(content.data(), content.size()), charge.start.day().number); !done)
        return done;

    if (auto done = m_batch->add(line); !done)
        return done;
    ++m_charges;
    if (++m_inBatch == kBatchLines) {
        if (auto done = handOn(); !done)
            return done;
        m_batch = m_sink.newBatch();
        if (onProgress)
            onProgress(m_charges);
    }
    return {};
}

Status Delivery::add(Measure measure)
{
    const std::string where = m_origin + ", " + measure.name;
    if (!measure.start.isValid() || !measure.end.isValid() || measure.end < measure.start)
        return Error{ErrorCode::Invalid, "a measure has no sensible period", where};
    const auto number = decimalOfDouble(measure.value);
    if (!number)
        return Error{ErrorCode::Invalid, '"' + words::excerpt(measure.value, 60) + "\" is no number", where};
    measure.value = toString(*number); // "(5)" and " 1,234.5 " are numbers; what reads them later need not know that
    if (m_measures.size() == kMostMeasures)
        return Error{ErrorCode::Invalid, "the delivery holds more than " + std::to_string(kMostMeasures) + " measures",
                     where};
    m_measures.push_back(std::move(measure));
    return {};
}

Status Delivery::addFile(File file)
{
    if (auto done = handOn(); !done)
        return done;
    m_files.push_back(std::move(file));
    return {};
}

Status Delivery::finding(Severity severity, const std::string& check, std::uint64_t rows, const std::string& message)
{
    return m_sink.finding({severity, check, rows, 0, message, m_origin, {}});
}

void Delivery::coverProven()
{
    m_proven = joined(std::move(m_proven));
    setCovered(m_proven);
    const Day today = std::clamp(m_options.now.day(), m_options.window.from, m_options.window.to);
    for (const DateRange& missing : without({{m_options.window.from, today}}, m_proven))
        notAnswered(missing, "day-missing", m_options.info.title + " left out days that it always sends");
    // What is still to come cannot be missing, and is not there either.
    for (const DateRange& later : without({{today, m_options.window.to}}, m_proven))
        m_unanswered.push_back(later);
    m_unanswered = joined(std::move(m_unanswered));
}

Delivery::Unanswered& Delivery::leaveOut(const DateRange& days, const std::string& check, const std::string& why)
{
    DateRange range{std::max(days.from, m_options.window.from), std::min(days.to, m_options.window.to)};
    if (range.from < range.to && m_options.info.slice == ConnectorInfo::Slice::Month)
        range = {range.from.firstOfMonth(), (range.to - 1).addMonths(1)};
    m_unanswered.push_back(range);
    m_unanswered = joined(std::move(m_unanswered));
    Unanswered& untold = m_untold[{check, why}];
    untold.days.push_back(range);
    return untold;
}

void Delivery::notAnswered(const DateRange& days, const std::string& check, const std::string& why)
{
    leaveOut(days, check, why);
}

void Delivery::unknownMoney(const DateRange& days, const std::string& kind, const std::string& record)
{
    const std::string why =
        m_options.info.title + " sent charges of a kind that is not known here (" + words::excerpt(kind, 80) + ')';
    Unanswered& untold = leaveOut(days, "unknown-charge", why);
    if (++untold.records == 1)
        untold.example = words::excerpt(record, 500);
}

bool Delivery::isAnswered(Day day) const
{
    return std::none_of(m_unanswered.begin(), m_unanswered.end(),
                        [day](const DateRange& range) { return range.contains(day); });
}

Status Delivery::tellUnanswered()
{
    for (const auto& [code, rows] : std::exchange(m_oddCurrencies, {})) {
        if (auto done = finding(Severity::Warning, "currency-unknown", rows,
                                code + " is no currency of ISO 4217; its amounts stand for themselves");
            !done)
            return done;
    }
    for (const auto& [what, untold] : std::exchange(m_untold, {})) {
        const auto ranges = joined(untold.days);
        const std::string days = ranges.empty() ? "no day of those asked for" : daysText(ranges);
        if (auto done = finding(Severity::Warning, what.first, untold.records > 0 ? untold.records : countDays(ranges),
                                what.second + "; not answered, and left as it was: " + days +
                                    (untold.example.empty() ? "" : ". The first one: " + untold.example));
            !done)
            return done;
    }
    return {};
}

Status Delivery::reject(const std::string& check, const std::string& message, const std::string& text, Day day)
{
    if (!m_batch)
        return Error{ErrorCode::Invalid, "a record came before its origin was named", m_origin};
    RejectedLine line{m_origin, ++m_line, check, message, text.substr(0, 64U << 10U), {}};
    line.readable.chargeDay = day;
    m_batch->reject(std::move(line));
    return {};
}

} // namespace altimeter::providers
