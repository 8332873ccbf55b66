#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::cli {

/// One line of a series file.
struct SeriesRow {
    std::size_t line = 0;   ///< in the file, from 1
    std::size_t series = 0; ///< index into SeriesFile::names
    std::string stamp;      ///< as written
    std::string text;       ///< the value as written
    double value = 0;       ///< NaN: missing (empty, NA, NaN or null)
};

/// A csv of values in long form: `series,timestamp,value`, where `series` may be absent (one series with an empty
/// name).
struct SeriesFile {
    std::string name;               ///< of the file, for messages
    std::vector<std::string> names; ///< in order of appearance
    std::vector<SeriesRow> rows;    ///< in order of the file
    std::string stampColumn;

    /// Rows of each series, in order of the file.
    std::vector<std::vector<std::size_t>> rowsBySeries() const;
    /// "costs.csv, line 17, value"
    std::string place(const SeriesRow& row, std::string_view field) const;
};

/// Reads a series file. The header names the columns in any order and case: `value`, one of `timestamp`, `period` and
/// `date`, and possibly `series`; others are ignored. Error Io, Cancelled, or Invalid naming file, line and field.
Result<SeriesFile> readSeriesFile(const std::filesystem::path& path, std::stop_token stop);

/// "2026-11-19" or "20261119", the former optionally with a time ("T" or a blank, fractions and a zone allowed);
/// nothing when it is neither.
std::optional<Instant> parseStamp(std::string_view text);

/// A statistic with ten significant digits, never in exponent form; empty for NaN.
std::string plainNumber(double value);

} // namespace altimeter::cli
