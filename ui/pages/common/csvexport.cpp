#include "ui/pages/common/csvexport.h"

#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"

#include <QFileDialog>

namespace altimeter::ui {

void chooseCsv(Page& page, Exports& exports, const QString& title, const QString& fileName,
               std::function<std::string()> text)
{
    auto* dialog = new QFileDialog(&page, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({QObject::tr("CSV (*.csv)")});
    dialog->setDefaultSuffix("csv");
    dialog->selectFile(fileName);
    QObject::connect(
        dialog, &QFileDialog::fileSelected, &page, [&page, &exports, text = std::move(text)](const QString& path) {
            exports.writeText(
                path.toStdString(), [made = text()](const std::stop_token&) { return made; },
                guarded<std::string>(&page, [&page](Result<std::string> written) {
                    if (written)
                        emit page.notice(QObject::tr("Written: %1").arg(parts::text(*written)));
                    else
                        emit page.problem(
                            QObject::tr("The table was not written: %1").arg(parts::text(written.error().text())),
                            parts::advice(written.error().code));
                }));
        });
    dialog->open();
}

} // namespace altimeter::ui
