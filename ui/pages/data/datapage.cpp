#include "ui/pages/data/datapage.h"

#include "ui/format/codetext.h"
#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridview.h"
#include "ui/items/recordcolumns.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/csvexport.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/selectiontext.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

using Ink = RecordModel::Ink;
using namespace columns;

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

DataPage::Tab& DataPage::addTab(const QString& name, const QString& title, const QString& emptyHint, QWidget* detail)
{
    auto* page = new QWidget;
    page->setAccessibleName(title);
    Tab made{name,
             title,
             new RecordModel(this),
             new GridView(title, page),
             parts::label(emptyHint, "secondary", page),
             parts::label({}, "badgeNeutral", page)};
    made.grid->setGridModel(made.model);
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
    if (detail) {
        auto* split = new QSplitter(Qt::Vertical, page);
        split->setAccessibleName(tr("%1 and details").arg(title));
        split->setHandleWidth(12);
        split->addWidget(made.grid);
        split->addWidget(detail);
        split->setStretchFactor(0, 3);
        split->setStretchFactor(1, 1);
        split->setChildrenCollapsible(false);
        layout->addWidget(split, 1);
    } else {
        layout->addWidget(made.grid, 1);
    }
    m_tabs->addTab(page, title);
    m_all.push_back(made);
    Tab& result = m_all.back();
    connect(made.grid, &GridView::filtersChanged, this, [grid = made.grid, kept = made.kept] {
        const QString text = grid->filterSummary();
        kept->setText(text);
        kept->setToolTip(text);
        kept->setVisible(!text.isEmpty());
    });
    connect(copy, &QPushButton::clicked, this, [this, grid = made.grid] {
        grid->selectAll();
        if (grid->copySelection(true))
            emit notice(tr("Table copied"));
    });
    connect(write, &QPushButton::clicked, this, [this, name] { chooseExport(tab(name)); });
    connect(made.grid, &GridView::selectionSummaryChanged, this, [this, grid = made.grid] { tellSelection(grid); });
    return result;
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
    Tab& made = addTab("sources", tr("Sources"), tr("No sources yet"), nullptr);
    auto state = textColumn(tr("State"), "state", 104,
                            [this](std::size_t i) { return codetext::sourceState(m_sources[i].state); });
    state.raw = [this](std::size_t i) { return format::text(m_sources[i].state); };
    state.ink = [this](std::size_t i) {
        return m_sources[i].rejected > 0 ? Ink::Bad : m_sources[i].findings > 0 ? Ink::Warning : Ink::Good;
    };
    auto imported = textColumn(tr("Last import"), "last_import", 198,
                               [this](std::size_t i) { return when(m_sources[i].lastImport); });
    imported.raw = [this](std::size_t i) { return QString::fromStdString(toString(m_sources[i].lastImport)); };
    imported.isDay = true;
    made.model->setColumns({
        stretched(
            textColumn(tr("Source"), "source", 118, [this](std::size_t i) { return parts::text(m_sources[i].name); }),
            1),
        textColumn(tr("Kind"), "kind", 90, [this](std::size_t i) { return parts::text(m_sources[i].kind); }),
        state,
        countColumn(tr("Partitions"), "partitions", [this](std::size_t i) { return m_sources[i].partitions; }),
        countColumn(tr("Lines"), "rows", [this](std::size_t i) { return m_sources[i].rows; }),
        countColumn(tr("Rejected"), "rejected", [this](std::size_t i) { return m_sources[i].rejected; }),
        countColumn(tr("Findings"), "findings", [this](std::size_t i) { return m_sources[i].findings; }),
        dayColumn(tr("Data from"), "data_from", [this](std::size_t i) { return m_sources[i].dataFrom; }),
        dayColumn(tr("Data through"), "data_through", [this](std::size_t i) { return m_sources[i].dataThrough; }),
        imported,
    });
}

void DataPage::buildPartitions()
{
    Tab& made = addTab("partitions", tr("Partitions"), tr("No partitions yet"), nullptr);
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

void DataPage::buildFindings()
{
    Tab& made = addTab("findings", tr("Findings"), tr("No findings"), nullptr);
    auto severity = textColumn(tr("Severity"), "severity", 96,
                               [this](std::size_t i) { return codetext::findingSeverity(m_findings[i].severity); });
    severity.raw = [this](std::size_t i) { return format::text(std::string(severityName(m_findings[i].severity))); };
    severity.key = [this](std::size_t i) { return static_cast<int>(m_findings[i].severity); };
    severity.ink = [this](std::size_t i) {
        return m_findings[i].severity == Severity::Error     ? Ink::Bad
               : m_findings[i].severity == Severity::Warning ? Ink::Warning
                                                             : Ink::Quiet;
    };
    made.model->setColumns({
        severity,
        stretched(textColumn(tr("What"), "message", 420,
                             [this](std::size_t i) { return parts::text(m_findings[i].message); }),
                  4),
        countColumn(tr("Lines"), "rows", [this](std::size_t i) { return m_findings[i].rows; }),
        countColumn(tr("First line"), "first_line", [this](std::size_t i) { return m_findings[i].firstLine; }),
        stretched(
            textColumn(tr("File"), "file", 200, [this](std::size_t i) { return parts::text(m_findings[i].file); }), 1),
        textColumn(tr("Check"), "check", 150, [this](std::size_t i) { return parts::text(m_findings[i].check); }),
        textColumn(tr("Source"), "source", 130, [this](std::size_t i) { return parts::text(m_findings[i].source); }),
    });
}

void DataPage::buildRejected()
{
    m_rejectedText = new QPlainTextEdit(this);
    m_rejectedText->setReadOnly(true);
    m_rejectedText->setAccessibleName(tr("Rejected line as it was"));
    m_rejectedText->setPlaceholderText(tr("Choose a line to see it whole, as it stood in the file."));
    m_rejectedText->setFont(Theme::current().number);
    m_rejectedText->setTabChangesFocus(true);
    Tab& made = addTab("rejected", tr("Rejected lines"), tr("No rejected lines"), m_rejectedText);
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
    Tab& made = addTab("proof", tr("Proof sheet"), tr("Nothing to prove yet"), m_proofText);
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
    if (!info.path.empty())
        ask();
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
    m_findings.clear();
    m_rejected.clear();
    m_proof.clear();
    m_rejectedText->clear();
    m_proofText->clear();
    m_tabs->setTabText(2, tr("Findings"));
    m_tabs->setTabText(3, tr("Rejected lines"));
    for (const QString& name : tabNames())
        say(name, "secondary", tr("Reading…"));
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
    m_backend.ask("data.findings", FindingsQuestion{}, guarded<std::vector<Finding>>(this, [this](auto answer) {
                      take("findings", m_findings, std::move(answer), [this] { showFindings(); });
                  }));
    m_backend.ask("data.rejected", RejectedQuestion{}, guarded<std::vector<RejectedLine>>(this, [this](auto answer) {
                      take("rejected", m_rejected, std::move(answer), [this] { showRejected(); });
                  }));
    m_backend.ask("data.proof", ProofQuestion{}, guarded<std::vector<ProofLine>>(this, [this](auto answer) {
                      take("proof", m_proof, std::move(answer), [this] { showProof(); });
                  }));
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
    std::uint64_t rows = 0;
    for (const auto& source : m_sources)
        rows += source.rows;
    say("sources", "secondary",
        m_sources.empty() ? tr("No sources yet: drop cost exports on the window.")
                          : tr("%1, %2", "number of sources, number of lines")
                                .arg(counted::sources(m_sources.size()), counted::lines(rows)));
}

void DataPage::showPartitions()
{
    tab("partitions").model->setCount(m_partitions.size(), [this](std::size_t i) { return m_partitions[i].currency; });
    say("partitions", "secondary",
        tr("%1: each is replaced as a whole when its files are imported again")
            .arg(counted::partitions(m_partitions.size())));
}

void DataPage::showFindings()
{
    tab("findings").model->setCount(m_findings.size());
    std::size_t errors = 0, warnings = 0;
    for (const auto& finding : m_findings) {
        errors += finding.severity == Severity::Error ? 1 : 0;
        warnings += finding.severity == Severity::Warning ? 1 : 0;
    }
    const std::size_t notes = m_findings.size() - errors - warnings;
    say("findings", "secondary",
        m_findings.empty() ? tr("No findings: every file keeps to the standard.")
                           : tr("%1, %2, %3: where files stray from the FOCUS standard")
                                 .arg(tr("%1 error(s)", nullptr, format::forms(errors)).arg(count(errors)),
                                      tr("%1 warning(s)", nullptr, format::forms(warnings)).arg(count(warnings)),
                                      tr("%1 note(s)", nullptr, format::forms(notes)).arg(count(notes))));
    m_tabs->setTabText(2, m_findings.empty() ? tr("Findings") : tr("Findings (%1)").arg(count(m_findings.size())));
}

void DataPage::showRejected()
{
    tab("rejected").model->setCount(m_rejected.size());
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
    currentTab().grid->setFocus();
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
