#pragma once

#include <QTranslator>

namespace altimeter::test {

/// Speaks a language nobody knows: every text that asks to be translated comes back 40 % longer between ⟦ and ⟧, each
/// letter in a form that no English text has. So a word that never asked is seen at once, and so is a place too narrow
/// for a longer language. Placeholders, marks of keys, tags and entities stay as they are.
class PseudoTranslator : public QTranslator {
public:
    using QTranslator::QTranslator;
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* sourceText, const char* disambiguation, int n) const override;

    static QString marked(const QString& text);
};

} // namespace altimeter::test
