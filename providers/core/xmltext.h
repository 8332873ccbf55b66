#pragma once

#include "models/domain/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// An element of an XML answer with its text and its children; attributes and namespace prefixes are dropped.
struct XmlElement {
    std::string name;
    std::string text; ///< its own character data, entities resolved
    std::vector<XmlElement> children;

    /// The first child of that name, or an element without name, text and children.
    const XmlElement& operator[](std::string_view child) const;
    /// Every child of that name.
    std::vector<const XmlElement*> all(std::string_view child) const;
};

/// Reads the small XML of storage services and answers its root element. Safe against hostile text: a document type is
/// refused (so there are no entities but the five of XML and numbers), and so are more than 100 levels. Error Invalid
/// names `where` and the byte.
Result<XmlElement> parseXml(std::string_view text, const std::string& where);

} // namespace altimeter::providers
