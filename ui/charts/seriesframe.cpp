#include "ui/charts/seriesframe.h"

#include "ui/format/codetext.h"
#include "ui/format/format.h"

#include <QObject>
#include <QSet>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <unordered_map>

namespace altimeter::ui {

namespace {

Granularity stepOf(Granularity granularity)
{
    return granularity == Granularity::None ? Granularity::Day : granularity;
}

std::vector<Day> stepsBetween(Day first, Day last, Granularity granularity)
{
    std::vector<Day> days;
    for (Day day = stepStart(first, granularity); day <= last; day = nextStep(day, granularity))
        days.push_back(day);
    return days;
}

std::vector<SeriesFrame::Value> valuesAt(const std::vector<Day>& steps, const std::vector<SeriesPoint>& points)
{
    std::unordered_map<std::int32_t, const SeriesPoint*> byDay;
    byDay.reserve(points.size());
    for (const SeriesPoint& point : points)
        byDay[point.period.number] = &point;
    std::vector<SeriesFrame::Value> values;
    values.reserve(steps.size());
    for (const Day day : steps) {
        const auto found = byDay.find(day.number);
        const bool known = found != byDay.end() && found->second->known;
        const Amount amount = known ? found->second->cost : Amount();
        values.push_back({amount.toDouble(), known, amount});
    }
    return values;
}

QString markerText(const AnomalyMark& mark, const QString& name, const SeriesFrame& frame)
{
    const QString form = mark.impact < 0 ? QObject::tr("%1 on %2, %3 below the expected %4", "what, day, amounts")
                                         : QObject::tr("%1 on %2, %3 above the expected %4", "what, day, amounts");
    const QString text =
        form.arg(codetext::anomalyKind(mark.kind), format::step(mark.period, frame.granularity, frame.locale),
                 format::moneyEstimate(std::fabs(mark.impact), frame.currency, frame.locale),
                 format::moneyEstimate(mark.expected, frame.currency, frame.locale));
    return name.isEmpty() ? text : format::labelled(name, text);
}

void addMarkers(SeriesFrame& frame, const CostSeries& series, std::size_t line, const QString& name)
{
    for (const AnomalyMark& mark : series.anomalies) {
        const auto found = std::lower_bound(frame.steps.begin(), frame.steps.end(), mark.period);
        if (found == frame.steps.end() || *found != mark.period)
            continue;
        SeriesFrame::Marker marker;
        marker.step = static_cast<std::size_t>(found - frame.steps.begin());
        marker.line = line;
        marker.value = mark.actual;
        marker.text = markerText(mark, name, frame);
        marker.high = mark.severity == "high";
        frame.markers.push_back(std::move(marker));
    }
}

void addForecast(SeriesFrame& frame, const CostSeries& series)
{
    for (const ForecastPoint& point : series.forecast)
        frame.forecast.push_back({point.period, point.mean, point.lo80, point.hi80, point.lo95, point.hi95});
}

void addPrevious(SeriesFrame& frame, const SeriesSet& set)
{
    const auto found = std::find_if(set.previous.begin(), set.previous.end(),
                                    [&](const CostSeries& s) { return s.currency == frame.currency; });
    if (found == set.previous.end() || found->points.empty())
        return;
    Day first = found->points.front().period, last = first;
    for (const SeriesPoint& point : found->points) {
        first = std::min(first, point.period);
        last = std::max(last, point.period);
    }
    const DateRange& range = set.query.range;
    if (range.from.isValid() && range.to.isValid())
        first = std::min(first, stepStart(previousRange(range).from, frame.granularity));
    frame.previousSteps = stepsBetween(first, last, frame.granularity);
    frame.previous = valuesAt(frame.previousSteps, found->points);
}

/// Days from the first to the last known point of the chosen series, beginning where the question began.
std::vector<Day> stepsOf(const std::vector<const CostSeries*>& chosen, const CostQuery& query, Granularity granularity)
{
    Day first, last;
    for (const CostSeries* series : chosen) {
        for (const SeriesPoint& point : series->points) {
            first = first.isValid() ? std::min(first, point.period) : point.period;
            last = last.isValid() ? std::max(last, point.period) : point.period;
        }
    }
    if (!first.isValid())
        return {};
    if (query.range.from.isValid())
        first = std::min(first, stepStart(query.range.from, granularity));
    return stepsBetween(first, last, granularity);
}

double edgeOf(const SeriesFrame& frame, const std::function<double(double, double)>& pick)
{
    double edge = 0;
    const auto see = [&](double value) { edge = pick(edge, value); };
    if (frame.style == SeriesFrame::Style::Lines) {
        for (const auto& line : frame.lines)
            for (const auto& value : line.values)
                if (value.known)
                    see(value.value);
    } else {
        for (const StackEdges& edges : stackEdges(frame)) {
            std::for_each(edges.lower.begin(), edges.lower.end(), see);
            std::for_each(edges.upper.begin(), edges.upper.end(), see);
        }
    }
    for (const auto& value : frame.previous)
        if (value.known)
            see(value.value);
    for (const auto& point : frame.forecast) {
        see(point.lo80);
        see(point.hi80);
        see(point.mean);
    }
    for (const auto& reference : frame.references)
        see(reference.value);
    return edge;
}

/// The outer band may be very wide; it may widen the axis, but not flatten what happened.
double withOuterBand(const SeriesFrame& frame, double edge, double size, bool upper)
{
    double outer = edge;
    for (const auto& point : frame.forecast)
        outer = upper ? std::max(outer, point.hi95) : std::min(outer, point.lo95);
    return upper ? std::min(outer, edge + 0.4 * size) : std::max(outer, edge - 0.25 * size);
}

double niceStep(double atLeast)
{
    const double power = std::pow(10.0, std::floor(std::log10(atLeast)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0})
        if (factor * power >= atLeast * (1 - 1e-9))
            return factor * power;
    return 10 * power;
}

/// Adds invisible marks until the label is new: Qt's category axis drops labels it has seen.
QString unique(QString label, QSet<QString>& seen)
{
    while (seen.contains(label))
        label += QChar(0x200B);
    seen.insert(label);
    return label;
}

struct CalendarStep {
    Granularity finest; ///< shown for data of this granularity or finer
    bool byMonth;
    int size; ///< days, or months
    std::function<bool(Day)> starts;
};

const std::array<CalendarStep, 10>& calendarSteps()
{
    static const std::array<CalendarStep, 10> steps{{
        {Granularity::Day, false, 1, [](Day) { return true; }},
        {Granularity::Day, false, 1, [](Day d) { return d.dayOfMonth() % 2 == 1 && d.dayOfMonth() < 30; }},
        {Granularity::Week, false, 1, [](Day d) { return d.weekday() == 0; }},
        {Granularity::Week, false, 1, [](Day d) { return d.dayOfMonth() == 1 || d.dayOfMonth() == 15; }},
        {Granularity::Month, true, 1, [](Day d) { return d.dayOfMonth() == 1; }},
        {Granularity::Month, true, 3, [](Day d) { return d.dayOfMonth() == 1 && (d.month() - 1) % 3 == 0; }},
        {Granularity::Month, true, 6, [](Day d) { return d.dayOfMonth() == 1 && (d.month() - 1) % 6 == 0; }},
        {Granularity::Month, true, 12, [](Day d) { return d.dayOfMonth() == 1 && d.month() == 1; }},
        {Granularity::Month, true, 24,
         [](Day d) { return d.dayOfMonth() == 1 && d.month() == 1 && d.year() % 2 == 0; }},
        {Granularity::Month, true, 60,
         [](Day d) { return d.dayOfMonth() == 1 && d.month() == 1 && d.year() % 5 == 0; }},
    }};
    return steps;
}

QString tickLabel(Day day, const CalendarStep& step, bool isFirst, const QLocale& locale)
{
    if (step.byMonth && step.size >= 12)
        return format::digits(QString::number(day.year()), locale);
    if (step.byMonth)
        return isFirst || day.month() == 1 ? format::monthShort(day, locale) : format::monthName(day, locale);
    return format::dateShort(day, locale);
}

} // namespace

double SeriesFrame::totalAt(std::size_t step) const
{
    double sum = 0;
    for (const Line& line : lines)
        if (step < line.values.size() && line.values[step].known)
            sum += line.values[step].value;
    return sum;
}

bool SeriesFrame::knownAt(std::size_t step) const
{
    return std::any_of(lines.begin(), lines.end(),
                       [&](const Line& line) { return step < line.values.size() && line.values[step].known; });
}

QString SeriesFrame::text(const Value& value) const
{
    return value.known ? format::money(value.amount, currency, locale) : format::unknown();
}

std::vector<double> SeriesFrame::markedDays(std::size_t line) const
{
    std::vector<double> days;
    for (const Marker& marker : markers)
        if (marker.line == line)
            days.push_back(steps[marker.step].number);
    std::sort(days.begin(), days.end());
    return days;
}

/// How many there are, and the first five.
QString SeriesFrame::anomaliesText() const
{
    if (markers.empty())
        return QObject::tr("No anomalies.");
    QStringList texts;
    for (std::size_t i = 0; i < markers.size() && i < 5; ++i)
        texts << markers[i].text;
    return QObject::tr("%1 [anomaly|anomalies]: %2;", "number, list", format::forms(markers.size()))
        .arg(format::count(markers.size(), locale), texts.join(QStringLiteral("; ")));
}

QString SeriesFrame::description() const
{
    if (isEmpty())
        return QObject::tr("No data in this range.");
    std::size_t highest = 0, lowest = 0;
    bool any = false;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!knownAt(i))
            continue;
        if (!any || totalAt(i) > totalAt(highest))
            highest = i;
        if (!any || totalAt(i) < totalAt(lowest))
            lowest = i;
        any = true;
    }
    const auto money = [this](double value) { return format::moneyEstimate(value, currency, locale); };
    const auto step = [this](Day day) { return format::step(day, granularity, locale); };
    QStringList sentences;
    if (!title.isEmpty())
        sentences << title + QLatin1Char('.');
    const QString first = step(steps.front()), last = step(steps.back());
    sentences << (lines.size() > 1 ? QObject::tr("%1 to %2, %3 series.", "first and last step, number")
                                         .arg(first, last, format::count(lines.size(), locale))
                                   : QObject::tr("%1 to %2.", "first and last step").arg(first, last));
    if (any)
        sentences << QObject::tr("Highest %1 (%2), lowest %3 (%4).", "amount, step, amount, step")
                         .arg(money(totalAt(highest)), step(steps[highest]), money(totalAt(lowest)),
                              step(steps[lowest]));
    sentences << anomaliesText();
    if (!forecast.empty())
        sentences << QObject::tr("Forecast to %1: %2 per step at the end, 80 percent range %3 to %4.")
                         .arg(format::date(forecast.back().day, locale), money(forecast.back().mean),
                              money(forecast.back().lo80), money(forecast.back().hi80));
    return sentences.join(QLatin1Char(' '));
}

SeriesFrame makeSeriesFrame(const SeriesSet& set, const SeriesSet* totals, const FrameRequest& request)
{
    SeriesFrame frame;
    frame.style = request.style;
    frame.currency = request.currency;
    frame.locale = request.locale;
    frame.granularity = stepOf(set.query.granularity);
    std::vector<const CostSeries*> chosen;
    for (const CostSeries& series : set.series)
        if (series.currency == request.currency)
            chosen.push_back(&series);
    frame.steps = stepsOf(chosen, set.query, frame.granularity);
    for (const CostSeries* series : chosen) {
        SeriesFrame::Line line;
        line.name = format::keys(set.query.by, series->keys, series->isOther);
        line.keys = series->keys;
        line.isOther = series->isOther;
        line.values = valuesAt(frame.steps, series->points);
        frame.lines.push_back(std::move(line));
        addMarkers(frame, *series, frame.lines.size() - 1, chosen.size() > 1 ? frame.lines.back().name : QString());
    }
    const SeriesSet* source = totals ? totals : &set;
    std::vector<const CostSeries*> whole;
    for (const CostSeries& series : source->series)
        if (series.currency == request.currency)
            whole.push_back(&series);
    if (whole.size() == 1) {
        frame.totals = valuesAt(frame.steps, whole.front()->points);
        addForecast(frame, *whole.front());
        addPrevious(frame, *source);
    }
    return frame;
}

SeriesFrame makeSeriesFrame(const CostSeries& series, const QString& name, const QLocale& locale)
{
    SeriesSet set;
    set.query.granularity = Granularity::Day;
    set.series.push_back(series);
    FrameRequest request;
    request.currency = series.currency;
    request.locale = locale;
    SeriesFrame frame = makeSeriesFrame(set, nullptr, request);
    if (!frame.lines.empty())
        frame.lines.front().name = name;
    frame.title = name;
    return frame;
}

std::vector<StackEdges> stackEdges(const SeriesFrame& frame)
{
    std::vector<double> above(frame.steps.size(), 0), below(frame.steps.size(), 0);
    std::vector<StackEdges> stack;
    for (const SeriesFrame::Line& line : frame.lines) {
        StackEdges edges;
        for (std::size_t i = 0; i < frame.steps.size(); ++i) {
            const double value = line.values[i].known ? line.values[i].value : 0;
            std::vector<double>& side = value < 0 ? below : above;
            const double from = side[i];
            side[i] += value;
            edges.lower.push_back(std::min(from, side[i]));
            edges.upper.push_back(std::max(from, side[i]));
        }
        stack.push_back(std::move(edges));
    }
    return stack;
}

namespace {

/// All lines at one x: a step, or a place between two steps where a line crosses zero.
struct Slice {
    double x = 0;
    bool known = true;
    std::vector<double> values;
};

std::vector<double> valuesOf(const SeriesFrame& frame, std::size_t step)
{
    std::vector<double> values;
    for (const SeriesFrame::Line& line : frame.lines)
        values.push_back(line.values[step].known ? line.values[step].value : 0);
    return values;
}

Slice between(const Slice& a, const Slice& b, double share, std::size_t crossing)
{
    Slice middle;
    middle.x = a.x + share * (b.x - a.x);
    for (std::size_t i = 0; i < a.values.size(); ++i)
        middle.values.push_back(i == crossing ? 0 : a.values[i] + share * (b.values[i] - a.values[i]));
    return middle;
}

std::vector<Slice> slicesOf(const SeriesFrame& frame)
{
    std::vector<Slice> slices;
    for (std::size_t step = 0; step < frame.steps.size(); ++step) {
        Slice next{static_cast<double>(frame.steps[step].number), frame.knownAt(step), valuesOf(frame, step)};
        if (!slices.empty() && slices.back().known && next.known) {
            const Slice last = slices.back();
            std::vector<std::pair<double, std::size_t>> crossings;
            for (std::size_t i = 0; i < next.values.size(); ++i)
                if (last.values[i] * next.values[i] < 0)
                    crossings.emplace_back(last.values[i] / (last.values[i] - next.values[i]), i);
            std::sort(crossings.begin(), crossings.end());
            for (const auto& [share, line] : crossings)
                slices.push_back(between(last, next, share, line));
        }
        slices.push_back(std::move(next));
    }
    return slices;
}

/// Sum of the values below `line` in the stack that have its sign.
double baseOf(const Slice& slice, std::size_t line, bool negative)
{
    double base = 0;
    for (std::size_t i = 0; i < line; ++i)
        if (negative ? slice.values[i] < 0 : slice.values[i] > 0)
            base += slice.values[i];
    return base;
}

void addSlice(StackPiece& piece, const Slice& slice, bool negative)
{
    const double base = baseOf(slice, piece.line, negative);
    const double edge = base + slice.values[piece.line];
    piece.lower.append({slice.x, std::min(base, edge)});
    piece.upper.append({slice.x, std::max(base, edge)});
}

} // namespace

std::vector<StackPiece> stackPieces(const SeriesFrame& frame)
{
    const std::vector<Slice> slices = slicesOf(frame);
    std::vector<StackPiece> pieces;
    for (std::size_t line = 0; line < frame.lines.size(); ++line) {
        bool open = false, openNegative = false;
        for (std::size_t s = 0; s + 1 < slices.size(); ++s) {
            const Slice &a = slices[s], &b = slices[s + 1];
            const double sum = a.values[line] + b.values[line];
            if (!a.known || !b.known || (a.values[line] == 0 && b.values[line] == 0)) {
                open = false;
                continue;
            }
            const bool negative = sum < 0;
            if (!open || negative != openNegative) {
                pieces.push_back({line, {}, {}});
                addSlice(pieces.back(), a, negative);
                open = true;
                openNegative = negative;
            }
            addSlice(pieces.back(), b, negative);
        }
    }
    return pieces;
}

ValueRange valueRange(const SeriesFrame& frame)
{
    const double high = edgeOf(frame, [](double a, double b) { return std::max(a, b); });
    const double low = edgeOf(frame, [](double a, double b) { return std::min(a, b); });
    const double size = high - low;
    if (!(size > 0))
        return {0, 1};
    ValueRange range{withOuterBand(frame, low, size, false), withOuterBand(frame, high, size, true)};
    const double headroom = 0.06 * (range.high - range.low);
    if (range.high > 0)
        range.high += headroom;
    if (range.low < 0)
        range.low -= headroom;
    return range;
}

std::vector<AxisTick> moneyTicks(const ValueRange& range, int most, const Currency& currency, const QLocale& locale)
{
    std::vector<AxisTick> ticks;
    if (!(range.high > range.low))
        return ticks;
    double step = niceStep((range.high - range.low) / std::max(2, most));
    const auto countOf = [&](double s) { return std::floor(range.high / s) - std::ceil(range.low / s) + 1; };
    while (countOf(step) > std::max(2, most))
        step = niceStep(step * 1.01);
    QSet<QString> seen;
    const double first = std::ceil(range.low / step - 1e-9);
    const double last = std::floor(range.high / step + 1e-9);
    for (double i = first; i <= last; ++i)
        ticks.push_back({i * step, unique(format::moneyShort(i == 0 ? 0 : i * step, currency, locale), seen)});
    return ticks;
}

std::vector<AxisTick> calendarTicks(Day first, Day last, Granularity granularity, int most, const QLocale& locale)
{
    std::vector<AxisTick> ticks;
    if (!first.isValid() || !last.isValid())
        return ticks;
    for (const CalendarStep& step : calendarSteps()) {
        if (step.finest < granularity)
            continue;
        std::vector<Day> days;
        for (Day day = first; day <= last && days.size() <= static_cast<std::size_t>(std::max(1, most));
             day = step.byMonth ? day.addMonths(1) : day + 1)
            if (step.starts(day))
                days.push_back(day);
        if (days.size() > static_cast<std::size_t>(std::max(1, most)))
            continue;
        QSet<QString> seen;
        for (const Day day : days)
            ticks.push_back(
                {static_cast<double>(day.number), unique(tickLabel(day, step, ticks.empty(), locale), seen)});
        if (!ticks.empty())
            return ticks;
    }
    ticks.push_back({static_cast<double>(first.number), format::date(first, locale)});
    return ticks;
}

QList<QPointF> thinned(const QList<QPointF>& points, int pixels, const std::vector<double>& kept)
{
    if (pixels < 1 || points.size() <= 2 * static_cast<qsizetype>(pixels))
        return points;
    const double first = points.first().x();
    const double width = points.last().x() - first;
    if (!(width > 0))
        return points;
    const auto columnOf = [&](const QPointF& point) {
        return std::min(pixels - 1, static_cast<int>((point.x() - first) / width * pixels));
    };
    QList<QPointF> few;
    few.reserve(4 * static_cast<qsizetype>(pixels) + static_cast<qsizetype>(kept.size()));
    auto mark = kept.begin();
    for (qsizetype begin = 0, end = 0; begin < points.size(); begin = end) {
        const int column = columnOf(points[begin]);
        qsizetype low = begin, high = begin;
        for (end = begin; end < points.size() && columnOf(points[end]) == column; ++end) {
            if (points[end].y() < points[low].y())
                low = end;
            if (points[end].y() > points[high].y())
                high = end;
        }
        for (qsizetype i = begin; i < end; ++i) {
            mark = std::find_if(mark, kept.end(), [&](double x) { return x >= points[i].x(); });
            const bool marked = mark != kept.end() && *mark == points[i].x();
            if (i == begin || i == low || i == high || i == end - 1 || marked)
                few.append(points[i]);
        }
    }
    return few;
}

ColumnSpans columnSpans(const QList<QPointF>& line, double width)
{
    ColumnSpans found;
    if (line.isEmpty() || !(width > 0))
        return found;
    const auto columnOf = [&](double x) { return static_cast<int>(std::floor(x / width)); };
    found.first = columnOf(line.first().x());
    const auto see = [&](int column, double y) {
        const auto place = static_cast<std::size_t>(column - found.first);
        if (place >= found.spans.size())
            found.spans.push_back({y, y});
        found.spans[place].low = std::min(found.spans[place].low, y);
        found.spans[place].high = std::max(found.spans[place].high, y);
    };
    see(found.first, line.first().y());
    for (qsizetype i = 1; i < line.size(); ++i) {
        const QPointF &a = line[i - 1], &b = line[i];
        const double slope = b.x() > a.x() ? (b.y() - a.y()) / (b.x() - a.x()) : 0;
        const int last = columnOf(b.x());
        for (int column = columnOf(a.x()); column < last; ++column) {
            const double edge = a.y() + slope * ((column + 1) * width - a.x());
            see(column, edge);
            see(column + 1, edge);
        }
        see(last, b.y());
    }
    return found;
}

std::vector<QList<QPointF>> runs(const SeriesFrame& frame, const std::vector<SeriesFrame::Value>& values)
{
    std::vector<QList<QPointF>> found;
    bool open = false;
    for (std::size_t i = 0; i < values.size() && i < frame.steps.size(); ++i) {
        if (values[i].known) {
            if (!open)
                found.emplace_back();
            found.back().append({static_cast<double>(frame.steps[i].number), values[i].value});
        }
        open = values[i].known;
    }
    return found;
}

} // namespace altimeter::ui
