#pragma once

#include "models/analysis/series/knownseries.h"
#include "models/domain/costsource.h"
#include "models/domain/result.h"
#include "models/domain/series.h"

#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// Sets apart what of the days of `series` are large purchases made once and large refunds that came once, and answers
/// them by currency, then day: neither a commitment paid for a year nor the money that came back is a level of the days
/// around it, and each comes once only. Also marks the days on which nothing but such charges stands
/// (SeriesPart::bare).
///
/// A purchase is one by its ChargeCategory. It was made once where its ChargeFrequency says so and no more than one
/// other is like it (between half and twice as large, and not refunded), or where that column is empty and none is; it
/// is large where it is more than three times an ordinary day of its account. What else comes as a purchase (a monthly
/// fee, a small licence now and then) stays what the days are learnt from.
///
/// A refund is a negative charge that is a credit, a purchase, an adjustment or a correction. It belongs to a large
/// purchase of its account before it or of its day: the one of exactly its amount, else the latest of its service, with
/// as much of it as that cost; a mere credit only where it is a tenth of it and not one of many. It is then set apart
/// with its purchase, however small. What it is beyond is set apart where it is large and no other is like it.
///
/// `series` is that of `query` by day with `kept`, as partedSeries() answered it for `days`; where the range of `query`
/// goes beyond its days, purchases there are answered as well. Errors: those of the source.
Result<std::vector<OncePurchase>> setPurchasesApart(std::vector<PartedSeries>& series, const CostSource& costs,
                                                    const CostDays& days, const CostQuery& query, const KeptKeys& kept,
                                                    const std::stop_token& stop);

} // namespace altimeter::analysis
