#include "ui/shell/deliverieslist.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/shell/filenames.h"
#include "ui/shell/importtext.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

enum Column { When, Source, Files, Lines, Billed, State };

} // namespace

QString goingText(const std::vector<DeliveredMoney>& money)
{
    if (money.empty())
        return QObject::tr("no charges");
    std::uint64_t rows = 0;
    for (const DeliveredMoney& one : money)
        rows += one.rows;
    return QObject::tr("%1 of %2 (%3)", "amounts, months, lines")
        .arg(importtext::money(money), importtext::months(money), counted::lines(rows));
}

DeliveriesList::DeliveriesList(const Deliveries& deliveries, QWidget* parent)
    : QDialog(parent), m_deliveries(deliveries), m_rows(new QTreeWidget(this)),
      m_about(parts::paragraph({}, "secondary", this)),
      m_takeBack(parts::button(tr("Take back…"), tr("What this delivery brought goes, and what it replaced comes back"),
                               nullptr, this)),
      m_remove(parts::button(tr("Remove the source…"), tr("Everything under this name goes; it can be put back"),
                             nullptr, this)),
      m_restore(parts::button(tr("Put the source back"), tr("What was removed counts again"), nullptr, this))
{
    setWindowTitle(tr("Deliveries"));
    setAccessibleName(tr("Deliveries"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(960, 460);
    m_rows->setAccessibleName(tr("Deliveries, newest first"));
    m_rows->setRootIsDecorated(false);
    m_rows->setUniformRowHeights(true);
    m_rows->setProperty("rows", true);
    m_rows->setHeaderLabels({tr("When"), tr("Source"), tr("Files"), tr("Lines"), tr("Billed"), tr("State")});
    const int widths[] = {170, 140, 220, 70, 180};
    for (int column = 0; column < 5; ++column)
        m_rows->header()->resizeSection(column, widths[column]);
    m_about->setAccessibleName(tr("About the delivery"));
    auto* close = parts::button(tr("Close"), tr("Leave everything as it is"), "primary", this);
    auto* row = new QHBoxLayout;
    for (QPushButton* button : {m_takeBack, m_remove, m_restore})
        row->addWidget(button);
    row->addStretch(1);
    row->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(m_rows, 1);
    layout->addWidget(m_about);
    layout->addLayout(row);
    fill();
    connect(m_rows, &QTreeWidget::currentItemChanged, this, &DeliveriesList::showCurrent);
    connect(m_rows, &QTreeWidget::itemActivated, this, [this] { // Enter does what can be done with the row
        for (QPushButton* button : {m_takeBack, m_restore}) {
            if (button->isEnabled())
                return button->click();
        }
    });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_takeBack, &QPushButton::clicked, this, [this] {
        emit takeBackWanted(delivery()->number);
        accept();
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        emit removeWanted(parts::text(delivery()->source));
        accept();
    });
    connect(m_restore, &QPushButton::clicked, this, [this] {
        emit restoreWanted(parts::text(removed()->name));
        accept();
    });
    if (m_rows->topLevelItemCount() > 0)
        m_rows->setCurrentItem(m_rows->topLevelItem(0));
    m_rows->setFocus();
    showCurrent();
}

void DeliveriesList::fill()
{
    const auto add = [this](Instant at, const std::string& source, const QString& files,
                            const std::vector<DeliveredMoney>& money, const QString& state) {
        std::uint64_t rows = 0;
        for (const DeliveredMoney& one : money)
            rows += one.rows;
        auto* item = new QTreeWidgetItem(m_rows, {format::instant(at, format::locale()), format::shown(source), files,
                                                  format::count(rows), importtext::money(money, 1), state});
        for (const int right : {Lines, Billed})
            item->setTextAlignment(right, Qt::AlignRight | Qt::AlignVCenter);
        for (int column = 0; column <= State; ++column)
            item->setToolTip(column, item->text(column));
    };
    for (const RemovedSource& one : m_deliveries.removed)
        add(one.at, one.name, {}, one.money, tr("Removed; can be put back"));
    for (const DeliveryInfo& one : m_deliveries.deliveries) {
        QStringList names;
        for (const std::string& file : one.files)
            names << format::shown(file);
        add(one.at, one.source, fewNames(names).join(QStringLiteral(", ")), one.money,
            one.rows == 0       ? tr("Nothing of it stands")
            : one.stays.empty() ? tr("Can be taken back")
                                : tr("Stays"));
    }
}

const RemovedSource* DeliveriesList::removed() const
{
    const auto at = static_cast<std::size_t>(m_rows->indexOfTopLevelItem(m_rows->currentItem()));
    return at < m_deliveries.removed.size() ? &m_deliveries.removed[at] : nullptr;
}

const DeliveryInfo* DeliveriesList::delivery() const
{
    const int row = m_rows->indexOfTopLevelItem(m_rows->currentItem());
    const auto at = static_cast<std::size_t>(row) - m_deliveries.removed.size();
    return row >= 0 && !removed() && at < m_deliveries.deliveries.size() ? &m_deliveries.deliveries[at] : nullptr;
}

void DeliveriesList::showCurrent()
{
    const DeliveryInfo* one = delivery();
    m_takeBack->setEnabled(one && one->stays.empty());
    m_remove->setEnabled(one && one->rows > 0);
    m_restore->setEnabled(removed());
    QString about;
    if (one && !one->stays.empty())
        about = tr("It cannot be taken back: %1.").arg(format::shown(one->stays));
    else if (one && !one->replaced.empty())
        about = tr("Taking it back brings back %1.").arg(goingText(one->replaced));
    else if (one)
        about = tr("It replaced nothing.");
    m_about->setText(about);
}

} // namespace altimeter::ui
