#include "ui/theme/stylesheet.h"

#include "ui/theme/theme.h"

#include <QColor>
#include <QMap>
#include <QStringList>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr const char* kGeneral = R"(
QWidget { color: @text; }
QMainWindow, QDialog, QWidget[page="true"] { background: @page; }
QToolTip { background: @tooltip; color: #FFFFFF; border: 1px solid @tooltip; padding: 4px 6px; }
QFrame[card="true"] { background: @card; border: 1px solid @border; border-radius: 10px; }
QFrame[line="true"] { background: @border; border: none; max-height: 1px; min-height: 1px; }
QScrollArea, QScrollArea > QWidget > QWidget[page="true"] { background: @page; border: none; }
QScrollArea[plain="true"], QScrollArea[plain="true"] > QWidget > QWidget { background: transparent; border: none; }
QSplitter::handle:vertical { background: qlineargradient(x1: 0, y1: 0, x2: 0, y2: 1, stop: 0.41 transparent,
    stop: 0.42 @border, stop: 0.57 @border, stop: 0.58 transparent); }
QSplitter::handle:vertical:hover { background: qlineargradient(x1: 0, y1: 0, x2: 0, y2: 1, stop: 0.41 transparent,
    stop: 0.42 @accent, stop: 0.57 @accent, stop: 0.58 transparent); }
QSplitter::handle:horizontal { background: qlineargradient(x1: 0, y1: 0, x2: 1, y2: 0, stop: 0.41 transparent,
    stop: 0.42 @border, stop: 0.57 @border, stop: 0.58 transparent); }
QSplitter::handle:horizontal:hover { background: qlineargradient(x1: 0, y1: 0, x2: 1, y2: 0, stop: 0.41 transparent,
    stop: 0.42 @accent, stop: 0.57 @accent, stop: 0.58 transparent); }

QLabel { background: transparent; border: none; }
QLabel[role="title"] { font: 700 16px "@family"; }
QLabel[role="heading"] { font: 600 15px "@family"; }
QLabel[role="hero"] { font: 600 28px "@family"; }
QLabel[role="figure"] { font: 600 24px "@family"; }
QLabel[role="secondary"] { color: @secondary; }
QLabel[role="tertiary"] { color: @tertiary; font-size: 12px; }
QLabel[role="small"] { color: @secondary; font-size: 12px; }
QLabel[role="number"] { font: 400 13px "@digits"; }
QLabel[role="numberSmall"] { font: 400 12px "@digits"; color: @secondary; }
QLabel[role="good"] { color: @good; font-size: 12px; }
QLabel[role="warning"] { color: @warning; font-size: 12px; }
QLabel[role="bad"] { color: @bad; font-size: 12px; }
QLabel[role="problem"] { color: @bad; }
QLabel[role="price"] { color: @warning; font-weight: 600; }
QLabel[role="overline"] { color: @tertiary; font: 600 11px "@family"; }
QLabel[role^="badge"] { border-radius: 9px; padding: 1px 9px; font: 600 12px "@family"; min-height: 18px; }
QLabel[role="badgeGood"] { background: @goodSoft; color: @good; }
QLabel[role="badgeWarning"] { background: @warningSoft; color: @warning; }
QLabel[role="badgeBad"] { background: @badSoft; color: @bad; }
QLabel[role="badgeNeutral"] { background: @hover; color: @secondary; }
QLabel[role="key"] { background: @hover; color: @secondary; border: 1px solid @border; border-radius: 4px;
    padding: 0px 5px; font-size: 11px; }
)";

constexpr const char* kButtons = R"(
QPushButton { background: @card; border: 1px solid @outlineSoft; border-radius: 6px; padding: 0px 14px; min-height: 30px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @selection; }
QPushButton:checked { background: @selection; border-color: @accent; }
QPushButton:focus { border: 2px solid @accent; padding: 0px 13px; min-height: 28px; }
QPushButton:disabled { color: @tertiary; border-color: @border; background: @page; }
QPushButton[primary="true"] { background: @accent; color: @onAccent; border: 1px solid @accent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; }
QPushButton[primary="true"]:focus { border: 2px solid @text; }
QPushButton[primary="true"]:disabled { background: @border; border-color: @border; color: @tertiary; }
QPushButton[link="true"], QPushButton:flat { background: transparent; border: 1px solid transparent; color: @accent;
    padding: 0px 6px; min-height: 22px; text-align: left; }
QPushButton[link="true"]:hover { background: @hover; }
QPushButton[link="true"]:focus { border: 2px solid @accent; padding: 0px 5px; min-height: 20px; }
QPushButton[chip="true"], QToolButton[chip="true"] { background: @selection; border: 1px solid @selection;
    border-radius: 13px; padding: 0px 10px; min-height: 24px; }
QPushButton[chip="true"]:hover, QToolButton[chip="true"]:hover { border-color: @accent; }
QPushButton[chip="true"]:focus, QToolButton[chip="true"]:focus { border: 2px solid @accent; padding: 0px 9px; min-height: 22px; }
QPushButton[segment="true"] { border-radius: 0px; background: @card; border: 1px solid @outlineSoft; margin-left: -1px;
    min-height: 26px; padding: 0px 12px; color: @secondary; }
QPushButton[segment="true"]:checked { background: @selection; color: @text; font-weight: 600; }
QPushButton[segment="true"]:focus { border: 2px solid @accent; padding: 0px 11px; min-height: 24px; }
QPushButton[row="true"] { background: transparent; border: 1px solid transparent; border-radius: 6px; text-align: left;
    padding: 2px 6px; min-height: 22px; }
QPushButton[row="true"]:hover { background: @hover; }
QPushButton[row="true"]:focus { border: 2px solid @accent; padding: 1px 5px; min-height: 22px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px 6px; }
QToolButton:hover { background: @hover; }
QToolButton:pressed { background: @selection; }
QToolButton:checked { background: @selection; }
QToolButton:focus { border: 2px solid @accent; padding: 3px 5px; }
QToolButton::menu-button { border: none; width: 16px; }
QToolButton::menu-arrow { image: url(:/icons/sheet-down-@mode.svg); width: 12px; height: 12px; }
QToolButton::menu-indicator { image: none; width: 0px; }
QFrame#navigationRail { background: @card; border: none; border-right: 1px solid @border; }
QToolButton[rail="true"] { border-radius: 8px; padding: 5px 4px 4px 4px; color: @secondary; font-size: 11px; }
QToolButton[rail="true"]:checked { background: @selection; color: @text; font-weight: 600; }
QToolButton[rail="true"]:focus { padding: 4px 3px 3px 3px; }
QToolButton[rail="true"]:disabled { color: @tertiary; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox:focus, QRadioButton:focus { color: @accent; }
QCheckBox::indicator, QTreeView::indicator, QTableView::indicator, QListView::indicator { width: 16px; height: 16px; }
QCheckBox::indicator:unchecked, QTreeView::indicator:unchecked, QTableView::indicator:unchecked,
QListView::indicator:unchecked { image: url(:/icons/sheet-unchecked-@mode.svg); }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QTableView::indicator:checked,
QListView::indicator:checked { image: url(:/icons/sheet-checked-@mode.svg); }
QCheckBox::indicator:indeterminate, QTreeView::indicator:indeterminate { image: url(:/icons/sheet-partial-@mode.svg); }
)";

constexpr const char* kInputs = R"(
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit, QComboBox { background: @input; border: 1px solid @outlineSoft;
    border-radius: 6px; padding: 0px 8px; selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit, QSpinBox, QDateEdit, QComboBox { min-height: 30px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDateEdit:focus, QComboBox:focus
    { border: 2px solid @accent; padding: 0px 7px; }
QLineEdit:focus, QSpinBox:focus, QDateEdit:focus, QComboBox:focus { min-height: 28px; }
QLineEdit:disabled, QComboBox:disabled, QDateEdit:disabled, QSpinBox:disabled { color: @tertiary; background: @page; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border: 2px solid @bad; }
QPlainTextEdit, QTextEdit { padding: 6px 8px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 5px 7px; }
QLineEdit[filter="true"], QLineEdit[filter="true"]:focus { min-height: 20px; padding: 0 5px; border-radius: 4px;
    font: 12px "@family"; }
QLineEdit[big="true"] { min-height: 38px; font-size: 15px; border: none; border-bottom: 1px solid @border;
    border-radius: 0px; background: @card; padding: 0px 12px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url(:/icons/sheet-down-@mode.svg); width: 12px; height: 12px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; width: 18px; background: transparent; }
QSpinBox::up-arrow { image: url(:/icons/sheet-up-@mode.svg); width: 10px; height: 10px; }
QSpinBox::down-arrow { image: url(:/icons/sheet-down-@mode.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: @card; border: 1px solid @border; selection-background-color: @selection;
    selection-color: @text; outline: 0; padding: 4px; }
QCalendarWidget QWidget { background: @card; alternate-background-color: @card; }
QCalendarWidget { min-width: 280px; min-height: 260px; }
QCalendarWidget QToolButton { color: @text; border: none; min-height: 26px; }
QCalendarWidget QToolButton#qt_calendar_prevmonth { qproperty-icon: url(:/icons/sheet-left-@mode.svg); }
QCalendarWidget QToolButton#qt_calendar_nextmonth { qproperty-icon: url(:/icons/sheet-right-@mode.svg); }
QCalendarWidget QAbstractItemView { selection-background-color: @accent; selection-color: @onAccent; outline: 0; }
)";

constexpr const char* kViews = R"(
QTableView, QTreeView, QListView { background: @card; alternate-background-color: @cardAlt; border: 1px solid @border;
    border-radius: 8px; gridline-color: @gridLine; selection-background-color: @selection; selection-color: @text;
    outline: 0; }
QTableView[bare="true"], QTreeView[bare="true"], QListView[bare="true"] { border: none; border-radius: 0px; }
QTableView:focus, QTreeView:focus, QListView:focus { border: 1px solid @accent; }
QTableView[bare="true"]:focus, QTreeView[bare="true"]:focus, QListView[bare="true"]:focus { border: none; }
QTreeView::branch { background: @card; }
QTreeView::item, QListView::item { min-height: 28px; padding: 0px 6px; }
QTreeView[rows="true"]::item { background: transparent; }
QListView[rows="true"]::item { background: transparent; padding: 5px 8px; }
QListView::item:selected, QTreeView::item:selected { background: @selection; color: @text; }
QListView::item:hover:!selected { background: @hover; }
QHeaderView { background: @card; border: none; }
QHeaderView::section { background: @card; color: @secondary; border: none; border-bottom: 1px solid @border;
    padding: 0px 10px; font: 600 12px "@family"; min-height: 32px; }
QTableCornerButton::section { background: @card; border: none; border-bottom: 1px solid @border; }
QTabWidget::pane { border: none; background: transparent; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @secondary; padding: 8px 14px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; font-weight: 600; border-bottom: 2px solid @accent; }
QTabBar::tab:hover:!selected { color: @text; background: @hover; }
QTabBar::tab:focus { color: @accent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0px; }
QScrollBar::handle { background: @scroll; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @tertiary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTextBrowser { background: @card; }
)";

constexpr const char* kShell = R"(
QMenuBar { background: @card; border-bottom: 1px solid @border; padding: 2px 8px; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: 5px; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @card; border: 1px solid @border; padding: 5px; }
QMenu::item { padding: 6px 28px 6px 26px; border-radius: 5px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @tertiary; }
QMenu::separator { height: 1px; background: @border; margin: 5px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 7px; }
QMenu::indicator:checked { image: url(:/icons/sheet-tick-@mode.svg); }
QMenu::right-arrow { image: url(:/icons/sheet-right-@mode.svg); width: 10px; height: 10px; right: 8px; }
QMenu::icon { left: 6px; }
QToolBar { background: @card; border: none; border-bottom: 1px solid @border; padding: 8px 12px; spacing: 8px; }
QStatusBar { background: @card; border-top: 1px solid @border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @secondary; font-size: 12px; padding: 0px 6px; }
QProgressBar { background: @hover; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: @accent; border-radius: 4px; }
QDockWidget { titlebar-close-icon: none; }
QDockWidget::title { background: @page; padding: 10px 16px; }
QFrame#palettePanel { background: @card; border: 1px solid @outlineSoft; border-radius: 12px; }
QFrame#messagePanel { background: @card; border: 1px solid @border; border-left: 4px solid @bad; border-radius: 8px; }
QFrame#messagePanel[tone="info"] { border-left: 4px solid @accent; }
QFrame#messagePanel[tone="good"] { border-left: 4px solid @good; }
QFrame[banner="true"] { background: @card; border: 1px solid @border; border-left: 4px solid @accent; border-radius: 8px; }
QFrame[banner="true"][tone="good"] { border-left: 4px solid @good; }
QFrame[banner="true"][tone="warning"] { border-left: 4px solid @warning; }
QFrame[banner="true"][tone="bad"] { border-left: 4px solid @bad; }
QFrame#dropOverlay { background: @dropVeil; border: 3px dashed @accent; border-radius: 14px; }
QFrame[dropTarget="true"] { background: @card; border: 2px dashed @outline; border-radius: 12px; }
QFrame[dropTarget="true"][active="true"] { background: @selection; border: 2px dashed @accent; }
QLineEdit#dropPath { min-width: 200px; }
)";

QString hex(const QColor& color)
{
    return color.name(QColor::HexRgb);
}

QColor mixed(const QColor& a, const QColor& b, double shareOfA)
{
    const auto part = [shareOfA](int x, int y) { return static_cast<int>(x * shareOfA + y * (1 - shareOfA)); };
    return QColor(part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue()));
}

QMap<QString, QString> tokensOf(const Theme& t)
{
    const double soft = t.dark ? 0.20 : 0.12;
    QMap<QString, QString> tokens{
        {"page", hex(t.page)},
        {"card", hex(t.card)},
        {"cardAlt", hex(t.cardAlt)},
        {"border", hex(t.border)},
        {"gridLine", hex(t.gridLine)},
        {"text", hex(t.text)},
        {"secondary", hex(t.textSecondary)},
        {"tertiary", hex(t.textTertiary)},
        {"outline", hex(t.outline)},
        {"outlineSoft", hex(t.outline)},
        {"accent", hex(t.accent)},
        {"accentHover", hex(mixed(t.accent, t.text, 0.88))},
        {"onAccent", hex(t.onAccent)},
        {"selection", hex(t.selection)},
        {"hover", hex(t.hover)},
        {"good", hex(t.good)},
        {"goodSoft", hex(mixed(t.good, t.card, soft))},
        {"warning", hex(t.warning)},
        {"warningSoft", hex(mixed(t.warning, t.card, soft))},
        {"bad", hex(t.bad)},
        {"badSoft", hex(mixed(t.bad, t.card, soft))},
        {"input", hex(t.input)},
        {"scroll", t.dark ? "#3A4554" : "#C6CED9"},
        {"tooltip", t.dark ? "#2C3542" : "#1A2330"},
        {"dropVeil", t.dark ? "rgba(18,22,28,225)" : "rgba(243,245,248,225)"},
        {"mode", t.dark ? "dark" : "light"},
        {"family", t.body.family()},
        {"digits", t.number.family()},
    };
    return tokens;
}

} // namespace

QString styleSheetFor(const Theme& theme)
{
    QString sheet = QString::fromLatin1(kGeneral) + QString::fromLatin1(kButtons) + QString::fromLatin1(kInputs) +
                    QString::fromLatin1(kViews) + QString::fromLatin1(kShell);
    const QMap<QString, QString> tokens = tokensOf(theme);
    // Longest names first, so that "@card" never eats the start of "@cardAlt".
    QStringList names = tokens.keys();
    std::sort(names.begin(), names.end(), [](const QString& a, const QString& b) { return a.size() > b.size(); });
    for (const QString& name : names)
        sheet.replace("@" + name, tokens.value(name));
    return sheet;
}

} // namespace altimeter::ui
