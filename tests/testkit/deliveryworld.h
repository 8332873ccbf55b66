#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/analysis/query/factanswers.h"
#include "tests/testkit/randomfacts.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

/// Small delivery histories with a known truth: who was charged on which days, and how far each was delivered.
namespace testkit {

enum class Rhythm { Daily, Weekdays, Weekly, Monthly, Quarterly };

/// One account as it is in truth, and what was delivered of it.
struct PlannedAccount {
    std::string source, provider, account, currency = "USD";
    Rhythm rhythm = Rhythm::Daily;
    Day first;   ///< of its charges
    Day through; ///< the last day that was delivered
    Day stopped; ///< the last day of its charges; none: it goes on
    int cost = 100;
    int credit = 0; ///< of each 20th
    int lines = 1;  ///< that a day's cost is made of, in equal parts
    std::string category;
    Instant importedAt{}; ///< of each of its months; not valid: that of the world
    std::string frequency{};
    std::string service{}, chargeClass{};

    bool isCharged(Day day) const
    {
        if (day < first || (stopped.isValid() && day > stopped))
            return false;
        switch (rhythm) {
        case Rhythm::Daily:
            return true;
        case Rhythm::Weekdays:
            return day.weekday() < 5;
        case Rhythm::Weekly:
            return day.weekday() == 6;
        case Rhythm::Monthly:
            return day.dayOfMonth() == 1;
        case Rhythm::Quarterly:
            return day.dayOfMonth() == 1 && day.month() % 3 == 1;
        }
        return false;
    }
    /// In truth, delivered or not.
    int costOn(Day day) const
    {
        return (isCharged(day) ? cost : 0) - (credit > 0 && isCharged(day) && day.dayOfMonth() == 20 ? credit : 0);
    }
    /// The first day whose charge is missing: up to the day before nothing tells that it was not delivered.
    Day missedFrom() const
    {
        Day day = rhythm == Rhythm::Monthly ? through.addMonths(1) : through + 1;
        while (!isCharged(day) && !(stopped.isValid() && day > stopped))
            day = day + 1;
        return day;
    }
};

class DeliveryWorld {
public:
    std::vector<PlannedAccount> accounts;
    std::vector<std::pair<std::size_t, Day>> stray; ///< charges by account, wherever they are dated
    Instant importedAt;
    int strayCost = 1200;
    std::map<std::pair<std::size_t, Day>, int> unstated{}; ///< how many lines of an account's day state no cost

    std::shared_ptr<const FactSet> facts() const
    {
        FactBook book;
        for (std::size_t at = 0; at < accounts.size(); ++at) {
            const PlannedAccount& plan = accounts[at];
            std::vector<std::string> cells(columnsOf(Group::Account).count);
            const auto cell = [](Column column) {
                return static_cast<std::size_t>(column) - columnsOf(Group::Account).first;
            };
            cells[cell(Column::ProviderName)] = plan.provider;
            cells[cell(Column::BillingAccountId)] = plan.account;
            std::array<std::uint32_t, kComboGroupCount> combo{};
            combo[static_cast<std::size_t>(Group::Account)] = book.addMember(Group::Account, cells);
            std::vector<std::string> charge(columnsOf(Group::Charge).count);
            charge[static_cast<std::size_t>(Column::ChargeCategory) - columnsOf(Group::Charge).first] = plan.category;
            charge[static_cast<std::size_t>(Column::ChargeFrequency) - columnsOf(Group::Charge).first] = plan.frequency;
            charge[static_cast<std::size_t>(Column::ChargeClass) - columnsOf(Group::Charge).first] = plan.chargeClass;
            combo[static_cast<std::size_t>(Group::Charge)] = book.addMember(Group::Charge, charge);
            if (!plan.service.empty()) {
                const Group group = *groupOf(Column::ServiceName);
                std::vector<std::string> named(columnsOf(group).count);
                named[static_cast<std::size_t>(Column::ServiceName) - columnsOf(group).first] = plan.service;
                combo[static_cast<std::size_t>(group)] = book.addMember(group, named);
            }
            book.dictionaries->combos.push_back(combo);
            std::map<Day, std::vector<std::pair<Day, int>>> months;
            for (Day day = plan.first; day <= plan.through; day = day + 1) {
                if (plan.isCharged(day))
                    months[day.firstOfMonth()].emplace_back(day, plan.costOn(day));
            }
            for (const auto& [owner, day] : stray) {
                if (owner == at)
                    months[std::min(day, plan.through).firstOfMonth()].emplace_back(day, strayCost);
            }
            for (const auto& [month, charges] : months)
                addMonth(book, at, month, charges);
        }
        auto facts = std::make_shared<FactSet>(book.facts(FactChunk::kMaxRows));
        facts->importedAt = importedAt;
        return facts;
    }
    std::shared_ptr<const CostSource> costs() const
    {
        const auto held = facts();
        return std::make_shared<const analysis::FactAnswers>(
            held, std::make_shared<const analysis::Attribution>(*analysis::attribute(*held, {})));
    }

private:
    void addMonth(FactBook& book, std::size_t account, Day month, const std::vector<std::pair<Day, int>>& charges) const
    {
        const PlannedAccount& plan = accounts[account];
        FactPartition partition;
        partition.id = static_cast<std::int64_t>(book.partitions.size()) + 1;
        partition.source = plan.source;
        partition.provider = plan.provider;
        partition.billingAccount = plan.account;
        partition.billingPeriod = month;
        partition.currency = Currency(plan.currency);
        partition.delivery = 1;
        partition.importedAt = plan.importedAt;
        for (const auto& [day, cost] : charges) {
            const auto found = unstated.find({account, day});
            for (int i = 0; i < plan.lines; ++i) {
                FactLine line;
                line.partition = static_cast<std::uint32_t>(book.partitions.size());
                line.combo = static_cast<std::uint32_t>(book.dictionaries->combos.size()) - 1;
                line.day = day;
                if (found == unstated.end() || i >= found->second)
                    line.cost.fill(Amount::fromUnits(cost / plan.lines));
                book.lines.push_back(line);
            }
        }
        book.partitions.push_back(partition);
    }
};

/// Accounts of two sources that go on, are late by some days, stopped a season ago or began lately.
inline DeliveryWorld randomDeliveryWorld(QRandomGenerator& random)
{
    DeliveryWorld world;
    const Day last = Day::fromYmd(2025, 3, 1) + static_cast<int>(random.bounded(200));
    const int count = random.bounded(1, 6);
    for (int i = 0; i < count; ++i) {
        PlannedAccount plan;
        plan.source = oneIn(random, 2) ? "north" : "south";
        plan.provider = oneIn(random, 2) ? "AWS" : "Microsoft";
        plan.account = "account " + std::to_string(i);
        plan.currency = oneIn(random, 4) ? "EUR" : "USD";
        plan.rhythm = i == 0 ? Rhythm::Daily : static_cast<Rhythm>(random.bounded(4));
        plan.first = last - static_cast<int>(random.bounded(150, 400));
        plan.through = last;
        plan.cost = random.bounded(1, 500);
        if (plan.rhythm == Rhythm::Monthly)
            plan.first = plan.first.firstOfMonth();
        else if (i > 0 && oneIn(random, 3))
            plan.through = last - static_cast<int>(random.bounded(1, 13));
        else if (i > 0 && oneIn(random, 4))
            plan.stopped = last - static_cast<int>(random.bounded(80, 120));
        world.accounts.push_back(plan);
    }
    return world;
}

} // namespace testkit
