#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Anthropic's costs (cents) by API key, user and token type, with the tokens they pay for, and Claude Code's analytics
/// as measures. Sources: `GET /v1/organizations/analytics/cost` and `…/analytics/usage`; where a server does not offer
/// them, and for days they say nothing of, the older `…/cost_report` divided over API keys by
/// `…/usage_report/messages`; `…/usage_report/claude_code`; names by `…/workspaces` and `…/api_keys`.
ConnectorKind anthropicKind();

} // namespace altimeter::providers
