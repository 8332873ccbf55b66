#pragma once

#include "models/domain/costline.h"
#include "providers/core/bytesource.h"
#include "providers/focus/focusfile.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace altimeter::testing {

/// Keeps everything a source says, with its own copies of the text.
class CollectingSink : public CostLineSink {
public:
    struct Row {
        std::uint64_t line = 0;
        std::map<std::string, std::string> text; ///< filled columns by name
        std::vector<std::string> extra;
        std::array<std::optional<Decimal>, kLensCount> cost;
        Instant start, end;
        Day period;
        std::string currency, provider;
        std::array<std::uint64_t, 2> attributes{};
    };

    std::string file;
    std::vector<std::string> header, extraColumns;
    std::vector<Row> rows;
    std::vector<RejectedLine> rejected;
    std::vector<Finding> findings;
    std::map<std::string, std::array<DecimalSum, kLensCount>> totals; ///< by currency
    std::array<std::uint64_t, kLensCount> unknown{};
    std::size_t batches = 0;                             ///< that were taken
    std::uint64_t failAtLine = ~std::uint64_t{0};        ///< from this line on add() answers an Error
    std::size_t failAtBatch = ~std::size_t{0};           ///< from this batch on take() answers an Error
    std::chrono::milliseconds addDelay{0}, takeDelay{0}; ///< a slow receiver

    Status begin(const std::string& name, std::span<const std::string> names,
                 std::span<const std::string> extras) override
    {
        file = name;
        header.assign(names.begin(), names.end());
        extraColumns.assign(extras.begin(), extras.end());
        return {};
    }
    std::unique_ptr<CostBatch> newBatch() override { return std::make_unique<Batch>(*this); }
    Status take(std::unique_ptr<CostBatch> given) override
    {
        if (batches >= failAtBatch)
            return Error{ErrorCode::Database, "the store is full", "test"};
        ++batches;
        std::this_thread::sleep_for(takeDelay);
        const auto& batch = static_cast<const Batch&>(*given);
        for (const Row& row : batch.rows)
            addCosts(row);
        rows.insert(rows.end(), batch.rows.begin(), batch.rows.end());
        rejected.insert(rejected.end(), batch.rejected.begin(), batch.rejected.end());
        return {};
    }
    Status finding(const Finding& finding) override
    {
        findings.push_back(finding);
        return {};
    }

    /// How many batches there were at a time.
    int mostLiveBatches() const { return m_live->most; }
    std::string total(CostLens lens, const std::string& currency = "USD") const
    {
        const auto found = totals.find(currency);
        return found == totals.end() ? "none" : found->second[static_cast<std::size_t>(lens)].toString(0);
    }
    /// The first finding with this id whose message names `word`.
    const Finding* find(std::string_view check, std::string_view word = {}) const
    {
        const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
            return finding.check == check && finding.message.find(word) != std::string::npos;
        });
        return found == findings.end() ? nullptr : &*found;
    }
    std::uint64_t rowsWith(std::string_view check, std::string_view word = {}) const
    {
        const Finding* finding = find(check, word);
        return finding == nullptr ? 0 : finding->rows;
    }

private:
    struct Live {
        std::atomic<int> now = 0, most = 0;
    };
    /// Filled by the threads of the source.
    class Batch : public CostBatch {
    public:
        explicit Batch(const CollectingSink& sink)
            : m_live(sink.m_live), m_failAtLine(sink.failAtLine), m_delay(sink.addDelay)
        {
            const int now = ++m_live->now;
            int most = m_live->most;
            while (most < now && !m_live->most.compare_exchange_weak(most, now))
                continue;
        }
        ~Batch() override { --m_live->now; }

        Status add(const CostLine& line) override
        {
            if (line.lineNumber >= m_failAtLine)
                return Error{ErrorCode::Database, "the store is full", "test"};
            if (m_delay.count() > 0)
                std::this_thread::sleep_for(m_delay);
            Row row;
            row.line = line.lineNumber;
            for (std::size_t i = 0; i < kColumnCount; ++i) {
                if (!line.text[i].empty())
                    row.text[std::string(columnName(static_cast<Column>(i)))] = line.text[i];
            }
            row.extra.assign(line.extra.begin(), line.extra.end());
            row.cost = line.cost;
            row.start = line.chargeStart;
            row.end = line.chargeEnd;
            row.period = line.billingPeriod;
            row.currency = line.currency.code();
            row.provider = line.provider;
            row.attributes = line.attributes;
            rows.push_back(std::move(row));
            return {};
        }
        void reject(RejectedLine line) override { rejected.push_back(std::move(line)); }

        std::vector<Row> rows;
        std::vector<RejectedLine> rejected;

    private:
        const std::shared_ptr<Live> m_live;
        const std::uint64_t m_failAtLine;
        const std::chrono::milliseconds m_delay;
    };

    std::shared_ptr<Live> m_live = std::make_shared<Live>();

    void addCosts(const Row& row)
    {
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            if (row.cost[lens])
                totals[row.currency][lens].add(*row.cost[lens]);
            else
                ++unknown[lens];
        }
    }
};

/// Everything that was said, as one text, to compare two readings.
inline std::string everything(const CollectingSink& sink)
{
    std::string all = sink.file;
    const auto say = [&all](std::string_view what) { all.append(1, '\x1f').append(what); };
    for (const auto& name : sink.header)
        say(name);
    for (const auto& row : sink.rows) {
        say("\nrow " + std::to_string(row.line));
        for (const auto& [column, value] : row.text)
            say(column + "=" + value);
        for (const auto& value : row.extra)
            say(value);
        for (const auto& cost : row.cost)
            say(cost ? toString(*cost) : "unknown");
        say(toString(row.start) + toString(row.end) + toString(row.period) + row.currency + row.provider);
    }
    for (const RejectedLine& line : sink.rejected)
        say("\nrejected " + std::to_string(line.line) + line.check + line.message + line.text + line.file);
    for (const Finding& finding : sink.findings)
        say("\nfinding " + finding.check + std::to_string(finding.rows) + "," + std::to_string(finding.firstLine) +
            finding.message + finding.file);
    return all;
}

/// Reads text as if it were a file.
inline Result<providers::FocusFileInfo> readText(const std::string& text, CollectingSink& sink, unsigned threads = 0,
                                                 std::size_t blockBytes = 0)
{
    const auto open = [&text]() -> Result<std::unique_ptr<providers::ByteSource>> {
        return std::unique_ptr<providers::ByteSource>(std::make_unique<providers::MemorySource>("test.csv", text));
    };
    return providers::readFocusSource(open, sink, {}, {}, threads, blockBytes);
}

} // namespace altimeter::testing
