#include "providers/focus/focusfile.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

using namespace altimeter;
using namespace altimeter::providers;

namespace {

/// Reads every byte it is shown, so that a dangling view is caught.
class HashingBatch : public CostBatch {
public:
    std::uint64_t rows = 0, rejected = 0;
    std::vector<std::size_t> said;

    Status add(const CostLine& line) override
    {
        ++rows;
        std::string all = std::to_string(line.lineNumber);
        for (const auto text : line.text)
            all.append(1, '|').append(text);
        for (const auto text : line.extra)
            all.append(1, '|').append(text);
        all.append(line.provider).append(line.currency.code()).append(toString(line.chargeStart));
        said.push_back(std::hash<std::string>{}(all));
        if (!line.chargeStart.isValid() || !line.billingPeriod.isValid() || line.billingPeriod.dayOfMonth() != 1)
            std::abort();
        return {};
    }
    void reject(RejectedLine line) override
    {
        ++rejected;
        said.push_back(std::hash<std::string>{}(std::to_string(line.line) + line.check + line.message + line.text));
    }
};

class HashingSink : public CostLineSink {
public:
    std::uint64_t rows = 0, rejected = 0;
    std::vector<std::size_t> said;

    Status begin(const std::string&, std::span<const std::string>, std::span<const std::string>) override { return {}; }
    std::unique_ptr<CostBatch> newBatch() override { return std::make_unique<HashingBatch>(); }
    Status take(std::unique_ptr<CostBatch> given) override
    {
        const auto& batch = static_cast<const HashingBatch&>(*given);
        rows += batch.rows;
        rejected += batch.rejected;
        said.insert(said.end(), batch.said.begin(), batch.said.end());
        return {};
    }
    Status finding(const Finding& finding) override
    {
        said.push_back(std::hash<std::string>{}(finding.check + finding.message + std::to_string(finding.rows) + "/" +
                                                std::to_string(finding.firstLine)));
        return {};
    }
};

std::vector<std::size_t> read(const std::string& text, unsigned threads, std::size_t block)
{
    const auto open = [&text]() -> Result<std::unique_ptr<ByteSource>> {
        return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>("fuzz", text));
    };
    HashingSink sink;
    const auto info = readFocusSource(open, sink, {}, {}, threads, block);
    if (info && (info->rows != sink.rows || info->rejected != sink.rejected))
        std::abort();
    if (!info)
        sink.said.push_back(std::hash<std::string>{}(info.error().text()));
    return sink.said;
}

} // namespace

/// The first byte chooses a header, so that the fuzzer reaches the rows at once. The outcome depends neither on the
/// number of threads nor on the blocks.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const std::array<std::string, 8> kHeaders{
        "",
        "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,BillingPeriodStart,BillingPeriodEnd,Tags,x_a\n",
        "BilledCost;BillingCurrency;ChargePeriodStart;ListUnitPrice;PricingQuantity;ListCost\n",
        "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost,resourceTags/user:Team,"
        "savingsPlan/TotalCommitmentToDate,savingsPlan/UsedCommitment\n",
        "Date,MeterCategory,CostInBillingCurrency,BillingCurrencyCode,ChargeType,benefitId\n",
        "BilledCost\tListCost\tBillingCurrency\tChargePeriodStart\tTags\n",
        "Cost report\n\nBilledCost|BillingCurrency|ChargePeriodStart|BillingPeriodStart|x_Labels\n",
        "BilledCost;ListCost;BillingCurrency;ChargePeriodStart;ChargePeriodEnd;Tags\n",
    };
    if (size == 0)
        return 0;
    const std::string text =
        kHeaders[data[0] % kHeaders.size()] + std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (read(text, 1 + data[0] % 3, 1 + data[0]) != read(text, 1, std::size_t{1} << 20))
        std::abort();
    return 0;
}
