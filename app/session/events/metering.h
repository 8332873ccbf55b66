#pragma once

#include "models/domain/decimal.h"
#include "models/domain/money.h"
#include "models/prices/pricebook.h"
#include "models/store/events/eventblock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter::session {

/// Prices stored events by a book, at the time of each. Used by one thread.
class Metering {
public:
    explicit Metering(const PriceBook& book, PriceLens lens = PriceLens::List);

    /// What the event of a row comes to: nothing where it is free, or is no call and names no tool. Valid until the
    /// next call.
    const PricedCost& cost(const store::EventBlock& block, std::size_t row);
    /// Whether its tokens are charged: those of operations that only hold others are, until it is known that what they
    /// hold has usage.
    static bool isCharged(const store::EventBlock& block, std::size_t row);

private:
    const std::string& text(const store::EventBlock& block, store::EventText which, std::size_t row);

    PriceReader m_reader;
    const PricedCost m_none;
    /// Texts of the block that was asked about last, by EventText and index.
    std::uint64_t m_block = 0; ///< its serial number
    std::array<std::vector<std::string>, store::kEventTextCount> m_texts;
    std::vector<ToolUse> m_tools;
};

} // namespace altimeter::session
