#include "ui/shell/backupchooser.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/shell/statusline.h"

#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

QString reasonText(const std::string& reason)
{
    if (reason == "publish")
        return QObject::tr("before rules were published");
    if (reason == "migration")
        return QObject::tr("before a newer Altimeter changed the file");
    if (reason == "asked")
        return QObject::tr("asked for");
    if (reason == "restore")
        return QObject::tr("before a backup was restored");
    return parts::text(reason);
}

QString momentText(const std::string& at)
{
    const auto moment = QDateTime::fromString(parts::text(at), Qt::ISODate);
    return moment.isValid() ? format::instant({moment.toSecsSinceEpoch()}, format::locale()) : parts::text(at);
}

} // namespace

BackupChooser::BackupChooser(const QString& workspace, const std::vector<Backup>& backups, QWidget* parent)
    : QDialog(parent), m_list(new QListWidget(this)),
      m_restore(parts::button(tr("Restore"), tr("Check the chosen backup and put it in the workspace's place"),
                              "primary", this))
{
    setWindowTitle(tr("Restore a backup"));
    setAccessibleName(tr("Restore a backup"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumSize(560, 320);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(parts::paragraph(
        backups.empty()
            ? tr("There is no backup beside %1. A copy that you made yourself can be chosen as a file.")
                  .arg(QFileInfo(workspace).fileName())
            : tr("The chosen backup takes the place of %1. The file that is there now is kept under another "
                 "name; nothing is deleted.")
                  .arg(QFileInfo(workspace).fileName()),
        "plain", this));
    m_list->setAccessibleName(tr("Backups, newest first"));
    for (const Backup& backup : backups) {
        m_list->addItem(tr("%1 · %2 · %3", "when, why, size")
                            .arg(momentText(backup.at), reasonText(backup.reason), bytesText(backup.bytes)));
        m_files << parts::text(backup.path);
    }
    layout->addWidget(m_list, 1);
    auto* other = parts::button(tr("Choose a file…"), tr("Restore from a copy that lies elsewhere"), nullptr, this);
    auto* cancel = parts::button(tr("Cancel"), tr("Leave everything as it is"), nullptr, this);
    auto* row = new QHBoxLayout;
    row->addWidget(other);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_restore);
    layout->addLayout(row);
    m_restore->setDefault(true);
    m_restore->setEnabled(!backups.empty());
    if (!backups.empty())
        m_list->setCurrentRow(0);
    connect(m_restore, &QPushButton::clicked, this, &BackupChooser::choose);
    connect(m_list, &QListWidget::itemActivated, this, &BackupChooser::choose);
    connect(other, &QPushButton::clicked, this, &BackupChooser::browse);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

void BackupChooser::choose()
{
    const QString file = m_files.value(m_list->currentRow());
    if (file.isEmpty())
        return;
    emit chosen(file);
    accept();
}

void BackupChooser::browse()
{
    auto* dialog = new QFileDialog(this, tr("Backup to restore"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Altimeter workspaces (*.altimeter)"), tr("All files (*)")});
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        emit chosen(file);
        accept();
    });
    dialog->open();
}

} // namespace altimeter::ui
