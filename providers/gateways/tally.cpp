#include "providers/gateways/tally.h"

#include "models/text/utf8.h"
#include "providers/core/fields.h"

namespace altimeter::providers {

void Tally::add(const Tally& other)
{
    cost.add(other.cost);
    inputTokens.add(other.inputTokens);
    outputTokens.add(other.outputTokens);
    cachedTokens.add(other.cachedTokens);
    tokens.add(other.tokens);
    requests += other.requests;
}

Result<Decimal> numberOf(const Json& value, const std::string& name, const std::string& where)
{
    if (value.isNull())
        return Decimal{};
    auto number = decimalOfDouble(value.text());
    if (!number || (value.kind() != Json::Kind::Number && value.kind() != Json::Kind::Text))
        return Error{ErrorCode::Invalid, '"' + name + "\" is no number", where};
    return number;
}

Result<LoggedRequest> requestOf(const Json& row, const char* what, const char* id, const char* begun,
                                const std::string& where)
{
    LoggedRequest one;
    const auto name = row.needText(id, where);
    if (!name)
        return name.error();
    one.id = *name;
    one.where = where + ", " + what + ' ' + words::excerpt(one.id, 80);
    const auto time = row.needText(begun, one.where);
    if (!time)
        return time.error();
    const auto start = instantOf(*time, one.where);
    if (!start)
        return start.error();
    one.start = *start;
    return one;
}

std::map<std::string, std::string> tagsOf(const Json& list)
{
    if (list.kind() == Json::Kind::Text) {
        const auto inner = Json::parse(list.text(), {});
        return inner && inner->isArray() ? tagsOf(*inner) : std::map<std::string, std::string>();
    }
    std::map<std::string, std::string> tags;
    for (const Json& item : list.items()) {
        const std::string& text = item.text();
        if (text.empty())
            continue;
        const auto mark = text.find_first_of(":=");
        const bool isPair = mark != std::string::npos && mark > 0;
        std::string key = isPair ? text.substr(0, mark) : text;
        std::string value = isPair ? text.substr(mark + 1) : "true";
        value.erase(0, value.find_first_not_of(' '));
        std::string& held = tags[std::move(key)];
        if (held.empty())
            held = value;
        else if (held != value)
            held += ',' + value;
    }
    return tags;
}

ConnectorField countAsField()
{
    return offered(FieldKind::Choice, "count_as", "Count the estimate as",
                   "\"effective\" sets EffectiveCost and ListCost; \"list\" sets ListCost only, for when the model "
                   "providers' own bills are connected too.",
                   "effective", {"effective", std::string(kCountAsList)});
}

Charge estimateOf(Day day, const Tally& tally, bool isPriced, std::string_view countAs)
{
    Charge charge;
    charge.start = startOf(day);
    charge.end = startOf(day + 1);
    charge.currency = "USD";
    charge.state = Charge::State::Estimated;
    if (isPriced) {
        const std::string amount = tally.cost.toString(0);
        charge.cost[static_cast<std::size_t>(CostLens::List)] = amount;
        if (countAs != kCountAsList)
            charge.cost[static_cast<std::size_t>(CostLens::Effective)] = amount;
    } else {
        charge.residual = "unpriced";
    }
    charge.set(Column::ServiceCategory, "AI and Machine Learning");
    charge.set(Column::ConsumedQuantity, tally.tokens.toString(0));
    charge.set(Column::ConsumedUnit, "Tokens");
    charge.extra["x_Requests"] = std::to_string(tally.requests);
    charge.extra["x_InputTokens"] = tally.inputTokens.toString(0);
    charge.extra["x_OutputTokens"] = tally.outputTokens.toString(0);
    return charge;
}

} // namespace altimeter::providers
