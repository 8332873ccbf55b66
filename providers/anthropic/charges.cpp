#include "providers/anthropic/charges.h"

#include "providers/core/costjoin.h"

namespace altimeter::providers::anthropic {

namespace {

constexpr std::string_view kWebSearches = "web_search_requests";
constexpr std::string_view kPriority = "priority";

/// Why no usage stands beside a cost row.
std::string residualOf(const CostRow& row)
{
    if (row.costType == "code_execution")
        return "code execution: not in the usage report";
    if (row.costType == "session_usage")
        return "session usage: not in the usage report";
    if (row.costType == "web_search")
        return "web search: no requests in the usage report";
    return "cost without usage";
}

class Charging {
public:
    Charging(const Reports& reports, const Names& names, Delivery& delivery)
        : m_reports(reports), m_names(names), m_delivery(delivery), m_join(reports.costs.size(), reports.usage.size())
    {
    }

    Status run()
    {
        joinReports();
        for (std::size_t row = 0; row < m_reports.costs.size(); ++row) {
            if (auto done = addRow(row); !done)
                return done;
        }
        for (std::size_t part = 0; part < m_reports.usage.size(); ++part) {
            if (m_join.payerOf(part) != CostJoin::kNobody)
                continue;
            if (auto done = addUnpaid(m_reports.usage[part]); !done)
                return done;
        }
        if (m_undivided == 0)
            return {};
        return m_delivery.finding(Severity::Note, "not-divided", m_undivided,
                                  "cost rows with digits below 1e-18 could not be divided exactly over API keys and "
                                  "were kept whole");
    }

private:
    void joinReports()
    {
        std::map<std::pair<std::int32_t, std::string>, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>>
            groups;
        for (std::size_t i = 0; i < m_reports.costs.size(); ++i)
            groups[{m_reports.costs[i].start.day().number, m_reports.costs[i].workspace}].first.push_back(i);
        for (std::size_t i = 0; i < m_reports.usage.size(); ++i)
            groups[{m_reports.usage[i].start.day().number, m_reports.usage[i].workspace}].second.push_back(i);
        for (const auto& [group, indexes] : groups)
            m_join.join(indexes.first, indexes.second, [this](std::size_t row, std::size_t part) {
                return fitOf(m_reports.costs[row], m_reports.usage[part]);
            });
    }

    /// Of one day and workspace. What one of the reports does not say fits anything, but less well.
    static int fitOf(const CostRow& row, const UsagePart& part)
    {
        constexpr int kNone = -1;
        const bool isSameThing = row.costType == "tokens"       ? row.tokenType == part.counter
                                 : row.costType == "web_search" ? part.counter == kWebSearches
                                                                : false;
        if (!isSameThing || (part.tier.starts_with(kPriority) && part.tier != row.tier))
            return kNone;
        if ((row.isKeyGrouped && part.isKeyGrouped && row.apiKey != part.apiKey) ||
            (row.isUserGrouped && part.isUserGrouped && row.user != part.user))
            return kNone;
        int fit = 0;
        const auto said = [](const std::string& text) {
            return text == "not_available" ? std::string_view() : std::string_view(text);
        };
        for (const auto member : {&Dimensions::model, &Dimensions::tier, &Dimensions::contextWindow,
                                  &Dimensions::geography, &Dimensions::speed, &Dimensions::product}) {
            const std::string_view one = said(row.*member);
            const std::string_view other = said(part.*member);
            if (!one.empty() && !other.empty() && one != other)
                return kNone;
            fit += one == other ? 1 : 0;
        }
        return fit;
    }

    Charge chargeOf(const Dimensions& of) const
    {
        Charge charge;
        charge.start = of.start;
        charge.end = of.end;
        charge.set(Column::BillingAccountId, m_names.account);
        charge.set(Column::BillingAccountName, m_names.accountName);
        charge.set(Column::SubAccountId, of.workspace);
        if (!of.workspace.empty())
            charge.set(Column::SubAccountType, "Workspace");
        const auto workspace = m_names.workspaces.find(of.workspace);
        if (workspace != m_names.workspaces.end()) {
            charge.set(Column::SubAccountName, workspace->second.name);
            charge.tags = workspace->second.tags;
        } else if (of.workspace == kDefaultWorkspace) {
            charge.set(Column::SubAccountName, "Default workspace");
        }
        charge.set(Column::ServiceCategory, "AI and Machine Learning");
        charge.set(Column::ServiceName, "Claude API");
        describe(charge, of);
        return charge;
    }

    void describe(Charge& charge, const Dimensions& of) const
    {
        if (!of.geography.empty() && of.geography != "global" && of.geography != "not_available")
            charge.set(Column::RegionId, of.geography);
        for (const auto& [column, value] :
             {std::pair{"x_Model", &of.model}, std::pair{"x_ServiceTier", &of.tier},
              std::pair{"x_ContextWindow", &of.contextWindow}, std::pair{"x_InferenceGeo", &of.geography},
              std::pair{"x_Speed", &of.speed}, std::pair{"x_Product", &of.product}, std::pair{"x_User", &of.user},
              std::pair{"x_UserType", &of.userType}}) {
            if (!value->empty())
                charge.extra[column] = *value;
        }
        if (!of.isKeyGrouped)
            return;
        const auto name = m_names.apiKeys.find(of.apiKey);
        charge.extra["x_ApiKeyId"] = of.apiKey;
        charge.extra["x_ApiKey"] = of.apiKey.empty()                                       ? "Console"
                                   : name == m_names.apiKeys.end() || name->second.empty() ? of.apiKey
                                                                                           : name->second;
    }

    Charge chargeOf(const CostRow& row) const
    {
        Charge charge = chargeOf(static_cast<const Dimensions&>(row));
        charge.currency = row.currency;
        charge.setBilled(row.amount);
        if (!row.listAmount.empty())
            charge.cost[static_cast<std::size_t>(CostLens::List)] = row.listAmount;
        const std::string what = row.tokenType.empty() ? row.costType : tokenClass(row.tokenType);
        const std::string described = !row.description.empty() ? row.description
                                      : row.model.empty()      ? what
                                      : what.empty()           ? row.model
                                                               : row.model + ", " + what;
        charge.set(Column::SkuId, row.description.empty() ? row.model : row.description);
        charge.set(Column::ChargeDescription, described.empty() ? "Cost without a description" : described);
        charge.extra["x_CostType"] = row.costType;
        charge.extra["x_TokenClass"] = tokenClass(row.tokenType);
        return charge;
    }

    /// What the usage report knows of a charge. Its quantity counts once, with the row that pays first.
    void describe(Charge& charge, const UsagePart& part, bool counts) const
    {
        describe(charge, part);
        if (part.isTokens)
            charge.extra["x_TokenClass"] = tokenClass(part.counter);
        if (!counts)
            return;
        charge.set(Column::ConsumedQuantity, std::to_string(part.quantity));
        charge.set(Column::ConsumedUnit, part.isTokens ? "Tokens" : "Requests");
    }

    Status addRow(std::size_t index)
    {
        const CostRow& row = m_reports.costs[index];
        const std::vector<std::size_t>& parts = m_join.partsOf(index);
        if (parts.empty()) {
            Charge charge = chargeOf(row);
            charge.residual = residualOf(row);
            return m_delivery.add(charge);
        }
        std::vector<std::int64_t> weights;
        weights.reserve(parts.size());
        for (const std::size_t part : parts)
            weights.push_back(m_reports.usage[part].quantity);
        const auto amounts =
            parts.size() == 1 ? std::optional(std::vector{row.amount}) : dividedExactly(row.amount, weights);
        if (!amounts)
            return addWhole(row, index);
        const auto lists = parts.size() == 1        ? std::optional(std::vector{row.listAmount})
                           : row.listAmount.empty() ? std::nullopt
                                                    : dividedExactly(row.listAmount, weights);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            Charge charge = chargeOf(row);
            charge.setBilled((*amounts)[i]);
            auto& list = charge.cost[static_cast<std::size_t>(CostLens::List)];
            list = lists && !row.listAmount.empty() ? std::optional((*lists)[i]) : std::nullopt;
            describe(charge, m_reports.usage[parts[i]], m_join.payerOf(parts[i]) == index);
            if (auto done = m_delivery.add(charge); !done)
                return done;
        }
        return {};
    }

    Status addWhole(const CostRow& row, std::size_t index)
    {
        ++m_undivided;
        Charge charge = chargeOf(row);
        charge.residual = "not divided: digits below 1e-18";
        DecimalSum counted;
        for (const std::size_t part : m_join.partsOf(index)) {
            if (m_join.payerOf(part) == index)
                counted.add({m_reports.usage[part].quantity, 0});
        }
        if (!counted.isZero()) {
            charge.set(Column::ConsumedQuantity, counted.toString(0));
            charge.set(Column::ConsumedUnit,
                       m_reports.usage[m_join.partsOf(index).front()].isTokens ? "Tokens" : "Requests");
        }
        return m_delivery.add(charge);
    }

    Status addUnpaid(const UsagePart& part)
    {
        Charge charge = chargeOf(static_cast<const Dimensions&>(part));
        charge.currency = m_reports.costs.empty() ? "USD" : m_reports.costs.front().currency;
        charge.set(Column::SkuId, part.model);
        charge.set(Column::ChargeDescription,
                   (part.model.empty() ? "" : part.model + ", ") + tokenClass(part.counter) + ": usage without cost");
        charge.residual =
            part.tier.starts_with(kPriority) ? "priority tier: not in the cost report" : "usage without cost";
        describe(charge, part, true);
        return m_delivery.add(charge);
    }

    const Reports& m_reports;
    const Names& m_names;
    Delivery& m_delivery;
    CostJoin m_join;
    std::uint64_t m_undivided = 0;
};

} // namespace

Status deliverCharges(const Reports& reports, const Names& names, Delivery& delivery)
{
    return Charging(reports, names, delivery).run();
}

} // namespace altimeter::providers::anthropic
