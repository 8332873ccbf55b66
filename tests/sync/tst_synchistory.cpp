#include <QDir>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importer.h"
#include "app/session/questions/answers.h"
#include "app/session/rules/publishing.h"
#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connections.h"
#include "app/session/sync/syncplan.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "models/store/settings/connections.h"
#include "models/store/sql/seal.h"
#include "providers/core/connector.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/loopbackserver.h"
#include "tests/testkit/ownconfig.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

using namespace altimeter;
using altimeter::session::Engine;
using altimeter::testing::LoopbackServer;

namespace {

using Request = LoopbackServer::Request;
using Answer = LoopbackServer::Answer;

constexpr int kSteps = 9;
constexpr std::int64_t kDay = 86400;

class Random {
public:
    explicit Random(quint32 seed) : m_random(seed) {}
    /// 0 … below - 1
    int below(int limit) { return static_cast<int>(m_random.bounded(static_cast<quint32>(limit))); }
    bool oneIn(int times) { return below(times) == 0; }

    std::string amount(int maxDecimals)
    {
        if (oneIn(15))
            return "0";
        std::string text = oneIn(8) ? "-" : "";
        text += std::to_string(1 + below(oneIn(6) ? 1'000'000'000 : 50));
        if (const int decimals = below(maxDecimals + 1); decimals > 0) {
            text += '.';
            for (int i = 0; i < decimals; ++i)
                text += static_cast<char>('0' + below(10));
        }
        return text;
    }

private:
    QRandomGenerator m_random;
};

/// One charge as it should be found in the workspace.
struct Charge {
    std::string provider, account, currency, id, billed, effective, list; ///< an empty cost is unknown
    std::string state;                                                    ///< filled in when it is stored
    friend auto operator<=>(const Charge&, const Charge&) = default;

    std::string text(const std::string& source, Day day) const
    {
        std::string all = source + '|' + toString(day);
        for (const std::string* part : {&provider, &account, &currency, &id, &billed, &effective, &list, &state})
            all += '|' + *part;
        return all;
    }
};

void add(DecimalSum& sum, const std::string& amount)
{
    if (!amount.empty())
        sum.add(parseDecimal(amount)->value);
}

/// What tells the partitions of one day (or month) of a source apart.
using Holder = std::array<std::string, 3>; ///< provider, account, currency

/// What charges come to, in each cost they may name.
struct Sums {
    std::size_t rows = 0;
    std::array<DecimalSum, 3> sum; ///< effective, billed, list, as CostLens counts them
    std::array<std::size_t, 3> unknown{};

    void count(const Charge& charge)
    {
        ++rows;
        std::size_t at = 0;
        for (const std::string* cost : {&charge.effective, &charge.billed, &charge.list}) {
            add(sum[at], *cost);
            unknown[at++] += cost->empty() ? 1U : 0U;
        }
    }
    std::string text() const
    {
        std::string all;
        for (std::size_t at = 0; at < sum.size(); ++at)
            all += '|' + (rows > 0 && unknown[at] == rows ? "unknown" : sum[at].toString(0));
        return all;
    }
    friend bool operator==(const Sums& a, const Sums& b) = default;
};

/// The same of what the workspace says.
std::string textOf(const std::array<std::optional<DecimalSum>, kLensCount>& sums)
{
    std::string all;
    for (std::size_t at = 0; at < 3; ++at)
        all += '|' + (sums[at] ? sums[at]->toString(0) : "unknown");
    return all;
}

std::map<Holder, Sums> sumsBy(const std::vector<Charge>& charges)
{
    std::map<Holder, Sums> sums;
    for (const Charge& charge : charges)
        sums[{charge.provider, charge.account, charge.currency}].count(charge);
    return sums;
}

/// What a provider does to one request of a sync.
enum class Trouble { None, Denied, NotJson, WebPage, OneError, OnlyErrors, Cancel };

/// A provider whose days change between syncs, and sometimes during one. Its members are guarded by `mutex`: the
/// server's thread asks it.
class Provider {
public:
    Provider(std::string connection, quint32 seed, int maxDecimals)
        : name(std::move(connection)), random(seed), decimals(maxDecimals)
    {
    }
    virtual ~Provider() = default;

    const std::string name;
    mutable std::mutex mutex;
    std::map<Day, std::vector<Charge>> said; ///< in the running sync, by the last answer
    Trouble trouble = Trouble::None;
    int troubleAt = 0; ///< request of the sync, from 0
    std::stop_source stop;
    std::optional<Day> failedFrom; ///< first day of the data request that was not answered
    int asked = 0;
    std::vector<std::string> mistakes;

    void beginSync(Trouble what, int at)
    {
        const std::lock_guard lock(mutex);
        said.clear();
        trouble = what;
        troubleAt = at;
        stop = {};
        failedFrom.reset();
        asked = 0;
    }
    /// Makes some days up to `today` other than they were.
    void change(Day first, Day today)
    {
        const std::lock_guard lock(mutex);
        for (Day day = first; day <= today; day = day + 1) {
            if (!m_days.contains(day) || random.oneIn(12) || (day >= today - 1 && random.oneIn(2)))
                restate(day);
        }
    }
    Answer answer(const Request& request)
    {
        const std::lock_guard lock(mutex);
        const int at = asked++;
        const bool isTroubled = at == troubleAt || (trouble == Trouble::OnlyErrors && at >= troubleAt);
        if (!isTroubled || trouble == Trouble::None)
            return data(request);
        Answer bad;
        switch (trouble) {
        case Trouble::None:
            break;
        case Trouble::Denied:
            bad.status = 403;
            bad.body = R"({"error":{"message":"no right"}})";
            break;
        case Trouble::NotJson:
            bad.body = "{\"data\":[{\"date\":\"20";
            break;
        case Trouble::WebPage:
            bad.type = "text/html";
            bad.body = "<html>Sign in</html>";
            break;
        case Trouble::OneError:
        case Trouble::OnlyErrors:
            bad.status = 500;
            bad.headers = {{"Retry-After", "0"}};
            bad.body = "{}";
            return isOnce(bad, request);
        case Trouble::Cancel:
            stop.request_stop();
            return data(request);
        }
        noteFailure(request);
        return bad;
    }

protected:
    /// First day a request asks for; none for a look-up whose failure does not matter.
    virtual std::optional<Day> dayOf(const Request& request) const = 0;
    virtual Answer data(const Request& request) = 0;
    virtual Charge newCharge() = 0;

    const std::vector<Charge>& tell(Day day)
    {
        if (m_days.contains(day) && random.oneIn(40))
            restate(day);
        return said[day] = m_days[day];
    }

    Random random;
    const int decimals;
    std::map<Day, std::vector<Charge>> m_days;

private:
    void noteFailure(const Request& request)
    {
        if (const auto day = dayOf(request); day && !failedFrom)
            failedFrom = day;
    }
    Answer isOnce(const Answer& bad, const Request& request)
    {
        if (trouble == Trouble::OnlyErrors)
            noteFailure(request);
        return bad;
    }
    void restate(Day day)
    {
        std::vector<Charge>& charges = m_days[day];
        switch (random.below(7)) {
        case 0:
            charges.clear();
            break;
        case 1:
            if (!charges.empty())
                charges.erase(charges.begin() + random.below(static_cast<int>(charges.size())));
            break;
        case 2:
            if (!charges.empty()) // stands twice
                charges.push_back(charges[static_cast<std::size_t>(random.below(static_cast<int>(charges.size())))]);
            break;
        case 3:
            for (Charge& charge : charges) {
                const Charge other = newCharge();
                charge.billed = other.billed;
                charge.effective = other.effective;
                charge.list = other.list;
            }
            break;
        default:
            for (int i = random.below(3); i >= 0; --i)
                charges.push_back(newCharge());
        }
    }
};

/// OpenRouter's activity: a request a day, then balance and keys.
class Router final : public Provider {
public:
    using Provider::Provider;

private:
    std::optional<Day> dayOf(const Request& request) const override
    {
        if (!request.path.ends_with("/activity"))
            return std::nullopt;
        return *parseDay(request.parameter("date"));
    }
    Charge newCharge() override
    {
        Charge charge;
        charge.provider = "OpenRouter";
        charge.account = "openrouter";
        charge.currency = "USD";
        charge.id = "e" + std::to_string(random.below(6));
        charge.billed = random.amount(decimals);
        charge.effective = charge.billed;
        return charge;
    }
    Answer data(const Request& request) override
    {
        Answer answer;
        const auto day = dayOf(request);
        if (!day) {
            answer.body = request.path.ends_with("/credits") ? R"({"data":{"total_credits":500,"total_usage":375}})"
                                                             : R"({"data":[]})";
            return answer;
        }
        std::string rows;
        for (const Charge& charge : tell(*day)) {
            rows += (rows.empty() ? "" : ",") + std::string(R"({"date":")") + toString(*day) +
                    R"(","model":"m","model_permaslug":"m-1","endpoint_id":")" + charge.id +
                    R"(","provider_name":"V","usage":)" + charge.billed +
                    R"(,"byok_usage_inference":0,"requests":1,"prompt_tokens":2,"completion_tokens":3})";
        }
        answer.body = R"({"data":[)" + rows + "]}";
        return answer;
    }
};

/// A priced feed with several accounts and currencies, asked for months.
class Feed final : public Provider {
public:
    using Provider::Provider;

private:
    std::optional<Day> dayOf(const Request& request) const override { return *parseDay(request.parameter("from")); }
    Charge newCharge() override
    {
        Charge charge;
        charge.provider = random.oneIn(9) ? "Other" : "Feed";
        charge.account = "acc-" + std::to_string(random.below(3));
        charge.currency = random.oneIn(4) ? "EUR" : "USD";
        charge.id = "i" + std::to_string(random.below(9));
        charge.billed = random.amount(decimals);
        charge.effective = charge.billed;
        charge.list = random.oneIn(3) ? std::string() : random.amount(decimals);
        return charge;
    }
    Answer data(const Request& request) override
    {
        std::string rows;
        const Day to = *parseDay(request.parameter("to"));
        for (Day day = *parseDay(request.parameter("from")); day < to; day = day + 1) {
            for (const Charge& charge : tell(day))
                rows += (rows.empty() ? "" : ",") + std::string(R"({"day":")") + toString(day) + R"(","provider":")" +
                        charge.provider + R"(","account":")" + charge.account + R"(","currency":")" + charge.currency +
                        R"(","id":")" + charge.id + R"(","cost":)" + charge.billed + R"(,"list":)" +
                        (charge.list.empty() ? "null" : charge.list) + '}';
        }
        Answer answer;
        answer.body = R"({"rows":[)" + rows + "]}";
        return answer;
    }
};

/// What a connection knows of a day after its last successful ask.
struct KnownDay {
    std::vector<Charge> charges; ///< as they were said, with their state
    Instant askedAt;
    bool isFinal = false;
    std::uint64_t duplicates = 0;
};

/// One delivered month of a file.
struct FilePart {
    std::vector<std::pair<Day, Charge>> charges;
    Instant importedAt;
};

const std::vector<std::string> kRules{
    R"({"rules": []})",
    R"({"rules": [{"name": "id", "when": [{"column": "ResourceId", "prefix": "e"}], "set": {"team": "Web"}}]})",
    R"({"rules": [{"name": "shared", "when": [{"column": "ServiceName", "equals": "Shared"}],
        "split": {"method": "fixed", "weights": {"Web": 3, "Data": 4}}}]})",
};

const char* nameOf(CalendarDay::State state)
{
    static constexpr std::array kNames{"none", "gap", "empty", "final", "estimated", "unsaid"};
    return kNames[static_cast<std::size_t>(state)];
}

} // namespace

/// Syncs, failures, cancels, restatements and imports in any order: after each step the workspace holds, charge for
/// charge, what the providers said when they were last asked with success.
class TestSyncHistory : public QObject {
    Q_OBJECT

    const testing::OwnConfig m_config;
    QTemporaryDir m_dir;
    int m_count = 0;
    int m_synced = 0, m_failed = 0, m_cancelled = 0, m_partly = 0, m_restated = 0;

    /// One run.
    struct History {
        Random random;
        int decimals = 2;
        std::string path;
        QString folder;
        std::unique_ptr<Engine> engine;
        std::shared_ptr<session::SecretStore> secrets = session::memorySecretStore("a test");
        std::vector<std::unique_ptr<Provider>> providers;
        std::unique_ptr<LoopbackServer> server;
        Day first;
        Instant now;
        // what should be there
        std::map<std::string, std::map<Day, KnownDay>> known; ///< by connection
        std::map<std::string, std::string> problems;          ///< by connection: "failed" or empty
        std::map<std::pair<Holder, Day>, FilePart> files;     ///< by month
        std::vector<std::string> restatements;                ///< as text
        std::map<std::string, std::set<Day>> restatedFinal;   ///< by source
        std::set<std::string> sources;                        ///< that hold something, or were asked with success

        explicit History(quint32 seed) : random(seed) {}
        Day today() const { return now.day(); }
    };

    static const ConnectorInfo& infoOf(const Provider& provider)
    {
        return providers::connectorKind(dynamic_cast<const Router*>(&provider) ? "openrouter" : "feed")->info;
    }

    static void noteRestatement(History& history, const std::string& source, const Holder& holder, DateRange days,
                                bool wasFinal, const Sums& before, const Sums& after)
    {
        history.restatements.push_back(source + '|' + holder[0] + '|' + holder[1] + '|' + holder[2] + '|' +
                                       toString(days.from) + '|' + toString(days.to) + '|' + toString(history.now) +
                                       '|' + (wasFinal ? "final" : "open") + before.text() + after.text());
        for (Day day = days.from; wasFinal && day < days.to; day = day + 1)
            history.restatedFinal[source].insert(day);
    }

    /// What a chunk that was stored leaves behind.
    static void storeChunk(History& history, const Provider& provider, const DateRange& chunk)
    {
        const ConnectorInfo& info = infoOf(provider);
        const std::string& source = provider.name;
        history.sources.insert(source);
        for (const auto& [day, charges] : provider.said) {
            if (!chunk.contains(day))
                continue;
            const bool isFinal = history.now.seconds >= (day.number + 1 + info.finalAfterDays) * kDay;
            KnownDay next{charges, history.now, isFinal, 0};
            for (Charge& charge : next.charges)
                charge.state = isFinal ? "Final" : "Estimated";
            const std::set<Charge> distinct(next.charges.begin(), next.charges.end());
            next.duplicates = next.charges.size() - distinct.size();
            const auto old = history.known[source].find(day);
            if (charges.empty() && old != history.known[source].end() && !old->second.charges.empty())
                continue; // neither of the two proves that a day is empty: it was not answered
            if (old != history.known[source].end() && old->second.askedAt.day() > day) { // it was told whole
                auto before = sumsBy(old->second.charges);
                auto after = sumsBy(charges);
                std::set<Holder> holders;
                for (const auto* sums : {&before, &after}) {
                    for (const auto& [holder, sum] : *sums)
                        holders.insert(holder);
                }
                for (const Holder& holder : holders) {
                    if (!(before[holder] == after[holder]))
                        noteRestatement(history, source, holder, {day, day + 1}, old->second.isFinal, before[holder],
                                        after[holder]);
                }
            }
            history.known[source][day] = std::move(next);
        }
    }

    static std::multiset<std::string> expectedCharges(const History& history)
    {
        std::multiset<std::string> all;
        for (const auto& [source, days] : history.known) {
            for (const auto& [day, known] : days) {
                for (const Charge& charge : known.charges)
                    all.insert(charge.text(source, day));
            }
        }
        for (const auto& [key, part] : history.files) {
            for (const auto& [day, charge] : part.charges)
                all.insert(charge.text("files", day));
        }
        return all;
    }

    static std::multiset<std::string> storedCharges(const Engine& engine)
    {
        const auto page = answer(*engine.snapshot(), ChargesQuestion{{}, 0, 1'000'000, false}, {});
        if (!page)
            qFatal("the charges cannot be listed: %s", page.error().text().c_str());
        std::multiset<std::string> all;
        std::set<std::tuple<std::string, std::uint64_t>> shared;
        for (const ChargeRow& row : page->rows) {
            if (row.isSharedPart && !shared.insert({row.file, row.line}).second)
                continue; // one part for each owner
            const auto text = [&row](Column column) { return row.text[static_cast<std::size_t>(column)]; };
            Charge charge{text(Column::ProviderName),       text(Column::BillingAccountId),
                          std::string(row.currency.code()), text(Column::ResourceId),
                          text(Column::BilledCost),         text(Column::EffectiveCost),
                          text(Column::ListCost),           {}};
            for (const auto& [name, value] : row.extra) {
                if (name == "x_ChargeState")
                    charge.state = value;
            }
            all.insert(charge.text(row.source, row.chargeStart.day()));
        }
        return all;
    }

    static std::string difference(const std::multiset<std::string>& found, const std::multiset<std::string>& expected)
    {
        std::string text;
        std::vector<std::string> rest;
        std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(), std::back_inserter(rest));
        for (const std::string& one : rest)
            text += "\nfound    " + one;
        rest.clear();
        std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(), std::back_inserter(rest));
        for (const std::string& one : rest)
            text += "\nexpected " + one;
        return text;
    }

    static void checkCharges(const History& history)
    {
        const auto found = storedCharges(*history.engine);
        const auto expected = expectedCharges(history);
        const std::string differs = difference(found, expected);
        QVERIFY2(differs.empty(), differs.c_str());
        for (const CostLens lens : {CostLens::Billed, CostLens::Effective, CostLens::List}) {
            std::map<std::string, DecimalSum> sums;
            std::map<std::string, std::uint64_t> unknown;
            const auto count = [&](const Charge& charge) {
                const std::string& cost = lens == CostLens::Billed      ? charge.billed
                                          : lens == CostLens::Effective ? charge.effective
                                                                        : charge.list;
                add(sums[charge.currency], cost);
                unknown[charge.currency] += cost.empty() ? 1U : 0U;
            };
            for (const auto& [source, days] : history.known) {
                for (const auto& [day, known] : days)
                    std::for_each(known.charges.begin(), known.charges.end(), count);
            }
            for (const auto& [key, part] : history.files) {
                for (const auto& [day, charge] : part.charges)
                    count(charge);
            }
            CostQuery query;
            query.lens = lens;
            const auto table = answer(*history.engine->snapshot(), TableQuestion{query}, {});
            QVERIFY(table);
            QCOMPARE(table->totals.size(), sums.size());
            for (const CurrencyTotal& total : table->totals) {
                DecimalSum rest = sums[std::string(total.currency.code())];
                DecimalSum shown;
                shown.add(Decimal{total.cost.attos(), 18});
                rest.subtract(shown);
                if (history.decimals <= 18)
                    QCOMPARE(rest.toString(0), std::string("0"));
                const auto attos = rest.attosFloor();
                QVERIFY(attos && *attos < 5000 && *attos > -5000); // less than one for each stored day
                QCOMPARE(total.unknownRows, unknown[std::string(total.currency.code())]);
            }
        }
        const auto proof = answer(*history.engine->snapshot(), ProofQuestion{}, {});
        QVERIFY(proof);
        for (const ProofLine& line : *proof)
            QVERIFY(line.reconciled());
    }

    static void checkCoverage(const History& history)
    {
        auto reader = store::openReader(history.path);
        QVERIFY(reader);
        const auto holds = store::ledgerHolds(*reader);
        QVERIFY(holds && *holds);
        const Status audit = store::verifyAudit(*reader);
        QVERIFY(audit.ok());
        const auto connections = history.engine->connections().list();
        QVERIFY(connections);
        for (const auto& provider : history.providers) {
            const auto covered = store::readCoverage(*reader, provider->name);
            QVERIFY(covered);
            const auto known = history.known.find(provider->name);
            const auto none = std::map<Day, KnownDay>();
            const auto& days = known == history.known.end() ? none : known->second;
            QCOMPARE(covered->size(), days.size());
            Day finalThrough;
            bool isFinalSoFar = true;
            std::size_t i = 0;
            for (const auto& [day, one] : days) {
                const store::CoveredDay& stored = (*covered)[i++];
                QCOMPARE(toString(stored.day), toString(day));
                QCOMPARE(toString(stored.askedAt), toString(one.askedAt));
                QCOMPARE(stored.isFinal, one.isFinal);
                QCOMPARE(stored.duplicates, one.duplicates);
                isFinalSoFar &= one.isFinal;
                if (isFinalSoFar)
                    finalThrough = day;
            }
            const auto info = std::find_if(connections->begin(), connections->end(),
                                           [&](const auto& one) { return one.settings.name == provider->name; });
            QVERIFY(info != connections->end());
            QCOMPARE(toString(info->finalThrough), toString(finalThrough));
            const auto problem = history.problems.find(provider->name);
            QCOMPARE(info->problem.empty(), problem == history.problems.end() || problem->second.empty());
            std::uint64_t rows = 0;
            for (const auto& [day, one] : days)
                rows += one.charges.size();
            QCOMPARE(info->rows, rows);
        }
    }

    static void checkRestatements(const History& history, const CompletenessCalendar& calendar)
    {
        std::multiset<std::string> found;
        for (const Restatement& one : calendar.restatements)
            found.insert(one.source + '|' + one.provider + '|' + one.billingAccount + '|' +
                         std::string(one.currency.code()) + '|' + toString(one.from) + '|' + toString(one.to) + '|' +
                         toString(one.at) + '|' + (one.wasFinal ? "final" : "open") + textOf(one.before) +
                         textOf(one.after));
        const std::multiset<std::string> expected(history.restatements.begin(), history.restatements.end());
        const std::string differs = difference(found, expected);
        QVERIFY2(differs.empty(), differs.c_str());
    }

    /// A day of a source as the calendar should show it.
    struct Lane {
        std::map<Day, std::vector<Charge>> charges;
        std::map<Day, const KnownDay*> asked;
        Day first, last;
        void reach(Day day)
        {
            first = first.isValid() ? std::min(first, day) : day;
            last = last.isValid() ? std::max(last, day) : day;
        }
    };

    static std::map<std::string, Lane> lanesOf(const History& history)
    {
        std::map<std::string, Lane> lanes;
        for (const auto& provider : history.providers)
            lanes[provider->name];
        for (const auto& [source, days] : history.known) {
            Lane& lane = lanes[source];
            for (const auto& [day, one] : days) {
                lane.asked[day] = &one;
                lane.reach(day);
                if (!one.charges.empty())
                    lane.charges[day] = one.charges;
            }
            if (!days.empty())
                lane.reach(std::max(days.rbegin()->first, history.today() - 1));
        }
        Day from;
        Day through;
        for (const auto& [key, part] : history.files) {
            for (const auto& [day, charge] : part.charges) {
                lanes["files"].charges[day].push_back(charge);
                from = from.isValid() ? std::min(from, day) : day;
                through = std::max(through, day);
            }
        }
        const CostDays& days = history.engine->snapshot()->days; // what was charged ahead makes no gap up to it
        if (from.isValid() && from <= days.last && through >= days.first) {
            lanes["files"].reach(std::max(from, days.first));
            lanes["files"].reach(std::min(through, days.last));
        }
        return lanes;
    }

    static void checkCalendar(const History& history)
    {
        const DateRange range{history.first - 40, history.today() + 3};
        const auto calendar = answer(*history.engine->snapshot(), CalendarQuestion{range, history.today()}, {});
        QVERIFY(calendar);
        QCOMPARE(calendar->revision, history.engine->info().revision);
        checkRestatements(history, *calendar);
        const auto lanes = lanesOf(history);
        std::map<std::tuple<Day, std::string, std::string>, std::set<std::string>> holders;
        for (const auto& [source, lane] : lanes) {
            for (const auto& [day, charges] : lane.charges) {
                for (const Charge& charge : charges)
                    holders[{day, charge.provider, charge.account}].insert(source);
            }
        }
        QCOMPARE(calendar->rows.size(), lanes.size());
        for (const CompletenessCalendar::Row& row : calendar->rows) {
            const auto found = lanes.find(row.source);
            QVERIFY2(found != lanes.end(), row.source.c_str());
            const Lane& lane = found->second;
            QCOMPARE(row.days.size(), static_cast<std::size_t>(range.days()));
            const auto restated = history.restatedFinal.find(row.source);
            for (std::size_t i = 0; i < row.days.size(); ++i) {
                const CalendarDay& day = row.days[i];
                QCOMPARE(toString(day.day), toString(range.from + static_cast<int>(i)));
                const auto charges = lane.charges.find(day.day);
                const auto asked = lane.asked.find(day.day);
                using State = CalendarDay::State;
                State state = State::None;
                std::map<std::string, DecimalSum> cost;
                bool isOverlapping = false;
                if (charges != lane.charges.end()) {
                    state = charges->second.front().state.empty()          ? State::Unsaid
                            : charges->second.front().state == "Estimated" ? State::Estimated
                                                                           : State::Final;
                    for (const Charge& charge : charges->second) {
                        add(cost[charge.currency], charge.effective);
                        isOverlapping |= holders[{day.day, charge.provider, charge.account}].size() > 1;
                    }
                } else if (asked != lane.asked.end()) {
                    state = State::Empty;
                } else if (lane.first.isValid() && day.day >= lane.first && day.day <= lane.last) {
                    state = State::Gap;
                }
                const std::string where = row.source + ' ' + toString(day.day);
                QVERIFY2(day.state == state,
                         (where + ": " + nameOf(day.state) + ", expected " + nameOf(state)).c_str());
                QCOMPARE(toString(day.askedAt), asked == lane.asked.end() ? "" : toString(asked->second->askedAt));
                QCOMPARE(day.duplicates, asked == lane.asked.end() ? 0 : asked->second->duplicates);
                QVERIFY2(day.isOverlapping == isOverlapping, where.c_str());
                QVERIFY2(day.isRestated ==
                             (restated != history.restatedFinal.end() && restated->second.contains(day.day)),
                         where.c_str());
                QCOMPARE(day.cost.size(), cost.size());
                for (const auto& [currency, sum] : day.cost) {
                    if (history.decimals <= 18)
                        QCOMPARE(sum.toString(0), cost[std::string(currency.code())].toString(0));
                }
                if (charges != lane.charges.end() && !charges->second.front().state.empty()) {
                    QCOMPARE(day.rows, static_cast<std::uint64_t>(charges->second.size()));
                    QCOMPARE(day.estimatedRows, state == State::Estimated ? day.rows : 0);
                }
            }
        }
    }

    static void check(const History& history)
    {
        checkCharges(history);
        if (!QTest::currentTestFailed())
            checkCoverage(history);
        if (!QTest::currentTestFailed())
            checkCalendar(history);
    }

    static void addConnections(History& history, quint32 seed)
    {
        history.providers.push_back(std::make_unique<Router>("router", seed + 1000, history.decimals));
        history.providers.push_back(std::make_unique<Feed>("feed", seed + 2000, history.decimals));
        if (seed % 3 == 0) // a second one of the same account
            history.providers.push_back(std::make_unique<Router>("second", seed + 3000, history.decimals));
        history.server = std::make_unique<LoopbackServer>([&history](const Request& request) {
            for (const auto& provider : history.providers) {
                if (request.path.starts_with('/' + provider->name))
                    return provider->answer(request);
            }
            Answer none;
            none.status = 404;
            return none;
        });
        for (const auto& provider : history.providers) {
            ConnectionSettings settings;
            settings.name = provider->name;
            settings.kind = infoOf(*provider).kind;
            const std::string base = history.server->url() + '/' + provider->name;
            if (settings.kind == "openrouter")
                settings.values = {{"base_url", base}};
            else
                settings.values = {{"location", base + "?from={from}&to={to}"},
                                   {"first_day", toString(history.first)},
                                   {"rows", "rows"},
                                   {"column:BilledCost", "cost"},
                                   {"column:ListCost", "list"},
                                   {"column:BillingCurrency", "currency"},
                                   {"column:ChargePeriodStart", "day"},
                                   {"column:BillingAccountId", "account"},
                                   {"column:ProviderName", "provider"},
                                   {"column:ResourceId", "id"}};
            std::map<std::string, std::string> secrets;
            if (settings.kind == "openrouter")
                secrets["management_key"] = "sk-a-test";
            const Status saved = history.engine->connections().save(settings, secrets);
            QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().text().c_str());
        }
    }

    static Trouble newTrouble(Random& random)
    {
        switch (random.below(14)) {
        case 0:
            return Trouble::Denied;
        case 1:
            return Trouble::NotJson;
        case 2:
            return Trouble::WebPage;
        case 3:
        case 4:
            return Trouble::Cancel;
        case 5:
            return random.oneIn(3) ? Trouble::OneError : Trouble::None;
        case 6:
            return random.oneIn(25) ? Trouble::OnlyErrors : Trouble::None;
        default:
            return Trouble::None;
        }
    }

    void syncStep(History& history, bool fromAnotherProgram)
    {
        Random& random = history.random;
        Provider& provider =
            *history.providers[static_cast<std::size_t>(random.below(static_cast<int>(history.providers.size())))];
        session::SyncOptions options;
        options.names = {provider.name};
        options.at = history.now;
        if (random.oneIn(2)) {
            const Day from = history.first - 3 + random.below(history.today() - history.first + 5);
            options.wanted = {from, from + 1 + random.below(random.oneIn(2) ? 3 : 12)};
        }
        const auto plan = history.engine->connections().plan(options);
        QVERIFY(plan && plan->size() == 1);
        const std::vector<DateRange> chunks = plan->front().chunks;
        Trouble trouble = newTrouble(random);
        int troubleAt = random.below(12);
        if (chunks.size() > 1 && random.oneIn(2)) { // behind the first stretch
            trouble = random.oneIn(2) ? Trouble::Denied : Trouble::Cancel;
            troubleAt = chunks.front().days() + random.below(8);
        }
        provider.beginSync(trouble, troubleAt);
        const bool cancelsStoring = random.oneIn(12);
        const std::uint64_t revision = history.engine->info().revision;
        int chunksDone = 0;
        session::Connections* connections = &history.engine->connections();
        std::unique_ptr<session::Importer> other;
        if (fromAnotherProgram) {
            auto opened = session::Importer::open(history.path);
            QVERIFY(opened);
            other = opened.take();
            other->connections().setSecretStore(history.secrets);
            connections = &other->connections();
        }
        const SyncResult result = connections->syncOne(
            provider.name, options,
            [&](const SyncProgress& at) {
                chunksDone = at.chunksDone;
                if (cancelsStoring && at.phase == "storing")
                    provider.stop.request_stop();
            },
            provider.stop.get_token());
        const std::lock_guard lock(provider.mutex);

        const bool mayBeCancelled = provider.stop.stop_requested();
        std::size_t stored = chunks.size();
        if (provider.failedFrom) {
            stored = 0;
            while (stored < chunks.size() && !chunks[stored].contains(*provider.failedFrom) &&
                   provider.failedFrom->number < chunks[stored].from.number)
                ++stored;
            QVERIFY(!result.ok);
        }
        if (mayBeCancelled)
            stored = static_cast<std::size_t>(chunksDone); // the charges tell whether that is so
        QCOMPARE(static_cast<std::size_t>(chunksDone), stored);
        QVERIFY2(result.ok == (stored == chunks.size() && !result.wasCancelled), result.problem.c_str());
        QVERIFY(!result.wasCancelled || mayBeCancelled);
        std::uint64_t rows = 0;
        for (std::size_t i = 0; i < stored; ++i) {
            for (const auto& [day, charges] : provider.said)
                rows += chunks[i].contains(day) ? charges.size() : 0;
            storeChunk(history, provider, chunks[i]);
        }
        QCOMPARE(result.rows, rows);
        if (!result.wasCancelled)
            history.problems[provider.name] = result.problem;
        QCOMPARE(result.requests, static_cast<std::uint64_t>(provider.asked));
        if (result.ok) {
            for (const DateRange& chunk : chunks) { // nothing was left out
                for (Day day = std::max(chunk.from, history.first); day < chunk.to && day <= history.today();
                     day = day + 1)
                    QVERIFY2(provider.said.contains(day), toString(day).c_str());
            }
        }
        ++(result.ok ? m_synced : result.wasCancelled ? m_cancelled : m_failed);
        m_partly += !result.ok && stored > 0 ? 1 : 0;
        if (fromAnotherProgram)
            reopen(history);
        else if (stored == 0)
            QCOMPARE(history.engine->info().revision, revision);
    }

    static void reopen(History& history)
    {
        history.engine.reset();
        auto engine = Engine::open(history.path);
        QVERIFY2(engine, engine ? "" : engine.error().text().c_str());
        history.engine = engine.take();
        history.engine->connections().setSecretStore(history.secrets);
        QVERIFY(history.engine->info().damage.empty());
    }

    static void importStep(History& history)
    {
        Random& random = history.random;
        static const std::vector<std::pair<std::string, std::string>> holders{
            {"OpenRouter", "openrouter"}, {"Feed", "acc-0"}, {"AWS", "100"}};
        const auto& [provider, account] = holders[static_cast<std::size_t>(random.below(3))];
        const Day month = (history.today() - random.below(60)).firstOfMonth();
        const Holder holder{provider, account, "USD"};
        FilePart& part = history.files[{holder, month}];
        FilePart next{{}, history.now};
        std::string text = "BilledCost,EffectiveCost,ListCost,BillingCurrency,BillingAccountId,BillingPeriodStart,"
                           "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,ProviderName,ResourceId\n";
        if (random.oneIn(4) && !part.charges.empty())
            next.charges = part.charges; // the same file again
        else {
            for (int i = random.below(12); i >= 0; --i) {
                const std::string billed = random.amount(history.decimals);
                next.charges.push_back({month + random.below(28),
                                        {provider, account, "USD", "f" + std::to_string(random.below(4)), billed,
                                         random.oneIn(5) ? "" : billed, random.amount(history.decimals), ""}});
            }
        }
        for (const auto& [day, charge] : next.charges)
            text += charge.billed + ',' + charge.effective + ',' + charge.list + ",USD," + account + ',' +
                    toString(month) + "T00:00:00Z," + toString(day) + "T00:00:00Z," + toString(day + 1) +
                    "T00:00:00Z,Usage," + (charge.id == "f0" ? "Shared" : "Own") + ',' + provider + ',' + charge.id +
                    '\n';
        const QString name = QString::fromStdString(provider + '-' + toString(month) + ".csv");
        const auto file = testkit::writeFile(history.folder, name, QByteArray::fromStdString(text));
        session::ImportOptions options;
        options.source = "files";
        options.at = history.now;
        options.replace = true; // with charges that have nothing in common with those before
        const auto report = session::importPaths(history.engine->file(), {file}, options, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        history.sources.insert("files");
        if (next.charges == part.charges)
            return;
        Sums before, after;
        for (const auto& [day, charge] : part.charges)
            before.count(charge);
        for (const auto& [day, charge] : next.charges)
            after.count(charge);
        if (!part.charges.empty() && !(before == after) && part.importedAt.day() >= month.addMonths(1))
            noteRestatement(history, "files", holder, {month, month.addMonths(1)}, true, before, after);
        part = next;
    }

    void runSeed(quint32 seed)
    {
        History history(seed);
        static constexpr std::array kDecimals{2, 9, 18, 24};
        history.decimals = kDecimals[seed % kDecimals.size()];
        history.folder = m_dir.path() + QString("/%1").arg(++m_count);
        QDir().mkpath(history.folder);
        history.path = history.folder.toStdString() + "/w.altimeter";
        auto engine = Engine::create(history.path);
        QVERIFY(engine);
        history.engine = engine.take();
        history.engine->connections().setSecretStore(history.secrets);
        const Day today = Day::fromYmd(2026, 8, 20) + history.random.below(140);
        history.first = today - 15;
        history.now = {today.number * kDay + history.random.below(static_cast<int>(kDay))};
        addConnections(history, seed);
        if (QTest::currentTestFailed())
            return;
        for (int step = 0; step < kSteps; ++step) {
            for (const auto& provider : history.providers)
                provider->change(history.first, history.today());
            const int what = history.random.below(10);
            if (what == 0)
                importStep(history);
            else if (what == 1)
                QVERIFY(session::publishRules(
                    *history.engine,
                    kRules[static_cast<std::size_t>(history.random.below(static_cast<int>(kRules.size())))]));
            else if (what == 2)
                reopen(history);
            else
                syncStep(history, what == 3);
            if (!QTest::currentTestFailed())
                check(history);
            if (QTest::currentTestFailed()) {
                qInfo("seed %u, step %d (%d) at %s", seed, step, what, toString(history.now).c_str());
                return;
            }
            history.now.seconds += history.random.below(3) * kDay / 2 + history.random.below(40'000);
        }
        reopen(history);
        check(history);
        m_restated += static_cast<int>(history.restatements.size());
    }

    /// An engine with one feed whose records are `rows` ("{…},{…}").
    std::unique_ptr<Engine> engineWithFeed(LoopbackServer& server)
    {
        auto engine = Engine::create((m_dir.path() + QString("/f%1.altimeter").arg(++m_count)).toStdString());
        if (!engine)
            qFatal("no workspace");
        (*engine)->connections().setSecretStore(session::memorySecretStore("a test"));
        ConnectionSettings settings;
        settings.name = "feed";
        settings.kind = "feed";
        settings.values = {{"location", server.url() + "/feed?from={from}&to={to}"},
                           {"first_day", "2026-11-01"},
                           {"rows", "rows"},
                           {"currency", "USD"},
                           {"column:BilledCost", "cost"},
                           {"column:ChargePeriodStart", "day"},
                           {"column:BillingAccountId", "account"}};
        const Status saved = (*engine)->connections().save(settings, {{"auth_value", "hidd"}});
        if (!saved)
            qFatal("%s", saved.error().text().c_str());
        return engine.take();
    }
    template <typename Opened> static SyncResult syncAt(Opened& opened, const char* day, std::int64_t hour = 8)
    {
        session::SyncOptions options;
        options.at = {parseDay(day)->number * kDay + hour * 3600};
        return opened.connections().syncOne("feed", options, {}, {});
    }
    /// BilledCost that is stored, by account.
    template <typename Opened> static QString storedDays(Opened& opened)
    {
        QStringList all;
        for (const PartitionInfo& one : *answer(*opened.snapshot(), PartitionsQuestion{}, {})) {
            if (one.rows > 0)
                all += QString::fromStdString(one.billingAccount + ' ' +
                                              one.fileTotal[static_cast<std::size_t>(CostLens::Billed)].toString(0));
        }
        all.sort();
        return all.join(", ");
    }
    static std::uint64_t notAnswered(const SyncResult& result)
    {
        std::uint64_t days = 0;
        for (const Finding& one : result.findings)
            days += one.check == "day-not-answered" ? one.rows : 0;
        return days;
    }

private slots:
    void chargeThatAppearsOnAToldDay_isARestatement()
    {
        std::string rows = R"({"day":"2026-11-02","account":"a","cost":5})";
        LoopbackServer server([&rows](const Request&) {
            Answer answer;
            answer.body = R"({"rows":[)" + rows + "]}";
            return answer;
        });
        const auto engine = engineWithFeed(server);
        QVERIFY(syncAt(*engine, "2026-11-02").ok);
        rows += R"(,{"day":"2026-11-02","account":"b","cost":7})"; // the day is not over: more is no correction
        QVERIFY(syncAt(*engine, "2026-11-02", 20).ok);
        QVERIFY(syncAt(*engine, "2026-11-05").ok); // the same once more: now the day is told whole
        const DateRange range{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 6)};
        const auto none = answer(*engine->snapshot(), CalendarQuestion{range, Day::fromYmd(2026, 11, 5)}, {});
        QVERIFY(none && none->restatements.empty());
        rows = R"({"day":"2026-11-02","account":"a","cost":6},{"day":"2026-11-02","account":"b","cost":7},)"
               R"({"day":"2026-11-02","account":"c","cost":1},{"day":"2026-11-03","account":"a","cost":2})";
        QVERIFY(syncAt(*engine, "2026-11-06").ok);
        const auto calendar = answer(*engine->snapshot(), CalendarQuestion{range, Day::fromYmd(2026, 11, 6)}, {});
        QVERIFY(calendar);
        std::vector<std::string> found;
        for (const Restatement& one : calendar->restatements)
            found.push_back(toString(one.from) + ' ' + one.billingAccount + ' ' + one.before[1]->toString(0) + ' ' +
                            one.after[1]->toString(0));
        std::sort(found.begin(), found.end());
        QCOMPARE(found, (std::vector<std::string>{"2026-11-02 a 5 6", "2026-11-02 c 0 1", "2026-11-03 a 0 2"}));
    }

    void recordThatTurnsUnreadable_isTold_thoughNoChargeMoved()
    {
        std::string rows = R"({"day":"2026-11-02","account":"a","cost":5})";
        LoopbackServer server([&rows](const Request&) {
            Answer answer;
            answer.body = R"({"rows":[)" + rows + "]}";
            return answer;
        });
        const auto engine = engineWithFeed(server);
        const std::string good = rows;
        QVERIFY(syncAt(*engine, "2026-11-05").ok);
        QVERIFY(answer(*engine->snapshot(), RejectedQuestion{}, {})->empty());
        rows = good + R"(,{"day":"2026-11-02","account":"a","cost":"12 apples"})";
        QVERIFY(syncAt(*engine, "2026-11-06").ok);
        QCOMPARE(answer(*engine->snapshot(), RejectedQuestion{}, {})->size(), std::size_t{1});
        QVERIFY(QString::fromStdString(answer(*engine->snapshot(), RejectedQuestion{}, {})->front().text)
                    .contains("12 apples"));
        std::uint64_t rejected = 0; // nobody could read which partition it belongs to
        for (const PartitionInfo& one : engine->snapshot()->strays)
            rejected += one.rejected;
        QCOMPARE(rejected, std::uint64_t{1});
        QCOMPARE(answer(*engine->snapshot(), SourcesQuestion{}, {})->front().state, std::string("rejected lines"));
        QVERIFY(!answer(*engine->snapshot(), FindingsQuestion{}, {})->empty());
        rows = good;
        QVERIFY(syncAt(*engine, "2026-11-07").ok);
        QVERIFY(answer(*engine->snapshot(), RejectedQuestion{}, {})->empty());
        QCOMPARE(answer(*engine->snapshot(), PartitionsQuestion{}, {})->front().rejected, std::uint64_t{0});
        QCOMPARE(answer(*engine->snapshot(), SourcesQuestion{}, {})->front().state, std::string("ok"));
    }

    void recordThatTurnsUnreadable_takesNothingFromItsDay_data()
    {
        QTest::addColumn<QByteArray>("record");
        QTest::addColumn<bool>("isOfAnyDay");
        QTest::newRow("no such day") << QByteArray(R"({"day":"2026-13-01","account":"a","cost":20})") << true;
        QTest::newRow("no day") << QByteArray(R"({"account":"a","cost":20})") << true;
        QTest::newRow("no amount") << QByteArray(R"({"day":"2026-11-01","account":"a","cost":"12 apples"})") << false;
        QTest::newRow("no currency") << QByteArray(R"({"day":"2026-11-01","account":"a","cost":"XX? 20"})") << false;
    }
    void recordThatTurnsUnreadable_takesNothingFromItsDay()
    {
        QFETCH(QByteArray, record);
        QFETCH(bool, isOfAnyDay);
        const std::string first = R"({"day":"2026-11-01","account":"a","cost":10},)";
        const std::string second = R"({"day":"2026-11-02","account":"b","cost":7},)";
        std::string rows = first + second + R"({"day":"2026-11-01","account":"a","cost":20})";
        LoopbackServer server([&rows](const Request&) {
            Answer answer;
            answer.body = R"({"rows":[)" + rows + "]}";
            return answer;
        });
        const auto engine = engineWithFeed(server);
        QVERIFY(syncAt(*engine, "2026-11-05").ok);
        QCOMPARE(storedDays(*engine), QString("a 30, b 7"));

        // The second day is lowered, a third one comes, and the record can be read no more: again and again.
        rows = first + R"({"day":"2026-11-02","account":"b","cost":6},{"day":"2026-11-03","account":"c","cost":1},)" +
               record.toStdString();
        for (const char* day : {"2026-11-06", "2026-11-07", "2026-11-08"}) {
            const SyncResult result = syncAt(*engine, day);
            QVERIFY2(result.ok, result.problem.c_str());
            QCOMPARE(storedDays(*engine), QString(isOfAnyDay ? "a 30, b 7, c 1" : "a 30, b 6, c 1"));
            QCOMPARE(notAnswered(result), isOfAnyDay ? std::uint64_t{2} : std::uint64_t{1});
            QCOMPARE(answer(*engine->snapshot(), RejectedQuestion{}, {})->size(), std::size_t{1});
        }

        session::SyncOptions believing;
        believing.at = {Day::fromYmd(2026, 11, 8).number * kDay + 9 * 3600};
        believing.acceptsEmpty = true;
        QVERIFY(engine->connections().syncOne("feed", believing, {}, {}).ok);
        QCOMPARE(storedDays(*engine), QString("a 10, b 6, c 1"));

        rows = first + second + // mended: what is said is believed
               R"({"day":"2026-11-01","account":"a","cost":19},{"day":"2026-11-03","account":"c","cost":1})";
        const SyncResult mended = syncAt(*engine, "2026-11-09");
        QCOMPARE(notAnswered(mended), std::uint64_t{0});
        QCOMPARE(storedDays(*engine), QString("a 29, b 7, c 1"));
        QVERIFY(answer(*engine->snapshot(), RejectedQuestion{}, {})->empty());
    }

    void dayWithAnUnreadableRecord_growsAllTheSame()
    {
        std::string rows =
            R"({"day":"2026-11-01","account":"a","cost":10},{"day":"2026-11-01","account":"b","cost":-3},)"
            R"({"day":"2026-11-01","account":"a","cost":"?"})";
        LoopbackServer server([&rows](const Request&) {
            Answer answer;
            answer.body = R"({"rows":[)" + rows + "]}";
            return answer;
        });
        const auto engine = engineWithFeed(server);
        QVERIFY(syncAt(*engine, "2026-11-05").ok); // nothing was stored: the readable rest comes
        QCOMPARE(storedDays(*engine), QString("a 10, b -3"));
        rows += R"(,{"day":"2026-11-01","account":"a","cost":5})";
        QCOMPARE(notAnswered(syncAt(*engine, "2026-11-06")), std::uint64_t{0});
        QCOMPARE(storedDays(*engine), QString("a 15, b -3"));
        // A credit that cannot be read would make the day dearer: the whole day stays.
        rows = R"({"day":"2026-11-01","account":"a","cost":18},{"day":"2026-11-01","account":"b","cost":"three"})";
        QCOMPARE(notAnswered(syncAt(*engine, "2026-11-07")), std::uint64_t{1});
        QCOMPARE(storedDays(*engine), QString("a 15, b -3"));
    }

    void secretThatIsPartOfItsMark_isHiddenAndTheSyncEnds()
    {
        LoopbackServer server([](const Request&) {
            Answer answer;
            answer.status = 403;
            answer.body = R"({"error":{"message":"the key hidd may not do this, hidd"}})";
            return answer;
        });
        const auto engine = engineWithFeed(server);
        const SyncResult result = syncAt(*engine, "2026-11-05");
        QVERIFY(!result.ok);
        QVERIFY2(!QString::fromStdString(result.problem).contains("key hidd"), result.problem.c_str());
    }

    void whatAnotherProgramSynced_isNoEmptyDay()
    {
        LoopbackServer server([](const Request&) {
            Answer answer;
            answer.body = R"({"rows":[{"day":"2026-11-02","account":"a","cost":5}]})";
            return answer;
        });
        const auto engine = engineWithFeed(server);
        auto other = session::Importer::open(engine->info().path);
        QVERIFY(other);
        (*other)->connections().setSecretStore(session::memorySecretStore("a test"));
        const auto saved =
            (*other)->connections().save(engine->connections().list()->front().settings, {{"auth_value", "x"}});
        QVERIFY(saved.ok());
        const CalendarQuestion question{{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 4)},
                                        Day::fromYmd(2026, 11, 5)};
        const auto before = answer(*engine->snapshot(), question, {});
        QVERIFY(syncAt(**other, "2026-11-05").ok);
        const auto meanwhile = answer(*engine->snapshot(), question, {});
        QVERIFY(before && meanwhile);
        QCOMPARE(meanwhile->revision, before->revision);
        for (const CalendarDay& day : meanwhile->rows.front().days)
            QVERIFY(day.state == CalendarDay::State::None); // neither asked for nor there: of one revision
        QVERIFY(*engine->refresh());
        const auto calendar = answer(*engine->snapshot(), question, {});
        QVERIFY(calendar);
        QVERIFY(calendar->revision > before->revision);
        const auto& days = calendar->rows.front().days;
        QVERIFY(days[0].state == CalendarDay::State::Empty);
        QVERIFY(days[1].state == CalendarDay::State::Estimated);
        QCOMPARE(days[1].cost.front().second.toString(0), std::string("5"));
    }

    void kindsWithoutAHabit_askOnceAfterTheirTrailingWindow()
    {
        ConnectorInfo info;
        info.backfillDays = 30;
        info.refetchDays = 5;
        info.finalAfterDays = 0;
        const Day today = Day::fromYmd(2026, 11, 21);
        const auto dueDays = [&](Day asked, bool isFinal) {
            std::vector<store::CoveredDay> covered;
            for (Day day = today - 30; day <= today; day = day + 1)
                covered.push_back({day, {std::max(asked, day).number * kDay}, 0, isFinal});
            int days = 0;
            for (const DateRange& chunk : session::dueChunks(info, {}, covered, {}, today))
                days += chunk.days();
            return days;
        };
        QCOMPARE(dueDays(today, false), 6);       // the trailing window and today
        QCOMPARE(dueDays(today - 1, false), 6);   // the day that left it since was asked for on its last day inside
        QCOMPARE(dueDays(today - 10, false), 15); // nobody synced for ten days: what moved meanwhile is asked for
        QCOMPARE(dueDays(today - 10, true), 6);
    }

    void kindsWithoutAHabit_knowTheirFinalDays()
    {
        LoopbackServer server([](const Request&) {
            Answer answer;
            answer.body = R"({"data":[],"total":0,"page":1,"page_size":100,"total_pages":0})";
            return answer;
        });
        auto engine = Engine::create((m_dir.path() + "/habit.altimeter").toStdString());
        QVERIFY(engine);
        (*engine)->connections().setSecretStore(session::memorySecretStore("a test"));
        ConnectionSettings settings;
        settings.name = "proxy";
        settings.kind = "litellm";
        settings.values = {{"base_url", server.url()}, {"backfill_days", "4"}};
        QVERIFY((*engine)->connections().save(settings, {{"api_key", "sk-a-test"}}).ok());
        const ConnectorInfo& info = providers::connectorKind("litellm")->info;
        QCOMPARE(info.finalAfterDays, 0);
        for (int i = 0; i < 6; ++i) {
            const Day today = Day::fromYmd(2026, 11, 10) + i;
            session::SyncOptions options;
            options.at = {today.number * kDay + 3600};
            const SyncResult result = (*engine)->connections().syncOne("proxy", options, {}, {});
            QVERIFY2(result.ok, result.problem.c_str());
            const auto connections = (*engine)->connections().list();
            QVERIFY(connections);
            QCOMPARE(toString(connections->front().finalThrough), toString(today - info.refetchDays));
        }
    }

    void anyHistory_holdsWhatWasSaidLast()
    {
        for (int seed = 1; seed <= testkit::rounds(40); ++seed) {
            runSeed(static_cast<quint32>(seed));
            if (QTest::currentTestFailed())
                return;
        }
        qInfo("%d syncs, %d failed, %d cancelled, %d stored in part; %d restatements", m_synced, m_failed, m_cancelled,
              m_partly, m_restated);
        QVERIFY(m_synced > testkit::rounds(100));
        QVERIFY(m_failed > testkit::rounds(10));
        QVERIFY(m_cancelled > testkit::rounds(10));
        QVERIFY(m_partly > 0 || testkit::sanitizerShare() > 1); // one seed in six
        QVERIFY(m_restated > testkit::rounds(10));
    }
};

QTEST_GUILESS_MAIN(TestSyncHistory)
#include "tst_synchistory.moc"
