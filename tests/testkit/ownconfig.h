#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace altimeter::testing {

/// A configuration folder of its own for what a test confirms, gone at its end: never that of the user.
class OwnConfig {
public:
    OwnConfig()
    {
        std::string path = (std::filesystem::temp_directory_path() / "altimeter-config-XXXXXX").string();
        m_path = mkdtemp(path.data()) ? path : std::string();
        if (const char* before = std::getenv("XDG_CONFIG_HOME"))
            m_before = before;
        setenv("XDG_CONFIG_HOME", m_path.c_str(), 1);
    }
    ~OwnConfig()
    {
        std::error_code ignored;
        if (!m_path.empty())
            std::filesystem::remove_all(m_path, ignored);
        m_before.empty() ? unsetenv("XDG_CONFIG_HOME") : setenv("XDG_CONFIG_HOME", m_before.c_str(), 1);
    }
    OwnConfig(const OwnConfig&) = delete;
    OwnConfig& operator=(const OwnConfig&) = delete;

    const std::string& path() const { return m_path; }
    std::filesystem::path approvals() const { return std::filesystem::path(m_path) / "altimeter" / "approvals.json"; }

private:
    std::string m_path, m_before;
};

} // namespace altimeter::testing
