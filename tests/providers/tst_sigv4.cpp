#include <QtTest/QtTest>

#include "providers/aws/awserror.h"
#include "providers/net/sigv4.h"

using namespace altimeter;
using namespace altimeter::providers;

namespace {

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

/// The published example key of AWS's test suite for signatures.
const AwsCredentials& suiteKey()
{
    static const AwsCredentials key{"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), {}};
    return key;
}
const AwsScope kSuiteScope{"service", "us-east-1", Instant{1440938160}}; // 20150830T123600Z

AwsCredentials checkKey(const std::string& token = {})
{
    return {"AKIDDEVCHECK0001", Secret("devcheck/SECRET+key0123456789abcdefghij"), Secret(token)};
}
const Instant kCheckTime{1770091506}; // 20260203T040506Z

HttpRequest request(const std::string& method, const std::string& url,
                    std::vector<std::pair<std::string, std::string>> headers = {}, const std::string& body = {})
{
    HttpRequest made;
    made.method = method;
    made.url = url;
    made.headers = std::move(headers);
    made.body = body;
    return made;
}

std::string headerOf(const AwsSignature& signature, const std::string& name)
{
    for (const auto& [known, value] : signature.headers) {
        if (known == name)
            return value;
    }
    return {};
}

} // namespace

class TestSigV4 : public QObject {
    Q_OBJECT

private slots:
    void suiteVector_isMet_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("header");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("signature");
        const auto row = [](const char* name, const char* method, const char* path, const char* header,
                            const char* body, const char* signature) {
            QTest::newRow(name) << method << "https://example.amazonaws.com" + QString(path) << header << body
                                << signature;
        };
        const char* vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        row("get-vanilla", "GET", "/", "", "", vanilla);
        row("no path", "GET", "", "", "", vanilla);
        row("get-relative", "GET", "/example/..", "", "", vanilla);
        row("get-slash", "GET", "//", "", "", vanilla);
        row("get-slash-dot-slash", "GET", "/./", "", "", vanilla);
        row("order of keys", "GET", "/?Param2=value2&Param1=value1", "", "",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
        row("order of values", "GET", "/?Param1=value2&Param1=Value1", "", "",
            "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1");
        row("empty value, escapes in small letters", "GET", "/?b=%2b%20%7e&a", "", "",
            "5900e6c943cf1dd1f717ecbb5db4180bb27dbfedd5e3cfd4cdc1c3ffbf06168f");
        row("post-vanilla", "POST", "/", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
        row("post-x-www-form-urlencoded", "POST", "/", "Content-Type=application/x-www-form-urlencoded",
            "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
        row("get-header-value-trim", "GET", "/", "My-Header1= value1|My-Header2= \"a   b   c\"", "",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
        row("get-header-value-order", "GET", "/",
            "My-Header1=value4|My-Header1=value1|My-Header1=value3|My-Header1=value2", "",
            "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01");
        row("path encoded once more", "GET", "/a%20b/./x/../c", "", "",
            "38716947ba65b7b62d1fac41d2244cf69dad6f76e6fa83456331ce9315514e6f");
        row("port of the scheme", "GET", ":443/", "", "", vanilla);
        row("other port", "GET", ":8443/", "", "", "6c603abd17f7fbcfc7898db27fd6c82700a814be690b4fdeb418d9bf88d6df2c");
    }
    void suiteVector_isMet()
    {
        QFETCH(QString, method);
        QFETCH(QString, url);
        QFETCH(QString, header);
        QFETCH(QString, body);
        std::vector<std::pair<std::string, std::string>> headers;
        for (const QString& one : header.split('|', Qt::SkipEmptyParts))
            headers.emplace_back(one.section('=', 0, 0).toStdString(), one.section('=', 1).toStdString());
        const auto signature = signAws(request(method.toStdString(), url.toStdString(), headers, body.toStdString()),
                                       suiteKey(), kSuiteScope);
        QTEST(text(signature.signature), "signature");
    }

    void jsonService_checkValue()
    {
        const auto signature = signAws(request("POST", "https://ce.us-east-1.amazonaws.com/",
                                               {{"Content-Type", "application/x-amz-json-1.1"},
                                                {"X-Amz-Target", "AWSInsightsIndexService.GetCostAndUsage"}},
                                               R"({"Granularity":"MONTHLY"})"),
                                       checkKey(), {"ce", "us-east-1", kCheckTime});
        QCOMPARE(text(signature.signedHeaders), QString("content-type;host;x-amz-date;x-amz-target"));
        QCOMPARE(text(signature.canonicalHash),
                 QString("fb067bcfffde3a42bcf230f77130f990cd9a5cb4c7a15b2e50ff5242403b3187"));
        QCOMPARE(text(signature.signature),
                 QString("1dffd262959fdaa53bbaa1000f1fb792958550dea19522ff2dd5bbd3df681b06"));
        QCOMPARE(text(headerOf(signature, "Authorization")),
                 QString("AWS4-HMAC-SHA256 Credential=AKIDDEVCHECK0001/20260203/us-east-1/ce/aws4_request, "
                         "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                         "Signature=1dffd262959fdaa53bbaa1000f1fb792958550dea19522ff2dd5bbd3df681b06"));
        QCOMPARE(text(headerOf(signature, "X-Amz-Date")), QString("20260203T040506Z"));
        QCOMPARE(signature.headers.size(), std::size_t{2});
    }

    void s3_tokenAndPayloadHash_checkValue()
    {
        const auto signature =
            signAws(request("GET", "https://bills.s3.eu-west-1.amazonaws.com/?prefix=a/b&list-type=2"),
                    checkKey("TOK/en+1=="), {"s3", "eu-west-1", kCheckTime});
        QCOMPARE(text(signature.signedHeaders), QString("host;x-amz-content-sha256;x-amz-date;x-amz-security-token"));
        QCOMPARE(text(signature.signature),
                 QString("f4913d5920825f4a43dc822fdbffe17aa5d4ecd6c5bf658f41cd18e367584a12"));
        QCOMPARE(text(headerOf(signature, "X-Amz-Security-Token")), QString("TOK/en+1=="));
        QCOMPARE(text(headerOf(signature, "x-amz-content-sha256")),
                 QString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    }

    void s3_pathStaysAsItIs()
    {
        const auto signature =
            signAws(request("GET", "https://bills.s3.eu-west-1.amazonaws.com/a/BILLING_PERIOD%3D2026-01/x%20y.gz"),
                    checkKey(), {"s3", "eu-west-1", kCheckTime});
        QCOMPARE(text(signature.signature),
                 QString("1803df4c4783c5585b259ad56aab0485bd531e83b2d37a3fa46fdea82808db6e"));
    }

    void fault_allForms_areRead_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("region");
        QTest::newRow("json") << R"({"__type":"LimitExceededException","message":"slow"})"
                              << "LimitExceededException"
                              << "slow"
                              << "";
        QTest::newRow("prefix and suffix, Message")
            << R"({"__type":"com.amazonaws#ExpiredTokenException:http://x","Message":"old"})"
            << "ExpiredTokenException"
            << "old"
            << "";
        QTest::newRow("s3") << "<?xml version=\"1.0\"?><Error><Code>AuthorizationHeaderMalformed</Code>"
                               "<Message>the region 'x' is wrong</Message><Region>eu-west-1</Region></Error>"
                            << "AuthorizationHeaderMalformed"
                            << "the region 'x' is wrong"
                            << "eu-west-1";
        QTest::newRow("sts") << "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
                                "<Message>no</Message></Error></ErrorResponse>"
                             << "AccessDenied"
                             << "no"
                             << "";
        QTest::newRow("a region that is none") << "<Error><Code>A</Code><Region>evil.example/</Region></Error>"
                                               << "A"
                                               << ""
                                               << "";
        QTest::newRow("something else") << "<html>busy</html>"
                                        << ""
                                        << ""
                                        << "";
        QTest::newRow("nothing") << ""
                                 << ""
                                 << ""
                                 << "";
    }
    void fault_allForms_areRead()
    {
        QFETCH(QString, body);
        HttpResponse response;
        response.status = 400;
        response.body = body.toStdString();
        const AwsFault fault = awsFault(response);
        QTEST(text(fault.code), "code");
        QTEST(text(fault.message), "message");
        QTEST(text(fault.region), "region");
    }
};

QTEST_APPLESS_MAIN(TestSigV4)
#include "tst_sigv4.moc"
