#pragma once

#include <string>
#include <string_view>

namespace altimeter::providers::openai {

/// What a line item of the cost report speaks of, as far as its free text ("gpt-5.6-terra, cached input") tells.
struct LineItem {
    std::string model;     ///< as written; empty where none is named
    std::string direction; ///< "input", "cached_input", "cache_write", "output", "training"; empty: any
    std::string modality;  ///< "text", "audio", "image"; empty: any
    std::string tier;      ///< "batch", "flex", "priority", "scale"; empty: any
    std::string tool;      ///< the usage kind of a tool ("web_search_calls"); empty: use of a model
};

/// Reads leniently: what is not understood stays empty. `quantityUnit` tells storage from calls.
LineItem readLineItem(std::string_view text, std::string_view quantityUnit);

/// How well two names mean one model: 2 the same, 1 the same but for a date at the end of one of them, 0 not at all.
int modelLikeness(std::string_view one, std::string_view other);

/// "cached_input_audio" of direction and modality; text is not said.
std::string tokenClass(const std::string& direction, const std::string& modality);

} // namespace altimeter::providers::openai
