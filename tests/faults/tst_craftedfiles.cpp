#include <QDir>
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/rules/draftrules.h"
#include "app/session/rules/publishing.h"
#include "models/store/file/workspace.h"
#include "models/store/ledger/ledger.h"
#include "models/store/segments/factstore.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/seal.h"
#include "tests/faults/richworkspace.h"
#include "tests/faults/workspacestate.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sys/resource.h>
#include <thread>

using namespace altimeter;
using namespace altimeter::store;
using session::Engine;
using testkit::Answers;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Where the numbers of an encoded segment stand.
struct Field {
    std::size_t at = 0;
    std::size_t size = 0;
};

/// Walks the bytes as their reader does and notes every number on the way.
class FieldFinder {
public:
    explicit FieldFinder(const Bytes& bytes) : m_bytes(bytes) {}

    std::uint64_t number(std::size_t size)
    {
        std::uint64_t value = 0;
        if (m_at + size > m_bytes.size())
            return 0;
        std::memcpy(&value, m_bytes.data() + m_at, std::min<std::size_t>(size, 8));
        m_fields.push_back({m_at, size});
        m_at += size;
        return value;
    }
    void packed(std::size_t rows, QRandomGenerator& random)
    {
        number(8);
        const std::uint64_t width = number(1);
        if (rows > 0 && width > 0) // one of its values
            m_fields.push_back({m_at + random.bounded(static_cast<quint32>(rows)) * width, width});
        m_at += rows * width;
    }
    void skip(std::size_t size) { m_at += size; }
    std::vector<Field> take() { return std::move(m_fields); }

private:
    const Bytes& m_bytes;
    std::size_t m_at = 0;
    std::vector<Field> m_fields;
};

std::vector<Field> fieldsOfFacts(const Bytes& bytes, QRandomGenerator& random)
{
    FieldFinder find(bytes);
    find.number(4);
    const std::size_t rows = find.number(4);
    const std::size_t runs = find.number(4);
    const std::size_t days = find.number(4);
    const bool hasTotals = find.number(1) != 0;
    find.packed(days, random);
    for (int column = 0; column < 3; ++column)
        find.packed(runs, random);
    find.packed(rows, random);
    find.packed(rows, random);
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (find.number(1) != lens)
            continue;
        const std::uint64_t flags = find.number(1);
        find.number(1);
        if ((flags & 1) != 0) {
            find.number(16);
            find.skip(rows * 16 - 16);
        } else {
            find.packed(rows, random);
        }
        if ((flags & 2) != 0)
            find.skip((rows + 7) / 8);
        if (!hasTotals)
            continue;
        if ((flags & 4) != 0) {
            find.number(16);
            find.skip(runs * 16 - 16);
        } else {
            find.packed(runs, random);
        }
        find.packed(runs, random);
    }
    return find.take();
}

std::vector<Field> fieldsOfLines(const Bytes& bytes, std::size_t rows, QRandomGenerator& random)
{
    FieldFinder find(bytes);
    find.number(4);
    for (int column = 0; column < 4; ++column)
        find.packed(rows, random);
    for (int column = 0; column < 8; ++column) {
        const bool fromFacts = find.number(1) != 0;
        find.packed(rows, random);
        if (fromFacts)
            continue;
        find.packed(rows, random);
        const std::uint64_t wide = find.number(4);
        for (std::uint64_t i = 0; i < wide; ++i) {
            find.number(4);
            find.number(1);
            find.number(16);
        }
    }
    const std::uint64_t inlines = find.number(4);
    for (std::uint64_t i = 0; i < inlines; ++i) {
        find.skip(find.number(4));
        find.packed(rows, random);
        find.number(8);
        find.skip(find.number(8));
    }
    return find.take();
}

template <typename T> T pick(QRandomGenerator& random, std::initializer_list<T> values)
{
    return *(values.begin() + random.bounded(static_cast<quint32>(values.size())));
}

std::int64_t oddNumber(QRandomGenerator& random, std::int64_t old)
{
    const auto bits = static_cast<std::uint64_t>(old);
    const auto wrapped = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    return pick<std::int64_t>(random, {0,
                                       1,
                                       -1,
                                       wrapped(bits + 1),
                                       wrapped(bits - 1),
                                       wrapped(bits * 2),
                                       wrapped(0 - bits),
                                       255,
                                       65'536,
                                       1'000'000,
                                       2'932'896,
                                       -25'567,
                                       2'932'898,
                                       -719'528,
                                       0x7fffffff,
                                       -0x7fffffff - 1,
                                       0xffffffff,
                                       0x100000000,
                                       std::numeric_limits<std::int64_t>::max(),
                                       std::numeric_limits<std::int64_t>::min(),
                                       static_cast<std::int64_t>(random.generate64())});
}

void alterField(Bytes& bytes, const Field& field, QRandomGenerator& random)
{
    if (field.at + field.size > bytes.size())
        return;
    std::int64_t old = 0;
    std::memcpy(&old, bytes.data() + field.at, std::min<std::size_t>(field.size, 8));
    const std::int64_t value = oddNumber(random, old);
    for (std::size_t i = 0; i < field.size; i += 8)
        std::memcpy(bytes.data() + field.at + i, &value, std::min<std::size_t>(field.size - i, 8));
}

/// The same lines with one thing wrong, packed again: everything else agrees with it.
Bytes repacked(const FactChunk& chunk, QRandomGenerator& random)
{
    FactRows rows;
    for (std::size_t run = 0; run < chunk.runs(); ++run) {
        for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row) {
            rows.combo.push_back(static_cast<std::uint32_t>(chunk.runCombo.at(run)));
            rows.bill.push_back(static_cast<std::uint32_t>(chunk.runBill.at(run)));
            rows.day.push_back(static_cast<std::int32_t>(chunk.day.at(row)));
            rows.order.push_back(static_cast<std::uint32_t>(chunk.order.at(row)));
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                const AmountColumn& column = chunk.cost[lens];
                FactRows::Cost& cost = rows.cost[lens];
                cost.scale = column.scale;
                if (column.wide)
                    cost.wide.push_back(column.at(row).attos());
                else
                    cost.narrow.push_back(column.narrow.at(row));
                if (column.unknown)
                    cost.unknown.push_back(column.isUnknown(row) ? 1 : 0);
            }
        }
    }
    const std::size_t at = random.bounded(static_cast<quint32>(rows.day.size()));
    FactRows::Cost& cost = rows.cost[random.bounded(static_cast<quint32>(kLensCount))];
    const auto odd = oddNumber(random, rows.day[at]);
    switch (random.bounded(8)) {
    case 0:
        rows.day[at] = static_cast<std::int32_t>(odd);
        break;
    case 1:
        std::fill(rows.day.begin(), rows.day.end(), static_cast<std::int32_t>(odd));
        break;
    case 2:
        rows.order[at] = static_cast<std::uint32_t>(odd);
        break;
    case 3:
        rows.combo[at] = static_cast<std::uint32_t>(odd);
        break;
    case 4:
        rows.bill[at] = static_cast<std::uint32_t>(odd);
        break;
    case 5:
        cost.unknown.assign(rows.day.size(), 0);
        cost.unknown[at] = 1;
        break;
    case 6:
        if (cost.wide.empty())
            cost.narrow[at] = oddNumber(random, cost.narrow[at]);
        else
            cost.wide[at] = pick<Int128>(random, {Int128{odd} << 64U, Int128{1} << 126U, -(Int128{1} << 126U) * 2});
        break;
    default:
        std::reverse(rows.day.begin(), rows.day.end());
        break;
    }
    return packFacts(rows);
}

struct Stored {
    std::int64_t id = 0;
    Bytes facts, lines;
};

Stored someSegment(const sql::Connection& db, QRandomGenerator& random)
{
    Stored stored;
    auto ids = db.prepare("SELECT id FROM segment ORDER BY id");
    std::vector<std::int64_t> all;
    (void)ids->each([&]() -> Status {
        all.push_back(ids->integer(0));
        return {};
    });
    stored.id = all[random.bounded(static_cast<quint32>(all.size()))];
    auto row = db.prepare("SELECT facts, lines FROM segment WHERE id=?1");
    if (!row || !row->bind(1, stored.id).step())
        qFatal("a segment cannot be read");
    const auto facts = row->blob(0);
    stored.facts.assign(facts.begin(), facts.end());
    const auto lines = row->blob(1);
    stored.lines.assign(lines.begin(), lines.end());
    return stored;
}

void alterSegment(sql::Connection& db, QRandomGenerator& random)
{
    Stored stored = someSegment(db, random);
    const auto chunk = FactChunk::open(stored.facts);
    if (!chunk)
        return; // altered before
    switch (random.bounded(4)) {
    case 0:
        stored.facts = repacked(*chunk, random);
        break;
    case 1: {
        const auto fields = fieldsOfLines(stored.lines, chunk->size(), random);
        alterField(stored.lines, fields[random.bounded(static_cast<quint32>(fields.size()))], random);
        break;
    }
    default: {
        const auto fields = fieldsOfFacts(stored.facts, random);
        alterField(stored.facts, fields[random.bounded(static_cast<quint32>(fields.size()))], random);
        break;
    }
    }
    auto update = db.prepare("UPDATE segment SET facts=?2, lines=?3, facts_checksum=?4, lines_checksum=?5 WHERE id=?1");
    (void)update->bind(1, stored.id)
        .bindBlob(2, stored.facts)
        .bindBlob(3, stored.lines)
        .bind(4, checksumOf(stored.facts))
        .bind(5, checksumOf(stored.lines))
        .run();
}

std::string oddText(QRandomGenerator& random, const std::string& old)
{
    std::string altered = old;
    if (!altered.empty())
        altered[random.bounded(static_cast<quint32>(altered.size()))] = static_cast<char>(random.bounded(256));
    return pick<std::string>(random,
                             {"", altered, altered, "9999-12", "0000-00", "99999999999999999999999999999999999999",
                              "-1e400", std::string(200'000, '['), "{\"a\":" + std::string(150'000, '['),
                              R"({"rules":[{"name":"x","when":[)" + std::string(120'000, '['), "\xff\xfe", old + old,
                              std::string(3'000'000, 'x')});
}

/// Another value in some cell of some table beside the segments' bytes.
void alterCell(sql::Connection& db, QRandomGenerator& random)
{
    static const std::vector<std::string> tables{
        "partition",     "partition",    "source",     "import",   "import_file", "segment",   "member",
        "combo",         "rule_version", "connection", "coverage", "restatement", "measure",   "finding",
        "rejected_line", "rejected_sum", "saved_view", "audit",    "note",        "price_list"};
    const std::string& table = tables[random.bounded(static_cast<quint32>(tables.size()))];
    std::vector<std::pair<std::string, std::string>> columns; // name and type
    auto info = db.prepare("SELECT name, type FROM pragma_table_info('" + table + "')");
    (void)info->each([&]() -> Status {
        if (info->text(0) != "facts" && info->text(0) != "lines")
            columns.emplace_back(info->text(0), info->text(1));
        return {};
    });
    const auto& [name, type] = columns[random.bounded(static_cast<quint32>(columns.size()))];
    std::vector<std::string> keys;
    auto key = db.prepare("SELECT name FROM pragma_table_info('" + table + "') WHERE pk>0 ORDER BY pk");
    (void)key->each([&]() -> Status {
        keys.push_back(key->text(0));
        return {};
    });
    std::string where;
    for (const std::string& one : keys.empty() ? std::vector<std::string>{"rowid"} : keys)
        where += (where.empty() ? "(" : ",") + one;
    const std::string rows = std::to_string(random.bounded(1'000'000));
    where += ") = (SELECT " + where.substr(1) + " FROM \"" + table + "\" LIMIT 1 OFFSET " + rows +
             " % (SELECT count(*) FROM \"" + table + "\"))";
    auto old = db.prepare("SELECT " + name + " FROM \"" + table + "\" WHERE " + where);
    auto update = db.prepare("UPDATE OR IGNORE \"" + table + "\" SET " + name + "=?1 WHERE " + where);
    if (!old || !update)
        qFatal("%s", (!old ? old.error() : update.error()).text().c_str());
    if (!old->step())
        return;
    if (type == "INTEGER") {
        update->bind(1, oddNumber(random, old->integer(0)));
    } else if (type == "BLOB") {
        const auto blob = old->blob(0);
        Bytes bytes(blob.begin(), blob.end());
        if (random.bounded(3) == 0 || bytes.empty())
            bytes.resize(random.bounded(64U));
        else
            bytes[random.bounded(static_cast<quint32>(bytes.size()))] = static_cast<std::uint8_t>(random.bounded(256));
        update->bindBlob(1, bytes);
    } else {
        update->bind(1, std::string_view(oddText(random, old->text(0))));
    }
    old->reset();
    (void)update->run();
}

void alterNote(sql::Connection& db, QRandomGenerator& random)
{
    const auto key = pick<std::string>(random, {"revision", "demo", "workspace_id", "dictionary_checksum",
                                                "ledger_checksum", "measure_checksum", "delivery_checksum"});
    const auto old = metaValue(db, key);
    (void)setMetaValue(db, key, random.bounded(2) == 0 ? std::to_string(oddNumber(random, 3)) : oddText(random, *old));
}

/// Every checksum as it must be for what is stored now.
void seal(sql::Connection& db)
{
    auto transaction = sql::Transaction::begin(db);
    if (!transaction || !db.execute("DELETE FROM meta WHERE key='dictionary_checksum'") || !sealDictionary(db, {}) ||
        !sealLedger(db))
        qFatal("the workspace cannot be sealed");
    for (const Records records : kAllRecords) {
        if (!sealRecords(db, records))
            qFatal("the workspace cannot be sealed");
    }
    (void)transaction->commit();
}

/// Asks to stop when it takes too long.
class Guard {
public:
    explicit Guard(std::chrono::seconds limit)
        : m_thread([this, limit](std::stop_token over) {
              std::unique_lock lock(m_mutex);
              if (!m_changed.wait_for(lock, over, limit, [] { return false; }) && !over.stop_requested())
                  m_stop.request_stop();
          })
    {
    }
    std::stop_token token() const { return m_stop.get_token(); }
    bool wasNeeded() const { return m_stop.stop_requested(); }

private:
    std::stop_source m_stop;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::jthread m_thread;
};

} // namespace

/// Files whose checksums are all right and whose numbers are not, as somebody may hand them over: none crashes, runs
/// without end or takes the machine's memory, and money is what it was or said to be wrong. ALTIMETER_LONG=1: 720
/// files.
class TestCraftedFiles : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
#if !defined(__SANITIZE_ADDRESS__) && !(defined(__has_feature) && __has_feature(address_sanitizer))
        rlimit limit{};
        getrlimit(RLIMIT_AS, &limit);
        limit.rlim_cur = rlim_t{3} << 30U;
        QCOMPARE(setrlimit(RLIMIT_AS, &limit), 0); // what asks for more ends the test
#endif
        QVERIFY(m_dir.isValid());
        testkit::makeRichWorkspace(m_dir.path(), "whole.altimeter");
        m_whole = testkit::readBytes(m_dir.path() + "/whole.altimeter");
        auto engine = Engine::open(path("whole.altimeter"));
        QVERIFY(engine);
        m_truth = testkit::askAll(**engine, true, {});
        QVERIFY2(!m_truth.isTold, m_truth.told.c_str());
    }

    void resealed_isTheSameWorkspace()
    {
        put();
        {
            auto db = openWorkspace(path("crafted.altimeter"));
            QVERIFY(db);
            seal(*db);
        }
        auto engine = Engine::open(path("crafted.altimeter"));
        QVERIFY(engine);
        const Answers answers = testkit::askAll(**engine, true, {});
        QVERIFY2(!answers.isTold, answers.told.c_str());
        QCOMPARE(QString::fromStdString(m_truth.difference(answers)), QString());
    }

    void craftedFile_isHarmless_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("segments") << 0;
        QTest::newRow("cells") << 1;
        QTest::newRow("notes") << 2;
        QTest::newRow("several") << 3;
    }
    void craftedFile_isHarmless()
    {
        QFETCH(int, kind);
        const std::array<int, 4> usual{24, 20, 4, 12};
        const std::array<int, 4> night{300, 260, 40, 120};
        const auto at = static_cast<std::size_t>(kind);
        const int files = testkit::rounds(usual[at], night[at]);
        int refused = 0;
        int told = 0;
        int same = 0;
        qint64 slowest = 0;
        QStringList silent;
        for (int i = 0; i < files; ++i) {
            const quint32 seed = static_cast<quint32>(kind * 100'000 + i);
            put();
            craft(kind, seed);
            QElapsedTimer timer;
            timer.start();
            Guard guard(std::chrono::seconds(60));
            auto engine = Engine::open(path("crafted.altimeter"));
            if (!engine) {
                ++refused;
            } else {
                const Answers answers = testkit::askAll(**engine, true, guard.token());
                if (answers.sums != m_truth.sums && !answers.isTold)
                    silent.append(QString("seed %1: ").arg(seed) + QString::fromStdString(m_truth.difference(answers)));
                ++(answers.isTold ? told : same);
            }
            slowest = qMax(slowest, timer.elapsed());
            QVERIFY2(!guard.wasNeeded(), qPrintable(QString("seed %1 takes too long").arg(seed)));
        }
        qInfo("%s: %d files, %d refused, %d told, %d with the same money, %lld silent; slowest %lld ms",
              QTest::currentDataTag(), files, refused, told, same, static_cast<long long>(silent.size()),
              static_cast<long long>(slowest));
        QVERIFY2(silent.isEmpty(), qPrintable(silent.join('\n')));
    }

    /// The reported case: a day far beyond all others, written into one segment.
    void dayBeyondItsRange_isTold_andItsLinesAreLeftOut()
    {
        put();
        {
            auto db = openWorkspace(path("crafted.altimeter"));
            QVERIFY(db);
            QRandomGenerator random(1);
            Stored stored = someSegment(*db, random);
            const auto chunk = FactChunk::open(stored.facts);
            QVERIFY(chunk);
            const std::int64_t day = 2'000'000'000;
            std::memcpy(stored.facts.data() + 17, &day, sizeof day); // the lowest of its days
            auto update = db->prepare("UPDATE segment SET facts=?2, facts_checksum=?3 WHERE id=?1");
            QVERIFY(update->bind(1, stored.id).bindBlob(2, stored.facts).bind(3, checksumOf(stored.facts)).run());
            seal(*db);
        }
        const auto engine = Engine::open(path("crafted.altimeter"));
        QVERIFY(engine);
        QCOMPARE((*engine)->snapshot()->damage.size(), std::size_t{1});
        QVERIFY(answer(*(*engine)->snapshot(), ProofQuestion{}, {}));
    }

    void monthStoredTwice_isToldAndCountedOnce()
    {
        put();
        {
            auto db = openWorkspace(path("crafted.altimeter"));
            QVERIFY(db);
            // As if the index that forbids it had been damaged when the second one came.
            QVERIFY(db->execute("PRAGMA foreign_keys=OFF; CREATE TABLE other AS SELECT * FROM partition;"
                                "DROP TABLE partition; ALTER TABLE other RENAME TO partition;"
                                "INSERT INTO partition SELECT 5000, source_id, provider, billing_account, "
                                "billing_period, currency, slice, import_id, rows, rows_rejected, data_from, "
                                "data_through, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost, "
                                "effective_unknown, billed_unknown, list_unknown, contracted_unknown "
                                "FROM partition WHERE id=1;"
                                "INSERT INTO segment(partition_id, file_id, rows, facts_checksum, lines_checksum, "
                                "facts, lines) SELECT 5000, file_id, rows, facts_checksum, lines_checksum, facts, "
                                "lines FROM segment WHERE partition_id=1;"));
            seal(*db);
        }
        auto engine = Engine::open(path("crafted.altimeter"));
        QVERIFY2(engine, engine ? "" : engine.error().text().c_str());
        QCOMPARE((*engine)->snapshot()->damage.size(), std::size_t{1});
        QVERIFY((*engine)->snapshot()->damage.front().find("twice") != std::string::npos);
        const Answers answers = testkit::askAll(**engine, false, {});
        QVERIFY(answers.sums == m_truth.sums);
        QVERIFY(answers.told.find("proof") != std::string::npos);
    }

    void foreignSql_isRefusedInWords_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("trigger") << "CREATE TRIGGER t AFTER INSERT ON partition BEGIN DELETE FROM segment; END";
        QTest::newRow("view") << "DROP TABLE measure; CREATE VIEW measure AS SELECT 1 AS source_id";
    }
    void foreignSql_isRefusedInWords()
    {
        QFETCH(QString, sql);
        put();
        {
            auto db = openWorkspace(path("crafted.altimeter"));
            QVERIFY(db);
            QVERIFY(db->execute(sql.toStdString()));
        }
        const auto engine = Engine::open(path("crafted.altimeter"));
        QVERIFY(!engine);
        QVERIFY(engine.error().code == ErrorCode::Corrupt);
        QVERIFY(engine.error().text().find("which no workspace has") != std::string::npos);
    }

    void deepRules_areRefusedInWords_data()
    {
        QTest::addColumn<int>("levels");
        QTest::newRow("120,000") << 120'000;
        QTest::newRow("10 M") << 10'000'000;
    }
    void deepRules_areRefusedInWords()
    {
        QFETCH(int, levels);
        const std::string deep =
            R"({"rules":[{"name":"x","when":[)" + std::string(static_cast<std::size_t>(levels), '[');
        auto engine = Engine::open(path("whole.altimeter"));
        QVERIFY(engine);
        for (const auto& error :
             {session::checkRules(deep).error(), answer(*(*engine)->snapshot(), RuleDiffQuestion{deep}, {}).error(),
              session::publishRules(**engine, deep).error(),
              answer(*(*engine)->snapshot(), TableUnderQuestion{deep, {}}, {}).error()})
            QVERIFY(error.text().find("nested too deeply") != std::string::npos);
        put();
        {
            auto db = openWorkspace(path("crafted.altimeter"));
            QVERIFY(db);
            auto insert = db->prepare("INSERT INTO rule_version(version, published_at, json) VALUES(99, 0, ?1)");
            QVERIFY(insert->bind(1, std::string_view(deep)).run());
            seal(*db);
        }
        const auto crafted = Engine::open(path("crafted.altimeter"));
        QVERIFY(crafted); // without owners, and saying so: the charges are as good as before
        const auto damage = (*crafted)->snapshot()->damage;
        QVERIFY(std::any_of(damage.begin(), damage.end(), [](const std::string& sentence) {
            return sentence.find("version 99 of the rules cannot be used") != std::string::npos &&
                   sentence.find("nested too deeply") != std::string::npos;
        }));
    }

    void damageIsNotForgotten_byTheNextDelivery()
    {
        put();
        {
            auto db = openWorkspace(path("crafted.altimeter"));
            QVERIFY(db);
            QVERIFY(db->execute("UPDATE member SET fields='altered' WHERE group_id=2 AND id=3"));
            QVERIFY(db->execute("UPDATE segment SET facts=zeroblob(100) WHERE partition_id=2"));
            QVERIFY(db->execute("UPDATE coverage SET is_final=0 WHERE day=20699"));
            QVERIFY(db->execute("UPDATE finding SET message='altered'"));
        }
        auto engine = Engine::open(path("crafted.altimeter"));
        QVERIFY2(engine, engine ? "" : engine.error().text().c_str());
        const auto damage = (*engine)->snapshot()->damage;
        QCOMPARE(damage.size(), std::size_t{4});
        const auto file = testkit::writeFile(m_dir.path(), "later.csv", testkit::focusCsv({testkit::Charge()}));
        QVERIFY(session::importPaths((*engine)->file(), {file}, {"third", false, {1'797'000'000}}, {}, {}));
        QCOMPARE((*engine)->snapshot()->damage, damage);
        engine->reset();
        const auto again = Engine::open(path("crafted.altimeter"));
        QVERIFY(again);
        QCOMPARE((*again)->snapshot()->damage, damage);
    }

    void alteredLedger_refusesToBeWritten()
    {
        put();
        {
            auto db = openWorkspace(path("crafted.altimeter"));
            QVERIFY(db);
            QVERIFY(db->execute("UPDATE partition SET billing_account='altered' WHERE id=3"));
        }
        auto engine = Engine::open(path("crafted.altimeter"));
        QVERIFY(engine);
        QCOMPARE((*engine)->snapshot()->damage.size(), std::size_t{1});
        const auto file = testkit::writeFile(m_dir.path(), "later.csv", testkit::focusCsv({testkit::Charge()}));
        const auto report = session::importPaths((*engine)->file(), {file}, {"third", false, {1'797'000'000}}, {}, {});
        QVERIFY(!report);
        QVERIFY(report.error().code == ErrorCode::Corrupt);
        QVERIFY(report.error().text().find("nothing was changed") != std::string::npos);
        QVERIFY(!report.error().todo.empty());
        QVERIFY(!session::publishRules(**engine, (*engine)->snapshot()->rulesDocument.json));
    }

private:
    std::string path(const char* name) const
    {
        return m_dir.filePath(name).toStdString();
    }
    void put() const
    {
        for (const char* end : {"-wal", "-shm"})
            QFile::remove(m_dir.filePath("crafted.altimeter") + end);
        testkit::writeFile(m_dir.path(), "crafted.altimeter", m_whole);
    }
    void craft(int kind, quint32 seed) const
    {
        QRandomGenerator random(seed);
        auto db = openWorkspace(path("crafted.altimeter"));
        if (!db || !db->execute("PRAGMA foreign_keys=OFF"))
            qFatal("the workspace cannot be opened");
        for (int changes = kind == 3 ? 3 : 1; changes > 0; --changes) {
            if (kind == 0 || (kind == 3 && random.bounded(2) == 0))
                alterSegment(*db, random);
            else if (kind != 2)
                alterCell(*db, random);
        }
        seal(*db);
        if (kind == 2)
            alterNote(*db, random);
    }

    QTemporaryDir m_dir;
    QByteArray m_whole;
    Answers m_truth;
};

QTEST_GUILESS_MAIN(TestCraftedFiles)
#include "tst_craftedfiles.moc"
