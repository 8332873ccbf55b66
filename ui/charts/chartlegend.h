#pragma once

#include <QColor>
#include <QWidget>

#include <vector>

namespace altimeter::ui {

/// What a chart's colours and strokes mean: small painted keys, each with a text that assistive tools can read. Those
/// of lines are buttons.
///
/// Click, Enter or Space: the line stands out, once more: no line does. With Ctrl: it alone is kept. The arrow keys go
/// from line to line; Tab enters and leaves the legend.
class ChartLegend : public QWidget {
    Q_OBJECT
public:
    enum class Key { Area, Line, Dashed, Dotted, Ring, Hatched };
    static constexpr int kSecondary = -1, kWarning = -2, kOthers = -3;
    struct Entry {
        Key key = Key::Area;
        int color = kSecondary; ///< see colorOf()
        QString text;
        int line = -1; ///< of the chart; -1: this is no line
    };
    explicit ChartLegend(QWidget* parent = nullptr);
    void setEntries(const std::vector<Entry>& entries);
    /// Whether Ctrl keeps a line, which its tooltip then says.
    void setKeeps(bool keeps) { m_keeps = keeps; }
    /// -1: none.
    void setHighlight(int line);
    /// Index in Theme::names, or one of the above.
    static QColor colorOf(int index);

signals:
    /// -1: none.
    void highlightWanted(int line);
    void keepWanted(int line);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();

    bool m_keeps = false;
};

} // namespace altimeter::ui
