#include "app/session/questions/answers.h"
#include "models/analysis/series/costbridge.h"

namespace altimeter::session {

Result<BridgeSet> answer(const Snapshot& snapshot, const BridgeQuestion& question, std::stop_token stop)
{
    return analysis::costBridges(*snapshot.costs, question, std::move(stop));
}

} // namespace altimeter::session
