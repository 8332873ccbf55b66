#pragma once

#include "models/domain/money.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <unordered_map>
#include <vector>

namespace altimeter::analysis {

/// What falls into one group and step.
struct Cell {
    Int128 attos = 0;
    std::uint32_t rows = 0;
    std::uint32_t unknown = 0;
};

/// Cells by group and step. A group's steps lie together, so that a run of days goes through memory once; where that
/// would take too much memory each cell stands alone in a hash table.
class CellGrid {
public:
    /// Room for this many cells is worth keeping a group's steps together.
    static constexpr std::uint64_t kTogether = std::uint64_t{1} << 24U;

    CellGrid(std::uint64_t groups, std::uint32_t steps)
        : m_steps(steps), m_together(steps == 1 || groups <= kTogether / steps), m_blockSize(m_together ? steps : 1)
    {
        constexpr std::uint64_t kDense = std::uint64_t{1} << 22U;
        const std::uint64_t blocks = m_together ? groups : groups * steps;
        if (blocks <= kDense)
            m_slot.assign(blocks, kNone);
    }

    /// A step that is none is not counted but noted as if a total had left its range: nothing is lost in silence.
    void add(std::uint64_t group, std::uint32_t step, Int128 attos, std::uint32_t rows, std::uint32_t unknown)
    {
        if (step >= m_steps) {
            m_overflowed = true;
            return;
        }
        Cell& cell = at(group, step);
        m_overflowed |= __builtin_add_overflow(cell.attos, attos, &cell.attos);
        cell.rows += rows;
        cell.unknown += unknown;
    }
    Cell& at(std::uint64_t group, std::uint32_t step)
    {
        return m_together ? block(group)[step] : *block(group * m_steps + step);
    }
    /// The cells of all steps of a group; null where they do not lie together.
    Cell* stepsOf(std::uint64_t group) { return m_together ? block(group) : nullptr; }

    void merge(const CellGrid& other)
    {
        other.forEach([this](std::uint64_t group, std::uint32_t step, const Cell& cell) {
            add(group, step, cell.attos, cell.rows, cell.unknown);
        });
        m_overflowed |= other.m_overflowed;
    }
    /// Calls `sink(group, step, cell)` for every cell with a line, group by group where they lie together.
    template <typename Sink> void forEach(Sink sink) const
    {
        for (std::size_t i = 0; i < m_blocks.size(); ++i) {
            for (std::uint32_t step = 0; step < m_blockSize; ++step) {
                const Cell& cell = m_blocks[i][step];
                if (cell.rows == 0)
                    continue;
                if (m_together)
                    sink(m_numbers[i], step, cell);
                else
                    sink(m_numbers[i] / m_steps, static_cast<std::uint32_t>(m_numbers[i] % m_steps), cell);
            }
        }
    }
    bool overflowed() const { return m_overflowed; }
    void noteOverflow() { m_overflowed = true; }

private:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::size_t kPage = 4096; ///< cells allocated at a time

    Cell* block(std::uint64_t number)
    {
        std::uint32_t& slot = m_slot.empty() ? m_hashed.try_emplace(number, kNone).first->second : m_slot[number];
        if (slot == kNone) {
            slot = static_cast<std::uint32_t>(m_blocks.size());
            m_numbers.push_back(number);
            m_blocks.push_back(newBlock());
        }
        return m_blocks[slot];
    }
    Cell* newBlock()
    {
        if (m_pages.empty() || m_pageUsed + m_blockSize > std::max<std::size_t>(kPage, m_blockSize)) {
            m_pages.push_back(std::make_unique<Cell[]>(std::max<std::size_t>(kPage, m_blockSize)));
            m_pageUsed = 0;
        }
        Cell* const begin = m_pages.back().get() + m_pageUsed;
        m_pageUsed += m_blockSize;
        return begin;
    }

    std::uint64_t m_steps;
    bool m_together;
    std::uint32_t m_blockSize;
    std::vector<std::uint32_t> m_slot; ///< by block number; empty: see m_hashed
    std::unordered_map<std::uint64_t, std::uint32_t> m_hashed;
    std::vector<std::uint64_t> m_numbers; ///< by slot
    std::vector<Cell*> m_blocks;
    std::vector<std::unique_ptr<Cell[]>> m_pages;
    std::size_t m_pageUsed = 0;
    bool m_overflowed = false;
};

} // namespace altimeter::analysis
