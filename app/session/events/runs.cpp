#include "app/session/events/runs.h"

#include "app/session/events/aiproviders.h"
#include "app/session/events/countedonce.h"
#include "app/session/events/eventfilter.h"
#include "app/session/events/metering.h"
#include "app/session/events/priceterms.h"
#include "app/session/events/textnumbers.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/events/eventaccounts.h"
#include "models/store/events/eventdays.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace altimeter::session {

namespace {

using store::EventBlock;
using store::EventBlockInfo;
using store::EventId;
using store::EventText;
using store::StoredEvents;

/// Runs that are added up at a time: further ones are left for another reading of the events.
constexpr std::size_t kMostRuns = 700'000;
const Error kCancelled{ErrorCode::Cancelled, "cancelled", {}};

/// Texts by number, and sets of them: a run holds numbers.
class RunTexts : public TextNumbers {
public:
    /// The set that has `text` beside what `set` has; 0 is the empty one.
    std::uint32_t with(std::uint32_t set, std::uint32_t text)
    {
        const auto [known, isNew] = m_with.try_emplace({set, text}, set);
        if (!isNew || m_sets[set].contains(text))
            return known->second;
        std::set<std::uint32_t> larger = m_sets[set];
        larger.insert(text);
        const auto [number, isFirst] = m_setNumbers.try_emplace(larger, static_cast<std::uint32_t>(m_sets.size()));
        if (isFirst)
            m_sets.push_back(std::move(larger));
        return known->second = number->second;
    }
    std::vector<std::string> textsOf(std::uint32_t set) const
    {
        std::vector<std::string> texts;
        for (const std::uint32_t number : m_sets[set])
            texts.push_back(text(number));
        std::sort(texts.begin(), texts.end());
        return texts;
    }

private:
    std::vector<std::set<std::uint32_t>> m_sets{{}};
    std::map<std::set<std::uint32_t>, std::uint32_t> m_setNumbers{{{}, 0}};
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> m_with;
};

/// What the first event of a run that says it says, so that no order of reading matters.
struct FirstText {
    std::int64_t at = std::numeric_limits<std::int64_t>::max();
    std::uint32_t text = 0;
    void take(const RunTexts& texts, std::uint32_t other, bool isEmpty, std::int64_t when)
    {
        if (isEmpty || when > at || (when == at && texts.text(other) >= texts.text(text)))
            return;
        text = other;
        at = when;
    }
};

struct RunSums {
    FirstText workflow, useCase, team, agent;
    std::int64_t start = std::numeric_limits<std::int64_t>::max(), end = std::numeric_limits<std::int64_t>::min();
    std::int64_t rootAt = std::numeric_limits<std::int64_t>::max();
    std::uint32_t events = 0, unpriced = 0, priced = 0, models = 0; ///< the last a set of RunTexts
    EventStatus rootStatus = EventStatus::Unknown;
    std::uint8_t statuses = 0; ///< bits, by EventStatus
    struct Cost {
        Currency currency;
        DecimalSum all, inference;
    };
    std::vector<Cost> costs; ///< mostly one
    Cost& costIn(Currency currency)
    {
        const auto known = std::find_if(costs.begin(), costs.end(),
                                        [currency](const Cost& cost) { return cost.currency == currency; });
        if (known != costs.end())
            return *known;
        costs.push_back({currency, {}, {}});
        return costs.back();
    }
};

std::string statusOf(const RunSums& run)
{
    if (run.rootStatus != EventStatus::Unknown)
        return std::string(statusName(run.rootStatus));
    for (const EventStatus status :
         {EventStatus::Error, EventStatus::Cancelled, EventStatus::Refused, EventStatus::Ok}) {
        if ((run.statuses >> static_cast<unsigned>(status) & 1U) != 0)
            return std::string(statusName(status));
    }
    return {};
}

/// Days that have events, within a range.
Result<std::set<Day>> daysWithEvents(const store::sql::Connection& db, const DateRange& range)
{
    const auto all = store::eventDays(db);
    if (!all)
        return all.error();
    std::set<Day> days;
    for (const auto& [source, own] : *all) {
        for (const auto& [day, basis] : own) {
            if (range.contains(day))
                days.insert(day);
        }
    }
    return days;
}

class RunSearch {
public:
    RunSearch(const store::sql::Connection& db, const RollupTerms& terms, EventFilter filter, std::size_t top,
              const std::stop_token& stop)
        : m_db(db), m_metering(terms.book), m_filter(std::move(filter)), m_files(db), m_top(top), m_stop(stop)
    {
    }

    Result<RunList> run()
    {
        auto blocks = store::eventBlocks(m_db);
        const auto days = daysWithEvents(m_db, m_filter.days());
        if (!blocks || !days)
            return !blocks ? blocks.error() : days.error();
        // Where there are too many runs to be held at a time they are taken in turns, by a hash of their ids.
        for (m_turn = 0; m_turn < m_turns; ++m_turn) {
            m_runs.clear();
            for (const std::set<Day>& batch : batchesOf(*days, *blocks)) {
                if (auto done = take(*blocks, batch); !done)
                    return done.error();
                if (m_runs.size() <= kMostRuns)
                    continue;
                m_turns *= 2; // begin anew with fewer at a time
                m_turn = std::numeric_limits<std::size_t>::max();
                m_list = {};
                break;
            }
            if (m_turn != std::numeric_limits<std::size_t>::max())
                list();
        }
        return std::move(m_list);
    }

private:
    Status take(const std::vector<EventBlockInfo>& all, const std::set<Day>& days)
    {
        const DateRange range{*days.begin(), *days.rbegin() + 1};
        const auto twice = countedTwiceIn(m_db, all, range, m_stop);
        if (!twice)
            return twice.error();
        for (const EventBlockInfo& info : blocksOf(all, range)) {
            if (m_stop.stop_requested())
                return kCancelled;
            const auto stored = StoredEvents::read(m_db, info, StoredEvents::Part::All);
            if (!stored)
                return stored.error();
            if (auto opened = m_filter.open(stored->events(), m_files); !opened)
                return opened;
            const auto found = twice->find(info.id);
            take(*stored, days, found == twice->end() ? nullptr : &found->second);
        }
        return {};
    }

    void take(const StoredEvents& stored, const std::set<Day>& days,
              const std::unordered_map<std::uint32_t, DropReason>* twice)
    {
        const EventBlock& block = stored.events();
        numberTexts(block);
        const store::BlockTexts& ids = block.ids(EventId::Run);
        std::vector<RunSums*> runs(ids.size(), nullptr);
        std::vector<char> isWanted(ids.size(), 0);
        for (std::size_t at = 0; at < ids.size(); ++at) {
            const std::string id = ids.at(at);
            isWanted[at] = !id.empty() && std::hash<std::string>{}(id) % m_turns == m_turn ? 1 : 0;
        }
        for (std::size_t row = 0; row < block.size(); ++row) {
            const std::size_t id = block.id(EventId::Run, row);
            if (isWanted[id] == 0 || stored.isMoved(row) || !days.contains(store::dayOfNanos(block.start(row))) ||
                !m_filter.keeps(row))
                continue;
            if (!runs[id])
                runs[id] = &m_runs[ids.at(id)];
            const bool counts = !twice || !twice->contains(static_cast<std::uint32_t>(row));
            take(*runs[id], block, row, counts);
        }
    }

    void take(RunSums& run, const EventBlock& block, std::size_t row, bool counts)
    {
        const std::int64_t start = block.start(row);
        const auto numberOf = [&](EventText which) {
            return m_numbers[static_cast<std::size_t>(which)][block.text(which, row)];
        };
        const auto note = [&](FirstText& first, EventText which) {
            const std::uint32_t number = numberOf(which);
            first.take(m_texts, number, number == m_empty, start);
        };
        ++run.events;
        run.statuses = static_cast<std::uint8_t>(run.statuses | 1U << static_cast<unsigned>(block.status(row)));
        run.start = std::min(run.start, start);
        run.end = std::max(run.end, start + std::max<std::int64_t>(block.duration(row), 0));
        note(run.workflow, EventText::Workflow);
        note(run.useCase, EventText::UseCase);
        note(run.team, EventText::Team);
        note(run.agent, EventText::Agent);
        const EventOperation operation = block.operation(row);
        const bool holds = operation == EventOperation::Agent || operation == EventOperation::Workflow;
        if (holds && block.ids(EventId::Parent).at(block.id(EventId::Parent, row)).empty() &&
            std::pair(start, block.status(row)) < std::pair(run.rootAt, run.rootStatus)) {
            run.rootAt = start;
            run.rootStatus = block.status(row);
        }
        const std::uint32_t answered = numberOf(EventText::ModelAnswered);
        const std::uint32_t model = answered == m_empty ? numberOf(EventText::ModelAsked) : answered;
        if (model != m_empty && isModelCall(operation))
            run.models = m_texts.with(run.models, model);
        if (!counts || !hasUsage(block, row))
            return;
        const PricedCost& cost = m_metering.cost(block, row);
        run.unpriced += cost.isPriced() ? 0U : 1U;
        if (cost.currency.isUnknown())
            return;
        ++run.priced;
        auto& sums = run.costIn(cost.currency);
        sums.all.add(cost.sum);
        if (layerOf(block.layer(row), operation) != CostLayer::Inference)
            return;
        for (const PricedPart& part : cost.parts) {
            const bool isTool =
                std::find(kUsageClassNames.begin(), kUsageClassNames.end(), part.item) == kUsageClassNames.end();
            if (!isTool && part.gap == PriceGap::None)
                sums.inference.add(part.amount);
        }
    }

    void numberTexts(const EventBlock& block)
    {
        for (const EventText which : {EventText::Workflow, EventText::UseCase, EventText::Team, EventText::Agent,
                                      EventText::ModelAsked, EventText::ModelAnswered}) {
            auto& numbers = m_numbers[static_cast<std::size_t>(which)];
            numbers.clear();
            for (std::size_t at = 0; at < block.texts(which).size(); ++at)
                numbers.push_back(m_texts.numberOf(block.texts(which).at(at)));
        }
    }

    /// Adds the runs of this turn to the answer, of which the largest stay.
    void list()
    {
        m_list.runs += m_runs.size();
        for (auto& [id, run] : m_runs) {
            RunRow row;
            row.run = id;
            row.workflow = m_texts.text(run.workflow.text);
            row.useCase = m_texts.text(run.useCase.text);
            row.team = m_texts.text(run.team.text);
            row.agent = m_texts.text(run.agent.text);
            row.startNanos = run.start;
            row.endNanos = run.end;
            row.events = run.events;
            row.models = m_texts.textsOf(run.models);
            row.priced = run.priced;
            row.unpriced = run.unpriced;
            row.status = statusOf(run);
            for (const RunSums::Cost& cost : run.costs) {
                row.currency = cost.currency;
                row.cost = cost.all;
                row.inference = cost.inference;
                m_list.rows.push_back(row);
            }
            if (run.costs.empty())
                m_list.rows.push_back(std::move(row));
        }
        std::sort(m_list.rows.begin(), m_list.rows.end(), isBefore);
        if (m_top > 0 && m_list.rows.size() > m_top)
            m_list.rows.resize(m_top);
    }

    static bool isBefore(const RunRow& a, const RunRow& b)
    {
        if (a.isKnown() != b.isKnown())
            return a.isKnown();
        if (a.currency != b.currency)
            return a.currency < b.currency;
        DecimalSum more = a.cost;
        more.subtract(b.cost);
        if (!more.isZero())
            return !more.toString(0).starts_with('-');
        return std::tie(a.startNanos, a.run) < std::tie(b.startNanos, b.run);
    }

    const store::sql::Connection& m_db;
    Metering m_metering;
    EventFilter m_filter;
    store::EventFiles m_files;
    const std::size_t m_top;
    const std::stop_token& m_stop;
    std::size_t m_turns = 1, m_turn = 0;
    RunTexts m_texts;
    const std::uint32_t m_empty = m_texts.numberOf({});
    std::array<std::vector<std::uint32_t>, store::kEventTextCount> m_numbers; ///< of the texts of the block at hand
    std::unordered_map<std::string, RunSums> m_runs;
    RunList m_list;
};

std::uint64_t sumOf(const Usage& usage, std::initializer_list<UsageClass> classes)
{
    std::uint64_t sum = 0;
    for (const UsageClass one : classes)
        sum += usage[one];
    return sum;
}

void countTokens(RunStep& step, const Usage& usage)
{
    using enum UsageClass;
    step.inputTokens = sumOf(usage, {Input, AudioInput, ImageInput, VideoInput});
    step.cachedTokens = sumOf(usage, {CacheRead, AudioCacheRead, ImageCacheRead});
    step.cacheWriteTokens = sumOf(usage, {CacheWrite5m, CacheWrite30m, CacheWrite1h, CacheWrite12h, CacheWriteUnknown});
    step.outputTokens = sumOf(usage, {Output, AudioOutput, ImageOutput});
    step.reasoningTokens = usage[Reasoning];
}

RunStep stepOf(const EventBlock& block, std::size_t row)
{
    const auto textOf = [&](EventText which) { return block.texts(which).at(block.text(which, row)); };
    RunStep step;
    step.durationNanos = block.duration(row);
    step.layer = layerName(layerOf(block.layer(row), block.operation(row)));
    step.operation = operationName(block.operation(row));
    step.provider = textOf(EventText::Provider);
    step.model = textOf(EventText::ModelAnswered);
    if (step.model.empty())
        step.model = textOf(EventText::ModelAsked);
    step.tool = textOf(EventText::Tool);
    countTokens(step, block.usage(row));
    return step;
}

/// What the operation costs. One that another bears costs nothing itself; a sender's own estimate stands where the book
/// has no price.
void setCost(RunStep& step, const EventBlock& block, std::size_t row, const PricedCost& cost, bool counts)
{
    step.state = "metered";
    if (!counts || block.isFree(row)) {
        step.cost = DecimalSum();
        return;
    }
    if (!cost.isPriced()) {
        step.state = "unpriced";
        if (!cost.currency.isUnknown()) { // a part of it has a price
            step.currency = cost.currency;
        }
        if (const auto reported = block.reported(row)) {
            step.state = "reported";
            step.cost.emplace().add(*reported);
            step.currency =
                Currency(block.texts(EventText::ReportedCurrency).at(block.text(EventText::ReportedCurrency, row)));
        }
        return;
    }
    step.cost = cost.sum;
    step.currency = cost.currency;
}

} // namespace

Result<RunList> runsOf(const store::sql::Connection& db, const RollupTerms& terms, const RunsQuestion& question,
                       const std::stop_token& stop)
{
    auto filter = EventFilter::of(question.query);
    if (!filter)
        return filter.error();
    return RunSearch(db, terms, filter.take(), question.top, stop).run();
}

Result<std::vector<RunStep>> stepsOf(const store::sql::Connection& db, const RollupTerms& terms,
                                     const RunQuestion& question, const std::stop_token& stop)
{
    const auto blocks = store::eventBlocks(db);
    if (!blocks)
        return blocks.error();
    Metering metering(terms.book);
    store::EventFiles files(db);
    std::vector<std::pair<std::int64_t, RunStep>> steps; // with their start
    for (const EventBlockInfo& info : *blocks) {
        if (stop.stop_requested())
            return kCancelled;
        const auto stored = StoredEvents::read(db, info, StoredEvents::Part::All);
        if (!stored)
            return stored.error();
        const EventBlock& block = stored->events();
        const auto run = question.run.empty() ? std::nullopt : block.ids(EventId::Run).find(question.run);
        if (!run)
            continue;
        const Day first = store::dayOfNanos(info.firstNanos), last = store::dayOfNanos(info.lastNanos);
        const auto twice = countedTwiceIn(db, *blocks, {first, last + 1}, stop);
        if (!twice)
            return twice.error();
        const auto found = twice->find(info.id);
        for (std::size_t row = 0; row < block.size(); ++row) {
            if (block.id(EventId::Run, row) != *run || stored->isMoved(row))
                continue;
            RunStep step = stepOf(block, row);
            const auto file = files.file(block.file(row));
            if (!file)
                return file.error();
            const auto source = files.sourceName((*file)->source);
            if (!source)
                return source.error();
            step.file = (*file)->name;
            step.source = *source;
            step.line = block.line(row);
            const bool counts = found == twice->end() || !found->second.contains(static_cast<std::uint32_t>(row));
            setCost(step, block, row, metering.cost(block, row), counts);
            steps.emplace_back(block.start(row), std::move(step));
        }
    }
    std::stable_sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first, b.second.durationNanos, a.second.operation, a.second.model, a.second.tool) <
               std::tie(b.first, a.second.durationNanos, b.second.operation, b.second.model, b.second.tool);
    });
    Currency ofRun; // of what costs nothing too: an amount stands beside a currency
    for (const auto& [start, step] : steps) {
        if (ofRun.isUnknown())
            ofRun = step.currency;
    }
    std::vector<RunStep> answer;
    for (auto& [start, step] : steps) {
        if (step.currency.isUnknown() && step.cost)
            step.currency = ofRun;
        if (step.currency.isUnknown())
            step.cost.reset();
        step.offsetNanos = start - steps.front().first;
        answer.push_back(std::move(step));
    }
    return answer;
}

Result<RunList> answer(const Snapshot& snapshot, const RunsQuestion& question, std::stop_token stop)
{
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    const auto terms = rollupTerms(reading->db());
    return terms ? runsOf(reading->db(), *terms, question, stop) : Result<RunList>(terms.error());
}

Result<std::vector<RunStep>> answer(const Snapshot& snapshot, const RunQuestion& question, std::stop_token stop)
{
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    const auto terms = rollupTerms(reading->db());
    return terms ? stepsOf(reading->db(), *terms, question, stop) : Result<std::vector<RunStep>>(terms.error());
}

Result<std::vector<EventSourceInfo>> answer(const Snapshot& snapshot, const EventSourcesQuestion&, std::stop_token stop)
{
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    return store::eventSources(reading->db(), stop);
}

} // namespace altimeter::session
