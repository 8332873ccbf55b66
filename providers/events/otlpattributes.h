#pragma once

#include "models/json/jsontree.h"
#include "providers/events/intake.h"

#include <bitset>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::providers {

/// Attributes of OpenTelemetry by name, as the protocol writes them ([{"key":…,"value":{"intValue":…}}]) or as a plain
/// map. The same name twice is malformed: the last counts.
class OtlpAttributes {
public:
    void clear()
    {
        m_all.clear();
        m_marks.reset();
    }
    void add(JsonValue listOrMap);
    /// The bare value: a text, a number, a bool; null where there is none.
    JsonValue operator[](std::string_view name) const;
    bool isEmpty() const { return m_all.empty(); }
    const std::vector<std::pair<std::string_view, JsonValue>>& all() const { return m_all; }

private:
    static std::size_t mark(std::string_view name)
    {
        return name.empty() ? 0
                            : (name.size() * 37 + static_cast<unsigned char>(name.back()) * 11U +
                               static_cast<unsigned char>(name[name.size() / 2])) %
                                  256;
    }
    void put(std::string_view name, JsonValue value)
    {
        m_marks.set(mark(name));
        m_all.emplace_back(name, value);
    }

    std::vector<std::pair<std::string_view, JsonValue>> m_all;
    std::bitset<256> m_marks; ///< most names that are asked for are not there
};

/// The value inside of {"stringValue":…} and its kin; any other value is itself.
JsonValue bareValue(JsonValue value);

/// An operation as a span or a log record tells of it, whatever the file form.
struct OtlpOperation {
    std::string name; ///< of the span; of a log its event
    std::string trace, span, parent;
    std::int64_t startNanos = 0, endNanos = 0; ///< 0: not told
    bool isError = false, isLog = false;
    std::string_view scope;
    const OtlpAttributes* own = nullptr;
    const OtlpAttributes* resource = nullptr;

    /// The first of the names that the record itself or its resource has.
    JsonValue value(std::initializer_list<std::string_view> names) const;
    std::string text(std::initializer_list<std::string_view> names) const { return nameOf(value(names)); }
    bool has(std::string_view attribute) const { return !value({attribute}).text().empty(); }
    std::string_view service() const { return value({"service.name"}).text(); }
};

/// Counts by every name that conventions and libraries gave them.
RawCounts otlpCounts(Fields& fields, const OtlpOperation& operation);
/// What the sender estimates it cost, in the event's reported cost.
void takeOtlpCost(Fields& fields, const OtlpOperation& operation, CostEvent& event);
/// Who, what and where: everything but counts, cost and kind.
void takeOtlpNames(const OtlpOperation& operation, CostEvent& event);
/// What kind of operation it is, by the conventions of whoever wrote it. Unknown: it does not say.
struct OtlpKind {
    EventOperation operation = EventOperation::Unknown;
    bool isAi = false;            ///< it tells of an AI operation at all
    bool repeatsChildren = false; ///< its counts are known to be those of the operations inside of it
    bool isFetch = false;         ///< reads a stored answer: whatever it counts was charged before
};
OtlpKind otlpKind(const OtlpOperation& operation);

} // namespace altimeter::providers
