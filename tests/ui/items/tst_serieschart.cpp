#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include "ui/charts/chartlegend.h"
#include "ui/charts/serieschart.h"
#include "ui/theme/namecolors.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QLabel>
#include <QRandomGenerator>

#include <cmath>
#include <set>

using namespace altimeter;
using namespace altimeter::ui;

namespace {

const Day kFirst = Day::fromYmd(2026, 11, 1);

CostSeries series(const char* key, std::vector<int> values)
{
    CostSeries made;
    made.currency = Currency("USD");
    made.keys = {key};
    for (std::size_t i = 0; i < values.size(); ++i)
        made.points.push_back({kFirst + static_cast<int>(i), Amount::fromUnits(values[i]), true});
    return made;
}

SeriesFrame frameOf(std::vector<CostSeries> all, SeriesFrame::Style style = SeriesFrame::Style::Stacked)
{
    SeriesSet set;
    set.query.by = {Dim{Dim::Kind::Team, {}}};
    set.query.granularity = Granularity::Day;
    set.series = std::move(all);
    FrameRequest request;
    request.currency = Currency("USD");
    request.style = style;
    return makeSeriesFrame(set, nullptr, request);
}

/// Teams with a credit among them, and one whose name is markup.
SeriesFrame teams(SeriesFrame::Style style = SeriesFrame::Style::Stacked)
{
    return frameOf({series("Search", {90, 95, 97, 99, 101, 90, 95, 97}),
                    series("<b>Data</b>", {40, 41, 40, 42, 40, 41, 40, 42}),
                    series("Refunds", {0, -30, 0, 10, -20, 0, 0, -5})},
                   style);
}

double luminance(const QColor& color)
{
    const auto linear = [](double part) {
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double one = luminance(a), two = luminance(b);
    return (std::max(one, two) + 0.05) / (std::min(one, two) + 0.05);
}

} // namespace

/// What a chart looks like and does, by mouse and by keyboard.
class TestSeriesChart : public QObject {
    Q_OBJECT

    static QList<QAbstractButton*> items(const SeriesChart& chart)
    {
        return chart.findChild<ChartLegend*>()->findChildren<QAbstractButton*>();
    }

private slots:
    void cleanup() { Theme::apply(false); }

    void colours_areOfTheName_inEveryOrderAndView()
    {
        NameColors colors;
        const std::vector<std::string> all = {"Search", "Data", "Platform", "Mobile", "Support", "Checkout", "Catalog"};
        const std::vector<int> first = colors.of(all);
        QCOMPARE(std::set<int>(first.begin(), first.end()).size(), all.size());
        std::map<std::string, int> known;
        for (std::size_t i = 0; i < all.size(); ++i)
            known[all[i]] = first[i];
        QRandomGenerator random(7);
        for (int round = 0; round < 50; ++round) { // any of them, in any order, alone or with others
            std::vector<std::string> some = all;
            std::shuffle(some.begin(), some.end(), random);
            some.resize(1 + static_cast<std::size_t>(random.bounded(static_cast<int>(all.size()))));
            const std::vector<int> now = colors.of(some);
            for (std::size_t i = 0; i < some.size(); ++i)
                QCOMPARE(now[i], known[some[i]]);
        }
        NameColors fresh; // the order of a list decides nothing
        std::vector<std::string> turned(all.rbegin(), all.rend());
        const std::vector<int> other = fresh.of(turned);
        for (std::size_t i = 0; i < turned.size(); ++i)
            QCOMPARE(other[i], known[turned[i]]);
    }

    void colours_areThoseOfYesterday()
    {
        NameColors yesterday;
        std::vector<std::string> names, met;
        for (int i = 0; i < 4 * static_cast<int>(Theme::kNames); ++i)
            names.push_back(i % 5 == 0 ? "команда \"" + std::to_string(i) + "\"\x1f" : "team " + std::to_string(i));
        for (std::size_t i = 0; i + 1 < names.size(); i += 2) // two by two, so that some take what they do not want
            yesterday.of({names[i], names[i + 1]});
        NameColors today;
        today.restore(yesterday.kept());
        int unwanted = 0;
        for (const std::string& name : names) {
            QCOMPARE(today.of({name}), yesterday.of({name}));
            unwanted += today.of({name}).front() != wantedColors(name, Theme::kNames).front() ? 1 : 0;
        }
        QVERIFY(unwanted > 0);
        NameColors other;
        const std::vector<int> seen = other.of({names[0]});
        other.restore("[[\"" + names[1] + "\",999],[7,1],3,[\"fine\",2],[\"none\"]]");
        other.restore("{\"no\":");
        QCOMPARE(other.of({"fine"}).front(), 2);
        QCOMPARE(other.of({names[0]}), seen);
        QCOMPARE(other.of({names[1]}).front(), wantedColors(names[1], Theme::kNames).front());
    }

    void colours_ofMoreNamesThanAreKept_areThoseSeenLast()
    {
        NameColors colors;
        for (std::size_t i = 0; i < NameColors::kMostKept + 50; ++i)
            colors.of({"team " + std::to_string(i)});
        colors.of({"team 3"});
        const std::string kept = colors.kept();
        QVERIFY(kept.find("\"team 3\"") != std::string::npos && kept.find("\"team 4\"") == std::string::npos);
        QVERIFY(kept.find("\"team 1049\"") != std::string::npos);
        QVERIFY(NameColors().kept().empty());
    }

    void colours_ofManyNames_areSharedEvenly()
    {
        NameColors colors;
        std::vector<std::string> names;
        for (int i = 0; i < 3 * static_cast<int>(Theme::kNames); ++i)
            names.push_back("team " + std::to_string(i));
        std::map<int, int> used;
        for (const int color : colors.of(names))
            ++used[color];
        QCOMPARE(used.size(), Theme::kNames);
        for (const auto& [color, count] : used)
            QCOMPARE(count, 3);
        // two that were seen apart may meet: they are told apart
        for (int i = 0; i + 1 < static_cast<int>(names.size()); ++i) {
            const auto pair = colors.of({names[static_cast<std::size_t>(i)], names[static_cast<std::size_t>(i) + 1]});
            QVERIFY(pair[0] != pair[1]);
        }
    }

    void colours_areSeenOnACard()
    {
        for (const bool dark : {false, true}) {
            Theme::apply(dark);
            const Theme& theme = Theme::current();
            for (const QColor& color : theme.names)
                QVERIFY2(contrast(color, theme.card) >= 3, qPrintable(color.name()));
            QVERIFY(contrast(theme.others, theme.card) >= 3);
            QVERIFY(contrast(theme.outline, theme.card) >= 3);
            for (const QColor& ground : {theme.card, theme.page})
                QVERIFY2(contrast(theme.textTertiary, ground) >= 4.5, qPrintable(theme.textTertiary.name()));
        }
    }

    void colours_areTheSame_inBothStyles()
    {
        const SeriesFrame areas = teams(), lines = teams(SeriesFrame::Style::Lines);
        for (std::size_t i = 0; i < areas.lines.size(); ++i)
            QCOMPARE(areas.lines[i].color, lines.lines[i].color);
        CostSeries rest = series("Other", {1, 2});
        rest.isOther = true;
        QCOMPARE(frameOf({series("Search", {1, 2}), rest}).lines.back().color, int(ChartLegend::kOthers));
        SeriesFrame total = frameOf({series("Search", {1, 2})});
        QCOMPARE(total.lines.front().color, areas.lines.front().color);
    }

    void legend_highlights_andKeeps_byMouse()
    {
        SeriesChart chart("Cost");
        chart.setKeepsLines(true);
        chart.resize(800, 400);
        chart.setFrame(teams());
        chart.show();
        QCOMPARE(items(chart).size(), 3);
        QTest::mouseClick(items(chart)[1], Qt::LeftButton);
        QCOMPARE(chart.frame().highlight, 1);
        QVERIFY(items(chart)[1]->isChecked() && !items(chart)[0]->isChecked());
        QTest::mouseClick(items(chart)[2], Qt::LeftButton);
        QCOMPARE(chart.frame().highlight, 2);
        QTest::mouseClick(items(chart)[2], Qt::LeftButton);
        QCOMPARE(chart.frame().highlight, -1);
        QSignalSpy kept(&chart, &SeriesChart::keepRequested);
        QTest::mouseClick(items(chart)[0], Qt::LeftButton, Qt::ControlModifier);
        // a click that a test makes sets no modifiers of the application: the key says the same
        QTest::keyClick(items(chart)[1], Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(kept.count() >= 1);
        QCOMPARE(kept.last().front().toInt(), 1);
    }

    /// Names were cut on a wide screen although their row was half empty.
    void legend_namesAreWhole_whereTheyFitARow()
    {
        ChartLegend legend;
        std::vector<ChartLegend::Entry> entries;
        for (int line = 0; line < 5; ++line)
            entries.push_back({ChartLegend::Key::Area, line, QString("Amazon Relational Database %1").arg(line), line});
        legend.resize(600, 40);
        legend.show();
        legend.setEntries(entries);
        const auto widths = [&legend] {
            int sum = 0;
            for (const auto* item : legend.findChildren<QAbstractButton*>())
                sum += item->sizeHint().width();
            return sum;
        };
        const int cut = widths();
        QVERIFY(cut <= 5 * 150);
        legend.resize(1600, 40);
        const int whole = widths();
        QVERIFY2(whole > cut, qPrintable(QString::number(whole)));
        legend.resize(whole, 40); // without the gaps between them
        QCOMPARE(widths(), cut);
    }

    void legend_goesByKeyboard()
    {
        SeriesChart chart("Cost");
        chart.resize(800, 400);
        chart.setFrame(teams());
        chart.show();
        chart.activateWindow();
        int stops = 0; // for Tab
        for (const QAbstractButton* item : items(chart))
            stops += item->focusPolicy() == Qt::StrongFocus ? 1 : 0;
        QCOMPARE(stops, 1);
        items(chart)[0]->setFocus();
        QTest::keyClick(items(chart)[0], Qt::Key_Right);
        QCOMPARE(items(chart)[1]->focusPolicy(), Qt::StrongFocus);
        QTest::keyClick(items(chart)[1], Qt::Key_Space);
        QCOMPARE(chart.frame().highlight, 1);
        for (const QAbstractButton* item : items(chart))
            QVERIFY(!item->accessibleName().isEmpty() && !item->toolTip().isEmpty());
    }

    void chart_highlights_andKeeps_byKeyboard()
    {
        SeriesChart chart("Cost");
        chart.resize(800, 400);
        chart.setFrame(teams());
        chart.show();
        QWidget* view = chart.focusProxy();
        QSignalSpy kept(&chart, &SeriesChart::keepRequested);
        QTest::keyClick(view, Qt::Key_Home);
        QTest::keyClick(view, Qt::Key_Up);
        QTest::keyClick(view, Qt::Key_H);
        QCOMPARE(chart.frame().highlight, 1);
        QTest::keyClick(view, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(kept.count(), 1);
        QCOMPARE(kept.last().front().toInt(), 1);
        QTest::keyClick(view, Qt::Key_Escape);
        QCOMPARE(chart.frame().highlight, -1);
        chart.setFrame(frameOf({series("Search", {1, 2})})); // the only line has none to stand out from
        QTest::keyClick(view, Qt::Key_H);
        QCOMPARE(chart.frame().highlight, -1);
    }

    void names_areText()
    {
        SeriesChart chart("Cost");
        chart.setFrame(teams());
        QCOMPARE(items(chart)[1]->text(), QString("<b>Data</b>"));
        QCOMPARE(items(chart)[1]->accessibleName(), QString("<b>Data</b>"));
        for (const QLabel* label : chart.findChildren<QLabel*>())
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }

    void forecast_hasAThirdOfTheWidth()
    {
        for (const int days : {1, 2, 3, 7, 30, 90}) {
            CostSeries total = series("x", std::vector<int>(static_cast<std::size_t>(days), 10));
            total.keys.clear();
            for (int i = 0; i < 31; ++i)
                total.forecast.push_back({kFirst + days + i, 10, 9, 11, 8, 12});
            const SeriesFrame frame = makeSeriesFrame(total, "Total", QLocale::c());
            QVERIFY(2 * frame.forecast.size() <= frame.steps.size());
            QCOMPARE(frame.forecast.size(), static_cast<std::size_t>(std::min(days / 2, 31)));
        }
    }

    void runningMonth_isSaid_untilItsEnd()
    {
        CostSeries months;
        months.currency = Currency("USD");
        for (int i = 0; i < 4; ++i)
            months.points.push_back({Day::fromYmd(2026, 8 + i, 1), Amount::fromUnits(i == 3 ? 60 : 100), true, i != 3});
        months.running = ForecastPoint{Day::fromYmd(2026, 11, 1), 105, 100, 110, 95, 115};
        SeriesSet set;
        set.query.granularity = Granularity::Month;
        set.series = {months};
        FrameRequest request;
        request.currency = Currency("USD");
        request.style = SeriesFrame::Style::Columns;
        const SeriesFrame frame = makeSeriesFrame(set, nullptr, request);
        QVERIFY(frame.running && frame.running->mean == 105);
        QVERIFY2(frame.description().contains("expected to end at"), qPrintable(frame.description()));
        SeriesChart chart("Cost");
        chart.resize(800, 400);
        chart.setFrame(frame);
        QVERIFY(!chart.grab().isNull());
        QStringList words;
        for (const QLabel* label : chart.findChildren<QLabel*>())
            words << label->text();
        QVERIFY2(words.contains("Not whole"), qPrintable(words.join("; ")));
        set.series.front().points.back().isWhole = true; // it is over
        QVERIFY(!makeSeriesFrame(set, nullptr, request).running);
    }

    void anomaliesOfParts_standOnTheTotal()
    {
        CostSeries total = series("x", {10, 10, 14, 10});
        total.keys.clear();
        SeriesFrame frame = makeSeriesFrame(total, "Total", QLocale::c());
        AnomalyMark mark;
        mark.period = kFirst + 2;
        mark.expected = 3;
        mark.impact = 4;
        mark.kind = "spike";
        frame.addMarkerOfPart(mark, "Search");
        QCOMPARE(frame.markers.size(), std::size_t(1));
        QVERIFY(frame.markers.front().isOfPart && frame.markers.front().value == 14);
        QVERIFY(frame.markers.front().text.startsWith("Search"));
        mark.period = kFirst + 9;
        frame.addMarkerOfPart(mark, "Search");
        QCOMPARE(frame.markers.size(), std::size_t(1));
    }
};

QTEST_MAIN(TestSeriesChart)
#include "tst_serieschart.moc"
