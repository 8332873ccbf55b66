#pragma once

#include <QObject>

#include "ui/backend/questions.h"

#include <optional>

namespace altimeter::ui {

class ChargeTableModel;
class ExploreSteps;

/// What the Explore page asks for its state, and the answers until they are shown. Asks in slots "explore.*"; the
/// newest question wins, and answers to an older state are dropped.
class ExploreQuestions : public QObject {
    Q_OBJECT
public:
    ExploreQuestions(Questions& questions, ExploreSteps& steps, ChargeTableModel& charges, QObject* parent = nullptr);

    /// Asks everything for the state anew. Before the first import there is nothing to ask, and no day that a range
    /// like "30d" could count back from.
    void ask();
    bool hasAsked() const { return m_generation > 0; }
    bool isWaiting() const { return m_pending > 0 || m_waitingForCharges; }

    /// The table of the grid and, with a comparison, the one of the period before. To be taken once, after
    /// gridAnswered().
    struct Grid {
        CostTable table;
        std::optional<CostTable> previous;
    };
    Grid takeGrid();
    bool isGridAnswered() const { return m_gridAnswered; }
    /// The series of the chart, split as the state says; null until they are known.
    const SeriesSet* chartLines() const;
    /// The same in total.
    const SeriesSet* chartTotals() const { return m_totals ? &*m_totals : nullptr; }
    /// Whether what the grid (or the charge lines), or what the chart shows could not be read: then there are no
    /// figures, which is not the same as none.
    bool hasGridFailed() const { return m_gridFailed; }
    bool hasChartFailed() const { return m_chartFailed; }

signals:
    /// Everything is asked (or there is nothing to ask): what is shown is of an older state.
    void asked();
    /// There are no lines: nothing that is shown holds any more.
    void emptied();
    void gridAnswered();
    void chartAnswered();
    void chargesAnswered();
    void failed(const altimeter::Error& error);
    /// After each answer.
    void progressed();

private:
    void forget();
    void askGrid(const DateRange& range);
    void askChart(const DateRange& range);
    void askCharges(const DateRange& range);
    int forecastSteps(const DateRange& range, Granularity step) const;
    void tellGrid();
    template <typename T, typename Take> Answer<T> answer(bool& hasFailed, Take take);

    Questions& m_questions;
    ExploreSteps& m_steps;
    ChargeTableModel& m_charges;
    quint64 m_generation = 0;
    int m_pending = 0;
    bool m_waitingForCharges = false;
    bool m_gridFailed = false, m_chartFailed = false;
    bool m_gridAnswered = false;     ///< the grid shows, or is about to show, the latest question
    std::optional<DateRange> m_base; ///< what the grid's question is compared with
    std::optional<CostTable> m_table, m_previous;
    std::optional<SeriesSet> m_series, m_totals;
};

} // namespace altimeter::ui
