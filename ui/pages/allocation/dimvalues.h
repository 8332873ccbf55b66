#pragma once

#include <QObject>

#include "models/domain/query.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace altimeter::ui {

class Questions;

/// One value that charges have, with its name, lines and effective cost.
struct DimValue {
    QString value;
    QString name; ///< of an account number and the like; empty: none
    std::uint64_t lines = 0;
    std::map<Currency, AmountSum> cost;
};

/// The largest values of a dim, largest first.
struct DimValueList {
    std::vector<DimValue> values;
    bool isWhole = true; ///< false: there are more
    /// Null where no charge has it; as texts of rules are compared, without case.
    const DimValue* find(const QString& value) const;
};

/// Values of dims, asked for once and kept until the charges are others.
class DimValues : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kMost = 5'000;

    explicit DimValues(Questions& questions, QObject* parent = nullptr);
    void forget();
    /// What is known; null until then. `wanted`: asks for it, and known() follows.
    std::shared_ptr<const DimValueList> of(const Dim& dim, bool wanted);

signals:
    void known(const altimeter::Dim& dim);

private:
    Questions& m_questions;
    std::uint64_t m_time = 0;                                   ///< counts what was forgotten
    std::map<Dim, std::shared_ptr<const DimValueList>> m_lists; ///< null: asked for
};

} // namespace altimeter::ui
