#include "ui/items/gridfilters.h"

#include "ui/format/format.h"
#include "ui/items/gridmodel.h"

namespace altimeter::ui {

namespace {

std::string foldedText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toCaseFolded().toStdString();
}

/// Numbers as the country of the window writes them, or as programs do.
std::optional<std::string> typedNumber(std::string_view typed)
{
    const QLocale locale = format::locale();
    QString text = format::plainDigits(QString::fromUtf8(typed.data(), static_cast<qsizetype>(typed.size())));
    const QString point = locale.decimalPoint(), group = locale.groupSeparator();
    if (point != QLatin1String(".") && text.contains(point)) {
        if (group != point)
            text.remove(group);
        text.replace(point, QStringLiteral("."));
    }
    return CellFilter::usualNumber(text.toStdString());
}

std::optional<DateRange> typedDays(std::string_view typed)
{
    if (const auto days = CellFilter::usualDays(typed))
        return days;
    const Day day =
        format::parseDate(QString::fromUtf8(typed.data(), static_cast<qsizetype>(typed.size())), format::locale());
    return day.isValid() ? std::optional<DateRange>(DateRange{day, day + 1}) : std::nullopt;
}

} // namespace

void GridFilters::set(const QString& key, CellFilter::Kind kind, const QString& typed, bool asPrograms)
{
    if (typed.trimmed().isEmpty()) {
        m_entries.erase(key);
        return;
    }
    Entry entry{typed, {}, {}};
    const CellFilter::Reading reading =
        asPrograms ? CellFilter::Reading() : CellFilter::Reading{foldedText, typedNumber, typedDays};
    auto made = CellFilter::parse(typed.toStdString(), kind, reading);
    if (made)
        entry.filter = made.take();
    else
        entry.error = format::text(made.error().what);
    m_entries[key] = std::move(entry);
}

QString GridFilters::typed(const QString& key) const
{
    const auto found = m_entries.find(key);
    return found == m_entries.end() ? QString() : found->second.typed;
}

QString GridFilters::error(const QString& key) const
{
    const auto found = m_entries.find(key);
    return found == m_entries.end() ? QString() : found->second.error;
}

const CellFilter* GridFilters::find(const QString& key) const
{
    const auto found = m_entries.find(key);
    return found == m_entries.end() || !found->second.error.isEmpty() ? nullptr : &found->second.filter;
}

std::map<QString, QString> GridFilters::all() const
{
    std::map<QString, QString> texts;
    for (const auto& [key, entry] : m_entries)
        texts[key] = entry.typed;
    return texts;
}

std::vector<GridFilters::Bound> GridFilters::bind(const GridModel& model) const
{
    std::vector<Bound> bound;
    for (int column = 0; !m_entries.empty() && column < model.columnCount(); ++column) {
        const auto found = m_entries.find(model.filterKey(column));
        if (found != m_entries.end() && !found->second.filter.isEmpty())
            bound.push_back({column, found->second.filter});
    }
    return bound;
}

bool GridFilters::keeps(const std::vector<Bound>& filters, const std::function<QString(int)>& shown,
                        const std::function<QString(int)>& raw)
{
    for (const Bound& one : filters) {
        const std::string seen = shown(one.column).toStdString(), exact = raw(one.column).toStdString();
        if (!one.filter.matches({seen, exact}))
            return false;
    }
    return true;
}

bool GridFilters::keepsRow(const std::vector<Bound>& filters, const GridModel& model, int row)
{
    return keeps(
        filters, [&](int column) { return model.index(row, column).data().toString(); },
        [&](int column) { return model.rawText(row, column); });
}

} // namespace altimeter::ui
