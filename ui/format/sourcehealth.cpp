#include "ui/format/sourcehealth.h"

#include <QObject>

#include "ui/format/counted.h"
#include "ui/format/daterange.h"
#include "ui/format/format.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kUsualLag = 2; ///< days that sources may end apart

using State = SourceHealth::State;

Day dayOf(Instant instant)
{
    return instant.isValid() ? instant.day() : Day::none();
}

/// What its connection says of it.
void addConnection(SourceHealth& health, const ConnectionInfo& connection)
{
    health.isConnection = true;
    health.lastSuccess = connection.lastSuccess;
    health.problem = connection.problem;
    health.todo = connection.todo;
}

State stateOf(const SourceHealth& health, const ConnectionInfo* connection)
{
    if (connection && !connection->problem.empty())
        return State::Failing;
    if (health.rejected > 0)
        return State::Rejected;
    if (connection && (connection->state == ConnectionInfo::State::Unconfirmed ||
                       connection->state == ConnectionInfo::State::MissingSecret))
        return State::Unconfirmed;
    if (connection && health.rows == 0 && !connection->lastSuccess.isValid())
        return State::Silent;
    if (health.daysBehind > 0)
        return State::Behind;
    if (health.daysOld > 0)
        return State::Old;
    return health.findings > 0 ? State::Findings : State::Ok;
}

void judge(SourceHealth& health, const ConnectionInfo* connection, Day dataThrough)
{
    const Day answered = connection ? dayOf(connection->lastSuccess) : Day::none();
    const Day known =
        answered.isValid() && (!health.through.isValid() || answered > health.through) ? answered : health.through;
    health.daysOld = format::daysOld(known);
    const bool isBehind = health.through.isValid() && dataThrough.isValid() && dataThrough - health.through > kUsualLag;
    health.daysBehind = isBehind && (!connection || known < dataThrough) ? dataThrough - health.through : 0;
    health.state = stateOf(health, connection);
}

} // namespace

std::vector<SourceHealth> healthOf(const std::vector<SourceInfo>& sources,
                                   const std::vector<ConnectionInfo>& connections, Day dataThrough)
{
    const auto connectionOf = [&connections](const std::string& name) -> const ConnectionInfo* {
        const auto found = std::find_if(connections.begin(), connections.end(),
                                        [&](const ConnectionInfo& one) { return one.settings.name == name; });
        return found == connections.end() ? nullptr : &*found;
    };
    std::vector<SourceHealth> all;
    for (const SourceInfo& source : sources) {
        SourceHealth health;
        health.name = source.name;
        health.through = dataThrough.isValid() ? std::min(source.dataThrough, dataThrough) : source.dataThrough;
        health.rows = source.rows;
        health.rejected = source.rejected;
        health.findings = source.openFindings();
        const ConnectionInfo* connection = connectionOf(source.name);
        if (connection)
            addConnection(health, *connection);
        judge(health, connection, dataThrough);
        all.push_back(std::move(health));
    }
    for (const ConnectionInfo& connection : connections) {
        const auto isKnown = [&](const SourceHealth& one) { return one.name == connection.settings.name; };
        if (std::any_of(all.begin(), all.end(), isKnown))
            continue;
        SourceHealth health;
        health.name = connection.settings.name;
        health.findings = connection.findings;
        addConnection(health, connection);
        judge(health, &connection, dataThrough);
        all.push_back(std::move(health));
    }
    return all;
}

namespace healthtext {

QString word(const SourceHealth& health)
{
    const auto number = [](auto n) { return format::count(static_cast<std::uint64_t>(n), format::locale()); };
    switch (health.state) {
    case State::Failing:
        return health.lastSuccess.isValid()
                   ? QObject::tr("failing since %1").arg(format::date(health.lastSuccess.day(), format::locale()))
               : health.rows == 0 ? QObject::tr("failing, nothing delivered yet")
                                  : QObject::tr("failing");
    case State::Rejected:
        return QObject::tr("%1 line(s) rejected", nullptr, format::forms(health.rejected)).arg(number(health.rejected));
    case State::Unconfirmed:
        return QObject::tr("not used on this computer yet");
    case State::Silent:
        return QObject::tr("nothing delivered yet");
    case State::Behind:
        return QObject::tr("%1 day(s) behind", nullptr, health.daysBehind).arg(number(health.daysBehind));
    case State::Old:
        return QObject::tr("%1 day(s) old", nullptr, health.daysOld).arg(number(health.daysOld));
    case State::Findings:
        return counted::findings(health.findings);
    case State::Ok:
        break;
    }
    return QObject::tr("ok");
}

QString sentence(const SourceHealth& health)
{
    const QString said = format::labelled(format::shown(health.name), word(health));
    return health.problem.empty()
               ? said
               : QObject::tr("%1 (%2)", "how a source stands, why").arg(said, format::shown(health.problem));
}

QStringList late(const std::vector<SourceHealth>& all)
{
    QStringList sentences;
    for (const SourceHealth& one : all)
        if (!one.isUpToDate())
            sentences << sentence(one);
    return sentences;
}

} // namespace healthtext

} // namespace altimeter::ui
