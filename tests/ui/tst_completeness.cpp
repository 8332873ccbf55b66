#include <QTest>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>

#include "tests/ui/shellfake.h"
#include "ui/charts/calendarcell.h"
#include "ui/charts/calendarview.h"
#include "ui/format/calendartext.h"
#include "ui/format/windowlocale.h"
#include "ui/items/gridview.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/common/factline.h"
#include "ui/pages/completeness/completenesspage.h"
#include "ui/theme/theme.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::CalendarView;
using ui::CompletenessPage;

namespace {

const QLocale kLocale = ui::format::neutralLocale();
const Day kNow = test::kFakeNow.day();

struct Stage {
    ShellFake backend;
    std::unique_ptr<CompletenessPage> page;

    explicit Stage(ShellFake::Scene scene = ShellFake::Scene::Normal, bool isReady = true) : backend(scene)
    {
        page = std::make_unique<CompletenessPage>(backend, nullptr, [] { return test::kFakeNow; });
        page->resize(1160, 700);
        page->show();
        if (isReady)
            page->workspaceChanged(backend.workspaces().info());
    }
    CalendarView* view() const { return page->findChild<CalendarView*>(); }
    void key(int code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const
    {
        QTest::keyClick(view(), static_cast<Qt::Key>(code), modifiers);
    }
    QString source() const { return QString::fromStdString(view()->row(*view()->current()).source); }
    int age() const { return kNow - view()->day(*view()->current()).day; } ///< days before the present
    QString fact(const QString& title) const
    {
        for (auto* found : page->findChildren<ui::FactLine*>())
            if (found->accessibleName().startsWith(title + ": "))
                return found->value();
        return "(none)";
    }
    QString labelled(const QString& name) const
    {
        for (auto* found : page->findChildren<QLabel*>())
            if (found->accessibleName().startsWith(name + ": "))
                return found->text();
        return {};
    }
    template <typename Widget> Widget* named(const QString& name) const
    {
        for (auto* found : page->findChildren<Widget*>())
            if (found->accessibleName() == name)
                return found;
        return nullptr;
    }
    QPushButton* button(const QString& text) const
    {
        for (auto* found : page->findChildren<QPushButton*>())
            if (found->text() == text && found->isVisible())
                return found;
        return nullptr;
    }
};

} // namespace

class TestCompleteness : public QObject {
    Q_OBJECT
private slots:
    void calendar_showsTheLastThreeMonths();
    void keys_moveTheCell();
    void ctrlArrows_jumpToWhereTheStateChanges();
    void readout_saysAllThatIsKnown();
    void mouse_hoversChoosesAndOpens();
    void enter_opensTheChargesOfThatDay();
    void dayWithoutCharges_saysSo();
    void filters_narrowTheSources();
    void range_isChosenAndMoved();
    void restatement_leadsToItsDay();
    void negativeAmounts_areShown();
    void currentCell_survivesANewAnswer();
    void question_waitsUntilItIsLookedAt();
    void empty_failedAndAgain();
    void huge_scrollsQuickly();
    void copy_isATableOfStates();
    void accounts_standBelowASourceOfSeveral();
    void everyState_looksDifferentWithoutColour();
    void words_ofEveryState();
    void tabOrder_isDownThePage();
};

void TestCompleteness::calendar_showsTheLastThreeMonths()
{
    Stage stage;
    QVERIFY(stage.page->isSettled());
    QVERIFY((stage.backend.asked<CalendarQuestion>().back().range ==
             DateRange{Day::fromYmd(2026, 11, 20) - 90, kNow + 1})); // 90 days of data, and those since
    QCOMPARE(stage.view()->shownRows(), std::size_t(8));
    QCOMPARE(stage.labelled("Completeness summary"),
             QString("8 sources · 13 days missing · 28 days estimated · 30 days overlap · 2 days hold duplicates"));
    QCOMPARE(stage.age(), 2); // the newest with something in it is in sight
    QVERIFY(stage.view()->viewport()->rect().contains(stage.view()->rectOf(*stage.view()->current())));
    auto* restated = stage.named<ui::GridView>("Restatements");
    QAbstractItemModelTester tester(restated->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(restated->model()->rowCount(), 3);
    QCOMPARE(restated->model()->index(0, 6).data().toString(), QString("$1,204.17"));
    QCOMPARE(restated->model()->index(0, 8).data().toString(), QString(QChar(0x2212)) + "$5.77");
    QCOMPARE(restated->model()->index(0, 9).data().toString(), QString("! yes"));
    QCOMPARE(restated->gridModel()->rawText(0, 8), QString("-5.77000015"));
    QCOMPARE(restated->gridModel()->rawText(1, 4), QString("2026-11-09..2026-11-11"));
}

void TestCompleteness::keys_moveTheCell()
{
    Stage stage;
    QCOMPARE(stage.source(), QString("aws-files"));
    stage.key(Qt::Key_Right);
    QCOMPARE(stage.age(), 1);
    stage.key(Qt::Key_Down);
    QCOMPARE(stage.source(), QString("azure-prod"));
    stage.key(Qt::Key_Home);
    QCOMPARE(stage.age(), 91);
    stage.key(Qt::Key_Left); // the edge holds
    QCOMPARE(stage.age(), 91);
    stage.key(Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(stage.source(), QString("aws-costs"));
    QCOMPARE(stage.age(), 0);
    stage.key(Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(stage.source(), QString("aws-files"));
    stage.key(Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(stage.source(), QString("aws-costs"));
    for (int page = 0; page < 4; ++page)
        stage.key(Qt::Key_PageUp);
    QCOMPARE(stage.source(), QString("aws-files"));
}

void TestCompleteness::ctrlArrows_jumpToWhereTheStateChanges()
{
    Stage stage;
    stage.key(Qt::Key_End);
    QCOMPARE(stage.age(), 0);
    stage.key(Qt::Key_Left, Qt::ControlModifier); // outside -> charges
    QCOMPARE(stage.age(), 2);
    stage.key(Qt::Key_Left, Qt::ControlModifier); // -> the gap
    QCOMPARE(stage.age(), 30);
    QVERIFY(stage.view()->day(*stage.view()->current()).state == CalendarDay::State::Gap);
    stage.key(Qt::Key_Left, Qt::ControlModifier);
    QCOMPARE(stage.age(), 33);
    stage.key(Qt::Key_Left, Qt::ControlModifier); // nothing changes any more
    QCOMPARE(stage.age(), 91);
    stage.key(Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(stage.age(), 32);
}

void TestCompleteness::readout_saysAllThatIsKnown()
{
    Stage stage;
    QVERIFY(stage.view()->setCurrent("openai", kNow - 19));
    QVERIFY(stage.labelled("Chosen day").startsWith("openai · Mon 2 Nov 2026 · Final"));
    QCOMPARE(stage.fact("Restated"), QString("$1,204.17 → $1,198.40"));
    QCOMPARE(stage.fact("Asked at"), QString("2026-11-21 08:00:00 UTC"));
    QVERIFY(!stage.fact("Lines").isEmpty());
    QCOMPARE(stage.fact("Of which estimated"), QString());
    QVERIFY(stage.view()->setCurrent("azure-prod", kNow - 3));
    QVERIFY(!stage.fact("Of which estimated").isEmpty());
    QVERIFY(stage.fact("Effective cost").contains(QString(" · ") + QChar(0x2212) + "€12.00"));
    QVERIFY(stage.view()->setCurrent("gcp-billing", kNow - 24));
    QCOMPARE(stage.fact("Duplicates"), QString("4"));
    QVERIFY(stage.view()->setCurrent("aws-files", kNow - 60));
    QCOMPARE(stage.fact("Overlaps with"), QString("aws-costs"));
    const QString heard = stage.view()->accessibleDescription();
    QVERIFY2(heard.startsWith("aws-files, Tue 22 Sep 2026: The source does not say"), qPrintable(heard));
    QVERIFY(heard.endsWith("overlaps with aws-costs"));
    QVERIFY(stage.view()->setCurrent("aws-files", kNow - 31));
    QCOMPARE(stage.view()->accessibleDescription(),
             QString("aws-files, Wed 21 Oct 2026: Gap: nothing is known of this day"));
}

void TestCompleteness::mouse_hoversChoosesAndOpens()
{
    Stage stage;
    auto* view = stage.view();
    QVERIFY(view->setCurrent("openai", kNow - 5));
    const CalendarView::Cell other{1, 60};
    QTest::mouseMove(view->viewport(), view->rectOf(other).center());
    QTRY_VERIFY(view->hovered() == std::optional(other));
    QVERIFY(stage.labelled("Chosen day").startsWith("azure-prod"));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(view->viewport(), &leave);
    QVERIFY(!view->hovered());
    QVERIFY(stage.labelled("Chosen day").startsWith("openai")); // back to the keyboard's cell
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->rectOf(other).center());
    QCOMPARE(stage.source(), QString("azure-prod"));
    QSignalSpy explored(stage.page.get(), &CompletenessPage::openExplore);
    QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, view->rectOf(other).center());
    QCOMPARE(explored.count(), 1);
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(20, 60)); // a name, no cell
    QVERIFY(view->current() == std::optional(other));
}

void TestCompleteness::enter_opensTheChargesOfThatDay()
{
    Stage stage;
    stage.page->setLens(CostLens::List);
    QVERIFY(stage.view()->setCurrent("azure-prod", kNow - 10));
    QSignalSpy explored(stage.page.get(), &CompletenessPage::openExplore);
    stage.key(Qt::Key_Return);
    QCOMPARE(explored.count(), 1);
    const auto query = explored.at(0).at(0).value<CostQuery>();
    QVERIFY((query.range == DateRange{kNow - 10, kNow - 9}));
    QVERIFY((query.filters == std::vector<Filter>{{Dim{Dim::Kind::Source, {}}, {"azure-prod"}, false}}));
    QVERIFY(query.lens == CostLens::List);
    QVERIFY(query.granularity == Granularity::Day);
    stage.button("Show charges")->click();
    QCOMPARE(explored.count(), 2);
}

void TestCompleteness::dayWithoutCharges_saysSo()
{
    Stage stage;
    QVERIFY(stage.view()->setCurrent("aws-files", kNow - 31));
    QSignalSpy explored(stage.page.get(), &CompletenessPage::openExplore);
    QSignalSpy notices(stage.page.get(), &CompletenessPage::notice);
    stage.key(Qt::Key_Return);
    QCOMPARE(explored.count(), 0);
    QCOMPARE(notices.at(0).at(0).toString(), QString("No charges to show on Wed 21 Oct 2026"));
    QVERIFY(!stage.button("Show charges")->isEnabled());
}

void TestCompleteness::filters_narrowTheSources()
{
    Stage stage;
    QVERIFY(stage.view()->setCurrent("openai", kNow - 5));
    auto* filter = stage.named<QLineEdit>("Filter sources");
    QTest::keyClicks(filter, "AWS");
    QCOMPARE(stage.view()->shownRows(), std::size_t(2));
    QCOMPARE(stage.source(), QString("aws-files"));
    filter->setText("nobody");
    QCOMPARE(stage.view()->shownRows(), std::size_t(0));
    QVERIFY(!stage.view()->current());
    stage.key(Qt::Key_Left); // nothing to move
    QVERIFY(!stage.page->grab().isNull());
    filter->clear();
    stage.page->findChild<QCheckBox*>()->setChecked(true);
    QCOMPARE(stage.view()->shownRows(), std::size_t(5)); // aws-files, gcp, anthropic, datacentre, aws-costs
}

void TestCompleteness::range_isChosenAndMoved()
{
    Stage stage;
    auto* range = stage.page->findChild<ui::DateRangeEdit*>();
    auto* typed = stage.named<QLineEdit>("Date range");
    typed->selectAll();
    QTest::keyClicks(typed, "2026-10");
    QTest::keyClick(typed, Qt::Key_Return);
    const DateRange october{Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 1)};
    QVERIFY(stage.backend.asked<CalendarQuestion>().back().range == october);
    range->shift(-1);
    QVERIFY((stage.backend.asked<CalendarQuestion>().back().range ==
             DateRange{Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 10, 1)}));
    emit range->rangeChosen("all");
    const DateRange all = stage.backend.asked<CalendarQuestion>().back().range;
    QVERIFY(all.from.isValid() && all.to.isValid()); // open bounds are never asked
    QVERIFY(all.to == kNow + 1);
}

void TestCompleteness::restatement_leadsToItsDay()
{
    Stage stage;
    auto* grid = stage.named<ui::GridView>("Restatements");
    grid->setCurrentIndex(grid->model()->index(1, 0));
    QTest::keyClick(grid, Qt::Key_Return);
    QCOMPARE(stage.source(), QString("azure-prod"));
    QCOMPARE(stage.age(), 12);
    emit stage.page->findChild<ui::DateRangeEdit*>()->rangeChosen("7d");
    QSignalSpy notices(stage.page.get(), &CompletenessPage::notice);
    grid->setCurrentIndex(grid->model()->index(0, 0));
    QTest::keyClick(grid, Qt::Key_Return);
    QCOMPARE(notices.count(), 1);
}

void TestCompleteness::negativeAmounts_areShown()
{
    Stage stage(ShellFake::Scene::Negative);
    QVERIFY(stage.view()->setCurrent("openai", kNow - 5));
    QVERIFY(stage.fact("Effective cost").startsWith(QString(QChar(0x2212)) + "$"));
    auto* grid = stage.named<ui::GridView>("Restatements");
    QCOMPARE(grid->model()->index(1, 7).data().toString(), QString(QChar(0x2212)) + "$20.50");
}

void TestCompleteness::currentCell_survivesANewAnswer()
{
    Stage stage;
    QVERIFY(stage.view()->setCurrent("openai", kNow - 19));
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QCOMPARE(stage.source(), QString("openai"));
    QCOMPARE(stage.age(), 19);
}

void TestCompleteness::question_waitsUntilItIsLookedAt()
{
    Stage stage(ShellFake::Scene::Normal, false);
    stage.page->hide();
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QVERIFY(stage.backend.asked<CalendarQuestion>().empty());
    stage.page->show();
    QCOMPARE(stage.backend.asked<CalendarQuestion>().size(), std::size_t(1));
    stage.page->hide();
    stage.page->show();
    QCOMPARE(stage.backend.asked<CalendarQuestion>().size(), std::size_t(1));
}

void TestCompleteness::empty_failedAndAgain()
{
    Stage empty(ShellFake::Scene::Empty);
    QVERIFY(!empty.view()->isVisible());
    QVERIFY(empty.button("Show connections"));
    Stage failed(ShellFake::Scene::Failed, false);
    QSignalSpy problems(failed.page.get(), &CompletenessPage::problem);
    failed.page->workspaceChanged(failed.backend.workspaces().info());
    QCOMPARE(problems.count(), 1);
    QVERIFY(failed.page->isSettled());
    failed.page->takeFocus();
    failed.backend.failure.reset();
    failed.button("Try again")->click();
    QVERIFY(failed.view()->isVisible());
    QCOMPARE(failed.view()->shownRows(), std::size_t(8));
}

void TestCompleteness::huge_scrollsQuickly()
{
    Stage stage(ShellFake::Scene::Huge);
    emit stage.page->findChild<ui::DateRangeEdit*>()->rangeChosen("2025-10-18..2026-11-21");
    QCOMPARE(stage.view()->shownRows(), std::size_t(60));
    QCOMPARE(stage.backend.asked<CalendarQuestion>().back().range.days(), 400);
    auto* bar = stage.view()->horizontalScrollBar();
    QVERIFY(bar->maximum() > 2000);
    QVERIFY(bar->value() > bar->maximum() - 50); // where the current day is
    QElapsedTimer watch;
    watch.start();
    for (int step = 0; step < 20; ++step) {
        bar->setValue(bar->maximum() * step / 20);
        stage.view()->grab();
    }
    QVERIFY2(watch.elapsed() / 20 < 200, qPrintable(QString::number(watch.elapsed() / 20)));
    stage.key(Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(bar->value(), 0);
    stage.key(Qt::Key_End, Qt::ControlModifier);
    QVERIFY(stage.view()->viewport()->rect().contains(stage.view()->rectOf(*stage.view()->current())));
}

void TestCompleteness::copy_isATableOfStates()
{
    Stage stage;
    emit stage.page->findChild<ui::DateRangeEdit*>()->rangeChosen("7d");
    QVERIFY(stage.page->copySelection(true));
    const QStringList lines = QApplication::clipboard()->text().split('\n');
    QCOMPARE(lines.at(0), QString("source\t2026-11-13\t2026-11-14\t2026-11-15\t2026-11-16\t2026-11-17\t2026-11-"
                                  "18\t2026-11-19\t2026-11-20\t2026-11-21"));
    QCOMPARE(lines.at(6), QString("anthropic-org\tgap\tgap\tgap\tgap\tgap\tgap\tgap\tgap\tgap"));
    QVERIFY(lines.at(1).startsWith("aws-files\tnot_said\tnot_said"));
    QVERIFY(stage.page->exportTable());
    auto* dialog = stage.page->findChild<QFileDialog*>();
    QVERIFY(dialog);
    emit dialog->fileSelected("/tmp/completeness.csv");
    const std::string& csv = stage.backend.exports().written.at(0).second;
    QVERIFY(csv.starts_with("source,day,state,rows,estimated_rows,"));
    QVERIFY(csv.find("anthropic-org,2026-11-15,gap,0,0,0,no,no,,,,\r\n") != std::string::npos);
    QVERIFY(csv.find("USD; -12.00 EUR") != std::string::npos);
    dialog->close();
}

void TestCompleteness::accounts_standBelowASourceOfSeveral()
{
    using namespace ui::calendartext;
    CompletenessCalendar calendar;
    const auto add = [&calendar](const char* source, const char* account) {
        CompletenessCalendar::Row row;
        row.source = source;
        row.isAccount = *account != '\0';
        row.provider = row.isAccount ? "AWS" : "";
        row.billingAccount = account;
        calendar.rows.push_back(row);
    };
    for (const auto& [source, account] : {std::pair{"a", ""}, {"a", "1"}, {"b", ""}, {"b", "2"}, {"b", "3"}, {"c", ""}})
        add(source, account);
    keepSeveralAccounts(calendar);
    QStringList names;
    for (const auto& row : calendar.rows)
        names << rowName(row);
    QCOMPARE(names, (QStringList{"a", "b", "    AWS 2", "    AWS 3", "c"}));
    QVERIFY(!needsALook(calendar.rows[2]));
    calendar.rows[2].stoppedAfter = Day::fromYmd(2026, 11, 3);
    QVERIFY(needsALook(calendar.rows[2]));
    calendar.stopped = {{"b", "AWS", "2", Day::fromYmd(2026, 11, 3), Day::fromYmd(2026, 11, 20), 1}};
    QCOMPARE(summary(calendar, QLocale::c()), QString("3 sources · no day missing · 1 account stopped"));
}

void TestCompleteness::everyState_looksDifferentWithoutColour()
{
    using State = CalendarDay::State;
    const auto grey = [](CalendarDay::State state, bool restated, bool overlapping, std::uint64_t doubled) {
        CalendarDay day;
        day.state = state;
        day.isRestated = restated;
        day.isOverlapping = overlapping;
        day.duplicates = doubled;
        QImage image(10, 20, QImage::Format_RGB32);
        image.fill(ui::Theme::current().card);
        QPainter painter(&image);
        ui::paintCalendarCell(painter, image.rect(), day);
        painter.end();
        return image.convertToFormat(QImage::Format_Grayscale8);
    };
    for (const bool dark : {false, true}) {
        ui::Theme::apply(dark);
        std::vector<QImage> looks;
        for (const auto state : {State::None, State::Gap, State::Empty, State::Final, State::Estimated, State::Unsaid})
            looks.push_back(grey(state, false, false, 0));
        looks.push_back(grey(State::Final, true, false, 0));
        looks.push_back(grey(State::Final, false, true, 0));
        looks.push_back(grey(State::Final, false, false, 1));
        for (std::size_t a = 0; a < looks.size(); ++a)
            for (std::size_t b = a + 1; b < looks.size(); ++b)
                QVERIFY2(looks[a] != looks[b], qPrintable(QString("%1 %2").arg(a).arg(b)));
    }
    ui::Theme::apply(false);
}

void TestCompleteness::words_ofEveryState()
{
    using namespace ui::calendartext;
    for (const auto state : {CalendarDay::State::None, CalendarDay::State::Gap, CalendarDay::State::Empty,
                             CalendarDay::State::Final, CalendarDay::State::Estimated, CalendarDay::State::Unsaid}) {
        QVERIFY(!stateWord(state).isEmpty());
        QVERIFY(!stateSentence(state).isEmpty());
    }
    QCOMPARE(dayTitle(Day::fromYmd(2024, 2, 29), kLocale), QString("Thu 29 Feb 2024"));
    CompletenessCalendar none;
    QCOMPARE(summary(none, kLocale), QString("0 sources · no day missing"));
}

void TestCompleteness::tabOrder_isDownThePage()
{
    Stage stage;
    QVERIFY(QTest::qWaitForWindowActive(stage.page.get()));
    QVERIFY(stage.view()->setCurrent("azure-prod", kNow - 3)); // with charges to show
    stage.named<QLineEdit>("Filter sources")->setFocus();
    QStringList order;
    for (int i = 0; i < 4; ++i) {
        auto* at = QApplication::focusWidget();
        auto* button = qobject_cast<QAbstractButton*>(at);
        order << (button ? button->text() : at->accessibleName());
        QTest::keyClick(at, Qt::Key_Tab);
    }
    QCOMPARE(order, (QStringList{"Filter sources", "Completeness calendar", "Show charges", "Restatements"}));
}

QTEST_MAIN(TestCompleteness)
#include "tst_completeness.moc"
