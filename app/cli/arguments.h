#pragma once

#include "models/domain/result.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::cli {

/// An option a command knows: "--by" with a value, "--demo" without.
struct OptionSpec {
    std::string_view name;
    bool takesValue = true;
    bool repeats = false;
};

/// The words after a command: options with their values, and the rest in order.
class Arguments {
public:
    /// `--name value`, `--name=value`, `--` ends the options. Error Invalid names the option that is unknown, repeated
    /// or without its value.
    static Result<Arguments> parse(std::span<const std::string> words, std::span<const OptionSpec> known);

    bool has(std::string_view name) const;
    /// The value of an option that was given.
    std::optional<std::string> value(std::string_view name) const;
    std::vector<std::string> values(std::string_view name) const;
    const std::vector<std::string>& positional() const { return m_positional; }
    /// A whole number in [`lowest`, `highest`], or nothing where the option was not given. Error Invalid otherwise.
    Result<std::optional<long>> number(std::string_view name, long lowest, long highest) const;

private:
    std::vector<std::pair<std::string_view, std::string>> m_options;
    std::vector<std::string> m_positional;
};

} // namespace altimeter::cli
