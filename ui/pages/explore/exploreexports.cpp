#include "ui/pages/explore/exploreexports.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/pivotmodel.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/explore/exploresteps.h"

#include <QFileDialog>

namespace altimeter::ui {

ExploreExports::ExploreExports(Exports& exports, const ExploreSteps& steps, const CostTableModel& costs,
                               const PivotModel& pivot, const ChargeTableModel& charges, QWidget* page)
    : QObject(page), m_exports(exports), m_steps(steps), m_costs(costs), m_pivot(pivot), m_charges(charges),
      m_page(page)
{
}

void ExploreExports::chooseFile(const QString& title, const QString& suggestion,
                                std::function<void(const QString&)> write)
{
    auto* dialog = new QFileDialog(m_page, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("CSV files (*.csv)"));
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(suggestion);
    connect(dialog, &QFileDialog::fileSelected, this, std::move(write));
    dialog->open();
}

Answer<std::string> ExploreExports::told()
{
    return guarded<std::string>(this, [this](Result<std::string> written) {
        if (written)
            emit notice(tr("Written: %1").arg(format::text(*written)));
        else
            emit failed(written.error());
    });
}

void ExploreExports::writeGrid(CsvGuard guard)
{
    if (m_steps.state().mode == ExploreState::Mode::Charges) {
        writeCharges();
        return;
    }
    chooseFile(tr("Export grid"), QStringLiteral("explore.csv"), [this, guard](const QString& path) {
        const bool isPivot = m_steps.state().isPivot();
        const int rows = isPivot ? m_pivot.rowCount() : m_costs.rowCount();
        emit notice(tr("Writing %1…").arg(counted::rows(static_cast<std::uint64_t>(rows))));
        m_exports.writeText(path.toStdString(), isPivot ? m_pivot.csvWriter(guard) : m_costs.csvWriter(guard), told());
    });
}

void ExploreExports::writeCharges()
{
    chooseFile(tr("Export charge lines"), QStringLiteral("charge-lines.csv"), [this](const QString& path) {
        const bool isShown = m_steps.state().mode == ExploreState::Mode::Charges && m_charges.isReady();
        if (isShown && m_charges.hasLineFilters())
            emit notice(tr("Filters on cost and day are not applied to the export; the others are"));
        m_exports.writeCharges(isShown ? m_charges.filteredQuery() : m_steps.state().query(m_steps.range()),
                               path.toStdString(), told());
    });
}

} // namespace altimeter::ui
