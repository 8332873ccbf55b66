#include <QTest>

#include "tests/testkit/deliverybench.h"

using namespace altimeter;
using testkit::Charge;

namespace {

QList<Charge> charges(const QString& month, std::initializer_list<const char*> amounts, const QString& currency = "USD")
{
    QList<Charge> list;
    int day = 0;
    for (const char* amount : amounts) {
        Charge one;
        one.billed = one.effective = amount;
        one.month = month + "-01";
        one.day = month + '-' + QString::number(++day).rightJustified(2, '0');
        one.currency = currency;
        one.service = "Service " + QString::number(day);
        list << one;
    }
    return list;
}

const SurveyedFile* fileOf(const ImportSurvey& survey, const std::string& name)
{
    for (const SurveyedFile& file : survey.files) {
        if (file.name == name)
            return &file;
    }
    return nullptr;
}

} // namespace

/// What is said of files before they are stored is what storing them then does.
class TestSurvey : public QObject, private testkit::DeliveryBench {
    Q_OBJECT

    ImportSurvey survey(const QString& name, const ImportOptions& options = {})
    {
        const auto survey =
            session::surveyPaths(m_engine->file(), {(m_folder + '/' + name).toStdString()}, options, {}, {});
        if (!survey)
            qFatal("%s", survey.error().text().c_str());
        return *survey;
    }
    std::uint64_t storedRows()
    {
        if (!m_engine->refresh())
            qFatal("cannot be read");
        return m_engine->info().rows;
    }

private slots:
    void init() { beginWorkspace(); }

    void files_areSaidWithTheirMoney_andNothingIsStored()
    {
        write("in/a.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25"}) + charges("2026-06", {"7"}, "EUR")));
        write("in/b.csv", testkit::focusCsv(charges("2026-06", {"100"})));
        const ImportSurvey found = survey("in");
        QCOMPARE(found.files.size(), std::size_t(2));
        const SurveyedFile& a = found.files[0];
        QCOMPARE(a.name, std::string("a.csv"));
        QCOMPARE(a.state, SurveyedFile::State::Charges);
        QVERIFY(a.isFocus());
        QCOMPARE(a.profile, std::string("focus"));
        QCOMPARE(a.rows, std::uint64_t(3));
        QCOMPARE(a.money.size(), std::size_t(2));
        QCOMPARE(a.money[0].billed.toString(2), std::string("13.75"));
        QCOMPARE(a.money[1].billed.toString(2), std::string("7.00"));
        QCOMPARE(toString(a.money[0].from) + toString(a.money[0].to), std::string("2026-05-012026-06-01"));
        QVERIFY(found.questions.empty());
        QCOMPARE(found.report.rowsStored, std::uint64_t(4));
        QCOMPARE(found.report.partitions.size(), std::size_t(3));
        QCOMPARE(storedRows(), std::uint64_t(0));
        const auto report = import("in");
        QVERIFY(report && report->rowsStored == found.report.rowsStored);
        QCOMPARE(storedRows(), std::uint64_t(4));
    }

    void fileOfAnotherForm_saysHowItIsRead()
    {
        QByteArray old = testkit::focusCsv(charges("2026-05", {"10.50", "3.25"}));
        old.replace("EffectiveCost", "AmortizedCost").replace("BillingCurrency", "BilledCurrency");
        write("in/old.csv", old);
        write("in/notes.csv", "who,what\nAnna,tea\n");
        write("in/good.csv", testkit::focusCsv(charges("2026-06", {"1"})));
        const ImportSurvey found = survey("in");
        const SurveyedFile* file = fileOf(found, "old.csv");
        QVERIFY(file && !file->isFocus() && file->state == SurveyedFile::State::Charges);
        QVERIFY(QString::fromStdString(file->readAs.front()).contains("is read as"));
        QCOMPARE(file->rows, std::uint64_t(2));
        const SurveyedFile* notes = fileOf(found, "notes.csv");
        QVERIFY(notes && notes->state == SurveyedFile::State::Foreign && !notes->why.empty());
        QVERIFY(fileOf(found, "good.csv")->isFocus());
    }

    void sameChargesInTwoFiles_areLeftOutAsTheImportDoes()
    {
        write("in/a.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25", "4.5"})));
        write("in/b.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25"})));
        write("in/c.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25", "4.5"})));
        const ImportSurvey found = survey("in");
        QCOMPARE(fileOf(found, "a.csv")->state, SurveyedFile::State::Charges);
        QCOMPARE(fileOf(found, "b.csv")->state, SurveyedFile::State::Copy);
        QCOMPARE(fileOf(found, "c.csv")->state, SurveyedFile::State::Copy);
        QVERIFY(QString::fromStdString(fileOf(found, "b.csv")->why).contains("a.csv"));
        QCOMPARE(found.report.rowsStored, std::uint64_t(3));
    }

    /// The import would end at the first of them.
    void everythingThatIsUnclear_isAskedAtOnce()
    {
        write("in/a.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25", "4.5"})));
        write("in/b.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25", "8.75"})));
        write("in/c.csv", testkit::focusCsv(charges("2026-06", {"21.5", "6.31", "77"})));
        write("in/d.csv", testkit::focusCsv(charges("2026-06", {"21.5", "6.31", "78"})));
        QVERIFY(!import("in"));
        const ImportSurvey found = survey("in");
        QCOMPARE(found.questions.size(), std::size_t(2));
        QVERIFY(QString::fromStdString(found.questions[0].todo).contains("--keep-both"));
        QCOMPARE(found.files.size(), std::size_t(4));
        QCOMPARE(storedRows(), std::uint64_t(0));

        ImportOptions without;
        without.leftOut = {"b.csv", "d.csv"};
        const ImportSurvey decided = survey("in", without);
        QVERIFY(decided.questions.empty());
        QCOMPARE(fileOf(decided, "b.csv")->state, SurveyedFile::State::LeftOut);
        QCOMPARE(decided.report.rowsStored, std::uint64_t(6));
        const auto report = import("in", without);
        QVERIFY(report && report->rowsStored == 6);
        QVERIFY(std::any_of(report->findings.begin(), report->findings.end(),
                            [](const Finding& one) { return one.check == "file-left-out" && one.file == "b.csv"; }));

        ImportOptions both;
        both.keepBoth = true;
        QVERIFY(survey("in", both).questions.empty());
    }

    /// Of files with the same bytes another one counts where the first is left out.
    void twinOfALeftOutFile_isRead()
    {
        const QByteArray bytes = testkit::focusCsv(charges("2026-05", {"10.50", "3.25"}));
        write("in/a.csv", bytes);
        write("in/b.csv", bytes);
        ImportOptions without;
        without.leftOut = {"a.csv"};
        const ImportSurvey found = survey("in", without);
        QCOMPARE(fileOf(found, "b.csv")->state, SurveyedFile::State::Charges);
        QCOMPARE(found.report.rowsStored, std::uint64_t(2));
    }

    void whatWouldBeLost_isAsked()
    {
        write("costs.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25", "4.5"})));
        QVERIFY(import("costs.csv"));
        write("costs.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25"})));
        const ImportSurvey found = survey("costs.csv");
        QCOMPARE(found.questions.size(), std::size_t(1));
        QVERIFY(QString::fromStdString(found.questions[0].todo).contains("--replace"));
        QCOMPARE(storedRows(), std::uint64_t(3));
        ImportOptions replacing;
        replacing.replace = true;
        const ImportSurvey decided = survey("costs.csv", replacing);
        QVERIFY(decided.questions.empty());
        QCOMPARE(decided.report.partitions.front().action, PartitionReport::Action::Replaced);
        QCOMPARE(decided.report.partitions.front().oldTotal[1].toString(2), std::string("18.25"));
    }

    void damagedFile_isLeftOutAndAsked()
    {
        write("in/a.csv", testkit::focusCsv(charges("2026-05", {"10.50", "3.25"})));
        write("in/b.csv.gz", QByteArray("\x1F\x8B\x08\0\0\0\0\0\0\x03", 10) + "not a packed text");
        QVERIFY(!import("in"));
        const ImportSurvey found = survey("in");
        QCOMPARE(fileOf(found, "b.csv.gz")->state, SurveyedFile::State::Damaged);
        QCOMPARE(found.questions.size(), std::size_t(1));
        QCOMPARE(found.report.rowsStored, std::uint64_t(2));
        ImportOptions without;
        without.leftOut = {"b.csv.gz"};
        QVERIFY(survey("in", without).questions.empty());
        const auto report = import("in", without);
        QVERIFY(report && report->rowsStored == 2);
    }

    void cancelled_storesNothing()
    {
        write("costs.csv", testkit::focusCsv(charges("2026-05", {"10.50"})));
        std::stop_source stop;
        stop.request_stop();
        const auto found =
            session::surveyPaths(m_engine->file(), {(m_folder + "/costs.csv").toStdString()}, {}, {}, stop.get_token());
        QVERIFY(!found);
        QCOMPARE(found.error().code, ErrorCode::Cancelled);
    }

    /// The folder of the shared samples, dropped whole: a file of a draft of the standard with 160 currencies among it.
    void sharedFolder_isSurveyedWhole()
    {
        const auto folder = std::filesystem::path(ALTIMETER_SOURCE_DIR) / ".." / "shared" / "data" / "focus";
        if (!std::filesystem::exists(folder))
            QSKIP("the shared samples are not beside the checkout");
        const auto found = session::surveyPaths(m_engine->file(), {folder}, {}, {}, {});
        QVERIFY2(found, found ? "" : found.error().text().c_str());
        const SurveyedFile* negative = fileOf(*found, "negative/focus-0.5-wrong-names-crlf.csv");
        QVERIFY(negative && !negative->isFocus());
        QCOMPARE(negative->version, std::string("0.5"));
        QVERIFY(negative->money.size() > 150);
        const SurveyedFile* snake = fileOf(*found, "focus-1.2-snakecase-multicloud.csv");
        QVERIFY(snake && snake->money.size() == 1);
        QCOMPARE(snake->money[0].billed.toString(2), std::string("2593.33473396"));
        QVERIFY(!fileOf(*found, "native/azure-ea-usage.csv")->isFocus());
        QVERIFY(!found->questions.empty()); // two of the examples hold one line in common
    }
};

QTEST_GUILESS_MAIN(TestSurvey)
#include "tst_survey.moc"
