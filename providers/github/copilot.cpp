#include "providers/github/copilot.h"

#include "providers/core/fields.h"

namespace altimeter::providers {

namespace {

constexpr const char* kEnterprise = "enterprise";

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "github-copilot";
    info.title = "GitHub Copilot";
    info.summary = "AI credits of GitHub Copilot per day and model: what was used, what the plan includes, what is "
                   "billed.";
    info.rights = "A fine-grained personal access token of an administrator of the organization with the organization "
                  "permission Administration (read). For an enterprise a classic token of an owner or billing manager.";
    info.fields = {
        needed(FieldKind::Text, "account", "Organization",
               "Its name as in github.com/<name>, or the name of the enterprise."),
        needed(FieldKind::Secret, "token", "Access token", "Settings, Developer settings, Personal access tokens."),
        offered(FieldKind::Choice, "level", "Billed is",
                "Who gets GitHub's bill: a report holds only what is billed to the account it is asked of.",
                "organization", {"organization", kEnterprise}),
        baseAddressField("https://api.github.com"),
    };
    info.backfillDays = 90;
    info.refetchDays = 7;
    info.finalAfterDays = 7;
    info.chunkDays = 31;
    info.historyDays = 730;
    info.freshness = "GitHub promises no delay. The last 7 days are fetched again; 24 months can be asked for.";
    return info;
}

RetryPolicy retryPolicy()
{
    RetryPolicy policy;
    policy.isThrottled = [](const HttpResponse& response) { // GitHub's word for too many questions, with HTTP 403
        return response.status == 403 &&
               (!response.header("retry-after").empty() || response.header("x-ratelimit-remaining") == "0");
    };
    return policy;
}

/// The answer names the time it is of; one of a month would count thirtyfold.
Status checkPeriod(const Json& answer, Day day, const std::string& where)
{
    const Json& period = answer["timePeriod"];
    if (period["year"].integer() == day.year() && period["month"].integer() == day.month() &&
        period["day"].integer() == day.dayOfMonth())
        return {};
    return Error{ErrorCode::Invalid, "the answer is not of the day that was asked for, but of " + period.dump(), where};
}

Result<Charge> chargeOf(const Json& item, Day day, const std::string& account, const std::string& where)
{
    const auto net = item.needText("netAmount", where);
    if (!net)
        return net.error();
    const auto gross = item.needText("grossAmount", where);
    if (!gross)
        return gross.error();
    Charge charge;
    charge.start = startOf(day);
    charge.end = startOf(day + 1);
    charge.currency = "USD"; // GitHub bills in dollars, and names no currency here
    charge.setBilled(*net);
    charge.cost[static_cast<std::size_t>(CostLens::List)] = *gross;
    const std::string& product = item["product"].text();
    const std::string& sku = item["sku"].text();
    const std::string& model = item["model"].text();
    charge.set(Column::ProviderName, "GitHub");
    charge.set(Column::PublisherName, "GitHub");
    charge.set(Column::BillingAccountId, account);
    charge.set(Column::BillingAccountName, account);
    charge.set(Column::ServiceCategory, "AI and Machine Learning");
    charge.set(Column::ServiceName, product.empty() ? "GitHub Copilot" : "GitHub " + product);
    charge.set(Column::SkuId, sku);
    charge.set(Column::ChargeDescription, sku + (sku.empty() || model.empty() ? "" : ", ") + model);
    charge.set(Column::ConsumedQuantity, item["grossQuantity"].text());
    charge.set(Column::ConsumedUnit, item["unitType"].text());
    charge.extra["x_Model"] = model;
    charge.extra["x_IncludedQuantity"] = item["discountQuantity"].text();
    return charge;
}

class GitHubCopilot final : public Connector {
public:
    GitHubCopilot(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_account(setup.value(info, "account")),
          m_path((setup.value(info, "level") == kEnterprise ? "/enterprises/" : "/organizations/") +
                 percentEncoded(m_account) + "/settings/billing/ai_credit/usage"),
          m_today(setup.now.day()),
          m_api(setup.http,
                {info.title,
                 setup.value(info, "base_url"),
                 {{"Authorization", "Bearer " + setup.secret("token").reveal()},
                  {"Accept", "application/vnd.github+json"},
                  {"X-GitHub-Api-Version", "2022-11-28"}},
                 retryPolicy(),
                 "Check the access token; it may have expired.",
                 "The token must be of an administrator, with the organization permission Administration (read); an "
                 "enterprise takes classic tokens of its owners and billing managers only."})
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const Day yesterday = m_today - 1;
        const auto answer = ask(yesterday, stop);
        if (!answer)
            return answer.error();
        return "The token reads AI credits of " + m_account + ": " +
               std::to_string((*answer)["usageItems"].items().size()) + " lines on " + toString(yesterday) + '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("ai_credit/usage"); !done)
            return done;
        const Day last = std::min(request.window.to, request.now.day() + 1);
        for (Day day = request.window.from; day < last; day = day + 1) {
            const auto answer = ask(day, stop);
            if (!answer)
                return answer.error();
            for (const Json& item : (*answer)["usageItems"].items()) {
                const auto charge = chargeOf(item, day, m_account, "GitHub AI credits of " + toString(day));
                if (!charge)
                    return charge.error();
                if (auto done = delivery.add(*charge); !done)
                    return done;
            }
            delivery.proveSaid({day, day + 1}); // the answer names the day, and lists its lines or none
        }
        return {};
    }

    std::uint64_t requestsFor(const DateRange& window) const override
    {
        return static_cast<std::uint64_t>(window.days());
    }

private:
    Result<Json> ask(Day day, const std::stop_token& stop)
    {
        const std::string where = "GitHub AI credits of " + toString(day);
        auto answer = m_api.get(m_path + '?' +
                                    queryText({{"year", std::to_string(day.year())},
                                               {"month", std::to_string(day.month())},
                                               {"day", std::to_string(day.dayOfMonth())}}),
                                stop);
        if (!answer)
            return answer;
        if (const auto items = answer->needArray("usageItems", where); !items)
            return items.error();
        if (auto done = checkPeriod(*answer, day, where); !done)
            return done.error();
        return answer;
    }

    const std::string m_account, m_path;
    const Day m_today;
    Api m_api;
};

} // namespace

ConnectorKind gitHubCopilotKind()
{
    const ConnectorInfo info = describe();
    return {info, {"x_Model", "x_IncludedQuantity"}, [info](const ConnectorSetup& setup) {
                return std::make_unique<GitHubCopilot>(setup, info);
            }};
}

} // namespace altimeter::providers
