#include <QTest>

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTabWidget>

#include "tests/ui/shellfake.h"
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
    void copy_takesTheSelectionWithHeaders();
    void hugeTables_areReadyQuickly();
    void failure_isToldPerTable();

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
    for (auto* line : page.findChildren<QLineEdit*>()) {
        if (line->accessibleName() == "Filter sources")
            QTest::keyClicks(line, "azure");
    }
    QCOMPARE(grid(page, "Sources")->model()->rowCount(), 1);
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
    QVERIFY2(text.startsWith("severity\tmessage\trows"), qPrintable(text.left(60)));
    QVERIFY(text.contains("12044"));
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

QTEST_MAIN(TestDataPage)
#include "tst_datapage.moc"
