#pragma once

#include "models/domain/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace altimeter::providers {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
Sha256 hmacSha256(std::string_view key, std::string_view bytes);
/// RSASSA-PKCS1-v1_5 with SHA-256 (JOSE "RS256") by a PEM private key (PKCS#8 or PKCS#1). Error Invalid when the key
/// cannot be read; the message holds nothing of it.
Result<std::string> signRs256(std::string_view pemPrivateKey, std::string_view bytes);

std::string hexOf(const Sha256& hash);       ///< lower case
std::string_view viewOf(const Sha256& hash); ///< its 32 bytes; valid as long as `hash`
/// "Basic …" for an Authorization header.
std::string basicAuthorization(std::string_view user, std::string_view password);

} // namespace altimeter::providers
