#pragma once

#include "models/domain/connectorinfo.h"
#include "models/domain/costline.h"
#include "models/domain/dayranges.h"
#include "models/domain/measure.h"
#include "providers/core/duplicatecount.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::providers {

/// A charge as a connector says it, in FOCUS words, with its own copies of the text.
struct Charge {
    Instant start;        ///< ChargePeriodStart
    Instant end;          ///< ChargePeriodEnd, after `start`
    std::string currency; ///< three capital letters
    /// Decimal text as the provider wrote it, already in the currency's major unit; none is unknown, which is not zero.
    /// Digits beyond 36 decimals of a number with an exponent are noise of its source's doubles: they are cut off.
    std::array<std::optional<std::string>, kLensCount> cost; ///< by CostLens
    std::map<Column, std::string> text;                      ///< further FOCUS columns; empty texts are left out
    std::map<std::string, std::string> tags;                 ///< become the Tags column
    std::map<std::string, std::string> extra;                ///< provider columns, each listed in Delivery::Options
    /// Whether the provider may still change it. Unsaid: ConnectorInfo::finalAfterDays decides.
    enum class State : std::uint8_t { Unsaid, Estimated, Final } state = State::Unsaid;
    /// Names the part that two reports of a provider do not explain together; goes to x_Residual.
    std::string residual;

    /// Both BilledCost and EffectiveCost: what a provider's own cost report says.
    void setBilled(const std::string& amount)
    {
        cost[static_cast<std::size_t>(CostLens::Billed)] = amount;
        cost[static_cast<std::size_t>(CostLens::Effective)] = amount;
    }
    void set(Column column, const std::string& value)
    {
        if (!value.empty())
            text[column] = value;
    }
};

/// Takes what one fetch of a connector brings, checks it, and hands it on as charge lines and measures.
///
/// It refuses what would do silent harm: an amount that is no number, a currency that is none, a charge outside of the
/// days that were asked for. A number of more digits than can be kept leaves its day as it was, with a finding. A
/// charge that stands twice is kept and counted.
class Delivery {
public:
    struct Options {
        ConnectorInfo info;
        DateRange window; ///< days that were asked for, both bounds valid
        Instant now;
        std::vector<std::string> extraColumns; ///< of this connector, beside x_ChargeState and x_Residual
        std::filesystem::path folder;          ///< where downloads may lie until the delivery is taken in
    };
    /// A cost file (csv or csv.gz in FOCUS or a native layout) that belongs to the delivery.
    struct File {
        std::filesystem::path path;
        std::string name; ///< as charge lines and findings show it
    };

    /// Far above what a provider's API says of one window, and an end for a server that has none. Charges in files
    /// (addFile) are not counted.
    static constexpr std::uint64_t kMostCharges = 50'000'000;
    static constexpr std::size_t kMostMeasures = 1'000'000;

    Delivery(Options options, CostLineSink& sink);

    /// Further provider columns, known only from the settings of a connection. Before the first begin().
    void addExtraColumns(const std::vector<std::string>& names);

    /// The charges that follow come from this part of the provider's API ("organization/costs"); lines are numbered
    /// from 1.
    Status begin(const std::string& origin);
    /// The next charge or rejected record stands on this line of its origin; without it they are counted.
    void setLine(std::uint64_t line) { m_line = line - 1; }
    Status add(const Charge& charge);
    Status add(Measure measure);
    Status addFile(File file);
    Status finding(Severity severity, const std::string& check, std::uint64_t rows, const std::string& message);
    /// A record of the provider that cannot be a charge; kept with its text. `day`: of its charge, where that can be
    /// read: no other day is in doubt then.
    Status reject(const std::string& check, const std::string& message, const std::string& text, Day day = Day::none());
    /// Hands on what is still held back, and tells which days are not answered. Called by whoever made the delivery,
    /// after fetch().
    Status flush();

    /// Days this delivery is the whole truth for; the window unless a connector says otherwise (unchanged months are
    /// left alone).
    void setCovered(std::vector<DateRange> covered) { m_covered = std::move(covered); }
    /// Without the days that are not answered; joined.
    std::vector<DateRange> covered() const { return without(m_covered, m_unanswered); }

    /// The source's own form proves that it has said every charge of `days`: its answer holds a place for each of them
    /// (a bucket, a period of results), be it empty. Only such days may lose all the charges that are stored of them.
    /// Of other covered days an answer without a charge is none where charges are stored: they stay, with a finding.
    void proveSaid(const DateRange& days) { m_proven.push_back(days); }
    std::vector<DateRange> proven() const { return without(m_proven, m_unanswered); }
    /// For a source that always sends a place for each day: what proveSaid() did not name is missing from the answer.
    /// Covers the days that it did name, and tells the others of the window, which are not answered.
    void coverProven();

    /// `days` (whole months for ConnectorInfo::Slice::Month) are not answered: nothing of them is taken from this
    /// delivery, also no charge that was added, and what is stored of them stays. `why` begins a sentence of a finding:
    /// "Acme left out days that it always sends". The same check and words are told once, by flush().
    void notAnswered(const DateRange& days, const std::string& check, const std::string& why);
    /// A record that holds money, of a `kind` ("object organization.costs.result.v2") this connector does not know, is
    /// never passed over: its days are not answered, and a finding shows the first such `record`.
    void unknownMoney(const DateRange& days, const std::string& kind, const std::string& record);
    const std::vector<DateRange>& unanswered() const { return m_unanswered; } ///< joined
    /// Whether charges of this day are taken in.
    bool isAnswered(Day day) const;
    /// What the connector remembers for its next fetch ("etag:2026-11"); kept only when the delivery is stored.
    std::map<std::string, std::string> state;

    const Options& options() const { return m_options; }
    std::uint64_t charges() const { return m_charges; }
    const std::vector<Measure>& measures() const { return m_measures; }
    const std::vector<File>& files() const { return m_files; }
    const std::map<std::int32_t, std::uint64_t>& duplicates() const
    {
        return m_duplicates;
    }                                                                               ///< by day number; after flush()
    const std::set<std::int32_t>& estimatedDays() const { return m_estimatedDays; } ///< day numbers with such charges
    /// Called now and then with the number of charges so far.
    std::function<void(std::uint64_t)> onProgress;

private:
    Status handOn();
    Status tellUnanswered();
    struct Unanswered {
        std::vector<DateRange> days;
        std::uint64_t records = 0; ///< that are to blame; 0: days are counted
        std::string example;       ///< the first of them
    };
    Status leaveTooPrecise(Day day, const std::string& number);
    Unanswered& leaveOut(const DateRange& days, const std::string& check, const std::string& why);

    Options m_options;
    CostLineSink& m_sink;
    std::vector<std::string> m_extraColumns;
    std::vector<DateRange> m_covered;
    std::vector<DateRange> m_proven;
    std::vector<DateRange> m_unanswered;                                ///< joined
    std::map<std::pair<std::string, std::string>, Unanswered> m_untold; ///< by check and why
    std::vector<Measure> m_measures;
    std::vector<File> m_files;
    std::unique_ptr<CostBatch> m_batch;
    std::size_t m_inBatch = 0;
    std::string m_origin;
    std::uint64_t m_line = 0;
    std::uint64_t m_charges = 0;
    DuplicateCount m_seen;
    std::map<std::int32_t, std::uint64_t> m_duplicates;
    std::map<std::string, std::uint64_t> m_oddCurrencies; ///< charges by code
    std::set<std::int32_t> m_estimatedDays;
};

/// x_ChargeState of a charge line: kEstimated or kFinal.
inline constexpr std::string_view kChargeState = "x_ChargeState";
inline constexpr std::string_view kEstimated = "Estimated";
inline constexpr std::string_view kFinal = "Final";
inline constexpr std::string_view kResidual = "x_Residual";

/// "12.34" of an amount in hundredths ("1234"), exact for any number of digits. Error Invalid if it is no number.
Result<std::string> fromCents(const std::string& amount);
/// `amount` divided by 10^`places`, exact.
Result<std::string> shifted(const std::string& amount, int places);

} // namespace altimeter::providers
