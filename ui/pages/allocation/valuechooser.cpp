#include "ui/pages/allocation/valuechooser.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/gridview.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/pageparts.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPushButton>
#include <QScreen>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace altimeter::ui {

namespace {

constexpr QSize kSize(620, 420);

bool holds(const QStringList& values, const QString& value)
{
    return values.contains(value, Qt::CaseInsensitive);
}

QString costText(const DimValue& value)
{
    QStringList amounts;
    for (const auto& [currency, sum] : value.cost)
        amounts << format::money(sum.amount(), currency, format::locale());
    return format::joined(amounts);
}

} // namespace

ValueChooser::ValueChooser(QWidget* parent) : QFrame(parent, Qt::Popup)
{
    setProperty("card", true);
    setAccessibleName(tr("Values to choose from"));
    m_title = parts::label({}, "heading", this);
    m_count = parts::label({}, "small", this);
    m_count->setAccessibleName(tr("Values chosen"));
    m_filter = new QLineEdit(this);
    m_filter->setAccessibleName(tr("Find values"));
    m_filter->setPlaceholderText(tr("Find a value or a name"));
    m_filter->setToolTip(tr("Keeps the values that hold what is typed; Down goes to the list"));
    m_filter->setClearButtonEnabled(true);
    m_model = new RecordModel(this);
    m_grid = new GridView(tr("Values"), this);
    m_grid->setGridModel(m_model);
    m_grid->setSortingEnabled(true);
    m_grid->horizontalHeader()->setSortIndicator(-1, Qt::DescendingOrder);
    m_grid->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_grid->setToolTip(tr("Space or a click ticks, Enter takes what is ticked"));
    m_grid->installEventFilter(this);
    m_grid->viewport()->installEventFilter(this);
    m_filter->installEventFilter(this);
    m_take = parts::button(tr("Take"), tr("The ticked values are those of the condition (Enter)"), "primary", this);
    m_cancel = parts::button(tr("Cancel"), tr("Leave the condition as it was (Esc)"), nullptr, this);
    fillColumns();
    connect(m_filter, &QLineEdit::textChanged, this, &ValueChooser::filter);
    connect(m_take, &QPushButton::clicked, this, &ValueChooser::take);
    connect(m_cancel, &QPushButton::clicked, this, &QWidget::hide);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(10);
    buttons->addWidget(m_count, 1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_take);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(m_filter);
    layout->addWidget(m_grid, 1);
    layout->addLayout(buttons);
    resize(kSize);
}

void ValueChooser::fillColumns()
{
    RecordModel::Column text;
    text.title = tr("Value");
    text.rawTitle = "value";
    text.width = 170;
    text.stretch = 1;
    text.text = [this](std::size_t i) { return format::shown(value(i).value); };
    text.tip = text.text;
    text.icon = [this](std::size_t i) {
        return holds(m_ticked, value(i).value) ? QStringLiteral("check") : QStringLiteral();
    };
    text.ink = [](std::size_t) { return RecordModel::Ink::Plain; };
    RecordModel::Column name;
    name.title = tr("Name");
    name.rawTitle = "name";
    name.width = 140;
    name.text = [this](std::size_t i) { return format::shown(value(i).name); };
    name.tip = name.text;
    RecordModel::Column lines;
    lines.title = tr("Lines");
    lines.rawTitle = "lines";
    lines.width = 74;
    lines.isNumber = true;
    lines.text = [this](std::size_t i) { return format::count(value(i).lines); };
    lines.raw = [this](std::size_t i) { return QString::number(value(i).lines); };
    lines.key = [this](std::size_t i) { return static_cast<qulonglong>(value(i).lines); };
    RecordModel::Column cost;
    cost.title = tr("Cost");
    cost.rawTitle = "cost";
    cost.width = 110;
    cost.isNumber = true;
    cost.text = [this](std::size_t i) { return costText(value(i)); };
    cost.tip = cost.text;
    cost.key = [](std::size_t i) { return static_cast<qulonglong>(i); }; // the largest come first
    m_model->setColumns({text, name, lines, cost});
}

void ValueChooser::open(QWidget* anchor, const QString& title, std::shared_ptr<const DimValueList> list,
                        const QStringList& chosen)
{
    m_ticked = chosen;
    m_title->setText(title);
    {
        const QSignalBlocker quiet(m_filter);
        m_filter->clear();
    }
    setList(std::move(list));
    QPoint at = anchor->mapToGlobal(QPoint(0, anchor->height() + 2));
    if (const QScreen* screen = anchor->screen()) {
        const QRect room = screen->availableGeometry();
        at.setX(std::clamp(at.x(), room.left(), std::max(room.left(), room.right() - width())));
        if (at.y() + height() > room.bottom())
            at.setY(std::max(room.top(), anchor->mapToGlobal(QPoint(0, 0)).y() - height() - 2));
    }
    move(at);
    show();
    m_filter->setFocus();
}

void ValueChooser::setList(std::shared_ptr<const DimValueList> list)
{
    m_model->setCount(0);
    m_list = std::move(list);
    m_places.resize(m_list ? m_list->values.size() : 0);
    std::iota(m_places.begin(), m_places.end(), std::size_t{0});
    std::stable_partition(m_places.begin(), m_places.end(),
                          [this](std::size_t i) { return holds(m_ticked, m_list->values[i].value); });
    m_model->setCount(m_places.size());
    filter();
}

void ValueChooser::filter()
{
    const QString wanted = m_filter->text().trimmed();
    if (wanted.isEmpty())
        m_model->setFilter(nullptr);
    else
        m_model->setFilter([this, wanted](std::size_t i) {
            return value(i).value.contains(wanted, Qt::CaseInsensitive) ||
                   value(i).name.contains(wanted, Qt::CaseInsensitive);
        });
    if (m_model->rowCount() > 0)
        m_grid->setCurrentIndex(m_model->index(0, 0));
    showCount();
}

void ValueChooser::showCount()
{
    if (!m_list) {
        m_count->setText(tr("Reading…"));
        return;
    }
    const QString shown = format::count(static_cast<std::uint64_t>(m_model->rowCount()));
    const QString ticked = tr("%1 chosen").arg(format::count(static_cast<std::uint64_t>(m_ticked.size())));
    m_count->setText(format::joined(
        {ticked, m_list->isWhole ? counted::values(static_cast<std::uint64_t>(m_model->rowCount()))
                                 : tr("%1 of the largest; type others in the field", "number of values").arg(shown)}));
}

void ValueChooser::toggle(const std::vector<int>& rows)
{
    for (const int row : rows) {
        const QString& text = value(m_model->record(row)).value;
        if (holds(m_ticked, text))
            m_ticked.removeIf([&text](const QString& one) { return one.compare(text, Qt::CaseInsensitive) == 0; });
        else
            m_ticked << text;
    }
    m_model->refresh();
    showCount();
}

void ValueChooser::take()
{
    if (m_ticked.isEmpty() && m_grid->currentIndex().isValid())
        m_ticked << value(m_model->record(m_grid->currentIndex().row())).value;
    hide();
    emit chosen(m_ticked);
}

bool ValueChooser::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter) {
            take();
            return true;
        }
        if (watched == m_filter && key->key() == Qt::Key_Down) {
            m_grid->setFocus();
            return true;
        }
        if (watched == m_grid && key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier) {
            toggle(m_grid->selectedRows());
            return true;
        }
    }
    if (watched == m_grid->viewport() && event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QModelIndex at = m_grid->indexAt(mouse->position().toPoint());
        if (at.isValid() && mouse->button() == Qt::LeftButton && mouse->modifiers() == Qt::NoModifier)
            toggle({at.row()});
    }
    return QFrame::eventFilter(watched, event);
}

void ValueChooser::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

} // namespace altimeter::ui
