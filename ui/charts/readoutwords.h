#pragma once

#include "ui/charts/chartreadout.h"
#include "ui/charts/seriesframe.h"

/// What a chart says at one position of its frame: a step of the history, or after those one of the forecast.
namespace altimeter::ui::readout {

/// The day or step; a forecast says that it is one.
QString heading(const SeriesFrame& frame, int position);
/// `chosen`: the line that is marked, -1 for none.
std::vector<ChartReadOut::Row> rows(const SeriesFrame& frame, int position, int chosen);
/// The anomalies there.
QStringList notes(const SeriesFrame& frame, int position);

} // namespace altimeter::ui::readout
