#include "models/store/events/billeddays.h"

#include "models/domain/dayranges.h"
#include "models/facts/factset.h"
#include "models/store/events/eventdays.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/ranges.h"
#include "models/text/words.h"

#include <algorithm>
#include <cstring>

namespace altimeter::store {

namespace {

/// No line of usage is taken to run longer: older months are not looked at.
constexpr int kLongestLine = 400;
/// Ranges that are gathered before they are joined.
constexpr std::size_t kMostRanges = 4096;

/// What a tuple or combination says, as far as it is asked here.
enum LineTrait : std::uint8_t { kUsage = 1, kAi = 2, kNoCategory = 4 };

std::string fieldOf(std::string_view tuple, Group group, Column column)
{
    std::size_t skip = static_cast<std::size_t>(column) - columnsOf(group).first;
    for (; skip > 0; --skip) {
        const std::size_t end = tuple.find(TextGroup::kSeparator);
        if (end == std::string_view::npos)
            return {};
        tuple.remove_prefix(end + 1);
    }
    return TextGroup::unescape(tuple.substr(0, tuple.find(TextGroup::kSeparator)));
}

std::uint8_t skuTraits(std::string_view tuple, const BillTerms& terms)
{
    const std::string category = fieldOf(tuple, Group::Sku, Column::ServiceCategory);
    const bool isAi = terms.isAiService(category, fieldOf(tuple, Group::Sku, Column::ServiceName));
    return static_cast<std::uint8_t>((isAi ? kAi : 0) | (category.empty() ? kNoCategory : 0));
}

std::uint8_t chargeTraits(std::string_view tuple, const BillTerms&)
{
    const std::string category = words::toLower(fieldOf(tuple, Group::Charge, Column::ChargeCategory));
    return category.empty() || category == "usage" ? kUsage : 0;
}

/// Of the tuples of a group, by id.
Result<std::vector<std::uint8_t>> traitsOf(const sql::Connection& db, Group group, const BillTerms& terms)
{
    const auto traits = group == Group::Sku ? &skuTraits : &chargeTraits;
    std::vector<std::uint8_t> all{traits({}, terms)}; // number 0 is the tuple of nulls
    auto rows = db.prepare("SELECT id, fields FROM member WHERE group_id=?1 AND id>0 ORDER BY id");
    if (!rows)
        return rows.error();
    const Status read = rows->bind(1, static_cast<std::int64_t>(group)).each([&]() -> Status {
        if (rows->integer(0) != static_cast<std::int64_t>(all.size()))
            return Error{ErrorCode::Corrupt, "the attribute dictionary has a gap", {}};
        all.push_back(traits(rows->textView(1), terms));
        return {};
    });
    return read ? Result<std::vector<std::uint8_t>>(std::move(all)) : Result<std::vector<std::uint8_t>>(read.error());
}

/// Of the combinations, by id.
Result<std::vector<std::uint8_t>> comboTraits(const sql::Connection& db, const BillTerms& terms)
{
    const auto skus = traitsOf(db, Group::Sku, terms), charges = traitsOf(db, Group::Charge, terms);
    if (!skus || !charges)
        return !skus ? skus.error() : charges.error();
    std::vector<std::uint8_t> all;
    auto rows = db.prepare("SELECT id, members FROM combo ORDER BY id");
    if (!rows)
        return rows.error();
    const Status read = rows->each([&]() -> Status {
        std::array<std::uint32_t, kComboGroupCount> members{};
        const auto bytes = rows->blob(1);
        const bool isWhole =
            bytes.size() == sizeof members && rows->integer(0) == static_cast<std::int64_t>(all.size());
        if (isWhole)
            std::memcpy(members.data(), bytes.data(), sizeof members);
        const std::uint32_t sku = members[static_cast<std::size_t>(Group::Sku)];
        const std::uint32_t charge = members[static_cast<std::size_t>(Group::Charge)];
        if (!isWhole || sku >= skus->size() || charge >= charges->size())
            return Error{ErrorCode::Corrupt, "the attribute combinations are damaged", {}};
        all.push_back(static_cast<std::uint8_t>((*skus)[sku] | (*charges)[charge]));
        return {};
    });
    return read ? Result<std::vector<std::uint8_t>>(std::move(all)) : Result<std::vector<std::uint8_t>>(read.error());
}

bool billsUse(std::uint8_t traits, BillerScope scope)
{
    if ((traits & kUsage) == 0)
        return false;
    return (traits & kAi) != 0 || scope == BillerScope::AiAlone ||
           (scope == BillerScope::Unknown && (traits & kNoCategory) != 0);
}

} // namespace

/// Goes through the bills for one answer.
class BillSearch {
public:
    BillSearch(const sql::Connection& db, const BillTerms& terms, const DateRange& days, const std::stop_token& stop)
        : m_db(db), m_terms(terms), m_range(days), m_stop(stop)
    {
    }

    Result<BilledDays> run()
    {
        auto traits = comboTraits(m_db, m_terms);
        if (!traits)
            return traits.error();
        m_traits = traits.take();
        const auto isAny = [this](BillerScope scope) {
            return std::any_of(m_traits.begin(), m_traits.end(),
                               [scope](std::uint8_t one) { return billsUse(one, scope); });
        };
        const std::array any{isAny(BillerScope::AiAlone), isAny(BillerScope::Unknown), isAny(BillerScope::Wide)};
        auto rows = m_db.prepare("SELECT p.id, p.provider FROM partition p JOIN source s ON s.id=p.source_id WHERE "
                                 "s.kind<>?1 AND p.rows>0 AND p.data_from<?2 AND p.data_through>=?3");
        if (!rows)
            return rows.error();
        rows->bind(1, kEventKind).bind(2, std::int64_t{m_range.to.number});
        rows->bind(3, std::int64_t{m_range.from.number} - kLongestLine);
        const Status read = rows->each([&]() -> Status {
            const std::string key = m_terms.keyOf(rows->textView(1));
            const BillerScope scope = m_terms.scopeOf(key);
            return any[static_cast<std::size_t>(scope)] ? look(rows->integer(0), scope, m_billed.m_days[key])
                                                        : Status();
        });
        if (!read)
            return read.error();
        for (auto& [key, lenses] : m_billed.m_days) {
            for (auto& days : lenses)
                days = joined(std::move(days));
        }
        return std::move(m_billed);
    }

private:
    Status look(std::int64_t partition, BillerScope scope, BilledDays::Lenses& lenses)
    {
        auto rows = m_db.prepare(
            "SELECT facts_checksum, facts, lines_checksum, lines FROM segment WHERE partition_id=?1 ORDER BY id");
        if (!rows)
            return rows.error();
        return rows->bind(1, partition).each([&]() -> Status {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            const auto facts = rows->blob(1);
            if (checksumOf(facts) != rows->integer(0))
                return {};
            const auto chunk = FactChunk::open({facts.begin(), facts.end()});
            if (!chunk || !hasUse(*chunk, scope) || checksumOf(rows->blob(3)) != rows->integer(2))
                return {};
            if (const auto lines = SegmentLines::open(*chunk, rows->blob(3)))
                take(*chunk, *lines, scope, lenses);
            return {};
        });
    }

    bool isUse(const FactChunk& chunk, std::size_t run, BillerScope scope) const
    {
        const auto combo = static_cast<std::size_t>(chunk.runCombo.at(run));
        return combo < m_traits.size() && billsUse(m_traits[combo], scope);
    }

    bool hasUse(const FactChunk& chunk, BillerScope scope) const
    {
        for (std::size_t run = 0; run < chunk.runs(); ++run) {
            if (isUse(chunk, run, scope))
                return true;
        }
        return false;
    }

    void take(const FactChunk& chunk, const SegmentLines& lines, BillerScope scope, BilledDays::Lenses& lenses) const
    {
        for (std::size_t run = 0; run < chunk.runs(); ++run) {
            if (!isUse(chunk, run, scope))
                continue;
            for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row)
                takeLine(chunk, lines, row, lenses);
        }
    }

    void takeLine(const FactChunk& chunk, const SegmentLines& lines, std::size_t row, BilledDays::Lenses& lenses) const
    {
        const Instant start = lines.chargeStart(row), end = lines.chargeEnd(row);
        const Day first = start.day();
        const Day past = end.isValid() && start < end ? Instant{end.seconds - 1}.day() + 1 : first + 1;
        const DateRange days{std::max(first, m_range.from), std::min(past, m_range.to)};
        if (days.to <= days.from)
            return;
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            auto& ranges = lenses[lens];
            if (chunk.cost[lens].isUnknown(row) || (!ranges.empty() && holdsAll({&ranges.back(), 1}, days)))
                continue;
            if (ranges.size() >= kMostRanges)
                ranges = joined(std::move(ranges));
            ranges.push_back(days);
        }
    }

    const sql::Connection& m_db;
    const BillTerms& m_terms;
    const DateRange m_range;
    const std::stop_token& m_stop;
    std::vector<std::uint8_t> m_traits; ///< by combination
    BilledDays m_billed;
};

Result<BilledDays> BilledDays::read(const sql::Connection& db, const BillTerms& terms, const std::stop_token& stop)
{
    auto ends = db.prepare("SELECT min(day), max(day) FROM event_day HAVING count(*)>0");
    if (!ends)
        return ends.error();
    const auto row = ends->step();
    if (!row)
        return row.error();
    if (!*row)
        return BilledDays();
    const auto from = storedDay(ends->integer(0)), through = storedDay(ends->integer(1));
    if (!from || !through)
        return Error{ErrorCode::Corrupt, "the days of AI events cannot be read", {}};
    ends->reset();
    return BillSearch(db, terms, {*from, *through + 1}, stop).run();
}

bool BilledDays::has(const std::string& key, Day day, CostLens lens) const
{
    const auto found = m_days.find(key);
    return found != m_days.end() && holdsAll(found->second[static_cast<std::size_t>(lens)], {day, day + 1});
}

std::string BilledDays::keysOf(Day day) const
{
    std::string keys;
    for (const auto& [key, lenses] : m_days) {
        std::string stated;
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            if (holdsAll(lenses[lens], {day, day + 1}))
                stated.push_back(static_cast<char>('0' + lens));
        }
        if (!stated.empty())
            keys.append(key).append(" ").append(stated).push_back('\n');
    }
    return keys;
}

} // namespace altimeter::store
