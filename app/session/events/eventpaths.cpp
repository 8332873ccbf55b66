#include "app/session/events/eventpaths.h"

#include "app/session/imports/deliveryfiles.h"
#include "models/store/events/eventdays.h"
#include "models/store/ledger/ledger.h"
#include "models/text/words.h"
#include "providers/events/eventfile.h"
#include "providers/events/eventsink.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>

namespace altimeter::session {

namespace {

namespace fs = std::filesystem;

bool mayHoldEvents(const fs::path& file)
{
    std::string name = words::toLower(file.filename().string());
    if (name.ends_with(".gz"))
        name.resize(name.size() - 3);
    constexpr std::array<std::string_view, 5> kEndings{".json", ".jsonl", ".ndjson", ".log", ".otlp"};
    return std::any_of(kEndings.begin(), kEndings.end(), [&name](std::string_view end) { return name.ends_with(end); });
}

struct NamedFile {
    fs::path path;
    std::string name; ///< relative to the folder that was named
    std::uint64_t bytes = 0;
};

Result<std::vector<fs::path>> filesOf(const fs::path& path)
{
    std::error_code problem;
    if (fs::is_regular_file(path, problem))
        return std::vector<fs::path>{path};
    if (!fs::is_directory(path, problem))
        return Error{ErrorCode::NotFound, "there is no such file or folder", path.string()};
    std::vector<fs::path> files;
    fs::recursive_directory_iterator walk(path, fs::directory_options::skip_permission_denied, problem);
    for (; !problem && walk != fs::recursive_directory_iterator(); walk.increment(problem)) {
        std::error_code ignored;
        if (walk->path().filename().string().starts_with('.'))
            walk.disable_recursion_pending();
        else if (walk->is_regular_file(ignored) && mayHoldEvents(walk->path()))
            files.push_back(walk->path());
    }
    if (problem)
        return Error{ErrorCode::Io, "the folder cannot be read: " + problem.message(), path.string()};
    std::sort(files.begin(), files.end());
    return files;
}

/// Each file once, in an order that does not depend on that of a folder.
Result<std::vector<NamedFile>> filesOf(const std::vector<fs::path>& paths)
{
    std::vector<NamedFile> all;
    std::set<fs::path> seen;
    std::error_code ignored;
    for (const fs::path& path : paths) {
        const auto found = filesOf(path);
        if (!found)
            return found.error();
        for (const fs::path& file : *found) {
            if (!seen.insert(fs::weakly_canonical(file, ignored)).second)
                continue;
            const auto name = fs::is_directory(path, ignored) ? fs::relative(file, path, ignored) : file.filename();
            all.push_back({file, name.generic_string(), fs::file_size(file, ignored)});
        }
    }
    if (all.empty())
        return Error{ErrorCode::NotFound, "holds no files of events (*.jsonl, *.json, *.ndjson, *.log, also packed)",
                     paths.empty() ? std::string() : paths.front().string()};
    return all;
}

/// Hands what a reader finds to the import.
class FeedSink final : public providers::EventSink {
public:
    explicit FeedSink(EventFeed& feed) : m_feed(feed) {}
    Status event(CostEvent event) override { return m_feed.event(std::move(event)); }
    Status rejected(providers::RejectedEvent record) override
    {
        RejectedLine line;
        line.line = record.line;
        line.check = std::move(record.check);
        line.message = record.field.empty() ? std::move(record.message) : record.field + ": " + record.message;
        return m_feed.rejected(std::move(line));
    }
    Status dropped(DropReason reason, std::uint64_t records) override { return m_feed.dropped(reason, records); }
    Status finding(Finding finding) override { return m_feed.finding(std::move(finding)); }

private:
    EventFeed& m_feed;
};

/// How the whole delivery gets on.
struct Reading {
    const ProgressSink& progress;
    std::uint64_t before = 0, total = 0;
    std::size_t usable = 0;
    std::optional<Error> lastError;
    std::chrono::steady_clock::time_point lastPost{};

    void tell(std::uint64_t bytes)
    {
        const auto now = std::chrono::steady_clock::now();
        if (!progress || now - lastPost < std::chrono::milliseconds(50))
            return;
        lastPost = now;
        progress({"reading", 0, before + bytes, total, std::nullopt});
    }
};

Result<std::string> readFile(const NamedFile& file, const EventPathOptions& options, const std::string& source,
                             Reading& reading, const std::stop_token& stop, EventFeed& feed)
{
    providers::EventReading how;
    how.form = providers::eventFormOf(options.form).value_or(providers::EventForm::Auto);
    how.source = source;
    how.stop = stop;
    how.progress = [&reading](std::uint64_t bytes, std::uint64_t) { reading.tell(bytes); };
    FeedSink sink(feed);
    const auto read = providers::readEventFile(file.path, file.name, how, sink);
    reading.before += file.bytes;
    if (read) {
        ++reading.usable;
        return std::string(providers::eventFormName(read->form));
    }
    if (read.error().code != ErrorCode::Unsupported)
        return read.error();
    reading.lastError = read.error();
    if (auto told = feed.finding({Severity::Error, "file-unusable", 0, 1, read.error().what, file.name, source}); !told)
        return told.error();
    return std::string(providers::eventFormName(providers::EventForm::Auto));
}

} // namespace

bool isEventForm(std::string_view name)
{
    return providers::eventFormOf(name).has_value();
}

Result<EventImportReport> importEventPaths(WorkspaceFile& workspace, const std::vector<fs::path>& paths,
                                           const EventPathOptions& options, const ProgressSink& progress,
                                           std::stop_token stop)
{
    const auto files = filesOf(paths);
    if (!files)
        return files.error();
    auto source = options.source.empty() ? [&]() -> Result<std::string> {
        auto writing = workspace.write();
        return store::freeSourceName(writing.db(), sourceNameOf(paths), store::kEventKind);
    }()
        : Result<std::string>(options.source);
    if (!source)
        return source.error();
    Reading reading{progress, 0, 0, 0, std::nullopt, {}};
    for (const NamedFile& file : *files)
        reading.total += file.bytes;
    std::vector<EventFile> delivery;
    for (std::size_t at = 0; at < files->size(); ++at) {
        const NamedFile& file = (*files)[at];
        const bool isLast = at + 1 == files->size();
        delivery.push_back({file.name, [&, isLast](EventFeed& feed) -> Result<std::string> {
                                auto form = readFile(file, options, *source, reading, stop, feed);
                                if (form && isLast && reading.usable == 0)
                                    return *reading.lastError;
                                return form;
                            }});
    }
    return importEvents(workspace, delivery, {*source, options.dryRun, options.at}, stop);
}

} // namespace altimeter::session
