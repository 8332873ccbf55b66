#include "app/session/imports/importing.h"

#include "app/session/imports/deliveryfiles.h"
#include "app/session/workspace/presenttime.h"
#include "models/domain/readingchoice.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ledger/ledger.h"
#include "providers/core/bytesource.h"
#include "providers/focus/costfiles.h"
#include "providers/focus/focusfile.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

namespace altimeter::session {

namespace {

constexpr std::string_view kKind = "focus-csv";

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

providers::ReadingHints hintsOf(const ImportOptions& options)
{
    providers::ReadingHints hints;
    hints.decimalComma = options.decimalComma;
    if (options.dayFirst)
        hints.dateOrder = *options.dayFirst ? providers::DateOrder::DayFirst : providers::DateOrder::MonthFirst;
    return hints;
}

/// Nothing is in it, packed or not. A file that cannot be opened is none of these.
bool isEmpty(const DeliveryFile& file)
{
    if (file.bytes == 0)
        return true;
    const auto source = providers::openByteSource(file.path, file.name);
    std::array<char, 1> first{};
    const auto read = source ? (*source)->read(first) : Result<std::size_t>(source.error());
    return read && *read == 0;
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

/// Reads the files of one delivery until it is known what they are: which of them count, and as which source. What is
/// left out, or turns out to be another source's, is told by their charges alone, so that all of them have to be read
/// first; then they are read anew. A delivery that is what its name says is read once.
class FileImport {
public:
    FileImport(store::sql::Connection& db, const DeliveryFiles& delivery, const ImportOptions& options,
               const ProgressSink& progress, std::stop_token stop, ImportSurvey* survey = nullptr)
        : m_db(db), m_delivery(delivery), m_options(options), m_progress(progress), m_stop(std::move(stop)),
          m_survey(survey)
    {
    }
    Result<ImportReport> run(std::string source);

private:
    Result<std::optional<ImportReport>> attempt();
    Status readFiles(store::Ingest& ingest);
    Status readFile(store::Ingest& ingest, const DeliveryFile& file, std::size_t number);
    void leaveTwinsOut();
    Status leaveOutAsWished();
    void leaveOut(std::size_t file, SurveyedFile::State state, const Finding& finding);
    void noteRead(std::size_t number, const Result<providers::FocusFileInfo>& read, bool isOtherKind);
    void noteTotals(const store::Ingest& ingest);
    void noteFindings(const ImportReport& report);
    void adopt(const store::Meeting& meeting);
    void tell(std::string_view phase, std::uint64_t rows, std::uint64_t bytes);

    store::sql::Connection& m_db;
    const DeliveryFiles& m_delivery;
    const ImportOptions& m_options;
    const ProgressSink& m_progress;
    std::stop_token m_stop;
    ImportSurvey* m_survey; ///< null: this is the import itself

    std::string m_source;
    std::string m_formerSource; ///< the name before it was known whose charges they are; empty: it is the same
    bool m_isNamed = false;
    std::set<std::size_t> m_leftOut; ///< by index of m_delivery.files
    std::vector<Finding> m_findings; ///< of what is not read
    std::vector<Error> m_questions;  ///< of a survey: files that would end the delivery
    // Of one attempt.
    std::vector<std::size_t> m_begun; ///< indexes of the files that got as far as their lines, in this order
    std::uint64_t m_rows = 0, m_bytes = 0;
    std::size_t m_usable = 0;
    bool m_isAnew = false;      ///< a file that was begun is left out now
    std::vector<Error> m_asked; ///< what would be refused
    Error m_lastError;
    std::chrono::steady_clock::time_point m_start, m_lastPost;
};

void FileImport::tell(std::string_view phase, std::uint64_t rows, std::uint64_t bytes)
{
    if (!m_progress)
        return;
    const auto time = std::chrono::steady_clock::now();
    const bool isReading = phase == "reading";
    if (isReading && time - m_lastPost < std::chrono::milliseconds(50))
        return;
    m_lastPost = time;
    Progress state{std::string(phase), rows, bytes, m_delivery.bytes, std::nullopt};
    if (isReading)
        state.secondsLeft = secondsLeft(time - m_start, bytes, m_delivery.bytes);
    m_progress(state);
}

void FileImport::leaveTwinsOut()
{
    for (std::size_t i = 0; i < m_delivery.files.size(); ++i) {
        const DeliveryFile* twin = twinOf(m_delivery.files, i);
        if (!twin || m_options.leftOut.contains(twin->name))
            continue;
        if (!m_leftOut.contains(i))
            leaveOut(i, SurveyedFile::State::Copy,
                     {Severity::Warning,
                      "duplicate-file",
                      0,
                      0,
                      "the same bytes as " + twin->name + "; read once",
                      m_delivery.files[i].name,
                      {}});
    }
}

Status FileImport::leaveOutAsWished()
{
    for (const std::string& name : m_options.leftOut) {
        const auto named = [&name](const DeliveryFile& file) { return file.name == name; };
        if (std::none_of(m_delivery.files.begin(), m_delivery.files.end(), named))
            return Error{ErrorCode::NotFound,
                         "no file of this delivery has the name that is to be left out; nothing was changed", name,
                         "Name it as the import does, with its folder inside what is imported: " +
                             m_delivery.files.front().name + '.'};
    }
    for (std::size_t i = 0; i < m_delivery.files.size(); ++i) {
        if (m_options.leftOut.contains(m_delivery.files[i].name))
            leaveOut(
                i, SurveyedFile::State::LeftOut,
                {Severity::Note, "file-left-out", 0, 0, "left out, as was asked for", m_delivery.files[i].name, {}});
    }
    if (!m_survey && m_leftOut.size() == m_delivery.files.size())
        return Error{ErrorCode::Invalid, "every file is left out; nothing was changed", {}, {}};
    return {};
}

void FileImport::leaveOut(std::size_t file, SurveyedFile::State state, const Finding& finding)
{
    m_leftOut.insert(file);
    m_findings.push_back(finding);
    if (m_survey) {
        m_survey->files[file].state = state;
        m_survey->files[file].why = finding.message;
    }
}

Error damagedDelivery(Error error)
{
    error.what += "; a delivery is taken whole or not at all: nothing was changed, what was stored before stays";
    if (error.todo.empty())
        error.todo = "Fetch the file again and import all of them once more, or import the others without it.";
    return error;
}

/// It stays the question it is: the window asks by it.
Error undecidedDelivery(Error error)
{
    error.what += "; a delivery is taken whole or not at all: nothing was changed";
    return error;
}

Status FileImport::readFile(store::Ingest& ingest, const DeliveryFile& file, std::size_t number)
{
    WatchedSink sink(ingest);
    const auto tellRead = [this](const providers::FileProgress& at) {
        tell("reading", m_rows + at.rows, m_bytes + at.bytes);
    };
    const auto readable = providers::checkReadableForm(file.path, file.name);
    const auto read =
        readable ? providers::readFocusFile(file.path, file.name, sink, tellRead, m_stop, 0, 0, hintsOf(m_options))
                 : Result<providers::FocusFileInfo>(readable.error());
    if (sink.begun())
        m_begun.push_back(number);
    const bool isOtherKind =
        !read && (read.error().code == ErrorCode::Invalid || read.error().code == ErrorCode::Unsupported);
    if (m_survey)
        noteRead(number, read, isOtherKind && !sink.begun());
    if (read) {
        ++m_usable;
        ingest.setFileVersion(read->version);
        m_rows += read->rows + read->rejected;
        return {};
    }
    if (read.error().code == ErrorCode::Cancelled)
        return read.error();
    if (sink.begun() || !isOtherKind) { // nothing of half a file is believed, nor of what came with it
        const Error damage = damagedDelivery(read.error());
        if (m_survey) { // what came of it is in the delivery, which begins anew without it
            m_isAnew = true;
            m_questions.push_back(damage);
            leaveOut(number, SurveyedFile::State::Damaged,
                     {Severity::Error, "file-unusable", 0, 0, read.error().what, file.name, {}});
        }
        return damage;
    }
    if (choiceIn(read.error().what)) // its lines are charges: without them the others are a part of the delivery
        return undecidedDelivery(read.error());
    m_lastError = read.error();
    if (isEmpty(file)) // a part without a charge, as exports that are cut into parts have them
        return ingest.finding({Severity::Warning, "file-not-read", 0, 0, "is empty", file.name, m_source});
    return ingest.finding({Severity::Error, "file-unusable", 0, 1, read.error().what, file.name, m_source});
}

Status FileImport::readFiles(store::Ingest& ingest)
{
    m_begun.clear();
    m_isAnew = false;
    m_rows = m_bytes = 0;
    m_usable = 0;
    m_start = std::chrono::steady_clock::now();
    for (const Finding& finding : m_findings) {
        if (auto told = ingest.finding(finding); !told)
            return told;
    }
    for (std::size_t i = 0; i < m_delivery.files.size(); ++i) {
        const DeliveryFile& file = m_delivery.files[i];
        if (!m_leftOut.contains(i)) {
            if (auto done = readFile(ingest, file, i); !done)
                return done;
        }
        m_bytes += file.bytes;
    }
    return m_usable == 0 ? Status(m_lastError) : Status();
}

/// What a meeting says is to be done otherwise.
void FileImport::adopt(const store::Meeting& meeting)
{
    for (const store::Meeting::LeftOut& one : meeting.leftOut) {
        leaveOut(m_begun[one.file], SurveyedFile::State::Copy, one.finding);
    }
    if (meeting.continues.empty())
        return;
    const std::string was = m_source;
    m_source = meeting.continues;
    if (meeting.isBeside) { // both count: it has only nothing to replace there
        m_findings.push_back({Severity::Note,
                              "account-in-two-sources",
                              0,
                              0,
                              "the charges were stored under \"" + m_source + "\", beside those of \"" + was + '"',
                              m_delivery.files[m_begun.front()].name,
                              {}});
        return;
    }
    if (m_formerSource.empty())
        m_formerSource = was;
    m_findings.push_back(
        {m_isNamed ? Severity::Warning : Severity::Note,
         "same-delivery",
         0,
         0,
         m_isNamed ? "all charges are stored already, under the source \"" + m_source + "\"; they count once, there"
                   : "the charges are those of the source \"" + m_source + "\" and were stored there, not under \"" +
                         was + '"',
         m_delivery.files[m_begun.front()].name,
         {}});
    m_isNamed = false;
}

/// None where the files have to be read anew.
Result<std::optional<ImportReport>> FileImport::attempt()
{
    store::Ingest::Options options;
    options.source = m_source;
    options.kind = kKind;
    options.at = m_options.at.isValid() ? m_options.at : presentTime();
    options.dryRun = m_options.dryRun;
    options.replace = m_options.replace;
    options.keepBoth = m_options.keepBoth;
    options.isNamed = m_isNamed;
    options.formerSource = m_formerSource;
    options.compares = true;
    m_asked.clear();
    options.asked = m_survey ? &m_asked : nullptr;
    for (const DeliveryFile& file : m_delivery.files) {
        std::error_code error;
        const auto path = std::filesystem::weakly_canonical(file.path, error);
        options.paths[file.name] = (error ? file.path : path).string();
    }
    auto ingest = store::Ingest::begin(m_db, options, m_stop);
    if (!ingest)
        return ingest.error();
    if (auto done = readFiles(**ingest); !done)
        return m_isAnew ? Result<std::optional<ImportReport>>(std::optional<ImportReport>()) : done.error();
    const auto meeting = (*ingest)->meet();
    if (!meeting)
        return meeting.error();
    if (!meeting->leftOut.empty() || !meeting->continues.empty()) {
        adopt(*meeting);
        return std::optional<ImportReport>();
    }
    if (m_survey)
        noteTotals(**ingest);
    tell("storing", m_rows, m_delivery.bytes);
    auto report = (*ingest)->finish();
    if (!report)
        return report.error();
    report->bytesRead = m_bytes;
    if (m_survey)
        noteFindings(*report);
    return std::optional(report.take());
}

void FileImport::noteRead(std::size_t number, const Result<providers::FocusFileInfo>& read, bool isOtherKind)
{
    SurveyedFile& file = m_survey->files[number];
    if (read) {
        file.profile = read->profile;
        file.version = read->version;
        file.rows = read->rows;
        file.rejected = read->rejected;
    } else if (isOtherKind) {
        file.state = SurveyedFile::State::Foreign;
        file.why = isEmpty(m_delivery.files[number]) ? "is empty" : read.error().what;
    }
}

void FileImport::noteTotals(const store::Ingest& ingest)
{
    const auto totals = ingest.fileTotals();
    for (SurveyedFile& file : m_survey->files) {
        std::vector<DeliveredMoney> parts;
        for (const store::Ingest::FileTotal& total : totals) {
            if (total.file == file.name)
                parts.push_back({total.currency, total.billed, total.rows, total.from, total.to});
        }
        file.money = together(parts);
    }
}

/// What says that a file is no FOCUS export, or none of today.
bool isOfAnotherForm(const Finding& finding)
{
    static const std::set<std::string_view> kChecks{"native-profile",   "old-version",         "renamed-column",
                                                    "currency-missing", "missing-cost-column", "missing-date-column"};
    return kChecks.contains(finding.check);
}

void FileImport::noteFindings(const ImportReport& report)
{
    for (SurveyedFile& file : m_survey->files) {
        file.findings.clear();
        file.readAs.clear();
        for (const Finding& finding : report.findings) {
            if (finding.file != file.name)
                continue;
            file.findings.push_back(finding);
            if (isOfAnotherForm(finding))
                file.readAs.push_back(finding.message);
        }
    }
    m_survey->questions = m_questions;
    constexpr std::string_view kUnchanged = " Nothing was changed."; // nor is it going to be, here
    for (Error asked : m_asked) {
        if (asked.what.ends_with(kUnchanged))
            asked.what.resize(asked.what.size() - kUnchanged.size());
        m_survey->questions.push_back(std::move(asked));
    }
}

Result<ImportReport> FileImport::run(std::string source)
{
    m_source = std::move(source);
    m_isNamed = !m_options.source.empty();
    m_findings = unreadFindings(m_delivery);
    if (m_survey) {
        for (const DeliveryFile& file : m_delivery.files) {
            m_survey->files.push_back({});
            m_survey->files.back().name = file.name;
            m_survey->files.back().bytes = file.bytes;
        }
    }
    if (auto done = leaveOutAsWished(); !done)
        return done.error();
    leaveTwinsOut();
    for (std::size_t tries = 0; tries < m_delivery.files.size() + 2; ++tries) {
        auto report = attempt();
        if (!report)
            return report.error();
        if (*report)
            return std::move(**report);
    }
    return Error{ErrorCode::Invalid, "it cannot be told which of these files count", m_delivery.files.front().name,
                 "Leave the older ones out; where all lines count, join them to one file."};
}

} // namespace

namespace {

/// Looks at, or imports, what the paths name.
Result<ImportReport> readPaths(WorkspaceFile& workspace, const std::vector<std::filesystem::path>& paths,
                               const ImportOptions& options, const ProgressSink& progress, std::stop_token stop,
                               ImportSurvey* survey)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable.error();
    const auto files = deliveryFiles(paths);
    if (!files)
        return files.error();
    auto writing = workspace.write();
    auto source =
        options.source.empty() ? store::freeSourceName(writing.db(), sourceNameOf(paths), kKind) : options.source;
    if (!source)
        return source.error();
    auto report = FileImport(writing.db(), *files, options, progress, std::move(stop), survey).run(source.take());
    if (!report)
        return report.error();
    for (std::size_t i = 0; survey && i < files->unread.size(); ++i) {
        SurveyedFile& file = survey->files.emplace_back();
        file.name = files->unread[i].name;
        file.bytes = files->unread[i].bytes;
        file.state = SurveyedFile::State::Foreign;
        file.why = "is " + files->forms[i] + ", which cannot be read";
    }
    if (!options.dryRun) {
        // The import is committed: from here on it is done, whatever the caller's wish to stop.
        if (auto done = workspace.committed(writing); !done)
            return done.error();
    }
    return report;
}

} // namespace

Result<ImportReport> importPaths(WorkspaceFile& workspace, const std::vector<std::filesystem::path>& paths,
                                 const ImportOptions& options, const ProgressSink& progress, std::stop_token stop)
{
    return readPaths(workspace, paths, options, progress, std::move(stop), nullptr);
}

Result<ImportSurvey> surveyPaths(WorkspaceFile& workspace, const std::vector<std::filesystem::path>& paths,
                                 const ImportOptions& options, const ProgressSink& progress, std::stop_token stop)
{
    ImportOptions dry = options;
    dry.dryRun = true;
    ImportSurvey survey;
    auto report = readPaths(workspace, paths, dry, progress, std::move(stop), &survey);
    if (!report)
        return report.error();
    survey.report = report.take();
    return survey;
}

} // namespace altimeter::session
