#include "ui/charts/chartstack.h"

#include <algorithm>

namespace altimeter::ui {

std::vector<StackEdges> stackEdges(const SeriesFrame& frame)
{
    std::vector<double> above(frame.steps.size(), 0), below(frame.steps.size(), 0);
    std::vector<StackEdges> stack;
    for (const SeriesFrame::Line& line : frame.lines) {
        StackEdges edges;
        for (std::size_t i = 0; i < frame.steps.size(); ++i) {
            const double value = line.values[i].known ? line.values[i].value : 0;
            std::vector<double>& side = value < 0 ? below : above;
            const double from = side[i];
            side[i] += value;
            edges.lower.push_back(std::min(from, side[i]));
            edges.upper.push_back(std::max(from, side[i]));
        }
        stack.push_back(std::move(edges));
    }
    return stack;
}

namespace {

/// All lines at one x: a step, or a place between two steps where a line crosses zero.
struct Slice {
    double x = 0;
    bool known = true;
    std::vector<double> values;
};

std::vector<double> valuesOf(const SeriesFrame& frame, std::size_t step)
{
    std::vector<double> values;
    for (const SeriesFrame::Line& line : frame.lines)
        values.push_back(line.values[step].known ? line.values[step].value : 0);
    return values;
}

Slice between(const Slice& a, const Slice& b, double share, std::size_t crossing)
{
    Slice middle;
    middle.x = a.x + share * (b.x - a.x);
    for (std::size_t i = 0; i < a.values.size(); ++i)
        middle.values.push_back(i == crossing ? 0 : a.values[i] + share * (b.values[i] - a.values[i]));
    return middle;
}

std::vector<Slice> slicesOf(const SeriesFrame& frame)
{
    std::vector<Slice> slices;
    for (std::size_t step = 0; step < frame.steps.size(); ++step) {
        Slice next{static_cast<double>(frame.steps[step].number), frame.knownAt(step), valuesOf(frame, step)};
        if (!slices.empty() && slices.back().known && next.known) {
            const Slice last = slices.back();
            std::vector<std::pair<double, std::size_t>> crossings;
            for (std::size_t i = 0; i < next.values.size(); ++i)
                if (last.values[i] * next.values[i] < 0)
                    crossings.emplace_back(last.values[i] / (last.values[i] - next.values[i]), i);
            std::sort(crossings.begin(), crossings.end());
            for (const auto& [share, line] : crossings)
                slices.push_back(between(last, next, share, line));
        }
        slices.push_back(std::move(next));
    }
    return slices;
}

/// Sum of the values below `line` in the stack that have its sign.
double baseOf(const Slice& slice, std::size_t line, bool negative)
{
    double base = 0;
    for (std::size_t i = 0; i < line; ++i)
        if (negative ? slice.values[i] < 0 : slice.values[i] > 0)
            base += slice.values[i];
    return base;
}

void addSlice(StackPiece& piece, const Slice& slice, bool negative)
{
    const double base = baseOf(slice, piece.line, negative);
    const double edge = base + slice.values[piece.line];
    piece.lower.append({slice.x, std::min(base, edge)});
    piece.upper.append({slice.x, std::max(base, edge)});
}

} // namespace

std::vector<StackPiece> stackPieces(const SeriesFrame& frame)
{
    const std::vector<Slice> slices = slicesOf(frame);
    std::vector<StackPiece> pieces;
    for (std::size_t line = 0; line < frame.lines.size(); ++line) {
        bool open = false, openNegative = false;
        for (std::size_t s = 0; s + 1 < slices.size(); ++s) {
            const Slice &a = slices[s], &b = slices[s + 1];
            const double sum = a.values[line] + b.values[line];
            if (!a.known || !b.known || (a.values[line] == 0 && b.values[line] == 0)) {
                open = false;
                continue;
            }
            const bool negative = sum < 0;
            if (!open || negative != openNegative) {
                pieces.push_back({line, {}, {}});
                addSlice(pieces.back(), a, negative);
                open = true;
                openNegative = negative;
            }
            addSlice(pieces.back(), b, negative);
        }
    }
    return pieces;
}

} // namespace altimeter::ui
