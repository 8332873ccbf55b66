#pragma once

#include "models/domain/period.h"
#include "providers/aws/awsclient.h"

#include <compare>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::providers {

/// A metric of CloudWatch: each set of dimensions is one of its own.
struct CloudMetric {
    std::string space; ///< "AWS/Bedrock"
    std::string name;  ///< "InputTokenCount"
    std::map<std::string, std::string> dimensions;
    friend auto operator<=>(const CloudMetric&, const CloudMetric&) = default;
};

/// What a metric added up to on a day.
struct CloudSum {
    std::size_t metric = 0; ///< its place among those that were asked for
    Day day;
    std::string value; ///< decimal text, as AWS wrote it
};

/// CloudWatch of one region, as it is asked by the query protocol.
class CloudWatch {
public:
    /// AWS asks USD 0.01 for a thousand metrics of GetMetricData, so a request costs no more than USD 0.001.
    static constexpr std::size_t kMostOfARequest = 100;

    /// `base`: its address; empty: that of AWS itself.
    CloudWatch(AwsClient& client, std::string title, const std::string& region, const std::string& base);

    /// "https://monitoring.eu-west-1.amazonaws.com".
    static std::string addressOf(const std::string& region);

    /// The metrics of a namespace, as far as they had data in the last two weeks: AWS lists no others.
    Result<std::vector<CloudMetric>> list(const std::string& space, const std::stop_token& stop);
    /// Sums per UTC day. Days of which a metric has no data are left out. Error Network where AWS answers a part of
    /// the data only, Denied where it keeps a metric back, Invalid for another day or metric than was asked for.
    Result<std::vector<CloudSum>> dailySums(std::span<const CloudMetric> metrics, const DateRange& days,
                                            const std::stop_token& stop);

private:
    Result<std::string> ask(const std::string& operation, Query form, bool isPriced, const std::stop_token& stop);
    Status someSums(std::span<const CloudMetric> metrics, std::size_t first, const DateRange& days,
                    std::vector<CloudSum>& sums, const std::stop_token& stop);

    AwsClient& m_client;
    const std::string m_title;
    const AwsService m_service;
};

} // namespace altimeter::providers
