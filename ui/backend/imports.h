#pragma once

#include "models/domain/importreport.h"
#include "ui/backend/answer.h"

#include <string>
#include <vector>

namespace altimeter::ui {

/// Files into the open workspace; one import at a time.
class Imports {
public:
    virtual ~Imports() = default;

    /// What the user wants of an import.
    struct Wish {
        std::string source{}; ///< empty: named after what is imported
        bool replace = false; ///< takes the place of what is stored even where it holds less
    };
    /// Error Conflict where stored charges would go or count twice: then the user decides.
    virtual void start(const std::vector<std::string>& paths, const Wish& wish, ProgressSink progress,
                       Answer<ImportReport> answer) = 0;
    virtual void cancel() = 0;
};

} // namespace altimeter::ui
