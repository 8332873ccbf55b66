#include "providers/openai/reports.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/core/cursorpages.h"

#include <algorithm>
#include <array>

namespace altimeter::providers::openai {

namespace {

constexpr std::string_view kCostObject = "organization.costs.result";

/// Whether a row of an unknown kind speaks of money, wherever it says it.
bool speaksOfMoney(const Json& value)
{
    constexpr std::array<std::string_view, 6> kWords{"amount", "cost", "currency", "price", "spend", "usd"};
    if (value.isArray())
        return std::any_of(value.items().begin(), value.items().end(), speaksOfMoney);
    return std::any_of(value.members().begin(), value.members().end(), [&](const auto& member) {
        const std::string name = words::toLower(member.first);
        return std::any_of(kWords.begin(), kWords.end(),
                           [&](std::string_view word) { return name.find(word) != std::string::npos; }) ||
               speaksOfMoney(member.second);
    });
}

struct Bucket {
    Instant start, end;
    const std::vector<Json>* rows = nullptr;
};

Result<Bucket> readBucket(const Json& json, const std::string& where)
{
    const auto rows = json.needArray("results", where + ", bucket");
    if (!rows)
        return rows.error();
    const auto start = json["start_time"].integer();
    const auto end = json["end_time"].integer();
    if (!start || !end)
        return Error{ErrorCode::Invalid, "a bucket has no start_time or no end_time", where};
    return Bucket{{*start}, {*end}, *rows};
}

const UsageKind* kindOf(const std::string& object, const UsageKind& asked)
{
    if (object.empty())
        return &asked;
    const auto kinds = usageKinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const UsageKind& kind) {
        return object == kind.object || object == "organization.usage." + std::string(kind.path) + ".result";
    });
    return found == kinds.end() ? nullptr : &*found;
}

Result<std::string> thousandfold(const std::string& quantity, const std::string& where)
{
    auto number = parseDecimal(quantity);
    for (int place = 0; number && place < 3; ++place) {
        if (number->value.scale > 0)
            --number->value.scale;
        else if (__builtin_mul_overflow(number->value.mantissa, Int128{10}, &number->value.mantissa))
            return Error{ErrorCode::Overflow, "a quantity is too large", where};
    }
    if (!number)
        return Error{ErrorCode::Invalid, '"' + words::excerpt(quantity, 60) + "\" is no quantity", where};
    return toString(number->value);
}

Status readCost(const Json& json, const Bucket& bucket, const std::string& where, Reports& reports)
{
    CostRow row;
    const auto amount = json["amount"].needText("value", where + ", amount");
    if (!amount)
        return amount.error();
    const auto currency = json["amount"].needText("currency", where + ", amount");
    if (!currency)
        return currency.error();
    row.start = bucket.start;
    row.end = bucket.end;
    row.amount = *amount;
    row.currency = currencyCode(*currency);
    row.project = json["project_id"].text();
    row.apiKey = json["api_key_id"].text();
    row.lineItem = json["line_item"].text();
    const std::string& unit = json["quantity_unit"].text();
    row.item = readLineItem(row.lineItem, unit);
    row.quantity = json["quantity"].text();
    row.unit = unitName(unit);
    if (unit == "1000_tokens" && !row.quantity.empty()) {
        auto tokens = thousandfold(row.quantity, where);
        if (!tokens)
            return tokens.error();
        row.quantity = tokens.take();
    }
    reports.costs.push_back(std::move(row));
    return {};
}

/// The token counters of a row, each above zero once, so that they add up to input_tokens and output_tokens.
class TokenParts {
public:
    TokenParts(const Json& row, const std::string& where) : m_row(row), m_where(where) {}

    Result<std::vector<UsagePart>> read(const UsagePart& common)
    {
        const std::int64_t total = count("input_tokens");
        const std::int64_t cached = std::min(total, count("input_cached_tokens"));
        const std::int64_t written = std::min(total - cached, count("input_cache_write_tokens"));
        const std::int64_t plain = total - cached - written;
        m_common = common;
        addSplit("input", plain, count("input_audio_tokens"), count("input_image_tokens"));
        addSplit("cached_input", cached, count("input_cached_audio_tokens"), count("input_cached_image_tokens"));
        add("cache_write", "text", written);
        addSplit("output", count("output_tokens"), count("output_audio_tokens"), count("output_image_tokens"));
        if (m_error)
            return *m_error;
        return std::move(m_parts);
    }

private:
    std::int64_t count(const char* name)
    {
        const auto value = countOf(m_row, name, m_where);
        if (value)
            return *value;
        if (!m_error)
            m_error = value.error();
        return 0;
    }
    /// Sound and pictures are parts of `total`, the rest is text.
    void addSplit(const char* direction, std::int64_t total, std::int64_t audio, std::int64_t image)
    {
        audio = std::min(audio, total);
        image = std::min(image, total - audio);
        add(direction, "text", total - audio - image);
        add(direction, "audio", audio);
        add(direction, "image", image);
    }
    void add(const char* direction, const char* modality, std::int64_t quantity)
    {
        if (quantity == 0)
            return;
        UsagePart part = m_common;
        part.direction = direction;
        part.modality = modality;
        part.quantity = quantity;
        m_parts.push_back(std::move(part));
    }

    const Json& m_row;
    const std::string& m_where;
    UsagePart m_common;
    std::vector<UsagePart> m_parts;
    std::optional<Error> m_error;
};

UsagePart commonOf(const Json& json, const UsageKind& kind, const Bucket& bucket)
{
    UsagePart part;
    part.start = bucket.start;
    part.end = bucket.end;
    part.kind = kind.path;
    part.unit = kind.unit;
    part.isKeyGrouped = std::find(kind.groups.begin(), kind.groups.end(), "api_key_id") != kind.groups.end();
    part.project = json["project_id"].text();
    part.apiKey = json["api_key_id"].text();
    part.user = json["user_id"].text();
    part.model = json["model"].text();
    part.batch = json["batch"].text();
    part.tier = json["batch"].isTrue() ? "batch" : json["service_tier"].text();
    for (const auto& [member, column] :
         {std::pair{"context_level", "x_ContextLevel"}, std::pair{"size", "x_ImageSize"},
          std::pair{"source", "x_ImageSource"}, std::pair{"vector_store_id", "x_VectorStore"}}) {
        if (!json[member].text().empty())
            part.extra[column] = json[member].text();
    }
    return part;
}

Status readUsageRow(const Json& json, const UsageKind& kind, const Bucket& bucket, const std::string& where,
                    Reports& reports)
{
    const UsagePart common = commonOf(json, kind, bucket);
    const auto requests = countOf(json, "num_model_requests", where);
    if (!requests)
        return requests.error();
    std::string_view counter = kind.counter;
    if (!json.has(counter) && kind.path == "web_search_calls")
        counter = "num_model_requests";
    if (!json.has(counter))
        return Error{ErrorCode::Invalid, "a usage row has no \"" + std::string(counter) + '"', where};
    std::vector<UsagePart> parts;
    if (counter == "input_tokens") {
        auto tokens = TokenParts(json, where).read(common);
        if (!tokens)
            return tokens.error();
        parts = tokens.take();
    } else {
        const auto quantity = countOf(json, counter, where);
        if (!quantity)
            return quantity.error();
        parts.push_back(common);
        parts.back().quantity = *quantity;
    }
    std::erase_if(parts, [](const UsagePart& part) { return part.quantity == 0; });
    if (parts.empty() && *requests > 0) { // asked for, and nothing was counted
        parts.push_back(common);
        parts.back().quantity = *requests;
        parts.back().unit = "Requests";
    }
    if (!parts.empty() && *requests > 0)
        parts.front().requests = std::to_string(*requests);
    std::move(parts.begin(), parts.end(), std::back_inserter(reports.usage));
    return {};
}

} // namespace

std::span<const UsageKind> usageKinds()
{
    static const std::vector<UsageKind> kinds{
        {"completions",
         "organization.usage.completions.result",
         {"project_id", "user_id", "api_key_id", "model", "batch", "service_tier"},
         "input_tokens",
         "Tokens"},
        {"embeddings",
         "organization.usage.embeddings.result",
         {"project_id", "user_id", "api_key_id", "model"},
         "input_tokens",
         "Tokens"},
        {"moderations",
         "organization.usage.moderations.result",
         {"project_id", "user_id", "api_key_id", "model"},
         "input_tokens",
         "Tokens"},
        {"images",
         "organization.usage.images.result",
         {"project_id", "user_id", "api_key_id", "model", "size", "source"},
         "images",
         "Images"},
        {"audio_speeches",
         "organization.usage.audio_speeches.result",
         {"project_id", "user_id", "api_key_id", "model"},
         "characters",
         "Characters"},
        {"audio_transcriptions",
         "organization.usage.audio_transcriptions.result",
         {"project_id", "user_id", "api_key_id", "model"},
         "seconds",
         "Seconds"},
        {"vector_stores", "organization.usage.vector_stores.result", {"project_id"}, "usage_bytes", "Bytes"},
        {"code_interpreter_sessions",
         "organization.usage.code_interpreter_sessions.result",
         {"project_id"},
         "num_sessions",
         "Sessions"},
        {"file_search_calls",
         "organization.usage.file_searches.result",
         {"project_id", "user_id", "api_key_id", "vector_store_id"},
         "num_requests",
         "Requests"},
        {"web_search_calls",
         "organization.usage.web_searches.result",
         {"project_id", "user_id", "api_key_id", "model", "context_level"},
         "num_requests",
         "Requests"},
    };
    return kinds;
}

std::string unitName(const std::string& quantityUnit)
{
    static const std::map<std::string, std::string, std::less<>> names{
        {"tokens", "Tokens"},
        {"1000_tokens", "Tokens"},
        {"duration_seconds", "Seconds"},
        {"duration_minutes", "Minutes"},
        {"duration_hours", "Hours"},
        {"gibibyte_hours", "GiB-Hours"},
        {"images", "Images"},
        {"characters", "Characters"},
        {"requests", "Requests"},
        {"sessions", "Sessions"},
    };
    const auto found = names.find(quantityUnit);
    return found == names.end() ? quantityUnit : found->second;
}

Status readCosts(const Json& bucket, const std::string& where, Reports& reports)
{
    const auto read = readBucket(bucket, where);
    if (!read)
        return read.error();
    reports.costDays.push_back({read->start.day(), Instant{read->end.seconds - 1}.day() + 1});
    for (const Json& row : *read->rows) {
        const std::string& object = row["object"].text();
        const bool isKnown = object.empty() || object == kCostObject;
        if (const auto done = readCost(row, *read, where, reports); done)
            reports.keptObjects[object] += isKnown ? 0 : 1;
        else if (isKnown)
            return done;
        else if (speaksOfMoney(row))
            reports.unknownMoney.push_back({reports.costDays.back(), object, row.dump()});
        else
            ++reports.unknownObjects[object];
    }
    std::erase_if(reports.keptObjects, [](const auto& kept) { return kept.second == 0; });
    return {};
}

Status readUsage(const Json& bucket, const UsageKind& asked, const std::string& where, Reports& reports)
{
    const auto read = readBucket(bucket, where);
    if (!read)
        return read.error();
    for (const Json& row : *read->rows) {
        const std::string& object = row["object"].text();
        const UsageKind* kind = kindOf(object, asked);
        if (!kind)
            ++reports.unknownObjects[object];
        else if (auto done = readUsageRow(row, *kind, *read, where, reports); !done)
            return done;
    }
    return {};
}

} // namespace altimeter::providers::openai
