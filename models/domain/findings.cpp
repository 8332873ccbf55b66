#include "models/domain/findings.h"

#include "models/text/hextext.h"

#include <algorithm>
#include <string_view>

namespace altimeter {

FindingKey keyOfKept(const Finding& finding)
{
    return {finding.source, finding.check, finding.file, finding.message, false};
}

/// FNV-1a over the fields with their lengths, which keep "a", "bc" from being "ab", "c".
std::string idOf(const FindingKey& key)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    const auto add = [&hash](std::string_view bytes) {
        for (const char byte : bytes)
            hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    };
    for (const std::string* field : {&key.source, &key.check, &key.file, &key.subject}) {
        add(std::to_string(field->size()) + ':');
        add(*field);
    }
    add(key.isDerived ? "d" : "k");
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>(hash >> static_cast<unsigned>(shift) & 0xffU);
    return words::hexOf(bytes);
}

const Acknowledgement* acknowledgementOf(const std::vector<Acknowledgement>& all, const FindingKey& key,
                                         std::uint64_t rows)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Acknowledgement& one) { return one.covers(key, rows); });
    return found == all.end() ? nullptr : &*found;
}

std::uint64_t FindingGroup::open() const
{
    return static_cast<std::uint64_t>(
        std::count_if(cases.begin(), cases.end(), [](const FindingCase& one) { return !one.acknowledged; }));
}

} // namespace altimeter
