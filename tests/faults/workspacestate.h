#pragma once

#include "app/session/workspace/engine.h"

#include <QByteArray>
#include <QString>

namespace testkit {

/// Everything a workspace says about money: all four costs by team, service, account and month, each with its line
/// count, and what the proof found. Two workspaces with the same text show the same numbers.
struct WorkspaceState {
    std::string figures; ///< one line per cell; empty when it could not be read
    bool isTold = false; ///< damage was named: by the list of damage, by an error, or by a proof that does not add up
    std::string error;
};

WorkspaceState stateOf(const altimeter::session::Engine& engine);

QByteArray readBytes(const QString& path);

} // namespace testkit
