#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// What GitHub Copilot cost an organization or an enterprise per day and model: AI credits, before and after what the
/// plan includes. Source: `GET /organizations/{org}/settings/billing/ai_credit/usage`, one request for each day.
ConnectorKind gitHubCopilotKind();

} // namespace altimeter::providers
