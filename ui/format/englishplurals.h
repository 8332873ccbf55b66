#pragma once

#include <QTranslator>

#include <cstdint>

namespace altimeter::ui::format {

/// The plural forms of the English texts in the sources, which stand there as "%1 line(s)": Qt chooses a form only
/// where a translation is loaded. Installed with the application, before any other translation, so that those win.
///
/// Of a text that is asked for with a number, "(s)" and "(es)" go for one and stay without their brackets otherwise,
/// and of "[is|are]" the left word is for one.
class EnglishPlurals : public QTranslator {
    Q_OBJECT
public:
    using QTranslator::QTranslator;
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* sourceText, const char* disambiguation, int n) const override;
};

/// The number that chooses the plural form of `n`, which may be larger than tr() takes: same last six digits.
int forms(std::uint64_t n);

} // namespace altimeter::ui::format
