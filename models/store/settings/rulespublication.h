#pragma once

#include "models/domain/rulesdocument.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace altimeter::store {

inline constexpr std::size_t kMostNoteCharacters = 1'000;

/// What is said of published rules, as the first member of their document ("publication"): the file keeps both under
/// one checksum, and a program that knows nothing of it refuses the rules instead of applying them to the wrong months.
/// Where there is nothing to say the document stays as it is. Requires a document that is an object with a member.
std::string withPublication(std::string_view json, const RulesPublication& publication);

struct StoredRules {
    std::string json; ///< the document as it was published, byte for byte
    RulesPublication publication;
};
/// Takes the two apart. What withPublication() would not have written (a month that is none, an amount that cannot be
/// read) stays in the document, which then is no document of rules: parseRules() names it.
StoredRules takePublication(std::string_view stored);

} // namespace altimeter::store
