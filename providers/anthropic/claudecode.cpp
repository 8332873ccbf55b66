#include "providers/anthropic/claudecode.h"

#include "models/text/utf8.h"

namespace altimeter::providers::anthropic {

Status ClaudeCodeDay::count(const std::string& name, const std::string& unit, const Labels& labels, const Json& value,
                            const std::string& where)
{
    if (value.isNull())
        return {};
    const auto number = parseDecimal(value.text().empty() ? "none" : value.text());
    if (!number)
        return Error{ErrorCode::Invalid, name + " is no number", where};
    m_sums[{name, unit, labels}].add(number->value);
    return {};
}

Status ClaudeCodeDay::add(const Json& row, const std::string& where)
{
    const std::string& date = row["date"].text();
    if (date.substr(0, 10) != toString(m_day))
        return Error{ErrorCode::Invalid, "the answer is of another day (" + words::excerpt(date, 20) + ')', where};
    const Json& actor = row["actor"];
    if (!actor.isObject())
        return Error{ErrorCode::Invalid, "a row of Claude Code names no actor", where};
    Labels labels;
    const std::string& email = actor["email_address"].text();
    const std::string& keyName = actor["api_key_name"].text();
    labels["actor"] = !email.empty() ? email : !keyName.empty() ? keyName : "unknown";
    for (const auto& [label, value] :
         {std::pair{"actor_type", &actor["type"]}, std::pair{"customer_type", &row["customer_type"]},
          std::pair{"subscription_type", &row["subscription_type"]},
          std::pair{"terminal_type", &row["terminal_type"]}}) {
        if (!value->text().empty())
            labels[label] = value->text();
    }
    const Json& core = row["core_metrics"];
    for (const auto& [name, unit, value] :
         {std::tuple{"claude_code_sessions", "sessions", &core["num_sessions"]},
          std::tuple{"claude_code_lines_added", "lines", &core.at("lines_of_code", "added")},
          std::tuple{"claude_code_lines_removed", "lines", &core.at("lines_of_code", "removed")},
          std::tuple{"claude_code_commits", "commits", &core["commits_by_claude_code"]},
          std::tuple{"claude_code_pull_requests", "pull requests", &core["pull_requests_by_claude_code"]}}) {
        if (auto done = count(name, unit, labels, *value, where); !done)
            return done;
    }
    for (const auto& [tool, actions] : row["tool_actions"].members()) {
        Labels ofTool = labels;
        ofTool["tool"] = tool;
        if (auto done = count("claude_code_accepted_edits", "edits", ofTool, actions["accepted"], where); !done)
            return done;
    }
    for (const Json& share : row["model_breakdown"].items()) {
        Labels ofModel = labels;
        ofModel["model"] = share["model"].text();
        for (const auto& [kind, value] : share["tokens"].members()) {
            Labels ofKind = ofModel;
            ofKind["token_class"] = kind;
            if (auto done = count("claude_code_tokens", "tokens", ofKind, value, where); !done)
                return done;
        }
        const Json& cost = share["estimated_cost"];
        if (cost["amount"].isNull())
            continue;
        const std::string& currency = cost["currency"].text();
        if (auto done = count("claude_code_estimated_cost", currency.empty() ? "USD" : currency, ofModel,
                              cost["amount"], where);
            !done)
            return done;
    }
    return {};
}

Status ClaudeCodeDay::deliver(Delivery& delivery) const
{
    for (const auto& [key, sum] : m_sums) {
        const auto& [name, unit, labels] = key;
        std::string value = sum.toString(0);
        if (name == "claude_code_estimated_cost") { // the provider counts cents
            auto amount = fromCents(value);
            if (!amount)
                return amount.error();
            value = amount.take();
        }
        if (auto done = delivery.add(Measure{name, unit, startOf(m_day), startOf(m_day + 1), labels, value}); !done)
            return done;
    }
    return {};
}

} // namespace altimeter::providers::anthropic
