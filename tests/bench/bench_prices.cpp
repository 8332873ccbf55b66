#include "models/prices/pricebook.h"
#include "models/prices/pricecsv.h"
#include "resources/assets.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <tuple>
#include <utility>

using namespace altimeter;

namespace {

PriceBook shippedBook()
{
    PriceList all;
    for (const PriceListText& text : shippedPriceLists()) {
        if (auto reading = pricecsv::read(text.text, PriceLayer::Shipped))
            all.append(std::move(reading->list));
    }
    auto book = PriceBook::make(std::move(all));
    if (!book)
        std::abort();
    return *book;
}

} // namespace

/// bench_prices [CALLS]: prices calls of eight models over ten months by the book that comes along, with bands, caches,
/// tiers, hours and one model that nobody knows; prints calls a second.
int main(int argc, char** argv)
{
    const long calls = argc > 1 ? std::atol(argv[1]) : 10'000'000;
    constexpr std::pair<std::string_view, std::string_view> kModels[] = {
        {"openai", "gpt-5.6-sol"},           {"openai", "gpt-5.6-luna"},        {"anthropic", "claude-opus-5-5"},
        {"anthropic", "claude-haiku-5-5"},   {"google", "gemini-4-argon"},      {"deepseek", "deepseek-v4-flash"},
        {"openai", "gpt-5.4-mini-20260301"}, {"somebody", "what-nobody-listed"}};
    PriceReader reader(shippedBook());
    constexpr std::int64_t kBegin = 1'768'000'000;
    constexpr std::int64_t kSeconds = 25'920'000;
    DecimalSum sum;
    std::uint64_t unpriced = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (long i = 0; i < calls; ++i) {
        const auto n = static_cast<std::uint64_t>(i);
        PricedUse use;
        std::tie(use.provider, use.model) = kModels[n * 7 % 8];
        use.tier = n % 11 == 0 ? "batch" : "";
        use.nanos = (kBegin + static_cast<std::int64_t>(n * 7919 % kSeconds)) * 1'000'000'000;
        use.usage[UsageClass::Input] = n * 104'729 % 300'000;
        use.usage[UsageClass::CacheRead] = n % 3 == 0 ? n % 50'000 : 0;
        use.usage[UsageClass::Output] = n % 4000;
        const PricedCost& cost = reader.cost(use);
        sum.add(cost.sum);
        unpriced += cost.unpricedTokens;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%ld calls in %.2f s, %.0f a second; %s in all, %llu tokens without a price\n", calls, took.count(),
                static_cast<double>(calls) / took.count(), sum.toString(2).c_str(),
                static_cast<unsigned long long>(unpriced));
    return 0;
}
