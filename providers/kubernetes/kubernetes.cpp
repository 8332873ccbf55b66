#include "providers/kubernetes/kubernetes.h"

#include "models/domain/dayranges.h"
#include "models/text/utf8.h"
#include "providers/core/fields.h"
#include "providers/kubernetes/allocation.h"
#include "providers/net/crypto.h"

#include <algorithm>

namespace altimeter::providers {

namespace {

std::vector<ConnectorField> fields()
{
    return {
        needed(FieldKind::Choice, "flavour", "Product", "Which of the two answers at the base address.", "opencost",
               {"opencost", "kubecost"}),
        needed(FieldKind::Url, "base_url", "Base address",
               "Where the server answers: OpenCost on port 9003, Kubecost on port 9090, or an ingress in front."),
        offered(FieldKind::Text, "aggregate", "Level of detail",
                "Properties by which costs are put together, separated by commas: cluster, node, namespace, "
                "controllerKind, controller, service, pod, container, label:<name>, annotation:<name>.",
                "cluster,namespace,controllerKind,controller"),
        needed(FieldKind::Text, "currency", "Currency",
               "The currency the server's prices are in; its answers do not say it.", "USD"),
        offered(FieldKind::Text, "labels", "Labels to keep as tags",
                "Names separated by commas; * keeps all that the server answers.", "*"),
        offered(FieldKind::Choice, "count_as", "Count the estimate as",
                "\"list\" sets ListCost, for when the cloud's own bill is connected too; \"effective\" sets "
                "EffectiveCost, where no other source bills this cluster.",
                "list", {"list", "effective"}),
        offered(FieldKind::Secret, "token", "Bearer token", "Only if an ingress in front asks for one."),
        offered(FieldKind::Text, "user", "User name", "Only if an ingress in front asks for a name and a password."),
        offered(FieldKind::Secret, "password", "Password", "Belongs to the user name."),
    };
}

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "kubernetes";
    info.title = "Kubernetes (OpenCost, Kubecost)";
    info.summary = "What workloads of Kubernetes clusters cost per day and resource, and what stays idle.";
    info.rights = "HTTP access to the allocation API of OpenCost or Kubecost; neither has a login of its own. An "
                  "ingress in front may ask for a bearer token or a name and a password.";
    info.fields = fields();
    info.backfillDays = 15;
    info.refetchDays = 3;
    info.finalAfterDays = 3;
    info.chunkDays = 7;
    info.endsYesterday = true;
    info.freshness = "Whole UTC days, from the next day on; the last two or three days may still change. History "
                     "reaches as far back as the server's Prometheus keeps it, often 15 days.";
    info.bringsMeasures = true;
    return info;
}

/// A bad window is answered with plain text instead of the usual envelope.
std::optional<Error> explain(const HttpResponse& response, const std::string& where)
{
    if (response.status != 400 || response.body.empty() || response.body.front() == '<' ||
        Json::parse(response.body, where).ok())
        return std::nullopt;
    return Error{ErrorCode::Invalid,
                 "the server refused the request (HTTP 400: " +
                     response.body.substr(0, std::min<std::size_t>(response.body.find('\n'), 300)) + ')',
                 where, "Check the level of detail and the product in the connection's settings."};
}

class Kubernetes final : public Connector {
public:
    Kubernetes(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http, {setup.value(info, "flavour") == "kubecost" ? "Kubecost" : "OpenCost",
                             setup.value(info, "base_url"),
                             credential(setup, info),
                             {},
                             "Check the token, or the name and the password, that the ingress in front asks for.",
                             "Whoever runs the ingress in front must allow GET for the allocation API.",
                             explain}),
          m_isKubecost(setup.value(info, "flavour") == "kubecost"), m_now(setup.now)
    {
        m_options.aggregate = listOf(setup.value(info, "aggregate"), ',');
        m_options.currency = setup.value(info, "currency");
        m_options.lens = setup.value(info, "count_as") == "effective" ? CostLens::Effective : CostLens::List;
        for (const std::string& label : listOf(setup.value(info, "labels"), ',')) {
            m_options.keepsAllLabels |= label == "*";
            m_options.labels.insert(labelName(label));
        }
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const Instant end{m_now.seconds - m_now.seconds % 3600};
        const auto answer = ask({end.seconds - 3600}, end, "cluster", "1h", std::move(stop));
        if (!answer)
            return answer.error();
        const auto sets = answer->needArray("data", m_api.options().title);
        if (!sets)
            return sets.error();
        std::set<std::string> clusters;
        for (const Json& set : **sets) {
            for (const auto& [name, allocation] : set.members()) {
                const std::string& cluster = allocation.at("properties", "cluster").text();
                clusters.insert(cluster.empty() ? name.substr(0, name.find('/')) : cluster);
            }
        }
        if (clusters.empty())
            return std::string("The server answers, but it has no allocations for the last hour.");
        std::string names;
        for (const std::string& name : clusters)
            names += (names.empty() ? "" : ", ") + name;
        return std::to_string(clusters.size()) + (clusters.size() == 1 ? " cluster: " : " clusters: ") +
               words::excerpt(names, 200) + '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("allocation"); !done)
            return done;
        std::set<Day> known;
        for (Day day = request.window.from; day < request.window.to; day = day + 1) {
            const auto count = fetchDay(day, delivery, stop);
            if (!count)
                return count.error();
            if (*count > 0)
                known.insert(day);
        }
        // A running cluster always has a cost, if only an idle one: no allocation means that the server has forgotten.
        delivery.setCovered(joined(known));
        const int missing = request.window.days() - static_cast<int>(known.size());
        if (missing == 0)
            return {};
        return delivery.finding(Severity::Note, "no-allocations", static_cast<std::uint64_t>(missing),
                                "The server has no allocations for " + std::to_string(missing) + " of " +
                                    std::to_string(request.window.days()) + " days; what is stored of them is kept.");
    }

    std::uint64_t requestsFor(const DateRange& window) const override
    {
        return static_cast<std::uint64_t>(window.days());
    }

private:
    static std::vector<std::pair<std::string, std::string>> credential(const ConnectorSetup& setup,
                                                                       const ConnectorInfo& info)
    {
        const std::string user = setup.value(info, "user");
        if (!setup.secret("token").isEmpty())
            return {{"Authorization", "Bearer " + setup.secret("token").reveal()}};
        if (!user.empty())
            return {{"Authorization", basicAuthorization(user, setup.secret("password").reveal())}};
        return {};
    }

    /// The envelope of an answer; Error when it says that something went wrong.
    Result<Json> ask(Instant from, Instant to, const std::string& aggregate, const std::string& step,
                     std::stop_token stop)
    {
        Query query{{"window", toString(from) + ',' + toString(to)},
                    {"aggregate", aggregate},
                    {"step", step},
                    {"accumulate", "false"}};
        query.emplace_back(m_isKubecost ? "idle" : "includeIdle", "true");
        query.emplace_back("shareIdle", "false");
        const bool hasModel = m_api.options().base.ends_with("/model") || m_api.options().base.ends_with("/model/");
        const std::string path = m_isKubecost && !hasModel ? "/model/allocation" : "/allocation";
        HttpRequest request;
        request.timeout = std::chrono::minutes(15); // it asks Prometheus for a whole day before its first byte
        request.stallTimeout = std::chrono::minutes(10);
        const auto response = m_api.send(std::move(request), path + '?' + queryText(query), std::move(stop));
        if (!response)
            return response.error();
        const std::string where = m_api.options().title + ' ' + path + " of " + toString(from);
        auto answer = m_api.jsonOf(*response, where);
        if (!answer)
            return answer;
        const Json& code = (*answer)["code"];
        if (!code.isNull() && code.text() != "200") {
            const bool isTheirs = code.integer().value_or(500) >= 500;
            return Error{isTheirs ? ErrorCode::Network : ErrorCode::Invalid,
                         "the server answered with code " + words::excerpt(code.text(), 20) + ": " +
                             words::excerpt((*answer)["message"].text(), 300),
                         where,
                         isTheirs ? "Try again later; look into the server's log."
                                  : "Check the level of detail and the product in the connection's settings."};
        }
        return answer;
    }

    Result<std::size_t> fetchDay(Day day, Delivery& delivery, const std::stop_token& stop)
    {
        std::string aggregate;
        for (const std::string& property : m_options.aggregate)
            aggregate += (aggregate.empty() ? "" : ",") + property;
        const auto answer = ask(startOf(day), startOf(day + 1), aggregate, "1d", stop);
        if (!answer)
            return answer.error();
        const std::string where = m_api.options().title + " allocations of " + toString(day);
        const auto sets = answer->needArray("data", where);
        if (!sets)
            return sets.error();
        if (const std::string& warning = (*answer)["warning"].text(); !warning.empty()) {
            if (auto done = delivery.finding(Severity::Warning, "server-warning", 1,
                                             toString(day) + ": " + words::excerpt(warning, 300));
                !done)
                return done.error();
        }
        AllocationDay allocations(m_options, day, where, delivery);
        for (const Json& set : **sets) {
            if (!set.isObject() && !set.isNull())
                return Error{ErrorCode::Invalid, "a set of allocations is no object", where};
            for (const auto& [key, allocation] : set.members()) {
                if (auto done = allocations.add(key, allocation); !done)
                    return done.error();
            }
        }
        if (auto done = allocations.finish(); !done)
            return done.error();
        return allocations.size();
    }

    Api m_api;
    AllocationOptions m_options;
    const bool m_isKubecost;
    const Instant m_now;
};

} // namespace

ConnectorKind kubernetesKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_Cluster", "x_Namespace", "x_ControllerKind", "x_Controller", "x_Node", "x_Pod", "x_Container",
             "x_ResourcePart"},
            [info](const ConnectorSetup& setup) { return std::make_unique<Kubernetes>(setup, info); }};
}

} // namespace altimeter::providers
