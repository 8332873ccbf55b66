#include "models/text/csvtext.h"

#include <utility>

namespace altimeter::words {

namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : m_rest(text)
    {
        if (m_rest.starts_with("\xEF\xBB\xBF"))
            m_rest.remove_prefix(3);
    }

    CsvRecords read()
    {
        CsvRecords read;
        while (!m_rest.empty()) {
            std::vector<std::string> record;
            if (!readRecord(record)) {
                read.openQuoteLine = m_quoteLine;
                break;
            }
            if (record.size() > 1 || !record.front().empty())
                read.records.push_back(std::move(record));
        }
        return read;
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
        if (take('"') && !readQuoted(field))
            return false;
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
    std::size_t m_line = 1;
    std::size_t m_quoteLine = 1;
};

} // namespace

void appendCsvField(std::string& out, std::string_view text, bool isQuoted)
{
    if (!isQuoted && text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out.append(text);
        return;
    }
    out.push_back('"');
    for (const char c : text) {
        if (c == '"')
            out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

std::string csvField(std::string_view text)
{
    std::string out;
    appendCsvField(out, text);
    return out;
}

CsvRecords readCsv(std::string_view text)
{
    return Reader(text).read();
}

} // namespace altimeter::words
