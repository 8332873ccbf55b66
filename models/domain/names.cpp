#include "models/domain/costline.h"
#include "models/domain/importreport.h"

namespace altimeter {

std::string_view severityName(Severity severity)
{
    switch (severity) {
    case Severity::Note:
        return "note";
    case Severity::Warning:
        return "warning";
    case Severity::Error:
        return "error";
    }
    return {};
}

std::string_view actionName(PartitionReport::Action action)
{
    switch (action) {
    case PartitionReport::Action::New:
        return "new";
    case PartitionReport::Action::Replaced:
        return "replaced";
    case PartitionReport::Action::Unchanged:
        return "unchanged";
    case PartitionReport::Action::Removed:
        return "removed";
    case PartitionReport::Action::Rejected:
        return "rejected";
    }
    return {};
}

} // namespace altimeter
