#include "app/session/sync/reach.h"

#include "models/text/words.h"
#include "providers/core/inputfile.h"
#include "providers/net/crypto.h"
#include "providers/net/curltransport.h"
#include "providers/net/origin.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string_view>

namespace altimeter::session {

namespace {

using providers::ConnectorKind;

std::string settingOf(const ConnectionSettings& settings, const std::string& key)
{
    const auto found = settings.values.find(key);
    return found == settings.values.end() ? std::string() : found->second;
}

bool isVariable(std::string_view name)
{
    const auto isLetter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    return !name.empty() && isLetter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); });
}

Error inField(Error error, const std::string& label, const std::string& key)
{
    error.what = label + ": " + error.what;
    error.where = key;
    return error;
}

Status checkField(const ConnectorField& field, const std::string& value)
{
    const auto refuse = [&field](const std::string& what) {
        return Error{ErrorCode::Invalid, field.label + ": " + what, field.key};
    };
    if (value.empty())
        return field.isRequired && field.preset.empty() ? Status(refuse("this is needed")) : Status();
    switch (field.kind) {
    case ConnectorField::Kind::Url:
        if (const auto origin = providers::canonicalOrigin(value); !origin)
            return inField(origin.error(), field.label, field.key);
        break;
    case ConnectorField::Kind::Choice:
        if (std::find(field.choices.begin(), field.choices.end(), value) == field.choices.end())
            return refuse("\"" + value + "\" is not among the choices");
        break;
    case ConnectorField::Kind::Number:
        if (!std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }) || value.size() > 9)
            return refuse("a whole number is needed");
        break;
    case ConnectorField::Kind::Flag:
        if (value != "yes" && value != "no")
            return refuse("\"yes\" or \"no\" is needed");
        break;
    default:
        break;
    }
    return {};
}

bool isKnown(const std::string& key, const ConnectorKind& kind)
{
    constexpr std::array kCommon{kProxy, kProxyUser, kCaFile, kRedirects, kBackfillDays};
    if (std::find(kCommon.begin(), kCommon.end(), key) != kCommon.end())
        return true;
    if (key.starts_with(kSecretPrefix)) {
        const auto fields = secretFields(kind.info);
        return std::any_of(fields.begin(), fields.end(),
                           [name = key.substr(std::string_view(kSecretPrefix).size())](const auto& field) {
                               return field.key == name;
                           });
    }
    return std::any_of(kind.info.fields.begin(), kind.info.fields.end(),
                       [&key](const auto& field) { return field.key == key; }) ||
           std::any_of(kind.furtherSettings.begin(), kind.furtherSettings.end(), [&key](const std::string& one) {
               return one.ends_with(':') ? key.starts_with(one) : key == one;
           });
}

/// The variable a reference names. Error Invalid for one that is none.
Result<std::string> variableOf(const std::string& reference, const std::string& field)
{
    const std::string_view prefix = kReference;
    const std::string name = reference.starts_with(prefix) ? reference.substr(prefix.size()) : std::string();
    if (!isVariable(name))
        return Error{ErrorCode::Invalid, "a secret is named as env:NAME, with the name of an environment variable",
                     field};
    return name;
}

void sortUnique(std::vector<std::string>& words)
{
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
}

/// The whole path of a file. Error Invalid for one with "..": behind a link it leads elsewhere than it reads, so that
/// another file would be confirmed than is opened.
Result<std::string> wholePath(const std::string& written)
{
    const std::filesystem::path file(written);
    if (std::find(file.begin(), file.end(), "..") != file.end())
        return Error{ErrorCode::Invalid, "a path holds no \"..\": write where the file lies", written};
    std::error_code ignored;
    const auto whole = std::filesystem::absolute(file, ignored).lexically_normal();
    return whole.empty() ? written : whole.string();
}

Status addOrigins(ConnectionReach& reach, const providers::Places& places)
{
    for (const std::string& address : places.addresses) {
        auto origin = providers::canonicalOrigin(address);
        if (!origin)
            return origin.error();
        reach.origins.push_back(origin.take());
    }
    for (const std::string& family : places.families)
        reach.origins.push_back(family);
    for (const std::string& file : places.files) {
        auto whole = wholePath(file);
        if (!whole)
            return whole.error();
        reach.files.push_back(whole.take());
    }
    sortUnique(reach.origins);
    return {};
}

Status addRedirects(ConnectionReach& reach, const std::string& list)
{
    std::string spaced = list;
    std::replace_if(
        spaced.begin(), spaced.end(), [](char c) { return c == ',' || c == '\n' || c == '\t'; }, ' ');
    for (const std::string& address : providers::listOf(spaced, ' ')) {
        // No key goes there, so a provider may leave the first label of its host open.
        constexpr std::string_view kAny = "https://*.";
        const bool isFamily = address.starts_with(kAny);
        auto origin = providers::canonicalOrigin(isFamily ? "https://any." + address.substr(kAny.size()) : address);
        if (!origin)
            return inField(origin.error(), "Redirects", kRedirects);
        reach.redirects.push_back(isFamily ? std::string(kAny) + origin->substr(std::string_view("https://any.").size())
                                           : *origin);
    }
    sortUnique(reach.redirects);
    return {};
}

Status addSecrets(ConnectionReach& reach, const ConnectionSettings& settings, const ConnectorInfo& info)
{
    for (const ConnectorField& field : secretFields(info)) {
        if (field.key == kProxyPassword && settingOf(settings, kProxyUser).empty())
            continue;
        reach.keys.push_back(field.label);
        const std::string reference = settingOf(settings, kSecretPrefix + field.key);
        if (reference.empty()) {
            reach.ownEnvironment.push_back(environmentName(settings.name, field.key));
            continue;
        }
        auto variable = variableOf(reference, field.key);
        if (!variable)
            return variable.error();
        reach.environment.push_back(variable.take());
    }
    sortUnique(reach.environment);
    return {};
}

} // namespace

std::vector<ConnectorField> secretFields(const ConnectorInfo& info)
{
    std::vector<ConnectorField> fields;
    for (const ConnectorField& field : info.fields) {
        if (field.kind == ConnectorField::Kind::Secret)
            fields.push_back(field);
    }
    fields.push_back({kProxyPassword,
                      "Password of the proxy",
                      "Belongs to proxy_user.",
                      ConnectorField::Kind::Secret,
                      false,
                      {},
                      {}});
    return fields;
}

Status checkSettings(const ConnectionSettings& settings, const ConnectorKind& kind)
{
    if (settings.name.empty())
        return Error{ErrorCode::Invalid, "a connection needs a name", "name"};
    for (const ConnectorField& field : secretFields(kind.info)) {
        if (settings.values.contains(field.key))
            return Error{ErrorCode::Invalid, field.label + " is a secret and not stored among the settings", field.key};
    }
    for (const auto& [key, value] : settings.values) {
        if (!isKnown(key, kind))
            return Error{ErrorCode::Invalid, '"' + key + "\" is no setting of the kind " + kind.info.kind, key,
                         "'altimeter-cli connections kinds' lists them."};
    }
    for (const ConnectorField& field : kind.info.fields) {
        if (field.kind == ConnectorField::Kind::Secret)
            continue;
        if (auto checked = checkField(field, settingOf(settings, field.key)); !checked)
            return checked;
    }
    const auto reach = reachOf(settings, kind);
    if (!reach)
        return reach.error();
    return reach->caFile.empty() ? Status() : checkCertificates(reach->caFile);
}

Status checkCertificates(const std::string& file)
{
    constexpr std::size_t kMost = std::size_t{16} << 20U; // all authorities of a system are a quarter of a MiB
    const char* const todo = "Name a file of certificates in PEM form.";
    auto opened = providers::openInputFile(file, file);
    if (!opened)
        return Error{opened.error().code, "the file of certificates " + opened.error().what, file, todo};
    std::string text(kMost, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), opened->get()));
    if (std::ferror(opened->get()) != 0)
        return Error{ErrorCode::Io, "the file of certificates cannot be read", file, todo};
    for (const char* begin : {"-----BEGIN CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----"}) {
        if (text.find(begin) != std::string::npos)
            return {};
    }
    return Error{ErrorCode::Invalid, "the file holds no certificate", file, todo};
}

Result<ConnectionReach> reachOf(const ConnectionSettings& settings, const ConnectorKind& kind)
{
    ConnectionReach reach;
    if (auto done = addOrigins(reach, placesOf(kind, settings)); !done)
        return done.error();
    if (auto done = addRedirects(reach, settingOf(settings, kRedirects)); !done)
        return done.error();
    if (auto done = addSecrets(reach, settings, kind.info); !done)
        return done.error();
    reach.proxy = settingOf(settings, kProxy);
    if (!reach.proxy.empty() && reach.proxy != providers::NetworkOptions::kEnvironmentProxy) {
        auto proxy = providers::canonicalProxy(reach.proxy);
        if (!proxy)
            return inField(proxy.error(), "Proxy", kProxy);
        reach.proxy = proxy.take();
    }
    if (const std::string file = settingOf(settings, kCaFile); !file.empty()) {
        auto whole = wholePath(file);
        if (!whole)
            return inField(whole.error(), "Certificates", kCaFile);
        reach.caFile = whole.take();
    }
    const bool leavesByProxy = !reach.proxy.empty() && !providers::isLoopback(reach.proxy);
    for (const std::string& origin : reach.origins) {
        if (origin.starts_with("http://") && (leavesByProxy || !providers::isLoopback(origin)))
            reach.plain.push_back(origin);
    }
    // How often it asks costs money too.
    const auto print = [&reach](const std::string& key, const std::string& value) {
        reach.settings[key] = providers::hexOf(providers::sha256(key + '\0' + value)).substr(0, 32);
    };
    print("every_hours", std::to_string(settings.everyHours));
    for (const auto& [key, value] : settings.values)
        print(key, value);
    return reach;
}

std::string environmentName(const std::string& connection, const std::string& field)
{
    std::string name = "ALTIMETER_SECRET_" + connection + '_' + field;
    for (char& c : name) {
        const bool isLower = c >= 'a' && c <= 'z';
        const bool isOther = !isLower && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9');
        c = isLower ? static_cast<char>(c - 'a' + 'A') : isOther ? '_' : c;
    }
    return name;
}

std::string enumerated(const std::vector<std::string>& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

} // namespace altimeter::session
