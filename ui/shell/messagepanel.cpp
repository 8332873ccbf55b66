#include "ui/shell/messagepanel.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

MessagePanel::MessagePanel(QWidget* parent)
    : QFrame(parent), m_title(parts::label({}, "heading", this)), m_list(new QListWidget(this)),
      m_details(
          parts::button(tr("Show data"), tr("Open the Data page with findings and rejected lines"), "link", this)),
      m_restore(parts::button(tr("Restore a backup…"), tr("Put a backup in the place of the damaged workspace"), "link",
                              this)),
      m_salvage(parts::button(tr("Salvage what is whole…"), tr("Copy every month that is whole into a new workspace"),
                              "link", this))
{
    setObjectName("messagePanel");
    setAccessibleName(tr("Messages"));
    m_list->setAccessibleName(tr("Message list"));
    m_list->setProperty("bare", true);
    m_list->setWordWrap(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_title->setAccessibleName(tr("Latest message"));
    auto* copy = parts::button(tr("Copy messages"), tr("Copy all messages as text"), "link", this);
    auto* close = parts::button(tr("Close messages"), tr("Hide the list; Ctrl+M shows it again"), "link", this);
    auto* top = new QHBoxLayout;
    top->addWidget(m_title, 1);
    top->addWidget(m_restore);
    top->addWidget(m_salvage);
    top->addWidget(m_details);
    top->addWidget(copy);
    top->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 8, 10, 6);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(m_list);
    connect(copy, &QPushButton::clicked, this, &MessagePanel::copyAll);
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    connect(m_details, &QPushButton::clicked, this, &MessagePanel::detailsRequested);
    connect(m_restore, &QPushButton::clicked, this, &MessagePanel::restoreRequested);
    connect(m_salvage, &QPushButton::clicked, this, &MessagePanel::salvageRequested);
    hide();
}

void MessagePanel::addDamage(const QString& what, const QString& todo)
{
    add(Tone::Bad, what, todo);
    m_restore->show();
    m_salvage->show();
}

void MessagePanel::add(Tone tone, const QString& what, const QString& todo)
{
    const QString all = todo.isEmpty() ? what : what + "\n" + todo;
    auto* item = new QListWidgetItem(format::shown(all, words::LineEnds::Kept));
    const bool bad = tone == Tone::Bad;
    item->setToolTip(item->text());
    m_list->insertItem(0, item);
    m_list->scrollToTop();
    m_list->setFixedHeight(std::min(124, 12 + 44 * m_list->count()));
    m_title->setText(bad ? tr("Something did not work") : tr("Done"));
    setProperty("tone", bad ? "bad" : tone == Tone::Good ? "good" : "info");
    m_details->setVisible(!bad);
    m_restore->hide();
    m_salvage->hide();
    m_isBad = bad || (m_isBad && !isHidden()); // what did not work is not hidden by what went well
    m_sinceAdded.start();
    restyle(this);
    show();
}

void MessagePanel::leavePage()
{
    constexpr qint64 kReadIn = 3000; // milliseconds
    if (!m_isBad && m_sinceAdded.isValid() && m_sinceAdded.hasExpired(kReadIn))
        hide();
}

int MessagePanel::count() const
{
    return m_list->count();
}

QString MessagePanel::newestText() const
{
    return m_list->count() > 0 ? m_list->item(0)->text() : QString();
}

void MessagePanel::copyAll()
{
    QStringList lines;
    for (int i = 0; i < m_list->count(); ++i)
        lines << m_list->item(i)->text();
    QApplication::clipboard()->setText(lines.join("\n\n"));
}

void MessagePanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

} // namespace altimeter::ui
