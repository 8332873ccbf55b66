#include "providers/openai/charges.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/core/costjoin.h"

#include <algorithm>
#include <numeric>

namespace altimeter::providers::openai {

namespace {

constexpr const char* kNoKey = "(no API key)";

std::string nameOf(const std::map<std::string, std::string>& names, const std::string& id)
{
    const auto found = names.find(id);
    return found == names.end() ? std::string() : found->second;
}

class Charging {
public:
    Charging(const Reports& reports, const Names& names, Delivery& delivery)
        : m_reports(reports), m_names(names), m_delivery(delivery), m_join(reports.costs.size(), reports.usage.size()),
          m_areKeysKnown(std::any_of(reports.costs.begin(), reports.costs.end(),
                                     [](const CostRow& row) { return !row.apiKey.empty(); }))
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
        return addFindings();
    }

private:
    struct Counted {
        DecimalSum billed, used;
    };
    using CountedKey = std::tuple<std::string, std::int64_t, std::string, std::string>; ///< line item first

    void joinReports()
    {
        std::map<std::pair<std::int32_t, std::string>, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>>
            groups;
        for (std::size_t i = 0; i < m_reports.costs.size(); ++i)
            groups[{m_reports.costs[i].start.day().number, m_reports.costs[i].project}].first.push_back(i);
        for (std::size_t i = 0; i < m_reports.usage.size(); ++i)
            groups[{m_reports.usage[i].start.day().number, m_reports.usage[i].project}].second.push_back(i);
        for (const auto& [group, indexes] : groups)
            m_join.join(indexes.first, indexes.second, [this](std::size_t row, std::size_t part) {
                return fitOf(m_reports.costs[row], m_reports.usage[part]);
            });
    }

    /// Of one day and project.
    int fitOf(const CostRow& row, const UsagePart& part) const
    {
        constexpr int kNone = -1;
        const LineItem& item = row.item;
        if (m_areKeysKnown && part.isKeyGrouped && row.apiKey != part.apiKey)
            return kNone;
        static const std::vector<std::string> kTools{"vector_stores", "code_interpreter_sessions", "file_search_calls",
                                                     "web_search_calls"};
        const bool isTool = std::find(kTools.begin(), kTools.end(), part.kind) != kTools.end();
        if (isTool ? item.tool != part.kind : !item.tool.empty() || item.model.empty())
            return kNone;
        if (!isTool && !item.direction.empty() && item.direction != part.direction)
            return kNone;
        const bool isOtherModality = !item.modality.empty() && !part.modality.empty() && item.modality != part.modality;
        const bool isOtherTier = !item.tier.empty() && item.tier != part.tier;
        if (isTool ? isOtherTier && !part.tier.empty() : isOtherModality || isOtherTier)
            return kNone;
        const int likeness = item.model.empty() || part.model.empty() ? 0 : modelLikeness(item.model, part.model);
        if (likeness == 0 && !(isTool && (item.model.empty() || part.model.empty())))
            return kNone;
        return likeness * 8 + (item.direction.empty() ? 0 : 4) + (item.modality.empty() ? 0 : 2) +
               (item.tier.empty() ? 0 : 1);
    }

    Charge chargeOf(Instant start, Instant end, const std::string& project) const
    {
        Charge charge;
        charge.start = start;
        charge.end = end;
        charge.set(Column::BillingAccountId, m_names.account);
        charge.set(Column::SubAccountId, project);
        charge.set(Column::SubAccountName, nameOf(m_names.projects, project));
        if (!project.empty())
            charge.set(Column::SubAccountType, "Project");
        charge.set(Column::ServiceCategory, "AI and Machine Learning");
        charge.set(Column::ServiceName, "OpenAI API");
        return charge;
    }

    void setKey(Charge& charge, const std::string& id) const
    {
        const std::string name = nameOf(m_names.apiKeys, id);
        charge.extra["x_ApiKey"] = id.empty() ? kNoKey : name.empty() ? id : name;
        charge.extra["x_ApiKeyId"] = id;
    }

    Charge chargeOf(const CostRow& row) const
    {
        Charge charge = chargeOf(row.start, row.end, row.project);
        charge.currency = row.currency;
        charge.setBilled(row.amount);
        charge.set(Column::SkuId, row.lineItem);
        charge.set(Column::ChargeDescription, row.lineItem.empty() ? "Cost without a line item" : row.lineItem);
        if (words::toLower(row.lineItem).find("credit") != std::string::npos)
            charge.set(Column::ChargeCategory, "Credit");
        charge.extra["x_Model"] = row.item.model;
        charge.extra["x_TokenClass"] = tokenClass(row.item.direction, row.item.modality);
        charge.extra["x_ServiceTier"] = row.item.tier;
        if (m_areKeysKnown)
            setKey(charge, row.apiKey);
        return charge;
    }

    /// What the usage report knows of a charge. Its quantity and requests count once, with the row that pays first.
    void describe(Charge& charge, const UsagePart& part, bool counts) const
    {
        if (part.isKeyGrouped)
            setKey(charge, part.apiKey);
        for (const auto& [column, value] :
             {std::pair{"x_User", part.user}, std::pair{"x_Model", part.model}, std::pair{"x_ServiceTier", part.tier},
              std::pair{"x_Batch", part.batch}, std::pair{"x_TokenClass", tokenClass(part.direction, part.modality)}}) {
            if (!value.empty())
                charge.extra[column] = value;
        }
        charge.extra["x_UsageKind"] = part.kind;
        for (const auto& [column, value] : part.extra)
            charge.extra[column] = value;
        if (!counts)
            return;
        charge.set(Column::ConsumedQuantity, std::to_string(part.quantity));
        charge.set(Column::ConsumedUnit, part.unit);
        if (!part.requests.empty())
            charge.extra["x_Requests"] = part.requests;
    }

    static void setOwnQuantity(Charge& charge, const CostRow& row)
    {
        if (row.quantity.empty() || row.unit.empty())
            return;
        charge.set(Column::ConsumedQuantity, row.quantity);
        charge.set(Column::ConsumedUnit, row.unit);
    }

    Status addRow(std::size_t index)
    {
        const CostRow& row = m_reports.costs[index];
        const std::vector<std::size_t>& parts = m_join.partsOf(index);
        compareQuantities(index);
        if (parts.empty()) {
            Charge charge = chargeOf(row);
            charge.residual = "cost without usage";
            setOwnQuantity(charge, row);
            return m_delivery.add(charge);
        }
        if (parts.size() == 1) {
            const UsagePart& part = m_reports.usage[parts.front()];
            Charge charge = chargeOf(row);
            describe(charge, part, m_join.payerOf(parts.front()) == index);
            if (row.unit != part.unit) // gibibyte-hours say more of a store's cost than its bytes
                setOwnQuantity(charge, row);
            return m_delivery.add(charge);
        }
        std::vector<std::int64_t> weights;
        weights.reserve(parts.size());
        bool isOneUnit = true;
        for (const std::size_t part : parts) {
            weights.push_back(m_reports.usage[part].quantity);
            isOneUnit = isOneUnit && m_reports.usage[part].unit == m_reports.usage[parts.front()].unit;
        }
        const auto amounts = isOneUnit ? dividedExactly(row.amount, weights) : std::nullopt;
        if (!amounts)
            return addWhole(row, index, isOneUnit);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            Charge charge = chargeOf(row);
            charge.setBilled((*amounts)[i]);
            describe(charge, m_reports.usage[parts[i]], m_join.payerOf(parts[i]) == index);
            if (auto done = m_delivery.add(charge); !done)
                return done;
        }
        return {};
    }

    /// A row that cannot be divided: it keeps what all of its usage has in common.
    Status addWhole(const CostRow& row, std::size_t index, bool isOneUnit)
    {
        Charge charge = chargeOf(row);
        charge.residual = isOneUnit ? "not divided: digits below 1e-18" : "not divided: usage in several units";
        ++m_undivided;
        DecimalSum counted;
        for (const std::size_t part : m_join.partsOf(index)) {
            if (m_join.payerOf(part) == index)
                counted.add({m_reports.usage[part].quantity, 0});
        }
        setOwnQuantity(charge, row);
        if (isOneUnit && !counted.isZero()) {
            charge.set(Column::ConsumedQuantity, counted.toString(0));
            charge.set(Column::ConsumedUnit, m_reports.usage[m_join.partsOf(index).front()].unit);
        }
        return m_delivery.add(charge);
    }

    Status addUnpaid(const UsagePart& part)
    {
        Charge charge = chargeOf(part.start, part.end, part.project);
        charge.currency = m_reports.costs.empty() ? "USD" : m_reports.costs.front().currency;
        charge.set(Column::SkuId, part.model.empty() ? part.kind : part.model);
        const std::string what = tokenClass(part.direction, part.modality);
        charge.set(Column::ChargeDescription,
                   (part.model.empty() ? part.kind : part.model + (what.empty() ? "" : ", " + what)) +
                       ": usage without cost");
        charge.residual = "usage without cost";
        describe(charge, part, true);
        return m_delivery.add(charge);
    }

    void compareQuantities(std::size_t index)
    {
        const CostRow& row = m_reports.costs[index];
        const std::vector<std::size_t>& parts = m_join.partsOf(index);
        const auto quantity = row.quantity.empty() ? std::nullopt : std::optional(parseDecimal(row.quantity));
        const bool isComparable = !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](std::size_t part) {
            return m_reports.usage[part].unit == row.unit;
        });
        if (!quantity || !*quantity || !isComparable)
            return;
        Counted& counted = m_counted[{row.lineItem, row.start.seconds, row.project, row.apiKey}];
        counted.billed.add((*quantity)->value);
        for (const std::size_t part : parts) {
            if (m_join.payerOf(part) == index)
                counted.used.add({m_reports.usage[part].quantity, 0});
        }
    }

    Status addFindings()
    {
        std::map<std::string, std::pair<std::uint64_t, Counted>> different;
        for (const auto& [key, counted] : m_counted) {
            if (counted.billed == counted.used)
                continue;
            auto& [rows, sums] = different[std::get<0>(key)];
            ++rows;
            sums.billed.add(counted.billed);
            sums.used.add(counted.used);
        }
        for (const auto& [lineItem, found] : different) {
            const auto& [rows, sums] = found;
            if (auto done = m_delivery.finding(Severity::Warning, "quantity-mismatch", rows,
                                               lineItem + ": the cost report counts " + sums.billed.toString(0) +
                                                   ", the usage report " + sums.used.toString(0));
                !done)
                return done;
        }
        if (m_undivided > 0) {
            if (auto done = m_delivery.finding(
                    Severity::Note, "not-divided", m_undivided,
                    "cost rows that could not be divided exactly over users and keys were kept whole");
                !done)
                return done;
        }
        return addUnknownKinds();
    }

    Status addUnknownKinds()
    {
        const auto say = [this](const std::string& object, std::uint64_t rows, const std::string& what) {
            return m_delivery.finding(Severity::Warning, "unknown-object", rows,
                                      "rows of the unknown kind \"" + words::excerpt(object, 80) + "\" " + what);
        };
        for (const auto& [object, rows] : m_reports.keptObjects) {
            if (auto done = say(object, rows, "name an amount and were counted as costs"); !done)
                return done;
        }
        for (const auto& [object, rows] : m_reports.unknownObjects) {
            if (auto done = say(object, rows, "were left out; they name no money"); !done)
                return done;
        }
        return {};
    }

    const Reports& m_reports;
    const Names& m_names;
    Delivery& m_delivery;
    CostJoin m_join;
    const bool m_areKeysKnown; ///< the cost report tells keys apart
    std::map<CountedKey, Counted> m_counted;
    std::uint64_t m_undivided = 0;
};

} // namespace

Status deliverCharges(const Reports& reports, const Names& names, Delivery& delivery)
{
    return Charging(reports, names, delivery).run();
}

} // namespace altimeter::providers::openai
