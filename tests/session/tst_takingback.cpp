#include <QTest>

#include "app/session/imports/takingback.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"
#include "tests/testkit/deliverybench.h"

using namespace altimeter;
using testkit::Charge;

namespace {

/// Every row of these tables as text, in order: what a delivery may change and taking it back must give again.
const QList<QPair<const char*, const char*>> kTables{
    {"source", "id, name, kind"},
    {"import", "id, source_id, imported_at, rows_read, rows_stored, rows_rejected"},
    {"import_file", "id, import_id, name, bytes, header, version, path"},
    {"partition", "id, source_id, provider, billing_account, billing_period, currency, slice, import_id, rows, "
                  "rows_rejected, data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, "
                  "contracted_cost, effective_unknown, billed_unknown, list_unknown, contracted_unknown"},
    {"segment", "id, partition_id, file_id, rows, facts_checksum, lines_checksum, hex(facts), hex(lines)"},
    {"finding", "source_id, import_id, file, severity, check_id, rows, first_line, message"},
    {"rejected_line", "source_id, import_id, file, line, check_id, message, text, sum_id"},
    {"rejected_sum", "id, source_id, import_id, provider, billing_account, billing_period, currency, slice, file, "
                     "partitions, check_id, rows, effective_cost, billed_cost"},
    {"restatement", "id, source_id, provider, billing_account, currency, day_from, day_to, at, was_final, "
                    "billed_before, billed_after"},
};

QList<Charge> charges(const QString& month, std::initializer_list<const char*> amounts, const QString& account = "100",
                      const QString& currency = "USD")
{
    QList<Charge> list;
    int day = 0;
    for (const char* amount : amounts) {
        Charge one;
        one.billed = one.effective = amount;
        one.month = month + "-01";
        one.day = month + '-' + QString::number(++day).rightJustified(2, '0');
        one.account = account;
        one.currency = currency;
        list << one;
    }
    return list;
}

} // namespace

/// A delivery that is taken back leaves everything as it was before it came; a source that is removed can be put back.
class TestTakingBack : public QObject, private testkit::DeliveryBench {
    Q_OBJECT

    std::int64_t imported(const QString& name, const ImportOptions& options = {})
    {
        const auto report = import(name, options);
        if (!report)
            qFatal("%s", report.error().text().c_str());
        return report->delivery;
    }
    Result<SetAsideReport> takeBack(std::int64_t delivery)
    {
        return session::takeBack(m_engine->file(), delivery, {1'790'000'000}, {});
    }
    QStringList rows(const QString& query)
    {
        auto writing = m_engine->file().write();
        auto statement = writing.db().prepare(query.toStdString());
        if (!statement)
            qFatal("%s", statement.error().text().c_str());
        QStringList all;
        const Status read = statement->each([&]() -> Status {
            all << QString::fromStdString(statement->text(0));
            return {};
        });
        if (!read)
            qFatal("%s", read.error().text().c_str());
        return all;
    }
    QStringList state()
    {
        QStringList all;
        for (const auto& [table, columns] : kTables) {
            QStringList cells;
            for (const QString& column : QString(columns).split(", "))
                cells << "quote(" + column + ")";
            for (const QString& row : rows("SELECT " + cells.join(" || '|' || ") + " FROM " + table + " ORDER BY 1"))
                all << QString(table) + ": " + row;
        }
        return all;
    }
    void verifySound()
    {
        auto writing = m_engine->file().write();
        const auto damage = store::damageOf(writing.db());
        QVERIFY(damage && damage->empty());
        QVERIFY(*store::recordsHold(writing.db(), store::Records::Deliveries));
        QVERIFY(store::verifyAudit(writing.db()));
        const auto broken = writing.db().number("SELECT count(*) FROM pragma_foreign_key_check");
        QVERIFY(broken && *broken == 0);
    }
    void refresh()
    {
        if (!m_engine->refresh())
            qFatal("the workspace cannot be read again");
    }
    /// BilledCost by currency, from the answers and from the proof.
    QString totals()
    {
        refresh();
        CostQuery query;
        query.lens = CostLens::Billed;
        const auto table = answer(*m_engine->snapshot(), TableQuestion{query}, {});
        if (!table)
            qFatal("no total");
        QStringList texts;
        for (const CostRow& row : table->rows)
            texts << QString::fromStdString(std::string(row.currency.code()) + ' ' + row.cost.toString(2));
        return texts.join(", ");
    }
    Deliveries deliveries()
    {
        refresh();
        const auto found = answer(*m_engine->snapshot(), DeliveriesQuestion{}, {});
        if (!found)
            qFatal("no deliveries");
        return *found;
    }

private slots:
    void init() { beginWorkspace(); }

    void newDelivery_goesWithItsSource()
    {
        const QStringList before = state();
        write("june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25"})));
        const auto delivery = imported("june.csv");
        QCOMPARE(totals(), QString("USD 13.75"));
        const auto report = takeBack(delivery);
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->source, std::string("june"));
        QCOMPARE(report->gone.size(), std::size_t(1));
        QCOMPARE(report->gone[0].billed.toString(2), std::string("13.75"));
        QCOMPARE(toString(report->gone[0].from) + toString(report->gone[0].to), std::string("2026-06-012026-07-01"));
        QVERIFY(report->back.empty());
        QCOMPARE(state(), before);
        QCOMPARE(totals(), QString());
        verifySound();
    }

    /// With rejected lines, findings, restatements, another month and another currency beside it.
    void replacedMonth_standsAsItStood()
    {
        QByteArray first =
            testkit::focusCsv(charges("2026-06", {"10.50", "3.25", "7"}) + charges("2026-05", {"2", "4"}) +
                              charges("2026-06", {"9.99"}, "200", "EUR"));
        first += "x,1,1,1,USD,100,2026-06-01,2026-07-01,2026-06-04,2026-06-05,Usage,Compute,Compute,AWS,{},\n";
        write("costs.csv", first);
        imported("costs.csv");
        const QStringList before = state();
        const QString money = totals();
        write("costs.csv",
              testkit::focusCsv(charges("2026-06", {"10.50", "3.25", "7.75", "8"}) + charges("2026-05", {"2", "4"}) +
                                charges("2026-06", {"9.99"}, "200", "EUR")));
        const auto delivery = imported("costs.csv");
        QVERIFY(totals() != money);
        QVERIFY(state() != before);
        const auto listed = deliveries();
        QCOMPARE(listed.deliveries.front().number, delivery);
        QVERIFY(listed.deliveries.front().stays.empty());
        QCOMPARE(listed.deliveries.front().replaced.size(), std::size_t(1));
        QCOMPARE(listed.deliveries.front().replaced[0].billed.toString(2), std::string("20.75"));
        const auto report = takeBack(delivery);
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->back[0].billed.toString(2), std::string("20.75"));
        QCOMPARE(state(), before);
        QCOMPARE(totals(), money);
        verifySound();
        QCOMPARE(rows("SELECT count(*) FROM audit WHERE what='partition taken back'"), QStringList{"1"});
        QCOMPARE(rows("SELECT count(*) FROM audit WHERE what='partition restored'"), QStringList{"1"});
        // What was taken back by the user's own word is no earlier state: it may come again.
        QVERIFY(import("costs.csv"));
    }

    void severalDeliveries_goBackOneByOne()
    {
        write("costs.csv", testkit::focusCsv(charges("2026-06", {"1", "2"})));
        imported("costs.csv");
        const QStringList one = state();
        write("july.csv", testkit::focusCsv(charges("2026-07", {"5"})));
        const auto july = imported("july.csv");
        const QStringList two = state();
        write("costs.csv", testkit::focusCsv(charges("2026-06", {"1", "2", "4"})));
        const auto grown = imported("costs.csv");
        QCOMPARE(totals(), QString("USD 12.00"));
        QVERIFY(takeBack(grown));
        QCOMPARE(state(), two);
        QVERIFY(takeBack(july));
        QCOMPARE(state(), one);
        QCOMPARE(totals(), QString("USD 3.00"));
        verifySound();
    }

    /// In any order only where nothing was built on it.
    void deliveryThatAnotherBuiltOn_stays()
    {
        write("costs.csv", testkit::focusCsv(charges("2026-06", {"1", "2"})));
        const auto first = imported("costs.csv");
        write("costs.csv", testkit::focusCsv(charges("2026-06", {"1", "2", "4"})));
        const auto second = imported("costs.csv");
        const QStringList before = state();
        const auto refused = takeBack(first);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QCOMPARE(state(), before);
        QVERIFY(!deliveries().deliveries.back().stays.empty());
        QVERIFY(takeBack(second));
        QVERIFY(takeBack(first));
        QCOMPARE(totals(), QString());
        verifySound();
    }

    /// Only what the last delivery of a source replaced is kept, so that a month delivered each day fills no disk.
    void earlierDeliveries_areLetGo()
    {
        QList<Charge> all = charges("2026-06", {"1", "2"});
        std::int64_t last = 0, before = 0;
        for (int day = 3; day < 8; ++day) {
            all += charges("2026-06", {"1", "2", "3", "4", "5", "6", "7", "8"}).mid(day - 1, 1);
            write("costs.csv", testkit::focusCsv(all));
            before = last;
            last = imported("costs.csv");
        }
        QCOMPARE(rows("SELECT count(*) FROM aside_partition"), QStringList{"1"});
        QVERIFY(takeBack(last));
        const auto gone = takeBack(before);
        QVERIFY(!gone);
        QCOMPARE(gone.error().code, ErrorCode::NotFound);
        verifySound();
    }

    void whatReplaceTookFromAnotherSource_comesBackThere()
    {
        write("a/june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25", "4.75"})));
        ImportOptions named;
        named.source = "old name";
        imported("a", named);
        const QStringList before = state();
        write("b/june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25", "4.75", "8.5"})));
        ImportOptions taking;
        taking.source = "new name";
        taking.replace = true;
        const auto delivery = imported("b", taking);
        QCOMPARE(totals(), QString("USD 27.00"));
        const auto report = takeBack(delivery);
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(state(), before);
        QCOMPARE(totals(), QString("USD 18.50"));
        verifySound();
    }

    /// A number is given once: said again, it removes nothing else.
    void numbersOfDeliveries_areGivenOnce()
    {
        write("a.csv", testkit::focusCsv(charges("2026-06", {"1", "2"})));
        write("b.csv", testkit::focusCsv(charges("2026-07", {"4"})));
        write("c.csv", testkit::focusCsv(charges("2026-08", {"8"})));
        imported("a.csv");
        const auto second = imported("b.csv");
        QVERIFY(takeBack(second));
        verifySound();
        const auto third = imported("c.csv");
        QVERIFY(third > second);
        const auto again = takeBack(second);
        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::NotFound);
        QCOMPARE(totals(), QString("USD 11.00"));
        QVERIFY(takeBack(third));
        QVERIFY(imported("b.csv") > third);
        verifySound();
    }

    /// Why a delivery stays sends nobody to what is not there.
    void deliveryWhoseChargesWent_saysWhere()
    {
        write("a.csv", testkit::focusCsv(charges("2026-06", {"1", "2"})));
        imported("a.csv");
        const auto why = [this] { return deliveries().deliveries.back().stays; };
        QVERIFY(session::removeSource(m_engine->file(), "a", {}, {}));
        QCOMPARE(why(), std::string("what it brought was removed with the source \"a\"; put that back first"));
        QVERIFY(session::restoreSource(m_engine->file(), "a", {}, {}));
        QCOMPARE(why(), std::string());
        write("a.csv", testkit::focusCsv(charges("2026-06", {"1", "2", "4"})));
        const auto grown = imported("a.csv");
        QCOMPARE(why(),
                 "what it brought was replaced since by delivery " + std::to_string(grown) + "; take that back first");
        QVERIFY(session::removeSource(m_engine->file(), "a", {}, {}));
        QVERIFY(session::forgetSource(m_engine->file(), "a", {}, {}));
        QCOMPARE(deliveries().deliveries.front().stays,
                 std::string("what it brought was replaced or removed since, and is no longer kept"));
    }

    void unknownDelivery_isRefused()
    {
        const auto refused = takeBack(7);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::NotFound);
        QVERIFY(!takeBack(0));
    }

    void damagedAside_isNotPutBack()
    {
        write("costs.csv", testkit::focusCsv(charges("2026-06", {"1", "2"})));
        imported("costs.csv");
        write("costs.csv", testkit::focusCsv(charges("2026-06", {"1", "2", "4"})));
        const auto delivery = imported("costs.csv");
        {
            auto writing = m_engine->file().write();
            QVERIFY(writing.db().execute("UPDATE aside_segment SET facts=zeroblob(length(facts))"));
        }
        const QStringList before = state();
        const auto refused = takeBack(delivery);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Corrupt);
        QCOMPARE(state(), before);
    }

    void alteredAsideRow_isNotPutBack()
    {
        write("costs.csv", testkit::focusCsv(charges("2026-06", {"1", "2"})));
        imported("costs.csv");
        write("costs.csv", testkit::focusCsv(charges("2026-06", {"1", "2", "4"})));
        const auto delivery = imported("costs.csv");
        {
            auto writing = m_engine->file().write();
            QVERIFY(writing.db().execute("UPDATE aside_partition SET billed_cost='300'"));
        }
        const auto refused = takeBack(delivery);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Corrupt);
    }

    void removedSource_canBePutBack()
    {
        write("june.csv",
              testkit::focusCsv(charges("2026-06", {"10.50", "3.25"}) + charges("2026-05", {"-1"}, "200", "EUR")) +
                  "x,1,1,1,USD,100,2026-06-01,2026-07-01,2026-06-04,2026-06-05,Usage,C,C,AWS,{},\n");
        write("july.csv", testkit::focusCsv(charges("2026-07", {"5"})));
        imported("june.csv");
        imported("july.csv");
        const QStringList before = state();
        const QString money = totals();
        const auto removed = session::removeSource(m_engine->file(), "june", {1'790'000'000}, {});
        QVERIFY2(removed, removed ? "" : removed.error().text().c_str());
        QCOMPARE(removed->gone.size(), std::size_t(2));
        QCOMPARE(removed->gone[0].billed.toString(2), std::string("13.75"));
        QCOMPARE(removed->gone[1].billed.toString(2), std::string("-1.00"));
        QCOMPARE(totals(), QString("USD 5.00"));
        const auto sources = answer(*m_engine->snapshot(), SourcesQuestion{}, {});
        QVERIFY(sources && sources->size() == 1);
        QCOMPARE(deliveries().removed.size(), std::size_t(1));
        QCOMPARE(deliveries().removed[0].name, std::string("june"));
        verifySound();
        const auto back = session::restoreSource(m_engine->file(), "june", {1'790'000'001}, {});
        QVERIFY2(back, back ? "" : back.error().text().c_str());
        QCOMPARE(state(), before);
        QCOMPARE(totals(), money);
        QVERIFY(deliveries().removed.empty());
        verifySound();
        QCOMPARE(rows("SELECT count(*) FROM audit WHERE what='partition set aside'"), QStringList{"2"});
        QCOMPARE(rows("SELECT count(*) FROM audit WHERE what='partition restored'"), QStringList{"2"});
    }

    void removedSource_thatHoldsChargesAgain_isNotPutBack()
    {
        write("june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25"})));
        imported("june.csv");
        QVERIFY(session::removeSource(m_engine->file(), "june", {}, {}));
        imported("june.csv"); // not an earlier state: the user removed it
        const auto refused = session::restoreSource(m_engine->file(), "june", {}, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QCOMPARE(totals(), QString("USD 13.75"));
        QVERIFY(session::removeSource(m_engine->file(), "june", {}, {}));
        QVERIFY(session::restoreSource(m_engine->file(), "june", {}, {}));
        QCOMPARE(totals(), QString("USD 13.75"));
        verifySound();
    }

    /// The same charges, or a newer state of them, under another name: put back, they would count twice.
    void removedSource_thatAnotherHoldsSince_isNotPutBack()
    {
        write("june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25"})));
        write("again.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25"})));
        imported("june.csv");
        QVERIFY(session::removeSource(m_engine->file(), "june", {}, {}));
        imported("again.csv");
        const auto refused = session::restoreSource(m_engine->file(), "june", {}, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QVERIFY2(refused.error().what.find("again") != std::string::npos, refused.error().what.c_str());
        QCOMPARE(totals(), QString("USD 13.75"));
        QVERIFY(session::removeSource(m_engine->file(), "again", {}, {}));
        QVERIFY(session::restoreSource(m_engine->file(), "june", {}, {}));
        QCOMPARE(totals(), QString("USD 13.75"));
        verifySound();
    }

    void delivery_whoseFormerStateAnotherHoldsSince_isNotTakenBack()
    {
        write("june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25", "4.75"})));
        imported("june.csv");
        write("june.csv", testkit::focusCsv(charges("2026-06", {"91.10", "92.20"})));
        ImportOptions replacing;
        replacing.replace = true;
        const auto wrong = imported("june.csv", replacing);
        QCOMPARE(totals(), QString("USD 183.30"));
        write("right/june-right.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25", "4.75"})));
        ImportOptions beside;
        beside.source = "right";
        beside.keepBoth = true;
        imported("right", beside);
        QCOMPARE(totals(), QString("USD 201.80"));
        const auto refused = takeBack(wrong);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QCOMPARE(totals(), QString("USD 201.80"));
        verifySound();
    }

    /// What was put back keeps its old number, and yet it never counted beside what was imported while it was away.
    void removedSources_thatNeverCountedTogether_areNotBothPutBack()
    {
        write("june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25"})));
        write("again.csv", testkit::focusCsv(charges("2026-06", {"11.50", "3.50"})));
        imported("june.csv");
        QVERIFY(session::removeSource(m_engine->file(), "june", {}, {}));
        imported("again.csv");
        QVERIFY(session::removeSource(m_engine->file(), "again", {}, {}));
        QVERIFY(session::restoreSource(m_engine->file(), "june", {}, {}));
        const auto refused = session::restoreSource(m_engine->file(), "again", {}, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QVERIFY2(refused.error().what.find("\"june\"") != std::string::npos, refused.error().what.c_str());
        QCOMPARE(totals(), QString("USD 13.75"));
        QVERIFY(session::removeSource(m_engine->file(), "june", {}, {}));
        QVERIFY(session::restoreSource(m_engine->file(), "again", {}, {}));
        QVERIFY(!session::restoreSource(m_engine->file(), "june", {}, {}));
        QCOMPARE(totals(), QString("USD 15.00"));
        verifySound();
    }

    void removedSources_thatCountedTogether_areBothPutBackInAnyOrder()
    {
        for (const bool isFirst : {true, false}) {
            beginWorkspace();
            write("june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25"})));
            write("beside.csv", testkit::focusCsv(charges("2026-06", {"1.50", "3.50"})));
            imported("june.csv");
            imported("beside.csv", both());
            QCOMPARE(totals(), QString("USD 18.75"));
            for (const char* name : {"june", "beside"})
                QVERIFY(session::removeSource(m_engine->file(), name, {}, {}));
            for (const char* name : {isFirst ? "june" : "beside", isFirst ? "beside" : "june"}) {
                const auto back = session::restoreSource(m_engine->file(), name, {}, {});
                QVERIFY2(back, back ? "" : back.error().text().c_str());
            }
            QCOMPARE(totals(), QString("USD 18.75"));
            verifySound();
        }
    }

    /// Other months, accounts and currencies under the name are no reason to keep what was removed away.
    void removedSource_comesBackBesideOtherMonthsOfItsName()
    {
        write("1/costs.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25"})) +
                                 "x,1,1,1,USD,100,2026-06-01,2026-07-01,2026-06-04,2026-06-05,Usage,C,C,AWS,{},\n");
        write("2/costs.csv", testkit::focusCsv(charges("2026-07", {"5"})) +
                                 "x,1,1,1,USD,100,2026-07-01,2026-08-01,2026-07-04,2026-07-05,Usage,C,C,AWS,{},\n");
        imported("1", named("costs"));
        QVERIFY(session::removeSource(m_engine->file(), "costs", {}, {}));
        imported("2", named("costs"));
        const auto back = session::restoreSource(m_engine->file(), "costs", {}, {});
        QVERIFY2(back, back ? "" : back.error().text().c_str());
        QCOMPARE(back->backOf.size(), std::size_t(1));
        QCOMPARE(totals(), QString("USD 18.75"));
        QVERIFY(deliveries().removed.empty());
        verifySound();
    }

    /// One account was taken by a delivery, the rest removed with the source; what comes back comes back to its source.
    void partsThatWentApart_comeBackOneAfterTheOther()
    {
        write("a/a.csv", testkit::focusCsv(charges("2026-06", {"7", "7.25"}) + charges("2026-06", {"100"}, "200")));
        write("b/b.csv", testkit::focusCsv(charges("2026-06", {"9", "9.50"})));
        imported("a", named("a"));
        const QStringList before = state();
        ImportOptions taking = named("b");
        taking.replace = true;
        const auto taker = imported("b", taking);
        QCOMPARE(totals(), QString("USD 118.50"));
        QVERIFY(session::removeSource(m_engine->file(), "a", {}, {}));
        const auto report = takeBack(taker);
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->source, std::string("b"));
        QCOMPARE(report->backOf.size(), std::size_t(1));
        QCOMPARE(report->backOf[0].source, std::string("a"));
        QCOMPARE(report->backOf[0].money[0].billed.toString(2), std::string("14.25"));
        const auto back = session::restoreSource(m_engine->file(), "a", {}, {});
        QVERIFY2(back, back ? "" : back.error().text().c_str());
        QCOMPARE(totals(), QString("USD 114.25"));
        QCOMPARE(state(), before);
        verifySound();
    }

    /// The next delivery of a source whose month another took over counts twice by no name alone.
    void monthThatAnotherTook_isNotDoubledByTheNextDelivery()
    {
        const QList<Charge> june = charges("2026-06", {"7", "7.25", "8"});
        write("a.csv", testkit::focusCsv(june));
        write("b.csv", testkit::focusCsv(charges("2026-06", {"9", "9.50", "9.75"})));
        imported("a.csv", named("a"));
        ImportOptions taking = named("b");
        taking.replace = true;
        imported("b.csv", taking);
        QCOMPARE(totals(), QString("USD 28.25"));
        const auto refused = import("a.csv", named("a"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        write("a.csv", testkit::focusCsv(charges("2026-06", {"7", "7.25", "8", "8.5"})));
        QVERIFY(!import("a.csv", named("a")));
        QCOMPARE(totals(), QString("USD 28.25"));
        // By the user's word both count, and b's own next delivery does not take that back.
        ImportOptions beside = named("a");
        beside.keepBoth = true;
        imported("a.csv", beside);
        QCOMPARE(totals(), QString("USD 59.00"));
        imported("b.csv", taking);
        QCOMPARE(totals(), QString("USD 59.00"));
        verifySound();
    }

    void monthThatIsDoubledAllTheSame_isMendedBySayingItAgain()
    {
        write("a.csv", testkit::focusCsv(charges("2026-06", {"7", "7.25", "8"})));
        write("b.csv", testkit::focusCsv(charges("2026-06", {"9", "9.50", "9.75"})));
        imported("a.csv", named("a"));
        ImportOptions taking = named("b");
        taking.replace = true;
        imported("b.csv", taking);
        imported("a.csv", [] { // as a workspace of before may hold it
            ImportOptions beside = named("a");
            beside.keepBoth = true;
            return beside;
        }());
        {
            auto writing = m_engine->file().write();
            QVERIFY(writing.db().execute("UPDATE audit SET detail=replace(detail, ',\"beside\":true', '')"));
        }
        QCOMPARE(totals(), QString("USD 50.50"));
        imported("b.csv", taking);
        QCOMPARE(totals(), QString("USD 28.25"));
    }

    void forgottenSource_isGone()
    {
        write("june.csv", testkit::focusCsv(charges("2026-06", {"10.50", "3.25"})));
        imported("june.csv");
        QVERIFY(session::removeSource(m_engine->file(), "june", {}, {}));
        const auto forgotten = session::forgetSource(m_engine->file(), "june", {}, {});
        QVERIFY(forgotten && forgotten->gone[0].billed.toString(2) == "13.75");
        QVERIFY(!session::restoreSource(m_engine->file(), "june", {}, {}));
        QVERIFY(deliveries().removed.empty());
        const auto sources = answer(*m_engine->snapshot(), SourcesQuestion{}, {});
        QVERIFY(sources && sources->empty());
        verifySound();
    }

    void sourceThatIsNot_isNotFound()
    {
        QCOMPARE(session::removeSource(m_engine->file(), "june", {}, {}).error().code, ErrorCode::NotFound);
        QCOMPARE(session::restoreSource(m_engine->file(), "june", {}, {}).error().code, ErrorCode::NotFound);
        QCOMPARE(session::forgetSource(m_engine->file(), "june", {}, {}).error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestTakingBack)
#include "tst_takingback.moc"
