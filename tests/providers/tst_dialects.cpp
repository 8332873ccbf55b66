#include <QtTest>

#include "providers/focus/focusfile.h"
#include "providers/focus/numberevidence.h"
#include "providers/focus/textsource.h"
#include "tests/providers/collectingsink.h"

#include <QTemporaryDir>

#include <array>
#include <functional>

#include <zlib.h>

using namespace altimeter;
using namespace altimeter::providers;
using altimeter::testing::CollectingSink;
using altimeter::testing::everything;
using altimeter::testing::readText;

namespace {

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

Result<FocusFileInfo> read(const std::string& bytes, CollectingSink& sink, const ReadingHints& hints = {},
                           unsigned threads = 2, std::size_t block = 0)
{
    const auto open = [&bytes]() -> Result<std::unique_ptr<ByteSource>> {
        return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>("test.csv", bytes));
    };
    return readFocusSource(open, sink, {}, {}, threads, block, hints);
}

/// A charge and how a file may write it.
struct Charge {
    const char* billed;
    const char* quantity;
    int day; ///< of June 2025
    const char* service;
    const char* tags;
};
const std::vector<Charge> kCharges{
    {"1.234", "1", 1, "Compute", R"({"team":"a"})"},
    {"0.125", "24", 12, "Storage; hot", R"({"team":"b","note":"say \"hi\", bob"})"},
    {"12.500", "2500", 13, "Data, lake", R"({})"},
    {"-1234567.5", "0.5", 30, "5 inch disk", R"({"path":"C:\\temp"})"},
};

struct Dialect {
    char delimiter = ',';
    bool isBackslash = false;
    bool isBare = false; ///< nothing is quoted at all: of tab-separated text
    std::string lineEnd = "\n";
    bool decimalComma = false;
    bool groups = false;
    int dates = 0;    ///< index into the spellings of dateText()
    int encoding = 0; ///< UTF-8, with a mark, UTF-16 LE and BE with and without one
    std::string above;
};

std::string numberText(std::string number, const Dialect& dialect)
{
    std::size_t point = std::min(number.find('.'), number.size());
    if (dialect.decimalComma && point < number.size())
        number[point] = ',';
    const std::size_t first = number.starts_with('-') ? 1 : 0;
    for (std::size_t at = point; dialect.groups && at > first + 3; at -= 3)
        number.insert(at - 3, 1, dialect.decimalComma ? '.' : ',');
    return number;
}

std::string dateText(int day, int spelling)
{
    const std::array<const char*, 11> forms{"2025-06-%T00:00:00Z", "2025-06-%", "202506%",     "%/06/2025",
                                            "06/%/2025",           "%.06.2025", "%-06-2025",   "%-Jun-2025",
                                            "% June 2025",         "%-JUN-25",  "June %, 2025"};
    if (spelling == static_cast<int>(forms.size()))
        return std::to_string(45808 + day); // 45809 is 1 June 2025
    std::string form = forms[static_cast<std::size_t>(spelling)];
    return form.replace(form.find('%'), 1, (day < 10 ? "0" : "") + std::to_string(day));
}

std::string fieldText(const std::string& value, const Dialect& dialect)
{
    if (dialect.isBare || value.find_first_of(std::string("\"\\\n") + dialect.delimiter) == std::string::npos)
        return value;
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"' || (dialect.isBackslash && c == '\\'))
            quoted += dialect.isBackslash ? '\\' : '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string encoded(const std::string& utf8, int encoding)
{
    if (encoding < 2)
        return (encoding == 1 ? "\xEF\xBB\xBF" : "") + utf8;
    const bool isLittle = encoding % 2 == 0;
    std::string bytes = encoding >= 4 ? "" : isLittle ? "\xFF\xFE" : "\xFE\xFF";
    for (const QChar c : QString::fromStdString(utf8)) {
        const auto low = static_cast<char>(c.unicode() & 0xffU);
        const auto high = static_cast<char>(c.unicode() >> 8U);
        bytes += isLittle ? low : high;
        bytes += isLittle ? high : low;
    }
    return bytes;
}

std::string written(const Dialect& dialect)
{
    std::string file = dialect.above;
    const auto row = [&](const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            file += (i == 0 ? "" : std::string(1, dialect.delimiter)) + fieldText(cells[i], dialect);
        file += dialect.lineEnd;
    };
    row({"BilledCost", "PricingQuantity", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd", "ServiceName",
         "Tags", "x_City"});
    for (const Charge& charge : kCharges)
        row({numberText(charge.billed, dialect), numberText(charge.quantity, dialect), "EUR",
             dateText(charge.day, dialect.dates), dateText(std::min(charge.day + 1, 30), dialect.dates), charge.service,
             charge.tags, "M\xC3\xBCnchen \xF0\x9F\x8F\xA0"});
    return encoded(file, dialect.encoding);
}

/// What a file says, however it is written: dates and numbers as they were understood.
std::string meaning(const CollectingSink& sink)
{
    std::string all;
    for (const auto& row : sink.rows) {
        all += toString(row.start) + '|' + row.currency + '|' + toString(*row.cost[1]);
        for (const char* column : {"ServiceName", "Tags"})
            all += '|' + (row.text.contains(column) ? row.text.at(column) : std::string());
        for (const std::string& cell : row.extra)
            all += '|' + cell;
        all += '\n';
    }
    return all + sink.total(CostLens::Billed, "EUR") + " " + std::to_string(sink.rejected.size());
}

std::string amounts(std::initializer_list<const char*> numbers, char delimiter = '\t', const char* more = "")
{
    const std::string d(1, delimiter);
    std::string file = "BilledCost" + d + "BillingCurrency" + d + "ChargePeriodStart" + d + "ListCost\n";
    for (const char* number : numbers)
        file += number + d + "EUR" + d + "2025-06-01" + d + more + "\n";
    return file;
}

std::filesystem::path faults()
{
    return std::filesystem::path(qgetenv("ALTIMETER_SHARED").toStdString()) / "data/faults";
}

} // namespace

class TestDialects : public QObject {
    Q_OBJECT

private slots:
    void sameCharges_anyDialect_sameLines();
    void number_says_data();
    void number_says();
    void decimals_wholeColumn_decides_data();
    void decimals_wholeColumn_decides();
    void decimals_evidenceBehindThousandsOfRows_decides();
    void decimals_nothingDecides_namesColumnAndWayOut();
    void decimals_hint_decides();
    void decimals_eachColumn_byItself();
    void decimals_quantities_sayNothingOfCosts_data();
    void decimals_quantities_sayNothingOfCosts();
    void dates_azure_areNotGuessedSilently_data();
    void dates_azure_areNotGuessedSilently();
    void dates_nothingDecides_isRefused_data();
    void dates_nothingDecides_isRefused();
    void dates_billingPeriod_decides();
    void dates_hint_decides();
    void dates_elevenSpreadsheetSpellings_areOneDay();
    void backslashQuotes_oddRecords_data();
    void backslashQuotes_oddRecords();
    void bareQuotes_whereDoubtful_stayRejected_data();
    void bareQuotes_whereDoubtful_stayRejected();
    void titlesAboveTheHeader_areLeftOut();
    void noHeader_saysWhatTheFirstLineHolds();
    void utf16_cutOff_isAnError();
    void utf16_loneSurrogates_areReplaced();
    void text_anyReadSize_sameBytes();
    void azureCurrencyColumn_isTheCurrency();
    void offsetEnd_isNoLastSecond();
    void tagKeys_thatDifferInCase_areSaid();
    void handedCases_giveTheirTotals();
};

/// Every combination that exists in the wild: what is stored must not know how the file was written.
void TestDialects::sameCharges_anyDialect_sameLines()
{
    CollectingSink plain;
    QVERIFY(read(written({}), plain));
    QCOMPARE(plain.rows.size(), kCharges.size());
    QCOMPARE(text(plain.total(CostLens::Billed, "EUR")), QString("-1234553.641"));
    const std::string wanted = meaning(plain);
    int tried = 0;
    for (const char delimiter : {',', ';', '\t', '|'}) {
        for (int style = 0; style < 3; ++style) {
            for (const char* lineEnd : {"\n", "\r\n", "\r"}) {
                for (int numbers = 0; numbers < 4; ++numbers) {
                    Dialect dialect{delimiter,        style == 1, style == 2, lineEnd, numbers >= 2,
                                    numbers % 2 == 1, 0,          0,          {}};
                    if (dialect.isBare && delimiter != '\t')
                        continue;
                    dialect.dates = tried % 12;
                    dialect.encoding = tried % 6;
                    dialect.above = tried % 5 == 0 ? "Cost report" + dialect.lineEnd + dialect.lineEnd : "";
                    const std::string file = written(dialect);
                    CollectingSink sink;
                    const auto info = read(file, sink, {}, 1 + static_cast<unsigned>(tried % 3),
                                           tried % 4 == 0 ? std::size_t{97} : std::size_t{0});
                    QVERIFY2(info.ok(), info.ok() ? "" : (info.error().text() + "\n" + file).c_str());
                    if (meaning(sink) != wanted)
                        qWarning("%s\n%s", file.c_str(), everything(sink).c_str());
                    QCOMPARE(text(meaning(sink)), text(wanted));
                    ++tried;
                }
            }
        }
    }
    QVERIFY(tried > 100);
}

void TestDialects::number_says_data()
{
    QTest::addColumn<QByteArray>("number");
    QTest::addColumn<int>("says");
    const auto row = [](const char* number, NumberSays says) {
        QTest::newRow(number) << QByteArray(number) << static_cast<int>(says);
    };
    row("12", NumberSays::Nothing);
    row("1.234", NumberSays::PerhapsPoint);
    row("0.125", NumberSays::Point);
    row("1234.567", NumberSays::Point);
    row("12.50", NumberSays::Point);
    row(".125", NumberSays::Point);
    row("1,234.5", NumberSays::Point);
    row("1,234,567", NumberSays::Point);
    row("1,234", NumberSays::EitherWay);
    row("-999,000", NumberSays::EitherWay);
    row("$1,234", NumberSays::EitherWay);
    row("(12,500)", NumberSays::EitherWay);
    row("0,125", NumberSays::Comma);
    row(",125", NumberSays::Comma);
    row("1234,500", NumberSays::Comma);
    row("12,5", NumberSays::Comma);
    row("1,2345", NumberSays::Comma);
    row("1.234,567", NumberSays::Comma);
    row("1.234.567", NumberSays::Comma);
    row("2,0E-3", NumberSays::Comma);
    row("many, many", NumberSays::Nothing);
}

void TestDialects::number_says()
{
    QFETCH(QByteArray, number);
    QFETCH(int, says);
    QCOMPARE(static_cast<int>(whatNumberSays(number.toStdString())), says);
}

void TestDialects::decimals_wholeColumn_decides_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("total"); // empty: refused
    const auto row = [](const char* name, const std::string& file, const char* total) {
        QTest::newRow(name) << QByteArray::fromStdString(file) << total;
    };
    row("three digits alone", amounts({"1,234", "12,500"}), "");
    row("a zero before the comma", amounts({"1,234", "0,125", "12,500"}), "13.859");
    row("another number of digits", amounts({"1,234", "12,5"}), "13.734");
    row("dots between thousands", amounts({"1,234", "1.234,500"}), "1235.734");
    row("several dots", amounts({"1,234", "1.234.567"}), "1234568.234");
    row("points with groups", amounts({"1,234", "1,234.5"}), "2468.5");
    row("two groups", amounts({"1,234", "1,234,567"}), "1235801");
    row("a point", amounts({"1,234", "0.5"}), "1234.5");
    row("another column has points", amounts({"1,234"}, '\t', "0.25"), "1234");
    row("another column has commas", amounts({"1,234"}, '\t', "0,25"), "1.234");
    row("semicolons", amounts({"1,234", "12,500"}, ';'), "13.734");
    row("semicolons, but points", amounts({"1,234", "12.5"}, ';'), "1246.5");
    row("semicolons, but groups", amounts({"1,234", "1,234.5"}, ';'), "2468.5");
    row("pipes", amounts({"1,234"}, '|'), "");
    row("credits", amounts({"-1,234", "-0,5"}), "-1.734");
    row("both ways and one that may be either", amounts({"1,234", "0,5", "0.5"}), "");
    row("one value", amounts({"7,000"}), "");
    row("no decimals at all", amounts({"7", "8"}), "15");
    row("points with three digits", amounts({"1.234", "2.000"}), "3.234");
    row("semicolons and points with three digits", amounts({"1.234", "500"}, ';'), "");
    row("semicolons, points proven by another cost", amounts({"1.234", "500"}, ';', "0.5"), "501.234");
    row("semicolons and commas proven by another cost", amounts({"1.234", "500"}, ';', "0,5"), "1734");
    row("semicolons and both signs", amounts({"1,234", "1.234"}, ';'), "");
    row("semicolons, no decimals at all", amounts({"1234", "500"}, ';'), "1734");
    row("dots are thousands where commas are decimals", amounts({"1.234", "0,5"}), "1234.5");
}

void TestDialects::decimals_wholeColumn_decides()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, total);
    CollectingSink sink;
    const auto info = read(file.toStdString(), sink);
    QCOMPARE(info.ok(), !total.isEmpty());
    if (info)
        QCOMPARE(text(sink.total(CostLens::Billed, "EUR")), total);
    else
        QVERIFY(sink.header.empty()); // nothing was handed over
    QCOMPARE(sink.rejected.size(), std::size_t{0});
}

void TestDialects::decimals_evidenceBehindThousandsOfRows_decides()
{
    std::string file = amounts({});
    for (int i = 0; i < 5000; ++i)
        file += "1,500\tEUR\t2025-06-01\t\n";
    CollectingSink sink;
    QVERIFY(!read(file, sink));
    for (const unsigned threads : {1U, 3U}) {
        CollectingSink comma;
        QVERIFY(read(file + "0,25\tEUR\t2025-06-01\t\n", comma, {}, threads, 1000));
        QCOMPARE(text(comma.total(CostLens::Billed, "EUR")), QString("7500.25"));
        CollectingSink point;
        QVERIFY(read(file + "0.25\tEUR\t2025-06-01\t\n", point, {}, threads, 1000));
        QCOMPARE(text(point.total(CostLens::Billed, "EUR")), QString("7500000.25"));
    }
}

void TestDialects::decimals_nothingDecides_namesColumnAndWayOut()
{
    CollectingSink sink;
    const auto info = read(amounts({"12", "1,234"}), sink);
    QVERIFY(!info);
    QVERIFY(info.error().code == ErrorCode::Invalid);
    const QString said = text(info.error().text());
    for (const char* word : {"test.csv", "BilledCost", "\"1,234\"", "line 3", "--decimal comma", "--decimal point"})
        QVERIFY2(said.contains(QLatin1String(word)), qPrintable(said));
}

void TestDialects::decimals_hint_decides()
{
    ReadingHints hints;
    hints.decimalComma = true;
    CollectingSink comma;
    QVERIFY(read(amounts({"1,234"}), comma, hints));
    QCOMPARE(text(comma.total(CostLens::Billed, "EUR")), QString("1.234"));
    hints.decimalComma = false;
    CollectingSink point;
    QVERIFY(read(amounts({"1,234"}), point, hints));
    QCOMPARE(text(point.total(CostLens::Billed, "EUR")), QString("1234"));
}

void TestDialects::decimals_eachColumn_byItself()
{
    CollectingSink sink;
    QVERIFY(read("BilledCost\tListCost\tBillingCurrency\tChargePeriodStart\n0.5\t1,5\tEUR\t2025-06-01\n"
                 "1,000.5\t1.000,5\tEUR\t2025-06-01\n",
                 sink));
    QCOMPARE(text(sink.total(CostLens::Billed, "EUR")), QString("1001"));
    QCOMPARE(text(sink.total(CostLens::List, "EUR")), QString("1002"));
}

void TestDialects::decimals_quantities_sayNothingOfCosts_data()
{
    QTest::addColumn<QByteArray>("delimiter");
    QTest::addColumn<QByteArray>("cost");
    QTest::addColumn<QByteArray>("quantity");
    QTest::addColumn<QByteArray>("day");
    QTest::addColumn<QString>("total"); // empty: refused
    const auto row = [](const char* name, char delimiter, const char* cost, const char* quantity, const char* day,
                        const char* total) {
        QTest::newRow(name) << QByteArray(1, delimiter) << QByteArray(cost) << QByteArray(quantity) << QByteArray(day)
                            << QString(total);
    };
    row("a comma beside points", ';', "1,234", "0.5", "2025-06-01", "");
    row("a comma beside points, tabs", '\t', "1,234", "0.5", "2025-06-01", "");
    row("a comma beside commas", ';', "1,234", "0,5", "2025-06-01", "1.234");
    row("a comma beside commas, tabs", '\t', "1,234", "0,5", "2025-06-01", "");
    row("a point beside commas", ',', "1.234", "\"0,5\"", "2025-06-01", "");
    row("a point beside points", ',', "1.234", "0.5", "2025-06-01", "1.234");
    row("a point beside points, semicolons", ';', "1.234", "0.5", "2025-06-01", "");
    row("a point and a day with points", ',', "1.234", "2", "13.06.2025", "");
    row("a point and a day with slashes", ',', "1.234", "2", "13/06/2025", "1.234");
    row("no decimals and a day with points", ',', "1234", "2", "13.06.2025", "1234");
}

/// The thousandth of a cost is no rounding: what quantities prove is not believed of money.
void TestDialects::decimals_quantities_sayNothingOfCosts()
{
    QFETCH(QByteArray, delimiter);
    QFETCH(QByteArray, cost);
    QFETCH(QByteArray, quantity);
    QFETCH(QByteArray, day);
    QFETCH(QString, total);
    const std::string d = delimiter.toStdString();
    const std::string file = "BilledCost" + d + "BillingCurrency" + d + "ChargePeriodStart" + d + "ConsumedQuantity\n" +
                             cost.toStdString() + d + "EUR" + d + day.toStdString() + d + quantity.toStdString() + "\n";
    CollectingSink sink;
    const auto info = read(file, sink);
    QCOMPARE(info.ok(), !total.isEmpty());
    if (info) {
        const QString found = text(sink.total(CostLens::Billed, "EUR"));
        QCOMPARE(found, total);
        return;
    }
    for (const char* word : {"BilledCost", "(line 2)", "--decimal comma"})
        QVERIFY2(text(info.error().text()).contains(QLatin1String(word)), info.error().text().c_str());
    ReadingHints hints;
    hints.decimalComma = true;
    CollectingSink told;
    QVERIFY(read(file, told, hints));
}

void TestDialects::dates_azure_areNotGuessedSilently_data()
{
    QTest::addColumn<QByteArray>("days");
    QTest::addColumn<QString>("first"); // empty: refused
    QTest::newRow("days of a month") << QByteArray("06/01/2025 06/02/2025 06/03/2025") << "2025-06-01";
    QTest::newRow("one day") << QByteArray("06/01/2025") << "2025-06-01";
    QTest::newRow("over a month's end") << QByteArray("06/10/2025 06/11/2025 06/12/2025 07/01/2025") << "2025-06-10";
    QTest::newRow("two days of June, or of two months") << QByteArray("01/06/2025 02/06/2025") << "";
    QTest::newRow("five days") << QByteArray("03/09/2025 04/09/2025 05/09/2025 06/09/2025 07/09/2025") << "";
    QTest::newRow("proven") << QByteArray("01/06/2025 02/06/2025 13/06/2025") << "2025-06-01";
}

void TestDialects::dates_azure_areNotGuessedSilently()
{
    QFETCH(QByteArray, days);
    QFETCH(QString, first);
    std::string file = "BillingAccountId,Date,CostInBillingCurrency,EffectivePrice,BillingCurrencyCode,MeterCategory,"
                       "SubscriptionId,ChargeType,Quantity\n";
    for (const QByteArray& day : days.split(' '))
        file += "E-1," + day.toStdString() + ",12.5,0.5,EUR,Compute,s-1,Usage,1\n";
    CollectingSink sink;
    const auto info = read(file, sink);
    QVERIFY2(info.ok() == !first.isEmpty(), info.ok() ? "read" : info.error().text().c_str());
    if (!info) {
        QVERIFY(text(info.error().text()).contains("--dates day-first"));
        return;
    }
    QCOMPARE(text(toString(sink.rows[0].start.day())), first);
    QCOMPARE(sink.find("date-order-ambiguous") == nullptr, days.contains("13/"));
}

void TestDialects::dates_nothingDecides_isRefused_data()
{
    QTest::addColumn<QByteArray>("dates");
    QTest::addColumn<QString>("first"); // empty: refused
    QTest::newRow("either way") << QByteArray("05/06/2025") << "";
    QTest::newRow("either way with dashes") << QByteArray("05-06-2025;06-06-2025") << "";
    QTest::newRow("both ways") << QByteArray("13/06/2025,;06/13/2025") << "";
    QTest::newRow("the same either way") << QByteArray("06/06/2025") << "2025-06-06";
    QTest::newRow("a day above 12") << QByteArray("05/06/2025;13/06/2025") << "2025-06-05";
    QTest::newRow("a day above 12, other order") << QByteArray("05-06-2025;06-13-2025") << "2025-05-06";
}

void TestDialects::dates_nothingDecides_isRefused()
{
    QFETCH(QByteArray, dates);
    QFETCH(QString, first);
    std::string file = "BilledCost,BillingCurrency,ChargePeriodStart\n";
    const bool isDecidedEarly = dates.contains(',');
    const QList<QByteArray> each = QByteArray(dates).replace(",", "").split(';');
    for (int i = 0; i < 3000 && !isDecidedEarly; ++i) // the last one may decide
        file += "0.5,EUR," + each.front().toStdString() + "\n";
    for (const QByteArray& date : each)
        file += "0.5,EUR," + date.toStdString() + "\n";
    CollectingSink sink;
    const auto info = read(file, sink);
    QCOMPARE(info.ok(), !first.isEmpty());
    if (info) {
        QCOMPARE(text(toString(sink.rows[0].start.day())), first);
        QCOMPARE(sink.rejected.size(), std::size_t{0});
        return;
    }
    const QString said = text(info.error().text());
    for (const char* word : {"ChargePeriodStart", "(line ", "--dates day-first"})
        QVERIFY2(said.contains(QLatin1String(word)), qPrintable(said));
}

void TestDialects::dates_billingPeriod_decides()
{
    const std::string header = "BilledCost,BillingCurrency,ChargePeriodStart,BillingPeriodStart,BillingPeriodEnd\n";
    CollectingSink sink;
    QVERIFY(read(header + "0.5,EUR,05/06/2025,2025-06-01,2025-07-01\n", sink));
    QCOMPARE(text(toString(sink.rows[0].start.day())), QString("2025-06-05"));
    QVERIFY(sink.find("date-order-ambiguous") != nullptr);
    CollectingSink other;
    QVERIFY(read(header + "0.5,EUR,06-05-2025,2025-06-01T00:00:00Z,\n", other));
    QCOMPARE(text(toString(other.rows[0].start.day())), QString("2025-06-05"));
    CollectingSink unclear; // two periods that say different things
    QVERIFY(!read(header + "0.5,EUR,05/06/2025,2025-06-01,\n0.5,EUR,05/06/2025,2025-05-01,\n", unclear));
}

void TestDialects::dates_hint_decides()
{
    const std::string file = "BilledCost,BillingCurrency,ChargePeriodStart\n0.5,EUR,05/06/2025\n";
    for (const auto& [order, day] :
         {std::pair(DateOrder::DayFirst, "2025-06-05"), {DateOrder::MonthFirst, "2025-05-06"}}) {
        ReadingHints hints;
        hints.dateOrder = order;
        CollectingSink sink;
        QVERIFY(read(file, sink, hints));
        QCOMPARE(text(toString(sink.rows[0].start.day())), QString(day));
    }
}

void TestDialects::dates_elevenSpreadsheetSpellings_areOneDay()
{
    std::string file = "BilledCost,BillingCurrency,ChargePeriodStart\n";
    for (const char* date : {"13/06/2025", "13.06.2025", "13-06-2025", "13-Jun-2025", "13-Jun-25", "13 June 2025",
                             "\"June 13, 2025\"", "45821", "45821.5", "13.6.25", "13-jun-2025 10:30"})
        file += "1.5,EUR," + std::string(date) + "\n";
    CollectingSink sink;
    QVERIFY(read(file, sink));
    QCOMPARE(sink.rejected.size(), std::size_t{0});
    for (const auto& row : sink.rows)
        QCOMPARE(text(toString(row.start.day())), QString("2025-06-13"));
    QCOMPARE(text(toString(sink.rows[8].start)), QString("2025-06-13T12:00:00Z"));
    QCOMPARE(text(sink.total(CostLens::Billed, "EUR")), QString("16.5"));
    for (const char* date : {"31-06-2025", "13-Jum-2025", "99999", "4582", "25-06-13", "45821.", "13-Jun-"}) {
        CollectingSink none;
        QVERIFY(read("BilledCost,BillingCurrency,ChargePeriodStart\n1.5,EUR," + std::string(date) + "\n", none));
        QVERIFY2(none.rejected.size() == 1, date);
    }
}

void TestDialects::backslashQuotes_oddRecords_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("value"); // empty: rejected
    const auto row = [](const char* field, const char* value) {
        QTest::newRow(field) << QByteArray(field) << QByteArray(value);
    };
    row(R"("{\"team\":\"A\"}")", R"({"team":"A"})");
    row(R"("say \"hi\", bob")", R"(say "hi", bob)");
    row(R"("ends with \"")", R"(ends with ")");
    row(R"("\"begins\" so")", R"("begins" so)");
    row(R"("{\"path\":\"C:\\\\temp\"}")", R"({"path":"C:\\temp"})");
    row(R"("text \"behind\"" it)", "");
    row(R"(not "quoted\" at all)", "");
    row(R"("too, many" \"fields\",")", "");
}

void TestDialects::backslashQuotes_oddRecords()
{
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, value);
    const std::string header = "BilledCost,BillingCurrency,ChargePeriodStart,x_note,x_end\n";
    const std::string plain = "0.5,EUR,2025-06-01,plain,e\n";
    std::string all;
    for (const std::size_t block : {std::size_t{40}, std::size_t{1} << 20}) {
        CollectingSink sink;
        QVERIFY(
            read(header + plain + "0.25,EUR,2025-06-01," + field.toStdString() + ",e\n" + plain, sink, {}, 1, block));
        QCOMPARE(sink.rows.size() + sink.rejected.size(), std::size_t{3});
        QCOMPARE(sink.rejected.size(), std::size_t(value.isEmpty() ? 1 : 0));
        QCOMPARE(text(sink.rows.back().extra[0]), QString("plain")); // whatever it was, the rest is read
        if (!value.isEmpty()) {
            QCOMPARE(text(sink.rows[1].extra[0]), QString(value));
            QCOMPARE(sink.rowsWith("backslash-quotes"), std::uint64_t{1});
        }
        QVERIFY(all.empty() || all == everything(sink));
        all = everything(sink);
    }
}

void TestDialects::bareQuotes_whereDoubtful_stayRejected_data()
{
    QTest::addColumn<char>("delimiter");
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<bool>("isRead");
    QTest::newRow("json in tabs") << '\t' << QByteArray(R"({"a":"b","c":"d"})") << true;
    QTest::newRow("json in commas") << ',' << QByteArray(R"({"a":"b","c":"d"})") << true;
    QTest::newRow("list in commas") << ',' << QByteArray(R"([{"key":"a","value":"},]"}])") << true;
    QTest::newRow("inches in tabs") << '\t' << QByteArray("5\" disk") << true;
    QTest::newRow("inches in commas") << ',' << QByteArray("5\" disk") << false;
    QTest::newRow("json that does not close") << ',' << QByteArray(R"({"a":"b")") << false;
    QTest::newRow("json with a tail") << ',' << QByteArray(R"({"a":"b"}x)") << false;
    QTest::newRow("an opening quote in tabs") << '\t' << QByteArray("\"open") << false;
}

void TestDialects::bareQuotes_whereDoubtful_stayRejected()
{
    QFETCH(char, delimiter);
    QFETCH(QByteArray, field);
    QFETCH(bool, isRead);
    std::string file = "BilledCost,BillingCurrency,ChargePeriodStart,x_note,x_end\n0.5,EUR,2025-06-01,$,e\n"
                       "0.5,EUR,2025-06-01,plain,e\n";
    std::replace(file.begin(), file.end(), ',', delimiter);
    file.replace(file.find('$'), 1, field.toStdString());
    CollectingSink sink;
    QVERIFY(read(file, sink));
    QCOMPARE(sink.rejected.size(), std::size_t(isRead ? 0 : 1));
    if (isRead)
        QCOMPARE(text(sink.rows[0].extra[0]), QString(field));
    QCOMPARE(text(sink.rows.back().extra[0]), QString("plain"));
}

void TestDialects::titlesAboveTheHeader_areLeftOut()
{
    CollectingSink sink;
    QVERIFY(read("\xEF\xBB\xBF"
                 "Cost, by service;June 2025;;\n\nPrepared by;A, B and C;;\n"
                 "BilledCost;BillingCurrency;ChargePeriodStart;ServiceName\n0.5;EUR;2025-06-01;A\n",
                 sink));
    QCOMPARE(sink.rows.size(), std::size_t{1});
    QCOMPARE(sink.rows[0].line, std::uint64_t{5});
    QCOMPARE(text(sink.header[0]), QString("BilledCost"));
    const Finding* left = sink.find("lines-above-header");
    QVERIFY(left != nullptr);
    QCOMPARE(left->firstLine, std::uint64_t{1});
    QVERIFY(text(left->message).startsWith("2 lines above the header are left out, first: \"Cost, by service;"));
    CollectingSink separator;
    QVERIFY(read("sep=|\nBilledCost|BillingCurrency|ChargePeriodStart\n0.5|EUR|2025-06-01\n", separator));
    QCOMPARE(separator.rows[0].line, std::uint64_t{3});
    QVERIFY(separator.find("lines-above-header") == nullptr);
}

void TestDialects::noHeader_saysWhatTheFirstLineHolds()
{
    CollectingSink sink;
    const auto titles = read("Cost report for June\nservice,price\nA,1\n", sink);
    QVERIFY(!titles);
    const QString said = text(titles.error().text());
    for (const char* word : {"Cost report for June", "a cost column", "header", "first line"})
        QVERIFY2(said.contains(QLatin1String(word)), qPrintable(said));
    QVERIFY(text(read("\n \n", sink).error().text()).contains("is empty"));
}

void TestDialects::utf16_cutOff_isAnError()
{
    CollectingSink sink;
    std::string file = encoded(amounts({"0.5", "0.25"}), 2);
    file.pop_back();
    const auto info = read(file, sink);
    QVERIFY(!info);
    QVERIFY(info.error().code == ErrorCode::Corrupt);
}

void TestDialects::utf16_loneSurrogates_areReplaced()
{
    std::string file = encoded(amounts({"0.5"}, '\t', "0.25"), 4);
    const std::string lone("\x3D\xD8", 2);
    file += encoded("0.5\tEUR\t2025-06-02\t", 4) + lone + encoded("\n", 4);
    CollectingSink sink;
    QVERIFY(read(file, sink));
    QCOMPARE(sink.rows.size() + sink.rejected.size(), std::size_t{2});
}

void TestDialects::text_anyReadSize_sameBytes()
{
    const std::string utf8 = "a\r\xC3\xBC\xF0\x9F\x8F\xA0\r\r\"x\r\ny\"\rend";
    for (const int encoding : {0, 2, 3, 4, 5}) {
        std::string wanted;
        for (const std::size_t size : {std::size_t{1000}, std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
            TextSource source(std::make_unique<MemorySource>("t", encoded(utf8 + std::string(400, 'z'), encoding)));
            std::string all;
            std::string part(size, '\0');
            for (auto got = source.read(part); got && *got > 0; got = source.read(part))
                all.append(part, 0, *got);
            QVERIFY(wanted.empty() || all == wanted);
            wanted = all;
        }
        QCOMPARE(QByteArray::fromStdString(wanted).left(4), QByteArray("a\r\xC3\xBC")); // it has a line feed: unchanged
    }
    TextSource returns(std::make_unique<MemorySource>("t", "a\rb\r"));
    std::string part(1, '\0');
    std::string all;
    for (auto got = returns.read(part); got && *got > 0; got = returns.read(part))
        all += part;
    QCOMPARE(text(all), QString("a\nb\n"));
}

void TestDialects::azureCurrencyColumn_isTheCurrency()
{
    CollectingSink sink;
    QVERIFY(read("subscriptionId,date,meterCategory,costInBillingCurrency,Currency\ns,02/28/2021,VM,1.5,CHF\n", sink));
    QCOMPARE(text(sink.total(CostLens::Billed, "CHF")), QString("1.5"));
    QVERIFY(sink.find("currency-missing") == nullptr);
    CollectingSink both;
    QVERIFY(read("date,meterCategory,costInBillingCurrency,Currency,billingCurrencyCode\n02/28/2021,VM,1.5,CHF,EUR\n",
                 both));
    QCOMPARE(text(both.total(CostLens::Billed, "EUR")), QString("1.5"));
}

void TestDialects::offsetEnd_isNoLastSecond()
{
    const auto isSaid = [](const std::string& from, const std::string& to) {
        CollectingSink sink;
        const auto info =
            read("BilledCost,BillingCurrency,ChargePeriodStart,BillingPeriodStart,BillingPeriodEnd\n0.5,EUR," + from +
                     "," + from + "," + to + "\n",
                 sink);
        return info.ok() && sink.find("last-second-end") != nullptr;
    };
    QVERIFY(!isSaid("2025-06-01T00:00:00+08:00", "2025-07-01T00:00:00+08:00"));
    QVERIFY(!isSaid("2025-06-01T00:00:00+05:30", "2025-07-01T00:00:00+05:30"));
    QVERIFY(!isSaid("2025-06-01T00:00:00-07:00", "2025-07-01T00:00:00-07:00"));
    QVERIFY(isSaid("2025-06-01T00:00:00+08:00", "2025-06-30T23:59:59+08:00"));
    QVERIFY(isSaid("2025-06-01", "2025-06-30"));
    QVERIFY(isSaid("2025-06-01", "2025-06-30T23:59:59Z"));
}

void TestDialects::tagKeys_thatDifferInCase_areSaid()
{
    const std::string header = "BilledCost,BillingCurrency,ChargePeriodStart,Tags\n0.5,EUR,2025-06-01,";
    CollectingSink twice;
    QVERIFY(read(header + R"("{""Team"":""a"",""team"":""b""}")"
                          "\n",
                 twice));
    QCOMPARE(twice.rowsWith("json-key-case", "the first of them with a value counts"), std::uint64_t{1});
    CollectingSink once;
    QVERIFY(read(header + R"("{""Team"":""a"",""env"":""b""}")"
                          "\n",
                 once));
    QVERIFY(once.find("json-key-case") == nullptr);
}

void TestDialects::handedCases_giveTheirTotals()
{
    if (!std::filesystem::exists(faults() / "README.md"))
        QSKIP("the shared test data is not here");
    const auto readCase = [](const char* name, CollectingSink& sink) {
        const auto info = readFocusFile(faults() / name, name, sink, {}, {});
        QVERIFY2(info.ok(), info.ok() ? "" : info.error().text().c_str());
        QCOMPARE(sink.rejected.size(), std::size_t{0});
    };
    for (const char* name : {"23-backslash-quotes.csv", "23-unquoted-json.tsv"}) {
        CollectingSink sink;
        readCase(name, sink);
        QCOMPARE(text(sink.total(CostLens::Billed)), QString("30.75"));
        QCOMPARE(text(sink.rows[0].text.at("Tags")), QString(R"({"team":"A"})"));
    }
    CollectingSink azure;
    readCase("27-azure-currency-column.csv", azure);
    QCOMPARE(text(azure.total(CostLens::Billed)), QString("0.075"));
    CollectingSink offset;
    readCase("30-offset-period-end.csv", offset);
    QVERIFY(offset.find("last-second-end") == nullptr);
    CollectingSink dates;
    readCase("33-spreadsheet-dates.csv", dates);
    QCOMPARE(text(dates.total(CostLens::Billed)), QString("70"));
    for (const auto& row : dates.rows)
        QCOMPARE(text(toString(row.start.day())), QString("2025-06-13"));
}

QTEST_GUILESS_MAIN(TestDialects)
#include "tst_dialects.moc"
