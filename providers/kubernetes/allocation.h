#pragma once

#include "models/domain/decimal.h"
#include "models/json/json.h"
#include "providers/core/delivery.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace altimeter::providers {

/// How allocations are asked for and counted.
struct AllocationOptions {
    std::vector<std::string> aggregate; ///< "cluster", "namespace", …, "label:team"; the parts of an allocation's name
    std::string currency;
    CostLens lens = CostLens::List;
    bool keepsAllLabels = false;
    std::set<std::string> labels; ///< as labelName() writes them; those to keep where not all are kept
};

/// A label's name as it comes from Prometheus: all but letters, digits and '_' are '_'.
std::string labelName(std::string_view name);

/// The allocations of one day as charges, one for each part that cost or held something, and as measures.
///
/// The charges add up to the allocations' totalCost to the last digit: what the parts, rounded one by one by the
/// server, do not explain follows as a line of its own, named in x_Residual.
class AllocationDay {
public:
    /// All must outlive it.
    AllocationDay(const AllocationOptions& options, Day day, std::string where, Delivery& delivery)
        : m_options(options), m_day(day), m_where(std::move(where)), m_delivery(delivery)
    {
    }
    /// The allocation under `key` in its set. Error Invalid when it has no total, is of another window, stands twice
    /// or holds an amount that is no number.
    Status add(const std::string& key, const Json& allocation);
    /// Hands on what rounding left over. Called once, after the last allocation.
    Status finish();
    std::size_t size() const { return m_names.size(); }

private:
    struct Who;
    Who whoIs(const std::string& name, const Json& properties) const;
    Status checkWindow(const Json& allocation, const std::string& place) const;
    Charge chargeOf(const Who& who) const;
    Status addParts(const Who& who, const Json& allocation, const std::string& place);
    Status addMeasures(const Who& who, const Json& allocation, const std::string& place);
    Status addDifference(const Who& who, const std::string& difference);

    const AllocationOptions& m_options;
    const Day m_day;
    const std::string m_where;
    Delivery& m_delivery;
    std::set<std::string> m_names;
    std::map<std::string, DecimalSum> m_rounding; ///< by cluster
    std::uint64_t m_unknown = 0;                  ///< costs that are no number
};

} // namespace altimeter::providers
