#include "ui/pages/allocation/listtext.h"

namespace altimeter::ui {

QStringList splitList(const QString& typed)
{
    QStringList parts;
    QString part;
    for (qsizetype i = 0; i < typed.size(); ++i) {
        if (typed[i] == '\\' && i + 1 < typed.size() && typed[i + 1] == ';') {
            part += typed[++i];
        } else if (typed[i] == ';') {
            parts << part.trimmed();
            part.clear();
        } else {
            part += typed[i];
        }
    }
    parts << part.trimmed();
    parts.removeAll(QString());
    return parts;
}

QString joinList(const QStringList& texts)
{
    QStringList escaped;
    for (QString text : texts)
        escaped << text.replace(";", "\\;");
    return escaped.join("; ");
}

qsizetype lastPartOf(const QString& typed)
{
    qsizetype last = 0;
    for (qsizetype i = 0; i < typed.size(); ++i) {
        if (typed[i] == '\\' && i + 1 < typed.size() && typed[i + 1] == ';')
            ++i;
        else if (typed[i] == ';')
            last = i + 1;
    }
    return last;
}

} // namespace altimeter::ui
