#pragma once

#include "models/json/json.h"
#include "providers/core/delivery.h"

#include <map>
#include <string>

namespace altimeter::providers {

/// What the figures of an answer share: AWS names no currency beside the amounts of commitments and anomalies.
struct AwsMeasures {
    std::string currency = "USD";              ///< of the account's costs
    std::map<std::string, std::string> labels; ///< the service a question was about
};

/// The answers of Cost Explorer that are no charges, as measures. Each adds one page to `delivery`; a figure AWS leaves
/// out is left out. Error Invalid where the list itself is missing or a period is no date.
Status addAwsForecast(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery);
Status addSavingsPlansUtilization(const Json& page, const AwsMeasures& of, const std::string& where,
                                  Delivery& delivery);
Status addSavingsPlansCoverage(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery);
Status addReservationUtilization(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery);
Status addReservationCoverage(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery);
Status addAwsAnomalies(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery);

} // namespace altimeter::providers
