#include "app/session/questions/answers.h"

namespace altimeter::session {

Result<std::vector<std::string>> answer(const Snapshot& snapshot, const DimValuesQuestion& question,
                                        std::stop_token stop)
{
    return snapshot.costs->values(question.dim, question.query, question.limit, std::move(stop));
}

Result<std::vector<Dim>> answer(const Snapshot& snapshot, const DynamicDimsQuestion&, std::stop_token stop)
{
    return snapshot.costs->dims(std::move(stop));
}

} // namespace altimeter::session
