#pragma once

#include <QObject>

#include "ui/backend/questions.h"
#include "ui/pages/explore/explorestate.h"

#include <optional>
#include <vector>

namespace altimeter::ui {

class ChargeTableModel;
class ExploreSteps;

/// Whether the charge lines that are shown add up to the cell they were opened from.
///
/// Lines and cell are compared only where both answer the same question about the same revision. Once cost, range or
/// filters are others than when the cell was opened, or the workspace changed, the amount of the cell is asked anew;
/// until it is there, nothing is said.
class LinesProof : public QObject {
    Q_OBJECT
public:
    LinesProof(Questions& questions, const ExploreSteps& steps, const ChargeTableModel& lines,
               QObject* parent = nullptr);

    /// `lines`, the state about to be shown, are those of a cell with this amount in the answer of this revision.
    void begin(const ExploreState& lines, const Currency& currency, const Amount& amount, std::uint64_t revision);
    /// The lines about to be shown are those of no cell with a known amount.
    void forget();
    /// Everything is asked anew: what is on its way is of an older state.
    void restart();
    bool isWaiting() const { return m_waiting; }

    struct Finding {
        Currency currency;
        Amount cell;
        bool isEqual = false;
    };
    /// Nothing while lines or cell are not known, or no lines of a cell are shown.
    std::optional<Finding> finding() const;

signals:
    /// The amount of the cell is known anew.
    void changed();
    void failed(const altimeter::Error& error);

private:
    /// The amount of the cell as an answer had it.
    struct Known {
        CostQuery query;
        std::uint64_t revision = 0;
        Amount amount;
    };
    bool hasLinesOfCell() const;
    bool fitsLines(const Known& known) const;
    void check();
    void take(const CostQuery& asked, const CostTable& answer);

    Questions& m_questions;
    const ExploreSteps& m_steps;
    const ChargeTableModel& m_lines;
    std::vector<ExploreState::Step> m_path; ///< of the lines of the cell
    std::optional<Currency> m_currency;     ///< of the cell; none: there is no cell
    std::optional<Known> m_known;
    quint64 m_generation = 0;
    bool m_waiting = false;
};

} // namespace altimeter::ui
