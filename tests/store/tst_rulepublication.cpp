#include <QTest>

#include "models/store/settings/rulesfile.h"
#include "models/store/settings/rulespublication.h"

using namespace altimeter;
using namespace altimeter::store;

namespace {

const std::string kRules = "\n { \"rules\" : [ ] , \"version\":3}\n";

RulesPublication whole()
{
    return {Day::fromYmd(2026, 11, 1), "why \"}\\ ü\nand so on", "ada",
            std::vector<MovedCost>{{Currency("USD"), Amount::fromUnits(12), Amount()},
                                   {Currency("EUR"), *Amount::parse("0.000000000000000001"), Amount::fromUnits(-3)}}};
}

} // namespace

class TestRulePublication : public QObject {
    Q_OBJECT
private slots:
    void whatIsSaid_comesBack_andTheDocumentByteByByte_data()
    {
        QTest::addColumn<int>("which");
        for (int which = 0; which < 6; ++which)
            QTest::addRow("%d", which) << which;
    }
    void whatIsSaid_comesBack_andTheDocumentByteByByte()
    {
        QFETCH(int, which);
        RulesPublication said = whole();
        if (which == 1)
            said.from = {};
        if (which == 2)
            said.note.clear();
        if (which == 3)
            said.by.clear();
        if (which == 4)
            said.moved.reset();
        if (which == 5)
            said.moved->clear();
        const std::string stored = withPublication(kRules, said);
        const StoredRules back = takePublication(stored);
        QVERIFY(back.publication == said);
        QCOMPARE(back.json, kRules);
        QVERIFY(parseRules(back.json));
        const auto whole = parseRules(stored); // a program that knows nothing of it refuses the rules
        QVERIFY(!whole && whole.error().text().find("publication") != std::string::npos);
    }

    void nothingSaid_leavesTheDocumentAlone()
    {
        QCOMPARE(withPublication(kRules, {}), kRules);
        QCOMPARE(takePublication(kRules).json, kRules);
        QVERIFY(takePublication(kRules).publication == RulesPublication());
    }

    void tooLongANote_isCutBetweenCharacters()
    {
        RulesPublication said;
        for (int i = 0; i < 2'000; ++i)
            said.note += "ü";
        QCOMPARE(takePublication(withPublication(kRules, said)).publication.note.size(), std::size_t{2'000});
    }

    void whatNobodyWouldHaveWritten_staysInTheDocument_data()
    {
        QTest::addColumn<QString>("publication");
        for (const char* text :
             {R"({"from":"2026-11-02"})", R"({"from":"9999999-01"})", R"({"from":"1026-01"})", R"({"from":7})",
              R"({"note":["x"]})", R"({"moved":{}})", R"({"moved":[{"currency":"USD","moved":1,"earlier":"0"}]})",
              R"({"moved":[{"currency":"USD","moved":"x","earlier":"0"}]})", R"({"moved":[7]})", R"({"other":"x"})",
              R"("text")", R"({"note":"x")", R"({"note":"\")", "[]", "{", ""})
            QTest::newRow(text) << QString(text);
    }
    void whatNobodyWouldHaveWritten_staysInTheDocument()
    {
        QFETCH(QString, publication);
        const std::string stored = R"({"publication":)" + publication.toStdString() + R"(,"rules":[]})";
        QCOMPARE(takePublication(stored).json, stored);
        QVERIFY(!parseRules(takePublication(stored).json));
    }

    void deepNesting_isNotFollowed()
    {
        const std::string deep(100'000, '{');
        const std::string stored = R"({"publication":)" + deep + std::string(100'000, '}') + R"(,"rules":[]})";
        QCOMPARE(takePublication(stored).json, stored);
    }
};

QTEST_APPLESS_MAIN(TestRulePublication)
#include "tst_rulepublication.moc"
