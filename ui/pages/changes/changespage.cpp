#include "ui/pages/changes/changespage.h"

#include "ui/charts/waterfallview.h"
#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/items/flowlayout.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridview.h"
#include "ui/pages/changes/changelines.h"
#include "ui/pages/changes/partsmodel.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/selectiontext.h"
#include "ui/pages/common/statemessage.h"
#include "ui/pages/explore/explorestate.h"
#include "ui/pages/explore/filterbar.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr std::size_t kFewParts = 10, kMostParts = 400; ///< that are told apart at first, and at most
constexpr int kParts = 0, kLines = 1, kMessage = 2;     ///< pages of the stack

QString code(const Currency& currency)
{
    return format::text(std::string(currency.code()));
}

bool isBounded(const DateRange& range)
{
    return range.from.isValid() && range.to.isValid() && range.from < range.to;
}

} // namespace

ChangesPage::ChangesPage(Backend& backend, QWidget* parent) : Page(parent), m_backend(backend), m_most(kFewParts)
{
    setAccessibleName(tr("Changes"));
    makeActions();
    build();
    connectAll();
    fillDims();
    showControls();
    showNothing(tr("No data in this range"));
}

// ---- how it is put together ----

void ChangesPage::build()
{
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setHandleWidth(12);
    splitter->setChildrenCollapsible(false);
    auto* controls = makeControls();
    m_chartCard = makeChart();
    splitter->addWidget(m_chartCard);
    splitter->addWidget(makeParts());
    splitter->setSizes({330, 330});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 10, 14, 12);
    column->setSpacing(8);
    column->addWidget(controls);
    column->addWidget(splitter, 1);
}

QComboBox* ChangesPage::combo(const QString& purpose, const QString& tip)
{
    auto* box = new QComboBox(this);
    box->setAccessibleDescription(purpose);
    box->setToolTip(tip);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->setMaxVisibleItems(26);
    return box;
}

QWidget* ChangesPage::makeControls()
{
    auto* box = new QWidget(this);
    auto* line = new QWidget(box);
    auto* flow = new FlowLayout(line, 14, 8);
    const auto add = [line, flow](const QString& title, QWidget* control) {
        auto* place = new QWidget(line);
        auto* column = new QVBoxLayout(place);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(3);
        auto* label = parts::label(title, "overline", place);
        label->setBuddy(control);
        column->addWidget(label);
        column->addWidget(control);
        flow->addWidget(place);
    };
    m_range = new DateRangeEdit(box);
    m_with = combo(tr("Compared with"), tr("The period before (P) or the same of last year (Shift+P)"));
    for (const CompareWith with : {CompareWith::PeriodBefore, CompareWith::YearBefore})
        m_with->addItem(format::comparedWith(with), static_cast<int>(with));
    m_by = combo(tr("Told apart by"), tr("What the parts of the change are told apart by"));
    m_lens = combo(tr("Cost"), tr("Which of the four costs the figures speak of"));
    for (std::size_t i = 0; i < kLensCount; ++i)
        m_lens->addItem(format::lens(static_cast<CostLens>(i)), static_cast<int>(i));
    m_currency = combo(tr("Currency"), tr("Different currencies never add; one of them is shown"));
    add(tr("RANGE"), m_range);
    add(tr("AGAINST"), m_with);
    add(tr("BY"), m_by);
    add(tr("COST"), m_lens);
    add(QString(), m_currency);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    line->setSizePolicy(policy);
    m_filters = new FilterBar(box);
    m_filters->addButton()->hide();
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(line);
    column->addWidget(m_filters);
    return box;
}

QFrame* ChangesPage::makeChart()
{
    auto* card = parts::card(tr("Change"), this);
    m_title = parts::label({}, "heading", card);
    m_title->setAccessibleDescription(tr("The change in total"));
    m_note = parts::label({}, "small", card);
    m_note->setAccessibleDescription(tr("Compared periods"));
    m_unknown = parts::label({}, "warning", card);
    m_unknown->setAccessibleDescription(tr("What the change leaves out"));
    m_unknown->setWordWrap(true);
    m_unknown->hide();
    m_chart = new WaterfallView(card);
    auto* column = parts::cardLayout(card);
    column->setContentsMargins(16, 10, 16, 8);
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_note);
    column->addWidget(m_unknown);
    parts::cardLayout(card)->addWidget(m_chart, 1);
    return card;
}

QFrame* ChangesPage::makeParts()
{
    auto* card = parts::card(tr("Parts"), this);
    parts::cardLayout(card)->setContentsMargins(1, 8, 1, 6);
    m_partsTitle = parts::label({}, "heading", card);
    m_partsTitle->setAccessibleDescription(tr("Parts of the change"));
    m_up = parts::button(tr("Back"), tr("Back to the change this one is a part of (Esc)"), nullptr, card);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 14, 0);
    row->setSpacing(10);
    row->addWidget(m_partsTitle);
    row->addStretch();
    row->addWidget(m_up);
    m_parts = new PartsModel(this);
    auto* box = new QWidget(card);
    m_grid = new GridView(tr("Parts of the change"), box);
    m_grid->setGridModel(m_parts);
    m_grid->setSortingEnabled(true);
    m_grid->sortByColumn(-1, Qt::AscendingOrder);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_grid, 1);
    column->addWidget(new GridFooter(m_grid, box));
    m_lines = new ChangeLines(m_backend, card);
    m_stack = new QStackedWidget(card);
    m_stack->setAccessibleName(tr("Parts or their lines"));
    m_stack->addWidget(box);
    m_stack->addWidget(m_lines);
    m_message = new StateMessage(tr("Why there are no parts"), card);
    m_stack->addWidget(m_message);
    parts::cardLayout(card)->addLayout(row);
    parts::cardLayout(card)->addWidget(m_stack, 1);
    return card;
}

void ChangesPage::makeActions()
{
    const auto make = [this](const QString& text, const QKeySequence& key, const QString& tip, auto work) {
        auto* action = new QAction(text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WindowShortcut); // wherever the keyboard is while the page is in sight
        action->setToolTip(tr("%1 (%2)", "what it does, its key").arg(tip, key.toString(QKeySequence::NativeText)));
        connect(action, &QAction::triggered, this, std::move(work));
        addAction(action);
        m_actions << action;
        return action;
    };
    make(tr("Lines of both periods"), QKeySequence(Qt::CTRL | Qt::Key_L),
         tr("The charge lines behind the current part; Enter does the same"), [this] { openPart(currentPart()); });
    make(tr("Split the part"), QKeySequence(Qt::ALT | Qt::Key_Down), tr("What makes the change of the current part"),
         [this] { splitPart(); });
    m_upAction = make(tr("Back to the whole"), QKeySequence(Qt::ALT | Qt::Key_Up),
                      tr("Back to the change this one is a part of; Esc does the same"), [this] { up(); });
    m_actions << nullptr;
    make(tr("Date range…"), QKeySequence(Qt::ALT | Qt::Key_R), tr("Type a date range"),
         [this] { m_range->focusText(); });
    make(tr("One period earlier"), QKeySequence(Qt::Key_BracketLeft), tr("The period of the same kind before"),
         [this] { m_range->shift(-1); });
    make(tr("One period later"), QKeySequence(Qt::Key_BracketRight), tr("The period of the same kind after"),
         [this] { m_range->shift(1); });
    make(tr("Ask again"), QKeySequence(Qt::Key_F5), tr("Read the figures again"), [this] { ask(); });
}

void ChangesPage::connectAll()
{
    const auto changed = [this](auto change) {
        Change next = m_change;
        change(next);
        edit(next);
    };
    connect(m_range, &DateRangeEdit::rangeChosen, this, [changed](const QString& text) {
        changed([&text](Change& next) {
            next.rangeText = text.toStdString();
            next.onlyKnownDays = false;
        });
    });
    connect(m_range, &DateRangeEdit::left, this, &ChangesPage::takeFocus);
    connect(m_range, &DateRangeEdit::notice, this, &Page::notice);
    connect(m_with, &QComboBox::activated, this,
            [this] { compare(static_cast<CompareWith>(m_with->currentData().toInt())); });
    connect(m_by, &QComboBox::activated, this, [this, changed] {
        if (const auto dim = parseDim(m_by->currentData().toString().toStdString()))
            changed([&dim](Change& next) { next.by = *dim; });
    });
    connect(m_lens, &QComboBox::activated, this,
            [this] { emit lensChosen(static_cast<CostLens>(m_lens->currentData().toInt())); });
    connect(m_currency, &QComboBox::activated, this, [this] {
        m_change.currency = Currency(m_currency->currentText().toStdString());
        showLines(false);
        showBridge();
    });
    connect(m_filters, &FilterBar::removeRequested, this, [changed](int filter) {
        changed([filter](Change& next) { next.filters.erase(next.filters.begin() + filter); });
    });
    connect(m_filters, &FilterBar::clearRequested, this,
            [changed] { changed([](Change& next) { next.filters.clear(); }); });
    connect(m_chart, &WaterfallView::activated, this, [this](int bar) { openPart(bar - 1); });
    connect(m_chart, &WaterfallView::currentChanged, this, [this](int bar) {
        if (bar >= 1 && bar <= static_cast<int>(m_parts->recordCount()))
            m_grid->setCurrentIndex(m_parts->index(m_parts->rowOf(static_cast<std::size_t>(bar - 1)), 0));
    });
    connect(m_grid, &GridView::drillRequested, this, [this](const QModelIndex& cell) {
        if (cell.isValid())
            openPart(static_cast<int>(m_parts->record(cell.row())));
    });
    const auto tell = [this] {
        const GridView* grid = m_stack->currentIndex() == kLines ? m_lines->grid() : m_grid;
        emit selectionText(selectionSentence(grid->summary(), format::locale()));
    };
    connect(m_grid, &GridView::selectionSummaryChanged, this, tell);
    connect(m_lines, &ChangeLines::selectionChanged, this, tell);
    connect(m_lines, &ChangeLines::copyRefused, this, &Page::notice);
    connect(m_lines, &ChangeLines::failed, this, [this](const Error& error) {
        if (error.code != ErrorCode::Cancelled)
            emit problem(format::text(error.text()), parts::advice(error.code));
    });
    connect(m_up, &QPushButton::clicked, this, &ChangesPage::up);
    connect(m_message, &StateMessage::retryRequested, this, &ChangesPage::ask);
    connect(m_message, &StateMessage::importRequested, this, &Page::importRequested);
}

// ---- what is asked ----

Day ChangesPage::today() const
{
    return m_info.dataThrough.isValid() ? m_info.dataThrough + 1 : Day::none();
}

void ChangesPage::workspaceChanged(const WorkspaceInfo& info)
{
    const bool isOther = info.path != m_info.path;
    m_info = info;
    if (isOther && !std::exchange(m_keepState, false)) {
        Change fresh;
        fresh.lens = m_change.lens;
        m_change = fresh;
    }
    if (isOther)
        m_path.clear();
    showControls();
    ask();
    if (info.path.empty())
        return;
    m_backend.ask("changes.dims", DynamicDimsQuestion{},
                  guarded<std::vector<Dim>>(this, [this](Result<std::vector<Dim>> dims) {
                      if (!dims)
                          return;
                      m_dynamic = *dims;
                      fillDims();
                      showControls();
                  }));
}

void ChangesPage::setReading()
{
    showNothing(tr("Reading…"));
}

void ChangesPage::setImporting(bool importing)
{
    m_importing = importing;
    if (m_stack->currentIndex() == kMessage && !m_info.path.empty() && m_info.rows == 0)
        ask();
}

void ChangesPage::setLens(CostLens lens)
{
    if (lens == m_change.lens)
        return;
    Change next = m_change;
    next.lens = lens;
    edit(next);
}

std::optional<NotableFigure> ChangesPage::notableFigure() const
{
    const Bridge* bridge = chosen();
    const int part = currentPart();
    const bool isPart = bridge && !m_asking && part >= 0 && part < static_cast<int>(bridge->parts.size());
    if (!isPart || m_set.leavesOut || bridge->parts[static_cast<std::size_t>(part)].keys.empty())
        return std::nullopt; // others, and days that are left out account by account, cannot be asked for again
    const Bridge::Part& chosenPart = bridge->parts[static_cast<std::size_t>(part)];
    NotableFigure found;
    found.figure = canonical({m_set.query.range, m_set.base, filtersOf(&chosenPart), m_change.lens, bridge->currency});
    if (!bridge->isUnknown())
        found.amount = chosenPart.change();
    ExploreState state;
    state.rangeText = m_change.rangeText;
    state.by = {m_change.by};
    state.filters = m_change.filters;
    state.lens = m_change.lens;
    state.compare = true;
    state.compareWith = m_change.with;
    found.state = toJson(state.pinned(m_set.query.range, today())).toStdString();
    return found;
}

bool ChangesPage::keepOnly(const Filter& filter)
{
    Change next = m_change;
    std::erase_if(next.filters, [&filter](const Filter& present) { return present.dim == filter.dim; });
    next.filters.push_back(filter);
    edit(next);
    return true;
}

bool ChangesPage::compare(CompareWith with)
{
    Change next = m_change;
    next.with = with;
    edit(next);
    return true;
}

void ChangesPage::explain(const Change& change)
{
    m_path.clear();
    m_most = kFewParts;
    m_change = change;
    showLines(false);
    showControls();
    ask();
}

/// Another question on the way: splits stay behind it.
void ChangesPage::edit(const Change& next)
{
    showControls(); // a choice that changes nothing is taken back
    if (next == m_change)
        return;
    m_change = next;
    m_most = kFewParts;
    showLines(false);
    showControls();
    ask();
}

void ChangesPage::ask()
{
    if (m_info.path.empty() || m_info.rows == 0) {
        showNothing(m_importing ? tr("Reading…") : tr("No cost lines yet."));
        if (!m_importing)
            m_message->sayEmpty(tr("No cost lines yet"), tr("Drop FOCUS cost exports on the window, or press Ctrl+I."),
                                true);
        else
            m_message->sayReading();
        m_stack->setCurrentIndex(kMessage);
        return;
    }
    const auto range = format::readRange(m_change.rangeText, today());
    if (!range || !isBounded(range->days)) {
        showNothing(range ? tr("A change leads from one period to another: choose a range with a first and a last day.")
                          : format::text(range.error().what));
        return;
    }
    BridgeQuestion question;
    question.query.by = {m_change.by};
    question.query.range = range->days;
    question.query.filters = m_change.filters;
    question.query.lens = m_change.lens;
    question.base = baseOf(range->days, range->step, m_change.with);
    question.most = m_most;
    question.onlyKnownDays = m_change.onlyKnownDays;
    m_asking = true;
    m_note->setText(tr("Reading…")); // what is shown is of the question before
    parts::setRole(m_note, "small");
    m_backend.ask("changes.bridge", question,
                  guarded<BridgeSet>(this, [this, asked = ++m_generation](Result<BridgeSet> answer) {
                      if (asked != m_generation || (!answer && answer.error().code == ErrorCode::Cancelled))
                          return;
                      m_asking = false;
                      if (answer) {
                          adopt(*answer);
                          return;
                      }
                      showNothing(format::text(answer.error().text()));
                      m_message->sayFailed(tr("The change could not be read"), answer.error());
                      m_stack->setCurrentIndex(kMessage);
                      emit problem(format::text(answer.error().text()), parts::advice(answer.error().code));
                  }));
}

void ChangesPage::adopt(const BridgeSet& set)
{
    m_set = set;
    if (m_stack->currentIndex() == kMessage)
        m_stack->setCurrentIndex(kParts);
    m_currency->clear();
    for (const Bridge& bridge : m_set.bridges)
        m_currency->addItem(code(bridge.currency));
    m_currency->setVisible(m_set.bridges.size() > 1);
    showBridge();
}

const Bridge* ChangesPage::chosen() const
{
    for (const Bridge& bridge : m_set.bridges) {
        if (bridge.currency == m_change.currency)
            return &bridge;
    }
    // The largest of the workspace that is there.
    for (const Currency& currency : m_info.currencies) {
        for (const Bridge& bridge : m_set.bridges) {
            if (bridge.currency == currency)
                return &bridge;
        }
    }
    return m_set.bridges.empty() ? nullptr : &m_set.bridges.front();
}

bool ChangesPage::isSettled() const
{
    return !m_asking && !m_lines->isWaiting();
}

// ---- what is shown ----

void ChangesPage::fillDims()
{
    m_by->clear();
    std::vector<Dim> dims = namedDims();
    dims.insert(dims.end(), m_dynamic.begin(), m_dynamic.end());
    for (const Dim& dim : dims)
        m_by->addItem(format::dimTitle(dim), format::text(toString(dim)));
}

void ChangesPage::showControls()
{
    m_range->setRange(m_change.rangeText, today());
    m_with->setCurrentIndex(m_with->findData(static_cast<int>(m_change.with)));
    const QString by = format::text(toString(m_change.by));
    if (m_by->findData(by) < 0)
        m_by->addItem(format::dimTitle(m_change.by), by);
    m_by->setCurrentIndex(m_by->findData(by));
    m_lens->setCurrentIndex(m_lens->findData(static_cast<int>(m_change.lens)));
    m_filters->setFilters(m_change.filters);
    m_filters->setVisible(!m_change.filters.empty());
    const bool canGoUp = !m_path.empty() || m_stack->currentIndex() == kLines;
    m_up->setVisible(canGoUp);
    m_upAction->setEnabled(canGoUp);
}

void ChangesPage::showNothing(const QString& why)
{
    ++m_generation; // what is on its way is of another question
    m_asking = false;
    m_set = {};
    m_currency->clear();
    m_currency->hide();
    m_title->setText(format::lens(m_change.lens));
    m_note->clear();
    m_unknown->hide();
    m_partsTitle->clear();
    m_parts->clear();
    m_lines->clear();
    m_stack->setCurrentIndex(kParts);
    m_chart->setEmptyText(why);
    m_chart->setFrame({});
}

void ChangesPage::showBridge()
{
    const Bridge* bridge = chosen();
    const bool isCovered = m_set.baseDays.covered > 0 && m_set.days.covered > 0;
    if (!bridge || !isCovered || bridge->isUnknown()) {
        const BridgeSet kept = m_set;
        showNothing(!isCovered ? tr("There are no data of one of the periods: nothing to compare with.")
                    : bridge   ? tr("No charge of one of the periods states this cost: its change is unknown.")
                               : tr("No charges in either period."));
        parts::setRole(m_note, "warning");
        m_note->setText(format::compared(kept.query.range, kept.days, kept.base, kept.baseDays));
        return;
    }
    m_currency->setCurrentText(code(bridge->currency));
    const auto money = [bridge](Amount amount) { return format::money(amount, bridge->currency, format::locale()); };
    const auto ratio = format::changeRatio(bridge->current, bridge->base);
    const QString change = format::moneyChange(bridge->change(), bridge->currency, format::locale());
    m_title->setText(
        tr("%1 %2: from %3 to %4", "a cost, its change, amounts")
            .arg(format::lens(m_change.lens),
                 ratio ? tr("%1 (%2)", "change, percent").arg(change, format::percentChange(*ratio, format::locale()))
                       : change,
                 money(bridge->base), money(bridge->current)));
    m_note->setText(format::compared(m_set.query.range, m_set.days, m_set.base, m_set.baseDays));
    parts::setRole(m_note, m_set.days.isPart() || m_set.baseDays.isPart() ? "warning" : "small");
    const std::uint64_t unknown = bridge->unknownBefore + bridge->unknownNow;
    m_unknown->setVisible(unknown > 0);
    m_unknown->setText(tr("%1 line(s) state no %2: unknown, and in no part.", nullptr, format::forms(unknown))
                           .arg(format::count(unknown, format::locale()), format::lens(m_change.lens)));
    m_chart->setEmptyText(tr("Nothing changed."));
    m_chart->setFrame(makeWaterfallFrame(*bridge, {m_change.by}, format::range(m_set.query.range, format::locale()),
                                         format::range(m_set.base, format::locale())));
    m_parts->setBridge(*bridge, {m_change.by});
    m_grid->layOutColumns();
    if (m_parts->rowCount() > 0)
        m_grid->setCurrentIndex(m_parts->index(0, 0));
    m_partsTitle->setText(
        tr("Parts by %1, which add up to the change", "a dimension").arg(format::dimTitle(m_change.by).toLower()));
    showControls();
}

void ChangesPage::showLines(bool on)
{
    m_stack->setCurrentIndex(on ? kLines : kParts);
    if (!on)
        m_lines->clear();
    showControls();
}

int ChangesPage::currentPart() const
{
    const QModelIndex cell = m_grid->currentIndex();
    return cell.isValid() ? static_cast<int>(m_parts->record(cell.row())) : -1;
}

/// The filters of the change and of one of its parts; values named twice are intersected.
std::vector<Filter> ChangesPage::filtersOf(const Bridge::Part* part) const
{
    ExploreState state;
    state.filters = m_change.filters;
    ExploreState::Step step;
    if (part && !part->keys.empty())
        step.added.push_back({m_change.by, {part->keys.front()}, false});
    if (m_set.bridges.size() > 1)
        step.added.push_back({Dim{Dim::Kind::Currency, {}}, {std::string(chosen()->currency.code())}, false});
    state.path.push_back(step);
    return state.allFilters();
}

/// The lines of both periods; of the whole where `part` is none. Others are told apart first.
void ChangesPage::openPart(int part)
{
    const Bridge* bridge = chosen();
    if (!bridge || m_asking || m_stack->currentIndex() == kLines)
        return;
    const bool isPart = part >= 0 && part < static_cast<int>(bridge->parts.size());
    const Bridge::Part* chosenPart = isPart ? &bridge->parts[static_cast<std::size_t>(part)] : nullptr;
    if (chosenPart && chosenPart->isFolded) {
        if (m_most >= kMostParts) {
            emit notice(tr("At most %1 parts are told apart; choose a filter.").arg(format::count(kMostParts)));
            return;
        }
        m_most = std::min(kMostParts, m_most * 3);
        ask();
        return;
    }
    CostQuery query = m_set.query;
    query.by.clear();
    query.filters = filtersOf(chosenPart);
    ChangeLines::Side now{query, bridge->currency, chosenPart ? chosenPart->now : bridge->current};
    query.range = m_set.base;
    ChangeLines::Side before{query, bridge->currency, chosenPart ? chosenPart->before : bridge->base};
    const QString name = chosenPart ? partName(*chosenPart, {m_change.by}) : tr("All of it");
    showLines(true);
    m_lines->show(name, before, now, m_change.onlyKnownDays);
    m_partsTitle->setText(tr("%1: charge lines of both periods", "a part of the change").arg(name));
    m_lines->focusGrid();
}

/// What makes the change of the current part: the next dimension that tells something apart.
void ChangesPage::splitPart()
{
    const Bridge* bridge = chosen();
    const int part = currentPart();
    if (!bridge || m_asking || part < 0 || part >= static_cast<int>(bridge->parts.size()))
        return;
    const Bridge::Part& chosenPart = bridge->parts[static_cast<std::size_t>(part)];
    if (chosenPart.isFolded) {
        openPart(part);
        return;
    }
    Change next = m_change;
    next.filters = filtersOf(&chosenPart);
    next.currency = bridge->currency;
    ExploreState state;
    state.by.clear();
    state.filters = next.filters;
    const auto dim = nextDrillDim(state);
    if (!dim) {
        openPart(part);
        return;
    }
    next.by = *dim;
    m_path.push_back(m_change);
    edit(next);
}

void ChangesPage::up()
{
    if (m_stack->currentIndex() == kLines) {
        showLines(false);
        showBridge();
        takeFocus();
        return;
    }
    if (m_path.empty())
        return;
    const Change before = m_path.back();
    m_path.pop_back();
    edit(before);
    takeFocus();
}

// ---- of every page ----

std::string ChangesPage::savedState() const
{
    QJsonObject object;
    object["range"] = format::text(m_change.rangeText);
    object["by"] = format::text(toString(m_change.by));
    if (m_change.with == CompareWith::YearBefore)
        object["with"] = "year";
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

void ChangesPage::restoreState(const std::string& json)
{
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    const auto dim = parseDim(object["by"].toString().toStdString());
    if (!object["range"].isString() || !dim)
        return;
    m_change.rangeText = object["range"].toString().toStdString();
    m_change.by = *dim;
    m_change.with =
        object["with"].toString() == QLatin1String("year") ? CompareWith::YearBefore : CompareWith::PeriodBefore;
    m_keepState = true;
    showControls();
}

bool ChangesPage::copySelection(bool withHeaders)
{
    return (m_stack->currentIndex() == kLines ? m_lines->grid() : m_grid)->copySelection(withHeaders);
}

void ChangesPage::takeFocus()
{
    QWidget* offered = m_stack->currentIndex() == kMessage ? m_message->focusTarget() : nullptr;
    if (m_stack->currentIndex() == kLines)
        m_lines->focusGrid();
    else if (offered)
        offered->setFocus(Qt::OtherFocusReason);
    else
        m_grid->setFocus(Qt::OtherFocusReason);
}

void ChangesPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_upAction->isEnabled())
        up();
    else
        Page::keyPressEvent(event);
}

} // namespace altimeter::ui
