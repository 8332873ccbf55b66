#include "app/session/imports/importing.h"

#include "app/session/workspace/presenttime.h"
#include "models/store/ingest/ingest.h"
#include "providers/focus/focusfile.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>

namespace altimeter::session {

namespace {

constexpr std::string_view kDefaultSource = "focus";

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

providers::ReadingHints hintsOf(const ImportOptions& options)
{
    providers::ReadingHints hints;
    hints.decimalComma = options.decimalComma;
    if (options.dayFirst)
        hints.dateOrder = *options.dayFirst ? providers::DateOrder::DayFirst : providers::DateOrder::MonthFirst;
    return hints;
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

} // namespace

Result<ImportReport> importPaths(WorkspaceFile& workspace, const std::vector<std::filesystem::path>& paths,
                                 const ImportOptions& options, const ProgressSink& progress, std::stop_token stop)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable.error();
    const auto files = inputFiles(paths);
    if (!files)
        return files.error();
    auto writing = workspace.write();
    const std::string source = options.source.empty() ? std::string(kDefaultSource) : options.source;
    store::Ingest::Options ingestOptions{source, "focus-csv", options.at.isValid() ? options.at : presentTime(),
                                         options.dryRun};
    ingestOptions.replace = options.replace;
    auto ingest = store::Ingest::begin(writing.db(), std::move(ingestOptions), stop);
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
            stop, 0, 0, hintsOf(options));
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
        if (auto done = workspace.committed(writing); !done)
            return done.error();
    }
    return report;
}

} // namespace altimeter::session
