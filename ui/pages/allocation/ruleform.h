#pragma once

#include <QScrollArea>

#include "ui/items/orderedjson.h"
#include "ui/pages/allocation/dimnames.h"

#include <array>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

class QPushButton;
class QToolButton;

namespace altimeter::ui {
class DimValues;
class ListCompleter;
class Questions;
class ValueChooser;
class WeightGrid;
} // namespace altimeter::ui

namespace altimeter::ui {

/// One allocation rule as a form: name, conditions, assigned values, split, effective dates. What conditions look at
/// and the values are completed while typing, and chosen from lists of what the charges have. Lists are typed with
/// semicolons ("Search; Ads"), maps with "=" ("prod=production"), weights in a small sheet.
class RuleForm : public QScrollArea {
    Q_OBJECT
public:
    explicit RuleForm(Questions& questions, QWidget* parent = nullptr);
    /// The charges or their owners are others: asks for their tags, columns and teams.
    void refresh();
    /// Shows `rule`; fields that say the same already are left alone, so that typing is not disturbed.
    void setRule(const OrderedJson& rule);
    void clearRule();
    void focusName();

signals:
    /// The user changed something: the rule as it is now. Edits with the same key one after the other are one step.
    void edited(const altimeter::ui::OrderedJson& rule, const QString& key, const QString& what);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Condition {
        QWidget* row = nullptr;
        QLineEdit* dims = nullptr;
        QComboBox* test = nullptr;
        QLineEdit* values = nullptr;
        QPushButton* choose = nullptr;
        QToolButton* remove = nullptr;
        QLabel* facts = nullptr; ///< names, lines and money of the values
        QCheckBox* sensitive = nullptr;
    };
    struct Value {
        QComboBox* mode = nullptr;
        QLineEdit* text = nullptr;
        QLineEdit* map = nullptr;
    };
    void buildHead(QVBoxLayout* layout);
    void buildConditions(QVBoxLayout* layout);
    void buildValues(QVBoxLayout* layout);
    void buildSplit(QVBoxLayout* layout);
    void buildDates(QVBoxLayout* layout);
    QLineEdit* input(const QString& name, const QString& placeholder, const QString& tip, const char* key);
    void addConditionRow();
    void makeLooksAt(Condition& made, const QString& number);
    void makeTest(Condition& made, const QString& number);
    void makeValueLine(Condition& made, const QString& number);
    void layOutCondition(const Condition& made);
    void orderTabs();
    Condition* conditionOf(const QWidget* row);
    std::optional<Dim> dimOf(const Condition& condition) const;
    void chooseValues(QWidget* row);
    void showFacts(const Condition& condition);
    void showKnown(const Dim& dim);
    void removeConditionRow(QWidget* row);
    void showConditions(const OrderedJson& when);
    void showValues(const OrderedJson& set);
    void showSplit(const OrderedJson& split);
    void updateVisibility();
    void changed(const QString& key, const QString& what);
    OrderedJson readRule() const;
    OrderedJson readCondition(const Condition& condition, const OrderedJson& before) const;
    OrderedJson readValue(const Value& value) const;
    OrderedJson readSplit() const;

    OrderedJson m_rule;
    bool m_showing = false;
    QWidget* m_body = nullptr;
    QLineEdit* m_name = nullptr;
    QCheckBox* m_enabled = nullptr;
    QVBoxLayout* m_conditionRows = nullptr;
    QLabel* m_noConditions = nullptr;
    QList<Condition> m_conditions;
    QPushButton* m_addCondition = nullptr;
    Questions& m_questions;
    DimNames m_names;
    DimValues* m_known = nullptr;
    ListCompleter* m_dimCompleter = nullptr;
    ValueChooser* m_chooser = nullptr;
    QWidget* m_choosing = nullptr; ///< the row whose values are chosen
    std::array<Value, 5> m_values;
    QComboBox* m_split = nullptr;
    QLineEdit* m_shares = nullptr;
    WeightGrid* m_weights = nullptr;
    QLineEdit *m_from = nullptr, *m_to = nullptr;
};

} // namespace altimeter::ui
