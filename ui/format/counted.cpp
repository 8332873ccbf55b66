#include "ui/format/counted.h"

#include <QObject>

#include "ui/format/format.h"

namespace altimeter::ui::counted {

namespace {

QString with(const QString& form, std::uint64_t n, const QLocale& locale)
{
    return form.arg(format::count(n, locale));
}

} // namespace

QString lines(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 line(s)", nullptr, format::forms(n)), n, locale);
}

QString chargeLines(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 charge line(s)", nullptr, format::forms(n)), n, locale);
}

QString sources(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 source(s)", nullptr, format::forms(n)), n, locale);
}

QString days(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 day(s)", nullptr, format::forms(n)), n, locale);
}

QString connections(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 connection(s)", nullptr, format::forms(n)), n, locale);
}

QString requests(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 request(s)", nullptr, format::forms(n)), n, locale);
}

QString files(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 file(s)", nullptr, format::forms(n)), n, locale);
}

QString findings(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 finding(s)", nullptr, format::forms(n)), n, locale);
}

QString records(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 record(s)", nullptr, format::forms(n)), n, locale);
}

QString fields(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 field(s)", nullptr, format::forms(n)), n, locale);
}

QString partitions(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 partition(s)", nullptr, format::forms(n)), n, locale);
}

QString months(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 month(s)", nullptr, format::forms(n)), n, locale);
}

QString owners(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 owner(s)", nullptr, format::forms(n)), n, locale);
}

QString values(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 value(s)", nullptr, format::forms(n)), n, locale);
}

QString cells(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 cell(s)", nullptr, format::forms(n)), n, locale);
}

QString rows(std::uint64_t n, const QLocale& locale)
{
    return with(QObject::tr("%1 row(s)", nullptr, format::forms(n)), n, locale);
}

} // namespace altimeter::ui::counted
