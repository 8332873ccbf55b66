#pragma once

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/result.h"
#include "providers/net/secret.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace altimeter::session {

/// What a credential is for. All of it must be the same for it to be found again, so that one that was given for one
/// server is never read for another.
struct SecretPlace {
    std::string owner; ///< tells workspaces apart
    std::string connection;
    std::string field; ///< ConnectorField::key
    std::string kind;
    std::string origin; ///< where it goes: one or several canonical origins, with blanks in between
};

/// Where credentials are kept: the desktop's secret service, or only this process. Never a file of ours. Any thread.
class SecretStore {
public:
    virtual ~SecretStore() = default;
    virtual Result<std::optional<providers::Secret>> read(const SecretPlace& place) = 0;
    virtual Status write(const SecretPlace& place, const providers::Secret& secret) = 0;
    /// Takes what an older version kept for this workspace, connection and field, which did not say where it goes, and
    /// keeps it for this place alone. Nothing where there is no such thing. Only for what the user confirmed.
    virtual Status adopt(const SecretPlace& place) = 0;
    /// Everything of a connection, wherever it goes.
    virtual Status remove(const std::string& owner, const std::string& connection) = 0;
    /// False: what is written is gone with the program.
    virtual bool isPersistent() const = 0;
    virtual std::string description() const = 0; ///< one sentence for people
};

/// The desktop's secret service where it answers within `patience`, else the memory of this process.
std::shared_ptr<SecretStore> openSecretStore(std::chrono::milliseconds patience = std::chrono::seconds(5));
/// Only this process. `why` completes "Secrets are kept until the program ends: …".
std::shared_ptr<SecretStore> memorySecretStore(const std::string& why);

/// Where a secret field of a connection is kept and goes.
SecretPlace placeOf(const std::string& owner, const ConnectionSettings& settings, const std::string& field,
                    const ConnectionReach& reach);

/// The credentials of a connection whose `reach` its user confirmed: for each secret field the environment variable its
/// settings name ("secret:FIELD" = "env:NAME"), else ALTIMETER_SECRET_<CONNECTION>_<FIELD> (capitals, other characters
/// as '_'), else the store. A required one that is nowhere is an Error NotFound that says all of this.
Result<providers::Secrets> secretsOf(const ConnectorInfo& info, const ConnectionSettings& settings,
                                     const std::string& owner, const ConnectionReach& reach, SecretStore& store);

} // namespace altimeter::session
