#pragma once

#include "models/domain/result.h"
#include "models/facts/factset.h"
#include "models/facts/storedlines.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

// A provider column with a value of its own on nearly every line (request ids, users) would make a combination of every
// line. Its cells are therefore stored beside their lines, and the facts in memory do not hold them: memory does not
// grow with their number. A question or a rule that does look at such a column is asked of widened facts: the lines are
// read once, and what the question can tell apart becomes part of their combinations. Everything behind that knows
// combinations alone and is the same for every column.

/// Folded names of the provider columns of which some cells, in some file, stand beside their lines.
std::set<std::string, std::less<>> columnsBeside(const Dictionaries& dictionaries);

/// A provider column as a question sees it.
struct SeenColumn {
    std::string foldedName;
    /// All that the question makes of a value; values with the same answer may stand for each other. Empty: each value
    /// is told apart.
    std::function<std::string(std::string_view)> classOf{};
};

struct WidenedFacts {
    std::shared_ptr<const FactSet> facts;
    std::uint32_t firstNew = 0;      ///< combinations from this one on are new
    std::vector<std::uint32_t> from; ///< the combination of the given facts that each new one was
};

/// The same lines with the cells of `columns` that stand beside them as part of their combinations. What the lines have
/// of other such columns, and of these from an earlier widening, is left as it was or replaced. Errors: those of
/// `lines`, Overflow (more combinations than can be numbered), Cancelled. Where `damage` is given, lines that are
/// damaged stay as they were, and a sentence about them goes there instead.
Result<WidenedFacts> widen(const FactSet& facts, const StoredLines& lines, std::span<const SeenColumn> columns,
                           const std::stop_token& stop, std::vector<std::string>* damage = nullptr);

} // namespace altimeter
