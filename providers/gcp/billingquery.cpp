#include "providers/gcp/billingquery.h"

#include "models/domain/focus.h"
#include "models/text/jsontext.h"

#include <algorithm>
#include <array>
#include <optional>

namespace altimeter::providers {

namespace {

// Corrections come as new rows that are loaded later; the day of loading is not known to begin with a UTC midnight.
constexpr int kLoadedEarlier = 1;
constexpr int kLoadedLater = 40;

void addColumns(const Json& fields, const std::string& prefix, BillingTable& table)
{
    for (const Json& field : fields.items()) {
        const std::string path = prefix + field["name"].text();
        const bool isRepeated = field["mode"].text() == "REPEATED";
        table.columns[path] = (isRepeated ? "REPEATED " : "") + field["type"].text();
        if (prefix.empty())
            table.topLevel.push_back(path);
        addColumns(field["fields"], path + '.', table);
    }
}

/// Adds the digits as Google shows them: a sum of binary numbers would depend on the order of the rows.
std::string exactSum(const std::string& text)
{
    return "CAST(ROUND(SUM(CAST(" + text + " AS BIGNUMERIC)), 24) AS STRING)";
}

/// An outgoing column of the query: its name and where it comes from.
struct Output {
    std::string name, expression;
};

/// `path` as text, or null where the table has no such column.
std::string textOf(const BillingTable& table, const std::string& path)
{
    return table.has(path) ? "CAST(t." + path + " AS STRING)" : "CAST(NULL AS STRING)";
}

std::string pairsOf(const BillingTable& table, const std::string& path)
{
    const auto column = table.columns.find(path);
    if (column == table.columns.end() || !column->second.starts_with("REPEATED "))
        return "CAST(NULL AS STRING)";
    return "TO_JSON_STRING(ARRAY(SELECT AS STRUCT x.key, x.value FROM UNNEST(t." + path + ") AS x ORDER BY x.key))";
}

std::vector<Output> keysOf(const BillingTable& table)
{
    const bool isDetailed = table.kind == BillingKind::Detailed;
    std::vector<Output> keys{{"day", "CAST(DATE(t.usage_start_time) AS STRING)"}};
    for (const auto& [name, path] :
         {std::pair{"billing_account_id", "billing_account_id"}, std::pair{"service_id", "service.id"},
          std::pair{"service", "service.description"}, std::pair{"sku_id", "sku.id"},
          std::pair{"sku", "sku.description"}, std::pair{"project_id", "project.id"},
          std::pair{"project_name", "project.name"}, std::pair{"location", "location.location"},
          std::pair{"region", "location.region"}, std::pair{"zone", "location.zone"},
          std::pair{"cost_type", "cost_type"}, std::pair{"currency", "currency"},
          std::pair{"invoice_month", "invoice.month"}, std::pair{"usage_unit", "usage.unit"},
          std::pair{"pricing_unit", "usage.pricing_unit"}})
        keys.push_back({name, textOf(table, path)});
    if (isDetailed) {
        keys.push_back({"resource_name", textOf(table, "resource.name")});
        keys.push_back({"resource_global_name", textOf(table, "resource.global_name")});
    }
    for (const auto& [name, path] :
         {std::pair{"labels", "labels"}, std::pair{"tags", "tags"}, std::pair{"project_labels", "project.labels"}})
        keys.push_back({name, pairsOf(table, path)});
    return keys;
}

std::string whereClause(const BillingTable& table, const std::string& time)
{
    const auto type = table.columns.find(time);
    const bool isOther = type != table.columns.end() && (type->second == "DATETIME" || type->second == "DATE");
    const auto at = [&](const std::string& parameter) {
        const std::string instant = "TIMESTAMP(@" + parameter + ')';
        return isOther ? type->second + '(' + instant + ')' : instant;
    };
    std::string text = "WHERE t." + time + " >= " + at("from") + " AND t." + time + " < " + at("to");
    if (table.hasPartitionTime)
        text += "\n AND _PARTITIONTIME >= TIMESTAMP(@partition_from) AND _PARTITIONTIME < TIMESTAMP(@partition_to)";
    return text;
}

std::string usageSql(const BillingTable& table)
{
    const std::vector<Output> keys = keysOf(table);
    const bool hasCreditType = table.has("credits.type");
    const std::string creditName =
        table.has("credits.full_name") ? "COALESCE(c.full_name, c.name, '')" : "COALESCE(c.name, '')";
    std::string names, inner, ordinals;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        names += "r." + keys[i].name + ", ";
        inner += keys[i].expression + " AS " + keys[i].name + ",\n ";
        ordinals += std::to_string(i + 1) + ", ";
    }
    const auto count = keys.size();
    ordinals += std::to_string(count + 1) + ", " + std::to_string(count + 2);
    const std::string nothing = "CAST(NULL AS STRING)";
    const std::string ownLine = "[STRUCT('' AS credit_type, '' AS credit_name, CAST(t.cost AS STRING) AS amount, " +
                                textOf(table, "cost_at_list") + " AS list_amount, " + textOf(table, "usage.amount") +
                                " AS quantity, " + textOf(table, "usage.amount_in_pricing_units") +
                                " AS pricing_quantity)]";
    std::string lines = ownLine;
    if (table.has("credits.amount"))
        lines = "ARRAY_CONCAT(" + ownLine + ", ARRAY(SELECT AS STRUCT " +
                (hasCreditType ? "COALESCE(c.type, 'UNKNOWN')" : "'UNKNOWN'") + " AS credit_type, " + creditName +
                " AS credit_name, CAST(c.amount AS STRING) AS amount, " + nothing + " AS list_amount, " + nothing +
                " AS quantity, " + nothing + " AS pricing_quantity FROM UNNEST(t.credits) AS c))";
    // A list price that some rows lack must not make the sum look complete.
    return "SELECT " + names + "l.credit_type, l.credit_name,\n " + exactSum("l.amount") + " AS amount,\n " +
           "IF(COUNTIF(l.list_amount IS NULL) = 0, " + exactSum("l.list_amount") + ", NULL) AS list_amount,\n " +
           exactSum("l.quantity") + " AS quantity,\n " + exactSum("l.pricing_quantity") + " AS pricing_quantity\n" +
           "FROM (SELECT " + inner + lines + " AS lines\nFROM `" + table.id + "` AS t\n" +
           whereClause(table, "usage_start_time") + ") AS r, UNNEST(r.lines) AS l\nGROUP BY " + ordinals;
}

std::string focusSql(const BillingTable& table)
{
    std::string outputs;
    for (const std::string& name : table.topLevel) {
        if (!columnByName(name) && name != "x_CostType")
            continue;
        const std::string& type = table.columns.at(name);
        std::string text = "CAST(t." + name + " AS STRING)";
        if (type.starts_with("REPEATED ") || type == "RECORD" || type == "STRUCT" || type == "JSON")
            text = "TO_JSON_STRING(t." + name + ')';
        else if (type == "TIMESTAMP")
            text = "FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%SZ', t." + name + ')';
        else if (type == "FLOAT" || type == "FLOAT64" || type == "NUMERIC" || type == "BIGNUMERIC")
            text = "CAST(ROUND(CAST(" + text + " AS BIGNUMERIC), 24) AS STRING)";
        outputs += (outputs.empty() ? "" : ",\n ") + text + " AS " + name;
    }
    return "SELECT " + outputs + "\nFROM `" + table.id + "` AS t\n" + whereClause(table, "ChargePeriodStart");
}

} // namespace

Result<BillingTable> billingTableOf(const Json& table, BillingKind kind, const std::string& id,
                                    const std::string& where)
{
    const auto fields = table["schema"].needArray("fields", where);
    if (!fields)
        return fields.error();
    BillingTable found;
    found.kind = kind;
    found.id = id;
    found.location = table["location"].text();
    addColumns(table["schema"]["fields"], {}, found);
    found.hasPartitionTime = table["timePartitioning"].isObject() && !table["timePartitioning"].has("field");
    constexpr std::array kUsage{"usage_start_time", "cost", "currency", "billing_account_id"};
    constexpr std::array kDetailed{"usage_start_time", "cost", "currency", "resource.name"};
    constexpr std::array kFocus{"ChargePeriodStart", "ChargePeriodEnd", "BilledCost", "BillingCurrency"};
    for (const char* column : kind == BillingKind::Focus      ? kFocus
                              : kind == BillingKind::Detailed ? kDetailed
                                                              : kUsage) {
        if (!found.has(column))
            return Error{ErrorCode::Invalid, "the table has no column " + std::string(column), where,
                         "Check the name of the table and its kind in the connection's settings: "
                         "gcp_billing_export_v1_… is standard, gcp_billing_export_resource_v1_… is detailed, "
                         "gcp_billing_export_focus_… is focus."};
    }
    return found;
}

std::string billingSql(const BillingTable& table)
{
    return table.kind == BillingKind::Focus ? focusSql(table) : usageSql(table);
}

std::string billingRequest(const BillingTable& table, const DateRange& days, const std::string& maxBytes,
                           const std::string& requestId, bool isDryRun)
{
    std::vector<std::pair<std::string, Day>> parameters{{"from", days.from}, {"to", days.to}};
    if (table.hasPartitionTime) {
        parameters.emplace_back("partition_from", days.from - kLoadedEarlier);
        parameters.emplace_back("partition_to", days.to + kLoadedLater);
    }
    std::string named;
    for (const auto& [name, day] : parameters) {
        named += named.empty() ? "" : ",";
        named += R"({"name":")" + name + R"(","parameterType":{"type":"STRING"},"parameterValue":{"value":")" +
                 toString(day) + "\"}}";
    }
    return R"({"query":)" + words::jsonQuoted(billingSql(table)) +
           R"(,"useLegacySql":false,"parameterMode":"NAMED","queryParameters":[)" + named +
           R"(],"maxResults":10000,"timeoutMs":20000,"maximumBytesBilled":)" + words::jsonQuoted(maxBytes) +
           (table.location.empty() ? "" : R"(,"location":)" + words::jsonQuoted(table.location)) +
           (isDryRun ? R"(,"dryRun":true)" : R"(,"requestId":)" + words::jsonQuoted(requestId)) +
           R"(,"formatOptions":{"useInt64Timestamp":true},"labels":{"app":"altimeter"}})";
}

} // namespace altimeter::providers
