#pragma once

#include <QString>
#include <QStringList>

#include "models/domain/importsurvey.h"

#include <cstdint>
#include <vector>

/// What files and imports are said to be, as functions of what was found.
namespace altimeter::ui::importtext {

/// "FOCUS 1.2", "AWS cost and usage report, not FOCUS", "FOCUS 0.5, a draft of the standard".
QString kind(const SurveyedFile& file);
/// "read", "left out: the same bytes as a.csv".
QString state(const SurveyedFile& file);
/// "$2,593.33, €12.00 and 158 more currencies"; the currency in front has the most lines.
QString money(const std::vector<DeliveredMoney>& money, std::size_t most = 3);
/// "Jul 2025", "May – Jul 2025".
QString months(const std::vector<DeliveredMoney>& money);
/// One thing that looks odd in what was read, and where to look at it.
struct Oddity {
    QString text;
    QString todo;
    QString page; ///< "data:findings"
    bool isGrave = false;
};
/// Grave ones first, each kind once.
std::vector<Oddity> oddities(const ImportReport& report);
/// Whether somebody should look at it before it is stored.
bool isWorthALook(const ImportSurvey& survey);

} // namespace altimeter::ui::importtext
