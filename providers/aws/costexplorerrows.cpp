#include "providers/aws/costexplorerrows.h"

#include "models/text/jsontext.h"
#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/core/connector.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

using namespace std::string_view_literals;
using Word = std::pair<std::string_view, std::string_view>;

struct Target {
    std::string_view dimension;
    std::optional<Column> column;
    std::string_view extra; ///< provider column; empty: none
};

/// Where the values of a dimension go.
constexpr std::array kTargets{
    Target{"SERVICE", Column::ServiceName, {}},
    Target{"LINKED_ACCOUNT", Column::SubAccountId, {}},
    Target{"REGION", Column::RegionId, {}},
    Target{"AZ", Column::AvailabilityZone, {}},
    Target{"USAGE_TYPE", Column::SkuMeter, {}},
    Target{"USAGE_TYPE_GROUP", std::nullopt, "x_UsageTypeGroup"},
    Target{"RECORD_TYPE", std::nullopt, "x_RecordType"},
    Target{"PURCHASE_TYPE", std::nullopt, "x_PurchaseType"},
    Target{"OPERATION", std::nullopt, "x_Operation"},
    Target{"INSTANCE_TYPE", std::nullopt, "x_InstanceType"},
    Target{"PLATFORM", std::nullopt, "x_Platform"},
    Target{"LEGAL_ENTITY_NAME", Column::PublisherName, {}},
    Target{"INVOICING_ENTITY", Column::InvoiceIssuerName, {}},
    Target{"PAYER_ACCOUNT", Column::BillingAccountId, {}},
    Target{"SAVINGS_PLAN_ARN", Column::CommitmentDiscountId, {}},
    Target{"RESERVATION_ID", Column::CommitmentDiscountId, {}},
};

/// What AWS writes where a dimension does not exist for a charge.
constexpr std::array kNothing{"NoRegion"sv,         "NoAZ"sv,          "NoUsageType"sv,
                              "NoSavingsPlanArn"sv, "NoReservation"sv, "NoLegalEntityName"sv};

/// The first word found in a service's lower case name decides.
constexpr std::array kCategories{
    Word{"bedrock", "AI and Machine Learning"},
    Word{"sagemaker", "AI and Machine Learning"},
    Word{"textract", "AI and Machine Learning"},
    Word{"rekognition", "AI and Machine Learning"},
    Word{"comprehend", "AI and Machine Learning"},
    Word{"transcribe", "AI and Machine Learning"},
    Word{"amazon q", "AI and Machine Learning"},
    Word{"amazon polly", "AI and Machine Learning"},
    Word{"amazon translate", "AI and Machine Learning"},
    Word{"load balancing", "Networking"},
    Word{"virtual private cloud", "Networking"},
    Word{"route 53", "Networking"},
    Word{"cloudfront", "Networking"},
    Word{"direct connect", "Networking"},
    Word{"transit gateway", "Networking"},
    Word{"data transfer", "Networking"},
    Word{"elastic compute cloud", "Compute"},
    Word{"ec2", "Compute"},
    Word{"lambda", "Compute"},
    Word{"container", "Compute"},
    Word{"kubernetes", "Compute"},
    Word{"lightsail", "Compute"},
    Word{"aws batch", "Compute"},
    Word{"fargate", "Compute"},
    Word{"simple storage service", "Storage"},
    Word{"file system", "Storage"},
    Word{"fsx", "Storage"},
    Word{"glacier", "Storage"},
    Word{"backup", "Storage"},
    Word{"relational database", "Databases"},
    Word{"dynamodb", "Databases"},
    Word{"elasticache", "Databases"},
    Word{"memorydb", "Databases"},
    Word{"documentdb", "Databases"},
    Word{"neptune", "Databases"},
    Word{"redshift", "Databases"},
    Word{"athena", "Analytics"},
    Word{"glue", "Analytics"},
    Word{"kinesis", "Analytics"},
    Word{"mapreduce", "Analytics"},
    Word{"opensearch", "Analytics"},
    Word{"quicksight", "Analytics"},
    Word{"streaming for apache kafka", "Analytics"},
    Word{"simple queue", "Integration"},
    Word{"simple notification", "Integration"},
    Word{"step functions", "Integration"},
    Word{"eventbridge", "Integration"},
    Word{"api gateway", "Integration"},
    Word{"cloudwatch", "Management and Governance"},
    Word{"cloudtrail", "Management and Governance"},
    Word{"aws config", "Management and Governance"},
    Word{"systems manager", "Management and Governance"},
    Word{"cost explorer", "Management and Governance"},
    Word{"support", "Management and Governance"},
    Word{"key management", "Security"},
    Word{"secrets manager", "Security"},
    Word{"guardduty", "Security"},
    Word{"waf", "Security"},
    Word{"inspector", "Security"},
    Word{"security hub", "Security"},
    Word{"cognito", "Identity"},
    Word{"directory service", "Identity"},
    Word{"codebuild", "Developer Tools"},
    Word{"codepipeline", "Developer Tools"},
    Word{"database migration", "Migration"},
    Word{"iot", "Internet of Things"},
};

/// Of a record type, without blanks and in lower case; the first that is found in it decides.
constexpr std::array kRecordTypes{
    Word{"negation", "Adjustment"}, Word{"usage", "Usage"},     Word{"tax", "Tax"},      Word{"credit", "Credit"},
    Word{"refund", "Credit"},       Word{"discount", "Credit"}, Word{"fee", "Purchase"}, Word{"support", "Purchase"},
};

constexpr std::array kPurchaseTypes{
    Word{"reserved", "Committed"}, Word{"savings plan", "Committed"}, Word{"spot", "Dynamic"},
    Word{"on demand", "Standard"}, Word{"ondemand", "Standard"},
};

template <std::size_t N> std::string_view firstFoundIn(const std::string& text, const std::array<Word, N>& words)
{
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&text](const Word& word) { return text.find(word.first) != std::string::npos; });
    return found == words.end() ? std::string_view{} : found->second;
}

std::string withoutBlanks(std::string text)
{
    std::erase(text, ' ');
    return text;
}

/// A metric's amount; none where it is missing.
Result<std::string> amountOf(const Json& metrics, const std::string& metric, const std::string& where)
{
    const auto amount = metrics[metric].needText("Amount", where + ", " + metric);
    return amount ? Result<std::string>(*amount) : Result<std::string>(amount.error());
}

Status readMetrics(const Json& metrics, const AwsCostQuery& query, const std::string& where, AwsCostRow& row)
{
    const auto billed = amountOf(metrics, "UnblendedCost", where);
    if (!billed)
        return billed.error();
    const auto effective = amountOf(metrics, query.effective, where);
    if (!effective)
        return effective.error();
    row.billed = *billed;
    row.effective = *effective;
    row.currency = metrics.at("UnblendedCost", "Unit").text();
    if (metrics.at(query.effective, "Unit").text() != row.currency)
        return Error{ErrorCode::Invalid, "two costs of one group are in different currencies", where};
    const Json& usage = metrics["UsageQuantity"];
    const std::string& unit = usage["Unit"].text();
    if (query.wantsQuantity && !unit.empty() && unit != "N/A") {
        row.quantity = usage["Amount"].text();
        row.unit = row.quantity.empty() ? std::string() : unit;
    }
    return {};
}

Status readDay(const Json& result, const AwsCostQuery& query, const std::string& where, AwsCosts& costs)
{
    const auto from = parseDay(result.at("TimePeriod", "Start").text());
    const auto to = parseDay(result.at("TimePeriod", "End").text());
    if (!from || !to || *to != *from + 1)
        return Error{ErrorCode::Invalid, "a result is not of one day, as was asked", where};
    const std::string place = where + " of " + toString(*from);
    const auto groups = result.needArray("Groups", place);
    if (!groups)
        return groups.error();
    costs.days.insert(*from);
    if (result["Estimated"].text() != "false") // unsaid: AWS may still change it
        costs.estimated.insert(*from);
    for (const Json& group : **groups) {
        AwsCostRow row;
        row.day = *from;
        const auto keys = group.needArray("Keys", place);
        if (!keys)
            return keys.error();
        if ((*keys)->size() != query.groupings.size())
            return Error{ErrorCode::Invalid, "a group has " + std::to_string((*keys)->size()) + " keys", place};
        for (const Json& key : **keys)
            row.keys.push_back(key.text());
        if (auto done = readMetrics(group["Metrics"], query, place, row); !done)
            return done;
        costs.rows.push_back(std::move(row));
    }
    // a total beside no groups is zero, or a cost that AWS could not group
    const auto total = parseDecimal(result.at("Total", "UnblendedCost", "Amount").text());
    if (!(*groups)->empty() || !total || total->value.isZero())
        return {};
    AwsCostRow row;
    row.day = *from;
    if (auto done = readMetrics(result["Total"], query, place, row); !done)
        return done;
    costs.rows.push_back(std::move(row));
    return {};
}

void applyTag(Charge& charge, const AwsGrouping& grouping, const std::string& value)
{
    const std::string prefix = grouping.key + '$';
    const std::string bare = value.starts_with(prefix) ? value.substr(prefix.size()) : value;
    if (!bare.empty())
        charge.tags[grouping.key] = bare;
}

void applyDimension(Charge& charge, const std::string& dimension, const std::string& value, const AwsCosts& costs)
{
    if (value.empty() || std::find(kNothing.begin(), kNothing.end(), value) != kNothing.end())
        return;
    const auto target = std::find_if(kTargets.begin(), kTargets.end(),
                                     [&dimension](const Target& one) { return one.dimension == dimension; });
    if (target != kTargets.end() && target->column)
        charge.set(*target->column, value);
    if (target != kTargets.end() && !target->extra.empty())
        charge.extra[std::string(target->extra)] = value;
    if (dimension == "LINKED_ACCOUNT") {
        const auto name = costs.accountNames.find(value);
        charge.set(Column::SubAccountName, name == costs.accountNames.end() ? std::string() : name->second);
    } else if (dimension == "SERVICE") {
        charge.set(Column::ServiceCategory, awsServiceCategory(value));
        if (value == "Tax")
            charge.set(Column::ChargeCategory, "Tax");
        constexpr std::string_view kMarketplaceModel = " (Amazon Bedrock Edition)";
        if (value.ends_with(kMarketplaceModel))
            charge.extra["x_Model"] = value.substr(0, value.size() - kMarketplaceModel.size());
    } else if (dimension == "RECORD_TYPE") {
        const auto category = firstFoundIn(withoutBlanks(words::toLower(value)), kRecordTypes);
        charge.set(Column::ChargeCategory, std::string(category.empty() ? "Adjustment"sv : category));
    } else if (dimension == "PURCHASE_TYPE") {
        charge.set(Column::PricingCategory, std::string(firstFoundIn(words::toLower(value), kPurchaseTypes)));
    } else if (dimension == "USAGE_TYPE") {
        const BedrockMeter meter = bedrockMeter(value);
        for (const auto& [column, text] :
             {std::pair{"x_Model", meter.model}, std::pair{"x_TokenClass", meter.tokenClass},
              std::pair{"x_ServiceTier", meter.tier}}) {
            if (!text.empty())
                charge.extra[column] = text;
        }
    }
}

} // namespace

Result<AwsGrouping> AwsGrouping::of(const std::string& text)
{
    const std::string trimmed(words::trimmed(text));
    for (const std::string_view type : {"TAG"sv, "COST_CATEGORY"sv}) {
        if (trimmed.starts_with(type) && trimmed.size() > type.size() + 1 && trimmed[type.size()] == ':')
            return AwsGrouping{std::string(type), trimmed.substr(type.size() + 1)};
    }
    const bool isKnown = std::any_of(kTargets.begin(), kTargets.end(),
                                     [&trimmed](const Target& one) { return one.dimension == trimmed; });
    if (isKnown)
        return AwsGrouping{"DIMENSION", trimmed};
    std::string names;
    for (const Target& target : kTargets)
        names.append(target.dimension).append(", ");
    return Error{ErrorCode::Invalid, '"' + words::excerpt(trimmed, 60) + "\" is nothing costs can be grouped by",
                 "grouping", "Use one of " + names + "TAG:name or COST_CATEGORY:name."};
}

std::string AwsGrouping::text() const
{
    return type == "DIMENSION" ? key : type + ':' + key;
}

bool AwsCostQuery::groupsBy(std::string_view dimension) const
{
    return std::any_of(groupings.begin(), groupings.end(), [dimension](const AwsGrouping& grouping) {
        return grouping.type == "DIMENSION" && grouping.key == dimension;
    });
}

std::string awsCostBody(const AwsCostQuery& query, const DateRange& days, const std::string& nextPage)
{
    std::string groups;
    for (const AwsGrouping& grouping : query.groupings)
        groups += std::string(groups.empty() ? "" : ",") + R"({"Type":)" + words::jsonQuoted(grouping.type) +
                  R"(,"Key":)" + words::jsonQuoted(grouping.key) + '}';
    std::string body = R"({"TimePeriod":{"Start":")" + toString(days.from) + R"(","End":")" + toString(days.to) +
                       R"("},"Granularity":"DAILY","Metrics":["UnblendedCost",)" + words::jsonQuoted(query.effective) +
                       (query.wantsQuantity ? R"(,"UsageQuantity"])" : "]") + R"(,"GroupBy":[)" + groups + ']';
    if (!query.filter.empty())
        body += R"(,"Filter":)" + query.filter;
    if (!nextPage.empty())
        body += R"(,"NextPageToken":)" + words::jsonQuoted(nextPage);
    return body + '}';
}

Status readAwsCosts(const Json& page, const AwsCostQuery& query, const std::string& where, AwsCosts& costs)
{
    const auto results = page.needArray("ResultsByTime", where);
    if (!results)
        return results.error();
    for (const Json& result : **results) {
        if (auto done = readDay(result, query, where, costs); !done)
            return done;
    }
    for (const Json& value : page["DimensionValueAttributes"].items()) {
        const std::string& name = value.at("Attributes", "description").text();
        if (!name.empty() && query.groupsBy("LINKED_ACCOUNT"))
            costs.accountNames[value["Value"].text()] = name;
    }
    return {};
}

Charge awsCharge(const AwsCostRow& row, const AwsCostQuery& query, const AwsCosts& costs, const std::string& payer)
{
    Charge charge;
    charge.start = startOf(row.day);
    charge.end = startOf(row.day + 1);
    charge.currency = row.currency;
    charge.cost[static_cast<std::size_t>(CostLens::Billed)] = row.billed;
    charge.cost[static_cast<std::size_t>(CostLens::Effective)] = row.effective;
    charge.state = costs.estimated.contains(row.day) ? Charge::State::Estimated : Charge::State::Final;
    charge.set(Column::ProviderName, "AWS");
    charge.set(Column::BillingAccountId, payer);
    charge.set(Column::ServiceCategory, "Other");
    std::string description;
    std::string groupedBy;
    for (std::size_t i = 0; i < row.keys.size(); ++i) {
        const AwsGrouping& grouping = query.groupings[i];
        groupedBy += (groupedBy.empty() ? "" : ", ") + grouping.text();
        description += (description.empty() ? "" : ", ") + row.keys[i];
        if (grouping.type == "DIMENSION")
            applyDimension(charge, grouping.key, row.keys[i], costs);
        else
            applyTag(charge, grouping, row.keys[i]);
    }
    charge.set(Column::ChargeDescription, description);
    charge.set(Column::ConsumedQuantity, row.quantity);
    charge.set(Column::ConsumedUnit, row.unit);
    if (row.keys.empty())
        charge.residual = "cost of the day that AWS does not group";
    else
        charge.extra["x_GroupedBy"] = groupedBy;
    return charge;
}

BedrockMeter bedrockMeter(std::string_view usageType)
{
    const auto dash = usageType.find('-');
    const bool hasRegion = dash != std::string_view::npos && dash >= 2 && dash <= 5 &&
                           std::all_of(usageType.begin(), usageType.begin() + static_cast<std::ptrdiff_t>(dash),
                                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
    if (hasRegion)
        usageType.remove_prefix(dash + 1);
    if (usageType.starts_with("MP:")) { // of the marketplace: the service names the model
        constexpr std::array kMeters{Word{"CacheRead", "cached_input"}, Word{"CacheWrite", "cache_write_5m"},
                                     Word{"InputToken", "input"}, Word{"OutputToken", "output"}};
        return {{}, std::string(firstFoundIn(std::string(usageType), kMeters)), {}};
    }
    constexpr std::array kMeters{Word{"-cache-read-input-token", "cached_input"},
                                 Word{"-cache-write-input-token", "cache_write_5m"}, Word{"-input-token", "input"},
                                 Word{"-output-token", "output"}};
    for (const auto& [mark, tokenClass] : kMeters) {
        const auto found = usageType.find(mark);
        if (found == std::string_view::npos || found == 0)
            continue;
        std::string_view rest = usageType.substr(found + mark.size());
        for (const std::string_view more : {"s"sv, "-count"sv, "-"sv})
            rest.remove_prefix(rest.starts_with(more) ? more.size() : 0);
        return {std::string(usageType.substr(0, found)), std::string(tokenClass), std::string(rest)};
    }
    return {};
}

std::string awsServiceCategory(std::string_view service)
{
    const auto category = firstFoundIn(words::toLower(service), kCategories);
    return std::string(category.empty() ? "Other"sv : category);
}

} // namespace altimeter::providers
