#pragma once

#include "app/session/workspace/snapshot.h"
#include "models/domain/completeness.h"
#include "models/domain/farcharges.h"
#include "models/domain/findings.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <string>
#include <vector>

namespace altimeter::session {

/// What is found in all charges together, and stored nowhere.
struct DerivedFindings {
    std::vector<FarCharges> far;
    std::vector<StoppedAccount> stopped;
};
Result<DerivedFindings> derivedFindings(const Snapshot& snapshot, const std::stop_token& stop);

/// Every finding of `source` (empty: of all), by source, with who knows about it; without money and lines. Of derived
/// ones `lines` says which charges they are about.
Result<std::vector<FindingCase>> knownFindings(const store::sql::Connection& db, const std::string& source,
                                               const DerivedFindings& derived);

} // namespace altimeter::session
