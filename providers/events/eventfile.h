#pragma once

#include "models/domain/result.h"
#include "providers/core/bytesource.h"
#include "providers/events/eventsink.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace altimeter::providers {

/// How a file tells of AI operations.
enum class EventForm : std::uint8_t {
    Auto, ///< by what it holds
    JsonLines,
    Otlp,
    ClaudeCode,
    Codex,
    Gemini,
    LiteLlm,
    Langfuse,
    OpenRouter,
    Bedrock,
    Azure,
    Vertex,
};
inline constexpr std::array<std::string_view, 12> kEventFormNames{"auto",       "jsonl",   "otlp",    "claude-code",
                                                                  "codex",      "gemini",  "litellm", "langfuse",
                                                                  "openrouter", "bedrock", "azure",   "vertex"};
constexpr std::string_view eventFormName(EventForm form)
{
    return kEventFormNames[static_cast<std::size_t>(form)];
}
std::optional<EventForm> eventFormOf(std::string_view name);

/// What was read of one file.
struct EventFileReport {
    EventForm form = EventForm::Auto; ///< Auto: nothing in it was an AI operation
    std::uint64_t records = 0;        ///< JSON objects at the top of the file or of its list
    std::uint64_t events = 0, dropped = 0, rejected = 0;
    std::uint64_t bytes = 0; ///< of the medium, before decompression
};

struct EventReading {
    EventForm form = EventForm::Auto;
    std::string source; ///< part of what counting styles are told by; may be empty
    std::stop_token stop;
    std::function<void(std::uint64_t bytes, std::uint64_t totalBytes)> progress; ///< may be empty
};

/// Hands what a source holds to `sink`: JSON objects one after another with or without line ends, in a list, or one
/// object around a list. A record that is broken is rejected and the next line read; a source that is cut off or
/// damaged ends there with a rejected record, and what was read counts. Memory does not grow with the file: no record
/// of more than 32 MiB is read. Texts of prompts and answers are never handed on.
///
/// Error Io when the medium fails, Cancelled, Unsupported when Auto finds records of no known form and nothing else,
/// and those of the sink.
Result<EventFileReport> readEvents(ByteSource& source, const EventReading& reading, EventSink& sink);
/// The same of a file, plain or gzip. Further errors as of openByteSource().
Result<EventFileReport> readEventFile(const std::filesystem::path& file, const std::string& displayName,
                                      const EventReading& reading, EventSink& sink);

} // namespace altimeter::providers
