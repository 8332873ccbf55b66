#pragma once

#include <QObject>
#include <QString>

#include "ui/format/numberformat.h"
#include "ui/items/gridfilters.h"

#include <map>
#include <optional>
#include <vector>

class QMenu;
class QModelIndex;

namespace altimeter::ui {

class GridView;

/// What the user chose for the columns of a grid: which are in sight, in which order, how wide they are, which stay
/// while the others scroll, and how their amounts are written. Known by the names the model has for its columns, so
/// that a choice stays with a column over every answer.
class GridColumns : public QObject {
    Q_OBJECT
public:
    explicit GridColumns(GridView& view);

    bool isHidden(int column) const;
    void setHidden(int column, bool hidden);
    /// 0: the user chose none.
    int width(int column) const;
    void setWidth(int column, int width);
    format::NumberFormat numberFormat(int column) const;
    void setNumberFormat(int column, const format::NumberFormat& as);
    /// Cells that `typed` keeps (CellFilter) are marked from now on; empty: none.
    void setMark(int column, const QString& typed);
    bool isMarked(const QModelIndex& cell) const;
    /// The first so many columns in sight stay at the left while the others scroll.
    int frozen() const;
    void setFrozen(int count);
    /// One place to the left (-1) or right (1) among the columns in sight.
    void move(int column, int by);
    /// The header's order is the user's now.
    void noteOrder();
    /// Puts the columns of the present answer in and out of sight, and in their order.
    void apply();
    /// Everything that can be done to a column.
    void fillMenu(QMenu& menu, int column);

    /// As one line of JSON, instead of what was chosen before; what makes no sense changes nothing, and an empty text
    /// forgets everything.
    QString toText() const;
    void restore(const QString& text);

signals:
    /// The user chose something.
    void changed();

private:
    void addFilters(QMenu& menu, int column);
    void addFormats(QMenu& menu, int column);
    void addChoice(QMenu& menu);
    void addSorting(QMenu& menu, int column);
    void addPlaces(QMenu& menu, int column);
    void arrange();
    std::vector<QString> keysAsTheyStand() const;
    bool holdsAmounts(int column) const;
    int shownCount() const;
    void reset();
    void forget();

    GridView& m_view;
    std::map<QString, bool> m_hidden;
    std::map<QString, int> m_widths;
    std::map<QString, format::NumberFormat> m_formats;
    std::vector<QString> m_order; ///< as the user put them; columns without a place in it come behind
    std::optional<int> m_frozen;  ///< none: as the model has it
    bool m_isArranging = false;
    GridFilters m_marks;
    std::map<QString, QString> m_wanted; ///< marks of columns that were not there yet
};

} // namespace altimeter::ui
