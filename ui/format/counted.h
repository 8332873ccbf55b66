#pragma once

#include <QString>

#include "ui/format/windowlocale.h"

#include <cstdint>

/// A number with what it counts, in the right plural form: "1 line", "1,204 lines".
namespace altimeter::ui::counted {

QString lines(std::uint64_t n, const QLocale& locale = format::locale());
QString chargeLines(std::uint64_t n, const QLocale& locale = format::locale());
QString sources(std::uint64_t n, const QLocale& locale = format::locale());
QString days(std::uint64_t n, const QLocale& locale = format::locale());
QString connections(std::uint64_t n, const QLocale& locale = format::locale());
QString requests(std::uint64_t n, const QLocale& locale = format::locale());
QString files(std::uint64_t n, const QLocale& locale = format::locale());
QString findings(std::uint64_t n, const QLocale& locale = format::locale());
QString records(std::uint64_t n, const QLocale& locale = format::locale());
QString fields(std::uint64_t n, const QLocale& locale = format::locale());
QString partitions(std::uint64_t n, const QLocale& locale = format::locale());
QString months(std::uint64_t n, const QLocale& locale = format::locale());
QString owners(std::uint64_t n, const QLocale& locale = format::locale());
QString values(std::uint64_t n, const QLocale& locale = format::locale());
QString cells(std::uint64_t n, const QLocale& locale = format::locale());
QString rows(std::uint64_t n, const QLocale& locale = format::locale());

} // namespace altimeter::ui::counted
