#pragma once

#include <QList>
#include <QPair>
#include <QWidget>

class QAbstractItemModel;
class QLabel;
class QPushButton;
class QTableView;

namespace altimeter::ui {

class WeightModel;

/// Who takes part in a split and with which weight, as a small sheet: F2 or typing edits, Enter goes down, Tab right,
/// Ctrl+C and Ctrl+V exchange blocks with spreadsheets. The share of each is said exactly, or with "≈" where it has no
/// end; together they are 100 %.
class WeightGrid : public QWidget {
    Q_OBJECT
public:
    using Weights = QList<QPair<QString, QString>>; ///< owner and weight as typed

    explicit WeightGrid(QWidget* parent = nullptr);
    /// Shows these; the same as shown leave place and editor alone.
    void setWeights(const Weights& weights);
    /// Without rows that have neither owner nor weight.
    Weights weights() const;
    /// Names that typing completes.
    void setNames(const QStringList& names);
    void focusFirst();

signals:
    /// `what` names the step for Undo.
    void edited(const QString& what);

private:
    void makeButtons();
    void even();
    void removeRows();
    void showSum();
    void fitHeight();

    WeightModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_sum = nullptr;
    QPushButton *m_even = nullptr, *m_remove = nullptr;
};

/// "22.5 %" of a weight among `sum` where that is all of it within four decimals, else "≈ 33.33 %".
QString exactShare(qint64 weight, qint64 sum);
/// Weights as typed, made whole numbers by one factor of ten: "22.5" and "77.5" are 225 and 775. What is no number
/// above zero stays as it is.
WeightGrid::Weights wholeWeights(const WeightGrid::Weights& typed);

} // namespace altimeter::ui
