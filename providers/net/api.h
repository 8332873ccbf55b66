#pragma once

#include "models/json/json.h"
#include "providers/net/http.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::providers {

/// A provider's API as its connector speaks to it: base address, headers of every request, retry habits, and failures
/// in plain words.
class Api {
public:
    struct Options {
        std::string title; ///< "OpenAI", for messages
        std::string base;  ///< base address
        std::vector<std::pair<std::string, std::string>> headers;
        RetryPolicy retry;
        std::string keyHint;   ///< what to do about a 401: "Check the administration key …"
        std::string rightHint; ///< what to do about a 403: which right is missing
        /// The provider's own kinds of failure in plain words; nothing: as httpError() says.
        std::function<std::optional<Error>(const HttpResponse&, const std::string& where)> explain{};
    };
    Api(HttpClient& http, Options options) : m_http(http), m_options(std::move(options)) {}

    /// `path` begins with '/' and is percent-encoded, or is an absolute url of the same origin as the base.
    Result<Json> get(const std::string& path, std::stop_token stop);
    /// A POST that only asks (it may be repeated).
    Result<Json> post(const std::string& path, std::string contentType, std::string body, std::stop_token stop);
    /// Any request; `url` and the common headers are filled in here. The answer is one with a 2xx status.
    Result<HttpResponse> send(HttpRequest request, const std::string& path, std::stop_token stop);
    /// The JSON of an answer. Error Invalid for another content type ("the server answered text/html …").
    Result<Json> jsonOf(const HttpResponse& response, const std::string& where) const;
    /// Sets or replaces a header of every request.
    void setHeader(const std::string& name, const std::string& value);

    Options& options() { return m_options; }
    const HttpClient& http() const { return m_http; }

private:
    HttpClient& m_http;
    Options m_options;
};

/// The Error of an answer that is not 2xx, with the provider's own message where its body holds one: Denied for 401,
/// 402 and 403, NotFound for 404, Limited for 429 and 529, Network for other 5xx, Invalid for the rest.
Error httpError(const HttpResponse& response, const Api::Options& api, const std::string& where);

/// `text` without the values of the request's headers: a server may repeat what it was sent.
std::string withoutHeaders(std::string text, const HttpRequest& request);

} // namespace altimeter::providers
