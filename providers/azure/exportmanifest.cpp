#include "providers/azure/exportmanifest.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/core/connector.h"
#include "providers/core/xmltext.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace altimeter::providers {

namespace {

template <typename Number> Result<Number> numberOf(const std::string& text, const std::string& where)
{
    Number number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size() || text.empty())
        return Error{ErrorCode::Invalid, '"' + words::excerpt(text, 40) + "\" is no number", where};
    return number;
}

} // namespace

Result<BlobPage> blobPageOf(std::string_view xml, const std::string& where)
{
    const auto root = parseXml(xml, where);
    if (!root)
        return root.error();
    const XmlElement& blobs = (*root)["Blobs"];
    if (root->name != "EnumerationResults" || blobs.name.empty())
        return Error{ErrorCode::Invalid, "the answer is no listing of a container", where,
                     "Check the address of the storage account and the name of the container."};
    BlobPage page;
    page.next = (*root)["NextMarker"].text;
    for (const XmlElement& blob : blobs.children) {
        if (blob.name != "Blob")
            continue;
        const XmlElement& properties = blob["Properties"];
        const auto bytes = numberOf<std::uint64_t>(properties["Content-Length"].text, where + ", Content-Length");
        if (!bytes)
            return bytes.error();
        page.blobs.push_back({blob["Name"].text, properties["Etag"].text, *bytes});
        if (page.blobs.back().name.empty())
            return Error{ErrorCode::Invalid, "the listing holds a file without a name", where};
    }
    return page;
}

std::string ExportRun::remembered() const
{
    return etag + '\n' + exportName + '\n' + scope + '\n' + toString(month) + '\n' + std::to_string(submitted);
}

Result<ExportRun> ExportRun::recalled(const std::string& path, const std::string& text)
{
    std::array<std::string, 5> fields;
    std::size_t at = 0;
    for (const char c : text) {
        if (c == '\n')
            ++at;
        else if (at < fields.size())
            fields[at] += c;
    }
    const auto month = parseDay(fields[3]);
    const auto submitted = numberOf<std::int64_t>(fields[4], path);
    if (at != fields.size() - 1 || !month || !submitted)
        return Error{ErrorCode::Invalid, "what was remembered cannot be read", path};
    return ExportRun{path, fields[0], fields[1], fields[2], *month, *submitted};
}

Status ExportManifest::checkReadable() const
{
    if (!type.empty() && words::toLower(type) != "focuscost")
        return Error{ErrorCode::Unsupported, "the export " + run.exportName + " is of the type " + type + ", not FOCUS",
                     run.path,
                     "Make an export of the type \"Cost and usage details (FOCUS)\" and name it in the settings of "
                     "the connection."};
    if (isParquet)
        return Error{ErrorCode::Unsupported,
                     "the export " + run.exportName + " is written as Parquet, which cannot be read", run.path,
                     "Set the format of the export to CSV, compressed with gzip or not at all."};
    return {};
}

Result<ExportManifest> exportManifestOf(std::string_view text, const Blob& blob)
{
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark))
        text.remove_prefix(kByteOrderMark.size());
    const std::string& where = blob.name;
    const auto json = Json::parse(text, where);
    if (!json)
        return json.error();
    const Json& config = (*json)["exportConfig"];
    const Json& run = (*json)["runInfo"];
    ExportManifest manifest;
    const auto name = config.needText("exportName", where);
    if (!name)
        return name.error();
    manifest.run = {blob.name, blob.etag, *name, words::toLower(config["resourceId"].text()), Day::none(), 0};
    const auto start = run.needText("startDate", where);
    if (!start)
        return start.error();
    const auto startsAt = instantOf(*start, where);
    if (!startsAt)
        return startsAt.error();
    manifest.run.month = startsAt->day().firstOfMonth();
    if (const std::string& submitted = run["submittedTime"].text(); !submitted.empty()) {
        const auto at = instantOf(submitted, where);
        if (!at)
            return at.error();
        manifest.run.submitted = at->seconds;
    }
    manifest.type = config["type"].text();
    const auto parts = json->needArray("blobs", where);
    if (!parts)
        return parts.error();
    manifest.isParquet = words::toLower((*json).at("deliveryConfig", "fileFormat").text()) == "parquet";
    for (const Json& part : **parts) {
        const auto partName = part.needText("blobName", where);
        if (!partName)
            return partName.error();
        manifest.isParquet = manifest.isParquet || words::toLower(*partName).ends_with(".parquet");
        const std::int64_t bytes = part["byteCount"].integer().value_or(0);
        manifest.parts.push_back({*partName, static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0))});
    }
    const auto count = (*json)["blobCount"].integer();
    if (count && *count != static_cast<std::int64_t>(manifest.parts.size()))
        return Error{ErrorCode::Invalid,
                     "the manifest counts " + std::to_string(*count) + " files but names " +
                         std::to_string(manifest.parts.size()),
                     where};
    return manifest;
}

} // namespace altimeter::providers
