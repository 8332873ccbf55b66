#pragma once

#include "models/domain/result.h"
#include "providers/core/bytesource.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace altimeter::providers {

/// One JSON object of a file.
struct JsonRecord {
    std::string_view text;  ///< valid until the next record
    std::uint64_t line = 0; ///< that it begins on, from 1
    std::string_view list;  ///< name of the list it was taken out of, for objects too large to be read whole
    std::string problem;    ///< not empty: it is broken, and `text` is what was passed over
};

/// Cuts a file into JSON objects: one per line, one after another however they are indented, in a list, or in the list
/// of one large object ({"resourceSpans":[…]}). What is broken costs its own record: the next one begins on a line of
/// its own.
class JsonRecordStream {
public:
    static constexpr std::size_t kLongestRecord = std::size_t{32} << 20U;
    /// Objects longer than that are taken apart where they are around a list of records.
    static constexpr std::size_t kLongestWhole = std::size_t{4} << 20U;

    explicit JsonRecordStream(ByteSource& source) : m_source(source) {}

    /// None at the end. Error as of the source; what was complete before was answered, and what was begun is lost.
    Result<std::optional<JsonRecord>> next();
    std::uint64_t line() const { return m_line; }

private:
    enum class End : std::uint8_t { Whole, Broken, CutOff, TooLong };
    struct Extent {
        End end = End::Whole;
        std::size_t size = 0;
        std::string_view why;
    };

    bool has(std::size_t at);
    void consume(std::size_t count);
    void compact();
    void prepare();
    JsonRecord take(const Extent& found);
    JsonRecord broken(std::size_t size, std::string_view why);
    std::size_t column() const;
    Extent extent(std::size_t most);
    std::size_t lineEnd(std::size_t at);
    bool passText(std::size_t& at);
    bool isRecordNext(std::size_t at);
    bool enterList();
    bool passMember();
    static bool isList(std::string_view name);

    ByteSource& m_source;
    std::string m_buffer;
    std::size_t m_at = 0; ///< what is not read yet
    std::uint64_t m_line = 1;
    bool m_isEnd = false, m_isBegun = false;
    bool m_isLines = false; ///< a record that was one whole line was met
    bool m_isInWrapper = false;
    std::optional<std::size_t> m_lostColumn; ///< where the broken record began that is passed over
    std::string m_list;
    std::optional<Error> m_failure;
};

} // namespace altimeter::providers
