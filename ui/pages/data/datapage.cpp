#include "ui/pages/data/datapage.h"

#include "ui/format/codetext.h"
#include "ui/format/counted.h"
#include "ui/format/findingtext.h"
#include "ui/format/format.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridheader.h"
#include "ui/items/gridview.h"
#include "ui/items/recordcolumns.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/csvexport.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/selectiontext.h"
#include "ui/pages/common/statemessage.h"
#include "ui/pages/data/findingdetail.h"
#include "ui/pages/data/findingsmodel.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

using Ink = RecordModel::Ink;
using namespace columns;
enum View { kGrid, kMessage };

QString count(std::uint64_t n)
{
    return format::count(n, format::locale());
}

} // namespace

DataPage::DataPage(Backend& backend, QWidget* parent) : Page(parent), m_backend(backend), m_tabs(new QTabWidget(this))
{
    setAccessibleName(tr("Data page"));
    m_tabs->setAccessibleName(tr("Data tabs"));
    m_tabs->tabBar()->setAccessibleName(tr("Data tab bar"));
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_all.reserve(5);
    buildSources();
    buildPartitions();
    buildFindings();
    buildRejected();
    buildProof();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->addWidget(m_tabs);
}

QStringList DataPage::tabNames()
{
    return {"sources", "partitions", "findings", "rejected", "proof"};
}

DataPage::Tab& DataPage::addTab(const QString& name, const QString& title, QWidget* detail, GridModel* shown)
{
    auto* page = new QWidget;
    page->setAccessibleName(title);
    Tab made{name,
             title,
             new RecordModel(this),
             new GridView(title, page),
             new QStackedWidget(page),
             new StateMessage(tr("%1 state").arg(title), page),
             parts::label(tr("Reading…"), "secondary", page),
             parts::label({}, "badgeNeutral", page)};
    made.grid->setGridModel(shown ? shown : made.model);
    made.grid->setFiltersShown(true);
    made.kept->setAccessibleDescription(tr("Rows that the filters keep"));
    made.kept->hide();
    made.grid->setSortingEnabled(true);
    made.grid->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    made.summary->setAccessibleName(tr("%1 summary").arg(title));

    auto* copy =
        parts::button(tr("Copy table"), tr("Copy every row with headers; paste it into a spreadsheet"), nullptr, page);
    auto* write = parts::button(tr("Export CSV…"), tr("Write this table with all digits (Ctrl+E)"), nullptr, page);
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->setObjectName("top");
    made.summary->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    top->addWidget(made.summary);
    top->addStretch(1);
    top->addWidget(made.kept);
    top->addWidget(copy);
    top->addWidget(write);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 10, 0, 0);
    layout->setSpacing(10);
    layout->addLayout(top);
    layout->addWidget(made.stack, 1);
    made.stack->setAccessibleName(tr("%1 or why there are none").arg(title));
    if (detail) {
        auto* split = new QSplitter(Qt::Vertical, page);
        split->setAccessibleName(tr("%1 and details").arg(title));
        split->setHandleWidth(12);
        split->addWidget(made.grid);
        split->addWidget(detail);
        split->setStretchFactor(0, 3);
        split->setStretchFactor(1, 1);
        split->setChildrenCollapsible(false);
        made.stack->addWidget(split);
    } else {
        made.stack->addWidget(made.grid);
    }
    made.stack->addWidget(made.message);
    made.stack->setCurrentIndex(kMessage);
    m_tabs->addTab(page, title);
    m_all.push_back(made);
    connectTab(m_all.back(), copy, write);
    return m_all.back();
}

void DataPage::connectTab(Tab& made, QWidget* copy, QWidget* write)
{
    connect(made.message, &StateMessage::retryRequested, this, &DataPage::ask);
    connect(made.message, &StateMessage::importRequested, this, &Page::importRequested);
    connect(made.grid, &GridView::filtersChanged, this, [grid = made.grid, kept = made.kept] {
        const QString text = grid->filterSummary();
        kept->setText(text);
        kept->setToolTip(text);
        kept->setVisible(!text.isEmpty());
    });
    connect(static_cast<QPushButton*>(copy), &QPushButton::clicked, this, [this, grid = made.grid] {
        grid->selectAll();
        if (grid->copySelection(true))
            emit notice(tr("Table copied"));
    });
    connect(static_cast<QPushButton*>(write), &QPushButton::clicked, this,
            [this, name = made.name] { chooseExport(tab(name)); });
    connect(made.grid, &GridView::selectionSummaryChanged, this, [this, grid = made.grid] { tellSelection(grid); });
}

DataPage::Tab& DataPage::tab(const QString& name)
{
    return m_all.at(static_cast<std::size_t>(tabNames().indexOf(name)));
}

DataPage::Tab& DataPage::currentTab()
{
    return m_all.at(static_cast<std::size_t>(m_tabs->currentIndex()));
}

void DataPage::buildSources()
{
    Tab& made = addTab("sources", tr("Sources"), nullptr);
    auto state = textColumn(tr("State"), "state", 104,
                            [this](std::size_t i) { return codetext::sourceState(m_sources[i].state); });
    state.raw = [this](std::size_t i) { return format::text(m_sources[i].state); };
    state.ink = [this](std::size_t i) {
        return m_sources[i].rejected > 0 ? Ink::Bad : m_sources[i].openFindings() > 0 ? Ink::Warning : Ink::Good;
    };
    auto imported = textColumn(tr("Last import"), "last_import", 198,
                               [this](std::size_t i) { return when(m_sources[i].lastImport); });
    imported.raw = [this](std::size_t i) { return QString::fromStdString(toString(m_sources[i].lastImport)); };
    imported.isDay = true;
    auto findings =
        countColumn(tr("Findings"), "findings", [this](std::size_t i) { return m_sources[i].openFindings(); });
    findings.tip = [this](std::size_t i) {
        return tr("%1 open, %2 acknowledged", "numbers of findings")
            .arg(count(m_sources[i].openFindings()), count(m_sources[i].acknowledged));
    };
    made.model->setColumns({
        stretched(
            textColumn(tr("Source"), "source", 118, [this](std::size_t i) { return parts::text(m_sources[i].name); }),
            1),
        textColumn(tr("Kind"), "kind", 90, [this](std::size_t i) { return parts::text(m_sources[i].kind); }),
        state,
        countColumn(tr("Partitions"), "partitions", [this](std::size_t i) { return m_sources[i].partitions; }),
        countColumn(tr("Lines"), "rows", [this](std::size_t i) { return m_sources[i].rows; }),
        countColumn(tr("Rejected"), "rejected", [this](std::size_t i) { return m_sources[i].rejected; }),
        findings,
        dayColumn(tr("Data from"), "data_from", [this](std::size_t i) { return m_sources[i].dataFrom; }),
        dayColumn(tr("Data through"), "data_through", [this](std::size_t i) { return m_sources[i].dataThrough; }),
        imported,
    });
}

void DataPage::buildPartitions()
{
    Tab& made = addTab("partitions", tr("Partitions"), nullptr);
    const auto total = [this](CostLens lens) {
        return [this, lens](std::size_t i) { return &m_partitions[i].fileTotal[static_cast<std::size_t>(lens)]; };
    };
    auto period = textColumn(tr("Billing period"), "billing_period", 120, [this](std::size_t i) {
        return format::monthShort(m_partitions[i].billingPeriod, format::locale());
    });
    period.raw = [this](std::size_t i) { return iso(m_partitions[i].billingPeriod); };
    period.key = [this](std::size_t i) { return m_partitions[i].billingPeriod.number; };
    period.isDay = true;
    auto files = stretched(textColumn(tr("Files"), "files", 220,
                                      [this](std::size_t i) {
                                          QStringList names;
                                          for (const auto& file : m_partitions[i].files)
                                              names << parts::text(file);
                                          return names.join("; ");
                                      }),
                           2);
    auto imported =
        textColumn(tr("Imported"), "imported", 176, [this](std::size_t i) { return when(m_partitions[i].importedAt); });
    imported.raw = [this](std::size_t i) {
        return format::instant(m_partitions[i].importedAt, format::neutralLocale());
    };
    imported.isDay = true;
    made.model->setColumns({
        stretched(textColumn(tr("Source"), "source", 150,
                             [this](std::size_t i) { return parts::text(m_partitions[i].source); }),
                  1),
        textColumn(tr("Provider"), "provider", 130,
                   [this](std::size_t i) { return parts::text(m_partitions[i].provider); }),
        stretched(textColumn(tr("Billing account"), "billing_account", 150,
                             [this](std::size_t i) { return parts::text(m_partitions[i].billingAccount); }),
                  1),
        period,
        textColumn(tr("Currency"), "currency", 80, [this](std::size_t i) { return code(m_partitions[i].currency); }),
        countColumn(tr("Lines"), "rows", [this](std::size_t i) { return m_partitions[i].rows; }),
        countColumn(tr("Rejected"), "rejected", [this](std::size_t i) { return m_partitions[i].rejected; }),
        sumColumn(tr("Billed in file"), "billed_cost_file", total(CostLens::Billed)),
        sumColumn(tr("Effective in file"), "effective_cost_file", total(CostLens::Effective)),
        imported,
        files,
    });
}

/// The grid shows kinds that open into their cases; what is exported is one row a case.
void DataPage::buildFindings()
{
    m_findings = new FindingsModel(this);
    m_findingDetail = new FindingDetail(this);
    Tab& made = addTab("findings", tr("Findings"), m_findingDetail, m_findings);
    const auto at = [this](std::size_t i) -> const Finding& { return m_cases[i]->finding; };
    const auto by = [this](std::size_t i) {
        return m_cases[i]->acknowledged ? *m_cases[i]->acknowledged : Acknowledgement();
    };
    auto severity = textColumn(tr("Severity"), "severity", 96,
                               [at](std::size_t i) { return codetext::findingSeverity(at(i).severity); });
    severity.raw = [at](std::size_t i) { return format::text(std::string(severityName(at(i).severity))); };
    made.model->setColumns({
        severity,
        textColumn(tr("What"), "message", 420, [at](std::size_t i) { return parts::text(at(i).message); }),
        countColumn(tr("Lines"), "rows", [at](std::size_t i) { return at(i).rows; }),
        countColumn(tr("First line"), "first_line", [at](std::size_t i) { return at(i).firstLine; }),
        textColumn(tr("File"), "file", 200, [at](std::size_t i) { return parts::text(at(i).file); }),
        textColumn(tr("Check"), "check", 150, [at](std::size_t i) { return parts::text(at(i).check); }),
        textColumn(tr("Source"), "source", 130, [at](std::size_t i) { return parts::text(at(i).source); }),
        textColumn(tr("Acknowledged"), "acknowledged_at", 150,
                   [by](std::size_t i) { return QString::fromStdString(toString(by(i).at)); }),
        textColumn(tr("By"), "acknowledged_by", 100, [by](std::size_t i) { return parts::text(by(i).by); }),
        textColumn(tr("Note"), "acknowledged_note", 200, [by](std::size_t i) { return parts::text(by(i).note); }),
    });
    connect(made.grid, &GridView::selectionSummaryChanged, this, &DataPage::showFinding);
    connect(made.grid, &GridView::drillRequested, this, &DataPage::showFindingLines);
    connect(made.grid, &GridView::menuRequested, this, &DataPage::findingMenu);
    connect(m_findingDetail, &FindingDetail::linesRequested, this, &DataPage::showFindingLines);
    connect(m_findingDetail, &FindingDetail::acknowledgeRequested, this, &DataPage::acknowledge);
    connect(m_findingDetail, &FindingDetail::reopenRequested, this, &DataPage::reopen);
    auto* known = new QAction(tr("Acknowledge…"), made.grid);
    known->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    known->setShortcutContext(Qt::WidgetShortcut);
    made.grid->addAction(known);
    connect(known, &QAction::triggered, m_findingDetail, &FindingDetail::focusNote);
}

void DataPage::buildRejected()
{
    m_rejectedText = new QPlainTextEdit(this);
    m_rejectedText->setReadOnly(true);
    m_rejectedText->setAccessibleName(tr("Rejected line as it was"));
    m_rejectedText->setPlaceholderText(tr("Choose a line to see it whole, as it stood in the file."));
    m_rejectedText->setFont(Theme::current().number);
    m_rejectedText->setTabChangesFocus(true);
    Tab& made = addTab("rejected", tr("Rejected lines"), m_rejectedText);
    made.model->setColumns({
        textColumn(tr("File"), "file", 220, [this](std::size_t i) { return parts::text(m_rejected[i].file); }),
        countColumn(tr("Line"), "line", [this](std::size_t i) { return m_rejected[i].line; }),
        stretched(
            textColumn(tr("Why"), "message", 360, [this](std::size_t i) { return parts::text(m_rejected[i].message); }),
            2),
        textColumn(tr("Check"), "check", 150, [this](std::size_t i) { return parts::text(m_rejected[i].check); }),
        textColumn(tr("Source"), "source", 130, [this](std::size_t i) { return parts::text(m_rejected[i].source); }),
        stretched(textColumn(tr("Text"), "text", 400,
                             [this](std::size_t i) { return parts::text(m_rejected[i].text.substr(0, 200)); }),
                  3),
    });
    connect(made.grid, &GridView::selectionSummaryChanged, this, &DataPage::showRejectedDetail);
}

void DataPage::buildProof()
{
    m_proofText = new QPlainTextEdit(this);
    m_proofText->setReadOnly(true);
    m_proofText->setAccessibleName(tr("Proof of the chosen partition"));
    m_proofText->setPlaceholderText(tr("Choose a line to see how its total was proven, step by step."));
    m_proofText->setFont(Theme::current().number);
    m_proofText->setTabChangesFocus(true);
    Tab& made = addTab("proof", tr("Proof sheet"), m_proofText);
    auto period = textColumn(tr("Period"), "billing_period", 92, [this](std::size_t i) {
        return format::monthShort(m_proof[i].billingPeriod, format::locale());
    });
    period.raw = [this](std::size_t i) { return iso(m_proof[i].billingPeriod); };
    period.key = [this](std::size_t i) { return m_proof[i].billingPeriod.number; };
    period.isDay = true;
    auto state = textColumn(tr("State"), "state", 116, [this](std::size_t i) {
        return m_proof[i].reconciled()         ? tr("✓ reconciled")
               : m_proof[i].remainder.isZero() ? tr("✗ not all stored")
                                               : tr("✗ remainder");
    });
    state.raw = [this](std::size_t i) {
        return m_proof[i].reconciled()         ? QStringLiteral("reconciled")
               : m_proof[i].remainder.isZero() ? QStringLiteral("not all stored")
                                               : QStringLiteral("remainder");
    };
    state.ink = [this](std::size_t i) { return m_proof[i].reconciled() ? Ink::Good : Ink::Bad; };
    auto lens = textColumn(tr("Cost"), "cost", 118, [this](std::size_t i) { return format::lens(m_proof[i].lens); });
    lens.raw = [this](std::size_t i) { return format::rawLens(m_proof[i].lens); };
    auto remainder = sumColumn(tr("Remainder"), "remainder", [this](std::size_t i) { return &m_proof[i].remainder; });
    remainder.ink = [this](std::size_t i) { return m_proof[i].reconciled() ? Ink::Quiet : Ink::Bad; };
    remainder.width = 130;
    remainder.text = [this](std::size_t i) { return grouped(m_proof[i].remainder); };
    made.model->setColumns({
        state,
        stretched(
            textColumn(tr("Source"), "source", 120, [this](std::size_t i) { return parts::text(m_proof[i].source); }),
            1),
        textColumn(tr("Provider"), "provider", 110, [this](std::size_t i) { return parts::text(m_proof[i].provider); }),
        stretched(textColumn(tr("Account"), "billing_account", 120,
                             [this](std::size_t i) { return parts::text(m_proof[i].billingAccount); }),
                  1),
        period,
        lens,
        textColumn(tr("Currency"), "currency", 84, [this](std::size_t i) { return code(m_proof[i].currency); }),
        remainder,
        sumColumn(tr("In the file"), "file", [this](std::size_t i) { return &m_proof[i].fileTotal; }),
        sumColumn(tr("Stored"), "stored", [this](std::size_t i) { return &m_proof[i].storedTotal; }),
        sumColumn(tr("Rolled up"), "rolled_up", [this](std::size_t i) { return &m_proof[i].rolledUpTotal; }),
        sumColumn(tr("Allocated"), "allocated", [this](std::size_t i) { return &m_proof[i].allocatedTotal; }),
        sumColumn(tr("Exported"), "exported", [this](std::size_t i) { return &m_proof[i].exportedTotal; }),
        sumColumn(tr("Invoice"), "invoice",
                  [this](std::size_t i) { return m_proof[i].invoiceTotal ? &*m_proof[i].invoiceTotal : nullptr; }),
    });
    m_proofLens = new QComboBox(this);
    m_proofLens->setAccessibleDescription(tr("Cost shown in the proof"));
    m_proofLens->setAccessibleName(tr("Cost shown in the proof"));
    m_proofLens->setToolTip(tr("Show the proof of one cost, or of all"));
    m_proofLens->addItem(tr("All costs"), -1);
    for (const auto choice : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted})
        m_proofLens->addItem(format::lens(choice), static_cast<int>(choice));
    auto* top = static_cast<QHBoxLayout*>(made.summary->parentWidget()->layout()->itemAt(0)->layout());
    top->insertWidget(2, m_proofLens);
    connect(m_proofLens, &QComboBox::activated, this, &DataPage::filterProof);
    connect(made.grid, &GridView::selectionSummaryChanged, this, &DataPage::showProofDetail);
}

void DataPage::workspaceChanged(const WorkspaceInfo& info)
{
    m_isOpen = !info.path.empty();
    m_readOnly = parts::text(info.readOnly);
    if (m_isOpen)
        ask();
}

void DataPage::setLens(CostLens lens)
{
    if (lens == m_lens)
        return;
    m_lens = lens; // the money of findings is of it
    if (m_isOpen)
        askFindings();
}

void DataPage::setOpening(bool opening)
{
    if (opening)
        for (const QString& name : tabNames())
            say(name, "secondary", tr("Opening…"));
}

void DataPage::setReading()
{
    for (Tab& each : m_all)
        each.model->setCount(0); // before what its cells read
    m_sources.clear();
    m_partitions.clear();
    m_findings->setGroups({});
    m_findingDetail->clear();
    m_cases.clear();
    m_groups.clear();
    m_rejected.clear();
    m_proof.clear();
    m_rejectedText->clear();
    m_proofText->clear();
    m_tabs->setTabText(2, tr("Findings"));
    m_tabs->setTabText(3, tr("Rejected lines"));
    for (Tab& each : m_all) {
        say(each.name, "secondary", tr("Reading…"));
        each.message->sayReading();
        each.stack->setCurrentIndex(kMessage);
    }
}

template <typename T>
void DataPage::take(const QString& name, std::vector<T>& store, Result<std::vector<T>> answer,
                    const std::function<void()>& show)
{
    m_waiting.remove(name);
    if (!answer) {
        if (answer.error().code == ErrorCode::Cancelled)
            return;
        say(name, "bad", parts::text(answer.error().text()));
        tab(name).message->sayFailed(tr("%1 could not be read").arg(tab(name).title), answer.error());
        tab(name).stack->setCurrentIndex(kMessage);
        emit problem(tr("%1 could not be read: %2").arg(tab(name).title, parts::text(answer.error().text())),
                     parts::advice(answer.error().code));
        return;
    }
    RecordModel* model = tab(name).model;
    model->setCount(0);
    store = answer.take();
    show();
}

void DataPage::ask()
{
    for (const QString& name : tabNames())
        m_waiting.insert(name);
    m_backend.ask("data.sources", SourcesQuestion{}, guarded<std::vector<SourceInfo>>(this, [this](auto answer) {
                      take("sources", m_sources, std::move(answer), [this] { showSources(); });
                  }));
    m_backend.ask("data.partitions", PartitionsQuestion{},
                  guarded<std::vector<PartitionInfo>>(this, [this](auto answer) {
                      take("partitions", m_partitions, std::move(answer), [this] { showPartitions(); });
                  }));
    askFindings();
    m_backend.ask("data.rejected", RejectedQuestion{}, guarded<std::vector<RejectedLine>>(this, [this](auto answer) {
                      take("rejected", m_rejected, std::move(answer), [this] { showRejected(); });
                  }));
    m_backend.ask("data.proof", ProofQuestion{}, guarded<std::vector<ProofLine>>(this, [this](auto answer) {
                      take("proof", m_proof, std::move(answer), [this] { showProof(); });
                  }));
}

void DataPage::askFindings()
{
    m_waiting.insert("findings");
    m_backend.ask("data.findings", FindingGroupsQuestion{m_lens},
                  guarded<std::vector<FindingGroup>>(this, [this](auto answer) {
                      m_findingDetail->clear();
                      take("findings", m_groups, std::move(answer), [this] { showFindings(); });
                  }));
}

void DataPage::setImporting(bool importing)
{
    m_importing = importing;
    const Tab& shown = tab("sources");
    if (m_sources.empty() && !m_waiting.contains("sources") && shown.stack->currentIndex() == kMessage &&
        !shown.message->saysFailed())
        showSources();
}

void DataPage::showRows(const QString& name, const QString& emptyTitle, const QString& emptyText, bool offersImport)
{
    Tab& shown = tab(name);
    const bool hadFocus = shown.stack->isAncestorOf(QApplication::focusWidget());
    const bool isEmpty = shown.model->recordCount() == 0;
    if (isEmpty)
        shown.message->sayEmpty(emptyTitle, emptyText, offersImport);
    shown.stack->setCurrentIndex(isEmpty ? kMessage : kGrid);
    if (hadFocus)
        takeFocus(); // what had it may be out of sight
}

void DataPage::say(const QString& name, const char* role, const QString& text)
{
    QLabel* label = tab(name).summary;
    label->setText(text);
    label->setToolTip(text);
    parts::setRole(label, role);
    label->setAccessibleName(format::labelled(tr("%1 summary").arg(tab(name).title), text));
}

void DataPage::showSources()
{
    tab("sources").model->setCount(m_sources.size());
    if (m_importing)
        showRows("sources", tr("Reading…"), tr("The sources appear when all files have been read."));
    else
        showRows("sources", tr("No sources yet"), tr("Drop FOCUS cost exports on the window, or connect a provider."),
                 true);
    std::uint64_t rows = 0;
    for (const auto& source : m_sources)
        rows += source.rows;
    say("sources", "secondary",
        m_sources.empty() ? (m_importing ? tr("Reading…") : tr("No sources yet: drop cost exports on the window."))
                          : tr("%1, %2", "number of sources, number of lines")
                                .arg(counted::sources(m_sources.size()), counted::lines(rows)));
}

void DataPage::showPartitions()
{
    tab("partitions").model->setCount(m_partitions.size(), [this](std::size_t i) { return m_partitions[i].currency; });
    showRows("partitions", tr("Nothing stored yet"),
             tr("Each month of an account that is imported has its line here, with the exact totals of its files."),
             true);
    say("partitions", "secondary",
        tr("%1: each is replaced as a whole when its files are imported again")
            .arg(counted::partitions(m_partitions.size())));
}

void DataPage::showFindings()
{
    m_cases.clear();
    std::uint64_t open = 0, known = 0, kinds = 0;
    for (const FindingGroup& group : m_groups) {
        kinds += group.open() > 0 ? 1U : 0U;
        for (const FindingCase& one : group.cases) {
            m_cases.push_back(&one);
            known += one.acknowledged ? 1U : 0U;
            open += !one.acknowledged && one.finding.severity > Severity::Note ? 1U : 0U;
        }
    }
    Tab& shown = tab("findings");
    shown.model->setCount(m_cases.size());
    const QModelIndex current = shown.grid->currentIndex();
    const std::string kept = current.isValid() ? m_findings->groupAt(current.row()).check : std::string();
    m_findings->setGroups(m_groups);
    showRows("findings", tr("No findings"),
             tr("Every file keeps to the standard, and nothing is missed in the charges."));
    if (m_findings->rowCount() > 0)
        shown.grid->setCurrentIndex(m_findings->index(std::max(0, rowAfter(kept)), 0));
    m_hasJudged = false;
    showFinding();
    const QString facts =
        format::joined({tr("%1 kind(s) open", nullptr, format::forms(kinds)).arg(count(kinds)),
                        known > 0 ? tr("%1 acknowledged", "number of findings").arg(count(known)) : QString()});
    say("findings", "secondary", m_groups.empty() ? tr("No findings: every file keeps to the standard.") : facts);
    m_tabs->setTabText(2, open == 0 ? tr("Findings") : tr("Findings (%1)").arg(count(open)));
}

/// The kind that was looked at; where it was just acknowledged whole, the first that is still open.
int DataPage::rowAfter(const std::string& check) const
{
    const int row = m_findings->rowOf(check);
    const bool isDone = row >= 0 && m_findings->groupAt(row).open() == 0 && m_findings->groupAt(0).open() > 0;
    return isDone && m_hasJudged ? 0 : row;
}

std::pair<const FindingGroup*, const FindingCase*> DataPage::currentFinding() const
{
    const QModelIndex current = m_all[2].grid->currentIndex();
    if (!current.isValid())
        return {};
    return {&m_findings->groupAt(current.row()), m_findings->caseAt(current.row())};
}

void DataPage::showFinding()
{
    const auto [group, one] = currentFinding();
    if (group)
        m_findingDetail->show(*group, one,
                              m_readOnly.isEmpty() ? QString() : tr("Nothing can be written: %1").arg(m_readOnly));
    else
        m_findingDetail->clear();
}

void DataPage::showFindingLines()
{
    const auto [group, one] = currentFinding();
    const FindingLines* lines = group ? linesOf(*group, one) : nullptr;
    if (!lines) {
        emit notice(tr("It speaks of no line that is stored"));
        return;
    }
    if (lines->where == FindingLines::Where::Rejected) {
        showRejectedOf(*group, one);
        return;
    }
    if (!one && group->cases.size() > 1) { // each has lines of its own
        GridView* grid = tab("findings").grid;
        const int row = grid->currentIndex().row();
        m_findings->setFolded(row, false);
        grid->setCurrentIndex(m_findings->index(row + 1, 0));
        emit notice(tr("Choose a case to see its lines"));
        return;
    }
    CostQuery query;
    query.filters = lines->filters;
    query.range = lines->range;
    query.lens = m_lens;
    emit openLines(query);
    if (!lines->isExact)
        emit notice(tr("The lines it speaks of are among these"));
}

/// The filters of the rejected lines say which of them are shown.
void DataPage::showRejectedOf(const FindingGroup& group, const FindingCase* one)
{
    Tab& rejected = tab("rejected");
    rejected.grid->clearFilters();
    for (int column = 0; column < rejected.model->columnCount(); ++column) {
        const QString key = rejected.model->columnKey(column);
        if (key == QLatin1String("check"))
            emit rejected.grid->gridHeader()->filterTyped(column, u'=' + format::text(group.check));
        else if (key == QLatin1String("file") && one && !one->finding.file.empty())
            emit rejected.grid->gridHeader()->filterTyped(column, u'=' + format::text(one->finding.file));
    }
    emit openPage("data:rejected");
}

void DataPage::findingMenu(const QPoint& at)
{
    const auto [group, one] = currentFinding();
    if (!group)
        return;
    const bool isOpen = one ? !one->acknowledged : group->open() > 0;
    const bool isKnown = one ? one->acknowledged.has_value() : group->open() < group->cases.size();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(tr("Finding menu"));
    menu->addAction(tr("Show lines"), this, &DataPage::showFindingLines)->setEnabled(linesOf(*group, one) != nullptr);
    menu->addAction(tr("Acknowledge…"), m_findingDetail, &FindingDetail::focusNote)
        ->setEnabled(isOpen && m_readOnly.isEmpty());
    menu->addAction(tr("Open again"), this, &DataPage::reopen)->setEnabled(isKnown && m_readOnly.isEmpty());
    menu->popup(at);
}

void DataPage::acknowledge()
{
    const auto [group, one] = currentFinding();
    if (!group)
        return;
    std::vector<SeenFinding> seen;
    for (const FindingCase& each : group->cases)
        if (!each.acknowledged && (!one || &each == one))
            seen.push_back({each.key, each.finding.rows});
    if (seen.empty())
        return;
    const QString title = findingtext::title(group->check);
    m_backend.findings().acknowledge(
        seen, m_findingDetail->note().toStdString(),
        guarded<bool>(this, [this, title](Result<bool> answer) { judged(answer, tr("Acknowledged: %1").arg(title)); }));
}

void DataPage::reopen()
{
    const auto [group, one] = currentFinding();
    if (!group)
        return;
    std::vector<FindingKey> keys;
    for (const FindingCase& each : group->cases)
        if (each.acknowledged && (!one || &each == one))
            keys.push_back(each.key);
    const QString title = findingtext::title(group->check);
    m_backend.findings().reopen(keys, guarded<bool>(this, [this, title](Result<bool> answer) {
                                    judged(answer, tr("Open again: %1").arg(title));
                                }));
}

void DataPage::judged(const Result<bool>& answer, const QString& done)
{
    if (!answer) {
        emit problem(tr("It was not kept: %1").arg(parts::text(answer.error().text())),
                     answer.error().todo.empty() ? parts::advice(answer.error().code)
                                                 : parts::text(answer.error().todo));
        return;
    }
    m_hasJudged = true;
    m_findingDetail->clearNote();
    tab("findings").grid->setFocus();
    emit notice(done);
    emit findingsChanged();
    ask();
}

void DataPage::showRejected()
{
    tab("rejected").model->setCount(m_rejected.size());
    showRows("rejected", tr("No rejected lines"), tr("Everything in the files was stored."));
    m_rejectedText->clear();
    if (!m_rejected.empty())
        tab("rejected").grid->setCurrentIndex(tab("rejected").model->index(0, 0));
    showRejectedDetail();
    say("rejected", m_rejected.empty() ? "secondary" : "warning",
        m_rejected.empty()
            ? tr("No rejected lines: everything in the files was stored.")
            : tr("%1 could not be stored; the proof counts them").arg(counted::lines(m_rejected.size())));
    m_tabs->setTabText(3, m_rejected.empty() ? tr("Rejected lines")
                                             : tr("Rejected lines (%1)").arg(count(m_rejected.size())));
}

void DataPage::showProof()
{
    tab("proof").model->setCount(m_proof.size(), [this](std::size_t i) { return m_proof[i].currency; });
    showRows("proof", tr("Nothing to prove yet"),
             tr("Once cost exports are imported, each of their totals is followed from the file to every page."), true);
    std::size_t open = 0;
    for (const auto& line : m_proof)
        open += line.reconciled() ? 0U : 1U;
    if (m_proof.empty())
        say("proof", "secondary", tr("Nothing to prove yet: import cost exports first."));
    else if (open == 0)
        say("proof", "badgeGood",
            tr("Reconciled to the last digit: %1")
                .arg(tr("%1 total(s)", nullptr, format::forms(m_proof.size())).arg(count(m_proof.size()))));
    else
        say("proof", "badgeBad",
            tr("%1 of %2 not reconciled")
                .arg(count(open),
                     tr("%1 total(s)", nullptr, format::forms(m_proof.size())).arg(count(m_proof.size()))));
    filterProof();
    if (tab("proof").model->rowCount() > 0)
        tab("proof").grid->setCurrentIndex(tab("proof").model->index(0, 0));
    showProofDetail();
}

void DataPage::filterProof()
{
    const int lens = m_proofLens->currentData().toInt();
    if (lens < 0)
        tab("proof").model->setFilter(nullptr);
    else
        tab("proof").model->setFilter(
            [this, lens](std::size_t i) { return static_cast<int>(m_proof[i].lens) == lens; });
}

void DataPage::showRejectedDetail()
{
    const QModelIndex current = tab("rejected").grid->currentIndex();
    if (!current.isValid())
        return;
    m_rejectedText->setPlainText(
        format::shown(m_rejected[tab("rejected").model->record(current.row())].text, words::LineEnds::Kept));
}

void DataPage::showProofDetail()
{
    const QModelIndex current = tab("proof").grid->currentIndex();
    if (!current.isValid()) {
        m_proofText->clear();
        return;
    }
    const ProofLine& line = m_proof[tab("proof").model->record(current.row())];
    const auto row = [](const QString& name, const DecimalSum& sum) { return grouped(sum) + u'\t' + name; };
    QStringList lines;
    lines << tr("%1 · %2 · %3 · %4 · %5")
                 .arg(format::shown(line.source), format::shown(line.provider), format::shown(line.billingAccount),
                      format::month(line.billingPeriod, format::locale()),
                      tr("%1 %2", "cost and currency").arg(format::lens(line.lens), code(line.currency)));
    lines << row(tr("in the file, added up from its own digits"), line.fileTotal)
          << row(tr("stored, counted again line by line"), line.storedTotal)
          << row(tr("rolled up, as every page shows it"), line.rolledUpTotal)
          << row(tr("allocated to teams, with what has no team"), line.allocatedTotal)
          << row(tr("exported"), line.exportedTotal);
    if (line.invoiceTotal)
        lines << row(tr("on the invoice"), *line.invoiceTotal);
    for (const auto& part : line.parts) {
        const QString name = codetext::proofPart(part.name);
        if (part.hasAmount)
            lines << row(part.isMissing ? tr("not stored: %1").arg(name) : tr("explained: %1").arg(name), part.amount);
        if (part.unreadable > 0)
            lines << tr("amount unreadable in %1 line(s)", nullptr, format::forms(part.unreadable))
                             .arg(count(part.unreadable)) +
                         u'\t' + name;
    }
    lines << row(line.reconciled()         ? tr("remainder: reconciled to the last digit")
                 : line.remainder.isZero() ? tr("remainder: explained, but not all that was delivered is stored")
                                           : tr("remainder, not explained"),
                 line.remainder);
    m_proofText->setTabStopDistance(QFontMetricsF(m_proofText->font()).horizontalAdvance("0") * 30);
    m_proofText->setPlainText(lines.join('\n'));
}

void DataPage::tellSelection(const GridView* grid)
{
    emit selectionText(selectionSentence(grid->summary(), format::locale()));
}

bool DataPage::copySelection(bool withHeaders)
{
    return currentTab().grid->copySelection(withHeaders);
}

bool DataPage::exportTable()
{
    chooseExport(currentTab());
    return true;
}

void DataPage::chooseExport(Tab& tab)
{
    chooseCsv(*this, m_backend.exports(), tr("Export %1").arg(tab.title), tab.name + ".csv",
              [model = tab.model] { return csvText(*model, CsvGuard::Spreadsheet); });
}

void DataPage::takeFocus()
{
    const Tab& shown = currentTab();
    QWidget* target = shown.stack->currentIndex() == kGrid ? shown.grid : shown.message->focusTarget();
    target ? target->setFocus() : m_tabs->tabBar()->setFocus();
}

/// What was chosen for the columns of each table.
std::string DataPage::savedState() const
{
    QJsonObject all;
    for (const Tab& each : m_all)
        if (const QString text = each.grid->columns().toText(); !text.isEmpty())
            all[each.name] = text;
    return all.isEmpty() ? std::string() : QJsonDocument(all).toJson(QJsonDocument::Compact).toStdString();
}

void DataPage::restoreState(const std::string& json)
{
    const QJsonObject all = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    for (Tab& each : m_all)
        each.grid->columns().restore(all[each.name].toString());
}

QString DataPage::currentTabName() const
{
    return tabNames().value(m_tabs->currentIndex());
}

void DataPage::showTab(const QString& name)
{
    const auto index = tabNames().indexOf(name);
    if (index < 0)
        return;
    m_tabs->setCurrentIndex(static_cast<int>(index));
    takeFocus();
}

} // namespace altimeter::ui
