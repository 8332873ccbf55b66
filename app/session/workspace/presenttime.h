#pragma once

#include "models/domain/period.h"

#include <chrono>

namespace altimeter::session {

inline Instant presentTime()
{
    using namespace std::chrono;
    return {duration_cast<seconds>(system_clock::now().time_since_epoch()).count()};
}

} // namespace altimeter::session
