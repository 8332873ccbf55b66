#include <QtTest/QtTest>

#include "providers/core/connector.h"
#include "providers/net/crypto.h"
#include "tests/providers/collectingsink.h"

#include <utility>

using namespace altimeter;
using namespace altimeter::providers;
using altimeter::testing::CollectingSink;

namespace {

HttpRequest sent(const std::string& name, const std::string& value)
{
    HttpRequest request;
    request.headers = {{name, value}};
    return request;
}

/// Fails the test when it is asked anything.
class NoTransport final : public Transport {
public:
    Result<HttpResponse> exchange(const HttpRequest&, std::stop_token) override
    {
        m_wasAsked = true;
        return Error{ErrorCode::Network, "asked", {}};
    }
    bool wasAsked() const { return m_wasAsked; }

private:
    bool m_wasAsked = false;
};

/// Repeats the first header behind a long text.
class Echo final : public Transport {
public:
    Result<HttpResponse> exchange(const HttpRequest& request, std::stop_token) override
    {
        HttpResponse answer;
        answer.status = 400;
        answer.body = "{\"message\":\"" + std::string(290, '.') + request.headers.front().second + "\"}";
        return answer;
    }
};

} // namespace

class TestConnector : public QObject {
    Q_OBJECT

private slots:
    void headers_areTakenOutOfAText_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::newRow("whole and twice") << "x-api-key"
                                         << "sk-planted"
                                         << "no sk-planted, no sk-planted!"
                                         << "no [hidden], no [hidden]!";
        QTest::newRow("behind its scheme") << "Authorization"
                                           << "Bearer sk-planted"
                                           << "key sk-planted"
                                           << "key [hidden]";
        QTest::newRow("part of what replaces it") << "x-api-key"
                                                  << "hidden"
                                                  << "a hidden key"
                                                  << "a [hidden] key";
        QTest::newRow("too short to tell") << "x-id"
                                           << "the"
                                           << "the key"
                                           << "the key";
        QTest::newRow("what is no secret") << "Content-Type"
                                           << "application/json"
                                           << "send application/json"
                                           << "send application/json";
    }
    void headers_areTakenOutOfAText()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, text);
        QFETCH(QString, shown);
        const auto request = sent(name.toStdString(), value.toStdString());
        QCOMPARE(QString::fromStdString(withoutHeaders(text.toStdString(), request)), shown);
    }

    void failedLookUp_isAFindingThatSaysWhatToDo()
    {
        CollectingSink sink;
        Delivery delivery({{}, {}, {}, {}, {}}, sink);
        QVERIFY(lookUpFailed("names", {ErrorCode::Denied, "a right is missing", {}, "Grant it."}, delivery).ok());
        QVERIFY(sink.find("look-up-refused", "names cannot be read: a right is missing. Grant it."));
        QVERIFY(lookUpFailed("limits", {ErrorCode::Network, "cut off", {}}, delivery).ok());
        QVERIFY(sink.find("look-up-refused", "limits cannot be read: cut off"));
        const Status stopped = lookUpFailed("names", {ErrorCode::Cancelled, "cancelled", {}}, delivery);
        QCOMPARE(static_cast<int>(stopped.error().code), static_cast<int>(ErrorCode::Cancelled));
    }

    void window_reachesTodayUpToYesterdaysEnd()
    {
        const Day today = Day::fromYmd(2026, 11, 21);
        const auto reaches = [&](Day to) {
            return FetchRequest{{today - 9, to}, {startOf(today).seconds + 3600}, {}}.reachesToday();
        };
        QVERIFY(reaches(today + 1) && reaches(today));
        QVERIFY(!reaches(today - 1));
    }

    void months_areThoseOfTheWindow()
    {
        const auto months = monthsOf({Day::fromYmd(2026, 11, 30), Day::fromYmd(2027, 1, 1)});
        QCOMPARE(months.size(), std::size_t{2});
        QCOMPARE(monthText(months.front()), std::string("2026-11"));
        QCOMPARE(monthText(months.back()), std::string("2026-12"));
        QVERIFY(monthsOf({Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 1)}).empty());
    }

    void texts_areTakenApart()
    {
        QCOMPARE(listOf(" a, b b ,,c\r\n", ','), (std::vector<std::string>{"a", "b b", "c"}));
        QCOMPARE(listOf("one\r\n\n two ", '\n'), (std::vector<std::string>{"one", "two"}));
        QVERIFY(listOf("", ',').empty() && listOf(" ,", ',').empty());
        QCOMPARE(currencyCode("usd"), std::string("USD"));
        QCOMPARE(basicAuthorization("Aladdin", "open sesame"), std::string("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    }

    void secretAtTheEdgeOfALongMessage_isNotToldInHalf()
    {
        Echo transport;
        HttpClient http(transport);
        Api api(http, {"Feed", "https://api.example.com", {{"x-api-key", "planted-key-of-many-letters"}}, {}, {}, {}});
        const auto answer = api.get("/costs", {});
        QVERIFY(!answer.ok());
        QVERIFY(answer.error().text().find("planted") == std::string::npos);
    }

    void nextPageElsewhere_isNotAskedAndItsQueryNotTold()
    {
        NoTransport transport;
        HttpClient http(transport);
        Api api(http, {"Feed", "https://api.example.com", {}, {}, {}, {}});
        const auto answer = api.get("https://other.example.com/next?sig=planted-signature", {});
        QVERIFY(!answer.ok());
        QVERIFY(!transport.wasAsked());
        QVERIFY(answer.error().text().find("planted-signature") == std::string::npos);
        QVERIFY(answer.error().text().find("other.example.com/next") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestConnector)
#include "tst_connector.moc"
