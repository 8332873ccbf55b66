#include "tests/bench/benchfiles.h"

#include <zlib.h>

#include <system_error>

namespace altimeter::bench {

bool FolderSink::failed(const char* what)
{
    m_error = m_file.string() + " cannot be " + what;
    return false;
}

bool FolderSink::beginFile(const std::string& name)
{
    if (!end())
        return false;
    m_file = m_folder / (m_isGzip ? name + ".gz" : name);
    std::error_code ignored;
    std::filesystem::create_directories(m_folder, ignored);
    if (m_isGzip)
        m_gzip = gzopen(m_file.c_str(), "wb6");
    else
        m_plain = std::fopen(m_file.c_str(), "wb");
    return m_gzip || m_plain || failed("made");
}

bool FolderSink::write(std::string_view bytes)
{
    const bool isWritten =
        m_gzip ? gzwrite(m_gzip, bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size())
               : std::fwrite(bytes.data(), 1, bytes.size(), m_plain) == bytes.size();
    return isWritten || failed("written");
}

bool FolderSink::end()
{
    const bool isClosed = m_gzip ? gzclose(m_gzip) == Z_OK : !m_plain || std::fclose(m_plain) == 0;
    m_gzip = nullptr;
    m_plain = nullptr;
    return isClosed || failed("written");
}

} // namespace altimeter::bench
