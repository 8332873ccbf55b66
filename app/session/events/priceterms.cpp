#include "app/session/events/priceterms.h"

#include "app/session/prices/pricing.h"
#include "models/prices/pricecsv.h"

#include <cstdint>
#include <string>

namespace altimeter::session {

namespace {

/// FNV-1a: told from another book, not guarded against somebody.
std::string markOf(const std::string& text)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return std::to_string(hash) + '-' + std::to_string(text.size());
}

} // namespace

Result<RollupTerms> rollupTerms(const store::sql::Connection& db)
{
    auto book = priceBook(db);
    if (!book)
        return book.error();
    // The number changes when the same prices give other amounts, so that charges made before are made anew.
    std::string mark = markOf("2\n" + pricecsv::write(book->list()));
    return RollupTerms{book.take(), std::move(mark)};
}

} // namespace altimeter::session
