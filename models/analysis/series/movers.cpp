#include "models/analysis/series/movers.h"

#include <algorithm>
#include <map>

namespace altimeter::analysis {

std::vector<Overview::Mover> moversOf(const CostTable& now, const CostTable& before, Currency currency)
{
    std::map<std::vector<std::string>, Overview::Mover> byKey;
    for (const CostRow& row : now.rows) {
        if (row.currency == currency)
            byKey[row.keys].now = row.cost;
    }
    for (const CostRow& row : before.rows) {
        if (row.currency == currency)
            byKey[row.keys].before = row.cost;
    }
    std::vector<Overview::Mover> movers;
    for (auto& [keys, mover] : byKey) {
        mover.keys = keys;
        if (mover.now != mover.before)
            movers.push_back(mover);
    }
    const auto size = [](const Overview::Mover& mover) {
        const Int128 change = mover.now.attos() - mover.before.attos();
        return change < 0 ? -change : change;
    };
    std::stable_sort(movers.begin(), movers.end(),
                     [&size](const Overview::Mover& a, const Overview::Mover& b) { return size(a) > size(b); });
    return movers;
}

} // namespace altimeter::analysis
