#include "ui/pages/connections/connectioncolumns.h"

#include <QObject>

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/recordcolumns.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectiontext.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

using namespace columns;
using Ink = RecordModel::Ink;
constexpr int kLateAfterDays = 3;

/// What the last sync found, a line for each; the rest is on the Data page.
QString foundText(const ConnectionInfo& connection)
{
    QStringList lines;
    for (const std::string& message : connection.foundFirst)
        lines << parts::text(message);
    if (connection.findings > connection.foundFirst.size())
        lines << QObject::tr("The Data page lists all findings.");
    return lines.join('\n');
}

const std::string& problemOf(const ConnectionInfo& connection)
{
    return connection.unconfirmed.empty() ? connection.problem : connection.unconfirmed;
}

QString todoOf(const ConnectionInfo& connection)
{
    return connection.unconfirmed.empty() ? parts::text(connection.todo)
                                          : QObject::tr("Nothing of it is used before you confirm it.");
}

/// For other programs, in English whatever the window speaks.
QString rawState(ConnectionInfo::State state)
{
    switch (state) {
    case ConnectionInfo::State::New:
        return QStringLiteral("New");
    case ConnectionInfo::State::Ok:
        return QStringLiteral("OK");
    case ConnectionInfo::State::Failed:
        return QStringLiteral("Failing");
    case ConnectionInfo::State::Running:
        return QStringLiteral("Syncing");
    case ConnectionInfo::State::MissingSecret:
        return QStringLiteral("Key missing");
    case ConnectionInfo::State::Unconfirmed:
        break;
    }
    return QStringLiteral("On hold");
}

} // namespace

std::vector<RecordModel::Column> connectionColumns(const ConnectionRows& c)
{
    const auto codeOf = [c](std::size_t i) {
        return c.progressOf(c.at(i)) ? ConnectionInfo::State::Running : c.at(i).state;
    };
    const auto stateOf = [codeOf](std::size_t i) { return connectiontext::state(codeOf(i)); };
    auto state = textColumn(QObject::tr("State"), "state", 104, [c, stateOf](std::size_t i) {
        const auto progress = c.progressOf(c.at(i));
        const double share = progress ? connectiontext::share(*progress) : -1;
        return share > 0 ? stateOf(i).word + ' ' + format::percent(share, format::locale(), 0) : stateOf(i).word;
    });
    state.raw = [codeOf](std::size_t i) { return rawState(codeOf(i)); };
    state.icon = [stateOf](std::size_t i) { return stateOf(i).icon; };
    state.ink = [stateOf](std::size_t i) { return stateOf(i).ink; };
    auto name =
        textColumn(QObject::tr("Name"), "name", 124, [c](std::size_t i) { return parts::text(c.at(i).settings.name); });
    name.stretch = 2;
    auto kind = textColumn(QObject::tr("Kind"), "kind", 134, [c](std::size_t i) {
        const QString title = parts::text(c.kindOf(c.at(i)).title);
        return title.isEmpty() ? parts::text(c.at(i).settings.kind) : title;
    });
    auto through =
        dayColumn(QObject::tr("Data through"), "data_through", [c](std::size_t i) { return c.at(i).dataThrough; });
    through.width = 104;
    auto final =
        dayColumn(QObject::tr("Final through"), "final_through", [c](std::size_t i) { return c.at(i).finalThrough; });
    final.width = 104;
    final.tip = [c](std::size_t i) {
        return c.at(i).finalThrough.isValid() ? QObject::tr("Every day up to this one is final")
                                              : QObject::tr("No day is final yet");
    };
    auto last = textColumn(QObject::tr("Last sync"), "last_sync", 90,
                           [c](std::size_t i) { return connectiontext::age(c.at(i).lastSync, c.now()); });
    last.raw = [c](std::size_t i) { return QString::fromStdString(toString(c.at(i).lastSync)); };
    last.key = [c](std::size_t i) { return static_cast<qlonglong>(c.at(i).lastSync.seconds); };
    last.tip = [c](std::size_t i) {
        QStringList words{c.at(i).lastSync.isValid() ? when(c.at(i).lastSync) : QObject::tr("never synced")};
        if (c.at(i).lastSuccess.isValid() && c.at(i).lastSuccess != c.at(i).lastSync)
            words << QObject::tr("went through last on %1").arg(when(c.at(i).lastSuccess));
        return words.join('\n');
    };
    auto lag = textColumn(QObject::tr("Behind"), "days_behind", 70,
                          [c](std::size_t i) { return connectiontext::lag(c.at(i).dataThrough, c.now()); });
    lag.key = [c](std::size_t i) { return c.at(i).dataThrough.isValid() ? c.now().day() - c.at(i).dataThrough : -1; };
    lag.raw = [lag](std::size_t i) { return lag.key(i).toInt() < 0 ? QString() : lag.key(i).toString(); };
    lag.ink = [lag](std::size_t i) { return lag.key(i).toInt() > kLateAfterDays ? Ink::Warning : Ink::Plain; };
    lag.tip = [c](std::size_t i) { return connectiontext::freshness(c.kindOf(c.at(i))); };
    auto rows = countColumn(QObject::tr("Lines"), "rows", [c](std::size_t i) { return c.at(i).rows; });
    rows.width = 64;
    auto requests =
        countColumn(QObject::tr("Requests"), "requests_last_sync", [c](std::size_t i) { return c.at(i).requests; });
    requests.width = 80;
    requests.tip = [c](std::size_t i) {
        return QObject::tr("Requests of the last sync; %1").arg(connectiontext::requestPrice(c.kindOf(c.at(i))));
    };
    auto spent = sumColumn(QObject::tr("Spent"), "spent_on_requests", [c](std::size_t i) { return &c.at(i).spent; });
    spent.width = 64;
    spent.text = [c](std::size_t i) {
        return c.at(i).spent.isZero() && c.kindOf(c.at(i)).requestCost.empty()
                   ? QString()
                   : connectiontext::amount(c.at(i).spent, c.kindOf(c.at(i)).requestCostCurrency);
    };
    spent.tip = [c](std::size_t i) {
        return QObject::tr("What all requests so far cost; %1").arg(connectiontext::requestPrice(c.kindOf(c.at(i))));
    };
    auto schedule = textColumn(QObject::tr("Schedule"), "every_hours", 80, [c](std::size_t i) {
        return connectiontext::scheduleShort(c.at(i).settings.everyHours);
    });
    schedule.raw = [c](std::size_t i) { return QString::number(c.at(i).settings.everyHours); };
    schedule.key = [c](std::size_t i) { return c.at(i).settings.everyHours; };
    schedule.tip = [c](std::size_t i) {
        return c.at(i).nextSync.isValid() ? QObject::tr("Next: %1").arg(when(c.at(i).nextSync))
                                          : QObject::tr("Not scheduled");
    };
    auto problem = textColumn(QObject::tr("Problem"), "problem", 280, [c](std::size_t i) {
        const auto progress = c.progressOf(c.at(i));
        if (progress)
            return connectiontext::progress(*progress);
        const bool hasFindings = problemOf(c.at(i)).empty() && c.at(i).findings > 0;
        return hasFindings ? counted::findings(c.at(i).findings) : parts::text(problemOf(c.at(i)));
    });
    problem.raw = [c](std::size_t i) {
        const bool hasFindings = problemOf(c.at(i)).empty() && c.at(i).findings > 0;
        return hasFindings ? QString::number(c.at(i).findings) + QStringLiteral(" findings")
                           : format::text(problemOf(c.at(i)));
    };
    problem.stretch = 5;
    problem.ink = [c](std::size_t i) {
        const bool isBad = c.at(i).unconfirmed.empty() && !c.at(i).problem.empty();
        return c.progressOf(c.at(i)) ? Ink::Plain : isBad ? Ink::Bad : Ink::Warning;
    };
    problem.progress = [c](std::size_t i) {
        const auto progress = c.progressOf(c.at(i));
        return progress ? std::max(0.0, connectiontext::share(*progress)) : -1;
    };
    problem.tip = [c](std::size_t i) {
        const auto progress = c.progressOf(c.at(i));
        if (progress)
            return connectiontext::progress(*progress);
        if (problemOf(c.at(i)).empty() && c.at(i).findings > 0)
            return foundText(c.at(i));
        return (parts::text(problemOf(c.at(i))) + '\n' + todoOf(c.at(i))).trimmed();
    };
    return {state, name, kind, problem, through, final, last, lag, rows, requests, spent, schedule};
}

} // namespace altimeter::ui
