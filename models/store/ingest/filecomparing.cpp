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
    std::map<std::size_t, FilePart> byPartition;
    std::vector<std::size_t> files;
    bool hasRejected = false;
};
using Units = std::vector<Unit>;
using Pair = std::pair<std::size_t, std::size_t>;

struct Relations {
    std::map<Pair, std::size_t> inside; ///< the partitions of which the second says all that the first says
    std::vector<SharedLines> shared;    ///< first and second are units
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
        for (const LineMark& mark : marks->second.marks.marks())
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

Relations relate(const Units& units)
{
    std::set<std::size_t> partitions;
    for (const Unit& unit : units) {
        for (const auto& [partition, part] : unit.byPartition)
            partitions.insert(partition);
    }
    Relations relations;
    for (const std::size_t partition : partitions) {
        for (const auto& [u, v] : candidates(units, partition)) {
            const FilePart& left = units[u].byPartition.at(partition);
            const FilePart& right = units[v].byPartition.at(partition);
            Overlap there = overlapOf(left.marks, right.marks);
            there.isUnknown = there.isUnknown && left.rows == right.rows && left.billed == right.billed;
            const bool isSampled = left.marks.bits() + right.marks.bits() > 0;
            if (there.isInside() && (!isSampled || left.rows <= right.rows))
                ++relations.inside[{u, v}];
            if (there.b > 0 && there.shared == there.b && (!isSampled || right.rows <= left.rows))
                ++relations.inside[{v, u}];
            if (there.shared > 0 || there.isHalf(there.same) || there.isUnknown)
                relations.shared.push_back({u, v, partition, there});
        }
    }
    return relations;
}

bool isWhole(const Relations& relations, const Units& units, std::size_t unit, std::size_t in)
{
    const auto found = relations.inside.find({unit, in});
    return found != relations.inside.end() && found->second == units[unit].byPartition.size();
}

/// The unit that says all that `unit` says, where that one is not left out itself; of two equals the first one stays.
std::optional<std::size_t> teller(const Relations& relations, const Units& units, std::size_t unit,
                                  const std::set<std::size_t>& out)
{
    for (std::size_t in = 0; in < units.size(); ++in) {
        if (in == unit || units[unit].hasRejected || out.contains(in) || !isWhole(relations, units, unit, in))
            continue;
        const bool areEquals = !units[in].hasRejected && isWhole(relations, units, in, unit);
        if (!areEquals || in < unit)
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

Units unitsOf(const std::vector<FilePart>& parts, const std::vector<ComparedFile>& files,
              const std::vector<std::size_t>& unitOfFile, std::size_t count, const std::set<std::size_t>& filesOut)
{
    Units units(count);
    for (const FilePart& part : parts) {
        if (filesOut.contains(part.file))
            continue;
        Unit& unit = units[unitOfFile[part.file]];
        FilePart& sum = unit.byPartition[part.partition];
        sum.marks.add(part.marks);
        sum.rows += part.rows;
        sum.billed.add(part.billed);
        if (std::find(unit.files.begin(), unit.files.end(), part.file) == unit.files.end())
            unit.files.push_back(part.file);
    }
    for (std::size_t file = 0; file < files.size(); ++file) {
        if (files[file].hasRejected)
            units[unitOfFile[file]].hasRejected = true;
    }
    return units;
}

/// Leaves out the folders that another folder tells whole.
void compareFolders(const std::vector<FilePart>& parts, const std::vector<ComparedFile>& files,
                    FileComparison& comparison, std::set<std::size_t>& filesOut)
{
    std::map<std::string, std::size_t> numbers;
    std::vector<std::size_t> folderOf;
    for (const ComparedFile& file : files)
        folderOf.push_back(numbers.try_emplace(file.folder, numbers.size()).first->second);
    if (numbers.size() < 2 || numbers.size() == files.size())
        return;
    const Units units = unitsOf(parts, files, folderOf, numbers.size(), {});
    for (const auto& [unit, in] : leftOut(relate(units), units)) {
        for (const std::size_t file : units[unit].files) {
            comparison.leftOut.push_back({file, units[in].files.front()});
            filesOut.insert(file);
        }
    }
}

/// Whether one may be the other, at another time or in another dress.
bool isUnclear(const ComparedFile& first, const ComparedFile& second, const Overlap& overlap)
{
    if (overlap.isHalf(overlap.shared) || overlap.isUnknown)
        return true;
    if (first.columns != second.columns && overlap.isHalf(overlap.charges))
        return true;
    return first.folder != second.folder && first.name == second.name && overlap.isHalf(overlap.same);
}

} // namespace

FileComparison compareFiles(const std::vector<FilePart>& parts, const std::vector<ComparedFile>& files)
{
    FileComparison comparison;
    std::set<std::size_t> filesOut;
    compareFolders(parts, files, comparison, filesOut);
    std::vector<std::size_t> fileOf(files.size());
    for (std::size_t file = 0; file < fileOf.size(); ++file)
        fileOf[file] = file;
    const Units units = unitsOf(parts, files, fileOf, files.size(), filesOut);
    const Relations relations = relate(units);
    for (const auto& [file, in] : leftOut(relations, units)) {
        comparison.leftOut.push_back({file, in});
        filesOut.insert(file);
    }
    for (const SharedLines& one : relations.shared) {
        if (filesOut.contains(one.first) || filesOut.contains(one.second))
            continue;
        const bool refused = isUnclear(files[one.first], files[one.second], one.overlap);
        (refused ? comparison.unclear : comparison.beside).push_back(one);
    }
    return comparison;
}

} // namespace altimeter::store
