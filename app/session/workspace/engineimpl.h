#pragma once

#include "app/session/secrets/secretstore.h"
#include "app/session/workspace/engine.h"
#include "app/session/workspace/snapshot.h"
#include "app/session/workspace/workspacefile.h"
#include "providers/core/connector.h"

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace altimeter::session {

struct Engine::Impl {
    std::shared_ptr<WorkspaceFile> file;
    bool isImportOnly = false;
    std::vector<std::string> importDamage; ///< of a workspace opened for importing only: it has no snapshot
    mutable std::mutex snapshotMutex;
    SnapshotPtr snapshot; ///< guarded by snapshotMutex

    mutable std::mutex connectMutex;
    NetworkSettings network;                          ///< guarded by connectMutex
    mutable std::shared_ptr<SecretStore> secretStore; ///< guarded by connectMutex; made when first asked for
    std::set<std::string> syncing;                    ///< guarded by connectMutex

    /// Tells this workspace from others in the secret store and among the approvals.
    Result<std::string> owner();
    std::shared_ptr<SecretStore> secrets() const;
    /// Keeps that the user agreed to what a connection reaches out to, and takes over what older versions kept for it,
    /// but for the secrets that were `entered` just now.
    Status approve(const ConnectionSettings& settings, const providers::ConnectorKind& kind, const std::string& owner,
                   const ConnectionReach& reach, const std::map<std::string, std::string>& entered);

    SnapshotPtr current() const
    {
        const std::lock_guard lock(snapshotMutex);
        return snapshot;
    }
    /// Reads what is stored and publishes it as the new snapshot.
    Status reload(WorkspaceFile::Writing& writing);
};

} // namespace altimeter::session
