#pragma once

#include "models/domain/result.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::session {

class Connections;
class WorkspaceFile;

/// A workspace opened to be written to: imports, connections, syncs. It holds no charges in memory, before a delivery
/// or after it, and so there is nothing to ask of it.
class Importer {
public:
    /// Errors as of Engine::open(); what only somebody who looks at the charges would notice is not looked for.
    static Result<std::unique_ptr<Importer>> open(const std::filesystem::path& file, const std::stop_token& stop = {});
    /// The one that is there, or a new one; also when another program makes it at the same moment.
    static Result<std::unique_ptr<Importer>> openOrCreate(const std::filesystem::path& file,
                                                          const std::stop_token& stop = {});
    ~Importer();

    WorkspaceFile& file() { return *m_file; }
    Connections& connections() { return *m_connections; }
    /// Sentences about what is stored and cannot be believed; charge lines and attributes are not looked at.
    const std::vector<std::string>& damage() const { return m_damage; }

private:
    explicit Importer(std::shared_ptr<WorkspaceFile> file, std::vector<std::string> damage);
    std::shared_ptr<WorkspaceFile> m_file;
    std::unique_ptr<Connections> m_connections;
    std::vector<std::string> m_damage;
};

} // namespace altimeter::session
