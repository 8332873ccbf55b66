#include "models/events/event.h"

#include <array>
#include <cstddef>

namespace altimeter {

std::string_view operationName(EventOperation operation)
{
    static constexpr std::array<std::string_view, 13> kNames{
        "unknown", "chat",  "embeddings", "rerank",    "image",      "audio", "retrieval",
        "tool",    "agent", "workflow",   "guardrail", "evaluation", "other"};
    return kNames[static_cast<std::size_t>(operation)];
}

bool isModelCall(EventOperation operation)
{
    return operation == EventOperation::Chat || operation == EventOperation::Embeddings ||
           operation == EventOperation::Rerank || operation == EventOperation::Image ||
           operation == EventOperation::Audio;
}

std::string_view statusName(EventStatus status)
{
    static constexpr std::array<std::string_view, 5> kNames{"unknown", "ok", "error", "cancelled", "refused"};
    return kNames[static_cast<std::size_t>(status)];
}

std::string_view layerName(CostLayer layer)
{
    static constexpr std::array<std::string_view, 6> kNames{"unknown",       "inference",     "retrieval",
                                                            "orchestration", "observability", "tools"};
    return kNames[static_cast<std::size_t>(layer)];
}

CostLayer layerOf(EventOperation operation)
{
    switch (operation) {
    case EventOperation::Chat:
    case EventOperation::Image:
    case EventOperation::Audio:
        return CostLayer::Inference;
    case EventOperation::Embeddings:
    case EventOperation::Rerank:
    case EventOperation::Retrieval:
        return CostLayer::Retrieval;
    case EventOperation::Tool:
        return CostLayer::Tools;
    case EventOperation::Agent:
    case EventOperation::Workflow:
    case EventOperation::Guardrail:
        return CostLayer::Orchestration;
    case EventOperation::Evaluation:
        return CostLayer::Observability;
    case EventOperation::Unknown:
    case EventOperation::Other:
        break;
    }
    return CostLayer::Unknown;
}

} // namespace altimeter
