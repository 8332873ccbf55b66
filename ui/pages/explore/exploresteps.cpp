#include "ui/pages/explore/exploresteps.h"

#include <utility>

namespace altimeter::ui {

namespace {

class StateCommand : public QUndoCommand {
public:
    StateCommand(ExploreState before, ExploreState after, const QString& what, int merge,
                 std::function<void(const ExploreState&)> apply)
        : QUndoCommand(what), m_before(std::move(before)), m_after(std::move(after)), m_merge(merge),
          m_apply(std::move(apply))
    {
    }
    void undo() override { m_apply(m_before); }
    void redo() override { m_apply(m_after); }
    int id() const override { return m_merge > 0 ? m_merge : -1; }
    bool mergeWith(const QUndoCommand* next) override
    {
        m_after = static_cast<const StateCommand*>(next)->m_after;
        return true;
    }

private:
    ExploreState m_before, m_after;
    int m_merge;
    std::function<void(const ExploreState&)> m_apply;
};

} // namespace

ExploreSteps::ExploreSteps(QObject* parent) : QObject(parent) {}

Day ExploreSteps::today() const
{
    return m_workspace.dataThrough.isValid() ? m_workspace.dataThrough + 1 : Day::none();
}

DateRange ExploreSteps::range() const
{
    const auto found = m_state.range(today());
    return found ? *found : DateRange{};
}

Granularity ExploreSteps::chartStep() const
{
    constexpr int kMostDays = 190, kMostWeeksInDays = 1400; // about five pixels each in the smallest window
    const Granularity wanted = m_state.granularity == Granularity::None ? Granularity::Day : m_state.granularity;
    if (!hasDays())
        return wanted;
    const DateRange shown = range();
    const Day first = shown.from.isValid() ? std::max(shown.from, m_workspace.dataFrom) : m_workspace.dataFrom;
    const Day end = shown.to.isValid() ? std::min(shown.to, m_workspace.dataThrough + 1) : m_workspace.dataThrough + 1;
    const int days = end - first;
    if (days > kMostWeeksInDays)
        return Granularity::Month;
    return wanted == Granularity::Day && days > kMostDays ? Granularity::Week : wanted;
}

std::optional<DateRange> ExploreSteps::coveredBase() const
{
    const auto days = base();
    const bool isCovered = days && daysCovered(*days, m_workspace.dataFrom, m_workspace.dataThrough).covered > 0;
    return isCovered ? days : std::nullopt;
}

void ExploreSteps::want(const ExploreState& wanted, const QString& what, int merge)
{
    const ExploreState next = settled(wanted);
    if (next == m_state)
        return;
    m_stack.push(new StateCommand(m_state, next, what, merge, [this](const ExploreState& state) { set(state); }));
}

void ExploreSteps::change(const QString& what, const std::function<void(ExploreState&)>& edit)
{
    ExploreState next = m_state;
    edit(next);
    want(next, what);
}

void ExploreSteps::set(const ExploreState& state)
{
    const ExploreState before = std::exchange(m_state, ExploreState(state));
    emit changed(before);
}

void ExploreSteps::restart(const ExploreState& state)
{
    m_stack.clear();
    m_state = state;
}

} // namespace altimeter::ui
