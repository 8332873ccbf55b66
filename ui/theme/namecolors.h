#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::ui {

/// Which colour of Theme::names stands for a name. A name keeps its colour in every chart, list and theme, and where
/// kept() is restored tomorrow also then; which one that is depends on the name, and on the order of a list never.
/// Where two names that were first seen apart have the same colour and meet, one of them takes another for that view
/// alone.
class NameColors {
public:
    static constexpr std::size_t kMostKept = 1000;

    static NameColors& instance();
    /// An index of Theme::names for each of `names`, which are told apart as long as there are colours.
    std::vector<int> of(const std::vector<std::string>& names);
    /// The names that were seen last and their colours, as JSON text.
    std::string kept() const;
    /// Names have the colours they had when this was kept(), but for those that were seen since. What makes no sense is
    /// left out.
    void restore(const std::string& kept);

private:
    struct Known {
        int color = 0;
        std::uint64_t seenAt = 0;
    };
    std::map<std::string, Known, std::less<>> m_known;
    std::uint64_t m_seen = 0;
};

/// The colours in the order in which `name` would like to have them: the same on every computer.
std::vector<int> wantedColors(std::string_view name, std::size_t colors);

} // namespace altimeter::ui
