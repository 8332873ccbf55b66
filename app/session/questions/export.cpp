#include "app/session/files/atomicfile.h"
#include "app/session/questions/answers.h"
#include "models/text/csvtext.h"
#include "models/text/words.h"

#include <algorithm>
#include <span>

namespace altimeter::session {

namespace {

/// A text cell as CSV, with an apostrophe before anything a spreadsheet would run.
void appendText(std::string& line, std::string_view text)
{
    if (words::startsFormula(text))
        words::appendCsvField(line, '\'' + std::string(text), true);
    else
        words::appendCsvField(line, text);
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

std::string headOf(const ChargeColumns& used)
{
    std::string text;
    for (const Column column : used.columns)
        text.append(columnName(column)).push_back(',');
    for (const std::string& name : used.extra) {
        appendText(text, name);
        text.push_back(',');
    }
    return text + "x_Team,x_CostCenter,x_Environment,x_UseCase,x_Workflow,x_Source,x_SourceFile,x_SourceLine\n";
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
    if (auto done = output.write(headOf(*used)); !done)
        return done.error();
    std::string text;
    const auto write = [&](std::span<const ChargeRow> rows) {
        text.clear();
        for (const ChargeRow& row : rows)
            text += lineOf(row, *used);
        return output.write(text);
    };
    if (auto done = snapshot.costs->eachCharge(question.query, write, std::move(stop)); !done)
        return done.error();
    if (auto done = output.commit(); !done)
        return done.error();
    return question.file;
}

} // namespace altimeter::session
