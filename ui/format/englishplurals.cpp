#include "ui/format/englishplurals.h"

#include <QCoreApplication>

namespace altimeter::ui::format {

namespace {

void install()
{
    static EnglishPlurals plurals;
    QCoreApplication::installTranslator(&plurals);
}

/// Replaces every "[one|many]" by one of the two.
QString chosen(QString text, bool one)
{
    for (auto open = text.indexOf(u'['); open >= 0; open = text.indexOf(u'[', open + 1)) {
        const auto bar = text.indexOf(u'|', open);
        const auto close = text.indexOf(u']', open);
        if (bar < 0 || close < bar)
            continue;
        const QString word = one ? text.mid(open + 1, bar - open - 1) : text.mid(bar + 1, close - bar - 1);
        text.replace(open, close - open + 1, word);
    }
    return text;
}

} // namespace

QString EnglishPlurals::translate(const char*, const char* sourceText, const char*, int n) const
{
    if (n < 0)
        return {}; // no number: the text as it stands
    QString text = chosen(QString::fromUtf8(sourceText), n == 1);
    text.replace(QLatin1String("(s)"), n == 1 ? QLatin1String() : QLatin1String("s"));
    return text.replace(QLatin1String("(es)"), n == 1 ? QLatin1String() : QLatin1String("es"));
}

int forms(std::uint64_t n)
{
    constexpr std::uint64_t kMillion = 1'000'000;
    return static_cast<int>(n < kMillion ? n : kMillion + n % kMillion);
}

/// Whoever makes an application and shows texts of this library has them, the tests of one page too.
Q_COREAPP_STARTUP_FUNCTION(install)

} // namespace altimeter::ui::format
