#include "app/session/rules/publishing.h"

#include "app/session/rules/draftrules.h"
#include "app/session/workspace/presenttime.h"
#include "app/session/workspace/workspacefile.h"
#include "models/store/file/backup.h"
#include "models/store/ledger/ledger.h"

namespace altimeter::session {

Result<RulesDocument> publishRules(Engine& engine, const std::string& json, std::optional<std::uint32_t> over,
                                   const std::stop_token& stop)
{
    if (auto writable = engine.file().checkWritable(); !writable)
        return writable.error();
    const auto rules = checkRules(json);
    if (!rules)
        return rules.error();
    auto writing = engine.file().write();
    if (const auto fits = engine.snapshot()->costs->under(*rules, stop); !fits)
        return fits.error();
    const std::uint32_t base = over.value_or(engine.snapshot()->rulesDocument.version);
    const auto inForce = store::readRules(writing.db());
    if (!inForce)
        return inForce.error();
    if (inForce->version == base) { // else the answer below is no, and needs no way back
        if (auto kept = store::backUpBeforePublishing(writing.db(), stop); !kept)
            return kept.error();
    }
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    const auto version = store::publishRules(writing.db(), json, presentTime().seconds, base);
    if (!version && version.error().code != ErrorCode::Conflict)
        return version.error();
    if (auto done = engine.file().committed(writing); !done)
        return done.error();
    if (!version)
        return version.error();
    return engine.snapshot()->rulesDocument;
}

} // namespace altimeter::session
