#include "app/session/workspace/engineimpl.h"

#include "models/analysis/query/chargeselection.h"
#include "models/store/segments/factstore.h"
#include "models/text/words.h"

#include <algorithm>
#include <limits>
#include <set>

namespace altimeter::session {

namespace {

constexpr std::size_t kBatch = 20'000;
constexpr std::uint64_t kWindow = 1'000'000;

Result<std::vector<ChargeRow>> rowsOf(const State& state, store::sql::Connection& reader,
                                      std::span<const analysis::ChargeMatch> matches, const std::stop_token& stop)
{
    std::vector<store::RowAddress> addresses;
    for (const analysis::ChargeMatch& match : matches)
        addresses.push_back({state.facts->chunks[match.part].chunk.get(), match.row});
    auto rows = store::readCharges(reader, *state.facts->dictionaries, addresses, stop);
    if (!rows)
        return rows.error();
    for (std::size_t i = 0; i < matches.size(); ++i) {
        ChargeRow& row = (*rows)[i];
        const analysis::Owner& owner = state.attribution->owners()[matches[i].owner];
        row.team = owner.of(OwnerField::Team);
        row.costCenter = owner.of(OwnerField::CostCenter);
        row.environment = owner.of(OwnerField::Environment);
        row.useCase = owner.of(OwnerField::UseCase);
        row.workflow = owner.of(OwnerField::Workflow);
        row.isSharedPart = matches[i].isShare;
        if (!row.isSharedPart)
            continue;
        row.cost = analysis::sharesOf(*state.facts, *state.attribution, matches[i]);
        for (std::size_t lens = 0; lens < kLensCount; ++lens)
            row.text[static_cast<std::size_t>(costColumnOf(static_cast<CostLens>(lens)))] =
                row.cost[lens] ? row.cost[lens]->toString(0) : "";
    }
    return rows;
}

/// A text cell as CSV, with a quote mark before anything a spreadsheet would run.
void appendText(std::string& line, std::string_view text)
{
    const bool guard = words::startsFormula(text);
    const bool quote = guard || text.find_first_of(",\"\r\n") != std::string_view::npos;
    if (!quote) {
        line.append(text);
        return;
    }
    line.push_back('"');
    if (guard)
        line.push_back('\'');
    for (const char c : text) {
        if (c == '"')
            line.push_back('"');
        line.push_back(c);
    }
    line.push_back('"');
}

bool isNumber(Column column)
{
    return column >= Column::BilledCost;
}

/// Columns that hold a value anywhere in the workspace; those every line has are always there.
std::vector<Column> usedColumns(const Dictionaries& dictionaries)
{
    std::vector<Column> used;
    for (std::size_t c = 0; c < kColumnCount; ++c) {
        const auto column = static_cast<Column>(c);
        const auto group = groupOf(column);
        if (!group) {
            used.push_back(column);
            continue;
        }
        const TextGroup& texts = dictionaries.groups[static_cast<std::size_t>(*group)];
        for (std::uint32_t id = 0; id < texts.size(); ++id) {
            if (!texts.field(id, c - columnsOf(*group).first).empty()) {
                used.push_back(column);
                break;
            }
        }
    }
    return used;
}

/// Provider columns that hold a value anywhere, in the order of the delivered headers.
std::vector<std::string> usedExtras(const Dictionaries& dictionaries, const std::vector<std::string>& headers)
{
    std::set<std::string, std::less<>> names;
    const TextGroup& texts = dictionaries.groups[static_cast<std::size_t>(Group::Extra)];
    for (std::uint32_t id = 1; id < texts.size(); ++id) {
        for (std::size_t field = 0;; field += 2) {
            const auto name = texts.field(id, field);
            if (name.empty())
                break;
            names.emplace(TextGroup::unescape(name));
        }
    }
    std::vector<std::string> used;
    for (const std::string& header : headers) {
        if (names.erase(header) > 0)
            used.push_back(header);
    }
    used.insert(used.end(), names.begin(), names.end());
    return used;
}

std::string lineOf(const ChargeRow& row, const std::vector<Column>& columns, const std::vector<std::string>& extras)
{
    std::string line;
    for (const Column column : columns) {
        const std::string& text = row.text[static_cast<std::size_t>(column)];
        if (isNumber(column))
            line.append(text);
        else
            appendText(line, text);
        line.push_back(',');
    }
    for (const std::string& name : extras) {
        const auto found =
            std::find_if(row.extra.begin(), row.extra.end(), [&](const auto& e) { return e.first == name; });
        if (found != row.extra.end())
            appendText(line, found->second);
        line.push_back(',');
    }
    for (const std::string* text :
         {&row.team, &row.costCenter, &row.environment, &row.useCase, &row.workflow, &row.source, &row.file}) {
        appendText(line, *text);
        line.push_back(',');
    }
    line += std::to_string(row.line);
    line.push_back('\n');
    return line;
}

} // namespace

Result<std::vector<ChargeRow>> chargeRows(const State& state, store::sql::Connection& reader, const CostQuery& query,
                                          std::uint64_t offset, std::uint64_t limit, bool largestFirst,
                                          ChargePage& page, std::stop_token stop)
{
    auto selection =
        analysis::selectCharges(*state.facts, *state.attribution, query, offset, limit, largestFirst, stop);
    if (!selection)
        return selection.error();
    page.offset = offset;
    page.total = selection->total;
    page.totals = std::move(selection->totals);
    page.revision = state.facts->revision;
    return rowsOf(state, reader, selection->matches, stop);
}

Status writeCharges(const State& state, store::sql::Connection& reader, const std::vector<std::string>& headers,
                    const CostQuery& query, const std::function<Status(std::string_view)>& sink, std::stop_token stop)
{
    const Dictionaries& dictionaries = *state.facts->dictionaries;
    const std::vector<Column> columns = usedColumns(dictionaries);
    const std::vector<std::string> extras = usedExtras(dictionaries, headers);
    std::string text;
    for (const Column column : columns)
        text.append(columnName(column)).push_back(',');
    for (const std::string& name : extras) {
        appendText(text, name);
        text.push_back(',');
    }
    text += "x_Team,x_CostCenter,x_Environment,x_UseCase,x_Workflow,x_Source,x_SourceFile,x_SourceLine\n";
    if (auto done = sink(text); !done)
        return done;
    for (std::uint64_t offset = 0;; offset += kWindow) { // window by window, so that memory does not grow with the file
        const auto selection =
            analysis::selectCharges(*state.facts, *state.attribution, query, offset, kWindow, false, stop);
        if (!selection)
            return selection.error();
        const std::span matches(selection->matches);
        for (std::size_t at = 0; at < matches.size(); at += kBatch) {
            const auto rows = rowsOf(state, reader, matches.subspan(at, std::min(kBatch, matches.size() - at)), stop);
            if (!rows)
                return rows.error();
            text.clear();
            for (const ChargeRow& row : *rows)
                text += lineOf(row, columns, extras);
            if (auto done = sink(text); !done)
                return done;
        }
        if (offset + kWindow >= selection->total)
            break;
    }
    return {};
}

} // namespace altimeter::session
