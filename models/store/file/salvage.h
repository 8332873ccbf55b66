#pragma once

#include "models/domain/result.h"
#include "models/domain/upkeep.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string_view>

namespace altimeter::store {

/// Copies what is whole of `damaged` into the new workspace `target`: every partition whose lines match their checksums
/// and add up to the sums of their files, with the names and tags they need; rules, views, connections, coverage,
/// measures, restatements, findings and rejected lines as far as they can be read. Tables are read piece by piece
/// around what cannot be read. What is set aside for taking back stays behind, and is told as a loss. `damaged` is only
/// read; it and its journal are copied first. A partition that is lost, or that lost names, is also a finding in the
/// new workspace. `defaultRules` counts where no published rules can be read. Error Invalid when `target` exists;
/// Corrupt when not even the list of tables can be read; Io, Cancelled.
Result<SalvageReport> salvage(const std::filesystem::path& damaged, const std::filesystem::path& target,
                              std::string_view defaultRules, std::int64_t at,
                              const std::function<void(std::uint64_t done, std::uint64_t all)>& progress,
                              const std::stop_token& stop);

} // namespace altimeter::store
