#include "ui/items/recordcolumns.h"

#include "ui/format/format.h"

namespace altimeter::ui::columns {

QString code(const Currency& currency)
{
    const auto text = currency.code();
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString grouped(const QString& digits)
{
    return format::plainNumber(digits, format::locale());
}

QString grouped(const DecimalSum& sum)
{
    return grouped(QString::fromStdString(sum.toString(2)));
}

std::optional<Amount> amountOf(const DecimalSum& sum)
{
    const auto amount = Amount::parse(sum.toString(2));
    return amount ? std::optional<Amount>(*amount) : std::nullopt;
}

QString when(Instant instant)
{
    return format::instant(instant, format::locale());
}

QString iso(Day day)
{
    return QString::fromStdString(toString(day));
}

RecordModel::Column textColumn(const QString& title, const QString& raw, int width,
                               std::function<QString(std::size_t)> text)
{
    RecordModel::Column column;
    column.title = title;
    column.rawTitle = raw;
    column.width = width;
    column.text = std::move(text);
    return column;
}

RecordModel::Column stretched(RecordModel::Column column, int share)
{
    column.stretch = share;
    return column;
}

RecordModel::Column countColumn(const QString& title, const QString& raw,
                                std::function<std::uint64_t(std::size_t)> value)
{
    auto column =
        textColumn(title, raw, 96, [value](std::size_t i) { return format::count(value(i), format::locale()); });
    column.isNumber = true;
    column.raw = [value](std::size_t i) { return QString::number(value(i)); };
    column.key = [value](std::size_t i) { return QVariant::fromValue<qulonglong>(value(i)); };
    return column;
}

RecordModel::Column dayColumn(const QString& title, const QString& raw, std::function<Day(std::size_t)> day)
{
    auto column = textColumn(title, raw, 112, [day](std::size_t i) { return format::date(day(i), format::locale()); });
    column.raw = [day](std::size_t i) { return iso(day(i)); };
    column.isDay = true;
    column.key = [day](std::size_t i) { return day(i).number; };
    return column;
}

RecordModel::Column sumColumn(const QString& title, const QString& raw,
                              std::function<const DecimalSum*(std::size_t)> sum)
{
    auto column = textColumn(title, raw, 158, [sum](std::size_t i) {
        return sum(i) ? grouped(QString::fromStdString(sum(i)->toRoundedString(9))) : QString();
    });
    column.tip = [sum](std::size_t i) { return sum(i) ? grouped(*sum(i)) : QString(); };
    column.isNumber = true;
    column.raw = [sum](std::size_t i) { return sum(i) ? QString::fromStdString(sum(i)->toString(2)) : QString(); };
    column.amount = [sum](std::size_t i) { return sum(i) ? amountOf(*sum(i)) : std::nullopt; };
    return column;
}

} // namespace altimeter::ui::columns
