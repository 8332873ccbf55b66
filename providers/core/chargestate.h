#pragma once

#include "models/domain/costline.h"
#include "providers/core/delivery.h"

#include <functional>
#include <utility>

namespace altimeter::providers {

/// Adds x_ChargeState to the lines of a cost file that does not say it itself: final where `isFinal` says so or the
/// line names its invoice. `isFinal` is called from several threads.
class ChargeStateSink final : public CostLineSink {
public:
    using IsFinal = std::function<bool(const CostLine&)>;
    ChargeStateSink(CostLineSink& sink, IsFinal isFinal) : m_sink(sink), m_isFinal(std::move(isFinal)) {}

    Status begin(const std::string& file, std::span<const std::string> header,
                 std::span<const std::string> extraColumns) override
    {
        std::vector<std::string> names(extraColumns.begin(), extraColumns.end());
        m_saysItself = std::find(names.begin(), names.end(), kChargeState) != names.end();
        if (!m_saysItself)
            names.emplace_back(kChargeState);
        std::vector<std::string> columns(header.begin(), header.end());
        if (!m_saysItself)
            columns.emplace_back(kChargeState);
        return m_sink.begin(file, columns, names);
    }
    std::unique_ptr<CostBatch> newBatch() override
    {
        if (m_saysItself)
            return m_sink.newBatch();
        return std::make_unique<Batch>(m_sink.newBatch(), m_isFinal);
    }
    Status take(std::unique_ptr<CostBatch> batch) override
    {
        if (m_saysItself)
            return m_sink.take(std::move(batch));
        return m_sink.take(static_cast<Batch&>(*batch).release());
    }
    Status finding(const Finding& finding) override { return m_sink.finding(finding); }

private:
    class Batch final : public CostBatch {
    public:
        Batch(std::unique_ptr<CostBatch> batch, const IsFinal& isFinal) : m_batch(std::move(batch)), m_isFinal(isFinal)
        {
        }
        Status add(const CostLine& line) override
        {
            m_cells.assign(line.extra.begin(), line.extra.end());
            const bool isInvoiced = !line.text[static_cast<std::size_t>(Column::InvoiceId)].empty();
            m_cells.push_back(isInvoiced || m_isFinal(line) ? kFinal : kEstimated);
            CostLine marked = line;
            marked.extra = m_cells;
            return m_batch->add(marked);
        }
        void reject(RejectedLine line) override { m_batch->reject(std::move(line)); }
        std::unique_ptr<CostBatch> release() { return std::move(m_batch); }

    private:
        std::unique_ptr<CostBatch> m_batch;
        const IsFinal& m_isFinal;
        std::vector<std::string_view> m_cells;
    };

    CostLineSink& m_sink;
    IsFinal m_isFinal;
    bool m_saysItself = false;
};

} // namespace altimeter::providers
