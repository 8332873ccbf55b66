#include "app/session/questions/measures.h"

#include "app/session/questions/answers.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/settings/connections.h"

namespace altimeter::session {

Result<std::vector<Measure>> answer(const Snapshot& snapshot, const MeasuresQuestion& question, std::stop_token stop)
{
    auto reading = snapshot.stored->read(stop);
    return reading ? store::readMeasures(reading->db(), question.source, question.name)
                   : Result<std::vector<Measure>>(reading.error());
}

Result<std::vector<Measure>> storedMeasures(const WorkspaceFile& workspace, const MeasuresQuestion& question)
{
    const auto reader = workspace.reader();
    return reader ? store::readMeasures(*reader, question.source, question.name)
                  : Result<std::vector<Measure>>(reader.error());
}

} // namespace altimeter::session
