#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace altimeter::providers {

/// Which rows of a provider's cost report pay for which parts of its usage report. Rows and parts are named by their
/// index in the two reports.
class CostJoin {
public:
    static constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();
    /// How well a row fits a part; below zero: not at all.
    using Score = std::function<int(std::size_t row, std::size_t part)>;

    CostJoin(std::size_t rows, std::size_t parts) : m_partsOf(rows), m_payerOf(parts, kNobody) {}

    /// Gives each of `parts` to those of `rows` that fit it best; rows that fit equally well share it.
    void join(std::span<const std::size_t> rows, std::span<const std::size_t> parts, const Score& score);

    const std::vector<std::size_t>& partsOf(std::size_t row) const { return m_partsOf[row]; }
    /// The first row that pays for a part, which is the one whose charge counts its quantity; kNobody where none does.
    std::size_t payerOf(std::size_t part) const { return m_payerOf[part]; }

private:
    std::vector<std::vector<std::size_t>> m_partsOf;
    std::vector<std::size_t> m_payerOf;
};

/// Divides an amount in proportion to `weights`, exactly: the texts add up to `amount` to the last digit. None where
/// that cannot be promised, because the amount has digits below 10^-18 or leaves the range of an Amount.
std::optional<std::vector<std::string>> dividedExactly(const std::string& amount,
                                                       std::span<const std::int64_t> weights);

} // namespace altimeter::providers
