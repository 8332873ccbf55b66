#pragma once

#include <QString>

#include "models/domain/costline.h"

#include <string>

/// The window's words for what the session says in codes. A code that is not known stands as it came.
namespace altimeter::ui::codetext {

/// "spike", "level shift" of "level-shift", …
QString anomalyKind(const std::string& kind);
/// "error", "warning", "note".
QString findingSeverity(Severity severity);
/// "high", "medium", "low".
QString severity(const std::string& severity);
/// "ok", "rejected lines", "findings": how a source is doing.
QString sourceState(const std::string& state);
/// What explains a part of a total on the proof sheet: "rejected lines".
QString proofPart(const std::string& name);
/// "asking", "storing", "Copying": what a sync, an import or the upkeep does right now; a file's name as it is.
QString phase(const std::string& phase);

} // namespace altimeter::ui::codetext
