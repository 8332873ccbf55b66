#pragma once

#include <QLocale>
#include <QString>

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/sync.h"
#include "ui/items/recordmodel.h"

#include <utility>
#include <vector>

/// Connections, syncs and what they cost in words: pure functions of values, `now` included.
namespace altimeter::ui::connectiontext {

struct State {
    QString word;
    QString icon; ///< for themedIcon
    RecordModel::Ink ink = RecordModel::Ink::Plain;
};
State state(ConnectionInfo::State state);

/// "just now", "5 min ago", "3 h ago", "2 days ago", "5 weeks ago"; "never" when not valid.
QString age(Instant then, Instant now);
/// "in 5 min", "in 3 h", "in 2 days"; "due" once it is past.
QString ahead(Instant then, Instant now);
/// "today", "1 day", "5 days": from the last day with data to `now`; empty without data.
QString lag(Day dataThrough, Instant now);
/// "by hand", "hourly", "every 6 hours", "daily".
QString schedule(int everyHours);
/// "every 6 h".
QString scheduleShort(int everyHours);
/// "asking · part 3 of 12 · 41 requests · 12,044 lines".
QString progress(const SyncProgress& progress);
/// 0..1; -1 where it is not known.
double share(const SyncProgress& progress);

/// How fresh the kind's data are and when its days are final: "Daily, some hours late. A day is final 7 days after its
/// end."
QString freshness(const ConnectorInfo& kind);
/// "a request costs $0.01" or "requests cost nothing".
QString requestPrice(const ConnectorInfo& kind);
/// What a sync asks: "20 Oct – 19 Nov 2026, at least 12 requests".
QString ask(const SyncPlan& plan);
/// "12 requests × $0.01 = $0.12"; empty where requests cost nothing.
QString price(const SyncPlan& plan, const ConnectorInfo& kind);
/// Whether running the plan costs money.
bool costsMoney(const SyncPlan& plan);
/// All digits of an amount with the sign of its currency: "$0.12", "CHF 1.05".
QString amount(const DecimalSum& amount, const std::string& currency);

/// What a connection reaches out to, as pairs of what and which: "Asks" and "https://api.example.com".
std::vector<std::pair<QString, QString>> facts(const ConnectionReach& reach);
/// The same as one sentence: "Asks https://api.example.com; sends the variable OPENAI_KEY."
QString reachSentence(const ConnectionReach& reach);
/// "a, b and c".
QString listed(const std::vector<std::string>& words);
/// A name that fits into a heading.
QString shortened(const QString& name);

/// "3 connections synced: 12,044 lines; partitions: 2 new, 5 replaced, 1 unchanged; failed: azure".
QString results(const std::vector<SyncResult>& results);
/// "7 connections · 1 failing · 2 syncing · data through 14 Nov 2026".
QString summary(const std::vector<ConnectionInfo>& connections, std::size_t running);

} // namespace altimeter::ui::connectiontext
