#pragma once

#include <QStringList>

#include "ui/backend/settings.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

class QSettings;

namespace altimeter::gui {

/// Settings of the user in an INI file.
class UserSettings final : public ui::Settings {
public:
    /// Empty: the file in the user's configuration folder.
    explicit UserSettings(const QString& file);
    ~UserSettings() override;

    std::string value(const std::string& key) const override;
    void setValue(const std::string& key, const std::string& value) override;
    std::string problemOf(const std::string& key, const std::string& value) const override;
    std::string folder() const override;

    /// Called with the key after a value was set.
    void onChange(std::function<void(const std::string& key)> changed) { m_changed = std::move(changed); }
    /// Files as they were opened, newest first; some may be gone.
    QStringList recent() const;
    void remember(const QString& path);

private:
    std::unique_ptr<QSettings> m_file;
    std::function<void(const std::string&)> m_changed;
};

} // namespace altimeter::gui
