#pragma once

#include "models/domain/savedview.h"
#include "ui/backend/answer.h"

#include <string>
#include <vector>

namespace altimeter::ui {

/// Saved views of the open workspace. A name is one view's, whatever its page.
class Views {
public:
    virtual ~Views() = default;

    virtual std::vector<SavedView> all() const = 0;
    virtual void save(const SavedView& view, Answer<bool> answer) = 0;
    virtual void remove(const std::string& name, Answer<bool> answer) = 0;
};

} // namespace altimeter::ui
