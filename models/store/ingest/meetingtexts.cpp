#include "models/store/ingest/meetingtexts.h"

#include <utility>
#include <vector>

namespace altimeter::store {

namespace {

constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);

std::string fileOf(const DeliveredPartition& partition)
{
    return partition.files.empty() ? std::string() : partition.files.front();
}

} // namespace

std::string linesText(std::uint64_t count)
{
    return std::to_string(count) + (count == 1 ? " line" : " lines");
}

std::string moneyText(const DecimalSum& billed, const Currency& currency)
{
    return "BilledCost " + billed.toString(2) + ' ' + std::string(currency.code());
}

std::string figuresText(const DecimalSum& billed, const Currency& currency, std::uint64_t rows, Day from, Day through)
{
    const std::string days = from == through ? toString(from) : toString(from) + " to " + toString(through);
    return moneyText(billed, currency) + " (" + linesText(rows) + ", " + days;
}

std::string figuresText(const DeliveredPartition& partition)
{
    return figuresText(partition.fileTotal[kBilled], partition.key.currency, partition.rows, partition.dataFrom,
                       partition.dataThrough);
}

std::string figuresText(const Met& met)
{
    return figuresText(met.billed, met.key.currency, met.rows, met.from, met.through) + ", source \"" + met.source +
           '"';
}

std::string besideText(const PartitionKey& key, const std::string& source, const DecimalSum& billed, std::uint64_t rows)
{
    return monthName(key) + " is stored under the source \"" + source + "\" too (" + moneyText(billed, key.currency) +
           ", " + linesText(rows) + ')';
}

Error refusal(const DeliveredPartition& partition, const Met& met, const std::string& why, std::string todo)
{
    return {ErrorCode::Conflict,
            monthName(partition.key) + " is stored with " + figuresText(met) + "); this delivery has " +
                figuresText(partition) + "). " + why + " Nothing was changed.",
            fileOf(partition), std::move(todo)};
}

Error mirrorRefusal(const DeliveredPartition& partition, const Met& met, std::uint64_t shared, std::string todo)
{
    return {ErrorCode::Conflict,
            linesText(shared) + " of " + keyText(partition.key) + " charge what is stored under another " +
                differenceText(partition.key, met.key) + ", and would count twice: this delivery has " +
                figuresText(partition) + "); " + keyText(met.key) + " is stored with " + figuresText(met) +
                "). Nothing was changed.",
            fileOf(partition), std::move(todo)};
}

std::string differenceText(const PartitionKey& a, const PartitionKey& b)
{
    std::vector<std::string> parts;
    if (a.provider != b.provider)
        parts.emplace_back("provider");
    if (a.billingAccount != b.billingAccount)
        parts.emplace_back("billing account");
    if (a.billingPeriod != b.billingPeriod)
        parts.emplace_back("billing month");
    if (a.currency != b.currency)
        parts.emplace_back("currency");
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return text;
}

std::string keyText(const PartitionKey& key)
{
    return monthName(key) + " (" + std::string(key.currency.code()) + ')';
}

} // namespace altimeter::store
