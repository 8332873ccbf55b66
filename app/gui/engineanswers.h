#pragma once

#include "app/session/workspace/engine.h"
#include "models/domain/questions.h"

#include <stop_token>

/// The answer to every question of models/domain/questions.h, by the engine's methods.
namespace altimeter::gui {

inline auto answer(const session::Engine& engine, const OverviewQuestion& asked, const std::stop_token& stop)
{
    return engine.overview(asked.lens, stop);
}
inline auto answer(const session::Engine& engine, const TableQuestion& asked, const std::stop_token& stop)
{
    return engine.table(asked.query, stop);
}
inline auto answer(const session::Engine& engine, const SeriesQuestion& asked, const std::stop_token& stop)
{
    return engine.series({asked.query, asked.anomalies, asked.forecastSteps, asked.compare}, stop);
}
inline auto answer(const session::Engine& engine, const ChargesQuestion& asked, const std::stop_token& stop)
{
    return engine.charges(asked.query, asked.offset, asked.limit, asked.largestFirst, stop);
}
inline auto answer(const session::Engine& engine, const DimValuesQuestion& asked, const std::stop_token& stop)
{
    return engine.dimValues(asked.dim, asked.query, asked.limit, stop);
}
inline auto answer(const session::Engine& engine, const DynamicDimsQuestion&, const std::stop_token&)
{
    return engine.dynamicDims();
}
inline auto answer(const session::Engine& engine, const SourcesQuestion&, const std::stop_token&)
{
    return engine.sources();
}
inline auto answer(const session::Engine& engine, const PartitionsQuestion&, const std::stop_token&)
{
    return engine.partitions();
}
inline auto answer(const session::Engine& engine, const FindingsQuestion& asked, const std::stop_token&)
{
    return engine.findings(asked.source);
}
inline auto answer(const session::Engine& engine, const RejectedQuestion& asked, const std::stop_token&)
{
    return engine.rejected(asked.source);
}
inline auto answer(const session::Engine& engine, const ProofQuestion& asked, const std::stop_token& stop)
{
    return engine.proof(asked.source, asked.period, stop);
}
inline auto answer(const session::Engine& engine, const FarChargesQuestion& asked, const std::stop_token&)
{
    return Result(engine.farCharges(asked.range));
}
inline auto answer(const session::Engine& engine, const RulesQuestion&, const std::stop_token&)
{
    const auto rules = engine.rules();
    return Result(RulesDocument{rules.json, rules.version, rules.publishedAt});
}
inline auto answer(const session::Engine& engine, const TableUnderQuestion& asked, const std::stop_token& stop)
{
    return engine.tableUnder(asked.rules, asked.query, stop);
}
inline auto answer(const session::Engine& engine, const RuleDiffQuestion& asked, const std::stop_token& stop)
{
    return engine.diffRules(asked.rules, stop);
}
inline auto answer(const session::Engine& engine, const CalendarQuestion& asked, const std::stop_token& stop)
{
    return engine.calendar(asked.range, asked.today, stop);
}
inline auto answer(const session::Engine& engine, const MeasuresQuestion& asked, const std::stop_token&)
{
    return engine.measures(asked.source, asked.name);
}

} // namespace altimeter::gui
