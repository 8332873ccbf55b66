#include "app/session/secretstore.h"

#include <libsecret/secret.h>

#include <condition_variable>
#include <cstdlib>
#include <future>
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
    Result<std::optional<Secret>> read(const std::string& owner, const std::string& connection,
                                       const std::string& field) override
    {
        const Deadline deadline(kPatience);
        GError* error = nullptr;
        char* value = secret_password_lookup_nonpageable_sync(schema(), deadline.cancellable(), &error, "workspace",
                                                              owner.c_str(), "connection", connection.c_str(), "field",
                                                              field.c_str(), nullptr);
        if (error)
            return failed("be read", error);
        if (!value)
            return std::optional<Secret>();
        std::optional<Secret> secret{Secret(value)};
        secret_password_free(value);
        return secret;
    }
    Status write(const std::string& owner, const std::string& connection, const std::string& field,
                 const Secret& secret) override
    {
        const Deadline deadline(kPatience);
        GError* error = nullptr;
        const std::string label = "Altimeter: " + connection + ", " + field;
        if (!secret_password_store_sync(schema(), SECRET_COLLECTION_DEFAULT, label.c_str(), secret.reveal().c_str(),
                                        deadline.cancellable(), &error, "workspace", owner.c_str(), "connection",
                                        connection.c_str(), "field", field.c_str(), nullptr))
            return failed("keep the secret", error);
        return {};
    }
    Status remove(const std::string& owner, const std::string& connection, const std::string& field) override
    {
        const Deadline deadline(kPatience);
        GError* error = nullptr;
        secret_password_clear_sync(schema(), deadline.cancellable(), &error, "workspace", owner.c_str(), "connection",
                                   connection.c_str(), "field", field.c_str(), nullptr);
        return error ? Status(failed("forget the secret", error)) : Status();
    }
    bool isPersistent() const override { return true; }
    std::string description() const override { return "Secrets are kept in the desktop's secret service."; }

private:
    /// A locked keyring asks its owner for the password meanwhile.
    static constexpr std::chrono::seconds kPatience{60};

    static const SecretSchema* schema()
    {
        static const SecretSchema one = [] {
            SecretSchema made{};
            made.name = "io.github.altimeter.Connection";
            made.attributes[0] = {"workspace", SECRET_SCHEMA_ATTRIBUTE_STRING};
            made.attributes[1] = {"connection", SECRET_SCHEMA_ATTRIBUTE_STRING};
            made.attributes[2] = {"field", SECRET_SCHEMA_ATTRIBUTE_STRING};
            return made;
        }();
        return &one;
    }
};

class MemoryStore final : public SecretStore {
public:
    explicit MemoryStore(std::string why) : m_why(std::move(why)) {}

    Result<std::optional<Secret>> read(const std::string& owner, const std::string& connection,
                                       const std::string& field) override
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_secrets.find({owner, connection, field});
        return found == m_secrets.end() ? std::optional<Secret>() : std::optional<Secret>(found->second);
    }
    Status write(const std::string& owner, const std::string& connection, const std::string& field,
                 const Secret& secret) override
    {
        const std::lock_guard lock(m_mutex);
        m_secrets[{owner, connection, field}] = secret;
        return {};
    }
    Status remove(const std::string& owner, const std::string& connection, const std::string& field) override
    {
        const std::lock_guard lock(m_mutex);
        m_secrets.erase({owner, connection, field});
        return {};
    }
    bool isPersistent() const override { return false; }
    std::string description() const override { return "Secrets are kept until the program ends: " + m_why; }

private:
    const std::string m_why;
    std::mutex m_mutex;
    std::map<std::tuple<std::string, std::string, std::string>, Secret> m_secrets; ///< guarded by m_mutex
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

Result<providers::Secrets> secretsOf(const ConnectorInfo& info, const ConnectionSettings& settings,
                                     const std::string& owner, SecretStore& store)
{
    providers::Secrets secrets;
    for (const ConnectorField& field : info.fields) {
        if (field.kind != ConnectorField::Kind::Secret)
            continue;
        const auto reference = settings.values.find("secret:" + field.key);
        const bool isReference = reference != settings.values.end() && reference->second.starts_with("env:");
        const std::string variable =
            isReference ? reference->second.substr(4) : environmentName(settings.name, field.key);
        if (const char* value = std::getenv(variable.c_str()); value && *value) {
            secrets[field.key] = Secret(value);
            continue;
        }
        auto stored = store.read(owner, settings.name, field.key);
        if (!stored)
            return stored.error();
        if (*stored)
            secrets[field.key] = std::move(**stored);
        else if (field.isRequired)
            return Error{ErrorCode::NotFound, "no " + field.label + " is known", settings.name,
                         "Enter it by Edit, or set the environment variable " + variable + ". " +
                             (store.isPersistent() ? "" : store.description())};
    }
    return secrets;
}

} // namespace altimeter::session
