#include "app/session/questions/answers.h"
#include "app/session/questions/proof.h"
#include "models/analysis/series/overviewfigures.h"

namespace altimeter::session {

Result<Overview> answer(const Snapshot& snapshot, const OverviewQuestion& question, std::stop_token stop)
{
    auto overview = analysis::overviewFigures(*snapshot.costs, question.lens, snapshot.currencies, stop);
    if (!overview)
        return overview.error();
    auto sources = answer(snapshot, SourcesQuestion{}, stop);
    if (!sources)
        return sources.error();
    overview->sources = sources.take();
    if (auto done = analysis::freshenSources(*snapshot.costs, overview->sources, stop); !done)
        return done.error();
    auto far = snapshot.costs->farCharges({}, stop);
    if (!far)
        return far.error();
    overview->far = far.take();
    const auto proof =
        buildProof(*snapshot.costs, provable(snapshot), {question.lens}, ProofDepth::Quick, std::move(stop));
    if (!proof)
        return proof.error();
    overview->partitions = snapshot.partitions.size() + snapshot.strays.size();
    for (const ProofLine& line : *proof) {
        if (!line.reconciled())
            overview->remainders.push_back(line);
    }
    overview->unreconciled = overview->remainders.size();
    return overview;
}

} // namespace altimeter::session
