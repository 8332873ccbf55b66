#include "ui/shell/weeklyreport.h"

#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"

#include <QFileDialog>

namespace altimeter::ui {

WeeklyReport::WeeklyReport(Backend& backend, QWidget* window) : QObject(window), m_backend(backend), m_window(window) {}

void WeeklyReport::choose(CostLens lens)
{
    auto* dialog = new QFileDialog(m_window, tr("Folder for the weekly report"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this, lens](const QString& folder) { write(folder, lens); });
    dialog->open();
}

void WeeklyReport::write(const QString& folder, CostLens lens)
{
    emit notice(tr("Writing the weekly report…"));
    m_backend.exports().writeWeeklyReport(
        folder.toStdString(), lens, guarded<std::string>(this, [this](Result<std::string> path) {
            emit notice({});
            if (path)
                emit written(parts::text(*path));
            else
                emit problem(tr("The weekly report was not written: %1").arg(parts::text(path.error().text())),
                             parts::advice(path.error().code));
        }));
}

} // namespace altimeter::ui
