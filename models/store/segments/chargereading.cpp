#include "models/store/segments/chargereading.h"

#include "models/store/segments/segment.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

namespace altimeter::store {

namespace {

const Error kReplaced{ErrorCode::NotFound, "the charge lines were replaced by a newer import; ask again", {}};

/// As CostLine::quantity and Segment::quantity have them.
constexpr std::array kQuantityColumns{Column::PricingQuantity, Column::ConsumedQuantity,
                                      Column::CommitmentDiscountQuantity, Column::PricingCurrencyEffectiveCost};

/// The lines of one segment with what they share.
struct StoredSegment {
    std::vector<std::uint8_t> bytes;
    SegmentLines lines;
    std::string source;
    std::string file;
    Day billingPeriod;
    Currency currency;
};

Result<StoredSegment> readSegment(sql::Statement& statement, const FactChunk& chunk)
{
    statement.reset();
    const auto row = statement.bind(1, chunk.segment).step();
    if (!row)
        return row.error();
    if (!*row)
        return kReplaced;
    const auto bytes = statement.blob(1);
    if (checksumOf(bytes) != statement.integer(0))
        return Error{ErrorCode::Corrupt, "stored charge lines are damaged; import their files again",
                     statement.text(3)};
    StoredSegment stored;
    stored.bytes.assign(bytes.begin(), bytes.end());
    auto lines = SegmentLines::open(chunk, stored.bytes);
    if (!lines)
        return lines.error();
    stored.lines = lines.take();
    stored.source = statement.text(2);
    stored.file = statement.text(3);
    stored.billingPeriod = parseDay(statement.text(4)).ok() ? *parseDay(statement.text(4)) : Day::none();
    stored.currency = Currency(statement.text(5));
    return stored;
}

void setText(ChargeRow& row, Column column, std::string text)
{
    row.text[static_cast<std::size_t>(column)] = std::move(text);
}

void fillTexts(ChargeRow& row, const Dictionaries& dictionaries, std::span<const std::uint32_t> members)
{
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        const GroupColumns columns = columnsOf(static_cast<Group>(g));
        for (std::size_t i = 0; i < columns.count; ++i)
            row.text[columns.first + i] = TextGroup::unescape(dictionaries.groups[g].field(members[g], i));
    }
    std::string_view rest = dictionaries.groups[static_cast<std::size_t>(Group::Extra)].text(
        members[static_cast<std::size_t>(Group::Extra)]);
    while (!rest.empty()) {
        const std::size_t nameEnd = rest.find(TextGroup::kSeparator);
        const std::size_t valueEnd = nameEnd == std::string_view::npos
                                         ? rest.size()
                                         : std::min(rest.size(), rest.find(TextGroup::kSeparator, nameEnd + 1));
        if (nameEnd == std::string_view::npos)
            break;
        row.extra.emplace_back(TextGroup::unescape(rest.substr(0, nameEnd)),
                               TextGroup::unescape(rest.substr(nameEnd + 1, valueEnd - nameEnd - 1)));
        rest = valueEnd < rest.size() ? rest.substr(valueEnd + 1) : std::string_view();
    }
}

Result<ChargeRow> chargeOf(const StoredSegment& stored, std::size_t at, const Dictionaries& dictionaries)
{
    const SegmentLines& lines = stored.lines;
    if (at >= lines.size())
        return Error{ErrorCode::Corrupt, "a stored charge line is missing", stored.file};
    ChargeRow row;
    row.source = stored.source;
    row.file = stored.file;
    row.line = lines.line(at);
    row.chargeStart = lines.chargeStart(at);
    row.chargeEnd = lines.chargeEnd(at);
    row.billingPeriod = stored.billingPeriod;
    row.currency = stored.currency;
    std::array<std::uint32_t, kGroupCount> members{};
    const auto& combo = dictionaries.combos[lines.combo(at)];
    std::copy(combo.begin(), combo.end(), members.begin());
    members[static_cast<std::size_t>(Group::Bill)] = lines.bill(at);
    fillTexts(row, dictionaries, members);
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const auto value = lines.cost(lens, at);
        if (!value)
            continue;
        const auto amount = Amount::fromDecimal(*value);
        if (!amount)
            return amount.error();
        row.cost[lens] = *amount;
        setText(row, costColumnOf(static_cast<CostLens>(lens)), toString(*value));
    }
    for (std::size_t i = 0; i < kQuantityColumns.size(); ++i) {
        if (const auto value = lines.quantity(i, at))
            setText(row, kQuantityColumns[i], toString(*value));
    }
    setText(row, Column::ChargePeriodStart, toString(row.chargeStart));
    setText(row, Column::ChargePeriodEnd, toString(row.chargeEnd));
    for (const CellsBeside& column : lines.inlineColumns()) {
        if (!column.text(at).empty())
            row.extra.emplace_back(column.name, column.text(at));
    }
    return row;
}

constexpr std::string_view kSegmentById = "SELECT g.lines_checksum, g.lines, s.name, f.name, p.billing_period, "
                                          "p.currency FROM segment g JOIN partition p ON p.id=g.partition_id "
                                          "JOIN source s ON s.id=p.source_id JOIN import_file f ON f.id=g.file_id "
                                          "WHERE g.id=?1";

} // namespace

Result<std::vector<CellsBeside>> readCellsBeside(sql::Connection& connection, const FactChunk& chunk)
{
    auto statement = connection.prepare(kSegmentById);
    if (!statement)
        return statement.error();
    auto stored = readSegment(*statement, chunk);
    if (!stored)
        return stored.error();
    return stored->lines.takeInlineColumns();
}

namespace {

std::optional<Decimal> secondsOf(Instant at)
{
    return at.isValid() ? std::optional(Decimal{at.seconds, 0}) : std::nullopt;
}

std::optional<Decimal> numberOf(const SegmentLines& lines, std::size_t row, const LineKey& key)
{
    if (key.by == LineKey::By::Line)
        return Decimal{static_cast<Int128>(lines.line(row)), 0};
    if (key.column == Column::ChargePeriodStart)
        return secondsOf(lines.chargeStart(row));
    if (key.column == Column::ChargePeriodEnd)
        return secondsOf(lines.chargeEnd(row));
    const auto which = std::find(kQuantityColumns.begin(), kQuantityColumns.end(), key.column);
    return which == kQuantityColumns.end()
               ? std::nullopt
               : lines.quantity(static_cast<std::size_t>(which - kQuantityColumns.begin()), row);
}

} // namespace

Result<std::vector<std::optional<Decimal>>> readNumbers(sql::Connection& connection, const FactChunk& chunk,
                                                        const LineKey& key)
{
    auto statement = connection.prepare(kSegmentById);
    if (!statement)
        return statement.error();
    const auto stored = readSegment(*statement, chunk);
    if (!stored)
        return stored.error();
    std::vector<std::optional<Decimal>> numbers;
    numbers.reserve(stored->lines.size());
    for (std::size_t row = 0; row < stored->lines.size(); ++row)
        numbers.push_back(numberOf(stored->lines, row, key));
    return numbers;
}

Result<std::vector<std::string>> readFiles(sql::Connection& connection, std::span<const FactChunk* const> chunks)
{
    auto statement = connection.prepare("SELECT g.id, f.name FROM segment g JOIN import_file f ON f.id=g.file_id");
    if (!statement)
        return statement.error();
    std::map<std::int64_t, std::string> names;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        names[statement->integer(0)] = statement->text(1);
    }
    std::vector<std::string> files;
    for (const FactChunk* chunk : chunks) {
        const auto name = names.find(chunk->segment);
        if (name == names.end())
            return kReplaced;
        files.push_back(name->second);
    }
    return files;
}

Result<std::vector<ChargeRow>> readCharges(sql::Connection& connection, const Dictionaries& dictionaries,
                                           std::span<const RowAddress> rows, std::stop_token stop)
{
    auto statement = connection.prepare(kSegmentById);
    if (!statement)
        return statement.error();
    std::vector<std::uint32_t> order(rows.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&rows](std::uint32_t a, std::uint32_t b) {
        return rows[a].chunk->segment < rows[b].chunk->segment;
    });
    std::vector<ChargeRow> charges(rows.size());
    StoredSegment stored;
    const FactChunk* open = nullptr;
    for (const std::uint32_t at : order) {
        if (rows[at].chunk != open) {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            auto read = readSegment(*statement, *rows[at].chunk);
            if (!read)
                return read.error();
            stored = read.take();
            open = rows[at].chunk;
        }
        auto charge = chargeOf(stored, rows[at].row, dictionaries);
        if (!charge)
            return charge.error();
        charges[at] = charge.take();
    }
    return charges;
}

} // namespace altimeter::store
