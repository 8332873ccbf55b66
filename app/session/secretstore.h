#pragma once

#include "models/domain/connection.h"
#include "models/domain/result.h"
#include "providers/core/secret.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace altimeter::session {

/// Where credentials are kept: the desktop's secret service, or only this process. Never a file of ours. Any thread.
class SecretStore {
public:
    virtual ~SecretStore() = default;
    /// `owner` tells workspaces apart; `field` is ConnectorField::key.
    virtual Result<std::optional<providers::Secret>> read(const std::string& owner, const std::string& connection,
                                                          const std::string& field) = 0;
    virtual Status write(const std::string& owner, const std::string& connection, const std::string& field,
                         const providers::Secret& secret) = 0;
    virtual Status remove(const std::string& owner, const std::string& connection, const std::string& field) = 0;
    /// False: what is written is gone with the program.
    virtual bool isPersistent() const = 0;
    virtual std::string description() const = 0; ///< one sentence for people
};

/// The desktop's secret service where it answers within `patience`, else the memory of this process.
std::shared_ptr<SecretStore> openSecretStore(std::chrono::milliseconds patience = std::chrono::seconds(5));
/// Only this process. `why` completes "Secrets are kept until the program ends: …".
std::shared_ptr<SecretStore> memorySecretStore(const std::string& why);

/// The credentials of a connection: for each secret field the environment variable its settings name ("secret:FIELD" =
/// "env:NAME"), else ALTIMETER_SECRET_<CONNECTION>_<FIELD> (capitals, other characters as '_'), else the store. A
/// required one that is nowhere is an Error NotFound that says all of this.
Result<providers::Secrets> secretsOf(const ConnectorInfo& info, const ConnectionSettings& settings,
                                     const std::string& owner, SecretStore& store);

} // namespace altimeter::session
