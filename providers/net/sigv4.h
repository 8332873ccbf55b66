#pragma once

#include "models/domain/period.h"
#include "providers/net/http.h"
#include "providers/net/secret.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::providers {

/// Access key of AWS; `sessionToken` is empty for a key that lasts.
struct AwsCredentials {
    std::string accessKeyId;
    Secret secretKey;
    Secret sessionToken;
};

/// What a request is signed for.
struct AwsScope {
    std::string service; ///< "ce", "s3"
    std::string region;  ///< "us-east-1"
    Instant time;        ///< AWS refuses one that is about five minutes off
};

/// A signature of AWS Signature Version 4.
struct AwsSignature {
    std::string canonicalHash; ///< lower case hex SHA-256 of the canonical request
    std::string signedHeaders; ///< "host;x-amz-date"
    std::string signature;     ///< lower case hex
    /// To be sent with the request: X-Amz-Date, where needed X-Amz-Security-Token and x-amz-content-sha256, and
    /// Authorization.
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Signs all of `request`: method, url (absolute and percent-encoded), headers, body. Host is taken from the url, with
/// the port where it is not the default. For "s3" the path is signed as it stands; for other services it is normalised
/// and encoded once more, as AWS asks. Pure: the same arguments give the same signature.
AwsSignature signAws(const HttpRequest& request, const AwsCredentials& credentials, const AwsScope& scope);

} // namespace altimeter::providers
