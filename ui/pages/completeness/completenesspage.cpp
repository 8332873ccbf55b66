#include "ui/pages/completeness/completenesspage.h"

#include "ui/charts/calendarcell.h"
#include "ui/charts/calendarview.h"
#include "ui/format/calendartext.h"
#include "ui/format/daterange.h"
#include "ui/format/dimtext.h"
#include "ui/format/format.h"
#include "ui/items/csvtext.h"
#include "ui/items/flowlayout.h"
#include "ui/items/gridview.h"
#include "ui/items/recordcolumns.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/csvexport.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/common/factline.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/selectiontext.h"
#include "ui/pages/common/wholetext.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kMessageWidth = 520; ///< in the place of the calendar

using namespace columns;
enum View { Calendar, Message };
enum Fact { Lines, Estimated, Cost, Asked, Restated, Duplicates, Overlaps };
constexpr int kSlack = 28; ///< room for a second line of the legend
constexpr int kLeastBelow = 140;
constexpr int kFreshDays = 31; ///< data that end longer ago are looked at where they end, not today

/// A cell of the legend.
class Swatch : public QWidget {
public:
    Swatch(CalendarDay day, QWidget* parent) : QWidget(parent), m_day(std::move(day)) { setFixedSize(14, 20); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        paintCalendarCell(painter, rect().adjusted(1, 1, -1, -1), m_day);
    }

private:
    CalendarDay m_day;
};

CalendarDay marked(bool isRestated, bool isOverlapping, bool isDoubled)
{
    CalendarDay day;
    day.state = CalendarDay::State::Final;
    day.isRestated = isRestated;
    day.isOverlapping = isOverlapping;
    day.duplicates = isDoubled ? 1 : 0;
    return day;
}

const char* badgeOf(CalendarDay::State state)
{
    switch (state) {
    case CalendarDay::State::Gap:
        return "badgeBad";
    case CalendarDay::State::Final:
        return "badgeGood";
    case CalendarDay::State::Estimated:
        return "badgeWarning";
    default:
        return "badgeNeutral";
    }
}

QString stateName(CalendarDay::State state)
{
    return calendartext::stateWord(state).toLower().replace(' ', '_');
}

/// Of the cost that changed; none is unknown.
std::optional<DecimalSum> beforeOf(const Restatement& restatement)
{
    return restatement.before[static_cast<std::size_t>(restatement.lens())];
}
std::optional<DecimalSum> afterOf(const Restatement& restatement)
{
    return restatement.after[static_cast<std::size_t>(restatement.lens())];
}
std::optional<DecimalSum> changeOf(const Restatement& restatement)
{
    auto change = afterOf(restatement);
    const auto before = beforeOf(restatement);
    if (!change || !before)
        return std::nullopt;
    change->subtract(*before);
    return change;
}

} // namespace

CompletenessPage::CompletenessPage(Backend& backend, QWidget* parent, std::function<Instant()> clock)
    : Page(parent), m_backend(backend), m_clock(std::move(clock))
{
    setAccessibleName(tr("Completeness"));
    m_view = new CalendarView(this);
    m_view->setProperty("bare", true);
    auto* frame = new QFrame(this);
    frame->setProperty("card", true);
    frame->setAccessibleName(tr("Calendar"));
    auto* inside = new QVBoxLayout(frame);
    inside->setContentsMargins(1, 4, 1, 8);
    inside->setSpacing(6);
    inside->addWidget(m_view, 1);
    inside->addWidget(makeLegend());

    m_upper = new QWidget(this);
    auto* top = new QVBoxLayout(m_upper);
    top->setContentsMargins(0, 0, 0, 0);
    top->setSpacing(10);
    top->addWidget(frame, 1);
    top->addWidget(makeReadout());
    m_split = new QSplitter(Qt::Vertical, this);
    m_split->setAccessibleName(tr("Calendar and restatements"));
    m_split->setHandleWidth(12);
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_upper);
    m_split->addWidget(makeRestatements());
    connect(m_split, &QSplitter::splitterMoved, this, [this] { m_userSized = true; });

    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(makeTools());
    column->addWidget(m_split, 1);
    m_stack = new QStackedWidget(this);
    m_stack->setAccessibleName(tr("Completeness state"));
    m_stack->addWidget(page);
    m_stack->addWidget(makeMessage());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 10, 0, 0);
    layout->addWidget(m_stack);
    connect(m_view, &CalendarView::currentChanged, this, &CompletenessPage::showReadout);
    connect(m_view, &CalendarView::hoverChanged, this, &CompletenessPage::showReadout);
    connect(m_view, &CalendarView::activated, this, &CompletenessPage::explore);
    for (auto [first, second] :
         std::initializer_list<std::pair<QWidget*, QWidget*>>{{m_filter, m_view}, {m_view, m_show}, {m_show, m_grid}})
        setTabOrder(first, second);
}

QWidget* CompletenessPage::makeTools()
{
    auto* tools = new QWidget(this);
    m_range = new DateRangeEdit(tools);
    connect(m_range, &DateRangeEdit::rangeChosen, this, &CompletenessPage::chooseRange);
    connect(m_range, &DateRangeEdit::left, this, [this] { m_view->setFocus(Qt::OtherFocusReason); });
    connect(m_range, &DateRangeEdit::notice, this, &Page::notice);
    addKey(tr("Date range…"), QKeySequence(Qt::ALT | Qt::Key_R), [this] { m_range->focusText(); });
    addKey(tr("One period earlier"), QKeySequence(Qt::Key_BracketLeft), [this] { m_range->shift(-1); });
    addKey(tr("One period later"), QKeySequence(Qt::Key_BracketRight), [this] { m_range->shift(1); });
    m_summary = parts::label({}, "secondary", tools);
    m_summary->setMinimumWidth(80);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_late = parts::paragraph({}, "warning", tools);
    m_late->setAccessibleName(tr("Sources that are late"));
    m_late->hide();
    m_onlyProblems = new QCheckBox(tr("Only with gaps, overlaps or duplicates"), tools);
    m_onlyProblems->setToolTip(tr("Hides sources whose days are all there, once, and that are not late"));
    m_filter = new QLineEdit(tools);
    m_filter->setAccessibleName(tr("Filter sources"));
    m_filter->setPlaceholderText(tr("Filter sources"));
    m_filter->setToolTip(tr("Shows only sources whose name contains this text"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(150);
    connect(m_filter, &QLineEdit::textChanged, this, &CompletenessPage::filterRows);
    connect(m_onlyProblems, &QCheckBox::toggled, this, &CompletenessPage::filterRows);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_range);
    row->addStretch();
    row->addWidget(m_onlyProblems);
    row->addWidget(m_filter);
    auto* column = new QVBoxLayout(tools);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(row);
    column->addWidget(m_summary);
    column->addWidget(m_late);
    return tools;
}

/// A key of the picker that works wherever the keyboard is while the page is in sight.
void CompletenessPage::addKey(const QString& what, const QKeySequence& key, std::function<void()> work)
{
    auto* action = new QAction(what, this);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, std::move(work));
    addAction(action);
}

QWidget* CompletenessPage::makeLegend()
{
    auto* legend = new QWidget(this);
    legend->setAccessibleName(tr("Legend"));
    auto* flow = new FlowLayout(legend, 18, 4);
    flow->setContentsMargins(12, 0, 12, 0);
    const auto add = [legend, flow](const CalendarDay& day, const QString& word, const QString& tip) {
        auto* item = new QWidget(legend);
        item->setToolTip(tip);
        auto* row = new QHBoxLayout(item);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(6);
        row->addWidget(new Swatch(day, item));
        row->addWidget(parts::label(word, "small", item));
        flow->addWidget(item);
    };
    for (const auto state : {CalendarDay::State::Final, CalendarDay::State::Estimated, CalendarDay::State::Unsaid,
                             CalendarDay::State::Empty, CalendarDay::State::Gap}) {
        CalendarDay day;
        day.state = state;
        add(day, calendartext::stateWord(state), calendartext::stateSentence(state));
    }
    add(marked(true, false, false), tr("Restated"), tr("The source changed this day after it had been final"));
    add(marked(false, true, false), tr("Overlap"), tr("Another source holds charges of the same account for this day"));
    add(marked(false, false, true), tr("Duplicates"), tr("Charges that stand twice in this source"));
    return legend;
}

QWidget* CompletenessPage::makeReadout()
{
    auto* card = parts::card(tr("Chosen day"), this);
    card->layout()->setContentsMargins(14, 8, 14, 8);
    m_cellTitle = parts::label({}, "heading", card);
    m_cellTitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_cellState = parts::label({}, "badgeNeutral", card);
    m_show = parts::button(tr("Show charges"), tr("Open Explore with the charges of this source and day (Enter)"),
                           nullptr, card);
    connect(m_show, &QPushButton::clicked, this, &CompletenessPage::explore);
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(m_cellState, 0, Qt::AlignVCenter);
    head->addWidget(m_cellTitle, 1);
    head->addWidget(m_show);
    auto* facts = new QHBoxLayout;
    facts->setSpacing(14);
    const QString titles[] = {tr("Lines"),    tr("Of which estimated"), tr("Effective cost"), tr("Asked at"),
                              tr("Restated"), tr("Duplicates"),         tr("Overlaps with")};
    const int shares[] = {2, 3, 5, 5, 5, 2, 4};
    for (std::size_t i = 0; i < m_facts.size(); ++i) {
        m_facts[i] = new FactLine(titles[i], card);
        facts->addWidget(m_facts[i], shares[i]);
    }
    parts::cardLayout(card)->addLayout(head);
    parts::cardLayout(card)->addLayout(facts);
    return card;
}

QWidget* CompletenessPage::makeRestatements()
{
    auto* box = new QWidget(this);
    m_restatedTitle = parts::label(tr("Restatements"), "heading", box);
    m_model = new RecordModel(this);
    const auto at = [this](std::size_t i) -> const Restatement& { return m_calendar->restatements[i]; };
    auto stamp = textColumn(tr("Seen"), "seen", 186, [at](std::size_t i) { return when(at(i).at); });
    stamp.raw = [at](std::size_t i) { return QString::fromStdString(toString(at(i).at)); };
    stamp.key = [at](std::size_t i) { return static_cast<qlonglong>(at(i).at.seconds); };
    auto source = textColumn(tr("Source"), "source", 120, [at](std::size_t i) { return parts::text(at(i).source); });
    source.stretch = 1;
    auto days = textColumn(tr("Days"), "days", 144, [at](std::size_t i) {
        return format::range({at(i).from, at(i).to}, format::locale());
    });
    days.raw = [at](std::size_t i) { return iso(at(i).from) + ".." + iso(at(i).to - 1); };
    days.key = [at](std::size_t i) { return at(i).from.number; };
    const auto money = [at](const QString& title, const QString& raw, auto sum) {
        auto column = textColumn(title, raw, 116, [at, sum](std::size_t i) {
            const auto known = sum(at(i));
            if (!known)
                return tr("unknown");
            const auto amount = amountOf(*known);
            return amount ? format::money(*amount, at(i).currency, format::locale()) : grouped(*known);
        });
        column.tip = [at, sum](std::size_t i) {
            const auto known = sum(at(i));
            return known ? grouped(*known) + ' ' + code(at(i).currency) : tr("The source named no amount");
        };
        column.isNumber = true;
        column.raw = [at, sum](std::size_t i) {
            const auto known = sum(at(i));
            return known ? QString::fromStdString(known->toString(2)) : QString();
        };
        column.amount = [at, sum](std::size_t i) {
            const auto known = sum(at(i));
            return known ? amountOf(*known) : std::nullopt;
        };
        return column;
    };
    auto change = money(tr("Change"), "change", changeOf);
    change.text = [at](std::size_t i) {
        const auto known = changeOf(at(i));
        if (!known)
            return tr("unknown");
        const auto amount = amountOf(*known);
        return amount ? format::moneyChange(*amount, at(i).currency, format::locale()) : grouped(*known);
    };
    auto lens = textColumn(tr("Cost"), "cost", 96, [at](std::size_t i) { return format::lens(at(i).lens()); });
    lens.raw = [at](std::size_t i) { return format::rawLens(at(i).lens()); };
    auto final = textColumn(tr("Was final"), "was_final", 88,
                            [at](std::size_t i) { return at(i).wasFinal ? tr("! yes") : tr("no"); });
    final.raw = [at](std::size_t i) { return at(i).wasFinal ? QStringLiteral("yes") : QStringLiteral("no"); };
    final.ink = [at](std::size_t i) { return at(i).wasFinal ? RecordModel::Ink::Warning : RecordModel::Ink::Quiet; };
    final.tip = [at](std::size_t i) {
        return at(i).wasFinal ? tr("The source changed days it had called final") : tr("These days could still change");
    };
    m_model->setColumns(
        {stamp, source,
         textColumn(tr("Provider"), "provider", 96, [at](std::size_t i) { return parts::text(at(i).provider); }),
         textColumn(tr("Account"), "billing_account", 116,
                    [at](std::size_t i) { return parts::text(at(i).billingAccount); }),
         days, lens, money(tr("Before"), "before", beforeOf), money(tr("After"), "after", afterOf), change, final});
    m_grid = new GridView(tr("Restatements"), box);
    m_grid->setGridModel(m_model);
    m_grid->setSortingEnabled(true);
    m_grid->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_grid->setMinimumHeight(76);
    connect(m_grid, &GridView::selectionSummaryChanged, this,
            [this] { emit selectionText(selectionSentence(m_grid->summary(), format::locale())); });
    connect(m_grid, &GridView::drillRequested, this, [this, at](const QModelIndex& index) {
        const Restatement& restatement = at(m_model->record(index.row()));
        if (m_view->setCurrent(restatement.source, restatement.from))
            m_view->setFocus();
        else
            emit notice(tr("%1 is not in the days shown").arg(format::date(restatement.from, format::locale())));
    });
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_restatedTitle);
    layout->addWidget(m_grid, 1);
    return box;
}

QWidget* CompletenessPage::makeMessage()
{
    auto* page = new QWidget(this);
    m_messageTitle = parts::label({}, "hero", page);
    m_messageText = parts::paragraph({}, "secondary", page);
    m_messageText->setAlignment(Qt::AlignCenter);
    m_messageText->setMinimumWidth(kMessageWidth);
    m_retry = parts::button(tr("Try again"), tr("Ask for the calendar once more"), "primary", page);
    m_connections = parts::button(tr("Show connections"), tr("Connect a provider's API"), "primary", page);
    connect(m_retry, &QPushButton::clicked, this, &CompletenessPage::ask);
    connect(m_connections, &QPushButton::clicked, this, [this] { emit openPage("connections:connections"); });
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(10);
    layout->addStretch();
    for (QWidget* widget : std::initializer_list<QWidget*>{m_messageTitle, m_messageText, m_retry, m_connections})
        layout->addWidget(widget, 0, Qt::AlignHCenter);
    layout->addStretch();
    return page;
}

// ---- asking ----

void CompletenessPage::workspaceChanged(const WorkspaceInfo& info)
{
    m_info = info;
    m_range->setRange(m_rangeText, dataEnd());
    m_isStale = true;
    if (!info.path.empty() && isVisible())
        ask();
}

void CompletenessPage::setReading()
{
    m_model->setCount(0); // its cells read the calendar
    m_calendar = std::make_shared<const CompletenessCalendar>();
    m_view->setCalendar(m_calendar);
    m_calendar.reset();
    m_summary->clear();
    m_messageTitle->setText(tr("Reading…"));
    m_messageText->clear();
    m_retry->hide();
    m_connections->hide();
    m_stack->setCurrentIndex(Message);
}

void CompletenessPage::setImporting(bool importing)
{
    m_importing = importing;
    if (m_calendar && m_calendar->rows.empty() && m_retry->isHidden())
        sayEmpty();
}

void CompletenessPage::sayEmpty()
{
    m_messageTitle->setText(m_importing ? tr("Reading…") : tr("No sources yet"));
    parts::setWhole(m_messageText,
                    m_importing ? tr("The days appear when all files have been read.")
                                : tr("Import cost exports or add a connection; then every day of every source has its "
                                     "cell here, and a missing one is seen at once."),
                    kMessageWidth);
    m_retry->hide();
    m_connections->show();
}

void CompletenessPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (m_isStale && !m_info.path.empty())
        ask();
}

/// The day words count back from, as on every page: the day after the last one with data.
Day CompletenessPage::dataEnd() const
{
    return m_info.dataThrough.isValid() ? m_info.dataThrough + 1 : m_clock().day() + 1;
}

/// The day after the last one to look at: tomorrow, so that today counts, or where old data end.
Day CompletenessPage::lastToLookAt() const
{
    const Day now = m_clock().day();
    const Day end = m_info.dataThrough;
    const bool isOld = end.isValid() && (now - end > kFreshDays || now < end);
    return isOld ? end + 1 : now + 1;
}

/// The days of the range, and behind the data those up to today: what was not delivered yet is what this page is for.
DateRange CompletenessPage::range() const
{
    const auto read = format::readRange(m_rangeText, dataEnd());
    DateRange range = read ? read->days : DateRange{dataEnd() - 90, dataEnd()};
    if (!range.to.isValid() || range.to == dataEnd())
        range.to = std::max(range.to, lastToLookAt());
    if (!range.from.isValid())
        range.from = m_info.dataFrom.isValid() ? m_info.dataFrom : range.to - 90;
    return range;
}

void CompletenessPage::chooseRange(const QString& text)
{
    m_rangeText = text.toStdString();
    m_range->setRange(m_rangeText, dataEnd());
    ask();
}

void CompletenessPage::ask()
{
    m_asking = true;
    m_isStale = false;
    m_backend.ask("completeness", CalendarQuestion{range(), m_clock().day(), true},
                  guarded<CompletenessCalendar>(this, [this](auto answer) {
                      if (!answer && answer.error().code == ErrorCode::Cancelled)
                          return;
                      m_asking = false;
                      if (answer) {
                          calendartext::keepSeveralAccounts(*answer);
                          adopt(std::make_shared<const CompletenessCalendar>(answer.take()));
                          return;
                      }
                      const QString what = parts::text(answer.error().text());
                      const QString todo = answer.error().todo.empty() ? parts::advice(answer.error().code)
                                                                       : parts::text(answer.error().todo);
                      m_messageTitle->setText(tr("The calendar could not be made"));
                      parts::setWhole(m_messageText, what + '\n' + todo, kMessageWidth);
                      m_retry->show();
                      m_connections->hide();
                      m_stack->setCurrentIndex(Message);
                      emit problem(tr("The completeness calendar could not be made: %1").arg(what), todo);
                  }));
}

void CompletenessPage::adopt(std::shared_ptr<const CompletenessCalendar> calendar)
{
    m_model->setCount(0); // its cells read the calendar
    m_calendar = std::move(calendar);
    m_view->setCalendar(m_calendar);
    filterRows();
    m_model->setCount(m_calendar->restatements.size(),
                      [this](std::size_t i) { return m_calendar->restatements[i].currency; });
    const auto count = m_calendar->restatements.size();
    m_restatedTitle->setText(count == 0
                                 ? tr("Restatements: none in these days")
                                 : tr("Restatements: %1, newest first").arg(format::count(count, format::locale())));
    showSummary();
    const bool isEmpty = m_calendar->rows.empty();
    sayEmpty();
    m_stack->setCurrentIndex(isEmpty ? Message : Calendar);
    m_view->parentWidget()->layout()->activate();
    m_upper->layout()->activate();
    m_upper->setMaximumHeight(m_upper->sizeHint().height() + kSlack);
    balance();
}

void CompletenessPage::sourcesChanged(const std::vector<SourceHealth>& sources)
{
    m_health = sources;
    showSummary();
    filterRows();
}

bool CompletenessPage::isLate(const std::string& source) const
{
    return std::any_of(m_health.begin(), m_health.end(),
                       [&](const SourceHealth& one) { return one.name == source && !one.isUpToDate(); });
}

/// Days behind the end of a source are no gaps of it; that it has an end says the line below.
void CompletenessPage::showSummary()
{
    const QStringList late = healthtext::late(m_health);
    m_late->setText(late.join(QStringLiteral(" · ")));
    m_late->setToolTip(late.join(u'\n'));
    m_late->setVisible(!late.isEmpty());
    if (!m_calendar)
        return;
    const QString text = calendartext::summary(*m_calendar, format::locale(), late.isEmpty());
    m_summary->setText(text);
    m_summary->setToolTip(text);
    m_summary->setAccessibleName(format::labelled(tr("Completeness summary"), text));
}

/// The calendar takes what its sources need, the restatements the rest, until the user moves the line between them.
void CompletenessPage::balance()
{
    if (m_userSized || !m_calendar)
        return;
    const int total = m_split->height() - m_split->handleWidth();
    const int lower = std::max(kLeastBelow, total - m_upper->maximumHeight());
    m_split->setSizes({std::max(0, total - lower), lower});
}

void CompletenessPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    balance();
}

void CompletenessPage::filterRows()
{
    if (!m_calendar)
        return;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < m_calendar->rows.size(); ++i) {
        const auto& row = m_calendar->rows[i];
        const bool isNamed = parts::text(row.source).contains(m_filter->text(), Qt::CaseInsensitive) ||
                             calendartext::rowName(row).contains(m_filter->text(), Qt::CaseInsensitive);
        if (isNamed && (!m_onlyProblems->isChecked() || calendartext::needsALook(row) || isLate(row.source)))
            rows.push_back(i);
    }
    m_view->setRows(std::move(rows));
}

// ---- the chosen day ----

void CompletenessPage::showReadout()
{
    const auto cell = m_view->hovered() ? m_view->hovered() : m_view->current();
    m_show->setEnabled(cell && m_view->day(*cell).rows > 0);
    if (!cell) {
        m_cellTitle->setText(tr("No source matches"));
        m_cellState->hide();
        for (FactLine* fact : m_facts)
            fact->setValue({});
        return;
    }
    const auto& row = m_view->row(*cell);
    const CalendarDay& day = m_view->day(*cell);
    m_cellState->setText(calendartext::stateWord(day.state));
    m_cellState->show();
    parts::setRole(m_cellState, badgeOf(day.state));
    const QString title =
        tr("%1 · %2 · %3")
            .arg(calendartext::rowName(row).trimmed(), calendartext::dayTitle(day.day, format::locale()),
                 calendartext::stateSentence(day.state));
    m_cellTitle->setText(title);
    m_cellTitle->setToolTip(title);
    m_cellTitle->setAccessibleName(tr("Chosen day: %1").arg(title));
    const auto number = [](std::uint64_t n) { return n == 0 ? QString() : format::count(n, format::locale()); };
    QStringList others;
    for (const std::string& other : day.isOverlapping ? row.overlaps : std::vector<std::string>())
        others << format::shown(other);
    m_facts[Lines]->setValue(number(day.rows));
    m_facts[Estimated]->setValue(number(day.estimatedRows), true);
    m_facts[Cost]->setValue(calendartext::cost(day, format::locale()));
    m_facts[Asked]->setValue(when(day.askedAt));
    m_facts[Restated]->setValue(calendartext::restated(*m_calendar, row.source, day.day, format::locale()),
                                day.isRestated);
    m_facts[Duplicates]->setValue(number(day.duplicates), true);
    m_facts[Overlaps]->setValue(others.join(", "), true);
}

void CompletenessPage::explore()
{
    const auto cell = m_view->current();
    if (!cell)
        return;
    const CalendarDay& day = m_view->day(*cell);
    if (day.rows == 0) {
        emit notice(tr("No charges to show on %1").arg(calendartext::dayTitle(day.day, format::locale())));
        return;
    }
    CostQuery query;
    query.by = {Dim{Dim::Kind::Service, {}}};
    query.granularity = Granularity::Day;
    query.range = {day.day, day.day + 1};
    const auto& row = m_view->row(*cell);
    query.filters = {Filter{Dim{Dim::Kind::Source, {}}, {row.source}, false}};
    if (row.isAccount) {
        query.filters.push_back({Dim{Dim::Kind::Provider, {}}, {row.provider}, false});
        query.filters.push_back({Dim{Dim::Kind::BillingAccount, {}}, {row.billingAccount}, false});
    }
    query.lens = m_lens;
    emit openExplore(query);
}

// ---- what the shell asks ----

bool CompletenessPage::copySelection(bool withHeaders)
{
    if (m_grid->hasFocus())
        return m_grid->copySelection(withHeaders);
    if (!m_calendar || m_calendar->rows.empty())
        return false;
    QStringList lines;
    if (withHeaders) {
        QStringList cells{"source"};
        for (int day = 0; day < m_calendar->range.days(); ++day)
            cells << iso(m_calendar->range.from + day);
        lines << cells.join('\t');
    }
    for (const auto& row : m_calendar->rows) {
        QStringList cells{formulaGuarded(row.isAccount ? calendartext::rowName(row).trimmed() : parts::text(row.source),
                                         CsvGuard::Spreadsheet)
                              .replace('\t', ' ')};
        for (const CalendarDay& day : row.days)
            cells << (day.state == CalendarDay::State::None ? QString() : stateName(day.state));
        lines << cells.join('\t');
    }
    QGuiApplication::clipboard()->setText(lines.join('\n') + '\n');
    return true;
}

std::string CompletenessPage::longForm() const
{
    QString text = "source,day,state,rows,estimated_rows,duplicates,overlapping,restated,asked_at,effective_cost,"
                   "provider,billing_account\r\n";
    for (const auto& row : m_calendar->rows) {
        const QString source = csvField(parts::text(row.source), CsvGuard::Spreadsheet);
        for (const CalendarDay& day : row.days) {
            QStringList costs;
            for (const auto& [currency, amount] : day.cost)
                costs << format::exact(amount) + ' ' + code(currency);
            text += QStringList{source,
                                iso(day.day),
                                stateName(day.state),
                                QString::number(day.rows),
                                QString::number(day.estimatedRows),
                                QString::number(day.duplicates),
                                day.isOverlapping ? "yes" : "no",
                                day.isRestated ? "yes" : "no",
                                QString::fromStdString(toString(day.askedAt)),
                                csvField(costs.join("; "), CsvGuard::Raw),
                                csvField(parts::text(row.provider), CsvGuard::Spreadsheet),
                                csvField(parts::text(row.billingAccount), CsvGuard::Spreadsheet)}
                        .join(',') +
                    "\r\n";
        }
    }
    return text.toStdString();
}

bool CompletenessPage::exportTable()
{
    if (!m_calendar)
        return false;
    chooseCsv(*this, m_backend.exports(), tr("Export the completeness calendar"), "completeness.csv",
              [this] { return longForm(); });
    return true;
}

void CompletenessPage::takeFocus()
{
    if (m_stack->currentIndex() == Calendar)
        m_view->setFocus();
    else if (m_retry->isHidden() && m_connections->isHidden())
        setFocus();
    else
        (m_retry->isHidden() ? m_connections : m_retry)->setFocus();
}

} // namespace altimeter::ui
