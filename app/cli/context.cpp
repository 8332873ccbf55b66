#include "app/cli/context.h"

#include "app/cli/text.h"
#include "app/session/workspace/workspacefile.h"
#include "models/domain/farcharges.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace altimeter::cli {

namespace {

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

} // namespace

void printError(std::string_view text)
{
    std::fprintf(stderr, "altimeter-cli: %s\n", terminalText(text).c_str());
}

Status requireFileName(const std::string& name)
{
    if (!name.empty() && !name.starts_with(':') && !name.starts_with("file:"))
        return {};
    const std::string instead = name.empty() ? std::string() : "; a file of that name is written ./" + name;
    return Error{ErrorCode::Invalid, "a workspace is a file, and this names none" + instead,
                 name.empty() ? "\"\"" : name};
}

Status requireSource(const session::Snapshot& snapshot, const std::string& source)
{
    if (source.empty())
        return {};
    const auto sources = session::answer(snapshot, SourcesQuestion{}, {});
    if (!sources)
        return sources.error();
    if (std::any_of(sources->begin(), sources->end(),
                    [&source](const SourceInfo& each) { return each.name == source; }))
        return {};
    return Error{ErrorCode::NotFound, "there is no source of this name; 'altimeter-cli sources' lists them", source};
}

Context::Context(Arguments arguments, OutputFormat format, bool formatWasAsked, std::stop_token stop)
    : m_arguments(std::move(arguments)), m_writer(format, stdout), m_formatWasAsked(formatWasAsked),
      m_isQuiet(m_arguments.has("--quiet")), m_stop(std::move(stop)),
      m_bar(stderr, !m_isQuiet && isatty(STDERR_FILENO) == 1)
{
}

Result<std::filesystem::path> Context::workspacePath() const
{
    if (const auto given = m_arguments.value("--workspace"))
        return std::filesystem::path(*given);
    if (const std::string given = environment("ALTIMETER_WORKSPACE"); !given.empty())
        return std::filesystem::path(given);
    // The XDG rules: a relative path is to be ignored.
    const std::filesystem::path data = environment("XDG_DATA_HOME");
    if (data.is_absolute())
        return data / "altimeter" / "default.altimeter";
    const std::filesystem::path home = environment("HOME");
    if (home.is_absolute())
        return home / ".local" / "share" / "altimeter" / "default.altimeter";
    return Error{ErrorCode::NotFound, "no workspace is named and there is no home folder; use --workspace FILE", {}};
}

bool Context::usesDefaultWorkspace() const
{
    return !m_arguments.has("--workspace") && environment("ALTIMETER_WORKSPACE").empty();
}

namespace {

/// Said even with --quiet: the figures may not be what was expected.
void sayWhatWasFound(const session::WorkspaceFile& file, const std::vector<std::string>& damage)
{
    for (const std::string& note : file.notes())
        printError("note: " + note);
    for (const auto* sentences : {&file.mended(), &damage}) {
        for (const std::string& sentence : *sentences)
            printError("warning: " + sentence);
    }
}

} // namespace

template <typename Opened> Result<std::unique_ptr<Opened>> Context::open() const
{
    const auto path = workspacePath();
    if (!path)
        return path.error();
    if (const Status plain = requireFileName(path->string()); !plain)
        return plain.error();
    auto opened = Opened::open(*path, m_stop);
    if (!opened && opened.error().code == ErrorCode::NotFound)
        return Error{ErrorCode::NotFound, "no workspace here; 'altimeter-cli init FILE' makes one", path->string()};
    return opened;
}

Result<std::unique_ptr<session::Engine>> Context::openEngine() const
{
    auto engine = open<session::Engine>();
    if (engine)
        sayWhatWasFound((*engine)->file(), (*engine)->snapshot()->damage);
    return engine;
}

Result<std::unique_ptr<session::Importer>> Context::openImporter() const
{
    auto importer = open<session::Importer>();
    if (importer)
        sayWhatWasFound((*importer)->file(), (*importer)->damage());
    return importer;
}

Result<std::unique_ptr<session::Importer>> Context::openOrCreateImporter()
{
    const auto path = workspacePath();
    if (!path)
        return path.error();
    std::error_code code;
    if (!usesDefaultWorkspace() || std::filesystem::exists(*path, code))
        return openImporter();
    std::filesystem::create_directories(path->parent_path(), code);
    if (code)
        return Error{ErrorCode::Io, code.message(), path->parent_path().string()};
    auto importer = session::Importer::openOrCreate(*path, m_stop);
    if (importer)
        note("made the workspace " + path->string());
    return importer;
}

Result<session::SnapshotPtr> openSnapshotOf(const Context& context, const std::string& source)
{
    auto snapshot = context.openSnapshot();
    if (!snapshot)
        return snapshot;
    if (auto known = requireSource(**snapshot, source); !known)
        return known.error();
    return snapshot;
}

Result<session::SnapshotPtr> Context::openSnapshot() const
{
    const auto engine = openEngine();
    return engine ? Result<session::SnapshotPtr>((*engine)->snapshot()) : Result<session::SnapshotPtr>(engine.error());
}

std::function<void(std::uint64_t, std::uint64_t)> Context::progressOf(std::string phase)
{
    return [this, phase = std::move(phase)](std::uint64_t done, std::uint64_t all) {
        m_bar.show({phase, 0, done, all, std::nullopt});
    };
}

session::ProgressSink Context::progress()
{
    return [this](const Progress& progress) { m_bar.show(progress); };
}

void Context::note(std::string_view text)
{
    if (m_isQuiet)
        return;
    m_bar.wipe();
    printError(text);
}

void noteFarCharges(const session::Snapshot& snapshot, const DateRange& range, CostLens lens)
{
    if (range.from.isValid() && range.to.isValid())
        return;
    const auto far = session::answer(snapshot, FarChargesQuestion{range}, {});
    for (const std::string& sentence : far ? farSentences(*far, lens) : std::vector<std::string>())
        printError("note: " + sentence);
}

void noteUnknown(Context& context, const std::vector<CurrencyTotal>& totals, CostLens lens)
{
    for (const CurrencyTotal& total : totals) {
        if (total.unknownRows > 0)
            context.note(std::to_string(total.unknownRows) + " of " + std::to_string(total.rows) + " " +
                         std::string(total.currency.code()) + " lines state no " + std::string(lensName(lens)) +
                         " cost: unknown, not zero");
    }
}

void noteLate(Context& context, const session::Snapshot& snapshot)
{
    const std::string late = lateSentence(snapshot.days.accounts, snapshot.days.last);
    if (!late.empty())
        context.note("note: " + late);
}

ExitCode Context::fail(const Error& error)
{
    m_bar.wipe();
    if (error.code == ErrorCode::Cancelled)
        printError("cancelled; the workspace is as it was before");
    else
        printError(error.text());
    if (!error.todo.empty())
        printError(error.todo);
    return ExitCode::Failed;
}

ExitCode Context::usage(std::string_view command, const Error& error)
{
    printError(error.text());
    std::fprintf(stderr, "Try 'altimeter-cli %s --help'.\n", std::string(command).c_str());
    return ExitCode::Usage;
}

ExitCode Context::finish(ExitCode code)
{
    m_bar.wipe();
    const Status written = m_writer.finish();
    if (m_writer.readerIsGone())
        return ExitCode::Failed; // "| head" has seen enough and wants no message
    return written ? code : fail(written.error());
}

} // namespace altimeter::cli
