#pragma once

#include <QWidget>

#include "ui/charts/seriesframe.h"

namespace altimeter::ui {

class ChartLegend;
class SeriesView;

/// A chart of cost over time with its own legend, hover read-out and keyboard cursor. Follows the theme.
///
/// Keyboard: Left/Right move the cursor along the steps, Home/End to the ends, Up/Down choose the series,
/// Enter or Space activates the point, Shift+Left/Right selects a range, Esc clears it. H makes the chosen series stand
/// out, Ctrl+Enter keeps it alone, and so do a click and Ctrl+click in the legend. Mouse: drag selects a range.
class SeriesChart : public QWidget {
    Q_OBJECT
public:
    /// `name` is the accessible name ("Cost over time"); the finding in words becomes the description.
    explicit SeriesChart(const QString& name, QWidget* parent = nullptr);
    ~SeriesChart() override;

    void setFrame(SeriesFrame frame);
    const SeriesFrame& frame() const;
    /// The legend is shown from two entries on; Overview cards may switch it off.
    void setLegendVisible(bool visible);
    /// Whether keepRequested() is heard: the legend then says that Ctrl keeps.
    void setKeepsLines(bool keeps);
    /// The line that stands out while the others fade; -1: none.
    void setHighlight(int line);
    /// What stands where there is nothing to draw; "No data in this range" by default.
    void setEmptyText(const QString& text);
    /// Index of the step under the cursor, -1 for none.
    int cursor() const;
    void setCursorStep(int step);
    QSize sizeHint() const override;

signals:
    /// Enter, Space or a click: `series` is an index in frame().lines, -1 where no single series is meant.
    void pointActivated(int series, altimeter::Day day);
    /// Of frame().lines this one alone is wanted.
    void keepRequested(int series);
    /// Both days inside.
    void rangeSelected(altimeter::Day first, altimeter::Day last);
    /// The read-out at the cursor as one line of text; empty when there is none.
    void readOutChanged(const QString& text);

private:
    void fillLegend();

    SeriesView* m_view = nullptr;
    ChartLegend* m_legend = nullptr;
    bool m_legendVisible = true;
};

} // namespace altimeter::ui
