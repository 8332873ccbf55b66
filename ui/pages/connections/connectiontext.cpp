#include "ui/pages/connections/connectiontext.h"

#include <QObject>
#include <QStringList>

#include "ui/format/codetext.h"
#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/recordcolumns.h"

#include <algorithm>

namespace altimeter::ui::connectiontext {

namespace {

/// For numbers that are never below zero.
QString count(int n)
{
    return format::count(static_cast<std::uint64_t>(n));
}

constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 86'400, kWeek = 604'800;

/// "5 min", "3 h", "2 days", "5 weeks".
QString length(std::int64_t seconds)
{
    const auto of = [seconds](std::int64_t unit) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(0, seconds / unit));
    };
    if (seconds < kHour)
        return QObject::tr("%1 min").arg(format::count(std::max<std::uint64_t>(1, of(kMinute))));
    if (seconds < 2 * kDay)
        return QObject::tr("%1 h").arg(format::count(of(kHour)));
    if (seconds < 5 * kWeek)
        return counted::days(of(kDay));
    return QObject::tr("%1 week(s)", nullptr, format::forms(of(kWeek))).arg(format::count(of(kWeek)));
}

QString requests(std::uint64_t n)
{
    return counted::requests(n);
}

} // namespace

State state(ConnectionInfo::State state)
{
    using Ink = RecordModel::Ink;
    switch (state) {
    case ConnectionInfo::State::New:
        return {QObject::tr("New"), "clock", Ink::Quiet};
    case ConnectionInfo::State::Ok:
        return {QObject::tr("OK"), "check", Ink::Good};
    case ConnectionInfo::State::Failed:
        return {QObject::tr("Failing"), "warning", Ink::Bad};
    case ConnectionInfo::State::Running:
        return {QObject::tr("Syncing"), "sync", Ink::Plain};
    case ConnectionInfo::State::MissingSecret:
        return {QObject::tr("Key missing"), "key", Ink::Warning};
    case ConnectionInfo::State::Unconfirmed:
        return {QObject::tr("On hold"), "key", Ink::Warning};
    }
    return {};
}

QString age(Instant then, Instant now)
{
    if (!then.isValid())
        return QObject::tr("never");
    const std::int64_t seconds = now.seconds - then.seconds;
    return seconds < kMinute ? QObject::tr("just now") : QObject::tr("%1 ago").arg(length(seconds));
}

QString ahead(Instant then, Instant now)
{
    const std::int64_t seconds = then.seconds - now.seconds;
    return seconds < kMinute ? QObject::tr("due") : QObject::tr("in %1").arg(length(seconds));
}

QString lag(Day dataThrough, Instant now)
{
    if (!dataThrough.isValid())
        return {};
    const int days = now.day() - dataThrough;
    return days <= 0 ? QObject::tr("today") : counted::days(static_cast<std::uint64_t>(days));
}

QString schedule(int everyHours)
{
    if (everyHours <= 0)
        return QObject::tr("by hand");
    if (everyHours == 1)
        return QObject::tr("hourly");
    return everyHours == 24 ? QObject::tr("daily")
                            : QObject::tr("every %1 hour(s)", nullptr, everyHours).arg(count(everyHours));
}

QString scheduleShort(int everyHours)
{
    return everyHours <= 1 || everyHours == 24 ? schedule(everyHours)
                                               : QObject::tr("every %1 h").arg(count(everyHours));
}

QString progress(const SyncProgress& progress)
{
    QStringList words{progress.phase.empty() ? QObject::tr("starting") : codetext::phase(progress.phase)};
    if (progress.chunks > 1)
        words << QObject::tr("part %1 of %2")
                     .arg(count(std::min(progress.chunksDone + 1, progress.chunks)), count(progress.chunks));
    if (progress.requests > 0)
        words << requests(progress.requests);
    if (progress.rows > 0)
        words << counted::lines(progress.rows);
    return words.join(QStringLiteral(" · "));
}

double share(const SyncProgress& progress)
{
    return progress.chunks > 0 ? static_cast<double>(progress.chunksDone) / progress.chunks : -1;
}

QString freshness(const ConnectorInfo& kind)
{
    QStringList words;
    if (!kind.freshness.empty())
        words << format::sentence(format::text(kind.freshness));
    if (kind.finalAfterDays > 0)
        words << QObject::tr("A day is final %1 after its end.")
                     .arg(counted::days(static_cast<std::uint64_t>(kind.finalAfterDays)));
    else
        words << QObject::tr("A day is final when the provider says so.");
    if (kind.historyDays > 0)
        words << QObject::tr("The provider answers only the last %1 day(s).", nullptr, kind.historyDays)
                     .arg(count(kind.historyDays));
    return words.join(' ');
}

QString amount(const DecimalSum& amount, const std::string& currency)
{
    return format::moneyOfDigits(QString::fromStdString(amount.toString(2)), Currency(currency), format::locale());
}

QString requestPrice(const ConnectorInfo& kind)
{
    const auto price =
        kind.requestCost.empty() ? Result<DecimalSum>(DecimalSum()) : DecimalSum::parse(kind.requestCost);
    if (!price || price->isZero())
        return QObject::tr("requests cost nothing");
    return QObject::tr("a request costs %1").arg(amount(*price, kind.requestCostCurrency));
}

QString ask(const SyncPlan& plan)
{
    QStringList words;
    if (!plan.chunks.empty()) {
        DateRange all = plan.chunks.front();
        for (const DateRange& chunk : plan.chunks)
            all = {std::min(all.from, chunk.from), std::max(all.to, chunk.to)};
        words << format::range(all, format::locale());
    }
    words << (plan.requests > 0 ? QObject::tr("at least %1").arg(requests(plan.requests))
                                : QObject::tr("nothing to ask"));
    return words.join(QStringLiteral(", "));
}

bool costsMoney(const SyncPlan& plan)
{
    return !plan.cost.isZero();
}

QString price(const SyncPlan& plan, const ConnectorInfo& kind)
{
    if (!costsMoney(plan))
        return {};
    const auto each = DecimalSum::parse(kind.requestCost);
    const QString total = amount(plan.cost, plan.currency);
    if (!each)
        return QObject::tr("%1 = %2", "number of requests, price").arg(requests(plan.requests), total);
    return QObject::tr("%1 × %2 = %3").arg(requests(plan.requests), amount(*each, plan.currency), total);
}

QString listed(const std::vector<std::string>& words)
{
    QStringList texts;
    for (const std::string& word : words)
        texts << format::text(word);
    if (texts.size() < 2)
        return texts.join(QString());
    const QString last = texts.takeLast();
    return QObject::tr("%1 and %2").arg(texts.join(", "), last);
}

QString shortened(const QString& name)
{
    constexpr int kLongest = 60;
    return name.size() <= kLongest ? name : name.left(kLongest - 1) + QChar(0x2026);
}

std::vector<std::pair<QString, QString>> facts(const ConnectionReach& reach)
{
    std::vector<std::pair<QString, QString>> facts;
    const auto add = [&facts](const QString& what, const QString& which) {
        if (!which.isEmpty())
            facts.emplace_back(what, which);
    };
    add(QObject::tr("Asks"), listed(reach.origins));
    add(QObject::tr("May be redirected to"),
        reach.redirects.empty() ? QString() : QObject::tr("%1, without a key").arg(listed(reach.redirects)));
    add(QObject::tr("Goes by the proxy"), reach.proxy == "environment"
                                              ? QObject::tr("that http_proxy and its like name on this computer")
                                              : format::text(reach.proxy));
    add(QObject::tr("Trusts the certificates in"), format::text(reach.caFile));
    add(QObject::tr("Reads the file"), listed(reach.files));
    add(QObject::tr("Sends the variable"), listed(reach.environment));
    if (!reach.ownEnvironment.empty())
        add(QObject::tr("Keys"), QObject::tr("%1: what the secret store keeps for this address, or the variable %2")
                                     .arg(listed(reach.keys), listed(reach.ownEnvironment)));
    else
        add(QObject::tr("Keys"), listed(reach.keys));
    return facts;
}

QString reachSentence(const ConnectionReach& reach)
{
    QStringList parts;
    const auto add = [&parts](const QString& form, const QString& which) {
        if (!which.isEmpty())
            parts << form.arg(which);
    };
    add(QObject::tr("asks %1"), listed(reach.origins));
    add(QObject::tr("may be redirected to %1, without a key"), listed(reach.redirects));
    if (reach.proxy == "environment")
        parts << QObject::tr("goes by the proxy that http_proxy and its like name on this computer");
    else
        add(QObject::tr("goes by the proxy %1"), format::text(reach.proxy));
    add(QObject::tr("trusts the certificates in %1"), format::text(reach.caFile));
    add(QObject::tr("reads the file %1"), listed(reach.files));
    add(QObject::tr("sends the variable %1"), listed(reach.environment));
    return format::sentence(parts.join(QStringLiteral("; ")));
}

QString results(const std::vector<SyncResult>& results)
{
    std::size_t good = 0;
    std::uint64_t rows = 0, fresh = 0, replaced = 0, unchanged = 0;
    QStringList failed, cancelled, elsewhere;
    for (const SyncResult& result : results) {
        good += result.ok ? 1U : 0U;
        rows += result.rows;
        fresh += result.partitionsNew;
        replaced += result.partitionsReplaced;
        unchanged += result.partitionsUnchanged;
        if (result.wasCancelled)
            cancelled << format::shown(result.connection);
        else if (result.isElsewhere)
            elsewhere << format::shown(result.connection);
        else if (!result.ok)
            failed << format::shown(result.connection);
    }
    QStringList words;
    if (good > 0)
        words << QObject::tr("%1 synced: %2")
                     .arg(results.size() == 1 ? format::shown(results.front().connection) : counted::connections(good),
                          counted::lines(rows))
              << QObject::tr("partitions: %1 new, %2 replaced, %3 unchanged")
                     .arg(format::count(fresh), format::count(replaced), format::count(unchanged));
    if (!failed.isEmpty())
        words << QObject::tr("failed: %1").arg(failed.join(", "));
    if (!cancelled.isEmpty())
        words << QObject::tr("cancelled: %1").arg(cancelled.join(", "));
    if (!elsewhere.isEmpty())
        words << QObject::tr("being synced by another program: %1").arg(elsewhere.join(", "));
    return words.join(QStringLiteral("; "));
}

QString summary(const std::vector<ConnectionInfo>& connections, std::size_t running)
{
    QStringList words{counted::connections(connections.size())};
    std::uint64_t failing = 0, keyless = 0, unconfirmed = 0;
    Day oldest, newest;
    QString laggard;
    for (const ConnectionInfo& info : connections) {
        failing += info.state == ConnectionInfo::State::Failed ? 1U : 0U;
        keyless += info.state == ConnectionInfo::State::MissingSecret ? 1U : 0U;
        unconfirmed += info.state == ConnectionInfo::State::Unconfirmed ? 1U : 0U;
        if (!info.dataThrough.isValid())
            continue;
        if (!oldest.isValid() || info.dataThrough < oldest) {
            oldest = info.dataThrough;
            laggard = format::shown(info.settings.name);
        }
        newest = newest.isValid() ? std::max(newest, info.dataThrough) : info.dataThrough;
    }
    if (failing > 0)
        words << QObject::tr("%1 failing").arg(format::count(failing));
    if (keyless > 0)
        words << QObject::tr("%1 without a key").arg(format::count(keyless));
    if (unconfirmed > 0)
        words << QObject::tr("%1 to confirm").arg(format::count(unconfirmed));
    if (running > 0)
        words << QObject::tr("%1 syncing").arg(format::count(running));
    if (newest.isValid())
        words << QObject::tr("data through %1").arg(format::date(newest, format::locale()));
    if (newest != oldest)
        words << QObject::tr("oldest: %1, %2").arg(laggard, format::date(oldest, format::locale()));
    return words.join(QStringLiteral(" · "));
}

} // namespace altimeter::ui::connectiontext
