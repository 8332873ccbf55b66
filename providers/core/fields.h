#pragma once

#include "models/domain/connectorinfo.h"

#include <string>
#include <utility>
#include <vector>

namespace altimeter::providers {

using FieldKind = ConnectorField::Kind;

/// A field of a connection that must be filled in, unless `preset` does.
inline ConnectorField needed(FieldKind kind, std::string key, std::string label, std::string help,
                             std::string preset = {}, std::vector<std::string> choices = {})
{
    return {std::move(key), std::move(label), std::move(help), kind, true, std::move(preset), std::move(choices)};
}

/// A field that may stay as it is.
inline ConnectorField offered(FieldKind kind, std::string key, std::string label, std::string help,
                              std::string preset = {}, std::vector<std::string> choices = {})
{
    return {std::move(key), std::move(label), std::move(help), kind, false, std::move(preset), std::move(choices)};
}

/// Where a provider with one address for everybody is asked.
inline ConnectorField baseAddressField(std::string preset,
                                       std::string help = "Change it only for a gateway in between.")
{
    return offered(FieldKind::Url, "base_url", "Base address", std::move(help), std::move(preset));
}

} // namespace altimeter::providers
