#include <QtTest/QtTest>

#include "providers/net/curltransport.h"
#include "providers/net/origin.h"
#include "tests/testkit/loopbackserver.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <zlib.h>

#include <deque>
#include <set>

using namespace altimeter;
using namespace altimeter::providers;
using altimeter::testing::LoopbackServer;
using std::chrono::milliseconds;

namespace {

using Request = LoopbackServer::Request;
using Answer = LoopbackServer::Answer;

Answer answer(int status, std::string body = "{}", std::vector<std::pair<std::string, std::string>> headers = {})
{
    Answer said;
    said.status = status;
    said.body = std::move(body);
    said.headers = std::move(headers);
    return said;
}

Answer redirect(int status, const std::string& target)
{
    return answer(status, "moved", {{"Location", target}});
}

HttpRequest get(const std::string& url)
{
    HttpRequest request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer planted-secret"}, {"X-Api-Key", "planted-key"}};
    return request;
}

Result<HttpResponse> exchange(const HttpRequest& request, const NetworkOptions& options = {}, std::stop_token stop = {})
{
    CurlTransport transport(options);
    return transport.exchange(request, std::move(stop));
}

NetworkOptions stalledAfter(int seconds)
{
    NetworkOptions options;
    options.stallTimeout = std::chrono::seconds(seconds);
    return options;
}

bool says(const Result<HttpResponse>& answered, ErrorCode code, const std::string& words)
{
    const bool isSo =
        !answered.ok() && answered.error().code == code && answered.error().text().find(words) != std::string::npos;
    if (!isSo)
        qWarning("%s", answered.ok() ? "an answer came" : answered.error().text().c_str());
    return isSo;
}

std::string gzipped(std::size_t zeros, const std::string& text = {})
{
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out;
    const std::string block(std::size_t{1} << 20U, '\0');
    const auto feed = [&](const std::string& bytes, std::size_t size, int flush) {
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream.avail_in = static_cast<uInt>(size);
        do {
            char buffer[65536];
            stream.next_out = reinterpret_cast<Bytef*>(buffer);
            stream.avail_out = sizeof buffer;
            deflate(&stream, flush);
            out.append(buffer, sizeof buffer - stream.avail_out);
        } while (stream.avail_out == 0);
    };
    for (std::size_t left = zeros; left > 0; left -= std::min(left, block.size()))
        feed(block, std::min(left, block.size()), Z_NO_FLUSH);
    feed(text, text.size(), Z_FINISH);
    deflateEnd(&stream);
    return out;
}

HttpResponse response(long status, std::vector<std::pair<std::string, std::string>> headers = {})
{
    HttpResponse said;
    said.status = status;
    said.headers = std::move(headers);
    return said;
}

/// Answers what it is told, one after another; the last one for good.
class Script : public Transport {
public:
    explicit Script(std::deque<Result<HttpResponse>> answers) : m_answers(std::move(answers)) {}
    Result<HttpResponse> exchange(const HttpRequest& request, std::stop_token) override
    {
        ++count;
        last = request;
        auto next = m_answers.front();
        if (m_answers.size() > 1)
            m_answers.pop_front();
        return next;
    }
    int count = 0;
    HttpRequest last;

private:
    std::deque<Result<HttpResponse>> m_answers;
};

/// What a client did with a script, without waiting.
struct Played {
    Result<HttpResponse> answer;
    int exchanges = 0;
    std::vector<milliseconds> pauses;
};

Played play(std::deque<Result<HttpResponse>> answers, const RetryPolicy& policy = {}, const HttpRequest& request = {})
{
    Script script(std::move(answers));
    Played played{HttpResponse(), 0, {}};
    HttpClient client(script, [&](milliseconds time, const std::stop_token&) {
        played.pauses.push_back(time);
        return true;
    });
    played.answer = client.send(request, policy, {});
    played.exchanges = script.count;
    return played;
}

const Error kBroken{ErrorCode::Network, "broken", "there"};

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("no such file");
}

void put(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

} // namespace

class TestHttp : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        for (const char* name :
             {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"})
            qunsetenv(name);
    }

    // Requests and answers

    void request_arrivesAsItWasMade()
    {
        const LoopbackServer server([](const Request&) { return answer(201, "made", {{"X-Two", " b "}}); });
        HttpRequest request = get(server.url() + "/a%20b/c?x=1&y=%C3%A9");
        request.method = "PUT";
        request.body = std::string("one\0two", 7);
        request.headers.emplace_back("X-Empty", "");
        const auto answered = exchange(request);
        QVERIFY2(answered.ok(), answered.ok() ? "" : answered.error().text().c_str());
        QCOMPARE(answered->status, 201L);
        QCOMPARE(answered->body, std::string("made"));
        QCOMPARE(answered->bytes, std::uint64_t{4});
        QCOMPARE(answered->header("x-two"), std::string_view("b"));
        QCOMPARE(answered->header("x-none"), std::string_view());
        const Request got = server.requests().front();
        QCOMPARE(got.method, std::string("PUT"));
        QCOMPARE(got.path, std::string("/a%20b/c"));
        QCOMPARE(got.query, std::string("x=1&y=%C3%A9"));
        QCOMPARE(got.body, std::string("one\0two", 7));
        QCOMPARE(got.headers.at("authorization"), std::string("Bearer planted-secret"));
        QCOMPARE(got.headers.at("x-empty"), std::string());
        QVERIFY(got.headers.at("user-agent").find("Altimeter/") == 0);
        QVERIFY(!got.headers.contains("expect"));
    }

    void head_hasNoBody()
    {
        const LoopbackServer server([](const Request&) { return answer(200, "body", {{"Content-Length", "4"}}); });
        HttpRequest request = get(server.url() + "/");
        request.method = "HEAD";
        const auto answered = exchange(request);
        QVERIFY(answered.ok());
        QCOMPARE(server.requests().front().method, std::string("HEAD"));
        QVERIFY(answered->body.empty());
    }

    void header_withALineBreak_isRefusedUnread()
    {
        const LoopbackServer server([](const Request&) { return answer(200); });
        for (const char* secret : {"planted\n", "planted\r\nX-Other: 1", "plan\x01ted"}) {
            HttpRequest request;
            request.url = server.url();
            request.headers = {{"X-Api-Key", secret}};
            const auto answered = exchange(request);
            QVERIFY(says(answered, ErrorCode::Invalid, "header X-Api-Key"));
            QVERIFY(answered.error().text().find("plan") == std::string::npos);
            QVERIFY(!answered.error().todo.empty());
        }
        QCOMPARE(server.count(), std::size_t{0});
    }

    void address_thatIsNone_isRefused()
    {
        for (const char* url : {"", "file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/"})
            QVERIFY2(!exchange(get(url)).ok(), url);
    }

    // Redirects

    void redirect_onTheSameServer_keepsTheHeaders_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {301, 302, 303, 307, 308})
            QTest::newRow(std::to_string(status).c_str()) << status;
    }
    void redirect_onTheSameServer_keepsTheHeaders()
    {
        QFETCH(int, status);
        const LoopbackServer server([status](const Request& request) {
            return request.path == "/a/start" ? redirect(status, "../end?x=1") : answer(200, "there");
        });
        const auto answered = exchange(get(server.url() + "/a/start"));
        QVERIFY(answered.ok());
        QCOMPARE(answered->body, std::string("there")); // and nothing of the redirect's
        const auto requests = server.requests();
        QCOMPARE(requests[1].path, std::string("/end"));
        QCOMPARE(requests[1].query, std::string("x=1"));
        QCOMPARE(requests[1].headers.at("authorization"), std::string("Bearer planted-secret"));
    }

    void redirect_toAnotherServer_losesTheHeadersForGood()
    {
        LoopbackServer here([](const Request&) { return answer(200, "home again"); });
        const LoopbackServer there([&here](const Request&) { return redirect(302, here.url() + "/end"); });
        here.setHandler([&there](const Request& request) {
            return request.path == "/start" ? redirect(302, there.url() + "/middle") : answer(200, "home again");
        });
        const auto answered = exchange(get(here.url() + "/start"));
        QVERIFY(answered.ok());
        QCOMPARE(answered->body, std::string("home again"));
        QVERIFY(here.requests()[0].headers.contains("authorization"));
        for (const Request& request : {there.requests()[0], here.requests()[1]}) {
            QVERIFY(!request.headers.contains("authorization"));
            QVERIFY(!request.headers.contains("x-api-key"));
        }
    }

    void redirect_ofAPost_isNotFollowed()
    {
        const LoopbackServer server([](const Request&) { return redirect(307, "/elsewhere"); });
        HttpRequest request = get(server.url() + "/");
        request.method = "POST";
        request.body = "x";
        const auto answered = exchange(request);
        QVERIFY(answered.ok());
        QCOMPARE(answered->status, 307L);
        QCOMPARE(server.count(), std::size_t{1});
    }

    void redirect_withoutEnd_isGivenUp()
    {
        const LoopbackServer server([](const Request& request) { return redirect(302, request.path + "x"); });
        QVERIFY(says(exchange(get(server.url() + "/")), ErrorCode::Network, "redirects without end"));
        QCOMPARE(server.count(), std::size_t{6});
    }

    void redirect_toAFile_isRefused()
    {
        for (const char* target : {"file:///etc/hostname", "ftp://127.0.0.1/x", "dict://127.0.0.1:11211/"}) {
            const LoopbackServer server([target](const Request&) { return redirect(302, target); });
            const auto answered = exchange(get(server.url() + "/"));
            QVERIFY2(!answered.ok(), target);
        }
    }

    void redirect_withoutAddress_isAnAnswer()
    {
        const LoopbackServer server([](const Request&) { return answer(304, ""); });
        QCOMPARE(exchange(get(server.url() + "/")).value().status, 304L);
    }

    // Limits

    void body_aboveTheCap_isRefused()
    {
        const LoopbackServer server([](const Request&) { return answer(200, std::string(2U << 20U, 'x')); });
        HttpRequest request = get(server.url() + "/");
        request.maxBytes = 1U << 20U;
        QVERIFY(says(exchange(request), ErrorCode::Invalid, "larger than 1 MiB"));
        request.maxBytes = 1000;
        QVERIFY(says(exchange(request), ErrorCode::Invalid, "larger than 1000 bytes"));
        request.maxBytes = 2U << 20U;
        QCOMPARE(exchange(request).value().body.size(), std::size_t{2U << 20U});
    }

    void gzip_isInflated()
    {
        const std::string packed = gzipped(100'000, "end");
        const LoopbackServer server([&packed](const Request&) {
            return answer(200, packed, {{"Content-Encoding", "gzip"}});
        });
        const auto answered = exchange(get(server.url() + "/"));
        QVERIFY(answered.ok());
        QCOMPARE(answered->body.size(), std::size_t{100'003});
        QVERIFY(answered->body.ends_with("end"));
        QCOMPARE(answered->bytes, std::uint64_t{packed.size()});
        QVERIFY(server.requests().front().headers.at("accept-encoding").find("gzip") != std::string::npos);
    }

    void gzipBomb_isStoppedAtTheCap()
    {
        const std::string bomb = gzipped(200'000'000);
        QVERIFY(bomb.size() < 1'000'000); // it is small on the wire
        const LoopbackServer server([&bomb](const Request&) {
            return answer(200, bomb, {{"Content-Encoding", "gzip"}});
        });
        HttpRequest request = get(server.url() + "/");
        request.maxBytes = 1U << 20U;
        QVERIFY(says(exchange(request), ErrorCode::Invalid, "larger than 1 MiB"));
    }

    void answerInMemory_neverExceedsTheCap_whateverTheRequestSays()
    {
        const std::string bomb = gzipped(70'000'000);
        const LoopbackServer server([&bomb](const Request& request) {
            return answer(request.path == "/missing" ? 404 : 200, bomb, {{"Content-Encoding", "gzip"}});
        });
        HttpRequest request = get(server.url() + "/");
        QVERIFY(says(exchange(request), ErrorCode::Invalid, "larger than 64 MiB"));
        QVERIFY(!exchange(request).error().todo.empty());
        request.maxBytes = std::uint64_t{8} << 30U;
        QVERIFY(says(exchange(request), ErrorCode::Invalid, "larger than 64 MiB"));
        const QTemporaryDir folder;
        request.saveTo = folder.filePath(QStringLiteral("file")).toStdString();
        QVERIFY(exchange(request).ok()); // a file is as large as its request allows, and is not inflated
        // An error's text does not go to the file, and is no way around the cap.
        const LoopbackServer failing([](const Request&) { return answer(404, std::string(70'000'000, 'x')); });
        request.url = failing.url() + "/missing";
        QVERIFY(says(exchange(request), ErrorCode::Invalid, "larger than 64 MiB"));
    }

    void headers_aboveTheirCap_areRefused()
    {
        const LoopbackServer server([](const Request& request) {
            Answer sent = answer(200, "{}");
            const bool isLong = request.path == "/long";
            for (int i = 0; i < (request.path == "/fine" ? 400 : isLong ? 10 : 200'000); ++i)
                sent.headers.emplace_back("X-" + std::to_string(i), std::string(isLong ? 8'000U : 1U, 'v'));
            return sent;
        });
        QVERIFY(says(exchange(get(server.url() + "/many")), ErrorCode::Invalid, "more than 500 headers"));
        QVERIFY(says(exchange(get(server.url() + "/long")), ErrorCode::Invalid, "64"));
        const auto fine = exchange(get(server.url() + "/fine"));
        QVERIFY(fine.ok());
        QVERIFY(fine->headers.size() >= 400);
    }

    void budgetOfASync_ends_withWhatIsKept()
    {
        HttpResponse page = response(200);
        page.body = std::string(1000, 'x');
        Script script({page});
        HttpClient client(script, [](milliseconds, const std::stop_token&) { return true; });
        client.setBudget({2500, 100, std::chrono::hours(1)});
        for (int i = 0; i < 3; ++i)
            QVERIFY(client.send({}, {}, {}).ok());
        const auto spent = client.send({}, {}, {});
        QVERIFY(says(spent, ErrorCode::Limited, "MiB of answers"));
        QVERIFY(spent.error().todo.find("stays") != std::string::npos);
        QCOMPARE(script.count, 3);

        Script busy({response(503)});
        HttpClient asking(busy, [](milliseconds, const std::stop_token&) { return true; });
        asking.setBudget({1'000'000, 7, std::chrono::hours(1)});
        QVERIFY(asking.send({}, {}, {}).ok()); // five attempts
        QVERIFY(says(asking.send({}, {}, {}), ErrorCode::Limited, "asked 7 times"));
        QCOMPARE(busy.count, 7);

        HttpRequest download;
        download.timeout = std::chrono::seconds(0); // only a stalled one ends
        HttpClient dripping(script);
        dripping.setBudget({1'000'000, 100, std::chrono::seconds(60)});
        QVERIFY(dripping.send(download, {}, {}).ok());
        QVERIFY(script.last.timeout > std::chrono::seconds(50) && script.last.timeout <= std::chrono::seconds(61));
        QVERIFY(dripping.send(get("https://x"), {}, {}).ok());
        QVERIFY(script.last.timeout <= std::chrono::seconds(61));

        HttpClient late(script);
        late.setBudget({1'000'000, 100, std::chrono::seconds(-1)});
        QVERIFY(says(late.send({}, {}, {}), ErrorCode::Limited, "minutes"));
    }

    void gzip_thatIsDamaged_isAFault()
    {
        std::string packed = gzipped(0, std::string(1000, 'a') + "b");
        packed[12] = static_cast<char>(~packed[12]);
        for (const std::string& body : {std::string("this is no gzip"), packed}) {
            const LoopbackServer server([&body](const Request&) {
                return answer(200, body, {{"Content-Encoding", "gzip"}});
            });
            QVERIFY(says(exchange(get(server.url() + "/")), ErrorCode::Network, ""));
        }
    }

    void body_thatIsCut_isAFault()
    {
        const LoopbackServer server([](const Request&) {
            Answer half = answer(200, std::string(100'000, 'x'));
            half.cutAfter = 50'000;
            return half;
        });
        QVERIFY(says(exchange(get(server.url() + "/")), ErrorCode::Network, "broke before the answer was whole"));
    }

    void server_thatRefuses_isAFault()
    {
        int port = 0;
        {
            const LoopbackServer gone([](const Request&) { return answer(200); });
            port = gone.port();
        }
        const auto answered = exchange(get("http://127.0.0.1:" + std::to_string(port) + "/"));
        QVERIFY(says(answered, ErrorCode::Network, "does not answer"));
        QVERIFY(!answered.error().todo.empty());
    }

    void server_thatIsTooSlow_isGivenUp()
    {
        const LoopbackServer server([](const Request&) {
            Answer slow = answer(200, std::string(1000, 'x'));
            slow.drip = milliseconds(50);
            return slow;
        });
        HttpRequest request = get(server.url() + "/");
        request.timeout = std::chrono::seconds(1);
        QElapsedTimer watch;
        watch.start();
        QVERIFY(says(exchange(request), ErrorCode::Network, "took too long"));
        QVERIFY(watch.elapsed() < 10'000); // all of it would take 50 s
    }

    void server_thatStalls_isGivenUp()
    {
        const LoopbackServer server([](const Request&) {
            Answer late = answer(200);
            late.delay = std::chrono::seconds(30);
            return late;
        });
        HttpRequest request = get(server.url() + "/");
        QElapsedTimer watch;
        watch.start();
        QVERIFY(says(exchange(request, stalledAfter(1)), ErrorCode::Network, "took too long"));
        request.stallTimeout = std::chrono::seconds(1); // the request's own word counts
        QVERIFY(says(exchange(request, stalledAfter(60)), ErrorCode::Network, "took too long"));
        QVERIFY(watch.elapsed() < 20'000);
    }

    void request_mayBeMorePatient()
    {
        const LoopbackServer server([](const Request&) {
            Answer late = answer(200);
            late.delay = milliseconds(3500);
            return late;
        });
        HttpRequest request = get(server.url() + "/");
        request.stallTimeout = std::chrono::seconds(30);
        QVERIFY(exchange(request, stalledAfter(1)).ok());
    }

    // Cancelling

    void cancel_duringAStall_isQuick()
    {
        const LoopbackServer server([](const Request&) {
            Answer late = answer(200);
            late.delay = std::chrono::seconds(30);
            return late;
        });
        std::stop_source stop;
        QElapsedTimer watch;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(milliseconds(200));
            watch.start();
            stop.request_stop();
        });
        QVERIFY(says(exchange(get(server.url() + "/"), {}, stop.get_token()), ErrorCode::Cancelled, ""));
        QVERIFY(watch.elapsed() < 1000);
    }

    void cancel_duringAPause_isQuick()
    {
        Script busy({response(429, {{"retry-after", "60"}})});
        HttpClient client(busy); // really waits
        std::stop_source stop;
        QElapsedTimer watch;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(milliseconds(100));
            watch.start();
            stop.request_stop();
        });
        QVERIFY(says(client.send({}, {}, stop.get_token()), ErrorCode::Cancelled, ""));
        QVERIFY(watch.elapsed() < 1000);
        QCOMPARE(busy.count, 1);
    }

    void cancel_beforehand_asksNothing()
    {
        std::stop_source stop;
        stop.request_stop();
        Script script({response(200)});
        HttpClient client(script);
        QVERIFY(says(client.send({}, {}, stop.get_token()), ErrorCode::Cancelled, ""));
        QCOMPARE(script.count, 0);
        QVERIFY(!pauseFor(std::chrono::hours(1), stop.get_token()));
        QVERIFY(pauseFor(milliseconds(1), {}));
    }

    // Repeating

    void status_decidesWhetherToRepeat_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("isRepeated");
        for (const int status : {429, 500, 502, 503, 504, 529})
            QTest::newRow(std::to_string(status).c_str()) << status << true;
        for (const int status : {200, 204, 302, 400, 401, 402, 403, 404, 408, 409, 418, 422, 501, 505})
            QTest::newRow(std::to_string(status).c_str()) << status << false;
    }
    void status_decidesWhetherToRepeat()
    {
        QFETCH(int, status);
        QFETCH(bool, isRepeated);
        const Played played = play({response(status), response(200)});
        QCOMPARE(played.exchanges, isRepeated ? 2 : 1);
        QCOMPARE(played.answer.value().status, isRepeated ? 200L : long{status});
    }

    void attempts_areCounted()
    {
        const Played limited = play({response(503)});
        QCOMPARE(limited.exchanges, 5);
        QCOMPARE(limited.answer.value().status, 503L); // the last answer, whatever it says
        RetryPolicy once;
        once.attempts = 1;
        QCOMPARE(play({response(503)}, once).exchanges, 1);
        const Played broken = play({kBroken});
        QCOMPARE(broken.exchanges, 5);
        QVERIFY(says(broken.answer, ErrorCode::Network, "broken"));
        const Played mended = play({kBroken, kBroken, response(200)});
        QCOMPARE(mended.exchanges, 3);
        QVERIFY(mended.answer.ok());
    }

    void faultsOfOtherKinds_areNotRepeated()
    {
        for (const ErrorCode code : {ErrorCode::Invalid, ErrorCode::Io, ErrorCode::Cancelled})
            QCOMPARE(play({Error{code, "no", {}}, response(200)}).exchanges, 1);
    }

    void post_thatDoesSomething_isNotRepeated()
    {
        HttpRequest request;
        request.method = "POST";
        request.isRepeatable = false;
        QCOMPARE(play({response(503), response(200)}, {}, request).exchanges, 1);
        QCOMPARE(play({kBroken, response(200)}, {}, request).exchanges, 1);
        request.isRepeatable = true;
        QCOMPARE(play({kBroken, response(200)}, {}, request).exchanges, 2);
    }

    void pauses_growAndStayInBounds()
    {
        RetryPolicy patient;
        patient.attempts = 12;
        const Played played = play({kBroken}, patient);
        QCOMPARE(played.pauses.size(), std::size_t{11});
        milliseconds most(500);
        std::set<milliseconds> different;
        for (const milliseconds pause : played.pauses) {
            QVERIFY(pause >= most / 2 && pause <= most);
            different.insert(pause * 1000 / most.count());
            most = std::min(most * 2, milliseconds(30'000));
        }
        QVERIFY(different.size() > 5); // jitter, not a fixed share
    }

    void askedPause_isKept()
    {
        const auto pauseOf = [](std::vector<std::pair<std::string, std::string>> headers, RetryPolicy policy = {}) {
            const Played played = play({response(429, std::move(headers)), response(200)}, policy);
            return played.pauses.empty() ? milliseconds(-1) : played.pauses.front();
        };
        const milliseconds seconds = pauseOf({{"retry-after", "7"}});
        QVERIFY(seconds >= milliseconds(7000) && seconds < milliseconds(7250));
        const milliseconds date =
            pauseOf({{"date", "Sat, 21 Nov 2026 09:00:00 GMT"}, {"retry-after", "Sat, 21 Nov 2026 09:01:30 GMT"}});
        QVERIFY(date >= milliseconds(90'000) && date < milliseconds(90'250));
        RetryPolicy own;
        own.pauseHeaders = {"retry-after", "x-reset"};
        const milliseconds longest = pauseOf({{"retry-after", "1"}, {"x-reset", "1m4s"}}, own);
        QVERIFY(longest >= milliseconds(64'000) && longest < milliseconds(64'250));
    }

    void askedPause_ofNothing_isNoReasonToHurry()
    {
        for (const char* none : {"0", "0.001", "0s", "Sat, 21 Nov 2026 09:00:00 GMT"}) {
            HttpResponse busy = response(429, {{"date", "Sat, 21 Nov 2026 09:00:00 GMT"}, {"retry-after", none}});
            const Played played = play({busy, busy, busy, busy, busy});
            QCOMPARE(played.exchanges, 5);
            milliseconds most(500);
            for (const milliseconds pause : played.pauses) {
                QVERIFY2(pause >= most / 2 && pause <= most, none);
                most *= 2;
            }
        }
    }

    void askedPause_thatIsTooLong_isNotWaitedFor()
    {
        const Played played = play({response(429, {{"retry-after", "6m0s"}}), response(200)});
        QCOMPARE(played.exchanges, 1);
        QCOMPARE(played.answer.value().status, 429L);
        QVERIFY(played.pauses.empty());
        RetryPolicy patient;
        patient.longestPause = std::chrono::seconds(360);
        QCOMPARE(play({response(429, {{"retry-after", "6m0s"}}), response(200)}, patient).exchanges, 2);
    }

    void throttledAnswer_isRepeatedWhereTheProviderSaysSo()
    {
        RetryPolicy policy;
        policy.isThrottled = [](const HttpResponse& said) { return said.status == 400 && said.body == "slow down"; };
        HttpResponse throttled = response(400);
        throttled.body = "slow down";
        QCOMPARE(play({throttled, response(200)}, policy).exchanges, 2);
        QCOMPARE(play({response(400), response(200)}, policy).exchanges, 1);
    }

    void watch_isTold()
    {
        HttpResponse whole = response(200);
        whole.bytes = 7;
        Script script({response(429, {{"retry-after", "2"}}), kBroken, response(503), whole});
        HttpClient client(script, [](milliseconds, const std::stop_token&) { return true; });
        int requests = 0;
        std::vector<HttpClient::Wait> waits;
        client.setWatch({[&] { ++requests; }, [&](const HttpClient::Wait& wait) { waits.push_back(wait); }});
        QVERIFY(client.send({}, {}, {}).ok());
        QCOMPARE(requests, 4);
        QCOMPARE(client.requests(), std::uint64_t{4});
        QCOMPARE(client.bytes(), std::uint64_t{7});
        QCOMPARE(waits.size(), std::size_t{3});
        QVERIFY(waits[0].time >= std::chrono::seconds(2) && waits[0].time <= std::chrono::seconds(3));
        QVERIFY(waits[0].isAsked && waits[0].status == 429);
        QVERIFY(!waits[1].isAsked && waits[1].status == 0); // nobody answered: nobody asked for a pause
        QVERIFY(!waits[2].isAsked && waits[2].status == 503);
    }

    void pauseTexts_areRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("expected"); // -1: says nothing
        const auto row = [](const char* text, qint64 expected) { QTest::newRow(text) << text << expected; };
        row("12", 12'000);
        row("0", 0);
        row("0.5", 500);
        row("250ms", 250);
        row("1s", 1000);
        row("6m0s", 360'000);
        row("1h2m3.5s", 3'723'500);
        row("1.0001s", 1001); // rounded up
        row("Sat, 21 Nov 2026 09:00:45 GMT", 45'000);
        row("Saturday, 21-Nov-26 09:00:45 GMT", 45'000);
        row("Sat, 21 Nov 2026 08:00:00 GMT", 0); // gone by
        row("soon", -1);
        row("-5", -1);
        row("nan", -1);
        row("inf", 1'000'000'000'000); // longer than anybody waits, and no reason to ask at once
        row("1e300", 1'000'000'000'000);
        row("5 apples", -1);
        row("1d", -1);
    }
    void pauseTexts_areRead()
    {
        QFETCH(QString, text);
        QFETCH(qint64, expected);
        const std::vector<std::string> names{"retry-after"};
        const auto pause = pauseAskedBy(
            response(429, {{"date", "Sat, 21 Nov 2026 09:00:00 GMT"}, {"retry-after", text.toStdString()}}), names);
        QCOMPARE(pause ? qint64(pause->count()) : qint64(-1), expected);
    }

    void pauseDate_withoutTheAnswersDate_saysNothing()
    {
        const std::vector<std::string> names{"retry-after"};
        QVERIFY(!pauseAskedBy(response(429, {{"retry-after", "Sat, 21 Nov 2026 09:00:45 GMT"}}), names));
        std::string endless;
        for (int i = 0; i < 20'000; ++i)
            endless += "999999999h";
        QVERIFY(pauseAskedBy(response(429, {{"retry-after", endless}}), names).value().count() > 0);
    }

    // Proxy

    void proxy_isAskedInsteadOfTheServer()
    {
        const LoopbackServer proxy([](const Request&) { return answer(200, "by proxy"); });
        NetworkOptions options;
        options.proxy = proxy.url();
        const auto answered = exchange(get("http://billing.example.invalid/v1/costs?day=1"), options);
        QVERIFY2(answered.ok(), answered.ok() ? "" : answered.error().text().c_str());
        QCOMPARE(answered->body, std::string("by proxy"));
        const Request request = proxy.requests().front();
        QCOMPARE(request.path, std::string("http://billing.example.invalid/v1/costs")); // the absolute form
        QCOMPARE(request.query, std::string("day=1"));
        QCOMPARE(request.headers.at("host"), std::string("billing.example.invalid"));
    }

    void environmentsProxy_isNotUsedByItself()
    {
        const LoopbackServer proxy([](const Request&) { return answer(200, "by proxy"); });
        const LoopbackServer server([](const Request&) { return answer(200, "directly"); });
        for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"})
            qputenv(name, QByteArray::fromStdString(proxy.url()));
        QCOMPARE(exchange(get(server.url()))->body, std::string("directly"));
        NetworkOptions options;
        options.proxy = NetworkOptions::kEnvironmentProxy;
        QCOMPARE(exchange(get(server.url()), options)->body, std::string("by proxy"));
        qputenv("no_proxy", "*"); // nor does it switch off a proxy that was chosen
        options.proxy = proxy.url();
        QCOMPARE(exchange(get(server.url()), options)->body, std::string("by proxy"));
        for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY", "no_proxy"})
            qunsetenv(name);
    }

    void addressThatMayNotBeAsked_isNotConnectedTo()
    {
        LoopbackServer there([](const Request&) { return answer(200, "there"); });
        const LoopbackServer here([&there](const Request&) { return redirect(302, there.url() + "/x"); });
        NetworkOptions options;
        options.mayAsk = [&here](const std::string& url) {
            return url.starts_with(here.url()) ? Status() : Status(Error{ErrorCode::Denied, "not this one", {}});
        };
        QVERIFY(says(exchange(get(there.url() + "/y"), options), ErrorCode::Denied, "not this one"));
        QVERIFY(says(exchange(get(here.url() + "/"), options), ErrorCode::Denied, "redirects to another one"));
        QCOMPARE(here.count(), std::size_t{1});
        QCOMPARE(there.connections(), std::size_t{0});
    }

    void origins_areWrittenInOneWay_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("origin"); // empty: refused
        const std::vector<std::pair<const char*, const char*>> all{
            {"https://api.example.com/v1?x=1", "https://api.example.com"},
            {"HTTPS://API.Example.COM:443", "https://api.example.com"},
            {"http://host:80/x", "http://host"},
            {"https://host:80", "https://host:80"},
            {"http://[0:0::1]:4000", "http://[::1]:4000"},
            {"http://[::1]#@evil.example", "http://[::1]"},
            {"https://xn--hst-sna.example", "https://xn--hst-sna.example"},
            {"https://under_score", "https://under_score"},
            {"https://host?@evil.example", "https://host"},
            {"https://1.2.3.4:5", "https://1.2.3.4:5"},
            {"https://user@host", ""},
            {"https://h\u00f6st", ""},
            {"https://host\\@evil.example", ""},
            {"https://host .example", ""},
            {"https://01.2.3.4", ""},
            {"https://1.2.3", ""},
            {"https://0x7f000001", ""},
            {"https://a.0x1", ""},
            {"https://host.", ""},
            {"https://.host", ""},
            {"https://host:08", ""},
            {"https://host:65536", ""},
            {"https://[::1", ""},
            {"https://[::1]x", ""},
            {"https://*.example.com", ""},
            {"https:///host", ""},
            {"file:///etc/hostname", ""},
            {"host", ""},
        };
        for (const auto& [url, origin] : all)
            QTest::newRow(url) << url << origin;
    }
    void origins_areWrittenInOneWay()
    {
        QFETCH(QString, url);
        QFETCH(QString, origin);
        const auto said = canonicalOrigin(url.toStdString());
        QCOMPARE(QString::fromStdString(said ? *said : std::string()), origin);
        QCOMPARE(canonicalProxy("proxy.example.com").value(), std::string("http://proxy.example.com:1080"));
        QCOMPARE(canonicalProxy("SOCKS5h://Proxy:9050/").value(), std::string("socks5h://proxy:9050"));
        QVERIFY(!canonicalProxy("http://user:word@proxy").ok());
        QVERIFY(!canonicalProxy("file://proxy").ok());
        const std::vector<std::string> family{"https://b.s3.*.amazonaws.com"};
        QVERIFY(isAmong("https://b.s3.eu-west-1.amazonaws.com", family));
        for (const char* other : {"https://b.s3..amazonaws.com", "https://b.s3.x.evil.amazonaws.com",
                                  "https://b.s3.evil.example/.amazonaws.com", "https://b.s3.amazonaws.com"})
            QVERIFY2(!isAmong(other, family), other);
    }

    void proxy_thatRefuses_isNamed()
    {
        const LoopbackServer proxy([](const Request&) { return answer(407, "who are you?"); });
        NetworkOptions options;
        options.proxy = "http://finops:planted-password@127.0.0.1:" + std::to_string(proxy.port());
        const auto answered = exchange(get("https://billing.example.invalid/"), options);
        QVERIFY(says(answered, ErrorCode::Network, "the proxy refuses the connection (HTTP 407)"));
        const Request request = proxy.requests().front();
        QCOMPARE(request.method, std::string("CONNECT"));
        QVERIFY(!request.headers.contains("authorization")); // the credential is for the server alone
        QVERIFY(answered.error().text().find("planted-password") == std::string::npos);
    }

    void proxy_thatCannotBeFound_doesNotTellItsPassword()
    {
        NetworkOptions options;
        options.proxy = "http://finops:planted-password@no-such-proxy.invalid:3128";
        const auto answered = exchange(get("http://127.0.0.1:9/"), options);
        QVERIFY(!answered.ok());
        QVERIFY2(answered.error().text().find("planted-password") == std::string::npos,
                 answered.error().text().c_str());
    }

    // Files

    void download_isTheBodyAsSent()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("costs.csv.gz"));
        const std::string packed = gzipped(1000, "end");
        const LoopbackServer server([&packed](const Request& request) {
            return request.path == "/empty" ? answer(200, "") : answer(200, packed, {{"Content-Encoding", "gzip"}});
        });
        HttpRequest request = get(server.url() + "/costs.csv.gz");
        request.saveTo = path.toStdString();
        const auto answered = exchange(request);
        QVERIFY(answered.ok());
        QVERIFY(answered->body.empty());
        QCOMPARE(answered->bytes, std::uint64_t{packed.size()});
        QCOMPARE(contentOf(path).toStdString(), packed);
        request.url = server.url() + "/empty"; // replaces it
        QVERIFY(exchange(request).ok());
        QCOMPARE(contentOf(path), QByteArray());
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }

    void download_thatFails_leavesNothingBehind_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("hasAnswer");
        QTest::newRow("404") << "/404" << true;
        QTest::newRow("500") << "/500" << true;
        QTest::newRow("cut") << "/cut" << false;
        QTest::newRow("too large") << "/large" << false;
        QTest::newRow("redirect to 404") << "/moved" << true;
    }
    void download_thatFails_leavesNothingBehind()
    {
        QFETCH(QString, path);
        QFETCH(bool, hasAnswer);
        const LoopbackServer server([](const Request& request) {
            if (request.path == "/moved")
                return redirect(302, "/404");
            Answer said = answer(request.path == "/404"   ? 404
                                 : request.path == "/500" ? 500
                                                          : 200,
                                 "<Error>no such key</Error>" + std::string(request.path == "/large" ? 5000 : 0, 'x'));
            said.cutAfter = request.path == "/cut" ? 10 : std::string::npos;
            return said;
        });
        for (const bool exists : {false, true}) {
            const QTemporaryDir folder;
            const QString file = folder.filePath(QStringLiteral("costs.csv"));
            if (exists)
                put(file, "yesterday's");
            HttpRequest request = get(server.url() + path.toStdString());
            request.saveTo = file.toStdString();
            request.maxBytes = 1000;
            const auto answered = exchange(request);
            QCOMPARE(answered.ok(), hasAnswer);
            if (hasAnswer)
                QVERIFY(answered->body.find("no such key") != std::string::npos); // for the message
            QCOMPARE(QDir(folder.path()).entryList(QDir::Files),
                     exists ? QStringList{QStringLiteral("costs.csv")} : QStringList());
            if (exists)
                QCOMPARE(contentOf(file), QByteArray("yesterday's"));
        }
    }

    void download_thatCannotBeWritten_isSaid()
    {
        const QTemporaryDir folder;
        const LoopbackServer server(
            [](const Request& request) { return answer(200, request.path == "/e" ? "" : "x"); });
        for (const char* path : {"/x", "/e"}) {
            HttpRequest request = get(server.url() + path);
            request.saveTo = (folder.path() + QStringLiteral("/none/file")).toStdString();
            QVERIFY(says(exchange(request), ErrorCode::Io, "cannot be written"));
            request.saveTo = folder.path().toStdString(); // a folder stands there
            QVERIFY(says(exchange(request), ErrorCode::Io, "cannot be written"));
        }
        QVERIFY(QDir(folder.path()).isEmpty());
        QVERIFY(!QFile::exists(folder.path() + QStringLiteral(".part")));
    }

    // Certificates

    void certificate_isVerified()
    {
        const QString openssl = QStandardPaths::findExecutable(QStringLiteral("openssl"));
        if (openssl.isEmpty())
            QSKIP("The program openssl is not installed.");
        const QTemporaryDir folder;
        const QString certificate = folder.filePath(QStringLiteral("cert.pem"));
        const QString key = folder.filePath(QStringLiteral("key.pem"));
        QProcess maker;
        maker.start(openssl,
                    {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                     QStringLiteral("rsa:2048"), QStringLiteral("-nodes"), QStringLiteral("-keyout"), key,
                     QStringLiteral("-out"), certificate, QStringLiteral("-subj"), QStringLiteral("/CN=Altimeter test"),
                     QStringLiteral("-addext"), QStringLiteral("subjectAltName=IP:127.0.0.1"), QStringLiteral("-days"),
                     QStringLiteral("2")});
        QVERIFY(maker.waitForFinished(60'000) && maker.exitCode() == 0);
        const LoopbackServer plain([](const Request&) { return answer(200, "no secret any more"); });
        put(folder.filePath(QStringLiteral("answer")), "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nsafe");
        put(folder.filePath(QStringLiteral("moved")), "HTTP/1.0 302 Moved\r\nContent-Length: 0\r\nLocation: " +
                                                          QByteArray::fromStdString(plain.url()) + "/\r\n\r\n");
        QProcess server;
        server.setWorkingDirectory(folder.path());
        server.setProcessChannelMode(QProcess::MergedChannels);
        server.start(openssl,
                     {QStringLiteral("s_server"), QStringLiteral("-accept"), QStringLiteral("127.0.0.1:0"),
                      QStringLiteral("-cert"), certificate, QStringLiteral("-key"), key, QStringLiteral("-HTTP")});
        QByteArray said;
        const QRegularExpression accept(QStringLiteral("ACCEPT 127\\.0\\.0\\.1:(\\d+)"));
        QRegularExpressionMatch match;
        while (!(match = accept.match(QString::fromUtf8(said))).hasMatch()) {
            QVERIFY(server.waitForReadyRead(20'000));
            said += server.readAll();
        }
        const std::string port = match.captured(1).toStdString();
        const std::string url = "https://127.0.0.1:" + port;

        const auto unknown = exchange(get(url + "/answer"));
        QVERIFY(says(unknown, ErrorCode::Network, "certificate could not be verified"));
        QVERIFY(unknown.error().todo.find("certificate authority") != std::string::npos);
        NetworkOptions trusting;
        trusting.caFile = certificate.toStdString();
        const auto trusted = exchange(get(url + "/answer"), trusting);
        QVERIFY2(trusted.ok(), trusted.ok() ? "" : trusted.error().text().c_str());
        QCOMPARE(trusted->body, std::string("safe"));
        QVERIFY(says(exchange(get("https://localhost:" + port + "/answer"), trusting), ErrorCode::Network,
                     "certificate could not be verified"));
        NetworkOptions missing;
        missing.caFile = folder.filePath(QStringLiteral("none.pem")).toStdString();
        QVERIFY(says(exchange(get(url + "/answer"), missing), ErrorCode::Network, "certificate could not be verified"));

        QVERIFY(says(exchange(get(url + "/moved"), trusting), ErrorCode::Network, "from https to http"));
        QCOMPARE(plain.count(), std::size_t{0});
        server.kill();
        server.waitForFinished();
    }

    // Texts

    void percentEncoding_isThatOfRfc3986()
    {
        QCOMPARE(percentEncoded("aZ0-_.~"), std::string("aZ0-_.~"));
        QCOMPARE(percentEncoded("a b/c+d&=\xC3\xA9"), std::string("a%20b%2Fc%2Bd%26%3D%C3%A9"));
        QCOMPARE(percentEncoded("a/b c", true), std::string("a/b%20c"));
        const std::vector<std::pair<std::string, std::string>> pairs{{"a[]", "1"}, {"b", "x y"}, {"c", ""}};
        QCOMPARE(queryText(pairs), std::string("a%5B%5D=1&b=x%20y&c="));
        QCOMPARE(queryText({}), std::string());
    }

    void urls_areJoinedAndCompared()
    {
        QCOMPARE(joinUrl("https://a.example/v1//", "/x"), std::string("https://a.example/v1/x"));
        QCOMPARE(originOf("HTTPS://Api.Example.com/x?y"), std::string("https://api.example.com:443"));
        QCOMPARE(originOf("http://u:p@a.example:8080"), std::string("http://a.example:8080"));
        QCOMPARE(originOf("not a url"), std::string());
        QVERIFY(originOf("https://a.example") != originOf("https://a.example.evil.example"));
        QVERIFY(originOf("https://a.example") != originOf("https://a.example@evil.example"));
    }
};

QTEST_GUILESS_MAIN(TestHttp)
#include "tst_http.moc"
