#include "providers/feed/feedguess.h"

#include "models/text/words.h"
#include "providers/feed/feedmapper.h"
#include "providers/focus/rowtext.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

namespace altimeter::providers {

namespace {

enum class Content : std::uint8_t { Any, Number, Date, Currency };

struct Wanted {
    const char* target;
    Content content;
    std::vector<std::string_view> names; ///< lower case letters and digits only, the best first
};

const std::vector<Wanted>& wanted()
{
    static const std::vector<Wanted> all{
        {"ChargePeriodStart", Content::Date, {"chargeperiodstart",
                                              "usagedate",
                                              "date",
                                              "day",
                                              "usagestartdate",
                                              "usagestarttime",
                                              "usagestart",
                                              "periodstart",
                                              "startdate",
                                              "starttime",
                                              "start",
                                              "billingdate",
                                              "invoicedate",
                                              "chargedate",
                                              "transactiondate",
                                              "timestamp",
                                              "time",
                                              "requesttime",
                                              "createdat",
                                              "created",
                                              "month",
                                              "usagemonth",
                                              "period",
                                              "billingperiod",
                                              "bucket",
                                              "buchungsdatum",
                                              "datum"}},
        {"ChargePeriodEnd",
         Content::Date,
         {"chargeperiodend", "usageenddate", "usageendtime", "usageend", "periodend", "enddate", "endtime", "end"}},
        {"BilledCost",
         Content::Number,
         {"billedcost", "netcost", "totalcost", "cost",     "costs",        "costamount",    "totalamount",
          "netamount",  "amount",  "charge",    "charges",  "chargeamount", "amountdue",     "spend",
          "totalspend", "total",   "fee",       "subtotal", "linetotal",    "amortizedcost", "netamortizedcost",
          "price",      "value",   "betrag",    "kosten"}},
        {"EffectiveCost", Content::Number, {"effectivecost", "amortizedcost", "netamortizedcost"}},
        {"BillingCurrency",
         Content::Currency,
         {"billingcurrency", "currency", "currencycode", "costcurrency", "amountcurrency", "isocurrency", "waehrung",
          "whrung"}},
        {"ProviderName", Content::Any, {"providername", "provider", "vendor", "vendorname", "supplier"}},
        {"BillingAccountId",
         Content::Any,
         {"billingaccountid", "accountid", "account", "organizationid", "organization", "orgid", "org", "customerid",
          "tenant", "tenantid"}},
        {"SubAccountId",
         Content::Any,
         {"subaccountid", "projectid", "project", "workspaceid", "workspace", "subscriptionid", "subscription",
          "namespace"}},
        {"SubAccountName", Content::Any, {"subaccountname", "projectname", "workspacename", "subscriptionname"}},
        {"ServiceName", Content::Any, {"servicename", "service", "productname", "product", "servicetype", "tool"}},
        {"ServiceCategory", Content::Any, {"servicecategory"}},
        {"ResourceId",
         Content::Any,
         {"resourceid", "resource", "indexid", "index", "indexname", "collection", "cluster", "clusterid", "database",
          "instanceid"}},
        {"ResourceName", Content::Any, {"resourcename", "clustername", "collectionname"}},
        {"RegionId", Content::Any, {"regionid", "region", "location"}},
        {"SkuId", Content::Any, {"skuid", "sku", "meterid"}},
        {"SkuMeter", Content::Any, {"skumeter", "meter", "usagetype", "operation"}},
        {"ChargeDescription",
         Content::Any,
         {"chargedescription", "description", "details", "lineitem", "lineitemdescription", "item", "memo", "name",
          "beschreibung"}},
        {"ConsumedQuantity",
         Content::Number,
         {"consumedquantity", "usagequantity", "quantity", "qty", "usageamount", "usage", "totaltokencount",
          "totaltokens", "tokens", "requests", "unitsused", "menge"}},
        {"ConsumedUnit",
         Content::Any,
         {"consumedunit", "usageunit", "unit", "units", "uom", "unitofmeasure", "einheit"}},
        {"ListUnitPrice",
         Content::Number,
         {"listunitprice", "listprice", "unitprice", "priceperunit", "rate", "price"}},
        {"InvoiceId", Content::Any, {"invoiceid", "invoicenumber", "invoice"}},
        {"x_Model", Content::Any, {"xmodel", "model", "modelname", "modelid"}},
        {"x_User", Content::Any, {"user", "useremail", "username", "userid"}},
        {"x_ApiKey", Content::Any, {"apikey", "apikeyname", "apikeyid"}},
        {"x_Agent", Content::Any, {"agent", "agentname"}},
        {"x_Workflow", Content::Any, {"workflow", "workflowname", "tasktype"}},
        {"x_UseCase", Content::Any, {"usecase", "feature"}},
        {"tag:team", Content::Any, {"team", "teamname", "squad"}},
        {"tag:cost_center", Content::Any, {"costcenter", "costcentre", "kostenstelle"}},
        {"tag:environment", Content::Any, {"environment", "env", "stage"}},
        {"tag:owner", Content::Any, {"owner"}},
        {"tag:department", Content::Any, {"department", "dept", "businessunit"}},
    };
    return all;
}

/// "costusd" of "Cost (USD)" and of "usage.cost_usd": letters and digits of the last part of the path.
std::string plainName(std::string_view column)
{
    std::string plain;
    for (const char c : words::toLower(column.substr(column.find_last_of("./") + 1))) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain += c;
    }
    return plain;
}

/// What a name says about unit and currency, cut off the plain name.
struct Suffixes {
    std::string name;
    std::string currency;
    std::string unit;
};

Suffixes withoutSuffixes(std::string plain)
{
    Suffixes cut;
    constexpr std::pair<std::string_view, std::string_view> kUnits[] = {{"incents", "cents"},
                                                                        {"cents", "cents"},
                                                                        {"microdollars", "millionths"},
                                                                        {"micros", "millionths"},
                                                                        {"nanos", "nano"},
                                                                        {"nanodollars", "nano"},
                                                                        {"millis", "thousandths"},
                                                                        {"permilliontokens", "millionths"},
                                                                        {"permillion", "millionths"},
                                                                        {"per1mtokens", "millionths"},
                                                                        {"per1m", "millionths"},
                                                                        {"per1ktokens", "thousandths"},
                                                                        {"per1k", "thousandths"}};
    constexpr std::string_view kCurrencies[] = {"usd", "eur", "gbp", "chf", "jpy",
                                                "inr", "cad", "aud", "sek", "dollars"};
    for (bool again = true; again;) {
        again = false;
        for (const auto& [word, unit] : kUnits) {
            if (plain.size() > word.size() && plain.ends_with(word)) {
                plain.resize(plain.size() - word.size());
                cut.unit = unit;
                again = true;
            }
        }
        for (const std::string_view word : kCurrencies) {
            if (plain.size() > word.size() && plain.ends_with(word)) {
                plain.resize(plain.size() - word.size());
                cut.currency = word == "dollars" ? "USD" : currencyOf(word);
                again = true;
            }
        }
        if (plain.ends_with("in") && !cut.currency.empty() && plain.size() > 4)
            plain.resize(plain.size() - 2);
    }
    cut.name = plain;
    return cut;
}

class Guess {
public:
    Guess(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& sample)
        : m_columns(columns), m_sample(sample)
    {
        m_comma = writesCommas();
        m_order = writesDaysFirst() ? DateOrder::DayFirst : DateOrder::MonthFirst;
    }

    FeedMapping run()
    {
        for (const Wanted& want : wanted())
            match(want);
        // A price list has no amount: what was taken for one is its price.
        const bool hasQuantity = m_taken.contains("ConsumedQuantity");
        if (m_taken.contains("BilledCost") && hasQuantity && !m_taken.contains("ListUnitPrice") &&
            withoutSuffixes(plainName(m_columns[m_taken["BilledCost"]])).name == "price") {
            m_taken["ListUnitPrice"] = m_taken["BilledCost"];
            m_taken.erase("BilledCost");
        }
        for (const auto& [target, place] : m_taken)
            m_mapping["column:" + target] = m_columns[place];
        matchTags();
        matchHabits();
        return std::move(m_mapping);
    }

private:
    std::vector<std::string_view> values(std::size_t column) const
    {
        std::vector<std::string_view> found;
        for (const auto& row : m_sample) {
            if (column < row.size() && !isNullCell(row[column]))
                found.push_back(words::trimmed(row[column]));
        }
        return found;
    }
    bool isKind(std::size_t column, Content content) const
    {
        const auto texts = values(column);
        if (content == Content::Any)
            return true;
        const auto fits = static_cast<std::size_t>(std::count_if(texts.begin(), texts.end(), [&](auto text) {
            switch (content) {
            case Content::Number:
                return feedNumber(text, m_comma).ok();
            case Content::Date:
                return feedInstant(text, m_order).has_value();
            case Content::Currency:
                return !currencyOf(text).empty();
            case Content::Any:
                break;
            }
            return true;
        }));
        return fits * 10 >= texts.size() * 8; // a column without values is taken by its name alone
    }
    bool isFree(std::size_t column) const
    {
        return std::none_of(m_taken.begin(), m_taken.end(), [&](const auto& taken) { return taken.second == column; });
    }
    void match(const Wanted& want)
    {
        // Fields of the record go before those of the objects around it.
        for (const bool around : {false, true}) {
            for (const std::string_view name : want.names) {
                for (std::size_t i = 0; i < m_columns.size(); ++i) {
                    const std::string plain = plainName(m_columns[i]);
                    const bool isNamed =
                        plain == name || (want.content == Content::Number && withoutSuffixes(plain).name == name);
                    if (isNamed && m_columns[i].starts_with('/') == around && isFree(i) && isKind(i, want.content)) {
                        m_taken[want.target] = i;
                        return;
                    }
                }
            }
        }
    }
    /// "tags.team", "labels.env", "tag:team", "tag_team" are tags.
    void matchTags()
    {
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const std::string lower = words::toLower(m_columns[i]);
            for (const std::string_view prefix :
                 {"tags.", "labels.", "tag.", "label.", "tags/", "tag:", "label:", "tag_", "label_", "customtags."}) {
                if (!lower.starts_with(prefix) || lower.size() == prefix.size())
                    continue;
                for (auto taken = m_taken.begin(); taken != m_taken.end(); ++taken) {
                    if (taken->second == i)
                        m_mapping.erase("column:" + taken->first);
                }
                m_mapping["column:tag:" + m_columns[i].substr(prefix.size())] = m_columns[i];
                break;
            }
        }
    }
    void matchHabits()
    {
        m_mapping["decimal"] = m_comma ? "comma" : "point";
        m_mapping["dates"] = m_order == DateOrder::DayFirst ? "day-first" : "month-first";
        m_mapping["amount_unit"] = "unit";
        m_mapping["sign"] = "as-is";
        m_mapping["period"] = "day";
        const auto cost = m_taken.contains("BilledCost") ? m_taken.find("BilledCost") : m_taken.find("ListUnitPrice");
        if (cost != m_taken.end()) {
            const Suffixes said = withoutSuffixes(plainName(m_columns[cost->second]));
            if (!said.unit.empty())
                m_mapping["amount_unit"] = said.unit;
            if (allNegative(cost->second))
                m_mapping["sign"] = "inverted";
            if (!m_mapping.contains("column:BillingCurrency"))
                guessCurrency(cost->second, said.currency);
        }
        if (const auto date = m_taken.find("ChargePeriodStart");
            date != m_taken.end() && isMonthly(date->second) && !m_taken.contains("ChargePeriodEnd"))
            m_mapping["period"] = "month";
    }
    void guessCurrency(std::size_t column, const std::string& named)
    {
        std::string found = named;
        for (const std::string_view text : values(column)) {
            for (const auto& [sign, code] :
                 {std::pair{"\xE2\x82\xAC", "EUR"}, std::pair{"\xC2\xA3", "GBP"}, std::pair{"$", "USD"}}) {
                if (found.empty() && text.find(sign) != std::string_view::npos)
                    found = code;
            }
        }
        if (!found.empty())
            m_mapping["currency"] = found;
    }
    bool allNegative(std::size_t column) const
    {
        std::size_t below = 0, above = 0;
        for (const std::string_view text : values(column)) {
            const auto number = feedNumber(text, m_comma);
            below += number && number->isNegative();
            above += number && !number->isNegative() && !number->isZero();
        }
        return below > 1 && above == 0;
    }
    /// Every date is the first of a month, and there is more than one record for it to matter.
    bool isMonthly(std::size_t column) const
    {
        const auto texts = values(column);
        return !texts.empty() && std::all_of(texts.begin(), texts.end(), [&](auto text) {
            const auto date = feedInstant(text, m_order);
            return date && date->seconds % 86400 == 0 && date->day().dayOfMonth() == 1;
        }) && (texts.size() > 1 || texts.front().size() <= 7);
    }
    bool writesCommas() const
    {
        bool commas = false;
        for (const auto& row : m_sample) {
            for (const std::string& cell : row) {
                const std::size_t comma = cell.rfind(','), point = cell.rfind('.');
                if (cell.find_first_not_of("0123456789.,-+ '\xE2\x82\xAC\xC2\xA3\xA0$") != std::string::npos)
                    continue;
                const auto behind = [&cell](std::size_t at) { return cell.size() - at - 1; };
                if (point != std::string::npos && comma == std::string::npos && behind(point) != 3 &&
                    std::count(cell.begin(), cell.end(), '.') == 1)
                    return false;
                if (comma == std::string::npos)
                    continue;
                if (point != std::string::npos && point > comma)
                    return false;
                commas = commas || point != std::string::npos || behind(comma) != 3;
            }
        }
        return commas;
    }
    bool writesDaysFirst() const
    {
        std::size_t dayFirst = 0, monthFirst = 0, dots = 0, slashes = 0;
        for (const auto& row : m_sample) {
            for (const std::string& cell : row) {
                const auto date = slashDate(cell);
                if (!date)
                    continue;
                dayFirst += date->first > 12;
                monthFirst += date->second > 12;
                ++(cell.find('/') == std::string::npos ? dots : slashes);
            }
        }
        // 03.04.2026 is written where the day comes first.
        return dayFirst + monthFirst > 0 ? dayFirst > monthFirst : dots > slashes || (slashes > 0 && m_comma);
    }

    const std::vector<std::string>& m_columns;
    const std::vector<std::vector<std::string>>& m_sample;
    bool m_comma = false;
    DateOrder m_order = DateOrder::MonthFirst;
    std::map<std::string, std::size_t> m_taken; ///< column of each target
    FeedMapping m_mapping;
};

} // namespace

FeedMapping guessMapping(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& sample)
{
    return Guess(columns, sample).run();
}

} // namespace altimeter::providers
