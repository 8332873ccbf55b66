#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace altimeter::test {

/// A text a user may see or hear, and where: "QLabel 'Month to date' tooltip".
struct WindowText {
    QString where;
    QString text;
};

/// Every text of `window` and what lies in it: texts, placeholders, tooltips, names and descriptions of all visible
/// widgets, cells and headers of their models, entries of menus, open or not, and everything that is painted.
std::vector<WindowText> windowTexts(QWidget& window);

/// What is data: shown as it came and in no language. Known texts are told; names of FOCUS columns, files, addresses
/// and currencies are known by their form.
class DataTexts {
public:
    void add(const std::string& text) { add(QString::fromStdString(text)); }
    void add(const QString& text);
    void add(std::initializer_list<const char*> texts);
    /// What is left of `text` without marks and data: empty when every letter of it was translated or is data.
    QString untranslated(const QString& text) const;

private:
    QStringList m_known; ///< longest first
};

/// Sentences on the texts of `window` that do not fit where they stand, and are not shortened with a tooltip that says
/// all.
QStringList clippedTexts(QWidget& window);

} // namespace altimeter::test
