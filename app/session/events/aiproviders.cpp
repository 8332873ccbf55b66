#include "app/session/events/aiproviders.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

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
    Spelling{"amazoncom", "aws"},
    Spelling{"azure", "microsoft"},
    Spelling{"microsoft azure", "microsoft"},
    Spelling{"google", "google cloud"},
    Spelling{"gcp", "google cloud"},
    Spelling{"google cloud platform", "google cloud"},
    Spelling{"claude", "anthropic"},
    Spelling{"mistral", "mistral ai"},
};

/// Words at the end of a name that say what kind of company it is, or which of its companies.
constexpr std::array kLegalWords{"inc",  "incorporated", "llc",         "pbc",     "ltd", "limited", "gmbh",
                                 "opco", "corp",         "corporation", "company", "plc", "sa",      "sas",
                                 "sarl", "ag",           "bv",          "pte",     "pty", "lp",      "operations",
                                 "emea", "uk",           "europe",      "ireland", "co",  "ulc",     "deutschland"};

/// "openai" for "OpenAI OpCo, L.L.C.": lower case, without marks; the first word stays whatever it is.
std::string withoutLegalForm(std::string_view name)
{
    std::vector<std::string> parts(1);
    for (const char c : words::toLower(name)) {
        if (std::string_view(" ,;/()-_&\t").find(c) != std::string_view::npos)
            parts.emplace_back();
        else if (std::string_view(".'\"").find(c) == std::string_view::npos)
            parts.back().push_back(c);
    }
    std::erase(parts, std::string());
    while (parts.size() > 1 && std::find(kLegalWords.begin(), kLegalWords.end(), parts.back()) != kLegalWords.end())
        parts.pop_back();
    std::string key;
    for (const std::string& part : parts)
        key += (key.empty() ? "" : " ") + part;
    return key;
}

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
    const std::string key = withoutLegalForm(billingName);
    const auto found =
        std::find_if(kSpellings.begin(), kSpellings.end(), [&key](const Spelling& one) { return one.spelling == key; });
    return std::string(found == kSpellings.end() ? std::string_view(key) : found->key);
}

namespace {

store::BillerScope scopeOf(const std::string& key)
{
    constexpr std::array kWide{"aws", "microsoft", "google cloud"};
    if (std::find(kWide.begin(), kWide.end(), key) != kWide.end())
        return store::BillerScope::Wide;
    const bool isKnown = std::any_of(kProviders.begin(), kProviders.end(),
                                     [&key](const Provider& one) { return billerKey(one.billingName) == key; });
    return isKnown ? store::BillerScope::AiAlone : store::BillerScope::Unknown;
}

/// Not every export says a category, and some say "Other" of what they do not know.
bool isAiService(std::string_view category, std::string_view service)
{
    const std::string lower = words::toLower(category);
    if (lower == "ai and machine learning")
        return true;
    if (!lower.empty() && lower != "other")
        return false;
    constexpr std::array kNames{"bedrock", "openai", "vertex ai", "gemini", "azure ai", "foundry models"};
    const std::string name = words::toLower(service);
    return std::any_of(kNames.begin(), kNames.end(),
                       [&name](const char* one) { return name.find(one) != std::string::npos; });
}

} // namespace

store::BillTerms billTerms()
{
    return {[](std::string_view name) { return billerKey(name); }, scopeOf, isAiService};
}

CostLayer layerOf(CostLayer said, EventOperation operation)
{
    const CostLayer layer = said == CostLayer::Unknown ? altimeter::layerOf(operation) : said;
    return layer == CostLayer::Unknown ? CostLayer::Inference : layer;
}

} // namespace altimeter::session
