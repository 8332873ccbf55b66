#include "app/session/questions/answers.h"

namespace altimeter::session {

Result<ChargePage> answer(const Snapshot& snapshot, const ChargesQuestion& question, std::stop_token stop)
{
    return snapshot.costs->charges(question.query,
                                   {question.offset, question.limit, question.largestFirst, question.typedCost,
                                    question.typedDay, question.onlyTotals, question.order},
                                   std::move(stop));
}

} // namespace altimeter::session
