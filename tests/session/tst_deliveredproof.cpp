#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importer.h"
#include "app/session/imports/importing.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "app/session/workspace/workspacefile.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/soundness.h"
#include "models/text/csvtext.h"
#include "models/text/words.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace altimeter;
using session::Engine;
using session::Importer;

namespace {

constexpr std::string_view kHeader =
    "BilledCost,EffectiveCost,BillingCurrency,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
    "ChargePeriodEnd,ChargeCategory,ProviderName,ServiceCategory,ServiceName,ConsumedQuantity,ConsumedUnit\n";

/// Ten-thousandths as digits, worked out here and not by the program.
std::string digits(Int128 amount)
{
    const bool isNegative = amount < 0;
    if (isNegative)
        amount = -amount;
    std::string text;
    for (int place = 0; place < 4 || amount > 0; ++place) {
        if (place == 4)
            text.insert(text.begin(), '.');
        text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(amount % 10)));
        amount /= 10;
    }
    if (text.size() == 4)
        text.insert(0, "0.");
    return (isNegative ? "-" : "") + text;
}

/// What one line of a file says, and what a program that reads it must know.
struct Row {
    std::string account, currency, month, text;
    std::string key; ///< account, currency and month; empty where it cannot be known
    bool isStored = false;
    std::array<Int128, 2> amount{}; ///< billed, effective
    std::array<bool, 2> isUnreadable{};
};

std::string lineOf(const std::string& billed, const std::string& effective, const Row& row, const std::string& start,
                   const std::string& day, const std::string& quantity)
{
    return billed + ',' + effective + ',' + row.currency + ',' + row.account + ',' + start + ",," + day +
           ",,Usage,AWS,Compute,Service," + quantity + ",h";
}

class World {
public:
    explicit World(unsigned seed) : m_random(seed) {}

    std::vector<Row> file()
    {
        std::vector<Row> rows(1 + pick(12));
        for (Row& row : rows)
            row = this->row();
        return rows;
    }
    std::size_t pick(std::size_t choices) { return m_random() % choices; }

private:
    Row row()
    {
        Row row;
        row.account = pick(2) == 0 ? "A-1" : "B-2";
        row.currency = pick(3) == 0 ? "EUR" : "USD";
        row.month = pick(2) == 0 ? "2025-05" : "2025-06";
        row.key = row.account + '|' + row.currency + '|' + row.month;
        for (Int128& amount : row.amount)
            amount = static_cast<std::int64_t>(m_random() % 2'000'001) - 1'000'000;
        std::string billed = digits(row.amount[0]);
        std::string effective = digits(row.amount[1]);
        std::string start = row.month + "-01T00:00:00Z";
        std::string day = row.month + "-0" + std::to_string(1 + pick(9)) + "T00:00:00Z";
        std::string quantity = pick(2) == 0 ? "1.5" : "";
        row.isStored = false;
        switch (pick(14)) {
        case 0: // a day that is none
            day = row.month + "-32T00:00:00Z";
            break;
        case 1: // neither day nor month
            day = "soon";
            start = "";
            row.key.clear();
            break;
        case 2: // an amount that is none; the other one can be read
            billed = "n/a";
            row.amount[0] = 0;
            row.isUnreadable[0] = true;
            break;
        case 3:
            quantity = "many";
            break;
        case 4: // beyond what can be stored, and readable
            row.amount[1] = Int128{900'000'000'000'000'000} * 10'000'000;
            effective = digits(row.amount[1]);
            break;
        case 5: // both unreadable
            billed = effective = "?";
            row.amount = {};
            row.isUnreadable = {true, true};
            break;
        case 6: // no CSV
            row.key.clear();
            row.amount = {};
            row.isUnreadable = {true, true};
            row.text = "12.5,12.5,USD,A-1";
            return row;
        case 7: // billed is known, effective is not
            effective = "";
            row.amount[1] = 0;
            row.isStored = true;
            break;
        default:
            row.isStored = true;
            break;
        }
        row.text = lineOf(billed, effective, row, start, day, quantity);
        return row;
    }

    std::mt19937 m_random;
};

/// What must be known after some deliveries, by the rules that the help states.
class Truth {
public:
    void deliver(const std::string& file, const std::vector<Row>& rows)
    {
        std::map<std::string, std::vector<Row>> named;
        std::set<std::string> stored;
        std::vector<Row> others;
        for (const Row& row : rows) {
            if (row.key.empty())
                others.push_back(row);
            else
                named[row.key].push_back(row);
            if (row.isStored)
                stored.insert(row.key);
        }
        std::erase_if(m_others, [&](Others& one) {
            if (one.keys.empty())
                return one.file == file;
            for (const auto& [key, unused] : named)
                one.keys.erase(key);
            return one.keys.empty();
        });
        for (auto& [key, lines] : named)
            m_named[key] = std::move(lines);
        if (!others.empty())
            m_others.push_back({file, stored, others});
    }

    struct Sums {
        std::map<std::string, std::array<Int128, 2>> all, kept; ///< by currency
        std::array<std::uint64_t, 2> unreadable{};
    };
    Sums sums() const
    {
        Sums sums;
        const auto add = [&sums](const Row& row) {
            for (std::size_t i = 0; i < 2; ++i) {
                const std::string currency = row.text.starts_with("12.5,12.5,") ? "XXX" : row.currency;
                sums.all[currency][i] += row.amount[i];
                if (row.isStored)
                    sums.kept[currency][i] += row.amount[i];
                sums.unreadable[i] += row.isUnreadable[i] ? 1U : 0U;
            }
        };
        for (const auto& [key, rows] : m_named)
            std::for_each(rows.begin(), rows.end(), add);
        for (const Others& one : m_others)
            std::for_each(one.rows.begin(), one.rows.end(), add);
        return sums;
    }

private:
    struct Others {
        std::string file;
        std::set<std::string> keys; ///< that its file brought and that no later file has delivered
        std::vector<Row> rows;
    };
    std::map<std::string, std::vector<Row>> m_named;
    std::vector<Others> m_others;
};

constexpr std::array kLenses{CostLens::Billed, CostLens::Effective};

std::map<std::string, std::array<DecimalSum, 2>> exact(const std::map<std::string, std::array<Int128, 2>>& sums)
{
    std::map<std::string, std::array<DecimalSum, 2>> exact;
    for (const auto& [currency, amounts] : sums) {
        for (std::size_t i = 0; i < 2; ++i)
            exact[currency][i].add(Decimal{amounts[i], 4});
    }
    return exact;
}

} // namespace

/// The proof is not of what was kept alone: every digit that was delivered is stored, or missed by name.
class TestDeliveredProof : public QObject {
    Q_OBJECT

private:
    Result<ImportReport> import(const std::string& name, const std::string& text, bool replace, bool dryRun = false,
                                const std::string& source = "s")
    {
        const QString file = m_folder->filePath(QString::fromStdString(name));
        QFile out(file);
        if (!out.open(QIODevice::WriteOnly) || out.write(text.data(), static_cast<qint64>(text.size())) < 0)
            return Error{ErrorCode::Io, "not written", name};
        out.close();
        const auto importer = Importer::openOrCreate(workspace());
        if (!importer)
            return importer.error();
        session::ImportOptions options;
        options.source = source;
        options.dryRun = dryRun;
        options.at = {1'795'000'000};
        options.replace = replace;
        return session::importPaths((*importer)->file(), {file.toStdString()}, options, {}, {});
    }
    Result<ImportReport> import(const std::string& name, const std::vector<Row>& rows, bool replace)
    {
        std::string text(kHeader);
        for (const Row& row : rows)
            text += row.text + '\n';
        return import(name, text, replace);
    }
    std::filesystem::path workspace() const { return m_folder->filePath("w.altimeter").toStdString(); }
    std::vector<ProofLine> proof() const
    {
        const auto engine = Engine::open(workspace());
        if (!engine || !(*engine)->snapshot()->damage.empty())
            return {};
        auto lines = answer(*(*engine)->snapshot(), ProofQuestion{}, {});
        return lines ? lines.take() : std::vector<ProofLine>();
    }
    QString told(const ProofLine& line) const
    {
        QString text = QString::fromStdString(line.billingAccount + ' ' + toString(line.billingPeriod) + " file " +
                                              line.fileTotal.toString(0) + " stored " + line.storedTotal.toString(0));
        for (const auto& part : line.parts)
            text += QString::fromStdString("; " + part.name + ' ' + part.amount.toString(0));
        return text;
    }
    void compare(const Truth& truth)
    {
        const Truth::Sums expected = truth.sums();
        std::map<std::string, std::array<DecimalSum, 2>> all, kept;
        std::array<std::uint64_t, 2> unreadable{};
        for (const ProofLine& line : proof()) {
            const auto lens = std::find(kLenses.begin(), kLenses.end(), line.lens);
            if (lens == kLenses.end())
                continue;
            const auto at = static_cast<std::size_t>(lens - kLenses.begin());
            all[std::string(line.currency.code())][at].add(line.fileTotal);
            kept[std::string(line.currency.code())][at].add(line.storedTotal);
            unreadable[at] += line.unreadable();
            QVERIFY2(line.remainder.isZero(), qPrintable(told(line)));
            DecimalSum named = line.storedTotal;
            named.add(line.missing());
            QVERIFY2(named == line.fileTotal, qPrintable(told(line)));
            QCOMPARE(line.reconciled(), line.missing().isZero() && line.unreadable() == 0 &&
                                            std::none_of(line.parts.begin(), line.parts.end(),
                                                         [](const auto& part) { return part.isMissing; }));
        }
        for (const auto& [currency, sums] : exact(expected.all)) {
            for (std::size_t i = 0; i < 2; ++i)
                QCOMPARE(all[currency][i].toString(0), sums[i].toString(0));
        }
        for (const auto& [currency, sums] : exact(expected.kept)) {
            for (std::size_t i = 0; i < 2; ++i)
                QCOMPARE(kept[currency][i].toString(0), sums[i].toString(0));
        }
        QCOMPARE(unreadable, expected.unreadable);
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void anyDeliveries_everyDigitIsStoredOrMissedByName()
    {
        for (int round = 0; round < testkit::rounds(3, 400); ++round) {
            m_folder = std::make_unique<QTemporaryDir>();
            World world(static_cast<unsigned>(round) * 7 + 3);
            Truth truth;
            for (int delivery = 0; delivery < 5; ++delivery) {
                const std::string name = world.pick(3) == 0 ? "other.csv" : "costs.csv";
                const auto rows = world.file();
                const auto report = import(name, rows, true);
                QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
                truth.deliver(name, rows);
                compare(truth);
                if (QTest::currentTestFailed()) {
                    qInfo() << "round" << round << "delivery" << delivery;
                    return;
                }
                const auto again = import(name, rows, false); // the same bytes change nothing
                QVERIFY2(again.ok(), again.ok() ? "" : again.error().text().c_str());
                compare(truth);
                for (const PartitionReport& one : again->partitions)
                    QVERIFY(one.action == PartitionReport::Action::Unchanged ||
                            one.action == PartitionReport::Action::Rejected);
                if (QTest::currentTestFailed())
                    return;
            }
            const auto db = store::openReader(workspace().string());
            const auto damage = db ? store::damageOf(*db) : Result<std::vector<std::string>>(db.error());
            QVERIFY(damage.ok() && damage->empty());
        }
    }

    /// The handed case, and its shape with other numbers: a credit, and a fault in another column.
    void rejectedLine_isInTheFilesSumAndNamed_data()
    {
        QTest::addColumn<QByteArray>("rows");
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("stored");
        QTest::addColumn<QByteArray>("part");
        QTest::addColumn<QByteArray>("amount");
        const QByteArray end = ",Usage,AWS,Compute,A,1,h\n";
        const auto row = [&end](const QByteArray& cost, const QByteArray& day) {
            return cost + ',' + cost + ",USD,A-1,2025-06-01T00:00:00Z,2025-07-01T00:00:00Z," + day +
                   "T00:00:00Z,2025-06-03T00:00:00Z" + end;
        };
        QTest::newRow("a day that is none")
            << row("10.50", "2025-06-01") + row("20.25", "2025-06-31") + row("-3.75", "2025-06-03") << QByteArray("27")
            << QByteArray("6.75") << QByteArray("rejected lines: date-invalid") << QByteArray("20.25");
        QTest::newRow("a credit") << row("0.000000000001", "2025-06-01") + row("-7.1", "2025-06-99")
                                  << QByteArray("-7.099999999999") << QByteArray("0.000000000001")
                                  << QByteArray("rejected lines: date-invalid") << QByteArray("-7.1");
        QTest::newRow("more than can be stored")
            << row("1.25", "2025-06-01") + row("200000000000000000000.5", "2025-06-02")
            << QByteArray("200000000000000000001.75") << QByteArray("1.25")
            << QByteArray("rejected lines: amount-range") << QByteArray("200000000000000000000.5");
    }
    void rejectedLine_isInTheFilesSumAndNamed()
    {
        QFETCH(QByteArray, rows);
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, stored);
        QFETCH(QByteArray, part);
        QFETCH(QByteArray, amount);
        const auto report = import("costs.csv", std::string(kHeader) + rows.toStdString(), false);
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        QCOMPARE(report->partitions.size(), std::size_t{1});
        QCOMPARE(report->partitions[0].partition.fileTotal[1].toString(0), file.toStdString());
        QCOMPARE(report->partitions[0].storedTotal[1].toString(0), stored.toStdString());
        const auto lines = proof();
        QCOMPARE(lines.size(), std::size_t{2}); // billed and effective
        for (const ProofLine& line : lines) {
            QCOMPARE(line.fileTotal.toString(0), file.toStdString());
            QCOMPARE(line.storedTotal.toString(0), stored.toStdString());
            QVERIFY(line.remainder.isZero() && !line.reconciled());
            QCOMPARE(line.parts.size(), std::size_t{1});
            QCOMPARE(line.parts[0].name, part.toStdString());
            QCOMPARE(line.parts[0].amount.toString(0), amount.toStdString());
        }
        // nothing is rejected without a finding, and the line is kept as it was
        const std::string check = part.mid(16).toStdString();
        QVERIFY(std::any_of(report->findings.begin(), report->findings.end(), [&](const Finding& one) {
            return one.check == check && one.rows == 1 && one.file == "costs.csv" && one.severity == Severity::Error;
        }));
        const auto engine = Engine::open(workspace());
        const auto rejected = answer(*(*engine)->snapshot(), RejectedQuestion{}, {});
        QVERIFY(rejected.ok() && rejected->size() == 1);
        QVERIFY2(QByteArray::fromStdString(rejected->front().text).contains(amount), rejected->front().text.c_str());
    }

    /// Unknown is not zero, and one line is known to be missing.
    void unreadableAmount_isNotReconciledAndSaidInLines()
    {
        const std::string good = "2,2,USD,A-1,2025-06-01,2025-07-01,2025-06-01,2025-06-02,Usage,AWS,C,A,1,h\n";
        const auto report =
            import("costs.csv",
                   std::string(kHeader) + good + "two,3,USD,A-1,2025-06-01,2025-07-01,2025-06-01,,Usage,AWS,C,A,1,h\n" +
                       "broken,line\n",
                   false);
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        std::map<std::string, std::uint64_t> unreadable; // by account and cost
        for (const ProofLine& line : proof()) {
            QVERIFY(!line.reconciled());
            unreadable[line.billingAccount + ' ' + std::string(lensName(line.lens))] = line.unreadable();
            if (line.lens == CostLens::Effective && !line.billingAccount.empty())
                QCOMPARE(line.missing().toString(0), std::string("3"));
        }
        const std::map<std::string, std::uint64_t> expected{
            {"A-1 billed", 1}, {"A-1 effective", 0}, {" billed", 1}, {" effective", 1}};
        QCOMPARE(unreadable, expected);
        const auto engine = Engine::open(workspace());
        const auto overview = answer(*(*engine)->snapshot(), OverviewQuestion{CostLens::Billed}, {});
        QVERIFY(overview.ok());
        QCOMPARE(overview->unreconciled, std::uint64_t{2});
        QCOMPARE(overview->partitions, std::uint64_t{2});
        const auto text = answer(*(*engine)->snapshot(), WeeklyTextQuestion{CostLens::Effective}, {});
        QVERIFY(text.ok());
        QVERIFY2(
            text->find("Not reconciled: 2 of 2 partitions, rejected lines 3.00 USD, amount unreadable in 1 line") !=
                std::string::npos,
            text->c_str());
    }

    /// No cost is known of the month, and a line of it is missing all the same.
    void costsUnknownAndALineRejected_isNotReconciled()
    {
        const std::string header = "BillingAccountId,BillingCurrency,BilledCost,ChargePeriodStart,ConsumedQuantity\n";
        const std::string good = "A-1,USD,,2025-06-01,1\nA-1,USD,,2025-06-02,2\n";
        QVERIFY(import("costs.csv", header + good, false).ok());
        QVERIFY(proof().empty()); // all lines are there
        const auto report = import("costs.csv", header + good + "A-1,USD,,2025-06-03,many\n", true);
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        const auto lines = proof();
        QVERIFY(!lines.empty());
        for (const ProofLine& line : lines)
            QVERIFY2(!line.reconciled() && !line.parts.empty(), qPrintable(told(line)));
    }

    /// A month whose delivery is not whole must not replace one that was.
    void newlyUnreadableLines_leaveTheStoredMonth_data()
    {
        QTest::addColumn<QByteArray>("worse");
        QTest::newRow("a date") << QByteArray("5,5,USD,A-1,2025-06-01,,2025-06-44,,Usage,AWS,C,A,1,h\n");
        QTest::newRow("an amount") << QByteArray("5..0,5,USD,A-1,2025-06-01,,2025-06-04,,Usage,AWS,C,A,1,h\n");
        QTest::newRow("cut off") << QByteArray("5,5,US");
        QTest::newRow("everything") << QByteArray("5,5,USD,A-1,,,,,Usage,AWS,C,A,1,h\n");
    }
    void newlyUnreadableLines_leaveTheStoredMonth()
    {
        QFETCH(QByteArray, worse);
        const std::string first = "2,2,USD,A-1,2025-06-01,,2025-06-01,,Usage,AWS,C,A,1,h\n";
        const std::string second = "5,5,USD,A-1,2025-06-01,,2025-06-04,,Usage,AWS,C,A,1,h\n";
        const std::string third = "9,9,USD,A-1,2025-06-01,,2025-06-09,,Usage,AWS,C,A,1,h\n";
        QVERIFY(import("costs.csv", std::string(kHeader) + first + second, false).ok());
        // also where it holds more lines than before
        for (const std::string& text : {first + worse.toStdString(), first + third + worse.toStdString()}) {
            const auto report = import("costs.csv", std::string(kHeader) + text, false);
            QVERIFY(!report.ok());
            QVERIFY2(report.error().where.starts_with("costs.csv, line "), report.error().where.c_str());
            QVERIFY2(report.error().todo.find("--replace") != std::string::npos, report.error().text().c_str());
            QVERIFY(!import("costs.csv", std::string(kHeader) + text, false, true).ok()); // nor would it
            for (const ProofLine& line : proof())
                QVERIFY(line.reconciled() && line.fileTotal.toString(0) == "7");
        }
        const auto report = import("costs.csv", std::string(kHeader) + first + worse.toStdString(), true);
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        const auto lines = proof();
        for (const ProofLine& line : lines)
            QVERIFY(!line.reconciled() || line.billingAccount == "A-1");
        QVERIFY(std::any_of(lines.begin(), lines.end(), [](const ProofLine& line) { return !line.reconciled(); }));
        // the next whole one is taken as ever, and nothing is missed any more
        QVERIFY(import("costs.csv", std::string(kHeader) + first + second + third, false).ok());
        for (const ProofLine& line : proof())
            QVERIFY2(line.reconciled() && line.fileTotal.toString(0) == "16", qPrintable(told(line)));
    }

    /// A month to date whose exporter writes one line in some wrongly grows with its fault: nothing of it is lost.
    void growingMonthWithAFault_isTaken_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::newRow("an amount") << QByteArray("x.y,1,USD,A-1,2025-06-01,,2025-06-01,,Usage,AWS,C,A,1,h\n");
        QTest::newRow("no line") << QByteArray("5,5,US\n");
    }
    void growingMonthWithAFault_isTaken()
    {
        QFETCH(QByteArray, fault);
        std::string text(kHeader);
        for (int day = 1; day <= 4; ++day) {
            for (int line = 0; line < 5; ++line)
                text += std::to_string(day * 10 + line) + ",1,USD,A-1,2025-06-01,,2025-06-0" + std::to_string(day) +
                        ",,Usage,AWS,C,A" + std::to_string(line) + ",1,h\n";
            if (day > 1) // also where there was none before, and more of them than the month has grown
                text += fault.toStdString() + fault.toStdString();
            const auto report = import("costs.csv", text, false);
            QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
            QCOMPARE(report->rowsRejected, std::uint64_t(2 * (day - 1)));
        }
        // one that was stored and cannot be read now, though the month has grown
        const std::string good = "\n30,1,USD";
        QVERIFY(text.find(good) != std::string::npos);
        std::string worse = text + "7,1,USD,A-1,2025-06-01,,2025-06-05,,Usage,AWS,C,A,1,h\n";
        worse.replace(worse.find(good), good.size(), "\n3o,1,USD");
        const auto report = import("costs.csv", worse, false);
        QVERIFY(!report.ok());
        QVERIFY2(report.error().todo.find("--replace") != std::string::npos, report.error().text().c_str());
    }

    /// What is no part of the costs may lie in the folder from one day on, as long as nothing that is stored is
    /// missing.
    void foreignFileNewInTheFolder_refusesNothing()
    {
        const std::string a = "10.50,10.50,USD,A-1,2025-06-01,,2025-06-01,,Usage,AWS,C,A,1,h\n";
        const std::string b = "20.25,20.25,USD,A-1,2025-06-01,,2025-06-02,,Usage,AWS,C,B,1,h\n";
        const std::string c = "4,4,USD,A-1,2025-06-01,,2025-06-03,,Usage,AWS,C,D,1,h\n";
        const QString folder = m_folder->filePath("in");
        QVERIFY(QDir().mkpath(folder));
        const auto put = [&folder](const QString& name, const std::string& bytes) {
            QFile out(folder + '/' + name);
            return out.open(QIODevice::WriteOnly) && out.write(bytes.data(), static_cast<qint64>(bytes.size())) >= 0;
        };
        const std::string header(kHeader);
        QVERIFY(put("a.csv", header + a) && put("b.csv", header + b));
        QVERIFY(importFolder(folder).ok());
        std::string more = a;
        for (const char* name : {"part-2.csv", "report.xlsx", "july.parquet"}) {
            more += c;
            QVERIFY(put("a.csv", header + more));
            QVERIFY(put(name, name[0] == 'p' ? "" : name[0] == 'r' ? "PK\x03\x04" : "PAR1"));
            const auto report = importFolder(folder);
            QVERIFY2(report.ok(), report.ok() ? name : report.error().text().c_str());
            QVERIFY(std::any_of(report->findings.begin(), report->findings.end(), [&](const Finding& one) {
                return one.check == "file-not-read" && one.file == name && one.severity == Severity::Warning;
            }));
        }
        QVERIFY(put("late.parquet", "PAR1")); // and now a part has gone, perhaps into that form
        QVERIFY(QFile::remove(folder + "/b.csv"));
        QVERIFY(put("a.csv", header + more + c));
        QVERIFY(!importFolder(folder).ok());
        QVERIFY(put("b.csv", "")); // or came empty
        QVERIFY(QFile::remove(folder + "/late.parquet"));
        QVERIFY(!importFolder(folder).ok());
        for (const ProofLine& line : proof())
            QVERIFY2(line.reconciled() && line.fileTotal.toString(0) == "42.75", qPrintable(told(line)));
    }

    /// The mended file is stored where its charges belong; what could not be read of it came again, whatever its name.
    void unreadableFileMended_closesTheProof_data()
    {
        QTest::addColumn<QByteArray>("broken");
        QTest::newRow("no lines") << QByteArray("2,2,US\n5,5,US\n");
        QTest::newRow("no amounts") << QByteArray("two,2,USD,A-1,2025-06-01,,2025-06-01,,Usage,AWS,C,A,1,h\n");
        QTest::newRow("no days") << QByteArray("2,2,USD,A-1,,,,,Usage,AWS,C,A,1,h\n");
    }
    void unreadableFileMended_closesTheProof()
    {
        QFETCH(QByteArray, broken);
        const std::string first = "2,2,USD,A-1,2025-06-01,,2025-06-01,,Usage,AWS,C,A,1,h\n";
        const std::string second = "5,5,USD,A-1,2025-06-01,,2025-06-04,,Usage,AWS,C,B,1,h\n";
        const std::string header(kHeader);
        for (const bool isSame : {true, false}) {
            m_folder = std::make_unique<QTemporaryDir>();
            QVERIFY(import("june.csv", header + first + second, false, false, {}).ok());
            QVERIFY(import("june-v2.csv", header + broken.toStdString(), false, false, {}).ok());
            const auto isOpen = [](const ProofLine& line) { return !line.reconciled(); };
            auto lines = proof();
            QVERIFY(std::any_of(lines.begin(), lines.end(), isOpen));
            const auto mended =
                import("june-v2.csv", header + first + second + (isSame ? "" : second), false, false, {});
            QVERIFY2(mended.ok(), mended.ok() ? "" : mended.error().text().c_str());
            lines = proof();
            QCOMPARE(lines.size(), std::size_t{2});
            for (const ProofLine& line : lines) {
                QVERIFY2(line.reconciled() && line.source == "june", qPrintable(told(line)));
                QCOMPARE(line.fileTotal.toString(0), std::string(isSame ? "7" : "12"));
            }
            const auto db = store::openReader(workspace().string());
            const auto damage = db ? store::damageOf(*db) : Result<std::vector<std::string>>(db.error());
            QVERIFY(damage.ok() && damage->empty());
        }
    }

    /// The handed case, and one with a file that is none for the first time.
    void damagedFileOfAFolder_leavesTheStoredMonth()
    {
        const std::string a = "10.50,10.50,USD,A-1,2025-06-01,,2025-06-01,,Usage,AWS,C,A,1,h\n";
        const std::string b = "20.25,20.25,USD,A-1,2025-06-01,,2025-06-02,,Usage,AWS,C,A,1,h\n"
                              "-3.75,-3.75,USD,A-1,2025-06-01,,2025-06-03,,Usage,AWS,C,A,1,h\n";
        const QByteArray whole = gzip(QByteArray::fromStdString(std::string(kHeader) + b));
        const QString folder = m_folder->filePath("in");
        QVERIFY(QDir().mkpath(folder));
        const auto put = [&folder](const QString& name, const QByteArray& bytes) {
            QFile out(folder + '/' + name);
            return out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size();
        };
        QVERIFY(put("a.csv", QByteArray::fromStdString(std::string(kHeader) + a)));
        QVERIFY(put("b.csv.gz", whole.chopped(12))); // also where nothing is stored yet
        QVERIFY(!importFolder(folder).ok());
        QVERIFY(proof().empty());
        QVERIFY(put("b.csv.gz", whole));
        const auto first = importFolder(folder);
        QVERIFY2(first.ok(), first.ok() ? "" : first.error().text().c_str());
        const auto stays = [this] {
            const auto lines = proof();
            return lines.size() == 2 && lines[0].reconciled() && lines[0].fileTotal.toString(0) == "27";
        };
        QVERIFY(stays());
        for (const QByteArray& bytes :
             {whole.chopped(12), whole.first(30), QByteArray("no, cost\n1,2\n"), QByteArray()}) {
            QVERIFY(put("b.csv.gz", bytes));
            const auto report = importFolder(folder);
            QVERIFY2(!report.ok(), bytes.constData());
            QVERIFY2(report.error().what.find("stored") != std::string::npos, report.error().what.c_str());
            QVERIFY(stays());
        }
        // a folder that never was all costs is taken as ever
        QVERIFY(put("b.csv.gz", whole));
        QVERIFY(put("notes.csv", "dear reader\n"));
        QVERIFY(importFolder(folder).ok()); // nothing is replaced
        QVERIFY(stays());
    }

    /// What is exported is what was delivered, and no column has the name of another.
    void exportedLines_areAsDelivered()
    {
        const std::vector<std::string> cells{"-0.25", "=1+1", "'=1+1", "''plain", "'plain", "+49 30", "-", "@x"};
        std::string text = "BilledCost,BillingCurrency,ChargePeriodStart,ListUnitPrice,ResourceId,x_UseCase,X_workflow,"
                           "x_Source\n";
        for (const std::string& cell : cells)
            text += "1.234567890123456789012345,USD,2025-06-01," + cell + ',' + cell + ',' + cell + ",w,s\n";
        const auto report = import("costs.csv", text, false);
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        const auto engine = Engine::open(workspace());
        QVERIFY(engine.ok());
        const QString file = m_folder->filePath("out.csv");
        ExportQuestion question;
        question.file = file.toStdString();
        QVERIFY(answer(*(*engine)->snapshot(), question, {}).ok());
        QFile out(file);
        QVERIFY(out.open(QIODevice::ReadOnly));
        const auto records = words::readCsv(out.readAll().toStdString()).records;
        QCOMPARE(records.size(), cells.size() + 1);
        std::map<std::string, std::size_t> columns;
        for (std::size_t at = 0; at < records[0].size(); ++at)
            QVERIFY2(columns.emplace(words::foldColumnName(records[0][at]), at).second, records[0][at].c_str());
        for (const char* added : {"x_team", "x_altimeterusecase", "x_altimeterworkflow", "x_altimetersource"})
            QVERIFY2(columns.contains(words::foldColumnName(added)), added);
        for (std::size_t row = 0; row < cells.size(); ++row) {
            const auto& record = records[row + 1];
            QCOMPARE(record[columns["billedcost"]], std::string("1.234567890123456789012345"));
            for (const char* column : {"resourceid", "xusecase", "listunitprice"}) {
                const std::string& cell = record[columns[words::foldColumnName(column)]];
                QVERIFY2(!words::startsFormula(cell), cell.c_str());
                QCOMPARE(std::string(words::unguarded(cell)), cells[row]);
            }
            QCOMPARE(record[columns["listunitprice"]].front() == '\'', cells[row] != "-0.25");
        }
    }

private:
    Result<ImportReport> importFolder(const QString& folder)
    {
        const auto importer = Importer::openOrCreate(workspace());
        if (!importer)
            return importer.error();
        session::ImportOptions options;
        options.source = "s";
        options.at = {1'795'000'000};
        return session::importPaths((*importer)->file(), {folder.toStdString()}, options, {}, {});
    }

    /// Stored, not compressed: enough to be read, and to be cut off.
    static QByteArray gzip(const QByteArray& text)
    {
        std::uint32_t crc = 0xffffffffU;
        for (const char byte : text) {
            crc ^= static_cast<std::uint8_t>(byte);
            for (int bit = 0; bit < 8; ++bit)
                crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
        }
        const auto little = [](std::uint32_t value, int bytes) {
            QByteArray out;
            for (int at = 0; at < bytes; ++at)
                out.append(static_cast<char>(value >> (8 * at)));
            return out;
        };
        const auto size = static_cast<std::uint32_t>(text.size());
        return QByteArray("\x1f\x8b\x08\0\0\0\0\0\0\xff\x01", 11) + little(size, 2) + little(~size & 0xffffU, 2) +
               text + little(~crc, 4) + little(size, 4);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestDeliveredProof)
#include "tst_deliveredproof.moc"
