#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace altimeter::session {

/// A file of a delivery.
struct DeliveryFile {
    std::filesystem::path path;
    std::string name; ///< as findings and charge lines show it: relative to the folder that was dropped
    std::uint64_t bytes = 0;
};

/// What a delivery is made of.
struct DeliveryFiles {
    std::vector<DeliveryFile> files;
    std::vector<DeliveryFile> unread; ///< what looks like a part of it and cannot be read
    std::vector<std::string> forms;   ///< of `unread`: "a Parquet file"
    std::uint64_t bytes = 0;          ///< of `files`
};

/// The files that the paths name, each once. Errors as of providers::findCostFiles().
Result<DeliveryFiles> deliveryFiles(const std::vector<std::filesystem::path>& paths);

/// A part of the delivery that is not read must not be taken for one that is not there.
std::vector<Finding> unreadFindings(const DeliveryFiles& delivery);

/// The earlier file of the delivery with the same bytes, if any.
const DeliveryFile* twinOf(const std::vector<DeliveryFile>& files, std::size_t index);

/// The name of the source of files that were given none: that of the file without its endings, of the folder, or of the
/// folder that holds all of several.
std::string sourceNameOf(const std::vector<std::filesystem::path>& paths);

} // namespace altimeter::session
