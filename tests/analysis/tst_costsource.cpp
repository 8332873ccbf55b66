#include <QRandomGenerator>
#include <QTest>

#include "models/analysis/query/factanswers.h"
#include "tests/testkit/costoracle.h"
#include "tests/testkit/rounds.h"

using namespace altimeter;
using testkit::CostOracle;
using testkit::rounds;
using testkit::World;

namespace {

using SourceFactory = std::shared_ptr<const CostSource> (*)(const World& world);

std::shared_ptr<const CostSource> factsInMemory(const World& world)
{
    auto attribution = analysis::attribute(world.facts, world.rules);
    if (!attribution)
        qFatal("the rules cannot be evaluated: %s", attribution.error().text().c_str());
    return std::make_shared<const analysis::FactAnswers>(
        std::make_shared<const FactSet>(world.facts), std::make_shared<const analysis::Attribution>(attribution.take()),
        std::make_shared<const testkit::BookLines>(world));
}

/// One thing that a source could get wrong, each in one answer alone.
enum class Mistake {
    None,
    RowLost,
    AttoLost,
    RowsSwapped,
    CountOff,
    DistinctOff,
    TotalOff,
    TopIgnored,
    KeptIgnored,
    WindowLate,
    WindowShort,
    LinesSwapped,
    OwnerOfAnother,
    WholeForPart,
    PageTotalOff,
    OrderIgnored,
    KeyLost,
    WayLost,
    BatchLost,
    SinkIgnored,
    ColumnLost,
    ValueLost,
    ValuesSwapped,
    LimitIgnored,
    OwnFilterKept,
    TagLost,
    FirstDayLate,
    DayNotDelivered,
    KnownTooLong,
    FarRangeIgnored,
    FarYearLost,
    UseOff,
    UseOfPublished,
    DraftIsPublished,
    DigitsNotExported,
    PartitionOfAnother,
    OtherRevision,
    WindowTotalOff,
    Count,
};

/// A source with a mistake.
class Mistaken final : public CostSource {
public:
    Mistaken(std::shared_ptr<const CostSource> source, Mistake mistake)
        : m_source(std::move(source)), m_mistake(mistake)
    {
    }

    Result<CostTable> table(const CostQuery& query, std::stop_token stop) const override
    {
        CostQuery asked = query;
        if (is(Mistake::TopIgnored))
            asked.top = 0;
        auto table = m_source->table(asked, stop);
        if (!table)
            return table;
        table->query = query;
        if (is(Mistake::OtherRevision))
            ++table->revision;
        if (table->rows.empty())
            return table;
        CostRow& last = table->rows.back();
        if (is(Mistake::RowLost))
            table->rows.pop_back();
        else if (is(Mistake::AttoLost))
            last.cost = Amount::fromAttos(last.cost.attos() + 1);
        else if (is(Mistake::RowsSwapped))
            std::swap(table->rows.front(), last);
        else if (is(Mistake::CountOff))
            ++last.unknownRows;
        else if (is(Mistake::DistinctOff) && query.countDistinct)
            ++last.distinct;
        else if (is(Mistake::TotalOff))
            table->totals.back().cost = Amount();
        return table;
    }
    Result<CostTable> tableOf(const CostQuery& query, const KeptKeys& kept, std::stop_token stop) const override
    {
        return m_source->tableOf(query, is(Mistake::KeptIgnored) ? KeptKeys() : kept, stop);
    }
    Result<ChargePage> charges(const CostQuery& query, const ChargeWindow& window, std::stop_token stop) const override
    {
        ChargeWindow asked = window;
        if (is(Mistake::WindowLate) && window.offset > 0)
            ++asked.offset;
        if (is(Mistake::WindowShort) && window.limit > 1 && window.limit < 1000)
            --asked.limit;
        if (is(Mistake::OrderIgnored))
            asked.largestFirst = false;
        if (is(Mistake::KeyLost) && !asked.order.empty())
            asked.order.pop_back();
        if (is(Mistake::WayLost) && !asked.order.empty())
            asked.order.front().descending = false;
        auto page = m_source->charges(query, asked, stop);
        if (!page)
            return page;
        page->offset = window.offset;
        if (is(Mistake::PageTotalOff) && !page->totals.empty())
            page->totals.front().rows += 1;
        if (is(Mistake::WindowTotalOff) && window.onlyTotals && !page->windowTotals.empty())
            page->windowTotals.back().cost = Amount::fromAttos(page->windowTotals.back().cost.attos() + 1);
        if (page->rows.empty())
            return page;
        ChargeRow& last = page->rows.back();
        if (is(Mistake::LinesSwapped))
            std::swap(page->rows.front(), last);
        if (is(Mistake::OwnerOfAnother))
            last.costCenter = last.costCenter.empty() ? "another" : "";
        if (is(Mistake::WholeForPart))
            last.isSharedPart = !last.isSharedPart;
        return page;
    }
    Status eachCharge(const CostQuery& query, const ChargeWindow& window, const ChargeSink& sink,
                      std::stop_token stop) const override
    {
        const auto flawed = [&](std::span<const ChargeRow> batch) {
            if (is(Mistake::BatchLost))
                return Status();
            const Status done = sink(batch);
            return is(Mistake::SinkIgnored) ? Status() : done;
        };
        return m_source->eachCharge(query, window, flawed, stop);
    }
    Result<ChargeColumns> chargeColumns(std::stop_token stop) const override
    {
        auto columns = m_source->chargeColumns(stop);
        if (columns && is(Mistake::ColumnLost))
            std::erase(columns->columns, Column::ServiceName);
        return columns;
    }
    Result<std::vector<std::string>> values(const Dim& dim, const CostQuery& query, std::size_t limit,
                                            std::stop_token stop) const override
    {
        if (is(Mistake::OwnFilterKept)) {
            CostQuery filtered = query;
            filtered.by = {dim};
            filtered.granularity = Granularity::None;
            filtered.top = 0;
            std::vector<std::string> values;
            const auto table = m_source->table(filtered, stop);
            for (const CostRow& row : table->rows) {
                if (values.size() < limit && std::find(values.begin(), values.end(), row.keys[0]) == values.end())
                    values.push_back(row.keys[0]);
            }
            return values;
        }
        auto values = m_source->values(dim, query, is(Mistake::LimitIgnored) ? limit + 1 : limit, stop);
        if (values && !values->empty() && is(Mistake::ValueLost))
            values->pop_back();
        if (values && !values->empty() && is(Mistake::ValuesSwapped))
            std::swap(values->front(), values->back());
        return values;
    }
    Result<std::vector<Dim>> dims(std::stop_token stop) const override
    {
        auto dims = m_source->dims(stop);
        if (dims && is(Mistake::TagLost))
            dims->erase(dims->begin());
        return dims;
    }
    Result<CostDays> days(std::stop_token stop) const override
    {
        auto days = m_source->days(stop);
        if (!days)
            return days;
        if (is(Mistake::FirstDayLate))
            days->first = days->first + 1;
        if (is(Mistake::DayNotDelivered))
            days->delivered.begin()->second.pop_back();
        if (is(Mistake::KnownTooLong)) {
            for (KnownAccount& account : days->accounts)
                account.through = account.through + 1;
        }
        return days;
    }
    Result<std::vector<FarCharges>> farCharges(const DateRange& range, std::stop_token stop) const override
    {
        auto far = m_source->farCharges(is(Mistake::FarRangeIgnored) ? DateRange() : range, stop);
        if (far && !far->empty() && is(Mistake::FarYearLost))
            far->front().years.pop_back();
        return far;
    }
    Result<std::vector<RuleDiff::RuleUse>> ruleUse(std::stop_token stop) const override
    {
        auto use = m_source->ruleUse(stop);
        if (use && is(Mistake::UseOff) && !use->empty())
            ++use->back().rows;
        return use;
    }
    Result<std::shared_ptr<const CostSource>> under(const RuleSet& rules, std::stop_token stop) const override
    {
        if (is(Mistake::DraftIsPublished))
            return m_source;
        auto draft = m_source->under(rules, stop);
        if (draft && is(Mistake::UseOfPublished))
            return std::shared_ptr<const CostSource>(std::make_shared<Mistaken>(draft.take(), Mistake::UseOff));
        return draft;
    }
    Result<Recount> recount(const PartitionInfo& partition, std::stop_token stop) const override
    {
        PartitionInfo asked = partition;
        if (is(Mistake::PartitionOfAnother))
            ++asked.ids.front();
        auto sums = m_source->recount(asked, stop);
        if (sums && is(Mistake::DigitsNotExported))
            sums->exported[1] = {};
        return sums;
    }
    std::uint64_t revision() const override { return m_source->revision(); }

private:
    bool is(Mistake mistake) const { return m_mistake == mistake; }

    std::shared_ptr<const CostSource> m_source;
    Mistake m_mistake;
};

/// The first and the last day of the data of a world without far days.
std::pair<Day, Day> daysOf(const World& world)
{
    Day first = world.book.lines.front().day;
    Day last = first;
    for (const auto& line : world.book.lines) {
        first = std::min(first, line.day);
        last = std::max(last, line.day);
    }
    return {first, last};
}

/// Moves some lines far away and answers the days of the data, which are those of the others. Requires two lines.
std::pair<Day, Day> moveFar(QRandomGenerator& random, World& world)
{
    const auto days = daysOf(world);
    const std::vector<Day> far{Day::fromYmd(1900, 1, 1), Day::fromYmd(2206, 5, 31), Day::fromYmd(9999, 12, 30)};
    for (auto& line : world.book.lines) {
        const bool isBound = line.day == days.first || line.day == days.second;
        if (!isBound && testkit::oneIn(random, 40))
            line.day = testkit::pick(random, far);
    }
    world.pack(random, testkit::randomChunkRows(random));
    world.facts.importedAt = {std::int64_t{days.second.number} * 86400};
    world.setRules(world.rules);
    return days;
}

} // namespace

/// What every CostSource promises. A source of another kind is one more row of `everyQuestion_equalsTheSlowCount_data`.
class TestCostSource : public QObject {
    Q_OBJECT

private slots:
    void everyQuestion_equalsTheSlowCount_data()
    {
        QTest::addColumn<SourceFactory>("make");
        QTest::newRow("facts in memory") << SourceFactory(factsInMemory);
    }

    void everyQuestion_equalsTheSlowCount()
    {
        QFETCH(SourceFactory, make);
        QRandomGenerator random(21);
        for (int round = 0; round < rounds(60); ++round) {
            World world = testkit::randomWorld(random);
            const auto [first, last] = testkit::oneIn(random, 3) ? moveFar(random, world) : daysOf(world);
            const auto source = make(world);
            const std::string why = CostOracle(world, *source).everything(random, first, last);
            QVERIFY2(why.empty(), ("round " + std::to_string(round) + ", " + why).c_str());
            const CostQuery query = testkit::randomQuery(random, world.book, world.days);
            QCOMPARE(CostOracle(world, *source).stopped(query), std::string());
        }
    }

    /// The oracle is only worth something while it finds what is wrong.
    void plantedMistakes_areFound()
    {
        std::set<int> open; // not found yet
        for (int mistake = 1; mistake < static_cast<int>(Mistake::Count); mistake += testkit::sanitizerShare())
            open.insert(mistake);
        QRandomGenerator random(22);
        for (int round = 0; round < 1000 && !open.empty(); ++round) { // some take more worlds than others
            World world = testkit::randomWorld(random);
            const auto [first, last] = round % 2 == 0 ? moveFar(random, world) : daysOf(world);
            const auto source = factsInMemory(world);
            const std::uint32_t seed = random.generate();
            for (auto mistake = open.begin(); mistake != open.end();) {
                const Mistaken mistaken(source, static_cast<Mistake>(*mistake));
                QRandomGenerator same(seed);
                const bool isFound = !CostOracle(world, mistaken).everything(same, first, last).empty();
                mistake = isFound ? open.erase(mistake) : std::next(mistake);
            }
        }
        for (const int mistake : open)
            QFAIL(("mistake " + std::to_string(mistake) + " is not found").c_str());
    }

    void factsAlone_answerWhatNeedsNoStoredLine()
    {
        QRandomGenerator random(23);
        const World world = testkit::randomWorld(random);
        const analysis::FactAnswers answers(
            std::make_shared<const FactSet>(world.facts),
            std::make_shared<const analysis::Attribution>(*analysis::attribute(world.facts, world.rules)));
        QVERIFY(answers.table({}, {}) && answers.days({}) && answers.ruleUse({}) && answers.under(world.rules, {}));
        const auto isUnsupported = [](const auto& answer) {
            return !answer && answer.error().code == ErrorCode::Unsupported;
        };
        QVERIFY(isUnsupported(answers.charges({}, {}, {})));
        QVERIFY(isUnsupported(answers.chargeColumns({})));
        QVERIFY(isUnsupported(answers.dims({})));
        QVERIFY(isUnsupported(answers.recount({}, {})));
    }
};

QTEST_APPLESS_MAIN(TestCostSource)
#include "tst_costsource.moc"
