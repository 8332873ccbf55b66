#include "ui/pages/allocation/weightgrid.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/theme.h"

#include <QAbstractTableModel>
#include <QClipboard>
#include <QCompleter>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace altimeter::ui {

namespace {

enum Column { OwnerColumn, WeightColumn, ShareColumn, ColumnCount };
constexpr int kRowHeight = 28;
constexpr int kMostShown = 12;   ///< rows without scrolling
constexpr int kMostDecimals = 6; ///< of a typed weight

/// A decimal as typed ("22,5 %", "1,000"), in ASCII digits with a point.
QString plainWeight(QString typed)
{
    typed = format::plainDigits(typed.trimmed());
    typed.remove('%').remove(QChar::Nbsp).remove(format::kThinSpace).remove(' ');
    const QString point = format::locale().decimalPoint();
    if (const QString group = format::locale().groupSeparator(); typed.contains(point) || group != QStringLiteral("."))
        typed.remove(group);
    return point == QStringLiteral(".") ? typed : typed.replace(point, QStringLiteral("."));
}

/// Whole part and decimals of a number above zero; none of what is not.
struct Decimals {
    QString whole, fraction;
};
std::optional<Decimals> decimalsOf(const QString& typed)
{
    const QString plain = plainWeight(typed);
    const qsizetype point = plain.indexOf('.');
    Decimals parts{plain.left(point < 0 ? plain.size() : point), point < 0 ? QString() : plain.mid(point + 1)};
    while (parts.fraction.endsWith('0'))
        parts.fraction.chop(1);
    const QString digits = parts.whole + parts.fraction;
    const bool isNumber =
        !digits.isEmpty() && std::all_of(digits.begin(), digits.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    const bool isAbove = std::any_of(digits.begin(), digits.end(), [](QChar c) { return c != u'0'; });
    if (!isNumber || !isAbove || parts.fraction.size() > kMostDecimals || digits.size() > 15)
        return std::nullopt;
    return parts;
}

std::optional<qint64> wholeOf(const QString& typed)
{
    const auto parts = decimalsOf(typed);
    if (!parts || !parts->fraction.isEmpty())
        return std::nullopt;
    return parts->whole.toLongLong();
}

} // namespace

QString exactShare(qint64 weight, qint64 sum)
{
    if (sum <= 0 || weight < 0)
        return QString(format::kDash);
    constexpr Int128 kTenThousandths = 1'000'000; // of a percent: four decimals
    const Int128 scaled = static_cast<Int128>(weight) * kTenThousandths;
    const bool isExact = scaled % sum == 0;
    // Exact: four decimals, of which zeros at the end go; else two decimals, and said to be about that.
    Int128 digits = isExact ? scaled / sum : (static_cast<Int128>(weight) * 10'000 * 2 + sum) / (Int128{2} * sum);
    int decimals = isExact ? 4 : 2;
    while (isExact && decimals > 0 && digits % 10 == 0) {
        digits /= 10;
        --decimals;
    }
    QString text = QString::number(static_cast<qint64>(digits));
    if (decimals > 0)
        text = text.rightJustified(decimals + 1, '0').insert(qMax<qsizetype>(1, text.size() - decimals), '.');
    text = format::plainNumber(text, format::locale()) + format::kThinSpace + '%';
    return isExact ? text : QStringLiteral("≈ ") + text;
}

WeightGrid::Weights wholeWeights(const WeightGrid::Weights& typed)
{
    qsizetype decimals = 0;
    for (const auto& [owner, weight] : typed) {
        if (const auto parts = decimalsOf(weight))
            decimals = std::max(decimals, parts->fraction.size());
    }
    WeightGrid::Weights whole;
    for (const auto& [owner, weight] : typed) {
        const auto parts = decimalsOf(weight);
        QString digits = parts ? parts->whole + parts->fraction.leftJustified(decimals, '0') : weight.trimmed();
        while (parts && digits.size() > 1 && digits.startsWith('0'))
            digits.remove(0, 1);
        whole.append({owner.trimmed(), digits});
    }
    return whole;
}

/// The weights, and an empty row in which the next one is typed.
class WeightModel : public QAbstractTableModel {
public:
    using QAbstractTableModel::QAbstractTableModel;

    std::function<void(const QString&)> told; ///< after an edit
    const WeightGrid::Weights& weights() const { return m_weights; }

    /// Rows come and go at the end, so that the cell where somebody types stays. What rows hold changes before, since
    /// none may change by itself while others come.
    void show(const WeightGrid::Weights& weights)
    {
        m_weights = weights;
        emit dataChanged(index(0, 0), index(m_rows - 1, ColumnCount - 1));
        const auto now = static_cast<int>(weights.size()) + 1;
        if (now > m_rows) {
            beginInsertRows({}, m_rows, now - 1);
            m_rows = now;
            endInsertRows();
        } else if (now < m_rows) {
            beginRemoveRows({}, now, m_rows - 1);
            m_rows = now;
            endRemoveRows();
        }
    }

    void change(WeightGrid::Weights weights, const QString& what)
    {
        weights.removeIf([](const auto& row) { return row.first.isEmpty() && row.second.isEmpty(); });
        show(merged(wholeWeights(weights)));
        told(what);
    }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : m_rows; }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    Qt::ItemFlags flags(const QModelIndex& index) const override
    {
        const auto flags = QAbstractTableModel::flags(index);
        return !index.isValid() || index.column() == ShareColumn ? flags : flags | Qt::ItemIsEditable;
    }

    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
            return {};
        const bool isNew = index.row() >= m_weights.size();
        switch (role) {
        case Qt::DisplayRole:
            return isNew && index.column() == OwnerColumn ? WeightGrid::tr("add an owner") : text(index);
        case Qt::EditRole:
            return text(index);
        case Qt::AccessibleTextRole:
            return format::labelled(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                                    text(index));
        case Qt::ToolTipRole:
            return tip(index);
        case Qt::TextAlignmentRole:
            return QVariant::fromValue((index.column() == OwnerColumn ? Qt::AlignLeft : Qt::AlignRight) |
                                       Qt::AlignVCenter);
        case Qt::FontRole:
            return index.column() == OwnerColumn ? Theme::current().body : Theme::current().number;
        case Qt::ForegroundRole:
            if (isNew || index.column() == ShareColumn)
                return Theme::current().textSecondary;
            if (index.column() == WeightColumn && !wholeOf(text(index)))
                return Theme::current().bad;
            return {};
        default:
            return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal)
            return {};
        if (role == Qt::TextAlignmentRole)
            return QVariant::fromValue((section == OwnerColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        if (role != Qt::DisplayRole)
            return {};
        return section == OwnerColumn    ? WeightGrid::tr("Team")
               : section == WeightColumn ? WeightGrid::tr("Weight")
                                         : WeightGrid::tr("Share");
    }

    bool setData(const QModelIndex& index, const QVariant& value, int role) override
    {
        if (role != Qt::EditRole || index.column() == ShareColumn || value.toString() == text(index))
            return false;
        WeightGrid::Weights weights = m_weights;
        while (weights.size() <= index.row())
            weights.append({QString(), QString()});
        auto& [owner, weight] = weights[index.row()];
        (index.column() == OwnerColumn ? owner : weight) = value.toString().trimmed();
        if (index.row() >= m_weights.size() && index.column() == OwnerColumn && weight.isEmpty())
            weight = QStringLiteral("1");
        change(weights, WeightGrid::tr("Change weights"));
        return true;
    }

    /// Writes a block of cells from `row` and `column` on; rows are added as needed.
    void paste(const QString& block, int row, int column)
    {
        WeightGrid::Weights weights = m_weights;
        QStringList lines = block.split('\n');
        if (lines.last().isEmpty())
            lines.removeLast();
        for (QString& line : lines) {
            const QStringList cells = line.remove('\r').split('\t');
            while (weights.size() <= row)
                weights.append({QString(), QString()});
            for (int at = 0; at < cells.size() && column + at < ShareColumn; ++at)
                (column + at == OwnerColumn ? weights[row].first : weights[row].second) = cells[at].trimmed();
            ++row;
        }
        for (auto& [owner, weight] : weights) {
            if (weight.isEmpty())
                weight = QStringLiteral("1");
        }
        change(weights, WeightGrid::tr("Paste weights"));
    }

    /// None where a weight is no whole number above zero.
    std::optional<qint64> sum() const
    {
        qint64 total = 0;
        for (const auto& [owner, weight] : m_weights) {
            const auto whole = wholeOf(weight);
            if (!whole || __builtin_add_overflow(total, *whole, &total))
                return std::nullopt;
        }
        return total;
    }

    QString text(const QModelIndex& index) const
    {
        if (index.row() >= m_weights.size())
            return {};
        const auto& [owner, weight] = m_weights[index.row()];
        if (index.column() == OwnerColumn)
            return owner;
        if (index.column() == WeightColumn)
            return weight;
        const auto whole = wholeOf(weight);
        const auto total = sum();
        return whole && total ? exactShare(*whole, *total) : QString(format::kDash);
    }

private:
    /// A team that stands twice takes part once, with both weights: rules name each team once.
    static WeightGrid::Weights merged(const WeightGrid::Weights& weights)
    {
        WeightGrid::Weights once;
        for (const auto& [owner, weight] : weights) {
            const auto known = std::find_if(once.begin(), once.end(), [&owner = owner](const auto& row) {
                return row.first.compare(owner, Qt::CaseInsensitive) == 0;
            });
            const auto more = wholeOf(weight);
            const auto before = known == once.end() ? std::nullopt : wholeOf(known->second);
            qint64 sum = 0;
            if (known == once.end())
                once.append({owner, weight});
            else if (more && before && !__builtin_add_overflow(*more, *before, &sum))
                known->second = QString::number(sum);
        }
        return once;
    }

    QString tip(const QModelIndex& index) const
    {
        if (index.row() >= m_weights.size())
            return WeightGrid::tr("Type a team, or paste rows of team and weight from a spreadsheet");
        const auto& [owner, weight] = m_weights[index.row()];
        if (index.column() == OwnerColumn)
            return owner.isEmpty() ? WeightGrid::tr("The team is missing") : format::shown(owner);
        const auto total = sum();
        if (!wholeOf(weight))
            return WeightGrid::tr("A weight is a number above zero");
        return total ? WeightGrid::tr("%1 of %2", "a weight of all weights")
                           .arg(weight, format::count(static_cast<std::uint64_t>(*total)))
                     : weight;
    }

    WeightGrid::Weights m_weights;
    int m_rows = 1; ///< in sight: one more than weights, once they are shown
};

namespace {

/// Completes names of owners.
class WeightDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QStringList names;

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QWidget* editor = QStyledItemDelegate::createEditor(parent, option, index);
        if (auto* line = qobject_cast<QLineEdit*>(editor)) {
            line->setAccessibleName(index.model()->headerData(index.column(), Qt::Horizontal).toString());
            line->setFrame(false);
            if (index.column() == OwnerColumn && !names.isEmpty()) {
                auto* completer = new QCompleter(names, line);
                completer->setCaseSensitivity(Qt::CaseInsensitive);
                completer->setFilterMode(Qt::MatchContains);
                line->setCompleter(completer);
            }
        }
        return editor;
    }
};

class WeightTable : public QTableView {
public:
    WeightTable(WeightModel* model, QWidget* parent) : QTableView(parent), m_model(model)
    {
        setModel(model);
        setEditTriggers(QAbstractItemView::AnyKeyPressed | QAbstractItemView::EditKeyPressed |
                        QAbstractItemView::DoubleClicked);
        setTabKeyNavigation(false);
        verticalHeader()->hide();
        verticalHeader()->setDefaultSectionSize(kRowHeight);
        horizontalHeader()->setSectionResizeMode(OwnerColumn, QHeaderView::Stretch);
        horizontalHeader()->setHighlightSections(false);
        horizontalHeader()->setSectionsClickable(false);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setColumnWidth(WeightColumn, 84);
        setColumnWidth(ShareColumn, 96);
    }
    std::function<void()> removeRequested;

    QSize sizeHint() const override { return {300, heightFor(m_model->rowCount())}; }
    QSize minimumSizeHint() const override { return {200, heightFor(std::min(m_model->rowCount(), 3))}; }
    int heightFor(int rows) const
    {
        return horizontalHeader()->sizeHint().height() + std::min(rows, kMostShown) * kRowHeight + 2 * frameWidth() + 2;
    }

protected:
    /// Enter goes down, to where a row of cells began; Tab goes right. Neither opens the next cell.
    void closeEditor(QWidget* editor, QAbstractItemDelegate::EndEditHint hint) override
    {
        const QModelIndex at = currentIndex();
        QTableView::closeEditor(editor, QAbstractItemDelegate::NoHint);
        if (hint == QAbstractItemDelegate::EditNextItem)
            stepRight(at);
        else if (hint == QAbstractItemDelegate::EditPreviousItem)
            setCurrentIndex(m_model->index(at.row(), std::max(0, at.column() - 1)));
        else if (hint == QAbstractItemDelegate::SubmitModelCache)
            stepDown(at);
    }

    void keyPressEvent(QKeyEvent* event) override
    {
        if (event->matches(QKeySequence::Copy)) {
            copyCells();
        } else if (event->matches(QKeySequence::Paste)) {
            const QModelIndex at = currentIndex();
            if (at.isValid() && at.column() != ShareColumn)
                m_model->paste(QGuiApplication::clipboard()->text(), at.row(), at.column());
        } else if (event->key() == Qt::Key_Delete) {
            removeRequested();
        } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && state() != EditingState) {
            stepDown(currentIndex());
        } else {
            QTableView::keyPressEvent(event);
        }
    }

    /// Within a row; from its last cell Tab leaves the sheet, so that the keyboard is not caught in it.
    bool focusNextPrevChild(bool next) override
    {
        const QModelIndex at = currentIndex();
        if (next && at.isValid() && at.column() == OwnerColumn) {
            stepRight(at);
            return true;
        }
        return QTableView::focusNextPrevChild(next);
    }

private:
    void stepRight(const QModelIndex& at)
    {
        m_lineStart = at.column();
        setCurrentIndex(m_model->index(at.row(), std::min<int>(at.column() + 1, ShareColumn)));
    }
    void stepDown(const QModelIndex& at)
    {
        const int column = m_lineStart.value_or(at.column());
        m_lineStart.reset();
        setCurrentIndex(m_model->index(std::min(at.row() + 1, m_model->rowCount() - 1), column));
    }
    void copyCells() const
    {
        QModelIndexList cells = selectionModel()->selectedIndexes();
        std::sort(cells.begin(), cells.end());
        QString text;
        int row = cells.isEmpty() ? 0 : cells.first().row();
        for (qsizetype i = 0; i < cells.size(); ++i) {
            if (i > 0)
                text += cells[i].row() == row ? '\t' : '\n';
            row = cells[i].row();
            text += m_model->text(cells[i]);
        }
        QGuiApplication::clipboard()->setText(text);
    }

    WeightModel* m_model;
    std::optional<int> m_lineStart; ///< the column in which Tab began
};

} // namespace

WeightGrid::WeightGrid(QWidget* parent) : QWidget(parent), m_model(new WeightModel(this))
{
    auto* table = new WeightTable(m_model, this);
    m_table = table;
    m_table->setItemDelegate(new WeightDelegate(m_table));
    m_table->setAccessibleName(tr("Weights"));
    m_table->setToolTip(
        tr("Type or press F2 to edit, Enter goes down, Tab right; rows can be pasted from a spreadsheet"));
    m_sum = parts::label({}, "small", this);
    m_sum->setAccessibleName(tr("Sum of the weights"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_table);
    makeButtons();
    table->removeRequested = [this] { removeRows(); };
    m_model->told = [this](const QString& what) {
        showSum();
        fitHeight();
        emit edited(what);
    };
    showSum();
    fitHeight();
}

void WeightGrid::makeButtons()
{
    m_even = parts::button(tr("Even"), tr("Every team the same weight"), "link", this);
    m_remove = parts::button(tr("Remove"), tr("Remove the chosen rows (Delete)"), "link", this);
    connect(m_even, &QPushButton::clicked, this, &WeightGrid::even);
    connect(m_remove, &QPushButton::clicked, this, &WeightGrid::removeRows);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_sum, 1);
    row->addWidget(m_even);
    row->addWidget(m_remove);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void WeightGrid::setWeights(const Weights& weights)
{
    if (weights != m_model->weights())
        m_model->show(weights);
    showSum();
    fitHeight();
}

WeightGrid::Weights WeightGrid::weights() const
{
    return m_model->weights();
}

void WeightGrid::setNames(const QStringList& names)
{
    static_cast<WeightDelegate*>(m_table->itemDelegate())->names = names;
}

void WeightGrid::focusFirst()
{
    m_table->setFocus();
    m_table->setCurrentIndex(m_model->index(0, 0));
}

void WeightGrid::even()
{
    Weights weights = m_model->weights();
    for (auto& [owner, weight] : weights)
        weight = QStringLiteral("1");
    m_model->change(weights, tr("Even weights"));
}

void WeightGrid::removeRows()
{
    std::set<int> rows;
    for (const QModelIndex& cell : m_table->selectionModel()->selectedIndexes())
        rows.insert(cell.row());
    Weights weights = m_model->weights();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (*row < weights.size())
            weights.removeAt(*row);
    }
    if (weights.size() == m_model->weights().size())
        return;
    const int current = rows.empty() ? 0 : *rows.begin();
    m_model->change(weights, tr("Remove weights"));
    m_table->setCurrentIndex(m_model->index(std::min(current, m_model->rowCount() - 1), 0));
}

void WeightGrid::showSum()
{
    const auto sum = m_model->sum();
    m_even->setEnabled(!m_model->weights().isEmpty());
    m_remove->setEnabled(!m_model->weights().isEmpty());
    if (m_model->weights().isEmpty())
        m_sum->setText(tr("Nobody takes part yet"));
    else if (!sum)
        m_sum->setText(tr("A weight is no number above zero"));
    else
        m_sum->setText(tr("Sum %1 = 100 %").arg(format::count(static_cast<std::uint64_t>(*sum))));
    parts::setRole(m_sum, m_model->weights().isEmpty() || sum ? "small" : "bad");
}

void WeightGrid::fitHeight()
{
    m_table->setFixedHeight(static_cast<WeightTable*>(m_table)->heightFor(m_model->rowCount()));
}

} // namespace altimeter::ui
