#include "ui/pages/allocation/ruleeffect.h"

#include "ui/format/format.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridview.h"
#include "ui/pages/allocation/effectmodel.h"
#include "ui/pages/allocation/toolbutton.h"
#include "ui/pages/common/csvexport.h"
#include "ui/pages/common/pageparts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <map>
#include <set>

namespace altimeter::ui {

namespace {

constexpr int kMostMonths = 120;

QString ratio(Amount part, Amount whole)
{
    if (whole.isZero() || whole.isNegative())
        return QString(format::kDash);
    return format::percent(part.toDouble() / whole.toDouble(), format::locale());
}

QString fieldTitle(const std::string& field)
{
    const auto dim = parseDim(field);
    return dim ? format::dimTitle(*dim) : parts::text(field);
}

/// "$12.00 · €3.00"; empty for nothing.
QString amountsText(const std::map<Currency, AmountSum>& sums)
{
    QStringList amounts;
    for (const auto& [currency, sum] : sums) {
        if (!sum.amount().isZero())
            amounts << format::money(sum.amount(), currency, format::locale());
    }
    return format::joined(amounts);
}

constexpr qsizetype kMost = 4; ///< lines that say an amount each

/// A line a currency: the first of them, and how many more there are. With a hundred currencies the page would be
/// higher than any screen.
QString fewLines(const QStringList& lines)
{
    if (lines.size() <= kMost)
        return lines.join('\n');
    const auto more = static_cast<std::uint64_t>(lines.size() - kMost + 1);
    return (lines.mid(0, kMost - 1) << RuleEffect::tr("… and %1 more currencies").arg(format::count(more))).join('\n');
}

} // namespace

RuleEffect::RuleEffect(Page& page, Exports& exports, QWidget* parent)
    : QFrame(parent), m_page(page), m_exports(exports), m_model(new EffectModel(this))
{
    parts::makeCard(this, tr("Effect of the draft"));
    auto* layout = parts::cardLayout(this);
    layout->setSpacing(6);
    layout->addWidget(buildHead());
    m_coverage = parts::paragraph({}, "number", this);
    m_coverage->setAccessibleName(tr("Coverage"));
    layout->addWidget(m_coverage);
    m_moved = parts::paragraph({}, "secondary", this);
    m_moved->setAccessibleName(tr("Moves"));
    layout->addWidget(m_moved);
    m_balance = parts::paragraph({}, "good", this);
    m_balance->setAccessibleName(tr("In and out"));
    m_balance->setToolTip(tr("Whatever owners gain, others give up: the cost of each month stays what it is"));
    layout->addWidget(m_balance);
    layout->addWidget(buildTools());
    m_grid = new GridView(tr("Moves per owner and month"), this);
    m_grid->setGridModel(m_model);
    m_grid->setSortingEnabled(true);
    m_grid->horizontalHeader()->setSortIndicator(-1, Qt::DescendingOrder);
    connect(m_grid, &GridView::foldAllRequested, m_model, &EffectModel::setAllFolded);
    layout->addWidget(m_grid, 1);
    layout->addWidget(new GridFooter(m_grid, this));
    setMinimumWidth(310); // the smallest window; by itself it gets the room of all its columns
    chooseField();        // nothing moves yet, and there is nothing to choose
    say({});
}

QWidget* RuleEffect::buildHead()
{
    auto* box = new QWidget(this);
    m_from = new QComboBox(box);
    m_from->setAccessibleName(tr("Applies from"));
    m_from->setAccessibleDescription(tr("Applies from"));
    m_from->setToolTip(
        tr("The first month the draft applies to once it is published; every month before keeps the rules "
           "it has"));
    connect(m_from, &QComboBox::activated, this, &RuleEffect::fromChanged);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(parts::label(tr("What moves"), "heading", box), 1);
    row->addWidget(parts::label(tr("from"), "secondary", box));
    row->addWidget(m_from);
    return box;
}

QWidget* RuleEffect::buildTools()
{
    auto* box = new QWidget(this);
    m_field = new QComboBox(box);
    m_field->setAccessibleName(tr("Owners are"));
    m_field->setAccessibleDescription(tr("Owners are"));
    m_field->setToolTip(tr("What the draft changes: only what moves is listed"));
    m_swap =
        tool("compare", tr("Months first"), tr("Months with their owners below, or owners with their months"), box);
    m_swap->setCheckable(true);
    m_export = tool("export", tr("Export what moves"), tr("Write every owner and month to a CSV file"), box);
    connect(m_field, &QComboBox::activated, this, &RuleEffect::showField);
    connect(m_swap, &QToolButton::toggled, this, [this](bool on) {
        m_model->setMonthsFirst(on);
        m_grid->horizontalHeader()->setSortIndicator(-1, Qt::DescendingOrder);
    });
    connect(m_export, &QToolButton::clicked, this, &RuleEffect::exportTable);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_field);
    row->addStretch(1);
    row->addWidget(m_swap);
    row->addWidget(m_export);
    return box;
}

void RuleEffect::setWorkspace(const WorkspaceInfo& info)
{
    m_open = info.dataThrough.isValid() ? info.dataThrough.firstOfMonth() : Day();
    m_first = info.dataFrom.isValid() ? info.dataFrom.firstOfMonth() : Day();
    setFrom(from());
}

void RuleEffect::setFrom(Day from)
{
    const QSignalBlocker quiet(m_from);
    m_from->clear();
    const auto add = [this](Day month, const QString& text) { m_from->addItem(text, month.number); };
    if (m_open.isValid()) {
        add(m_open.addMonths(1),
            tr("%1 (next)", "a month").arg(format::monthShort(m_open.addMonths(1), format::locale())));
        add(m_open, tr("%1 (open)", "a month").arg(format::monthShort(m_open, format::locale())));
        for (int back = 1; back < kMostMonths && m_open.addMonths(-back) > m_first; ++back)
            add(m_open.addMonths(-back), format::monthShort(m_open.addMonths(-back), format::locale()));
    }
    add(Day(), tr("all of history"));
    if (m_from->findData(from.number) < 0) // a version of another time
        m_from->insertItem(m_from->count() - 1, format::monthShort(from, format::locale()), from.number);
    m_from->setCurrentIndex(m_from->findData(from.number));
}

Day RuleEffect::from() const
{
    return m_from->currentIndex() < 0 ? Day() : Day{m_from->currentData().toInt()};
}

void RuleEffect::say(const QString& text)
{
    m_moved->setText(text);
}

std::string RuleEffect::field() const
{
    return m_field->currentIndex() < 0 ? "team" : m_field->currentData().toString().toStdString();
}

/// Fields in which something moves; the one shown before stays while it does.
void RuleEffect::chooseField()
{
    const std::string before = field();
    const QSignalBlocker quiet(m_field);
    m_field->clear();
    for (const RuleDiff::Balance& balance : m_diff.balances) {
        const QString key = parts::text(balance.field);
        if (m_field->findData(key) < 0)
            m_field->addItem(fieldTitle(balance.field), key);
    }
    m_field->setCurrentIndex(std::max(0, m_field->findData(parts::text(before))));
    const bool isAny = m_field->count() > 0;
    m_field->setVisible(m_field->count() > 1);
    m_swap->setVisible(isAny);
    m_export->setVisible(isAny);
    m_balance->setVisible(isAny);
}

void RuleEffect::showField()
{
    m_model->setEffect(m_diff, field());
    showBalance();
}

void RuleEffect::showDiff(const RuleDiff& diff, bool isDraft, Day from)
{
    m_diff = diff;
    chooseField();
    showField();
    showCoverage(from);
    showSummary(isDraft);
}

void RuleEffect::showSummary(bool isDraft)
{
    std::set<std::string> owners;
    Day first, last;
    for (const RuleMove& move : m_diff.moves) {
        owners.insert(move.field + "=" + move.owner);
        first = !first.isValid() || move.month < first ? move.month : first;
        last = !last.isValid() || move.month > last ? move.month : last;
    }
    if (m_diff.moves.empty()) {
        say(isDraft ? tr("The draft moves no money.") : tr("No draft: edit a rule to see what it moves."));
        return;
    }
    const QString count = format::count(owners.size());
    const QString from = format::monthShort(first, format::locale());
    say(first == last ? tr("%1 [owner changes|owners change] in %2. Nothing published yet.", "number, month",
                           format::forms(owners.size()))
                            .arg(count, from)
                      : tr("%1 [owner changes|owners change], %2 to %3. Nothing published yet.",
                           "number, first and last month", format::forms(owners.size()))
                            .arg(count, from, format::monthShort(last, format::locale())));
}

void RuleEffect::showBalance()
{
    struct Whole {
        AmountSum before, after, gained;
    };
    std::map<Currency, Whole> wholes;
    for (const RuleDiff::Balance& balance : m_diff.balances) {
        if (balance.field != field())
            continue;
        Whole& whole = wholes[balance.currency];
        whole.before.add(balance.before);
        whole.after.add(balance.after);
        whole.gained.add(balance.gained);
    }
    QStringList lines;
    bool isEven = true;
    for (const auto& [currency, whole] : wholes) {
        const auto said = [&currency = currency](const AmountSum& sum) {
            return format::money(sum.amount(), currency, format::locale());
        };
        const bool even = whole.before.amount() == whole.after.amount();
        isEven = isEven && even;
        const QString line = (even ? tr("In %1 = out %2; %3 changes owner", "amounts")
                                         .arg(said(whole.before), said(whole.after), said(whole.gained))
                                   : tr("In %1, out %2: these differ, which is a fault of the program", "amounts")
                                         .arg(said(whole.before), said(whole.after)));
        even ? lines.append(line) : lines.prepend(line); // what is wrong is never among the others
    }
    m_balance->setText(fewLines(lines));
    m_balance->setToolTip(lines.join('\n'));
    parts::setRole(m_balance, isEven ? "good" : "bad");
}

void RuleEffect::showCoverage(Day from)
{
    QStringList lines;
    for (const auto& coverage : m_diff.coverage) {
        const QString code = QString::fromStdString(std::string(coverage.currency.code()));
        const QString after = ratio(coverage.allocatedAfter, coverage.total);
        const QString amounts = tr("%1 of %2")
                                    .arg(format::money(coverage.allocatedAfter, coverage.currency, format::locale()),
                                         format::money(coverage.total, coverage.currency, format::locale()));
        const bool isSame = coverage.allocatedBefore == coverage.allocatedAfter;
        const QString line = (isSame ? tr("%1: %2 has a team, %3").arg(code, after, amounts)
                                     : tr("%1: %2 → %3 has a team, %4")
                                           .arg(code, ratio(coverage.allocatedBefore, coverage.total), after, amounts));
        isSame ? lines.append(line) : lines.prepend(line);
    }
    m_coverage->setText(fewLines(lines));
    m_coverage->setToolTip((lines.size() > kMost ? lines.join('\n') + u'\n' : QString()) +
                           (from.isValid() ? tr("Of the cost from %1 on").arg(format::month(from, format::locale()))
                                           : tr("Of the cost of all of history")));
}

QString RuleEffect::movedText(Day until) const
{
    std::map<std::pair<Currency, std::string>, AmountSum> byField;
    for (const RuleDiff::Balance& balance : m_diff.balances) {
        if (!until.isValid() || balance.month < until)
            byField[{balance.currency, balance.field}].add(balance.gained);
    }
    std::map<Currency, AmountSum> most; // as it is kept with the version: of the field that moves most
    for (const auto& [key, sum] : byField) {
        if (most[key.first].amount() < sum.amount())
            most[key.first] = sum;
    }
    return amountsText(most);
}

std::size_t RuleEffect::monthsBefore(Day until) const
{
    std::set<Day> months;
    for (const RuleDiff::Balance& balance : m_diff.balances) {
        if (until.isValid() && balance.month < until)
            months.insert(balance.month);
    }
    return months.size();
}

void RuleEffect::exportTable()
{
    chooseCsv(m_page, m_exports, tr("Export what moves"), QStringLiteral("rules-effect.csv"),
              [this] { return m_model->csv(); });
}

} // namespace altimeter::ui
