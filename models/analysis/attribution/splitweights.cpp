#include "models/analysis/attribution/splitweights.h"

#include "models/facts/forkjoin.h"

#include <algorithm>
#include <limits>
#include <map>

namespace altimeter::analysis {

// A proportional split asks what each team owns of its own, and the rules that say so are the same rules: the circle is
// cut by counting direct owners alone. What a team has been given by another split never weighs, so the order of the
// rules' splits does not matter, and one pass over the facts is enough.
//
// By charge month and not over all time: a month that is closed keeps its shares, whatever is spent later.

namespace {

using Teams = std::map<std::string, std::size_t>; ///< number of each team that owns something directly
/// What each team owns directly, by team number.
using MonthlySums = std::map<std::pair<Currency, Day>, std::vector<AmountSum>>;
constexpr std::size_t kNoTeam = std::numeric_limits<std::size_t>::max();

Teams directTeams(const Attribution& attribution)
{
    Teams teams;
    for (const Owner& owner : attribution.owners()) {
        if (!owner.of(OwnerField::Team).empty())
            teams.try_emplace(owner.of(OwnerField::Team), 0);
    }
    std::size_t number = 0;
    for (auto& [team, index] : teams)
        index = number++;
    return teams;
}

/// Weights are whole numbers of 64 bits: billionths, which no bill is finer than, and coarser where a month's sum needs
/// it. All are scaled alike, so what is lost is about a part in 10^18 of the sum.
std::vector<std::int64_t> weightsFrom(const std::vector<std::string>& wanted, const Teams& teams,
                                      const std::vector<AmountSum>& sums)
{
    std::vector<Int128> nanos;
    Int128 total = 0;
    for (const std::string& team : wanted) {
        const auto found = teams.find(team);
        const Int128 attos = found == teams.end() ? Int128{0} : sums[found->second].amount().attos();
        nanos.push_back(attos > 0 ? attos / 1'000'000'000 : Int128{0}); // a credit balance takes no share
        total += nanos.back();
    }
    Int128 scale = 1;
    while (total / scale > std::numeric_limits<std::int64_t>::max())
        scale *= 10;
    std::vector<std::int64_t> weights;
    for (const Int128 weight : nanos)
        weights.push_back(static_cast<std::int64_t>(weight / scale));
    return weights;
}

/// Adds up what teams own directly of some chunks. One per thread.
class DirectSums {
public:
    DirectSums(const FactSet& facts, const Attribution& attribution, const std::vector<std::size_t>& teamOfOwner,
               std::size_t teams)
        : m_facts(facts), m_attribution(attribution), m_teamOfOwner(teamOfOwner), m_teams(teams)
    {
    }

    void add(const FactSet::Part& part)
    {
        const FactChunk& chunk = *part.chunk;
        const AmountColumn& cost = chunk.cost[static_cast<std::size_t>(CostLens::Effective)];
        m_sums = nullptr;
        // As for a query: a chunk of one month under the same rules is added up by its run totals.
        const bool oneMonth = chunk.hasRunTotals && chunk.lastDay < chunk.firstDay.addMonths(1) &&
                              m_attribution.epochOf(chunk.firstDay) == m_attribution.epochOf(chunk.lastDay);
        for (std::size_t run = 0; run < chunk.runs(); ++run) {
            const auto combo = static_cast<std::uint32_t>(chunk.runCombo.at(run));
            const auto bill = static_cast<std::uint32_t>(chunk.runBill.at(run));
            const std::size_t rowClass = m_attribution.classOf(part.partition, bill);
            if (oneMonth) {
                addOwned(part, chunk.firstDay, teamOn(rowClass, combo, chunk.firstDay), cost.runTotal(run));
                continue;
            }
            for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row) {
                const Day day{static_cast<std::int32_t>(chunk.day.at(row))};
                addOwned(part, day, teamOn(rowClass, combo, day), cost.at(row));
            }
        }
    }
    const MonthlySums& all() const { return m_all; }

private:
    std::size_t teamOn(std::size_t rowClass, std::uint32_t combo, Day day) const
    {
        const std::size_t variant = m_attribution.variantOf(m_attribution.epochOf(day), rowClass);
        const std::uint32_t assigned = m_attribution.assigned(variant, combo);
        return (assigned & Attribution::kShared) != 0 ? kNoTeam : m_teamOfOwner[assigned];
    }
    void addOwned(const FactSet::Part& part, Day day, std::size_t team, Amount amount)
    {
        if (team == kNoTeam)
            return;
        if (!m_sums || day < m_month.first || day >= m_month.second) {
            m_month = {day.firstOfMonth(), day.addMonths(1)};
            m_sums = &m_all[{m_facts.partitions[part.partition].currency, m_month.first}];
            m_sums->resize(m_teams);
        }
        (*m_sums)[team].add(amount);
    }

    const FactSet& m_facts;
    const Attribution& m_attribution;
    const std::vector<std::size_t>& m_teamOfOwner;
    const std::size_t m_teams;
    MonthlySums m_all;
    std::vector<AmountSum>* m_sums = nullptr; ///< of the month and the currency seen last
    std::pair<Day, Day> m_month;              ///< the one `m_sums` belongs to: [first, next)
};

Status sumDirect(const FactSet& facts, const Attribution& attribution, const Teams& teams, MonthlySums& direct,
                 const std::stop_token& stop)
{
    std::vector<std::size_t> teamOfOwner;
    for (const Owner& owner : attribution.owners()) {
        const auto found = teams.find(owner.of(OwnerField::Team));
        teamOfOwner.push_back(found == teams.end() ? kNoTeam : found->second);
    }
    const std::size_t threads = threadsFor(facts.rows());
    std::vector<DirectSums> parts(threads, DirectSums(facts, attribution, teamOfOwner, teams.size()));
    forkJoin(threads, [&](std::size_t thread) {
        for (std::size_t at = thread; at < facts.chunks.size() && !stop.stop_requested(); at += threads)
            parts[thread].add(facts.chunks[at]);
    });
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    for (const DirectSums& part : parts) {
        for (const auto& [key, sums] : part.all()) {
            auto& total = direct[key];
            total.resize(teams.size());
            for (std::size_t team = 0; team < sums.size(); ++team)
                total[team].add(sums[team]);
        }
    }
    for (const auto& [key, sums] : direct) {
        if (std::any_of(sums.begin(), sums.end(), [](const AmountSum& sum) { return sum.overflowed(); }))
            return Error{ErrorCode::Overflow, "a team's monthly spend leaves the representable range", {}};
    }
    return {};
}

} // namespace

Status checkRuleLimit(std::uint64_t count, std::uint64_t most, std::string_view does, std::string_view what)
{
    if (count <= most)
        return {};
    return Error{ErrorCode::Invalid,
                 "the rules would " + std::string(does) + ' ' + std::to_string(count) + ' ' + std::string(what) +
                     "; at most " + std::to_string(most) + " are possible",
                 {},
                 "Use fewer rules, or split among fewer teams."};
}

Status weighSplits(const FactSet& facts, const Attribution& attribution, std::vector<Attribution::Split>& splits,
                   const std::stop_token& stop)
{
    if (std::none_of(splits.begin(), splits.end(), [](const Attribution::Split& split) { return split.proportional; }))
        return {};
    const Teams teams = directTeams(attribution);
    MonthlySums direct;
    if (auto done = sumDirect(facts, attribution, teams, direct, stop); !done)
        return done;
    std::uint64_t weights = 0;
    for (Attribution::Split& split : splits) {
        if (!split.proportional)
            continue;
        if (split.teams.empty()) {
            for (const auto& [team, index] : teams)
                split.teams.push_back(team);
        }
        weights += direct.size() * split.teams.size();
        if (auto fits = checkRuleLimit(weights, Attribution::kMostWeights, "weigh", "teams and months"); !fits)
            return fits;
        for (const auto& [key, sums] : direct)
            split.byMonth[key] = weightsFrom(split.teams, teams, sums);
    }
    return {};
}

} // namespace altimeter::analysis
