#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Datadog's own bill: charges per organization, product and month. Sources: `GET /api/v2/usage/historical_cost`
/// (final) and `/api/v2/usage/estimated_cost` for months that are not final yet.
ConnectorKind datadogKind();

/// Cloud costs as Datadog's Cloud Cost Management shows them, per day and the groups of a query; measures unless they
/// are meant to count. Source: `POST /api/v2/query/timeseries` with the data source cloud_cost.
ConnectorKind datadogCloudCostKind();

namespace datadog {

/// Keys, site and base address, which both kinds have.
std::vector<ConnectorField> accessFields();
/// Where Datadog is asked.
std::string addressOf(const ConnectionSettings& settings, const ConnectorInfo& info);
Api::Options accessOf(const ConnectorSetup& setup, const ConnectorInfo& info, const std::string& rightHint);
/// Error Invalid where an answer with HTTP 200 says that it failed.
Status refusalIn(const Json& answer, const std::string& where);

} // namespace datadog

} // namespace altimeter::providers
