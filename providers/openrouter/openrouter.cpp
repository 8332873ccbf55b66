#include "providers/openrouter/openrouter.h"

#include "models/text/utf8.h"
#include "providers/core/cursorpages.h"
#include "providers/core/fields.h"

namespace altimeter::providers {

namespace {

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "openrouter";
    info.title = "OpenRouter";
    info.summary = "Cost, requests and tokens per model, upstream provider and day; limits and usage of each key.";
    info.rights = "A management key (openrouter.ai, Settings, Management keys). It reads the activity of the whole "
                  "organization; an ordinary key is answered with 403.";
    info.fields = {
        needed(FieldKind::Secret, "management_key", "Management key",
               "Settings, Management keys. Ordinary keys cannot read the activity."),
        baseAddressField("https://openrouter.ai/api/v1"),
    };
    info.backfillDays = 30;
    info.refetchDays = 3;
    info.finalAfterDays = 2;
    info.chunkDays = 31;
    info.historyDays = 30;
    info.endsYesterday = true;
    info.bringsMeasures = true;
    info.freshness =
        "Whole UTC days, from the next day on. Only the last 30 days can be asked for: sync at least once a "
        "month, or history is lost.";
    return info;
}

/// Limits and usage of one key, as of `today`. A key without a limit has none, which is not a limit of zero.
Status addKey(const Json& key, Day today, Delivery& delivery)
{
    std::map<std::string, std::string> labels{{"key", key["hash"].text()},
                                              {"key_name", key["name"].text()},
                                              {"workspace", key["workspace_id"].text()},
                                              {"limit_reset", key["limit_reset"].text()},
                                              {"disabled", key["disabled"].isTrue() ? "yes" : ""}};
    std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
    for (const auto& [field, name] :
         {std::pair{"limit", "key_limit"}, std::pair{"limit_remaining", "key_limit_remaining"},
          std::pair{"usage", "key_usage"}, std::pair{"usage_daily", "key_usage_daily"},
          std::pair{"usage_weekly", "key_usage_weekly"}, std::pair{"usage_monthly", "key_usage_monthly"}}) {
        const std::string& value = key[field].text();
        if (value.empty())
            continue;
        if (auto done = delivery.add({name, "USD", startOf(today), startOf(today + 1), labels, value}); !done)
            return done;
    }
    return {};
}

/// One row of the activity as charges: what OpenRouter bills, and apart from it what own keys paid upstream.
Status addRow(const Json& row, Day day, const std::string& where, Delivery& delivery)
{
    const auto usage = row.needText("usage", where);
    if (!usage)
        return usage.error();
    Charge charge;
    charge.start = startOf(day);
    charge.end = startOf(day + 1);
    charge.currency = "USD";
    charge.setBilled(*usage);
    charge.set(Column::BillingAccountId, "openrouter");
    charge.set(Column::SubAccountId, row["workspace_id"].text());
    charge.set(Column::ServiceCategory, "AI and Machine Learning");
    charge.set(Column::ServiceName, "OpenRouter");
    charge.set(Column::PublisherName, row["provider_name"].text());
    charge.set(Column::ResourceId, row["endpoint_id"].text());
    charge.set(Column::SkuId, row["model_permaslug"].text());
    charge.set(Column::ChargeDescription, row["model"].text());
    charge.extra["x_Model"] = row["model"].text();
    std::int64_t tokens = 0;
    for (const auto& [field, column] :
         {std::pair{"prompt_tokens", "x_InputTokens"}, std::pair{"completion_tokens", "x_OutputTokens"},
          std::pair{"reasoning_tokens", "x_ReasoningTokens"}, std::pair{"requests", "x_Requests"}}) {
        const std::string& text = row[field].text();
        if (!text.empty())
            charge.extra[column] = text;
    }
    for (const char* field : {"prompt_tokens", "completion_tokens"}) {
        const auto count = countOf(row, field, where);
        if (!count)
            return count.error();
        tokens += *count;
    }
    charge.set(Column::ConsumedQuantity, std::to_string(tokens));
    charge.set(Column::ConsumedUnit, "Tokens");
    if (auto done = delivery.add(charge); !done)
        return done;

    const std::string& upstream = row["byok_usage_inference"].text();
    const auto amount = decimalOfDouble(upstream.empty() ? "0" : upstream);
    if (!amount)
        return Error{ErrorCode::Invalid, "byok_usage_inference is no amount", where};
    if (amount->isZero())
        return {};
    Charge own = charge; // paid to the upstream provider, whose own report bills it
    own.setBilled("0");
    own.cost[static_cast<std::size_t>(CostLens::List)] = upstream;
    own.extra = {{"x_Model", row["model"].text()}};
    own.text.erase(Column::ConsumedQuantity);
    own.text.erase(Column::ConsumedUnit);
    own.set(Column::ChargeDescription, row["model"].text() + ", paid upstream by own key");
    own.residual = "paid to the upstream provider by own key";
    return delivery.add(own);
}

class OpenRouter final : public Connector {
public:
    OpenRouter(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {{"Authorization", "Bearer " + setup.secret("management_key").reveal()}},
                             {},
                             "Check the management key; it may have been deleted.",
                             "The key is no management key. Make one under Settings, Management keys."})
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto credits = m_api.get("/credits", std::move(stop));
        if (!credits)
            return credits.error();
        const auto used = credits->at("data").needText("total_usage", "OpenRouter /credits");
        if (!used)
            return used.error();
        return "The key is accepted. Used so far: " + *used + " USD.";
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("activity"); !done)
            return done;
        for (Day day = request.window.from; day < request.window.to; day = day + 1) {
            const auto page = m_api.get("/activity?date=" + toString(day), stop);
            if (!page)
                return page.error();
            const std::string where = "OpenRouter /activity of " + toString(day);
            const auto rows = page->needArray("data", where);
            if (!rows)
                return rows.error();
            for (const Json& row : **rows) {
                const std::string& date = row["date"].text();
                if (date.substr(0, 10) != toString(day))
                    return Error{ErrorCode::Invalid, "the answer is of another day (" + words::excerpt(date, 20) + ')',
                                 where};
                if (auto done = addRow(row, day, where, delivery); !done)
                    return done;
            }
        }
        if (!request.reachesToday())
            return {};
        Status done = readCredits(request.now.day(), delivery, stop);
        if (done)
            done = readKeys(request.now.day(), delivery, stop);
        return done ? done : lookUpFailed("credits and limits of keys", done.error(), delivery);
    }

private:
    Status readCredits(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        const auto credits = m_api.get("/credits", stop);
        if (!credits)
            return credits.error();
        for (const auto& [field, name] :
             {std::pair{"total_credits", "credits_bought"}, std::pair{"total_usage", "credits_used"}}) {
            const auto value = credits->at("data").needText(field, "OpenRouter /credits");
            if (!value)
                return value.error();
            if (auto done = delivery.add({name, "USD", startOf(today), startOf(today + 1), {}, *value}); !done)
                return done;
        }
        return {};
    }

    Status readKeys(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        CursorGuard guard("OpenRouter /keys");
        for (std::size_t offset = 0;;) {
            const auto page = m_api.get("/keys?offset=" + std::to_string(offset), stop);
            if (!page)
                return page.error();
            const auto keys = page->needArray("data", "OpenRouter /keys");
            if (!keys)
                return keys.error();
            if ((*keys)->empty())
                return {}; // the size of a page is not documented, so only an empty one is the end
            if (auto done = guard.next((*keys)->front()["hash"].text()); !done)
                return done;
            for (const Json& key : **keys) {
                if (auto done = addKey(key, today, delivery); !done)
                    return done;
            }
            offset += (*keys)->size();
        }
    }

    Api m_api;
};

} // namespace

ConnectorKind openRouterKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_Model", "x_InputTokens", "x_OutputTokens", "x_ReasoningTokens", "x_Requests"},
            [info](const ConnectorSetup& setup) { return std::make_unique<OpenRouter>(setup, info); }};
}

} // namespace altimeter::providers
