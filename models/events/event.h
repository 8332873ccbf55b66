#pragma once

#include "models/domain/decimal.h"
#include "models/domain/money.h"
#include "models/events/tokens.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// What an operation did. Only those that a model answers are priced by tokens (isModelCall()).
enum class EventOperation : std::uint8_t {
    Unknown,
    Chat, ///< chat, generate_content, text_completion, responses
    Embeddings,
    Rerank,
    Image,
    Audio,
    Retrieval, ///< a query of a vector database or search
    Tool,      ///< execute_tool
    Agent,     ///< invoke_agent: holds others; never priced where one of them has usage
    Workflow,  ///< invoke_workflow or the root of a run
    Guardrail,
    Evaluation,
    Other,
};
/// Lower case, for example "embeddings": the spelling in files and on the command line.
std::string_view operationName(EventOperation operation);
/// Whether a model answers it, so that its tokens are charged.
bool isModelCall(EventOperation operation);

enum class EventStatus : std::uint8_t { Unknown, Ok, Error, Cancelled, Refused };
std::string_view statusName(EventStatus status);

/// The layer of cost an operation belongs to: total and exclusive.
enum class CostLayer : std::uint8_t { Unknown, Inference, Retrieval, Orchestration, Observability, Tools };
std::string_view layerName(CostLayer layer);
/// The layer an operation belongs to by what it does; Unknown where that tells nothing.
CostLayer layerOf(EventOperation operation);

/// Which of two records of one call bears its cost: the smaller one wins.
enum class EventWitness : std::uint8_t {
    Gateway,    ///< a gateway's or provider's own row of a call, with its cost
    Log,        ///< an event that the client tells of, with a cost
    Span,       ///< a span of the call itself
    Transcript, ///< a file a tool keeps of its conversations
    Coarse,     ///< usage over a stretch of time: a bucket, a metric
};

/// Whether a record tells of a call in its own right.
enum class EventCopy : std::uint8_t {
    Original,
    Mirror,    ///< another witness's record inside of the same run: counts where the run has no usage of its own
    Sidechain, ///< a side conversation's copy of what the main one told
    Inherited, ///< history that a forked or resumed conversation took over
};

/// A thing that is charged by count beside tokens.
struct ToolUse {
    std::string
        unit; ///< "web_search", "code_execution_second", "file_search_call", "gb_day", as the price book names it
    Decimal count;
};

/// One AI operation as a source told of it, brought to one meaning. Texts are empty and times none where the source is
/// silent.
struct CostEvent {
    std::int64_t startNanos = 0; ///< since 1970-01-01T00:00:00Z; an event without a time is rejected before it is one
    std::int64_t durationNanos = -1; ///< -1: not known
    std::int64_t untilNanos = 0;     ///< of a Coarse witness: the end of what it counts; else 0
    std::uint64_t calls = 1;         ///< that it stands for; more than one only for a Coarse witness

    std::string run;      ///< trace or run id: what one execution of a workflow is told apart by
    std::string id;       ///< of this operation in its run (span id, observation id, message id)
    std::string parent;   ///< id of the operation that holds it
    std::string session;  ///< conversation
    std::string request;  ///< the provider's request id
    std::string response; ///< the provider's id of the answer

    std::string workflow, useCase, team, user, agent, tool;
    std::string
        provider; ///< "openai", "anthropic", "google", "aws-bedrock", "azure-openai", … as the price book spells it
    std::string modelAsked, modelAnswered;
    std::string tier;   ///< that served it: "batch", "flex", "priority", "fast", …; empty: standard
    std::string region; ///< as the price book spells it; empty: not told
    EventOperation operation = EventOperation::Unknown;
    EventStatus status = EventStatus::Unknown;
    CostLayer layer = CostLayer::Unknown;
    EventWitness witness = EventWitness::Span;
    EventCopy copy = EventCopy::Original;
    /// Answered from a gateway's own store of answers: whatever was counted, nothing is charged.
    bool isFree = false;
    std::int64_t revisedNanos = 0; ///< when the source last changed the record; 0: it does not say

    Usage usage;
    /// Tokens that Usage lacks in its Input if the sender's count of input leaves out what caches served, which nothing
    /// in the source tells; 0: it is known.
    std::uint64_t inputDoubt = 0;
    std::vector<ToolUse> tools;
    /// What the sender says it cost: an estimate of its own, never mixed with what is billed. None where it says
    /// nothing, or says 0 for a call that it could not price.
    std::optional<Decimal> reported;
    Currency reportedCurrency;

    std::string file;       ///< file or address it was read from
    std::uint64_t line = 0; ///< first line of the record; 0 where there are no lines

    /// The model it is priced as: that which answered, else that which was asked for.
    const std::string& model() const { return modelAnswered.empty() ? modelAsked : modelAnswered; }
};

} // namespace altimeter
