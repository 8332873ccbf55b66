#include <QtTest/QtTest>

#include "models/store/file/salvage.h"
#include "models/store/file/workspace.h"
#include "models/store/ledger/ledger.h"
#include "models/store/settings/notes.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"
#include "tests/testkit/oldschema.h"

using namespace altimeter;
using namespace altimeter::store;

namespace {

Note noteOf(const std::string& text)
{
    Note note;
    note.text = text;
    note.author = "ana";
    note.written = {1'795'248'000};
    note.figure.range = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 1)};
    note.figure.filters = {{Dim{Dim::Kind::Tag, "env"}, {"prod", "", "a\"b"}, true},
                           {Dim{Dim::Kind::Service, {}}, {"Amazon EC2"}, false}};
    note.figure.lens = CostLens::Billed;
    note.figure.currency = Currency("EUR");
    note.amount = *Amount::parse("-410442.462360410000000001");
    note.page = "explore";
    note.state = R"({"range":"lm"})";
    return note;
}

QStringList namesOf(const sql::Connection& db)
{
    QStringList names;
    const auto views = readViews(db);
    for (std::size_t i = 0; views && i < views->size(); ++i)
        names << QString::fromStdString((*views)[i].name);
    return names;
}

bool holds(sql::Connection& db)
{
    const auto held = recordsHold(db, Records::Views);
    return held.ok() && *held;
}

} // namespace

/// Notes on figures and the order of saved views, as they are stored.
class TestNotes : public QObject {
    Q_OBJECT

private slots:
    void note_comesBackToTheLastDigit()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        Note note = noteOf("Why? Ünïcødé <b>\n second line");
        const auto id = writeNote(*db, note);
        QVERIFY2(id.ok(), id.ok() ? "" : id.error().text().c_str());
        note.id = *id;
        note.figure = canonical(note.figure);
        auto read = readNotes(*db);
        QVERIFY(read.ok());
        QCOMPARE(read->size(), std::size_t{1});
        QVERIFY(read->front() == note);
        note.text = "Answered";
        note.figure.base = DateRange{Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 10, 1)};
        note.amount.reset();
        QVERIFY(writeNote(*db, note).ok());
        read = readNotes(*db);
        QCOMPARE(read->size(), std::size_t{1});
        QVERIFY(read->front() == note);
        QVERIFY(holds(*db));
    }

    void text_isNeededAndHasAnEnd()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(writeNote(*db, noteOf(" \n ")).error().code == ErrorCode::Invalid);
        QVERIFY(writeNote(*db, noteOf(std::string(Note::kLongestText, 'x'))).ok());
        QVERIFY(writeNote(*db, noteOf(std::string(Note::kLongestText + 1, 'x'))).error().code == ErrorCode::Invalid);
        Note unknown = noteOf("x");
        unknown.id = 99;
        QVERIFY(writeNote(*db, unknown).error().code == ErrorCode::NotFound);
        QVERIFY(deleteNote(*db, 99).error().code == ErrorCode::NotFound);
        QCOMPARE(readNotes(*db)->size(), std::size_t{1});
    }

    void removed_isBroughtBack_alsoWhereItsNumberIsTaken()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        Note first = noteOf("first");
        first.id = *writeNote(*db, first);
        QVERIFY(deleteNote(*db, first.id).ok());
        const auto same = restoreNote(*db, first);
        QVERIFY(same.ok());
        QCOMPARE(*same, first.id);
        QVERIFY(deleteNote(*db, first.id).ok());
        const std::int64_t second = *writeNote(*db, noteOf("second"));
        QCOMPARE(second, first.id);
        const auto other = restoreNote(*db, first);
        QVERIFY(other.ok() && *other != second);
        QCOMPARE(readNotes(*db)->size(), std::size_t{2});
        QVERIFY(holds(*db));
    }

    void figureThatCannotBeRead_isLeftOut_data()
    {
        QTest::addColumn<QByteArray>("alter");
        QTest::newRow("a day") << QByteArray("day_from='2026-13-77'");
        QTest::newRow("a day of no charge") << QByteArray("day_from='0001-01-01'");
        QTest::newRow("days backwards") << QByteArray("day_to='2026-09-01'");
        QTest::newRow("a cost") << QByteArray("lens='guessed'");
        QTest::newRow("a dimension") << QByteArray(
            "filters='[{\"dim\":\"shoe_size\",\"values\":[],\"exclude\":false}]'");
        QTest::newRow("a number for a name")
            << QByteArray("filters='[{\"dim\":\"service\",\"values\":[7],\"exclude\":false}]'");
        QTest::newRow("no list") << QByteArray("filters='x'");
        QTest::newRow("deep") << QByteArray("filters='") + QByteArray(100'000, '[') + "'";
    }
    void figureThatCannotBeRead_isLeftOut()
    {
        QFETCH(QByteArray, alter);
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(writeNote(*db, noteOf("one")).ok());
        QVERIFY(writeNote(*db, noteOf("two")).ok());
        QVERIFY(db->execute("UPDATE note SET " + alter.toStdString() + " WHERE id=1").ok());
        const auto read = readNotes(*db);
        QVERIFY(read.ok());
        QCOMPARE(read->size(), std::size_t{1});
        QCOMPARE(read->front().text, std::string("two"));
        QVERIFY(!holds(*db)); // and told
    }

    void views_keepTheirOrder()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        for (const char* name : {"Zebra", "Ape", "Mole"})
            QVERIFY(writeView(*db, {name, "explore", "{}"}).ok());
        QCOMPARE(namesOf(*db), (QStringList{"Zebra", "Ape", "Mole"}));
        QVERIFY(writeView(*db, {"Zebra", "explore", "{\"range\":\"lm\"}"}).ok()); // keeps its place
        QVERIFY(orderViews(*db, {"Mole", "no such view"}).ok());
        QCOMPARE(namesOf(*db), (QStringList{"Mole", "Zebra", "Ape"}));
        QVERIFY(renameView(*db, "Zebra", "Stripes").ok());
        QCOMPARE(namesOf(*db), (QStringList{"Mole", "Stripes", "Ape"}));
        QVERIFY(renameView(*db, "Stripes", "Ape").error().code == ErrorCode::Conflict);
        QVERIFY(renameView(*db, "Zebra", "Horse").error().code == ErrorCode::NotFound);
        QVERIFY(renameView(*db, "Ape", "Ape").ok());
        QVERIFY(deleteView(*db, "Mole").ok());
        QCOMPARE(namesOf(*db), (QStringList{"Stripes", "Ape"}));
        QVERIFY(holds(*db));
    }

    /// Views of before have no order: they stand by name, and their seal holds.
    void versionFive_keepsItsViews()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            for (const char* name : {"b", "a"})
                QVERIFY(writeView(*db, {name, "explore", "{}"}).ok());
            QVERIFY(testkit::makeSchemaFive(*db).ok());
        }
        auto db = openWorkspace(path);
        QVERIFY2(db.ok(), db.ok() ? "" : db.error().text().c_str());
        QCOMPARE(namesOf(*db), (QStringList{"a", "b"}));
        const auto damage = damageOf(*db);
        QVERIFY(damage.ok() && damage->empty());
        QVERIFY(holds(*db));
        QVERIFY(writeNote(*db, noteOf("first")).ok());
        QVERIFY(writeView(*db, {"0", "explore", "{}"}).ok());
        QCOMPARE(namesOf(*db), (QStringList{"a", "b", "0"}));
    }
};

QTEST_GUILESS_MAIN(TestNotes)
#include "tst_notes.moc"
