#pragma once

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/sync.h"
#include "ui/items/recordmodel.h"

#include <functional>
#include <optional>
#include <vector>

namespace altimeter::ui {

/// Where the grid of connections reads its rows. All functions must outlive the columns.
struct ConnectionRows {
    std::function<const ConnectionInfo&(std::size_t)> at;
    std::function<const ConnectorInfo&(const ConnectionInfo&)> kindOf;
    std::function<std::optional<SyncProgress>(const ConnectionInfo&)> progressOf; ///< set while it syncs
    std::function<Instant()> now;
};

/// State, name, kind, how far the data reach, last sync, size, price, schedule, problem or progress.
std::vector<RecordModel::Column> connectionColumns(const ConnectionRows& rows);

} // namespace altimeter::ui
