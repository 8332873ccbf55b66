#pragma once

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/feedmapping.h"
#include "models/domain/result.h"

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

/// What whoever makes a connection wants to know before it is stored.
namespace altimeter::session {

/// Kinds of connections there are.
std::vector<ConnectorInfo> connectorInfos();
/// Settings of a kind beside its fields, which the window asks for by a screen of their own: the mapping of a feed.
std::vector<ConnectorField> furtherFields(const std::string& kind);
/// `settings` with the environment variables that `secrets` name, and without those they take the place of.
ConnectionSettings withReferences(const ConnectionSettings& settings,
                                  const std::map<std::string, std::string>& secrets);
/// What a connection with these settings would reach out to; `secrets` as for Connections::save(). Error Invalid:
/// nothing that can be asked.
Result<ConnectionReach> reachOfDraft(const ConnectionSettings& settings,
                                     const std::map<std::string, std::string>& secrets);
/// Whether a person's way to write an address or a proxy ("HTTPS://host:443") names `origin`.
bool isSameOrigin(const std::string& origin, const std::string& written);
/// The same of a proxy, whose port is 1080 where none is written.
bool isSameProxy(const std::string& proxy, const std::string& written);
/// Reads the first records of a priced feed, and what `mapping` makes of them.
Result<FeedPreview> previewFeed(const std::filesystem::path& file, const FeedMapping& mapping, std::stop_token stop);

} // namespace altimeter::session
