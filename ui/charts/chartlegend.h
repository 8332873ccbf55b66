#pragma once

#include <QColor>
#include <QWidget>

#include <vector>

namespace altimeter::ui {

/// What a chart's colours and strokes mean: small painted keys, each with a text label that assistive tools can read.
class ChartLegend : public QWidget {
    Q_OBJECT
public:
    enum class Key { Area, Line, Dashed, Dotted, Ring };
    struct Entry {
        Key key = Key::Area;
        int color = -1; ///< index in Theme::series; -1: secondary text, -2: warning
        QString text;
    };
    explicit ChartLegend(QWidget* parent = nullptr);
    void setEntries(const std::vector<Entry>& entries);
    static QColor colorOf(int index);
};

} // namespace altimeter::ui
