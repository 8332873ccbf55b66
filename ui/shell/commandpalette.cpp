#include "ui/shell/commandpalette.h"

#include "ui/format/format.h"
#include "ui/shell/fuzzyscore.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPointer>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kKindRole = Qt::UserRole + 1;
constexpr int kHintRole = Qt::UserRole + 2;
constexpr int kIndexRole = Qt::UserRole + 3;
constexpr int kShown = 200;
constexpr int kRecent = 10'000;        ///< what was used lately comes before all else
constexpr int kLongestTyped = 200'000; ///< a link that is pasted must not lose its end unnoticed

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
        painter->setPen(index.flags() & Qt::ItemIsEnabled ? theme.text : theme.textSecondary);
        const int width = inner.width() - QFontMetrics(theme.small).horizontalAdvance(right) - 16;
        painter->drawText(
            inner, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetrics(theme.body).elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, width));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, 32}; }
};

} // namespace

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window), m_input(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setObjectName("palettePanel");
    setAccessibleName(tr("Find anything"));
    m_input->setProperty("big", true);
    m_input->setPlaceholderText(tr("Find a page, an action, a service, a team, an account, help…"));
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
    m_input->setMaxLength(kLongestTyped);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_list, &QListWidget::itemClicked, this, [this] { runCurrent(); });
    hide();
}

void CommandPalette::open(QList<PaletteItem> items, const QStringList& recent, bool findsValues)
{
    m_items = std::move(items);
    m_recent = recent;
    m_findsValues = findsValues;
    m_found.clear();
    m_foundFor.clear();
    m_focusBefore = QApplication::focusWidget();
    {
        const QSignalBlocker quiet(m_input);
        m_input->clear();
    }
    search({});
    place();
    show();
    raise();
    m_input->setFocus();
}

void CommandPalette::setFound(const QString& typed, const QList<FoundItem>& found)
{
    if (!isVisible() || typed != m_input->text())
        return;
    m_found = found;
    m_foundFor = typed;
    fill(typed);
}

int CommandPalette::visibleCount() const
{
    return static_cast<int>(m_shown.size());
}

void CommandPalette::search(const QString& text)
{
    fill(text);
    if (m_findsValues && !text.trimmed().isEmpty())
        emit valuesWanted(text);
}

QList<PaletteItem> CommandPalette::hitsOf(const QString& text) const
{
    struct Hit {
        int score;
        const PaletteItem* item;
    };
    std::vector<Hit> hits;
    for (const PaletteItem& item : m_items) {
        int score = std::max(fuzzyScore(text, item.title), fuzzyScore(text, item.kind + " " + item.title) - 100);
        if (score < 0)
            continue;
        if (const auto at = m_recent.indexOf(item.id); at >= 0 && !item.id.isEmpty())
            score += text.isEmpty() ? kRecent - static_cast<int>(at) : 20;
        hits.push_back({score, &item});
    }
    if (m_foundFor == text)
        for (const FoundItem& found : m_found)
            hits.push_back({found.score, &found.item});
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    QList<PaletteItem> items;
    for (std::size_t i = 0; i < std::min<std::size_t>(hits.size(), kShown); ++i)
        items << *hits[i].item;
    return items;
}

/// What was typed says what it is, or leads to something; where it leads nowhere there is still a way on.
void CommandPalette::fill(const QString& text)
{
    m_shown = ofText ? ofText(text) : QList<PaletteItem>();
    QString remark;
    if (m_shown.isEmpty()) {
        m_shown = hitsOf(text);
        const bool isWaiting = m_findsValues && m_foundFor != text && !text.trimmed().isEmpty();
        if (m_shown.isEmpty() && isWaiting)
            remark = tr("Searching…");
        else if (m_shown.isEmpty()) {
            remark =
                tr("Nothing here is called “%1”").arg(format::menuText(text.trimmed().left(60)).replace("&&", "&"));
            m_shown = instead ? instead(text) : QList<PaletteItem>();
        }
    }
    m_list->clear();
    if (!remark.isEmpty()) {
        auto* row = new QListWidgetItem(remark, m_list);
        row->setFlags(Qt::NoItemFlags);
        row->setData(kIndexRole, -1);
        row->setData(Qt::AccessibleTextRole, remark);
    }
    for (qsizetype i = 0; i < m_shown.size(); ++i) {
        const PaletteItem& found = m_shown[i];
        auto* row = new QListWidgetItem(found.title, m_list);
        row->setData(kKindRole, found.kind);
        row->setData(kHintRole, found.hint);
        row->setData(kIndexRole, i);
        row->setData(Qt::AccessibleTextRole, format::labelled(found.kind, found.title));
    }
    m_list->setAccessibleDescription(remark);
    if (!m_shown.isEmpty())
        m_list->setCurrentRow(m_list->count() - static_cast<int>(m_shown.size()));
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem* row = m_list->currentItem();
    const qsizetype at = row ? row->data(kIndexRole).toLongLong() : -1;
    if (at < 0 || at >= m_shown.size())
        return;
    const PaletteItem chosen = m_shown[at];
    leave();
    if (!chosen.id.isEmpty())
        emit used(chosen.id);
    if (chosen.run)
        chosen.run();
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
    const int first = rows - static_cast<int>(m_shown.size()); // behind a remark
    if (first < rows)
        m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, first, rows - 1));
    return true;
}

} // namespace altimeter::ui
