#include "ui/pages/explore/explorequestions.h"

#include "ui/items/chargetablemodel.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/explore/exploresteps.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr std::size_t kChartSeries = 5; ///< and "Other": as many as there are colours that can be told apart

} // namespace

ExploreQuestions::ExploreQuestions(Questions& questions, ExploreSteps& steps, ChargeTableModel& charges,
                                   QObject* parent)
    : QObject(parent), m_questions(questions), m_steps(steps), m_charges(charges)
{
    connect(&m_charges, &ChargeTableModel::ready, this, [this] {
        m_waitingForCharges = false;
        emit chargesAnswered();
        emit progressed();
    });
    connect(&m_charges, &ChargeTableModel::failed, this, [this](const Error& error) {
        m_waitingForCharges = false;
        m_gridFailed = !m_charges.isReady(); // lines that were read before stay
        emit failed(error);
        emit progressed();
    });
}

/// An answer to the present state, counted as awaited. `hasFailed` is set where there is none.
template <typename T, typename Take> Answer<T> ExploreQuestions::answer(bool& hasFailed, Take take)
{
    ++m_pending;
    return guarded<T>(this, [this, &hasFailed, take = std::move(take), asked = m_generation](Result<T> result) {
        if (asked != m_generation)
            return;
        --m_pending;
        if (result) {
            take(result.take());
        } else if (result.error().code != ErrorCode::Cancelled) {
            hasFailed = true;
            emit failed(result.error());
        }
        emit progressed();
    });
}

void ExploreQuestions::ask()
{
    ++m_generation;
    m_pending = 0;
    m_waitingForCharges = false;
    m_gridFailed = m_chartFailed = false;
    const WorkspaceInfo& info = m_steps.workspace();
    if (!info.path.empty() && info.rows == 0) {
        forget();
        emit emptied();
    } else if (!info.path.empty()) {
        const auto range = m_steps.state().range(m_steps.today());
        if (!range) {
            m_gridFailed = m_chartFailed = true;
            emit failed(range.error());
            return;
        }
        if (m_steps.state().mode == ExploreState::Mode::Charges) {
            askCharges(*range);
        } else {
            m_charges.clear();
            askGrid(*range);
            askChart(*range);
        }
    }
    emit asked();
}

void ExploreQuestions::forget()
{
    m_table.reset();
    m_previous.reset();
    m_series.reset();
    m_totals.reset();
    m_gridAnswered = false;
}

void ExploreQuestions::askGrid(const DateRange& range)
{
    m_table.reset();
    m_previous.reset();
    m_gridAnswered = false;
    const CostQuery query = m_steps.state().gridQuery(range);
    m_base = m_steps.coveredBase();
    if (m_base) {
        CostQuery before = query;
        before.range = *m_base;
        before.countDistinct.reset();
        m_questions.ask("explore.previous", TableQuestion{before},
                        answer<CostTable>(m_gridFailed, [this](CostTable found) {
                            m_previous = std::move(found);
                            tellGrid();
                        }));
    }
    m_questions.ask("explore.table", TableQuestion{query}, answer<CostTable>(m_gridFailed, [this](CostTable found) {
                        m_table = std::move(found);
                        tellGrid();
                    }));
}

/// Both tables or neither: a grid never compares with what is still on its way.
void ExploreQuestions::tellGrid()
{
    if (!m_table || (m_base && !m_previous))
        return;
    if (!m_base)
        m_previous.reset();
    m_gridAnswered = true;
    emit gridAnswered();
}

ExploreQuestions::Grid ExploreQuestions::takeGrid()
{
    Grid grid{std::move(*m_table), std::move(m_previous)};
    m_table.reset();
    m_previous.reset();
    return grid;
}

const SeriesSet* ExploreQuestions::chartLines() const
{
    if (m_steps.state().by.empty())
        return chartTotals();
    return m_series ? &*m_series : nullptr;
}

/// A forecast belongs to a range that goes beyond the data: to the end of the month, or a few steps.
int ExploreQuestions::forecastSteps(const DateRange& range, Granularity step) const
{
    const Day through = m_steps.workspace().dataThrough;
    if (!through.isValid() || (range.to.isValid() && range.to <= through))
        return 0;
    if (step == Granularity::Week)
        return 4;
    if (step != Granularity::Day)
        return 2;
    const Day next = through + 1;
    return std::max(7, next.addMonths(1) - next);
}

void ExploreQuestions::askChart(const DateRange& range)
{
    m_series.reset();
    m_totals.reset();
    const ExploreState& state = m_steps.state();
    SeriesQuestion request;
    request.query = state.query(range);
    request.query.granularity = m_steps.chartStep();
    request.query.top = kChartSeries;
    request.anomalies = request.query.granularity == Granularity::Day;
    SeriesQuestion whole = request;
    whole.query.by.clear();
    whole.query.top = 0;
    whole.base = m_steps.coveredBase();
    whole.anomalies = request.anomalies && state.by.empty();
    whole.forecastSteps = forecastSteps(range, request.query.granularity);
    m_questions.ask("explore.totals", whole, answer<SeriesSet>(m_chartFailed, [this](SeriesSet found) {
                        m_totals = std::move(found);
                        emit chartAnswered();
                    }));
    if (m_steps.state().by.empty())
        return;
    m_questions.ask("explore.series", request, answer<SeriesSet>(m_chartFailed, [this](SeriesSet found) {
                        m_series = std::move(found);
                        emit chartAnswered();
                    }));
}

void ExploreQuestions::askCharges(const DateRange& range)
{
    m_waitingForCharges = true;
    m_charges.setQuery(m_steps.state().query(range), !m_steps.state().fileOrder, m_steps.state().lineSorts);
}

} // namespace altimeter::ui
