#pragma once

#include <QWidget>

#include "ui/backend/questions.h"
#include "ui/pages/explore/explorestate.h"

#include <vector>

class QComboBox;
class QPushButton;
class QToolButton;

namespace altimeter::ui {

class DateRangeEdit;
class FilterBar;
class FilterPopup;

/// The controls above the Explore chart: range, grouping, step, cost, comparison, filters. Shows a state and asks for
/// another one; it decides nothing.
class ExploreControls : public QWidget {
    Q_OBJECT
public:
    ExploreControls(Questions& questions, QWidget* parent = nullptr);

    /// `today` is the day after the last day with data.
    void setState(const ExploreState& state, Day today);
    /// Tag keys and provider columns offered besides the named dims.
    void setDynamicDims(const std::vector<Dim>& dims);
    /// Named and dynamic dims, in the order offered.
    std::vector<Dim> dims() const;
    DateRangeEdit* rangeEdit() const { return m_range; }
    /// The chips of the filters; whoever shows them takes them as its own.
    QWidget* filterBar() const;
    void addFilter();
    /// What to count distinct values of, with its label: it speaks of the grid and stands there.
    QWidget* distinctChoice() const { return m_distinctChoice; }
    /// Opens the list of what can be counted.
    void chooseDistinct();

signals:
    /// The range was typed or left as it was: the keyboard belongs to the page.
    void rangeLeft();
    void notice(const QString& text);
    /// Changes with the same `merge` (not 0) in a row are one step of undo.
    void stateWanted(const altimeter::ui::ExploreState& state, const QString& what, int merge);

private:
    QComboBox* combo(const QString& purpose, const QString& tip, int width);
    QWidget* labelled(const QString& title, QWidget* control);
    void fillDims();
    void groupChanged();
    void editFilter(int filter, QWidget* anchor);
    void filterEdited(const Filter& filter);
    void ask(const ExploreState& state, const QString& what, int merge = 0);

    Questions& m_questions;
    ExploreState m_state;
    Day m_today;
    std::vector<Dim> m_dynamic;
    DateRangeEdit* m_range = nullptr;
    QComboBox* m_group = nullptr;
    QComboBox* m_second = nullptr;
    QComboBox* m_third = nullptr;
    QWidget* m_thirdBox = nullptr; ///< shown for a pivot
    QComboBox* m_distinct = nullptr;
    QWidget* m_distinctChoice = nullptr;
    QComboBox* m_step = nullptr;
    QComboBox* m_lens = nullptr;
    QPushButton* m_compare = nullptr;
    QToolButton* m_compareWith = nullptr;
    FilterBar* m_filters = nullptr;
    FilterPopup* m_popup = nullptr;
    int m_edited = -1; ///< index of the filter in the popup
    int m_merge = 0;
};

} // namespace altimeter::ui
