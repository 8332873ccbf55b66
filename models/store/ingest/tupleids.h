#pragma once

#include <xxhash.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// A 128-bit hash that stands for a text: with billions of texts two equal ones would still be a matter of luck beyond
/// any machine fault.
struct Fingerprint {
    std::uint64_t low = 0, high = 0;

    static Fingerprint of(const void* bytes, std::size_t size, std::uint64_t seed = 0)
    {
        const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, size, seed);
        return {hash.low64, hash.high64};
    }
    static Fingerprint of(std::string_view text) { return of(text.data(), text.size()); }
    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Values by fingerprint in one flat table. Remembers at most `limit` entries, so that a delivery of nothing but new
/// tuples cannot take the memory: what comes later is not found again and is stored once more, which costs room and
/// never an answer.
template <typename Value> class FingerprintMap {
public:
    static constexpr std::size_t kLimit = std::size_t{1} << 21U;

    explicit FingerprintMap(std::size_t limit = kLimit) : m_limit(limit) {}
    /// Forgets nothing that is there already.
    void limitTo(std::size_t limit) { m_limit = limit; }

    const Value* find(const Fingerprint& key) const
    {
        if (m_entries.empty())
            return nullptr;
        for (std::size_t at = key.low & m_mask;; at = (at + 1) & m_mask) {
            const Entry& entry = m_entries[at];
            if (!entry.used) // linear probing; nothing is ever removed, so a free entry ends the search
                return nullptr;
            if (entry.key == key)
                return &entry.value;
        }
    }
    /// Requires a key that is not there.
    void insert(const Fingerprint& key, const Value& value)
    {
        if (m_size >= m_limit)
            return;
        if ((m_size + 1) * 4 > m_entries.size() * 3)
            grow();
        place(key, value);
        ++m_size;
    }
    bool isFull() const { return m_size >= m_limit; }
    void clear()
    {
        m_entries = {};
        m_mask = m_size = 0;
    }

private:
    struct Entry {
        Fingerprint key;
        Value value{};
        bool used = false;
    };

    void place(const Fingerprint& key, const Value& value)
    {
        std::size_t at = key.low & m_mask;
        while (m_entries[at].used)
            at = (at + 1) & m_mask;
        m_entries[at] = {key, value, true};
    }
    void grow()
    {
        std::vector<Entry> old(m_entries.empty() ? 1024 : m_entries.size() * 2);
        old.swap(m_entries);
        m_mask = m_entries.size() - 1;
        for (const Entry& entry : old) {
            if (entry.used)
                place(entry.key, entry.value);
        }
    }

    std::size_t m_limit;
    std::vector<Entry> m_entries; ///< a power of two of them
    std::size_t m_mask = 0;
    std::size_t m_size = 0;
};

} // namespace altimeter::store
