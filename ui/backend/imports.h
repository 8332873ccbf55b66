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

    /// `source` empty: named after what is imported.
    virtual void start(const std::vector<std::string>& paths, const std::string& source, ProgressSink progress,
                       Answer<ImportReport> answer) = 0;
    virtual void cancel() = 0;
};

} // namespace altimeter::ui
