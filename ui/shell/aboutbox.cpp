#include "ui/shell/aboutbox.h"

#include <QMessageBox>

namespace altimeter::ui {

void showAboutBox(QWidget* window)
{
    auto* box = new QMessageBox(window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(QObject::tr("About Altimeter"));
    box->setAccessibleName(QObject::tr("About Altimeter"));
    box->setText(QObject::tr("Altimeter %1").arg(ALTIMETER_VERSION));
    box->setInformativeText(
        QObject::tr(
            "A cockpit for cloud and AI cost. All data stays in one file on this computer.\n\n"
            "Free software under the GNU General Public License, version 3 or later. It comes with no warranty. "
            "The licence text is in the file LICENSE, installed with the program.\n\nUses Qt %1, Qt Charts, "
            "SQLite, libcurl, "
            "OpenSSL, libsecret and nlohmann/json.")
            .arg(qVersion()));
    box->setWindowModality(Qt::NonModal);
    box->show();
}

} // namespace altimeter::ui
