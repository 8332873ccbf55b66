#include "tests/ui/fakeconnections.h"

#include "tests/ui/fakeareas.h"

#include <algorithm>
#include <array>

namespace altimeter::test {

namespace {

using Kind = ConnectorField::Kind;

ConnectorField baseAddress(const char* preset)
{
    return {"base_url", "Base address", "Change it only for a gateway in between.", Kind::Url, false, preset, {}};
}

ConnectorInfo simpleKind(const char* kind, const char* title, const char* summary, const char* secret,
                         const char* rights, const char* address)
{
    ConnectorInfo info;
    info.kind = kind;
    info.title = title;
    info.summary = summary;
    info.rights = rights;
    info.fields = {{"key", secret, "Make one in the settings of the organization.", Kind::Secret, true, {}, {}},
                   baseAddress(address)};
    info.freshness = "daily, some hours late; days change for about a week";
    return info;
}

DecimalSum sum(const char* text)
{
    const auto parsed = DecimalSum::parse(text);
    return parsed ? *parsed : DecimalSum();
}

ConnectionInfo connection(const char* name, const char* kind, ConnectionInfo::State state)
{
    ConnectionInfo info;
    info.settings.name = name;
    info.settings.kind = kind;
    info.state = state;
    if (state == ConnectionInfo::State::New)
        return info;
    info.lastSync = {kFakeNow.seconds - 7200};
    info.lastSuccess = info.lastSync;
    info.nextSync = {kFakeNow.seconds + 79'200};
    info.dataThrough = kFakeNow.day() - 1;
    info.dataFrom = info.dataThrough - 120;
    info.finalThrough = info.dataThrough - 7;
    info.rows = 12'044;
    info.requests = 34;
    return info;
}

/// Small noise that is the same on every machine.
int noise(int a, int b)
{
    auto x = static_cast<unsigned>(a * 7919 + b * 104729 + 13);
    x ^= x >> 7;
    x *= 2654435761U;
    return static_cast<int>((x >> 16) % 100);
}

CalendarDay::State stateOf(std::size_t source, int age, Day day)
{
    using State = CalendarDay::State;
    switch (source % 8) {
    case 0: // files without a word about finality, three days missing
        return age < 2 ? State::None : age >= 30 && age < 33 ? State::Gap : State::Unsaid;
    case 1:
        return age < 1 ? State::None : age <= 7 ? State::Estimated : State::Final;
    case 2: // behind
        return age < 6 ? State::None : age <= 12 ? State::Estimated : State::Final;
    case 3: // nothing at weekends, begins inside the range
        return age < 1 || age > 62  ? State::None
               : day.weekday() >= 5 ? State::Empty
               : age <= 3           ? State::Estimated
                                    : State::Final;
    case 4:
        return age < 1 ? State::None : age <= 2 ? State::Estimated : State::Final;
    case 5: // failed for a week
        return age < 9 ? State::Gap : age <= 12 ? State::Estimated : State::Final;
    case 6:
        return age < 1 ? State::None : age == 47 ? State::Gap : State::Unsaid;
    default:
        return age < 1 ? State::None : age <= 5 ? State::Estimated : State::Final;
    }
}

} // namespace

std::vector<ConnectorInfo> fakeKinds()
{
    std::vector<ConnectorInfo> kinds;
    kinds.push_back(
        simpleKind("openai", "OpenAI", "Cost per project, model and day, with tokens.", "Administration key",
                   "An administration key with the right api.usage.read (platform.openai.com, Organization, Admin "
                   "keys). A project key is answered with 403.",
                   "https://api.openai.com/v1"));
    kinds.push_back(simpleKind(
        "anthropic", "Anthropic", "Cost per workspace, model and day, with tokens and cache.", "Administration key",
        "An administration key (console, Settings, Admin keys) of a member with the role Admin or "
        "Billing. It only reads cost and usage.",
        "https://api.anthropic.com"));
    ConnectorInfo aws =
        simpleKind("aws-cost-explorer", "AWS Cost Explorer",
                   "Cost per service, account and day through the Cost Explorer API.", "Secret access key",
                   "A user or role with the policy ce:GetCostAndUsage, ce:GetCostForecast and "
                   "ce:GetSavingsPlansUtilization on all resources.",
                   "https://ce.us-east-1.amazonaws.com");
    aws.fields.insert(aws.fields.begin(),
                      {"access_key", "Access key id", "Begins with AKIA.", Kind::Text, true, {}, {}});
    aws.fields.push_back({"metric",
                          "Metric",
                          "Which cost is asked for.",
                          Kind::Choice,
                          false,
                          "UnblendedCost",
                          {"UnblendedCost", "AmortizedCost", "NetAmortizedCost"}});
    aws.fields.push_back(
        {"forecast", "Also fetch the forecast", "One request more per sync.", Kind::Flag, false, {}, {}});
    aws.requestCost = "0.01";
    aws.requestCostCurrency = "USD";
    aws.historyDays = 400;
    aws.bringsMeasures = true;
    kinds.push_back(aws);
    ConnectorInfo azure =
        simpleKind("azure-costs", "Azure Cost Management", "Actual and amortized cost per subscription.",
                   "Client secret", "The role Cost Management Reader on the billing scope for the service principal.",
                   "https://management.azure.com");
    azure.fields.insert(
        azure.fields.begin(),
        {{"tenant", "Tenant id", "Directory (tenant) id of the app registration.", Kind::Text, true, {}, {}},
         {"client", "Client id", "Application id of the app registration.", Kind::Text, true, {}, {}}});
    azure.fields.push_back(
        {"scopes", "Scopes", "One billing scope or subscription per line.", Kind::Lines, true, {}, {}});
    azure.slice = ConnectorInfo::Slice::Month;
    kinds.push_back(azure);
    ConnectorInfo gcp = simpleKind("gcp-billing", "Google Cloud billing export",
                                   "The detailed billing export in BigQuery, line by line.", "Service account key",
                                   "BigQuery Job User on the project and BigQuery Data Viewer on the dataset.",
                                   "https://bigquery.googleapis.com");
    gcp.fields.push_back({"table", "Export table", "project.dataset.table", Kind::Text, true, {}, {}});
    kinds.push_back(gcp);
    ConnectorInfo router = simpleKind(
        "openrouter", "OpenRouter", "Cost, requests and tokens per model, upstream provider and day.", "Management key",
        "A management key; an ordinary key is answered with 403.", "https://openrouter.ai/api/v1");
    router.historyDays = 30;
    router.backfillDays = 30;
    router.finalAfterDays = 2;
    kinds.push_back(router);
    for (const auto& [kind, title, summary] :
         {std::array{"opencost", "OpenCost", "Cost per namespace, workload and day of a Kubernetes cluster."},
          std::array{"litellm", "LiteLLM", "Spend per key, team and model of a LiteLLM gateway."},
          std::array{"langfuse", "Langfuse", "Cost and tokens per trace name and model."},
          std::array{"portkey", "Portkey", "Spend per virtual key and model of a Portkey gateway."},
          std::array{"vercel", "Vercel", "Charges per project and day."},
          std::array{"mistral", "Mistral", "Usage per model and day."}})
        kinds.push_back(
            simpleKind(kind, title, summary, "API key", "A key that may read usage.", "https://api.example.com"));
    ConnectorInfo feed;
    feed.kind = "feed";
    feed.title = "Any priced feed";
    feed.summary = "CSV or JSON of any layout: you say which field is the cost, the day, the service.";
    feed.rights = "None: the file is read on this computer.";
    feed.fields = {
        {"path", "File", "A CSV, JSON or JSON lines file; it is read anew at each sync.", Kind::Path, true, {}, {}},
        {"max_records", "At most this many records", "Empty: all.", Kind::Number, false, {}, {}}};
    feed.finalAfterDays = 0;
    kinds.push_back(feed);
    return kinds;
}

std::vector<ConnectionInfo> fakeConnections(std::size_t many)
{
    using State = ConnectionInfo::State;
    std::vector<ConnectionInfo> made{connection("openai", "openai", State::Ok),
                                     connection("anthropic-org", "anthropic", State::Failed),
                                     connection("aws-costs", "aws-cost-explorer", State::Ok),
                                     connection("azure-prod", "azure-costs", State::Running),
                                     connection("gcp-billing", "gcp-billing", State::Ok),
                                     connection("openrouter", "openrouter", State::MissingSecret),
                                     connection("k8s-eu-west", "opencost", State::New)};
    made[0].settings.values = {{"base_url", "https://gateway.example.com/openai"}};
    made[1].problem = "Anthropic /v1/organizations/cost_report: the key was refused (403): permission_error";
    made[1].todo = "Make an administration key as a member with the role Admin or Billing, and type it under Edit.";
    made[1].lastSuccess = {kFakeNow.seconds - 9 * 86'400};
    made[1].dataThrough = kFakeNow.day() - 9;
    made[1].finalThrough = kFakeNow.day() - 16;
    made[1].requests = 1;
    made[2].settings.values = {{"access_key", "AKIAEXAMPLE"}, {"metric", "AmortizedCost"}};
    made[2].settings.everyHours = 0;
    made[2].nextSync = {};
    made[2].spent = sum("3.42");
    made[2].requests = 12;
    made[2].measures = 62;
    made[3].rows = 480'210;
    made[4].dataThrough = kFakeNow.day() - 6;
    made[4].finalThrough = kFakeNow.day() - 13;
    made[4].rows = 1'204'332;
    made[4].settings.everyHours = 6;
    made[4].settings.values = {{"table", "acme.billing.export"}};
    made[5].lastSync = {kFakeNow.seconds - 3 * 86'400};
    for (std::size_t i = made.size(); i < many; ++i) {
        auto next = made[i % 3];
        next.settings.name = "subsidiary-" + std::to_string(i) + "-consolidated-group-reporting";
        made.push_back(next);
    }
    return made;
}

CompletenessCalendar fakeCalendar(const DateRange& range, std::size_t sources, bool negative)
{
    const char* const names[] = {"aws-files", "azure-prod",    "gcp-billing",     "vendors-weekdays",
                                 "openai",    "anthropic-org", "datacentre-feed", "aws-costs"};
    const Day now = kFakeNow.day();
    CompletenessCalendar calendar;
    calendar.range = range;
    calendar.revision = 1;
    for (std::size_t s = 0; s < sources; ++s) {
        CompletenessCalendar::Row row;
        row.source = s < 8 ? names[s] : "subsidiary-export-" + std::to_string(s);
        for (Day date = range.from; date < range.to; date = date + 1) {
            const int age = now - date;
            CalendarDay day;
            day.day = date;
            day.state = age < 0 ? CalendarDay::State::None : stateOf(s, age, date);
            using State = CalendarDay::State;
            const bool asked = s % 8 != 0 && s % 8 != 6 && day.state != State::None && day.state != State::Gap;
            if (asked)
                day.askedAt = {kFakeNow.seconds - 7200};
            if (day.state == State::Final || day.state == State::Estimated || day.state == State::Unsaid) {
                const int size = noise(date.number, static_cast<int>(s));
                day.rows = static_cast<std::uint64_t>(900 + 10 * size);
                day.estimatedRows = day.state == State::Estimated ? day.rows - static_cast<std::uint64_t>(size) : 0;
                const auto cents = static_cast<std::int64_t>(300'000 + 2000 * size) * (negative ? -1 : 1);
                day.cost = {
                    {Currency("USD"), Amount::fromAttos(static_cast<Int128>(cents) * (Amount::kAttosPerUnit / 100))}};
                if (s % 8 == 1)
                    day.cost.push_back({Currency("EUR"), Amount::fromUnits(-12)});
                day.isRestated = (s % 8 == 4 && age >= 18 && age <= 20) || (s % 8 == 7 && age == 40);
                day.isOverlapping = (s % 8 == 0 || s % 8 == 7) && age >= 60 && age < 75;
                day.duplicates = s % 8 == 2 && (age == 24 || age == 25) ? 4 : 0;
            }
            row.days.push_back(std::move(day));
        }
        if (s % 8 == 0 && sources > 7)
            row.overlaps = {"aws-costs"};
        if (s % 8 == 7)
            row.overlaps = {"aws-files"};
        calendar.rows.push_back(std::move(row));
    }
    const auto restated = [&calendar, now](const char* source, const char* provider, const char* account, int seenAge,
                                           int fromAge, int toAge, bool wasFinal, const char* before,
                                           const char* after) {
        Restatement change;
        change.source = source;
        change.provider = provider;
        change.billingAccount = account;
        change.from = now - fromAge;
        change.to = now - toAge + 1;
        change.currency = Currency("USD");
        change.at = {kFakeNow.seconds - 86'400 * seenAge};
        change.wasFinal = wasFinal;
        change.before[static_cast<std::size_t>(CostLens::Billed)] = sum(before);
        change.after[static_cast<std::size_t>(CostLens::Billed)] = sum(after);
        calendar.restatements.push_back(change);
    };
    if (sources == 0)
        return calendar;
    restated("openai", "OpenAI", "org-4711", 2, 20, 18, true, "1204.170000150", "1198.4");
    restated("azure-prod", "Microsoft", "8f1c-77aa", 3, 12, 10, false, "7311.08", negative ? "-20.5" : "7402.9913");
    restated("aws-costs", "AWS", "111122223333", 13, 40, 40, true, "311.02", "0");
    return calendar;
}

FeedPreview fakePreview()
{
    FeedPreview preview;
    preview.format = "csv";
    preview.columns = {"Date", "Amount (USD)", "Service"};
    preview.sample = {{"2026-11-01", "12.50", "Search"}, {"2026-11-02", "13.00", "Search"}};
    preview.proposal = {{"column:BilledCost", "Amount (USD)"}, {"column:ChargePeriodStart", "Date"}};
    preview.records = 2;
    return preview;
}

void FakeConnections::list(const std::string& slot, ui::Answer<std::vector<ConnectionInfo>> answer)
{
    m_desk.answerLater<std::vector<ConnectionInfo>>(slot, std::move(answer), [this] { return connected; });
}

void FakeConnections::save(const ui::ConnectionDraft& draft, ui::Answer<bool> answer)
{
    if (saveFailure) {
        answer(Result<bool>(*saveFailure));
        return;
    }
    saved.push_back(draft);
    auto found = std::find_if(connected.begin(), connected.end(), [&draft](const ConnectionInfo& info) {
        return info.settings.name == draft.settings.name;
    });
    if (found == connected.end())
        found = connected.insert(connected.end(), ConnectionInfo());
    found->settings = draft.settings;
    for (const auto& [key, value] : draft.secrets)
        secrets[draft.settings.name][key] = value;
    answer(true);
}

Result<ConnectionReach> FakeConnections::reachOf(const ui::ConnectionDraft& draft) const
{
    ConnectionReach reach;
    if (const auto base = draft.settings.values.find("base_url"); base != draft.settings.values.end()) {
        reach.origins.push_back(base->second);
        if (base->second.starts_with("http://"))
            reach.plain.push_back(base->second);
    }
    return reach;
}

void FakeConnections::confirm(const std::string& name, const ConnectionReach& seen, bool allowsPlainHttp,
                              ui::Answer<bool> answer)
{
    confirmations.push_back({name, seen, allowsPlainHttp});
    for (ConnectionInfo& info : connected) {
        if (info.settings.name == name) {
            info.unconfirmed.clear();
            info.state = ConnectionInfo::State::New;
        }
    }
    answer(true);
}

void FakeConnections::remove(const std::string& name, ui::Answer<std::string> answer)
{
    removed.push_back(name);
    std::erase_if(connected, [&name](const ConnectionInfo& info) { return info.settings.name == name; });
    secrets.erase(name);
    answer(std::string());
}

void FakeConnections::test(const std::string& slot, const ui::ConnectionDraft& draft, TestOf,
                           ui::Answer<std::string> answer)
{
    tested.push_back(draft);
    m_desk.answerLater<std::string>(
        slot,
        [this, answer](Result<std::string> good) {
            answer(testFailure ? Result<std::string>(*testFailure) : std::move(good));
        },
        [this] { return testSentence; });
}

void FakeSyncs::plan(const std::string& slot, const std::vector<std::string>& names,
                     ui::Answer<std::vector<SyncPlan>> answer)
{
    std::vector<SyncPlan> plans;
    for (const ConnectionInfo& info : m_connections.connected) {
        if (!names.empty() && std::find(names.begin(), names.end(), info.settings.name) == names.end())
            continue;
        SyncPlan plan;
        plan.connection = info.settings.name;
        plan.chunks = {{kFakeNow.day() - 31, kFakeNow.day()}};
        plan.requests = 3;
        for (const ConnectorInfo& kind : m_connections.kindList) {
            if (kind.kind != info.settings.kind || kind.requestCost.empty())
                continue;
            plan.requests = 12;
            for (std::uint64_t i = 0; i < plan.requests; ++i)
                plan.cost.add(*DecimalSum::parse(kind.requestCost));
            plan.currency = kind.requestCostCurrency;
        }
        plans.push_back(plan);
    }
    m_desk.answerLater<std::vector<SyncPlan>>(
        slot,
        [this, answer](Result<std::vector<SyncPlan>> good) {
            answer(planFailure ? Result<std::vector<SyncPlan>>(*planFailure) : std::move(good));
        },
        [plans] { return plans; });
}

void FakeConnections::previewFeed(const std::string& slot, const std::string&, const FeedMapping&,
                                  ui::Answer<FeedPreview> answer)
{
    m_desk.answerLater<FeedPreview>(slot, std::move(answer), [] { return fakePreview(); });
}

} // namespace altimeter::test
