#include "app/cli/arguments.h"

#include <algorithm>
#include <charconv>

namespace altimeter::cli {

namespace {

Error wrong(std::string what)
{
    return {ErrorCode::Invalid, std::move(what), {}};
}

} // namespace

Result<Arguments> Arguments::parse(std::span<const std::string> words, std::span<const OptionSpec> known)
{
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--") {
            arguments.m_positional.insert(arguments.m_positional.end(),
                                          words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        }
        if (!word.starts_with('-') || word == "-") {
            arguments.m_positional.push_back(word);
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const auto spec =
            std::find_if(known.begin(), known.end(), [&name](const OptionSpec& each) { return each.name == name; });
        if (spec == known.end())
            return wrong("unknown option " + name);
        if (!spec->repeats && spec->takesValue && arguments.has(name))
            return wrong(name + " is given twice");
        if (!spec->takesValue && equals != std::string::npos)
            return wrong(name + " takes no value");
        if (spec->takesValue && equals == std::string::npos && i + 1 == words.size())
            return wrong(name + " needs a value");
        std::string value;
        if (spec->takesValue)
            value = equals == std::string::npos ? words[++i] : word.substr(equals + 1);
        arguments.m_options.emplace_back(spec->name, std::move(value));
    }
    return arguments;
}

bool Arguments::has(std::string_view name) const
{
    return value(name).has_value();
}

std::optional<std::string> Arguments::value(std::string_view name) const
{
    const auto found =
        std::find_if(m_options.begin(), m_options.end(), [name](const auto& option) { return option.first == name; });
    return found == m_options.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Arguments::values(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto& [option, value] : m_options) {
        if (option == name)
            found.push_back(value);
    }
    return found;
}

Result<std::optional<long>> Arguments::number(std::string_view name, long lowest, long highest) const
{
    const auto text = value(name);
    if (!text)
        return std::optional<long>{};
    long number = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, code] = std::from_chars(text->data(), end, number);
    if (code != std::errc{} || stop != end || number < lowest || number > highest)
        return wrong(std::string(name) + " needs a whole number from " + std::to_string(lowest) + " to " +
                     std::to_string(highest) + ", not \"" + *text + "\"");
    return std::optional<long>{number};
}

} // namespace altimeter::cli
