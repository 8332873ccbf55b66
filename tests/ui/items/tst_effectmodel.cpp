#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

#include "ui/pages/allocation/effectmodel.h"

#include <map>
#include <random>
#include <set>

using namespace altimeter;
using altimeter::ui::EffectModel;

namespace {

using Tester = QAbstractItemModelTester;

/// What a draft moves in a random world: owners without a name among them, credits, amounts of 10^15, two currencies
/// and fields, and months in which nothing moves.
RuleDiff randomDiff(std::mt19937& random)
{
    const auto upTo = [&random](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
    const auto amount = [&] {
        const Int128 size = upTo(5) == 0 ? Int128{1'000'000'000'000'000} : Int128{1 + upTo(5000)};
        return Amount::fromAttos((upTo(3) == 0 ? -size : size) * Amount::kAttosPerUnit / (1 + upTo(6)));
    };
    RuleDiff diff;
    for (const char* field : {"team", "cost_center"})
        for (const Currency currency : {Currency("USD"), Currency("EUR")})
            for (int month = 1; month <= 3; ++month) {
                const int owners = upTo(4);
                RuleDiff::Balance balance{field,   Day::fromYmd(2026, month, 1), currency, amount(), Amount(), Amount(),
                                          Amount()};
                AmountSum before, after;
                for (int owner = 0; owner < owners; ++owner) {
                    RuleMove move;
                    move.field = field;
                    move.owner = owner == 0 ? std::string() : std::string(1, static_cast<char>('a' + owner));
                    move.month = balance.month;
                    move.currency = currency;
                    move.before = amount();
                    move.after = amount();
                    before.add(move.before);
                    after.add(move.after);
                    diff.moves.push_back(std::move(move));
                }
                // all that comes in goes out: the last one has what the others lost
                AmountSum whole;
                whole.add(before.amount());
                whole.add(-after.amount());
                if (owners == 0)
                    continue;
                RuleMove last{diff.moves.back()};
                last.owner = "last";
                last.before = Amount();
                last.after = whole.amount();
                diff.moves.push_back(last);
                AmountSum all; // with owners that stay
                all.add(before.amount());
                all.add(upTo(1) == 0 ? amount() : Amount());
                balance.before = balance.after = all.amount();
                diff.balances.push_back(std::move(balance));
            }
    return diff;
}

/// By currency and column: of the outermost rows, and of the groups that are open together with what they are.
using Sums = std::map<std::pair<std::string, int>, Amount>;

void addTo(Sums& sums, const Currency& currency, int column, Amount amount)
{
    AmountSum sum;
    sum.add(sums[{std::string(currency.code()), column}]);
    sum.add(amount);
    sums[{std::string(currency.code()), column}] = sum.amount();
}

bool isPart(const EffectModel& model, int row)
{
    return model.index(row, EffectModel::NameColumn).data(ui::GridModel::FoldRole).toInt() == ui::GridModel::Beside;
}

/// Every column of the groups is what the footer says, and the parts of an open group add up to it.
void checkSums(const EffectModel& model)
{
    Sums groups, said;
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int column = EffectModel::BeforeColumn; column < EffectModel::ColumnCount; ++column) {
            if (isPart(model, row))
                continue;
            addTo(groups, model.currencyAt(row), column, *model.amountAt(row, column));
            AmountSum parts;
            int next = row + 1;
            for (; next < model.rowCount() && isPart(model, next); ++next)
                parts.add(*model.amountAt(next, column));
            if (next > row + 1)
                QVERIFY(parts.amount() == *model.amountAt(row, column));
        }
    }
    for (const auto& line : model.footer())
        for (const auto& [column, amount] : line.amounts)
            addTo(said, line.currency, column, amount);
    for (const auto& [key, amount] : said)
        QVERIFY2(groups[key] == amount, key.first.c_str());
    for (const auto& [key, amount] : groups)
        QVERIFY2(said.contains(key) || amount.isZero(), key.first.c_str());
}

std::multiset<QString> rowsOf(const EffectModel& model)
{
    std::multiset<QString> rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        QString text;
        for (int column = 0; column < model.columnCount(); ++column)
            text += model.rawText(row, column) + '|';
        rows.insert(text);
    }
    return rows;
}

} // namespace

class TestEffectModel : public QObject {
    Q_OBJECT
private slots:
    void ofNothing_hasNoRowsAndNoFooter()
    {
        EffectModel model;
        const Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setEffect({}, "team");
        model.setMonthsFirst(true);
        model.setAllFolded(false);
        model.sort(EffectModel::ChangeColumn, Qt::AscendingOrder);
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(model.footer().empty());
    }

    /// Whatever is folded, sorted, turned round or shown anew, in any order, the model keeps to the rules of models and
    /// its columns add up.
    void randomWorlds_keepTheRulesAndAddUp()
    {
        std::mt19937 random(11);
        const auto upTo = [&random](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
        EffectModel model;
        const Tester tester(&model, Tester::FailureReportingMode::Fatal);
        RuleDiff diff;
        for (int step = 0; step < 400; ++step) {
            switch (upTo(5)) {
            case 0:
                diff = randomDiff(random);
                model.setEffect(diff, upTo(1) == 0 ? "team" : "cost_center");
                break;
            case 1:
                model.setMonthsFirst(upTo(1) == 0);
                break;
            case 2:
                model.setAllFolded(upTo(1) == 0);
                break;
            case 3: {
                const auto before = rowsOf(model);
                model.sort(upTo(EffectModel::ColumnCount) - 1, upTo(1) == 0 ? Qt::AscendingOrder : Qt::DescendingOrder);
                QVERIFY(rowsOf(model) == before);
                break;
            }
            default:
                for (int times = 0; times < 3 && model.rowCount() > 0; ++times)
                    model.setFolded(upTo(model.rowCount() - 1), upTo(1) == 0);
            }
            checkSums(model);
        }
    }

    void foldedAndOpened_isAsBefore()
    {
        std::mt19937 random(5);
        EffectModel model;
        const Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setEffect(randomDiff(random), "team");
        const auto folded = rowsOf(model);
        for (int row = model.rowCount() - 1; row >= 0; --row)
            model.setFolded(row, false);
        const auto open = rowsOf(model);
        QVERIFY(open.size() > folded.size());
        model.setAllFolded(true);
        QVERIFY(rowsOf(model) == folded);
        model.setAllFolded(false);
        QVERIFY(rowsOf(model) == open);
    }
};

QTEST_MAIN(TestEffectModel)
#include "tst_effectmodel.moc"
