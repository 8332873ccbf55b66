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

    /// In their order.
    virtual std::vector<SavedView> all() const = 0;
    /// A new one comes last; one that is there keeps its place.
    virtual void save(const SavedView& view, Answer<bool> answer) = 0;
    virtual void remove(const std::string& name, Answer<bool> answer) = 0;
    /// Error Conflict where another view has the name `to`.
    virtual void rename(const std::string& from, const std::string& to, Answer<bool> answer) = 0;
    /// Puts those that are named first, in this order; the others follow as they were.
    virtual void order(const std::vector<std::string>& names, Answer<bool> answer) = 0;
};

} // namespace altimeter::ui
