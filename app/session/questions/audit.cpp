#include "app/session/questions/answers.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/file/workspace.h"

namespace altimeter::session {

Result<std::vector<std::string>> answer(const Snapshot& snapshot, const AuditQuestion&, std::stop_token stop)
{
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    const Status holds = store::verifyAudit(reading->db(), stop);
    if (holds)
        return std::vector<std::string>();
    if (holds.error().code != ErrorCode::Corrupt)
        return holds.error();
    return std::vector<std::string>{"The audit trail does not hold (" + holds.error().text() +
                                    "): it no longer proves what was imported, replaced and published, and when. The "
                                    "charges are not touched by it. Keep this file as it is, and put a backup back or "
                                    "import the files again into a new workspace."};
}

} // namespace altimeter::session
