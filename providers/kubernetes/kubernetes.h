#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// What workloads of Kubernetes clusters cost by the list prices of OpenCost or Kubecost, per day and resource part,
/// with what stays idle. Source: `GET /allocation` of either, asked day by day.
ConnectorKind kubernetesKind();

} // namespace altimeter::providers
