#pragma once

#include <QString>

#include "models/domain/result.h"

namespace altimeter::ui {

class RuleDraft;

/// What is wrong with a draft, with the place in words: "Rule 3 “Agents”, condition 2, looks at: unknown dimension
/// 'serv'" of the path rules[2].when[1].dim. A place nobody knows stays as it is.
QString faultInWords(const Error& error, const RuleDraft& draft);

} // namespace altimeter::ui
