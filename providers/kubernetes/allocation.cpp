#include "providers/kubernetes/allocation.h"

#include "models/text/utf8.h"
#include "providers/core/connector.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

constexpr const char* kDifference = "difference between the parts and the total";

struct Part {
    const char* id;
    const char* title;
    const char* category;
    const char* cost;
    const char* adjustment;
    std::array<const char*, 2> quantities; ///< added up
    const char* unit;
};
constexpr std::array<Part, 8> kParts{{
    {"cpu", "CPU", "Compute", "cpuCost", "cpuCostAdjustment", {"cpuCoreHours", ""}, "Core-Hours"},
    {"memory", "Memory", "Compute", "ramCost", "ramCostAdjustment", {"ramByteHours", ""}, "Byte-Hours"},
    {"gpu", "GPU", "Compute", "gpuCost", "gpuCostAdjustment", {"gpuHours", ""}, "GPU-Hours"},
    {"network",
     "Network",
     "Networking",
     "networkCost",
     "networkCostAdjustment",
     {"networkTransferBytes", "networkReceiveBytes"},
     "Bytes"},
    {"load_balancer", "Load balancer", "Networking", "loadBalancerCost", "loadBalancerCostAdjustment", {"", ""}, ""},
    {"storage", "Storage", "Storage", "pvCost", "pvCostAdjustment", {"pvByteHours", ""}, "Byte-Hours"},
    {"shared", "Shared", "Other", "sharedCost", "", {"", ""}, ""},
    {"external", "External", "Other", "externalCost", "", {"", ""}, ""},
}};

struct Special {
    std::string_view word;
    const char* title;
};
constexpr std::string_view kUnallocated = "__unallocated__";
constexpr std::array<Special, 4> kSpecials{{
    {"__idle__", "Idle"},
    {"__unmounted__", "Unmounted"},
    {"__shared__", "Shared"},
    {"__external__", "External"},
}};

bool isSpecialWord(std::string_view part)
{
    return part == kUnallocated ||
           std::any_of(kSpecials.begin(), kSpecials.end(), [&](const Special& one) { return one.word == part; });
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

/// A number that may be missing (nothing was said) or null (it was NaN or infinite, so it is unknown).
struct Said {
    bool isSaid = false;
    bool isUnknown = false;
    DecimalSum sum;

    Status add(const Json& allocation, std::string_view name, const std::string& place)
    {
        if (name.empty() || !allocation.has(name))
            return {};
        isSaid = true;
        const Json& value = allocation[name];
        if (value.isNull()) {
            isUnknown = true;
            return {};
        }
        const auto amount = value.kind() == Json::Kind::Number ? decimalOfDouble(value.text())
                                                               : Result<Decimal>(Error{ErrorCode::Invalid, {}, {}});
        if (!amount)
            return Error{ErrorCode::Invalid, '"' + std::string(name) + "\" is no amount", place};
        sum.add(*amount);
        return {};
    }
};

/// Text a charge can hold: all digits, or 18 decimals where an amount has more than 38 digits.
std::string textOf(const DecimalSum& sum)
{
    std::string text = sum.toString(0);
    return parseDecimal(text) ? text : sum.toRoundedString(18);
}

DecimalSum sumOf(const std::string& text)
{
    return DecimalSum::parse(text).value();
}

/// Every number of an answer is rounded by itself, to five decimals: up to 15 of them leave less than this.
bool isRounding(const DecimalSum& difference)
{
    std::string size = difference.toString(4);
    if (size.starts_with('-'))
        size.erase(0, 1);
    return size.starts_with("0.0000");
}

} // namespace

std::string labelName(std::string_view name)
{
    std::string plain(name);
    std::replace_if(
        plain.begin(), plain.end(),
        [](char c) { return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')); }, '_');
    return plain;
}

/// Who an allocation is of, by what was asked for; what only happens to be the same in all its pods is left out.
struct AllocationDay::Who {
    std::string name;                          ///< of the allocation; unique in its day
    std::string special;                       ///< "Idle", …; empty for a workload
    std::string cluster;                       ///< "kubernetes" where the answer names none
    std::map<std::string, std::string> values; ///< by property: "namespace", "controller", …
    std::map<std::string, std::string> tags;

    std::string value(const std::string& property) const
    {
        const auto found = values.find(property);
        return found == values.end() ? std::string() : found->second;
    }
    std::string title() const { return special.empty() ? name : special + " of " + cluster; }
};

AllocationDay::Who AllocationDay::whoIs(const std::string& name, const Json& properties) const
{
    Who who;
    who.name = name;
    const std::vector<std::string> parts = split(name, '/');
    for (const Special& special : kSpecials) {
        if (std::find(parts.begin(), parts.end(), special.word) != parts.end() ||
            properties["namespace"].text() == special.word)
            who.special = special.title;
    }
    const bool isWhole = parts.size() == m_options.aggregate.size(); // a part for each property, none with '/' in it
    bool isAllocated = false;
    for (std::size_t i = 0; i < m_options.aggregate.size(); ++i) {
        const std::string& property = m_options.aggregate[i];
        const bool isLabel = property.starts_with("label:");
        std::string value =
            isLabel ? properties.at("labels", labelName(property.substr(6))).text() : properties[property].text();
        if (value.empty() && isWhole && who.special.empty())
            value = parts[i];
        if (value.empty() || isSpecialWord(value))
            continue;
        isAllocated |= property != "cluster";
        const bool isProperty = property == "cluster" || property == "node" || property == "namespace" ||
                                property == "controllerKind" || property == "controller" || property == "pod" ||
                                property == "container";
        if (property == "controller" && !properties.has(property))
            value = value.substr(value.rfind(':') + 1); // its part reads "deployment:api"
        if (isProperty)
            who.values[property] = value;
        else
            who.tags[isLabel ? property.substr(6) : property] = value;
    }
    const bool isUnallocated = std::find(parts.begin(), parts.end(), kUnallocated) != parts.end();
    if (who.special.empty() && isUnallocated && !isAllocated)
        who.special = "Unallocated";
    who.cluster = properties["cluster"].text();
    if (who.cluster.empty())
        who.cluster = who.value("cluster");
    const bool hasPrefix = (parts.size() == 2 && isSpecialWord(parts[1])) || // "c1/__idle__"
                           (isWhole && m_options.aggregate.front() == "cluster");
    if (who.cluster.empty() && hasPrefix && !isSpecialWord(parts.front()))
        who.cluster = parts.front();
    if (who.cluster.empty())
        who.cluster = "kubernetes";
    for (const char* kind : {"namespaceLabels", "labels"}) { // a pod's own label stands above its namespace's
        for (const auto& [label, value] : properties[kind].members()) {
            if (!value.text().empty() && (m_options.keepsAllLabels || m_options.labels.contains(labelName(label))))
                who.tags[label] = value.text();
        }
    }
    return who;
}

Status AllocationDay::checkWindow(const Json& allocation, const std::string& place) const
{
    const Instant from = startOf(m_day);
    const Instant to = startOf(m_day + 1);
    const Json& window = allocation["window"];
    const bool hasWindow = !window["start"].text().empty() && !window["end"].text().empty();
    const Json& said = hasWindow ? window : allocation;
    // idle costs are sent without one by some servers; the set they stand in was asked for by its window
    if (!hasWindow && said["start"].isNull() && said["end"].isNull())
        return {};
    const auto start = instantOf(said["start"].text(), place);
    if (!start)
        return start.error();
    const auto end = instantOf(said["end"].text(), place);
    if (!end)
        return end.error();
    if (hasWindow ? *start != from || *end != to : *start < from || *end > to)
        return Error{ErrorCode::Invalid,
                     "the answer is of another window (" + words::excerpt(said["start"].text(), 30) + " to " +
                         words::excerpt(said["end"].text(), 30) + ')',
                     place, "If the server counts days by another time zone, set its UTC offset to zero."};
    return {};
}

Charge AllocationDay::chargeOf(const Who& who) const
{
    Charge charge;
    charge.start = startOf(m_day);
    charge.end = startOf(m_day + 1);
    charge.currency = m_options.currency;
    charge.tags = who.tags;
    charge.set(Column::ProviderName, "Kubernetes");
    charge.set(Column::BillingAccountId, who.cluster);
    charge.set(Column::BillingAccountName, who.cluster);
    charge.set(Column::BillingAccountType, "Cluster");
    charge.set(Column::SubAccountId, who.value("namespace"));
    charge.set(Column::SubAccountName, who.value("namespace"));
    if (!who.value("namespace").empty())
        charge.set(Column::SubAccountType, "Namespace");
    charge.set(Column::ServiceName, who.special.empty() ? "Kubernetes" : who.special);
    charge.set(Column::ResourceId, who.name);
    charge.set(Column::ResourceName, who.title());
    charge.set(Column::ResourceType, who.special);
    constexpr std::array<std::pair<const char*, const char*>, 4> kNames{
        {{"node", "Node"}, {"controller", "Controller"}, {"pod", "Pod"}, {"container", "Container"}}};
    for (const auto& [property, type] : kNames) {
        if (who.special.empty() && !who.value(property).empty()) {
            charge.text[Column::ResourceName] = who.value(property);
            charge.text[Column::ResourceType] = type;
        }
    }
    if (charge.text[Column::ResourceType] == "Controller")
        charge.set(Column::ResourceType, who.value("controllerKind"));
    constexpr std::array<std::pair<const char*, const char*>, 6> kColumns{{{"namespace", "x_Namespace"},
                                                                           {"controllerKind", "x_ControllerKind"},
                                                                           {"controller", "x_Controller"},
                                                                           {"node", "x_Node"},
                                                                           {"pod", "x_Pod"},
                                                                           {"container", "x_Container"}}};
    charge.extra["x_Cluster"] = who.cluster;
    for (const auto& [property, column] : kColumns) {
        if (!who.value(property).empty())
            charge.extra[column] = who.value(property);
    }
    return charge;
}

Status AllocationDay::addParts(const Who& who, const Json& allocation, const std::string& place)
{
    Said total;
    if (auto done = total.add(allocation, "totalCost", place); !done)
        return done;
    if (!total.isSaid)
        return Error{ErrorCode::Invalid, "an allocation has no \"totalCost\"", place};
    DecimalSum rest = total.sum;
    for (const Part& part : kParts) {
        Said cost;
        for (const char* name : {part.cost, part.adjustment}) {
            if (auto done = cost.add(allocation, name, place); !done)
                return done;
        }
        Said quantity;
        for (const char* name : part.quantities) {
            if (auto done = quantity.add(allocation, name, place); !done)
                return done;
        }
        if (!cost.isSaid || (!cost.isUnknown && cost.sum.isZero() && quantity.sum.isZero()))
            continue;
        Charge charge = chargeOf(who);
        charge.set(Column::ServiceCategory, part.category);
        charge.set(Column::SkuId, part.id);
        charge.set(Column::SkuMeter, part.title);
        charge.set(Column::ChargeDescription, std::string(part.title) + ", " + who.title());
        charge.extra["x_ResourcePart"] = part.id;
        if (quantity.isSaid && !quantity.isUnknown) {
            charge.set(Column::ConsumedQuantity, textOf(quantity.sum));
            charge.set(Column::ConsumedUnit, part.unit);
        }
        if (cost.isUnknown) {
            ++m_unknown;
        } else {
            const std::string text = textOf(cost.sum);
            charge.cost[static_cast<std::size_t>(m_options.lens)] = text;
            rest.subtract(sumOf(text));
        }
        if (auto done = m_delivery.add(charge); !done)
            return done;
    }
    if (total.isUnknown)
        return {}; // the parts that are numbers are all that is known
    if (!isRounding(rest)) {
        const std::string text = textOf(rest);
        if (auto done = addDifference(who, text); !done)
            return done;
        rest.subtract(sumOf(text));
    }
    m_rounding[who.cluster].add(rest);
    return {};
}

Status AllocationDay::addDifference(const Who& who, const std::string& difference)
{
    Charge charge = chargeOf(who);
    charge.set(Column::ServiceCategory, "Other");
    charge.set(Column::SkuId, "difference");
    charge.set(Column::ChargeDescription, "Difference between the parts and the total, " + who.title());
    charge.extra["x_ResourcePart"] = "difference";
    charge.residual = kDifference;
    charge.cost[static_cast<std::size_t>(m_options.lens)] = difference;
    return m_delivery.add(charge);
}

Status AllocationDay::addMeasures(const Who& who, const Json& allocation, const std::string& place)
{
    struct Ratio {
        const char *field, *name, *requested, *used;
    };
    struct Average {
        const char *field, *name, *unit;
    };
    constexpr std::array<Ratio, 4> kRatios{
        {{"cpuEfficiency", "cpu_efficiency", "cpuCoreRequestAverage", "cpuCoreUsageAverage"},
         {"ramEfficiency", "memory_efficiency", "ramByteRequestAverage", "ramByteUsageAverage"},
         {"gpuEfficiency", "gpu_efficiency", "gpuRequestAverage", "gpuUsageAverage"},
         {"totalEfficiency", "total_efficiency", "", ""}}};
    constexpr std::array<Average, 6> kAverages{{{"cpuCoreRequestAverage", "cpu_requested", "cores"},
                                                {"cpuCoreUsageAverage", "cpu_used", "cores"},
                                                {"ramByteRequestAverage", "memory_requested", "bytes"},
                                                {"ramByteUsageAverage", "memory_used", "bytes"},
                                                {"gpuRequestAverage", "gpu_requested", "GPUs"},
                                                {"gpuUsageAverage", "gpu_used", "GPUs"}}};
    if (!who.special.empty())
        return {};
    // newer servers keep the averages of GPUs in an object of their own
    const auto field = [&allocation](const char* name) -> const Json& {
        return allocation.has(name) ? allocation[name] : allocation.at("gpuAllocation", name);
    };
    const auto isNothing = [&field](const char* name) {
        const auto number = decimalOfDouble(field(name).text());
        return !number || number->isZero();
    };
    Measure measure;
    measure.start = startOf(m_day);
    measure.end = startOf(m_day + 1);
    measure.labels = who.values;
    measure.labels["cluster"] = who.cluster;
    measure.labels["allocation"] = who.name;
    const auto hand = [&](const char* name, const char* said, const char* unit) -> Status {
        const Json& value = field(said);
        if (value.kind() != Json::Kind::Number)
            return {};
        const auto number = decimalOfDouble(value.text());
        if (!number)
            return Error{ErrorCode::Invalid, '"' + std::string(said) + "\" is no number", place};
        measure.name = name;
        measure.unit = unit;
        measure.value = toString(*number);
        return m_delivery.add(measure);
    };
    for (const Ratio& ratio : kRatios) {
        // what neither asks nor uses is said to be 0 efficient: it is neither good nor bad
        if (*ratio.requested != '\0' && isNothing(ratio.requested) && isNothing(ratio.used))
            continue;
        if (auto done = hand(ratio.name, ratio.field, "ratio"); !done)
            return done;
    }
    for (const Average& average : kAverages) {
        if (auto done = hand(average.name, average.field, average.unit); !done)
            return done;
    }
    return {};
}

Status AllocationDay::add(const std::string& key, const Json& allocation)
{
    const std::string name = allocation["name"].text().empty() ? key : allocation["name"].text();
    const std::string place = m_where + ", allocation " + words::excerpt(name, 100);
    if (!allocation.isObject())
        return Error{ErrorCode::Invalid, "an allocation is no object", place};
    if (!m_names.insert(name).second)
        return Error{ErrorCode::Invalid, "an allocation stands twice in the answer", place};
    if (auto done = checkWindow(allocation, place); !done)
        return done;
    const Who who = whoIs(name, allocation["properties"]);
    if (auto done = addParts(who, allocation, place); !done)
        return done;
    return addMeasures(who, allocation, place);
}

Status AllocationDay::finish()
{
    for (const auto& [cluster, difference] : m_rounding) {
        if (difference.isZero())
            continue;
        Who who;
        who.cluster = cluster;
        who.name = cluster + "/rounding";
        who.special = "Rounding";
        if (auto done = addDifference(who, textOf(difference)); !done)
            return done;
    }
    if (m_unknown == 0)
        return {};
    return m_delivery.finding(Severity::Warning, "cost-unknown", m_unknown,
                              "The server could not compute " + std::to_string(m_unknown) + " costs of " +
                                  toString(m_day) + "; they are unknown, not zero.");
}

} // namespace altimeter::providers
