#pragma once

#include "models/prices/pricelist.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// What a price file says and could not be taken.
struct PriceFileFinding {
    std::string check; ///< "number", "conflict"
    std::string model; ///< key in the file
    std::string field;
    std::string message;
};

struct PriceFile {
    PriceList list;
    std::vector<PriceFileFinding> findings;
    std::uint64_t models = 0; ///< keys of the file
};

/// Reads LiteLLM's model_prices_and_context_window.json: prices in US dollars by token, without dates. Rows are of the
/// community layer and unverified. `readOn` is the day on which the file was got. Error Invalid when it is no such file
/// or names a key twice with different values.
Result<PriceFile> readLiteLlmPrices(std::string_view json, Day readOn);

} // namespace altimeter::providers
