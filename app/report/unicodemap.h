#pragma once

#include "models/domain/result.h"

#include <string>

namespace altimeter::report {

/// The document with character maps that say which character each code of an embedded font is, so that its text can be
/// searched, copied and read aloud. The PDF library addresses characters by their place in the Basic Multilingual
/// Plane, but writes maps of another kind, which readers report as invalid or pass over.
///
/// `pdf` is a whole document as the library writes it: one table of places at its end. Error Corrupt where it is not.
Result<std::string> withUnicodeMaps(const std::string& pdf);

} // namespace altimeter::report
