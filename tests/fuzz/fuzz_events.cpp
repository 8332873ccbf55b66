#include "providers/core/bytesource.h"
#include "providers/events/eventfile.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace altimeter;
using namespace altimeter::providers;

/// Counts what comes, and holds every event to what all that follows believes of it.
class CountingSink final : public EventSink {
public:
    Status event(CostEvent event) override
    {
        ++m_events;
        if (event.startNanos <= 0 || event.calls == 0 || keysOf(event).size() == 0 || event.durationNanos < -1)
            std::abort();
        const CostEvent one = joined(event, event);
        if (compareWorth(one, event) != 0)
            std::abort();
        return {};
    }
    Status rejected(RejectedEvent record) override
    {
        ++m_rejected;
        if (record.message.empty() || record.check.empty())
            std::abort();
        return {};
    }
    Status dropped(DropReason, std::uint64_t) override { return {}; }
    Status finding(Finding) override { return {}; }
    bool agreesWith(const EventFileReport& report) const
    {
        return report.events == m_events && report.rejected == m_rejected;
    }

private:
    std::uint64_t m_events = 0, m_rejected = 0;
};

} // namespace

/// The first byte chooses the form. Any bytes must end in a report or an Error, and each event must be sound.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    EventReading reading;
    reading.form = static_cast<EventForm>((data[0] + 11U) % kEventFormNames.size());
    MemorySource source("fuzz", std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
    CountingSink sink;
    const auto report = readEvents(source, reading, sink);
    if (report ? !sink.agreesWith(*report) : report.error().what.empty())
        std::abort();
    return 0;
}
