#include "ui/pages/connections/kindlist.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

enum ItemRole { IndexRole = Qt::UserRole + 1, SummaryRole };

/// A letter in a box, the title, and beneath it one sentence.
class KindDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = Theme::current();
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
            painter->setBrush(selected ? theme.selection : theme.hover);
            painter->drawRoundedRect(option.rect.adjusted(4, 1, -4, -1), 7, 7);
        }
        const QRect box(option.rect.left() + 14, option.rect.center().y() - 15, 32, 32);
        painter->setBrush(selected ? theme.accent : theme.selection);
        painter->drawRoundedRect(box, 8, 8);
        const QString title = index.data().toString();
        painter->setFont(theme.heading);
        painter->setPen(selected ? theme.onAccent : theme.accent);
        painter->drawText(box, Qt::AlignCenter, title.left(1).toUpper());
        const QRect words = option.rect.adjusted(58, 0, -14, 0);
        painter->setFont(theme.bodyBold);
        painter->setPen(theme.text);
        painter->drawText(words.adjusted(0, 7, 0, 0), Qt::AlignLeft | Qt::AlignTop, title);
        painter->setFont(theme.small);
        painter->setPen(theme.textSecondary);
        painter->drawText(
            words.adjusted(0, 0, 0, -7), Qt::AlignLeft | Qt::AlignBottom,
            QFontMetrics(theme.small).elidedText(index.data(SummaryRole).toString(), Qt::ElideRight, words.width()));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {240, 50}; }
};

} // namespace

KindList::KindList(std::vector<ConnectorInfo> kinds, QWidget* parent)
    : QWidget(parent), m_kinds(std::move(kinds)), m_search(new QLineEdit(this)), m_list(new QListWidget(this)),
      m_none(parts::label(tr("No kind matches. A feed reads any CSV or JSON with amounts in it."), "secondary", this))
{
    m_search->setAccessibleName(tr("Find a kind of connection"));
    m_search->setPlaceholderText(tr("Type to find a provider"));
    m_search->setToolTip(tr("Shows only kinds whose name or description contains this text"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_list->setAccessibleName(tr("Kinds of connections"));
    m_list->setItemDelegate(new KindDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_none->setAccessibleName(tr("No kind matches"));
    m_none->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_search);
    layout->addWidget(m_none);
    layout->addWidget(m_list, 1);
    connect(m_search, &QLineEdit::textChanged, this, &KindList::filter);
    connect(m_list, &QListWidget::currentRowChanged, this, &KindList::currentChanged);
    connect(m_list, &QListWidget::itemActivated, this, &KindList::activated);
    filter({});
}

void KindList::filter(const QString& text)
{
    const ConnectorInfo* before = current();
    const std::string kept = before ? before->kind : std::string();
    m_list->clear();
    for (std::size_t i = 0; i < m_kinds.size(); ++i) {
        const QString title = parts::text(m_kinds[i].title), summary = parts::text(m_kinds[i].summary);
        const QString all = title + ' ' + summary + ' ' + parts::text(m_kinds[i].kind);
        bool matches = true;
        for (const QString& word : text.split(' ', Qt::SkipEmptyParts))
            matches = matches && all.contains(word, Qt::CaseInsensitive);
        if (!matches)
            continue;
        auto* item = new QListWidgetItem(title, m_list);
        item->setData(IndexRole, static_cast<qulonglong>(i));
        item->setData(SummaryRole, summary);
        item->setData(Qt::AccessibleTextRole, format::labelled(title, summary));
        item->setToolTip(summary);
    }
    m_none->setVisible(m_list->count() == 0);
    choose(kept);
    if (!m_list->currentItem() && m_list->count() > 0)
        m_list->setCurrentRow(0);
    emit currentChanged();
}

const ConnectorInfo* KindList::current() const
{
    const QListWidgetItem* item = m_list->currentItem();
    return item ? &m_kinds[static_cast<std::size_t>(item->data(IndexRole).toULongLong())] : nullptr;
}

void KindList::choose(const std::string& kind)
{
    for (int row = 0; row < m_list->count(); ++row) {
        const auto index = static_cast<std::size_t>(m_list->item(row)->data(IndexRole).toULongLong());
        if (m_kinds[index].kind == kind)
            m_list->setCurrentRow(row);
    }
}

int KindList::shownCount() const
{
    return m_list->count();
}

void KindList::takeFocus()
{
    m_search->setFocus();
}

bool KindList::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        if (current())
            emit activated();
        return true;
    }
    const int step = key == Qt::Key_Down       ? 1
                     : key == Qt::Key_Up       ? -1
                     : key == Qt::Key_PageDown ? 8
                     : key == Qt::Key_PageUp   ? -8
                                               : 0;
    if (step == 0)
        return false;
    if (m_list->count() > 0)
        m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, m_list->count() - 1));
    return true;
}

} // namespace altimeter::ui
