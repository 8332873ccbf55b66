#pragma once

#include <QFrame>

#include "models/domain/allocationrule.h"
#include "models/domain/workspaceinfo.h"

class QComboBox;
class QLabel;
class QToolButton;

namespace altimeter::ui {

class EffectModel;
class Exports;
class GridView;
class Page;

/// What the draft moves: the first month it applies from, how much has a team, the line "in = out", and the amounts per
/// owner and month.
class RuleEffect : public QFrame {
    Q_OBJECT
public:
    RuleEffect(Page& page, Exports& exports, QWidget* parent = nullptr);

    /// Offers the months of the workspace.
    void setWorkspace(const WorkspaceInfo& info);
    /// First day of the first month; none: all of history.
    Day from() const;
    void setFrom(Day from);
    /// The month in which the data end; none without data.
    Day openMonth() const { return m_open; }
    /// `from`: the month from which its coverage is.
    void showDiff(const RuleDiff& diff, bool isDraft, Day from);
    /// In the place of a summary: why there is no effect.
    void say(const QString& text);
    const RuleDiff& diff() const { return m_diff; }
    /// "$12,426.00 · €3.00" of what moves, of it before `until` (none: all); empty: nothing.
    QString movedText(Day until = {}) const;
    /// How many months before `until` change.
    std::size_t monthsBefore(Day until) const;
    GridView* grid() const { return m_grid; }

signals:
    /// The user chose another first month.
    void fromChanged();

private:
    QWidget* buildHead();
    QWidget* buildTools();
    void chooseField();
    void showField();
    void showCoverage(Day from);
    void showBalance();
    void showSummary(bool isDraft);
    std::string field() const;
    void exportTable();

    Page& m_page;
    Exports& m_exports;
    Day m_open, m_first;
    RuleDiff m_diff;
    EffectModel* m_model = nullptr;
    GridView* m_grid = nullptr;
    QComboBox *m_from = nullptr, *m_field = nullptr;
    QToolButton *m_swap = nullptr, *m_export = nullptr;
    QLabel *m_coverage = nullptr, *m_moved = nullptr, *m_balance = nullptr;
};

} // namespace altimeter::ui
