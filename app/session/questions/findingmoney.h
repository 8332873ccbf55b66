#pragma once

#include "app/session/questions/findingvalues.h"
#include "app/session/workspace/snapshot.h"
#include "models/domain/findings.h"
#include "models/domain/result.h"

#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::session {

/// Works out which lines findings speak of and what these cost, under one lens. A file's findings are counts: the lines
/// are known where a filter or the values of columns select exactly as many, where the file alone holds its months,
/// where they are all lines of a file or of a month, or where they were rejected and added up. Everything else stays
/// unknown rather than guessed. Of a file that lost some of its months since, the lines that are left are counted.
class FindingMoney {
public:
    using Files = std::set<std::pair<std::string, std::string>>; ///< by source and name

    /// `shrunk`: files that lost some of their charges to others since they came.
    FindingMoney(const Snapshot& snapshot, Files shrunk, CostLens lens, std::stop_token stop)
        : m_snapshot(snapshot), m_shrunk(std::move(shrunk)), m_lens(lens), m_stop(std::move(stop))
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
    const PartitionInfo* tellMonth(FindingCase& one) const;
    /// The months of a file that holds all their lines of its source; none where others share them.
    std::optional<std::vector<Filter>> aloneIn(const Finding& finding) const;
    bool takeAlone(FindingCase& one, std::uint64_t rows, const Touched& touched) const;
    Status tellAlone(FindingCase& one, const std::vector<Filter>& filters) const;
    Status tellValuesAlone(FindingCase& one, const ValueCheck& check) const;
    Status tellValues(std::vector<Part>& parts, Touched& sum, bool& isWhole) const;
    void tellFar(FindingCase& one) const;
    Status tellColumns(std::vector<Part>& parts, Touched& sum, bool& isWhole) const;
    Result<CostTable> linesOf(const std::string& source, const std::vector<Filter>& filters) const;
    struct Counted {
        std::uint64_t rows = 0;
        Touched touched;
        std::vector<std::string> values; ///< of the first column, of what shows it
    };
    Result<Counted> showing(const std::vector<ValueCheck>& checks, std::vector<Filter> filters) const;

    const Snapshot& m_snapshot;
    Files m_shrunk;
    CostLens m_lens;
    std::stop_token m_stop;
};

} // namespace altimeter::session
