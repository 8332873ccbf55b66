#pragma once

#include "models/facts/accounthistories.h"

namespace altimeter {

/// Sets which days at the end of each history were told only in part, by how many lines of usage the days of its last
/// weeks hold: a running export brings one service days before another, or half a day. At most four days, each with no
/// more than half of what its weekday held in all of the last weeks but one: more of them are how things are now. Days
/// behind the last usage that hold a tax, a credit or a purchase alone, though usage was due before them, are taken
/// out: those charges were made ahead of it.
void findPartDays(AccountHistories& histories, const FactSet& facts);

} // namespace altimeter
