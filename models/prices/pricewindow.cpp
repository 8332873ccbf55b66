#include "models/prices/pricelist.h"
#include "models/text/words.h"

#include <array>
#include <charconv>

namespace altimeter {

namespace {

constexpr std::array<std::string_view, 7> kDayNames{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int kMinutesPerDay = 1440;
constexpr std::int64_t kSecondsPerDay = 86400;

std::optional<int> dayOf(std::string_view name)
{
    for (std::size_t i = 0; i < kDayNames.size(); ++i) {
        if (words::equalsIgnoreCase(kDayNames[i], name))
            return static_cast<int>(i);
    }
    return std::nullopt;
}

std::optional<int> numberOf(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isWhole = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return isWhole && words::isDigit(text.front()) ? std::optional(value) : std::nullopt;
}

/// "16:30" as minutes of the day; 24:00 is its end.
std::optional<int> clockOf(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || text.size() - colon != 3)
        return std::nullopt;
    const auto hours = numberOf(text.substr(0, colon));
    const auto minutes = numberOf(text.substr(colon + 1));
    if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > kMinutesPerDay)
        return std::nullopt;
    return *hours * 60 + *minutes;
}

/// Minutes ahead of UTC. Names with summer time are refused: what they are ahead changes twice a year.
std::optional<int> zoneOf(std::string_view text)
{
    constexpr std::pair<std::string_view, int> kZones[] = {{"utc", 0},
                                                           {"z", 0},
                                                           {"asia/shanghai", 480},
                                                           {"asia/hong_kong", 480},
                                                           {"asia/singapore", 480},
                                                           {"asia/taipei", 480},
                                                           {"asia/tokyo", 540},
                                                           {"asia/seoul", 540},
                                                           {"asia/kolkata", 330}};
    for (const auto& [name, minutes] : kZones) {
        if (words::equalsIgnoreCase(name, text))
            return minutes;
    }
    if (text.empty() || (text.front() != '+' && text.front() != '-'))
        return std::nullopt;
    const auto clock = clockOf(text.substr(1));
    if (!clock || *clock > 14 * 60)
        return std::nullopt;
    return text.front() == '-' ? -*clock : *clock;
}

/// "mon-fri", "sat,sun", "fri-mon"; 0: none.
std::uint8_t daysOf(std::string_view text)
{
    unsigned days = 0;
    while (true) {
        const std::string_view part = text.substr(0, text.find(','));
        const std::size_t dash = part.find('-');
        const auto first = dayOf(part.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : dayOf(part.substr(dash + 1));
        if (!first || !last)
            return 0;
        for (int day = *first;; day = (day + 1) % 7) {
            days |= 1U << static_cast<unsigned>(day);
            if (day == *last)
                break;
        }
        if (part.size() == text.size())
            return static_cast<std::uint8_t>(days);
        text.remove_prefix(part.size() + 1);
    }
}

std::string clockText(int minutes)
{
    const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(minutes / 60) + ":" + two(minutes % 60);
}

std::string daysText(std::uint8_t days)
{
    std::string text;
    for (std::size_t i = 0; i < kDayNames.size(); ++i) {
        if ((days >> i & 1U) == 0)
            continue;
        std::size_t last = i;
        while (last + 1 < kDayNames.size() && (days >> (last + 1) & 1U) != 0)
            ++last;
        text += (text.empty() ? "" : ",") + std::string(kDayNames[i]);
        if (last > i)
            text += (last > i + 1 ? "-" : ",") + std::string(kDayNames[last]);
        i = last;
    }
    return text;
}

Error noWindow(std::string_view text)
{
    return {ErrorCode::Invalid,
            "\"" + std::string(text) + "\" is no stretch of the day (\"mon-fri 09:00-12:00 +08:00\")",
            {}};
}

Result<PriceWindow> parseWindow(std::string_view text)
{
    std::vector<std::string_view> parts;
    for (std::string_view rest = words::trimmed(text); !rest.empty(); rest = words::trimmed(rest)) {
        parts.push_back(rest.substr(0, rest.find(' ')));
        rest.remove_prefix(parts.back().size());
    }
    PriceWindow window;
    std::size_t at = 0;
    if (at < parts.size() && !words::isDigit(parts[at].front())) {
        window.days = daysOf(parts[at++]);
        if (window.days == 0)
            return noWindow(text);
    }
    if (at >= parts.size())
        return noWindow(text);
    const std::size_t dash = parts[at].find('-');
    const auto start = clockOf(parts[at].substr(0, dash));
    const auto end = dash == std::string_view::npos ? std::nullopt : clockOf(parts[at].substr(dash + 1));
    ++at;
    const auto zone = at < parts.size() ? zoneOf(parts[at++]) : std::optional(0);
    if (!zone)
        return Error{ErrorCode::Invalid,
                     "the zone of \"" + std::string(text) +
                         "\" is not known: give what it is ahead of UTC (\"+08:00\")",
                     {}};
    if (!start || !end || *start == kMinutesPerDay || *start == *end || at < parts.size())
        return noWindow(text);
    window.startMinute = static_cast<std::int16_t>(*start);
    window.endMinute = static_cast<std::int16_t>(*end);
    window.zoneMinutes = static_cast<std::int16_t>(*zone);
    return window;
}

} // namespace

bool PriceWindow::contains(std::int64_t seconds) const
{
    const std::int64_t local = seconds + std::int64_t{zoneMinutes} * 60;
    std::int64_t day = local / kSecondsPerDay - (local % kSecondsPerDay < 0 ? 1 : 0);
    const std::int64_t second = local - day * kSecondsPerDay;
    const bool crosses = endMinute <= startMinute;
    const bool inFirst = second >= startMinute * 60 && (crosses || second < endMinute * 60);
    const bool inNext = crosses && second < endMinute * 60;
    if (!inFirst && !inNext)
        return false;
    day -= inFirst ? 0 : 1;
    const std::int64_t weekday = ((day + 3) % 7 + 7) % 7; // 1970-01-01 was a Thursday
    return (days >> weekday & 1) != 0;
}

std::string toString(const PriceWindow& window)
{
    std::string text = window.days == PriceWindow::kEveryDay ? "" : daysText(window.days) + " ";
    text += clockText(window.startMinute) + "-" + clockText(window.endMinute);
    if (window.zoneMinutes != 0) {
        const int ahead = window.zoneMinutes < 0 ? -window.zoneMinutes : window.zoneMinutes;
        text += (window.zoneMinutes < 0 ? " -" : " +") + clockText(ahead);
    }
    return text;
}

std::string toString(const std::vector<PriceWindow>& windows)
{
    std::string text;
    for (const PriceWindow& window : windows)
        text += (text.empty() ? "" : "; ") + toString(window);
    return text;
}

Result<std::vector<PriceWindow>> parsePriceWindows(std::string_view text)
{
    std::vector<PriceWindow> windows;
    while (!words::trimmed(text).empty()) {
        const std::string_view part = text.substr(0, text.find(';'));
        auto window = parseWindow(words::trimmed(part));
        if (!window)
            return window.error();
        windows.push_back(*window);
        text.remove_prefix(std::min(part.size() + 1, text.size()));
    }
    return windows;
}

} // namespace altimeter
