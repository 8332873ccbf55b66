#pragma once

#include "app/session/workspace/snapshot.h"
#include "models/domain/allocationrule.h"
#include "models/domain/completeness.h"
#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/farcharges.h"
#include "models/domain/feedmapping.h"
#include "models/domain/importreport.h"
#include "models/domain/measure.h"
#include "models/domain/overview.h"
#include "models/domain/progress.h"
#include "models/domain/proofline.h"
#include "models/domain/query.h"
#include "models/domain/questions.h"
#include "models/domain/result.h"
#include "models/domain/rulesdocument.h"
#include "models/domain/savedview.h"
#include "models/domain/series.h"
#include "models/domain/sources.h"
#include "models/domain/sync.h"
#include "models/domain/workspaceinfo.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::session {

class SecretStore;

/// An open workspace and everything that can be asked of it, without Qt and without threads of its own: the command
/// line calls it directly, the window through its workers.
///
/// Reading methods may be called from several threads at once; each works on the revision that was current when it
/// began. Writing methods (importPaths, publishRules, saveView, removeView) take turns on one internal lock. Every
/// method answers Error Cancelled soon after `stop` is requested.
class Engine {
public:
    using Progress = altimeter::Progress;
    using ProgressSink = std::function<void(const Progress&)>; ///< called on the working thread, at most every 50 ms

    using Info = WorkspaceInfo;
    using SeriesRequest = SeriesQuestion;
    using RulesDocument = altimeter::RulesDocument;
    struct ImportOptions {
        std::string source;
        bool dryRun = false;
        Instant at; ///< when the import happens; not valid: now
    };

    /// Makes a new workspace file with the default rules, whole or not at all. Error Invalid if the file exists
    /// already.
    static Result<std::unique_ptr<Engine>> create(const std::filesystem::path& file);
    /// What an opened workspace is for. ImportOnly holds no charges in memory, before the import or after it: of all
    /// methods only importPaths() and those of connections, syncs and measures may be called.
    enum class Purpose { Questions, ImportOnly };
    /// Opens an existing one; where the file, its folder or disk cannot be written, for looking at only: then every
    /// writing method answers Error ReadOnly. Error NotFound, Unsupported (newer program), Corrupt, Busy.
    static Result<std::unique_ptr<Engine>> open(const std::filesystem::path& file,
                                                Purpose purpose = Purpose::Questions);
    /// The one that is there, or a new one; also when another program makes it at the same moment.
    static Result<std::unique_ptr<Engine>> openOrCreate(const std::filesystem::path& file,
                                                        Purpose purpose = Purpose::Questions);
    /// Makes a workspace filled with the demonstration company through the ordinary import.
    static Result<std::unique_ptr<Engine>> createDemo(const std::filesystem::path& file, const ProgressSink& progress,
                                                      std::stop_token stop);
    ~Engine();

    /// The newest revision this program has read, to ask questions of (see questions/answers.h). Null where the
    /// workspace was opened for importing only.
    SnapshotPtr snapshot() const;
    Info info() const;
    /// Sentences about what is stored and cannot be believed or read; empty when all is well. Also of a workspace that
    /// was opened for importing only, where charge lines and attributes are not looked at.
    std::vector<std::string> damage() const;
    /// Sentences about damage that was found when the workspace was opened and put right without loss.
    std::vector<std::string> mended() const;
    /// Sentences about what was found and done on opening.
    const std::vector<std::string>& notes() const;
    /// Takes in what another program (a sync from a timer) wrote meanwhile; true where there was something.
    Result<bool> refresh();

    Result<ImportReport> importPaths(const std::vector<std::filesystem::path>& paths, const ImportOptions& options,
                                     const ProgressSink& progress, std::stop_token stop);

    Result<CostTable> table(const CostQuery& query, std::stop_token stop) const;
    Result<SeriesSet> series(const SeriesRequest& request, std::stop_token stop) const;
    Result<ChargePage> charges(const CostQuery& query, std::uint64_t offset, std::uint64_t limit, bool largestFirst,
                               std::stop_token stop) const;
    Result<std::vector<std::string>> dimValues(const Dim& dim, const CostQuery& query, std::size_t limit,
                                               std::stop_token stop) const;
    Result<std::vector<Dim>> dynamicDims() const;
    Result<Overview> overview(CostLens lens, std::stop_token stop) const;

    Result<std::vector<SourceInfo>> sources() const;
    Result<std::vector<PartitionInfo>> partitions() const;
    /// Those of the files, as they were imported, and those that all charges together show (charge-period-far).
    Result<std::vector<Finding>> findings(const std::string& source = {}) const;
    /// What no trend, forecast, report or calendar over `range` holds, although it was imported: see farChargesOf().
    std::vector<FarCharges> farCharges(const DateRange& range = {}) const;
    Result<std::vector<RejectedLine>> rejected(const std::string& source = {}) const;
    /// One line per partition and lens that has any amount. Empty `source` and an invalid `period` mean all.
    Result<std::vector<ProofLine>> proof(const std::string& source, Day period, std::stop_token stop) const;

    RulesDocument rules() const;
    /// Decodes and validates. Error Invalid names the first field that was wrong ("rules[3].when[0].test").
    static Result<RuleSet> checkRules(const std::string& json);
    /// The answer as it would be under these rules instead of the published ones.
    Result<CostTable> tableUnder(const std::string& json, const CostQuery& query, std::stop_token stop) const;
    Result<RuleDiff> diffRules(const std::string& json, std::stop_token stop) const;
    /// Publishes over version `over` and no other: error Conflict when another program published meanwhile, with its
    /// rules taken in. Without `over`, over the version that rules() answers. A backup is made first.
    Result<RulesDocument> publishRules(const std::string& json, std::optional<std::uint32_t> over = {});

    /// Kinds of connections there are.
    static std::vector<ConnectorInfo> connectorInfos();
    /// How this computer reaches the network, as its user chose it; a connection's own "proxy" and "ca_file" go before
    /// it.
    struct NetworkSettings {
        std::string proxy; ///< "environment": as http_proxy and its like say; empty: none
        std::string caFile;
    };
    void setNetwork(const NetworkSettings& network);
    /// Where secrets are kept; the desktop's secret service unless set before the first use.
    void setSecretStore(std::shared_ptr<SecretStore> store);
    /// Asks the desktop at the first call, which may take some seconds where it does not answer.
    std::shared_ptr<SecretStore> secretStore() const;
    std::string secretStoreText() const; ///< one sentence: where secrets are kept, or why they are not
    bool keepsSecrets() const;           ///< false: they live until the program ends

    Result<std::vector<ConnectionInfo>> connections() const;
    /// What a connection with these settings would reach out to; `secrets` as for saveConnection(). Error Invalid:
    /// nothing that can be asked.
    static Result<ConnectionReach> reachOf(const ConnectionSettings& settings,
                                           const std::map<std::string, std::string>& secrets);
    /// Whether a person's way to write an address or a proxy ("HTTPS://host:443") names `origin`.
    static bool isSameOrigin(const std::string& origin, const std::string& written);
    /// The same of a proxy, whose port is 1080 where none is written.
    static bool isSameProxy(const std::string& proxy, const std::string& written);
    /// Adds or changes a connection, by which the user confirms everything it reaches out to on this computer. Secrets
    /// by field go to the secret store, for exactly its addresses; "env:NAME" names an environment variable instead;
    /// one that is left out stays as it is. Error Invalid names the field that is missing or wrong; Denied: keys would
    /// go unencrypted to another computer, and `plainHttp` does not agree to that.
    enum class PlainHttp { Refuse, Allow };
    Status saveConnection(const ConnectionSettings& settings, const std::map<std::string, std::string>& secrets,
                          PlainHttp plainHttp = PlainHttp::Refuse);
    /// The user of this computer agrees to what a stored connection reaches out to. `seen` is what was shown. Errors as
    /// of saveConnection(); Busy when the connection has changed since `seen` was read.
    Status confirmConnection(const std::string& name, const ConnectionReach& seen,
                             PlainHttp plainHttp = PlainHttp::Refuse);
    /// Forgets settings, secrets and confirmation; the charges stay. The value is empty, or one sentence on what could
    /// not be forgotten.
    Result<std::string> removeConnection(const std::string& name);
    /// Asks the provider the cheapest question; answers one sentence about what was found. Stored settings must have
    /// been confirmed (Error Denied); those of a form are its user's own words.
    enum class Settings { Stored, OfAForm };
    Result<std::string> testConnection(const ConnectionSettings& settings,
                                       const std::map<std::string, std::string>& secrets, std::stop_token stop,
                                       Settings origin = Settings::Stored,
                                       PlainHttp plainHttp = PlainHttp::Refuse) const;
    struct SyncOptions {
        std::vector<std::string> names; ///< none: all
        DateRange wanted;               ///< both bounds valid: these days; else what is due
        Instant at;                     ///< not valid: now
    };
    using SyncProgressSink = std::function<void(const SyncProgress&)>; ///< called on working threads, one at a time
    /// What sync() would ask.
    Result<std::vector<SyncPlan>> planSync(const SyncOptions& options) const;
    /// Fetches and stores one connection. What went wrong stands in the result; chunks stored before stay. One that is
    /// not confirmed on this computer is not used at all: no key is read, nothing is asked or written. One that another
    /// program syncs at the moment is left out.
    SyncResult syncOne(const std::string& name, const SyncOptions& options, const SyncProgressSink& progress,
                       std::stop_token stop);
    /// Several side by side; one that fails does not stop the others. Error NotFound for a name that is none.
    Result<std::vector<SyncResult>> sync(const SyncOptions& options, const SyncProgressSink& progress,
                                         std::stop_token stop);
    /// Source × day over `range` (both bounds valid). `today`: the UTC day up to which connections should reach.
    Result<CompletenessCalendar> calendar(const DateRange& range, Day today, std::stop_token stop) const;
    /// Reads the first records of a priced feed, and what `mapping` makes of them.
    static Result<FeedPreview> previewFeed(const std::filesystem::path& file, const FeedMapping& mapping,
                                           std::stop_token stop);
    /// Numbers of a source (empty: of all) that are no charges.
    Result<std::vector<Measure>> measures(const std::string& source, const std::string& name = {}) const;

    std::vector<SavedView> savedViews() const;
    Status saveView(const SavedView& view);
    Status removeView(const std::string& name);

    /// Writes the selected charge lines as FOCUS CSV: every stored column, exact decimals, provider columns last.
    Result<std::string> exportCharges(const CostQuery& query, const std::filesystem::path& file,
                                      std::stop_token stop) const;
    /// Writes the weekly summary PDF into `folder` and answers its path. Same workspace and day: same bytes.
    Result<std::string> weeklyReport(const std::filesystem::path& folder, CostLens lens, std::stop_token stop) const;

    /// The same summary as plain text for a terminal.
    Result<std::string> weeklyText(CostLens lens, std::stop_token stop) const;

private:
    SyncResult syncUncaught(const std::string& name, const SyncOptions& options, const SyncProgressSink& progress,
                            std::stop_token stop);
    Engine();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace altimeter::session
