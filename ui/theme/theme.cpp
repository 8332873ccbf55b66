#include "ui/theme/theme.h"

#include "ui/theme/altimeterstyle.h"
#include "ui/theme/stylesheet.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QStyle>
#include <QWidget>

namespace altimeter::ui {

namespace {

QString firstInstalled(const QStringList& families)
{
    const QStringList installed = QFontDatabase::families();
    for (const QString& family : families) {
        if (installed.contains(family))
            return family;
    }
    return QFont().family();
}

QFont makeFont(const QString& family, int pixels, QFont::Weight weight)
{
    QFont font(family);
    font.setPixelSize(pixels);
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferVerticalHinting);
    return font;
}

void setFonts(Theme& theme)
{
    const QString text = firstInstalled({"Inter", "Noto Sans", "DejaVu Sans"});
    const QString digits = firstInstalled({"Noto Sans", "DejaVu Sans"});
    theme.body = makeFont(text, 13, QFont::Normal);
    theme.bodyBold = makeFont(text, 13, QFont::DemiBold);
    theme.small = makeFont(text, 12, QFont::Normal);
    theme.number = makeFont(digits, 13, QFont::Normal);
    theme.numberSmall = makeFont(digits, 12, QFont::Normal);
    theme.heading = makeFont(text, 15, QFont::DemiBold);
    theme.figure = makeFont(text, 24, QFont::DemiBold);
}

Theme makeLight()
{
    Theme t{};
    t.dark = false;
    t.page = QColor(0xF3F5F8);
    t.card = QColor(0xFFFFFF);
    t.cardAlt = QColor(0xF8FAFC);
    t.border = QColor(0xDCE2EA);
    t.gridLine = QColor(0xE8ECF2);
    t.text = QColor(0x1A2330);
    t.textSecondary = QColor(0x556070);
    t.textTertiary = QColor(0x5B6675);
    t.outline = QColor(0x8490A0);
    t.accent = QColor(0x2B5FC0);
    t.onAccent = QColor(0xFFFFFF);
    t.selection = QColor(0xDCE8FB);
    t.hover = QColor(0xEDF1F6);
    t.good = QColor(0x0F7350);
    t.warning = QColor(0x955500);
    t.bad = QColor(0xB3361C);
    t.input = QColor(0xFFFFFF);
    t.names = {QColor(0x2B4C9B), QColor(0xC97A05), QColor(0x12805A), QColor(0xA22A12), QColor(0xB077A5),
               QColor(0x1A92DC), QColor(0x0B8A8F), QColor(0x7A5230), QColor(0xC2387E), QColor(0x6741C9)};
    t.others = QColor(0x7F8A98);
    setFonts(t);
    return t;
}

Theme makeDark()
{
    Theme t{};
    t.dark = true;
    t.page = QColor(0x12161C);
    t.card = QColor(0x1B212A);
    t.cardAlt = QColor(0x1F2631);
    t.border = QColor(0x2C3542);
    t.gridLine = QColor(0x28303C);
    t.text = QColor(0xE6EBF2);
    t.textSecondary = QColor(0xA3AFBE);
    t.textTertiary = QColor(0x93A1B1);
    t.outline = QColor(0x6B7888);
    t.accent = QColor(0x5B9DF5);
    t.onAccent = QColor(0x0D1420);
    t.selection = QColor(0x1F3550);
    t.hover = QColor(0x262E3A);
    t.good = QColor(0x4ADCA2);
    t.warning = QColor(0xF4D25A);
    t.bad = QColor(0xF0805E);
    t.input = QColor(0x161B22);
    t.names = {QColor(0x4A9BFF), QColor(0xF4D25A), QColor(0x4ADCA2), QColor(0xE0713F), QColor(0xAD7FB2),
               QColor(0xC9E8FF), QColor(0x2FC3CC), QColor(0xC79A73), QColor(0xFF7EB6), QColor(0x9C84FF)};
    t.others = QColor(0x8896A6);
    setFonts(t);
    return t;
}

const Theme& darkTheme()
{
    static const Theme theme = makeDark();
    return theme;
}

bool& darkInUse()
{
    static bool dark = false;
    return dark;
}

QPalette paletteFor(const Theme& t)
{
    QPalette p;
    p.setColor(QPalette::Window, t.page);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.card);
    p.setColor(QPalette::AlternateBase, t.cardAlt);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::Button, t.card);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.bad);
    p.setColor(QPalette::Highlight, t.selection);
    p.setColor(QPalette::HighlightedText, t.text);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    p.setColor(QPalette::PlaceholderText, t.textTertiary);
    p.setColor(QPalette::ToolTipBase, t.dark ? t.border : t.text);
    p.setColor(QPalette::ToolTipText, QColor(0xFFFFFF));
    p.setColor(QPalette::Mid, t.border);
    p.setColor(QPalette::Light, t.card);
    p.setColor(QPalette::Midlight, t.hover);
    p.setColor(QPalette::Dark, t.outline);
    p.setColor(QPalette::Shadow, t.outline);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        p.setColor(QPalette::Disabled, role, t.textTertiary);
    return p;
}

} // namespace

const Theme& Theme::light()
{
    static const Theme theme = makeLight();
    return theme;
}

const Theme& Theme::current()
{
    return darkInUse() ? darkTheme() : light();
}

bool Theme::systemIsDark()
{
    static const bool dark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    return dark;
}

void Theme::apply(bool dark)
{
    (void)systemIsDark(); // remembers the desktop's palette before ours replaces it
    const bool isOther = darkInUse() != dark;
    darkInUse() = dark;
    const Theme& theme = current();
    static bool styleIsSet = false;
    const QString sheet = styleSheetFor(theme);
    const QPalette palette = paletteFor(theme);
    if (styleIsSet && !isOther && qApp->styleSheet() == sheet && QApplication::palette() == palette &&
        QApplication::font() == theme.body)
        return; // setting the same sheet polishes every widget once more
    if (!styleIsSet) {
        QApplication::setStyle(new AltimeterStyle);
        styleIsSet = true;
    }
    QApplication::setPalette(palette);
    QApplication::setFont(theme.body);
    qApp->setStyleSheet(sheet);
    emit ThemeNotifier::instance().changed();
}

namespace {

bool& roomyInUse()
{
    static bool roomy = false;
    return roomy;
}

} // namespace

bool Theme::isRoomy()
{
    return roomyInUse();
}

int Theme::rowHeight()
{
    return roomyInUse() ? 30 : 24;
}

void Theme::setRoomy(bool roomy)
{
    if (roomyInUse() == roomy)
        return;
    roomyInUse() = roomy;
    emit ThemeNotifier::instance().changed();
}

ThemeNotifier& ThemeNotifier::instance()
{
    static ThemeNotifier notifier;
    return notifier;
}

void restyle(QWidget* widget)
{
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

} // namespace altimeter::ui
