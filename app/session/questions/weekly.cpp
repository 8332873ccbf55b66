#include "app/report/weeklyreport.h"
#include "app/session/files/atomicfile.h"
#include "app/session/questions/answers.h"
#include "models/analysis/series/costseries.h"
#include "models/analysis/series/peakdays.h"
#include "models/analysis/series/weeksums.h"

#include <algorithm>
#include <filesystem>

namespace altimeter::session {

namespace {

Result<report::WeeklyInput> weeklyInput(const Snapshot& snapshot, CostLens lens, const std::stop_token& stop)
{
    report::WeeklyInput input;
    auto overview = answer(snapshot, OverviewQuestion{lens}, stop);
    if (!overview)
        return overview.error();
    input.overview = overview.take();
    auto proof = answer(snapshot, ProofQuestion{}, stop);
    if (!proof)
        return proof.error();
    input.proof = proof.take();
    auto week = analysis::weekFigures(*snapshot.costs, lens, snapshot.currencies, stop);
    if (!week)
        return week.error();
    input.week = week.take();
    for (const Overview::PerCurrency& one : input.overview.currencies) {
        auto peaks = analysis::peakDays(*snapshot.costs, lens, one.daily, stop);
        if (!peaks)
            return peaks.error();
        input.peaks.insert(input.peaks.end(), peaks->begin(), peaks->end());
    }
    const Day last = snapshot.days.last;
    if (last.isValid()) {
        SeriesQuestion byTeam;
        byTeam.query.by = {Dim{Dim::Kind::Team, {}}};
        byTeam.query.granularity = Granularity::Week;
        byTeam.query.lens = lens;
        byTeam.query.range = {stepStart(last, Granularity::Week) - 49, last + 1};
        byTeam.anomalies = false;
        for (const Overview::PerCurrency& one : input.overview.currencies)
            byTeam.query.top = std::max(byTeam.query.top, analysis::watchedTeams(one.teams.size()));
        auto weeks = answer(snapshot, byTeam, stop);
        if (!weeks)
            return weeks.error();
        input.weeklyByTeam = weeks.take();
    }
    input.workspaceName = snapshot.name;
    input.rulesVersion = snapshot.rulesDocument.version;
    input.isDemo = snapshot.isDemo;
    return input;
}

} // namespace

Result<std::string> answer(const Snapshot& snapshot, const WeeklyReportQuestion& question, std::stop_token stop)
{
    const auto input = weeklyInput(snapshot, question.lens, stop);
    if (!input)
        return input.error();
    const auto pdf = report::renderWeekly(*input);
    if (!pdf)
        return pdf.error();
    const std::filesystem::path folder = question.folder;
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        return Error{ErrorCode::Io, "the folder cannot be made: " + failed.message(), question.folder};
    const Day last = snapshot.days.last;
    const auto file = folder / ("weekly-" + (last.isValid() ? toString(last) : std::string("empty")) + ".pdf");
    if (auto done = writeFileAtomically(file, *pdf); !done)
        return done.error();
    return file.string();
}

Result<std::string> answer(const Snapshot& snapshot, const WeeklyTextQuestion& question, std::stop_token stop)
{
    const auto input = weeklyInput(snapshot, question.lens, stop);
    if (!input)
        return input.error();
    return report::renderWeeklyText(*input);
}

} // namespace altimeter::session
