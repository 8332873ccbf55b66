#include "models/domain/dim.h"

#include "models/text/words.h"

namespace altimeter {

namespace {

Error unknownDim(std::string_view text)
{
    std::string known;
    for (const Dim& dim : namedDims())
        known.append(toString(dim)).append(", ");
    return {ErrorCode::Invalid,
            "\"" + std::string(text) + "\" is no dimension; known are " + known + "tag:KEY and column:NAME",
            {}};
}

Result<Dim> keyed(Dim::Kind kind, std::string_view key, std::string_view text)
{
    key = words::trimmed(key);
    if (key.empty())
        return Error{ErrorCode::Invalid, "\"" + std::string(text) + "\" names no key after the colon", {}};
    if (const auto column = kind == Dim::Kind::Column ? columnByName(key) : std::nullopt)
        key = columnName(*column);
    return Dim{kind, std::string(key)};
}

} // namespace

std::string toString(const Dim& dim)
{
    const DimInfo& info = dimInfo(dim.kind);
    return info.isKeyed() ? std::string(info.name) + dim.key : std::string(info.name);
}

Result<Dim> parseDim(std::string_view text)
{
    const std::string_view word = words::trimmed(text);
    const std::string lower = words::toLower(word);
    for (const DimInfo& info : kDimInfos) {
        if (info.isKeyed() && lower.starts_with(info.name))
            return keyed(info.kind, word.substr(info.name.size()), text);
        if (!info.isKeyed() && lower == info.name)
            return Dim{info.kind, {}};
    }
    return unknownDim(text);
}

const std::vector<Dim>& namedDims()
{
    static const std::vector<Dim> named = [] {
        std::vector<Dim> all;
        for (const DimInfo& info : kDimInfos) {
            if (!info.isKeyed())
                all.push_back({info.kind, {}});
        }
        return all;
    }();
    return named;
}

} // namespace altimeter
