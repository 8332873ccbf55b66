#include "app/session/events/metering.h"

#include <algorithm>

namespace altimeter::session {

using store::EventBlock;
using store::EventText;

Metering::Metering(const PriceBook& book, PriceLens lens) : m_reader(book, lens) {}

const std::string& Metering::text(const EventBlock& block, EventText which, std::size_t row)
{
    std::vector<std::string>& texts = m_texts[static_cast<std::size_t>(which)];
    if (texts.empty()) {
        const store::BlockTexts& all = block.texts(which);
        texts.reserve(all.size());
        for (std::size_t at = 0; at < all.size(); ++at)
            texts.push_back(all.at(at));
    }
    return texts[block.text(which, row)];
}

bool Metering::isCharged(const EventBlock& block, std::size_t row)
{
    return !block.isFree(row);
}

const PricedCost& Metering::cost(const EventBlock& block, std::size_t row)
{
    if (!isCharged(block, row))
        return m_none;
    if (m_block != block.serial()) {
        m_block = block.serial();
        for (auto& texts : m_texts)
            texts.clear();
    }
    PricedUse use;
    use.usage = block.usage(row);
    m_tools.clear();
    if (block.hasTools())
        m_tools = block.tools(row);
    if (use.usage.isEmpty() && m_tools.empty())
        return m_none;
    const std::string& answered = text(block, EventText::ModelAnswered, row);
    use.provider = text(block, EventText::Provider, row);
    use.model = answered.empty() ? text(block, EventText::ModelAsked, row) : answered;
    use.tier = text(block, EventText::Tier, row);
    use.region = text(block, EventText::Region, row);
    use.nanos = block.start(row);
    use.tools = m_tools;
    if (const std::uint64_t calls = block.calls(row); calls > 1)
        use.prompt =
            std::max<std::uint64_t>(1, use.usage.prompt() / calls); // bands by the mean call: no sum is one prompt
    return m_reader.cost(use);
}

} // namespace altimeter::session
