#include "providers/core/xmltext.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// Any bytes must end in a value or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto root = altimeter::providers::parseXml({reinterpret_cast<const char*>(data), size}, "fuzz");
    if (!root && root.error().what.empty())
        std::abort();
    return 0;
}
