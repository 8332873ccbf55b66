#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// OpenRouter's activity: what each model cost per UTC day, and what was paid to upstream providers by own keys.
/// Source: `GET /activity`, documented with a life of 30 completed days. Credits and the limits of keys (`/credits`,
/// `/keys`) become measures.
ConnectorKind openRouterKind();

} // namespace altimeter::providers
