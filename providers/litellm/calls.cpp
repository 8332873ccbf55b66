#include "providers/litellm/calls.h"

#include "models/text/utf8.h"

#include <array>
#include <initializer_list>
#include <utility>

namespace altimeter::providers::litellm {

namespace {

/// Some versions send an object as text.
Json unpacked(const Json& value, const std::string& where)
{
    if (value.kind() != Json::Kind::Text || value.text().empty())
        return value;
    const auto inner = Json::parse(value.text(), where);
    return inner ? *inner : Json();
}

std::string firstOf(const Json& object, std::initializer_list<const char*> names)
{
    for (const char* name : names) {
        if (!object[name].text().empty())
            return object[name].text();
    }
    return {};
}

/// The proxy adds the caller's program and version to the tags of every request.
bool isAddedByProxy(const std::string& tag)
{
    return tag == "User-Agent";
}

bool isRetrieval(std::string_view callType)
{
    return callType == "aget_responses" || callType == "get_responses";
}

bool isFreeOfCharge(const Json& row, const Group& group, const std::set<std::string>& freeModels)
{
    const std::string& cache = row["cache_hit"].text();
    return cache == "True" || cache == "true" || row["status"].text() == "failure" ||
           freeModels.contains(group.model) || freeModels.contains(group.publisher) ||
           freeModels.contains(row["model_group"].text());
}

} // namespace

Result<Call> callOf(const Json& row, const std::set<std::string>& freeModels, const std::string& where)
{
    Call call;
    const auto logged = requestOf(row, "request", "request_id", "startTime", where);
    if (!logged)
        return logged.error();
    call.id = logged->id;
    call.start = logged->start;
    const std::string& at = logged->where;
    if (const auto spend = row.needText("spend", at); !spend)
        return spend.error();

    std::array<Decimal, 4> numbers;
    constexpr std::array<const char*, 4> kNames{"spend", "prompt_tokens", "completion_tokens", "total_tokens"};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        auto number = numberOf(row[kNames[i]], kNames[i], at);
        if (!number)
            return number.error();
        numbers[i] = *number;
    }
    call.tally.requests = 1;
    call.group.isRetrieval = isRetrieval(row["call_type"].text());
    if (call.group.isRetrieval) { // its spend and tokens are those of the request that made the response
        call.repeatedSpend.add(numbers[0]);
        numbers = {};
    }
    call.tally.cost.add(numbers[0]);
    call.tally.inputTokens.add(numbers[1]);
    call.tally.outputTokens.add(numbers[2]);
    call.tally.tokens.add(numbers[3]);
    if (numbers[3].isZero()) {
        call.tally.tokens.add(numbers[1]);
        call.tally.tokens.add(numbers[2]);
    }

    const Json metadata = unpacked(row["metadata"], at);
    const Json named = unpacked(metadata["spend_logs_metadata"], at);
    Group& group = call.group;
    group.day = call.start.day();
    group.model = firstOf(row, {"model", "model_group"});
    group.publisher = row["custom_llm_provider"].text();
    group.organization = row["organization_id"].text();
    group.team = row["team_id"].text();
    group.teamAlias = metadata["user_api_key_team_alias"].text();
    group.key = row["api_key"].text();
    group.keyAlias = metadata["user_api_key_alias"].text();
    group.user = row["user"].text();
    group.endUser = row["end_user"].text();
    group.agent = row["agent_id"].text();
    group.workflow = firstOf(named, {"workflow_name", "workflow"});
    group.useCase = firstOf(named, {"use_case", "usecase"});
    group.tags = tagsOf(row["request_tags"]);
    std::erase_if(group.tags, [](const auto& tag) { return isAddedByProxy(tag.first); });
    group.isPriced = !numbers[0].isZero() || call.tally.tokens.isZero() || isFreeOfCharge(row, group, freeModels);
    return call;
}

Charge chargeOf(const Group& group, const Tally& tally, const std::map<std::string, std::string>& teamNames,
                std::string_view countAs)
{
    Charge charge = estimateOf(group.day, tally, group.isPriced, countAs);
    if (!group.isPriced)
        charge.residual = "unpriced: the proxy knows no price";
    if (group.isRetrieval)
        charge.residual = "fetched again by its id, which costs nothing";
    charge.set(Column::BillingAccountId, group.organization.empty() ? "litellm" : group.organization);
    charge.set(Column::SubAccountId, group.team);
    const auto team = teamNames.find(group.team);
    charge.set(Column::SubAccountName,
               group.teamAlias.empty() && team != teamNames.end() ? team->second : group.teamAlias);
    charge.set(Column::ServiceName, "LiteLLM");
    charge.set(Column::PublisherName, group.publisher);
    charge.set(Column::SkuId, group.model);
    charge.set(Column::ChargeDescription, group.model);
    charge.tags = group.tags;
    for (const auto& [column, value] :
         {std::pair{"x_Model", &group.model}, std::pair{"x_ApiKey", &group.key},
          std::pair{"x_ApiKeyName", &group.keyAlias}, std::pair{"x_User", &group.user},
          std::pair{"x_EndUser", &group.endUser}, std::pair{"x_Agent", &group.agent},
          std::pair{"x_Workflow", &group.workflow}, std::pair{"x_UseCase", &group.useCase}})
        charge.extra[column] = *value;
    return charge;
}

} // namespace altimeter::providers::litellm
