#pragma once

#include "models/domain/costline.h"
#include "models/store/ledger/rejectedsum.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace altimeter::store {

/// Adds up what a delivery holds and cannot store, so that it is missed in the sum of the files and not forgotten.
///
/// A line counts in the partition that it names, as far as its cells can be read, though it is not stored there. A line
/// that does not name one (it is no CSV, or has no date) counts by itself, with what could be read, until all that its
/// file brought was delivered anew.
class RejectedSums {
public:
    /// New sums get the numbers behind `last`.
    void begin(std::int64_t last) { m_last = last; }
    /// Counts a line that stands in `file`; answers the number of its sum. `isKept`: whether there can be a partition
    /// of that key in this delivery.
    std::int64_t count(const RejectedLine& line, const std::string& file, const PartitionKey& key, bool isKept);

    /// By check, of the lines that name this partition.
    std::vector<RejectedPart> partsOf(const PartitionKey& key) const;
    std::uint64_t rowsOf(const PartitionKey& key) const;
    std::uint64_t rowsOfNone() const; ///< of lines that name no partition
    /// Days of which a counted line may be. `byDay`: whether charges are kept by days, else by months.
    struct Doubt {
        bool isOfAny = false; ///< the day of a line cannot be read
        std::vector<DateRange> days;
        bool touches(const DateRange& range) const;
    };
    Doubt doubt(bool byDay) const;
    bool names(const PartitionKey& key) const { return m_keys.contains(key); }
    /// Partitions that are named by lines of which none could be stored count too.
    const std::set<PartitionKey>& keys() const { return m_keys; }
    /// All, in the order of their names.
    std::vector<RejectedSum> sums() const;
    /// The first of the lines that name this partition; none: of those that name no partition.
    struct Example {
        std::string file;
        std::uint64_t line = 0;
        std::string message;
    };
    Example exampleOf(const std::optional<PartitionKey>& key) const;
    /// A finding for each kind of fault of each file that `told` does not speak of: nothing is rejected without a word.
    std::vector<Finding> untold(const std::vector<Finding>& told) const;

private:
    struct Kind {
        std::uint64_t rows = 0, firstLine = 0;
        std::string message; ///< of the first
    };
    std::int64_t m_last = 0;
    struct Counted {
        RejectedSum sum;
        Example first;
    };
    std::map<std::tuple<PartitionKey, std::string, std::string>, Counted> m_sums; ///< by key, file and check
    std::set<PartitionKey> m_keys;                                                ///< of the whole ones
    std::map<std::pair<std::string, std::string>, Kind> m_kinds;                  ///< by file and check
};

/// What could be read of the partition of a line that cannot be stored.
PartitionKey readableKey(const RejectedLine& line, bool byDay);
/// Whether that is enough to say which partition it is.
bool namesPartition(const RejectedLine& line, bool byDay);

/// Whether two deliveries rejected the same; the order does not matter.
bool isSame(const std::vector<RejectedSum>& one, const std::vector<RejectedSum>& other);

} // namespace altimeter::store
