#include "app/cli/invoicefile.h"
#include "app/cli/verb.h"
#include "app/session/events/runs.h"
#include "models/text/jsontext.h"

#include <algorithm>

namespace altimeter::cli {

namespace {

struct Request {
    std::string source;
    Day period;
    std::optional<CostLens> lens;
    std::vector<InvoiceLine> invoices;
};

Result<Request> requestOf(const Arguments& arguments)
{
    Request request;
    request.source = arguments.value("--source").value_or(std::string());
    if (const auto text = arguments.value("--period")) {
        const auto day = text->size() == 7 ? parseDay(*text) : Result<Day>(Error{});
        if (!day)
            return Error{ErrorCode::Invalid, "--period needs a month like 2026-11, not \"" + *text + "\"", {}};
        request.period = *day;
    }
    if (const auto name = arguments.value("--cost")) {
        request.lens = lensByName(*name);
        if (!request.lens)
            return Error{
                ErrorCode::Invalid, "--cost is billed, effective, list or contracted, not \"" + *name + "\"", {}};
        if (arguments.has("--invoice") && *request.lens != CostLens::Billed)
            return Error{ErrorCode::Invalid, "--invoice is compared with the billed cost, which --cost leaves out", {}};
    }
    return request;
}

Status readInvoices(const Arguments& arguments, Request& request)
{
    const auto file = arguments.value("--invoice");
    if (!file)
        return {};
    const auto text = readTextFile(*file);
    if (!text)
        return text.error();
    auto invoices = parseInvoices(*text);
    if (!invoices)
        return Error{invoices.error().code, invoices.error().what, *file + ", " + invoices.error().where};
    if (invoices->empty())
        return Error{
            ErrorCode::Invalid,
            "there is no invoice in it; expected are lines under billing_account,billing_period,currency,total, or "
            "a JSON list of objects with these keys",
            *file};
    request.invoices = invoices.take();
    if (request.period.isValid())
        std::erase_if(request.invoices, [&](const InvoiceLine& line) { return line.billingPeriod != request.period; });
    if (request.invoices.empty())
        return Error{ErrorCode::Invalid, "none of its invoices is of the month asked for: nothing was compared", *file};
    return {};
}

std::string unreadableText(std::uint64_t rows)
{
    if (rows == 0)
        return {};
    return ": amount unreadable in " + std::to_string(rows) + (rows == 1 ? " line" : " lines");
}

std::string partsText(const ProofLine& line)
{
    std::string text;
    for (const ProofLine::Part& part : line.parts)
        text += (text.empty() ? "" : "; ") + part.name + (part.hasAmount ? "=" + part.amount.toString() : "") +
                unreadableText(part.unreadable);
    return text;
}

std::string partsJson(const ProofLine& line)
{
    std::string json = "[";
    for (const ProofLine::Part& part : line.parts)
        json += (json.size() == 1 ? "" : ", ") + std::string("{\"name\": ") + words::jsonQuoted(part.name) +
                ", \"amount\": " + (part.hasAmount ? words::jsonQuoted(part.amount.toString()) : "null") +
                (part.unreadable > 0 ? ", \"unreadable_rows\": " + std::to_string(part.unreadable) : "") + "}";
    return json + "]";
}

void writeLines(TableWriter& out, const std::vector<ProofLine>& lines)
{
    const bool isJson = out.format() == OutputFormat::Json;
    out.begin("proof", {{"source"},
                        {"provider"},
                        {"billing_account"},
                        {"billing_period"},
                        {"currency"},
                        {"cost"},
                        {"file_total"},
                        {"stored_total"},
                        {"rolled_up_total"},
                        {"allocated_total"},
                        {"exported_total"},
                        {"invoice_total"},
                        {"remainder"},
                        {"parts"},
                        {"rejected_total"},
                        {"unreadable_rows"},
                        {"reconciled"}});
    for (const ProofLine& line : lines)
        out.add({Cell::ofText(line.source), Cell::ofText(line.provider), Cell::ofText(line.billingAccount),
                 Cell::ofMonth(line.billingPeriod), Cell::ofText(line.currency.code()),
                 Cell::ofText(lensName(line.lens)), Cell::ofAmount(line.fileTotal), Cell::ofAmount(line.storedTotal),
                 Cell::ofAmount(line.rolledUpTotal), Cell::ofAmount(line.allocatedTotal),
                 Cell::ofAmount(line.exportedTotal),
                 line.invoiceTotal ? Cell::ofAmount(*line.invoiceTotal) : Cell::null(), Cell::ofAmount(line.remainder),
                 isJson ? Cell::ofJson(partsJson(line)) : Cell::ofText(partsText(line)), Cell::ofAmount(line.missing()),
                 Cell::ofCount(line.unreadable()), Cell::ofText(line.reconciled() ? "true" : "false")});
    out.end();
}

/// False where what was read of AI events is not what was stored, dropped and rejected; says so.
bool noteEvents(const std::vector<EventSourceInfo>& sources, const std::string& only)
{
    bool all = true;
    for (const EventSourceInfo& source : sources) {
        if ((!only.empty() && source.source != only) || source.isAccountedFor())
            continue;
        all = false;
        printError("warning: of the AI events of " + source.source + " " + std::to_string(source.read) +
                   " were read; " + std::to_string(source.stored) + " are said to be stored and " +
                   std::to_string(source.kept) + " are there; see 'altimeter-cli events sources'");
    }
    return all;
}

ExitCode run(Context& context)
{
    auto request = requestOf(context.arguments());
    if (!request)
        return context.usage("proof", request.error());
    if (const Status invoices = readInvoices(context.arguments(), *request); !invoices)
        return context.fail(invoices.error());
    const auto snapshot = openSnapshotOf(context, request->source);
    if (!snapshot)
        return context.fail(snapshot.error());
    auto lines = context.ask(**snapshot, ProofQuestion{request->source, request->period});
    if (!lines)
        return context.fail(lines.error());
    if (!request->invoices.empty())
        compareInvoices(*lines, request->invoices);
    if (request->lens)
        std::erase_if(*lines, [&request](const ProofLine& line) { return line.lens != *request->lens; });
    writeLines(context.out(), *lines);
    const auto open = std::count_if(lines->begin(), lines->end(), [](const ProofLine& l) { return !l.reconciled(); });
    const auto audit = context.ask(**snapshot, AuditQuestion{});
    if (!audit)
        return context.fail(audit.error());
    for (const std::string& sentence : *audit)
        printError("warning: " + sentence);
    const auto events = session::answer(**snapshot, EventSourcesQuestion{}, context.stop());
    if (!events)
        return context.fail(events.error());
    const bool hasAllEvents = noteEvents(*events, request->source);
    const bool isSound = (*snapshot)->damage.empty() && audit->empty() &&
                         hasAllEvents; // else a warning stands above: nothing is proven on such ground
    const ExitCode code = context.finish(open == 0 && isSound ? ExitCode::Done : ExitCode::Finding);
    if (open > 0)
        context.note(std::to_string(open) + " of " + std::to_string(lines->size()) +
                     " totals are not reconciled; see the columns remainder and parts");
    return code;
}

} // namespace

Verb proofVerb()
{
    return {
        "proof",
        "[--source NAME] [--period YYYY-MM] [--invoice FILE] [--cost LENS]",
        "prints the reconciliation",
        R"(Per source, billing account, period, currency and kind of cost: the exact sum of all digits that were delivered, and
what was stored, rolled up, allocated and exported of it. What could not be stored is a named part, by the check that
it failed ("rejected lines: date-invalid"); of a line whose account or month cannot be read, that is empty, and it is
listed with every period. Where an amount cannot be read, the part says in how many lines. remainder is what the named
parts do not explain. The exit status is 3 where it is not zero, where anything was rejected, or where a warning says
that the workspace or its audit trail is damaged, or that AI events were read that are neither stored, dropped for a
reason nor rejected ('events sources' counts them).

  --source NAME     one source
  --period YYYY-MM  one billing period
  --invoice FILE    csv with billing_account,billing_period,currency,total (or a JSON list of such objects), compared
                    with the billed cost; a difference within the digits of the invoice is named as its rounding
  --cost LENS       billed, effective, list or contracted; else all of them

Example:
  altimeter-cli proof --period 2026-10 --invoice october.csv
)",
        {{"--source"}, {"--period"}, {"--invoice"}, {"--cost"}},
        0,
        0,
        run};
}

} // namespace altimeter::cli
