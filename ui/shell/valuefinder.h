#pragma once

#include <QHash>
#include <QList>
#include <QObject>

#include "models/domain/workspaceinfo.h"
#include "ui/backend/questions.h"

#include <memory>
#include <vector>

namespace altimeter::ui {

/// A value of a dim that fits what was typed.
struct FoundValue {
    Dim dim;
    std::string value;
    int score = 0;
};

/// Finds services, teams, accounts and the like by their names, in tens of thousands of them while somebody types. The
/// values are read once for each revision; they are searched on a worker.
class ValueFinder : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kMostValues = 50'000; ///< of a dim; the largest by cost
    static constexpr std::size_t kMostFound = 60;

    explicit ValueFinder(Questions& questions, QObject* parent = nullptr);

    /// The dims that are searched, in the order of the answers where all else is equal.
    static std::vector<Dim> dims();
    /// Has the values of this revision read, unless they are known.
    void prepare(const WorkspaceInfo& info, CostLens lens);
    /// found() follows, and once more for values that are still on their way.
    void find(const QString& typed);

signals:
    /// Best first.
    void found(const QString& typed, const QList<altimeter::ui::FoundValue>& values);

private:
    struct Names;
    void take(const Dim& dim, const std::vector<std::string>& values);
    void search();

    Questions& m_questions;
    QString m_typed;
    std::string m_path;
    std::uint64_t m_revision = 0;
    quint64 m_generation = 0;
    std::vector<std::shared_ptr<const Names>> m_names; ///< a part for each dim that was read
};

} // namespace altimeter::ui
