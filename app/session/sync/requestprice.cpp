#include "app/session/sync/requestprice.h"

namespace altimeter::session {

DecimalSum priceOf(const ConnectorInfo& info, std::uint64_t requests)
{
    DecimalSum sum;
    const auto price = parseDecimal(info.requestCost.empty() ? "0" : info.requestCost);
    if (price)
        sum.add(Decimal{price->value.mantissa * static_cast<Int128>(requests), price->value.scale});
    return sum;
}

} // namespace altimeter::session
