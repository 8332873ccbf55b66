#include "app/session/secrets/secretstore.h"

#include "app/session/sync/reach.h"

#include <libsecret/secret.h>

#include <condition_variable>
#include <cstdlib>
#include <future>
#include <initializer_list>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>

namespace altimeter::session {

namespace {

using providers::Secret;

/// Cancels a call of the secret service that takes too long: a locked one waits for a person.
class Deadline {
public:
    explicit Deadline(std::chrono::milliseconds patience)
        : m_cancellable(g_cancellable_new()), m_watch([this, patience](const std::stop_token& stop) {
              std::unique_lock lock(m_mutex);
              if (!m_wake.wait_for(lock, stop, patience, [] { return false; }) && !stop.stop_requested())
                  g_cancellable_cancel(m_cancellable);
          })
    {
    }
    ~Deadline()
    {
        m_watch.request_stop();
        m_watch.join();
        g_object_unref(m_cancellable);
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    GCancellable* cancellable() const { return m_cancellable; }

private:
    GCancellable* m_cancellable;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_watch;
};

Error failed(const char* what, GError* error)
{
    const std::string why = error ? error->message : "no reason given";
    g_clear_error(&error);
    return {ErrorCode::Io,
            std::string("the secret service could not ") + what + ": " + why,
            {},
            "Unlock the desktop's keyring, or give the secret by an environment variable."};
}

class DesktopStore final : public SecretStore {
public:
    Result<std::optional<Secret>> read(const SecretPlace& place) override
    {
        const Deadline deadline(kPatience);
        GError* error = nullptr;
        char* value = secret_password_lookup_nonpageable_sync(
            schema(), deadline.cancellable(), &error, "workspace", place.owner.c_str(), "connection",
            place.connection.c_str(), "field", place.field.c_str(), "kind", place.kind.c_str(), "origin",
            place.origin.c_str(), nullptr);
        return taken(value, error);
    }
    Status write(const SecretPlace& place, const Secret& secret) override
    {
        const Deadline deadline(kPatience);
        GError* error = nullptr;
        const std::string label = "Altimeter: " + place.connection + ", " + place.field + ", for " + place.origin;
        if (!secret_password_store_sync(schema(), SECRET_COLLECTION_DEFAULT, label.c_str(), secret.reveal().c_str(),
                                        deadline.cancellable(), &error, "workspace", place.owner.c_str(), "connection",
                                        place.connection.c_str(), "field", place.field.c_str(), "kind",
                                        place.kind.c_str(), "origin", place.origin.c_str(), nullptr))
            return failed("keep the secret", error);
        return {};
    }
    Status adopt(const SecretPlace& place) override
    {
        std::optional<Secret> old;
        {
            const Deadline deadline(kPatience);
            GError* error = nullptr;
            char* value = secret_password_lookup_nonpageable_sync(
                oldSchema(), deadline.cancellable(), &error, "workspace", place.owner.c_str(), "connection",
                place.connection.c_str(), "field", place.field.c_str(), nullptr);
            auto found = taken(value, error);
            if (!found)
                return found.error();
            old = found.take();
        }
        if (!old)
            return {};
        const auto newer = read(place); // what was entered since goes before it
        if (!newer)
            return newer.error();
        if (auto done = *newer ? Status() : write(place, *old); !done)
            return done;
        const Deadline deadline(kPatience);
        GError* error = nullptr;
        secret_password_clear_sync(oldSchema(), deadline.cancellable(), &error, "workspace", place.owner.c_str(),
                                   "connection", place.connection.c_str(), "field", place.field.c_str(), nullptr);
        return error ? Status(failed("forget the secret", error)) : Status();
    }
    Status remove(const std::string& owner, const std::string& connection) override
    {
        for (const SecretSchema* each : {schema(), oldSchema()}) {
            const Deadline deadline(kPatience);
            GError* error = nullptr;
            secret_password_clear_sync(each, deadline.cancellable(), &error, "workspace", owner.c_str(), "connection",
                                       connection.c_str(), nullptr);
            if (error)
                return failed("forget the secret", error);
        }
        return {};
    }
    bool isPersistent() const override { return true; }
    std::string description() const override { return "Secrets are kept in the desktop's secret service."; }

private:
    /// A locked keyring asks its owner for the password meanwhile.
    static constexpr std::chrono::seconds kPatience{60};

    static Result<std::optional<Secret>> taken(char* value, GError* error)
    {
        if (error)
            return failed("be read", error);
        if (!value)
            return std::optional<Secret>();
        std::optional<Secret> secret{Secret(value)};
        secret_password_free(value);
        return secret;
    }
    static SecretSchema made(const char* name, std::initializer_list<const char*> attributes)
    {
        SecretSchema schema{};
        schema.name = name;
        std::size_t at = 0;
        for (const char* attribute : attributes)
            schema.attributes[at++] = {attribute, SECRET_SCHEMA_ATTRIBUTE_STRING};
        return schema;
    }
    static const SecretSchema* schema()
    {
        static const SecretSchema one =
            made("io.github.altimeter.Secret", {"workspace", "connection", "field", "kind", "origin"});
        return &one;
    }
    /// Of versions that did not say where a secret goes. The name is part of every search, so that items of the one
    /// kind are never found as the other.
    static const SecretSchema* oldSchema()
    {
        static const SecretSchema one = made("io.github.altimeter.Connection", {"workspace", "connection", "field"});
        return &one;
    }
};

class MemoryStore final : public SecretStore {
public:
    explicit MemoryStore(std::string why) : m_why(std::move(why)) {}

    Result<std::optional<Secret>> read(const SecretPlace& place) override
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_secrets.find(keyOf(place));
        return found == m_secrets.end() ? std::optional<Secret>() : std::optional<Secret>(found->second);
    }
    Status write(const SecretPlace& place, const Secret& secret) override
    {
        const std::lock_guard lock(m_mutex);
        m_secrets[keyOf(place)] = secret;
        return {};
    }
    Status adopt(const SecretPlace&) override { return {}; }
    Status remove(const std::string& owner, const std::string& connection) override
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_secrets, [&](const auto& entry) {
            return std::get<0>(entry.first) == owner && std::get<1>(entry.first) == connection;
        });
        return {};
    }
    bool isPersistent() const override { return false; }
    std::string description() const override
    {
        return "Secrets are kept until the program ends" + (m_why.empty() ? "." : ": " + m_why);
    }

private:
    using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
    static Key keyOf(const SecretPlace& place)
    {
        return {place.owner, place.connection, place.field, place.kind, place.origin};
    }

    const std::string m_why;
    std::mutex m_mutex;
    std::map<Key, Secret> m_secrets; ///< guarded by m_mutex
};

/// Whether somebody on the session bus is the secret service, or would become it when asked.
bool askForSecretService()
{
    GDBusConnection* bus = g_bus_get_sync(G_BUS_TYPE_SESSION, nullptr, nullptr);
    if (!bus)
        return false;
    bool found = false;
    for (const char* question : {"ListNames", "ListActivatableNames"}) {
        constexpr int kDefaultPatience = -1;
        GVariant* names = g_dbus_connection_call_sync(
            bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", question, nullptr,
            G_VARIANT_TYPE("(as)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, kDefaultPatience, nullptr, nullptr);
        if (!names)
            break;
        GVariantIter* each = nullptr;
        const char* name = nullptr;
        g_variant_get(names, "(as)", &each);
        while (g_variant_iter_next(each, "&s", &name))
            found = found || std::string_view(name) == "org.freedesktop.secrets";
        g_variant_iter_free(each);
        g_variant_unref(names);
    }
    g_object_unref(bus);
    return found;
}

/// The same, answered within `patience`. GLib waits 25 s for a bus that says nothing and cannot be told to stop, so the
/// thread that asks is left to itself then.
bool hasSecretService(std::chrono::milliseconds patience)
{
    auto told = std::make_shared<std::promise<bool>>();
    auto answer = told->get_future();
    std::thread([told] { told->set_value(askForSecretService()); }).detach();
    return answer.wait_for(patience) == std::future_status::ready && answer.get();
}

} // namespace

std::shared_ptr<SecretStore> memorySecretStore(const std::string& why)
{
    return std::make_shared<MemoryStore>(why);
}

std::shared_ptr<SecretStore> openSecretStore(std::chrono::milliseconds patience)
{
    const char* bus = std::getenv("DBUS_SESSION_BUS_ADDRESS");
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if ((!bus || !*bus) && (!runtime || !*runtime))
        return memorySecretStore("there is no desktop session with a secret service.");
    if (!hasSecretService(patience))
        return memorySecretStore("there is no secret service on this desktop.");
    const Deadline deadline(patience);
    GError* error = nullptr;
    SecretService* service = secret_service_get_sync(SECRET_SERVICE_OPEN_SESSION, deadline.cancellable(), &error);
    if (!service) {
        g_clear_error(&error);
        return memorySecretStore("the desktop's secret service does not answer.");
    }
    g_object_unref(service);
    return std::make_shared<DesktopStore>();
}

SecretPlace placeOf(const std::string& owner, const ConnectionSettings& settings, const std::string& field,
                    const ConnectionReach& reach)
{
    std::string origin;
    if (field == kProxyPassword)
        origin = reach.proxy;
    else
        for (const std::string& one : reach.origins)
            origin += (origin.empty() ? "" : " ") + one;
    return {owner, settings.name, field, settings.kind, origin};
}

Result<providers::Secrets> secretsOf(const ConnectorInfo& info, const ConnectionSettings& settings,
                                     const std::string& owner, const ConnectionReach& reach, SecretStore& store)
{
    providers::Secrets secrets;
    for (const ConnectorField& field : secretFields(info)) {
        if (field.key == kProxyPassword && !settings.values.contains(kProxyUser))
            continue;
        const auto reference = settings.values.find(kSecretPrefix + field.key);
        const std::string variable = reference != settings.values.end()
                                         ? reference->second.substr(std::string_view(kReference).size())
                                         : environmentName(settings.name, field.key);
        if (const char* value = std::getenv(variable.c_str()); value && *value) {
            secrets[field.key] = Secret(value);
            continue;
        }
        const SecretPlace place = placeOf(owner, settings, field.key, reach);
        auto stored = store.read(place);
        if (!stored)
            return stored.error();
        if (*stored)
            secrets[field.key] = std::move(**stored);
        else if (field.isRequired)
            return Error{ErrorCode::NotFound, "no " + field.label + " is known for " + place.origin, settings.name,
                         "Enter it in the settings of the connection (a key that was kept for another address is not "
                         "used), or set the environment variable " +
                             variable + "." + (store.isPersistent() ? "" : " " + store.description())};
    }
    return secrets;
}

} // namespace altimeter::session
