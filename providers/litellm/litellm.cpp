#include "providers/litellm/litellm.h"

#include "providers/core/fields.h"
#include "providers/litellm/calls.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace altimeter::providers {

namespace {

constexpr std::int64_t kPageSize = 100;
constexpr std::int64_t kCountedMost = 10'000; ///< rows a proxy counts
constexpr const char* kPath = "/spend/logs/v2";
constexpr const char* kOldPath = "/spend/logs/ui";
constexpr const char* kKeyHint = "Check the proxy's master key or administrator key; it may have expired or been "
                                 "blocked.";

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "litellm";
    info.title = "LiteLLM";
    info.summary = "Estimated cost, requests and tokens per model, key, team, user, tag and day of a LiteLLM proxy.";
    info.rights = "The proxy's master key, or a key of a user with the role proxy_admin or proxy_admin_viewer. A key "
                  "of an ordinary user sees that user's requests only.";
    info.fields = {
        needed(FieldKind::Secret, "api_key", "Administrator key",
               "The master key, or a key of a user with the role proxy_admin_viewer."),
        needed(FieldKind::Url, "base_url", "Base address", "Address of the proxy, without a path behind it.",
               "http://localhost:4000"),
        countAsField(),
        offered(
            FieldKind::Lines, "free_models", "Models that cost nothing",
            "One model, model group or provider on each line, for example self-hosted ones. A spend of zero with any "
            "other model counts as unknown."),
    };
    info.backfillDays = 30;
    info.refetchDays = 2;
    info.finalAfterDays = 0;
    info.chunkDays = 7;
    info.freshness =
        "Within about a minute of a request. Always an estimate from the proxy's price file; the proxy may "
        "delete old log rows.";
    info.bringsMeasures = true;
    return info;
}

/// The proxy answers a wrong key or a lacking database with several status codes, depending on its version.
Error plain(Error error)
{
    const auto says = [&error](std::string_view words) { return error.what.find(words) != std::string::npos; };
    if (says("Authentication Error") || says("auth_error")) {
        error.code = ErrorCode::Denied;
        error.todo = kKeyHint;
    } else if (says("Budget has been exceeded") || says("budget_exceeded") || says("ExceededBudget")) {
        error.code = ErrorCode::Denied;
        error.todo = "The key's own budget is used up. Use an administrator key without a budget.";
    } else if (says("Database not connected") || says("No DB Connected")) {
        error.todo = "The proxy keeps no spend log without a database: set DATABASE_URL on the proxy.";
    }
    return error;
}

class LiteLlm final : public Connector {
public:
    LiteLlm(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {{"Authorization", "Bearer " + setup.secret("api_key").reveal()}},
                             {},
                             kKeyHint,
                             "Use the master key, or a key of a user with the role proxy_admin or "
                             "proxy_admin_viewer."}),
          m_countAs(setup.value(info, "count_as")), m_freeModels(freeModels(setup.value(info, "free_models"))),
          m_today(setup.now.day())
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto page = ask(m_today - 1, m_today + 1, 1, 1, std::move(stop));
        if (!page)
            return page.error();
        const auto rows = page->needArray("data", "LiteLLM");
        if (!rows)
            return rows.error();
        const std::string& total = (*page)["total"].text();
        return "The key is accepted. Requests logged since yesterday: " +
               (total.empty() ? std::to_string((*rows)->size()) : total) + '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("spend/logs"); !done)
            return done;
        m_groups.clear();
        m_repeated = m_changedDays = m_retrievals = 0;
        m_retrievedSpend = {};
        for (Day day = request.window.from; day < request.window.to; day = day + 1) {
            if (auto done = readDay(day, delivery, stop); !done)
                return done;
        }
        if (auto done = sayFindings(delivery); !done)
            return done;
        std::map<std::string, std::string> teamNames;
        if (auto done = lookUpAll(request, delivery, teamNames, stop); !done)
            return done;
        for (const auto& [group, tally] : m_groups) {
            if (auto done = delivery.add(litellm::chargeOf(group, tally, teamNames, m_countAs)); !done)
                return done;
        }
        return {};
    }

    std::uint64_t requestsFor(const DateRange& window) const override
    {
        return static_cast<std::uint64_t>(window.days()) + 2;
    }

private:
    static std::set<std::string> freeModels(const std::string& text)
    {
        const auto lines = listOf(text, '\n');
        return {lines.begin(), lines.end()};
    }

    Result<Json> ask(Day from, Day to, std::int64_t page, std::int64_t size, std::stop_token stop)
    {
        // The end is inclusive: the next midnight loses no request of the last second.
        const Query query{{"start_date", toString(from) + " 00:00:00"},
                          {"end_date", toString(to) + " 00:00:00"},
                          {"page", std::to_string(page)},
                          {"page_size", std::to_string(size)},
                          {"sort_by", "startTime"},
                          {"sort_order", "asc"}};
        auto answer = m_api.get(m_path + '?' + queryText(query), stop);
        if (!answer && answer.error().code == ErrorCode::NotFound && m_path == kPath) {
            m_path = kOldPath;
            answer = m_api.get(m_path + '?' + queryText(query), stop);
        }
        if (answer)
            return answer;
        Error error = plain(answer.error());
        if (error.code == ErrorCode::NotFound)
            error.todo = "Check the base address. A proxy that knows neither /spend/logs/v2 nor /spend/logs/ui is too "
                         "old for this connection.";
        return error;
    }

    /// Where a request comes twice another one is left out in its place: the log moved between two pages, or requests
    /// of equal times changed places. Then the day is read again, until there are as many requests as rows.
    Status readDay(Day day, Delivery& delivery, const std::stop_token& stop)
    {
        constexpr int kMostWalks = 3;
        std::unordered_set<std::string> seen;
        bool didChange = false;
        for (int walk = 0; walk < kMostWalks; ++walk) {
            const auto rows = walkOf(day, seen, didChange, stop);
            if (!rows)
                return rows.error();
            if (*rows <= seen.size()) {
                m_changedDays += didChange ? 1 : 0;
                return {};
            }
            if (walk == 0)
                m_repeated += *rows - seen.size();
        }
        delivery.notAnswered({day, day + 1}, "requests-left-out",
                             "the proxy sent requests twice, and may have left out others in their place");
        return {};
    }

    /// Reads the day from page to page and adds the requests that were not seen yet; the number of rows that are its.
    Result<std::size_t> walkOf(Day day, std::unordered_set<std::string>& seen, bool& didChange,
                               const std::stop_token& stop)
    {
        const std::string where = "LiteLLM " + m_path + " of " + toString(day);
        m_rows = 0;
        didChange = false;
        CursorGuard guard(where);
        std::optional<std::int64_t> lastTotal;
        std::int64_t received = 0;
        for (std::int64_t page = 1;; ++page) {
            const auto answer = ask(day, day + 1, page, kPageSize, stop);
            if (!answer)
                return answer.error();
            const auto rows = answer->needArray("data", where);
            if (!rows)
                return rows.error();
            const auto pages = (*answer)["total_pages"].integer();
            if (!pages)
                return Error{ErrorCode::Invalid, "the answer has no \"total_pages\"", where};
            const bool isBeyond = page > *pages; // of what the proxy counts
            if (isBeyond && (*rows)->empty())
                break;
            if (!(*rows)->empty()) {
                const Json& first = (*rows)->front();
                const Json& last = (*rows)->back();
                if (auto done = guard.next(first["request_id"].text() + ' ' + last["request_id"].text()); !done)
                    return isBeyond ? Result<std::size_t>(m_rows) : done.error();
            }
            for (const Json& row : **rows) {
                if (auto done = take(row, day, seen, where); !done)
                    return done.error();
            }
            received += static_cast<std::int64_t>((*rows)->size());
            const auto total = (*answer)["total"].integer();
            didChange |= total && lastTotal && *total != *lastTotal;
            lastTotal = total;
            // Newer proxies stop counting at 10,000 rows: then only a short page is the end.
            const bool isCapped = (*answer)["total_is_capped"].isTrue();
            const auto size = (*answer)["page_size"].integer().value_or(kPageSize);
            const bool isFull = static_cast<std::int64_t>((*rows)->size()) >= size;
            // Some do so without a word: then there is more behind a round number.
            const bool isRound = total && *total > 0 && *total % kCountedMost == 0 && received >= *total;
            const bool isLast = isCapped || isRound ? !isFull : page >= *pages;
            if (isLast) {
                if (!isCapped && total && received < *total)
                    return Error{
                        ErrorCode::Invalid,
                        "the proxy counts " + std::to_string(*total) + " requests and sent " + std::to_string(received),
                        where, "Sync again; if it stays so, the proxy's log is being deleted while it is read."};
                break;
            }
            if ((*rows)->empty())
                return Error{ErrorCode::Invalid, "the server says there is more, but the page is empty", where};
        }
        return m_rows;
    }

    Status take(const Json& row, Day day, std::unordered_set<std::string>& seen, const std::string& where)
    {
        auto call = litellm::callOf(row, m_freeModels, where);
        if (!call)
            return call.error();
        if (call->start == startOf(day + 1))
            return {}; // asked for by the inclusive end; the next day brings it
        if (call->group.day != day)
            return notAskedFor(call->group.day, where);
        ++m_rows;
        if (!seen.insert(call->id).second)
            return {};
        m_groups[call->group].add(call->tally);
        if (call->group.isRetrieval) {
            ++m_retrievals;
            m_retrievedSpend.add(call->repeatedSpend);
        }
        return {};
    }

    Status sayFindings(Delivery& delivery) const
    {
        if (m_path == kOldPath) {
            if (auto done = delivery.finding(Severity::Note, "older-endpoint", 0,
                                             "the proxy has no /spend/logs/v2; /spend/logs/ui was read instead");
                !done)
                return done;
        }
        if (m_repeated > 0) {
            if (auto done = delivery.finding(
                    Severity::Note, "repeated-request", m_repeated,
                    "requests stood on two pages; their days were read again, and each request was counted once");
                !done)
                return done;
        }
        if (m_retrievals > 0) {
            if (auto done = delivery.finding(
                    Severity::Note, "retrieval", m_retrievals,
                    "requests fetched a response again by its id; the proxy counts its spend once more (" +
                        m_retrievedSpend.toString(0) +
                        " USD in all), which no provider charges: they cost nothing here");
                !done)
                return done;
        }
        if (m_changedDays == 0)
            return {};
        return delivery.finding(Severity::Warning, "log-changed", m_changedDays,
                                "the number of logged requests changed while these days were read; the next sync reads "
                                "them again");
    }

    /// Runs a look-up that may fail: that costs a finding, not the fetch.
    template <typename Ask> static Status lookUp(const std::string& path, Delivery& delivery, const Ask& ask)
    {
        const Status done = ask(path);
        return done ? done : lookUpFailed(path, done.error(), delivery);
    }

    Status lookUpAll(const FetchRequest& request, Delivery& delivery, std::map<std::string, std::string>& teamNames,
                     const std::stop_token& stop)
    {
        const bool isNow = request.reachesToday();
        if (auto done = lookUp("/team/list", delivery,
                               [&](const auto& path) { return readTeams(path, isNow, delivery, teamNames, stop); });
            !done)
            return done;
        if (auto done = lookUp("/tag/daily/activity", delivery,
                               [&](const auto& path) { return readTags(path, request.window, delivery, stop); });
            !done)
            return done;
        if (!isNow)
            return {};
        if (auto done = lookUp("/key/list", delivery, [&](const auto& path) { return readKeys(path, delivery, stop); });
            !done)
            return done;
        return lookUp("/budget/list", delivery, [&](const auto& path) { return readBudgets(path, delivery, stop); });
    }

    /// Limits and spend of a key, a team or a budget, as of today.
    Status addLimits(const Json& record, const std::string& what, std::map<std::string, std::string> labels,
                     Delivery& delivery) const
    {
        labels["period"] = record["budget_duration"].text();
        std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
        for (const auto& [field, suffix] : {std::pair{"max_budget", "_budget"},
                                            std::pair{"soft_budget", "_soft_budget"}, std::pair{"spend", "_spend"}}) {
            const std::string& value = record[field].text();
            if (value.empty())
                continue;
            if (auto done = delivery.add({what + suffix, "USD", startOf(m_today), startOf(m_today + 1), labels, value});
                !done)
                return done;
        }
        return {};
    }

    /// Some versions answer the list itself, others an object that holds it.
    static Result<const std::vector<Json>*> listIn(const Json& answer, std::string_view name, const std::string& path)
    {
        return answer.isArray() ? &answer.items() : answer.needArray(name, "LiteLLM " + path);
    }

    Status readTeams(const std::string& path, bool isNow, Delivery& delivery,
                     std::map<std::string, std::string>& teamNames, const std::stop_token& stop)
    {
        const auto answer = m_api.get(path, stop);
        if (!answer)
            return answer.error();
        const auto teams = listIn(*answer, "teams", path);
        if (!teams)
            return teams.error();
        for (const Json& team : **teams) {
            const std::string& id = team["team_id"].text();
            const std::string& name = team["team_alias"].text();
            if (!name.empty())
                teamNames[id] = name;
            if (!isNow)
                continue;
            if (auto done = addLimits(team, "team", {{"team", id}, {"team_name", name}}, delivery); !done)
                return done;
        }
        return {};
    }

    Status readKeys(const std::string& path, Delivery& delivery, const std::stop_token& stop)
    {
        CursorGuard guard("LiteLLM " + path);
        for (std::int64_t page = 1;; ++page) {
            const auto answer = m_api.get(path + "?page=" + std::to_string(page) +
                                              "&size=100&return_full_object=true&include_team_keys=true",
                                          stop);
            if (!answer)
                return answer.error();
            const auto keys = answer->needArray("keys", "LiteLLM " + path);
            if (!keys)
                return keys.error();
            for (const Json& key : **keys) {
                if (auto done = addLimits(key, "key",
                                          {{"key", key["token"].text()},
                                           {"key_name", key["key_alias"].text()},
                                           {"team", key["team_id"].text()},
                                           {"user", key["user_id"].text()},
                                           {"blocked", key["blocked"].isTrue() ? "yes" : ""}},
                                          delivery);
                    !done)
                    return done;
            }
            if ((*keys)->empty() || page >= (*answer)["total_pages"].integer().value_or(1))
                return {};
            if (auto done = guard.next((*keys)->front().dump()); !done)
                return done;
        }
    }

    Status readBudgets(const std::string& path, Delivery& delivery, const std::stop_token& stop)
    {
        const auto answer = m_api.get(path, stop);
        if (!answer)
            return answer.error();
        const auto budgets = listIn(*answer, "budgets", path);
        if (!budgets)
            return budgets.error();
        for (const Json& budget : **budgets) {
            if (auto done = addLimits(budget, "shared", {{"budget", budget["budget_id"].text()}}, delivery); !done)
                return done;
        }
        return {};
    }

    Status readTags(const std::string& path, const DateRange& window, Delivery& delivery, const std::stop_token& stop)
    {
        CursorGuard guard("LiteLLM " + path);
        for (std::int64_t page = 1;; ++page) {
            const auto answer =
                m_api.get(path + "?start_date=" + toString(window.from) + "&end_date=" + toString(window.to - 1) +
                              "&page=" + std::to_string(page) + "&page_size=100",
                          stop);
            if (!answer)
                return answer.error();
            const auto days = answer->needArray("results", "LiteLLM " + path);
            if (!days)
                return days.error();
            for (const Json& record : **days) {
                const auto day = parseDay(std::string_view(record["date"].text()).substr(0, 10));
                if (!day || !window.contains(*day))
                    return day ? notAskedFor(*day, "LiteLLM " + path)
                               : Error{ErrorCode::Invalid, "an entry names no day", "LiteLLM " + path};
                for (const auto& [tag, entity] : record.at("breakdown", "entities").members()) {
                    const std::string& spend = entity.at("metrics", "spend").text();
                    if (spend.empty())
                        continue;
                    if (auto done =
                            delivery.add({"tag_spend", "USD", startOf(*day), startOf(*day + 1), {{"tag", tag}}, spend});
                        !done)
                        return done;
                }
            }
            if ((*days)->empty() || page >= answer->at("metadata", "total_pages").integer().value_or(1))
                return {};
            if (auto done = guard.next((*days)->front().dump()); !done)
                return done;
        }
    }

    Api m_api;
    const std::string m_countAs;
    const std::set<std::string> m_freeModels;
    const Day m_today;
    std::string m_path = kPath;
    std::map<litellm::Group, Tally> m_groups;
    std::size_t m_rows = 0; ///< of the day that is being read
    std::uint64_t m_repeated = 0;
    std::uint64_t m_changedDays = 0;
    std::uint64_t m_retrievals = 0; ///< of responses
    DecimalSum m_retrievedSpend;    ///< that the proxy counts for them
};

} // namespace

ConnectorKind liteLlmKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_Model", "x_ApiKey", "x_ApiKeyName", "x_User", "x_EndUser", "x_Agent", "x_Workflow", "x_UseCase",
             "x_InputTokens", "x_OutputTokens", "x_Requests"},
            [info](const ConnectorSetup& setup) { return std::make_unique<LiteLlm>(setup, info); }};
}

} // namespace altimeter::providers
