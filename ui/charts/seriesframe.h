#pragma once

#include <QList>
#include <QLocale>
#include <QPointF>
#include <QString>

#include "models/domain/series.h"
#include "ui/format/windowlocale.h"

#include <optional>
#include <vector>

namespace altimeter::ui {

/// What a chart over time shows: data only, no widget. The view (SeriesChart) pours it into Qt Charts.
struct SeriesFrame {
    enum class Style {
        Lines,   ///< one line per series
        Stacked, ///< areas on top of each other; negative values stack below zero
        Columns, ///< one stacked column per step, for weeks and months
    };
    struct Value {
        double value = 0;
        bool known = true; ///< false: the source delivered nothing, the line has a gap
        Amount amount;     ///< exact, for the read-out
    };
    struct Line {
        QString name;
        std::vector<std::string> keys; ///< as in the query; empty for the total
        bool isOther = false;
        std::vector<Value> values; ///< one per step
        int color = 0;             ///< see ChartLegend::colorOf
    };
    struct Marker {
        std::size_t step = 0;
        std::size_t line = 0;
        double value = 0; ///< of the line at this step
        QString text;     ///< "Search: spike, $1,204 above the expected $900"
        bool high = false;
        bool isOfPart = false; ///< of a part of the line, which itself is as ever
    };
    struct Forecast {
        Day day;
        double mean = 0, lo80 = 0, hi80 = 0, lo95 = 0, hi95 = 0;
    };
    struct Reference { ///< a horizontal line, for example a budget
        double value = 0;
        QString text;
    };

    Style style = Style::Lines;
    Granularity granularity = Granularity::Day;
    Currency currency;
    QLocale locale = format::locale();
    std::vector<Day> steps;   ///< ascending, without holes
    std::vector<bool> partly; ///< per step: a week or month of which not every day is shown or known; empty: none is
    std::vector<Line> lines;
    std::vector<Value> totals;      ///< exact totals of the steps where they were given; may be empty
    std::vector<Value> previous;    ///< total of the period before, aligned with `steps` by position; may be shorter
    std::vector<Day> previousSteps; ///< the days they really are
    std::vector<Marker> markers;
    std::vector<Forecast>
        forecast; ///< of the sum of the lines; starts after the last step, a third of the width at most
    std::optional<Forecast> running; ///< what the last step, which is not over, will have come to at its end
    std::vector<Reference> references;
    QString title;      ///< spoken first: "Effective cost by team"
    int highlight = -1; ///< the line that stands out while the others fade; -1: none

    bool isEmpty() const { return steps.empty() || lines.empty(); }
    /// Sum of the known values of all lines at `step`.
    double totalAt(std::size_t step) const;
    /// Whether any line has a value at `step`.
    bool knownAt(std::size_t step) const;
    /// Whether `step` is a part of a week or month, which is no fall beside whole ones.
    bool isPart(std::size_t step) const { return step < partly.size() && partly[step]; }
    /// The exact amount in words: "$1,204.50", "unknown".
    QString text(const Value& value) const;
    /// Days of the markers on `line`, ascending.
    std::vector<double> markedDays(std::size_t line) const;
    /// The finding in words, for assistive tools: range, peak, anomalies, forecast.
    QString description() const;
    QString anomaliesText() const;
    /// A ring on the only line for an anomaly of one of its parts, called `name`; none where it is no step of the
    /// frame.
    void addMarkerOfPart(const AnomalyMark& mark, const QString& name);
};

/// Builds the frame of one currency. Series of other currencies are left out. `totals` (the same query without
/// grouping) supplies forecast and previous period; without it they come from a single series. Steps are completed from
/// `from` to the last step, so a missing point is a gap, not a shortcut.
struct FrameRequest {
    Currency currency;
    SeriesFrame::Style style = SeriesFrame::Style::Lines;
    QLocale locale = format::locale();
};
SeriesFrame makeSeriesFrame(const SeriesSet& set, const SeriesSet* totals, const FrameRequest& request);
/// A frame of one daily series, for the Overview.
SeriesFrame makeSeriesFrame(const CostSeries& series, const QString& name, const QLocale& locale);

/// The runs of known values of a line, ready to draw.
std::vector<QList<QPointF>> runs(const SeriesFrame& frame, const std::vector<SeriesFrame::Value>& values);

} // namespace altimeter::ui
