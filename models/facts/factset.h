#pragma once

#include "models/domain/columngroups.h"
#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"
#include "models/domain/query.h"
#include "models/facts/factchunk.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace altimeter {

/// The distinct tuples of one group, by id. Fields are joined with the unit separator; an empty field is null.
class TextGroup {
public:
    /// Id 0 is always the tuple of nulls.
    TextGroup();
    std::uint32_t add(std::string_view tuple);
    std::size_t size() const { return m_offsets.size() - 1; }
    std::string_view text(std::uint32_t id) const;
    /// Field `index` of tuple `id`, still escaped where it held a separator (see unescape()).
    std::string_view field(std::uint32_t id, std::size_t index) const;

    static constexpr char kSeparator = '\x1f';
    static constexpr char kEscape = '\x1e';
    /// Appends `field` to `tuple`, escaping the separator; fields are joined by the caller.
    static void appendEscaped(std::string& tuple, std::string_view field);
    static std::string unescape(std::string_view field);

private:
    std::string m_bytes;
    std::vector<std::uint64_t> m_offsets;
};

/// One tag of a tag set. `key` is trimmed and lower-cased for matching, `originalKey` as delivered.
struct TagPair {
    std::string key;
    std::string originalKey;
    std::string value;
};

/// Decoded tags of the few members of a group that have any.
struct MemberTags {
    std::size_t known = 0; ///< members that were looked at
    std::unordered_map<std::uint32_t, std::vector<TagPair>> of;
};

/// Distinct attribute tuples of a workspace. Append-only: ids stay valid over revisions.
struct Dictionaries {
    std::array<TextGroup, kGroupCount> groups;
    std::vector<std::array<std::uint32_t, kComboGroupCount>> combos; ///< attribute combinations by id
    std::vector<std::vector<TagPair>> tags;                          ///< by member of Group::Tags, decoded
    MemberTags allocatedTags; ///< by member of Group::Split: AllocatedTags, whom a share was made for
    MemberTags labels;        ///< by member of Group::Extra: x_Labels, which Google writes
    std::vector<std::vector<TagPair>> skuDetails; ///< by member of Group::Sku, decoded SkuPriceDetails
    std::uint64_t checksum = 0;                   ///< the store's sum over all that was read so far

    std::string_view field(std::uint32_t combo, Column column) const;
};

class DimIndexes;

/// What all lines of a partition share.
struct FactPartition {
    std::int64_t id = 0;
    std::string source;
    std::string provider;
    std::string billingAccount;
    Day billingPeriod;
    Currency currency;
    std::uint64_t rows = 0;
    Day dataFrom, dataThrough;
    std::int64_t delivery = 0; ///< which brought it; later ones have larger numbers, 0 is not known
    Instant importedAt;        ///< when it was brought; not valid where that is not known
};

/// A day a source was asked for and has answered.
struct AskedDay {
    Day day;
    bool isFinal = false; ///< what it answered will not change
    Instant askedAt{};    ///< the last time; not valid where that is not known
    /// False where the day was still running, in UTC, when it was asked for.
    bool isWhole() const { return isFinal || !askedAt.isValid() || askedAt.day() > day; }
    friend bool operator==(const AskedDay&, const AskedDay&) = default;
};

/// The read-only lines of one revision of a workspace: plain columns, shared between revisions where nothing changed.
struct FactSet {
    std::uint64_t revision = 0;
    std::shared_ptr<const Dictionaries> dictionaries;
    std::vector<FactPartition> partitions;
    struct Part {
        std::uint32_t partition = 0; ///< index into `partitions` (a shared chunk may carry an older index)
        std::shared_ptr<const FactChunk> chunk;
        /// Where `chunk` is not as it is stored (see widen()): the one that is, and the row there of each row here.
        std::shared_ptr<const FactChunk> stored{};
        std::shared_ptr<const std::vector<std::uint32_t>> storedRows{};
    };
    std::vector<Part> chunks; ///< ordered by partition
    /// Of widened facts: the stored combination of each combination behind the stored ones. Null: all are as stored.
    std::shared_ptr<const std::vector<std::uint32_t>> widenedFrom;
    /// Values of attribute dims that were asked for, kept for the next question; null where nothing is to be kept.
    std::shared_ptr<DimIndexes> indexes;
    Instant importedAt;                                 ///< the last import; not valid where none is known
    std::map<std::string, std::vector<AskedDay>> asked; ///< by source, of those that are asked; ascending

    std::uint64_t rows() const;
    /// Of all lines, however far they lie from the others; see DataDays for the days that count as the data.
    Day firstDay() const;
    Day lastDay() const;
};

/// The value of an attribute dim for one combination ("" = none). Owner dims, source, billing period, currency and bill
/// columns are not attributes of a combination: see isComboDim().
std::string comboDimValue(const Dictionaries& dictionaries, std::uint32_t combo, const Dim& dim);
bool isComboDim(const Dim& dim);
/// The value of a dim that is the same for all lines of a partition. Requires DimOrigin::Partition.
std::string partitionDimValue(const FactPartition& partition, const Dim& dim);
/// Groups whose members alone decide an attribute dim's value; evaluation is done once per member, not per line.
std::vector<Group> groupsOfDim(const Dim& dim);
/// Folded names of the provider columns that may decide a dim's value.
std::vector<std::string> providerColumnsOf(const Dim& dim);
/// The cell of a provider column in a tuple of Group::Extra, whose name folds to `foldedName`; unescaped.
std::string extraCell(std::string_view tuple, std::string_view foldedName);
/// The folded name of Google's column of labels, which are read as tags.
inline constexpr std::string_view kLabelsColumn = "xlabels";
/// The value seen from the members of one combination, `members` indexed by Group.
std::string dimValueOfMembers(const Dictionaries& dictionaries, std::span<const std::uint32_t> members, const Dim& dim);

} // namespace altimeter
