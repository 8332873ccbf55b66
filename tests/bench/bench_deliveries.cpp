/// Stores many small deliveries one after the other into one open workspace, as the syncs of a month of hours do, so
/// that it shows whether the next one costs more than the one before. Each is a day of charges of fifty accounts: a
/// hundred lines, ten of them with attributes that were never seen before. Prints the seconds of each tenth; under
/// callgrind (--instr-atstart=no) it counts ten deliveries at the end of the first tenth and ten at the very end.
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/settings/connections.h"
#include "tests/bench/benchtools.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iomanip>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_STOP_INSTRUMENTATION
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name)
#endif

using namespace altimeter;
using namespace altimeter::bench;

namespace {

constexpr int kAccounts = 50;
constexpr int kLinesEach = 2;
constexpr int kTenth = 10; ///< parts the deliveries are timed in
constexpr int kCounted = 10;

void mustDo(const Status& done)
{
    if (!done)
        fail(done.error().text());
}

void addLine(CostBatch& batch, int delivery, int account, int each)
{
    const Day day = Day::fromYmd(2020, 1, 1) + delivery;
    const auto set = [](CostLine& line, Column column, const std::string& text) {
        line.text[static_cast<std::size_t>(column)] = text;
    };
    const std::string name = "account " + std::to_string(account);
    const std::string resource = account % 10 == 0 && each == 1 ? "resource of day " + std::to_string(delivery)
                                                                : "resource " + std::to_string(account % 7);
    const std::string service = "service " + std::to_string((account * 3 + each) % 20);
    const std::string tags = R"({"team":"team )" + std::to_string(account % 12) + "\"}";
    CostLine line;
    line.lineNumber = static_cast<std::uint64_t>(account * kLinesEach + each + 2);
    set(line, Column::BillingAccountId, name);
    set(line, Column::ServiceName, service);
    set(line, Column::ResourceId, resource);
    set(line, Column::Tags, tags);
    const std::int64_t cents = (delivery * 37 + account * 11 + each) % 9'000 + 1;
    line.cost[static_cast<std::size_t>(CostLens::Billed)] = Decimal{cents, 2};
    line.cost[static_cast<std::size_t>(CostLens::Effective)] = Decimal{cents, 2};
    line.chargeStart = {std::int64_t{day.number} * 86'400};
    line.chargeEnd = {line.chargeStart.seconds + 86'400};
    line.billingPeriod = day.firstOfMonth();
    line.currency = Currency("USD");
    line.provider = "Provider";
    mustDo(batch.add(line));
}

void deliver(store::sql::Connection& db, int delivery)
{
    const Day day = Day::fromYmd(2020, 1, 1) + delivery;
    store::Ingest::Options options;
    options.source = "api";
    options.kind = "bench";
    options.at = {std::int64_t{day.number + 1} * 86'400};
    options.byDay = true;
    options.covered = {{day, day + 1}};
    options.alongside = [&](store::sql::Connection& one, const ImportReport&) {
        return store::writeCoverage(one, "api", std::vector<store::CoveredDay>{{day, options.at, 0, true}});
    };
    auto ingest = must(store::Ingest::begin(db, options, {}));
    mustDo(ingest->begin("api", std::vector<std::string>{"BilledCost"}, {}));
    auto batch = ingest->newBatch();
    for (int account = 0; account < kAccounts; ++account) {
        for (int each = 0; each < kLinesEach; ++each)
            addLine(*batch, delivery, account, each);
    }
    mustDo(ingest->take(std::move(batch)));
    if (must(ingest->finish()).rowsStored != kAccounts * kLinesEach)
        fail("lines were lost");
}

} // namespace

int main(int count, char** values)
{
    if (count < 2 || count > 3) {
        std::cerr << "usage: bench_deliveries EMPTY-FOLDER [DELIVERIES]\n";
        return 2;
    }
    const int deliveries = count == 3 ? std::atoi(values[2]) : 1'000;
    const int tenth = std::max(kCounted, deliveries / kTenth);
    auto db = must(store::createWorkspace((std::filesystem::path(values[1]) / "w.altimeter").string()));
    auto begun = std::chrono::steady_clock::now();
    for (int delivery = 0; delivery < deliveries; ++delivery) {
        const bool isFirst = delivery / tenth == 0;
        const bool isCounted =
            (isFirst || delivery / tenth == deliveries / tenth - 1) && delivery % tenth >= tenth - kCounted;
        if (isCounted && delivery % tenth == tenth - kCounted) {
            CALLGRIND_START_INSTRUMENTATION;
            CALLGRIND_ZERO_STATS;
        }
        deliver(db, delivery);
        if (delivery % tenth != tenth - 1)
            continue;
        if (isCounted) {
            CALLGRIND_DUMP_STATS_AT(isFirst ? "first" : "last");
            CALLGRIND_STOP_INSTRUMENTATION;
        }
        const auto now = std::chrono::steady_clock::now();
        std::cout << std::setw(6) << delivery + 1 << " deliveries: " << std::fixed << std::setprecision(2)
                  << std::chrono::duration<double>(now - begun).count() << " s for the last " << tenth << std::endl;
        begun = now;
    }
    return 0;
}
