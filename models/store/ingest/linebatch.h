#pragma once

#include "models/domain/costline.h"
#include "models/facts/factset.h"
#include "models/store/ingest/linemarks.h"
#include "models/store/ingest/tupleids.h"

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace altimeter::store {

/// Groups whose members together make the core of an attribute combination: all but the provider columns.
inline constexpr std::size_t kCoreGroupCount = kComboGroupCount - 1;
static_assert(static_cast<std::size_t>(Group::Extra) == kCoreGroupCount);

/// The core of an attribute combination that a delivery has shown already.
struct KnownCore {
    std::uint32_t id = 0;
    Fingerprint content;     ///< of its cells: the same in every delivery
    LineIdentity identity{}; ///< only where marks are asked for
};

/// Cores by fingerprint, read by all batches while the ingest adds to them: by what their cells say, and, for one
/// delivery, by what its source calls them.
class KnownCores {
public:
    std::optional<KnownCore> find(const Fingerprint& content) const;
    /// Requires a core that is not there.
    void insert(const KnownCore& core);
    std::optional<KnownCore> findAlias(const Fingerprint& alias) const;
    /// Requires an alias that is not there.
    void insertAlias(const Fingerprint& alias, const KnownCore& core);
    /// An alias is worth something within one delivery only: another header gives other ones. Requires that no batch is
    /// being filled.
    void forgetAliases();
    /// How many of either are remembered; before the first batch.
    void limitTo(std::size_t limit);

private:
    static constexpr std::size_t kShards = 16;
    struct Shard {
        mutable std::mutex mutex;
        FingerprintMap<std::uint32_t> ids{FingerprintMap<std::uint32_t>::kLimit / kShards}; ///< guarded by mutex
        FingerprintMap<KnownCore> aliases{FingerprintMap<KnownCore>::kLimit / kShards};     ///< guarded by mutex
    };
    std::array<Shard, kShards> m_shards;
    Shard& shardOf(const Fingerprint& key) { return m_shards[key.high % kShards]; }
    const Shard& shardOf(const Fingerprint& key) const { return m_shards[key.high % kShards]; }
};

/// What the lines of one file have in common.
struct FileColumns {
    std::string file;
    std::string source;
    std::uint64_t salt = 0; ///< of the header: equal cells under another header are another combination
    std::vector<std::string> extraNames;
    bool byDay = false;     ///< each day of charges is a partition of its own
    bool withMarks = false; ///< lines are to be compared with others
};

/// A stretch of a delivery as numbers: texts stand only where the stretch shows them for the first time.
class LineBatch final : public CostBatch {
public:
    LineBatch(const KnownCores& cores, std::shared_ptr<const FileColumns> columns)
        : m_cores(cores), m_columns(std::move(columns))
    {
    }
    Status add(const CostLine& line) override;
    void reject(RejectedLine line) override;

    static constexpr std::size_t kNumbers = LineContent::kNumbers;
    static constexpr std::uint32_t kNewCore = 0x80000000U;
    static constexpr std::uint8_t kNull = 255, kWide = 254; ///< in `scale`, as DecimalColumn has them

    struct Line {
        std::uint64_t number = 0;
        std::int64_t chargeStart = 0, chargeEnd = 0;
        std::uint32_t core = 0; ///< id of a known core, or kNewCore | index into newCores
        std::uint32_t extra = 0;
        std::uint32_t place = 0;
        std::uint8_t hasEnd = 0;
        std::array<std::uint8_t, kNumbers> scale{};
        std::array<std::int64_t, kNumbers> mantissa{};
        Fingerprint content; ///< of everything the line says but its number
        LineMark mark;       ///< only with FileColumns::withMarks
    };
    struct NewCore {
        Fingerprint fingerprint; ///< zero where the source works out none
        Fingerprint content;
        LineIdentity identity;
        std::array<Fingerprint, kCoreGroupCount> tupleHash;
        std::string texts;                                ///< the tuples, one behind the other
        std::array<std::uint32_t, kCoreGroupCount> end{}; ///< of each in `texts`
    };
    /// Partition and bill, which many lines share.
    struct Place {
        std::string provider, billingAccount;
        Day billingPeriod;
        Day slice; ///< none: the partition is the whole month
        Currency currency;
        std::string bill; ///< tuple of Group::Bill
        Fingerprint billHash;
        std::uint16_t invoice = 0;                            ///< see LineContent
        std::array<std::array<Int128, 19>, kLensCount> sum{}; ///< of the mantissas, by scale
        std::array<DecimalSum, kLensCount> wideSum;
        std::array<std::uint64_t, kLensCount> unknown{};
    };
    struct Wide {
        std::uint32_t line = 0;
        std::uint8_t number = 0;
        Decimal value;
    };
    struct Reject {
        std::size_t before = 0; ///< how many lines came first
        RejectedLine line;
    };

    std::vector<Line> lines;
    std::vector<NewCore> newCores;
    std::vector<Place> places;
    std::vector<std::vector<std::string>> extras; ///< distinct provider cells, by FileColumns::extraNames; [0] is none
    std::vector<std::uint64_t> extraMarks;        ///< of each; see LineContent::extra
    std::vector<Wide> wide;                       ///< numbers of more than 64 bits, in order
    std::vector<Reject> rejects;
    const FileColumns& columns() const { return *m_columns; }

private:
    void rejectRange(const CostLine& line, CostLens lens);
    /// What a line's core is to be known by.
    struct CoreContent {
        Fingerprint content;
        LineIdentity identity;
    };
    std::uint32_t coreOf(const CostLine& line, CoreContent& content);
    std::uint32_t newCore(const CostLine& line, const Fingerprint& key, CoreContent& content);
    std::uint32_t placeOf(const CostLine& line);
    bool isAtLastPlace(const CostLine& line, std::string_view account) const;
    std::uint32_t extraOf(const CostLine& line, Fingerprint& content);
    void addNumbers(const CostLine& line, Line& row, Place& place);

    const KnownCores& m_cores;
    std::shared_ptr<const FileColumns> m_columns;
    FingerprintMap<std::uint32_t> m_newByKey; ///< those of this batch
    FingerprintMap<std::uint32_t> m_placeByKey;
    FingerprintMap<std::uint32_t> m_extraByKey;
    struct PlaceCells {
        std::string provider, account;
        std::vector<std::string> bill;
    } m_lastCells; ///< neighbours mostly share the place
    std::uint32_t m_lastPlace = 0;
    std::string m_scratch;
};

} // namespace altimeter::store
