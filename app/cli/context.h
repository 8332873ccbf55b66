#pragma once

#include "app/cli/arguments.h"
#include "app/cli/exitcode.h"
#include "app/cli/progressbar.h"
#include "app/cli/tablewriter.h"
#include "app/session/files/textfile.h"
#include "app/session/imports/importer.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "app/session/workspace/snapshot.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace altimeter::cli {

/// What every verb is given: its arguments, where to write, and how to reach the workspace.
class Context {
public:
    Context(Arguments arguments, OutputFormat format, bool formatWasAsked, std::stop_token stop);

    const Arguments& arguments() const { return m_arguments; }
    TableWriter& out() { return m_writer; }
    /// False where --format was left to the program.
    bool formatWasAsked() const { return m_formatWasAsked; }
    std::stop_token stop() const { return m_stop; }

    /// --workspace, else $ALTIMETER_WORKSPACE, else the default workspace of the user. Error NotFound without a home.
    Result<std::filesystem::path> workspacePath() const;
    bool usesDefaultWorkspace() const;
    /// Opens that workspace, to publish rules. Error NotFound says how to make one.
    Result<std::unique_ptr<session::Engine>> openEngine() const;
    /// The same to import, sync, or change connections.
    Result<std::unique_ptr<session::Importer>> openImporter() const;
    /// The same; only the default workspace of the user comes into being by it, a named one must be there.
    Result<std::unique_ptr<session::Importer>> openOrCreateImporter();
    /// What it holds now: all that a command prints is of this one revision.
    Result<session::SnapshotPtr> openSnapshot() const;
    /// The answer to a question about `snapshot`, unless the user interrupts.
    template <typename Question>
    Result<typename Question::Answer> ask(const session::Snapshot& snapshot, const Question& question) const
    {
        return session::answer(snapshot, question, m_stop);
    }

    session::ProgressSink progress();
    /// The same for work that only tells how much is done, and of how much.
    std::function<void(std::uint64_t, std::uint64_t)> progressOf(std::string phase);
    /// A note for people on standard error; --quiet drops it.
    void note(std::string_view text);
    /// Prints the error and answers ExitCode::Failed.
    ExitCode fail(const Error& error);
    /// Prints the error with a hint at --help and answers ExitCode::Usage.
    ExitCode usage(std::string_view command, const Error& error);
    /// Completes the output: ExitCode::Failed when it could not be written, else `code`.
    ExitCode finish(ExitCode code = ExitCode::Done);

private:
    template <typename Opened> Result<std::unique_ptr<Opened>> open() const;

    Arguments m_arguments;
    TableWriter m_writer;
    bool m_formatWasAsked;
    bool m_isQuiet;
    std::stop_token m_stop;
    ProgressBar m_bar;
};

/// Error Invalid for an empty name and for names that SQLite takes for something else than a file: :memory:, file:….
Status requireFileName(const std::string& name);

/// Says on standard error, even with --quiet, which charges an answer over the days of the data leaves out; nothing
/// where `range` names both its days.
void noteFarCharges(const session::Snapshot& snapshot, const DateRange& range, CostLens lens);

/// Says how many lines do not state this cost.
void noteUnknown(Context& context, const std::vector<CurrencyTotal>& totals, CostLens lens);

/// Says which accounts do not know every day of the data, so that an answer over days expects theirs.
void noteLate(Context& context, const session::Snapshot& snapshot);

/// Error NotFound when a source is named and the workspace has none of that name.
Status requireSource(const session::Snapshot& snapshot, const std::string& source);
/// The workspace for a question about one source, all where `source` is empty. Errors: those of both.
Result<session::SnapshotPtr> openSnapshotOf(const Context& context, const std::string& source);

/// Prints "altimeter-cli: text" on standard error, safe for a terminal.
void printError(std::string_view text);

using session::readTextFile;

} // namespace altimeter::cli
