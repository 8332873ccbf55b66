#include "ui/pages/connections/connectionspage.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridview.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/banner.h"
#include "ui/pages/common/csvexport.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/selectiontext.h"
#include "ui/pages/common/wholetext.h"
#include "ui/pages/completeness/completenesspage.h"
#include "ui/pages/connections/connectioncolumns.h"
#include "ui/pages/connections/connectiondetail.h"
#include "ui/pages/connections/connectiontext.h"
#include "ui/pages/connections/connectionwizard.h"
#include "ui/pages/connections/kindlist.h"
#include "ui/pages/connections/reachconfirm.h"
#include "ui/pages/connections/syncconfirm.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kMessageWidth = 520; ///< in the place of the list

/// What stands at the right of an entry: the key as the desktop names it.
QString keyText(Qt::Key key)
{
    return QKeySequence(key).toString(QKeySequence::NativeText);
}

enum View { List, Empty, Failure };

constexpr int kDaysByDay = 92; ///< longer stretches open in Explore by month

Instant wallClock()
{
    return {QDateTime::currentSecsSinceEpoch()};
}

QAction* actionOn(QWidget* owner, const QString& text, const QKeySequence& key)
{
    auto* action = new QAction(text, owner);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    owner->addAction(action);
    return action;
}

} // namespace

ConnectionsPage::ConnectionsPage(Backend& backend, QWidget* parent, std::function<Instant()> clock)
    : Page(parent), m_backend(backend), m_clock(clock ? std::move(clock) : wallClock),
      m_kinds(backend.connections().kinds()), m_poll(new QTimer(this)), m_minute(new QTimer(this))
{
    setAccessibleName(tr("Connections page"));
    m_completeness = new CompletenessPage(backend, this, m_clock);
    connect(m_completeness, &Page::problem, this, &Page::problem);
    connect(m_completeness, &Page::openPage, this, &Page::openPage);
    connect(m_completeness, &Page::notice, this, &Page::notice);
    connect(m_completeness, &Page::openExplore, this, &Page::openExplore);
    connect(m_completeness, &Page::selectionText, this, &Page::selectionText);
    m_tabs = new QTabWidget(this);
    m_tabs->setAccessibleName(tr("Connections tabs"));
    m_tabs->tabBar()->setAccessibleName(tr("Connections tab bar"));
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->addTab(makeConnections(), tr("Connections"));
    m_tabs->addTab(m_completeness, tr("Completeness"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->addWidget(m_tabs);
    makeActions();
    m_poll->setInterval(2000);
    connect(m_poll, &QTimer::timeout, this, &ConnectionsPage::ask);
    m_minute->setInterval(60'000);
    connect(m_minute, &QTimer::timeout, this, &ConnectionsPage::progressChanged);
    m_minute->start();
    showSummary();
}

QStringList ConnectionsPage::tabNames()
{
    return {"connections", "completeness"};
}

// ---- what it is made of ----

QWidget* ConnectionsPage::makeConnections()
{
    auto* tab = new QWidget;
    tab->setAccessibleName(tr("Connections"));
    m_banner = new Banner(tr("Secret store"), tab);
    m_stack = new QStackedWidget(tab);
    m_stack->setAccessibleName(tr("Connections state"));
    m_stack->addWidget(makeList());
    m_stack->addWidget(makeEmpty());
    m_stack->addWidget(makeFailure());
    auto* layout = new QVBoxLayout(tab);
    layout->setContentsMargins(0, 10, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_banner);
    layout->addWidget(m_stack, 1);
    return tab;
}

QWidget* ConnectionsPage::makeHead()
{
    auto* head = new QWidget;
    m_badge = parts::label({}, "badgeNeutral", head);
    m_summary = parts::label({}, "secondary", head);
    m_summary->setMinimumWidth(120);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_cancelAll = parts::button(tr("Cancel all"), tr("Stop every sync; what is stored stays"), nullptr, head);
    m_syncAll =
        parts::button(tr("Sync all"), tr("Fetch what is new or may have changed from every connection"), nullptr, head);
    m_add = parts::button(tr("Add connection…"), tr("Connect to a provider's API"), "primary", head);
    connect(m_cancelAll, &QPushButton::clicked, this, &ConnectionsPage::cancelAll);
    connect(m_syncAll, &QPushButton::clicked, this, &ConnectionsPage::syncAll);
    connect(m_add, &QPushButton::clicked, this, [this] { addConnection(); });
    m_cancelAll->hide();
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_badge, 0, Qt::AlignVCenter);
    row->addWidget(m_summary, 1);
    row->addWidget(m_cancelAll);
    row->addWidget(m_syncAll);
    row->addWidget(m_add);
    return head;
}

QWidget* ConnectionsPage::makeList()
{
    auto* page = new QWidget;
    m_model = new RecordModel(this);
    m_grid = new GridView(tr("Connections"), page);
    m_grid->setGridModel(m_model);
    m_grid->setSortingEnabled(true);
    m_grid->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_model->setColumns(
        connectionColumns({[this](std::size_t i) -> const ConnectionInfo& { return m_connections[i]; },
                           [this](const ConnectionInfo& c) -> const ConnectorInfo& { return kindOf(c); },
                           [this](const ConnectionInfo& c) { return progressOf(c); }, m_clock}));
    m_detail = new ConnectionDetail(page);
    auto* split = new QSplitter(Qt::Vertical, page);
    split->setAccessibleName(tr("Connections and the chosen one"));
    split->setHandleWidth(14);
    split->setChildrenCollapsible(false);
    split->addWidget(m_grid);
    split->addWidget(m_detail);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(makeHead());
    layout->addWidget(split, 1);
    connect(m_grid, &GridView::selectionSummaryChanged, this, [this] {
        showDetail();
        emit selectionText(selectionSentence(m_grid->summary(), format::locale()));
    });
    connect(m_grid, &GridView::drillRequested, this, &ConnectionsPage::showCharges);
    connect(m_grid, &GridView::menuRequested, this, &ConnectionsPage::openMenu);
    connect(m_detail, &ConnectionDetail::syncRequested, this, [this] { sync(selectedNames()); });
    connect(m_detail, &ConnectionDetail::confirmRequested, this, &ConnectionsPage::confirmCurrent);
    connect(m_detail, &ConnectionDetail::cancelRequested, this, [this] { cancel(selectedNames()); });
    connect(m_detail, &ConnectionDetail::testRequested, this, &ConnectionsPage::testCurrent);
    connect(m_detail, &ConnectionDetail::editRequested, this, &ConnectionsPage::editCurrent);
    connect(m_detail, &ConnectionDetail::removeRequested, this, &ConnectionsPage::removeCurrent);
    connect(m_detail, &ConnectionDetail::chargesRequested, this, &ConnectionsPage::showCharges);
    connect(m_detail, &ConnectionDetail::helpRequested, this, [this] {
        if (const auto at = current())
            emit helpRequested(parts::text(m_connections[*at].settings.kind));
    });
    return page;
}

QWidget* ConnectionsPage::makeEmpty()
{
    auto* page = new QWidget;
    auto* title = parts::label(tr("Connect the providers you pay"), "hero", page);
    auto* text = parts::paragraph(
        tr("A connection asks a provider's own API for costs and usage, day by day, and stores them beside what you "
           "import from files. Keys go to the secret store of this computer, never into the workspace. Nothing is "
           "asked before you say so."),
        "secondary", page);
    m_bigAdd = parts::button(tr("Add connection…"), tr("Choose a provider and connect to it"), "primary", page);
    connect(m_bigAdd, &QPushButton::clicked, this, [this] { addConnection(); });
    m_kindList = new KindList(m_kinds, page);
    m_kindList->setAccessibleName(tr("What can be connected"));
    connect(m_kindList, &KindList::activated, this, [this] {
        if (const ConnectorInfo* kind = m_kindList->current())
            addConnection(kind->kind);
    });
    auto* column = new QVBoxLayout;
    column->setSpacing(10);
    column->addSpacing(8);
    column->addWidget(title);
    column->addWidget(text);
    column->addWidget(m_bigAdd, 0, Qt::AlignLeft);
    column->addSpacing(8);
    column->addWidget(parts::label(
        tr("%1 kind(s) to choose from", nullptr, format::forms(m_kinds.size())).arg(format::count(m_kinds.size())),
        "heading", page));
    column->addWidget(m_kindList, 1);
    auto* inner = new QWidget(page);
    inner->setLayout(column);
    inner->setMaximumWidth(760);
    auto* layout = new QHBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addStretch();
    layout->addWidget(inner, 100);
    layout->addStretch();
    return page;
}

QWidget* ConnectionsPage::makeFailure()
{
    auto* page = new QWidget;
    auto* title = parts::label(tr("The connections could not be listed"), "hero", page);
    m_failure = parts::paragraph({}, "secondary", page);
    m_failure->setAlignment(Qt::AlignCenter);
    m_failure->setMinimumWidth(kMessageWidth);
    m_retry = parts::button(tr("Try again"), tr("Ask for the connections once more"), "primary", page);
    connect(m_retry, &QPushButton::clicked, this, &ConnectionsPage::ask);
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(10);
    layout->addStretch();
    for (QWidget* widget : std::initializer_list<QWidget*>{title, m_failure, m_retry})
        layout->addWidget(widget, 0, Qt::AlignHCenter);
    layout->addStretch();
    return page;
}

void ConnectionsPage::makeActions()
{
    connect(actionOn(m_stack, tr("Sync"), QKeySequence(Qt::Key_F5)), &QAction::triggered, this,
            [this] { sync(selectedNames()); });
    connect(actionOn(m_grid, tr("Edit…"), QKeySequence(Qt::Key_F2)), &QAction::triggered, this,
            &ConnectionsPage::editCurrent);
    connect(actionOn(m_grid, tr("Remove…"), QKeySequence::Delete), &QAction::triggered, this,
            &ConnectionsPage::removeCurrent);
}

// ---- asking and showing ----

void ConnectionsPage::workspaceChanged(const WorkspaceInfo& info)
{
    m_completeness->workspaceChanged(info);
    if (info.path.empty()) {
        delete m_wizard;
        m_running.clear();
        m_connections.clear();
        m_model->setCount(0);
        return;
    }
    ask();
}

void ConnectionsPage::setReading()
{
    m_completeness->setReading();
    m_model->setCount(0);
    m_connections.clear();
    setListReading();
}

void ConnectionsPage::setImporting(bool importing)
{
    m_completeness->setImporting(importing);
}

void ConnectionsPage::setListReading()
{
    m_stack->setCurrentIndex(List);
    showSummary();
    showDetail();
    m_summary->setText(tr("Reading…"));
    m_summary->setToolTip({});
    m_summary->setAccessibleName(format::labelled(tr("Connections summary"), m_summary->text()));
}

void ConnectionsPage::ask()
{
    const auto store = m_backend.connections().secretStore();
    store.isPersistent ? m_banner->clear() : m_banner->say(Banner::Tone::Warning, parts::text(store.text));
    m_asking = true;
    if (m_stack->currentIndex() == Failure)
        setListReading();
    m_backend.connections().list(
        "connections", guarded<std::vector<ConnectionInfo>>(this, [this](auto answer) {
            m_asking = false;
            if (answer) {
                adopt(answer.take());
                return;
            }
            if (answer.error().code == ErrorCode::Cancelled)
                return;
            const QString todo =
                answer.error().todo.empty() ? parts::advice(answer.error().code) : parts::text(answer.error().todo);
            parts::setWhole(m_failure, parts::text(answer.error().text()) + u'\n' + todo, kMessageWidth);
            m_stack->setCurrentIndex(Failure);
            emit problem(tr("The connections could not be listed: %1").arg(parts::text(answer.error().text())), todo);
        }));
}

void ConnectionsPage::adopt(std::vector<ConnectionInfo> connections)
{
    const bool sameRows =
        std::equal(connections.begin(), connections.end(), m_connections.begin(), m_connections.end(),
                   [](const ConnectionInfo& a, const ConnectionInfo& b) { return a.settings.name == b.settings.name; });
    const auto before = current();
    const std::string kept = !m_wanted.empty() ? m_wanted
                             : before          ? m_connections[*before].settings.name
                                               : std::string();
    m_connections = std::move(connections);
    bool isWatching = false;
    for (const ConnectionInfo& connection : m_connections) {
        const auto running = m_running.find(connection.settings.name);
        const bool ours = running != m_running.end() && running->second.call > 0;
        const bool runs = connection.state == ConnectionInfo::State::Running;
        if (running != m_running.end() && !ours && !runs)
            m_running.erase(running);
        isWatching = isWatching || (runs && !ours);
    }
    isWatching ? m_poll->start() : m_poll->stop();
    m_planned.clear();
    if (sameRows && m_wanted.empty() && m_model->recordCount() == m_connections.size()) {
        m_model->refresh(true);
    } else {
        m_model->setCount(m_connections.size(),
                          [this](std::size_t i) { return Currency(kindOf(m_connections[i]).requestCostCurrency); });
        select(kept);
    }
    m_wanted.clear();
    m_stack->setCurrentIndex(m_connections.empty() ? Empty : List);
    showSummary();
    showDetail();
    emit connectionsChanged();
}

void ConnectionsPage::select(const std::string& name)
{
    if (m_model->rowCount() == 0)
        return;
    int row = 0;
    for (std::size_t i = 0; i < m_connections.size(); ++i) {
        if (m_connections[i].settings.name == name)
            row = std::max(0, m_model->rowOf(i));
    }
    m_grid->setCurrentIndex(m_model->index(row, std::max(1, m_grid->currentIndex().column())));
}

void ConnectionsPage::showSummary()
{
    std::size_t asking = 0;
    std::vector<ConnectionInfo> present = m_connections;
    for (ConnectionInfo& connection : present)
        if (progressOf(connection))
            connection.state = ConnectionInfo::State::Running; // how it stands is being found out
    for (const ConnectionInfo& connection : present)
        asking += connection.state == ConnectionInfo::State::Failed ||
                          connection.state == ConnectionInfo::State::MissingSecret ||
                          connection.state == ConnectionInfo::State::Unconfirmed
                      ? 1U
                      : 0U;
    const std::size_t running = runningCount();
    m_badge->setText(asking > 0
                         ? tr("%1 [needs|need] a look", nullptr, format::forms(asking)).arg(format::count(asking))
                     : running > 0 ? tr("Syncing")
                                   : tr("All well"));
    parts::setRole(m_badge, asking > 0 ? "badgeBad" : running > 0 ? "badgeNeutral" : "badgeGood");
    m_badge->setVisible(!m_connections.empty());
    const QString text = connectiontext::summary(present, running);
    m_summary->setText(text);
    m_summary->setToolTip(text);
    m_summary->setAccessibleName(format::labelled(tr("Connections summary"), text));
    m_cancelAll->setVisible(running > 1);
    m_syncAll->setEnabled(running < m_connections.size());
    m_tabs->setTabText(0, asking > 0 ? tr("Connections (%1)").arg(format::count(asking)) : tr("Connections"));
}

void ConnectionsPage::showDetail()
{
    const auto at = current();
    m_detail->setEnabled(at.has_value());
    if (!at)
        return;
    const ConnectionInfo& connection = m_connections[*at];
    m_detail->showConnection(connection, kindOf(connection), progressOf(connection), m_clock());
    m_detail->setSelectedCount(selectedNames().size());
    if (m_planned != connection.settings.name)
        askPlan();
}

void ConnectionsPage::askPlan()
{
    const std::string name = m_connections[*current()].settings.name;
    m_planned = name;
    m_backend.syncs().plan("connections.plan", {name}, guarded<std::vector<SyncPlan>>(this, [this, name](auto plans) {
                               const auto at = current();
                               if (!at || m_connections[*at].settings.name != name)
                                   return;
                               if (!plans && plans.error().code != ErrorCode::Cancelled)
                                   m_detail->showPlanFailure(plans.error());
                               for (const SyncPlan& plan : plans ? *plans : std::vector<SyncPlan>())
                                   if (plan.connection == name)
                                       m_detail->showPlan(plan);
                           }));
}

// ---- syncing ----

void ConnectionsPage::syncAll()
{
    std::vector<std::string> names;
    for (const ConnectionInfo& connection : m_connections)
        names.push_back(connection.settings.name);
    sync(names);
}

void ConnectionsPage::sync(const std::vector<std::string>& names)
{
    std::vector<std::string> idle;
    bool mayCost = false;
    std::size_t unconfirmed = 0;
    for (const ConnectionInfo& connection : m_connections) {
        if (progressOf(connection) || std::find(names.begin(), names.end(), connection.settings.name) == names.end())
            continue;
        if (!connection.unconfirmed.empty()) {
            ++unconfirmed;
            continue;
        }
        idle.push_back(connection.settings.name);
        mayCost = mayCost || !kindOf(connection).requestCost.empty();
    }
    if (idle.empty() && unconfirmed == 1 && names.size() == 1)
        confirmCurrent();
    else if (unconfirmed > 0)
        emit notice(
            tr("%1 [connection was|connections were] not synced: confirm first what they may do on this computer.",
               nullptr, format::forms(unconfirmed))
                .arg(format::count(unconfirmed)));
    if (idle.empty())
        return;
    if (!mayCost) {
        start(idle);
        return;
    }
    m_backend.syncs().plan(
        "connections.price", idle, guarded<std::vector<SyncPlan>>(this, [this](auto plans) {
            if (plans)
                confirm(*plans);
            else if (plans.error().code != ErrorCode::Cancelled)
                emit problem(
                    tr("Nothing was synced, because its price is not known: %1").arg(parts::text(plans.error().text())),
                    plans.error().todo.empty() ? parts::advice(plans.error().code) : parts::text(plans.error().todo));
        }));
}

void ConnectionsPage::confirm(const std::vector<SyncPlan>& plans)
{
    if (std::any_of(plans.begin(), plans.end(), connectiontext::costsMoney)) {
        auto* dialog = new SyncConfirm(plans, m_kinds, m_connections, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &SyncConfirm::confirmed, this, &ConnectionsPage::start);
        dialog->open();
        return;
    }
    std::vector<std::string> names;
    for (const SyncPlan& plan : plans)
        names.push_back(plan.connection);
    start(names);
}

void ConnectionsPage::start(const std::vector<std::string>& names)
{
    if (names.empty())
        return;
    const int call = ++m_calls;
    for (const std::string& name : names) {
        SyncProgress first;
        first.connection = name;
        m_running[name] = {first, call};
    }
    progressChanged();
    QPointer<ConnectionsPage> alive = this;
    m_backend.syncs().start(
        names,
        [alive](const SyncProgress& progress) {
            if (!alive)
                return;
            const auto found = alive->m_running.find(progress.connection);
            if (found == alive->m_running.end())
                return; // it ended
            found->second.progress = progress;
            alive->progressChanged();
        },
        guarded<std::vector<SyncResult>>(this, [this, call](auto answer) { finish(call, std::move(answer)); }));
}

void ConnectionsPage::finish(int call, Result<std::vector<SyncResult>> answer)
{
    std::erase_if(m_running, [call](const auto& entry) { return entry.second.call == call; });
    progressChanged();
    if (answer)
        emit notice(connectiontext::results(*answer));
    else if (answer.error().code == ErrorCode::Cancelled)
        emit notice(tr("Sync cancelled; what was stored before stays."));
    else
        emit problem(tr("The sync did not finish: %1").arg(parts::text(answer.error().text())),
                     answer.error().todo.empty() ? parts::advice(answer.error().code)
                                                 : parts::text(answer.error().todo));
    ask();
}

void ConnectionsPage::syncProgressed(const SyncProgress& progress)
{
    auto& running = m_running[progress.connection];
    running.progress = progress;
    if (running.call == 0 && !m_poll->isActive())
        m_poll->start();
    progressChanged();
}

void ConnectionsPage::cancel(const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        const auto found = m_running.find(name);
        if (found != m_running.end())
            found->second.progress.phase = tr("cancelling").toStdString();
        m_backend.syncs().cancel(name);
    }
    progressChanged();
}

void ConnectionsPage::cancelAll()
{
    for (auto& [name, running] : m_running)
        running.progress.phase = tr("cancelling").toStdString();
    m_backend.syncs().cancel({});
    progressChanged();
}

void ConnectionsPage::progressChanged()
{
    m_model->refresh();
    showSummary();
    showDetail();
}

std::optional<SyncProgress> ConnectionsPage::progressOf(const ConnectionInfo& connection) const
{
    const auto found = m_running.find(connection.settings.name);
    if (found != m_running.end())
        return found->second.progress;
    if (connection.state != ConnectionInfo::State::Running)
        return std::nullopt;
    SyncProgress somewhere;
    somewhere.connection = connection.settings.name;
    somewhere.phase = tr("syncing").toStdString();
    return somewhere;
}

std::size_t ConnectionsPage::runningCount() const
{
    return static_cast<std::size_t>(std::count_if(m_connections.begin(), m_connections.end(),
                                                  [this](const auto& c) { return progressOf(c).has_value(); }));
}

// ---- one connection ----

const ConnectorInfo& ConnectionsPage::kindOf(const ConnectionInfo& connection) const
{
    static const ConnectorInfo unknown;
    const auto found = std::find_if(m_kinds.begin(), m_kinds.end(),
                                    [&](const ConnectorInfo& kind) { return kind.kind == connection.settings.kind; });
    return found == m_kinds.end() ? unknown : *found;
}

std::optional<std::size_t> ConnectionsPage::current() const
{
    const QModelIndex index = m_grid->currentIndex();
    return index.isValid() ? std::optional(m_model->record(index.row())) : std::nullopt;
}

std::vector<std::string> ConnectionsPage::selectedNames() const
{
    std::vector<std::string> names;
    for (const int row : m_grid->selectedRows())
        names.push_back(m_connections[m_model->record(row)].settings.name);
    if (names.empty() && current())
        names.push_back(m_connections[*current()].settings.name);
    return names;
}

void ConnectionsPage::addConnection(const std::string& kind)
{
    if (raiseWizard())
        return;
    auto* wizard = new ConnectionWizard(m_backend, m_connections, this);
    if (!kind.empty())
        wizard->chooseKind(kind);
    openWizard(wizard);
}

void ConnectionsPage::editCurrent()
{
    const auto at = current();
    if (!at || progressOf(m_connections[*at]) || raiseWizard())
        return;
    auto* wizard = new ConnectionWizard(m_backend, m_connections, this);
    wizard->edit(m_connections[*at]);
    openWizard(wizard);
}

bool ConnectionsPage::raiseWizard()
{
    if (!m_wizard || !m_wizard->isVisible())
        return false;
    m_wizard->raise();
    m_wizard->activateWindow();
    return true;
}

void ConnectionsPage::openWizard(ConnectionWizard* wizard)
{
    m_wizard = wizard;
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    connect(wizard, &ConnectionWizard::helpRequested, this, &ConnectionsPage::helpRequested);
    connect(wizard, &ConnectionWizard::saved, this, [this](const QString& name, bool andSync) {
        m_wanted = name.toStdString();
        emit notice(tr("Connection %1 saved").arg(name));
        m_backend.connections().list("connections",
                                     guarded<std::vector<ConnectionInfo>>(this, [this, name, andSync](auto answer) {
                                         if (!answer) {
                                             ask();
                                             return;
                                         }
                                         adopt(answer.take());
                                         if (andSync)
                                             sync({name.toStdString()});
                                     }));
    });
    wizard->show(); // not modal: the guide is read beside it
}

void ConnectionsPage::removeCurrent()
{
    const auto at = current();
    if (!at || progressOf(m_connections[*at]))
        return;
    const ConnectionInfo& connection = m_connections[*at];
    const QString name = parts::text(connection.settings.name);
    auto* box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Remove connection"));
    box->setAccessibleName(tr("Remove connection"));
    box->setText(tr("Remove the connection %1?").arg(name));
    box->setInformativeText(tr("Its settings and its key are forgotten. The %1 it brought stay in the workspace.")
                                .arg(counted::chargeLines(connection.rows)));
    auto* keep = box->addButton(tr("Keep"), QMessageBox::RejectRole);
    auto* remove = box->addButton(tr("Remove connection"), QMessageBox::DestructiveRole);
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(remove, &QAbstractButton::clicked, this, [this, name] {
        m_backend.connections().remove(
            name.toStdString(), guarded<std::string>(this, [this, name](Result<std::string> answer) {
                if (answer && answer->empty())
                    emit notice(tr("Connection %1 removed; its charges stay.").arg(name));
                else if (answer)
                    emit problem(tr("The connection %1 is removed. %2").arg(name, parts::text(*answer)), {});
                else
                    emit problem(
                        tr("The connection %1 was not removed: %2").arg(name, parts::text(answer.error().text())),
                        parts::advice(answer.error().code));
                ask();
            }));
    });
    box->open();
}

void ConnectionsPage::confirmCurrent()
{
    const auto at = current();
    if (!at || m_connections[*at].unconfirmed.empty())
        return;
    const ConnectionInfo connection = m_connections[*at];
    const QString name = parts::text(connection.settings.name);
    if (connection.reach.origins.empty() && connection.reach.files.empty()) {
        emit problem(tr("%1 cannot be confirmed: %2").arg(name, parts::text(connection.unconfirmed)),
                     tr("Choose Edit to see its settings, or remove it."));
        return;
    }
    auto* dialog = new ReachConfirm(connection, kindOf(connection), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ReachConfirm::confirmed, this, [this, connection, name](bool allowsPlainHttp) {
        m_backend.connections().confirm(
            connection.settings.name, connection.reach, allowsPlainHttp,
            guarded<bool>(this, [this, name](Result<bool> answer) {
                if (answer)
                    emit notice(tr("Connection %1 confirmed for this computer").arg(name));
                else
                    emit problem(
                        tr("The connection %1 was not confirmed: %2").arg(name, parts::text(answer.error().text())),
                        answer.error().todo.empty() ? parts::advice(answer.error().code)
                                                    : parts::text(answer.error().todo));
                ask();
            }));
    });
    dialog->open();
}

void ConnectionsPage::testCurrent()
{
    const auto at = current();
    if (!at)
        return;
    if (!m_connections[*at].unconfirmed.empty()) {
        confirmCurrent();
        return;
    }
    const ConnectionInfo& connection = m_connections[*at];
    const std::string name = connection.settings.name;
    const int number = ++m_test;
    m_detail->showTesting(parts::text(kindOf(connection).title));
    m_backend.connections().test("connections.test", {connection.settings, {}, false}, Connections::TestOf::Stored,
                                 guarded<std::string>(this, [this, name, number](Result<std::string> answer) {
                                     const auto now = current();
                                     const bool isStale =
                                         number != m_test || !now || m_connections[*now].settings.name != name;
                                     if (!isStale && (answer || answer.error().code != ErrorCode::Cancelled))
                                         m_detail->showTest(answer);
                                 }));
}

void ConnectionsPage::showCharges()
{
    const auto at = current();
    if (!at)
        return;
    const ConnectionInfo& connection = m_connections[*at];
    if (!connection.dataFrom.isValid() || !connection.dataThrough.isValid()) {
        emit notice(tr("%1 brought no charges yet").arg(parts::text(connection.settings.name)));
        return;
    }
    CostQuery query;
    query.by = {Dim{Dim::Kind::Service, {}}};
    query.range = {connection.dataFrom, connection.dataThrough + 1};
    query.granularity = query.range.days() > kDaysByDay ? Granularity::Month : Granularity::Day;
    query.filters = {Filter{Dim{Dim::Kind::Source, {}}, {connection.settings.name}, false}};
    query.lens = m_lens;
    emit openExplore(query);
}

void ConnectionsPage::openMenu(const QPoint& at)
{
    const auto record = current();
    if (!record)
        return;
    const bool runs = progressOf(m_connections[*record]).has_value();
    const bool isConfirmed = m_connections[*record].unconfirmed.empty();
    if (!m_menu)
        m_menu = new QMenu(this);
    m_menu->clear();
    m_menu->setAccessibleName(tr("Connection menu"));
    if (runs)
        m_menu->addAction(tr("Cancel sync"), this, [this] { cancel(selectedNames()); });
    else if (isConfirmed)
        m_menu->addAction(tr("Sync") + u'\t' + keyText(Qt::Key_F5), this, [this] { sync(selectedNames()); });
    else
        m_menu->addAction(tr("Confirm…") + u'\t' + keyText(Qt::Key_F5), this, &ConnectionsPage::confirmCurrent);
    if (isConfirmed)
        m_menu->addAction(tr("Test"), this, &ConnectionsPage::testCurrent);
    m_menu->addAction(tr("Show charges") + u'\t' + keyText(Qt::Key_Enter), this, &ConnectionsPage::showCharges);
    m_menu->addSeparator();
    m_menu->addAction(tr("Edit…") + u'\t' + keyText(Qt::Key_F2), this, &ConnectionsPage::editCurrent)
        ->setEnabled(!runs);
    m_menu->addAction(tr("Remove…") + u'\t' + keyText(Qt::Key_Delete), this, &ConnectionsPage::removeCurrent)
        ->setEnabled(!runs);
    m_menu->popup(at);
}

// ---- what the shell asks ----

void ConnectionsPage::sourcesChanged(const std::vector<SourceHealth>& sources)
{
    m_completeness->sourcesChanged(sources);
}

void ConnectionsPage::setLens(CostLens lens)
{
    m_lens = lens;
    m_completeness->setLens(lens);
}

bool ConnectionsPage::copySelection(bool withHeaders)
{
    return currentTabName() == "completeness" ? m_completeness->copySelection(withHeaders)
                                              : m_grid->copySelection(withHeaders);
}

bool ConnectionsPage::exportTable()
{
    if (currentTabName() == "completeness")
        return m_completeness->exportTable();
    chooseCsv(*this, m_backend.exports(), tr("Export connections"), "connections.csv",
              [this] { return csvText(*m_model, CsvGuard::Spreadsheet); });
    return true;
}

void ConnectionsPage::takeFocus()
{
    if (currentTabName() == "completeness")
        m_completeness->takeFocus();
    else if (m_stack->currentIndex() == List)
        m_grid->setFocus();
    else
        (m_stack->currentIndex() == Empty ? m_bigAdd : m_retry)->setFocus();
}

void ConnectionsPage::showTab(const QString& name)
{
    const auto index = tabNames().indexOf(name);
    if (index < 0)
        return;
    m_tabs->setCurrentIndex(static_cast<int>(index));
    takeFocus();
}

QString ConnectionsPage::currentTabName() const
{
    return tabNames().value(m_tabs->currentIndex());
}

bool ConnectionsPage::isSettled() const
{
    return !m_asking && m_completeness->isSettled();
}

} // namespace altimeter::ui
