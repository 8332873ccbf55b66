#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Langfuse: observations with cost or usage, put together per day, model, trace name, step, user and tags. The cost is
/// an estimate unless the application sent it. Source: `GET /api/public/v2/observations`; inputs and outputs are never
/// asked for.
ConnectorKind langfuseKind();

} // namespace altimeter::providers
