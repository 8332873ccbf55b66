#pragma once

#include "models/events/tokens.h"
#include "models/prices/pricebook.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// A list of prices in the order in which it is asked. For reading by any thread.
class PriceIndex {
public:
    /// Requires rows that checkPriceList() found nothing wrong with.
    explicit PriceIndex(PriceList list);
    PriceIndex(const PriceIndex&) = delete;
    PriceIndex& operator=(const PriceIndex&) = delete;

    const PriceList& list() const { return m_list; }
    Day readThrough() const { return m_readThrough; }

    using Rows = std::vector<const PriceRow*>;
    /// Rows of a model; of those that are no model's, with an empty name. Factors are not among them.
    const Rows& rowsOf(const std::string& provider, std::string_view model) const;
    const Rows& factorsOf(const std::string& provider) const;
    bool knows(const std::string& provider, std::string_view model) const { return !rowsOf(provider, model).empty(); }
    std::vector<const PriceAlias*> aliasesOf(const std::string& provider, std::string_view model) const;
    std::vector<const NegotiatedPrice*> negotiatedWith(const std::string& provider) const;

private:
    PriceList m_list;
    std::map<std::string, Rows, std::less<>> m_rows; ///< by provider, a NUL and the model in lower case
    std::map<std::string, Rows, std::less<>> m_factors;
    Day m_readThrough;
};

/// The class of that name; UsageClass::Count when it is none.
UsageClass usageClassOf(std::string_view name);
/// A model id without the date at its end ("gpt-4o-2024-08-06", "claude-haiku-4-5-20251001-v1:0"); empty when it has
/// none.
std::string_view withoutDate(std::string_view model);
/// A model of Bedrock without the geography of its inference profile ("us.amazon.nova-pro-v1:0"); empty when it has
/// none.
std::string_view withoutProfile(std::string_view model);

/// Without what was withdrawn: the records of it, and the announcements they take back.
std::vector<const PriceRow*> countedRows(const PriceList& list);

/// What is wrong with the rows, the first found: Error Invalid with both rows named where two meet.
Status checkPriceList(const PriceList& list);

} // namespace altimeter
