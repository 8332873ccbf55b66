#include "ui/pages/allocation/dimnames.h"

#include "models/domain/columngroups.h"
#include "ui/format/format.h"

namespace altimeter::ui {

DimNames::DimNames()
{
    setFound({});
}

void DimNames::add(const Dim& dim)
{
    const QString title = format::dimTitle(dim);
    if (m_titles.contains(title, Qt::CaseInsensitive))
        return;
    m_titles << title;
    m_written << format::text(toString(dim));
}

void DimNames::setFound(const std::vector<Dim>& found)
{
    m_titles.clear();
    m_written.clear();
    for (const DimInfo& info : kDimInfos) {
        if (!info.isOwner() && !info.isKeyed())
            add(Dim{info.kind, {}});
    }
    for (const Dim& dim : found) {
        if (!dimInfo(dim.kind).isOwner())
            add(dim);
    }
    for (std::size_t i = 0; i < kColumnCount; ++i) {
        const auto column = static_cast<Column>(i);
        if (groupOf(column)) // every line has its own value of the others: no rule looks at them
            add(Dim{Dim::Kind::Column, std::string(columnName(column))});
    }
}

QString DimNames::shown(const QString& written) const
{
    const auto found = dim(written);
    const QString title = found ? format::dimTitle(*found) : written;
    return this->written(title) == written ? title : written; // another spelling, or characters that are not shown
}

QString DimNames::written(const QString& typed) const
{
    for (const Dim::Kind kind : {Dim::Kind::Tag, Dim::Kind::Column}) { // of any key, also one that no charge has
        const QStringList around = format::dimTitle(Dim{kind, "*"}).split('*');
        if (around.size() == 2 && typed.startsWith(around[0], Qt::CaseInsensitive) &&
            typed.endsWith(around[1], Qt::CaseInsensitive) && typed.size() > around[0].size() + around[1].size())
            return format::text(std::string(dimInfo(kind).name)) +
                   typed.mid(around[0].size(), typed.size() - around[0].size() - around[1].size());
    }
    for (qsizetype i = 0; i < m_titles.size(); ++i) {
        if (m_titles[i].compare(typed, Qt::CaseInsensitive) == 0)
            return m_written[i];
    }
    return typed;
}

std::optional<Dim> DimNames::dim(const QString& written)
{
    const auto found = parseDim(written.toStdString());
    return found && !dimInfo(found->kind).isOwner() ? std::optional(*found) : std::nullopt;
}

std::optional<Dim> DimNames::nameOf(const Dim& dim)
{
    std::string column;
    if (dim.kind == Dim::Kind::Column)
        column = dim.key;
    else if (dimInfo(dim.kind).origin == DimOrigin::Cells)
        column = std::string(columnName(dimInfo(dim.kind).columns[0]));
    if (column.size() < 3 || !column.ends_with("Id"))
        return std::nullopt;
    const auto name = columnByName(column.substr(0, column.size() - 2) + "Name");
    return name ? std::optional(Dim{Dim::Kind::Column, std::string(columnName(*name))}) : std::nullopt;
}

} // namespace altimeter::ui
