#include "ui/shell/splitterkeeper.h"

#include <QSplitter>
#include <QStringList>
#include <QWidget>

#include <algorithm>

namespace altimeter::ui {

void SplitterKeeper::keep(const QString& name, const QWidget& page)
{
    int number = 0;
    for (QSplitter* splitter : page.findChildren<QSplitter*>())
        keepOne(QStringLiteral("splitter.%1.%2").arg(name).arg(number++).toStdString(), splitter);
}

void SplitterKeeper::keepOne(const std::string& key, QSplitter* splitter)
{
    QList<int> sizes;
    for (const QString& size : QString::fromStdString(m_settings.value(key)).split(u' ', Qt::SkipEmptyParts))
        sizes << size.toInt();
    const bool isWhole =
        sizes.size() == splitter->count() && std::all_of(sizes.begin(), sizes.end(), [](int size) { return size > 0; });
    if (isWhole) {
        splitter->setSizes(sizes);
        emit splitter->splitterMoved(sizes.front(), 1); // as if the user had moved it just now
    }
    connect(splitter, &QSplitter::splitterMoved, this, [this, key, splitter] {
        QStringList words;
        for (const int size : splitter->sizes())
            words << QString::number(size);
        m_settings.setValue(key, words.join(u' ').toStdString());
    });
}

} // namespace altimeter::ui
