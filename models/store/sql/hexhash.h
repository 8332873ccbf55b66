#pragma once

#include "models/text/hextext.h"

#include <xxhash.h>

#include <string>
#include <string_view>

namespace altimeter::store {

/// A 128-bit hash as 32 hexadecimal digits, high half first: the form fingerprints and audit entries are stored in.
inline std::string hex(XXH128_hash_t hash)
{
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, hash);
    return words::hexOf({reinterpret_cast<const char*>(bytes.digest), sizeof bytes.digest});
}

} // namespace altimeter::store
