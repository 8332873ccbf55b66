#include "tests/ui/pseudotranslator.h"

#include <QHash>
#include <QRegularExpression>

#include "ui/format/englishplurals.h"

namespace altimeter::test {

namespace {

/// What stands as it is: %1, %L1, %n, &&, an entity, a tag.
const QRegularExpression& keptPart()
{
    static const QRegularExpression kept("%L?[0-9n]+|&&|&[a-zA-Z]+;|&#[0-9]+;|</?[a-zA-Z][^<>]*>");
    return kept;
}

QChar accented(QChar c)
{
    static const QString plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const QString strange = QStringLiteral("áƀçđéƒğĥíĵķłɱñöƥɋřšŧüṽŵẋýžÁßÇĐÉƑĞĤÍĴĶŁṀÑÖƤɊŘŠŦÜṼŴẊÝŽ");
    const auto place = plain.indexOf(c);
    return place < 0 ? c : strange.at(place);
}

} // namespace

QString PseudoTranslator::marked(const QString& text)
{
    if (text.trimmed().isEmpty())
        return text;
    QString out;
    qsizetype from = 0, letters = 0;
    const auto add = [&](qsizetype end) {
        for (; from < end; ++from, ++letters)
            out += accented(text.at(from));
    };
    for (auto found = keptPart().globalMatch(text); found.hasNext();) {
        const auto part = found.next();
        add(part.capturedStart());
        out += part.captured();
        from = part.capturedEnd();
    }
    add(text.size());
    static const QString filling = QStringLiteral(" öñé ŧŵö ŧĥřéé ƒöüř");
    QString longer;
    for (qsizetype i = 0; i < (letters * 2 + 4) / 5 - 2; ++i) // with both marks two fifths more
        longer += filling.at(i % filling.size());
    return QStringLiteral("⟦") + out + longer + QStringLiteral("⟧");
}

QString PseudoTranslator::translate(const char* context, const char* sourceText, const char* disambiguation,
                                    int n) const
{
    if (QLatin1String(context) == QLatin1String("QShortcut"))
        return {}; // names of keys
    // Never let go of in here: a translator that goes takes itself out of the list that is being asked.
    static const ui::format::EnglishPlurals english;
    const QString form = english.translate(context, sourceText, disambiguation, n);
    return marked(form.isEmpty() ? QString::fromUtf8(sourceText) : form);
}

} // namespace altimeter::test
