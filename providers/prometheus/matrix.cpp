#include "providers/prometheus/matrix.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/core/connector.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace altimeter::providers::prometheus {

namespace {

/// Prometheus refuses more points per series; (last - first) / step must not be above it.
constexpr std::int64_t kMostPoints = 11'000;

bool isNoNumber(const std::string& value)
{
    return value == "NaN" || value == "+Inf" || value == "-Inf" || value == "Inf";
}

/// DCGM writes "not supported" and its like as numbers: near 2^63, and for floating point fields near 2^47.
bool isStandIn(const std::string& value, const NamedQuery& query)
{
    double number = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (failed != std::errc() || end != value.data() + value.size())
        return false;
    constexpr double kBlankDouble = 140737488355328.0;
    return std::abs(number) >= 9.2e18 ||
           (query.promql.find("DCGM_") != std::string::npos && number >= kBlankDouble && number <= kBlankDouble + 3);
}

} // namespace

Result<std::vector<NamedQuery>> namedQueries(const std::string& lines)
{
    std::vector<NamedQuery> queries;
    std::string_view rest(lines);
    for (int number = 1; !rest.empty(); ++number) {
        const auto stop = std::min(rest.find('\n'), rest.size());
        const std::string line(words::trimmed(rest.substr(0, stop)));
        rest.remove_prefix(std::min(stop + 1, rest.size()));
        if (line.empty() || line.front() == '#')
            continue;
        const std::string where = "queries, line " + std::to_string(number);
        const auto first = line.find('|');
        const auto second = first == std::string::npos ? first : line.find('|', first + 1);
        if (second == std::string::npos)
            return Error{ErrorCode::Invalid, "a query is written as name | unit | PromQL", where,
                         "Correct the queries in the connection's settings."};
        const std::string_view text(line);
        NamedQuery query{std::string(words::trimmed(text.substr(0, first))),
                         std::string(words::trimmed(text.substr(first + 1, second - first - 1))),
                         std::string(words::trimmed(text.substr(second + 1)))};
        if (query.name.empty() || query.promql.empty())
            return Error{ErrorCode::Invalid, "a query lacks its name or its PromQL", where,
                         "Correct the queries in the connection's settings."};
        if (std::any_of(queries.begin(), queries.end(), [&](const auto& one) { return one.name == query.name; }))
            return Error{ErrorCode::Invalid, "the name " + query.name + " stands twice", where,
                         "Give every query a name of its own."};
        queries.push_back(std::move(query));
    }
    if (queries.empty())
        return Error{ErrorCode::Invalid, "there is no query to ask", "queries",
                     "Add a query to the connection's settings."};
    return queries;
}

std::string presetQueries()
{
    return R"(cpu_used | cores | sum by (cluster, namespace) (rate(container_cpu_usage_seconds_total{container!="",image!=""}[$step]))
cpu_used_by_workload | cores | sum by (cluster, namespace, workload, workload_type) (rate(container_cpu_usage_seconds_total{container!="",image!=""}[$step]) * on (cluster, namespace, pod) group_left (workload, workload_type) max by (cluster, namespace, pod, workload, workload_type) (namespace_workload_pod:kube_pod_owner:relabel))
cpu_requested | cores | avg_over_time(sum by (cluster, namespace) (kube_pod_container_resource_requests{resource="cpu"})[$step:5m])
cpu_throttled | ratio | sum by (cluster, namespace) (rate(container_cpu_cfs_throttled_periods_total[$step])) / sum by (cluster, namespace) (rate(container_cpu_cfs_periods_total[$step]))
memory_used | bytes | avg_over_time(sum by (cluster, namespace) (container_memory_working_set_bytes{container!="",image!=""})[$step:5m])
memory_used_by_workload | bytes | avg_over_time(sum by (cluster, namespace, workload, workload_type) (container_memory_working_set_bytes{container!="",image!=""} * on (cluster, namespace, pod) group_left (workload, workload_type) max by (cluster, namespace, pod, workload, workload_type) (namespace_workload_pod:kube_pod_owner:relabel))[$step:5m])
memory_requested | bytes | avg_over_time(sum by (cluster, namespace) (kube_pod_container_resource_requests{resource="memory"})[$step:5m])
gpu_requested | GPUs | avg_over_time(sum by (cluster, namespace) (kube_pod_container_resource_requests{resource="nvidia_com_gpu"})[$step:5m])
gpu_utilisation | percent | avg by (cluster, Hostname, gpu) (avg_over_time((DCGM_FI_DEV_GPU_UTIL <= 100)[$step:1m]))
gpu_engine_active | ratio | avg by (cluster, Hostname, gpu) (avg_over_time((DCGM_FI_PROF_GR_ENGINE_ACTIVE <= 1)[$step:1m]))
latency_p95 | seconds | histogram_quantile(0.95, sum by (namespace, service, job, le) (rate(http_request_duration_seconds_bucket[$step])))
traffic | requests/s | sum by (namespace, service, job) (rate(http_requests_total[$step]))
errors | ratio | sum by (namespace, service, job) (rate(http_requests_total{code=~"5.."}[$step])) / sum by (namespace, service, job) (rate(http_requests_total[$step]))
saturation_cpu | ratio | 1 - avg by (cluster, instance) (rate(node_cpu_seconds_total{mode="idle"}[$step]))
saturation_memory | ratio | 1 - avg_over_time((node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)[$step:5m])
)";
}

std::int64_t secondsOf(std::string_view text)
{
    constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits{{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}}};
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || number <= 0 || number > 86400 || end + 1 != text.data() + text.size())
        return 0;
    for (const auto& [unit, seconds] : kUnits) {
        if (*end == unit)
            return number * seconds;
    }
    return 0;
}

std::vector<Stretch> stretchesOf(const DateRange& window, std::int64_t step, Instant now)
{
    const std::int64_t from = startOf(window.from).seconds;
    const std::int64_t until = std::min(startOf(window.to).seconds, now.seconds);
    const std::int64_t last = from + (until - from) / step * step;
    std::vector<Stretch> stretches;
    for (std::int64_t first = from + step; first <= last; first += kMostPoints * step)
        stretches.push_back({{first}, {std::min(last, first + (kMostPoints - 1) * step)}, step});
    return stretches;
}

std::string plainError(const Json& answer)
{
    constexpr std::array<std::pair<std::string_view, const char*>, 8> kWords{
        {{"bad_data", "the query cannot be understood"},
         {"timeout", "the query took too long on the server"},
         {"canceled", "the server gave up the query"},
         {"execution", "the query failed while it ran"},
         {"not_found", "the server knows nothing at this address"},
         {"unavailable", "the server is not ready"},
         {"internal", "the server has a fault of its own"},
         {"too_many_requests", "the server asks for fewer queries"}}};
    const std::string& type = answer["errorType"].text();
    if (type.empty())
        return {};
    const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const auto& one) { return one.first == type; });
    const std::string words =
        found == kWords.end() ? "the query failed (" + words::excerpt(type, 60) + ')' : found->second;
    const std::string& said = answer["error"].text();
    return said.empty() ? words : words + ": " + words::excerpt(said, 300);
}

Status addMatrix(const Json& answer, const NamedQuery& query, const Stretch& stretch, const std::string& where,
                 Tally& tally, Delivery& delivery)
{
    const std::string status = answer["status"].text();
    if (status != "success") {
        const std::string words = plainError(answer);
        return Error{ErrorCode::Invalid, words.empty() ? "the answer does not say that it is one" : words, where,
                     "Check the base address and the query."};
    }
    for (const char* kind : {"warnings", "infos"}) {
        for (const Json& warning : answer[kind].items())
            tally.warnings.insert(words::excerpt(warning.text(), 300));
    }
    const Json& data = answer["data"];
    if (data["resultType"].text() != "matrix")
        return Error{ErrorCode::Invalid,
                     "the answer is no matrix but \"" + words::excerpt(data["resultType"].text(), 40) + '"', where};
    const auto series = data.needArray("result", where);
    if (!series)
        return series.error();
    for (const Json& one : **series) {
        if (!one["metric"].isObject())
            return Error{ErrorCode::Invalid, "a series has no \"metric\"", where};
        tally.series.insert(one["metric"].dump());
        Measure measure;
        measure.name = query.name;
        measure.unit = query.unit;
        for (const auto& [label, value] : one["metric"].members())
            measure.labels[label] = value.text();
        if (!one.has("values") && one.has("histograms"))
            return Error{ErrorCode::Invalid, "the answer holds native histograms, which are no numbers", where,
                         "Put histogram_quantile() around the query."};
        const auto points = one.needArray("values", where);
        if (!points)
            return points.error();
        for (const Json& point : **points) {
            const auto time =
                point.items().size() == 2 ? parseDecimal(point.items()[0].text()) : Result<ParsedDecimal>(Error{});
            if (!time)
                return Error{ErrorCode::Invalid, "a point is no pair of time and value", where};
            Decimal whole = time->value;
            for (; whole.scale > 0; --whole.scale)
                whole.mantissa /= 10;
            const Instant at{static_cast<std::int64_t>(whole.mantissa)};
            if (at < stretch.first || at > stretch.last)
                return Error{ErrorCode::Invalid, "the answer holds " + toString(at) + ", a time that was not asked for",
                             where};
            const std::string& value = point.items()[1].text();
            if (isNoNumber(value)) {
                ++tally.notNumbers;
                continue;
            }
            if (isStandIn(value, query)) {
                ++tally.huge;
                continue;
            }
            measure.start = {at.seconds - stretch.step};
            measure.end = at;
            measure.value = value;
            if (auto done = delivery.add(measure); !done)
                return done;
            ++tally.points[measure.start.day().number];
        }
    }
    return {};
}

} // namespace altimeter::providers::prometheus
