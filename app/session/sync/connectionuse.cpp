#include "app/session/sync/connectionuse.h"

#include "app/session/sync/reach.h"
#include "providers/net/masking.h"
#include "providers/net/origin.h"

#include <algorithm>

namespace altimeter::session {

using providers::ConnectorKind;

namespace {

Status mayAsk(const std::string& url, const std::vector<std::string>& allowed)
{
    const auto origin = providers::canonicalOrigin(url);
    if (!origin)
        return origin.error();
    if (providers::isAmong(*origin, allowed))
        return {};
    return Error{ErrorCode::Denied,
                 *origin + " is not among the servers that were confirmed for this connection",
                 {},
                 "Where a server you trust redirects elsewhere, name that place in the setting \"redirects\"; no key "
                 "is sent there."};
}

/// The proxy all connections go by unless they name their own. Not empty.
Result<std::string> proxyOf(const NetworkSettings& common)
{
    if (common.proxy == providers::NetworkOptions::kEnvironmentProxy)
        return common.proxy;
    auto proxy = providers::canonicalProxy(common.proxy);
    if (!proxy)
        return Error{proxy.error().code, proxy.error().what, "proxy of the program's settings", proxy.error().todo};
    return proxy;
}

/// Safe to be copied into a shell.
bool isPlainWord(const std::string& name)
{
    return !name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    });
}

} // namespace

Result<const ConnectorKind*> kindOf(const ConnectionSettings& settings)
{
    const ConnectorKind* kind = providers::connectorKind(settings.kind);
    if (!kind)
        return Error{ErrorCode::NotFound, "\"" + settings.kind + "\" is no kind of connection", settings.name,
                     "It may have been made by a newer Altimeter."};
    return kind;
}

std::string deedsOf(const ConnectionReach& reach)
{
    std::vector<std::string> deeds;
    const auto add = [&deeds](const std::string& deed, const std::vector<std::string>& what) {
        if (!what.empty())
            deeds.push_back(deed + enumerated(what));
    };
    add("ask ", reach.origins);
    add("go by the proxy ", reach.proxy.empty() ? std::vector<std::string>() : std::vector{reach.proxy});
    add("read the file ", reach.files);
    add("trust the certificates in ", reach.caFile.empty() ? std::vector<std::string>() : std::vector{reach.caFile});
    add("send the environment variable ", reach.environment);
    return enumerated(deeds);
}

std::string unconfirmed(const ConnectionSettings& settings, const ConnectionReach& reach, const std::string& workspace,
                        const Result<std::vector<Approval>>& known)
{
    if (!known)
        return known.error().text();
    const auto found = std::find_if(known->begin(), known->end(), [&](const Approval& one) {
        return !workspace.empty() && one.workspace == workspace && one.connection == settings.name;
    });
    return lacking(found == known->end() ? nullptr : &*found, settings.kind, reach);
}

Result<Permit> permitOf(const ConnectionSettings& settings, const ConnectorKind& kind, const std::string& workspace,
                        const Result<std::vector<Approval>>& known)
{
    auto reach = reachOf(settings, kind);
    if (!reach)
        return reach.error();
    const std::string why = unconfirmed(settings, *reach, workspace, known);
    if (!why.empty())
        return Error{
            ErrorCode::Denied,
            "not confirmed on this computer, nothing was sent: " + why + ". It would " + deedsOf(*reach) + '.',
            {},
            "Where you want that, confirm it on the Connections page or by 'altimeter-cli connections confirm " +
                (isPlainWord(settings.name) ? settings.name : std::string("NAME")) + "'."};
    return Permit{reach.take()};
}

Status checkNetwork(const NetworkSettings& common)
{
    if (!common.proxy.empty()) {
        if (const auto proxy = proxyOf(common); !proxy)
            return proxy.error();
    }
    return common.caFile.empty() ? Status() : checkCertificates(common.caFile);
}

Result<providers::NetworkOptions> networkOf(const NetworkSettings& common, const ConnectionSettings& settings,
                                            const ConnectorKind& kind, const providers::Secrets& secrets,
                                            const Permit& permit)
{
    providers::NetworkOptions options;
    options.proxy = permit.reach.proxy;
    if (options.proxy.empty() && !common.proxy.empty()) {
        options.proxy = common.proxy;
        options.noProxy = "localhost,127.0.0.0/8,::1"; // what stays on this computer needs no encryption
        auto proxy = proxyOf(common);
        if (!proxy)
            return proxy.error();
        options.proxy = proxy.take();
    }
    if (const auto user = settings.values.find(kProxyUser); user != settings.values.end())
        options.proxyUser = user->second;
    if (const auto password = secrets.find(kProxyPassword); password != secrets.end())
        options.proxyPassword = password->second;
    options.caFile = permit.reach.caFile.empty() ? common.caFile : permit.reach.caFile;
    if (!options.caFile.empty()) {
        if (auto checked = checkCertificates(options.caFile); !checked) // else it is the server that gets the blame
            return checked.error();
    }

    std::vector<std::string> allowed = permit.reach.origins;
    allowed.insert(allowed.end(), permit.reach.redirects.begin(), permit.reach.redirects.end());
    for (const std::string& address :
         kind.addressesInSecrets ? kind.addressesInSecrets(secrets) : std::vector<std::string>()) {
        const auto origin = providers::canonicalOrigin(address);
        // Whoever gave the key gave its address as well, but nobody confirmed that it is asked in clear.
        if (origin && (origin->starts_with("https://") || providers::isLoopback(*origin)))
            allowed.push_back(*origin);
    }
    options.mayAsk = [allowed = std::move(allowed)](const std::string& url) { return mayAsk(url, allowed); };
    return options;
}

std::string hidden(std::string text, const providers::Secrets& secrets)
{
    std::vector<std::string_view> values;
    for (const auto& [field, secret] : secrets)
        values.push_back(secret.reveal());
    return providers::withoutSecrets(std::move(text), values);
}

} // namespace altimeter::session
