#include "app/session/workspace/revisionlines.h"

#include "models/store/ledger/ledger.h"
#include "models/store/segments/factstore.h"
#include "models/store/segments/recounting.h"
#include "models/store/segments/tagtext.h"

namespace altimeter::session {

Result<std::vector<ChargeRow>> RevisionLines::read(std::span<const RowAddress> rows, std::stop_token stop) const
{
    auto reading = m_stored->read(stop);
    return reading ? store::readCharges(reading->db(), *m_dictionaries, rows, std::move(stop))
                   : Result<std::vector<ChargeRow>>(reading.error());
}

Result<std::vector<CellsBeside>> RevisionLines::cellsBeside(const FactChunk& chunk, std::stop_token stop) const
{
    auto reading = m_stored->read(stop);
    return reading ? store::readCellsBeside(reading->db(), chunk) : Result<std::vector<CellsBeside>>(reading.error());
}

Result<std::vector<std::optional<Decimal>>> RevisionLines::numbers(const FactChunk& chunk, const LineKey& key,
                                                                   std::stop_token stop) const
{
    auto reading = m_stored->read(stop);
    return reading ? store::readNumbers(reading->db(), chunk, key)
                   : Result<std::vector<std::optional<Decimal>>>(reading.error());
}

Result<std::vector<std::string>> RevisionLines::files(std::span<const FactChunk* const> chunks,
                                                      std::stop_token stop) const
{
    auto reading = m_stored->read(stop);
    return reading ? store::readFiles(reading->db(), chunks) : Result<std::vector<std::string>>(reading.error());
}

std::vector<TagPair> RevisionLines::tagsOf(std::string_view cell) const
{
    return store::decodeTags(cell);
}

Result<std::vector<std::string>> RevisionLines::headers(std::stop_token stop) const
{
    auto reading = m_stored->read(stop);
    return reading ? store::readHeaders(reading->db()) : Result<std::vector<std::string>>(reading.error());
}

Result<Recount> RevisionLines::recount(const PartitionInfo& partition, std::stop_token stop) const
{
    auto reading = m_stored->read(stop);
    if (!reading)
        return reading.error();
    Recount sum;
    for (const std::int64_t id : partition.ids) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        const auto counted = store::recountPartition(reading->db(), id);
        if (!counted)
            return counted.error();
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            sum.stored[lens].add(counted->stored[lens]);
            sum.exported[lens].add(counted->exported[lens]);
        }
    }
    return sum;
}

} // namespace altimeter::session
