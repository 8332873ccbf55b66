#pragma once

#include "models/domain/connection.h"
#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/domain/sync.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::providers {
struct ConnectorKind;
}

namespace altimeter::session {

class SecretStore;
class SpendingLimit;
class WorkspaceFile;

/// How this computer reaches the network, as its user chose it; a connection's own "proxy" and "ca_file" go before it.
struct NetworkSettings {
    std::string proxy; ///< "environment": as http_proxy and its like say; empty: none
    std::string caFile;
};

/// Whether a key may go unencrypted to another computer.
enum class PlainHttp { Refuse, Allow };

struct SyncOptions {
    std::vector<std::string> names; ///< none: all
    DateRange wanted;               ///< both bounds valid: these days; else what is due
    Instant at;                     ///< not valid: now
    /// The user knows that the source has nothing of those of the wanted days of which it answers no charge: what is
    /// stored of them goes, though the answer does not prove it.
    bool acceptsEmpty = false;
    std::shared_ptr<SpendingLimit> limit; ///< of all connections together; none: what it costs
    /// By a schedule: one that is not due at that time any more, because another program has synced it meanwhile, is
    /// left out. Not valid: whatever was synced.
    Instant dueAt;
};
using SyncProgressSink = std::function<void(const SyncProgress&)>; ///< called on working threads, one at a time

/// The connections of a workspace: their settings, their secrets, whether their user confirmed them on this computer,
/// and their syncs. May be used by several threads at once; what is stored takes turns with other writers.
class Connections {
public:
    explicit Connections(std::shared_ptr<WorkspaceFile> file);
    ~Connections();

    void setNetwork(const NetworkSettings& network);
    /// Where secrets are kept; the desktop's secret service unless set before the first use.
    void setSecretStore(std::shared_ptr<SecretStore> store);
    /// Asks the desktop at the first call, which may take some seconds where it does not answer.
    std::shared_ptr<SecretStore> secretStore() const;

    /// As they are stored now, which may be newer than any snapshot.
    Result<std::vector<ConnectionInfo>> list() const;
    /// Adds or changes a connection, by which the user confirms everything it reaches out to on this computer. Secrets
    /// by field go to the secret store, for exactly its addresses; "env:NAME" names an environment variable instead;
    /// one that is left out stays as it is. Error Invalid names the field that is missing or wrong; Denied: keys would
    /// go unencrypted to another computer, and `plainHttp` does not agree to that.
    Status save(const ConnectionSettings& settings, const std::map<std::string, std::string>& secrets,
                PlainHttp plainHttp = PlainHttp::Refuse);
    /// The user of this computer agrees to what a stored connection reaches out to. `seen` is what was shown. Errors as
    /// of save(); Busy when the connection has changed since `seen` was read.
    Status confirm(const std::string& name, const ConnectionReach& seen, PlainHttp plainHttp = PlainHttp::Refuse);
    /// Forgets settings, secrets and confirmation; the charges stay. The value is empty, or one sentence on what could
    /// not be forgotten.
    Result<std::string> remove(const std::string& name);
    /// Asks the provider the cheapest question; answers one sentence about what was found. Stored settings must have
    /// been confirmed (Error Denied); those of a form are its user's own words.
    enum class Settings { Stored, OfAForm };
    Result<std::string> test(const ConnectionSettings& settings, const std::map<std::string, std::string>& secrets,
                             std::stop_token stop, Settings origin = Settings::Stored,
                             PlainHttp plainHttp = PlainHttp::Refuse) const;

    /// What sync() would ask.
    Result<std::vector<SyncPlan>> plan(const SyncOptions& options) const;
    /// Fetches and stores one connection. What went wrong stands in the result; chunks stored before stay. One that is
    /// not confirmed on this computer is not used at all: no key is read, nothing is asked or written. One that another
    /// program syncs at the moment is left out.
    SyncResult syncOne(const std::string& name, const SyncOptions& options, const SyncProgressSink& progress,
                       std::stop_token stop);
    /// Several side by side; one that fails does not stop the others. Error NotFound for a name that is none.
    Result<std::vector<SyncResult>> sync(const SyncOptions& options, const SyncProgressSink& progress,
                                         std::stop_token stop);

private:
    SyncResult syncUncaught(const std::string& name, const SyncOptions& options, const SyncProgressSink& progress,
                            std::stop_token stop);
    /// Tells this workspace from others in the secret store and among the approvals.
    Result<std::string> owner() const;
    /// Keeps that the user agreed to what a connection reaches out to, and takes over what older versions kept for it,
    /// but for the secrets that were `entered` just now.
    Status approve(const ConnectionSettings& settings, const providers::ConnectorKind& kind, const std::string& owner,
                   const ConnectionReach& reach, const std::map<std::string, std::string>& entered);

    const std::shared_ptr<WorkspaceFile> m_file;
    mutable std::mutex m_mutex;
    NetworkSettings m_network;                          ///< guarded by m_mutex
    mutable std::shared_ptr<SecretStore> m_secretStore; ///< guarded by m_mutex; made when first asked for
    std::set<std::string> m_syncing;                    ///< guarded by m_mutex
};

} // namespace altimeter::session
