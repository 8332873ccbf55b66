#include "tests/ui/fakebackend.h"

#include "models/domain/cellfilter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>

namespace altimeter::test {

namespace {

struct Kind {
    const char* provider;
    const char* service;
    const char* team;
    const char* region;
    const char* environment;
    const char* category;
    int dollarsPerDay;
};

constexpr std::array<Kind, 16> kKinds{{
    {"AWS", "Amazon EC2", "Search", "eu-west-1", "prod", "Compute", 812},
    {"AWS", "Amazon EC2", "Checkout", "us-east-1", "prod", "Compute", 455},
    {"AWS", "Amazon S3", "Data platform", "eu-west-1", "prod", "Storage", 231},
    {"AWS", "Amazon RDS", "Checkout", "eu-west-1", "prod", "Databases", 340},
    {"AWS", "Amazon Bedrock", "Support assistant", "us-east-1", "prod", "AI and Machine Learning", 128},
    {"AWS", "Amazon EC2", "Search", "eu-west-1", "staging", "Compute", 96},
    {"Azure", "Azure Kubernetes Service", "Payments", "westeurope", "prod", "Compute", 390},
    {"Azure", "Azure OpenAI Service", "Support assistant", "swedencentral", "prod", "AI and Machine Learning", 610},
    {"GCP", "BigQuery", "Data platform", "europe-west4", "prod", "Analytics", 275},
    {"GCP", "Vertex AI", "Research", "europe-west4", "dev", "AI and Machine Learning", 180},
    {"OpenAI", "GPT-5 mini", "Research", "", "dev", "AI and Machine Learning", 74},
    {"Anthropic", "Claude Sonnet", "Support assistant", "", "prod", "AI and Machine Learning", 345},
    {"AWS", "AWS Support", "", "", "", "Management and Governance", 110},
    {"GCP", "Cloud Logging", "", "europe-west4", "", "Management and Governance", 38},
    {"AWS", "Amazon CloudFront", "Search", "global", "prod", "Networking", 66},
    {"Azure", "Azure Monitor", "Payments", "westeurope", "prod", "Management and Governance", 29},
}};

/// Small integer noise that is the same on every machine.
int noise(int a, int b)
{
    auto x = static_cast<unsigned>(a * 7919 + b * 104729 + 13);
    x ^= x >> 7;
    x *= 2654435761U;
    return static_cast<int>((x >> 16) % 21) - 10;
}

/// By the cost, the day, or the cell of a column or the team.
void sortByKeys(std::vector<ChargeRow>& rows, const LineOrder& order)
{
    const auto textOf = [](const ChargeRow& row, const Dim& dim) {
        const auto column = columnByName(dim.key);
        return dim.kind == Dim::Kind::Team ? row.team : column ? row.text[static_cast<std::size_t>(*column)] : "";
    };
    for (auto key = order.rbegin(); key != order.rend(); ++key) {
        std::stable_sort(rows.begin(), rows.end(), [&](const ChargeRow& x, const ChargeRow& y) {
            const ChargeRow &a = key->descending ? y : x, &b = key->descending ? x : y;
            if (key->by == LineKey::By::Cost)
                return a.cost.front().value_or(Amount()) < b.cost.front().value_or(Amount());
            if (key->by == LineKey::By::Day || key->dims.empty())
                return a.chargeStart < b.chargeStart;
            return textOf(a, key->dims.front()) < textOf(b, key->dims.front());
        });
    }
}

void sortLargestFirst(std::vector<const FakeBackend::Line*>& lines)
{
    std::stable_sort(lines.begin(), lines.end(), [](const auto* a, const auto* b) {
        const Amount x = a->cost.value_or(Amount()), y = b->cost.value_or(Amount());
        return (x.isNegative() ? -x : x) > (y.isNegative() ? -y : y);
    });
}

CurrencyTotal& totalOf(std::vector<CurrencyTotal>& totals, const Currency& currency)
{
    for (CurrencyTotal& total : totals)
        if (total.currency == currency)
            return total;
    totals.push_back({currency, {}, 0, 0});
    return totals.back();
}

void addLine(Amount& cost, std::uint64_t& rows, std::uint64_t& unknown, const FakeBackend::Line& line)
{
    ++rows;
    if (!line.cost)
        ++unknown;
    else
        cost = checkedAdd(cost, *line.cost).take();
}

} // namespace

FakeBackend::FakeBackend()
{
    answerFromLines();
    m_workspaces.describe = [this] { return infoOfLines(); };
    const Day last = Day::fromYmd(2026, 11, 19);
    const Day first = last - 119;
    std::uint64_t number = 2;
    for (Day day = first; day <= last; day = day + 1) {
        int kindNumber = 0;
        for (const Kind& kind : kKinds) {
            Line line{day, kind.provider, kind.service, kind.team,       kind.region, kind.environment,
                      {},  "Usage",       {},           Currency("USD"), {},          {},
                      0};
            const int weekday = day.weekday() >= 5 && std::string(kind.environment) == "prod" ? 82 : 100;
            const int trend = 100 + (day - first) / 4;
            std::int64_t cents = static_cast<std::int64_t>(kind.dollarsPerDay) * weekday * trend *
                                 (100 + noise(day.number, kindNumber)) / 10'000;
            if (std::string(kind.service) == "Azure OpenAI Service" && day == last - 8)
                cents *= 3; // the planted incident
            line.cost = Amount::fromAttos(static_cast<Int128>(cents) * (Amount::kAttosPerUnit / 100) +
                                          std::int64_t{150'000'000} * kindNumber);
            line.resource = std::string(kind.service) + "/" + kind.team + "-" + std::to_string(kindNumber);
            line.description = std::string(kind.service) + " usage in " + (kind.region[0] ? kind.region : "no region");
            line.category = "Usage";
            line.file = std::string(kind.provider) + "-" + toString(day.firstOfMonth()).substr(0, 7) + ".csv";
            line.line = number++;
            lines.push_back(line);
            ++kindNumber;
        }
        if (day.dayOfMonth() == 3) { // a credit, larger than what it is for
            Line credit = lines.back();
            credit.service = "Amazon CloudFront";
            credit.provider = "AWS";
            credit.team = "Search";
            credit.category = "Credit";
            credit.description = "Promotional credit";
            credit.cost = Amount::fromUnits(-4200);
            credit.line = number++;
            lines.push_back(credit);
        }
        if (day.dayOfMonth() % 9 == 0) { // the source left the cost empty
            Line unknown = lines.back();
            unknown.service = "Vertex AI";
            unknown.provider = "GCP";
            unknown.team = "Research";
            unknown.cost.reset();
            unknown.line = number++;
            lines.push_back(unknown);
        }
        Line euro = lines.back();
        euro.provider = "Hetzner";
        euro.service = "Dedicated server";
        euro.team = "Payments";
        euro.category = "Usage";
        euro.region = "fsn1";
        euro.currency = Currency("EUR");
        euro.cost =
            Amount::fromAttos(static_cast<Int128>(4'123 + noise(day.number, 99)) * (Amount::kAttosPerUnit / 100));
        euro.line = number++;
        lines.push_back(euro);
    }
}

void FakeDesk::deliver()
{
    while (!m_waiting.empty()) {
        auto run = std::move(m_waiting.begin()->second);
        m_waiting.erase(m_waiting.begin());
        run();
    }
}

bool FakeDesk::deliverSlot(const std::string& slot)
{
    const auto found = m_waiting.find(slot);
    if (found == m_waiting.end())
        return false;
    auto run = std::move(found->second);
    m_waiting.erase(found);
    run();
    return true;
}

void FakeDesk::later(const std::string& slot, std::function<void()> run)
{
    if (immediate)
        run();
    else
        m_waiting[slot] = std::move(run);
}

std::string FakeBackend::valueOf(const Line& line, const Dim& dim)
{
    switch (dim.kind) {
    case Dim::Kind::Provider:
        return line.provider;
    case Dim::Kind::Service:
        return line.service;
    case Dim::Kind::Team:
        return line.team;
    case Dim::Kind::Region:
        return line.region;
    case Dim::Kind::Environment:
        return line.environment;
    case Dim::Kind::Resource:
        return line.resource;
    case Dim::Kind::ChargeCategory:
        return line.category;
    case Dim::Kind::Currency:
        return std::string(line.currency.code());
    case Dim::Kind::Column:
        return dim.key == "ServiceName"      ? line.service
               : dim.key == "ResourceName"   ? line.resource
               : dim.key == "ChargeCategory" ? line.category
                                             : std::string();
    default:
        return {};
    }
}

std::vector<const FakeBackend::Line*> FakeBackend::selected(const CostQuery& query) const
{
    std::vector<const Line*> found;
    for (const Line& line : lines) {
        bool keep = query.range.contains(line.day);
        for (const Filter& filter : query.filters) {
            if (!filter.typed.empty()) {
                std::string value = valueOf(line, filter.dim);
                for (std::size_t i = 0; i < filter.orElse.size() && value.empty(); ++i)
                    value = valueOf(line, filter.orElse[i]);
                keep = keep && CellFilter::parse(filter.typed, CellFilter::Kind::Text)->matches({value, value});
                continue;
            }
            const bool named =
                std::find(filter.values.begin(), filter.values.end(), valueOf(line, filter.dim)) != filter.values.end();
            keep = keep && named != filter.exclude;
        }
        if (keep)
            found.push_back(&line);
    }
    return found;
}

CostTable FakeBackend::tableOf(const CostQuery& query) const
{
    CostTable table;
    table.query = query;
    table.revision = revision;
    using Cell = std::tuple<Currency, Day, std::vector<std::string>>;
    std::map<Cell, CostRow> rows;
    std::map<Cell, std::set<std::string>> seen;
    std::map<Currency, std::set<std::string>> seenInAll;
    for (const Line* line : selected(query)) {
        std::vector<std::string> keys;
        for (const Dim& dim : query.by)
            keys.push_back(valueOf(*line, dim));
        const Day period =
            query.granularity == Granularity::None ? Day::none() : stepStart(line->day, query.granularity);
        CostRow& row = rows[{line->currency, period, keys}];
        row.keys = keys;
        row.period = period;
        row.currency = line->currency;
        addLine(row.cost, row.rows, row.unknownRows, *line);
        CurrencyTotal& total = totalOf(table.totals, line->currency);
        addLine(total.cost, total.rows, total.unknownRows, *line);
        const std::string counted = query.countDistinct ? valueOf(*line, *query.countDistinct) : std::string();
        if (!counted.empty()) {
            row.distinct += seen[{line->currency, period, keys}].insert(counted).second ? 1U : 0U;
            total.distinct += seenInAll[line->currency].insert(counted).second ? 1U : 0U;
        }
    }
    for (auto& [key, row] : rows)
        table.rows.push_back(row);
    std::stable_sort(table.totals.begin(), table.totals.end(),
                     [](const CurrencyTotal& a, const CurrencyTotal& b) { return a.cost > b.cost; });
    return table;
}

SeriesSet FakeBackend::seriesOf(const SeriesQuestion& request) const
{
    CostQuery query = request.query;
    if (query.granularity == Granularity::None)
        query.granularity = Granularity::Day;
    const CostTable table = tableOf(query);
    std::map<std::pair<Currency, std::vector<std::string>>, Amount> sizes;
    std::set<Day> steps;
    for (const CostRow& row : table.rows) {
        Amount& size = sizes[{row.currency, row.keys}];
        size = checkedAdd(size, row.cost).take();
        steps.insert(row.period);
    }
    std::vector<std::pair<Amount, std::pair<Currency, std::vector<std::string>>>> order;
    for (const auto& [key, size] : sizes)
        order.emplace_back(size, key);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    SeriesSet set;
    set.query = query;
    set.revision = revision;
    std::map<std::pair<Currency, std::vector<std::string>>, std::size_t> place;
    std::map<Currency, std::size_t> count, rest;
    for (const auto& [size, key] : order) {
        const bool fold = query.top > 0 && count[key.first] >= query.top;
        if (fold && rest.count(key.first) > 0) {
            place[key] = rest[key.first];
            continue;
        }
        CostSeries series;
        series.currency = key.first;
        series.keys = fold ? std::vector<std::string>() : key.second;
        series.isOther = fold;
        for (const Day day : steps)
            series.points.push_back({day, {}, true});
        place[key] = set.series.size();
        if (fold)
            rest[key.first] = set.series.size();
        ++count[key.first];
        set.series.push_back(series);
    }
    for (const CostRow& row : table.rows)
        for (SeriesPoint& point : set.series[place[{row.currency, row.keys}]].points)
            if (point.period == row.period)
                point.cost = checkedAdd(point.cost, row.cost).take();
    for (CostSeries& series : set.series) {
        if (request.anomalies && series.points.size() > 9) {
            for (std::size_t i = 8; i < series.points.size(); ++i) {
                const double now = series.points[i].cost.toDouble(), before = series.points[i - 7].cost.toDouble();
                if (now > 2.0 * std::fabs(before) && now > 300)
                    series.anomalies.push_back({series.points[i].period, now, before, before * 0.8, before * 1.2,
                                                now - before, 9, "high", "spike", "open"});
            }
        }
        double mean = series.points.empty() ? 0 : series.points.back().cost.toDouble();
        for (int i = 0; i < request.forecastSteps && !series.points.empty(); ++i) {
            Day day = series.points.back().period;
            for (int s = 0; s <= i; ++s)
                day = nextStep(day, query.granularity);
            const double spread = 0.03 * mean * std::sqrt(i + 1.0);
            series.forecast.push_back(
                {day, mean, mean - 1.28 * spread, mean + 1.28 * spread, mean - 1.96 * spread, mean + 1.96 * spread});
            mean *= 1.001;
        }
    }
    if (request.base) {
        SeriesQuestion before = request;
        before.query.range = *request.base;
        before.base.reset();
        before.forecastSteps = 0;
        before.anomalies = false;
        set.previous = seriesOf(before).series;
        set.base = request.base;
    }
    return set;
}

/// Told apart as the program does, but simply: the first `most` keys by |change|, then all others as one.
BridgeSet FakeBackend::bridgesOf(const BridgeQuestion& request) const
{
    BridgeSet set;
    set.query = request.query;
    set.base = request.base;
    const WorkspaceInfo info = infoOfLines();
    set.days = daysCovered(request.query.range, info.dataFrom, info.dataThrough);
    set.baseDays = daysCovered(request.base, info.dataFrom, info.dataThrough);
    set.revision = revision;
    CostQuery earlier = request.query;
    earlier.range = request.base;
    const CostTable tables[] = {tableOf(request.query), tableOf(earlier)};
    for (const CurrencyTotal& total : tables[0].totals) {
        Bridge bridge;
        bridge.currency = total.currency;
        std::map<KeyTuple, Bridge::Part> parts;
        for (const bool isBefore : {false, true}) {
            for (const CostRow& row : tables[isBefore ? 1 : 0].rows) {
                if (row.currency != total.currency)
                    continue;
                Bridge::Part& part = parts[row.keys];
                part.keys = row.keys;
                (isBefore ? part.before : part.now) = row.cost;
                (isBefore ? part.rowsBefore : part.rowsNow) = row.rows;
                (isBefore ? bridge.rowsBefore : bridge.rowsNow) += row.rows;
                (isBefore ? bridge.unknownBefore : bridge.unknownNow) += row.unknownRows;
            }
        }
        std::vector<Bridge::Part> sorted;
        for (const auto& [keys, part] : parts)
            sorted.push_back(part);
        std::stable_sort(sorted.begin(), sorted.end(), [](const Bridge::Part& a, const Bridge::Part& b) {
            return std::abs(a.change().toDouble()) > std::abs(b.change().toDouble());
        });
        Bridge::Part others;
        others.isFolded = true;
        others.count = 0;
        for (Bridge::Part& part : sorted) {
            bridge.base = *checkedAdd(bridge.base, part.before);
            bridge.current = *checkedAdd(bridge.current, part.now);
            part.kind = part.rowsBefore == 0         ? Bridge::Kind::New
                        : part.rowsNow == 0          ? Bridge::Kind::Gone
                        : part.change().isNegative() ? Bridge::Kind::Faller
                                                     : Bridge::Kind::Riser;
            if (bridge.parts.size() < request.most) {
                bridge.parts.push_back(part);
                continue;
            }
            others.before = *checkedAdd(others.before, part.before);
            others.now = *checkedAdd(others.now, part.now);
            ++others.count;
        }
        if (others.count > 0)
            bridge.parts.push_back(others);
        set.bridges.push_back(std::move(bridge));
    }
    return set;
}

ChargePage FakeBackend::pageOf(const CostQuery& query, std::uint64_t offset, std::uint64_t limit,
                               bool largestFirst) const
{
    std::vector<const Line*> found = selected(query);
    if (largestFirst)
        sortLargestFirst(found);
    ChargePage page;
    page.offset = offset;
    page.total = found.size();
    page.revision = revision;
    for (const Line* line : found) {
        CurrencyTotal& total = totalOf(page.totals, line->currency);
        addLine(total.cost, total.rows, total.unknownRows, *line);
    }
    for (std::uint64_t i = offset; i < std::min<std::uint64_t>(offset + limit, found.size()); ++i) {
        const Line& line = *found[i];
        ChargeRow row;
        row.source = "demo";
        row.file = line.file;
        row.line = line.line;
        row.chargeStart = Instant{static_cast<std::int64_t>(line.day.number) * 86'400};
        row.chargeEnd = Instant{row.chargeStart.seconds + 86'400};
        row.billingPeriod = line.day.firstOfMonth();
        row.currency = line.currency;
        row.cost.fill(line.cost);
        row.team = line.team;
        row.text[static_cast<std::size_t>(Column::ProviderName)] = line.provider;
        row.text[static_cast<std::size_t>(Column::ServiceName)] = line.service;
        row.text[static_cast<std::size_t>(Column::RegionId)] = line.region;
        row.text[static_cast<std::size_t>(Column::ResourceId)] = line.resource;
        row.text[static_cast<std::size_t>(Column::ChargeCategory)] = line.category;
        row.text[static_cast<std::size_t>(Column::ChargeDescription)] = line.description;
        if (line.day >= Day::fromYmd(2026, 11, 18))
            row.extra = {{"x_Project", "demo"}, {"x_ChargeState", "Estimated"}};
        else if (line.provider == "OpenAI")
            row.extra = {{"x_ChargeState", "Final"}};
        page.rows.push_back(std::move(row));
    }
    return page;
}

WorkspaceInfo FakeBackend::infoOfLines() const
{
    WorkspaceInfo info;
    info.path = "/fake/demo.altimeter";
    info.name = "Demo";
    info.isDemo = true;
    info.revision = revision;
    info.rows = lines.size();
    for (const Line& line : lines) {
        info.dataFrom = info.dataFrom.isValid() ? std::min(info.dataFrom, line.day) : line.day;
        info.dataThrough = info.dataThrough.isValid() ? std::max(info.dataThrough, line.day) : line.day;
        if (std::find(info.currencies.begin(), info.currencies.end(), line.currency) == info.currencies.end())
            info.currencies.push_back(line.currency);
    }
    return info;
}

/// How the figures of the lines answer.
void FakeBackend::answerFromLines()
{
    answers<OverviewQuestion>([](const OverviewQuestion& asked) {
        Overview empty;
        empty.lens = asked.lens;
        return empty;
    });
    answers<TableQuestion>([this](const TableQuestion& asked) { return tableOf(asked.query); });
    answers<SeriesQuestion>([this](const SeriesQuestion& asked) { return seriesOf(asked); });
    answers<FiguresQuestion>([this](const FiguresQuestion& asked) {
        std::vector<FigureNow> all;
        for (const Figure& figure : asked.figures) {
            CostQuery query;
            query.range = figure.range;
            query.filters = figure.filters;
            query.lens = figure.lens;
            FigureNow now;
            for (const CostRow& row : tableOf(query).rows)
                if (row.currency == figure.currency) {
                    now.rows += row.rows;
                    now.amount = row.cost;
                }
            all.push_back(now);
        }
        return all;
    });
    answers<BridgeQuestion>([this](const BridgeQuestion& asked) { return bridgesOf(asked); });
    answers<ChargesQuestion>([this](const ChargesQuestion& asked) {
        ChargePage page = pageOf(asked.query, asked.offset, asked.limit, asked.largestFirst);
        if (!asked.order.empty()) {
            page = pageOf(asked.query, 0, lines.size(), false);
            sortByKeys(page.rows, asked.order);
            page.offset = asked.offset;
            page.rows.erase(page.rows.begin(), page.rows.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                                       asked.offset, page.rows.size())));
            page.rows.resize(std::min<std::size_t>(page.rows.size(), asked.limit));
        }
        if (!asked.typedCost.empty() || !asked.typedDay.empty())
            page = lineFiltered(asked);
        for (const ChargeRow& row : page.rows) {
            CurrencyTotal& total = totalOf(page.windowTotals, row.currency);
            total.cost = checkedAdd(total.cost, row.cost.front().value_or(Amount())).take();
            ++total.rows;
            total.unknownRows += row.cost.front() ? 0U : 1U;
        }
        if (asked.onlyTotals)
            page.rows.clear();
        return page;
    });
    answers<DimValuesQuestion>([this](const DimValuesQuestion& asked) { return valuesOf(asked); });
    answers<DynamicDimsQuestion>([](const DynamicDimsQuestion&) {
        return std::vector<Dim>{{Dim::Kind::Tag, "env"}, {Dim::Kind::Tag, "owner"}, {Dim::Kind::Column, "x_Project"}};
    });
    answers<RulesQuestion>([this](const RulesQuestion&) { return m_rules.published; });
    answers<RuleVersionsQuestion>([this](const RuleVersionsQuestion&) {
        RulesDocument first{R"({"rules":[{"name":"Old","when":[],"set":{"team":"Search"}}]})", 1,
                            m_rules.published.publishedAt};
        return std::vector<RulesDocument>{m_rules.published, first};
    });
    answers<CalendarQuestion>(
        [this](const CalendarQuestion& asked) { return fakeCalendar(asked.range, calendarSources, negativeCalendar); });
}

ChargePage FakeBackend::lineFiltered(const ChargesQuestion& asked) const
{
    const auto filter = CellFilter::parse(asked.typedCost, CellFilter::Kind::Number).take();
    ChargePage page = pageOf(asked.query, 0, lines.size(), asked.largestFirst);
    const auto days = CellFilter::parse(asked.typedDay, CellFilter::Kind::Day).take();
    std::erase_if(page.rows, [&filter, &days](const ChargeRow& row) {
        const std::string day = toString(row.chargeStart.day());
        if (!days.matches({day, day}))
            return true;
        const std::string text = row.cost.front() ? row.cost.front()->toString(2) : std::string();
        return !filter.matches({text, text});
    });
    page.total = page.rows.size();
    page.offset = asked.offset;
    page.totals.clear();
    for (const ChargeRow& row : page.rows) {
        CurrencyTotal& total = totalOf(page.totals, row.currency);
        total.cost = checkedAdd(total.cost, row.cost.front().value_or(Amount())).take();
        ++total.rows;
        total.unknownRows += row.cost.front() ? 0U : 1U;
    }
    const auto from = std::min<std::size_t>(asked.offset, page.rows.size());
    const auto to = std::min<std::size_t>(from + asked.limit, page.rows.size());
    page.rows = std::vector<ChargeRow>(page.rows.begin() + static_cast<std::ptrdiff_t>(from),
                                       page.rows.begin() + static_cast<std::ptrdiff_t>(to));
    return page;
}

void FakeBackend::put(const std::string& slot, Question question, ui::Answer<ui::AnyAnswer> answer)
{
    m_asked.push_back(question);
    answerLater<ui::AnyAnswer>(
        slot, std::move(answer), [this, question = std::move(question)]() -> Result<ui::AnyAnswer> {
            if (const auto known = m_answers.find(question.index()); known != m_answers.end())
                return known->second(question);
            return std::visit(
                []<typename Q>(const Q&) -> Result<ui::AnyAnswer> { return ui::AnyAnswer::of(typename Q::Answer{}); },
                question);
        });
}

void FakeBackend::compute(const std::string& slot, std::function<void(const std::stop_token&)> work,
                          std::function<void(bool isDone)> done)
{
    later(slot, [this, work = std::move(work), done = std::move(done)] {
        ++computed;
        work({});
        done(!isOutOfMemory);
    });
}

std::vector<std::string> FakeBackend::valuesOf(const DimValuesQuestion& question) const
{
    std::map<std::string, Amount> sizes;
    for (const Line* line : selected(question.query)) {
        Amount& size = sizes[valueOf(*line, question.dim)];
        size = checkedAdd(size, line->cost.value_or(Amount())).take();
    }
    std::vector<std::pair<std::string, Amount>> order(sizes.begin(), sizes.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<std::string> values;
    for (const auto& [value, size] : order)
        if (values.size() < question.limit)
            values.push_back(value);
    return values;
}

void FakeWorkspaces::open(const std::string& path, bool, ui::Answer<WorkspaceInfo> answer)
{
    opened.push_back(path);
    if (hold) {
        held = std::move(answer);
        return;
    }
    if (failure) {
        answer(*failure);
        return;
    }
    isOpen = true;
    answer(info());
}

void FakeImports::start(const std::vector<std::string>& paths, const Wish& wish, ui::ProgressSink onProgress,
                        ui::Answer<ImportReport> answer)
{
    imported.push_back(paths);
    wishes.push_back(wish);
    progress = std::move(onProgress);
    if (hold) {
        held = std::move(answer);
        return;
    }
    ImportReport made = report;
    made.filesRead = paths.size();
    answer(made);
}

void FakeImports::survey(const std::vector<std::string>&, const Wish& wish, ui::ProgressSink onProgress,
                         ui::Answer<ImportSurvey> answer)
{
    surveyed.push_back(wish);
    progress = std::move(onProgress);
    if (holdSurvey)
        heldSurvey = std::move(answer);
    else
        answer(found);
}

void FakeImports::takeBack(std::int64_t delivery, ui::Answer<SetAsideReport> answer)
{
    aside.push_back("back " + std::to_string(delivery));
    answer(asideFailure ? Result<SetAsideReport>(*asideFailure) : asideReport);
}

void FakeImports::removeSource(const std::string& name, ui::Answer<SetAsideReport> answer)
{
    aside.push_back("remove " + name);
    answer(asideFailure ? Result<SetAsideReport>(*asideFailure) : asideReport);
}

void FakeImports::restoreSource(const std::string& name, ui::Answer<SetAsideReport> answer)
{
    aside.push_back("restore " + name);
    answer(asideFailure ? Result<SetAsideReport>(*asideFailure) : asideReport);
}

void FakeRules::check(const std::string& slot, const std::string& json, ui::Answer<RuleSet> answer)
{
    m_desk.answerLater<RuleSet>(slot, std::move(answer), [json]() -> Result<RuleSet> {
        if (json.find("\"nonsense\"") != std::string::npos)
            return Error{ErrorCode::Invalid, "unknown key 'nonsense'", "rules[0]"};
        return RuleSet{};
    });
}

void FakeRules::publish(const RulesToPublish& rules, ui::Answer<RulesDocument> answer)
{
    if (m_desk.failure) {
        answer(*m_desk.failure);
        return;
    }
    if (rules.over != published.version) {
        answer(Error{ErrorCode::Conflict, "version " + std::to_string(published.version) + " is in force", {}});
        return;
    }
    texts.push_back(rules.json);
    wanted.push_back(rules);
    published = {rules.json, published.version + 1, {}, {rules.from, rules.note, {}, {}}};
    answer(published);
}

void FakeViews::save(const SavedView& view, ui::Answer<bool> answer)
{
    const auto known =
        std::find_if(list.begin(), list.end(), [&](const SavedView& one) { return one.name == view.name; });
    if (known != list.end())
        *known = view;
    else
        list.push_back(view);
    answer(true);
}

void FakeViews::remove(const std::string& name, ui::Answer<bool> answer)
{
    std::erase_if(list, [&](const SavedView& known) { return known.name == name; });
    answer(true);
}

void FakeViews::rename(const std::string& from, const std::string& to, ui::Answer<bool> answer)
{
    for (const SavedView& view : list)
        if (view.name == to) {
            answer(Error{ErrorCode::Conflict, "another view has this name", to});
            return;
        }
    for (SavedView& view : list)
        if (view.name == from)
            view.name = to;
    answer(true);
}

void FakeViews::order(const std::vector<std::string>& names, ui::Answer<bool> answer)
{
    const auto place = [&names](const SavedView& view) {
        return std::find(names.begin(), names.end(), view.name) - names.begin();
    };
    std::stable_sort(list.begin(), list.end(),
                     [&](const SavedView& a, const SavedView& b) { return place(a) < place(b); });
    answer(true);
}

void FakeNotes::save(const Note& note, ui::Answer<Note> answer)
{
    Note kept = note;
    kept.author = "ana";
    kept.written = now;
    kept.figure = canonical(kept.figure);
    std::int64_t last = 0;
    for (const Note& one : list)
        last = std::max(last, one.id);
    if (kept.id == 0)
        kept.id = last + 1;
    std::erase_if(list, [&](const Note& one) { return one.id == kept.id; });
    list.push_back(kept);
    std::sort(list.begin(), list.end(), [](const Note& a, const Note& b) { return a.id < b.id; });
    answer(kept);
}

void FakeNotes::restore(const Note& note, ui::Answer<Note> answer)
{
    list.push_back(note);
    answer(note);
}

void FakeNotes::remove(std::int64_t id, ui::Answer<bool> answer)
{
    std::erase_if(list, [&](const Note& one) { return one.id == id; });
    answer(true);
}

} // namespace altimeter::test
