#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::ui {

/// Which colour of Theme::names stands for a name. A name keeps its colour in every chart, list and theme for as long
/// as the program runs; which one that is depends on the name, and on the order of a list never. Where two names that
/// were first seen apart have the same colour and meet, one of them takes another for that view alone.
class NameColors {
public:
    static NameColors& instance();
    /// An index of Theme::names for each of `names`, which are told apart as long as there are colours.
    std::vector<int> of(const std::vector<std::string>& names);

private:
    std::map<std::string, int, std::less<>> m_known;
};

/// The colours in the order in which `name` would like to have them: the same on every computer.
std::vector<int> wantedColors(std::string_view name, std::size_t colors);

} // namespace altimeter::ui
