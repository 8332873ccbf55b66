#include "ui/format/format.h"

#include <QDate>

#include <algorithm>
#include <array>
#include <cmath>

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

QString grouped(const QString& digits, const QLocale& locale)
{
    const QString separator = locale.groupSeparator();
    QString out;
    for (qsizetype i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0)
            out += separator;
        out += digits[i];
    }
    return out;
}

QString number(const Plain& parts, const QLocale& locale)
{
    QString out = grouped(parts.whole, locale);
    if (!parts.fraction.isEmpty())
        out += locale.decimalPoint() + parts.fraction;
    return out;
}

/// "$" or "IDR " in front of a number.
QString prefix(const Currency& currency)
{
    const QString sign = currencySign(currency);
    return sign.size() > 1 ? sign + kNbsp : sign;
}

QString smallestUnit(int decimals, const QLocale& locale)
{
    if (decimals == 0)
        return QStringLiteral("1");
    return QStringLiteral("0") + locale.decimalPoint() + QString(decimals - 1, QLatin1Char('0')) + QLatin1Char('1');
}

enum class Sign { Minus, Both };

QString write(Amount amount, const Currency& currency, const QLocale& locale, bool withCurrency, Sign sign)
{
    const int decimals = usualDecimals(currency);
    const Plain parts = split(amount.toRoundedString(decimals));
    const QString lead = withCurrency ? prefix(currency) : QString();
    const bool vanishes = !amount.isZero() && isAllZero(parts.whole) && isAllZero(parts.fraction);
    const bool negative = amount.isNegative();
    QString out;
    if (negative)
        out += kMinus;
    else if (sign == Sign::Both && !amount.isZero())
        out += QLatin1Char('+');
    if (vanishes)
        return out + QLatin1Char('<') + lead + smallestUnit(decimals, locale);
    return out + lead + number(parts, locale);
}

struct Scale {
    int power;
    const char* word;
};
constexpr std::array<Scale, 5> kScales{{{12, "T"}, {9, "B"}, {6, "M"}, {3, "k"}, {0, ""}}};

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
    while (text.endsWith(QLatin1Char('0')))
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
    const bool zero = std::none_of(digits.begin(), digits.end(), [](QChar c) { return c >= u'1' && c <= u'9'; });
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

struct DimWords {
    Dim::Kind kind;
    const char* title;
    const char* plural;
    const char* none;
};
// The titles are those of kDimInfos, in words that can be translated; a test compares them.
constexpr std::array<DimWords, 21> kDimWords{{
    {Dim::Kind::Provider, "Provider", "providers", "no provider"},
    {Dim::Kind::Service, "Service", "services", "no service"},
    {Dim::Kind::ServiceCategory, "Service category", "service categories", "no category"},
    {Dim::Kind::SubAccount, "Sub account", "sub accounts", "no sub account"},
    {Dim::Kind::BillingAccount, "Billing account", "billing accounts", "no billing account"},
    {Dim::Kind::Region, "Region", "regions", "no region"},
    {Dim::Kind::ChargeCategory, "Charge category", "charge categories", "no charge category"},
    {Dim::Kind::Commitment, "Commitment", "commitments", "no commitment"},
    {Dim::Kind::Resource, "Resource", "resources", "no resource"},
    {Dim::Kind::Sku, "SKU", "SKUs", "no SKU"},
    {Dim::Kind::Source, "Source", "sources", "no source"},
    {Dim::Kind::Team, "Team", "teams", "unallocated"},
    {Dim::Kind::CostCenter, "Cost center", "cost centers", "unallocated"},
    {Dim::Kind::Environment, "Environment", "environments", "unallocated"},
    {Dim::Kind::UseCase, "Use case", "use cases", "unallocated"},
    {Dim::Kind::Workflow, "Workflow", "workflows", "unallocated"},
    {Dim::Kind::Model, "Model", "models", "no model"},
    {Dim::Kind::Layer, "Layer", "layers", "no layer"},
    {Dim::Kind::Currency, "Currency", "currencies", "no currency"},
    {Dim::Kind::BillingPeriod, "Billing period", "billing periods", "no billing period"},
    {Dim::Kind::ChargeState, "Charge state", "charge states", "state not said"},
}};

const DimWords* words(const Dim& dim)
{
    const auto found =
        std::find_if(kDimWords.begin(), kDimWords.end(), [&](const DimWords& w) { return w.kind == dim.kind; });
    return found == kDimWords.end() ? nullptr : &*found;
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
    for (const Scale& scale : kScales) {
        const double unit = std::pow(10.0, scale.power);
        // 999.6 k must become 1 M, so the limit sits where three digits round up.
        if (std::fabs(value) < 0.9995 * unit && scale.power > 0)
            continue;
        const double scaled = value / unit;
        const QString digits = trimmedZeros(fixed(scaled, shortDecimals(scaled), locale), locale);
        const QString word = QLatin1String(scale.word);
        QString out = signedText(value, prefix(currency) + digits, false);
        return word.isEmpty() ? out : out + kNbsp + word;
    }
    return prefix(currency) + QLatin1Char('0');
}

QString moneyShort(Amount amount, const Currency& currency, const QLocale& locale)
{
    return moneyShort(amount.toDouble(), currency, locale);
}

QString moneyEstimate(double value, const Currency& currency, const QLocale& locale)
{
    const int decimals = std::fabs(value) < 1000 ? usualDecimals(currency) : 0;
    return signedText(value, prefix(currency) + fixed(value, decimals, locale), false);
}

QString moneyFull(Amount amount, const Currency& currency, const QLocale& locale)
{
    const Plain parts = split(amount.toString(usualDecimals(currency)));
    const auto code = currency.code();
    return (parts.negative ? QString(kMinus) : QString()) + number(parts, locale) + kNbsp +
           QString::fromUtf8(code.data(), static_cast<qsizetype>(code.size()));
}

QString exact(Amount amount)
{
    return text(amount.toString(2));
}

QString unknown()
{
    return QStringLiteral("unknown");
}

QString percent(double ratio, const QLocale& locale, int decimals)
{
    if (!std::isfinite(ratio))
        return kDash;
    return signedText(ratio, fixed(ratio * 100, decimals, locale), false) + kThinSpace + QLatin1Char('%');
}

QString percentChange(double ratio, const QLocale& locale, int decimals)
{
    if (!std::isfinite(ratio))
        return kDash;
    if (ratio > 9.999)
        return QChar(0x00D7) + fixed(ratio + 1, 0, locale);
    return signedText(ratio, fixed(ratio * 100, decimals, locale), true) + kThinSpace + QLatin1Char('%');
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

QString count(std::uint64_t n, const QString& one, const QString& many, const QLocale& locale)
{
    return count(n, locale) + QLatin1Char(' ') + (n == 1 ? one : many);
}

QString date(Day day, const QLocale& locale)
{
    return day.isValid() ? locale.toString(qdate(day), QStringLiteral("d MMM yyyy")) : QString();
}

QString dateShort(Day day, const QLocale& locale)
{
    return day.isValid() ? locale.toString(qdate(day), QStringLiteral("d MMM")) : QString();
}

QString month(Day day, const QLocale& locale)
{
    return day.isValid() ? locale.toString(qdate(day), QStringLiteral("MMMM yyyy")) : QString();
}

QString monthShort(Day day, const QLocale& locale)
{
    return day.isValid() ? locale.toString(qdate(day), QStringLiteral("MMM yyyy")) : QString();
}

QString step(Day day, Granularity step, const QLocale& locale)
{
    switch (step) {
    case Granularity::Month:
        return monthShort(day, locale);
    case Granularity::Week:
        return QStringLiteral("week of ") + date(day, locale);
    case Granularity::None:
    case Granularity::Day:
        break;
    }
    return date(day, locale);
}

QString range(const DateRange& range, const QLocale& locale)
{
    if (!range.from.isValid() && !range.to.isValid())
        return QStringLiteral("all time");
    if (!range.from.isValid())
        return QStringLiteral("until ") + date(range.to - 1, locale);
    if (!range.to.isValid())
        return QStringLiteral("since ") + date(range.from, locale);
    const Day first = range.from;
    const Day last = range.to - 1;
    if (last <= first)
        return date(first, locale);
    if (first.dayOfMonth() == 1 && range.to == first.addMonths(1))
        return month(first, locale);
    if (first.firstOfMonth() == last.firstOfMonth())
        return QString::number(first.dayOfMonth()) + kDash + date(last, locale);
    const QString spaced = QStringLiteral(" ") + kDash + QLatin1Char(' ');
    if (first.dayOfMonth() == 1 && range.to.dayOfMonth() == 1)
        return (first.year() == last.year() ? locale.toString(qdate(first), QStringLiteral("MMM"))
                                            : monthShort(first, locale)) +
               spaced + monthShort(last, locale);
    return (first.year() == last.year() ? dateShort(first, locale) : date(first, locale)) + spaced + date(last, locale);
}

QString lens(CostLens lens)
{
    switch (lens) {
    case CostLens::Effective:
        return QStringLiteral("Effective cost");
    case CostLens::Billed:
        return QStringLiteral("Billed cost");
    case CostLens::List:
        return QStringLiteral("List cost");
    case CostLens::Contracted:
        break;
    }
    return QStringLiteral("Contracted cost");
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

QString dimTitle(const Dim& dim)
{
    return shown(rawDimTitle(dim));
}

QString rawDimTitle(const Dim& dim)
{
    if (dim.kind == Dim::Kind::Tag)
        return QStringLiteral("Tag ") + text(dim.key);
    if (dim.kind == Dim::Kind::Column)
        return QStringLiteral("Column ") + text(dim.key);
    const DimWords* found = words(dim);
    return found ? QString::fromLatin1(found->title) : text(toString(dim));
}

QString dimPlural(const Dim& dim)
{
    const DimWords* found = words(dim);
    return found ? QString::fromLatin1(found->plural) : QStringLiteral("values of ") + shown(dim.key);
}

QString dimValue(const Dim& dim, const std::string& value)
{
    if (!value.empty())
        return shown(value);
    if (isOwnerDim(dim))
        return QStringLiteral("(unallocated)");
    const DimWords* found = words(dim);
    return QLatin1Char('(') + (found ? QString::fromLatin1(found->none) : QStringLiteral("no ") + shown(dim.key)) +
           QLatin1Char(')');
}

QString keys(const std::vector<Dim>& dims, const std::vector<std::string>& values, bool isOther)
{
    if (isOther)
        return QStringLiteral("Other");
    QStringList parts;
    for (std::size_t i = 0; i < values.size() && i < dims.size(); ++i)
        parts << dimValue(dims[i], values[i]);
    return parts.isEmpty() ? QStringLiteral("Total") : parts.join(QStringLiteral(" / "));
}

QString granularity(Granularity granularity)
{
    switch (granularity) {
    case Granularity::Day:
        return QStringLiteral("Daily");
    case Granularity::Week:
        return QStringLiteral("Weekly");
    case Granularity::Month:
        return QStringLiteral("Monthly");
    case Granularity::None:
        break;
    }
    return QStringLiteral("In total");
}

} // namespace altimeter::ui::format
