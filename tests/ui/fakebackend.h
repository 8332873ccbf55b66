#pragma once

#include "tests/ui/fakeareas.h"
#include "ui/backend/backend.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace altimeter::test {

/// A backend that answers what a test says (answers()), remembers what it was asked (asked()), and has areas of data
/// that a test sets and looks at.
///
/// Questions about cost are answered from a few thousand charge lines in memory: deterministic, with negative, empty,
/// tiny, huge and two-currency cases. They are grouped, filtered and added up here, so that pages meet figures that
/// really sum. A question nobody said an answer for has an empty one.
class FakeBackend : public ui::Backend, public FakeDesk {
public:
    struct Line {
        Day day;
        std::string provider, service, team, region, environment, resource, category, description;
        Currency currency;
        std::optional<Amount> cost;
        std::string file;
        std::uint64_t line = 0;
    };

    FakeBackend();

    std::vector<Line> lines;
    std::uint64_t revision = 1; ///< of the workspace; a test that alters lines counts on
    std::size_t calendarSources = 0;
    bool negativeCalendar = false;
    std::size_t computed = 0; ///< pieces of work done for the pages
    bool isOutOfMemory = false;

    /// From now on `answer(question)`, an answer or a Result of one, is what every `Q` is answered with. It is called
    /// when the answer is delivered.
    template <IsQuestion Q, typename Function> void answers(Function answer)
    {
        m_answers[kindOf<Q>()] = [answer = std::move(answer)](const Question& question) -> Result<ui::AnyAnswer> {
            Result<typename Q::Answer> made = answer(std::get<Q>(question));
            if (!made)
                return made.error();
            return ui::AnyAnswer::of(made.take());
        };
    }
    /// Every `Q` that was asked, in order.
    template <IsQuestion Q> std::vector<Q> asked() const
    {
        std::vector<Q> found;
        for (const Question& question : m_asked)
            if (const Q* one = std::get_if<Q>(&question))
                found.push_back(*one);
        return found;
    }

    FakeWorkspaces& workspaces() override { return m_workspaces; }
    FakeImports& imports() override { return m_imports; }
    FakeBackups& backups() override { return m_backups; }
    FakeRules& rules() override { return m_rules; }
    FakeViews& views() override { return m_views; }
    FakeNotes& notes() override { return m_notes; }
    FakeExports& exports() override { return m_exports; }
    FakeFindings& findings() override { return m_findings; }
    FakeConnections& connections() override { return m_connections; }
    FakeSyncs& syncs() override { return m_syncs; }
    FakeSettings& settings() override { return m_settings; }
    void compute(const std::string& slot, std::function<void(const std::stop_token&)> work,
                 std::function<void(bool isDone)> done) override;

    /// The value of a dim as a line says it.
    static std::string valueOf(const Line& line, const Dim& dim);
    /// Lines a question selects, largest first.
    std::vector<const Line*> selected(const CostQuery& query) const;
    CostTable tableOf(const CostQuery& query) const;
    SeriesSet seriesOf(const SeriesQuestion& request) const;
    BridgeSet bridgesOf(const BridgeQuestion& request) const;
    ChargePage pageOf(const CostQuery& query, std::uint64_t offset, std::uint64_t limit, bool largestFirst) const;
    std::vector<std::string> valuesOf(const DimValuesQuestion& question) const;
    ChargePage lineFiltered(const ChargesQuestion& asked) const;

protected:
    void put(const std::string& slot, Question question, ui::Answer<ui::AnyAnswer> answer) override;

private:
    template <IsQuestion Q> static std::size_t kindOf() { return Question(std::in_place_type<Q>).index(); }
    void answerFromLines();
    WorkspaceInfo infoOfLines() const;

    std::map<std::size_t, std::function<Result<ui::AnyAnswer>(const Question&)>> m_answers; ///< by kind of question
    std::vector<Question> m_asked;
    FakeWorkspaces m_workspaces;
    FakeImports m_imports;
    FakeBackups m_backups;
    FakeRules m_rules{*this};
    FakeViews m_views;
    FakeNotes m_notes;
    FakeExports m_exports;
    FakeFindings m_findings;
    FakeConnections m_connections{*this};
    FakeSyncs m_syncs{*this, m_connections};
    FakeSettings m_settings;
};

} // namespace altimeter::test
