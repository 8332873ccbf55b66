#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "app/gui/sessionbackend.h"
#include "tests/testkit/focuscsv.h"

#include <optional>

using namespace altimeter;

/// Questions on their way to the session and back.
class TestAsking : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(m_dir.isValid()); }

    void withoutWorkspace_isAnError()
    {
        gui::SessionBackend backend(m_dir.filePath("none.ini"), session::memorySecretStore("this is a test."));
        std::optional<Error> error;
        backend.ask("a", SourcesQuestion{}, [&](const auto& answer) { error = answer.error(); });
        QVERIFY(!error); // never inside the call
        QTRY_VERIFY(error);
        QVERIFY(error->code == ErrorCode::NotFound);
    }

    void newestOfASlot_winsWhateverItAsks()
    {
        gui::SessionBackend backend(m_dir.filePath("slot.ini"), session::memorySecretStore("this is a test."));
        QVERIFY(open(backend, "slot.altimeter"));
        int overviews = 0;
        std::optional<CostTable> table;
        backend.ask("slot", OverviewQuestion{}, [&](const auto&) { ++overviews; });
        backend.ask("slot", TableQuestion{}, [&](Result<CostTable> answer) { table = answer.take(); });
        QTRY_VERIFY(table);
        QCOMPARE(overviews, 0);
    }

    /// A page asks several questions at once; a delivery that is stored between two of them must not show in one alone.
    void questionsOfOneTurn_areOfOneRevision()
    {
        gui::SessionBackend backend(m_dir.filePath("turn.ini"), session::memorySecretStore("this is a test."));
        QVERIFY(open(backend, "turn.altimeter"));
        const std::uint64_t before = backend.workspaces().info().revision;
        const auto file = testkit::writeFile(m_dir.path(), "turn.csv", testkit::focusCsv(QList<testkit::Charge>(40)));
        bool imported = false;
        std::optional<CostTable> atOnce;
        backend.workspaces().onChanged = [&](const WorkspaceInfo&) {
            backend.ask("told", TableQuestion{}, [&](Result<CostTable> answer) { atOnce = answer.take(); });
        };

        std::optional<CostTable> first, second;
        backend.ask("first", TableQuestion{}, [&](Result<CostTable> answer) { first = answer.take(); });
        backend.imports().start({file.string()}, {}, {}, [&](const auto& report) { imported = report.ok(); });
        QVERIFY(waitForRevisionAfter(before, backend));
        backend.ask("second", TableQuestion{}, [&](Result<CostTable> answer) { second = answer.take(); });
        QTRY_VERIFY(first && second && imported);
        QCOMPARE(first->revision, before);
        QCOMPARE(second->revision, before);

        QTRY_VERIFY(atOnce);
        QVERIFY(atOnce->revision > before); // whoever is told of the change asks of what it brought
        backend.workspaces().onChanged = nullptr;
    }

private:
    bool open(gui::SessionBackend& backend, const QString& name)
    {
        bool opened = false;
        backend.workspaces().open(m_dir.filePath(name).toStdString(), true,
                                  [&](const Result<WorkspaceInfo>& info) { opened = info.ok(); });
        return QTest::qWaitFor([&] { return opened; }, 20'000);
    }
    /// Lets no event happen meanwhile.
    static bool waitForRevisionAfter(std::uint64_t revision, gui::SessionBackend& backend)
    {
        for (int tries = 0; tries < 20'000; ++tries) {
            if (backend.workspaces().info().revision > revision)
                return true;
            QThread::msleep(1);
        }
        return false;
    }

    QTemporaryDir m_dir;
};

QTEST_MAIN(TestAsking)
#include "tst_asking.moc"
