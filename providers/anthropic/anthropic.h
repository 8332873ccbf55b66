#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Anthropic's cost report (cents), divided over API keys by its usage report, and Claude Code's analytics as measures.
/// Sources: `GET /v1/organizations/cost_report`, `…/usage_report/messages`, `…/usage_report/claude_code`; names by
/// `…/workspaces` and `…/api_keys`.
ConnectorKind anthropicKind();

} // namespace altimeter::providers
