#include "providers/focus/focusfile.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace altimeter;
using namespace altimeter::providers;

namespace {

/// Touches every byte it is shown, so that a dangling view is caught, and counts.
class TouchingSink : public CostLineSink {
public:
    std::uint64_t rows = 0, rejected = 0;
    std::size_t touched = 0;

    Status begin(const std::string&, std::span<const std::string>, std::span<const std::string>) override { return {}; }
    Status add(const CostLine& line) override
    {
        ++rows;
        for (const auto text : line.text)
            touch(text);
        for (const auto text : line.extra)
            touch(text);
        touch(line.provider);
        if (!line.chargeStart.isValid() || !line.billingPeriod.isValid() || line.billingPeriod.dayOfMonth() != 1)
            std::abort();
        return {};
    }
    Status reject(const RejectedLine& line) override
    {
        ++rejected;
        touch(line.text);
        return {};
    }
    Status finding(const Finding& finding) override
    {
        touch(finding.message);
        return {};
    }

private:
    void touch(std::string_view text)
    {
        for (const char c : text)
            touched += static_cast<unsigned char>(c);
    }
};

} // namespace

/// The first byte chooses a header, so that the fuzzer reaches the rows at once.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const std::array<std::string, 5> kHeaders{
        "",
        "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,BillingPeriodStart,BillingPeriodEnd,Tags,x_a\n",
        "BilledCost;BillingCurrency;ChargePeriodStart;ListUnitPrice;PricingQuantity;ListCost\n",
        "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost,resourceTags/user:Team,"
        "savingsPlan/TotalCommitmentToDate,savingsPlan/UsedCommitment\n",
        "Date,MeterCategory,CostInBillingCurrency,BillingCurrencyCode,ChargeType,benefitId\n",
    };
    if (size == 0)
        return 0;
    const std::string text =
        kHeaders[data[0] % kHeaders.size()] + std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto open = [&text]() -> Result<std::unique_ptr<ByteSource>> {
        return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>("fuzz", text));
    };
    TouchingSink sink;
    const auto info = readFocusSource(open, sink, {}, {}, 1 + data[0] / 5U);
    if (info && (info->rows != sink.rows || info->rejected != sink.rejected))
        std::abort();
    return 0;
}
