#include "providers/azure/azurereport.h"

#include "models/text/jsontext.h"
#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/core/connector.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace altimeter::providers {

namespace {

/// Where the value of a dimension goes: a FOCUS column or a provider column.
struct Dimension {
    std::string_view name;
    std::optional<Column> column;
    std::string_view extra;
};
constexpr std::array kDimensions{
    Dimension{"ServiceName", Column::ServiceName, ""},
    Dimension{"SubscriptionId", Column::SubAccountId, ""},
    Dimension{"SubscriptionName", Column::SubAccountName, ""},
    Dimension{"ResourceId", Column::ResourceId, ""},
    Dimension{"ResourceType", Column::ResourceType, ""},
    Dimension{"ResourceLocation", Column::RegionId, ""},
    Dimension{"Meter", Column::SkuMeter, ""},
    Dimension{"MeterId", Column::SkuId, ""},
    Dimension{"InvoiceId", Column::InvoiceId, ""},
    Dimension{"ReservationId", Column::CommitmentDiscountId, ""},
    Dimension{"ReservationName", Column::CommitmentDiscountName, ""},
    Dimension{"ChargeType", Column::ChargeCategory, "x_ChargeType"},
    Dimension{"PricingModel", Column::PricingCategory, "x_PricingModel"},
    Dimension{"ResourceGroup", std::nullopt, "x_ResourceGroupName"},
    Dimension{"ResourceGroupName", std::nullopt, "x_ResourceGroupName"},
    Dimension{"MeterCategory", std::nullopt, "x_SkuMeterCategory"},
    Dimension{"MeterSubCategory", std::nullopt, "x_SkuMeterSubcategory"},
    Dimension{"ServiceFamily", std::nullopt, "x_SkuServiceFamily"},
    Dimension{"Product", std::nullopt, "x_Product"},
};

using Word = std::pair<std::string_view, std::string_view>;
/// As the native Azure cost files are read.
constexpr std::array kChargeTypes{
    Word{"Usage", "Usage"},
    Word{"UnusedReservation", "Usage"},
    Word{"UnusedSavingsPlan", "Usage"},
    Word{"Purchase", "Purchase"},
    Word{"Refund", "Credit"},
    Word{"RoundingAdjustment", "Adjustment"},
    Word{"Adjustment", "Adjustment"},
    Word{"Tax", "Tax"},
};
constexpr std::array kPricingModels{
    Word{"OnDemand", "Standard"},
    Word{"Spot", "Dynamic"},
    Word{"Reservation", "Committed"},
    Word{"SavingsPlan", "Committed"},
};
constexpr std::array kServiceCategories{
    Word{"Azure OpenAI", "AI and Machine Learning"},
    Word{"Azure Machine Learning", "AI and Machine Learning"},
    Word{"Cognitive Services", "AI and Machine Learning"},
    Word{"Foundry Models", "AI and Machine Learning"},
    Word{"Foundry Tools", "AI and Machine Learning"},
    Word{"Azure Databricks", "Analytics"},
    Word{"Azure Synapse Analytics", "Analytics"},
    Word{"Virtual Machines", "Compute"},
    Word{"Virtual Machines Licenses", "Compute"},
    Word{"Azure App Service", "Compute"},
    Word{"Azure Container Apps", "Compute"},
    Word{"Azure Kubernetes Service", "Compute"},
    Word{"Functions", "Compute"},
    Word{"Azure Cosmos DB", "Databases"},
    Word{"SQL Database", "Databases"},
    Word{"Azure Database for PostgreSQL", "Databases"},
    Word{"Azure Monitor", "Management and Governance"},
    Word{"Log Analytics", "Management and Governance"},
    Word{"Bandwidth", "Networking"},
    Word{"Load Balancer", "Networking"},
    Word{"Virtual Network", "Networking"},
    Word{"VPN Gateway", "Networking"},
    Word{"Key Vault", "Security"},
    Word{"Microsoft Defender for Cloud", "Security"},
    Word{"Storage", "Storage"},
};

std::string_view translated(std::span<const Word> words, std::string_view text, std::string_view otherwise)
{
    const auto found = std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.first == text; });
    return found == words.end() ? otherwise : found->second;
}

/// "20260131" as the number Azure writes.
Result<Day> usageDate(const Json& cell, const std::string& where)
{
    const std::string& digits = cell.text();
    const bool isNumber = digits.size() == 8 && cell.integer().has_value();
    const auto day = isNumber ? parseDay(digits.substr(0, 4) + '-' + digits.substr(4, 2) + '-' + digits.substr(6, 2))
                              : parseDay(std::string_view(digits).substr(0, std::min<std::size_t>(digits.size(), 10)));
    if (!day)
        return Error{ErrorCode::Invalid, "the usage date \"" + words::excerpt(digits, 40) + "\" is no day", where};
    return day;
}

/// The column that holds the values of each group. The names of a tag's columns differ by version.
Result<std::vector<int>> groupColumns(const CostTable& table, const std::vector<CostGroup>& groups,
                                      const std::string& where)
{
    std::vector<int> columns;
    int tags = 0;
    for (const CostGroup& group : groups) {
        int at = -1;
        if (group.isTag)
            at = table.column("TagValue", tags++);
        if (at < 0)
            at = table.column(group.name);
        if (at < 0 && group.name == "ResourceGroupName")
            at = table.column("ResourceGroup");
        if (at < 0)
            return Error{ErrorCode::Invalid, "the answer has no column for the group " + group.name, where,
                         "Choose another grouping in the connection's settings."};
        columns.push_back(at);
    }
    return columns;
}

int costColumn(const CostTable& table)
{
    for (const char* name : {"Cost", "PreTaxCost", "totalCost"}) {
        if (const int at = table.column(name); at >= 0)
            return at;
    }
    return -1;
}

} // namespace

std::vector<CostGroup> costGroupsOf(const std::vector<std::string>& texts)
{
    std::vector<CostGroup> groups;
    for (const std::string& text : texts) {
        constexpr std::string_view kTag = "tagkey:";
        if (text.empty() || text == "none")
            continue;
        if (words::toLower(text).starts_with(kTag))
            groups.push_back({true, text.substr(kTag.size())});
        else
            groups.push_back({false, text});
    }
    return groups;
}

std::string costQuery(const std::string& type, const DateRange& days, const std::vector<CostGroup>& groups)
{
    std::string grouping;
    for (const CostGroup& group : groups) {
        grouping += grouping.empty() ? "" : ",";
        grouping += std::string(R"({"type":")") + (group.isTag ? "TagKey" : "Dimension") + R"(","name":)" +
                    words::jsonQuoted(group.name) + '}';
    }
    // `to` is inside.
    return R"({"type":")" + type + R"(","timeframe":"Custom","timePeriod":{"from":")" + toString(days.from) +
           R"(T00:00:00Z","to":")" + toString(days.to - 1) +
           R"(T23:59:59Z"},"dataset":{"granularity":"Daily","aggregation":{"totalCost":{"name":"Cost","function":"Sum"}})" +
           (grouping.empty() ? "" : R"(,"grouping":[)" + grouping + ']') + "}}";
}

Result<CostTable> CostTable::of(const Json& page, const std::string& where)
{
    const Json& properties = page["properties"];
    const auto columns = properties.needArray("columns", where);
    if (!columns)
        return columns.error();
    const auto rows = properties.needArray("rows", where);
    if (!rows)
        return rows.error();
    CostTable table;
    for (const Json& column : **columns)
        table.m_names.push_back(words::toLower(column["name"].text()));
    for (const Json& row : **rows) {
        if (!row.isArray() || row.items().size() != table.m_names.size())
            return Error{ErrorCode::Invalid, "a row of the answer does not fit its columns", where};
    }
    table.m_rows = *rows;
    return table;
}

int CostTable::column(std::string_view name, int nth) const
{
    const std::string wanted = words::toLower(name);
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        if (m_names[i] == wanted && nth-- == 0)
            return static_cast<int>(i);
    }
    return -1;
}

Status addCostPage(const Json& page, const std::vector<CostGroup>& groups, const DateRange& asked,
                   const std::string& where, CostReport& into)
{
    const auto table = CostTable::of(page, where);
    if (!table)
        return table.error();
    if (table->rows().empty())
        return {};
    const int cost = costColumn(*table);
    const int date = table->column("UsageDate");
    const int currency = table->column("Currency");
    if (cost < 0 || date < 0 || currency < 0)
        return Error{ErrorCode::Invalid, "the answer lacks one of the columns Cost, UsageDate and Currency", where};
    const auto columns = groupColumns(*table, groups, where);
    if (!columns)
        return columns.error();
    for (const Json& row : table->rows()) {
        const auto cell = [&row](int at) -> const Json& { return row.items()[static_cast<std::size_t>(at)]; };
        const auto day = usageDate(cell(date), where);
        if (!day)
            return day.error();
        if (!asked.contains(*day))
            return notAskedFor(*day, where);
        const auto amount = decimalOfDouble(cell(cost).text());
        if (!amount)
            return Error{amount.error().code, "a cost is no amount: " + amount.error().what, where};
        CostKey key{*day, cell(currency).text(), {}};
        for (const int at : *columns)
            key.groups.push_back(cell(at).text());
        into[std::move(key)].add(*amount);
    }
    return {};
}

Charge costCharge(const CostKey& key, const std::vector<CostGroup>& groups, const CostPlace& place,
                  const DecimalSum& billed, const DecimalSum& effective)
{
    Charge charge;
    charge.start = startOf(key.day);
    charge.end = startOf(key.day + 1);
    charge.currency = key.currency;
    charge.cost[static_cast<std::size_t>(CostLens::Billed)] = billed.toString(0);
    charge.cost[static_cast<std::size_t>(CostLens::Effective)] = effective.toString(0);
    charge.set(Column::ProviderName, "Microsoft");
    charge.set(Column::PublisherName, "Microsoft");
    charge.set(Column::BillingAccountId, place.billingAccount);
    charge.set(Column::SubAccountId, place.subscription);
    std::string description;
    for (std::size_t i = 0; i < groups.size() && i < key.groups.size(); ++i) {
        const std::string& value = key.groups[i];
        if (value.empty())
            continue;
        if (groups[i].isTag) {
            charge.tags[groups[i].name] = value;
            continue;
        }
        description += (description.empty() ? "" : ", ") + value;
        const auto known = std::find_if(kDimensions.begin(), kDimensions.end(), [&](const Dimension& dimension) {
            return words::toLower(dimension.name) == words::toLower(groups[i].name);
        });
        if (known == kDimensions.end()) {
            charge.tags[groups[i].name] = value; // a dimension of its own: at least it can be grouped by
            continue;
        }
        if (!known->extra.empty())
            charge.extra[std::string(known->extra)] = value;
        if (known->column == Column::SubAccountId && !value.starts_with('/'))
            charge.set(Column::SubAccountId, "/subscriptions/" + value);
        else if (known->column == Column::ChargeCategory)
            charge.set(Column::ChargeCategory, std::string(translated(kChargeTypes, value, "Usage")));
        else if (known->column == Column::PricingCategory)
            charge.set(Column::PricingCategory, std::string(translated(kPricingModels, value, "Other")));
        else if (known->column)
            charge.set(*known->column, value);
    }
    if (!charge.text.contains(Column::ServiceName)) {
        const auto category = charge.extra.find("x_SkuMeterCategory");
        charge.set(Column::ServiceName, category == charge.extra.end() ? "Azure" : category->second);
    }
    charge.set(Column::ServiceCategory,
               std::string(translated(kServiceCategories, charge.text[Column::ServiceName], "Other")));
    charge.set(Column::ChargeDescription, description);
    return charge;
}

namespace {

/// The stretch of calendar a budget of that grain is for at `today`.
DateRange periodOf(std::string_view grain, Day today)
{
    const Day month = today.firstOfMonth();
    if (grain.find("Quarter") != std::string_view::npos) {
        const Day quarter = month.addMonths(-((month.month() - 1) % 3));
        return {quarter, quarter.addMonths(3)};
    }
    if (grain.starts_with("Annual") || grain.find("Annual") != std::string_view::npos)
        return {Day::fromYmd(today.year(), 1, 1), Day::fromYmd(today.year() + 1, 1, 1)};
    return {month, month.addMonths(1)};
}

} // namespace

Status addBudgets(const Json& page, const std::string& scope, Day today, const std::string& where, Delivery& delivery)
{
    const auto budgets = page.needArray("value", where);
    if (!budgets)
        return budgets.error();
    for (const Json& budget : **budgets) {
        const Json& properties = budget["properties"];
        const auto name = budget.needText("name", where);
        if (!name)
            return name.error();
        const auto amount = properties.needText("amount", where + ", budget " + *name);
        if (!amount)
            return amount.error();
        std::string unit = properties.at("currentSpend", "unit").text();
        if (unit.empty())
            unit = properties.at("forecastSpend", "unit").text();
        const std::string grain = properties["timeGrain"].text();
        const DateRange period = periodOf(grain, today);
        Measure measure{"budget",
                        unit.empty() ? "billing currency" : unit,
                        startOf(period.from),
                        startOf(period.to),
                        {{"budget", *name}, {"scope", scope}, {"time_grain", grain}},
                        *amount};
        if (auto done = delivery.add(measure); !done)
            return done;
        for (const auto& [member, word] :
             {std::pair{"currentSpend", "budget_spend"}, std::pair{"forecastSpend", "budget_forecast"}}) {
            measure.name = word;
            measure.value = properties.at(member, "amount").text();
            if (measure.value.empty())
                continue;
            if (auto done = delivery.add(measure); !done)
                return done;
        }
    }
    return {};
}

Status addReservations(const Json& page, const DateRange& asked, const std::string& where, Delivery& delivery)
{
    const auto summaries = page.needArray("value", where);
    if (!summaries)
        return summaries.error();
    for (const Json& summary : **summaries) {
        const Json& properties = summary["properties"];
        const auto reservation = properties.needText("reservationId", where);
        if (!reservation)
            return reservation.error();
        const auto date = instantOf(properties["usageDate"].text(), where);
        if (!date)
            return date.error();
        const Day day = date->day();
        if (!asked.contains(day))
            return notAskedFor(day, where);
        Measure measure{{}, {}, startOf(day), startOf(day + 1), {{"reservation", *reservation}}, {}};
        for (const auto& [member, label] :
             {std::pair{"reservationOrderId", "order"}, std::pair{"skuName", "sku"}, std::pair{"kind", "kind"}}) {
            if (const std::string& text = properties[member].text(); !text.empty())
                measure.labels[label] = text;
        }
        struct Figure {
            const char *member, *name, *unit;
        };
        for (const Figure& figure : {Figure{"avgUtilizationPercentage", "reservation_utilisation", "percent"},
                                     Figure{"reservedHours", "reservation_reserved_hours", "hours"},
                                     Figure{"usedHours", "reservation_used_hours", "hours"}}) {
            measure.name = figure.name;
            measure.unit = figure.unit;
            measure.value = properties[figure.member].text();
            if (measure.value.empty())
                continue;
            if (auto done = delivery.add(measure); !done)
                return done;
        }
    }
    return {};
}

Status addForecast(const Json& page, const DateRange& asked, const std::string& scope, const std::string& where,
                   Delivery& delivery)
{
    const auto table = CostTable::of(page, where);
    if (!table)
        return table.error();
    if (table->rows().empty()) // too little history: there is no forecast
        return {};
    const int cost = costColumn(*table);
    const int date = table->column("UsageDate");
    const int currency = table->column("Currency");
    const int status = table->column("CostStatus");
    if (cost < 0 || date < 0 || currency < 0)
        return Error{ErrorCode::Invalid, "the answer lacks one of the columns Cost, UsageDate and Currency", where};
    for (const Json& row : table->rows()) {
        const auto cell = [&row](int at) -> const Json& { return row.items()[static_cast<std::size_t>(at)]; };
        if (status >= 0 && cell(status).text() != "Forecast")
            continue;
        const auto day = usageDate(cell(date), where);
        if (!day)
            return day.error();
        if (!asked.contains(*day))
            return notAskedFor(*day, where);
        const auto amount = decimalOfDouble(cell(cost).text());
        if (!amount)
            return Error{amount.error().code, "a forecast is no amount: " + amount.error().what, where};
        if (auto done = delivery.add(Measure{"forecast_cost",
                                             cell(currency).text(),
                                             startOf(*day),
                                             startOf(*day + 1),
                                             {{"scope", scope}},
                                             toString(*amount)});
            !done)
            return done;
    }
    return {};
}

} // namespace altimeter::providers
