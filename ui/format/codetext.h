#pragma once

#include <QString>

#include <string>

/// The window's words for what the session says in codes. A code that is not known stands as it came.
namespace altimeter::ui::codetext {

/// "spike", "level shift" of "level-shift", …
QString anomalyKind(const std::string& kind);
/// "high", "medium", "low".
QString severity(const std::string& severity);
/// "ok", "rejected lines", "findings": how a source is doing.
QString sourceState(const std::string& state);

} // namespace altimeter::ui::codetext
