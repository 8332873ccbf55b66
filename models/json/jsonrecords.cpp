#include "models/json/jsonrecords.h"

#include "models/json/jsonbuilder.h"
#include "models/json/jsonevents.h"
#include "models/json/jsonmender.h"
#include "models/text/jsontext.h"

#include <iterator>

namespace altimeter {

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18U;

/// The mended bytes of a source, one block at a time.
class Bytes {
public:
    Bytes(const JsonSource& source, std::string where)
        : m_source(source), m_where(std::move(where)), m_block(kBlock, '\0')
    {
    }

    bool isAtEnd() { return m_at == m_text.size() && !refill(); }
    char current() const { return m_text[m_at]; }
    void advance()
    {
        ++m_at;
        ++m_sinceValue;
    }
    void valueTaken() { m_sinceValue = 0; }
    const std::optional<Error>& failure() const { return m_failure; }
    const std::string& where() const { return m_where; }

private:
    bool refill()
    {
        while (m_at == m_text.size()) {
            if (m_isEnd || m_failure)
                return false;
            if (m_sinceValue > JsonRecords::kLongestValue)
                m_failure = Error{ErrorCode::Invalid, "the JSON holds a value of more than 16 MiB", m_where};
            const auto got = m_failure ? Result<std::size_t>(*m_failure) : m_source(m_block);
            if (!got) {
                m_failure = got.error();
                return false;
            }
            m_text.clear();
            m_at = 0;
            m_isEnd = *got == 0;
            if (m_isEnd)
                m_mender.finish(m_text);
            else
                m_mender.take(std::string_view(m_block).substr(0, *got), m_text);
        }
        return true;
    }

    const JsonSource& m_source;
    const std::string m_where;
    std::string m_block, m_text;
    JsonMender m_mender;
    std::size_t m_at = 0, m_sinceValue = 0;
    bool m_isEnd = false;
    std::optional<Error> m_failure;
};

class ByteIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    ByteIterator() = default;
    explicit ByteIterator(Bytes* bytes) : m_bytes(bytes) {}
    char operator*() const { return m_bytes->current(); }
    ByteIterator& operator++()
    {
        m_bytes->advance();
        return *this;
    }
    ByteIterator operator++(int)
    {
        const ByteIterator before = *this;
        m_bytes->advance();
        return before;
    }
    bool operator==(const ByteIterator& other) const { return isAtEnd() == other.isAtEnd(); }

private:
    bool isAtEnd() const { return !m_bytes || m_bytes->isAtEnd(); }
    Bytes* m_bytes = nullptr;
};

/// What the parser tells, told alike: a value, a container that opens or closes, a name.
template <typename Derived> class Events {
public:
    bool null()
    {
        return derived().scalar([](JsonBuilder& to) { return to.null(); });
    }
    bool boolean(bool value)
    {
        return derived().scalar([value](JsonBuilder& to) { return to.boolean(value); });
    }
    bool number_integer(std::int64_t value)
    {
        return derived().scalar([value](JsonBuilder& to) { return to.number_integer(value); });
    }
    bool number_unsigned(std::uint64_t value)
    {
        return derived().scalar([value](JsonBuilder& to) { return to.number_unsigned(value); });
    }
    bool number_float(double value, const std::string& digits)
    {
        return derived().scalar([&, value](JsonBuilder& to) { return to.number_float(value, digits); });
    }
    bool string(std::string& value)
    {
        return derived().scalar([&value](JsonBuilder& to) { return to.string(value); });
    }
    bool binary(nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t size)
    {
        return derived().open(false, [size](JsonBuilder& to) { return to.start_object(size); });
    }
    bool start_array(std::size_t size)
    {
        return derived().open(true, [size](JsonBuilder& to) { return to.start_array(size); });
    }
    bool end_object()
    {
        return derived().close([](JsonBuilder& to) { return to.end_object(); });
    }
    bool end_array()
    {
        return derived().close([](JsonBuilder& to) { return to.end_array(); });
    }
    bool key(std::string& name) { return derived().name(name); }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&)
    {
        m_position = position;
        return false;
    }

    /// Reads everything. Error Invalid where it is no JSON, `problem` of the handler, or that of the source.
    Status read(Bytes& bytes)
    {
        if (readJsonEvents<nlohmann::json>(derived(), ByteIterator(&bytes), ByteIterator()) && !bytes.failure())
            return {};
        if (bytes.failure())
            return *bytes.failure();
        if (m_problem)
            return *m_problem;
        return Error{ErrorCode::Invalid,
                     "the answer is no JSON (it stops making sense at byte " + std::to_string(m_position) + ')',
                     bytes.where()};
    }

protected:
    bool fail(const std::string& what, const std::string& where, const std::string& todo = {})
    {
        m_problem = Error{ErrorCode::Invalid, what, where, todo};
        return false;
    }
    std::optional<Error> m_problem;

private:
    Derived& derived() { return static_cast<Derived&>(*this); }
    std::size_t m_position = 0;
};

std::vector<std::string> namesOf(std::string_view path)
{
    std::vector<std::string> names;
    while (!path.empty()) {
        names.emplace_back(path.substr(0, path.find('.')));
        path.remove_prefix(std::min(names.back().size() + 1, path.size()));
    }
    return names;
}

using Take = std::function<Status(std::size_t, const Json&)>;

/// Tells the records of a document from its frame, and builds the one or the other.
class Sorter : public Events<Sorter> {
public:
    /// `frame` or `take` is given.
    Sorter(Bytes& bytes, const std::string& rows, Json* frame, const Take* take)
        : m_bytes(bytes), m_names(namesOf(rows)), m_take(take)
    {
        if (frame)
            m_frame.emplace(*frame);
    }

    template <typename Send> bool scalar(Send send)
    {
        const bool begins = beginsRecord();
        if (!count())
            return false;
        if (!m_isRecord)
            return tell(m_frame, send);
        return tell(m_record, send) && (!begins || endRecord());
    }
    template <typename Send> bool open(bool isArray, Send send)
    {
        beginsRecord();
        if (!count())
            return false;
        if (m_levels.size() + m_recordDepth >= kDeepestJson)
            return fail("the JSON is nested more than " + std::to_string(kDeepestJson) + " levels deep",
                        m_bytes.where());
        if (m_isRecord) {
            ++m_recordDepth;
            return tell(m_record, send);
        }
        push(isArray);
        return tell(m_frame, send);
    }
    template <typename Send> bool close(Send send)
    {
        if (!m_isRecord) {
            m_levels.pop_back();
            return tell(m_frame, send);
        }
        return tell(m_record, send) && (--m_recordDepth > 0 || endRecord());
    }
    bool name(std::string& name)
    {
        m_bytes.valueTaken();
        if (m_isRecord)
            return tell(m_record, [&name](JsonBuilder& to) { return to.key(name); });
        Level& top = m_levels.back();
        m_isNext = top.isOnPath && top.matched < m_names.size() && name == m_names[top.matched];
        if (m_isNext && std::exchange(top.hasNext, true))
            return fail("the answer says " + words::jsonQuoted(name) + " twice, so that nobody knows which counts",
                        m_bytes.where());
        return tell(m_frame, [&name](JsonBuilder& to) { return to.key(name); });
    }

private:
    struct Level {
        bool isArray = false;
        bool isOnPath = false;   ///< of the names that lead to the lists
        std::size_t matched = 0; ///< of them
        bool hasNext = false;    ///< the next of them was met
    };

    bool isList() const
    {
        return !m_levels.empty() && m_levels.back().isArray && m_levels.back().isOnPath &&
               m_levels.back().matched == m_names.size();
    }
    bool beginsRecord()
    {
        if (m_isRecord || !isList())
            return false;
        m_isRecord = true;
        m_values = 0;
        if (m_take) {
            m_json = {};
            m_record.emplace(m_json);
        }
        return true;
    }
    bool endRecord()
    {
        m_isRecord = false;
        m_record.reset();
        if (!m_take)
            return true;
        const Status taken = (*m_take)(m_lists - 1, m_json);
        if (!taken)
            m_problem = taken.error();
        return taken.ok();
    }
    void push(bool isArray)
    {
        Level level{isArray, true, 0};
        if (!m_levels.empty()) {
            const Level& above = m_levels.back();
            level.isOnPath = above.isArray ? above.isOnPath : m_isNext;
            level.matched = above.isArray ? above.matched : above.matched + 1;
        }
        m_levels.push_back(level);
        m_lists += isList() ? 1U : 0U;
    }
    bool count()
    {
        m_bytes.valueTaken();
        constexpr const char* kLess = "Ask for fewer days at a time.";
        if (m_isRecord && ++m_values > JsonRecords::kMostRecordValues)
            return fail("a record of the JSON holds more than " + std::to_string(JsonRecords::kMostRecordValues) +
                            " values",
                        m_bytes.where(), kLess);
        if (!m_isRecord && ++m_frameValues > JsonRecords::kMostFrameValues)
            return fail("the JSON holds more than " + std::to_string(JsonRecords::kMostFrameValues) +
                            " values besides its records",
                        m_bytes.where(), kLess);
        return true;
    }
    template <typename Send> bool tell(std::optional<JsonBuilder>& builder, Send send)
    {
        if (!builder || send(*builder))
            return true;
        return fail("the answer says " + words::jsonQuoted(builder->contradicted()) +
                        " twice and differently, so that nobody knows which counts",
                    m_bytes.where());
    }

    Bytes& m_bytes;
    const std::vector<std::string> m_names;
    const Take* m_take;
    std::optional<JsonBuilder> m_frame, m_record;
    std::vector<Level> m_levels; ///< of the frame
    Json m_json;                 ///< the record at hand
    bool m_isRecord = false;
    bool m_isNext = false; ///< the value behind this name is on the path
    std::size_t m_recordDepth = 0, m_values = 0, m_frameValues = 0, m_lists = 0;
};

/// Looks for the longest list of objects.
class Guesser : public Events<Guesser> {
public:
    explicit Guesser(Bytes& bytes) : m_bytes(bytes) {}

    template <typename Send> bool scalar(Send) { return item(false); }
    template <typename Send> bool open(bool isArray, Send)
    {
        item(!isArray);
        Level level{isArray, m_levels.empty() && !isArray, {}};
        if (!m_levels.empty() && !m_levels.back().isArray && m_levels.back().isSeen) {
            const Level& above = m_levels.back();
            level.isSeen = isArray || m_levels.size() <= kDeepest;
            level.path = above.path.empty() ? m_name : above.path + '.' + m_name;
        }
        m_levels.push_back(std::move(level));
        return m_levels.size() <= kDeepestJson ||
               fail("the JSON is nested more than " + std::to_string(kDeepestJson) + " levels deep", m_bytes.where());
    }
    template <typename Send> bool close(Send)
    {
        const Level& level = m_levels.back();
        if (level.isArray && level.isSeen && level.holdsRecords && level.items + 1 > m_most) {
            m_most = level.items + 1;
            best = level.path;
        }
        m_levels.pop_back();
        return true;
    }
    bool name(std::string& name)
    {
        m_bytes.valueTaken();
        m_name = name.substr(0, kLongestName);
        return true;
    }

    std::optional<std::string> best;

private:
    static constexpr std::size_t kDeepest = 4;
    static constexpr std::size_t kLongestName = 1000;
    struct Level {
        bool isArray = false;
        bool isSeen = false; ///< objects alone lead to it
        std::string path;
        std::size_t items = 0;
        bool holdsRecords = true;
    };

    bool item(bool isObject)
    {
        m_bytes.valueTaken();
        if (!m_levels.empty() && m_levels.back().isArray) {
            ++m_levels.back().items;
            m_levels.back().holdsRecords &= isObject;
        }
        return true;
    }

    Bytes& m_bytes;
    std::vector<Level> m_levels;
    std::string m_name;
    std::size_t m_most = 0;
};

} // namespace

Result<Json> JsonRecords::frame(const JsonSource& source) const
{
    Bytes bytes(source, m_where);
    Json frame;
    Sorter sorter(bytes, m_rows, &frame, nullptr);
    if (auto done = sorter.read(bytes); !done)
        return done.error();
    return frame;
}

Status JsonRecords::each(const JsonSource& source, const Take& take) const
{
    Bytes bytes(source, m_where);
    Sorter sorter(bytes, m_rows, nullptr, &take);
    return sorter.read(bytes);
}

Result<std::optional<std::string>> JsonRecords::guessRows(const JsonSource& source, const std::string& where)
{
    Bytes bytes(source, where);
    Guesser guesser(bytes);
    if (auto done = guesser.read(bytes); !done)
        return done.error();
    return guesser.best;
}

} // namespace altimeter
