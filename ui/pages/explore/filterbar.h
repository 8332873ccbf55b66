#pragma once

#include <QPushButton>
#include <QWidget>

#include "models/domain/query.h"

#include <vector>

namespace altimeter::ui {

/// One filter as a chip: Enter or a click edits it, Delete or a click on its cross removes it.
class FilterChip : public QPushButton {
    Q_OBJECT
public:
    FilterChip(const Filter& filter, QWidget* parent);
    QSize sizeHint() const override;

signals:
    void editRequested();
    void removeRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QRect cross() const;
};

/// Every active filter, always in sight, and the button that adds one.
class FilterBar : public QWidget {
    Q_OBJECT
public:
    explicit FilterBar(QWidget* parent = nullptr);
    void setFilters(const std::vector<Filter>& filters);
    QPushButton* addButton() const { return m_add; }
    /// "Region: eu-west-1, us-east-1", "Team is not: Search", "Service: 5 values".
    static QString chipText(const Filter& filter);

signals:
    void addRequested();
    void editRequested(int filter, QWidget* chip);
    void removeRequested(int filter);
    void clearRequested();

private:
    QPushButton* m_add = nullptr;
    QPushButton* m_clear = nullptr;
    std::vector<FilterChip*> m_chips;
};

} // namespace altimeter::ui
