#include "models/analysis/attribution/conditiontester.h"

#include "models/text/words.h"

#include <algorithm>

namespace altimeter::analysis {

ConditionTester::ConditionTester(const RuleCondition& condition) : m_condition(condition)
{
    for (const std::string& value : condition.values)
        m_values.push_back(fold(value));
    if (condition.test == RuleCondition::Test::Matches) {
        for (const std::string& value : condition.values) {
            auto expression = Expression::compile(value, condition.caseSensitive);
            if (!expression) {
                m_badExpression =
                    "'" + value + "' is no regular expression that rules can use: " + expression.error().what;
                continue;
            }
            m_steps += expression->steps();
            m_expressions.push_back(expression.take());
        }
    }
}

bool ConditionTester::holds(const std::string& value, const std::stop_token& stop) const
{
    using Test = RuleCondition::Test;
    switch (m_condition.test) {
    case Test::Exists:
        return !value.empty();
    case Test::Missing:
        return value.empty();
    case Test::Matches:
        return std::any_of(m_expressions.begin(), m_expressions.end(),
                           [&](const Expression& expression) { return expression.matches(value, stop); });
    default:
        break;
    }
    if (value.empty())
        return false;
    const std::string folded = fold(value);
    return std::any_of(m_values.begin(), m_values.end(), [&](const std::string& wanted) {
        switch (m_condition.test) {
        case Test::Prefix:
            return folded.starts_with(wanted);
        case Test::Suffix:
            return folded.ends_with(wanted);
        case Test::Contains:
            return folded.find(wanted) != std::string::npos;
        default:
            return folded == wanted;
        }
    });
}

std::string ConditionTester::fold(std::string_view text) const
{
    const std::string_view trimmed = words::trimmed(text);
    return m_condition.caseSensitive ? std::string(trimmed) : words::toLower(trimmed);
}

} // namespace altimeter::analysis
