#include "providers/focus/csvreader.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace altimeter::providers;

namespace {

/// Everything the reader says of a text, as one value.
std::vector<std::string> readAll(const std::string& text, std::size_t block)
{
    CsvLimits limits;
    limits.fieldBytes = 64;
    limits.recordBytes = 160;
    limits.columns = 12;
    limits.keptRawBytes = 48;
    MemorySource source("fuzz", text);
    CsvReader reader(source, block, limits);
    std::vector<std::string> said;
    for (;;) {
        const auto step = reader.next();
        if (!step) {
            said.push_back("error " + step.error().what);
            return said;
        }
        if (*step == CsvReader::Step::End)
            return said;
        said.push_back(std::to_string(reader.lineNumber()));
        said.emplace_back(reader.raw());
        if (*step == CsvReader::Step::Malformed) {
            said.push_back("! " + reader.problem().check);
            continue;
        }
        for (const auto field : reader.fields())
            said.emplace_back(field);
    }
}

} // namespace

/// The outcome must not depend on how the bytes arrive.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (readAll(text, 1 + data[0] % 61) != readAll(text, kBlockBytes / 64))
        std::abort();
    return 0;
}
