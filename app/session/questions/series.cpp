#include "app/session/questions/answers.h"
#include "models/analysis/series/costseries.h"
#include "models/facts/datadays.h"

namespace altimeter::session {

static_assert(analysis::kMostSteps == DataDays::kMostDays);

Result<SeriesSet> answer(const Snapshot& snapshot, const SeriesQuestion& question, std::stop_token stop)
{
    return analysis::costSeries(*snapshot.costs, question, std::move(stop));
}

} // namespace altimeter::session
