#include <QtTest/QtTest>

#include "tests/events/eventcheck.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace altimeter;
using namespace altimeter::providers;
using namespace altimeter::testing;

namespace {

/// {"key":"a","value":{"stringValue":"b"}} of each pair; a value that begins with '{' is taken as it is.
std::string attributes(const std::vector<std::pair<std::string, std::string>>& pairs)
{
    std::string list;
    for (const auto& [key, value] : pairs)
        list += (list.empty() ? "" : ",") + std::string(R"({"key":")") + key + R"(","value":)" +
                (value.starts_with("{") ? value : R"({"stringValue":")" + value + "\"}") + '}';
    return '[' + list + ']';
}

std::string count(std::uint64_t value)
{
    return R"({"intValue":")" + std::to_string(value) + "\"}";
}

std::string span(const std::string& id, const std::string& parent,
                 const std::vector<std::pair<std::string, std::string>>& pairs, const std::string& name = "chat",
                 const std::string& more = {})
{
    return R"({"traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":")" + id + R"(","parentSpanId":")" + parent +
           R"(","name":")" + name +
           R"(","kind":"SPAN_KIND_CLIENT","startTimeUnixNano":"1782900000123000000","endTimeUnixNano":1782900001123000000)" +
           more + R"(,"attributes":)" + attributes(pairs) + '}';
}

std::string spans(const std::string& list, const std::string& scope = "lib", const std::string& service = "triage")
{
    return R"({"resourceSpans":[{"resource":{"attributes":)" + attributes({{"service.name", service}}) +
           R"(},"scopeSpans":[{"scope":{"name":")" + scope + R"("},"spans":[)" + list + "]}]}]}\n";
}

std::string logs(const std::vector<std::pair<std::string, std::string>>& pairs, const std::string& service,
                 const std::string& scope = "x")
{
    return R"({"resourceLogs":[{"resource":{"attributes":)" + attributes({{"service.name", service}}) +
           R"(},"scopeLogs":[{"scope":{"name":")" + scope +
           R"("},"logRecords":[{"timeUnixNano":"1782900000123000000","attributes":)" + attributes(pairs) + "}]}]}]}\n";
}

std::string transcript(const std::string& message, const std::string& request, int output, const std::string& time,
                       const std::string& more = {}, const std::string& session = "s1")
{
    return R"({"type":"assistant","sessionId":")" + session + R"(","uuid":"u-)" + time + R"(","timestamp":")" + time +
           R"(","cwd":"/home/x/shop",)" + (request.empty() ? "" : R"("requestId":")" + request + "\",") + more +
           R"("message":{"id":")" + message +
           R"(","model":"claude-opus-5","content":[{"type":"text","text":"SECRET"}],"usage":{"input_tokens":3,"cache_read_input_tokens":22137,"cache_creation_input_tokens":2285,"cache_creation":{"ephemeral_5m_input_tokens":2285,"ephemeral_1h_input_tokens":0},"output_tokens":)" +
           std::to_string(output) + R"(,"service_tier":"standard"}}})" + "\n";
}

std::string codexCount(const std::string& time, int input, int cached, int output, int reasoning = 0)
{
    return R"({"timestamp":")" + time +
           R"(","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":)" +
           std::to_string(input) + R"(,"cached_input_tokens":)" + std::to_string(cached) + R"(,"output_tokens":)" +
           std::to_string(output) + R"(,"reasoning_output_tokens":)" + std::to_string(reasoning) +
           R"(,"total_tokens":)" + std::to_string(input + output) + "}}}}\n";
}

std::string codexLine(const std::string& time, const std::string& type, const std::string& payload)
{
    return R"({"timestamp":")" + time + R"(","type":")" + type + R"(","payload":)" + payload + "}\n";
}

const CostEvent& only(const KeepingSink& sink)
{
    static const CostEvent nothing;
    return sink.events.size() == 1 ? sink.events.front() : nothing;
}

} // namespace

class TestEventForms : public QObject {
    Q_OBJECT

private slots:
    // --- own lines

    void ownLine_saysEverything()
    {
        const auto sink = readText(
            R"({"time":"2026-07-01T10:00:00.5+02:00","id":"e1","run":"r","parent":"p","session":"s","request":"req_1","response":"msg_1","workflow":"w","use_case":"u","team":"t","user":"x","agent":"a","provider":"Anthropic","model":"claude-opus-5","tier":"priority","region":"eu","operation":"chat","status":"ok","duration_ms":12.5,"usage":{"input":3,"cache_read":22137,"cache_write_5m":2285,"output":350},"tools":[{"unit":"web_search","count":2}],"cost":"0.02046885","currency":"USD"})");
        QCOMPARE(sink.error, std::string());
        QCOMPARE(eventFormName(sink.report.form), std::string_view("jsonl"));
        const CostEvent& event = only(sink);
        QCOMPARE(event.startNanos, std::int64_t{1782892800500000000});
        QCOMPARE(event.durationNanos, std::int64_t{12'500'000});
        QCOMPARE(event.provider, std::string("anthropic"));
        QCOMPARE(event.layer, CostLayer::Inference);
        QCOMPARE(event.tools.front().unit, std::string("web_search"));
        QCOMPARE(toString(*event.reported), std::string("0.02046885"));
        QCOMPARE(dollars(sink.events, kClaude), std::string("0.020468850"));
        QCOMPARE(event.file, std::string("events.jsonl"));
        QCOMPARE(event.line, std::uint64_t{1});
    }

    void ownLine_countsByStyle()
    {
        const auto sink = readText(
            R"({"time":1782900000,"id":"1","model":"gpt-5","counting":"inclusive","usage":{"input":24425,"cache_read":22137,"cache_write_5m":2285,"output":350}})");
        QCOMPARE(dollars(sink.events, kClaude), std::string("0.020468850"));
        QCOMPARE(only(sink).provider, std::string("openai"));
    }

    void ownLine_wrongFieldIsNamed_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("field");
        QTest::newRow("no time") << R"({"model":"m","timestamp":null,"usage":{"input":1}})"
                                 << "time";
        QTest::newRow("no such time") << R"({"model":"m","time":"2026-02-30","usage":{}})"
                                      << "time";
        QTest::newRow("negative") << R"({"time":1782900000,"usage":{"input":-1}})"
                                  << "usage.input";
        QTest::newRow("fraction") << R"({"time":1782900000,"usage":{"input":1.5}})"
                                  << "usage.input";
        QTest::newRow("huge") << R"({"time":1782900000,"usage":{"input":1e30}})"
                              << "usage.input";
        QTest::newRow("too many digits")
            << R"({"time":1782900000,"usage":{"input":99999999999999999999999999999999999999999}})"
            << "usage.input";
        QTest::newRow("bool") << R"({"time":1782900000,"usage":{"output":true}})"
                              << "usage.output";
        QTest::newRow("object") << R"({"time":1782900000,"usage":{"output":{}}})"
                                << "usage.output";
        QTest::newRow("misspelt") << R"({"time":1782900000,"usage":{"inputs":1}})"
                                  << "usage.inputs";
        QTest::newRow("list") << R"({"time":1782900000,"model":"m","usage":[1]})"
                              << "usage";
        QTest::newRow("style") << R"({"time":1782900000,"counting":"some","usage":{"input":1}})"
                               << "counting";
        QTest::newRow("status") << R"({"time":1782900000,"model":"m","status":"fine"})"
                                << "status";
        QTest::newRow("currency") << R"({"time":1782900000,"model":"m","cost":1})"
                                  << "currency";
        QTest::newRow("cost") << R"({"time":1782900000,"model":"m","cost":"much","currency":"USD"})"
                              << "cost";
        QTest::newRow("calls") << R"({"time":1782900000,"model":"m","calls":5})"
                               << "calls";
        QTest::newRow("until") << R"({"time":1782900000,"model":"m","calls":5,"until":1782900000})"
                               << "until";
        QTest::newRow("tool") << R"({"time":1782900000,"model":"m","tools":[{"unit":"x"}]})"
                              << "tools";
    }
    void ownLine_wrongFieldIsNamed()
    {
        QFETCH(QString, line);
        QFETCH(QString, field);
        const std::string good = R"({"time":1782900000,"id":"good","usage":{"input":"7"}})";
        const auto sink = readText(good + "\n" + line.toStdString() + "\n" + good + "\n");
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.rejects.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(sink.rejects.front().field), field);
        QCOMPARE(sink.rejects.front().line, std::uint64_t{2});
        QCOMPARE(sink.rejects.front().file, std::string("events.jsonl"));
        QVERIFY(!sink.rejects.front().message.empty());
    }

    void schema_namesEveryClassAndWord();

    // --- OpenTelemetry

    void otlp_newestNames()
    {
        const auto sink = readText(spans(span("B7AD6B7169203332", "b7ad6b7169203331",
                                              {{"gen_ai.operation.name", "chat"},
                                               {"gen_ai.provider.name", "openai"},
                                               {"gen_ai.response.model", "gpt-5.6-luna-2026-07-09"},
                                               {"gen_ai.usage.input_tokens", count(16000)},
                                               {"gen_ai.usage.cache_read.input_tokens", R"({"intValue":4000})"},
                                               {"gen_ai.usage.output_tokens", count(300)},
                                               {"gen_ai.usage.reasoning.output_tokens", count(100)},
                                               {"gen_ai.conversation.id", "sess-1"},
                                               {"gen_ai.agent.name", "triage agent"},
                                               {"team.id", "support"}},
                                              "chat", R"(,"status":{"code":1})")));
        const CostEvent& event = only(sink);
        QCOMPARE(eventFormName(sink.report.form), std::string_view("otlp"));
        QCOMPARE(event.run, std::string("0af7651916cd43dd8448eb211c80319c"));
        QCOMPARE(event.id, std::string("b7ad6b7169203332"));
        QCOMPARE(event.durationNanos, std::int64_t{1'000'000'000});
        QCOMPARE(event.usage[UsageClass::Input], 12000U);
        QCOMPARE(event.usage[UsageClass::CacheRead], 4000U);
        QCOMPARE(event.usage[UsageClass::Output], 200U);
        QCOMPARE(event.usage[UsageClass::Reasoning], 100U);
        QCOMPARE(event.agent, std::string("triage agent"));
        QCOMPARE(event.team, std::string("support"));
        QCOMPARE(event.workflow, std::string("triage"));
        QCOMPARE(event.status, EventStatus::Ok);
    }

    void otlp_everySpellingOfCounts_data()
    {
        QTest::addColumn<QString>("input");
        QTest::addColumn<QString>("output");
        QTest::addColumn<QString>("read");
        QTest::newRow("new") << "gen_ai.usage.input_tokens"
                             << "gen_ai.usage.output_tokens"
                             << "gen_ai.usage.cache_read.input_tokens";
        QTest::newRow("1.26") << "gen_ai.usage.prompt_tokens"
                              << "gen_ai.usage.completion_tokens"
                              << "gen_ai.usage.cache_read_input_tokens";
        QTest::newRow("traceloop") << "llm.usage.prompt_tokens"
                                   << "llm.usage.completion_tokens"
                                   << "gen_ai.usage.cache_read_tokens";
        QTest::newRow("openinference") << "llm.token_count.prompt"
                                       << "llm.token_count.completion"
                                       << "llm.token_count.prompt_details.cache_read";
        QTest::newRow("pydantic") << "gen_ai.usage.input_tokens"
                                  << "gen_ai.usage.output_tokens"
                                  << "gen_ai.usage.details.cache_read_tokens";
    }
    void otlp_everySpellingOfCounts()
    {
        QFETCH(QString, input);
        QFETCH(QString, output);
        QFETCH(QString, read);
        // numbers as texts, doubles and integers
        const auto sink = readText(spans(span("01", "",
                                              {{"gen_ai.system", "openai"},
                                               {input.toStdString(), "100"},
                                               {output.toStdString(), R"({"doubleValue":5.0})"},
                                               {read.toStdString(), R"({"intValue":40})"}})));
        QCOMPARE(only(sink).usage[UsageClass::Input], 60U);
        QCOMPARE(only(sink).usage[UsageClass::CacheRead], 40U);
        QCOMPARE(only(sink).usage[UsageClass::Output], 5U);
    }

    void otlp_duplicateKey_lastCounts_enumNamesAreRead()
    {
        const auto sink = readText(spans(span("01", "",
                                              {{"gen_ai.provider.name", "openai"},
                                               {"gen_ai.usage.input_tokens", count(1)},
                                               {"gen_ai.usage.input_tokens", count(9)}},
                                              "chat", R"(,"status":{"code":"STATUS_CODE_ERROR"})")));
        QCOMPARE(only(sink).usage[UsageClass::Input], 9U);
        QCOMPARE(only(sink).status, EventStatus::Error); // and its tokens stay
    }

    void otlp_fetchResponse_isNoCallOfItsOwn()
    {
        const auto sink = readText(spans(span("01", "",
                                              {{"gen_ai.operation.name", "chat"},
                                               {"gen_ai.response.id", "resp_1"},
                                               {"gen_ai.provider.name", "openai"},
                                               {"gen_ai.usage.input_tokens", count(50)}}) +
                                         "," +
                                         span("02", "",
                                              {{"gen_ai.operation.name", "fetch_response"},
                                               {"gen_ai.response.id", "resp_1"},
                                               {"gen_ai.usage.input_tokens", count(50)}})));
        QCOMPARE(sink.events.size(), std::size_t{2});
        QVERIFY(sink.events.back().usage.isEmpty());
        QCOMPARE(sink.drops.at(DropReason::FetchedAgain), 1U);
    }

    void otlp_agentRepeatsItsChildren_throughAPlainSpan()
    {
        const auto sink = readText(spans(span("0a", "",
                                              {{"gen_ai.operation.name", "invoke_agent"},
                                               {"gen_ai.usage.input_tokens", count(50)},
                                               {"gen_ai.usage.output_tokens", count(5)}}) +
                                         "," + span("0b", "0a", {{"http.method", "POST"}}, "POST /v1") + "," +
                                         span("0c", "0b",
                                              {{"gen_ai.operation.name", "chat"},
                                               {"gen_ai.provider.name", "openai"},
                                               {"gen_ai.usage.input_tokens", count(50)},
                                               {"gen_ai.usage.output_tokens", count(5)}})));
        QCOMPARE(sink.holders.size(), std::size_t{1});
        const Calls calls = callsOf(sink.events, sink.holders);
        std::uint64_t input = 0;
        for (const CostEvent& event : calls.kept)
            input += event.usage[UsageClass::Input];
        QCOMPARE(input, 50U);
        QCOMPARE(calls.drops.at(DropReason::RepeatsChildren), 1U);
    }

    void otlp_styleOfAnthropicLibraries_isDecidedByTheBatch()
    {
        const auto call = [](const char* id, std::uint64_t input, std::uint64_t read) {
            return span(id, "",
                        {{"gen_ai.system", "anthropic"},
                         {"gen_ai.usage.input_tokens", count(input)},
                         {"gen_ai.usage.cache_read_input_tokens", count(read)},
                         {"gen_ai.usage.output_tokens", count(1)}});
        };
        // the second record shows that this library's input holds no caches, for the first one too
        const auto exclusive = readText(spans(call("01", 5000, 100) + "," + call("02", 7, 10000)));
        QCOMPARE(exclusive.events.size(), std::size_t{2});
        QCOMPARE(exclusive.events[0].usage[UsageClass::Input], 5000U);
        QCOMPARE(exclusive.events[1].usage[UsageClass::Input], 7U);
        const auto undecided = readText(spans(call("01", 5000, 100)));
        QCOMPARE(only(undecided).usage[UsageClass::Input], 4900U);
        QCOMPARE(only(undecided).inputDoubt, 100U);
        QCOMPARE(undecided.findings.count("counting-style-unknown"), std::size_t{1});
        // another library into the same file is judged by itself
        const auto apart = readText(spans(call("01", 5000, 100), "a") + spans(call("02", 7, 10000), "b"));
        QCOMPARE(apart.events[0].inputDoubt + apart.events[1].inputDoubt, 100U);
    }

    void otlp_openInference_pricesLeavesAlone()
    {
        const auto sink = readText(
            spans(span("01", "", {{"openinference.span.kind", "CHAIN"}, {"llm.token_count.prompt", count(10)}}) + "," +
                  span("02", "",
                       {{"openinference.span.kind", "EMBEDDING"},
                        {"embedding.model_name", "text-embedding-3-large"},
                        {"llm.token_count.prompt", count(10)},
                        {"llm.cost.total", R"({"doubleValue":1.3e-06})"}})));
        QVERIFY(sink.events[0].usage.isEmpty());
        QCOMPARE(sink.events[1].operation, EventOperation::Embeddings);
        QCOMPARE(sink.events[1].layer, CostLayer::Retrieval);
        QCOMPARE(sink.events[1].provider, std::string("openai"));
        QCOMPARE(sink.events[1].usage[UsageClass::Input], 10U);
        QCOMPARE(toString(*sink.events[1].reported), std::string("0.0000013"));
    }

    void otlp_mlflow_readsPackedCounts_gatewayIsAMirror();

    void otlp_vercel_pricesTheInnerSpan()
    {
        const auto sink = readText(spans(span("01", "",
                                              {{"ai.operationId", "ai.generateText"},
                                               {"ai.telemetry.functionId", "triage-mail"},
                                               {"gen_ai.usage.input_tokens", count(100)}}) +
                                             "," +
                                             span("02", "01",
                                                  {{"ai.operationId", "ai.generateText.doGenerate"},
                                                   {"gen_ai.system", "openai.chat"},
                                                   {"gen_ai.request.model", "gpt-5"},
                                                   {"gen_ai.usage.input_tokens", count(100)},
                                                   {"gen_ai.usage.output_tokens", count(9)}}),
                                         "ai"));
        QVERIFY(sink.events[0].usage.isEmpty());
        QCOMPARE(sink.events[0].workflow, std::string("triage-mail"));
        QCOMPARE(sink.events[1].usage[UsageClass::Input], 100U);
        QCOMPARE(sink.events[1].provider, std::string("openai"));
    }

    void otlp_sendersCost()
    {
        const auto cost = [](const std::vector<std::pair<std::string, std::string>>& pairs) {
            auto all = pairs;
            all.emplace_back("gen_ai.usage.input_tokens", count(1));
            const auto sink = readText(spans(span("01", "", all)));
            const CostEvent& event = only(sink);
            return event.reported ? toString(*event.reported) + std::string(event.reportedCurrency.code())
                                  : std::string("none");
        };
        QCOMPARE(cost({{"gen_ai.usage.cost.amount", R"({"doubleValue":0.1234567890125})"},
                       {"gen_ai.usage.cost.currency", "EUR"}}),
                 std::string("0.123456789012EUR"));
        QCOMPARE(cost({{"gen_ai.usage.cost", R"({"doubleValue":1e-7})"}}), std::string("0.0000001USD"));
        QCOMPARE(cost({{"cost_usd_micros", count(12)}}), std::string("0.000012USD"));
        QCOMPARE(cost({{"gen_ai.cost.input_tokens", "0.5"}, {"gen_ai.cost.output_tokens", "0.25"}}),
                 std::string("0.75USD"));
        QCOMPARE(cost({{"gen_ai.usage.cost", "0"}}), std::string("none")); // of tokens, by who knows no price
    }

    void otlp_oneFileFormsAndArrays()
    {
        const std::string one = spans(span("01", "", {{"gen_ai.usage.input_tokens", count(1)}}));
        const std::string two = spans(span("02", "", {{"gen_ai.usage.input_tokens", count(1)}}));
        const auto pretty = [](std::string text) {
            std::string out;
            std::string indent = "\n";
            for (const char c : text) {
                if (c == '\n')
                    continue;
                if (c == '}' || c == ']') {
                    indent.resize(indent.size() - 2);
                    out += indent;
                }
                out += c;
                if (c == '{' || c == '[') {
                    indent += "  ";
                    out += indent;
                } else if (c == ',') {
                    out += indent;
                }
            }
            return out;
        };
        QCOMPARE(readText(one + two).events.size(), std::size_t{2});
        QCOMPARE(readText("[" + one + "," + two + "]").events.size(), std::size_t{2});
        QCOMPARE(readText(pretty(one)).events.size(), std::size_t{1});
        QCOMPARE(readText(pretty(one) + "\n" + pretty(two)).events.size(), std::size_t{2});
        QCOMPARE(readText(pretty(one) + pretty(two)).events.size(), std::size_t{2});
        QCOMPARE(readText("\xef\xbb\xbf" + pretty("[" + one + "," + two + "]")).events.size(), std::size_t{2});
    }

    void otlp_geminiCliOutfile_isReadAsTheSdkWritesIt()
    {
        const std::string response = R"({
  "hrTime": [1782900000, 123000000],
  "resource": {"attributes": {"service.name": "gemini-cli"}},
  "instrumentationScope": {"name": "gemini-cli"},
  "body": "API response from gemini-3-pro. Status: 200.",
  "attributes": {"event.name": "gemini_cli.api_response", "session.id": "s", "model": "gemini-3-pro",
    "input_token_count": 10000, "cached_content_token_count": 8000, "output_token_count": 500,
    "thoughts_token_count": 300, "tool_token_count": 0, "duration_ms": 1500}
}
)";
        std::string twin = response;
        twin.replace(twin.find("gemini_cli.api_response"), 23, "gen_ai.client.inference.operation.details");
        twin.replace(twin.find("\"model\""), 7,
                     "\"gen_ai.operation.name\": \"generate_content\", \"gen_ai.usage.input_tokens\": 10000, \"m\"");
        const auto sink = readText(response + twin);
        QCOMPARE(dollars(sink.events, kOther), std::string("0.011500000")); // N4
        QCOMPARE(only(sink).session, std::string("s"));
        QCOMPARE(only(sink).durationNanos, std::int64_t{1'500'000'000});
        QCOMPARE(sink.drops.at(DropReason::OtherWitness), 1U);
    }

    void claudeTelemetry_countsWithoutCaches_andJoinsItsTranscript()
    {
        const auto sink = readText(logs({{"event.name", "api_request"},
                                         {"session.id", "s1"},
                                         {"model", "claude-opus-5"},
                                         {"input_tokens", "3"},
                                         {"output_tokens", count(350)},
                                         {"cache_read_tokens", "22137"},
                                         {"cache_creation_tokens", count(2285)},
                                         {"cost_usd", "0.02046885"},
                                         {"request_id", "req_1"},
                                         {"speed", "normal"},
                                         {"prompt", "SECRET"}},
                                        "claude-code", "com.anthropic.claude_code.events"));
        QCOMPARE(only(sink).usage[UsageClass::Input], 3U);
        QCOMPARE(only(sink).usage[UsageClass::CacheWriteUnknown], 2285U);
        auto all = sink;
        readInto(all, spans(span("01", "",
                                 {{"input_tokens", count(3)},
                                  {"output_tokens", count(350)},
                                  {"cache_read_tokens", count(22137)},
                                  {"cache_creation_tokens", count(2285)},
                                  {"request_id", "req_1"},
                                  {"gen_ai.response.id", "req_1"}},
                                 "claude_code.llm_request"),
                            "com.anthropic.claude_code"));
        readInto(all, transcript("msg_1", "req_1", 350, "2026-07-01T10:00:00Z"));
        QCOMPARE(all.events.size(), std::size_t{3});
        const Calls calls = callsOf(all.events);
        QCOMPARE(calls.kept.size(), std::size_t{1});
        QCOMPARE(calls.kept.front().witness, EventWitness::Log); // it knows the cost
        QCOMPARE(calls.kept.front().useCase, std::string("shop"));
        QCOMPARE(calls.drops.at(DropReason::OtherWitness), 2U);
    }

    void codexTelemetry_readsTextsAndLeavesTheTotal()
    {
        const std::vector<std::pair<std::string, std::string>> usage{
            {"event.name", "codex.sse_event"}, {"event.kind", "response.completed"}, {"conversation.id", "c1"},
            {"model", "gpt-5.6-terra"},        {"input_token_count", "1000"},        {"cached_token_count", "700"},
            {"output_token_count", count(60)}, {"reasoning_token_count", "20"},      {"tool_token_count", "1060"}};
        auto other = usage;
        other[1].second = "response.output_item.done";
        const auto sink = readText(logs(usage, "codex-cli") + logs(other, "codex-cli") + logs(usage, "codex-cli"));
        QCOMPARE(sink.events.size(), std::size_t{2});
        const Calls calls = callsOf(sink.events); // a batch that was sent twice
        QCOMPARE(calls.kept.size(), std::size_t{1});
        QCOMPARE(calls.kept.front().usage[UsageClass::Input], 300U);
        QCOMPARE(calls.kept.front().usage[UsageClass::Output], 40U);
        QCOMPARE(calls.kept.front().session, std::string("c1"));
        QCOMPARE(sink.findings.count("no-stable-identity"), std::size_t{1});
    }

    // --- transcripts

    void n3_streamedLines_keepTheLast()
    {
        const auto sink = readText(transcript("msg_1", "req_1", 2, "2026-07-01T23:59:59Z") +
                                   transcript("msg_1", "req_1", 350, "2026-07-02T00:00:01Z"));
        const Calls calls = callsOf(sink.events);
        QCOMPARE(dollars(calls.kept, kClaude), std::string("0.020468850"));
        QCOMPARE(dollars(sink.events, kClaude), std::string("0.035717700"));        // the wrong way
        QCOMPARE(calls.kept.front().startNanos, std::int64_t{1782950399000000000}); // the day it began
        QCOMPARE(calls.drops.at(DropReason::StreamingPartial), 1U);
    }

    void nineteenLinesForOneReply_areOneCall()
    {
        std::string text;
        for (int i = 0; i < 19; ++i)
            text += transcript("msg_1", "req_1", 350, "2026-07-01T10:00:" + std::to_string(10 + i) + "Z");
        const auto sink = readText(text);
        QCOMPARE(sink.events.size(), std::size_t{19});
        QCOMPARE(dollars(callsOf(sink.events).kept, kClaude), std::string("0.020468850"));
    }

    void ccusage1734_threeLinesAreOneEntry();

    void sidechainCopy_isDropped_ownSidechainMessagesStay()
    {
        const std::string side = R"("isSidechain":true,)";
        const auto sink = readText(transcript("msg_1", "req_1", 350, "2026-07-01T10:00:00Z") +
                                   transcript("msg_1", "req_2", 350, "2026-07-01T10:00:05Z", side) +
                                   transcript("msg_2", "req_3", 350, "2026-07-01T10:00:06Z", side));
        const Calls calls = callsOf(sink.events);
        QCOMPARE(calls.kept.size(), std::size_t{2});
        QCOMPARE(calls.drops.at(DropReason::SidechainCopy), 1U);
    }

    void withoutRequestId_oneTimeIsOne_idsOfAnthropicAreOneForGood()
    {
        const auto lines = [](const char* id) {
            return transcript(id, "", 350, "2026-07-01T10:00:00Z") + transcript(id, "", 350, "2026-07-01T10:00:00Z") +
                   transcript(id, "", 350, "2026-07-01T10:00:09Z");
        };
        QCOMPARE(callsOf(readText(lines("chatcmpl-abc")).events).kept.size(), std::size_t{2});
        QCOMPARE(callsOf(readText(lines("msg_abc")).events).kept.size(), std::size_t{1});
    }

    void resumedSession_copiesHistory()
    {
        const auto sink = readText(transcript("msg_1", "req_1", 350, "2026-07-01T10:00:00Z") +
                                   transcript("msg_1", "req_1", 350, "2026-07-01T10:00:00Z", {}, "s2"));
        const Calls calls = callsOf(sink.events);
        QCOMPARE(calls.kept.size(), std::size_t{1});
        QCOMPARE(calls.drops.at(DropReason::ForkedHistory), 1U);
    }

    void advisor_isACallOfItsOwnModel_syntheticIsNone()
    {
        std::string line = transcript("msg_1", "req_1", 350, "2026-07-01T10:00:00Z");
        line.replace(
            line.find(R"("service_tier")"), 0,
            R"("iterations":[{"type":"message","input_tokens":3,"output_tokens":350},{"type":"advisor_message","model":"claude-haiku-4-5","input_tokens":40,"output_tokens":4}],)");
        std::string synthetic = transcript("msg_2", "req_2", 0, "2026-07-01T10:00:00Z");
        synthetic.replace(synthetic.find("claude-opus-5"), 13, "<synthetic>");
        const auto sink = readText(line + line + synthetic);
        const Calls calls = callsOf(sink.events);
        QCOMPARE(calls.kept.size(), std::size_t{2});
        std::uint64_t haiku = 0;
        for (const CostEvent& event : calls.kept)
            haiku += event.modelAsked == "claude-haiku-4-5" ? event.usage[UsageClass::Input] : 0;
        QCOMPARE(haiku, 40U);
    }

    void promptsAreNeverKept()
    {
        const auto sink = readText(transcript("msg_1", "req_1", 1, "2026-07-01T10:00:00Z") +
                                   R"({"type":"user","sessionId":"s1","uuid":"u","message":{"content":"SECRET"}})" +
                                   "\n" + R"({"type":"assistant","sessionId":"SECRET")" + "\n");
        for (const CostEvent& event : sink.events)
            QVERIFY(textOf(event).find("SECRET") == std::string::npos);
        QCOMPARE(sink.rejects.size(), std::size_t{1});
        QVERIFY(sink.rejects.front().message.find("SECRET") == std::string::npos);
    }

    void n5_codexSnapshots_countTheDifference()
    {
        const auto sink = readText(
            codexLine("2026-07-01T10:00:00Z", "session_meta", R"({"id":"t1","cwd":"/x/shop"})") +
            codexLine("2026-07-01T10:00:01Z", "turn_context", R"({"model":"gpt-5"})") +
            codexLine("2026-07-01T10:00:01Z", "event_msg", R"({"type":"token_count","info":null})") +
            codexCount("2026-07-01T10:00:02Z", 1000, 700, 60) + codexCount("2026-07-01T10:00:03Z", 1800, 1400, 125) +
            codexCount("2026-07-01T10:00:04Z", 1800, 1400, 125));
        QCOMPARE(eventFormName(sink.report.form), std::string_view("codex"));
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(dollars(priceOf(sink.events[1].usage, kOther)), std::string("0.000862500"));
        QCOMPARE(dollars(sink.events, kOther), std::string("0.001925000"));
        QCOMPARE(sink.drops.at(DropReason::CumulativeCounter), 1U);
        QCOMPARE(sink.events[0].modelAsked, std::string("gpt-5"));
    }

    void codexCounterThatFalls_beganAnew()
    {
        const auto sink = readText(codexLine("2026-07-01T10:00:00Z", "session_meta", R"({"id":"t1"})") +
                                   codexCount("2026-07-01T10:00:02Z", 1000, 700, 60) +
                                   codexCount("2026-07-01T10:00:03Z", 300, 0, 10));
        QCOMPARE(sink.events[1].usage[UsageClass::Input], 300U);
    }

    void codexFork_countsFromWhereItIsItsOwn_data()
    {
        QTest::addColumn<QString>("file");
        const std::string copied = codexCount("2026-07-02T10:00:00.001Z", 1000, 700, 60) +
                                   codexCount("2026-07-02T10:00:00.002Z", 1800, 1400, 125);
        const std::string own = codexCount("2026-07-02T10:00:20Z", 2000, 1500, 140);
        const std::string spawn =
            R"({"id":"child","forked_from_id":"t1","source":{"subagent":{"thread_spawn":{"parent_thread_id":"t1"}}}})";
        const auto meta = [](const std::string& payload) {
            return codexLine("2026-07-02T10:00:00Z", "session_meta", payload);
        };
        const auto started = [](const char* time, const char* more = "") {
            return codexLine(time, "event_msg", std::string(R"({"type":"task_started","turn_id":"x")") + more + "}");
        };
        const std::string trigger =
            codexLine("2026-07-02T10:00:06Z", "inter_agent_communication_metadata", R"({"trigger_turn":true})");
        const std::string copiedMeta = meta(R"({"id":"t1"})");
        QTest::newRow("subagent with its mark") << QString::fromStdString(
            meta(spawn) + copiedMeta + copied + started("2026-07-02T10:00:05Z") + trigger + own);
        std::string older = trigger;
        older.replace(older.find("_metadata"), 9, "");
        QTest::newRow("before 0.143") << QString::fromStdString(meta(spawn) + copied + started("2026-07-02T10:00:05Z") +
                                                                older + own);
        QTest::newRow("copies with pauses, and a mark") << QString::fromStdString(
            meta(spawn) + codexCount("2026-07-02T10:00:10Z", 1000, 700, 60) +
            codexCount("2026-07-02T10:00:15Z", 1800, 1400, 125) + started("2026-07-02T10:00:17Z") + trigger + own);
        QTest::newRow("fork by hand, told by the time of its task")
            << QString::fromStdString(meta(R"({"id":"child","forked_from_id":"t1","thread_source":"user"})") +
                                      started("2026-07-02T10:00:00Z", R"(,"started_at":1782900000)") + copied +
                                      started("2026-07-02T10:00:09Z", R"(,"started_at":1782986409)") + own);
        QTest::newRow("no mark: what was written at once is copied")
            << QString::fromStdString(meta(R"({"id":"child","forked_from_id":"t1"})") + copied + own);
    }
    void codexFork_countsFromWhereItIsItsOwn()
    {
        QFETCH(QString, file);
        const auto sink = readText(file.toStdString());
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(only(sink).usage[UsageClass::Input], 100U);
        QCOMPARE(only(sink).usage[UsageClass::CacheRead], 100U);
        QCOMPARE(only(sink).usage[UsageClass::Output], 15U);
        QCOMPARE(only(sink).session, std::string("child"));
        QCOMPARE(sink.drops.at(DropReason::ForkedHistory), 2U);
    }

    void codexTier_staysUntilItChanges_importsAreLeftOut()
    {
        const auto settings = [](const char* payload) {
            return codexLine("2026-07-01T10:00:00Z", "event_msg", payload);
        };
        const auto sink = readText(
            codexLine("2026-07-01T10:00:00Z", "session_meta", R"({"id":"t"})") +
            settings(
                R"({"type":"thread_settings_applied","thread_settings":{"model":"gpt-5.6-sol","service_tier":"priority"}})") +
            codexCount("2026-07-01T10:00:02Z", 10, 0, 1) +
            settings(R"({"type":"thread_settings_applied","thread_settings":{"model":"gpt-5.6-sol"}})") +
            codexCount("2026-07-01T10:00:03Z", 20, 0, 2) +
            settings(R"({"type":"thread_settings_applied","thread_settings":{"service_tier":"odd"}})") +
            codexCount("2026-07-01T10:00:04Z", 30, 0, 3));
        QCOMPARE(sink.events[0].tier, std::string("priority"));
        QCOMPARE(sink.events[1].tier, std::string("priority"));
        QCOMPARE(sink.events[2].tier, std::string());
        const auto imported =
            readText(codexLine("2026-07-01T10:00:00Z", "session_meta", R"({"id":"t"})") +
                     codexLine("2026-07-01T10:00:00Z", "turn_context", R"({"turn_id":"external-import-turn-1"})") +
                     codexCount("2026-07-01T10:00:02Z", 10, 0, 1));
        QVERIFY(imported.events.empty());
    }

    void geminiChat_documentAndLines()
    {
        const std::string message =
            R"({"id":"m1","timestamp":"2026-07-01T10:00:00Z","type":"gemini","content":"SECRET","model":"gemini-3-pro","tokens":{"input":10000,"cached":8000,"output":500,"thoughts":300,"tool":0,"total":10800}})";
        const auto document = readText(
            R"({"sessionId":"s","projectHash":"h","messages":[{"type":"user","content":"SECRET"},)" + message + "]}");
        const auto lines = readText(R"({"sessionId":"s","projectHash":"h"})"
                                    "\n" +
                                    message + "\n");
        QCOMPARE(dollars(document.events, kOther), std::string("0.011500000"));
        QCOMPARE(textOf(only(document)), textOf(only(lines)));
    }

    // --- gateways and platforms

    void liteLlm_spendLog_andItsCallback_areOneCall();

    void liteLlm_zeroIsUnknown_cacheHitIsFree_fetchIsNoCall()
    {
        const auto row = [](const std::string& more) {
            return R"({"id":"i","call_type":"acompletion","startTime":1782900000,"model":"m","prompt_tokens":5,"completion_tokens":5,)" +
                   more + "}\n";
        };
        const auto unknown = readText(row(R"("response_cost":0)"));
        QVERIFY(!only(unknown).reported);
        const auto debug = readText(row(R"("response_cost":0.5,"response_cost_failure_debug_info":{"error":"x"})"));
        QVERIFY(!only(debug).reported);
        const auto hit = readText(row(R"("response_cost":0,"cache_hit":true)"));
        QVERIFY(only(hit).isFree);
        const auto failed = readText(row(R"("response_cost":0.1,"status":"failure")"));
        QCOMPARE(only(failed).status, EventStatus::Error);
        QCOMPARE(only(failed).usage[UsageClass::Input], 5U);
        const auto fetched =
            readText(R"({"request_id":"i","spend":1,"call_type":"aget_responses","startTime":1782900000})");
        QVERIFY(fetched.events.empty());
        QCOMPARE(fetched.drops.at(DropReason::FetchedAgain), 1U);
    }

    void langfuse_countsAreDisjoint_newestRevisionCounts();

    void langfuse_answersOfItsInterface_areReadToo()
    {
        const auto sink = readText(
            R"({"data":[{"id":"o1","traceId":"t","type":"TOOL","name":"search","startTime":"2026-07-01T10:00:00Z"},{"id":"o2","traceId":"t","type":"EMBEDDING","startTime":"2026-07-01T10:00:00Z","providedModelName":"text-embedding-3-large","usageDetails":{"input":10,"input_odd":2}}],"meta":{"cursor":"x"}})");
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.events[0].tool, std::string("search"));
        QCOMPARE(sink.events[1].usage[UsageClass::Input], 12U);
        QCOMPARE(sink.findings.count("usage-kind-unknown"), std::size_t{1});
        const auto older = readText(
            R"({"id":"o3","traceId":"t","type":"GENERATION","startTime":"2026-07-01T10:00:00Z","promptTokens":7,"completionTokens":2})");
        QCOMPARE(only(older).usage[UsageClass::Input], 7U);
        QCOMPARE(only(older).usage[UsageClass::Output], 2U);
    }

    void openRouter_takesNativeCounts()
    {
        const auto sink = readText(
            R"({"data":{"id":"gen-1","upstream_id":"chatcmpl-9kJx2mQwErTyUiOpAsDf","created_at":"2026-07-01T10:00:00Z","model":"openai/gpt-5","provider_name":"OpenAI","is_byok":false,"tokens_prompt":90,"tokens_completion":9,"native_tokens_prompt":100,"native_tokens_completion":10,"native_tokens_cached":40,"native_tokens_reasoning":3,"usage":0.002,"total_cost":0.002,"generation_time":1500}})");
        const CostEvent& event = only(sink);
        QCOMPARE(event.usage[UsageClass::Input], 60U);
        QCOMPARE(event.usage[UsageClass::CacheRead], 40U);
        QCOMPARE(event.usage[UsageClass::Output], 7U);
        QCOMPARE(event.usage[UsageClass::Reasoning], 3U);
        QCOMPARE(event.provider, std::string("openrouter"));
        QCOMPARE(toString(*event.reported), std::string("0.002"));
        // joins a span of the caller by its own id, and a gateway before it by that of the provider
        CostEvent span = event;
        span.witness = EventWitness::Span;
        span.id = "01";
        span.request.clear();
        QCOMPARE(callsOf({event, span}).kept.size(), std::size_t{1});
        const auto own = readText(
            R"({"id":"gen-2","created_at":"2026-07-01T10:00:00Z","model":"anthropic/claude-opus-5","provider_name":"Anthropic","is_byok":true,"native_tokens_prompt":1,"native_tokens_completion":1,"total_cost":0,"upstream_inference_cost":0.5,"response_cache_source_id":"gen-1"})");
        QCOMPARE(only(own).provider, std::string("anthropic"));
        QCOMPARE(toString(*only(own).reported), std::string("0.5"));
        QVERIFY(only(own).isFree);
    }

    void bedrock_profilesAndExclusiveCounts();

    void azure_gatewayTellsTokens_serviceTellsRequests();

    void vertex_readsGeminiAndClaude();
};

// Defined outside of the class: moc 6.4 loses its way in raw texts with an odd number of quotes.
void TestEventForms::schema_namesEveryClassAndWord()
{
    QFile file(QStringLiteral(ALTIMETER_SOURCE_DIR) + "/resources/schema/events.schema.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject schema = QJsonDocument::fromJson(file.readAll()).object()["properties"].toObject();
    const QJsonObject usage = schema["usage"].toObject()["properties"].toObject();
    for (const auto name : kUsageClassNames)
        QVERIFY2(usage.contains(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()))), name.data());
    QCOMPARE(usage.size(), static_cast<qsizetype>(kUsageClassCount + 1)); // and the total
    for (const QJsonValue operation : schema["operation"].toObject()["enum"].toArray())
        QVERIFY(readText(R"({"time":1782900000,"operation":")" + operation.toString().toStdString() + "\"}")
                    .events.size() == 1);
}

void TestEventForms::otlp_mlflow_readsPackedCounts_gatewayIsAMirror()
{
    const std::string usage = R"({"stringValue":"{\"input_tokens\": 12, \"output_tokens\": 3, \"total_tokens\": 15}"})";
    const auto sink = readText(spans(span("01", "",
                                          {{"mlflow.spanType", R"({"stringValue":"\"CHAT_MODEL\""})"},
                                           {"mlflow.llm.model", "gpt-5"},
                                           {"mlflow.chat.tokenUsage", usage},
                                           {"mlflow.llm.cost", R"({"stringValue":"{\"total_cost\": 0.00012}"})"}}) +
                                     "," +
                                     span("02", "",
                                          {{"mlflow.spanType", "LLM"},
                                           {"mlflow.chat.tokenUsage", usage},
                                           {"mlflow.gateway.linkedTraceId", "tr-0af7651916cd43dd8448eb211c80319c"}})));
    QCOMPARE(sink.events[0].usage[UsageClass::Input], 12U);
    QCOMPARE(sink.events[0].provider, std::string("openai"));
    QCOMPARE(toString(*sink.events[0].reported), std::string("0.00012"));
    const Calls calls = callsOf(sink.events);
    QCOMPARE(calls.drops.at(DropReason::OtherWitness), 1U);
}

void TestEventForms::ccusage1734_threeLinesAreOneEntry()
{
    const auto line = [](const char* time) {
        return std::string(
                   R"({"type":"assistant","sessionId":"s","requestId":"req_1","timestamp":"2026-07-01T10:00:0)") +
               time +
               R"(Z","costUSD":1.25,"message":{"id":"msg_1","model":"claude-opus-5","usage":{"input_tokens":5,"output_tokens":7}}})" +
               "\n";
    };
    const auto calls = callsOf(readText(line("1") + line("2") + line("3")).events).kept;
    QCOMPARE(calls.size(), std::size_t{1});
    QCOMPARE(calls.front().usage.prompt() + calls.front().usage[UsageClass::Output], 12U);
    QCOMPARE(toString(*calls.front().reported), std::string("1.25"));
}

void TestEventForms::liteLlm_spendLog_andItsCallback_areOneCall()
{
    const auto sink = readText(
        R"({"request_id":"chatcmpl-9kJx2mQwErTyUiOpAsDf","call_type":"acompletion","spend":0.0011,"prompt_tokens":100,"completion_tokens":10,"total_tokens":110,"startTime":"2026-07-01 10:00:00.25","endTime":"2026-07-01T10:00:01Z","model":"openai/gpt-5","custom_llm_provider":"openai","cache_hit":"False","team_id":"t9","metadata":"{\"user_api_key_team_alias\":\"support\",\"spend_logs_metadata\":{\"workflow_run_id\":\"wf_1\",\"workflow\":\"triage\"}}","request_tags":["use_case:mail"]})"
        "\n"
        R"({"id":"chatcmpl-9kJx2mQwErTyUiOpAsDf","trace_id":"tr","call_type":"acompletion","response_cost":0.0011,"status":"success","prompt_tokens":100,"completion_tokens":10,"startTime":1782900000.25,"endTime":1782900001.0,"model":"gpt-5","custom_llm_provider":"openai","metadata":{"usage_object":{"prompt_tokens":100,"completion_tokens":10,"prompt_tokens_details":{"cached_tokens":60}}}})"
        "\n");
    QCOMPARE(sink.events.size(), std::size_t{2});
    QCOMPARE(sink.events[0].modelAsked, std::string("gpt-5"));
    QCOMPARE(sink.events[0].team, std::string("support"));
    QCOMPARE(sink.events[0].useCase, std::string("mail"));
    QCOMPARE(sink.events[0].run, std::string("wf_1"));
    QCOMPARE(sink.events[0].startNanos, std::int64_t{1782900000250000000});
    QCOMPARE(sink.events[1].startNanos, std::int64_t{1782900000250000000});
    QCOMPARE(sink.events[1].usage[UsageClass::CacheRead], 60U); // of the provider's own counts
    QCOMPARE(callsOf(sink.events).kept.size(), std::size_t{1});
}

void TestEventForms::langfuse_countsAreDisjoint_newestRevisionCounts()
{
    const auto row = [](const char* updated, int output) {
        return std::string(
                   R"({"id":"o1","trace_id":"t","parent_observation_id":"p","type":"GENERATION","start_time":"2026-07-01 10:00:00.000","end_time":"2026-07-01 10:00:02.000","updated_at":")") +
               updated +
               R"(","provided_model_name":"claude-opus-5","input":"SECRET","usage_details":{"input":3,"input_cached_tokens":22137,"input_cache_creation_5m":2285,"output":)" +
               std::to_string(output) +
               R"(,"output_reasoning_tokens":50,"total":24775},"cost_details":{"input":0.01,"total":0.02}})" + "\n";
    };
    const auto sink = readText(row("2026-07-01 10:00:03", 200) + row("2026-07-01 10:00:09", 300));
    QCOMPARE(eventFormName(sink.report.form), std::string_view("langfuse"));
    const Calls calls = callsOf(sink.events);
    QCOMPARE(dollars(calls.kept, kClaude), std::string("0.020468850"));
    QCOMPARE(calls.drops.at(DropReason::OlderRevision), 1U);
    QCOMPARE(toString(*calls.kept.front().reported), std::string("0.02"));
    QCOMPARE(calls.kept.front().run, std::string("t"));
    QCOMPARE(calls.kept.front().provider, std::string("anthropic"));
}

void TestEventForms::bedrock_profilesAndExclusiveCounts()
{
    const auto log = [](const std::string& model) {
        return R"({"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-07-01T10:00:00Z","accountId":"1","identity":{"arn":"arn:aws:sts::1:assumed-role/app/anna"},"region":"us-east-1","inferenceRegion":"us-west-2","requestId":"0f1c8f1e-0000-4000-8000-000000000001","operation":"Converse","modelId":")" +
               model +
               R"(","input":{"inputBodyJson":{"messages":"SECRET"},"inputTokenCount":3,"cacheReadInputTokenCount":22137,"cacheWriteInputTokenCount":2285},"output":{"outputTokenCount":350},"requestMetadata":{"team":"support","workflow":"triage"}})" +
               "\n";
    };
    const auto sink = readText(log("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-5"));
    QCOMPARE(only(sink).modelAsked, std::string("us.anthropic.claude-opus-5"));
    QCOMPARE(only(sink).region, std::string("us-east-1"));
    QCOMPARE(only(sink).user, std::string("anna"));
    QCOMPARE(only(sink).team, std::string("support"));
    QCOMPARE(only(sink).usage[UsageClass::Input], 3U);
    QCOMPARE(only(sink).usage[UsageClass::CacheWriteUnknown], 2285U);
    QCOMPARE(sink.findings.size(), std::size_t{0});
    const auto hidden = readText(log("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc"));
    QCOMPARE(hidden.findings.count("model-behind-a-profile"), std::size_t{1});
    QCOMPARE(callsOf(readText(log("m") + log("m")).events).kept.size(), std::size_t{1});
}

void TestEventForms::azure_gatewayTellsTokens_serviceTellsRequests()
{
    const std::string id = "0f1c8f1e-0000-4000-8000-000000000002";
    const auto gateway = readText(
        R"({"TimeGenerated":"2026-07-01T10:00:00Z","Type":"ApiManagementGatewayLlmLog","CorrelationId":")" + id +
        R"(","DeploymentName":"prod","ModelName":"gpt-5","PromptTokens":100,"CompletionTokens":10,"TotalTokens":110})"
        "\n"
        R"({"TimeGenerated":"2026-07-01T10:00:00Z","Type":"ApiManagementGatewayLlmLog","CorrelationId":")" +
        id +
        R"(","DeploymentName":"prod","ModelName":"gpt-5","PromptTokens":0,"CompletionTokens":0,"TotalTokens":0})"
        "\n");
    const Calls calls = callsOf(gateway.events); // a body that was split over two rows
    QCOMPARE(calls.kept.size(), std::size_t{1});
    QCOMPARE(calls.kept.front().usage[UsageClass::Input], 100U);
    QCOMPARE(calls.kept.front().model(), std::string("gpt-5"));
    const auto service = readText(
        R"({"records":[{"time":"2026-07-01T10:00:00Z","category":"RequestResponse","correlationId":"x","location":"eastus","durationMs":250,"resultSignature":"200","properties":"{\"modelName\":\"gpt-5\",\"modelDeploymentName\":\"prod\",\"requestLength\":100}"}]})");
    QVERIFY(only(service).usage.isEmpty());
    QCOMPARE(only(service).modelAnswered, std::string("gpt-5"));
    QCOMPARE(only(service).region, std::string("eastus"));
    QCOMPARE(service.findings.count("no-token-counts"), std::size_t{1});
}

void TestEventForms::vertex_readsGeminiAndClaude()
{
    const auto gemini = readText(
        R"({"endpoint":"projects/p/locations/us-central1/endpoints/1","model":"publishers/google/models/gemini-3-pro","logging_time":"2026-07-01 10:00:00.5 UTC","request_id":"123","full_request":{"labels":{"team":"support"},"contents":"SECRET"},"full_response":"{\"usageMetadata\":{\"promptTokenCount\":10000,\"cachedContentTokenCount\":8000,\"candidatesTokenCount\":500,\"thoughtsTokenCount\":300}}"})");
    QCOMPARE(dollars(gemini.events, kOther), std::string("0.011500000"));
    QCOMPARE(only(gemini).modelAsked, std::string("gemini-3-pro"));
    QCOMPARE(only(gemini).region, std::string("us-central1"));
    QCOMPARE(only(gemini).team, std::string("support"));
    const auto claude = readText(
        R"({"model":"claude-opus-5","logging_time":"2026-07-01T10:00:00Z","request_id":1,"full_response":{"usage":{"input_tokens":3,"cache_read_input_tokens":22137,"cache_creation_input_tokens":2285,"cache_creation":{"ephemeral_5m_input_tokens":2285},"output_tokens":350}}})");
    QCOMPARE(dollars(claude.events, kClaude), std::string("0.020468850"));
    QCOMPARE(claude.findings.count("may-be-a-sample"), std::size_t{1});
}

QTEST_APPLESS_MAIN(TestEventForms)
#include "tst_eventforms.moc"
