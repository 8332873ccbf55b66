#pragma once

#include "models/domain/connection.h"
#include "models/domain/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace altimeter::session {

/// That the user of this computer agreed to what a connection of a workspace does. It lies outside of the workspace,
/// which others may have written, and holds only as long as the connection reaches out to exactly the same.
struct Approval {
    std::string workspace; ///< its id
    std::string connection;
    std::string kind;
    ConnectionReach reach;
    bool allowsPlainHttp = false; ///< to the origins of ConnectionReach::plain
    Instant at;
};

/// The approvals of this user on this computer: $XDG_CONFIG_HOME/altimeter/approvals.json, else below ~/.config. Only
/// its owner can read it. Any thread, any number of programs.
namespace approvals {

/// Error NotFound where the user has neither a configuration folder nor a home.
Result<std::filesystem::path> file();
/// None where there is no file yet. Error Corrupt or Denied (others may write it): nothing is approved then.
Result<std::vector<Approval>> read();
/// Keeps one in the place of that of the same workspace and connection. A file that cannot be read is set aside as
/// approvals.json.damaged first.
Status keep(const Approval& approval);
Status forget(const std::string& workspace, const std::string& connection);

} // namespace approvals

/// Why a connection that is like this now is not approved, as part of a sentence ("it asks https://b.example in place
/// of https://a.example"); empty where it is. `approval` is null where there is none.
std::string lacking(const Approval* approval, const std::string& kind, const ConnectionReach& reach);

} // namespace altimeter::session
