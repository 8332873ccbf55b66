#include "providers/aws/dataexport.h"

#include "models/text/words.h"
#include "providers/aws/awsclient.h"
#include "providers/aws/exportlayout.h"
#include "providers/aws/s3bucket.h"
#include "providers/core/fields.h"

#include <algorithm>
#include <map>
#include <set>

namespace altimeter::providers {

namespace {

constexpr std::int64_t kWriting = 3600; // seconds a refresh of an export may take

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "aws-data-export";
    info.title = "AWS Data Export";
    info.summary = "Every charge of an AWS organization, from a FOCUS or CUR 2.0 export in S3.";
    info.rights = "An IAM user or role with s3:ListBucket on the export's bucket and s3:GetObject on its objects; "
                  "kms:Decrypt where the bucket is encrypted with a key of your own.";
    info.fields = {
        needed(FieldKind::Text, "bucket", "Bucket", "Name of the S3 bucket the export is delivered to."),
        offered(FieldKind::Text, "prefix", "Folder", "The S3 path prefix of the export, as Data Exports shows it."),
        needed(FieldKind::Text, "export_name", "Export", "Name of the export. Its format must be gzip - text/csv."),
        offered(FieldKind::Text, "region", "Region of the bucket", "For example eu-west-1.", "us-east-1"),
    };
    for (ConnectorField& field : awsAccessFields())
        info.fields.push_back(std::move(field));
    info.fields.push_back(
        offered(FieldKind::Url, "s3_url", "Base address of S3",
                "Empty: AWS itself. With an address, buckets are asked for by path (address/bucket/key), as "
                "private endpoints and other stores of S3's kind need it."));
    info.slice = ConnectorInfo::Slice::Month;
    info.backfillDays = 365;
    info.refetchDays = 45; // the month before may change for two weeks
    info.finalAfterDays = 45;
    info.chunkDays = 92; // a sync lists the bucket once for three months
    info.freshness = "At least daily. A month may change for two weeks after its end; only changed months are "
                     "downloaded.";
    return info;
}

/// "a/b/" of "/a/b", and nothing of nothing.
std::string asFolder(std::string_view text)
{
    text = words::trimmed(text);
    while (text.starts_with('/'))
        text.remove_prefix(1);
    while (text.ends_with('/'))
        text.remove_suffix(1);
    return text.empty() ? std::string() : std::string(text) + '/';
}

class DataExport final : public Connector {
public:
    DataExport(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_title(info.title), m_export(words::trimmed(setup.value(info, "export_name"))),
          m_root(asFolder(setup.value(info, "prefix")) + asFolder(m_export)),
          m_client(setup.http, awsOptions(setup, info, std::string(words::trimmed(setup.value(info, "region"))))),
          m_bucket(m_client, info.title, std::string(words::trimmed(setup.value(info, "bucket"))),
                   std::string(words::trimmed(setup.value(info, "region"))), setup.value(info, "s3_url"))
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto months = partitions("metadata/", stop);
        if (!months)
            return months.error();
        if (months->empty())
            return "The bucket can be read, but holds nothing of the export " + m_export + " yet under " + m_root + '.';
        const auto& [month, folder] = *months->rbegin();
        const auto manifest = findManifest(folder, stop);
        if (!manifest)
            return manifest.error();
        if (!manifest->key.empty()) {
            if (const auto files = filesOf(*manifest, month, stop); !files)
                return files.error();
        }
        return "The export " + m_export + " holds " + std::to_string(months->size()) + " months, the last is " +
               monthText(month) + '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        delivery.state = request.state;
        const auto months = partitions("metadata/", stop);
        if (!months)
            return months.error();
        std::vector<DateRange> covered;
        std::string missing;
        std::uint64_t missingMonths = 0;
        for (const Day month : monthsOf(request.window)) {
            const auto folder = months->find(month);
            if (folder == months->end()) {
                missing += (missing.empty() ? "" : ", ") + monthText(month);
                ++missingMonths;
                continue;
            }
            const auto isRead = fetchMonth(month, folder->second, request, delivery, stop);
            if (!isRead)
                return isRead.error();
            if (*isRead)
                covered.push_back({month, month.addMonths(1)});
        }
        delivery.setCovered(std::move(covered));
        if (missingMonths == 0)
            return {};
        return delivery.finding(months->empty() ? Severity::Warning : Severity::Note, "months-not-exported",
                                missingMonths,
                                "s3://" + m_bucket.name() + '/' + m_root + "metadata/ holds no manifest of " + missing +
                                    (months->empty() ? ". Check bucket, folder and name of the export; the first "
                                                       "delivery of a new one takes up to a day"
                                                     : ""));
    }

private:
    /// Partition folders below `m_root + part` by month.
    Result<std::map<Day, std::string>> partitions(const std::string& part, const std::stop_token& stop)
    {
        if (auto done = m_bucket.check(); !done)
            return done.error();
        const auto listing = m_bucket.list(m_root + part, stop);
        if (!listing)
            return listing.error();
        std::map<Day, std::string> months;
        for (const std::string& folder : listing->folders) {
            if (const auto month = partitionMonth(folder))
                months[*month] = folder;
        }
        return months;
    }

    /// The manifest of a metadata folder, or of its newest run; one without a key where there is none yet.
    Result<S3Object> findManifest(const std::string& folder, const std::stop_token& stop)
    {
        auto listing = m_bucket.list(folder, stop);
        if (!listing)
            return listing.error();
        if (!manifestOf(*listing, m_export) && !listing->folders.empty()) {
            const auto newest = std::max_element(listing->folders.begin(), listing->folders.end());
            listing = m_bucket.list(std::string(*newest), stop);
            if (!listing)
                return listing.error();
        }
        const S3Object* manifest = manifestOf(*listing, m_export);
        return manifest ? *manifest : S3Object();
    }

    /// The data files of a manifest, as they lie in the bucket now.
    Result<std::vector<S3Object>> filesOf(const S3Object& manifest, Day month, const std::stop_token& stop)
    {
        const std::string where = m_title + " s3://" + m_bucket.name() + '/' + manifest.key;
        const auto text = m_bucket.text(manifest, stop);
        if (!text)
            return text.error();
        const auto json = Json::parse(*text, where);
        if (!json)
            return json.error();
        if (!json->isObject())
            return Error{ErrorCode::Invalid, "the manifest is no JSON object", where};
        const auto keys = manifestFiles(*json, m_bucket.name(), where);
        if (!keys)
            return keys.error();
        if (keys->empty())
            return listedFiles(month, stop);
        std::map<std::string, S3Object> there;
        std::string listed;
        for (const std::string& key : *keys) {
            const std::string folder = folderOf(key);
            if (there.contains(key) || (folder == listed && !there.empty()))
                continue;
            const auto listing = m_bucket.list(folder, stop);
            if (!listing)
                return listing.error();
            for (const S3Object& object : listing->objects)
                there[object.key] = object;
            listed = folder;
        }
        std::vector<S3Object> files;
        for (const std::string& key : *keys) {
            const auto found = there.find(key);
            if (found == there.end())
                return Error{ErrorCode::Busy, "the manifest names a file that is not there: " + key, where,
                             "AWS may be writing the export. Sync again in an hour; if it stays so, files were deleted "
                             "from the bucket."};
            files.push_back(found->second);
        }
        return files;
    }

    /// The data files of a month whose manifest names none: what lies in its partition, or in the newest run there.
    Result<std::vector<S3Object>> listedFiles(Day month, const std::stop_token& stop)
    {
        const auto months = partitions("data/", stop);
        if (!months)
            return months.error();
        const auto folder = months->find(month);
        if (folder == months->end())
            return std::vector<S3Object>();
        auto listing = m_bucket.list(folder->second, stop);
        if (!listing)
            return listing.error();
        if (listing->objects.empty() && !listing->folders.empty()) {
            const auto newest = std::max_element(listing->folders.begin(), listing->folders.end());
            listing = m_bucket.list(std::string(*newest), stop);
            if (!listing)
                return listing.error();
        }
        for (const S3Object& object : listing->objects) {
            if (auto done = checkFileKind(object.key, m_title + " s3://" + m_bucket.name()); !done)
                return done.error();
        }
        return std::move(listing->objects);
    }

    /// True: the month's files are part of the delivery. False: it is unchanged or cannot be read yet.
    Result<bool> fetchMonth(Day month, const std::string& folder, const FetchRequest& request, Delivery& delivery,
                            const std::stop_token& stop)
    {
        const auto manifest = findManifest(folder, stop);
        if (!manifest)
            return manifest.error();
        const auto leaveOut = [&](const std::string& why) -> Result<bool> {
            if (auto done = delivery.finding(Severity::Warning, "month-not-ready", 0, monthText(month) + ' ' + why);
                !done)
                return done.error();
            return false;
        };
        if (manifest->key.empty())
            return leaveOut("has no manifest yet; it is left as it was");
        const std::string stateKey = "manifest:" + monthText(month);
        const auto known = request.state.find(stateKey);
        if (known != request.state.end() && !manifest->etag.empty() && known->second == manifest->etag)
            return false;
        auto files = filesOf(*manifest, month, stop);
        if (!files)
            return files.error();
        if (files->empty())
            return leaveOut("names no data files; it is left as it was");
        std::set<std::string> names;
        const auto twice = std::erase_if(*files, [&](const S3Object& file) { return !names.insert(file.key).second; });
        if (twice > 0) {
            if (auto done = delivery.finding(Severity::Warning, "file-named-twice", twice,
                                             "the manifest of " + monthText(month) +
                                                 " names files more than once; each is counted once");
                !done)
                return done.error();
        }
        if (isBeingWritten(*files, *manifest))
            return leaveOut("is being written by AWS right now; it is left as it was until the next sync");
        if (auto done = download(*files, month, delivery, stop); !done)
            return done.error();
        delivery.state[stateKey] = manifest->etag;
        return true;
    }

    /// The manifest comes after all files: a newer file belongs to a run that is not done, unless it is old itself (a
    /// bucket that was copied).
    bool isBeingWritten(const std::vector<S3Object>& files, const S3Object& manifest) const
    {
        return std::any_of(files.begin(), files.end(), [&](const S3Object& file) {
            const auto written = instantOf(file.lastModified, {});
            return file.lastModified > manifest.lastModified && written &&
                   written->seconds + kWriting > m_client.time().seconds;
        });
    }

    Status download(const std::vector<S3Object>& files, Day month, Delivery& delivery, const std::stop_token& stop)
    {
        std::size_t number = 0;
        for (const S3Object& file : files) {
            if (file.size == 0)
                return Error{ErrorCode::Busy, "a data file is empty", m_title + ' ' + file.key,
                             "AWS may be writing the export. Sync again in an hour."};
            const bool isZipped = words::toLower(file.key).ends_with(".gz");
            // the name on disk is made here: no part of a key becomes a path
            const auto path = delivery.options().folder /
                              (monthText(month) + '-' + std::to_string(++number) + (isZipped ? ".csv.gz" : ".csv"));
            if (auto done = m_bucket.download(file, path, stop); !done)
                return done;
            if (auto done = delivery.addFile({path, file.key}); !done)
                return done;
        }
        return {};
    }

    const std::string m_title, m_export, m_root;
    AwsClient m_client;
    S3Bucket m_bucket;
};

} // namespace

ConnectorKind awsDataExportKind()
{
    ConnectorKind kind;
    kind.info = describe();
    kind.make = [info = kind.info](const ConnectorSetup& setup) { return std::make_unique<DataExport>(setup, info); };
    kind.places = [info = kind.info](const ConnectionSettings& settings) {
        const auto field = [&](std::string_view key) {
            return std::string(words::trimmed(valueOf(settings, info, key)));
        };
        Places places;
        if (const std::string store = valueOf(settings, info, "s3_url"); !store.empty())
            places.addresses.push_back(store);
        else if (std::string family = s3Family(field("bucket"), field("region")); !family.empty())
            places.families.push_back(std::move(family));
        if (auto sts = stsAddress(settings, info, field("region")); !sts.empty())
            places.addresses.push_back(std::move(sts));
        return places;
    };
    return kind;
}

} // namespace altimeter::providers
