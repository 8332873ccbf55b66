#pragma once

#include <QDialog>

#include "models/domain/upkeep.h"

#include <vector>

class QLabel;
class QListWidget;
class QPushButton;

namespace altimeter::ui {

/// Asks which backup of a workspace is to be put in its place. It only asks: choosing closes it.
class BackupChooser : public QDialog {
    Q_OBJECT
public:
    BackupChooser(const QString& workspace, const std::vector<Backup>& backups, QWidget* parent = nullptr);

signals:
    void chosen(const QString& backup);

private:
    void choose();
    void browse();

    QListWidget* m_list;
    QPushButton* m_restore;
    QStringList m_files; ///< by row
};

} // namespace altimeter::ui
