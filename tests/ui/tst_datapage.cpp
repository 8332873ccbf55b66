#include <QTest>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTabWidget>

#include "tests/ui/shellfake.h"
#include "ui/items/gridheader.h"
#include "ui/items/gridview.h"
#include "ui/pages/data/datapage.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::DataPage;
using ui::GridView;

class TestDataPage : public QObject {
    Q_OBJECT
private slots:
    void tables_showEveryRecord();
    void proof_showsBadgeAndSteps();
    void remainder_isNamedInBadgeAndRow();
    void rejectedLine_isShownWhole();
    void filter_keepsMatchingRows();
    void filterRow_takesTheGrammar_data();
    void filterRow_takesTheGrammar();
    void filterRow_saysWhatIsWrong_andIsLeftByKeys();
    void spareWidth_goesToWhatIsLong();
    void copy_takesTheSelectionWithHeaders();
    void hugeTables_areReadyQuickly();
    void failure_isToldPerTable();
    void findings_openIntoTheirCases();
    void finding_leadsToItsLines();
    void finding_isAcknowledgedWithANote();
    void emptyTables_sayWhatToDo();

private:
    static GridView* grid(const DataPage& page, const QString& name);
};

GridView* TestDataPage::grid(const DataPage& page, const QString& name)
{
    for (auto* found : page.findChildren<GridView*>()) {
        if (found->accessibleName() == name)
            return found;
    }
    return nullptr;
}

void TestDataPage::tables_showEveryRecord()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    QVERIFY(page.isSettled());
    QCOMPARE(grid(page, "Sources")->model()->rowCount(), 4);
    QCOMPARE(grid(page, "Partitions")->model()->rowCount(), 26);
    QCOMPARE(grid(page, "Findings")->model()->rowCount(), 3);
    QCOMPARE(grid(page, "Rejected lines")->model()->rowCount(), 4);
    QCOMPARE(grid(page, "Proof sheet")->model()->rowCount(), 26);
}

void TestDataPage::proof_showsBadgeAndSteps()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    page.showTab("proof");
    bool badge = false;
    for (auto* label : page.findChildren<QLabel*>())
        badge = badge || label->text() == "Reconciled to the last digit: 26 totals";
    QVERIFY(badge);
    auto* proof = grid(page, "Proof sheet");
    proof->setCurrentIndex(proof->model()->index(0, 0));
    for (auto* text : page.findChildren<QPlainTextEdit*>()) {
        if (text->accessibleName() == "Proof of the chosen partition") {
            QVERIFY(text->toPlainText().contains("31,842.170000150123456789012\tstored"));
            QVERIFY(text->toPlainText().contains("reconciled to the last digit"));
        }
    }
}

void TestDataPage::remainder_isNamedInBadgeAndRow()
{
    ShellFake backend(ShellFake::Scene::Negative);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    bool badge = false;
    for (auto* label : page.findChildren<QLabel*>())
        badge = badge || label->text() == "1 of 26 totals not reconciled";
    QVERIFY(badge);
    auto* model = grid(page, "Proof sheet")->model();
    QVERIFY(model->index(3, 0).data().toString().contains("remainder"));
    QCOMPARE(model->index(3, 7).data().toString(), QString(QChar(0x2212)) + "0.01");
}

void TestDataPage::rejectedLine_isShownWhole()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* rejected = grid(page, "Rejected lines");
    rejected->setCurrentIndex(rejected->model()->index(2, 0));
    bool whole = false;
    for (auto* text : page.findChildren<QPlainTextEdit*>())
        whole = whole || text->toPlainText().endsWith("=cmd|' /C calc'!A0");
    QVERIFY(whole);
}

void TestDataPage::filter_keepsMatchingRows()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    page.resize(1180, 740);
    page.show();
    QLineEdit* field = grid(page, "Sources")->gridHeader()->filterField(0);
    QVERIFY(field);
    QCOMPARE(field->accessibleName(), QString("Filter Source"));
    QTest::keyClicks(field, "azure");
    QCOMPARE(grid(page, "Sources")->model()->rowCount(), 1);
    QCOMPARE(grid(page, "Sources")->filterSummary(), QString("1 of 4"));
    bool said = false;
    for (const auto* label : page.findChildren<QLabel*>())
        said = said || (label->text() == "1 of 4" && label->isVisible());
    QVERIFY(said);
    field->clear();
    QCOMPARE(grid(page, "Sources")->model()->rowCount(), 4);
    QCOMPARE(grid(page, "Sources")->filterSummary(), QString());
}

void TestDataPage::filterRow_takesTheGrammar_data()
{
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("slow"); ///< what a kept cell's raw text matches
    QTest::newRow("or") << "Provider"
                        << "azure;openai"
                        << "(?i)azure|openai";
    QTest::newRow("not") << "Currency"
                         << "<>USD"
                         << "^(?!USD$)";
    QTest::newRow("pattern") << "Provider"
                             << "/^A.*s$/"
                             << "(?i)^a.*s$";
    QTest::newRow("wildcard") << "Provider"
                              << "A%"
                              << "(?i)^a";
    QTest::newRow("nothing") << "Files"
                             << "=null"
                             << "^$";
    QTest::newRow("something") << "Files"
                               << "!null"
                               << ".";
    QTest::newRow("month") << "Billing period"
                           << "=2026-10"
                           << "^2026-10";
}

void TestDataPage::filterRow_takesTheGrammar()
{
    QFETCH(QString, column);
    QFETCH(QString, typed);
    QFETCH(QString, slow);
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* model = grid(page, "Partitions")->gridModel();
    int at = 0;
    while (model->headerData(at, Qt::Horizontal).toString() != column)
        ++at;
    const QRegularExpression expected(slow);
    int kept = 0;
    for (int row = 0; row < model->rowCount(); ++row)
        kept += expected.match(model->rawText(row, at)).hasMatch() ? 1 : 0;
    model->setFilterText(at, typed);
    QCOMPARE(model->rowCount(), kept);
    QCOMPARE(model->unfilteredRows(), 26);
    for (int row = 0; row < model->rowCount(); ++row)
        QVERIFY(expected.match(model->rawText(row, at)).hasMatch());
}

void TestDataPage::filterRow_saysWhatIsWrong_andIsLeftByKeys()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    page.resize(1180, 740);
    page.show();
    page.showTab("partitions");
    page.activateWindow();
    GridView* view = grid(page, "Partitions");
    view->setCurrentIndex(view->model()->index(0, 5)); // the lines
    view->setFocus();
    QTest::keyClick(view, Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    QLineEdit* field = view->gridHeader()->filterField(5);
    QCOMPARE(page.focusWidget(), field);
    QTest::keyClicks(field, ">many");
    QCOMPARE(view->filterSummary(), QString("\"many\" is no number"));
    QCOMPARE(field->accessibleDescription(), QString("\"many\" is no number"));
    QCOMPARE(view->model()->rowCount(), 26);
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(field->text(), QString());
    QTest::keyClick(field, Qt::Key_Tab);
    QCOMPARE(page.focusWidget(), view->gridHeader()->filterField(6));
    QTest::keyClick(view->gridHeader()->filterField(6), Qt::Key_Down);
    QCOMPARE(page.focusWidget(), view);
    QCOMPARE(view->currentIndex().column(), 6);
}

void TestDataPage::spareWidth_goesToWhatIsLong()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    page.resize(1900, 900);
    page.show();
    page.showTab("findings");
    const GridView* view = grid(page, "Findings");
    QVERIFY(view->columnWidth(0) > 600);
    QVERIFY(view->columnWidth(1) < 120);
}

void TestDataPage::copy_takesTheSelectionWithHeaders()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    page.showTab("findings");
    grid(page, "Findings")->selectAll();
    QVERIFY(page.copySelection(true));
    const QString text = QApplication::clipboard()->text();
    QVERIFY2(text.startsWith("finding\tseverity\tcases\trows"), qPrintable(text.left(60)));
    QVERIFY(text.contains("12051"));
}

void TestDataPage::hugeTables_areReadyQuickly()
{
    ShellFake backend(ShellFake::Scene::Huge);
    DataPage page(backend);
    page.resize(1180, 740);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    page.showTab("rejected");
    auto* rejected = grid(page, "Rejected lines");
    QCOMPARE(rejected->model()->rowCount(), 50'000);
    rejected->setCurrentIndex(rejected->model()->index(49'999, 1));
    QCOMPARE(rejected->currentIndex().data().toString(), QString("51,206"));
}

void TestDataPage::failure_isToldPerTable()
{
    ShellFake backend(ShellFake::Scene::Failed);
    DataPage page(backend);
    QSignalSpy spy(&page, &DataPage::problem);
    page.workspaceChanged(backend.workspaces().info());
    QCOMPARE(spy.count(), 5);
    QVERIFY(page.isSettled());
}

void TestDataPage::findings_openIntoTheirCases()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.resize(1180, 740);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    page.showTab("findings");
    auto* view = grid(page, "Findings");
    auto* model = view->model();
    QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model->rowCount(), 3);
    QCOMPARE(model->index(0, 1).data().toString(), QString("error")); // the worst first
    QCOMPARE(model->index(1, 0).data().toString(), QString("Numbers in another format"));
    QCOMPARE(model->index(1, 2).data().toString(), QString("2"));
    QCOMPARE(model->index(1, 3).data().toString(), QString("12,051"));
    QCOMPARE(model->index(1, 4).data().toString(), QString("$10,100.00 · −€3.50 and more, unknown"));
    QCOMPARE(model->index(2, 6).data().toString(), QString("acknowledged"));
    view->setCurrentIndex(model->index(1, 0));
    QTest::keyClick(view, Qt::Key_Plus);
    QCOMPARE(model->rowCount(), 5);
    QCOMPARE(model->index(3, 5).data().toString(), QString("gcp-2026-11.csv, line 2"));
    QTest::keyClick(view, Qt::Key_Minus);
    QCOMPARE(model->rowCount(), 3);
    emit view->gridHeader()->filterTyped(5, "gcp-2026-11"); // of a case: its kind stays, and it alone
    QCOMPARE(model->rowCount(), 1);
    emit view->gridHeader()->filterTyped(5, "");
    view->sortByColumn(3, Qt::DescendingOrder);
    QCOMPARE(model->index(0, 0).data().toString(), QString("Numbers in another format"));
    auto* tabs = page.findChild<QTabWidget*>();
    QCOMPARE(tabs->tabText(2), QString("Findings (3)")); // one error and two warnings are open
}

void TestDataPage::finding_leadsToItsLines()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    page.showTab("findings");
    auto* view = grid(page, "Findings");
    QList<CostQuery> opened;
    connect(&page, &DataPage::openLines, this, [&opened](const CostQuery& query) { opened << query; });
    QSignalSpy pages(&page, &DataPage::openPage);
    view->setCurrentIndex(view->model()->index(0, 0));
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
    QVERIFY(opened[0].filters.front().values == std::vector<std::string>{"azure"});
    view->setCurrentIndex(view->model()->index(1, 0));
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(pages.count(), 1);
    QCOMPARE(pages[0][0].toString(), QString("data:rejected"));
    QVERIFY(grid(page, "Rejected lines")->gridModel()->isFiltered()); // by the check, and said above the column
}

void TestDataPage::finding_isAcknowledgedWithANote()
{
    ShellFake backend(ShellFake::Scene::Normal);
    DataPage page(backend);
    page.resize(1180, 740);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    page.showTab("findings");
    QSignalSpy changed(&page, &DataPage::findingsChanged);
    auto* view = grid(page, "Findings");
    view->setCurrentIndex(view->model()->index(1, 0));
    QLineEdit* note = nullptr;
    for (auto* each : page.findChildren<QLineEdit*>())
        if (each->accessibleName() == "Note on the finding")
            note = each;
    QVERIFY(note && note->isVisible());
    note->setText("the provider never changes it");
    QTest::keyClick(note, Qt::Key_Return);
    const auto& kept = backend.findings().acknowledged;
    QCOMPARE(kept.size(), std::size_t(1));
    QCOMPARE(kept[0].first.size(), std::size_t(2)); // both cases of the kind
    QCOMPARE(kept[0].first[0].rows, 12'044U);
    QCOMPARE(kept[0].second, std::string("the provider never changes it"));
    QCOMPARE(changed.count(), 1);
    QVERIFY(note->text().isEmpty());
    view->setCurrentIndex(view->model()->index(2, 0));
    QVERIFY(!note->isVisible());
    for (auto* each : page.findChildren<QPushButton*>())
        if (each->text() == "Open again")
            each->click();
    QCOMPARE(backend.findings().reopened.size(), std::size_t(1));

    backend.readOnly = "the disk is full"; // then nothing is offered that cannot be done
    page.workspaceChanged(backend.workspaces().info());
    view->setCurrentIndex(view->model()->index(0, 0));
    QVERIFY(!note->isVisible());
}

void TestDataPage::emptyTables_sayWhatToDo()
{
    ShellFake backend(ShellFake::Scene::Empty);
    DataPage page(backend);
    page.resize(1180, 740);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    for (const QString& name : DataPage::tabNames()) {
        page.showTab(name);
        for (auto* each : page.findChildren<GridView*>())
            QVERIFY2(!each->isVisible(), qPrintable(name));
        auto* visible = page.focusWidget();
        QVERIFY(visible);
    }
    QSignalSpy imports(&page, &DataPage::importRequested);
    page.showTab("sources");
    for (auto* each : page.findChildren<QPushButton*>())
        if (each->text() == "Import files…" && each->isVisible())
            each->click();
    QCOMPARE(imports.count(), 1);
}

QTEST_MAIN(TestDataPage)
#include "tst_datapage.moc"
