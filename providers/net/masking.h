#pragma once

#include <span>
#include <string>
#include <string_view>

namespace altimeter::providers {

/// `text` with "[hidden]" for each of `secrets`, also where a server repeats one escaped (as JSON, once or twice, in
/// percent or in HTML) or as base64 or hexadecimal digits, inside of something longer too. Secrets of fewer than four
/// bytes are left alone: they would blot out ordinary words.
std::string withoutSecrets(std::string text, std::span<const std::string_view> secrets);

} // namespace altimeter::providers
