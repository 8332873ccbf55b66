#include "ui/pages/explore/exportabout.h"

#include "ui/format/format.h"
#include "ui/items/gridmodel.h"

#include <QStringList>

#include <algorithm>

namespace altimeter::ui {

namespace {

/// What every file system takes in a name.
QString slug(const QString& text)
{
    QString plain;
    for (const QChar c : text.toLower())
        plain += (c.unicode() < 128 && c.isLetterOrNumber()) ? c : QLatin1Char('-');
    while (plain.contains(QLatin1String("--")))
        plain.replace(QLatin1String("--"), QLatin1String("-"));
    while (plain.startsWith(u'-'))
        plain.remove(0, 1);
    while (plain.endsWith(u'-'))
        plain.chop(1);
    return plain.left(40);
}

QString dayText(Day day)
{
    return format::text(toString(day));
}

/// Both ends inside; an open one is that of the data.
QString daysOf(const DateRange& range, const WorkspaceInfo& workspace)
{
    const Day from = range.from.isValid() ? range.from : workspace.dataFrom;
    const Day last = range.to.isValid() ? range.to - 1 : workspace.dataThrough;
    return dayText(from) + QLatin1String("..") + dayText(last);
}

QString currenciesOf(const std::vector<CurrencyTotal>& totals, const QString& between)
{
    QStringList codes;
    for (const CurrencyTotal& total : totals)
        codes << format::text(std::string(total.currency.code()));
    codes.sort();
    return codes.join(between);
}

QString filterText(const Filter& filter)
{
    QStringList values;
    for (const std::string& value : filter.values)
        values << (value.empty() ? QStringLiteral("(none)") : format::text(value));
    return format::text(toString(filter.dim)) + (filter.exclude ? QLatin1String(" is not ") : QLatin1String(" is ")) +
           values.join(QLatin1String(" or "));
}

QString granularityWord(Granularity step)
{
    return step == Granularity::Month  ? QStringLiteral("month")
           : step == Granularity::Week ? QStringLiteral("week")
           : step == Granularity::Day  ? QStringLiteral("day")
                                       : QString();
}

/// "team and month".
QString groupsOf(const ExploreState& state)
{
    QStringList groups;
    for (const Dim& dim : state.by)
        groups << format::text(toString(dim));
    if (state.isPivot()) {
        if (state.pivot->across == ExploreState::Pivot::Across::Values)
            groups << format::text(toString(state.pivot->dim));
        else if (state.pivot->across == ExploreState::Pivot::Across::Steps || state.pivot->stepsDown)
            groups << granularityWord(state.pivot->step);
    } else if (state.periodRows) {
        groups << granularityWord(state.granularity);
    }
    groups.removeAll(QString());
    return groups.join(QLatin1String(" and "));
}

ExportAbout about(const ExploreSteps& steps, const GridModel& grid, const std::vector<CurrencyTotal>& totals,
                  const QString& content, const QString& rows)
{
    const ExploreState& state = steps.state();
    const WorkspaceInfo& workspace = steps.workspace();
    const QString days = daysOf(steps.range(), workspace), lens = format::text(std::string(lensName(state.lens)));
    ExportAbout made;
    made.facts = {{QStringLiteral("content"), content},
                  {QStringLiteral("days, both inside, UTC"), days},
                  {QStringLiteral("cost"), lens}};
    if (const auto base = state.mode == ExploreState::Mode::Grid ? steps.coveredBase() : std::nullopt)
        made.facts.emplace_back(QStringLiteral("compared with"), daysOf(*base, workspace));
    QStringList filters;
    for (const Filter& filter : state.allFilters())
        filters << filterText(filter);
    made.facts.emplace_back(QStringLiteral("filters"),
                            filters.isEmpty() ? QStringLiteral("none") : filters.join(QLatin1String("; ")));
    QStringList typed;
    for (int column = 0; column < grid.columnCount(); ++column)
        if (const QString text = grid.filterText(column); !text.isEmpty() && grid.filterError(column).isEmpty())
            typed << grid.rawHeader(column) + QLatin1String(": ") + text;
    if (!typed.isEmpty())
        made.facts.emplace_back(QStringLiteral("filters of columns"), typed.join(QLatin1String("; ")));
    made.facts.emplace_back(QStringLiteral("currencies, never added"), currenciesOf(totals, QStringLiteral(", ")));
    made.facts.emplace_back(QStringLiteral("rows"), rows);
    made.facts.emplace_back(QStringLiteral("data through"), dayText(workspace.dataThrough));
    made.facts.emplace_back(QStringLiteral("allocation rules"),
                            QStringLiteral("version ") + QString::number(workspace.rulesVersion));
    made.facts.emplace_back(QStringLiteral("workspace"), format::text(workspace.name));
    constexpr std::size_t kMostCodes = 4; ///< in a name
    QStringList name{slug(content), days, lens};
    if (!totals.empty())
        name << (totals.size() <= kMostCodes ? currenciesOf(totals, QStringLiteral("-"))
                                             : QString::number(totals.size()) + QLatin1String("-currencies"));
    made.fileName = name.join(u'_') + QLatin1String(".csv");
    return made;
}

} // namespace

std::string ExportAbout::text(const QString& prefix) const
{
    QString all;
    for (const auto& [name, value] : facts) {
        QString line = prefix + name + QLatin1String(": ") + value;
        std::replace_if(
            line.begin(), line.end(), [](QChar c) { return c == u'\n' || c == u'\r'; }, QChar(u' '));
        all += line + QLatin1String("\r\n");
    }
    return all.toStdString();
}

ExportAbout aboutGrid(const ExploreSteps& steps, const GridModel& grid, const std::vector<CurrencyTotal>& totals)
{
    const ExploreState& state = steps.state();
    const QString groups = groupsOf(state);
    const QString what = state.isPivot() ? QStringLiteral("pivot of cost") : QStringLiteral("cost");
    return about(steps, grid, totals,
                 groups.isEmpty() ? what + QLatin1String(" in total") : what + QLatin1String(" by ") + groups,
                 QString::number(grid.rowCount()));
}

ExportAbout aboutLines(const ExploreSteps& steps, const GridModel& lines, const std::vector<CurrencyTotal>& totals,
                       bool isSelection, std::uint64_t count)
{
    return about(steps, lines, totals,
                 isSelection ? QStringLiteral("selected charge lines") : QStringLiteral("charge lines"),
                 QString::number(count));
}

} // namespace altimeter::ui
