#include "ui/pages/explore/explorepage.h"

#include "ui/charts/serieschart.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/csvtext.h"
#include "ui/items/flowlayout.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridview.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/common/drill.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/rangetext.h"
#include "ui/pages/explore/explorecontrols.h"
#include "ui/theme/icons.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QCoreApplication>
#include <QFileDialog>
#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace altimeter::ui {

namespace {

const QLocale kLocale(QLocale::English, QLocale::UnitedStates);
constexpr std::size_t kChartSeries = 5; ///< and "Other": as many as there are colours that can be told apart

class StateCommand : public QUndoCommand {
public:
    StateCommand(ExploreState before, ExploreState after, const QString& what, int merge,
                 std::function<void(const ExploreState&)> apply)
        : QUndoCommand(what), m_before(std::move(before)), m_after(std::move(after)), m_merge(merge),
          m_apply(std::move(apply))
    {
    }
    void undo() override { m_apply(m_before); }
    void redo() override { m_apply(m_after); }
    int id() const override { return m_merge > 0 ? m_merge : -1; }
    bool mergeWith(const QUndoCommand* next) override
    {
        m_after = static_cast<const StateCommand*>(next)->m_after;
        return true;
    }

private:
    ExploreState m_before, m_after;
    int m_merge;
    std::function<void(const ExploreState&)> m_apply;
};

/// Sum, average and count per currency, as a spreadsheet's status bar says them.
QString summaryText(const SelectionSummary& summary)
{
    if (summary.cells == 0)
        return {};
    if (summary.isAdding)
        return ExplorePage::tr("%1 cells selected, adding up…")
            .arg(format::count(static_cast<std::uint64_t>(summary.cells), kLocale));
    if (summary.notLoaded > 0)
        return QStringLiteral("%1 cells selected; no sum while lines are on their way")
            .arg(format::count(static_cast<std::uint64_t>(summary.cells), kLocale));
    QStringList parts;
    for (const auto& [currency, sum] : summary.sums) {
        if (sum.sum.overflowed()) {
            parts << QStringLiteral("Sum out of range");
            continue;
        }
        const Amount total = sum.sum.amount();
        if (sum.count == 1) {
            parts << format::moneyFull(total, currency, kLocale);
            continue;
        }
        const Amount average = Amount::fromAttos(total.attos() / sum.count);
        parts << QStringLiteral("Sum %1 · Average %2 · Count %3")
                     .arg(format::money(total, currency, kLocale), format::money(average, currency, kLocale),
                          format::count(static_cast<std::uint64_t>(sum.count), kLocale));
    }
    if (parts.isEmpty() && summary.cells > 1)
        parts << format::count(static_cast<std::uint64_t>(summary.cells), QStringLiteral("cell"),
                               QStringLiteral("cells"), kLocale);
    return parts.join(QStringLiteral("   |   "));
}

} // namespace

class ExplorePage::Impl {
    Q_DECLARE_TR_FUNCTIONS(ExplorePage)
public:
    Impl(ExplorePage& owner, Backend& data)
        : page(owner), backend(data), costs(new CostTableModel(kLocale, &owner)),
          charges(new ChargeTableModel(data, QStringLiteral("explore.charges"), kLocale, &owner))
    {
        costs->useWorkers(data, "explore.grid");
        makeActions();
        build();
        connectAll();
    }

    // ---- construction ----
    QAction* action(const QString& text, const QKeySequence& key, const QString& tip, std::function<void()> run)
    {
        auto* made = new QAction(text, &page);
        made->setToolTip(key.isEmpty() ? tip
                                       : tip + QStringLiteral(" (%1)").arg(key.toString(QKeySequence::NativeText)));
        if (!key.isEmpty()) {
            made->setShortcut(key);
            made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        }
        QObject::connect(made, &QAction::triggered, &page, std::move(run));
        page.addAction(made);
        return made;
    }
    void makeActions();
    void build();
    QWidget* makeHeader();
    QWidget* makeChartCard();
    QWidget* makeGridCard();
    QWidget* makeErrorBar();
    QWidget* makeGridStack(GridView*& view, GridFooter*& footer, GridModel* model, const QString& name);
    QToolButton* menuButton(const QString& text, const QString& icon, const QString& tip, QMenu* menu);
    void connectAll();

    // ---- state ----
    void want(const ExploreState& next, const QString& what, int merge = 0)
    {
        if (next == state)
            return;
        undo.push(new StateCommand(state, next, what, merge, [this](const ExploreState& s) { apply(s); }));
    }
    void apply(const ExploreState& next);
    Day today() const { return info.dataThrough.isValid() ? info.dataThrough + 1 : Day::none(); }
    DateRange range() const
    {
        const auto found = state.range(today());
        return found ? *found : DateRange{};
    }

    // ---- questions and answers ----
    void ask();
    void showNoLines();
    void askGrid(const DateRange& range);
    void askChart(const DateRange& range);
    void askCharges(const DateRange& range);
    template <typename T> Backend::Answer<T> answer(std::function<void(T)> take)
    {
        ++pending;
        return guarded<T>(&page, [this, take = std::move(take), asked = generation](Result<T> result) {
            if (asked != generation)
                return;
            --pending;
            if (result)
                take(result.take());
            else if (result.error().code != ErrorCode::Cancelled)
                showError(result.error());
            showProgress();
        });
    }
    void showGrid();
    void gridShown();
    void showChart();
    void showProgress();
    void showError(const Error& error);
    void showTitles();
    void showBreadcrumb();
    void showEmptiness();
    void fillCurrencies();
    Currency chartCurrency() const;

    // ---- drilling ----
    drill::Target targetOf(const QModelIndex& index) const;
    void drillToCharges(const QModelIndex& index);
    void drillInto(const QModelIndex& index, const Dim& dim);
    void drillDown();
    void goUp();
    void activateMark(int series, Day day);
    void keepOrExclude(bool exclude);
    std::vector<Dim> drillDims() const;
    GridView* visible() const { return state.mode == ExploreState::Mode::Charges ? chargeGrid : costGrid; }
    QModelIndex currentCell() const { return visible()->currentIndex(); }
    void contextMenu(const QPoint& at);

    // ---- views, links, exports ----
    void fillViewsMenu();
    void saveView();
    void storeView(const QString& name);
    void copyLink();
    void exportGrid(CsvGuard guard);
    void exportCharges();
    void chooseFile(const QString& title, const QString& suggestion, std::function<void(const QString&)> write);
    void tellSelection();
    void notice(const QString& text) { emit page.notice(text); }

    ExplorePage& page;
    Backend& backend;
    QUndoStack undo;
    ExploreState state;
    Backend::WorkspaceInfo info;
    quint64 generation = 0;
    int pending = 0;
    bool waitingForCharges = false;
    bool opening = false;
    bool keepState = false; ///< the state is that of the workspace about to open
    bool sortingByMyself = false;
    bool gridAnswered = false;                      ///< the grid shows, or is about to show, the latest question
    std::optional<CostTableModel::Sort> chosenSort; ///< by the user; kept over new answers
    std::optional<Error> error;

    CostTableModel* costs;
    ChargeTableModel* charges;
    std::optional<CostTable> table, previousTable;
    std::optional<SeriesSet> series, totals;
    std::optional<CurrencyTotal> expected; ///< the cell that was drilled into

    QFrame* chartCard = nullptr;
    QFrame* gridCard = nullptr;
    QFrame* errorBar = nullptr;
    QLabel* errorText = nullptr;
    QWidget* breadcrumb = nullptr;
    QLabel* chartTitle = nullptr;
    QLabel* chartNote = nullptr;
    QLabel* gridTitle = nullptr;
    QLabel* gridNote = nullptr;
    QLabel* proof = nullptr;
    QLabel* busy = nullptr;
    QLabel* emptyText = nullptr;
    QPushButton* clearButton = nullptr;
    QPushButton* allButton = nullptr;
    QComboBox* currencyBox = nullptr;
    QPushButton* stackedButton = nullptr;
    QPushButton* linesButton = nullptr;
    QCheckBox* periodRows = nullptr;
    QComboBox* lineOrder = nullptr;
    ExploreControls* controls = nullptr;
    SeriesChart* chart = nullptr;
    GridView* costGrid = nullptr;
    GridView* chargeGrid = nullptr;
    GridFooter* costFooter = nullptr;
    GridFooter* chargeFooter = nullptr;
    QStackedWidget* stack = nullptr;
    QSplitter* splitter = nullptr;
    QMenu* viewsMenu = nullptr;
    QMenu* exportMenu = nullptr;

    QAction *upAction = nullptr, *downAction = nullptr, *linesAction = nullptr, *keepAction = nullptr,
            *excludeAction = nullptr, *earlierAction = nullptr, *laterAction = nullptr, *compareAction = nullptr,
            *rangeAction = nullptr, *filterAction = nullptr, *distinctAction = nullptr, *periodAction = nullptr,
            *stackedAction = nullptr, *linkAction = nullptr, *saveAction = nullptr, *exportAction = nullptr,
            *rawAction = nullptr, *exportLinesAction = nullptr, *copyAction = nullptr, *copyHeadersAction = nullptr,
            *refreshAction = nullptr;
};

// ---- construction ----

void ExplorePage::Impl::makeActions()
{
    upAction = action(QStringLiteral("Up one level"), QKeySequence(Qt::ALT | Qt::Key_Up),
                      QStringLiteral("Back to where the last drill began"), [this] { goUp(); });
    downAction = action(QStringLiteral("Drill down"), QKeySequence(Qt::ALT | Qt::Key_Down),
                        QStringLiteral("Split the current row by the next dimension"), [this] { drillDown(); });
    linesAction = action(QStringLiteral("Show charge lines"), QKeySequence(Qt::CTRL | Qt::Key_L),
                         QStringLiteral("The lines behind the current cell; Enter does the same"), [this] {
                             if (state.mode == ExploreState::Mode::Grid)
                                 drillToCharges(currentCell());
                         });
    keepAction = action(QStringLiteral("Keep only"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K),
                        QStringLiteral("Filter on the selected values"), [this] { keepOrExclude(false); });
    excludeAction = action(QStringLiteral("Exclude"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_X),
                           QStringLiteral("Filter the selected values out"), [this] { keepOrExclude(true); });
    earlierAction =
        action(QStringLiteral("One period earlier"), QKeySequence(Qt::Key_BracketLeft),
               QStringLiteral("Move the range back by its length"), [this] { controls->rangeEdit()->shift(-1); });
    laterAction =
        action(QStringLiteral("One period later"), QKeySequence(Qt::Key_BracketRight),
               QStringLiteral("Move the range on by its length"), [this] { controls->rangeEdit()->shift(1); });
    compareAction = action(QStringLiteral("Compare with the period before"), QKeySequence(Qt::Key_P),
                           QStringLiteral("Show the previous period beside this one"), [this] {
                               ExploreState next = state;
                               next.compare = !next.compare;
                               want(next, next.compare ? QStringLiteral("Compare") : QStringLiteral("Stop comparing"));
                           });
    compareAction->setCheckable(true);
    rangeAction = action(QStringLiteral("Date range…"), QKeySequence(Qt::CTRL | Qt::Key_D),
                         QStringLiteral("Type a date range"), [this] { controls->rangeEdit()->focusText(); });
    filterAction = action(QStringLiteral("Add filter…"), QKeySequence(Qt::CTRL | Qt::Key_F),
                          QStringLiteral("Keep or exclude values of a dimension"), [this] { controls->addFilter(); });
    distinctAction =
        action(tr("Count distinct…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D),
               tr("Say how many different values of a dimension each row has"), [this] { controls->chooseDistinct(); });
    periodAction = action(QStringLiteral("One row per step"), {},
                          QStringLiteral("One grid row per day, week or month instead of one per group"), [this] {
                              ExploreState next = state;
                              next.periodRows = !next.periodRows && next.granularity != Granularity::None;
                              want(next, QStringLiteral("One row per step"));
                          });
    periodAction->setCheckable(true);
    stackedAction =
        action(QStringLiteral("Stacked chart"), {}, QStringLiteral("Stack the series or draw lines"), [this] {
            ExploreState next = state;
            next.chart = state.chart == ExploreState::ChartStyle::Stacked ? ExploreState::ChartStyle::Lines
                                                                          : ExploreState::ChartStyle::Stacked;
            want(next, QStringLiteral("Chart style"));
        });
    stackedAction->setCheckable(true);
    saveAction = action(QStringLiteral("Save view…"), QKeySequence(Qt::CTRL | Qt::Key_S),
                        QStringLiteral("Keep this view under a name"), [this] { saveView(); });
    linkAction =
        action(QStringLiteral("Copy view link"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
               QStringLiteral("A text that opens this view in another copy of the program"), [this] { copyLink(); });
    exportAction = action(QStringLiteral("Export grid as CSV…"), {},
                          QStringLiteral("Exact decimals; texts that look like formulas are made harmless"),
                          [this] { exportGrid(CsvGuard::Spreadsheet); });
    rawAction = action(QStringLiteral("Export grid as raw CSV (for programs)…"), {},
                       QStringLiteral("Texts exactly as they are; do not open the file in a spreadsheet"),
                       [this] { exportGrid(CsvGuard::Raw); });
    exportLinesAction =
        action(QStringLiteral("Export charge lines…"), {},
               QStringLiteral("Every line of this view with every column of its source"), [this] { exportCharges(); });
    refreshAction = action(QStringLiteral("Ask again"), QKeySequence(Qt::Key_F5),
                           QStringLiteral("Read the figures again"), [this] { ask(); });
    copyAction = new QAction(QStringLiteral("Copy"), &page);
    copyHeadersAction = new QAction(QStringLiteral("Copy with headers"), &page);
    QObject::connect(copyAction, &QAction::triggered, &page, [this] { page.copySelection(false); });
    QObject::connect(copyHeadersAction, &QAction::triggered, &page, [this] { page.copySelection(true); });
}

QToolButton* ExplorePage::Impl::menuButton(const QString& text, const QString& icon, const QString& tip, QMenu* menu)
{
    auto* button = new QToolButton(&page);
    button->setText(text);
    button->setIcon(themedIcon(icon));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setPopupMode(QToolButton::MenuButtonPopup);
    button->setToolTip(tip);
    button->setMenu(menu);
    QObject::connect(button, &QToolButton::clicked, button, &QToolButton::showMenu);
    return button;
}

QWidget* ExplorePage::Impl::makeHeader()
{
    auto* header = new QWidget(&page);
    breadcrumb = new QWidget(header);
    breadcrumb->setAccessibleName(QStringLiteral("Breadcrumb"));
    new FlowLayout(breadcrumb, 2, 2);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    breadcrumb->setSizePolicy(policy);
    viewsMenu = new QMenu(header);
    QObject::connect(viewsMenu, &QMenu::aboutToShow, &page, [this] { fillViewsMenu(); });
    fillViewsMenu();
    exportMenu = new QMenu(header);
    exportMenu->addActions({exportAction, rawAction, exportLinesAction});
    const auto iconButton = [&](QAction* source, const QString& icon, const QString& name, const QString& tip) {
        auto* button = new QToolButton(header);
        button->setIcon(themedIcon(icon));
        button->setAccessibleName(name);
        button->setToolTip(tip);
        QObject::connect(button, &QToolButton::clicked, source, &QAction::trigger);
        QObject::connect(source, &QAction::changed, button,
                         [button, source] { button->setEnabled(source->isEnabled()); });
        button->setEnabled(source->isEnabled());
        return button;
    };
    QAction* undoAction = undo.createUndoAction(&page);
    QAction* redoAction = undo.createRedoAction(&page);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(breadcrumb, 1);
    row->addWidget(iconButton(undoAction, QStringLiteral("undo"), QStringLiteral("Undo view change"),
                              QStringLiteral("Undo the last change of this view (Ctrl+Z)")));
    row->addWidget(iconButton(redoAction, QStringLiteral("redo"), QStringLiteral("Redo view change"),
                              QStringLiteral("Redo (Ctrl+Shift+Z)")));
    row->addWidget(menuButton(QStringLiteral("Views"), QStringLiteral("layers"),
                              QStringLiteral("Saved views: open, save, remove"), viewsMenu));
    row->addWidget(
        iconButton(linkAction, QStringLiteral("copy"), QStringLiteral("Copy view link"), linkAction->toolTip()));
    row->addWidget(menuButton(QStringLiteral("Export"), QStringLiteral("export"),
                              QStringLiteral("Write figures to a file"), exportMenu));
    return header;
}

QWidget* ExplorePage::Impl::makeChartCard()
{
    chartCard = parts::card(QStringLiteral("Chart"), &page);
    parts::cardLayout(chartCard)->setContentsMargins(16, 10, 16, 8);
    chartTitle = parts::label({}, "heading", chartCard);
    chartNote = parts::label({}, "small", chartCard);
    currencyBox = new QComboBox(chartCard);
    currencyBox->setAccessibleDescription(QStringLiteral("Chart currency"));
    currencyBox->setToolTip(QStringLiteral("Different currencies never add; the chart shows one of them"));
    stackedButton =
        parts::button(QStringLiteral("Stacked"), QStringLiteral("Series on top of each other"), "segment", chartCard);
    linesButton = parts::button(QStringLiteral("Lines"), QStringLiteral("One line per series"), "segment", chartCard);
    for (QPushButton* button : {stackedButton, linesButton})
        button->setCheckable(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(chartTitle);
    row->addWidget(chartNote);
    row->addStretch(1);
    row->addWidget(currencyBox);
    auto* segments = new QHBoxLayout;
    segments->setSpacing(0);
    segments->addWidget(stackedButton);
    segments->addWidget(linesButton);
    row->addLayout(segments);
    chart = new SeriesChart(QStringLiteral("Cost over time"), chartCard);
    parts::cardLayout(chartCard)->addLayout(row);
    parts::cardLayout(chartCard)->addWidget(chart, 1);
    chartCard->setMinimumHeight(210);
    return chartCard;
}

QWidget* ExplorePage::Impl::makeGridStack(GridView*& view, GridFooter*& footer, GridModel* model, const QString& name)
{
    auto* box = new QWidget(gridCard);
    view = new GridView(name, box);
    view->setGridModel(model);
    footer = new GridFooter(view, box);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(view, 1);
    column->addWidget(footer);
    return box;
}

QWidget* ExplorePage::Impl::makeGridCard()
{
    gridCard = parts::card(QStringLiteral("Grid"), &page);
    parts::cardLayout(gridCard)->setContentsMargins(1, 8, 1, 6);
    gridTitle = parts::label({}, "heading", gridCard);
    gridTitle->setAccessibleDescription(QStringLiteral("Grid title"));
    gridNote = parts::label({}, "small", gridCard);
    gridNote->setAccessibleDescription(QStringLiteral("Unallocated and unknown"));
    proof = parts::label({}, "badgeGood", gridCard);
    proof->setAccessibleDescription(QStringLiteral("Whether the lines add up to the cell"));
    proof->hide();
    busy = parts::label({}, "small", gridCard);
    busy->setAccessibleDescription(QStringLiteral("Loading state"));
    periodRows = new QCheckBox(QStringLiteral("One row per step"), gridCard);
    periodRows->setToolTip(periodAction->toolTip());
    lineOrder = new QComboBox(gridCard);
    lineOrder->setAccessibleDescription(tr("Order of charge lines"));
    lineOrder->setToolTip(tr("Largest first shows what matters; file order shows lines beside their neighbours"));
    lineOrder->addItems({tr("Largest first"), tr("File order")});
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 14, 0);
    row->setSpacing(10);
    row->addWidget(gridTitle);
    row->addWidget(gridNote);
    row->addWidget(proof);
    row->addStretch(1);
    row->addWidget(busy);
    row->addWidget(controls->distinctChoice());
    row->addWidget(periodRows);
    row->addWidget(lineOrder);
    stack = new QStackedWidget(gridCard);
    stack->addWidget(makeGridStack(costGrid, costFooter, costs, QStringLiteral("Cost grid")));
    stack->addWidget(makeGridStack(chargeGrid, chargeFooter, charges, QStringLiteral("Charge lines")));
    costGrid->setSortingEnabled(true);
    chargeGrid->horizontalHeader()->setSortIndicatorShown(false);
    auto* empty = new QWidget(stack);
    emptyText = parts::paragraph({}, "secondary", empty);
    emptyText->setAlignment(Qt::AlignCenter);
    clearButton = parts::button(QStringLiteral("Remove all filters"), QStringLiteral("Show everything in this range"),
                                nullptr, empty);
    allButton =
        parts::button(QStringLiteral("Show all time"), QStringLiteral("Widen the range to all data"), nullptr, empty);
    QObject::connect(clearButton, &QPushButton::clicked, &page, [this] {
        ExploreState next = state;
        next.filters.clear();
        next.path.clear();
        want(next, QStringLiteral("Remove all filters"));
    });
    QObject::connect(allButton, &QPushButton::clicked, &page, [this] {
        ExploreState next = state;
        next.rangeText = "all";
        want(next, QStringLiteral("All time"));
    });
    auto* column = new QVBoxLayout(empty);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(clearButton);
    buttons->addWidget(allButton);
    buttons->addStretch();
    column->addStretch();
    column->addWidget(emptyText);
    column->addSpacing(8);
    column->addLayout(buttons);
    column->addStretch();
    stack->addWidget(empty);
    parts::cardLayout(gridCard)->addLayout(row);
    parts::cardLayout(gridCard)->addWidget(stack, 1);
    return gridCard;
}

QWidget* ExplorePage::Impl::makeErrorBar()
{
    errorBar = new QFrame(&page);
    errorBar->setObjectName(QStringLiteral("messagePanel"));
    errorBar->setAccessibleName(QStringLiteral("Error"));
    errorText = parts::paragraph({}, "body", errorBar);
    errorText->setAccessibleDescription(QStringLiteral("Error text"));
    errorText->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* copy = parts::button(QStringLiteral("Copy error"), QStringLiteral("Copy the text"), nullptr, errorBar);
    auto* retry = parts::button(QStringLiteral("Try again"), QStringLiteral("Ask once more (F5)"), "primary", errorBar);
    QObject::connect(copy, &QPushButton::clicked, &page, [this] {
        QApplication::clipboard()->setText(errorText->text());
        notice(QStringLiteral("Error text copied"));
    });
    QObject::connect(retry, &QPushButton::clicked, &page, [this] { ask(); });
    auto* row = new QHBoxLayout(errorBar);
    row->setContentsMargins(14, 8, 10, 8);
    row->addWidget(errorText, 1);
    row->addWidget(copy);
    row->addWidget(retry);
    errorBar->hide();
    return errorBar;
}

void ExplorePage::Impl::build()
{
    controls = new ExploreControls(backend, kLocale, &page);
    splitter = new QSplitter(Qt::Vertical, &page);
    splitter->setHandleWidth(12);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeChartCard());
    splitter->addWidget(makeGridCard());
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({292, 368});
    auto* column = new QVBoxLayout(&page);
    column->setContentsMargins(14, 10, 14, 12);
    column->setSpacing(8);
    column->addWidget(makeHeader());
    column->addWidget(controls);
    column->addWidget(makeErrorBar());
    column->addWidget(splitter, 1);
    page.setAccessibleName(QStringLiteral("Explore"));
}

void ExplorePage::Impl::connectAll()
{
    QObject::connect(controls, &ExploreControls::stateWanted, &page,
                     [this](const ExploreState& next, const QString& what, int merge) { want(next, what, merge); });
    QObject::connect(&undo, &QUndoStack::indexChanged, &page, [this] { emit page.undoStateChanged(); });
    const auto style = [this](ExploreState::ChartStyle chosen) {
        ExploreState next = state;
        next.chart = chosen;
        want(next, QStringLiteral("Chart style"));
        showChart();
    };
    QObject::connect(stackedButton, &QPushButton::clicked, &page,
                     [style] { style(ExploreState::ChartStyle::Stacked); });
    QObject::connect(linesButton, &QPushButton::clicked, &page, [style] { style(ExploreState::ChartStyle::Lines); });
    QObject::connect(periodRows, &QCheckBox::clicked, periodAction, &QAction::trigger);
    QObject::connect(lineOrder, &QComboBox::activated, &page, [this](int chosen) {
        ExploreState next = state;
        next.fileOrder = chosen == 1;
        want(next, lineOrder->currentText());
    });
    QObject::connect(costs, &CostTableModel::shown, &page, [this] { gridShown(); });
    QObject::connect(costs, &CostTableModel::busyChanged, &page, [this] { showProgress(); });
    QObject::connect(currencyBox, &QComboBox::activated, &page, [this] {
        ExploreState next = state;
        next.chartCurrency = Currency(currencyBox->currentText().toStdString());
        want(next, QStringLiteral("Chart in ") + currencyBox->currentText());
    });
    QObject::connect(chart, &SeriesChart::pointActivated, &page,
                     [this](int line, Day day) { activateMark(line, day); });
    QObject::connect(chart, &SeriesChart::rangeSelected, &page, [this](Day first, Day last) {
        ExploreState next = state;
        next.rangeText = rangeText({first, last + 1});
        want(next, QStringLiteral("Zoom into ") + format::range({first, last + 1}, kLocale));
    });
    QObject::connect(chart, &SeriesChart::readOutChanged, &page,
                     [this](const QString& text) { emit page.selectionText(text); });
    QObject::connect(costGrid, &GridView::drillRequested, &page,
                     [this](const QModelIndex& index) { drillToCharges(index); });
    QObject::connect(costGrid->horizontalHeader(), &QHeaderView::sortIndicatorChanged, &page,
                     [this](int column, Qt::SortOrder order) {
                         if (!sortingByMyself && costs->columnKind(column) != CostTableModel::Column::Count)
                             chosenSort = CostTableModel::Sort{costs->columnKind(column), order};
                     });
    for (GridView* grid : {costGrid, chargeGrid}) {
        QObject::connect(grid, &GridView::selectionSummaryChanged, &page, [this] { tellSelection(); });
        QObject::connect(grid, &GridView::menuRequested, &page, [this](const QPoint& at) { contextMenu(at); });
        QObject::connect(grid, &GridView::copyRefused, &page, [this](const QString& why) { notice(why); });
    }
    QObject::connect(charges, &ChargeTableModel::ready, &page, [this] {
        waitingForCharges = false;
        showTitles();
        showEmptiness();
        showProgress();
        if (charges->rowCount() > 0 && !chargeGrid->currentIndex().isValid())
            chargeGrid->setCurrentIndex(charges->index(0, 0));
    });
    QObject::connect(charges, &ChargeTableModel::failed, &page, [this](const Error& failure) {
        waitingForCharges = false;
        showError(failure);
        showProgress();
    });
}

// ---- state ----

void ExplorePage::Impl::apply(const ExploreState& next)
{
    const bool chartOnly = [&] {
        ExploreState same = next;
        same.chart = state.chart;
        same.chartCurrency = state.chartCurrency;
        return same == state && generation > 0;
    }();
    state = next;
    controls->setState(state, today());
    compareAction->setChecked(state.compare);
    periodAction->setChecked(state.periodRows);
    stackedAction->setChecked(state.chart == ExploreState::ChartStyle::Stacked);
    periodRows->setChecked(state.periodRows);
    periodRows->setEnabled(state.granularity != Granularity::None);
    lineOrder->setCurrentIndex(state.fileOrder ? 1 : 0);
    const bool lines = state.mode == ExploreState::Mode::Charges;
    chartCard->setVisible(!lines);
    periodRows->setVisible(!lines);
    lineOrder->setVisible(lines);
    controls->distinctChoice()->setVisible(!lines);
    stackedButton->setChecked(state.chart == ExploreState::ChartStyle::Stacked);
    linesButton->setChecked(state.chart == ExploreState::ChartStyle::Lines);
    showBreadcrumb();
    if (chartOnly)
        showChart();
    else
        ask();
    emit page.stateChanged();
}

// ---- questions and answers ----

void ExplorePage::Impl::ask()
{
    ++generation;
    pending = 0;
    waitingForCharges = false;
    error.reset();
    errorBar->hide();
    if (info.path.empty()) {
        showTitles();
        return;
    }
    if (info.rows == 0) {
        showNoLines();
        return;
    }
    const auto found = state.range(today());
    if (!found) {
        showError(found.error());
        return;
    }
    if (state.mode == ExploreState::Mode::Charges) {
        askCharges(*found);
    } else {
        expected.reset();
        charges->clear();
        askGrid(*found);
        askChart(*found);
    }
    showTitles();
    showProgress();
}

/// Before the first import there is nothing to ask, and no day that a range like "30d" could count back from.
void ExplorePage::Impl::showNoLines()
{
    expected.reset();
    table.reset();
    previousTable.reset();
    series.reset();
    totals.reset();
    gridAnswered = false;
    costs->clear();
    charges->clear();
    chart->setFrame({});
    showTitles();
    showEmptiness();
    showProgress();
}

void ExplorePage::Impl::askGrid(const DateRange& range)
{
    table.reset();
    previousTable.reset();
    gridAnswered = false;
    const CostQuery query = state.gridQuery(range);
    const bool compare = state.compare && range.from.isValid() && range.to.isValid();
    if (compare) {
        CostQuery before = query;
        before.range = previousRange(range);
        before.countDistinct.reset();
        backend.table("explore.previous", before, answer<CostTable>([this](CostTable found) {
                          previousTable = std::move(found);
                          showGrid();
                      }));
    }
    backend.table("explore.table", query, answer<CostTable>([this](CostTable found) {
                      table = std::move(found);
                      showGrid();
                  }));
}

void ExplorePage::Impl::askChart(const DateRange& range)
{
    series.reset();
    totals.reset();
    Backend::SeriesRequest request;
    request.query = state.query(range);
    request.query.granularity = state.granularity == Granularity::None ? Granularity::Day : state.granularity;
    request.query.top = kChartSeries;
    request.anomalies = request.query.granularity == Granularity::Day;
    Backend::SeriesRequest whole = request;
    whole.query.by.clear();
    whole.query.top = 0;
    whole.compare = state.compare && range.from.isValid() && range.to.isValid();
    whole.anomalies = request.anomalies && state.by.empty();
    if (info.dataThrough.isValid() && (!range.to.isValid() || range.to > info.dataThrough)) {
        const Day next = info.dataThrough + 1;
        const int toMonthEnd = next.addMonths(1) - next;
        whole.forecastSteps = request.query.granularity == Granularity::Day    ? std::max(7, toMonthEnd)
                              : request.query.granularity == Granularity::Week ? 4
                                                                               : 2;
    }
    backend.series("explore.totals", whole, answer<SeriesSet>([this](SeriesSet found) {
                       totals = std::move(found);
                       showChart();
                   }));
    if (state.by.empty())
        return;
    request.anomalies = request.query.granularity == Granularity::Day;
    backend.series("explore.series", request, answer<SeriesSet>([this](SeriesSet found) {
                       series = std::move(found);
                       showChart();
                   }));
}

void ExplorePage::Impl::askCharges(const DateRange& range)
{
    waitingForCharges = true;
    charges->setQuery(state.query(range), !state.fileOrder);
}

void ExplorePage::Impl::showGrid()
{
    const bool compare = state.compare && table && table->query.range.from.isValid() && table->query.range.to.isValid();
    if (!table || (compare && !previousTable))
        return;
    if (!compare)
        previousTable.reset();
    gridAnswered = true;
    costs->setTable(std::move(*table), std::move(previousTable), chosenSort);
    table.reset();
    previousTable.reset();
}

void ExplorePage::Impl::gridShown()
{
    const bool hadFocus = costGrid->hasFocus();
    sortingByMyself = true;
    costGrid->horizontalHeader()->setSortIndicator(costs->sortColumn(), costs->sortOrder());
    sortingByMyself = false;
    if (costs->rowCount() > 0)
        costGrid->setCurrentIndex(costs->index(0, std::max(0, costs->columnOf(CostTableModel::Column::Cost))));
    fillCurrencies();
    showTitles();
    showEmptiness();
    if (hadFocus)
        costGrid->setFocus();
    showChart();
}

Currency ExplorePage::Impl::chartCurrency() const
{
    const auto& present = costs->table().totals;
    const bool chosen = std::any_of(present.begin(), present.end(),
                                    [this](const CurrencyTotal& t) { return t.currency == state.chartCurrency; });
    if (chosen)
        return state.chartCurrency;
    for (const Currency& currency : info.currencies)
        if (std::any_of(present.begin(), present.end(), [&](const CurrencyTotal& t) { return t.currency == currency; }))
            return currency;
    if (!present.empty())
        return present.front().currency;
    return info.currencies.empty() ? Currency() : info.currencies.front();
}

void ExplorePage::Impl::fillCurrencies()
{
    currencyBox->clear();
    for (const CurrencyTotal& total : costs->table().totals)
        currencyBox->addItem(format::text(std::string(total.currency.code())));
    currencyBox->setCurrentText(format::text(std::string(chartCurrency().code())));
    currencyBox->setVisible(currencyBox->count() > 1);
}

void ExplorePage::Impl::showChart()
{
    const SeriesSet* lines = state.by.empty() ? (totals ? &*totals : nullptr) : (series ? &*series : nullptr);
    if (!lines || !totals || !gridAnswered || costs->isBusy())
        return;
    FrameRequest request;
    request.currency = chartCurrency();
    request.locale = kLocale;
    const bool steps = lines->query.granularity != Granularity::Day;
    request.style = state.chart == ExploreState::ChartStyle::Lines ? SeriesFrame::Style::Lines
                    : steps                                        ? SeriesFrame::Style::Columns
                                                                   : SeriesFrame::Style::Stacked;
    SeriesFrame frame = makeSeriesFrame(*lines, &*totals, request);
    if (frame.style == SeriesFrame::Style::Lines && frame.lines.size() > 1)
        frame.forecast.clear(); // a forecast of the sum belongs to no single line
    if (frame.steps.size() == 1 && frame.forecast.empty())
        frame.style = SeriesFrame::Style::Columns; // a single step has no line to draw
    frame.title = chartTitle->text();
    chart->setFrame(std::move(frame));
}

void ExplorePage::Impl::showProgress()
{
    busy->setText(opening                            ? tr("Opening…")
                  : pending > 0 || waitingForCharges ? QStringLiteral("Loading…")
                  : costs->isBusy()                  ? tr("Putting rows in order…")
                                                     : QString());
}

void ExplorePage::Impl::showError(const Error& failure)
{
    if (error && error->text() == failure.text())
        return; // several questions failed for one reason
    error = failure;
    errorText->setText(format::text(failure.text()) + QStringLiteral(" — ") + parts::advice(failure.code));
    errorBar->show();
    emit page.problem(format::text(failure.text()), parts::advice(failure.code));
}

void ExplorePage::Impl::showTitles()
{
    const bool hasDays = !info.path.empty() && info.rows > 0; // a typed range means days only with data
    const DateRange shown = hasDays ? range() : DateRange{};
    QString by = QStringLiteral("in total");
    if (!state.by.empty()) {
        QStringList names;
        for (const Dim& dim : state.by)
            names << (dim.kind == Dim::Kind::Sku ? format::dimTitle(dim) : format::dimTitle(dim).toLower());
        by = QStringLiteral("by ") + names.join(QStringLiteral(" and "));
    }
    const Granularity step = state.granularity == Granularity::None ? Granularity::Day : state.granularity;
    chartTitle->setText(format::lens(state.lens) + QLatin1Char(' ') + by + QStringLiteral(", ") +
                        format::granularity(step).toLower());
    const bool compare = state.compare && shown.from.isValid() && shown.to.isValid();
    chartNote->setText(
        (hasDays ? format::range(shown, kLocale) : format::text(state.rangeText)) +
        (compare ? QStringLiteral("  against  ") + format::range(previousRange(shown), kLocale) : QString()));
    if (state.mode == ExploreState::Mode::Charges) {
        gridTitle->setText(charges->isReady() ? format::count(charges->total(), QStringLiteral("charge line"),
                                                              QStringLiteral("charge lines"), kLocale)
                                              : QStringLiteral("Charge lines"));
        gridNote->setText(format::lens(state.lens) + QStringLiteral(", ") +
                          (hasDays ? format::range(shown, kLocale) : format::text(state.rangeText)) +
                          (state.fileOrder ? tr(", file order") : tr(", largest first")));
        const auto found =
            std::find_if(charges->totals().begin(), charges->totals().end(),
                         [&](const CurrencyTotal& t) { return expected && t.currency == expected->currency; });
        proof->setVisible(expected && charges->isReady());
        if (expected && charges->isReady()) {
            const bool equal =
                found != charges->totals().end() ? found->cost == expected->cost : expected->cost.isZero();
            const QString cell = format::money(expected->cost, expected->currency, kLocale);
            proof->setText(equal ? QStringLiteral("Adds up to the cell: ") + cell
                                 : QStringLiteral("Does not add up to the cell: ") + cell);
            parts::setRole(proof, equal ? "badgeGood" : "badgeBad");
        }
        return;
    }
    proof->hide();
    if (!hasDays) {
        gridTitle->setText(chartTitle->text().section(QLatin1Char(','), 0, 0));
        gridNote->clear();
        return;
    }
    const auto rows = static_cast<std::uint64_t>(costs->rowCount());
    if (state.by.empty())
        gridTitle->setText(QStringLiteral("Total"));
    else if (state.by.size() == 1 && !state.periodRows)
        gridTitle->setText(rows == 1
                               ? QStringLiteral("1 ") + format::dimTitle(state.by.front()).toLower()
                               : format::count(rows, kLocale) + QLatin1Char(' ') + format::dimPlural(state.by.front()));
    else
        gridTitle->setText(format::count(rows, QStringLiteral("row"), QStringLiteral("rows"), kLocale));
    QStringList notes;
    for (const CurrencyTotal& total : costs->table().totals) {
        const CostRow* orphan = state.periodRows ? nullptr : costs->unallocated(total.currency);
        if (!orphan)
            continue;
        QString note = QStringLiteral("Unallocated ") + format::money(orphan->cost, total.currency, kLocale);
        if (!total.cost.isZero() && !total.cost.isNegative())
            note +=
                QStringLiteral(" (%1)").arg(format::percent(orphan->cost.toDouble() / total.cost.toDouble(), kLocale));
        notes << note;
    }
    for (const CurrencyTotal& total : costs->table().totals)
        if (total.unknownRows > 0)
            notes << QStringLiteral("%1 in %2 without a cost: unknown, not zero")
                         .arg(
                             format::count(total.unknownRows, QStringLiteral("line"), QStringLiteral("lines"), kLocale),
                             format::text(std::string(total.currency.code())));
    gridNote->setText(notes.join(QStringLiteral(" · ")));
}

void ExplorePage::Impl::showBreadcrumb()
{
    while (QLayoutItem* item = breadcrumb->layout()->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    QStringList names{QStringLiteral("All cost")};
    for (const ExploreState::Step& step : state.path) {
        QStringList values;
        for (const Filter& filter : step.added)
            for (const std::string& value : filter.values)
                values << (filter.exclude ? QStringLiteral("Other") : format::dimValue(filter.dim, value));
        values.removeDuplicates();
        names << (values.isEmpty() ? QStringLiteral("Selection") : values.join(QStringLiteral(", ")));
    }
    if (state.mode == ExploreState::Mode::Charges)
        names << QStringLiteral("Charge lines");
    for (qsizetype i = 0; i < names.size(); ++i) {
        const bool last = i == names.size() - 1;
        const QString name = breadcrumb->fontMetrics().elidedText(names[i], Qt::ElideMiddle, 260);
        if (last) {
            auto* label = parts::label(name, "heading", breadcrumb);
            label->setContentsMargins(6, 4, 0, 4);
            label->setToolTip(names[i]);
            breadcrumb->layout()->addWidget(label);
            label->show();
            continue;
        }
        auto* crumb = parts::button(
            format::menuText(name),
            QStringLiteral("Back to ") + names[i] + QStringLiteral(" (Alt+Up goes up one level)"), "link", breadcrumb);
        crumb->setAccessibleName(names[i]);
        QObject::connect(crumb, &QPushButton::clicked, &page, [this, i] {
            ExploreState next = state;
            next.mode = ExploreState::Mode::Grid;
            while (next.path.size() > static_cast<std::size_t>(i))
                next = drill::up(next);
            want(next, QStringLiteral("Go up"));
        });
        auto* arrow = parts::label(QStringLiteral("›"), "secondary", breadcrumb);
        arrow->setContentsMargins(0, 4, 0, 4);
        for (QWidget* widget : {static_cast<QWidget*>(crumb), static_cast<QWidget*>(arrow)}) {
            breadcrumb->layout()->addWidget(widget);
            widget->show();
        }
    }
    breadcrumb->setAccessibleDescription(names.join(QStringLiteral(" › ")));
    upAction->setEnabled(!state.path.empty() || state.mode == ExploreState::Mode::Charges);
    downAction->setEnabled(state.mode == ExploreState::Mode::Grid);
}

void ExplorePage::Impl::showEmptiness()
{
    const bool lines = state.mode == ExploreState::Mode::Charges;
    const bool noLines = !info.path.empty() && info.rows == 0;
    const bool empty = noLines || (lines ? charges->isReady() && charges->total() == 0 : costs->rowCount() == 0);
    if (!empty || opening) {
        stack->setCurrentIndex(lines ? 1 : 0);
        return;
    }
    if (noLines) {
        emptyText->setText(tr("No cost lines yet.\nDrop FOCUS cost exports on the window, or press Ctrl+I."));
        clearButton->hide();
        allButton->hide();
        stack->setCurrentIndex(2);
        return;
    }
    QString text = QStringLiteral("No charges in %1").arg(format::range(range(), kLocale));
    if (!state.allFilters().empty())
        text += QStringLiteral(" with these filters");
    if (info.dataFrom.isValid() && info.dataThrough.isValid())
        text += QStringLiteral(".\nThe data runs from %1 to %2.")
                    .arg(format::date(info.dataFrom, kLocale), format::date(info.dataThrough, kLocale));
    emptyText->setText(text);
    clearButton->setVisible(!state.allFilters().empty());
    allButton->show();
    stack->setCurrentIndex(2);
}

// ---- drilling ----

drill::Target ExplorePage::Impl::targetOf(const QModelIndex& index) const
{
    drill::Target target;
    if (!index.isValid())
        return target;
    const CostRow& row = costs->rowAt(index.row());
    target.keys = row.keys;
    target.isOther = row.isOther;
    target.currency = row.currency;
    target.limitCurrency = costs->table().totals.size() > 1;
    target.granularity = state.granularity;
    const CostTableModel::Column column = costs->columnKind(index.column());
    const bool before = column == CostTableModel::Column::Previous;
    if (before)
        target.range = previousRange(range());
    else
        target.period = row.period;
    return target;
}

void ExplorePage::Impl::drillToCharges(const QModelIndex& index)
{
    const drill::Target target = targetOf(index);
    const ExploreState next = drill::toCharges(state, range(), target);
    std::optional<CurrencyTotal> cell;
    if (index.isValid() && (!target.range || !costs->rowAt(index.row()).period.isValid())) {
        const auto column = target.range ? CostTableModel::Column::Previous : CostTableModel::Column::Cost;
        if (const auto amount = costs->amountAt(index.row(), costs->columnOf(column)))
            cell = CurrencyTotal{costs->currencyAt(index.row()), *amount, 0, 0};
    }
    expected = cell;
    want(next, QStringLiteral("Charge lines"));
    chargeGrid->setFocus();
}

void ExplorePage::Impl::drillInto(const QModelIndex& index, const Dim& dim)
{
    want(drill::into(state, range(), targetOf(index), dim), QStringLiteral("Drill into ") + format::dimTitle(dim));
    costGrid->setFocus();
}

void ExplorePage::Impl::drillDown()
{
    if (state.mode != ExploreState::Mode::Grid || !currentCell().isValid())
        return;
    const ExploreState lines = drill::toCharges(state, range(), targetOf(currentCell()));
    if (const auto dim = nextDrillDim(lines))
        drillInto(currentCell(), *dim);
    else
        drillToCharges(currentCell());
}

void ExplorePage::Impl::goUp()
{
    want(drill::up(state), QStringLiteral("Up one level"));
    page.focusGrid();
}

void ExplorePage::Impl::activateMark(int line, Day day)
{
    drill::Target target;
    const SeriesFrame& frame = chart->frame();
    target.period = day;
    target.granularity = frame.granularity;
    target.currency = frame.currency;
    target.limitCurrency = costs->table().totals.size() > 1;
    if (line >= 0 && line < static_cast<int>(frame.lines.size()) && !state.by.empty()) {
        const SeriesFrame::Line& chosen = frame.lines[static_cast<std::size_t>(line)];
        target.keys = chosen.keys;
        target.isOther = chosen.isOther;
        for (const auto& other : frame.lines)
            if (!other.isOther)
                target.otherThan.push_back(other.keys);
    }
    expected.reset();
    want(drill::toCharges(state, range(), target), QStringLiteral("Charge lines of ") + format::date(day, kLocale));
    chargeGrid->setFocus();
}

void ExplorePage::Impl::keepOrExclude(bool exclude)
{
    if (state.mode != ExploreState::Mode::Grid || state.by.empty())
        return;
    const int column = currentCell().column();
    const auto place = costs->columnKind(column) == CostTableModel::Column::Key ? static_cast<std::size_t>(column) : 0;
    constexpr std::size_t kMostValues = 500;
    std::vector<std::string> values;
    std::set<std::string> seen;
    for (const int row : costGrid->selectedRows()) {
        const CostRow& shown = costs->rowAt(row);
        if (!shown.isOther && place < shown.keys.size() && seen.insert(shown.keys[place]).second)
            values.push_back(shown.keys[place]);
        if (values.size() > kMostValues) {
            notice(tr("A filter takes at most %1 values; select fewer rows").arg(kMostValues));
            return;
        }
    }
    if (values.empty())
        return;
    want(drill::filtered(state, state.by[place], values, exclude),
         exclude ? QStringLiteral("Exclude") : QStringLiteral("Keep only"));
}

std::vector<Dim> ExplorePage::Impl::drillDims() const
{
    std::vector<Dim> dims = controls->dims();
    dims.erase(std::remove_if(dims.begin(), dims.end(),
                              [this](const Dim& dim) {
                                  return std::find(state.by.begin(), state.by.end(), dim) != state.by.end();
                              }),
               dims.end());
    return dims;
}

void ExplorePage::Impl::contextMenu(const QPoint& at)
{
    auto* menu = new QMenu(&page);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (state.mode == ExploreState::Mode::Grid && currentCell().isValid()) {
        menu->addAction(linesAction);
        menu->addAction(downAction);
        QMenu* into = menu->addMenu(QStringLiteral("Drill into"));
        const QPersistentModelIndex cell = currentCell();
        for (const Dim& dim : drillDims())
            into->addAction(format::menuText(format::dimTitle(dim)), &page, [this, cell, dim] {
                if (cell.isValid())
                    drillInto(cell, dim);
            });
        menu->addSeparator();
        menu->addActions({keepAction, excludeAction});
        menu->addSeparator();
    }
    if (upAction->isEnabled())
        menu->addAction(upAction);
    menu->addActions({copyAction, copyHeadersAction});
    menu->addSeparator();
    menu->addActions({state.mode == ExploreState::Mode::Grid ? exportAction : exportLinesAction});
    menu->popup(at);
}

// ---- views, links, exports ----

void ExplorePage::Impl::fillViewsMenu()
{
    viewsMenu->clear();
    std::vector<SavedView> views = backend.savedViews();
    views.erase(std::remove_if(views.begin(), views.end(), [](const SavedView& v) { return v.page != "explore"; }),
                views.end());
    for (const SavedView& view : views)
        viewsMenu->addAction(format::menuText(format::text(view.name)), &page, [this, view] {
            if (const Status opened = page.openSaved(view); !opened)
                showError(opened.error());
        });
    if (views.empty())
        viewsMenu->addAction(QStringLiteral("No saved views yet"))->setEnabled(false);
    viewsMenu->addSeparator();
    viewsMenu->addAction(saveAction);
    if (views.empty())
        return;
    QMenu* remove = viewsMenu->addMenu(QStringLiteral("Remove view"));
    for (const SavedView& view : views)
        remove->addAction(format::menuText(format::text(view.name)), &page, [this, name = view.name] {
            backend.removeView(name, guarded<bool>(&page, [this, name](Result<bool> done) {
                                   if (!done)
                                       showError(done.error());
                                   else
                                       notice(QStringLiteral("View %1 removed").arg(format::text(name)));
                                   emit page.savedViewsChanged();
                               }));
        });
}

void ExplorePage::Impl::saveView()
{
    auto* dialog = new QInputDialog(&page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QStringLiteral("Save view"));
    dialog->setLabelText(QStringLiteral("Name of the view (an existing one is replaced)"));
    dialog->setOkButtonText(QStringLiteral("Save"));
    dialog->setTextValue(chartTitle->text());
    QObject::connect(dialog, &QInputDialog::textValueSelected, &page, [this](const QString& name) { storeView(name); });
    dialog->open();
}

void ExplorePage::Impl::storeView(const QString& name)
{
    if (name.trimmed().isEmpty())
        return;
    SavedView view;
    view.name = name.trimmed().toStdString();
    view.page = "explore";
    view.state = toJson(state).toStdString();
    backend.saveView(view, guarded<bool>(&page, [this, name](Result<bool> done) {
                         if (!done)
                             showError(done.error());
                         else
                             notice(QStringLiteral("View %1 saved").arg(name.trimmed()));
                         emit page.savedViewsChanged();
                     }));
}

void ExplorePage::Impl::copyLink()
{
    QApplication::clipboard()->setText(viewLink(state));
    notice(QStringLiteral("View link copied"));
}

void ExplorePage::Impl::chooseFile(const QString& title, const QString& suggestion,
                                   std::function<void(const QString&)> write)
{
    auto* dialog = new QFileDialog(&page, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(QStringLiteral("CSV files (*.csv)"));
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(suggestion);
    QObject::connect(dialog, &QFileDialog::fileSelected, &page, std::move(write));
    dialog->open();
}

void ExplorePage::Impl::exportGrid(CsvGuard guard)
{
    if (state.mode == ExploreState::Mode::Charges) {
        exportCharges();
        return;
    }
    chooseFile(QStringLiteral("Export grid"), QStringLiteral("explore.csv"), [this, guard](const QString& path) {
        notice(tr("Writing %1 rows…").arg(format::count(static_cast<std::uint64_t>(costs->rowCount()), kLocale)));
        backend.writeTextFile(path.toStdString(), costs->csvWriter(guard),
                              guarded<std::string>(&page, [this](Result<std::string> written) {
                                  if (written)
                                      notice(QStringLiteral("Written: ") + format::text(*written));
                                  else
                                      showError(written.error());
                              }));
    });
}

void ExplorePage::Impl::exportCharges()
{
    chooseFile(QStringLiteral("Export charge lines"), QStringLiteral("charge-lines.csv"), [this](const QString& path) {
        backend.exportCharges(state.query(range()), path.toStdString(),
                              guarded<std::string>(&page, [this](Result<std::string> written) {
                                  if (written)
                                      notice(QStringLiteral("Written: ") + format::text(*written));
                                  else
                                      showError(written.error());
                              }));
    });
}

void ExplorePage::Impl::tellSelection()
{
    const QString text = summaryText(visible()->summary());
    emit page.selectionText(text);
}

// ---- the page ----

ExplorePage::ExplorePage(Backend& backend, QWidget* parent)
    : Page(parent), m_impl(std::make_unique<Impl>(*this, backend))
{
    m_impl->apply(m_impl->state);
}

ExplorePage::~ExplorePage()
{
    // The children go while what their signals reach is still there.
    blockSignals(true);
    m_impl->undo.blockSignals(true);
    while (auto* child = findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
        delete child; // one may take another with it
}

void ExplorePage::workspaceChanged(const Backend::WorkspaceInfo& info)
{
    const bool other = info.path != m_impl->info.path;
    m_impl->info = info;
    if (other && m_impl->keepState) {
        m_impl->keepState = false;
    } else if (other) {
        m_impl->undo.clear();
        m_impl->costs->clear();
        m_impl->charges->clear();
        ExploreState fresh;
        fresh.lens = m_impl->state.lens;
        m_impl->state = fresh;
    }
    const quint64 asked = m_impl->generation;
    m_impl->apply(m_impl->state);
    if (m_impl->generation == asked)
        m_impl->ask();
    if (info.path.empty())
        return;
    m_impl->backend.dynamicDims("explore.dims", guarded<std::vector<Dim>>(this, [this](Result<std::vector<Dim>> dims) {
                                    if (dims)
                                        m_impl->controls->setDynamicDims(*dims);
                                }));
}

void ExplorePage::restore(const ExploreState& state)
{
    m_impl->keepState = true;
    m_impl->apply(state);
}

void ExplorePage::setOpening(bool opening)
{
    m_impl->opening = opening;
    m_impl->chart->setEmptyText(opening ? tr("Opening…") : tr("No data in this range"));
    if (!opening)
        return;
    const CostTable columns{m_impl->state.gridQuery({}), {}, {}, 0}; // of the last time
    m_impl->costs->setTable(columns, m_impl->state.compare ? std::optional<CostTable>(columns) : std::nullopt);
    m_impl->showTitles();
    m_impl->showProgress();
}

void ExplorePage::setLens(CostLens lens)
{
    ExploreState next = m_impl->state;
    next.lens = lens;
    m_impl->want(next, format::lens(lens));
}

void ExplorePage::setCompare(bool compare)
{
    ExploreState next = m_impl->state;
    next.compare = compare;
    m_impl->want(next, compare ? QStringLiteral("Compare") : QStringLiteral("Stop comparing"));
}

bool ExplorePage::canUndo() const
{
    return m_impl->undo.canUndo();
}

bool ExplorePage::canRedo() const
{
    return m_impl->undo.canRedo();
}

void ExplorePage::undo()
{
    m_impl->undo.undo();
}

void ExplorePage::redo()
{
    m_impl->undo.redo();
}

bool ExplorePage::copySelection(bool withHeaders)
{
    return m_impl->visible()->copySelection(withHeaders);
}

bool ExplorePage::exportTable()
{
    m_impl->exportGrid(CsvGuard::Spreadsheet);
    return true;
}

void ExplorePage::takeFocus()
{
    focusGrid();
}

void ExplorePage::focusGrid()
{
    m_impl->visible()->setFocus(Qt::OtherFocusReason);
}

GridView* ExplorePage::visibleGrid() const
{
    return m_impl->visible();
}

SeriesChart* ExplorePage::chart() const
{
    return m_impl->chart;
}

void ExplorePage::refresh()
{
    m_impl->ask();
}

const ExploreState& ExplorePage::state() const
{
    return m_impl->state;
}

void ExplorePage::setState(const ExploreState& state, const QString& what)
{
    m_impl->want(state, what.isEmpty() ? QStringLiteral("Change view") : what);
}

void ExplorePage::showQuery(const CostQuery& query)
{
    ExploreState next;
    next.by = query.by;
    if (query.granularity != Granularity::None)
        next.granularity = query.granularity;
    next.filters = query.filters;
    next.lens = query.lens;
    next.rangeText = rangeText(query.range);
    m_impl->want(next, QStringLiteral("Open in Explore"));
}

Status ExplorePage::openLink(const QString& link)
{
    auto state = exploreStateFromLink(link);
    if (!state)
        return state.error();
    m_impl->want(*state, QStringLiteral("Open view link"));
    return {};
}

Status ExplorePage::openSaved(const SavedView& view)
{
    auto state = exploreStateFromJson(QByteArray::fromStdString(view.state));
    if (!state)
        return state.error();
    m_impl->want(*state, QStringLiteral("Open view ") + format::text(view.name));
    return {};
}

QUndoStack* ExplorePage::undoStack()
{
    return &m_impl->undo;
}

QList<QAction*> ExplorePage::pageActions() const
{
    const Impl& i = *m_impl;
    return {i.downAction,     i.linesAction, i.upAction,      nullptr,         i.keepAction,    i.excludeAction,
            i.filterAction,   nullptr,       i.rangeAction,   i.earlierAction, i.laterAction,   i.compareAction,
            i.distinctAction, nullptr,       i.stackedAction, i.periodAction,  i.refreshAction, nullptr,
            i.saveAction,     i.linkAction,  nullptr,         i.exportAction,  i.rawAction,     i.exportLinesAction};
}

bool ExplorePage::isSettled() const
{
    return m_impl->pending == 0 && !m_impl->waitingForCharges && !m_impl->costs->isBusy();
}

void ExplorePage::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Undo))
        m_impl->undo.undo();
    else if (event->matches(QKeySequence::Redo))
        m_impl->undo.redo();
    else if (event->key() == Qt::Key_Escape && m_impl->upAction->isEnabled())
        m_impl->goUp();
    else
        Page::keyPressEvent(event);
}

} // namespace altimeter::ui
