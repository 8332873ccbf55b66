/// Takes in generated AI events (default a million; the argument says how many), as a reader hands them on: agents with
/// a span for the run, for each call and for each tool, ids as OpenTelemetry draws them, an answer id for every other
/// call. Then the same once more, the questions a page asks, and opening the file. Prints seconds, memory and bytes.
#include "app/session/events/eventimport.h"
#include "app/session/events/runs.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "tests/bench/benchtools.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include <sys/resource.h>
#include <unistd.h>

using namespace altimeter;
using namespace altimeter::bench;

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Of all threads, in seconds: what does not depend on who else uses the machine.
double processorTime()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Of the highest point so far, in MiB.
double peakMemory()
{
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        if (word == "VmHWM:") {
            double kib = 0;
            status >> kib;
            return kib / 1024;
        }
    }
    return 0;
}

std::string hex(std::uint64_t value)
{
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
    return text;
}

constexpr int kEventsOfRun = 10;

/// The events of one run.
void makeRun(std::uint64_t number, std::uint64_t runs, std::vector<CostEvent>& events)
{
    std::mt19937_64 random(number * 7919 + 1);
    static constexpr std::array<const char*, 4> kModels{"claude-opus-5-5", "claude-haiku-5-5", "gpt-6-sol",
                                                        "gpt-6-luna"};
    static constexpr std::array<const char*, 6> kWorkflows{"triage", "draft", "review", "extract", "answer", "plan"};
    constexpr std::int64_t kSpan = 30LL * 86'400'000'000'000; // thirty days
    const std::int64_t start = 1'761'955'200'000'000'000LL +
                               static_cast<std::int64_t>(static_cast<double>(kSpan) * static_cast<double>(number) /
                                                         static_cast<double>(runs)) /
                                   1000 * 1000;
    const std::string run = hex(random()) + hex(random()), root = hex(random());
    const std::string workflow = kWorkflows[number % kWorkflows.size()];
    for (int i = 0; i < kEventsOfRun; ++i) {
        CostEvent e;
        e.startNanos = start + i * 900'000'000LL + static_cast<std::int64_t>(random() % 800'000) * 1000;
        e.durationNanos = static_cast<std::int64_t>(random() % 3'000'000) * 1000;
        e.run = run;
        e.id = i == 0 ? root : hex(random());
        e.parent = i == 0 ? std::string() : root;
        e.workflow = workflow;
        e.team = "team " + std::to_string(number % 12);
        e.agent = workflow + "-agent";
        e.status = random() % 50 == 0 ? EventStatus::Error : EventStatus::Ok;
        if (i == 0) {
            e.operation = EventOperation::Workflow;
            e.durationNanos = kEventsOfRun * 1'000'000'000LL;
        } else if (i % 4 == 0) {
            e.operation = EventOperation::Tool;
            e.tool = i % 8 == 0 ? "search" : "read_file";
        } else {
            e.operation = EventOperation::Chat;
            const std::size_t model = random() % kModels.size();
            e.provider = model < 2 ? "anthropic" : "openai";
            e.modelAsked = e.modelAnswered = kModels[model];
            e.usage[UsageClass::Input] = 200 + random() % 4000;
            e.usage[UsageClass::CacheRead] = random() % 3 == 0 ? random() % 50'000 : 0;
            e.usage[UsageClass::Output] = 20 + random() % 900;
            if (i % 2 == 0)
                e.response = "msg_01" + hex(random()) + hex(random()).substr(0, 6);
        }
        e.line = number * kEventsOfRun + static_cast<std::uint64_t>(i) + 1;
        events.push_back(std::move(e));
    }
}

session::RollupTerms terms()
{
    PriceList list;
    for (const auto& [provider, model] :
         {std::pair{"anthropic", "claude-opus-5-5"}, std::pair{"anthropic", "claude-haiku-5-5"},
          std::pair{"openai", "gpt-6-sol"}, std::pair{"openai", "gpt-6-luna"}}) {
        for (const auto& [item, price] :
             {std::pair{"input", "2"}, std::pair{"cache_read", "0.2"}, std::pair{"output", "10"}}) {
            PriceRow row;
            row.provider = provider;
            row.model = model;
            row.item = item;
            row.unit = "token";
            row.per = 1'000'000;
            row.price = must(parseDecimal(price)).value;
            row.currency = Currency("USD");
            row.source = "bench";
            list.rows.push_back(row);
        }
    }
    return {must(PriceBook::make(std::move(list))), "bench"};
}

session::EventImportReport deliver(store::sql::Connection& db, std::uint64_t events, const session::RollupTerms& prices)
{
    const std::vector<session::EventFile> files{{"events", [&](session::EventFeed& feed) -> Result<std::string> {
                                                     std::vector<CostEvent> run;
                                                     const std::uint64_t runs = events / kEventsOfRun;
                                                     for (std::uint64_t i = 0; i < runs; ++i) {
                                                         run.clear();
                                                         makeRun(i, runs, run);
                                                         for (CostEvent& event : run) {
                                                             if (auto done = feed.event(std::move(event)); !done)
                                                                 return done.error();
                                                         }
                                                     }
                                                     return std::string("bench");
                                                 }}};
    return must(session::importEvents(db, files, {"agents", false, {1'800'000'000}}, prices, {}));
}

void report(const char* what, double value, const char* unit)
{
    std::printf("%-44s %12.3f %s\n", what, value, unit);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    const std::uint64_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const auto folder = std::filesystem::temp_directory_path() / ("altimeter-events-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto file = folder / "events.altimeter";
    const auto prices = terms();
    auto start = Clock::now();
    {
        std::vector<CostEvent> run;
        for (std::uint64_t i = 0; i < events / kEventsOfRun; ++i) {
            run.clear();
            makeRun(i, events / kEventsOfRun, run);
        }
    }
    report("making the events alone", secondsSince(start), "s");
    {
        auto db = must(store::createWorkspace(file.string()));
        start = Clock::now();
        const double before = processorTime();
        const auto first = deliver(db, events, prices);
        const double seconds = secondsSince(start);
        report("import, processor time of all threads", processorTime() - before, "s");
        report("import", seconds, "s");
        report("import", static_cast<double>(first.files.front().stored) / seconds, "events/s");
        report("memory at most", peakMemory(), "MiB");
        store::settle(db);
        report("file", static_cast<double>(std::filesystem::file_size(file)) / static_cast<double>(events),
               "bytes/event");
        for (const auto& [what, query] :
             {std::pair{"of these facts", "SELECT sum(length(facts)) FROM event_block"},
              std::pair{"of these ids", "SELECT sum(length(ids)) FROM event_block"},
              std::pair{"of these keys", "SELECT sum(length(data)) FROM event_keys"},
              std::pair{"of these charges", "SELECT sum(length(facts)+length(lines)) FROM segment"}})
            report(what, static_cast<double>(must(db.number(query))) / static_cast<double>(events), "bytes/event");
        start = Clock::now();
        const auto again = deliver(db, events, prices);
        report("the same once more", secondsSince(start), "s");
        if (again.files.front().stored != 0)
            fail("the second delivery brought something");
        start = Clock::now();
        const auto runs = must(session::runsOf(db, prices, {{}, 0}, {}));
        std::map<std::string, std::vector<double>> costs;
        for (const RunRow& run : runs.rows)
            costs[run.workflow].push_back(must(Amount::parse(run.cost.toString(0))).toDouble());
        for (auto& [workflow, all] : costs)
            std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() * 95 / 100), all.end());
        report("p95 of each workflow over all runs", secondsSince(start), "s");
        report("runs", static_cast<double>(runs.runs), "");
        report("memory at most", peakMemory(), "MiB");
        const auto one = runs.rows.front().run;
        start = Clock::now();
        (void)must(session::stepsOf(db, prices, {one}, {}));
        report("one run", secondsSince(start), "s");
    }
    start = Clock::now();
    auto engine = must(session::Engine::open(file));
    report("open", secondsSince(start), "s");
    for (const Dim::Kind kind : {Dim::Kind::Model, Dim::Kind::Provider, Dim::Kind::Layer}) {
        CostQuery query;
        query.by = {Dim{kind, {}}};
        query.granularity = Granularity::Month;
        start = Clock::now();
        (void)must(session::answer(*engine->snapshot(), TableQuestion{query}, {}));
        report("by a dim and month", secondsSince(start) * 1000, "ms");
    }
    engine.reset();
    std::filesystem::remove_all(folder);
    return 0;
}
