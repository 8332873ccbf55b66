#include "ui/shell/valuefinder.h"

#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/shell/fuzzyscore.h"

#include <QPointer>

#include <algorithm>

namespace altimeter::ui {

/// The values of one dim, and their names as they are searched.
struct ValueFinder::Names {
    Dim dim;
    QString foldedKind;
    std::vector<std::string> values;
    std::vector<QString> folded;
};

ValueFinder::ValueFinder(Questions& questions, QObject* parent) : QObject(parent), m_questions(questions) {}

std::vector<Dim> ValueFinder::dims()
{
    std::vector<Dim> dims;
    for (const Dim::Kind kind : {Dim::Kind::Team, Dim::Kind::Service, Dim::Kind::Provider, Dim::Kind::SubAccount,
                                 Dim::Kind::BillingAccount, Dim::Kind::CostCenter, Dim::Kind::UseCase,
                                 Dim::Kind::Environment, Dim::Kind::Workflow, Dim::Kind::Model, Dim::Kind::Region})
        dims.push_back(Dim{kind, {}});
    return dims;
}

void ValueFinder::prepare(const WorkspaceInfo& info, CostLens lens)
{
    if (info.path == m_path && info.revision == m_revision)
        return;
    m_path = info.path;
    m_revision = info.revision;
    m_names.clear();
    ++m_generation;
    CostQuery all;
    all.lens = lens; // decides which are the largest, where there are more than can be kept
    for (const Dim& dim : dims())
        m_questions.ask("shell.values." + toString(dim), DimValuesQuestion{dim, all, kMostValues},
                        guarded<std::vector<std::string>>(
                            this, [this, dim, asked = m_generation](Result<std::vector<std::string>> values) {
                                if (asked != m_generation)
                                    return;
                                if (values)
                                    take(dim, *values);
                                else
                                    m_revision = 0; // the next time they are asked for again
                            }));
}

void ValueFinder::take(const Dim& dim, const std::vector<std::string>& values)
{
    auto names = std::make_shared<Names>();
    names->dim = dim;
    names->foldedKind = format::dimTitle(dim).toCaseFolded();
    for (const std::string& value : values) {
        names->values.push_back(value);
        names->folded.push_back(format::dimValue(dim, value).toCaseFolded());
    }
    m_names.push_back(std::move(names));
    if (!m_typed.isEmpty())
        search();
}

void ValueFinder::find(const QString& typed)
{
    m_typed = typed;
    search();
}

void ValueFinder::search()
{
    struct Hit {
        int score;
        std::size_t part, place;
    };
    auto hits = std::make_shared<std::vector<Hit>>();
    const auto work = [names = m_names, typed = m_typed, hits](const std::stop_token& stop) {
        const WordScore score(typed);
        for (std::size_t part = 0; part < names.size() && !stop.stop_requested(); ++part)
            for (std::size_t place = 0; place < names[part]->folded.size(); ++place)
                if (const int fits = score(names[part]->foldedKind, names[part]->folded[place]); fits >= 0)
                    hits->push_back({fits, part, place});
        const auto most = std::min(hits->size(), kMostFound);
        std::partial_sort(hits->begin(), hits->begin() + static_cast<std::ptrdiff_t>(most), hits->end(),
                          [](const Hit& a, const Hit& b) {
                              return std::tuple(-a.score, a.part, a.place) < std::tuple(-b.score, b.part, b.place);
                          });
        hits->resize(most);
    };
    const auto tell = [self = QPointer<ValueFinder>(this), names = m_names, typed = m_typed, hits](bool isDone) {
        if (!self || typed != self->m_typed)
            return;
        QList<FoundValue> values;
        for (const Hit& hit : *hits)
            if (isDone)
                values << FoundValue{names[hit.part]->dim, names[hit.part]->values[hit.place], hit.score};
        emit self->found(typed, values);
    };
    m_questions.compute("shell.values.find", work, tell);
}

} // namespace altimeter::ui
