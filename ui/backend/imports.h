#pragma once

#include "models/domain/importreport.h"
#include "models/domain/importsurvey.h"
#include "ui/backend/answer.h"

#include <optional>
#include <set>
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
        std::set<std::string> leftOut{};    ///< names of files, as the survey says them
        friend bool operator==(const Wish&, const Wish&) = default;
    };
    /// What an import would do, without storing anything. Errors as of start(), but for Conflict. The newest survey
    /// wins.
    virtual void survey(const std::vector<std::string>& paths, const Wish& wish, ProgressSink progress,
                        Answer<ImportSurvey> answer) = 0;
    /// Error Conflict where stored charges would go or count twice: then the user decides. Error Invalid with a
    /// ReadingChoice in its sentence where a file does not say how it is written.
    virtual void start(const std::vector<std::string>& paths, const Wish& wish, ProgressSink progress,
                       Answer<ImportReport> answer) = 0;
    virtual void cancel() = 0; ///< of a survey, too

    /// Takes a delivery back: what it took the place of stands as before. Errors Conflict and NotFound say why not.
    virtual void takeBack(std::int64_t delivery, Answer<SetAsideReport> answer) = 0;
    /// Removes what a source of files holds, and puts it back.
    virtual void removeSource(const std::string& name, Answer<SetAsideReport> answer) = 0;
    virtual void restoreSource(const std::string& name, Answer<SetAsideReport> answer) = 0;
};

} // namespace altimeter::ui
