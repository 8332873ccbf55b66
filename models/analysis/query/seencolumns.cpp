#include "models/analysis/query/seencolumns.h"

#include <algorithm>
#include <map>

namespace altimeter::analysis {

namespace {

/// What a query does with one column.
struct Seen {
    bool isToldApart = false;
    std::vector<std::vector<std::string>> listed; ///< by filter
};

/// Whether a filter's dim has no value but that of its one column.
bool isColumnItself(const Dim& dim)
{
    return dim.kind == Dim::Kind::Column || dimInfo(dim.kind).origin == DimOrigin::ProviderColumn;
}

/// A value is to the filters what they let through: for most of millions of values the same.
std::string passedBy(const std::vector<std::vector<std::string>>& listed, std::string_view value)
{
    std::string passed;
    for (const auto& values : listed)
        passed += std::find(values.begin(), values.end(), value) != values.end() ? '1' : '0';
    return passed;
}

} // namespace

SeenByQuery columnsSeenBy(const CostQuery& query, const std::set<std::string, std::less<>>& beside)
{
    std::map<std::string, Seen> seen;
    const auto tellApart = [&](const Dim& dim) {
        for (const std::string& name : providerColumnsOf(dim)) {
            if (beside.contains(name))
                seen[name].isToldApart = true;
        }
    };
    std::for_each(query.by.begin(), query.by.end(), tellApart);
    if (query.countDistinct)
        tellApart(*query.countDistinct);
    for (const Filter& filter : query.filters) {
        if (!isColumnItself(filter.dim) || !filter.typed.empty()) {
            tellApart(filter.dim);
            std::for_each(filter.orElse.begin(), filter.orElse.end(), tellApart);
            continue;
        }
        for (const std::string& name : providerColumnsOf(filter.dim)) {
            if (beside.contains(name))
                seen[name].listed.push_back(filter.values);
        }
    }
    SeenByQuery result;
    for (auto& [name, column] : seen) {
        result.key += std::to_string(name.size()) + name + (column.isToldApart ? '=' : '?');
        if (column.isToldApart) {
            result.columns.push_back({name});
            continue;
        }
        for (const auto& values : column.listed) {
            for (const std::string& value : values)
                result.key += std::to_string(value.size()) + ':' + value;
            result.key += ';';
        }
        result.columns.push_back(
            {name, [listed = std::move(column.listed)](std::string_view value) { return passedBy(listed, value); }});
    }
    return result;
}

} // namespace altimeter::analysis
