#pragma once

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/result.h"
#include "providers/core/connector.h"

#include <string>
#include <vector>

namespace altimeter::session {

/// Settings every kind of connection may have.
inline constexpr const char* kProxy = "proxy";
inline constexpr const char* kProxyUser = "proxy_user";
inline constexpr const char* kProxyPassword = "proxy_password"; ///< a secret
inline constexpr const char* kCaFile = "ca_file";
inline constexpr const char* kRedirects = "redirects";
inline constexpr const char* kBackfillDays = "backfill_days";
/// Before the key of a secret field: "env:NAME".
inline constexpr const char* kSecretPrefix = "secret:";
inline constexpr const char* kReference = "env:";

/// The secret fields of a connection, the password of its proxy included.
std::vector<ConnectorField> secretFields(const ConnectorInfo& info);

/// Error Invalid names the field that is missing, wrong, or none that the kind knows: a setting under a made-up name
/// could be a secret in clear. A file of certificates must be there, as checkCertificates() says.
Status checkSettings(const ConnectionSettings& settings, const providers::ConnectorKind& kind);

/// Whether `file` can be read and holds a certificate (PEM), as "ca_file" must. The Error names it.
Status checkCertificates(const std::string& file);

/// What a connection with these settings reaches out to. Error Invalid: an address that could be taken for another one.
Result<ConnectionReach> reachOf(const ConnectionSettings& settings, const providers::ConnectorKind& kind);

/// The environment variable of a field that names none of its own: ALTIMETER_SECRET_<CONNECTION>_<FIELD>.
std::string environmentName(const std::string& connection, const std::string& field);

/// "a, b and c".
std::string enumerated(const std::vector<std::string>& words);

} // namespace altimeter::session
