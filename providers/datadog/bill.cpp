#include "providers/datadog/bill.h"

#include "models/text/utf8.h"

namespace altimeter::providers::datadog {

namespace {

/// Differences below half a cent are what floating point on the provider's side leaves behind.
bool isWorthNaming(const DecimalSum& difference)
{
    const std::string rounded = difference.toRoundedString(2);
    return rounded != "0.00" && rounded != "-0.00";
}

struct Product {
    std::vector<const Json*> parts, totals;
};

Result<Decimal> costOf(const Json& record, std::string_view name, const std::string& where)
{
    const auto text = record.needText(name, where);
    if (!text)
        return text.error();
    auto number = decimalOfDouble(*text);
    if (!number)
        return Error{ErrorCode::Invalid, '"' + words::excerpt(*text, 60) + "\" is no amount", where};
    return number;
}

Charge commonOf(const Json& attributes, Day month, const std::string& currency, Charge::State state)
{
    const auto either = [&attributes](const char* first, const char* second) {
        return attributes[first].text().empty() ? attributes[second].text() : attributes[first].text();
    };
    Charge charge;
    charge.start = startOf(month);
    charge.end = startOf(month.addMonths(1));
    charge.currency = currency;
    charge.state = state;
    const std::string account = either("account_public_id", "public_id");
    charge.set(Column::BillingAccountId, account.empty() ? "datadog" : account);
    charge.set(Column::BillingAccountName, either("account_name", "org_name"));
    charge.set(Column::SubAccountId, attributes["public_id"].text());
    charge.set(Column::SubAccountName, attributes["org_name"].text());
    charge.set(Column::RegionId, attributes["region"].text());
    charge.set(Column::ServiceCategory, "Management and Governance");
    return charge;
}

Charge partOf(const Charge& common, const std::string& product, const Json& part)
{
    const std::string& type = part["charge_type"].text();
    Charge charge = common;
    charge.setBilled(part["cost"].text());
    charge.set(Column::ServiceName, product);
    charge.set(Column::SkuId, product);
    charge.set(Column::ChargeDescription, type.empty() || type == "total" ? product : product + ", " + type);
    if (type == "committed")
        charge.set(Column::PricingCategory, "Committed");
    else if (type == "on_demand")
        charge.set(Column::PricingCategory, "Standard");
    charge.extra["x_ChargeType"] = type;
    charge.extra["x_AggregationFunction"] = part["last_aggregation_function"].text();
    return charge;
}

} // namespace

Result<std::vector<Charge>> chargesOf(const Json& record, Day month, const std::string& currency, Charge::State state,
                                      const std::string& where)
{
    const Json& attributes = record["attributes"];
    if (const std::string& date = attributes["date"].text(); !date.empty()) {
        const auto day = parseDay(std::string_view(date).substr(0, 10));
        if (!day || day->firstOfMonth() != month)
            return Error{ErrorCode::Invalid, "the answer is of another month (" + words::excerpt(date, 30) + ')',
                         where};
    }
    const auto entries = attributes.needArray("charges", where);
    if (!entries)
        return entries.error();
    std::map<std::string, Product> products;
    for (const Json& entry : **entries) {
        const auto product = entry.needText("product_name", where);
        if (!product)
            return product.error();
        if (const auto cost = costOf(entry, "cost", where + ", " + *product); !cost)
            return cost.error();
        if (entry["charge_type"].text() == "total")
            products[*product].totals.push_back(&entry);
        else
            products[*product].parts.push_back(&entry);
    }

    const Charge common = commonOf(attributes, month, currency, state);
    std::vector<Charge> charges;
    DecimalSum whole;
    const auto put = [&](Charge charge) -> Status {
        const auto amount = decimalOfDouble(*charge.cost[static_cast<std::size_t>(CostLens::Billed)]);
        if (!amount)
            return amount.error();
        whole.add(*amount);
        charges.push_back(std::move(charge));
        return {};
    };
    for (const auto& [name, product] : products) {
        if (product.parts.empty()) {
            for (const Json* total : product.totals) {
                if (auto done = put(partOf(common, name, *total)); !done)
                    return done.error();
            }
            continue;
        }
        DecimalSum rest;
        for (const Json* total : product.totals)
            rest.add(*decimalOfDouble((*total)["cost"].text()));
        for (const Json* part : product.parts) {
            if (!product.totals.empty()) {
                DecimalSum one;
                one.add(*decimalOfDouble((*part)["cost"].text()));
                rest.subtract(one);
            }
            if (auto done = put(partOf(common, name, *part)); !done)
                return done.error();
        }
        if (!isWorthNaming(rest))
            continue;
        Charge charge = partOf(common, name, *product.totals.front());
        charge.setBilled(rest.toString(0));
        charge.residual = "product total not explained by its parts";
        if (auto done = put(std::move(charge)); !done)
            return done.error();
    }
    if (!attributes["total_cost"].isNull()) {
        const auto total = costOf(attributes, "total_cost", where);
        if (!total)
            return total.error();
        DecimalSum rest;
        rest.add(*total);
        rest.subtract(whole);
        if (isWorthNaming(rest)) {
            Charge charge = common;
            charge.setBilled(rest.toString(0));
            charge.set(Column::ServiceName, "Datadog");
            charge.set(Column::ChargeDescription, "Part of the total that no product explains");
            charge.residual = "organization total not explained by its products";
            charges.push_back(std::move(charge));
        }
    }
    return charges;
}

Status addAttributions(const Json& answer, Day month, const std::string& currency, const std::string& where,
                       Delivery& delivery)
{
    const auto records = answer.needArray("data", where);
    if (!records)
        return records.error();
    for (const Json& record : **records) {
        const Json& attributes = record["attributes"];
        if (attributes["month"].text().substr(0, 7) != monthText(month))
            return Error{ErrorCode::Invalid, "the answer is of another month", where};
        Measure measure{"cost_attribution", {}, startOf(month), startOf(month.addMonths(1)), {}, {}};
        measure.labels["organization"] = attributes["org_name"].text();
        for (const auto& [key, values] : attributes["tags"].members()) {
            std::string& joined = measure.labels["tag:" + key];
            for (const Json& value : values.items())
                joined += (joined.empty() ? "" : ",") + value.text();
        }
        std::erase_if(measure.labels, [](const auto& label) { return label.second.empty(); });
        for (const auto& [figure, value] : attributes["values"].members()) {
            if (value.isNull())
                continue; // not known, which is not zero
            measure.labels["figure"] = figure;
            measure.unit = figure.find("percentage") == std::string::npos ? currency : "percent";
            measure.value = value.text();
            if (auto done = delivery.add(measure); !done)
                return done;
        }
    }
    return {};
}

} // namespace altimeter::providers::datadog
