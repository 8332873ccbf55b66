#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Billing months of an AWS Data Export (FOCUS 1.0 or 1.2, CUR 2.0) as gzip csv in a bucket of S3. A month whose
/// manifest has not changed is not downloaded again.
ConnectorKind awsDataExportKind();

} // namespace altimeter::providers
