#pragma once

#include <nlohmann/json.hpp>

#include <utility>

namespace altimeter {

/// Tells `handler` what the JSON `input` (a text, or where it begins and ends) holds, as it is read; whether all of it
/// is JSON that the handler took. `Document` is the kind of nlohmann document whose events the handler takes.
///
/// It is Document::sax_parse(), which makes the compiler build the readers of four binary forms for each handler as
/// well: seconds for every file that reads JSON.
template <typename Document, typename Handler, typename... Input>
bool readJsonEvents(Handler& handler, Input&&... input)
{
    auto adapter = nlohmann::detail::input_adapter(std::forward<Input>(input)...);
    return nlohmann::detail::parser<Document, decltype(adapter)>(std::move(adapter)).sax_parse(&handler);
}

} // namespace altimeter
