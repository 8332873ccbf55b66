#pragma once

#include "models/domain/period.h"
#include "ui/items/recordmodel.h"

/// The usual columns of a RecordModel: text, counts, days and exact sums, each with what other programs get.
namespace altimeter::ui::columns {

RecordModel::Column textColumn(const QString& title, const QString& raw, int width,
                               std::function<QString(std::size_t)> text);
/// The column takes this share of the width that is left over: what is long to read, not what is one word.
RecordModel::Column stretched(RecordModel::Column column, int share);
RecordModel::Column countColumn(const QString& title, const QString& raw,
                                std::function<std::uint64_t(std::size_t)> value);
/// Day::none() reads as nothing.
RecordModel::Column dayColumn(const QString& title, const QString& raw, std::function<Day(std::size_t)> day);
/// Nine digits after the point, all of them in the tooltip and for other programs; null reads as nothing.
RecordModel::Column sumColumn(const QString& title, const QString& raw,
                              std::function<const DecimalSum*(std::size_t)> sum);

QString code(const Currency& currency);
/// "1,204,332.170000150" of plain digits, as the window writes numbers, with a true minus.
QString grouped(const QString& digits);
/// All digits.
QString grouped(const DecimalSum& sum);
std::optional<Amount> amountOf(const DecimalSum& sum);
/// "2026-11-19 06:00:00 UTC"; empty when not valid.
QString when(Instant instant);
QString iso(Day day);

} // namespace altimeter::ui::columns
