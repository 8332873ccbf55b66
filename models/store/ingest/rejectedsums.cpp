#include "models/store/ingest/rejectedsums.h"

#include <algorithm>

namespace altimeter::store {

namespace {

RejectedPart partOf(const RejectedLine& line)
{
    RejectedPart part;
    part.check = line.check;
    part.rows = 1;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (const auto& cost = line.readable.cost[lens]) {
            part.cost[lens].add(*cost);
            part.costRows[lens] = cost->isZero() ? 0 : 1;
        } else if (line.readable.unreadable[lens]) {
            part.unreadable[lens] = 1;
        }
    }
    return part;
}

auto contentOf(const RejectedSum& sum)
{
    std::array<std::string, kLensCount> costs;
    for (std::size_t lens = 0; lens < kLensCount; ++lens)
        costs[lens] = sum.part.cost[lens].toString(0);
    return std::tuple(sum.key, sum.file, sum.part.check, sum.part.rows, costs, sum.part.costRows, sum.part.unreadable);
}

} // namespace

PartitionKey readableKey(const RejectedLine& line, bool byDay)
{
    PartitionKey key;
    if (line.readable.hasKey) {
        key.provider = line.readable.provider;
        key.billingAccount = line.readable.billingAccount;
        key.currency = line.readable.currency;
    }
    key.billingPeriod = line.readable.billingPeriod;
    key.slice = byDay ? line.readable.chargeDay : Day::none();
    return key;
}

bool namesPartition(const RejectedLine& line, bool byDay)
{
    return line.readable.hasKey && line.readable.billingPeriod.isValid() &&
           (!byDay || line.readable.chargeDay.isValid());
}

std::int64_t RejectedSums::count(const RejectedLine& line, const std::string& file, const PartitionKey& key,
                                 bool isKept)
{
    Kind& kind = m_kinds[{file, line.check}];
    if (kind.rows++ == 0) {
        kind.firstLine = line.line;
        kind.message = line.message;
    }
    const std::string place = isKept ? std::string() : file.empty() ? std::string("?") : file;
    const auto [at, isNew] = m_sums.try_emplace({key, place, line.check});
    RejectedSum& sum = at->second.sum;
    if (isNew) {
        at->second.first = {file, line.line, line.message};
        sum.id = ++m_last;
        sum.key = key;
        sum.file = place;
        sum.part.check = line.check;
        if (isKept)
            m_keys.insert(key);
    }
    sum.part.add(partOf(line));
    return sum.id;
}

std::vector<RejectedPart> RejectedSums::partsOf(const PartitionKey& key) const
{
    std::vector<RejectedPart> parts;
    for (auto at = m_sums.lower_bound({key, {}, {}}); at != m_sums.end() && at->second.sum.key == key; ++at) {
        if (at->second.sum.isWhole())
            parts.push_back(at->second.sum.part);
    }
    return parts;
}

std::uint64_t RejectedSums::rowsOf(const PartitionKey& key) const
{
    std::uint64_t rows = 0;
    for (const RejectedPart& part : partsOf(key))
        rows += part.rows;
    return rows;
}

std::uint64_t RejectedSums::rowsOfNone() const
{
    std::uint64_t rows = 0;
    for (const auto& [name, counted] : m_sums)
        rows += counted.sum.isWhole() ? 0 : counted.sum.part.rows;
    return rows;
}

RejectedSums::Doubt RejectedSums::doubt(bool byDay) const
{
    Doubt doubt;
    for (const auto& [name, counted] : m_sums) {
        const PartitionKey& key = counted.sum.key;
        if (byDay ? key.slice.isValid() : key.billingPeriod.isValid())
            doubt.days.push_back(daysOf(key));
        else
            doubt.isOfAny = true;
    }
    return doubt;
}

bool RejectedSums::Doubt::touches(const DateRange& range) const
{
    return isOfAny || std::any_of(days.begin(), days.end(), [&range](const DateRange& each) {
               return each.from < range.to && range.from < each.to;
           });
}

RejectedSums::Example RejectedSums::exampleOf(const std::optional<PartitionKey>& key) const
{
    for (const auto& [name, counted] : m_sums) {
        if (key ? counted.sum.isWhole() && counted.sum.key == *key : !counted.sum.isWhole())
            return counted.first;
    }
    return {};
}

std::vector<RejectedSum> RejectedSums::sums() const
{
    std::vector<RejectedSum> all;
    for (const auto& [name, counted] : m_sums)
        all.push_back(counted.sum);
    return all;
}

std::vector<Finding> RejectedSums::untold(const std::vector<Finding>& told) const
{
    std::set<std::pair<std::string, std::string>> known;
    for (const Finding& finding : told)
        known.insert({finding.file, finding.check});
    std::vector<Finding> findings;
    for (const auto& [name, kind] : m_kinds) {
        if (!known.contains(name))
            findings.push_back({Severity::Error,
                                name.second,
                                kind.rows,
                                kind.firstLine,
                                kind.message + "; such lines are rejected",
                                name.first,
                                {}});
    }
    return findings;
}

bool isSame(const std::vector<RejectedSum>& one, const std::vector<RejectedSum>& other)
{
    using Content = decltype(contentOf(one.front()));
    const auto contents = [](const std::vector<RejectedSum>& sums) {
        std::vector<Content> all;
        for (const RejectedSum& sum : sums)
            all.push_back(contentOf(sum));
        std::sort(all.begin(), all.end());
        return all;
    };
    return contents(one) == contents(other);
}

} // namespace altimeter::store
