#pragma once

#include "app/session/workspace/storedrevision.h"
#include "models/facts/factset.h"
#include "models/facts/storedlines.h"

#include <memory>

namespace altimeter::session {

/// The charge lines of one revision, read from the file as it was then.
class RevisionLines final : public StoredLines {
public:
    RevisionLines(std::shared_ptr<const StoredRevision> stored, std::shared_ptr<const Dictionaries> dictionaries)
        : m_stored(std::move(stored)), m_dictionaries(std::move(dictionaries))
    {
    }
    Result<std::vector<ChargeRow>> read(std::span<const RowAddress> rows, std::stop_token stop) const override;
    Result<std::vector<CellsBeside>> cellsBeside(const FactChunk& chunk, std::stop_token stop) const override;
    Result<std::vector<std::optional<Decimal>>> numbers(const FactChunk& chunk, const LineKey& key,
                                                        std::stop_token stop) const override;
    Result<std::vector<std::string>> files(std::span<const FactChunk* const> chunks,
                                           std::stop_token stop) const override;
    std::vector<TagPair> tagsOf(std::string_view cell) const override;
    Result<std::vector<std::string>> headers(std::stop_token stop) const override;
    Result<Recount> recount(const PartitionInfo& partition, std::stop_token stop) const override;

private:
    const std::shared_ptr<const StoredRevision> m_stored;
    const std::shared_ptr<const Dictionaries> m_dictionaries;
};

} // namespace altimeter::session
