#include "app/gui/areas/usersettings.h"

#include "app/session/sync/connectionuse.h"
#include "app/session/sync/reach.h"

#include <QFileInfo>
#include <QSettings>

namespace altimeter::gui {

namespace {

constexpr int kRecentWorkspaces = 8;

QString keyOf(const std::string& key)
{
    return "window/" + QString::fromStdString(key);
}

} // namespace

UserSettings::UserSettings(const QString& file)
    : m_file(file.isEmpty()
                 ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, "altimeter", "altimeter")
                 : std::make_unique<QSettings>(file, QSettings::IniFormat))
{
}

UserSettings::~UserSettings() = default;

std::string UserSettings::value(const std::string& key) const
{
    return m_file->value(keyOf(key)).toString().toStdString();
}

void UserSettings::setValue(const std::string& key, const std::string& value)
{
    m_file->setValue(keyOf(key), QString::fromStdString(value));
    if (m_changed)
        m_changed(key);
}

std::string UserSettings::problemOf(const std::string& key, const std::string& value) const
{
    const session::NetworkSettings network{key == session::kProxy ? value : std::string(),
                                           key == session::kCaFile ? value : std::string()};
    const Status checked = session::checkNetwork(network);
    return checked ? std::string() : checked.error().text();
}

std::string UserSettings::folder() const
{
    return QFileInfo(m_file->fileName()).absolutePath().toStdString();
}

QStringList UserSettings::recent() const
{
    return m_file->value("recent").toStringList();
}

void UserSettings::remember(const QString& path)
{
    QStringList files = recent();
    files.removeAll(path);
    files.prepend(path);
    m_file->setValue("recent", QStringList(files.mid(0, kRecentWorkspaces)));
}

} // namespace altimeter::gui
