#include "ui/pages/changes/changelines.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridview.h"
#include "ui/pages/common/pageparts.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr std::size_t kBefore = 0, kNow = 1;

/// What the lines of one currency add up to; nothing where none of them states this cost.
std::optional<Amount> sumOf(const ChargeTableModel& model, const Currency& currency)
{
    const auto& totals = model.totals();
    const auto found = std::find_if(totals.begin(), totals.end(),
                                    [&currency](const CurrencyTotal& total) { return total.currency == currency; });
    return found == totals.end() ? Amount() : found->cost;
}

} // namespace

ChangeLines::ChangeLines(Questions& questions, QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Charge lines of both periods"));
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(10);
    splitter->addWidget(makeHalf(m_halves[kBefore], questions, QStringLiteral("changes.before"), tr("Lines before")));
    splitter->addWidget(makeHalf(m_halves[kNow], questions, QStringLiteral("changes.now"), tr("Lines now")));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(splitter);
}

QWidget* ChangeLines::makeHalf(Half& half, Questions& questions, const QString& slot, const QString& name)
{
    auto* box = new QWidget(this);
    half.title = parts::label({}, "heading", box);
    half.title->setAccessibleDescription(name);
    half.proof = parts::label({}, "badgeGood", box);
    half.proof->setAccessibleDescription(tr("Whether the lines add up"));
    half.model = new ChargeTableModel(questions, slot, format::locale(), this);
    half.grid = new GridView(name, box);
    half.grid->setGridModel(half.model);
    half.grid->horizontalHeader()->setSortIndicatorShown(false);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(10);
    row->addWidget(half.title);
    row->addWidget(half.proof);
    row->addStretch();
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(half.grid, 1);
    column->addWidget(new GridFooter(half.grid, box));
    const auto done = [this, &half] {
        m_waiting = std::max(0, m_waiting - 1);
        showTitle(half);
        emit progressed();
    };
    connect(half.model, &ChargeTableModel::ready, this, [&half, done] {
        if (half.model->rowCount() > 0 && !half.grid->currentIndex().isValid())
            half.grid->setCurrentIndex(half.model->index(0, 0));
        done();
    });
    connect(half.model, &ChargeTableModel::failed, this, [this, &half, done](const Error& error) {
        done();
        if (!half.model->isReady()) // the first lines did not come, which is not the same as that there are none
            half.title->setText(format::joined({half.title->text(), tr("could not be read")}));
        emit failed(error);
    });
    connect(half.grid, &GridView::selectionSummaryChanged, this, &ChangeLines::selectionChanged);
    connect(half.grid, &GridView::copyRefused, this, &ChangeLines::copyRefused);
    return box;
}

void ChangeLines::show(const QString& name, const Side& before, const Side& now, bool isPartly)
{
    m_name = name;
    m_isPartly = isPartly;
    m_waiting = 2;
    m_halves[kBefore].side = before;
    m_halves[kNow].side = now;
    for (Half& half : m_halves) {
        half.model->setLocale(format::locale());
        half.model->setQuery(half.side->query);
        showTitle(half);
    }
}

void ChangeLines::clear()
{
    m_waiting = 0;
    for (Half& half : m_halves) {
        half.side.reset();
        half.model->clear();
        showTitle(half);
    }
}

void ChangeLines::showTitle(const Half& half)
{
    half.proof->hide();
    if (!half.side) {
        half.title->clear();
        return;
    }
    const QString days = format::range(half.side->query.range, format::locale());
    half.title->setText(half.model->isReady() ? format::joined({days, counted::lines(half.model->total())}) : days);
    if (!half.model->isReady())
        return;
    const auto sum = sumOf(*half.model, half.side->currency);
    const bool isEqual = sum && *sum == half.side->amount;
    const QString amount = format::money(half.side->amount, half.side->currency, format::locale());
    half.proof->setText(isEqual      ? tr("Adds up to %1").arg(amount)
                        : m_isPartly ? tr("%1 without the days that are not known yet of the other period").arg(amount)
                                     : tr("Does not add up to %1").arg(amount));
    parts::setRole(half.proof, isEqual ? "badgeGood" : m_isPartly ? "badgeWarning" : "badgeBad");
    half.proof->show();
}

GridView* ChangeLines::grid() const
{
    return m_halves[m_halves[kBefore].grid->hasFocus() ? kBefore : kNow].grid;
}

void ChangeLines::focusGrid()
{
    m_halves[kNow].grid->setFocus(Qt::OtherFocusReason);
}

} // namespace altimeter::ui
