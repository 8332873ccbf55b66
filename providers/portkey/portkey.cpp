#include "providers/portkey/portkey.h"

#include "models/text/utf8.h"
#include "providers/core/fields.h"
#include "providers/gateways/tally.h"

namespace altimeter::providers {

namespace {

constexpr int kBackfillDays = 30;

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "portkey";
    info.title = "Portkey";
    info.summary = "Estimated cost of a Portkey workspace per day, divided by a metadata key such as team.";
    info.rights =
        "An API key with the scope for analytics (Settings, API keys). Portkey offers analytics over its API on "
        "Enterprise plans.";
    info.fields = {
        needed(FieldKind::Secret, "api_key", "API key", "Settings, API keys."),
        offered(FieldKind::Text, "workspace", "Workspace", "Slug of the workspace. Empty: that of the key."),
        offered(FieldKind::Text, "metadata_key", "Divide by",
                "A metadata key of your requests, for example team. It becomes a tag. Empty: one sum a day."),
        countAsField(),
        baseAddressField("https://api.portkey.ai/v1"),
    };
    info.backfillDays = kBackfillDays;
    info.refetchDays = 3;
    info.finalAfterDays = 0;
    info.chunkDays = 31;
    info.freshness = "Some minutes after a request. The last 3 days are read again at each sync.";
    return info;
}

/// Cents as dollars, without an exponent.
Result<Decimal> dollarsOf(const Json& record, std::string_view name, const std::string& where)
{
    const auto cents = record.needText(name, where);
    if (!cents)
        return cents.error();
    const auto amount = fromCents(*cents);
    if (!amount)
        return Error{ErrorCode::Invalid, '"' + words::excerpt(*cents, 40) + "\" is no amount", where};
    return decimalOfDouble(*amount);
}

class Portkey final : public Connector {
public:
    Portkey(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_workspace(setup.value(info, "workspace")), m_key(setup.value(info, "metadata_key")),
          m_countAs(setup.value(info, "count_as")), m_today(setup.now.day()),
          m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {{"x-portkey-api-key", setup.secret("api_key").reveal()}},
                             {},
                             "Check the API key; it may have been deleted.",
                             "The key needs the scope for analytics, and the plan must offer it."})
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const Day yesterday = m_today - 1;
        const auto total = totalOf(yesterday, stop);
        if (!total)
            return total.error();
        return "The key reads analytics. Estimated for " + toString(yesterday) + ": " + toString(*total) + " USD.";
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("analytics"); !done)
            return done;
        const Day last = std::min(request.window.to, request.now.day() + 1);
        for (Day day = request.window.from; day < last; day = day + 1) {
            const auto total = totalOf(day, stop);
            if (!total)
                return total.error();
            DecimalSum rest;
            rest.add(*total);
            if (!m_key.empty() && !total->isZero()) {
                if (auto done = addGroups(day, rest, delivery, stop); !done)
                    return done;
            }
            if (!rest.isZero()) {
                if (auto done = delivery.add(chargeOf(day, rest, {}, {})); !done)
                    return done;
            }
            if (day >= m_today - kBackfillDays) // of older days a 0 may be what is left of deleted logs
                delivery.proveSaid({day, day + 1});
        }
        return {};
    }

    std::uint64_t requestsFor(const DateRange& window) const override
    {
        return static_cast<std::uint64_t>(window.days()) * (m_key.empty() ? 1U : 2U);
    }

private:
    Query questionOf(Day day) const
    {
        Query query{{"time_of_generation_min", toString(day) + "T00:00:00.000Z"},
                    {"time_of_generation_max", toString(day) + "T23:59:59.999Z"}};
        if (!m_workspace.empty())
            query.emplace_back("workspace_slug", m_workspace);
        return query;
    }

    Result<Decimal> totalOf(Day day, const std::stop_token& stop)
    {
        const std::string where = "Portkey cost of " + toString(day);
        const auto answer = m_api.get("/analytics/graphs/cost?" + queryText(questionOf(day)), stop);
        if (!answer)
            return answer.error();
        return dollarsOf((*answer)["summary"], "total", where);
    }

    /// What each value of the key cost; `rest` is left with what no value explains.
    Status addGroups(Day day, DecimalSum& rest, Delivery& delivery, const std::stop_token& stop)
    {
        const std::string where = "Portkey " + m_key + " of " + toString(day);
        CursorGuard guard(where);
        std::int64_t read = 0;
        for (int page = 0;; ++page) {
            Query query = questionOf(day);
            query.emplace_back("current_page", std::to_string(page));
            query.emplace_back("page_size", "100");
            const auto answer =
                m_api.get("/analytics/groups/metadata/" + percentEncoded(m_key) + '?' + queryText(query), stop);
            if (!answer)
                return answer.error();
            const auto groups = answer->needArray("data", where);
            if (!groups)
                return groups.error();
            if ((*groups)->empty())
                return {};
            if (auto done = guard.next((*groups)->front().dump()); !done)
                return done;
            for (const Json& group : **groups) {
                const auto cost = dollarsOf(group, "cost", where);
                if (!cost)
                    return cost.error();
                DecimalSum sum;
                sum.add(*cost);
                rest.subtract(sum);
                if (auto done =
                        delivery.add(chargeOf(day, sum, group["metadata_value"].text(), group["requests"].text()));
                    !done)
                    return done;
            }
            read += static_cast<std::int64_t>((*groups)->size());
            if (const auto total = (*answer)["total"].integer(); total && read >= *total)
                return {};
        }
    }

    Charge chargeOf(Day day, const DecimalSum& cost, const std::string& value, const std::string& requests) const
    {
        Tally tally;
        tally.cost = cost;
        Charge charge = estimateOf(day, tally, true, m_countAs);
        charge.text.erase(Column::ConsumedQuantity); // tokens are not told
        charge.text.erase(Column::ConsumedUnit);
        charge.extra = {{"x_Requests", requests}};
        charge.set(Column::BillingAccountId, m_workspace.empty() ? "portkey" : m_workspace);
        charge.set(Column::ServiceName, "Portkey");
        charge.set(Column::ChargeDescription, value.empty() ? "Requests through Portkey" : m_key + ' ' + value);
        if (!value.empty())
            charge.tags[m_key] = value;
        else if (!m_key.empty())
            charge.residual = "requests without " + m_key;
        return charge;
    }

    const std::string m_workspace, m_key, m_countAs;
    const Day m_today;
    Api m_api;
};

} // namespace

ConnectorKind portkeyKind()
{
    const ConnectorInfo info = describe();
    return {
        info, {"x_Requests"}, [info](const ConnectorSetup& setup) { return std::make_unique<Portkey>(setup, info); }};
}

} // namespace altimeter::providers
