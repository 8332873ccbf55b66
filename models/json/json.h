#pragma once

#include "models/domain/decimal.h"
#include "models/domain/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace altimeter {

/// A JSON value that keeps numbers as the digits that were written: money never passes through a double.
///
/// Reading is lenient where it is safe to be: a member or element that is not there is null, and null has no members.
/// What must be there is asked for with the `need…` functions, whose Errors name the path.
class Json {
public:
    enum class Kind : std::uint8_t { Null, Bool, Number, Text, Array, Object };

    /// The most values a document of a server may hold: some 200 MB of memory.
    static constexpr std::size_t kMostValues = 2'000'000;
    /// Error Invalid names `where` and the byte at which the text stops being JSON; more than 100 levels and more than
    /// `mostValues` values are refused before they take the memory, and so is an object that has a member twice with
    /// different values: the one read might be money. What is no character in a text (a byte that is no UTF-8, half of
    /// a surrogate pair) becomes U+FFFD.
    static Result<Json> parse(std::string_view text, const std::string& where, std::size_t mostValues = kMostValues);

    Kind kind() const { return m_kind; }
    bool isNull() const { return m_kind == Kind::Null; }
    bool isArray() const { return m_kind == Kind::Array; }
    bool isObject() const { return m_kind == Kind::Object; }
    bool isTrue() const { return m_kind == Kind::Bool && text() == "true"; }

    /// The text of a string, the digits of a number, "true" or "false"; empty for null, arrays and objects.
    const std::string& text() const { return held<std::string>(); }
    /// A whole number (of a Number or of digits in a Text); none otherwise.
    std::optional<std::int64_t> integer() const;

    const std::vector<Json>& items() const { return held<Items>(); }  ///< of an array; empty otherwise
    const std::vector<std::pair<std::string, Json>>& members() const; ///< of an object, in written order
    /// The member of that name, or null.
    const Json& operator[](std::string_view name) const;
    /// Follows names through objects: at("error", "message").
    template <typename... More> const Json& at(std::string_view name, More... more) const
    {
        if constexpr (sizeof...(more) == 0)
            return (*this)[name];
        else
            return (*this)[name].at(more...);
    }
    bool has(std::string_view name) const;

    /// The array member `name`. Error Invalid: "`where`: \"data\" is missing" or "… is no list".
    Result<const std::vector<Json>*> needArray(std::string_view name, const std::string& where) const;
    /// The text or number member `name`, not empty. Error Invalid as above.
    Result<std::string> needText(std::string_view name, const std::string& where) const;

    /// Compact JSON text, names in written order.
    std::string dump() const;

private:
    friend class JsonBuilder;
    static Result<Json> parseAsItIs(std::string_view text, const std::string& where, std::size_t mostValues);
    using Items = std::vector<Json>;
    using Members = std::vector<std::pair<std::string, Json>>;

    template <typename Held> const Held& held() const
    {
        static const Held nothing;
        const Held* const value = std::get_if<Held>(&m_held);
        return value ? *value : nothing;
    }

    Kind m_kind = Kind::Null;
    std::variant<std::string, Items, Members> m_held; ///< what the kind has: a document is made of millions of these
};

inline const std::vector<std::pair<std::string, Json>>& Json::members() const
{
    return held<Members>();
}

/// A number that was a double at its source ("1.6155871338926322e-27"): digits beyond 36 decimals, which are noise, are
/// cut off. Errors as of parseDecimal().
Result<Decimal> decimalOfDouble(const std::string& digits);

} // namespace altimeter
