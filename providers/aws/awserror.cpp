#include "providers/aws/awserror.h"

#include "models/text/utf8.h"
#include "providers/core/xmltext.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

using namespace std::string_view_literals;

constexpr std::array kThrottling{
    "Throttling"sv,
    "ThrottlingException"sv,
    "ThrottledException"sv,
    "RequestThrottled"sv,
    "RequestThrottledException"sv,
    "TooManyRequestsException"sv,
    "RequestLimitExceeded"sv,
    "LimitExceededException"sv, // Cost Explorer's own word
    "SlowDown"sv,
    "BandwidthLimitExceeded"sv,
};
constexpr std::array kExpired{"ExpiredToken"sv, "ExpiredTokenException"sv, "TokenRefreshRequired"sv};
constexpr std::array kUnknownKey{
    "UnrecognizedClientException"sv, "InvalidClientTokenId"sv,
    "InvalidAccessKeyId"sv,          "InvalidToken"sv,
    "MissingAuthenticationToken"sv,  "MissingAuthenticationTokenException"sv,
};
constexpr std::array kSignature{
    "InvalidSignatureException"sv,
    "SignatureDoesNotMatch"sv,
    "IncompleteSignature"sv,
    "IncompleteSignatureException"sv,
};
constexpr std::array kClock{"RequestTimeTooSkewed"sv, "RequestExpired"sv, "RequestInTheFuture"sv};
constexpr std::array kRight{"AccessDenied"sv, "AccessDeniedException"sv, "AllAccessDisabled"sv,
                            "UnauthorizedOperation"sv, "NotAuthorized"sv};

template <std::size_t N> bool holds(const std::array<std::string_view, N>& codes, std::string_view code)
{
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// "prefix#Code:suffix" without what is around it.
std::string bareCode(std::string_view type)
{
    type.remove_prefix(type.find('#') == std::string_view::npos ? 0 : type.find('#') + 1);
    return std::string(type.substr(0, type.find(':')).substr(0, 100));
}

/// It becomes part of a host name, so nothing else may pass.
std::string regionName(std::string_view text)
{
    const bool isOne = !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    return isOne ? std::string(text) : std::string();
}

void readXml(std::string_view body, AwsFault& fault)
{
    const auto document = parseXml(body, {});
    if (!document)
        return;
    const XmlElement& error = document->name == "Error" ? *document : (*document)["Error"];
    fault.code = bareCode(error["Code"].text);
    fault.message = error["Message"].text;
    fault.region = regionName(error["Region"].text);
}

} // namespace

AwsFault awsFault(const HttpResponse& response)
{
    AwsFault fault;
    const std::string_view body = std::string_view(response.body).substr(0, 256U << 10U);
    const auto start = body.find_first_not_of(" \r\n\t");
    if (start != std::string_view::npos && body[start] == '{') {
        if (const auto json = Json::parse(body, {})) {
            fault.code = bareCode((*json)["__type"].text());
            fault.message = json->has("message") ? (*json)["message"].text() : (*json)["Message"].text();
        }
    } else if (start != std::string_view::npos) {
        readXml(body, fault);
    }
    if (fault.code.empty())
        fault.code = bareCode(response.header("x-amzn-errortype"));
    if (const auto region = response.header("x-amz-bucket-region"); !region.empty())
        fault.region = regionName(region);
    return fault;
}

bool isAwsThrottling(std::string_view code)
{
    return holds(kThrottling, code);
}

bool isAwsCredentialFault(std::string_view code)
{
    return holds(kExpired, code) || holds(kUnknownKey, code) || holds(kSignature, code) || holds(kClock, code);
}

bool isAwsExpiry(std::string_view code)
{
    return holds(kExpired, code);
}

bool isAwsRightFault(std::string_view code)
{
    return holds(kRight, code);
}

Error awsError(const HttpResponse& response, const AwsFault& fault, const Api::Options& api, const std::string& right,
               const std::string& where)
{
    const std::string& code = fault.code;
    const std::string said =
        " (" + code + (fault.message.empty() ? "" : ": " + words::excerpt(fault.message, 300)) + ')';
    if (holds(kExpired, code))
        return {ErrorCode::Denied, "the session token has expired (" + code + ')', where,
                "Enter fresh temporary credentials, or use an access key that lasts together with a role to assume."};
    if (holds(kUnknownKey, code))
        return {ErrorCode::Denied, "AWS does not know the access key (" + code + ')', where,
                "Check the access key ID and, for temporary credentials, the session token; the key may have been "
                "deleted or switched off."};
    if (holds(kSignature, code)) // its message repeats the signed headers
        return {ErrorCode::Denied, "AWS does not accept the signature (" + code + ')', where,
                "Check the secret access key, the region, and this computer's clock: AWS refuses requests that are "
                "about five minutes off."};
    if (holds(kClock, code))
        return {ErrorCode::Denied, "this computer's clock and AWS's do not agree (" + code + ')', where,
                "Set the clock of this computer; AWS refuses requests that are some minutes off."};
    if (isAwsRightFault(code) || (response.status == 403 && code.empty()))
        return {ErrorCode::Denied,
                "AWS does not allow this: the right " + right + " is missing" + (code.empty() ? "" : said), where,
                "Allow " + right +
                    " for the user or role of this connection. Where it is allowed, look for a service control "
                    "policy, a permissions boundary or a resource policy that denies it" +
                    (fault.message.find("kms:") != std::string::npos
                         ? "; the message names a key of KMS, for which kms:Decrypt is needed."
                         : ".")};
    if (code == "OptInRequired" || code == "SubscriptionRequiredException")
        return {ErrorCode::Denied, "the account has not switched this service on" + said, where,
                "Open the service once in the AWS console with the management account."};
    if (isAwsThrottling(code))
        return {ErrorCode::Limited, "AWS asks for fewer requests" + said, where,
                "Try again later, or sync this connection less often."};
    if (code == "DataUnavailableException")
        return {ErrorCode::NotFound, "AWS has no data for this yet" + said, where,
                "Cost Explorer needs up to 24 hours after it is switched on. Try again tomorrow."};
    if (code == "NoSuchBucket")
        return {ErrorCode::NotFound, "there is no such bucket" + said, where,
                "Check the bucket's name, and the region in the connection's settings."};
    if (!code.empty() && response.status >= 400 && response.status < 500 && response.status != 429 &&
        response.status != 401 && response.status != 403)
        return {response.status == 404 ? ErrorCode::NotFound : ErrorCode::Invalid, "AWS refused the request" + said,
                where, "Check the settings of the connection."};
    return httpError(response, api, where);
}

} // namespace altimeter::providers
