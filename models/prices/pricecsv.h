#pragma once

#include "models/prices/pricelist.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Lists of prices as CSV: what the program brings along, what is imported, what the command line prints and what a
/// workspace keeps. See resources/help/8-prices.md for the columns.
namespace altimeter::pricecsv {

/// A line that was not taken.
struct Finding {
    std::uint64_t line = 0;
    std::string column;
    std::string message;
};

struct Reading {
    PriceList list;
    std::vector<Finding> findings;
    std::uint64_t linesRead = 0; ///< without the header
};

/// Reads `text`; its rows get `layer`. Error Invalid when there is no header with the columns that are needed.
Result<Reading> read(std::string_view text, PriceLayer layer);
/// What read() reads, all of it, in an order of its own: the same list gives the same bytes. The layer is written, and
/// not read.
std::string write(const PriceList& list);

/// "2026-08-16T16:00:00Z", "2026-08-17T00:00:00+08:00" or a day, which begins at midnight UTC. Error Invalid.
Result<Instant> parseInstant(std::string_view text);

/// Names of the columns, in their order.
std::vector<std::string_view> columns();
/// The cells of each entry of a list in that order, sorted.
std::vector<std::vector<std::string>> cells(const PriceList& list);

} // namespace altimeter::pricecsv
