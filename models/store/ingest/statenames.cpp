#include "models/store/ingest/statenames.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace altimeter::store {

namespace {

constexpr std::array<std::string_view, 11> kStateWords{
    "run", "v", "ver", "version", "rev", "revision", "snapshot", "state", "restated", "delivery", "restatement"};
constexpr std::size_t kGuidLength = 36;

using Numbers = std::vector<std::uint64_t>;

/// What a name says of when it was made, and the rest of it.
struct Said {
    std::vector<Numbers> times;
    Numbers states;
    std::string rest;
};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isGuid(std::string_view text)
{
    if (text.size() < kGuidLength)
        return false;
    for (std::size_t i = 0; i < kGuidLength; ++i) {
        const bool isDash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool isHex = isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (isDash ? c != '-' : !isHex)
            return false;
    }
    return true;
}

/// The end of the digits from `at` on, single characters between them included.
std::size_t endOfNumbers(std::string_view name, std::size_t at)
{
    while (at < name.size()) {
        if (isDigit(name[at]))
            ++at;
        else if (at + 1 < name.size() && std::string_view("-_.:T").find(name[at]) != std::string_view::npos &&
                 isDigit(name[at + 1]) && !isGuid(name.substr(at + 1)))
            ++at;
        else
            break;
    }
    return at;
}

/// "20250612" is 2025, 6, 12 as "2025-6-12" is.
Numbers numbersOf(std::string_view text)
{
    constexpr std::size_t kLongest = 18;
    Numbers numbers;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && isDigit(text[end]))
            ++end;
        std::string_view digits = text.substr(at, end - at);
        at = std::max(end, at) + 1;
        const bool isDate =
            digits.size() >= 6 && digits.size() % 2 == 0 && (digits.starts_with("19") || digits.starts_with("20"));
        for (bool isYear = isDate; isDate && !digits.empty(); isYear = false) {
            const std::size_t size = isYear ? 4 : 2;
            std::uint64_t number = 0;
            for (const char c : digits.substr(0, size))
                number = number * 10 + static_cast<std::uint64_t>(c - '0');
            numbers.push_back(number);
            digits.remove_prefix(std::min(size, digits.size()));
        }
        if (isDate)
            continue;
        std::uint64_t number = 0;
        for (const char c : digits.substr(0, kLongest))
            number = number * 10 + static_cast<std::uint64_t>(c - '0');
        numbers.push_back(number);
    }
    return numbers;
}

bool isTime(const Numbers& numbers)
{
    return numbers.size() >= 2 && numbers[0] >= 1900 && numbers[0] < 2100 && numbers[1] >= 1 && numbers[1] <= 12;
}

/// Whether a word that counts states stands before `end`.
bool countsStates(std::string_view name, std::size_t end)
{
    if (end > 0 && (name[end - 1] == '-' || name[end - 1] == '_' || name[end - 1] == ' ' || name[end - 1] == '='))
        --end;
    std::size_t begin = end;
    while (begin > 0 && isLetter(name[begin - 1]))
        --begin;
    const std::string word = words::toLower(name.substr(begin, end - begin));
    return std::find(kStateWords.begin(), kStateWords.end(), word) != kStateWords.end();
}

Said read(std::string_view name)
{
    Said said;
    for (std::size_t at = 0; at < name.size();) {
        if (isGuid(name.substr(at))) {
            at += kGuidLength;
            said.rest += '#';
            continue;
        }
        if (!isDigit(name[at])) {
            said.rest += name[at++];
            continue;
        }
        const std::size_t end = endOfNumbers(name, at);
        Numbers numbers = numbersOf(name.substr(at, end - at));
        if (isTime(numbers)) {
            said.times.push_back(std::move(numbers));
            said.rest += '#';
        } else if (numbers.size() == 1 && countsStates(name, at)) {
            said.states.push_back(numbers.front());
            said.rest += '#';
        } else {
            said.rest += name.substr(at, end - at);
        }
        at = end;
    }
    return said;
}

/// Unordered as soon as one says the contrary of another, or nothing comparable.
template <typename Each> std::partial_ordering compare(const std::vector<Each>& a, const std::vector<Each>& b)
{
    if (a.size() != b.size())
        return std::partial_ordering::unordered;
    std::partial_ordering found = std::partial_ordering::equivalent;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i])
            continue;
        const std::partial_ordering here = a[i] < b[i] ? std::partial_ordering::less : std::partial_ordering::greater;
        if (found != std::partial_ordering::equivalent && found != here)
            return std::partial_ordering::unordered;
        found = here;
    }
    return found;
}

} // namespace

std::partial_ordering laterByName(std::string_view a, std::string_view b)
{
    const Said first = read(a);
    const Said second = read(b);
    if (first.rest != second.rest)
        return std::partial_ordering::unordered;
    auto order = compare(first.times, second.times);
    if (order == std::partial_ordering::equivalent)
        order = compare(first.states, second.states);
    return order == std::partial_ordering::equivalent ? std::partial_ordering::unordered : order;
}

} // namespace altimeter::store
