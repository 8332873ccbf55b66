#include "models/store/ledger/rejectedsum.h"

#include "models/store/sql/ranges.h"

#include <charconv>

namespace altimeter::store {

namespace {

Error unreadable(const std::string& source)
{
    return {ErrorCode::Corrupt, "a sum of lines that could not be stored cannot be read", source};
}

/// "3,17": empty where it is no list of numbers.
std::vector<std::int64_t> numbersOf(std::string_view text)
{
    std::vector<std::int64_t> numbers;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        std::int64_t number = 0;
        const auto [next, code] = std::from_chars(at, end, number);
        if (code != std::errc())
            return {};
        numbers.push_back(number);
        at = next < end ? next + 1 : next;
    }
    return numbers;
}

constexpr int kFirstCost = 10;

bool readCosts(const sql::Statement& row, RejectedPart& part)
{
    constexpr auto kLenses = static_cast<int>(kLensCount);
    for (int lens = 0; lens < kLenses; ++lens) {
        const auto at = static_cast<std::size_t>(lens);
        const auto cost = DecimalSum::parse(row.text(kFirstCost + lens));
        const auto rows = storedCount(row.integer(kFirstCost + kLenses + lens));
        const auto unreadableRows = storedCount(row.integer(kFirstCost + 2 * kLenses + lens));
        if (!cost || !rows || !unreadableRows)
            return false;
        part.cost[at] = *cost;
        part.costRows[at] = *rows;
        part.unreadable[at] = *unreadableRows;
    }
    return true;
}

Result<RejectedSum> sumAt(const sql::Statement& row)
{
    RejectedSum sum;
    sum.id = row.integer(0);
    sum.import = row.integer(1);
    sum.source = row.text(kFirstCost + 3 * static_cast<int>(kLensCount));
    sum.key.provider = row.text(2);
    sum.key.billingAccount = row.text(3);
    if (const std::string month = row.text(4); !month.empty()) {
        const auto day = parseDay(month);
        if (!day)
            return unreadable(sum.source);
        sum.key.billingPeriod = *day;
    }
    sum.key.currency = Currency(row.text(5));
    if (const std::int64_t slice = row.integer(6); slice != 0) {
        const auto day = storedDay(slice);
        if (!day)
            return unreadable(sum.source);
        sum.key.slice = *day;
    }
    sum.file = row.text(7);
    sum.partitions = numbersOf(row.textView(8));
    sum.part.check = row.text(9);
    const auto rows = storedCount(row.integer(kFirstCost + 3 * static_cast<int>(kLensCount) + 1));
    if (!rows || !readCosts(row, sum.part))
        return unreadable(sum.source);
    sum.part.rows = *rows;
    return sum;
}

} // namespace

Result<std::vector<RejectedSum>> readRejectedSums(const sql::Connection& connection, std::int64_t source)
{
    auto rows = connection.prepare(
        "SELECT r.id, r.import_id, r.provider, r.billing_account, r.billing_period, r.currency, r.slice, r.file, "
        "r.partitions, r.check_id, r.effective_cost, r.billed_cost, r.list_cost, r.contracted_cost, r.effective_rows, "
        "r.billed_rows, r.list_rows, r.contracted_rows, r.effective_unreadable, r.billed_unreadable, "
        "r.list_unreadable, r.contracted_unreadable, s.name, r.rows FROM rejected_sum r "
        "JOIN source s ON s.id=r.source_id WHERE ?1=0 OR r.source_id=?1 ORDER BY s.name, r.provider, "
        "r.billing_account, r.billing_period, r.currency, r.check_id, r.id");
    if (!rows)
        return rows.error();
    std::vector<RejectedSum> sums;
    const Status read = rows->bind(1, source).each([&]() -> Status {
        auto sum = sumAt(*rows);
        if (!sum)
            return sum.error();
        sums.push_back(sum.take());
        return {};
    });
    if (!read)
        return read.error();
    return sums;
}

} // namespace altimeter::store
