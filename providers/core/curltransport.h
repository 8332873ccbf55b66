#pragma once

#include "providers/core/http.h"

#include <memory>
#include <string>

namespace altimeter::providers {

/// How this computer reaches the network; the same for all connections.
struct NetworkOptions {
    std::string proxy;  ///< "http://host:port", "socks5h://…"; empty: as the environment says
    std::string caFile; ///< PEM file of a private authority that is trusted besides (in place of) the system's
    std::chrono::seconds connectTimeout{10};
    std::chrono::seconds stallTimeout{30}; ///< without 100 bytes a second for so long
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
