#include "app/session/sync/connectiondrafts.h"

#include "app/session/sync/connectionuse.h"
#include "app/session/sync/reach.h"
#include "providers/core/connector.h"
#include "providers/feed/feed.h"
#include "providers/feed/feedfile.h"
#include "providers/net/origin.h"

namespace altimeter::session {

ConnectionSettings withReferences(const ConnectionSettings& settings, const std::map<std::string, std::string>& secrets)
{
    ConnectionSettings kept = settings;
    for (const auto& [field, value] : secrets) {
        if (value.starts_with(kReference))
            kept.values[kSecretPrefix + field] = value;
        else if (!value.empty())
            kept.values.erase(kSecretPrefix + field);
    }
    return kept;
}

std::vector<ConnectorInfo> connectorInfos()
{
    std::vector<ConnectorInfo> infos;
    for (const providers::ConnectorKind& kind : providers::connectorKinds())
        infos.push_back(kind.info);
    return infos;
}

std::vector<ConnectorField> furtherFields(const std::string& kind)
{
    return kind == "feed" ? providers::feedMappingFields() : std::vector<ConnectorField>();
}

Result<ConnectionReach> reachOfDraft(const ConnectionSettings& settings,
                                     const std::map<std::string, std::string>& secrets)
{
    const auto kind = kindOf(settings);
    return kind ? reachOf(withReferences(settings, secrets), **kind) : Result<ConnectionReach>(kind.error());
}

bool isSameOrigin(const std::string& origin, const std::string& written)
{
    const auto server = providers::canonicalOrigin(written);
    return server && *server == origin;
}

bool isSameProxy(const std::string& proxy, const std::string& written)
{
    const auto canonical = providers::canonicalProxy(written);
    return canonical && *canonical == proxy;
}

Result<FeedPreview> previewFeed(const std::filesystem::path& file, const FeedMapping& mapping, std::stop_token stop)
{
    return providers::previewFeed(file, mapping, std::move(stop));
}

} // namespace altimeter::session
