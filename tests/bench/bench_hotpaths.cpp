/// Walks the hot paths once each, on data it makes itself, so that a counter of instructions can tell whether one of
/// them grew. Run under callgrind by instructions.py; alone it only shows that the paths work.
#include "app/session/questions/answers.h"
#include "app/session/rules/publishing.h"
#include "app/session/workspace/engine.h"
#include "models/domain/decimal.h"
#include "tests/bench/benchfiles.h"
#include "tests/bench/benchtools.h"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <vector>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name)
#endif

using namespace altimeter;
using namespace altimeter::bench;
using session::Engine;

namespace {

constexpr std::uint64_t kRows = 20'000;
constexpr const char* kEffectiveDollars = "154542.455396281311"; ///< in these rows, on every machine
constexpr std::size_t kNumbers = 100'000;

/// Counts what happens between its beginning and its end under `name`.
void counted(const char* name, const std::function<void()>& work)
{
    CALLGRIND_ZERO_STATS;
    work();
    CALLGRIND_DUMP_STATS_AT(name);
    std::cout << name << '\n';
}

void makeFiles(const std::filesystem::path& folder)
{
    bench::Spec spec;
    spec.rows = kRows;
    bench::FolderSink sink(folder, false);
    bench::Written written;
    if (!bench::writeCostFiles(spec, sink, written))
        fail(sink.error());
    if (bench::decimalText(written.totals["USD"].effective) != kEffectiveDollars)
        fail("the cost files are others than those the counts were made of: " +
             bench::decimalText(written.totals["USD"].effective) + " USD");
}

std::vector<std::string> makeNumbers()
{
    std::vector<std::string> numbers;
    bench::Dice dice(1);
    for (std::size_t i = 0; i < kNumbers; ++i)
        numbers.push_back(bench::decimalText(static_cast<std::int64_t>(dice.below(1'000'000'000'000'000))));
    return numbers;
}

void countDecimals()
{
    const std::vector<std::string> numbers = makeNumbers();
    DecimalSum sum;
    counted("decimals", [&] {
        for (const std::string& number : numbers)
            sum.add(must(parseDecimal(number)).value);
    });
    if (sum.isZero())
        fail("the numbers add up to nothing");
}

void countImport(const std::filesystem::path& workspace, const std::filesystem::path& files, const std::string& rules)
{
    auto engine = must(Engine::create(workspace));
    (void)must(session::publishRules(*engine, rules));
    session::ImportOptions options;
    options.at = Instant{1'796'000'000}; // no clock: the same run every time
    counted("import", [&] { (void)must(session::importPaths(engine->file(), {files}, options, {}, {})); });
    if (engine->info().rows != kRows)
        fail("lines were lost");
}

void countQuestions(Engine& engine, const std::string& draft)
{
    const Dim team{Dim::Kind::Team, {}};
    CostQuery byTeam;
    byTeam.by = {team};
    byTeam.granularity = Granularity::Day;
    counted("scan", [&] { (void)must(answer(*engine.snapshot(), TableQuestion{byTeam}, {})); });
    CostQuery filtered;
    filtered.granularity = Granularity::Day;
    filtered.filters = {{{Dim::Kind::Service, {}}, {"Amazon Compute Engine"}, false}, {team, {"search"}, true}};
    counted("filter", [&] { (void)must(answer(*engine.snapshot(), TableQuestion{filtered}, {})); });
    counted("rule-edit", [&] { (void)must(answer(*engine.snapshot(), RuleDiffQuestion{draft}, {})); });
}

} // namespace

int main(int count, char** values)
{
    if (count == 2 && std::string(values[1]) == "--compiler") {
        std::cout << __VERSION__ << '\n';
        return 0;
    }
    if (count != 4) {
        std::cerr << "usage: bench_hotpaths EMPTY-FOLDER RULES DRAFT | --compiler\n";
        return 2;
    }
    const std::filesystem::path folder = values[1];
    const std::filesystem::path workspace = folder / "hot.altimeter";
    makeFiles(folder / "files");
    countDecimals();
    countImport(workspace, folder / "files", contentOf(values[2]));
    std::unique_ptr<Engine> engine;
    counted("open", [&] { engine = must(Engine::open(workspace)); });
    countQuestions(*engine, contentOf(values[3]));
    return 0;
}
