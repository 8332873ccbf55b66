#include "providers/aws/awsclient.h"

#include "models/text/words.h"
#include "providers/core/fields.h"
#include "providers/core/xmltext.h"

namespace altimeter::providers {

namespace {

constexpr std::chrono::seconds kStale{120};    // a signature of that age may have been refused for its age
constexpr std::int64_t kRenewBefore = 300;     // seconds before a role's credentials end
constexpr std::chrono::seconds kLongPause{60}; // a signature must outlive the pauses between its attempts

RetryPolicy retryOfAws()
{
    RetryPolicy policy;
    policy.longestPause = kLongPause;
    policy.isThrottled = [](const HttpResponse& response) {
        return response.status == 400 && isAwsThrottling(awsFault(response).code);
    };
    return policy;
}

} // namespace

AwsClient::AwsClient(HttpClient& http, Options options) : m_http(http), m_options(std::move(options))
{
    m_api.title = m_options.title;
    m_api.retry = retryOfAws();
    m_api.keyHint = "Check the access key ID, the secret access key and, for temporary credentials, the session token.";
    m_api.rightHint = "Check the policy of the user or role; the connection's help lists what it needs.";
}

Instant AwsClient::time() const
{
    const auto gone = std::chrono::steady_clock::now() - m_made;
    return {m_options.now.seconds + std::chrono::duration_cast<std::chrono::seconds>(gone).count()};
}

Result<HttpResponse> AwsClient::sendWith(const AwsCredentials& credentials, const AwsService& service,
                                         const HttpRequest& request, const std::string& right, const std::string& where,
                                         const std::stop_token& stop)
{
    m_fault = {};
    for (bool isFirst = true;; isFirst = false) {
        HttpRequest asked = request;
        for (auto& header : signAws(request, credentials, {service.name, service.region, time()}).headers)
            asked.headers.push_back(std::move(header));
        const auto signedAt = std::chrono::steady_clock::now();
        auto answer = m_http.send(asked, m_api.retry, stop);
        if (!answer) {
            Error error = answer.error();
            if (error.code != ErrorCode::Cancelled)
                error.where = where + (error.where.empty() ? "" : ", " + error.where);
            return error;
        }
        if (answer->isOk())
            return answer;
        HttpResponse refusal = answer.take();
        refusal.body = withoutHeaders(refusal.body.substr(0, std::size_t{64} << 10U), asked);
        m_fault = awsFault(refusal);
        // the attempts of a broken download may have taken longer than a signature lives
        if (isFirst && isAwsCredentialFault(m_fault.code) && std::chrono::steady_clock::now() - signedAt > kStale)
            continue;
        return awsError(refusal, m_fault, m_api, right, where);
    }
}

Result<HttpResponse> AwsClient::send(const AwsService& service, const HttpRequest& request, const std::string& right,
                                     const std::string& where, const std::stop_token& stop)
{
    if (m_options.roleArn.empty())
        return sendWith(m_options.credentials, service, request, right, where, stop);
    if (!m_assumedUntil.isValid() || time().seconds + kRenewBefore >= m_assumedUntil.seconds) {
        if (auto done = assumeRole(stop); !done)
            return done.error();
    }
    auto answer = sendWith(m_assumed, service, request, right, where, stop);
    if (answer || !isAwsExpiry(m_fault.code))
        return answer;
    // a role's session may be ended before its time; the key that assumes it has not expired
    m_assumedUntil = {};
    if (auto done = assumeRole(stop); !done)
        return done.error();
    return sendWith(m_assumed, service, request, right, where, stop);
}

Result<Json> AwsClient::call(const AwsService& service, const std::string& operation, std::string body,
                             const std::stop_token& stop)
{
    HttpRequest request = postOf("application/x-amz-json-1.1", std::move(body));
    request.url = joinUrl(service.base, "/");
    request.headers.emplace_back("X-Amz-Target", service.target + '.' + operation);
    request.isPriced = service.name == "ce"; // other services answer for nothing
    const std::string where = m_options.title + ' ' + operation;
    const auto answer = send(service, request, service.name + ':' + operation, where, stop);
    if (!answer)
        return answer.error();
    return Api(m_http, m_api).jsonOf(*answer, where);
}

Status AwsClient::assumeRole(const std::stop_token& stop)
{
    Query form{{"Action", "AssumeRole"},
               {"Version", "2011-06-15"},
               {"RoleArn", m_options.roleArn},
               {"RoleSessionName", "altimeter"},
               {"DurationSeconds", "3600"}};
    if (!m_options.externalId.empty())
        form.emplace_back("ExternalId", m_options.externalId);
    HttpRequest request = postOf("application/x-www-form-urlencoded", queryText(form));
    request.url = joinUrl(m_options.sts.base, "/");
    const std::string where = m_options.title + " AssumeRole";
    const auto answer =
        sendWith(m_options.credentials, m_options.sts, request, "sts:AssumeRole on " + m_options.roleArn, where, stop);
    if (!answer) {
        Error error = answer.error();
        if (isAwsRightFault(m_fault.code))
            error.todo = "Allow sts:AssumeRole on " + m_options.roleArn +
                         " for this access key, and let the role's trust policy name its user and, where it asks for "
                         "one, the external ID.";
        return error;
    }
    const auto document = parseXml(answer->body, where);
    if (!document)
        return document.error();
    const XmlElement& given = (*document)["AssumeRoleResult"]["Credentials"];
    const auto until = instantOf(given["Expiration"].text, where + ", Expiration");
    if (!until)
        return until.error();
    if (given["AccessKeyId"].text.empty() || given["SecretAccessKey"].text.empty() ||
        given["SessionToken"].text.empty())
        return Error{ErrorCode::Invalid, "the answer holds no credentials", where};
    m_assumed = {given["AccessKeyId"].text, Secret(given["SecretAccessKey"].text), Secret(given["SessionToken"].text)};
    m_assumedUntil = *until;
    return {};
}

std::vector<ConnectorField> awsAccessFields()
{
    return {
        needed(FieldKind::Text, "access_key_id", "Access key ID",
               "Of an IAM user or of temporary credentials; it begins with AKIA or ASIA."),
        needed(FieldKind::Secret, "secret_access_key", "Secret access key", "Shown once, when the access key is made."),
        offered(FieldKind::Secret, "session_token", "Session token",
                "Only for temporary credentials, which end after some hours."),
        offered(FieldKind::Text, "role_arn", "Role to assume",
                "ARN of a role in the account that holds the billing data, where the key belongs to another one."),
        offered(FieldKind::Text, "external_id", "External ID", "Only where the role's trust policy asks for one."),
        offered(
            FieldKind::Url, "sts_url", "Base address of STS",
            "Where a role is assumed. Empty: https://sts.<region>.amazonaws.com. Change it for a sovereign cloud or a "
            "private endpoint."),
    };
}

AwsClient::Options awsOptions(const ConnectorSetup& setup, const ConnectorInfo& info, const std::string& stsRegion)
{
    const auto field = [&](std::string_view key) { return std::string(words::trimmed(setup.value(info, key))); };
    AwsClient::Options options;
    options.title = info.title;
    options.credentials = {field("access_key_id"), setup.secret("secret_access_key"), setup.secret("session_token")};
    options.roleArn = field("role_arn");
    options.sts = {"sts", stsRegion, stsAddress(setup.settings, info, stsRegion), {}};
    options.externalId = field("external_id");
    options.now = setup.now;
    return options;
}

std::string stsAddress(const ConnectionSettings& settings, const ConnectorInfo& info, const std::string& region)
{
    if (words::trimmed(valueOf(settings, info, "role_arn")).empty())
        return {};
    const std::string given(words::trimmed(valueOf(settings, info, "sts_url")));
    return given.empty() ? "https://sts." + region + '.' + awsDomain(region) : given;
}

std::string awsDomain(const std::string& region)
{
    return region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

} // namespace altimeter::providers
