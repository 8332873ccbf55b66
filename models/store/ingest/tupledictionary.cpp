#include "models/store/ingest/tupledictionary.h"

#include "models/store/segments/dictionaryloading.h"

#include <algorithm>
#include <span>

namespace altimeter::store {

namespace {

Fingerprint comboKey(std::uint32_t core, std::uint32_t extra)
{
    const std::array<std::uint32_t, 2> ids{core, extra};
    return Fingerprint::of(ids.data(), sizeof ids);
}

/// What a connection keeps between two deliveries.
struct KeptDictionary {
    std::unique_ptr<TupleDictionary> dictionary;
};

} // namespace

TupleDictionary::TupleDictionary(std::size_t remembered) : m_remembered(remembered)
{
    m_cores.limitTo(remembered);
    m_combos.limitTo(remembered);
    for (Tuples& tuples : m_tuples)
        tuples.known.limitTo(remembered);
}

Result<std::unique_ptr<TupleDictionary>> TupleDictionary::begin(sql::Connection& db, std::size_t remembered)
{
    auto dictionary = std::move(db.kept<KeptDictionary>().dictionary);
    const auto stored = dictionaryChecksum(db);
    if (!stored)
        return stored.error();
    const bool isCurrent =
        dictionary && dictionary->m_remembered == remembered && !stored->empty() && dictionary->m_checksum == *stored;
    if (!isCurrent) {
        dictionary = std::make_unique<TupleDictionary>(remembered);
        dictionary->m_checksum = *stored;
        if (auto done = dictionary->learn(db); !done)
            return done.error();
    }
    dictionary->m_cores.forgetAliases();
    dictionary->m_added = {};
    dictionary->m_hasAdded = false;
    if (auto done = dictionary->prepare(db); !done)
        return done.error();
    return dictionary;
}

void TupleDictionary::end(sql::Connection& db, std::unique_ptr<TupleDictionary> dictionary, bool isCommitted)
{
    if (!dictionary || (!isCommitted && dictionary->m_hasAdded))
        return;
    dictionary->m_cores.forgetAliases(); // of use within one delivery alone
    db.kept<KeptDictionary>().dictionary = std::move(dictionary);
}

Status TupleDictionary::prepare(const sql::Connection& db)
{
    for (const auto& [statement, text] :
         {std::pair{&m_insertTuple, "INSERT INTO member(group_id, id, fields) VALUES(?1, ?2, ?3)"},
          std::pair{&m_insertCombo, "INSERT INTO combo(id, members) VALUES(?1, ?2)"}}) {
        auto prepared = db.prepare(text);
        if (!prepared)
            return prepared.error();
        *statement = prepared.take();
    }
    return {};
}

void TupleDictionary::release()
{
    m_insertTuple = {};
    m_insertCombo = {};
}

Status TupleDictionary::seal(sql::Connection& db)
{
    if (auto done = sealDictionary(db, m_added); !done)
        return done;
    auto sealed = dictionaryChecksum(db);
    if (!sealed)
        return sealed.error();
    m_checksum = sealed.take();
    return {};
}

Status TupleDictionary::learn(const sql::Connection& db)
{
    Hashes hashes;
    if (auto done = learnTuples(db, hashes); !done)
        return done;
    return learnCombos(db, hashes);
}

Status TupleDictionary::learnTuples(const sql::Connection& db, Hashes& hashes)
{
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        hashes[g].push_back(Fingerprint::of(std::string_view())); // number 0 is the tuple of nulls and not stored
        m_tuples[g].known.insert(hashes[g].front(), 0);
    }
    auto stored = db.prepare("SELECT group_id, id, fields FROM member ORDER BY group_id, id");
    if (!stored)
        return stored.error();
    const Status read = stored->each([&]() -> Status {
        const auto g = static_cast<std::size_t>(stored->integer(0));
        if (g >= kGroupCount || stored->integer(1) != static_cast<std::int64_t>(hashes[g].size()))
            return Error{ErrorCode::Corrupt, "the attribute dictionary has a gap", {}};
        const auto id = static_cast<std::uint32_t>(hashes[g].size());
        hashes[g].push_back(Fingerprint::of(stored->textView(2)));
        // A tuple may be stored twice, where there was no room to remember the first: both numbers mean the same.
        if (!m_tuples[g].known.find(hashes[g].back()))
            m_tuples[g].known.insert(hashes[g].back(), id);
        return {};
    });
    for (std::size_t g = 0; g < kGroupCount; ++g)
        m_tuples[g].next = static_cast<std::uint32_t>(hashes[g].size());
    return read;
}

Status TupleDictionary::learnCombos(const sql::Connection& db, const Hashes& hashes)
{
    std::array<std::size_t, kGroupCount> sizes{};
    for (std::size_t g = 0; g < kGroupCount; ++g)
        sizes[g] = hashes[g].size();
    auto stored = db.prepare("SELECT id, members FROM combo ORDER BY id");
    if (!stored)
        return stored.error();
    return stored->each([&]() -> Status {
        const auto combo = comboAt(*stored, m_nextCombo, sizes);
        if (!combo)
            return combo.error();
        std::array<Fingerprint, kCoreGroupCount> content;
        CoreMembers core{};
        for (std::size_t g = 0; g < kCoreGroupCount; ++g) {
            content[g] = hashes[g][(*combo)[g]];
            core[g] = (*combo)[g];
        }
        const Fingerprint key = Fingerprint::of(content.data(), sizeof content);
        const auto known = m_cores.find(key);
        const std::uint32_t id = known ? known->id : static_cast<std::uint32_t>(m_coreMembers.size());
        if (!known) {
            m_cores.insert({id, key});
            m_coreMembers.push_back(core);
            m_plainCombo.push_back(kNone);
        }
        const std::uint32_t extra = (*combo)[static_cast<std::size_t>(Group::Extra)];
        if (extra == 0)
            m_plainCombo[id] = m_nextCombo;
        else
            m_combos.insert(comboKey(id, extra), m_nextCombo);
        ++m_nextCombo;
        return {};
    });
}

Result<std::uint32_t> TupleDictionary::tupleOf(Group group, const Fingerprint& hash, std::string_view tuple)
{
    Tuples& tuples = m_tuples[static_cast<std::size_t>(group)];
    if (const std::uint32_t* known = tuples.known.find(hash))
        return *known;
    const std::uint32_t id = tuples.next++;
    m_hasAdded = true;
    tuples.known.insert(hash, id);
    m_added.addTuple(static_cast<std::size_t>(group), id, tuple);
    if (auto done =
            m_insertTuple.bind(1, static_cast<std::int64_t>(group)).bind(2, std::int64_t{id}).bind(3, tuple).run();
        !done)
        return done.error();
    return id;
}

Result<TupleDictionary::Core> TupleDictionary::coreOf(const LineBatch::NewCore& core)
{
    Core found;
    if (const auto known = m_cores.find(core.content)) {
        found.id = known->id;
    } else {
        std::size_t begin = 0;
        for (std::size_t g = 0; g < kCoreGroupCount; ++g) {
            const auto text = std::string_view(core.texts).substr(begin, core.end[g] - begin);
            const auto tuple = tupleOf(static_cast<Group>(g), core.tupleHash[g], text);
            if (!tuple)
                return tuple.error();
            found.members[g] = *tuple;
            begin = core.end[g];
        }
        const auto id = static_cast<std::uint32_t>(m_coreMembers.size());
        m_cores.insert({id, core.content});
        if (!m_cores.find(core.content))
            return found; // there is no room to remember more
        found.id = id;
        m_coreMembers.push_back(found.members);
        m_plainCombo.push_back(kNone);
    }
    if (!(core.fingerprint == Fingerprint()) && !m_cores.findAlias(core.fingerprint))
        m_cores.insertAlias(core.fingerprint, {found.id, core.content, core.identity});
    return found;
}

Result<std::uint32_t> TupleDictionary::comboOf(const Core& core, std::uint32_t extra)
{
    if (core.id == kNone)
        return addCombo(core.members, extra);
    if (extra == 0 && m_plainCombo[core.id] != kNone)
        return m_plainCombo[core.id];
    const Fingerprint key = comboKey(core.id, extra);
    if (extra != 0) {
        if (const std::uint32_t* known = m_combos.find(key))
            return *known;
    }
    const auto id = addCombo(m_coreMembers[core.id], extra);
    if (!id)
        return id;
    if (extra == 0)
        m_plainCombo[core.id] = *id;
    else
        m_combos.insert(key, *id);
    return id;
}

Result<std::uint32_t> TupleDictionary::addCombo(const CoreMembers& core, std::uint32_t extra)
{
    ComboMembers members{};
    std::copy(core.begin(), core.end(), members.begin());
    members[static_cast<std::size_t>(Group::Extra)] = extra;
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(members.data()), sizeof members);
    const std::uint32_t id = m_nextCombo++;
    m_hasAdded = true;
    m_added.addCombo(id, bytes);
    if (auto done = m_insertCombo.bind(1, std::int64_t{id}).bindBlob(2, bytes).run(); !done)
        return done.error();
    return id;
}

} // namespace altimeter::store
