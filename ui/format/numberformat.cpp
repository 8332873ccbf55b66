#include "ui/format/numberformat.h"

#include "models/domain/decimal.h"
#include "ui/format/format.h"

#include <QObject>
#include <QStringList>

#include <algorithm>

namespace altimeter::ui::format {

namespace {

/// `plain`, a decimal without a sign, divided by ten to the power of `places`.
std::string dividedBy(std::string plain, std::size_t places)
{
    std::size_t point = plain.find('.');
    if (point == std::string::npos) {
        point = plain.size();
        plain += '.';
    }
    plain.erase(point, 1);
    if (point <= places) {
        plain.insert(0, places - point + 1, '0');
        point = places + 1;
    }
    if (point - places < plain.size())
        plain.insert(point - places, 1, '.');
    return plain;
}

} // namespace

QString moneyAs(const NumberFormat& as, Amount amount, const Currency& currency, const QLocale& locale)
{
    const int scale = static_cast<int>(as.scale);
    const int decimals = as.decimals != NumberFormat::kUsual ? as.decimals : scale > 0 ? 1 : usualDecimals(currency);
    std::string plain = amount.toString(0);
    const bool isNegative = plain.front() == '-';
    if (isNegative)
        plain.erase(0, 1);
    plain = dividedBy(plain, static_cast<std::size_t>(3 * scale));
    const auto sum = DecimalSum::parse(plain);
    std::string rounded = sum ? sum->toRoundedString(decimals) : plain;
    const bool vanishes = !amount.isZero() && rounded.find_first_of("123456789") == std::string::npos;
    if (vanishes)
        rounded.back() = '1';
    QString text = moneyOfDigits(QString::fromStdString(rounded), currency, locale);
    if (scale > 0)
        text = (scale == 1 ? QObject::tr("%1\u00A0k", "thousands") : QObject::tr("%1\u00A0M", "millions")).arg(text);
    if (vanishes)
        text.prepend(u'<');
    if (!isNegative)
        return text;
    return as.parentheses ? u'(' + text + u')' : kMinus + text;
}

QString toText(const NumberFormat& as)
{
    QStringList words;
    if (as.scale != NumberFormat::Scale::Whole)
        words << (as.scale == NumberFormat::Scale::Thousands ? QStringLiteral("thousands")
                                                             : QStringLiteral("millions"));
    if (as.decimals != NumberFormat::kUsual)
        words << QString::number(as.decimals);
    if (as.parentheses)
        words << QStringLiteral("parentheses");
    return words.join(u' ');
}

NumberFormat numberFormatFrom(const QString& text)
{
    NumberFormat as;
    for (const QString& word : text.split(u' ', Qt::SkipEmptyParts)) {
        bool isNumber = false;
        const int decimals = word.toInt(&isNumber);
        if (word == QLatin1String("thousands"))
            as.scale = NumberFormat::Scale::Thousands;
        else if (word == QLatin1String("millions"))
            as.scale = NumberFormat::Scale::Millions;
        else if (word == QLatin1String("parentheses"))
            as.parentheses = true;
        else if (isNumber && decimals >= 0)
            as.decimals = std::min(decimals, NumberFormat::kMostDecimals);
    }
    return as;
}

} // namespace altimeter::ui::format
