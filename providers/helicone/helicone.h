#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Helicone: logged requests with their estimated cost, put together per day, model, provider, user, session path and
/// properties. Source: `POST /v1/request/query-clickhouse`; prompts and answers are not asked for.
ConnectorKind heliconeKind();

} // namespace altimeter::providers
