#include <QtTest/QtTest>

#include "providers/core/xmltext.h"

#include <random>

using namespace altimeter;
using namespace altimeter::providers;

class TestXmlText : public QObject {
    Q_OBJECT

private slots:
    void elements_keepTextAndOrder()
    {
        const auto root = parseXml("\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- c --><a:List x=\"1>0\">"
                                   "<Item><Name>a&amp;b &#x41;&#233;<![CDATA[<&>]]></Name></Item><Item/><Empty />"
                                   "</a:List>\n",
                                   "t");
        QVERIFY2(root.ok(), root.ok() ? "" : root.error().text().c_str());
        QCOMPARE(root->name, std::string("List"));
        QCOMPARE(root->children.size(), std::size_t{3});
        QCOMPARE((*root)["Item"]["Name"].text, std::string("a&b A\xc3\xa9<&>"));
        QCOMPARE(root->children[1].name, std::string("Item"));
        QVERIFY((*root)["Missing"]["Deeper"].name.empty());
        QCOMPARE(root->all("Item").size(), std::size_t{2});
        QVERIFY(root->all("Item")[1]->text.empty());
        QVERIFY(root->all("Missing").empty());
        QCOMPARE(QString::fromStdString(parseXml("<a>&#252;&#x1F600;&gt;</a>", "t")->text), QString::fromUtf8("ü😀>"));
    }

    void brokenText_isRefused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << "";
        QTest::newRow("no xml") << "hello";
        QTest::newRow("cut") << "<a><b>text</b>";
        QTest::newRow("cut tag") << "<a><b";
        QTest::newRow("wrong end") << "<a><b></a></b>";
        QTest::newRow("two roots") << "<a/><b/>";
        QTest::newRow("text behind") << "<a/>x";
        QTest::newRow("document type") << "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>";
        QTest::newRow("unknown entity") << "<a>&nbsp;</a>";
        QTest::newRow("bare ampersand") << "<a>a & b</a>";
        QTest::newRow("no code point") << "<a>&#xD800;</a>";
        QTest::newRow("zero") << "<a>&#0;</a>";
        QTest::newRow("no such code point") << "<a>&#x110000;</a>";
        QTest::newRow("open entity") << "<a>&lt</a>";
        QTest::newRow("open quote") << "<a b='></a>";
        QTest::newRow("open data") << "<a><![CDATA[x</a>";
        QTest::newRow("entity inside") << "<a><!ENTITY></a>";
        QTest::newRow("name behind a blank") << "< a/>";
        QTest::newRow("only an end") << "</a>";
        QTest::newRow("other prefix at the end") << "<a:x></b:x>";
        QTest::newRow("very deep") << QString("<a>").repeated(100'000);
        QTest::newRow("open comment") << "<a><!-- </a>";
        QTest::newRow("too deep") << QString("<a>").repeated(101) + QString("</a>").repeated(101);
    }
    void brokenText_isRefused()
    {
        QFETCH(QString, text);
        const auto root = parseXml(text.toStdString(), "place");
        QVERIFY(!root.ok());
        QCOMPARE(root.error().where, std::string("place"));
    }

    /// Any bytes end in a value or an Error; sanitizer builds see the rest.
    void damagedDocuments_doNoHarm()
    {
        const std::string sound = "<?xml version=\"1.0\"?><L a='1'><C><K>a&amp;b&#65;</K><S>12</S></C><!-- c -->"
                                  "<C><![CDATA[d]]></C><E/></L>";
        std::mt19937 random(7); // NOLINT(cert-msc51-cpp): the same documents each time
        const std::string bytes = "<>/&;#x!-[]='\"aK1 \n";
        for (int round = 0; round < 20'000; ++round) {
            std::string damaged = sound;
            for (unsigned change = random() % 4; change < 4; ++change) {
                const std::size_t at = random() % damaged.size();
                if (random() % 3 == 0)
                    damaged.erase(at, random() % 5);
                else
                    damaged.insert(at, 1, bytes[random() % bytes.size()]);
                if (damaged.empty())
                    damaged = "<";
            }
            const auto root = parseXml(damaged, "test");
            QVERIFY(root || !root.error().what.empty());
        }
    }

    void everyCut_isRefused()
    {
        const std::string whole = "<?xml version='1.0'?><a><b c=\"d\">e&lt;</b><f/></a>";
        QVERIFY(parseXml(whole, "t").ok());
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY2(!parseXml(whole.substr(0, size), "t").ok(), std::to_string(size).c_str());
    }
};

QTEST_APPLESS_MAIN(TestXmlText)
#include "tst_xmltext.moc"
