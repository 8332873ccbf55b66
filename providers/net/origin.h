#pragma once

#include "models/domain/result.h"

#include <span>
#include <string>
#include <string_view>

namespace altimeter::providers {

/// Scheme, host and port of an http(s) address in the one way they are written: small letters, the port only where it
/// is not the usual one ("https://api.example.com", "http://127.0.0.1:9090", "http://[::1]:4000"). What a person could
/// take for another server is refused: a user or password, letters beyond ASCII, escapes, numbers for an address that
/// are not four plain ones. Error Invalid says which.
Result<std::string> canonicalOrigin(std::string_view url);

/// The same for a proxy: "http://host:port", also https, socks4, socks4a, socks5 and socks5h; without a scheme it is
/// http, and the port is always written. Error Invalid, for a user or password with where these belong.
Result<std::string> canonicalProxy(std::string_view proxy);

/// Whether a canonical origin (or proxy) is this computer itself: 127.0.0.0/8, ::1 or localhost.
bool isLoopback(std::string_view origin);

/// Whether `origin` is one of `allowed`, where a label of a host may be "*": any one label.
bool isAmong(std::string_view origin, std::span<const std::string> allowed);

} // namespace altimeter::providers
