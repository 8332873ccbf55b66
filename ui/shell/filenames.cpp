#include "ui/shell/filenames.h"

#include "ui/format/format.h"

#include <QObject>

namespace altimeter::ui {

QStringList fewNames(const QStringList& paths)
{
    QStringList names;
    for (const QString& path : paths.mid(0, 6))
        names << format::shown(path);
    if (paths.size() > names.size())
        names
            << QObject::tr("… and %1 more").arg(format::count(static_cast<std::uint64_t>(paths.size() - names.size())));
    return names;
}

std::vector<std::string> toStrings(const QStringList& list)
{
    std::vector<std::string> result;
    for (const QString& text : list)
        result.push_back(text.toStdString());
    return result;
}

} // namespace altimeter::ui
