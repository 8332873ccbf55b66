#include "app/session/events/eventfilter.h"

#include "app/session/events/aiproviders.h"
#include "models/text/words.h"

#include <optional>

namespace altimeter::session {

using store::EventBlock;
using store::EventText;

namespace {

std::optional<EventText> textOf(const Dim& dim)
{
    switch (dim.kind) {
    case Dim::Kind::Team:
        return EventText::Team;
    case Dim::Kind::UseCase:
        return EventText::UseCase;
    case Dim::Kind::Workflow:
        return EventText::Workflow;
    case Dim::Kind::Region:
        return EventText::Region;
    default:
        break;
    }
    if (dim.kind != Dim::Kind::Tag && dim.kind != Dim::Kind::Column)
        return std::nullopt;
    const std::string key = words::toLower(dim.key);
    if (key == "team")
        return EventText::Team;
    if (key == "use_case")
        return EventText::UseCase;
    if (key == "workflow")
        return EventText::Workflow;
    if (key == "agent" || key == "x_agent")
        return EventText::Agent;
    if (key == "user" || key == "x_user")
        return EventText::User;
    if (key == "x_tool")
        return EventText::Tool;
    if (key == "x_servicetier")
        return EventText::Tier;
    return std::nullopt;
}

/// Whether each number from 0 on is named by one of the values.
template <typename Kind, typename NameOf>
std::vector<char> keptKinds(Kind last, NameOf nameOf, const std::set<std::string>& values, bool exclude)
{
    std::vector<char> keeps;
    for (std::size_t at = 0; at <= static_cast<std::size_t>(last); ++at) {
        const auto kind = static_cast<Kind>(at);
        const std::string name = kind == Kind::Unknown ? std::string() : std::string(nameOf(kind));
        keeps.push_back(values.contains(name) != exclude ? 1 : 0);
    }
    return keeps;
}

} // namespace

Result<EventFilter::Condition> EventFilter::conditionOf(const Filter& filter)
{
    Condition condition;
    condition.values.insert(filter.values.begin(), filter.values.end());
    condition.exclude = filter.exclude;
    const std::string column = filter.dim.kind == Dim::Kind::Column ? words::toLower(filter.dim.key) : std::string();
    if (!filter.typed.empty() || !filter.orElse.empty()) {
        return Error{ErrorCode::Invalid, "runs are not selected by what is typed above a column", {}};
    }
    if (const auto text = textOf(filter.dim)) {
        condition.text = *text;
        return condition;
    }
    if (filter.dim.kind == Dim::Kind::Model) {
        condition.by = By::Model;
    } else if (filter.dim.kind == Dim::Kind::Provider) {
        condition.by = By::Provider;
    } else if (filter.dim.kind == Dim::Kind::Source) {
        condition.by = By::Source;
    } else if (filter.dim.kind == Dim::Kind::Layer) {
        condition.by = By::Layer;
        condition.keeps = keptKinds(CostLayer::Tools, layerName, condition.values, condition.exclude);
    } else if (column == "x_operation") {
        condition.by = By::Operation;
        condition.keeps = keptKinds(EventOperation::Other, operationName, condition.values, condition.exclude);
    } else if (column == "x_runstatus") {
        condition.by = By::Status;
        condition.keeps = keptKinds(EventStatus::Refused, statusName, condition.values, condition.exclude);
    } else {
        return Error{ErrorCode::Invalid,
                     "runs cannot be selected by " + std::string(dimInfo(filter.dim.kind).name) + filter.dim.key +
                         ": an event does not say it",
                     {},
                     "Known are provider, model, layer, region, source, team, use_case, workflow, tag:agent, tag:user, "
                     "column:x_Tool, column:x_Operation, column:x_RunStatus and column:x_ServiceTier."};
    }
    return condition;
}

Result<EventFilter> EventFilter::of(const CostQuery& query)
{
    EventFilter filter;
    filter.m_days = query.range;
    for (const Filter& one : query.filters) {
        auto condition = conditionOf(one);
        if (!condition)
            return condition.error();
        filter.m_conditions.push_back(condition.take());
    }
    return filter;
}

Status EventFilter::open(const EventBlock& block, store::EventFiles& files)
{
    m_block = &block;
    const auto kept = [&block](const Condition& condition, EventText which) {
        std::vector<char> keeps;
        const store::BlockTexts& texts = block.texts(which);
        for (std::size_t at = 0; at < texts.size(); ++at) {
            const std::string text = which == EventText::Provider ? billingNameOf(texts.at(at)) : texts.at(at);
            const bool isNamed = condition.values.contains(text) ||
                                 (which == EventText::Provider && condition.values.contains(texts.at(at)));
            keeps.push_back(isNamed != condition.exclude ? 1 : 0);
        }
        return keeps;
    };
    for (Condition& condition : m_conditions) {
        if (condition.by == By::Text || condition.by == By::Provider) {
            condition.text = condition.by == By::Provider ? EventText::Provider : condition.text;
            condition.keeps = kept(condition, condition.text);
        } else if (condition.by == By::Model) {
            condition.keeps = kept(condition, EventText::ModelAnswered);
            condition.keepsAsked = kept(condition, EventText::ModelAsked);
            m_isAnswered.clear();
            for (std::size_t at = 0; at < block.texts(EventText::ModelAnswered).size(); ++at)
                m_isAnswered.push_back(block.texts(EventText::ModelAnswered).at(at).empty() ? 0 : 1);
        } else if (condition.by == By::Source) {
            for (std::size_t row = 0; row < block.size(); ++row) {
                const std::int64_t file = block.file(row);
                if (condition.keepsFile.contains(file))
                    continue;
                const auto known = files.file(file);
                if (!known)
                    return known.error();
                const auto source = files.sourceName((*known)->source);
                if (!source)
                    return source.error();
                condition.keepsFile[file] = condition.values.contains(*source) != condition.exclude;
            }
        }
    }
    return {};
}

bool EventFilter::keeps(const Condition& condition, std::size_t row) const
{
    switch (condition.by) {
    case By::Text:
    case By::Provider:
        return condition.keeps[m_block->text(condition.text, row)] != 0;
    case By::Model: {
        const std::size_t answered = m_block->text(EventText::ModelAnswered, row);
        return m_isAnswered[answered] != 0 ? condition.keeps[answered] != 0
                                           : condition.keepsAsked[m_block->text(EventText::ModelAsked, row)] != 0;
    }
    case By::Layer:
        return condition.keeps[static_cast<std::size_t>(layerOf(m_block->layer(row), m_block->operation(row)))] != 0;
    case By::Operation:
        return condition.keeps[static_cast<std::size_t>(m_block->operation(row))] != 0;
    case By::Status:
        return condition.keeps[static_cast<std::size_t>(m_block->status(row))] != 0;
    case By::Source:
        return condition.keepsFile.at(m_block->file(row));
    }
    return true;
}

bool EventFilter::keeps(std::size_t row) const
{
    if (!m_days.contains(store::dayOfNanos(m_block->start(row))))
        return false;
    for (const Condition& condition : m_conditions) {
        if (!keeps(condition, row))
            return false;
    }
    return true;
}

} // namespace altimeter::session
