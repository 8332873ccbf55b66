#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace altimeter::ui {

/// The dark box beside the chart's cursor: what every series says there. Never takes the mouse or the focus; the same
/// words go to the status bar and to assistive tools.
class ChartReadOut : public QWidget {
    Q_OBJECT
public:
    struct Row {
        QColor color; ///< invalid: no key, bold
        QString name, value;
        bool chosen = false;
    };
    explicit ChartReadOut(QWidget* window);
    /// `at`: the top of the cursor line, in the window.
    void showAt(const QPoint& at, const QString& heading, const std::vector<Row>& rows, const QStringList& notes);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_heading;
    std::vector<Row> m_rows;
    QStringList m_notes;
    double m_nameWidth = 0;
};

} // namespace altimeter::ui
