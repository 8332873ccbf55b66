#include "tests/faults/workspacestate.h"
#include "app/session/questions/answers.h"

#include <QFile>

namespace testkit {

using namespace altimeter;

namespace {

std::string figuresOf(const CostTable& table)
{
    std::string text;
    for (const CostRow& row : table.rows) {
        text += std::string(lensName(table.query.lens)) + '|' + toString(row.period) + '|' +
                std::string(row.currency.code()) + '|';
        for (const std::string& key : row.keys)
            text += key + '|';
        text += row.cost.toString(0) + '|' + std::to_string(row.rows) + '|' + std::to_string(row.unknownRows) + '\n';
    }
    return text;
}

} // namespace

WorkspaceState stateOf(const session::Engine& engine)
{
    WorkspaceState state;
    state.isTold = !engine.info().damage.empty();
    for (const CostLens lens : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted}) {
        CostQuery query;
        query.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}, Dim{Dim::Kind::BillingAccount, {}}};
        query.granularity = Granularity::Month;
        query.lens = lens;
        const auto table = answer(*engine.snapshot(), TableQuestion{query}, {});
        if (!table) {
            state.isTold = true;
            state.error = table.error().text();
            return state;
        }
        state.figures += figuresOf(*table);
    }
    const auto proof = answer(*engine.snapshot(), ProofQuestion{}, {});
    if (!proof) {
        state.isTold = true;
        state.error = proof.error().text();
        return state;
    }
    for (const ProofLine& line : *proof) {
        state.figures += "proof|" + line.source + '|' + line.provider + '|' + line.billingAccount + '|' +
                         toString(line.billingPeriod) + '|' + std::string(line.currency.code()) + '|' +
                         std::string(lensName(line.lens)) + '|' + line.fileTotal.toString(0) + '\n';
        if (!line.reconciled()) {
            state.isTold = true;
            state.error = "the proof does not add up";
        }
    }
    return state;
}

QByteArray readBytes(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace testkit
