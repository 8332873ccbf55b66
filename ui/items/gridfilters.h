#pragma once

#include <QString>

#include "models/domain/cellfilter.h"

#include <functional>
#include <map>
#include <vector>

namespace altimeter::ui {

class GridModel;

/// What was typed above the columns of a grid, by the names its model has for them, so that it stays with a column that
/// goes and comes back.
class GridFilters {
public:
    /// The filter of a column from now on; one that is wrong keeps every row, and says why in error().
    /// `asPrograms`: numbers and days as programs write them alone, for filters that somebody else reads.
    void set(const QString& key, CellFilter::Kind kind, const QString& typed, bool asPrograms = false);
    void clear() { m_entries.clear(); }
    QString typed(const QString& key) const;
    /// Whole words, empty where there is nothing wrong.
    QString error(const QString& key) const;
    bool isEmpty() const { return m_entries.empty(); }
    /// Null: the column has none that is right.
    const CellFilter* find(const QString& key) const;
    /// What was typed, by column.
    std::map<QString, QString> all() const;

    /// The filters that apply to the columns of `model` as they are now.
    struct Bound {
        int column;
        CellFilter filter;
    };
    std::vector<Bound> bind(const GridModel& model) const;
    /// Whether all of them keep a row whose cells are read so.
    static bool keeps(const std::vector<Bound>& filters, const std::function<QString(int)>& shown,
                      const std::function<QString(int)>& raw);
    static bool keepsRow(const std::vector<Bound>& filters, const GridModel& model, int row);

private:
    struct Entry {
        QString typed;
        CellFilter filter;
        QString error;
    };
    std::map<QString, Entry> m_entries;
};

} // namespace altimeter::ui
