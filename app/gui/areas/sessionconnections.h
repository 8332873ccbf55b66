#pragma once

#include "app/gui/areas/sessionsyncs.h"
#include "app/gui/desk.h"
#include "app/session/secrets/secretstore.h"
#include "ui/backend/connections.h"

#include <memory>
#include <string>
#include <vector>

namespace altimeter::gui {

class SessionConnections final : public ui::Connections {
public:
    /// `secrets` stand in for the desktop's secret service, which is asked for when it is first needed.
    SessionConnections(Desk& desk, SessionSyncs& syncs, std::shared_ptr<session::SecretStore> secrets)
        : m_desk(desk), m_syncs(syncs), m_secrets(std::move(secrets))
    {
    }

    std::vector<ConnectorInfo> kinds() const override;
    ui::SecretStoreInfo secretStore() const override;
    void list(const std::string& slot, ui::Answer<std::vector<ConnectionInfo>> answer) override;
    Result<ConnectionReach> reachOf(const ui::ConnectionDraft& draft) const override;
    void save(const ui::ConnectionDraft& draft, ui::Answer<bool> answer) override;
    void confirm(const std::string& name, const ConnectionReach& seen, bool allowsPlainHttp,
                 ui::Answer<bool> answer) override;
    void remove(const std::string& name, ui::Answer<std::string> answer) override;
    void test(const std::string& slot, const ui::ConnectionDraft& draft, TestOf which,
              ui::Answer<std::string> answer) override;
    void previewFeed(const std::string& slot, const std::string& path, const FeedMapping& mapping,
                     ui::Answer<FeedPreview> answer) override;

    /// Lets the engine on the desk use the secret store, which all workspaces of this run share.
    void giveSecretStore();

private:
    Desk& m_desk;
    SessionSyncs& m_syncs;
    std::shared_ptr<session::SecretStore> m_secrets; ///< null: not known yet
};

} // namespace altimeter::gui
