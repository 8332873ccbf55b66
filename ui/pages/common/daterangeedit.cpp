#include "ui/pages/common/daterangeedit.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/rangetext.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QCalendarWidget>
#include <QDateEdit>
#include <QFormLayout>
#include <QFrame>
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
constexpr std::array<Preset, 11> kPresets{
    {{"mtd", QT_TRANSLATE_NOOP("altimeter::ui::DateRangeEdit", "Month to date")},
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

/// What was typed in the words of parseDateRange: days written as in the user's country become 2026-11-19.
std::string wordOf(const QString& typed)
{
    QStringList days = typed.trimmed().split(QStringLiteral(".."));
    for (QString& part : days) {
        const Day day = format::parseDate(part, format::locale());
        part = day.isValid() ? format::text(toString(day)) : format::plainDigits(part.trimmed());
    }
    return days.join(QStringLiteral("..")).toStdString();
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
    m_edit->setToolTip(tr("Type a range and press Enter: %1, a day, or two days with .. between them (Ctrl+D)")
                           .arg(QStringLiteral("mtd, lm, q-1, 30d, 13m, 2026-09, 2026-09-01..2026-09-15, fy26, all")));
    m_edit->setPlaceholderText(QStringLiteral("mtd"));
    m_edit->setFixedWidth(116);
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
    const auto range = parseDateRange(text, today);
    const bool bounded = range && range->from.isValid() && range->to.isValid();
    m_back->setEnabled(bounded);
    m_forward->setEnabled(bounded);
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
    const auto range = parseDateRange(wordOf(m_edit->text()), today);
    const bool wasInvalid = m_edit->property("invalid").toBool();
    if (range && !m_today.isValid()) {
        m_echo->clear();
    } else if (range) {
        QString text = format::range(*range, format::locale());
        if (range->from.isValid() && range->to.isValid())
            text = format::joined(
                {text, counted::days(static_cast<std::uint64_t>(std::max(0, range->days())), format::locale())});
        m_echo->setText(text);
    } else {
        m_echo->setText(tr("No range of dates: %1").arg(format::text(range.error().what)));
    }
    if (wasInvalid == range.ok()) {
        m_edit->setProperty("invalid", !range.ok());
        parts::setRole(m_echo, range ? "small" : "bad");
        restyle(m_edit);
    }
    m_echo->setToolTip(m_echo->text());
}

void DateRangeEdit::choose(const QString& text)
{
    const std::string word = wordOf(text);
    if (!parseDateRange(word, m_today)) {
        m_edit->setText(text);
        showEcho();
        return;
    }
    m_edit->setModified(false);
    if (word != m_text)
        emit rangeChosen(QString::fromStdString(word));
}

void DateRangeEdit::shift(int by)
{
    const auto range = parseDateRange(m_text, m_today);
    if (range && range->from.isValid() && range->to.isValid())
        choose(format::text(rangeText(shiftedRange(*range, by))));
}

bool DateRangeEdit::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_edit && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        setRange(std::string(m_text), m_today);
        m_edit->selectAll();
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

QFrame* DateRangeEdit::makeCalendars()
{
    auto* frame = new QFrame(this, Qt::Popup);
    frame->setProperty("card", true);
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
    const auto range = parseDateRange(m_text, m_today);
    const bool bounded = range && range->from.isValid() && range->to.isValid();
    const Day last = bounded ? range->to - 1 : m_today.isValid() ? m_today - 1 : Day{0};
    m_from->setDate(qdate(bounded ? range->from : last.firstOfMonth()));
    m_to->setDate(qdate(last));
    m_calendars->adjustSize();
    m_calendars->move(mapToGlobal(QPoint(0, height() + 4)));
    m_calendars->show();
    m_from->setFocus();
}

} // namespace altimeter::ui
