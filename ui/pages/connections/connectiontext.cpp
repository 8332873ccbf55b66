#include "ui/pages/connections/connectiontext.h"

#include <QObject>
#include <QStringList>

#include "ui/format/format.h"
#include "ui/items/recordcolumns.h"

#include <algorithm>

namespace altimeter::ui::connectiontext {

namespace {

const QLocale kLocale(QLocale::English, QLocale::UnitedStates);
constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 86'400, kWeek = 604'800;

/// "5 min", "3 h", "2 days", "5 weeks".
QString length(std::int64_t seconds)
{
    if (seconds < kHour)
        return QObject::tr("%1 min").arg(std::max<std::int64_t>(1, seconds / kMinute));
    if (seconds < 2 * kDay)
        return QObject::tr("%1 h").arg(seconds / kHour);
    if (seconds < 5 * kWeek)
        return QObject::tr("%1 days").arg(seconds / kDay);
    return QObject::tr("%1 weeks").arg(seconds / kWeek);
}

QString sentence(QString text)
{
    text = text.trimmed();
    if (text.isEmpty())
        return text;
    text[0] = text[0].toUpper();
    return text.endsWith('.') ? text : text + '.';
}

QString requests(std::uint64_t n)
{
    return format::count(n, QObject::tr("request"), QObject::tr("requests"), kLocale);
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
    return days <= 0
               ? QObject::tr("today")
               : format::count(static_cast<std::uint64_t>(days), QObject::tr("day"), QObject::tr("days"), kLocale);
}

QString schedule(int everyHours)
{
    if (everyHours <= 0)
        return QObject::tr("by hand");
    if (everyHours == 1)
        return QObject::tr("hourly");
    return everyHours == 24 ? QObject::tr("daily") : QObject::tr("every %1 hours").arg(everyHours);
}

QString scheduleShort(int everyHours)
{
    return everyHours <= 1 || everyHours == 24 ? schedule(everyHours) : QObject::tr("every %1 h").arg(everyHours);
}

QString progress(const SyncProgress& progress)
{
    QStringList words{progress.phase.empty() ? QObject::tr("starting") : format::text(progress.phase)};
    if (progress.chunks > 1)
        words << QObject::tr("part %1 of %2")
                     .arg(std::min(progress.chunksDone + 1, progress.chunks))
                     .arg(progress.chunks);
    if (progress.requests > 0)
        words << requests(progress.requests);
    if (progress.rows > 0)
        words << format::count(progress.rows, QObject::tr("line"), QObject::tr("lines"), kLocale);
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
        words << sentence(format::text(kind.freshness));
    if (kind.finalAfterDays > 0)
        words << QObject::tr("A day is final %1 after its end.")
                     .arg(format::count(static_cast<std::uint64_t>(kind.finalAfterDays), QObject::tr("day"),
                                        QObject::tr("days"), kLocale));
    else
        words << QObject::tr("A day is final when the provider says so.");
    if (kind.historyDays > 0)
        words << QObject::tr("The provider answers only the last %1 days.").arg(kind.historyDays);
    return words.join(' ');
}

QString amount(const DecimalSum& amount, const std::string& currency)
{
    QString sign = format::currencySign(Currency(currency));
    if (sign.size() > 1)
        sign += QChar(0xA0);
    QString digits = columns::grouped(amount);
    const bool negative = digits.startsWith(format::kMinus);
    return negative ? format::kMinus + sign + digits.mid(1) : sign + digits;
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
        words << format::range(all, kLocale);
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
        return requests(plan.requests) + QStringLiteral(" = ") + total;
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
    for (const auto& [what, which] : facts(reach)) {
        if (what != QObject::tr("Keys"))
            parts << (parts.isEmpty() ? what : what.left(1).toLower() + what.mid(1)) + ' ' + which;
    }
    return parts.isEmpty() ? QString() : parts.join("; ") + '.';
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
                     .arg(results.size() == 1
                              ? format::shown(results.front().connection)
                              : format::count(good, QObject::tr("connection"), QObject::tr("connections"), kLocale),
                          format::count(rows, QObject::tr("line"), QObject::tr("lines"), kLocale))
              << QObject::tr("partitions: %1 new, %2 replaced, %3 unchanged").arg(fresh).arg(replaced).arg(unchanged);
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
    QStringList words{
        format::count(connections.size(), QObject::tr("connection"), QObject::tr("connections"), kLocale)};
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
        words << QObject::tr("%1 failing").arg(failing);
    if (keyless > 0)
        words << QObject::tr("%1 without a key").arg(keyless);
    if (unconfirmed > 0)
        words << QObject::tr("%1 to confirm").arg(unconfirmed);
    if (running > 0)
        words << QObject::tr("%1 syncing").arg(running);
    if (newest.isValid())
        words << QObject::tr("data through %1").arg(format::date(newest, kLocale));
    if (newest != oldest)
        words << QObject::tr("oldest: %1, %2").arg(laggard, format::date(oldest, kLocale));
    return words.join(QStringLiteral(" · "));
}

} // namespace altimeter::ui::connectiontext
