#include <QTest>

#include <QAbstractItemModelTester>

#include "ui/items/csvtext.h"
#include "ui/items/recordmodel.h"

using namespace altimeter;
using altimeter::ui::RecordModel;

class TestRecordModel : public QObject {
    Q_OBJECT
private slots:
    void model_sortedFilteredAndReset_keepsItsPromises();
    void sort_byAmount_isNumericAndStable();
    void filter_hidesRecordsButKeepsTheirNumbers();
    void csv_holdsExactDigitsAndNoFormulas();
    void refresh_keepsPlacesAndSelection();

private:
    std::vector<std::pair<std::string, std::string>> m_records{
        {"=cmd", "10.5"}, {"beta", "-3.000000150"}, {"alpha", "9"}, {"gamma", "10.5"}};
    void describe(RecordModel& model);
};

void TestRecordModel::describe(RecordModel& model)
{
    RecordModel::Column name;
    name.title = "Name";
    name.text = [this](std::size_t i) { return QString::fromStdString(m_records[i].first); };
    RecordModel::Column cost;
    cost.title = "Cost";
    cost.isNumber = true;
    cost.amount = [this](std::size_t i) { return std::optional<Amount>(*Amount::parse(m_records[i].second)); };
    cost.text = [this](std::size_t i) { return QString::fromStdString(m_records[i].second); };
    model.setColumns({name, cost});
    model.setCount(m_records.size(), [](std::size_t) { return Currency("USD"); });
}

void TestRecordModel::model_sortedFilteredAndReset_keepsItsPromises()
{
    RecordModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    describe(model);
    const QPersistentModelIndex beta = model.index(1, 0);
    model.sort(1, Qt::AscendingOrder);
    QCOMPARE(beta.row(), 0);
    QCOMPARE(beta.data().toString(), QString("beta"));
    model.setFilter([](std::size_t i) { return i != 1; });
    model.setCount(2);
    model.setCount(0);
    QCOMPARE(model.rowCount(), 0);
}

void TestRecordModel::sort_byAmount_isNumericAndStable()
{
    RecordModel model;
    describe(model);
    model.sort(1, Qt::DescendingOrder);
    QStringList names;
    for (int row = 0; row < model.rowCount(); ++row)
        names << model.index(row, 0).data().toString();
    QCOMPARE(names, (QStringList{"=cmd", "gamma", "alpha", "beta"}));
}

void TestRecordModel::filter_hidesRecordsButKeepsTheirNumbers()
{
    RecordModel model;
    describe(model);
    model.setFilter([](std::size_t i) { return i >= 2; });
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.record(0), std::size_t(2));
    QCOMPARE(model.amountAt(0, 1)->toString(), std::string("9.000000000"));
    QVERIFY(model.currencyAt(0) == Currency("USD"));
}

void TestRecordModel::csv_holdsExactDigitsAndNoFormulas()
{
    RecordModel model;
    describe(model);
    const QString csv = QString::fromStdString(ui::csvText(model, ui::CsvGuard::Spreadsheet));
    QVERIFY2(csv.contains("'=cmd,10.5"), qPrintable(csv));
    QVERIFY2(csv.contains("beta,-3.000000150"), qPrintable(csv));
}

void TestRecordModel::refresh_keepsPlacesAndSelection()
{
    RecordModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    double share = -1;
    RecordModel::Column name;
    name.text = [this](std::size_t i) { return QString::fromStdString(m_records[i].first); };
    name.icon = [this](std::size_t i) { return m_records[i].first == "beta" ? QString("check") : QString(); };
    name.progress = [&share](std::size_t) { return share; };
    RecordModel::Column rest = name;
    rest.stretch = 3;
    model.setColumns({name, rest});
    model.refresh(); // nothing to say yet
    model.setCount(m_records.size());
    QCOMPARE(model.columnStretch(0), 0);
    QCOMPARE(model.columnStretch(1), 3);
    QVERIFY(model.index(1, 0).data(Qt::DecorationRole).isValid());
    QVERIFY(!model.index(2, 0).data(Qt::DecorationRole).isValid());
    QVERIFY(!model.index(1, 0).data(RecordModel::ProgressRole).isValid());
    model.sort(0, Qt::AscendingOrder);
    const QPersistentModelIndex beta = model.index(model.rowOf(1), 0);
    share = 0.25;
    m_records[1].first = "zeta";
    model.refresh(true);
    QCOMPARE(beta.data().toString(), QString("zeta"));
    QCOMPARE(beta.row(), 3);
    QCOMPARE(beta.data(RecordModel::ProgressRole).toDouble(), 0.25);
    model.setFilter([](std::size_t i) { return i != 1; });
    QCOMPARE(model.rowOf(1), -1);
    m_records[1].first = "beta";
}

QTEST_MAIN(TestRecordModel)
#include "tst_recordmodel.moc"
