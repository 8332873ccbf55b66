#pragma once

#include "app/cli/exitcode.h"

#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::cli {

/// Runs the program with the words after its name: finds the verb, reads its options, prints its answer.
ExitCode runProgram(const std::vector<std::string>& words, std::stop_token stop);

} // namespace altimeter::cli
