#include "ui/format/daterange.h"

#include "ui/format/format.h"

#include <QLocale>
#include <QObject>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace altimeter::ui::format {

namespace {

DateSettings& settings()
{
    static DateSettings chosen;
    return chosen;
}

std::function<Day()>& presentDay()
{
    static std::function<Day()> clock;
    return clock;
}

/// As the grammar compares it.
std::string folded(const QString& text)
{
    return plainDigits(text).toLower().trimmed().toStdString();
}

void addOnce(std::vector<std::string>& words, const std::string& word)
{
    if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end())
        words.push_back(word);
}

/// Every way a locale writes its months, with and without a full stop.
void addMonths(DateHabits& habits, const QLocale& locale)
{
    for (int month = 1; month <= 12; ++month) {
        auto& names = habits.months[static_cast<std::size_t>(month - 1)];
        for (const auto length : {QLocale::LongFormat, QLocale::ShortFormat}) {
            for (const QString& name : {locale.monthName(month, length), locale.standaloneMonthName(month, length)}) {
                addOnce(names, folded(name));
                if (name.endsWith(u'.'))
                    addOnce(names, folded(name.chopped(1)));
            }
        }
    }
}

/// The words of a date that are no part of it: "de" of "d 'de' MMM", "年" of "yyyy年".
void addFillers(DateHabits& habits, const QString& pattern)
{
    static const QRegularExpression quoted(QStringLiteral("'([^']+)'")), field(QStringLiteral("[dMyE]+"));
    QString words = pattern;
    words.remove(quoted).replace(field, QStringLiteral(" "));
    for (auto found = quoted.globalMatch(pattern); found.hasNext();)
        words.append(u' ').append(found.next().captured(1));
    static const QRegularExpression noLetters(QStringLiteral("[^\\p{L}]+"));
    for (const QString& word : words.split(noLetters, Qt::SkipEmptyParts))
        addOnce(habits.fillers, folded(word));
}

/// The words before the place of a sentence like "since %1".
std::vector<std::string> lead(const QString& sentence)
{
    const QString before = sentence.section(QStringLiteral("%1"), 0, 0);
    return before.isEmpty() ? std::vector<std::string>() : std::vector<std::string>{folded(before)};
}

DateHabits::Slashes slashesOf(const QLocale& locale)
{
    const QString pattern = locale.dateFormat(QLocale::ShortFormat);
    return pattern.indexOf(u'M') < pattern.indexOf(u'd') && pattern.indexOf(u'd') < pattern.indexOf(u'y')
               ? DateHabits::Slashes::MonthFirst
               : DateHabits::Slashes::DayFirst;
}

} // namespace

const DateSettings& dateSettings()
{
    return settings();
}

void setDateSettings(const DateSettings& chosen)
{
    settings() = chosen;
}

DateSettings dateSettingsOf(const QString& fiscalYear, const QString& weekStart)
{
    DateSettings chosen;
    const int month = fiscalYear.toInt();
    if (month >= 1 && month <= 12)
        chosen.fiscalYearStart = month;
    if (weekStart == QLatin1String("saturday"))
        chosen.weekStart = 5;
    else if (weekStart == QLatin1String("sunday"))
        chosen.weekStart = 6;
    else if (weekStart == QLatin1String("country"))
        chosen.weekStart = static_cast<int>(locale().firstDayOfWeek()) - 1;
    return chosen;
}

void setPresentDay(std::function<Day()> clock)
{
    presentDay() = std::move(clock);
}

int daysOld(Day dataThrough)
{
    constexpr int kUsualDelay = 3;
    const Day now = presentDay() ? presentDay()() : Day::none();
    const int age = now.isValid() && dataThrough.isValid() ? now - dataThrough : 0;
    return age > kUsualDelay ? age : 0;
}

DateHabits dateHabits()
{
    static QLocale known;
    static DateHabits words; // of that locale: a page asks for its days many times
    const QString all = QObject::tr("all time");
    if (known != locale() || words.all != std::vector<std::string>{folded(all)}) {
        known = locale();
        words = {};
        words.slashes = slashesOf(locale());
        addMonths(words, locale());
        addFillers(words, datePattern(locale()));
        words.since = lead(QObject::tr("since %1"));
        words.until = lead(QObject::tr("until %1"));
        words.weekOf = lead(QObject::tr("week of %1"));
        words.all = {folded(all)};
    }
    DateHabits habits = words;
    habits.fiscalYearStart = settings().fiscalYearStart;
    habits.weekStart = settings().weekStart;
    if (presentDay())
        habits.now = presentDay()();
    return habits;
}

Result<TypedRange> readRange(const QString& typed, Day today)
{
    return readDateRange(folded(typed), today, dateHabits());
}

Result<TypedRange> readRange(const std::string& stored, Day today)
{
    return readRange(text(stored), today);
}

Result<std::string> storedRange(const QString& typed, Day today)
{
    const auto here = readRange(typed, today);
    if (!here)
        return here.error();
    DateHabits anywhere;
    anywhere.fiscalYearStart = settings().fiscalYearStart;
    anywhere.weekStart = settings().weekStart;
    anywhere.now = dateHabits().now;
    const std::string plain = plainDigits(typed.trimmed()).toStdString();
    const auto there = readDateRange(plain, today, anywhere);
    const bool isSame = there && there->days == here->days && there->step == here->step;
    return isSame ? plain : rangeText(here->days);
}

QString covered(const DaysCovered& days)
{
    if (!days.isPart())
        return {};
    return QObject::tr("%1 of %2 day(s)", "some of all", forms(static_cast<std::uint64_t>(days.days)))
        .arg(count(static_cast<std::uint64_t>(days.covered)), count(static_cast<std::uint64_t>(days.days)));
}

QString compared(const DateRange& shown, const DaysCovered& days, const DateRange& base, const DaysCovered& baseDays)
{
    const auto written = [](const DateRange& each, const DaysCovered& known) {
        const QString part = covered(known);
        return part.isEmpty()
                   ? range(each, locale())
                   : QObject::tr("%1 (data of %2)", "days, how many of them").arg(range(each, locale()), part);
    };
    return QObject::tr("%1  against  %2", "a period and what it is compared with")
        .arg(written(shown, days), written(base, baseDays));
}

QString comparedWith(CompareWith with)
{
    return with == CompareWith::YearBefore ? QObject::tr("Same period last year") : QObject::tr("Period before");
}

} // namespace altimeter::ui::format
