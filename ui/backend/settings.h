#pragma once

#include <string>

namespace altimeter::ui {

/// What the user of this computer chose ("theme", "geometry", …): plain texts, no secrets.
class Settings {
public:
    virtual ~Settings() = default;

    virtual std::string value(const std::string& key) const = 0; ///< empty: not set
    virtual void setValue(const std::string& key, const std::string& value) = 0;
    /// What is wrong with `value` for `key` ("proxy", "ca_file"), in words; empty: nothing.
    virtual std::string problemOf(const std::string& key, const std::string& value) const = 0;
    virtual std::string folder() const = 0; ///< where they are kept
};

} // namespace altimeter::ui
