#include "app/cli/csvtext.h"

namespace altimeter::cli {

namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : m_rest(text)
    {
        if (m_rest.starts_with("\xEF\xBB\xBF"))
            m_rest.remove_prefix(3);
    }

    Result<std::vector<std::vector<std::string>>> read()
    {
        while (!m_rest.empty()) {
            std::vector<std::string> record;
            if (!readRecord(record))
                return Error{ErrorCode::Invalid, "a quote is never closed", "line " + std::to_string(m_quoteLine)};
            if (record.size() > 1 || !record.front().empty())
                m_records.push_back(std::move(record));
        }
        return std::move(m_records);
    }

private:
    bool readRecord(std::vector<std::string>& record)
    {
        for (;;) {
            record.emplace_back();
            if (!readField(record.back()))
                return false;
            if (!take(','))
                break;
        }
        take('\r');
        if (take('\n'))
            ++m_line;
        return true;
    }
    bool readField(std::string& field)
    {
        if (take('"'))
            return readQuoted(field);
        while (!m_rest.empty() && m_rest.front() != ',' && m_rest.front() != '\n' && !m_rest.starts_with("\r\n"))
            takeInto(field);
        return true;
    }
    bool readQuoted(std::string& field)
    {
        m_quoteLine = m_line;
        while (!m_rest.empty()) {
            if (take('"')) {
                if (!take('"'))
                    return true;
                field += '"';
                continue;
            }
            m_line += m_rest.front() == '\n' ? 1U : 0U;
            takeInto(field);
        }
        return false;
    }
    void takeInto(std::string& field)
    {
        field += m_rest.front();
        m_rest.remove_prefix(1);
    }
    bool take(char c)
    {
        if (m_rest.empty() || m_rest.front() != c)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    std::string_view m_rest;
    std::vector<std::vector<std::string>> m_records;
    std::size_t m_line = 1;
    std::size_t m_quoteLine = 1;
};

} // namespace

Result<std::vector<std::vector<std::string>>> parseCsv(std::string_view text)
{
    return Reader(text).read();
}

} // namespace altimeter::cli
