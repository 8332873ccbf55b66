#include "ui/pages/common/selectiontext.h"

#include "ui/format/format.h"
#include "ui/items/gridview.h"

#include <QStringList>

namespace altimeter::ui {

QString selectionSentence(const SelectionSummary& summary, const QLocale& locale)
{
    if (summary.cells < 2)
        return {};
    if (summary.isAdding)
        return QObject::tr("%1 cells, adding up…").arg(summary.cells);
    if (summary.notLoaded > 0)
        return QObject::tr("%1 cells, some still on their way").arg(summary.cells);
    QStringList words;
    for (const auto& [currency, sum] : summary.sums) {
        const auto total = sum.sum.result();
        words << (total ? QObject::tr("Sum %1").arg(format::money(*total, currency, locale))
                        : QObject::tr("Sum too large to be exact"));
    }
    words << QObject::tr("%1 cells").arg(summary.cells);
    return words.join(QStringLiteral(" · "));
}

} // namespace altimeter::ui
