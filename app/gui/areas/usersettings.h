#pragma once

#include <QStringList>

#include "ui/backend/settings.h"

#include <memory>
#include <string>

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

    std::string folder() const; ///< where the file lies
    /// Files as they were opened, newest first; some may be gone.
    QStringList recent() const;
    void remember(const QString& path);

private:
    std::unique_ptr<QSettings> m_file;
};

} // namespace altimeter::gui
