#include "providers/feed/feedmapper.h"

#include "models/text/words.h"
#include "providers/core/connector.h"
#include "providers/focus/rowtext.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

constexpr std::int64_t kDaySeconds = 86400;
constexpr std::array kCosts{Column::BilledCost, Column::EffectiveCost, Column::ListCost, Column::ContractedCost};
constexpr std::array kPrices{Column::ListUnitPrice, Column::ContractedUnitPrice};
constexpr std::array kQuantities{Column::PricingQuantity, Column::ConsumedQuantity, Column::CommitmentDiscountQuantity};
constexpr std::array kBillingDates{Column::BillingPeriodStart, Column::BillingPeriodEnd};

template <std::size_t N> bool isOneOf(Column column, const std::array<Column, N>& columns)
{
    return std::find(columns.begin(), columns.end(), column) != columns.end();
}

/// Columns that have a part of their own in charge().
bool isPlainText(Column column)
{
    return !isOneOf(column, kCosts) && !isOneOf(column, kPrices) && !isOneOf(column, kQuantities) &&
           !isOneOf(column, kBillingDates) && column != Column::ChargePeriodStart &&
           column != Column::ChargePeriodEnd && column != Column::BillingCurrency && column != Column::Tags;
}

bool isCapital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/// Cuts "USD" from the begin or end of an amount.
std::string cutCode(std::string_view& text)
{
    const auto cut = [&text](std::size_t at) {
        std::string code(text.substr(at, 3));
        text = words::trimmed(at == 0 ? text.substr(3) : text.substr(0, at));
        return code;
    };
    if (text.size() < 4)
        return {};
    if (std::all_of(text.begin(), text.begin() + 3, isCapital) && !isCapital(text[3]))
        return cut(0);
    if (std::all_of(text.end() - 3, text.end(), isCapital) && !isCapital(text[text.size() - 4]))
        return cut(text.size() - 3);
    return {};
}

/// Takes out what only groups digits and is neither point nor comma.
std::string withoutGroupSigns(std::string_view text)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 0;
        for (const std::string_view sign : {" ", "'", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", "\xE2\x80\x99"}) {
            if (text.substr(at).starts_with(sign))
                length = sign.size();
        }
        const bool isBetweenDigits = length > 0 && !plain.empty() && words::isDigit(plain.back()) &&
                                     at + length < text.size() && words::isDigit(text[at + length]);
        if (!isBetweenDigits) {
            plain += text[at];
            length = 1;
        }
        at += length;
    }
    return plain;
}

/// The same day of the next month, or its last day.
Day monthLater(Day day)
{
    const Day next = day.addMonths(1);
    const int length = next.addMonths(1) - next;
    return next + std::min(day.dayOfMonth(), length) - 1;
}

bool isMidnight(Instant instant)
{
    return instant.seconds % kDaySeconds == 0;
}

std::string shownInstant(Instant instant)
{
    return isMidnight(instant) ? toString(instant.day()) : toString(instant);
}

} // namespace

Result<Decimal> product(Decimal a, Decimal b)
{
    for (Decimal* each : {&a, &b}) {
        while (each->scale > 0 && each->mantissa % 10 == 0) {
            each->mantissa /= 10;
            --each->scale;
        }
    }
    const Error tooLong{ErrorCode::Overflow, "quantity × price has more digits than can be kept", {}};
    Decimal result;
    if (__builtin_mul_overflow(a.mantissa, b.mantissa, &result.mantissa))
        return tooLong;
    int scale = a.scale + b.scale;
    for (; scale > 0 && result.mantissa % 10 == 0; --scale)
        result.mantissa /= 10;
    if (scale > 36)
        return tooLong;
    result.scale = static_cast<std::uint8_t>(scale);
    // 39 digits may fit the integer, but are more than a Decimal promises.
    const auto checked = parseDecimal(toString(result));
    return checked ? Result<Decimal>(result) : Result<Decimal>(tooLong);
}

std::optional<Instant> feedInstant(std::string_view text, DateOrder order)
{
    const std::string_view digits = text.substr(0, text.find('.'));
    if (std::all_of(digits.begin(), digits.end(), words::isDigit) &&
        (digits.size() == 10 || digits.size() == 13 || digits.size() == 16)) {
        std::int64_t value = 0;
        for (const char c : digits.substr(0, 10))
            value = value * 10 + (c - '0');
        return Instant{value};
    }
    const auto parsed = parseInstant(text, order);
    return parsed ? std::optional<Instant>(parsed->instant) : std::nullopt;
}

Result<Decimal> feedNumber(std::string_view text, bool decimalComma, std::string* currencyCode)
{
    const std::string code = cutCode(text);
    if (currencyCode)
        *currencyCode = code;
    std::string plain = withoutGroupSigns(text);
    if (decimalComma)
        plain = withDecimalPoint(plain);
    if (plain.empty())
        return Error{ErrorCode::Invalid, '"' + shownText(text) + "\" is not a number with a decimal comma", {}};
    const auto parsed = parseDecimal(plain);
    if (!parsed)
        return parsed.error();
    return parsed->value;
}

bool isNoAmount(std::string_view text)
{
    constexpr std::array<std::string_view, 18> kWords{
        "n/a",       "na",          "none",         "null",     "nil",      "unknown", "unbilled", "waived", "void",
        "no charge", "not charged", "not billable", "no usage", "not used", "pending", "free",     "--",     "---"};
    constexpr std::array<std::string_view, 6> kDashes{
        "-", "\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x92", "\xE2\x80\x93", "\xE2\x80\x94"};
    const std::string lower = words::toLower(words::trimmed(text));
    const auto isIt = [&lower](std::string_view word) { return lower == word; };
    return lower.starts_with("included") || lower.starts_with("errored") ||
           std::any_of(kWords.begin(), kWords.end(), isIt) || std::any_of(kDashes.begin(), kDashes.end(), isIt);
}

std::string currencyOf(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSigns{
        {{"US$", "USD"}, {"\xE2\x82\xAC", "EUR"}, {"\xC2\xA3", "GBP"}, {"\xE2\x82\xB9", "INR"}}};
    for (const auto& [sign, code] : kSigns) {
        if (text == sign)
            return std::string(code);
    }
    std::string code = currencyCode(text);
    return code.size() == 3 && std::all_of(code.begin(), code.end(), isCapital) ? code : std::string();
}

Result<FeedMapper> FeedMapper::of(const FeedMapping& mapping, const std::string& source)
{
    FeedMapper mapper;
    mapper.m_source = source;
    for (const auto& [key, value] : mapping) {
        if (value.empty())
            continue;
        Status done;
        if (key.starts_with("column:"))
            done = mapper.put(key.substr(7), value, false);
        else if (key.starts_with("constant:"))
            done = mapper.put(key.substr(9), value, true);
        if (!done)
            return done.error();
    }
    if (auto done = mapper.setHabits(mapping); !done)
        return done.error();
    const bool hasPrice = mapper.has(Column::ListUnitPrice) || mapper.has(Column::ContractedUnitPrice);
    const bool hasQuantity = mapper.has(Column::PricingQuantity) || mapper.has(Column::ConsumedQuantity);
    mapper.m_worksOutCost = !mapper.has(Column::BilledCost) && hasPrice && hasQuantity;
    return mapper;
}

Status FeedMapper::put(const std::string& target, const std::string& value, bool isConstant)
{
    Text* text = nullptr;
    if (target.starts_with("tag:") && target.size() > 4) {
        text = &m_tags[target.substr(4)];
    } else if (target.starts_with("x_") && target.size() > 2) {
        if (target == kChargeState || target == kResidual || target == kCostBasis)
            return Error{ErrorCode::Invalid, target + " is filled by the program itself", "mapping"};
        text = &m_extra[target];
    } else if (const auto column = columnByName(target)) {
        text = &m_columns[*column];
    } else {
        return Error{ErrorCode::Invalid, '"' + target + "\" is no FOCUS column, no \"tag:…\" and no \"x_…\" column",
                     "mapping"};
    }
    (isConstant ? text->constant : text->field) = value;
    return {};
}

Status FeedMapper::setHabits(const FeedMapping& mapping)
{
    const auto value = [&mapping](const std::string& key, const char* preset) {
        const auto found = mapping.find(key);
        return found == mapping.end() || found->second.empty() ? std::string(preset) : found->second;
    };
    const auto wrong = [](const std::string& key, const std::string& text) {
        return Error{ErrorCode::Invalid, '"' + text + "\" is no " + key, "mapping"};
    };
    const std::map<std::string, int> units{
        {"unit", 0}, {"cents", 2}, {"thousandths", 3}, {"millionths", 6}, {"nano", 9}};
    const std::string unit = value("amount_unit", "unit");
    const auto places = units.find(unit);
    if (places == units.end())
        return wrong("amount_unit", unit);
    m_places = places->second;
    const auto choose = [&](const std::string& key, const char* plain, const char* other, bool& isOther) -> Status {
        const std::string text = value(key, plain);
        isOther = text == other;
        return isOther || text == plain ? Status() : Status(wrong(key, text));
    };
    bool isDayFirst = false;
    for (const Status& done :
         {choose("sign", "as-is", "inverted", m_isInverted), choose("dates", "month-first", "day-first", isDayFirst),
          choose("decimal", "point", "comma", m_decimalComma), choose("period", "day", "month", m_isMonthly)}) {
        if (!done)
            return done;
    }
    m_order = isDayFirst ? DateOrder::DayFirst : DateOrder::MonthFirst;
    const std::string currency = value("currency", "");
    m_currency = currencyOf(currency);
    if (m_currency.empty() && !currency.empty())
        return Error{ErrorCode::Invalid, '"' + currency + "\" is no currency code such as USD", "mapping"};
    return {};
}

std::vector<std::string> FeedMapper::missing() const
{
    std::vector<std::string> sentences;
    if (!has(Column::BilledCost) && !m_worksOutCost)
        sentences.emplace_back("Choose the field that holds the amount (BilledCost), or a quantity and a unit price.");
    if (!has(Column::ChargePeriodStart))
        sentences.emplace_back("Choose the field that holds the date (ChargePeriodStart).");
    if (!has(Column::BillingCurrency) && m_currency.empty())
        sentences.emplace_back("Say the currency, or choose the field that holds it (BillingCurrency).");
    return sentences;
}

std::string FeedMapper::wordForAmount(const FeedRecord& record) const
{
    const std::string_view text = read(record, Column::BilledCost);
    return isNoAmount(text) ? std::string(text) : std::string();
}

std::vector<std::string> FeedMapper::neededFields() const
{
    std::vector<std::string> fields;
    const auto need = [&](Column column) {
        const auto found = m_columns.find(column);
        if (found != m_columns.end() && !found->second.field.empty() && found->second.constant.empty())
            fields.push_back(found->second.field);
    };
    need(Column::ChargePeriodStart);
    need(Column::BilledCost);
    if (m_currency.empty())
        need(Column::BillingCurrency);
    if (m_worksOutCost) {
        need(has(Column::ListUnitPrice) ? Column::ListUnitPrice : Column::ContractedUnitPrice);
        need(has(Column::PricingQuantity) ? Column::PricingQuantity : Column::ConsumedQuantity);
    }
    return fields;
}

std::vector<std::string> FeedMapper::extraColumns() const
{
    std::vector<std::string> names;
    for (const auto& [name, text] : m_extra)
        names.push_back(name);
    return names;
}

std::string_view FeedMapper::read(const FeedRecord& record, const Text& text) const
{
    const std::string_view cell = text.field.empty() ? std::string_view() : record.field(text.field);
    return cell.empty() ? std::string_view(text.constant) : cell;
}

std::string_view FeedMapper::read(const FeedRecord& record, Column column) const
{
    const auto found = m_columns.find(column);
    return found == m_columns.end() ? std::string_view() : read(record, found->second);
}

std::string FeedMapper::fieldName(Column column) const
{
    const auto found = m_columns.find(column);
    if (found == m_columns.end() || found->second.field.empty())
        return std::string(columnName(column));
    return '"' + found->second.field + '"';
}

Error FeedMapper::unreadable(Column column, std::string_view text, const std::string& what) const
{
    return {ErrorCode::Invalid, fieldName(column) + ": \"" + shownText(text) + "\" " + what, {}};
}

Result<Charge> FeedMapper::charge(const FeedRecord& record) const
{
    Charge charge;
    std::string code; // of the currency, where the amounts themselves say it
    if (auto done = readPeriod(record, charge); !done)
        return done.error();
    if (auto done = readCosts(record, charge, code); !done)
        return done.error();
    if (m_worksOutCost) {
        if (auto done = workOutCost(record, charge, code); !done)
            return done.error();
    }
    if (auto done = readCurrency(record, code, charge); !done)
        return done.error();
    if (auto done = readTexts(record, charge); !done)
        return done.error();
    readTags(record, charge);
    return charge;
}

Status FeedMapper::readPeriod(const FeedRecord& record, Charge& charge) const
{
    const std::string_view text = read(record, Column::ChargePeriodStart);
    if (text.empty())
        return Error{
            ErrorCode::Invalid, fieldName(Column::ChargePeriodStart) + " is empty: the record names no day", {}};
    const auto start = feedInstant(text, m_order);
    if (!start)
        return unreadable(Column::ChargePeriodStart, text, "is no date");
    const std::string_view endText = read(record, Column::ChargePeriodEnd);
    if (endText.empty()) {
        charge.start = startOf(start->day());
        charge.end = startOf(m_isMonthly ? monthLater(start->day()) : start->day() + 1);
        return {};
    }
    auto end = feedInstant(endText, m_order);
    if (!end)
        return unreadable(Column::ChargePeriodEnd, endText, "is no date");
    const Day lastDay = end->day();
    const bool endsMonth = isMidnight(*start) && start->day().dayOfMonth() == 1 && (lastDay + 1).dayOfMonth() == 1;
    if (endText.find(':') == std::string_view::npos && isMidnight(*end) && (*end == *start || endsMonth))
        end = startOf(lastDay + 1);
    else if (end->seconds % kDaySeconds == kDaySeconds - 1)
        ++end->seconds;
    if (*end == *start)
        end = Instant{start->seconds + 1};
    if (*end < *start)
        return unreadable(Column::ChargePeriodEnd, endText, "lies before the start");
    charge.start = *start;
    charge.end = *end;
    return {};
}

/// An amount in the major unit, with the sign FOCUS asks for.
Result<std::string> FeedMapper::amount(Column column, std::string_view text, bool isSigned, std::string& code) const
{
    std::string said;
    auto number = feedNumber(text, m_decimalComma, &said);
    if (!number)
        return unreadable(column, text,
                          number.error().code == ErrorCode::Overflow ? "has more digits than can be kept exactly"
                                                                     : "is not a number");
    if (!said.empty())
        code = said;
    if (isSigned && m_isInverted)
        number->mantissa = -number->mantissa;
    if (m_places == 0)
        return toString(*number);
    auto moved = shifted(toString(*number), m_places);
    if (!moved)
        return unreadable(column, text, "has more decimals than can be kept exactly");
    return moved;
}

Status FeedMapper::readCosts(const FeedRecord& record, Charge& charge, std::string& code) const
{
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const Column column = costColumnOf(static_cast<CostLens>(lens));
        const std::string_view text = read(record, column);
        if (text.empty() || isNoAmount(text))
            continue;
        const auto read = amount(column, text, true, code);
        if (!read)
            return read.error();
        charge.cost[lens] = *read;
    }
    if (!has(Column::EffectiveCost))
        charge.cost[static_cast<std::size_t>(CostLens::Effective)] =
            charge.cost[static_cast<std::size_t>(CostLens::Billed)];
    return {};
}

Status FeedMapper::workOutCost(const FeedRecord& record, Charge& charge, std::string& code) const
{
    const Column priceColumn = has(Column::ContractedUnitPrice) ? Column::ContractedUnitPrice : Column::ListUnitPrice;
    const Column quantityColumn = has(Column::PricingQuantity) ? Column::PricingQuantity : Column::ConsumedQuantity;
    const std::string_view priceText = read(record, priceColumn);
    const std::string_view quantityText = read(record, quantityColumn);
    if (priceText.empty() || quantityText.empty() || isNoAmount(priceText) || isNoAmount(quantityText))
        return {}; // unknown, which is not zero
    const auto quantity = feedNumber(quantityText, m_decimalComma);
    if (!quantity)
        return unreadable(quantityColumn, quantityText, "is not a number");
    std::string said;
    const auto price = feedNumber(priceText, m_decimalComma, &said);
    if (!price)
        return unreadable(priceColumn, priceText, "is not a number");
    if (!said.empty())
        code = said;
    auto cost = product(*quantity, *price);
    if (!cost)
        return Error{ErrorCode::Overflow, cost.error().what, {}};
    if (m_isInverted)
        cost->mantissa = -cost->mantissa;
    const auto moved = m_places == 0 ? Result<std::string>(toString(*cost)) : shifted(toString(*cost), m_places);
    if (!moved)
        return moved.error();
    charge.cost[static_cast<std::size_t>(CostLens::Billed)] = *moved;
    if (!has(Column::EffectiveCost))
        charge.cost[static_cast<std::size_t>(CostLens::Effective)] = *moved;
    charge.extra[std::string(kCostBasis)] = kQuantityTimesPrice;
    return {};
}

Status FeedMapper::readCurrency(const FeedRecord& record, const std::string& code, Charge& charge) const
{
    const std::string_view text = read(record, Column::BillingCurrency);
    charge.currency = text.empty() ? m_currency : currencyOf(text);
    if (charge.currency.empty() && !text.empty())
        return unreadable(Column::BillingCurrency, text, "is no currency code such as USD");
    if (charge.currency.empty())
        charge.currency = code;
    if (charge.currency.empty())
        return Error{
            ErrorCode::Invalid, fieldName(Column::BillingCurrency) + " is empty: the record names no currency", {}};
    if (!code.empty() && code != charge.currency)
        return Error{
            ErrorCode::Invalid, "the amount is written in " + code + ", the record says " + charge.currency, {}};
    return {};
}

Status FeedMapper::readTexts(const FeedRecord& record, Charge& charge) const
{
    for (const auto& [column, source] : m_columns) {
        const std::string_view text = read(record, source);
        if (text.empty())
            continue;
        if (isPlainText(column)) {
            charge.set(column, std::string(text));
        } else if (isOneOf(column, kQuantities)) {
            const auto quantity = feedNumber(text, m_decimalComma);
            if (!quantity)
                return unreadable(column, text, "is not a number");
            charge.set(column, toString(*quantity));
        } else if (isOneOf(column, kPrices)) {
            std::string ignored;
            const auto price = amount(column, text, false, ignored);
            if (!price)
                return price.error();
            charge.set(column, *price);
        } else if (isOneOf(column, kBillingDates)) {
            const auto date = feedInstant(text, m_order);
            if (!date)
                return unreadable(column, text, "is no date");
            charge.set(column, toString(*date));
        }
    }
    const auto fallBack = [&charge](Column column, const std::string& text) {
        if (!charge.text.contains(column))
            charge.set(column, text);
    };
    fallBack(Column::ProviderName, m_source);
    fallBack(Column::BillingAccountId, m_source);
    fallBack(Column::ServiceName, charge.text[Column::ProviderName]);
    fallBack(Column::ServiceCategory, "Other");
    for (const auto& [name, source] : m_extra) {
        if (const std::string_view text = read(record, source); !text.empty())
            charge.extra[name] = text;
    }
    return {};
}

void FeedMapper::readTags(const FeedRecord& record, Charge& charge) const
{
    if (const auto found = m_columns.find(Column::Tags); found != m_columns.end()) {
        const std::string_view text = read(record, found->second);
        const auto json = Json::parse(text, {});
        if (json && json->isObject()) {
            for (const auto& [key, value] : json->members()) {
                if (!value.text().empty())
                    charge.tags[key] = value.text();
            }
        } else if (!text.empty()) {
            charge.tags["tags"] = text;
        }
        const std::string inside = found->second.field + '.';
        for (const std::string& name : record.columns->names()) {
            if (const std::string_view value = record.field(name); name.starts_with(inside) && !value.empty())
                charge.tags[name.substr(inside.size())] = value;
        }
    }
    for (const auto& [key, source] : m_tags) {
        if (const std::string_view text = read(record, source); !text.empty())
            charge.tags[key] = text;
    }
}

Day FeedMapper::dayOf(const FeedRecord& record) const
{
    const std::string_view text = read(record, Column::ChargePeriodStart);
    const auto start = text.empty() ? std::nullopt : feedInstant(text, m_order);
    return start ? start->day() : Day::none();
}

std::vector<std::string> FeedMapper::shownColumns() const
{
    std::vector<std::string> names{"ChargePeriodStart", "ChargePeriodEnd", "BilledCost", "BillingCurrency"};
    for (const Column column : {Column::EffectiveCost, Column::ListCost, Column::ContractedCost}) {
        if (has(column))
            names.emplace_back(columnName(column));
    }
    names.insert(names.end(), {"ProviderName", "ServiceName"});
    for (const auto& [column, text] : m_columns) {
        const std::string name(columnName(column));
        if (column != Column::Tags && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }
    if (has(Column::Tags) || !m_tags.empty())
        names.emplace_back("Tags");
    for (const auto& [name, text] : m_extra)
        names.push_back(name);
    return names;
}

std::vector<std::string> FeedMapper::shownCells(const Charge& charge) const
{
    std::vector<std::string> cells;
    for (const std::string& name : shownColumns()) {
        const auto column = columnByName(name);
        std::string cell;
        if (name == "ChargePeriodStart") {
            cell = shownInstant(charge.start);
        } else if (name == "ChargePeriodEnd") {
            cell = shownInstant(charge.end);
        } else if (name == "BillingCurrency") {
            cell = charge.currency;
        } else if (name == "Tags") {
            for (const auto& [key, value] : charge.tags)
                cell += (cell.empty() ? "" : ", ") + key + '=' + value;
        } else if (column && isOneOf(*column, kCosts)) {
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                if (costColumnOf(static_cast<CostLens>(lens)) == *column)
                    cell = charge.cost[lens].value_or("");
            }
        } else if (column) {
            const auto found = charge.text.find(*column);
            cell = found == charge.text.end() ? std::string() : found->second;
        } else if (const auto found = charge.extra.find(name); found != charge.extra.end()) {
            cell = found->second;
        }
        cells.push_back(std::move(cell));
    }
    return cells;
}

} // namespace altimeter::providers
