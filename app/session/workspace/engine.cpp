#include "app/session/workspace/engine.h"

#include "app/demo/democompany.h"
#include "app/report/weeklyreport.h"
#include "app/session/files/atomicfile.h"
#include "app/session/workspace/engineimpl.h"
#include "models/analysis/query/factanswers.h"
#include "models/analysis/query/rulediff.h"
#include "models/facts/datadays.h"
#include "models/store/file/backup.h"
#include "models/store/file/leftover.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ledger/ledger.h"
#include "models/store/segments/factstore.h"
#include "models/store/settings/rulesfile.h"
#include "models/store/sql/soundness.h"
#include "models/text/words.h"
#include "providers/focus/focusfile.h"
#include "resources/assets.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <set>

namespace altimeter::session {

namespace {

constexpr std::string_view kDefaultSource = "focus";

/// When the demonstration company's files count as imported: the morning after their last day, so that two
/// demonstration workspaces are alike.
Instant demoImportInstant()
{
    constexpr std::int64_t kSixOClock = 6 * 3600;
    return {static_cast<std::int64_t>(Day::fromYmd(2026, 11, 20).number) * 86400 + kSixOClock};
}

Instant now()
{
    using namespace std::chrono;
    return {duration_cast<seconds>(system_clock::now().time_since_epoch()).count()};
}

/// Passes everything on and remembers whether the file got as far as its lines.
class WatchedSink final : public CostLineSink {
public:
    explicit WatchedSink(CostLineSink& sink) : m_sink(sink) {}
    Status begin(const std::string& file, std::span<const std::string> header,
                 std::span<const std::string> extra) override
    {
        m_begun = true;
        return m_sink.begin(file, header, extra);
    }
    std::unique_ptr<CostBatch> newBatch() override { return m_sink.newBatch(); }
    Status take(std::unique_ptr<CostBatch> batch) override { return m_sink.take(std::move(batch)); }
    Status finding(const Finding& finding) override { return m_sink.finding(finding); }
    bool begun() const { return m_begun; }

private:
    CostLineSink& m_sink;
    bool m_begun = false;
};

struct InputFile {
    std::filesystem::path path;
    std::string name; ///< as findings and charge lines show it: relative to the folder that was dropped
    std::uint64_t bytes = 0;
};

Result<std::vector<InputFile>> inputFiles(const std::vector<std::filesystem::path>& paths)
{
    std::vector<InputFile> files;
    std::set<std::filesystem::path> seen;
    for (const auto& path : paths) {
        const auto found = providers::findCostFiles(path);
        if (!found)
            return found.error();
        std::error_code ignored;
        const bool isFolder = std::filesystem::is_directory(path, ignored);
        for (const auto& file : *found) {
            if (!seen.insert(std::filesystem::weakly_canonical(file, ignored)).second)
                continue;
            const auto relative = isFolder ? std::filesystem::relative(file, path, ignored) : file.filename();
            files.push_back({file, relative.generic_string(), std::filesystem::file_size(file, ignored)});
        }
    }
    if (files.empty())
        return Error{ErrorCode::NotFound, "no cost files (csv or csv.gz) found",
                     paths.empty() ? std::string() : paths.front().string()};
    return files;
}

bool sameBytes(const std::filesystem::path& a, const std::filesystem::path& b)
{
    std::ifstream first(a, std::ios::binary);
    std::ifstream second(b, std::ios::binary);
    std::vector<char> left(1U << 16U);
    std::vector<char> right(1U << 16U);
    while (first && second) {
        first.read(left.data(), static_cast<std::streamsize>(left.size()));
        second.read(right.data(), static_cast<std::streamsize>(right.size()));
        if (first.gcount() != second.gcount() ||
            !std::equal(left.begin(), left.begin() + first.gcount(), right.begin()))
            return false;
    }
    return first.eof() && second.eof();
}

/// The earlier file of the delivery with the same content, if any.
const InputFile* twinOf(const std::vector<InputFile>& files, std::size_t index)
{
    for (std::size_t i = 0; i < index; ++i) {
        if (files[i].bytes == files[index].bytes && sameBytes(files[i].path, files[index].path))
            return &files[i];
    }
    return nullptr;
}

/// How long the rest takes at the pace so far; a second of reading must have passed to speak of a pace.
std::optional<std::uint32_t> secondsLeft(std::chrono::steady_clock::duration elapsed, std::uint64_t done,
                                         std::uint64_t total)
{
    const double seconds = std::chrono::duration<double>(elapsed).count();
    if (seconds < 1 || done == 0 || done > total)
        return std::nullopt;
    return static_cast<std::uint32_t>(seconds * static_cast<double>(total - done) / static_cast<double>(done) + 0.5);
}

/// A file as it was before it was opened, to tell the truth about it when that fails.
struct FileBefore {
    explicit FileBefore(std::filesystem::path path)
        : file(std::move(path)), hadJournal(store::hasJournal(file.string())), before(now())
    {
    }
    /// Only what is known: another program may have replaced the file or written into it meanwhile.
    std::string_view whatBecameOfIt() const
    {
        const Mark mark = now();
        if (mark == before)
            return "; the file was left as it is";
        const bool isSameFile = mark.first.first == before.first.first;
        return hadJournal && isSameFile && !store::hasJournal(file.string())
                   ? "; changes that were waiting were written into it first"
                   : "";
    }

private:
    /// Number and bytes of a file, and when it was last written.
    using Mark = std::pair<std::pair<ino_t, off_t>, std::pair<time_t, long>>;
    Mark now() const
    {
        struct stat about = {};
        (void)::stat(file.c_str(), &about);
        return {{about.st_ino, about.st_size}, {about.st_mtim.tv_sec, about.st_mtim.tv_nsec}};
    }
    std::filesystem::path file;
    bool hadJournal;
    Mark before;
};

/// Why a workspace cannot be opened, with its path. What the database cannot make sense of is damage.
Error notOpened(Error error, const std::string& path, const FileBefore& before)
{
    const bool saysWhatWasLeft = error.what.find("left as") != std::string::npos;
    if (error.code == ErrorCode::Database || (error.code == ErrorCode::Corrupt && !saysWhatWasLeft)) {
        error.code = ErrorCode::Corrupt;
        error.what = "the workspace is damaged (" + error.what + ")" + std::string(before.whatBecameOfIt());
    }
    if (error.code == ErrorCode::Corrupt)
        error.todo = "Restore a backup, or salvage what is whole into a new workspace.";
    error.where = path;
    return error;
}

std::vector<Currency> currenciesBySize(const std::vector<PartitionInfo>& partitions)
{
    std::map<Currency, std::uint64_t> rows;
    for (const PartitionInfo& partition : partitions)
        rows[partition.currency] += partition.rows;
    std::vector<Currency> currencies;
    for (const auto& [currency, count] : rows)
        currencies.push_back(currency);
    std::stable_sort(currencies.begin(), currencies.end(),
                     [&rows](const Currency& a, const Currency& b) { return rows[a] > rows[b]; });
    return currencies;
}

} // namespace

namespace {

/// Rules that were published by another program, or fitted the charges of then. The workspace opens all the same: only
/// so can better ones be published.
std::string rulesUnusable(std::uint32_t version, const Error& error)
{
    return "version " + std::to_string(version) + " of the rules cannot be used (" + error.text() +
           "); until other rules are published, every charge is shown without an owner";
}

Finding farFinding(const FarCharges& far)
{
    Finding finding;
    finding.severity = Severity::Warning;
    finding.check = "charge-period-far";
    finding.rows = far.rows;
    finding.message = "ChargePeriodStart of these " + std::string(far.currency.code()) + " charges lies in " +
                      yearsText(far.years) + ", years away from the days of the data (" + toString(far.dataFrom) +
                      " to " + toString(far.dataThrough) +
                      "): they count in totals over all time, but in no trend, forecast, weekly report or calendar";
    finding.source = far.source;
    return finding;
}

/// Each of them is a finding of its source.
void countFar(const std::vector<FarCharges>& far, std::vector<SourceInfo>& sources)
{
    for (const FarCharges& one : far) {
        for (SourceInfo& source : sources) {
            if (source.name != one.source)
                continue;
            ++source.findings;
            if (source.state == "ok")
                source.state = "findings";
        }
    }
}

} // namespace

Engine::Engine() : m_impl(std::make_unique<Impl>()) {}

Engine::~Engine() = default;

Status Engine::Impl::reload(std::stop_token stop)
{
    auto next = std::make_shared<State>();
    const auto before = current();
    auto loaded = store::loadFacts(writer, before ? before->facts.get() : nullptr, stop);
    if (!loaded)
        return loaded.error();
    next->facts = loaded->facts;
    next->damage = std::move(loaded->damage);
    const auto published = store::readRules(writer);
    if (!published)
        return published.error();
    next->rulesDocument = {published->json, published->version, published->publishedAt};
    if (published->version > 0) {
        if (auto rules = store::parseRules(published->json))
            next->rules = rules.take();
        else
            next->damage.push_back(rulesUnusable(published->version, rules.error()));
    }
    auto attribution = analysis::attribute(*next->facts, next->rules, stop);
    if (!attribution && attribution.error().code == ErrorCode::Invalid) {
        next->damage.push_back(rulesUnusable(published->version, attribution.error()));
        next->rules = {};
        attribution = analysis::attribute(*next->facts, next->rules, stop);
    }
    if (!attribution)
        return attribution.error();
    next->rules.version = published->version;
    next->attribution = std::make_shared<const analysis::Attribution>(attribution.take());
    next->costs = std::make_shared<const analysis::FactAnswers>(next->facts, next->attribution);
    const auto partitions = store::readPartitions(writer);
    if (!partitions)
        return partitions.error();
    next->currencies = currenciesBySize(*partitions);
    publish(std::move(next));
    return {};
}

Result<store::sql::Connection> Engine::Impl::reader() const
{
    if (writer.mode() == store::sql::Connection::Mode::Immutable) {
        std::error_code failed;
        const bool changed = std::filesystem::last_write_time(path, failed) != seenAt ||
                             std::filesystem::file_size(path, failed) != seenBytes;
        if (changed || failed)
            return Error{ErrorCode::Busy, "the workspace was changed since it was opened for reading only", path,
                         "Open it again."};
    }
    return writer.reader();
}

Status Engine::Impl::checkWritable() const
{
    if (readOnly.empty())
        return {};
    return Error{ErrorCode::ReadOnly, "this workspace is read-only: " + readOnly + "; nothing was changed", path,
                 "Give yourself write permission on the file and its folder, or copy the workspace to a place of your "
                 "own."};
}

void Engine::Impl::adopt(store::OpenedWorkspace opened, const std::filesystem::path& file)
{
    path = file.string();
    writer = std::move(opened.connection);
    readOnly = std::move(opened.readOnly);
    notes = std::move(opened.notes);
    copy = std::move(opened.copy);
    std::error_code ignored;
    seenAt = std::filesystem::last_write_time(file, ignored);
    seenBytes = std::filesystem::file_size(file, ignored);
}

Result<std::unique_ptr<Engine>> Engine::create(const std::filesystem::path& file)
{
    std::error_code failed;
    if (file.has_parent_path()) {
        std::filesystem::create_directories(file.parent_path(), failed);
        if (failed)
            return Error{ErrorCode::Io, "the folder cannot be made: " + failed.message(), file.parent_path().string()};
    }
    const auto made = store::createWorkspace(file.string(), [](store::sql::Connection& connection) -> Status {
        const auto version = store::publishRules(connection, defaultRules(), 0);
        return version ? Status() : Status(version.error());
    });
    if (!made)
        return made.error();
    return open(file);
}

Result<std::unique_ptr<Engine>> Engine::open(const std::filesystem::path& file, Purpose purpose)
{
    std::unique_ptr<Engine> engine(new Engine);
    const FileBefore before(file);
    auto opened = store::openAnyWorkspace(file.string());
    if (!opened)
        return notOpened(opened.error(), file.string(), before);
    engine->m_impl->adopt(opened.take(), file);
    if (auto own = store::requireOwnSchema(engine->m_impl->writer); !own) {
        Error error = own.error();
        error.where = file.string();
        return notOpened(std::move(error), file.string(), before);
    }
    const auto demo = store::metaValue(engine->m_impl->writer, "demo");
    if (!demo)
        return notOpened(demo.error(), file.string(), before);
    engine->m_impl->isDemo = *demo == "1";
    auto mended = store::mendIndexes(engine->m_impl->writer);
    if (!mended)
        return notOpened(mended.error(), file.string(), before);
    engine->m_impl->mended = mended.take();
    if (purpose == Purpose::ImportOnly) {
        auto damage = store::damageOf(engine->m_impl->writer);
        if (!damage)
            return notOpened(damage.error(), file.string(), before);
        engine->m_impl->importDamage = damage.take();
        engine->m_impl->isImportOnly = true;
        return engine;
    }
    if (auto done = engine->m_impl->reload({}); !done)
        return notOpened(done.error(), file.string(), before);
    return engine;
}

Result<std::unique_ptr<Engine>> Engine::openOrCreate(const std::filesystem::path& file, Purpose purpose)
{
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        const auto made = create(file);
        if (!made && !std::filesystem::exists(file, failed))
            return made.error();
    }
    return open(file, purpose);
}

Result<std::unique_ptr<Engine>> Engine::createDemo(const std::filesystem::path& file, const ProgressSink& progress,
                                                   std::stop_token stop)
{
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return Error{ErrorCode::Invalid, "the file exists already", file.string()};
    if (file.has_parent_path())
        std::filesystem::create_directories(file.parent_path(), ignored);
    auto making = store::Making::begin(file);
    if (!making)
        return making.error();
    std::filesystem::create_directories(making->folder() / "files", ignored);
    const auto files = writeDemoCompany(making->folder() / "files");
    if (!files)
        return files.error();
    {
        auto engine = create(making->file());
        if (!engine)
            return engine.error();
        ImportOptions options;
        options.source = "demo";
        options.at = demoImportInstant();
        const auto report = (*engine)->importPaths({making->folder() / "files"}, options, progress, stop);
        if (!report)
            return report.error();
        Impl& impl = *(*engine)->m_impl;
        const auto version = store::publishRules(impl.writer, demoRules(), demoImportInstant().seconds);
        if (!version)
            return version.error();
        if (auto done = store::markDemo(impl.writer); !done)
            return done.error();
    }
    if (auto done = making->place(); !done) // whole or absent: an interrupted init leaves no half workspace
        return done.error();
    return open(file);
}

Result<bool> Engine::refresh()
{
    if (!m_impl->readOnly.empty())
        return false; // what is read lies still; a change of the file is told when it is read next
    const std::lock_guard lock(m_impl->writeMutex);
    const auto stored = store::revisionOf(m_impl->writer);
    if (!stored)
        return stored.error();
    if (m_impl->isImportOnly || *stored == m_impl->current()->facts->revision)
        return false;
    const std::unique_lock publishing(m_impl->revisionMutex);
    if (auto done = m_impl->reload({}); !done)
        return done.error();
    return true;
}

const std::vector<std::string>& Engine::notes() const
{
    return m_impl->notes;
}

Engine::Info Engine::info() const
{
    const auto state = m_impl->current();
    Info info;
    info.path = m_impl->path;
    info.isDemo = m_impl->isDemo;
    info.revision = state->facts->revision;
    info.rows = state->facts->rows();
    info.dataFrom = state->costs->firstDay();
    info.dataThrough = state->costs->lastDay();
    info.currencies = state->currencies;
    info.rulesVersion = state->rulesDocument.version;
    info.damage = state->damage;
    info.mended = m_impl->mended;
    info.readOnly = m_impl->readOnly;
    info.notes = m_impl->notes;
    return info;
}

std::vector<std::string> Engine::damage() const
{
    return m_impl->isImportOnly ? m_impl->importDamage : m_impl->current()->damage;
}

std::vector<std::string> Engine::mended() const
{
    return m_impl->mended;
}

Result<ImportReport> Engine::importPaths(const std::vector<std::filesystem::path>& paths, const ImportOptions& options,
                                         const ProgressSink& progress, std::stop_token stop)
{
    if (auto writable = m_impl->checkWritable(); !writable)
        return writable.error();
    const auto files = inputFiles(paths);
    if (!files)
        return files.error();
    const std::lock_guard lock(m_impl->writeMutex);
    const std::string source = options.source.empty() ? std::string(kDefaultSource) : options.source;
    auto ingest = store::Ingest::begin(
        m_impl->writer, {source, "focus-csv", options.at.isValid() ? options.at : now(), options.dryRun}, stop);
    if (!ingest)
        return ingest.error();
    Progress state{"reading", 0, 0, 0, std::nullopt};
    for (const InputFile& file : *files)
        state.totalBytes += file.bytes;
    std::uint64_t rowsBefore = 0;
    std::uint64_t bytesBefore = 0;
    std::size_t usable = 0;
    Error lastError;
    const auto begun = std::chrono::steady_clock::now();
    auto lastPost = std::chrono::steady_clock::time_point();
    for (std::size_t i = 0; i < files->size(); ++i) {
        const InputFile& file = (*files)[i];
        if (const InputFile* twin = twinOf(*files, i)) {
            (void)(*ingest)->finding({Severity::Warning, "duplicate-file", 0, 0,
                                      "the same bytes as " + twin->name + "; read once", file.name, source});
            bytesBefore += file.bytes;
            continue;
        }
        WatchedSink sink(**ingest);
        const auto read = providers::readFocusFile(
            file.path, file.name, sink,
            [&](const providers::FileProgress& at) {
                const auto time = std::chrono::steady_clock::now();
                if (!progress || time - lastPost < std::chrono::milliseconds(50))
                    return;
                lastPost = time;
                state.rows = rowsBefore + at.rows;
                state.bytes = bytesBefore + at.bytes;
                state.secondsLeft = secondsLeft(time - begun, state.bytes, state.totalBytes);
                progress(state);
            },
            stop);
        if (!read) {
            if (sink.begun() || read.error().code == ErrorCode::Cancelled)
                return read.error(); // half a file must not replace anything
            lastError = read.error();
            (void)(*ingest)->finding({Severity::Error, "file-unusable", 0, 1, read.error().what, file.name, source});
        } else {
            ++usable;
            (*ingest)->setFileVersion(read->version);
            rowsBefore += read->rows + read->rejected;
        }
        bytesBefore += file.bytes;
    }
    if (usable == 0)
        return lastError;
    if (progress) {
        state.phase = "storing";
        state.rows = rowsBefore;
        state.bytes = state.totalBytes;
        state.secondsLeft.reset();
        progress(state);
    }
    const std::unique_lock publishing(m_impl->revisionMutex);
    auto report = (*ingest)->finish();
    if (!report)
        return report.error();
    ingest->reset();
    report->bytesRead = bytesBefore;
    if (!options.dryRun && !m_impl->isImportOnly) {
        // The import is committed: from here on it is done, whatever the caller's wish to stop.
        if (auto done = m_impl->reload({}); !done)
            return done.error();
    }
    return report;
}

Result<CostTable> Engine::table(const CostQuery& query, std::stop_token stop) const
{
    return m_impl->current()->costs->table(query, std::move(stop));
}

Result<SeriesSet> Engine::series(const SeriesRequest& request, std::stop_token stop) const
{
    return buildSeries(*m_impl->current()->costs, request, std::move(stop));
}

Result<ChargePage> Engine::charges(const CostQuery& query, std::uint64_t offset, std::uint64_t limit, bool largestFirst,
                                   std::stop_token stop) const
{
    const std::shared_lock reading(m_impl->revisionMutex);
    const auto state = m_impl->current();
    auto reader = m_impl->reader();
    if (!reader)
        return reader.error();
    ChargePage page;
    auto rows = chargeRows(*state, *reader, query, offset, limit, largestFirst, page, std::move(stop));
    if (!rows)
        return rows.error();
    page.rows = rows.take();
    return page;
}

Result<std::vector<std::string>> Engine::dimValues(const Dim& dim, const CostQuery& query, std::size_t limit,
                                                   std::stop_token stop) const
{
    CostQuery question = query;
    question.by = {dim};
    question.granularity = Granularity::None;
    question.top = 0;
    std::erase_if(question.filters, [&dim](const Filter& filter) { return filter.dim == dim; });
    const auto answer = table(question, std::move(stop));
    if (!answer)
        return answer.error();
    std::vector<std::string> values;
    std::set<std::string_view> seen; // a value may stand in several currencies
    for (const CostRow& row : answer->rows) {
        if (values.size() < limit && seen.insert(row.keys.front()).second)
            values.push_back(row.keys.front());
    }
    return values;
}

Result<std::vector<Dim>> Engine::dynamicDims() const
{
    const auto state = m_impl->current();
    const Dictionaries& dictionaries = *state->facts->dictionaries;
    std::map<std::string, std::string> keys;
    for (const auto& tags : dictionaries.tags) {
        for (const TagPair& tag : tags)
            keys.try_emplace(tag.key, std::string(words::trimmed(tag.originalKey)));
    }
    std::vector<Dim> dims;
    for (const auto& [folded, key] : keys)
        dims.push_back({Dim::Kind::Tag, key});
    auto reader = m_impl->reader();
    if (!reader)
        return reader.error();
    const auto headers = store::readHeaders(*reader);
    if (!headers)
        return headers.error();
    for (const std::string& name : *headers) {
        if (!columnByName(name))
            dims.push_back({Dim::Kind::Column, name});
    }
    return dims;
}

Result<Overview> Engine::overview(CostLens lens, std::stop_token stop) const
{
    const std::shared_lock reading(m_impl->revisionMutex);
    const auto state = m_impl->current();
    auto reader = m_impl->reader();
    if (!reader)
        return reader.error();
    auto sources = store::readSources(*reader);
    if (!sources)
        return sources.error();
    const auto partitions = store::readPartitions(*reader);
    if (!partitions)
        return partitions.error();
    const auto proof = buildProof(*state->costs, *reader, *partitions, {lens}, ProofDepth::Quick, stop);
    if (!proof)
        return proof.error();
    auto far = farChargesOf(*state->facts, {state->costs->firstDay(), state->costs->lastDay()});
    countFar(far, *sources);
    auto overview = buildOverview(*state->costs, lens, state->currencies, sources.take(), *proof, partitions->size(),
                                  std::move(stop));
    if (overview)
        overview->far = std::move(far);
    return overview;
}

Result<std::vector<SourceInfo>> Engine::sources() const
{
    auto reader = m_impl->reader();
    if (!reader)
        return reader.error();
    auto sources = store::readSources(*reader);
    if (sources)
        countFar(farCharges(), *sources);
    return sources;
}

std::vector<FarCharges> Engine::farCharges(const DateRange& range) const
{
    const auto state = m_impl->current();
    if (!state)
        return {}; // opened for importing only
    return farChargesOf(*state->facts, {state->costs->firstDay(), state->costs->lastDay()}, range);
}

Result<std::vector<PartitionInfo>> Engine::partitions() const
{
    auto reader = m_impl->reader();
    return reader ? store::readPartitions(*reader) : Result<std::vector<PartitionInfo>>(reader.error());
}

Result<std::vector<Finding>> Engine::findings(const std::string& source) const
{
    auto reader = m_impl->reader();
    if (!reader)
        return reader.error();
    auto findings = store::readFindings(*reader, source);
    if (!findings)
        return findings;
    for (const FarCharges& far : farCharges()) {
        if (source.empty() || far.source == source)
            findings->push_back(farFinding(far));
    }
    std::stable_sort(findings->begin(), findings->end(),
                     [](const Finding& a, const Finding& b) { return a.source < b.source; });
    return findings;
}

Result<std::vector<RejectedLine>> Engine::rejected(const std::string& source) const
{
    auto reader = m_impl->reader();
    return reader ? store::readRejected(*reader, source) : Result<std::vector<RejectedLine>>(reader.error());
}

Result<std::vector<ProofLine>> Engine::proof(const std::string& source, Day period, std::stop_token stop) const
{
    const std::shared_lock reading(m_impl->revisionMutex);
    const auto state = m_impl->current();
    auto reader = m_impl->reader();
    if (!reader)
        return reader.error();
    auto partitions = store::readPartitions(*reader);
    if (!partitions)
        return partitions.error();
    std::erase_if(*partitions, [&](const PartitionInfo& partition) {
        return (!source.empty() && partition.source != source) ||
               (period.isValid() && partition.billingPeriod != period);
    });
    return buildProof(*state->costs, *reader, *partitions,
                      {CostLens::Billed, CostLens::Effective, CostLens::List, CostLens::Contracted}, ProofDepth::Full,
                      std::move(stop));
}

Engine::RulesDocument Engine::rules() const
{
    return m_impl->current()->rulesDocument;
}

Result<RuleSet> Engine::checkRules(const std::string& json)
{
    auto rules = store::parseRules(json);
    if (!rules)
        return rules.error();
    FactSet nothing; // conditions are compiled and judged without evaluating a single charge
    nothing.dictionaries = std::make_shared<const Dictionaries>();
    if (const auto tried = analysis::attribute(nothing, *rules); !tried)
        return tried.error();
    return rules;
}

Result<CostTable> Engine::tableUnder(const std::string& json, const CostQuery& query, std::stop_token stop) const
{
    const auto rules = checkRules(json);
    if (!rules)
        return rules.error();
    const auto draft = m_impl->current()->costs->under(*rules, stop);
    return draft ? (*draft)->table(query, std::move(stop)) : draft.error();
}

Result<RuleDiff> Engine::diffRules(const std::string& json, std::stop_token stop) const
{
    const auto rules = checkRules(json);
    if (!rules)
        return rules.error();
    const auto state = m_impl->current();
    const auto draft = state->costs->under(*rules, stop);
    return draft ? analysis::diffRules(*state->costs, **draft, std::move(stop)) : draft.error();
}

Result<Engine::RulesDocument> Engine::publishRules(const std::string& json, std::optional<std::uint32_t> over)
{
    if (auto writable = m_impl->checkWritable(); !writable)
        return writable.error();
    const auto rules = checkRules(json);
    if (!rules)
        return rules.error();
    const std::lock_guard lock(m_impl->writeMutex);
    if (const auto fits = analysis::attribute(*m_impl->current()->facts, *rules); !fits)
        return fits.error();
    const std::uint32_t base = over.value_or(m_impl->current()->rulesDocument.version);
    const auto inForce = store::readRules(m_impl->writer);
    if (!inForce)
        return inForce.error();
    if (inForce->version == base) { // else the answer below is no, and needs no way back
        if (auto kept = store::backUpBeforePublishing(m_impl->writer); !kept)
            return kept.error();
    }
    const auto version = store::publishRules(m_impl->writer, json, now().seconds, base);
    if (!version && version.error().code != ErrorCode::Conflict)
        return version.error();
    {
        const std::unique_lock publishing(m_impl->revisionMutex);
        if (auto done = m_impl->reload({}); !done)
            return done.error();
    }
    if (!version)
        return version.error();
    return this->rules();
}

std::vector<SavedView> Engine::savedViews() const
{
    auto reader = m_impl->reader();
    if (!reader)
        return {};
    auto views = store::readViews(*reader);
    return views ? views.take() : std::vector<SavedView>();
}

Status Engine::saveView(const SavedView& view)
{
    if (auto writable = m_impl->checkWritable(); !writable)
        return writable;
    const std::lock_guard lock(m_impl->writeMutex);
    return store::writeView(m_impl->writer, view);
}

Status Engine::removeView(const std::string& name)
{
    if (auto writable = m_impl->checkWritable(); !writable)
        return writable;
    const std::lock_guard lock(m_impl->writeMutex);
    return store::deleteView(m_impl->writer, name);
}

Result<std::string> Engine::exportCharges(const CostQuery& query, const std::filesystem::path& file,
                                          std::stop_token stop) const
{
    const std::shared_lock reading(m_impl->revisionMutex);
    const auto state = m_impl->current();
    auto reader = m_impl->reader();
    if (!reader)
        return reader.error();
    const auto headers = store::readHeaders(*reader);
    if (!headers)
        return headers.error();
    AtomicFile output(file);
    if (auto done = output.open(); !done)
        return done.error();
    if (auto done = writeCharges(
            *state, *reader, *headers, query, [&output](std::string_view text) { return output.write(text); },
            std::move(stop));
        !done)
        return done.error();
    if (auto done = output.commit(); !done)
        return done.error();
    return file.string();
}

Result<report::WeeklyInput> Engine::weeklyInput(CostLens lens, std::stop_token stop) const
{
    const auto state = m_impl->current();
    report::WeeklyInput input;
    auto overview = this->overview(lens, stop);
    if (!overview)
        return overview.error();
    input.overview = overview.take();
    auto proof = this->proof({}, Day::none(), stop);
    if (!proof)
        return proof.error();
    input.proof = proof.take();
    const Day last = state->costs->lastDay();
    if (last.isValid()) {
        SeriesRequest request;
        request.query.by = {Dim{Dim::Kind::Team, {}}};
        request.query.granularity = Granularity::Week;
        request.query.lens = lens;
        request.query.range = {stepStart(last, Granularity::Week) - 49, last + 1};
        request.anomalies = false;
        for (const Overview::PerCurrency& one : input.overview.currencies)
            request.query.top = std::max(request.query.top, watchedTeams(one.teams.size()));
        auto weeks = buildSeries(*state->costs, request, stop);
        if (!weeks)
            return weeks.error();
        input.weeklyByTeam = weeks.take();
    }
    input.workspaceName =
        m_impl->isDemo ? "Demonstration company" : std::filesystem::path(m_impl->path).stem().string();
    input.rulesVersion = state->rulesDocument.version;
    input.isDemo = m_impl->isDemo;
    return input;
}

Result<std::string> Engine::weeklyReport(const std::filesystem::path& folder, CostLens lens, std::stop_token stop) const
{
    const auto input = weeklyInput(lens, std::move(stop));
    if (!input)
        return input.error();
    const auto pdf = report::renderWeekly(*input);
    if (!pdf)
        return pdf.error();
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        return Error{ErrorCode::Io, "the folder cannot be made: " + failed.message(), folder.string()};
    const Day last = m_impl->current()->costs->lastDay();
    const auto file = folder / ("weekly-" + (last.isValid() ? toString(last) : std::string("empty")) + ".pdf");
    if (auto done = writeFileAtomically(file, *pdf); !done)
        return done.error();
    return file.string();
}

Result<std::string> Engine::weeklyText(CostLens lens, std::stop_token stop) const
{
    const auto input = weeklyInput(lens, std::move(stop));
    if (!input)
        return input.error();
    return report::renderWeeklyText(*input);
}

} // namespace altimeter::session
