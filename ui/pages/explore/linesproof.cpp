#include "ui/pages/explore/linesproof.h"

#include "ui/items/chargetablemodel.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/explore/exploresteps.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

/// The question whose only row is all that `lines` selects.
CostQuery inTotal(CostQuery lines)
{
    lines.by.clear();
    lines.granularity = Granularity::None;
    return lines;
}

/// A currency without a line in it has nothing to add up.
Amount costIn(const Currency& currency, const std::vector<CurrencyTotal>& totals)
{
    const auto found = std::find_if(totals.begin(), totals.end(),
                                    [&](const CurrencyTotal& total) { return total.currency == currency; });
    return found == totals.end() ? Amount() : found->cost;
}

} // namespace

LinesProof::LinesProof(Questions& questions, const ExploreSteps& steps, const ChargeTableModel& lines, QObject* parent)
    : QObject(parent), m_questions(questions), m_steps(steps), m_lines(lines)
{
    connect(&m_lines, &ChargeTableModel::ready, this, &LinesProof::check);
}

void LinesProof::begin(const ExploreState& lines, const Currency& currency, const Amount& amount,
                       std::uint64_t revision)
{
    m_path = lines.path;
    m_currency = currency;
    m_known.reset();
    if (const auto range = lines.range(m_steps.today()))
        m_known = Known{inTotal(lines.query(*range)), revision, amount};
}

void LinesProof::forget()
{
    m_currency.reset();
    m_known.reset();
}

void LinesProof::restart()
{
    ++m_generation;
    m_waiting = false;
}

/// The path names the cell: it is left with every drill and comes back with undo.
bool LinesProof::hasLinesOfCell() const
{
    return m_currency && m_steps.state().mode == ExploreState::Mode::Charges && m_steps.state().path == m_path &&
           m_lines.isReady();
}

bool LinesProof::fitsLines(const Known& known) const
{
    return known.revision == m_lines.revision() && known.query == inTotal(m_lines.query());
}

std::optional<LinesProof::Finding> LinesProof::finding() const
{
    if (!hasLinesOfCell() || !m_known || !fitsLines(*m_known) || m_lines.isFiltered())
        return std::nullopt; // some of its lines are no proof of a cell
    return Finding{*m_currency, m_known->amount, m_known->amount == costIn(*m_currency, m_lines.totals())};
}

/// The lines came: the amount of the cell is asked anew where the known one answers another question.
void LinesProof::check()
{
    if (!hasLinesOfCell() || (m_known && fitsLines(*m_known)))
        return;
    m_waiting = true;
    const CostQuery query = inTotal(m_lines.query());
    m_questions.ask("explore.cell", TableQuestion{query},
                    guarded<CostTable>(this, [this, query, asked = ++m_generation](Result<CostTable> answer) {
                        if (asked != m_generation)
                            return;
                        m_waiting = false;
                        if (answer)
                            take(query, *answer);
                        else if (answer.error().code != ErrorCode::Cancelled)
                            emit failed(answer.error());
                    }));
}

void LinesProof::take(const CostQuery& asked, const CostTable& answer)
{
    if (m_currency)
        m_known = Known{asked, answer.revision, costIn(*m_currency, answer.totals)};
    emit changed();
}

} // namespace altimeter::ui
