#include <QtTest/QtTest>

#include "models/text/hextext.h"
#include "providers/core/connector.h"
#include "providers/net/crypto.h"
#include "providers/net/curltransport.h"
#include "providers/net/oauth2.h"
#include "tests/providers/testkey.h"
#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using namespace altimeter::providers;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::json;
using altimeter::testing::kTestKeyPem;
using altimeter::testing::LoopbackServer;

namespace {

constexpr Instant kNow{1795248000}; // 2026-11-21T08:00:00Z

JwtSigner signer()
{
    return {"reader@test-project.iam.gserviceaccount.com", Secret(kTestKeyPem), "test-key-1",
            "https://oauth2.example.com/token"};
}

/// A client on loopback whose clock stands still until it is told otherwise.
struct Client {
    CurlTransport transport{NetworkOptions{}};
    HttpClient http{transport, [](std::chrono::milliseconds, const std::stop_token&) { return true; }};
    std::chrono::seconds elapsed{0};
    OAuth2 login;

    explicit Client(const LoopbackServer& server,
                    OAuth2::Grant grant = clientCredentialsGrant("app-1", Secret("s3cret value+/="),
                                                                 "https://x/.default"))
        : login(http,
                {"Microsoft Entra",
                 server.url() + "/t/oauth2/v2.0/token",
                 {},
                 "Check it.",
                 kNow,
                 [this] { return elapsed; }},
                std::move(grant))
    {
    }
};

Error errorOf(int status, const std::string& body)
{
    const LoopbackServer server([&](const LoopbackServer::Request&) { return ConnectorSuite::answer(status, body); });
    Client client(server);
    const auto token = client.login.token({});
    return token ? Error{} : token.error();
}

} // namespace

class TestOAuth2 : public QObject {
    Q_OBJECT

private slots:
    void rs256_isTheVectorOfRfc7515()
    {
        const auto signature =
            signRs256(kTestKeyPem,
                      "eyJhbGciOiJSUzI1NiJ9."
                      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");
        QVERIFY(signature.ok());
        QCOMPARE(words::base64Url(*signature),
                 std::string("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
                             "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPv"
                             "kSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCn"
                             "vWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"));
    }

    /// The expected signature was made with `openssl dgst -sha256 -sign` over the first two parts.
    void assertion_hasHeaderClaimsAndSignature()
    {
        const auto jwt = signedAssertion(signer(), "https://www.googleapis.com/auth/bigquery.readonly", kNow);
        QVERIFY(jwt.ok());
        const QList<QByteArray> parts = QByteArray::fromStdString(*jwt).split('.');
        QCOMPARE(parts.size(), 3);
        QCOMPARE(QByteArray::fromBase64(parts[0], QByteArray::Base64UrlEncoding),
                 QByteArray(R"({"alg":"RS256","typ":"JWT","kid":"test-key-1"})"));
        QCOMPARE(QByteArray::fromBase64(parts[1], QByteArray::Base64UrlEncoding),
                 QByteArray(R"({"iss":"reader@test-project.iam.gserviceaccount.com",)"
                            "\"scope\":\"https://www.googleapis.com/auth/bigquery.readonly\","
                            "\"aud\":\"https://oauth2.example.com/token\",\"iat\":1795248000,\"exp\":1795251600}"));
        QCOMPARE(
            parts[2],
            QByteArray("FA-KUXcd6oDe9usrHb3QAoi6Lp70zEiFd40dHB4q13jLjcpm1Kq33zdrOudJqipX45jwqEf8tBiMinO-wJuxKRg_"
                       "XcsW7MTbx4Yci_Ru76C930KZ_3_Mwhk9TGxfUvRF4HibI_Pv1ZTVBRLCb9fWvSSlIRp3HzccK5aodaWWt7AROR5nmbt"
                       "o_wGU5emXYPLAznpsgl_MFa1WXC9WW3chzRTgR_iQ5-6CRF51iFRh2832U82WmKkQkHkSgjPu_B0Qth4ng-tl57XsFp"
                       "0RzA3gTC9VepUnz2clZ6zRdTY4rETkYO8wpwwhpiyVJeb8P5_-RnbS6eE3NT8wu96UIECZXw"));
    }

    void assertion_withUnreadableKey_isRefused()
    {
        JwtSigner broken = signer();
        broken.privateKey = Secret("no key");
        QVERIFY(!signedAssertion(broken, "s", kNow).ok());
    }

    void clientCredentials_arePostedAsForm()
    {
        const LoopbackServer server(
            [](const LoopbackServer::Request&) { return json(R"({"access_token":"tok-1","expires_in":3599})"); });
        Client client(server);
        const auto token = client.login.token({});
        QVERIFY(token.ok());
        QCOMPARE(token->reveal(), std::string("tok-1"));
        const auto request = server.requests().at(0);
        QCOMPARE(request.method, std::string("POST"));
        QCOMPARE(request.path, std::string("/t/oauth2/v2.0/token"));
        QCOMPARE(request.headers.at("content-type"), std::string("application/x-www-form-urlencoded"));
        QCOMPARE(request.body, std::string("grant_type=client_credentials&client_id=app-1&client_secret="
                                           "s3cret%20value%2B%2F%3D&scope=https%3A%2F%2Fx%2F.default"));
    }

    void jwtBearer_isPostedAsForm()
    {
        const LoopbackServer server(
            [](const LoopbackServer::Request&) { return json(R"({"access_token":"tok-1","expires_in":3599})"); });
        Client client(server, jwtBearerGrant(signer(), "a b"));
        client.elapsed = std::chrono::seconds(60);
        QVERIFY(client.login.token({}).ok());
        const auto assertion = signedAssertion(signer(), "a b", {kNow.seconds + 60});
        QCOMPARE(server.requests().at(0).body,
                 "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + *assertion);
    }

    void token_isKeptAndRenewedFiveMinutesEarly()
    {
        std::atomic<int> made = 0;
        const LoopbackServer server([&](const LoopbackServer::Request&) {
            return json(R"({"access_token":"tok-)" + std::to_string(++made) + R"(","expires_in":3600})");
        });
        Client client(server);
        QCOMPARE(client.login.token({})->reveal(), std::string("tok-1"));
        client.elapsed = std::chrono::seconds(3299);
        QCOMPARE(client.login.token({})->reveal(), std::string("tok-1"));
        client.elapsed = std::chrono::seconds(3300);
        QCOMPARE(client.login.token({})->reveal(), std::string("tok-2"));
        QCOMPARE(server.count(), std::size_t{2});
    }

    void shortLife_isRenewedAtItsHalf()
    {
        std::atomic<int> made = 0;
        const LoopbackServer server([&](const LoopbackServer::Request&) {
            ++made;
            return json(R"({"access_token":"t","expires_in":"60"})");
        });
        Client client(server);
        QVERIFY(client.login.token({}).ok());
        client.elapsed = std::chrono::seconds(29);
        QVERIFY(client.login.token({}).ok());
        QCOMPARE(made.load(), 1);
        client.elapsed = std::chrono::seconds(30);
        QVERIFY(client.login.token({}).ok());
        QCOMPARE(made.load(), 2);
    }

    void refusal_isSaidInPlainWords_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("todo");
        QTest::newRow("wrong secret")
            << 401
            << R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1","error_codes":[7000215]})"
            << "the client secret is wrong"
            << "not its id";
        QTest::newRow("expired secret") << 401
                                        << R"({"error":"invalid_client","error_description":"AADSTS7000222: expired"})"
                                        << "the client secret has expired"
                                        << "new client secret";
        QTest::newRow("no such application")
            << 400 << R"({"error":"unauthorized_client","error_description":"AADSTS700016: not found"})"
            << "no application with this client id"
            << "Check the client id";
        QTest::newRow("wrong client") << 401 << R"({"error":"invalid_client"})"
                                      << "client id or the client secret is wrong"
                                      << "Check it.";
        QTest::newRow("wrong clock")
            << 400
            << R"({"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token"})"
            << "Invalid JWT"
            << "clock";
        QTest::newRow("nothing said") << 403 << ""
                                      << "HTTP 403"
                                      << "Check it.";
    }
    void refusal_isSaidInPlainWords()
    {
        QFETCH(int, status);
        QFETCH(QString, body);
        QFETCH(QString, said);
        QFETCH(QString, todo);
        const Error error = errorOf(status, body.toStdString());
        QCOMPARE(static_cast<int>(error.code), static_cast<int>(ErrorCode::Denied));
        QVERIFY2(QString::fromStdString(error.what).contains(said), error.what.c_str());
        QVERIFY2(QString::fromStdString(error.todo).contains(todo), error.todo.c_str());
        QVERIFY(!QString::fromStdString(error.what).contains("Trace ID"));
    }

    void refusal_neverRepeatsTheSecret()
    {
        const Error error = errorOf(
            400,
            R"({"error":"invalid_request","error_description":"bad s3cret value+/= and s3cret%20value%2B%2F%3D"})");
        QVERIFY(!error.what.empty());
        QVERIFY(!QString::fromStdString(error.what).contains("s3cret"));
    }

    void otherFailures_keepTheirKind()
    {
        QCOMPARE(static_cast<int>(errorOf(500, "oops").code), static_cast<int>(ErrorCode::Network));
        QCOMPARE(static_cast<int>(errorOf(429, "{}").code), static_cast<int>(ErrorCode::Limited));
        QCOMPARE(static_cast<int>(errorOf(200, R"({"token_type":"Bearer"})").code),
                 static_cast<int>(ErrorCode::Invalid));
    }
};

QTEST_APPLESS_MAIN(TestOAuth2)
#include "tst_oauth2.moc"
