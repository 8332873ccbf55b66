#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// A JSON text read into one flat list of values, for millions of small records: texts are views of the input, and the
/// memory serves again for the next record. Json (models/json/json.h) is easier where speed does not matter.
///
/// Strict where it decides what is read (grammar, control characters, nesting, an object that has a member twice with
/// different values), lenient with bytes that are no UTF-8: they are left to who uses a text (words::wellFormed), as
/// most texts are never used. Numbers keep their digits.
class JsonTree {
    struct Node;

public:
    enum class Kind : std::uint8_t { Null, Bool, Number, Text, Array, Object };
    static constexpr std::size_t kMostValues = 1'000'000; ///< of one text
    static constexpr std::size_t kDeepest = 100;          ///< levels

    /// A value of the tree; one that is not there is null and has no members. Valid until the next parse() and while
    /// the text that was parsed is.
    class Value {
    public:
        Value() = default;
        Kind kind() const { return m_node ? m_node->kind : Kind::Null; }
        bool isNull() const { return kind() == Kind::Null; }
        bool isArray() const { return kind() == Kind::Array; }
        bool isObject() const { return kind() == Kind::Object; }
        bool isText() const { return kind() == Kind::Text; }
        bool isNumber() const { return kind() == Kind::Number; }
        bool isTrue() const { return kind() == Kind::Bool && m_node->text == "true"; }
        bool isThere() const { return m_node != nullptr; } ///< also a null that was written
        /// The text of a string, the digits of a number, "true" or "false"; empty for null, arrays and objects.
        std::string_view text() const { return m_node ? m_node->text : std::string_view(); }
        /// Its name in the object that holds it.
        std::string_view name() const { return m_node ? m_node->name : std::string_view(); }
        /// The first member of that name.
        Value operator[](std::string_view name) const
        {
            if (isObject()) {
                for (const Value member : *this) {
                    if (member.name() == name)
                        return member;
                }
            }
            return {};
        }
        template <typename... More> Value at(std::string_view name, More... more) const
        {
            if constexpr (sizeof...(more) == 0)
                return (*this)[name];
            else
                return (*this)[name].at(more...);
        }

        /// Walks items or members in written order.
        class Iterator {
        public:
            using iterator_category = std::input_iterator_tag;
            using value_type = Value;
            using difference_type = std::ptrdiff_t;
            using pointer = const Value*;
            using reference = Value;

            Iterator() = default;
            explicit Iterator(const Node* node) : m_at(node) {}
            Value operator*() const { return Value(m_at); }
            Iterator& operator++()
            {
                m_at += m_at->size;
                return *this;
            }
            Iterator operator++(int)
            {
                const Iterator before = *this;
                ++*this;
                return before;
            }
            bool operator==(const Iterator&) const = default;

        private:
            const Node* m_at = nullptr;
        };
        Iterator begin() const { return Iterator(isHolder() ? m_node + 1 : nullptr); }
        Iterator end() const { return Iterator(isHolder() ? m_node + m_node->size : nullptr); }
        bool isEmpty() const { return begin() == end(); }

    private:
        friend class JsonTree;
        explicit Value(const Node* node) : m_node(node) {}
        bool isHolder() const { return kind() == Kind::Array || kind() == Kind::Object; }
        const Node* m_node = nullptr;
    };

    struct Problem {
        std::size_t position = 0; ///< byte of the text
        std::string what;
    };
    /// Reads one text, blanks around it allowed. None: it was read.
    std::optional<Problem> parse(std::string_view text);
    Value root() const { return Value(m_nodes.empty() ? nullptr : m_nodes.data()); }

private:
    struct Node {
        Kind kind = Kind::Null;
        std::uint32_t size = 1; ///< nodes of it and all in it
        std::string_view name, text;
    };

    bool value(std::string_view name);
    bool scalar(std::string_view name);
    bool string(std::string_view& out);
    bool escaped(std::size_t begin, std::string_view& out);
    bool escape();
    bool unicode();
    bool number();
    bool close();
    bool fail(std::string what);
    void blanks();
    bool isNext(char c);
    bool hasContradiction(std::size_t object) const;

    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<Node> m_nodes;
    std::vector<std::uint32_t> m_open; ///< arrays and objects around what comes next
    std::string m_unescaped;           ///< texts that had escapes; as long as the text at most
    std::optional<Problem> m_problem;
};

} // namespace altimeter
