#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace altimeter::providers {

/// A credential. It has no stream operator and no text of its own: `reveal()` is the one word to grep for. The memory
/// is overwritten when it goes.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : m_value(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : m_value(std::move(other.m_value)) { other.wipe(); }
    Secret& operator=(const Secret& other)
    {
        if (this != &other) {
            wipe();
            m_value = other.m_value;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept
    {
        if (this != &other) {
            wipe();
            m_value = std::move(other.m_value);
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    bool isEmpty() const { return m_value.empty(); }
    const std::string& reveal() const { return m_value; }

private:
    void wipe()
    {
        for (volatile char& c : m_value)
            c = 0;
        m_value.clear();
    }
    std::string m_value;
};

/// By ConnectorField::key.
using Secrets = std::map<std::string, Secret>;

} // namespace altimeter::providers
