#include "models/prices/pricelist.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace altimeter {

namespace {

constexpr std::array<std::string_view, kPriceStateCount> kStateNames{"verified",  "announced", "promotional",
                                                                     "withdrawn", "user",      "community"};
constexpr std::array<std::string_view, 4> kLayerNames{"own", "imported", "shipped", "community"};

template <typename Enum, std::size_t N>
std::optional<Enum> byName(const std::array<std::string_view, N>& names, std::string_view name)
{
    const auto* const found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

} // namespace

std::string_view priceStateName(PriceState state)
{
    return kStateNames[static_cast<std::size_t>(state)];
}

std::optional<PriceState> priceStateOf(std::string_view name)
{
    return byName<PriceState>(kStateNames, name);
}

std::string_view priceLayerName(PriceLayer layer)
{
    return kLayerNames[static_cast<std::size_t>(layer)];
}

std::optional<PriceLayer> priceLayerOf(std::string_view name)
{
    return byName<PriceLayer>(kLayerNames, name);
}

void PriceList::append(PriceList other)
{
    const auto move = [](auto& from, auto& to) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    move(other.rows, rows);
    move(other.aliases, aliases);
    move(other.negotiated, negotiated);
}

std::string priceProvider(std::string_view name)
{
    // Names of billing exports, of LiteLLM, of OpenTelemetry and of gateways.
    static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"azure", "azure-openai"},
        {"azure.ai.inference", "azure-openai"},
        {"azure.ai.openai", "azure-openai"},
        {"azure_ai", "azure-openai"},
        {"azure_openai", "azure-openai"},
        {"azure openai", "azure-openai"},
        {"az.ai.openai", "azure-openai"},
        {"amazon bedrock", "aws-bedrock"},
        {"amazon-bedrock", "aws-bedrock"},
        {"aws bedrock", "aws-bedrock"},
        {"aws.bedrock", "aws-bedrock"},
        {"bedrock", "aws-bedrock"},
        {"bedrock_converse", "aws-bedrock"},
        {"claude", "anthropic"},
        {"cohere_chat", "cohere"},
        {"fireworks ai", "fireworks"},
        {"fireworks_ai", "fireworks"},
        {"gcp.gemini", "google"},
        {"gcp.gen_ai", "google"},
        {"gcp.vertex_ai", "google-vertex"},
        {"gemini", "google"},
        {"google gemini api", "google"},
        {"google vertex ai", "google-vertex"},
        {"google_genai", "google"},
        {"mistral_ai", "mistral"},
        {"mistralai", "mistral"},
        {"moonshot ai", "moonshot"},
        {"moonshot_ai", "moonshot"},
        {"moonshotai", "moonshot"},
        {"text-completion-openai", "openai"},
        {"together ai", "together"},
        {"together_ai", "together"},
        {"vertex_ai", "google-vertex"},
        {"voyage ai", "voyage"},
        {"x-ai", "xai"},
        {"x_ai", "xai"},
        {"z.ai", "zai"},
        {"z-ai", "zai"},
    };
    std::string lower = words::toLower(words::trimmed(name));
    const auto* const found =
        std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& pair) { return pair.first == lower; });
    if (found != std::end(kNames))
        return std::string(found->second);
    return lower.starts_with("vertex_ai-") ? "google-vertex" : lower;
}

std::string priceTier(std::string_view name)
{
    std::string lower = words::toLower(words::trimmed(name));
    const bool isNone = lower == "standard" || lower == "default" || lower == "on_demand" || lower == "on-demand";
    return isNone ? std::string() : lower;
}

std::string priceRegion(std::string_view name)
{
    std::string lower = words::toLower(words::trimmed(name));
    return lower == "global" ? std::string() : lower;
}

} // namespace altimeter
