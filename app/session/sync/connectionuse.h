#pragma once

#include "app/session/sync/approvals.h"
#include "app/session/sync/connections.h"
#include "providers/core/connector.h"
#include "providers/net/curltransport.h"

#include <string>
#include <vector>

namespace altimeter::session {

/// The kind of a connection. Error NotFound for one this program does not know.
Result<const providers::ConnectorKind*> kindOf(const ConnectionSettings& settings);

/// That a connection may be used, and what for. Only what it holds is asked.
struct Permit {
    ConnectionReach reach;
};

/// The permit of a connection its user confirmed here, among `known` approvals. Error Denied says what it would do and
/// how to confirm it; nothing of it may be used then.
Result<Permit> permitOf(const ConnectionSettings& settings, const providers::ConnectorKind& kind,
                        const std::string& workspace, const Result<std::vector<Approval>>& known);

/// Why it is not confirmed here (see ConnectionInfo::unconfirmed); empty where it is.
std::string unconfirmed(const ConnectionSettings& settings, const ConnectionReach& reach, const std::string& workspace,
                        const Result<std::vector<Approval>>& known);

/// What `reach` says, as part of a sentence: "ask https://a.example and read the environment variable X".
std::string deedsOf(const ConnectionReach& reach);

/// Error Invalid: the proxy of the program's settings is no address, or its file of certificates holds none.
Status checkNetwork(const NetworkSettings& common);

/// How a connection with this permit reaches the network: every other address is refused before anything is sent.
/// Error Invalid: the proxy of the common settings cannot be used.
Result<providers::NetworkOptions> networkOf(const NetworkSettings& common, const ConnectionSettings& settings,
                                            const providers::ConnectorKind& kind, const providers::Secrets& secrets,
                                            const Permit& permit);

/// No message holds a secret, whoever wrote it.
std::string hidden(std::string text, const providers::Secrets& secrets);

} // namespace altimeter::session
