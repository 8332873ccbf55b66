#include "providers/prices/litellmprices.h"

#include "models/events/tokens.h"
#include "models/json/json.h"
#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>

namespace altimeter::providers {

namespace {

constexpr std::uint64_t kMillion = 1'000'000;

/// A field of the file, without its suffixes.
struct Component {
    std::string_view field, item, unit;
    std::uint64_t fieldPer; ///< units its number is for
    std::uint64_t per;      ///< units a row is for
};
constexpr std::array kComponents{
    Component{"input_cost_per_token", "input", "token", 1, kMillion},
    Component{"output_cost_per_token", "output", "token", 1, kMillion},
    Component{"output_cost_per_reasoning_token", "reasoning", "token", 1, kMillion},
    Component{"cache_read_input_token_cost", "cache_read", "token", 1, kMillion},
    Component{"cache_creation_input_token_cost", "cache_write", "token", 1, kMillion},
    Component{"cache_creation_input_token_cost_above_1hr", "cache_write_1h", "token", 1, kMillion},
    Component{"input_cost_per_audio_token", "audio_input", "token", 1, kMillion},
    Component{"output_cost_per_audio_token", "audio_output", "token", 1, kMillion},
    Component{"cache_read_input_audio_token_cost", "audio_cache_read", "token", 1, kMillion},
    Component{"cache_read_input_token_cost_per_audio_token", "audio_cache_read", "token", 1, kMillion},
    Component{"input_cost_per_image_token", "image_input", "token", 1, kMillion},
    Component{"output_cost_per_image_token", "image_output", "token", 1, kMillion},
    Component{"cache_read_input_image_token_cost", "image_cache_read", "token", 1, kMillion},
    Component{"input_cost_per_query", "query", "query", 1, 1000},
    Component{"input_cost_per_image", "image_read", "image", 1, 1},
    Component{"output_cost_per_image", "image_made", "image", 1, 1},
    Component{"input_cost_per_second", "second_read", "second", 1, 1},
    Component{"output_cost_per_second", "second_made", "second", 1, 1},
    Component{"input_cost_per_character", "character_read", "character", 1, kMillion},
    Component{"output_cost_per_character", "character_made", "character", 1, kMillion},
    Component{"ocr_cost_per_page", "page", "page", 1, 1000},
    Component{"file_search_cost_per_1k_calls", "file_search_call", "call", 1000, 1000},
    Component{"file_search_cost_per_gb_per_day", "file_search_gb_day", "gb_day", 1, 1},
    Component{"vector_store_cost_per_gb_per_day", "vector_store_gb_day", "gb_day", 1, 1},
    Component{"code_interpreter_cost_per_session", "code_interpreter_session", "session", 1, 1},
};

/// A price for a number of units as one for another: both powers of ten.
std::optional<Decimal> scaled(Decimal price, std::uint64_t from, std::uint64_t to)
{
    for (; from < to; from *= 10) {
        if (price.scale > 0)
            --price.scale;
        else if (__builtin_mul_overflow(price.mantissa, Int128{10}, &price.mantissa))
            return std::nullopt;
    }
    while (price.scale > 0 && price.mantissa % 10 == 0) {
        price.mantissa /= 10;
        --price.scale;
    }
    return price;
}

/// What a field's name says: "input_cost_per_token_above_272k_tokens_flex".
struct Field {
    const Component* component = nullptr;
    std::uint64_t contextAbove = 0;
    std::string tier;
};

bool takeSuffix(std::string_view& name, std::string_view suffix)
{
    if (!name.ends_with(suffix))
        return false;
    name.remove_suffix(suffix.size());
    return true;
}

std::optional<Field> fieldOf(std::string_view name)
{
    Field field;
    if (takeSuffix(name, "_batches"))
        field.tier = "batch";
    else if (takeSuffix(name, "_flex"))
        field.tier = "flex";
    else if (takeSuffix(name, "_priority"))
        field.tier = "priority";
    constexpr std::string_view kAbove = "_above_";
    if (std::string_view rest = name; takeSuffix(rest, "k_tokens")) {
        const std::size_t at = rest.rfind(kAbove);
        if (at == std::string_view::npos)
            return std::nullopt;
        const std::string_view digits = rest.substr(at + kAbove.size());
        std::uint64_t thousands = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), thousands);
        if (error != std::errc() || end != digits.data() + digits.size() || thousands == 0 || thousands > kMillion)
            return std::nullopt;
        field.contextAbove = thousands * 1000;
        name = rest.substr(0, at);
    }
    const auto* const found = std::find_if(kComponents.begin(), kComponents.end(),
                                           [&](const Component& component) { return component.field == name; });
    if (found == kComponents.end())
        return std::nullopt;
    field.component = &*found;
    return field;
}

/// Provider, model and region of a key: "azure/eu/gpt-5", "bedrock/us-east-1/anthropic.claude",
/// "gemini/gemini-2.5-pro".
struct ModelKey {
    std::string provider, model, region;
};

ModelKey modelKey(std::string_view key, std::string_view liteLlmProvider)
{
    ModelKey found;
    found.provider = priceProvider(liteLlmProvider);
    std::string_view rest = key;
    const std::string_view first = rest.substr(0, rest.find('/'));
    if (first.size() < rest.size() && priceProvider(first) == found.provider)
        rest.remove_prefix(first.size() + 1);
    if (found.provider == "fireworks" && rest.starts_with("accounts/fireworks/models/"))
        rest.remove_prefix(std::string_view("accounts/fireworks/models/").size());
    const std::string_view next = rest.substr(0, rest.find('/'));
    const bool isZone = next == "us" || next == "eu" || next == "global" || next == "global-standard";
    const bool isPlace = std::count(next.begin(), next.end(), '-') >= 2 && words::isDigit(next.back());
    if (next.size() < rest.size() && found.provider == "azure-openai" && isZone) {
        found.region = next.starts_with("global") ? "" : std::string(next) + "-data-zone";
        rest.remove_prefix(next.size() + 1);
    } else if (next.size() < rest.size() && found.provider == "aws-bedrock" && isPlace) {
        found.region = next;
        rest.remove_prefix(next.size() + 1);
    }
    found.model = rest;
    return found;
}

class Reading {
public:
    explicit Reading(Day readOn) : m_readOn(readOn) {}

    void readModel(const std::string& key, const Json& entry)
    {
        ++m_file.models;
        m_key = key;
        m_model = modelKey(key, entry["litellm_provider"].text());
        if (m_model.provider.empty() || m_model.model.empty())
            return;
        m_source = entry["source"].text();
        for (const auto& [name, value] : entry.members())
            readField(name, value, 0);
        for (const Json& step : entry["tiered_pricing"].items())
            readStep(step);
        const Json& search = entry["search_context_cost_per_query"];
        if (const Json& medium = search["search_context_size_medium"]; !medium.isNull())
            add({nullptr, 0, {}}, "web_search", "call", 1, 1000, medium, "search_context_cost_per_query");
        readFactors(entry);
    }

    PriceFile take() { return std::move(m_file); }

private:
    void find(std::string check, std::string field, std::string message)
    {
        m_file.findings.push_back({std::move(check), m_key, std::move(field), std::move(message)});
    }

    void readField(const std::string& name, const Json& value, std::uint64_t stepAbove)
    {
        auto field = fieldOf(name);
        if (!field || value.isNull())
            return;
        if (stepAbove != 0)
            field->contextAbove = stepAbove;
        std::string_view item = field->component->item;
        // Of the lifetimes that vendors sell, the file tells that of an hour alone; Claude's other one is five minutes.
        if (item == "cache_write" && words::toLower(m_model.model).find("claude") != std::string::npos)
            item = "cache_write_5m";
        add(*field, item, field->component->unit, field->component->fieldPer, field->component->per, value, name);
    }

    void readStep(const Json& step)
    {
        const auto& range = step["range"].items();
        auto from = range.empty() ? Result<ParsedDecimal>(Error{}) : parseDecimal(range.front().text());
        const auto whole = from ? scaled(from->value, 1, 1) : std::nullopt;
        if (!whole || whole->scale != 0 || whole->isNegative() || whole->mantissa > Int128{kMillion} * kMillion) {
            find("number", "tiered_pricing", "a range without a beginning that can be read");
            return;
        }
        for (const auto& [name, value] : step.members())
            readField(name, value, static_cast<std::uint64_t>(whole->mantissa));
    }

    void readFactors(const Json& entry)
    {
        const Json& specific = entry["provider_specific_entry"];
        if (const Json& us = specific["us"]; !us.isNull())
            addFactor({}, "us", us, "provider_specific_entry");
        if (const Json& fast = specific["fast"]; !fast.isNull())
            addFactor("fast", {}, fast, "provider_specific_entry");
        for (const std::string_view region : {"eu", "us"}) {
            const std::string name = "regional_processing_uplift_multiplier_" + std::string(region);
            if (const Json& factor = entry[name]; !factor.isNull())
                addFactor({}, std::string(region), factor, name);
        }
    }

    PriceRow rowOf(std::string_view item, std::string_view unit, std::uint64_t per) const
    {
        PriceRow row;
        row.provider = m_model.provider;
        row.model = m_model.model;
        row.region = m_model.region;
        row.item = item;
        row.unit = unit;
        row.per = per;
        row.state = PriceState::Community;
        row.layer = PriceLayer::Community;
        row.source = m_source.empty() ? "LiteLLM price file" : m_source;
        row.readOn = m_readOn;
        return row;
    }

    void add(const Field& field, std::string_view item, std::string_view unit, std::uint64_t fieldPer,
             std::uint64_t per, const Json& value, const std::string& name)
    {
        auto parsed = decimalOfDouble(value.text());
        const auto price = parsed ? scaled(*parsed, fieldPer, per) : std::nullopt;
        if (!price || price->isNegative()) {
            find("number", name, "\"" + value.text() + "\" is no price");
            return;
        }
        PriceRow row = rowOf(item, unit, per);
        row.tier = field.tier;
        row.contextAbove = field.contextAbove;
        row.price = *price;
        row.currency = Currency("USD");
        keep(std::move(row), name);
    }

    void addFactor(std::string tier, std::string region, const Json& value, const std::string& name)
    {
        auto parsed = decimalOfDouble(value.text());
        if (!parsed || parsed->isNegative() || parsed->isZero()) {
            find("number", name, "\"" + value.text() + "\" is no factor");
            return;
        }
        PriceRow row = rowOf("*", "factor", 1);
        row.tier = std::move(tier);
        row.region = std::move(region);
        row.price = *parsed;
        keep(std::move(row), name);
    }

    /// Several keys may be one model; where they do not agree, the first counts and the other is told of.
    void keep(PriceRow row, const std::string& name)
    {
        const auto key =
            std::tuple(row.provider, words::toLower(row.model), row.item, row.tier, row.region, row.contextAbove);
        const auto [at, isNew] = m_rows.emplace(key, m_file.list.rows.size());
        if (isNew) {
            m_file.list.rows.push_back(std::move(row));
            return;
        }
        const PriceRow& first = m_file.list.rows[at->second];
        if (first.price.mantissa != row.price.mantissa || first.price.scale != row.price.scale)
            find("conflict", name,
                 "the file says " + toString(first.price) + " and " + toString(row.price) + " of " + row.provider +
                     " " + row.model + "; the first was kept");
    }

    Day m_readOn;
    PriceFile m_file;
    std::string m_key;
    ModelKey m_model;
    std::string m_source;
    std::map<std::tuple<std::string, std::string, std::string, std::string, std::string, std::uint64_t>, std::size_t>
        m_rows;
};

} // namespace

Result<PriceFile> readLiteLlmPrices(std::string_view json, Day readOn)
{
    auto file = Json::parse(json, "price file");
    if (!file)
        return file.error();
    Reading reading(readOn);
    bool isPriceFile = false;
    for (const auto& [key, entry] : file->members()) {
        if (key == "sample_spec" || !entry.isObject())
            continue;
        isPriceFile = isPriceFile || entry.has("litellm_provider");
        reading.readModel(key, entry);
    }
    if (!isPriceFile)
        return Error{ErrorCode::Invalid, "this is no price file of LiteLLM: no entry names a \"litellm_provider\"", {}};
    return reading.take();
}

} // namespace altimeter::providers
