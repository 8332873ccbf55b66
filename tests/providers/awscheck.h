#pragma once

#include "providers/core/connector.h"
#include "providers/net/sigv4.h"
#include "tests/testkit/loopbackserver.h"

#include <string>

namespace altimeter::testing {

/// What is wrong with the signature of a request as it came over the wire; empty: nothing.
inline std::string signatureFault(const LoopbackServer::Request& request, const providers::AwsCredentials& credentials,
                                  const std::string& service, const std::string& region)
{
    const auto header = [&request](const std::string& name) {
        const auto found = request.headers.find(name);
        return found == request.headers.end() ? std::string() : found->second;
    };
    const std::string stamp = header("x-amz-date");
    if (stamp.size() != 16)
        return "no X-Amz-Date";
    const auto time =
        providers::instantOf(stamp.substr(0, 4) + '-' + stamp.substr(4, 2) + '-' + stamp.substr(6, 2) + 'T' +
                                 stamp.substr(9, 2) + ':' + stamp.substr(11, 2) + ':' + stamp.substr(13, 2) + 'Z',
                             "X-Amz-Date");
    if (!time)
        return "odd X-Amz-Date " + stamp;
    providers::HttpRequest signedRequest;
    signedRequest.method = request.method;
    signedRequest.url = "http://" + header("host") + request.path + (request.query.empty() ? "" : '?' + request.query);
    signedRequest.body = request.body;
    for (const char* name : {"content-type", "x-amz-target"}) {
        if (!header(name).empty() && header("authorization").find(name) != std::string::npos)
            signedRequest.headers.emplace_back(name, header(name));
    }
    const auto expected = providers::signAws(signedRequest, credentials, {service, region, *time});
    for (const auto& [name, value] : expected.headers) {
        std::string lower = name;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return static_cast<char>(std::tolower(c)); });
        if (header(lower) != value)
            return lower + " is \"" + header(lower) + "\", not \"" + value + '"';
    }
    return {};
}

} // namespace altimeter::testing
