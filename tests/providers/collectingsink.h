#pragma once

#include "models/domain/costline.h"
#include "providers/core/bytesource.h"
#include "providers/focus/focusfile.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace altimeter::testing {

/// Keeps everything a source says, with its own copies of the text.
class CollectingSink : public CostLineSink {
public:
    struct Row {
        std::uint64_t line = 0;
        std::map<std::string, std::string> text; ///< filled columns by name
        std::vector<std::string> extra;
        std::array<std::optional<std::string>, kLensCount> cost;
        Instant start, end;
        Day period;
        std::string currency, provider;
    };

    std::string file;
    std::vector<std::string> header, extraColumns;
    std::vector<Row> rows;
    std::vector<RejectedLine> rejected;
    std::vector<Finding> findings;
    std::map<std::string, std::array<DecimalSum, kLensCount>> totals; ///< by currency
    std::array<std::uint64_t, kLensCount> unknown{};
    std::uint64_t failAfter = ~std::uint64_t{0}; ///< rows after which add() answers an Error

    Status begin(const std::string& name, std::span<const std::string> names,
                 std::span<const std::string> extras) override
    {
        file = name;
        header.assign(names.begin(), names.end());
        extraColumns.assign(extras.begin(), extras.end());
        return {};
    }
    Status add(const CostLine& line) override
    {
        if (rows.size() >= failAfter)
            return Error{ErrorCode::Database, "the store is full", "test"};
        Row row;
        row.line = line.lineNumber;
        for (std::size_t i = 0; i < kColumnCount; ++i) {
            if (!line.text[i].empty())
                row.text[std::string(columnName(static_cast<Column>(i)))] = line.text[i];
        }
        row.extra.assign(line.extra.begin(), line.extra.end());
        for (std::size_t i = 0; i < kLensCount; ++i)
            addCost(line, i, row);
        row.start = line.chargeStart;
        row.end = line.chargeEnd;
        row.period = line.billingPeriod;
        row.currency = line.currency.code();
        row.provider = line.provider;
        rows.push_back(std::move(row));
        return {};
    }
    Status reject(const RejectedLine& line) override
    {
        rejected.push_back(line);
        return {};
    }
    Status finding(const Finding& finding) override
    {
        findings.push_back(finding);
        return {};
    }

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
    void addCost(const CostLine& line, std::size_t lens, Row& row)
    {
        if (line.cost[lens]) {
            totals[std::string(line.currency.code())][lens].add(*line.cost[lens]);
            row.cost[lens] = toString(*line.cost[lens]);
        } else {
            ++unknown[lens];
        }
    }
};

/// Reads text as if it were a file.
inline Result<providers::FocusFileInfo> readText(const std::string& text, CollectingSink& sink,
                                                 std::size_t blockBytes = providers::kBlockBytes)
{
    const auto open = [&text]() -> Result<std::unique_ptr<providers::ByteSource>> {
        return std::unique_ptr<providers::ByteSource>(std::make_unique<providers::MemorySource>("test.csv", text));
    };
    return providers::readFocusSource(open, sink, {}, {}, blockBytes);
}

} // namespace altimeter::testing
