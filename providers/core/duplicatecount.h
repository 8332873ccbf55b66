#pragma once

#include "models/domain/result.h"

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <vector>

namespace altimeter::providers {

/// Counts what stands more than once among any number of charges. Memory does not grow with them: what it cannot hold
/// lies in a file without a name.
class DuplicateCount {
public:
    /// `print` tells charges apart, `day` is the number of a charge's day. Error Io where the file cannot be written.
    Status add(std::uint64_t print, std::int32_t day);
    /// By day number, how many charges stand there besides the first of their kind. Error Io.
    Result<std::map<std::int32_t, std::uint64_t>> byDay() const;

private:
    struct Entry {
        std::uint64_t print = 0;
        std::int32_t day = 0;
    };
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    Status spill();

    std::vector<Entry> m_held;
    std::unique_ptr<std::FILE, Close> m_file;
    std::uint64_t m_spilled = 0; ///< entries in the file
};

} // namespace altimeter::providers
