#include "ui/pages/explore/filterpopup.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QIcon>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr std::size_t kMostValues = 500;

/// A check box and a text; the whole row toggles. (The style draws the box twice once the sheet pads the items.)
class TickDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = Theme::current();
        const bool current = option.state.testFlag(QStyle::State_Selected);
        const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
        painter->save();
        painter->fillRect(option.rect, current ? theme.selection : hovered ? theme.hover : theme.card);
        const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        const QString picture = QStringLiteral(":/icons/sheet-%1-%2.svg")
                                    .arg(on ? QStringLiteral("checked") : QStringLiteral("unchecked"),
                                         theme.dark ? QStringLiteral("dark") : QStringLiteral("light"));
        const QRect box(option.rect.left() + 8, option.rect.center().y() - 7, 16, 16);
        QIcon(picture).paint(painter, box);
        painter->setFont(theme.body);
        painter->setPen(theme.text);
        const QRect text = option.rect.adjusted(32, 0, -6, 0);
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                          option.fontMetrics.elidedText(index.data().toString(), Qt::ElideMiddle, text.width()));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {120, 28}; }
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override
    {
        const bool click = event->type() == QEvent::MouseButtonRelease &&
                           static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton &&
                           option.rect.contains(static_cast<QMouseEvent*>(event)->position().toPoint());
        const bool key = event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space;
        if (!click && !key)
            return false;
        const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        return model->setData(index, on ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    }
};

} // namespace

FilterPopup::FilterPopup(Questions& questions, QWidget* parent) : PopCard(parent), m_questions(questions)
{
    setAccessibleName(tr("Filter"));
    m_dim = new QComboBox(this);
    m_dim->setAccessibleDescription(tr("Filter dimension"));
    m_dim->setToolTip(tr("What to filter on"));
    m_dim->setMaxVisibleItems(24);
    m_search = new QLineEdit(this);
    m_search->setAccessibleName(tr("Search values"));
    m_search->setToolTip(tr("Enter ticks the only match, or adds what you typed as a value"));
    m_search->setPlaceholderText(tr("Search values"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_list = new QListWidget(this);
    m_list->setAccessibleName(tr("Values"));
    m_list->setToolTip(tr("Space ticks a value"));
    m_list->setUniformItemSizes(true);
    m_list->setItemDelegate(new TickDelegate(m_list));
    m_list->setMouseTracking(true);
    m_note = parts::label({}, "small", this);
    m_note->setWordWrap(true);
    m_note->setAccessibleName(tr("Values note"));
    m_note->setWordWrap(true);
    m_exclude = new QCheckBox(tr("Exclude these"), this);
    m_exclude->setToolTip(tr("Keep everything but the ticked values"));
    auto* remove = parts::button(tr("Remove filter"), tr("Take this filter away"), "link", this);
    auto* done = parts::button(tr("Done"), tr("Close; the filter is already in effect"), nullptr, this);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 14, 14, 12);
    column->setSpacing(8);
    column->addWidget(m_dim);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    column->addWidget(m_note);
    column->addWidget(m_exclude);
    auto* row = new QHBoxLayout;
    row->addWidget(remove);
    row->addStretch();
    row->addWidget(done);
    column->addLayout(row);
    setFixedSize(320, 430);

    connect(m_dim, &QComboBox::activated, this, [this](int index) {
        m_filter.dim = m_dims[static_cast<std::size_t>(index)];
        m_filter.values.clear();
        m_search->clear();
        askValues();
    });
    connect(m_search, &QLineEdit::textChanged, this, &FilterPopup::search);
    connect(m_list, &QListWidget::itemChanged, this, [this] { readTicks(); });
    connect(m_exclude, &QCheckBox::toggled, this, [this](bool on) {
        m_filter.exclude = on;
        if (!m_filling && !m_filter.values.empty())
            emit changed(m_filter);
    });
    connect(remove, &QPushButton::clicked, this, [this] {
        emit removeRequested();
        hide();
    });
    connect(done, &QPushButton::clicked, this, &QWidget::hide);
}

void FilterPopup::open(QWidget* anchor, const std::vector<Dim>& dims, const Filter& filter, const CostQuery& scope)
{
    m_filling = true;
    m_dims = dims;
    m_filter = filter;
    m_scope = scope;
    if (std::find(m_dims.begin(), m_dims.end(), filter.dim) == m_dims.end())
        m_dims.insert(m_dims.begin(), filter.dim);
    m_dim->clear();
    for (const Dim& dim : m_dims)
        m_dim->addItem(format::dimTitle(dim));
    m_dim->setCurrentIndex(static_cast<int>(std::find(m_dims.begin(), m_dims.end(), filter.dim) - m_dims.begin()));
    m_exclude->setChecked(filter.exclude);
    m_search->clear();
    m_filling = false;
    askValues();
    popUp(anchor);
    if (filter.values.empty())
        m_dim->setFocus();
    else
        m_search->setFocus();
}

void FilterPopup::askValues()
{
    m_filling = true;
    m_list->clear();
    m_filling = false;
    m_note->setText(tr("Loading values…"));
    const quint64 asked = ++m_asked;
    CostQuery scope = m_scope;
    scope.filters.erase(std::remove_if(scope.filters.begin(), scope.filters.end(),
                                       [this](const Filter& f) { return f.dim == m_filter.dim; }),
                        scope.filters.end());
    m_questions.ask("explore.values", DimValuesQuestion{m_filter.dim, scope, kMostValues},
                    guarded<std::vector<std::string>>(this, [this, asked](Result<std::vector<std::string>> values) {
                        if (asked != m_asked)
                            return;
                        if (values)
                            showValues(*values);
                        else
                            m_note->setText(tr("Not listed: %1").arg(format::text(values.error().text())));
                    }));
}

void FilterPopup::showValues(const std::vector<std::string>& values)
{
    m_filling = true;
    m_list->clear();
    for (const std::string& value : m_filter.values)
        if (std::find(values.begin(), values.end(), value) == values.end())
            addValue(value, false);
    for (const std::string& value : values)
        addValue(value, false);
    m_filling = false;
    m_note->setText(
        values.size() >= kMostValues
            ? tr("The %1 largest; type any other value and press Enter").arg(format::count(kMostValues))
            : tr("%1 value(s), in each currency the largest cost first", nullptr, format::forms(values.size()))
                  .arg(format::count(values.size())));
    search(m_search->text());
}

void FilterPopup::addValue(const std::string& value, bool atTop)
{
    auto* item = new QListWidgetItem(format::dimValue(m_filter.dim, value));
    item->setData(Qt::UserRole, QByteArray::fromStdString(value));
    item->setFlags(Qt::ItemIsUserCheckable | Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    const bool on = std::find(m_filter.values.begin(), m_filter.values.end(), value) != m_filter.values.end();
    item->setCheckState(on ? Qt::Checked : Qt::Unchecked);
    item->setToolTip(item->text());
    m_list->insertItem(atTop ? 0 : m_list->count(), item);
}

void FilterPopup::search(const QString& text)
{
    const QString wanted = text.trimmed();
    for (int row = 0; row < m_list->count(); ++row)
        m_list->item(row)->setHidden(!wanted.isEmpty() &&
                                     !m_list->item(row)->text().contains(wanted, Qt::CaseInsensitive));
}

void FilterPopup::takeTyped()
{
    const QString typed = m_search->text().trimmed();
    QListWidgetItem* only = nullptr;
    int visible = 0;
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->isHidden())
            continue;
        ++visible;
        only = m_list->item(row);
        if (only->text().compare(typed, Qt::CaseInsensitive) == 0) {
            visible = 1;
            break;
        }
    }
    if (typed.isEmpty())
        return;
    if (visible == 1 && only) {
        only->setCheckState(only->checkState() == Qt::Checked ? Qt::Unchecked : Qt::Checked);
        return;
    }
    if (visible > 1)
        return;
    m_filter.values.push_back(typed.toStdString());
    m_filling = true;
    addValue(typed.toStdString(), true);
    m_filling = false;
    m_search->clear();
    emit changed(m_filter);
}

void FilterPopup::readTicks()
{
    if (m_filling)
        return;
    m_filter.values.clear();
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->checkState() == Qt::Checked)
            m_filter.values.push_back(m_list->item(row)->data(Qt::UserRole).toByteArray().toStdString());
    emit changed(m_filter);
}

bool FilterPopup::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            takeTyped();
            return true;
        }
        if (key == Qt::Key_Down) {
            m_list->setFocus();
            for (int row = 0; row < m_list->count(); ++row)
                if (!m_list->item(row)->isHidden()) {
                    m_list->setCurrentRow(row);
                    break;
                }
            return true;
        }
    }
    return PopCard::eventFilter(object, event);
}

void FilterPopup::hideEvent(QHideEvent* event)
{
    PopCard::hideEvent(event);
    emit closed();
}

} // namespace altimeter::ui
