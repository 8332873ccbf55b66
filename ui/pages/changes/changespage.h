#pragma once

#include <QList>

#include "models/domain/bridge.h"
#include "ui/pages/common/change.h"
#include "ui/pages/common/page.h"

#include <memory>
#include <vector>

class QAction;
class QComboBox;
class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace altimeter::ui {

class ChangeLines;
class DateRangeEdit;
class FilterBar;
class GridView;
class PartsModel;
class StateMessage;
class WaterfallView;

/// What makes the difference between two periods: a bridge of parts that add up, as a waterfall and as a table, by any
/// dimension; behind each part the charge lines of both periods. One currency at a time. Asks in slots "changes.*".
class ChangesPage : public Page {
    Q_OBJECT
public:
    explicit ChangesPage(Backend& backend, QWidget* parent = nullptr);

    void workspaceChanged(const WorkspaceInfo& info) override;
    void setReading() override;
    void setImporting(bool importing) override;
    void setLens(CostLens lens) override;
    bool compare(CompareWith with) override;
    bool keepOnly(const Filter& filter) override;
    /// The change of the current part, which Explore shows again.
    std::optional<NotableFigure> notableFigure() const override;
    bool isSettled() const override;
    std::string savedState() const override;
    void restoreState(const std::string& json) override;
    QList<QAction*> pageActions() const override { return m_actions; }
    bool copySelection(bool withHeaders) override;
    void takeFocus() override;

    /// Explains `change`; what was shown before is forgotten.
    void explain(const Change& change);
    const Change& shown() const { return m_change; }
    WaterfallView* chart() const { return m_chart; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void build();
    QWidget* makeControls();
    QFrame* makeChart();
    QFrame* makeParts();
    QComboBox* combo(const QString& purpose, const QString& tip);
    void makeActions();
    void connectAll();
    void ask();
    void adopt(const BridgeSet& set);
    void showNothing(const QString& why);
    void showControls();
    void showBridge();
    void showLines(bool on);
    void openPart(int part);
    void splitPart();
    void up();
    void edit(const Change& next);
    void fillDims();
    const Bridge* chosen() const;
    int currentPart() const;
    std::vector<Filter> filtersOf(const Bridge::Part* part) const;
    Day today() const;

    Backend& m_backend;
    WorkspaceInfo m_info;
    Change m_change;
    std::vector<Change> m_path; ///< what the splits led from
    BridgeSet m_set;
    std::vector<Dim> m_dynamic;
    std::size_t m_most = 0;   ///< parts of their own
    quint64 m_generation = 0; ///< of the question whose answer is shown
    bool m_asking = false;
    bool m_importing = false;
    bool m_keepState = false;

    DateRangeEdit* m_range = nullptr;
    QComboBox *m_with = nullptr, *m_by = nullptr, *m_lens = nullptr, *m_currency = nullptr;
    FilterBar* m_filters = nullptr;
    QLabel *m_title = nullptr, *m_note = nullptr, *m_partsTitle = nullptr, *m_unknown = nullptr;
    QPushButton* m_up = nullptr;
    WaterfallView* m_chart = nullptr;
    QFrame* m_chartCard = nullptr;
    QStackedWidget* m_stack = nullptr;
    GridView* m_grid = nullptr;
    PartsModel* m_parts = nullptr;
    ChangeLines* m_lines = nullptr;
    QList<QAction*> m_actions;
    QAction* m_upAction = nullptr;
    StateMessage* m_message = nullptr; ///< in the place of the parts where there are none to show
};

} // namespace altimeter::ui
