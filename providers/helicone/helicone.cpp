#include "providers/helicone/helicone.h"

#include "models/text/utf8.h"
#include "providers/core/fields.h"
#include "providers/gateways/tally.h"

#include <compare>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

namespace altimeter::providers {

namespace {

constexpr const char* kPath = "/v1/request/query-clickhouse";
constexpr std::size_t kRows = 1000;
constexpr std::size_t kMostWalks = 3;

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "helicone";
    info.title = "Helicone";
    info.summary = "Estimated cost and tokens per model, provider, user, session path, property and day of a Helicone "
                   "organization.";
    info.rights =
        "An API key of the organization (Settings, API keys) with read access. Prompts and answers are not asked "
        "for.";
    info.fields = {
        needed(FieldKind::Secret, "api_key", "API key", "Settings, API keys; it begins with sk-helicone-."),
        needed(FieldKind::Url, "base_url", "Base address",
               "api.helicone.ai (US), eu.api.helicone.ai (EU), or the address of your own server.",
               "https://api.helicone.ai"),
        countAsField(),
    };
    info.backfillDays = 30;
    info.refetchDays = 3;
    info.finalAfterDays = 0;
    info.chunkDays = 7;
    info.freshness = "Some minutes after a request. A week is read in one walk of 1,000 requests each.";
    return info;
}

/// What requests must share to be one charge. Request and session ids are left out: they would make every request a
/// charge of its own.
struct Group {
    Day day;
    std::string model, provider, user, path, session;
    std::map<std::string, std::string> tags;
    bool isPriced = true; ///< false: tokens are known, and no cost
    friend auto operator<=>(const Group&, const Group&) = default;
};

struct Logged {
    std::string id;
    Instant start;
    Group group;
    Tally tally;
};

void readProperties(const Json& properties, Group& group)
{
    for (const auto& [name, value] : properties.members()) {
        if (value.text().empty() || name == "Helicone-Session-Id")
            continue;
        if (name == "Helicone-Session-Path")
            group.path = value.text();
        else if (name == "Helicone-Session-Name")
            group.session = value.text();
        else
            group.tags[name] = value.text();
    }
}

Result<Logged> loggedOf(const Json& row, const std::string& where)
{
    Logged one;
    const auto logged = requestOf(row, "request", "request_id", "request_created_at", where);
    if (!logged)
        return logged.error();
    one.id = logged->id;
    one.start = logged->start;
    const std::string& at = logged->where;
    one.tally.requests = 1;
    for (const auto& [name, sum] :
         {std::pair{"cost", &one.tally.cost}, std::pair{"prompt_tokens", &one.tally.inputTokens},
          std::pair{"completion_tokens", &one.tally.outputTokens},
          std::pair{"prompt_cache_read_tokens", &one.tally.cachedTokens},
          std::pair{"total_tokens", &one.tally.tokens}}) {
        const auto number = numberOf(row[name], name, at);
        if (!number)
            return number.error();
        sum->add(*number);
    }
    if (one.tally.tokens.isZero()) {
        one.tally.tokens.add(one.tally.inputTokens);
        one.tally.tokens.add(one.tally.outputTokens);
    }
    Group& group = one.group;
    group.day = one.start.day();
    group.model = row["response_model"].text().empty() ? row["request_model"].text() : row["response_model"].text();
    group.provider = row["provider"].text();
    group.user = row["request_user_id"].text();
    readProperties(row["request_properties"], group);
    // Helicone writes null, or 0 beside tokens, where it knows no price
    group.isPriced = !row["cost"].isNull() && (!one.tally.cost.isZero() || one.tally.tokens.isZero());
    return one;
}

Charge chargeOf(const Group& group, const Tally& tally, std::string_view countAs)
{
    Charge charge = estimateOf(group.day, tally, group.isPriced, countAs);
    charge.set(Column::BillingAccountId, "helicone");
    charge.set(Column::ServiceName, "Helicone");
    charge.set(Column::PublisherName, group.provider);
    charge.set(Column::SkuId, group.model);
    charge.set(Column::ChargeDescription, group.model);
    charge.tags = group.tags;
    charge.extra["x_CachedTokens"] = tally.cachedTokens.toString(0);
    for (const auto& [column, value] : {std::pair{"x_Model", &group.model}, std::pair{"x_User", &group.user},
                                        std::pair{"x_Workflow", &group.session}, std::pair{"x_Step", &group.path}})
        charge.extra[column] = *value;
    return charge;
}

std::string questionOf(const DateRange& window, std::size_t offset, std::size_t limit)
{
    const auto bound = [](const char* word, Day day) {
        return R"({"request_response_rmt":{"request_created_at":{")" + std::string(word) + R"(":")" +
               toString(startOf(day)) + R"("}}})";
    };
    return R"({"filter":{"left":)" + bound("gte", window.from) + R"(,"operator":"and","right":)" +
           bound("lt", window.to) + R"(},"offset":)" + std::to_string(offset) + R"(,"limit":)" + std::to_string(limit) +
           R"(,"sort":{"created_at":"asc"},"includeInputs":false})";
}

class Helicone final : public Connector {
public:
    Helicone(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_today(setup.now.day()),
          m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {{"Authorization", "Bearer " + setup.secret("api_key").reveal()}},
                             {},
                             "Check the API key, and that the base address is of the same region.",
                             "The key must have read access (Settings, API keys)."}),
          m_countAs(setup.value(info, "count_as"))
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto answer = ask(questionOf({m_today - 1, m_today + 1}, 0, 1), stop);
        if (!answer)
            return answer.error();
        return std::string((*answer)["data"].items().empty()
                               ? "The key is accepted. No requests were logged since yesterday."
                               : "The key is accepted. Logged requests can be read.");
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("request/query-clickhouse"); !done)
            return done;
        m_groups.clear();
        m_seen.clear();
        m_distinct.clear();
        std::uint64_t repeated = 0;
        std::set<Day> open;
        for (std::size_t walk = 0; walk < kMostWalks && (walk == 0 || !open.empty()); ++walk) {
            // Other page lengths put other requests at the ends of pages, where places are changed.
            const auto rows = walkOf(request.window, kRows - 101 * walk, stop);
            if (!rows)
                return rows.error();
            open.clear();
            for (const auto& [day, count] : *rows) {
                if (count > m_distinct[day])
                    open.insert(day);
                if (walk == 0)
                    repeated += count - m_distinct[day];
            }
        }
        for (const Day day : open)
            delivery.notAnswered({day, day + 1}, "requests-left-out",
                                 "Helicone sent requests twice, and may have left out others in their place");
        if (repeated > 0 && open.empty()) {
            if (auto done = delivery.finding(Severity::Note, "repeated-request", repeated,
                                             "requests came twice while others were left out; the log was read again "
                                             "until each was there, and each was counted once");
                !done)
                return done;
        }
        for (const auto& [group, tally] : m_groups) {
            if (auto done = delivery.add(chargeOf(group, tally, m_countAs)); !done)
                return done;
        }
        return {};
    }

private:
    /// Reads the window from page to page and adds the requests that were not seen yet. The rows that came, by day: as
    /// many requests as the log holds of it, even where two of equal times changed places between pages, so that one
    /// came twice and the other not at all.
    Result<std::map<Day, std::uint64_t>> walkOf(const DateRange& window, std::size_t limit, const std::stop_token& stop)
    {
        std::map<Day, std::uint64_t> received;
        CursorGuard guard(where());
        for (std::size_t offset = 0;;) {
            const auto answer = ask(questionOf(window, offset, limit), stop);
            if (!answer)
                return answer.error();
            const auto& rows = (*answer)["data"].items();
            if (rows.empty())
                return received; // a server may send fewer than were asked for, so only an empty page is the end
            if (auto done = guard.next(rows.front().dump() + rows.back().dump()); !done)
                return done.error();
            for (const Json& row : rows) {
                const auto one = loggedOf(row, where());
                if (!one)
                    return one.error();
                const Day day = one->start.day();
                if (!window.contains(day))
                    return notAskedFor(day, where());
                ++received[day];
                if (!m_seen.insert(one->id).second)
                    continue;
                ++m_distinct[day];
                m_groups[one->group].add(one->tally);
            }
            offset += rows.size();
        }
    }

    static std::string where() { return std::string("Helicone ") + kPath; }

    /// Failures may come with HTTP 200 and without data.
    Result<Json> ask(const std::string& body, const std::stop_token& stop)
    {
        auto answer = m_api.post(kPath, "application/json", body, stop);
        if (!answer)
            return answer;
        if (!(*answer)["error"].text().empty())
            return Error{ErrorCode::Invalid, "Helicone says: " + words::excerpt((*answer)["error"].text(), 300),
                         where()};
        if (const auto rows = answer->needArray("data", where()); !rows)
            return rows.error();
        return answer;
    }

    const Day m_today;
    Api m_api;
    const std::string m_countAs;
    std::map<Group, Tally> m_groups;
    std::unordered_set<std::string> m_seen;
    std::map<Day, std::uint64_t> m_distinct; ///< of m_seen, by day
};

} // namespace

ConnectorKind heliconeKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_Model", "x_User", "x_Workflow", "x_Step", "x_InputTokens", "x_OutputTokens", "x_CachedTokens",
             "x_Requests"},
            [info](const ConnectorSetup& setup) { return std::make_unique<Helicone>(setup, info); }};
}

} // namespace altimeter::providers
