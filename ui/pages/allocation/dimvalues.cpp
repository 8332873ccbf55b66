#include "ui/pages/allocation/dimvalues.h"

#include "models/domain/questions.h"
#include "ui/backend/questions.h"
#include "ui/format/format.h"
#include "ui/pages/allocation/dimnames.h"
#include "ui/pages/common/guarded.h"

#include <algorithm>
#include <unordered_map>

namespace altimeter::ui {

namespace {

DimValueList listOf(const CostTable& table)
{
    DimValueList list;
    std::unordered_map<std::string, std::size_t> at;
    for (const CostRow& row : table.rows) {
        list.isWhole = list.isWhole && !row.isOther;
        if (row.isOther || row.keys[0].empty())
            continue;
        const auto [found, isNew] = at.try_emplace(row.keys[0], list.values.size());
        if (isNew)
            list.values.push_back({format::text(row.keys[0]), {}, 0, {}});
        DimValue& value = list.values[found->second];
        if (value.name.isEmpty() && row.keys.size() > 1 && row.keys[1] != row.keys[0])
            value.name = format::text(row.keys[1]);
        value.lines += row.rows;
        value.cost[row.currency].add(row.cost);
    }
    return list;
}

} // namespace

const DimValue* DimValueList::find(const QString& value) const
{
    const auto found = std::find_if(values.begin(), values.end(), [&value](const DimValue& one) {
        return one.value.compare(value, Qt::CaseInsensitive) == 0;
    });
    return found == values.end() ? nullptr : &*found;
}

DimValues::DimValues(Questions& questions, QObject* parent) : QObject(parent), m_questions(questions) {}

void DimValues::forget()
{
    ++m_time;
    m_lists.clear();
}

std::shared_ptr<const DimValueList> DimValues::of(const Dim& dim, bool wanted)
{
    const auto [found, isNew] = wanted ? m_lists.try_emplace(dim) : std::pair(m_lists.find(dim), false);
    if (!isNew)
        return found == m_lists.end() ? nullptr : found->second;
    CostQuery query;
    query.by = {dim};
    if (const auto name = DimNames::nameOf(dim))
        query.by.push_back(*name);
    query.top = kMost;
    m_questions.ask("allocation.values " + toString(dim), TableQuestion{query},
                    guarded<CostTable>(this, [this, dim, time = m_time](Result<CostTable> answer) {
                        if (time != m_time)
                            return;
                        if (!answer) {
                            m_lists.erase(dim); // asked for again when it is wanted again
                            return;
                        }
                        m_lists[dim] = std::make_shared<const DimValueList>(listOf(*answer));
                        emit known(dim);
                    }));
    const auto asked = m_lists.find(dim); // a backend may have answered at once
    return asked == m_lists.end() ? nullptr : asked->second;
}

} // namespace altimeter::ui
