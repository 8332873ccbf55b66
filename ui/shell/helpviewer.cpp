#include "ui/shell/helpviewer.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/theme.h"

#include <QDir>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QShortcut>
#include <QSplitter>
#include <QTextBrowser>
#include <QTextCursor>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

QString readAsset(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

HelpViewer::HelpViewer(QWidget* parent)
    : QDialog(parent), m_search(new QLineEdit(this)), m_found(parts::label({}, "small", this)),
      m_topics(new QListWidget(this)), m_text(new QTextBrowser(this))
{
    setWindowTitle(tr("User guide"));
    setAccessibleName(tr("User guide"));
    resize(960, 640);
    buildLayout();
    for (const HelpTopic& topic : topics()) {
        auto* item = new QListWidgetItem(topic.title, m_topics);
        item->setData(Qt::UserRole, topic.file);
        item->setToolTip(topic.title);
    }
    auto* toSearch = new QShortcut(QKeySequence::Find, this);
    connect(toSearch, &QShortcut::activated, m_search, [this] {
        m_search->setFocus();
        m_search->selectAll();
    });
    auto* next = new QShortcut(QKeySequence::FindNext, this);
    connect(next, &QShortcut::activated, this, &HelpViewer::findNext);
    connect(m_topics, &QListWidget::currentItemChanged, this, &HelpViewer::read);
    connect(m_search, &QLineEdit::textChanged, this, &HelpViewer::search);
    connect(m_search, &QLineEdit::returnPressed, this, &HelpViewer::findNext);
    m_topics->setCurrentRow(0);
}

void HelpViewer::buildLayout()
{
    m_search->setAccessibleName(tr("Search the guide"));
    m_search->setPlaceholderText(tr("Search the guide"));
    m_search->setToolTip(tr("Shows the topics that hold these words; Enter goes to the next place (Ctrl+F)"));
    m_search->setClearButtonEnabled(true);
    m_found->setAccessibleName(tr("Topics found"));
    m_topics->setAccessibleName(tr("Help topics"));
    m_topics->setWordWrap(true);
    m_topics->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_topics->setResizeMode(QListView::Adjust);
    m_text->setAccessibleName(tr("Help text"));
    m_text->setOpenExternalLinks(false);
    m_text->document()->setDocumentMargin(14);
    auto* left = new QWidget(this);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_search);
    column->addWidget(m_found);
    column->addWidget(m_topics, 1);
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->setChildrenCollapsible(false);
    both->addWidget(left);
    both->addWidget(m_text);
    both->setStretchFactor(1, 1);
    both->setSizes({260, 700});
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->addWidget(both);
}

void HelpViewer::read(const QListWidgetItem* topic)
{
    if (!topic)
        return;
    m_text->setMarkdown(readAsset(topic->data(Qt::UserRole).toString()));
    mark();
}

void HelpViewer::search()
{
    const QString wanted = m_search->text().simplified();
    int found = 0;
    QListWidgetItem* first = nullptr;
    for (int row = 0; row < m_topics->count(); ++row) {
        QListWidgetItem* item = m_topics->item(row);
        const bool holds =
            readAsset(item->data(Qt::UserRole).toString()).simplified().contains(wanted, Qt::CaseInsensitive);
        item->setHidden(!holds);
        found += holds ? 1 : 0;
        first = holds && !first ? item : first;
    }
    m_found->setText(wanted.isEmpty() ? QString()
                                      : tr("%1 of %2 topics")
                                            .arg(format::count(static_cast<std::size_t>(found)),
                                                 format::count(static_cast<std::size_t>(m_topics->count()))));
    if (first && (!m_topics->currentItem() || m_topics->currentItem()->isHidden()))
        m_topics->setCurrentItem(first);
    mark();
}

void HelpViewer::mark()
{
    const QString wanted = m_search->text().simplified();
    QList<QTextEdit::ExtraSelection> places;
    QTextCursor at(m_text->document());
    while (!wanted.isEmpty() && !(at = m_text->document()->find(wanted, at)).isNull()) {
        QTextEdit::ExtraSelection place;
        place.cursor = at;
        place.format.setBackground(Theme::current().selection);
        place.format.setFontUnderline(true);
        places << place;
    }
    m_text->setExtraSelections(places);
    if (places.isEmpty())
        return;
    QTextCursor start = places.first().cursor;
    start.setPosition(start.selectionStart());
    m_text->setTextCursor(start);
    m_text->ensureCursorVisible();
}

void HelpViewer::findNext()
{
    const QString wanted = m_search->text().simplified();
    if (wanted.isEmpty() || m_text->find(wanted))
        return;
    for (int step = 1; step <= m_topics->count(); ++step) {
        QListWidgetItem* item = m_topics->item((m_topics->currentRow() + step) % m_topics->count());
        if (item->isHidden())
            continue;
        m_topics->setCurrentItem(item);
        m_text->moveCursor(QTextCursor::Start);
        m_text->find(wanted);
        return;
    }
}

QList<HelpTopic> HelpViewer::topics()
{
    QList<HelpTopic> found;
    for (const QString& place : {QStringLiteral(":/help"), QStringLiteral(":/help/connectors")}) {
        const QDir folder(place);
        for (const QString& name : folder.entryList({"*.md"}, QDir::Files, QDir::Name)) {
            const QString path = folder.filePath(name);
            const QString first = readAsset(path).section('\n', 0, 0);
            const QString title = first.startsWith("# ") ? first.mid(2).trimmed() : name;
            found << HelpTopic{path, place.endsWith("connectors") ? tr("Connect: %1").arg(title) : title};
        }
    }
    return found;
}

bool HelpViewer::showFile(const QString& file)
{
    for (const HelpTopic& topic : topics()) {
        if (topic.file != file)
            continue;
        showTopic(topic.title);
        return true;
    }
    return false;
}

void HelpViewer::showTopic(const QString& title)
{
    const auto found = m_topics->findItems(title, Qt::MatchExactly);
    if (!found.isEmpty())
        m_topics->setCurrentItem(found.first());
    show();
    raise();
    activateWindow();
    m_text->setFocus();
}

} // namespace altimeter::ui
