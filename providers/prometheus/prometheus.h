#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Named queries of a Prometheus (or Thanos, Mimir, …) as measures: use, requests, golden signals. No costs.
/// Source: `POST /api/v1/query_range`.
ConnectorKind prometheusKind();

} // namespace altimeter::providers
