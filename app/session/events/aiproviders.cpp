#include "app/session/events/aiproviders.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>

namespace altimeter::session {

namespace {

struct Provider {
    std::string_view name, billingName, service;
};

constexpr std::array kProviders{
    Provider{"openai", "OpenAI", "OpenAI API"},
    Provider{"anthropic", "Anthropic", "Claude API"},
    Provider{"google", "Google Cloud", "Gemini API"},
    Provider{"google-vertex", "Google Cloud", "Vertex AI"},
    Provider{"vertex", "Google Cloud", "Vertex AI"},
    Provider{"aws-bedrock", "AWS", "Amazon Bedrock"},
    Provider{"azure-openai", "Microsoft", "Azure OpenAI"},
    Provider{"azure", "Microsoft", "Azure AI"},
    Provider{"xai", "xAI", "xAI API"},
    Provider{"openrouter", "OpenRouter", "OpenRouter"},
    Provider{"mistral", "Mistral AI", "Mistral API"},
    Provider{"deepseek", "DeepSeek", "DeepSeek API"},
    Provider{"cohere", "Cohere", "Cohere API"},
};

struct Spelling {
    std::string_view spelling, key;
};

constexpr std::array kSpellings{
    Spelling{"amazon web services", "aws"},
    Spelling{"amazon", "aws"},
    Spelling{"azure", "microsoft"},
    Spelling{"microsoft azure", "microsoft"},
    Spelling{"google", "google cloud"},
    Spelling{"gcp", "google cloud"},
    Spelling{"google cloud platform", "google cloud"},
    Spelling{"claude", "anthropic"},
    Spelling{"mistral", "mistral ai"},
};

const Provider* find(std::string_view provider)
{
    const auto found = std::find_if(kProviders.begin(), kProviders.end(),
                                    [provider](const Provider& one) { return one.name == provider; });
    return found == kProviders.end() ? nullptr : &*found;
}

} // namespace

std::string billingNameOf(std::string_view provider)
{
    const Provider* known = find(provider);
    return std::string(known ? known->billingName : provider);
}

std::string serviceNameOf(std::string_view provider)
{
    const Provider* known = find(provider);
    return known ? std::string(known->service) : provider.empty() ? "AI" : std::string(provider) + " API";
}

std::string billerKey(std::string_view billingName)
{
    std::string key = words::toLower(words::trimmed(billingName));
    const auto found =
        std::find_if(kSpellings.begin(), kSpellings.end(), [&key](const Spelling& one) { return one.spelling == key; });
    return found == kSpellings.end() ? key : std::string(found->key);
}

CostLayer layerOf(CostLayer said, EventOperation operation)
{
    if (said != CostLayer::Unknown)
        return said;
    switch (operation) {
    case EventOperation::Embeddings:
    case EventOperation::Rerank:
    case EventOperation::Retrieval:
        return CostLayer::Retrieval;
    case EventOperation::Tool:
        return CostLayer::Tools;
    case EventOperation::Agent:
    case EventOperation::Workflow:
        return CostLayer::Orchestration;
    case EventOperation::Guardrail:
    case EventOperation::Evaluation:
        return CostLayer::Observability;
    case EventOperation::Unknown:
    case EventOperation::Chat:
    case EventOperation::Image:
    case EventOperation::Audio:
    case EventOperation::Other:
        break;
    }
    return CostLayer::Inference;
}

} // namespace altimeter::session
