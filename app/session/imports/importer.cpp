#include "app/session/imports/importer.h"

#include "app/session/sync/connections.h"
#include "app/session/workspace/newworkspace.h"
#include "app/session/workspace/workspacefile.h"
#include "models/store/sql/soundness.h"

namespace altimeter::session {

Importer::Importer(std::shared_ptr<WorkspaceFile> file, std::vector<std::string> damage)
    : m_file(std::move(file)), m_connections(std::make_unique<Connections>(m_file)), m_damage(std::move(damage))
{
}

Importer::~Importer() = default;

Result<std::unique_ptr<Importer>> Importer::open(const std::filesystem::path& file, const std::stop_token& stop)
{
    const FileBefore before(file);
    auto opened = WorkspaceFile::open(file, before, stop);
    if (!opened)
        return opened.error();
    auto writing = (*opened)->write();
    const store::sql::StopsWith stoppable(writing.db(), stop);
    auto damage = store::damageOf(writing.db());
    if (!damage)
        return before.notOpened(damage.error());
    return std::unique_ptr<Importer>(new Importer(opened.take(), damage.take()));
}

Result<std::unique_ptr<Importer>> Importer::openOrCreate(const std::filesystem::path& file, const std::stop_token& stop)
{
    if (auto there = makeUnlessThere(file); !there)
        return there.error();
    return open(file, stop);
}

} // namespace altimeter::session
