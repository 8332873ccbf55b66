#pragma once

#include "providers/core/connector.h"
#include "providers/openai/lineitem.h"

#include <span>

namespace altimeter::providers::openai {

/// A row of the cost report.
struct CostRow {
    Instant start, end;
    std::string project, apiKey; ///< ids; empty: none
    std::string lineItem;
    LineItem item;
    std::string amount, currency;
    std::string quantity, unit; ///< thousands of tokens are already tokens; empty: not said
};

/// One counter of a row of a usage report.
struct UsagePart {
    Instant start, end;
    std::string kind; ///< "completions"
    std::string project, apiKey, user, model;
    bool isKeyGrouped = true; ///< false: the report does not tell keys apart, so an empty `apiKey` says nothing
    std::string batch;        ///< "true", "false" or empty
    std::string tier;         ///< "batch" for batch use, else the service tier
    std::string direction, modality;
    std::int64_t quantity = 0; ///< above zero
    std::string unit;          ///< "Tokens", "Images", …
    std::string requests;      ///< only with the first part of a row, so that they add up
    std::map<std::string, std::string> extra;
};

/// A row of an unknown kind that speaks of money in no form that is known.
struct UnknownMoney {
    DateRange days;
    std::string object, record;
};

struct Reports {
    std::vector<CostRow> costs;
    std::vector<UsagePart> usage;
    /// Rows of a kind that is not known, by its name: cost rows that say an amount are kept; what names no money, and
    /// usage, is left out.
    std::map<std::string, std::uint64_t> keptObjects, unknownObjects;
    std::vector<UnknownMoney> unknownMoney;
    std::vector<DateRange> costDays; ///< that the cost report has a bucket for, be it empty
};

/// A kind of usage: `GET /organization/usage/{path}`.
struct UsageKind {
    std::string_view path;
    std::string_view object; ///< of its rows
    std::vector<std::string_view> groups;
    std::string_view counter; ///< the member that counts; "input_tokens" where tokens are counted
    std::string_view unit;
};
std::span<const UsageKind> usageKinds();

/// Read the rows of one bucket into `reports`. Error Invalid where a row lacks what it is about; of a kind that is not
/// known, a row of money that cannot be read makes its day unread.
Status readCosts(const Json& bucket, const std::string& where, Reports& reports);
Status readUsage(const Json& bucket, const UsageKind& asked, const std::string& where, Reports& reports);

/// FOCUS unit of a quantity_unit ("Tokens" of tokens and 1000_tokens); unknown ones as they are.
std::string unitName(const std::string& quantityUnit);

} // namespace altimeter::providers::openai
