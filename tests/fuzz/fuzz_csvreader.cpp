#include "providers/focus/csvblock.h"
#include "providers/focus/csvreader.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace altimeter::providers;

namespace {

CsvLimits smallLimits()
{
    CsvLimits limits;
    limits.fieldBytes = 64;
    limits.recordBytes = 160;
    limits.columns = 12;
    limits.keptRawBytes = 48;
    return limits;
}

template <typename Reader> void sayMalformed(const Reader& reader, std::vector<std::string>& said)
{
    said.push_back(std::to_string(reader.lineNumber()));
    said.emplace_back(reader.raw());
    said.push_back("! " + reader.problem().check + reader.problem().message);
}

void sayRecord(const CsvRecord& record, std::vector<std::string>& said)
{
    said.push_back(std::to_string(record.line));
    said.emplace_back(record.raw());
    said.push_back(std::to_string(static_cast<int>(record.quotes)));
    FieldText text;
    text.start(record);
    for (std::size_t i = 0; i < record.fieldCount(); ++i)
        said.emplace_back(text.of(record.rawField(i)));
}

void readRest(CsvReader& reader, std::vector<std::string>& said)
{
    for (;;) {
        const auto step = reader.next();
        if (!step) {
            said.push_back("error " + step.error().what);
            return;
        }
        if (*step == CsvReader::Step::End)
            return;
        if (*step == CsvReader::Step::Malformed)
            sayMalformed(reader, said);
        else
            sayRecord(reader.record(), said);
    }
}

/// Everything the reference says of a text, as one value.
std::vector<std::string> readAll(const std::string& text, std::size_t block)
{
    MemorySource source("fuzz", text);
    CsvReader reader(source, block, smallLimits());
    std::vector<std::string> said;
    readRest(reader, said);
    return said;
}

/// The same, read in blocks behind the header.
std::vector<std::string> readBlocks(const std::string& text, std::size_t block)
{
    MemorySource memory("fuzz", text);
    RereadableSource source(memory);
    std::vector<std::string> said;
    CsvReader header(source, block, smallLimits());
    const auto first = header.next();
    if (!first || *first != CsvReader::Step::Record)
        return readAll(text, block);
    sayRecord(header.record(), said);
    source.giveBack(header.unread());
    CsvCutter cutter(source, block, header.nextLine(), smallLimits());
    CsvBlockReader reader(header.format(), smallLimits());
    CsvBlock cut;
    std::uint64_t line = header.nextLine();
    for (bool torn = false; !torn;) {
        const auto more = cutter.next(cut, {});
        if (!more || !*more)
            break;
        reader.start(cut);
        auto step = reader.next();
        for (; step == CsvBlockReader::Step::Record || step == CsvBlockReader::Step::Malformed; step = reader.next()) {
            if (step == CsvBlockReader::Step::Record)
                sayRecord(reader.record(), said);
            else
                sayMalformed(reader, said);
        }
        line = reader.nextLine();
        torn = step == CsvBlockReader::Step::Torn;
        if (torn) {
            source.giveBack(cutter.unread());
            source.giveBack(cut.text().substr(reader.position()));
        }
    }
    CsvReader rest(source, block, header.format(), line, smallLimits());
    readRest(rest, said);
    return said;
}

} // namespace

/// The outcome depends neither on how the bytes arrive nor on where blocks are cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto reference = readAll(text, kBlockBytes / 64);
    if (readAll(text, 1 + data[0] % 61) != reference || readBlocks(text, 1 + data[0]) != reference)
        std::abort();
    return 0;
}
