#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace altimeter::session {

/// Texts by number over all blocks of events, each of which numbers its own: 0, 1, … in the order they come.
class TextNumbers {
public:
    std::uint32_t numberOf(const std::string& text)
    {
        const auto [at, isNew] = m_numbers.try_emplace(text, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew)
            m_texts.push_back(&at->first);
        return at->second;
    }
    const std::string& text(std::uint32_t number) const { return *m_texts[number]; }

private:
    std::unordered_map<std::string, std::uint32_t> m_numbers;
    std::vector<const std::string*> m_texts; ///< keys of a map stay where they are
};

} // namespace altimeter::session
