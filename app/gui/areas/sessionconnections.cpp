#include "app/gui/areas/sessionconnections.h"

#include "app/session/sync/connectiondrafts.h"
#include "app/session/sync/connections.h"

#include <utility>

namespace altimeter::gui {

namespace {

session::PlainHttp plainHttp(bool isAllowed)
{
    return isAllowed ? session::PlainHttp::Allow : session::PlainHttp::Refuse;
}

} // namespace

std::vector<ConnectorInfo> SessionConnections::kinds() const
{
    return session::connectorInfos();
}

ui::SecretStoreInfo SessionConnections::secretStore() const
{
    if (!m_secrets)
        return {true, {}}; // not known yet
    return {m_secrets->isPersistent(), m_secrets->description()};
}

void SessionConnections::giveSecretStore()
{
    if (m_secrets) {
        m_desk.engine()->connections().setSecretStore(m_secrets);
        return;
    }
    // The desktop may take seconds to answer.
    m_desk.syncs().run(
        "secrets", [opened = m_desk.engine()](const std::stop_token&) { return opened->connections().secretStore(); },
        [this](std::shared_ptr<session::SecretStore> store) {
            m_secrets = std::move(store);
            m_desk.announce();
        });
}

void SessionConnections::list(const std::string& slot, ui::Answer<std::vector<ConnectionInfo>> answer)
{
    m_desk.askEngine<std::vector<ConnectionInfo>>(
        slot, std::move(answer),
        [](const session::Engine& engine, const std::stop_token&) { return engine.connections().list(); });
}

Result<ConnectionReach> SessionConnections::reachOf(const ui::ConnectionDraft& draft) const
{
    return session::reachOfDraft(draft.settings, draft.secrets);
}

void SessionConnections::save(const ui::ConnectionDraft& draft, ui::Answer<bool> answer)
{
    m_desk.change<bool>(
        m_desk.newSlot("connection"), Desk::Affects::ViewsOnly, std::move(answer),
        [draft](session::Engine& engine, const std::stop_token&) {
            return toResult(engine.connections().save(draft.settings, draft.secrets, plainHttp(draft.allowsPlainHttp)));
        });
}

void SessionConnections::confirm(const std::string& name, const ConnectionReach& seen, bool allowsPlainHttp,
                                 ui::Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("connection"), Desk::Affects::ViewsOnly, std::move(answer),
                        [name, seen, allowsPlainHttp](session::Engine& engine, const std::stop_token&) {
                            return toResult(engine.connections().confirm(name, seen, plainHttp(allowsPlainHttp)));
                        });
}

void SessionConnections::remove(const std::string& name, ui::Answer<std::string> answer)
{
    m_syncs.cancel(name);
    m_desk.change<std::string>(
        m_desk.newSlot("connection"), Desk::Affects::ViewsOnly, std::move(answer),
        [name](session::Engine& engine, const std::stop_token&) { return engine.connections().remove(name); });
}

void SessionConnections::test(const std::string& slot, const ui::ConnectionDraft& draft, TestOf which,
                              ui::Answer<std::string> answer)
{
    const auto origin =
        which == TestOf::Form ? session::Connections::Settings::OfAForm : session::Connections::Settings::Stored;
    // Among the syncs, so that a slow server keeps no question waiting.
    m_desk.syncs().run(
        slot,
        [engine = m_desk.engine(), draft, origin](const std::stop_token& stop) -> Result<std::string> {
            if (!engine)
                return Desk::nothingOpen();
            return engine->connections().test(draft.settings, draft.secrets, stop, origin,
                                              plainHttp(draft.allowsPlainHttp));
        },
        std::move(answer));
}

void SessionConnections::previewFeed(const std::string& slot, const std::string& path, const FeedMapping& mapping,
                                     ui::Answer<FeedPreview> answer)
{
    m_desk.questions().run(
        slot, [path, mapping](const std::stop_token& stop) { return session::previewFeed(path, mapping, stop); },
        std::move(answer));
}

} // namespace altimeter::gui
