#include "models/store/file/salvagedsources.h"

#include "models/store/events/eventdays.h"
#include "models/store/file/readaround.h"

namespace altimeter::store {

bool SalvagedSources::copy(const sql::Connection& from)
{
    Inserter sources(m_to, "source", "id, name, kind");
    bool isAll = eachReadable(from, {"source", "id", "name, kind"}, [&](const sql::Statement& row) {
        // Charges made of events stay when the events are lost, and nothing may make them anew of the few that come
        // later.
        const std::string kind = row.textView(2) == kEventKind ? std::string(kSalvagedEventKind) : row.text(2);
        if (sources.add({row.text(0), row.text(1), kind}))
            m_sources[row.integer(0)] = row.text(1);
    });
    Inserter imports(m_to, "import", "id, source_id, imported_at, rows_read, rows_stored, rows_rejected");
    isAll &= eachReadable(from, {"import", "id", "source_id, imported_at, rows_read, rows_stored, rows_rejected"},
                          [&](const sql::Statement& row) {
                              Row cells = cellsOf(row, 5);
                              cells.insert(cells.begin(), row.text(0));
                              if (needSource(row.integer(1)) && imports.add(cells))
                                  m_imports.insert(row.integer(0));
                          });
    Inserter files(m_to, "import_file", "id, import_id, name, bytes, header, version");
    isAll &= eachReadable(from, {"import_file", "id", "import_id, name, bytes, header, version"},
                          [&](const sql::Statement& row) {
                              Row cells = cellsOf(row, 5);
                              cells.insert(cells.begin(), row.text(0));
                              if (m_imports.contains(row.integer(1)) && files.add(cells))
                                  m_files.insert(row.integer(0));
                          });
    return isAll;
}

Status SalvagedSources::needSource(std::int64_t id)
{
    if (m_sources.contains(id))
        return {};
    const std::string name = "recovered-" + std::to_string(id);
    m_sources[id] = name;
    return Inserter(m_to, "source", "id, name, kind").add({std::to_string(id), name, "focus-csv"});
}

Status SalvagedSources::needImport(std::int64_t id, std::int64_t source)
{
    if (!m_imports.insert(id).second)
        return {};
    if (auto done = needSource(source); !done)
        return done;
    return Inserter(m_to, "import", "id, source_id, imported_at")
        .add({std::to_string(id), std::to_string(source), std::to_string(m_at)});
}

Status SalvagedSources::needFile(std::int64_t id, std::int64_t import)
{
    if (!m_files.insert(id).second)
        return {};
    return Inserter(m_to, "import_file", "id, import_id, name, bytes, header, version")
        .add({std::to_string(id), std::to_string(import), "(name lost)", "0", "[]", ""});
}

} // namespace altimeter::store
