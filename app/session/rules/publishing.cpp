#include "app/session/rules/publishing.h"

#include "app/session/rules/draftrules.h"
#include "app/session/workspace/presenttime.h"
#include "app/session/workspace/workspacefile.h"
#include "models/store/file/backup.h"
#include "models/store/ledger/ledger.h"
#include "models/store/settings/rulespublication.h"
#include "models/text/utf8.h"
#include "models/text/words.h"

#include <cstdlib>
#include <map>

namespace altimeter::session {

namespace {

/// The account's name as the session says it: asking the system's directory may wait for a network.
std::string accountName()
{
    for (const char* name : {"LOGNAME", "USER"}) {
        if (const char* value = std::getenv(name); value && *value)
            return words::wellFormed(words::firstBytes(value, 100));
    }
    return {};
}

/// What is to be kept with the version: measured on the charges as they are now.
Result<RulesPublication> publicationFor(const Snapshot& snapshot, const RulesToPublish& wanted, const RuleSet& draft,
                                        const std::stop_token& stop)
{
    RulesPublication publication;
    publication.from = wanted.from.isValid() ? wanted.from.firstOfMonth() : Day();
    publication.note = std::string(words::trimmed(wanted.note));
    publication.by = accountName();
    if (words::characterCount(publication.note) > store::kMostNoteCharacters)
        return Error{ErrorCode::Invalid,
                     "the note has more than " + std::to_string(store::kMostNoteCharacters) + " characters",
                     {}};
    const auto fits = costsUnder(snapshot, draft, publication.from, stop);
    if (!fits)
        return fits.error();
    const auto diff = effectOf(snapshot, draft, publication.from, **fits, stop);
    if (!diff)
        return diff.error();
    publication.moved = movedBy(*diff, openMonthOf(snapshot));
    return publication;
}

} // namespace

Day openMonthOf(const Snapshot& snapshot)
{
    return snapshot.days.last.isValid() ? snapshot.days.last.firstOfMonth() : Day();
}

std::vector<MovedCost> movedBy(const RuleDiff& diff, Day openMonth)
{
    struct Sums {
        AmountSum all, earlier;
    };
    std::map<Currency, std::map<std::string, Sums>> byField;
    for (const RuleDiff::Balance& balance : diff.balances) {
        Sums& sums = byField[balance.currency][balance.field];
        sums.all.add(balance.gained);
        if (openMonth.isValid() && balance.month < openMonth)
            sums.earlier.add(balance.gained);
    }
    std::vector<MovedCost> moved;
    for (const auto& [currency, fields] : byField) {
        MovedCost most{currency, {}, {}};
        for (const auto& [field, sums] : fields) {
            if (most.moved < sums.all.amount())
                most = {currency, sums.all.amount(), sums.earlier.amount()};
        }
        moved.push_back(most);
    }
    return moved;
}

Result<RulesDocument> publishRules(Engine& engine, const RulesToPublish& wanted, const std::stop_token& stop)
{
    if (auto writable = engine.file().checkWritable(); !writable)
        return writable.error();
    const auto rules = checkRules(wanted.json);
    if (!rules)
        return rules.error();
    auto writing = engine.file().write();
    // Nothing of the snapshot is held while the file is written: its reader would keep the journal from being settled.
    const auto publication = publicationFor(*engine.snapshot(), wanted, *rules, stop);
    if (!publication)
        return publication.error();
    const std::uint32_t base = wanted.over.value_or(engine.snapshot()->rulesDocument.version);
    const auto inForce = store::readRules(writing.db());
    if (!inForce)
        return inForce.error();
    if (inForce->version == base) { // else the answer below is no, and needs no way back
        if (auto kept = store::backUpBeforePublishing(writing.db(), stop); !kept)
            return kept.error();
    }
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    const auto version = store::publishRules(writing.db(), wanted.json, presentTime().seconds, base, *publication);
    if (!version && version.error().code != ErrorCode::Conflict)
        return version.error();
    if (auto done = engine.file().committed(writing); !done)
        return done.error();
    if (!version)
        return version.error();
    return engine.snapshot()->rulesDocument;
}

Result<RulesDocument> publishRules(Engine& engine, const std::string& json, std::optional<std::uint32_t> over,
                                   const std::stop_token& stop)
{
    return publishRules(engine, RulesToPublish{json, over, {}, {}}, stop);
}

} // namespace altimeter::session
