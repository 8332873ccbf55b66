#include "providers/gcp/billingrows.h"

#include "providers/core/connector.h"
#include "providers/focus/vocabulary.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace altimeter::providers {

namespace {

using Word = std::pair<std::string_view, std::string_view>;
constexpr std::array kServiceCategories{
    Word{"Agent Platform", "AI and Machine Learning"},
    Word{"Cloud Machine Learning Engine", "AI and Machine Learning"},
    Word{"Gemini API", "AI and Machine Learning"},
    Word{"Vertex AI", "AI and Machine Learning"},
    Word{"Vertex AI Agent Platform", "AI and Machine Learning"},
    Word{"BigQuery", "Analytics"},
    Word{"BigQuery Reservation API", "Analytics"},
    Word{"Cloud Dataflow", "Analytics"},
    Word{"Cloud Dataproc", "Analytics"},
    Word{"App Engine", "Compute"},
    Word{"Cloud Run", "Compute"},
    Word{"Cloud Run Functions", "Compute"},
    Word{"Compute Engine", "Compute"},
    Word{"Kubernetes Engine", "Compute"},
    Word{"AlloyDB", "Databases"},
    Word{"Cloud Bigtable", "Databases"},
    Word{"Cloud Memorystore for Redis", "Databases"},
    Word{"Cloud Spanner", "Databases"},
    Word{"Cloud SQL", "Databases"},
    Word{"Artifact Registry", "Developer Tools"},
    Word{"Cloud Build", "Developer Tools"},
    Word{"Cloud Pub/Sub", "Integration"},
    Word{"Cloud Logging", "Management and Governance"},
    Word{"Cloud Monitoring", "Management and Governance"},
    Word{"Cloud DNS", "Networking"},
    Word{"Networking", "Networking"},
    Word{"Cloud Key Management Service (KMS)", "Security"},
    Word{"Secret Manager", "Security"},
    Word{"Cloud Filestore", "Storage"},
    Word{"Cloud Storage", "Storage"},
};

std::string categoryOf(std::string_view service)
{
    const auto found = std::find_if(kServiceCategories.begin(), kServiceCategories.end(),
                                    [&](const Word& word) { return word.first == service; });
    return std::string(found == kServiceCategories.end() ? "Other" : found->second);
}

/// Adds [{"key":…,"value":…}] or {"key":"value"}; what is there already wins.
Status addTags(const std::string& text, const std::string& where, std::map<std::string, std::string>& tags)
{
    if (text.empty())
        return {};
    const auto json = Json::parse(text, where);
    if (!json)
        return json.error();
    for (const Json& pair : json->items()) {
        if (const std::string& key = pair["key"].text(); !key.empty())
            tags.try_emplace(key, pair["value"].text());
    }
    for (const auto& [key, value] : json->members())
        tags.try_emplace(key, value.isObject() || value.isArray() ? value.dump() : value.text());
    return {};
}

std::string chargeCategory(const std::string& costType, bool isCredit)
{
    if (isCredit)
        return "Credit";
    if (costType == "tax")
        return "Tax";
    return costType == "adjustment" || costType == "rounding_error" ? "Adjustment" : "Usage";
}

Result<Charge> usageCharge(const BillingTable& table, const QueryRow& row, const std::string& where)
{
    const auto day = parseDay(row["day"]);
    if (!day)
        return Error{ErrorCode::Invalid, "a row has no day", where};
    if (row["amount"].empty())
        return Error{ErrorCode::Invalid, "a row of " + row["day"] + " has no cost", where};
    const bool isCredit = !row["credit_type"].empty();
    Charge charge;
    charge.start = startOf(*day);
    charge.end = startOf(*day + 1);
    charge.currency = row["currency"];
    charge.setBilled(row["amount"]);
    auto& list = charge.cost[static_cast<std::size_t>(CostLens::List)];
    if (isCredit && table.has("cost_at_list"))
        list = "0"; // a credit has no list price
    else if (!row["list_amount"].empty())
        list = row["list_amount"];
    charge.set(Column::ProviderName, "Google Cloud");
    charge.set(Column::BillingAccountId, row["billing_account_id"].empty() ? "google" : row["billing_account_id"]);
    charge.set(Column::SubAccountId, row["project_id"]);
    charge.set(Column::SubAccountName, row["project_name"]);
    charge.set(Column::ServiceName, row["service"]);
    charge.set(Column::ServiceCategory, categoryOf(row["service"]));
    charge.set(Column::RegionId, row["region"].empty() ? row["location"] : row["region"]);
    charge.set(Column::AvailabilityZone, row["zone"]);
    charge.set(Column::ResourceId,
               row["resource_global_name"].empty() ? row["resource_name"] : row["resource_global_name"]);
    charge.set(Column::ResourceName, row["resource_name"]);
    charge.set(Column::SkuId, row["sku_id"]);
    charge.set(Column::SkuMeter, row["sku"]);
    charge.set(Column::ChargeCategory, chargeCategory(row["cost_type"], isCredit));
    charge.set(Column::ChargeDescription, isCredit && !row["credit_name"].empty() ? row["credit_name"] : row["sku"]);
    if (!isCredit) {
        charge.set(Column::ConsumedQuantity, row["quantity"]);
        charge.set(Column::ConsumedUnit, row["usage_unit"]);
        charge.set(Column::PricingQuantity, row["pricing_quantity"]);
        charge.set(Column::PricingUnit, row["pricing_unit"]);
    }
    for (const auto& [column, field] :
         {std::pair{"x_CostType", "cost_type"}, std::pair{"x_InvoiceMonth", "invoice_month"},
          std::pair{"x_ServiceId", "service_id"}, std::pair{"x_CreditType", "credit_type"},
          std::pair{"x_CreditName", "credit_name"}}) {
        if (!row[field].empty())
            charge.extra[column] = row[field];
    }
    for (const char* source : {"labels", "tags", "project_labels"}) { // the nearest wins
        if (auto done = addTags(row[source], where + ", " + source, charge.tags); !done)
            return done.error();
    }
    return charge;
}

/// The word of FOCUS for a value that differs only in case ("usage").
std::string asAllowed(Column column, const std::string& text)
{
    const auto same = [](char a, char b) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        return lower(a) == lower(b);
    };
    for (const std::string_view word : allowedValues(column)) {
        if (std::equal(word.begin(), word.end(), text.begin(), text.end(), same))
            return std::string(word);
    }
    return text;
}

Result<Charge> focusCharge(const BillingTable& table, const QueryRow& row, const std::string& where)
{
    Charge charge;
    const auto start = instantOf(row["ChargePeriodStart"], where);
    if (!start)
        return start.error();
    const auto end = instantOf(row["ChargePeriodEnd"], where);
    if (!end)
        return end.error();
    if (row["BilledCost"].empty())
        return Error{ErrorCode::Invalid, "a row of " + toString(*start) + " has no BilledCost", where};
    charge.start = *start;
    charge.end = *end;
    charge.currency = row["BillingCurrency"];
    for (const CostLens lens : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted}) {
        const std::string& text = row[columnName(costColumnOf(lens))];
        if (!text.empty())
            charge.cost[static_cast<std::size_t>(lens)] = text;
    }
    for (const std::string& name : table.topLevel) {
        const auto column = columnByName(name);
        if (!column || *column >= Column::ChargePeriodStart)
            continue;
        if (*column == Column::Tags) {
            if (auto done = addTags(row[name], where + ", Tags", charge.tags); !done)
                return done.error();
            continue;
        }
        charge.set(*column, asAllowed(*column, row[name]));
    }
    for (const Column column : {Column::PricingQuantity, Column::ConsumedQuantity, Column::CommitmentDiscountQuantity})
        charge.set(column, row[columnName(column)]);
    if (!row["x_CostType"].empty())
        charge.extra["x_CostType"] = row["x_CostType"];
    return charge;
}

DateRange periodOf(const Json& filter, Day today)
{
    const std::string& calendar = filter["calendarPeriod"].text();
    const Day month = today.firstOfMonth();
    if (calendar == "QUARTER") {
        const Day quarter = month.addMonths(-((month.month() - 1) % 3));
        return {quarter, quarter.addMonths(3)};
    }
    if (calendar == "YEAR")
        return {Day::fromYmd(today.year(), 1, 1), Day::fromYmd(today.year() + 1, 1, 1)};
    const auto dayOf = [](const Json& date) {
        const auto two = [](const Json& number) { return (number.text().size() == 1 ? "0" : "") + number.text(); };
        const auto day = parseDay(date["year"].text() + '-' + two(date["month"]) + '-' + two(date["day"]));
        return day ? *day : Day::none();
    };
    const Day from = dayOf(filter.at("customPeriod", "startDate"));
    if (!from.isValid())
        return {month, month.addMonths(1)};
    const Day last = dayOf(filter.at("customPeriod", "endDate"));
    return {from, last.isValid() && last >= from ? last + 1 : std::max(from, today) + 1};
}

} // namespace

Result<std::vector<std::string>> QueryRow::columnsOf(const Json& answer, const std::string& where)
{
    const auto fields = answer["schema"].needArray("fields", where);
    if (!fields)
        return fields.error();
    std::vector<std::string> columns;
    for (const Json& field : **fields)
        columns.push_back(field["name"].text());
    return columns;
}

const std::string& QueryRow::operator[](std::string_view column) const
{
    static const std::string nothing;
    const auto found = std::find(m_columns.begin(), m_columns.end(), column);
    const auto at = static_cast<std::size_t>(found - m_columns.begin());
    const auto& cells = m_row["f"].items();
    return at < cells.size() ? cells[at]["v"].text() : nothing;
}

Result<Charge> billingCharge(const BillingTable& table, const QueryRow& row, const std::string& where)
{
    return table.kind == BillingKind::Focus ? focusCharge(table, row, where) : usageCharge(table, row, where);
}

Result<std::string> moneyText(const Json& money, const std::string& where)
{
    const auto units = money.has("units") ? money["units"].integer() : std::optional<std::int64_t>(0);
    const auto nanos = money.has("nanos") ? money["nanos"].integer() : std::optional<std::int64_t>(0);
    constexpr std::int64_t kUnit = 1'000'000'000;
    const bool isSplit = units && nanos && ((*units > 0 && *nanos < 0) || (*units < 0 && *nanos > 0));
    if (!units || !nanos || *nanos <= -kUnit || *nanos >= kUnit || isSplit)
        return Error{ErrorCode::Invalid, "an amount is neither units nor nanos", where};
    std::string fraction = std::to_string(std::abs(*nanos));
    fraction.insert(0, 9 - fraction.size(), '0');
    const bool needsSign = *units == 0 && *nanos < 0;
    return (needsSign ? "-" : "") + std::to_string(*units) + '.' + fraction;
}

Status addGoogleBudgets(const Json& page, Day today, const std::string& where, Delivery& delivery)
{
    std::uint64_t withoutAmount = 0;
    for (const Json& budget : page["budgets"].items()) {
        const auto id = budget.needText("name", where);
        if (!id)
            return id.error();
        const Json& amount = budget.at("amount", "specifiedAmount");
        if (!amount.isObject()) {
            ++withoutAmount;
            continue;
        }
        const auto value = moneyText(amount, where + ", " + *id);
        if (!value)
            return value.error();
        const auto currency = amount.needText("currencyCode", where + ", " + *id);
        if (!currency)
            return currency.error();
        const DateRange period = periodOf(budget["budgetFilter"], today);
        Measure measure{"budget", *currency, startOf(period.from), startOf(period.to), {{"id", *id}}, *value};
        if (const std::string& name = budget["displayName"].text(); !name.empty())
            measure.labels["budget"] = name;
        if (auto done = delivery.add(std::move(measure)); !done)
            return done;
    }
    if (withoutAmount == 0)
        return {};
    return delivery.finding(Severity::Note, "budget-without-amount", withoutAmount,
                            "budgets that follow the last period have no amount of their own and were left out");
}

} // namespace altimeter::providers
