#pragma once

#include <QColor>
#include <QFont>
#include <QObject>

#include <array>

namespace altimeter::ui {

/// Colours and fonts of the window: one table per appearance, read by everything that paints. Text stands out from
/// every ground it lies on by 4.5 to 1 or more (WCAG 2.2), parts of charts by 3 to 1; a test counts it.
///
/// The application style sheet knows these hooks, so that widgets need no colours of their own:
/// - QFrame with property `card` = true: a card (card colour, border, radius 10)
/// - QLabel with property `role` = "heading", "figure", "secondary", "tertiary", "small", "number", "good", "warning",
///   "bad", "title", "badgeGood", "badgeBad", "badgeWarning", "badgeNeutral"
/// - QPushButton with property `primary` = true: the one main action; `flat` buttons are borderless
/// - QPushButton/QToolButton with property `chip` = true: a rounded filter chip; `link` = true: looks like a link
/// - QWidget with property `page` = true: page background
/// A property changed after the widget was shown needs `restyle(widget)`.
struct Theme {
    bool dark;
    QColor page, card, cardAlt, border, gridLine, text, textSecondary, textTertiary, outline, accent, onAccent,
        selection, hover, good, warning, bad, input;
    static constexpr std::size_t kNames = 10;
    std::array<QColor, kNames> names; ///< of what has a name (NameColors), 3:1 on a card; the first is that of totals
    QColor others;                    ///< of what stands for many names
    QFont body, bodyBold, small, number, numberSmall, heading, figure;

    /// The appearance in use. Before `apply` was called: light.
    static const Theme& current();
    /// Makes light or dark the appearance of the whole program: palette, style sheet, style, fonts. Emits
    /// ThemeNotifier::changed. Requires a QApplication.
    static void apply(bool dark);
    /// Pixels of a row of a table: few, so that many rows are in sight, or more for who wants room between them.
    static int rowHeight();
    static bool isRoomy();
    /// Emits ThemeNotifier::changed.
    static void setRoomy(bool roomy);
    /// The table of one appearance, for code that prints: a report made in the dark is still light.
    static const Theme& light();
    /// Whether the desktop was dark when the program started.
    static bool systemIsDark();
};

/// Tells painted widgets that Theme::current() is another one now.
class ThemeNotifier : public QObject {
    Q_OBJECT
public:
    static ThemeNotifier& instance();
signals:
    void changed();
};

/// Applies the style sheet anew after a property of `widget` changed.
void restyle(QWidget* widget);

} // namespace altimeter::ui
