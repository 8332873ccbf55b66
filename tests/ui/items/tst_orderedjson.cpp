#include <QTest>

#include "ui/items/orderedjson.h"
#include "ui/pages/allocation/listtext.h"
#include "ui/pages/allocation/ruledraft.h"

using altimeter::ui::OrderedJson;
using altimeter::ui::RuleDraft;

class TestOrderedJson : public QObject {
    Q_OBJECT
private slots:
    void document_readAndWritten_keepsOrderAndDigits();
    void document_writtenAndReadAgain_isEqual();
    void faults_nameLineAndColumn_data();
    void faults_nameLineAndColumn();
    void deepNesting_isRefusedNotCrashed();
    void draft_editOfOneRule_leavesTheOthersEqual();
    void draft_brokenText_isNotEditable();
    void draft_freeName_isUniqueWithoutCase();
    void lists_withSemicolons_areEscaped();
};

void TestOrderedJson::document_readAndWritten_keepsOrderAndDigits()
{
    const QString text =
        R"({"z": 1.50, "a": [true, null, "é\n"], "m": {"Search": 3, "Ads": 1}, "big": 12345678901234567890})";
    const auto json = OrderedJson::parse(text);
    QVERIFY(json.ok());
    QCOMPARE(json->members().at(0).first, QString("z"));
    QCOMPARE((*json)["z"].toText(), QString("1.50"));
    QCOMPARE((*json)["big"].toText(), QString("12345678901234567890"));
    QCOMPARE((*json)["m"].members().at(0).first, QString("Search"));
    QCOMPARE((*json)["a"].items().at(2).toText(), QString("é\n"));
    QVERIFY(json->write().contains("1.50"));
}

void TestOrderedJson::document_writtenAndReadAgain_isEqual()
{
    const QString text =
        R"({"rules":[{"name":"Tagged \"a\"","when":[{"tag":"team","in":["one","two","three"]},{"column":"x",
        "exists":false}],"set":{"team":{"from":["tag:team"],"map":{"srch":"Search"}}}},{},[]]})";
    const auto json = OrderedJson::parse(text);
    QVERIFY(json.ok());
    const auto again = OrderedJson::parse(json->write());
    QVERIFY(again.ok());
    QVERIFY(*again == *json);
    QCOMPARE(again->write(), json->write());
}

void TestOrderedJson::faults_nameLineAndColumn_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("place");
    QTest::newRow("empty") << ""
                           << "line 1, column 1";
    QTest::newRow("comma at the end") << "{\n  \"a\": 1,\n}"
                                      << "line 3, column 1";
    QTest::newRow("open text") << "{\"a\": \"b}"
                               << "line 1";
    QTest::newRow("same key twice") << "{\"a\":1,\"a\":2}"
                                    << "line 1";
    QTest::newRow("two documents") << "{} {}"
                                   << "line 1, column 4";
    QTest::newRow("bare word") << "{\"a\": yes}"
                               << "line 1, column 7";
    QTest::newRow("leading zero") << "[01]"
                                  << "line 1, column 2";
    QTest::newRow("backslash at the end") << "[\"\\"
                                          << "line 1";
}

void TestOrderedJson::faults_nameLineAndColumn()
{
    QFETCH(QString, text);
    QFETCH(QString, place);
    const auto json = OrderedJson::parse(text);
    QVERIFY(!json.ok());
    QVERIFY2(QString::fromStdString(json.error().where).startsWith(place), json.error().where.c_str());
}

void TestOrderedJson::deepNesting_isRefusedNotCrashed()
{
    QVERIFY(!OrderedJson::parse(QString(100'000, '[')).ok());
}

void TestOrderedJson::draft_editOfOneRule_leavesTheOthersEqual()
{
    RuleDraft draft;
    draft.setText(
        R"({"$schema":"s","rules":[{"name":"a","split":{"method":"fixed","weights":{"Z":1,"A":2}}},{"name":"b"}]})");
    QVERIFY(draft.isEditable());
    const OrderedJson first = draft.rule(0);
    RuleDraft after;
    after.setText(draft.withEnabled(1, false));
    QVERIFY(after.rule(0) == first);
    QVERIFY(!after.isEnabled(1));
    after.setText(after.withEnabled(1, true));
    QVERIFY(after.rule(1) == draft.rule(1));
    after.setText(draft.withRuleMoved(0, 1));
    QCOMPARE(after.nameOf(1), QString("a"));
    QVERIFY(after.text().contains("$schema"));
}

void TestOrderedJson::draft_brokenText_isNotEditable()
{
    RuleDraft draft;
    for (const char* text : {"", "[]", "{}", "{\"rules\":{}}", "{\"rules\":[1]}", "{\"rules\":["}) {
        draft.setText(text);
        QVERIFY2(!draft.isEditable(), text);
        QVERIFY(!draft.fault().isEmpty());
        QCOMPARE(draft.text(), QString(text));
    }
}

void TestOrderedJson::draft_freeName_isUniqueWithoutCase()
{
    RuleDraft draft;
    draft.setText(R"({"rules":[{"name":"New Rule"},{"name":"new rule 2"}]})");
    QCOMPARE(draft.freeName("New rule"), QString("New rule 3"));
    QCOMPARE(draft.freeName("Other"), QString("Other"));
}

void TestOrderedJson::lists_withSemicolons_areEscaped()
{
    const QStringList texts{"a;b", "c", "d e"};
    QCOMPARE(altimeter::ui::splitList(altimeter::ui::joinList(texts)), texts);
    QCOMPARE(altimeter::ui::splitList(" a ;; b ; "), (QStringList{"a", "b"}));
}

QTEST_APPLESS_MAIN(TestOrderedJson)
#include "tst_orderedjson.moc"
