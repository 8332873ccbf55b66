#pragma once

#include "models/text/jsontext.h"
#include "providers/core/connector.h"
#include "providers/net/curltransport.h"
#include "tests/providers/collectingsink.h"
#include "tests/testkit/loopbackserver.h"

#include <QtTest/QtTest>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace altimeter::testing {

/// One fetch of a connector over real HTTP on loopback, with what came of it.
struct Fetched {
    Status status;
    CollectingSink sink;
    std::vector<Measure> measures;
    std::vector<providers::Delivery::File> files;
    std::vector<DateRange> covered;
    std::vector<DateRange> proven; ///< days of which the answer proves that nothing is left out
    std::map<std::string, std::string> state;
    std::map<std::int32_t, std::uint64_t> duplicates;
    std::uint64_t requests = 0;
    std::vector<std::chrono::milliseconds> pauses; ///< that the client wanted; it never really waits in a test

    std::string error() const { return status.ok() ? std::string() : status.error().text(); }
    std::string total(CostLens lens = CostLens::Billed, const std::string& currency = "USD") const
    {
        return sink.total(lens, currency);
    }
};

/// A provider column of a charge.
inline std::string extra(const Fetched& fetched, const CollectingSink::Row& row, const std::string& column)
{
    const auto& names = fetched.sink.extraColumns;
    const auto found = std::find(names.begin(), names.end(), column);
    return found == names.end() ? "no such column" : row.extra[static_cast<std::size_t>(found - names.begin())];
}
inline std::string extra(const Fetched& fetched, std::size_t index, const std::string& column)
{
    return extra(fetched, fetched.sink.rows[index], column);
}
/// A FOCUS column of a charge; empty where it is not filled.
inline std::string cell(const CollectingSink::Row& row, const std::string& column)
{
    const auto found = row.text.find(column);
    return found == row.text.end() ? std::string() : found->second;
}

/// How a connector is set up in a test: everything that differs between kinds.
struct ConnectorSample {
    std::string kind;
    std::map<std::string, std::string> values; ///< fields; "{url}" becomes the server's address
    std::map<std::string, std::string> secrets;
    DateRange window;
    Instant now{1795248000};       ///< 2026-11-21T08:00:00Z
    LoopbackServer::Handler happy; ///< answers as the provider does when all is well, at least two pages where it pages
    LoopbackServer::Handler empty; ///< all is well, and there is nothing in the window
    /// Happy, but the server says "more" forever with the same cursor. None where the provider does not page.
    LoopbackServer::Handler repeating;
    std::map<std::string, std::string> totals; ///< of `lens`, of the happy window by currency, as DecimalSum writes it
    CostLens lens = CostLens::Billed;          ///< Effective or List for sources that bill nothing
    std::size_t rows = 0;                      ///< charges of the happy window
    /// Headers by which this provider asks for a pause, each with a value that means two seconds.
    std::vector<std::pair<std::string, std::string>> pauseHeaders{{"Retry-After", "2"}};
    std::map<std::string, std::string> state;
    bool provesEmpty = false; ///< `empty` holds a place for each day, with nothing in it
    bool answersJson = true;  ///< false: bodies are not JSON, so a member cannot be added to them
};

/// Fields and secrets of a sample for a connection to `server`.
struct FilledSample {
    ConnectionSettings settings;
    providers::Secrets secrets;

    FilledSample(const LoopbackServer& server, const ConnectorSample& sample)
    {
        settings.name = "test " + sample.kind;
        settings.kind = sample.kind;
        for (const auto& [key, value] : sample.values)
            settings.values[key] = filled(value, server.url());
        for (const auto& [key, value] : sample.secrets)
            secrets[key] = providers::Secret(filled(value, server.url()));
    }
    static std::string filled(std::string text, const std::string& url)
    {
        for (auto at = text.find("{url}"); at != std::string::npos; at = text.find("{url}"))
            text.replace(at, 5, url);
        return text;
    }
};

inline Fetched fetchFrom(const LoopbackServer& server, const ConnectorSample& sample, std::stop_token stop = {})
{
    Fetched fetched;
    const providers::ConnectorKind* kind = providers::connectorKind(sample.kind);
    if (!kind) {
        fetched.status = Error{ErrorCode::NotFound, "no such kind", sample.kind};
        return fetched;
    }
    const FilledSample filled(server, sample);
    providers::NetworkOptions network;
    network.stallTimeout = std::chrono::seconds(20);
    providers::CurlTransport transport(network);
    providers::HttpClient http(transport, [&fetched](std::chrono::milliseconds time, const std::stop_token& token) {
        fetched.pauses.push_back(time);
        return !token.stop_requested();
    });
    const QTemporaryDir folder;
    providers::Delivery delivery(
        {kind->info, sample.window, sample.now, kind->extraColumns, folder.path().toStdString()}, fetched.sink);
    const auto connector = kind->make({filled.settings, filled.secrets, http, sample.now});
    fetched.status = connector->fetch({sample.window, sample.now, sample.state}, delivery, stop);
    if (fetched.status.ok())
        fetched.status = delivery.flush();
    for (const auto& file : delivery.files()) { // read as the import would read them
        if (!fetched.status.ok())
            break;
        const auto read = providers::readFocusFile(file.path, file.name, fetched.sink, {}, stop);
        if (!read)
            fetched.status = read.error();
    }
    fetched.measures = delivery.measures();
    fetched.files = delivery.files();
    fetched.covered = delivery.covered();
    fetched.proven = delivery.proven();
    fetched.state = delivery.state;
    fetched.duplicates = delivery.duplicates();
    fetched.requests = http.requests();
    return fetched;
}

/// Runs Connector::test() of the sample.
inline Result<std::string> testFrom(const LoopbackServer& server, const ConnectorSample& sample)
{
    const providers::ConnectorKind* kind = providers::connectorKind(sample.kind);
    const FilledSample filled(server, sample);
    providers::CurlTransport transport({});
    providers::HttpClient http(transport, [](std::chrono::milliseconds, const std::stop_token&) { return true; });
    return kind->make({filled.settings, filled.secrets, http, sample.now})->test({});
}

/// What every connector must withstand. Call it from a test function; it uses QVERIFY and QCOMPARE.
class ConnectorSuite {
public:
    explicit ConnectorSuite(ConnectorSample sample) : m_sample(std::move(sample)) {}

    void run() const
    {
        using Step = void (ConnectorSuite::*)() const;
        for (const Step step :
             {&ConnectorSuite::happy, &ConnectorSuite::nothing, &ConnectorSuite::refused, &ConnectorSuite::limited,
              &ConnectorSuite::fault, &ConnectorSuite::cut, &ConnectorSuite::wrongType, &ConnectorSuite::repeated,
              &ConnectorSuite::cancelled, &ConnectorSuite::unknownFields, &ConnectorSuite::huge,
              &ConnectorSuite::secretsStaySecret}) {
            (this->*step)();
            if (QTest::currentTestFailed())
                return;
        }
    }

private:
    void expectHappy(const Fetched& fetched, const char* when) const
    {
        QVERIFY2(fetched.status.ok(), (std::string(when) + ": " + fetched.error()).c_str());
        QVERIFY2(fetched.sink.rows.size() == m_sample.rows,
                 (std::string(when) + ": rows " + std::to_string(fetched.sink.rows.size())).c_str());
        for (const auto& [currency, total] : m_sample.totals) {
            const std::string got = fetched.total(m_sample.lens, currency);
            QVERIFY2(got == total, (std::string(when) + ": " + currency + ' ' + got + ", not " + total).c_str());
        }
    }
    void happy() const
    {
        std::vector<std::string> pages;
        const LoopbackServer server([this, &pages](const LoopbackServer::Request& request) {
            auto page = m_sample.happy(request);
            pages.push_back(page.body);
            return page;
        });
        expectHappy(fetchFrom(server, m_sample), "happy");
        keepSeeds(pages);
        const auto tested = testFrom(server, m_sample);
        QVERIFY2(tested.ok(), tested.ok() ? "" : tested.error().text().c_str());
        QVERIFY(!tested->empty());
    }
    /// With ALTIMETER_SEEDS naming a folder, the pages become the first inputs of the fuzzer, and the settings go
    /// along.
    void keepSeeds(const std::vector<std::string>& pages) const
    {
        const QString folder = qEnvironmentVariable("ALTIMETER_SEEDS");
        if (folder.isEmpty() || pages.empty())
            return;
        const QString kind = QString::fromStdString(m_sample.kind);
        QDir().mkpath(folder + '/' + kind);
        QFile seed(folder + '/' + kind + "/happy");
        QVERIFY(seed.open(QIODevice::WriteOnly));
        for (const std::string& page : pages) {
            seed.write(page.data(), static_cast<qint64>(page.size()));
            seed.putChar('\x1e');
        }
        QFile settings(folder + '/' + kind + ".settings");
        QVERIFY(settings.open(QIODevice::WriteOnly));
        const auto line = [&settings](const std::string& key, const std::string& value) {
            const std::string text = FilledSample::filled(value, "http://127.0.0.1:1");
            settings.write((key + '\x1f' + text + '\x1e').c_str());
        };
        line("from", toString(m_sample.window.from));
        line("to", toString(m_sample.window.to));
        line("now", std::to_string(m_sample.now.seconds));
        for (const auto& [key, value] : m_sample.values)
            line("value " + key, value);
        for (const auto& [key, value] : m_sample.secrets)
            line("secret " + key, value);
    }
    void nothing() const
    {
        const LoopbackServer server(m_sample.empty);
        const Fetched fetched = fetchFrom(server, m_sample);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{0});
        QVERIFY2(fetched.proven.empty() || m_sample.provesEmpty, "an answer without a word was taken for a proof");
        // an empty object, no data member: not the same as nothing
        if (!m_sample.answersJson)
            return;
        const LoopbackServer hollow([](const LoopbackServer::Request&) { return answer(200, "{}"); });
        const Fetched none = fetchFrom(hollow, m_sample);
        QVERIFY2(!none.status.ok(), "an empty object was taken for an empty answer");
    }
    void refused() const
    {
        for (const int status : {401, 403}) {
            const LoopbackServer server([status](const LoopbackServer::Request&) {
                return answer(status, R"({"error":{"message":"no such key","type":"auth"}})");
            });
            const Fetched fetched = fetchFrom(server, m_sample);
            QVERIFY(!fetched.status.ok());
            QVERIFY2(fetched.status.error().code == ErrorCode::Denied, fetched.error().c_str());
            QVERIFY2(!fetched.status.error().todo.empty(), "the user is not told what to do");
            QCOMPARE(server.count(), std::size_t{1}); // not repeated
        }
    }
    void limited() const
    {
        for (const auto& [name, value] : m_sample.pauseHeaders) {
            std::atomic<int> asked = 0;
            LoopbackServer server([&, this, name = name, value = value](const LoopbackServer::Request& request) {
                if (asked++ == 0) {
                    auto busy = answer(429, R"({"error":{"message":"slow down"}})");
                    busy.headers.emplace_back(name, value);
                    return busy;
                }
                return m_sample.happy(request);
            });
            const Fetched fetched = fetchFrom(server, m_sample);
            expectHappy(fetched, name.c_str());
            QVERIFY2(!fetched.pauses.empty() && fetched.pauses.front() >= std::chrono::milliseconds(2000) &&
                         fetched.pauses.front() < std::chrono::milliseconds(2500),
                     (name + " was not honoured").c_str());
        }
        const LoopbackServer never([](const LoopbackServer::Request&) { return answer(429, "{}"); });
        const Fetched fetched = fetchFrom(never, m_sample);
        QVERIFY(!fetched.status.ok());
        QCOMPARE(static_cast<int>(fetched.status.error().code), static_cast<int>(ErrorCode::Limited));
        QVERIFY(never.count() <= 6);
    }
    void fault() const
    {
        std::atomic<int> asked = 0;
        LoopbackServer server([&, this](const LoopbackServer::Request& request) {
            return asked++ % 2 == 0 ? answer(500, "oops", "text/plain") : m_sample.happy(request);
        });
        expectHappy(fetchFrom(server, m_sample), "500 then success");
    }
    void cut() const
    {
        const LoopbackServer server([this](const LoopbackServer::Request& request) {
            auto half = m_sample.happy(request);
            half.cutAfter = half.body.size() / 2;
            if (half.body.size() < 2)
                half.status = 500;
            return half;
        });
        const Fetched fetched = fetchFrom(server, m_sample);
        QVERIFY2(!fetched.status.ok(), "half an answer was taken for a whole one");
        QCOMPARE(static_cast<int>(fetched.status.error().code), static_cast<int>(ErrorCode::Network));
    }
    void wrongType() const
    {
        const LoopbackServer server([](const LoopbackServer::Request&) {
            return answer(200, "<html><body>Sign in</body></html>", "text/html");
        });
        const Fetched fetched = fetchFrom(server, m_sample);
        QVERIFY2(!fetched.status.ok(), "a sign-in page was taken for data");
    }
    void repeated() const
    {
        if (!m_sample.repeating)
            return;
        const LoopbackServer server(m_sample.repeating);
        const Fetched fetched = fetchFrom(server, m_sample);
        QVERIFY2(!fetched.status.ok(), "a repeated cursor went unnoticed");
        QVERIFY(server.count() < 50);
    }
    void cancelled() const
    {
        const LoopbackServer server([this](const LoopbackServer::Request& request) {
            auto slow = m_sample.happy(request);
            slow.delay = std::chrono::seconds(20);
            return slow;
        });
        std::stop_source stop;
        std::jthread stopper([&stop] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            stop.request_stop();
        });
        const auto begun = std::chrono::steady_clock::now();
        const Fetched fetched = fetchFrom(server, m_sample, stop.get_token());
        const auto took = std::chrono::steady_clock::now() - begun;
        QVERIFY(!fetched.status.ok());
        QCOMPARE(static_cast<int>(fetched.status.error().code), static_cast<int>(ErrorCode::Cancelled));
        QVERIFY(took < std::chrono::seconds(5)); // a hang would take 20 s
    }
    void unknownFields() const
    {
        if (!m_sample.answersJson)
            return;
        const LoopbackServer server([this](const LoopbackServer::Request& request) {
            auto page = m_sample.happy(request);
            for (std::size_t at = 0; (at = page.body.find('{', at)) != std::string::npos;) {
                const std::string more = R"("zz_new_field":{"deep":[1,2.5,null,true]})";
                const auto next = page.body.find_first_not_of(" \n", at + 1);
                // keyed maps ("labels":{…}) are no records: only objects that hold a name and a value
                const bool isEmpty = next != std::string::npos && page.body[next] == '}';
                if (!isEmpty && page.body.compare(at, 2, "{\"") == 0 && isRecord(page.body, at))
                    page.body.insert(at + 1, more + ',');
                at += isEmpty ? 1 : more.size() + 2;
                if (at >= page.body.size())
                    break;
            }
            return page;
        });
        expectHappy(fetchFrom(server, m_sample), "unknown fields");
    }
    void huge() const
    {
        if (!m_sample.answersJson)
            return;
        const LoopbackServer server([this](const LoopbackServer::Request& request) {
            auto page = m_sample.happy(request);
            page.body.append(std::size_t{4} << 20U, ' ');
            return page;
        });
        expectHappy(fetchFrom(server, m_sample), "a page of 4 MiB");
    }
    /// Only the outermost object and those directly inside a list get a new member: maps by name must stay as they are.
    static bool isRecord(const std::string& body, std::size_t at)
    {
        const auto before = body.find_last_not_of(" \n", at == 0 ? std::string::npos : at - 1);
        return at == 0 || before == std::string::npos || body[before] == '[' || body[before] == ',';
    }
    void secretsStaySecret() const
    {
        for (const int status : {401, 403, 429, 500, 418}) {
            const LoopbackServer server([status](const LoopbackServer::Request& request) {
                // a server that repeats all it was sent
                std::string said = "bad credential " + request.path + '?' + request.query + ' ' +
                                   LoopbackServer::decoded(request.query) + ' ' + request.body + ' ' +
                                   LoopbackServer::decoded(request.body);
                for (const auto& [name, value] : request.headers)
                    said += ' ' + name + ": " + value;
                return answer(status, R"({"error":{"message":)" + words::jsonQuoted(said.substr(0, 290)) +
                                          R"(},"error_description":)" + words::jsonQuoted(said) + '}');
            });
            const Fetched fetched = fetchFrom(server, m_sample);
            const std::string said = fetched.error() + (fetched.status.ok() ? "" : fetched.status.error().todo);
            for (const auto& [field, secret] : m_sample.secrets) {
                QVERIFY2(secret.size() >= 8, (field + " is too short to be looked for").c_str());
                QVERIFY2(said.find(secret) == std::string::npos, ("the error tells " + field).c_str());
            }
        }
    }

public:
    static LoopbackServer::Answer answer(int status, std::string body, std::string type = "application/json")
    {
        LoopbackServer::Answer said;
        said.status = status;
        said.body = std::move(body);
        said.type = std::move(type);
        return said;
    }

private:
    ConnectorSample m_sample;
};

/// A 200 answer with this JSON.
inline LoopbackServer::Answer json(std::string body)
{
    return ConnectorSuite::answer(200, std::move(body));
}

} // namespace altimeter::testing
