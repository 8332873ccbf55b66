#pragma once

#include "models/domain/costline.h"

#include <cstdio>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::session {

/// Holds charge lines back until their delivery is whole, so that no lock is held while a server is slow. They lie in a
/// file without a name, which is gone when the program is, however it ends. Batches may be filled by several threads.
class Spool final : public CostLineSink {
public:
    /// More than a delivery of any provider; a server that never ends fills no disk and no memory.
    static constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 30U;
    static constexpr std::uint64_t kMostNoteBytes =
        256U << 20U; ///< of rejected records, and of findings, which are held in memory

    static Result<std::unique_ptr<Spool>> open();

    Status begin(const std::string& file, std::span<const std::string> header,
                 std::span<const std::string> extraColumns) override;
    std::unique_ptr<CostBatch> newBatch() override;
    Status take(std::unique_ptr<CostBatch> batch) override;
    Status finding(const Finding& finding) override;

    /// Says everything again, in order, but for the lines that `isTaken` refuses.
    Status replay(CostLineSink& sink, const std::function<bool(const CostLine&)>& isTaken, const std::stop_token& stop);
    std::uint64_t lines() const { return m_lines; }

private:
    class Batch;
    struct Part { ///< one begin() or one batch or one finding
        enum class Kind : std::uint8_t { File, Lines, Finding } kind;
        std::size_t index = 0;           ///< into m_files or m_findings
        std::uint64_t bytes = 0;         ///< of the lines
        std::uint64_t rejectedBytes = 0; ///< of the rejected records behind them
    };
    struct File {
        std::string name;
        std::vector<std::string> header, extraColumns;
    };
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    std::unique_ptr<std::FILE, Close> m_data;
    std::vector<Part> m_parts;
    std::vector<File> m_files;
    std::vector<Finding> m_findings;
    std::uint64_t m_lines = 0;
    std::uint64_t m_bytes = 0;
    std::uint64_t m_noteBytes = 0;
};

} // namespace altimeter::session
