#pragma once

#include "models/domain/costline.h"
#include "models/domain/delivery.h"
#include "models/domain/importreport.h"
#include "models/domain/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// One file of what is to be imported, as reading it found it.
struct SurveyedFile {
    std::string name; ///< relative to the folder that was dropped
    std::uint64_t bytes = 0;
    enum class State : std::uint8_t {
        Charges, ///< it is read, and its charges count
        Copy,    ///< left out: all it holds stands in another file, or an earlier state of it
        Foreign, ///< not read: nothing that says what was charged when
        Damaged, ///< cannot be read to its end; the delivery would be refused
        LeftOut, ///< the user wants it so
    } state = State::Charges;
    std::string why;     ///< in a sentence; empty for charges
    std::string profile; ///< "focus", "aws-cur-legacy", …; empty where nothing was understood
    std::string version; ///< of FOCUS, guessed from the header; empty: none
    std::uint64_t rows = 0, rejected = 0;
    std::vector<DeliveredMoney> money; ///< by currency
    std::vector<Finding> findings;     ///< what was found in it
    std::vector<std::string> readAs{}; ///< what of its header is no FOCUS 1.x, and how it is read; empty: it is FOCUS

    bool isFocus() const { return readAs.empty(); }
};

/// What a report's partitions of one kind come to, in BilledCost.
struct MovedMoney {
    std::uint64_t partitions = 0;
    std::vector<DeliveredMoney> before, after;
};
MovedMoney movedBy(const ImportReport& report, PartitionReport::Action action);

/// What an import would do, before anything is stored: the same reading and the same decisions, taken back.
struct ImportSurvey {
    std::vector<SurveyedFile> files; ///< in their order
    std::vector<Error> questions;    ///< what the import would be refused for, each with what would decide it
    ImportReport report;             ///< as a dry run answers it; partitions are empty where it could not be finished
};

} // namespace altimeter
