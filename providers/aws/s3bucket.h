#pragma once

#include "providers/aws/awsclient.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::providers {

/// An object of a bucket as a listing shows it.
struct S3Object {
    std::string key;
    std::string etag;         ///< without quotes
    std::string lastModified; ///< "2026-11-20T06:00:00.000Z"; such texts sort by time
    std::uint64_t size = 0;
};

/// What lies directly below a prefix.
struct S3Listing {
    std::vector<S3Object> objects;
    std::vector<std::string> folders; ///< whole prefixes, each with its last slash
};

/// Origin of a bucket at AWS itself, with "*" for the region, which only AWS knows; empty for what is no bucket's name.
std::string s3Family(const std::string& bucket, const std::string& region);

/// One bucket, read only. Follows it once to another region where AWS says that it lies there.
class S3Bucket {
public:
    /// With a `base` address objects are asked for by path (base/bucket/key), and the base stays as it is in every
    /// region; without one at AWS itself, by host name unless the bucket's name has a dot.
    S3Bucket(AwsClient& client, std::string title, std::string bucket, std::string region, std::string base);

    /// Error Invalid for a name or region that cannot be one.
    Status check() const;
    /// All pages of ListObjectsV2 with '/' as delimiter. Errors as of AwsClient, naming s3:ListBucket.
    Result<S3Listing> list(const std::string& prefix, const std::stop_token& stop);
    /// The object's text.
    Result<std::string> text(const S3Object& object, const std::stop_token& stop);
    /// Saves the object, which must still be what the listing showed: Error Busy where length or ETag differ.
    Status download(const S3Object& object, const std::filesystem::path& to, const std::stop_token& stop);

    const std::string& name() const { return m_bucket; }

private:
    Result<HttpResponse> get(const std::string& key, const std::string& query, HttpRequest request,
                             const std::string& right, const std::stop_token& stop);
    Status checkSame(const HttpResponse& answer, const S3Object& object) const;
    std::string urlOf(const std::string& key) const;

    AwsClient& m_client;
    const std::string m_title, m_bucket, m_base;
    std::string m_region;
    bool m_hasMoved = false;
};

/// One page of ListObjectsV2, added to `listing`; answers the token of the next page, empty at the end. Error Invalid.
Result<std::string> readS3Listing(std::string_view document, const std::string& where, S3Listing& listing);

} // namespace altimeter::providers
