#pragma once

#include <QString>

#include "models/domain/note.h"

/// How figures that stand by themselves, and notes on them, are said on screen.
namespace altimeter::ui::format {

/// "October 2026 · Service Amazon EC2 · Effective cost · USD".
QString figureTitle(const Figure& figure);
/// Days and filters alone: "October 2026 · Service Amazon EC2".
QString figurePlace(const Figure& figure);
/// "Team Search", "Team Search or Ads", "without Team Search": at most three values are named.
QString filter(const Filter& filter);
/// "ana, 28 Nov 2026: Why?" with the text as it was written.
QString noteLine(const Note& note);
/// "as then", "changed by +$12.00", "no charges any more", "not known".
QString noteState(const Note& note, const FigureNow& now);

} // namespace altimeter::ui::format
