#pragma once

#include "app/cli/arguments.h"
#include "app/cli/context.h"
#include "app/cli/exitcode.h"

#include <cstddef>
#include <limits>
#include <string_view>
#include <vector>

namespace altimeter::cli {

/// One command of the program: how it is called, what --help says, and what it does.
struct Verb {
    std::string_view name;    ///< "totals", "rules check"
    std::string_view usage;   ///< what follows the name
    std::string_view summary; ///< one line
    std::string_view help;    ///< options and an example
    std::vector<OptionSpec> options = {};
    std::size_t minWords = 0;
    std::size_t maxWords = 0;
    ExitCode (*run)(Context& context) = nullptr;

    static constexpr std::size_t kAnyWords = std::numeric_limits<std::size_t>::max();
};

Verb initVerb();
Verb importVerb();
Verb eventsImportVerb();
Verb eventsSourcesVerb();
Verb runsVerb();
Verb runVerb();
Verb sourcesVerb();
Verb sourcesRemoveVerb();
Verb sourcesRestoreVerb();
Verb sourcesForgetVerb();
Verb deliveriesVerb();
Verb deliveriesTakeBackVerb();
Verb totalsVerb();
Verb chargesVerb();
Verb rejectedVerb();
Verb findingsVerb();
Verb findingsAckVerb();
Verb findingsUnackVerb();
Verb notesListVerb();
Verb rulesCheckVerb();
Verb rulesDiffVerb();
Verb rulesApplyVerb();
Verb rulesShowVerb();
Verb rulesVersionsVerb();
Verb pricesListVerb();
Verb pricesImportVerb();
Verb pricesSetVerb();
Verb pricesCheckVerb();
Verb pricesVersionsVerb();
Verb pricesRestoreVerb();
Verb proofVerb();
Verb anomaliesVerb();
Verb forecastVerb();
Verb reportWeeklyVerb();
Verb connectionsListVerb();
Verb connectionsKindsVerb();
Verb connectionsAddVerb();
Verb connectionsConfirmVerb();
Verb connectionsTestVerb();
Verb connectionsRemoveVerb();
Verb syncVerb();
Verb completenessVerb();
Verb measuresVerb();
Verb backupVerb();
Verb backupListVerb();
Verb restoreVerb();
Verb salvageVerb();

} // namespace altimeter::cli
