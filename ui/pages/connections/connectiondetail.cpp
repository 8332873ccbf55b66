#include "ui/pages/connections/connectiondetail.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/recordcolumns.h"
#include "ui/pages/common/banner.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectiontext.h"
#include "ui/theme/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

constexpr int kLongestName = 230; ///< pixels; the grid above shows it whole

const char* badgeOf(RecordModel::Ink ink)
{
    switch (ink) {
    case RecordModel::Ink::Good:
        return "badgeGood";
    case RecordModel::Ink::Warning:
        return "badgeWarning";
    case RecordModel::Ink::Bad:
        return "badgeBad";
    case RecordModel::Ink::Plain:
    case RecordModel::Ink::Quiet:
        break;
    }
    return "badgeNeutral";
}

QString lines(std::uint64_t n)
{
    return counted::lines(n);
}

void setNamed(QLabel* label, const QString& name, const QString& text)
{
    label->setText(text);
    label->setAccessibleName(format::labelled(name, text));
    label->setVisible(!text.isEmpty());
}

} // namespace

ConnectionDetail::ConnectionDetail(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Chosen connection"));
    m_verdict = new Banner(tr("Test answer"), this);
    auto* body = new QWidget;
    auto* inside = new QVBoxLayout(body);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(10);
    inside->addWidget(m_verdict);
    inside->addWidget(makeColumns(), 1);
    auto* scroll = new QScrollArea(this);
    scroll->setProperty("plain", true);
    scroll->setAccessibleName(tr("Details of the connection"));
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(body);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(makeHead());
    layout->addWidget(scroll, 1);
}

QWidget* ConnectionDetail::makeHead()
{
    auto* head = new QWidget(this);
    m_state = parts::label({}, "badgeNeutral", head);
    m_name = parts::label({}, "heading", head);
    m_title = parts::label({}, "secondary", head);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    const auto make = [this, head](QPushButton*& button, const QString& text, const QString& tip, auto signal,
                                   const char* kind = nullptr) {
        button = parts::button(text, tip, kind, head);
        connect(button, &QPushButton::clicked, this, signal);
    };
    make(m_confirm, tr("Confirm…"), tr("See what it asks and sends, and agree to it for this computer (F5)"),
         &ConnectionDetail::confirmRequested, "primary");
    make(m_sync, tr("Sync"), tr("Fetch what is new or may have changed (F5)"), &ConnectionDetail::syncRequested,
         "primary");
    make(m_cancel, tr("Cancel sync"), tr("Stop asking; what is stored stays"), &ConnectionDetail::cancelRequested);
    make(m_test, tr("Test"), tr("Ask the provider the cheapest question"), &ConnectionDetail::testRequested);
    make(m_edit, tr("Edit…"), tr("Change settings, key and schedule (F2)"), &ConnectionDetail::editRequested);
    make(m_charges, tr("Show charges"), tr("Open Explore with the charges of this source (Enter)"),
         &ConnectionDetail::chargesRequested);
    make(m_remove, tr("Remove…"), tr("Forget the connection; its charges stay (Delete)"),
         &ConnectionDetail::removeRequested);
    make(m_help, tr("Help"), tr("What this connection brings and which rights it needs"),
         &ConnectionDetail::helpRequested, "link");
    m_cancel->hide();
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_state, 0, Qt::AlignVCenter);
    row->addWidget(m_name);
    row->addWidget(m_title, 1);
    for (QPushButton* button : {m_confirm, m_sync, m_cancel, m_test, m_edit, m_charges, m_remove, m_help})
        row->addWidget(button);
    return head;
}

QWidget* ConnectionDetail::makeColumns()
{
    auto* columns = new QWidget(this);
    auto* row = new QHBoxLayout(columns);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    const auto card = [this, row](const QString& title) {
        auto* frame = parts::card(title, this);
        parts::cardLayout(frame)->setSpacing(6);
        parts::cardLayout(frame)->addWidget(parts::label(title.toUpper(), "overline", frame));
        row->addWidget(frame, 1);
        return frame;
    };
    const auto paragraph = [](QFrame* frame, const char* role) {
        auto* made = parts::paragraph({}, role, frame);
        made->setFocusPolicy(Qt::NoFocus); // a text to read, not a stop on the way
        parts::cardLayout(frame)->addWidget(made);
        return made;
    };
    QFrame* standing = card(tr("How it stands"));
    m_bar = new QProgressBar(standing);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Sync progress bar"));
    parts::cardLayout(standing)->addWidget(m_bar);
    m_progress = paragraph(standing, "plain");
    m_standing = paragraph(standing, "plain");
    m_todo = paragraph(standing, "secondary");
    QFrame* next = card(tr("Next sync"));
    m_schedule = paragraph(next, "plain");
    m_plan = paragraph(next, "plain");
    m_price = paragraph(next, "plain");
    m_freshness = paragraph(next, "secondary");
    QFrame* rights = card(tr("Rights to grant"));
    m_rights = paragraph(rights, "plain");
    for (QFrame* frame : {standing, next, rights})
        parts::cardLayout(frame)->addStretch();
    return columns;
}

void ConnectionDetail::showConnection(const ConnectionInfo& connection, const ConnectorInfo& kind,
                                      const std::optional<SyncProgress>& progress, Instant now)
{
    const bool isOther = connection.settings.name != m_connection.settings.name;
    m_connection = connection;
    m_kind = kind;
    if (isOther) {
        clearTest();
        setNamed(m_plan, tr("Next sync asks"), {});
        setNamed(m_price, tr("Price of the next sync"), {});
    }
    const auto state = connectiontext::state(progress ? ConnectionInfo::State::Running : connection.state);
    m_state->setText(state.word);
    parts::setRole(m_state, badgeOf(state.ink));
    const QString name = format::shown(connection.settings.name);
    m_name->setText(QFontMetrics(Theme::current().heading).elidedText(name, Qt::ElideMiddle, kLongestName));
    m_name->setToolTip(name);
    m_name->setAccessibleName(tr("Chosen connection: %1").arg(name));
    m_title->setText(kind.title.empty() ? parts::text(connection.settings.kind) : parts::text(kind.title));
    const bool isConfirmed = connection.unconfirmed.empty();
    m_confirm->setVisible(!progress && !isConfirmed);
    m_confirm->setEnabled(!connection.reach.origins.empty() || !connection.reach.files.empty());
    m_sync->setVisible(!progress && isConfirmed);
    m_test->setVisible(isConfirmed);
    m_cancel->setVisible(progress.has_value());
    m_edit->setEnabled(!progress);
    m_remove->setEnabled(!progress);
    showStanding(connection, progress, now);
    const QString often = connectiontext::schedule(connection.settings.everyHours);
    const QString schedule =
        connection.nextSync.isValid()
            ? tr("%1, next %2 (%3)", "how often, in how long, when")
                  .arg(often, connectiontext::ahead(connection.nextSync, now), columns::when(connection.nextSync))
            : often;
    setNamed(m_schedule, tr("Schedule"), format::sentence(schedule));
    setNamed(m_freshness, tr("Freshness"), connectiontext::freshness(kind));
    setNamed(m_rights, tr("Rights"), parts::text(kind.rights));
}

void ConnectionDetail::showStanding(const ConnectionInfo& connection, const std::optional<SyncProgress>& progress,
                                    Instant now)
{
    m_bar->setVisible(progress.has_value());
    if (progress) {
        const double share = connectiontext::share(*progress);
        m_bar->setRange(0, share < 0 ? 0 : 1000);
        if (share >= 0)
            m_bar->setValue(static_cast<int>(share * 1000));
    }
    setNamed(m_progress, tr("Progress"), progress ? connectiontext::progress(*progress) : QString());
    QStringList words;
    const bool isUnconfirmed = !progress && !connection.unconfirmed.empty();
    if (isUnconfirmed)
        words << tr("Not used on this computer: %1.").arg(parts::text(connection.unconfirmed));
    else if (!connection.problem.empty())
        words << parts::text(connection.problem);
    else if (connection.state == ConnectionInfo::State::MissingSecret)
        words << tr("Its key is not in the secret store.");
    else if (connection.lastSync.isValid())
        words << tr("Synced %1 with %2.")
                     .arg(connectiontext::age(connection.lastSync, now), counted::requests(connection.requests));
    else
        words << tr("Not synced yet.");
    const bool isProblem = isUnconfirmed || !connection.problem.empty();
    setNamed(m_standing, isProblem ? tr("Problem") : tr("Standing"), words.join(u' '));
    parts::setRole(m_standing, isProblem ? "problem" : "plain");
    words.clear();
    if (isUnconfirmed)
        words << connectiontext::reachSentence(connection.reach)
              << tr("Nothing of that is done before you confirm it.");
    else if (!connection.todo.empty())
        words << parts::text(connection.todo);
    else if (connection.state == ConnectionInfo::State::MissingSecret)
        words << tr("Choose Edit and type it again.");
    else if (connection.state == ConnectionInfo::State::New)
        words << tr("Sync it to fetch its charges.");
    words.removeAll(QString());
    if (!isUnconfirmed && !connection.problem.empty() && connection.lastSuccess.isValid())
        words << tr("The last sync that went through was %1.").arg(connectiontext::age(connection.lastSuccess, now));
    if (!isUnconfirmed && connection.problem.empty() && connection.findings > 0)
        words << tr("%1: %2", "findings, then the first of them")
                     .arg(counted::findings(connection.findings),
                          connection.foundFirst.empty() ? QString() : parts::text(connection.foundFirst.front()));
    if (connection.rows > 0)
        words << (connection.dataFrom.isValid()
                      ? tr("%1 from %2 are stored.")
                            .arg(lines(connection.rows),
                                 format::range({connection.dataFrom, connection.dataThrough + 1}, format::locale()))
                      : tr("%1 are stored.").arg(lines(connection.rows)));
    if (connection.measures > 0)
        words << tr("%1 figures that are no charges (budgets, forecasts, utilisation).")
                     .arg(format::count(connection.measures, format::locale()));
    if (!connection.spent.isZero())
        words << tr("All requests so far cost %1.")
                     .arg(connectiontext::amount(connection.spent, m_kind.requestCostCurrency));
    setNamed(m_todo, tr("More"), words.join(u' '));
}

void ConnectionDetail::setSelectedCount(std::size_t count)
{
    m_sync->setText(count > 1 ? tr("Sync %1 selected").arg(format::count(count)) : tr("Sync"));
}

void ConnectionDetail::showPlan(const SyncPlan& plan)
{
    setNamed(m_plan, tr("Next sync asks"), tr("Asks %1.").arg(connectiontext::ask(plan)));
    QString price = connectiontext::price(plan, m_kind);
    if (price.isEmpty()) {
        price = format::sentence(connectiontext::requestPrice(m_kind));
    }
    setNamed(m_price, tr("Price of the next sync"), price);
    parts::setRole(m_price, connectiontext::costsMoney(plan) ? "price" : "plain");
}

void ConnectionDetail::showPlanFailure(const Error& error)
{
    setNamed(m_plan, tr("Next sync asks"), tr("The next sync could not be planned: %1").arg(parts::text(error.text())));
    setNamed(m_price, tr("Price of the next sync"), {});
}

void ConnectionDetail::showTesting(const QString& title)
{
    m_verdict->say(Banner::Tone::Info, tr("Asking %1…").arg(title));
}

void ConnectionDetail::showTest(const Result<std::string>& answer)
{
    if (answer)
        m_verdict->say(Banner::Tone::Good, parts::text(*answer));
    else
        m_verdict->say({}, answer.error());
}

void ConnectionDetail::clearTest()
{
    m_verdict->clear();
}

} // namespace altimeter::ui
