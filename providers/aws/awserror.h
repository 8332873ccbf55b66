#pragma once

#include "providers/core/connector.h"
#include "providers/net/http.h"

#include <string>
#include <string_view>

namespace altimeter::providers {

/// What AWS itself says in an answer that is an error; all empty where it says nothing.
struct AwsFault {
    std::string code;    ///< "AccessDeniedException", without the prefix and suffix AWS may put around it
    std::string message; ///< its words
    std::string region;  ///< of S3: where the bucket really is; empty unless it looks like a region's name
};

/// Reads the JSON form (`__type`), the XML forms of S3 and STS, and the headers that repeat them.
AwsFault awsFault(const HttpResponse& response);

/// True for the codes by which AWS asks for fewer requests, also with HTTP 400.
bool isAwsThrottling(std::string_view code);
/// True for a credential or a signature that AWS does not accept (any more).
bool isAwsCredentialFault(std::string_view code);
/// True for temporary credentials that have ended.
bool isAwsExpiry(std::string_view code);
/// True where a right is missing.
bool isAwsRightFault(std::string_view code);

/// The Error of an answer that is not 2xx, in plain words: as httpError(), and further by AWS's own codes, most of
/// which come with HTTP 400. `right` is what must be allowed, "ce:GetCostAndUsage".
Error awsError(const HttpResponse& response, const AwsFault& fault, const Api::Options& api, const std::string& right,
               const std::string& where);

} // namespace altimeter::providers
