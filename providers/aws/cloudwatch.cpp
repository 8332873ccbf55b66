#include "providers/aws/cloudwatch.h"

#include "models/json/json.h"
#include "models/text/utf8.h"
#include "providers/core/xmltext.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::size_t kMostListed = 100'000; ///< far above what an account has of one namespace
constexpr std::int64_t kDaySeconds = 86400;

/// The element `result` of an answer of the query protocol. Error Invalid where it is another answer.
Result<XmlElement> resultOf(const std::string& body, const std::string& result, const std::string& where)
{
    const auto document = parseXml(body, where);
    if (!document)
        return document.error();
    const XmlElement& found = (*document)[result];
    if (found.name.empty())
        return Error{ErrorCode::Invalid, "the answer is not that of CloudWatch", where,
                     "Check the address of CloudWatch."};
    return found;
}

/// "MetricDataQueries.member.3.", with everything that is asked of the metric.
void addQuestion(Query& form, std::size_t number, const CloudMetric& metric)
{
    const std::string start = "MetricDataQueries.member." + std::to_string(number) + '.';
    const std::string stat = start + "MetricStat.";
    form.emplace_back(start + "Id", 'm' + std::to_string(number));
    form.emplace_back(stat + "Metric.Namespace", metric.space);
    form.emplace_back(stat + "Metric.MetricName", metric.name);
    std::size_t at = 0;
    for (const auto& [name, value] : metric.dimensions) {
        const std::string dimension = stat + "Metric.Dimensions.member." + std::to_string(++at) + '.';
        form.emplace_back(dimension + "Name", name);
        form.emplace_back(dimension + "Value", value);
    }
    form.emplace_back(stat + "Period", std::to_string(kDaySeconds));
    form.emplace_back(stat + "Stat", "Sum");
}

/// What became of each metric that was asked for.
struct Reading {
    std::vector<std::string> status; ///< the last one AWS told; empty: none
    std::set<std::pair<std::size_t, Day>> seen;
};

/// The place of "m3" among `count` metrics; none where it is no such id.
std::optional<std::size_t> placeOf(std::string_view id, std::size_t count)
{
    std::size_t number = 0;
    const char* const end = id.data() + id.size();
    if (!id.starts_with('m') || std::from_chars(id.data() + 1, end, number) != std::from_chars_result{end, {}} ||
        number == 0 || number > count)
        return std::nullopt;
    return number - 1;
}

Status addResult(const XmlElement& result, const DateRange& days, std::size_t first, const std::string& where,
                 Reading& reading, std::vector<CloudSum>& sums)
{
    const auto place = placeOf(result["Id"].text, reading.status.size());
    const auto times = result["Timestamps"].all("member");
    const auto values = result["Values"].all("member");
    if (!place || times.size() != values.size())
        return Error{ErrorCode::Invalid, "the answer is of other metrics than were asked for", where};
    reading.status[*place] = result["StatusCode"].text;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto at = instantOf(times[i]->text, where);
        if (!at)
            return at.error();
        if (!days.contains(at->day()) || at->seconds % kDaySeconds != 0)
            return notAskedFor(at->day(), where);
        if (!decimalOfDouble(values[i]->text))
            return Error{ErrorCode::Invalid, '"' + words::excerpt(values[i]->text, 40) + "\" is no number", where};
        if (!reading.seen.emplace(*place, at->day()).second)
            return Error{ErrorCode::Invalid, "the answer says a day twice", where};
        sums.push_back({first + *place, at->day(), values[i]->text});
    }
    return {};
}

/// Error unless AWS answered every metric whole.
Status checkWhole(const Reading& reading, std::span<const CloudMetric> metrics, const std::string& where)
{
    for (std::size_t i = 0; i < metrics.size(); ++i) {
        const std::string& status = reading.status[i];
        if (status == "Complete")
            continue;
        if (status == "Forbidden")
            return Error{ErrorCode::Denied, "AWS keeps the metric " + metrics[i].name + " back", where,
                         "Allow cloudwatch:GetMetricData."};
        return Error{status.empty() ? ErrorCode::Invalid : ErrorCode::Network,
                     "AWS did not answer all of the metric " + metrics[i].name +
                         (status.empty() ? "" : " (" + words::excerpt(status, 40) + ')'),
                     where, "Try again later."};
    }
    return {};
}

} // namespace

CloudWatch::CloudWatch(AwsClient& client, std::string title, const std::string& region, const std::string& base)
    : m_client(client),
      m_title(std::move(title)), m_service{"monitoring", region, base.empty() ? addressOf(region) : base, {}}
{
}

std::string CloudWatch::addressOf(const std::string& region)
{
    return "https://monitoring." + region + '.' + awsDomain(region);
}

Result<std::string> CloudWatch::ask(const std::string& operation, Query form, bool isPriced,
                                    const std::stop_token& stop)
{
    form.insert(form.begin(), {{"Action", operation}, {"Version", "2010-08-01"}});
    HttpRequest request = postOf("application/x-www-form-urlencoded", queryText(form));
    request.url = joinUrl(m_service.base, "/");
    request.isPriced = isPriced;
    auto answer = m_client.send(m_service, request, "cloudwatch:" + operation, m_title + ' ' + operation, stop);
    if (!answer)
        return answer.error();
    return std::move(answer->body);
}

Result<std::vector<CloudMetric>> CloudWatch::list(const std::string& space, const std::stop_token& stop)
{
    const std::string where = m_title + " ListMetrics of " + space;
    std::vector<CloudMetric> metrics;
    CursorGuard guard(where);
    for (std::string next;;) {
        Query form{{"Namespace", space}};
        if (!next.empty())
            form.emplace_back("NextToken", next);
        const auto body = ask("ListMetrics", std::move(form), false, stop);
        if (!body)
            return body.error();
        const auto result = resultOf(*body, "ListMetricsResult", where);
        if (!result)
            return result.error();
        for (const XmlElement* one : (*result)["Metrics"].all("member")) {
            CloudMetric metric{(*one)["Namespace"].text, (*one)["MetricName"].text, {}};
            for (const XmlElement* dimension : (*one)["Dimensions"].all("member"))
                metric.dimensions[(*dimension)["Name"].text] = (*dimension)["Value"].text;
            if (metric.space != space || metric.name.empty() || metrics.size() == kMostListed)
                return Error{ErrorCode::Invalid, "the answer lists what was not asked for", where};
            metrics.push_back(std::move(metric));
        }
        next = (*result)["NextToken"].text;
        if (next.empty())
            return metrics;
        if (auto done = guard.next(next); !done)
            return done.error();
    }
}

Status CloudWatch::someSums(std::span<const CloudMetric> metrics, std::size_t first, const DateRange& days,
                            std::vector<CloudSum>& sums, const std::stop_token& stop)
{
    const std::string where = m_title + " GetMetricData of " + m_service.region;
    Query asked{{"StartTime", toString(startOf(days.from))},
                {"EndTime", toString(startOf(days.to))},
                {"ScanBy", "TimestampAscending"}};
    for (std::size_t i = 0; i < metrics.size(); ++i)
        addQuestion(asked, i + 1, metrics[i]);
    Reading reading{std::vector<std::string>(metrics.size()), {}};
    CursorGuard guard(where);
    for (std::string next;;) {
        Query form = asked;
        if (!next.empty())
            form.emplace_back("NextToken", next);
        const auto body = ask("GetMetricData", std::move(form), true, stop);
        if (!body)
            return body.error();
        const auto result = resultOf(*body, "GetMetricDataResult", where);
        if (!result)
            return result.error();
        for (const XmlElement* one : (*result)["MetricDataResults"].all("member")) {
            if (auto done = addResult(*one, days, first, where, reading, sums); !done)
                return done;
        }
        next = (*result)["NextToken"].text;
        if (next.empty())
            return checkWhole(reading, metrics, where);
        if (auto done = guard.next(next); !done)
            return done;
    }
}

Result<std::vector<CloudSum>> CloudWatch::dailySums(std::span<const CloudMetric> metrics, const DateRange& days,
                                                    const std::stop_token& stop)
{
    std::vector<CloudSum> sums;
    for (std::size_t first = 0; first < metrics.size(); first += kMostOfARequest) {
        const auto some = metrics.subspan(first, std::min(kMostOfARequest, metrics.size() - first));
        if (auto done = someSums(some, first, days, sums, stop); !done)
            return done.error();
    }
    return sums;
}

} // namespace altimeter::providers
