#include "ui/shell/fuzzyscore.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

/// All that was typed stands at `at`.
int wholeScore(const QString& text, qsizetype at)
{
    return 1000 - static_cast<int>(std::min<qsizetype>(at, 400)) +
           (at == 0 || !text[at - 1].isLetterOrNumber() ? 300 : 0) -
           static_cast<int>(std::min<qsizetype>(text.size(), 200));
}

} // namespace

int fuzzyScore(const QString& query, const QString& text)
{
    if (query.isEmpty())
        return 0;
    const QString q = query.toCaseFolded();
    const QString t = text.toCaseFolded();
    if (const auto at = t.indexOf(q); at >= 0)
        return wholeScore(t, at);
    int score = 0;
    qsizetype from = 0;
    for (const QChar letter : q) {
        if (letter.isSpace())
            continue;
        const auto at = t.indexOf(letter, from);
        if (at < 0)
            return -1;
        if (at == 0 || !t[at - 1].isLetterOrNumber())
            score += 12;
        score += at == from ? 6 : -static_cast<int>(std::min<qsizetype>(at - from, 5));
        from = at + 1;
    }
    return std::max(score, 0);
}

WordScore::WordScore(const QString& query)
    : m_query(query.toCaseFolded().simplified()), m_words(m_query.split(u' ', Qt::SkipEmptyParts))
{
}

int WordScore::operator()(const QString& foldedKind, const QString& foldedName) const
{
    if (m_words.isEmpty())
        return -1;
    if (const auto at = foldedName.indexOf(m_query); at >= 0)
        return wholeScore(foldedName, at);
    const bool isEach = std::all_of(m_words.begin(), m_words.end(), [&](const QString& word) {
        return foldedName.contains(word) || foldedKind.contains(word);
    });
    const bool isAny = isEach && std::any_of(m_words.begin(), m_words.end(), [&](const QString& word) {
                           return foldedName.contains(word); // not all values of a kind for its name
                       });
    return isAny ? 900 - static_cast<int>(std::min<qsizetype>(foldedName.size(), 200)) : -1;
}

} // namespace altimeter::ui
