#pragma once

#include <QStringList>

namespace altimeter::ui {

/// "a; b" as texts without blanks around them; empty parts are left out. "\;" is a semicolon.
QStringList splitList(const QString& typed);
QString joinList(const QStringList& texts);
/// Where the last part of such a text begins, behind its semicolon.
qsizetype lastPartOf(const QString& typed);

} // namespace altimeter::ui
