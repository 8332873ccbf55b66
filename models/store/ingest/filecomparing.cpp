#include "models/store/ingest/filecomparing.h"

#include "models/store/ingest/looseindex.h"
#include "models/store/ingest/statenames.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace altimeter::store {

namespace {

constexpr std::size_t kMostOfOneCharge = 64; // a charge that stands everywhere says no more than that

/// What is compared: a file, or all files of a folder.
struct Unit {
    std::map<std::size_t, FilePart> byPartition;
    std::vector<std::size_t> files;
    std::string name; ///< with its folder
    bool hasRejected = false;
};
using Units = std::vector<Unit>;
using Pair = std::pair<std::size_t, std::size_t>;

/// How far the second unit tells the charges of the first one, whatever the amounts.
struct Retelling {
    std::size_t partitions = 0; ///< of which it does
    std::uint64_t lines = 0;
    std::uint64_t telling = 0; ///< see Resemblance
    bool isVague = false;      ///< a delta of a month would look the same
};

struct Relations {
    std::map<Pair, std::size_t> inside; ///< the partitions of which the second says all that the first says
    std::map<Pair, Retelling> retold;
    std::vector<SharedLines> shared; ///< first and second are units
};

/// Nearly all of `lines`: a restated month may have lost some.
bool isNearly(std::uint64_t count, std::uint64_t lines)
{
    return lines > 0 && 10 * count >= 9 * lines;
}

/// Whether its charges can be told apart by what they are for and when: else as many of another file say nothing.
bool isDistinct(const LineMarks& marks)
{
    std::vector<std::uint32_t> charges;
    for (const LineMark& mark : marks.marks())
        charges.push_back(mark.charge);
    std::sort(charges.begin(), charges.end());
    const auto distinct = std::unique(charges.begin(), charges.end()) - charges.begin();
    return isNearly(static_cast<std::uint64_t>(distinct), marks.size());
}

void noteRetelling(const FilePart& left, const FilePart& right, const Overlap& there, Pair pair, Relations& relations)
{
    const bool isLeft = isNearly(there.same, there.a) && isDistinct(left.marks);
    const bool isRight = isNearly(there.same, there.b) && isDistinct(right.marks);
    if (!isLeft && !isRight)
        return;
    constexpr std::uint64_t kFewest = 3; // fewer lines alone say too little
    const bool isVague = areLong(left.marks, right.marks);
    std::uint64_t telling = isVague ? tellingQuantities(left.marks, right.marks)
                                    : resemblanceOf(left.marks, right.marks, Resembling::Usage).telling;
    if (left.marks.bits() + right.marks.bits() == 0 && !isVague) {
        const std::uint64_t texts = sameTexts(left.marks, right.marks);
        if (texts >= kFewest && isNearly(texts, left.rows) && isNearly(texts, right.rows))
            telling = std::max(telling, Resemblance::kNoChance); // line by line all but the numbers is the same
    }
    const auto note = [&](Pair which) {
        Retelling& retelling = relations.retold[which];
        ++retelling.partitions;
        retelling.lines += there.same;
        retelling.telling += telling;
        retelling.isVague = retelling.isVague || isVague;
    };
    if (isLeft)
        note(pair);
    if (isRight)
        note({pair.second, pair.first});
}

/// The same charges with other tags, names or places: whoever has nearly all of the other one's tells it.
void noteAlike(const FilePart& left, const FilePart& right, const Resemblance& alike, Pair pair, Relations& relations)
{
    const bool isSampled = left.marks.bits() + right.marks.bits() > 0;
    const auto note = [&](Pair which) {
        Retelling& retelling = relations.retold[which];
        ++retelling.partitions;
        retelling.lines += alike.shared;
        retelling.telling += alike.telling;
    };
    if (isSampled ? isNearly(alike.shared, alike.a) : isNearly(linesTold(left.marks, right.marks), left.rows))
        note(pair);
    if (isSampled ? isNearly(alike.shared, alike.b) : isNearly(linesTold(right.marks, left.marks), right.rows))
        note({pair.second, pair.first});
}

/// Pairs of units that share a charge of the partition.
std::set<Pair> candidates(const Units& units, std::size_t partition)
{
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

/// Pairs of units that share about a quarter of their amounts at the same moments, whatever is charged.
std::set<Pair> alikeCandidates(const Units& units, std::size_t partition)
{
    std::vector<std::pair<std::uint32_t, std::uint32_t>> amounts;
    for (std::size_t u = 0; u < units.size(); ++u) {
        const auto part = units[u].byPartition.find(partition);
        if (part == units[u].byPartition.end())
            continue;
        for (const LineMark& mark : part->second.marks.marks()) {
            if (mark.bare != 0)
                amounts.emplace_back(mark.bare, static_cast<std::uint32_t>(u));
        }
    }
    std::sort(amounts.begin(), amounts.end());
    amounts.erase(std::unique(amounts.begin(), amounts.end()), amounts.end());
    std::vector<std::uint64_t> sizes(units.size());
    std::map<Pair, std::uint64_t> shared;
    for (std::size_t begin = 0, end = 0; begin < amounts.size(); begin = end) {
        for (end = begin + 1; end < amounts.size() && amounts[end].first == amounts[begin].first;)
            ++end;
        const std::size_t last = std::min(end, begin + kMostOfOneCharge);
        for (std::size_t i = begin; i < end; ++i) {
            ++sizes[amounts[i].second];
            for (std::size_t j = i + 1; j < last; ++j)
                ++shared[{amounts[i].second, amounts[j].second}];
        }
    }
    std::set<Pair> pairs;
    for (const auto& [pair, count] : shared) {
        if (4 * count >= std::min(sizes[pair.first], sizes[pair.second]))
            pairs.insert(pair);
    }
    return pairs;
}

/// Of one partition two units against each other. `isAlike`: they may have their amounts in common; `areCandidates`: a
/// charge.
void relatePair(const Units& units, std::size_t partition, Pair pair, bool isAlike, bool areCandidates,
                Relations& relations)
{
    const FilePart& left = units[pair.first].byPartition.at(partition);
    const FilePart& right = units[pair.second].byPartition.at(partition);
    const Resemblance alike = isAlike ? resemblanceOf(left.marks, right.marks, Resembling::Bare) : Resemblance();
    if (!areCandidates && !alike.isSame())
        return;
    Overlap there = overlapOf(left.marks, right.marks);
    there.isUnknown = there.isUnknown && left.rows == right.rows && left.billed == right.billed;
    const bool isSampled = left.marks.bits() + right.marks.bits() > 0;
    if (there.isInside() && (!isSampled || left.rows <= right.rows))
        ++relations.inside[pair];
    if (there.b > 0 && there.shared == there.b && (!isSampled || right.rows <= left.rows))
        ++relations.inside[{pair.second, pair.first}];
    const bool areOthers = !alike.isSame() && areOtherBills(left.marks, right.marks);
    if (alike.isSame())
        noteAlike(left, right, alike, pair, relations);
    else if (there.isHalf(there.same) && !there.isUnknown && !areOthers)
        noteRetelling(left, right, there, pair, relations);
    if (alike.isSame())
        there.same = std::max(there.same, alike.shared);
    if (there.shared > 0 || there.isHalf(there.same) || there.isUnknown)
        relations.shared.push_back({pair.first, pair.second, partition, there, alike.isSame(), areOthers});
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
        const std::set<Pair> alike = alikeCandidates(units, partition);
        const std::set<Pair> charging = candidates(units, partition);
        std::set<Pair> pairs = charging;
        pairs.insert(alike.begin(), alike.end());
        for (const Pair& pair : pairs)
            relatePair(units, partition, pair, alike.contains(pair), charging.contains(pair), relations);
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

/// The charges are the same ones beyond chance.
bool isTold(const Retelling& retelling)
{
    return retelling.telling >= Resemblance::kNoChance;
}

/// Whether the second unit is a later state of the whole of the first one, by its charges and by its name.
bool isLaterState(const Relations& relations, const Units& units, std::size_t unit, std::size_t in)
{
    constexpr std::uint64_t kFewest = 3; // fewer lines alone say too little
    const auto found = relations.retold.find({unit, in});
    if (found == relations.retold.end() || found->second.partitions != units[unit].byPartition.size())
        return false;
    return (isTold(found->second) || (found->second.lines >= kFewest && !found->second.isVague)) &&
           laterByName(units[unit].name, units[in].name) == std::partial_ordering::less;
}

/// Those that a later state among `units` tells anew; `out` are left out already.
std::map<std::size_t, std::size_t> olderStates(const Relations& relations, const Units& units,
                                               const std::map<std::size_t, std::size_t>& out)
{
    std::map<std::size_t, std::size_t> older;
    for (const auto& [pair, retelling] : relations.retold) {
        const auto& [unit, in] = pair;
        if (!out.contains(unit) && !out.contains(in) && !units[unit].hasRejected &&
            isLaterState(relations, units, unit, in))
            older[unit] = in;
    }
    return older;
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
    const bool areFolders = count < files.size();
    for (std::size_t file = 0; file < files.size(); ++file) {
        Unit& unit = units[unitOfFile[file]];
        unit.hasRejected = unit.hasRejected || files[file].hasRejected;
        unit.name = areFolders || files[file].folder.empty() ? files[file].folder : files[file].folder + '/';
        unit.name += areFolders ? std::string() : files[file].name;
    }
    return units;
}

/// Leaves out the folders that another folder tells whole, or anew.
void compareFolders(const std::vector<FilePart>& parts, const std::vector<ComparedFile>& files, bool keepsStates,
                    FileComparison& comparison, std::set<std::size_t>& filesOut)
{
    std::map<std::string, std::size_t> numbers;
    std::vector<std::size_t> folderOf;
    for (const ComparedFile& file : files)
        folderOf.push_back(numbers.try_emplace(file.folder, numbers.size()).first->second);
    if (numbers.size() < 2 || numbers.size() == files.size())
        return;
    const Units units = unitsOf(parts, files, folderOf, numbers.size(), {});
    const Relations relations = relate(units);
    const auto copies = leftOut(relations, units);
    const auto leave = [&](const std::map<std::size_t, std::size_t>& out, bool isRestated) {
        for (const auto& [unit, in] : out) {
            for (const std::size_t file : units[unit].files) {
                comparison.leftOut.push_back({file, units[in].files.front(), isRestated});
                filesOut.insert(file);
            }
        }
    };
    leave(copies, false);
    if (!keepsStates)
        leave(olderStates(relations, units, copies), true);
}

/// Whether a unit tells another one whole, and the names or the amounts say that it is the same at another time.
bool isRestated(const Relations& relations, const Units& units, Pair pair)
{
    const auto retold = relations.retold.find(pair);
    if (retold == relations.retold.end() || retold->second.partitions != units[pair.first].byPartition.size())
        return false;
    return isTold(retold->second) || isLaterState(relations, units, pair.first, pair.second) ||
           (retold->second.isVague &&
            laterByName(units[pair.first].name, units[pair.second].name) != std::partial_ordering::unordered);
}

/// Whether one may be the other, at another time or in another dress.
bool isUnclear(const ComparedFile& first, const ComparedFile& second, const SharedLines& both)
{
    const Overlap& overlap = both.overlap;
    if (overlap.isHalf(overlap.shared) || overlap.isUnknown || both.isRestated)
        return true;
    if (first.columns != second.columns && overlap.isHalf(overlap.charges))
        return true;
    return first.folder != second.folder && first.name == second.name && overlap.isHalf(overlap.same) &&
           !both.areOtherBills;
}

/// The same charges under another account, provider, month or currency, in another file.
std::vector<MirroredLines> mirrored(const std::vector<FilePart>& parts, const std::set<std::size_t>& filesOut)
{
    const bool areSeveral = std::any_of(
        parts.begin(), parts.end(), [&](const FilePart& part) { return part.partition != parts.front().partition; });
    if (!areSeveral)
        return {};
    LooseIndex index;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        if (!filesOut.contains(parts[p].file))
            index.add(p, parts[p].marks);
    }
    index.finish();
    std::vector<MirroredLines> found;
    for (std::size_t first = 0; first < parts.size(); ++first) {
        if (filesOut.contains(parts[first].file))
            continue;
        for (const std::size_t second : index.like(parts[first].marks)) {
            if (second <= first || parts[first].file == parts[second].file ||
                parts[first].partition == parts[second].partition)
                continue;
            const Resemblance both = resemblanceOf(parts[first].marks, parts[second].marks, Resembling::Amount);
            if (both.isHalf())
                found.push_back({first, second, both});
        }
    }
    return found;
}

} // namespace

FileComparison compareFiles(const std::vector<FilePart>& parts, const std::vector<ComparedFile>& files,
                            bool keepsStates)
{
    FileComparison comparison;
    std::set<std::size_t> filesOut;
    compareFolders(parts, files, keepsStates, comparison, filesOut);
    std::vector<std::size_t> fileOf(files.size());
    for (std::size_t file = 0; file < fileOf.size(); ++file)
        fileOf[file] = file;
    const Units units = unitsOf(parts, files, fileOf, files.size(), filesOut);
    Relations relations = relate(units);
    const auto copies = leftOut(relations, units);
    const auto leave = [&](const std::map<std::size_t, std::size_t>& out, bool isRestated) {
        for (const auto& [file, in] : out) {
            comparison.leftOut.push_back({file, in, isRestated});
            filesOut.insert(file);
        }
    };
    leave(copies, false);
    if (!keepsStates)
        leave(olderStates(relations, units, copies), true);
    comparison.mirrored = mirrored(parts, filesOut);
    for (SharedLines& one : relations.shared) {
        if (filesOut.contains(one.first) || filesOut.contains(one.second))
            continue;
        for (const Pair& pair : {Pair{one.first, one.second}, Pair{one.second, one.first}})
            one.isRestated = one.isRestated || isRestated(relations, units, pair);
        const bool refused = isUnclear(files[one.first], files[one.second], one);
        (refused ? comparison.unclear : comparison.beside).push_back(one);
    }
    return comparison;
}

} // namespace altimeter::store
