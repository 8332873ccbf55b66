#include "app/report/unicodemap.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace altimeter::report {

namespace {

constexpr std::size_t kEntry = 20; ///< bytes of a line in the table of places

struct Table {
    std::size_t begin = 0;            ///< of "xref"
    std::size_t end = 0;              ///< behind its last line
    std::vector<std::size_t> objects; ///< places of the objects 1, 2, …; 0 for one that is not there
};

std::optional<std::size_t> numberAt(std::string_view text, std::size_t at)
{
    std::size_t number = 0;
    const auto read = std::from_chars(text.data() + std::min(at, text.size()), text.data() + text.size(), number);
    return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<Table> tableOf(std::string_view pdf)
{
    const std::size_t said = pdf.rfind("startxref\n");
    const auto begin = said == pdf.npos ? std::nullopt : numberAt(pdf, said + 10);
    constexpr std::string_view kHead = "xref\n0 ";
    if (!begin || *begin >= pdf.size() || !pdf.substr(*begin).starts_with(kHead))
        return std::nullopt;
    const auto count = numberAt(pdf, *begin + kHead.size());
    const std::size_t lines = pdf.find('\n', *begin + kHead.size()) + 1;
    if (!count || lines == 0 || *count > (pdf.size() - lines) / kEntry)
        return std::nullopt;
    Table table{*begin, lines + *count * kEntry, {}};
    for (std::size_t i = 1; i < *count; ++i) {
        const std::string_view line = pdf.substr(lines + i * kEntry, kEntry);
        const auto place = numberAt(line, 0);
        if (!place || *place >= table.begin)
            return std::nullopt;
        table.objects.push_back(line[17] == 'n' ? *place : 0);
    }
    return table;
}

std::string hex(unsigned value)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04X", value);
    return text.data();
}

/// Every code is the character of that number. A range must not leave its row of 256; a block holds 100 at most.
std::string identityMap()
{
    std::string text = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                       "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                       "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                       "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
    constexpr unsigned kRows = 256, kBlock = 100;
    for (unsigned row = 0; row < kRows; row += kBlock) {
        const unsigned end = std::min(row + kBlock, kRows);
        text += std::to_string(end - row) + " beginbfrange\n";
        for (unsigned i = row; i < end; ++i)
            text += "<" + hex(i << 8) + "> <" + hex(i << 8 | 0xFF) + "> <" + hex(i << 8) + ">\n";
        text += "endbfrange\n";
    }
    return text + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
}

std::string mapObject(std::size_t number)
{
    const std::string map = identityMap();
    return std::to_string(number) + " 0 obj\n<<\n/Length " + std::to_string(map.size()) +
           "\n/Type /CMap\n/CMapName /Adobe-Identity-UCS\n>>\nstream\n" + map + "\nendstream\nendobj\n";
}

bool isMap(std::string_view object)
{
    return object.substr(0, object.find("stream")).find("/Type /CMap\n") != object.npos;
}

} // namespace

Result<std::string> withUnicodeMaps(const std::string& pdf)
{
    const auto table = tableOf(pdf);
    if (!table)
        return Error{ErrorCode::Corrupt, "the PDF library wrote no table of its objects", "weekly report"};
    std::map<std::size_t, std::size_t> byPlace; // to the object's number
    for (std::size_t i = 0; i < table->objects.size(); ++i) {
        if (table->objects[i] != 0)
            byPlace.emplace(table->objects[i], i + 1);
    }
    if (byPlace.empty())
        return pdf;
    const std::string_view whole(pdf);
    std::string out(whole.substr(0, byPlace.begin()->first));
    std::vector<std::size_t> places(table->objects.size() + 1);
    for (auto at = byPlace.begin(); at != byPlace.end(); ++at) {
        const auto next = std::next(at);
        const std::size_t end = next == byPlace.end() ? table->begin : next->first;
        const std::string_view object = whole.substr(at->first, end - at->first);
        places[at->second] = out.size();
        out += isMap(object) ? mapObject(at->second) : std::string(object);
    }
    const std::size_t begin = out.size();
    out += "xref\n0 " + std::to_string(places.size()) + "\n0000000000 65535 f\r\n";
    for (std::size_t i = 1; i < places.size(); ++i) {
        std::array<char, kEntry + 12> line{};
        std::snprintf(line.data(), line.size(), "%010zu 00000 %c\r\n", places[i], places[i] == 0 ? 'f' : 'n');
        out += line.data();
    }
    const std::string_view trailer = whole.substr(table->end);
    out += trailer.substr(0, trailer.rfind("startxref\n"));
    return out + "startxref\n" + std::to_string(begin) + "\n%%EOF\n";
}

} // namespace altimeter::report
