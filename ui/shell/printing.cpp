#include "ui/shell/printing.h"

#include "ui/items/gridview.h"
#include "ui/shell/tablepaper.h"

#include <QMarginsF>
#include <QPageLayout>
#include <QPointer>
#include <QPrintPreviewDialog>
#include <QPrinter>
#include <QWidget>

#include <algorithm>
#include <memory>

namespace altimeter::ui {

Printing::Printing(QWidget* window) : QObject(window), m_window(window) {}

void Printing::preview(const PrintedTable& table)
{
    if (!table.grid || !table.grid->gridModel() || table.grid->gridModel()->rowCount() == 0) {
        emit notice(tr("This page has no table to print; Explore, Data and Notes have"));
        return;
    }
    GridModel* model = table.grid->gridModel();
    const int rows = std::min(model->rowCount(), TablePaper::kMostRows);
    if (model->isWhole()) {
        show(table);
        return;
    }
    const QPointer<const GridView> alive(table.grid);
    const bool isAsked = model->loadRows({{0, rows - 1}}, [this, table, alive](bool isThere) {
        if (alive && isThere)
            show(table);
        else
            emit notice(tr("The rows could not be read, so nothing can be printed"));
    });
    if (!isAsked)
        emit notice(tr("The rows could not be read, so nothing can be printed"));
}

void Printing::show(const PrintedTable& table)
{
    const auto paper = std::make_shared<const TablePaper>(TablePaper::of(table));
    auto* printer = new QPrinter(QPrinter::HighResolution);
    printer->setPageOrientation(QPageLayout::Landscape);
    printer->setPageMargins(QMarginsF(14, 12, 14, 12), QPageLayout::Millimeter);
    printer->setDocName(paper->title());
    auto* dialog = new QPrintPreviewDialog(printer, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Print: %1").arg(paper->title()));
    dialog->resize(m_window->size() * 0.9);
    connect(dialog, &QPrintPreviewDialog::paintRequested, this, [paper](QPrinter* on) { paper->paint(*on); });
    connect(dialog, &QObject::destroyed, this, [printer] { delete printer; });
    dialog->open();
}

} // namespace altimeter::ui
