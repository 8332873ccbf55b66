#pragma once

#include <QLocale>
#include <QString>
#include <QStringList>

#include "models/domain/query.h"
#include "models/text/showntext.h"
#include "ui/format/dimtext.h"
#include "ui/format/englishplurals.h"
#include "ui/format/windowlocale.h"

/// How figures, days and names are written on screen. Amounts are written from their exact decimal digits; doubles
/// appear only where the value is one already (axis, forecast, percentages).
///
/// Digits, separators, grouping, the place of the currency, the order of day and month and their names are those of the
/// locale given. Screen text uses U+2212 for minus, U+2009 before the percent sign and U+00A0 between code and number
/// everywhere. Text made for other programs (`exact`, copies, CSV) uses plain ASCII.
namespace altimeter::ui::format {

inline const QChar kMinus(0x2212);
inline const QChar kThinSpace(0x2009);
inline const QChar kDash(0x2013);

/// Digits a currency is usually written with: 2, 0 for the yen, the won, the rupiah …, 3 for the dinars.
int usualDecimals(const Currency& currency);
/// "$", "€", "£" where one sign is unmistakable, otherwise the code.
QString currencySign(const Currency& currency);

/// "$31,842.17", "−€1,204.50", "IDR 1,204,000". Rounded half to even to the usual decimals; an amount that is not zero
/// but rounds to it reads "<$0.01" or "−<$0.01", so that nobody takes it for nothing.
QString money(Amount amount, const Currency& currency, const QLocale& locale);
/// Without the sign: "31,842.17", for columns whose currency is said elsewhere.
QString moneyBare(Amount amount, const Currency& currency, const QLocale& locale);
/// "+$1,204.50", "−$3.00", "$0.00".
QString moneyChange(Amount amount, const Currency& currency, const QLocale& locale);
/// The nearest short form: "$940", "$12.4 k", "$1.24 M", "−$3.1 B".
QString moneyShort(Amount amount, const Currency& currency, const QLocale& locale);
QString moneyShort(double value, const Currency& currency, const QLocale& locale);
/// An estimate: usual decimals below 1,000, none above.
QString moneyEstimate(double value, const Currency& currency, const QLocale& locale);
/// A plain decimal of any length with all its digits and the sign of the currency: "$1,204.50".
QString moneyOfDigits(const QString& plain, const Currency& currency, const QLocale& locale);
/// All digits, grouped, with the code: "31,842.170000150 USD". For tooltips.
QString moneyFull(Amount amount, const Currency& currency, const QLocale& locale);
/// Plain decimal for copying: "-31842.17000015", at least two digits after the point, never an exponent.
QString exact(Amount amount);
/// A statistic for copying: six digits that count, never an exponent: "0.0000123457".
QString rawNumber(double value);
/// What stands where a source left the cost empty.
QString unknown();

/// A plain decimal ("-1204.50") with all its digits as the locale writes them: "−1,204.50".
QString plainNumber(const QString& plain, const QLocale& locale);

/// "12.4 %" of a ratio 0.124. `decimals` digits.
QString percent(double ratio, const QLocale& locale, int decimals = 1);
/// "+12.4 %", "−3.0 %", "0.0 %"; above 999.9 % the factor: "×12".
QString percentChange(double ratio, const QLocale& locale, int decimals = 1);
/// now/before - 1; nothing where `before` is zero or negative (a percentage would mislead).
std::optional<double> changeRatio(Amount now, Amount before);

/// "1,204".
QString count(std::uint64_t n, const QLocale& locale = format::locale());
/// ASCII digits of `plain` in those of the locale, nothing else changed.
QString digits(QString plain, const QLocale& locale);
/// "1.5", "0.25": a figure that is no amount, with at most `decimals` decimals.
QString figure(double value, const QLocale& locale, int decimals = 2);

/// How the locale orders day, month and year with a short month name, as a pattern of QLocale: "d MMM yyyy".
QString datePattern(const QLocale& locale);
/// "19 Nov 2026", "Nov 19, 2026", "19. Nov. 2026"; empty for Day::none().
QString date(Day day, const QLocale& locale);
/// "Thu".
QString weekday(Day day, const QLocale& locale);
/// "Thu 19 Nov 2026".
QString dateWithWeekday(Day day, const QLocale& locale);
/// "2026-11-19 14:05:00 UTC", in a country "19. Nov. 2026 14:05:00 UTC"; empty where the instant is none.
QString instant(Instant at, const QLocale& locale);
/// A day as somebody types it there: as date() writes it, or in the short form of the locale with all four digits of
/// the year. Day::none(): it is none.
Day parseDate(const QString& typed, const QLocale& locale);
/// The digits of `typed` in ASCII.
QString plainDigits(QString typed);
/// "19 Nov".
QString dateShort(Day day, const QLocale& locale);
/// "November 2026".
QString month(Day day, const QLocale& locale);
/// "Nov 2026".
QString monthShort(Day day, const QLocale& locale);
/// "Nov".
QString monthName(Day day, const QLocale& locale);
/// One step: "19 Nov 2026", "week of 16 Nov 2026", "Nov 2026".
QString step(Day day, Granularity granularity, const QLocale& locale);
/// "1–19 Nov 2026", "20 Oct – 19 Nov 2026", "November 2026" for a whole month, "all time" where open.
QString range(const DateRange& range, const QLocale& locale);

/// "Daily, next in 3 h.": the first letter in upper case and a full stop, where the text has none.
QString sentence(const QString& text);
/// "1–19 Nov 2026 · Effective cost": facts side by side, without the empty ones.
QString joined(const QStringList& facts);
/// "Share: 12.4 %": a name with what it stands for, as assistive tools say it; the name alone where there is nothing.
QString labelled(const QString& name, const QString& value);

/// The bytes as they are: for values that go back to the session, to a file or to the clipboard.
inline QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}
/// Data as they may be seen: what acts unseen is named (words::shown). Every name on screen goes through here.
QString shown(const QString& text, words::LineEnds lineEnds = words::LineEnds::Shown);
inline QString shown(const std::string& utf8, words::LineEnds lineEnds = words::LineEnds::Shown)
{
    return QString::fromStdString(words::shown(utf8, lineEnds));
}
/// A name as the text of a menu entry or button, where a single & would mark a key.
QString menuText(const QString& name);

} // namespace altimeter::ui::format
