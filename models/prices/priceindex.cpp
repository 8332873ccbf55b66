#include "models/prices/priceindex.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace altimeter {

namespace {

std::string keyOf(std::string_view provider, std::string_view model)
{
    std::string key(provider);
    key.push_back('\0');
    key += words::toLower(model);
    return key;
}

/// What an announcement and its withdrawal have in common.
using AnnouncementKey = std::tuple<std::string, std::string, std::string, std::string, std::string, std::uint64_t,
                                   std::string, std::int64_t>;
AnnouncementKey announcementOf(const PriceRow& row)
{
    return {row.provider,          words::toLower(row.model), row.item, row.tier, row.region, row.contextAbove,
            toString(row.windows), row.validFrom.seconds};
}

bool isDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), words::isDigit);
}

/// Whether it ends with the year, month and day of a time in which there are models.
bool isDate(std::string_view digits)
{
    return digits.size() == 8 && isDigits(digits) && digits.starts_with("20") && digits.substr(4, 2) <= "12" &&
           digits.substr(6, 2) <= "31";
}

} // namespace

std::vector<const PriceRow*> countedRows(const PriceList& list)
{
    std::set<AnnouncementKey> withdrawn;
    for (const PriceRow& row : list.rows) {
        if (row.state == PriceState::Withdrawn)
            withdrawn.insert(announcementOf(row));
    }
    std::vector<const PriceRow*> counted;
    for (const PriceRow& row : list.rows) {
        const bool isCancelled =
            row.state == PriceState::Announced && !withdrawn.empty() && withdrawn.contains(announcementOf(row));
        if (row.state != PriceState::Withdrawn && !isCancelled)
            counted.push_back(&row);
    }
    return counted;
}

PriceIndex::PriceIndex(PriceList list) : m_list(std::move(list))
{
    for (const PriceRow& row : m_list.rows)
        m_readThrough = std::max(m_readThrough, row.layer == PriceLayer::Community ? Day::none() : row.readOn);
    for (const PriceRow* row : countedRows(m_list)) {
        if (row->isFactor())
            m_factors[row->provider].push_back(row);
        else
            m_rows[keyOf(row->provider, row->model)].push_back(row);
    }
}

const PriceIndex::Rows& PriceIndex::rowsOf(const std::string& provider, std::string_view model) const
{
    static const Rows kNone;
    const auto found = m_rows.find(keyOf(provider, model));
    return found == m_rows.end() ? kNone : found->second;
}

const PriceIndex::Rows& PriceIndex::factorsOf(const std::string& provider) const
{
    static const Rows kNone;
    const auto found = m_factors.find(provider);
    return found == m_factors.end() ? kNone : found->second;
}

std::vector<const PriceAlias*> PriceIndex::aliasesOf(const std::string& provider, std::string_view model) const
{
    std::vector<const PriceAlias*> found;
    for (const PriceAlias& alias : m_list.aliases) {
        if (alias.provider == provider && words::equalsIgnoreCase(alias.alias, model))
            found.push_back(&alias);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->layer < b->layer; });
    return found;
}

std::vector<const NegotiatedPrice*> PriceIndex::negotiatedWith(const std::string& provider) const
{
    std::vector<const NegotiatedPrice*> found;
    for (const NegotiatedPrice& rule : m_list.negotiated) {
        if (rule.provider == provider)
            found.push_back(&rule);
    }
    return found;
}

UsageClass usageClassOf(std::string_view name)
{
    const auto* const found = std::find(kUsageClassNames.begin(), kUsageClassNames.end(), name);
    return static_cast<UsageClass>(found - kUsageClassNames.begin());
}

std::string_view withoutDate(std::string_view model)
{
    // "-v1:0" and "-v2" end ids of Bedrock after the date.
    std::string_view id = model;
    const std::size_t version = id.rfind("-v");
    if (version != std::string_view::npos && version + 2 < id.size() && words::isDigit(id[version + 2]))
        id = id.substr(0, version);
    const auto isSeparator = [](char c) { return c == '-' || c == '@'; };
    if (id.size() > 9 && isDate(id.substr(id.size() - 8)) && isSeparator(id[id.size() - 9]))
        return id.substr(0, id.size() - 9);
    if (id.size() > 11 && id[id.size() - 3] == '-' && id[id.size() - 6] == '-' && isSeparator(id[id.size() - 11])) {
        const std::string_view date = id.substr(id.size() - 10);
        if (isDate(std::string(date.substr(0, 4)).append(date.substr(5, 2)).append(date.substr(8, 2))))
            return id.substr(0, id.size() - 11);
    }
    return {};
}

std::string_view withoutProfile(std::string_view model)
{
    constexpr std::array<std::string_view, 7> kGeographies{"us.", "eu.", "apac.", "jp.", "au.", "ca.", "us-gov."};
    for (const std::string_view geography : kGeographies) {
        if (model.starts_with(geography))
            return model.substr(geography.size());
    }
    return {};
}

} // namespace altimeter
