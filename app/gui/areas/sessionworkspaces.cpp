#include "app/gui/areas/sessionworkspaces.h"

#include "app/session/sync/connections.h"
#include "app/session/sync/reach.h"

#include <QStandardPaths>

#include <system_error>
#include <utility>

namespace altimeter::gui {

namespace {

/// A workspace in the user's data folder, where the command line program looks as well.
std::filesystem::path dataFile(const char* name)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    return std::filesystem::path(folder.toStdString()) / "altimeter" / name;
}

} // namespace

std::filesystem::path demoFile()
{
    return dataFile("demo.altimeter");
}

SessionWorkspaces::SessionWorkspaces(Desk& desk, UserSettings& settings, SessionConnections& connections,
                                     SessionSyncs& syncs)
    : m_desk(desk), m_settings(settings), m_connections(connections), m_syncs(syncs), m_marker(settings.folder())
{
    m_settings.onChange([this](const std::string& key) {
        if (key == session::kProxy || key == session::kCaFile)
            giveNetwork();
    });
}

WorkspaceInfo SessionWorkspaces::info() const
{
    return m_desk.engine() ? m_desk.engine()->info() : WorkspaceInfo();
}

std::vector<ui::RecentWorkspace> SessionWorkspaces::recent() const
{
    std::vector<ui::RecentWorkspace> recent;
    for (const QString& path : m_settings.recent()) {
        const std::filesystem::path file = path.toStdString();
        std::error_code ignored;
        if (std::filesystem::exists(file, ignored))
            recent.push_back({file.string(), file.stem().string()});
    }
    return recent;
}

template <typename Open>
void SessionWorkspaces::opening(const std::filesystem::path& file, Open open, ui::Answer<WorkspaceInfo> answer)
{
    m_marker.begin(file.string());
    m_desk.writes().run(
        "open",
        [open = std::move(open)](const std::stop_token& stop) -> Result<Desk::EnginePtr> {
            auto engine = open(stop);
            if (!engine)
                return engine.error();
            return Desk::EnginePtr(engine.take());
        },
        [this, answer = std::move(answer)](Result<Desk::EnginePtr> engine) {
            if (!engine) {
                m_marker.end();
                answer(engine.error());
                return;
            }
            adopt(engine.take());
            answer(info());
            m_desk.announce();
        });
}

void SessionWorkspaces::adopt(Desk::EnginePtr engine)
{
    m_syncs.cancel({});
    m_desk.setEngine(std::move(engine));
    m_connections.giveSecretStore();
    giveNetwork();
    m_settings.remember(QString::fromStdString(m_desk.engine()->info().path));
}

void SessionWorkspaces::giveNetwork()
{
    if (m_desk.engine())
        m_desk.engine()->connections().setNetwork(
            {m_settings.value(session::kProxy), m_settings.value(session::kCaFile)});
}

void SessionWorkspaces::open(const std::string& path, bool create, ui::Answer<WorkspaceInfo> answer)
{
    if (!path.empty()) {
        opening(
            path,
            [path, create](const std::stop_token& stop) {
                return create ? session::Engine::create(path) : session::Engine::open(path, stop);
            },
            std::move(answer));
        return;
    }
    const std::filesystem::path file = own();
    opening(
        file, [file](const std::stop_token& stop) { return session::Engine::openOrCreate(file, stop); },
        std::move(answer));
}

std::string SessionWorkspaces::own() const
{
    return dataFile("default.altimeter").string();
}

void SessionWorkspaces::openDemo(ui::Answer<WorkspaceInfo> answer)
{
    const std::filesystem::path file = demoFile();
    opening(
        file,
        [file](const std::stop_token& stop) {
            std::error_code ignored;
            if (std::filesystem::exists(file, ignored)) {
                auto engine = session::Engine::open(file, stop);
                if (engine || engine.error().code != ErrorCode::Unsupported)
                    return engine;
                std::filesystem::rename(file, file.string() + ".old", ignored); // of another version: made anew
            }
            return session::Engine::createDemo(file, {}, stop);
        },
        std::move(answer));
}

void SessionWorkspaces::close()
{
    m_marker.end();
    m_syncs.cancel({});
    m_desk.setEngine({});
    m_desk.announce();
}

} // namespace altimeter::gui
