#include "ui/format/windowlocale.h"

#include <QObject>

#include <algorithm>

namespace altimeter::ui::format {

namespace {

QLocale& windowLocale()
{
    static QLocale locale = neutralLocale();
    return locale;
}

QLocale systemLocale()
{
    const QLocale system = QLocale::system();
    return system.language() == QLocale::C ? neutralLocale() : system;
}

QString numberOf(const QLocale& locale)
{
    return locale.toString(1204.5, 'f', 2);
}

} // namespace

QLocale neutralLocale()
{
    QLocale plain = QLocale::c();
    plain.setNumberOptions(QLocale::DefaultNumberOptions); // C alone leaves digits ungrouped
    return plain;
}

const QLocale& locale()
{
    return windowLocale();
}

void setLocale(const QLocale& locale)
{
    windowLocale() = locale;
    QLocale::setDefault(locale);
}

QLocale localeOf(const QString& setting)
{
    if (setting == QLatin1String("neutral"))
        return neutralLocale();
    const QLocale named(setting);
    const bool isKnown = !setting.isEmpty() && named.name() == setting && named.language() != QLocale::C;
    return isKnown ? named : systemLocale();
}

QStringList offeredLocales()
{
    // Qt knows 600; these are where most books are kept. A name beside them is read from the settings all the same.
    return {QString(),
            QStringLiteral("neutral"),
            QStringLiteral("en_US"),
            QStringLiteral("en_GB"),
            QStringLiteral("en_IN"),
            QStringLiteral("ar_EG"),
            QStringLiteral("cs_CZ"),
            QStringLiteral("de_DE"),
            QStringLiteral("de_AT"),
            QStringLiteral("de_CH"),
            QStringLiteral("es_ES"),
            QStringLiteral("es_MX"),
            QStringLiteral("fa_IR"),
            QStringLiteral("fr_FR"),
            QStringLiteral("fr_CA"),
            QStringLiteral("fr_CH"),
            QStringLiteral("hi_IN"),
            QStringLiteral("it_IT"),
            QStringLiteral("ja_JP"),
            QStringLiteral("ko_KR"),
            QStringLiteral("nl_NL"),
            QStringLiteral("pl_PL"),
            QStringLiteral("pt_BR"),
            QStringLiteral("sv_SE"),
            QStringLiteral("tr_TR"),
            QStringLiteral("uk_UA"),
            QStringLiteral("zh_CN")};
}

QString localeTitle(const QString& setting)
{
    const QLocale locale = localeOf(setting);
    if (setting.isEmpty())
        return QObject::tr("As the desktop: %1").arg(numberOf(locale));
    if (setting == QLatin1String("neutral"))
        return QObject::tr("Of no country: %1").arg(numberOf(locale));
    return QStringLiteral("%1 (%2): %3")
        .arg(locale.nativeLanguageName(), locale.nativeTerritoryName(), numberOf(locale));
}

} // namespace altimeter::ui::format
