#include "app/session/questions/answers.h"

#include <utility>

namespace altimeter::session {

namespace {

/// Adds what `range` comes to; false: it cannot be told, and `now` says why.
Result<bool> addTotal(const Snapshot& snapshot, const Figure& figure, const DateRange& range, bool isBase,
                      FigureNow& now, const std::stop_token& stop)
{
    CostQuery query;
    query.range = range;
    query.filters = figure.filters;
    query.lens = figure.lens;
    const auto table = snapshot.costs->table(query, stop);
    if (!table && table.error().code == ErrorCode::Cancelled)
        return table.error();
    if (!table) {
        now.problem = table.error().text();
        return false;
    }
    for (const CostRow& row : table->rows) {
        if (row.currency != figure.currency)
            continue;
        now.rows += row.rows;
        now.unknownRows += row.unknownRows;
        if (row.rows == row.unknownRows) {
            now.problem = "no charge says this cost";
            return false;
        }
        AmountSum sum;
        sum.add(now.amount.value_or(Amount()));
        sum.add(isBase ? -row.cost : row.cost);
        if (sum.overflowed()) {
            now.problem = "the amount is too large";
            return false;
        }
        now.amount = sum.amount();
    }
    return true;
}

} // namespace

Result<std::vector<FigureNow>> answer(const Snapshot& snapshot, const FiguresQuestion& question, std::stop_token stop)
{
    std::vector<FigureNow> answers;
    for (const Figure& figure : question.figures) {
        FigureNow now;
        auto told = addTotal(snapshot, figure, figure.range, false, now, stop);
        if (told && *told && figure.base)
            told = addTotal(snapshot, figure, *figure.base, true, now, stop);
        if (!told)
            return told.error();
        if (!*told)
            now.amount.reset();
        answers.push_back(std::move(now));
    }
    return answers;
}

} // namespace altimeter::session
