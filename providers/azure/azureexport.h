#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// FOCUS cost exports of Azure in a storage account: for each month the newest run, found by its manifest.
ConnectorKind azureExportKind();

} // namespace altimeter::providers
