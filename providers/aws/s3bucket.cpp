#include "providers/aws/s3bucket.h"

#include "models/text/utf8.h"
#include "providers/core/xmltext.h"

#include <algorithm>
#include <charconv>

namespace altimeter::providers {

namespace {

constexpr std::uint64_t kMostManifest = std::uint64_t{64} << 20U;
constexpr std::uint64_t kMostFile = std::uint64_t{64} << 30U;

bool isMadeOf(std::string_view text, std::string_view others)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [others](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
    });
}

std::string withoutQuotes(std::string_view etag)
{
    if (etag.starts_with("W/"))
        etag.remove_prefix(2);
    std::string bare(etag);
    std::erase(bare, '"');
    return bare;
}

} // namespace

Result<std::string> readS3Listing(std::string_view document, const std::string& where, S3Listing& listing)
{
    const auto root = parseXml(document, where);
    if (!root)
        return root.error();
    if (root->name != "ListBucketResult")
        return Error{ErrorCode::Invalid,
                     "the answer is no list of objects but <" + words::excerpt(root->name, 60) + '>', where,
                     "Check the base address: a sign-in page or a proxy may be in between."};
    for (const XmlElement* content : root->all("Contents")) {
        S3Object object;
        object.key = (*content)["Key"].text;
        object.etag = withoutQuotes((*content)["ETag"].text);
        object.lastModified = (*content)["LastModified"].text;
        const std::string& size = (*content)["Size"].text;
        const auto [end, failed] = std::from_chars(size.data(), size.data() + size.size(), object.size);
        if (object.key.empty() || size.empty() || failed != std::errc() || end != size.data() + size.size())
            return Error{ErrorCode::Invalid, "an object has no key or no size", where};
        listing.objects.push_back(std::move(object));
    }
    for (const XmlElement* folder : root->all("CommonPrefixes"))
        listing.folders.push_back((*folder)["Prefix"].text);
    const std::string& more = (*root)["IsTruncated"].text;
    if (more != "true" && more != "false")
        return Error{ErrorCode::Invalid, "the list does not say whether it is whole", where};
    const std::string& next = (*root)["NextContinuationToken"].text;
    if (more == "true" && next.empty())
        return Error{ErrorCode::Invalid, "the server says there is more, but not where", where};
    return more == "true" ? next : std::string();
}

std::string s3Family(const std::string& bucket, const std::string& region)
{
    if (!isMadeOf(bucket, ".-"))
        return {};
    const bool isInPath = bucket.find('.') != std::string::npos; // a certificate covers one label only
    return "https://" + (isInPath ? std::string() : bucket + '.') + "s3.*." + awsDomain(region);
}

S3Bucket::S3Bucket(AwsClient& client, std::string title, std::string bucket, std::string region, std::string base)
    : m_client(client), m_title(std::move(title)), m_bucket(std::move(bucket)), m_base(std::move(base)),
      m_region(std::move(region))
{
}

Status S3Bucket::check() const
{
    if (!isMadeOf(m_bucket, ".-"))
        return Error{ErrorCode::Invalid, '"' + m_bucket + "\" cannot be a bucket", m_title,
                     "Enter only the bucket's name: small letters, digits, dots and hyphens, no s3:// and no folder."};
    if (!isMadeOf(m_region, "-"))
        return Error{ErrorCode::Invalid, '"' + m_region + "\" cannot be a region", m_title,
                     "Enter the region as AWS writes it, for example eu-west-1."};
    return {};
}

std::string S3Bucket::urlOf(const std::string& key) const
{
    const std::string path = '/' + percentEncoded(key, true);
    if (!m_base.empty())
        return joinUrl(m_base, '/' + m_bucket + path);
    const std::string host = "s3." + m_region + '.' + awsDomain(m_region);
    if (m_bucket.find('.') != std::string::npos) // a certificate covers one label only
        return "https://" + host + '/' + m_bucket + path;
    return "https://" + m_bucket + '.' + host + path;
}

Result<HttpResponse> S3Bucket::get(const std::string& key, const std::string& query, HttpRequest request,
                                   const std::string& right, const std::stop_token& stop)
{
    const std::string where = m_title + " s3://" + m_bucket + '/' + key;
    for (;;) {
        request.url = urlOf(key) + (query.empty() ? "" : '?' + query);
        auto answer = m_client.send({"s3", m_region, {}, {}}, request, right, where, stop);
        const std::string& region = m_client.fault().region;
        if (answer || m_hasMoved || region.empty() || region == m_region)
            return answer;
        m_hasMoved = true;
        m_region = region;
    }
}

Result<S3Listing> S3Bucket::list(const std::string& prefix, const std::stop_token& stop)
{
    const std::string where = m_title + " list of s3://" + m_bucket + '/' + prefix;
    S3Listing listing;
    CursorGuard guard(where);
    std::string next;
    do {
        Query query; // in the order of signing
        if (!next.empty())
            query.emplace_back("continuation-token", next);
        query.emplace_back("delimiter", "/");
        query.emplace_back("list-type", "2");
        query.emplace_back("max-keys", "1000");
        query.emplace_back("prefix", prefix);
        const auto answer = get({}, queryText(query), {}, "s3:ListBucket on the bucket " + m_bucket, stop);
        if (!answer)
            return answer.error();
        const auto more = readS3Listing(answer->body, where, listing);
        if (!more)
            return more.error();
        next = *more;
        if (next.empty())
            continue;
        if (auto done = guard.next(next); !done)
            return done.error();
    } while (!next.empty());
    return listing;
}

Status S3Bucket::checkSame(const HttpResponse& answer, const S3Object& object) const
{
    const std::string etag = withoutQuotes(answer.header("etag"));
    if (etag == object.etag || etag.empty() || object.etag.empty())
        return {};
    return Error{ErrorCode::Busy, "the object changed while it was read",
                 m_title + " s3://" + m_bucket + '/' + object.key, "AWS is writing the export. Sync again in an hour."};
}

Result<std::string> S3Bucket::text(const S3Object& object, const std::stop_token& stop)
{
    HttpRequest request;
    request.maxBytes = kMostManifest;
    const auto answer = get(object.key, {}, std::move(request), "s3:GetObject on the bucket " + m_bucket, stop);
    if (!answer)
        return answer.error();
    if (auto done = checkSame(*answer, object); !done)
        return done.error();
    return answer->body;
}

Status S3Bucket::download(const S3Object& object, const std::filesystem::path& to, const std::stop_token& stop)
{
    HttpRequest request;
    request.saveTo = to;
    request.maxBytes = kMostFile;
    request.timeout = std::chrono::seconds(0); // as long as it moves
    const auto answer = get(object.key, {}, std::move(request), "s3:GetObject on the bucket " + m_bucket, stop);
    if (!answer)
        return answer.error();
    if (auto done = checkSame(*answer, object); !done)
        return done;
    if (answer->bytes != object.size)
        return Error{
            ErrorCode::Busy,
            "the file has " + std::to_string(answer->bytes) + " bytes, the list says " + std::to_string(object.size),
            m_title + " s3://" + m_bucket + '/' + object.key, "AWS may be writing the export. Sync again in an hour."};
    return {};
}

} // namespace altimeter::providers
