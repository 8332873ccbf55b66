#include <QTest>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>

#include "tests/ui/shellfake.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridview.h"
#include "ui/pages/allocation/allocationpage.h"
#include "ui/pages/allocation/rulelist.h"
#include "ui/pages/allocation/versionlist.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::AllocationPage;

namespace {

template <typename Widget> Widget* named(const QWidget& page, const QString& name)
{
    for (auto* found : page.findChildren<Widget*>()) {
        if (found->accessibleName().startsWith(name) && !found->isHidden())
            return found;
    }
    return nullptr;
}

QPushButton* button(const QWidget& page, const QString& start)
{
    for (auto* found : page.findChildren<QPushButton*>()) {
        if (found->text().startsWith(start))
            return found;
    }
    return nullptr;
}

/// Publishes the draft as a user does, with a note or without.
void publishDraft(const AllocationPage& page, const QString& note = {})
{
    button(page, "Publish version")->click();
    QTRY_VERIFY(button(page, "Publish as version")->isEnabled());
    named<QLineEdit>(page, "Note")->setText(note);
    button(page, "Publish as version")->click();
}

/// "name before after change" of each row in sight.
QStringList rowsOf(const ui::GridView& grid)
{
    QStringList rows;
    for (int row = 0; row < grid.model()->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < grid.model()->columnCount(); ++column)
            cells << grid.model()->index(row, column).data().toString();
        rows << cells.join(' ');
    }
    return rows;
}

} // namespace

class TestAllocationPage : public QObject {
    Q_OBJECT
private slots:
    void publishedRules_areShownWithoutADraft();
    void typing_makesOneUndoStepAndALiveDiff();
    void ruleOfManyCurrencies_isNoHigherThanOneOfThree();
    void selectingRules_changesNothing();
    void order_movesByKeysAndUndoes();
    void toggle_bySpaceSurvivesRoundTrip();
    void json_withAFault_isToldAndCannotBePublished();
    void json_unknownKey_isToldByTheCheck();
    void publish_sendsTheDraftAndTakesTheVersion();
    void publishedMeanwhile_isShown_andDecided_data();
    void publishedMeanwhile_isShown_andDecided();
    void readOnlyWorkspace_saysWhyNothingCanBePublished();
    void revert_bringsThePublishedTextBackAndCanBeUndone();
    void newRule_isAddedAboveTheChosenOne();
    void draft_survivesQuitting_ofItsOwnWorkspaceAlone();
    void keptDraft_isForgottenOnceItCounts();
    void version_isBroughtBackAsADraft();
    void effect_isATreeThatAddsUp_bothWays();
    void firstMonth_isTheOpenOne_onceRulesArePublished();
    void publishing_canBeLeft_byEscape();
};

void TestAllocationPage::publishedRules_areShownWithoutADraft()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    QCOMPARE(list->count(), 5);
    QVERIFY(!page.isDraft());
    QVERIFY2(!named<QComboBox>(page, "Owners are"), "an empty choice");
    QVERIFY(!button(page, "Publish")->isEnabled());
    QCOMPARE(page.draftText(), QString::fromStdString(backend.rules().published.json));
    QTRY_VERIFY(page.isSettled());
    QVERIFY(list->item(0)->data(Qt::AccessibleTextRole).toString().contains("48,000 lines"));
}

/// With a hundred currencies one rule filled the list. What is not written is in the tooltip.
void TestAllocationPage::ruleOfManyCurrencies_isNoHigherThanOneOfThree()
{
    ui::RuleList list;
    list.setRows({{"few", true}, {"many", true}, {"one", true}});
    QStringList amounts;
    for (int i = 0; i < 100; ++i)
        amounts << QString("C%1 1,000.00").arg(i);
    list.setUse(0, {"12 lines", amounts.mid(0, 3), amounts.mid(0, 3)}, 0.5);
    list.setUse(1, {"12 lines", amounts, amounts}, 0.5);
    list.setUse(2, {"12 lines", amounts.mid(0, 1), amounts.mid(0, 1)}, 0.5);
    QCOMPARE(list.sizeHintForRow(1), list.sizeHintForRow(0));
    QVERIFY(list.sizeHintForRow(2) < list.sizeHintForRow(0));
    QVERIFY(list.item(1)->toolTip().contains("C99 1,000.00"));
    list.resize(230, 200);
    QVERIFY(!list.grab().isNull());
}

void TestAllocationPage::selectingRules_changesNothing()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    for (int row = 0; row < list->count(); ++row)
        list->setCurrentRow(row);
    QVERIFY(!page.isDraft());
    QVERIFY(!page.canUndo());
}

void TestAllocationPage::typing_makesOneUndoStepAndALiveDiff()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    named<ui::RuleList>(page, "Allocation rules")->setCurrentRow(1);
    QTRY_VERIFY(page.isSettled());
    const auto diffs = backend.asked<RuleDiffQuestion>().size();
    auto* team = named<QLineEdit>(page, "Team: value");
    QCOMPARE(team->text(), QString("Research"));
    team->setFocus();
    team->selectAll();
    QTest::keyClicks(team, "Platform");
    QVERIFY(page.isDraft());
    QVERIFY(page.draftText().contains("\"team\": \"Platform\""));
    QVERIFY(page.draftText().contains("\"weights\": { \"Search\": 3, \"Ads\": 1 }"));
    QTRY_VERIFY(page.isSettled());
    QCOMPARE(backend.asked<RuleDiffQuestion>().size(), diffs + 1); // eight letters, one question
    QVERIFY(named<QLabel>(page, "Coverage")->text().contains("87.3"));
    QVERIFY(named<QLabel>(page, "Moves")->text().contains("Nothing published yet"));
    page.undo();
    QVERIFY(!page.isDraft());
    QCOMPARE(team->text(), QString("Research"));
    page.redo();
    QCOMPARE(team->text(), QString("Platform"));
}

void TestAllocationPage::order_movesByKeysAndUndoes()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(1);
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(list->item(0)->text(), QString("Sandbox accounts"));
    QCOMPARE(list->currentRow(), 0);
    page.undo();
    QCOMPARE(list->item(0)->text(), QString("Team from tags"));
    QVERIFY(!page.isDraft());
}

void TestAllocationPage::toggle_bySpaceSurvivesRoundTrip()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(0);
    QTest::keyClick(list, Qt::Key_Space);
    QVERIFY(page.draftText().contains("\"enabled\": false"));
    QVERIFY(list->item(0)->data(Qt::AccessibleTextRole).toString().contains("off"));
    for (auto* box : page.findChildren<QCheckBox*>()) {
        if (box->text() == "Enabled")
            QVERIFY(!box->isChecked());
    }
}

void TestAllocationPage::json_withAFault_isToldAndCannotBePublished()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* json = page.findChild<QPlainTextEdit*>();
    json->setPlainText("{\n \"rules\": [ }\n");
    QVERIFY(page.isDraft());
    QVERIFY(named<QLabel>(page, "Rule check")->text().contains("line 2"));
    QVERIFY(!button(page, "Publish")->isEnabled());
    QVERIFY(backend.rules().texts.empty());
    page.undo();
    QVERIFY(!page.isDraft());
}

void TestAllocationPage::json_unknownKey_isToldByTheCheck()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    page.findChild<QPlainTextEdit*>()->setPlainText(R"({"rules": [{"name": "a", "nonsense": 1}]})");
    QVERIFY(named<QLabel>(page, "Rule check")->text().contains("Rule 1 “a”: unknown key 'nonsense'"));
    QVERIFY(!button(page, "Publish")->isEnabled());
}

void TestAllocationPage::publish_sendsTheDraftAndTakesTheVersion()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(4);
    QTest::keyClick(list, Qt::Key_Delete);
    QSignalSpy notice(&page, &AllocationPage::notice);
    const QString draft = page.draftText();
    QCOMPARE(button(page, "Publish")->text(), QString("Publish version 4"));
    publishDraft(page, " old accounts are closed ");
    QCOMPARE(backend.rules().texts.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(backend.rules().wanted.front().note), QString("old accounts are closed"));
    QCOMPARE(QString::fromStdString(backend.rules().texts.front()), draft);
    QVERIFY(!page.isDraft());
    QCOMPARE(notice.count(), 1);
    QCOMPARE(list->count(), 4);
}

void TestAllocationPage::publishedMeanwhile_isShown_andDecided_data()
{
    QTest::addColumn<QString>("choice");
    QTest::addColumn<bool>("isTold");
    for (const char* choice : {"Keep editing", "Take version", "Publish mine"}) {
        QTest::addRow("%s, found when publishing", choice) << choice << false;
        QTest::addRow("%s, told before", choice) << choice << true;
    }
}

/// F8: the page offered to publish version 2 and wrote version 3 over the version 2 of somebody else.
void TestAllocationPage::publishedMeanwhile_isShown_andDecided()
{
    QFETCH(QString, choice);
    QFETCH(bool, isTold);
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    auto* json = page.findChild<QPlainTextEdit*>();
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    QTRY_VERIFY(page.isSettled());
    const std::uint32_t base = backend.rules().published.version;
    json->setPlainText(R"({"rules":[{"name":"mine","when":[],"set":{"team":"Mine"}}]})");
    QTRY_VERIFY(page.isSettled());
    const QString mine = page.draftText();
    const std::string theirs = R"({"rules":[{"name":"theirs","when":[],"set":{"team":"Theirs"}}]})";
    backend.rules().published = {theirs, base + 1};
    if (isTold)
        page.workspaceChanged(backend.workspaces().info());
    else
        publishDraft(page);
    QTRY_VERIFY(page.isSettled());
    QVERIFY(backend.rules().texts.empty());
    QCOMPARE(page.draftText(), mine);
    QVERIFY(button(page, choice)->isVisible());
    QVERIFY(!button(page, "Publish version")->isEnabled());
    QVERIFY(!button(page, choice)->accessibleName().isEmpty());
    button(page, choice)->click();
    QTRY_VERIFY(page.isSettled());
    QVERIFY(!button(page, choice)->isVisible());
    if (choice == "Publish mine") {
        QVERIFY(backend.rules().texts.empty()); // a note is asked for first
        publishDraft(page);
        QCOMPARE(backend.rules().texts, (std::vector<std::string>{mine.toStdString()}));
        QCOMPARE(backend.rules().published.version, base + 2);
    } else if (choice == "Take version") {
        QCOMPARE(page.draftText(), QString::fromStdString(theirs));
        page.undo();
        QCOMPARE(page.draftText(), mine);
    } else {
        QCOMPARE(page.draftText(), mine);
        publishDraft(page);
        QCOMPARE(backend.rules().published.version, base + 2);
    }
}

void TestAllocationPage::readOnlyWorkspace_saysWhyNothingCanBePublished()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.readOnly = "its folder cannot be written";
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* json = page.findChild<QPlainTextEdit*>();
    json->setPlainText(R"({"rules":[]})");
    QTRY_VERIFY(page.isSettled());
    QVERIFY(page.isDraft());
    QVERIFY(!button(page, "Publish version")->isEnabled());
    QVERIFY(button(page, "Publish version")->toolTip().contains("its folder cannot be written"));
}

void TestAllocationPage::revert_bringsThePublishedTextBackAndCanBeUndone()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(0);
    QTest::keyClick(list, Qt::Key_Delete);
    const QString draft = page.draftText();
    button(page, "Revert")->click();
    QVERIFY(!page.isDraft());
    page.undo();
    QCOMPARE(page.draftText(), draft);
}

void TestAllocationPage::newRule_isAddedAboveTheChosenOne()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(2);
    named<QAbstractButton>(page, "Add rule")->click();
    QCOMPARE(list->count(), 6);
    QCOMPARE(list->item(2)->text(), QString("New rule"));
    QCOMPARE(list->currentRow(), 2);
    QCOMPARE(named<QLineEdit>(page, "Rule name")->text(), QString("New rule"));
}

void TestAllocationPage::draft_survivesQuitting_ofItsOwnWorkspaceAlone()
{
    ShellFake backend(ShellFake::Scene::Normal);
    QString draft;
    {
        AllocationPage page(backend);
        page.workspaceChanged(backend.workspaces().info());
        auto* list = named<ui::RuleList>(page, "Allocation rules");
        list->setCurrentRow(4);
        QTest::keyClick(list, Qt::Key_Delete);
        draft = page.draftText();
    }
    WorkspaceInfo other = backend.workspaces().info();
    other.path += ".other";
    AllocationPage elsewhere(backend);
    elsewhere.workspaceChanged(other);
    QVERIFY(!elsewhere.isDraft());

    AllocationPage page(backend);
    QSignalSpy notice(&page, &AllocationPage::notice);
    page.workspaceChanged(backend.workspaces().info());
    QCOMPARE(page.draftText(), draft);
    QVERIFY(page.isDraft());
    QCOMPARE(notice.count(), 1);
    QTRY_VERIFY(page.isSettled());
    QVERIFY(button(page, "Publish")->isEnabled());
    page.undo();
    QVERIFY(!page.isDraft());
    AllocationPage third(backend);
    third.workspaceChanged(backend.workspaces().info());
    QVERIFY(!third.isDraft());
}

void TestAllocationPage::keptDraft_isForgottenOnceItCounts()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(4);
    QTest::keyClick(list, Qt::Key_Delete);
    const auto kept = [&backend] {
        for (const auto& [key, value] : backend.settings().values) {
            if (key.starts_with("rules-draft-") && !value.empty())
                return true;
        }
        return false;
    };
    QVERIFY(kept());
    publishDraft(page);
    QVERIFY(!kept());
}

void TestAllocationPage::version_isBroughtBackAsADraft()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    backend.rules().published.publication = {
        Day::fromYmd(2026, 11, 1), "Research pays", "ada",
        std::vector<MovedCost>{{Currency("USD"), Amount::fromUnits(12), Amount()}}};
    button(page, "Versions")->click();
    QTRY_VERIFY(page.findChild<ui::VersionList*>());
    auto* list = page.findChild<ui::VersionList*>();
    auto* grid = named<ui::GridView>(*list, "Versions of the rules");
    const QStringList rows = rowsOf(*grid);
    QCOMPARE(rows.size(), 2);
    QVERIFY2(rows[0].contains("ada Nov 2026 and later $12.00 none Research pays"), qPrintable(rows[0]));
    QVERIFY2(rows[1].contains("up to Oct 2026"), qPrintable(rows[1]));
    grid->setCurrentIndex(grid->model()->index(1, 0));
    QTest::keyClick(grid, Qt::Key_Return);
    QVERIFY(page.isDraft());
    QVERIFY(page.draftText().contains("\"Old\""));
    QTRY_VERIFY(page.isSettled());
    page.undo();
    QVERIFY(!page.isDraft());
}

/// Six months; each moves 2,071.73 from nobody to Research (see ShellFake::makeDiff).
void TestAllocationPage::effect_isATreeThatAddsUp_bothWays()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(4);
    QTest::keyClick(list, Qt::Key_Delete);
    QTRY_VERIFY(page.isSettled());
    auto* grid = named<ui::GridView>(page, "Moves per owner");
    QCOMPARE(rowsOf(*grid), (QStringList{"(unallocated) $61,200.60 $48,770.22 −$12,430.38",
                                         "Research $12,600.00 $25,030.38 +$12,430.38",
                                         "Unchanged owners $438,499.40 $438,499.40 $0.00"}));
    QCOMPARE(named<QLabel>(page, "In and out")->text(),
             QString("In $512,300.00 = out $512,300.00; $12,430.38 changes owner"));
    auto* footer = page.findChild<ui::GridFooter*>();
    QVERIFY2(footer->spokenText().contains("$512,300.00 before, $512,300.00 after"), qPrintable(footer->spokenText()));
    grid->setCurrentIndex(grid->model()->index(1, 0));
    QTest::keyClick(grid, Qt::Key_Plus);
    QCOMPARE(grid->model()->rowCount(), 9);
    QCOMPARE(rowsOf(*grid)[2], QString("Nov 2026 $2,100.00 $4,171.73 +$2,071.73"));
    named<QAbstractButton>(page, "Months first")->click();
    QCOMPARE(grid->model()->rowCount(), 6);
    QVERIFY2(rowsOf(*grid)[0].startsWith("Nov 2026 "), qPrintable(rowsOf(*grid)[0]));
    QVERIFY(rowsOf(*grid)[0].endsWith(" $0.00"));
    emit grid->foldAllRequested(false);
    QCOMPARE(grid->model()->rowCount(), 24); // three owners in each
    QTest::keyClick(list, Qt::Key_Delete);
    QTRY_VERIFY(page.isSettled());
    QCOMPARE(grid->model()->rowCount(), 24);
}

void TestAllocationPage::firstMonth_isTheOpenOne_onceRulesArePublished()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.rules().published.publishedAt = Instant{1'790'000'000};
    AllocationPage page(backend);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    QTRY_VERIFY(page.isSettled());
    const Day open = backend.workspaces().info().dataThrough.firstOfMonth();
    QVERIFY(!backend.asked<RuleDiffQuestion>().back().from.isValid()); // as the version in force is
    auto* from = named<QComboBox>(page, "Applies from");
    QVERIFY2(from->currentText().endsWith("(open)"), qPrintable(from->currentText()));
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(4);
    QTest::keyClick(list, Qt::Key_Delete);
    QTRY_VERIFY(page.isSettled());
    QVERIFY(backend.asked<RuleDiffQuestion>().back().from == open);
    from->setCurrentIndex(from->count() - 1);
    emit from->activated(from->currentIndex());
    QTRY_VERIFY(page.isSettled());
    QVERIFY(!backend.asked<RuleDiffQuestion>().back().from.isValid());
    button(page, "Publish version")->click();
    auto* what = named<QLabel>(page, "What publishing changes");
    QTRY_VERIFY2(what->text().contains("For all of history. $12,430.38 changes owner. Of this $10,358.65 in 5 months"),
                 qPrintable(what->text()));
    QCOMPARE(what->property("role").toString(), QString("warning"));
    from->setCurrentIndex(from->findText("(open)", Qt::MatchEndsWith));
    emit from->activated(from->currentIndex());
    publishDraft(page);
    QVERIFY(backend.rules().wanted.back().from == open);
}

void TestAllocationPage::publishing_canBeLeft_byEscape()
{
    ShellFake backend(ShellFake::Scene::Normal);
    AllocationPage page(backend);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    auto* list = named<ui::RuleList>(page, "Allocation rules");
    list->setCurrentRow(4);
    QTest::keyClick(list, Qt::Key_Delete);
    QTRY_VERIFY(page.isSettled());
    button(page, "Publish version")->click();
    auto* note = named<QLineEdit>(page, "Note");
    QVERIFY(note);
    QTest::keyClick(note, Qt::Key_Escape);
    QVERIFY(!note->isVisible());
    QVERIFY(page.isDraft() && backend.rules().texts.empty());
}

QTEST_MAIN(TestAllocationPage)
#include "tst_allocationpage.moc"
