#include "app/session/events/eventimport.h"

#include "app/session/events/aiproviders.h"
#include "app/session/events/priceterms.h"
#include "app/session/events/rollups.h"
#include "app/session/workspace/presenttime.h"
#include "models/store/events/eventdays.h"
#include "models/store/events/eventwriting.h"
#include "models/store/ingest/ingest.h"

#include <memory>
#include <numeric>
#include <optional>
#include <utility>

namespace altimeter::session {

namespace {

/// What the charges of a day follow from beside its events.
std::string basisOf(const RollupTerms& terms, const store::BilledDays& billed, Day day)
{
    return terms.mark + '\n' + billed.keysOf(day);
}

store::Ingest::Options ingestOptions(const std::string& source, Instant at)
{
    store::Ingest::Options options;
    options.source = source;
    options.kind = store::kEventKind;
    options.at = at;
    options.byDay = true;
    options.replace = true;
    options.isEstimated = true;
    return options;
}

/// Of a source, those whose charges are to be made anew.
std::map<Day, std::string> staleDays(const std::map<Day, std::string>& days, const RollupTerms& terms,
                                     const store::BilledDays& billed)
{
    std::map<Day, std::string> stale;
    for (const auto& [day, basis] : days) {
        std::string now = basisOf(terms, billed, day);
        if (basis != now)
            stale.emplace(day, std::move(now));
    }
    return stale;
}

std::set<Day> keysOf(const std::map<Day, std::string>& days)
{
    std::set<Day> keys;
    for (const auto& [day, basis] : days)
        keys.insert(day);
    return keys;
}

/// What comes of the records of a file.
class FileFeed final : public EventFeed {
public:
    FileFeed(store::Ingest& ingest, store::EventWriter& writer, std::string file, const std::stop_token& stop)
        : m_ingest(ingest), m_writer(writer), m_file(std::move(file)), m_stop(stop)
    {
    }
    Status event(CostEvent event) override
    {
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        std::string why = store::EventWriter::whyNot(event);
        if (why.empty())
            return m_writer.add(std::move(event));
        RejectedLine line;
        line.line = event.line;
        line.check = "event-range";
        line.message = std::move(why);
        return rejected(std::move(line));
    }
    Status rejected(RejectedLine line) override
    {
        m_writer.reject();
        line.file = m_file;
        auto batch = m_ingest.newBatch();
        batch->reject(std::move(line));
        ++m_rejected;
        return m_ingest.take(std::move(batch));
    }
    Status dropped(DropReason reason, std::uint64_t records) override
    {
        m_writer.drop(reason, static_cast<std::int64_t>(records));
        return {};
    }
    Status finding(Finding finding) override
    {
        finding.file = m_file;
        m_findings.push_back(finding);
        return m_ingest.finding(finding);
    }
    std::vector<Finding> takeFindings() { return std::move(m_findings); }
    std::uint64_t rejectedCount() const { return m_rejected; }

private:
    store::Ingest& m_ingest;
    store::EventWriter& m_writer;
    const std::string m_file;
    const std::stop_token& m_stop;
    std::uint64_t m_rejected = 0;
    std::vector<Finding> m_findings;
};

/// One delivery of events.
class EventImport {
public:
    EventImport(store::sql::Connection& db, const EventImportOptions& options, const RollupTerms& terms,
                const std::stop_token& stop)
        : m_db(db), m_options(options), m_terms(terms), m_stop(stop)
    {
    }
    Result<EventImportReport> run(const std::vector<EventFile>& files);

private:
    Status read(const std::vector<EventFile>& files);
    Result<RollupReport> charge();
    Status tellAssumed(const RollupReport& rollups);
    Result<EventImportReport> report(const RollupReport& rollups, ImportReport charges) const;
    Result<EventImportReport> reportOfNothing() const;

    store::sql::Connection& m_db;
    const EventImportOptions& m_options;
    const RollupTerms& m_terms;
    const std::stop_token& m_stop;
    std::unique_ptr<store::Ingest> m_ingest;
    std::unique_ptr<store::EventWriter> m_writer;
    struct Read {
        std::int64_t number = 0;
        std::string name, form;
    };
    std::vector<Read> m_files;
    std::uint64_t m_rejected = 0;
    std::vector<Finding> m_findings; ///< of the files
};

Status EventImport::read(const std::vector<EventFile>& files)
{
    for (const EventFile& file : files) {
        if (auto begun = m_ingest->begin(file.name, {}, {}); !begun)
            return begun;
        const std::int64_t number = m_ingest->file();
        m_writer->beginFile(number);
        FileFeed feed(*m_ingest, *m_writer, file.name, m_stop);
        const auto form = file.read(feed);
        if (!form)
            return form.error();
        m_writer->setForm(*form);
        m_ingest->setFileVersion(*form);
        m_files.push_back({number, file.name, *form});
        m_rejected += feed.rejectedCount();
        for (Finding& finding : feed.takeFindings()) {
            finding.source = m_options.source;
            m_findings.push_back(std::move(finding));
        }
    }
    return m_writer->finish();
}

/// The charges of the days that the delivery changed, of this source; those of others follow.
Result<RollupReport> EventImport::charge()
{
    const auto billed = store::BilledDays::read(m_db, billTerms(), m_stop);
    const auto days = store::eventDays(m_db);
    if (!billed || !days)
        return !billed ? billed.error() : days.error();
    std::map<Day, std::string> stale;
    if (const auto own = days->find(m_ingest->source()); own != days->end())
        stale = staleDays(own->second, m_terms, *billed);
    if (stale.empty())
        return RollupReport();
    auto rollups = makeRollups(m_db, *m_ingest, keysOf(stale), m_terms, *billed, m_stop);
    if (!rollups)
        return rollups;
    if (auto done = store::writeEventDays(m_db, m_ingest->source(), stale, rollups->suppressed); !done)
        return done.error();
    return rollups;
}

/// What was counted as the shortest lifetime of a cache since nothing tells it, and what it may be more.
Status EventImport::tellAssumed(const RollupReport& rollups)
{
    for (const Read& file : m_files) {
        const auto metered = rollups.files.find(file.number);
        if (metered == rollups.files.end() || metered->second.assumedTokens == 0)
            continue;
        std::string more;
        for (const auto& [currency, amount] : metered->second.assumedMore)
            more += (more.empty() ? "" : " and ") + amount.toString(0) + ' ' + std::string(currency.code());
        Finding finding{Severity::Warning,
                        "cache-lifetime-assumed",
                        0,
                        0,
                        std::to_string(metered->second.assumedTokens) +
                            " tokens were written to caches and nothing tells for how long; they are counted at the "
                            "shortest lifetime that is sold. At the longest they would cost " +
                            more + " more.",
                        file.name,
                        m_options.source};
        if (auto told = m_ingest->finding(finding); !told)
            return told;
    }
    return {};
}

Result<EventImportReport> EventImport::report(const RollupReport& rollups, ImportReport charges) const
{
    EventImportReport report;
    report.delivery = charges.delivery;
    for (Finding& finding : charges.findings) {
        if (finding.file != kRollupFile || finding.severity > Severity::Note)
            report.findings.push_back(std::move(finding));
    }
    for (const Read& file : m_files) {
        ImportedEvents one;
        one.source = m_options.source;
        one.file = file.name;
        one.form = file.form;
        const auto tally = m_writer->tallies().find(file.number);
        if (tally != m_writer->tallies().end()) {
            one.read = static_cast<std::uint64_t>(tally->second.read);
            one.stored = static_cast<std::uint64_t>(tally->second.stored);
            one.rejected = static_cast<std::uint64_t>(tally->second.rejected);
            for (std::size_t at = 0; at < kDropReasonCount; ++at)
                one.dropped[at] = static_cast<std::uint64_t>(tally->second.dropped[at]);
        }
        if (const auto metered = rollups.files.find(file.number); metered != rollups.files.end()) {
            one.unpriced = metered->second.unpriced;
            one.metered = metered->second.metered;
        }
        report.files.push_back(std::move(one));
    }
    return report;
}

/// What the files are like is told though they brought nothing.
Result<EventImportReport> EventImport::reportOfNothing() const
{
    ImportReport charges;
    charges.findings = m_findings;
    return report({}, std::move(charges));
}

Result<EventImportReport> EventImport::run(const std::vector<EventFile>& files)
{
    store::Ingest::Options options =
        ingestOptions(m_options.source, m_options.at.isValid() ? m_options.at : presentTime());
    options.dryRun = m_options.dryRun;
    auto ingest = store::Ingest::begin(m_db, std::move(options), m_stop);
    if (!ingest)
        return ingest.error();
    m_ingest = ingest.take();
    auto writer = store::EventWriter::begin(m_db, m_ingest->delivery());
    if (!writer)
        return writer.error();
    m_writer = writer.take();
    if (auto done = read(files); !done)
        return done.error();
    if (!m_writer->hasChanged() && m_rejected == 0)
        return reportOfNothing(); // it was all there: the delivery leaves no trace
    if (m_writer->hasChanged())
        m_ingest->stays(); // it brought events, though none of their charges may be other than before
    const auto rollups = charge();
    if (!rollups)
        return rollups.error();
    if (auto told = tellAssumed(*rollups); !told)
        return told.error();
    auto charges = m_ingest->finish();
    if (!charges)
        return charges.error();
    return report(*rollups, charges.take());
}

} // namespace

std::uint64_t ImportedEvents::duplicates() const
{
    return std::accumulate(dropped.begin(), dropped.end(), std::uint64_t{0});
}

Result<EventImportReport> importEvents(WorkspaceFile& workspace, const std::vector<EventFile>& files,
                                       const EventImportOptions& options, std::stop_token stop)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable.error();
    auto writing = workspace.write();
    const auto terms = rollupTerms(writing.db());
    if (!terms)
        return terms.error();
    auto report = importEvents(writing.db(), files, options, *terms, stop);
    if (!report || options.dryRun || report->delivery == 0)
        return report;
    if (auto done = workspace.committed(writing); !done)
        return done.error();
    return report;
}

Result<EventImportReport> importEvents(store::sql::Connection& db, const std::vector<EventFile>& files,
                                       const EventImportOptions& options, const RollupTerms& terms,
                                       const std::stop_token& stop)
{
    return EventImport(db, options, terms, stop).run(files);
}

Result<bool> renewEventCharges(store::sql::Connection& db, Instant at, const std::stop_token& stop)
{
    const auto some = store::hasEvents(db);
    if (!some || !*some)
        return some;
    const auto terms = rollupTerms(db);
    return terms ? renewEventCharges(db, at, *terms, stop) : Result<bool>(terms.error());
}

Result<bool> renewEventCharges(store::sql::Connection& db, Instant at, const RollupTerms& terms,
                               const std::stop_token& stop)
{
    const auto billed = store::BilledDays::read(db, billTerms(), stop);
    const auto days = store::eventDays(db);
    if (!billed || !days)
        return !billed ? billed.error() : days.error();
    store::EventFiles names(db);
    bool any = false;
    for (const auto& one : *days) {
        const std::int64_t source = one.first;
        const auto stale = staleDays(one.second, terms, *billed);
        if (stale.empty())
            continue;
        any = true;
        const auto name = names.sourceName(source);
        if (!name)
            return name.error();
        RollupReport rollups;
        store::Ingest::Options options = ingestOptions(*name, at);
        options.alongside = [&stale, &rollups, number = source](store::sql::Connection& same, const ImportReport&) {
            return store::writeEventDays(same, number, stale, rollups.suppressed);
        };
        auto ingest = store::Ingest::begin(db, std::move(options), stop);
        if (!ingest)
            return ingest.error();
        auto made = makeRollups(db, **ingest, keysOf(stale), terms, *billed, stop);
        if (!made)
            return made.error();
        rollups = made.take();
        if (const auto done = (*ingest)->finish(); !done)
            return done.error();
    }
    return any;
}

} // namespace altimeter::session
