#include "app/session/workspace/knownduplicates.h"

#include <utility>

namespace altimeter::session {

std::shared_ptr<const KnownDuplicates::Days> KnownDuplicates::find(std::int64_t partition) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_days.find(partition);
    return found == m_days.end() ? nullptr : found->second;
}

void KnownDuplicates::put(std::int64_t partition, std::shared_ptr<const Days> days)
{
    const std::lock_guard lock(m_mutex);
    m_days.insert_or_assign(partition, std::move(days));
}

} // namespace altimeter::session
