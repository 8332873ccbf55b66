#include "app/session/workspace/engine.h"

#include "app/demo/democompany.h"
#include "app/session/questions/answers.h"
#include "app/session/questions/draftrules.h"
#include "app/session/workspace/engineimpl.h"
#include "app/session/workspace/storedrevision.h"
#include "models/facts/factset.h"
#include "models/store/file/backup.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ledger/ledger.h"
#include "models/store/settings/connections.h"
#include "models/store/sql/soundness.h"
#include "providers/focus/focusfile.h"
#include "resources/assets.h"

#include <algorithm>
#include <chrono>
#include <fstream>
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

/// A new workspace file with the default rules, whole or not at all.
Status make(const std::filesystem::path& file)
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
    return made ? Status() : Status(made.error());
}

} // namespace

Engine::Engine() : m_impl(std::make_unique<Impl>()) {}

Engine::~Engine() = default;

Status Engine::Impl::reload(WorkspaceFile::Writing& writing)
{
    auto before = current();
    auto next = loadSnapshot(file, before.get(), {});
    if (!next)
        return next.error();
    {
        const std::lock_guard lock(snapshotMutex);
        snapshot = *next;
    }
    before.reset(); // what it holds of the journal goes with the last question that is asked of it
    store::settle(writing.db(), [&next] { (*next)->stored->renew(); });
    return {};
}

Result<std::unique_ptr<Engine>> Engine::create(const std::filesystem::path& file)
{
    if (const auto made = make(file); !made)
        return made.error();
    return open(file);
}

Result<std::unique_ptr<Engine>> Engine::open(const std::filesystem::path& file, Purpose purpose)
{
    std::unique_ptr<Engine> engine(new Engine);
    Impl& impl = *engine->m_impl;
    const FileBefore before(file);
    auto opened = WorkspaceFile::open(file, before);
    if (!opened)
        return opened.error();
    impl.file = opened.take();
    if (purpose == Purpose::ImportOnly) {
        auto damage = store::damageOf(impl.file->write().db());
        if (!damage)
            return before.notOpened(damage.error());
        impl.importDamage = damage.take();
        impl.isImportOnly = true;
        return engine;
    }
    auto snapshot = loadSnapshot(impl.file, nullptr, {});
    if (!snapshot)
        return before.notOpened(snapshot.error());
    impl.snapshot = snapshot.take();
    impl.file->onCommitted([&impl](WorkspaceFile::Writing& writing, WorkspaceFile::Change change) {
        if (change == WorkspaceFile::Change::Figures)
            return impl.reload(writing);
        impl.current()->stored->renew();
        return Status();
    });
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
        if (const auto made = make(making->file()); !made)
            return made.error();
        auto engine = open(making->file(), Purpose::ImportOnly);
        if (!engine)
            return engine.error();
        ImportOptions options;
        options.source = "demo";
        options.at = demoImportInstant();
        const auto report = (*engine)->importPaths({making->folder() / "files"}, options, progress, stop);
        if (!report)
            return report.error();
        auto writing = (*engine)->m_impl->file->write();
        const auto version = store::publishRules(writing.db(), demoRules(), demoImportInstant().seconds);
        if (!version)
            return version.error();
        if (auto done = store::markDemo(writing.db()); !done)
            return done.error();
    }
    if (auto done = making->place(); !done) // whole or absent: an interrupted init leaves no half workspace
        return done.error();
    return open(file);
}

Result<bool> Engine::refresh()
{
    if (!m_impl->file->readOnly().empty())
        return false; // what is read lies still; a change of the file is told when it is read next
    auto writing = m_impl->file->write();
    const auto stored = store::revisionOf(writing.db());
    if (!stored)
        return stored.error();
    if (m_impl->isImportOnly)
        return false;
    if (*stored == m_impl->current()->revision) {
        m_impl->current()->stored->renew(); // no figure changed, but a connection may have come or gone
        return false;
    }
    if (auto done = m_impl->reload(writing); !done)
        return done.error();
    return true;
}

SnapshotPtr Engine::snapshot() const
{
    return m_impl->current();
}

const std::vector<std::string>& Engine::notes() const
{
    return m_impl->file->notes();
}

Engine::Info Engine::info() const
{
    const auto snapshot = m_impl->current();
    Info info;
    info.path = snapshot->path;
    info.name = snapshot->name;
    info.isDemo = snapshot->isDemo;
    info.revision = snapshot->revision;
    info.rows = snapshot->facts->rows();
    info.dataFrom = snapshot->days.first;
    info.dataThrough = snapshot->days.last;
    info.currencies = snapshot->currencies;
    info.rulesVersion = snapshot->rulesDocument.version;
    info.damage = snapshot->damage;
    info.mended = m_impl->file->mended();
    info.readOnly = m_impl->file->readOnly();
    info.notes = m_impl->file->notes();
    return info;
}

std::vector<std::string> Engine::damage() const
{
    return m_impl->isImportOnly ? m_impl->importDamage : m_impl->current()->damage;
}

std::vector<std::string> Engine::mended() const
{
    return m_impl->file->mended();
}

Result<ImportReport> Engine::importPaths(const std::vector<std::filesystem::path>& paths, const ImportOptions& options,
                                         const ProgressSink& progress, std::stop_token stop)
{
    if (auto writable = m_impl->file->checkWritable(); !writable)
        return writable.error();
    const auto files = inputFiles(paths);
    if (!files)
        return files.error();
    auto writing = m_impl->file->write();
    const std::string source = options.source.empty() ? std::string(kDefaultSource) : options.source;
    auto ingest = store::Ingest::begin(
        writing.db(), {source, "focus-csv", options.at.isValid() ? options.at : now(), options.dryRun}, stop);
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
    auto report = (*ingest)->finish();
    if (!report)
        return report.error();
    ingest->reset();
    report->bytesRead = bytesBefore;
    if (!options.dryRun) {
        // The import is committed: from here on it is done, whatever the caller's wish to stop.
        if (auto done = m_impl->file->committed(writing); !done)
            return done.error();
    }
    return report;
}

Result<CostTable> Engine::table(const CostQuery& query, std::stop_token stop) const
{
    return answer(*snapshot(), TableQuestion{query}, std::move(stop));
}

Result<SeriesSet> Engine::series(const SeriesRequest& request, std::stop_token stop) const
{
    return answer(*snapshot(), request, std::move(stop));
}

Result<ChargePage> Engine::charges(const CostQuery& query, std::uint64_t offset, std::uint64_t limit, bool largestFirst,
                                   std::stop_token stop) const
{
    return answer(*snapshot(), ChargesQuestion{query, offset, limit, largestFirst}, std::move(stop));
}

Result<std::vector<std::string>> Engine::dimValues(const Dim& dim, const CostQuery& query, std::size_t limit,
                                                   std::stop_token stop) const
{
    return answer(*snapshot(), DimValuesQuestion{dim, query, limit}, std::move(stop));
}

Result<std::vector<Dim>> Engine::dynamicDims() const
{
    return answer(*snapshot(), DynamicDimsQuestion{}, {});
}

Result<Overview> Engine::overview(CostLens lens, std::stop_token stop) const
{
    return answer(*snapshot(), OverviewQuestion{lens}, std::move(stop));
}

Result<std::vector<SourceInfo>> Engine::sources() const
{
    return answer(*snapshot(), SourcesQuestion{}, {});
}

std::vector<FarCharges> Engine::farCharges(const DateRange& range) const
{
    const auto current = snapshot();
    if (!current)
        return {}; // opened for importing only
    return answer(*current, FarChargesQuestion{range}, {}).take();
}

Result<std::vector<PartitionInfo>> Engine::partitions() const
{
    return answer(*snapshot(), PartitionsQuestion{}, {});
}

Result<std::vector<Finding>> Engine::findings(const std::string& source) const
{
    return answer(*snapshot(), FindingsQuestion{source}, {});
}

Result<std::vector<RejectedLine>> Engine::rejected(const std::string& source) const
{
    return answer(*snapshot(), RejectedQuestion{source}, {});
}

Result<std::vector<ProofLine>> Engine::proof(const std::string& source, Day period, std::stop_token stop) const
{
    return answer(*snapshot(), ProofQuestion{source, period}, std::move(stop));
}

Engine::RulesDocument Engine::rules() const
{
    return snapshot()->rulesDocument;
}

Result<RuleSet> Engine::checkRules(const std::string& json)
{
    return session::checkRules(json);
}

Result<CostTable> Engine::tableUnder(const std::string& json, const CostQuery& query, std::stop_token stop) const
{
    return answer(*snapshot(), TableUnderQuestion{json, query}, std::move(stop));
}

Result<RuleDiff> Engine::diffRules(const std::string& json, std::stop_token stop) const
{
    return answer(*snapshot(), RuleDiffQuestion{json}, std::move(stop));
}

Result<CompletenessCalendar> Engine::calendar(const DateRange& range, Day today, std::stop_token stop) const
{
    return answer(*snapshot(), CalendarQuestion{range, today}, std::move(stop));
}

Result<std::vector<Measure>> Engine::measures(const std::string& source, const std::string& name) const
{
    if (const auto current = snapshot())
        return answer(*current, MeasuresQuestion{source, name}, {});
    const auto reader = m_impl->file->reader(); // opened for importing only
    return reader ? store::readMeasures(*reader, source, name) : Result<std::vector<Measure>>(reader.error());
}

Result<std::string> Engine::exportCharges(const CostQuery& query, const std::filesystem::path& file,
                                          std::stop_token stop) const
{
    return answer(*snapshot(), ExportQuestion{query, file.string()}, std::move(stop));
}

Result<std::string> Engine::weeklyReport(const std::filesystem::path& folder, CostLens lens, std::stop_token stop) const
{
    return answer(*snapshot(), WeeklyReportQuestion{folder.string(), lens}, std::move(stop));
}

Result<std::string> Engine::weeklyText(CostLens lens, std::stop_token stop) const
{
    return answer(*snapshot(), WeeklyTextQuestion{lens}, std::move(stop));
}

Result<Engine::RulesDocument> Engine::publishRules(const std::string& json, std::optional<std::uint32_t> over)
{
    if (auto writable = m_impl->file->checkWritable(); !writable)
        return writable.error();
    const auto rules = checkRules(json);
    if (!rules)
        return rules.error();
    auto writing = m_impl->file->write();
    if (const auto fits = snapshot()->costs->under(*rules, {}); !fits)
        return fits.error();
    const std::uint32_t base = over.value_or(snapshot()->rulesDocument.version);
    const auto inForce = store::readRules(writing.db());
    if (!inForce)
        return inForce.error();
    if (inForce->version == base) { // else the answer below is no, and needs no way back
        if (auto kept = store::backUpBeforePublishing(writing.db()); !kept)
            return kept.error();
    }
    const auto version = store::publishRules(writing.db(), json, now().seconds, base);
    if (!version && version.error().code != ErrorCode::Conflict)
        return version.error();
    if (auto done = m_impl->file->committed(writing); !done)
        return done.error();
    if (!version)
        return version.error();
    return this->rules();
}

std::vector<SavedView> Engine::savedViews() const
{
    auto reader = m_impl->file->reader();
    if (!reader)
        return {};
    auto views = store::readViews(*reader);
    return views ? views.take() : std::vector<SavedView>();
}

Status Engine::saveView(const SavedView& view)
{
    if (auto writable = m_impl->file->checkWritable(); !writable)
        return writable;
    return store::writeView(m_impl->file->write().db(), view);
}

Status Engine::removeView(const std::string& name)
{
    if (auto writable = m_impl->file->checkWritable(); !writable)
        return writable;
    return store::deleteView(m_impl->file->write().db(), name);
}

} // namespace altimeter::session
