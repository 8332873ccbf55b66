#include "models/store/ingest/linebatch.h"

#include "models/text/utf8.h"

#include <cstring>
#include <limits>

namespace altimeter::store {

namespace {

/// True when the amount fits ±1.7e20 units, the range every later sum is checked against. A line beyond it is rejected
/// here, one by one; found later, it would take its whole month along.
bool fits(const Decimal& value)
{
    if (value.mantissa == static_cast<std::int64_t>(value.mantissa))
        return true;
    Int128 limit = 170'000'000'000'000'000;
    limit *= 1000;
    for (int i = 0; i < value.scale; ++i) {
        if (__builtin_mul_overflow(limit, Int128{10}, &limit))
            return true;
    }
    return value.mantissa <= limit && value.mantissa >= -limit;
}

std::string_view accountOf(const CostLine& line)
{
    const std::string_view id = line.text[static_cast<std::size_t>(Column::BillingAccountId)];
    return id.empty() ? line.text[static_cast<std::size_t>(Column::BillingAccountName)] : id;
}

/// Appends the tuple of a group: trailing nulls need no separators, so all-null is the empty tuple.
void appendTuple(std::string& out, Group group, const CostLine& line)
{
    const GroupColumns columns = columnsOf(group);
    std::size_t end = out.size();
    for (std::size_t i = 0; i < columns.count; ++i) {
        if (i > 0)
            out.push_back(TextGroup::kSeparator);
        const std::string_view cell = line.text[columns.first + i];
        TextGroup::appendEscaped(out, cell);
        if (!cell.empty())
            end = out.size();
    }
    out.resize(end);
}

const GroupColumns kBill = columnsOf(Group::Bill);

LineIdentity identityOfLine(const CostLine& line)
{
    IdentityCells cells{};
    for (std::size_t i = 0; i < cells.size(); ++i)
        cells[i] = identityCell(kIdentityColumns[i], line.text[static_cast<std::size_t>(kIdentityColumns[i])]);
    return identityOf(cells);
}

template <typename T> void appendRaw(std::string& out, const T& value)
{
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

} // namespace

std::optional<KnownCore> KnownCores::find(const Fingerprint& content) const
{
    const Shard& shard = shardOf(content);
    const std::lock_guard lock(shard.mutex);
    const std::uint32_t* id = shard.ids.find(content);
    return id ? std::optional(KnownCore{*id, content, {}}) : std::nullopt;
}

void KnownCores::insert(const KnownCore& core)
{
    Shard& shard = shardOf(core.content);
    const std::lock_guard lock(shard.mutex);
    shard.ids.insert(core.content, core.id);
}

std::optional<KnownCore> KnownCores::findAlias(const Fingerprint& alias) const
{
    const Shard& shard = shardOf(alias);
    const std::lock_guard lock(shard.mutex);
    const KnownCore* core = shard.aliases.find(alias);
    return core ? std::optional(*core) : std::nullopt;
}

void KnownCores::insertAlias(const Fingerprint& alias, const KnownCore& core)
{
    Shard& shard = shardOf(alias);
    const std::lock_guard lock(shard.mutex);
    shard.aliases.insert(alias, core);
}

void KnownCores::forgetAliases()
{
    for (Shard& shard : m_shards)
        shard.aliases.clear();
}

void KnownCores::limitTo(std::size_t limit)
{
    for (Shard& shard : m_shards) {
        shard.ids.limitTo(limit / kShards);
        shard.aliases.limitTo(limit / kShards);
    }
}

Status LineBatch::add(const CostLine& line)
{
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (line.cost[lens] && !fits(*line.cost[lens])) {
            rejectRange(line, static_cast<CostLens>(lens));
            return {};
        }
    }
    Line row;
    CoreContent core;
    Fingerprint extra;
    row.number = line.lineNumber;
    row.core = coreOf(line, core);
    row.extra = extraOf(line, extra);
    row.place = placeOf(line);
    row.chargeStart = line.chargeStart.seconds;
    row.hasEnd = line.chargeEnd.isValid() ? 1 : 0;
    row.chargeEnd = line.chargeEnd.isValid() ? line.chargeEnd.seconds : line.chargeStart.seconds;
    Place& place = places[row.place];
    addNumbers(line, row, place);
    struct {
        Fingerprint core, extra, bill;
        std::int64_t start, end;
        std::array<std::int64_t, kNumbers> mantissa;
        std::array<std::uint8_t, kNumbers> scale;
        std::uint64_t hasEnd;
    } const content{core.content,  extra,        place.billHash, row.chargeStart,
                    row.chargeEnd, row.mantissa, row.scale,      row.hasEnd};
    // Of what the line says and not of the numbers its texts have: those differ from workspace to workspace, and
    // whether a month was delivered again must not depend on what else was imported before it.
    row.content = Fingerprint::of(&content, sizeof content);
    for (std::size_t i = wide.size(); i > 0 && wide[i - 1].line == lines.size(); --i)
        row.content = Fingerprint::of(&wide[i - 1].value.mantissa, sizeof(Int128), row.content.low);
    if (m_columns->withMarks) {
        LineContent all{core.content, extraMarks[row.extra], place.billHash.low, row.chargeStart, row.chargeEnd,
                        {},           place.invoice};
        for (std::size_t i = 0; i < kNumbers; ++i)
            all.numbers[i] = i < kLensCount ? line.cost[i] : line.quantity[i - kLensCount];
        row.mark = markOf(core.identity, all);
    }
    lines.push_back(row);
    return {};
}

void LineBatch::rejectRange(const CostLine& line, CostLens lens)
{
    constexpr std::size_t kKeptRawBytes = std::size_t{64} << 10U;
    const auto& cost = line.cost[static_cast<std::size_t>(lens)];
    RejectedLine rejected{m_columns->file,
                          line.lineNumber,
                          "amount-range",
                          "the " + std::string(lensName(lens)) + " cost is beyond 1.7e20 units of its currency",
                          line.raw.empty() ? toString(*cost) : words::excerpt(line.raw, kKeptRawBytes),
                          m_columns->source};
    rejected.readable.hasKey = true;
    rejected.readable.provider = line.provider;
    rejected.readable.billingAccount = accountOf(line);
    rejected.readable.billingPeriod = line.billingPeriod;
    rejected.readable.chargeDay = line.chargeStart.day();
    rejected.readable.currency = line.currency;
    rejected.readable.cost = line.cost;
    rejected.readable.unreadable = {};
    reject(std::move(rejected));
}

void LineBatch::reject(RejectedLine line)
{
    rejects.push_back({lines.size(), std::move(line)});
}

std::uint32_t LineBatch::coreOf(const CostLine& line, CoreContent& content)
{
    // The source's own fingerprint first: it is had without looking at forty cells, and most lines repeat a core.
    Fingerprint key{line.attributes[0], line.attributes[1]};
    if (key == Fingerprint())
        return newCore(line, key, content);
    key.low ^= m_columns->salt;
    if (const auto known = m_cores.findAlias(key)) {
        content = {known->content, known->identity};
        return known->id;
    }
    if (const std::uint32_t* seen = m_newByKey.find(key)) {
        content = {newCores[*seen].content, newCores[*seen].identity};
        return kNewCore | *seen;
    }
    return newCore(line, key, content);
}

std::uint32_t LineBatch::newCore(const CostLine& line, const Fingerprint& key, CoreContent& content)
{
    NewCore core;
    core.fingerprint = key;
    m_scratch.clear();
    for (std::size_t g = 0; g < kCoreGroupCount; ++g) {
        const std::size_t begin = m_scratch.size();
        appendTuple(m_scratch, static_cast<Group>(g), line);
        core.end[g] = static_cast<std::uint32_t>(m_scratch.size());
        core.tupleHash[g] = Fingerprint::of(std::string_view(m_scratch).substr(begin));
    }
    core.content = Fingerprint::of(core.tupleHash.data(), sizeof core.tupleHash);
    if (m_columns->withMarks)
        core.identity = identityOfLine(line);
    content = {core.content, core.identity};
    if (key == Fingerprint()) { // told apart by content where the source gives no fingerprint
        if (const auto known = m_cores.find(core.content))
            return known->id;
        if (const std::uint32_t* seen = m_newByKey.find(core.content))
            return kNewCore | *seen;
    }
    core.texts = m_scratch;
    const auto index = static_cast<std::uint32_t>(newCores.size());
    m_newByKey.insert(key == Fingerprint() ? core.content : key, index);
    newCores.push_back(std::move(core));
    return kNewCore | index;
}

bool LineBatch::isAtLastPlace(const CostLine& line, std::string_view account) const
{
    if (places.empty())
        return false;
    const Place& last = places[m_lastPlace];
    if (m_columns->byDay && line.chargeStart.day() != last.slice)
        return false;
    if (line.billingPeriod != last.billingPeriod || line.currency != last.currency ||
        line.provider != m_lastCells.provider || account != m_lastCells.account)
        return false;
    for (std::size_t i = 0; i < kBill.count; ++i) {
        if (line.text[kBill.first + i] != m_lastCells.bill[i])
            return false;
    }
    return true;
}

std::uint32_t LineBatch::placeOf(const CostLine& line)
{
    const std::string_view account = accountOf(line);
    if (isAtLastPlace(line, account)) // files are sorted by account or day: comparing beats hashing
        return m_lastPlace;
    m_scratch.clear();
    appendRaw(m_scratch, line.billingPeriod);
    appendRaw(m_scratch, line.currency);
    const Day slice = m_columns->byDay ? line.chargeStart.day() : Day::none();
    appendRaw(m_scratch, slice);
    m_scratch.append(line.provider).push_back('\0');
    m_scratch.append(account).push_back('\0');
    for (std::size_t i = 0; i < kBill.count; ++i)
        m_scratch.append(line.text[kBill.first + i]).push_back('\0');
    const Fingerprint key = Fingerprint::of(m_scratch);
    const std::uint32_t* known = m_placeByKey.find(key);
    m_lastPlace = known ? *known : static_cast<std::uint32_t>(places.size());
    if (!known) {
        Place place;
        place.provider = line.provider;
        place.billingAccount = account;
        place.billingPeriod = line.billingPeriod;
        place.slice = slice;
        place.currency = line.currency;
        appendTuple(place.bill, Group::Bill, line);
        place.billHash = Fingerprint::of(place.bill);
        place.invoice = invoiceMark(line.text[static_cast<std::size_t>(Column::InvoiceId)]);
        places.push_back(std::move(place));
        m_placeByKey.insert(key, m_lastPlace);
    }
    m_lastCells.provider = line.provider;
    m_lastCells.account = account;
    m_lastCells.bill.assign(line.text.begin() + kBill.first, line.text.begin() + kBill.first + kBill.count);
    return m_lastPlace;
}

std::uint32_t LineBatch::extraOf(const CostLine& line, Fingerprint& content)
{
    if (extras.empty()) {
        extras.emplace_back();
        extraMarks.push_back(0);
    }
    m_scratch.clear();
    std::uint64_t mark = 0;
    for (std::size_t i = 0; i < line.extra.size() && i < m_columns->extraNames.size(); ++i) {
        if (line.extra[i].empty())
            continue;
        m_scratch.append(m_columns->extraNames[i]).push_back('\0');
        m_scratch.append(line.extra[i]).push_back('\0');
        if (m_columns->withMarks)
            mark += extraCell(m_columns->extraNames[i], line.extra[i]);
    }
    if (m_scratch.empty())
        return 0;
    content = Fingerprint::of(m_scratch);
    if (const std::uint32_t* known = m_extraByKey.find(content))
        return *known;
    const auto index = static_cast<std::uint32_t>(extras.size());
    extras.emplace_back(line.extra.begin(), line.extra.end());
    extraMarks.push_back(mark);
    m_extraByKey.insert(content, index);
    return index;
}

void LineBatch::addNumbers(const CostLine& line, Line& row, Place& place)
{
    for (std::size_t i = 0; i < kNumbers; ++i) {
        const std::optional<Decimal>& value = i < kLensCount ? line.cost[i] : line.quantity[i - kLensCount];
        if (!value) {
            row.scale[i] = kNull;
            if (i < kLensCount)
                ++place.unknown[i];
            continue;
        }
        const auto narrow = static_cast<std::int64_t>(value->mantissa);
        if (value->scale <= 18 && value->mantissa == narrow) {
            row.scale[i] = value->scale;
            row.mantissa[i] = narrow;
            if (i < kLensCount) // one addition a line; a DecimalSum would align scales each time
                place.sum[i][value->scale] += narrow;
            continue;
        }
        row.scale[i] = kWide;
        row.mantissa[i] = value->scale;
        wide.push_back({static_cast<std::uint32_t>(lines.size()), static_cast<std::uint8_t>(i), *value});
        if (i < kLensCount)
            place.wideSum[i].add(*value);
    }
}

} // namespace altimeter::store
