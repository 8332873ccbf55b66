#include "app/cli/verb.h"
#include "app/session/imports/takingback.h"

#include <charconv>

namespace altimeter::cli {

namespace {

std::string fileText(const std::vector<std::string>& files)
{
    std::string text;
    for (const std::string& file : files)
        text += (text.empty() ? "" : " ") + file;
    return text;
}

/// A row for each currency; a delivery of which nothing stands has one without.
void addRows(TableWriter& out, const DeliveryInfo& delivery)
{
    const auto add = [&](const Cell& currency, const Cell& rows, const Cell& billed) {
        out.add({Cell::ofCount(static_cast<std::uint64_t>(delivery.number)), Cell::ofText(delivery.source),
                 Cell::ofInstant(delivery.at), Cell::ofText(fileText(delivery.files)), currency, rows, billed,
                 Cell::ofText(delivery.stays.empty() ? "yes" : "no"), Cell::ofText(delivery.stays)});
    };
    for (const DeliveredMoney& one : delivery.money)
        add(Cell::ofText(one.currency.code()), Cell::ofCount(one.rows), Cell::ofAmount(one.billed));
    if (delivery.money.empty())
        add(Cell::null(), Cell::ofCount(0), Cell::null());
}

/// What 'sources restore' would put back, a row for each currency.
void listRemoved(TableWriter& out, const std::vector<RemovedSource>& removed)
{
    if (removed.empty())
        return;
    out.begin("removed_sources",
              {{"removed_source"}, {"at"}, {"currency"}, {"rows"}, {"billed_cost"}, {"from"}, {"to"}});
    for (const RemovedSource& source : removed) {
        for (const DeliveredMoney& one : source.money)
            out.add({Cell::ofText(source.name), Cell::ofInstant(source.at), Cell::ofText(one.currency.code()),
                     Cell::ofCount(one.rows), Cell::ofAmount(one.billed), Cell::ofDay(one.from), Cell::ofDay(one.to)});
        if (source.money.empty())
            out.add({Cell::ofText(source.name), Cell::ofInstant(source.at), Cell::null(), Cell::ofCount(0),
                     Cell::null(), Cell::null(), Cell::null()});
    }
    out.end();
}

ExitCode list(Context& context)
{
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto found = context.ask(**snapshot, DeliveriesQuestion{});
    if (!found)
        return context.fail(found.error());
    auto& out = context.out();
    out.begin("deliveries", {{"delivery"},
                             {"source"},
                             {"at"},
                             {"files"},
                             {"currency"},
                             {"rows"},
                             {"billed_cost"},
                             {"can_take_back"},
                             {"why_not"}});
    for (const DeliveryInfo& delivery : found->deliveries)
        addRows(out, delivery);
    out.end();
    listRemoved(out, found->removed);
    return context.finish();
}

/// What went and came back, a row for each source and currency.
ExitCode print(Context& context, const Result<SetAsideReport>& report)
{
    if (!report)
        return context.fail(report.error());
    auto& out = context.out();
    out.begin("changed", {{"source"}, {"action"}, {"currency"}, {"rows"}, {"billed_cost"}, {"from"}, {"to"}});
    const auto add = [&](const std::string& source, const char* action, const std::vector<DeliveredMoney>& money) {
        for (const DeliveredMoney& one : money)
            out.add({Cell::ofText(source), Cell::ofText(action), Cell::ofText(one.currency.code()),
                     Cell::ofCount(one.rows), Cell::ofAmount(one.billed), Cell::ofDay(one.from), Cell::ofDay(one.to)});
    };
    add(report->source, "gone", report->gone);
    for (const ReturnedMoney& one : report->backOf)
        add(one.source, "back", one.money);
    out.end();
    return context.finish();
}

ExitCode takeBack(Context& context)
{
    const std::string& word = context.arguments().positional().front();
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (code != std::errc() || end != word.data() + word.size() || number <= 0)
        return context.usage("deliveries take-back",
                             Error{ErrorCode::Invalid, '"' + word + "\" is no number of a delivery", {}});
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    return print(context, session::takeBack((*importer)->file(), number, {}, context.stop()));
}

using Change = Result<SetAsideReport> (*)(session::WorkspaceFile&, const std::string&, Instant, std::stop_token);

template <Change change> ExitCode changeSource(Context& context)
{
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    return print(context, change((*importer)->file(), context.arguments().positional().front(), {}, context.stop()));
}

} // namespace

Verb deliveriesVerb()
{
    return {"deliveries",
            "",
            "lists what was imported, newest first",
            "One row for each delivery of files and currency: what of it still stands, and whether it can be taken\n"
            "back. What a delivery replaced is kept for the last delivery of each source. Where removed sources can be "
            "put\n"
            "back, a second table names them, newest first.\n\n"
            "Example:\n"
            "  altimeter-cli --workspace costs.altimeter deliveries\n",
            {},
            0,
            0,
            list};
}

Verb deliveriesTakeBackVerb()
{
    return {
        "deliveries take-back",
        "DELIVERY",
        "takes a delivery back: what it replaced stands as before",
        "DELIVERY is its number in 'deliveries'. What it brought goes, and what it took the place of comes back\n"
        "exactly, with its findings and rejected lines. Refused (status 1) where a later delivery was built on it.\n"
        "Prints what went and what came back; the audit trail tells of both.\n\n"
        "Example:\n"
        "  altimeter-cli --workspace costs.altimeter deliveries take-back 7\n",
        {},
        1,
        1,
        takeBack};
}

Verb sourcesRemoveVerb()
{
    return {"sources remove",
            "NAME",
            "removes what a source of files holds",
            "Its charges, findings and rejected lines no longer count, in closed months too, and are set aside until\n"
            "'sources restore' puts them back or 'sources forget' lets go of them. The source of a connection stays:\n"
            "remove the connection instead. Prints what went.\n\n"
            "Example:\n"
            "  altimeter-cli --workspace costs.altimeter sources remove trial\n",
            {},
            1,
            1,
            changeSource<session::removeSource>};
}

Verb sourcesRestoreVerb()
{
    return {
        "sources restore",
        "NAME",
        "puts back what a removed source held",
        "Everything stands as it stood. Refused (status 1) where the name holds charges of the same month, account\n"
        "and currency again, or another source holds such that never counted beside them.\n\n"
        "Example:\n"
        "  altimeter-cli --workspace costs.altimeter sources restore trial\n",
        {},
        1,
        1,
        changeSource<session::restoreSource>};
}

Verb sourcesForgetVerb()
{
    return {"sources forget",
            "NAME",
            "lets go of a removed source for good",
            "It cannot be put back afterwards; the audit trail keeps its totals.\n\n"
            "Example:\n"
            "  altimeter-cli --workspace costs.altimeter sources forget trial\n",
            {},
            1,
            1,
            changeSource<session::forgetSource>};
}

} // namespace altimeter::cli
