#pragma once

#include <QObject>
#include <QUndoStack>

#include "models/domain/workspaceinfo.h"
#include "ui/pages/explore/explorestate.h"

#include <functional>

namespace altimeter::ui {

/// The state of the Explore page as steps that can be taken back, and the workspace it is read against. The parts of
/// the page want another state here, and the page hears of it, whoever wanted it.
class ExploreSteps : public QObject {
    Q_OBJECT
public:
    explicit ExploreSteps(QObject* parent = nullptr);

    const ExploreState& state() const { return m_state; }
    const WorkspaceInfo& workspace() const { return m_workspace; }
    /// True where a workspace with lines is open: a typed range like "30d" means days only with data.
    bool hasDays() const { return !m_workspace.path.empty() && m_workspace.rows > 0; }
    /// The day after the last day with data, or none.
    Day today() const;
    /// The days of the state; all of them where its text is no range.
    DateRange range() const;
    /// The days they are compared with, if they are.
    std::optional<DateRange> base() const { return m_state.base(today()); }
    /// The step of the chart: that of the state, or a longer one where so many would not be told apart.
    Granularity chartStep() const;
    /// The same where there are data of any of them: nothing is not compared with.
    std::optional<DateRange> coveredBase() const;

    /// Shows `wanted`, settled, as one step called `what`. Steps with the same `merge` (not 0) in a row are one. The
    /// state as it is makes no step.
    void want(const ExploreState& wanted, const QString& what, int merge = 0);
    /// The same for the state as it is but for what `edit` does to it.
    void change(const QString& what, const std::function<void(ExploreState&)>& edit);
    /// Shows `state`, which is no step.
    void set(const ExploreState& state);
    /// Forgets every step and holds `state`, without telling.
    void restart(const ExploreState& state);
    /// The looks of the grids are these now: no step, and nobody is told.
    void noteLooks(const QString& text) { m_state.looks = {text, false}; }
    void setWorkspace(const WorkspaceInfo& workspace) { m_workspace = workspace; }

    QUndoStack* stack() { return &m_stack; }

signals:
    void changed(const altimeter::ui::ExploreState& before);

private:
    QUndoStack m_stack;
    ExploreState m_state;
    WorkspaceInfo m_workspace;
};

} // namespace altimeter::ui
