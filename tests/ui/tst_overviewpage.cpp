#include <QTest>

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

#include "tests/ui/shellfake.h"
#include "ui/charts/serieschart.h"
#include "ui/pages/common/amountrow.h"
#include "ui/pages/overview/keyfigurecard.h"
#include "ui/pages/overview/overviewpage.h"

#include <algorithm>

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::AmountRow;
using ui::KeyFigureCard;
using ui::OverviewPage;

Q_DECLARE_METATYPE(altimeter::CostQuery)

class TestOverviewPage : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { qRegisterMetaType<CostQuery>(); }
    void figures_areWrittenExactly();
    void estimatedPart_isSaidPerCurrency();
    void currencies_areShownOneAtATimeAndNeverAdded();
    void everyRow_leadsToExploreWithItsState();
    void anomaly_leadsToItsTeamAndDay();
    void remainder_isShownWithItsAmount();
    void missingHistory_isSaidNotZero();
    void failure_namesCauseAndRetries();
    void emptyWorkspace_offersImport();
    void lens_isAskedAnew();
    void whatHasNoTeam_isNoTeam();
    void whatTheFiguresLeaveOut_isSaidBesideThem();
    void whatIsPurchasedOnce_isAnItemOfItsOwn();
    void whatCameBack_standsBesideItsPurchase();
    void anomaliesOfTheList_standOnTheChart();
    void focus_staysOnAFigureWhenFiguresComeAnew();

private:
    static KeyFigureCard* card(const OverviewPage& page, const QString& title);
    static AmountRow* row(const OverviewPage& page, const QString& start);
    static void show(OverviewPage& page, ShellFake& backend);
};

KeyFigureCard* TestOverviewPage::card(const OverviewPage& page, const QString& title)
{
    for (auto* found : page.findChildren<KeyFigureCard*>()) {
        if (found->accessibleName().startsWith(title))
            return found;
    }
    return nullptr;
}

AmountRow* TestOverviewPage::row(const OverviewPage& page, const QString& start)
{
    for (auto* found : page.findChildren<AmountRow*>()) {
        if (!found->isHidden() && found->accessibleName().startsWith(start))
            return found;
    }
    return nullptr;
}

void TestOverviewPage::show(OverviewPage& page, ShellFake& backend)
{
    page.resize(1180, 740);
    page.show();
    page.workspaceChanged(backend.workspaces().info());
    QCoreApplication::processEvents();
}

void TestOverviewPage::figures_areWrittenExactly()
{
    ShellFake backend(ShellFake::Scene::Normal);
    OverviewPage page(backend);
    show(page, backend);
    QCOMPARE(card(page, "Month to date")->accessibleName(), QString("Month to date: $61,842.17"));
    QVERIFY(card(page, "Month-end forecast")->accessibleName().contains("$95,100 – $99,800"));
    QVERIFY(card(page, "Month-end forecast")->accessibleDescription().contains("$93,900 – $101,200"));
    QCOMPARE(card(page, "Against")->accessibleName(), QString("Against same days last month: +$3,721.77"));
    QVERIFY(card(page, "Unallocated")->accessibleName().endsWith("$2,034.66"));
    QVERIFY(card(page, "Proof")->accessibleName().contains("Reconciled"));
}

void TestOverviewPage::estimatedPart_isSaidPerCurrency()
{
    ShellFake backend(ShellFake::Scene::Normal);
    OverviewPage page(backend);
    show(page, backend);
    QCOMPARE(card(page, "Month to date")->accessibleDescription(),
             QString("1–19 Nov 2026 · Effective cost; of which estimated $9,310.55"));
    for (auto* button : page.findChildren<QAbstractButton*>())
        if (button->accessibleName() == "Currency EUR")
            button->click();
    QVERIFY(!card(page, "Month to date")->accessibleDescription().contains("estimated"));
}

void TestOverviewPage::currencies_areShownOneAtATimeAndNeverAdded()
{
    ShellFake backend(ShellFake::Scene::Normal);
    OverviewPage page(backend);
    show(page, backend);
    QPushButton* euro = nullptr;
    for (auto* button : page.findChildren<QPushButton*>()) {
        if (button->accessibleName() == "Currency EUR")
            euro = button;
    }
    QVERIFY(euro);
    euro->click();
    QCOMPARE(card(page, "Month to date")->accessibleName(), QString("Month to date: €1,298.69"));
    QSignalSpy spy(&page, &OverviewPage::openExplore);
    card(page, "Month to date")->click();
    const auto query = spy.at(0).at(0).value<CostQuery>();
    QVERIFY((query.filters == std::vector<Filter>{{Dim{Dim::Kind::Currency, {}}, {"EUR"}, false}}));
}

void TestOverviewPage::everyRow_leadsToExploreWithItsState()
{
    ShellFake backend(ShellFake::Scene::Normal);
    OverviewPage page(backend);
    show(page, backend);
    QSignalSpy spy(&page, &OverviewPage::openExplore);
    const Filter usd{Dim{Dim::Kind::Currency, {}}, {"USD"}, false};
    card(page, "Unallocated")->click();
    auto query = spy.takeLast().at(0).value<CostQuery>();
    QVERIFY((query.filters == std::vector<Filter>{usd, {Dim{Dim::Kind::Team, {}}, {""}, false}}));
    QVERIFY((query.range == DateRange{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 20)}));
    QSignalSpy changes(&page, &OverviewPage::openChange);
    row(page, "Azure OpenAI Service")->click();
    auto change = changes.takeLast().at(0).value<ui::Change>();
    QVERIFY((change.filters == std::vector<Filter>{{Dim{Dim::Kind::Service, {}}, {"Azure OpenAI Service"}, false}}));
    QVERIFY((change.by == Dim{Dim::Kind::Team, {}}));
    card(page, "Against same days last month")->click();
    change = changes.takeLast().at(0).value<ui::Change>();
    QVERIFY(change.filters.empty() && change.onlyKnownDays);
    QCOMPARE(change.rangeText, std::string("mtd"));
    QVERIFY(change == *page.change());
    const qsizetype before = spy.count();
    for (auto* each : page.findChildren<AmountRow*>())
        each->click();
    QVERIFY(spy.count() + changes.count() > before + 20);
    QVERIFY(changes.count() > 5);
}

void TestOverviewPage::anomaly_leadsToItsTeamAndDay()
{
    ShellFake backend(ShellFake::Scene::Normal);
    OverviewPage page(backend);
    show(page, backend);
    QSignalSpy spy(&page, &OverviewPage::openExplore);
    AmountRow* anomaly = row(page, "Search on 11 Nov 2026");
    QVERIFY(anomaly);
    QTest::keyClick(anomaly, Qt::Key_Space);
    const auto query = spy.at(0).at(0).value<CostQuery>();
    QVERIFY((query.range == DateRange{Day::fromYmd(2026, 11, 11), Day::fromYmd(2026, 11, 12)}));
    QVERIFY((query.filters.back() == Filter{Dim{Dim::Kind::Team, {}}, {"Search"}, false}));
}

void TestOverviewPage::remainder_isShownWithItsAmount()
{
    ShellFake backend(ShellFake::Scene::Negative);
    OverviewPage page(backend);
    show(page, backend);
    QSignalSpy spy(&page, &OverviewPage::openPage);
    KeyFigureCard* proof = card(page, "Proof");
    QVERIFY(proof->accessibleName().contains(QString(QChar(0x2212)) + "0.01 USD"));
    QVERIFY(proof->accessibleDescription().contains("1 of 26"));
    proof->click();
    QCOMPARE(spy.at(0).at(0).toString(), QString("data:proof"));
}

void TestOverviewPage::missingHistory_isSaidNotZero()
{
    ShellFake backend(ShellFake::Scene::Negative);
    OverviewPage page(backend);
    show(page, backend);
    QVERIFY(card(page, "Month-end forecast")->accessibleName().contains("not yet"));
    QVERIFY(card(page, "Unallocated")->accessibleDescription().contains("no share of a negative total"));
}

void TestOverviewPage::failure_namesCauseAndRetries()
{
    ShellFake backend(ShellFake::Scene::Failed);
    OverviewPage page(backend);
    QSignalSpy spy(&page, &OverviewPage::problem);
    show(page, backend);
    QCOMPARE(spy.count(), 1);
    QVERIFY(spy.at(0).at(0).toString().contains("malformed"));
    QVERIFY(!spy.at(0).at(1).toString().isEmpty());
    backend.scene = ShellFake::Scene::Normal;
    backend.failure.reset();
    for (auto* button : page.findChildren<QPushButton*>()) {
        if (button->text() == "Try again")
            button->click();
    }
    QVERIFY(card(page, "Month to date")->accessibleName().contains("$61,842.17"));
}

void TestOverviewPage::emptyWorkspace_offersImport()
{
    ShellFake backend(ShellFake::Scene::Empty);
    OverviewPage page(backend);
    QSignalSpy spy(&page, &OverviewPage::importRequested);
    show(page, backend);
    page.takeFocus();
    for (auto* button : page.findChildren<QPushButton*>()) {
        if (button->isVisible() && button->text().startsWith("Import"))
            button->click();
    }
    QCOMPARE(spy.count(), 1);
}

void TestOverviewPage::whatHasNoTeam_isNoTeam()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.answers<OverviewQuestion>([&backend](const OverviewQuestion& question) -> Result<Overview> {
        Overview overview = backend.makeOverview(question.lens);
        auto& teams = overview.currencies.front().teams;
        teams.resize(1);
        for (int i = 1; i < 9; ++i) {
            teams.push_back(teams.front());
            teams.back().keys = KeyTuple({i == 4 ? std::string() : "team " + std::to_string(i)});
        }
        return overview;
    });
    OverviewPage page(backend);
    show(page, backend);
    QStringList links;
    for (const auto* button : page.findChildren<QPushButton*>())
        links << button->text();
    QVERIFY2(links.contains("All 8 teams"), qPrintable(links.join(", ")));
}

void TestOverviewPage::whatTheFiguresLeaveOut_isSaidBesideThem()
{
    ShellFake backend(ShellFake::Scene::Normal);
    bool isUnknown = false;
    backend.answers<OverviewQuestion>([&](const OverviewQuestion& question) -> Result<Overview> {
        Overview overview = backend.makeOverview(question.lens);
        auto& figures = overview.currencies.front();
        KnownAccount late;
        late.provider = "Microsoft";
        late.through = overview.asOf - 7;
        figures.late = {late};
        figures.rows = 58;
        figures.unknownRows = isUnknown ? 58 : 29;
        FarCharges far;
        far.currency = figures.currency;
        far.rows = 1;
        far.dataFrom = overview.month;
        far.dataThrough = overview.asOf - 1;
        overview.far = {far};
        return overview;
    });
    OverviewPage page(backend);
    show(page, backend);
    QString notes;
    for (const auto* label : page.findChildren<QLabel*>()) {
        if (label->accessibleName() == "What the figures leave out" && !label->isHidden())
            notes = label->text();
    }
    QVERIFY2(notes.contains("29 lines of the month to date state no") &&
                 notes.contains("1 account is late (Microsoft is known through ") &&
                 notes.contains("1 charge lies outside of the days of the data"),
             qPrintable(notes));
    isUnknown = true;
    OverviewPage other(backend);
    show(other, backend);
    QVERIFY(card(other, "Month to date")->accessibleName().contains("unknown"));
}

void TestOverviewPage::whatIsPurchasedOnce_isAnItemOfItsOwn()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.answers<OverviewQuestion>([&](const OverviewQuestion& question) -> Result<Overview> {
        Overview overview = backend.makeOverview(question.lens);
        auto& figures = overview.currencies.front();
        figures.purchases = {{figures.currency, overview.month + 11, "Savings <b>Plan</b>", Amount::fromUnits(38'250)}};
        return overview;
    });
    OverviewPage page(backend);
    show(page, backend);
    const QString said = card(page, "Month-end forecast")->accessibleDescription();
    QVERIFY2(said.contains("of which $38.3") && said.contains("once on 12") && said.contains("95"), qPrintable(said));
    QString notes;
    for (const auto* label : page.findChildren<QLabel*>())
        notes += label->text();
    QVERIFY2(notes.contains("Purchased once: $38,250.00 on 12 Nov 2026 (Savings <b>Plan</b>)"), qPrintable(notes));
}

void TestOverviewPage::whatCameBack_standsBesideItsPurchase()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.answers<OverviewQuestion>([&](const OverviewQuestion& question) -> Result<Overview> {
        Overview overview = backend.makeOverview(question.lens);
        auto& figures = overview.currencies.front();
        const Day bought = overview.month + 11;
        const Amount cost = Amount::fromUnits(38'250);
        const Amount back = Amount::fromUnits(8'000);
        figures.purchases = {{figures.currency, bought, "Plan", cost, back, bought + 2},
                             {figures.currency, bought + 2, "Plan", -back, Amount(), Day::none(), bought},
                             {figures.currency, bought + 3, "Disk", -back, Amount(), Day::none(), overview.month - 3}};
        return overview;
    });
    OverviewPage page(backend);
    show(page, backend);
    const QString said = card(page, "Month-end forecast")->accessibleDescription();
    QVERIFY2(said.contains("of which $22.3") && said.contains("once, net"), qPrintable(said));
    QString notes;
    for (const auto* label : page.findChildren<QLabel*>())
        notes += label->text();
    QVERIFY2(
        notes.contains("Purchased or credited once: $38,250.00 on 12 Nov 2026 (Plan), of which $8,000.00 came back "
                       "by 14 Nov 2026; "),
        qPrintable(notes));
    QVERIFY2(!notes.contains("on 14 Nov 2026 (Plan)"), qPrintable(notes)); // said of its purchase
    QVERIFY2(notes.contains("on 15 Nov 2026 (Disk) for the purchase of 29 Oct 2026"), qPrintable(notes));
}

void TestOverviewPage::anomaliesOfTheList_standOnTheChart()
{
    ShellFake backend(ShellFake::Scene::Normal);
    OverviewPage page(backend);
    show(page, backend);
    const ui::SeriesFrame& frame = page.findChild<ui::SeriesChart*>()->frame();
    const Overview overview = backend.makeOverview(CostLens::Effective);
    for (const Overview::AnomalyItem& item : overview.anomalies) {
        const bool isMarked =
            std::any_of(frame.markers.begin(), frame.markers.end(), [&](const ui::SeriesFrame::Marker& marker) {
                return marker.isOfPart && frame.steps[marker.step] == item.mark.period;
            });
        QCOMPARE(isMarked, item.currency == frame.currency);
    }
    QVERIFY(!frame.markers.empty());
}

/// The button that had the focus goes, and Qt would hand it on to the cost lens.
void TestOverviewPage::focus_staysOnAFigureWhenFiguresComeAnew()
{
    ShellFake backend(ShellFake::Scene::Empty);
    OverviewPage page(backend);
    show(page, backend);
    QVERIFY(QTest::qWaitForWindowActive(&page));
    page.takeFocus();
    QVERIFY(qobject_cast<QPushButton*>(QApplication::focusWidget())); // import
    ShellFake other(ShellFake::Scene::Normal);
    backend.answers<OverviewQuestion>(
        [&other](const OverviewQuestion& question) { return Result<Overview>(other.makeOverview(question.lens)); });
    page.workspaceChanged(backend.workspaces().info());
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(card(page, "Month to date")));
    QVERIFY(row(page, "Checkout") || page.findChild<AmountRow*>());
    page.findChild<AmountRow*>()->setFocus();
    page.workspaceChanged(backend.workspaces().info()); // its list is made anew
    QCoreApplication::processEvents();
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(card(page, "Month to date")));
}

void TestOverviewPage::lens_isAskedAnew()
{
    ShellFake backend(ShellFake::Scene::Normal);
    OverviewPage page(backend);
    show(page, backend);
    page.setLens(CostLens::Billed);
    QVERIFY(backend.asked<OverviewQuestion>().back().lens == CostLens::Billed);
    const auto asked = backend.asked<OverviewQuestion>().size();
    page.setLens(CostLens::Billed);
    QCOMPARE(backend.asked<OverviewQuestion>().size(), asked);
}

QTEST_MAIN(TestOverviewPage)
#include "tst_overviewpage.moc"
