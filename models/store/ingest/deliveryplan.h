#pragma once

#include "models/domain/completeness.h"
#include "models/domain/decimal.h"
#include "models/domain/period.h"
#include "models/store/ingest/partitionkey.h"
#include "models/store/segments/recounting.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace altimeter::store {

/// Decides what a delivery replaces. It reads and answers; nothing is changed here.
///
/// A partition is replaced as a whole or left alone: its lines have no identity that would outlive the next export, so
/// nobody could say which line of the old month a line of the new one corrects. What the delivery does not hold goes
/// only where the delivery says that it is the whole truth (`covered`): a file that lacks an account says nothing about
/// that account.
class DeliveryPlan {
public:
    struct Delivery {
        std::int64_t source = 0;
        std::int64_t import = 0; ///< its own row
        std::string sourceName;
        Instant at;
        std::vector<DateRange> covered; ///< days it is the whole truth for; empty: of none
    };
    /// What a partition comes to.
    struct Sums {
        CostSums total;
        std::array<std::uint64_t, kLensCount> unknown{}; ///< rows whose amount is unknown
        std::uint64_t rows = 0;
        friend bool operator==(const Sums&, const Sums&) = default;
    };
    /// What is stored under the key of a partition.
    struct Stored {
        PartitionKey key;
        std::int64_t id = 0;
        std::string fingerprint;
        CostSums total;
        std::array<std::uint64_t, kLensCount> unknown{}; ///< rows whose amount is unknown
        std::uint64_t rows = 0;
        std::uint64_t rejected = 0; ///< lines of it that could not be stored; by storedUnder() alone
        Instant importedAt;

        Sums sums() const { return {total, unknown, rows}; }
    };

    /// `db` must outlive it. Requires the open transaction of the delivery.
    DeliveryPlan(const sql::Connection& db, Delivery delivery) : m_db(db), m_delivery(std::move(delivery)) {}

    /// False for days outside of those the delivery speaks for.
    bool mayHold(const DateRange& days) const { return m_delivery.covered.empty() || isCovered(days); }
    /// None where nothing is stored under the key. Error Corrupt where it cannot be read.
    Result<std::optional<Stored>> storedUnder(const PartitionKey& key) const;
    /// Those of `ids` under which a partition is stored.
    Result<std::vector<std::int64_t>> standing(const std::vector<std::int64_t>& ids) const;
    /// Whether the delivery is the whole truth for all of these days.
    bool isCovered(const DateRange& days) const;
    /// What the delivery is the whole truth for and does not hold, by key.
    Result<std::vector<Stored>> undelivered(const std::function<bool(const PartitionKey&)>& isDelivered) const;
    /// The restatement that replacing `before` by `after` is, where it is one: the source had told the days whole. Days
    /// that were not over when they were told only grew. Later answers with the same charges do not count as telling,
    /// but the time of the last ask does. `importedAt`: of the stored charges; not valid where there are none.
    Result<std::optional<Restatement>> restatementOf(const PartitionKey& key, Instant importedAt, const Sums& before,
                                                     const Sums& after) const;

private:
    Result<Stored> storedAt(const sql::Statement& row) const;

    const sql::Connection& m_db;
    Delivery m_delivery;
};

/// The four costs and the numbers of rows whose cost is unknown, from `column` on. Error where one cannot be read.
Status readCosts(const sql::Statement& row, int column, DeliveryPlan::Stored& stored);

} // namespace altimeter::store
