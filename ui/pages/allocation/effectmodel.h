#pragma once

#include "models/domain/allocationrule.h"
#include "ui/items/gridmodel.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::ui {

/// What a draft moves as a tree with three amounts: owners with their months below them, or months with their owners.
/// What owners keep unchanged is one row, so that every column adds up to the whole, which the footer says: all that
/// comes in goes out. Each currency apart.
class EffectModel : public GridModel {
    Q_OBJECT
public:
    enum Column { NameColumn, BeforeColumn, AfterColumn, ChangeColumn, ColumnCount };

    using GridModel::GridModel;

    /// Shows what moves in `field` ("team"). Folding and order stay.
    void setEffect(const RuleDiff& diff, const std::string& field);
    /// Months on the outside.
    void setMonthsFirst(bool monthsFirst);
    bool isMonthsFirst() const { return m_monthsFirst; }
    void setAllFolded(bool folded);
    /// Every owner and month on a line of its own, with exact amounts.
    std::string csv() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    bool isNumberColumn(int column) const override { return column != NameColumn; }
    std::optional<Amount> amountAt(int row, int column) const override;
    Currency currencyAt(int row) const override { return lineAt(row).currency; }
    QString rawText(int row, int column) const override;
    int sumKind(int row, int column) const override;
    void setFolded(int row, bool folded) override;
    std::vector<FooterLine> footer() const override;
    int columnWidth(int column) const override { return column == NameColumn ? 130 : 88; }
    QString rawHeader(int column) const override;

private:
    struct Line {
        Currency currency;
        Day month;           ///< none: of all months
        std::string owner;   ///< empty: unallocated
        bool isRest = false; ///< all owners whose amount stays
        Amount before, after;
    };
    struct Group {
        Line line;
        bool isMonth = false;
        std::vector<Line> parts;
    };
    using Key = std::pair<std::string, std::string>; ///< currency and name
    void rebuild();
    void addRest(const std::vector<RuleDiff::Balance>& balances);
    std::vector<Group> grown() const;
    void order();
    void show();
    static Key keyOf(const Group& group);
    bool isGroupFolded(const Group& group) const { return m_unusual.contains(keyOf(group)) != m_foldsAll; }
    const Line& lineAt(int row) const;
    bool isGroup(int row) const { return m_shown[static_cast<std::size_t>(row)].second < 0; }
    QString nameOf(const Line& line, bool isMonth) const;
    QString name(int row) const;
    QString rawName(int row) const;
    /// None where the column holds no amount.
    static std::optional<Amount> amountOf(const Line& line, int column);
    bool below(const Line& a, const Line& b) const;

    std::string m_field = "team";
    bool m_monthsFirst = false;
    std::vector<Line> m_lines; ///< per owner and month, with what stays
    std::vector<FooterLine> m_footer;
    std::size_t m_currencies = 0;
    std::vector<Group> m_groups;
    std::vector<std::pair<int, int>> m_shown; ///< group, and part or -1
    int m_sortColumn = -1;                    ///< -1: by the size of the change
    Qt::SortOrder m_sortOrder = Qt::DescendingOrder;
    bool m_foldsAll = true;
    std::set<Key> m_unusual; ///< groups that are not as m_foldsAll says
};

} // namespace altimeter::ui
