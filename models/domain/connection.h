#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// One thing a connection must or may be told. The form of the wizard and the arguments of the command line are made
/// from these.
struct ConnectorField {
    enum class Kind : std::uint8_t {
        Text,
        Secret, ///< goes to the secret store, never into the workspace
        Url,    ///< http or https, without credentials in it
        Choice, ///< one of `choices`
        Number, ///< a whole number, not below zero
        Flag,   ///< "yes" or "no"
        Path,   ///< a file on this computer, or an http(s) address where `help` says so
        Lines,  ///< several lines of text
    };
    std::string key;   ///< stable, lower case with '_', for example "admin_key"
    std::string label; ///< "Administration key"
    std::string help;  ///< one sentence: where to find it, what it must be allowed to do
    Kind kind = Kind::Text;
    bool isRequired = false;
    std::string preset; ///< what applies when nothing is given
    std::vector<std::string> choices;
};

/// What a kind of connection is, for the picker, the form, the help and the plan of its syncs.
struct ConnectorInfo {
    std::string kind;    ///< stable id, "openai"
    std::string title;   ///< "OpenAI"
    std::string summary; ///< one sentence: what it brings
    std::string rights;  ///< the exact rights to grant, in plain words
    std::vector<ConnectorField> fields;

    /// How a delivery replaces what is stored: day by day, or whole billing months.
    enum class Slice : std::uint8_t { Day, Month } slice = Slice::Day;
    int backfillDays = 90;  ///< how far back the first sync goes
    int refetchDays = 7;    ///< how many days before today are fetched again, because the provider restates them
    int finalAfterDays = 7; ///< a day is final this many days after its end; 0: only the provider's own word counts
    int chunkDays = 31;     ///< days fetched and stored in one go; what is stored stays when a later chunk fails
    int historyDays = 0;    ///< the provider answers no earlier days than these before today; 0: no such limit known
    bool endsYesterday = false; ///< the provider answers whole days only: today is not asked for
    std::string freshness;      ///< "daily, some hours late; days change for about a week"
    std::string requestCost;    ///< what the provider asks per request, "0.01"; empty: nothing
    std::string requestCostCurrency;
    bool bringsCosts = true;
    bool bringsMeasures = false;
};

/// A configured connection. Secrets are not part of it: they lie in the secret store under (kind, name, field).
struct ConnectionSettings {
    std::string name; ///< also the name of the source its charges carry
    std::string kind;
    std::map<std::string, std::string> values; ///< by ConnectorField::key
    int everyHours = 24;                       ///< scheduled sync; 0: only by hand
};

/// Everything a connection reaches out to and reads on this computer, as its settings say it. Its owner confirms
/// exactly this, once for each computer, before anything of it is used.
struct ConnectionReach {
    std::vector<std::string> origins;     ///< servers that are asked, "https://api.example.com"; sorted
    std::vector<std::string> redirects;   ///< servers that may be redirected to; no key goes there
    std::vector<std::string> plain;       ///< of origins: what is sent can be read on the way
    std::string proxy;                    ///< "http://host:port", "environment", or none
    std::string caFile;                   ///< whose certificates are trusted in place of the system's
    std::vector<std::string> files;       ///< that are read on this computer
    std::vector<std::string> environment; ///< variables whose value is sent as a key, because the settings name them
    std::vector<std::string> keys;        ///< what the keys that are sent are called: "Management key"
    /// Of the keys without such a variable: this one is read where it is set, before the secret store.
    std::vector<std::string> ownEnvironment;
    std::map<std::string, std::string> settings; ///< fingerprint of each, so that a changed one can be named

    friend bool operator==(const ConnectionReach&, const ConnectionReach&) = default;
};

/// What a connection did last and what it holds.
struct ConnectionInfo {
    ConnectionSettings settings;
    enum class State : std::uint8_t { New, Ok, Failed, Running, MissingSecret, Unconfirmed } state = State::New;
    ConnectionReach reach;
    /// Why it is not used on this computer: its user did not confirm it here, or it has changed since; or its addresses
    /// cannot be used at all (then `reach` is empty). Empty: it is confirmed.
    std::string unconfirmed;
    Instant lastSync;          ///< end of the last attempt; not valid: never
    Instant lastSuccess;       ///< end of the last sync that went through
    Instant nextSync;          ///< when the schedule asks for it; not valid: by hand
    Day dataFrom, dataThrough; ///< both inside
    Day finalThrough;          ///< last day up to which every day is final
    std::uint64_t rows = 0;
    std::uint64_t measures = 0;
    std::uint64_t requests = 0; ///< of the last sync
    DecimalSum spent;           ///< what all requests so far cost, in requestCostCurrency
    std::string problem;        ///< the last sync's failure in plain words; empty when it went well
    std::string todo;           ///< what to do about it
};

/// How far a sync has come.
struct SyncProgress {
    std::string connection;
    std::string phase; ///< "asking", "storing", "waiting 30 s: the provider asked for a pause"
    std::uint64_t requests = 0, rows = 0, bytes = 0;
    int chunksDone = 0, chunks = 0;
};

/// What a sync will ask before it is run.
struct SyncPlan {
    std::string connection;
    std::vector<DateRange> chunks;
    std::uint64_t requests = 0; ///< at least this many; paging may add some
    DecimalSum cost;            ///< of these requests
    std::string currency;
};

/// What one connection's sync did.
struct SyncResult {
    std::string connection;
    bool ok = false;
    bool wasCancelled = false;
    DateRange window; ///< what was asked; stored up to `storedThrough`
    std::uint64_t requests = 0, rows = 0, bytes = 0, measures = 0;
    std::uint64_t partitionsNew = 0, partitionsReplaced = 0, partitionsUnchanged = 0, partitionsRemoved = 0;
    DecimalSum spent;
    std::string problem, todo;
};

/// A number a source says about a stretch of time that is no charge: utilisation, a forecast, a budget, a coverage.
/// (source, name, labels, start) names it.
struct Measure {
    std::string name; ///< "savings_plan_utilisation"
    std::string unit; ///< "percent", "USD", "cores", "requests/s"
    Instant start, end;
    std::map<std::string, std::string> labels;
    std::string value; ///< decimal text as the source wrote it
};

/// One day of one source on the completeness calendar.
struct CalendarDay {
    enum class State : std::uint8_t {
        None,      ///< outside of what the source has ever covered
        Gap,       ///< inside, and nothing is known: not asked, or a file without this day
        Empty,     ///< asked, and the source said there was nothing
        Final,     ///< charges that will not change any more
        Estimated, ///< charges the source may still change
        Unsaid,    ///< charges of a source that does not say whether they are final
    };
    Day day;
    State state = State::None;
    std::uint64_t rows = 0;
    std::uint64_t estimatedRows = 0;
    std::uint64_t duplicates = 0; ///< charges that stand twice in this source
    bool isOverlapping = false;   ///< another source holds charges of the same provider and account for this day
    bool isRestated = false;      ///< the source changed this day after it had been final
    Instant askedAt;              ///< last time the source was asked; not valid for files
    std::vector<std::pair<Currency, Amount>> cost; ///< effective cost
};

/// A stored amount that a source changed later.
struct Restatement {
    std::string source, provider, billingAccount;
    Day from, to; ///< the days it speaks of, `to` outside
    Currency currency;
    Instant at;
    bool wasFinal = false;
    DecimalSum before, after; ///< BilledCost
};

/// Source × day: what is there, what is missing, what may still move.
struct CompletenessCalendar {
    struct Row {
        std::string source;
        std::vector<CalendarDay> days;     ///< one for each day of `range`
        std::vector<std::string> overlaps; ///< sources that hold the same accounts' charges
    };
    DateRange range;
    std::vector<Row> rows;
    std::vector<Restatement> restatements; ///< newest first
    std::uint64_t revision = 0;
};

} // namespace altimeter
