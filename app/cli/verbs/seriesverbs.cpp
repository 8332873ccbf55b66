#include "app/cli/verbs/seriesverbs.h"

#include "app/cli/seriesfile.h"
#include "app/session/questions/seriesanalysis.h"
#include "models/text/csvtext.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <system_error>

namespace altimeter::cli {

namespace {

constexpr std::int64_t SecondsPerDay = 86400;
constexpr std::int64_t MaxSteps = 1'000'000;               ///< a wider span of periods is taken for a slip of the pen
constexpr std::int64_t DayFrom = SecondsPerDay - 4 * 3600; ///< shorter steps are parts of a day
constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();

Error cancelled(const SeriesFile& file)
{
    return {ErrorCode::Cancelled, "the analysis was cancelled", file.name};
}

/// Median distance of neighbours once sorted; 0 with fewer than two different positions.
std::int64_t usualStep(std::vector<std::int64_t> positions)
{
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    std::vector<std::int64_t> gaps;
    for (std::size_t i = 1; i < positions.size(); ++i)
        gaps.push_back(positions[i] - positions[i - 1]);
    if (gaps.empty())
        return 0;
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::nth_element(gaps.begin(), middle, gaps.end());
    return *middle;
}

/// Values on an even grid: `at[i]` is the place of the i-th row of the series.
struct Grid {
    std::vector<double> values;
    std::vector<std::size_t> at;
};

Error repeated(const SeriesFile& file, const SeriesRow& row)
{
    return {ErrorCode::Invalid, "\"" + row.stamp + "\" appears twice in its series", file.place(row, file.stampColumn)};
}

/// Places the rows of one series; `positions` count steps of `step` from the smallest. What lies off the grid, twice on
/// one place or absurdly far away is an error.
Result<Grid> placeOnGrid(const SeriesFile& file, const std::vector<std::size_t>& rows,
                         const std::vector<std::int64_t>& positions, std::int64_t step)
{
    const auto [low, high] = std::minmax_element(positions.begin(), positions.end());
    Grid grid;
    std::vector<bool> isTaken;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = file.rows[rows[i]];
        const std::int64_t distance = positions[i] - *low;
        if (distance % step != 0)
            return Error{ErrorCode::Invalid, "\"" + row.stamp + "\" is not a whole number of steps after the first",
                         file.place(row, file.stampColumn)};
        if (distance / step >= MaxSteps)
            return Error{ErrorCode::Invalid, "\"" + row.stamp + "\" is too far from the first of its series",
                         file.place(row, file.stampColumn)};
        if (isTaken.empty()) {
            const auto size = static_cast<std::size_t>(std::min((*high - *low) / step + 1, MaxSteps));
            grid.values.assign(size, Unknown);
            isTaken.assign(size, false);
        }
        const auto at = static_cast<std::size_t>(distance / step);
        if (isTaken[at])
            return repeated(file, row);
        isTaken[at] = true;
        grid.values[at] = row.value;
        grid.at.push_back(at);
    }
    return grid;
}

// ---- anomalies

/// What is printed about one row.
struct RowVerdict {
    double expected = Unknown;
    double lower = Unknown;
    double upper = Unknown;
    double score = 0;
    bool isAnomaly = false;
};

/// 0..1 from sigmas: one half where the marker begins, and never on the other side of it.
double shareOf(const session::DayVerdict& verdict, double limit)
{
    const double share = verdict.score / (verdict.score + limit);
    return verdict.anomaly ? std::max(0.5, share) : std::min(0.499999, share);
}

Status judgeDays(const SeriesFile& file, const std::vector<std::size_t>& rows, std::vector<std::int64_t> days,
                 std::int64_t step, std::stop_token stop, std::vector<RowVerdict>& answer)
{
    const bool isDaily = step <= 1;
    const auto grid = placeOnGrid(file, rows, days, std::max<std::int64_t>(step, 1));
    if (!grid)
        return grid.error();
    session::AnomalyOptions options;
    if (isDaily)
        options.start = Day{static_cast<std::int32_t>(*std::min_element(days.begin(), days.end()))};
    const auto verdicts = session::detectDailyAnomalies(grid->values, options, stop);
    if (verdicts.size() < grid->values.size())
        return cancelled(file);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& v = verdicts[grid->at[i]];
        answer[rows[i]] = {v.expected, v.lower, v.upper, shareOf(v, options.chartLimit), v.anomaly};
    }
    return {};
}

Status judgeStream(const SeriesFile& file, const std::vector<std::size_t>& rows, std::int64_t step,
                   std::stop_token stop, std::vector<RowVerdict>& answer)
{
    std::vector<double> values;
    for (const auto row : rows)
        values.push_back(file.rows[row].value);
    const auto perDay = static_cast<int>(std::max<std::int64_t>(1, SecondsPerDay / std::max<std::int64_t>(step, 1)));
    const auto verdicts = session::detectStreamAnomalies(values, perDay, stop);
    if (verdicts.size() < values.size())
        return cancelled(file);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& v = verdicts[i];
        answer[rows[i]] = {v.expected, v.lower, v.upper, v.score, v.anomaly};
    }
    return {};
}

Status judgeSeries(const SeriesFile& file, const std::vector<std::size_t>& rows, std::stop_token stop,
                   std::vector<RowVerdict>& answer)
{
    std::vector<std::int64_t> seconds;
    bool isTimed = false;
    for (const auto i : rows) {
        const auto& row = file.rows[i];
        const auto instant = parseStamp(row.stamp);
        if (!instant)
            return Error{ErrorCode::Invalid, "\"" + row.stamp + "\" is not an ISO date or time",
                         file.place(row, file.stampColumn)};
        seconds.push_back(instant->seconds);
        isTimed = isTimed || row.stamp.size() > 10;
    }
    const std::int64_t step = usualStep(seconds);
    if (step == 0 ? isTimed : step < DayFrom)
        return judgeStream(file, rows, step, stop, answer);
    std::vector<std::int64_t> days;
    for (const auto second : seconds)
        days.push_back(Instant{second}.day().number);
    return judgeDays(file, rows, days, usualStep(days), stop, answer);
}

std::string anomalyCsv(const SeriesFile& file, const std::vector<RowVerdict>& verdicts)
{
    std::string csv = "series,timestamp,value,expected,lower,upper,score,is_anomaly\n";
    for (std::size_t i = 0; i < file.rows.size(); ++i) {
        const auto& row = file.rows[i];
        const auto& v = verdicts[i];
        csv += words::csvField(file.names[row.series]) + ',' + words::csvField(row.stamp) + ',' +
               (std::isnan(row.value) ? std::string() : words::csvField(row.text)) + ',' + plainNumber(v.expected) +
               ',' + plainNumber(v.lower) + ',' + plainNumber(v.upper) + ',' + plainNumber(v.score) +
               (v.isAnomaly ? ",1\n" : ",0\n");
    }
    return csv;
}

// ---- forecast

enum class StepKind { Number, Day, Week, Month };

/// One series on its grid and how it is to be forecast.
struct Task {
    std::vector<double> values;
    StepKind kind = StepKind::Number;
    int season = 0;
    int perDay = 0; ///< steps of a day, of a series within days; 0: a day is no whole number of them
    Day start{};    ///< of a daily series
};

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr std::int64_t Far = std::int64_t{1} << 60;
    if (error != std::errc{} || end != text.data() + text.size() || value > Far || value < -Far)
        return std::nullopt;
    return value;
}

/// Where a row stands: a whole number or a count of days.
std::optional<std::int64_t> positionOf(const SeriesRow& row, bool isDated)
{
    if (!isDated)
        return wholeNumber(row.stamp);
    if (row.stamp.size() == 7) { // "2026-11"
        const auto month = parseDay(row.stamp);
        return month ? std::optional<std::int64_t>(month->number) : std::nullopt;
    }
    const auto instant = parseStamp(row.stamp);
    return instant ? std::optional<std::int64_t>(instant->day().number) : std::nullopt;
}

void toMonths(std::vector<std::int64_t>& days)
{
    for (auto& day : days) {
        const Day date{static_cast<std::int32_t>(day)};
        day = std::int64_t{date.year()} * 12 + date.month();
    }
}

/// Whether a series counts its rows with dates. Where all of them are such as "20250101", those are dates and no
/// numbers: between two months lie as many days as there are.
bool countsDates(const SeriesFile& file, const std::vector<std::size_t>& rows)
{
    if (!wholeNumber(file.rows[rows.front()].stamp))
        return true;
    return std::all_of(rows.begin(), rows.end(), [&file](std::size_t row) {
        return file.rows[row].stamp.size() == 8 && parseStamp(file.rows[row].stamp);
    });
}

/// The seconds at which the rows stand, where they lie closer together than days; else nothing.
std::vector<std::int64_t> partsOfDays(const SeriesFile& file, const std::vector<std::size_t>& rows)
{
    std::vector<std::int64_t> seconds;
    for (const auto row : rows) {
        const auto instant = parseStamp(file.rows[row].stamp);
        if (!instant)
            return {};
        seconds.push_back(instant->seconds);
    }
    const std::int64_t step = usualStep(seconds);
    return step > 0 && step < DayFrom ? seconds : std::vector<std::int64_t>();
}

/// The task of a series in hours or minutes.
Result<Task> taskWithinDays(const SeriesFile& file, const std::vector<std::size_t>& rows,
                            const std::vector<std::int64_t>& seconds)
{
    const std::int64_t step = usualStep(seconds);
    auto grid = placeOnGrid(file, rows, seconds, step);
    if (!grid)
        return grid.error();
    Task task;
    task.perDay = SecondsPerDay % step == 0 ? static_cast<int>(SecondsPerDay / step) : 0;
    task.values = std::move(grid->values);
    return task;
}

Result<Task> taskOf(const SeriesFile& file, const std::vector<std::size_t>& rows)
{
    const bool isDated = countsDates(file, rows);
    if (const auto seconds = isDated ? partsOfDays(file, rows) : std::vector<std::int64_t>(); !seconds.empty())
        return taskWithinDays(file, rows, seconds);
    std::vector<std::int64_t> positions;
    for (const auto i : rows) {
        const auto& row = file.rows[i];
        const auto position = positionOf(row, isDated);
        if (!position)
            return Error{ErrorCode::Invalid,
                         "\"" + row.stamp + "\" is not " + (isDated ? "an ISO date" : "a whole number like the first"),
                         file.place(row, file.stampColumn)};
        positions.push_back(*position);
    }
    Task task;
    std::int64_t step = std::max<std::int64_t>(1, usualStep(positions));
    if (isDated) {
        task.kind = step == 1 ? StepKind::Day : step == 7 ? StepKind::Week : StepKind::Number;
        if (task.kind == StepKind::Day)
            task.start = Day{static_cast<std::int32_t>(*std::min_element(positions.begin(), positions.end()))};
        if (step >= 28 && step <= 31) {
            task.kind = StepKind::Month;
            toMonths(positions);
            step = 1;
        }
    }
    auto grid = placeOnGrid(file, rows, positions, step);
    if (!grid)
        return grid.error();
    task.values = std::move(grid->values);
    return task;
}

/// Season of each series where the caller named none.
void findSeasons(std::vector<Task>& tasks)
{
    std::map<int, std::size_t> votes;
    std::size_t undecided = 0;
    for (auto& task : tasks) {
        if (task.kind == StepKind::Week)
            task.season = 1;
        if (task.kind == StepKind::Month)
            task.season = 12;
        if (task.kind != StepKind::Number)
            continue;
        task.season = session::findSeason(task.values);
        // A day of quarters of an hour is longer than the seasons that are looked for; three of them show one.
        if (task.season == 1 && task.perDay > 1 && task.values.size() >= 3 * static_cast<std::size_t>(task.perDay))
            task.season = task.perDay;
        ++votes[task.season];
        ++undecided;
    }
    const auto most =
        std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == votes.end() || most->first == 1 || most->second * 5 < undecided * 3)
        return;
    for (auto& task : tasks)
        if (task.kind == StepKind::Number && task.season == 1)
            task.season = most->first;
}

void appendForecast(std::string& csv, const std::string& name, const session::ForecastResult& result)
{
    for (std::size_t h = 0; h < result.steps.size(); ++h) {
        const auto& step = result.steps[h];
        csv += words::csvField(name) + ',' + std::to_string(h + 1);
        for (const double value : {step.mean, step.lo80, step.hi80, step.lo95, step.hi95})
            csv += ',' + plainNumber(value);
        csv += '\n';
    }
}

} // namespace

Result<std::string> anomaliesOfSeriesFile(const std::filesystem::path& path, std::stop_token stop)
{
    const auto file = readSeriesFile(path, stop);
    if (!file)
        return file.error();
    std::vector<RowVerdict> verdicts(file->rows.size());
    for (const auto& rows : file->rowsBySeries())
        if (const Status status = judgeSeries(*file, rows, stop, verdicts); !status)
            return status.error();
    return anomalyCsv(*file, verdicts);
}

Result<std::string> forecastOfSeriesFile(const std::filesystem::path& path, int horizon, int season,
                                         std::stop_token stop)
{
    const auto file = readSeriesFile(path, stop);
    if (!file)
        return file.error();
    std::vector<Task> tasks;
    for (const auto& rows : file->rowsBySeries()) {
        auto task = taskOf(*file, rows);
        if (!task)
            return task.error();
        tasks.push_back(task.take());
    }
    if (season == 0)
        findSeasons(tasks);
    std::string csv = "series,step,mean,lo80,hi80,lo95,hi95\n";
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const bool isDaily = tasks[i].kind == StepKind::Day;
        const auto result = session::forecast(
            tasks[i].values, {horizon, season > 0 ? season : tasks[i].season, isDaily, tasks[i].start}, stop);
        if (!result)
            return Error{result.error().code, result.error().what, file->name + ", series \"" + file->names[i] + "\""};
        appendForecast(csv, file->names[i], *result);
    }
    return csv;
}

} // namespace altimeter::cli
