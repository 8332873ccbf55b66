#include "ui/shell/commandpalette.h"

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kKindRole = Qt::UserRole + 1;
constexpr int kHintRole = Qt::UserRole + 2;
constexpr int kIndexRole = Qt::UserRole + 3;
constexpr int kShown = 200;

/// Title at the left, kind and key at the right.
class PaletteDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = Theme::current();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.selection);
            painter->drawRoundedRect(option.rect.adjusted(4, 1, -4, -1), 6, 6);
        }
        const QRect inner = option.rect.adjusted(14, 0, -14, 0);
        painter->setFont(theme.small);
        painter->setPen(theme.textTertiary);
        const QString hint = index.data(kHintRole).toString();
        const QString right = index.data(kKindRole).toString() + (hint.isEmpty() ? QString() : "   " + hint);
        painter->drawText(inner, Qt::AlignRight | Qt::AlignVCenter, right);
        painter->setFont(theme.body);
        painter->setPen(theme.text);
        const int width = inner.width() - QFontMetrics(theme.small).horizontalAdvance(right) - 16;
        painter->drawText(
            inner, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetrics(theme.body).elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, width));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, 32}; }
};

} // namespace

int fuzzyScore(const QString& query, const QString& text)
{
    if (query.isEmpty())
        return 0;
    const QString q = query.toCaseFolded();
    const QString t = text.toCaseFolded();
    if (const auto at = t.indexOf(q); at >= 0)
        return 1000 - static_cast<int>(std::min<qsizetype>(at, 400)) +
               (at == 0 || !t[at - 1].isLetterOrNumber() ? 300 : 0) -
               static_cast<int>(std::min<qsizetype>(t.size(), 200));
    int score = 0;
    qsizetype from = 0;
    for (const QChar letter : q) {
        if (letter.isSpace())
            continue;
        const auto at = t.indexOf(letter, from);
        if (at < 0)
            return -1;
        if (at == 0 || !t[at - 1].isLetterOrNumber())
            score += 12;
        score += at == from ? 6 : -static_cast<int>(std::min<qsizetype>(at - from, 5));
        from = at + 1;
    }
    return std::max(score, 0);
}

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window), m_input(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setObjectName("palettePanel");
    setAccessibleName(tr("Find anything"));
    m_input->setProperty("big", true);
    m_input->setPlaceholderText(tr("Find a page, an action, a team, a dimension, help…"));
    m_input->setAccessibleName(tr("Search"));
    m_input->setClearButtonEnabled(false);
    m_list->setAccessibleName(tr("Results"));
    m_list->setProperty("bare", true);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 8);
    layout->setSpacing(4);
    layout->addWidget(m_input);
    layout->addWidget(m_list);
    m_input->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, [this] { runCurrent(); });
    hide();
}

void CommandPalette::open(QList<PaletteItem> items)
{
    m_items = std::move(items);
    m_focusBefore = QApplication::focusWidget();
    m_input->clear();
    filter({});
    place();
    show();
    raise();
    m_input->setFocus();
}

void CommandPalette::append(const QList<PaletteItem>& items)
{
    m_items += items;
    filter(m_input->text());
}

int CommandPalette::visibleCount() const
{
    return m_list->count();
}

void CommandPalette::filter(const QString& text)
{
    struct Hit {
        int score;
        qsizetype index;
    };
    std::vector<Hit> hits;
    for (qsizetype i = 0; i < m_items.size(); ++i) {
        const int score = std::max(fuzzyScore(text, m_items[i].title),
                                   fuzzyScore(text, m_items[i].kind + " " + m_items[i].title) - 100);
        if (score >= 0)
            hits.push_back({score, i});
    }
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    m_list->clear();
    for (std::size_t i = 0; i < std::min<std::size_t>(hits.size(), kShown); ++i) {
        const PaletteItem& found = m_items[hits[i].index];
        auto* row = new QListWidgetItem(found.title, m_list);
        row->setData(kKindRole, found.kind);
        row->setData(kHintRole, found.hint);
        row->setData(kIndexRole, hits[i].index);
        row->setData(Qt::AccessibleTextRole, format::labelled(found.kind, found.title));
    }
    if (m_list->count() > 0)
        m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem* row = m_list->currentItem();
    if (!row)
        return;
    const auto run = m_items[row->data(kIndexRole).toLongLong()].run;
    leave();
    if (run)
        run();
}

void CommandPalette::leave()
{
    hide();
    if (m_focusBefore)
        m_focusBefore->setFocus();
    m_focusBefore = nullptr;
}

void CommandPalette::place()
{
    const QRect area = parentWidget()->rect();
    const int width = std::min(640, area.width() - 40);
    const int height = std::min(440, area.height() - 120);
    setGeometry((area.width() - width) / 2, 72, width, height);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    if (watched == m_input && event->type() == QEvent::FocusOut && isVisible()) {
        m_focusBefore = nullptr;
        hide();
    }
    if (watched != m_input || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const int rows = m_list->count();
    if (key == Qt::Key_Escape) {
        leave();
        return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        runCurrent();
        return true;
    }
    const int step = key == Qt::Key_Down       ? 1
                     : key == Qt::Key_Up       ? -1
                     : key == Qt::Key_PageDown ? 10
                     : key == Qt::Key_PageUp   ? -10
                                               : 0;
    if (step == 0 || rows == 0)
        return step != 0;
    m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, rows - 1));
    return true;
}

} // namespace altimeter::ui
