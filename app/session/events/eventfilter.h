#pragma once

#include "models/domain/query.h"
#include "models/domain/result.h"
#include "models/store/events/eventreading.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::session {

/// Which events a question selects: by the days on which they start and by what they say themselves. Owners that rules
/// assign are not known of an event; its own team, use case and workflow are. Used by one thread.
class EventFilter {
public:
    /// Error Invalid for a filter by a dim that an event says nothing of.
    static Result<EventFilter> of(const CostQuery& query);

    /// Prepares a block, which must outlive its use. `files` names the sources.
    Status open(const store::EventBlock& block, store::EventFiles& files);
    /// Of the block that was opened last.
    bool keeps(std::size_t row) const;
    const DateRange& days() const { return m_days; }

private:
    enum class By : std::uint8_t { Text, Model, Provider, Layer, Operation, Status, Source };
    struct Condition {
        By by = By::Text;
        store::EventText text = store::EventText::Count;
        std::set<std::string> values;
        bool exclude = false;
        std::vector<char> keeps;                ///< of the block, by index of its texts or number of a kind
        std::vector<char> keepsAsked;           ///< Model: where none answered
        std::map<std::int64_t, bool> keepsFile; ///< Source
    };
    static Result<Condition> conditionOf(const Filter& filter);
    bool keeps(const Condition& condition, std::size_t row) const;

    DateRange m_days;
    std::vector<Condition> m_conditions;
    const store::EventBlock* m_block = nullptr;
    std::vector<char> m_isAnswered;
};

} // namespace altimeter::session
