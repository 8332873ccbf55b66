#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Any other priced feed: a CSV or JSON file, or an address that answers one, read as a FeedMapping says. The mapping
/// lies among the settings' values, beside the fields of the kind.
ConnectorKind feedKind();

/// The settings of a FeedMapping as fields, for whoever lists what may be set.
std::vector<ConnectorField> feedMappingFields();

} // namespace altimeter::providers
