#include <QtTest/QtTest>

#include "ui/charts/axisticks.h"
#include "ui/charts/chartstack.h"
#include "ui/charts/seriesframe.h"
#include "ui/charts/thinning.h"

#include <map>
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
        QCOMPARE(frame.text(frame.lines[0].values[1]), QString("unknown"));
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

    void partsOfMonths_areMarkedAndSaid()
    {
        CostSeries months;
        months.currency = Currency("USD");
        months.keys = {"Search"};
        for (int i = 0; i < 4; ++i)
            months.points.push_back({Day::fromYmd(2026, 8, 1).addMonths(i), Amount::fromUnits(10), true, i != 3});
        SeriesSet set = setOf({months}, Granularity::Month);
        set.query.range = {Day::fromYmd(2026, 8, 15), Day::fromYmd(2026, 12, 1)};
        const SeriesFrame frame = frameOf(set, SeriesFrame::Style::Columns);
        QCOMPARE(frame.steps.size(), std::size_t(4));
        QVERIFY(frame.isPart(0)); // cut by the range
        QVERIFY(!frame.isPart(1) && !frame.isPart(2));
        QVERIFY(frame.isPart(3)); // it is still running
        QVERIFY2(frame.description().contains("Nov 2026 is not whole"), qPrintable(frame.description()));
        QVERIFY(!frame.description().contains("Sep 2026 is not whole"));
        QVERIFY(!frameOf(setOf({series({1, 2})}), SeriesFrame::Style::Lines).isPart(0));
    }

    void previous_isAlignedByPosition()
    {
        SeriesSet totals = setOf({series({5, 6, 7})});
        totals.query.range = {kFirst, kFirst + 3};
        CostSeries before = series({1, 2, 3});
        for (auto& point : before.points)
            point.period = point.period.addMonths(-1) + (point.period.dayOfMonth() - 1); // the same days of October
        totals.previous = {before};
        totals.base = DateRange{kFirst.addMonths(-1), kFirst.addMonths(-1) + 3};
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
        const QLocale us = ui::format::neutralLocale();
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

    void thinned_keepsExtremesEndsAndMarks_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("pixels");
        QTest::newRow("a lifetime of days") << 100'000 << 800;
        QTest::newRow("twenty years of days") << 7'300 << 1'200;
        QTest::newRow("just too many") << 401 << 200;
        QTest::newRow("one column") << 5'000 << 1;
    }
    void thinned_keepsExtremesEndsAndMarks()
    {
        QFETCH(int, count);
        QFETCH(int, pixels);
        QList<QPointF> points;
        for (int i = 0; i < count; ++i)
            points.append({double(i), std::sin(i / 9.0) * 10 + (i * 7919) % 13});
        points[count / 2].setY(777);
        points[count / 3].setY(-555);
        const std::vector<double> marks{0, count / 7.0 - std::fmod(count / 7.0, 1), count / 2.0 + 3 - count % 2 * 0.5,
                                        count - 1.0};
        const QList<QPointF> few = thinned(points, pixels, marks);
        QVERIFY(few.size() <= 4 * pixels + static_cast<qsizetype>(marks.size()));
        QVERIFY(few.contains(points[count / 2]));
        QVERIFY(few.contains(points[count / 3]));
        for (const double mark : marks)
            QVERIFY(mark != std::floor(mark) || few.contains(points[static_cast<qsizetype>(mark)]));
        QCOMPARE(few.first(), points.first());
        QCOMPARE(few.last(), points.last());
        QCOMPARE(thinned(few, pixels, marks), few);
        QVERIFY(
            std::is_sorted(few.begin(), few.end(), [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); }));
        // In every column the same extremes and the same ends, at most four points and the marks.
        std::map<int, QList<QPointF>> all, left;
        const auto columnOf = [&](const QPointF& p) {
            return std::min(pixels - 1, static_cast<int>(p.x() / (count - 1.0) * pixels));
        };
        for (const QPointF& point : points)
            all[columnOf(point)].append(point);
        for (const QPointF& point : few)
            left[columnOf(point)].append(point);
        QCOMPARE(left.size(), all.size());
        const auto lower = [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); };
        for (const auto& [column, inside] : all) {
            const QList<QPointF>& chosen = left[column];
            const auto marked = std::count_if(marks.begin(), marks.end(), [&, at = column](double x) {
                return columnOf({x, 0}) == at;
            });
            QVERIFY(chosen.size() <= 4 + marked);
            QCOMPARE(chosen.first(), inside.first());
            QCOMPARE(chosen.last(), inside.last());
            QCOMPARE(std::min_element(chosen.begin(), chosen.end(), lower)->y(),
                     std::min_element(inside.begin(), inside.end(), lower)->y());
            QCOMPARE(std::max_element(chosen.begin(), chosen.end(), lower)->y(),
                     std::max_element(inside.begin(), inside.end(), lower)->y());
        }
    }

    void columnSpans_coverTheLineWithoutAHole()
    {
        const ColumnSpans slope = columnSpans({{2.5, 0}, {6.5, 8}}, 1);
        QCOMPARE(slope.first, 2);
        QCOMPARE(slope.spans.size(), std::size_t(5));
        QCOMPARE(slope.spans[0].low, 0.0);
        QCOMPARE(slope.spans[0].high, 1.0);
        QCOMPARE(slope.spans[4].low, 7.0);
        QCOMPARE(slope.spans[4].high, 8.0);
        QList<QPointF> zigzag;
        for (int i = 0; i < 1'000; ++i)
            zigzag.append({i / 10.0, i == 555 ? 99.0 : i % 2 ? 5.0 : -5.0});
        const ColumnSpans dense = columnSpans(zigzag, 0.5);
        QCOMPARE(dense.spans.size(), std::size_t(200));
        for (const auto& span : dense.spans)
            QVERIFY(span.low <= -5 && span.high >= 5);
        QCOMPARE(dense.spans[111].high, 99.0);
        QVERIFY(columnSpans({}, 1).spans.empty());
        QCOMPARE(columnSpans({{3, 4}}, 1).spans.size(), std::size_t(1));
    }

    void thinned_fewPoints_areLeftAlone()
    {
        const QList<QPointF> points{{0, 1}, {1, 2}, {2, 3}};
        QCOMPARE(thinned(points, 100), points);
        QList<QPointF> twoPerPixel;
        for (int i = 0; i < 400; ++i)
            twoPerPixel.append({double(i), double(i % 7)});
        QCOMPARE(thinned(twoPerPixel, 200), twoPerPixel);
    }
};

QTEST_GUILESS_MAIN(TstSeriesFrame)
#include "tst_seriesframe.moc"
