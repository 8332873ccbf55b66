#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The invented estate whose cost files the benchmarks read: everything follows from a seed by integer arithmetic, so
/// the bytes are the same on every machine.
namespace altimeter::bench {

enum class Shape : std::uint8_t {
    Typical,       ///< 20 000 resources over 24 months, charged by the day
    WideTags,      ///< the same with 30 tags on each resource out of 10 000 keys
    ManyResources, ///< a resource of its own on nearly every row
    FewResources,  ///< 200 resources charged by the hour over a long history
    ManyFiles,     ///< as Typical, one file for each day and billing account
};
/// "typical", "wide-tags", "many-resources", "few-resources", "many-files".
std::string_view shapeName(Shape shape);
/// False when there is no shape of that name.
bool shapeByName(std::string_view name, Shape& shape);

/// What to write.
struct Spec {
    Shape shape = Shape::Typical;
    std::uint64_t rows = 1'000'000; ///< over the whole history, whatever month is picked
    std::uint64_t seed = 1;
    int pickYear = 0;     ///< 0: all months
    int pickMonth = 0;    ///< 1 to 12: only charges of this month
    bool restate = false; ///< other quantities and costs, everything else alike
};

/// Pseudo-random numbers that do not depend on any library (splitmix64).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next() { return mixed(m_state += 0x9E3779B97F4A7C15ULL); }
    /// 0 to `bound` - 1.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }

    static std::uint64_t mixed(std::uint64_t x)
    {
        x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
        return x ^ (x >> 31U);
    }

private:
    std::uint64_t m_state;
};

inline constexpr std::size_t kFragments = 11;

/// A charge that comes back day after day: its constant cells as text, cut where a row's own cells stand, and what its
/// amounts are computed from.
struct Charge {
    enum class Kind : std::uint8_t { OnDemand, Committed, UnusedCommitment, Purchase, Tax, Credit, Correction };
    Kind kind = Kind::OnDemand;
    std::uint8_t billing = 0;             ///< index into Catalogue::billings
    bool isCounted = false;               ///< quantities are whole numbers
    std::uint64_t baseQuantity = 0;       ///< a usual day's, in millionths
    std::int64_t listPrice = 0;           ///< millionths of the currency's major unit
    std::int64_t contractedPrice = 0;     ///< the same
    std::int64_t effectivePrice = 0;      ///< the same
    std::uint32_t cuts[kFragments + 1]{}; ///< fragment i of `text` is [cuts[i], cuts[i + 1])
    std::string text;

    std::string_view fragment(std::size_t index) const
    {
        return std::string_view(text).substr(cuts[index], cuts[index + 1] - cuts[index]);
    }
};

struct BillingAccount {
    std::string id, name;
    std::size_t provider = 0;
    std::string currency;
};

/// All charges there are.
struct Catalogue {
    std::vector<BillingAccount> billings;
    std::vector<Charge> usage;   ///< one per resource and SKU
    std::vector<Charge> unused;  ///< one per commitment
    std::vector<Charge> bought;  ///< one per commitment
    std::vector<Charge> taxes;   ///< one per sub account
    std::vector<Charge> credits; ///< one per sub account
    std::vector<Charge> fixes;   ///< corrections of a few usage charges
};

/// The header line of every file, with its line feed: 46 columns of FOCUS 1.2.
std::string_view headerLine();
Catalogue makeCatalogue(const Spec& spec);

} // namespace altimeter::bench
