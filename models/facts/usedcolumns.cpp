#include "models/facts/usedcolumns.h"

#include <functional>
#include <set>

namespace altimeter {

namespace {

bool isUsed(const TextGroup& texts, std::size_t field)
{
    for (std::uint32_t id = 0; id < texts.size(); ++id) {
        if (!texts.field(id, field).empty())
            return true;
    }
    return false;
}

std::set<std::string, std::less<>> usedExtras(const TextGroup& texts)
{
    std::set<std::string, std::less<>> names;
    for (std::uint32_t id = 1; id < texts.size(); ++id) {
        for (std::size_t field = 0;; field += 2) {
            const auto name = texts.field(id, field);
            if (name.empty())
                break;
            names.emplace(TextGroup::unescape(name));
        }
    }
    return names;
}

} // namespace

ChargeColumns usedColumns(const Dictionaries& dictionaries, const std::vector<std::string>& headers)
{
    ChargeColumns used;
    for (std::size_t c = 0; c < kColumnCount; ++c) {
        const auto column = static_cast<Column>(c);
        const auto group = groupOf(column);
        if (!group || isUsed(dictionaries.groups[static_cast<std::size_t>(*group)], c - columnsOf(*group).first))
            used.columns.push_back(column);
    }
    auto names = usedExtras(dictionaries.groups[static_cast<std::size_t>(Group::Extra)]);
    for (const std::string& header : headers) {
        if (names.erase(header) > 0)
            used.extra.push_back(header);
    }
    used.extra.insert(used.extra.end(), names.begin(), names.end());
    return used;
}

} // namespace altimeter
