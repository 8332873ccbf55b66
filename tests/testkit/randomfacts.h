#pragma once

#include <QRandomGenerator>

#include "models/domain/allocationrule.h"
#include "models/facts/factset.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Facts, rules and questions drawn at random, with a plain list of the lines beside them.
namespace testkit {

using namespace altimeter;

/// One charge line as it was put in, before anything was packed.
struct FactLine {
    std::uint32_t partition = 0, combo = 0, bill = 0;
    Day day;
    std::array<std::optional<Amount>, kLensCount> cost;
    std::uint32_t part = 0;  ///< chunk the line went to, once facts() was called
    std::uint32_t order = 0; ///< and its place among that chunk's lines as delivered
};

/// The cost of a chunk's lines in 64 bits where they fit, with at least `minScale` decimals where there is room.
inline FactRows::Cost costOf(const std::vector<std::optional<Amount>>& values, int minScale)
{
    FactRows::Cost cost;
    const auto scaledTo = [&](int scale) {
        Int128 step = 1;
        for (int i = scale; i < 18; ++i)
            step *= 10;
        cost.scale = static_cast<std::uint8_t>(scale);
        cost.narrow.clear();
        for (const auto& value : values) {
            const Int128 attos = value.value_or(Amount()).attos();
            const Int128 count = attos / step;
            if (attos % step != 0 || count != static_cast<std::int64_t>(count))
                return false;
            cost.narrow.push_back(static_cast<std::int64_t>(count));
        }
        return true;
    };
    bool isNarrow = scaledTo(minScale);
    for (int scale = 0; scale <= 18 && !isNarrow; ++scale)
        isNarrow = scaledTo(scale);
    if (!isNarrow) {
        cost.narrow.clear();
        cost.scale = 18;
        for (const auto& value : values)
            cost.wide.push_back(value.value_or(Amount()).attos());
    }
    if (std::any_of(values.begin(), values.end(), [](const auto& value) { return !value; })) {
        for (const auto& value : values)
            cost.unknown.push_back(value ? 0 : 1);
    }
    return cost;
}

/// Lines in the order of factOrder(), with the places they came from.
inline FactRows sortedRows(const std::vector<const FactLine*>& lines, const std::array<int, kLensCount>& minScale)
{
    std::vector<std::uint32_t> combo, bill;
    std::vector<std::int32_t> day;
    for (const FactLine* line : lines) {
        combo.push_back(line->combo);
        bill.push_back(line->bill);
        day.push_back(line->day.number);
    }
    FactRows rows;
    rows.order = factOrder(combo, bill, day);
    std::array<std::vector<std::optional<Amount>>, kLensCount> costs;
    for (const std::uint32_t row : rows.order) {
        rows.combo.push_back(combo[row]);
        rows.bill.push_back(bill[row]);
        rows.day.push_back(day[row]);
        for (std::size_t lens = 0; lens < kLensCount; ++lens)
            costs[lens].push_back(lines[row]->cost[lens]);
    }
    for (std::size_t lens = 0; lens < kLensCount; ++lens)
        rows.cost[lens] = costOf(costs[lens], minScale[lens]);
    return rows;
}

/// Dictionaries, partitions and lines; facts() packs them.
class FactBook {
public:
    std::shared_ptr<Dictionaries> dictionaries = std::make_shared<Dictionaries>();
    std::vector<FactPartition> partitions;
    std::vector<FactLine> lines; ///< by partition, then as delivered
    std::array<int, kLensCount> minScale{};

    FactBook()
    {
        dictionaries->tags.emplace_back();
        dictionaries->skuDetails.emplace_back();
    }

    /// Adds a tuple of FOCUS columns; cells are by column of the group.
    std::uint32_t addMember(Group group, const std::vector<std::string>& cells)
    {
        std::string tuple;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i > 0)
                tuple.push_back(TextGroup::kSeparator);
            TextGroup::appendEscaped(tuple, cells[i]);
        }
        while (!tuple.empty() && tuple.back() == TextGroup::kSeparator)
            tuple.pop_back();
        return dictionaries->groups[static_cast<std::size_t>(group)].add(tuple);
    }
    std::uint32_t addSku(const std::vector<std::string>& cells, std::vector<TagPair> details)
    {
        dictionaries->skuDetails.push_back(std::move(details));
        return addMember(Group::Sku, cells);
    }
    std::uint32_t addTags(std::vector<TagPair> tags)
    {
        const std::uint32_t id = addMember(Group::Tags, {"tags " + std::to_string(dictionaries->tags.size())});
        dictionaries->tags.push_back(std::move(tags));
        return id;
    }

    /// Packs the lines, `chunkRows` of a partition to a chunk, and tells each line where it went.
    FactSet facts(std::size_t chunkRows)
    {
        FactSet facts;
        facts.dictionaries = dictionaries;
        facts.partitions = partitions;
        std::size_t at = 0;
        while (at < lines.size()) {
            const std::uint32_t partition = lines[at].partition;
            std::vector<const FactLine*> together;
            for (; at < lines.size() && lines[at].partition == partition && together.size() < chunkRows; ++at) {
                lines[at].part = static_cast<std::uint32_t>(facts.chunks.size());
                lines[at].order = static_cast<std::uint32_t>(together.size());
                together.push_back(&lines[at]);
                FactPartition& info = facts.partitions[partition];
                info.dataFrom = info.rows == 0 ? lines[at].day : std::min(info.dataFrom, lines[at].day);
                info.dataThrough = info.rows == 0 ? lines[at].day : std::max(info.dataThrough, lines[at].day);
                ++info.rows;
            }
            auto chunk = FactChunk::open(packFacts(sortedRows(together, minScale)));
            if (!chunk)
                qFatal("a packed chunk cannot be opened");
            facts.chunks.push_back({partition, std::make_shared<const FactChunk>(chunk.take())});
        }
        return facts;
    }
};

inline const Day kFirstDay = Day::fromYmd(2026, 1, 12);

struct Shape {
    int partitions = 3;
    int combos = 40;
    int bills = 3;
    int days = 60;
    int lines = 600; ///< per partition at most
    bool allWide = false;
};

template <typename T> const T& pick(QRandomGenerator& random, const std::vector<T>& from)
{
    return from[random.bounded(static_cast<quint32>(from.size()))];
}

inline bool oneIn(QRandomGenerator& random, quint32 n)
{
    return random.bounded(n) == 0;
}

inline std::vector<std::string> randomCells(QRandomGenerator& random, Group group)
{
    static const std::vector<std::string> words{"",
                                                "",
                                                "",
                                                "alpha",
                                                "Alpha",
                                                "beta",
                                                "gam ma",
                                                "d\x1f"
                                                "d",
                                                "e\x1e"
                                                "e"};
    static const std::vector<std::string> categories{"AI and Machine Learning", "Compute", ""};
    static const std::vector<std::string> services{"Compute", "Text embedding", "Web Search", "Agent runtime", "Chat"};
    std::vector<std::string> cells(columnsOf(group).count);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto column = static_cast<Column>(columnsOf(group).first + i);
        cells[i] = pick(random, column == Column::ServiceCategory ? categories
                                : column == Column::ServiceName   ? services
                                                                  : words);
    }
    return cells;
}

inline std::vector<TagPair> randomTags(QRandomGenerator& random)
{
    static const std::vector<std::string> values{"web", "Web", "data", "", " ", " web ", "x", "y"};
    std::vector<TagPair> tags;
    for (const std::string key : {"team", "env", "app", "cost center"}) {
        if (!oneIn(random, 3))
            tags.push_back({key, key, pick(random, values)});
    }
    return tags;
}

/// A provider column tuple: names and values in turn.
inline std::vector<std::string> randomExtras(QRandomGenerator& random)
{
    static const std::vector<std::string> values{"m-1", "m-2", "tools", "note, with comma"};
    std::vector<std::string> cells;
    for (const std::string name : {"x_Note", "x_Model", "x_Layer"}) {
        if (oneIn(random, 3)) {
            cells.push_back(name);
            cells.push_back(pick(random, values));
        }
    }
    return cells;
}

inline Amount randomAmount(QRandomGenerator& random, int scale, bool isWide)
{
    const bool isNegative = oneIn(random, 4);
    Int128 attos = 0;
    if (isWide) {
        attos = random.generate64();
        attos *= static_cast<std::int64_t>(random.bounded(1U << 30U));
    } else {
        const int bits = std::min(63, 40 + scale * 10 / 3);
        attos = static_cast<std::int64_t>(random.generate64() >> (64 - random.bounded(1, bits + 1)));
        for (int i = scale; i < 18; ++i)
            attos *= 10;
    }
    return Amount::fromAttos(isNegative ? -attos : attos);
}

inline FactBook randomBook(QRandomGenerator& random, const Shape& shape)
{
    FactBook book;
    constexpr std::array kPlain{Group::Account,     Group::Resource, Group::Charge,
                                Group::Description, Group::Split,    Group::Bill};
    const auto members = static_cast<std::uint32_t>(2 + shape.combos / 6);
    for (const Group group : kPlain) {
        const std::uint32_t wanted = group == Group::Bill ? static_cast<std::uint32_t>(shape.bills) : members;
        for (std::uint32_t i = 1; i < wanted; ++i)
            book.addMember(group, randomCells(random, group));
    }
    for (std::uint32_t i = 1; i < members; ++i) {
        book.addSku(randomCells(random, Group::Sku),
                    oneIn(random, 3) ? std::vector<TagPair>{{"model", "Model", "m-3"}} : std::vector<TagPair>{});
        book.addTags(randomTags(random));
        book.addMember(Group::Extra, randomExtras(random));
    }
    for (int i = 0; i < shape.combos; ++i) {
        std::array<std::uint32_t, kComboGroupCount> combo{};
        for (std::size_t group = 0; group < kComboGroupCount; ++group)
            combo[group] = random.bounded(members);
        book.dictionaries->combos.push_back(combo);
    }
    static const std::vector<std::string> currencies{"USD", "USD", "EUR", "JPY"};
    for (int i = 0; i < shape.partitions; ++i) {
        FactPartition partition;
        partition.id = i + 1;
        partition.source = pick(random, std::vector<std::string>{"north", "south"});
        partition.billingPeriod = kFirstDay.addMonths(static_cast<int>(random.bounded(3)));
        partition.currency = Currency(pick(random, currencies));
        book.partitions.push_back(partition);
    }
    for (int& scale : book.minScale)
        scale = static_cast<int>(random.bounded(19));
    for (std::uint32_t partition = 0; partition < book.partitions.size(); ++partition) {
        const int lines = static_cast<int>(random.bounded(1, shape.lines + 1));
        const int scale = static_cast<int>(random.bounded(19));
        const bool isWide = shape.allWide || oneIn(random, 4);
        const quint32 unknownIn = oneIn(random, 2) ? 5 : 1'000'000;
        const bool isSorted = oneIn(random, 3);
        const auto combos = random.bounded(1U, static_cast<quint32>(shape.combos) + 1);
        for (int i = 0; i < lines; ++i) {
            FactLine line;
            line.partition = partition;
            line.combo = random.bounded(combos);
            line.bill = random.bounded(static_cast<quint32>(shape.bills));
            const int day = isSorted ? i * shape.days / lines : static_cast<int>(random.bounded(shape.days));
            line.day = kFirstDay + day;
            for (auto& cost : line.cost) {
                if (!oneIn(random, unknownIn))
                    cost = randomAmount(random, scale, isWide);
            }
            if (oneIn(random, 2))
                line.cost[2] = line.cost[0];
            book.lines.push_back(line);
        }
        if (oneIn(random, 3)) { // an export that repeats one cost in another column
            for (FactLine& line : book.lines) {
                if (line.partition == partition)
                    line.cost[1] = line.cost[0];
            }
        }
    }
    return book;
}

/// Every kind of dim that a question may name.
inline std::vector<Dim> allDims()
{
    std::vector<Dim> dims = namedDims();
    for (const char* key : {"team", " ENV", "cost center", "absent"})
        dims.push_back({Dim::Kind::Tag, key});
    for (const char* key : {"x_Note", "x_model", "x_absent", "ServiceName", "SkuMeter", "ResourceName", "InvoiceId",
                            "InvoiceDetailId", "BillingPeriodEnd", "ChargeDescription", "ChargeClass", "AllocatedTags"})
        dims.push_back({Dim::Kind::Column, key});
    return dims;
}

/// The value of a line for a dim that is no owner.
inline std::string valueOf(const FactBook& book, const FactLine& line, const Dim& dim)
{
    const FactPartition& partition = book.partitions[line.partition];
    if (dim.kind == Dim::Kind::Source)
        return partition.source;
    if (dim.kind == Dim::Kind::BillingPeriod)
        return toString(partition.billingPeriod).substr(0, 7);
    if (dim.kind == Dim::Kind::Currency)
        return std::string(partition.currency.code());
    std::array<std::uint32_t, kGroupCount> members{};
    const auto& combo = book.dictionaries->combos[line.combo];
    std::copy(combo.begin(), combo.end(), members.begin());
    members[static_cast<std::size_t>(Group::Bill)] = line.bill;
    return dimValueOfMembers(*book.dictionaries, members, dim);
}

inline bool isRowDim(const Dim& dim)
{
    return dim.kind == Dim::Kind::Source || dim.kind == Dim::Kind::BillingPeriod || dim.kind == Dim::Kind::Currency ||
           dim.key == "InvoiceId" || dim.key == "InvoiceDetailId" || dim.key == "BillingPeriodEnd";
}

inline RuleCondition randomCondition(QRandomGenerator& random, const FactBook& book)
{
    const bool ofRow = oneIn(random, 4);
    std::vector<Dim> dims;
    for (const Dim& dim : allDims()) {
        if (!isOwnerDim(dim) && isRowDim(dim) == ofRow)
            dims.push_back(dim);
    }
    RuleCondition condition;
    condition.dims = {pick(random, dims)};
    if (oneIn(random, 3))
        condition.dims.push_back(pick(random, dims));
    condition.test = static_cast<RuleCondition::Test>(random.bounded(8));
    condition.caseSensitive = oneIn(random, 3);
    for (quint32 i = random.bounded(1U, 4U); i > 0; --i) {
        const Dim& dim = pick(random, condition.dims);
        std::string value = oneIn(random, 5) ? "other" : valueOf(book, pick(random, book.lines), dim);
        if (condition.test == RuleCondition::Test::Matches)
            value = oneIn(random, 2) ? ".*[aeb].*" : "[^x]*";
        else if (condition.test != RuleCondition::Test::Equals && value.size() > 2)
            value = value.substr(random.bounded(2U), 2);
        if (!value.empty())
            condition.values.push_back(value);
    }
    return condition;
}

inline RuleValue randomValue(QRandomGenerator& random, const std::string& text)
{
    RuleValue value;
    if (oneIn(random, 2)) {
        value.text = text;
        return value;
    }
    static const std::vector<Dim> readable{{Dim::Kind::Tag, "team"},          {Dim::Kind::Tag, "ENV"},
                                           {Dim::Kind::Tag, "app"},           {Dim::Kind::Service, {}},
                                           {Dim::Kind::Column, "x_Note"},     {Dim::Kind::Model, {}},
                                           {Dim::Kind::Column, "ChargeClass"}};
    static const std::vector<Dim> ofRow{{Dim::Kind::Source, {}}, {Dim::Kind::Column, "InvoiceId"}};
    const std::vector<Dim>& dims = oneIn(random, 5) ? ofRow : readable;
    value.fromDims = {pick(random, dims), pick(random, dims)};
    if (oneIn(random, 2))
        value.map = {{"WEB", "Web team"}, {"alpha", ""}, {"x", "T1"}};
    if (oneIn(random, 4))
        value.map.emplace_back("", "nobody");
    return value;
}

inline RuleSet randomRules(QRandomGenerator& random, const FactBook& book, int days)
{
    RuleSet rules;
    for (quint32 count = random.bounded(9U); count > 0; --count) {
        AllocationRule rule;
        rule.name = "rule " + std::to_string(count);
        rule.enabled = !oneIn(random, 8);
        for (quint32 i = random.bounded(3U); i > 0; --i)
            rule.when.push_back(randomCondition(random, book));
        for (std::size_t field = 0; field < kOwnerFieldCount; ++field) {
            if (oneIn(random, 2))
                rule.set[field] = randomValue(random, "T" + std::to_string(random.bounded(4)));
        }
        if (oneIn(random, 3)) {
            rule.set[0].reset();
            rule.split = SharedSplit();
            const bool isFixed = oneIn(random, 2);
            rule.split->method = isFixed ? SharedSplit::Method::Fixed : SharedSplit::Method::Proportional;
            if (isFixed || oneIn(random, 2)) {
                for (const char* team : {"T0", "T1", "web", "new"}) {
                    if (!oneIn(random, 3))
                        rule.split->targets.emplace_back(team, random.bounded(6));
                }
                if (rule.split->targets.empty())
                    rule.split->targets.emplace_back("T2", 1);
            }
        }
        if (oneIn(random, 2))
            rule.effective.from = kFirstDay + static_cast<int>(random.bounded(days));
        if (oneIn(random, 2))
            rule.effective.to = kFirstDay + static_cast<int>(random.bounded(days)) + 1;
        rules.rules.push_back(rule);
    }
    return rules;
}

inline DateRange randomRange(QRandomGenerator& random, int days)
{
    DateRange range;
    switch (random.bounded(8)) {
    case 0:
    case 1:
        break;
    case 2: // before or behind all lines
        range = oneIn(random, 2) ? DateRange{kFirstDay - 50, kFirstDay} : DateRange{kFirstDay + days, Day::none()};
        break;
    default:
        if (!oneIn(random, 4))
            range.from = kFirstDay + static_cast<int>(random.bounded(days + 10)) - 5;
        if (!oneIn(random, 4))
            range.to = kFirstDay + static_cast<int>(random.bounded(days + 10)) - 5;
    }
    return range;
}

/// A question over the book, without top and distinct counts.
inline CostQuery randomQuery(QRandomGenerator& random, const FactBook& book, int days)
{
    static const std::vector<Dim> dims = allDims();
    CostQuery query;
    for (quint32 i = random.bounded(4U); i > 0; --i)
        query.by.push_back(pick(random, dims));
    query.granularity = static_cast<Granularity>(random.bounded(4));
    query.lens = static_cast<CostLens>(random.bounded(4));
    query.range = randomRange(random, days);
    for (quint32 i = oneIn(random, 2) ? 0 : random.bounded(3U); i > 0; --i) {
        Filter filter{pick(random, dims), {}, oneIn(random, 3)};
        for (quint32 values = random.bounded(4U); values > 0; --values) {
            if (isOwnerDim(filter.dim))
                filter.values.push_back(pick(random, std::vector<std::string>{"", "T0", "T1", "web", "Web team"}));
            else
                filter.values.push_back(oneIn(random, 4) ? "" : valueOf(book, pick(random, book.lines), filter.dim));
        }
        if (filter.values.size() == 3) { // no further number is drawn, so that the worlds stay those they were
            static const std::vector<std::string> typed{"=null", "!null", "a", "/[0-9]/", "%b", "<m;=null"};
            filter.typed = typed[(filter.values.front().size() + query.by.size()) % typed.size()];
            const bool isOfAttributes = filter.dim.kind == Dim::Kind::Resource ||
                                        filter.dim.kind == Dim::Kind::Region ||
                                        filter.dim.kind == Dim::Kind::SubAccount;
            if (isOfAttributes && query.by.size() % 2 == 0)
                filter.orElse = {{Dim::Kind::Service, {}}, {Dim::Kind::Sku, {}}};
        }
        query.filters.push_back(filter);
    }
    return query;
}

} // namespace testkit
