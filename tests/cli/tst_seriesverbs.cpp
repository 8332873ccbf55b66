#include <QtTest/QtTest>

#include "app/cli/seriesfile.h"
#include "app/cli/verbs/seriesverbs.h"

#include <cmath>
#include <string>

using namespace altimeter;
using namespace altimeter::cli;

namespace {

/// Lines of an answer, split at commas.
QList<QStringList> cells(const std::string& csv)
{
    QList<QStringList> answer;
    for (const QString& line : QString::fromStdString(csv).trimmed().split('\n'))
        answer << line.split(',');
    return answer;
}

QString isoDay(int number)
{
    return QString::fromStdString(toString(Day::fromYmd(2026, 1, 5) + number));
}

/// Working days 200, weekends 60, with a small wobble; Mondays first.
QString officeRows(const QString& series, int days)
{
    QString rows;
    for (int i = 0; i < days; ++i)
        rows += series + isoDay(i) + ',' + QString::number((i % 7 < 5 ? 200 : 60) + i % 3) + '\n';
    return rows;
}

} // namespace

class TestSeriesVerbs : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path write(const QString& text) const
    {
        QFile file(m_folder.filePath("costs.csv"));
        if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0)
            qFatal("cannot write the test file");
        return file.fileName().toStdString();
    }

private slots:
    void anomalies_dailyFile_marksTheSpike()
    {
        const QString rows = "timestamp,value\n" + officeRows("", 80) + isoDay(80) + ",900\n";
        const auto csv = anomaliesOfSeriesFile(write(rows));
        QVERIFY2(csv.ok(), csv ? "" : csv.error().text().c_str());
        const auto lines = cells(*csv);
        QCOMPARE(lines.first().join(','), "series,timestamp,value,expected,lower,upper,score,is_anomaly");
        QCOMPARE(lines.size(), 82);
        QCOMPARE(lines.last()[1], isoDay(80));
        QCOMPARE(lines.last()[2], "900");
        QCOMPARE(lines.last()[7], "1");
        QVERIFY(lines.last()[6].toDouble() >= 0.5 && lines.last()[6].toDouble() <= 1);
        QCOMPARE(lines[80][7], "0");
        QVERIFY(lines[80][6].toDouble() < 0.5);
    }

    void forecast_compactDates_areDates()
    {
        QString iso = "timestamp,value\n";
        QString compact = iso;
        for (int i = 0; i < 60; ++i) {
            const QString row = ',' + QString::number(100 + i % 7 * 10) + '\n';
            iso += isoDay(i) + row;
            compact += isoDay(i).remove('-') + row;
        }
        const auto wanted = forecastOfSeriesFile(write(iso), 5, 0);
        const auto same = forecastOfSeriesFile(write(compact), 5, 0);
        QVERIFY(wanted.ok() && same.ok());
        QCOMPARE(QString::fromStdString(*same), QString::fromStdString(*wanted));
        const auto marks = anomaliesOfSeriesFile(write(iso));
        const auto sameMarks = anomaliesOfSeriesFile(write(compact));
        QVERIFY(marks.ok() && sameMarks.ok());
        for (int i = 1; i <= 60; ++i)
            QCOMPARE(cells(*sameMarks)[i].mid(2), cells(*marks)[i].mid(2));
        // Numbers that only look like dates are places in a row.
        const auto numbers = forecastOfSeriesFile(write("timestamp,value\n20250101,1\n20250102,2\n20250199,3\n"), 1, 0);
        QVERIFY(!numbers.ok() || cells(*numbers).size() == 2);
    }

    void forecast_partsOfDays_goOnInThem_data()
    {
        QTest::addColumn<int>("minutes");
        QTest::newRow("hours") << 60;
        QTest::newRow("quarters of an hour") << 15;
        QTest::newRow("six hours") << 360;
    }
    void forecast_partsOfDays_goOnInThem()
    {
        QFETCH(int, minutes);
        const int perDay = 1440 / minutes;
        const auto valueAt = [perDay](int i) { return 10 + i % perDay; };
        QString rows = "timestamp,value\n";
        for (int i = 0; i < 8 * perDay; ++i) {
            if (i == perDay + 1)
                continue; // a gap
            const QDateTime at(QDate(2025, 1, 1), QTime(0, 0), Qt::UTC);
            rows +=
                at.addSecs(i * minutes * 60).toString("yyyy-MM-dd HH:mm:ss") + ',' + QString::number(valueAt(i)) + '\n';
        }
        const auto csv = forecastOfSeriesFile(write(rows), perDay, 0);
        QVERIFY2(csv.ok(), csv ? "" : csv.error().text().c_str());
        const auto lines = cells(*csv);
        QCOMPARE(lines.size(), perDay + 1);
        for (int step = 1; step <= perDay; ++step)
            QVERIFY2(std::abs(lines[step][2].toDouble() - valueAt(step - 1)) < 1.5, qPrintable(lines[step].join(',')));
        const auto offGrid = forecastOfSeriesFile(write(rows + "2025-01-02 00:07:00,5\n"), 1, 0);
        QVERIFY(!offGrid.ok());
    }

    void anomalies_severalSeries_keepTheOrderOfTheFile()
    {
        QString rows = "Series,Timestamp,Value\r\n";
        for (int i = 0; i < 30; ++i)
            for (const QString name : {"b", "\"a, quoted\""})
                rows += name + ',' + isoDay(i) + ",5\r\n";
        const auto csv = anomaliesOfSeriesFile(write("\xEF\xBB\xBF" + rows));
        QVERIFY(csv.ok());
        const QStringList lines = QString::fromStdString(*csv).split('\n');
        QVERIFY(lines[1].startsWith("b," + isoDay(0)));
        QVERIFY(lines[2].startsWith("\"a, quoted\"," + isoDay(0)));
    }

    void anomalies_hourlyFile_isJudgedAsAStream()
    {
        QString rows = "timestamp,value\n";
        for (int i = 0; i < 800; ++i)
            rows += isoDay(i / 24) + QString(" %1:00:00,").arg(i % 24, 2, 10, QChar('0')) +
                    QString::number(i == 700 ? 400 : 50 + (i * 7) % 11) + '\n';
        const auto csv = anomaliesOfSeriesFile(write(rows));
        QVERIFY(csv.ok());
        const auto lines = cells(*csv);
        QCOMPARE(lines.size(), 801);
        QCOMPARE(lines[701][7], "1");
        QCOMPARE(lines[700][7], "0");
    }

    void anomalies_earlierRows_doNotChangeWithLaterOnes()
    {
        const QString rows = "timestamp,value\n" + officeRows("", 120);
        const auto part = anomaliesOfSeriesFile(write(rows));
        const auto whole = anomaliesOfSeriesFile(write(rows + isoDay(120) + ",9000\n" + isoDay(121) + ",1\n"));
        QVERIFY(part.ok() && whole.ok());
        QVERIFY(whole->starts_with(*part));
    }

    void anomalies_missingValue_isPrintedEmpty()
    {
        const auto csv = anomaliesOfSeriesFile(write("timestamp,value\n2026-01-05,\n2026-01-06,3\n"));
        QVERIFY(csv.ok());
        QCOMPARE(QString::fromStdString(*csv).split('\n')[1], "," + isoDay(0) + ",,,,,0,0");
    }

    void forecast_datedFile_continuesTheWeek()
    {
        const auto csv = forecastOfSeriesFile(write("series,period,value\n" + officeRows("x,", 84)), 7, 0);
        QVERIFY2(csv.ok(), csv ? "" : csv.error().text().c_str());
        const auto lines = cells(*csv);
        QCOMPARE(lines.first().join(','), "series,step,mean,lo80,hi80,lo95,hi95");
        QCOMPARE(lines.size(), 8);
        QCOMPARE(lines[1][0], "x");
        QCOMPARE(lines[7][1], "7");
        QVERIFY(std::abs(lines[1][2].toDouble() - 201) < 3);
        QVERIFY(std::abs(lines[6][2].toDouble() - 61) < 3);
        QVERIFY(lines[1][5].toDouble() <= lines[1][3].toDouble());
        QVERIFY(lines[1][4].toDouble() <= lines[1][6].toDouble());
    }

    void forecast_gapInDates_isMissingNotZero()
    {
        QStringList rows = ("series,period,value\n" + officeRows("x,", 84)).split('\n');
        rows.removeAt(40);
        rows.removeAt(40);
        const auto csv = forecastOfSeriesFile(write(rows.join('\n')), 1, 0);
        QVERIFY(csv.ok());
        QVERIFY(std::abs(cells(*csv)[1][2].toDouble() - 201) < 3);
    }

    void forecast_integerSteps_useTheNamedSeason()
    {
        QString rows = "series,period,value\n";
        for (int i = 1; i <= 60; ++i)
            rows += "x," + QString::number(i) + ',' + QString::number(i % 4 == 0 ? 80 : 10) + '\n';
        const auto csv = forecastOfSeriesFile(write(rows), 4, 4);
        QVERIFY(csv.ok());
        QVERIFY(std::abs(cells(*csv)[4][2].toDouble() - 80) < 1);
        QVERIFY(std::abs(cells(*csv)[1][2].toDouble() - 10) < 1);
    }

    void fault_inTheFile_isNamedWithItsPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("place");
        QTest::newRow("empty") << ""
                               << "costs.csv";
        QTest::newRow("no value column") << "timestamp,cost\n2026-01-05,1\n"
                                         << "costs.csv, line 1, value";
        QTest::newRow("no number") << "timestamp,value\n2026-01-05,1\n2026-01-06,1x\n"
                                   << "costs.csv, line 3, value";
        QTest::newRow("infinite") << "timestamp,value\n2026-01-05,inf\n"
                                  << "costs.csv, line 2, value";
        QTest::newRow("no date") << "timestamp,value\n2026-02-30,1\n"
                                 << "costs.csv, line 2, timestamp";
        QTest::newRow("twice") << "timestamp,value\n2026-01-05,1\n\n2026-01-06,1\n2026-01-06,2\n"
                               << "costs.csv, line 5, timestamp";
        QTest::newRow("far away") << "timestamp,value\n0001-01-01,1\n0001-01-02,1\n0001-01-03,1\n9999-01-06,1\n"
                                  << "costs.csv, line 5, timestamp";
        QTest::newRow("short line") << "series,timestamp,value\na,2026-01-05\n"
                                    << "costs.csv, line 2";
        QTest::newRow("open quote") << "series,timestamp,value\n\"a,2026-01-05,1\n"
                                    << "costs.csv, line 2";
    }

    void fault_inTheFile_isNamedWithItsPlace()
    {
        QFETCH(QString, text);
        QFETCH(QString, place);
        const auto csv = anomaliesOfSeriesFile(write(text));
        QVERIFY(!csv.ok());
        QCOMPARE(QString::fromStdString(csv.error().where), place);
        QCOMPARE(csv.error().code, ErrorCode::Invalid);
    }

    void fault_ofAForecastFile_isNamedWithItsPlace()
    {
        const auto mixed = forecastOfSeriesFile(write("series,period,value\na,1,1\na,2026-01-05,2\n"), 3, 0);
        QCOMPARE(QString::fromStdString(mixed.error().where), "costs.csv, line 3, period");
        const auto unknown = forecastOfSeriesFile(write("series,period,value\na,1,\na,2,\n"), 3, 0);
        QCOMPARE(QString::fromStdString(unknown.error().where), "costs.csv, series \"a\"");
        QCOMPARE(forecastOfSeriesFile("/nonexistent/x.csv", 3, 0).error().code, ErrorCode::Io);
    }

    void reading_stopped_isCancelled()
    {
        std::stop_source source;
        source.request_stop();
        const auto path = write("series,period,value\n" + officeRows("x,", 84));
        QCOMPARE(forecastOfSeriesFile(path, 7, 0, source.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(anomaliesOfSeriesFile(path, source.get_token()).error().code, ErrorCode::Cancelled);
    }

    void number_plain_hasTenDigitsAndNoExponent()
    {
        QCOMPARE(plainNumber(0.1 + 0.2), std::string("0.3"));
        QCOMPARE(plainNumber(-0.0), std::string("0"));
        QCOMPARE(plainNumber(1500000), std::string("1500000"));
        QCOMPARE(plainNumber(1e-12), std::string("0.000000000001"));
        QCOMPARE(plainNumber(std::nan("")), std::string());
    }

    void stamp_withTimeAndZone_isRead()
    {
        QCOMPARE(parseStamp("1970-01-02")->seconds, 86400);
        QCOMPARE(parseStamp("1970-01-01T01:00:00.250Z")->seconds, 3600);
        QCOMPARE(parseStamp("1970-01-01 03:00+02:00")->seconds, 3600);
        QVERIFY(!parseStamp("1970-01-01 25:00"));
        QVERIFY(!parseStamp("yesterday at noon"));
    }
};

QTEST_APPLESS_MAIN(TestSeriesVerbs)
#include "tst_seriesverbs.moc"
