#pragma once

#include "models/domain/money.h"
#include "models/domain/result.h"

#include <mutex>
#include <string>

namespace altimeter::session {

/// What the requests of a sync may cost, counted before each of them is sent. Shared by the connections that are synced
/// side by side.
class SpendingLimit {
public:
    explicit SpendingLimit(DecimalSum most) : m_left(std::move(most)) {}

    /// Takes `price` from what is left. Error Limited where that is less: nothing may be asked.
    Status spend(const DecimalSum& price)
    {
        const std::lock_guard lock(m_mutex);
        DecimalSum left = m_left;
        left.subtract(price);
        const auto attos = left.attosFloor();
        if (!attos || *attos < 0)
            return Error{ErrorCode::Limited,
                         "the next request would cost more than this sync may spend; it was not sent",
                         {},
                         "What was stored before stays. Ask for fewer days, or allow more."};
        m_left = left;
        return {};
    }

private:
    std::mutex m_mutex;
    DecimalSum m_left;
};

} // namespace altimeter::session
