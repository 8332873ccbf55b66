#pragma once

#include "app/session/workspace/snapshot.h"
#include "models/domain/findings.h"
#include "models/domain/result.h"

#include <stop_token>
#include <vector>

namespace altimeter::session {

/// Works out which lines findings speak of and what these cost, under one lens. A file's findings are counts: the lines
/// are known where a filter selects exactly as many, where they are all lines of a file, or where they were rejected
/// and added up. Everything else stays unknown rather than guessed.
class FindingMoney {
public:
    FindingMoney(const Snapshot& snapshot, CostLens lens, std::stop_token stop)
        : m_snapshot(snapshot), m_lens(lens), m_stop(std::move(stop))
    {
    }
    /// Fills in FindingCase::touched and lines, and FindingGroup::touched, in which no line counts twice.
    Status tell(FindingGroup& group) const;

private:
    /// Lines of one source that cases speak of together.
    struct Part {
        std::string source;
        std::string column; ///< of those that are null in it; empty: rejected ones
        std::uint64_t rows = 0;
        std::vector<FindingCase*> cases;
    };
    bool tellRejected(Part& part, Touched& sum) const;
    bool tellFile(FindingCase& one) const;
    void tellFar(FindingCase& one) const;
    Status tellColumns(std::vector<Part>& parts, Touched& sum, bool& isWhole) const;
    Result<CostTable> linesOf(const std::string& source, const std::vector<Filter>& filters) const;

    const Snapshot& m_snapshot;
    CostLens m_lens;
    std::stop_token m_stop;
};

} // namespace altimeter::session
