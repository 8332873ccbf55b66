#include "providers/net/sigv4.h"

#include "models/text/words.h"
#include "providers/net/crypto.h"

#include <algorithm>
#include <map>

namespace altimeter::providers {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct UrlParts {
    std::string_view scheme, host, path, query;
};

UrlParts partsOf(std::string_view url)
{
    UrlParts parts;
    const auto colon = std::min(url.find("://"), url.size());
    parts.scheme = url.substr(0, colon);
    url.remove_prefix(std::min(colon + 3, url.size()));
    url = url.substr(0, url.find('#'));
    const auto mark = std::min(url.find('?'), url.size());
    parts.query = url.substr(std::min(mark + 1, url.size()));
    url = url.substr(0, mark);
    const auto slash = std::min(url.find('/'), url.size());
    parts.host = url.substr(0, slash);
    parts.path = url.substr(slash);
    return parts;
}

/// As it goes on the wire: without the scheme's own port.
std::string hostHeader(const UrlParts& url)
{
    const std::string_view port = url.scheme == "https" ? ":443" : ":80";
    return std::string(url.host.ends_with(port) ? url.host.substr(0, url.host.size() - port.size()) : url.host);
}

std::string decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isEscape = text[i] == '%' && i + 2 < text.size() && words::hexDigit(text[i + 1]) >= 0 &&
                              words::hexDigit(text[i + 2]) >= 0;
        plain +=
            isEscape ? static_cast<char>(words::hexDigit(text[i + 1]) * 16 + words::hexDigit(text[i + 2])) : text[i];
        i += isEscape ? 2 : 0;
    }
    return plain;
}

/// Without empty, "." and ".." segments.
std::string normalised(std::string_view path)
{
    std::vector<std::string_view> segments;
    const bool endsOpen = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    while (!path.empty()) {
        const auto slash = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (segment == ".." && !segments.empty())
            segments.pop_back();
        else if (!segment.empty() && segment != "." && segment != "..")
            segments.push_back(segment);
    }
    std::string clean;
    for (const auto segment : segments)
        clean.append(1, '/').append(segment);
    if (clean.empty() || endsOpen)
        clean += '/';
    return clean;
}

std::string canonicalPath(std::string_view path, bool asItStands)
{
    if (asItStands)
        return path.empty() ? "/" : std::string(path);
    return percentEncoded(normalised(path), true);
}

std::string canonicalQuery(std::string_view query)
{
    Pairs pairs;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        if (!pair.empty())
            pairs.emplace_back(percentEncoded(decoded(pair.substr(0, equals))),
                               percentEncoded(decoded(pair.substr(std::min(equals + 1, pair.size())))));
    }
    std::sort(pairs.begin(), pairs.end());
    std::string text;
    for (const auto& [name, value] : pairs)
        text.append(text.empty() ? "" : "&").append(name).append(1, '=').append(value);
    return text;
}

/// Trimmed, with one blank for each run of blanks.
std::string foldedValue(std::string_view text)
{
    std::string folded;
    for (const char c : text) {
        const bool isBlank = c == ' ' || c == '\t';
        if (!isBlank)
            folded += c;
        else if (!folded.empty() && folded.back() != ' ')
            folded += ' ';
    }
    if (folded.ends_with(' '))
        folded.pop_back();
    return folded;
}

std::map<std::string, std::string> canonicalHeaders(const Pairs& headers)
{
    std::map<std::string, std::string> canonical;
    for (const auto& [name, value] : headers) {
        const auto [known, isNew] = canonical.emplace(words::toLower(name), foldedValue(value));
        if (!isNew)
            known->second += ',' + foldedValue(value);
    }
    return canonical;
}

/// "20150830T123600Z"
std::string stampOf(Instant time)
{
    std::string text = toString(time);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

std::string signatureOf(const AwsCredentials& credentials, const AwsScope& scope, const std::string& day,
                        const std::string& text)
{
    const Secret start("AWS4" + credentials.secretKey.reveal());
    Sha256 key = hmacSha256(start.reveal(), day);
    for (const std::string_view part : {std::string_view(scope.region), std::string_view(scope.service),
                                        std::string_view("aws4_request"), std::string_view(text)})
        key = hmacSha256(viewOf(key), part);
    return hexOf(key);
}

} // namespace

AwsSignature signAws(const HttpRequest& request, const AwsCredentials& credentials, const AwsScope& scope)
{
    const bool isS3 = scope.service == "s3";
    const std::string stamp = stampOf(scope.time);
    const std::string payload = hexOf(sha256(request.body));
    AwsSignature signature;
    signature.headers.emplace_back("X-Amz-Date", stamp);
    if (!credentials.sessionToken.isEmpty())
        signature.headers.emplace_back("X-Amz-Security-Token", credentials.sessionToken.reveal());
    if (isS3)
        signature.headers.emplace_back("x-amz-content-sha256", payload);

    const UrlParts url = partsOf(request.url);
    Pairs all = request.headers;
    all.insert(all.end(), signature.headers.begin(), signature.headers.end());
    all.emplace_back("host", hostHeader(url));
    std::string headerLines;
    for (const auto& [name, value] : canonicalHeaders(all)) {
        headerLines.append(name).append(1, ':').append(value).append(1, '\n');
        signature.signedHeaders.append(signature.signedHeaders.empty() ? "" : ";").append(name);
    }
    signature.canonicalHash =
        hexOf(sha256(request.method + '\n' + canonicalPath(url.path, isS3) + '\n' + canonicalQuery(url.query) + '\n' +
                     headerLines + '\n' + signature.signedHeaders + '\n' + payload));
    const std::string day = stamp.substr(0, 8);
    const std::string where = day + '/' + scope.region + '/' + scope.service + "/aws4_request";
    signature.signature = signatureOf(credentials, scope, day,
                                      "AWS4-HMAC-SHA256\n" + stamp + '\n' + where + '\n' + signature.canonicalHash);
    signature.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=" + credentials.accessKeyId + '/' +
                                                        where + ", SignedHeaders=" + signature.signedHeaders +
                                                        ", Signature=" + signature.signature);
    return signature;
}

} // namespace altimeter::providers
