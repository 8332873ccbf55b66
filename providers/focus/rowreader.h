#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "providers/focus/columns.h"
#include "providers/focus/conformance.h"
#include "providers/focus/dates.h"
#include "providers/focus/filehabits.h"
#include "providers/focus/nativeprofile.h"
#include "providers/focus/recordscanner.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// What is known of a file once its header was read. Shared by all threads, constant.
struct FilePlan {
    std::string file; ///< as shown to people
    HeaderMapping mapping;
    FileHabits habits;
    CsvFormat format;
};

/// What the rows of one stretch of a file came to.
struct ReadRows {
    std::unique_ptr<CostBatch> batch;
    std::uint64_t rows = 0;     ///< added to the batch as charges
    std::uint64_t rejected = 0; ///< added to it as rejected lines
    ConformanceTally conformance;
    std::map<std::string, Finding> malformed; ///< records that are no CSV, by check; `file` is left empty
};

/// Turns the records of a file into charges, rejected lines and counted faults, stretch by stretch. One thread at a
/// time.
class RowReader {
public:
    /// `plan` must outlive the reader.
    explicit RowReader(const FilePlan& plan);
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;

    /// A stretch begins; its charges go into `batch`.
    void start(std::unique_ptr<CostBatch> batch);
    /// Takes a record as wide as the header. Errors are those of the batch.
    Status take(const CsvRecord& record);
    void takeMalformed(std::uint64_t line, std::string_view raw, const CsvProblem& problem);
    ReadRows finish();

private:
    /// Why a row cannot be stored.
    struct Refusal {
        Check check;
        Column column;
        std::string message;
    };
    /// Remembers the last date text of one column: neighbours often share it.
    class DateMemo {
    public:
        const std::optional<ParsedInstant>& parse(std::string_view text, DateOrder order);

    private:
        std::string m_text;
        std::optional<ParsedInstant> m_parsed;
    };
    /// Fields of neighbouring attribute columns.
    struct Run {
        std::size_t first = 0, last = 0;
    };

    void findRuns();
    void mapCells(const CsvRecord& record);
    void fillDerived();
    void fingerprint(const CsvRecord& record);
    bool isBlank() const;
    bool parseRow();
    bool parseDates();
    bool parseStart();
    Instant parseBound(Column column, DateMemo& memo, bool& unreadable);
    bool parseNumbers();
    bool parseNumber(Column column, std::optional<Decimal>& target);
    void readCurrency();
    void readProvider();
    bool refuse(Check check, Column column, std::string message);
    RejectedLine::Readable readable();
    std::optional<ParsedDecimal> readNumber(Column column, std::string_view text);
    void reject(std::uint64_t line, std::string_view raw, const std::string& check, const std::string& message,
                RejectedLine::Readable readable);

    const FilePlan& m_plan; // constant
    Conformance m_conformance;
    std::optional<NativeProfile> m_native;
    std::vector<std::string_view*> m_targets; ///< by field: where its cell goes in m_line or m_extra; constant
    std::vector<Run> m_runs;                  ///< constant; empty where the attributes are derived
    ReadRows m_read;

    // The row at hand.
    FieldText m_text;
    CostLine m_line;
    BillingPeriodBounds m_billing;
    std::vector<std::string_view> m_cells; ///< all fields, null ones empty; of native files only
    std::vector<std::string_view> m_extra;
    std::vector<char> m_hashed;
    std::string m_number; ///< a number whose decimal comma was turned into a point
    std::optional<Refusal> m_refusal;
    DateMemo m_chargeStart, m_chargeEnd, m_billingStart, m_billingEnd;
    BillingPeriodBounds m_lastBilling;
    Day m_lastBillingMonth;
    std::string m_lastCurrencyText;
    Currency m_lastCurrency;
    bool m_lastCurrencyListed = true;
};

} // namespace altimeter::providers
