#pragma once

#include <QString>

#include "models/domain/bridge.h"
#include "ui/charts/axisticks.h"

#include <vector>

namespace altimeter::ui {

/// A bridge as bars: data only, no widget. The first bar is the base, the last one the current total; those between
/// begin where the one before ends.
struct WaterfallFrame {
    enum class Tone { Total, Rise, Fall, Even };
    struct Bar {
        QString name;
        Tone tone = Tone::Total;
        double from = 0, to = 0; ///< in money, for drawing
        QString amount;          ///< "$140,715.71" of a total, "+$4,867.21" of a part
        QString brief;           ///< the same in few letters: "+$4.9 k"
        QString spoken;
        bool isTotal() const { return tone == Tone::Total; }
    };
    Currency currency;
    std::vector<Bar> bars; ///< empty: nothing to show
    /// What the axis spans. Where the changes are small beside the totals it does not begin at zero: `isCut`.
    ValueRange values;
    bool isCut = false;
};

/// `by`, `now` and `before` say what the parts and the periods are called.
WaterfallFrame makeWaterfallFrame(const Bridge& bridge, const std::vector<Dim>& by, const QString& now,
                                  const QString& before);

/// "Search", "12 other services", "3 other new services" of a part.
QString partName(const Bridge::Part& part, const std::vector<Dim>& by);
/// "rose", "new", "fell", "gone", "others".
QString partKind(const Bridge::Part& part);

} // namespace altimeter::ui
