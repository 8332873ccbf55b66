#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/expression.h"

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::analysis {

/// One condition made ready: texts folded, expressions compiled. Must not outlive the condition.
class ConditionTester {
public:
    explicit ConditionTester(const RuleCondition& condition);

    /// What is wrong with an expression; empty: nothing.
    const std::string& badExpression() const { return m_badExpression; }
    std::size_t steps() const { return m_steps; }

    /// Means nothing once `stop` was asked for.
    bool holds(const std::string& value, const std::stop_token& stop) const;

private:
    std::string fold(std::string_view text) const;

    const RuleCondition& m_condition;
    std::vector<std::string> m_values;
    std::vector<Expression> m_expressions;
    std::size_t m_steps = 0;
    std::string m_badExpression;
};

} // namespace altimeter::analysis
