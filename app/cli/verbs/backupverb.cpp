#include "app/cli/verb.h"
#include "app/session/workspace/upkeep.h"

namespace altimeter::cli {

namespace {

void writeBackups(TableWriter& out, const std::vector<Backup>& backups)
{
    out.begin("backups", {{"at"}, {"reason"}, {"bytes"}, {"file"}});
    for (const Backup& backup : backups)
        out.add({Cell::ofText(backup.at), Cell::ofText(backup.reason), Cell::ofCount(backup.bytes),
                 Cell::ofText(backup.path)});
    out.end();
}

ExitCode runBackup(Context& context)
{
    const auto path = context.workspacePath();
    if (!path)
        return context.fail(path.error());
    const auto made = session::backUp(*path, context.arguments().value("--out").value_or(std::string()),
                                      context.progressOf("copying"), context.stop());
    if (!made)
        return context.fail(made.error());
    writeBackups(context.out(), {*made});
    return context.finish();
}

ExitCode runList(Context& context)
{
    const auto path = context.workspacePath();
    if (!path)
        return context.fail(path.error());
    writeBackups(context.out(), session::backupsOf(*path));
    return context.finish();
}

ExitCode runRestore(Context& context)
{
    const auto path = context.workspacePath();
    if (!path)
        return context.fail(path.error());
    const std::string backup = context.arguments().positional().front();
    const auto restored = session::restore(backup, *path, context.progressOf("copying"), context.stop());
    if (!restored)
        return context.fail(restored.error());
    for (const std::string& note : restored->notes) // also with --quiet, as when a workspace is opened
        printError("note: " + note);
    auto& out = context.out();
    out.begin("restored", {{"workspace"}, {"backup"}, {"set_aside"}});
    out.add({Cell::ofText(path->string()), Cell::ofText(backup), Cell::ofText(restored->aside)});
    out.end();
    return context.finish();
}

} // namespace

Verb backupVerb()
{
    return {
        "backup",
        "[--out FILE]",
        "makes a checked copy of the workspace",
        "Copies the workspace as it is at this moment, also while other programs work with it, reads the copy back\n"
        "and compares everything that carries a checksum. Backups lie in the folder NAME.altimeter.backups beside\n"
        "the workspace. One is also made before rules are published and before a newer Altimeter brings the\n"
        "workspace up to date. The newest ten are kept, and the newest of each month for a year.\n\n"
        "  --out FILE  makes the copy there instead; a file that exists already is left alone\n\n"
        "Example:\n"
        "  altimeter-cli --workspace costs.altimeter backup\n",
        {{"--out"}},
        0,
        0,
        runBackup};
}

Verb backupListVerb()
{
    return {"backup list",
            "",
            "lists the backups beside the workspace, newest first",
            "Also when the workspace itself cannot be opened. The reason is asked, publish or migration.\n\n"
            "Example:\n"
            "  altimeter-cli --workspace costs.altimeter backup list\n",
            {},
            0,
            0,
            runList};
}

Verb restoreVerb()
{
    return {
        "restore",
        "BACKUP",
        "puts a backup in the place of the workspace",
        "Checks the backup first, with what waits in the journal beside it. The file that is there now, with its "
        "journal, is kept as\n"
        "NAME.altimeter.before-restore-DATE; nothing is deleted. Refused while a program has the workspace open.\n\n"
        "Example:\n"
        "  altimeter-cli --workspace costs.altimeter restore \\\n"
        "    costs.altimeter.backups/2026-11-21T08-30-00Z-publish.altimeter\n",
        {},
        1,
        1,
        runRestore};
}

} // namespace altimeter::cli
