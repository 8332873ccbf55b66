#pragma once

#include "models/domain/importreport.h"
#include "ui/backend/answer.h"

#include <optional>
#include <string>
#include <vector>

namespace altimeter::ui {

/// Files into the open workspace; one import at a time.
class Imports {
public:
    virtual ~Imports() = default;

    /// What the user wants of an import.
    struct Wish {
        std::string source{};               ///< empty: named after what is imported
        bool replace = false;               ///< takes the place of what is stored even where it holds less
        bool keepBoth = false;              ///< counts beside what is stored, even where it could be the same
        std::optional<bool> decimalComma{}; ///< what numbers such as 1,234 mean; none: the files say it themselves
        std::optional<bool> dayFirst{};     ///< what days such as 4/1/2025 mean, likewise
    };
    /// Error Conflict where stored charges would go or count twice: then the user decides. Error Invalid with a
    /// ReadingChoice in its sentence where a file does not say how it is written.
    virtual void start(const std::vector<std::string>& paths, const Wish& wish, ProgressSink progress,
                       Answer<ImportReport> answer) = 0;
    virtual void cancel() = 0;
};

} // namespace altimeter::ui
