#include "ui/shell/importresult.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

constexpr int kPlace = Qt::UserRole;
constexpr int kMostRows = 6;

/// As high as its lines, but no higher than some of them.
void fitRows(QListWidget* list)
{
    int height = 8;
    for (int row = 0; row < std::min(list->count(), kMostRows); ++row)
        height += list->sizeHintForRow(row);
    list->setFixedHeight(height);
}

} // namespace

ImportResult::ImportResult(const ImportReport& report, bool hasRules, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Imported"));
    setAccessibleName(tr("Imported"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(820, 480);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    addRead(report);
    addOdd(report);
    addTodo(report, hasRules);
    layout->addStretch(1);
    auto* row = new QHBoxLayout;
    if (report.delivery != 0) {
        auto* back =
            parts::button(tr("Take it back…"), tr("Everything becomes as it was before this import"), nullptr, this);
        connect(back, &QPushButton::clicked, this, [this, number = static_cast<qint64>(report.delivery)] {
            emit takeBackWanted(number);
            accept();
        });
        row->addWidget(back);
    }
    row->addStretch(1);
    auto* close = parts::button(tr("Close"), tr("Go on; all of this stays on the Data page"), "primary", this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    row->addWidget(close);
    layout->addLayout(row);
}

QListWidget* ImportResult::list(const QString& name)
{
    auto* heading = parts::label(name, "heading", this);
    auto* list = new QListWidget(this);
    list->setAccessibleName(name);
    list->setToolTip(tr("Enter shows more of the line"));
    list->setProperty("bare", true);
    list->setProperty("rows", true);
    list->setWordWrap(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout()->addWidget(heading);
    layout()->addWidget(list);
    connect(list, &QListWidget::itemActivated, this, &ImportResult::follow);
    connect(list, &QListWidget::itemClicked, this, &ImportResult::follow);
    return list;
}

void ImportResult::add(QListWidget* list, const QString& text, const QString& todo, const QString& place)
{
    auto* item = new QListWidgetItem(todo.isEmpty() ? text : text + '\n' + todo, list);
    item->setToolTip(item->text());
    item->setData(kPlace, place);
    if (place.isEmpty())
        item->setFlags(Qt::ItemIsEnabled);
}

void ImportResult::addRead(const ImportReport& report)
{
    auto* read = list(tr("What was read"));
    add(read,
        tr("%1, %2 stored", "files, lines").arg(counted::files(report.filesRead), counted::lines(report.rowsStored)),
        {}, QStringLiteral("data:sources"));
    const auto fresh = movedBy(report, PartitionReport::Action::New);
    const auto replaced = movedBy(report, PartitionReport::Action::Replaced);
    const auto same = movedBy(report, PartitionReport::Action::Unchanged);
    const QString place = QStringLiteral("data:partitions");
    if (fresh.partitions > 0)
        add(read,
            tr("New: %1, %2", "partitions, amounts")
                .arg(counted::partitions(fresh.partitions), importtext::money(fresh.after)),
            {}, place);
    if (replaced.partitions > 0)
        add(read,
            tr("Replaced: %1, %2 before, %3 after", "partitions, amounts")
                .arg(counted::partitions(replaced.partitions), importtext::money(replaced.before),
                     importtext::money(replaced.after)),
            {}, place);
    if (same.partitions > 0)
        add(read, tr("Stored already: %1", "partitions").arg(counted::partitions(same.partitions)), {}, place);
    fitRows(read);
}

void ImportResult::addOdd(const ImportReport& report)
{
    auto* odd = list(tr("What looks odd"));
    for (const importtext::Oddity& one : importtext::oddities(report))
        add(odd, one.text, one.todo, one.page);
    if (odd->count() == 0)
        add(odd, tr("Nothing: every line is stored, and no check found anything."), {}, {});
    fitRows(odd);
}

void ImportResult::addTodo(const ImportReport& report, bool hasRules)
{
    auto* todo = list(tr("What to do"));
    if (report.rowsStored > 0)
        add(todo, tr("See what the month costs"), {}, QStringLiteral("overview"));
    if (!hasRules)
        add(todo, tr("Say which team pays for what"), {}, QStringLiteral("allocation"));
    add(todo, tr("Compare the totals with those of your files"), {}, QStringLiteral("data:proof"));
    fitRows(todo);
}

void ImportResult::follow(const QListWidgetItem* item)
{
    const QString place = item->data(kPlace).toString();
    if (!place.isEmpty())
        emit pageWanted(place);
}

} // namespace altimeter::ui
