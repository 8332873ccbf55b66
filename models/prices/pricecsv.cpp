#include "models/prices/pricecsv.h"

#include "models/text/csvtext.h"
#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <optional>

namespace altimeter::pricecsv {

namespace {

enum class Column : std::uint8_t {
    Provider,
    Model,
    TokenClass,
    Tier,
    Region,
    ContextFrom,
    Unit,
    Per,
    Price,
    Currency,
    ValidFrom,
    ValidTo,
    Source,
    State,
    Band,
    Windows,
    ConfirmedTo,
    ReadOn,
    Note,
    Layer,
    Kind,
    Target,
    Count,
};
constexpr std::size_t kColumnCount = static_cast<std::size_t>(Column::Count);
constexpr std::array<std::string_view, kColumnCount> kColumns{
    "provider",     "model",    "token_class", "tier",     "region", "context_from", "unit", "per",
    "price",        "currency", "valid_from",  "valid_to", "source", "state",        "band", "windows",
    "confirmed_to", "read_on",  "note",        "layer",    "kind",   "target"};
constexpr std::array kNeeded{Column::Provider, Column::Model, Column::TokenClass,
                             Column::Unit,     Column::Per,   Column::Price};

constexpr std::string_view kAliasKind = "alias";
constexpr std::string_view kPercentKind = "percent_off";
constexpr std::string_view kFixedKind = "fixed";

using Cells = std::vector<std::string>;

std::optional<std::uint64_t> wholeNumber(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isWhole = !text.empty() && error == std::errc() && end == text.data() + text.size();
    return isWhole ? std::optional(value) : std::nullopt;
}

/// Reads the cells of one line; the first that is wrong is kept.
class LineReading {
public:
    LineReading(const Cells& cells, const std::array<std::size_t, kColumnCount>& places, std::uint64_t line,
                PriceLayer layer)
        : m_cells(cells), m_places(places), m_line(line), m_layer(layer)
    {
    }

    void readInto(PriceList& list)
    {
        const std::string_view kind = cell(Column::Kind);
        if (kind == kAliasKind)
            readAlias(list);
        else if (kind == kPercentKind || kind == kFixedKind)
            readNegotiated(list, kind == kFixedKind);
        else if (kind.empty() || kind == "price")
            readPrice(list);
        else
            wrong(Column::Kind, "\"" + std::string(kind) + "\" is no kind of entry");
    }
    const std::optional<Finding>& finding() const { return m_finding; }

private:
    std::string_view cell(Column column) const
    {
        const std::size_t place = m_places[static_cast<std::size_t>(column)];
        return place < m_cells.size() ? words::trimmed(m_cells[place]) : std::string_view{};
    }

    void wrong(Column column, std::string message)
    {
        if (!m_finding)
            m_finding = Finding{m_line, std::string(kColumns[static_cast<std::size_t>(column)]), std::move(message)};
    }

    Instant instant(Column column)
    {
        if (cell(column).empty())
            return {};
        auto parsed = parseInstant(cell(column));
        if (!parsed)
            wrong(column, parsed.error().what);
        return parsed ? *parsed : Instant{};
    }
    std::uint64_t number(Column column, std::uint64_t missing)
    {
        if (cell(column).empty())
            return missing;
        const auto value = wholeNumber(cell(column));
        if (!value)
            wrong(column, "\"" + std::string(cell(column)) + "\" is no whole number");
        return value.value_or(missing);
    }
    Decimal decimal(Column column)
    {
        auto parsed = parseDecimal(cell(column));
        if (!parsed)
            wrong(column, cell(column).empty() ? "it is empty, and unknown is not zero" : parsed.error().what);
        else if (parsed->style != NumberStyle::Plain)
            wrong(column, "\"" + std::string(cell(column)) + "\" is no plain number");
        return parsed ? parsed->value : Decimal{};
    }
    Currency currency() const { return cell(Column::Currency).empty() ? Currency() : Currency(cell(Column::Currency)); }
    Day readOn()
    {
        if (cell(Column::ReadOn).empty())
            return {};
        auto parsed = parseDay(cell(Column::ReadOn));
        if (!parsed)
            wrong(Column::ReadOn, parsed.error().what);
        return parsed ? *parsed : Day{};
    }
    std::string text(Column column) const { return std::string(cell(column)); }

    void readAlias(PriceList& list)
    {
        PriceAlias alias;
        alias.provider = priceProvider(cell(Column::Provider));
        alias.alias = text(Column::Model);
        alias.model = text(Column::Target);
        alias.validFrom = instant(Column::ValidFrom);
        alias.validTo = instant(Column::ValidTo);
        alias.layer = m_layer;
        alias.source = text(Column::Source);
        alias.readOn = readOn();
        alias.line = m_line;
        if (alias.alias.empty() || alias.model.empty())
            wrong(alias.alias.empty() ? Column::Model : Column::Target,
                  "an alias needs an id and the model it stands for");
        if (!m_finding)
            list.aliases.push_back(std::move(alias));
    }

    void readNegotiated(PriceList& list, bool isFixed)
    {
        NegotiatedPrice rule;
        rule.provider = priceProvider(cell(Column::Provider));
        rule.model = text(Column::Model);
        rule.item = text(Column::TokenClass);
        rule.tier = priceTier(cell(Column::Tier));
        rule.kind = isFixed ? NegotiatedPrice::Kind::Fixed : NegotiatedPrice::Kind::PercentOff;
        rule.value = decimal(Column::Price);
        rule.per = number(Column::Per, 1);
        rule.contextAbove = number(Column::ContextFrom, 0);
        rule.currency = currency();
        rule.validFrom = instant(Column::ValidFrom);
        rule.validTo = instant(Column::ValidTo);
        rule.source = text(Column::Source);
        rule.line = m_line;
        if (!m_finding)
            list.negotiated.push_back(std::move(rule));
    }

    void readPrice(PriceList& list)
    {
        PriceRow row;
        row.provider = priceProvider(cell(Column::Provider));
        row.model = text(Column::Model);
        row.item = text(Column::TokenClass);
        row.tier = priceTier(cell(Column::Tier));
        row.region = priceRegion(cell(Column::Region));
        row.contextAbove = number(Column::ContextFrom, 0);
        row.unit = text(Column::Unit);
        row.per = number(Column::Per, 0);
        row.price = decimal(Column::Price);
        row.currency = currency();
        row.validFrom = instant(Column::ValidFrom);
        row.validTo = instant(Column::ValidTo);
        row.confirmedTo = instant(Column::ConfirmedTo);
        row.layer = m_layer;
        row.source = text(Column::Source);
        row.readOn = readOn();
        row.note = text(Column::Note);
        row.line = m_line;
        readState(row);
        if (cell(Column::Band) == "marginal")
            row.band = BandMode::Marginal;
        else if (!cell(Column::Band).empty() && cell(Column::Band) != "whole")
            wrong(Column::Band, "\"" + text(Column::Band) + "\" is neither \"whole\" nor \"marginal\"");
        auto windows = parsePriceWindows(cell(Column::Windows));
        if (windows)
            row.windows = windows.take();
        else
            wrong(Column::Windows, windows.error().what);
        if (row.provider.empty() || row.item.empty() || row.unit.empty())
            wrong(row.provider.empty() ? Column::Provider
                  : row.item.empty()   ? Column::TokenClass
                                       : Column::Unit,
                  "it is empty");
        if (row.per == 0)
            wrong(Column::Per, "the number of units that the price is for is missing");
        if (!m_finding)
            list.rows.push_back(std::move(row));
    }

    void readState(PriceRow& row)
    {
        const std::string_view name = cell(Column::State);
        if (name.empty()) {
            row.state = m_layer == PriceLayer::Community ? PriceState::Community : PriceState::User;
            return;
        }
        const auto state = priceStateOf(name);
        if (state)
            row.state = *state;
        else
            wrong(Column::State, "\"" + std::string(name) + "\" is no state of a price");
    }

    const Cells& m_cells;
    const std::array<std::size_t, kColumnCount>& m_places;
    std::uint64_t m_line;
    PriceLayer m_layer;
    std::optional<Finding> m_finding;
};

Result<std::array<std::size_t, kColumnCount>> placesOf(const Cells& header)
{
    std::array<std::size_t, kColumnCount> places{};
    places.fill(std::numeric_limits<std::size_t>::max());
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string name = words::toLower(words::trimmed(header[i]));
        const auto* const found = std::find(kColumns.begin(), kColumns.end(), name);
        if (found == kColumns.end())
            return Error{ErrorCode::Invalid, "\"" + header[i] + "\" is no column of a price list", "line 1"};
        places[static_cast<std::size_t>(found - kColumns.begin())] = i;
    }
    for (const Column needed : kNeeded) {
        if (places[static_cast<std::size_t>(needed)] >= header.size())
            return Error{ErrorCode::Invalid,
                         "the column \"" + std::string(kColumns[static_cast<std::size_t>(needed)]) + "\" is missing",
                         "line 1"};
    }
    return places;
}

std::uint64_t linesIn(const Cells& record)
{
    std::uint64_t lines = 1;
    for (const std::string& field : record)
        lines += static_cast<std::uint64_t>(std::count(field.begin(), field.end(), '\n'));
    return lines;
}

Cells emptyCells()
{
    return Cells(kColumnCount);
}
std::string& at(Cells& cells, Column column)
{
    return cells[static_cast<std::size_t>(column)];
}
std::string boundText(std::uint64_t contextAbove)
{
    return contextAbove == 0 ? std::string() : std::to_string(contextAbove);
}
std::string codeOf(const Currency& currency)
{
    return currency.isUnknown() ? std::string() : std::string(currency.code());
}

Cells cellsOf(const PriceRow& row)
{
    Cells cells = emptyCells();
    at(cells, Column::Provider) = row.provider;
    at(cells, Column::Model) = row.model;
    at(cells, Column::TokenClass) = row.item;
    at(cells, Column::Tier) = row.tier;
    at(cells, Column::Region) = row.region;
    at(cells, Column::ContextFrom) = boundText(row.contextAbove);
    at(cells, Column::Unit) = row.unit;
    at(cells, Column::Per) = std::to_string(row.per);
    at(cells, Column::Price) = toString(row.price);
    at(cells, Column::Currency) = codeOf(row.currency);
    at(cells, Column::ValidFrom) = toString(row.validFrom);
    at(cells, Column::ValidTo) = toString(row.validTo);
    at(cells, Column::Source) = row.source;
    at(cells, Column::State) = priceStateName(row.state);
    at(cells, Column::Band) = row.band == BandMode::Marginal ? "marginal" : "";
    at(cells, Column::Windows) = toString(row.windows);
    at(cells, Column::ConfirmedTo) = toString(row.confirmedTo);
    at(cells, Column::ReadOn) = toString(row.readOn);
    at(cells, Column::Note) = row.note;
    at(cells, Column::Layer) = priceLayerName(row.layer);
    return cells;
}

Cells cellsOf(const PriceAlias& alias)
{
    Cells cells = emptyCells();
    at(cells, Column::Provider) = alias.provider;
    at(cells, Column::Model) = alias.alias;
    at(cells, Column::ValidFrom) = toString(alias.validFrom);
    at(cells, Column::ValidTo) = toString(alias.validTo);
    at(cells, Column::Source) = alias.source;
    at(cells, Column::ReadOn) = toString(alias.readOn);
    at(cells, Column::Layer) = priceLayerName(alias.layer);
    at(cells, Column::Kind) = kAliasKind;
    at(cells, Column::Target) = alias.model;
    return cells;
}

Cells cellsOf(const NegotiatedPrice& rule)
{
    Cells cells = emptyCells();
    const bool isFixed = rule.kind == NegotiatedPrice::Kind::Fixed;
    at(cells, Column::Provider) = rule.provider;
    at(cells, Column::Model) = rule.model;
    at(cells, Column::TokenClass) = rule.item;
    at(cells, Column::Tier) = rule.tier;
    at(cells, Column::ContextFrom) = boundText(rule.contextAbove);
    at(cells, Column::Unit) = isFixed ? "unit" : "percent";
    at(cells, Column::Per) = std::to_string(rule.per);
    at(cells, Column::Price) = toString(rule.value);
    at(cells, Column::Currency) = codeOf(rule.currency);
    at(cells, Column::ValidFrom) = toString(rule.validFrom);
    at(cells, Column::ValidTo) = toString(rule.validTo);
    at(cells, Column::Source) = rule.source;
    at(cells, Column::Layer) = priceLayerName(PriceLayer::Own);
    at(cells, Column::Kind) = isFixed ? kFixedKind : kPercentKind;
    return cells;
}

} // namespace

Result<Reading> read(std::string_view text, PriceLayer layer)
{
    const auto csv = words::readCsv(text);
    if (csv.openQuoteLine != 0)
        return Error{ErrorCode::Invalid, "a quote is never closed", "line " + std::to_string(csv.openQuoteLine)};
    if (csv.records.empty())
        return Error{ErrorCode::Invalid, "the list is empty: not even a header", {}};
    auto places = placesOf(csv.records.front());
    if (!places)
        return places.error();
    Reading reading;
    std::uint64_t line = 1;
    for (std::size_t i = 1; i < csv.records.size(); ++i) {
        line += linesIn(csv.records[i - 1]);
        ++reading.linesRead;
        LineReading one(csv.records[i], *places, line, layer);
        one.readInto(reading.list);
        if (one.finding())
            reading.findings.push_back(*one.finding());
    }
    return reading;
}

std::string write(const PriceList& list)
{
    std::string text;
    const auto writeLine = [&text](const auto& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i > 0)
                text += ',';
            words::appendCsvField(text, cells[i]);
        }
        text += '\n';
    };
    writeLine(kColumns);
    for (const Cells& line : cells(list))
        writeLine(line);
    return text;
}

Result<Instant> parseInstant(std::string_view text)
{
    const Error none{ErrorCode::Invalid, "\"" + std::string(text) + "\" is no instant (\"2026-08-16T16:00:00Z\")", {}};
    constexpr std::size_t kDayLength = 10;
    constexpr std::size_t kTimeLength = 19;
    auto day = text.size() >= kDayLength ? parseDay(text.substr(0, kDayLength)) : Result<Day>(none);
    if (!day)
        return none;
    Instant instant{std::int64_t{day->number} * 86400};
    if (text.size() == kDayLength)
        return instant;
    if (text.size() < kTimeLength + 1 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
        return none;
    const auto hours = wholeNumber(text.substr(11, 2));
    const auto minutes = wholeNumber(text.substr(14, 2));
    const auto seconds = wholeNumber(text.substr(17, 2));
    if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 59)
        return none;
    instant.seconds += static_cast<std::int64_t>(*hours * 3600 + *minutes * 60 + *seconds);
    const std::string_view zone = text.substr(kTimeLength);
    if (zone == "Z")
        return instant;
    const auto ahead = zone.size() == 6 && zone[3] == ':' ? wholeNumber(zone.substr(1, 2)) : std::nullopt;
    const auto rest = ahead ? wholeNumber(zone.substr(4, 2)) : std::nullopt;
    if (!rest || *ahead > 14 || *rest > 59 || (zone[0] != '+' && zone[0] != '-'))
        return none;
    const auto offset = static_cast<std::int64_t>(*ahead * 3600 + *rest * 60);
    instant.seconds += zone[0] == '+' ? -offset : offset;
    return instant;
}

std::vector<std::string_view> columns()
{
    return {kColumns.begin(), kColumns.end()};
}

std::vector<std::vector<std::string>> cells(const PriceList& list)
{
    // Numbers are compared as such: a bound of 32,000 stands before one of 128,000.
    using Sorted = std::pair<std::tuple<std::string, std::string, std::string, std::string, std::string, std::string,
                                        std::uint64_t, std::string>,
                             Cells>;
    std::vector<Sorted> sorted;
    const auto add = [&sorted](Cells cells, std::uint64_t bound) {
        auto key = std::tuple(at(cells, Column::Kind), at(cells, Column::Provider), at(cells, Column::Model),
                              at(cells, Column::TokenClass), at(cells, Column::Tier), at(cells, Column::Region), bound,
                              at(cells, Column::ValidFrom));
        sorted.emplace_back(std::move(key), std::move(cells));
    };
    for (const PriceRow& row : list.rows)
        add(cellsOf(row), row.contextAbove);
    for (const PriceAlias& alias : list.aliases)
        add(cellsOf(alias), 0);
    for (const NegotiatedPrice& rule : list.negotiated)
        add(cellsOf(rule), rule.contextAbove);
    std::stable_sort(sorted.begin(), sorted.end());
    std::vector<Cells> lines;
    lines.reserve(sorted.size());
    for (auto& [key, line] : sorted)
        lines.push_back(std::move(line));
    return lines;
}

} // namespace altimeter::pricecsv
