#pragma once

#include "providers/core/connector.h"
#include "providers/net/oauth2.h"

namespace altimeter::providers {

/// The fields by which an application of Microsoft Entra signs in: tenant_id, client_id, client_secret and, for other
/// clouds, login_url.
std::vector<ConnectorField> azureLoginFields();

/// base_url and token_scope: where Azure Resource Manager answers, in other clouds elsewhere.
ConnectorField azureBaseAddress();
ConnectorField azureTokenScope();

/// Tokens of that application for `scope` ("https://management.azure.com/.default").
OAuth2 azureLogin(const ConnectorSetup& setup, const ConnectorInfo& info, const std::string& scope,
                  const RetryPolicy& retry);

} // namespace altimeter::providers
