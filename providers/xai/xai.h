#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// What the xAI API cost a team per day, API key and kind of use. Source: `POST /v1/billing/teams/{team}/usage` of the
/// management API (dollars); the prepaid balance and the invoice of the running period (cents) become measures.
ConnectorKind xAiKind();

} // namespace altimeter::providers
