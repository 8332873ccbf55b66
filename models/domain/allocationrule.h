#pragma once

#include "models/domain/query.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// One test on a charge. `dim` is any FOCUS column, provider column or tag (never an owner field).
struct RuleCondition {
    enum class Test : std::uint8_t {
        Equals,
        In,
        Prefix,
        Suffix,
        Contains,
        Matches /* ECMAScript regex, whole text */,
        Exists,
        Missing
    };
    std::vector<Dim> dims; ///< tried in order; the first one with a value is tested ("several keys in order")
    Test test = Test::Equals;
    std::vector<std::string> values; ///< compared without case unless `caseSensitive`
    bool caseSensitive = false;
    friend bool operator==(const RuleCondition&, const RuleCondition&) = default;
};

/// A value a rule assigns: fixed text, or the first non-empty value of `fromDims` (optionally lower-cased / mapped).
struct RuleValue {
    std::string text;
    std::vector<Dim> fromDims;
    std::vector<std::pair<std::string, std::string>>
        map; ///< value read → value assigned, without case; others pass through
    friend bool operator==(const RuleValue&, const RuleValue&) = default;
};

/// How a shared charge is divided among teams.
struct SharedSplit {
    enum class Method : std::uint8_t { Fixed, Proportional };
    Method method = Method::Fixed;
    /// Fixed: team and weight (integers, any scale). Proportional: the teams that take part; empty means every team.
    std::vector<std::pair<std::string, std::int64_t>> targets;
    friend bool operator==(const SharedSplit&, const SharedSplit&) = default;
};

/// When all conditions hold and the charge's day lies in `effective`, assigns the given fields. For each field the
/// first rule that matches and assigns a non-empty value wins. A rule with `split` divides the charge among teams
/// instead of assigning one.
struct AllocationRule {
    std::string name;
    std::vector<RuleCondition> when;
    std::array<std::optional<RuleValue>, kOwnerFieldCount> set;
    std::optional<SharedSplit> split;
    DateRange effective; ///< `from` inside, `to` outside; open bounds mean always
    bool enabled = true;
    friend bool operator==(const AllocationRule&, const AllocationRule&) = default;
};

struct RuleSet {
    std::vector<AllocationRule> rules;
    std::uint32_t version = 0; ///< as published; 0 for a draft
    friend bool operator==(const RuleSet&, const RuleSet&) = default;
};

/// One line of "what moves": amount per month that an owner gains (or loses) when a draft replaces the published rules.
struct RuleMove {
    std::string field; ///< "team", …
    std::string owner; ///< empty: unallocated
    Day month;
    Currency currency;
    Amount before;
    Amount after;
};

/// Effect of a draft, before publishing.
struct RuleDiff {
    std::vector<RuleMove> moves; ///< only owners and months whose amount changes
    /// Per rule of the draft, by index: lines it decided and their effective cost per currency.
    struct RuleUse {
        std::uint64_t rows = 0;
        std::vector<CurrencyTotal> cost;
    };
    std::vector<RuleUse> use;
    /// Effective cost with a team / total effective cost, per currency, draft against published, of the months to which
    /// the draft would apply.
    struct Coverage {
        Currency currency;
        Amount total, allocatedBefore, allocatedAfter;
    };
    std::vector<Coverage> coverage;
    /// All of a month under both: what some owners gain is what others give up, so `before` is `after`.
    struct Balance {
        std::string field; ///< as in RuleMove
        Day month;
        Currency currency;
        Amount before, after;
        Amount gained, given; ///< what owners gain and others give up; neither is below zero
    };
    std::vector<Balance> balances; ///< only fields, months and currencies with a move
};

} // namespace altimeter
