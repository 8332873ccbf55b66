#include "app/gui/startoptions.h"

#include <QFile>
#include <QFileInfo>
#include <QUrl>

namespace altimeter::gui {

namespace {

bool hasCostFileName(const QString& path)
{
    for (const char* ending : {".csv", ".csv.gz", ".gz"}) {
        if (path.endsWith(QLatin1String(ending), Qt::CaseInsensitive))
            return true;
    }
    return false;
}

/// Only ordinary files are looked into: a pipe would wait for a writer.
bool isWorkspace(const QString& path)
{
    const QFileInfo info(path);
    if (info.isDir())
        return false;
    if (path.endsWith(QLatin1String(".altimeter"), Qt::CaseInsensitive))
        return true;
    if (!info.exists())
        return !hasCostFileName(path);
    QFile file(path);
    const QByteArray magic("SQLite format 3", 16);
    return info.isFile() && file.open(QIODevice::ReadOnly) && file.read(magic.size()) == magic;
}

/// What a desktop names by its address, by its path.
QString pathOf(const QString& word)
{
    if (!word.startsWith(QLatin1String("file://"), Qt::CaseInsensitive))
        return word;
    const QString path = QUrl(word, QUrl::TolerantMode).toLocalFile();
    return path.isEmpty() ? word : path;
}

} // namespace

Result<StartOptions> parseStartOptions(const QStringList& arguments)
{
    StartOptions options;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString word = pathOf(arguments.at(i));
        if (word == "--demo") {
            options.demo = true;
        } else if (word == "--new-window") {
            options.newWindow = true;
        } else if (word == "--help" || word == "-h") {
            options.help = true;
        } else if (word == "--version") {
            options.version = true;
        } else if (word == "--import") {
            while (i + 1 < arguments.size() && !arguments.at(i + 1).startsWith("--"))
                options.imports << arguments.at(++i);
            if (options.imports.isEmpty())
                return Error{ErrorCode::Invalid, "names no file or folder", "--import"};
        } else if (word == "--screenshots") {
            if (i + 1 >= arguments.size())
                return Error{ErrorCode::Invalid, "names no folder", "--screenshots"};
            options.screenshots = arguments.at(++i);
        } else if (word.startsWith("-")) {
            return Error{ErrorCode::Invalid, "unknown option", word.toStdString()};
        } else if (word.startsWith(QLatin1String("altimeter:"), Qt::CaseInsensitive)) {
            if (!options.link.isEmpty() && options.link != word)
                return Error{ErrorCode::Invalid, "one view link can be opened at a time", {}};
            options.link = word;
        } else if (!isWorkspace(word)) {
            options.offered << word;
        } else if (options.workspace.isEmpty()) {
            options.workspace = word;
        } else if (QFileInfo(word) != QFileInfo(options.workspace)) {
            options.furtherWorkspaces << word;
        }
    }
    if (options.demo && !options.workspace.isEmpty())
        return Error{ErrorCode::Invalid, "--demo opens a workspace of its own", options.workspace.toStdString()};
    return options;
}

QString startOptionsHelp()
{
    return QStringLiteral(
        "altimeter [WORKSPACE] [PATH...] [LINK] [--demo] [--import PATH...] [--new-window]\n"
        "          [--screenshots FOLDER]\n\n"
        "  WORKSPACE             workspace file to open\n"
        "  PATH...               cost exports, or folders of them, to import: asks first\n"
        "  LINK                  view link (altimeter://view?...) to open in it, or in the one of the last time\n"
        "  --demo                open the demonstration company\n"
        "  --import PATH...      read these cost exports, or folders of them, without asking\n"
        "  --new-window          a window of its own, also where another one shows that workspace\n"
        "  --screenshots FOLDER  write a picture of every page, light and dark, and end\n"
        "  --version             print the version\n\n"
        "A workspace has one window: where one shows it already, that window comes to the front and takes\n"
        "the files and the link.\n\n"
        "Example: altimeter company.altimeter --import exports/\n");
}

} // namespace altimeter::gui
