#include "providers/net/http.h"

#include "models/text/hextext.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <mutex>

namespace altimeter::providers {

namespace {

using std::chrono::milliseconds;

bool isWorthRepeating(const HttpResponse& response, const RetryPolicy& policy)
{
    constexpr std::array<long, 6> kLater{429, 500, 502, 503, 504, 529};
    return std::find(kLater.begin(), kLater.end(), response.status) != kLater.end() ||
           (policy.isThrottled && policy.isThrottled(response));
}

/// "12", "0.5", "6m0s", "1h2m", "250ms".
std::optional<milliseconds> durationOf(std::string_view text)
{
    double total = 0;
    bool any = false;
    while (!text.empty()) {
        double number = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (failed != std::errc() || !(number >= 0)) // so written, "nan" is refused too
            return std::nullopt;
        number = std::min(number, 1e9);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        double unit = 1000;
        if (text.starts_with("ms")) {
            unit = 1;
            text.remove_prefix(2);
        } else if (text.starts_with('h') || text.starts_with('m') || text.starts_with('s')) {
            unit = text.front() == 'h' ? 3'600'000 : text.front() == 'm' ? 60'000 : 1000;
            text.remove_prefix(1);
        } else if (!text.empty()) {
            return std::nullopt;
        }
        total = std::min(total + number * unit, 1e15);
        any = true;
    }
    return any ? std::optional(milliseconds(static_cast<std::int64_t>(total + 0.999))) : std::nullopt;
}

} // namespace

HttpRequest postOf(std::string contentType, std::string body)
{
    HttpRequest request;
    request.method = "POST";
    request.headers.emplace_back("Content-Type", std::move(contentType));
    request.body = std::move(body);
    return request;
}

std::string_view HttpResponse::header(std::string_view name) const
{
    const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& one) { return one.first == name; });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

bool pauseFor(milliseconds time, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    return !wake.wait_for(lock, stop, time, [] { return false; }) && !stop.stop_requested();
}

std::optional<milliseconds> pauseAskedBy(const HttpResponse& response, std::span<const std::string> headers)
{
    std::optional<milliseconds> longest;
    for (const std::string& name : headers) {
        const std::string_view text = response.header(name);
        if (text.empty())
            continue;
        std::optional<milliseconds> pause = durationOf(text);
        if (!pause) {
            const std::time_t until = curl_getdate(std::string(text).c_str(), nullptr);
            const std::time_t from = curl_getdate(std::string(response.header("date")).c_str(), nullptr);
            if (until < 0 || from < 0)
                continue;
            pause = std::chrono::seconds(std::max<std::time_t>(0, until - from));
        }
        longest = std::max(longest.value_or(milliseconds(0)), *pause);
    }
    return longest;
}

Status HttpClient::checkBudget(const std::string& url) const
{
    const auto spent = [&url](const std::string& what) {
        return Error{ErrorCode::Limited, "this sync has " + what + ", which is the most that one may", originOf(url),
                     "What was stored before stays. Check the address; then sync again, or ask for fewer days."};
    };
    if (m_answerBytes >= m_budget.answerBytes)
        return spent("read " + std::to_string(m_answerBytes >> 20U) + " MiB of answers");
    if (m_bytes >= m_budget.wireBytes)
        return spent("fetched " + std::to_string(m_bytes >> 30U) + " GiB");
    if (m_requests >= m_budget.requests)
        return spent("asked " + std::to_string(m_requests) + " times");
    if (std::chrono::steady_clock::now() - m_begun > m_budget.time)
        return spent("taken " + std::to_string(m_budget.time.count() / 60) + " minutes");
    return {};
}

/// A request without a time of its own, such as a download, must not outlive the budget: a server that sends a little
/// now and then would keep it for years.
HttpRequest HttpClient::withinBudget(HttpRequest request) const
{
    const auto spent = std::chrono::steady_clock::now() - m_begun;
    const auto left = std::chrono::ceil<std::chrono::seconds>(m_budget.time - spent) + std::chrono::seconds(1);
    request.timeout = request.timeout.count() > 0 ? std::min(request.timeout, left) : left;
    return request;
}

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const RetryPolicy& policy, std::stop_token stop)
{
    milliseconds backOff(500);
    for (int attempt = 1;; ++attempt) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        if (auto within = checkBudget(request.url); !within)
            return within.error();
        if (request.isPriced && m_mayPay) {
            if (auto may = m_mayPay(); !may)
                return may.error();
        }
        auto answer = m_transport.exchange(withinBudget(request), stop);
        ++m_requests;
        m_priced += request.isPriced ? 1 : 0;
        if (answer) {
            m_bytes += answer->bytes;
            m_answerBytes += answer->body.size();
        }
        if (m_watch.onRequest)
            m_watch.onRequest();
        const bool mayRepeat = request.isRepeatable && attempt < policy.attempts;
        if (!answer && (answer.error().code != ErrorCode::Network || !mayRepeat))
            return answer;
        if (answer && (!mayRepeat || !isWorthRepeating(*answer, policy)))
            return answer;
        m_jitter = m_jitter * 1664525U + 1013904223U;
        milliseconds pause = backOff / 2 + milliseconds(m_jitter % static_cast<std::uint32_t>(backOff.count() / 2 + 1));
        Wait wait;
        if (answer) {
            wait.status = answer->status;
            if (const auto asked = pauseAskedBy(*answer, policy.pauseHeaders)) {
                if (*asked > policy.longestPause)
                    return answer;
                // A server that always says "at once" is not asked faster than one that says nothing.
                wait.isAsked = asked->count() > 0;
                pause = std::max(pause, *asked + milliseconds(m_jitter % 250U));
            }
        }
        wait.time = std::chrono::ceil<std::chrono::seconds>(pause);
        if (m_watch.onWait)
            m_watch.onWait(wait);
        if (!m_pause(pause, stop))
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        backOff = std::min(backOff * 2, milliseconds(30'000));
    }
}

std::string percentEncoded(std::string_view text, bool keepSlash)
{
    return words::percentEncoded(text, keepSlash ? "-_.~/" : "-_.~");
}

std::string queryText(const Query& query)
{
    std::string text;
    for (const auto& [name, value] : query)
        text += (text.empty() ? "" : "&") + percentEncoded(name) + '=' + percentEncoded(value);
    return text;
}

std::string joinUrl(std::string_view base, std::string_view path)
{
    while (base.ends_with('/'))
        base.remove_suffix(1);
    return std::string(base) + std::string(path);
}

std::string originOf(std::string_view url)
{
    const std::unique_ptr<CURLU, void (*)(CURLU*)> parts(curl_url(), curl_url_cleanup);
    if (!parts || curl_url_set(parts.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK)
        return {};
    const auto part = [&parts](CURLUPart what, unsigned flags) {
        char* text = nullptr;
        if (curl_url_get(parts.get(), what, &text, flags) != CURLUE_OK)
            return std::string();
        std::string copy(text);
        curl_free(text);
        std::transform(copy.begin(), copy.end(), copy.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        return copy;
    };
    return part(CURLUPART_SCHEME, 0) + "://" + part(CURLUPART_HOST, 0) + ':' + part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

} // namespace altimeter::providers
