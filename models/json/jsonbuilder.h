#pragma once

#include "models/json/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace altimeter {

inline constexpr std::size_t kDeepestJson = 100; ///< levels of a document

/// Takes the parser's events and builds the tree; numbers that do not fit 64 bits arrive with their digits.
class JsonBuilder {
public:
    explicit JsonBuilder(Json& root) { m_open.push_back(&root); }

    bool null() { return put(Json::Kind::Null, {}); }
    bool boolean(bool value) { return put(Json::Kind::Bool, value ? "true" : "false"); }
    bool number_integer(std::int64_t value) { return put(Json::Kind::Number, std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) { return put(Json::Kind::Number, std::to_string(value)); }
    bool number_float(double, std::string digits)
    {
        // the parser writes the point as the locale has it: "12.345" would come as "12,345" and be read as grouping
        std::replace_if(
            digits.begin(), digits.end(),
            [](char c) { return !(c >= '0' && c <= '9') && c != '-' && c != '+' && c != 'e' && c != 'E'; }, '.');
        return put(Json::Kind::Number, std::move(digits));
    }
    bool string(std::string& value) { return put(Json::Kind::Text, std::move(value)); }
    bool binary(nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(Json::Kind::Object); }
    bool start_array(std::size_t) { return open(Json::Kind::Array); }
    bool end_object()
    {
        m_contradicted = contradiction(*m_open.back());
        return m_contradicted.empty() && close();
    }
    bool end_array() { return close(); }
    bool key(std::string& name)
    {
        m_key = std::move(name);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&)
    {
        m_position = position;
        return false;
    }
    bool isTooDeep() const { return m_isTooDeep; }
    /// The member an object has twice with different values; empty: none.
    const std::string& contradicted() const { return m_contradicted; }
    std::size_t position() const { return m_position; }

private:
    Json& place()
    {
        Json& top = *m_open.back();
        if (auto* const items = std::get_if<Json::Items>(&top.m_held))
            return items->emplace_back();
        if (auto* const members = std::get_if<Json::Members>(&top.m_held))
            return members->emplace_back(std::move(m_key), Json()).second;
        return top;
    }
    bool put(Json::Kind kind, std::string text)
    {
        Json& value = place();
        value.m_kind = kind;
        value.m_held = std::move(text);
        return true;
    }
    bool open(Json::Kind kind)
    {
        m_isTooDeep = m_open.size() > kDeepestJson;
        if (m_isTooDeep)
            return false;
        Json& value = place();
        value.m_kind = kind;
        if (kind == Json::Kind::Array)
            value.m_held = Json::Items();
        else
            value.m_held = Json::Members();
        m_open.push_back(&value); // stays valid: its parent grows only after it is closed
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }

    static std::string contradiction(const Json& object)
    {
        std::vector<const std::pair<std::string, Json>*> byName;
        byName.reserve(object.members().size());
        for (const auto& member : object.members())
            byName.push_back(&member);
        std::sort(byName.begin(), byName.end(), [](auto* a, auto* b) { return a->first < b->first; });
        const auto found = std::adjacent_find(byName.begin(), byName.end(), [](auto* a, auto* b) {
            return a->first == b->first && a->second.dump() != b->second.dump();
        });
        return found == byName.end() ? std::string() : (*found)->first;
    }

    std::vector<Json*> m_open;
    std::string m_contradicted;
    std::string m_key;
    std::size_t m_position = 0;
    bool m_isTooDeep = false;
};

} // namespace altimeter
