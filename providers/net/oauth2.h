#pragma once

#include "providers/net/http.h"
#include "providers/net/secret.h"

#include "models/domain/period.h"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::providers {

/// Fetches access tokens from an OAuth 2 token endpoint (RFC 6749) and keeps the last one until five minutes before its
/// end. One thread uses it; the HttpClient must outlive it.
class OAuth2 {
public:
    struct Options {
        std::string title; ///< who gives the token, for messages: "Microsoft Entra"
        std::string url;   ///< of the token endpoint
        RetryPolicy retry;
        std::string keyHint; ///< what to do when the credential is refused
        Instant now;         ///< the time when it was made
        /// Time since then; a steady clock where nothing is given.
        std::function<std::chrono::seconds()> elapsed;
    };
    /// The names and values a grant posts; it is told the time.
    using Form = std::vector<std::pair<std::string, std::string>>;
    using Grant = std::function<Result<Form>(Instant now)>;

    OAuth2(HttpClient& http, Options options, Grant grant);

    /// A token that is good for some minutes. Error Denied in plain words when the credential is refused (HTTP 400, 401
    /// or 403), otherwise as HttpClient::send() and httpError(). No message holds anything of the credential.
    Result<Secret> token(std::stop_token stop);

private:
    Result<Secret> fetched(std::stop_token stop);

    HttpClient& m_http;
    Options m_options;
    Grant m_grant;
    Secret m_token;
    std::chrono::seconds m_renewAt{0}; ///< by Options::elapsed
};

/// RFC 6749 section 4.4, with the client's secret in the form.
OAuth2::Grant clientCredentialsGrant(std::string clientId, Secret clientSecret, std::string scope);

/// Who signs a JWT bearer grant (RFC 7523), and for whom.
struct JwtSigner {
    std::string issuer;
    Secret privateKey; ///< PEM
    std::string keyId; ///< may be empty
    std::string audience;
};
OAuth2::Grant jwtBearerGrant(JwtSigner signer, std::string scope);

/// The compact JWT of such a grant: RS256, good for an hour from `now`. Error Invalid when the key cannot be read.
Result<std::string> signedAssertion(const JwtSigner& signer, const std::string& scope, Instant now);

} // namespace altimeter::providers
