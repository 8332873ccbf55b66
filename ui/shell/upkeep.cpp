#include "ui/shell/upkeep.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/shell/backupchooser.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QPointer>

namespace altimeter::ui {

namespace {

QString adviceOf(const Error& error)
{
    return error.todo.empty() ? parts::advice(error.code) : parts::text(error.todo);
}

} // namespace

Upkeep::Upkeep(Backend& backend, QWidget* window) : QObject(window), m_backend(backend), m_window(window) {}

QString Upkeep::subject() const
{
    return m_damaged.isEmpty() ? parts::text(m_backend.workspaces().info().path) : m_damaged;
}

bool Upkeep::begin(const QString& phase)
{
    if (m_running) {
        emit problem(tr("Another backup, restoration or salvage is running."),
                     tr("Wait until it is done or cancel it."));
        return false;
    }
    m_running = true;
    Progress progress;
    progress.phase = phase.toStdString();
    emit progressed(progress);
    return true;
}

ProgressSink Upkeep::progressSink()
{
    return [self = QPointer<Upkeep>(this)](const Progress& progress) {
        if (self && self->m_running)
            emit self->progressed(progress);
    };
}

void Upkeep::end(const QString& what, const Error& error)
{
    if (error.code == ErrorCode::Cancelled)
        emit done(tr("Cancelled; nothing was changed."), {});
    else
        emit problem(what.arg(parts::text(error.text())), adviceOf(error));
}

void Upkeep::cancel()
{
    m_backend.backups().cancel();
}

void Upkeep::backUp()
{
    if (!begin(tr("Copying")))
        return;
    m_backend.backups().make(progressSink(), guarded<Backup>(this, [this](Result<Backup> made) {
                                 m_running = false;
                                 emit ended();
                                 if (made)
                                     emit done(tr("Backup made and checked: %1").arg(parts::text(made->path)), {});
                                 else
                                     end(tr("The backup was not made: %1"), made.error());
                             }));
}

void Upkeep::restore()
{
    const QString workspace = subject();
    if (workspace.isEmpty())
        return;
    m_backend.backups().list(workspace.toStdString(),
                             guarded<std::vector<Backup>>(this, [this, workspace](Result<std::vector<Backup>> found) {
                                 auto* chooser =
                                     new BackupChooser(workspace, found ? *found : std::vector<Backup>(), m_window);
                                 connect(chooser, &BackupChooser::chosen, this,
                                         [this, workspace](const QString& backup) { runRestore(backup, workspace); });
                                 chooser->open();
                             }));
}

void Upkeep::runRestore(const QString& backup, const QString& workspace)
{
    if (!begin(tr("Restoring")))
        return;
    m_backend.backups().restore(
        backup.toStdString(), workspace.toStdString(), progressSink(),
        guarded<RestoreReport>(this, [this, workspace](Result<RestoreReport> report) {
            m_running = false;
            emit ended();
            if (!report) {
                end(tr("The backup was not restored: %1"), report.error());
            } else {
                m_damaged.clear();
                QStringList details;
                if (!report->aside.empty())
                    details.append(tr("The file that was there is kept as %1").arg(parts::text(report->aside)));
                for (const std::string& note : report->notes)
                    details.append(parts::text(note));
                emit done(tr("Restored %1.").arg(workspace), details.join('\n'));
            }
            if (report || m_damaged.isEmpty()) // it was closed for this
                emit openRequested(workspace);
        }));
}

void Upkeep::salvage()
{
    const QString damaged = subject();
    if (!damaged.isEmpty()) {
        chooseTarget(damaged);
        return;
    }
    auto* dialog = new QFileDialog(m_window, tr("Damaged workspace"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Altimeter workspaces (*.altimeter)"), tr("All files (*)")});
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &Upkeep::chooseTarget);
    dialog->open();
}

void Upkeep::chooseTarget(const QString& damaged)
{
    auto* dialog = new QFileDialog(m_window, tr("New workspace for what is whole"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Altimeter workspaces (*.altimeter)"), tr("All files (*)")});
    dialog->setDefaultSuffix("altimeter");
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    const QFileInfo file(damaged);
    dialog->setDirectory(file.absolutePath());
    dialog->selectFile(tr("%1-salvaged.altimeter").arg(file.completeBaseName()));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, damaged](const QString& target) { runSalvage(damaged, target); });
    dialog->open();
}

void Upkeep::runSalvage(const QString& damaged, const QString& target)
{
    if (!begin(tr("Salvaging")))
        return;
    m_backend.backups().salvage(
        damaged.toStdString(), target.toStdString(), progressSink(),
        guarded<SalvageReport>(this, [this, damaged, target](Result<SalvageReport> report) {
            m_running = false;
            emit ended();
            if (!report) {
                end(tr("Nothing was salvaged: %1"), report.error());
                return;
            }
            m_damaged.clear();
            const QString saved = tr("Salvaged into %1: %2, %3.")
                                      .arg(target, counted::months(report->partitions), counted::lines(report->rows));
            if (report->losses.empty())
                emit done(saved, tr("Nothing was lost. %1 is as it was.").arg(damaged));
            else
                emit problem(
                    tr("%1 %2 [loss|losses] told.", "what was salvaged, number", format::forms(report->losses.size()))
                        .arg(saved, format::count(report->losses.size())),
                    tr("The Data page lists what was lost among the findings; import those files again. %1 is "
                       "as it was.")
                        .arg(damaged));
            emit openRequested(target);
        }));
}

} // namespace altimeter::ui
