#include "providers/openai/lineitem.h"

#include "models/text/words.h"

#include <algorithm>

namespace altimeter::providers::openai {

namespace {

std::string toolOf(const std::string& words, std::string_view unit)
{
    const auto says = [&words](std::string_view word) { return words.find(word) != std::string::npos; };
    if (says("web search"))
        return "web_search_calls";
    if (says("code interpreter"))
        return "code_interpreter_sessions";
    if (says("vector stor") || (says("file search") && (unit == "gibibyte_hours" || says("storage"))))
        return "vector_stores";
    return says("file search") ? "file_search_calls" : "";
}

std::string directionOf(const std::string& words)
{
    const auto says = [&words](std::string_view word) { return words.find(word) != std::string::npos; };
    if (says("cache") && (says("write") || says("creation")))
        return "cache_write";
    if (says("cached") || says("cache read"))
        return "cached_input";
    for (const char* direction : {"input", "output", "training"}) {
        if (says(direction))
            return direction;
    }
    return {};
}

/// "gpt-4o" of "gpt-4o-2024-08-06"; the name itself where it ends with no date.
std::string_view withoutDate(std::string_view model)
{
    constexpr std::string_view kShape = "-dddd-dd-dd";
    if (model.size() <= kShape.size())
        return model;
    const std::string_view tail = model.substr(model.size() - kShape.size());
    const bool isDate = std::equal(tail.begin(), tail.end(), kShape.begin(),
                                   [](char c, char shape) { return shape == 'd' ? c >= '0' && c <= '9' : c == shape; });
    return isDate ? model.substr(0, model.size() - kShape.size()) : model;
}

} // namespace

LineItem readLineItem(std::string_view text, std::string_view quantityUnit)
{
    text = words::trimmed(text);
    LineItem item;
    // "model, words" or, seen less, "model words"; a name of a model holds no blank but a digit or a hyphen
    const auto end = std::min({text.find(','), text.find(' '), text.size()});
    const std::string_view name = text.substr(0, end);
    std::string_view rest = text.substr(end);
    rest.remove_prefix(rest.starts_with(',') ? 1 : 0);
    if (name.find_first_of("-0123456789") != std::string_view::npos)
        item.model = name;
    else
        rest = text;
    const std::string words = words::toLower(rest);
    item.tool = toolOf(words::toLower(text), quantityUnit);
    item.direction = directionOf(words);
    for (const char* modality : {"text", "audio", "image"}) {
        if (words.find(modality) != std::string::npos)
            item.modality = modality;
    }
    for (const char* tier : {"batch", "flex", "priority", "scale"}) {
        if (words.find(tier) != std::string::npos)
            item.tier = tier;
    }
    return item;
}

int modelLikeness(std::string_view one, std::string_view other)
{
    if (one == other)
        return 2;
    const std::string a = words::toLower(one);
    const std::string b = words::toLower(other);
    if (a == b)
        return 2;
    return withoutDate(a) == b || withoutDate(b) == a ? 1 : 0;
}

std::string tokenClass(const std::string& direction, const std::string& modality)
{
    return modality.empty() || modality == "text" || direction.empty() ? direction : direction + '_' + modality;
}

} // namespace altimeter::providers::openai
