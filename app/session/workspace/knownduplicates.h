#pragma once

#include "models/domain/period.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace altimeter::session {

/// What is known of equal lines in partitions, which never change under their number. Thread-safe; snapshots of one
/// file share it.
class KnownDuplicates {
public:
    using Days = std::map<Day, std::uint64_t>;
    std::shared_ptr<const Days> find(std::int64_t partition) const;
    void put(std::int64_t partition, std::shared_ptr<const Days> days);

private:
    mutable std::mutex m_mutex;
    std::map<std::int64_t, std::shared_ptr<const Days>> m_days; ///< guarded by m_mutex
};

} // namespace altimeter::session
