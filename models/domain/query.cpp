#include "models/domain/query.h"

#include <algorithm>
#include <array>
#include <utility>

namespace altimeter {

namespace {

using Kind = Dim::Kind;

// In the order a picker shows them.
constexpr std::array kNamed{
    std::pair<Kind, std::string_view>{Kind::Provider, "provider"},
    std::pair<Kind, std::string_view>{Kind::Service, "service"},
    std::pair<Kind, std::string_view>{Kind::ServiceCategory, "service_category"},
    std::pair<Kind, std::string_view>{Kind::SubAccount, "sub_account"},
    std::pair<Kind, std::string_view>{Kind::BillingAccount, "billing_account"},
    std::pair<Kind, std::string_view>{Kind::Region, "region"},
    std::pair<Kind, std::string_view>{Kind::ChargeCategory, "charge_category"},
    std::pair<Kind, std::string_view>{Kind::Commitment, "commitment"},
    std::pair<Kind, std::string_view>{Kind::Resource, "resource"},
    std::pair<Kind, std::string_view>{Kind::Sku, "sku"},
    std::pair<Kind, std::string_view>{Kind::Source, "source"},
    std::pair<Kind, std::string_view>{Kind::Team, "team"},
    std::pair<Kind, std::string_view>{Kind::CostCenter, "cost_center"},
    std::pair<Kind, std::string_view>{Kind::Environment, "environment"},
    std::pair<Kind, std::string_view>{Kind::UseCase, "use_case"},
    std::pair<Kind, std::string_view>{Kind::Workflow, "workflow"},
    std::pair<Kind, std::string_view>{Kind::Model, "model"},
    std::pair<Kind, std::string_view>{Kind::Layer, "layer"},
    std::pair<Kind, std::string_view>{Kind::Currency, "currency"},
    std::pair<Kind, std::string_view>{Kind::BillingPeriod, "billing_period"},
    std::pair<Kind, std::string_view>{Kind::ChargeState, "charge_state"},
};

constexpr std::string_view kTagPrefix = "tag:";
constexpr std::string_view kColumnPrefix = "column:";

std::string_view trimmed(std::string_view text)
{
    const auto isBlank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

Error unknownDim(std::string_view text)
{
    std::string known;
    for (const auto& [kind, name] : kNamed)
        known.append(name).append(", ");
    return {ErrorCode::Invalid,
            "\"" + std::string(text) + "\" is no dimension; known are " + known + "tag:KEY and column:NAME",
            {}};
}

Result<Dim> keyed(Kind kind, std::string_view key, std::string_view text)
{
    key = trimmed(key);
    if (key.empty())
        return Error{ErrorCode::Invalid, "\"" + std::string(text) + "\" names no key after the colon", {}};
    if (const auto column = kind == Kind::Column ? columnByName(key) : std::nullopt)
        key = columnName(*column);
    return Dim{kind, std::string(key)};
}

} // namespace

std::string toString(const Dim& dim)
{
    if (dim.kind == Kind::Tag)
        return std::string(kTagPrefix) + dim.key;
    if (dim.kind == Kind::Column)
        return std::string(kColumnPrefix) + dim.key;
    const auto found =
        std::find_if(kNamed.begin(), kNamed.end(), [&dim](const auto& entry) { return entry.first == dim.kind; });
    return found == kNamed.end() ? std::string{} : std::string(found->second);
}

Result<Dim> parseDim(std::string_view text)
{
    const std::string_view word = trimmed(text);
    const std::string lower = lowered(word);
    if (lower.starts_with(kTagPrefix))
        return keyed(Kind::Tag, word.substr(kTagPrefix.size()), text);
    if (lower.starts_with(kColumnPrefix))
        return keyed(Kind::Column, word.substr(kColumnPrefix.size()), text);
    const auto found =
        std::find_if(kNamed.begin(), kNamed.end(), [&lower](const auto& entry) { return entry.second == lower; });
    if (found == kNamed.end())
        return unknownDim(text);
    return Dim{found->first, {}};
}

const std::vector<Dim>& namedDims()
{
    static const std::vector<Dim> dims = [] {
        std::vector<Dim> named;
        for (const auto& entry : kNamed)
            named.push_back({entry.first, {}});
        return named;
    }();
    return dims;
}

} // namespace altimeter
