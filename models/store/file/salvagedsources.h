#pragma once

#include "models/store/sql/sql.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace altimeter::store {

/// The sources, deliveries and files that a salvage takes over. What others point to and cannot be read gets a stand-in
/// when it is asked for, so that charge lines are not lost for want of a file's name.
class SalvagedSources {
public:
    /// `to` must outlive it; stand-ins of deliveries get the time `at`.
    SalvagedSources(sql::Connection& to, std::int64_t at) : m_to(to), m_at(at) {}

    /// False when some of `from` could not be read.
    bool copy(const sql::Connection& from);
    Status needSource(std::int64_t id);
    Status needImport(std::int64_t id, std::int64_t source);
    Status needFile(std::int64_t id, std::int64_t import);

    bool hasSource(std::int64_t id) const { return m_sources.contains(id); }
    bool hasImport(std::int64_t id) const { return m_imports.contains(id); }
    const std::map<std::int64_t, std::string>& sources() const { return m_sources; } ///< names by number

private:
    sql::Connection& m_to;
    std::int64_t m_at;
    std::map<std::int64_t, std::string> m_sources;
    std::set<std::int64_t> m_imports, m_files;
};

} // namespace altimeter::store
