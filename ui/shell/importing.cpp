#include "ui/shell/importing.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/shell/filenames.h"
#include "ui/shell/opening.h"

#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>

namespace altimeter::ui {

QString importSummary(const ImportReport& report)
{
    QStringList words;
    words << QObject::tr("%1 read, %2 stored").arg(counted::files(report.filesRead), counted::lines(report.rowsStored));
    words << QObject::tr("%1 rejected").arg(format::count(report.rowsRejected, format::locale()));
    std::size_t fresh = 0, replaced = 0, unchanged = 0;
    for (const auto& partition : report.partitions) {
        fresh += partition.action == PartitionReport::Action::New ? 1 : 0;
        replaced += partition.action == PartitionReport::Action::Replaced ? 1 : 0;
        unchanged += partition.action == PartitionReport::Action::Unchanged ? 1 : 0;
    }
    words << QObject::tr("partitions: %1 new, %2 replaced, %3 unchanged")
                 .arg(format::count(fresh), format::count(replaced), format::count(unchanged));
    words << counted::findings(report.findings.size());
    return words.join("; ");
}

Importing::Importing(Backend& backend, Opening& opening, QWidget* window)
    : QObject(window), m_backend(backend), m_opening(opening), m_window(window)
{
}

void Importing::chooseFiles()
{
    auto* dialog = new QFileDialog(m_window, tr("Import files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Cost exports (*.csv *.tsv *.csv.gz *.gz)"), tr("All files (*)")});
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &Importing::importPaths);
    dialog->open();
}

void Importing::chooseFolder()
{
    auto* dialog = new QFileDialog(m_window, tr("Import folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::filesSelected, this, &Importing::importPaths);
    dialog->open();
}

void Importing::importPaths(const QStringList& paths)
{
    if (m_running) {
        emit problem(tr("An import is running."), tr("Wait until it is done or cancel it, then drop the files again."));
    } else if (m_opening.isOpening()) {
        emit problem(tr("The workspace is being opened."), tr("Drop the files again when its figures are there."));
    } else if (m_backend.workspaces().info().path.empty()) {
        m_opening.openOwn([this, paths] { start(paths); });
    } else {
        start(paths);
    }
}

void Importing::offer(const QStringList& paths)
{
    const std::string open = m_backend.workspaces().info().name;
    const QString place = open.empty() ? tr("your own workspace") : tr("the workspace %1").arg(format::shown(open));
    auto* box = new QMessageBox(m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Import"));
    box->setAccessibleName(tr("Import"));
    box->setIcon(QMessageBox::Question);
    box->setText(
        paths.size() == 1
            ? tr("Import this into %1?").arg(place)
            : tr("Import these %1 into %2?").arg(format::count(static_cast<std::uint64_t>(paths.size())), place));
    box->setInformativeText(fewNames(paths).join('\n'));
    auto* import = box->addButton(tr("Import"), QMessageBox::AcceptRole);
    import->setToolTip(tr("Read the charges of these files into the workspace"));
    box->addButton(tr("Not now"), QMessageBox::RejectRole)->setToolTip(tr("Read nothing"));
    box->setDefaultButton(import);
    connect(import, &QAbstractButton::clicked, this, [this, paths] { importPaths(paths); });
    box->open();
}

/// Money is about to disappear: what is stored and what came stand side by side, and nothing happens without a yes.
void Importing::askToReplace(const Error& conflict, const QStringList& paths)
{
    auto* box = new QMessageBox(m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Replace stored charges?"));
    box->setAccessibleName(tr("Replace stored charges?"));
    box->setIcon(QMessageBox::Warning);
    box->setTextFormat(Qt::PlainText);
    box->setText(parts::text(conflict.text()));
    box->setInformativeText(
        tr("Replace lets what you import take the place of what is stored. If both count, keep what "
           "is stored, rename the file or folder and import it again."));
    auto* replace = box->addButton(tr("Replace"), QMessageBox::DestructiveRole);
    replace->setToolTip(tr("Take the place of the stored charges"));
    auto* keep = box->addButton(tr("Keep what is stored"), QMessageBox::RejectRole);
    keep->setToolTip(tr("Import nothing"));
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(replace, &QAbstractButton::clicked, this, [this, paths] {
        if (!m_running)
            start(paths, true);
    });
    box->open();
}

void Importing::start(const QStringList& paths, bool replace)
{
    m_running = true;
    emit changed();
    emit progressed({tr("Reading").toStdString(), 0, 0, 0, -1});
    QPointer<Importing> alive = this;
    m_backend.imports().start(
        toStrings(paths), {{}, replace},
        [alive](const Progress& progress) {
            if (alive && alive->m_running)
                emit alive->progressed(progress);
        },
        guarded<ImportReport>(
            this, [this, paths, replace](const Result<ImportReport>& report) { finish(report, paths, replace); }));
}

void Importing::finish(const Result<ImportReport>& result, const QStringList& paths, bool replace)
{
    m_running = false;
    emit ended();
    emit changed();
    if (result)
        emit done(*result);
    else if (result.error().code == ErrorCode::Cancelled)
        emit notice(tr("Import cancelled; the workspace is as it was."));
    else if (result.error().code == ErrorCode::Conflict && !replace)
        askToReplace(result.error(), paths);
    else
        emit problem(tr("The import did not finish: %1").arg(parts::text(result.error().text())),
                     parts::advice(result.error().code));
}

} // namespace altimeter::ui
