#pragma once

#include <QFrame>
#include <QJsonObject>
#include <QList>

#include "ui/items/costtablemodel.h"
#include "ui/pages/explore/linesproof.h"

#include <optional>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace altimeter::ui {

class ChargeTableModel;
class ExploreActions;
class ExploreSteps;
class GridView;
class PivotChoice;
class PivotModel;

/// The card under the chart: the grid of costs or the charge lines with their totals, or a sentence on why there are
/// none; above it what it shows and the choices that are about the grid alone.
class ExploreGridCard : public QFrame {
    Q_OBJECT
public:
    struct Models {
        CostTableModel* costs;
        ChargeTableModel* charges;
        PivotModel* pivot;
    };
    /// `distinctChoice` is shown in the card.
    ExploreGridCard(ExploreSteps& steps, const Models& models, const ExploreActions& actions, QWidget* distinctChoice,
                    QWidget* parent = nullptr);

    void showState();
    void showTitles();
    /// Whether the lines add up to their cell, where that is known.
    void showProof(const std::optional<LinesProof::Finding>& found);
    /// What is to be shown could not be read: nothing is counted and nothing is said to be none.
    void setFailed();
    /// It is asked for: where nothing is shown yet, nothing is counted either.
    void setReading();
    /// Files are being read: a workspace without lines waits for those.
    void setImporting(bool importing);
    /// The grid, or why it is empty. While a workspace opens there is always the grid.
    void showGridOrReason(bool opening);
    void setBusyText(const QString& text);
    /// A new table is shown: the header says its order, and the first cost is the current cell.
    void takeTable(bool opening);
    void takePivot(bool opening);
    /// The dims a pivot can have across.
    void setDims(const std::vector<Dim>& dims);
    void foldAll(bool fold);

    /// As the user last chose it; kept over new answers.
    const std::vector<CostTableModel::Sort>& chosenSort() const { return m_chosenSort; }
    GridView* visibleGrid() const;
    /// Those whose cells are figures: the plain one and the pivot.
    QList<GridView*> figureGrids() const { return {m_costGrid, m_pivotGrid}; }
    QModelIndex currentCell() const;
    void focusGrid();
    /// What the user chose for the columns of each grid; empty objects are left out.
    QJsonObject looks() const;
    void setLooks(const QJsonObject& looks);
    /// Puts the keyboard into the filter of the current column; shows the row of filters where it is not.
    void focusFilter();

signals:
    void drillRequested(const QModelIndex& cell);
    void menuRequested(const QPoint& at);
    void selectionChanged();
    void notice(const QString& text);
    void importRequested();
    void retryRequested();

private:
    QWidget* makeGrid(GridView*& view, GridModel* model, const QString& name);
    QWidget* makeReason();
    /// Of the ways out of having nothing to show these, and no others.
    void offer(std::initializer_list<QPushButton*> buttons);
    QWidget* reasonTarget() const;
    QHBoxLayout* makeTitleRow(QWidget* distinctChoice);
    void connectAll();
    void showPage(int page);
    bool isLines() const;
    void showKept();
    void noteLooks();

    ExploreSteps& m_steps;
    Models m_models;
    const ExploreActions& m_actions;
    QWidget* m_distinctChoice;
    QLabel* m_title = nullptr;
    QLabel* m_note = nullptr;
    QLabel* m_proof = nullptr;
    QLabel* m_busy = nullptr;
    QLabel* m_kept = nullptr; ///< "12 of 78" while a filter is at work
    QCheckBox* m_periodRows = nullptr;
    QComboBox* m_lineOrder = nullptr;
    QStackedWidget* m_stack = nullptr;
    GridView* m_costGrid = nullptr;
    GridView* m_chargeGrid = nullptr;
    GridView* m_pivotGrid = nullptr;
    PivotChoice* m_pivotChoice = nullptr;
    QLabel* m_reason = nullptr;
    QPushButton* m_clear = nullptr;
    QPushButton* m_all = nullptr;
    QPushButton* m_import = nullptr;
    QPushButton* m_retry = nullptr;
    std::vector<CostTableModel::Sort> m_chosenSort;
    bool m_hasFailed = false;
    bool m_isImporting = false;
    bool m_isReading = false; ///< and nothing is shown yet
};

} // namespace altimeter::ui
