#pragma once

#include "models/domain/period.h"
#include "models/json/json.h"
#include "providers/aws/s3bucket.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// The month of a partition folder: "…/BILLING_PERIOD=2026-11/" in any case. None for other folders.
std::optional<Day> partitionMonth(std::string_view folder);

/// Keys of the data files a manifest names: `dataFiles` as texts or as objects with `s3Uri`. Empty where it names none.
/// Error Invalid for a file that lies in another bucket or is none, Unsupported for one that is not csv or csv.gz.
Result<std::vector<std::string>> manifestFiles(const Json& manifest, const std::string& bucket,
                                               const std::string& where);

/// Error Unsupported unless `key` ends with .csv or .csv.gz.
Status checkFileKind(const std::string& key, const std::string& where);

/// The manifest among the objects of a metadata folder; null where none is there.
const S3Object* manifestOf(const S3Listing& listing, std::string_view exportName);

/// Everything of `key` up to and with its last slash.
std::string folderOf(const std::string& key);

} // namespace altimeter::providers
