#pragma once

#include <QDialog>

#include "models/domain/rulesdocument.h"

#include <vector>

class QPushButton;

namespace altimeter::ui {

class GridView;
class RecordModel;

/// All rules that were ever published: when, by whom, why, for which months they count, and what they moved. Any of
/// them can be brought back as a draft.
class VersionList : public QDialog {
    Q_OBJECT
public:
    /// Newest first.
    VersionList(std::vector<RulesDocument> versions, QWidget* parent);

signals:
    void broughtBack(const altimeter::RulesDocument& version);

private:
    void fillColumns();
    void bringBack(int row);
    QString monthsText(std::size_t at) const;

    std::vector<RulesDocument> m_versions;
    std::vector<DateRange> m_months; ///< that have their rules from a version; empty: none any more
    RecordModel* m_model = nullptr;
    GridView* m_grid = nullptr;
    QPushButton* m_bringBack = nullptr;
};

} // namespace altimeter::ui
