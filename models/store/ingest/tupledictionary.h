#pragma once

#include "models/store/ingest/linebatch.h"
#include "models/store/ingest/tupleids.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// Gives the attribute tuples and combinations of a delivery the numbers they have in the workspace, and new ones the
/// next number. It knows what is stored by hash alone: the texts stay where they lie.
///
/// Numbers are given in the order in which they are asked for, and only by the one thread that takes batches in, so
/// that the same files give the same workspace however many threads read them.
class TupleDictionary {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    using CoreMembers = std::array<std::uint32_t, kCoreGroupCount>;

    /// The core of a combination: all groups but the provider columns.
    struct Core {
        std::uint32_t id = kNone; ///< kNone: there was no room to remember it, see members
        CoreMembers members{};    ///< tuple numbers by group; only where id is kNone
    };

    /// `remembered`: distinct tuples of a kind that are kept in memory; further ones are stored again with each line.
    explicit TupleDictionary(std::size_t remembered);

    /// Takes in what is stored and prepares for writing through `db`, which must outlive the use. Requires an open
    /// transaction. Error Corrupt where the numbers have a gap or a combination names a tuple that is not there.
    Status begin(sql::Connection& db);
    /// Lets go of the connection.
    void end();

    /// Numbers of one tuple, one core, one combination; what is new is written at once.
    Result<std::uint32_t> tupleOf(Group group, const Fingerprint& hash, std::string_view tuple);
    Result<Core> coreOf(const LineBatch::NewCore& core);
    Result<std::uint32_t> comboOf(const Core& core, std::uint32_t extra);

    /// What batches look up while they are filled.
    const KnownCores& cores() const { return m_cores; }
    /// What was written since begin(), for the dictionary's checksum.
    const DictionarySum& added() const { return m_added; }

private:
    struct Tuples {
        FingerprintMap<std::uint32_t> known;
        std::uint32_t next = 0;
    };
    using Hashes = std::array<std::vector<Fingerprint>, kGroupCount>; ///< by group and number

    Status learnTuples(const sql::Connection& db, Hashes& hashes);
    Status learnCombos(const sql::Connection& db, const Hashes& hashes);
    Result<std::uint32_t> addCombo(const CoreMembers& core, std::uint32_t extra);

    std::array<Tuples, kGroupCount> m_tuples;
    KnownCores m_cores;                      ///< shared with the batches
    std::vector<CoreMembers> m_coreMembers;  ///< by id of a remembered core
    FingerprintMap<std::uint32_t> m_combos;  ///< by core and tuple of provider columns
    std::vector<std::uint32_t> m_plainCombo; ///< by core: its combination without provider columns, or kNone
    std::uint32_t m_nextCombo = 0;
    DictionarySum m_added;
    sql::Statement m_insertTuple, m_insertCombo;
};

} // namespace altimeter::store
