#pragma once

#include "models/domain/result.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

namespace altimeter {

/// A regular expression of allocation rules, made ready: ECMAScript's without looking ahead and back references.
///
/// It is held against a whole text, byte by byte: '.' is one byte other than CR and LF, '^' and '$' are the ends of the
/// text, letters, digits and blanks are those of ASCII. Time grows with the length of the text times that of the
/// expression and never with the number of ways to match; see resources/docs/decisions/regular-expressions.md.
class Expression {
public:
    static constexpr std::size_t kLongest = 1000;               ///< bytes of an expression
    static constexpr std::size_t kMostSteps = 100'000;          ///< some 1.6 MB
    static constexpr std::size_t kMostStepsOfRules = 4'000'000; ///< of all expressions of a rule set

    /// Error Invalid says what is wrong or not supported, without a place.
    static Result<Expression> compile(std::string_view pattern, bool isCaseSensitive);

    /// True where the whole of `text` matches. False where `stop` was asked for, which the caller has to look at.
    bool matches(std::string_view text, const std::stop_token& stop = {}) const;
    /// What it takes: each `x{1000}` is a thousand steps.
    std::size_t steps() const { return m_steps.size(); }

private:
    friend class ExpressionBuilder;
    using Bytes = std::bitset<256>;

    struct Step {
        enum class Kind : std::uint8_t { Byte, Split, Begin, End, Word, NoWord, Done };
        Kind kind = Kind::Done;
        std::uint32_t set = 0;   ///< of Byte: into m_sets
        std::uint32_t next = 0;  ///< the step after this one
        std::uint32_t other = 0; ///< of Split: the other one
    };
    class Run;

    std::vector<Step> m_steps;
    std::vector<Bytes> m_sets;
    std::uint32_t m_first = 0;
};

} // namespace altimeter
