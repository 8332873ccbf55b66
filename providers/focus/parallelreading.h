#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "providers/core/bytesource.h"
#include "providers/focus/csvblock.h"
#include "providers/focus/rowreader.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace altimeter::providers {

/// One block of a file and what its rows came to.
struct Stretch {
    std::uint64_t number = 0; ///< in file order
    CsvBlock block;
    ReadRows read;
    std::size_t understood =
        0; ///< bytes of the block that were read; fewer than it has when it was cut in a wrong place
    std::uint64_t nextLine = 0; ///< physical line behind these
    Status status;              ///< of the source or the batch
};

/// Reads the rest of a file with several threads and hands its stretches over in file order, in bounded memory: a few
/// blocks are in flight whatever the size of the file.
///
/// Each thread in turn takes the source, cuts a block, and reads it while others cut theirs. With one reader nothing is
/// spawned: next() does the work itself. The public calls come from one thread.
class ParallelReading {
public:
    /// Everything must outlive the reading. `source` stands at the start of a record on `line`; one thread works with
    /// each of `readers`.
    ParallelReading(const FilePlan& plan, RereadableSource& source, std::uint64_t line, std::size_t blockBytes,
                    std::span<const std::unique_ptr<RowReader>> readers, CostLineSink& sink,
                    const std::stop_token& stop);
    ~ParallelReading();
    ParallelReading(const ParallelReading&) = delete;
    ParallelReading& operator=(const ParallelReading&) = delete;

    /// The next stretch, nothing behind the last one. Errors in file order: those of the source and of batches, and
    /// Cancelled soon after a stop.
    Result<std::unique_ptr<Stretch>> next();
    /// The caller needs `stretch` no more.
    void recycle(std::unique_ptr<Stretch> stretch);
    /// Ends the reading and gives `source` back what was not handed over, and behind it the rest of the file.
    /// `behind`: the bytes at the end of the last stretch that were not understood.
    void giveBack(std::string_view behind);

private:
    void spawn(std::span<const std::unique_ptr<RowReader>> readers);
    void stopThreads();
    void work(RowReader& rows);
    std::unique_ptr<Stretch> cut();
    std::unique_ptr<Stretch> cutBlock(std::unique_ptr<Stretch> stretch);
    void read(RowReader& rows, CsvBlockReader& csv, Stretch& stretch);
    void deliver(std::unique_ptr<Stretch> stretch);
    void breakOff();
    Result<std::unique_ptr<Stretch>> handOver(std::unique_ptr<Stretch> stretch);
    std::unique_ptr<Stretch> takeEmpty();
    Error cancelled() const;

    const FilePlan& m_plan;     // constant
    CostLineSink& m_sink;       // constant
    RereadableSource& m_source; // constant
    RowReader& m_ownRows;       // constant
    CsvBlockReader m_ownCsv;    ///< where there are no threads
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_forwardStop;

    std::mutex m_cutting; ///< guards m_cutter, m_cutterEnded and the source; taken before m_mutex
    CsvCutter m_cutter;
    bool m_cutterEnded = false;

    std::mutex m_mutex; ///< guards what follows
    std::condition_variable_any m_changed;
    std::vector<std::unique_ptr<Stretch>> m_read; ///< number i lies at place i % size until it is handed over
    std::vector<std::unique_ptr<Stretch>> m_empty;
    std::uint64_t m_cutCount = 0, m_handedOver = 0;
    bool m_allCut = false;

    std::optional<Error> m_broken;      ///< guarded by m_mutex: a thread came to its end before its work did
    std::vector<std::thread> m_threads; ///< of the caller alone
};

} // namespace altimeter::providers
