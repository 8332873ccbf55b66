#include "providers/net/api.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/net/masking.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

constexpr std::size_t kRefusalBytes = std::size_t{64} << 10U; ///< of a refusal's body that are looked at

/// The provider's own word for what went wrong ("SubscriptionHasNoUsages: "), by which its documentation and its
/// support know it; empty where it has none, or the message says it.
std::string codeOf(const Json& json, const std::string& message)
{
    for (const Json* place : {&json.at("error", "code"), &json["code"]}) {
        const bool isWord = place->kind() == Json::Kind::Text && !place->text().empty();
        if (isWord && message.find(place->text()) == std::string::npos)
            return words::excerpt(place->text(), 80) + ": ";
    }
    return {};
}

/// What the provider itself says went wrong, from the usual places of an error body.
std::string messageOf(std::string_view body)
{
    const auto json = Json::parse(body.substr(0, kRefusalBytes), {});
    if (!json)
        return {};
    const std::array<const Json*, 9> places{&json->at("error", "message"),
                                            &(*json)["error_description"],
                                            &(*json)["message"],
                                            &(*json)["Message"],
                                            &json->at("error", "description"),
                                            &(*json)["error"],
                                            &(*json)["detail"],
                                            &(*json)["msg"],
                                            &(*json)["errors"]};
    for (const Json* place : places) {
        if (place->kind() == Json::Kind::Text && !place->text().empty())
            return codeOf(*json, place->text()) + words::excerpt(place->text(), 300);
        if (place->isArray() && !place->items().empty()) {
            const Json& first = place->items().front();
            const std::string& text = first.isObject() ? first.at("message").text() : first.text();
            if (!text.empty())
                return words::excerpt(text, 300);
        }
    }
    return {};
}

} // namespace

std::string withoutHeaders(std::string text, const HttpRequest& request)
{
    constexpr std::size_t kTooShortToTell = 6;
    std::vector<std::string_view> secrets;
    const auto hide = [&secrets](std::string_view part) {
        if (part.size() >= kTooShortToTell)
            secrets.push_back(part);
    };
    for (const auto& [name, value] : request.headers) {
        if (name == "Content-Type" || name == "Accept" || name == "X-Amz-Target")
            continue;
        hide(value);
        if (const auto blank = value.find(' '); blank != std::string::npos) // "Bearer …": also without its scheme
            hide(std::string_view(value).substr(blank + 1));
    }
    return withoutSecrets(std::move(text), secrets);
}

Error httpError(const HttpResponse& response, const Api::Options& api, const std::string& where)
{
    const std::string said = messageOf(response.body);
    const std::string status = " (HTTP " + std::to_string(response.status) + (said.empty() ? "" : ": " + said) + ')';
    switch (response.status) {
    case 401:
        return {ErrorCode::Denied, api.title + " does not accept the credential" + status, where, api.keyHint};
    case 402:
        return {ErrorCode::Denied, api.title + " has no balance or no plan for this" + status, where,
                "Check the balance and the plan of the account."};
    case 403:
        return {ErrorCode::Denied, api.title + " does not allow this: a right is missing" + status, where,
                api.rightHint};
    case 404:
        return {ErrorCode::NotFound, api.title + " knows no such address" + status, where,
                "Check the base address and the names in the connection's settings."};
    case 429:
    case 529:
        return {ErrorCode::Limited, api.title + " asks for fewer requests" + status, where,
                "Try again later, or sync this connection less often."};
    default:
        break;
    }
    if (response.status >= 500)
        return {ErrorCode::Network, api.title + " has a fault of its own" + status, where, "Try again later."};
    return {ErrorCode::Invalid, api.title + " refused the request" + status, where,
            "Check the settings of the connection."};
}

Result<HttpResponse> Api::send(HttpRequest request, const std::string& path, std::stop_token stop)
{
    if (path.starts_with('/')) {
        request.url = joinUrl(m_options.base, path);
    } else {
        // A link in an answer must not carry the credential elsewhere.
        if (originOf(path) != originOf(m_options.base))
            return Error{ErrorCode::Invalid,
                         m_options.title + " names a next page on another server, which is not asked",
                         path.substr(0, std::min<std::size_t>(path.find('?'), 200))};
        request.url = path;
    }
    for (const auto& header : m_options.headers)
        request.headers.push_back(header);
    auto answer = m_http.send(request, m_options.retry, std::move(stop));
    const std::string where = path.substr(0, path.find('?'));
    if (!answer) {
        Error error = answer.error();
        if (error.code != ErrorCode::Cancelled)
            error.where = m_options.title + ' ' + where + (error.where.empty() ? "" : ", " + error.where);
        return error;
    }
    if (!answer->isOk()) {
        const std::string place = m_options.title + ' ' + where;
        HttpResponse refusal = answer.take(); // before a message is cut, which could leave half a secret
        refusal.body = withoutHeaders(refusal.body.substr(0, kRefusalBytes), request);
        auto explained = m_options.explain ? m_options.explain(refusal, place) : std::nullopt;
        Error error = explained ? std::move(*explained) : httpError(refusal, m_options, place);
        error.what = withoutHeaders(std::move(error.what), request);
        return error;
    }
    return answer;
}

Result<Json> Api::jsonOf(const HttpResponse& response, const std::string& where) const
{
    const std::string_view type = response.header("content-type");
    if (!type.empty() && type.find("json") == std::string_view::npos)
        return Error{ErrorCode::Invalid,
                     "the server answered " + std::string(type.substr(0, type.find(';'))) + " instead of JSON", where,
                     "Check the base address: a sign-in page or a proxy may be in between."};
    return Json::parse(response.body, where);
}

Result<Json> Api::get(const std::string& path, std::stop_token stop)
{
    const auto answer = send({}, path, std::move(stop));
    if (!answer)
        return answer.error();
    return jsonOf(*answer, m_options.title + ' ' + path.substr(0, path.find('?')));
}

Result<Json> Api::post(const std::string& path, std::string contentType, std::string body, std::stop_token stop)
{
    const auto answer = send(postOf(std::move(contentType), std::move(body)), path, std::move(stop));
    if (!answer)
        return answer.error();
    return jsonOf(*answer, m_options.title + ' ' + path.substr(0, path.find('?')));
}

void Api::setHeader(const std::string& name, const std::string& value)
{
    std::erase_if(m_options.headers, [&](const auto& header) { return header.first == name; });
    m_options.headers.emplace_back(name, value);
}

} // namespace altimeter::providers
