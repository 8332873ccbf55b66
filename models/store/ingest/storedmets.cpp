#include "models/store/ingest/storedmets.h"

#include "models/store/ingest/tupleids.h"
#include "models/store/sql/jsondepth.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace altimeter::store {

namespace {

constexpr std::string_view kColumns =
    "SELECT s.name, s.kind, p.provider, p.billing_account, p.billing_period, p.currency, p.id, p.fingerprint, p.rows, "
    "p.data_from, p.data_through, p.slice, p.rows_rejected, p.effective_cost, p.billed_cost, p.list_cost, "
    "p.contracted_cost, p.effective_unknown, p.billed_unknown, p.list_unknown, p.contracted_unknown FROM source s JOIN "
    "partition p ON "
    "p.source_id=s.id AND ";

Day dayAt(const sql::Statement& row, int column)
{
    return Day{static_cast<std::int32_t>(row.integer(column))};
}

/// Adds the partition at `row` to the last one of `all`, where it is a day of that.
Status addRow(const sql::Statement& row, std::vector<Met>& all)
{
    const auto month = parseDay(row.text(4));
    DeliveryPlan::Stored stored;
    if (!month || !readCosts(row, 13, stored))
        return Error{ErrorCode::Corrupt, "a stored month cannot be read", row.text(0)};
    const PartitionKey key{row.text(2), row.text(3), *month, Currency(row.text(5)), Day::none()};
    if (all.empty() || all.back().source != row.textView(0) || all.back().key != key) {
        Met fresh;
        fresh.source = row.text(0);
        fresh.kind = row.text(1);
        fresh.key = key;
        fresh.from = dayAt(row, 9);
        fresh.through = dayAt(row, 10);
        all.push_back(std::move(fresh));
    }
    Met& met = all.back();
    stored.key = key;
    stored.key.slice = row.integer(11) == 0 ? Day::none() : dayAt(row, 11);
    stored.id = row.integer(6);
    stored.fingerprint = row.text(7);
    stored.rows = static_cast<std::uint64_t>(row.integer(8));
    stored.rejected = static_cast<std::uint64_t>(row.integer(12));
    met.rows += stored.rows;
    met.billed.add(stored.total[static_cast<std::size_t>(CostLens::Billed)]);
    met.from = std::min(met.from, dayAt(row, 9));
    met.through = std::max(met.through, dayAt(row, 10));
    met.stored.push_back(std::move(stored));
    return {};
}

Status readFiles(const sql::Connection& db, std::vector<Met>& all)
{
    auto files =
        db.prepare("SELECT DISTINCT f.name, f.header, f.path FROM segment g JOIN import_file f ON f.id=g.file_id WHERE "
                   "g.partition_id=?1");
    if (!files)
        return files.error();
    for (Met& met : all) {
        for (const DeliveryPlan::Stored& stored : met.stored) {
            const Status named = files->bind(1, stored.id).each([&]() -> Status {
                met.files.emplace_back(files->text(0), files->text(2));
                met.columns.insert(Fingerprint::of(files->textView(1)).low);
                return {};
            });
            if (!named)
                return named;
            files->reset();
        }
    }
    return {};
}

} // namespace

Result<std::vector<Met>> storedUnder(const sql::Connection& db, const PartitionKey& key)
{
    auto rows = db.prepare(std::string(kColumns) + "p.provider=?1 AND p.billing_account=?2 AND p.billing_period=?3 AND "
                                                   "p.currency=?4 ORDER BY s.name, p.slice");
    if (!rows)
        return rows.error();
    std::vector<Met> all;
    const Status read = rows->bind(1, std::string_view(key.provider))
                            .bind(2, std::string_view(key.billingAccount))
                            .bind(3, std::string_view(toString(key.billingPeriod)))
                            .bind(4, key.currency.code())
                            .each([&] { return addRow(*rows, all); });
    if (!read)
        return read.error();
    if (auto done = readFiles(db, all); !done)
        return done.error();
    return all;
}

Result<std::vector<Met>> storedWithin(const sql::Connection& db, Day from, Day through)
{
    auto rows = db.prepare(std::string(kColumns) +
                           "p.data_from<=?2 AND p.data_through>=?1 ORDER BY s.name, p.provider, p.billing_account, "
                           "p.billing_period, p.currency, p.slice");
    if (!rows)
        return rows.error();
    std::vector<Met> all;
    const Status read = rows->bind(1, std::int64_t{from.number}).bind(2, std::int64_t{through.number}).each([&] {
        return addRow(*rows, all);
    });
    if (!read)
        return read.error();
    return all;
}

Result<bool> holdOtherMonths(const sql::Connection& db, const std::string& a, const std::string& b,
                             const PartitionKey& key)
{
    const std::string ofSource = " FROM partition WHERE source_id=(SELECT id FROM source WHERE name=";
    const std::string ofKey = ") AND provider=?3 AND billing_account=?4 AND currency=?5 AND billing_period<>?6";
    auto both = db.prepare("SELECT EXISTS(SELECT billing_period" + ofSource + "?1" + ofKey +
                           " INTERSECT SELECT billing_period" + ofSource + "?2" + ofKey + ")");
    if (!both)
        return both.error();
    const std::string period = toString(key.billingPeriod);
    const auto row = both->bind(1, std::string_view(a))
                         .bind(2, std::string_view(b))
                         .bind(3, std::string_view(key.provider))
                         .bind(4, std::string_view(key.billingAccount))
                         .bind(5, key.currency.code())
                         .bind(6, std::string_view(period))
                         .step();
    return row ? Result<bool>(both->integer(0) != 0) : Result<bool>(row.error());
}

/// The audit trail has every fingerprint that was published. It is read where a delivery is about to replace alone.
Result<Instant> formerlyStored(const sql::Connection& db, const PartitionKey& key, const std::string& fingerprint)
{
    std::string name = jsonLine(nlohmann::ordered_json{{"provider", key.provider},
                                                       {"billing_account", key.billingAccount},
                                                       {"billing_period", toString(key.billingPeriod)},
                                                       {"currency", std::string(key.currency.code())}});
    name = name.substr(1, name.size() - 2); // as it stands in the entry, without the braces
    // What was taken back, or removed with its source, had to go by the user's word alone: it may come again.
    auto rows =
        db.prepare("SELECT at, what IN ('partition new', 'partition replaced', 'partition restored') FROM audit "
                   "WHERE what IN ('partition new', 'partition replaced', 'partition restored', 'partition "
                   "taken back', 'partition set aside') AND instr(detail, ?1)>0 AND instr(detail, ?2)>0 "
                   "ORDER BY id");
    if (!rows)
        return rows.error();
    Instant at;
    const Status read = rows->bind(1, std::string_view("\"fingerprint\":\"" + fingerprint + '"'))
                            .bind(2, std::string_view(name))
                            .each([&]() -> Status {
                                at = rows->integer(1) != 0 ? Instant{rows->integer(0)} : Instant();
                                return {};
                            });
    if (!read)
        return read.error();
    return at;
}

} // namespace altimeter::store
