#pragma once

#include <cstdint>
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

} // namespace altimeter
