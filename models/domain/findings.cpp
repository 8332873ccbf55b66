#include "models/domain/findings.h"

#include <algorithm>

namespace altimeter {

FindingKey keyOfKept(const Finding& finding)
{
    return {finding.source, finding.check, finding.file, finding.message, false};
}

const Acknowledgement* acknowledgementOf(const std::vector<Acknowledgement>& all, const FindingKey& key,
                                         std::uint64_t rows)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Acknowledgement& one) { return one.covers(key, rows); });
    return found == all.end() ? nullptr : &*found;
}

std::uint64_t FindingGroup::open() const
{
    return static_cast<std::uint64_t>(
        std::count_if(cases.begin(), cases.end(), [](const FindingCase& one) { return !one.acknowledged; }));
}

} // namespace altimeter
