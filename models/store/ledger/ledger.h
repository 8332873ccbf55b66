#pragma once

#include "models/domain/costline.h"
#include "models/domain/rulesdocument.h"
#include "models/domain/savedview.h"
#include "models/domain/sources.h"
#include "models/store/sql/sql.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// What the workspace remembers about its deliveries, rules and views. All reading functions work on any connection;
/// the writing ones run their own transaction.
namespace altimeter::store {

Result<std::vector<SourceInfo>> readSources(const sql::Connection& connection);

/// `name`, or one like it that no connection and no source of another kind than `kind` has.
Result<std::string> freeSourceName(const sql::Connection& connection, std::string name, std::string_view kind);
/// Their totals hold also what was delivered and could not be stored, as far as it says that it is of them.
Result<std::vector<PartitionInfo>> readPartitions(const sql::Connection& connection);
/// What could not be stored and is of none of these: partitions without a row, by what could be read of their names.
Result<std::vector<PartitionInfo>> readStrays(const sql::Connection& connection,
                                              const std::vector<PartitionInfo>& partitions);
/// Of the latest delivery of each file; errors first. Empty `source`: all.
Result<std::vector<Finding>> readFindings(const sql::Connection& connection, std::string_view source);
/// Files, by source and name, of whose delivery less is stored than it brought: others took the place of a part of it.
Result<std::set<std::pair<std::string, std::string>>> readShrunkFiles(const sql::Connection& connection);
Result<std::vector<RejectedLine>> readRejected(const sql::Connection& connection, std::string_view source);

struct PublishedRules {
    std::uint32_t version = 0; ///< 0: none published yet
    std::string json;
    Instant publishedAt;
    RulesPublication publication{};
};
Result<PublishedRules> readRules(const sql::Connection& connection);
/// All that were ever published, the newest first.
Result<std::vector<PublishedRules>> readRuleVersions(const sql::Connection& connection);
/// Those that apply to any day, the newest first: all up to the first that applies to all of history.
Result<std::vector<PublishedRules>> readRulesInForce(const sql::Connection& connection);
/// Stores the next version and an audit entry; answers the version. The caller settles the file. With `over`, that
/// version must still be in force: error Conflict says which one is, and since when. `publication` is kept with them.
Result<std::uint32_t> publishRules(sql::Connection& connection, std::string_view json, std::int64_t at,
                                   std::optional<std::uint32_t> over = {}, const RulesPublication& publication = {});

/// In their order.
Result<std::vector<SavedView>> readViews(const sql::Connection& connection);
/// A new one comes last; one that is there keeps its place.
Status writeView(sql::Connection& connection, const SavedView& view);
Status deleteView(sql::Connection& connection, std::string_view name);
/// Errors: NotFound; Conflict where another view has the name `to`.
Status renameView(sql::Connection& connection, std::string_view from, std::string_view to);
/// Puts those that are named first, in this order; the others follow as they were.
Status orderViews(sql::Connection& connection, const std::vector<std::string>& names);

/// Column names of the delivered files in the order they were first seen: what an export writes for provider columns.
Result<std::vector<std::string>> readHeaders(const sql::Connection& connection);

} // namespace altimeter::store
