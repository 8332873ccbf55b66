#pragma once

#include "tests/bench/benchrows.h"

#include <cstdio>
#include <filesystem>
#include <string>

struct gzFile_s;

namespace altimeter::bench {

/// Files in a folder, plain or each gzipped. The folder is made if it is missing; files of the same names are replaced.
class FolderSink final : public FileSink {
public:
    FolderSink(std::filesystem::path folder, bool isGzip) : m_folder(std::move(folder)), m_isGzip(isGzip) {}
    FolderSink(const FolderSink&) = delete;
    FolderSink& operator=(const FolderSink&) = delete;
    ~FolderSink() override { (void)end(); }

    bool beginFile(const std::string& name) override;
    bool write(std::string_view bytes) override;
    bool finish() override { return end(); }
    /// What went wrong, in plain English with the file's path.
    const std::string& error() const { return m_error; }

private:
    bool end();
    bool failed(const char* what);

    const std::filesystem::path m_folder;
    const bool m_isGzip;
    std::filesystem::path m_file;
    std::FILE* m_plain = nullptr;
    gzFile_s* m_gzip = nullptr;
    std::string m_error;
};

} // namespace altimeter::bench
