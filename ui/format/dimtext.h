#pragma once

#include <QString>

#include "models/domain/query.h"

#include <string>
#include <vector>

/// What dims, their values, cost lenses and steps are called on screen.
namespace altimeter::ui::format {

/// "Effective cost".
QString lens(CostLens lens);
/// The same in English, for exports.
QString rawLens(CostLens lens);
/// "Service category", "Tag env", "Column x_project".
QString dimTitle(const Dim& dim);
/// The same in English with the key as it was delivered, for exports.
QString rawDimTitle(const Dim& dim);
/// "services", "teams" …: what a list of its values is called.
QString dimPlural(const Dim& dim);
/// A value of `dim` as shown: the text itself, "(unallocated)" for an owner field without value, otherwise
/// "(no region)".
QString dimValue(const Dim& dim, const std::string& value);
/// Whether an owner field is left without a value.
bool isUnallocated(const Dim& dim, const std::string& value);
/// "All others": the folded rest.
QString otherKeys();
/// All keys of a row: "Search / prod"; "All others" for the folded rest.
QString keys(const std::vector<Dim>& dims, const std::vector<std::string>& values, bool isOther = false);
/// "Daily", "Weekly", "Monthly", "In total".
QString granularity(Granularity granularity);

} // namespace altimeter::ui::format
