#include "providers/focus/focusfile.h"

#include "providers/focus/columns.h"
#include "providers/focus/conformance.h"
#include "providers/focus/csvreader.h"
#include "providers/focus/filehabits.h"
#include "providers/focus/headersearch.h"
#include "providers/focus/parallelreading.h"
#include "providers/focus/rowreader.h"
#include "providers/focus/textsource.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::size_t kSmallestBlock = std::size_t{64} << 10;
constexpr std::size_t kBlocksPerFile = 32;               ///< of a small file
constexpr std::size_t kSequentialBytes = kSmallestBlock; ///< read one by one behind the first stray quote

Finding noRows()
{
    Finding finding;
    finding.severity = Severity::Warning;
    finding.check = "no-rows";
    finding.firstLine = 1;
    finding.message = "the file has a header and no rows";
    return finding;
}

/// Reads one source into one sink.
class FocusReading {
public:
    FocusReading(ByteSource& source, CostLineSink& sink, const FileProgressSink& progress, std::stop_token stop,
                 unsigned threads, std::size_t blockBytes, HeaderPlace place, FileHabits habits)
        : m_source(source), m_sink(sink), m_progress(progress), m_stop(std::move(stop)), m_threads(threads),
          m_blockBytes(blockBytes), m_place(std::move(place))
    {
        m_plan.file = source.name();
        m_plan.habits = std::move(habits);
    }

    Result<FocusFileInfo> run()
    {
        if (const Status header = readHeader(); !header)
            return header.error();
        if (const Status rows = readRows(); !rows)
            return rows.error();
        if (const Status told = tellFindings(); !told)
            return told.error();
        tellProgress(m_source.consumed());
        return std::move(m_info);
    }

private:
    Status readHeader();
    Status readRows();
    Result<bool> readInParallel();
    Result<bool> readOneByOne(std::size_t bytes);
    Result<bool> readSome(CsvReader& csv, std::size_t bytes);
    Status takeRows(ReadRows read, std::uint64_t consumed);
    Status tellFindings();
    void tellProgress(std::uint64_t consumed) const;

    RereadableSource m_source;
    CostLineSink& m_sink;
    const FileProgressSink& m_progress;
    const std::stop_token m_stop;
    const unsigned m_threads;
    const std::size_t m_blockBytes;
    HeaderPlace m_place;
    FilePlan m_plan;                                   ///< constant behind the header
    std::uint64_t m_line = 1;                          ///< where m_source stands, at the start of a record
    std::vector<std::unique_ptr<RowReader>> m_readers; ///< one for each thread
    ConformanceTotal m_conformance;
    std::map<std::string, Finding> m_malformed; ///< by check
    FocusFileInfo m_info;
};

Status FocusReading::readHeader()
{
    if (const Status skipped = skipBytes(m_source, m_place.offset); !skipped)
        return skipped;
    CsvReader csv(m_source, m_blockBytes, {m_place.delimiter, 0}, m_place.line);
    const auto step = csv.next();
    if (!step)
        return step.error();
    if (*step == CsvReader::Step::End)
        return Error{ErrorCode::Invalid, "is empty: it has no header line", m_source.name()};
    if (*step == CsvReader::Step::Malformed)
        return Error{ErrorCode::Invalid, "the header cannot be read: " + csv.problem().message,
                     m_source.name() + ", line " + std::to_string(csv.lineNumber())};
    m_plan.mapping = mapHeader(csv.fields());
    m_plan.format = csv.format();
    if (const Status usable = checkUsable(m_plan.mapping, m_source.name()); !usable)
        return usable;
    m_source.giveBack(csv.unread());
    m_line = csv.nextLine();
    for (unsigned i = 0; i < m_threads; ++i)
        m_readers.push_back(std::make_unique<RowReader>(m_plan));
    m_info.version = m_plan.mapping.version;
    m_info.profile = profileName(m_plan.mapping.profile);
    m_info.header = m_plan.mapping.header;
    return m_sink.begin(m_source.name(), m_plan.mapping.header, m_plan.mapping.extraNames);
}

/// A stray quote makes a wrong cut between blocks. From there the file is read record by record for a while, each time
/// twice as far, before blocks are tried again.
Status FocusReading::readRows()
{
    for (std::size_t bytes = kSequentialBytes;; bytes *= 2) {
        auto ended = readInParallel();
        if (ended && !*ended)
            ended = readOneByOne(bytes);
        if (!ended)
            return ended.error();
        if (*ended)
            return {};
    }
}

/// Whether the end of the file was reached; else m_source stands behind the last record that was understood.
Result<bool> FocusReading::readInParallel()
{
    ParallelReading reading(m_plan, m_source, m_line, m_blockBytes, m_readers, m_sink, m_stop);
    for (;;) {
        auto stretch = reading.next();
        if (!stretch)
            return stretch.error();
        if (!*stretch) {
            reading.giveBack({});
            return false;
        }
        Stretch& read = **stretch;
        m_line = read.nextLine;
        if (const Status taken = takeRows(std::move(read.read), read.block.consumed); !taken)
            return taken.error();
        const std::string_view behind = read.block.text().substr(read.understood);
        if (behind.empty() && read.block.isLast)
            return true;
        if (!behind.empty()) {
            reading.giveBack(behind);
            return false;
        }
        reading.recycle(std::move(*stretch));
    }
}

/// Reads at least `bytes` with the slow reader. Whether the end of the file was reached.
Result<bool> FocusReading::readOneByOne(std::size_t bytes)
{
    CsvReader csv(m_source, m_blockBytes, m_plan.format, m_line);
    for (std::size_t done = 0; done < bytes; done += kSmallestBlock) {
        const auto ended = readSome(csv, kSmallestBlock);
        if (!ended || *ended)
            return ended;
    }
    m_source.giveBack(csv.unread());
    m_line = csv.nextLine();
    return false;
}

Result<bool> FocusReading::readSome(CsvReader& csv, std::size_t bytes)
{
    RowReader& rows = *m_readers.front();
    rows.start(m_sink.newBatch());
    bool ended = false;
    for (std::size_t done = 0; done < bytes && !ended; done += csv.raw().size() + 1) {
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled, "reading was cancelled", m_source.name()};
        const auto step = csv.next();
        if (!step)
            return step.error();
        ended = *step == CsvReader::Step::End;
        if (*step == CsvReader::Step::Malformed)
            rows.takeMalformed(csv.lineNumber(), csv.raw(), csv.problem());
        if (*step != CsvReader::Step::Record)
            continue;
        if (const Status taken = rows.take(csv.record()); !taken)
            return taken.error();
    }
    if (const Status taken = takeRows(rows.finish(), m_source.consumed()); !taken)
        return taken.error();
    return ended;
}

Status FocusReading::takeRows(ReadRows read, std::uint64_t consumed)
{
    m_info.rows += read.rows;
    m_info.rejected += read.rejected;
    m_conformance.add(read.conformance);
    for (auto& [check, finding] : read.malformed) {
        const auto [known, isNew] = m_malformed.try_emplace(check, finding);
        if (!isNew)
            known->second.rows += finding.rows;
    }
    if (const Status taken = m_sink.take(std::move(read.batch)); !taken)
        return taken;
    tellProgress(consumed);
    return {};
}

void FocusReading::tellProgress(std::uint64_t consumed) const
{
    if (m_progress)
        m_progress({m_info.rows + m_info.rejected, consumed, m_source.total()});
}

Status FocusReading::tellFindings()
{
    std::vector<Finding> all = std::move(m_place.findings);
    all.insert(all.end(), m_plan.mapping.findings.begin(), m_plan.mapping.findings.end());
    all.insert(all.end(), m_plan.habits.findings.begin(), m_plan.habits.findings.end());
    for (auto& [check, finding] : m_malformed)
        all.push_back(std::move(finding));
    for (Finding& finding : m_conformance.findings())
        all.push_back(std::move(finding));
    if (m_info.rows + m_info.rejected == 0)
        all.push_back(noRows());
    for (Finding& finding : all) {
        finding.file = m_source.name();
        if (const Status told = m_sink.finding(finding); !told)
            return told;
    }
    return {};
}

/// Small enough that all threads have work to the end of a small file; the same on every machine, because how a sink
/// stores the lines may depend on where the blocks end.
std::size_t blockBytesFor(std::uint64_t total)
{
    return std::clamp<std::size_t>(total / kBlocksPerFile, kSmallestBlock, kBlockBytes);
}

Result<std::unique_ptr<TextSource>> openText(const OpenSource& open)
{
    auto bytes = open();
    if (!bytes)
        return bytes.error();
    return std::make_unique<TextSource>(bytes.take());
}

Finding textForm(const std::string& changes)
{
    Finding finding;
    finding.severity = Severity::Note;
    finding.check = "text-form";
    finding.firstLine = 1;
    finding.message = changes;
    return finding;
}

} // namespace

Result<FocusFileInfo> readFocusSource(const OpenSource& open, CostLineSink& sink, const FileProgressSink& progress,
                                      std::stop_token stop, unsigned threads, std::size_t blockBytes,
                                      const ReadingHints& hints)
{
    auto first = openText(open);
    if (!first)
        return first.error();
    auto place = findHeader(**first);
    if (!place)
        return place.error();
    if (const std::string changes = (*first)->changes(); !changes.empty())
        place->findings.push_back(textForm(changes));
    first.value().reset();
    auto preview = openText(open);
    if (!preview)
        return preview.error();
    auto habits = studyFile(**preview, *place, hints, stop);
    if (!habits)
        return habits.error();
    preview.value().reset();
    auto source = openText(open);
    if (!source)
        return source.error();
    const std::uint64_t total = (*source)->total();
    if (threads == 0)
        threads = static_cast<unsigned>(
            std::clamp<std::uint64_t>(std::thread::hardware_concurrency(), 1, 1 + total / kSmallestBlock));
    if (blockBytes == 0)
        blockBytes = blockBytesFor(total);
    return FocusReading(**source, sink, progress, std::move(stop), threads, blockBytes, place.take(), habits.take())
        .run();
}

Result<FocusFileInfo> readFocusFile(const std::filesystem::path& file, const std::string& displayName,
                                    CostLineSink& sink, const FileProgressSink& progress, std::stop_token stop,
                                    unsigned threads, std::size_t blockBytes, const ReadingHints& hints)
{
    return readFocusSource([&] { return openByteSource(file, displayName); }, sink, progress, std::move(stop), threads,
                           blockBytes, hints);
}

} // namespace altimeter::providers
