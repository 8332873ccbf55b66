#pragma once

#include "ui/backend/exports.h"
#include "ui/pages/common/page.h"

#include <functional>

namespace altimeter::ui {

/// Lets the user choose a file, makes the text once it is chosen, writes it through the backend, and tells the outcome
/// through the page's notice() or problem().
void chooseCsv(Page& page, Exports& exports, const QString& title, const QString& fileName,
               std::function<std::string()> text);

} // namespace altimeter::ui
