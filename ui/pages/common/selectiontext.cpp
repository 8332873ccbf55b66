#include "ui/pages/common/selectiontext.h"

#include "ui/format/format.h"
#include "ui/items/gridview.h"

#include <QStringList>

namespace altimeter::ui {

QString selectionSentence(const SelectionSummary& summary, const QLocale& locale)
{
    if (summary.cells < 2)
        return {};
    const QString number = format::count(static_cast<std::uint64_t>(summary.cells), locale);
    const int cells = format::forms(static_cast<std::uint64_t>(summary.cells));
    if (summary.isAdding)
        return QObject::tr("%1 cell(s), adding up…", nullptr, cells).arg(number);
    if (summary.notLoaded > 0)
        return QObject::tr("%1 cell(s), some still on their way", nullptr, cells).arg(number);
    if (summary.isMixed)
        return QObject::tr("%1 cell(s), figures of different kinds have no sum", nullptr, cells).arg(number);
    QStringList words;
    for (const auto& [currency, sum] : summary.sums) {
        const auto total = sum.sum.result();
        words << (total ? QObject::tr("Sum %1").arg(format::money(*total, currency, locale))
                        : QObject::tr("Sum too large to be exact"));
    }
    words << QObject::tr("%1 cell(s)", nullptr, cells).arg(number);
    return words.join(QStringLiteral(" · "));
}

} // namespace altimeter::ui
