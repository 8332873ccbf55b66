#pragma once

#include "models/domain/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::providers {

/// An answer that is kept in memory holds no more, after inflating. What may be larger goes to a file
/// (HttpRequest::saveTo).
inline constexpr std::uint64_t kMostAnswerBytes = std::uint64_t{64} << 20U;
/// Of the headers of one exchange, interim answers included.
inline constexpr std::size_t kMostHeaderBytes = std::size_t{64} << 10U;
inline constexpr std::size_t kMostHeaders = 500;

struct HttpRequest {
    std::string method = "GET";
    std::string url; ///< absolute, already percent-encoded; never holds a secret
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// A repeated request does no harm: true for GET, and for a POST that only asks.
    bool isRepeatable = true;
    /// The provider asks money for it (ConnectorInfo::requestCost): it is counted apart.
    bool isPriced = false;
    std::uint64_t maxBytes = kMostAnswerBytes; ///< of the answer, after inflating; only a file may be larger than that
    std::chrono::seconds timeout{120};         ///< for the whole exchange; 0: only a stalled one ends
    /// Not empty: the body of a 2xx answer goes to this file, as sent (not inflated). The file appears, or is replaced,
    /// only when the answer was whole.
    std::filesystem::path saveTo;
    /// How long the server may be silent, also before its first byte; 0: as NetworkOptions says.
    std::chrono::seconds stallTimeout{0};
};

/// A POST that only asks: it may be repeated.
HttpRequest postOf(std::string contentType, std::string body);

struct HttpResponse {
    long status = 0;
    std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case
    std::string body;                                         ///< inflated; empty when it went to a file
    std::uint64_t bytes = 0;                                  ///< of the body as received, before inflating

    bool isOk() const { return status >= 200 && status < 300; }
    /// The first header of that lower case name, or empty.
    std::string_view header(std::string_view name) const;
};

/// Carries one exchange. Any complete answer, whatever its status, is a value; Error Network for everything that kept
/// an answer from arriving whole (no such host, refused, TLS not verified, cut off, stalled, too slow), Invalid for an
/// answer above the cap or a header that is none, Cancelled within 200 ms of `stop`, Io when `saveTo` cannot be
/// written. Error Invalid also for headers above their cap.
class Transport {
public:
    virtual ~Transport() = default;
    virtual Result<HttpResponse> exchange(const HttpRequest& request, std::stop_token stop) = 0;
};

/// How a provider says "later".
struct RetryPolicy {
    int attempts = 5; ///< in all
    /// Headers that name a pause in seconds or as an HTTP date; the longest counts. Lower case.
    std::vector<std::string> pauseHeaders{"retry-after"};
    /// True for an answer outside of 429, 500, 502, 503, 504, 529 that is a plea to slow down all the same.
    std::function<bool(const HttpResponse&)> isThrottled;
    std::chrono::seconds longestPause{300}; ///< a longer one is not waited for: Error Limited
};

/// Waits; false when `stop` came first.
using Pause = std::function<bool(std::chrono::milliseconds, const std::stop_token&)>;
bool pauseFor(std::chrono::milliseconds time, const std::stop_token& stop);

/// Sends requests and repeats those that are safe to repeat. Not thread-safe: one connection's sync owns one.
class HttpClient {
public:
    /// What one sync may take of a server: far above what any honest one needs, and an end for all others.
    struct Budget {
        std::uint64_t answerBytes = std::uint64_t{2} << 30U; ///< of all answers kept in memory, after inflating
        std::uint64_t requests = 50'000;
        std::chrono::seconds time = std::chrono::hours(12); ///< pauses included
        std::uint64_t wireBytes = std::uint64_t{32} << 30U; ///< of all answers as received, also those that go to files
    };
    /// Why it is asked again only after a while.
    struct Wait {
        std::chrono::seconds time{};
        long status = 0;      ///< of the answer; 0: none came
        bool isAsked = false; ///< the answer named a pause
    };
    struct Watch {
        std::function<void()> onRequest;         ///< after each exchange, also a failed one
        std::function<void(const Wait&)> onWait; ///< before a pause
    };
    HttpClient(Transport& transport, Pause pause = pauseFor) : m_transport(transport), m_pause(std::move(pause)) {}

    /// The answer, whatever its status: after the last attempt also 429 or 5xx. Only a failed exchange is an Error, and
    /// Limited where the budget is spent.
    Result<HttpResponse> send(const HttpRequest& request, const RetryPolicy& policy, std::stop_token stop);

    void setWatch(Watch watch) { m_watch = std::move(watch); }
    /// Asked before each request that the provider asks money for, repeated ones too; its Error goes to whoever asked,
    /// and nothing is sent.
    void setPayment(std::function<Status()> mayPay) { m_mayPay = std::move(mayPay); }
    void setBudget(Budget budget) { m_budget = budget; }
    std::uint64_t requests() const { return m_requests; }
    std::uint64_t priced() const { return m_priced; } ///< of these, those the provider asks money for
    std::uint64_t bytes() const { return m_bytes; }
    std::uint64_t answerBytes() const { return m_answerBytes; } ///< of answers kept in memory, after inflating

private:
    Status checkBudget(const std::string& url) const;
    HttpRequest withinBudget(HttpRequest request) const;

    Transport& m_transport;
    Pause m_pause;
    Watch m_watch;
    std::function<Status()> m_mayPay;
    Budget m_budget;
    const std::chrono::steady_clock::time_point m_begun = std::chrono::steady_clock::now();
    std::uint64_t m_requests = 0;
    std::uint64_t m_priced = 0;
    std::uint64_t m_bytes = 0;
    std::uint64_t m_answerBytes = 0;
    std::uint32_t m_jitter = 0x9e3779b9U;
};

/// The pause an answer asks for by one of `headers`: seconds ("12", "0.5", "6m0s", "250ms") or an HTTP date relative to
/// the answer's own Date. None where nothing is said.
std::optional<std::chrono::milliseconds> pauseAskedBy(const HttpResponse& response,
                                                      std::span<const std::string> headers);

/// Percent-encodes all but A-Z a-z 0-9 - _ . ~, in capitals. `keepSlash` leaves '/' as it is.
std::string percentEncoded(std::string_view text, bool keepSlash = false);

/// Names and values of a query or a form, in their order.
using Query = std::vector<std::pair<std::string, std::string>>;
/// "a=1&b=x%20y".
std::string queryText(const Query& query);

/// `base` without a trailing slash followed by `path` (which begins with '/').
std::string joinUrl(std::string_view base, std::string_view path);

/// Scheme, host and port of a url in lower case ("https://api.example.com:8443"); empty where it is none.
std::string originOf(std::string_view url);

} // namespace altimeter::providers
