#pragma once

#include <QFrame>
#include <QStringList>

#include "ui/pages/allocation/dimvalues.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace altimeter::ui {

class GridView;
class RecordModel;

/// The values of a dim to choose from, with name, lines and money. Typing keeps those that hold what is typed, Down
/// goes to the list, Space or a click ticks, Enter takes what is ticked, Escape leaves all as it was.
class ValueChooser : public QFrame {
    Q_OBJECT
public:
    explicit ValueChooser(QWidget* parent = nullptr);
    /// Opens below `anchor` with these ticked. `list` may be null: it is being read.
    void open(QWidget* anchor, const QString& title, std::shared_ptr<const DimValueList> list,
              const QStringList& chosen);
    void setList(std::shared_ptr<const DimValueList> list);

signals:
    /// Those chosen before and still ticked first, in their order.
    void chosen(const QStringList& values);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fillColumns();
    void filter();
    void toggle(const std::vector<int>& rows);
    void take();
    void showCount();
    const DimValue& value(std::size_t at) const { return m_list->values[m_places[at]]; }

    std::shared_ptr<const DimValueList> m_list;
    std::vector<std::size_t> m_places; ///< in the list: those ticked when it was opened come first
    QStringList m_ticked;
    QLabel *m_title = nullptr, *m_count = nullptr;
    QLineEdit* m_filter = nullptr;
    RecordModel* m_model = nullptr;
    GridView* m_grid = nullptr;
    QPushButton *m_take = nullptr, *m_cancel = nullptr;
};

} // namespace altimeter::ui
