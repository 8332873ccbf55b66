#include "providers/core/costjoin.h"

#include "models/domain/money.h"

namespace altimeter::providers {

void CostJoin::join(std::span<const std::size_t> rows, std::span<const std::size_t> parts, const Score& score)
{
    std::vector<std::size_t> best;
    for (const std::size_t part : parts) {
        best.clear();
        int highest = 0;
        for (const std::size_t row : rows) {
            const int fit = score(row, part);
            if (fit < highest || fit < 0)
                continue;
            if (fit > highest)
                best.clear();
            highest = fit;
            best.push_back(row);
        }
        if (best.empty())
            continue;
        m_payerOf[part] = best.front();
        for (const std::size_t row : best)
            m_partsOf[row].push_back(part);
    }
}

std::optional<std::vector<std::string>> dividedExactly(const std::string& amount, std::span<const std::int64_t> weights)
{
    constexpr int kAttoDecimals = 18;
    const auto number = parseDecimal(amount);
    if (!number)
        return std::nullopt;
    Decimal value = number->value;
    while (value.scale > kAttoDecimals && value.mantissa % 10 == 0) {
        value.mantissa /= 10;
        --value.scale;
    }
    if (value.scale > kAttoDecimals)
        return std::nullopt;
    const auto total = Amount::fromDecimal(value);
    if (!total)
        return std::nullopt;
    const auto parts = splitByWeights(*total, weights);
    if (!parts)
        return std::nullopt;
    std::vector<std::string> texts;
    texts.reserve(parts->size());
    for (const Amount part : *parts)
        texts.push_back(part.toString(0));
    return texts;
}

} // namespace altimeter::providers
