#include <QCryptographicHash>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/rules/draftrules.h"
#include "app/session/rules/publishing.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "models/store/ledger/ledger.h"
#include "models/text/words.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/rounds.h"

#include <map>
#include <set>

using namespace altimeter;
using session::Engine;
using testkit::Charge;

namespace {

QString shared(const QString& path)
{
    const QString root = qEnvironmentVariable("ALTIMETER_SHARED");
    return !root.isEmpty() && QFile::exists(root + '/' + path) ? root + '/' + path : QString();
}

DecimalSum sumOf(const std::vector<CurrencyTotal>& totals)
{
    DecimalSum sum;
    for (const CurrencyTotal& total : totals)
        sum.add(Decimal{total.cost.attos(), 18});
    return sum;
}

CostQuery query(std::vector<Dim> by, CostLens lens = CostLens::Billed)
{
    CostQuery result;
    result.by = std::move(by);
    result.lens = lens;
    return result;
}

QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestEngine : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        auto demo = Engine::createDemo((m_dir.path() + "/demo.altimeter").toStdString(), {}, {});
        QVERIFY2(demo, demo ? "" : demo.error().text().c_str());
        m_demo = demo.take();
    }

    void demo_everyPartitionTotal_equalsTheIndependentRecount()
    {
        QFile file(QString(ALTIMETER_SOURCE_DIR) + "/tests/data/demo-totals.csv");
        QVERIFY(file.open(QIODevice::ReadOnly));
        file.readLine();
        std::map<std::string, std::string> expected;
        while (!file.atEnd()) {
            const QStringList cells = QString::fromUtf8(file.readLine().trimmed()).split(',');
            QCOMPARE(cells.size(), 7);
            expected[cells.mid(0, 5).join('|').toStdString()] = cells[6].toStdString();
        }
        QVERIFY(expected.size() > 100);
        const auto partitions = answer(*m_demo->snapshot(), PartitionsQuestion{}, {});
        QVERIFY(partitions);
        std::size_t compared = 0;
        for (const PartitionInfo& partition : *partitions) {
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                const std::string key = partition.provider + '|' + partition.billingAccount + '|' +
                                        toString(partition.billingPeriod) + '|' +
                                        std::string(partition.currency.code()) + '|' +
                                        std::string(lensName(static_cast<CostLens>(lens)));
                const auto found = expected.find(key);
                QVERIFY2(found != expected.end(), key.c_str());
                QCOMPARE(partition.fileTotal[lens].toString(0), found->second);
                ++compared;
            }
        }
        QCOMPARE(compared, expected.size());
    }

    void demo_proof_reconcilesEveryPartitionAndLens()
    {
        const auto proof = answer(*m_demo->snapshot(), ProofQuestion{}, {});
        QVERIFY(proof);
        QVERIFY(proof->size() > 100);
        for (const ProofLine& line : *proof)
            QVERIFY2(line.reconciled(), (line.provider + ' ' + line.remainder.toString()).c_str());
    }

    void demo_anyGrouping_addsUpToTheTotal_data()
    {
        QTest::addColumn<QStringList>("by");
        QTest::addColumn<int>("granularity");
        for (const Dim& dim : namedDims())
            QTest::newRow(toString(dim).c_str()) << QStringList{QString::fromStdString(toString(dim))} << 0;
        QTest::newRow("team by day") << QStringList{"team"} << 1;
        QTest::newRow("team and service by month") << QStringList{"team", "service"} << 3;
        QTest::newRow("tag and invoice column by week") << QStringList{"tag:env", "column:InvoiceId"} << 2;
        QTest::newRow("description, use case, source")
            << QStringList{"column:ChargeDescription", "use_case", "source"} << 0;
    }
    void demo_anyGrouping_addsUpToTheTotal()
    {
        QFETCH(QStringList, by);
        QFETCH(int, granularity);
        std::vector<Dim> dims;
        for (const QString& text : by) {
            const auto dim = parseDim(text.toStdString());
            QVERIFY(dim);
            dims.push_back(*dim);
        }
        for (const CostLens lens : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted}) {
            const auto whole = answer(*m_demo->snapshot(), TableQuestion{query({}, lens)}, {});
            QVERIFY(whole);
            CostQuery grouped = query(dims, lens);
            grouped.granularity = static_cast<Granularity>(granularity);
            for (const std::size_t top : {std::size_t{0}, std::size_t{3}}) {
                grouped.top = top;
                const auto parts = answer(*m_demo->snapshot(), TableQuestion{grouped}, {});
                QVERIFY(parts);
                std::map<Currency, AmountSum> sums;
                for (const CostRow& row : parts->rows)
                    sums[row.currency].add(row.cost);
                QCOMPARE(sums.size(), whole->totals.size());
                for (const CurrencyTotal& total : whole->totals)
                    QVERIFY(sums[total.currency].amount() == total.cost);
            }
        }
    }

    void demo_chargesBehindACell_addUpToTheCell()
    {
        CostQuery byTeam = query({Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}}, CostLens::Effective);
        byTeam.range = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 1)};
        const auto table = answer(*m_demo->snapshot(), TableQuestion{byTeam}, {});
        QVERIFY(table);
        QVERIFY(table->rows.size() > 20);
        std::size_t sharedCells = 0;
        for (const CostRow& row : table->rows) {
            CostQuery drill = byTeam;
            drill.filters = {{byTeam.by[0], {row.keys[0]}, false},
                             {byTeam.by[1], {row.keys[1]}, false},
                             {Dim{Dim::Kind::Currency, {}}, {std::string(row.currency.code())}, false}};
            const auto page = answer(*m_demo->snapshot(), ChargesQuestion{drill, 0, 50'000, true}, {});
            QVERIFY2(page, page ? "" : page.error().text().c_str());
            QCOMPARE(page->total, row.rows);
            QCOMPARE(page->rows.size(), static_cast<std::size_t>(row.rows));
            AmountSum sum;
            bool anyShared = false;
            for (const ChargeRow& charge : page->rows) {
                sum.add(charge.cost[0].value_or(Amount()));
                QCOMPARE(charge.team, row.keys[0]);
                QVERIFY(!charge.file.empty() && charge.line > 1);
                anyShared |= charge.isSharedPart;
            }
            sharedCells += anyShared ? 1 : 0;
            QVERIFY(sum.amount() == row.cost);
            QVERIFY(sumOf(page->totals) == sumOf({{row.currency, row.cost, 0, 0}}));
        }
        QVERIFY(sharedCells > 0);
    }

    void demo_unallocated_isVisible()
    {
        const auto overview = answer(*m_demo->snapshot(), OverviewQuestion{CostLens::Effective}, {});
        QVERIFY2(overview, overview ? "" : overview.error().text().c_str());
        QCOMPARE(toString(overview->asOf), std::string("2026-11-20"));
        QCOMPARE(overview->currencies.size(), std::size_t{2});
        const auto& main = overview->currencies.front();
        QVERIFY(!main.unallocated.isZero());
        QVERIFY(main.hasForecast && main.monthEndLo80 <= main.monthEndMean && main.monthEndMean <= main.monthEndHi80);
        QVERIFY(main.monthEndMean > main.monthToDate.toDouble());
        QVERIFY(!overview->anomalies.empty());
        QCOMPARE(overview->unreconciled, std::uint64_t{0});
    }

    void demo_twoWorkspaces_giveTheSameReportBytes()
    {
        auto second = Engine::createDemo((m_dir.path() + "/second.altimeter").toStdString(), {}, {});
        QVERIFY(second);
        const auto a = answer(*m_demo->snapshot(),
                              WeeklyReportQuestion{(m_dir.path() + "/a").toStdString(), CostLens::Effective}, {});
        const auto b = answer(*(*second)->snapshot(),
                              WeeklyReportQuestion{(m_dir.path() + "/b").toStdString(), CostLens::Effective}, {});
        QVERIFY(a && b);
        const QByteArray bytes = readAll(QString::fromStdString(*a));
        QVERIFY(bytes.startsWith("%PDF"));
        QCOMPARE(readAll(QString::fromStdString(*b)), bytes);
    }

    void demo_exportedCharges_importBackToTheSameTotals()
    {
        const std::string file = (m_dir.path() + "/export.csv").toStdString();
        CostQuery all = query({});
        all.filters = {{Dim{Dim::Kind::Provider, {}}, {"OpenAI", "Anthropic"}, false}};
        QVERIFY(answer(*m_demo->snapshot(), ExportQuestion{all, file}, {}));
        auto other = newEngine();
        const auto report = session::importPaths(other->file(), {file}, {}, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->rowsRejected, std::uint64_t{0});
        for (const CostLens lens : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted}) {
            CostQuery original = query({}, lens);
            original.filters = all.filters;
            QVERIFY(sumOf(answer(*m_demo->snapshot(), TableQuestion{original}, {})->totals) ==
                    sumOf(answer(*other->snapshot(), TableQuestion{query({}, lens)}, {})->totals));
        }
        const auto page = answer(*other->snapshot(), ChargesQuestion{query({}), 0, 200, false}, {});
        QVERIFY(page && page->rows.size() == 200);
        QVERIFY(std::any_of(page->rows.begin(), page->rows.end(), [](const ChargeRow& row) {
            return std::any_of(row.extra.begin(), row.extra.end(), [](const auto& e) { return e.first == "x_Model"; });
        }));
    }

    void sharedFiles_totals_matchTheirReadmeToTheLastDigit_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("rows");
        QTest::addColumn<QString>("billed");
        QTest::addColumn<QString>("effective");
        QTest::newRow("official 1.0") << "focus-1.0-official-sample.csv" << 1000 << "20.52022672899"
                                      << "14.97651418586";
        QTest::newRow("snake case 1.2") << "focus-1.2-snakecase-multicloud.csv" << 2416 << "2593.33473396"
                                        << "2593.33473396";
        QTest::newRow("SaaS a2") << "spec-examples/saas_spend_agreements_a2.csv" << 13 << "1200"
                                 << "1200";
        QTest::newRow("currency signs") << "spec-examples/simple_saas_agreements_c.csv" << 3 << "35800"
                                        << "35800";
        QTest::newRow("virtual currency") << "spec-examples/virtual_currency_pricing_model_a2.csv" << 3 << "0"
                                          << "1230";
        QTest::newRow("no currency column")
            << "spec-examples/commitment_discount_purchase_scenario_3.csv" << 4 << "4381.5"
            << "0";
    }
    void sharedFiles_totals_matchTheirReadmeToTheLastDigit()
    {
        QFETCH(QString, file);
        QFETCH(int, rows);
        QFETCH(QString, billed);
        QFETCH(QString, effective);
        const QString path = shared("data/focus/" + file);
        if (path.isEmpty())
            QSKIP("the shared data folder is not here");
        auto engine = newEngine();
        const auto report = session::importPaths(engine->file(), {path.toStdString()}, {}, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->rowsStored, static_cast<std::uint64_t>(rows));
        QCOMPARE(sumOf(answer(*engine->snapshot(), TableQuestion{query({}, CostLens::Billed)}, {})->totals).toString(0),
                 billed.toStdString());
        QCOMPARE(
            sumOf(answer(*engine->snapshot(), TableQuestion{query({}, CostLens::Effective)}, {})->totals).toString(0),
            effective.toStdString());
        const auto proof = answer(*engine->snapshot(), ProofQuestion{}, {});
        QVERIFY(proof && !proof->empty());
        for (const ProofLine& line : *proof)
            QVERIFY(line.reconciled());
    }

    void officialSample_byProvider_matchesItsReadme()
    {
        const QString path = shared("data/focus/focus-1.0-official-sample.csv");
        if (path.isEmpty())
            QSKIP("the shared data folder is not here");
        auto engine = newEngine();
        QVERIFY(session::importPaths(engine->file(), {path.toStdString()}, {}, {}, {}));
        const auto table = answer(*engine->snapshot(), TableQuestion{query({Dim{Dim::Kind::Provider, {}}})}, {});
        std::map<std::string, std::string> byProvider;
        for (const CostRow& row : table->rows)
            byProvider[row.keys[0]] = row.cost.toString(0);
        const std::map<std::string, std::string> expected{
            {"AWS", "18.0066386184"}, {"Microsoft", "1.97651418586"}, {"Oracle", "0.53707392473"}};
        QCOMPARE(byProvider, expected);
        const auto contracted = answer(*engine->snapshot(), TableQuestion{query({}, CostLens::Contracted)}, {});
        QCOMPARE(contracted->totals.front().unknownRows, std::uint64_t{7}); // unknown is not zero
    }

    void randomFiles_storedSum_equalsTheExactSum()
    {
        QRandomGenerator random(7);
        for (int round = 0; round < testkit::rounds(20); ++round) {
            QList<Charge> charges;
            std::map<std::string, DecimalSum> expected;
            const int lines = 1 + static_cast<int>(random.bounded(400));
            for (int i = 0; i < lines; ++i) {
                Charge charge;
                charge.billed = randomAmount(random);
                charge.effective = randomAmount(random);
                charge.currency = random.bounded(3) == 0 ? "EUR" : "USD";
                charge.account = QString::number(random.bounded(3));
                charge.service = QString("Service %1").arg(random.bounded(5));
                charge.tags = QString(R"({"team":"t%1"})").arg(random.bounded(4));
                charge.day = QDate(2026, 9, 1).addDays(random.bounded(30)).toString(Qt::ISODate);
                charges.append(charge);
                expected[charge.currency.toStdString()].add(parseDecimal(charge.billed.toStdString())->value);
            }
            auto engine = newEngine();
            const auto file =
                testkit::writeFile(m_dir.path(), QString("random%1.csv").arg(round), testkit::focusCsv(charges));
            const auto report = session::importPaths(engine->file(), {file}, {}, {}, {});
            QVERIFY2(report, report ? "" : report.error().text().c_str());
            for (const auto& dims : {std::vector<Dim>{}, {Dim{Dim::Kind::Team, {}}}, {Dim{Dim::Kind::Service, {}}}}) {
                CostQuery grouped = query(dims);
                grouped.granularity = round % 2 == 0 ? Granularity::None : Granularity::Day;
                const auto table = answer(*engine->snapshot(), TableQuestion{grouped}, {});
                QVERIFY(table);
                std::map<std::string, DecimalSum> sums;
                for (const CostRow& row : table->rows)
                    sums[std::string(row.currency.code())].add(Decimal{row.cost.attos(), 18});
                QCOMPARE(sums.size(), expected.size());
                for (const auto& [currency, sum] : expected)
                    QCOMPARE(sums[currency].toRoundedString(9), sum.toRoundedString(9));
            }
            for (const PartitionReport& partition : report->partitions) {
                QVERIFY(partition.storedTotal == partition.partition.fileTotal);
                QVERIFY(partition.action == PartitionReport::Action::New);
            }
            const auto proof = answer(*engine->snapshot(), ProofQuestion{}, {});
            for (const ProofLine& line : *proof)
                QVERIFY2(line.reconciled(), line.remainder.toString().c_str());

            const std::uint64_t revision = engine->info().revision;
            const auto again = session::importPaths(engine->file(), {file}, {}, {}, {});
            QVERIFY(again);
            for (const PartitionReport& partition : again->partitions)
                QVERIFY(partition.action == PartitionReport::Action::Unchanged);
            QCOMPARE(engine->info().revision, revision); // the same bytes again change nothing
        }
    }

    void tinyLines_twentyFourDecimals_addUpExactly()
    {
        QList<Charge> charges;
        Charge charge;
        charge.billed = "0.000000000000000000000123";
        charge.effective = "0.000000000499999999999999";
        for (int i = 0; i < 20'000; ++i)
            charges.append(charge);
        auto engine = newEngine();
        const auto report = session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "tiny.csv", testkit::focusCsv(charges))}, {}, {}, {});
        QVERIFY(report);
        QCOMPARE(report->partitions.front().storedTotal[1].toString(0), std::string("0.00000000000000000246"));
        QCOMPARE(report->partitions.front().storedTotal[0].toRoundedString(9), std::string("0.000010000"));
        // 20,000 lines of 123e-24: each is far below an atto, their sum is 2.46 attos
        QCOMPARE(answer(*engine->snapshot(), TableQuestion{query({})}, {})->totals.front().cost.toString(0),
                 std::string("0.000000000000000002"));
        const auto checked = answer(*engine->snapshot(), ProofQuestion{}, {});
        QVERIFY(checked);
        for (const ProofLine& line : *checked)
            QVERIFY2(line.reconciled(), line.remainder.toString().c_str());
    }

    void rupiah_companyScale_doesNotOverflow()
    {
        QList<Charge> charges;
        for (int i = 0; i < 2000; ++i) {
            Charge charge;
            charge.currency = "IDR";
            charge.billed = charge.effective = "98765432109.87";
            charges.append(charge);
        }
        auto engine = newEngine();
        QVERIFY(session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "idr.csv", testkit::focusCsv(charges))}, {}, {}, {}));
        QCOMPARE(answer(*engine->snapshot(), TableQuestion{query({})}, {})->totals.front().cost.toString(0),
                 std::string("197530864219740"));
    }

    void beyondTheRange_lineIsRejected_neverWrong()
    {
        Charge huge;
        huge.billed = "200000000000000000000"; // 2e20
        Charge fine;
        auto engine = newEngine();
        const auto report = session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "huge.csv", testkit::focusCsv({huge, fine}))}, {}, {},
            {});
        QVERIFY(report);
        QCOMPARE(report->rowsStored, std::uint64_t{1});
        QCOMPARE(report->rowsRejected, std::uint64_t{1});
        const auto rejected = answer(*engine->snapshot(), RejectedQuestion{}, {});
        QVERIFY(rejected && rejected->size() == 1);
        QCOMPARE(rejected->front().check, std::string("amount-range"));
    }

    void changedFile_replacesItsPartitionsOnly()
    {
        Charge september;
        september.billed = september.effective = "10";
        Charge october = september;
        october.month = "2026-10-01";
        october.day = "2026-10-05";
        auto engine = newEngine();
        QVERIFY(session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "r1.csv", testkit::focusCsv({september, october}))}, {},
            {}, {}));
        october.billed = october.effective = "12.5";
        const auto report = session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "r1.csv", testkit::focusCsv({october, october}))}, {}, {},
            {});
        QVERIFY(report);
        QCOMPARE(report->partitions.size(), std::size_t{1});
        QVERIFY(report->partitions.front().action == PartitionReport::Action::Replaced);
        QCOMPARE(report->partitions.front().oldTotal[1].toString(0), std::string("10"));
        QCOMPARE(answer(*engine->snapshot(), TableQuestion{query({})}, {})->totals.front().cost.toString(0),
                 std::string("35"));
        QVERIFY(std::any_of(report->findings.begin(), report->findings.end(),
                            [](const Finding& finding) { return finding.check == "partition-replaced"; }));
    }

    void dryRun_leavesNoTrace()
    {
        auto engine = newEngine();
        session::ImportOptions options;
        options.dryRun = true;
        const auto report = session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "dry.csv", testkit::focusCsv({Charge()}))}, options, {},
            {});
        QVERIFY(report && report->rowsStored == 1);
        QCOMPARE(engine->info().rows, std::uint64_t{0});
        QVERIFY(answer(*engine->snapshot(), SourcesQuestion{}, {})->empty());
    }

    void cancelledImport_leavesTheWorkspaceAsItWas()
    {
        auto engine = newEngine();
        QVERIFY(session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "c1.csv", testkit::focusCsv({Charge()}))}, {}, {}, {}));
        const std::uint64_t revision = engine->info().revision;
        std::stop_source stop;
        stop.request_stop();
        const auto report = session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "c2.csv", testkit::focusCsv(QList<Charge>(5000)))}, {},
            {}, stop.get_token());
        QVERIFY(!report);
        QVERIFY(report.error().code == ErrorCode::Cancelled);
        QCOMPARE(engine->info().revision, revision);
        QCOMPARE(engine->info().rows, std::uint64_t{1});
    }

    void sameFileTwiceInAFolder_isReadOnce()
    {
        const QString folder = m_dir.path() + "/twins";
        testkit::writeFile(folder, "a.csv", testkit::focusCsv({Charge()}));
        testkit::writeFile(folder, "b.csv", testkit::focusCsv({Charge()}));
        auto engine = newEngine();
        const auto report = session::importPaths(engine->file(), {folder.toStdString()}, {}, {}, {});
        QVERIFY(report);
        QCOMPARE(report->rowsStored, std::uint64_t{1});
        QVERIFY(std::any_of(report->findings.begin(), report->findings.end(),
                            [](const Finding& finding) { return finding.check == "duplicate-file"; }));
    }

    void unusableFileBesideGoodOnes_isAFinding_andAloneAnError()
    {
        const QString folder = m_dir.path() + "/mixed";
        testkit::writeFile(folder, "good.csv", testkit::focusCsv({Charge()}));
        const auto bad = testkit::writeFile(folder, "bad.csv", "colour,size\nred,4\n");
        auto engine = newEngine();
        const auto report = session::importPaths(engine->file(), {folder.toStdString()}, {}, {}, {});
        QVERIFY(report);
        QVERIFY(std::any_of(report->findings.begin(), report->findings.end(), [](const Finding& finding) {
            return finding.check == "file-unusable" && finding.file == "bad.csv" && finding.severity == Severity::Error;
        }));
        const auto alone = session::importPaths(engine->file(), {bad}, {}, {}, {});
        QVERIFY(!alone);
        QVERIFY(alone.error().text().find("bad.csv") != std::string::npos);
    }

    void farDays_countAndAnswer_butAreNeitherTodayNorPartOfATrend_data()
    {
        QTest::addColumn<QString>("far");
        for (const char* far : {"9999-12-30", "2206-05-05", "1900-01-01"})
            QTest::newRow(far) << QString(far);
    }

    void farDays_countAndAnswer_butAreNeitherTodayNorPartOfATrend()
    {
        QFETCH(QString, far);
        const Day farDay = *parseDay(far.toStdString());
        const Day last = Day::fromYmd(2026, 11, 19);
        QList<Charge> charges;
        for (int i = 0; i < 600; ++i) {
            const Day day = last - (599 - i) / 5;
            Charge charge;
            charge.billed = charge.effective = "2";
            charge.day = QString::fromStdString(toString(day));
            charge.month = QString::fromStdString(toString(day.firstOfMonth()));
            charge.service = QString("Service %1").arg(i % 5);
            charges.append(charge);
        }
        Charge stray = charges.at(300);
        stray.day = far;
        stray.billed = stray.effective = "12.5";
        charges.insert(300, stray);
        stray.currency = "EUR"; // a currency of far lines only
        charges.append(stray);

        QTemporaryDir dir;
        auto created = Engine::create((dir.path() + "/w.altimeter").toStdString());
        QVERIFY(created);
        Engine& engine = **created;
        session::ImportOptions options;
        options.at = {std::int64_t{(last + 1).number} * 86400};
        const auto report = session::importPaths(
            engine.file(), {testkit::writeFile(dir.path(), "a.csv", testkit::focusCsv(charges))}, options, {}, {});
        QVERIFY(report);
        const auto findings = answer(*engine.snapshot(), FindingsQuestion{}, {});
        const auto told = std::find_if(findings->begin(), findings->end(),
                                       [](const Finding& one) { return one.check == "charge-period-apart"; });
        QVERIFY(told != findings->end());
        QCOMPARE(told->rows, std::uint64_t{2});
        QCOMPARE(told->firstLine, std::uint64_t{302});
        QCOMPARE(told->file, std::string("a.csv"));
        QVERIFY(told->message.find(far.toStdString()) != std::string::npos);

        QVERIFY(engine.info().dataThrough == last);
        QVERIFY(engine.info().dataFrom == last - 119);
        const auto overview = answer(*engine.snapshot(), OverviewQuestion{CostLens::Effective}, {});
        QVERIFY(overview);
        QVERIFY(overview->asOf == last + 1);
        QCOMPARE(overview->currencies.front().monthToDate.toString(0), std::string("190")); // 19 days of 10
        QVERIFY(overview->currencies.front().hasForecast);
        QCOMPARE(overview->currencies.front().daily.points.size(), std::size_t{90});
        QVERIFY(overview->currencies.back().daily.points.empty());
        QVERIFY(overview->sources.front().dataThrough == last);
        const auto text = answer(*engine.snapshot(), WeeklyTextQuestion{CostLens::Effective}, {});
        QVERIFY(text);
        QVERIFY2(text->find("19 Nov 2026") != std::string::npos, text->c_str());

        SeriesQuestion request;
        request.query.by = {Dim{Dim::Kind::Service, {}}};
        request.forecastSteps = 7;
        const auto series = answer(*engine.snapshot(), request, {});
        QVERIFY(series);
        QCOMPARE(series->series.size(), std::size_t{5});
        for (const CostSeries& one : series->series) {
            QCOMPARE(one.points.size(), std::size_t{120});
            QCOMPARE(one.forecast.size(), std::size_t{7});
            QVERIFY(one.forecast.front().period == last + 1);
            QVERIFY(one.anomalies.empty());
        }

        // It stays, exact, in what covers all time; and answers a range that names it.
        CostQuery all;
        QCOMPARE(answer(*engine.snapshot(), TableQuestion{all}, {})->totals.front().cost.toString(1),
                 std::string("1212.5"));
        all.granularity = Granularity::Day;
        QCOMPARE(answer(*engine.snapshot(), TableQuestion{all}, {})->rows.size(), std::size_t{122});
        for (const ProofLine& line : *answer(*engine.snapshot(), ProofQuestion{}, {}))
            QVERIFY(line.reconciled());
        request.query.range = {farDay, farDay + 1};
        const auto there = answer(*engine.snapshot(), request, {});
        QVERIFY(there);
        QCOMPARE(there->series.size(), std::size_t{2});
        QCOMPARE(there->series.front().points.size(), std::size_t{1});
        QVERIFY(there->series.front().points.front().known);
        QCOMPARE(there->series.front().points.front().cost.toString(1), std::string("12.5"));
        request.query.range = {std::min(farDay, last), std::max(farDay, last) + 1};
        const auto giant = answer(*engine.snapshot(), request, {});
        QVERIFY(!giant);
        QCOMPARE(giant.error().code, ErrorCode::Invalid);
        QVERIFY2(giant.error().what.find("at most 20000") != std::string::npos, giant.error().what.c_str());

        const auto calendar = answer(*engine.snapshot(), CalendarQuestion{{last - 10, last + 20}, last + 1}, {});
        QVERIFY(calendar);
        for (const CalendarDay& day : calendar->rows.front().days)
            QVERIFY(day.state == (day.day <= last ? CalendarDay::State::Unsaid : CalendarDay::State::None));
        QVERIFY(!answer(*engine.snapshot(),
                        CalendarQuestion{{Day::fromYmd(1900, 1, 1), Day::fromYmd(9999, 1, 1)}, last + 1}, {}));
    }

    void aDeliveryFarFromTheWorkspace_isToldWithItsMoney()
    {
        const auto delivery = [](const char* day, int lines, const char* currency) {
            QList<Charge> charges(lines);
            for (Charge& charge : charges) {
                charge.billed = charge.effective = "2.5";
                charge.day = day;
                charge.month = QString(day).left(8) + "01";
                charge.currency = currency;
            }
            return testkit::focusCsv(charges);
        };
        QTemporaryDir dir;
        auto created = Engine::create((dir.path() + "/w.altimeter").toStdString());
        QVERIFY(created);
        Engine& engine = **created;
        const auto import = [&](const char* source, const QByteArray& csv) {
            session::ImportOptions options;
            options.source = source;
            options.at = {std::int64_t{Day::fromYmd(2026, 11, 20).number} * 86400};
            return session::importPaths(engine.file(), {testkit::writeFile(dir.path(), QString(source) + ".csv", csv)},
                                        options, {}, {});
        };
        QVERIFY(import("near", delivery("2026-11-19", 10, "USD")));
        const auto farFindings = [&engine](const char* source) {
            auto findings = answer(*engine.snapshot(), FindingsQuestion{source}, {});
            std::erase_if(*findings, [](const Finding& one) { return one.check != "charge-period-far"; });
            return *findings;
        };
        QVERIFY(farFindings("").empty());
        QVERIFY(answer(*engine.snapshot(), FarChargesQuestion{}, {})->empty());

        // More lines than all others, and nothing in their own file lies apart.
        QVERIFY(import("old", delivery("2003-05-01", 40, "USD")));
        QVERIFY(import("euro", delivery("2099-05-01", 1, "EUR")));
        QVERIFY(engine.info().dataThrough == Day::fromYmd(2026, 11, 19));
        const auto findings = farFindings("");
        QCOMPARE(findings.size(), std::size_t{2});
        const Finding& old = findings.back();
        QCOMPARE(old.source, std::string("old"));
        QCOMPARE(old.rows, std::uint64_t{40});
        QVERIFY2(old.message.find("USD charges is dated 2003") != std::string::npos, old.message.c_str());
        QVERIFY2(old.message.find("(2026-11-19 to 2026-11-19)") != std::string::npos, old.message.c_str());
        QCOMPARE(farFindings("euro").size(), std::size_t{1});
        QVERIFY(farFindings("near").empty());
        const auto sources = answer(*engine.snapshot(), SourcesQuestion{}, {}); // euro, near, old
        QCOMPARE(sources->size(), std::size_t{3});
        QCOMPARE(sources->back().findings, sources->at(1).findings + 1);
        QCOMPARE(sources->back().state, std::string("findings"));

        const auto text = answer(*engine.snapshot(), WeeklyTextQuestion{CostLens::Billed}, {});
        QVERIFY(text);
        const QString words = QString::fromStdString(*text).simplified();
        QVERIFY2(
            words.contains("40 charges (100 USD) dated 2003 are not part of this: the data runs from 2026-11-19 to "
                           "2026-11-19."),
            text->c_str());
        QVERIFY2(words.contains("1 charge (2.5 EUR) dated 2099 is not part of this"), text->c_str());

        // What a range reaches is no longer left out.
        QCOMPARE(answer(*engine.snapshot(), FarChargesQuestion{{Day::fromYmd(2003, 5, 1), Day::none()}}, {})->size(),
                 std::size_t{1});
        QCOMPARE(answer(*engine.snapshot(), FarChargesQuestion{{Day::fromYmd(2003, 5, 2), Day::none()}}, {})->size(),
                 std::size_t{2});
        QVERIFY(answer(*engine.snapshot(), FarChargesQuestion{{Day::fromYmd(2003, 5, 1), Day::fromYmd(2099, 5, 2)}}, {})
                    ->empty());
    }

    void rulesBeyondTheLimits_areRefused_andThoseInAFileDoNotKeepItShut()
    {
        const auto split = [](int teams) {
            std::string weights;
            for (int i = 0; i < teams; ++i)
                weights += (i > 0 ? ",\"team " : "\"team ") + std::to_string(i) + "\":1";
            return R"({"rules":[{"name":"shared","split":{"method":"fixed","weights":{)" + weights + "}}}]}";
        };
        QTemporaryDir dir;
        const std::string path = (dir.path() + "/w.altimeter").toStdString();
        {
            auto engine = Engine::create(path);
            QVERIFY(engine);
            QVERIFY(session::importPaths(
                (*engine)->file(), {testkit::writeFile(dir.path(), "a.csv", testkit::focusCsv(QList<Charge>(10)))}, {},
                {}, {}));
            const auto refused = session::checkRules(split(2'001));
            QVERIFY(!refused);
            QCOMPARE(refused.error().text(), std::string("rules[0].split.weights: holds 2001 teams; at most 2000 are "
                                                         "possible"));
            QVERIFY(!session::publishRules(**engine, split(2'001)));
            QVERIFY(session::publishRules(**engine, split(2'000)));
            const auto teams = answer(*(*engine)->snapshot(), TableQuestion{query({Dim{Dim::Kind::Team, {}}})}, {});
            QCOMPARE(teams->rows.size(), std::size_t{2'000});
            QCOMPARE(teams->totals.front().cost.toString(0), std::string("10"));
            const auto overview = answer(*(*engine)->snapshot(), OverviewQuestion{CostLens::Billed}, {});
            QVERIFY(overview);
            QCOMPARE(overview->currencies.front().teams.size(), std::size_t{2'000});
            for (const ProofLine& line : *answer(*(*engine)->snapshot(), ProofQuestion{}, {}))
                QVERIFY(line.reconciled());
        }
        {
            auto writer = store::openWorkspace(path); // as another program could
            QVERIFY(writer);
            QVERIFY(store::publishRules(*writer, split(2'001), 0));
        }
        auto engine = Engine::open(path);
        QVERIFY2(engine, engine ? "" : engine.error().text().c_str());
        QCOMPARE((*engine)->info().damage.size(), std::size_t{1});
        QVERIFY((*engine)->info().damage.front().find("2001 teams") != std::string::npos);
        const auto teams = answer(*(*engine)->snapshot(), TableQuestion{query({Dim{Dim::Kind::Team, {}}})}, {});
        QCOMPARE(teams->rows.size(), std::size_t{1});
        QVERIFY(teams->rows.front().keys.front().empty());
        QVERIFY(session::publishRules(**engine, split(3)));
        QVERIFY((*engine)->info().damage.empty());
        QCOMPARE(answer(*(*engine)->snapshot(), TableQuestion{query({Dim{Dim::Kind::Team, {}}})}, {})->rows.size(),
                 std::size_t{3});
    }

    void bitFlips_areNoticed_andNeverChangeANumberSilently()
    {
        const std::string path = (m_dir.path() + "/flip.altimeter").toStdString();
        {
            auto engine = Engine::create(path);
            QVERIFY(engine);
            QList<Charge> charges;
            for (int i = 0; i < 3000; ++i) {
                Charge charge;
                charge.billed = charge.effective = QString::number(i * 7919 % 100000) + ".123456789";
                charges.append(charge);
            }
            QVERIFY(session::importPaths((*engine)->file(),
                                         {testkit::writeFile(m_dir.path(), "flip.csv", testkit::focusCsv(charges))}, {},
                                         {}, {}));
        }
        const QByteArray whole = readAll(QString::fromStdString(path));
        std::string expected;
        {
            auto engine = Engine::open(path);
            QVERIFY(engine);
            expected = sumOf(answer(*(*engine)->snapshot(), TableQuestion{query({})}, {})->totals).toString(0);
        }
        QRandomGenerator random(11);
        for (int i = 0; i < 60; ++i) {
            QByteArray damaged = whole;
            const auto at = static_cast<qsizetype>(random.bounded(static_cast<quint32>(damaged.size())));
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << random.bounded(8)));
            const QString copy = m_dir.path() + "/flipped.altimeter";
            QFile::remove(copy + "-wal");
            QFile::remove(copy + "-shm");
            testkit::writeFile(m_dir.path(), "flipped.altimeter", damaged);
            auto engine = Engine::open(copy.toStdString());
            if (!engine)
                continue; // refused, and the file is left as it is
            const auto table = answer(*(*engine)->snapshot(), TableQuestion{query({})}, {});
            const bool same = table && sumOf(table->totals).toString(0) == expected;
            const auto proof = answer(*(*engine)->snapshot(), ProofQuestion{}, {});
            const bool told =
                !(*engine)->info().damage.empty() || !proof ||
                std::any_of(proof->begin(), proof->end(), [](const ProofLine& line) { return !line.reconciled(); });
            QVERIFY2(same || told, qPrintable(QString("flip at %1").arg(at)));
        }
    }

    void newerWorkspace_isRefusedAndUntouched()
    {
        const QString path = m_dir.path() + "/newer.altimeter";
        QVERIFY(Engine::create(path.toStdString()));
        QByteArray bytes = readAll(path);
        bytes[63] = 99; // user_version, big endian, at offset 60
        testkit::writeFile(m_dir.path(), "newer.altimeter", bytes);
        const auto opened = Engine::open(path.toStdString());
        QVERIFY(!opened);
        QVERIFY(opened.error().code == ErrorCode::Unsupported);
        QCOMPARE(readAll(path), bytes);
    }

    void earlyWorkspaceWithLines_isRefusedAndUntouched()
    {
        const QString path = m_dir.path() + "/early.altimeter";
        {
            auto engine = Engine::create(path.toStdString());
            QVERIFY(engine);
            const auto file = testkit::writeFile(m_dir.path(), "early.csv", testkit::focusCsv({testkit::Charge{}}));
            QVERIFY(session::importPaths((*engine)->file(), {file}, {}, {}, {}));
        }
        QByteArray bytes = readAll(path);
        bytes[63] = 1;
        testkit::writeFile(m_dir.path(), "early.altimeter", bytes);
        const auto opened = Engine::open(path.toStdString());
        QVERIFY(!opened);
        QVERIFY(opened.error().code == ErrorCode::Unsupported);
        QCOMPARE(readAll(path), bytes);
    }

    void foreignFile_isRefusedAndUntouched()
    {
        const auto path = testkit::writeFile(m_dir.path(), "notes.txt", "these are notes, not a workspace");
        const auto opened = Engine::open(path);
        QVERIFY(!opened);
        QVERIFY(opened.error().code == ErrorCode::Corrupt);
        QCOMPARE(readAll(QString::fromStdString(path.string())), QByteArray("these are notes, not a workspace"));
    }

    void rulesDiff_beforePublishing_equalsTheResultAfterwards()
    {
        auto engine = newEngine();
        QList<Charge> charges;
        for (int i = 0; i < 300; ++i) {
            Charge charge;
            charge.service = QString("Service %1").arg(i % 7);
            charge.billed = charge.effective = QString::number(i) + ".000000001";
            charge.tags = i % 3 == 0 ? "{}" : QString(R"({"Team":"T%1"})").arg(i % 4);
            charges.append(charge);
        }
        QVERIFY(session::importPaths(
            engine->file(), {testkit::writeFile(m_dir.path(), "diff.csv", testkit::focusCsv(charges))}, {}, {}, {}));
        const std::string draft = R"({"rules":[
            {"name":"shared","when":[{"column":"ServiceName","equals":"service 3"}],"split":{"method":"proportional"}},
            {"name":"fixed","when":[{"column":"ServiceName","equals":"Service 5"}],"split":{"method":"fixed","weights":{"T1":1,"T2":2}}},
            {"name":"tag","when":[],"set":{"team":{"from":["tag:team"]}}}]})";
        const CostQuery byTeam = [] {
            CostQuery q = query({Dim{Dim::Kind::Team, {}}}, CostLens::Effective);
            q.granularity = Granularity::Month;
            return q;
        }();
        const auto before = answer(*engine->snapshot(), TableQuestion{byTeam}, {});
        const auto diff = answer(*engine->snapshot(), RuleDiffQuestion{draft}, {});
        QVERIFY2(diff, diff ? "" : diff.error().text().c_str());
        QVERIFY(session::publishRules(*engine, draft));
        const auto after = answer(*engine->snapshot(), TableQuestion{byTeam}, {});
        QVERIFY(sumOf(before->totals) == sumOf(after->totals));
        std::size_t teamMoves = 0;
        for (const RuleMove& move : diff->moves) {
            if (move.field != "team")
                continue;
            ++teamMoves;
            const auto find = [&move](const CostTable& table) {
                for (const CostRow& row : table.rows) {
                    if (row.keys[0] == move.owner && row.period == move.month && row.currency == move.currency)
                        return row.cost;
                }
                return Amount();
            };
            QVERIFY(find(*before) == move.before);
            QVERIFY(find(*after) == move.after);
        }
        QVERIFY(teamMoves > 0);
    }

    void files_belongToTheUserAlone()
    {
        const auto mode = std::filesystem::status((m_dir.path() + "/demo.altimeter").toStdString()).permissions();
        QCOMPARE(static_cast<int>(mode & std::filesystem::perms::all), 0600);
    }

private:
    std::unique_ptr<Engine> newEngine()
    {
        auto engine = Engine::create((m_dir.path() + QString("/w%1.altimeter").arg(++m_count)).toStdString());
        if (!engine)
            qFatal("%s", engine.error().text().c_str());
        return engine.take();
    }

    static QString randomAmount(QRandomGenerator& random)
    {
        QString text = random.bounded(4) == 0 ? "-" : "";
        text += QString::number(random.bounded(random.bounded(2) == 0 ? 10 : 2'000'000'000));
        const int decimals = static_cast<int>(random.bounded(25));
        if (decimals > 0) {
            text += '.';
            for (int i = 0; i < decimals; ++i)
                text += static_cast<char>('0' + random.bounded(10));
        }
        return text;
    }

    QTemporaryDir m_dir;
    std::unique_ptr<Engine> m_demo;
    int m_count = 0;
};

QTEST_APPLESS_MAIN(TestEngine)
#include "tst_engine.moc"
