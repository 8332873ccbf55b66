#pragma once

#include <QString>

#include "models/domain/findings.h"

#include <string>

/// What kinds of findings are called, what they mean and what to do about them, in words for people.
namespace altimeter::ui::findingtext {

/// "Value missing"; a kind without words is shown as it is called.
QString title(const std::string& check);
/// One or two sentences on what it means for figures.
QString meaning(const std::string& check);
/// One or two sentences on what can be done.
QString todo(const std::string& check);

/// "$12.50 · 3.00 €", "unknown", "$12.50 and more, unknown", "nothing".
QString touched(const Touched& touched);
/// All digits, for a tooltip.
QString touchedExactly(const Touched& touched);
/// "30 Nov 2026, 10:00 by ada: the provider never names it".
QString acknowledged(const Acknowledgement& by);

} // namespace altimeter::ui::findingtext
