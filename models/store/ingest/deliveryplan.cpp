#include "models/store/ingest/deliveryplan.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace altimeter::store {

namespace {

Day sliceOf(std::int64_t number)
{
    return number == 0 ? Day::none() : Day{static_cast<std::int32_t>(number)};
}

/// None for a cost of which every row is silent.
std::array<std::optional<DecimalSum>, kLensCount> saidBy(const DeliveryPlan::Sums& sums)
{
    std::array<std::optional<DecimalSum>, kLensCount> said;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (sums.rows == 0 || sums.unknown[lens] < sums.rows)
            said[lens] = sums.total[lens];
    }
    return said;
}

} // namespace

Status readCosts(const sql::Statement& row, int column, DeliveryPlan::Stored& stored)
{
    constexpr int kLenses = static_cast<int>(kLensCount);
    for (int lens = 0; lens < kLenses; ++lens) {
        const auto total = DecimalSum::parse(row.text(column + lens));
        if (!total)
            return total.error();
        stored.total[static_cast<std::size_t>(lens)] = *total;
        stored.unknown[static_cast<std::size_t>(lens)] =
            static_cast<std::uint64_t>(row.integer(column + kLenses + lens));
    }
    return {};
}

bool DeliveryPlan::isCovered(const DateRange& days) const
{
    return std::any_of(m_delivery.covered.begin(), m_delivery.covered.end(),
                       [&](const DateRange& range) { return range.from <= days.from && days.to <= range.to; });
}

Result<std::optional<DeliveryPlan::Stored>> DeliveryPlan::storedUnder(const PartitionKey& key) const
{
    auto rows = m_db.prepare(
        "SELECT p.id, p.fingerprint, p.rows, i.imported_at, p.effective_cost, p.billed_cost, "
        "p.list_cost, p.contracted_cost, p.effective_unknown, p.billed_unknown, p.list_unknown, p.contracted_unknown, "
        "p.rows_rejected FROM partition p JOIN import i ON i.id=p.import_id "
        "WHERE p.source_id=?1 AND p.provider=?2 AND p.billing_account=?3 AND p.billing_period=?4 "
        "AND p.currency=?5 AND p.slice=?6");
    if (!rows)
        return rows.error();
    rows->bind(1, m_delivery.source)
        .bind(2, std::string_view(key.provider))
        .bind(3, std::string_view(key.billingAccount))
        .bind(4, std::string_view(toString(key.billingPeriod)))
        .bind(5, key.currency.code())
        .bind(6, sliceNumber(key.slice));
    const auto exists = rows->step();
    if (!exists)
        return exists.error();
    if (!*exists)
        return std::optional<Stored>();
    Stored stored;
    stored.key = key;
    stored.id = rows->integer(0);
    stored.fingerprint = rows->text(1);
    stored.rows = static_cast<std::uint64_t>(rows->integer(2));
    stored.importedAt = {rows->integer(3)};
    stored.rejected = static_cast<std::uint64_t>(rows->integer(4 + 2 * static_cast<int>(kLensCount)));
    if (auto done = readCosts(*rows, 4, stored); !done)
        return done.error();
    return std::optional(std::move(stored));
}

Result<std::vector<std::int64_t>> DeliveryPlan::standing(const std::vector<std::int64_t>& ids) const
{
    auto find = m_db.prepare("SELECT 1 FROM partition WHERE id=?1");
    if (!find)
        return find.error();
    std::vector<std::int64_t> there;
    for (const std::int64_t id : ids) {
        const auto row = find->bind(1, id).step();
        if (!row)
            return row.error();
        if (*row)
            there.push_back(id);
        find->reset();
    }
    return there;
}

/// Partitions of a day by its number, those of a month by its first day; both are found by the index partition_days.
Result<std::vector<DeliveryPlan::Stored>>
DeliveryPlan::undelivered(const std::function<bool(const PartitionKey&)>& isDelivered) const
{
    std::map<PartitionKey, Stored> gone; // ranges may overlap
    constexpr std::string_view kColumns =
        "SELECT p.id, p.provider, p.billing_account, p.billing_period, p.currency, p.slice, p.rows, i.imported_at, "
        "p.effective_cost, p.billed_cost, p.list_cost, p.contracted_cost, p.effective_unknown, p.billed_unknown, "
        "p.list_unknown, p.contracted_unknown FROM partition p JOIN import i ON i.id=p.import_id WHERE p.source_id=?1 "
        "AND p.import_id<>?2 "
        "AND ";
    auto days = m_db.prepare(std::string(kColumns) + "p.slice>=?3 AND p.slice<?4 AND p.slice<>0");
    auto months = m_db.prepare(std::string(kColumns) + "p.slice=0 AND p.billing_period>=?3 AND p.billing_period<?4");
    if (!days || !months)
        return !days ? days.error() : months.error();
    for (const DateRange& range : m_delivery.covered) {
        days->bind(3, std::int64_t{range.from.number}).bind(4, std::int64_t{range.to.number});
        months->bind(3, std::string_view(toString(range.from))).bind(4, std::string_view(toString(range.to)));
        for (sql::Statement* rows : {&*days, &*months}) {
            rows->bind(1, m_delivery.source).bind(2, m_delivery.import);
            const Status read = rows->each([&]() -> Status {
                auto stored = storedAt(*rows);
                if (!stored)
                    return stored.error();
                if (!isCovered(daysOf(stored->key)) || isDelivered(stored->key))
                    return {};
                const PartitionKey key = stored->key; // take() empties it
                gone.insert_or_assign(key, stored.take());
                return {};
            });
            if (!read)
                return read.error();
            rows->reset();
        }
    }
    std::vector<Stored> all;
    for (auto& [key, stored] : gone)
        all.push_back(std::move(stored));
    return all;
}

Result<DeliveryPlan::Stored> DeliveryPlan::storedAt(const sql::Statement& row) const
{
    const auto month = parseDay(row.text(3));
    if (!month)
        return Error{ErrorCode::Corrupt, "a partition cannot be read", m_delivery.sourceName};
    Stored stored;
    stored.key = {row.text(1), row.text(2), *month, Currency(row.text(4)), sliceOf(row.integer(5))};
    stored.id = row.integer(0);
    stored.rows = static_cast<std::uint64_t>(row.integer(6));
    stored.importedAt = {row.integer(7)};
    if (auto done = readCosts(row, 8, stored); !done)
        return Error{ErrorCode::Corrupt, "a partition cannot be read", m_delivery.sourceName};
    return stored;
}

Result<std::optional<Restatement>> DeliveryPlan::restatementOf(const PartitionKey& key, Instant importedAt,
                                                               const Sums& before, const Sums& after) const
{
    if (before == after)
        return std::optional<Restatement>();
    const DateRange days = daysOf(key);
    auto covered = m_db.prepare("SELECT count(*), coalesce(min(is_final), 0), coalesce(min(asked_at), 0) FROM coverage "
                                "WHERE source_id=?1 AND day>=?2 AND day<?3");
    if (!covered)
        return covered.error();
    covered->bind(1, m_delivery.source).bind(2, std::int64_t{days.from.number}).bind(3, std::int64_t{days.to.number});
    if (auto row = covered->step(); !row)
        return row.error();
    // A sync that found nothing new asked all the same, and the source then stood by its earlier answer.
    Instant toldAt = importedAt;
    if (covered->integer(0) == days.days())
        toldAt = std::max(toldAt, Instant{covered->integer(2)});
    if (!toldAt.isValid() || toldAt.day() < days.to)
        return std::optional<Restatement>(); // the days were not over yet: more of them is no correction
    Restatement one;
    one.source = m_delivery.sourceName;
    one.provider = key.provider;
    one.billingAccount = key.billingAccount;
    one.currency = key.currency;
    one.from = days.from;
    one.to = days.to;
    one.at = m_delivery.at;
    one.wasFinal = covered->integer(0) == 0 || covered->integer(1) != 0;
    one.before = saidBy(before);
    one.after = saidBy(after);
    return std::optional(std::move(one));
}

} // namespace altimeter::store
