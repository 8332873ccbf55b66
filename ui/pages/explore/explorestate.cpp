#include "ui/pages/explore/explorestate.h"

#include "models/domain/typedrange.h"
#include "ui/format/daterange.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace altimeter::ui {

namespace {

// More than the page can make; a text from elsewhere must not ask for a question without end.
constexpr qsizetype kMostDims = 8;
constexpr qsizetype kMostFilters = 200;
constexpr qsizetype kMostValues = 5000; ///< of one filter
constexpr qsizetype kMostSteps = 64;
constexpr std::size_t kLongestRange = 200; ///< bytes

QString q(const std::string& text)
{
    return QString::fromStdString(text);
}

Error wrong(const QString& place, const QString& what)
{
    return Error{ErrorCode::Invalid, what.toStdString(), "view, " + place.toStdString()};
}

QJsonArray dimsToJson(const std::vector<Dim>& dims)
{
    QJsonArray array;
    for (const Dim& dim : dims)
        array.append(q(toString(dim)));
    return array;
}

QJsonArray filtersToJson(const std::vector<Filter>& filters)
{
    QJsonArray array;
    for (const Filter& filter : filters) {
        QJsonArray values;
        for (const std::string& value : filter.values)
            values.append(q(value));
        array.append(QJsonObject{{"dim", q(toString(filter.dim))}, {"values", values}, {"exclude", filter.exclude}});
    }
    return array;
}

Result<std::vector<Dim>> dimsFromJson(const QJsonValue& json, const QString& place)
{
    if (!json.isArray())
        return wrong(place, "is not a list");
    if (json.toArray().size() > kMostDims)
        return wrong(place, QStringLiteral("names more than %1 dimensions").arg(kMostDims));
    std::vector<Dim> dims;
    for (const QJsonValue& item : json.toArray()) {
        auto dim = parseDim(item.toString().toStdString());
        if (!dim)
            return wrong(place, QStringLiteral("\"%1\" is no dimension").arg(item.toString()));
        dims.push_back(dim.take());
    }
    return dims;
}

Result<std::vector<Filter>> filtersFromJson(const QJsonValue& json, const QString& place)
{
    if (!json.isArray())
        return wrong(place, "is not a list");
    if (json.toArray().size() > kMostFilters)
        return wrong(place, QStringLiteral("has more than %1 filters").arg(kMostFilters));
    std::vector<Filter> filters;
    for (const QJsonValue& item : json.toArray()) {
        const QJsonObject object = item.toObject();
        auto dim = parseDim(object["dim"].toString().toStdString());
        if (!dim)
            return wrong(place + ".dim", QStringLiteral("\"%1\" is no dimension").arg(object["dim"].toString()));
        if (!object["values"].isArray())
            return wrong(place + ".values", "is not a list");
        if (object["values"].toArray().size() > kMostValues)
            return wrong(place + ".values", QStringLiteral("has more than %1 values").arg(kMostValues));
        Filter filter;
        filter.dim = dim.take();
        filter.exclude = object["exclude"].toBool();
        for (const QJsonValue& value : object["values"].toArray())
            filter.values.push_back(value.toString().toStdString());
        filters.push_back(std::move(filter));
    }
    return filters;
}

struct Word {
    const char* text;
    int value;
};
constexpr std::array<Word, 4> kGranularities{{{"total", static_cast<int>(Granularity::None)},
                                              {"day", static_cast<int>(Granularity::Day)},
                                              {"week", static_cast<int>(Granularity::Week)},
                                              {"month", static_cast<int>(Granularity::Month)}}};

QString granularityWord(Granularity granularity)
{
    for (const Word& word : kGranularities)
        if (word.value == static_cast<int>(granularity))
            return QString::fromLatin1(word.text);
    return {};
}

bool contains(const std::vector<std::string>& values, const std::string& value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

/// `first` and then `second` on the same dim, as one filter; nothing when no single filter says the same.
std::optional<Filter> merged(const Filter& first, const Filter& second)
{
    Filter out = first;
    if (first.exclude && second.exclude) {
        for (const std::string& value : second.values)
            if (!contains(out.values, value))
                out.values.push_back(value);
        return out;
    }
    const Filter& keep = first.exclude ? second : first;
    const Filter& other = first.exclude ? first : second;
    out = keep;
    out.values.clear();
    for (const std::string& value : keep.values)
        if (contains(other.values, value) != other.exclude)
            out.values.push_back(value);
    return out.values.empty() ? std::nullopt : std::optional<Filter>(out);
}

void addFilter(std::vector<Filter>& filters, const Filter& filter)
{
    for (Filter& present : filters) {
        if (present.dim != filter.dim)
            continue;
        if (auto one = merged(present, filter)) {
            present = *one;
            return;
        }
    }
    filters.push_back(filter);
}

QJsonArray pathToJson(const std::vector<ExploreState::Step>& path)
{
    QJsonArray array;
    for (const ExploreState::Step& step : path)
        array.append(QJsonObject{
            {"by", dimsToJson(step.by)}, {"added", filtersToJson(step.added)}, {"range", q(step.rangeBefore)}});
    return array;
}

Result<std::vector<ExploreState::Step>> pathFromJson(const QJsonValue& json)
{
    if (json.toArray().size() > kMostSteps)
        return wrong("path", QStringLiteral("has more than %1 steps").arg(kMostSteps));
    std::vector<ExploreState::Step> path;
    for (const QJsonValue& item : json.toArray()) {
        const QJsonObject object = item.toObject();
        auto by = dimsFromJson(object["by"], "path.by");
        if (!by)
            return by.error();
        auto added = filtersFromJson(object["added"], "path.added");
        if (!added)
            return added.error();
        path.push_back({by.take(), added.take(), object["range"].toString().toStdString()});
    }
    return path;
}

std::optional<Granularity> granularityOf(const QString& word)
{
    for (const Word& known : kGranularities)
        if (word == QLatin1String(known.text))
            return static_cast<Granularity>(known.value);
    return std::nullopt;
}

QJsonObject pivotToJson(const ExploreState::Pivot& pivot)
{
    using Across = ExploreState::Pivot::Across;
    QJsonObject object{{"step", granularityWord(pivot.step)}};
    object["across"] = pivot.across == Across::Values    ? q(toString(pivot.dim))
                       : pivot.across == Across::Nothing ? QString()
                                                         : QStringLiteral("steps");
    if (pivot.stepsDown)
        object["stepsDown"] = true;
    return object;
}

Status readPivot(const QJsonObject& view, ExploreState& state)
{
    if (!view.contains("pivot"))
        return {};
    using Across = ExploreState::Pivot::Across;
    const QJsonObject object = view["pivot"].toObject();
    ExploreState::Pivot pivot;
    const auto step = granularityOf(object["step"].toString(QStringLiteral("month")));
    if (!step || *step == Granularity::None)
        return wrong("pivot.step",
                     QStringLiteral("\"%1\" is not one of day, week, month").arg(object["step"].toString()));
    pivot.step = *step;
    const QString across = object["across"].toString(QStringLiteral("steps"));
    if (across.isEmpty()) {
        pivot.across = Across::Nothing;
    } else if (across != QLatin1String("steps")) {
        auto dim = parseDim(across.toStdString());
        if (!dim)
            return wrong("pivot.across", QStringLiteral("\"%1\" is no dimension").arg(across));
        pivot.across = Across::Values;
        pivot.dim = dim.take();
    }
    pivot.stepsDown = object["stepsDown"].toBool() && pivot.across != Across::Steps;
    state.pivot = pivot;
    return {};
}

Status readChoices(const QJsonObject& object, ExploreState& state)
{
    const QString step = object["granularity"].toString(QStringLiteral("day"));
    const auto found = granularityOf(step);
    if (!found)
        return wrong("granularity", QStringLiteral("\"%1\" is not one of total, day, week, month").arg(step));
    state.granularity = *found;
    const auto lens = lensByName(object["lens"].toString(QStringLiteral("effective")).toStdString());
    if (!lens)
        return wrong("lens", QStringLiteral("\"%1\" is no cost").arg(object["lens"].toString()));
    state.lens = *lens;
    state.compare = object["compare"].toBool();
    state.compareWith =
        object["compareWith"].toString() == QLatin1String("year") ? CompareWith::YearBefore : CompareWith::PeriodBefore;
    state.periodRows = object["periodRows"].toBool();
    state.chart = object["chart"].toString() == QLatin1String("lines") ? ExploreState::ChartStyle::Lines
                                                                       : ExploreState::ChartStyle::Stacked;
    state.mode =
        object["mode"].toString() == QLatin1String("charges") ? ExploreState::Mode::Charges : ExploreState::Mode::Grid;
    if (const Status pivot = readPivot(object, state); !pivot)
        return pivot;
    state.fileOrder = object["lines"].toString() == QLatin1String("file");
    if (const QJsonObject grids = object["grids"].toObject(); !grids.isEmpty())
        state.looks = {QString::fromUtf8(QJsonDocument(grids).toJson(QJsonDocument::Compact)), true};
    const QJsonArray sorts = object["lineSorts"].toArray();
    for (const QJsonValue& sort : sorts) // "cost down", "service up"
        if (const QString text = sort.toString(); text.contains(u' ') && state.lineSorts.size() < kMostLineKeys)
            state.lineSorts.push_back({text.section(u' ', 0, -2), text.endsWith(QLatin1String(" down"))});
    if (object.contains("distinct")) {
        auto dim = parseDim(object["distinct"].toString().toStdString());
        if (!dim)
            return wrong("distinct", QStringLiteral("\"%1\" is no dimension").arg(object["distinct"].toString()));
        state.countDistinct = dim.take();
    }
    if (object.contains("currency"))
        state.chartCurrency = Currency(object["currency"].toString().toStdString());
    return {};
}

} // namespace

Result<DateRange> ExploreState::range(Day today) const
{
    const auto read = format::readRange(rangeText, today);
    if (!read)
        return read.error();
    return read->days;
}

std::optional<DateRange> ExploreState::base(Day today) const
{
    const auto read = format::readRange(rangeText, today);
    if (!compare || !read || !read->days.from.isValid() || !read->days.to.isValid())
        return std::nullopt;
    return baseOf(read->days, read->step, compareWith);
}

ExploreState ExploreState::pinned(const DateRange& days, Day today) const
{
    ExploreState fixed = *this;
    fixed.rangeText = altimeter::rangeText(days);
    return !compare || fixed.base(today) == base(today) ? fixed : *this;
}

std::vector<Filter> ExploreState::allFilters() const
{
    std::vector<Filter> all;
    for (const Filter& filter : filters)
        if (!filter.values.empty())
            addFilter(all, filter);
    for (const Step& step : path)
        for (const Filter& filter : step.added)
            addFilter(all, filter);
    return all;
}

CostQuery ExploreState::query(const DateRange& range) const
{
    CostQuery query;
    query.by = by;
    query.granularity = periodRows ? granularity : Granularity::None;
    query.range = range;
    query.filters = allFilters();
    query.lens = lens;
    return query;
}

CostQuery ExploreState::gridQuery(const DateRange& range) const
{
    CostQuery asked = query(range);
    if (!isPivot()) {
        asked.countDistinct = countDistinct;
        return asked;
    }
    const bool usesSteps = pivot->across == Pivot::Across::Steps || pivot->stepsDown;
    asked.granularity = usesSteps ? pivot->step : Granularity::None;
    if (pivot->across == Pivot::Across::Values)
        asked.by.push_back(pivot->dim);
    return asked;
}

PivotShape ExploreState::pivotShape() const
{
    PivotShape shape;
    if (pivot->stepsDown)
        shape.rows.push_back({PivotField::Kind::Period, 0});
    for (std::size_t i = 0; i < by.size(); ++i)
        shape.rows.push_back({PivotField::Kind::Key, i});
    if (pivot->across == Pivot::Across::Steps)
        shape.across = {PivotField::Kind::Period, 0};
    else if (pivot->across == Pivot::Across::Values)
        shape.across = {PivotField::Kind::Key, by.size()};
    return shape;
}

std::optional<ExploreState> swapped(const ExploreState& state)
{
    using Across = ExploreState::Pivot::Across;
    if (!state.pivot || (state.by.empty() && !state.pivot->stepsDown))
        return std::nullopt;
    ExploreState next = state;
    ExploreState::Pivot& pivot = *next.pivot;
    const ExploreState::Pivot& was = *state.pivot;
    if (was.stepsDown) {
        pivot.across = Across::Steps;
        pivot.stepsDown = false;
    } else {
        pivot.across = Across::Values;
        pivot.dim = state.by.front();
        next.by.erase(next.by.begin());
    }
    if (was.across == Across::Values)
        next.by.insert(next.by.begin(), was.dim);
    pivot.stepsDown = was.across == Across::Steps;
    return next;
}

ExploreState settled(ExploreState next)
{
    if (!next.pivot)
        return next;
    const bool isDown = std::find(next.by.begin(), next.by.end(), next.pivot->dim) != next.by.end();
    if (next.pivot->across == ExploreState::Pivot::Across::Values && isDown) {
        next.pivot->across = ExploreState::Pivot::Across::Steps;
        next.pivot->stepsDown = false;
    }
    return next;
}

QByteArray toJson(const ExploreState& state)
{
    QJsonObject object;
    object["version"] = 1;
    object["range"] = q(state.rangeText);
    object["by"] = dimsToJson(state.by);
    object["granularity"] = granularityWord(state.granularity);
    object["filters"] = filtersToJson(state.filters);
    object["path"] = pathToJson(state.path);
    object["lens"] = q(std::string(lensName(state.lens)));
    object["compare"] = state.compare;
    if (state.compareWith == CompareWith::YearBefore)
        object["compareWith"] = "year";
    object["periodRows"] = state.periodRows;
    object["chart"] = state.chart == ExploreState::ChartStyle::Lines ? "lines" : "stacked";
    object["mode"] = state.mode == ExploreState::Mode::Charges ? "charges" : "grid";
    if (state.fileOrder)
        object["lines"] = "file";
    if (!state.looks.text.isEmpty())
        object["grids"] = QJsonDocument::fromJson(state.looks.text.toUtf8()).object();
    if (!state.lineSorts.empty()) {
        QJsonArray sorts;
        for (const LineSort& sort : state.lineSorts)
            sorts.append(sort.column + QLatin1String(sort.descending ? " down" : " up"));
        object["lineSorts"] = sorts;
    }
    if (state.pivot)
        object["pivot"] = pivotToJson(*state.pivot);
    if (state.countDistinct)
        object["distinct"] = q(toString(*state.countDistinct));
    if (state.chartCurrency)
        object["currency"] = q(std::string(state.chartCurrency->code()));
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Result<ExploreState> exploreStateFromJson(const QByteArray& json)
{
    QJsonParseError failure;
    const QJsonDocument document = QJsonDocument::fromJson(json, &failure);
    if (!document.isObject())
        return wrong("text", QStringLiteral("is no JSON object: %1").arg(failure.errorString()));
    const QJsonObject object = document.object();
    if (object["version"].toInt(1) > 1)
        return Error{ErrorCode::Unsupported, "was made by a newer version of the program", "view, version"};
    ExploreState state;
    if (!object["range"].isString())
        return wrong("range", "is missing");
    state.rangeText = object["range"].toString().toStdString();
    if (state.rangeText.size() > kLongestRange)
        return wrong("range", "is too long");
    auto by = dimsFromJson(object["by"], "by");
    if (!by)
        return by.error();
    state.by = by.take();
    auto filters = filtersFromJson(object["filters"], "filters");
    if (!filters)
        return filters.error();
    state.filters = filters.take();
    auto path = pathFromJson(object["path"]);
    if (!path)
        return path.error();
    state.path = path.take();
    if (const Status read = readChoices(object, state); !read)
        return read.error();
    return state;
}

std::optional<Dim> nextDrillDim(const ExploreState& state)
{
    static constexpr std::array<Dim::Kind, 10> order{
        Dim::Kind::Team,   Dim::Kind::Provider,    Dim::Kind::Service, Dim::Kind::SubAccount,
        Dim::Kind::Region, Dim::Kind::Environment, Dim::Kind::Model,   Dim::Kind::ChargeCategory,
        Dim::Kind::Sku,    Dim::Kind::Resource};
    const std::vector<Filter> filters = state.allFilters();
    for (const Dim::Kind kind : order) {
        const Dim dim{kind, {}};
        const bool grouped = std::find(state.by.begin(), state.by.end(), dim) != state.by.end();
        const bool filtered = std::any_of(filters.begin(), filters.end(), [&](const Filter& f) {
            return f.dim == dim && !f.exclude && f.values.size() == 1;
        });
        if (!grouped && !filtered)
            return dim;
    }
    return std::nullopt;
}

} // namespace altimeter::ui
