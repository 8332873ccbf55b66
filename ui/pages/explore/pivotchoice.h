#pragma once

#include <QWidget>

#include "models/domain/dim.h"

#include <vector>

class QComboBox;
class QToolButton;

namespace altimeter::ui {

class ExploreActions;
class ExploreSteps;

/// What a pivot has across, and the buttons that swap it with its rows and open or fold those; beside them the button
/// that makes a grid a pivot.
class PivotChoice : public QWidget {
    Q_OBJECT
public:
    PivotChoice(ExploreSteps& steps, const ExploreActions& actions, QWidget* parent = nullptr);

    /// The dims that can go across.
    void setDims(const std::vector<Dim>& dims);
    void showState();

private:
    void fill();
    void choose(int index);

    ExploreSteps& m_steps;
    std::vector<Dim> m_dims;
    QWidget* m_shape = nullptr; ///< all that only a pivot has
    QComboBox* m_across = nullptr;
};

} // namespace altimeter::ui
