#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers::anthropic {

/// Claude Code's analytics of one day, added up by actor, customer type and terminal. They are measures and no
/// charges: API use stands in the cost report already, and a subscription's cost is an estimate at list prices.
class ClaudeCodeDay {
public:
    explicit ClaudeCodeDay(Day day) : m_day(day) {}

    /// Error Invalid for a row of another day, without an actor, or with a number that is none.
    Status add(const Json& row, const std::string& where);
    Status deliver(Delivery& delivery) const;

private:
    using Labels = std::map<std::string, std::string>;
    Status count(const std::string& name, const std::string& unit, const Labels& labels, const Json& value,
                 const std::string& where);

    Day m_day;
    std::map<std::tuple<std::string, std::string, Labels>, DecimalSum> m_sums; ///< by name, unit and labels
};

} // namespace altimeter::providers::anthropic
