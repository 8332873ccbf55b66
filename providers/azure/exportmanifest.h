#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// A file in a container, as the listing names it.
struct Blob {
    std::string name; ///< path in the container
    std::string etag;
    std::uint64_t bytes = 0;
};

/// A page of a listing.
struct BlobPage {
    std::vector<Blob> blobs;
    std::string next; ///< marker of the next page; empty: this is the last
};
Result<BlobPage> blobPageOf(std::string_view xml, const std::string& where);

/// What is remembered of a manifest: which month of which export it is, and how new.
struct ExportRun {
    std::string path; ///< of the manifest
    std::string etag;
    std::string exportName;
    std::string scope; ///< what the export is of, lower case: "/subscriptions/…"
    Day month;
    std::int64_t submitted = 0; ///< seconds since 1970

    /// As text for Delivery::state, and back; none of the fields but the path are lost.
    std::string remembered() const;
    static Result<ExportRun> recalled(const std::string& path, const std::string& text);
    /// "path etag": tells whether a month was loaded from this very run.
    std::string identity() const { return etag + ' ' + path; }
};

/// A manifest of a cost export.
struct ExportManifest {
    struct Part {
        std::string name;
        std::uint64_t bytes = 0; ///< 0: not told
    };
    ExportRun run;
    std::string type; ///< of the export; empty where an older manifest does not say
    bool isParquet = false;
    std::vector<Part> parts;

    /// Error Unsupported for an export that is no FOCUS export or is written as Parquet.
    Status checkReadable() const;
};
/// Reads a manifest. Error Invalid where it lacks what tells its month, its export or its files.
Result<ExportManifest> exportManifestOf(std::string_view text, const Blob& blob);

} // namespace altimeter::providers
