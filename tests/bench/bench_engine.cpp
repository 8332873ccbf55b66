/// Asks an open workspace the benchmark's questions and prints times (in milliseconds) and answers as JSON.
#include "app/session/questions/answers.h"
#include "app/session/rules/publishing.h"
#include "app/session/workspace/engine.h"
#include "tests/bench/benchtools.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>

using namespace altimeter;
using namespace altimeter::bench;
using session::Engine;
using Json = nlohmann::ordered_json;

namespace {

// Known to tests/bench/questions.py as well, which asks the same in SQL.
const std::string kProvider = "AWS";
const std::string kService = "Amazon Compute Engine";
const std::string kTeam = "search";
const DateRange kLastMonth{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 12, 1)};
constexpr std::size_t kTop = 20;
constexpr std::uint64_t kDrillRows = 100;

struct Arguments {
    std::string workspace, rules, draft;
    int repeat = 5;
    int lines = 0; ///< how often each page of charge lines is asked for
};

/// A memory figure of this process in KiB, by its name in /proc/self/status; -1 where the system has none.
long memoryKib(const std::string& name)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name + ":"))
            return std::stol(line.substr(name.size() + 1));
    }
    return -1;
}

double millisecondsOf(const std::function<void()>& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// Once to warm up, then `repeat` times.
Json timed(int repeat, const std::function<void()>& work)
{
    work();
    Json times = Json::array();
    for (int i = 0; i < repeat; ++i)
        times.push_back(millisecondsOf(work));
    return times;
}

Dim named(Dim::Kind kind)
{
    return {kind, {}};
}

CostQuery queryBy(std::vector<Dim> by, Granularity granularity = Granularity::None)
{
    CostQuery query;
    query.by = std::move(by);
    query.granularity = granularity;
    return query;
}

/// Keys, period (where there is one), currency, exact cost.
Json rowsOf(const CostTable& table)
{
    Json rows = Json::array();
    for (const CostRow& row : table.rows) {
        if (row.isOther)
            continue;
        Json line = Json::array();
        for (const std::string& key : row.keys)
            line.push_back(key);
        if (row.period.isValid())
            line.push_back(toString(row.period));
        line.push_back(std::string(row.currency.code()));
        line.push_back(row.cost.toString(0));
        rows.push_back(std::move(line));
    }
    return rows;
}

/// The answers of several queries, each row with the name of its query in front.
Json labelledRows(const std::vector<std::pair<std::string, CostTable>>& tables)
{
    Json rows = Json::array();
    for (const auto& [label, table] : tables) {
        for (Json& row : rowsOf(table)) {
            row.insert(row.begin(), label);
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

class Bench {
public:
    Bench(Engine& engine, int repeat) : m_engine(engine), m_repeat(repeat) {}

    Json questions();
    Json regroup();
    Json pivot();
    Json drill();
    Json draft(const std::string& rules);
    Json publish(const std::string& rules, const std::string& back);

private:
    CostTable ask(const CostQuery& query) { return must(answer(*m_engine.snapshot(), TableQuestion{query}, {})); }
    Json plain(const CostQuery& query);
    Json untaggedShare();
    Json fourCosts();
    Json distinctResources();
    Json dailyQuantiles();
    Json teamsByDay();

    Engine& m_engine;
    const int m_repeat;
};

Json Bench::plain(const CostQuery& query)
{
    CostTable table;
    Json times = timed(m_repeat, [&] { table = ask(query); });
    return {{"ms", std::move(times)}, {"rows", rowsOf(table)}};
}

Json Bench::untaggedShare()
{
    CostQuery untagged = queryBy({});
    untagged.filters = {{named(Dim::Kind::Team), {""}, false}};
    std::vector<std::pair<std::string, CostTable>> tables;
    Json times = timed(m_repeat, [&] { tables = {{"untagged", ask(untagged)}, {"all", ask(queryBy({}))}}; });
    return {{"ms", std::move(times)}, {"rows", labelledRows(tables)}};
}

Json Bench::fourCosts()
{
    std::vector<std::pair<std::string, CostTable>> tables;
    Json times = timed(m_repeat, [&] {
        tables.clear();
        for (const CostLens lens : {CostLens::Billed, CostLens::Effective, CostLens::List, CostLens::Contracted}) {
            CostQuery query = queryBy({named(Dim::Kind::Provider)});
            query.lens = lens;
            tables.emplace_back(lensName(lens), ask(query));
        }
    });
    return {{"ms", std::move(times)}, {"rows", labelledRows(tables)}};
}

Json Bench::distinctResources()
{
    CostQuery query = queryBy({});
    query.countDistinct = named(Dim::Kind::Resource);
    CostTable table;
    Json times = timed(m_repeat, [&] { table = ask(query); });
    Json rows = Json::array();
    for (const CurrencyTotal& total : table.totals)
        rows.push_back({std::string(total.currency.code()), std::to_string(total.distinct)});
    return {{"ms", std::move(times)}, {"rows", std::move(rows)}};
}

/// Nearest rank, as SQL's percentile_disc.
Json Bench::dailyQuantiles()
{
    std::map<std::pair<std::string, Currency>, Amount> quantiles;
    Json times = timed(m_repeat, [&] {
        quantiles.clear();
        std::map<std::pair<std::string, Currency>, std::vector<Amount>> days;
        const CostTable table = ask(queryBy({named(Dim::Kind::Service)}, Granularity::Day));
        for (const CostRow& row : table.rows)
            days[{row.keys.front(), row.currency}].push_back(row.cost);
        for (auto& [key, costs] : days) {
            const auto rank = static_cast<std::ptrdiff_t>((costs.size() * 95 + 99) / 100 - 1);
            std::nth_element(costs.begin(), costs.begin() + rank, costs.end());
            quantiles[key] = costs[static_cast<std::size_t>(rank)];
        }
    });
    Json rows = Json::array();
    for (const auto& [key, cost] : quantiles)
        rows.push_back({key.first, std::string(key.second.code()), cost.toString(0)});
    return {{"ms", std::move(times)}, {"rows", std::move(rows)}};
}

Json Bench::teamsByDay()
{
    return rowsOf(ask(queryBy({named(Dim::Kind::Team)}, Granularity::Day)));
}

Json Bench::questions()
{
    using Kind = Dim::Kind;
    CostQuery topResources = queryBy({named(Kind::Resource)});
    topResources.range = kLastMonth;
    topResources.top = kTop;
    CostQuery filtered = queryBy({}, Granularity::Day);
    filtered.filters = {{named(Kind::Provider), {kProvider}, false}, {named(Kind::Service), {kService}, false}};
    Json all;
    all["total by day"] = plain(queryBy({}, Granularity::Day));
    all["by team"] = plain(queryBy({named(Kind::Team)}));
    all["service by month"] = plain(queryBy({named(Kind::Service)}, Granularity::Month));
    all["top 20 resources of 30 days"] = plain(topResources);
    all["use case by day"] = plain(queryBy({named(Kind::UseCase)}, Granularity::Day));
    all["untagged share"] = untaggedShare();
    all["account by month"] = plain(queryBy({named(Kind::SubAccount)}, Granularity::Month));
    all["one service by day"] = plain(filtered);
    all["distinct resources"] = distinctResources();
    all["four costs by provider"] = fourCosts();
    all["commitment split"] = plain(queryBy({{Kind::Column, "CommitmentDiscountStatus"}}));
    all["p95 of daily cost by service"] = dailyQuantiles();
    return all;
}

Json Bench::regroup()
{
    Json all;
    for (const Dim& dim : namedDims())
        all[toString(dim)] = timed(m_repeat, [&] { (void)ask(queryBy({dim}, Granularity::Month)); });
    return all;
}

Json Bench::pivot()
{
    CostQuery query = queryBy({named(Dim::Kind::Service), named(Dim::Kind::Team)}, Granularity::Month);
    query.filters = {{named(Dim::Kind::Environment), {"prod"}, false}};
    return plain(query);
}

Json Bench::drill()
{
    CostQuery cell = queryBy({});
    cell.filters = {{named(Dim::Kind::Team), {kTeam}, false}};
    cell.range = kLastMonth;
    ChargePage page;
    Json times = timed(m_repeat, [&] {
        page = must(answer(*m_engine.snapshot(), ChargesQuestion{cell, 0, kDrillRows, true}, {}));
    });
    Json rows = Json::array();
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        const auto& cost = page.rows[i].cost[static_cast<std::size_t>(CostLens::Effective)];
        rows.push_back({std::to_string(i), cost.value_or(Amount()).toString(0)});
    }
    return {{"ms", std::move(times)}, {"rows", std::move(rows)}};
}

/// What a draft costs before it is published.
Json Bench::draft(const std::string& rules)
{
    return {{"ms", timed(m_repeat, [&] {
                 (void)must(answer(*m_engine.snapshot(),
                                   TableUnderQuestion{rules, queryBy({named(Dim::Kind::Team)}, Granularity::Day)}, {}));
             })}};
}

/// Publishes the draft and asks for totals by team and day, then publishes the old rules again.
Json Bench::publish(const std::string& rules, const std::string& back)
{
    Json times = Json::array();
    Json rows;
    for (int i = 0; i < m_repeat; ++i) {
        times.push_back(millisecondsOf([&] {
            (void)must(session::publishRules(m_engine, rules));
            (void)ask(queryBy({named(Dim::Kind::Team)}, Granularity::Day));
        }));
        rows = teamsByDay();
        (void)must(session::publishRules(m_engine, back));
    }
    return {{"ms", std::move(times)}, {"rows", std::move(rows)}};
}

std::optional<Arguments> parse(int count, char** values)
{
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string name = values[i];
        if (!name.starts_with("--")) {
            arguments.workspace = name;
            continue;
        }
        if (++i == count)
            return std::nullopt;
        if (name == "--rules")
            arguments.rules = values[i];
        else if (name == "--draft")
            arguments.draft = values[i];
        else if (name == "--repeat")
            arguments.repeat = std::max(1, std::atoi(values[i]));
        else if (name == "--lines")
            arguments.lines = std::atoi(values[i]);
        else
            return std::nullopt;
    }
    if (arguments.workspace.empty())
        return std::nullopt;
    return arguments;
}

/// A page of two hundred charge lines of all there are, near and far, in several orders, and what memory it took.
Json pagesOfLines(Engine& engine, int repeat)
{
    constexpr std::uint64_t kPage = 200;
    using By = LineKey::By;
    const auto dim = [](const char* column) { return std::vector<Dim>{{Dim::Kind::Column, column}}; };
    const std::vector<std::pair<const char*, LineOrder>> orders{
        {"by size", {}},
        {"by cost", {{By::Cost, {}, Column::Count, true}}},
        {"by service and day", {{By::Text, dim("ServiceName")}, {By::Day, {}, Column::Count, true}}},
        {"by resource", {{By::Text, dim("ResourceId")}}},
        {"by quantity", {{By::Cell, {}, Column::ConsumedQuantity, true}}}};
    const std::uint64_t total = must(answer(*engine.snapshot(), ChargesQuestion{{}, 0, 1, true}, {})).total;
    Json all{{"rss_kib before", memoryKib("VmRSS")}};
    for (const auto& [name, order] : orders) {
        for (const auto& [place, offset] : {std::pair("first", std::uint64_t{0}), std::pair("middle", total / 2),
                                            std::pair("last", total - std::min(total, kPage))}) {
            ChargesQuestion question{{}, offset, kPage, true};
            question.order = order;
            all[name][place] =
                timed(repeat, [&] { (void)must(answer(*engine.snapshot(), ChargesQuestion(question), {})); });
        }
    }
    all["peak_kib"] = memoryKib("VmHWM");
    return all;
}

/// The workspace's totals over all rows, to be compared with what was written into the cost files.
Json totalsOf(Engine& engine)
{
    Json totals;
    for (const CostLens lens : {CostLens::Billed, CostLens::Effective, CostLens::List, CostLens::Contracted}) {
        CostQuery query;
        query.lens = lens;
        const CostTable table = must(answer(*engine.snapshot(), TableQuestion{query}, {}));
        for (const CurrencyTotal& total : table.totals) {
            Json& currency = totals[std::string(total.currency.code())];
            currency["rows"] = total.rows;
            currency[std::string(lensName(lens))] = total.cost.toString(0);
        }
    }
    return totals;
}

} // namespace

int main(int count, char** values)
{
    const auto arguments = parse(count, values);
    if (!arguments) {
        std::cerr << "usage: bench_engine WORKSPACE [--repeat N] [--lines N] [--rules FILE --draft FILE]\n"
                     "Without rules only the opening is measured. With them they are published. --lines: pages of\n"
                     "charge lines in several orders, each N times.\n";
        return 2;
    }
    Json result;
    std::unique_ptr<Engine> engine;
    result["open_ms"] = millisecondsOf([&] { engine = must(Engine::open(arguments->workspace)); });
    result["open_rss_kib"] = memoryKib("VmRSS");
    result["open_peak_kib"] = memoryKib("VmHWM");
    result["totals"] = totalsOf(*engine);
    if (arguments->lines > 0)
        result["lines"] = pagesOfLines(*engine, arguments->lines);
    if (!arguments->rules.empty()) {
        const std::string rules = contentOf(arguments->rules);
        const std::string draft = contentOf(arguments->draft);
        (void)must(session::publishRules(*engine, rules));
        Bench bench(*engine, arguments->repeat);
        result["questions"] = bench.questions();
        result["pivot"] = bench.pivot();
        result["drill"] = bench.drill();
        result["regroup"] = bench.regroup();
        result["draft"] = bench.draft(draft);
        result["publish"] = bench.publish(draft, rules);
        result["end_rss_kib"] = memoryKib("VmRSS");
        result["end_peak_kib"] = memoryKib("VmHWM");
    }
    std::cout << result.dump() << '\n';
    return 0;
}
