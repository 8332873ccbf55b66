#include "ui/pages/explore/viewsdialog.h"

#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace altimeter::ui {

ViewsDialog::ViewsDialog(Views& views, const QString& shown, QWidget* parent)
    : QDialog(parent), m_views(views), m_list(new QListWidget(this)),
      m_hint(parts::paragraph(tr("Their order is the agenda of a review: F8 shows the next one, on every page."),
                              "secondary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Saved views"));
    resize(520, 380);
    build();
    fill(shown);
}

QAction* ViewsDialog::addButton(const QString& text, const QKeySequence& key, const QString& tip,
                                void (ViewsDialog::*run)())
{
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_list->addAction(action);
    connect(action, &QAction::triggered, this, run);
    auto* button = parts::button(text, tip, nullptr, this);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
    m_buttons->addWidget(button);
    return action;
}

void ViewsDialog::build()
{
    m_list->setAccessibleName(tr("Saved views in their order"));
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_list->installEventFilter(this);
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(8);
    m_open =
        addButton(tr("Open"), QKeySequence(Qt::Key_Return), tr("Show this view (Enter)"), &ViewsDialog::openCurrent);
    m_rename = addButton(tr("Rename"), QKeySequence(Qt::Key_F2), tr("Give it another name (F2)"), &ViewsDialog::rename);
    m_up = addButton(tr("Move up"), QKeySequence(Qt::ALT | Qt::Key_Up), tr("Earlier in the review (Alt+Up)"),
                     &ViewsDialog::moveUp);
    m_down = addButton(tr("Move down"), QKeySequence(Qt::ALT | Qt::Key_Down), tr("Later in the review (Alt+Down)"),
                       &ViewsDialog::moveDown);
    m_remove = addButton(tr("Remove"), QKeySequence(Qt::Key_Delete),
                         tr("Take the view away; its charges stay (Delete)"), &ViewsDialog::remove);
    m_buttons->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 14);
    column->setSpacing(10);
    column->addWidget(m_hint);
    column->addWidget(m_list, 1);
    column->addLayout(m_buttons);
    connect(m_list, &QListWidget::itemDoubleClicked, this, &ViewsDialog::openCurrent);
    connect(m_list, &QListWidget::currentRowChanged, this, &ViewsDialog::showState);
    connect(m_list->model(), &QAbstractItemModel::rowsMoved, this, &ViewsDialog::storeOrder);
    connect(m_list, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
        if (!m_isFilling)
            renamedTo(item->data(Qt::UserRole).toString(), item->text().trimmed());
    });
}

void ViewsDialog::fill(const QString& current)
{
    m_isFilling = true;
    m_list->clear();
    m_shownViews.clear();
    for (const SavedView& view : m_views.all()) {
        if (view.page != "explore")
            continue; // profiles of feeds are kept among the views
        m_shownViews.push_back(view);
        auto* item = new QListWidgetItem(format::text(view.name), m_list);
        item->setData(Qt::UserRole, format::text(view.name));
        item->setFlags((item->flags() | Qt::ItemIsEditable) & ~Qt::ItemIsDropEnabled);
        if (format::text(view.name) == current)
            m_list->setCurrentItem(item);
    }
    if (!m_list->currentItem() && m_list->count() > 0)
        m_list->setCurrentRow(0);
    m_isFilling = false;
    if (m_list->count() == 0)
        m_hint->setText(tr("There are no saved views yet. Ctrl+S on Explore keeps one."));
    showState();
}

void ViewsDialog::showState()
{
    const int row = m_list->currentRow();
    for (QAction* action : {m_open, m_rename, m_remove})
        action->setEnabled(row >= 0);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_list->count());
}

QString ViewsDialog::current() const
{
    const QListWidgetItem* item = m_list->currentItem();
    return item ? item->data(Qt::UserRole).toString() : QString();
}

void ViewsDialog::openCurrent()
{
    for (const SavedView& view : m_shownViews)
        if (format::text(view.name) == current()) {
            emit openRequested(SavedView(view));
            accept();
            return;
        }
}

void ViewsDialog::rename()
{
    if (m_list->currentItem())
        m_list->editItem(m_list->currentItem());
}

void ViewsDialog::renamedTo(const QString& from, const QString& to)
{
    if (to.isEmpty() || to == from) {
        fill(from);
        return;
    }
    m_views.rename(from.toStdString(), to.toStdString(), guarded<bool>(this, [this, from, to](Result<bool> done) {
                       if (done)
                           emit renamed(from, to);
                       else
                           emit failed(done.error());
                       fill(done ? to : from);
                       emit changed();
                   }));
}

void ViewsDialog::move(int by)
{
    const int row = m_list->currentRow();
    if (row < 0 || row + by < 0 || row + by >= m_list->count())
        return;
    m_isFilling = true;
    QListWidgetItem* item = m_list->takeItem(row);
    m_list->insertItem(row + by, item);
    m_list->setCurrentItem(item);
    m_isFilling = false;
    storeOrder();
}

void ViewsDialog::storeOrder()
{
    if (m_isFilling)
        return;
    std::vector<std::string> names;
    for (int row = 0; row < m_list->count(); ++row)
        names.push_back(m_list->item(row)->data(Qt::UserRole).toString().toStdString());
    showState();
    m_views.order(names, guarded<bool>(this, [this](Result<bool> done) {
                      if (!done)
                          emit failed(done.error());
                      emit changed();
                  }));
}

void ViewsDialog::remove()
{
    const QString name = current();
    const int row = m_list->currentRow();
    if (name.isEmpty())
        return;
    m_views.remove(name.toStdString(), guarded<bool>(this, [this, row](Result<bool> done) {
                       if (!done)
                           emit failed(done.error());
                       fill({});
                       m_list->setCurrentRow(std::min(row, m_list->count() - 1));
                       emit changed();
                   }));
}

/// Enter opens, unless a name is being typed, whose field takes it.
bool ViewsDialog::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            openCurrent();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace altimeter::ui
