#pragma once

#include "app/session/secrets/secretstore.h"
#include "app/session/workspace/engine.h"
#include "models/analysis/attribution/attribution.h"
#include "models/domain/costsource.h"
#include "models/facts/factset.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/sql.h"
#include "providers/core/connector.h"

#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

namespace altimeter::session {

/// One revision of the workspace as every reader sees it: facts, rules and their attribution belong together.
struct State {
    std::shared_ptr<const FactSet> facts;
    std::shared_ptr<const analysis::Attribution> attribution;
    std::shared_ptr<const CostSource> costs; ///< what both answer
    RuleSet rules;
    Engine::RulesDocument rulesDocument;
    std::vector<std::string> damage;
    std::vector<Currency> currencies;
};

struct Engine::Impl {
    std::string path;
    bool isDemo = false;
    bool isImportOnly = false;
    std::vector<std::string> importDamage;     ///< of a workspace opened for importing only: it has no state
    std::vector<std::string> mended;           ///< while opening
    std::string readOnly;                      ///< why it can only be looked at; empty: it can be written
    std::vector<std::string> notes;            ///< what was found and done on opening
    std::shared_ptr<const store::Making> copy; ///< the private copy that is read, if any
    std::filesystem::file_time_type seenAt;    ///< of a file that is read without locks
    std::uintmax_t seenBytes = 0;
    store::sql::Connection writer; ///< guarded by writeMutex
    mutable std::mutex writeMutex;
    /// Held alone while an import is committed and published, shared by whoever reads stored lines for a state: between
    /// the two the file is already new and the state still old.
    mutable std::shared_mutex revisionMutex;
    mutable std::mutex stateMutex;
    std::shared_ptr<const State> state; ///< guarded by stateMutex

    mutable std::mutex connectMutex;
    NetworkSettings network;                          ///< guarded by connectMutex
    mutable std::shared_ptr<SecretStore> secretStore; ///< guarded by connectMutex; made when first asked for
    std::set<std::string> syncing;                    ///< guarded by connectMutex

    /// Tells this workspace from others in the secret store and among the approvals.
    Result<std::string> owner();
    std::shared_ptr<SecretStore> secrets() const;
    /// Keeps that the user agreed to what a connection reaches out to, and takes over what older versions kept for it,
    /// but for the secrets that were `entered` just now.
    Status approve(const ConnectionSettings& settings, const providers::ConnectorKind& kind, const std::string& owner,
                   const ConnectionReach& reach, const std::map<std::string, std::string>& entered);

    std::shared_ptr<const State> current() const
    {
        const std::lock_guard lock(stateMutex);
        return state;
    }
    void publish(std::shared_ptr<const State> next)
    {
        const std::lock_guard lock(stateMutex);
        state = std::move(next);
    }
    /// Reads what is stored and publishes it as the new state. Requires writeMutex or sole ownership.
    Status reload(std::stop_token stop);
    /// A connection of its own, for reading.
    Result<store::sql::Connection> reader() const;
    /// Error ReadOnly with the reason where nothing can be written.
    Status checkWritable() const;
    /// Takes over what was opened; `file` is its path as it was asked for.
    void adopt(store::OpenedWorkspace opened, const std::filesystem::path& file);
};

/// The answers that are put together from several queries.
Result<SeriesSet> buildSeries(const CostSource& costs, const Engine::SeriesRequest& request, std::stop_token stop);
/// CostQuery::top for a series of each team: of thousands only the largest are looked at day by day. 0: all.
std::size_t watchedTeams(std::size_t teams);
Result<Overview> buildOverview(const CostSource& costs, CostLens lens, const std::vector<Currency>& currencies,
                               std::vector<SourceInfo> sources, const std::vector<ProofLine>& proof,
                               std::size_t partitions, std::stop_token stop);
/// Quick proves what is in memory against the sums kept at import, when the stored lines were counted again; Full
/// counts them again now, in the file and as an export would write them.
enum class ProofDepth { Quick, Full };
Result<std::vector<ProofLine>> buildProof(const CostSource& costs, const store::sql::Connection& reader,
                                          const std::vector<PartitionInfo>& partitions,
                                          const std::vector<CostLens>& lenses, ProofDepth depth, std::stop_token stop);
/// Writes the charge lines of `query` as FOCUS CSV text, batch by batch, into `sink`.
Status writeCharges(const State& state, store::sql::Connection& reader, const std::vector<std::string>& headers,
                    const CostQuery& query, const std::function<Status(std::string_view)>& sink, std::stop_token stop);
/// A charge line as people see it: the stored line with the share and the owner of `match`.
Result<std::vector<ChargeRow>> chargeRows(const State& state, store::sql::Connection& reader, const CostQuery& query,
                                          std::uint64_t offset, std::uint64_t limit, bool largestFirst,
                                          ChargePage& page, std::stop_token stop);

} // namespace altimeter::session
