#include "app/session/imports/takingback.h"

#include "app/session/workspace/presenttime.h"
#include "models/store/ledger/setaside.h"

#include <functional>

namespace altimeter::session {

namespace {

Result<SetAsideReport> change(WorkspaceFile& workspace, Instant at, const std::stop_token& stop,
                              const std::function<Result<SetAsideReport>(store::sql::Connection&, Instant)>& how)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable.error();
    auto writing = workspace.write();
    auto report = [&]() -> Result<SetAsideReport> {
        const store::sql::StopsWith stoppable(writing.db(), stop);
        return how(writing.db(), at.isValid() ? at : presentTime());
    }();
    if (!report)
        return report.error();
    if (auto done = workspace.committed(writing); !done)
        return done.error();
    return report;
}

} // namespace

Result<SetAsideReport> takeBack(WorkspaceFile& workspace, std::int64_t delivery, Instant at, std::stop_token stop)
{
    return change(workspace, at, stop,
                  [&](store::sql::Connection& db, Instant now) { return store::takeBack(db, delivery, now); });
}

Result<SetAsideReport> removeSource(WorkspaceFile& workspace, const std::string& name, Instant at, std::stop_token stop)
{
    return change(workspace, at, stop,
                  [&](store::sql::Connection& db, Instant now) { return store::removeSource(db, name, now); });
}

Result<SetAsideReport> restoreSource(WorkspaceFile& workspace, const std::string& name, Instant at,
                                     std::stop_token stop)
{
    return change(workspace, at, stop,
                  [&](store::sql::Connection& db, Instant now) { return store::restoreSource(db, name, now); });
}

Result<SetAsideReport> forgetSource(WorkspaceFile& workspace, const std::string& name, Instant at, std::stop_token stop)
{
    return change(workspace, at, stop,
                  [&](store::sql::Connection& db, Instant now) { return store::forgetSource(db, name, now); });
}

} // namespace altimeter::session
