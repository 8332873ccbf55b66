#pragma once

#include <QWidget>

namespace altimeter::ui {

/// A small title with a value beneath it; what does not fit is elided and told in the tooltip.
class FactLine : public QWidget {
    Q_OBJECT
public:
    explicit FactLine(const QString& title, QWidget* parent = nullptr);
    void setValue(const QString& value, bool isMarked = false);
    const QString& value() const { return m_value; }
    QSize sizeHint() const override { return {96, 38}; }
    QSize minimumSizeHint() const override { return {56, 38}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_title;
    QString m_value;
    bool m_isMarked = false;
};

} // namespace altimeter::ui
