#pragma once

#include "models/domain/decimal.h"
#include "models/domain/period.h"
#include "models/domain/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace altimeter::session {

/// One event planted in the demonstration company's data, so that views, tests and tours have something to find.
struct DemoIncident {
    std::string id;    ///< stable, kebab-case
    std::string title; ///< one plain sentence
    std::string team;
    std::string provider;
    std::string service;
    std::string currency;
    std::string kind; ///< "spike", "drop", "level-shift", "slow-leak", "correction"
    DateRange days;   ///< charge days it touches
    /// Exact effect on EffectiveCost over all its days: what was charged minus what would have been charged. Found by
    /// the generator itself, charge by charge; never written down by hand.
    Decimal effect;
};

/// Writes the cost files of the invented company Quillmere Goods: FOCUS 1.2 csv, one file per provider (AWS, Azure,
/// GCP, OpenAI, Anthropic) and billing month from November 2025 to November 2026, data through 2026-11-19.
///
/// Everything is computed in integers from a fixed seed, so the bytes are the same on every machine and at every time.
/// What is in the data, and why, is told in resources/docs/demo-company.md. `folder` is made if it is missing; files of
/// the same names are replaced, others are left alone. Answers the files written, ordered by name. Error Io.
Result<std::vector<std::filesystem::path>> writeDemoCompany(const std::filesystem::path& folder);

/// The planted incidents in order of their first day. Generates the data once without writing it (well below a second).
std::vector<DemoIncident> demoIncidents();

} // namespace altimeter::session
