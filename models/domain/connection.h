#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace altimeter {

/// A configured connection. Secrets are not part of it: they lie in the secret store under (kind, name, field).
struct ConnectionSettings {
    std::string name; ///< also the name of the source its charges carry
    std::string kind;
    std::map<std::string, std::string> values; ///< by ConnectorField::key
    int everyHours = 24;                       ///< scheduled sync; 0: only by hand
};

/// Everything a connection reaches out to and reads on this computer, as its settings say it. Its owner confirms
/// exactly this, once for each computer, before anything of it is used.
struct ConnectionReach {
    std::vector<std::string> origins;     ///< servers that are asked, "https://api.example.com"; sorted
    std::vector<std::string> redirects;   ///< servers that may be redirected to; no key goes there
    std::vector<std::string> plain;       ///< of origins: what is sent can be read on the way
    std::string proxy;                    ///< "http://host:port", "environment", or none
    std::string caFile;                   ///< whose certificates are trusted in place of the system's
    std::vector<std::string> files;       ///< that are read on this computer
    std::vector<std::string> environment; ///< variables whose value is sent as a key, because the settings name them
    std::vector<std::string> keys;        ///< what the keys that are sent are called: "Management key"
    /// Of the keys without such a variable: this one is read where it is set, before the secret store.
    std::vector<std::string> ownEnvironment;
    std::map<std::string, std::string> settings; ///< fingerprint of each, so that a changed one can be named

    friend bool operator==(const ConnectionReach&, const ConnectionReach&) = default;
};

/// What a connection did last and what it holds.
struct ConnectionInfo {
    ConnectionSettings settings;
    enum class State : std::uint8_t { New, Ok, Failed, Running, MissingSecret, Unconfirmed } state = State::New;
    ConnectionReach reach;
    /// Why it is not used on this computer: its user did not confirm it here, or it has changed since; or its addresses
    /// cannot be used at all (then `reach` is empty). Empty: it is confirmed.
    std::string unconfirmed;
    Instant lastSync;          ///< end of the last attempt; not valid: never
    Instant lastSuccess;       ///< end of the last sync that went through
    Instant nextSync;          ///< when the schedule asks for it; not valid: by hand
    Day dataFrom, dataThrough; ///< both inside
    Day finalThrough;          ///< last day up to which every day is final
    std::uint64_t rows = 0;
    std::uint64_t measures = 0;
    std::uint64_t requests = 0; ///< of the last sync
    DecimalSum spent;           ///< what all requests so far cost, in requestCostCurrency
    std::string problem;        ///< the last sync's failure in plain words; empty when it went well
    std::string todo;           ///< what to do about it
    std::uint64_t findings = 0; ///< of the last sync, those that are worth a warning and that nobody knows about
    std::vector<std::string> foundFirst; ///< the first few of them, in plain words
};

} // namespace altimeter
