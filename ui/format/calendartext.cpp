#include "ui/format/calendartext.h"

#include <QObject>
#include <QStringList>

#include "ui/format/counted.h"
#include "ui/format/format.h"

#include <algorithm>

namespace altimeter::ui::calendartext {

namespace {

using format::forms;

QString sumText(const DecimalSum& sum, const Currency& currency, const QLocale& locale)
{
    const auto amount = Amount::parse(sum.toString(2));
    return amount ? format::money(*amount, currency, locale) : QString::fromStdString(sum.toString(2));
}

/// Of the cost that changed.
QString said(const std::array<std::optional<DecimalSum>, kLensCount>& sums, const Restatement& change,
             const QLocale& locale)
{
    const auto& sum = sums[static_cast<std::size_t>(change.lens())];
    return sum ? sumText(*sum, change.currency, locale) : QObject::tr("unknown");
}

/// `form` with its number; nothing where there is nothing to count.
QString unlessNone(std::uint64_t n, const QString& form, const QLocale& locale)
{
    return n == 0 ? QString() : form.arg(format::count(n, locale));
}

} // namespace

QString stateWord(CalendarDay::State state)
{
    switch (state) {
    case CalendarDay::State::None:
        return QObject::tr("Outside");
    case CalendarDay::State::Gap:
        return QObject::tr("Gap");
    case CalendarDay::State::Empty:
        return QObject::tr("Empty");
    case CalendarDay::State::Final:
        return QObject::tr("Final");
    case CalendarDay::State::Estimated:
        return QObject::tr("Estimated");
    case CalendarDay::State::Unsaid:
        return QObject::tr("Not said");
    }
    return {};
}

QString stateSentence(CalendarDay::State state)
{
    switch (state) {
    case CalendarDay::State::None:
        return QObject::tr("outside of what this source covers");
    case CalendarDay::State::Gap:
        return QObject::tr("Gap: nothing is known of this day");
    case CalendarDay::State::Empty:
        return QObject::tr("Empty: the source was asked and had nothing");
    case CalendarDay::State::Final:
        return QObject::tr("Final: these charges will not change any more");
    case CalendarDay::State::Estimated:
        return QObject::tr("Estimated: the source may still change these charges");
    case CalendarDay::State::Unsaid:
        return QObject::tr("The source does not say whether these charges are final");
    }
    return {};
}

QString cost(const CalendarDay& day, const QLocale& locale)
{
    QStringList amounts;
    for (const auto& [currency, amount] : day.cost)
        amounts << format::money(amount, currency, locale);
    return amounts.join(QStringLiteral(" · "));
}

QString restated(const CompletenessCalendar& calendar, const std::string& source, Day day, const QLocale& locale)
{
    QStringList changes;
    for (const Restatement& change : calendar.restatements) {
        if (change.source == source && change.from <= day && day < change.to)
            changes << said(change.before, change, locale) + QStringLiteral(" → ") + said(change.after, change, locale);
    }
    return changes.join(QStringLiteral("; "));
}

QString dayTitle(Day day, const QLocale& locale)
{
    return format::dateWithWeekday(day, locale);
}

QString spoken(const CompletenessCalendar& calendar, const CompletenessCalendar::Row& row, const CalendarDay& day,
               const QLocale& locale)
{
    QStringList words{stateSentence(day.state)};
    if (day.rows > 0)
        words << counted::lines(day.rows, locale);
    if (day.estimatedRows > 0)
        words << QObject::tr("%1 of them estimated").arg(format::count(day.estimatedRows, locale));
    if (const QString amounts = cost(day, locale); !amounts.isEmpty())
        words << amounts;
    if (day.askedAt.isValid())
        words << QObject::tr("asked %1").arg(format::instant(day.askedAt, locale));
    if (day.isRestated)
        words << QObject::tr("restated %1").arg(restated(calendar, row.source, day.day, locale)).trimmed();
    if (day.duplicates > 0)
        words << unlessNone(day.duplicates, QObject::tr("%1 duplicate(s)", nullptr, format::forms(day.duplicates)),
                            locale);
    if (day.isOverlapping) {
        QStringList others;
        for (const std::string& other : row.overlaps)
            others << format::shown(other);
        words << QObject::tr("overlaps with %1").arg(others.join(", "));
    }
    if (row.stoppedAfter.isValid() && row.stoppedAfter < day.day)
        words << QObject::tr("no charges after %1, while others go on").arg(dayTitle(row.stoppedAfter, locale));
    return QObject::tr("%1, %2: %3", "source, day, what is known of it")
        .arg(rowName(row).trimmed(), dayTitle(day.day, locale), words.join(QStringLiteral(", ")));
}

QString summary(const CompletenessCalendar& calendar, const QLocale& locale, bool isUpToDate)
{
    std::uint64_t sources = 0, missing = 0, estimated = 0, overlapping = 0, doubled = 0;
    for (const auto& row : calendar.rows) {
        if (row.isAccount) // its source counts
            continue;
        ++sources;
        for (const CalendarDay& day : row.days) {
            missing += day.state == CalendarDay::State::Gap ? 1U : 0U;
            estimated += day.state == CalendarDay::State::Estimated ? 1U : 0U;
            overlapping += day.isOverlapping ? 1U : 0U;
            doubled += day.duplicates > 0 ? 1U : 0U;
        }
    }
    QStringList words{
        counted::sources(sources, locale),
        missing == 0
            ? isUpToDate ? QObject::tr("no day missing") : QObject::tr("no day missing up to where each source ends")
            : unlessNone(missing, QObject::tr("%1 day(s) missing", nullptr, forms(missing)), locale),
        unlessNone(estimated, QObject::tr("%1 day(s) estimated", nullptr, forms(estimated)), locale),
        unlessNone(overlapping, QObject::tr("%1 [day overlaps|days overlap]", nullptr, forms(overlapping)), locale),
        unlessNone(doubled, QObject::tr("%1 [day holds|days hold] duplicates", nullptr, forms(doubled)), locale),
        unlessNone(calendar.stopped.size(),
                   QObject::tr("%1 account(s) stopped", nullptr, forms(calendar.stopped.size())), locale)};
    words.removeAll(QString());
    return words.join(QStringLiteral(" · "));
}

QString rowName(const CompletenessCalendar::Row& row)
{
    if (!row.isAccount)
        return format::shown(row.source);
    const QString account = format::shown(row.billingAccount);
    const QString provider = format::shown(row.provider);
    return QStringLiteral("    ") + QStringList{provider, account}.join(' ').trimmed();
}

void keepSeveralAccounts(CompletenessCalendar& calendar)
{
    auto& rows = calendar.rows;
    for (auto source = rows.begin(); source != rows.end();) {
        auto end = source + 1;
        while (end != rows.end() && end->isAccount)
            ++end;
        source = end - source == 2 ? rows.erase(source + 1) : end;
    }
}

std::size_t gaps(const CompletenessCalendar::Row& row)
{
    return static_cast<std::size_t>(std::count_if(
        row.days.begin(), row.days.end(), [](const CalendarDay& day) { return day.state == CalendarDay::State::Gap; }));
}

bool needsALook(const CompletenessCalendar::Row& row)
{
    return row.stoppedAfter.isValid() || std::any_of(row.days.begin(), row.days.end(), [](const CalendarDay& day) {
               return day.state == CalendarDay::State::Gap || day.isOverlapping || day.duplicates > 0;
           });
}

} // namespace altimeter::ui::calendartext
