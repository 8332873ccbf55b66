#include "app/session/workspace/engine.h"

#include "app/session/sync/connections.h"
#include "app/session/workspace/newworkspace.h"
#include "app/session/workspace/storedrevision.h"
#include "models/facts/factset.h"
#include "models/store/file/workspace.h"

namespace altimeter::session {

Engine::Engine(std::shared_ptr<WorkspaceFile> file, SnapshotPtr snapshot)
    : m_file(std::move(file)), m_connections(std::make_unique<Connections>(m_file)), m_snapshot(std::move(snapshot))
{
    m_file->onCommitted([this](WorkspaceFile::Writing& writing, WorkspaceFile::Change change) {
        if (change == WorkspaceFile::Change::Figures)
            return reload(writing);
        this->snapshot()->stored->renew();
        return Status();
    });
}

Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::create(const std::filesystem::path& file)
{
    if (auto made = makeWorkspace(file); !made)
        return made.error();
    return open(file);
}

Result<std::unique_ptr<Engine>> Engine::open(const std::filesystem::path& file, const std::stop_token& stop)
{
    const FileBefore before(file);
    auto opened = WorkspaceFile::open(file, before, stop);
    if (!opened)
        return opened.error();
    auto snapshot = loadSnapshot(*opened, nullptr, stop);
    if (!snapshot)
        return before.notOpened(snapshot.error());
    return std::unique_ptr<Engine>(new Engine(opened.take(), snapshot.take()));
}

Result<std::unique_ptr<Engine>> Engine::openOrCreate(const std::filesystem::path& file, const std::stop_token& stop)
{
    if (auto there = makeUnlessThere(file); !there)
        return there.error();
    return open(file, stop);
}

Result<std::unique_ptr<Engine>> Engine::createDemo(const std::filesystem::path& file, const ProgressSink& progress,
                                                   std::stop_token stop)
{
    if (auto made = makeDemo(file, progress, stop); !made)
        return made.error();
    return open(file, stop);
}

SnapshotPtr Engine::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    return m_snapshot;
}

/// Reads what is stored and publishes it.
Status Engine::reload(WorkspaceFile::Writing& writing)
{
    auto before = snapshot();
    const auto next = loadSnapshot(m_file, before.get(), {});
    if (!next)
        return next.error();
    {
        const std::lock_guard lock(m_mutex);
        m_snapshot = *next;
    }
    before.reset(); // what it holds of the journal goes with the last question that is asked of it
    store::settle(writing.db(), [&next] { (*next)->stored->renew(); });
    return {};
}

Result<bool> Engine::refresh()
{
    if (!m_file->readOnly().empty())
        return false; // what is read lies still; a change of the file is told when it is read next
    auto writing = m_file->write();
    const auto stored = store::revisionOf(writing.db());
    if (!stored)
        return stored.error();
    if (*stored == snapshot()->revision) {
        snapshot()->stored->renew(); // no figure changed, but a connection may have come or gone
        return false;
    }
    if (auto done = reload(writing); !done)
        return done.error();
    return true;
}

WorkspaceInfo Engine::info() const
{
    const auto current = snapshot();
    WorkspaceInfo info;
    info.path = current->path;
    info.name = current->name;
    info.isDemo = current->isDemo;
    info.revision = current->revision;
    info.rows = current->facts->rows();
    info.dataFrom = current->days.first;
    info.dataThrough = current->days.last;
    info.currencies = current->currencies;
    info.rulesVersion = current->rulesDocument.version;
    info.damage = current->damage;
    info.mended = m_file->mended();
    info.readOnly = m_file->readOnly();
    info.notes = m_file->notes();
    return info;
}

} // namespace altimeter::session
