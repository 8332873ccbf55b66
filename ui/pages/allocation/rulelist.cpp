#include "ui/pages/allocation/rulelist.h"

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QDropEvent>
#include <QIcon>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kEnabledRole = Qt::UserRole + 1;
constexpr int kLinesRole = Qt::UserRole + 2;
constexpr int kShareRole = Qt::UserRole + 3;
constexpr int kAmountsRole = Qt::UserRole + 4;
constexpr int kShortRole = Qt::UserRole + 5;
constexpr int kRowHeight = 58;
constexpr int kAmountHeight = 17; ///< of a further currency
constexpr int kCheckSide = 16;
constexpr qsizetype kMostAmounts = 3; ///< lines of amounts; with more currencies the last one says how many more

class RuleDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = Theme::current();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect all = option.rect.adjusted(4, 2, -4, -2);
        const bool selected = option.state & QStyle::State_Selected;
        painter->setPen(selected && option.state & QStyle::State_HasFocus ? QPen(theme.accent, 1.5) : QPen(Qt::NoPen));
        painter->setBrush(selected                                 ? theme.selection
                          : option.state & QStyle::State_MouseOver ? theme.hover
                                                                   : theme.card);
        painter->drawRoundedRect(QRectF(all).adjusted(1, 1, -1, -1), 7, 7);
        const bool enabled = index.data(kEnabledRole).toBool();
        const QString mode = theme.dark ? "dark" : "light";
        QIcon(QString(":/icons/sheet-%1-%2.svg").arg(enabled ? "checked" : "unchecked", mode))
            .paint(painter, QRect(all.left() + 10, all.top() + 9, kCheckSide, kCheckSide));

        const QRect text = all.adjusted(36, 6, -12, 0);
        painter->setFont(theme.bodyBold);
        painter->setPen(enabled ? theme.text : theme.textTertiary);
        const QString name =
            RuleList::tr("%1. %2", "number and name of a rule")
                .arg(format::count(static_cast<std::uint64_t>(index.row() + 1)), index.data().toString());
        painter->drawText(QRect(text.left(), text.top(), text.width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(theme.bodyBold).elidedText(name, Qt::ElideRight, text.width()));
        painter->setFont(theme.numberSmall);
        painter->setPen(theme.textSecondary);
        paintUse(*painter, index, enabled, QRect(text.left(), text.top() + 19, text.width(), 18));
        const double share = std::clamp(index.data(kShareRole).toDouble(), 0.0, 1.0);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.gridLine);
        const QRectF bar(text.left(), all.bottom() - 8, text.width(), 4);
        painter->drawRoundedRect(bar, 2, 2);
        if (enabled && share > 0) {
            painter->setBrush(theme.names[0]);
            painter->drawRoundedRect(QRectF(bar.left(), bar.top(), std::max(4.0, bar.width() * share), 4), 2, 2);
        }
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        const qsizetype lines = std::min(index.data(kAmountsRole).toStringList().size(), kMostAmounts);
        return {200, kRowHeight + kAmountHeight * static_cast<int>(std::max<qsizetype>(0, lines - 1))};
    }

private:
    /// Lines at the left, the amounts of the first currencies at the right, in short where they do not fit. The tooltip
    /// has all.
    static void paintUse(QPainter& painter, const QModelIndex& index, bool enabled, QRect line)
    {
        const QString lines = enabled ? index.data(kLinesRole).toString() : QObject::tr("off");
        const QFontMetrics metrics(painter.font());
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, lines);
        QStringList amounts = index.data(kAmountsRole).toStringList();
        const qsizetype all = amounts.size();
        const bool isCut = all > kMostAmounts;
        if (isCut)
            amounts = amounts.mid(0, kMostAmounts - 1)
                      << RuleList::tr("… and %1 more currencies")
                             .arg(format::count(static_cast<std::uint64_t>(all - kMostAmounts + 1)));
        const QStringList shorts = index.data(kShortRole).toStringList().mid(0, amounts.size() - (isCut ? 1 : 0));
        int taken = metrics.horizontalAdvance(lines) + metrics.averageCharWidth() * 2;
        for (qsizetype i = 0; enabled && i < amounts.size(); ++i) {
            const bool fits = metrics.horizontalAdvance(amounts[i]) <= line.width() - taken;
            painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter,
                             fits                ? amounts[i]
                             : i < shorts.size() ? shorts[i]
                                                 : metrics.elidedText(amounts[i], Qt::ElideRight, line.width()));
            line.translate(0, kAmountHeight);
            taken = 0;
        }
    }
};

QString useText(const QListWidgetItem& item)
{
    return format::joined(QStringList{item.data(kLinesRole).toString()} + item.data(kAmountsRole).toStringList());
}

} // namespace

RuleList::RuleList(QWidget* parent) : QListWidget(parent)
{
    setAccessibleName(tr("Allocation rules"));
    setProperty("bare", true);
    setItemDelegate(new RuleDelegate(this));
    setDragDropMode(QAbstractItemView::InternalMove);
    setDefaultDropAction(Qt::MoveAction);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setMouseTracking(true);
    setToolTip(tr("Space turns a rule on or off, Alt+Up and Alt+Down move it, Delete removes it"));
}

void RuleList::say(QListWidgetItem* item) const
{
    const bool enabled = item->data(kEnabledRole).toBool();
    const QString use = useText(*item);
    item->setToolTip(use.isEmpty() ? item->text() : item->text() + u'\n' + use);
    item->setData(Qt::AccessibleTextRole,
                  use.isEmpty()
                      ? (enabled ? tr("%1, on", "a rule") : tr("%1, off", "a rule")).arg(item->text())
                      : (enabled ? tr("%1, on, %2", "a rule, what it took") : tr("%1, off, %2", "a rule, what it took"))
                            .arg(item->text(), use));
}

void RuleList::setRows(const QList<Row>& rows)
{
    const int current = currentRow();
    const QSignalBlocker quiet(this);
    while (count() > rows.size())
        delete takeItem(count() - 1);
    while (count() < rows.size())
        addItem(new QListWidgetItem);
    for (int i = 0; i < count(); ++i) {
        QListWidgetItem* row = item(i);
        const Row& content = rows.at(i);
        const QString name = format::shown(content.name);
        if (row->text() != name) {
            for (const int role : {kLinesRole, kAmountsRole, kShortRole})
                row->setData(role, {});
            row->setData(kShareRole, -1.0);
        }
        row->setText(name);
        row->setData(kEnabledRole, content.enabled);
        row->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled);
        say(row);
    }
    setCurrentRow(std::clamp(current, rows.isEmpty() ? -1 : 0, static_cast<int>(rows.size()) - 1));
    viewport()->update();
}

void RuleList::setUse(int row, const Use& use, double share)
{
    if (QListWidgetItem* found = item(row)) {
        found->setData(kLinesRole, use.lines);
        found->setData(kAmountsRole, use.amounts);
        found->setData(kShortRole, use.shortAmounts);
        found->setData(kShareRole, share);
        say(found);
    }
}

void RuleList::keyPressEvent(QKeyEvent* event)
{
    const int row = currentRow();
    if (event->modifiers() & Qt::AltModifier && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)) {
        const int to = row + (event->key() == Qt::Key_Up ? -1 : 1);
        if (row >= 0 && to >= 0 && to < count())
            emit moveRequested(row, to);
        return;
    }
    if (event->key() == Qt::Key_Space && row >= 0) {
        emit enableRequested(row, !item(row)->data(kEnabledRole).toBool());
        return;
    }
    if (event->key() == Qt::Key_Delete && row >= 0) {
        emit removeRequested(row);
        return;
    }
    QListWidget::keyPressEvent(event);
}

void RuleList::dropEvent(QDropEvent* event)
{
    const int from = currentRow();
    const QModelIndex over = indexAt(event->position().toPoint());
    int to = over.isValid() ? over.row() : count() - 1;
    if (over.isValid() && dropIndicatorPosition() == QAbstractItemView::BelowItem && to < from)
        ++to;
    if (over.isValid() && dropIndicatorPosition() == QAbstractItemView::AboveItem && to > from)
        --to;
    event->setDropAction(Qt::IgnoreAction); // the draft moves the rule; the list only shows it
    event->accept();
    if (from >= 0 && to != from)
        emit moveRequested(from, to);
}

bool RuleList::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick) {
        auto* mouse = static_cast<QMouseEvent*>(event);
        const QModelIndex at = indexAt(mouse->position().toPoint());
        if (at.isValid() && mouse->position().x() < 36) {
            setCurrentRow(at.row());
            emit enableRequested(at.row(), !at.data(kEnabledRole).toBool());
            return true;
        }
    }
    return QListWidget::viewportEvent(event);
}

} // namespace altimeter::ui
