#include "ui/format/format.h"

#include <QDate>
#include <QObject>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace altimeter::ui::format {

namespace {

const QChar kNbsp(0x00A0);

struct Plain {
    bool negative = false;
    QString whole;
    QString fraction;
};

/// Takes "-1234.50" apart; the domain writes plain ASCII.
Plain split(const std::string& plain)
{
    Plain parts;
    QString text = QString::fromLatin1(plain.data(), static_cast<qsizetype>(plain.size()));
    if (text.startsWith(QLatin1Char('-'))) {
        parts.negative = true;
        text.remove(0, 1);
    }
    const auto point = text.indexOf(QLatin1Char('.'));
    parts.whole = point < 0 ? text : text.left(point);
    parts.fraction = point < 0 ? QString() : text.mid(point + 1);
    return parts;
}

bool isAllZero(const QString& digits)
{
    return std::all_of(digits.begin(), digits.end(), [](QChar c) { return c == QLatin1Char('0'); });
}

/// How a locale sets digits apart: 1,204,332 or 12,04,332 or 1204.
struct Grouping {
    qsizetype first = 3;  ///< digits of the group before the decimal point
    qsizetype higher = 3; ///< digits of the others
    qsizetype least = 4;  ///< digits from which on there are groups
};

/// Read off a number of the locale's own, for Qt does not say it.
Grouping readGrouping(const QLocale& locale)
{
    const QString separator = locale.groupSeparator();
    const QStringList groups = locale.toString(qlonglong(1'234'567'890'123'456)).split(separator);
    if (groups.size() < 3)
        return {0, 0, std::numeric_limits<qsizetype>::max()};
    Grouping grouping{groups.back().size(), groups.at(groups.size() - 2).size(), groups.back().size() + 1};
    for (qlonglong small = 1234; !locale.toString(small).contains(separator) && small < 100'000'000;) {
        small = small * 10 + 5;
        ++grouping.least;
    }
    return grouping;
}

/// "1" and what stands around an amount: the currency in front or behind, with or without a space.
struct CurrencyPlace {
    bool isBehind = false;
    bool isSpaced = false;
};

CurrencyPlace readCurrencyPlace(const QLocale& locale)
{
    if (locale.language() == QLocale::C)
        return {};
    const QString sample = locale.toCurrencyString(1.0, QStringLiteral("¤"));
    const auto sign = sample.indexOf(u'¤');
    const auto isDigit = [](QChar c) { return c.isDigit(); };
    const bool isBehind = std::any_of(sample.begin(), sample.begin() + sign, isDigit);
    const auto beside = isBehind ? sign - 1 : sign + 1;
    return {isBehind, beside >= 0 && beside < sample.size() && sample[beside].isSpace()};
}

/// What is read off a locale, kept for the one in use: thousands of cells ask for the same.
struct Habits {
    QLocale locale;
    QString separator, point;
    Grouping grouping;
    CurrencyPlace currency;
    char16_t zero = u'0';
};

const Habits& habitsOf(const QLocale& locale)
{
    const auto read = [](const QLocale& of) {
        const QString zero = of.zeroDigit();
        return Habits{of,
                      of.groupSeparator(),
                      of.decimalPoint(),
                      readGrouping(of),
                      readCurrencyPlace(of),
                      zero.size() == 1 ? zero.at(0).unicode() : u'0'};
    };
    thread_local Habits habits = read(neutralLocale());
    if (habits.locale != locale)
        habits = read(locale);
    return habits;
}

QString grouped(const QString& plain, const QLocale& locale)
{
    const Habits& habits = habitsOf(locale);
    if (plain.size() < habits.grouping.least)
        return digits(plain, locale);
    QString out;
    for (qsizetype i = 0; i < plain.size(); ++i) {
        const qsizetype left = plain.size() - i - habits.grouping.first; // digits before the first group
        if (i > 0 && left >= 0 && left % habits.grouping.higher == 0)
            out += habits.separator;
        out += plain[i];
    }
    return digits(out, locale);
}

QString number(const Plain& parts, const QLocale& locale)
{
    QString out = grouped(parts.whole, locale);
    if (!parts.fraction.isEmpty())
        out += habitsOf(locale).point + digits(parts.fraction, locale);
    return out;
}

/// "$1.00", "IDR 1", "1,00 $": a sign stands close where the locale has it so, a code never.
QString withSign(const QString& number, const Currency& currency, const QLocale& locale)
{
    const CurrencyPlace place = habitsOf(locale).currency;
    const QString sign = currencySign(currency);
    const QString gap = place.isSpaced || sign.size() > 1 ? QString(kNbsp) : QString();
    return place.isBehind ? number + gap + sign : sign + gap + number;
}

QString smallestUnit(int decimals, const QLocale& locale)
{
    return decimals == 0 ? number({false, QStringLiteral("1"), {}}, locale)
                         : number({false, QStringLiteral("0"), QString(decimals - 1, u'0') + u'1'}, locale);
}

enum class Sign { Minus, Both };

QString write(Amount amount, const Currency& currency, const QLocale& locale, bool withCurrency, Sign sign)
{
    const int decimals = usualDecimals(currency);
    const Plain parts = split(amount.toRoundedString(decimals));
    const auto dressed = [&](const QString& bare) { return withCurrency ? withSign(bare, currency, locale) : bare; };
    const bool vanishes = !amount.isZero() && isAllZero(parts.whole) && isAllZero(parts.fraction);
    const bool negative = amount.isNegative();
    QString out;
    if (negative)
        out += kMinus;
    else if (sign == Sign::Both && !amount.isZero())
        out += QLatin1Char('+');
    if (vanishes)
        return out + QLatin1Char('<') + dressed(smallestUnit(decimals, locale));
    return out + dressed(number(parts, locale));
}

constexpr std::array<int, 5> kPowers{12, 9, 6, 3, 0};

/// "%1" with the word for a power of ten, which languages write in their own way.
QString scaleText(int power)
{
    switch (power) {
    case 12:
        return QObject::tr("%1\u00A0T", "trillions, 10^12, as short as an axis needs it");
    case 9:
        return QObject::tr("%1\u00A0B", "billions, 10^9");
    case 6:
        return QObject::tr("%1\u00A0M", "millions");
    case 3:
        return QObject::tr("%1\u00A0k", "thousands");
    default:
        return QStringLiteral("%1");
    }
}

/// Three digits that matter: 1.24, 12.4, 124.
int shortDecimals(double scaled)
{
    const double size = std::fabs(scaled);
    return size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
}

QString trimmedZeros(QString text, const QLocale& locale)
{
    const QString point = locale.decimalPoint();
    if (!text.contains(point))
        return text;
    while (text.back().digitValue() == 0)
        text.chop(1);
    if (text.endsWith(point))
        text.chop(point.size());
    return text;
}

QString fixed(double value, int decimals, const QLocale& locale)
{
    QLocale plain = locale;
    plain.setNumberOptions(QLocale::DefaultNumberOptions);
    return plain.toString(std::fabs(value), 'f', decimals);
}

/// A minus in front, but never of something that is written as zero.
QString signedText(double value, const QString& digits, bool plus)
{
    const bool zero = std::none_of(digits.begin(), digits.end(), [](QChar c) { return c.digitValue() > 0; });
    if (zero)
        return digits;
    if (value < 0)
        return kMinus + digits;
    return plus ? QLatin1Char('+') + digits : digits;
}

QDate qdate(Day day)
{
    return QDate(1970, 1, 1).addDays(day.number);
}

/// Without the marks of direction that come with it in some locales.
QString percentSign(const QLocale& locale)
{
    static const QRegularExpression unseen(QStringLiteral("[\\x{061C}\\x{200E}\\x{200F}]"));
    return locale.percent().remove(unseen);
}

bool isYearFirst(const QString& pattern)
{
    return pattern.indexOf(u'y') < pattern.indexOf(u'M');
}

/// Where the day stands; -1 where it does not. A d of a quoted word such as 'de' is none.
qsizetype dayField(const QString& pattern)
{
    static const QRegularExpression day(QStringLiteral("(?<!['\\w])d(?!\\w)"));
    return pattern.indexOf(day);
}

qsizetype monthEnd(const QString& pattern)
{
    return pattern.lastIndexOf(u'M') + 1;
}

/// "d MMM", "MMM d", "M月d日": what lies between the year and the other two goes with it.
QString withoutYear(const QString& pattern)
{
    if (isYearFirst(pattern))
        return pattern.mid(pattern.indexOf(u'M'));
    return pattern.left(std::max(monthEnd(pattern), dayField(pattern) + 1));
}

/// "MMM yyyy", "yyyy年M月".
QString withoutDay(const QString& pattern)
{
    const auto day = dayField(pattern), month = pattern.indexOf(u'M'), year = pattern.indexOf(u'y');
    if (day < 0)
        return pattern;
    if (day < month)
        return pattern.left(day) + pattern.mid(month);
    if (day < year) // "MMM d, yyyy"
        return pattern.left(monthEnd(pattern)) + u' ' + pattern.mid(year);
    return pattern.left(day).trimmed();
}

/// The name a month has without a day beside it ("ноябрь", not "ноября").
QString monthText(Day day, const QLocale& locale, QLocale::FormatType length)
{
    if (!day.isValid())
        return {};
    const QString name = locale.standaloneMonthName(day.month(), length);
    QString pattern = withoutDay(datePattern(locale));
    pattern.replace(QLatin1String("MMM"), u'\'' + QString(name).replace(u'\'', QLatin1String("''")) + u'\'');
    return locale.toString(qdate(day), pattern);
}

} // namespace

int usualDecimals(const Currency& currency)
{
    static constexpr std::array<std::string_view, 15> none{"JPY", "KRW", "VND", "IDR", "CLP", "ISK", "UGX", "XAF",
                                                           "XOF", "XPF", "PYG", "RWF", "KMF", "GNF", "BIF"};
    static constexpr std::array<std::string_view, 7> three{"KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"};
    const auto code = currency.code();
    if (std::find(none.begin(), none.end(), code) != none.end())
        return 0;
    return std::find(three.begin(), three.end(), code) != three.end() ? 3 : 2;
}

QString currencySign(const Currency& currency)
{
    const auto code = currency.code();
    if (code == "USD")
        return QStringLiteral("$");
    if (code == "EUR")
        return QStringLiteral("€");
    if (code == "GBP")
        return QStringLiteral("£");
    if (code == "JPY")
        return QStringLiteral("¥");
    if (code == "INR")
        return QStringLiteral("₹");
    return QString::fromUtf8(code.data(), static_cast<qsizetype>(code.size()));
}

QString money(Amount amount, const Currency& currency, const QLocale& locale)
{
    return write(amount, currency, locale, true, Sign::Minus);
}

QString moneyBare(Amount amount, const Currency& currency, const QLocale& locale)
{
    return write(amount, currency, locale, false, Sign::Minus);
}

QString moneyChange(Amount amount, const Currency& currency, const QLocale& locale)
{
    return write(amount, currency, locale, true, Sign::Both);
}

QString moneyShort(double value, const Currency& currency, const QLocale& locale)
{
    for (const int power : kPowers) {
        const double unit = std::pow(10.0, power);
        // 999.6 k must become 1 M, so the limit sits where three digits round up.
        if (std::fabs(value) < 0.9995 * unit && power > 0)
            continue;
        const double scaled = value / unit;
        const QString short3 = trimmedZeros(fixed(scaled, shortDecimals(scaled), locale), locale);
        if (habitsOf(locale).currency.isBehind) // "1,24 M $"
            return signedText(value, withSign(scaleText(power).arg(short3), currency, locale), false);
        return scaleText(power).arg(signedText(value, withSign(short3, currency, locale), false));
    }
    return withSign(digits(QStringLiteral("0"), locale), currency, locale);
}

QString moneyShort(Amount amount, const Currency& currency, const QLocale& locale)
{
    return moneyShort(amount.toDouble(), currency, locale);
}

QString moneyEstimate(double value, const Currency& currency, const QLocale& locale)
{
    const int decimals = std::fabs(value) < 1000 ? usualDecimals(currency) : 0;
    return signedText(value, withSign(fixed(value, decimals, locale), currency, locale), false);
}

QString moneyOfDigits(const QString& plain, const Currency& currency, const QLocale& locale)
{
    const Plain parts = split(plain.toStdString());
    return (parts.negative ? QString(kMinus) : QString()) + withSign(number(parts, locale), currency, locale);
}

QString moneyFull(Amount amount, const Currency& currency, const QLocale& locale)
{
    const Plain parts = split(amount.toString(usualDecimals(currency)));
    const auto code = currency.code();
    return (parts.negative ? QString(kMinus) : QString()) + number(parts, locale) + kNbsp +
           QString::fromUtf8(code.data(), static_cast<qsizetype>(code.size()));
}

QString plainNumber(const QString& plain, const QLocale& locale)
{
    const Plain parts = split(plain.toStdString());
    return (parts.negative ? QString(kMinus) : QString()) + number(parts, locale);
}

QString rawNumber(double value)
{
    constexpr int kDigits = 6;
    const int before = value == 0 ? 1 : static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
    QString text = QString::number(value, 'f', std::clamp(kDigits - before, 0, 30));
    if (text.contains(u'.')) {
        while (text.endsWith(u'0'))
            text.chop(1);
        if (text.endsWith(u'.'))
            text.chop(1);
    }
    return text;
}

QString exact(Amount amount)
{
    return text(amount.toString(2));
}

QString unknown()
{
    return QObject::tr("unknown");
}

QString percent(double ratio, const QLocale& locale, int decimals)
{
    if (!std::isfinite(ratio))
        return kDash;
    return signedText(ratio, fixed(ratio * 100, decimals, locale), false) + kThinSpace + percentSign(locale);
}

QString percentChange(double ratio, const QLocale& locale, int decimals)
{
    if (!std::isfinite(ratio))
        return kDash;
    if (ratio > 9.999)
        return QChar(0x00D7) + fixed(ratio + 1, 0, locale);
    return signedText(ratio, fixed(ratio * 100, decimals, locale), true) + kThinSpace + percentSign(locale);
}

std::optional<double> changeRatio(Amount now, Amount before)
{
    if (before.isZero() || before.isNegative())
        return std::nullopt;
    return now.toDouble() / before.toDouble() - 1;
}

QString count(std::uint64_t n, const QLocale& locale)
{
    return grouped(QString::number(n), locale);
}

QString digits(QString plain, const QLocale& locale)
{
    const char16_t zero = habitsOf(locale).zero;
    if (zero != u'0') {
        for (QChar& c : plain) {
            if (c >= u'0' && c <= u'9')
                c = QChar(static_cast<char16_t>(zero + (c.unicode() - u'0')));
        }
    }
    return plain;
}

QString figure(double value, const QLocale& locale, int decimals)
{
    return signedText(value, trimmedZeros(fixed(value, decimals, locale), locale), false);
}

QString datePattern(const QLocale& locale)
{
    static const QRegularExpression weekday(QStringLiteral("^dddd\\S*\\s*|[,،]?\\s*dddd\\S*$"));
    QString pattern = locale.dateFormat(QLocale::LongFormat).remove(weekday);
    return pattern.replace(QLatin1String("MMMM"), QLatin1String("MMM"));
}

QString date(Day day, const QLocale& locale)
{
    return day.isValid() ? locale.toString(qdate(day), datePattern(locale)) : QString();
}

QString dateWithWeekday(Day day, const QLocale& locale)
{
    return day.isValid() ? weekday(day, locale) + QLatin1Char(' ') + date(day, locale) : QString();
}

QString weekday(Day day, const QLocale& locale)
{
    return locale.standaloneDayName(day.weekday() + 1, QLocale::ShortFormat);
}

QString instant(Instant at, const QLocale& locale)
{
    if (!at.isValid())
        return {};
    const QString iso = text(toString(at)); // "2026-11-19T14:05:00Z"
    if (locale.language() == QLocale::C)
        return QString(iso).replace(u'T', u' ').replace(QLatin1String("Z"), QLatin1String(" UTC"));
    QString pattern = locale.timeFormat(QLocale::ShortFormat);
    if (const auto minutes = pattern.indexOf(QLatin1String("mm")); minutes > 0)
        pattern.insert(minutes + 2, pattern.at(minutes - 1) + QStringLiteral("ss"));
    const QTime time = QTime::fromString(iso.mid(11, 8), QStringLiteral("HH:mm:ss"));
    return QStringLiteral("%1 %2 UTC").arg(date(at.day(), locale), locale.toString(time, pattern));
}

QString plainDigits(QString typed)
{
    for (QChar& c : typed) {
        if (c.digitValue() >= 0)
            c = QChar(u'0' + static_cast<char16_t>(c.digitValue()));
    }
    return typed;
}

Day parseDate(const QString& typed, const QLocale& locale)
{
    static const QRegularExpression shortYear(QStringLiteral("(?<!y)yy(?!y)")), marks(QStringLiteral("[\u200E\u200F]"));
    const QString numeric = locale.dateFormat(QLocale::ShortFormat)
                                .remove(marks)
                                .replace(shortYear, QStringLiteral("yyyy"))
                                .replace(QLatin1String("dd"), QLatin1String("d"))
                                .replace(QLatin1String("MM"), QLatin1String("M"));
    QDate date = QLocale::c().toDate(plainDigits(typed.trimmed()), numeric);
    if (!date.isValid())
        date = locale.toDate(typed.trimmed(), datePattern(locale));
    return date.isValid() && date.year() > 999 ? Day::fromYmd(date.year(), date.month(), date.day()) : Day::none();
}

QString dateShort(Day day, const QLocale& locale)
{
    return day.isValid() ? locale.toString(qdate(day), withoutYear(datePattern(locale))) : QString();
}

QString month(Day day, const QLocale& locale)
{
    return monthText(day, locale, QLocale::LongFormat);
}

QString monthShort(Day day, const QLocale& locale)
{
    return monthText(day, locale, QLocale::ShortFormat);
}

QString monthName(Day day, const QLocale& locale)
{
    return locale.standaloneMonthName(day.month(), QLocale::ShortFormat);
}

QString step(Day day, Granularity step, const QLocale& locale)
{
    switch (step) {
    case Granularity::Month:
        return monthShort(day, locale);
    case Granularity::Week:
        return QObject::tr("week of %1").arg(date(day, locale));
    case Granularity::None:
    case Granularity::Day:
        break;
    }
    return date(day, locale);
}

QString range(const DateRange& range, const QLocale& locale)
{
    if (!range.from.isValid() && !range.to.isValid())
        return QObject::tr("all time");
    if (!range.from.isValid())
        return QObject::tr("until %1").arg(date(range.to - 1, locale));
    if (!range.to.isValid())
        return QObject::tr("since %1").arg(date(range.from, locale));
    const Day first = range.from;
    const Day last = range.to - 1;
    if (last <= first)
        return date(first, locale);
    if (first.dayOfMonth() == 1 && range.to == first.addMonths(1))
        return month(first, locale);
    if (first.firstOfMonth() == last.firstOfMonth() && datePattern(locale).startsWith(u'd')) {
        const QString day = datePattern(locale).section(u' ', 0, 0); // "d" or "d."
        return locale.toString(qdate(first), day) + kDash + date(last, locale);
    }
    const QString spaced = QStringLiteral(" ") + kDash + QLatin1Char(' ');
    const bool oneYear = first.year() == last.year() && !isYearFirst(datePattern(locale));
    if (first.dayOfMonth() == 1 && range.to.dayOfMonth() == 1)
        return (oneYear ? monthName(first, locale) : monthShort(first, locale)) + spaced + monthShort(last, locale);
    return (oneYear ? dateShort(first, locale) : date(first, locale)) + spaced + date(last, locale);
}

QString sentence(const QString& text)
{
    QString said = text.trimmed();
    if (said.isEmpty())
        return said;
    said[0] = said[0].toUpper();
    return said.endsWith(u'.') ? said : QObject::tr("%1.", "a sentence and its full stop").arg(said);
}

QString joined(const QStringList& facts)
{
    QStringList said = facts;
    said.removeAll(QString());
    return said.join(QStringLiteral(" · "));
}

QString labelled(const QString& name, const QString& value)
{
    return value.isEmpty() ? name : QObject::tr("%1: %2", "name: value").arg(name, value);
}

QString shown(const QString& text, words::LineEnds lineEnds)
{
    const bool isPlain = std::all_of(text.begin(), text.end(),
                                     [](QChar c) { return !c.isSurrogate() && !words::actsUnseen(c.unicode()); });
    return isPlain ? text : QString::fromStdString(words::shown(text.toStdString(), lineEnds));
}

QString menuText(const QString& name)
{
    return shown(name).replace(u'&', QStringLiteral("&&"));
}

} // namespace altimeter::ui::format
