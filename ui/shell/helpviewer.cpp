#include "ui/shell/helpviewer.h"

#include "ui/theme/theme.h"

#include <QDir>
#include <QFile>
#include <QHBoxLayout>
#include <QListWidget>
#include <QTextBrowser>

namespace altimeter::ui {

namespace {

QString readAsset(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

HelpViewer::HelpViewer(QWidget* parent)
    : QDialog(parent), m_topics(new QListWidget(this)), m_text(new QTextBrowser(this))
{
    setWindowTitle(tr("User guide"));
    setAccessibleName(tr("User guide"));
    resize(860, 600);
    m_topics->setAccessibleName(tr("Help topics"));
    m_topics->setFixedWidth(210);
    m_text->setAccessibleName(tr("Help text"));
    m_text->setOpenExternalLinks(false);
    m_text->document()->setDocumentMargin(14);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(12);
    layout->addWidget(m_topics);
    layout->addWidget(m_text, 1);
    for (const HelpTopic& topic : topics()) {
        auto* item = new QListWidgetItem(topic.title, m_topics);
        item->setData(Qt::UserRole, topic.file);
    }
    connect(m_topics, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (item)
            m_text->setMarkdown(readAsset(item->data(Qt::UserRole).toString()));
    });
    m_topics->setCurrentRow(0);
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
