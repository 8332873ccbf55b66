#pragma once

#include "models/domain/result.h"

#include <QStringList>

namespace altimeter::gui {

/// What the command line of the window says.
struct StartOptions {
    QString workspace;
    QStringList furtherWorkspaces; ///< a window shows one: these are only told of
    bool demo = false;
    QStringList imports;    ///< after --import: read without a question
    QStringList offered;    ///< cost files and folders given as bare words, as a file manager does: asked for first
    QString link;           ///< a view link (altimeter://view?…) to open; it is judged where it is opened
    bool newWindow = false; ///< also where another window shows the workspace
    QString screenshots;    ///< folder for pictures of every page; then the program ends
    bool help = false;
    bool version = false;
};

/// Reads the arguments after the program's name. A bare word is the workspace to open if it is one by its name
/// (.altimeter) or its first bytes, or if nothing is there. The first one is opened; a file manager
/// may name more. Every other file and folder is offered for import. Files may be named as file:// addresses, as
/// desktops do beside links. Error Invalid names the wrong one.
Result<StartOptions> parseStartOptions(const QStringList& arguments);
QString startOptionsHelp();

} // namespace altimeter::gui
