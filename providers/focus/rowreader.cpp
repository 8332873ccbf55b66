#include "providers/focus/rowreader.h"

#include "models/domain/columngroups.h"
#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/focus/rowtext.h"
#include "providers/focus/vocabulary.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <xxhash.h>

namespace altimeter::providers {

namespace {

constexpr std::size_t kKeptRawBytes = std::size_t{64} << 10;

constexpr std::array kCostColumns{Column::EffectiveCost, Column::BilledCost, Column::ListCost, Column::ContractedCost};
constexpr std::array kQuantityColumns{Column::PricingQuantity, Column::ConsumedQuantity,
                                      Column::CommitmentDiscountQuantity, Column::PricingCurrencyEffectiveCost};
static_assert(kCostColumns.size() == kLensCount);

bool isAttribute(Column column)
{
    const auto group = groupOf(column);
    return group && *group != Group::Bill;
}

} // namespace

const std::optional<ParsedInstant>& RowReader::DateMemo::parse(std::string_view text, DateOrder order)
{
    if (text != m_text) {
        m_text = text;
        m_parsed = parseInstant(text, order);
    }
    return m_parsed;
}

RowReader::RowReader(const FilePlan& plan)
    : m_plan(plan), m_conformance(plan.mapping, plan.habits.decimalComma), m_targets(plan.mapping.header.size()),
      m_cells(plan.mapping.header.size()), m_extra(plan.mapping.extraFields.size())
{
    for (std::size_t i = 0; i < kColumnCount; ++i) {
        if (plan.mapping.field[i] != HeaderMapping::kAbsent)
            m_targets[static_cast<std::size_t>(plan.mapping.field[i])] = &m_line.text[i];
    }
    for (std::size_t i = 0; i < m_extra.size(); ++i)
        m_targets[plan.mapping.extraFields[i]] = &m_extra[i];
    m_line.extra = m_extra;
    if (plan.mapping.profile == Profile::Focus)
        findRuns();
    else
        m_native.emplace(plan.mapping, plan.habits.dateOrder);
}

void RowReader::findRuns()
{
    std::vector<bool> attributes(m_targets.size());
    for (std::size_t i = 0; i < kColumnCount; ++i) {
        const std::int32_t field = m_plan.mapping.field[i];
        if (field != HeaderMapping::kAbsent && isAttribute(static_cast<Column>(i)))
            attributes[static_cast<std::size_t>(field)] = true;
    }
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        if (attributes[i] && (i == 0 || !attributes[i - 1]))
            m_runs.push_back({i, i});
        else if (attributes[i])
            m_runs.back().last = i;
    }
}

void RowReader::start(std::unique_ptr<CostBatch> batch)
{
    m_read = {};
    m_read.batch = std::move(batch);
}

ReadRows RowReader::finish()
{
    m_read.conformance = m_conformance.take();
    return std::move(m_read);
}

Status RowReader::take(const CsvRecord& record)
{
    mapCells(record);
    fingerprint(record);
    if (record.mayHaveHighBytes && !words::isUtf8(record.raw()))
        m_conformance.count(Check::TextEncoding, Column::Count, m_line.lineNumber);
    if (record.quotes != QuoteStyle::Doubled)
        m_conformance.count(record.quotes == QuoteStyle::Backslash ? Check::BackslashQuotes : Check::BareQuotes,
                            Column::Count, m_line.lineNumber);
    if (!parseRow()) {
        if (isBlank()) {
            m_conformance.count(Check::BlankRow, Column::Count, m_line.lineNumber);
            return {};
        }
        m_conformance.count(m_refusal->check, m_refusal->column, m_line.lineNumber, m_line.text[at(m_refusal->column)]);
        reject(record.line, record.raw(), std::string(checkId(m_refusal->check)), m_refusal->message, readable());
        return {};
    }
    m_conformance.check(m_line, m_billing);
    ++m_read.rows;
    m_line.raw = record.raw();
    return m_read.batch->add(m_line);
}

void RowReader::mapCells(const CsvRecord& record)
{
    m_line.lineNumber = record.line;
    m_text.start(record);
    const char* begin = record.text;
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
        const char* const end = record.text + record.ends[i];
        const std::string_view cell = m_text.of({begin, static_cast<std::size_t>(end - begin)});
        *m_targets[i] = isNullCell(cell) ? std::string_view{} : cell;
        begin = end + 1;
    }
    if (m_native)
        fillDerived();
}

void RowReader::fillDerived()
{
    for (std::size_t i = 0; i < m_targets.size(); ++i)
        m_cells[i] = *m_targets[i];
    m_native->fill(m_cells, m_line.text);
}

/// Hashes the attribute fields as they stand in the file: equal bytes make equal cells.
void RowReader::fingerprint(const CsvRecord& record)
{
    if (m_runs.empty())
        return;
    const std::size_t most = record.raw().size() + m_runs.size() * sizeof(std::uint32_t);
    if (m_hashed.size() < most)
        m_hashed.resize(2 * most);
    char* to = m_hashed.data();
    for (const Run& run : m_runs) {
        const std::size_t begin = record.begin(run.first);
        const auto size = static_cast<std::uint32_t>(record.ends[run.last] - begin);
        std::memcpy(to, &size, sizeof(size));
        std::memcpy(to + sizeof(size), record.text + begin, size);
        to += sizeof(size) + size;
    }
    const XXH128_hash_t hash = XXH3_128bits(m_hashed.data(), static_cast<std::size_t>(to - m_hashed.data()));
    // Equal bytes are other cells where quotes are written in another way.
    m_line.attributes = {hash.low64 ^ static_cast<std::uint64_t>(record.quotes), hash.high64};
    m_conformance.expect(m_line.attributes);
}

/// Rows of nothing but delimiters are what spreadsheets leave behind.
bool RowReader::isBlank() const
{
    if (m_native)
        return std::all_of(m_cells.begin(), m_cells.end(), [](std::string_view cell) { return cell.empty(); });
    return std::all_of(m_targets.begin(), m_targets.end(), [](const auto* cell) { return cell->empty(); });
}

/// False when the row cannot be stored; m_refusal says why.
bool RowReader::parseRow()
{
    m_refusal.reset();
    if (!parseDates() || !parseNumbers())
        return false;
    readCurrency();
    readProvider();
    return true;
}

bool RowReader::refuse(Check check, Column column, std::string message)
{
    m_refusal = Refusal{check, column, std::move(message)};
    return false;
}

Instant RowReader::parseBound(Column column, DateMemo& memo, bool& unreadable)
{
    const std::string_view text = m_line.text[at(column)];
    if (text.empty())
        return {};
    const auto& parsed = memo.parse(text, m_plan.habits.dateOrder);
    unreadable = !parsed;
    if (!parsed)
        return {};
    if (!parsed->exact)
        m_conformance.count(Check::DateFormat, column, m_line.lineNumber, text);
    return parsed->instant;
}

bool RowReader::parseDates()
{
    bool badStart = false;
    bool badBilling = false;
    bool badEnd = false;
    bool badBillingEnd = false;
    m_line.chargeStart = parseBound(Column::ChargePeriodStart, m_chargeStart, badStart);
    m_billing.start = parseBound(Column::BillingPeriodStart, m_billingStart, badBilling);
    m_line.chargeEnd = parseBound(Column::ChargePeriodEnd, m_chargeEnd, badEnd);
    m_billing.end = parseBound(Column::BillingPeriodEnd, m_billingEnd, badBillingEnd);
    if (badStart || badBilling) {
        const Column column = badStart ? Column::ChargePeriodStart : Column::BillingPeriodStart;
        return refuse(Check::DateInvalid, column,
                      std::string(columnName(column)) + ": \"" + shownText(m_line.text[at(column)]) + "\" is no date");
    }
    if (badEnd)
        m_conformance.count(Check::DateInvalid, Column::ChargePeriodEnd, m_line.lineNumber,
                            m_line.text[at(Column::ChargePeriodEnd)]);
    if (badBillingEnd)
        m_conformance.count(Check::DateInvalid, Column::BillingPeriodEnd, m_line.lineNumber,
                            m_line.text[at(Column::BillingPeriodEnd)]);
    return parseStart();
}

bool RowReader::parseStart()
{
    if (!m_line.chargeStart.isValid()) {
        if (!m_billing.start.isValid())
            return refuse(Check::DateMissing, Column::ChargePeriodStart,
                          "ChargePeriodStart is null and BillingPeriodStart does not help");
        m_line.chargeStart = m_billing.start;
        if (m_plan.mapping.has(Column::ChargePeriodStart))
            m_conformance.count(Check::ValueMissing, Column::ChargePeriodStart, m_line.lineNumber);
    }
    if (!m_billing.start.isValid()) {
        m_line.billingPeriod = m_line.chargeStart.day().firstOfMonth();
        return true;
    }
    if (m_billing.start != m_lastBilling.start || m_billing.end != m_lastBilling.end) {
        m_lastBilling = m_billing;
        m_lastBillingMonth = billingMonth(m_billing.start, m_billing.end);
    }
    m_line.billingPeriod = m_lastBillingMonth;
    return true;
}

bool RowReader::parseNumbers()
{
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (!parseNumber(kCostColumns[lens], m_line.cost[lens]))
            return false;
    }
    for (std::size_t i = 0; i < kQuantityColumns.size(); ++i) {
        if (!parseNumber(kQuantityColumns[i], m_line.quantity[i]))
            return false;
    }
    return true;
}

/// A number as this file writes them; none where it is none.
std::optional<ParsedDecimal> RowReader::readNumber(Column column, std::string_view text)
{
    if (m_plan.habits.decimalComma[at(column)]) {
        m_number = withDecimalPoint(text);
        text = m_number;
    }
    const auto parsed = text.empty() ? Result<ParsedDecimal>(Error{}) : parseDecimal(text);
    return parsed ? std::optional(*parsed) : std::nullopt;
}

bool RowReader::parseNumber(Column column, std::optional<Decimal>& target)
{
    target.reset();
    std::string_view text = m_line.text[at(column)];
    if (text.empty())
        return true;
    const bool hasComma = m_plan.habits.decimalComma[at(column)];
    if (hasComma) {
        m_number = withDecimalPoint(text);
        if (m_number.empty())
            return refuse(Check::NumberInvalid, column,
                          std::string(columnName(column)) + ": \"" + shownText(text) +
                              "\" does not fit the decimal comma of this file");
        text = m_number;
    }
    const auto parsed = parseDecimal(text);
    if (!parsed) {
        const bool tooLong = parsed.error().code == ErrorCode::Overflow;
        return refuse(tooLong ? Check::NumberOverflow : Check::NumberInvalid, column,
                      std::string(columnName(column)) + ": " + parsed.error().what);
    }
    if (parsed->style == NumberStyle::Decorated || hasComma)
        m_conformance.count(Check::NumberFormat, column, m_line.lineNumber, m_line.text[at(column)]);
    target = parsed->value;
    return true;
}

void RowReader::readCurrency()
{
    const std::string_view text = m_line.text[at(Column::BillingCurrency)];
    if (text != m_lastCurrencyText) {
        m_lastCurrencyText = text;
        m_lastCurrency = text.empty() ? Currency() : Currency(words::trimmed(text));
        m_lastCurrencyListed = text.empty() || (isIsoCurrency(m_lastCurrency.code()) && m_lastCurrency.code() == text);
    }
    m_line.currency = m_lastCurrency;
    if (text.empty() && m_plan.mapping.has(Column::BillingCurrency))
        m_conformance.count(Check::CurrencyMissing, Column::BillingCurrency, m_line.lineNumber);
    else if (!m_lastCurrencyListed)
        m_conformance.count(Check::CurrencyCode, Column::BillingCurrency, m_line.lineNumber, text);
}

void RowReader::readProvider()
{
    m_line.provider = {};
    for (const Column column : {Column::ProviderName, Column::ServiceProviderName, Column::InvoiceIssuerName}) {
        if (m_line.provider.empty())
            m_line.provider = m_line.text[at(column)];
    }
}

/// Records that are no CSV: counted by kind, the message of the first one speaks for all.
void RowReader::takeMalformed(std::uint64_t line, std::string_view raw, const CsvProblem& problem)
{
    Finding& finding = m_read.malformed[problem.check];
    if (finding.rows++ == 0) {
        finding.severity = Severity::Error;
        finding.check = problem.check;
        finding.firstLine = line;
        finding.message = problem.message + "; such rows are rejected";
    }
    RejectedLine::Readable nothing; // which cell is the amount, nobody can tell
    for (std::size_t lens = 0; lens < kLensCount; ++lens)
        nothing.unreadable[lens] = m_plan.mapping.has(kCostColumns[lens]);
    reject(line, raw, problem.check, problem.message, std::move(nothing));
}

/// What the row at hand says besides what makes it unusable.
RejectedLine::Readable RowReader::readable()
{
    RejectedLine::Readable readable;
    readable.hasKey = true;
    readProvider();
    readable.provider = m_line.provider;
    const std::string_view account = m_line.text[at(Column::BillingAccountId)];
    readable.billingAccount = account.empty() ? m_line.text[at(Column::BillingAccountName)] : account;
    const std::string_view currency = m_line.text[at(Column::BillingCurrency)];
    readable.currency = currency.empty() ? Currency() : Currency(words::trimmed(currency));
    if (m_line.chargeStart.isValid())
        readable.chargeDay = m_line.chargeStart.day();
    if (m_billing.start.isValid())
        readable.billingPeriod = billingMonth(m_billing.start, m_billing.end);
    else if (m_line.chargeStart.isValid())
        readable.billingPeriod = m_line.chargeStart.day().firstOfMonth();
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const std::string_view text = m_line.text[at(kCostColumns[lens])];
        const auto cost = text.empty() ? std::nullopt : readNumber(kCostColumns[lens], text);
        if (cost)
            readable.cost[lens] = cost->value;
        readable.unreadable[lens] = !text.empty() && !cost;
    }
    return readable;
}

void RowReader::reject(std::uint64_t line, std::string_view raw, const std::string& check, const std::string& message,
                       RejectedLine::Readable readable)
{
    ++m_read.rejected;
    RejectedLine rejected;
    rejected.file = m_plan.file;
    rejected.line = line;
    rejected.check = check;
    rejected.message = message;
    rejected.text = words::excerpt(raw, kKeptRawBytes);
    rejected.readable = std::move(readable);
    m_read.batch->reject(std::move(rejected));
}

} // namespace altimeter::providers
