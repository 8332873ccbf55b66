#pragma once

#include "providers/net/http.h"
#include "providers/net/secret.h"

#include <functional>
#include <memory>
#include <string>

namespace altimeter::providers {

/// How this computer reaches the network, and which part of it.
struct NetworkOptions {
    /// NetworkOptions::proxy: whatever http_proxy, https_proxy, all_proxy and no_proxy of the environment say.
    static constexpr const char* kEnvironmentProxy = "environment";

    std::string proxy;   ///< "http://host:port", "socks5h://…"; empty: none, whatever the environment says
    std::string noProxy; ///< hosts that are asked without it, as libcurl's CURLOPT_NOPROXY; not for the environment's
    std::string proxyUser;
    Secret proxyPassword;
    std::string caFile; ///< PEM file of a private authority that is trusted besides (in place of) the system's
    std::chrono::seconds connectTimeout{10};
    std::chrono::seconds stallTimeout{30}; ///< without 100 bytes a second for so long
    /// Asked before every exchange, also before a redirect is followed: an Error refuses the address, and nothing is
    /// sent there. Not given: every address may be asked.
    std::function<Status(const std::string& url)> mayAsk{};
};

/// HTTP over libcurl: certificates are always verified, http and https only, gzip, bodies capped while they arrive.
///
/// Redirects (at most 5) are followed for GET only; one that leads to another scheme, host or port is followed without
/// the Authorization, Cookie and other headers of the request, and never from https to http. One thread uses it;
/// connections are kept open between exchanges.
class CurlTransport final : public Transport {
public:
    explicit CurlTransport(NetworkOptions options);
    ~CurlTransport() override;
    Result<HttpResponse> exchange(const HttpRequest& request, std::stop_token stop) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace altimeter::providers
