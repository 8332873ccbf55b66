#include <QTest>

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeWidget>

#include "tests/ui/shellfake.h"
#include "ui/pages/common/currencychoice.h"
#include "ui/shell/deliverieslist.h"
#include "ui/shell/importresult.h"
#include "ui/shell/importsummary.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/statusline.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::MainWindow;

namespace {

template <typename Widget> Widget* named(const QWidget* parent, const QString& name)
{
    for (auto* widget : parent->findChildren<Widget*>()) {
        if (widget->accessibleName() == name)
            return widget;
    }
    return nullptr;
}

bool press(const QWidget* parent, const QString& text)
{
    for (auto* button : parent->findChildren<QPushButton*>()) {
        if (button->text() == text && button->isVisible() && button->isEnabled()) {
            button->click();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            return true;
        }
    }
    return false;
}

QAction* action(const MainWindow& window, const QString& text)
{
    for (auto* one : window.actions()) {
        if (one->text() == text)
            return one;
    }
    return nullptr;
}

QString notice(const MainWindow& window)
{
    for (auto* label : window.findChild<ui::StatusLine*>()->findChildren<QLabel*>()) {
        if (label->accessibleName().startsWith("Notice"))
            return label->text();
    }
    return {};
}

} // namespace

/// What is said before an import, after it, and on the way back.
class TestImports : public QObject {
    Q_OBJECT
private slots:
    void cleanFile_onAWorkspaceWithCharges_isImportedAtOnce();
    void firstDrop_isAlwaysSaidBefore();
    void summary_saysFilesMoneyAndWhatIsNotFocus();
    void summary_leavesOutWhatIsUnticked();
    void summary_questionIsDecidedHere();
    void summary_closed_importsNothing();
    void surveyFailure_isToldAndAsked();
    void result_saysWhatIsOddAndLeadsThere();
    void undo_asksWithTheMoneyAndTakesBack();
    void undo_ofADeliveryThatStays_saysWhy();
    void deliveries_areListedWithTheirWaysBack();
    void manyCurrencies_fitTheWindow();
};

void TestImports::cleanFile_onAWorkspaceWithCharges_isImportedAtOnce()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().report = {};
    backend.imports().found.files = {test::surveyed("june.csv", "focus", "1.2", 3, {test::delivered("USD", "1", 3)})};
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/june.csv"});
    QCOMPARE(backend.imports().surveyed.size(), std::size_t(1));
    QCOMPARE(backend.imports().imported.size(), std::size_t(1));
    QVERIFY(!window.findChild<ui::ImportSummary*>());
    QVERIFY(!window.findChild<ui::ImportResult*>());
    QVERIFY(notice(window).contains("1 file read"));
}

void TestImports::firstDrop_isAlwaysSaidBefore()
{
    ShellFake backend(ShellFake::Scene::Empty);
    backend.imports().found.files = {test::surveyed("june.csv", "focus", "1.2", 3, {test::delivered("USD", "1", 3)})};
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/june.csv"});
    QVERIFY(backend.imports().imported.empty());
    auto* summary = window.findChild<ui::ImportSummary*>();
    QVERIFY(summary && summary->isVisible());
    QTest::keyClick(summary, Qt::Key_Return);
    QCOMPARE(backend.imports().imported.size(), std::size_t(1));
}

void TestImports::summary_saysFilesMoneyAndWhatIsNotFocus()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().found = test::mixedFolder();
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/exports"});
    auto* summary = window.findChild<ui::ImportSummary*>();
    QVERIFY(summary);
    QCOMPARE(named<QLabel>(summary, "What was found")->text(), QString("2 files with charges, 3,376 lines"));
    auto* files = named<QTreeWidget>(summary, "Files");
    QCOMPARE(files->topLevelItemCount(), 4);
    QCOMPARE(files->topLevelItem(0)->text(1), QString("FOCUS 1.2"));
    QCOMPARE(files->topLevelItem(0)->text(3), QString("$2,593.33"));
    QVERIFY(files->topLevelItem(1)->text(1).startsWith("FOCUS 0.5, an old draft"));
    QVERIFY(files->topLevelItem(1)->text(3).endsWith("and 159 more currencies"));
    QVERIFY(files->topLevelItem(2)->text(5).contains("june.csv"));
    QVERIFY(!(files->topLevelItem(2)->flags() & Qt::ItemIsUserCheckable));
    QVERIFY(files->topLevelItem(3)->text(5).startsWith("Not read"));
    files->setCurrentItem(files->topLevelItem(1));
    QVERIFY(named<QLabel>(summary, "About the file")->text().contains("is read as BillingCurrency"));
    QVERIFY(named<QLabel>(summary, "What would change")->text().contains("$2,593.33"));
    QVERIFY(summary->width() <= 1280 && summary->height() <= 800);
}

void TestImports::summary_leavesOutWhatIsUnticked()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().found = test::mixedFolder();
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/exports"});
    auto* summary = window.findChild<ui::ImportSummary*>();
    QVERIFY(summary);
    QVERIFY(press(summary, "Leave out what is not FOCUS"));
    QTRY_COMPARE(backend.imports().surveyed.size(), std::size_t(2)); // once, after a pause
    QCOMPARE(backend.imports().surveyed.back().leftOut, (std::set<std::string>{"negative/old.csv"}));
    auto* files = named<QTreeWidget>(summary, "Files");
    files->setCurrentItem(files->topLevelItem(0));
    files->setFocus();
    QTest::keyClick(files, Qt::Key_Space);
    QTRY_COMPARE(backend.imports().surveyed.size(), std::size_t(3));
    QCOMPARE(backend.imports().surveyed.back().leftOut, (std::set<std::string>{"june.csv", "negative/old.csv"}));
    QTest::keyClick(files, Qt::Key_Space);
    QVERIFY(press(summary, "Import")); // without waiting for another look
    QCOMPARE(backend.imports().wishes.back().leftOut, (std::set<std::string>{"negative/old.csv"}));
}

void TestImports::summary_questionIsDecidedHere()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().found = test::mixedFolder();
    backend.imports().found.questions = {
        {ErrorCode::Conflict, "2,416 lines of AWS 7 are stored already", "june.csv",
         "Import it with --replace if that is the truth, or with --keep-both if both count."}};
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/exports"});
    auto* summary = window.findChild<ui::ImportSummary*>();
    QVERIFY(named<QLabel>(summary, "What has to be decided")->text().contains("2,416 lines"));
    auto* decision = named<QComboBox>(summary, "What counts");
    QVERIFY(decision->isVisible());
    QCOMPARE(decision->count(), 3);
    QVERIFY(press(summary, "Import"));
    QVERIFY(backend.imports().imported.empty() && summary->isVisible()); // it is to be decided first
    decision->hidePopup();
    backend.imports().found.questions.clear();
    decision->setCurrentIndex(2);
    emit decision->activated(2);
    QTRY_COMPARE(backend.imports().surveyed.size(), std::size_t(2));
    QVERIFY(backend.imports().surveyed.back().keepBoth);
    QVERIFY(!named<QLabel>(summary, "What has to be decided")->isVisible());
    QVERIFY(press(summary, "Import"));
    QVERIFY(backend.imports().wishes.back().keepBoth && !backend.imports().wishes.back().replace);
}

void TestImports::summary_closed_importsNothing()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().found = test::mixedFolder();
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/exports"});
    QTest::keyClick(window.findChild<ui::ImportSummary*>(), Qt::Key_Escape);
    QVERIFY(backend.imports().imported.empty());
    QCOMPARE(notice(window), QString("Nothing was imported."));
    QVERIFY(!window.findChild<ui::StatusLine*>()->findChild<QPushButton*>()->isVisible());
}

void TestImports::surveyFailure_isToldAndAsked()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().holdSurvey = true;
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/none"});
    backend.imports().heldSurvey(Error{ErrorCode::NotFound, "no cost file", "/tmp/none"});
    QVERIFY(window.findChild<ui::MessagePanel*>()->newestText().contains("no cost file"));
    window.importPaths({"/tmp/none"});
    backend.imports().heldSurvey(Error{ErrorCode::Cancelled, "cancelled", ""});
    QVERIFY(notice(window).contains("the workspace is as it was"));
    QVERIFY(backend.imports().imported.empty());
}

void TestImports::result_saysWhatIsOddAndLeadsThere()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().report = test::mixedFolder().report;
    backend.imports().report.delivery = 7;
    backend.imports().report.rowsRejected = 4;
    for (const char* name : {"a.csv", "b.csv"})
        backend.imports().report.findings.push_back(
            {Severity::Warning, "old-version", 0, 1, "the names are those of FOCUS 0.5", name, "june"});
    backend.imports().report.findings.push_back({Severity::Error, "file-unusable", 0, 1, "no header", "c.csv", "june"});
    backend.answers<DeliveriesQuestion>([](const DeliveriesQuestion&) { return test::someDeliveries(); });
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/exports"});
    auto* result = window.findChild<ui::ImportResult*>();
    QVERIFY(result && result->isVisible() && !result->isModal());
    auto* odd = named<QListWidget>(result, "What looks odd");
    QCOMPARE(odd->count(), 3);
    QVERIFY(odd->item(0)->text().startsWith("4 lines could not be stored"));
    QVERIFY(odd->item(1)->text().contains("no header"));
    QVERIFY(odd->item(2)->text().contains("and 1 more of this kind"));
    odd->setCurrentRow(0);
    QTest::keyClick(odd, Qt::Key_Return);
    QCOMPARE(window.currentPage(), QString("data"));
    QVERIFY(result->isVisible());
    QVERIFY(press(result, "Take it back…"));
    QTRY_VERIFY(window.findChild<QMessageBox*>());
    QVERIFY(press(&window, "Take back"));
    QCOMPARE(backend.imports().aside, (std::vector<std::string>{"back 7"}));
}

void TestImports::undo_asksWithTheMoneyAndTakesBack()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.immediate = true;
    backend.imports().report = {};
    backend.imports().report.delivery = 7;
    backend.answers<DeliveriesQuestion>([](const DeliveriesQuestion&) { return test::someDeliveries(); });
    MainWindow window(backend);
    window.show();
    QVERIFY(!action(window, "Undo")->isEnabled());
    window.importPaths({"/tmp/june.csv"});
    QVERIFY(notice(window).contains("Ctrl+Z takes it back"));
    QVERIFY(action(window, "Undo")->isEnabled());
    action(window, "Undo")->trigger();
    auto* box = window.findChild<QMessageBox*>();
    QVERIFY(box);
    QVERIFY2(box->informativeText().contains("$31.25 of Jun 2026 (3 lines)"), qPrintable(box->informativeText()));
    QVERIFY(box->informativeText().contains("$20.75"));
    QVERIFY(press(&window, "Take back"));
    QCOMPARE(backend.imports().aside, (std::vector<std::string>{"back 7"}));
    QCOMPARE(notice(window), QString("The import was taken back."));
    QVERIFY(!action(window, "Undo")->isEnabled());
}

void TestImports::undo_ofADeliveryThatStays_saysWhy()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.immediate = true;
    backend.imports().report = {};
    backend.imports().report.delivery = 5;
    backend.answers<DeliveriesQuestion>([](const DeliveriesQuestion&) { return test::someDeliveries(); });
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/june.csv"});
    action(window, "Undo")->trigger();
    QVERIFY(window.findChild<ui::MessagePanel*>()->newestText().contains("replaced or removed since"));
    QVERIFY(backend.imports().aside.empty());
}

void TestImports::deliveries_areListedWithTheirWaysBack()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.immediate = true;
    backend.answers<DeliveriesQuestion>([](const DeliveriesQuestion&) { return test::someDeliveries(); });
    MainWindow window(backend);
    window.show();
    action(window, "Deliveries…")->trigger();
    auto* list = window.findChild<ui::DeliveriesList*>();
    QVERIFY(list && list->isVisible());
    auto* rows = named<QTreeWidget>(list, "Deliveries, newest first");
    QCOMPARE(rows->topLevelItemCount(), 3);
    rows->setCurrentItem(rows->topLevelItem(2));
    QVERIFY(named<QLabel>(list, "About the delivery")->text().contains("replaced or removed since"));
    QVERIFY(!press(list, "Take back…"));
    rows->setCurrentItem(rows->topLevelItem(0));
    QVERIFY(press(list, "Put the source back"));
    QCOMPARE(backend.imports().aside, (std::vector<std::string>{"restore trial"}));
    action(window, "Deliveries…")->trigger();
    list = window.findChild<ui::DeliveriesList*>();
    rows = named<QTreeWidget>(list, "Deliveries, newest first");
    rows->setCurrentItem(rows->topLevelItem(1));
    QVERIFY(press(list, "Remove the source…"));
    auto* box = window.findChild<QMessageBox*>();
    QVERIFY(box && box->informativeText().contains("$62.50 of Jun 2026"));
    QVERIFY(press(&window, "Remove"));
    QCOMPARE(backend.imports().aside.back(), std::string("remove june"));
}

/// A file of 160 currencies made the page nine thousand pixels wide.
void TestImports::manyCurrencies_fitTheWindow()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.immediate = true;
    Overview many = backend.makeOverview(CostLens::Effective);
    const Overview::PerCurrency one = many.currencies.front();
    std::vector<Currency> codes;
    for (char first = 'A'; first <= 'H'; ++first) {
        for (char second = 'A'; second <= 'T'; ++second) {
            many.currencies.push_back(one);
            many.currencies.back().currency = Currency(std::string("Y") + first + second);
        }
    }
    many.currencies.push_back(one); // a currency that nobody chose is no XXX
    many.currencies.back().currency = Currency();
    for (const auto& each : many.currencies)
        codes.push_back(each.currency);
    backend.answers<OverviewQuestion>([&many](const OverviewQuestion&) { return many; });
    const auto describe = backend.workspaces().describe;
    backend.workspaces().describe = [describe, codes] {
        WorkspaceInfo info = describe();
        info.currencies = codes;
        return info;
    };
    MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    window.showPage("overview");
    QTRY_VERIFY(window.isSettled());
    auto* choice = window.findChild<ui::CurrencyChoice*>();
    QVERIFY(choice && choice->isVisible());
    QCOMPARE(choice->findChildren<QPushButton*>().size(), 4);
    QVERIFY(choice->findChildren<QPushButton*>().front()->isChecked());
    auto* others = choice->findChild<QComboBox*>();
    QCOMPARE(others->count(), static_cast<int>(many.currencies.size()) - 4);
    QVERIFY(window.width() <= 1280);
    QVERIFY2(choice->window()->minimumSizeHint().width() <= 1280, "the window cannot be as narrow as it is shown");
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (widget->isVisible() && widget->window() == &window)
            QVERIFY2(widget->width() <= 1280, qPrintable(widget->accessibleName() + widget->metaObject()->className()));
    }
    others->setCurrentIndex(3);
    emit others->activated(3);
    for (auto* button : choice->findChildren<QPushButton*>())
        QVERIFY(!button->isChecked());
    QVERIFY(!others->currentText().isEmpty());
    choice->findChildren<QPushButton*>().at(1)->click();
    QCOMPARE(others->currentIndex(), -1);
    for (auto* label : window.findChild<ui::StatusLine*>()->findChildren<QLabel*>()) {
        if (label->accessibleName().startsWith("Lens"))
            QVERIFY2(label->text().contains("more"), qPrintable(label->text()));
    }
}

QTEST_MAIN(TestImports)
#include "tst_imports.moc"
