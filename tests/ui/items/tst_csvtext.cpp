#include <QtTest/QtTest>

#include "ui/format/windowlocale.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/csvtext.h"

using namespace altimeter;
using namespace altimeter::ui;

namespace {

/// An independent reader of RFC 4180 text.
QList<QStringList> readCsv(const QString& text)
{
    QList<QStringList> rows;
    QStringList row;
    QString cell;
    bool quoted = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (quoted) {
            if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
                cell += '"';
                ++i;
            } else if (c == '"') {
                quoted = false;
            } else {
                cell += c;
            }
        } else if (c == '"' && cell.isEmpty()) {
            quoted = true;
        } else if (c == ',') {
            row << cell;
            cell.clear();
        } else if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
            row << cell;
            cell.clear();
            rows << row;
            row.clear();
            ++i;
        } else {
            cell += c;
        }
    }
    return rows;
}

QStringList payloads()
{
    QStringList list{"=1+1",
                     "=cmd|' /C calc'!A0",
                     "=HYPERLINK(\"http://x\",\"y\")",
                     "=IMPORTXML(CONCAT(\"x\",A1),\"//a\")",
                     "=WEBSERVICE(\"http://x\")",
                     "=DDE(\"cmd\",\"/C calc\",\"x\")",
                     "=A1,B1",
                     "=\"a\"&\"b\"",
                     "==1",
                     "=-1",
                     "+1+1",
                     "+cmd|' /C calc'!A0",
                     "+SUM(1,2)",
                     "++1",
                     "+A1",
                     "-1+1",
                     "-cmd|' /C calc'!A0",
                     "-SUM(1,2)",
                     "--1",
                     "-2+3+cmd|'/C calc'!A0",
                     "@SUM(1,2)",
                     "@A1",
                     "@cmd|' /C calc'!A0",
                     "@\"x\"",
                     "\t=1+1",
                     "\t@SUM(1)",
                     "\tplain",
                     "\r=1+1",
                     "\rplain",
                     "\n=1+1",
                     "\nplain",
                     "\r\n=1+1"};
    list << QString(QChar(0)) + "=1+1" << QString(QChar(0)) + "plain";
    for (const char16_t code : {u'\uFF1D', u'\uFF0B', u'\uFF0D', u'\uFF20'})
        list << QString(QChar(code)) + "1+1";
    list << QString(QChar(0xFF1D)) + "cmd|' /C calc'!A0"
         << "=1+1\"\n,\""
         << "=";
    return list;
}

} // namespace

class TstCsvText : public QObject {
    Q_OBJECT
private slots:
    void guard_everyPayload_isMadeHarmless()
    {
        const QStringList list = payloads();
        QVERIFY(list.size() >= 40);
        for (const QString& payload : list) {
            const QString line = csvField(payload, CsvGuard::Spreadsheet) + "\r\n";
            const QList<QStringList> read = readCsv(line);
            QCOMPARE(read.size(), 1);
            QCOMPARE(read[0].size(), 1);
            QCOMPARE(read[0][0], "'" + payload);
        }
    }

    void guard_raw_keepsTextAsItIs()
    {
        for (const QString& payload : payloads())
            QCOMPARE(readCsv(csvField(payload, CsvGuard::Raw) + "\r\n").value(0).value(0), payload);
    }

    void guard_plainText_isUntouched()
    {
        for (const QString& text :
             {QString("Search"), QString("a=b"), QString("x-1"), QString("Müller @ home"), QString()})
            QCOMPARE(csvField(text, CsvGuard::Spreadsheet), text);
        QCOMPARE(csvField("a,b", CsvGuard::Spreadsheet), QString("\"a,b\""));
        QCOMPARE(csvField("say \"hi\"", CsvGuard::Spreadsheet), QString("\"say \"\"hi\"\"\""));
    }

    void grid_numbersStayNumbersAndTextsAreGuarded()
    {
        CostTable table;
        table.query.by = {Dim{Dim::Kind::Service, {}}};
        const Currency usd("USD");
        table.rows = {{{"=evil()"}, Day::none(), usd, Amount::parse("-12.000000000000000150").take(), 2, 0, 0, false},
                      {{""}, Day::none(), usd, Amount::parse("100").take(), 1, 0, 0, false}};
        table.totals = {{usd, Amount::parse("87.99999999999999985").take(), 3, 0}};
        CostTableModel model(ui::format::neutralLocale());
        model.setTable(table);
        const QList<QStringList> read = readCsv(QString::fromStdString(csvText(model, CsvGuard::Spreadsheet)));
        QCOMPARE(read.size(), 3);
        QCOMPARE(read[0][0], QString("Service"));
        QCOMPARE(read[0][1], QString("Effective cost USD"));
        QCOMPARE(read[1][0], QString());
        QCOMPARE(read[1][1], QString("100.00"));
        QCOMPARE(read[2][0], QString("'=evil()"));
        QCOMPARE(read[2][1], QString("-12.00000000000000015"));
    }
};

QTEST_MAIN(TstCsvText)
#include "tst_csvtext.moc"
