#include <QAbstractItemModelTester>
#include <QTest>

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

#include "tests/ui/shellfake.h"
#include "ui/items/gridview.h"
#include "ui/pages/allocation/faultwords.h"
#include "ui/pages/allocation/listcompleter.h"
#include "ui/pages/allocation/ruledraft.h"
#include "ui/pages/allocation/ruleform.h"
#include "ui/pages/allocation/valuechooser.h"
#include "ui/pages/allocation/weightgrid.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::OrderedJson;
using ui::RuleForm;
using ui::WeightGrid;

namespace {

template <typename Widget> Widget* named(const QWidget& page, const QString& name)
{
    for (auto* found : page.findChildren<Widget*>()) {
        if (found->accessibleName().startsWith(name) && !found->isHidden())
            return found;
    }
    return nullptr;
}

/// The one in which somebody types; those of before go a little later.
QLineEdit* editorOf(const QTableView& table)
{
    QLineEdit* found = nullptr;
    for (auto* line : table.findChildren<QLineEdit*>())
        found = line->isVisible() ? line : found;
    return found;
}

OrderedJson ruleOf(const QString& json)
{
    return OrderedJson::parse(json).take();
}

QString textOf(const WeightGrid::Weights& weights)
{
    QStringList parts;
    for (const auto& [team, weight] : weights)
        parts << team + '=' + weight;
    return parts.join(' ');
}

/// A form that shows a rule, and what it last said the rule is.
struct Form {
    ShellFake backend{ShellFake::Scene::Normal};
    RuleForm form{backend};
    OrderedJson last;
    QStringList steps;

    explicit Form(const QString& rule)
    {
        QObject::connect(&form, &RuleForm::edited, &form,
                         [this](const OrderedJson& now, const QString&, const QString& what) {
                             last = now;
                             steps << what;
                             form.setRule(now);
                         });
        // Numbers of accounts, their names, two currencies.
        backend.answers<TableQuestion>([](const TableQuestion& asked) {
            CostTable table;
            table.query = asked.query;
            const auto add = [&table](const char* id, const char* name, const char* currency, int cost) {
                CostRow row;
                row.keys = table.query.by.size() > 1 ? KeyTuple{id, name} : KeyTuple{id};
                row.currency = Currency(currency);
                row.cost = Amount::fromUnits(cost);
                row.rows = 7;
                table.rows.push_back(row);
            };
            add("111122223333", "Sandbox", "EUR", 5);
            add("222200000000", "Search prod", "USD", 90);
            add("111122223333", "Sandbox", "USD", 40);
            add("", "", "USD", 30);
            for (int i = 0; i < 5'000; ++i)
                add(qPrintable(QString("9%1").arg(i, 11, 10, QChar('0'))), "Other", "USD", 1);
            return table;
        });
        form.resize(440, 700);
        form.show();
        form.refresh();
        form.setRule(ruleOf(rule));
    }
};

} // namespace

class TestRuleForm : public QObject {
    Q_OBJECT
private slots:
    void share_isExact_orSaidToBeAbout_data()
    {
        QTest::addColumn<qint64>("weight");
        QTest::addColumn<qint64>("sum");
        QTest::addColumn<QString>("share");
        const auto row = [](qint64 weight, qint64 sum, const QString& share) {
            QTest::addRow("%lld of %lld", weight, sum) << weight << sum << share;
        };
        row(1, 4, "25 %");
        row(5, 5, "100 %");
        row(1, 8, "12.5 %");
        row(1, 1'000, "0.1 %");
        row(1, 1'000'000, "0.0001 %");
        row(1, 3, "≈ 33.33 %");
        row(2, 3, "≈ 66.67 %");
        row(22, 118, "≈ 18.64 %");
        row(1, 10'000'000, "≈ 0.00 %");
        row(225, 1'000, "22.5 %");
        row(9'000'000'000'000'000'000, 9'000'000'000'000'000'000, "100 %");
        row(1, 0, "–");
    }
    void share_isExact_orSaidToBeAbout()
    {
        QFETCH(qint64, weight);
        QFETCH(qint64, sum);
        QFETCH(QString, share);
        QCOMPARE(ui::exactShare(weight, sum).replace(QChar(0x2009), ' '), share);
    }

    void decimals_becomeWholeNumbersInTheSameProportion_data()
    {
        QTest::addColumn<QStringList>("typed");
        QTest::addColumn<QString>("whole");
        QTest::newRow("percent") << QStringList{"22.5 %", "77.5%"} << "a0=225 a1=775";
        QTest::newRow("whole") << QStringList{"3", "1"} << "a0=3 a1=1";
        QTest::newRow("some") << QStringList{"1", "0.25"} << "a0=100 a1=25";
        QTest::newRow("zeros at the end") << QStringList{"1.50", "2.0"} << "a0=15 a1=20";
        QTest::newRow("grouped") << QStringList{"1,000", "1"} << "a0=1000 a1=1";
        QTest::newRow("no number") << QStringList{"x", "0.5"} << "a0=x a1=5";
        QTest::newRow("zero") << QStringList{"0", "0.5"} << "a0=0 a1=5";
        QTest::newRow("negative") << QStringList{"-1", "1"} << "a0=-1 a1=1";
        QTest::newRow("too many decimals") << QStringList{"0.1234567", "1"} << "a0=0.1234567 a1=1";
    }
    void decimals_becomeWholeNumbersInTheSameProportion()
    {
        QFETCH(QStringList, typed);
        QFETCH(QString, whole);
        WeightGrid::Weights weights;
        for (int i = 0; i < typed.size(); ++i)
            weights.append({QString("a%1").arg(i), typed[i]});
        QCOMPARE(textOf(ui::wholeWeights(weights)), whole);
    }

    void weights_areTypedAsInASpreadsheet()
    {
        Form test(R"({"name":"r","when":[],"split":{"method":"fixed","weights":{"Search":3,"Ads":1}}})");
        auto* table = named<QTableView>(test.form, "Weights");
        QVERIFY(table);
        const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        QCOMPARE(named<QLabel>(test.form, "Sum of the weights")->text(), QString("Sum 4 = 100 %"));
        QCOMPARE(table->model()->index(0, 2).data().toString(), QString("75") + QChar(0x2009) + '%');
        table->setFocus();
        table->setCurrentIndex(table->model()->index(2, 0));
        QTest::keyClicks(table, "R"); // opens the cell, and the window gives the keyboard to it
        auto* editor = editorOf(*table);
        QVERIFY(editor);
        QTest::keyClicks(editor, "esearch");
        QTest::keyClick(editor, Qt::Key_Tab);
        QCOMPARE(table->currentIndex(), table->model()->index(2, 1));
        QTest::keyClicks(table, "4");
        QTest::keyClick(editorOf(*table), Qt::Key_Return);
        QTRY_COMPARE(table->currentIndex(), table->model()->index(3, 0)); // where the line began, one below
        QVERIFY2(test.last.write().contains(R"("weights": { "Search": 3, "Ads": 1, "Research": 4 })"),
                 qPrintable(test.last.write()));
        table->setCurrentIndex(table->model()->index(1, 1));
        QTest::keyClick(table, Qt::Key_Delete);
        QVERIFY(test.last.write().contains(R"("weights": { "Search": 3, "Research": 4 })"));
        QAbstractButton* even = nullptr;
        for (auto* button : test.form.findChildren<QAbstractButton*>())
            even = button->text() == "Even" ? button : even;
        QVERIFY(even);
        even->click();
        QVERIFY(test.last.write().contains(R"("weights": { "Search": 1, "Research": 1 })"));
    }

    void weights_takeABlockFromTheClipboard()
    {
        Form test(R"({"name":"r","when":[],"split":{"method":"fixed","weights":{"Search":3,"Ads":1}}})");
        auto* table = named<QTableView>(test.form, "Weights");
        const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        QGuiApplication::clipboard()->setText("Ads\t22.5\r\nData\t7.5\r\nSEARCH\t10\r\n");
        table->setFocus();
        table->setCurrentIndex(table->model()->index(1, 0));
        QTest::keyClick(table, Qt::Key_V, Qt::ControlModifier);
        // Search stood there with 3 and came with 10
        QVERIFY2(test.last.write().contains(R"("weights": { "Search": 130, "Ads": 225, "Data": 75 })"),
                 qPrintable(test.last.write()));
        table->selectAll();
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith("Search\t130\t"));
    }

    void condition_isShownByName_andKeepsItsSpelling_data()
    {
        QTest::addColumn<QString>("condition");
        QTest::addColumn<QString>("shown");
        QTest::newRow("property") << R"({"dim":"sub_account","equals":"x"})"
                                  << "Sub account";
        QTest::newRow("tag") << R"({"tag":"owner","equals":"x"})"
                             << "Tag owner";
        QTest::newRow("tag that no charge has") << R"({"tag":"Nobody","equals":"x"})"
                                                << "Tag Nobody";
        QTest::newRow("as a dim") << R"({"dim":"tag:owner","equals":"x"})"
                                  << "Tag owner";
        QTest::newRow("column") << R"({"column":"SubAccountId","in":["x","y"]})"
                                << "Column SubAccountId";
        QTest::newRow("several") << R"({"dims":["tag:a;b","service"],"exists":true})"
                                 << "Tag a\\;b; Service";
        QTest::newRow("no dim") << R"({"dim":"serv","equals":"x"})"
                                << "serv";
        QTest::newRow("an owner") << R"({"dim":"team","equals":"x"})"
                                  << "team";
    }
    void condition_isShownByName_andKeepsItsSpelling()
    {
        QFETCH(QString, condition);
        QFETCH(QString, shown);
        Form test(R"({"name":"r","when":[)" + condition + R"(],"set":{"team":"A"}})");
        QCOMPARE(named<QLineEdit>(test.form, "Condition 1: looks at")->text(), shown);
        auto* name = named<QLineEdit>(test.form, "Rule name");
        name->setFocus();
        QTest::keyClicks(name, "!");
        QCOMPARE(test.last["when"].items().first(), ruleOf(condition));
    }

    void whatIsLookedAt_isTypedByTitleOrBySpelling()
    {
        Form test(R"({"name":"r","when":[{"dim":"service","equals":"x"}],"set":{"team":"A"}})");
        auto* line = named<QLineEdit>(test.form, "Condition 1: looks at");
        const auto typed = [&](const QString& text) {
            line->setFocus();
            line->selectAll();
            QTest::keyClicks(line, text);
            return test.last["when"].items().first().write();
        };
        QVERIFY(typed("region").contains(R"("dim": "region")"));
        QVERIFY(typed("Tag env").contains(R"("tag:env")"));
        QVERIFY(typed("tag:Else").contains(R"("tag:Else")"));
        QVERIFY(typed("service CATEGORY").contains(R"("service_category")"));
        QVERIFY(typed("Sku").contains(R"("sku")"));
        auto* completer = qobject_cast<ui::ListCompleter*>(line->completer());
        QVERIFY(completer);
        completer->setCompletionPrefix("subacc");
        QStringList found;
        for (int i = 0; completer->setCurrentRow(i); ++i)
            found << completer->currentCompletion();
        QVERIFY2(found.contains("Column SubAccountName"), qPrintable(found.join('|')));
    }

    void values_areChosenWithNamesLinesAndMoney()
    {
        Form test(R"({"name":"r","when":[{"dim":"sub_account","equals":"222200000000"}],"set":{"team":"A"}})");
        named<QPushButton>(test.form, "Condition 1: choose values")->click();
        const auto asked = test.backend.asked<TableQuestion>().back().query;
        QCOMPARE(asked.by.size(), std::size_t{2}); // and their names
        QCOMPARE(asked.by[1].key, std::string("SubAccountName"));
        auto* chooser = test.form.findChild<ui::ValueChooser*>();
        QVERIFY(chooser->isVisible());
        auto* grid = named<ui::GridView>(*chooser, "Values");
        QTRY_COMPARE(grid->model()->rowCount(), 5'002);
        QCOMPARE(grid->model()->index(0, 1).data().toString(), QString("Search prod")); // chosen already
        QCOMPARE(grid->model()->index(1, 1).data().toString(), QString("Sandbox"));
        QCOMPARE(grid->model()->index(1, 2).data().toString(), QString("14"));
        QCOMPARE(grid->model()->index(1, 3).data().toString(), QString("€5.00 · $40.00"));
        auto* find = named<QLineEdit>(*chooser, "Find values");
        QTest::keyClicks(find, "sand");
        QCOMPARE(grid->model()->rowCount(), 1);
        QTest::keyClick(find, Qt::Key_Down);
        QTest::keyClick(grid, Qt::Key_Space);
        QVERIFY(named<QLabel>(*chooser, "Values chosen")->text().startsWith("2 chosen"));
        QTest::keyClick(grid, Qt::Key_Return);
        QVERIFY(!chooser->isVisible());
        QCOMPARE(test.last["when"].items().first(),
                 ruleOf(R"({"dim":"sub_account","in":["222200000000","111122223333"]})"));
        QCOMPARE(named<QLabel>(test.form, "Condition 1: what the charges have")->text(),
                 QString("Search prod · 7 lines · $90.00\nSandbox · 14 lines · €5.00 · $40.00"));
        // asked for once
        const auto before = test.backend.asked<TableQuestion>().size();
        named<QPushButton>(test.form, "Condition 1: choose values")->click();
        QCOMPARE(test.backend.asked<TableQuestion>().size(), before);
        QTest::keyClick(chooser, Qt::Key_Escape);
        QVERIFY(!chooser->isVisible());
    }

    void tabs_goAsTheFormIsRead()
    {
        Form test(
            R"({"name":"r","when":[{"dim":"service","equals":"x"},{"tag":"env","equals":"y"}],"set":{"team":"A"}})");
        QTRY_VERIFY(named<QLineEdit>(test.form, "Condition 2: values")->isVisible());
        QStringList order;
        QWidget* at = named<QLineEdit>(test.form, "Rule name");
        for (int i = 0; i < 16; ++i) {
            order << at->accessibleName();
            do
                at = at->nextInFocusChain();
            while (at->accessibleName().isEmpty() || !at->isVisible() || at->focusPolicy() == Qt::NoFocus);
        }
        const auto place = [&order](const QString& name) { return order.indexOf(name); };
        QVERIFY2(place("Condition 1: looks at") > 0 && place("Condition 1: looks at") < place("Condition 1: values") &&
                     place("Condition 1: values") < place("Condition 2: looks at") &&
                     place("Condition 2: values") < place("Team: how"),
                 qPrintable(order.join('|')));
    }

    void fault_isSaidWithRuleAndField_data()
    {
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("words");
        QTest::newRow("dim") << "rules[0].when[1].dim"
                             << "Rule 1 “Agents”, condition 2, looks at: no";
        QTest::newRow("values") << "rules[0].when[0].in[3]"
                                << "Rule 1 “Agents”, condition 1, values: no";
        QTest::newRow("condition") << "rules[0].when[0]"
                                   << "Rule 1 “Agents”, condition 1: no";
        QTest::newRow("assigned") << "rules[0].set.cost_center.from[0]"
                                  << "Rule 1 “Agents”, Cost center: no";
        QTest::newRow("weight") << "rules[0].split.weights.Search"
                                << "Rule 1 “Agents”, weight of Search: no";
        QTest::newRow("rule") << "rules[0]"
                              << "Rule 1 “Agents”: no";
        QTest::newRow("no such rule") << "rules[7].name"
                                      << "Rule 8, name: no";
        QTest::newRow("elsewhere") << "line 2, column 3"
                                   << "line 2, column 3: no";
    }
    void fault_isSaidWithRuleAndField()
    {
        QFETCH(QString, where);
        QFETCH(QString, words);
        ui::RuleDraft draft;
        draft.setText(R"({"rules":[{"name":"Agents"}]})");
        QCOMPARE(ui::faultInWords({ErrorCode::Invalid, "no", where.toStdString()}, draft), words);
    }
};

QTEST_MAIN(TestRuleForm)
#include "tst_ruleform.moc"
