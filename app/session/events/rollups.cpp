#include "app/session/events/rollups.h"

#include "app/session/events/aiproviders.h"
#include "app/session/events/countedonce.h"
#include "app/session/events/metering.h"
#include "app/session/events/textnumbers.h"
#include "models/domain/dayranges.h"
#include "models/text/jsontext.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace altimeter::session {

namespace {

using store::EventBlock;
using store::EventBlockInfo;
using store::EventText;
using store::StoredEvents;

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::size_t kLinesPerBatch = 4096;
/// Where nothing tells the currency of a count without a price. No amount stands beside it.
constexpr std::string_view kCurrencyOfUnpriced = "USD";

/// What tells charges of a day apart, but for what is counted.
enum GroupText : std::size_t {
    kProvider,
    kModel,
    kTier,
    kRegion,
    kTool,
    kWorkflow,
    kUseCase,
    kTeam,
    kAgent,
    kTextCount
};

struct GroupKey {
    std::int32_t day = 0;
    std::array<std::uint32_t, kTextCount> texts{};
    CostLayer layer = CostLayer::Unknown;
    EventOperation operation = EventOperation::Unknown;
    EventStatus status = EventStatus::Unknown;
    friend bool operator==(const GroupKey&, const GroupKey&) = default;
};

struct GroupHash {
    std::size_t operator()(const GroupKey& key) const
    {
        std::uint64_t hash = static_cast<std::uint64_t>(key.day) << 24U | static_cast<std::uint64_t>(key.layer) << 16U |
                             static_cast<std::uint64_t>(key.operation) << 8U | static_cast<std::uint64_t>(key.status);
        for (const std::uint32_t text : key.texts)
            hash = (hash ^ text) * 0x9e3779b97f4a7c15ULL ^ hash >> 29U;
        return static_cast<std::size_t>(hash ^ hash >> 32U);
    }
};

/// What one class or tool of a group comes to at one price.
struct Part {
    std::uint32_t item = 0; ///< of TextNumbers
    bool isTool = false;
    Currency currency;
    std::optional<Decimal> unitPrice; ///< none: it has no price
    DecimalSum quantity, amount, contract;
};

struct Group {
    std::vector<Part> parts;
    Int128 calls = 0;
};

bool samePrice(const std::optional<Decimal>& a, const std::optional<Decimal>& b)
{
    return a.has_value() == b.has_value() && (!a || (a->mantissa == b->mantissa && a->scale == b->scale));
}

std::optional<Decimal> decimalOf(const DecimalSum& sum)
{
    const auto parsed = parseDecimal(sum.toString(0));
    return parsed ? std::optional(parsed->value) : std::nullopt;
}

/// The charges of one stretch of days.
class DayBatch {
public:
    DayBatch(const store::sql::Connection& db, store::Ingest& ingest, const RollupTerms& terms,
             const store::BilledDays& billed, const std::stop_token& stop, RollupReport& report,
             std::uint64_t& lineNumber)
        : m_db(db), m_ingest(ingest), m_billed(billed), m_stop(stop), m_report(report), m_lineNumber(lineNumber),
          m_list(terms.book), m_files(db)
    {
        if (!terms.book.list().negotiated.empty())
            m_contract.emplace(terms.book, PriceLens::Contract);
    }

    Status run(std::span<const EventBlockInfo> all, const std::set<Day>& days)
    {
        const DateRange range{*days.begin(), *days.rbegin() + 1};
        m_days = &days;
        auto twice = countedTwiceIn(m_db, all, range, m_stop);
        if (!twice)
            return twice.error();
        m_twice = twice.take();
        for (const EventBlockInfo& info : blocksOf(all, range)) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            const auto stored = StoredEvents::read(m_db, info, StoredEvents::Part::Facts);
            if (!stored)
                return stored.error();
            if (auto done = take(info.id, *stored); !done)
                return done;
        }
        takeCoarse();
        return write();
    }

private:
    /// An event that counts over a stretch of time, kept until it is known which calls the stretch has.
    struct Coarse {
        GroupKey key;
        std::vector<Part> parts;
        std::int64_t file = 0;
        std::uint64_t calls = 0;
        bool isUnpriced = false;
        std::uint64_t assumedTokens = 0;
        DecimalSum assumedMore;
        Currency currency;
    };

    static void addAssumed(MeteredFile& file, std::uint64_t tokens, const DecimalSum& more, Currency currency)
    {
        if (tokens == 0)
            return;
        file.assumedTokens += tokens;
        file.assumedMore[currency].add(more);
    }

    std::array<std::vector<std::uint32_t>, store::kEventTextCount> numbersOf(const EventBlock& block)
    {
        std::array<std::vector<std::uint32_t>, store::kEventTextCount> numbers;
        for (std::size_t at = 0; at < store::kEventTextCount; ++at) {
            const store::BlockTexts& texts = block.texts(static_cast<EventText>(at));
            for (std::size_t text = 0; at != static_cast<std::size_t>(EventText::User) && text < texts.size(); ++text)
                numbers[at].push_back(m_texts.numberOf(texts.at(text)));
        }
        return numbers;
    }

    GroupKey keyOf(const EventBlock& block, std::size_t row,
                   const std::array<std::vector<std::uint32_t>, store::kEventTextCount>& numbers)
    {
        const auto number = [&](EventText text) {
            return numbers[static_cast<std::size_t>(text)][block.text(text, row)];
        };
        GroupKey key;
        key.day = store::dayOfNanos(block.start(row)).number;
        const std::uint32_t answered = number(EventText::ModelAnswered);
        key.texts = {number(EventText::Provider), answered == m_empty ? number(EventText::ModelAsked) : answered,
                     number(EventText::Tier),     number(EventText::Region),
                     number(EventText::Tool),     number(EventText::Workflow),
                     number(EventText::UseCase),  number(EventText::Team),
                     number(EventText::Agent)};
        key.operation = block.operation(row);
        key.layer = layerOf(block.layer(row), key.operation);
        key.status = block.status(row);
        return key;
    }

    using ModelDay = std::tuple<std::int32_t, std::uint32_t, std::uint32_t>;
    static ModelDay modelDay(const GroupKey& key) { return {key.day, key.texts[kProvider], key.texts[kModel]}; }

    Status take(std::int64_t id, const StoredEvents& stored)
    {
        const EventBlock& block = stored.events();
        const auto numbers = numbersOf(block);
        const auto twice = m_twice.find(id);
        std::int64_t lastFile = 0;
        bool isOwn = false;
        for (std::size_t row = 0; row < block.size(); ++row) {
            const Day day = store::dayOfNanos(block.start(row));
            if (stored.isMoved(row) || !m_days->contains(day) || !hasUsage(block, row))
                continue;
            if (const std::int64_t file = block.file(row); file != lastFile) {
                const auto known = m_files.file(file);
                if (!known)
                    return known.error();
                lastFile = file;
                isOwn = (*known)->source == m_ingest.source();
            }
            if (twice != m_twice.end()) {
                if (const auto found = twice->second.find(static_cast<std::uint32_t>(row));
                    found != twice->second.end()) {
                    if (isOwn)
                        suppress(day, found->second);
                    continue;
                }
            }
            const GroupKey key = keyOf(block, row, numbers);
            const bool isCoarse = block.witness(row) == EventWitness::Coarse;
            if (isOwn)
                price(block, row, key, isCoarse);
            else if (!isCoarse && (m_fine.empty() || modelDay(key) != m_lastFine))
                m_fine.insert(m_lastFine = modelDay(key));
        }
        return {};
    }

    void suppress(Day day, DropReason reason) { ++m_suppressed[{day, std::string(dropName(reason))}]; }

    void price(const EventBlock& block, std::size_t row, const GroupKey& key, bool isCoarse)
    {
        if (block.isFree(row)) {
            ++m_suppressed[{Day{key.day}, "free-answer"}];
            return;
        }
        const PricedCost& list = m_list.cost(block, row);
        const PricedCost* contract = m_contract ? &m_contract->cost(block, row) : &list;
        Coarse coarse;
        std::vector<Part>* parts = nullptr;
        if (isCoarse) {
            parts = &coarse.parts;
        } else {
            Group& group = m_groups[key];
            group.calls += static_cast<Int128>(block.calls(row));
            parts = &group.parts;
        }
        const Usage usage = block.usage(row);
        const auto tools = block.hasTools() ? block.tools(row) : std::vector<ToolUse>();
        for (std::size_t at = 0; at < list.parts.size(); ++at)
            addPart(*parts, list.parts[at], contract->parts[at], list.currency, usage, tools, block, row);
        if (isCoarse) {
            coarse.key = key;
            coarse.file = block.file(row);
            coarse.calls = block.calls(row);
            coarse.isUnpriced = !list.isPriced();
            coarse.assumedTokens = list.assumedTokens;
            coarse.assumedMore = list.assumedMore;
            coarse.currency = list.currency;
            m_coarse.push_back(std::move(coarse));
            return;
        }
        MeteredFile& file = m_report.files[block.file(row)];
        file.unpriced += list.isPriced() ? 0U : 1U;
        addAssumed(file, list.assumedTokens, list.assumedMore, list.currency);
        if (!list.currency.isUnknown())
            file.metered[list.currency].add(list.sum);
    }

    void addPart(std::vector<Part>& parts, const PricedPart& priced, const PricedPart& contract, Currency currency,
                 const Usage& usage, const std::vector<ToolUse>& tools, const EventBlock& block, std::size_t row)
    {
        const bool hasPrice = priced.gap == PriceGap::None;
        if (currency.isUnknown())
            currency =
                block.reported(row)
                    ? Currency(
                          block.texts(EventText::ReportedCurrency).at(block.text(EventText::ReportedCurrency, row)))
                    : Currency(kCurrencyOfUnpriced);
        const auto usageClass = std::find(kUsageClassNames.begin(), kUsageClassNames.end(), priced.item);
        const bool isTool = usageClass == kUsageClassNames.end();
        Decimal quantity;
        if (isTool) {
            const auto tool =
                std::find_if(tools.begin(), tools.end(), [&](const ToolUse& one) { return one.unit == priced.item; });
            quantity = tool == tools.end() ? Decimal{} : tool->count;
        } else {
            quantity.mantissa =
                static_cast<Int128>(usage.counts[static_cast<std::size_t>(usageClass - kUsageClassNames.begin())]);
        }
        const std::uint32_t item = m_texts.numberOf(std::string(priced.item));
        const std::optional<Decimal> unitPrice = hasPrice ? std::optional(priced.unitPrice) : std::nullopt;
        auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& one) {
            return one.item == item && one.currency == currency && samePrice(one.unitPrice, unitPrice);
        });
        if (part == parts.end()) {
            parts.push_back({item, isTool, currency, unitPrice, {}, {}, {}});
            part = parts.end() - 1;
        }
        part->quantity.add(quantity);
        if (!hasPrice)
            return;
        part->amount.add(priced.amount);
        part->contract.add(contract.gap == PriceGap::None ? contract.amount : priced.amount);
    }

    /// Counts over a stretch of time count where no call of the model is known on the day.
    void takeCoarse()
    {
        for (auto group = m_groups.begin(); group != m_groups.end() && !m_coarse.empty(); ++group)
            m_fine.insert(modelDay(group->first));
        for (Coarse& one : m_coarse) {
            if (m_fine.contains(modelDay(one.key))) {
                suppress(Day{one.key.day}, DropReason::CoarserCount);
                continue;
            }
            Group& group = m_groups[one.key];
            group.calls += static_cast<Int128>(one.calls);
            MeteredFile& file = m_report.files[one.file];
            file.unpriced += one.isUnpriced ? 1U : 0U;
            addAssumed(file, one.assumedTokens, one.assumedMore, one.currency);
            for (Part& part : one.parts) {
                if (part.unitPrice)
                    file.metered[part.currency].add(part.amount);
                const auto known = std::find_if(group.parts.begin(), group.parts.end(), [&part](const Part& other) {
                    return other.item == part.item && other.currency == part.currency &&
                           samePrice(other.unitPrice, part.unitPrice);
                });
                if (known == group.parts.end()) {
                    group.parts.push_back(std::move(part));
                    continue;
                }
                known->quantity.add(part.quantity);
                known->amount.add(part.amount);
                known->contract.add(part.contract);
            }
        }
    }

    /// By what the groups say, never by the numbers of their texts, which depend on what was read first.
    bool isBefore(const GroupKey& a, const GroupKey& b) const
    {
        if (a.day != b.day)
            return a.day < b.day;
        for (std::size_t at = 0; at < kTextCount; ++at) {
            if (a.texts[at] != b.texts[at])
                return m_texts.text(a.texts[at]) < m_texts.text(b.texts[at]);
        }
        return std::tuple(a.layer, a.operation, a.status) < std::tuple(b.layer, b.operation, b.status);
    }

    Status write()
    {
        std::vector<std::pair<const GroupKey, Group>*> groups;
        groups.reserve(m_groups.size());
        for (auto& group : m_groups)
            groups.push_back(&group);
        std::sort(groups.begin(), groups.end(),
                  [this](const auto* a, const auto* b) { return isBefore(a->first, b->first); });
        m_batch = m_ingest.newBatch();
        for (auto* group : groups) {
            auto& parts = group->second.parts;
            std::sort(parts.begin(), parts.end(), [this](const Part& a, const Part& b) {
                const auto key = [this](const Part& part) {
                    return std::tuple(std::string_view(m_texts.text(part.item)), part.currency,
                                      part.unitPrice ? toString(*part.unitPrice) : std::string());
                };
                return key(a) < key(b);
            });
            for (std::size_t at = 0; at < parts.size(); ++at) {
                if (auto done = writeLine(group->first, parts[at], at == 0 ? group->second.calls : 0); !done)
                    return done;
            }
        }
        for (const auto& [key, events] : m_suppressed)
            m_report.suppressed.push_back({key.first, key.second, events});
        return m_ingest.take(std::move(m_batch));
    }

    Status writeLine(const GroupKey& key, const Part& part, Int128 calls);
    static std::string tagsOf(const std::vector<std::pair<std::string_view, std::string>>& tags);
    void setCosts(CostLine& line, std::array<std::string, kColumnCount>& cells, const Part& part,
                  const std::string& biller, Day day) const;

    const store::sql::Connection& m_db;
    store::Ingest& m_ingest;
    const store::BilledDays& m_billed;
    const std::stop_token& m_stop;
    RollupReport& m_report;
    std::uint64_t& m_lineNumber;
    Metering m_list;
    std::optional<Metering> m_contract;
    store::EventFiles m_files;
    const std::set<Day>* m_days = nullptr;
    TextNumbers m_texts;
    const std::uint32_t m_empty = m_texts.numberOf({});
    SuppressedRows m_twice;
    std::unordered_map<GroupKey, Group, GroupHash> m_groups;
    std::set<ModelDay> m_fine; ///< of which calls are known
    ModelDay m_lastFine{};
    std::vector<Coarse> m_coarse;
    std::map<std::pair<Day, std::string>, std::int64_t> m_suppressed;
    std::unique_ptr<CostBatch> m_batch;
    std::size_t m_inBatch = 0;
};

std::string DayBatch::tagsOf(const std::vector<std::pair<std::string_view, std::string>>& tags)
{
    std::string text;
    for (const auto& [name, value] : tags) {
        if (!value.empty())
            text += (text.empty() ? "" : ",") + words::jsonQuoted(name) + ':' + words::jsonQuoted(value);
    }
    return text.empty() ? text : '{' + text + '}';
}

/// Every cost is what was metered, billed and effective as an estimate, but for those that a bill states of the day:
/// there its own lines count, and both would be twice the money.
void DayBatch::setCosts(CostLine& line, std::array<std::string, kColumnCount>& cells, const Part& part,
                        const std::string& biller, Day day) const
{
    const auto list = part.unitPrice ? decimalOf(part.amount) : std::nullopt;
    const auto contract = part.unitPrice ? decimalOf(part.contract) : std::nullopt;
    for (const CostLens lens : {CostLens::List, CostLens::Contracted, CostLens::Billed, CostLens::Effective}) {
        std::optional<Decimal> cost = lens == CostLens::List ? list : contract;
        if (m_billed.has(biller, day, lens))
            cost = Decimal{};
        line.cost[static_cast<std::size_t>(lens)] = cost;
        cells[static_cast<std::size_t>(costColumnOf(lens))] = cost ? toString(*cost) : std::string();
    }
    if (list)
        cells[static_cast<std::size_t>(Column::ListUnitPrice)] = toString(*part.unitPrice);
}

Status DayBatch::writeLine(const GroupKey& key, const Part& part, Int128 calls)
{
    const auto text = [&](GroupText which) -> const std::string& { return m_texts.text(key.texts[which]); };
    const std::string& item = m_texts.text(part.item);
    const std::string provider = billingNameOf(text(kProvider));
    const Day day{key.day};
    const Day month = day.firstOfMonth();
    CostLine line;
    std::array<std::string, kColumnCount> cells;
    const auto put = [&cells](Column column, std::string value) {
        cells[static_cast<std::size_t>(column)] = std::move(value);
    };
    const auto instant = [](Day at) { return Instant{std::int64_t{at.number} * kSecondsPerDay}; };
    line.lineNumber = ++m_lineNumber;
    line.chargeStart = instant(day);
    line.chargeEnd = instant(day + 1);
    line.billingPeriod = month;
    line.currency = part.currency;
    put(Column::ProviderName, provider);
    put(Column::ServiceCategory, "AI and Machine Learning");
    put(Column::ServiceName, serviceNameOf(text(kProvider)));
    put(Column::RegionId, text(kRegion));
    put(Column::SkuId, text(kModel).empty() ? item : text(kModel));
    put(Column::SkuPriceId, (text(kModel).empty() ? std::string() : text(kModel) + ", ") + item +
                                (text(kTier).empty() ? std::string() : ", " + text(kTier)));
    put(Column::ChargeCategory, "Usage");
    put(Column::ChargeFrequency, "Usage-Based");
    put(Column::ChargeDescription, (text(kModel).empty() ? std::string() : text(kModel) + ", ") + item +
                                       (part.unitPrice ? ", metered" : ", metered, without a price"));
    put(Column::BillingCurrency, std::string(part.currency.code()));
    put(Column::BillingPeriodStart, toString(instant(month)));
    put(Column::BillingPeriodEnd, toString(instant(month.addMonths(1))));
    put(Column::ChargePeriodStart, toString(line.chargeStart));
    put(Column::ChargePeriodEnd, toString(line.chargeEnd));
    put(Column::Tags, tagsOf({{"agent", text(kAgent)},
                              {"team", text(kTeam)},
                              {"use_case", text(kUseCase)},
                              {"workflow", text(kWorkflow)}}));
    const auto quantity = decimalOf(part.quantity);
    const std::string unit = part.isTool ? item : "Tokens";
    line.quantity[0] = line.quantity[1] = quantity;
    for (const auto& [count, unitOf] : {std::pair{Column::PricingQuantity, Column::PricingUnit},
                                        std::pair{Column::ConsumedQuantity, Column::ConsumedUnit}}) {
        put(count, quantity ? toString(*quantity) : std::string());
        put(unitOf, unit);
    }
    setCosts(line, cells, part, billerKey(provider), day);
    const CostLayer layer = part.isTool ? CostLayer::Tools : key.layer;
    const std::array<std::string, kRollupColumns.size()> extra{
        text(kModel),
        item,
        text(kTier),
        std::string(layerName(layer)),
        key.operation == EventOperation::Unknown ? std::string() : std::string(operationName(key.operation)),
        text(kTool),
        text(kAgent),
        key.status == EventStatus::Unknown ? std::string() : std::string(statusName(key.status)),
        calls == 0 ? std::string() : toString(Decimal{calls, 0}),
        "Estimated"};
    std::array<std::string_view, kRollupColumns.size()> views;
    std::copy(extra.begin(), extra.end(), views.begin());
    line.extra = views;
    std::copy(cells.begin(), cells.end(), line.text.begin());
    line.provider = provider;
    ++m_report.charges;
    if (auto done = m_batch->add(line); !done)
        return done;
    if (++m_inBatch < kLinesPerBatch)
        return {};
    m_inBatch = 0;
    if (auto done = m_ingest.take(std::move(m_batch)); !done)
        return done;
    m_batch = m_ingest.newBatch();
    return {};
}

} // namespace

Result<RollupReport> makeRollups(const store::sql::Connection& db, store::Ingest& ingest, const std::set<Day>& days,
                                 const RollupTerms& terms, const store::BilledDays& billed, const std::stop_token& stop)
{
    RollupReport report;
    ingest.answerFor(joined(days));
    std::vector<std::string> header;
    for (const Column column : {Column::ProviderName,
                                Column::ServiceCategory,
                                Column::ServiceName,
                                Column::RegionId,
                                Column::SkuId,
                                Column::SkuPriceId,
                                Column::ChargeCategory,
                                Column::ChargeFrequency,
                                Column::ChargeDescription,
                                Column::BillingCurrency,
                                Column::BillingPeriodStart,
                                Column::BillingPeriodEnd,
                                Column::ChargePeriodStart,
                                Column::ChargePeriodEnd,
                                Column::Tags,
                                Column::PricingQuantity,
                                Column::PricingUnit,
                                Column::ConsumedQuantity,
                                Column::ConsumedUnit,
                                Column::ListUnitPrice,
                                Column::ListCost,
                                Column::ContractedCost,
                                Column::BilledCost,
                                Column::EffectiveCost})
        header.emplace_back(columnName(column));
    const std::vector<std::string> extra(kRollupColumns.begin(), kRollupColumns.end());
    header.insert(header.end(), extra.begin(), extra.end());
    if (auto begun = ingest.begin(std::string(kRollupFile), header, extra); !begun)
        return begun.error();
    const auto blocks = store::eventBlocks(db);
    if (!blocks)
        return blocks.error();
    std::uint64_t lineNumber = 1; // the header is line 1
    for (const std::set<Day>& batch : batchesOf(days, *blocks)) {
        DayBatch work(db, ingest, terms, billed, stop, report, lineNumber);
        if (auto done = work.run(*blocks, batch); !done)
            return done.error();
    }
    return report;
}

} // namespace altimeter::session
