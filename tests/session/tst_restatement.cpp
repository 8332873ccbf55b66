#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/rules/publishing.h"
#include "app/session/workspace/engine.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <map>
#include <set>

using namespace altimeter;
using session::Engine;

namespace {

/// What tells partitions apart: provider, account, month, currency.
using PartitionKey = std::vector<std::string>;

/// One charge of the made-up company; texts are written as they stand.
struct Row {
    PartitionKey partition;
    std::string day, service, tags, invoice, note, id;
    std::array<std::string, 3> cost; ///< billed, effective, list; empty: unknown
};

/// What a file holds: rows by partition. A partition lives in one file.
using Content = std::map<PartitionKey, std::vector<Row>>;

std::string cell(const std::string& text)
{
    std::string quoted = "\"";
    for (const char c : text)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

QByteArray csvOf(const Content& content)
{
    std::string text = "BilledCost,EffectiveCost,ListCost,BillingCurrency,BillingAccountId,BillingPeriodStart,"
                       "ChargePeriodStart,ChargeCategory,ServiceName,ProviderName,Tags,InvoiceId,x_Note,x_Id\n";
    for (const auto& [key, rows] : content) {
        for (const Row& row : rows) {
            text += row.cost[0] + ',' + row.cost[1] + ',' + row.cost[2] + ',' + key[3] + ',' + key[1] + ',' + key[2] +
                    "T00:00:00Z," + row.day + "T0" + std::to_string(row.service.size() % 10) + ":00:00Z,Usage," +
                    cell(row.service) + ',' + key[0] + ',' + cell(row.tags) + ',' + row.invoice + ',' + cell(row.note) +
                    ',' + row.id + '\n';
        }
    }
    return QByteArray::fromStdString(text);
}

/// Cells of CSV text, line by line.
std::vector<std::vector<std::string>> cellsOf(const std::string& csv)
{
    std::vector<std::vector<std::string>> lines(1);
    std::string text;
    bool isQuoted = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (isQuoted && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
            text.push_back(csv[i++]);
        } else if (c == '"') {
            isQuoted = !isQuoted;
        } else if (!isQuoted && (c == ',' || c == '\n')) {
            lines.back().push_back(std::move(text));
            text.clear();
            if (c == '\n')
                lines.emplace_back();
        } else {
            text.push_back(c);
        }
    }
    lines.pop_back();
    return lines;
}

template <typename T> const T& pick(QRandomGenerator& random, const std::vector<T>& from)
{
    return from[random.bounded(static_cast<quint32>(from.size()))];
}

std::string randomCost(QRandomGenerator& random, int maxDecimals)
{
    if (random.bounded(12) == 0)
        return {};
    std::string text = random.bounded(5) == 0 ? "-" : "";
    text += std::to_string(random.generate64() >> random.bounded(20U, 63U));
    const auto decimals = random.bounded(maxDecimals + 1);
    if (decimals > 0) {
        text.push_back('.');
        for (int i = 0; i < decimals; ++i)
            text.push_back(static_cast<char>('0' + random.bounded(10)));
    }
    return text;
}

/// A company whose deliveries change over time.
class Company {
public:
    Company(QRandomGenerator& random, int maxDecimals) : m_random(random), m_maxDecimals(maxDecimals) {}

    std::map<std::string, Content> files;

    Content newContent(int number)
    {
        static const std::vector<std::string> currencies{"USD", "USD", "EUR"};
        Content content;
        for (quint32 i = m_random.bounded(1U, 4U); i > 0; --i) {
            const std::string month = "2026-0" + std::to_string(1 + m_random.bounded(6)) + "-01";
            const PartitionKey key{i % 2 == 0 ? "AWS" : "Azure", "account-" + std::to_string(number), month,
                                   pick(m_random, currencies)};
            for (quint32 rows = m_random.bounded(1U, 60U); rows > 0; --rows)
                content[key].push_back(newRow(key));
        }
        return content;
    }

    /// Changes one partition; the others stay as they are.
    PartitionKey restate(Content& content)
    {
        auto at = content.begin();
        std::advance(at, m_random.bounded(static_cast<int>(content.size())));
        std::vector<Row>& rows = at->second;
        rows.push_back(newRow(at->first)); // at least this one is new
        for (Row& row : rows) {
            if (m_random.bounded(4) == 0)
                row.cost[m_random.bounded(3U)] = randomCost(m_random, m_maxDecimals);
            if (m_random.bounded(6) == 0)
                row.tags = newTags();
            if (m_random.bounded(6) == 0)
                row.note = "restated " + std::to_string(m_random.bounded(4));
        }
        if (rows.size() > 3 && m_random.bounded(2) == 0)
            rows.erase(rows.begin(), rows.begin() + 2);
        return at->first;
    }

    /// Exact sums of what the files say, by partition and cost.
    std::map<PartitionKey, std::array<DecimalSum, 3>> sums() const
    {
        std::map<PartitionKey, std::array<DecimalSum, 3>> sums;
        for (const auto& [name, content] : files) {
            for (const auto& [key, rows] : content) {
                for (const Row& row : rows) {
                    for (std::size_t i = 0; i < 3; ++i) {
                        if (!row.cost[i].empty())
                            sums[key][i].add(parseDecimal(row.cost[i])->value);
                    }
                }
            }
        }
        return sums;
    }

private:
    std::string newTags()
    {
        static const std::vector<std::string> teams{"web", "Web", "data", ""};
        if (m_random.bounded(5) == 0)
            return {};
        std::string tags = "{\"Team\":\"" + pick(m_random, teams) + "\"";
        if (m_random.bounded(3) == 0)
            tags += ",\"env\":\"e" + std::to_string(m_random.bounded(30)) + "\"";
        return tags + '}';
    }
    Row newRow(const PartitionKey& key)
    {
        static const std::vector<std::string> services{"Compute", "Shared \"pool\", all", "Storage", "Chat"};
        static const std::vector<std::string> notes{"", "", "plain", "two\nlines", "=SUM(1)"};
        Row row;
        row.partition = key;
        row.day = key[2].substr(0, 8) + (m_random.bounded(2) == 0 ? "1" : "0");
        row.day += std::to_string(1 + m_random.bounded(9));
        row.service = pick(m_random, services);
        row.tags = newTags();
        row.invoice = "inv-" + std::to_string(m_random.bounded(3));
        row.note = pick(m_random, notes);
        for (std::string& cost : row.cost)
            cost = randomCost(m_random, m_maxDecimals);
        return row;
    }

    QRandomGenerator& m_random;
    const int m_maxDecimals;
};

const std::vector<std::string> kRules{
    R"({"rules": []})",
    R"({"rules": [{"name": "tag", "when": [], "set": {"team": {"from": ["tag:team"], "map": {"web": "Web team"}}}}]})",
    R"({"rules": [
        {"name": "pool", "when": [{"column": "ServiceName", "prefix": "shared"}], "effective": {"from": "2026-02-10"},
         "split": {"method": "proportional"}},
        {"name": "fixed", "when": [{"column": "ServiceName", "equals": "Chat"}],
         "split": {"method": "fixed", "weights": {"Web": 3, "Data": 4, "New": 7}}},
        {"name": "tag", "when": [], "set": {"team": {"from": ["tag:team"]}, "environment": {"from": ["tag:env"]}}}]})",
};

QByteArray contentOf(const std::string& path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The lines of an export as texts that do not depend on the order of columns and lines, and without the line numbers:
/// what stands in front of an unchanged charge may have changed.
std::vector<std::string> chargesOf(const Engine& engine, const std::string& file)
{
    if (!answer(*engine.snapshot(), ExportQuestion{{}, file}, {}))
        qFatal("the charges cannot be exported");
    const auto lines = cellsOf(contentOf(file).toStdString());
    std::vector<std::string> charges;
    for (std::size_t line = 1; line < lines.size(); ++line) {
        std::map<std::string, std::string> cells;
        for (std::size_t i = 0; i < lines[line].size(); ++i) {
            if (!lines[line][i].empty() && lines[0][i] != "x_SourceLine")
                cells[lines[0][i]] = lines[line][i];
        }
        std::string text;
        for (const auto& [name, value] : cells)
            text += name + '=' + value + '\n';
        charges.push_back(text);
    }
    std::sort(charges.begin(), charges.end());
    return charges;
}

std::vector<std::string> tablesOf(const Engine& engine)
{
    std::vector<std::string> texts;
    const std::vector<std::vector<std::string>> groupings{
        {},
        {"team"},
        {"service", "team"},
        {"column:x_Note"},
        {"tag:team", "provider"},
        {"tag:env"},
        {"column:InvoiceId"},
        {"billing_period"},
        {"environment"},
        {"billing_account", "source"},
    };
    for (const auto& grouping : groupings) {
        CostQuery query;
        for (const std::string& name : grouping)
            query.by.push_back(*parseDim(name));
        query.granularity = static_cast<Granularity>(texts.size() % 4);
        query.lens = static_cast<CostLens>(texts.size() % 3);
        query.countDistinct = Dim{Dim::Kind::Tag, "env"};
        const auto table = answer(*engine.snapshot(), TableQuestion{query}, {});
        if (!table)
            qFatal("a table cannot be made");
        for (const CostRow& row : table->rows) {
            std::string text = std::string(row.currency.code()) + '|' + toString(row.period);
            for (const std::string& key : row.keys)
                text += '|' + key;
            texts.push_back(text + '|' + row.cost.toString() + '|' + std::to_string(row.rows) + '|' +
                            std::to_string(row.unknownRows) + '|' + std::to_string(row.distinct));
        }
    }
    return texts;
}

std::vector<std::string> proofOf(const Engine& engine)
{
    const auto proof = answer(*engine.snapshot(), ProofQuestion{}, {});
    if (!proof)
        qFatal("the proof cannot be made");
    std::vector<std::string> texts;
    for (const ProofLine& line : *proof) {
        std::string text = line.source + '|' + line.provider + '|' + line.billingAccount + '|' +
                           toString(line.billingPeriod) + '|' + std::string(line.currency.code()) + '|' +
                           std::string(lensName(line.lens)) + (line.reconciled() ? "" : " does not reconcile");
        for (const DecimalSum* sum : {&line.fileTotal, &line.storedTotal, &line.exportedTotal})
            text += '|' + sum->toString();
        texts.push_back(text);
    }
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::map<PartitionKey, std::int64_t> idsOf(const Engine& engine)
{
    std::map<PartitionKey, std::int64_t> ids;
    const auto partitions = answer(*engine.snapshot(), PartitionsQuestion{}, {});
    for (const PartitionInfo& one : *partitions)
        ids[{one.provider, one.billingAccount, toString(one.billingPeriod), std::string(one.currency.code())}] =
            one.ids.front();
    return ids;
}

} // namespace

/// Imports, restatements and failures in any order must leave what a new workspace made of the same files has.
class TestRestatement : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    int m_count = 0;

    std::string newPath(const char* suffix)
    {
        return (m_dir.path() + QString("/%1%2").arg(++m_count).arg(suffix)).toStdString();
    }
    std::filesystem::path write(const Content& content, const std::string& name)
    {
        return testkit::writeFile(QString::fromStdString(newPath("")), QString::fromStdString(name), csvOf(content));
    }
    std::unique_ptr<Engine> rebuilt(const Company& company, const Engine& like)
    {
        auto engine = Engine::create(newPath(".altimeter"));
        if (!engine)
            qFatal("no workspace");
        std::vector<std::filesystem::path> paths;
        for (const auto& [name, content] : company.files)
            paths.push_back(write(content, name));
        if (!paths.empty() && !session::importPaths((*engine)->file(), paths, {"focus"}, {}, {}))
            qFatal("the files cannot be imported");
        if (!session::publishRules(**engine, like.snapshot()->rulesDocument.json))
            qFatal("the rules cannot be published");
        return engine.take();
    }
    void compare(const Engine& engine, const Engine& other)
    {
        QCOMPARE(tablesOf(engine), tablesOf(other));
        QCOMPARE(proofOf(engine), proofOf(other));
        QCOMPARE(chargesOf(engine, newPath(".csv")), chargesOf(other, newPath(".csv")));
    }
    /// Counts the exported lines again and compares them with what the files said.
    void recount(const Engine& engine, const Company& company)
    {
        const std::string file = newPath(".csv");
        QVERIFY(answer(*engine.snapshot(), ExportQuestion{{}, file}, {}));
        const auto lines = cellsOf(contentOf(file).toStdString());
        const auto column = [&lines](const char* name) {
            return static_cast<std::size_t>(std::find(lines[0].begin(), lines[0].end(), name) - lines[0].begin());
        };
        std::map<PartitionKey, std::array<DecimalSum, 3>> sums;
        for (std::size_t i = 1; i < lines.size(); ++i) {
            const auto& cells = lines[i];
            const PartitionKey key{cells[column("ProviderName")], cells[column("BillingAccountId")],
                                   cells[column("BillingPeriodStart")].substr(0, 10), cells[column("BillingCurrency")]};
            std::size_t which = 0;
            for (const char* name : {"BilledCost", "EffectiveCost", "ListCost"}) {
                const std::string& text = cells[column(name)];
                if (!text.empty())
                    sums[key][which].add(parseDecimal(text)->value);
                ++which;
            }
        }
        const auto expected = company.sums();
        for (const auto& [key, costs] : expected) {
            for (std::size_t i = 0; i < 3; ++i)
                QCOMPARE(sums[key][i].toString(), costs[i].toString());
        }
        QVERIFY(sums.size() <= idsOf(engine).size());
    }

    void history(quint32 seed, int maxDecimals)
    {
        QRandomGenerator random(seed);
        Company company(random, maxDecimals);
        const std::string path = newPath(".altimeter");
        auto engine = Engine::create(path);
        QVERIFY(engine);
        std::set<int> seen;
        const int steps = qMax(8, testkit::rounds(14));
        for (int step = 0; step < steps; ++step) {
            const auto before = idsOf(**engine);
            const std::uint64_t revision = (*engine)->info().revision;
            const int kind = company.files.size() < 2 ? 0 : static_cast<int>(random.bounded(7));
            seen.insert(kind);
            if (kind == 0) {
                const std::string name = "file" + std::to_string(step) + ".csv";
                company.files[name] = company.newContent(step);
                QVERIFY(session::importPaths((*engine)->file(), {write(company.files[name], name)}, {"focus"}, {}, {}));
            } else if (kind == 6) {
                QVERIFY(session::publishRules(**engine, pick(random, kRules)));
            } else {
                auto file = company.files.begin();
                std::advance(file, random.bounded(static_cast<int>(company.files.size())));
                Content content = file->second;
                const PartitionKey changed = kind == 1 ? PartitionKey() : company.restate(content);
                session::ImportOptions options{"focus"};
                options.dryRun = kind == 4;
                options.replace = true; // by whatever file it comes
                std::stop_source stop;
                int calls = kind == 5 ? static_cast<int>(random.bounded(3)) : 1000;
                if (kind == 5 && calls == 2)
                    stop.request_stop();
                const auto report = session::importPaths((*engine)->file(), {write(content, file->first)}, options,
                                                         [&](const altimeter::Progress&) {
                                                             if (calls-- == 0)
                                                                 stop.request_stop();
                                                         },
                                                         stop.get_token());
                if (!report) {
                    QCOMPARE(kind, 5);
                    QCOMPARE(report.error().code, ErrorCode::Cancelled);
                }
                const bool isStored = report && kind != 1 && kind != 4;
                if (isStored)
                    file->second = content;
                const auto after = idsOf(**engine);
                QCOMPARE(after.size(), before.size());
                for (const auto& [key, id] : after)
                    QCOMPARE(id != before.at(key), isStored && key == changed);
                QCOMPARE((*engine)->info().revision, revision + (isStored ? 1 : 0));
            }
            const auto fresh = rebuilt(company, **engine);
            compare(**engine, *fresh);
            if (QTest::currentTestFailed())
                return;
            recount(**engine, company);
            if (step % 5 == 4) {
                engine = Engine::open(path);
                QVERIFY(engine);
                compare(**engine, *fresh);
            }
        }
        QVERIFY(seen.size() > 3 || steps < 14);
    }

private slots:
    void anyHistory_leavesWhatANewWorkspaceHas_data()
    {
        QTest::addColumn<quint32>("seed");
        QTest::addColumn<int>("maxDecimals");
        QTest::newRow("cents") << 1U << 2;
        QTest::newRow("nine decimals") << 2U << 9;
        QTest::newRow("eighteen decimals") << 3U << 18;
        QTest::newRow("twenty-two decimals") << 4U << 22;
    }
    void anyHistory_leavesWhatANewWorkspaceHas()
    {
        QFETCH(quint32, seed);
        QFETCH(int, maxDecimals);
        history(seed, maxDecimals);
    }

    void diverseProviderColumn_isExported_data()
    {
        QTest::addColumn<int>("rows");
        QTest::newRow("a dictionary would do") << 500;
        QTest::newRow("diverse within the first stretch of the file") << 3000;
        QTest::newRow("diverse later on") << 20'000;
    }
    void diverseProviderColumn_isExported()
    {
        QFETCH(int, rows);
        std::string text = "BilledCost,ChargePeriodStart,x_Id\n";
        for (int i = 0; i < rows; ++i)
            text += "1,2026-03-11,i" + std::to_string(i) + '\n';
        const auto file = testkit::writeFile(m_dir.path(), "narrow.csv", QByteArray::fromStdString(text));
        auto engine = Engine::create(newPath(".altimeter"));
        QVERIFY(engine);
        const auto report = session::importPaths((*engine)->file(), {file}, {}, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->rowsStored, static_cast<std::uint64_t>(rows));
        const auto charges = chargesOf(**engine, newPath(".csv"));
        QCOMPARE(std::count_if(charges.begin(), charges.end(),
                               [](const std::string& charge) { return charge.find("x_Id=i") != std::string::npos; }),
                 static_cast<std::ptrdiff_t>(rows));
    }

    void diverseProviderColumn_survivesRestatement()
    {
        QRandomGenerator random(9);
        Company company(random, 6);
        const PartitionKey one{"AWS", "a", "2026-03-01", "USD"};
        const PartitionKey two{"AWS", "b", "2026-03-01", "USD"};
        Content content;
        for (int i = 0; i < 5000; ++i) {
            const PartitionKey& key = i % 2 == 0 ? one : two;
            content[key].push_back(company.newContent(0).begin()->second.front());
            Row& row = content[key].back();
            row.partition = key;
            row.day = "2026-03-11";
            row.id = "id-" + std::to_string(random.generate());
        }
        company.files["big.csv"] = content;
        auto engine = Engine::create(newPath(".altimeter"));
        QVERIFY(engine);
        QVERIFY(session::importPaths((*engine)->file(), {write(content, "big.csv")}, {"focus"}, {}, {}));
        for (int round = 0; round < 2; ++round) {
            const auto charges = chargesOf(**engine, newPath(".csv"));
            QCOMPARE(
                std::count_if(charges.begin(), charges.end(),
                              [](const std::string& charge) { return charge.find("x_Id=id-") != std::string::npos; }),
                static_cast<std::ptrdiff_t>(content[one].size() + content[two].size()));
            compare(**engine, *rebuilt(company, **engine));
            content[two][7].cost[0] = "17.5";
            company.files["big.csv"] = content;
            const auto before = idsOf(**engine);
            QVERIFY(session::importPaths((*engine)->file(), {write(content, "big.csv")}, {"focus"}, {}, {}));
            QCOMPARE(idsOf(**engine).at(one), before.at(one));
            QVERIFY(idsOf(**engine).at(two) != before.at(two) || round > 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestRestatement)
#include "tst_restatement.moc"
