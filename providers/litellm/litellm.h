#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// LiteLLM proxy: its spend log, put together per day, model, key, team, user and tags. The spend is an estimate from
/// the proxy's price file. Source: `GET /spend/logs/v2`, before that `/spend/logs/ui`; look-ups of keys, teams, budgets
/// and tags become measures.
ConnectorKind liteLlmKind();

} // namespace altimeter::providers
