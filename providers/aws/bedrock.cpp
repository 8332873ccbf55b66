#include "providers/aws/bedrock.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/aws/cloudwatch.h"
#include "providers/core/fields.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr const char* kRuntime = "AWS/Bedrock";
constexpr const char* kMantle = "AWS/BedrockMantle";

/// Which metric counts what. A measure of tokens carries its class: classes are priced differently.
struct Counter {
    std::string_view space, metric, measure, unit, tokenClass;
};
constexpr std::array kCounters{
    Counter{kRuntime, "Invocations", "bedrock_requests", "requests", {}},
    Counter{kRuntime, "InputTokenCount", "bedrock_tokens", "tokens", "input"},
    Counter{kRuntime, "OutputTokenCount", "bedrock_tokens", "tokens", "output"},
    Counter{kRuntime, "CacheReadInputTokenCount", "bedrock_tokens", "tokens", "cache_read"},
    Counter{kRuntime, "CacheWriteInputTokenCount", "bedrock_tokens", "tokens", "cache_write"},
    Counter{kRuntime, "OutputImageCount", "bedrock_images", "images", {}},
    Counter{kMantle, "Inferences", "bedrock_requests", "requests", {}},
    Counter{kMantle, "InputTokens", "bedrock_tokens", "tokens", "input"},
    Counter{kMantle, "OutputTokens", "bedrock_tokens", "tokens", "output"},
    Counter{kMantle, "TotalInputTokens", "bedrock_tokens", "tokens", "input"},
    Counter{kMantle, "TotalOutputTokens", "bedrock_tokens", "tokens", "output"},
};

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "aws-bedrock";
    info.title = "Amazon Bedrock";
    info.summary = "Tokens by class and requests of Amazon Bedrock per day, model and region, as measures beside the "
                   "costs.";
    info.rights = "An IAM user or role with cloudwatch:ListMetrics and cloudwatch:GetMetricData in the account that "
                  "calls the models.";
    info.fields = awsAccessFields();
    const std::vector<ConnectorField> own{
        offered(FieldKind::Text, "regions", "Regions",
                "Where models are called, separated by commas: eu-west-1, us-east-1.", "us-east-1"),
        offered(FieldKind::Text, "models", "Further models",
                "Model IDs, separated by commas, that were not called in the last two weeks and are wanted all the "
                "same: CloudWatch does not list them any more."),
        offered(FieldKind::Url, "monitoring_url", "Base address of CloudWatch",
                "Empty: https://monitoring.<region>.amazonaws.com. Change it for a private endpoint; it is then asked "
                "for every region."),
    };
    info.fields.insert(info.fields.end(), own.begin(), own.end());
    info.backfillDays = 90;
    info.refetchDays = 3;
    info.finalAfterDays = 2;
    info.chunkDays = 100; // the price is by the metric, not by the day
    info.historyDays = 455;
    info.endsYesterday = true;
    info.freshness = "Whole UTC days, from the next day on. CloudWatch keeps 455 days.";
    info.requestCost = "0.001";
    info.requestCostCurrency = "USD";
    info.bringsCosts = false;
    info.bringsMeasures = true;
    return info;
}

/// It becomes part of a host name, so nothing else may pass.
bool isRegion(std::string_view text)
{
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || words::isDigit(c) || c == '-';
    });
}

const Counter* counterOf(const CloudMetric& metric)
{
    const auto found = std::find_if(kCounters.begin(), kCounters.end(), [&metric](const Counter& one) {
        return metric.space == one.space && metric.name == one.metric;
    });
    return found == kCounters.end() ? nullptr : &*found;
}

bool hasDimensions(const CloudMetric& metric, std::initializer_list<const char*> names)
{
    return metric.dimensions.size() == names.size() &&
           std::all_of(names.begin(), names.end(), [&metric](const char* name) {
               const auto found = metric.dimensions.find(name);
               return found != metric.dimensions.end() && !found->second.empty();
           });
}

/// The metrics that together count each request once. Bedrock counts a request by model and, on the newer endpoint, by
/// project and model again: there a model without projects alone is read by model.
std::set<CloudMetric> countedOnce(const std::vector<CloudMetric>& all)
{
    std::set<CloudMetric> chosen;
    std::set<std::string> ofProjects;
    for (const CloudMetric& metric : all) {
        if (metric.space == kMantle && hasDimensions(metric, {"Model", "Project"}))
            ofProjects.insert(metric.dimensions.at("Model"));
    }
    for (const CloudMetric& metric : all) {
        if (!counterOf(metric))
            continue;
        const bool isTotal = metric.name.starts_with("Total");
        const bool isWhole = metric.name == "Inferences";
        const bool isWanted = metric.space == kRuntime
                                  ? hasDimensions(metric, {"ModelId"})
                                  : (hasDimensions(metric, {"Model", "Project"}) && !isTotal) ||
                                        (hasDimensions(metric, {"Model"}) && (isTotal || isWhole) &&
                                         !ofProjects.contains(metric.dimensions.at("Model")));
        if (isWanted)
            chosen.insert(metric);
    }
    return chosen;
}

/// A metric and the day it was last listed on, as remembered: "2026-11-20\tAWS/Bedrock\tInvocations\tModelId\t…".
std::string remembered(const CloudMetric& metric, Day listed)
{
    std::string line = toString(listed) + '\t' + metric.space + '\t' + metric.name;
    for (const auto& [name, value] : metric.dimensions)
        line += '\t' + name + '\t' + value;
    return line;
}

std::map<CloudMetric, Day> recalled(const std::string& text)
{
    std::map<CloudMetric, Day> known;
    for (const std::string& line : listOf(text, '\n')) {
        const auto cells = listOf(line, '\t');
        const auto day = cells.empty() ? Result<Day>(Error{}) : parseDay(cells.front());
        if (!day || cells.size() < 5 || cells.size() % 2 == 0)
            continue;
        CloudMetric metric{cells[1], cells[2], {}};
        for (std::size_t i = 3; i + 1 < cells.size(); i += 2)
            metric.dimensions[cells[i]] = cells[i + 1];
        known[metric] = *day;
    }
    return known;
}

Measure measureOf(const CloudMetric& metric, const CloudSum& sum, const std::string& region)
{
    const Counter& counter = *counterOf(metric);
    Measure measure;
    measure.name = counter.measure;
    measure.unit = counter.unit;
    measure.start = startOf(sum.day);
    measure.end = startOf(sum.day + 1);
    measure.value = sum.value;
    measure.labels = {{"region", region}, {"endpoint", metric.space == kMantle ? "mantle" : "runtime"}};
    if (!counter.tokenClass.empty())
        measure.labels["class"] = counter.tokenClass;
    for (const auto& [name, value] : metric.dimensions)
        measure.labels[name == "Project" ? "project" : "model"] = value;
    return measure;
}

class Bedrock final : public Connector {
public:
    Bedrock(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_regions(listOf(setup.value(info, "regions"), ',')), m_models(listOf(setup.value(info, "models"), ',')),
          m_base(words::trimmed(setup.value(info, "monitoring_url"))), m_title(info.title), m_today(setup.now.day()),
          m_client(setup.http, awsOptions(setup, info, m_regions.empty() ? "us-east-1" : m_regions.front()))
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        if (auto done = checkRegions(); !done)
            return done.error();
        std::set<std::string> models;
        for (const std::string& region : m_regions) {
            const auto metrics = listed(region, stop);
            if (!metrics)
                return metrics.error();
            for (const CloudMetric& metric : *metrics)
                models.insert(metric.dimensions.at(metric.space == kMantle ? "Model" : "ModelId"));
        }
        return "CloudWatch knows " + std::to_string(models.size()) + (models.size() == 1 ? " model" : " models") +
               " of Bedrock in use during the last two weeks.";
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = checkRegions(); !done)
            return done;
        if (auto done = delivery.begin("GetMetricData"); !done)
            return done;
        for (const std::string& region : m_regions) {
            const auto metrics = metricsOf(region, request, delivery, stop);
            if (!metrics)
                return metrics.error();
            if (metrics->empty()) {
                if (auto said = delivery.finding(Severity::Note, "no-models", 0,
                                                 "CloudWatch knows no model of Bedrock in " + region);
                    !said)
                    return said;
                continue;
            }
            CloudWatch watch(m_client, m_title, region, m_base);
            const auto sums = watch.dailySums(*metrics, request.window, stop);
            if (!sums)
                return sums.error();
            for (const CloudSum& sum : *sums) {
                if (auto done = delivery.add(measureOf((*metrics)[sum.metric], sum, region)); !done)
                    return done;
            }
        }
        return {};
    }

private:
    Status checkRegions() const
    {
        for (const std::string& region : m_regions) {
            if (!isRegion(region))
                return Error{ErrorCode::Invalid, '"' + words::excerpt(region, 40) + "\" is no region of AWS", "regions",
                             "Write regions as eu-west-1, us-east-1."};
        }
        return m_regions.empty() ? Status(Error{ErrorCode::Invalid, "a region is needed", "regions"}) : Status();
    }

    Result<std::set<CloudMetric>> listed(const std::string& region, const std::stop_token& stop)
    {
        CloudWatch watch(m_client, m_title, region, m_base);
        std::vector<CloudMetric> all;
        for (const char* space : {kRuntime, kMantle}) {
            auto some = watch.list(space, stop);
            if (!some)
                return some.error();
            all.insert(all.end(), some->begin(), some->end());
        }
        return countedOnce(all);
    }

    /// What may have data in the window: what is listed now, what was listed on a day of the window or later, and what
    /// the settings name. A metric leaves AWS's list two weeks after its last data; asking for it without need costs.
    Result<std::vector<CloudMetric>> metricsOf(const std::string& region, const FetchRequest& request,
                                               Delivery& delivery, const std::stop_token& stop)
    {
        const auto now = listed(region, stop);
        if (!now)
            return now.error();
        const std::string key = "metrics:" + region;
        const auto before = request.state.find(key);
        std::map<CloudMetric, Day> known =
            before == request.state.end() ? std::map<CloudMetric, Day>() : recalled(before->second);
        for (const CloudMetric& metric : *now)
            known[metric] = m_today;
        std::erase_if(known, [this](const auto& one) { return one.second < m_today - describe().historyDays; });
        std::string text;
        std::vector<CloudMetric> wanted;
        for (const auto& [metric, day] : known) {
            text += (text.empty() ? "" : "\n") + remembered(metric, day);
            if (day >= request.window.from)
                wanted.push_back(metric);
        }
        delivery.state[key] = text;
        for (const std::string& model : m_models) {
            for (const Counter& counter : kCounters) {
                if (counter.space == kRuntime)
                    wanted.push_back({kRuntime, std::string(counter.metric), {{"ModelId", model}}});
            }
        }
        const auto chosen = countedOnce(wanted); // a model may have come to projects since
        return std::vector<CloudMetric>(chosen.begin(), chosen.end());
    }

    const std::vector<std::string> m_regions, m_models;
    const std::string m_base, m_title;
    const Day m_today;
    AwsClient m_client;
};

} // namespace

ConnectorKind awsBedrockKind()
{
    ConnectorKind kind;
    kind.info = describe();
    kind.make = [info = kind.info](const ConnectorSetup& setup) { return std::make_unique<Bedrock>(setup, info); };
    kind.places = [info = kind.info](const ConnectionSettings& settings) {
        Places places;
        const auto regions = listOf(valueOf(settings, info, "regions"), ',');
        if (const std::string base(words::trimmed(valueOf(settings, info, "monitoring_url"))); !base.empty())
            places.addresses.push_back(base);
        else
            for (const std::string& region : regions)
                places.addresses.push_back(CloudWatch::addressOf(region));
        if (auto sts = stsAddress(settings, info, regions.empty() ? "us-east-1" : regions.front()); !sts.empty())
            places.addresses.push_back(std::move(sts));
        return places;
    };
    return kind;
}

} // namespace altimeter::providers
