#include "providers/net/curltransport.h"

#include "models/domain/caught.h"
#include "models/text/words.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr long kMostRedirects = 5;

/// Writes beside the wanted file, which is touched only when all of it is there.
class Download {
public:
    explicit Download(std::filesystem::path target) : m_target(std::move(target)), m_part(m_target)
    {
        m_part += ".part";
    }
    ~Download()
    {
        std::error_code ignored;
        if (m_file) {
            std::fclose(m_file);
            std::filesystem::remove(m_part, ignored);
        }
    }
    Download(const Download&) = delete;
    Download& operator=(const Download&) = delete;

    bool isWanted() const { return !m_target.empty(); }
    bool write(const char* data, std::size_t bytes)
    {
        if (!m_file)
            m_file = std::fopen(m_part.c_str(), "wb");
        return m_file && std::fwrite(data, 1, bytes, m_file) == bytes;
    }
    bool finish()
    {
        if (!write("", 0)) // an empty body is a file too
            return false;
        std::error_code failed;
        if (std::fclose(std::exchange(m_file, nullptr)) == 0)
            std::filesystem::rename(m_part, m_target, failed);
        else
            failed = std::make_error_code(std::errc::io_error);
        std::error_code ignored;
        if (failed)
            std::filesystem::remove(m_part, ignored);
        return !failed;
    }

private:
    std::filesystem::path m_target, m_part;
    std::FILE* m_file = nullptr;
};

struct Receiving {
    explicit Receiving(const HttpRequest& request) : download(request.saveTo), maxBytes(request.maxBytes) {}

    HttpResponse response;
    Download download;
    std::uint64_t maxBytes;
    std::uint64_t inflated = 0;
    std::size_t headerBytes = 0;
    std::size_t headers = 0;
    bool isTooLarge = false;
    bool hasTooManyHeaders = false;
    bool isUnwritable = false;
    std::optional<Error> failure; ///< of this program

    bool goesToFile() const { return download.isWanted() && response.isOk(); }
    std::uint64_t most() const { return goesToFile() ? maxBytes : std::min(maxBytes, kMostAnswerBytes); }
};

/// No exception may pass through libcurl, which is C: `take()` answers how many bytes it took.
template <typename Take> std::size_t guarded(Receiving& receiving, Take take)
{
    try {
        return take();
    } catch (...) {
        receiving.failure = errorOfException();
        return 0;
    }
}

std::size_t takeHeader(Receiving& receiving, const char* data, std::size_t bytes)
{
    receiving.headerBytes += bytes;
    if (receiving.headerBytes > kMostHeaderBytes || ++receiving.headers > kMostHeaders) {
        receiving.hasTooManyHeaders = true;
        return 0;
    }
    const std::string_view line = words::trimmed({data, bytes});
    if (line.starts_with("HTTP/")) { // of each answer: an interim one or a redirect comes before the last
        receiving.response.headers.clear();
        const auto blank = line.find(' ');
        receiving.response.status = blank == std::string_view::npos ? 0 : std::atol(line.data() + blank);
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        receiving.response.headers.emplace_back(words::toLower(line.substr(0, colon)),
                                                words::trimmed(line.substr(colon + 1)));
    }
    return bytes;
}

std::size_t takeBody(Receiving& receiving, const char* data, std::size_t bytes)
{
    if (receiving.inflated + bytes > receiving.most()) {
        receiving.isTooLarge = true;
        return 0;
    }
    receiving.inflated += bytes;
    if (receiving.goesToFile()) {
        receiving.isUnwritable = !receiving.download.write(data, bytes);
        return receiving.isUnwritable ? 0 : bytes;
    }
    receiving.response.body.append(data, bytes);
    return bytes;
}

std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* target)
{
    auto& receiving = *static_cast<Receiving*>(target);
    return guarded(receiving, [&] { return takeHeader(receiving, data, size * count); });
}

std::size_t onBody(char* data, std::size_t size, std::size_t count, void* target)
{
    auto& receiving = *static_cast<Receiving*>(target);
    return guarded(receiving, [&] { return takeBody(receiving, data, size * count); });
}

void initialize()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

/// Error Invalid for a header that would break the request in two: a credential pasted with its line end.
Status addHeaders(HeaderList& list, const HttpRequest& request)
{
    for (const auto& [name, value] : request.headers) {
        const auto isControl = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; };
        if (std::any_of(value.begin(), value.end(), isControl) || std::any_of(name.begin(), name.end(), isControl))
            return Error{ErrorCode::Invalid,
                         "the value for the header " + name.substr(0, name.find_first_of("\r\n")) +
                             " holds a line break or another control character",
                         originOf(request.url), "Enter the credential again, without a line break."};
        // "Name;" is how curl is told of a header without a value
        const std::string line = value.empty() ? name + ';' : name + ": " + value;
        list.reset(curl_slist_append(list.release(), line.c_str()));
    }
    return {};
}

/// What is wrong with a certificate that no authority in the settings could mend; null: ask for one.
const char* certificateFault(CURL* easy)
{
    constexpr long kNotYet = 9, kExpired = 10; // as OpenSSL and its kin number them
    long result = 0;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    return result == kExpired ? "has expired" : result == kNotYet ? "is not valid yet" : nullptr;
}

std::string sizeText(std::uint64_t bytes)
{
    if (bytes >> 20U > 0)
        return std::to_string(bytes >> 20U) + " MiB";
    return bytes % 1024 == 0 ? std::to_string(bytes >> 10U) + " KiB" : std::to_string(bytes) + " bytes";
}

} // namespace

struct CurlTransport::Impl {
    NetworkOptions options;
    CURL* easy = nullptr;
    CURLM* multi = nullptr;

    Result<HttpResponse> once(const HttpRequest& request, const std::string& url, bool withHeaders,
                              const std::stop_token& stop);
    CURLcode perform(const std::stop_token& stop);
    Error failed(CURLcode code, const std::string& url) const;
};

CurlTransport::CurlTransport(NetworkOptions options) : m_impl(std::make_unique<Impl>())
{
    initialize();
    m_impl->options = std::move(options);
    m_impl->easy = curl_easy_init();
    m_impl->multi = curl_multi_init();
}

CurlTransport::~CurlTransport()
{
    curl_easy_cleanup(m_impl->easy);
    curl_multi_cleanup(m_impl->multi);
}

CURLcode CurlTransport::Impl::perform(const std::stop_token& stop)
{
    curl_multi_add_handle(multi, easy);
    const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi); });
    CURLcode result = CURLE_OK;
    int running = 1;
    while (running > 0) {
        if (stop.stop_requested()) {
            result = CURLE_ABORTED_BY_CALLBACK;
            break;
        }
        if (curl_multi_perform(multi, &running) != CURLM_OK) {
            result = CURLE_FAILED_INIT;
            break;
        }
        int waiting = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi, &waiting)) {
            if (message->msg == CURLMSG_DONE)
                result = message->data.result;
        }
        if (running > 0)
            curl_multi_poll(multi, nullptr, 0, 100, nullptr);
    }
    curl_multi_remove_handle(multi, easy);
    return result;
}

Error CurlTransport::Impl::failed(CURLcode code, const std::string& url) const
{
    const std::string where = originOf(url);
    long connectStatus = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connectStatus);
    if (code != CURLE_ABORTED_BY_CALLBACK && connectStatus >= 300)
        return {ErrorCode::Network, "the proxy refuses the connection (HTTP " + std::to_string(connectStatus) + ')',
                where, "Check the proxy in the settings, and whether it asks for a name and a password."};
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return {ErrorCode::Cancelled, "cancelled", {}};
    case CURLE_COULDNT_RESOLVE_HOST:
        return {ErrorCode::Network, "no such server", where, "Check the address of the connection and the network."};
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return {ErrorCode::Network, "the proxy cannot be used", originOf(options.proxy),
                "Check the proxy in the settings."};
    case CURLE_COULDNT_CONNECT:
        return {ErrorCode::Network, "the server does not answer", where,
                "Check the address of the connection, the network and the proxy."};
    case CURLE_OPERATION_TIMEDOUT:
        return {ErrorCode::Network, "the server took too long", where, "Try again later."};
    case CURLE_SSL_CONNECT_ERROR:
        return {ErrorCode::Network, "no encrypted connection could be made", where,
                "Check the port: a server may speak http there. Versions before TLS 1.2 are not spoken."};
    case CURLE_PEER_FAILED_VERIFICATION:
        if (const char* reason = certificateFault(easy))
            return {ErrorCode::Network, std::string("the server's certificate ") + reason, where,
                    "Certificates are always verified. Ask whoever runs the server."};
        [[fallthrough]];
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return {ErrorCode::Network,
                std::string("the server's certificate could not be verified (") + curl_easy_strerror(code) + ')', where,
                "If a company proxy or a private server is in between, name its certificate authority in the settings. "
                "Certificates are always verified."};
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return {ErrorCode::Network, "the connection broke before the answer was whole", where, "Try again later."};
    case CURLE_BAD_CONTENT_ENCODING:
        return {ErrorCode::Network, "the compressed answer is damaged", where, "Try again later."};
    case CURLE_OUT_OF_MEMORY: // of a request: its answers have limits of their own
        return {ErrorCode::Invalid, "the request is too large to be sent", where, "Is the credential the right one?"};
    case CURLE_UNSUPPORTED_PROTOCOL:
        if (url.starts_with("http")) // what came is no HTTP/1 or 2
            return {ErrorCode::Network, "the answer is no HTTP", where, "Check the address and the port."};
        [[fallthrough]];
    case CURLE_URL_MALFORMAT:
        return {ErrorCode::Invalid, "\"" + url + "\" is no http or https address", {}};
    default:
        return {ErrorCode::Network, std::string("the request failed: ") + curl_easy_strerror(code), where};
    }
}

Result<HttpResponse> CurlTransport::Impl::once(const HttpRequest& request, const std::string& url, bool withHeaders,
                                               const std::stop_token& stop)
{
    Receiving receiving(request);
    HeaderList headers(curl_slist_append(nullptr, "Expect:"));
    if (withHeaders) {
        if (auto done = addHeaders(headers, request); !done)
            return done.error();
    }
    curl_easy_reset(easy);
    const auto set = [this](auto option, auto value) { curl_easy_setopt(easy, option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::chrono::milliseconds(options.connectTimeout).count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::chrono::milliseconds(request.timeout).count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 100L);
    set(CURLOPT_LOW_SPEED_TIME,
        static_cast<long>((request.stallTimeout.count() > 0 ? request.stallTimeout : options.stallTimeout).count()));
    set(CURLOPT_USERAGENT, "Altimeter/" ALTIMETER_VERSION);
    if (!receiving.download.isWanted())
        set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    if (options.proxy != NetworkOptions::kEnvironmentProxy) {
        set(CURLOPT_PROXY, options.proxy.c_str()); // an empty one too: else libcurl asks the environment
        set(CURLOPT_NOPROXY, options.noProxy.c_str());
    }
    if (!options.proxyUser.empty())
        set(CURLOPT_PROXYUSERNAME, options.proxyUser.c_str());
    if (!options.proxyPassword.isEmpty())
        set(CURLOPT_PROXYPASSWORD, options.proxyPassword.reveal().c_str());
    if (!options.caFile.empty())
        set(CURLOPT_CAINFO, options.caFile.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_HEADERFUNCTION, onHeader);
    set(CURLOPT_HEADERDATA, &receiving);
    set(CURLOPT_WRITEFUNCTION, onBody);
    set(CURLOPT_WRITEDATA, &receiving);
    if (request.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET") {
        set(CURLOPT_POSTFIELDS, request.body.data());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    const CURLcode code = perform(stop);
    if (receiving.failure)
        return *receiving.failure;
    if (receiving.isTooLarge)
        return Error{ErrorCode::Invalid, "the answer is larger than " + sizeText(receiving.most()), originOf(url),
                     "What was stored before stays. Check the address, or ask for fewer days at a time."};
    if (receiving.hasTooManyHeaders)
        return Error{ErrorCode::Invalid,
                     "the answer has more than " + std::to_string(kMostHeaders) + " headers or " +
                         sizeText(kMostHeaderBytes) + " of them",
                     originOf(url), "Check the address: this is no answer of an API."};
    const Error unwritable{ErrorCode::Io, "the download cannot be written; is the disk full?", request.saveTo.string()};
    if (receiving.isUnwritable)
        return unwritable;
    if (code != CURLE_OK)
        return failed(code, url);
    if (receiving.download.isWanted() && receiving.response.isOk() && !receiving.download.finish())
        return unwritable;
    curl_off_t received = 0;
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
    receiving.response.bytes = static_cast<std::uint64_t>(received);
    return std::move(receiving.response);
}

Result<HttpResponse> CurlTransport::exchange(const HttpRequest& request, std::stop_token stop)
{
    std::string url = request.url;
    bool withHeaders = true;
    for (long hop = 0;; ++hop) {
        if (const Status allowed = m_impl->options.mayAsk ? m_impl->options.mayAsk(url) : Status(); !allowed) {
            Error refused = allowed.error();
            if (hop > 0)
                refused.what = "the server redirects to another one: " + refused.what;
            return refused;
        }
        auto answer = m_impl->once(request, url, withHeaders, stop);
        if (!answer)
            return answer;
        const long status = answer->status;
        const bool isRedirect = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
        const std::string location(answer->header("location"));
        if (!isRedirect || location.empty() || request.method != "GET")
            return answer;
        if (hop == kMostRedirects)
            return Error{ErrorCode::Network, "the server redirects without end", originOf(url)};
        const std::unique_ptr<CURLU, void (*)(CURLU*)> parts(curl_url(), curl_url_cleanup);
        char* next = nullptr;
        if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
            curl_url_set(parts.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK ||
            curl_url_get(parts.get(), CURLUPART_URL, &next, 0) != CURLUE_OK)
            return Error{ErrorCode::Network, "the server redirects to no address", originOf(url)};
        const std::string target(next);
        curl_free(next);
        if (originOf(url).starts_with("https:") && !originOf(target).starts_with("https:"))
            return Error{ErrorCode::Network, "the server redirects from https to http, which is not followed",
                         originOf(url)};
        if (originOf(target) != originOf(url))
            withHeaders = false; // and never again for this request: the way back may be an attacker's
        url = target;
    }
}

} // namespace altimeter::providers
