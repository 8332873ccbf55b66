#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/events/intake.h"

#include <algorithm>
#include <array>
#include <utility>

namespace altimeter::providers {

namespace {

/// JSON lines as this program publishes them: resources/schema/events.schema.json.
class OwnLines final : public FormReader {
public:
    explicit OwnLines(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        Fields fields(m_intake, line);
        CostEvent event;
        event.witness = EventWitness::Log;
        readTimes(fields, record, event);
        readNames(record, event);
        readKind(fields, record, event);
        readUsage(fields, record, event);
        readTools(fields, record, event);
        readCost(fields, record, event);
        if (fields.isGood() && !hasStableIdentity(event))
            m_intake.finding(Severity::Note, "no-stable-identity", line,
                             "A record bears no id; another one that says the same is taken for a repetition of it.");
        fields.finish(std::move(event));
    }

private:
    static void readTimes(Fields& fields, JsonValue record, CostEvent& event)
    {
        event.startNanos = fields.neededInstant(firstOf(record, {"time", "timestamp", "start_time"}), "time");
        event.revisedNanos = fields.instant(record["revised"], "revised").value_or(0);
        if (const auto until = fields.instant(record["until"], "until")) {
            event.untilNanos = *until;
            event.witness = EventWitness::Coarse;
            if (*until <= event.startNanos)
                fields.fail("until", "no-time", "it is not after the time the counts begin");
        }
        event.calls = fields.count(record["calls"], "calls").value_or(1);
        if (event.calls != 1 && event.witness != EventWitness::Coarse)
            fields.fail("calls", "no-count",
                        "a record of more than one call needs \"until\", the end of what it counts");
        constexpr std::int64_t kNanosPerMilli = 1'000'000;
        const auto milliseconds = fields.decimal(record["duration_ms"], "duration_ms");
        const auto end = fields.instant(firstOf(record, {"end_time", "ended"}), "end_time");
        if (milliseconds && !milliseconds->isNegative()) {
            Int128 divisor = 1;
            for (int i = 0; i < milliseconds->scale; ++i)
                divisor *= 10;
            const Int128 nanos = milliseconds->mantissa / divisor * kNanosPerMilli +
                                 milliseconds->mantissa % divisor * kNanosPerMilli / divisor;
            constexpr Int128 kCentury = Int128{100} * 366 * 86400 * 1'000'000'000;
            event.durationNanos = static_cast<std::int64_t>(std::min(nanos, kCentury));
        } else if (end && *end >= event.startNanos) {
            event.durationNanos = *end - event.startNanos;
        }
    }

    static void readNames(JsonValue record, CostEvent& event)
    {
        event.run = firstName(record, {"run", "run_id", "trace_id"});
        event.id = firstName(record, {"id", "span_id"});
        event.parent = firstName(record, {"parent", "parent_id", "parent_span_id"});
        event.session = firstName(record, {"session", "session_id"});
        event.request = firstName(record, {"request", "request_id"});
        event.response = firstName(record, {"response", "response_id"});
        event.workflow = firstName(record, {"workflow"});
        event.useCase = firstName(record, {"use_case"});
        event.team = firstName(record, {"team"});
        event.user = firstName(record, {"user"});
        event.agent = firstName(record, {"agent"});
        event.tool = firstName(record, {"tool"});
        event.modelAsked = firstName(record, {"model", "model_asked"});
        event.modelAnswered = firstName(record, {"model_answered"});
        event.provider = providerName(firstName(record, {"provider"}));
        if (event.provider.empty())
            event.provider = providerOfModel(event.model());
        event.tier = record["batch"].isTrue() ? "batch" : tierName(record["tier"].text());
        event.region = firstName(record, {"region"});
        event.isFree = record["free"].isTrue();
    }

    template <typename Kind, typename Name>
    static void choose(Fields& fields, JsonValue value, std::string_view field, Kind last, Kind& chosen,
                       Name nameOfKind)
    {
        if (value.text().empty())
            return;
        for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last); ++i) {
            if (nameOfKind(static_cast<Kind>(i)) == value.text()) {
                chosen = static_cast<Kind>(i);
                return;
            }
        }
        fields.fail(field, "unknown-word",
                    '"' + words::excerpt(words::wellFormed(value.text()), 40) + "\" is none of the words it may be");
    }

    static void readKind(Fields& fields, JsonValue record, CostEvent& event)
    {
        event.operation = operationOf(record["operation"].text());
        if (event.operation == EventOperation::Unknown)
            choose(fields, record["operation"], "operation", EventOperation::Other, event.operation, operationName);
        choose(fields, record["status"], "status", EventStatus::Refused, event.status, statusName);
        choose(fields, record["layer"], "layer", CostLayer::Tools, event.layer, layerName);
        if (event.operation == EventOperation::Unknown && !event.model().empty() && record["usage"].isObject())
            event.operation = EventOperation::Chat;
    }

    static RawCounts rawOf(const Usage& usage, std::optional<std::uint64_t> total)
    {
        const auto of = [&usage](UsageClass name) { return usage[name]; };
        RawCounts raw;
        raw.input = of(UsageClass::Input);
        raw.output = of(UsageClass::Output);
        raw.total = total;
        raw.cacheRead = of(UsageClass::CacheRead);
        raw.cacheWrite5m = of(UsageClass::CacheWrite5m);
        raw.cacheWrite30m = of(UsageClass::CacheWrite30m);
        raw.cacheWrite1h = of(UsageClass::CacheWrite1h);
        raw.cacheWrite12h = of(UsageClass::CacheWrite12h);
        raw.cacheWrite = of(UsageClass::CacheWriteUnknown) + raw.writes();
        raw.reasoning = of(UsageClass::Reasoning);
        raw.audioInput = of(UsageClass::AudioInput);
        raw.audioCacheRead = of(UsageClass::AudioCacheRead);
        raw.audioOutput = of(UsageClass::AudioOutput);
        raw.imageInput = of(UsageClass::ImageInput);
        raw.imageCacheRead = of(UsageClass::ImageCacheRead);
        raw.imageOutput = of(UsageClass::ImageOutput);
        raw.videoInput = of(UsageClass::VideoInput);
        return raw;
    }

    static void readUsage(Fields& fields, JsonValue record, CostEvent& event)
    {
        const JsonValue usage = record["usage"];
        if (usage.isNull())
            return;
        if (!usage.isObject())
            return fields.fail("usage", "no-object", "it is no object of counts");
        for (const JsonValue member : usage) {
            const auto* const name = std::find(kUsageClassNames.begin(), kUsageClassNames.end(), member.name());
            const std::string field = "usage." + std::string(member.name().substr(0, 40));
            if (name == kUsageClassNames.end()) {
                if (member.name() != "total")
                    return fields.fail(words::wellFormed(field), "unknown-count", "no class of usage has that name");
                continue;
            }
            event.usage.counts[static_cast<std::size_t>(name - kUsageClassNames.begin())] =
                fields.count(member, field).value_or(0);
        }
        static constexpr std::pair<std::string_view, CountingStyle> kStyles[] = {
            {"disjoint", CountingStyle::Disjoint},
            {"inclusive", CountingStyle::Inclusive},
            {"exclusive", CountingStyle::Exclusive},
            {"gemini", CountingStyle::Gemini},
        };
        const std::string_view counting = record["counting"].text();
        if (counting.empty() || counting == "disjoint")
            return;
        const auto* const style = std::find_if(std::begin(kStyles), std::end(kStyles),
                                               [&](const auto& known) { return known.first == counting; });
        if (style == std::end(kStyles))
            return fields.fail("counting", "unknown-word", "it is none of disjoint, inclusive, exclusive, gemini");
        setUsage(event, rawOf(event.usage, fields.count(usage["total"], "usage.total")), style->second, fields);
    }

    static void readTools(Fields& fields, JsonValue record, CostEvent& event)
    {
        for (const JsonValue tool : record["tools"]) {
            const auto count = fields.decimal(tool["count"], "tools.count");
            if (nameOf(tool["unit"]).empty() || !count || count->isNegative())
                return fields.fail("tools", "no-count", "a tool needs its unit and a count that is not negative");
            event.tools.push_back({nameOf(tool["unit"]), *count});
        }
    }

    static void readCost(Fields& fields, JsonValue record, CostEvent& event)
    {
        event.reported = fields.decimal(record["cost"], "cost");
        const std::string currency = nameOf(record["currency"]);
        if (event.reported && currency.size() != 3)
            fields.fail("currency", "no-currency", "a cost needs the three letters of its currency");
        else if (event.reported)
            event.reportedCurrency = Currency(currency);
    }

    Intake& m_intake;
};

} // namespace

std::unique_ptr<FormReader> readOwnLines(Intake& intake)
{
    return std::make_unique<OwnLines>(intake);
}

} // namespace altimeter::providers
