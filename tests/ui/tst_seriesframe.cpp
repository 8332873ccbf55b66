#include <QtTest/QtTest>

#include "ui/charts/seriesframe.h"

#include <set>

using namespace altimeter;
using namespace altimeter::ui;

namespace {

const Day kFirst = Day::fromYmd(2026, 11, 1);

CostSeries series(const std::vector<std::optional<std::int64_t>>& values, const char* key = nullptr,
                  const char* currency = "USD")
{
    CostSeries made;
    made.currency = Currency(currency);
    if (key)
        made.keys = {key};
    Day day = kFirst;
    for (const auto& value : values) {
        made.points.push_back({day, Amount::fromUnits(value.value_or(0)), value.has_value()});
        day = day + 1;
    }
    return made;
}

SeriesSet setOf(std::vector<CostSeries> all, Granularity granularity = Granularity::Day)
{
    SeriesSet set;
    set.query.by = {Dim{Dim::Kind::Team, {}}};
    set.query.granularity = granularity;
    set.series = std::move(all);
    return set;
}

SeriesFrame frameOf(const SeriesSet& set, SeriesFrame::Style style)
{
    FrameRequest request;
    request.currency = Currency("USD");
    request.style = style;
    return makeSeriesFrame(set, nullptr, request);
}

} // namespace

class TstSeriesFrame : public QObject {
    Q_OBJECT
private slots:
    void frame_unknownPoint_isAGapNotZero()
    {
        const SeriesFrame frame = frameOf(setOf({series({1, std::nullopt, 3})}), SeriesFrame::Style::Lines);
        QCOMPARE(frame.steps.size(), std::size_t(3));
        QVERIFY(!frame.lines[0].values[1].known);
        QCOMPARE(frame.lines[0].values[1].text, QString("unknown"));
        const auto pieces = runs(frame, frame.lines[0].values);
        QCOMPARE(pieces.size(), std::size_t(2));
        QCOMPARE(pieces[0].size(), 1);
        QCOMPARE(pieces[1].first().y(), 3.0);
    }

    void frame_missingPoint_isAGap()
    {
        CostSeries holed = series({1, 2, 3});
        holed.points.erase(holed.points.begin() + 1);
        const SeriesFrame frame = frameOf(setOf({holed}), SeriesFrame::Style::Lines);
        QCOMPARE(frame.steps.size(), std::size_t(3));
        QVERIFY(!frame.lines[0].values[1].known);
    }

    void frame_beginsWhereTheQuestionBegan()
    {
        SeriesSet set = setOf({series({1, 2})});
        set.query.range = {kFirst - 5, kFirst + 2};
        const SeriesFrame frame = frameOf(set, SeriesFrame::Style::Lines);
        QCOMPARE(frame.steps.size(), std::size_t(7));
        QVERIFY(!frame.knownAt(0));
        QVERIFY(frame.knownAt(5));
    }

    void frame_otherCurrency_isLeftOut()
    {
        const SeriesFrame frame =
            frameOf(setOf({series({1, 2}, "a"), series({9, 9}, "b", "EUR")}), SeriesFrame::Style::Lines);
        QCOMPARE(frame.lines.size(), std::size_t(1));
        QCOMPARE(frame.totalAt(1), 2.0);
    }

    void stack_negativeValues_goBelowZero()
    {
        const SeriesFrame frame = frameOf(setOf({series({10, 10}, "a"), series({-4, 5}, "b"), series({2, -1}, "c")}),
                                          SeriesFrame::Style::Stacked);
        const auto edges = stackEdges(frame);
        QCOMPARE(edges[0].upper[0], 10.0);
        QCOMPARE(edges[1].lower[0], -4.0);
        QCOMPARE(edges[1].upper[0], 0.0);
        QCOMPARE(edges[2].lower[0], 10.0);
        QCOMPARE(edges[2].upper[0], 12.0);
        QCOMPARE(edges[2].lower[1], -1.0);
        const ValueRange range = valueRange(frame);
        QVERIFY(range.low < -4.0);
        QVERIFY(range.high > 15.0);
    }

    void stackPieces_splitWhereALineChangesSign()
    {
        // b falls from +4 to -4: it crosses zero halfway, where a is 10.
        const SeriesFrame frame = frameOf(setOf({series({10, 10}, "a"), series({4, -4}, "b"), series({2, 2}, "c")}),
                                          SeriesFrame::Style::Stacked);
        const auto pieces = stackPieces(frame);
        QCOMPARE(pieces.size(), std::size_t(4));
        QCOMPARE(pieces[1].line, std::size_t(1));
        QCOMPARE(pieces[1].upper.first(), QPointF(kFirst.number, 14));
        QCOMPARE(pieces[1].upper.last(), QPointF(kFirst.number + 0.5, 10));
        QCOMPARE(pieces[2].lower.first(), QPointF(kFirst.number + 0.5, 0));
        QCOMPARE(pieces[2].lower.last(), QPointF(kFirst.number + 1, -4));
        QCOMPARE(pieces[3].lower.last(), QPointF(kFirst.number + 1, 10)); // c rests on a, not on the credit
    }

    void stackPieces_unknownStep_isAGap()
    {
        const SeriesFrame frame = frameOf(setOf({series({1, std::nullopt, 3, 4})}), SeriesFrame::Style::Stacked);
        const auto pieces = stackPieces(frame);
        QCOMPARE(pieces.size(), std::size_t(1));
        QCOMPARE(pieces[0].upper.first().x(), double(kFirst.number + 2));
    }

    void valueRange_alwaysHoldsZeroAndHasHeadroom()
    {
        const ValueRange range = valueRange(frameOf(setOf({series({90, 100})}), SeriesFrame::Style::Lines));
        QCOMPARE(range.low, 0.0);
        QCOMPARE(range.high, 106.0);
    }

    void valueRange_nothing_isStillARange()
    {
        const ValueRange range = valueRange(frameOf(setOf({series({0, 0})}), SeriesFrame::Style::Lines));
        QVERIFY(range.high > range.low);
        QVERIFY(valueRange(SeriesFrame()).high > valueRange(SeriesFrame()).low);
    }

    void valueRange_wideOuterBand_doesNotFlattenHistory()
    {
        CostSeries daily = series({90, 100});
        daily.forecast.push_back({kFirst + 2, 100, 95, 105, -9'000, 9'000});
        const ValueRange range = valueRange(frameOf(setOf({daily}), SeriesFrame::Style::Lines));
        QVERIFY(range.high < 200);
        QVERIFY(range.low > -100);
    }

    void markers_carryStepLineAndWords()
    {
        CostSeries spiky = series({10, 50, 10}, "Search");
        spiky.anomalies.push_back({kFirst + 1, 50, 10, 8, 12, 40, 7, "high", "level-shift", "open"});
        spiky.anomalies.push_back({kFirst + 40, 50, 10, 8, 12, 40, 7, "high", "spike", "open"}); // outside
        const SeriesFrame frame = frameOf(setOf({series({1, 1, 1}, "a"), spiky}), SeriesFrame::Style::Lines);
        QCOMPARE(frame.markers.size(), std::size_t(1));
        QCOMPARE(frame.markers[0].step, std::size_t(1));
        QCOMPARE(frame.markers[0].line, std::size_t(1));
        QVERIFY(frame.markers[0].text.startsWith("Search: level shift on 2 Nov 2026"));
        QVERIFY(frame.description().contains("1 anomaly"));
    }

    void previous_isAlignedByPosition()
    {
        SeriesSet totals = setOf({series({5, 6, 7})});
        totals.query.range = {kFirst, kFirst + 3};
        CostSeries before = series({1, 2, 3});
        for (auto& point : before.points)
            point.period = point.period.addMonths(-1) + (point.period.dayOfMonth() - 1); // the same days of October
        totals.previous = {before};
        FrameRequest request;
        request.currency = Currency("USD");
        const SeriesFrame frame = makeSeriesFrame(totals, &totals, request);
        QCOMPARE(frame.previous.size(), std::size_t(3));
        QCOMPARE(frame.previous[2].value, 3.0);
        QVERIFY(frame.previousSteps[0] < frame.steps[0]);
    }

    void moneyTicks_areRoundAndFew_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("small") << 0.0 << 0.0421;
        QTest::newRow("everyday") << 0.0 << 3'420.0;
        QTest::newRow("large") << 0.0 << 8.7e9;
        QTest::newRow("credits") << -412.0 << 95.0;
        QTest::newRow("all negative") << -9'999.0 << 0.0;
    }
    void moneyTicks_areRoundAndFew()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        for (int most = 2; most <= 8; ++most) {
            const auto ticks = moneyTicks({low, high}, most, Currency("USD"), QLocale::c());
            QVERIFY(ticks.size() >= 1 && ticks.size() <= static_cast<std::size_t>(most));
            std::set<QString> labels;
            bool zero = false;
            for (std::size_t i = 0; i < ticks.size(); ++i) {
                labels.insert(ticks[i].label);
                zero = zero || ticks[i].at == 0;
                QVERIFY(ticks[i].at >= low - 1e-9 && ticks[i].at <= high + 1e-9);
                if (i == 0)
                    continue;
                const double step = ticks[i].at - ticks[i - 1].at;
                const double lead = step / std::pow(10, std::floor(std::log10(step) + 1e-9));
                QVERIFY2(std::fabs(lead - 1) < 1e-6 || std::fabs(lead - 2) < 1e-6 || std::fabs(lead - 2.5) < 1e-6 ||
                             std::fabs(lead - 5) < 1e-6 || std::fabs(lead - 10) < 1e-6,
                         qPrintable(QString::number(lead)));
            }
            QCOMPARE(labels.size(), ticks.size());
            QVERIFY(zero);
        }
    }

    void calendarTicks_fallOnCalendarSteps()
    {
        const QLocale us(QLocale::English, QLocale::UnitedStates);
        const auto weekly =
            calendarTicks(Day::fromYmd(2026, 10, 21), Day::fromYmd(2026, 11, 19), Granularity::Day, 6, us);
        for (const AxisTick& tick : weekly)
            QCOMPARE(Day{static_cast<int>(tick.at)}.weekday(), 0);
        const auto monthly =
            calendarTicks(Day::fromYmd(2025, 11, 1), Day::fromYmd(2026, 11, 1), Granularity::Month, 13, us);
        QCOMPARE(monthly.size(), std::size_t(13));
        QCOMPARE(monthly[0].label, QString("Nov 2025"));
        QCOMPARE(monthly[2].label, QString("Jan 2026"));
        std::set<QString> labels;
        for (const AxisTick& tick : monthly) {
            QCOMPARE(Day{static_cast<int>(tick.at)}.dayOfMonth(), 1);
            labels.insert(tick.label);
        }
        QCOMPARE(labels.size(), monthly.size()); // Qt's category axis drops repeated labels
        const auto years = calendarTicks(Day::fromYmd(2018, 3, 5), Day::fromYmd(2026, 11, 1), Granularity::Day, 6, us);
        QVERIFY(years.size() <= 6);
        QCOMPARE(years[0].label, QString("2020"));
        QCOMPARE(calendarTicks(kFirst, kFirst, Granularity::Month, 5, us).front().label, QString("Nov 2026"));
    }

    void thinned_keepsExtremesAndEnds()
    {
        QList<QPointF> points;
        for (int i = 0; i < 100'000; ++i)
            points.append({double(i), std::sin(i / 900.0) * 10});
        points[51'234].setY(777);
        points[70'001].setY(-555);
        const QList<QPointF> few = thinned(points, 800);
        QVERIFY(few.size() <= 2 * 800 + 2);
        QVERIFY(few.contains(QPointF(51'234, 777)));
        QVERIFY(few.contains(QPointF(70'001, -555)));
        QCOMPARE(few.first(), points.first());
        QCOMPARE(few.last(), points.last());
        QVERIFY(
            std::is_sorted(few.begin(), few.end(), [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); }));
    }

    void thinned_fewPoints_areLeftAlone()
    {
        const QList<QPointF> points{{0, 1}, {1, 2}, {2, 3}};
        QCOMPARE(thinned(points, 100), points);
    }
};

QTEST_APPLESS_MAIN(TstSeriesFrame)
#include "tst_seriesframe.moc"
