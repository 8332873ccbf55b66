#pragma once

#include "models/store/ingest/linebatch.h"
#include "models/store/ingest/tupleids.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// Gives the attribute tuples and combinations of a delivery the numbers they have in the workspace, and new ones the
/// next number. It knows what is stored by hash alone: the texts stay where they lie.
///
/// Numbers are given in the order in which they are asked for, and only by the one thread that takes batches in, so
/// that the same files give the same workspace however many threads read them.
///
/// To learn what is stored means to read all of it, so a connection keeps its dictionary from one delivery to the next
/// (about 40 bytes for each tuple and combination). It is the same as the stored one as long as the checksum of the
/// stored one is: whoever adds to that, this program or another, changes its checksum.
class TupleDictionary {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    using CoreMembers = std::array<std::uint32_t, kCoreGroupCount>;

    /// The core of a combination: all groups but the provider columns.
    struct Core {
        std::uint32_t id = kNone; ///< kNone: there was no room to remember it, see members
        CoreMembers members{};    ///< tuple numbers by group; only where id is kNone
    };

    /// Begins a delivery: the dictionary that `db` kept, where that still is what is stored, else one that has read it
    /// all. `remembered`: distinct tuples of a kind that are kept in memory; further ones are stored again with each
    /// line. Requires an open transaction; `db` must outlive the use. Error Corrupt where the numbers have a gap or a
    /// combination names a tuple that is not there.
    static Result<std::unique_ptr<TupleDictionary>> begin(sql::Connection& db, std::size_t remembered);
    /// Ends a delivery, after its transaction: lets the connection keep the dictionary, unless it gave numbers that
    /// were rolled back.
    static void end(sql::Connection& db, std::unique_ptr<TupleDictionary> dictionary, bool isCommitted);

    explicit TupleDictionary(std::size_t remembered);
    /// Lets go of the statements, so that the transaction can end.
    void release();
    /// Adds what was written since begin() to the checksum that is stored.
    Status seal(sql::Connection& db);

    /// Numbers of one tuple, one core, one combination; what is new is written at once.
    Result<std::uint32_t> tupleOf(Group group, const Fingerprint& hash, std::string_view tuple);
    Result<Core> coreOf(const LineBatch::NewCore& core);
    Result<std::uint32_t> comboOf(const Core& core, std::uint32_t extra);

    /// What batches look up while they are filled.
    const KnownCores& cores() const { return m_cores; }

private:
    struct Tuples {
        FingerprintMap<std::uint32_t> known;
        std::uint32_t next = 0;
    };
    using Hashes = std::array<std::vector<Fingerprint>, kGroupCount>; ///< by group and number

    Status prepare(const sql::Connection& db);
    Status learn(const sql::Connection& db);
    Status learnTuples(const sql::Connection& db, Hashes& hashes);
    Status learnCombos(const sql::Connection& db, const Hashes& hashes);
    Result<std::uint32_t> addCombo(const CoreMembers& core, std::uint32_t extra);

    std::array<Tuples, kGroupCount> m_tuples;
    KnownCores m_cores;                      ///< shared with the batches
    std::vector<CoreMembers> m_coreMembers;  ///< by id of a remembered core
    FingerprintMap<std::uint32_t> m_combos;  ///< by core and tuple of provider columns
    std::vector<std::uint32_t> m_plainCombo; ///< by core: its combination without provider columns, or kNone
    std::uint32_t m_nextCombo = 0;
    std::size_t m_remembered = 0;
    DictionarySum m_added; ///< since begin()
    bool m_hasAdded = false;
    std::string m_checksum; ///< of what is stored and known
    sql::Statement m_insertTuple, m_insertCombo;
};

} // namespace altimeter::store
