#include <QtTest/QtTest>

#include "ui/format/counted.h"
#include "ui/format/format.h"

using namespace altimeter;
using namespace altimeter::ui;

namespace {
const QLocale kNeutral = ui::format::neutralLocale();

Amount amount(const char* text)
{
    return Amount::parse(text).take();
}
} // namespace

class TstFormat : public QObject {
    Q_OBJECT
private slots:
    void money_writesExactDigits_data()
    {
        QTest::addColumn<QString>("plain");
        QTest::addColumn<QString>("currency");
        QTest::addColumn<QString>("expected");
        QTest::newRow("dollars") << "31842.17"
                                 << "USD"
                                 << "$31,842.17";
        QTest::newRow("negative euros") << "-1204.5"
                                        << "EUR"
                                        << "−€1,204.50";
        QTest::newRow("rupiah without decimals") << "1204000"
                                                 << "IDR" << QString("IDR") + QChar(0xA0) + "1,204,000";
        QTest::newRow("rupiah at company scale") << "92233720368547.4"
                                                 << "IDR" << QString("IDR") + QChar(0xA0) + "92,233,720,368,547";
        QTest::newRow("half to even down") << "0.125"
                                           << "USD"
                                           << "$0.12";
        QTest::newRow("half to even up") << "0.135"
                                         << "USD"
                                         << "$0.14";
        QTest::newRow("zero") << "0"
                              << "USD"
                              << "$0.00";
        QTest::newRow("too small to show") << "0.00000015"
                                           << "USD"
                                           << "<$0.01";
        QTest::newRow("too small and negative") << "-0.00000015"
                                                << "USD"
                                                << "−<$0.01";
        QTest::newRow("yen too small") << "0.4"
                                       << "JPY"
                                       << "<¥1";
        QTest::newRow("dinar") << "1.5"
                               << "KWD" << QString("KWD") + QChar(0xA0) + "1.500";
        QTest::newRow("no binary rounding") << "0.615"
                                            << "USD"
                                            << "$0.62";
        QTest::newRow("sixteen digits kept") << "90071992547409.93"
                                             << "USD"
                                             << "$90,071,992,547,409.93";
    }
    void money_writesExactDigits()
    {
        QFETCH(QString, plain);
        QFETCH(QString, currency);
        QFETCH(QString, expected);
        QCOMPARE(format::money(amount(plain.toLatin1()), Currency(currency.toStdString()), kNeutral), expected);
    }

    void moneyChange_carriesItsSign()
    {
        const Currency usd("USD");
        QCOMPARE(format::moneyChange(amount("12.5"), usd, kNeutral), QString("+$12.50"));
        QCOMPARE(format::moneyChange(amount("-12.5"), usd, kNeutral), QString("−$12.50"));
        QCOMPARE(format::moneyChange(Amount(), usd, kNeutral), QString("$0.00"));
    }

    void moneyShort_keepsThreeDigits_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("expected");
        const QString gap(QChar(0xA0));
        QTest::newRow("units") << 940.0 << "$940";
        QTest::newRow("thousands") << 12'400.0 << "$12.4" + gap + "k";
        QTest::newRow("millions") << 1'240'000.0 << "$1.24" + gap + "M";
        QTest::newRow("negative billions") << -3.1e9 << "−$3.1" + gap + "B";
        QTest::newRow("rounds into the next unit") << 999'999.0 << "$1" + gap + "M";
        QTest::newRow("small") << 0.25 << "$0.25";
        QTest::newRow("zero has no sign") << -0.0 << "$0";
    }
    void moneyShort_keepsThreeDigits()
    {
        QFETCH(double, value);
        QFETCH(QString, expected);
        QCOMPARE(format::moneyShort(value, Currency("USD"), kNeutral), expected);
    }

    void moneyFull_showsEveryDigit()
    {
        QCOMPARE(format::moneyFull(amount("-31842.17000015"), Currency("USD"), kNeutral),
                 QString("−31,842.17000015") + QChar(0xA0) + "USD");
    }

    void exact_isPlainAscii()
    {
        QCOMPARE(format::exact(amount("-31842.17000015")), QString("-31842.17000015"));
        QCOMPARE(format::exact(amount("7")), QString("7.00"));
    }

    void percent_usesThinSpaceAndMinus()
    {
        const QString unit = QString(QChar(0x2009)) + "%";
        QCOMPARE(format::percent(0.124, kNeutral), "12.4" + unit);
        QCOMPARE(format::percentChange(0.124, kNeutral), "+12.4" + unit);
        QCOMPARE(format::percentChange(-0.03, kNeutral), "−3.0" + unit);
        QCOMPARE(format::percentChange(-0.0001, kNeutral), "0.0" + unit);
        QCOMPARE(format::percentChange(11, kNeutral), QString("×12"));
    }

    void changeRatio_withoutUsefulBase_isNothing()
    {
        QVERIFY(!format::changeRatio(amount("5"), Amount()));
        QVERIFY(!format::changeRatio(amount("5"), amount("-5")));
        QCOMPARE(*format::changeRatio(amount("15"), amount("10")), 0.5);
    }

    void range_namesWhatItIs_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("expected");
        QTest::newRow("part of a month") << "2026-11-01"
                                         << "2026-11-20"
                                         << "1–19 Nov 2026";
        QTest::newRow("whole month") << "2026-11-01"
                                     << "2026-12-01"
                                     << "November 2026";
        QTest::newRow("two months") << "2026-10-20"
                                    << "2026-11-20"
                                    << "20 Oct – 19 Nov 2026";
        QTest::newRow("whole months") << "2026-09-01"
                                      << "2026-12-01"
                                      << "Sep – Nov 2026";
        QTest::newRow("over the year") << "2025-11-01"
                                       << "2026-12-01"
                                       << "Nov 2025 – Nov 2026";
        QTest::newRow("one day") << "2026-11-19"
                                 << "2026-11-20"
                                 << "19 Nov 2026";
        QTest::newRow("leap day") << "2028-02-29"
                                  << "2028-03-01"
                                  << "29 Feb 2028";
    }
    void range_namesWhatItIs()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, expected);
        const DateRange range{parseDay(from.toStdString()).take(), parseDay(to.toStdString()).take()};
        QCOMPARE(format::range(range, kNeutral), expected);
    }

    void range_open_isAllTime() { QCOMPARE(format::range({}, kNeutral), QString("all time")); }

    void dimValue_empty_namesTheDim()
    {
        QCOMPARE(format::dimValue(Dim{Dim::Kind::Team, {}}, {}), QString("(unallocated)"));
        QCOMPARE(format::dimValue(Dim{Dim::Kind::Region, {}}, {}), QString("(no region)"));
        QCOMPARE(format::dimValue(Dim{Dim::Kind::Tag, "env"}, {}), QString("(no env)"));
        QCOMPARE(format::dimValue(Dim{Dim::Kind::Team, {}}, "Search"), QString("Search"));
    }

    void dimTitle_everyNamedDim_hasWords()
    {
        for (const Dim& dim : namedDims()) { // a row of kDimInfos without words here is found by its title
            const std::string title(dimInfo(dim.kind).title);
            QCOMPARE(format::dimTitle(dim).toStdString(), title);
            QVERIFY2(!format::dimPlural(dim).isEmpty() && format::dimPlural(dim) != "values of ", title.c_str());
            QVERIFY2(format::dimValue(dim, {}) != "(no )", title.c_str());
        }
    }

    void counted_saysOneAndMany()
    {
        QCOMPARE(counted::lines(1, kNeutral), QString("1 line"));
        QCOMPARE(counted::lines(1204, kNeutral), QString("1,204 lines"));
        QCOMPARE(counted::lines(0, kNeutral), QString("0 lines"));
        QCOMPARE(counted::lines(9'000'000'000'001, kNeutral), QString("9,000,000,000,001 lines"));
    }

    void plurals_chooseTheFormOfTheNumber()
    {
        const format::EnglishPlurals plurals;
        const auto form = [&](const char* text, int n) { return plurals.translate("", text, nullptr, n); };
        QCOMPARE(form("%1 [day holds|days hold] duplicates", 1), QString("%1 day holds duplicates"));
        QCOMPARE(form("%1 [day holds|days hold] duplicates", 0), QString("%1 days hold duplicates"));
        QCOMPARE(form("%1 loss(es), %2 line(s)", 1), QString("%1 loss, %2 line"));
        QCOMPARE(form("%1 loss(es), %2 line(s)", 2), QString("%1 losses, %2 lines"));
        QVERIFY(form("the column(s) as they stand", -1).isNull()); // no number was given
    }

    void forms_ofLargeNumbers_keepWhatPluralsGoBy()
    {
        QCOMPARE(format::forms(0), 0);
        QCOMPARE(format::forms(999'999), 999'999);
        QCOMPARE(format::forms(1'000'001) % 1'000'000, 1);
        QCOMPARE(format::forms(18'446'744'073'709'551'615U) % 1'000'000, 551'615);
    }

    void locale_writesTheSameFigureInItsWay_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("dollars"); // ~ stands for a no-break space, of either width
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("axis");
        QTest::addColumn<QString>("lines");
        QTest::addColumn<QString>("day");
        QTest::addColumn<QString>("range");
        QTest::addColumn<QString>("month");
        QTest::newRow("neutral") << "neutral"
                                 << "−$12,345,678.90"
                                 << "CHF~1,204.50"
                                 << "$1.24~M"
                                 << "1,204,332"
                                 << "19 Nov 2026"
                                 << "1–19 Nov 2026"
                                 << "November 2026";
        QTest::newRow("en_US") << "en_US"
                               << "−$12,345,678.90"
                               << "CHF~1,204.50"
                               << "$1.24~M"
                               << "1,204,332"
                               << "Nov 19, 2026"
                               << "Nov 1 – Nov 19, 2026"
                               << "November 2026";
        QTest::newRow("en_IN") << "en_IN"
                               << "−$1,23,45,678.90"
                               << "CHF~1,204.50"
                               << "$1.24~M"
                               << "12,04,332"
                               << "19 Nov, 2026"
                               << "1–19 Nov, 2026"
                               << "November, 2026";
        QTest::newRow("de_DE") << "de_DE"
                               << "−12.345.678,90~$"
                               << "1.204,50~CHF"
                               << "1,24~M~$"
                               << "1.204.332"
                               << "19. Nov. 2026"
                               << "1.–19. Nov. 2026"
                               << "November 2026";
        QTest::newRow("fr_CH") << "fr_CH"
                               << "−12~345~678,90~$"
                               << "1~204,50~CHF"
                               << "1,24~M~$"
                               << "1~204~332"
                               << "19 nov. 2026"
                               << "1–19 nov. 2026"
                               << "novembre 2026";
        QTest::newRow("es_ES groups from five digits on") << "es_ES"
                                                          << "−12.345.678,90~$"
                                                          << "1204,50~CHF"
                                                          << "1,24~M~$"
                                                          << "1.204.332"
                                                          << "19 de nov de 2026"
                                                          << "1–19 de nov de 2026"
                                                          << "noviembre de 2026";
        QTest::newRow("ar_EG has digits of its own") << "ar_EG"
                                                     << "−١٢٬٣٤٥٬٦٧٨٫٩٠~$"
                                                     << "١٬٢٠٤٫٥٠~CHF"
                                                     << "١٫٢٤~M~$"
                                                     << "١٬٢٠٤٬٣٣٢"
                                                     << "١٩ نوفمبر ٢٠٢٦"
                                                     << "١–١٩ نوفمبر ٢٠٢٦"
                                                     << "نوفمبر ٢٠٢٦";
        QTest::newRow("ja_JP names the year first") << "ja_JP"
                                                    << "−$12,345,678.90"
                                                    << "CHF~1,204.50"
                                                    << "$1.24~M"
                                                    << "1,204,332"
                                                    << "2026年11月19日"
                                                    << "2026年11月1日 – 2026年11月19日"
                                                    << "2026年11月";
    }
    void locale_writesTheSameFigureInItsWay()
    {
        QFETCH(QString, name);
        const QLocale locale = format::localeOf(name);
        const auto plain = [](QString text) { return text.replace(QChar(0xA0), u'~').replace(QChar(0x202F), u'~'); };
        QTEST(plain(format::money(amount("-12345678.90"), Currency("USD"), locale)), "dollars");
        QTEST(plain(format::money(amount("1204.5"), Currency("CHF"), locale)), "code");
        QTEST(plain(format::moneyShort(1'240'000.0, Currency("USD"), locale)), "axis");
        QTEST(plain(format::count(1'204'332, locale)), "lines");
        const Day day = Day::fromYmd(2026, 11, 19);
        QTEST(format::date(day, locale), "day");
        QTEST(format::range({day.firstOfMonth(), day + 1}, locale), "range");
        QTEST(format::month(day, locale), "month");
    }

    void locale_ofAnySort_losesNoDigit_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : format::offeredLocales())
            QTest::newRow(qPrintable("locale " + name)) << name;
    }
    void locale_ofAnySort_losesNoDigit()
    {
        QFETCH(QString, name);
        const QLocale locale = format::localeOf(name);
        QCOMPARE(locale.name(), name.isEmpty() || name == "neutral" ? QString("C") : name);
        const QString exact = "98765432109876543.210123456789012345";
        QString read;
        for (const QChar c : format::moneyFull(amount(exact.toLatin1()), Currency("USD"), locale)) {
            if (c.digitValue() >= 0)
                read += QString::number(c.digitValue());
        }
        QCOMPARE(read, QString(exact).remove('.'));
        for (int month = 1; month <= 12; ++month) {
            const Day day = Day::fromYmd(2026, month, 28);
            const QDate date(2026, month, 28);
            QCOMPARE(locale.toDate(format::date(day, locale), format::datePattern(locale)), date);
            QVERIFY2(!format::dateShort(day, locale).contains(locale.toString(date, "yyyy")),
                     qPrintable(format::dateShort(day, locale)));
            QVERIFY2(!format::month(day, locale).contains(locale.toString(date, "dd")),
                     qPrintable(format::month(day, locale)));
        }
    }

    void parseDate_readsWhatIsTypedThere_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("isDay");
        QTest::newRow("de, with points") << "de_DE"
                                         << "19.11.2026" << true;
        QTest::newRow("de, as written") << "de_DE"
                                        << "19. Nov. 2026" << true;
        QTest::newRow("us, month first") << "en_US"
                                         << "11/19/2026" << true;
        QTest::newRow("in, day first") << "en_IN"
                                       << "19/11/2026" << true;
        QTest::newRow("eg, with digits of its own") << "ar_EG"
                                                    << "١٩/١١/٢٠٢٦" << true;
        QTest::newRow("neutral, as written") << "neutral"
                                             << "19 Nov 2026" << true;
        QTest::newRow("a word") << "de_DE"
                                << "mtd" << false;
        QTest::newRow("no such day") << "de_DE"
                                     << "31.11.2026" << false;
        QTest::newRow("two digits of a year") << "de_DE"
                                              << "19.11.26" << false;
    }
    void parseDate_readsWhatIsTypedThere()
    {
        QFETCH(QString, name);
        QFETCH(QString, typed);
        QFETCH(bool, isDay);
        const Day expected = isDay ? Day::fromYmd(2026, 11, 19) : Day::none();
        QCOMPARE(format::parseDate(typed, format::localeOf(name)).number, expected.number);
    }

    void localeOf_nonsense_isTheDesktops()
    {
        QCOMPARE(format::localeOf("klingon"), format::localeOf({}));
        QCOMPARE(format::localeOf("C"), format::localeOf({}));
        QCOMPARE(format::localeOf("de_CH").name(), QString("de_CH"));
    }

    void instant_isIsoWhereNoCountryIsNamed()
    {
        const Instant at{1'795'200'000};
        QCOMPARE(format::instant(at, kNeutral),
                 QString::fromStdString(toString(at)).replace('T', ' ').replace("Z", " UTC"));
        QVERIFY(
            format::instant(at, format::localeOf("de_DE")).contains(format::date(at.day(), format::localeOf("de_DE"))));
        QVERIFY(format::instant({}, kNeutral).isEmpty());
    }

    void plainNumber_keepsAllDigits()
    {
        QCOMPARE(format::plainNumber("-1204332.170000150", kNeutral), QString("−1,204,332.170000150"));
        QCOMPARE(format::plainNumber("-1204332.170000150", format::localeOf("de_DE")), QString("−1.204.332,170000150"));
    }
};

QTEST_GUILESS_MAIN(TstFormat)
#include "tst_format.moc"
