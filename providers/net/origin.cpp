#include "providers/net/origin.h"

#include "models/text/utf8.h"
#include "models/text/words.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;

bool isDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), words::isDigit);
}

Error odd(const std::string& why, std::string_view address)
{
    return {ErrorCode::Invalid, why, words::excerpt(address, 200)};
}

/// The parts of an address in front of its path.
struct Authority {
    std::string scheme, host, port;
};

Result<Authority> authorityOf(std::string_view address)
{
    const auto mark = address.find("://");
    if (mark == std::string_view::npos)
        return odd("an address begins with https:// or http://", address);
    Authority parts;
    parts.scheme = words::toLower(address.substr(0, mark));
    const std::string_view rest = address.substr(mark + 3);
    std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos)
        return Error{ErrorCode::Invalid, "an address holds no user or password; they would be stored in clear", {}};
    if (std::any_of(authority.begin(), authority.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return odd("the name of the server holds letters beyond a to z; write it in its ASCII form (xn--…)", address);
    const auto bracket = authority.find(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    parts.host = words::toLower(authority.substr(0, colon));
    if (colon != std::string_view::npos) {
        parts.port = authority.substr(colon + 1);
        const bool isPort = isDigits(parts.port) && parts.port.size() <= 5 && parts.port.front() != '0' &&
                            std::stoi(parts.port) <= 65535;
        if (!isPort)
            return odd("the port of the address is no number from 1 to 65535", address);
    }
    return parts;
}

bool isLabel(std::string_view label)
{
    return !label.empty() && label.size() <= kLongestLabel && std::all_of(label.begin(), label.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// The host as it is always written; empty where it could be taken for another one.
std::string plainHost(const std::string& host)
{
    if (host.starts_with('[') && host.ends_with(']')) {
        in6_addr address{};
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &address) != 1)
            return {};
        return '[' + std::string(inet_ntop(AF_INET6, &address, text.data(), text.size())) + ']';
    }
    if (host.empty() || host.size() > kLongestHost)
        return {};
    std::string_view rest = host;
    std::string_view label;
    for (bool isLast = false; !isLast;) {
        const auto dot = rest.find('.');
        isLast = dot == std::string_view::npos;
        label = rest.substr(0, dot);
        if (!isLabel(label))
            return {};
        rest.remove_prefix(isLast ? rest.size() : dot + 1);
    }
    in_addr address{};
    const bool isNumber = isDigits(label) || label.starts_with("0x"); // "127.1" and "0x7f000001" are addresses too
    return isNumber && inet_pton(AF_INET, host.c_str(), &address) != 1 ? std::string() : host;
}

} // namespace

Result<std::string> canonicalOrigin(std::string_view url)
{
    const auto parts = authorityOf(url);
    if (!parts)
        return parts.error();
    if (parts->scheme != "http" && parts->scheme != "https")
        return odd("an address begins with https:// or http://", url);
    if (parts->host.empty())
        return odd("the address names no server", url);
    const std::string host = plainHost(parts->host);
    if (host.empty())
        return odd("the name of the server is not written plainly", url);
    const bool isUsual = parts->port.empty() || parts->port == (parts->scheme == "https" ? "443" : "80");
    return parts->scheme + "://" + host + (isUsual ? "" : ':' + parts->port);
}

Result<std::string> canonicalProxy(std::string_view proxy)
{
    constexpr std::array<std::string_view, 6> kSchemes{"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
    const std::string whole =
        proxy.find("://") == std::string_view::npos ? "http://" + std::string(proxy) : std::string(proxy);
    if (whole.find('@') != std::string::npos)
        return Error{ErrorCode::Invalid,
                     "the address of a proxy holds no user or password; they would be stored in clear",
                     {},
                     "Give the user as \"proxy_user\" and the password as the secret \"proxy_password\"."};
    const auto parts = authorityOf(whole);
    if (!parts)
        return parts.error();
    const std::string host = plainHost(parts->host);
    if (std::find(kSchemes.begin(), kSchemes.end(), parts->scheme) == kSchemes.end() || host.empty())
        return odd("a proxy is written as http://host:port or socks5h://host:port", whole);
    const std::string usual = parts->scheme == "https" ? "443" : "1080"; // as libcurl has it
    return parts->scheme + "://" + host + ':' + (parts->port.empty() ? usual : parts->port);
}

bool isLoopback(std::string_view origin)
{
    const auto mark = origin.find("://");
    std::string_view host = mark == std::string_view::npos ? origin : origin.substr(mark + 3);
    host = host.substr(0, host.find(':', host.find(']') == std::string_view::npos ? 0 : host.find(']')));
    in_addr address{};
    return host == "localhost" || host == "[::1]" ||
           (host.starts_with("127.") && inet_pton(AF_INET, std::string(host).c_str(), &address) == 1);
}

bool isAmong(std::string_view origin, std::span<const std::string> allowed)
{
    return std::any_of(allowed.begin(), allowed.end(), [origin](std::string_view one) {
        const auto star = one.find('*');
        if (star == std::string_view::npos)
            return origin == one;
        const std::string_view before = one.substr(0, star), after = one.substr(star + 1);
        return origin.size() > before.size() + after.size() && origin.starts_with(before) && origin.ends_with(after) &&
               isLabel(origin.substr(before.size(), origin.size() - before.size() - after.size()));
    });
}

} // namespace altimeter::providers
