#include "models/analysis/query/factanswers.h"

#include "models/analysis/query/chargerows.h"
#include "models/analysis/query/chargeselection.h"
#include "models/analysis/query/costquery.h"
#include "models/analysis/query/linekeys.h"
#include "models/analysis/query/ruleuse.h"
#include "models/analysis/query/seencolumns.h"
#include "models/facts/knowndays.h"
#include "models/facts/usedcolumns.h"
#include "models/facts/widening.h"
#include "models/text/words.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace altimeter::analysis {

namespace {

const Error kNoLines{ErrorCode::Unsupported, "only the facts are at hand, not the stored lines", {}};

const Error kTooManySummed{
    ErrorCode::Unsupported, "more lines than are added up at once; select all of them, or narrow the view", {}};

CostDays daysOf(const FactSet& facts)
{
    KnownDays known = knownDaysOf(facts);
    CostDays days{known.data.first, known.data.last, {}, std::move(known.accounts)};
    for (const FactSet::Part& part : facts.chunks) {
        auto& delivered = days.delivered[facts.partitions[part.partition].currency];
        for (const std::int32_t number : part.chunk->days)
            delivered.push_back({number});
    }
    for (auto& [currency, delivered] : days.delivered) {
        std::sort(delivered.begin(), delivered.end());
        delivered.erase(std::unique(delivered.begin(), delivered.end()), delivered.end());
    }
    return days;
}

/// What some matches come to, by currency. A line that several owners share counts once, as its shares follow each
/// other or lie apart.
Result<std::vector<CurrencyTotal>> totalsOf(const FactSet& facts, const std::vector<ChargeMatch>& matches)
{
    struct Sum {
        AmountSum cost;
        std::set<std::pair<std::uint32_t, std::uint32_t>> shared; ///< lines of which a share was seen
        std::uint64_t rows = 0, unknown = 0;
    };
    std::map<Currency, Sum> sums;
    for (const ChargeMatch& match : matches) {
        Sum& sum = sums[facts.partitions[facts.chunks[match.part].partition].currency];
        sum.cost.add(match.cost);
        if (match.isShare && !sum.shared.emplace(match.part, match.row).second)
            continue;
        ++sum.rows;
        sum.unknown += match.isUnknown ? 1 : 0;
    }
    std::vector<CurrencyTotal> totals;
    for (const auto& [currency, sum] : sums) {
        const auto cost = sum.cost.result();
        if (!cost)
            return cost.error();
        totals.push_back({currency, *cost, sum.rows, sum.unknown, 0});
    }
    return totals;
}

} // namespace

FactAnswers::FactAnswers(std::shared_ptr<const FactSet> facts, std::shared_ptr<const Attribution> attribution,
                         std::shared_ptr<const StoredLines> stored)
    : FactAnswers(facts, RuledFacts{facts, std::move(attribution), {}}, std::move(stored))
{
}

FactAnswers::FactAnswers(std::shared_ptr<const FactSet> base, RuledFacts ruled,
                         std::shared_ptr<const StoredLines> stored)
    : m_base(std::move(base)), m_facts(std::move(ruled.facts)), m_attribution(std::move(ruled.attribution)),
      m_stored(std::move(stored)), m_beside(columnsBeside(*m_base->dictionaries)),
      m_days(std::make_shared<const CostDays>(daysOf(*m_base)))
{
}

FactAnswers::FactAnswers(const FactAnswers& other, RuledFacts ruled)
    : m_base(other.m_base), m_facts(std::move(ruled.facts)), m_attribution(std::move(ruled.attribution)),
      m_stored(other.m_stored), m_beside(other.m_beside), m_days(other.m_days)
{
}

/// Most questions look at what is in memory; one that looks at a column beside the lines has them read first.
Result<FactAnswers::Ground> FactAnswers::groundOf(const CostQuery& query, const std::stop_token& stop) const
{
    constexpr std::size_t kKept = 2'000'000; ///< combinations that may be kept for the next question
    const SeenByQuery seen = m_beside.empty() ? SeenByQuery() : columnsSeenBy(query, m_beside);
    if (seen.columns.empty())
        return Ground{m_facts, m_attribution};
    if (!m_stored)
        return kNoLines;
    {
        const std::lock_guard lock(m_mutex);
        if (m_last && m_last->first == seen.key)
            return m_last->second;
    }
    auto widened = widen(*m_facts, *m_stored, seen.columns, stop);
    if (!widened)
        return widened.error();
    Ground ground{widened->facts, std::make_shared<const Attribution>(m_attribution->withMore(widened->from))};
    if (widened->from.size() <= kKept) {
        const std::lock_guard lock(m_mutex);
        m_last.emplace(seen.key, ground);
    }
    return ground;
}

Result<CostTable> FactAnswers::table(const CostQuery& query, std::stop_token stop) const
{
    const auto ground = groundOf(query, stop);
    return ground ? runQuery(*ground->facts, *ground->attribution, query, std::move(stop))
                  : Result<CostTable>(ground.error());
}

Result<CostTable> FactAnswers::tableOf(const CostQuery& query, const KeptKeys& kept, std::stop_token stop) const
{
    const auto ground = groundOf(query, stop);
    return ground ? runQuery(*ground->facts, *ground->attribution, query, &kept, std::move(stop))
                  : Result<CostTable>(ground.error());
}

/// What the lines of a window are chosen from. An order looks at columns as a question by them does.
Result<FactAnswers::Lines> FactAnswers::linesOf(const CostQuery& query, const ChargeWindow& window,
                                                const std::stop_token& stop) const
{
    CostQuery seen = query;
    seen.by.clear();
    for (const LineKey& key : window.order)
        seen.by.insert(seen.by.end(), key.dims.begin(), key.dims.end());
    auto ground = groundOf(seen, stop);
    if (!ground)
        return ground.error();
    Lines lines{ground.take(), nullptr};
    if (window.order.empty())
        return lines;
    {
        const std::lock_guard lock(m_mutex);
        if (m_lastKeys && m_lastKeys->order == window.order && m_lastKeys->lens == query.lens &&
            m_lastKeys->ground.facts == lines.ground.facts) {
            lines.keys = m_lastKeys->keys;
            return lines;
        }
    }
    auto keys =
        LineKeys::make(*lines.ground.facts, *lines.ground.attribution, window.order, query.lens, m_stored.get(), stop);
    if (!keys)
        return keys.error();
    lines.keys = std::make_shared<const LineKeys>(keys.take());
    const std::lock_guard lock(m_mutex);
    m_lastKeys = OrderedGround{lines.ground, window.order, query.lens, lines.keys};
    return lines;
}

Result<ChargePage> FactAnswers::charges(const CostQuery& query, const ChargeWindow& window, std::stop_token stop) const
{
    if (!m_stored && !window.onlyTotals)
        return kNoLines;
    if (window.onlyTotals && window.offset + window.limit > ChargeWindow::kMostSummed)
        return kTooManySummed;
    const auto lines = linesOf(query, window, stop);
    if (!lines)
        return lines.error();
    const auto& [ground, keys] = *lines;
    auto selection = selectCharges(*ground.facts, *ground.attribution, query, window, stop, keys.get());
    if (!selection)
        return selection.error();
    auto inWindow = totalsOf(*ground.facts, selection->matches);
    if (!inWindow)
        return inWindow.error();
    if (window.onlyTotals)
        return ChargePage{{},         window.offset,  selection->total, std::move(selection->totals),
                          revision(), inWindow.take()};
    auto rows = chargeRows(*ground.facts, *ground.attribution, *m_stored, selection->matches, stop);
    if (!rows)
        return rows.error();
    return ChargePage{rows.take(), window.offset,  selection->total, std::move(selection->totals),
                      revision(),  inWindow.take()};
}

Status FactAnswers::eachCharge(const CostQuery& query, const ChargeWindow& window, const ChargeSink& sink,
                               std::stop_token stop) const
{
    if (!m_stored)
        return kNoLines;
    // Selecting is a pass over all facts, reading a batch opens its segments: the first is done for many batches.
    // In an order of keys each line takes several times as much while it is looked for.
    const std::uint64_t selected = window.order.empty() ? 1'000'000 : 250'000;
    constexpr std::size_t kRead = 20'000;
    const auto lines = linesOf(query, window, stop);
    if (!lines)
        return lines.error();
    const auto& [ground, keys] = *lines;
    for (std::uint64_t done = 0; done < window.limit; done += selected) {
        ChargeWindow next = window;
        next.offset = window.offset + done;
        next.limit = std::min(selected, window.limit - done);
        const auto selection = selectCharges(*ground.facts, *ground.attribution, query, next, stop, keys.get());
        if (!selection)
            return selection.error();
        const std::span matches(selection->matches);
        for (std::size_t at = 0; at < matches.size(); at += kRead) {
            const auto rows = chargeRows(*ground.facts, *ground.attribution, *m_stored,
                                         matches.subspan(at, std::min(kRead, matches.size() - at)), stop);
            if (!rows)
                return rows.error();
            if (auto written = sink(*rows); !written)
                return written;
        }
        if (next.offset + next.limit >= selection->total)
            break;
    }
    return {};
}

Result<ChargeColumns> FactAnswers::chargeColumns(std::stop_token stop) const
{
    if (!m_stored)
        return kNoLines;
    const auto headers = m_stored->headers(std::move(stop));
    if (!headers)
        return headers.error();
    return usedColumns(*m_base->dictionaries, *headers);
}

Result<std::vector<std::string>> FactAnswers::values(const Dim& dim, const CostQuery& query, std::size_t limit,
                                                     std::stop_token stop) const
{
    CostQuery question = query;
    question.by = {dim};
    question.granularity = Granularity::None;
    question.top = 0;
    question.countDistinct.reset();
    std::erase_if(question.filters, [&dim](const Filter& filter) { return filter.dim == dim; });
    const auto answer = table(question, std::move(stop));
    if (!answer)
        return answer.error();
    std::vector<std::string> values;
    std::set<std::string_view> seen; // a value may stand in several currencies
    for (const CostRow& row : answer->rows) {
        if (values.size() < limit && seen.insert(row.keys.front()).second)
            values.push_back(row.keys.front());
    }
    return values;
}

Result<std::vector<Dim>> FactAnswers::dims(std::stop_token stop) const
{
    if (!m_stored)
        return kNoLines;
    const auto headers = m_stored->headers(std::move(stop));
    if (!headers)
        return headers.error();
    std::map<std::string, std::string> keys; // as they are matched, then as they were delivered
    const auto note = [&keys](const std::vector<TagPair>& tags) {
        for (const TagPair& tag : tags)
            keys.try_emplace(tag.key, std::string(words::trimmed(tag.originalKey)));
    };
    const Dictionaries& dictionaries = *m_base->dictionaries;
    std::for_each(dictionaries.tags.begin(), dictionaries.tags.end(), note);
    for (const MemberTags* more : {&dictionaries.allocatedTags, &dictionaries.labels}) {
        for (const auto& [member, tags] : std::map(more->of.begin(), more->of.end()))
            note(tags);
    }
    std::vector<Dim> dims;
    for (const auto& [folded, key] : keys)
        dims.push_back({Dim::Kind::Tag, key});
    for (const std::string& name : *headers) {
        if (!columnByName(name))
            dims.push_back({Dim::Kind::Column, name});
    }
    return dims;
}

Result<CostDays> FactAnswers::days(std::stop_token) const
{
    return *m_days;
}

Result<std::vector<FarCharges>> FactAnswers::farCharges(const DateRange& range, std::stop_token) const
{
    return farChargesOf(*m_facts, {m_days->first, m_days->last}, range);
}

Result<std::vector<RuleDiff::RuleUse>> FactAnswers::ruleUse(std::stop_token stop) const
{
    return ruleUseOf(*m_facts, *m_attribution, stop);
}

Result<std::shared_ptr<const CostSource>> FactAnswers::under(const RuleSet& rules, std::stop_token stop) const
{
    auto ruled = ruledFacts(m_base, rules, m_stored.get(), stop);
    if (!ruled)
        return ruled.error();
    return std::shared_ptr<const CostSource>(new FactAnswers(*this, ruled.take()));
}

Result<Recount> FactAnswers::recount(const PartitionInfo& partition, std::stop_token stop) const
{
    if (!m_stored)
        return kNoLines;
    return m_stored->recount(partition, std::move(stop));
}

} // namespace altimeter::analysis
