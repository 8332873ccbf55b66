#include "app/gui/sessionbackend.h"

#include "app/gui/engineanswers.h"
#include "app/session/files/atomicfile.h"
#include "app/session/workspace/upkeep.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <thread>

namespace altimeter::gui {

namespace {

constexpr int kRecentWorkspaces = 8;

ui::Backend::WorkspaceInfo toInfo(const session::Engine& engine)
{
    const session::Engine::Info info = engine.info();
    ui::Backend::WorkspaceInfo result;
    result.path = info.path;
    result.name = info.isDemo ? "Demonstration company" : std::filesystem::path(info.path).stem().string();
    result.isDemo = info.isDemo;
    result.revision = info.revision;
    result.rows = info.rows;
    result.dataFrom = info.dataFrom;
    result.dataThrough = info.dataThrough;
    result.currencies = info.currencies;
    result.rulesVersion = info.rulesVersion;
    result.damage = info.damage;
    result.mended = info.mended;
    result.readOnly = info.readOnly;
    result.notes = info.notes;
    return result;
}

/// A workspace in the user's data folder, where the command line program looks as well.
std::filesystem::path dataFile(const char* name)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    return std::filesystem::path(folder.toStdString()) / "altimeter" / name;
}

session::Engine::PlainHttp plainHttp(bool isAllowed)
{
    return isAllowed ? session::Engine::PlainHttp::Allow : session::Engine::PlainHttp::Refuse;
}

} // namespace

SessionBackend::SessionBackend(const QString& settingsFile, std::shared_ptr<session::SecretStore> secrets)
    : m_settings(settingsFile.isEmpty()
                     ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, "altimeter", "altimeter")
                     : std::make_unique<QSettings>(settingsFile, QSettings::IniFormat)),
      m_marker(QFileInfo(m_settings->fileName()).absolutePath().toStdString()), m_secrets(std::move(secrets)),
      m_desk([this] {
          if (onWorkspaceChanged)
              onWorkspaceChanged(workspace());
      }),
      m_schedule(new QTimer(m_desk.owner()))
{
    m_schedule->setInterval(60'000);
    QObject::connect(m_schedule, &QTimer::timeout, m_desk.owner(), [this] {
        refresh();
        syncWhatIsDue({QDateTime::currentSecsSinceEpoch()});
    });
    m_schedule->start();
}

SessionBackend::~SessionBackend()
{
    cancelSync({});
}

template <typename Open>
void SessionBackend::opening(const std::filesystem::path& file, Open open, Answer<WorkspaceInfo> answer)
{
    m_marker.begin(file.string());
    m_desk.writes().run(
        "open",
        [open = std::move(open)](const std::stop_token& stop) -> Result<EnginePtr> {
            auto engine = open(stop);
            if (!engine)
                return engine.error();
            return EnginePtr(engine.take());
        },
        [this, answer = std::move(answer)](Result<EnginePtr> engine) {
            if (!engine) {
                m_marker.end();
                answer(engine.error());
                return;
            }
            adopt(engine.take());
            answer(workspace());
            m_desk.announce();
        });
}

void SessionBackend::adopt(EnginePtr engine)
{
    cancelSync({});
    m_desk.setEngine(std::move(engine));
    if (m_secrets) {
        m_desk.engine()->setSecretStore(m_secrets);
    } else { // the desktop may take seconds to answer
        m_desk.syncs().run(
            "secrets", [opened = m_desk.engine()](const std::stop_token&) { return opened->secretStore(); },
            [this](std::shared_ptr<session::SecretStore> store) {
                m_secrets = std::move(store);
                m_desk.announce();
            });
    }
    m_desk.engine()->setNetwork({setting("proxy"), setting("ca_file")});
    remember(m_desk.engine()->info().path);
}

void SessionBackend::remember(const std::string& path)
{
    QStringList recent = m_settings->value("recent").toStringList();
    const QString entry = QString::fromStdString(path);
    recent.removeAll(entry);
    recent.prepend(entry);
    m_settings->setValue("recent", QStringList(recent.mid(0, kRecentWorkspaces)));
}

ui::Backend::WorkspaceInfo SessionBackend::workspace() const
{
    return m_desk.engine() ? toInfo(*m_desk.engine()) : WorkspaceInfo();
}

std::vector<ui::Backend::RecentWorkspace> SessionBackend::recentWorkspaces() const
{
    std::vector<RecentWorkspace> recent;
    for (const QString& path : m_settings->value("recent").toStringList()) {
        const std::filesystem::path file = path.toStdString();
        std::error_code ignored;
        if (std::filesystem::exists(file, ignored))
            recent.push_back({file.string(), file.stem().string()});
    }
    return recent;
}

void SessionBackend::openWorkspace(const std::string& path, bool create, Answer<WorkspaceInfo> answer)
{
    if (!path.empty()) {
        opening(
            path,
            [path, create](const std::stop_token&) {
                return create ? session::Engine::create(path) : session::Engine::open(path);
            },
            std::move(answer));
        return;
    }
    const std::filesystem::path file = ownWorkspace();
    opening(
        file, [file](const std::stop_token&) { return session::Engine::openOrCreate(file); }, std::move(answer));
}

std::string SessionBackend::ownWorkspace() const
{
    return dataFile("default.altimeter").string();
}

void SessionBackend::openDemo(Answer<WorkspaceInfo> answer)
{
    const std::filesystem::path file = dataFile("demo.altimeter");
    opening(
        file,
        [file](const std::stop_token& stop) {
            std::error_code ignored;
            if (std::filesystem::exists(file, ignored)) {
                auto engine = session::Engine::open(file);
                if (engine || engine.error().code != ErrorCode::Unsupported)
                    return engine;
                std::filesystem::rename(file, file.string() + ".old", ignored); // of another version: made anew
            }
            return session::Engine::createDemo(file, {}, stop);
        },
        std::move(answer));
}

void SessionBackend::closeWorkspace()
{
    m_marker.end();
    cancelSync({});
    m_desk.setEngine({});
    m_desk.announce();
}

void SessionBackend::importPaths(const std::vector<std::string>& paths, const std::string& source,
                                 std::function<void(const Progress&)> progress, Answer<ImportReport> answer)
{
    std::vector<std::filesystem::path> files(paths.begin(), paths.end());
    auto post = [relayed = m_desk.relay(std::move(progress))](const session::Engine::Progress& at) {
        relayed(
            {at.phase, at.rows, at.bytes, at.totalBytes, at.secondsLeft ? static_cast<double>(*at.secondsLeft) : -1});
    };
    m_desk.change<ImportReport>("import", Desk::Affects::Figures, std::move(answer),
                                [files = std::move(files), source,
                                 post = std::move(post)](session::Engine& engine, const std::stop_token& stop) {
                                    session::Engine::ImportOptions options;
                                    options.source = source;
                                    return engine.importPaths(files, options, post, stop);
                                });
}

void SessionBackend::cancelImport()
{
    m_desk.writes().stop("import");
}

template <typename T, typename Work>
void SessionBackend::upkeep(std::string phase, std::function<void(const Progress&)> progress, Answer<T> answer,
                            Work work)
{
    auto post = [phase = std::move(phase), relayed = m_desk.relay(std::move(progress))](std::uint64_t done,
                                                                                        std::uint64_t all) {
        relayed(Progress{phase, 0, done, all, {}});
    };
    m_desk.writes().run(
        "upkeep",
        [work = std::move(work), post = std::move(post)](const std::stop_token& stop) { return work(post, stop); },
        std::move(answer));
}

void SessionBackend::backups(const std::string& workspace, Answer<std::vector<Backup>> answer)
{
    m_desk.questions().run(
        "backups",
        [workspace](const std::stop_token&) -> Result<std::vector<Backup>> { return session::backupsOf(workspace); },
        std::move(answer));
}

void SessionBackend::makeBackup(std::function<void(const Progress&)> progress, Answer<Backup> answer)
{
    upkeep<Backup>("Copying", std::move(progress), std::move(answer),
                   [path = workspace().path](const session::UpkeepProgress& post, const std::stop_token& stop) {
                       return session::backUp(path, {}, post, stop);
                   });
}

void SessionBackend::restoreBackup(const std::string& backup, const std::string& workspace,
                                   std::function<void(const Progress&)> progress, Answer<RestoreReport> answer)
{
    if (this->workspace().path == workspace)
        closeWorkspace();
    upkeep<RestoreReport>("Restoring", std::move(progress), std::move(answer),
                          [backup, workspace](const session::UpkeepProgress& post, const std::stop_token& stop) {
                              // A question that was on its way when the workspace was closed holds it a moment longer.
                              constexpr int kTries = 30;
                              constexpr auto kPause = std::chrono::milliseconds(100);
                              auto report = session::restore(backup, workspace, post, stop);
                              for (int tries = 0; tries < kTries && !report && report.error().code == ErrorCode::Busy;
                                   ++tries) {
                                  std::this_thread::sleep_for(kPause);
                                  report = session::restore(backup, workspace, post, stop);
                              }
                              return report;
                          });
}

void SessionBackend::salvage(const std::string& damaged, const std::string& target,
                             std::function<void(const Progress&)> progress, Answer<SalvageReport> answer)
{
    upkeep<SalvageReport>("Salvaging", std::move(progress), std::move(answer),
                          [damaged, target](const session::UpkeepProgress& post, const std::stop_token& stop) {
                              return session::salvage(damaged, target, post, stop);
                          });
}

void SessionBackend::cancelUpkeep()
{
    m_desk.writes().stop("upkeep");
}

void SessionBackend::put(const std::string& slot, Question question, Answer<ui::AnyAnswer> answer)
{
    m_desk.ask<ui::AnyAnswer>(
        slot, std::move(answer),
        [question = std::move(question)](const session::Engine& engine, const std::stop_token& stop) {
            return std::visit(
                [&](const auto& asked) -> Result<ui::AnyAnswer> {
                    auto found = gui::answer(engine, asked, stop);
                    if (!found)
                        return found.error();
                    return ui::AnyAnswer::of(found.take());
                },
                question);
        });
}

void SessionBackend::compute(const std::string& slot, std::function<void(const std::stop_token&)> work,
                             std::function<void()> done)
{
    m_desk.questions().run(
        slot,
        [work = std::move(work)](const std::stop_token& stop) {
            work(stop);
            return true;
        },
        [done = std::move(done)](bool) { done(); });
}

void SessionBackend::checkRules(const std::string& slot, const std::string& json, Answer<RuleSet> answer)
{
    m_desk.ask<RuleSet>(slot, std::move(answer), [json](const session::Engine& engine, const std::stop_token&) {
        return engine.checkRules(json);
    });
}

void SessionBackend::publishRules(const std::string& json, std::uint32_t over, Answer<RulesDocument> answer)
{
    const auto told = [this, answer = std::move(answer)](Result<RulesDocument> result) {
        const bool isConflict = !result && result.error().code == ErrorCode::Conflict;
        answer(std::move(result));
        if (isConflict) // the figures are those of the other's rules now
            m_desk.announce();
    };
    m_desk.change<RulesDocument>(
        "publish", Desk::Affects::Figures, told,
        [json, over](session::Engine& engine, const std::stop_token&) -> Result<RulesDocument> {
            const auto rules = engine.publishRules(json, over);
            if (!rules)
                return rules.error();
            return RulesDocument{rules->json, rules->version, rules->publishedAt};
        });
}

std::vector<SavedView> SessionBackend::savedViews() const
{
    return m_desk.engine() ? m_desk.engine()->savedViews() : std::vector<SavedView>();
}

void SessionBackend::saveView(const SavedView& view, Answer<bool> answer)
{
    m_desk.change<bool>(
        m_desk.newSlot("view"), Desk::Affects::ViewsOnly, std::move(answer),
        [view](session::Engine& engine, const std::stop_token&) { return toResult(engine.saveView(view)); });
}

void SessionBackend::removeView(const std::string& name, Answer<bool> answer)
{
    m_desk.change<bool>(
        m_desk.newSlot("view"), Desk::Affects::ViewsOnly, std::move(answer),
        [name](session::Engine& engine, const std::stop_token&) { return toResult(engine.removeView(name)); });
}

void SessionBackend::writeTextFile(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                                   Answer<std::string> answer)
{
    m_desk.questions().run(
        m_desk.newSlot("write"),
        [path, text = std::move(text)](const std::stop_token& stop) -> Result<std::string> {
            const std::string bytes = text(stop);
            if (stop.stop_requested()) // they may be a part only
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            const Status written = session::writeFileAtomically(path, bytes);
            return written ? Result<std::string>(path) : Result<std::string>(written.error());
        },
        std::move(answer));
}

void SessionBackend::exportCharges(const CostQuery& query, const std::string& path, Answer<std::string> answer)
{
    m_desk.ask<std::string>(m_desk.newSlot("export"), std::move(answer),
                            [query, path](const session::Engine& engine, const std::stop_token& stop) {
                                return engine.exportCharges(query, path, stop);
                            });
}

void SessionBackend::weeklyReport(const std::string& folder, CostLens lens, Answer<std::string> answer)
{
    m_desk.ask<std::string>("report", std::move(answer),
                            [folder, lens](const session::Engine& engine, const std::stop_token& stop) {
                                return engine.weeklyReport(folder, lens, stop);
                            });
}

std::vector<ConnectorInfo> SessionBackend::connectorKinds() const
{
    return session::Engine::connectorInfos();
}

ui::Backend::SecretStoreInfo SessionBackend::secretStore() const
{
    if (!m_secrets)
        return {true, {}}; // not known yet
    return {m_secrets->isPersistent(), m_secrets->description()};
}

void SessionBackend::connections(const std::string& slot, Answer<std::vector<ConnectionInfo>> answer)
{
    m_desk.ask<std::vector<ConnectionInfo>>(
        slot, std::move(answer),
        [](const session::Engine& engine, const std::stop_token&) { return engine.connections(); });
}

Result<ConnectionReach> SessionBackend::reachOf(const ConnectionDraft& draft) const
{
    return session::Engine::reachOf(draft.settings, draft.secrets);
}

void SessionBackend::saveConnection(const ConnectionDraft& draft, Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("connection"), Desk::Affects::ViewsOnly, std::move(answer),
                        [draft](session::Engine& engine, const std::stop_token&) {
                            return toResult(
                                engine.saveConnection(draft.settings, draft.secrets, plainHttp(draft.allowsPlainHttp)));
                        });
}

void SessionBackend::confirmConnection(const std::string& name, const ConnectionReach& seen, bool allowsPlainHttp,
                                       Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("connection"), Desk::Affects::ViewsOnly, std::move(answer),
                        [name, seen, allowsPlainHttp](session::Engine& engine, const std::stop_token&) {
                            return toResult(engine.confirmConnection(name, seen, plainHttp(allowsPlainHttp)));
                        });
}

void SessionBackend::removeConnection(const std::string& name, Answer<std::string> answer)
{
    cancelSync(name);
    m_desk.change<std::string>(
        m_desk.newSlot("connection"), Desk::Affects::ViewsOnly, std::move(answer),
        [name](session::Engine& engine, const std::stop_token&) { return engine.removeConnection(name); });
}

void SessionBackend::testConnection(const std::string& slot, const ConnectionDraft& draft, TestOf which,
                                    Answer<std::string> answer)
{
    const auto origin = which == TestOf::Form ? session::Engine::Settings::OfAForm : session::Engine::Settings::Stored;
    // Among the syncs, so that a slow server keeps no question waiting.
    m_desk.syncs().run(
        slot,
        [engine = m_desk.engine(), draft, origin](const std::stop_token& stop) -> Result<std::string> {
            if (!engine)
                return Desk::nothingOpen();
            return engine->testConnection(draft.settings, draft.secrets, stop, origin,
                                          plainHttp(draft.allowsPlainHttp));
        },
        std::move(answer));
}

void SessionBackend::planSync(const std::string& slot, const std::vector<std::string>& names,
                              Answer<std::vector<SyncPlan>> answer)
{
    m_desk.ask<std::vector<SyncPlan>>(slot, std::move(answer),
                                      [names](const session::Engine& engine, const std::stop_token&) {
                                          return engine.planSync({names, {}, {}});
                                      });
}

/// Connections that were asked for together.
struct SessionBackend::SyncRound {
    std::function<void(const SyncProgress&)> progress;
    Answer<std::vector<SyncResult>> answer;
    std::vector<SyncResult> results;
    std::size_t open = 0; ///< that have not ended yet
};

void SessionBackend::sync(const std::vector<std::string>& names, std::function<void(const SyncProgress&)> progress,
                          Answer<std::vector<SyncResult>> answer)
{
    auto round = std::make_shared<SyncRound>();
    round->progress = std::move(progress);
    round->answer = std::move(answer);
    startSyncs(names, {}, round);
}

void SessionBackend::startSyncs(const std::vector<std::string>& names, Instant dueAt,
                                const std::shared_ptr<SyncRound>& round)
{
    m_desk.ask<std::vector<ConnectionInfo>>(
        m_desk.newSlot("sync.names"),
        [this, names, dueAt, round](Result<std::vector<ConnectionInfo>> known) {
            if (!known) {
                round->answer(known.error());
                return;
            }
            std::vector<std::string> chosen;
            for (const ConnectionInfo& one : *known) {
                const std::string& name = one.settings.name;
                const bool isNamed = names.empty() || std::find(names.begin(), names.end(), name) != names.end();
                const bool isDue = !dueAt.isValid() || (one.nextSync.isValid() && one.nextSync <= dueAt);
                const bool isConfirmed = one.unconfirmed.empty() || !names.empty(); // one that is named says why not
                if (isNamed && isDue && isConfirmed && !m_syncing.contains(name))
                    chosen.push_back(name);
            }
            round->open = chosen.size();
            if (chosen.empty())
                round->answer(round->results);
            for (const std::string& name : chosen)
                startSync(name, round);
        },
        [](const session::Engine& engine, const std::stop_token&) { return engine.connections(); });
}

void SessionBackend::startSync(const std::string& name, const std::shared_ptr<SyncRound>& round)
{
    std::stop_source& source = m_syncing[name] = std::stop_source();
    const auto tell = m_desk.relay(round->progress);
    m_desk.syncs().run(
        "sync/" + name,
        [engine = m_desk.engine(), name, source, tell](const std::stop_token& stop) mutable {
            // The runner's own stop (at the end of the program) and the user's Cancel both end it.
            const std::stop_callback ended(stop, [&source] { source.request_stop(); });
            return engine->syncOne(name, {}, tell, source.get_token());
        },
        [this, name, round](SyncResult result) {
            m_syncing.erase(name);
            if (result.partitionsNew + result.partitionsReplaced + result.partitionsRemoved > 0)
                m_desk.announce();
            round->results.push_back(std::move(result));
            if (--round->open == 0)
                round->answer(round->results);
        });
}

void SessionBackend::cancelSync(const std::string& name)
{
    for (auto& [connection, source] : m_syncing) {
        if (name.empty() || name == connection)
            source.request_stop();
    }
}

void SessionBackend::refresh()
{
    if (!m_desk.engine())
        return;
    m_desk.writes().run(
        "refresh", [engine = m_desk.engine()](const std::stop_token&) { return engine->refresh(); },
        [this](const Result<bool>& changed) {
            if (changed && *changed)
                m_desk.announce();
        });
}

void SessionBackend::syncWhatIsDue(Instant now)
{
    if (!m_desk.engine() || setting("scheduled_sync") == "off")
        return;
    auto round = std::make_shared<SyncRound>();
    round->progress = [this](const SyncProgress& at) {
        if (onSyncProgress)
            onSyncProgress(at);
    };
    round->answer = [](const Result<std::vector<SyncResult>>&) {};
    startSyncs({}, now, round);
}

void SessionBackend::previewFeed(const std::string& slot, const std::string& path, const FeedMapping& mapping,
                                 Answer<FeedPreview> answer)
{
    m_desk.questions().run(
        slot,
        [path, mapping](const std::stop_token& stop) { return session::Engine::previewFeed(path, mapping, stop); },
        std::move(answer));
}

std::string SessionBackend::setting(const std::string& key) const
{
    return m_settings->value("window/" + QString::fromStdString(key)).toString().toStdString();
}

void SessionBackend::setSetting(const std::string& key, const std::string& value)
{
    m_settings->setValue("window/" + QString::fromStdString(key), QString::fromStdString(value));
}

} // namespace altimeter::gui
