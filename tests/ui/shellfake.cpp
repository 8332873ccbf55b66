#include "tests/ui/shellfake.h"

#include <algorithm>
#include <cmath>

namespace altimeter::test {

namespace {

constexpr const char* kRules = R"({
  "rules": [
    { "name": "Team from tags", "when": [], "set": { "team": { "from": ["tag:team", "tag:owner"], "map": { "srch": "Search" } } } },
    {
      "name": "Sandbox accounts",
      "when": [
        { "column": "SubAccountId", "in": ["111122223333", "444455556666"] },
        { "tag": "env", "exists": false }
      ],
      "set": { "team": "Research", "environment": "development" }
    },
    {
      "name": "Shared cluster",
      "when": [{ "dim": "service", "equals": "Azure Kubernetes Service" }],
      "split": { "method": "fixed", "weights": { "Search": 3, "Ads": 1 } },
      "effective": { "from": "2026-01-01" }
    },
    { "name": "Support", "when": [{ "dim": "service", "contains": "Support" }], "split": { "method": "proportional" } },
    { "name": "Old mapping", "when": [{ "tag": "cc", "prefix": "9" }], "set": { "team": "Platform" }, "enabled": false }
  ]
}
)";

Amount units(double value)
{
    return Amount::fromAttos(static_cast<Int128>(std::llround(value * 100)) * (Amount::kAttosPerUnit / 100));
}

DecimalSum exactSum(const char* text)
{
    const auto sum = DecimalSum::parse(text);
    return sum ? *sum : DecimalSum();
}

const std::vector<std::string>& teamNames()
{
    static const std::vector<std::string> names{
        "Search", "Checkout", "Support assistant", "Payments", "Data platform", "Research", "Ads", "Mobile", ""};
    return names;
}

} // namespace

ShellFake::ShellFake(Scene chosen) : scene(chosen)
{
    immediate = true;
    rules().published = {kRules, 3};
    imports().report.rowsRead = 1204;
    imports().report.rowsStored = 1200;
    imports().report.rowsRejected = 4;
    for (const Day month : {Day::fromYmd(2026, 8, 1), Day::fromYmd(2026, 9, 1)}) {
        PartitionReport& part = imports().report.partitions.emplace_back();
        part.partition.currency = Currency("USD");
        part.partition.billingPeriod = month;
        part.rowsStored = 600;
    }
    imports().report.findings.resize(3);
    workspaces().isOpen = scene != Scene::Closed;
    workspaces().describe = [this, ofLines = workspaces().describe] {
        WorkspaceInfo info = ofLines();
        info.path = "/fake/company.altimeter";
        info.name =
            scene == Scene::Huge ? "Consolidated group reporting, all subsidiaries and joint ventures" : "Company";
        info.isDemo = false;
        info.rulesVersion = rules().published.version;
        info.readOnly = readOnly;
        return info;
    };
    if (scene != Scene::Empty)
        workspaces().others = {{"/home/ana/finops/company.altimeter", "company"},
                               {"/home/ana/finops/emea-2026.altimeter", "emea-2026"}};
    if (scene != Scene::Empty) {
        connections().connected = fakeConnections(scene == Scene::Huge ? 60 : 0);
        calendarSources = scene == Scene::Huge ? 60 : 8;
        negativeCalendar = scene == Scene::Negative;
    }
    answers<OverviewQuestion>([this](const OverviewQuestion& asked) { return makeOverview(asked.lens); });
    answers<SourcesQuestion>([this](const SourcesQuestion&) { return makeSources(); });
    answers<PartitionsQuestion>([this](const PartitionsQuestion&) { return makePartitions(); });
    answers<FindingsQuestion>([this](const FindingsQuestion&) { return makeFindings(); });
    answers<FindingGroupsQuestion>([this](const FindingGroupsQuestion&) { return makeFindingGroups(); });
    answers<RejectedQuestion>([this](const RejectedQuestion&) { return makeRejected(); });
    answers<ProofQuestion>([this](const ProofQuestion&) { return makeProof(); });
    answers<DeliveriesQuestion>([](const DeliveriesQuestion&) { return someDeliveries(); });
    answers<RuleDiffQuestion>(
        [this](const RuleDiffQuestion& asked) { return makeDiff(asked.rules != rules().published.json); });
    if (scene == Scene::Empty)
        lines.clear();
    if (scene == Scene::Failed)
        failure = Error{ErrorCode::Database, "the database disk image is malformed", "work.altimeter"};
    if (scene == Scene::Huge) {
        for (Line& line : lines) {
            line.currency = Currency("IDR");
            line.cost = Amount::fromUnits(987'654'321'012);
        }
    }
}

std::vector<SourceInfo> ShellFake::makeSources() const
{
    const Day last = Day::fromYmd(2026, 11, 19);
    std::vector<SourceInfo> made;
    if (scene == Scene::Empty)
        return made;
    const std::size_t count = scene == Scene::Huge ? 24 : 4;
    const char* names[] = {"aws", "azure", "gcp", "ai-vendors"};
    for (std::size_t i = 0; i < count; ++i) {
        SourceInfo source;
        source.name = i < 4 ? names[i] : "subsidiary-export-" + std::to_string(i);
        source.kind = "focus-csv";
        source.partitions = 13;
        source.rows = 1'204'332 / (i + 1);
        source.dataFrom = Day::fromYmd(2025, 11, 1);
        source.dataThrough = i == 2 ? last - 5 : last;
        source.lastImport = Instant{1'795'200'000};
        source.rejected = i == 1 ? 4 : 0;
        source.findings = i == 3 ? 7 : 0;
        source.state = i == 1 ? "rejected lines" : i == 3 ? "findings" : "ok";
        made.push_back(source);
    }
    return made;
}

std::vector<ProofLine> ShellFake::makeProof() const
{
    std::vector<ProofLine> made;
    if (scene == Scene::Empty)
        return made;
    const int count = scene == Scene::Huge ? 4000 : 26;
    for (int i = 0; i < count; ++i) {
        ProofLine line;
        line.source = i % 2 ? "azure" : "aws";
        line.provider = i % 2 ? "Microsoft" : "AWS";
        line.billingAccount = i % 2 ? "8f1c-77aa" : "111122223333";
        line.billingPeriod = Day::fromYmd(2026, 11, 1).addMonths(-(i / 2) % 40);
        line.currency = Currency(scene == Scene::Huge ? "IDR" : "USD");
        line.lens = i % 4 < 2 ? CostLens::Billed : CostLens::Effective;
        const char* total = scene == Scene::Huge       ? "123456789012345678.901234567"
                            : scene == Scene::Negative ? "-31842.170000150"
                                                       : "31842.170000150123456789012";
        line.fileTotal = line.storedTotal = line.rolledUpTotal = line.allocatedTotal = line.exportedTotal =
            exactSum(total);
        if (scene == Scene::Negative && i == 3) {
            line.storedTotal = exactSum("-31842.160000150");
            line.remainder = exactSum("-0.01");
            line.parts.push_back({"rejected lines", exactSum("0.00")});
        }
        made.push_back(line);
    }
    return made;
}

Overview ShellFake::makeOverview(CostLens lens) const
{
    Overview made;
    made.lens = lens;
    made.asOf = Day::fromYmd(2026, 11, 20);
    made.month = Day::fromYmd(2026, 11, 1);
    made.sources = makeSources();
    if (scene == Scene::Empty)
        return made;
    const bool huge = scene == Scene::Huge;
    const bool negative = scene == Scene::Negative;
    const double scale = huge ? 98'765'432'109.87 : negative ? -1.0 : 1.0;
    for (const char* code : {huge ? "IDR" : "USD", "EUR"}) {
        Overview::PerCurrency f;
        f.currency = Currency(code);
        const double size = scale * (std::string(code) == "EUR" ? 0.021 : 1.0);
        f.monthToDate = units(61'842.17 * size);
        f.sameDaysLastMonth = units(58'120.40 * size);
        f.lastMonth = units(93'004.12 * size);
        f.hasLastMonth = !(huge && std::string(code) == "EUR");
        f.monthEndMean = 97'400 * size;
        f.monthEndLo80 = 95'100 * size;
        f.monthEndHi80 = 99'800 * size;
        f.monthEndLo95 = 93'900 * size;
        f.monthEndHi95 = 101'200 * size;
        f.hasForecast = !negative;
        f.hasEstimated = std::string(code) != "EUR";
        f.estimated = units(9'310.55 * size);
        f.unallocated = units(2'034.66 * size);
        const std::size_t teams = huge ? 60 : teamNames().size();
        for (std::size_t i = 0; i < teams; ++i) {
            CostRow row;
            row.keys = {i < teamNames().size()
                            ? teamNames()[i]
                            : "Regional platform engineering and shared services " + std::to_string(i)};
            row.currency = f.currency;
            row.cost = units((18'000.0 / static_cast<double>(i + 1) - (negative && i == 2 ? 9000 : 0)) * size);
            f.teams.push_back(row);
            const double before = i % 3 == 1 ? 1.06 : i == 5 ? 0 : 0.94;
            f.teamMovers.push_back({row.keys, row.cost, units(row.cost.toDouble() * before)});
        }
        const char* services[] = {
            "Azure OpenAI Service", "Amazon EC2", "Claude Sonnet", "Amazon RDS", "BigQuery", "Amazon S3", "Vertex AI",
            "AWS Support"};
        for (std::size_t i = 0; i < 8; ++i)
            f.serviceMovers.push_back(
                {{services[i]},
                 units((9'000.0 / static_cast<double>(i + 1)) * size),
                 units((i == 6 ? 0 : 8'200.0 / static_cast<double>(i + 1) + (i % 2 ? 400.0 : 0)) * size)});
        f.daily.currency = f.currency;
        for (int d = 89; d >= 0; --d) {
            const Day day = made.asOf - 1 - d;
            const double weekday = day.weekday() >= 5 ? 0.8 : 1.0;
            const double spike = d == 8 ? 1.45 : 1.0;
            const double wave = 1 + 0.03 * std::sin(day.number * 1.3);
            f.daily.points.push_back({day, units(3'200 * weekday * spike * wave * size), true});
        }
        f.daily.anomalies.push_back({made.asOf - 9, 4640 * size, 3200 * size, 2900 * size, 3500 * size, 1440 * size,
                                     7.1, "high", "spike", "open"});
        for (int d = 0; d < 11 && f.hasForecast; ++d) {
            const double mean = 3'260 * size, spread = (60 + 20 * d) * size;
            f.daily.forecast.push_back({made.asOf + d, mean, mean - 1.28 * spread, mean + 1.28 * spread,
                                        mean - 1.96 * spread, mean + 1.96 * spread});
        }
        made.currencies.push_back(f);
    }
    const char* kinds[] = {"spike", "level-shift", "drop", "slow-leak"};
    const char* severities[] = {"high", "medium", "low"};
    const int anomalies = huge ? 80 : 5;
    for (int i = 0; i < anomalies; ++i) {
        Overview::AnomalyItem item;
        item.keys = {teamNames()[static_cast<std::size_t>(i) % 8]};
        item.currency = made.currencies.front().currency;
        const double impact = (i == 2 ? -420.0 : 1'440.0 / (i + 1)) * scale;
        item.mark = {made.asOf - 9 - i, 900 * scale + impact, 900 * scale, 800 * scale, 1000 * scale, impact, 5,
                     severities[i % 3], kinds[i % 4],         "open"};
        made.anomalies.push_back(item);
    }
    made.partitions = huge ? 4000 : 26;
    if (negative) {
        made.unreconciled = 1;
        for (const ProofLine& line : makeProof()) {
            if (!line.reconciled())
                made.remainders.push_back(line);
        }
    }
    return made;
}

std::vector<PartitionInfo> ShellFake::makePartitions() const
{
    std::vector<PartitionInfo> made;
    for (const ProofLine& line : makeProof()) {
        PartitionInfo info;
        info.ids = {static_cast<std::int64_t>(made.size())};
        info.source = line.source;
        info.provider = line.provider;
        info.billingAccount = line.billingAccount;
        info.billingPeriod = line.billingPeriod;
        info.currency = line.currency;
        info.rows = 48'210;
        info.rejected = made.size() == 1 ? 4 : 0;
        info.fileTotal.fill(line.fileTotal);
        info.importedAt = Instant{1'795'200'000};
        info.files = {line.source + "-" + toString(line.billingPeriod).substr(0, 7) + ".csv.gz"};
        made.push_back(info);
    }
    return made;
}

std::vector<FindingGroup> ShellFake::makeFindingGroups() const
{
    std::vector<FindingGroup> groups;
    for (const Finding& finding : makeFindings()) {
        FindingCase one;
        one.finding = finding;
        one.key = keyOfKept(finding);
        one.lines.where = FindingLines::Where::Charges;
        one.lines.filters = {{Dim{Dim::Kind::Source, {}}, {finding.source}, false}};
        FindingGroup group;
        group.check = finding.check;
        group.severity = finding.severity;
        group.rows = finding.rows;
        if (groups.size() == 1) { // what could not be stored, twice
            one.lines = {FindingLines::Where::Rejected, {}, {}, true};
            FindingCase other = one;
            other.finding.file = other.key.file = "gcp-2026-11.csv";
            other.finding.rows = 7;
            group.rows += 7;
            group.touched.money = {{Currency("USD"), exactSum("10100")}, {Currency("EUR"), exactSum("-3.5")}};
            group.cases = {one, other};
        } else {
            group.touched = {{{Currency("USD"), exactSum("61842.17")}}, groups.empty()};
            one.touched = group.touched;
            group.cases = {one};
        }
        groups.push_back(group);
    }
    if (groups.size() == 3)
        groups[2].cases[0].acknowledged = Acknowledgement{groups[2].cases[0].key, 0, {1'795'200'000}, "ada", "known"};
    return groups;
}

std::vector<Finding> ShellFake::makeFindings() const
{
    std::vector<Finding> made;
    if (scene != Scene::Empty) {
        made.push_back({Severity::Error, "missing-column", 0, 1,
                        "The column ServiceCategory is missing; the standard requires it", "azure-2026-11.csv.gz",
                        "azure"});
        made.push_back({Severity::Warning, "number-format", 12'044, 2,
                        "BilledCost carries a currency sign or grouping commas (\"$10,100.00 \")", "gcp-2026-10.csv",
                        "gcp"});
        made.push_back({Severity::Note, "unknown-column", 0, 1, "x_Discount is no FOCUS column; it is kept as it is",
                        "aws-2026-11.csv", "aws"});
    }
    return made;
}

std::vector<RejectedLine> ShellFake::makeRejected() const
{
    std::vector<RejectedLine> made;
    if (scene != Scene::Empty) {
        const std::size_t count = scene == Scene::Huge ? 50'000 : 4;
        for (std::size_t i = 0; i < count; ++i)
            made.push_back(
                {"azure-2026-11.csv.gz", 1207 + i, "charge-period", "ChargePeriodStart is no date: \"the 3rd\"",
                 "8f1c-77aa,2026-11-01T00:00:00Z,the 3rd,,12.50,USD,Azure Monitor,=cmd|' /C calc'!A0", "azure"});
    }
    return made;
}

RuleDiff ShellFake::makeDiff(bool changed) const
{
    RuleDiff diff;
    const Currency usd("USD");
    diff.coverage.push_back({usd, units(512'300.00), units(447'203.15), units(changed ? 459'633.55 : 447'203.15)});
    for (int i = 0; i < 5; ++i)
        diff.use.push_back({static_cast<std::uint64_t>(48'000 / (i + 1)), {{usd, units(260'000.0 / (i + 1)), 1, 0}}});
    for (int month = 0; changed && month < 6; ++month) {
        const Day day = Day::fromYmd(2026, 11, 1).addMonths(-month);
        diff.moves.push_back({"team", "Research", day, usd, units(2'100.00), units(4'171.73)});
        diff.moves.push_back({"team", "", day, usd, units(10'200.10), units(8'128.37)});
        diff.balances.push_back({"team", day, usd, units(month == 0 ? 85'383.35 : 85'383.33),
                                 units(month == 0 ? 85'383.35 : 85'383.33), units(2'071.73), units(2'071.73)});
    }
    return diff;
}

DeliveredMoney delivered(const char* currency, const char* billed, std::uint64_t rows)
{
    const Day month = Day::fromYmd(2026, 6, 1);
    return {Currency(currency), *DecimalSum::parse(billed), rows, month, month.addMonths(1)};
}

SurveyedFile surveyed(const char* name, const char* profile, const char* version, std::uint64_t rows,
                      std::vector<DeliveredMoney> held)
{
    SurveyedFile one;
    one.name = name;
    one.profile = profile;
    one.version = version;
    one.rows = rows;
    one.money = std::move(held);
    return one;
}

/// A good file, one of a draft of the standard in many currencies, a copy, and notes that are no cost file.
ImportSurvey mixedFolder()
{
    ImportSurvey survey;
    survey.files.push_back(surveyed("june.csv", "focus", "1.2", 2416, {delivered("USD", "2593.33473396", 2416)}));
    std::vector<DeliveredMoney> many;
    for (char first = 'A'; first <= 'H'; ++first) {
        for (char second = 'A'; second <= 'T'; ++second)
            many.push_back(delivered((std::string("X") + first + second).c_str(), "12.5", 6));
    }
    survey.files.push_back(surveyed("negative/old.csv", "focus", "0.5", 960, many));
    survey.files.back().readAs = {"column \"BilledCurrency\" is read as BillingCurrency",
                                  "the names are those of FOCUS 0.5; they are mapped to their later names"};
    survey.files.push_back(surveyed("june-copy.csv", "focus", "1.2", 2416, {}));
    survey.files.back().state = SurveyedFile::State::Copy;
    survey.files.back().why = "holds no line that is not in june.csv";
    survey.files.push_back(surveyed("notes.csv", "", "", 0, {}));
    survey.files.back().state = SurveyedFile::State::Foreign;
    survey.files.back().why = "empty";
    PartitionReport part;
    part.action = PartitionReport::Action::New;
    part.partition.currency = Currency("USD");
    part.partition.billingPeriod = Day::fromYmd(2026, 6, 1);
    part.rowsStored = 2416;
    part.storedTotal[static_cast<std::size_t>(CostLens::Billed)] = *DecimalSum::parse("2593.33473396");
    survey.report.partitions.push_back(part);
    return survey;
}

Deliveries someDeliveries()
{
    Deliveries all;
    DeliveryInfo last;
    last.number = 7;
    last.source = "june";
    last.at = {1'790'000'000};
    last.files = {"june.csv"};
    last.rows = 3;
    last.money = {delivered("USD", "31.25", 3)};
    last.replaced = {delivered("USD", "20.75", 2)};
    DeliveryInfo first = last;
    first.number = 5;
    first.replaced.clear();
    first.stays = "what it brought was replaced or removed since; take that back first";
    all.deliveries = {last, first};
    all.removed = {{"trial", {1'780'000'000}, {delivered("EUR", "9.99", 1)}}};
    return all;
}

} // namespace altimeter::test
