#include "app/cli/verb.h"

namespace altimeter::cli {

namespace {

/// A cost that no line of the partition states is unknown, not zero.
Cell fileCell(const PartitionInfo& partition, CostLens lens)
{
    return partition.isUnknown(lens) ? Cell::null()
                                     : Cell::ofAmount(partition.fileTotal[static_cast<std::size_t>(lens)]);
}

Cell storedCell(const PartitionReport& report, CostLens lens)
{
    const PartitionInfo& partition = report.partition;
    const auto index = static_cast<std::size_t>(lens);
    const bool isUnknown = partition.unknownRows[index] == partition.rows;
    return isUnknown && (partition.rows > 0 || partition.isUnknown(lens)) ? Cell::null()
                                                                          : Cell::ofAmount(report.storedTotal[index]);
}

Cell oldTotalCell(const PartitionReport& report, CostLens lens)
{
    if (report.action != PartitionReport::Action::Replaced && report.action != PartitionReport::Action::Removed)
        return Cell::null();
    return Cell::ofAmount(report.oldTotal[static_cast<std::size_t>(lens)]);
}

void writePartitions(TableWriter& out, const ImportReport& report)
{
    out.begin("partitions", {{"source"},
                             {"billing_account"},
                             {"billing_period"},
                             {"currency"},
                             {"rows_read"},
                             {"rows_stored"},
                             {"rows_rejected"},
                             {"billed_cost_file"},
                             {"billed_cost_stored"},
                             {"effective_cost_file"},
                             {"effective_cost_stored"},
                             {"action"},
                             {"provider", true},
                             {"old_billed_cost_stored", true},
                             {"old_effective_cost_stored", true}});
    for (const PartitionReport& each : report.partitions) {
        const PartitionInfo& partition = each.partition;
        out.add({Cell::ofText(partition.source), Cell::ofText(partition.billingAccount),
                 Cell::ofMonth(partition.billingPeriod), Cell::ofText(partition.currency.code()),
                 Cell::ofCount(each.rowsRead), Cell::ofCount(each.rowsStored), Cell::ofCount(each.rowsRejected),
                 fileCell(partition, CostLens::Billed), storedCell(each, CostLens::Billed),
                 fileCell(partition, CostLens::Effective), storedCell(each, CostLens::Effective),
                 Cell::ofText(actionName(each.action)), Cell::ofText(partition.provider),
                 oldTotalCell(each, CostLens::Billed), oldTotalCell(each, CostLens::Effective)});
    }
    out.end();
}

void writeFindings(TableWriter& out, const ImportReport& report)
{
    out.begin("findings", {{"severity"}, {"check"}, {"rows"}, {"first_line"}, {"message"}, {"file"}, {"source", true}});
    for (const Finding& finding : report.findings)
        out.add({Cell::ofText(severityName(finding.severity)), Cell::ofText(finding.check), Cell::ofCount(finding.rows),
                 Cell::ofCount(finding.firstLine), Cell::ofText(finding.message), Cell::ofText(finding.file),
                 Cell::ofText(finding.source)});
    out.end();
}

/// Whether an option says the first of two words; nothing where it is not given.
Result<std::optional<bool>> choiceOf(const Arguments& arguments, std::string_view option, std::string_view first,
                                     std::string_view second)
{
    const auto said = arguments.value(option);
    if (!said)
        return std::optional<bool>();
    if (*said != first && *said != second)
        return Error{ErrorCode::Invalid,
                     '"' + *said + "\" is neither " + std::string(first) + " nor " + std::string(second),
                     std::string(option)};
    return std::optional(*said == first);
}

ExitCode run(Context& context)
{
    const auto comma = choiceOf(context.arguments(), "--decimal", "comma", "point");
    if (!comma)
        return context.usage("import", comma.error());
    const auto dayFirst = choiceOf(context.arguments(), "--dates", "day-first", "month-first");
    if (!dayFirst)
        return context.usage("import", dayFirst.error());
    const auto importer = context.openOrCreateImporter();
    if (!importer)
        return context.fail(importer.error());
    const auto& words = context.arguments().positional();
    const std::vector<std::filesystem::path> paths(words.begin(), words.end());
    session::ImportOptions options;
    options.source = context.arguments().value("--source").value_or(std::string());
    options.dryRun = context.arguments().has("--dry-run");
    options.replace = context.arguments().has("--replace");
    options.keepBoth = context.arguments().has("--keep-both");
    if (options.replace && options.keepBoth)
        return context.usage("import",
                             Error{ErrorCode::Invalid, "--replace and --keep-both contradict each other", {}});
    options.decimalComma = *comma;
    options.dayFirst = *dayFirst;
    for (const std::string& name : context.arguments().values("--leave-out"))
        options.leftOut.insert(name);
    const auto report = session::importPaths((*importer)->file(), paths, options, context.progress(), context.stop());
    if (!report)
        return context.fail(report.error());
    context.out().beginDocument();
    writePartitions(context.out(), *report);
    writeFindings(context.out(), *report);
    context.out().endDocument();
    const ExitCode code = context.finish();
    if (report->rowsRejected > 0)
        context.note(std::to_string(report->rowsRejected) + " of " + std::to_string(report->rowsRead) +
                     " lines could not be stored; 'altimeter-cli rejected' lists them");
    return code;
}

} // namespace

Verb importVerb()
{
    return {
        "import",
        "PATH... [--source NAME] [--replace | --keep-both] [--dry-run] [--decimal comma|point] "
        "[--dates day-first|month-first] [--leave-out FILE]...",
        "reads cost files (FOCUS csv or csv.gz; a folder means all in it)",
        "Prints one row per partition, then what the files do differently from the standard. In csv the two blocks\n"
        "are separated by a blank line, each with its header; json is one object with \"partitions\" and\n"
        "\"findings\", and tells the old totals of what was replaced. A line that cannot be stored is counted and\n"
        "kept. The same bytes again change nothing.\n\n"
        "What is stored of the same provider, account, month and currency is compared with the files line by line,\n"
        "whatever their names. A newer state takes its place, under the source that holds it; a part that charges\n"
        "other things is kept beside it, under its own name; what is stored already stays where it is. What holds\n"
        "fewer lines or days, was stored before and replaced since, or would count twice (also under another account,\n"
        "provider, month or currency) is refused with both totals (status 1) and changes nothing. Copies and earlier\n"
        "states among the files are left out and said (duplicate-file, earlier-state), as is what cannot be read\n"
        "(file-not-read).\n\n"
        "  --source NAME  name of the source; else the name of the folder or file\n"
        "  --replace      takes the place of what is stored even where it holds less, or lines that cannot be read\n"
        "  --keep-both    counts beside what is stored: both are real\n"
        "  --dry-run      reads and reports, stores nothing\n"
        "  --decimal S    \"comma\" or \"point\": what numbers such as 1,234 mean. A file whose own numbers do not\n"
        "                 decide is not read without it\n"
        "  --dates O      \"day-first\" or \"month-first\": what days such as 4/1/2025 mean, likewise\n"
        "  --leave-out F  a file of the folder that is not read, named as the findings name it; may be given again\n\n"
        "Example:\n"
        "  altimeter-cli --workspace costs.altimeter import exports/ --source cloud\n",
        {{"--source"},
         {"--replace", false},
         {"--keep-both", false},
         {"--dry-run", false},
         {"--decimal"},
         {"--dates"},
         {"--leave-out", true, true}},
        1,
        Verb::kAnyWords,
        run};
}

} // namespace altimeter::cli
