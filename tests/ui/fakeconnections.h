#pragma once

#include "models/domain/completeness.h"
#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/feedmapping.h"

#include <vector>

namespace altimeter::test {

/// The present of the invented connections: two days after their last full day of data.
constexpr Instant kFakeNow{1'795'255'200}; // 2026-11-21T10:00:00Z

/// A dozen kinds: with secrets, choices, flags, numbers, files and lines; one whose requests cost money; a feed.
std::vector<ConnectorInfo> fakeKinds();
/// Seven connections: well, refused (403), priced, running, behind, without its key, never synced. `many` makes more.
std::vector<ConnectionInfo> fakeConnections(std::size_t many = 0);
/// Eight sources (or `sources`) with gaps, estimated tails, empty days, overlaps, duplicates and restatements.
/// `negative`: credits larger than cost.
CompletenessCalendar fakeCalendar(const DateRange& range, std::size_t sources = 8, bool negative = false);
FeedPreview fakePreview();

} // namespace altimeter::test
