#include "app/session/questions/answers.h"

namespace altimeter::session {

Result<CostTable> answer(const Snapshot& snapshot, const TableQuestion& question, std::stop_token stop)
{
    return snapshot.costs->table(question.query, std::move(stop));
}

} // namespace altimeter::session
