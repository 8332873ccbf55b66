// Connections of a workspace: their settings, their secrets, and whether their user confirmed them.

#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connectiondrafts.h"
#include "app/session/sync/connections.h"
#include "app/session/sync/connectionuse.h"
#include "app/session/sync/reach.h"
#include "app/session/sync/requestprice.h"
#include "app/session/sync/syncplan.h"
#include "app/session/workspace/presenttime.h"
#include "app/session/workspace/workspacefile.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/findingsnow.h"
#include "models/store/ledger/acknowledgements.h"
#include "models/store/ledger/ledger.h"
#include "models/store/settings/connections.h"

#include <algorithm>
#include <random>

namespace altimeter::session {

namespace {

using providers::ConnectorKind;

/// Says what a connection reaches out to, and whether that was confirmed here.
void describeTrust(ConnectionInfo& info, const std::string& workspace, const Result<std::vector<Approval>>& approved)
{
    const auto kind = kindOf(info.settings);
    auto reach = kind ? session::reachOf(info.settings, **kind) : Result<ConnectionReach>(kind.error());
    if (!reach) {
        info.unconfirmed = "it cannot be used: " + reach.error().text();
    } else {
        info.reach = reach.take();
        info.unconfirmed = unconfirmed(info.settings, info.reach, workspace, approved);
    }
    if (!info.unconfirmed.empty())
        info.state = ConnectionInfo::State::Unconfirmed;
}

Status checkSecretNames(const std::map<std::string, std::string>& secrets, const ConnectorInfo& info)
{
    const auto fields = secretFields(info);
    for (const auto& [name, value] : secrets) {
        if (std::none_of(fields.begin(), fields.end(), [&n = name](const auto& field) { return field.key == n; }))
            return Error{ErrorCode::Invalid, "the kind " + info.kind + " has no secret \"" + name + '"', name};
    }
    return {};
}

Status checkPlain(const ConnectionReach& reach, const std::string& name, PlainHttp plainHttp)
{
    if (reach.plain.empty() || plainHttp == PlainHttp::Allow)
        return {};
    return Error{ErrorCode::Denied,
                 "what is sent to " + enumerated(reach.plain) +
                     " can be read on the way, the key as well: it is not encrypted and leaves this computer",
                 name, "Use an https:// address, or agree to it (in the window by its box, else by --plain-http)."};
}

} // namespace

Connections::Connections(std::shared_ptr<WorkspaceFile> file) : m_file(std::move(file)) {}

Connections::~Connections() = default;

void Connections::setNetwork(const NetworkSettings& network)
{
    const std::lock_guard lock(m_mutex);
    m_network = network;
}

void Connections::setSecretStore(std::shared_ptr<SecretStore> store)
{
    const std::lock_guard lock(m_mutex);
    m_secretStore = std::move(store);
}

std::shared_ptr<SecretStore> Connections::secretStore() const
{
    const std::lock_guard lock(m_mutex);
    if (!m_secretStore)
        m_secretStore = openSecretStore();
    return m_secretStore;
}

Result<std::string> Connections::owner() const
{
    auto writing = m_file->write();
    auto known = store::metaValue(writing.db(), "workspace_id");
    if (!known || !known->empty())
        return known;
    std::random_device random;
    std::string id;
    for (int i = 0; i < 4; ++i)
        id += std::to_string(random());
    if (auto done = store::setMetaValue(writing.db(), "workspace_id", id); !done)
        return done.error();
    return id;
}

Result<std::vector<ConnectionInfo>> Connections::list() const
{
    auto reader = m_file->reader();
    if (!reader)
        return reader.error();
    const auto stored = store::readConnections(*reader);
    const auto known = store::readSources(*reader);
    const auto measured = store::countMeasures(*reader);
    if (!stored || !known || !measured)
        return !stored ? stored.error() : !known ? known.error() : measured.error();
    const auto owner = store::metaValue(*reader, "workspace_id");
    if (!owner)
        return owner.error();
    const auto approved = approvals::read();
    const auto acknowledged = store::readAcknowledgements(*reader);
    if (!acknowledged)
        return acknowledged.error();
    std::vector<ConnectionInfo> infos;
    for (const store::StoredConnection& one : *stored) {
        ConnectionInfo info;
        info.settings = one.settings;
        info.lastSync = one.lastSync;
        info.lastSuccess = one.lastSuccess;
        info.requests = one.requests;
        info.spent = one.spent;
        info.problem = one.problem;
        info.todo = one.todo;
        info.state = !one.problem.empty()        ? ConnectionInfo::State::Failed
                     : one.lastSuccess.isValid() ? ConnectionInfo::State::Ok
                                                 : ConnectionInfo::State::New;
        describeTrust(info, *owner, approved);
        if (one.settings.everyHours > 0 && info.unconfirmed.empty())
            info.nextSync = nextSyncOf(one);
        for (const SourceInfo& source : *known) {
            if (source.name != one.settings.name)
                continue;
            info.rows = source.rows;
            info.dataFrom = source.dataFrom;
            info.dataThrough = source.dataThrough;
        }
        if (info.rows > 0 || one.lastSync.isValid()) {
            const auto found = store::readFindings(*reader, one.settings.name);
            if (!found)
                return found.error();
            const auto present = store::FindingsNow::of(*reader, *found);
            if (!present)
                return present.error();
            constexpr std::size_t kShown = 5;
            for (const Finding& finding : *found) {
                const auto now = present->now(finding);
                const bool isOpen = now && !acknowledgementOf(*acknowledged, keyOfKept(finding), now->rows);
                if (isOpen && now->severity > Severity::Note && ++info.findings <= kShown)
                    info.foundFirst.push_back(now->message);
            }
        }
        if (const auto count = measured->find(one.settings.name); count != measured->end())
            info.measures = count->second;
        const auto covered = store::readCoverage(*reader, one.settings.name);
        if (!covered)
            return covered.error();
        for (const store::CoveredDay& day : *covered) {
            if (!day.isFinal)
                break;
            info.finalThrough = day.day;
        }
        {
            const std::lock_guard lock(m_mutex);
            if (m_syncing.contains(one.settings.name))
                info.state = ConnectionInfo::State::Running;
        }
        infos.push_back(std::move(info));
    }
    return infos;
}

Status Connections::save(const ConnectionSettings& settings, const std::map<std::string, std::string>& secrets,
                         PlainHttp plainHttp)
{
    const auto kind = kindOf(settings);
    if (!kind)
        return kind.error();
    const ConnectionSettings kept = withReferences(settings, secrets);
    if (auto checked = checkSettings(kept, **kind); !checked)
        return checked;
    if (auto checked = checkSecretNames(secrets, (*kind)->info); !checked)
        return checked;
    const auto reach = session::reachOf(kept, **kind);
    if (!reach)
        return reach.error();
    if (auto agreed = checkPlain(*reach, kept.name, plainHttp); !agreed)
        return agreed;
    const auto owner = this->owner();
    if (!owner)
        return owner.error();
    for (const auto& [field, value] : secrets) {
        if (value.empty() || value.starts_with(kReference))
            continue;
        if (auto done = secretStore()->write(placeOf(*owner, kept, field, *reach), providers::Secret(value)); !done)
            return done;
    }
    {
        auto writing = m_file->write();
        const auto known = store::readSources(writing.db());
        if (!known)
            return known.error();
        for (const SourceInfo& source : *known) {
            if (source.name == kept.name && source.kind != kept.kind)
                return Error{ErrorCode::Invalid,
                             "the workspace holds a source \"" + kept.name + "\" of another kind (" + source.kind + ')',
                             "name", "Choose another name."};
        }
        if (auto done = store::writeConnection(writing.db(), kept, presentTime()); !done)
            return done;
        if (auto done = m_file->committed(writing, WorkspaceFile::Change::Records); !done)
            return done;
    }
    return approve(kept, **kind, *owner, *reach, secrets);
}

Status Connections::confirm(const std::string& name, const ConnectionReach& seen, PlainHttp plainHttp)
{
    auto reader = m_file->reader();
    if (!reader)
        return reader.error();
    const auto found = store::readConnection(*reader, name);
    if (!found)
        return found.error();
    const auto kind = kindOf(found->settings);
    if (!kind)
        return kind.error();
    const auto reach = session::reachOf(found->settings, **kind);
    if (!reach)
        return reach.error();
    if (*reach != seen)
        return Error{ErrorCode::Busy, "the connection has just been changed, so what was confirmed no longer holds",
                     name, "Look at it again."};
    if (auto agreed = checkPlain(*reach, name, plainHttp); !agreed)
        return agreed;
    const auto owner = this->owner();
    return owner ? approve(found->settings, **kind, *owner, *reach, {}) : Status(owner.error());
}

Status Connections::approve(const ConnectionSettings& settings, const ConnectorKind& kind, const std::string& owner,
                            const ConnectionReach& reach, const std::map<std::string, std::string>& entered)
{
    Approval approval{owner, settings.name, settings.kind, reach, !reach.plain.empty(), presentTime()};
    if (auto kept = approvals::keep(approval); !kept) {
        Error error = kept.error();
        error.what = "the connection could not be confirmed for this computer and is not used: " + error.what;
        return error;
    }
    for (const ConnectorField& field : kind.info.fields) {
        if (field.kind != ConnectorField::Kind::Secret || entered.contains(field.key) ||
            settings.values.contains(kSecretPrefix + field.key))
            continue;
        if (auto done = secretStore()->adopt(placeOf(owner, settings, field.key, reach)); !done)
            return Error{
                done.error().code,
                "the connection is confirmed, but what an older version kept for it could not be taken over: " +
                    done.error().what,
                settings.name, done.error().todo};
    }
    return {};
}

Result<std::string> Connections::remove(const std::string& name)
{
    const auto owner = this->owner();
    if (!owner)
        return owner.error();
    {
        auto writing = m_file->write();
        if (auto done = store::deleteConnection(writing.db(), name); !done)
            return done.error();
        (void)m_file->committed(writing, WorkspaceFile::Change::Records);
    }
    // The connection is gone; what cannot be cleared away beside it must not bring it back.
    std::string left;
    if (auto done = secretStore()->remove(*owner, name); !done)
        left = "Its secret could not be removed: " + done.error().text() +
               ". Remove what is called \"Altimeter: " + name + "\" by the desktop's own keyring program.";
    if (auto done = approvals::forget(*owner, name); !done)
        left += (left.empty() ? "" : " ") + std::string("Its confirmation could not be removed: ") +
                done.error().text() + '.';
    return left;
}

namespace {

/// Adds what a test was asked for to what the connection has cost so far. One that is not stored has no such account.
Status countSpent(WorkspaceFile& file, const ConnectionSettings& tried, const DecimalSum& spent)
{
    if (spent.isZero())
        return {};
    auto writing = file.write();
    auto stored = store::readConnection(writing.db(), tried.name);
    if (!stored)
        return stored.error().code == ErrorCode::NotFound ? Status() : Status(stored.error());
    if (stored->settings.kind != tried.kind)
        return {};
    store::StoredConnection outcome = stored.take();
    outcome.spent.add(spent);
    if (auto done = store::writeOutcome(writing.db(), outcome); !done)
        return done;
    return file.committed(writing, WorkspaceFile::Change::Records);
}

} // namespace

Result<std::string> Connections::test(const ConnectionSettings& settings,
                                      const std::map<std::string, std::string>& secrets, std::stop_token stop,
                                      Settings origin, PlainHttp plainHttp) const
{
    const auto kind = kindOf(settings);
    if (!kind)
        return kind.error();
    const ConnectionSettings tried = withReferences(settings, secrets);
    if (auto checked = checkSettings(tried, **kind); !checked)
        return checked.error();
    const auto owner = this->owner();
    if (!owner)
        return owner.error();
    Permit permit;
    if (origin == Settings::Stored) {
        auto confirmed = permitOf(tried, **kind, *owner, approvals::read());
        if (!confirmed)
            return confirmed.error();
        permit = confirmed.take();
    } else {
        auto reach = session::reachOf(tried, **kind);
        if (!reach)
            return reach.error();
        if (auto agreed = checkPlain(*reach, tried.name, plainHttp); !agreed)
            return agreed.error();
        permit = {reach.take()};
    }
    // What the form holds goes before what is stored.
    const auto given = memorySecretStore({});
    for (const ConnectorField& field : secretFields((*kind)->info)) {
        const SecretPlace place = placeOf(*owner, tried, field.key, permit.reach);
        const auto found = secrets.find(field.key);
        if (tried.values.contains(kSecretPrefix + field.key))
            continue;
        if (found != secrets.end() && !found->second.empty())
            (void)given->write(place, providers::Secret(found->second));
        else if (auto stored = secretStore()->read(place); stored && *stored)
            (void)given->write(place, **stored);
    }
    const auto credentials = secretsOf((*kind)->info, tried, *owner, permit.reach, *given);
    if (!credentials)
        return credentials.error();
    NetworkSettings network;
    {
        const std::lock_guard lock(m_mutex);
        network = m_network;
    }
    const auto options = networkOf(network, tried, **kind, *credentials, permit);
    if (!options)
        return options.error();
    providers::CurlTransport transport(*options);
    // A test must not keep a person waiting for a pause.
    providers::HttpClient http(transport, [](std::chrono::milliseconds time, const std::stop_token& token) {
        return providers::pauseFor(std::min(time, std::chrono::milliseconds(1000)), token);
    });
    auto found = (*kind)->make({tried, *credentials, http, presentTime()})->test(stop);
    const auto counted = countSpent(*m_file, tried, priceOf((*kind)->info, http.priced()));
    if (found)
        return hidden(found.take(), *credentials) +
               (counted ? "" : " What it cost could not be counted: " + counted.error().text() + '.');
    Error error = found.error();
    error.what = hidden(error.what, *credentials);
    return error;
}

} // namespace altimeter::session
