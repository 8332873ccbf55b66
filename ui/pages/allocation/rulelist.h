#pragma once

#include <QListWidget>

namespace altimeter::ui {

/// The rules in order: a check box turns a rule on, a bar shows how much of the cost it decided. Drag, or Alt+Up and
/// Alt+Down, changes the order; Space toggles; Delete removes.
class RuleList : public QListWidget {
    Q_OBJECT
public:
    struct Row {
        QString name;
        bool enabled = true;
    };
    /// What a rule decided. Where an amount does not fit it is written in short, never cut.
    struct Use {
        QString lines;
        QStringList amounts, shortAmounts; ///< per currency
    };
    explicit RuleList(QWidget* parent = nullptr);
    /// Shows `rows` and keeps the current row.
    void setRows(const QList<Row>& rows);
    void setUse(int row, const Use& use, double share);

signals:
    void moveRequested(int from, int to);
    void enableRequested(int row, bool enabled);
    void removeRequested(int row);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void say(QListWidgetItem* item) const;
};

} // namespace altimeter::ui
