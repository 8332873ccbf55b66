#include "ui/pages/common/daterangeedit.h"

#include "ui/format/counted.h"
#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/popcard.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QCalendarWidget>
#include <QDateEdit>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTextCharFormat>
#include <QToolButton>

#include <array>

namespace altimeter::ui {

namespace {

struct Preset {
    const char* word;
    const char* title;
};
constexpr std::array<Preset, 13> kPresets{
    {{"wtd", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Week to date")},
     {"lw", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Last week")},
     {"mtd", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Month to date")},
     {"lm", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Last month")},
     {"m-2", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Month before last")},
     {"qtd", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Quarter to date")},
     {"lq", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Last quarter")},
     {"ytd", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Year to date")},
     {"7d", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Last 7 days")},
     {"30d", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Last 30 days")},
     {"90d", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Last 90 days")},
     {"13m", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "13 months")},
     {"all", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "All time")}}};

QDate qdate(Day day)
{
    return QDate(1970, 1, 1).addDays(day.number);
}

constexpr int kNarrowest = 116, kWidest = 330; ///< of the field
constexpr int kSides = 26;                     ///< its frame and the room of the cursor
constexpr int kWidestEcho = 360;

/// Why it is no range, without the text that was typed: that stands beside it.
QString reasonOf(const Error& error)
{
    const QString what = format::text(error.what);
    const auto quote = what.startsWith(u'"') ? what.indexOf(QStringLiteral("\" "), 1) : -1;
    return quote < 0 ? what : what.mid(quote + 2);
}

Day dayOf(const QDate& date)
{
    return Day::fromYmd(date.year(), date.month(), date.day());
}

void plainWeekend(QDateEdit* edit)
{
    QTextCharFormat format;
    format.setForeground(Theme::current().textSecondary);
    QCalendarWidget* calendar = edit->calendarWidget();
    calendar->setVerticalHeaderFormat(QCalendarWidget::NoVerticalHeader);
    const auto weekdays = edit->locale().weekdays();
    for (const auto day : {Qt::Monday, Qt::Tuesday, Qt::Wednesday, Qt::Thursday, Qt::Friday, Qt::Saturday, Qt::Sunday})
        if (!weekdays.contains(day))
            calendar->setWeekdayTextFormat(day, format);
    calendar->setLocale(edit->locale());
    calendar->setFirstDayOfWeek(edit->locale().firstDayOfWeek());
}

} // namespace

DateRangeEdit::DateRangeEdit(QWidget* parent) : QWidget(parent)
{
    m_edit = new QLineEdit(this);
    m_edit->setAccessibleName(tr("Date range"));
    m_edit->setToolTip(tr("Type a range and press Enter: %1, a day, or two days with a dash or .. between them "
                          "(Alt+R). Esc leaves it as it was.")
                           .arg(QStringLiteral("wtd, mtd, lw, lm, q3, sep 2026, 30d, 13m, fy26, 1 sep - 15 sep, all")));
    m_edit->setPlaceholderText(QStringLiteral("mtd"));
    fit();
    m_edit->installEventFilter(this);
    m_presets = new QToolButton(this);
    m_presets->setIcon(themedIcon(QStringLiteral("calendar")));
    m_presets->setAccessibleName(tr("Date range presets"));
    m_presets->setToolTip(tr("Presets and calendars"));
    m_presets->setMinimumWidth(52);
    m_presets->setPopupMode(QToolButton::MenuButtonPopup);
    auto* menu = new QMenu(m_presets);
    for (const Preset& preset : kPresets) {
        const QString word = QString::fromLatin1(preset.word);
        menu->addAction(tr(preset.title) + QLatin1Char('\t') + word, this, [this, word] { choose(word); });
    }
    menu->addSeparator();
    menu->addAction(tr("From and to…"), this, &DateRangeEdit::showCalendars);
    m_presets->setMenu(menu);
    connect(m_presets, &QToolButton::clicked, m_presets, &QToolButton::showMenu);
    m_echo = parts::label({}, "small", this);
    m_echo->setAccessibleName(tr("Resolved dates"));
    m_back = arrow(QStringLiteral("chevron-left"), tr("Previous period"), -1);
    m_forward = arrow(QStringLiteral("chevron-right"), tr("Next period"), 1);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    row->addWidget(m_back);
    row->addWidget(m_edit);
    row->addWidget(m_forward);
    row->addWidget(m_presets);
    row->addSpacing(6);
    row->addWidget(m_echo);
    connect(m_edit, &QLineEdit::textEdited, this, &DateRangeEdit::showEcho);
    connect(m_edit, &QLineEdit::textChanged, this, &DateRangeEdit::fit);
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        if (choose(m_edit->text()))
            emit left();
    });
    connect(m_edit, &QLineEdit::editingFinished, this, [this] {
        if (m_edit->isModified())
            choose(m_edit->text());
    });
}

QToolButton* DateRangeEdit::arrow(const QString& icon, const QString& name, int by)
{
    auto* button = new QToolButton(this);
    const QIcon picture = themedIcon(icon);
    if (picture.isNull())
        button->setText(by < 0 ? QStringLiteral("‹") : QStringLiteral("›"));
    else
        button->setIcon(picture);
    button->setAccessibleName(name);
    button->setToolTip(name + (by < 0 ? QStringLiteral("  [") : QStringLiteral("  ]")));
    connect(button, &QToolButton::clicked, this, [this, by] { shift(by); });
    return button;
}

void DateRangeEdit::setRange(const std::string& text, Day today)
{
    m_text = text;
    m_today = today;
    m_edit->setText(format::text(text));
    m_edit->setModified(false);
    showEcho();
    m_back->setEnabled(stepped(-1).has_value());
    const auto later = stepped(1);
    m_forward->setEnabled(later && !isBeyondData(*later));
    m_forward->setToolTip(later && isBeyondData(*later) ? noDataYet()
                                                        : tr("%1  ]", "what it does, its key").arg(tr("Next period")));
}

/// The text of the period before (-1) or after (1); nothing where a bound is open.
std::optional<QString> DateRangeEdit::stepped(int by) const
{
    const auto text = steppedText(m_text, by, m_today, format::dateHabits());
    return text ? std::optional(format::text(*text)) : std::nullopt;
}

/// Nothing of it is known yet: whoever looks at it would take what is missing for savings.
bool DateRangeEdit::isBeyondData(const QString& text) const
{
    const auto range = format::readRange(text, m_today);
    return range && m_today.isValid() && range->days.from.isValid() && range->days.from >= m_today;
}

QString DateRangeEdit::noDataYet() const
{
    return tr("The data end on %1: there is no later period yet.").arg(format::date(m_today - 1, format::locale()));
}

/// As wide as its text, so that no range is cut.
void DateRangeEdit::fit()
{
    m_edit->setFixedWidth(
        std::clamp(m_edit->fontMetrics().horizontalAdvance(m_edit->text()) + kSides, kNarrowest, kWidest));
}

QString DateRangeEdit::text() const
{
    return m_edit->text();
}

QString DateRangeEdit::echo() const
{
    return m_echo->text();
}

void DateRangeEdit::focusText()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void DateRangeEdit::showEcho()
{
    // Before there are data, a word like "30d" is right and means no days yet.
    const Day today = m_today.isValid() ? m_today : Day::fromYmd(2000, 1, 1);
    const auto range = format::readRange(m_edit->text(), today);
    const bool wasInvalid = m_edit->property("invalid").toBool();
    QString text, whole;
    if (range && m_today.isValid()) {
        const bool isBounded = range->days.from.isValid() && range->days.to.isValid();
        text = format::joined(
            {format::range(range->days, format::locale()),
             isBounded ? counted::days(static_cast<std::uint64_t>(std::max(0, range->days.days())), format::locale())
                       : QString(),
             !range->isOfSlashes                                             ? QString()
             : format::dateHabits().slashes == DateHabits::Slashes::DayFirst ? tr("day before month")
                                                                             : tr("month before day")});
    } else if (!range) {
        text = tr("No range: %1").arg(reasonOf(range.error()));
        whole = format::text(range.error().what);
    }
    m_echo->setText(m_echo->fontMetrics().elidedText(text, Qt::ElideRight, kWidestEcho));
    m_echo->setToolTip(whole.isEmpty() ? text : whole);
    if (wasInvalid == range.ok()) {
        m_edit->setProperty("invalid", !range.ok());
        parts::setRole(m_echo, range ? "small" : "bad");
        restyle(m_edit);
    }
}

/// False where it is no range; then it stays as it was typed, with the reason beside it.
bool DateRangeEdit::choose(const QString& text)
{
    const auto stored = format::storedRange(text, m_today);
    if (!stored) {
        m_edit->setText(text);
        showEcho();
        return false;
    }
    m_edit->setModified(false);
    if (*stored != m_text)
        emit rangeChosen(format::text(*stored));
    else
        setRange(std::string(m_text), m_today);
    return true;
}

void DateRangeEdit::shift(int by)
{
    const auto text = stepped(by);
    if (!text)
        return;
    if (by > 0 && isBeyondData(*text))
        emit notice(noDataYet());
    else
        choose(*text);
}

bool DateRangeEdit::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_edit && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        setRange(std::string(m_text), m_today);
        emit left();
        return true;
    }
    return QWidget::eventFilter(object, event);
}

void DateRangeEdit::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::LocaleChange)
        return;
    delete m_calendars; // made anew when asked for
    m_calendars = nullptr;
    showEcho();
}

PopCard* DateRangeEdit::makeCalendars()
{
    auto* frame = new PopCard(this);
    frame->setObjectName(QStringLiteral("calendars"));
    frame->setAccessibleName(tr("From and to"));
    m_from = new QDateEdit(frame);
    m_to = new QDateEdit(frame);
    m_from->setAccessibleName(tr("From"));
    m_to->setAccessibleName(tr("To"));
    for (QDateEdit* edit : {m_from, m_to}) {
        edit->setCalendarPopup(true);
        edit->setLocale(format::locale());
        edit->setDisplayFormat(format::datePattern(format::locale()));
        edit->setMinimumWidth(150);
        plainWeekend(edit);
    }
    m_from->setToolTip(tr("First day, inside the range"));
    m_to->setToolTip(tr("Last day, inside the range"));
    auto* use = parts::button(tr("Show these days"), tr("Use both dates"), "primary", frame);
    use->setAutoDefault(true);
    connect(use, &QPushButton::clicked, this, [this, frame] {
        Day first = dayOf(m_from->date()), last = dayOf(m_to->date());
        if (last < first)
            std::swap(first, last);
        frame->hide();
        choose(format::text(rangeText({first, last + 1})));
    });
    auto* form = new QFormLayout(frame);
    form->setContentsMargins(16, 14, 16, 14);
    form->setSpacing(10);
    form->addRow(tr("From"), m_from);
    form->addRow(tr("To"), m_to);
    form->addRow(use);
    return frame;
}

void DateRangeEdit::showCalendars()
{
    if (!m_calendars)
        m_calendars = makeCalendars();
    const auto read = format::readRange(m_text, m_today);
    const auto range = read ? std::optional(read->days) : std::nullopt;
    const bool bounded = range && range->from.isValid() && range->to.isValid();
    const Day last = bounded ? range->to - 1 : m_today.isValid() ? m_today - 1 : Day{0};
    m_from->setDate(qdate(bounded ? range->from : last.firstOfMonth()));
    m_to->setDate(qdate(last));
    m_calendars->adjustSize();
    m_calendars->popUp(this);
    m_from->setFocus();
}

} // namespace altimeter::ui
