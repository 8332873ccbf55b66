#include "providers/focus/parallelreading.h"

#include "models/domain/caught.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::uint64_t kRowsPerLook = 64; ///< between two looks at the stop token

} // namespace

ParallelReading::ParallelReading(const FilePlan& plan, RereadableSource& source, std::uint64_t line,
                                 std::size_t blockBytes, std::span<const std::unique_ptr<RowReader>> readers,
                                 CostLineSink& sink, const std::stop_token& stop)
    : m_plan(plan), m_sink(sink), m_source(source), m_ownRows(*readers.front()), m_ownCsv(plan.format),
      m_forwardStop(stop, [this] { m_stop.request_stop(); }), m_cutter(source, blockBytes, line),
      m_read(2 * readers.size() + 2)
{
    if (readers.size() > 1)
        spawn(readers);
}

ParallelReading::~ParallelReading()
{
    stopThreads();
}

/// Where the system has no thread left, those that started do the work, or the caller does.
void ParallelReading::spawn(std::span<const std::unique_ptr<RowReader>> readers)
{
    try {
        for (const auto& rows : readers)
            m_threads.emplace_back([this, &rows] { work(*rows); });
    } catch (const std::system_error&) {
    }
}

void ParallelReading::stopThreads()
{
    m_stop.request_stop();
    for (std::thread& thread : m_threads)
        thread.join();
    m_threads.clear();
}

Error ParallelReading::cancelled() const
{
    return {ErrorCode::Cancelled, "reading was cancelled", m_source.name()};
}

void ParallelReading::work(RowReader& rows)
{
    try {
        CsvBlockReader csv(m_plan.format);
        while (auto stretch = cut()) {
            if (stretch->status.ok())
                read(rows, csv, *stretch);
            deliver(std::move(stretch));
        }
    } catch (...) {
        breakOff();
    }
}

/// Called where an exception is caught, for want of memory: whoever asks for the next stretch is told.
void ParallelReading::breakOff()
{
    const std::lock_guard lock(m_mutex);
    m_broken = errorOfException();
    m_changed.notify_all();
}

/// Cuts the next block when there is room for it; nothing behind the last one and after a stop. A failure of the source
/// is a stretch of its own.
std::unique_ptr<Stretch> ParallelReading::cut()
{
    const std::lock_guard cutting(m_cutting);
    std::unique_ptr<Stretch> stretch;
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, m_stop.get_token(), [this] { return m_cutCount < m_handedOver + m_read.size(); });
        if (m_stop.stop_requested() || m_cutterEnded || m_broken)
            return nullptr;
    }
    try {
        {
            const std::lock_guard lock(m_mutex);
            stretch = takeEmpty();
        }
        stretch = cutBlock(std::move(stretch));
    } catch (...) { // before another thread cuts what follows the lost block
        breakOff();
        return nullptr;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_allCut = m_cutterEnded;
        if (stretch)
            stretch->number = m_cutCount++;
    }
    m_changed.notify_all();
    return stretch;
}

std::unique_ptr<Stretch> ParallelReading::cutBlock(std::unique_ptr<Stretch> stretch)
{
    if (m_cutterEnded)
        return nullptr;
    stretch->status = {};
    stretch->understood = 0;
    const auto more = m_cutter.next(stretch->block, m_stop.get_token());
    if (!more)
        stretch->status = more.error();
    m_cutterEnded = !more || !*more;
    return more && !*more ? nullptr : std::move(stretch);
}

void ParallelReading::read(RowReader& rows, CsvBlockReader& csv, Stretch& stretch)
{
    rows.start(m_sink.newBatch());
    csv.start(stretch.block);
    for (std::uint64_t count = 0; stretch.status.ok(); ++count) {
        if (count % kRowsPerLook == 0 && m_stop.stop_requested()) {
            stretch.status = cancelled();
            break;
        }
        const auto step = csv.next();
        if (step == CsvBlockReader::Step::Record)
            stretch.status = rows.take(csv.record());
        else if (step == CsvBlockReader::Step::Malformed)
            rows.takeMalformed(csv.lineNumber(), csv.raw(), csv.problem());
        else
            break;
    }
    stretch.read = rows.finish();
    stretch.understood = std::min(csv.position(), stretch.block.size);
    stretch.nextLine = csv.nextLine();
}

void ParallelReading::deliver(std::unique_ptr<Stretch> stretch)
{
    {
        const std::lock_guard lock(m_mutex);
        m_read[stretch->number % m_read.size()] = std::move(stretch);
    }
    m_changed.notify_all();
}

Result<std::unique_ptr<Stretch>> ParallelReading::next()
{
    if (m_threads.empty()) {
        if (m_stop.stop_requested())
            return cancelled();
        auto stretch = cutBlock(takeEmpty());
        if (stretch && stretch->status.ok())
            read(m_ownRows, m_ownCsv, *stretch);
        return handOver(std::move(stretch));
    }
    std::unique_lock lock(m_mutex);
    const auto place = [this]() -> auto&
    {
        return m_read[m_handedOver % m_read.size()];
    };
    m_changed.wait(lock, m_stop.get_token(),
                   [&] { return m_broken || place() != nullptr || (m_allCut && m_handedOver == m_cutCount); });
    if (m_stop.stop_requested())
        return cancelled();
    if (m_broken)
        return *m_broken;
    auto stretch = std::move(place());
    if (stretch)
        ++m_handedOver;
    lock.unlock();
    m_changed.notify_all();
    return handOver(std::move(stretch));
}

Result<std::unique_ptr<Stretch>> ParallelReading::handOver(std::unique_ptr<Stretch> stretch)
{
    if (stretch && !stretch->status.ok())
        return stretch->status.error();
    return stretch;
}

void ParallelReading::recycle(std::unique_ptr<Stretch> stretch)
{
    const std::lock_guard lock(m_mutex);
    m_empty.push_back(std::move(stretch));
}

std::unique_ptr<Stretch> ParallelReading::takeEmpty()
{
    if (m_empty.empty())
        return std::make_unique<Stretch>();
    auto stretch = std::move(m_empty.back());
    m_empty.pop_back();
    return stretch;
}

void ParallelReading::giveBack(std::string_view behind)
{
    stopThreads();
    std::string bytes(behind);
    for (; m_handedOver < m_cutCount; ++m_handedOver)
        bytes += m_read[m_handedOver % m_read.size()]->block.text();
    bytes += m_cutter.unread();
    m_source.giveBack(bytes);
}

} // namespace altimeter::providers
