// Feeds a connector with answers that no server would send. The kind is named by ALTIMETER_FUZZ_KIND; its settings lie
// beside the corpus (ALTIMETER_FUZZ_CORPUS/KIND.settings), written by the connector's test.
//
// An input is a row of bodies, each ended by 0x1e; a body may begin with 0x1d and a byte that chooses status and type.

#include "providers/core/connector.h"
#include "tests/providers/collectingsink.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace {

using namespace altimeter;

struct Setup {
    const providers::ConnectorKind* kind = nullptr;
    ConnectionSettings settings;
    providers::Secrets secrets;
    DateRange window;
    Instant now;
    std::filesystem::path folder;
};

Setup& setup()
{
    static Setup one;
    return one;
}

[[noreturn]] void fail(const char* what)
{
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

/// Answers each request with the next body of the input, and with 404 when there is none left.
class InputTransport final : public providers::Transport {
public:
    explicit InputTransport(std::string_view input) : m_rest(input) {}

    Result<providers::HttpResponse> exchange(const providers::HttpRequest& request, std::stop_token) override
    {
        providers::HttpResponse answer;
        answer.status = 404;
        if (m_rest.empty() || ++m_count > 200)
            return answer;
        const auto end = std::min(m_rest.find('\x1e'), m_rest.size());
        std::string_view body = m_rest.substr(0, end);
        m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
        answer.status = 200;
        std::string type = "application/json";
        if (body.size() >= 2 && body[0] == '\x1d') {
            constexpr std::array<long, 8> kStatus{200, 204, 400, 403, 429, 500, 301, 202};
            answer.status = kStatus[static_cast<unsigned char>(body[1]) & 7U];
            type = (static_cast<unsigned char>(body[1]) & 8U) != 0 ? "text/html" : type;
            answer.headers.emplace_back("retry-after", "1");
            answer.headers.emplace_back("x-ratelimit-reset", std::string(body.substr(2, 8)));
            answer.headers.emplace_back("x-amz-bucket-region", std::string(body.substr(2, 12)));
            body.remove_prefix(2);
        }
        answer.headers.emplace_back("content-type", type);
        answer.headers.emplace_back("etag", "\"e\"");
        answer.bytes = body.size();
        if (!request.saveTo.empty() && answer.isOk())
            std::ofstream(request.saveTo, std::ios::binary) << body;
        else
            answer.body = body;
        return answer;
    }

private:
    std::string_view m_rest;
    std::size_t m_count = 0;
};

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***)
{
    const char* name = std::getenv("ALTIMETER_FUZZ_KIND");
    const char* corpus = std::getenv("ALTIMETER_FUZZ_CORPUS");
    Setup& one = setup();
    one.kind = name ? providers::connectorKind(name) : nullptr;
    if (!one.kind || !corpus)
        fail("ALTIMETER_FUZZ_KIND must name a kind of connection, ALTIMETER_FUZZ_CORPUS the folder of its settings");
    std::ifstream file(std::string(corpus) + '/' + name + ".settings", std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    if (text.empty())
        fail("the settings of the kind are missing");
    one.settings.name = "fuzz";
    one.settings.kind = name;
    std::istringstream entries(text);
    for (std::string entry; std::getline(entries, entry, '\x1e');) {
        const auto mark = entry.find('\x1f');
        const std::string key = entry.substr(0, mark);
        const std::string value = entry.substr(mark + 1);
        if (key == "from")
            one.window.from = *parseDay(value);
        else if (key == "to")
            one.window.to = *parseDay(value);
        else if (key == "now")
            one.now.seconds = std::stoll(value);
        else if (key.starts_with("value "))
            one.settings.values[key.substr(6)] = value;
        else if (key.starts_with("secret "))
            one.secrets[key.substr(7)] = providers::Secret(value);
    }
    one.folder = std::filesystem::temp_directory_path() / ("fuzz-" + std::to_string(getpid()));
    std::filesystem::create_directories(one.folder);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Setup& one = setup();
    InputTransport transport({reinterpret_cast<const char*>(data), size});
    providers::HttpClient http(transport, [](std::chrono::milliseconds, const std::stop_token&) { return true; });
    testing::CollectingSink sink;
    providers::Delivery delivery({one.kind->info, one.window, one.now, one.kind->extraColumns, one.folder}, sink);
    const auto connector = one.kind->make({one.settings, one.secrets, http, one.now});
    Status status = connector->fetch({one.window, one.now, {}}, delivery, {});
    if (status.ok())
        status = delivery.flush();
    if (status.ok() && sink.rows.size() != delivery.charges())
        fail("a charge was lost between the connector and the delivery");
    if (!status.ok() && status.error().what.empty())
        fail("a failure without a word");
    return 0;
}
