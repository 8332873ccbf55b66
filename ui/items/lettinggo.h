#pragma once

#include "ui/backend/questions.h"

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

namespace altimeter::ui {

/// Has the workers free `last`: a million rows take a tenth of a second to free, too long for the window. `slot` as in
/// Questions, one of its own for each call.
template <typename Rows>
void letGoBehind(Questions& questions, const std::string& slot, std::shared_ptr<const Rows> last)
{
    auto kept = std::make_shared<std::shared_ptr<const Rows>>(std::move(last));
    questions.compute(
        slot, [kept](const std::stop_token&) { kept->reset(); }, [](bool) {});
}

} // namespace altimeter::ui
