#include "app/cli/interrupt.h"
#include "app/cli/program.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <string>
#include <vector>

namespace {

/// Cost data are confidential: what is written is the user's alone, and no memory reaches a core file.
void protectData()
{
    umask(077);
    std::signal(SIGPIPE, SIG_IGN);
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0); // nor another program of the same user
}

} // namespace

int main(int argc, char** argv)
{
    protectData();
    const altimeter::cli::Interrupt interrupt;
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(altimeter::cli::runProgram(words, interrupt.token()));
}
