#include "ui/pages/common/daterangeedit.h"

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
constexpr std::array<Preset, 11> kPresets{{{"mtd", "Month to date"},
                                           {"lm", "Last month"},
                                           {"m-2", "Month before last"},
                                           {"qtd", "Quarter to date"},
                                           {"lq", "Last quarter"},
                                           {"ytd", "Year to date"},
                                           {"7d", "Last 7 days"},
                                           {"30d", "Last 30 days"},
                                           {"90d", "Last 90 days"},
                                           {"13m", "13 months"},
                                           {"all", "All time"}}};

QDate qdate(Day day)
{
    return QDate(1970, 1, 1).addDays(day.number);
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
    calendar->setWeekdayTextFormat(Qt::Saturday, format);
    calendar->setWeekdayTextFormat(Qt::Sunday, format);
    calendar->setFirstDayOfWeek(Qt::Monday);
}

} // namespace

DateRangeEdit::DateRangeEdit(const QLocale& locale, QWidget* parent) : QWidget(parent), m_locale(locale)
{
    m_edit = new QLineEdit(this);
    m_edit->setAccessibleName(QStringLiteral("Date range"));
    m_edit->setToolTip(QStringLiteral("Type a range and press Enter: mtd, lm, q-1, 30d, 13m, 2026-09, "
                                      "2026-09-01..2026-09-15, fy26, all (Ctrl+D)"));
    m_edit->setPlaceholderText(QStringLiteral("mtd"));
    m_edit->setFixedWidth(116);
    m_edit->installEventFilter(this);
    m_presets = new QToolButton(this);
    m_presets->setIcon(themedIcon(QStringLiteral("calendar")));
    m_presets->setAccessibleName(QStringLiteral("Date range presets"));
    m_presets->setToolTip(QStringLiteral("Presets and calendars"));
    m_presets->setMinimumWidth(52);
    m_presets->setPopupMode(QToolButton::MenuButtonPopup);
    auto* menu = new QMenu(m_presets);
    for (const Preset& preset : kPresets) {
        const QString word = QString::fromLatin1(preset.word);
        menu->addAction(QString::fromLatin1(preset.title) + QLatin1Char('\t') + word, this,
                        [this, word] { choose(word); });
    }
    menu->addSeparator();
    menu->addAction(QStringLiteral("From and to…"), this, &DateRangeEdit::showCalendars);
    m_presets->setMenu(menu);
    connect(m_presets, &QToolButton::clicked, m_presets, &QToolButton::showMenu);
    m_echo = parts::label({}, "small", this);
    m_echo->setAccessibleName(QStringLiteral("Resolved dates"));
    m_back = arrow(QStringLiteral("chevron-left"), QStringLiteral("Previous period"), -1);
    m_forward = arrow(QStringLiteral("chevron-right"), QStringLiteral("Next period"), 1);

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
    const auto range = parseDateRange(m_edit->text().trimmed().toStdString(), today);
    const bool wasInvalid = m_edit->property("invalid").toBool();
    if (range && !m_today.isValid()) {
        m_echo->clear();
    } else if (range) {
        QString text = format::range(*range, m_locale);
        if (range->from.isValid() && range->to.isValid())
            text += QStringLiteral(" · ") + format::count(static_cast<std::uint64_t>(std::max(0, range->days())),
                                                          QStringLiteral("day"), QStringLiteral("days"), m_locale);
        m_echo->setText(text);
    } else {
        m_echo->setText(format::text(range.error().what));
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
    const std::string word = text.trimmed().toStdString();
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

QFrame* DateRangeEdit::makeCalendars()
{
    auto* frame = new QFrame(this, Qt::Popup);
    frame->setProperty("card", true);
    frame->setAccessibleName(QStringLiteral("From and to"));
    m_from = new QDateEdit(frame);
    m_to = new QDateEdit(frame);
    m_from->setAccessibleName(QStringLiteral("From"));
    m_to->setAccessibleName(QStringLiteral("To"));
    for (QDateEdit* edit : {m_from, m_to}) {
        edit->setCalendarPopup(true);
        edit->setLocale(m_locale);
        edit->setDisplayFormat(QStringLiteral("d MMM yyyy"));
        edit->setMinimumWidth(150);
        plainWeekend(edit);
    }
    m_from->setToolTip(QStringLiteral("First day, inside the range"));
    m_to->setToolTip(QStringLiteral("Last day, inside the range"));
    auto* use = parts::button(QStringLiteral("Show these days"), QStringLiteral("Use both dates"), "primary", frame);
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
    form->addRow(QStringLiteral("From"), m_from);
    form->addRow(QStringLiteral("To"), m_to);
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
