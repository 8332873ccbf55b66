#include "app/session/files/atomicfile.h"
#include "app/session/questions/answers.h"
#include "models/text/csvtext.h"
#include "models/text/words.h"

#include <algorithm>
#include <set>
#include <span>

namespace altimeter::session {

namespace {

/// A text cell as CSV, with an apostrophe before anything a spreadsheet would run.
void appendText(std::string& line, std::string_view text)
{
    const std::string cell = words::guarded(text);
    words::appendCsvField(line, cell, cell.size() != text.size());
}

bool isNumber(Column column)
{
    return column >= Column::BilledCost;
}

std::string lineOf(const ChargeRow& row, const ChargeColumns& used)
{
    std::string line;
    for (const Column column : used.columns) {
        const std::string& text = row.text[static_cast<std::size_t>(column)];
        if (isNumber(column))
            line.append(text);
        else
            appendText(line, text);
        line.push_back(',');
    }
    for (const std::string& name : used.extra) {
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

/// What this program adds to the delivered columns, named so that no delivered column has the name: a charge file may
/// bring x_UseCase of its own, and an export that is imported brings all of them.
std::vector<std::string> addedNames(const ChargeColumns& used)
{
    std::set<std::string> taken;
    for (const Column column : used.columns)
        taken.insert(words::foldColumnName(columnName(column)));
    for (const std::string& name : used.extra)
        taken.insert(words::foldColumnName(name));
    std::vector<std::string> names;
    for (const std::string_view word :
         {"Team", "CostCenter", "Environment", "UseCase", "Workflow", "Source", "SourceFile", "SourceLine"}) {
        std::string name = "x_" + std::string(word);
        for (int number = 1; taken.contains(words::foldColumnName(name)); ++number)
            name = "x_Altimeter" + std::string(word) + (number == 1 ? "" : std::to_string(number));
        taken.insert(words::foldColumnName(name));
        names.push_back(std::move(name));
    }
    return names;
}

std::string headOf(const ChargeColumns& used)
{
    std::string text;
    for (const Column column : used.columns)
        text.append(columnName(column)).push_back(',');
    for (const std::string& name : used.extra) {
        appendText(text, name);
        text.push_back(',');
    }
    for (const std::string& name : addedNames(used))
        text.append(name).push_back(',');
    text.back() = '\n';
    return text;
}

} // namespace

Result<std::string> answer(const Snapshot& snapshot, const ExportQuestion& question, std::stop_token stop)
{
    const auto used = snapshot.costs->chargeColumns(stop);
    if (!used)
        return used.error();
    AtomicFile output(question.file);
    if (auto done = output.open(); !done)
        return done.error();
    if (auto done = output.write(question.comment + headOf(*used)); !done)
        return done.error();
    std::string text;
    const auto write = [&](std::span<const ChargeRow> rows) {
        text.clear();
        for (const ChargeRow& row : rows)
            text += lineOf(row, *used);
        return output.write(text);
    };
    for (const ChargeWindow& window : question.windows)
        if (auto done = snapshot.costs->eachCharge(question.query, window, write, stop); !done)
            return done.error();
    if (auto done = output.commit(); !done)
        return done.error();
    return question.file;
}

} // namespace altimeter::session
