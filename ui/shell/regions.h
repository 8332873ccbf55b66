#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QPointer>

#include <vector>

class QWidget;

namespace altimeter::ui {

/// F6: the keyboard goes from one part of the window to the next (page list, controls, chart, grid, messages), and back
/// to where it was in each of them.
class Regions : public QObject {
    Q_OBJECT
public:
    /// `parts` are walked in this order; what is hidden is left out.
    explicit Regions(const QList<QWidget*>& parts, QObject* parent = nullptr);

    /// By 1 or -1, round the end.
    void step(int by);
    /// How many there are now (tests).
    int count() const;

private:
    /// Widgets that take the keyboard, in reading order; the first is where it goes.
    using Region = QList<QWidget*>;
    static void addRegions(QWidget* part, std::vector<Region>& regions);
    static Region focusable(QWidget* within);
    std::vector<Region> regions() const;
    QWidget* entryOf(const Region& region) const;

    QList<QPointer<QWidget>> m_parts;          ///< the keyboard moves also while a window is taken apart
    QHash<QWidget*, QPointer<QWidget>> m_last; ///< by the first widget of a region, where the keyboard was in it
};

} // namespace altimeter::ui
