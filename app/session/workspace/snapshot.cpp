#include "app/session/workspace/snapshot.h"

#include "app/session/workspace/knownduplicates.h"
#include "app/session/workspace/revisionlines.h"
#include "app/session/workspace/storedrevision.h"
#include "app/session/workspace/workspacefile.h"
#include "models/analysis/attribution/attribution.h"
#include "models/analysis/query/factanswers.h"
#include "models/domain/currencyorder.h"
#include "models/facts/factset.h"
#include "models/store/ledger/ledger.h"
#include "models/store/segments/factstore.h"
#include "models/store/settings/rulesfile.h"

#include <filesystem>

namespace altimeter::session {

namespace {

/// Rules that were published by another program, or fitted the charges of then. The workspace opens all the same: only
/// so can better ones be published.
std::string rulesUnusable(std::uint32_t version, const Error& error, std::string_view charges = "every charge")
{
    return "version " + std::to_string(version) + " of the rules cannot be used (" + error.text() +
           "); until other rules are published, " + std::string(charges) + " is shown without an owner";
}

/// The rules of each version for the months it applies to. A newest version that cannot be used leaves every charge
/// without an owner; an older one those of its own months.
void takeRules(Snapshot& snapshot, const std::vector<store::PublishedRules>& inForce)
{
    if (inForce.empty())
        return;
    const store::PublishedRules& newest = inForce.front();
    snapshot.rulesDocument = {newest.json, newest.version, newest.publishedAt, newest.publication};
    Day until; // a version of the same or a later month is no longer seen, and need not be read
    for (const store::PublishedRules& one : inForce) {
        const Day from = one.publication.from;
        if (until.isValid() && from.isValid() && from >= until)
            continue;
        until = from;
        auto rules = store::parseRules(one.json);
        if (!rules && &one == &newest) {
            snapshot.damage.push_back(rulesUnusable(one.version, rules.error()));
            return;
        }
        if (!rules)
            snapshot.damage.push_back(rulesUnusable(one.version, rules.error(), "every charge of its months"));
        snapshot.ruleLayers.push_back({rules ? rules.take() : RuleSet(), from});
    }
    snapshot.rules = layered(snapshot.ruleLayers);
}

/// What the file holds of the charges in memory, the rules and the months.
Status readFile(Snapshot& snapshot, const Snapshot* previous, const std::stop_token& stop)
{
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    store::sql::Connection& db = reading->db();
    const store::sql::StopsWith stoppable(db, stop);
    auto loaded = store::loadFacts(db, previous ? previous->facts.get() : nullptr, stop);
    if (!loaded)
        return loaded.error();
    snapshot.facts = loaded->facts;
    snapshot.damage = std::move(loaded->damage);
    const auto published = store::readRulesInForce(db);
    if (!published)
        return published.error();
    takeRules(snapshot, *published);
    auto partitions = store::readPartitions(db);
    if (!partitions)
        return partitions.error();
    auto strays = store::readStrays(db, *partitions);
    if (!strays)
        return strays.error();
    snapshot.partitions = partitions.take();
    snapshot.strays = strays.take();
    return {};
}

/// Rules that cannot be used are damage and assign nothing.
Result<analysis::RuledFacts> applyRules(Snapshot& snapshot, const StoredLines& lines, const std::stop_token& stop)
{
    const std::uint32_t version = snapshot.rulesDocument.version;
    auto ruled = analysis::ruledFacts(snapshot.facts, snapshot.rules, &lines, stop);
    if (!ruled && ruled.error().code == ErrorCode::Invalid) {
        snapshot.damage.push_back(rulesUnusable(version, ruled.error()));
        snapshot.rules = {};
        snapshot.ruleLayers.clear();
        ruled = analysis::ruledFacts(snapshot.facts, snapshot.rules, &lines, stop);
    }
    if (!ruled)
        return ruled.error();
    snapshot.rules.version = version;
    for (const std::string& damage : ruled->damage)
        snapshot.damage.push_back("the rules do not see all of some charge lines: " + damage);
    return ruled;
}

} // namespace

Result<SnapshotPtr> loadSnapshot(const std::shared_ptr<const WorkspaceFile>& file, const Snapshot* previous,
                                 const std::stop_token& stop)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->path = file->path();
    snapshot->isDemo = file->isDemo();
    snapshot->name = file->isDemo() ? "Demonstration company" : std::filesystem::path(file->path()).stem().string();
    auto stored = StoredRevision::open(file);
    if (!stored)
        return stored.error();
    snapshot->stored = stored.take();
    snapshot->duplicates = previous ? previous->duplicates : std::make_shared<KnownDuplicates>();
    snapshot->revision = snapshot->stored->revision();
    if (auto done = readFile(*snapshot, previous, stop); !done)
        return done.error();
    const auto lines = std::make_shared<const RevisionLines>(snapshot->stored, snapshot->facts->dictionaries);
    auto ruled = applyRules(*snapshot, *lines, stop); // may read lines: nothing of the file is held any more
    if (!ruled)
        return ruled.error();
    snapshot->costs = std::make_shared<const analysis::FactAnswers>(snapshot->facts, ruled.take(), lines);
    auto days = snapshot->costs->days(stop);
    if (!days)
        return days.error();
    snapshot->days = days.take();
    snapshot->currencies = currenciesInOrder(snapshot->partitions);
    return SnapshotPtr(std::move(snapshot));
}

} // namespace altimeter::session
