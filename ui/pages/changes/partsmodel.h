#pragma once

#include "models/domain/bridge.h"
#include "ui/items/recordmodel.h"

#include <vector>

namespace altimeter::ui {

/// The parts of a bridge as a table, with the totals of both periods below.
class PartsModel : public RecordModel {
    Q_OBJECT
public:
    explicit PartsModel(QObject* parent = nullptr);
    void setBridge(const Bridge& bridge, const std::vector<Dim>& by);
    void clear();
    std::vector<FooterLine> footer() const override;
    /// Of amounts as wide as the largest, so that none is cut.
    int columnWidth(int column) const override;

private:
    void describe();
    const Bridge::Part& part(std::size_t record) const { return m_bridge.parts.at(record); }

    Bridge m_bridge;
    std::vector<Dim> m_by;
};

} // namespace altimeter::ui
