#include "providers/net/oauth2.h"

#include "models/text/hextext.h"
#include "models/text/jsontext.h"
#include "models/text/utf8.h"
#include "providers/net/api.h"
#include "providers/net/crypto.h"
#include "providers/net/masking.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

using std::chrono::seconds;

constexpr seconds kRenewBefore{300};
constexpr std::int64_t kAssertionSeconds = 3600;

/// What a token endpoint says, in plain words; the first that stands in its answer counts.
struct Refusal {
    std::string_view sign, words, todo;
};
constexpr std::array kRefusals{
    Refusal{"AADSTS7000215", "the client secret is wrong",
            "Enter the value of the client secret, not its id. It is shown only once, when it is made."},
    Refusal{"AADSTS7000222", "the client secret has expired",
            "Make a new client secret in the app registration and enter its value."},
    Refusal{"AADSTS700016", "the tenant has no application with this client id",
            "Check the client id and the tenant id of the app registration."},
    Refusal{"AADSTS90002", "there is no such tenant", "Check the tenant id."},
    Refusal{"AADSTS900023", "there is no such tenant", "Check the tenant id."},
    Refusal{"invalid_client", "the client id or the client secret is wrong", ""},
    Refusal{"invalid_grant", "the signed request was refused",
            "Check the clock of this computer, and that the key has not been deleted or switched off."},
    Refusal{"invalid_scope", "the scope of the token is not known there",
            "Check the scope and the addresses in the connection's settings."},
};

/// A server may repeat what it was sent.
std::string without(std::string text, const OAuth2::Form& form)
{
    std::vector<std::string_view> secrets;
    for (const auto& [name, value] : form) {
        if (name == "client_secret" || name == "assertion")
            secrets.push_back(value);
    }
    return withoutSecrets(std::move(text), secrets);
}

Error refused(const HttpResponse& response, const OAuth2::Options& options)
{
    const auto body = Json::parse(std::string_view(response.body).substr(0, 64U << 10U), {});
    std::string code, said;
    if (body) {
        code = (*body)["error"].text();
        said = (*body)["error_description"].text();
        if (said.empty())
            said = body->at("error", "message").text();
    }
    said = words::excerpt(said.substr(0, said.find_first_of("\r\n")), 200);
    const auto found = std::find_if(kRefusals.begin(), kRefusals.end(), [&](const Refusal& refusal) {
        return code == refusal.sign || said.find(std::string(refusal.sign) + ':') != std::string::npos;
    });
    std::string what = options.title + " gives no access token";
    if (found != kRefusals.end())
        what.append(": ").append(found->words);
    what += " (HTTP " + std::to_string(response.status) + (code.empty() ? "" : ", " + code) +
            (said.empty() ? "" : ": " + said) + ')';
    const bool hasTodo = found != kRefusals.end() && !found->todo.empty();
    return {ErrorCode::Denied, what, options.url, hasTodo ? std::string(found->todo) : options.keyHint};
}

} // namespace

OAuth2::OAuth2(HttpClient& http, Options options, Grant grant)
    : m_http(http), m_options(std::move(options)), m_grant(std::move(grant))
{
    if (!m_options.elapsed) {
        m_options.elapsed = [begun = std::chrono::steady_clock::now()] {
            return std::chrono::duration_cast<seconds>(std::chrono::steady_clock::now() - begun);
        };
    }
}

Result<Secret> OAuth2::token(std::stop_token stop)
{
    if (!m_token.isEmpty() && m_options.elapsed() < m_renewAt)
        return m_token;
    auto token = fetched(std::move(stop));
    if (token)
        m_token = *token;
    return token;
}

Result<Secret> OAuth2::fetched(std::stop_token stop)
{
    const seconds begun = m_options.elapsed();
    const auto form = m_grant({m_options.now.seconds + begun.count()});
    if (!form)
        return form.error();
    HttpRequest request;
    request.method = "POST";
    request.url = m_options.url;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body = queryText(*form);
    auto answer = m_http.send(request, m_options.retry, std::move(stop));
    if (!answer) {
        Error error = answer.error();
        if (error.code != ErrorCode::Cancelled)
            error.where = m_options.title + (error.where.empty() ? "" : ", " + error.where);
        return error;
    }
    const Api::Options names{m_options.title, m_options.url, {}, {}, m_options.keyHint, m_options.keyHint};
    if (!answer->isOk()) {
        const bool isDenied = answer->status == 400 || answer->status == 401 || answer->status == 403;
        HttpResponse refusal = answer.take(); // before a message is cut, which could leave half a secret
        refusal.body = without(refusal.body.substr(0, std::size_t{64} << 10U), *form);
        Error error = isDenied ? refused(refusal, m_options) : httpError(refusal, names, m_options.url);
        error.what = without(std::move(error.what), *form);
        return error;
    }
    const auto json = Api(m_http, names).jsonOf(*answer, m_options.url);
    if (!json)
        return json.error();
    const auto token = json->needText("access_token", m_options.url);
    if (!token)
        return token.error();
    // A life that is not told is taken for a short one.
    const seconds life((*json)["expires_in"].integer().value_or(600));
    m_renewAt = begun + (life > 2 * kRenewBefore ? life - kRenewBefore : life / 2);
    return Secret(*token);
}

OAuth2::Grant clientCredentialsGrant(std::string clientId, Secret clientSecret, std::string scope)
{
    return [clientId = std::move(clientId), clientSecret = std::move(clientSecret),
            scope = std::move(scope)](Instant) -> Result<OAuth2::Form> {
        return OAuth2::Form{{"grant_type", "client_credentials"},
                            {"client_id", clientId},
                            {"client_secret", clientSecret.reveal()},
                            {"scope", scope}};
    };
}

Result<std::string> signedAssertion(const JwtSigner& signer, const std::string& scope, Instant now)
{
    const std::string header = R"({"alg":"RS256","typ":"JWT")" +
                               (signer.keyId.empty() ? "" : R"(,"kid":)" + words::jsonQuoted(signer.keyId)) + '}';
    const std::string claims = R"({"iss":)" + words::jsonQuoted(signer.issuer) + R"(,"scope":)" +
                               words::jsonQuoted(scope) + R"(,"aud":)" + words::jsonQuoted(signer.audience) +
                               R"(,"iat":)" + std::to_string(now.seconds) + R"(,"exp":)" +
                               std::to_string(now.seconds + kAssertionSeconds) + '}';
    const std::string signedPart = words::base64Url(header) + '.' + words::base64Url(claims);
    const auto signature = signRs256(signer.privateKey.reveal(), signedPart);
    if (!signature)
        return signature.error();
    return signedPart + '.' + words::base64Url(*signature);
}

OAuth2::Grant jwtBearerGrant(JwtSigner signer, std::string scope)
{
    return [signer = std::move(signer), scope = std::move(scope)](Instant now) -> Result<OAuth2::Form> {
        const auto assertion = signedAssertion(signer, scope, now);
        if (!assertion)
            return assertion.error();
        return OAuth2::Form{{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", *assertion}};
    };
}

} // namespace altimeter::providers
