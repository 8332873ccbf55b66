#pragma once

#include <QLocale>
#include <QString>
#include <QStringList>

namespace altimeter::ui::format {

/// Numbers and dates of no country, for a desktop that names none: 1,204.50 and 19 Nov 2026.
QLocale neutralLocale();
/// How the window writes numbers and dates; neutralLocale() until setLocale() was called. Only on the GUI thread.
const QLocale& locale();
/// Also what Qt's own widgets made from now on go by.
void setLocale(const QLocale& locale);

/// What the setting "locale" stands for: "" the desktop's own, "neutral", or a name such as "de_CH". An unknown name is
/// read as the desktop's own.
QLocale localeOf(const QString& setting);
/// Values of the setting that the window offers, "" and "neutral" first, then by language.
QStringList offeredLocales();
/// "Deutsch (Schweiz): 1’204.50": how a choice calls itself, with a number for the eye.
QString localeTitle(const QString& setting);

} // namespace altimeter::ui::format
