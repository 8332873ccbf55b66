#pragma once

#include <QStringList>

#include <string>
#include <vector>

namespace altimeter::ui {

/// The first few of `paths` as they may be shown, and how many there are besides.
QStringList fewNames(const QStringList& paths);
std::vector<std::string> toStrings(const QStringList& list);

} // namespace altimeter::ui
