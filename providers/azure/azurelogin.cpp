#include "providers/azure/azurelogin.h"

#include "providers/core/fields.h"

namespace altimeter::providers {

std::vector<ConnectorField> azureLoginFields()
{
    return {
        needed(FieldKind::Text, "tenant_id", "Tenant ID", "Microsoft Entra, Overview: the directory (tenant) id."),
        needed(FieldKind::Text, "client_id", "Client ID",
               "The application (client) id of the app registration that reads the costs."),
        needed(FieldKind::Secret, "client_secret", "Client secret",
               "The value (not the id) of a client secret of that app registration."),
        offered(FieldKind::Url, "login_url", "Sign-in address",
                "Change it for a sovereign cloud, for example https://login.microsoftonline.us.",
                "https://login.microsoftonline.com"),
    };
}

ConnectorField azureBaseAddress()
{
    return offered(FieldKind::Url, "base_url", "Base address",
                   "Change it for a sovereign cloud, for example https://management.usgovcloudapi.net.",
                   "https://management.azure.com");
}

ConnectorField azureTokenScope()
{
    return offered(FieldKind::Text, "token_scope", "Scope of the token",
                   "Change it together with the base address of a sovereign cloud.",
                   "https://management.azure.com/.default");
}

OAuth2 azureLogin(const ConnectorSetup& setup, const ConnectorInfo& info, const std::string& scope,
                  const RetryPolicy& retry)
{
    OAuth2::Options options;
    options.title = "Microsoft Entra";
    options.url = joinUrl(setup.value(info, "login_url"),
                          '/' + percentEncoded(setup.value(info, "tenant_id")) + "/oauth2/v2.0/token");
    options.retry = retry;
    options.keyHint = "Check the tenant id, the client id and the client secret of the app registration.";
    options.now = setup.now;
    return OAuth2(setup.http, std::move(options),
                  clientCredentialsGrant(setup.value(info, "client_id"), setup.secret("client_secret"), scope));
}

} // namespace altimeter::providers
