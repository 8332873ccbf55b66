#include "models/store/ingest/filecomparing.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace altimeter::store {

namespace {

/// What is compared: a file, or all files of a folder.
struct Unit {
    std::map<std::size_t, LineMarks> byPartition;
    std::vector<std::size_t> files;
};
using Units = std::vector<Unit>;
using Pair = std::pair<std::size_t, std::size_t>;

/// How one unit stands in another, over all partitions of the first.
struct Inside {
    std::size_t partitions = 0; ///< those of which the other says all
    bool isOlder = false;
};

struct Relations {
    std::map<Pair, Inside> inside;
    std::vector<SharedLines> shared; ///< first and second are units
};

/// Pairs of units that share a charge of the partition.
std::set<Pair> candidates(const Units& units, std::size_t partition)
{
    constexpr std::size_t kMostOfOneCharge = 64; // a charge that stands everywhere says no more than that
    std::vector<std::pair<std::uint32_t, std::uint32_t>> charges;
    for (std::size_t u = 0; u < units.size(); ++u) {
        const auto marks = units[u].byPartition.find(partition);
        if (marks == units[u].byPartition.end())
            continue;
        for (const LineMark& mark : marks->second.marks())
            charges.emplace_back(mark.charge, static_cast<std::uint32_t>(u));
    }
    std::sort(charges.begin(), charges.end());
    charges.erase(std::unique(charges.begin(), charges.end()), charges.end());
    std::set<Pair> pairs;
    for (std::size_t begin = 0, end = 0; begin < charges.size(); begin = end) {
        for (end = begin + 1; end < charges.size() && charges[end].first == charges[begin].first;)
            ++end;
        const std::size_t last = std::min(end, begin + kMostOfOneCharge);
        for (std::size_t i = begin; i < last; ++i) {
            for (std::size_t j = i + 1; j < last; ++j)
                pairs.insert({charges[i].second, charges[j].second});
        }
    }
    return pairs;
}

void noteInside(Relations& relations, std::size_t unit, std::size_t in, const Overlap& overlap, bool isOneFolder)
{
    // A single line with another amount may be a charge of its own; in a folder of its own it is a snapshot.
    const bool isOlder = !overlap.isInside() && overlap.isSuperseded() && (overlap.a > 1 || !isOneFolder);
    if (!overlap.isInside() && !isOlder)
        return;
    Inside& inside = relations.inside[{unit, in}];
    ++inside.partitions;
    inside.isOlder |= isOlder;
}

Relations relate(const Units& units, const std::vector<std::string>& folders)
{
    std::set<std::size_t> partitions;
    for (const Unit& unit : units) {
        for (const auto& [partition, marks] : unit.byPartition)
            partitions.insert(partition);
    }
    Relations relations;
    for (const std::size_t partition : partitions) {
        for (const auto& [u, v] : candidates(units, partition)) {
            const LineMarks& left = units[u].byPartition.at(partition);
            const LineMarks& right = units[v].byPartition.at(partition);
            const Overlap there = overlapOf(left, right);
            const bool isOneFolder = folders[units[u].files.front()] == folders[units[v].files.front()];
            noteInside(relations, u, v, there, isOneFolder);
            noteInside(relations, v, u, overlapOf(right, left), isOneFolder);
            if (there.lines > 0 || 2 * there.full >= there.least())
                relations.shared.push_back({u, v, partition, there});
        }
    }
    return relations;
}

bool isWhole(const Relations& relations, const Units& units, std::size_t unit, std::size_t in)
{
    const auto found = relations.inside.find({unit, in});
    return found != relations.inside.end() && found->second.partitions == units[unit].byPartition.size();
}

/// The unit that says all that `unit` says, where that one is not left out itself; of two equals the first one stays.
std::optional<std::size_t> teller(const Relations& relations, const Units& units, std::size_t unit,
                                  const std::set<std::size_t>& out)
{
    for (std::size_t in = 0; in < units.size(); ++in) {
        if (in == unit || out.contains(in) || !isWhole(relations, units, unit, in))
            continue;
        const bool areEquals = isWhole(relations, units, in, unit);
        if (!areEquals)
            return in;
        if (!relations.inside.at({unit, in}).isOlder && in < unit) // else both are states, and neither is the later one
            return in;
    }
    return std::nullopt;
}

std::map<std::size_t, std::size_t> leftOut(const Relations& relations, const Units& units)
{
    std::map<std::size_t, std::size_t> out;
    std::set<std::size_t> gone;
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
        if (const auto in = teller(relations, units, unit, gone)) {
            out[unit] = *in;
            gone.insert(unit);
        }
    }
    return out;
}

Units unitsOf(const std::vector<FilePart>& parts, const std::vector<std::size_t>& unitOfFile, std::size_t count,
              const std::set<std::size_t>& filesOut)
{
    Units units(count);
    for (const FilePart& part : parts) {
        if (filesOut.contains(part.file))
            continue;
        Unit& unit = units[unitOfFile[part.file]];
        unit.byPartition[part.partition].add(part.marks);
        if (std::find(unit.files.begin(), unit.files.end(), part.file) == unit.files.end())
            unit.files.push_back(part.file);
    }
    return units;
}

/// Leaves out the folders that another folder tells whole.
void compareFolders(const std::vector<FilePart>& parts, const std::vector<std::string>& folders,
                    FileComparison& comparison, std::set<std::size_t>& filesOut)
{
    std::map<std::string, std::size_t> numbers;
    std::vector<std::size_t> folderOf;
    for (const std::string& folder : folders)
        folderOf.push_back(numbers.try_emplace(folder, numbers.size()).first->second);
    if (numbers.size() < 2 || numbers.size() == folders.size())
        return;
    const Units units = unitsOf(parts, folderOf, numbers.size(), {});
    const Relations relations = relate(units, folders);
    for (const auto& [unit, in] : leftOut(relations, units)) {
        for (const std::size_t file : units[unit].files) {
            comparison.leftOut.push_back({file, units[in].files.front(), relations.inside.at({unit, in}).isOlder});
            filesOut.insert(file);
        }
    }
}

} // namespace

FileComparison compareFiles(const std::vector<FilePart>& parts, const std::vector<std::string>& folders)
{
    FileComparison comparison;
    std::set<std::size_t> filesOut;
    compareFolders(parts, folders, comparison, filesOut);
    std::vector<std::size_t> fileOf(folders.size());
    for (std::size_t file = 0; file < fileOf.size(); ++file)
        fileOf[file] = file;
    const Units units = unitsOf(parts, fileOf, folders.size(), filesOut);
    const Relations relations = relate(units, folders);
    for (const auto& [file, in] : leftOut(relations, units)) {
        comparison.leftOut.push_back({file, in, relations.inside.at({file, in}).isOlder});
        filesOut.insert(file);
    }
    for (const SharedLines& one : relations.shared) {
        if (filesOut.contains(one.first) || filesOut.contains(one.second))
            continue;
        const Overlap& overlap = one.overlap;
        const bool isState = overlap.least() > 1 && 2 * overlap.full >= overlap.least() && overlap.isSuperseded();
        if (10 * overlap.lines >= overlap.least() || isState)
            comparison.unclear.push_back(one);
        else
            comparison.few.push_back(one);
    }
    return comparison;
}

} // namespace altimeter::store
