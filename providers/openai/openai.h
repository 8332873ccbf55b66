#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// OpenAI's organization costs, divided over users, keys, tiers and token classes by its usage reports. Sources:
/// `GET /organization/costs` (dollars; the truth), `GET /organization/usage/{kind}`, and for names
/// `/organization/projects`; spend limits (cents) become measures.
ConnectorKind openAiKind();

} // namespace altimeter::providers
