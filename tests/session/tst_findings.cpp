#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importing.h"
#include "app/session/imports/takingback.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/acknowledging.h"
#include "app/session/workspace/engine.h"
#include "models/store/sql/soundness.h"
#include "tests/testkit/focuscsv.h"

#include <algorithm>

using namespace altimeter;
using session::Engine;
using testkit::Charge;

namespace {

Charge charge(const QString& day, const QString& cost, const QString& service, const QString& currency = "USD")
{
    Charge one;
    one.day = day;
    one.month = day.left(8) + "01";
    one.billed = one.effective = cost;
    one.service = service;
    one.currency = currency;
    return one;
}

/// "12.5 USD; 3 EUR +"; the plus stands for what cannot be known.
QString told(const Touched& touched)
{
    QStringList words;
    for (const TouchedMoney& one : touched.money)
        words << QString::fromStdString(one.amount.toString(1) + ' ' + std::string(one.currency.code()));
    words.sort();
    return words.join("; ") + (touched.isWhole ? "" : words.isEmpty() ? "?" : " +");
}

} // namespace

/// Findings by kind: what they cost, where their lines are, and who knows about them.
class TestFindings : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    int m_count = 0;
    std::unique_ptr<Engine> m_engine;
    QString m_folder;

    void import(const QString& name, const QByteArray& bytes)
    {
        const auto path = testkit::writeFile(m_folder, name, bytes);
        session::ImportOptions options;
        options.at = {1'775'000'000 + 100'000 * std::int64_t{++m_count}};
        options.source = "bills";
        options.replace = true;
        const auto report = session::importPaths(m_engine->file(), {path}, options, {}, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
    }
    std::vector<FindingGroup> groups() const
    {
        auto found = answer(*m_engine->snapshot(), FindingGroupsQuestion{}, {});
        return found ? found.take() : std::vector<FindingGroup>();
    }
    FindingGroup group(const std::string& check) const
    {
        for (const FindingGroup& one : groups()) {
            if (one.check == check)
                return one;
        }
        return {};
    }
    std::uint64_t lines(const FindingCase& one) const
    {
        CostQuery query;
        query.filters = one.lines.filters;
        query.range = one.lines.range;
        const auto table = answer(*m_engine->snapshot(), TableQuestion{query}, {});
        std::uint64_t rows = 0;
        for (const CurrencyTotal& total : table ? table->totals : std::vector<CurrencyTotal>())
            rows += total.rows;
        return rows;
    }
    SourceInfo source() const
    {
        const auto all = answer(*m_engine->snapshot(), SourcesQuestion{}, {});
        return all && all->size() == 1 ? all->front() : SourceInfo();
    }
    void acknowledge(const std::string& check, const std::string& note)
    {
        std::vector<SeenFinding> seen;
        for (const FindingCase& one : group(check).cases)
            seen.push_back({one.key, one.finding.rows});
        QVERIFY(!seen.empty());
        QVERIFY(session::acknowledge(m_engine->file(), seen, note).ok());
    }

private slots:
    void init()
    {
        m_folder = m_dir.filePath(QString::number(++m_count));
        QVERIFY(QDir().mkpath(m_folder));
        auto made = Engine::create((m_folder + "/w.altimeter").toStdString());
        QVERIFY(made.ok());
        m_engine = made.take();
    }

    void linesWithoutAService_areKnownWithTheirMoney()
    {
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10.25", ""), charge("2026-03-02", "4", "Disk"),
                                           charge("2026-03-02", "0.5", "", "EUR")}));
        const FindingGroup missing = group("value-missing");
        QCOMPARE(missing.rows, 2U);
        QCOMPARE(told(missing.touched), QString("0.5 EUR; 10.25 USD"));
        QCOMPARE(missing.cases.size(), 1U);
        QVERIFY(missing.cases.front().lines.isExact);
        QCOMPARE(lines(missing.cases.front()), 2U);
    }

    void linesThatLackSeveralValues_countOnce()
    {
        QByteArray csv = testkit::focusCsv({charge("2026-03-01", "10", ""), charge("2026-03-02", "4", ""),
                                            charge("2026-03-03", "0.5", "Disk"), charge("2026-03-04", "7", "Disk")});
        QList<QByteArray> lines = csv.split('\n');
        for (const int line : {2, 3}) // the second without a service has no category either, nor has the third line
            lines[line].replace("\"Usage\"", "").replace("Usage", "");
        import("a.csv", lines.join('\n'));
        const FindingGroup missing = group("value-missing");
        QCOMPARE(missing.cases.size(), 2U);
        QCOMPARE(missing.rows, 4U);
        QCOMPARE(told(missing.touched), QString("14.5 USD"));
        QVERIFY(missing.cases[0].touched && missing.cases[1].touched);
    }

    void aCreditIsTouchedAsACredit()
    {
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "-3", ""), charge("2026-03-02", "1.5", "")}));
        QCOMPARE(told(group("value-missing").touched), QString("-1.5 USD"));
    }

    void whatWasRejected_isAddedUpWithItsLines()
    {
        auto odd = charge("2026-03-40", "7.75", "Disk");
        odd.month = "2026-03-01";
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "1", "Disk"), odd}));
        const auto all = groups();
        const auto found = std::find_if(all.begin(), all.end(), [](const FindingGroup& one) {
            return one.cases.front().lines.where == FindingLines::Where::Rejected;
        });
        QVERIFY(found != all.end());
        QCOMPARE(found->severity, Severity::Error);
        QCOMPARE(told(found->touched), QString("7.75 USD"));
        QCOMPARE(all.front().severity, Severity::Error); // errors come first
    }

    void anAmountThatCannotBeRead_staysUnknown()
    {
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "1", "Disk"), charge("2026-03-02", "much", "Disk")}));
        const FindingGroup invalid = group("number-invalid");
        QVERIFY(invalid.rows > 0);
        QVERIFY2(!invalid.touched.isWhole, qPrintable(told(invalid.touched)));
    }

    void whatIsAcknowledged_countsApartUntilItGrowsOrComesAgain()
    {
        const auto two = testkit::focusCsv({charge("2026-03-01", "10", ""), charge("2026-03-02", "4", "Disk")});
        import("a.csv", two);
        const auto before = source();
        QVERIFY(before.findings > 0);
        QCOMPARE(before.acknowledged, 0U);
        acknowledge("value-missing", "the provider never names it");
        QCOMPARE(group("value-missing").open(), 0U);
        QCOMPARE(group("value-missing").cases.front().acknowledged->note, "the provider never names it");
        QVERIFY(group("value-missing").cases.front().acknowledged->at.isValid());
        QCOMPARE(source().acknowledged, 1U);
        QCOMPARE(source().findings, before.findings);
        QCOMPARE(source().state, std::string(before.findings == 1 ? "ok" : "findings"));
        QVERIFY(groups().back().open() == 0); // what is known comes last

        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10", ""), charge("2026-03-02", "4", "Disk"),
                                           charge("2026-03-03", "4", "Disk")}));
        QCOMPARE(group("value-missing").open(), 0U); // it is there, and no more of it
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10", ""), charge("2026-03-02", "4", ""),
                                           charge("2026-03-03", "4", "Disk")}));
        QCOMPARE(group("value-missing").open(), 1U); // it grew

        acknowledge("value-missing", {});
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10", "Disk"), charge("2026-03-02", "4", "Disk")}));
        QCOMPARE(group("value-missing").rows, 0U);
        import("a.csv", two);
        QCOMPARE(group("value-missing").open(), 1U); // it came again

        acknowledge("value-missing", {});
        QVERIFY(session::reopen(m_engine->file(), {group("value-missing").cases.front().key}).ok());
        QCOMPARE(group("value-missing").open(), 1U);
    }

    void whatIsTakenBack_andComesAgain_isOpen()
    {
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10", "Disk")}));
        const auto odd = testkit::focusCsv({charge("2026-04-01", "3", "")});
        import("b.csv", odd);
        acknowledge("value-missing", "known");
        const auto deliveries = answer(*m_engine->snapshot(), DeliveriesQuestion{}, {});
        QVERIFY(deliveries.ok() && !deliveries->deliveries.empty());
        const auto back =
            session::takeBack(m_engine->file(), deliveries->deliveries.front().number, {1'776'000'000}, {});
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().text().c_str());
        QCOMPARE(group("value-missing").rows, 0U);
        import("b.csv", odd);
        QCOMPARE(group("value-missing").open(), 1U);
    }

    /// Two sources of one account: what is said of the one in the other's findings is so now.
    void accountInTwoSources_isSaidForAsLongAsItIsSo()
    {
        const auto deliver = [this](const QString& name, const char* source, const QList<Charge>& charges,
                                    bool replace) {
            const auto path = testkit::writeFile(m_folder, name, testkit::focusCsv(charges));
            session::ImportOptions options;
            options.at = {1'775'000'000 + 100'000 * std::int64_t{++m_count}};
            options.source = source;
            options.replace = replace;
            const auto report = session::importPaths(m_engine->file(), {path}, options, {}, {});
            QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        };
        const auto said = [this] {
            QStringList all;
            for (const FindingCase& one : group("account-in-two-sources").cases)
                all << QString::fromStdString(one.finding.source + ": " + one.finding.message);
            return all;
        };
        deliver("a.csv", "a", {charge("2026-03-01", "10", "Disk"), charge("2026-03-02", "4", "Disk")}, false);
        deliver("b.csv", "b", {charge("2026-03-01", "3.5", "Net")}, false);
        const QString beginning = "b: AWS 100, 2026-03 is stored under the source \"a\" too (BilledCost ";
        QCOMPARE(said(), QStringList{beginning + "14.00 USD, 2 lines); no line stands in both, and both count"});
        // The same name of a file, another month: June's words stay, as both still count.
        deliver("b.csv", "b", {charge("2026-04-01", "3.25", "Net")}, false);
        QCOMPARE(said().size(), 1);
        // The other source grows by itself.
        deliver("a.csv", "a",
                {charge("2026-03-01", "10", "Disk"), charge("2026-03-02", "4", "Disk"),
                 charge("2026-03-03", "0.5", "Disk")},
                false);
        QCOMPARE(said().size(), 2);
        QVERIFY2(said().contains(beginning + "14.50 USD, 3 lines); both count"), qPrintable(said().join('\n')));
        QVERIFY(session::removeSource(m_engine->file(), "a", {1'777'000'000}, {}).ok());
        QCOMPARE(said(), QStringList());
        QCOMPARE(source().findings, groups().empty() ? 0U : source().findings);
        QVERIFY(session::restoreSource(m_engine->file(), "a", {1'777'100'000}, {}).ok());
        QCOMPARE(said().size(), 2);
        // It moves on under the name of the other one.
        deliver("c.csv", "b",
                {charge("2026-03-01", "11", "Disk"), charge("2026-03-02", "5", "Disk"),
                 charge("2026-03-03", "1.5", "Disk")},
                true);
        QVERIFY(session::removeSource(m_engine->file(), "a", {1'777'200'000}, {}).ok());
        QVERIFY(session::forgetSource(m_engine->file(), "a", {1'777'300'000}, {}).ok());
        QCOMPARE(said(), QStringList());
    }

    /// What was found of two months is said of what they hold now.
    void chargesUnderTwoKeysAndMonthsThatWereTaken_areSaidAsTheyAre()
    {
        const auto deliver = [this](const QString& name, const char* source, const QByteArray& bytes, bool keepBoth,
                                    bool replace) {
            session::ImportOptions options;
            options.at = {1'775'000'000 + 100'000 * std::int64_t{++m_count}};
            options.source = source;
            options.keepBoth = keepBoth;
            options.replace = replace;
            const auto report =
                session::importPaths(m_engine->file(), {testkit::writeFile(m_folder, name, bytes)}, options, {}, {});
            QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        };
        const QList<Charge> march{charge("2026-03-01", "10.25", "Disk"), charge("2026-03-02", "4.75", "Disk"),
                                  charge("2026-03-03", "6.5", "Net"), charge("2026-03-04", "1.75", "Net"),
                                  charge("2026-03-05", "3.05", "Net")};
        QList<Charge> moved = march;
        for (Charge& one : moved)
            one.account = "900";
        deliver("a.csv", "a", testkit::focusCsv(march), false, false);
        deliver("e.csv", "e", testkit::focusCsv(moved), true, false);
        const auto twoKeys = [this] { return group("charges-under-two-keys").cases.front().finding.message; };
        QVERIFY2(twoKeys().ends_with("source \"a\" (BilledCost 26.30 USD, 5 lines); both count"), twoKeys().c_str());
        QList<Charge> restated = march;
        restated.front().billed = restated.front().effective = "99";
        deliver("a.csv", "a", testkit::focusCsv(restated), false, true);
        QVERIFY2(
            twoKeys().find("5 lines of AWS 900, 2026-03 (USD) charged the same as") != std::string::npos &&
                twoKeys().ends_with("source \"a\" (BilledCost 26.30 USD, 5 lines), when they were compared; it has "
                                    "BilledCost 115.05 USD, 5 lines now, and was not compared again; both count"),
            twoKeys().c_str());
        QList<Charge> taking = march;
        for (Charge& one : taking)
            one.billed = one.effective = one.billed + "1";
        const auto taken = [this] { return group("partition-replaced").cases; };
        deliver("b.csv", "b", testkit::focusCsv(taking), false, true);
        const auto isSaid = [&taken](const std::string& end) {
            const auto cases = taken();
            return std::any_of(cases.begin(), cases.end(), [&end](const FindingCase& one) {
                return one.finding.source == "b" && one.finding.message.ends_with(end);
            });
        };
        QVERIFY(isSaid("BilledCost 115.05 USD before, none now"));
        QVERIFY(group("charges-under-two-keys").cases.empty());
        deliver("a.csv", "a", testkit::focusCsv(march), true, false);
        QVERIFY(isSaid("BilledCost 115.05 USD before; it holds BilledCost 26.30 USD again"));
    }

    /// What was left to a source that is gone counts nowhere, and nobody else would say so.
    void chargesLeftToASourceThatIsGone_areSaidToCountNowhere()
    {
        const auto march =
            testkit::focusCsv({charge("2026-03-01", "10.25", "Disk"), charge("2026-03-02", "4.75", "Disk")});
        const auto april = testkit::focusCsv({charge("2026-04-01", "1.25", "Disk")});
        const auto deliver = [this](const std::filesystem::path& path) {
            session::ImportOptions options;
            options.at = {1'775'000'000 + 100'000 * std::int64_t{++m_count}};
            const auto report = session::importPaths(m_engine->file(), {path}, options, {}, {});
            QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        };
        deliver(testkit::writeFile(m_folder, "march.csv", march));
        (void)testkit::writeFile(m_folder, "all/march.csv", march);
        (void)testkit::writeFile(m_folder, "all/april.csv", april);
        deliver((m_folder + "/all").toStdString());
        QCOMPARE(group("same-delivery").severity, Severity::Note);
        QVERIFY(session::removeSource(m_engine->file(), "march", {1'777'000'000}, {}).ok());
        const FindingGroup gone = group("same-delivery");
        QCOMPARE(gone.severity, Severity::Warning);
        QCOMPARE(
            gone.cases.front().finding.message,
            std::string("the charges of AWS 100, 2026-03 (USD) were left to the source \"march\", where they are no "
                        "more: they count nowhere. Import the files again"));
        deliver((m_folder + "/all").toStdString());
        QVERIFY(group("same-delivery").cases.empty());
    }

    /// Where values of columns tell the lines, exactly those.
    void linesThatValuesTell_areKnownWithTheirMoney_data()
    {
        QTest::addColumn<QString>("check");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("touched");
        QTest::newRow("a category nobody lists")
            << "service-category" << QByteArray(",Compute,") << QByteArray(",Machines,") << "3.5 USD";
        QTest::newRow("a listed value in other letters")
            << "value-case" << QByteArray(",Usage,") << QByteArray(",USAGE,") << "3.5 USD";
        QTest::newRow("a value nobody lists")
            << "value-not-listed" << QByteArray(",Usage,") << QByteArray(",Use,") << "3.5 USD";
        QTest::newRow("a currency nobody has")
            << "currency-code" << QByteArray(",USD,") << QByteArray(",QQQ,") << "3.5 QQQ";
        QTest::newRow("no currency") << "currency-missing" << QByteArray(",USD,") << QByteArray(",,") << "3.5 XXX";
        QTest::newRow("outside its billing month")
            << "charge-outside-billing-period" << QByteArray("2026-03-02T00:00:00Z,2026-03-03")
            << QByteArray("2026-04-02T00:00:00Z,2026-04-03") << "3.5 USD";
    }
    void linesThatValuesTell_areKnownWithTheirMoney()
    {
        QFETCH(QString, check);
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, touched);
        QList<QByteArray> lines =
            testkit::focusCsv({charge("2026-03-01", "10.25", "Disk"), charge("2026-03-02", "3.5", "Disk"),
                               charge("2026-03-03", "-1.75", "Disk")})
                .split('\n');
        QVERIFY(lines[2].contains(from));
        lines[2].replace(from, to);
        import("a.csv", lines.join('\n'));
        const FindingGroup found = group(check.toStdString());
        QCOMPARE(found.rows, 1U);
        QCOMPARE(told(found.touched), touched);
        QVERIFY(found.cases.front().touched.has_value());
        if (found.cases.front().lines.isExact)
            QCOMPARE(this->lines(found.cases.front()), 1U);
    }

    /// Half of its months were delivered anew: what is left of it is counted, and acknowledged for as long as it stays.
    void aFileThatLostMonths_isSaidOfWhatIsLeft()
    {
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10", ""), charge("2026-03-02", "2", ""),
                                           charge("2026-04-01", "3.25", ""), charge("2026-04-02", "5", "Disk")}));
        QCOMPARE(group("value-missing").rows, 3U);
        import("b.csv", testkit::focusCsv({charge("2026-03-01", "11", "Disk"), charge("2026-03-02", "2", "Disk")}));
        const FindingGroup left = group("value-missing");
        QCOMPARE(left.rows, 1U);
        QCOMPARE(told(left.touched), QString("3.25 USD"));
        QCOMPARE(lines(left.cases.front()), 1U);
        acknowledge("value-missing", "known");
        import("c.csv", testkit::focusCsv({charge("2026-05-01", "1", "Disk")}));
        QCOMPARE(group("value-missing").open(), 0U);
    }

    void aMonthThatWasReplaced_isTouchedWhole()
    {
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10", "Disk"), charge("2026-04-01", "1", "Disk")}));
        import("b.csv", testkit::focusCsv({charge("2026-03-01", "12.5", "Disk"), charge("2026-03-02", "1", "Disk")}));
        const FindingGroup replaced = group("partition-replaced");
        QCOMPARE(told(replaced.touched), QString("13.5 USD"));
        QCOMPARE(lines(replaced.cases.front()), 2U);
    }

    /// A file of which every charge was replaced by others has no faults any more.
    void findingsOfAFileThatIsGone_goWithItsCharges()
    {
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10", ""), charge("2026-04-01", "3", "")}));
        QCOMPARE(group("value-missing").rows, 2U);
        import("b.csv", testkit::focusCsv({charge("2026-03-01", "11", "Disk")}));
        QCOMPARE(group("value-missing").cases.size(), 1U); // of April
        import("c.csv", testkit::focusCsv({charge("2026-04-01", "3.5", "Disk")}));
        QVERIFY(group("value-missing").cases.empty());
        const auto deliveries = answer(*m_engine->snapshot(), DeliveriesQuestion{}, {});
        QVERIFY(session::takeBack(m_engine->file(), deliveries->deliveries.front().number, {1'776'000'000}, {}).ok());
        QCOMPARE(group("value-missing").cases.size(), 1U);
    }

    void acknowledgements_areKeptAndSealed()
    {
        import("a.csv", testkit::focusCsv({charge("2026-03-01", "10", "")}));
        acknowledge("value-missing", "known");
        const std::string path = m_engine->file().path();
        m_engine.reset();
        auto again = Engine::open(path);
        QVERIFY(again.ok());
        m_engine = again.take();
        QVERIFY(m_engine->info().damage.empty());
        QCOMPARE(group("value-missing").cases.front().acknowledged->note, "known");
        QVERIFY(m_engine->file().write().db().execute("UPDATE acknowledgement SET note='changed'").ok());
        m_engine.reset();
        again = Engine::open(path);
        QVERIFY(again.ok());
        QVERIFY(!(*again)->info().damage.empty());
    }

    void aChargeYearsAway_isTouchedAloneAndFound()
    {
        QList<Charge> charges;
        for (int day = 1; day <= 20; ++day)
            charges << charge(QString("2026-03-%1").arg(day, 2, 10, QChar('0')), "2", "Disk");
        charges << charge("2039-03-02", "99.5", "Disk");
        import("a.csv", testkit::focusCsv(charges));
        const FindingGroup far = group("charge-period-far");
        QCOMPARE(told(far.touched), QString("99.5 USD"));
        QVERIFY(far.cases.front().lines.isExact);
        QCOMPARE(lines(far.cases.front()), 1U);
        acknowledge("charge-period-far", {});
        QCOMPARE(group("charge-period-far").open(), 0U);
    }
};

QTEST_GUILESS_MAIN(TestFindings)
#include "tst_findings.moc"
