#include "providers/anthropic/anthropic.h"
#include "providers/aws/bedrock.h"
#include "providers/aws/costexplorer.h"
#include "providers/aws/dataexport.h"
#include "providers/azure/azurecost.h"
#include "providers/azure/azureexport.h"
#include "providers/azure/azureopenai.h"
#include "providers/core/connector.h"
#include "providers/datadog/datadog.h"
#include "providers/feed/feed.h"
#include "providers/gcp/gcpbigquery.h"
#include "providers/github/copilot.h"
#include "providers/helicone/helicone.h"
#include "providers/kubernetes/kubernetes.h"
#include "providers/langfuse/langfuse.h"
#include "providers/litellm/litellm.h"
#include "providers/openai/openai.h"
#include "providers/openrouter/openrouter.h"
#include "providers/portkey/portkey.h"
#include "providers/prometheus/prometheus.h"
#include "providers/xai/xai.h"

#include <algorithm>

namespace altimeter::providers {

const std::vector<ConnectorKind>& connectorKinds()
{
    static const std::vector<ConnectorKind> kinds{
        openAiKind(),        anthropicKind(),       openRouterKind(),       xAiKind(),
        gitHubCopilotKind(), liteLlmKind(),         langfuseKind(),         heliconeKind(),
        portkeyKind(),       awsCostExplorerKind(), awsDataExportKind(),    awsBedrockKind(),
        azureCostKind(),     azureExportKind(),     azureOpenAiKind(),      gcpBigQueryKind(),
        kubernetesKind(),    datadogKind(),         datadogCloudCostKind(), prometheusKind(),
        feedKind(),
    };
    return kinds;
}

const ConnectorKind* connectorKind(std::string_view kind)
{
    const auto& kinds = connectorKinds();
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [&](const ConnectorKind& known) { return known.info.kind == kind; });
    return found == kinds.end() ? nullptr : &*found;
}

} // namespace altimeter::providers
