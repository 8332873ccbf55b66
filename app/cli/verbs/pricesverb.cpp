#include "app/cli/verb.h"
#include "app/session/prices/pricing.h"
#include "app/session/prices/unpriced.h"
#include "app/session/workspace/presenttime.h"

#include <charconv>
#include <optional>
#include <string>

namespace altimeter::cli {

namespace {

using session::Engine;

Cell textCell(const std::string& text)
{
    return text.empty() ? Cell::null() : Cell::ofText(text);
}
Cell numberCell(const std::string& text)
{
    return text.empty() ? Cell::null() : Cell{Cell::Kind::Number, text};
}
/// Money is a text in JSON; a factor or percentage too, as it must not be rounded either.
Cell priceCell(const std::string& text)
{
    return text.empty() ? Cell::null() : Cell{Cell::Kind::Amount, text};
}

std::vector<OutputColumn> priceColumns()
{
    return {{"provider"}, {"model"}, {"token_class"}, {"tier"},     {"region"},       {"context_from"},
            {"unit"},     {"per"},   {"price"},       {"currency"}, {"valid_from"},   {"valid_to"},
            {"source"},   {"state"}, {"band"},        {"windows"},  {"confirmed_to"}, {"read_on"},
            {"note"},     {"layer"}, {"kind"},        {"target"}};
}

std::vector<Cell> cellsOf(const PriceLine& line)
{
    return {textCell(line.provider),    textCell(line.model),         textCell(line.tokenClass), textCell(line.tier),
            textCell(line.region),      numberCell(line.contextFrom), textCell(line.unit),       numberCell(line.per),
            priceCell(line.price),      textCell(line.currency),      textCell(line.validFrom),  textCell(line.validTo),
            textCell(line.source),      textCell(line.state),         textCell(line.band),       textCell(line.windows),
            textCell(line.confirmedTo), textCell(line.readOn),        textCell(line.note),       textCell(line.layer),
            textCell(line.kind),        textCell(line.target)};
}

ExitCode runList(Context& context)
{
    session::PriceFilter filter;
    filter.provider = context.arguments().value("--provider").value_or("");
    filter.model = context.arguments().value("--model").value_or("");
    if (const auto given = context.arguments().value("--at")) {
        const auto at = session::readPriceInstant(*given);
        if (!at)
            return context.usage("prices list", at.error());
        filter.at = *at;
    }
    const auto engine = context.openEngine();
    if (!engine)
        return context.fail(engine.error());
    const auto lines = session::priceLines((*engine)->file(), filter);
    if (!lines)
        return context.fail(lines.error());
    auto& out = context.out();
    out.begin("prices", priceColumns());
    for (const PriceLine& line : lines->lines)
        out.add(cellsOf(line));
    out.end();
    const int age = lines->readThrough.isValid() ? session::presentTime().day() - lines->readThrough : 0;
    if (age > session::kPricesKeepDays)
        context.note("the youngest of all prices was read " + std::to_string(age) +
                     " days ago: what vendors changed since is not known");
    return context.finish();
}

std::string_view actionName(PriceChange::Action action)
{
    switch (action) {
    case PriceChange::Action::New:
        return "new";
    case PriceChange::Action::Changed:
        return "changed";
    case PriceChange::Action::Refused:
        break;
    }
    return "refused";
}

ExitCode runImport(Context& context)
{
    session::PriceImport import;
    import.form = context.arguments().value("--form").value_or("auto");
    if (import.form != "auto" && import.form != "altimeter" && import.form != "litellm")
        return context.usage(
            "prices import",
            {ErrorCode::Invalid, "--form is altimeter, litellm or auto, not \"" + import.form + "\"", {}});
    import.name = context.arguments().value("--name").value_or("");
    import.takesChanges = context.arguments().has("--accept");
    import.isDryRun = context.arguments().has("--dry-run");
    const auto engine = context.openEngine();
    if (!engine)
        return context.fail(engine.error());
    const auto report = session::importPrices((*engine)->file(), context.arguments().positional().front(), import,
                                              session::presentTime());
    if (!report)
        return context.fail(report.error());
    auto& out = context.out();
    out.begin("changes", {{"action"},
                          {"check"},
                          {"provider"},
                          {"model"},
                          {"token_class"},
                          {"tier"},
                          {"region"},
                          {"context_from"},
                          {"unit"},
                          {"per"},
                          {"price_before"},
                          {"price"},
                          {"currency"},
                          {"valid_from"},
                          {"line"},
                          {"message"}});
    for (const PriceChange& change : report->changes) {
        const PriceLine& line = change.line;
        out.add({Cell::ofText(actionName(change.action)), textCell(change.check), textCell(line.provider),
                 textCell(line.model), textCell(line.tokenClass), textCell(line.tier), textCell(line.region),
                 numberCell(line.contextFrom), textCell(line.unit), numberCell(line.per), priceCell(change.priceBefore),
                 priceCell(line.price), textCell(line.currency), textCell(line.validFrom),
                 change.fileLine == 0 ? Cell::null() : Cell::ofCount(change.fileLine), textCell(change.message)});
    }
    out.end();
    context.note(report->list + ": " + std::to_string(report->entriesRead) + " entries read, " +
                 std::to_string(report->entriesNew) + " new, " + std::to_string(report->entriesChanged) + " changed, " +
                 std::to_string(report->entriesSame) + " as known, " + std::to_string(report->entriesRefused) +
                 " refused" +
                 (import.isDryRun        ? "; nothing was written"
                  : report->version == 0 ? "; nothing changed"
                                         : "; version " + std::to_string(report->version)));
    return context.finish(report->entriesRefused > 0 ? ExitCode::Finding : ExitCode::Done);
}

/// What the options say; the kind of entry follows from them.
Result<PriceLine> lineGiven(const Arguments& arguments)
{
    const auto value = [&](std::string_view name) { return arguments.value(name).value_or(""); };
    PriceLine line;
    line.provider = value("--provider");
    line.model = value("--model");
    line.tokenClass = value("--class");
    line.tier = value("--tier");
    line.region = value("--region");
    line.contextFrom = value("--above");
    line.unit = arguments.value("--unit").value_or("token");
    line.per = arguments.value("--per").value_or(line.unit == "token" ? "1000000" : "1");
    line.currency = arguments.value("--currency").value_or("USD");
    line.validFrom = value("--from");
    line.validTo = value("--to");
    line.windows = value("--windows");
    line.source = value("--source");
    line.note = value("--note");
    line.state = "user";
    int kinds = 0;
    for (const std::string_view name : {"--price", "--factor", "--percent-off", "--fixed", "--alias-of"})
        kinds += arguments.has(name) ? 1 : 0;
    if (kinds != 1)
        return Error{ErrorCode::Invalid, "give one of --price, --factor, --percent-off, --fixed and --alias-of", {}};
    line.price = value("--price") + value("--factor") + value("--percent-off") + value("--fixed");
    if (arguments.has("--factor")) {
        line.unit = "factor";
        line.per = "1";
        line.currency.clear();
        line.tokenClass = line.tokenClass.empty() ? "*" : line.tokenClass;
    } else if (arguments.has("--percent-off")) {
        line.kind = "percent_off";
        line.per = "1";
        line.currency.clear();
    } else if (arguments.has("--fixed")) {
        line.kind = "fixed";
    } else if (arguments.has("--alias-of")) {
        line.kind = "alias";
        line.target = value("--alias-of");
    }
    return line;
}

ExitCode runSet(Context& context)
{
    const auto line = lineGiven(context.arguments());
    if (!line)
        return context.usage("prices set", line.error());
    const auto engine = context.openEngine();
    if (!engine)
        return context.fail(engine.error());
    const auto version = session::setPrice((*engine)->file(), *line, context.arguments().has("--remove"),
                                           context.arguments().has("--accept"), session::presentTime());
    if (!version)
        return context.fail(version.error());
    auto& out = context.out();
    out.begin("published", {{"version"}, {"list"}});
    if (*version != 0)
        out.add({Cell::ofCount(static_cast<std::uint64_t>(*version)), Cell::ofText("own")});
    out.end();
    if (*version == 0)
        context.note("your list says so already");
    return context.finish();
}

ExitCode runCheck(Context& context)
{
    const auto engine = context.openEngine();
    if (!engine)
        return context.fail(engine.error());
    const auto lines = session::unpricedLines((*engine)->file(), context.stop());
    if (!lines)
        return context.fail(lines.error());
    auto& out = context.out();
    out.begin(
        "unpriced",
        {{"provider"}, {"model"}, {"token_class"}, {"events"}, {"tokens"}, {"first_seen"}, {"last_seen"}, {"reason"}});
    for (const UnpricedLine& line : *lines)
        out.add({textCell(line.provider), textCell(line.model), Cell::ofText(line.tokenClass),
                 Cell::ofCount(line.events), Cell::ofDecimal(line.count), Cell::ofInstant(line.firstSeen),
                 Cell::ofInstant(line.lastSeen), Cell::ofText(line.reason)});
    out.end();
    return context.finish(lines->empty() ? ExitCode::Done : ExitCode::Finding);
}

ExitCode runVersions(Context& context)
{
    const auto engine = context.openEngine();
    if (!engine)
        return context.fail(engine.error());
    const auto versions = session::priceVersions((*engine)->file());
    if (!versions)
        return context.fail(versions.error());
    auto& out = context.out();
    out.begin("versions", {{"version"},
                           {"list"},
                           {"layer"},
                           {"published_at"},
                           {"author"},
                           {"action"},
                           {"note"},
                           {"entries"},
                           {"in_force"}});
    for (const PriceVersion& one : *versions)
        out.add({Cell::ofCount(static_cast<std::uint64_t>(one.version)), Cell::ofText(one.list),
                 Cell::ofText(one.layer), Cell::ofInstant(one.publishedAt), Cell::ofText(one.author),
                 Cell::ofText(one.action), Cell::ofText(one.note),
                 Cell::ofCount(static_cast<std::uint64_t>(one.entries)),
                 Cell::ofText(one.isInForce ? "true" : "false")});
    out.end();
    return context.finish();
}

ExitCode runRestore(Context& context)
{
    const std::string& given = context.arguments().positional().front();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
    if (error != std::errc() || end != given.data() + given.size() || number < 1)
        return context.usage("prices restore", {ErrorCode::Invalid, "\"" + given + "\" is no number of a version", {}});
    const auto engine = context.openEngine();
    if (!engine)
        return context.fail(engine.error());
    const auto version = session::restorePrices((*engine)->file(), number, session::presentTime());
    if (!version)
        return context.fail(version.error());
    auto& out = context.out();
    out.begin("published", {{"version"}, {"restored"}});
    if (*version != 0)
        out.add(
            {Cell::ofCount(static_cast<std::uint64_t>(*version)), Cell::ofCount(static_cast<std::uint64_t>(number))});
    out.end();
    if (*version == 0)
        context.note("the newest version of that list says the same");
    return context.finish();
}

} // namespace

Verb pricesListVerb()
{
    return {
        "prices list",
        "[--provider P] [--model M] [--at TIME]",
        "prints the prices of AI models, tools and vector stores",
        "What the workspace counts by: your own entries before imported lists, those before what the program brings\n"
        "along, that before catalogues that nobody checked. The price is for `per` units; context_from: it is that of\n"
        "prompts of more tokens. What is printed as csv is what 'prices import' takes.\n\n"
        "  --provider P  such as openai, anthropic, google, aws-bedrock\n"
        "  --model M     the id as the provider answers it\n"
        "  --at TIME     what holds then: a day or 2026-08-16T16:00:00Z\n\n"
        "Example:\n"
        "  altimeter-cli prices list --provider anthropic --at 2026-10-07\n",
        {{"--provider"}, {"--model"}, {"--at"}},
        0,
        0,
        runList};
}

Verb pricesImportVerb()
{
    return {
        "prices import",
        "FILE [--form auto|altimeter|litellm] [--name NAME] [--accept] [--dry-run]",
        "takes the prices of a file",
        "Reads a list as 'prices list --format csv' prints it, or LiteLLM's model_prices_and_context_window.json, and\n"
        "prints what is new, changed or refused beside the price known so far. What looks wrong, by a thousandfold as\n"
        "such catalogues often are, is refused, what was known stays, and the exit status is 3. A list takes the "
        "place\n"
        "of the one of its name; a price of LiteLLM that changed holds from now on.\n\n"
        "  --form F     of the file; auto looks\n"
        "  --name NAME  of the list; else that of the file, or litellm\n"
        "  --accept     takes also prices that changed more than fivefold\n"
        "  --dry-run    writes nothing\n\n"
        "Example:\n"
        "  altimeter-cli prices import model_prices_and_context_window.json --dry-run\n",
        {{"--form"}, {"--name"}, {"--accept", false}, {"--dry-run", false}},
        1,
        1,
        runImport};
}

Verb pricesSetVerb()
{
    return {
        "prices set",
        "--provider P [--model M] [--class C] (--price X | --factor X | --percent-off X | --fixed X | --alias-of M) "
        "[OPTION...]",
        "sets a price or a negotiated discount of your own",
        "Your own entry goes before every list. It takes the place of what you set for the same before, in its time\n"
        "alone; 'prices versions' and 'prices restore' bring back what was.\n\n"
        "  --price X        the list price of a class or tool\n"
        "  --factor X       what the prices of a tier or region are multiplied by\n"
        "  --percent-off X  negotiated: off the list price, of all classes of tokens unless --class is given\n"
        "  --fixed X        negotiated: the price itself\n"
        "  --alias-of M     the model M is what --model is priced as\n"
        "  --class C        input, cache_read, cache_write_5m, output, web_search, …\n"
        "  --tier T         batch, flex, priority, …; of negotiated rules also \"*\", all tiers; else standard\n"
        "  --region R, --above N (prompts of more tokens), --windows W (\"mon-fri 09:00-12:00 +08:00\")\n"
        "  --unit U, --per N, --currency C   else one million tokens, or one of U, in USD\n"
        "  --from T, --to T   inside and outside; a day or 2026-08-16T16:00:00Z\n"
        "  --source S, --note N\n"
        "  --accept         also where it is five times the known price, or looks wrong\n"
        "  --remove         takes it out of your list\n\n"
        "Example:\n"
        "  altimeter-cli prices set --provider anthropic --percent-off 12.5 --from 2026-01-01 --source \"order 17\"\n",
        {{"--provider"}, {"--model"},         {"--class"},        {"--tier"},     {"--region"},      {"--above"},
         {"--windows"},  {"--unit"},          {"--per"},          {"--currency"}, {"--from"},        {"--to"},
         {"--source"},   {"--note"},          {"--price"},        {"--factor"},   {"--percent-off"}, {"--fixed"},
         {"--alias-of"}, {"--accept", false}, {"--remove", false}},
        0,
        0,
        runSet};
}

Verb pricesCheckVerb()
{
    return {
        "prices check",
        "",
        "prints usage of AI operations that has no price",
        "What is not priced is unknown and in no amount. reason: the book does not know the model; the item, at that\n"
        "time or for a prompt of that length; or the tier. Caches of which nobody told the lifetime count as the "
        "shortest\n"
        "one sold; a finding of the import tells what more they may be. 'prices set' or 'prices import' gives a "
        "price,\n"
        "and the charges of the days follow. Ends with status 3 if there is any.\n\n"
        "Example:\n"
        "  altimeter-cli prices check\n",
        {},
        0,
        0,
        runCheck};
}

Verb pricesVersionsVerb()
{
    return {
        "prices versions",
        "",
        "prints how the price lists were changed",
        "Newest first. Nothing is overwritten: a list says what its newest version says, and 'prices restore' makes\n"
        "an older one the newest again.\n\n"
        "Example:\n"
        "  altimeter-cli prices versions\n",
        {},
        0,
        0,
        runVersions};
}

Verb pricesRestoreVerb()
{
    return {"prices restore",
            "VERSION",
            "publishes an older version of a price list again",
            "The list of that version says what it said then, as a new version.\n\n"
            "Example:\n"
            "  altimeter-cli prices restore 3\n",
            {},
            1,
            1,
            runRestore};
}

} // namespace altimeter::cli
