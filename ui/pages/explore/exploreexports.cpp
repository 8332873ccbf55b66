#include "ui/pages/explore/exploreexports.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/pivotmodel.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/explore/exploresteps.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>

namespace altimeter::ui {

namespace {

constexpr const char* kAboutSetting = "exports.about";

AboutPlace placeFrom(const std::string& word)
{
    return word == "comments" ? AboutPlace::Comments : word == "nowhere" ? AboutPlace::Nowhere : AboutPlace::Beside;
}

const char* wordOf(AboutPlace place)
{
    return place == AboutPlace::Comments ? "comments" : place == AboutPlace::Nowhere ? "nowhere" : "beside";
}

/// The choice of where an export says what it is of.
QComboBox* addAboutChoice(QFileDialog& dialog, AboutPlace now)
{
    auto* choice = new QComboBox(&dialog);
    choice->setObjectName(QStringLiteral("aboutPlace"));
    choice->setAccessibleName(ExploreExports::tr("Days, cost, filters and data of the export"));
    choice->setToolTip(ExploreExports::tr("Which days, cost and filters the file is of, through which day there were "
                                          "data, and under which rules"));
    choice->addItem(ExploreExports::tr("In a second file"), static_cast<int>(AboutPlace::Beside));
    choice->addItem(ExploreExports::tr("In lines with # above the titles"), static_cast<int>(AboutPlace::Comments));
    choice->addItem(ExploreExports::tr("Left out"), static_cast<int>(AboutPlace::Nowhere));
    choice->setCurrentIndex(choice->findData(static_cast<int>(now)));
    auto* label = new QLabel(ExploreExports::tr("What it is of:"), &dialog);
    label->setBuddy(choice);
    if (auto* grid = qobject_cast<QGridLayout*>(dialog.layout())) {
        const int row = grid->rowCount();
        grid->addWidget(label, row, 0);
        grid->addWidget(choice, row, 1, 1, -1);
    }
    return choice;
}

} // namespace

ExploreExports::ExploreExports(Exports& exports, Settings& settings, const ExploreSteps& steps,
                               const CostTableModel& costs, const PivotModel& pivot, const ChargeTableModel& charges,
                               QWidget* page)
    : QObject(page), m_exports(exports), m_settings(settings), m_steps(steps), m_costs(costs), m_pivot(pivot),
      m_charges(charges), m_page(page)
{
}

void ExploreExports::chooseFile(const QString& title, const QString& suggestion, Write write)
{
    auto* dialog = new QFileDialog(m_page, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("CSV files (*.csv)"));
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(suggestion);
    QComboBox* choice = addAboutChoice(*dialog, placeFrom(m_settings.value(kAboutSetting)));
    connect(dialog, &QFileDialog::fileSelected, this, [this, choice, write = std::move(write)](const QString& path) {
        const auto place = static_cast<AboutPlace>(choice->currentData().toInt());
        m_settings.setValue(kAboutSetting, wordOf(place));
        write(path.toStdString(), place);
    });
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

Answer<std::string> ExploreExports::toldWith(const ExportAbout& about, AboutPlace place)
{
    if (place != AboutPlace::Beside)
        return told();
    return guarded<std::string>(this, [this, text = about.text({})](Result<std::string> written) {
        if (!written) {
            emit failed(written.error());
            return;
        }
        const std::string path = *written;
        m_exports.writeText(
            path + ".about.txt", [text](const std::stop_token&) { return text; },
            guarded<std::string>(this, [this, path](Result<std::string> beside) {
                if (beside)
                    emit notice(tr("Written: %1, with what it is of beside it").arg(format::text(path)));
                else
                    emit failed(beside.error());
            }));
    });
}

void ExploreExports::writeGrid(CsvGuard guard)
{
    if (m_steps.state().mode == ExploreState::Mode::Charges) {
        writeCharges();
        return;
    }
    const bool isPivot = m_steps.state().isPivot();
    const ExportAbout about = isPivot ? aboutGrid(m_steps, m_pivot, m_pivot.rows().totals())
                                      : aboutGrid(m_steps, m_costs, m_costs.table().totals);
    const int rows = isPivot ? m_pivot.rowCount() : m_costs.rowCount();
    const auto text = isPivot ? m_pivot.csvWriter(guard) : m_costs.csvWriter(guard);
    chooseFile(tr("Export grid"), about.fileName, [=, this](const std::string& path, AboutPlace place) {
        emit notice(tr("Writing %1…").arg(counted::rows(static_cast<std::uint64_t>(rows))));
        const std::string above = place == AboutPlace::Comments ? about.text(QStringLiteral("# ")) : std::string();
        m_exports.writeText(
            path, [above, text](const std::stop_token& stop) { return above + text(stop); }, toldWith(about, place));
    });
}

void ExploreExports::chooseLines(const QString& title, const ChargesExport& lines, const ExportAbout& about)
{
    chooseFile(title, about.fileName, [=, this](const std::string& path, AboutPlace place) {
        ChargesExport wanted = lines;
        if (place == AboutPlace::Comments)
            wanted.comment = about.text(QStringLiteral("# "));
        m_exports.writeCharges(wanted, path, toldWith(about, place));
    });
}

void ExploreExports::writeCharges()
{
    const bool isShown = m_steps.state().mode == ExploreState::Mode::Charges && m_charges.isReady();
    if (isShown) {
        ChargeWindow window = m_charges.window(0, ChargeWindow::kAll);
        window.largestFirst = false; // as they are stored: putting all in order would read each segment many times
        window.order.clear();
        chooseLines(tr("Export charge lines"), {m_charges.filteredQuery(), {window}},
                    aboutLines(m_steps, m_charges, m_charges.totals(), false, m_charges.total()));
        return;
    }
    const auto& totals = m_steps.state().isPivot() ? m_pivot.rows().totals() : m_costs.table().totals;
    std::uint64_t count = 0;
    for (const CurrencyTotal& total : totals)
        count += total.rows;
    chooseLines(tr("Export charge lines"), {m_steps.state().query(m_steps.range()), {{0, ChargeWindow::kAll, false}}},
                aboutLines(m_steps, CostTableModel(format::neutralLocale()), totals, false, count));
}

void ExploreExports::writeSelected(const std::vector<std::pair<int, int>>& rows)
{
    ChargesExport lines{m_charges.filteredQuery(), {}};
    std::uint64_t count = 0;
    for (const auto& [top, bottom] : rows) {
        const auto size = static_cast<std::uint64_t>(bottom - top) + 1;
        lines.windows.push_back(m_charges.window(static_cast<std::uint64_t>(top), size));
        count += size;
    }
    if (count > 0)
        chooseLines(tr("Export selected charge lines"), lines,
                    aboutLines(m_steps, m_charges, m_charges.totals(), true, count));
}

} // namespace altimeter::ui
