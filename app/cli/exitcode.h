#pragma once

namespace altimeter::cli {

/// The exit status of the program, a public interface.
enum class ExitCode : int {
    Done = 0,
    Failed = 1,  ///< could not be done; the message says what and where
    Usage = 2,   ///< wrong arguments
    Finding = 3, ///< done, and the answer is a finding: not reconciled
    Busy = 4,    ///< left out, because another program is doing the same at the moment
};

} // namespace altimeter::cli
