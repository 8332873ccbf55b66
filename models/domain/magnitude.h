#pragma once

#include "models/domain/money.h"

namespace altimeter {

/// An amount without its sign.
constexpr Amount magnitude(Amount amount)
{
    return amount.isNegative() ? -amount : amount;
}

} // namespace altimeter
