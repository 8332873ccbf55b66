#pragma once

#include <QString>
#include <QStringList>

namespace altimeter::ui {

/// How well `query` fits `text`: letters in order, whole words and beginnings first. Below zero: not at all.
int fuzzyScore(const QString& query, const QString& text);

/// A name among thousands, where letters in any distance would fit nearly all of them: every word of the query stands
/// somewhere in the kind and the name.
struct WordScore {
    explicit WordScore(const QString& query);
    /// Of a name and its kind, both case-folded; on the scale of fuzzyScore().
    int operator()(const QString& foldedKind, const QString& foldedName) const;

private:
    QString m_query; ///< case-folded
    QStringList m_words;
};

} // namespace altimeter::ui
