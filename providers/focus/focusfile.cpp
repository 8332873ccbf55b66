#include "providers/focus/focusfile.h"

#include "models/domain/words.h"
#include "providers/focus/columns.h"
#include "providers/focus/conformance.h"
#include "providers/focus/csvreader.h"
#include "providers/focus/dates.h"
#include "providers/focus/filehabits.h"
#include "providers/focus/nativeprofile.h"
#include "providers/focus/rowtext.h"
#include "providers/focus/vocabulary.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::uint64_t kRowsPerLook = 1024;
constexpr std::size_t kKeptRawBytes = std::size_t{64} << 10;

constexpr std::array kCostColumns{Column::EffectiveCost, Column::BilledCost, Column::ListCost, Column::ContractedCost};
constexpr std::array kQuantityColumns{Column::PricingQuantity, Column::ConsumedQuantity,
                                      Column::CommitmentDiscountQuantity, Column::PricingCurrencyEffectiveCost};
static_assert(kCostColumns.size() == kLensCount);

/// Why a row cannot be stored.
struct Refusal {
    Check check;
    Column column;
    std::string message;
};

/// Remembers the last date text of one column: neighbours often share it.
class DateMemo {
public:
    std::optional<ParsedInstant> parse(std::string_view text, DateOrder order)
    {
        if (text != m_text) {
            m_text = text;
            m_parsed = parseInstant(text, order);
        }
        return m_parsed;
    }

private:
    std::string m_text;
    std::optional<ParsedInstant> m_parsed;
};

Finding noRows()
{
    Finding finding;
    finding.severity = Severity::Warning;
    finding.check = "no-rows";
    finding.firstLine = 1;
    finding.message = "the file has a header and no rows";
    return finding;
}

/// Reads one source into one sink.
class FocusReading {
public:
    FocusReading(ByteSource& source, CostLineSink& sink, const FileProgressSink& progress, std::stop_token stop,
                 std::size_t blockBytes, const FileHabits& habits)
        : m_source(source), m_sink(sink), m_progress(progress), m_stop(std::move(stop)), m_csv(source, blockBytes),
          m_habits(habits)
    {
    }

    Result<FocusFileInfo> run()
    {
        if (const Status header = readHeader(); !header)
            return header.error();
        if (const Status rows = readRows(); !rows)
            return rows.error();
        if (const Status told = tellFindings(); !told)
            return told.error();
        tellProgress();
        return std::move(m_info);
    }

private:
    Status readHeader();
    Status readRows();
    Status look();
    Status takeRecord();
    void mapCells(std::span<const std::string_view> fields);
    bool isBlank() const;
    bool parseRow();
    bool parseDates();
    bool parseStart();
    Instant parseBound(Column column, DateMemo& memo, bool& unreadable);
    bool parseNumbers();
    bool parseNumber(Column column, std::optional<Decimal>& target);
    void readCurrency();
    void readProvider();
    bool refuse(Check check, Column column, std::string message);
    Status takeMalformed();
    Status reject(const std::string& check, const std::string& message);
    Status tellFindings();
    void tellProgress() const;
    std::uint64_t seenRows() const { return m_info.rows + m_info.rejected; }

    ByteSource& m_source;
    CostLineSink& m_sink;
    const FileProgressSink& m_progress;
    const std::stop_token m_stop;
    CsvReader m_csv;
    const FileHabits m_habits;
    HeaderMapping m_mapping;
    std::vector<std::pair<std::size_t, Column>> m_mapped; ///< field and its column
    std::optional<Conformance> m_conformance;
    std::map<std::string, Finding> m_malformed; ///< by check
    std::optional<NativeProfile> m_native;
    FocusFileInfo m_info;

    // The row at hand.
    CostLine m_line;
    BillingPeriodBounds m_billing;
    std::vector<std::string_view> m_cells; ///< all fields, null ones empty
    std::vector<std::string_view> m_extra;
    std::string m_number; ///< a number whose decimal comma was turned into a point
    std::optional<Refusal> m_refusal;
    DateMemo m_chargeStart, m_chargeEnd, m_billingStart, m_billingEnd;
    BillingPeriodBounds m_lastBilling;
    Day m_lastBillingMonth;
    std::string m_lastCurrencyText;
    Currency m_lastCurrency;
    bool m_lastCurrencyListed = true;
};

Status FocusReading::readHeader()
{
    const auto step = m_csv.next();
    if (!step)
        return step.error();
    if (*step == CsvReader::Step::End)
        return Error{ErrorCode::Invalid, "is empty: it has no header line", m_source.name()};
    if (*step == CsvReader::Step::Malformed)
        return Error{ErrorCode::Invalid, "the header cannot be read: " + m_csv.problem().message,
                     m_source.name() + ", line " + std::to_string(m_csv.lineNumber())};
    m_mapping = mapHeader(m_csv.fields());
    if (const Status usable = checkUsable(m_mapping, m_source.name()); !usable)
        return usable;
    for (std::size_t i = 0; i < kColumnCount; ++i) {
        if (m_mapping.field[i] != HeaderMapping::kAbsent)
            m_mapped.emplace_back(static_cast<std::size_t>(m_mapping.field[i]), static_cast<Column>(i));
    }
    m_cells.resize(m_mapping.header.size());
    m_extra.resize(m_mapping.extraFields.size());
    m_conformance.emplace(m_mapping, m_habits.decimalComma);
    if (m_mapping.profile != Profile::Focus)
        m_native.emplace(m_mapping, m_habits.dateOrder);
    m_info.version = m_mapping.version;
    m_info.profile = profileName(m_mapping.profile);
    m_info.header = m_mapping.header;
    return m_sink.begin(m_source.name(), m_mapping.header, m_mapping.extraNames);
}

Status FocusReading::readRows()
{
    for (std::uint64_t records = 0;; ++records) {
        if (records % kRowsPerLook == 0) {
            if (const Status looked = look(); !looked)
                return looked;
        }
        const auto step = m_csv.next();
        if (!step)
            return step.error();
        if (*step == CsvReader::Step::End)
            return {};
        const Status taken = *step == CsvReader::Step::Record ? takeRecord() : takeMalformed();
        if (!taken)
            return taken;
    }
}

Status FocusReading::look()
{
    if (m_stop.stop_requested())
        return Error{ErrorCode::Cancelled, "reading was cancelled", m_source.name()};
    tellProgress();
    return {};
}

void FocusReading::tellProgress() const
{
    if (m_progress)
        m_progress({seenRows(), m_source.consumed(), m_source.total()});
}

Status FocusReading::takeRecord()
{
    mapCells(m_csv.fields());
    if (m_csv.mayHaveHighBytes() && !isUtf8(m_csv.raw()))
        m_conformance->count(Check::TextEncoding, Column::Count, m_line.lineNumber);
    if (!parseRow()) {
        if (isBlank()) {
            m_conformance->count(Check::BlankRow, Column::Count, m_line.lineNumber);
            return {};
        }
        m_conformance->count(m_refusal->check, m_refusal->column, m_line.lineNumber,
                             m_line.text[at(m_refusal->column)]);
        return reject(std::string(checkId(m_refusal->check)), m_refusal->message);
    }
    m_conformance->check(m_line, m_billing);
    ++m_info.rows;
    return m_sink.add(m_line);
}

void FocusReading::mapCells(std::span<const std::string_view> fields)
{
    m_line.lineNumber = m_csv.lineNumber();
    for (std::size_t i = 0; i < fields.size(); ++i)
        m_cells[i] = isNullCell(fields[i]) ? std::string_view{} : fields[i];
    for (const auto& [field, column] : m_mapped)
        m_line.text[at(column)] = m_cells[field];
    for (std::size_t i = 0; i < m_extra.size(); ++i)
        m_extra[i] = m_cells[m_mapping.extraFields[i]];
    m_line.extra = m_extra;
    if (m_native)
        m_native->fill(m_cells, m_line.text);
}

/// Rows of nothing but delimiters are what spreadsheets leave behind.
bool FocusReading::isBlank() const
{
    return std::all_of(m_cells.begin(), m_cells.end(), [](std::string_view cell) { return cell.empty(); });
}

/// False when the row cannot be stored; m_refusal says why.
bool FocusReading::parseRow()
{
    m_refusal.reset();
    if (!parseDates() || !parseNumbers())
        return false;
    readCurrency();
    readProvider();
    return true;
}

bool FocusReading::refuse(Check check, Column column, std::string message)
{
    m_refusal = Refusal{check, column, std::move(message)};
    return false;
}

Instant FocusReading::parseBound(Column column, DateMemo& memo, bool& unreadable)
{
    const std::string_view text = m_line.text[at(column)];
    if (text.empty())
        return {};
    const auto parsed = memo.parse(text, m_habits.dateOrder);
    unreadable = !parsed;
    if (!parsed)
        return {};
    if (!parsed->exact)
        m_conformance->count(Check::DateFormat, column, m_line.lineNumber, text);
    return parsed->instant;
}

bool FocusReading::parseDates()
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
        m_conformance->count(Check::DateInvalid, Column::ChargePeriodEnd, m_line.lineNumber,
                             m_line.text[at(Column::ChargePeriodEnd)]);
    if (badBillingEnd)
        m_conformance->count(Check::DateInvalid, Column::BillingPeriodEnd, m_line.lineNumber,
                             m_line.text[at(Column::BillingPeriodEnd)]);
    return parseStart();
}

bool FocusReading::parseStart()
{
    if (!m_line.chargeStart.isValid()) {
        if (!m_billing.start.isValid())
            return refuse(Check::DateMissing, Column::ChargePeriodStart,
                          "ChargePeriodStart is null and BillingPeriodStart does not help");
        m_line.chargeStart = m_billing.start;
        if (m_mapping.has(Column::ChargePeriodStart))
            m_conformance->count(Check::ValueMissing, Column::ChargePeriodStart, m_line.lineNumber);
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

bool FocusReading::parseNumbers()
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

bool FocusReading::parseNumber(Column column, std::optional<Decimal>& target)
{
    target.reset();
    std::string_view text = m_line.text[at(column)];
    if (text.empty())
        return true;
    if (m_habits.decimalComma) {
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
    if (parsed->style == NumberStyle::Decorated || m_habits.decimalComma)
        m_conformance->count(Check::NumberFormat, column, m_line.lineNumber, m_line.text[at(column)]);
    target = parsed->value;
    return true;
}

void FocusReading::readCurrency()
{
    const std::string_view text = m_line.text[at(Column::BillingCurrency)];
    if (text != m_lastCurrencyText) {
        m_lastCurrencyText = text;
        m_lastCurrency = text.empty() ? Currency() : Currency(words::trimmed(text));
        m_lastCurrencyListed = text.empty() || (isIsoCurrency(m_lastCurrency.code()) && m_lastCurrency.code() == text);
    }
    m_line.currency = m_lastCurrency;
    if (text.empty() && m_mapping.has(Column::BillingCurrency))
        m_conformance->count(Check::CurrencyMissing, Column::BillingCurrency, m_line.lineNumber);
    else if (!m_lastCurrencyListed)
        m_conformance->count(Check::CurrencyCode, Column::BillingCurrency, m_line.lineNumber, text);
}

void FocusReading::readProvider()
{
    m_line.provider = {};
    for (const Column column : {Column::ProviderName, Column::ServiceProviderName, Column::InvoiceIssuerName}) {
        if (m_line.provider.empty())
            m_line.provider = m_line.text[at(column)];
    }
}

/// Records that are no CSV: counted by kind, the message of the first one speaks for all.
Status FocusReading::takeMalformed()
{
    const CsvProblem& problem = m_csv.problem();
    Finding& finding = m_malformed[problem.check];
    if (finding.rows++ == 0) {
        finding.severity = Severity::Error;
        finding.check = problem.check;
        finding.firstLine = m_csv.lineNumber();
        finding.message = problem.message + "; such rows are rejected";
    }
    return reject(problem.check, problem.message);
}

Status FocusReading::reject(const std::string& check, const std::string& message)
{
    ++m_info.rejected;
    RejectedLine line;
    line.file = m_source.name();
    line.line = m_csv.lineNumber();
    line.check = check;
    line.message = message;
    line.text = std::string(m_csv.raw().substr(0, kKeptRawBytes));
    return m_sink.reject(line);
}

Status FocusReading::tellFindings()
{
    std::vector<Finding> all = std::move(m_mapping.findings);
    all.insert(all.end(), m_habits.findings.begin(), m_habits.findings.end());
    for (auto& [check, finding] : m_malformed)
        all.push_back(std::move(finding));
    for (Finding& finding : m_conformance->findings())
        all.push_back(std::move(finding));
    if (seenRows() == 0)
        all.push_back(noRows());
    for (Finding& finding : all) {
        finding.file = m_source.name();
        if (const Status told = m_sink.finding(finding); !told)
            return told;
    }
    return {};
}

bool isCostFile(const std::filesystem::path& file)
{
    const std::string name = words::toLower(file.filename().string());
    return !name.starts_with('.') && (name.ends_with(".csv") || name.ends_with(".csv.gz"));
}

Error folderError(const std::filesystem::path& path, const std::error_code& problem)
{
    return {ErrorCode::Io, "the folder cannot be read: " + problem.message(), path.string()};
}

} // namespace

Result<FocusFileInfo> readFocusSource(const OpenSource& open, CostLineSink& sink, const FileProgressSink& progress,
                                      std::stop_token stop, std::size_t blockBytes)
{
    auto preview = open();
    if (!preview)
        return preview.error();
    const auto habits = studyFile(**preview);
    if (!habits)
        return habits.error();
    preview.value().reset();
    auto source = open();
    if (!source)
        return source.error();
    return FocusReading(**source, sink, progress, std::move(stop), blockBytes, *habits).run();
}

Result<FocusFileInfo> readFocusFile(const std::filesystem::path& file, const std::string& displayName,
                                    CostLineSink& sink, const FileProgressSink& progress, std::stop_token stop,
                                    std::size_t blockBytes)
{
    return readFocusSource([&] { return openByteSource(file, displayName); }, sink, progress, std::move(stop),
                           blockBytes);
}

Result<std::vector<std::filesystem::path>> findCostFiles(const std::filesystem::path& path)
{
    namespace fs = std::filesystem;
    std::error_code problem;
    if (fs::is_regular_file(path, problem))
        return std::vector{path};
    if (!fs::is_directory(path, problem))
        return Error{ErrorCode::NotFound, "there is no such file or folder", path.string()};
    std::vector<fs::path> files;
    fs::recursive_directory_iterator walk(path, fs::directory_options::skip_permission_denied, problem);
    for (; !problem && walk != fs::recursive_directory_iterator(); walk.increment(problem)) {
        std::error_code ignored;
        if (walk->is_regular_file(ignored) && isCostFile(walk->path()))
            files.push_back(walk->path());
    }
    if (problem)
        return folderError(path, problem);
    if (files.empty())
        return Error{ErrorCode::NotFound, "holds no cost files (*.csv, *.csv.gz)", path.string()};
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace altimeter::providers
