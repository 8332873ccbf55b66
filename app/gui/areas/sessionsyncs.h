#pragma once

#include "app/gui/areas/usersettings.h"
#include "app/gui/desk.h"
#include "ui/backend/syncs.h"

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::gui {

class SessionSyncs final : public ui::Syncs {
public:
    SessionSyncs(Desk& desk, const UserSettings& settings) : m_desk(desk), m_settings(settings) {}
    ~SessionSyncs() override { cancel({}); }

    void plan(const std::string& slot, const std::vector<std::string>& names,
              ui::Answer<std::vector<SyncPlan>> answer) override;
    void start(const std::vector<std::string>& names, std::function<void(const SyncProgress&)> progress,
               ui::Answer<std::vector<SyncResult>> answer) override;
    void cancel(const std::string& name) override;

    /// Syncs the connections whose schedule asks for it at `now`.
    void startWhatIsDue(Instant now);

private:
    struct Round;
    /// Starts those of `names` (none: all) that do not run and, where `dueAt` is valid, that are due by then.
    void startRound(const std::vector<std::string>& names, Instant dueAt, const std::shared_ptr<Round>& round);
    void startOne(const std::string& name, Instant dueAt, const std::shared_ptr<Round>& round);
    bool mayTryAgain(const std::string& name, Instant now) const;

    Desk& m_desk;
    const UserSettings& m_settings;
    std::map<std::string, std::stop_source> m_running; ///< by connection, while it runs or waits
    std::map<std::string, Instant> m_tried;            ///< by connection: when its schedule started it last
};

} // namespace altimeter::gui
