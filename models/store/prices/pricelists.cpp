#include "models/store/prices/pricelists.h"

#include "models/store/file/workspace.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/ranges.h"
#include "models/store/sql/seal.h"

#include <zlib.h>

#include <algorithm>
#include <map>
#include <span>

namespace altimeter::store {

namespace {

constexpr std::string_view kColumns = "version, name, layer, published_at, author, action, note, rows";

std::vector<std::uint8_t> packed(std::string_view text)
{
    auto size = compressBound(static_cast<uLong>(text.size()));
    std::vector<std::uint8_t> bytes(size);
    compress2(bytes.data(), &size, reinterpret_cast<const Bytef*>(text.data()), static_cast<uLong>(text.size()),
              Z_DEFAULT_COMPRESSION);
    bytes.resize(size);
    return bytes;
}

std::optional<std::string> unpacked(std::span<const std::uint8_t> bytes, std::int64_t size)
{
    if (size < 0 || static_cast<std::uint64_t>(size) > kLargestPriceList)
        return std::nullopt;
    std::string text(static_cast<std::size_t>(size), '\0');
    auto written = static_cast<uLongf>(size);
    const int done =
        uncompress(reinterpret_cast<Bytef*>(text.data()), &written, bytes.data(), static_cast<uLong>(bytes.size()));
    return done == Z_OK && written == text.size() ? std::optional(std::move(text)) : std::nullopt;
}

PriceListVersion versionOf(const sql::Statement& row)
{
    PriceListVersion version;
    version.version = row.integer(0);
    version.name = row.text(1);
    version.layer = row.integer(2);
    version.publishedAt = storedInstant(row.integer(3)).value_or(Instant());
    version.author = row.text(4);
    version.action = row.text(5);
    version.note = row.text(6);
    version.rows = row.integer(7);
    return version;
}

Error unreadable(std::int64_t version)
{
    return {ErrorCode::Corrupt,
            "version " + std::to_string(version) + " of the price lists was altered by damage to the file",
            {},
            "Put an older version back, or import the prices again."};
}

Status insert(sql::Connection& connection, const PriceListVersion& list, std::string_view text)
{
    auto statement = connection.prepare("INSERT INTO price_list(name, layer, published_at, author, action, note, rows, "
                                        "bytes, checksum, content) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
    if (!statement)
        return statement.error();
    const auto bytes = packed(text);
    return statement->bind(1, std::string_view(list.name))
        .bind(2, list.layer)
        .bind(3, list.publishedAt.isValid() ? list.publishedAt.seconds : 0)
        .bind(4, std::string_view(list.author))
        .bind(5, std::string_view(list.action))
        .bind(6, std::string_view(list.note))
        .bind(7, list.rows)
        .bind(8, static_cast<std::int64_t>(text.size()))
        .bind(9, checksumOf(bytes))
        .bindBlob(10, bytes)
        .run();
}

} // namespace

Result<std::vector<PriceListVersion>> readPriceListVersions(const sql::Connection& connection)
{
    auto rows = connection.prepare("SELECT " + std::string(kColumns) + " FROM price_list ORDER BY version");
    if (!rows)
        return rows.error();
    std::vector<PriceListVersion> versions;
    const Status read = rows->each([&]() -> Status {
        versions.push_back(versionOf(*rows));
        return {};
    });
    return read ? Result<std::vector<PriceListVersion>>(std::move(versions))
                : Result<std::vector<PriceListVersion>>(read.error());
}

Result<std::vector<PriceListVersion>> currentPriceLists(const sql::Connection& connection)
{
    auto all = readPriceListVersions(connection);
    if (!all)
        return all;
    std::map<std::string, PriceListVersion> newest;
    for (PriceListVersion& version : *all)
        newest[version.name] = version;
    std::vector<PriceListVersion> current;
    for (auto& [name, version] : newest)
        current.push_back(std::move(version));
    return current;
}

Result<std::string> readPriceList(const sql::Connection& connection, std::int64_t version)
{
    auto row = connection.prepare("SELECT bytes, checksum, content FROM price_list WHERE version=?1");
    if (!row)
        return row.error();
    const auto found = row->bind(1, version).step();
    if (!found)
        return found.error();
    if (!*found)
        return Error{ErrorCode::NotFound, "there is no version " + std::to_string(version) + " of the price lists", {}};
    if (checksumOf(row->blob(2)) != row->integer(1))
        return unreadable(version);
    auto text = unpacked(row->blob(2), row->integer(0));
    return text ? Result<std::string>(std::move(*text)) : Result<std::string>(unreadable(version));
}

Result<std::optional<std::int64_t>> publishPriceList(sql::Connection& connection, const PriceListVersion& list,
                                                     std::string_view text, std::optional<std::int64_t> base)
{
    if (text.size() > kLargestPriceList)
        return Error{ErrorCode::Invalid, "a list of prices has at most 64 MiB", {}};
    std::optional<std::int64_t> published;
    const Status done = changeRecords(connection, Records::Prices, [&]() -> Status {
        const auto current = currentPriceLists(connection);
        if (!current)
            return current.error();
        const auto newest = std::find_if(current->begin(), current->end(),
                                         [&](const PriceListVersion& one) { return one.name == list.name; });
        const std::int64_t before = newest == current->end() ? 0 : newest->version;
        if (base && *base != before)
            return Error{
                ErrorCode::Conflict, "somebody else changed the price list \"" + list.name + "\" meanwhile", {}};
        if (before != 0) {
            const auto said = readPriceList(connection, before);
            if (said && *said == text)
                return {};
        }
        if (auto inserted = insert(connection, list, text); !inserted)
            return inserted;
        published = connection.lastInsertId();
        return appendAudit(connection, list.publishedAt.seconds, "prices " + list.action,
                           "version " + std::to_string(*published) + " of " + list.name + ", " +
                               std::to_string(list.rows) + " entries");
    });
    return done ? Result<std::optional<std::int64_t>>(published) : Result<std::optional<std::int64_t>>(done.error());
}

} // namespace altimeter::store
