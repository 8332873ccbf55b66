#pragma once

#include "models/analysis/query/rulediff.h"
#include "models/domain/costsource.h"
#include "models/facts/knowndays.h"
#include "models/text/words.h"
#include "tests/testkit/costworld.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

/// Judges a CostSource, whatever stands behind it, by the slow count of the same lines. Every judge answers an empty
/// text, or what is wrong.
namespace testkit {

inline std::string nameOf(const CostQuery& query)
{
    std::string text = "by";
    for (const Dim& dim : query.by)
        text += ' ' + toString(dim);
    for (const Filter& filter : query.filters)
        text += (!filter.typed.empty() ? " typed " + filter.typed + ' '
                 : filter.exclude      ? " without "
                                       : " where ") +
                toString(filter.dim) + '/' + std::to_string(filter.values.size());
    return text + " granularity " + std::to_string(static_cast<int>(query.granularity)) + " top " +
           std::to_string(query.top) + " range " + toString(query.range.from) + ".." + toString(query.range.to);
}

using SlowRow = std::pair<const SlowBooks::Key*, const SlowBooks::Cell*>;
/// In the order of an answer.
inline std::vector<SlowRow> inOrder(const SlowBooks::Cells& cells)
{
    std::vector<std::pair<SlowRow, Int128>> rows; // with the amount, largest first
    for (const auto& [key, cell] : cells)
        rows.push_back({{&key, &cell}, -cell.cost.amount().attos()});
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        const SlowBooks::Key& one = *a.first.first;
        const SlowBooks::Key& two = *b.first.first;
        return std::tie(one.currency, one.period, one.isOther, a.second, one.keys) <
               std::tie(two.currency, two.period, two.isOther, b.second, two.keys);
    });
    std::vector<SlowRow> ordered;
    for (const auto& [row, amount] : rows)
        ordered.push_back(row);
    return ordered;
}

inline std::string totalsDifference(const std::vector<CurrencyTotal>& got, const SlowBooks::Totals& totals)
{
    if (got.size() != totals.size())
        return "a total is missing";
    for (std::size_t i = 0; i < got.size(); ++i) {
        const auto cell = totals.find(got[i].currency);
        if (cell == totals.end() || got[i].cost != cell->second.cost.amount() || got[i].rows != cell->second.rows ||
            got[i].unknownRows != cell->second.unknown || got[i].distinct != cell->second.distinct.size())
            return "the total of " + std::string(got[i].currency.code()) + " is wrong";
    }
    return {};
}

/// Row by row and in order.
inline std::string difference(const CostTable& got, const SlowBooks::Cells& cells, const SlowBooks::Totals& totals)
{
    const std::vector<SlowRow> rows = inOrder(cells);
    if (got.rows.size() != rows.size())
        return std::to_string(got.rows.size()) + " rows instead of " + std::to_string(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const CostRow& row = got.rows[i];
        const auto& [key, cell] = rows[i];
        if (row.currency != key->currency || row.period != key->period || row.isOther != key->isOther ||
            row.keys.values() != key->keys)
            return "row " + std::to_string(i) + " stands for something else";
        if (row.cost != cell->cost.amount())
            return "row " + std::to_string(i) + ": " + row.cost.toString() + " instead of " +
                   cell->cost.amount().toString();
        if (row.rows != cell->rows || row.unknownRows != cell->unknown || row.distinct != cell->distinct.size())
            return "row " + std::to_string(i) + ": a count is wrong";
    }
    for (std::size_t i = 1; i < got.totals.size(); ++i) {
        if (got.totals[i - 1].rows < got.totals[i].rows)
            return "the totals are out of order";
    }
    return totalsDifference(got.totals, totals);
}

class CostOracle {
public:
    CostOracle(const World& world, const CostSource& source) : m_world(world), m_source(source) {}

    std::string table(const CostQuery& query) const { return table(query, *m_world.slow, m_source); }

    std::string tableOf(QRandomGenerator& random, const CostQuery& query) const
    {
        SlowBooks::Totals totals;
        KeptKeys kept;
        std::set<std::pair<Currency, std::vector<std::string>>> slowKept;
        for (const auto& [key, cell] : m_world.slow->cells(query, nullptr, totals)) {
            if (oneIn(random, 3)) {
                kept.emplace(key.currency, key.keys);
                slowKept.emplace(key.currency, key.keys);
            }
        }
        totals.clear();
        const auto cells = m_world.slow->cells(query, &slowKept, totals);
        const auto folded = m_source.tableOf(query, kept, {});
        return named("keys kept of", query, folded ? difference(*folded, cells, totals) : folded.error().text());
    }

    /// The lines behind a figure: all of them in either order, in windows one behind the other, and in a window
    /// anywhere.
    std::string charges(QRandomGenerator& random, const CostQuery& query) const
    {
        CostQuery cell = query;
        cell.by.clear();
        cell.granularity = Granularity::None;
        cell.countDistinct.reset();
        SlowBooks::Totals totals;
        (void)m_world.slow->cells(cell, nullptr, totals);
        const std::vector<ChargeRow> expected = expectedRows(*m_world.slow, query);
        for (const bool largestFirst : {false, true}) {
            const auto all = m_source.charges(query, {0, kAll, largestFirst}, {});
            if (!all)
                return named("charges of", query, all.error().text());
            std::string why = totalsDifference(all->totals, totals);
            if (why.empty() && (all->total != expected.size() || all->offset != 0 || !isOfSource(all->revision)))
                why = "the page does not say what it is of";
            if (why.empty())
                why = largestFirst ? orderBySize(all->rows, query.lens) : orderByLine(all->rows);
            if (why.empty())
                why = sameRows(all->rows, expected);
            if (why.empty())
                why = windows(random, query, largestFirst, all->rows);
            if (!why.empty())
                return named(largestFirst ? "largest charges of" : "charges of", query, why);
        }
        return {};
    }

    /// The lines by some keys: as a stable sort of the stored ones by what their cells say.
    std::string ordered(QRandomGenerator& random, const CostQuery& query) const
    {
        const auto stored = m_source.charges(query, {0, ChargeWindow::kAll, false}, {});
        if (!stored)
            return named("ordered charges of", query, stored.error().text());
        const LineOrder order = randomOrder(random);
        std::vector<ChargeRow> expected = stored->rows;
        std::stable_sort(expected.begin(), expected.end(), [&](const ChargeRow& a, const ChargeRow& b) {
            for (const LineKey& key : order)
                if (const int way = compared(a, b, key, query.lens); way != 0)
                    return way < 0;
            return false;
        });
        ChargeWindow window{0, ChargeWindow::kAll};
        window.order = order;
        const auto all = m_source.charges(query, window, {});
        if (!all || all->total != expected.size() || !areSame(all->rows, expected))
            return named("ordered charges of", query, all ? "in another order" : all.error().text());
        window.offset = random.bounded(static_cast<quint32>(expected.size()) + 5);
        window.limit = 30;
        const std::size_t from = std::min<std::size_t>(window.offset, expected.size());
        const auto part = std::span(expected).subspan(from, std::min<std::size_t>(30, expected.size() - from));
        const auto some = m_source.charges(query, window, {});
        std::vector<ChargeRow> shown;
        const auto keep = [&shown](std::span<const ChargeRow> batch) {
            shown.insert(shown.end(), batch.begin(), batch.end());
            return Status();
        };
        if (!some || !areSame(some->rows, part) || !m_source.eachCharge(query, window, keep, {}) ||
            !areSame(shown, part))
            return named("ordered charges of", query, "a window is elsewhere");
        return {};
    }

    /// As they are stored, all of them: charges() is judged, and this must be the same.
    std::string eachCharge(const CostQuery& query) const
    {
        std::vector<ChargeRow> rows;
        const Status done = m_source.eachCharge(query, {0, ChargeWindow::kAll, false},
                                                [&rows](std::span<const ChargeRow> batch) {
                                                    rows.insert(rows.end(), batch.begin(), batch.end());
                                                    return Status();
                                                },
                                                {});
        const auto all = m_source.charges(query, {0, kAll, false}, {});
        if (!done || !all)
            return named("each charge of", query, "an error");
        if (!areSame(rows, all->rows))
            return named("each charge of", query, "not the lines of the pages");
        int calls = 0;
        const Error full{ErrorCode::Io, "full", {}};
        const auto refuse = [&](std::span<const ChargeRow>) {
            ++calls;
            return Status(full);
        };
        const Status refused = m_source.eachCharge(query, {0, ChargeWindow::kAll, false}, refuse, {});
        if (!rows.empty() && (refused.ok() || refused.error().what != full.what || calls != 1))
            return named("each charge of", query, "goes on after its sink has failed");
        return {};
    }

    std::string columns() const
    {
        const auto got = m_source.chargeColumns({});
        if (!got)
            return "columns: " + got.error().text();
        if (!std::is_sorted(got->columns.begin(), got->columns.end()))
            return "columns: out of order";
        const auto has = [&](Column column) {
            return std::find(got->columns.begin(), got->columns.end(), column) != got->columns.end();
        };
        for (std::size_t c = 0; c < kColumnCount; ++c) {
            const auto column = static_cast<Column>(c);
            if (!has(column) && (!groupOf(column) || anyValue({Dim::Kind::Column, std::string(columnName(column))})))
                return "columns: " + std::string(columnName(column)) + " is left out";
        }
        std::vector<std::string> headers; // each name that has a value is there, and they come as they were delivered
        for (const std::string& header : m_world.headers) {
            if (std::find(got->extra.begin(), got->extra.end(), header) != got->extra.end())
                headers.push_back(header);
        }
        if (!std::equal(headers.begin(), headers.end(), got->extra.begin(),
                        got->extra.begin() + static_cast<std::ptrdiff_t>(std::min(headers.size(), got->extra.size()))))
            return "columns: provider columns out of order";
        for (const char* name : {"x_Note", "x_Model", "x_Layer"}) {
            if (anyValue({Dim::Kind::Column, name}) &&
                std::find(got->extra.begin(), got->extra.end(), name) == got->extra.end())
                return std::string("columns: ") + name + " is left out";
        }
        return {};
    }

    std::string values(const Dim& dim, const CostQuery& query, std::size_t limit) const
    {
        CostQuery question = query;
        question.by = {dim};
        question.granularity = Granularity::None;
        question.countDistinct.reset();
        std::erase_if(question.filters, [&dim](const Filter& filter) { return filter.dim == dim; });
        SlowBooks::Totals totals;
        const auto cells = m_world.slow->cells(question, nullptr, totals);
        std::vector<std::string> expected;
        for (const auto& [key, cell] : inOrder(cells)) {
            const std::string& value = key->keys.front();
            if (expected.size() < limit && std::find(expected.begin(), expected.end(), value) == expected.end())
                expected.push_back(value);
        }
        const auto got = m_source.values(dim, query, limit, {});
        return named("values of " + toString(dim), query,
                     !got               ? got.error().text()
                     : *got == expected ? ""
                                        : "others, or in another order");
    }

    std::string dims() const
    {
        std::map<std::string, std::string> tags;
        for (const auto& pairs : m_world.book.dictionaries->tags) {
            for (const TagPair& pair : pairs)
                tags.try_emplace(pair.key, pair.originalKey);
        }
        std::vector<Dim> expected;
        for (const auto& [folded, key] : tags)
            expected.push_back({Dim::Kind::Tag, key});
        for (const std::string& header : m_world.headers) {
            if (!columnByName(header))
                expected.push_back({Dim::Kind::Column, header});
        }
        const auto got = m_source.dims({});
        return got && *got == expected ? "" : "dims: others, or in another order";
    }

    /// `first` and `last`: what the days of the data are.
    std::string days(Day first, Day last) const
    {
        const auto got = m_source.days({});
        if (!got)
            return "days: " + got.error().text();
        if (got->first != first || got->last != last)
            return "days: " + toString(got->first) + ".." + toString(got->last) + " instead of " + toString(first) +
                   ".." + toString(last);
        std::map<Currency, std::set<Day>> delivered;
        for (const FactLine& line : m_world.book.lines) {
            const FactPartition& partition = m_world.book.partitions[line.partition];
            delivered[partition.currency].insert(line.day);
        }
        std::map<Currency, std::vector<Day>> lists;
        for (const auto& [currency, set] : delivered)
            lists[currency].assign(set.begin(), set.end());
        if (got->delivered != lists)
            return "days: others were delivered";
        return got->accounts == knownDaysOf(m_world.facts).accounts ? "" : "days: others are known";
    }

    std::string farCharges(Day first, Day last, const DateRange& range) const
    {
        const DateRange asked{range.from.isValid() ? range.from : first, range.to.isValid() ? range.to : last + 1};
        std::map<std::pair<std::string, Currency>, FarCharges> expected;
        for (const FactLine& line : m_world.book.lines) {
            if ((line.day >= first && line.day <= last) || asked.contains(line.day))
                continue;
            const FactPartition& partition = m_world.book.partitions[line.partition];
            FarCharges& far = expected[{partition.source, partition.currency}];
            ++far.rows;
            for (std::size_t lens = 0; lens < kLensCount; ++lens)
                far.cost[lens].add(Decimal{line.cost[lens].value_or(Amount()).attos(), 18});
            if (std::find(far.years.begin(), far.years.end(), line.day.year()) == far.years.end())
                far.years.push_back(line.day.year());
        }
        const auto got = m_source.farCharges(range, {});
        if (!got || got->size() != expected.size())
            return "far charges: another number of sources";
        std::size_t at = 0;
        for (auto& [key, far] : expected) {
            std::sort(far.years.begin(), far.years.end());
            const FarCharges& one = (*got)[at++];
            if (one.source != key.first || one.currency != key.second || one.rows != far.rows ||
                one.years != far.years || one.dataFrom != first || one.dataThrough != last)
                return "far charges: of other lines";
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                DecimalSum rest = one.cost[lens];
                rest.subtract(far.cost[lens]);
                if (!rest.isZero())
                    return "far charges: another sum";
            }
        }
        return {};
    }

    std::string ruleUse() const { return ruleUse(*m_world.slow, m_world.rules, m_source); }

    /// The same lines under other rules: all that rules have a part in is judged again, and that the published ones are
    /// still in force.
    std::string draft(QRandomGenerator& random, const RuleSet& rules, std::size_t* moves = nullptr) const
    {
        const SlowBooks after(m_world.book, rules);
        const auto draft = m_source.under(rules, {});
        if (!draft)
            return "draft: " + draft.error().text();
        CostQuery query = randomQuery(random, m_world.book, m_world.days);
        query.by.push_back({pick(random, std::vector<Dim::Kind>(kOwnerDims.begin(), kOwnerDims.end())), {}});
        std::string why = table(query, after, **draft);
        if (why.empty())
            why = ruleUse(after, rules, **draft);
        if (why.empty() && !isOfSource((*draft)->revision()))
            why = "of another revision";
        if (why.empty()) {
            const auto page = (*draft)->charges(query, {0, kAll, false}, {});
            why = page ? sameRows(page->rows, expectedRows(after, query)) : page.error().text();
        }
        if (why.empty())
            why = diff(after, rules, **draft, moves);
        if (why.empty())
            why = table(query);
        return why.empty() ? why : "draft: " + why;
    }

    std::string recount() const
    {
        for (std::uint32_t at = 0; at < m_world.book.partitions.size(); ++at) {
            const FactPartition& partition = m_world.book.partitions[at];
            PartitionInfo info;
            info.ids = {partition.id};
            info.source = partition.source;
            info.billingPeriod = partition.billingPeriod;
            info.currency = partition.currency;
            const auto got = m_source.recount(info, {});
            if (!got)
                return "recount: " + got.error().text();
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                DecimalSum stored = got->stored[lens];
                DecimalSum exported = got->exported[lens];
                for (const FactLine& line : m_world.book.lines) {
                    const Decimal cost{line.cost[lens].value_or(Amount()).attos(), 18};
                    if (line.partition != at)
                        continue;
                    DecimalSum one;
                    one.add(cost);
                    stored.subtract(one);
                    exported.subtract(one);
                }
                if (!stored.isZero() || !exported.isZero())
                    return "recount: another sum of partition " + std::to_string(partition.id);
            }
        }
        return {};
    }

    /// What was stopped before it began answers that, and nothing else.
    std::string stopped(const CostQuery& query) const
    {
        std::stop_source source;
        source.request_stop();
        const std::stop_token stop = source.get_token();
        const auto isCancelled = [](const auto& answer) {
            return !answer.ok() && answer.error().code == ErrorCode::Cancelled;
        };
        const auto noSink = [](std::span<const ChargeRow>) { return Status(); };
        const bool all = isCancelled(m_source.table(query, stop)) && isCancelled(m_source.tableOf(query, {}, stop)) &&
                         isCancelled(m_source.charges(query, {0, 10, true}, stop)) &&
                         isCancelled(m_source.eachCharge(query, {0, ChargeWindow::kAll, false}, noSink, stop)) &&
                         isCancelled(m_source.values({Dim::Kind::Service, {}}, query, 10, stop)) &&
                         isCancelled(m_source.ruleUse(stop));
        return all ? "" : "a stopped question answers all the same";
    }

    /// Every method, with a few random questions each. `first` and `last`: what the days of the data are.
    std::string everything(QRandomGenerator& random, Day first, Day last) const
    {
        CostQuery query = randomQuery(random, m_world.book, m_world.days);
        const auto other = [&] {
            query = randomQuery(random, m_world.book, m_world.days);
            if (oneIn(random, 3))
                query.top = random.bounded(1U, 5U);
            if (oneIn(random, 3))
                query.countDistinct = pick(random, allDims());
            return query;
        };
        const std::array<std::function<std::string()>, 13> judges{
            [&] { return table(other()); },
            [&] { return tableOf(random, other()); },
            [&] { return charges(random, other()); },
            [&] { return ordered(random, other()); },
            [&] { return eachCharge(other()); },
            [&] { return columns(); },
            [&] {
                other();
                const bool isFiltered = !query.filters.empty() && oneIn(random, 2);
                return values(isFiltered ? query.filters.front().dim : pick(random, allDims()), query,
                              random.bounded(1U, 40U));
            },
            [&] { return dims(); },
            [&] { return days(first, last); },
            [&] {
                DateRange range = randomRange(random, m_world.days);
                if (oneIn(random, 2))
                    range.from = Day::fromYmd(1900, 1, 1);
                if (oneIn(random, 2))
                    range.to = Day::fromYmd(2206, 6, 1);
                return farCharges(first, last, range);
            },
            [&] { return ruleUse(); },
            [&] { return draft(random, randomRules(random, m_world.book, m_world.days)); },
            [&] { return recount(); }};
        for (const auto& judge : judges) {
            const std::string why = judge();
            if (!why.empty())
                return why;
        }
        return {};
    }

private:
    static constexpr std::uint64_t kAll = 1'000'000;

    static std::string named(const std::string& what, const CostQuery& query, const std::string& why)
    {
        return why.empty() ? why : what + ' ' + nameOf(query) + ": " + why;
    }
    bool isOfSource(std::uint64_t revision) const { return revision == m_world.facts.revision; }

    bool anyValue(const Dim& dim) const
    {
        return std::any_of(m_world.book.lines.begin(), m_world.book.lines.end(),
                           [&](const FactLine& line) { return !valueOf(m_world.book, line, dim).empty(); });
    }

    std::string table(const CostQuery& query, const SlowBooks& slow, const CostSource& source) const
    {
        SlowBooks::Totals totals;
        SlowBooks::Cells cells;
        if (query.top > 0) {
            const auto kept = slow.largest(query);
            cells = slow.cells(query, &kept, totals);
        } else {
            cells = slow.cells(query, nullptr, totals);
        }
        const auto table = source.table(query, {});
        if (!table)
            return named("table", query, table.error().text());
        if (!(table->query == query) || !isOfSource(table->revision))
            return named("table", query, "does not say what it answers");
        return named("table", query, difference(*table, cells, totals));
    }

    std::vector<ChargeRow> expectedRows(const SlowBooks& slow, const CostQuery& query) const
    {
        std::vector<ChargeRow> rows;
        for (const SlowBooks::Match& match : slow.matches(query)) {
            ChargeRow row = storedRow(m_world, match.line);
            row.team = match.owner.of(OwnerField::Team);
            row.costCenter = match.owner.of(OwnerField::CostCenter);
            row.environment = match.owner.of(OwnerField::Environment);
            row.useCase = match.owner.of(OwnerField::UseCase);
            row.workflow = match.owner.of(OwnerField::Workflow);
            row.isSharedPart = match.isShare;
            row.cost = match.cost;
            for (std::size_t lens = 0; lens < kLensCount; ++lens)
                row.text[static_cast<std::size_t>(costColumnOf(static_cast<CostLens>(lens)))] =
                    match.cost[lens] ? match.cost[lens]->toString(0) : "";
            rows.push_back(std::move(row));
        }
        return rows;
    }

    static LineOrder randomOrder(QRandomGenerator& random)
    {
        LineOrder order;
        for (quint32 i = random.bounded(1U, 4U); i > 0; --i) {
            LineKey key;
            key.by = static_cast<LineKey::By>(random.bounded(7));
            key.descending = oneIn(random, 2);
            for (quint32 dims = random.bounded(1U, 3U); dims > 0; --dims)
                key.dims.push_back(pick(random, allDims()));
            key.column = pick(random, std::vector<Column>{Column::BilledCost, Column::ListCost, Column::ContractedCost,
                                                          Column::EffectiveCost, Column::ChargePeriodStart,
                                                          Column::ChargePeriodEnd, Column::ConsumedQuantity});
            order.push_back(std::move(key));
        }
        return order;
    }

    /// What the first of a key's dims that has one says of a line.
    std::string firstValue(const ChargeRow& row, const LineKey& key) const
    {
        for (const Dim& dim : key.dims) {
            const std::string owners[]{row.team, row.costCenter, row.environment, row.useCase, row.workflow};
            std::string value = isOwnerDim(dim) ? owners[static_cast<std::size_t>(dimInfo(dim.kind).owner)]
                                                : valueOf(m_world.book, m_world.book.lines[row.line - 1], dim);
            if (!value.empty())
                return value;
        }
        return {};
    }

    /// Below, at or above zero; a line without a value is behind the others whichever way.
    int compared(const ChargeRow& a, const ChargeRow& b, const LineKey& key, CostLens lens) const
    {
        using Value = std::optional<std::tuple<Int128, std::string, std::string>>;
        const auto valueOfLine = [&](const ChargeRow& row) -> Value {
            const auto number = [](Int128 value) { return Value({value, {}, {}}); };
            const auto amount = [&](CostLens of) {
                const auto& cost = row.cost[static_cast<std::size_t>(of)];
                return cost ? number(cost->attos()) : Value();
            };
            switch (key.by) {
            case LineKey::By::Cost:
                return amount(lens);
            case LineKey::By::Day:
                return number(row.chargeStart.day().number);
            case LineKey::By::Line:
                return number(static_cast<Int128>(row.line));
            case LineKey::By::File:
                return Value({0, words::toLower(row.file), row.file});
            case LineKey::By::Text: {
                const std::string text = firstValue(row, key);
                return text.empty() ? Value() : Value({0, words::toLower(text), text});
            }
            case LineKey::By::Number: {
                for (const Dim& dim : key.dims) { // the first that is a number
                    LineKey one;
                    one.dims = {dim};
                    if (const auto decimal = parseDecimal(firstValue(row, one)); decimal)
                        return number(Amount::fromDecimal(decimal->value)->attos());
                }
                return {};
            }
            case LineKey::By::Cell:
                break;
            }
            for (std::size_t of = 0; of < kLensCount; ++of)
                if (costColumnOf(static_cast<CostLens>(of)) == key.column)
                    return amount(static_cast<CostLens>(of));
            return key.column == Column::ChargePeriodStart ? number(row.chargeStart.seconds) : Value();
        };
        const Value one = valueOfLine(a), two = valueOfLine(b);
        const bool isAmount =
            key.by == LineKey::By::Cost ||
            (key.by == LineKey::By::Cell && key.column >= Column::BilledCost && key.column <= Column::ContractedCost);
        if (isAmount && a.currency != b.currency)
            return a.currency < b.currency ? -1 : 1;
        if (!one || !two)
            return one ? -1 : two ? 1 : 0;
        const int way = *one < *two ? -1 : *two < *one ? 1 : 0;
        return key.descending ? -way : way;
    }

    static auto identity(const ChargeRow& row) { return std::tie(row.line, row.team); }
    static bool isSame(const ChargeRow& a, const ChargeRow& b)
    {
        return std::tie(a.source, a.file, a.line, a.billingPeriod, a.currency, a.cost, a.isSharedPart, a.team,
                        a.costCenter, a.environment, a.useCase, a.workflow, a.text, a.extra) ==
               std::tie(b.source, b.file, b.line, b.billingPeriod, b.currency, b.cost, b.isSharedPart, b.team,
                        b.costCenter, b.environment, b.useCase, b.workflow, b.text, b.extra);
    }
    static bool areSame(std::span<const ChargeRow> a, std::span<const ChargeRow> b)
    {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), isSame);
    }
    static std::string sameRows(std::vector<ChargeRow> got, std::vector<ChargeRow> expected)
    {
        const auto byIdentity = [](const ChargeRow& a, const ChargeRow& b) { return identity(a) < identity(b); };
        std::sort(got.begin(), got.end(), byIdentity);
        std::sort(expected.begin(), expected.end(), byIdentity);
        return areSame(got, expected) ? "" : "other lines";
    }
    static std::string orderByLine(const std::vector<ChargeRow>& rows)
    {
        return std::is_sorted(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.line < b.line; })
                   ? ""
                   : "not as they are stored";
    }
    static std::string orderBySize(const std::vector<ChargeRow>& rows, CostLens lens)
    {
        const auto size = [lens](const ChargeRow& row) {
            const Amount cost = row.cost[static_cast<std::size_t>(lens)].value_or(Amount());
            return cost.isNegative() ? -cost.attos() : cost.attos();
        };
        return std::is_sorted(rows.begin(), rows.end(),
                              [&size](const auto& a, const auto& b) { return size(a) > size(b); })
                   ? ""
                   : "not the largest first";
    }

    std::string windows(QRandomGenerator& random, const CostQuery& query, bool largestFirst,
                        const std::vector<ChargeRow>& all) const
    {
        std::vector<ChargeRow> pages;
        while (pages.size() < all.size() + 3) {
            const std::uint64_t limit = random.bounded(1U, 120U);
            const auto page = m_source.charges(query, {pages.size(), limit, largestFirst}, {});
            if (!page || page->total != all.size() || page->rows.size() > limit || page->offset != pages.size())
                return "a window does not say what it is of";
            if (page->rows.empty())
                break;
            pages.insert(pages.end(), page->rows.begin(), page->rows.end());
        }
        if (!areSame(pages, all))
            return "the windows are not the whole";
        const std::uint64_t offset = random.bounded(static_cast<quint32>(all.size()) + 20);
        const auto window = m_source.charges(query, {offset, 40, largestFirst}, {});
        const std::size_t from = std::min<std::size_t>(offset, all.size());
        const std::size_t to = std::min<std::size_t>(offset + 40, all.size());
        const auto part = std::span(all).subspan(from, to - from);
        if (!window || !areSame(window->rows, part))
            return "a window is elsewhere";
        const auto sums = m_source.charges(query, {offset, 40, largestFirst, {}, {}, true}, {});
        if (!sums || !sums->rows.empty())
            return "the totals of a window are not there";
        const auto below = m_source.charges(query, {0, kAll, largestFirst, "<10;=null", "/[02468]$/"}, {});
        std::vector<ChargeRow> few;
        std::copy_if(all.begin(), all.end(), std::back_inserter(few), [&query](const ChargeRow& row) {
            const auto& cost = row.cost[static_cast<std::size_t>(query.lens)];
            const int day = row.chargeStart.day().isValid() ? toString(row.chargeStart.day()).back() - '0' : 1;
            return day % 2 == 0 && (!cost || *cost < Amount::parse("10").take());
        });
        if (!below || !areSame(below->rows, few) || below->total != few.size())
            return "filters on cost and day keep others";
        std::string why = windowTotalsDifference(window->windowTotals, part, query.lens);
        return why.empty() ? windowTotalsDifference(sums->windowTotals, part, query.lens) : why;
    }

    /// What the rows of a window come to, one by one.
    static std::string windowTotalsDifference(const std::vector<CurrencyTotal>& totals, std::span<const ChargeRow> rows,
                                              CostLens lens)
    {
        std::map<Currency, AmountSum> sums;
        for (const ChargeRow& row : rows)
            sums[row.currency].add(row.cost[static_cast<std::size_t>(lens)].value_or(Amount()));
        if (totals.size() != sums.size())
            return "a window's totals are of other currencies";
        for (const CurrencyTotal& total : totals)
            if (sums.count(total.currency) == 0 || sums[total.currency].amount() != total.cost)
                return "a window's totals are not those of its rows";
        return {};
    }

    std::string ruleUse(const SlowBooks& slow, const RuleSet& rules, const CostSource& source) const
    {
        std::map<std::pair<std::uint16_t, Currency>, std::pair<std::uint64_t, AmountSum>> expected;
        for (std::size_t at = 0; at < m_world.book.lines.size(); ++at) {
            const FactLine& line = m_world.book.lines[at];
            for (const std::uint16_t rule : slow.used(at)) {
                auto& [rows, cost] = expected[{rule, m_world.currencyOf(line)}];
                ++rows;
                cost.add(line.cost[0].value_or(Amount()));
            }
        }
        const auto got = source.ruleUse({});
        if (!got || got->size() != rules.rules.size())
            return "use of rules: not of these rules";
        std::size_t seen = 0;
        for (std::size_t rule = 0; rule < got->size(); ++rule) {
            std::uint64_t rows = 0;
            for (const CurrencyTotal& total : (*got)[rule].cost) {
                const auto found = expected.find({static_cast<std::uint16_t>(rule), total.currency});
                if (found == expected.end() || total.rows != found->second.first ||
                    total.cost != found->second.second.amount())
                    return "use of rules: other lines or another sum";
                rows += total.rows;
                ++seen;
            }
            if ((*got)[rule].rows != rows)
                return "use of rules: another number of lines";
        }
        return seen == expected.size() ? "" : "use of rules: some is missing";
    }

    std::string diff(const SlowBooks& after, const RuleSet& rules, const CostSource& draft, std::size_t* moves) const
    {
        using Cell = std::tuple<std::size_t, Currency, Day, std::string>;
        std::map<Cell, std::array<AmountSum, 2>> cells;
        std::map<Currency, std::array<AmountSum, 3>> coverage;
        for (std::size_t at = 0; at < m_world.book.lines.size(); ++at) {
            const FactLine& line = m_world.book.lines[at];
            const Currency currency = m_world.currencyOf(line);
            coverage[currency][0].add(line.cost[0].value_or(Amount()));
            for (const bool isAfter : {false, true}) {
                for (const SlowPart& part : (isAfter ? after : *m_world.slow).parts(at)) {
                    const Amount cost = part.cost[0].value_or(Amount());
                    for (std::size_t field = 0; field < kOwnerFieldCount; ++field)
                        cells[{field, currency, line.day.firstOfMonth(), part.owner.value[field]}][isAfter ? 1 : 0].add(
                            cost);
                    if (!part.owner.value[0].empty())
                        coverage[currency][isAfter ? 2 : 1].add(cost);
                }
            }
        }
        std::erase_if(cells, [](const auto& cell) { return cell.second[0].amount() == cell.second[1].amount(); });
        const auto got = analysis::diffRules(m_source, draft);
        if (!got || got->use.size() != rules.rules.size() || got->moves.size() != cells.size() ||
            got->coverage.size() != coverage.size())
            return "the diff has another size";
        std::size_t at = 0;
        for (const auto& [key, sums] : cells) {
            const RuleMove& move = got->moves[at++];
            const auto& [field, currency, month, owner] = key;
            if (move.field != ownerFieldName(static_cast<OwnerField>(field)) || move.currency != currency ||
                move.month != month || move.owner != owner || move.before != sums[0].amount() ||
                move.after != sums[1].amount())
                return "the diff moves something else";
        }
        for (const auto& one : got->coverage) {
            const auto& sums = coverage[one.currency];
            if (one.total != sums[0].amount() || one.allocatedBefore != sums[1].amount() ||
                one.allocatedAfter != sums[2].amount())
                return "the diff covers something else";
        }
        if (moves)
            *moves += cells.size();
        return {};
    }

    const World& m_world;
    const CostSource& m_source;
};

} // namespace testkit
