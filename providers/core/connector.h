#pragma once

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/json/json.h"
#include "providers/core/delivery.h"
#include "providers/net/api.h"
#include "providers/net/secret.h"

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::providers {

/// What a connector is made from. Everything must outlive it.
struct ConnectorSetup {
    const ConnectionSettings& settings;
    const Secrets& secrets;
    HttpClient& http;
    Instant now; ///< for signatures and token life times

    /// The value of a field, its preset where nothing is given.
    std::string value(const ConnectorInfo& info, std::string_view key) const;
    const Secret& secret(std::string_view key) const; ///< an empty one where none is given
};

struct FetchRequest {
    DateRange window; ///< whole UTC days, both bounds valid; whole months for ConnectorInfo::Slice::Month
    Instant now;
    std::map<std::string, std::string> state; ///< what the last stored delivery remembered

    /// The window ends with today or yesterday: what a source says of now (limits, budgets, forecasts) belongs to it,
    /// and to no chunk of the past.
    bool reachesToday() const { return window.to >= now.day(); }
};

/// One billing source: how to ask it, and how to say its answer in FOCUS. It knows nothing of storage. One thread uses
/// it.
class Connector {
public:
    virtual ~Connector() = default;

    /// Asks the cheapest question that proves address, credential and rights; answers one plain sentence about what was
    /// found ("3 projects of organization acme"). Errors as of fetch().
    virtual Result<std::string> test(std::stop_token stop) = 0;

    /// Hands every charge and measure of `request.window` to `delivery`. Answers ok only when the whole window was
    /// read: half a window must never replace what is stored. Errors: Denied, Limited, Network, Invalid (an answer that
    /// makes no sense), Cancelled, or what `delivery` answers. Called for one chunk of days after the other: what was
    /// learnt on the way there (a token, a region) may be kept, nothing of what an answer said.
    virtual Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) = 0;

    /// How many requests fetch() will need at least; where requests cost money, only those that do.
    virtual std::uint64_t requestsFor(const DateRange&) const { return 1; }
};

/// The value of a field of `settings`, its preset where nothing is given.
std::string valueOf(const ConnectionSettings& settings, const ConnectorInfo& info, std::string_view key);

/// Where a connection reaches out to, as far as its settings say it.
struct Places {
    std::vector<std::string> addresses; ///< urls, as the settings write them
    /// Origins of the provider itself where it alone decides on a label of the host, which is "*":
    /// "https://s3.*.amazonaws.com".
    std::vector<std::string> families;
    std::vector<std::string> files; ///< on this computer
};

/// An entry of the registry.
struct ConnectorKind {
    ConnectorInfo info;
    std::vector<std::string> extraColumns; ///< provider columns its charges may carry
    std::function<std::unique_ptr<Connector>(const ConnectorSetup&)> make;
    /// Everywhere its requests go; whatever they are made from. Not given: the addresses in its fields of kind Url.
    /// An address that is not named here is not asked.
    std::function<Places(const ConnectionSettings&)> places{};
    /// Addresses that only a secret names (the token address inside of a key file).
    std::function<std::vector<std::string>(const Secrets&)> addressesInSecrets{};
    /// Settings besides its fields; a name that ends in ':' stands for all that begin so.
    std::vector<std::string> furtherSettings{};
};

/// Where a connection of this kind reaches out to.
Places placesOf(const ConnectorKind& kind, const ConnectionSettings& settings);

/// All kinds, in the order a picker shows them.
const std::vector<ConnectorKind>& connectorKinds();
const ConnectorKind* connectorKind(std::string_view kind); ///< null: there is none

/// For a look-up that is welcome and not needed (names, limits, budgets): its failure costs a finding
/// "look-up-refused", "`what` cannot be read: …". Error Cancelled stays what it is.
Status lookUpFailed(const std::string& what, const Error& error, Delivery& delivery);
/// Error Invalid: the answer speaks of a day outside of the window.
Error notAskedFor(Day day, const std::string& where);

/// Guards paging: a cursor may come once, and there is a most of pages.
class CursorGuard {
public:
    explicit CursorGuard(std::string where, std::size_t mostPages = 10'000)
        : m_where(std::move(where)), m_mostPages(mostPages)
    {
    }
    /// Error Invalid where the server says there is more but names no cursor, repeats one, or never ends.
    Status next(const std::string& cursor);

private:
    std::string m_where;
    std::size_t m_mostPages;
    std::set<std::string> m_seen;
};

/// "2026-11-01T00:00:00Z", with a fraction or an offset, or "2026-11-01". Error Invalid.
Result<Instant> instantOf(std::string_view text, const std::string& where);
inline Instant startOf(Day day)
{
    return {std::int64_t{day.number} * 86400};
}
/// "2026-11".
std::string monthText(Day day);
/// The first day of each month that has a day in `window`.
std::vector<Day> monthsOf(const DateRange& window);
/// In capitals, as FOCUS writes currencies.
std::string currencyCode(std::string_view text);
/// What stands between `separator`s, trimmed; empty parts are left out.
std::vector<std::string> listOf(std::string_view text, char separator);

} // namespace altimeter::providers
