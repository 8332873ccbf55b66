#pragma once

#include "models/domain/result.h"

#include <QStringList>

namespace altimeter::gui {

/// What the command line of the window says.
struct StartOptions {
    QString workspace;
    bool demo = false;
    QStringList imports;
    QString screenshots; ///< folder for pictures of every page; then the program ends
    bool help = false;
    bool version = false;
};

/// Reads the arguments after the program's name. Error Invalid names the wrong one.
Result<StartOptions> parseStartOptions(const QStringList& arguments);
QString startOptionsHelp();

} // namespace altimeter::gui
