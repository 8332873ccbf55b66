#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "models/events/duplicates.h"
#include "models/events/event.h"

#include <cstdint>
#include <string>

namespace altimeter::providers {

/// A record that could not be made an event. Its text is not kept, as it may hold what people wrote to a model.
struct RejectedEvent {
    std::string file;
    std::uint64_t line = 0; ///< first line of the record
    std::string field;      ///< that was wrong, as the form spells it; empty: the record as a whole
    std::string check;      ///< stable kebab-case id, for example "broken-record"
    std::string message;    ///< plain English
};

/// An operation that is none of AI and holds some: what parents are followed through (countedTwice()).
struct HoldingOperation {
    std::string run, id, parent;
};

/// Takes what a file holds, in its order. A call that fails ends the reading with that error.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual Status event(CostEvent event) = 0;
    virtual Status rejected(RejectedEvent record) = 0;
    /// Records that the form itself knows to count elsewhere; they are no events.
    virtual Status dropped(DropReason reason, std::uint64_t records) = 0;
    virtual Status holds(HoldingOperation) { return {}; }
    virtual Status finding(Finding finding) = 0;
};

} // namespace altimeter::providers
