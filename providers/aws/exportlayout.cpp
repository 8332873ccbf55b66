#include "providers/aws/exportlayout.h"

#include "models/text/utf8.h"
#include "models/text/words.h"

#include <algorithm>

namespace altimeter::providers {

std::optional<Day> partitionMonth(std::string_view folder)
{
    constexpr std::string_view kName = "billing_period=";
    constexpr std::size_t kMonth = 7; // "2026-11"
    if (folder.ends_with('/'))
        folder.remove_suffix(1);
    folder.remove_prefix(folder.rfind('/') == std::string_view::npos ? 0 : folder.rfind('/') + 1);
    if (folder.size() != kName.size() + kMonth || !words::equalsIgnoreCase(folder.substr(0, kName.size()), kName))
        return std::nullopt;
    const auto month = parseDay(folder.substr(kName.size()));
    return month ? std::optional(*month) : std::nullopt;
}

Status checkFileKind(const std::string& key, const std::string& where)
{
    const std::string lower = words::toLower(key);
    if (lower.ends_with(".csv.gz") || lower.ends_with(".csv"))
        return {};
    const bool isParquet = lower.ends_with(".parquet");
    return Error{ErrorCode::Unsupported,
                 "the export is " + std::string(isParquet ? "in Parquet" : "of a kind") +
                     " that is not read here: " + key.substr(key.rfind('/') + 1),
                 where,
                 "Make an export with the compression and file format \"gzip - text/csv\" and name it in this "
                 "connection."};
}

Result<std::vector<std::string>> manifestFiles(const Json& manifest, const std::string& bucket,
                                               const std::string& where)
{
    std::vector<std::string> keys;
    const Json& files = manifest["dataFiles"];
    if (!files.isNull() && !files.isArray())
        return Error{ErrorCode::Invalid, "\"dataFiles\" is no list", where};
    for (const Json& file : files.items()) {
        std::string key = file.isObject() ? file["s3Uri"].text() : file.text();
        constexpr std::string_view kScheme = "s3://";
        if (key.starts_with(kScheme)) {
            const auto slash = std::min(key.find('/', kScheme.size()), key.size());
            if (key.substr(kScheme.size(), slash - kScheme.size()) != bucket)
                return Error{ErrorCode::Invalid,
                             "the manifest names a file in another bucket: " + words::excerpt(key, 200), where,
                             "Check the bucket in the connection's settings."};
            key.erase(0, slash + 1);
        }
        if (key.empty() || key.ends_with('/'))
            return Error{ErrorCode::Invalid, "a data file of the manifest has no name", where};
        if (auto done = checkFileKind(key, where); !done)
            return done.error();
        keys.push_back(std::move(key));
    }
    return keys;
}

const S3Object* manifestOf(const S3Listing& listing, std::string_view exportName)
{
    const S3Object* found = nullptr;
    for (const S3Object& object : listing.objects) {
        const std::string name = words::toLower(std::string_view(object.key).substr(folderOf(object.key).size()));
        if (!name.ends_with("manifest.json"))
            continue;
        if (!found || name == words::toLower(exportName) + "-manifest.json")
            found = &object;
    }
    return found;
}

std::string folderOf(const std::string& key)
{
    const auto slash = key.rfind('/');
    return slash == std::string::npos ? std::string() : key.substr(0, slash + 1);
}

} // namespace altimeter::providers
