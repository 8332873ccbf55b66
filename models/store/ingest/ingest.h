#pragma once

#include "models/domain/costline.h"
#include "models/domain/importreport.h"
#include "models/store/ingest/meeting.h"
#include "models/store/sql/sql.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::store {

/// Takes in one delivery of charge lines and publishes it whole: every partition the delivery speaks of replaces the
/// stored one in a single transaction, and nothing is visible before finish() succeeds. Destroying an unfinished
/// Ingest, a kill or a full disk leave the workspace as it was.
///
/// A partition is (source, provider, billing account, billing period, currency), or one day of that. One that arrives
/// with the same content as stored is left alone; a delivery that changes nothing leaves no trace. Memory does not grow
/// with the delivery beyond its distinct attribute tuples, of which it remembers a bounded number. One thread uses it;
/// batches are filled by any.
class Ingest final : public CostLineSink {
public:
    struct Options {
        std::string source;
        std::string kind;    ///< "focus-csv", …
        Instant at;          ///< when this delivery happens
        bool dryRun = false; ///< do everything, then roll back
        /// Keeps each day of charges as a partition of its own, so that a delivery may replace some days of a month.
        bool byDay = false;
        /// Days that the delivery is the whole truth for: what is stored of this source inside them and is not
        /// delivered goes, and a charge outside of them is an Error. Empty: only what is delivered is replaced.
        std::vector<DateRange> covered{};
        /// Takes the place of what is stored also where it is less than that: with lines that cannot be read which
        /// could be before. Else, where `covered` is empty, such a delivery is Error Conflict, and what is stored
        /// stays. A month that grows may have more lines that cannot be read, as long as all that is stored of it came
        /// again. Of a delivery with `covered` a day (or month) that a line which cannot be read may be of is not
        /// answered where it would lose rows or costs: it stays whole, with a finding.
        bool replace = false;
        /// The user's word that a delivery of files counts beside what is stored, though it charges the same or could
        /// be another state of it.
        bool keepBoth = false;
        /// Of these, joined, those of which it is proven that nothing was left out. Any other day (or month, of what is
        /// kept by months) of which charges are stored and none is delivered at all is not answered: it stays as it is,
        /// with a finding, and stands in ImportReport::unanswered.
        std::vector<DateRange> proven{};
        /// Takes every refusal that the user can decide, and all goes on as if it had been decided: for a dry run that
        /// asks all at once. Null: the first one ends the delivery.
        std::vector<Error>* asked = nullptr;
        /// Remembers its lines so that meet() can compare them.
        bool compares = false;
        /// Where files lie, by name: only that says that a file is the one that was read before.
        std::map<std::string, std::string> paths{};
        /// The user chose the source; else it is named after the files and may be another one's newer state.
        bool isNamed = false;
        /// The source the files were taken for before it was known that they are a newer state of `source`: what could
        /// not be read of them under that name came again. Empty: none.
        std::string formerSource{};
        /// Runs in the transaction of the delivery, after everything else; also when nothing changed.
        std::function<Status(sql::Connection&, const ImportReport&)> alongside{};
        /// What is found stands in the report alone: whoever made the delivery keeps it (replaceFindings()).
        bool leavesFindings = false;
        /// Its charges are estimates whatever their age: what replaces them was not told to be final.
        bool isEstimated = false;
        /// Distinct tuples of a kind that are kept in memory; further ones are stored again with each line.
        std::size_t remembered = std::size_t{1} << 21U;
    };

    static Result<std::unique_ptr<Ingest>> begin(sql::Connection& connection, Options options, std::stop_token stop);
    ~Ingest() override;

    Status begin(const std::string& file, std::span<const std::string> header,
                 std::span<const std::string> extraColumns) override;
    std::unique_ptr<CostBatch> newBatch() override;
    Status take(std::unique_ptr<CostBatch> batch) override;
    Status finding(const Finding& finding) override;

    /// Tells what the current file's header looked like to its reader ("1.2", "aws-cur"); kept beside the file.
    void setFileVersion(std::string version);

    /// Numbers of the source, of this delivery and of the file that began last.
    std::int64_t source() const;
    std::int64_t delivery() const;
    std::int64_t file() const;
    /// From here on the delivery is the whole truth for these days, proven to be: for who knows them only later than
    /// Options. Before the first charge.
    void answerFor(std::vector<DateRange> days);

    /// The delivery stays though no partition changes: it brings something beside its charges.
    void stays();

    /// Compares the delivery with itself and with what is stored, between the last line and finish(). Requires
    /// Options::compares. Where the answer leaves files out or names another source, this delivery must not be finished
    /// but begun anew that way. Errors: those of DeliveryMeeting::meet().
    Result<Meeting> meet();

    /// What each file brought, by currency. After meet().
    struct FileTotal {
        std::string file;
        Currency currency;
        DecimalSum billed;
        std::uint64_t rows = 0;
        Day from, to; ///< billing months of its charges: the first day of the first, the first day behind the last
    };
    std::vector<FileTotal> fileTotals() const;

    /// Replaces the partitions and commits; whoever called settles the file (see settle()). Afterwards only the
    /// destructor may be called.
    Result<ImportReport> finish();

private:
    Ingest();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace altimeter::store
