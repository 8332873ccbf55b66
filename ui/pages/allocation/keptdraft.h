#pragma once

#include <QString>

#include <cstdint>
#include <optional>
#include <string>

namespace altimeter::ui {

class Settings;

/// The draft of a workspace's rules that is not published yet, kept on this computer: quitting loses nothing. One for
/// each workspace, by its path.
class KeptDraft {
public:
    struct Draft {
        QString json;
        std::uint32_t base = 0; ///< the version it was made from
    };

    explicit KeptDraft(Settings& settings) : m_settings(settings) {}

    /// Whose draft it is; empty: of none, and nothing is kept.
    void setWorkspace(const std::string& path);
    std::optional<Draft> draft() const;
    void keep(const Draft& draft);
    void forget();

private:
    Settings& m_settings;
    std::string m_key;
};

} // namespace altimeter::ui
