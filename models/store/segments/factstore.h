#pragma once

#include "models/facts/factset.h"
#include "models/store/segments/chargereading.h"
#include "models/store/segments/recounting.h"
#include "models/store/sql/sql.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::store {

/// The facts of one revision, and what could not be read.
struct LoadedFacts {
    std::shared_ptr<const FactSet> facts;
    /// Plain sentences about what does not hold: damageOf(), the dictionaries, and segments that are damaged or say
    /// other days or another number of lines than their partition. Their lines are left out and the proof sheet shows
    /// it. Complete for the revision, however much of it was read before.
    std::vector<std::string> damage;
};

/// Reads the current revision. Segments that `previous` already holds are shared, not read again.
/// Errors: Database, Io, Corrupt (what tells the segments' meaning cannot be read), Cancelled. A damaged segment is no
/// error: see LoadedFacts::damage.
Result<LoadedFacts> loadFacts(sql::Connection& connection, const FactSet* previous, std::stop_token stop);

} // namespace altimeter::store
