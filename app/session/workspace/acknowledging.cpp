#include "app/session/workspace/acknowledging.h"

#include "app/session/workspace/presenttime.h"
#include "models/store/ledger/acknowledgements.h"

#include <array>

#include <pwd.h>
#include <unistd.h>

namespace altimeter::session {

namespace {

/// The name the user of this computer logs in with; empty where the system knows none.
std::string userName()
{
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found || !found->pw_name)
        return {};
    return found->pw_name;
}

} // namespace

Status acknowledge(WorkspaceFile& workspace, const std::vector<SeenFinding>& seen, const std::string& note)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable;
    std::vector<Acknowledgement> all;
    for (const SeenFinding& one : seen)
        all.push_back({one.key, one.rows, presentTime(), userName(), note});
    auto writing = workspace.write();
    if (auto done = store::writeAcknowledgements(writing.db(), all); !done)
        return done;
    return workspace.committed(writing, WorkspaceFile::Change::Records);
}

Status reopen(WorkspaceFile& workspace, const std::vector<FindingKey>& keys)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable;
    auto writing = workspace.write();
    if (auto done = store::deleteAcknowledgements(writing.db(), keys); !done)
        return done;
    return workspace.committed(writing, WorkspaceFile::Change::Records);
}

} // namespace altimeter::session
