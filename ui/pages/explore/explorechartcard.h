#pragma once

#include <QFrame>

#include "models/domain/series.h"

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;

namespace altimeter::ui {

class ExploreSteps;
class SeriesChart;

/// The chart over time with its title and the choices that are about the chart alone: style, currency, zoom.
class ExploreChartCard : public QFrame {
    Q_OBJECT
public:
    explicit ExploreChartCard(ExploreSteps& steps, QWidget* parent = nullptr);

    void showState();
    /// `view`: the name of the saved view that is shown; empty: none.
    void showTitles(const QString& view);
    /// The currencies of the answer, of which the chart shows one.
    void fillCurrencies(const std::vector<CurrencyTotal>& present);
    /// `lines` is split as the state says, `totals` is not.
    void draw(const SeriesSet& lines, const SeriesSet& totals, const std::vector<CurrencyTotal>& present);
    SeriesChart* chart() const { return m_chart; }

private:
    void build();
    void connectAll();
    Currency currency(const std::vector<CurrencyTotal>& present) const;

    ExploreSteps& m_steps;
    QLabel* m_title = nullptr;
    QLabel* m_note = nullptr;
    QComboBox* m_currencies = nullptr;
    QPushButton* m_stacked = nullptr;
    QPushButton* m_lines = nullptr;
    SeriesChart* m_chart = nullptr;
};

} // namespace altimeter::ui
