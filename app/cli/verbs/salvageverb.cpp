#include "app/cli/verb.h"
#include "app/session/workspace/upkeep.h"

namespace altimeter::cli {

namespace {

void writeReport(TableWriter& out, const SalvageReport& report)
{
    out.beginDocument();
    out.begin("salvaged", {{"workspace"}, {"months"}, {"rows"}});
    out.add({Cell::ofText(report.path), Cell::ofCount(report.partitions), Cell::ofCount(report.rows)});
    out.end();
    out.begin(
        "losses",
        {{"source"}, {"billing_account"}, {"billing_period"}, {"currency"}, {"rows"}, {"amounts_kept"}, {"what"}});
    for (const SalvageLoss& loss : report.losses) {
        const bool isOfAMonth = loss.billingPeriod.isValid();
        out.add({Cell::ofText(loss.source), Cell::ofText(loss.billingAccount), Cell::ofMonth(loss.billingPeriod),
                 Cell::ofText(isOfAMonth ? loss.currency.code() : std::string_view()),
                 isOfAMonth || loss.rows > 0 ? Cell::ofCount(loss.rows) : Cell::null(),
                 Cell::ofText(loss.isKept ? "yes" : "no"), Cell::ofText(loss.what)});
    }
    out.end();
    out.endDocument();
}

ExitCode run(Context& context)
{
    const auto target = context.arguments().value("--out");
    if (!target)
        return context.usage("salvage", {ErrorCode::Invalid, "--out NEW is missing", {}});
    const std::string damaged = context.arguments().positional().front();
    const auto report = session::salvage(damaged, *target, context.progressOf("reading"), context.stop());
    if (!report)
        return context.fail(report.error());
    writeReport(context.out(), *report);
    const ExitCode code = context.finish(report->losses.empty() ? ExitCode::Done : ExitCode::Finding);
    context.note(damaged + " is as it was; the new workspace is " + report->path);
    return code;
}

} // namespace

Verb salvageVerb()
{
    return {
        "salvage",
        "DAMAGED --out NEW",
        "copies what is whole of a damaged workspace into a new one",
        "Takes over every month of an account whose charge lines match their checksums and add up to the sums of\n"
        "their files; rules, views, connections, coverage and measures as far as they can be read. DAMAGED is only\n"
        "read. Prints what was taken over, then what was lost by source, account and month: amounts_kept says\n"
        "whether the amounts are there. The Data page of the new workspace lists the same as findings. What "
        "deliveries\n"
        "replaced and what removed sources held is not taken over (nothing of it counts): it cannot be put back "
        "there,\n"
        "and is listed as well. Status 3 when anything was lost.\n\n"
        "  --out NEW  the new workspace; a file that exists already is left alone\n\n"
        "Example:\n"
        "  altimeter-cli salvage costs.altimeter --out whole.altimeter\n",
        {{"--out"}},
        1,
        1,
        run};
}

} // namespace altimeter::cli
