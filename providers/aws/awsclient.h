#pragma once

#include "providers/aws/awserror.h"
#include "providers/core/connector.h"
#include "providers/net/sigv4.h"

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::providers {

/// One service of AWS as a connection reaches it.
struct AwsService {
    std::string name;   ///< for the signature and in names of rights: "ce"
    std::string region; ///< for the signature
    std::string base;   ///< base address
    std::string target; ///< prefix of X-Amz-Target; empty where the service does not speak JSON
};

/// Sends signed requests to services of AWS, with the access key itself or with a role it assumes first.
class AwsClient {
public:
    struct Options {
        std::string title; ///< "AWS Cost Explorer", for messages
        AwsCredentials credentials;
        AwsService sts;
        std::string roleArn; ///< empty: none is assumed
        std::string externalId;
        Instant now;
    };
    AwsClient(HttpClient& http, Options options);

    /// Asks an operation of a JSON service. Errors as of awsError(); fault() then holds AWS's own code.
    Result<Json> call(const AwsService& service, const std::string& operation, std::string body,
                      const std::stop_token& stop);
    /// Signs and sends; the answer is one with a 2xx status. `right` is what AWS must allow for it ("s3:GetObject").
    Result<HttpResponse> send(const AwsService& service, const HttpRequest& request, const std::string& right,
                              const std::string& where, const std::stop_token& stop);

    /// What AWS said to the last request; empty where that was answered or failed before AWS could say anything.
    const AwsFault& fault() const { return m_fault; }
    /// The time that is given to signatures: that of the setup, and what has gone by since.
    Instant time() const;

private:
    Result<HttpResponse> sendWith(const AwsCredentials& credentials, const AwsService& service,
                                  const HttpRequest& request, const std::string& right, const std::string& where,
                                  const std::stop_token& stop);
    Status assumeRole(const std::stop_token& stop);

    HttpClient& m_http;
    Options m_options;
    Api::Options m_api;
    std::chrono::steady_clock::time_point m_made = std::chrono::steady_clock::now();
    AwsCredentials m_assumed;
    Instant m_assumedUntil; ///< not valid: no role is assumed yet
    AwsFault m_fault;
};

/// The fields every AWS connection has: key, role, and the address of STS.
std::vector<ConnectorField> awsAccessFields();
/// The client's options from those fields. `stsRegion` is where STS is asked unless the address says otherwise.
/// Where a role is assumed; empty where the settings name no role.
std::string stsAddress(const ConnectionSettings& settings, const ConnectorInfo& info, const std::string& region);
AwsClient::Options awsOptions(const ConnectorSetup& setup, const ConnectorInfo& info, const std::string& stsRegion);
/// "amazonaws.com", or the domain of the Chinese regions.
std::string awsDomain(const std::string& region);

} // namespace altimeter::providers
